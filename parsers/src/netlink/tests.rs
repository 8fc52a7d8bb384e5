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
    assert_eq!(vlans(1), ["link eth0 bridge_port.vlans = [10-20]"]);
    assert!(vlans(0).is_empty());
}

#[test]
fn a_tunnel_says_what_its_kind_does_not() {
    let state = r#"[{"ifname":"d0","mtu":1500,"link_type":"ether","linkinfo":{"info_kind":"dummy"}},
        {"ifname":"t1","link":"d0","mtu":1400,"link_type":"ipip","linkinfo":{"info_kind":"ipip",
            "info_data":{"ttl":0,"pmtudisc":true,"link":"d0","remote":"192.0.2.6"}}},
        {"ifname":"t2","link":"d0","mtu":1472,"link_type":"gre","linkinfo":{"info_kind":"gre",
            "info_data":{"ttl":9,"pmtudisc":false,"ikey":"0.0.0.7","okey":"0.0.0.7","link":"d0","remote":"192.0.2.6"}}},
        {"ifname":"t3","link":"d0","mtu":1434,"link_type":"ether","linkinfo":{"info_kind":"ip6gretap",
            "info_data":{"ttl":64,"encap_limit":4,"link":"d0","remote":"2001:db8::7"}}},
        {"ifname":"g1","mtu":1500,"link_type":"ether","linkinfo":{"info_kind":"geneve",
            "info_data":{"id":9,"remote":"192.0.2.9","ttl":0,"tos":0,"df":"unset","port":6081}}}]"#;
    let lines = said(&read(&[state]).0);
    let of = |field: &str| lines.iter().filter(|line| line.contains(field)).cloned().collect::<Vec<_>>();
    assert_eq!(of(" mtu"), ["link t1 mtu = 1400"]);
    assert_eq!(of("ttl"), ["link t2 ip_tunnel.ttl = 9"]);
    assert_eq!(of("pmtudisc"), ["link t2 ip_tunnel.pmtudisc = false"]);
    assert_eq!(of("encap_limit"), [""; 0]);
    assert_eq!(
        of("geneve"),
        ["link g1 geneve.id = 9", "link g1 geneve.remote = 192.0.2.9", "link g1 kind = geneve"]
    );
}

#[test]
fn a_bridge_whose_topology_changes_does_not_tell_how_long_it_remembers() {
    let bridge = |name: &str, changes: u8| {
        format!(
            r#"{{"ifname":"{name}","linkinfo":{{"info_kind":"bridge",
            "info_data":{{"forward_delay":400,"ageing_time":800,"topology_change":{changes}}}}}}}"#
        )
    };
    let lines = said(&read(&[&format!("[{},{}]", bridge("br0", 1), bridge("br1", 0))]).0);
    let times: Vec<_> = lines.iter().filter(|line| line.contains("ageing_time")).collect();
    assert_eq!(times, ["link br1 bridge.ageing_time = 800"]);
}

#[test]
fn entries_are_told_from_those_that_the_kernel_makes_beside_them() {
    let state = r#"[{"ifname":"d0","link_type":"ether","address":"02:00:00:00:00:01"}]
        [{"dst":"192.0.2.78","dev":"d0","lladdr":"02:00:00:00:00:78","state":["NOARP"]},
         {"dst":"192.0.2.79","dev":"d0","lladdr":"02:00:00:00:00:01","state":["NOARP"]},
         {"dst":"192.0.2.255","dev":"d0","lladdr":"ff:ff:ff:ff:ff:ff","state":["NOARP"]},
         {"dst":"ff02::1","dev":"d0","lladdr":"33:33:00:00:00:01","state":["NOARP"]}]
        [{"mac":"02:00:00:00:00:77","ifname":"d0","master":"br0","flags":["sticky"],"state":"static"},
         {"mac":"02:00:00:00:00:77","ifname":"d0","master":"br0","vlan":1,"flags":[],"state":"static"},
         {"mac":"02:00:00:00:00:76","ifname":"d0","master":"br0","vlan":7,"flags":[],"state":"static"}]"#;
    let lines = said(&read(&[state]).0);
    let entries: Vec<_> = lines.iter().filter(|line| !line.starts_with("link ")).collect();
    assert_eq!(
        entries,
        [
            "forwarding entry 02:00:00:00:00:76 of d0 lladdr = 02:00:00:00:00:76",
            "forwarding entry 02:00:00:00:00:76 of d0 master = true",
            "forwarding entry 02:00:00:00:00:76 of d0 state = static",
            "forwarding entry 02:00:00:00:00:76 of d0 vlan = 7",
            "forwarding entry 02:00:00:00:00:77 of d0 flags = sticky",
            "forwarding entry 02:00:00:00:00:77 of d0 lladdr = 02:00:00:00:00:77",
            "forwarding entry 02:00:00:00:00:77 of d0 master = true",
            "forwarding entry 02:00:00:00:00:77 of d0 state = static",
            "neighbour 192.0.2.78 of d0 dst = 192.0.2.78",
            "neighbour 192.0.2.78 of d0 lladdr = 02:00:00:00:00:78",
            "neighbour 192.0.2.78 of d0 state = noarp",
        ]
    );
}

#[test]
fn routes_of_other_types_are_somebodys_unless_the_kernel_says_that_they_are_its_own() {
    let state = r#"[{"ifname":"d0","link_type":"ether"},{"ifname":"lo","link_type":"loopback"}]
        [{"type":"local","dst":"10.18.0.0/16","dev":"d0","table":"200","scope":"host"},
         {"type":"broadcast","dst":"10.19.255.255","dev":"d0","table":"200","scope":"link"},
         {"type":"multicast","dst":"239.0.0.0/8","dev":"d0","table":"200","scope":"link"},
         {"type":"anycast","dst":"2001:db8:17::1","dev":"d0","table":"local","metric":1024,"pref":"medium"},
         {"type":"local","dst":"2001:db8:15::/48","dev":"lo","table":"100","metric":1024,"pref":"medium"},
         {"dst":"10.20.0.0/16","dev":"d0","scope":"link","metrics":[{"congctl":"cubic"}]},
         {"type":"anycast","dst":"fe80::","dev":"d0","table":"local","protocol":"kernel","metric":0},
         {"type":"multicast","dst":"ff00::/8","dev":"d0","table":"local","metric":256},
         {"type":"local","dst":"192.0.2.1","dev":"d0","table":"local","protocol":"kernel","scope":"host"}]"#;
    let lines = said(&read(&[state]).0);
    let routes: Vec<_> = lines.iter().filter(|line| line.starts_with("route ")).collect();
    assert_eq!(
        routes,
        [
            "route 10.18.0.0/16 table 200 of d0 dst = 10.18.0.0/16",
            "route 10.18.0.0/16 table 200 of d0 route_type = local",
            "route 10.18.0.0/16 table 200 of d0 table = 200",
            "route 10.19.255.255/32 table 200 of d0 dst = 10.19.255.255/32",
            "route 10.19.255.255/32 table 200 of d0 route_type = broadcast",
            "route 10.19.255.255/32 table 200 of d0 table = 200",
            "route 10.20.0.0/16 of d0 attributes = [congctl cubic]",
            "route 10.20.0.0/16 of d0 dst = 10.20.0.0/16",
            "route 2001:db8:15::/48 table 100 of lo dst = 2001:db8:15::/48",
            "route 2001:db8:15::/48 table 100 of lo route_type = local",
            "route 2001:db8:15::/48 table 100 of lo table = 100",
            "route 2001:db8:17::1/128 of d0 dst = 2001:db8:17::1/128",
            "route 2001:db8:17::1/128 of d0 route_type = anycast",
            "route 239.0.0.0/8 table 200 of d0 dst = 239.0.0.0/8",
            "route 239.0.0.0/8 table 200 of d0 route_type = multicast",
            "route 239.0.0.0/8 table 200 of d0 table = 200",
        ]
    );
}

#[test]
fn ipv6_is_off_whoever_makes_the_addresses_and_its_mtu_is_said_where_it_is_smaller() {
    let state = r#"[{"ifname":"d0","mtu":1500,"inet6_addr_gen_mode":"none","ipv6":{"disable_ipv6":1,"accept_ra":0}},
        {"ifname":"d1","mtu":1500,"inet6_addr_gen_mode":"none","ipv6":{"disable_ipv6":0,"accept_ra":0}},
        {"ifname":"d2","mtu":1500,"inet6_addr_gen_mode":"eui64","ipv6":{"mtu":1400}},
        {"ifname":"d3","mtu":1450,"inet6_addr_gen_mode":"eui64","ipv6":{"mtu":1500}}]"#;
    let lines = said(&read(&[state]).0);
    let own: Vec<_> =
        lines.iter().filter(|line| line.contains("ipv6.m") || line.contains("accept_ra")).collect();
    assert_eq!(own, ["link d0 ipv6.method = disabled", "link d2 ipv6.mtu = 1400"]);
}

#[test]
fn a_link_learns_of_its_lower_one_in_another_namespace() {
    let state = r#"{"netpivot-capture":1,"namespaces":[
        {"name":"","links":[{"ifname":"d0","ifindex":2,"mtu":9000,"link_type":"ether","address":"02:00:00:00:00:01"}],
         "fdb":[{"mac":"02:00:00:00:00:05","ifname":"d0","flags":["self"],"state":"permanent"}]},
        {"name":"n1","links":[{"ifname":"mv0","ifindex":7,"link_index":2,"link_netnsid":0,"link_netns":"","mtu":9000,
         "link_type":"ether","address":"02:00:00:00:00:05","linkinfo":{"info_kind":"macvlan","info_data":{"mode":"vepa"}}}]}]}"#;
    let lines = said(&read(&[state]).0);
    for fact in ["link mv0 macvlan.parent = d0", "link mv0 link_netns = "] {
        assert!(lines.iter().any(|line| line == fact), "{lines:#?}");
    }
    assert!(
        !lines.iter().any(|line| line.contains("mv0 mtu") || line.starts_with("forwarding")),
        "{lines:#?}"
    );
}

#[test]
fn a_tunnel_has_its_lower_link_where_it_was_made() {
    let state = |space: &str, lower: &str| {
        format!(
            r#"{{"netpivot-capture":1,"namespaces":[
        {{"name":"","links":[{{"ifname":"d0","ifindex":2,"link_type":"ether"}}]}},
        {{"name":"n1","links":[{{"ifname":"own","ifindex":2,"link_type":"ether"}},{{"ifname":"vx0","ifindex":7,"link_index":7,
         "link_netnsid":0,{space}"link_type":"ether","linkinfo":{{"info_kind":"vxlan","info_data":{{"id":5,"port":4789,"link":"{lower}"}}}}}}]}}]}}"#
        )
    };
    let (network, found) = read(&[&state(r#""link_netns":"","#, "if2")]);
    let lines = said(&network);
    for fact in ["link vx0 vxlan.parent = d0", "link vx0 link_netns = "] {
        assert!(lines.iter().any(|line| line == fact), "{lines:#?}");
    }
    assert!(!found.iter().any(|line| line.starts_with("S051")), "{found:#?}");
    // The name that the number has in the tunnel's own namespace, and a namespace that nobody showed.
    for (space, lower) in [(r#""link_netns":"","#, "own"), (r#""link_netns":"gone","#, "if2"), ("", "if2")] {
        let (network, found) = read(&[&state(space, lower)]);
        assert!(!said(&network).iter().any(|line| line.contains("vxlan.parent")), "{network:#?}");
        assert!(found.iter().any(|line| line.starts_with("S051")), "{found:#?}");
    }
}

#[test]
fn wireguard_in_a_namespace_may_send_from_another() {
    let state = |name: &str| {
        format!(
            r#"{{"netpivot-capture":1,"namespaces":[{{"name":"","links":[]}},
        {{"name":"{name}","links":[{{"ifname":"wg0","ifindex":7,"linkinfo":{{"info_kind":"wireguard"}}}}]}}]}}"#
        )
    };
    let is_told = |name| read(&[&state(name)]).1.iter().any(|line| line.starts_with("S051 `wg0`"));
    assert!(is_told("n1") && !is_told(""));
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

#[test]
fn plain_text_is_read_beside_what_tells_the_kinds() {
    // An older `ip address` without `-d`, and brctl, which tells the bridge.
    let addresses = "2: eth0: <BROADCAST,UP> mtu 1500 qdisc mq state UP qlen 1000\n    link/ether 52:54:00:00:00:01 brd ff:ff:ff:ff:ff:ff\n\
        3: br0: <BROADCAST,UP> mtu 1500 qdisc noqueue state UP \n    link/ether 52:54:00:00:00:01 brd ff:ff:ff:ff:ff:ff\n    inet 192.0.2.7/24 brd 192.0.2.255 scope global dynamic br0\n       valid_lft 300sec preferred_lft 300sec\n\
        4: v0@if5: <BROADCAST> mtu 1500 qdisc noop state DOWN\n    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff link-netnsid 0\n    veth\n";
    let bridges = "bridge name\tbridge id\t\tSTP enabled\tinterfaces\nbr0\t\t8000.525400000001\tyes\t\teth0\n\t\t\t\t\t\t\teth1\n";
    let (network, found) = read(&[addresses, bridges]);
    let lines = said(&network);
    for line in [
        "link br0 kind = bridge",
        "link br0 bridge.stp = true",
        "link br0 ipv4.method = auto",
        "link eth0 controller = br0",
        "link eth0 port_type = bridge",
        "link eth1 controller = br0",
    ] {
        assert!(lines.iter().any(|l| l == line), "{line} in {lines:#?}");
    }
    assert!(found.iter().any(|line| line.starts_with("S054") && line.ends_with("(v0)")), "{found:#?}");
}

#[test]
fn a_text_of_another_program_is_none_of_the_kernel() {
    for text in [
        "10.0.0.0/8 via 192.0.2.1 dev eth0\n",
        "default 192.0.2.254\n",
        "auto eth0\niface eth0 inet dhcp\n",
        "DEVICE=eth0\n",
        "ip link add br0 type bridge\n",
        "from 192.0.2.1 table 100\n",
    ] {
        assert_eq!(Netlink.place("route-eth0", text), None, "{text}");
    }
    for text in [
        "1: lo: <LOOPBACK> mtu 65536\n",
        "default via 192.0.2.1 dev eth0\n192.0.2.0/24 dev eth0 proto kernel scope link\n",
        "0:\tfrom all lookup local\n",
        "port\tvlan ids\nbr0\t 1 PVID Egress Untagged\n",
    ] {
        assert!(Netlink.place("-", text).is_some(), "{text}");
    }
}

#[test]
fn a_lease_may_have_no_lifetime() {
    let lease = r#"[{"ifname":"eth0","addr_info":[{"family":"inet","local":"192.0.2.7","prefixlen":24}]}]
        [{"dst":"default","gateway":"192.0.2.1","dev":"eth0","protocol":"16"}]"#;
    let lines = said(&read(&[lease]).0);
    assert!(lines.contains(&"link eth0 ipv4.method = auto".to_owned()), "{lines:#?}");
    assert!(!lines.iter().any(|line| line.contains("192.0.2.7")));
}

#[test]
fn a_route_that_networkmanager_moved_is_no_flag_of_its_address() {
    let address = r#"[{"ifname":"eth0","addr_info":[{"family":"inet","local":"192.0.2.7","prefixlen":24,"noprefixroute":true},
        {"family":"inet","local":"198.51.100.7","prefixlen":24,"noprefixroute":true}]}]
        [{"dst":"192.0.2.0/24","dev":"eth0","protocol":"kernel","metric":100}]"#;
    let lines = said(&read(&[address]).0);
    let expected = "link eth0 ipv4.addresses = [192.0.2.7/24, 198.51.100.7/24 noprefixroute]";
    assert!(lines.contains(&expected.to_owned()), "{lines:#?}");
}

#[test]
fn deleted_rules_of_the_kernel_are_told() {
    let rule = |family: &str, priority: u32, table: &str| {
        format!(r#"{{"family":"{family}","priority":{priority},"src":"all","table":"{table}"}}"#)
    };
    let both = |without: u32| {
        let all = [
            ("inet", 0, "local"),
            ("inet", 32766, "main"),
            ("inet", 32767, "default"),
            ("inet6", 0, "local"),
            ("inet6", 32766, "main"),
        ];
        let kept = all.iter().filter(|(family, priority, _)| (*family, *priority) != ("inet", without));
        let rules: Vec<String> =
            kept.map(|(family, priority, table)| rule(family, *priority, table)).collect();
        let state = format!(
            r#"{{"netpivot-capture":1,"namespaces":[{{"name":"","links":[{{"ifname":"eth0"}}],"rules":[{}]}}]}}"#,
            rules.join(",")
        );
        read(&[&state]).1.into_iter().filter(|line| line.starts_with("S056")).collect::<Vec<String>>()
    };
    assert!(both(1).is_empty());
    for (priority, table) in [(0, "local"), (32767, "default")] {
        let told = both(priority);
        assert_eq!(told.len(), 1, "{told:#?}");
        assert!(
            told[0].contains(&format!("rule {priority} of `ip -4 rule`, which leads to the table `{table}`")),
            "{told:#?}"
        );
    }
}

#[test]
fn rules_of_programs_are_told() {
    let rules = r#"[{"ifname":"eth0"}] [{"priority":0,"src":"all","table":"local"},
        {"priority":5210,"src":"all","fwmark":"0x80000","fwmask":"0xff0000","table":"main"},
        {"priority":32764,"src":"all","table":"main","suppress_prefixlen":0},
        {"not":null,"priority":32765,"src":"all","fwmark":"0xca6c","table":"51820"},
        {"priority":300,"not":null,"src":"10.0.0.0","srclen":8,"table":"main","suppress_prefixlen":0}]"#;
    let (network, found) = read(&[rules]);
    assert_eq!(network.rules.len(), 1);
    assert!(found.contains(&"S050 left out: rules of Tailscale (once)".to_owned()), "{found:#?}");
    assert!(found.contains(&"S050 left out: rules of wg-quick (2 times)".to_owned()), "{found:#?}");
}

#[test]
fn flags_of_neighbours_are_printed_without_a_value() {
    let state = r#"[{"ifname":"br0","link_type":"ether"}] [{"dst":"192.0.2.88","dev":"br0","proxy":null},
        {"dst":"192.0.2.89","dev":"br0","lladdr":"02:00:00:00:00:89","router":null,"state":["PERMANENT"]}]"#;
    let (network, _) = read(&[state]);
    assert!(network.routes.is_empty());
    let lines = said(&network);
    for line in ["neighbour 192.0.2.88 of br0 proxy = true", "neighbour 192.0.2.89 of br0 router = true"] {
        assert!(lines.iter().any(|l| l == line), "{line} in {lines:#?}");
    }
}

#[test]
fn what_would_mean_something_else_is_a_loss() {
    let state = r#"[{"ifname":"vx1","link_type":"ether","linkinfo":{"info_kind":"vxlan",
        "info_data":{"external":true,"id":0,"port":4789,"learning":false}}}]
        [{"dst":"10.5.0.0/16","encap":"mpls","dev":"vx1"},
         {"dst":"10.6.0.0/16","nexthops":[{"encap":"ip","gateway":"192.0.2.2","dev":"vx1"},{"gateway":"192.0.2.3","dev":"vx1"}]}]"#;
    let (network, found) = read(&[state]);
    assert!(network.routes.is_empty());
    let lines = said(&network);
    assert!(lines.contains(&"link vx1 kind = unsupported".to_owned()), "{lines:#?}");
    assert!(!lines.iter().any(|line| line.contains("vxlan.")), "{lines:#?}");
    assert_eq!(found.iter().filter(|line| line.starts_with("S056")).count(), 3, "{found:#?}");
}

#[test]
fn what_is_not_as_the_kernel_makes_it_is_told() {
    let state = r#"[{"ifname":"v1","link_type":"ether","flags":["BROADCAST","NOARP","ALLMULTI","UP"],"txqlen":0,
            "gso_max_size":1000,"tso_max_size":65536,"gro_max_size":1000,"inet6_addr_gen_mode":"none",
            "linkinfo":{"info_kind":"veth"},"addr_info":[{"family":"inet","local":"192.0.2.7","prefixlen":24,"deprecated":true,
            "valid_life_time":4294967295,"preferred_life_time":4294967295}]},
        {"ifname":"v2","link_type":"ether","flags":["BROADCAST","MULTICAST"],"txqlen":1000,
            "gso_max_size":65536,"tso_max_size":524280,"gro_max_size":65536,"linkinfo":{"info_kind":"veth"}},
        {"ifname":"vx","link_type":"ether","linkinfo":{"info_kind":"vxlan",
            "info_data":{"id":7,"df":"set","udp_csum":false,"localbypass":true}}},
        {"ifname":"mv","link_type":"ether","linkinfo":{"info_kind":"macvlan",
            "info_data":{"mode":"source","bcqueuelen":2000,"macaddr_count":1,"macaddr_data":["02:00:00:00:00:07"]}}}]
        [{"dst":"10.9.0.0/16","dev":"v1","metrics":[{"congestion":"cubic","rto_min":50,"lock_rto_min":true}]}]
        [{"dst":"192.0.2.9","dev":"v1","lladdr":"02:00:00:00:00:09","state":["PERMANENT"],"extern_learn":null}]"#;
    let (network, found) = read(&[state]);
    let told: Vec<&str> =
        found.iter().filter_map(|line| line.strip_prefix("U050 the kernel's `")?.split('`').next()).collect();
    let mut told = told;
    told.sort_unstable();
    let expected = [
        "addrgenmode none",
        "allmulticast on",
        "arp off",
        "bcqueuelen",
        "df",
        "extern_learn",
        "gro_max_size",
        "gso_max_size",
        "macaddr_data",
        "multicast off",
        "udp_csum",
    ];
    assert_eq!(told, expected);
    let lines = said(&network);
    for line in [
        "link v1 attributes.tx_queue_length = 0",
        "link v1 ipv4.addresses = [192.0.2.7/24 preferred_lft 0]",
        "route 10.9.0.0/16 of v1 attributes = [congctl cubic]",
        "route 10.9.0.0/16 of v1 rto_min = 50",
    ] {
        assert!(lines.iter().any(|l| l == line), "{line} in {lines:#?}");
    }
}

#[test]
fn all_keeps_the_routes_of_programs() {
    let state = r#"[{"ifname":"eth0","link_type":"ether"}] [{"dst":"10.1.0.0/16","gateway":"192.0.2.1","dev":"eth0","protocol":"bird"},
        {"dst":"default","gateway":"192.0.2.1","dev":"eth0","protocol":"dhcp"},
        {"dst":"192.0.2.0/24","dev":"eth0","protocol":"kernel"},{"dst":"10.2.0.0/16","dev":"eth0","protocol":"ra"}]"#;
    let mut tree = MemoryTree::default();
    tree.add(format!("{DIRECTORY}/state.json"), state);
    let routes = |dialect| {
        let input = Input { tree: &tree, dialect, version: None, state: None };
        let network = Netlink.parse(&input, &mut Context::default()).expect("there are links");
        let of = |route: &Owned<netpivot_model::route::Route>| {
            route.item.protocol.as_ref().map(|at| at.value.clone())
        };
        network.routes.iter().filter_map(of).collect::<Vec<_>>()
    };
    assert_eq!(routes(Some(ALL)), ["bird", "dhcp"]);
    assert!(routes(None).is_empty());
}

#[test]
fn a_rule_leads_to_another_one_that_may_be_missing() {
    let rules = r#"[{"ifname":"eth0"}] [{"priority":506,"src":"10.0.0.0","srclen":8,"goto":600},
        {"priority":507,"src":"all","goto":999,"unresolved":null}]"#;
    let (network, found) = read(&[rules]);
    let lines = said(&network);
    for line in ["rule 506 of the host action = goto", "rule 507 of the host action = goto"] {
        assert!(lines.iter().any(|l| l == line), "{line} in {lines:#?}");
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// What a kernel 6.1 with the links of `tests/live/kinds.sh` says in three ways: by iproute2 6.1 with `-j` and without, and
/// in a capture.
macro_rules! kinds {
    ($($name:literal),*) => {
        [$(($name, include_str!(concat!("tests/kinds/", $name)))),*]
    };
}

fn read_files(files: &[(&str, &str)]) -> Vec<String> {
    let mut tree = MemoryTree::default();
    for (name, text) in files {
        assert!(Netlink.place(name, text).is_some(), "{name} tells what it is");
        tree.add(format!("{DIRECTORY}/{name}"), *text);
    }
    let mut cx = Context::default();
    let input = Input { tree: &tree, dialect: None, version: None, state: None };
    let network = Netlink.parse(&input, &mut cx).expect("there are links");
    let wrong: Vec<&Diagnostic> = cx.diagnostics.iter().filter(|found| found.code.id == "P050").collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(netpivot_model::coverage::uncovered(&network, &cx.items, &cx.diagnostics).is_empty());
    said(&network)
}

#[test]
fn three_outputs_of_one_kernel_say_the_same() {
    let json = read_files(&kinds!("address.json", "route.json", "rule4.json", "rule6.json", "vlan.json"));
    let text = read_files(&kinds!(
        "ip_-d_address",
        "ip_route_show_table_all",
        "ip_-4_rule_list",
        "ip_-6_rule_list",
        "bridge_-d_vlan_show"
    ));
    assert_eq!(json, text);
    assert_eq!(json, read_files(&kinds!("capture.json")));
    for line in [
        "link b8 bond.ad_actor_system = 02:00:00:00:00:99",
        "link bt bond.arp_ip_target = [10.9.0.7, 10.9.0.8]",
        "link d0.q vlan.egress_qos_map = [1:2, 3:4]",
        "link d3 port_type = vrf",
        "link d4 bridge_port.vlans = [10-20, 30 pvid untagged]",
        "link i6b ip_tunnel.flags = 17",
        "link iv2 ipvlan.vepa = true",
        "link s0b ip_tunnel.mode = isatap",
        "link vt0 ip_tunnel.fwmark = 9",
    ] {
        assert!(json.iter().any(|l| l == line), "{line} in {json:#?}");
    }
}

/// A card that negotiates and is told not to, one that offers one speed, one of a virtual machine, and a container's end.
const CARDS: &str = r#"{"netpivot-capture":1,"namespaces":[{"name":"","links":[
    {"ifname":"eth0","link_type":"ether"},{"ifname":"eth1","link_type":"ether"},{"ifname":"eth2","link_type":"ether"},
    {"ifname":"docker0","linkinfo":{"info_kind":"bridge"}}],"ethtool":[
    {"links":["eth0"],"port":"tp","autoneg":false,"speed":100,"duplex":"full","supported":["100baseT/Full","1000baseT/Full","Autoneg"],"wol":["magic"]},
    {"links":["eth1"],"autoneg":true,"speed":1000,"duplex":"full","supported":["100baseT/Half","100baseT/Full","1000baseT/Full","Autoneg"],
     "advertised":["100baseT/Half","100baseT/Full","Autoneg"],"wol":["magic","magicsecure"],"eee":false,"fec":["auto","rs"],
     "rings":{"rx":256},"coalesce":{"adaptive-rx":1},"pause":{"rx":true}},
    {"links":["eth2"],"autoneg":false,"speed":10000,"duplex":"full",
     "features":{"on":["tx-scatter-gather","tx-tcp-segmentation","rx-gro","tx-new"],
                 "off":["tx-tcp6-segmentation","tx-generic-segmentation","tx-checksum-ipv4"],
                 "requested":["tx-generic-segmentation"],"fixed":["tx-checksum-ipv6","rx-checksum"]}},
    {"links":["docker0"],"channels":{"rx":1}}]}]}"#;

/// The settings by ethtool, and what is told of them.
fn ethtool_of(dialect: Option<&'static str>) -> (Vec<String>, Vec<String>) {
    let mut tree = MemoryTree::default();
    tree.add(format!("{DIRECTORY}/host.json"), CARDS);
    let mut cx = Context::default();
    let network = Netlink
        .parse(&Input { tree: &tree, dialect, version: None, state: None }, &mut cx)
        .expect("there are links");
    assert!(netpivot_model::coverage::uncovered(&network, &cx.items, &cx.diagnostics).is_empty());
    let lines = said(&network).into_iter().filter(|line| line.contains(" ethtool."));
    let told = cx.diagnostics.iter().map(|d| format!("{} {}", d.code.id, d.message));
    (lines.collect(), told.filter(|line| line.starts_with("S055") || line.starts_with("U050")).collect())
}

#[test]
fn only_what_no_driver_begins_with_is_somebodys_setting() {
    let (lines, told) = ethtool_of(None);
    let forced = ["autoneg = false", "duplex = full", "speed = 100"];
    assert_eq!(lines, forced.map(|line| format!("link eth0 ethtool.{line}")));
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].starts_with("S055 ") && told[0].ends_with("(eth0, eth1, eth2)"), "{told:#?}");
}

#[test]
fn all_of_a_driver_is_what_a_script_can_set_again() {
    let (lines, told) = ethtool_of(Some(ALL));
    assert_eq!(
        lines,
        [
            "link docker0 ethtool.channels = {rx: 1}",
            "link eth0 ethtool.autoneg = false",
            "link eth0 ethtool.duplex = full",
            "link eth0 ethtool.speed = 100",
            "link eth0 ethtool.wol = 64",
            "link eth1 ethtool.autoneg = true",
            "link eth1 ethtool.coalesce = {adaptive-rx: 1}",
            "link eth1 ethtool.eee = false",
            "link eth1 ethtool.fec = 10",
            "link eth1 ethtool.pause = {rx: true}",
            "link eth1 ethtool.ring = {rx: 256}",
            "link eth1 ethtool.speed = 100",
            "link eth2 ethtool.features = {tx: false, sg: true, tx-tcp-segmentation: true, gro: true, tx-tcp6-segmentation: false, gso: true}",
        ]
    );
    let unknown =
        |key| format!("U050 the kernel's `{key}` has no place in the model (once); it is not converted");
    assert_eq!(told, ["wake-on-lan magicsecure", "feature tx-new"].map(unknown));
}

#[test]
fn a_state_has_what_nobody_can_switch_as_well() {
    let (lines, _) = ethtool_of(Some(STATE_ALL));
    let has = |line: &str| assert!(lines.iter().any(|l| l == line), "{line} in {lines:#?}");
    has("link eth0 ethtool.port = tp");
    has("link eth2 ethtool.speed = 10000");
    let features =
        lines.iter().find(|line| line.starts_with("link eth2 ethtool.features")).expect("they are known");
    // One of two is on: the group is neither.
    assert!(!features.contains(" tso: "), "{features}");
    for feature in [
        "tx: false",
        "tx-checksum-ipv6: true",
        "rx: true",
        "lro: false",
        "gso: true",
        "tx-tcp6-segmentation: false",
    ] {
        assert!(features.contains(feature), "{feature} in {features}");
    }
}
