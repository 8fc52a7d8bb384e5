use super::*;
use crate::path::{Seen, walk_all};
use crate::source::Origin;

fn link_for(path: FieldPath) -> Link {
    let mut link = Link::default();
    let first = path.names().next().unwrap_or("");
    if let Some(word) = LinkKind::WORDS.iter().find(|w| w.replace('-', "_") == first) {
        link.kind.value = LinkKind::of(word).unwrap();
    }
    link
}

fn is_plain(row: &Row) -> bool {
    row.codec != Codec::Special && row.group != WIREGUARD_PEER
}

#[test]
fn every_row_names_a_setting_and_its_default_is_one() {
    for row in rows().iter().filter(|row| is_plain(row)) {
        let mut link = link_for(row.path);
        let leaf = link.leaf_mut(row.path).unwrap_or_else(|| panic!("[{}] {}", row.group, row.key));
        if let Some(value) = row.preset.value() {
            leaf.set(&value, Origin::default_value())
                .unwrap_or_else(|e| panic!("[{}] {}: {e}", row.group, row.key));
            let said = leaf.value().unwrap();
            assert_eq!(said, value, "[{}] {} is not canonical", row.group, row.key);
            if !row.codec.write(&said).is_empty() && !matches!(row.codec, Codec::Flag(_)) {
                let raw = row.codec.write(&said);
                // -1 of a boolean with a third state is never written.
                assert_eq!(row.codec.read(&raw), Ok(value), "[{}] {}={raw}", row.group, row.key);
            }
        }
        assert!(doc(row).is_some_and(|d| !d.is_empty()), "[{}] {} has no documentation", row.group, row.key);
    }
}

#[test]
fn keys_are_found_both_ways() {
    let (row, _) = group("802-3-ethernet").unwrap().row("mac-address-blacklist").unwrap();
    assert_eq!(row.key, "mac-address-denylist");
    assert_eq!(
        (row.name_for(None), row.name_for(Some(48))),
        ("mac-address-blacklist", "mac-address-denylist")
    );
    let (row, name) = group("ethtool").unwrap().row("feature-tx-gso-partial").unwrap();
    assert_eq!((row.key, name), ("feature-", "tx-gso-partial"));
    let mtu = FieldPath::parse("mtu");
    for (kind, expected) in
        [("bond", "ethernet"), ("wifi", "wifi"), ("ip-tunnel", "ip-tunnel"), ("loopback", "loopback")]
    {
        assert_eq!(row_for(mtu, &LinkKind::of(kind).unwrap()).unwrap().group, expected);
    }
    assert_eq!(lookup(None, "mtu").len(), 7, "one in each group that has it");
    assert_eq!(lookup(Some("bond"), "miimon").len(), 1);
}

/// Settings without a key, and why.
const WITHOUT: &[(&str, &str)] = &[
    ("netns", "profiles are for the daemon's own network namespace"),
    ("link_netns", "a profile's link stands on those of the daemon's own network namespace"),
    ("up", "a profile's link is up once it is started"),
    ("alias", "profiles set no description"),
    ("hotplug", "NetworkManager starts a profile whenever its device appears"),
    ("ipv4.accept_ra", "IPv6 only"),
    ("ipv4.autoconf", "IPv6 only"),
    ("ipv6.accept_ra", "ipv6.method says it"),
    ("ipv6.autoconf", "ipv6.method says it"),
    ("managed", "a matter of NetworkManager.conf"),
    ("unsupported.source_type", "stands as connection.type"),
    ("ovs_interface.tunnel_options", "profiles have no type for tunnels of Open vSwitch"),
    ("tc.replace", "the group's presence says it"),
    ("wireguard.peers.public_key", "stands in the group's name"),
];

/// Options of a bridge that NetworkManager leaves to the kernel.
const BRIDGE: &[&str] = &[
    "multicast_igmp_version",
    "multicast_mld_version",
    "multicast_stats_enabled",
    "multicast_vlan_snooping",
    "vlan_stats_per_port",
    "no_linklocal_learn",
    "mst_enabled",
    "nf_call_iptables",
    "nf_call_ip6tables",
    "nf_call_arptables",
    "no_default_vlan",
];

/// NetworkManager has a bridge port's priority, path cost, hairpin mode and VLANs only.
const BRIDGE_PORT: &[&str] = &[
    "learning",
    "unicast_flood",
    "multicast_flood",
    "broadcast_flood",
    "multicast_router",
    "multicast_fast_leave",
    "multicast_to_unicast",
    "bpdu_guard",
    "root_block",
    "isolated",
    "neigh_suppress",
    "vlan_tunnel",
    "locked",
    "proxy_arp",
    "proxy_arp_wifi",
    "group_fwd_mask",
    "no_default_vlan",
];

const ONE_FAMILY: &[&str] = &[
    "clat",
    "dhcp_client_id",
    "dhcp_fqdn",
    "dhcp_ipv6_only_preferred",
    "dhcp_reject_servers",
    "dhcp_vendor_class_identifier",
    "link_local",
    "addr_gen_mode",
    "dhcp_duid",
    "dhcp_pd_hint",
    "ip6_privacy",
    "mtu",
    "ra_timeout",
    "temp_preferred_lifetime",
    "temp_valid_lifetime",
    "token",
];

/// A link of that kind with each of its groups made.
fn full_link(word: &str) -> Link {
    let mut link = Link {
        kind: crate::source::At::new(LinkKind::of(word).unwrap(), Origin::default_value()),
        ..Link::default()
    };
    macro_rules! make { ($($field:ident),*) => { $( link.$field.get_or_insert_default(); )* } }
    make!(matches, bridge_port, bond_port, team_port, ipv4, ipv6, ethtool, s390, sriov, attributes, tc);
    make!(dcb, dot1x, wifi_security, nm);
    if let LinkKind::Wireguard(wireguard) = &mut link.kind.value {
        wireguard.peers.push(crate::wireguard::Peer::default());
    }
    link
}

#[test]
fn every_setting_of_the_model_has_a_row() {
    for word in LinkKind::WORDS {
        let link = full_link(word);
        walk_all(&link, FieldPath::new([""; 3]), &mut |path, seen| {
            let Seen::Leaf(_) = seen else { return };
            let text = path.to_string().replace("[0]", "");
            let last = path.names().last().unwrap();
            let excepted = WITHOUT.iter().any(|(p, _)| *p == text)
                || path.is_under("bridge") && BRIDGE.contains(&last)
                || path.is_under("bridge_port") && BRIDGE_PORT.contains(&last)
                || (path.is_under("ipv4") || path.is_under("ipv6")) && ONE_FAMILY.contains(&last);
            let hardware = path.is_under("mac")
                || path.is_under("mac_generate_mask")
                || path.is_under("promiscuous")
                || path.is_under("ethtool")
                || path.is_under("matches")
                || path.is_under("s390");
            let other_group = hardware && hardware_group(&link.kind.value) != "ethernet";
            assert!(excepted || other_group || row_for(path, &link.kind.value).is_some(), "{text} of {word}");
        });
    }
}

#[test]
fn silence_depends_on_the_link() {
    let method = FieldPath::parse("ipv4.method");
    let text = |word: &'static str| Silence::Value(Value::text(word));
    let mut link = Link::default();
    assert_eq!(default_of(method, &link), text("auto"));
    link.port_type = Some(crate::source::At::new(crate::link::PortType::Bond, Origin::default_value()));
    assert_eq!(default_of(method, &link), text("disabled"));
    let wireguard = full_link("wireguard");
    assert_eq!(default_of(method, &wireguard), text("disabled"));
    assert_eq!(default_of(FieldPath::parse("ipv4.route_metric"), &link), Silence::Daemon);

    let mode = FieldPath::parse("ipv6.addr_gen_mode");
    assert_eq!(default_of(mode, &link), text("default"), "no group");
    let ip = link.ipv6.get_or_insert_default();
    ip.may_fail = Some(crate::source::At::new(true, Origin::default_value()));
    assert_eq!(default_of(mode, &link), text("default-or-eui64"));
    let ip = link.ipv6.get_or_insert_default();
    ip.token = Some(crate::source::At::new("::1".parse().unwrap(), Origin::default_value()));
    assert_eq!(default_of(mode, &link), text("eui64"));

    let miimon = FieldPath::parse("bond.miimon");
    let mut bond = full_link("bond");
    assert_eq!(default_of(miimon, &bond), Silence::Value(Value::Int(100)));
    bond.leaf_mut(FieldPath::parse("bond.arp_interval"))
        .unwrap()
        .set(&Value::Int(500), Origin::default_value())
        .unwrap();
    assert_eq!(default_of(miimon, &bond), Silence::Value(Value::Int(0)));
}
