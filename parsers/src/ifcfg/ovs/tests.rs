use super::super::sample::{said, vars};
use super::*;
use netpivot_model::source::SourceId;

fn run(name: &str, kind: LinkKind, text: &str) -> (Link, Layers, Vec<String>) {
    let file = IfcfgFile {
        name,
        path: "/etc/sysconfig/network-scripts/ifcfg-x",
        source: SourceId(0),
        reader: Reader::Initscripts,
        vars: vars(text),
        assignments: &[],
    };
    let mut link = Link {
        name: Some(At::new(name.to_owned(), Origin::default_value())),
        uuid: Some(At::new("ad33d8b0-1f7b-cab9-9447-ba07f855b143".to_owned(), Origin::default_value())),
        kind: At::new(kind, Origin::default_value()),
        ..Link::default()
    };
    let mut cx = Context::default();
    let layers = read(&file, &mut link, &mut cx).unwrap_or_else(|r| panic!("{}", r.reason));
    (link, layers, cx.diagnostics.into_iter().map(|d| format!("{} {}", d.code.id, d.message)).collect())
}

fn uuid(link: &Link) -> String {
    link.uuid.clone().unwrap().value
}

#[test]
fn a_bridge_has_a_port_and_a_local_interface() {
    // `own-type-ovsbridge` of the corpus.
    let text = "DEVICETYPE=ovs\nTYPE=OVSBridge\nSTP=yes\nOVS_EXTRA=set bridge ovsbr0 other-config:hwaddr=aa -- set-fail-mode ovsbr0 secure -- frob";
    let (link, layers, messages) = run("ovsbr0", LinkKind::OvsBridge(Box::default()), text);
    let [bridge, port] = &layers.links[..] else { panic!("two layers") };
    assert_eq!(link.kind.value.word(), "ovs-interface");
    assert!(said(&link).contains(&"ovs_interface.interface_type=internal".to_owned()));
    assert!(said(&link).contains(&format!("controller={}", uuid(port))));
    assert!(said(port).contains(&format!("controller={}", uuid(bridge))));
    for fact in ["ovs_bridge.stp_enable=true", "ovs_bridge.fail_mode=secure", "ovs_other_config={hwaddr: aa}"]
    {
        assert!(said(bridge).contains(&fact.to_owned()), "{fact}: {:?}", said(bridge));
    }
    assert_eq!(layers.leftovers[0].value, "frob");
    assert!(messages[0].starts_with("S259"), "{messages:?}");
    assert!(!link.is_addressless_port());
}

#[test]
fn a_card_hangs_on_a_port_of_the_bridge() {
    let text = "TYPE=OVSPort\nOVS_BRIDGE=ovsbr0\nOVS_OPTIONS=tag=100 vlan_mode=access trunks=1,2 qos=x";
    let (link, layers, _) = run("eth0", LinkKind::Ethernet(Box::default()), text);
    let port = &layers.links[0];
    assert_eq!(link.kind.value.word(), "ethernet");
    assert!(said(&link).contains(&"port_type=ovs-port".to_owned()));
    for fact in ["controller=ovsbr0", "port_type=ovs-bridge", "ovs_port.tag=100", "ovs_port.trunks=[1, 2]"] {
        assert!(said(port).contains(&fact.to_owned()), "{fact}: {:?}", said(port));
    }
    assert_eq!(layers.leftovers[0].value, "qos=x");
}

#[test]
fn a_bond_is_a_port_of_several_cards() {
    let text = "TYPE=OVSBond\nOVS_BRIDGE=ovsbr0\nBOND_IFACES=eth1 eth2\nOVS_OPTIONS=bond_mode=balance-tcp lacp=active";
    let (link, layers, _) = run("bond0", LinkKind::OvsPort(Box::default()), text);
    assert!(said(&link).contains(&"ovs_port.bond_mode=balance-tcp".to_owned()));
    assert!(said(&link).contains(&"ovs_port.lacp=active".to_owned()));
    let names: Vec<&str> = layers.links.iter().map(Link::label).collect();
    assert_eq!(names, ["eth1", "eth2"]);
    assert!(said(&layers.links[0]).contains(&format!("controller={}", uuid(&link))));
    assert_ne!(uuid(&layers.links[0]), uuid(&layers.links[1]));

    // A card with a file of its own becomes the port there.
    let mut network = Network::default();
    let own = Link { name: layers.links[0].name.clone(), ..Link::default() };
    network.add_link(own);
    let id = network.add_link(link);
    add(&mut network, vec![(id, layers.links)]);
    assert_eq!(network.links.len(), 3, "eth1's own file, the bond, eth2");
    assert!(network.links[0].controller.is_some());
}

#[test]
fn references_to_bridges_become_uuids() {
    let (bridge, around, _) = run("br0", LinkKind::OvsBridge(Box::default()), "TYPE=OVSBridge");
    let (card, port, _) = run("eth0", LinkKind::Ethernet(Box::default()), "TYPE=OVSPort\nOVS_BRIDGE=br0");
    let expected = uuid(&around.links[0]);
    let mut network = Network::default();
    let bridge = network.add_link(bridge);
    let card = network.add_link(card);
    add(&mut network, vec![(card, port.links), (bridge, around.links)]);
    let port =
        network.links.iter().find(|l| l.label() == "eth0" && l.kind.value.word() == "ovs-port").unwrap();
    assert_eq!(port.controller.as_ref().unwrap().value, LinkRef::Uuid(expected));
}

#[test]
fn patches_and_internal_ports_are_interfaces() {
    let text = "TYPE=OVSPatchPort\nOVS_BRIDGE=br0\nOVS_PATCH_PEER=p1";
    let (link, _, _) = run("p0", LinkKind::OvsInterface(Box::default()), text);
    assert!(said(&link).contains(&"ovs_interface.patch_peer=p1".to_owned()));
    let (mut link, _, _) =
        run("in0", LinkKind::OvsInterface(Box::default()), "TYPE=OVSIntPort\nOVS_BRIDGE=br0");
    read_bootproto(&vars("OVSBOOTPROTO=dhcp"), &mut link);
    assert!(said(&link).contains(&"ipv4.method=auto".to_owned()));
}

#[test]
#[should_panic(expected = "`OVS_BRIDGE` is missing")]
fn a_port_without_a_bridge_is_none() {
    run("eth0", LinkKind::Ethernet(Box::default()), "TYPE=OVSPort");
}

#[test]
fn a_bond_without_members_is_named() {
    let (_, _, messages) = run("b0", LinkKind::OvsPort(Box::default()), "TYPE=OVSBond\nOVS_BRIDGE=br0");
    assert!(messages[0].starts_with("S258"), "{messages:?}");
}
