//! The words of `ip link … type KIND` (ip-link(8)), one row a setting.

use netpivot_model::link::LinkKind;
use netpivot_model::virtual_link::TunnelMode;

/// How a setting is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Its word and the value; truth values are 0 and 1.
    Value,
    /// Its word and `on` or `off`.
    OnOff,
    /// Its word, with `no` before it for false.
    Flag,
    /// Its word where true; false cannot be said.
    Present,
    /// Its word and a number in hexadecimal.
    Hex,
    /// Its word, then all items.
    Pairs,
    /// Its word and the items with commas.
    Commas,
    /// `group` and an address of many, or its word and that of one end (`vxlan_parse_opt()` of iplink_vxlan.c).
    End,
}

use Style::{Commas, End, Flag, Hex, OnOff, Pairs, Present, Value as Plain};

pub(super) type Row = (&'static str, &'static str, Style);

pub(super) const BRIDGE: &[Row] = &[
    ("bridge.stp", "stp_state", Plain),
    ("bridge.priority", "priority", Plain),
    ("bridge.forward_delay", "forward_delay", Plain),
    ("bridge.hello_time", "hello_time", Plain),
    ("bridge.max_age", "max_age", Plain),
    ("bridge.ageing_time", "ageing_time", Plain),
    ("bridge.group_fwd_mask", "group_fwd_mask", Plain),
    ("bridge.group_address", "group_address", Plain),
    ("bridge.vlan_filtering", "vlan_filtering", Plain),
    ("bridge.vlan_default_pvid", "vlan_default_pvid", Plain),
    ("bridge.vlan_protocol", "vlan_protocol", Plain),
    ("bridge.vlan_stats_enabled", "vlan_stats_enabled", Plain),
    ("bridge.multicast_snooping", "mcast_snooping", Plain),
    ("bridge.multicast_router", "mcast_router", Plain),
    ("bridge.multicast_querier", "mcast_querier", Plain),
    ("bridge.multicast_query_use_ifaddr", "mcast_query_use_ifaddr", Plain),
    ("bridge.multicast_hash_max", "mcast_hash_max", Plain),
    ("bridge.multicast_last_member_count", "mcast_last_member_count", Plain),
    ("bridge.multicast_startup_query_count", "mcast_startup_query_count", Plain),
    ("bridge.multicast_last_member_interval", "mcast_last_member_interval", Plain),
    ("bridge.multicast_membership_interval", "mcast_membership_interval", Plain),
    ("bridge.multicast_querier_interval", "mcast_querier_interval", Plain),
    ("bridge.multicast_query_interval", "mcast_query_interval", Plain),
    ("bridge.multicast_query_response_interval", "mcast_query_response_interval", Plain),
    ("bridge.multicast_startup_query_interval", "mcast_startup_query_interval", Plain),
    ("bridge.multicast_igmp_version", "mcast_igmp_version", Plain),
    ("bridge.multicast_mld_version", "mcast_mld_version", Plain),
    ("bridge.multicast_stats_enabled", "mcast_stats_enabled", Plain),
    ("bridge.multicast_vlan_snooping", "mcast_vlan_snooping", Plain),
    ("bridge.vlan_stats_per_port", "vlan_stats_per_port", Plain),
    ("bridge.no_linklocal_learn", "no_linklocal_learn", Plain),
    ("bridge.nf_call_iptables", "nf_call_iptables", Plain),
    ("bridge.nf_call_ip6tables", "nf_call_ip6tables", Plain),
    ("bridge.nf_call_arptables", "nf_call_arptables", Plain),
];

pub(super) const BRIDGE_PORT: &[Row] = &[
    ("bridge_port.priority", "priority", Plain),
    ("bridge_port.path_cost", "cost", Plain),
    ("bridge_port.hairpin", "hairpin", OnOff),
    ("bridge_port.learning", "learning", OnOff),
    ("bridge_port.unicast_flood", "flood", OnOff),
    ("bridge_port.multicast_flood", "mcast_flood", OnOff),
    ("bridge_port.broadcast_flood", "bcast_flood", OnOff),
    ("bridge_port.multicast_router", "mcast_router", Plain),
    ("bridge_port.multicast_fast_leave", "fastleave", OnOff),
    ("bridge_port.multicast_to_unicast", "mcast_to_unicast", OnOff),
    ("bridge_port.bpdu_guard", "guard", OnOff),
    ("bridge_port.root_block", "root_block", OnOff),
    ("bridge_port.isolated", "isolated", OnOff),
    ("bridge_port.neigh_suppress", "neigh_suppress", OnOff),
    ("bridge_port.vlan_tunnel", "vlan_tunnel", OnOff),
    ("bridge_port.locked", "locked", OnOff),
    ("bridge_port.proxy_arp", "proxy_arp", OnOff),
    ("bridge_port.proxy_arp_wifi", "proxy_arp_wifi", OnOff),
    ("bridge_port.group_fwd_mask", "group_fwd_mask", Plain),
];

pub(super) const BOND: &[Row] = &[
    ("bond.mode", "mode", Plain),
    ("bond.miimon", "miimon", Plain),
    ("bond.updelay", "updelay", Plain),
    ("bond.downdelay", "downdelay", Plain),
    ("bond.peer_notif_delay", "peer_notify_delay", Plain),
    ("bond.use_carrier", "use_carrier", Plain),
    ("bond.arp_interval", "arp_interval", Plain),
    ("bond.arp_ip_target", "arp_ip_target", Commas),
    ("bond.ns_ip6_target", "ns_ip6_target", Commas),
    ("bond.arp_validate", "arp_validate", Plain),
    ("bond.arp_all_targets", "arp_all_targets", Plain),
    ("bond.arp_missed_max", "arp_missed_max", Plain),
    ("bond.primary", "primary", Plain),
    ("bond.primary_reselect", "primary_reselect", Plain),
    ("bond.active_port", "active_slave", Plain),
    ("bond.fail_over_mac", "fail_over_mac", Plain),
    ("bond.ad_select", "ad_select", Plain),
    ("bond.ad_actor_sys_prio", "ad_actor_sys_prio", Plain),
    ("bond.ad_actor_system", "ad_actor_system", Plain),
    ("bond.ad_user_port_key", "ad_user_port_key", Plain),
    ("bond.lacp_rate", "lacp_rate", Plain),
    ("bond.lacp_active", "lacp_active", Plain),
    ("bond.min_links", "min_links", Plain),
    ("bond.xmit_hash_policy", "xmit_hash_policy", Plain),
    ("bond.resend_igmp", "resend_igmp", Plain),
    ("bond.num_peer_notif", "num_grat_arp", Plain),
    ("bond.packets_per_port", "packets_per_slave", Plain),
    ("bond.tlb_dynamic_lb", "tlb_dynamic_lb", Plain),
    ("bond.all_ports_active", "all_slaves_active", Plain),
    ("bond.lp_interval", "lp_interval", Plain),
];

pub(super) const BOND_PORT: &[Row] =
    &[("bond_port.queue_id", "queue_id", Plain), ("bond_port.prio", "prio", Plain)];

pub(super) const VLAN: &[Row] = &[
    ("vlan.protocol", "protocol", Plain),
    ("vlan.id", "id", Plain),
    ("vlan.reorder_hdr", "reorder_hdr", OnOff),
    ("vlan.gvrp", "gvrp", OnOff),
    ("vlan.mvrp", "mvrp", OnOff),
    ("vlan.loose_binding", "loose_binding", OnOff),
    ("vlan.ingress_qos_map", "ingress-qos-map", Pairs),
    ("vlan.egress_qos_map", "egress-qos-map", Pairs),
];

pub(super) const VXLAN: &[Row] = &[
    ("vxlan.id", "id", Plain),
    ("vxlan.parent", "dev", Plain),
    ("vxlan.local", "local", Plain),
    ("vxlan.remote", "remote", End),
    ("vxlan.port", "dstport", Plain),
    ("vxlan.ageing", "ageing", Plain),
    ("vxlan.limit", "maxaddress", Plain),
    ("vxlan.tos", "tos", Hex),
    ("vxlan.ttl", "ttl", Plain),
    ("vxlan.learning", "learning", Flag),
    ("vxlan.proxy", "proxy", Flag),
    ("vxlan.rsc", "rsc", Flag),
    ("vxlan.l2miss", "l2miss", Flag),
    ("vxlan.l3miss", "l3miss", Flag),
];

pub(super) const GENEVE: &[Row] = &[
    ("geneve.id", "id", Plain),
    ("geneve.remote", "remote", Plain),
    ("geneve.port", "dstport", Plain),
    ("geneve.tos", "tos", Hex),
    ("geneve.ttl", "ttl", Plain),
    ("geneve.df", "df", Plain),
];

pub(super) const MACVLAN: &[Row] = &[("macvlan.mode", "mode", Plain)];
pub(super) const IPVLAN: &[Row] = &[
    ("ipvlan.mode", "mode", Plain),
    ("ipvlan.private", "private", Present),
    ("ipvlan.vepa", "vepa", Present),
];
pub(super) const VRF: &[Row] = &[("vrf.table", "table", Plain)];
pub(super) const VETH: &[Row] = &[("veth.peer", "peer name", Plain)];

pub(super) const TUNNEL: &[Row] = &[
    ("ip_tunnel.remote", "remote", Plain),
    ("ip_tunnel.local", "local", Plain),
    ("ip_tunnel.parent", "dev", Plain),
    ("ip_tunnel.ttl", "ttl", Plain),
    ("ip_tunnel.tos", "tos", Hex),
    ("ip_tunnel.pmtudisc", "pmtudisc", Flag),
    ("ip_tunnel.ikey", "ikey", Plain),
    ("ip_tunnel.okey", "okey", Plain),
    ("ip_tunnel.encap_limit", "encaplimit", Plain),
    ("ip_tunnel.flow_label", "flowlabel", Hex),
    ("ip_tunnel.fwmark", "fwmark", Plain),
];

pub(super) const HSR: &[Row] = &[
    ("hsr.port1", "slave1", Plain),
    ("hsr.port2", "slave2", Plain),
    ("hsr.interlink", "interlink", Plain),
    ("hsr.multicast_spec", "supervision", Plain),
    ("hsr.protocol_version", "version", Plain),
    ("hsr.prp", "proto", Plain),
];

pub(super) const TUN: &[Row] = &[
    ("tun.mode", "mode", Plain),
    ("tun.owner", "user", Plain),
    ("tun.group", "group", Plain),
    ("tun.pi", "pi", Present),
    ("tun.vnet_hdr", "vnet_hdr", Present),
    ("tun.multi_queue", "multi_queue", Present),
];

/// Rows and `type` of a kind; `None` where ip cannot make such a link.
pub(super) fn rows(kind: &LinkKind) -> Option<(&'static str, &'static [Row])> {
    Some(match kind {
        LinkKind::Bridge(_) => ("bridge", BRIDGE),
        LinkKind::Bond(_) => ("bond", BOND),
        LinkKind::Vlan(_) => ("vlan", VLAN),
        LinkKind::Vxlan(_) => ("vxlan", VXLAN),
        LinkKind::Geneve(_) => ("geneve", GENEVE),
        LinkKind::Macvlan(macvlan) => {
            let tap = macvlan.tap.as_ref().is_some_and(|at| at.value);
            (if tap { "macvtap" } else { "macvlan" }, MACVLAN)
        }
        LinkKind::Ipvlan(_) => ("ipvlan", IPVLAN),
        LinkKind::Vrf(_) => ("vrf", VRF),
        LinkKind::Veth(_) => ("veth", VETH),
        LinkKind::Dummy(_) => ("dummy", &[]),
        LinkKind::Wireguard(_) => ("wireguard", &[]),
        LinkKind::Hsr(_) => ("hsr", HSR),
        LinkKind::IpTunnel(tunnel) => (tunnel_type(tunnel.mode.as_ref()?.value)?, TUNNEL),
        LinkKind::Tun(_) => ("tun", TUN),
        LinkKind::Ethernet(_)
        | LinkKind::Wifi(_)
        | LinkKind::Infiniband(_)
        | LinkKind::Team(_)
        | LinkKind::Macsec(_)
        | LinkKind::OvsBridge(_)
        | LinkKind::OvsPort(_)
        | LinkKind::OvsInterface(_)
        | LinkKind::Loopback(_)
        | LinkKind::Generic(_)
        | LinkKind::Unsupported(_) => return None,
    })
}

/// What follows `type` for a tunnel of that mode.
fn tunnel_type(mode: TunnelMode) -> Option<&'static str> {
    Some(match mode {
        TunnelMode::Ip6Ip6 => "ip6tnl mode ip6ip6",
        TunnelMode::IpIp6 => "ip6tnl mode ipip6",
        TunnelMode::Isatap => return None,
        TunnelMode::Ipip
        | TunnelMode::Gre
        | TunnelMode::Sit
        | TunnelMode::Vti
        | TunnelMode::Ip6Gre
        | TunnelMode::Vti6
        | TunnelMode::Gretap
        | TunnelMode::Ip6Gretap => mode.as_str(),
    })
}
