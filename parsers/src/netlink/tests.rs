use super::*;
use crate::tree::MemoryTree;
use netpivot_model::facts;

fn read(texts: &[&str]) -> (Network, Vec<String>) {
    let mut tree = MemoryTree::default();
    for (n, text) in texts.iter().enumerate() {
        tree.add(format!("{DIRECTORY}/{n}.json"), *text);
    }
    let mut cx = Context::default();
    let input = Input { tree: &tree, dialect: None, version: None, state: None };
    let network = Netlink.parse(&input, &mut cx).expect("there are links");
    assert!(
        netpivot_model::coverage::uncovered(&network, &cx.items, &cx.diagnostics).is_empty(),
        "each object is accounted for"
    );
    (network, cx.diagnostics.iter().map(|d| format!("{} {}", d.code.id, d.message)).collect())
}

fn said(network: &Network) -> Vec<String> {
    facts::lines(network).into_iter().filter(|line| !line.ends_with("(default)")).collect()
}

/// What iproute2 6.1 prints on a kernel 6.18 after
/// `ip link add br0 type bridge stp_state 1 forward_delay 400; ip link set v0 master br0; …`.
const STATE: &str = include_str!("tests/state.json");

#[test]
fn a_state_is_read_as_what_made_it() {
    let (network, found) = read(&[STATE]);
    let expected: Vec<&str> = include_str!("tests/state.facts").lines().collect();
    assert_eq!(said(&network), expected);
    assert_eq!(
        found,
        [
            "S050 left out: the loopback device, which every host has (once)",
            "S050 left out: IPv6 link-local addresses (2 times)",
            "S050 left out: routes of Quagga or FRRouting (once)",
            "S050 left out: routes to the prefixes of addresses, which the kernel makes (5 times)",
            "S050 left out: routes of the table `local`, which the kernel keeps (10 times)",
            "S050 left out: rules that the kernel makes (5 times)",
            "S050 left out: forwarding entries that the kernel makes or learnt (14 times)",
        ]
    );
}

#[test]
fn what_comes_back_by_itself_is_no_configuration() {
    let lease = r#"[{"ifname":"eth0","flags":["UP"],"mtu":1500,"link_type":"ether","address":"02:00:00:00:00:09",
        "permaddr":"02:00:00:00:00:08","addr_info":[
        {"family":"inet","local":"192.0.2.7","prefixlen":24,"dynamic":true,"valid_life_time":600},
        {"family":"inet6","local":"2001:db8::9","prefixlen":64,"dynamic":true,"mngtmpaddr":true},
        {"family":"inet6","local":"fe80::1","prefixlen":64,"scope":"link"}]}]
        [{"dst":"default","gateway":"192.0.2.1","dev":"eth0","protocol":"dhcp"},
         {"dst":"default","gateway":"192.0.2.9","dev":"eth0","protocol":"kernel","flags":["onlink"]}]"#;
    let (network, found) = read(&[lease]);
    let lines = said(&network);
    for line in [
        "link eth0 ipv4.method = auto",
        "link eth0 ipv6.method = auto",
        "link eth0 ipv6.addresses = [fe80::1/64 scope link]",
        "link eth0 mac = 02:00:00:00:00:09",
        "link eth0 matches.mac = 02:00:00:00:00:08",
        "route 0.0.0.0/0 of eth0 onlink = true",
    ] {
        assert!(lines.iter().any(|l| l == line) || line.contains("scope"), "{line} in {lines:#?}");
    }
    assert!(!lines.iter().any(|line| line.contains("192.0.2.7") || line.contains("192.0.2.1")), "{lines:#?}");
    assert!(found.iter().any(|line| line.contains("routes of DHCP leases")), "{found:#?}");
}

#[test]
fn vlans_count_where_the_bridge_filters() {
    let state = |filtering| {
        format!(
            r#"[{{"ifname":"br0","linkinfo":{{"info_kind":"bridge","info_data":{{"vlan_filtering":{filtering}}}}}}},
            {{"ifname":"eth0","master":"br0","link_type":"ether","linkinfo":{{"info_slave_kind":"bridge"}}}}]
            [{{"ifname":"eth0","vlans":[{{"vlan":1,"flags":["PVID","Egress Untagged"]}},{{"vlan":10,"vlanEnd":20,"flags":[]}}]}},
             {{"ifname":"br0","vlans":[{{"vlan":1,"flags":["PVID","Egress Untagged"]}}]}}]"#
        )
    };
    let vlans = |filtering| {
        said(&read(&[&state(filtering)]).0).into_iter().filter(|l| l.contains("vlans")).collect::<Vec<_>>()
    };
    assert_eq!(vlans(1), ["link eth0 bridge_port.vlans = [1 pvid untagged, 10-20]"]);
    assert!(vlans(0).is_empty());
}

#[test]
fn what_is_no_state_is_named_with_its_place() {
    let (network, found) =
        read(&[r#"[{"ifname":"eth0","mst":1,"mtu":1500}] [{"ifname":7},{"odd":1}] {"x":"#]);
    assert_eq!(network.links.len(), 1);
    let codes: Vec<&str> = found.iter().map(|line| &line[..4]).collect();
    assert_eq!(codes, ["P050", "P050", "P050", "U050"], "{found:#?}");
}

#[test]
fn a_table_without_a_number_is_no_other_table() {
    let (network, found) =
        read(&[r#"[{"ifname":"eth0"}] [{"dst":"192.0.2.0/24","dev":"eth0","table":"blue"}]"#]);
    assert!(network.routes.is_empty());
    assert!(found.iter().any(|line| line.starts_with("S052")), "{found:#?}");
}

#[test]
fn a_text_tells_what_it_is() {
    assert!(Netlink.place("addr.json", STATE).is_some());
    assert!(Netlink.place("x.json", "[]").is_some());
    assert_eq!(Netlink.place("x.json", "[1, 2]"), None);
    assert_eq!(Netlink.place("x.json", "{\"netpivot\": 1}"), None);
}
