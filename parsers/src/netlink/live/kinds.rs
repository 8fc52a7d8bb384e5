//! The attributes of each kind of link by number (include/uapi/linux/if_link.h, if_tunnel.h), with the names that
//! iproute2 prints (ip/iplink_*.c, ip/link_*.c).

use super::attribute::Codec::{
    Bool, By, Device, Hex, Ip, Ips, Mac, Network, Number, Positive, Present, Signed, State, VlanProtocol,
    Words,
};
use super::attribute::{Row, attributes, network, number};
use super::tunnels::{GRE, IPTUN, VTI};
use serde_json::{Map, Value as Json, json};

/// The prefix of attributes without a row, and the rows, by IFLA_INFO_KIND.
pub(super) fn data(kind: &str) -> Option<(&'static str, &'static [Row])> {
    Some(match kind {
        "bridge" => ("IFLA_BR_", BRIDGE),
        "bond" => ("IFLA_BOND_", BOND),
        "vlan" => ("IFLA_VLAN_", VLAN),
        "vxlan" => ("IFLA_VXLAN_", VXLAN),
        "geneve" => ("IFLA_GENEVE_", GENEVE),
        "vrf" => ("IFLA_VRF_", &[(1, "table", Number)]),
        "macvlan" | "macvtap" => ("IFLA_MACVLAN_", MACVLAN),
        "ipvlan" | "ipvtap" => ("IFLA_IPVLAN_", IPVLAN),
        "tun" => ("IFLA_TUN_", TUN),
        "gre" | "gretap" | "ip6gre" | "ip6gretap" | "erspan" | "ip6erspan" => ("IFLA_GRE_", GRE),
        "ipip" | "sit" | "ip6tnl" => ("IFLA_IPTUN_", IPTUN),
        "vti" | "vti6" => ("IFLA_VTI_", VTI),
        "macsec" => ("IFLA_MACSEC_", MACSEC),
        "hsr" => ("IFLA_HSR_", HSR),
        "ipoib" => ("IFLA_IPOIB_", IPOIB),
        _ => return None,
    })
}

/// The same for a port, by IFLA_INFO_SLAVE_KIND.
pub(super) fn port(kind: &str) -> Option<(&'static str, &'static [Row])> {
    Some(match kind {
        "bridge" => ("IFLA_BRPORT_", BRIDGE_PORT),
        "bond" => ("IFLA_BOND_SLAVE_", BOND_PORT),
        "vrf" => ("IFLA_VRF_PORT_", &[(1, "table", Number)]),
        _ => return None,
    })
}

const BRIDGE: &[Row] = &[
    (1, "forward_delay", Number),
    (2, "hello_time", Number),
    (3, "max_age", Number),
    (4, "ageing_time", Number),
    (5, "stp_state", Number),
    (6, "priority", Number),
    (7, "vlan_filtering", Number),
    (8, "vlan_protocol", VlanProtocol),
    (9, "group_fwd_mask", Hex),
    (10, "root_id", State),
    (11, "bridge_id", State),
    (12, "root_port", State),
    (13, "root_path_cost", State),
    (14, "topology_change", Positive),
    (15, "topology_change_detected", State),
    (16, "hello_timer", State),
    (17, "tcn_timer", State),
    (18, "topology_change_timer", State),
    (19, "gc_timer", State),
    (20, "group_addr", Mac),
    (22, "mcast_router", Number),
    (23, "mcast_snooping", Number),
    (24, "mcast_query_use_ifaddr", Number),
    (25, "mcast_querier", Number),
    (26, "mcast_hash_elasticity", State),
    (27, "mcast_hash_max", Number),
    (28, "mcast_last_member_cnt", Number),
    (29, "mcast_startup_query_cnt", Number),
    (30, "mcast_last_member_intvl", Number),
    (31, "mcast_membership_intvl", Number),
    (32, "mcast_querier_intvl", Number),
    (33, "mcast_query_intvl", Number),
    (34, "mcast_query_response_intvl", Number),
    (35, "mcast_startup_query_intvl", Number),
    (36, "nf_call_iptables", Number),
    (37, "nf_call_ip6tables", Number),
    (38, "nf_call_arptables", Number),
    (39, "vlan_default_pvid", Number),
    (41, "vlan_stats_enabled", Number),
    (42, "mcast_stats_enabled", Number),
    (43, "mcast_igmp_version", Number),
    (44, "mcast_mld_version", Number),
    (45, "vlan_stats_per_port", Number),
    (46, "multi_boolopt", By(bridge_options)),
    (47, "mcast_querier_state", State),
    (48, "fdb_n_learned", State),
    (49, "fdb_max_learned", Number),
    (50, "stp_mode", Number),
];

/// BR_BOOLOPT_* by bit.
const BRIDGE_OPTIONS: [&str; 5] = [
    "no_linklocal_learn",
    "mcast_vlan_snooping",
    "mst_enabled",
    "mdb_offload_fail_notification",
    "fdb_local_vlan_0",
];

/// `struct br_boolopt_multi`: the bits, and which of them the kernel has.
fn bridge_options(bytes: &[u8], map: &mut Map<String, Json>) {
    let Some(bits) = bytes.get(..4).and_then(number) else { return };
    for bit in 0..32 {
        let set = bits >> bit & 1;
        match BRIDGE_OPTIONS.get(bit) {
            Some(name) => drop(map.insert((*name).to_owned(), set.into())),
            None if set == 1 => drop(map.insert(format!("BR_BOOLOPT_{bit}"), set.into())),
            None => {}
        }
    }
}

const BRIDGE_PORT: &[Row] = &[
    (1, "state", State),
    (2, "priority", Number),
    (3, "cost", Number),
    (4, "hairpin", Bool),
    (5, "guard", Bool),
    (6, "root_block", Bool),
    (7, "fastleave", Bool),
    (8, "learning", Bool),
    (9, "flood", Bool),
    (10, "proxy_arp", Bool),
    (11, "learning_sync", State),
    (12, "proxy_arp_wifi", Bool),
    (13, "root_id", State),
    (14, "bridge_id", State),
    (15, "designated_port", State),
    (16, "designated_cost", State),
    (17, "id", State),
    (18, "no", State),
    (19, "topology_change_ack", State),
    (20, "config_pending", State),
    (21, "message_age_timer", State),
    (22, "forward_delay_timer", State),
    (23, "hold_timer", State),
    (25, "multicast_router", Number),
    (27, "mcast_flood", Bool),
    (28, "mcast_to_unicast", Bool),
    (29, "vlan_tunnel", Bool),
    (30, "bcast_flood", Bool),
    (31, "group_fwd_mask", Hex),
    (32, "neigh_suppress", Bool),
    (33, "isolated", Bool),
    (34, "backup_port", Device),
    (35, "mrp_ring_open", State),
    (36, "mrp_in_open", State),
    (37, "mcast_eht_hosts_limit", State),
    (38, "mcast_eht_hosts_cnt", State),
    (39, "locked", Bool),
    (40, "mab", Bool),
    (41, "mcast_n_groups", State),
    (42, "mcast_max_groups", Number),
    (43, "neigh_vlan_suppress", Bool),
    (44, "backup_nhid", Number),
    (45, "neigh_forward_grat", Bool),
];

const BOND: &[Row] = &[
    (
        1,
        "mode",
        Words(&[
            "balance-rr",
            "active-backup",
            "balance-xor",
            "broadcast",
            "802.3ad",
            "balance-tlb",
            "balance-alb",
        ]),
    ),
    (2, "active_slave", Device),
    (3, "miimon", Number),
    (4, "updelay", Number),
    (5, "downdelay", Number),
    (6, "use_carrier", Number),
    (7, "arp_interval", Number),
    (8, "arp_ip_target", Ips),
    (
        9,
        "arp_validate",
        Words(&["none", "active", "backup", "all", "filter", "filter_active", "filter_backup"]),
    ),
    (10, "arp_all_targets", Words(&["any", "all"])),
    (11, "primary", Device),
    (12, "primary_reselect", Words(&["always", "better", "failure"])),
    (13, "fail_over_mac", Words(&["none", "active", "follow"])),
    (
        14,
        "xmit_hash_policy",
        Words(&["layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4", "vlan+srcmac"]),
    ),
    (15, "resend_igmp", Number),
    (16, "num_peer_notif", Number),
    (17, "all_slaves_active", Number),
    (18, "min_links", Number),
    (19, "lp_interval", Number),
    (20, "packets_per_slave", Number),
    (21, "ad_lacp_rate", Words(&["slow", "fast"])),
    (22, "ad_select", Words(&["stable", "bandwidth", "count"])),
    (23, "ad_info", State),
    (24, "ad_actor_sys_prio", Number),
    (25, "ad_user_port_key", Number),
    (26, "ad_actor_system", Mac),
    (27, "tlb_dynamic_lb", Number),
    (28, "peer_notify_delay", Number),
    (29, "ad_lacp_active", Words(&["off", "on"])),
    (30, "arp_missed_max", Number),
    (31, "ns_ip6_target", Ips),
    // On by default, and without a place in the model: off is told.
    (32, "coupled_control", By(coupled_control)),
    (33, "broadcast_neighbor", Words(&["off", "on"])),
    (34, "lacp_strict", Words(&["off", "on"])),
];

fn coupled_control(bytes: &[u8], map: &mut Map<String, Json>) {
    if number(bytes) == Some(0) {
        map.insert("coupled_control off".to_owned(), true.into());
    }
}

const BOND_PORT: &[Row] = &[
    (1, "state", State),
    (2, "mii_status", State),
    (3, "link_failure_count", State),
    (4, "perm_hwaddr", Mac),
    (5, "queue_id", Number),
    (6, "ad_aggregator_id", State),
    (7, "ad_actor_oper_port_state", State),
    (8, "ad_partner_oper_port_state", State),
    (9, "prio", Signed),
    (10, "actor_port_prio", State),
    (11, "ad_churn_actor_state", State),
    (12, "ad_churn_partner_state", State),
];

const VLAN: &[Row] = &[
    (1, "id", Number),
    (2, "flags", By(vlan_flags)),
    (3, "egress_qos", By(egress_map)),
    (4, "ingress_qos", By(ingress_map)),
    (5, "protocol", VlanProtocol),
];

/// VLAN_FLAG_* by bit.
const VLAN_FLAGS: [&str; 5] = ["REORDER_HDR", "GVRP", "LOOSE_BINDING", "MVRP", "BRIDGE_BINDING"];

/// `struct ifla_vlan_flags`: the bits and a mask.
fn vlan_flags(bytes: &[u8], map: &mut Map<String, Json>) {
    let bits = bytes.get(..4).and_then(number).unwrap_or(0);
    let set = VLAN_FLAGS.iter().enumerate().filter(|(bit, _)| bits >> bit & 1 == 1);
    map.insert("flags".to_owned(), set.map(|(_, word)| json!(word)).collect::<Vec<_>>().into());
}

fn egress_map(bytes: &[u8], map: &mut Map<String, Json>) {
    qos_map("egress_qos", bytes, map);
}

fn ingress_map(bytes: &[u8], map: &mut Map<String, Json>) {
    qos_map("ingress_qos", bytes, map);
}

/// `struct ifla_vlan_qos_mapping`, one an attribute.
fn qos_map(name: &str, bytes: &[u8], map: &mut Map<String, Json>) {
    let pair = |value: &[u8]| {
        let (from, to) = (number(value.get(..4)?)?, number(value.get(4..8)?)?);
        Some(json!({"from": from, "to": to}))
    };
    let pairs: Vec<Json> = attributes(bytes).filter_map(|(_, value)| pair(value)).collect();
    map.insert(name.to_owned(), pairs.into());
}

const VXLAN: &[Row] = &[
    (1, "id", Number),
    (2, "remote", Ip),
    (3, "link", Device),
    (4, "local", Ip),
    (5, "ttl", Number),
    (6, "tos", Number),
    (7, "learning", Bool),
    (8, "ageing", Number),
    (9, "limit", Number),
    (10, "port_range", By(vxlan_ports)),
    (11, "proxy", Bool),
    (12, "rsc", Bool),
    (13, "l2miss", Bool),
    (14, "l3miss", Bool),
    (15, "port", Network),
    (16, "remote6", Ip),
    (17, "local6", Ip),
    (18, "udp_csum", Bool),
    (19, "udp_zero_csum6_tx", Bool),
    (20, "udp_zero_csum6_rx", Bool),
    (21, "remcsum_tx", Bool),
    (22, "remcsum_rx", Bool),
    (23, "gbp", Present),
    (24, "remcsum_nopartial", Present),
    (25, "external", Bool),
    (26, "label", Network),
    (27, "gpe", Present),
    (28, "ttl_inherit", By(ttl_inherit)),
    (29, "df", Words(&["unset", "set", "inherit"])),
    (30, "vnifilter", Bool),
    (31, "localbypass", Bool),
    (32, "label_policy", Number),
    // Which bits of the header are refused: the kernel's own choice.
    (33, "reserved_bits", State),
    (34, "mc_route", Bool),
];

/// `struct ifla_vxlan_port_range`.
fn vxlan_ports(bytes: &[u8], map: &mut Map<String, Json>) {
    let port = |range| bytes.get(range).and_then(network).unwrap_or(0);
    map.insert("port_range".to_owned(), json!({"low": port(0..2), "high": port(2..4)}));
}

/// The time to live of what is inside, whatever number stands beside it.
fn ttl_inherit(bytes: &[u8], map: &mut Map<String, Json>) {
    if number(bytes) == Some(1) {
        map.shift_remove("ttl");
        map.insert("ttl_inherit".to_owned(), true.into());
    }
}

const GENEVE: &[Row] = &[
    (1, "id", Number),
    (2, "remote", Ip),
    (3, "ttl", Number),
    (4, "tos", Number),
    (5, "port", Network),
    (6, "external", Present),
    (7, "remote6", Ip),
    (8, "udp_csum", Bool),
    (9, "udp_zero_csum6_tx", Bool),
    (10, "udp_zero_csum6_rx", Bool),
    (11, "label", Network),
    (12, "ttl_inherit", By(ttl_inherit)),
    (13, "df", Words(&["unset", "set", "inherit"])),
    (14, "innerprotoinherit", Present),
    (15, "port_range", By(vxlan_ports)),
    (17, "local", Ip),
    (18, "local6", Ip),
];

const MACVLAN: &[Row] = &[
    (1, "mode", By(macvlan_mode)),
    (2, "flags", By(macvlan_flags)),
    (4, "macaddr", State),
    (5, "macaddr_data", By(macvlan_sources)),
    (6, "macaddr_count", State),
    (7, "bcqueuelen", State),
    (8, "usedbcqueuelen", State),
    (9, "bccutoff", State),
];

/// MACVLAN_MODE_*, one bit each.
fn macvlan_mode(bytes: &[u8], map: &mut Map<String, Json>) {
    let word = match number(bytes) {
        Some(1) => "private",
        Some(2) => "vepa",
        Some(4) => "bridge",
        Some(8) => "passthru",
        Some(16) => "source",
        Some(_) | None => return,
    };
    map.insert("mode".to_owned(), word.into());
}

fn macvlan_flags(bytes: &[u8], map: &mut Map<String, Json>) {
    let bits = number(bytes).unwrap_or(0);
    for (bit, name) in ["nopromisc", "nodst"].into_iter().enumerate() {
        if bits >> bit & 1 == 1 {
            map.insert(name.to_owned(), true.into());
        }
    }
}

/// The addresses that the mode `source` takes; without a place in the model.
fn macvlan_sources(bytes: &[u8], map: &mut Map<String, Json>) {
    let list: Vec<Json> = attributes(bytes).map(|(_, value)| super::attribute::mac(value).into()).collect();
    if !list.is_empty() {
        map.insert("macaddr_list".to_owned(), list.into());
    }
}

const IPVLAN: &[Row] = &[(1, "mode", Words(&["l2", "l3", "l3s"])), (2, "flags", By(ipvlan_flags))];

fn ipvlan_flags(bytes: &[u8], map: &mut Map<String, Json>) {
    let bits = number(bytes).unwrap_or(0);
    for (bit, name) in ["private", "vepa"].into_iter().enumerate() {
        if bits >> bit & 1 == 1 {
            map.insert(name.to_owned(), true.into());
        }
    }
}

const TUN: &[Row] = &[
    (1, "user", Number),
    (2, "group", Number),
    (3, "type", Words(&["0", "tun", "tap"])),
    (4, "pi", Bool),
    (5, "vnet_hdr", Bool),
    (6, "persist", Bool),
    (7, "multi_queue", Bool),
    (8, "numqueues", State),
    (9, "numdisabled", State),
];

const MACSEC: &[Row] = &[
    (1, "sci", State),
    (2, "port", State),
    (3, "icv_length", State),
    (4, "cipher_suite", State),
    (5, "window", Number),
    (6, "encoding_sa", Number),
    (7, "encrypt", Bool),
    // Frames are protected unless somebody says otherwise, which the model has no place for.
    (8, "protect", By(macsec_protect)),
    (9, "send_sci", Bool),
    (10, "end_station", Bool),
    (11, "scb", Bool),
    (12, "replay_protect", Bool),
    (13, "validation", Words(&["disable", "check", "strict"])),
    (15, "offload", Words(&["off", "phy", "mac"])),
];

fn macsec_protect(bytes: &[u8], map: &mut Map<String, Json>) {
    if number(bytes) == Some(0) {
        map.insert("protect off".to_owned(), true.into());
    }
}

const HSR: &[Row] = &[
    (1, "slave1", Device),
    (2, "slave2", Device),
    (3, "multicast_spec", Number),
    (4, "supervision_addr", Mac),
    (5, "seq_nr", State),
    (6, "version", Number),
    (7, "proto", Number),
    (8, "interlink", Device),
];

const IPOIB: &[Row] =
    &[(1, "pkey", Number), (2, "mode", Words(&["datagram", "connected"])), (3, "umcast", State)];
