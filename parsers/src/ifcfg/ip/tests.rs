//! Expectations are what NetworkManager's own migration makes of the same keys, or the rules of ifcfg.md.

use super::*;
use crate::ifcfg::vars::Vars;
use crate::text::shell::{self, Assignment};
use netpivot_model::facts;
use netpivot_model::link::{LinkKind, PortType};
use netpivot_model::network::{Network, Owned};
use netpivot_model::source::Origin;
use netpivot_model::value::LinkRef;
use netpivot_model::virtual_link::{IpTunnel, TunnelMode};

/// The assignments of a text that becomes a source of `cx`.
pub(in crate::ifcfg) fn lex(cx: &mut Context, path: &str, text: &str) -> Vec<Assignment> {
    let source = cx.sources.add(path, text);
    shell::lex(text, source, &|_| None).assignments
}

const NM: Reader = Reader::NetworkManager;
const IS: Reader = Reader::Initscripts;

/// What became of a file.
struct Outcome {
    /// `ipv4.method = manual`, in order of declaration; routes as `route …`.
    facts: Vec<String>,
    /// `S190 GATEWAY=…`.
    findings: Vec<String>,
    rejected: Option<String>,
}

impl Outcome {
    fn says(&self, code: &str, words: &str) -> bool {
        self.findings.iter().any(|f| f.starts_with(code) && f.contains(words))
    }
}

fn outcome_of(reader: Reader, text: &str, global: &str, link: Link) -> Outcome {
    let mut cx = Context::default();
    let global = Global::new(&lex(&mut cx, "/etc/sysconfig/network", global));
    let path = "/etc/sysconfig/network-scripts/ifcfg-eth0";
    let assignments = lex(&mut cx, path, &format!("DEVICE=eth0\n{text}"));
    let mut vars = Vars::new(&assignments, reader);
    if reader == IS {
        global.layer_below(&mut vars);
    }
    let source = cx.sources.find(path).unwrap();
    let file = IfcfgFile { name: "eth0", path, source, reader, vars, assignments: &assignments };
    let mut link = Link { name: Some(At::new("eth0".to_owned(), file.device().unwrap().span)), ..link };
    let reading =
        Reading { file: &file, global: &global, rule_files: false, host_reader: Reader::NetworkManager };
    let result = read(reading, &mut link, &mut cx).and_then(|routes| {
        if reader == NM {
            verify(&link, HasRoutes::default())?
        }
        Ok(routes)
    });
    let findings = cx.diagnostics.iter().map(|d| format!("{} {}", d.code.id, d.message)).collect();
    let routes = match result {
        Ok(routes) => routes,
        Err(error) => return Outcome { facts: Vec::new(), findings, rejected: Some(error.reason) },
    };
    let mut network = Network::default();
    let owner = Some(network.add_link(link));
    network.routes = routes.into_iter().map(|item| Owned { owner, item }).collect();
    let facts = facts::said(&network)
        .into_iter()
        .map(|fact| format!("{} = {}", fact.path.field, fact.value))
        .filter(|line| line.starts_with("ip") || !line.contains("eth"))
        .collect();
    Outcome { facts, findings, rejected: None }
}

fn run(reader: Reader, text: &str) -> Outcome {
    outcome_of(reader, text, "", Link::default())
}

#[track_caller]
fn check(reader: Reader, text: &str, facts: &[&str]) -> Outcome {
    let outcome = run(reader, text);
    assert_eq!(outcome.facts, facts, "{:?} {:?}", outcome.rejected, outcome.findings);
    outcome
}

#[test]
fn a_static_address_has_its_keys_together() {
    let outcome = check(
        NM,
        "BOOTPROTO=none\nIPADDR=10.5.0.196\nPREFIX=24\nGATEWAY=10.5.0.254\nIPV6INIT=no",
        &[
            "ipv4.method = manual",
            "ipv4.addresses = [10.5.0.196/24]",
            "ipv4.gateway = 10.5.0.254",
            "ipv6.method = ignore",
        ],
    );
    assert!(outcome.findings.is_empty(), "{:?}", outcome.findings);
}

#[test]
fn the_network_class_gives_a_missing_length() {
    for (ip, len) in [("10.11.12.13", 8), ("172.16.5.5", 16), ("192.168.1.1", 24)] {
        let outcome = check(
            NM,
            &format!("IPADDR={ip}"),
            &["ipv4.method = manual", &format!("ipv4.addresses = [{ip}/{len}]")],
        );
        assert!(outcome.says("S184", &format!("{ip}/{len}")));
    }
}

#[test]
fn prefix_wins_over_netmask() {
    let facts = ["ipv4.method = manual", "ipv4.addresses = [10.5.0.196/24]"];
    let differs = check(NM, "IPADDR=10.5.0.196\nPREFIX=24\nNETMASK=255.0.0.0", &facts);
    assert!(differs.says("S185", "NETMASK=255.0.0.0"));
    assert!(!check(NM, "IPADDR=10.5.0.196\nPREFIX=24\nNETMASK=255.255.255.0", &facts).says("S185", ""));
    assert!(check(NM, "IPADDR=10.5.0.196\nNETMASK=255.0.255.0", &facts).says("S185", "holes"));
}

#[test]
fn numbered_addresses_may_lack_0_and_1_and_nothing_else() {
    for reader in [NM, IS] {
        let outcome = run(
            reader,
            "IPADDR2=1.2.3.4\nPREFIX2=24\nIPADDR3=9.8.7.6\nPREFIX3=16\nIPADDR5=5.5.5.5\nPREFIX5=8\nIPV6INIT=no",
        );
        assert_eq!(outcome.facts[1], "ipv4.addresses = [1.2.3.4/24, 9.8.7.6/16]");
        assert!(outcome.says("S188", "`IPADDR5=5.5.5.5`, `PREFIX5=8`"), "{:?}", outcome.findings);
    }
}

#[test]
fn bad_addresses_make_networkmanager_refuse_the_file() {
    for text in [
        "IPADDR=host.example.com",
        "IPADDR=10.0.0.1/24",
        "IPADDR=10.0.0.1\nPREFIX=33",
        "IPADDR=10.0.0.1\nPREFIX=8\nGATEWAY=10.5.0.999",
        "BOOTPROTO=dialup",
        "PREFIX=24",
    ] {
        assert!(run(NM, text).rejected.is_some(), "{text}");
    }
    assert!(run(NM, "BOOTPROTO=dhcp\nGATEWAY=10.5.0.999").rejected.is_none(), "read only beside an address");
    let outcome = run(IS, "IPADDR=host.example.com\nIPADDR1=10.0.0.1\nPREFIX1=8");
    assert!(
        outcome.says("S187", "host.example.com")
            && outcome.facts.contains(&"ipv4.addresses = [10.0.0.1/8]".to_owned())
    );
}

#[test]
fn a_link_whose_addresses_are_all_refused_has_none() {
    let outcome = run(
        IS,
        "IPADDR=host.example.com\nGATEWAY=10.0.0.1\nIPV6_AUTOCONF=no\nIPV6ADDR=x\nDOMAIN=a.com\nDNS1=2001:db8::53",
    );
    assert_eq!(
        outcome.facts,
        ["ipv4.method = disabled", "ipv6.method = link-local"],
        "{:?}",
        outcome.findings
    );
    assert!(
        outcome.says("S190", "GATEWAY=10.0.0.1")
            && outcome.says("S193", "DOMAIN=a.com")
            && outcome.says("S193", "DNS1")
    );
}

#[test]
fn methods_follow_the_reader() {
    for (word, nm, initscripts) in [
        ("dhcp", "auto", "auto"),
        ("bootp", "auto", "auto"),
        ("DHCP", "auto", "disabled"),
        ("autoip", "link-local", "disabled"),
        ("shared", "shared", "disabled"),
        ("static", "disabled", "disabled"),
    ] {
        let text = format!("BOOTPROTO={word}");
        let (a, b) = (run(NM, &text), run(IS, &text));
        assert_eq!(
            (a.facts[0].as_str(), b.facts[0].as_str()),
            (format!("ipv4.method = {nm}").as_str(), format!("ipv4.method = {initscripts}").as_str())
        );
        assert_eq!(a.says("S180", "BOOTPROTO"), nm != initscripts, "{word}");
        assert_eq!(b.says("S180", "BOOTPROTO"), nm != initscripts, "{word}");
    }
    assert!(run(NM, "BOOTPROTO=bootp").says("S186", "bootp"));
    assert!(run(IS, "BOOTPROTO=dialup").says("S180", "refuses the file"));
}

#[test]
fn a_lease_and_an_address() {
    let text = "BOOTPROTO=dhcp\nIPADDR=10.6.0.1\nPREFIX=16\nIPV6INIT=no";
    let both =
        check(NM, text, &["ipv4.method = auto", "ipv4.addresses = [10.6.0.1/16]", "ipv6.method = ignore"]);
    assert!(both.says("S180", "10.6.0.1/16"));
    let lease = check(IS, text, &["ipv4.method = auto", "ipv6.method = ignore"]);
    assert!(lease.says("S180", "`IPADDR=10.6.0.1`, `PREFIX=16`"), "{:?}", lease.findings);
}

#[test]
fn a_shared_link_keeps_its_first_address() {
    let outcome = check(
        NM,
        "BOOTPROTO=shared\nIPADDR=10.20.30.5\nPREFIX=24\nGATEWAY=10.20.30.1\nIPADDR1=6.7.8.9\nPREFIX1=16\nDNS1=192.0.2.1\nIPV6INIT=yes",
        &[
            "ipv4.method = shared",
            "ipv4.addresses = [10.20.30.5/24]",
            "ipv4.gateway = 10.20.30.1",
            "ipv6.method = auto",
        ],
    );
    assert!(outcome.says("S182", "6.7.8.9/16") && outcome.says("S193", "DNS1"));
}

#[test]
fn with_ipv4_off_nothing_else_is_read() {
    let outcome = check(
        NM,
        "BOOTPROTO=none\nGATEWAY=10.0.0.1\nDHCP_HOSTNAME=h\nACD_TIMEOUT=3\nPEERDNS=no\nDNS1=192.0.2.1",
        &["ipv4.method = disabled", "ipv4.ignore_auto_dns = true"],
    );
    for key in ["GATEWAY=10.0.0.1", "DHCP_HOSTNAME=h", "ACD_TIMEOUT=3"] {
        assert!(outcome.says("S182", key), "{key}: {:?}", outcome.findings);
    }
    assert!(outcome.says("S193", "DNS1=192.0.2.1"));
}

#[test]
fn a_gateway_without_the_default_route_is_dropped() {
    let outcome = check(
        NM,
        "IPADDR=10.5.0.196\nPREFIX=24\nGATEWAY=10.5.0.254\nDEFROUTE=no",
        &["ipv4.method = manual", "ipv4.addresses = [10.5.0.196/24]", "ipv4.never_default = true"],
    );
    assert!(outcome.says("S190", "GATEWAY=10.5.0.254"));
}

#[test]
fn networkmanager_wants_gateway_and_address_of_one_number() {
    let text = "IPADDR0=1.2.3.4\nPREFIX0=24\nGATEWAY=1.2.3.1\nIPV6INIT=no";
    let outcome =
        check(NM, text, &["ipv4.method = manual", "ipv4.addresses = [1.2.3.4/24]", "ipv6.method = ignore"]);
    assert!(outcome.says("S190", "GATEWAY=1.2.3.1"));
    let used = run(IS, text);
    assert!(used.facts.contains(&"ipv4.gateway = 1.2.3.1".to_owned()));
    let numbered = run(
        NM,
        "IPADDR1=1.2.3.4\nPREFIX1=24\nGATEWAY1=1.2.3.1\nIPADDR2=1.2.4.4\nPREFIX2=24\nGATEWAY2=1.2.4.1",
    );
    assert!(
        numbered.facts.contains(&"ipv4.gateway = 1.2.3.1".to_owned())
            && numbered.says("S190", "GATEWAY2=1.2.4.1")
    );
    assert!(run(IS, "IPADDR=1.2.3.4\nGATEWAY1=1.2.3.1").says("S190", "without a number"));
}

#[test]
fn a_gateway_outside_the_subnet() {
    let text = "IPADDR=10.5.0.196\nPREFIX=24\nGATEWAY=10.6.0.1";
    let (used, left) = (run(NM, text), run(IS, text));
    assert!(used.facts.contains(&"ipv4.gateway = 10.6.0.1".to_owned()) && used.says("S191", "10.5.0.0/24"));
    assert!(!left.facts.iter().any(|f| f.contains("gateway")) && left.says("S191", "10.6.0.1"));
    for network in ["10.0.0.0", "zz9"] {
        let text = format!("IPADDR=10.5.0.196\nPREFIX=24\nGATEWAY=10.5.0.1\nNETWORK={network}");
        assert!(run(IS, &text).says("S191", ""), "{network}");
    }
}

#[test]
fn the_global_gateway_goes_to_static_links() {
    let text = "IPADDR=10.5.0.196\nPREFIX=24\nIPV6INIT=no";
    for (reader, gateway, there) in
        [(NM, "10.5.0.1", true), (NM, "10.6.0.1", true), (IS, "10.5.0.1", true), (IS, "10.6.0.1", false)]
    {
        let outcome = outcome_of(reader, text, &format!("GATEWAY={gateway}"), Link::default());
        assert_eq!(
            outcome.facts.contains(&format!("ipv4.gateway = {gateway}")),
            there,
            "{reader:?} {gateway}"
        );
        assert!(!outcome.says("S191", "") || (reader == NM && gateway == "10.6.0.1"));
    }
    let dhcp = outcome_of(NM, "BOOTPROTO=dhcp", "GATEWAY=10.5.0.1", Link::default());
    assert_eq!(dhcp.facts, ["ipv4.method = auto"]);
    assert!(outcome_of(NM, "BOOTPROTO=dhcp", "GATEWAY=x", Link::default()).rejected.is_some());
}

#[test]
fn gatewaydev_beats_defroute_in_networkmanager_only() {
    let never = |reader, text, global| {
        let outcome = outcome_of(reader, text, global, Link::default());
        let fact = outcome.facts.iter().find(|f| f.contains("ipv4.never_default")).cloned();
        (fact.map(|f| f.ends_with("true")), outcome.says("S180", "GATEWAYDEV"))
    };
    let dhcp = "BOOTPROTO=dhcp\nDEFROUTE=no";
    assert_eq!(never(NM, dhcp, "GATEWAYDEV=eth0"), (Some(false), true));
    assert_eq!(never(IS, dhcp, "GATEWAYDEV=eth0"), (Some(true), false));
    assert_eq!(never(NM, dhcp, "GATEWAYDEV=eth1"), (Some(true), false));
    assert_eq!(never(NM, "BOOTPROTO=dhcp", "GATEWAYDEV=eth1"), (Some(true), false));
    assert_eq!(never(IS, "BOOTPROTO=dhcp\nDEFROUTE=yes", "GATEWAYDEV=eth1"), (Some(true), true));
    assert!(run(NM, "BOOTPROTO=dhcp\nGATEWAYDEV=eth1").says("S181", "GATEWAYDEV=eth1"));
}

#[test]
fn initscripts_make_a_default_route_on_the_device() {
    let outcome = outcome_of(
        IS,
        "IPADDR=10.0.0.1\nPREFIX=8\nIPV6INIT=no\nMETRIC=7",
        "GATEWAYDEV=eth0",
        Link::default(),
    );
    assert_eq!(
        outcome.facts[2..],
        [
            "ipv4.route_metric = 7",
            "ipv4.never_default = false",
            "ipv6.method = ignore",
            "dst = 0.0.0.0/0",
            "metric = 7"
        ]
    );
    let window =
        run(IS, "IPADDR=10.0.0.1\nPREFIX=8\nGATEWAY=10.0.0.2\nWINDOW=65535\nSRCADDR=10.0.0.1\nIPV6INIT=no");
    assert_eq!(
        window.facts[3..],
        ["dst = 0.0.0.0/0", "gateway = 10.0.0.2", "src = 10.0.0.1", "window = 65535"]
    );
}

#[test]
fn keys_of_initscripts_only() {
    let text = "IPADDR=10.0.0.1\nPREFIX=8\nMETRIC=77\nARPCHECK=no\nIPV6INIT=yes\nIPV6_MTU=1400";
    let nm =
        check(NM, text, &["ipv4.method = manual", "ipv4.addresses = [10.0.0.1/8]", "ipv6.method = auto"]);
    for key in ["METRIC=77", "ARPCHECK=no", "IPV6_MTU=1400"] {
        assert!(nm.says("S181", key), "{key}");
    }
    let facts = [
        "ipv4.method = manual",
        "ipv4.addresses = [10.0.0.1/8]",
        "ipv4.route_metric = 77",
        "ipv4.dad_timeout = 0",
        "ipv6.method = auto",
        "ipv6.mtu = 1400",
    ];
    check(IS, text, &facts);
}

#[test]
fn keys_around_the_gateway_under_initscripts() {
    let gateway = |text: &str| run(IS, &format!("{text}\nIPV6INIT=no"));
    let judged = gateway("IPADDR=10.0.0.1\nPREFIX=8\nGATEWAY=10.0.0.2\nNETWORK=10.0.0.0");
    assert!(judged.findings.is_empty() && judged.facts.contains(&"ipv4.gateway = 10.0.0.2".to_owned()));
    assert!(gateway("IPADDR=10.0.0.1\nPREFIX=8\nNETWORK=10.0.0.0").says("S182", "NETWORK=10.0.0.0"));
    assert!(
        gateway("BOOTPROTO=dhcp\nGATEWAY=10.0.0.2").says("S190", "router that DHCP gives (dhclient-script)")
    );
    let ignored = gateway("BOOTPROTO=dhcp\nGATEWAY=10.0.0.2\nDHCLIENT_IGNORE_GATEWAY=yes");
    assert!(
        ignored.says("S190", "`GATEWAY=10.0.0.2`, `DHCLIENT_IGNORE_GATEWAY=yes`"),
        "{:?}",
        ignored.findings
    );
}

#[test]
fn a_broadcast_address_counts_where_it_is_not_the_computed_one() {
    let address =
        |text: &str| run(IS, &format!("IPADDR=10.0.0.1\nNETMASK=255.0.0.0\n{text}")).facts[1].clone();
    assert_eq!(address("BROADCAST=10.255.255.255"), "ipv4.addresses = [10.0.0.1/8]");
    assert_eq!(
        address("BROADCAST=10.0.0.255\nSCOPE=\"scope link\""),
        "ipv4.addresses = [10.0.0.1/8 brd 10.0.0.255 scope link]"
    );
    assert_eq!(address("SCOPE=\"peer 10.9.9.9\""), "ipv4.addresses = [10.0.0.1/32 peer 10.9.9.9]");
    assert_eq!(
        address("SCOPE=\"scope link peer 10.9.9.9/24 noprefixroute\""),
        "ipv4.addresses = [10.0.0.1/24 peer 10.9.9.9 scope link noprefixroute]"
    );
    assert_eq!(address("SCOPE=\"nearby\""), "ipv4.addresses = [10.0.0.1/8]");
    let odd = run(IS, "IPADDR=10.0.0.1\nNETMASK=255.0.0.0\nSCOPE=\"nearby\"");
    assert!(odd.findings.iter().any(|found| found.contains("SCOPE=nearby")), "{:?}", odd.findings);
}

#[test]
fn the_name_from_dhcp_is_not_taken() {
    let text = "BOOTPROTO=dhcp\nNO_DHCP_HOSTNAME=yes\nIPV6INIT=no";
    check(IS, text, &["ipv4.method = auto", "ipv6.method = ignore", "nm.hostname_from_dhcp = 0"]);
    check(NM, text, &["ipv4.method = auto", "ipv6.method = ignore"]);
}

#[test]
fn a_persistent_client_has_no_timeout() {
    let text = "BOOTPROTO=dhcp\nPERSISTENT_DHCLIENT=yes\nIPV6INIT=yes\nPERSISTENT_DHCLIENT_IPV6=1";
    check(
        IS,
        text,
        &[
            "ipv4.method = auto",
            "ipv4.dhcp_timeout = 2147483647",
            "ipv6.method = auto",
            "ipv6.dhcp_timeout = 2147483647",
        ],
    );
    assert!(!run(NM, text).facts.iter().any(|f| f.contains("timeout")));
}

#[test]
fn duplicate_detection_times() {
    let time = |reader, text: &str| {
        run(reader, &format!("IPADDR=10.0.0.1\nPREFIX=8\n{text}"))
            .facts
            .into_iter()
            .find(|f| f.contains("dad"))
    };
    let ms = |n: i32| Some(format!("ipv4.dad_timeout = {n}"));
    assert_eq!(time(NM, "ARPING_WAIT=3"), ms(3000));
    assert_eq!(time(NM, "ACD_TIMEOUT=2000\nARPING_WAIT=1"), ms(2000));
    assert_eq!(time(NM, "ACD_TIMEOUT=40000\nARPING_WAIT=1"), ms(1000));
    assert_eq!(time(NM, "ARPING_WAIT=31"), None);
    assert_eq!(time(IS, "ARPING_WAIT=3\nARPCHECK=yes"), ms(3000));
}

#[test]
fn name_servers_go_to_their_family() {
    let text = "BOOTPROTO=dhcp\nIPV6INIT=yes\nDNS1=192.0.2.1\nDNS2=192.0.2.2#name\nDNS3=1::2\nDNS4=1::3#name\nDNS6=192.0.2.6";
    let outcome = check(
        NM,
        text,
        &[
            "ipv4.method = auto",
            "ipv4.dns = [192.0.2.1, 192.0.2.2#name]",
            "ipv6.method = auto",
            "ipv6.dns = [1::2, 1::3#name]",
        ],
    );
    assert!(outcome.says("S188", "DNS6=192.0.2.6"));
    assert!(run(NM, "BOOTPROTO=dhcp\nDNS1=1::2").says("S193", "DNS1=1::2"));
    assert!(run(NM, "BOOTPROTO=dhcp\nDNS1=ns.example.com").rejected.is_some());
    let gap = "BOOTPROTO=dhcp\nDNS2=192.0.2.2\nIPV6INIT=no";
    assert!(run(NM, gap).says("S188", "DNS2=192.0.2.2"));
    check(IS, gap, &["ipv4.method = auto", "ipv4.dns = [192.0.2.2]", "ipv6.method = ignore"]);
}

#[test]
fn forms_of_a_name_server() {
    for (text, v4) in [
        ("dns+tls://192.0.2.1:853#a.b", Some(true)),
        ("dns+udp://[2001:db8::1]:53", Some(false)),
        ("fe80::1%eth0", Some(false)),
        ("x", None),
    ] {
        assert_eq!(netpivot_model::ip::name_server_address(text).map(|ip| ip.is_ipv4()), v4, "{text}");
    }
}

#[test]
fn peerdns_no_keeps_initscripts_from_resolv_conf() {
    let text = "BOOTPROTO=dhcp\nPEERDNS=no\nDNS1=192.0.2.1\nDOMAIN=example.com\nIPV6INIT=no";
    let used = run(NM, text);
    assert!(used.facts.contains(&"ipv4.dns = [192.0.2.1]".to_owned()) && used.says("S180", "192.0.2.1"));
    let left =
        check(IS, text, &["ipv4.method = auto", "ipv4.ignore_auto_dns = true", "ipv6.method = ignore"]);
    assert!(left.says("S193", "`DNS1=192.0.2.1`") && left.says("S193", "`DOMAIN=example.com`"));
    assert!(
        run(IS, &format!("{text}\nRESOLV_MODS=yes")).facts.contains(&"ipv4.dns = [192.0.2.1]".to_owned())
    );
}

#[test]
fn domains_and_options() {
    check(
        NM,
        "BOOTPROTO=dhcp\nDOMAIN=\"a.com b.com a.com\"\nRES_OPTIONS=\"timeout:1 rotate\"\nIPV6_RES_OPTIONS=",
        &[
            "ipv4.method = auto",
            "ipv4.dns_search = [a.com, b.com]",
            "ipv4.dns_options = [timeout:1, rotate]",
            "ipv6.dns_options = []",
        ],
    );
    assert_eq!(run(NM, "BOOTPROTO=dhcp\nSEARCH=a.com").facts[1], "ipv4.dns_search = [a.com]");
    assert!(run(NM, "BOOTPROTO=dhcp\nSEARCH=a.com\nDOMAIN=b.com").says("S193", "SEARCH=a.com"));
    let v6 = check(NM, "DOMAIN=a.com\nIPV6INIT=yes", &["ipv6.method = auto", "ipv6.dns_search = [a.com]"]);
    assert!(v6.rejected.is_none());
    assert!(
        run(NM, "DOMAIN=a.com\nIPV6INIT=no").rejected.is_some(),
        "search domains beside method `ignore` fail verification"
    );
    let global =
        outcome_of(NM, "BOOTPROTO=dhcp\nRES_OPTIONS=rotate", "RES_OPTIONS=\"rotate edns0\"", Link::default());
    assert_eq!(global.facts[1], "ipv4.dns_options = [rotate, edns0]");
}

#[test]
fn dhcp_names() {
    check(
        NM,
        "BOOTPROTO=dhcp\nDHCP_HOSTNAME=h.example.com\nIPV6INIT=yes",
        &[
            "ipv4.method = auto",
            "ipv4.dhcp_hostname = h.example.com",
            "ipv6.method = auto",
            "ipv6.dhcp_hostname = h.example.com",
        ],
    );
    let fqdn = check(
        NM,
        "BOOTPROTO=dhcp\nDHCP_HOSTNAME=h\nDHCP_FQDN=h.example.com\nDHCP_HOSTNAME_FLAGS=6",
        &["ipv4.method = auto", "ipv4.dhcp_hostname_flags = 6", "ipv4.dhcp_fqdn = h.example.com"],
    );
    assert!(fqdn.says("S182", "DHCP_HOSTNAME=h"));
    for text in ["DHCP_HOSTNAME_FLAGS=6", "DHCP_FQDN=foo", "DHCP_IAID=foo", "DHCP_REJECT_SERVERS=foo"] {
        assert!(run(NM, &format!("BOOTPROTO=dhcp\n{text}")).rejected.is_some(), "{text}");
    }
    assert!(run(IS, "IPADDR=10.0.0.1\nDHCP_HOSTNAME=h").says("S182", "DHCP_HOSTNAME=h"));
}

#[test]
fn values_out_of_range_count_as_absent() {
    let outcome = check(
        NM,
        "BOOTPROTO=dhcp\nIPV4_ROUTE_METRIC=low\nIPV4_DHCP_TIMEOUT=99\nIPV4_LINK_LOCAL=fallback",
        &["ipv4.method = auto", "ipv4.dhcp_timeout = 99", "ipv4.link_local = fallback"],
    );
    assert!(outcome.says("S100", "IPV4_ROUTE_METRIC=low"));
}

#[test]
fn ipv6_methods() {
    for (text, nm, initscripts) in [
        ("IPV6_DISABLED=yes\nIPV6INIT=yes", "disabled", "auto"),
        ("IPV6INIT=no", "ignore", "ignore"),
        ("IPV6INIT=yes", "auto", "auto"),
        ("IPV6INIT=yes\nIPV6_AUTOCONF=shared", "shared", "auto"),
        ("IPV6INIT=yes\nIPV6FORWARDING=yes", "link-local", "link-local"),
        ("IPV6INIT=yes\nIPV6FORWARDING=yes\nIPV6_AUTOCONF=yes", "auto", "auto"),
        ("IPV6INIT=yes\nIPV6_AUTOCONF=no\nDHCPV6C=yes", "dhcp", "dhcp"),
        ("IPV6INIT=yes\nIPV6_AUTOCONF=no", "link-local", "link-local"),
        ("IPV6INIT=yes\nIPV6_AUTOCONF=no\nIPV6ADDR=dead:beaf::1", "manual", "manual"),
    ] {
        for (reader, method) in [(NM, nm), (IS, initscripts)] {
            let outcome = run(reader, text);
            assert!(
                outcome.facts.contains(&format!("ipv6.method = {method}")),
                "{reader:?} {text}: {:?} {:?}",
                outcome.facts,
                outcome.rejected
            );
        }
    }
    let silent = check(NM, "BOOTPROTO=dhcp", &["ipv4.method = auto"]);
    assert!(silent.says("S180", "IPV6INIT"));
    assert!(run(NM, "IPV6INIT=no\nIPV6_AUTOCONF=no").says("S182", "IPV6_AUTOCONF=no"));
    assert!(run(NM, "IPV6INIT=yes\nDHCPV6C=yes").says("S180", "DHCPV6C=yes"));
    assert_eq!(outcome_of(NM, "", "IPV6INIT=yes", Link::default()).facts, ["ipv6.method = auto"]);
}

#[test]
fn ipv6_addresses_and_gateway() {
    let text = "IPV6INIT=yes\nIPV6ADDR=2001:db8::2/64\nIPV6ADDR_SECONDARIES=\"2001:db8::3/56 2001:db8::4\"\nIPV6_DEFAULTGW=fe80::1%eth0";
    let facts = [
        "ipv6.method = auto",
        "ipv6.addresses = [2001:db8::2/64, 2001:db8::3/56, 2001:db8::4/64]",
        "ipv6.gateway = fe80::1",
    ];
    check(NM, text, &facts);
    check(IS, text, &facts);
    assert!(run(NM, "IPV6INIT=yes\nIPV6ADDR=2001:db8::/x").rejected.is_some());
    let off = check(
        NM,
        "IPV6INIT=no\nIPV6ADDR=2001:db8::2/64\nIPV6_DEFAULTGW=2001:db8::1",
        &["ipv6.method = ignore"],
    );
    assert!(off.says("S182", "`IPV6ADDR=2001:db8::2/64`, `IPV6_DEFAULTGW=2001:db8::1`"));
    let lone = "IPV6INIT=yes\nIPV6_DEFAULTGW=2001:db8::1";
    assert!(check(NM, lone, &["ipv6.method = auto"]).says("S190", "IPV6_DEFAULTGW"));
    assert!(
        check(IS, lone, &["ipv6.method = auto", "dst = ::/0", "gateway = 2001:db8::1"]).says("S192", "::/0")
    );
    assert!(run(IS, "IPV6_DEFAULTGW=fe80::1").says("S190", "%DEVICE"));
    assert!(run(IS, "IPV6_DEFAULTGW=fe80::1%eth9").says("S190", "eth9"));
}

#[test]
fn initscripts_take_the_global_ipv6_gateway_where_it_is_reachable() {
    for (gateway, there) in [("2001:db8::1", true), ("2001:db8:1::1", false)] {
        let global = format!("IPV6_DEFAULTGW={gateway}");
        let outcome = outcome_of(IS, "IPV6ADDR=2001:db8::2/64", &global, Link::default());
        assert_eq!(
            outcome.facts.contains(&format!("ipv6.gateway = {gateway}")),
            there,
            "{:?}",
            outcome.facts
        );
    }
}

#[test]
fn the_default_device_of_ipv6() {
    let never = |text, global| {
        outcome_of(NM, text, global, Link::default()).facts.contains(&"ipv6.never_default = true".to_owned())
    };
    assert!(never("", "IPV6_DEFAULTDEV=eth0\nIPV6_DEFAULTGW=2001::1234%eth1"));
    assert!(!never("IPV6_DEFROUTE=no", "IPV6_DEFAULTDEV=eth0"));
    assert!(never("IPV6_DEFROUTE=no", ""));
}

#[test]
fn privacy_generation_and_token() {
    for (text, nm, initscripts) in [
        ("rfc3041", Some(2), Some(2)),
        ("rfc4941", Some(2), None),
        ("yes", Some(2), None),
        ("no", Some(0), None),
        ("x", Some(0), None),
    ] {
        for (reader, value) in [(NM, nm), (IS, initscripts)] {
            let facts = run(reader, &format!("IPV6_PRIVACY={text}")).facts;
            assert_eq!(facts.first().cloned(), value.map(|n| format!("ipv6.ip6_privacy = {n}")), "{text}");
        }
    }
    check(NM, "IPV6_PRIVACY=yes\nIPV6_PRIVACY_PREFER_PUBLIC_IP=yes", &["ipv6.ip6_privacy = 1"]);
    check(
        NM,
        "IPV6_TOKEN=::1\nIPV6INIT=yes",
        &["ipv6.method = auto", "ipv6.addr_gen_mode = eui64", "ipv6.token = ::1"],
    );
    assert!(run(NM, "IPV6_TOKEN=fe80::1\nIPV6INIT=yes").rejected.is_some());
    check(
        NM,
        "IPV6_DISABLED=yes\nIPV6_ADDR_GEN_MODE=eui64",
        &["ipv6.method = disabled", "ipv6.addr_gen_mode = eui64"],
    );
}

#[test]
fn forwarding_is_a_setting_of_initscripts() {
    let outcome = run(IS, "IPV6INIT=yes\nIPV6FORWARDING=yes");
    assert!(outcome.facts.contains(&"ipv6.forwarding = 1".to_owned()), "{:?}", outcome.facts);
}

#[test]
fn ports_have_no_addresses() {
    let port = || Link {
        controller: Some(At::new(
            LinkRef::Name("br0".into()),
            netpivot_model::source::Origin::default_value(),
        )),
        port_type: Some(At::new(PortType::Bridge, netpivot_model::source::Origin::default_value())),
        ..Link::default()
    };
    let outcome = outcome_of(NM, "BOOTPROTO=dhcp\nIPADDR=10.0.0.1\nPREFIX=8\nIPV6INIT=no", "", port());
    let said: Vec<_> = outcome.facts.iter().filter(|f| f.starts_with("ip")).collect();
    assert_eq!(said, ["ipv6.method = disabled"], "what every port does, and no address");
    assert_eq!(outcome.findings.len(), 1);
    assert!(outcome.says("S183", "`IPADDR=10.0.0.1`") && outcome.says("S183", "port of br0"));
    assert!(outcome_of(NM, "IPADDR=x", "", port()).rejected.is_some());
    assert!(outcome_of(NM, "BOOTPROTO=none\nIPV6INIT=no", "", port()).findings.is_empty());
}

#[test]
fn a_rule_file_switches_the_route_table_off() {
    let mut cx = Context::default();
    let assignments = lex(&mut cx, "ifcfg-a", "BOOTPROTO=dhcp\nIPV4_ROUTE_TABLE=7\nIPV6_ROUTE_TABLE=8");
    let source = cx.sources.find("ifcfg-a").unwrap();
    let file = IfcfgFile {
        name: "a",
        path: "ifcfg-a",
        source,
        reader: NM,
        vars: Vars::new(&assignments, NM),
        assignments: &assignments,
    };
    for (rule_files, table) in [(true, None), (false, Some(7))] {
        let mut link = Link::default();
        read(
            Reading {
                file: &file,
                global: &Global::default(),
                rule_files,
                host_reader: Reader::NetworkManager,
            },
            &mut link,
            &mut cx,
        )
        .unwrap();
        assert_eq!(link.ipv4.unwrap().route_table.map(|at| at.value.get()), table);
    }
    assert!(cx.diagnostics.iter().any(|d| d.message.contains("IPV6_ROUTE_TABLE=8")));
}

#[test]
fn a_tunnel_has_no_address_of_a_card() {
    // `ifup-tunnel` and `ifup-sit` look at none of these keys.
    let tunnel = |text: &str, mode| {
        let tunnel = IpTunnel { mode: Some(At::new(mode, Origin::default_value())), ..IpTunnel::default() };
        let kind = At::new(LinkKind::IpTunnel(Box::new(tunnel)), Origin::default_value());
        outcome_of(IS, text, "", Link { kind, ..Link::default() })
    };
    let keys = "BOOTPROTO=none\nIPADDR=10.77.0.1\nPREFIX=24\nGATEWAY=10.77.0.254\nMY_INNER_IPADDR=10.9.0.1/30\nDNS1=192.0.2.53";
    let gre = tunnel(keys, TunnelMode::Gre);
    assert!(gre.facts.contains(&"ipv4.addresses = [10.9.0.1/30]".to_owned()), "{:?}", gre.facts);
    assert!(gre.facts.contains(&"ipv4.dns = [192.0.2.53]".to_owned()), "{:?} {:?}", gre.facts, gre.findings);
    assert!(!gre.facts.iter().any(|fact| fact.starts_with("ipv4.gateway")), "{:?}", gre.facts);
    let told = "`IPADDR=10.77.0.1`, `PREFIX=24`, `GATEWAY=10.77.0.254` are without effect";
    assert!(
        gre.says("S103", told) && !gre.findings.iter().any(|f| f.contains("BOOTPROTO")),
        "{:?}",
        gre.findings
    );
    let sit = tunnel(&keys.replace("none", "dhcp"), TunnelMode::Sit);
    assert!(!sit.facts.iter().any(|fact| fact.starts_with("ipv4.addresses")), "{:?}", sit.facts);
    assert!(sit.says("S103", "`BOOTPROTO=dhcp`"), "{:?}", sit.findings);
}
