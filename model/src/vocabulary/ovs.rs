//! Words of Open vSwitch in ifcfg and interfaces files (ovs-vswitchd.conf.db(5)), which both directions share.

/// Columns of the database and the setting that each is; `_` and `-` are one to ovs-vsctl(8).
pub const COLUMNS: &[(&str, &str)] = &[
    ("fail_mode", "ovs_bridge.fail_mode"),
    ("stp_enable", "ovs_bridge.stp_enable"),
    ("rstp_enable", "ovs_bridge.rstp_enable"),
    ("mcast_snooping_enable", "ovs_bridge.mcast_snooping_enable"),
    ("datapath_type", "ovs_bridge.datapath_type"),
    ("tag", "ovs_port.tag"),
    ("vlan_mode", "ovs_port.vlan_mode"),
    ("trunks", "ovs_port.trunks"),
    ("lacp", "ovs_port.lacp"),
    ("bond_mode", "ovs_port.bond_mode"),
    ("bond_updelay", "ovs_port.bond_updelay"),
    ("bond_downdelay", "ovs_port.bond_downdelay"),
    ("ofport_request", "ovs_interface.ofport_request"),
    ("mtu_request", "mtu"),
    ("options:dpdk_devargs", "ovs_interface.dpdk_devargs"),
    ("options:n_rxq", "ovs_interface.dpdk_n_rxq"),
    ("options:n_rxq_desc", "ovs_interface.dpdk_n_rxq_desc"),
    ("options:n_txq_desc", "ovs_interface.dpdk_n_txq_desc"),
];
