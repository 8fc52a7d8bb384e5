use super::*;
use netpivot_model::source::Origin;

/// `-s 10.1.0.0/24 -o eth0 -p tcp -j MASQUERADE --to-ports 5000-6000`, as far as libvirt has words for it.
fn rule(text: &str) -> Nat {
    let words: Vec<&str> = text.split(' ').collect();
    let after = |name: &str| words.iter().position(|word| *word == name).map(|n| words[n + 1]);
    let said = |name: &str| after(name).map(|text| At::new(text.to_owned(), Origin::default_value()));
    let net =
        |name: &str| after(name).map(|text| At::new(text.parse::<IpNet>().unwrap(), Origin::default_value()));
    let v6 = net("-s").is_some_and(|at| at.value.addr().is_ipv6());
    let action = match after("-j").unwrap() {
        "MASQUERADE" => NatAction::Masquerade,
        "SNAT" => NatAction::Snat,
        "ACCEPT" => NatAction::Accept,
        other => panic!("{other}"),
    };
    Nat {
        family: Some(At::new(if v6 { Family::V6 } else { Family::V4 }, Origin::default_value())),
        action: Some(At::new(action, Origin::default_value())),
        source: net("-s"),
        destination: net("-d"),
        not_destination: words.contains(&"!").then(|| At::new(true, Origin::default_value())),
        out_interface: said("-o"),
        protocol: said("-p"),
        to: said("--to-source"),
        to_ports: said("--to-ports"),
        ..Nat::default()
    }
}

fn adopted(nets: &str, rules: &[&str]) -> String {
    let nets: Vec<IpNet> = nets.split(' ').map(|net| net.parse().unwrap()).collect();
    let rules: Vec<Nat> = rules.iter().map(|text| rule(text)).collect();
    let rules: Vec<(usize, &Nat)> = rules.iter().enumerate().collect();
    let Some(found) = adopt(&rules, &nets) else { return "none".to_owned() };
    let Adopted { translation: Translation { addresses, ports, ipv6 }, dev, rules } = found;
    let word = |name: &str, value: Option<String>| {
        value.map(|value| format!("{name} {value}; ")).unwrap_or_default()
    };
    let taken: Vec<String> = rules.iter().map(|(n, _)| n.to_string()).collect();
    format!(
        "{}{}{}{}rules {}",
        word("dev", dev),
        word("address", addresses),
        word("port", ports),
        word("ipv6", ipv6.then(|| "yes".to_owned())),
        taken.join(" ")
    )
}

const A: &str = "-s 10.1.0.0/24 -j MASQUERADE";
const B: &str = "-s 10.2.0.0/24 -j MASQUERADE";
const SIX: &str = "-s fd00:1::/64 -j MASQUERADE";
const ONE: &str = "10.1.0.1/24";
const BOTH: &str = "10.1.0.1/24 10.2.0.1/24";

#[test]
fn all_networks_of_a_family_are_translated_alike_or_none() {
    assert_eq!(adopted(ONE, &[A]), "rules 0");
    assert_eq!(adopted(ONE, &["-s 10.1.0.0/24 -d 10.1.0.0/24 ! -j MASQUERADE"]), "rules 0");
    assert_eq!(adopted(ONE, &["-s 10.1.0.0/24 -d 10.9.0.0/24 ! -j MASQUERADE"]), "none");
    assert_eq!(adopted(BOTH, &[A]), "none");
    assert_eq!(adopted(BOTH, &[A, B]), "rules 0 1");
    assert_eq!(adopted(BOTH, &["-s 10.0.0.0/8 -j MASQUERADE"]), "rules 0");
    assert_eq!(adopted(BOTH, &[A, "-s 10.2.0.0/24 -o eth0 -j MASQUERADE"]), "none");
    assert_eq!(adopted("10.1.0.1/24 fd00:1::1/64", &[A]), "rules 0");
    assert_eq!(adopted("10.1.0.1/24 fd00:1::1/64", &[A, SIX]), "ipv6 yes; rules 0 1");
    assert_eq!(adopted("10.1.0.1/24 fd00:1::1/64", &[SIX]), "none");
    assert_eq!(adopted("10.1.0.1/24 fd00:1::1/64 fd00:2::1/64", &[A, SIX]), "rules 0");
    assert_eq!(adopted("fd00:1::1/64", &[SIX]), "ipv6 yes; rules 0");
}

#[test]
fn one_form_is_chosen_and_what_it_includes_goes_with_it() {
    let to = |dev: &str, address: &str| format!("-s 10.1.0.0/24 -o {dev} -j SNAT --to-source {address}");
    let (first, second) = (to("eth0", "203.0.113.1"), to("eth1", "198.51.100.1"));
    assert_eq!(adopted(ONE, &[&first, &second]), "dev eth0; address 203.0.113.1; rules 0");
    let dev = "-s 10.1.0.0/24 -o eth0 -j MASQUERADE";
    assert_eq!(adopted(ONE, &[dev, "-s 10.1.0.0/24 -o eth1 -j MASQUERADE"]), "dev eth0; rules 0");
    assert_eq!(adopted(ONE, &[dev, A]), "rules 0 1");
    assert_eq!(adopted(ONE, &[&first, A]), "dev eth0; address 203.0.113.1; rules 0");
}

#[test]
fn ports_are_those_of_tcp_and_udp() {
    let part = |protocol: &str, ports: &str| {
        format!("-s 10.1.0.0/24 -p {protocol} -j MASQUERADE --to-ports {ports}")
    };
    let (tcp, udp) = (part("tcp", "5000-6000"), part("udp", "5000-6000"));
    assert_eq!(adopted(ONE, &[&tcp, &udp, A]), "port 5000-6000; rules 0 1 2");
    assert_eq!(adopted(ONE, &[&tcp, A]), "rules 1");
    assert_eq!(adopted(ONE, &[&tcp, &part("udp", "7000-8000"), A]), "rules 2");
    assert_eq!(adopted(ONE, &[&part("tcp", PORTS), &part("udp", PORTS), A]), "rules 0 1 2");
    assert_eq!(adopted(ONE, &[&tcp, &udp]), "none");
    assert_eq!(adopted(ONE, &["-s 10.1.0.0/24 -p icmp -j MASQUERADE", A]), "rules 1");
    let to =
        |protocol: &str| format!("-s 10.1.0.0/24 -p {protocol} -j SNAT --to-source 203.0.113.1:5000-6000");
    let all = "-s 10.1.0.0/24 -j SNAT --to-source 203.0.113.1";
    assert_eq!(
        adopted(ONE, &[&to("tcp"), &to("udp"), all]),
        "address 203.0.113.1; port 5000-6000; rules 0 1 2"
    );
    assert_eq!(adopted(ONE, &["-s 10.1.0.0/24 -d 224.0.0.0/24 -j ACCEPT", A]), "rules 0 1");
    assert_eq!(adopted(ONE, &["-s 10.1.0.0/24 -d 192.0.2.0/24 -j ACCEPT", A]), "rules 1");
}
