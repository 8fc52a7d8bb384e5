use super::super::{rules, static_routes};
use super::*;
use crate::ifcfg::vars::Vars;
use crate::text::shell;
use crate::tree::MemoryTree;
use netpivot_model::link::Link;
use netpivot_model::reflect::FieldRef;
use netpivot_model::rule::Rule;
use netpivot_model::source::At;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// What a node says, as `name=value` in the model's order.
fn said(node: &dyn Node) -> String {
    let mut all = Vec::new();
    node.visit(&mut |name, field| match field {
        FieldRef::Leaf(leaf) => all.extend(leaf.value().map(|value| format!("{name}={value}"))),
        FieldRef::Nodes(nodes) => all.extend(nodes.into_iter().map(|node| format!("({})", said(node)))),
        FieldRef::Node(_) | FieldRef::Variant(_) => {}
    });
    all.join(" ")
}

struct Found {
    routes: Result<Vec<Route>, Rejected>,
    rules: Vec<Rule>,
    cx: Context,
}

impl Found {
    fn routes(&self) -> Vec<String> {
        self.routes.as_ref().unwrap().iter().map(|route| said(route)).collect()
    }

    fn codes(&self) -> Vec<&'static str> {
        self.cx.diagnostics.iter().map(|d| d.code.id).collect()
    }
}

/// Reads the profile `ifcfg-NAME` with the given text and the other files of its directory.
fn profile(reader: Reader, name: &str, ifcfg: &str, disabled: bool, others: &[(&str, &str)]) -> Found {
    let cx = RefCell::new(Context::default());
    let source = cx.borrow_mut().sources.add(format!("ifcfg-{name}"), ifcfg);
    let assignments = shell::lex(ifcfg, source, &|_| None).assignments;
    let vars = Vars::new(&assignments, reader);
    let file = IfcfgFile { name, path: "", source, reader, vars, assignments: &assignments };
    let texts: BTreeMap<_, _> = others.iter().copied().collect();
    let mut read = |name: &str| Some(cx.borrow_mut().sources.add(name, *texts.get(name)?));
    let files = Files::find(&file, &|name| texts.contains_key(name), &mut read);
    let tables = Tables::builtin();
    let profile = Profile { file: &file, files: &files, tables: &tables, ipv4_disabled: disabled };
    let mut cx = cx.into_inner();
    let routes = super::read(&profile, &mut cx);
    let rules = rules::read(&profile, &mut cx);
    Found { routes, rules, cx }
}

fn eth0(reader: Reader, others: &[(&str, &str)]) -> Found {
    profile(reader, "eth0", "DEVICE=eth0\n", false, others)
}

/// One line of `route-eth0` under NetworkManager.
#[track_caller]
fn line(line: &str, expected: &[&str], codes: &[&str]) {
    let found = eth0(Reader::NetworkManager, &[("route-eth0", line)]);
    assert_eq!(found.routes(), expected, "{line}");
    assert_eq!(found.codes(), codes, "{line}");
}

// The expectations are the outputs in the corpus: nm-ifcfg own-route-01 to own-route-27.
#[test]
fn lines_as_networkmanager_reads_them() {
    line("10.7.0.0/16 via 10.5.0.1 dev eth0", &["dst=10.7.0.0/16 gateway=10.5.0.1"], &[]);
    line("10.7.0.0/16 via 10.5.0.1 metric 5", &["dst=10.7.0.0/16 gateway=10.5.0.1 metric=5"], &[]);
    line("10.7.0.0/16 via 10.5.0.1 table 100", &["dst=10.7.0.0/16 gateway=10.5.0.1 table=100"], &[]);
    line("10.7.0.0/16 dev eth0 scope link", &["dst=10.7.0.0/16 scope=253"], &[]);
    line(
        "10.7.0.0/16 via 10.5.0.1 src 10.5.0.196",
        &["dst=10.7.0.0/16 gateway=10.5.0.1 src=10.5.0.196"],
        &[],
    );
    line("blackhole 10.7.0.0/16", &["dst=10.7.0.0/16 route_type=blackhole"], &[]);
    line("10.7.0.0/16 via 10.5.0.1 onlink", &["dst=10.7.0.0/16 gateway=10.5.0.1 onlink=true"], &[]);
    line("10.7.0.0/16 nexthop via 10.5.0.1 weight 1 nexthop via 10.5.0.2 weight 2", &[], &["S220"]);
    line("10.7.0.0/255.255.0.0 via 10.5.0.1", &[], &["S220"]);
    line("10.7.0.5 via 10.5.0.1", &["dst=10.7.0.5/32 gateway=10.5.0.1"], &[]);
    line(
        "10.7.0.0/16 via 10.5.0.1 advmss 1300 quickack 1",
        &["dst=10.7.0.0/16 gateway=10.5.0.1 advmss=1300 quickack=true"],
        &[],
    );
    line("10.7.0.0/16 via 10.5.0.1 table main", &[], &["S220"]);
    line("10.7.0.0/16 via 10.5.0.1 congctl cubic", &[], &["S220"]);
    line("10.7.0.0/16 via 10.5.0.1 tos 10", &["dst=10.7.0.0/16 gateway=10.5.0.1 tos=16"], &[]);
    line("10.7.0.0/16 via 10.5.0.1 # comment", &[], &["P220"]);
    line("(bad route", &[], &["P220"]);
    line("10.7.0.0/16 via 10.5.0.1 metric 5 metric 6", &[], &["S220"]);
    line("10.7.0.0/16 via 10.5.0.1 rto_min 5ms", &[], &["S220"]);
    line("10.7.0.0/16 via 10.5.0.1 dev eth2", &["dst=10.7.0.0/16 gateway=10.5.0.1"], &["S222"]);
}

#[test]
fn networkmanagers_own_test_files() {
    // nm-ifcfg test-wired-static-routes-legacy
    let text = "# c\n\n\n21.31.41.0/24 via 9.9.9.9 metric 1\n\tvia 8.8.8.8 to 32.42.52.62\n 43.53.0.0/16 metric 3 via 7.7.7.7 dev eth2 cwnd 14 mtu lock 9000  initrwnd 20 window lock 10000 initcwnd lock 42 src 1.2.3.4\n\n7.7.7.8/32 via (null) metric 18\nlocal 1.2.3.4\n";
    let found = eth0(Reader::NetworkManager, &[("route-eth0", text)]);
    assert_eq!(
        found.routes(),
        [
            "dst=21.31.41.0/24 gateway=9.9.9.9 metric=1",
            "dst=32.42.52.62/32 gateway=8.8.8.8",
            "dst=43.53.0.0/16 gateway=7.7.7.7 metric=3 src=1.2.3.4 mtu=9000 lock_mtu=true window=10000 lock_window=true cwnd=14 initcwnd=42 lock_initcwnd=true initrwnd=20",
            "dst=7.7.7.8/32 metric=18",
            "dst=1.2.3.4/32 route_type=local",
        ]
    );
    assert_eq!(found.codes(), ["S222"]);
}

#[test]
fn ipv6_lines() {
    let text = "2001:db8:1::/48 via 2001:db8::9 table 100\n2001:db8:1::/48 from 2001:db8:2::/64 via 2001:db8::9\n::/0 via fe80::9\n2001:db8:3::/48 via fe80::9 tos 4\n2001:db8:1::/48 via 2001:db8::9 mtu 1400 pref high\n";
    let found = eth0(Reader::NetworkManager, &[("route6-eth0", text)]);
    assert_eq!(
        found.routes(),
        [
            "dst=2001:db8:1::/48 gateway=2001:db8::9 table=100",
            "dst=2001:db8:1::/48 gateway=2001:db8::9 from=2001:db8:2::/64",
            "dst=::/0 gateway=fe80::9",
            "dst=2001:db8:3::/48 gateway=fe80::9",
        ]
    );
    assert_eq!(found.codes(), ["S222", "S220"]);
}

#[test]
fn repetitions_are_one_route() {
    // system-roles route_v6: NetworkManager ignores `dev`, so both lines are the same.
    line("192.168.46.0/30\n192.168.46.0/30 dev eth0", &["dst=192.168.46.0/30"], &[]);
    let two = "10.0.0.0/8 via 192.0.2.1\n10.0.0.0/8 via 192.0.2.2\n";
    line(two, &["dst=10.0.0.0/8 gateway=192.0.2.1", "dst=10.0.0.0/8 gateway=192.0.2.2"], &[]);
    let found = eth0(Reader::Initscripts, &[("route-eth0", two)]);
    assert_eq!(found.routes(), ["dst=10.0.0.0/8 gateway=192.0.2.2"]);
    assert_eq!(found.codes(), ["S226"]);
}

#[test]
fn lines_as_initscripts_reads_them() {
    let text = "10.15.0.0/16 via 192.0.2.12 dev eth0 proto static metric 5\n10.18.0.0/16 nexthop via 192.0.2.14 weight 1 nexthop via 192.0.2.15 weight 2\n10.1.0.0/255.255.0.0 via 192.0.2.1 table main\n10.2.0.0/16 dev eth2\n10.3.0.0/16\n10.4.0.5/16 via 192.0.2.1\n10.5.0.0/16 via (null)\nthrow 10.6.0.0/16\n";
    let found = eth0(Reader::Initscripts, &[("route-eth0", text)]);
    assert_eq!(
        found.routes(),
        [
            "dst=10.15.0.0/16 gateway=192.0.2.12 metric=5 protocol=static",
            "dst=10.18.0.0/16 (gateway=192.0.2.14 weight=1) (gateway=192.0.2.15 weight=2)",
            "dst=10.1.0.0/16 gateway=192.0.2.1 table=254",
            "dst=10.2.0.0/16 dev=eth2",
            "dst=10.3.0.0/16",
            "dst=10.6.0.0/16 route_type=throw",
        ]
    );
    assert_eq!(found.codes(), ["S227", "S228", "P220"]);
}

const GAPS: &str = "ADDRESS0=10.7.0.0\nNETMASK0=255.255.0.0\nGATEWAY0=10.5.0.1\nADDRESS2=10.8.0.0\nNETMASK2=255.255.0.0\nMETRIC2=9\n10.9.0.0/16 via 10.5.0.1\n";

// nm-ifcfg own-route-legacy, own-route-legacy-mixed, own-route-legacy-default
#[test]
fn numbered_keys_end_at_the_first_gap() {
    for reader in [Reader::NetworkManager, Reader::Initscripts] {
        let found = eth0(reader, &[("route-eth0", GAPS)]);
        assert_eq!(found.routes(), ["dst=10.7.0.0/16 gateway=10.5.0.1"]);
        assert_eq!(found.codes(), ["S223", "S223", "S223", "P220"]);
    }
    let text = "GATEWAY0=10.5.0.1\nNETMASK0=0.0.0.0\nADDRESS0=0.0.0.0\n";
    line(text, &["dst=0.0.0.0/0 gateway=10.5.0.1"], &[]);
}

#[test]
fn numbered_keys_differ_by_reader() {
    let text = "ADDRESS0=10.7.0.0\nNETMASK0=255.255.0.0\nMETRIC0=7\nOPTIONS0=\"mtu 1400 table 5\"\n";
    line(text, &["dst=10.7.0.0/16 metric=7 table=5 mtu=1400"], &[]);
    let found = eth0(Reader::Initscripts, &[("route-eth0", text)]);
    assert_eq!(found.routes(), ["dst=10.7.0.0/16"]);
    assert_eq!(found.codes(), ["S225", "S225"]);
    let found = eth0(Reader::Initscripts, &[("route-eth0", "ADDRESS0=172.16.0.0\nGATEWAY0=10.5.0.1\n")]);
    assert_eq!(found.routes(), ["dst=172.16.0.0/16 gateway=10.5.0.1"]);
    assert_eq!(found.codes(), ["S224"]);
    for text in [
        "ADDRESS0=10.7.0.5\nNETMASK0=255.255.0.0\nGATEWAY0=10.5.0.1\n",
        "ADDRESS0=x\nNETMASK0=y\nGATEWAY0=z\n",
    ] {
        let found = eth0(Reader::Initscripts, &[("route-eth0", text)]);
        assert!(found.routes().is_empty());
        // Each of the three keys is accounted for by the one finding.
        let spans = &found.cx.diagnostics[0].labels;
        assert!(found.cx.items.iter().all(|item| spans.contains(&item.span)), "{spans:?}");
        assert_eq!(found.cx.diagnostics.len(), 1);
    }
}

#[test]
fn networkmanager_refuses_the_profile_for_a_broken_key() {
    let refuse = |text: &str| {
        let found = eth0(Reader::NetworkManager, &[("route-eth0", text)]);
        found.routes.unwrap_err().reason
    };
    assert_eq!(refuse("ADDRESS0=10.7.0.0\n"), "`ADDRESS0=10.7.0.0` has no `NETMASK0`");
    assert!(refuse("ADDRESS0=x\nNETMASK0=255.0.0.0\n").contains("no IPv4 address"));
    assert!(refuse("ADDRESS0=10.0.0.0\nNETMASK0=255.0.255.0\n").contains("no netmask"));
    assert!(refuse("ADDRESS0=10.0.0.0\nNETMASK0=255.0.0.0\nMETRIC0=x\n").contains("METRIC0"));
    assert!(refuse("ADDRESS0=10.0.0.0\nNETMASK0=255.0.0.0\nOPTIONS0=\"via 1.1.1.1\"\n").contains("OPTIONS0"));
}

#[test]
fn which_files_are_read() {
    let files = [
        ("route-eth0", "10.1.0.0/16 via 192.0.2.1"),
        ("route-uplink", "10.2.0.0/16 via 192.0.2.1"),
        ("uplink.route", "ADDRESS0=10.3.0.0\nNETMASK0=255.255.0.0\nGATEWAY0=192.0.2.1"),
    ];
    let found = profile(Reader::Initscripts, "uplink", "DEVICE=eth0", false, &files);
    let routes: Vec<_> = ["1", "2", "3"].map(|n| format!("dst=10.{n}.0.0/16 gateway=192.0.2.1")).into();
    assert_eq!(found.routes(), routes);
    let found = profile(Reader::NetworkManager, "uplink", "DEVICE=eth0", false, &files);
    assert_eq!(found.routes(), routes[1..2]);
    assert_eq!(found.codes(), ["S221", "S221"]);
    let found = profile(Reader::NetworkManager, "uplink", "DEVICE=eth0", true, &files);
    assert_eq!(found.codes(), ["S221", "S221", "S229"]);
}

// Trap 24: the routes beside a rule file have initscripts' meaning under NetworkManager too.
#[test]
fn rule_files_bring_initscripts_meaning() {
    let files = [
        ("rule-eth0", "from 10.5.0.0/24 table 100\nfrom 10.6.0.0/24 tabel 1\n"),
        ("rule6-eth0", "from 2001:db8::/64 table 100 priority 7\n"),
        ("route-eth0", "10.7.0.0/16 via 10.5.0.1 table main\n"),
    ];
    let found = profile(Reader::NetworkManager, "eth0", "ROUTING_RULE_0='priority 5 table 1'", true, &files);
    assert_eq!(found.routes(), ["dst=10.7.0.0/16 gateway=10.5.0.1 table=254"]);
    let rules: Vec<_> = found.rules.iter().map(|rule| said(rule)).collect();
    assert_eq!(
        rules,
        [
            "family=ipv4 from=10.5.0.0/24 action=table table=100",
            "family=ipv6 priority=7 from=2001:db8::/64 action=table table=100",
        ]
    );
    assert_eq!(found.codes(), ["S230", "S231", "P221", "S230", "S232"]);
}

#[test]
fn routing_rule_keys() {
    let ifcfg = "ROUTING_RULE_2='priority 7 from 10.0.0.0/8 table main'\nROUTING_RULE6_1='pref 5 to 2001:db8::/32 blackhole'\nROUTING_RULE_3='from 10.0.0.0/8 table 5'\nROUTING_RULE_4='priority 9 goto 5'\nROUTING_RULE_5='priority 9 from 10.0.0.0/8'\n";
    let found = profile(Reader::NetworkManager, "eth0", ifcfg, false, &[]);
    let rules: Vec<_> = found.rules.iter().map(|rule| said(rule)).collect();
    assert_eq!(
        rules,
        [
            "family=ipv6 priority=5 to=2001:db8::/32 action=blackhole",
            "family=ipv4 priority=7 from=10.0.0.0/8 action=table table=254",
        ]
    );
    assert_eq!(found.codes(), ["P221", "P221", "P221"]);
    let found = profile(Reader::Initscripts, "eth0", ifcfg, false, &[]);
    assert!(found.rules.is_empty());
    assert_eq!(found.codes(), ["S232"; 5]);
}

fn network(names: &[(&str, &str)]) -> Network {
    let mut network = Network::default();
    for (name, address) in names {
        let span = Span::new(SourceId(0), 0, 0);
        let mut link = Link { name: Some(At::new((*name).to_owned(), span)), ..Link::default() };
        let net = netpivot_model::ip::Address::new(address.parse().unwrap());
        link.ipv4.get_or_insert_default().addresses.push(net, span);
        network.add_link(link);
    }
    network
}

fn owners(network: &Network) -> Vec<(Option<u32>, String)> {
    network.routes.iter().map(|owned| (owned.owner.map(|id| id.0), said(&owned.item))).collect()
}

#[test]
fn routes_of_another_interface_go_there() {
    let mut network = network(&[("eth0", "10.0.0.1/24"), ("eth2", "10.2.0.1/24")]);
    let mut cx = Context::default();
    let found = eth0(Reader::Initscripts, &[("route-eth0", "10.8.0.0/16 dev eth2\n10.9.0.0/16 dev eth9\n")]);
    for item in found.routes.unwrap() {
        network
            .routes
            .push(netpivot_model::network::Owned { owner: Some(netpivot_model::link::LinkId(0)), item });
    }
    attach(&mut network, &mut cx);
    assert_eq!(
        owners(&network),
        [(Some(1), "dst=10.8.0.0/16".to_owned()), (Some(0), "dst=10.9.0.0/16 dev=eth9".to_owned())]
    );
    assert_eq!(cx.diagnostics.len(), 2);
}

#[test]
fn static_routes_go_to_the_links_they_belong_to() {
    let tree: MemoryTree = [
        (
            "/etc/sysconfig/static-routes",
            "any net 10.8.0.0 netmask 255.255.0.0 gw 10.2.0.9\nany host 10.9.0.1 dev eth0 metric 3\neth0 net 1.0.0.0 gw 10.0.0.9\nany net 172.16.0.0 gw 192.0.2.1\n",
        ),
        ("/etc/sysconfig/static-routes-ipv6", "eth2.5 2001:db8::/32 fe80::1\n"),
    ]
    .into_iter()
    .collect();
    let mut net = network(&[("eth0", "10.0.0.1/24"), ("eth2", "10.2.0.1/24"), ("eth2.5", "10.3.0.1/24")]);
    let mut cx = Context::default();
    static_routes::read(&mut net, &tree, Reader::Initscripts, &mut cx);
    let route6 = "dst=2001:db8::/32 gateway=fe80::1".to_owned();
    assert_eq!(
        owners(&net),
        [
            (Some(1), "dst=10.8.0.0/16 gateway=10.2.0.9".to_owned()),
            (Some(0), "dst=10.9.0.1/32 metric=3".to_owned()),
            (None, "dst=172.16.0.0/16 gateway=192.0.2.1".to_owned()),
            (Some(1), route6.clone()),
            (Some(2), route6),
        ]
    );
    let codes: Vec<_> = cx.diagnostics.iter().map(|d| d.code.id).collect();
    assert_eq!(codes, ["P220", "S233", "S233"]);
    let mut cx = Context::default();
    static_routes::read(&mut net, &tree, Reader::NetworkManager, &mut cx);
    let codes: Vec<_> = cx.diagnostics.iter().map(|d| d.code.id).collect();
    assert_eq!(codes, ["S221", "S221"]);
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    const WORDS: &[&str] = &[
        "10.0.0.0/8",
        "10.0.0.1",
        "::/0",
        "default",
        "via",
        "(null)",
        "dev",
        "eth0",
        "mtu",
        "lock",
        "to",
        "from",
        "table",
        "scope",
        "tos",
        "-5",
        "\n",
        "\n",
        "ADDRESS0=",
        "NETMASK0=255.0.0.0\n",
        "\"",
        "OPTIONS0=",
        "ADDRESS1=1.1.1.1\n",
        "é",
        "#",
    ];

    proptest! {
        #[test]
        fn any_file_is_read(words in proptest::collection::vec(proptest::sample::select(WORDS), 0..20)) {
            let text = words.join(" ");
            for reader in [Reader::NetworkManager, Reader::Initscripts] {
                eth0(reader, &[("route-eth0", &text), ("route6-eth0", &text)]);
                eth0(reader, &[("route-eth0", &text), ("rule-eth0", &text)]);
            }
        }
    }
}

#[test]
fn a_table_that_only_the_host_names_is_a_loss() {
    let others = [
        ("route-eth0", "10.7.0.0/16 via 10.5.0.1 table isp2\n"),
        ("rule-eth0", "from 10.5.0.9 table isp2 priority 5\n"),
    ];
    assert_eq!(eth0(Reader::Initscripts, &others).codes(), ["S052", "S052"]);
}
