//! Routes: RTM_GETROUTE, both families, all tables.

use super::attribute::{Codec, Names, Row, attributes, device, ip, number, number32, settings, unknown};
use super::socket::Replies;
use super::words;
use crate::netlink::snapshot::{NextHopState, RouteState, Via};
use netlink_packet_route::route::RouteHeader;
use serde_json::{Map, Value as Json};
use std::net::IpAddr;

/// The length of `struct rtmsg`.
const HEADER: usize = 12;
/// The length of `struct rtnexthop`.
const HOP_HEADER: usize = 8;
/// RTM_F_CLONED: an exception that the kernel keeps for one destination.
const CLONED: u32 = 0x200;

/// The routes in the order of the kernel.
pub(super) fn routes(replies: &Replies, names: &Names) -> Vec<RouteState> {
    replies.iter().filter_map(|payload| route(payload, names)).collect()
}

fn route(payload: &[u8], names: &Names) -> Option<RouteState> {
    let header = RouteHeader::parse(payload).ok()?;
    // Multicast routes, their rules and MPLS are no IP routes.
    let family = words::ip_family(header.address_family)?;
    if header.flags.bits() & CLONED != 0 {
        return None;
    }
    let mut state = RouteState {
        family: Some(family.to_owned()),
        kind: Some(words::route_type(u8::from(header.kind)).into_owned()),
        dst: "default".to_owned(),
        protocol: Some(words::protocol(u8::from(header.protocol))),
        scope: Some(words::scope(u8::from(header.scope)).into_owned()),
        table: Some(words::table(header.table.into())),
        tos: (header.tos != 0).then(|| format!("{:#04x}", header.tos)),
        flags: hop_flags(header.flags.bits()),
        ..RouteState::default()
    };
    for (kind, value) in attributes(payload.get(HEADER..)?) {
        match kind {
            1 => state.dst = prefix(ip(value)?, header.destination_prefix_length),
            2 => state.from = Some(prefix(ip(value)?, header.source_prefix_length)),
            4 => state.dev = number32(value).map(|index| device(index, names)),
            5 => state.gateway = ip(value).map(|gateway| gateway.to_string()),
            6 => state.metric = number32(value),
            7 => state.prefsrc = ip(value).map(|source| source.to_string()),
            8 => state.metrics = metrics(value).into_iter().collect(),
            9 => state.nexthops = hops(value, names),
            11 => flow(number32(value).unwrap_or(0), &mut state.other),
            12 => {
                let left = value.get(8..12).and_then(number32).map(u32::cast_signed);
                // USER_HZ is 100.
                state.expires = left.filter(|left| *left != 0).map(|left| (left / 100).into());
            }
            15 => state.table = number32(value).map(words::table),
            18 => state.via = via(value),
            20 => state.pref = Some(preference(value).to_owned()),
            // RTA_IIF, RTA_MFC_STATS, RTA_EXPIRES of multicast routes.
            3 | 17 | 23 => {}
            22 => drop(state.other.insert("encap".to_owned(), encapsulation(payload.get(HEADER..)).into())),
            21 => {}
            26 => drop(state.other.insert("ttl-propagate".to_owned(), number(value).into())),
            30 => drop(state.other.insert("nhid".to_owned(), number(value).into())),
            kind => unknown(&mut state.other, "RTA_", kind, value),
        }
    }
    Some(state)
}

/// An address with its prefix length, which iproute2 leaves out where it is the whole address.
fn prefix(ip: IpAddr, length: u8) -> String {
    let whole = if ip.is_ipv6() { 128 } else { 32 };
    if length == whole { ip.to_string() } else { format!("{ip}/{length}") }
}

/// RTNH_F_*.
fn hop_flags(flags: u32) -> Vec<String> {
    const WORDS: [(u32, &str); 7] = [
        (1, "dead"),
        (4, "onlink"),
        (2, "pervasive"),
        (8, "offload"),
        (64, "trap"),
        (16, "linkdown"),
        (32, "unresolved"),
    ];
    WORDS.iter().filter(|(bit, _)| flags & bit != 0).map(|(_, word)| (*word).to_owned()).collect()
}

/// `struct rtvia`: a family and an address of it.
fn via(bytes: &[u8]) -> Option<Via> {
    let host = ip(bytes.get(2..)?)?;
    let family = if host.is_ipv6() { "inet6" } else { "inet" };
    Some(Via { family: family.to_owned(), host: host.to_string() })
}

/// ICMPV6_ROUTER_PREF_*.
fn preference(bytes: &[u8]) -> &'static str {
    match number(bytes) {
        Some(1) => "high",
        Some(3) => "low",
        Some(_) | None => "medium",
    }
}

/// The upper half is the source's realm (ip/iproute.c).
fn flow(realms: u32, other: &mut Map<String, Json>) {
    let (from, to) = (realms >> 16, realms & 0xffff);
    let mut map = Map::new();
    for (key, realm) in [("from", from), ("to", to)] {
        if key == "to" || realm != 0 {
            map.insert(key.to_owned(), realm.to_string().into());
        }
    }
    other.insert("flow".to_owned(), map.into());
}

/// LWTUNNEL_ENCAP_* by number, from RTA_ENCAP_TYPE.
fn encapsulation(beside: Option<&[u8]>) -> &'static str {
    const WORDS: [&str; 9] = ["none", "mpls", "ip", "ila", "ip6", "seg6", "bpf", "seg6local", "rpl"];
    let kind = attributes(beside.unwrap_or_default()).find(|(kind, _)| *kind == 21);
    let number = kind.and_then(|(_, value)| number(value)).and_then(|n| usize::try_from(n).ok());
    number.and_then(|n| WORDS.get(n)).copied().unwrap_or("unknown")
}

/// RTAX_* (ip/iproute.c:mx_names).
const METRICS: &[Row] = &[
    (2, "mtu", Codec::Number),
    (3, "window", Codec::Number),
    (4, "rtt", Codec::Number),
    (5, "rttvar", Codec::Number),
    (6, "ssthresh", Codec::Number),
    (7, "cwnd", Codec::Number),
    (8, "advmss", Codec::Number),
    (9, "reordering", Codec::Number),
    (10, "hoplimit", Codec::Number),
    (11, "initcwnd", Codec::Number),
    (12, "features", Codec::Number),
    (13, "rto_min", Codec::Number),
    (14, "initrwnd", Codec::Number),
    (15, "quickack", Codec::Number),
    (16, "congctl", Codec::Text),
    (17, "fastopen_no_cookie", Codec::Number),
];
/// RTAX_LOCK: which metrics the path may not change.
const LOCK: u16 = 1;

fn metrics(bytes: &[u8]) -> Option<Map<String, Json>> {
    let mut map = settings(bytes, METRICS, "RTAX_", &Names::default());
    map.shift_remove(&format!("RTAX_{LOCK}"));
    let locks = attributes(bytes).find(|(kind, _)| *kind == LOCK).and_then(|(_, value)| number32(value));
    for (number, name, _) in METRICS.iter().filter(|(n, ..)| locks.unwrap_or(0) >> n & 1 == 1) {
        // A lock of a metric that is not set holds the kernel's own value, and iproute2 does not print it.
        if attributes(bytes).any(|(kind, _)| kind == *number) {
            map.insert(format!("lock_{name}"), true.into());
        }
    }
    (!map.is_empty()).then_some(map)
}

/// RTA_MULTIPATH: `struct rtnexthop` with attributes, one behind the other.
fn hops(mut bytes: &[u8], names: &Names) -> Vec<NextHopState> {
    let mut found = Vec::new();
    while let Some(length) = bytes.get(..2).and_then(number).and_then(|n| usize::try_from(n).ok()) {
        let Some(hop) = bytes.get(..length).filter(|hop| hop.len() >= HOP_HEADER) else { break };
        let mut state = NextHopState {
            flags: hop_flags(hop.get(2).copied().unwrap_or(0).into()),
            weight: hop.get(3).map(|hops| u32::from(*hops) + 1),
            dev: hop.get(4..8).and_then(number32).map(|index| device(index, names)),
            ..NextHopState::default()
        };
        for (kind, value) in attributes(hop.get(HOP_HEADER..).unwrap_or_default()) {
            match kind {
                5 => state.gateway = ip(value).map(|gateway| gateway.to_string()),
                11 => flow(number32(value).unwrap_or(0), &mut state.other),
                18 => state.via = via(value),
                21 => {}
                22 => {
                    drop(state.other.insert("encap".to_owned(), encapsulation(hop.get(HOP_HEADER..)).into()))
                }
                kind => unknown(&mut state.other, "RTA_", kind, value),
            }
        }
        found.push(state);
        bytes = bytes.get((length + 3) & !3..).unwrap_or_default();
    }
    found
}
