//! Numbers of routes, rules and addresses, and the words that ip(8) prints for them.

/// rtm_protocol (etc/iproute2/rt_protos).
const PROTOCOLS: [(u8, &str); 23] = [
    (0, "unspec"),
    (1, "redirect"),
    (2, "kernel"),
    (3, "boot"),
    (4, "static"),
    (8, "gated"),
    (9, "ra"),
    (10, "mrt"),
    (11, "zebra"),
    (12, "bird"),
    (13, "dnrouted"),
    (14, "xorp"),
    (15, "ntk"),
    (16, "dhcp"),
    (17, "mrouted"),
    (18, "keepalived"),
    (42, "babel"),
    (99, "openr"),
    (186, "bgp"),
    (187, "isis"),
    (188, "ospf"),
    (189, "rip"),
    (192, "eigrp"),
];

/// rtm_type, by number (lib/rt_names.c:rtnl_rtntype_n2a).
pub(super) const ROUTE_TYPES: [&str; 12] = [
    "none",
    "unicast",
    "local",
    "broadcast",
    "anycast",
    "multicast",
    "blackhole",
    "unreachable",
    "prohibit",
    "throw",
    "nat",
    "xresolve",
];

/// The name of a protocol that may be printed as its number.
pub(super) fn protocol_word(text: &str) -> &str {
    text.parse().ok().and_then(protocol).unwrap_or(text)
}

/// The name of a protocol.
pub(super) fn protocol(number: u8) -> Option<&'static str> {
    PROTOCOLS.iter().find(|(n, _)| *n == number).map(|(_, word)| *word)
}
