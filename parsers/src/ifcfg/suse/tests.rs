//! Whole hosts.

use crate::ifcfg::Ifcfg;
use crate::tree::MemoryTree;
use crate::{Context, Input, Parser};
use netpivot_model::facts;
use netpivot_model::network::Network;

fn parse(files: &[(&str, &str)]) -> (Network, Context) {
    let tree: MemoryTree =
        files.iter().map(|(name, text)| (format!("{}/{name}", super::DIRECTORY), *text)).collect();
    let mut cx = Context::default();
    let network =
        Ifcfg.parse(&Input { tree: &tree, dialect: None, version: None, state: None }, &mut cx).unwrap();
    (network, cx)
}

fn lines(files: &[(&str, &str)]) -> Vec<String> {
    facts::lines(&parse(files).0)
}

fn codes(files: &[(&str, &str)]) -> Vec<&'static str> {
    parse(files).1.diagnostics.iter().map(|d| d.code.id).collect()
}

fn has(lines: &[String], part: &str) -> bool {
    lines.iter().any(|line| line.contains(part))
}

#[test]
fn silence_is_manual_and_static() {
    let found = lines(&[("ifcfg-eth0", "IPADDR=192.0.2.1/24\n")]);
    assert!(has(&found, "autoconnect") && has(&found, "manual"), "{found:#?}");
}

#[test]
fn suffixes_join_the_keys_of_an_address() {
    let text =
        "IPADDR_a=192.0.2.1\nNETMASK_a=255.255.255.0\nIPADDR6=2001:db8::1\nPREFIXLEN6=64\nIPADDRx=0.0.0.0\n";
    let (network, _) = parse(&[("ifcfg-eth0", text)]);
    let link = &network.links[0];
    let of = |config: &Option<Box<netpivot_model::ip::IpConfig>>| {
        config.as_ref().unwrap().addresses.values().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(of(&link.ipv4), ["192.0.2.1/24"]);
    assert_eq!(of(&link.ipv6), ["2001:db8::1/64"]);
}

#[test]
fn a_port_is_made_or_loses_its_addresses() {
    let bridge = ("ifcfg-br0", "BRIDGE=yes\nBRIDGE_PORTS='eth0 eth1'\n");
    let port = ("ifcfg-eth0", "BOOTPROTO=static\nIPADDR=192.0.2.1/24\n");
    let (network, cx) = parse(&[bridge, port]);
    let labels: Vec<_> = network.links.iter().map(netpivot_model::link::Link::label).collect();
    assert_eq!(labels, ["br0", "eth0", "eth1"]);
    assert!(network.links[1].ipv4.is_none() && network.links[1].is_addressless_port());
    let codes: Vec<_> = cx.diagnostics.iter().map(|d| d.code.id).collect();
    assert!(codes.contains(&"S183") && codes.contains(&"S321"), "{codes:?}");
}

#[test]
fn a_route_goes_to_the_link_that_reaches_its_gateway() {
    let files = [
        ("ifcfg-eth0", "IPADDR=192.0.2.1/24\n"),
        ("ifcfg-eth1", "IPADDR=198.51.100.1/24\n"),
        ("routes", "default 198.51.100.254\n10.0.0.0/8 203.0.113.1 - -\n"),
    ];
    let (network, cx) = parse(&files);
    assert_eq!(network.routes.len(), 1);
    assert_eq!(network.link(network.routes[0].owner.unwrap()).label(), "eth1");
    assert_eq!(cx.diagnostics.iter().map(|d| d.code.id).collect::<Vec<_>>(), ["S322"]);
}

#[test]
fn a_file_of_two_kinds_is_refused() {
    assert!(
        codes(&[("ifcfg-x", "BRIDGE=yes\nVXLAN=yes\n"), ("ifcfg-eth0", "STARTMODE=auto\n")])
            .contains(&"S320")
    );
}

#[test]
fn the_policy_ranks_the_servers() {
    let config = "NETCONFIG_DNS_POLICY='STATIC eth*'\nNETCONFIG_DNS_STATIC_SERVERS='192.0.2.53'\n";
    let files =
        [("ifcfg-eth0", "BOOTPROTO=dhcp4\n"), ("ifcfg-wan0", "BOOTPROTO=dhcp4\n"), ("config", config)];
    let (network, _) = parse(&files);
    let config = |n: usize| network.links[n].ipv4.as_ref().unwrap();
    assert_eq!(config(0).dns_priority.as_ref().map(|at| at.value.get()), Some(20));
    assert!(config(1).ignore_auto_dns.as_ref().is_some_and(|at| at.value));
    assert_eq!(network.links[2].label(), "lo");
    assert_eq!(config(2).dns.values().collect::<Vec<_>>(), ["192.0.2.53"]);
}

#[test]
fn sysctl_decides_about_ipv6() {
    let method = |line: &str| {
        let (network, _) = parse(&[("ifcfg-eth0", "BOOTPROTO=dhcp4\n"), ("ifsysctl", line)]);
        network.links[0]
            .ipv6
            .as_ref()
            .and_then(|config| config.method.as_ref())
            .map(|at| at.value.to_string())
    };
    assert_eq!(method("net.ipv6.conf.all.disable_ipv6 = 1\n").as_deref(), Some("disabled"));
    assert_eq!(method("net.ipv6.conf.default.accept_ra = 0\n").as_deref(), Some("link-local"));
    assert_eq!(method("net.ipv4.conf.all.rp_filter = 0\n"), None);
}

#[test]
fn any_bytes_are_survived() {
    for text in [
        "",
        "\\",
        "=",
        "A='",
        "BRIDGE=yes\nBRIDGE_PORTS=\u{1F980}",
        "default",
        "- - - - -",
        "a\\\nb\\",
        "/ /",
    ] {
        let tree: MemoryTree =
            ["ifcfg-eth0", "routes", "ifroute-eth0", "ifrule-eth0", "ifsysctl-eth0", "config", "dhcp"]
                .iter()
                .map(|name| (format!("{}/{name}", super::DIRECTORY), text))
                .collect();
        let _ = Ifcfg.parse(
            &Input { tree: &tree, dialect: Some("suse"), version: None, state: None },
            &mut Context::default(),
        );
    }
}
