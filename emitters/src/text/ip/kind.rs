//! Kinds of links in the words of ip-link(8): one row a setting. What has no row, ip cannot say.

use crate::text::shell::quote;
use netpivot_model::link::{Link, LinkKind};
use netpivot_model::path::FieldPath;
use netpivot_model::reflect::Leaf;
use netpivot_model::value::Value;
use netpivot_model::virtual_link::TunnelMode;
use std::fmt::Write as _;

/// How a setting is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
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
}

use Style::{Commas, Flag, Hex, OnOff, Pairs, Present, Value as Plain};

type Row = (&'static str, &'static str, Style);

const BRIDGE: &[Row] = &[
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

const BRIDGE_PORT: &[Row] = &[
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

const BOND: &[Row] = &[
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

const BOND_PORT: &[Row] = &[("bond_port.queue_id", "queue_id", Plain), ("bond_port.prio", "prio", Plain)];

const VLAN: &[Row] = &[
    ("vlan.protocol", "protocol", Plain),
    ("vlan.id", "id", Plain),
    ("vlan.reorder_hdr", "reorder_hdr", OnOff),
    ("vlan.gvrp", "gvrp", OnOff),
    ("vlan.mvrp", "mvrp", OnOff),
    ("vlan.loose_binding", "loose_binding", OnOff),
    ("vlan.ingress_qos_map", "ingress-qos-map", Pairs),
    ("vlan.egress_qos_map", "egress-qos-map", Pairs),
];

const VXLAN: &[Row] = &[
    ("vxlan.id", "id", Plain),
    ("vxlan.parent", "dev", Plain),
    ("vxlan.local", "local", Plain),
    ("vxlan.remote", "remote", Plain),
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

const GENEVE: &[Row] = &[
    ("geneve.id", "id", Plain),
    ("geneve.remote", "remote", Plain),
    ("geneve.port", "dstport", Plain),
    ("geneve.tos", "tos", Hex),
    ("geneve.ttl", "ttl", Plain),
    ("geneve.df", "df", Plain),
];

const MACVLAN: &[Row] = &[("macvlan.mode", "mode", Plain)];
const IPVLAN: &[Row] = &[
    ("ipvlan.mode", "mode", Plain),
    ("ipvlan.private", "private", Present),
    ("ipvlan.vepa", "vepa", Present),
];
const VRF: &[Row] = &[("vrf.table", "table", Plain)];
const VETH: &[Row] = &[("veth.peer", "peer name", Plain)];

const TUNNEL: &[Row] = &[
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

const HSR: &[Row] = &[
    ("hsr.port1", "slave1", Plain),
    ("hsr.port2", "slave2", Plain),
    ("hsr.interlink", "interlink", Plain),
    ("hsr.multicast_spec", "supervision", Plain),
    ("hsr.protocol_version", "version", Plain),
    ("hsr.prp", "proto", Plain),
];

const TUN: &[Row] = &[
    ("tun.mode", "mode", Plain),
    ("tun.owner", "user", Plain),
    ("tun.group", "group", Plain),
    ("tun.pi", "pi", Present),
    ("tun.vnet_hdr", "vnet_hdr", Present),
    ("tun.multi_queue", "multi_queue", Present),
];

/// Rows and `type` of a kind; `None` where ip cannot make such a link.
fn rows(kind: &LinkKind) -> Option<(&'static str, &'static [Row])> {
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

/// Settings that stand in the command besides the rows.
const BESIDE: [&str; 10] = [
    "vlan.parent",
    "macvlan.parent",
    "macvlan.tap",
    "macvlan.promiscuous",
    "ipvlan.parent",
    "ip_tunnel.mode",
    "vxlan.source_port_min",
    "vxlan.source_port_max",
    "geneve.ttl",
    "bridge.vlans",
];

/// A command that makes a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The command.
    pub add: String,
    /// The command that undoes it.
    pub delete: String,
    /// Settings of the kind that it cannot say.
    pub unsaid: Vec<FieldPath>,
}

/// The command that makes a link of that name with the settings that its kind says; `None` where ip cannot.
#[must_use]
pub fn add(link: &Link, name: &str) -> Option<Made> {
    let kind = &link.kind.value;
    let (type_word, rows) = rows(kind)?;
    let mut words = String::new();
    let mut unsaid = Vec::new();
    let root = FieldPath::new([kind.field_name(), "", ""]);
    kind.node().visit(&mut |field, seen| {
        let netpivot_model::reflect::FieldRef::Leaf(leaf) = seen else {
            return;
        };
        let path = root.join(field);
        if !leaf.is_said() || BESIDE.iter().any(|text| FieldPath::parse(text) == path) {
            return;
        }
        match rows.iter().find(|(text, _, _)| FieldPath::parse(text) == path) {
            Some(row) if takes(kind, row) => match written(row, leaf) {
                Some(text) => {
                    let _ = write!(words, " {text}");
                }
                None => unsaid.push(path),
            },
            Some(_) | None => unsaid.push(path),
        }
    });
    let name = quote(name);
    if let LinkKind::Tun(_) = kind {
        let mode = if words.contains(" mode ") { "" } else { " mode tun" };
        return Some(Made {
            add: format!("ip tuntap add dev {name}{mode}{words}"),
            delete: format!("ip link del dev {name}"),
            unsaid,
        });
    }
    let below = below(kind).map_or_else(String::new, |parent| format!(" link {}", quote(&parent)));
    beside(kind, &mut words);
    Some(Made {
        add: format!("ip link add{below} name {name} type {type_word}{words}"),
        delete: format!("ip link del dev {name}"),
        unsaid,
    })
}

/// False for a word that ip(8) refuses with a tunnel of that mode (`iplink_gre.c`, `link_iptnl.c`, `link_vti.c` and
/// those of IPv6).
fn takes(kind: &LinkKind, (_, word, _): &Row) -> bool {
    let LinkKind::IpTunnel(tunnel) = kind else { return true };
    let Some(mode) = tunnel.mode.as_ref().map(|at| at.value) else { return true };
    let words = match mode {
        TunnelMode::Gre | TunnelMode::Gretap => "ttl tos ikey okey pmtudisc",
        TunnelMode::Ipip | TunnelMode::Sit => {
            let has_ttl = tunnel.ttl.as_ref().is_some_and(|at| at.value.get() != 0);
            let fragments = tunnel.pmtudisc.as_ref().is_some_and(|at| !at.value);
            // "ttl != 0 and nopmtudisc are incompatible"
            if has_ttl && fragments { "ttl tos" } else { "ttl tos pmtudisc" }
        }
        TunnelMode::Vti | TunnelMode::Vti6 => "ikey okey",
        TunnelMode::Ip6Gre | TunnelMode::Ip6Gretap => "ttl tos ikey okey encaplimit flowlabel",
        TunnelMode::Ip6Ip6 | TunnelMode::IpIp6 => "ttl tos encaplimit flowlabel",
        TunnelMode::Isatap => "",
    };
    ["remote", "local", "dev", "fwmark"].contains(word) || words.split(' ').any(|known| known == *word)
}

/// The link below that `ip link add link …` names.
fn below(kind: &LinkKind) -> Option<String> {
    let parent = match kind {
        LinkKind::Vlan(vlan) => &vlan.parent,
        LinkKind::Macvlan(macvlan) => &macvlan.parent,
        LinkKind::Ipvlan(ipvlan) => &ipvlan.parent,
        LinkKind::Ethernet(_)
        | LinkKind::Wifi(_)
        | LinkKind::Infiniband(_)
        | LinkKind::Bridge(_)
        | LinkKind::Bond(_)
        | LinkKind::Team(_)
        | LinkKind::Tun(_)
        | LinkKind::Dummy(_)
        | LinkKind::Veth(_)
        | LinkKind::Vxlan(_)
        | LinkKind::Geneve(_)
        | LinkKind::Vrf(_)
        | LinkKind::Wireguard(_)
        | LinkKind::IpTunnel(_)
        | LinkKind::Macsec(_)
        | LinkKind::Hsr(_)
        | LinkKind::OvsBridge(_)
        | LinkKind::OvsPort(_)
        | LinkKind::OvsInterface(_)
        | LinkKind::Loopback(_)
        | LinkKind::Generic(_)
        | LinkKind::Unsupported(_) => return None,
    };
    parent.as_ref().map(|at| at.value.to_string())
}

/// Words made of several settings, or of a setting in another form.
fn beside(kind: &LinkKind, words: &mut String) {
    if let LinkKind::Vxlan(vxlan) = kind
        && let (Some(min), Some(max)) = (&vxlan.source_port_min, &vxlan.source_port_max)
    {
        let _ = write!(words, " srcport {} {}", min.value.get(), max.value.get());
    }
    if let LinkKind::Macvlan(macvlan) = kind
        && macvlan.promiscuous.as_ref().is_some_and(|at| !at.value)
    {
        words.push_str(" nopromisc");
    }
}

/// `ip link set dev NAME type KIND …` for one setting of a link that is there; `None` where ip cannot.
#[must_use]
pub fn set(link: &Link, name: &str, path: FieldPath, value: &Value) -> Option<String> {
    let (type_word, rows) = match path.names().next() {
        Some("bridge_port") => ("bridge_slave", BRIDGE_PORT),
        Some("bond_port") => ("bond_slave", BOND_PORT),
        _ => rows(&link.kind.value)?,
    };
    let row = rows.iter().find(|(text, _, _)| FieldPath::parse(text) == path)?;
    let text = of_value(row, value)?;
    Some(format!("ip link set dev {} type {type_word} {text}", quote(name)))
}

fn written(row: &Row, leaf: &dyn Leaf) -> Option<String> {
    of_value(row, &leaf.value()?)
}

fn of_value((_, word, style): &Row, value: &Value) -> Option<String> {
    let list = |gap: &str| match value {
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(ToString::to_string).collect();
            Some(items.join(gap))
        }
        Value::Bool(_) | Value::Int(_) | Value::Text(_) | Value::Secret(_) | Value::Map(_) => None,
    };
    Some(match (style, value) {
        (Style::Value, Value::Bool(b)) => format!("{word} {}", u8::from(*b)),
        (Style::Value, Value::Text(text)) if *word == "mcast_router" => {
            let number = ["disabled", "auto", "enabled"].iter().position(|w| w == text)?;
            format!("{word} {number}")
        }
        (Style::Value, Value::Int(_) | Value::Text(_)) => format!("{word} {}", quote(&value.to_string())),
        (OnOff, Value::Bool(b)) => format!("{word} {}", if *b { "on" } else { "off" }),
        (Flag, Value::Bool(b)) => format!("{}{word}", if *b { "" } else { "no" }),
        (Present, Value::Bool(true)) => (*word).to_owned(),
        (Hex, Value::Int(n)) => format!("{word} {n:#x}"),
        (Pairs, _) => format!("{word} {}", list(" ")?),
        (Commas, _) => format!("{word} {}", list(",")?),
        (Style::Value | OnOff | Flag | Present | Hex, _) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use netpivot_model::source::Origin;

    #[test]
    fn a_tunnel_gets_the_words_of_its_mode_only() {
        let settings = [
            ("ip_tunnel.ttl", Value::Int(64)),
            ("ip_tunnel.pmtudisc", Value::Bool(false)),
            ("ip_tunnel.ikey", Value::text("7")),
            ("ip_tunnel.encap_limit", Value::Int(4)),
        ];
        let words = |mode: &'static str| {
            let mut all = vec![("ip_tunnel.mode", Value::text(mode))];
            all.extend(settings.clone());
            let made = add(&link("ip-tunnel", &all), "t1").unwrap();
            let (_, words) = made.add.split_once(" type ").unwrap();
            (words.to_owned(), made.unsaid.len())
        };
        // What iproute2 6.1 takes; the rest it refuses with its usage, or as incompatible with `ttl`.
        assert_eq!(words("gre"), ("gre ttl 64 nopmtudisc ikey 7".to_owned(), 1));
        assert_eq!(words("ipip"), ("ipip ttl 64".to_owned(), 3));
        assert_eq!(words("vti"), ("vti ikey 7".to_owned(), 3));
        assert_eq!(words("ip6gre"), ("ip6gre ttl 64 ikey 7 encaplimit 4".to_owned(), 1));
        assert_eq!(words("ip6ip6"), ("ip6tnl mode ip6ip6 ttl 64 encaplimit 4".to_owned(), 2));
    }

    fn link(kind: &str, settings: &[(&'static str, Value)]) -> Link {
        let mut link = Link::default();
        link.kind.value = LinkKind::of(kind).unwrap();
        for (path, value) in settings {
            let leaf = link.leaf_mut(FieldPath::parse(path)).unwrap();
            leaf.set(value, Origin::default_value()).unwrap();
        }
        link
    }

    #[test]
    fn every_row_names_a_setting() {
        let port = [("bridge", BRIDGE_PORT), ("bond", BOND_PORT)];
        let kinds = LinkKind::WORDS.iter().filter_map(|word| {
            let mut kind = LinkKind::of(word)?;
            if let LinkKind::IpTunnel(tunnel) = &mut kind {
                tunnel.mode = Some(netpivot_model::source::At::new(TunnelMode::Gre, Origin::default_value()));
            }
            rows(&kind).map(|(_, rows)| (*word, rows))
        });
        for (kind, rows) in kinds.chain(port) {
            for (path, _, _) in rows {
                let mut link = link(kind, &[]);
                assert!(link.leaf_mut(FieldPath::parse(path)).is_some(), "{path}");
            }
        }
    }

    #[test]
    fn a_link_is_made_with_its_settings() {
        let vlan = link(
            "vlan",
            &[
                ("vlan.parent", Value::text("eth0")),
                ("vlan.id", Value::Int(5)),
                ("vlan.reorder_hdr", Value::Bool(false)),
                ("vlan.egress_qos_map", Value::List(vec![Value::text("0:1"), Value::text("2:3")])),
            ],
        );
        let made = add(&vlan, "blue").unwrap();
        let text = "ip link add link eth0 name blue type vlan id 5 reorder_hdr off egress-qos-map 0:1 2:3";
        assert_eq!((made.add.as_str(), made.delete.as_str()), (text, "ip link del dev blue"));
        let tap = link("tun", &[("tun.mode", Value::text("tap")), ("tun.owner", Value::text("root"))]);
        assert_eq!(add(&tap, "tap0").unwrap().add, "ip tuntap add dev tap0 mode tap user root");
        let vxlan = link("vxlan", &[("vxlan.id", Value::Int(7)), ("vxlan.learning", Value::Bool(false))]);
        assert_eq!(add(&vxlan, "vx").unwrap().add, "ip link add name vx type vxlan id 7 nolearning");
        assert!(add(&link("ethernet", &[]), "eth0").is_none());
    }

    #[test]
    fn a_setting_is_made_on_a_link_that_is_there() {
        let bridge = link("bridge", &[]);
        let text = set(&bridge, "br0", FieldPath::parse("bridge.multicast_snooping"), &Value::Bool(false));
        assert_eq!(text.as_deref(), Some("ip link set dev br0 type bridge mcast_snooping 0"));
        let text = set(&bridge, "eth0", FieldPath::parse("bridge_port.path_cost"), &Value::Int(7));
        assert_eq!(text.as_deref(), Some("ip link set dev eth0 type bridge_slave cost 7"));
        assert_eq!(set(&bridge, "br0", FieldPath::parse("bridge.mst_enabled"), &Value::Bool(true)), None);
    }
}
