use super::*;
use crate::dialect::{Dialect, IPROUTE, KEYFILE};
use crate::ip::{Address, IpConfig};
use crate::nat::{Nat, NatAction};
use crate::network::Owned;
use crate::route::Route;
use crate::source::{At, SourceId, Span};
use crate::sysctl::Sysctl;
use crate::vlan::Vlan;

fn at<T>(value: T, n: usize) -> Option<At<T>> {
    Some(At::new(value, Span::new(SourceId(0), n * 10, n * 10 + 5)))
}

fn link(name: &str, n: usize) -> Link {
    Link { name: at(name.to_owned(), n), ..Link::default() }
}

fn codes_of(links: impl IntoIterator<Item = Link>) -> Vec<(&'static str, Severity)> {
    let network = Network { links: links.into_iter().collect(), ..Network::default() };
    check(&network).iter().map(|d| (d.code.id, d.severity)).collect()
}

#[test]
fn a_controller_must_be_there_and_of_the_right_kind() {
    let mut port = link("eth0", 1);
    port.controller = at(LinkRef::Name("bond0".into()), 2);
    port.port_type = at(PortType::Bond, 3);
    let mut bond = link("bond0", 4);
    assert_eq!(codes_of([port.clone()]), [("S001", Severity::Error)]);
    assert_eq!(codes_of([port.clone(), bond.clone()]), [("S040", Severity::Error)]);
    bond.kind.value = LinkKind::Bond(Box::default());
    assert_eq!(codes_of([port.clone(), bond.clone()]), []);
    bond.uuid = at("ad33d8b0-1f7b-cab9-9447-ba07f855b143".to_owned(), 5);
    port.controller = at(LinkRef::Uuid("ad33d8b0-1f7b-cab9-9447-ba07f855b143".into()), 2);
    assert_eq!(codes_of([port, bond]), []);
}

#[test]
fn a_parent_without_a_profile_may_be_a_mere_device() {
    let vlan = |parent: LinkRef| Link {
        kind: At::new(
            LinkKind::Vlan(Box::new(Vlan { parent: at(parent, 2), ..Vlan::default() })),
            Origin::default_value(),
        ),
        ..link("vlan1", 1)
    };
    assert_eq!(codes_of([vlan(LinkRef::Name("eth0".into()))]), [("S001", Severity::Warning)]);
    assert_eq!(
        codes_of([vlan(LinkRef::Uuid("ad33d8b0-1f7b-cab9-9447-ba07f855b143".into()))]),
        [("S001", Severity::Error)]
    );
    assert_eq!(codes_of([vlan(LinkRef::Name("eth0".into())), link("eth0", 4)]), []);
}

#[test]
fn duplicates_are_found() {
    let mut a = link("eth0", 1);
    a.uuid = at("u".into(), 2);
    let mut ip = IpConfig::default();
    ip.addresses.push(Address::new("192.0.2.1/24".parse().unwrap()), Span::new(SourceId(0), 90, 95));
    a.ipv4 = Some(Box::new(ip.clone()));
    let mut b = link("eth0", 3);
    b.uuid = at("u".into(), 4);
    ip.addresses.items[0] =
        At::new(Address::new("192.0.2.1/32".parse().unwrap()), Span::new(SourceId(0), 100, 105));
    b.ipv4 = Some(Box::new(ip));
    let codes: Vec<_> = codes_of([a, b]).into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, ["S002", "S003", "S004"]);
}

#[test]
fn a_circle_is_reported_once() {
    let mut a = link("br0", 1);
    a.kind.value = LinkKind::Bridge(Box::default());
    let mut b = link("br1", 3);
    b.kind.value = LinkKind::Bridge(Box::default());
    a.controller = at(LinkRef::Name("br1".into()), 2);
    b.controller = at(LinkRef::Name("br0".into()), 4);
    assert_eq!(codes_of([a.clone(), b]), [("S005", Severity::Error)]);
    a.controller = at(LinkRef::Name("br0".into()), 2);
    assert_eq!(codes_of([a]), [("S005", Severity::Error)]);
}

#[test]
fn a_gateway_outside_the_subnet_is_named() {
    let mut a = link("eth0", 1);
    let mut ip = IpConfig { gateway: at("198.51.100.1".parse().unwrap(), 2), ..IpConfig::default() };
    a.ipv4 = Some(Box::new(ip.clone()));
    assert_eq!(codes_of([a.clone()]), [], "without an address there is no subnet to judge by");
    ip.addresses.push(Address::new("192.0.2.2/24".parse().unwrap()), Span::new(SourceId(0), 90, 95));
    a.ipv4 = Some(Box::new(ip));
    assert_eq!(codes_of([a]), [("S041", Severity::Warning)]);
}

/// A link's name, kind and settings by path.
type Given<'a> = (&'a str, &'a str, &'a [(&'static str, &'a str)]);

/// The codes found in a network of these links.
fn found(dialect: Dialect, links: &[Given<'_>]) -> Vec<&'static str> {
    codes_in(&network(dialect, links))
}

fn codes_in(network: &Network) -> Vec<&'static str> {
    check(network).iter().map(|d| d.code.id).collect()
}

fn network(dialect: Dialect, links: &[Given<'_>]) -> Network {
    let mut network = Network { dialect, ..Network::default() };
    for (n, (name, kind, settings)) in links.iter().enumerate() {
        let mut link = link(name, n);
        link.kind.value = LinkKind::of(kind).unwrap();
        for (path, text) in *settings {
            let field = FieldPath::parse(path);
            let leaf = link.leaf_mut(field).unwrap();
            let value = match *text {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                text if path.ends_with("addresses") => Value::List(vec![Value::text(text.to_owned())]),
                text => Value::text(text.to_owned()),
            };
            leaf.set(&value, Origin::at(Span::new(SourceId(0), n * 100, n * 100 + 5))).unwrap();
        }
        network.add_link(link);
    }
    network
}

const SCRIPT: Dialect = Dialect::of(IPROUTE);

#[test]
fn a_gateway_of_ones_own_is_named() {
    let eth0: &[_] = &[("ipv4.addresses", "192.0.2.2/24"), ("ipv4.gateway", "192.0.2.2")];
    assert_eq!(found(SCRIPT, &[("eth0", "ethernet", eth0)]), ["S043"]);
    let mut with_route = network(SCRIPT, &[("eth0", "ethernet", &[("ipv4.addresses", "192.0.2.2/24")])]);
    let route = |gateway: &str| Owned {
        owner: Some(LinkId(0)),
        item: Route {
            dst: at("10.0.0.0/8".parse().unwrap(), 50),
            gateway: at(gateway.parse().unwrap(), 51),
            ..Route::default()
        },
    };
    with_route.routes.push(route("192.0.2.2"));
    assert_eq!(codes_in(&with_route), ["S043"]);
    with_route.routes[0] = route("198.51.100.1");
    assert_eq!(codes_in(&with_route), ["S041"]);
    with_route.routes[0] = route("192.0.2.1");
    assert_eq!(codes_in(&with_route), [""; 0]);
    // Another namespace is another host.
    with_route.routes[0] = route("192.0.2.2");
    with_route.links[0].netns = at("ns1".to_owned(), 60);
    with_route.routes[0].owner = None;
    assert_eq!(codes_in(&with_route), [""; 0]);
}

#[test]
fn a_host_route_makes_its_gateway_reachable() {
    let mut network = network(SCRIPT, &[("eth0", "ethernet", &[("ipv4.addresses", "192.0.2.2/32")])]);
    let owner = Some(LinkId(0));
    let via = Route {
        dst: at("0.0.0.0/0".parse().unwrap(), 50),
        gateway: at("192.0.2.1".parse().unwrap(), 51),
        ..Route::default()
    };
    network.routes.push(Owned { owner, item: via });
    assert_eq!(codes_in(&network), ["S041"]);
    let direct = Route { dst: at("192.0.2.1/32".parse().unwrap(), 52), ..Route::default() };
    network.routes.push(Owned { owner, item: direct });
    assert_eq!(codes_in(&network), [""; 0]);
}

#[test]
fn two_default_routes_need_two_metrics() {
    let eth0: &[_] = &[("ipv4.addresses", "192.0.2.2/24"), ("ipv4.gateway", "192.0.2.1")];
    let eth1: &[_] = &[("ipv4.addresses", "198.51.100.2/24"), ("ipv4.gateway", "198.51.100.1")];
    let links = [("eth0", "ethernet", eth0), ("eth1", "ethernet", eth1)];
    assert_eq!(found(SCRIPT, &links), ["S044"]);
    assert_eq!(found(Dialect::of(KEYFILE), &links), [""; 0], "NetworkManager gives each its metric");
    let metric: &[_] = &[
        ("ipv4.addresses", "198.51.100.2/24"),
        ("ipv4.gateway", "198.51.100.1"),
        ("ipv4.route_metric", "5"),
    ];
    assert_eq!(found(SCRIPT, &[links[0], ("eth1", "ethernet", metric)]), [""; 0]);
}

#[test]
fn a_vlan_fits_what_it_lies_on() {
    assert_eq!(found(SCRIPT, &[("eth0.7", "vlan", &[("vlan.id", "7")])]), ["S046"]);
    assert_eq!(found(SCRIPT, &[("eth0.7", "vlan", &[("matches.mac", "02:00:00:00:00:01")])]), [""; 0]);
    let vlan: &[_] = &[("vlan.parent", "eth0"), ("mtu", "9000")];
    assert_eq!(
        found(SCRIPT, &[("eth0", "ethernet", &[("mtu", "1500")]), ("eth0.7", "vlan", vlan)]),
        ["S047"]
    );
    assert_eq!(found(SCRIPT, &[("eth0", "ethernet", &[("mtu", "9000")]), ("eth0.7", "vlan", vlan)]), [""; 0]);
}

#[test]
fn ipv6_needs_its_mtu() {
    let small: &[_] = &[("mtu", "1000"), ("ipv6.addresses", "2001:db8::1/64")];
    assert_eq!(found(SCRIPT, &[("eth0", "ethernet", small)]), ["S048"]);
    let enough: &[_] = &[("mtu", "1280"), ("ipv6.addresses", "2001:db8::1/64")];
    assert_eq!(found(SCRIPT, &[("eth0", "ethernet", enough)]), [""; 0]);
}

#[test]
fn stp_needs_a_delay() {
    let none: &[_] = &[("bridge.forward_delay", "0")];
    assert_eq!(found(SCRIPT, &[("br0", "bridge", none)]), [""; 0], "the kernel's bridges speak no STP");
    assert_eq!(found(Dialect::of(KEYFILE), &[("br0", "bridge", none)]), ["S049"]);
    let on: &[_] = &[("bridge.forward_delay", "0"), ("bridge.stp", "true")];
    assert_eq!(found(SCRIPT, &[("br0", "bridge", on)]), ["S049"]);
    let long: &[_] = &[("bridge.forward_delay", "4000"), ("bridge.stp", "true")];
    assert_eq!(found(SCRIPT, &[("br0", "bridge", long)]), ["S049"]);
    let least: &[_] = &[("bridge.forward_delay", "200"), ("bridge.stp", "true")];
    assert_eq!(found(SCRIPT, &[("br0", "bridge", least)]), [""; 0]);
}

#[test]
fn the_kernel_has_the_last_word_on_delays() {
    use crate::bridge::forward_delay_with_stp;
    use crate::dialect::{IFCFG_INITSCRIPTS, IFUPDOWN};
    let left = |dialect| [0, 100, 200, 3000, 4000].map(|delay| forward_delay_with_stp(dialect, delay));
    assert_eq!(left(IFCFG_INITSCRIPTS), [200, 200, 200, 3000, 3000]);
    assert_eq!(left(IFUPDOWN), [1500, 1500, 200, 3000, 1500]);
}

#[test]
fn a_port_that_nobody_plugs_in_is_named() {
    let up: &[_] = &[("up", "true")];
    let bridge = ("br0", "bridge", up);
    assert_eq!(found(SCRIPT, &[bridge, ("veth1", "veth", up)]), ["S060"]);
    assert_eq!(found(SCRIPT, &[("veth1", "veth", up)]), [""; 0], "there is nothing to plug it into");
    assert_eq!(found(SCRIPT, &[bridge, ("veth1", "veth", &[])]), [""; 0], "it is down");
    let plugged: &[_] = &[("up", "true"), ("controller", "br0")];
    assert_eq!(found(SCRIPT, &[bridge, ("veth1", "veth", plugged)]), [""; 0]);
    let addressed: &[_] = &[("up", "true"), ("ipv4.addresses", "192.0.2.1/24")];
    assert_eq!(found(SCRIPT, &[bridge, ("veth1", "veth", addressed)]), [""; 0]);
    let ends: [(_, _, &[_]); 2] = [
        ("veth0", "veth", &[("controller", "br0"), ("veth.peer", "veth1")]),
        ("veth1", "veth", &[("up", "true"), ("veth.peer", "veth0")]),
    ];
    assert_eq!(found(SCRIPT, &[bridge, ends[0], ends[1]]), [""; 0], "its other end is plugged in");
    let elsewhere: &[_] = &[("up", "true"), ("netns", "ns1")];
    assert_eq!(found(SCRIPT, &[bridge, ("veth1", "veth", elsewhere)]), [""; 0]);
}

#[test]
fn a_hardware_address_belongs_to_one_link() {
    let mac: &[_] = &[("mac", "02:00:00:00:00:01")];
    let links = [("eth0", "ethernet", mac), ("eth1", "ethernet", mac)];
    assert_eq!(found(SCRIPT, &links), ["S045"]);
    let vlan: &[_] = &[("mac", "02:00:00:00:00:01"), ("vlan.parent", "eth0")];
    assert_eq!(found(SCRIPT, &[links[0], ("eth0.7", "vlan", vlan)]), [""; 0]);
}

#[test]
fn translation_needs_forwarding() {
    let said = |text: &str, n| at(text.to_owned(), n);
    let mut network = network(SCRIPT, &[]);
    let nat = Nat { action: at(NatAction::Masquerade, 1), ..Nat::default() };
    network.nat.push(Owned { owner: None, item: nat });
    assert_eq!(codes_in(&network), ["S061"]);
    let sysctl =
        |value: &str| Sysctl { key: said("net.ipv4.ip_forward", 2), value: said(value, 3), netns: None };
    network.sysctls.push(Owned { owner: None, item: sysctl("0") });
    assert_eq!(codes_in(&network), ["S061"]);
    network.sysctls[0].item = sysctl("1");
    assert_eq!(codes_in(&network), [""; 0]);
    network.nat[0].item.netns = said("ns1", 4);
    assert_eq!(codes_in(&network), ["S061"], "forwarding belongs to a namespace");
}
