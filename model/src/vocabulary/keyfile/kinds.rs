//! Keys of bridges, bonds, teams, VLANs and other kinds of links (keyfile.md sections 6 to 9 and 11).

use super::codec::Codec::{self, Bool, CommaList, Flag, Int, Mac, Number, Seconds, Secret, Switch, Text};
use super::row::{Spec, key, names};

/// `[bridge]`.
pub(super) const BRIDGE: &[Spec] = &[
    key("ageing-time", "bridge.ageing_time", Seconds).int(30_000),
    key("forward-delay", "bridge.forward_delay", Seconds).int(1_500),
    key("group-address", "bridge.group_address", Mac),
    key("group-forward-mask", "bridge.group_fwd_mask", Int).int(0),
    key("hello-time", "bridge.hello_time", Seconds).int(200),
    key("mac-address", "bridge.mac_address", Mac),
    key("max-age", "bridge.max_age", Seconds).int(2_000),
    key("multicast-hash-max", "bridge.multicast_hash_max", Int).int(4096),
    key("multicast-last-member-count", "bridge.multicast_last_member_count", Int).int(2),
    key("multicast-last-member-interval", "bridge.multicast_last_member_interval", Int).int(100),
    key("multicast-membership-interval", "bridge.multicast_membership_interval", Int).int(26_000),
    key("multicast-querier", "bridge.multicast_querier", Bool).no(),
    key("multicast-querier-interval", "bridge.multicast_querier_interval", Int).int(25_500),
    key("multicast-query-interval", "bridge.multicast_query_interval", Int).int(12_500),
    key("multicast-query-response-interval", "bridge.multicast_query_response_interval", Int).int(1_000),
    key("multicast-query-use-ifaddr", "bridge.multicast_query_use_ifaddr", Bool).no(),
    key("multicast-router", "bridge.multicast_router", Text),
    key("multicast-snooping", "bridge.multicast_snooping", Bool).yes(),
    key("multicast-startup-query-count", "bridge.multicast_startup_query_count", Int).int(2),
    key("multicast-startup-query-interval", "bridge.multicast_startup_query_interval", Int).int(3_125),
    key("priority", "bridge.priority", Int).int(32_768),
    key("stp", "bridge.stp", Bool).yes(),
    key("vlan-default-pvid", "bridge.vlan_default_pvid", Int).int(1),
    key("vlan-filtering", "bridge.vlan_filtering", Bool).no(),
    key("vlan-protocol", "bridge.vlan_protocol", Text),
    key("vlan-stats-enabled", "bridge.vlan_stats_enabled", Bool).no(),
    key("vlans", "bridge.vlans", CommaList).empty(),
];

/// `[bridge-port]`.
pub(super) const BRIDGE_PORT: &[Spec] = &[
    key("hairpin-mode", "bridge_port.hairpin", Bool).no(),
    key("path-cost", "bridge_port.path_cost", Int).int(100),
    key("priority", "bridge_port.priority", Int).int(32),
    key("vlans", "bridge_port.vlans", CommaList).empty(),
];

/// An option of `[bond]`; NetworkManager keeps them as they are written.
const fn option(name: &'static str, path: &'static str, codec: Codec) -> Spec {
    key(name, path, codec).explicit()
}

/// `[bond]`.
pub(super) const BOND: &[Spec] = &[
    option("active_slave", "bond.active_port", Text),
    option("ad_actor_sys_prio", "bond.ad_actor_sys_prio", Int).int(65_535),
    option("ad_actor_system", "bond.ad_actor_system", Text).word("00:00:00:00:00:00"),
    option("ad_select", "bond.ad_select", Text).word("stable"),
    option("ad_user_port_key", "bond.ad_user_port_key", Int).int(0),
    option("all_slaves_active", "bond.all_ports_active", Switch).no(),
    option("arp_all_targets", "bond.arp_all_targets", Text).word("any"),
    option("arp_interval", "bond.arp_interval", Int).int(0),
    option("arp_ip_target", "bond.arp_ip_target", CommaList).empty(),
    option("arp_missed_max", "bond.arp_missed_max", Int).int(2).since(44),
    option("arp_validate", "bond.arp_validate", Text).word("none"),
    option("balance-slb", "bond.balance_slb", Switch).no().since(42),
    option("downdelay", "bond.downdelay", Int).int(0),
    option("fail_over_mac", "bond.fail_over_mac", Text).word("none"),
    option("lacp_active", "bond.lacp_active", Text).word("on").since(44),
    option("lacp_rate", "bond.lacp_rate", Text).word("slow"),
    option("lp_interval", "bond.lp_interval", Int).int(1),
    option("miimon", "bond.miimon", Int).int(100),
    option("min_links", "bond.min_links", Int).int(0),
    option("mode", "bond.mode", Text).word("balance-rr"),
    option("ns_ip6_target", "bond.ns_ip6_target", CommaList).empty().since(46),
    option("num_grat_arp", "bond.num_peer_notif", Int).int(1),
    option("num_unsol_na", "bond.num_peer_notif", Int).int(1),
    option("packets_per_slave", "bond.packets_per_port", Int).int(1),
    option("peer_notif_delay", "bond.peer_notif_delay", Int).int(0),
    option("primary", "bond.primary", Text),
    option("primary_reselect", "bond.primary_reselect", Text).word("always"),
    option("resend_igmp", "bond.resend_igmp", Int).int(1),
    option("tlb_dynamic_lb", "bond.tlb_dynamic_lb", Switch).yes(),
    option("updelay", "bond.updelay", Int).int(0),
    option("use_carrier", "bond.use_carrier", Switch).yes(),
    option("xmit_hash_policy", "bond.xmit_hash_policy", Text).word("layer2"),
];

/// `[bond-port]`.
pub(super) const BOND_PORT: &[Spec] =
    &[key("prio", "bond_port.prio", Int).int(0).since(44), key("queue-id", "bond_port.queue_id", Int).int(0)];

/// `[team]`.
pub(super) const TEAM: &[Spec] = &[key("config", "team.config", Text)];
/// `[team-port]`.
pub(super) const TEAM_PORT: &[Spec] = &[key("config", "team_port.config", Text)];

/// `[vlan]`.
pub(super) const VLAN: &[Spec] = &[
    key("egress-priority-map", "vlan.egress_qos_map", Codec::List).empty(),
    key("flags", "vlan.reorder_hdr", Flag(1)).yes().explicit(),
    key("flags", "vlan.gvrp", Flag(2)).no().explicit(),
    key("flags", "vlan.loose_binding", Flag(4)).no().explicit(),
    key("flags", "vlan.mvrp", Flag(8)).no().explicit(),
    key("id", "vlan.id", Int).explicit(),
    key("ingress-priority-map", "vlan.ingress_qos_map", Codec::List).empty(),
    key("parent", "vlan.parent", Text),
    key("protocol", "vlan.protocol", Text).since(42),
];

/// `[tun]`.
pub(super) const TUN: &[Spec] = &[
    key("group", "tun.group", Text),
    key("mode", "tun.mode", Number(&[(1, "tun"), (2, "tap")])).word("tun"),
    key("multi-queue", "tun.multi_queue", Bool).no(),
    key("owner", "tun.owner", Text),
    key("pi", "tun.pi", Bool).no(),
    key("vnet-hdr", "tun.vnet_hdr", Bool).no(),
];

/// `[veth]`.
pub(super) const VETH: &[Spec] = &[key("peer", "veth.peer", Text).since(30)];

/// `[macvlan]`.
pub(super) const MACVLAN: &[Spec] = &[
    key(
        "mode",
        "macvlan.mode",
        Number(&[(1, "vepa"), (2, "bridge"), (3, "private"), (4, "passthru"), (5, "source")]),
    ),
    key("parent", "macvlan.parent", Text),
    key("promiscuous", "macvlan.promiscuous", Bool).yes(),
    key("tap", "macvlan.tap", Bool).no(),
];

/// `[ipvlan]`.
pub(super) const IPVLAN: &[Spec] = &[
    key("mode", "ipvlan.mode", Number(&[(1, "l2"), (2, "l3"), (3, "l3s")])).since(52),
    key("parent", "ipvlan.parent", Text).since(52),
    key("private", "ipvlan.private", Bool).no().since(52),
    key("vepa", "ipvlan.vepa", Bool).no().since(52),
];

/// `[vxlan]`.
pub(super) const VXLAN: &[Spec] = &[
    key("ageing", "vxlan.ageing", Int).int(300),
    key("destination-port", "vxlan.port", Int).int(8472),
    key("id", "vxlan.id", Int).explicit(),
    key("l2-miss", "vxlan.l2miss", Bool).no(),
    key("l3-miss", "vxlan.l3miss", Bool).no(),
    key("learning", "vxlan.learning", Bool).yes(),
    key("limit", "vxlan.limit", Int).int(0),
    key("local", "vxlan.local", Text),
    key("parent", "vxlan.parent", Text),
    key("proxy", "vxlan.proxy", Bool).no(),
    key("remote", "vxlan.remote", Text),
    key("rsc", "vxlan.rsc", Bool).no(),
    key("source-port-max", "vxlan.source_port_max", Int).int(0),
    key("source-port-min", "vxlan.source_port_min", Int).int(0),
    key("tos", "vxlan.tos", Int).int(0),
    key("ttl", "vxlan.ttl", Int).int(0),
];

/// `[geneve]`.
pub(super) const GENEVE: &[Spec] = &[
    key("destination-port", "geneve.port", Int).int(6081).since(58),
    key("df", "geneve.df", Number(&[(0, "unset"), (1, "set"), (2, "inherit")])).word("unset").since(58),
    key("id", "geneve.id", Int).explicit().since(58),
    key("remote", "geneve.remote", Text).since(58),
    key("tos", "geneve.tos", Int).int(0).since(58),
    key("ttl", "geneve.ttl", Int).int(0).since(58),
];

/// `[vrf]`.
pub(super) const VRF: &[Spec] = &[key("table", "vrf.table", Int)];

/// `[wireguard]`.
pub(super) const WIREGUARD: &[Spec] = &[
    key("fwmark", "wireguard.fwmark", Int).int(0),
    key("ip4-auto-default-route", "wireguard.ip4_auto_default_route", Int).int(-1),
    key("ip6-auto-default-route", "wireguard.ip6_auto_default_route", Int).int(-1),
    key("listen-port", "wireguard.listen_port", Int).int(0),
    key("mtu", "mtu", Int).int(0),
    key("peer-routes", "wireguard.peer_routes", Bool).yes(),
    key("private-key", "wireguard.private_key", Secret),
    key("private-key-flags", "wireguard.private_key_flags", Int).int(0),
];

/// `[wireguard-peer.KEY]`; the paths are those of a peer.
pub(super) const WIREGUARD_PEER: &[Spec] = &[
    key("allowed-ips", "wireguard.peers.allowed_ips", Codec::List),
    key("endpoint", "wireguard.peers.endpoint", Text),
    key("persistent-keepalive", "wireguard.peers.persistent_keepalive", Int),
    key("preshared-key", "wireguard.peers.preshared_key", Secret),
    key("preshared-key-flags", "wireguard.peers.preshared_key_flags", Int),
];

/// `[ip-tunnel]`.
pub(super) const IP_TUNNEL: &[Spec] = &[
    key("encapsulation-limit", "ip_tunnel.encap_limit", Int).int(0),
    key("flags", "ip_tunnel.flags", Int).int(0),
    key("flow-label", "ip_tunnel.flow_label", Int).int(0),
    key("fwmark", "ip_tunnel.fwmark", Int).int(0).since(42),
    key("input-key", "ip_tunnel.ikey", Text),
    key("local", "ip_tunnel.local", Text),
    key(
        "mode",
        "ip_tunnel.mode",
        Number(&[
            (1, "ipip"),
            (2, "gre"),
            (3, "sit"),
            (4, "isatap"),
            (5, "vti"),
            (6, "ip6ip6"),
            (7, "ipip6"),
            (8, "ip6gre"),
            (9, "vti6"),
            (10, "gretap"),
            (11, "ip6gretap"),
        ]),
    ),
    key("mtu", "mtu", Int).int(0),
    key("output-key", "ip_tunnel.okey", Text),
    key("parent", "ip_tunnel.parent", Text),
    key("path-mtu-discovery", "ip_tunnel.pmtudisc", Bool).yes(),
    key("remote", "ip_tunnel.remote", Text),
    key("tos", "ip_tunnel.tos", Int).int(0),
    key("ttl", "ip_tunnel.ttl", Int).int(0),
];

/// `[infiniband]`.
pub(super) const INFINIBAND: &[Spec] = &[
    key("mac-address", "matches.mac", Mac),
    key("mtu", "mtu", Int).int(0),
    key("p-key", "infiniband.p_key", Int).int(-1),
    key("parent", "infiniband.parent", Text),
    key("transport-mode", "infiniband.transport_mode", Text),
];

/// `[hsr]`.
pub(super) const HSR: &[Spec] = &[
    key("interlink", "hsr.interlink", Text).since(56),
    key("multicast-spec", "hsr.multicast_spec", Int).int(0).since(46),
    key("port1", "hsr.port1", Text).since(46),
    key("port2", "hsr.port2", Text).since(46),
    key("protocol-version", "hsr.protocol_version", Int).int(-1).since(56),
    key("prp", "hsr.prp", Bool).no().since(46),
];

/// `[macsec]`.
pub(super) const MACSEC: &[Spec] = &[
    key("encrypt", "macsec.encrypt", Bool).yes(),
    key("mka-cak", "macsec.mka_cak", Secret),
    key("mka-cak-flags", "macsec.mka_cak_flags", Int).int(0),
    key("mka-ckn", "macsec.mka_ckn", Text),
    key("mode", "macsec.mode", Number(&[(0, "psk"), (1, "eap")])).word("psk"),
    key("offload", "macsec.offload", Int).int(-1).since(46),
    key("parent", "macsec.parent", Text),
    key("port", "macsec.port", Int).int(1),
    key("send-sci", "macsec.send_sci", Bool).yes(),
    key("validation", "macsec.validation", Number(&[(0, "disable"), (1, "check"), (2, "strict")]))
        .word("strict"),
];

/// `[loopback]`.
pub(super) const LOOPBACK: &[Spec] = &[key("mtu", "mtu", Int).int(0).since(42)];
/// `[generic]`.
pub(super) const GENERIC: &[Spec] = &[key("device-handler", "generic.device_handler", Text).since(46)];

/// `[ovs-bridge]`.
pub(super) const OVS_BRIDGE: &[Spec] = &[
    key("datapath-type", "ovs_bridge.datapath_type", Text),
    key("fail-mode", "ovs_bridge.fail_mode", Text),
    key("mcast-snooping-enable", "ovs_bridge.mcast_snooping_enable", Bool).no(),
    key("rstp-enable", "ovs_bridge.rstp_enable", Bool).no(),
    key("stp-enable", "ovs_bridge.stp_enable", Bool).no(),
];
/// `[ovs-port]`.
pub(super) const OVS_PORT: &[Spec] = &[
    key("bond-downdelay", "ovs_port.bond_downdelay", Int).int(0),
    key("bond-mode", "ovs_port.bond_mode", Text),
    key("bond-updelay", "ovs_port.bond_updelay", Int).int(0),
    key("lacp", "ovs_port.lacp", Text),
    key("tag", "ovs_port.tag", Int).int(0),
    key("trunks", "ovs_port.trunks", CommaList).empty().since(42),
    key("vlan-mode", "ovs_port.vlan_mode", Text),
];
/// `[ovs-interface]`.
pub(super) const OVS_INTERFACE: &[Spec] = &[
    key("ofport-request", "ovs_interface.ofport_request", Int).int(0).since(42),
    key("type", "ovs_interface.interface_type", Codec::Word(&["internal", "system", "patch", "dpdk"])),
];
/// `[ovs-patch]`.
pub(super) const OVS_PATCH: &[Spec] = &[key("peer", "ovs_interface.patch_peer", Text)];
/// `[ovs-dpdk]`.
pub(super) const OVS_DPDK: &[Spec] = &[
    key("devargs", "ovs_interface.dpdk_devargs", Text),
    key("lsc-interrupt", "ovs_interface.dpdk_lsc_interrupt", Bool).no().since(52),
    key("n-rxq", "ovs_interface.dpdk_n_rxq", Int).int(0).since(36),
    key("n-rxq-desc", "ovs_interface.dpdk_n_rxq_desc", Int).int(0).since(42),
    key("n-txq-desc", "ovs_interface.dpdk_n_txq_desc", Int).int(0).since(42),
];
/// `[ovs-external-ids]`.
pub(super) const OVS_EXTERNAL_IDS: &[Spec] = &[names("data.", "ovs_external_ids", Text).since(30)];
/// `[ovs-other-config]`.
pub(super) const OVS_OTHER_CONFIG: &[Spec] = &[names("data.", "ovs_other_config", Text).since(42)];
