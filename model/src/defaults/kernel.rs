//! What silence means to the kernel: the state of a link that a command makes and nobody changes
//! (netlink-ip.md section 2; kernel 6.x). Scripts of commands and the kernel's own state share it.

use super::Silence;
use crate::bridge::VlanProtocol;
use crate::ip::IpConfig;
use crate::link::{Link, LinkKind};
use crate::path::FieldPath;
use crate::reflect::Sub;
use crate::value::Value;
use crate::virtual_link::{IpTunnel, TunnelMode};

/// A kernel default, as a table holds it.
#[derive(Debug, Clone, Copy)]
enum Preset {
    Bool(bool),
    Int(i64),
    Text(&'static str),
}

use Preset::{Bool, Int, Text};

/// net/bridge/br_device.c:br_dev_setup, br_multicast.c, br_vlan.c; times in 1/100 s.
const BRIDGE: &[(&str, Preset)] = &[
    ("bridge.stp", Bool(false)),
    ("bridge.priority", Int(32768)),
    ("bridge.forward_delay", Int(1500)),
    ("bridge.hello_time", Int(200)),
    ("bridge.max_age", Int(2000)),
    ("bridge.ageing_time", Int(30000)),
    ("bridge.group_fwd_mask", Int(0)),
    ("bridge.group_address", Text("01:80:c2:00:00:00")),
    ("bridge.vlan_filtering", Bool(false)),
    ("bridge.vlan_default_pvid", Int(1)),
    ("bridge.no_default_vlan", Bool(false)),
    ("bridge.vlan_protocol", Text("802.1Q")),
    ("bridge.vlan_stats_enabled", Bool(false)),
    ("bridge.multicast_snooping", Bool(true)),
    ("bridge.multicast_router", Text("auto")),
    ("bridge.multicast_querier", Bool(false)),
    ("bridge.multicast_query_use_ifaddr", Bool(false)),
    ("bridge.multicast_hash_max", Int(4096)),
    ("bridge.multicast_last_member_count", Int(2)),
    ("bridge.multicast_startup_query_count", Int(2)),
    ("bridge.multicast_last_member_interval", Int(100)),
    ("bridge.multicast_membership_interval", Int(26000)),
    ("bridge.multicast_querier_interval", Int(25500)),
    ("bridge.multicast_query_interval", Int(12500)),
    ("bridge.multicast_query_response_interval", Int(1000)),
    ("bridge.multicast_igmp_version", Int(2)),
    ("bridge.multicast_mld_version", Int(1)),
    ("bridge.multicast_stats_enabled", Bool(false)),
    ("bridge.multicast_vlan_snooping", Bool(false)),
    ("bridge.vlan_stats_per_port", Bool(false)),
    ("bridge.no_linklocal_learn", Bool(false)),
    ("bridge.mst_enabled", Bool(false)),
    ("bridge.nf_call_iptables", Bool(false)),
    ("bridge.nf_call_ip6tables", Bool(false)),
    ("bridge.nf_call_arptables", Bool(false)),
    // 3124 in the kernel's clock; NetworkManager's default for the same is 3125.
    ("bridge.multicast_startup_query_interval", Int(3125)),
];

/// net/bridge/br_if.c:new_nbp. The path cost follows the link's speed, so it has no default.
const BRIDGE_PORT: &[(&str, Preset)] = &[
    ("bridge_port.priority", Int(32)),
    ("bridge_port.hairpin", Bool(false)),
    ("bridge_port.learning", Bool(true)),
    ("bridge_port.unicast_flood", Bool(true)),
    ("bridge_port.multicast_flood", Bool(true)),
    ("bridge_port.broadcast_flood", Bool(true)),
    ("bridge_port.multicast_router", Text("auto")),
    ("bridge_port.multicast_fast_leave", Bool(false)),
    ("bridge_port.multicast_to_unicast", Bool(false)),
    ("bridge_port.bpdu_guard", Bool(false)),
    ("bridge_port.root_block", Bool(false)),
    ("bridge_port.isolated", Bool(false)),
    ("bridge_port.neigh_suppress", Bool(false)),
    ("bridge_port.vlan_tunnel", Bool(false)),
    ("bridge_port.locked", Bool(false)),
    ("bridge_port.proxy_arp", Bool(false)),
    ("bridge_port.proxy_arp_wifi", Bool(false)),
    ("bridge_port.group_fwd_mask", Int(0)),
    ("bridge_port.no_default_vlan", Bool(false)),
];

/// drivers/net/bonding/bond_main.c:bond_check_params.
const BOND: &[(&str, Preset)] = &[
    ("bond.mode", Text("balance-rr")),
    ("bond.miimon", Int(0)),
    ("bond.updelay", Int(0)),
    ("bond.downdelay", Int(0)),
    ("bond.peer_notif_delay", Int(0)),
    ("bond.arp_interval", Int(0)),
    ("bond.arp_validate", Text("none")),
    ("bond.arp_all_targets", Text("any")),
    ("bond.arp_missed_max", Int(2)),
    ("bond.primary_reselect", Text("always")),
    ("bond.fail_over_mac", Text("none")),
    ("bond.use_carrier", Bool(true)),
    ("bond.ad_select", Text("stable")),
    ("bond.ad_actor_sys_prio", Int(65535)),
    ("bond.ad_actor_system", Text("00:00:00:00:00:00")),
    ("bond.ad_user_port_key", Int(0)),
    ("bond.lacp_rate", Text("slow")),
    ("bond.lacp_active", Text("on")),
    ("bond.min_links", Int(0)),
    ("bond.xmit_hash_policy", Text("layer2")),
    ("bond.resend_igmp", Int(1)),
    ("bond.num_peer_notif", Int(1)),
    ("bond.packets_per_port", Int(1)),
    ("bond.tlb_dynamic_lb", Bool(true)),
    ("bond.all_ports_active", Bool(false)),
    ("bond.lp_interval", Int(1)),
];

/// drivers/net/bonding/bond_main.c:bond_enslave.
const BOND_PORT: &[(&str, Preset)] = &[("bond_port.queue_id", Int(0)), ("bond_port.prio", Int(0))];

/// drivers/infiniband/ulp/ipoib/ipoib_main.c.
const INFINIBAND: &[(&str, Preset)] = &[("infiniband.transport_mode", Text("datagram"))];

/// net/8021q/vlan_dev.c.
const VLAN: &[(&str, Preset)] = &[
    ("vlan.protocol", Text("802.1Q")),
    ("vlan.reorder_hdr", Bool(true)),
    ("vlan.gvrp", Bool(false)),
    ("vlan.mvrp", Bool(false)),
    ("vlan.loose_binding", Bool(false)),
];

/// drivers/net/vxlan/vxlan_core.c:vxlan_nl2conf; iproute2 leaves the port to the kernel.
const VXLAN: &[(&str, Preset)] = &[
    ("vxlan.port", Int(8472)),
    ("vxlan.source_port_min", Int(0)),
    ("vxlan.source_port_max", Int(0)),
    ("vxlan.ageing", Int(300)),
    ("vxlan.limit", Int(0)),
    ("vxlan.tos", Int(0)),
    ("vxlan.ttl", Int(0)),
    ("vxlan.learning", Bool(true)),
    ("vxlan.proxy", Bool(false)),
    ("vxlan.rsc", Bool(false)),
    ("vxlan.l2miss", Bool(false)),
    ("vxlan.l3miss", Bool(false)),
];

/// drivers/net/geneve.c:geneve_newlink; iproute2 says the port (ip/iplink_geneve.c).
const GENEVE: &[(&str, Preset)] = &[
    ("geneve.port", Int(6081)),
    ("geneve.tos", Int(0)),
    ("geneve.ttl", Int(0)),
    ("geneve.df", Text("unset")),
];

/// What iproute2 says of tunnels over IPv4 (ip/link_gre.c, ip/link_iptnl.c).
const TUNNEL: &[(&str, Preset)] = &[("ip_tunnel.ttl", Int(0)), ("ip_tunnel.pmtudisc", Bool(true))];

/// The same over IPv6: DEFAULT_TNL_HOP_LIMIT and IPV6_DEFAULT_TNL_ENCAP_LIMIT (ip/link_ip6tnl.c, ip/link_gre6.c).
const TUNNEL6: &[(&str, Preset)] = &[("ip_tunnel.ttl", Int(64)), ("ip_tunnel.encap_limit", Int(4))];

/// The same without a limit of encapsulation.
const TUNNEL6_WITHOUT_LIMIT: &[(&str, Preset)] = &[("ip_tunnel.ttl", Int(64))];

/// The table of a tunnel; links of VTI have neither.
fn of_tunnel(tunnel: &IpTunnel) -> &'static [(&'static str, Preset)] {
    let flags = tunnel.flags.as_ref().map_or(0, |at| at.value.get());
    let has_no_limit = flags & i64::from(IpTunnel::NO_ENCAP_LIMIT) != 0;
    match tunnel.mode.as_ref().map(|at| at.value) {
        Some(TunnelMode::Vti | TunnelMode::Vti6) | None => &[],
        Some(mode) if !mode.is_over_ipv6() => TUNNEL,
        Some(_) if has_no_limit => TUNNEL6_WITHOUT_LIMIT,
        Some(_) => TUNNEL6,
    }
}

/// drivers/net/tun.c; iproute2 asks for no packet information header (`IFF_NO_PI`).
const TUN: &[(&str, Preset)] =
    &[("tun.pi", Bool(false)), ("tun.vnet_hdr", Bool(false)), ("tun.multi_queue", Bool(false))];

/// drivers/net/macvlan.c:macvlan_common_newlink.
const MACVLAN: &[(&str, Preset)] =
    &[("macvlan.mode", Text("vepa")), ("macvlan.promiscuous", Bool(true)), ("macvlan.tap", Bool(false))];

/// drivers/net/ipvlan/ipvlan_main.c.
const IPVLAN: &[(&str, Preset)] =
    &[("ipvlan.mode", Text("l3")), ("ipvlan.private", Bool(false)), ("ipvlan.vepa", Bool(false))];

/// drivers/net/wireguard; wg(8) makes no routes.
const WIREGUARD: &[(&str, Preset)] = &[("wireguard.fwmark", Int(0)), ("wireguard.peer_routes", Bool(false))];

/// The table of a link's kind.
fn table(kind: &LinkKind) -> &'static [(&'static str, Preset)] {
    match kind {
        LinkKind::Bridge(_) => BRIDGE,
        LinkKind::Bond(_) => BOND,
        LinkKind::Vlan(_) => VLAN,
        LinkKind::Vxlan(_) => VXLAN,
        LinkKind::Tun(_) => TUN,
        LinkKind::Macvlan(_) => MACVLAN,
        LinkKind::Ipvlan(_) => IPVLAN,
        LinkKind::Geneve(_) => GENEVE,
        LinkKind::IpTunnel(tunnel) => of_tunnel(tunnel),
        LinkKind::Infiniband(_) => INFINIBAND,
        LinkKind::Wireguard(_) => WIREGUARD,
        LinkKind::Ethernet(_)
        | LinkKind::Wifi(_)
        | LinkKind::Team(_)
        | LinkKind::Dummy(_)
        | LinkKind::Veth(_)
        | LinkKind::Vrf(_)
        | LinkKind::Macsec(_)
        | LinkKind::Hsr(_)
        | LinkKind::OvsBridge(_)
        | LinkKind::OvsPort(_)
        | LinkKind::OvsInterface(_)
        | LinkKind::Loopback(_)
        | LinkKind::Generic(_)
        | LinkKind::Unsupported(_) => &[],
    }
}

/// What the kernel does where nobody says anything.
#[must_use]
pub fn of(field: FieldPath, link: &Link) -> Silence {
    let first = field.names().next().unwrap_or("");
    if field.is("ipv4.method") {
        // Without an address the kernel speaks no IPv4 on a link, and it asks no DHCP server.
        let method = if has_addresses(&link.ipv4) { "manual" } else { "disabled" };
        return Silence::Value(Value::text(method));
    }
    if field.is("bond.miimon") && has_to_watch(link) {
        return Silence::Value(Value::Int(100));
    }
    if field.is("bridge.group_address") && is_of_provider(link) {
        return Silence::Value(Value::text("01:80:c2:00:00:08"));
    }
    let rows = match first {
        "bridge_port" => BRIDGE_PORT,
        "bond_port" => BOND_PORT,
        _ => table(&link.kind.value),
    };
    let is_own = ["bridge_port", "bond_port", link.kind.value.field_name()].contains(&first);
    match rows.iter().filter(|_| is_own).find(|(name, _)| field.is(name)) {
        Some((_, default)) => Silence::Value(match default {
            Bool(b) => Value::Bool(*b),
            Int(n) => Value::Int(*n),
            Text(text) => Value::text(*text),
        }),
        None => Silence::Kernel,
    }
}

/// The settings of a link whose silence other formats take otherwise: NetworkManager's bridges speak STP, its
/// bonds watch their links, its links ask a DHCP server, its peers of WireGuard have routes, its tunnels over IPv6 take the hop
/// limit of the packets inside and send no limit of encapsulation.
#[must_use]
pub fn paths(link: &Link) -> Vec<FieldPath> {
    let is_over_ipv6 = if let LinkKind::IpTunnel(tunnel) = &link.kind.value {
        tunnel.mode.as_ref().is_some_and(|at| at.value.is_over_ipv6())
    } else {
        false
    };
    let own = ["bridge.stp", "bond.miimon", "wireguard.peer_routes", "ipv4.method"].into_iter();
    let of_tunnels = TUNNEL6.iter().map(|(name, _)| *name).filter(|_| is_over_ipv6);
    let all = own.chain(of_tunnels).map(FieldPath::parse);
    all.filter(|field| matches!(of(*field, link), Silence::Value(_))).collect()
}

fn has_to_watch(link: &Link) -> bool {
    let LinkKind::Bond(bond) = &link.kind.value else { return false };
    bond.mode.as_ref().is_some_and(|at| at.value.has_to_watch())
}

/// True for a bridge that filters VLANs of a provider, whose group address is another (`br_recalculate_group_addr()`).
fn is_of_provider(link: &Link) -> bool {
    let LinkKind::Bridge(bridge) = &link.kind.value else { return false };
    let filters = bridge.vlan_filtering.as_ref().is_some_and(|at| at.value);
    filters && bridge.vlan_protocol.as_ref().is_some_and(|at| at.value == VlanProtocol::Ieee8021Ad)
}

fn has_addresses(config: &Sub<IpConfig>) -> bool {
    config.as_ref().is_some_and(|config| config.addresses.is_said())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::{Seen, walk_all};
    use crate::source::Origin;

    /// A misspelt path or a value out of range would be a default that nothing ever meets.
    #[test]
    fn each_row_is_a_setting_that_takes_its_value() {
        for word in LinkKind::WORDS {
            let mut link = Link::default();
            link.kind.value = LinkKind::of(word).unwrap();
            link.bridge_port.get_or_insert_default();
            link.bond_port.get_or_insert_default();
            for (name, _) in table(&link.kind.value).iter().chain(BRIDGE_PORT).chain(BOND_PORT) {
                let path = FieldPath::parse(name);
                let Silence::Value(value) = of(path, &link) else { panic!("{name} has no default") };
                let mut copy = link.clone();
                let leaf = copy.leaf_mut(path).unwrap_or_else(|| panic!("{name} is no setting"));
                leaf.set(&value, Origin::default_value()).unwrap();
                assert_eq!(leaf.value(), Some(value), "{name} is not spelt as the model spells it");
            }
        }
    }

    #[test]
    fn tunnels_and_bridges_have_the_defaults_of_their_settings() {
        let tunnel = |mode: TunnelMode, flags: i64| {
            let mut link = Link::default();
            link.kind.value = LinkKind::of("ip-tunnel").unwrap();
            for (path, value) in
                [("ip_tunnel.mode", Value::text(mode.as_str())), ("ip_tunnel.flags", Value::Int(flags))]
            {
                link.leaf_mut(FieldPath::parse(path)).unwrap().set(&value, Origin::default_value()).unwrap();
            }
            ["ip_tunnel.ttl", "ip_tunnel.pmtudisc", "ip_tunnel.encap_limit"].map(|path| {
                match of(FieldPath::parse(path), &link) {
                    Silence::Value(value) => value.to_string(),
                    Silence::Kernel | Silence::Daemon | Silence::Unknown => String::new(),
                }
            })
        };
        assert_eq!(tunnel(TunnelMode::Gre, 0), ["0", "true", ""]);
        assert_eq!(tunnel(TunnelMode::Ip6Gre, 0), ["64", "", "4"]);
        assert_eq!(tunnel(TunnelMode::Ip6Gre, 0x11), ["64", "", ""]);
        assert_eq!(tunnel(TunnelMode::Vti, 0), ["", "", ""]);
        let mut bridge = Link::default();
        bridge.kind.value = LinkKind::of("bridge").unwrap();
        for (path, value) in
            [("bridge.vlan_filtering", Value::Bool(true)), ("bridge.vlan_protocol", Value::text("802.1ad"))]
        {
            bridge.leaf_mut(FieldPath::parse(path)).unwrap().set(&value, Origin::default_value()).unwrap();
        }
        let group = of(FieldPath::parse("bridge.group_address"), &bridge);
        assert!(matches!(group, Silence::Value(value) if value.as_text() == Some("01:80:c2:00:00:08")));
    }

    /// A setting of a bridge or bond without a row would not be compared where nobody says it.
    #[test]
    fn bridges_and_bonds_are_complete() {
        const WITHOUT: &[&str] = &[
            "bridge.vlans",
            "bridge.mac_address",
            "bond.arp_ip_target",
            "bond.ns_ip6_target",
            "bond.primary",
            "bond.active_port",
            "bond.balance_slb",
        ];
        for word in ["bridge", "bond"] {
            let mut link = Link::default();
            link.kind.value = LinkKind::of(word).unwrap();
            walk_all(&link, FieldPath::new([""; 3]), &mut |path, seen| {
                let Seen::Leaf(_) = seen else { return };
                let name = path.to_string();
                if path.is_under(word) && !WITHOUT.contains(&name.as_str()) {
                    assert!(matches!(of(path, &link), Silence::Value(_)), "{name} has no row");
                }
            });
        }
    }
}
