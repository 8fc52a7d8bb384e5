//! DHCP, and hosts of which only the files are known.

use super::*;
use netpivot_model::ip::IpMethod;
use netpivot_model::link::Link;
use netpivot_model::source::{At, Origin};

/// A host whose `eth0` has DHCP, by its files.
fn with_dhcp(world: World, script: &str) -> Ran {
    let mut network = Network::default();
    let mut link =
        Link { name: Some(At::new("eth0".to_owned(), Origin::default_value())), ..Link::default() };
    let method = Some(At::new(IpMethod::Auto, Origin::default_value()));
    link.ipv4.get_or_insert_default().method = method;
    network.add_link(link);
    run_from(network, world, Manner::Script, script)
}

#[test]
fn a_port_that_had_dhcp_is_told() {
    let script = "ip link add br0 type bridge\nip link set eth0 master br0\nip link set br0 up\n";
    for world in [World::Configured, World::Known] {
        with_dhcp(world, script).clean().lacks("ipv4.method").finds("S508 br0: let `br0` ask");
    }
    let moved = with_dhcp(World::Configured, &format!("{script}dhclient -nw br0\n"));
    moved.clean().has("link br0 ipv4.method = auto").lacks("link eth0 ipv4").finds("S508 br0: nothing");
    let ended = with_dhcp(World::Configured, &format!("dhclient -r eth0\n{script}"));
    assert!(!ended.findings.iter().any(|f| f.starts_with("S508")), "{:?}", ended.findings);
}

#[test]
fn a_port_of_a_vrf_keeps_its_addresses() {
    let script = "ip link add mgmt type vrf table 1001\nip link set mgmt up\nip link set eth0 master mgmt\n";
    let ran = with_dhcp(World::Configured, script);
    ran.clean().has("link eth0 ipv4.method = auto").has("link eth0 controller = mgmt");
    assert!(!ran.findings.iter().any(|f| f.starts_with("S508")), "{:?}", ran.findings);
}

#[test]
fn dhcp_clients_are_dhcp() {
    let base = "ip link add br0 type bridge\n";
    for client in
        ["dhclient -v br0", "udhcpc -i br0 -b -p /run/udhcpc.pid", "dhcpcd -w br0", "/sbin/dhclient -4 br0"]
    {
        fresh(&format!("{base}{client}"))
            .clean()
            .has("link br0 ipv4.method = auto")
            .has("link br0 up = true")
            .lacks("ipv6");
    }
    fresh(&format!("{base}dhclient -6 br0")).clean().has("link br0 ipv6.method = dhcp").lacks("ipv4");
    fresh(&format!("{base}udhcpc -i br0 -F box -V thing"))
        .has("link br0 ipv4.dhcp_hostname = box")
        .has("link br0 ipv4.dhcp_vendor_class_identifier = thing");
    fresh(&format!("{base}dhclient br0; dhclient -r br0")).clean().has("link br0 ipv4.method = disabled");
    unknown("udhcpc").has("link eth0 ipv4.method = auto");
    let own = fresh(&format!("{base}dhclient -cf /etc/x.conf br0"));
    own.lacks("ipv4").finds("H502 -cf");
    assert_eq!(own.left, ["dhclient -cf /etc/x.conf br0"]);
    fresh(&format!("{base}dhclient")).finds("H501 dhclient: name the link");
    // What the server gives may hold the gateway.
    fresh(&format!("{base}dhclient br0\nip route add 10.0.0.0/8 via 192.0.2.1 dev br0")).clean();
}

#[test]
fn files_are_no_list_of_cards() {
    let script = "brctl addbr br0\nbrctl addif br0 eth9\n";
    with_dhcp(World::Configured, script)
        .clean()
        .has("link eth9 controller = br0")
        .finds("S506 eth9: check its name");
    with_dhcp(World::Known, script).finds("S501 eth9");
    // What the files say is all that is set up.
    with_dhcp(World::Configured, "ip rule del pref 100").finds("S501");
    with_dhcp(World::Configured, "brctl addif br7 eth0").finds("S501 br7");
}

#[test]
fn a_link_whose_addresses_go_has_no_static_ones() {
    let mut network = Network::default();
    let name = Some(At::new("eth0".to_owned(), Origin::default_value()));
    let mut link = Link { name, ..Link::default() };
    let config = link.ipv4.get_or_insert_default();
    config.method = Some(At::new(IpMethod::Manual, Origin::default_value()));
    let address = netpivot_model::ip::Address::new("192.0.2.9/24".parse().unwrap());
    config.addresses.items.push(At::new(address, Origin::default_value()));
    network.add_link(link);
    let run = |script| run_from(network.clone(), World::Configured, Manner::Script, script);
    run("ip addr flush dev eth0").clean().has("link eth0 ipv4.method = disabled").lacks("addresses");
    run("ip addr flush dev eth0\nip addr add 192.0.2.1/24 dev eth0")
        .clean()
        .has("link eth0 ipv4.method = manual")
        .has("link eth0 ipv4.addresses = [192.0.2.1/24]");
}
