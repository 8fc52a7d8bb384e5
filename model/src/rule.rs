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
