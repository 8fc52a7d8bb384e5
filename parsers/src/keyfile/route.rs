//! `routeN=` and `routeN_options=` (keyfile.md 10.2).

use super::ip::{fields, numbered, report_guess};
use super::lex::{Entry, Group};
use super::profile::Profile;
use ipnet::IpNet;
use netpivot_model::codes::keyfile as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::network::Owned;
use netpivot_model::reflect::{FieldMut, Node};
use netpivot_model::route::{NextHop, Route};
use netpivot_model::source::{At, Origin};
use netpivot_model::value::Value;
use netpivot_model::vocabulary::keyfile::route::{self as options, Kind};
use netpivot_model::vocabulary::keyfile::text;
use std::net::IpAddr;

/// Reads the routes of a group.
pub(super) fn read(profile: &mut Profile<'_>, group: &Group<'_>, v6: bool) {
    let mut routes = Vec::new();
    for entry in numbered(group, &["route", "routes"]) {
        match one(profile, entry, group.name, v6) {
            Ok(mut route) => {
                let key = format!("{}_options", entry.key);
                if let Some(entry) = group.entries.iter().find(|e| e.key == key) {
                    read_options(profile, &mut route, entry, group.name, v6);
                }
                routes.push(route);
            }
            Err(expected) => profile.bad(entry, group.name, expected),
        }
    }
    let owner = Some(profile.id);
    profile.network.routes.extend(join(routes).into_iter().map(|item| Owned { owner, item }));
}

fn one(profile: &mut Profile<'_>, entry: &Entry<'_>, group: &str, v6: bool) -> Result<Route, &'static str> {
    let value = text::unescape(entry.raw).map_err(|_| "a route")?;
    let fields = fields(&value, v6, true)?;
    if fields.guessed {
        report_guess(profile, entry, group, fields.prefix);
    }
    let dst = IpNet::new(fields.address, fields.prefix).map_err(|_| "a destination")?;
    let mut route = Route { dst: Some(At::new(dst, entry.span)), ..Route::default() };
    let mut metric = fields.metric;
    if let Some(text) = fields.gateway {
        match text.parse::<IpAddr>() {
            Ok(gateway) if gateway.is_ipv6() == v6 => {
                route.gateway = (!gateway.is_unspecified()).then(|| At::new(gateway, entry.span));
            }
            // The broken form `DEST/LENGTH,METRIC` of old releases (bgo#719851).
            Ok(_) | Err(_) if v6 && metric.is_none() => {
                metric = Some(text.parse().map_err(|_| "a gateway of this family")?);
            }
            Ok(_) | Err(_) => return Err("a gateway of this family"),
        }
    }
    route.metric =
        metric.and_then(|n| netpivot_model::value::U32::new(i64::from(n))).map(|n| At::new(n, entry.span));
    Ok(route)
}

/// Splits `key=value,key=value`; `\` takes the next character literally
/// (`nm_utils_parse_variant_attributes`).
fn pairs(value: &str) -> Option<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    let (mut key, mut item, mut in_value) = (String::new(), String::new(), false);
    let mut chars = value.chars();
    loop {
        match chars.next() {
            Some('\\') => item.push(chars.next()?),
            Some('=') if !in_value => {
                key = std::mem::take(&mut item);
                in_value = true;
            }
            end @ (Some(',') | None) => {
                if !in_value {
                    key = std::mem::take(&mut item);
                }
                if !key.is_empty() || in_value {
                    pairs.push((std::mem::take(&mut key), std::mem::take(&mut item)));
                }
                in_value = false;
                if end.is_none() {
                    return Some(pairs);
                }
            }
            Some(other) => item.push(other),
        }
    }
}

/// One bad value discards all options of the route; unknown names are ignored.
fn read_options(profile: &mut Profile<'_>, route: &mut Route, entry: &Entry<'_>, group: &str, v6: bool) {
    let parsed = text::unescape(entry.raw).ok().and_then(|value| pairs(&value));
    let Some(parsed) = parsed else {
        return profile.bad(entry, group, "KEY=VALUE,KEY=VALUE");
    };
    let mut with_options = route.clone();
    let mut ignored = Vec::new();
    for (name, value) in &parsed {
        let option = options::option(name).filter(|option| option.allows(v6));
        let Some(option) = option else {
            ignored.push(format!("`{name}={value}`"));
            continue;
        };
        let set = read_option(option.kind, value).and_then(|value| {
            let FieldMut::Leaf(leaf) = with_options.field_mut(option.field)? else { return None };
            leaf.set(&value, Origin::at(entry.span)).ok()
        });
        if set.is_none() {
            let what = format!(
                "has no effect: for one bad value, `{name}={value}`, NetworkManager drops all options of the route"
            );
            return profile.amiss(entry, group, &what);
        }
    }
    *route = with_options;
    if !ignored.is_empty() {
        profile.cx.report(
            Diagnostic::new(
                &codes::BAD_VALUE,
                format!(
                    "{} of `{}` has no effect: no such option of this family",
                    ignored.join(", "),
                    entry.key
                ),
            )
            .at(entry.span)
            .help("remove it"),
        );
    }
}

fn read_option(kind: Kind, value: &str) -> Option<Value> {
    match kind {
        Kind::Number => value.trim().parse::<u32>().ok().map(|n| Value::Int(i64::from(n))),
        Kind::Bool => match value.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Some(Value::Bool(true)),
            "false" | "no" | "off" | "0" => Some(Value::Bool(false)),
            _ => None,
        },
        Kind::Text => Some(Value::text(value.to_owned())),
    }
}

/// Routes with a weight, equal but for their next hops, are one multipath route in the kernel.
fn join(routes: Vec<Route>) -> Vec<Route> {
    let mut joined: Vec<Route> = Vec::with_capacity(routes.len());
    for route in routes {
        let is_hop = route.weight.as_ref().is_some_and(|at| at.value.get() > 0) && route.gateway.is_some();
        let place = joined.iter_mut().rev().find(|other| is_hop && same_but_hop(other, &route));
        match place {
            Some(other) => {
                if other.nexthops.is_empty() {
                    let first = take_hop(other);
                    other.nexthops.push(first);
                }
                let mut route = route;
                other.nexthops.push(take_hop(&mut route));
            }
            None => joined.push(route),
        }
    }
    joined
}

fn same_but_hop(a: &Route, b: &Route) -> bool {
    let plain = |route: &Route| Route {
        gateway: None,
        weight: None,
        onlink: None,
        nexthops: Vec::new(),
        ..route.clone()
    };
    let weighs = a.weight.as_ref().is_some_and(|at| at.value.get() > 0) || !a.nexthops.is_empty();
    weighs && a.dst == b.dst && plain(a) == plain(b)
}

fn take_hop(route: &mut Route) -> NextHop {
    NextHop {
        gateway: route.gateway.take(),
        dev: None,
        weight: route.weight.take(),
        onlink: route.onlink.take(),
    }
}

#[cfg(test)]
mod tests {
    use super::pairs;

    #[test]
    fn options_split_at_commas_that_are_not_escaped() {
        let split = pairs("mtu=1400,src=1\\,2,quickack").unwrap();
        let expected = [("mtu", "1400"), ("src", "1,2"), ("quickack", "")];
        assert_eq!(split, expected.map(|(k, v)| (k.to_owned(), v.to_owned())));
        assert_eq!(pairs("a=\\"), None);
    }
}
