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
