//! Bonds (`IFLA_BOND_*`, bonding.rst) and their ports.

use crate::path::FieldPath;
use crate::reflect::{FieldRef, Leaf, List, Node, Said};
use crate::value::{Count, I32, Int, Mac, U8, U16};
use crate::vocabulary::ifcfg::bond::OPTIONS;
use crate::{node, words};
use std::net::{Ipv4Addr, Ipv6Addr};

words! {
    /// `IFLA_BOND_MODE`.
    pub enum BondMode {
        BalanceRr = "balance-rr" | "0",
        ActiveBackup = "active-backup" | "1",
        BalanceXor = "balance-xor" | "2",
        Broadcast = "broadcast" | "3",
        Ieee8023ad = "802.3ad" | "4",
        BalanceTlb = "balance-tlb" | "5",
        BalanceAlb = "balance-alb" | "6",
    }
}

impl BondMode {
    /// The mode as a bit, in the order of the kernel's numbers.
    #[must_use]
    pub fn bit(self) -> u8 {
        1 << BondMode::ALL.iter().position(|mode| *mode == self).unwrap_or_default()
    }

    /// True for a mode that watches its ports by MII in any case (`bond_option_mode_set()`).
    #[must_use]
    pub fn has_to_watch(self) -> bool {
        match self {
            BondMode::Ieee8023ad | BondMode::BalanceTlb | BondMode::BalanceAlb => true,
            BondMode::BalanceRr | BondMode::ActiveBackup | BondMode::BalanceXor | BondMode::Broadcast => {
                false
            }
        }
    }
}

words! {
    /// `IFLA_BOND_AD_LACP_RATE`.
    pub enum LacpRate { Slow = "slow" | "0", Fast = "fast" | "1" }
}
words! {
    /// `IFLA_BOND_AD_LACP_ACTIVE`.
    pub enum LacpActive { Off = "off" | "0", On = "on" | "1" }
}
words! {
    /// `IFLA_BOND_XMIT_HASH_POLICY`.
    pub enum XmitHashPolicy {
        Layer2 = "layer2" | "0",
        Layer34 = "layer3+4" | "1",
        Layer23 = "layer2+3" | "2",
        Encap23 = "encap2+3" | "3",
        Encap34 = "encap3+4" | "4",
        VlanSrcMac = "vlan+srcmac" | "5",
    }
}
words! {
    /// `IFLA_BOND_ARP_VALIDATE`.
    pub enum ArpValidate {
        None = "none" | "0",
        Active = "active" | "1",
        Backup = "backup" | "2",
        All = "all" | "3",
        Filter = "filter" | "4",
        FilterActive = "filter_active" | "5",
        FilterBackup = "filter_backup" | "6",
    }
}
words! {
    /// `IFLA_BOND_ARP_ALL_TARGETS`.
    pub enum ArpAllTargets { Any = "any" | "0", All = "all" | "1" }
}
words! {
    /// `IFLA_BOND_PRIMARY_RESELECT`.
    pub enum PrimaryReselect { Always = "always" | "0", Better = "better" | "1", Failure = "failure" | "2" }
}
words! {
    /// `IFLA_BOND_FAIL_OVER_MAC`.
    pub enum FailOverMac { None = "none" | "0", Active = "active" | "1", Follow = "follow" | "2" }
}
words! {
    /// `IFLA_BOND_AD_SELECT`.
    pub enum AdSelect { Stable = "stable" | "0", Bandwidth = "bandwidth" | "1", Count = "count" | "2" }
}

node! {
    /// Options of a bond. Times are milliseconds unless a line says otherwise.
    pub struct Bond {
        /// Bonding policy (IFLA_BOND_MODE).
        mode: Said<BondMode>,
        /// MII link monitoring interval in ms, 0 is off (IFLA_BOND_MIIMON).
        miimon: Said<Count>,
        /// Delay before a recovered link is used, in ms (IFLA_BOND_UPDELAY).
        updelay: Said<Count>,
        /// Delay before a failed link is given up, in ms (IFLA_BOND_DOWNDELAY).
        downdelay: Said<Count>,
        /// Delay between peer notifications, in ms (IFLA_BOND_PEER_NOTIF_DELAY).
        peer_notif_delay: Said<Count>,
        /// ARP link monitoring interval in ms, 0 is off (IFLA_BOND_ARP_INTERVAL).
        arp_interval: Said<Count>,
        /// IPv4 peers of ARP monitoring, up to 16 (IFLA_BOND_ARP_IP_TARGET).
        arp_ip_target: List<Ipv4Addr>,
        /// IPv6 peers of neighbour monitoring (IFLA_BOND_NS_IP6_TARGET).
        ns_ip6_target: List<Ipv6Addr>,
        /// Which ARP replies are checked (IFLA_BOND_ARP_VALIDATE).
        arp_validate: Said<ArpValidate>,
        /// How many targets must answer (IFLA_BOND_ARP_ALL_TARGETS).
        arp_all_targets: Said<ArpAllTargets>,
        /// Missed replies before a port is down (IFLA_BOND_MISSED_MAX).
        arp_missed_max: Said<U8>,
        /// The preferred port (IFLA_BOND_PRIMARY).
        primary: Said<String>,
        /// When the primary port is taken again (IFLA_BOND_PRIMARY_RESELECT).
        primary_reselect: Said<PrimaryReselect>,
        /// The port in use (IFLA_BOND_ACTIVE_SLAVE).
        active_port: Said<String>,
        /// Which MAC address follows a fail-over (IFLA_BOND_FAIL_OVER_MAC).
        fail_over_mac: Said<FailOverMac>,
        /// Ask netif_carrier_ok() for the link state (IFLA_BOND_USE_CARRIER).
        use_carrier: Said<bool>,
        /// LACP aggregator selection (IFLA_BOND_AD_SELECT).
        ad_select: Said<AdSelect>,
        /// LACP system priority (IFLA_BOND_AD_ACTOR_SYS_PRIO).
        ad_actor_sys_prio: Said<Int<1, 65535>>,
        /// LACP system MAC (IFLA_BOND_AD_ACTOR_SYSTEM).
        ad_actor_system: Said<Mac>,
        /// LACP port key (IFLA_BOND_AD_USER_PORT_KEY).
        ad_user_port_key: Said<Int<0, 1023>>,
        /// How often LACPDUs are asked for (IFLA_BOND_AD_LACP_RATE).
        lacp_rate: Said<LacpRate>,
        /// Whether LACPDUs are sent unasked (IFLA_BOND_AD_LACP_ACTIVE).
        lacp_active: Said<LacpActive>,
        /// Links needed for carrier (IFLA_BOND_MIN_LINKS).
        min_links: Said<Count>,
        /// Hash that chooses the port (IFLA_BOND_XMIT_HASH_POLICY).
        xmit_hash_policy: Said<XmitHashPolicy>,
        /// IGMP reports after a fail-over (IFLA_BOND_RESEND_IGMP).
        resend_igmp: Said<U8>,
        /// Gratuitous ARPs / unsolicited NAs after a fail-over (IFLA_BOND_NUM_PEER_NOTIF).
        num_peer_notif: Said<U8>,
        /// Packets before the next port, 0 is random (IFLA_BOND_PACKETS_PER_SLAVE).
        packets_per_port: Said<U16>,
        /// Shuffle flows by load (IFLA_BOND_TLB_DYNAMIC_LB).
        tlb_dynamic_lb: Said<bool>,
        /// Deliver duplicate frames of inactive ports (IFLA_BOND_ALL_SLAVES_ACTIVE).
        all_ports_active: Said<bool>,
        /// Seconds between learning packets (IFLA_BOND_LP_INTERVAL).
        lp_interval: Said<Int<1, 2_147_483_647>>,
        /// Source load balancing with VLANs and source MAC, NetworkManager's own.
        balance_slb: Said<bool>,
    }
}

/// Options that the kernel takes in each mode, where they may have no effect; NetworkManager does not.
const OF_ANY_MODE: [&str; 2] = ["bond.arp_ip_target", "bond.ns_ip6_target"];

/// Options that need `miimon`.
const OF_MIIMON: [&str; 3] = ["bond.updelay", "bond.downdelay", "bond.peer_notif_delay"];

impl Bond {
    /// Why the kernel does not take one of the options that are said: a clause with the kernel as its subject
    /// (`bond_opt_check_deps()`; measured with Linux 6.1).
    #[must_use]
    pub fn refused(&self, path: FieldPath) -> Option<String> {
        let of = path.names().nth(1)?;
        self.leaf_of(path).filter(|leaf| leaf.is_said())?;
        let mode = self.mode.as_ref().map_or(BondMode::BalanceRr, |at| at.value);
        let modes = OPTIONS.iter().find(|(_, field, ..)| path.is(field)).map(|(.., modes)| *modes);
        if modes.is_some_and(|modes| modes & mode.bit() == 0) && !OF_ANY_MODE.iter().any(|any| path.is(any)) {
            return Some(format!("takes no `{of}` in the mode {mode}"));
        }
        let is_watched = positive(&self.miimon) || self.miimon.is_none() && mode.has_to_watch();
        (OF_MIIMON.iter().any(|own| path.is(own)) && !is_watched)
            .then(|| format!("takes `{of}` with `miimon` only"))
    }

    /// The option at `bond.NAME`.
    #[must_use]
    pub fn leaf_of(&self, path: FieldPath) -> Option<&dyn Leaf> {
        match self.field(path.names().nth(1)?)? {
            FieldRef::Leaf(leaf) => Some(leaf),
            FieldRef::Node(_) | FieldRef::Nodes(_) | FieldRef::Variant(_) => None,
        }
    }

    /// True where ports are to be watched by MII and by ARP, which no command that makes a bond may ask for
    /// (`bond_changelink()`). Later, each ends the other.
    #[must_use]
    pub fn is_watched_twice(&self) -> bool {
        positive(&self.miimon) && positive(&self.arp_interval)
    }
}

fn positive(said: &Said<Count>) -> bool {
    said.as_ref().is_some_and(|at| at.value.get() > 0)
}

node! {
    /// Settings of a bond's port.
    pub struct BondPort {
        /// Transmit queue (IFLA_BOND_SLAVE_QUEUE_ID).
        queue_id: Said<U16>,
        /// Fail-over priority (IFLA_BOND_SLAVE_PRIO).
        prio: Said<I32>,
    }
}
