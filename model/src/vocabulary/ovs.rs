//! Words of Open vSwitch in files and commands (ovs-vswitchd.conf.db(5)), which both directions share.

/// Columns of the database, with the key of those that are maps, and the setting that each is. ovs-vsctl(8) takes `-` for `_`
/// in columns, and the database neither for the other in keys.
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
    ("options:dpdk-devargs", "ovs_interface.dpdk_devargs"),
    ("options:n_rxq", "ovs_interface.dpdk_n_rxq"),
    ("options:n_rxq_desc", "ovs_interface.dpdk_n_rxq_desc"),
    ("options:n_txq_desc", "ovs_interface.dpdk_n_txq_desc"),
    ("options:dpdk-lsc-interrupt", "ovs_interface.dpdk_lsc_interrupt"),
];
