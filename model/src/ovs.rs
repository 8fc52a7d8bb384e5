//! Open vSwitch, in the layers of its database: Bridge, Port, Interface (ovs-vswitchd.conf.db(5)).

use crate::reflect::{List, Map, Said};
use crate::value::{Count, Int};
use crate::{node, words};

words! {
    /// `Bridge.fail_mode`.
    pub enum OvsFailMode { Secure = "secure", Standalone = "standalone" }
}
node! {
    /// A row of the Bridge table.
    pub struct OvsBridge {
        /// What to do without a controller.
        fail_mode: Said<OvsFailMode>,
        /// Multicast snooping.
        mcast_snooping_enable: Said<bool>,
        /// Rapid spanning tree.
        rstp_enable: Said<bool>,
        /// Spanning tree.
        stp_enable: Said<bool>,
        /// `system` or `netdev`.
        datapath_type: Said<String>,
    }
}
words! {
    /// `Port.vlan_mode`.
    pub enum OvsVlanMode {
        Access = "access",
        NativeTagged = "native-tagged",
        NativeUntagged = "native-untagged",
        Trunk = "trunk",
        Dot1qTunnel = "dot1q-tunnel",
    }
}
words! {
    /// `Port.lacp`.
    pub enum OvsLacp { Active = "active", Off = "off", Passive = "passive" }
}
words! {
    /// `Port.bond_mode`.
    pub enum OvsBondMode {
        ActiveBackup = "active-backup",
        BalanceSlb = "balance-slb",
        BalanceTcp = "balance-tcp",
    }
}
node! {
    /// A row of the Port table.
    pub struct OvsPort {
        /// Access VLAN.
        tag: Said<Int<0, 4095>>,
        /// How VLANs are handled.
        vlan_mode: Said<OvsVlanMode>,
        /// Trunked VLANs: `N` or `N-M`.
        trunks: List<String>,
        /// LACP of a bond.
        lacp: Said<OvsLacp>,
        /// Mode of a bond.
        bond_mode: Said<OvsBondMode>,
        /// In ms.
        bond_updelay: Said<Count>,
        /// In ms.
        bond_downdelay: Said<Count>,
    }
}
words! {
    /// `Interface.type`: what Open vSwitch makes itself, a device that is there, and its tunnels.
    pub enum OvsInterfaceType {
        Internal = "internal",
        System = "system",
        Patch = "patch",
        Dpdk = "dpdk",
        Bareudp = "bareudp",
        Erspan = "erspan",
        Geneve = "geneve",
        Gre = "gre",
        Gtpu = "gtpu",
        Lisp = "lisp",
        Srv6 = "srv6",
        Stt = "stt",
        Vxlan = "vxlan",
    }
}

impl OvsInterfaceType {
    /// True for a tunnel, which is a port of its bridge and no device of the kernel's.
    #[must_use]
    pub fn is_tunnel(self) -> bool {
        match self {
            OvsInterfaceType::Internal
            | OvsInterfaceType::System
            | OvsInterfaceType::Patch
            | OvsInterfaceType::Dpdk => false,
            OvsInterfaceType::Bareudp
            | OvsInterfaceType::Erspan
            | OvsInterfaceType::Geneve
            | OvsInterfaceType::Gre
            | OvsInterfaceType::Gtpu
            | OvsInterfaceType::Lisp
            | OvsInterfaceType::Srv6
            | OvsInterfaceType::Stt
            | OvsInterfaceType::Vxlan => true,
        }
    }
}
node! {
    /// A row of the Interface table.
    pub struct OvsInterface {
        /// Kind of interface.
        interface_type: Said<OvsInterfaceType>,
        /// Asked OpenFlow port number.
        ofport_request: Said<Int<0, 65279>>,
        /// Peer of a patch port.
        patch_peer: Said<String>,
        /// `Interface.options` of a tunnel: `remote_ip`, `key` and their like.
        tunnel_options: Map<String>,
        /// DPDK device arguments.
        dpdk_devargs: Said<String>,
        /// DPDK receive queues.
        dpdk_n_rxq: Said<Count>,
        /// DPDK receive descriptors.
        dpdk_n_rxq_desc: Said<Count>,
        /// DPDK transmit descriptors.
        dpdk_n_txq_desc: Said<Count>,
        /// DPDK link state interrupt.
        dpdk_lsc_interrupt: Said<bool>,
    }
}
