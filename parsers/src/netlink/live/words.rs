//! Numbers of the kernel as iproute2 names them.

use crate::netlink::words::ROUTE_TYPES;
use netlink_packet_route::AddressFamily;
use netpivot_model::route::MAIN_TABLE;
use std::borrow::Cow;

/// The family of routes and rules of IP; other families are no configuration of IP.
pub(super) fn ip_family(family: AddressFamily) -> Option<&'static str> {
    if family == AddressFamily::Inet {
        Some("inet")
    } else {
        (family == AddressFamily::Inet6).then_some("inet6")
    }
}

/// `ifi_flags` (ip/ipaddress.c:print_link_flags); RUNNING is told by its absence.
pub(super) fn link_flags(flags: u32) -> Vec<String> {
    const UP: u32 = 1;
    const RUNNING: u32 = 1 << 6;
    const WORDS: &[(u32, &str)] = &[
        (1 << 3, "LOOPBACK"),
        (1 << 1, "BROADCAST"),
        (1 << 4, "POINTOPOINT"),
        (1 << 12, "MULTICAST"),
        (1 << 7, "NOARP"),
        (1 << 9, "ALLMULTI"),
        (1 << 8, "PROMISC"),
        (1 << 10, "MASTER"),
        (1 << 11, "SLAVE"),
        (1 << 2, "DEBUG"),
        (1 << 15, "DYNAMIC"),
        (1 << 14, "AUTOMEDIA"),
        (1 << 13, "PORTSEL"),
        (1 << 5, "NOTRAILERS"),
        (UP, "UP"),
        (1 << 16, "LOWER_UP"),
        (1 << 17, "DORMANT"),
        (1 << 18, "ECHO"),
    ];
    let no_carrier = (flags & UP != 0 && flags & RUNNING == 0).then_some("NO-CARRIER");
    let set = WORDS.iter().filter(|(bit, _)| flags & bit != 0).map(|(_, word)| *word);
    no_carrier.into_iter().chain(set).map(str::to_owned).collect()
}

/// ARPHRD_* (lib/ll_types.c).
pub(super) fn link_type(number: u16) -> Cow<'static, str> {
    match number {
        1 => "ether".into(),
        32 => "infiniband".into(),
        280 => "can".into(),
        512 => "ppp".into(),
        768 => "ipip".into(),
        769 => "tunnel6".into(),
        772 => "loopback".into(),
        776 => "sit".into(),
        778 => "gre".into(),
        801 => "ieee802.11".into(),
        803 => "ieee802.11/radiotap".into(),
        823 => "gre6".into(),
        65534 => "none".into(),
        other => format!("[{other}]").into(),
    }
}

/// IFLA_OPERSTATE.
pub(super) const OPERSTATES: &[&str] =
    &["UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN", "TESTING", "DORMANT", "UP"];

/// rtm_scope, ifa_scope (etc/iproute2/rt_scopes).
pub(super) fn scope(number: u8) -> Cow<'static, str> {
    match number {
        0 => "global".into(),
        200 => "site".into(),
        253 => "link".into(),
        254 => "host".into(),
        255 => "nowhere".into(),
        other => other.to_string().into(),
    }
}

/// rtm_protocol, by name where it has one.
pub(super) fn protocol(number: u8) -> String {
    crate::netlink::words::protocol(number).map_or_else(|| number.to_string(), str::to_owned)
}

/// A route table: the three that every kernel has by name.
pub(super) fn table(number: u32) -> String {
    match number {
        253 => "default".to_owned(),
        MAIN_TABLE => "main".to_owned(),
        255 => "local".to_owned(),
        other => other.to_string(),
    }
}

/// rtm_type, by name where it has one.
pub(super) fn route_type(number: u8) -> Cow<'static, str> {
    match ROUTE_TYPES.get(usize::from(number)) {
        Some(word) => (*word).into(),
        None => number.to_string().into(),
    }
}
