//! `[ipv4]` and `[ipv6]`: numbered addresses, routes and rules, the gateway, name servers (keyfile.md
//! section 10; `nm-keyfile.c:read_one_ip_address_or_route`).

use super::lex::{Entry, Group};
use super::profile::Profile;
use super::{route, rule};
use ipnet::IpNet;
use netpivot_model::ip::{Address, IpConfig};
use netpivot_model::source::{At, Origin};
use netpivot_model::value::Value;
use netpivot_model::vocabulary::keyfile::text;
use std::net::IpAddr;

/// Reads what the key table has no row for.
pub(super) fn read(profile: &mut Profile<'_>, group: &Group<'_>, v6: bool) {
    config(profile, v6);
    read_addresses(profile, group, v6);
    read_gateway(profile, group, v6);
    route::read(profile, group, v6);
    rule::read(profile, group, v6);
    check_options(profile, group);
}

fn config<'p>(profile: &'p mut Profile<'_>, v6: bool) -> &'p mut IpConfig {
    let link = profile.link();
    if v6 { link.ipv6.get_or_insert_default() } else { link.ipv4.get_or_insert_default() }
}

/// The entries `NAME`, `NAME0`, `NAME1` …, under the new and the old name of the list, in NetworkManager's
/// order (`nm-keyfile.c:_build_list_create`).
pub(super) fn numbered<'g, 'a>(group: &'g Group<'a>, names: &[&str]) -> Vec<&'g Entry<'a>> {
    let mut found: Vec<(i64, usize, &Entry<'_>)> = Vec::new();
    for entry in &group.entries {
        for (rank, name) in names.iter().enumerate() {
            if let Some(n) = entry.key.strip_prefix(name).and_then(number) {
                found.push((n, rank, entry));
            }
        }
    }
    found.sort_by_key(|(n, rank, _)| (*n, *rank));
    found.into_iter().map(|(_, _, entry)| entry).collect()
}

fn number(text: &str) -> Option<i64> {
    if text.is_empty() {
        return Some(-1);
    }
    let leading_zero = text.len() > 1 && text.starts_with('0');
    if leading_zero || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse::<i32>().ok().map(i64::from)
}

/// The fields of an address or a route.
pub(super) struct Fields<'a> {
    pub(super) address: IpAddr,
    pub(super) prefix: u8,
    pub(super) gateway: Option<&'a str>,
    pub(super) metric: Option<u32>,
    /// Set where the file gives no valid prefix length and NetworkManager takes this one.
    pub(super) guessed: bool,
}

const ADDRESS_CHARS: &str = "0123456789abcdefABCDEF:.%";
const DIGITS: &str = "0123456789";

/// The next field of `rest`, made of `allowed` only; `Err` where another character stands in it.
fn field<'a>(rest: &mut Option<&'a str>, allowed: &str) -> Result<Option<&'a str>, ()> {
    let Some(text) = rest.filter(|t| !t.is_empty()) else { return Ok(None) };
    let end = text.find(|c| !allowed.contains(c)).unwrap_or(text.len());
    let mut after = text[end..].chars();
    match after.next() {
        None => *rest = None,
        Some('/' | ';' | ',') => *rest = Some(after.as_str()),
        Some(_) => return Err(()),
    }
    Ok(Some(&text[..end]))
}

/// Splits `ADDRESS/LENGTH,GATEWAY,METRIC`; the separators are interchangeable.
pub(super) fn fields(value: &str, v6: bool, is_route: bool) -> Result<Fields<'_>, &'static str> {
    const FORM: &str = "ADDRESS/LENGTH";
    let mut rest = Some(value);
    let address = field(&mut rest, ADDRESS_CHARS).map_err(|()| FORM)?.ok_or(FORM)?;
    // A length that is none is skipped: the field is tried as the gateway.
    let length = field(&mut rest, DIGITS).unwrap_or(None);
    let gateway = field(&mut rest, ADDRESS_CHARS).map_err(|()| "an address as the gateway")?;
    let metric =
        if is_route { field(&mut rest, DIGITS).map_err(|()| "a number as the metric")? } else { None };
    if rest.is_some_and(|r| !r.is_empty()) {
        return Err("nothing after the last field");
    }
    let address: IpAddr = address.parse().map_err(|_| "an address of this family")?;
    if address.is_ipv6() != v6 {
        return Err("an address of this family");
    }
    let said = length.and_then(|n| n.parse::<u8>().ok()).filter(|n| *n <= if v6 { 128 } else { 32 });
    let default = match (v6, is_route) {
        (false, _) => 24,
        (true, false) => 64,
        (true, true) => 128,
    };
    let metric = match metric {
        Some(text) => Some(text.parse().map_err(|_| "a metric from 0 to 4294967295")?),
        None => None,
    };
    let gateway = gateway.filter(|g| !g.is_empty());
    Ok(Fields { address, prefix: said.unwrap_or(default), gateway, metric, guessed: said.is_none() })
}

fn read_addresses(profile: &mut Profile<'_>, group: &Group<'_>, v6: bool) {
    let mut gateway: Option<At<IpAddr>> = None;
    for entry in numbered(group, &["address", "addresses"]) {
        let Ok(value) = text::unescape(entry.raw) else {
            profile.bad(entry, group.name, "an address");
            continue;
        };
        let fields = match fields(&value, v6, false) {
            Ok(fields) => fields,
            Err(expected) => {
                profile.bad(entry, group.name, expected);
                continue;
            }
        };
        if fields.guessed {
            report_guess(profile, entry, group.name, fields.prefix);
        }
        let net = IpNet::new(fields.address, fields.prefix).expect("the length fits the family");
        config(profile, v6).addresses.push(Address::new(net), entry.span);
        if let Some(text) = fields.gateway {
            match text.parse::<IpAddr>() {
                Ok(found) if found.is_unspecified() => {}
                Ok(found) if found.is_ipv6() == v6 && gateway.as_ref().is_none_or(|g| g.value == found) => {
                    match &mut gateway {
                        Some(at) => at.origin.merge(&Origin::at(entry.span)),
                        None => gateway = Some(At::new(found, entry.span)),
                    }
                }
                Ok(_) | Err(_) => {
                    let what = "names a gateway without effect: the first address that has one of this family counts";
                    profile.amiss(entry, group.name, what);
                }
            }
        }
    }
    if gateway.is_some() {
        config(profile, v6).gateway = gateway;
    }
}

/// Reports the prefix length that NetworkManager makes up.
pub(super) fn report_guess(profile: &mut Profile<'_>, entry: &Entry<'_>, group: &str, prefix: u8) {
    let what = format!("has no valid prefix length; NetworkManager takes {prefix}");
    profile.amiss(entry, group, &what);
}

fn read_gateway(profile: &mut Profile<'_>, group: &Group<'_>, v6: bool) {
    let Some(entry) = group.entries.iter().find(|e| e.key == "gateway") else { return };
    let address = text::unescape(entry.raw).ok().and_then(|t| t.trim().parse::<IpAddr>().ok());
    let Some(address) = address.filter(|a| a.is_ipv6() == v6) else {
        profile.bad(entry, group.name, "an address of this family");
        return;
    };
    let slot = &mut config(profile, v6).gateway;
    let other = slot.take().filter(|at| at.value != address);
    *slot = Some(At::new(address, Origin::at(entry.span)));
    if let Some(lost) = other.and_then(|at| at.origin.span()) {
        let other = Entry { key: "gateway", raw: entry.raw, span: lost };
        profile.amiss(&other, group.name, "counts, and not the gateway that stands with an address");
    }
}

/// The name servers that are such; NetworkManager drops the others one by one.
pub(super) fn name_servers(
    profile: &mut Profile<'_>,
    entry: &Entry<'_>,
    group: &'static str,
    value: Value,
) -> Value {
    let Value::List(items) = value else { return value };
    let v6 = group == "ipv6";
    let (good, bad): (Vec<_>, Vec<_>) =
        items.into_iter().partition(|item| is_name_server(&item.to_string(), v6));
    for item in bad {
        let what = format!("goes without `{item}`, which is no name server of this family");
        profile.amiss(entry, group, &what);
    }
    Value::List(good)
}

/// `ADDRESS`, `ADDRESS#NAME`, or a URI, whose address may be of either family.
fn is_name_server(text: &str, v6: bool) -> bool {
    if text.starts_with("dns+udp://") || text.starts_with("dns+tls://") {
        return true;
    }
    let address = text.split_once('#').map_or(text, |(address, _)| address);
    let address = if v6 { address.split_once('%').map_or(address, |(address, _)| address) } else { address };
    address.parse::<IpAddr>().is_ok_and(|a| a.is_ipv6() == v6)
}

/// Options of routes that do not exist have no effect.
fn check_options(profile: &mut Profile<'_>, group: &Group<'_>) {
    let lone = group.entries.iter().filter(|entry| {
        let Some(base) = entry.key.strip_suffix("_options") else { return false };
        let numbered = base.strip_prefix("routes").or_else(|| base.strip_prefix("route")).and_then(number);
        numbered.is_some() && !group.entries.iter().any(|e| e.key == base)
    });
    for entry in lone.collect::<Vec<_>>() {
        profile.amiss(entry, group.name, "has no effect: there is no route of that number");
    }
}
