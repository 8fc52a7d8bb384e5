use super::*;
use crate::Context;
use crate::tree::MemoryTree;
use netpivot_model::reflect::Node;
use netpivot_model::route::Route;
use netpivot_model::rule::Rule;

const HERE: SourceId = SourceId(0);

/// What a node says, as `name=value` in the model's order.
fn said(node: &dyn Node) -> Vec<String> {
    let mut all = Vec::new();
    node.visit(&mut |name, field| match field {
        netpivot_model::reflect::FieldRef::Leaf(leaf) => {
            all.extend(leaf.value().map(|value| format!("{name}={value}")));
        }
        netpivot_model::reflect::FieldRef::Nodes(nodes) => {
            all.extend(nodes.into_iter().map(|node| format!("{name}({})", said(node).join(" "))));
        }
        netpivot_model::reflect::FieldRef::Node(_) | netpivot_model::reflect::FieldRef::Variant(_) => {}
    });
    all
}

fn read_route(line: &str, family: Option<Family>) -> Result<Route, WordError> {
    route(&words(line, HERE, 0), family, &Tables::builtin())
}

fn read_rule(line: &str, family: Option<Family>) -> Result<Rule, WordError> {
    rule(&words(line, HERE, 0), family, &Tables::builtin())
}

#[track_caller]
fn routes(line: &str, expected: &str) {
    let route = read_route(line, Some(Family::V4)).unwrap();
    assert_eq!(said(&route).join(" "), expected, "{line}");
}

#[track_caller]
fn rules(line: &str, expected: &str) {
    let rule = read_rule(line, Some(Family::V4)).unwrap();
    assert_eq!(said(&rule).join(" "), expected, "{line}");
}

// The words are those of ip-route(8); the numbers those of rtnetlink(7) and rt_scopes.
#[test]
fn routes_with_all_their_words() {
    routes("10.7.0.0/16 via 10.5.0.1 dev eth0", "dst=10.7.0.0/16 gateway=10.5.0.1 dev=eth0");
    routes("to unicast 10.7 metric 0x10", "dst=10.7.0.0/32 route_type=unicast metric=16");
    routes("default via inet6 fe80::1 dev x onlink", "dst=0.0.0.0/0 gateway=fe80::1 dev=x onlink=true");
    routes("via 10.0.0.1 10.7.0.0/255.255.0.0", "dst=10.7.0.0/16 gateway=10.0.0.1");
    routes("blackhole 10.7.0.0/16", "dst=10.7.0.0/16 route_type=blackhole");
    routes(
        "10.0.0.0/8 table main proto 4 scope link src 10.1.1.1 tos 10 preference 7",
        "dst=10.0.0.0/8 metric=7 table=254 protocol=static scope=253 src=10.1.1.1 tos=16",
    );
    routes(
        "10.0.0.0/8 dev a mtu lock 1400 advmss 1300 window 5 cwnd 6 initcwnd lock 7 initrwnd 8 rto_min 1.5s quickack 1",
        "dst=10.0.0.0/8 dev=a mtu=1400 lock_mtu=true advmss=1300 window=5 cwnd=6 initcwnd=7 lock_initcwnd=true \
         initrwnd=8 rto_min=1500 quickack=true",
    );
    routes(
        "10.0.0.0/8 dev a hoplimit 64 congctl lock reno features ecn realms 1/2 expires 60 pref high",
        "dst=10.0.0.0/8 dev=a realms=1/2 attributes=[hoplimit 64, congctl lock reno, features ecn, expires 60]",
    );
    routes(
        "10.18.0.0/16 nexthop via 192.0.2.14 weight 1 nexthop dev eth1 weight 2 onlink",
        "dst=10.18.0.0/16 nexthops(gateway=192.0.2.14 weight=1) nexthops(dev=eth1 weight=2 onlink=true)",
    );
    routes(
        "10.0.0.0/8 encap mpls 100/200 ttl 5 via 10.1.1.1",
        "dst=10.0.0.0/8 gateway=10.1.1.1 attributes=[encap mpls 100/200 ttl 5]",
    );
}

#[test]
fn the_family_of_a_default_route_follows_its_gateway() {
    let route = read_route("default via fe80::1", None).unwrap();
    assert_eq!(said(&route).join(" "), "dst=::/0 gateway=fe80::1");
    // What the kernel has for IPv6 only.
    let route = read_route("2001:db8::/32 from 2001:db8:2::/64 dev x pref high", Some(Family::V6)).unwrap();
    assert_eq!(said(&route).join(" "), "dst=2001:db8::/32 dev=x from=2001:db8:2::/64 pref=high");
}

#[test]
fn unknown_words_come_back_with_their_place() {
    let wrong = |line: &str| {
        let error = read_route(line, Some(Family::V4)).unwrap_err();
        (line[error.span.start as usize..error.span.end as usize].to_owned(), error.message)
    };
    assert_eq!(wrong("10.0.0.0/8 # comment").0, "#");
    assert_eq!(wrong("10.0.0.0/8 via").1, "`via` needs a value");
    assert_eq!(wrong("10.0.0.0/8 table nope").0, "nope");
    assert_eq!(wrong("(bad route").0, "(bad");
    assert_eq!(wrong("10.0.0.0/33").0, "10.0.0.0/33");
    assert_eq!(wrong("10.0.0.0/8 via fe80::1").0, "fe80::1");
    assert_eq!(wrong("via 10.0.0.1").1, "the route has no destination");
    assert_eq!(wrong("10.0.0.0/8 nexthop via 10.0.0.1 weight 0").0, "0");
    assert!(read_route("", None).is_err());
    assert!(read_rule("from 10.0.0.0/8 bogus", None).is_err());
    assert!(read_rule("uidrange 5", None).is_err());
}

#[test]
fn rules_with_all_their_words() {
    rules("from 10.5.0.0/24 table 100", "family=ipv4 from=10.5.0.0/24 action=table table=100");
    rules("iif eth0", "family=ipv4 iif=eth0 action=table table=254");
    rules(
        "not from all to 10.0.0.0/8 fwmark 0x10/0xff tos 10 lookup main pref 5",
        "family=ipv4 priority=5 not=true to=10.0.0.0/8 fwmark=16 fwmask=255 tos=16 action=table table=254",
    );
    rules(
        "oif a ipproto tcp sport 80 dport 1-2 uidrange 0-99 blackhole",
        "family=ipv4 oif=a ipproto=6 sport=80 dport=1-2 uidrange=0-99 action=blackhole",
    );
    rules(
        "from 10.0.0.1 lookup 7 suppress_prefixlength 0 suppress_ifgroup 3 protocol 4 realms 5 tun_id 9",
        "family=ipv4 from=10.0.0.1/32 action=table table=7 suppress_prefixlength=0 suppress_ifgroup=3 realms=5 \
         protocol=static tun_id=9",
    );
    rules("goto 32000 pref 1", "family=ipv4 priority=1 action=goto goto=32000");
    rules("nop", "family=ipv4 action=nop");
    rules("l3mdev pref 1000", "family=ipv4 priority=1000 action=table l3mdev=true");
    rules(
        "from 10.0.0.1 nat 192.0.2.1",
        "family=ipv4 from=10.0.0.1/32 action=table table=254 attributes=[nat 192.0.2.1]",
    );
    rules("type prohibit", "family=ipv4 action=prohibit");
}

#[test]
fn tables_have_names() {
    let tree: MemoryTree = [
        ("/etc/iproute2/rt_tables", "# c\n255\tlocal\n0x64 mgmt # x\nbad\n"),
        ("/etc/iproute2/rt_tables.d/a.conf", "200 storage\n"),
        ("/etc/iproute2/rt_tables.d/ignored", "201 other\n"),
    ]
    .into_iter()
    .collect();
    let mut cx = Context::default();
    let tables = Tables::read(&tree, &mut cx);
    let span = Span::new(SourceId(9), 0, 1);
    let number = |name| tables.number(name, span).map(|at| at.value);
    assert_eq!(number("mgmt"), Some(100));
    assert_eq!(number("storage"), Some(200));
    assert_eq!(number("other"), None);
    assert_eq!(number("main"), Some(254));
    assert_eq!(number("0x10"), Some(16));
    let at = tables.number("mgmt", span).unwrap();
    assert_eq!(cx.sources.text(at.origin.spans()[1]), "0x64 mgmt");
    // The host's files name all that it knows; without them it may know the name.
    let words = words("10.0.0.0/8 table other", SourceId(9), 0);
    let is_open = |tables: &Tables| route(&words, None, tables).unwrap_err().is_open;
    assert_eq!((is_open(&tables), is_open(&Tables::builtin())), (false, true));
}

/// rt_protos names what sets routes up; the model has the number, which needs no such file.
#[test]
fn protocols_have_the_numbers_of_the_host() {
    let tree: MemoryTree = [
        ("/etc/iproute2/rt_protos", "0x63 mine # ours\n186 bgp\n"),
        ("/etc/iproute2/rt_protos.d/x.conf", "70 x\n"),
    ]
    .into_iter()
    .collect();
    let tables = Tables::read(&tree, &mut Context::default());
    let read = |text: &str, tables: &Tables| {
        let words = words(text, SourceId(9), 0);
        route(&words, None, tables)
            .map(|route| route.protocol.map(|at| at.value))
            .map_err(|error| error.is_open)
    };
    assert_eq!(read("10.0.0.0/8 proto x", &tables), Ok(Some("70".to_owned())));
    assert_eq!(read("10.0.0.0/8 proto bgp", &tables), Ok(Some("bgp".to_owned())));
    assert_eq!(read("10.0.0.0/8 proto other", &tables), Err(false));
    assert_eq!(read("10.0.0.0/8 proto x", &Tables::builtin()), Err(true));
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    const WORDS: &[&str] = &[
        "10.0.0.0/8",
        "10",
        "::/0",
        "default",
        "via",
        "inet6",
        "dev",
        "mtu",
        "lock",
        "nexthop",
        "weight",
        "encap",
        "to",
        "from",
        "table",
        "main",
        "as",
        "features",
        "rto_min",
        "9.9s",
        "5",
        "0x",
        "08",
        "-",
        "/",
        "é",
        "type",
        "not",
        "fwmark",
        "1/2",
        "uidrange",
        "1-2",
        "goto",
        "l3mdev",
        "blackhole",
        "nat",
        "realms",
        "pref",
        "p",
    ];

    proptest! {
        #[test]
        fn any_words_are_read(line in proptest::collection::vec(proptest::sample::select(WORDS), 0..12)) {
            let line = line.join(" ");
            for family in [None, Some(Family::V4), Some(Family::V6)] {
                let _ = read_route(&line, family);
                let _ = read_rule(&line, family);
            }
        }

        #[test]
        fn any_text_is_read(line in "\\PC*") {
            let _ = read_route(&line, None);
            let _ = read_rule(&line, None);
        }
    }
}

/// What ip(8) of iproute2 6.1 takes the words for, as it prints them (`ip -d rule`, `ip -d route`): the abbreviation, and
/// the words in full; `None` where it refuses them. The slow suite asks ip itself about every beginning.
#[test]
fn abbreviations_are_those_of_ip() {
    let same = [
        ("t 101", Some("tun_id 101")),
        ("tu 101", Some("tun_id 101")),
        ("t 1.2.3.5", None),
        ("ta 101", Some("table 101")),
        ("b", Some("nop")),
        ("bl", Some("blackhole")),
        ("n", Some("nop")),
        ("no", Some("nop")),
        ("u", Some("unreachable")),
        ("uni", Some("table 254")),
        ("proh", Some("prohibit")),
        ("6", Some("blackhole")),
        ("g 100", Some("goto 100")),
        ("s 0", Some("suppress_prefixlength 0")),
        ("suppress_i 3", Some("suppress_ifgroup 3")),
        ("p 9", Some("priority 9")),
        ("sup_ 0", None),
        ("sup_p 0", None),
        ("sup_g 3", None),
        ("na 1.1.1.1", None),
        ("n 1.1.1.1", None),
        ("local", None),
        ("th", None),
    ];
    let read = |words: &str| read_rule(words, Some(Family::V4)).ok().map(|rule| said(&rule));
    for (short, full) in same {
        assert_eq!(read(short), full.and_then(read), "ip rule add {short}");
        assert_eq!(read(short).is_some(), full.is_some(), "ip rule add {short}");
    }
    let same = [
        ("u 10.0.0.0/8", Some("unreachable 10.0.0.0/8")),
        ("bl 10.0.0.0/8", Some("blackhole 10.0.0.0/8")),
        ("proh 10.0.0.0/8", Some("prohibit 10.0.0.0/8")),
        ("b 10.0.0.0/8 dev x", Some("broadcast 10.0.0.0/8 dev x")),
        ("10.0.0.0/8 dev x fa 1", Some("10.0.0.0/8 dev x fastopen_no_cookie 1")),
        ("10.0.0.0/8 dev x p 9", Some("10.0.0.0/8 dev x metric 9")),
        ("10.0.0.0/8 dev x r 4", Some("10.0.0.0/8 dev x reordering 4")),
        ("10.0.0.0/8 dev x s 4", Some("10.0.0.0/8 dev x ssthresh 4")),
        ("10.0.0.0/8 dev x f ecn", Some("10.0.0.0/8 dev x features ecn")),
        ("10.0.0.0/8 dev x pref 9", Some("10.0.0.0/8 dev x")),
        ("0x10 dev x", Some("16.0.0.0/32 dev x")),
        ("10.0.0.0/8 dev x s 192.0.2.10", None),
        ("10.0.0.0/8 dev x v 192.0.2.1", None),
        ("10.0.0.0/8 dev x r 10ms", None),
        ("10.0.0.0/8 dev x f 1.1.1.1", None),
        ("any via 192.0.2.1", None),
        ("x 10.0.0.0/8", None),
    ];
    let read = |words: &str| read_route(words, Some(Family::V4)).ok().map(|route| said(&route));
    for (short, full) in same {
        assert_eq!(read(short), full.and_then(read), "ip route add {short}");
        assert_eq!(read(short).is_some(), full.is_some(), "ip route add {short}");
    }
}
