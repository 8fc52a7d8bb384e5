//! Bridges (`IFLA_BR_*`) and their ports (`IFLA_BRPORT_*`).

use crate::dialect::{Dialect, INTERFACES};
use crate::path::FieldPath;
use crate::reflect::{List, Said};
use crate::value::{Count, Int, Mac, NotThat, U16};
use crate::vocabulary::interfaces::Reader;
use crate::{node, words};
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

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
        /// VLANs of the bridge itself (IFLA_BRIDGE_VLAN_INFO).
        vlans: List<BridgeVlan>,
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
        /// VLANs of the port (IFLA_BRIDGE_VLAN_INFO).
        vlans: List<BridgeVlan>,
        /// The port is taken out of the VLAN that the bridge puts its ports into (IFLA_BR_VLAN_DEFAULT_PVID).
        no_default_vlan: Said<bool>,
    }
}

/// VLANs of a port, or of the bridge itself: `VID[-VID] [pvid] [untagged]` (`struct bridge_vlan_info`, and NetworkManager's
/// `nm_bridge_vlan_from_str()`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BridgeVlan {
    /// The first number, 1 to 4094.
    pub first: u16,
    /// The last number, up to 4094 and not below the first; the first, where untagged frames that come in are of it.
    pub last: u16,
    /// Untagged frames that come in are of this VLAN.
    pub is_pvid: bool,
    /// Frames go out untagged.
    pub is_untagged: bool,
}

impl BridgeVlan {
    /// VLANs that are tagged; `None` where the numbers are none.
    #[must_use]
    pub fn tagged(first: u16, last: u16) -> Option<Self> {
        let fits = 1 <= first && first <= last && last <= 4094;
        fits.then_some(BridgeVlan { first, last, is_pvid: false, is_untagged: false })
    }

    /// The VLAN of untagged frames, in and out.
    #[must_use]
    pub fn native(vid: u16) -> Option<Self> {
        Some(BridgeVlan { is_pvid: true, is_untagged: true, ..Self::tagged(vid, vid)? })
    }

    /// The numbers: `VID[-VID]`.
    #[must_use]
    pub fn range(self) -> String {
        if self.first == self.last { self.first.to_string() } else { format!("{}-{}", self.first, self.last) }
    }

    /// True where the number is one of these.
    #[must_use]
    pub fn holds(self, vid: i64) -> bool {
        (i64::from(self.first)..=i64::from(self.last)).contains(&vid)
    }
}

impl fmt::Display for BridgeVlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.range())?;
        f.write_str(if self.is_pvid { " pvid" } else { "" })?;
        f.write_str(if self.is_untagged { " untagged" } else { "" })
    }
}

impl FromStr for BridgeVlan {
    type Err = NotThat;
    fn from_str(text: &str) -> Result<Self, NotThat> {
        let mut words = text.split_ascii_whitespace();
        let range = words.next().ok_or(NotThat)?;
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let number = |text: &str| text.parse().map_err(|_| NotThat);
        let mut vlan = Self::tagged(number(first)?, number(last)?).ok_or(NotThat)?;
        for word in words {
            match word {
                "pvid" if vlan.first == vlan.last => vlan.is_pvid = true,
                "untagged" => vlan.is_untagged = true,
                _ => return Err(NotThat),
            }
        }
        Ok(vlan)
    }
}

/// What stands in a list of VLANs by itself: the one that the kernel puts a port into; `None` where the list has it.
#[must_use]
pub fn default_vlan<'i>(list: impl IntoIterator<Item = &'i BridgeVlan>, vid: i64) -> Option<BridgeVlan> {
    let mut own = BridgeVlan::native(u16::try_from(vid).ok()?)?;
    for vlan in list {
        if vlan.holds(vid) {
            return None;
        }
        own.is_pvid &= !vlan.is_pvid;
    }
    Some(own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_vlan_stays_unless_the_list_has_it() {
        let default = |items: &[&str], vid| {
            let list: Vec<BridgeVlan> = items.iter().map(|item| item.parse().unwrap()).collect();
            default_vlan(&list, vid).map(|vlan| vlan.to_string())
        };
        assert_eq!(default(&["10"], 1).as_deref(), Some("1 pvid untagged"));
        assert_eq!(default(&["10 pvid untagged"], 1).as_deref(), Some("1 untagged"));
        assert_eq!(default(&["1-4"], 1), None);
        assert_eq!(default(&[], 0), None);
    }

    #[test]
    fn vlans_are_read_as_networkmanager_and_bridge_take_them() {
        let read = |text: &str| text.parse::<BridgeVlan>().ok().map(|vlan| vlan.to_string());
        assert_eq!(read("30  untagged pvid").as_deref(), Some("30 pvid untagged"));
        assert_eq!(read("2-2").as_deref(), Some("2"));
        assert_eq!(read("2-4094 untagged").as_deref(), Some("2-4094 untagged"));
        for bad in ["", "x", "0", "4095", "4-2", "2-4 pvid", "30 tagged", "1-"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
