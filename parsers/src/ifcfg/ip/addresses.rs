//! IPADDR, PREFIX and NETMASK with and without numbers (3.3).

use super::Reading;
use crate::Context;
use crate::ifcfg::vars::{Rejected, Var};
use ipnet::Ipv4Net;
use netpivot_model::codes::Code;
use netpivot_model::codes::ip as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::ip::Address;
use netpivot_model::source::{At, Origin, Span};
use std::net::Ipv4Addr;

/// An address of the file with the number of its keys (empty for `IPADDR` itself).
pub struct Numbered {
    /// What follows `IPADDR`.
    pub suffix: String,
    /// The address; its origin holds IPADDR and PREFIX or NETMASK.
    pub address: At<Ipv4Net>,
}

/// Suffixes in the order of both readers: none, 0, 1, 2 …; none, 0 and 1 may be missing, the
/// first missing one from 2 on ends the list. initscripts stop at 255.
fn suffixes(nm: bool) -> impl Iterator<Item = (Option<u32>, String)> {
    let last = if nm { u32::MAX } else { 255 };
    std::iter::once((None, String::new())).chain((0..=last).map(|n| (Some(n), n.to_string())))
}

/// Reads the addresses in order.
///
/// # Errors
/// NetworkManager refuses a file with an address that does not parse.
pub fn read(r: Reading<'_>, cx: &mut Context) -> Result<Vec<Numbered>, Rejected> {
    let mut list: Vec<Numbered> = Vec::new();
    for (number, suffix) in suffixes(r.is_nm()) {
        let key = format!("IPADDR{suffix}");
        let Some(var) = r.text(&key) else {
            if number.is_some_and(|n| n >= 2) {
                break;
            }
            continue;
        };
        let Some(ip) = parse(r, &key, var, cx)? else { continue };
        let address = with_prefix(r, ip, var.span, &suffix, cx)?;
        if list.iter().any(|other| other.address.value == address.value) {
            cx.report(
                Diagnostic::new(
                    &codes::DUPLICATE_ITEM,
                    format!("`{key}={}` stands twice in the file", var.value),
                )
                .from(&address.origin),
            );
            continue;
        }
        list.push(Numbered { suffix, address });
    }
    Ok(list)
}

/// The address of the variable, `None` (and reported) where initscripts would stumble over it.
///
/// # Errors
/// NetworkManager refuses the file.
pub fn parse(
    r: Reading<'_>,
    key: &str,
    var: Var<'_>,
    cx: &mut Context,
) -> Result<Option<Ipv4Addr>, Rejected> {
    match var.value.parse() {
        Ok(ip) => Ok(Some(ip)),
        Err(_) if r.is_nm() => {
            Err(Rejected::at(format!("`{key}={}` is not an IPv4 address", var.value), var.span))
        }
        Err(_) => {
            cx.report(
                Diagnostic::new(
                    &codes::INVALID_ADDRESS,
                    format!("`{key}={}` is no IPv4 address and cannot be set on the host", var.value),
                )
                .at(var.span)
                .help("write four numbers with dots; the length goes into PREFIX"),
            );
            Ok(None)
        }
    }
}

/// The length of an address: PREFIX, else NETMASK, else its network class.
fn with_prefix(
    r: Reading<'_>,
    ip: Ipv4Addr,
    span: Span,
    suffix: &str,
    cx: &mut Context,
) -> Result<At<Ipv4Net>, Rejected> {
    let net = |len| Ipv4Net::new(ip, len).expect("at most 32");
    if let Some((len, spans)) = said_length(r, suffix, cx)? {
        return Ok(At::new(net(len), Origin::said(std::iter::once(span).chain(spans))));
    }
    let len = default_prefix(ip);
    cx.report(
        Diagnostic::new(
            &codes::CLASSFUL,
            format!("`IPADDR{suffix}={ip}` has neither PREFIX{suffix} nor NETMASK{suffix}; its network class makes it {ip}/{len}"),
        )
        .at(span)
        .help(format!("add PREFIX{suffix}={len}, or the length that the network really has")),
    );
    Ok(At::new(net(len), span))
}

/// The length that PREFIX and NETMASK of that number say, with their places. PREFIX wins.
///
/// # Errors
/// NetworkManager refuses the file.
pub fn said_length(
    r: Reading<'_>,
    suffix: &str,
    cx: &mut Context,
) -> Result<Option<(u8, Vec<Span>)>, Rejected> {
    let (prefix_key, netmask_key) = (format!("PREFIX{suffix}"), format!("NETMASK{suffix}"));
    let netmask = r.text(&netmask_key);
    let Some(var) = r.text(&prefix_key) else {
        let Some(var) = netmask else { return Ok(None) };
        let Some(mask) = parse(r, &netmask_key, var, cx)? else { return Ok(None) };
        let len = prefix_of_netmask(mask);
        if netmask_of(len) != mask {
            report_netmask(&netmask_key, var, format!("has holes; it is taken as /{len}"), cx);
        }
        return Ok(Some((len, vec![var.span])));
    };
    let Some(len) = var.value.trim().parse::<u8>().ok().filter(|len| *len <= 32) else {
        if r.is_nm() {
            return Err(Rejected::at(
                format!("`{prefix_key}={}` is not a prefix length", var.value),
                var.span,
            ));
        }
        r.invalid(&prefix_key, var, "a whole number from 0 to 32", cx);
        return Ok(None);
    };
    let mut spans = vec![var.span];
    if let Some(var) = netmask {
        if var.value.parse() == Ok(netmask_of(len)) {
            spans.push(var.span);
        } else {
            report_netmask(&netmask_key, var, format!("is not used: {prefix_key}={len} decides"), cx);
        }
    }
    Ok(Some((len, spans)))
}

fn report_netmask(key: &str, var: Var<'_>, what: String, cx: &mut Context) {
    cx.report(
        Diagnostic::new(&codes::NETMASK_IGNORED, format!("`{key}={}` {what}", var.value))
            .at(var.span)
            .help("keep the one of both that the network really has"),
    );
}

/// The netmask of that length, at most 32.
fn netmask_of(len: u8) -> Ipv4Addr {
    Ipv4Addr::from_bits(u32::MAX.checked_shl(32 - u32::from(len)).unwrap_or(0))
}

/// The length of a netmask: up to its last bit (`nm_ip4_addr_netmask_to_prefix`).
#[must_use]
pub fn prefix_of_netmask(mask: Ipv4Addr) -> u8 {
    u8::try_from(32 - mask.to_bits().trailing_zeros()).unwrap_or(0)
}

/// The length that the network class gives (`nm_ip4_addr_get_default_prefix`, ipcalc).
#[must_use]
pub fn default_prefix(ip: Ipv4Addr) -> u8 {
    match ip.octets()[0] {
        0..=127 => 8,
        128..=191 => 16,
        192..=255 => 24,
    }
}

/// The first IPv4 address among a link's.
#[must_use]
pub fn base_address(addresses: &[At<Address>]) -> Option<Ipv4Net> {
    addresses.iter().find_map(|at| match at.value.net {
        ipnet::IpNet::V4(net) => Some(net),
        ipnet::IpNet::V6(_) => None,
    })
}

/// Reports the numbered keys of the stems that no step has used: neither in `used` nor in a
/// diagnostic since the given position.
pub fn report_rest(
    r: Reading<'_>,
    stems: &[&str],
    used: &[Span],
    (since, code, why): (usize, &'static Code, &str),
    cx: &mut Context,
) {
    let rest: Vec<(&str, Var<'_>)> = r
        .file
        .vars
        .names()
        .filter(|name| stems.iter().any(|stem| number_of(name, stem).is_some()))
        .filter_map(|name| r.text(name).map(|var| (name, var)))
        .filter(|(_, var)| !used.contains(&var.span))
        .filter(|(_, var)| !cx.diagnostics[since..].iter().any(|d| d.labels.contains(&var.span)))
        .collect();
    r.unread_vars(&rest, code, why, cx);
}

/// What follows the stem in a numbered key: digits or nothing.
pub fn number_of<'k>(name: &'k str, stem: &str) -> Option<&'k str> {
    name.strip_prefix(stem).filter(|rest| rest.bytes().all(|b| b.is_ascii_digit()))
}
