//! What silence means in SUSE's ifcfg files, as wicked reads them (ifcfg(5), `client/suse/compat-suse.c`).

use super::{Silence, kernel};
use crate::ip::{IpConfig, IpMethod};
use crate::link::{Link, LinkKind};
use crate::path::FieldPath;
use crate::reflect::Sub;
use crate::value::Value;

/// What wicked sets where nobody says anything, else what the kernel has.
#[must_use]
pub fn of(field: FieldPath, link: &Link) -> Silence {
    match own(field, link).or_else(|| super::nothing(field)).or_else(|| advertisements(field, link)) {
        Some(value) => Silence::Value(value),
        None if link.is_addressless_port() && is_ip(field) => Silence::Unknown,
        None => kernel::of(field, link),
    }
}

/// Methods other than `auto` come of `accept_ra = 0`, without which nothing is made of `autoconf` either.
fn advertisements(field: FieldPath, link: &Link) -> Option<Value> {
    let method = link.ipv6.as_ref()?.method.as_ref()?.value;
    let is_off = matches!(method, IpMethod::Manual | IpMethod::LinkLocal | IpMethod::Dhcp);
    is_off.then(|| super::advertisements(field, method.as_str())).flatten()
}

fn is_ip(field: FieldPath) -> bool {
    field.is_under("ipv4") || field.is_under("ipv6")
}

/// The settings whose silence other formats take otherwise.
#[must_use]
pub fn paths(link: &Link) -> Vec<FieldPath> {
    const FIELDS: [&str; 13] = [
        "autoconnect",
        "bridge.stp",
        "bond.miimon",
        "macvlan.mode",
        "ipvlan.mode",
        "ip_tunnel.pmtudisc",
        "wifi.hidden",
        "ipv4.method",
        "ipv6.method",
        "ipv4.dhcp_client_id",
        "ipv4.dhcp_iaid",
        "ipv4.dhcp_send_hostname",
        "ipv6.dhcp_send_hostname",
    ];
    const DHCP6: [&str; 2] = ["ipv6.dhcp_duid", "ipv6.dhcp_iaid"];
    let fields = FIELDS.into_iter().chain(DHCP6).map(FieldPath::parse);
    fields.filter(|field| own(*field, link).is_some()).collect()
}

fn own(field: FieldPath, link: &Link) -> Option<Value> {
    let is = |text: &'static str| field == FieldPath::parse(text);
    if is("autoconnect") {
        // STARTMODE=manual is the default; a port without a file of its own says so itself, and every host has `lo`.
        return Some(Value::Bool(matches!(link.kind.value, LinkKind::Loopback(_))));
    }
    if is("hotplug") {
        return Some(Value::Bool(false));
    }
    let layer = matches!(link.kind.value, LinkKind::OvsBridge(_) | LinkKind::OvsPort(_));
    if layer && !link.is_addressless_port() {
        return None;
    }
    if is("ipv4.method") || is("ipv6.method") {
        return Some(Value::text(method(link, is("ipv6.method")).as_str()));
    }
    if link.is_addressless_port() && is_ip(field) {
        return None;
    }
    let taken = ["never_default", "ignore_auto_dns", "ignore_auto_routes"];
    for family in ["ipv4", "ipv6"] {
        // What a lease gives is taken, and one family may fail.
        let name = field.names().nth(1).filter(|_| field.is_under(family)).unwrap_or("");
        if taken.contains(&name) || name == "may_fail" {
            return Some(Value::Bool(name == "may_fail"));
        }
    }
    kind(field, &link.kind.value).or_else(|| dhcp(field, link))
}

fn kind(field: FieldPath, kind: &LinkKind) -> Option<Value> {
    let is = |text: &'static str| field == FieldPath::parse(text);
    let found = [
        (matches!(kind, LinkKind::Bridge(_)), "bridge.stp", Value::Bool(false)),
        (matches!(kind, LinkKind::Bond(_)), "bond.miimon", Value::Int(0)),
        (matches!(kind, LinkKind::Macvlan(_)), "macvlan.mode", Value::text("vepa")),
        (matches!(kind, LinkKind::Ipvlan(_)), "ipvlan.mode", Value::text("l3")),
        (matches!(kind, LinkKind::IpTunnel(_)), "ip_tunnel.pmtudisc", Value::Bool(false)),
        (matches!(kind, LinkKind::Infiniband(_)), "infiniband.transport_mode", Value::text("datagram")),
        // A network is asked for by its name (WIRELESS_HIDDEN_SSID).
        (matches!(kind, LinkKind::Wifi(_)), "wifi.hidden", Value::Bool(true)),
    ];
    found.into_iter().find(|(fits, path, _)| *fits && is(path)).map(|(_, _, value)| value)
}

/// BOOTPROTO=static is the default: the addresses that are there, and the kernel's own IPv6 autoconfiguration.
fn method(link: &Link, v6: bool) -> IpMethod {
    if link.is_addressless_port() {
        return IpMethod::Disabled;
    }
    let config = if v6 { &link.ipv6 } else { &link.ipv4 };
    let has_addresses = config.as_ref().is_some_and(|config| config.addresses.is_said());
    let loopback = matches!(link.kind.value, LinkKind::Loopback(_));
    match (v6, has_addresses) {
        (true, _) if !loopback => IpMethod::Auto,
        (_, true) => IpMethod::Manual,
        (_, false) => IpMethod::Disabled,
    }
}

/// wicked's DHCP clients: an RFC 4361 client id of the link's own IAID, a DUID of the link-layer address and time,
/// and no host name unless DHCLIENT_HOSTNAME_OPTION names one.
fn dhcp(field: FieldPath, link: &Link) -> Option<Value> {
    let is = |text: &'static str| field == FieldPath::parse(text);
    let asks = |config: &Sub<IpConfig>| {
        let method = config.as_ref().and_then(|c| c.method.as_ref());
        method.is_some_and(|at| matches!(at.value, IpMethod::Auto | IpMethod::Dhcp))
    };
    if field.is_under("ipv4") && asks(&link.ipv4) {
        if is("ipv4.dhcp_client_id") {
            return Some(Value::text("ipv6-duid"));
        }
        if is("ipv4.dhcp_iaid") {
            return Some(Value::text("mac"));
        }
        if is("ipv4.dhcp_send_hostname") {
            return Some(Value::Int(0));
        }
    }
    if field.is_under("ipv6") && asks(&link.ipv6) {
        if is("ipv6.dhcp_duid") {
            return Some(Value::text("llt"));
        }
        if is("ipv6.dhcp_iaid") {
            return Some(Value::text("mac"));
        }
        if is("ipv6.dhcp_send_hostname") {
            return Some(Value::Int(0));
        }
    }
    None
}
