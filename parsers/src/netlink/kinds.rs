//! The settings of each kind of link by the names that iproute2 prints (ip/iplink_*.c), and what is state.

use foldhash::HashSet;
use netpivot_model::path::FieldPath;
use serde_json::Value as Json;
use std::sync::LazyLock;

/// How a printed value becomes the model's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Codec {
    /// A number, text or truth value as it stands; 0 and 1 are truth values where the model has one.
    Plain,
    /// Hexadecimal text without `0x`.
    Hex,
    /// The same, where 0 says nothing.
    PositiveHex,
    /// A port's path cost, unless it is one that follows from a link's speed (`port_cost()` of net/bridge/br_if.c).
    Cost,
    /// A list of addresses.
    List,
    /// True where the key is there.
    Present,
    /// A map `[{from, to}]`.
    Qos,
    /// `inherit` is the number behind it, else the number.
    Inherit(i64),
}

use Codec::{Cost, Hex, Inherit, List, Plain, PositiveHex, Present, Qos};

/// A printed name, the model's path, how the value is read.
pub(super) type Row = (&'static str, &'static str, Codec);

const BRIDGE: &[Row] = &[
    ("forward_delay", "bridge.forward_delay", Plain),
    ("hello_time", "bridge.hello_time", Plain),
    ("max_age", "bridge.max_age", Plain),
    ("ageing_time", "bridge.ageing_time", Plain),
    ("stp_state", "bridge.stp", Plain),
    ("priority", "bridge.priority", Plain),
    ("vlan_filtering", "bridge.vlan_filtering", Plain),
    ("vlan_protocol", "bridge.vlan_protocol", Plain),
    ("vlan_default_pvid", "bridge.vlan_default_pvid", Plain),
    ("vlan_stats_enabled", "bridge.vlan_stats_enabled", Plain),
    ("group_fwd_mask", "bridge.group_fwd_mask", Hex),
    ("group_addr", "bridge.group_address", Plain),
    ("mcast_snooping", "bridge.multicast_snooping", Plain),
    ("mcast_router", "bridge.multicast_router", Plain),
    ("mcast_query_use_ifaddr", "bridge.multicast_query_use_ifaddr", Plain),
    ("mcast_querier", "bridge.multicast_querier", Plain),
    ("mcast_hash_max", "bridge.multicast_hash_max", Plain),
    ("mcast_last_member_cnt", "bridge.multicast_last_member_count", Plain),
    ("mcast_startup_query_cnt", "bridge.multicast_startup_query_count", Plain),
    ("mcast_last_member_intvl", "bridge.multicast_last_member_interval", Plain),
    ("mcast_membership_intvl", "bridge.multicast_membership_interval", Plain),
    ("mcast_querier_intvl", "bridge.multicast_querier_interval", Plain),
    ("mcast_query_intvl", "bridge.multicast_query_interval", Plain),
    ("mcast_query_response_intvl", "bridge.multicast_query_response_interval", Plain),
    ("mcast_startup_query_intvl", "bridge.multicast_startup_query_interval", Plain),
    ("mcast_igmp_version", "bridge.multicast_igmp_version", Plain),
    ("mcast_mld_version", "bridge.multicast_mld_version", Plain),
    ("mcast_stats_enabled", "bridge.multicast_stats_enabled", Plain),
    ("mcast_vlan_snooping", "bridge.multicast_vlan_snooping", Plain),
    ("vlan_stats_per_port", "bridge.vlan_stats_per_port", Plain),
    ("no_linklocal_learn", "bridge.no_linklocal_learn", Plain),
    ("mst_enabled", "bridge.mst_enabled", Plain),
    ("nf_call_iptables", "bridge.nf_call_iptables", Plain),
    ("nf_call_ip6tables", "bridge.nf_call_ip6tables", Plain),
    ("nf_call_arptables", "bridge.nf_call_arptables", Plain),
];

const BOND: &[Row] = &[
    ("mode", "bond.mode", Plain),
    ("active_slave", "bond.active_port", Plain),
    ("miimon", "bond.miimon", Plain),
    ("updelay", "bond.updelay", Plain),
    ("downdelay", "bond.downdelay", Plain),
    ("peer_notify_delay", "bond.peer_notif_delay", Plain),
    ("use_carrier", "bond.use_carrier", Plain),
    ("arp_interval", "bond.arp_interval", Plain),
    ("arp_ip_target", "bond.arp_ip_target", List),
    ("ns_ip6_target", "bond.ns_ip6_target", List),
    ("arp_validate", "bond.arp_validate", Plain),
    ("arp_all_targets", "bond.arp_all_targets", Plain),
    ("arp_missed_max", "bond.arp_missed_max", Plain),
    ("primary", "bond.primary", Plain),
    ("primary_reselect", "bond.primary_reselect", Plain),
    ("fail_over_mac", "bond.fail_over_mac", Plain),
    ("xmit_hash_policy", "bond.xmit_hash_policy", Plain),
    ("resend_igmp", "bond.resend_igmp", Plain),
    ("num_peer_notif", "bond.num_peer_notif", Plain),
    ("all_slaves_active", "bond.all_ports_active", Plain),
    ("min_links", "bond.min_links", Plain),
    ("lp_interval", "bond.lp_interval", Plain),
    ("packets_per_slave", "bond.packets_per_port", Plain),
    ("ad_lacp_rate", "bond.lacp_rate", Plain),
    ("ad_lacp_active", "bond.lacp_active", Plain),
    ("ad_select", "bond.ad_select", Plain),
    ("tlb_dynamic_lb", "bond.tlb_dynamic_lb", Plain),
    ("ad_actor_sys_prio", "bond.ad_actor_sys_prio", Plain),
    ("ad_user_port_key", "bond.ad_user_port_key", Plain),
    ("ad_actor_system", "bond.ad_actor_system", Plain),
];

const VLAN: &[Row] = &[
    ("id", "vlan.id", Plain),
    ("protocol", "vlan.protocol", Plain),
    ("ingress_qos", "vlan.ingress_qos_map", Qos),
    ("egress_qos", "vlan.egress_qos_map", Qos),
];

const VXLAN: &[Row] = &[
    ("id", "vxlan.id", Plain),
    ("link", "vxlan.parent", Plain),
    ("local", "vxlan.local", Plain),
    ("local6", "vxlan.local", Plain),
    ("group", "vxlan.remote", Plain),
    ("group6", "vxlan.remote", Plain),
    ("remote", "vxlan.remote", Plain),
    ("remote6", "vxlan.remote", Plain),
    ("port", "vxlan.port", Plain),
    ("ageing", "vxlan.ageing", Plain),
    ("limit", "vxlan.limit", Plain),
    ("tos", "vxlan.tos", Inherit(1)),
    ("ttl", "vxlan.ttl", Inherit(0)),
    ("learning", "vxlan.learning", Plain),
    ("proxy", "vxlan.proxy", Plain),
    ("rsc", "vxlan.rsc", Plain),
    ("l2miss", "vxlan.l2miss", Plain),
    ("l3miss", "vxlan.l3miss", Plain),
];

const TUN: &[Row] = &[
    ("type", "tun.mode", Plain),
    ("user", "tun.owner", Plain),
    ("group", "tun.group", Plain),
    ("pi", "tun.pi", Plain),
    ("vnet_hdr", "tun.vnet_hdr", Plain),
    ("multi_queue", "tun.multi_queue", Plain),
];

const TUNNEL: &[Row] = &[
    ("link", "ip_tunnel.parent", Plain),
    ("local", "ip_tunnel.local", Plain),
    ("remote", "ip_tunnel.remote", Plain),
    ("ttl", "ip_tunnel.ttl", Inherit(0)),
    ("tos", "ip_tunnel.tos", Hex),
    ("pmtudisc", "ip_tunnel.pmtudisc", Plain),
    ("ikey", "ip_tunnel.ikey", Plain),
    ("okey", "ip_tunnel.okey", Plain),
    ("encap_limit", "ip_tunnel.encap_limit", Plain),
    ("fwmark", "ip_tunnel.fwmark", Hex),
    ("flowlabel", "ip_tunnel.flow_label", PositiveHex),
    ("tclass", "ip_tunnel.tos", PositiveHex),
    ("flags", "ip_tunnel.flags", Plain),
];

const GENEVE: &[Row] = &[
    ("id", "geneve.id", Plain),
    ("remote", "geneve.remote", Plain),
    ("remote6", "geneve.remote", Plain),
    ("port", "geneve.port", Plain),
    ("tos", "geneve.tos", Inherit(1)),
    ("ttl", "geneve.ttl", Inherit(0)),
    ("df", "geneve.df", Plain),
];

const MACSEC: &[Row] = &[
    ("encrypt", "macsec.encrypt", Plain),
    ("validation", "macsec.validation", Plain),
    ("send_sci", "macsec.send_sci", Plain),
];

const HSR: &[Row] = &[
    ("slave1", "hsr.port1", Plain),
    ("slave2", "hsr.port2", Plain),
    ("interlink", "hsr.interlink", Plain),
    ("version", "hsr.protocol_version", Plain),
];

const PORT: &[Row] = &[
    ("priority", "bridge_port.priority", Plain),
    ("cost", "bridge_port.path_cost", Cost),
    ("hairpin", "bridge_port.hairpin", Plain),
    ("guard", "bridge_port.bpdu_guard", Plain),
    ("root_block", "bridge_port.root_block", Plain),
    ("fastleave", "bridge_port.multicast_fast_leave", Plain),
    ("learning", "bridge_port.learning", Plain),
    ("flood", "bridge_port.unicast_flood", Plain),
    ("proxy_arp", "bridge_port.proxy_arp", Plain),
    ("proxy_arp_wifi", "bridge_port.proxy_arp_wifi", Plain),
    ("multicast_router", "bridge_port.multicast_router", Plain),
    ("mcast_flood", "bridge_port.multicast_flood", Plain),
    ("bcast_flood", "bridge_port.broadcast_flood", Plain),
    ("mcast_to_unicast", "bridge_port.multicast_to_unicast", Plain),
    ("neigh_suppress", "bridge_port.neigh_suppress", Plain),
    ("group_fwd_mask", "bridge_port.group_fwd_mask", Hex),
    ("vlan_tunnel", "bridge_port.vlan_tunnel", Plain),
    ("isolated", "bridge_port.isolated", Plain),
    ("locked", "bridge_port.locked", Plain),
];

const BOND_PORT: &[Row] = &[("queue_id", "bond_port.queue_id", Plain), ("prio", "bond_port.prio", Plain)];

/// IFLA_INFO_KIND, the model's kind, the settings, and what of them is state.
type Kind = (&'static str, &'static str, &'static [Row], &'static [&'static str]);

const BRIDGE_STATE: &[&str] = &[
    "bridge_id",
    "root_id",
    "root_port",
    "root_path_cost",
    "topology_change",
    "topology_change_detected",
    "hello_timer",
    "tcn_timer",
    "topology_change_timer",
    "gc_timer",
    "mcast_hash_elasticity",
    "fdb_n_learned",
];

/// The flags of a tunnel over IPv6 by the names that iproute2 prints (ip/link_ip6tnl.c), and their bits.
pub(super) const TUNNEL_FLAGS: [(&str, i64); 6] = [
    ("ip6_tnl_f_ign_encap_limit", 0x01),
    ("ip6_tnl_f_use_orig_tclass", 0x02),
    ("ip6_tnl_f_use_orig_flowlabel", 0x04),
    ("ip6_tnl_f_mip6_dev", 0x08),
    ("ip6_tnl_f_rcv_dscp_copy", 0x10),
    ("ip6_tnl_f_use_orig_fwmark", 0x20),
];

const TUNNEL_STATE: &[&str] = &[
    "iflags",
    "oflags",
    "proto",
    "ip6ip6",
    "isatap",
    // Read as one number.
    "ip6_tnl_f_ign_encap_limit",
    "ip6_tnl_f_use_orig_tclass",
    "ip6_tnl_f_use_orig_flowlabel",
    "ip6_tnl_f_mip6_dev",
    "ip6_tnl_f_rcv_dscp_copy",
    "ip6_tnl_f_use_orig_fwmark",
];

/// The kinds of links that the kernel names.
const KINDS: &[Kind] = &[
    ("bridge", "bridge", BRIDGE, BRIDGE_STATE),
    ("bond", "bond", BOND, &["ad_info"]),
    ("team", "team", &[], &[]),
    ("vlan", "vlan", VLAN, &["flags"]),
    ("vxlan", "vxlan", VXLAN, &["port_range"]),
    ("geneve", "geneve", GENEVE, &["udp_csum"]),
    ("veth", "veth", &[], &[]),
    ("dummy", "dummy", &[], &[]),
    ("tun", "tun", TUN, &["persist", "numqueues", "numdisabled"]),
    ("macvlan", "macvlan", &[("mode", "macvlan.mode", Plain)], MACVLAN_STATE),
    ("macvtap", "macvlan", &[("mode", "macvlan.mode", Plain)], MACVLAN_STATE),
    (
        "ipvlan",
        "ipvlan",
        &[
            ("mode", "ipvlan.mode", Plain),
            ("private", "ipvlan.private", Present),
            ("vepa", "ipvlan.vepa", Present),
        ],
        // `bridge` is what neither `private` nor `vepa` is.
        &["mode_flag", "bridge"],
    ),
    ("vrf", "vrf", &[("table", "vrf.table", Plain)], &[]),
    ("wireguard", "wireguard", &[], WIREGUARD_OWN),
    ("gre", "ip-tunnel", TUNNEL, TUNNEL_STATE),
    ("gretap", "ip-tunnel", TUNNEL, TUNNEL_STATE),
    ("ipip", "ip-tunnel", TUNNEL, TUNNEL_STATE),
    ("sit", "ip-tunnel", TUNNEL, TUNNEL_STATE),
    ("vti", "ip-tunnel", TUNNEL, TUNNEL_STATE),
    ("vti6", "ip-tunnel", TUNNEL, TUNNEL_STATE),
    ("ip6tnl", "ip-tunnel", TUNNEL, TUNNEL_STATE),
    ("ip6gre", "ip-tunnel", TUNNEL, TUNNEL_STATE),
    ("ip6gretap", "ip-tunnel", TUNNEL, TUNNEL_STATE),
    ("macsec", "macsec", MACSEC, &["icv_length", "cipher_suite", "sci"]),
    ("hsr", "hsr", HSR, &["seq_nr", "supervision_addr", "proto"]),
    (
        "ipoib",
        "infiniband",
        &[("pkey", "infiniband.p_key", Plain), ("mode", "infiniband.transport_mode", Plain)],
        &["umcast"],
    ),
];

/// Read by [`super::settings`].
const WIREGUARD_OWN: &[&str] = &["private_key", "listen_port", "fwmark", "peers"];

const MACVLAN_STATE: &[&str] = &["nopromisc", "usedbcqueuelen", "macaddr_count"];

/// What has no place in the model and is so by itself: `vxlan_nl2conf()`, MACVLAN_DEFAULT_BC_QUEUE_LEN.
pub(super) fn is_usual(key: &str, json: &Json) -> bool {
    match key {
        "udp_csum" | "localbypass" => json.as_bool() == Some(true),
        "bcqueuelen" => json.as_i64() == Some(1000),
        _ => false,
    }
}

/// What the model calls a kind of the kernel, its settings and its state.
pub(super) fn kind(info_kind: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|(name, ..)| *name == info_kind)
}

/// Settings that are read one by one ([`super::link`]).
const SINGLE: &[&str] = &[
    "mtu",
    "mac",
    "promiscuous",
    "alias",
    "vlan.parent",
    "vlan.reorder_hdr",
    "vlan.gvrp",
    "vlan.mvrp",
    "vlan.loose_binding",
    "veth.peer",
    "macvlan.parent",
    "macvlan.tap",
    "macvlan.promiscuous",
    "ipvlan.parent",
    "macsec.parent",
    "infiniband.parent",
    "ip_tunnel.mode",
    "vxlan.source_port_min",
    "vxlan.source_port_max",
    "attributes.tx_queue_length",
];

/// The settings that every kernel prints of a link that has them.
static SHOWN: LazyLock<HashSet<FieldPath>> = LazyLock::new(|| {
    let rows = KINDS.iter().flat_map(|(_, _, rows, _)| *rows).chain(PORT).chain(BOND_PORT);
    SINGLE.iter().copied().chain(rows.map(|(_, path, _)| *path)).map(FieldPath::parse).collect()
});

/// True for a setting that every kernel prints of a link that has it.
pub(super) fn shows(field: FieldPath) -> bool {
    SHOWN.contains(&field)
}

/// The settings of a port, by the kind of its controller, and what of them is state.
pub(super) fn port(info_slave_kind: &str) -> (&'static [Row], &'static [&'static str]) {
    match info_slave_kind {
        "bridge" => (PORT, PORT_STATE),
        "bond" => (BOND_PORT, BOND_PORT_STATE),
        // The table of the VRF itself.
        "vrf" => (&[], &["table"]),
        _ => (&[], &[]),
    }
}

const PORT_STATE: &[&str] = &[
    "state",
    "id",
    "no",
    "designated_port",
    "designated_cost",
    "bridge_id",
    "root_id",
    "hold_timer",
    "message_age_timer",
    "forward_delay_timer",
    "topology_change_ack",
    "config_pending",
    "group_fwd_mask_str",
    "mcast_n_groups",
    "mcast_max_groups",
];

const BOND_PORT_STATE: &[&str] = &[
    "state",
    "mii_status",
    "link_failure_count",
    "perm_hwaddr",
    "ad_aggregator_id",
    "ad_actor_oper_port_state",
    "ad_actor_oper_port_state_str",
    "ad_partner_oper_port_state",
    "ad_partner_oper_port_state_str",
];

/// What iproute2 prints of any link that is state or follows from what is configured elsewhere.
pub(super) const LINK_STATE: &[&str] = &[
    "qdisc",
    "linkmode",
    "broadcast",
    "promiscuity",
    "allmulti",
    "min_mtu",
    "max_mtu",
    "num_tx_queues",
    "num_rx_queues",
    "gso_max_size",
    "gso_max_segs",
    "tso_max_size",
    "tso_max_segs",
    "gro_max_size",
    "gso_ipv4_max_size",
    "gro_ipv4_max_size",
    "parentbus",
    "parentdev",
    "stats",
    "stats64",
    "phys_port_id",
    "phys_port_name",
    "phys_switch_id",
    "link_pointtopoint",
    "proto_down",
    "vfinfo_list",
    "num_vf",
    "deleted",
    "netns-immutable",
];
