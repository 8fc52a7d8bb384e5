//! Bridges (`IFLA_BR_*`) and their ports (`IFLA_BRPORT_*`).

use crate::dialect::{Dialect, INTERFACES};
use crate::path::FieldPath;
use crate::reflect::{List, Said};
use crate::value::{Count, Int, Mac, U16};
use crate::vocabulary::interfaces::Reader;
use crate::{node, words};
use std::ops::RangeInclusive;

words! {
    /// `IFLA_BR_VLAN_PROTOCOL` and `IFLA_VLAN_PROTOCOL`.
    pub enum VlanProtocol {
        Ieee8021Q = "802.1Q" | "802.1q" | "0x8100",
        Ieee8021Ad = "802.1ad" | "802.1AD" | "0x88a8" | "0x88A8",
    }
}
words! {
    /// `IFLA_BR_MCAST_ROUTER`.
    pub enum MulticastRouter { Disabled = "disabled" | "0", Auto = "auto" | "1", Enabled = "enabled" | "2" }
}

/// The forward delays that a bridge with STP has, in 1/100 s (BR_MIN_FORWARD_DELAY, BR_MAX_FORWARD_DELAY).
pub const FORWARD_DELAYS: RangeInclusive<i64> = 200..=3000;

/// The times between hellos that the kernel takes, in 1/100 s (BR_MIN_HELLO_TIME, BR_MAX_HELLO_TIME).
pub const HELLO_TIMES: RangeInclusive<i64> = 100..=1000;

/// The ages of messages that the kernel takes, in 1/100 s (BR_MIN_MAX_AGE, BR_MAX_MAX_AGE).
pub const MAX_AGES: RangeInclusive<i64> = 600..=4000;

/// The kernel's own forward delay.
const FORWARD_DELAY: i64 = 1500;

/// The forward delay that is left of one that is said, where the bridge speaks STP. bridge-utils' script for ifupdown
/// starts STP first; the kernel then refuses a value out of its range and keeps its own (`br_set_forward_delay()`). Elsewhere
/// the value comes first, and starting STP brings it into the range.
#[must_use]
pub fn forward_delay_with_stp(dialect: Dialect, delay: i64) -> i64 {
    if FORWARD_DELAYS.contains(&delay) {
        return delay;
    }
    if dialect.format == INTERFACES && Reader::of(dialect) == Reader::Ifupdown {
        return FORWARD_DELAY;
    }
    delay.clamp(*FORWARD_DELAYS.start(), *FORWARD_DELAYS.end())
}

node! {
    /// Options of a bridge. Times are in 1/100 s (the kernel's clock_t), as netlink has them.
    pub struct Bridge {
        /// Spanning tree protocol (IFLA_BR_STP_STATE).
        stp: Said<bool>,
        /// Bridge priority (IFLA_BR_PRIORITY).
        priority: Said<U16>,
        /// Forward delay in 1/100 s, 200 to 3000 with STP (IFLA_BR_FORWARD_DELAY).
        forward_delay: Said<Count>,
        /// Hello time in 1/100 s, 100 to 1000 (IFLA_BR_HELLO_TIME).
        hello_time: Said<Count>,
        /// Maximum message age in 1/100 s, 600 to 4000 (IFLA_BR_MAX_AGE).
        max_age: Said<Count>,
        /// Ageing time of addresses in 1/100 s (IFLA_BR_AGEING_TIME).
        ageing_time: Said<Count>,
        /// Link-local groups that are forwarded; bits 0 to 2 are forbidden (IFLA_BR_GROUP_FWD_MASK).
        group_fwd_mask: Said<U16>,
        /// Group address of STP (IFLA_BR_GROUP_ADDR).
        group_address: Said<Mac>,
        /// VLAN filtering (IFLA_BR_VLAN_FILTERING).
        vlan_filtering: Said<bool>,
        /// Default port VLAN id, 0 is none (IFLA_BR_VLAN_DEFAULT_PVID).
        vlan_default_pvid: Said<Int<0, 4094>>,
        /// VLAN protocol (IFLA_BR_VLAN_PROTOCOL).
        vlan_protocol: Said<VlanProtocol>,
        /// Per-VLAN statistics (IFLA_BR_VLAN_STATS_ENABLED).
        vlan_stats_enabled: Said<bool>,
        /// The bridge itself is taken out of the VLAN that it puts its ports into (`bridge vlan del … self`).
        no_default_vlan: Said<bool>,
        /// VLANs of the bridge itself: `VID[-VID] [pvid] [untagged]` (IFLA_BRIDGE_VLAN_INFO).
        vlans: List<String>,
        /// Multicast snooping (IFLA_BR_MCAST_SNOOPING).
        multicast_snooping: Said<bool>,
        /// Multicast router (IFLA_BR_MCAST_ROUTER).
        multicast_router: Said<MulticastRouter>,
        /// Multicast querier (IFLA_BR_MCAST_QUERIER).
        multicast_querier: Said<bool>,
        /// Query with the bridge's own address (IFLA_BR_MCAST_QUERY_USE_IFADDR).
        multicast_query_use_ifaddr: Said<bool>,
        /// Size of the multicast hash, a power of two (IFLA_BR_MCAST_HASH_MAX).
        multicast_hash_max: Said<Count>,
        /// Queries before a member has left (IFLA_BR_MCAST_LAST_MEMBER_CNT).
        multicast_last_member_count: Said<Count>,
        /// Queries at start (IFLA_BR_MCAST_STARTUP_QUERY_CNT).
        multicast_startup_query_count: Said<Count>,
        /// In 1/100 s (IFLA_BR_MCAST_LAST_MEMBER_INTVL).
        multicast_last_member_interval: Said<Count>,
        /// In 1/100 s (IFLA_BR_MCAST_MEMBERSHIP_INTVL).
        multicast_membership_interval: Said<Count>,
        /// In 1/100 s (IFLA_BR_MCAST_QUERIER_INTVL).
        multicast_querier_interval: Said<Count>,
        /// In 1/100 s (IFLA_BR_MCAST_QUERY_INTVL).
        multicast_query_interval: Said<Count>,
        /// In 1/100 s (IFLA_BR_MCAST_QUERY_RESPONSE_INTVL).
        multicast_query_response_interval: Said<Count>,
        /// In 1/100 s (IFLA_BR_MCAST_STARTUP_QUERY_INTVL).
        multicast_startup_query_interval: Said<Count>,
        /// IGMP version (IFLA_BR_MCAST_IGMP_VERSION).
        multicast_igmp_version: Said<Int<2, 3>>,
        /// MLD version (IFLA_BR_MCAST_MLD_VERSION).
        multicast_mld_version: Said<Int<1, 2>>,
        /// Multicast statistics (IFLA_BR_MCAST_STATS_ENABLED).
        multicast_stats_enabled: Said<bool>,
        /// Multicast snooping per VLAN (BR_BOOLOPT_MCAST_VLAN_SNOOPING).
        multicast_vlan_snooping: Said<bool>,
        /// VLAN statistics per port (IFLA_BR_VLAN_STATS_PER_PORT).
        vlan_stats_per_port: Said<bool>,
        /// Learn no link-local addresses (BR_BOOLOPT_NO_LL_LEARN).
        no_linklocal_learn: Said<bool>,
        /// Multiple spanning trees (BR_BOOLOPT_MST_ENABLE).
        mst_enabled: Said<bool>,
        /// Hand IPv4 frames to iptables (IFLA_BR_NF_CALL_IPTABLES).
        nf_call_iptables: Said<bool>,
        /// Hand IPv6 frames to ip6tables (IFLA_BR_NF_CALL_IP6TABLES).
        nf_call_ip6tables: Said<bool>,
        /// Hand ARP frames to arptables (IFLA_BR_NF_CALL_ARPTABLES).
        nf_call_arptables: Said<bool>,
        /// NetworkManager's `bridge.mac-address`, kept apart from the link's own address setting.
        mac_address: Said<Mac>,
    }
}

impl Bridge {
    /// Why the kernel does not take a setting that is said: a clause with the kernel as its subject.
    #[must_use]
    pub fn refused(&self, path: FieldPath) -> Option<String> {
        let (said, range) = if path.is("bridge.hello_time") {
            (&self.hello_time, HELLO_TIMES)
        } else if path.is("bridge.max_age") {
            (&self.max_age, MAX_AGES)
        } else {
            return None;
        };
        let (least, most) = (range.start() / 100, range.end() / 100);
        let is_out = said.as_ref().is_some_and(|at| !range.contains(&at.value.get()));
        is_out.then(|| format!("takes {least} to {most} s"))
    }
}

node! {
    /// Settings of a bridge's port.
    pub struct BridgePort {
        /// STP port priority, 0 to 63 (IFLA_BRPORT_PRIORITY).
        priority: Said<Int<0, 63>>,
        /// STP path cost (IFLA_BRPORT_COST).
        path_cost: Said<Int<0, 65535>>,
        /// Send frames back out of the port they came in by (IFLA_BRPORT_MODE).
        hairpin: Said<bool>,
        /// Learn addresses (IFLA_BRPORT_LEARNING).
        learning: Said<bool>,
        /// Flood unknown unicast (IFLA_BRPORT_UNICAST_FLOOD).
        unicast_flood: Said<bool>,
        /// Flood multicast (IFLA_BRPORT_MCAST_FLOOD).
        multicast_flood: Said<bool>,
        /// Flood broadcast (IFLA_BRPORT_BCAST_FLOOD).
        broadcast_flood: Said<bool>,
        /// Multicast router behind the port (IFLA_BRPORT_MULTICAST_ROUTER).
        multicast_router: Said<MulticastRouter>,
        /// Leave a group at once (IFLA_BRPORT_FAST_LEAVE).
        multicast_fast_leave: Said<bool>,
        /// Multicast to unicast (IFLA_BRPORT_MCAST_TO_UCAST).
        multicast_to_unicast: Said<bool>,
        /// Drop BPDUs and disable the port (IFLA_BRPORT_GUARD).
        bpdu_guard: Said<bool>,
        /// Never become the root port (IFLA_BRPORT_PROTECT).
        root_block: Said<bool>,
        /// Talk to ports that are not isolated only (IFLA_BRPORT_ISOLATED).
        isolated: Said<bool>,
        /// Answer ARP and NDP for known neighbours (IFLA_BRPORT_NEIGH_SUPPRESS).
        neigh_suppress: Said<bool>,
        /// Map VLANs to tunnel ids (IFLA_BRPORT_VLAN_TUNNEL).
        vlan_tunnel: Said<bool>,
        /// Drop frames from unknown sources (IFLA_BRPORT_LOCKED).
        locked: Said<bool>,
        /// Answer ARP for others (IFLA_BRPORT_PROXYARP).
        proxy_arp: Said<bool>,
        /// Answer ARP for others on wireless (IFLA_BRPORT_PROXYARP_WIFI).
        proxy_arp_wifi: Said<bool>,
        /// Bits of link-local groups that are forwarded (IFLA_BRPORT_GROUP_FWD_MASK).
        group_fwd_mask: Said<U16>,
        /// VLANs of the port: `VID[-VID] [pvid] [untagged]` (IFLA_BRIDGE_VLAN_INFO).
        vlans: List<String>,
        /// The port is taken out of the VLAN that the bridge puts its ports into (IFLA_BR_VLAN_DEFAULT_PVID).
        no_default_vlan: Said<bool>,
    }
}

/// An item of a list of VLANs: `VID[-VID] [pvid] [untagged]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VlanItem<'t> {
    /// The numbers, as they are written.
    pub range: &'t str,
    /// The first number.
    pub first: i64,
    /// The last number.
    pub last: i64,
    /// Untagged frames that come in are of this VLAN.
    pub is_pvid: bool,
    /// Frames go out untagged.
    pub is_untagged: bool,
}

impl<'t> VlanItem<'t> {
    /// Reads an item; `None` where it is none.
    #[must_use]
    pub fn parse(text: &'t str) -> Option<Self> {
        let mut words = text.split_ascii_whitespace();
        let range = words.next()?;
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let (first, last) = (first.parse().ok()?, last.parse().ok()?);
        let flags: Vec<&str> = words.collect();
        let has = |word| flags.contains(&word);
        Some(VlanItem { range, first, last, is_pvid: has("pvid"), is_untagged: has("untagged") })
    }

    /// True where the number is one of the item's.
    #[must_use]
    pub fn holds(&self, vid: i64) -> bool {
        (self.first..=self.last).contains(&vid)
    }
}

/// The item of the VLAN that the kernel puts a port into besides those of the list; `None` where the list has it.
#[must_use]
pub fn default_vlan<'i>(list: impl IntoIterator<Item = &'i String>, vid: i64) -> Option<String> {
    let items: Vec<VlanItem<'_>> = list.into_iter().filter_map(|text| VlanItem::parse(text)).collect();
    if vid == 0 || items.iter().any(|item| item.holds(vid)) {
        return None;
    }
    let pvid = if items.iter().any(|item| item.is_pvid) { "" } else { " pvid" };
    Some(format!("{vid}{pvid} untagged"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_vlan_stays_unless_the_list_has_it() {
        let list = |items: &[&str]| items.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(default_vlan(&list(&["10"]), 1).as_deref(), Some("1 pvid untagged"));
        assert_eq!(default_vlan(&list(&["10 pvid untagged"]), 1).as_deref(), Some("1 untagged"));
        assert_eq!(default_vlan(&list(&["1-4"]), 1), None);
        assert_eq!(default_vlan(&list(&[]), 0), None);
        assert_eq!(VlanItem::parse("x"), None);
    }
}
