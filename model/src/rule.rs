//! Routing policy rules (`FRA_*`, ip-rule(8)).

use crate::reflect::{List, Said};
use crate::value::{Int, U8, U32};
use crate::{node, words};
use ipnet::IpNet;

words! {
    /// Address family of a rule.
    pub enum Family { V4 = "ipv4", V6 = "ipv6" }
}
words! {
    /// `FRA_ACTION`.
    pub enum RuleAction {
        Table = "table",
        Blackhole = "blackhole",
        Unreachable = "unreachable",
        Prohibit = "prohibit",
        Goto = "goto",
        Nop = "nop",
    }
}

/// The protocols that ip(8) names, as protocols(5) does everywhere; it prints another one that the host names by that name, and
/// `ipproto-N` for those that it does not (`inet_proto_n2a()`).
pub const IP_PROTOCOLS: [(&str, u8); 22] = [
    ("icmp", 1),
    ("igmp", 2),
    ("ipencap", 4),
    ("tcp", 6),
    ("egp", 8),
    ("udp", 17),
    ("dccp", 33),
    ("ipv6", 41),
    ("rsvp", 46),
    ("gre", 47),
    ("esp", 50),
    ("ah", 51),
    ("ipv6-icmp", 58),
    ("eigrp", 88),
    ("ospf", 89),
    ("ipip", 94),
    ("pim", 103),
    ("vrrp", 112),
    ("l2tp", 115),
    ("sctp", 132),
    ("udplite", 136),
    ("mpls-in-ip", 137),
];

/// The number of an IP protocol that ip(8) prints or takes by name; `None` for a name that hosts may give.
#[must_use]
pub fn ip_protocol(text: &str) -> Option<u8> {
    let named = IP_PROTOCOLS.iter().find(|(name, _)| *name == text).map(|(_, number)| *number);
    named.or_else(|| text.strip_prefix("ipproto-").unwrap_or(text).parse().ok())
}

node! {
    /// A policy rule.
    pub struct Rule {
        /// Network namespace, where it is not the host's own; an owner's goes before.
        netns: Said<String>,
        /// Address family.
        family: Said<Family>,
        /// Preference; lower goes first (FRA_PRIORITY).
        priority: Said<U32>,
        /// Invert the match (FIB_RULE_INVERT).
        not: Said<bool>,
        /// Source prefix; unsaid is `all` (FRA_SRC).
        from: Said<IpNet>,
        /// Destination prefix; unsaid is `all` (FRA_DST).
        to: Said<IpNet>,
        /// Incoming interface (FRA_IIFNAME).
        iif: Said<String>,
        /// Outgoing interface (FRA_OIFNAME).
        oif: Said<String>,
        /// Firewall mark (FRA_FWMARK).
        fwmark: Said<U32>,
        /// Mask of the mark (FRA_FWMASK).
        fwmask: Said<U32>,
        /// Type of service.
        tos: Said<U8>,
        /// IP protocol number (FRA_IP_PROTO).
        ipproto: Said<U8>,
        /// Source port or range `N-M` (FRA_SPORT_RANGE).
        sport: Said<String>,
        /// Destination port or range `N-M` (FRA_DPORT_RANGE).
        dport: Said<String>,
        /// User range `N-M` (FRA_UID_RANGE).
        uidrange: Said<String>,
        /// What to do.
        action: Said<RuleAction>,
        /// Table looked up (FRA_TABLE).
        table: Said<U32>,
        /// Reject routes of this prefix length or less (FRA_SUPPRESS_PREFIXLEN).
        suppress_prefixlength: Said<Int<0, 128>>,
        /// Reject routes of this interface group (FRA_SUPPRESS_IFGROUP).
        suppress_ifgroup: Said<String>,
        /// Rule to go on with (FRA_GOTO).
        goto: Said<U32>,
        /// Realms (FRA_FLOW).
        realms: Said<String>,
        /// Who made the rule (FRA_PROTOCOL).
        protocol: Said<String>,
        /// Match by VRF (FRA_L3MDEV).
        l3mdev: Said<bool>,
        /// Tunnel id (FRA_TUN_ID).
        tun_id: Said<String>,
        /// Further ip-rule words that stand for themselves, a pair an item.
        attributes: List<String>,
    }
}
