//! Address translation (iptables(8) `-t nat`, nft(8)).

use crate::reflect::{List, Said};
use crate::rule::Family;
use crate::{node, words};
use ipnet::IpNet;

words! {
    /// What a rule does with a packet.
    pub enum NatAction {
        Masquerade = "masquerade",
        Snat = "snat",
        Dnat = "dnat",
        Redirect = "redirect",
        /// Leave the packet as it is (`ACCEPT` before other rules).
        Accept = "accept",
    }
}

words! {
    /// Who holds the rule.
    pub enum NatBackend { Iptables = "iptables", Nftables = "nftables" }
}

node! {
    /// A rule that changes addresses. A prefix or interface with `not_` set matches all others.
    pub struct Nat {
        /// Network namespace, where it is not the host's own.
        netns: Said<String>,
        /// Address family.
        family: Said<Family>,
        /// What the rule does.
        action: Said<NatAction>,
        /// iptables or nftables, where the source says which.
        backend: Said<NatBackend>,
        /// Source prefix.
        source: Said<IpNet>,
        /// All sources but that.
        not_source: Said<bool>,
        /// Destination prefix.
        destination: Said<IpNet>,
        /// All destinations but that.
        not_destination: Said<bool>,
        /// Incoming interface.
        in_interface: Said<String>,
        /// Outgoing interface.
        out_interface: Said<String>,
        /// All outgoing interfaces but that.
        not_out_interface: Said<bool>,
        /// Transport protocol (`tcp`, `udp`).
        protocol: Said<String>,
        /// Source port or range `N-M`.
        source_port: Said<String>,
        /// Destination port or range `N-M`.
        destination_port: Said<String>,
        /// New address, range `A-B`, or address with port `A:P`, as iptables(8) has them.
        to: Said<String>,
        /// New ports of masquerading, `N-M`.
        to_ports: Said<String>,
        /// Choose ports at random.
        random: Said<bool>,
        /// Further matches that stand for themselves, as the source has them.
        matches: List<String>,
    }
}
