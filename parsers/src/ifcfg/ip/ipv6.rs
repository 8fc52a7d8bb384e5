//! IPv6: the method and what is read with it (`make_ip6_setting`, `ifup-ipv6`).

use super::ipv4::{other_reader, persistent};
use super::{Reading, gateway6, method6};
use crate::Context;
use crate::ifcfg::vars::{Rejected, boolean};
use ipnet::{IpNet, Ipv6Net};
use netpivot_model::codes::ip as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::ip::{AddrGenMode, Address, IpMethod};
use netpivot_model::link::Link;
use netpivot_model::route::Route;
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::{Int, Scalar, U32};
use netpivot_model::vocabulary::ifcfg::rows::{IPV6_ALWAYS as ALWAYS, IPV6_TABLE as TABLE};

/// Reads IPv6 but for the name servers.
pub fn read(r: Reading<'_>, link: &mut Link, cx: &mut Context) -> Result<Vec<Route>, Rejected> {
    let method = method6::choose(r, link, cx);
    privacy(r, link, cx);
    gateway6::never_default(r, link, cx);
    r.store(ALWAYS, link, cx);
    if !r.rule_files {
        r.store(TABLE, link, cx);
    } else if r.is_nm() {
        r.unread(
            ["IPV6_ROUTE_TABLE"],
            &codes::METHOD_IGNORES,
            "NetworkManager leaves the routes of a profile with rule files to its dispatcher script",
            cx,
        );
    }
    generation(r, link, cx);
    host_name(r, method, link);
    if !r.is_nm() && matches!(method, IpMethod::Auto | IpMethod::Dhcp) {
        let timeout = persistent(r, "PERSISTENT_DHCLIENT_IPV6", cx);
        if timeout.is_some() {
            link.ipv6.get_or_insert_default().dhcp_timeout = timeout;
        }
    }
    mtu(r, link, cx);
    if matches!(method, IpMethod::Ignore | IpMethod::Disabled) {
        r.unread(
            ["IPV6ADDR", "IPV6ADDR_SECONDARIES", "IPV6_DEFAULTGW"],
            &codes::METHOD_IGNORES,
            "IPv6 is off or left to the kernel (IPV6INIT, IPV6_DISABLED)",
            cx,
        );
        return Ok(Vec::new());
    }
    addresses(r, link, cx)?;
    without_addresses(r, link);
    gateway6::read(r, link, cx)
}

/// IPV6_PRIVACY: a truth value or `rfc3041`/`rfc4941` for NetworkManager, exactly `rfc3041` for initscripts.
fn privacy(r: Reading<'_>, link: &mut Link, cx: &mut Context) {
    let Some(var) = r.text("IPV6_PRIVACY") else {
        if r.is_nm() {
            r.unread(
                ["IPV6_PRIVACY_PREFER_PUBLIC_IP"],
                &codes::METHOD_IGNORES,
                "IPV6_PRIVACY is not set",
                cx,
            );
        }
        return;
    };
    let mut origin = Origin::at(var.span);
    let value = if r.is_nm() {
        let truth = boolean(var.value, r.file.reader);
        let known = matches!(var.value, "rfc3041" | "rfc4941");
        if truth.is_none() && !known {
            r.invalid("IPV6_PRIVACY", var, "`yes`, `no`, `rfc3041` or `rfc4941`", cx);
        }
        let public = r.boolean("IPV6_PRIVACY_PREFER_PUBLIC_IP", cx);
        match (truth.unwrap_or(known), public) {
            (false, _) => {
                r.unread(
                    ["IPV6_PRIVACY_PREFER_PUBLIC_IP"],
                    &codes::METHOD_IGNORES,
                    "temporary addresses are off",
                    cx,
                );
                0
            }
            (true, None) => 2,
            (true, Some(at)) => {
                origin.merge(&at.origin);
                if at.value { 1 } else { 2 }
            }
        }
    } else if var.value == "rfc3041" {
        2
    } else {
        r.differs(
            format!("`IPV6_PRIVACY={}` is without effect: initscripts know `rfc3041` only", var.value),
            var,
            cx,
        );
        return;
    };
    link.ipv6.get_or_insert_default().ip6_privacy = Int::new(value).map(|n| At::new(n, origin));
}

/// IPV6_ADDR_GEN_MODE; a token needs eui64, so that is its default then.
fn generation(r: Reading<'_>, link: &mut Link, cx: &mut Context) {
    if !r.is_nm() {
        return;
    }
    let ipv6 = link.ipv6.get_or_insert_default();
    ipv6.addr_gen_mode = match (r.text("IPV6_ADDR_GEN_MODE"), &ipv6.token) {
        (Some(var), _) => match AddrGenMode::from_text(var.value) {
            Ok(mode) => Some(At::new(mode, var.span)),
            Err(error) => {
                r.invalid("IPV6_ADDR_GEN_MODE", var, &error.expected, cx);
                None
            }
        },
        (None, Some(token)) => Some(At::new(
            AddrGenMode::Eui64,
            Origin::derived("token-needs-eui64", token.origin.spans().iter().copied()),
        )),
        (None, None) => None,
    };
}

/// A DHCP_HOSTNAME with a dot is sent by DHCPv6, too, where that has no name of its own.
fn host_name(r: Reading<'_>, method: IpMethod, link: &mut Link) {
    let dhcp = matches!(method, IpMethod::Auto | IpMethod::Dhcp);
    if let (true, true, None, Some(var)) =
        (r.is_nm(), dhcp, r.text("DHCPV6_HOSTNAME"), r.text("DHCP_HOSTNAME"))
        && var.value.contains('.')
    {
        link.ipv6.get_or_insert_default().dhcp_hostname = Some(At::new(var.value.to_owned(), var.span));
    }
}

/// IPV6_MTU, which only initscripts know.
fn mtu(r: Reading<'_>, link: &mut Link, cx: &mut Context) {
    if r.is_nm() {
        other_reader(r, "IPV6_MTU", "the MTU of IPv6", "set ipv6.mtu in the keyfile", cx);
    } else if let Some(at) = r.number("IPV6_MTU", (1280, 4_294_967_295), cx) {
        link.ipv6.get_or_insert_default().mtu = U32::new(at.value).map(|n| At::new(n, at.origin));
    }
}

/// IPV6ADDR, then IPV6ADDR_SECONDARIES; NetworkManager splits both at blanks, without a length it is /64.
fn addresses(r: Reading<'_>, link: &mut Link, cx: &mut Context) -> Result<(), Rejected> {
    for key in ["IPV6ADDR", "IPV6ADDR_SECONDARIES"] {
        let Some(var) = r.text(key) else { continue };
        let blank = |c: char| c == ' ' || (!r.is_nm() && c.is_ascii_whitespace());
        for word in var.value.split(blank).filter(|word| !word.is_empty()) {
            let Some(net) = parse(word) else {
                if r.is_nm() {
                    return Err(Rejected::at(
                        format!("`{word}` in `{key}` is not an IPv6 address"),
                        var.span,
                    ));
                }
                cx.report(
                    Diagnostic::new(
                        &codes::INVALID_ADDRESS,
                        format!("`{word}` in `{key}` is not an IPv6 address and cannot be set on the host"),
                    )
                    .at(var.span)
                    .help("write ADDRESS/LENGTH"),
                );
                continue;
            };
            push(key, Address::new(IpNet::V6(net)), var.span, link, cx);
        }
    }
    Ok(())
}

/// A static link whose addresses ip(8) has all refused has its link-local address only.
fn without_addresses(r: Reading<'_>, link: &mut Link) {
    if let (false, Some(ipv6)) = (r.is_nm(), &mut link.ipv6)
        && ipv6.addresses.items.is_empty()
        && let Some(at) = &mut ipv6.method
        && at.value == IpMethod::Manual
    {
        at.value = IpMethod::LinkLocal;
    }
}

fn push(key: &str, address: Address, span: Span, link: &mut Link, cx: &mut Context) {
    let list = &mut link.ipv6.get_or_insert_default().addresses;
    if list.values().any(|other| *other == address) {
        cx.report(
            Diagnostic::new(&codes::DUPLICATE_ITEM, format!("{address} of {key} stands twice in the file"))
                .at(span),
        );
    } else {
        list.push(address, span);
    }
}

/// `ADDRESS/LENGTH`, or an address alone, which is /64.
#[must_use]
pub fn parse(word: &str) -> Option<Ipv6Net> {
    match word.split_once('/') {
        Some((ip, len)) => Ipv6Net::new(ip.parse().ok()?, len.parse().ok()?).ok(),
        None => Ipv6Net::new(word.parse().ok()?, 64).ok(),
    }
}
