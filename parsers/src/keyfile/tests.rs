use super::*;
use crate::tree::MemoryTree;
use netpivot_model::coverage;
use netpivot_model::link::{Link, LinkKind};
use netpivot_model::path::FieldPath;

const ETC: &str = "/etc/NetworkManager/system-connections";

fn parse_tree(tree: &MemoryTree) -> (Network, Context) {
    let mut cx = Context::default();
    let input = Input { tree, dialect: None, version: None, state: None };
    let mut network = Keyfile.parse(&input, &mut cx).unwrap();
    let found = coverage::account(&mut network, &cx.items, &cx.diagnostics);
    cx.diagnostics.extend(found);
    (network, cx)
}

fn parse(text: &str) -> (Network, Context) {
    parse_tree(&[(format!("{ETC}/x.nmconnection"), text.to_owned())].into_iter().collect())
}

fn said(link: &Link, path: &'static str) -> Option<String> {
    link.leaf(FieldPath::parse(path)).and_then(|leaf| leaf.value()).map(|v| v.to_string())
}

fn codes(cx: &Context) -> Vec<&'static str> {
    cx.diagnostics.iter().map(|d| d.code.id).collect()
}

fn ethernet(rest: &str) -> String {
    format!("[connection]\nid=x\nuuid=6b3b4a33-5d1c-4d6a-8f5c-0d8b2c1e9a01\ntype=ethernet\n{rest}")
}

#[test]
fn the_higher_directory_wins_by_uuid() {
    let profile = |zone: &str| ethernet(&format!("zone={zone}\n"));
    let usr = "/usr/lib/NetworkManager/system-connections/a.nmconnection";
    let tree = [
        (format!("{ETC}/other-name.nmconnection"), profile("etc")),
        (usr.to_owned(), profile("usr")),
        ("/usr/lib/NetworkManager/system-connections/plain".to_owned(), profile("plain")),
        (format!("{ETC}/x.backup"), profile("backup")),
    ];
    let (network, cx) = parse_tree(&tree.into_iter().collect());
    assert_eq!(network.links.len(), 1);
    assert_eq!(said(&network.links[0], "zone").as_deref(), Some("etc"));
    let ignored = cx.files.iter().filter(|(_, s)| matches!(s, FileStatus::Ignored(_))).count();
    assert_eq!(ignored, 3, "{:?}", cx.files);
}

#[test]
fn one_bad_line_makes_the_file_unreadable() {
    let (network, cx) = parse_tree(
        &[(format!("{ETC}/x"), ethernet("; old\n")), (format!("{ETC}/y"), ethernet(""))]
            .into_iter()
            .collect(),
    );
    assert_eq!(network.links.len(), 1);
    assert_eq!(codes(&cx), ["P301"]);
    assert!(cx.diagnostics[0].message.contains("line 5"), "{}", cx.diagnostics[0].message);
}

#[test]
fn a_bad_value_keeps_the_default_and_is_reported() {
    let (network, cx) = parse(&ethernet("autoconnect=no\n[wifi-security]\nwep-tx-keyidx=geheim\n"));
    assert_eq!(said(&network.links[0], "autoconnect"), None);
    assert_eq!(codes(&cx), ["P302", "P302"]);
    assert!(cx.diagnostics[0].message.contains("`autoconnect=no`"));
}

#[test]
fn the_last_key_counts_and_both_names_are_one() {
    let (network, cx) = parse(&ethernet("zone=a\nzone=b\nmaster=br0\ncontroller=br0\nslave-type=bridge\n"));
    assert_eq!(said(&network.links[0], "zone").as_deref(), Some("b"));
    assert_eq!(said(&network.links[0], "controller").as_deref(), Some("br0"));
    assert_eq!(codes(&cx), ["P303"], "the same value under both names is no conflict");
}

#[test]
fn an_unknown_key_is_kept_with_its_section() {
    let (network, cx) = parse(&ethernet("colour=blue\n[strange]\nkey=1\n"));
    assert_eq!(codes(&cx), ["U001", "U001", "U001"]);
    let kept: Vec<_> =
        network.leftovers.iter().map(|l| (l.section.as_deref().unwrap(), l.key.as_str())).collect();
    assert_eq!(kept, [("connection", "colour"), ("strange", "key"), ("strange", "[strange]")]);
}

#[test]
fn a_feature_that_networkmanager_does_not_know_is_none() {
    // libnm of 1.42 says of both: invalid key.
    let (network, cx) =
        parse(&ethernet("[ethtool]\nfeature-gro=false\nfeature-rx-gro=false\ncoalesce-foo=1\n"));
    let ethtool = network.links[0].ethtool.as_ref().unwrap();
    assert_eq!(ethtool.features.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["gro"]);
    assert!(ethtool.coalesce.is_empty());
    assert_eq!(codes(&cx), ["U001", "U001"]);
}

#[test]
fn addresses_come_by_number_and_the_first_gateway_counts() {
    // NetworkManager's own test (Test_Wired_Connection), shortened.
    let (network, _) = parse(&ethernet(
        "[ipv4]\nmethod=manual\naddresses1=192.168.0.5;24;192.168.0.1;\naddress=2.3.4.5/24,2.3.4.6\n\
         address3=3.4.5.6/16\naddress4=4.5.6.7/1.2.3.4\naddress05=9.9.9.9/24\nroute=5.6.7.8/32\n\
         routes1=1.2.3.0/24,2.3.4.8,99\n[ipv6]\nmethod=auto\nroute5=8:9:0:1:2:3:4:5/124,6\n",
    ));
    let link = &network.links[0];
    let expected = "[2.3.4.5/24, 192.168.0.5/24, 3.4.5.6/16, 4.5.6.7/24]";
    assert_eq!(said(link, "ipv4.addresses").as_deref(), Some(expected));
    assert_eq!(said(link, "ipv4.gateway").as_deref(), Some("2.3.4.6"));
    let routes: Vec<_> = network
        .routes
        .iter()
        .map(|r| {
            (r.item.dst.as_ref().unwrap().value.to_string(), r.item.metric.as_ref().map(|m| m.value.get()))
        })
        .collect();
    let expected = [("5.6.7.8/32", None), ("1.2.3.0/24", Some(99)), ("8:9:0:1:2:3:4:5/124", Some(6))];
    assert_eq!(routes, expected.map(|(dst, metric)| (dst.to_owned(), metric)));
}

#[test]
fn one_bad_option_drops_all_of_the_route() {
    let (network, cx) = parse(&ethernet(
        "[ipv4]\nmethod=auto\nroute1=10.0.0.0/8\nroute1_options=table=7,scope=link\n\
         route2=10.0.0.0/8\nroute2_options=table=7,unknown=1\n",
    ));
    let tables: Vec<_> = network.routes.iter().map(|r| r.item.table.is_some()).collect();
    assert_eq!(tables, [false, true]);
    assert_eq!(codes(&cx), ["P302", "P302"]);
}

#[test]
fn weighted_routes_are_one_multipath_route() {
    let (network, _) = parse(&ethernet(
        "[ipv4]\nmethod=auto\nroute1=10.0.0.0/8,192.0.2.1\nroute1_options=weight=1\nroute2=10.0.0.0/8,192.0.2.2\n\
         route2_options=weight=3\nroute3=10.0.0.0/8,192.0.2.3,7\nroute3_options=weight=3\n",
    ));
    let hops: Vec<_> = network.routes.iter().map(|r| r.item.nexthops.len()).collect();
    assert_eq!(hops, [2, 0], "another metric is another route");
}

#[test]
fn rules_are_read_word_by_word() {
    let (network, cx) = parse(&ethernet(
        "[ipv4]\nmethod=auto\nrouting-rule1=priority 7 not from 10.0.0.0/8 fwmark 0x10/0xff tos 10 iif eth0 table main\n\
         routing-rule2=from all table 5\nrouting-rule3=priority 8 blackhole\nrouting-rule4=priority 9 realms 5 table 1\n",
    ));
    let rule = &network.rules[0].item;
    assert_eq!(rule.table.as_ref().unwrap().value.get(), 254);
    assert_eq!(rule.tos.as_ref().unwrap().value.get(), 16, "hexadecimal");
    assert_eq!(rule.fwmask.as_ref().unwrap().value.get(), 255);
    assert!(rule.not.as_ref().unwrap().value);
    assert_eq!((network.rules.len(), codes(&cx)), (2, vec!["P302", "P302"]));
}

#[test]
fn a_port_has_no_addresses_but_a_vrf_port_has() {
    let port = |kind: &str| {
        ethernet(&format!("master=c0\nslave-type={kind}\n[ipv4]\nmethod=manual\naddress1=192.0.2.1/24\n"))
    };
    let (network, cx) = parse(&port("bridge"));
    assert!(network.links[0].ipv4.is_none());
    assert_eq!((codes(&cx), network.leftovers.len()), (vec!["S302"], 2));
    let (network, cx) = parse(&port("vrf"));
    assert!(network.links[0].ipv4.is_some() && cx.diagnostics.is_empty());
}

#[test]
fn a_hidden_secret_is_no_secret() {
    let text =
        "[connection]\nid=w\ntype=wifi\n[wifi]\nssid=net\n[wifi-security]\nkey-mgmt=wpa-psk\npsk=<hidden>\n";
    let (_, cx) = parse(text);
    assert!(codes(&cx).contains(&"W001"), "{:?}", codes(&cx));
}

#[test]
fn a_group_of_another_type_is_reported() {
    let (network, cx) = parse(&ethernet("[bridge]\nstp=false\n[ipv4]\n"));
    assert_eq!(codes(&cx), ["S301", "S303"]);
    assert_eq!(network.leftovers[0].key, "stp");
}

#[test]
fn kinds_follow_from_type_or_groups() {
    let kind = |text: &str| parse(text).0.links[0].kind.value.word();
    assert_eq!(kind("[connection]\ntype=802-3-ethernet\n"), "ethernet");
    assert_eq!(kind("[connection]\ninterface-name=v\n[ethernet]\n[vlan]\nid=5\n"), "vlan");
    let (network, cx) = parse("[connection]\nid=v\ntype=vpn\n[vpn]\nuser=x\npassword=geheim\n");
    assert!(matches!(network.links[0].kind.value, LinkKind::Unsupported(_)));
    assert_eq!(codes(&cx), ["S304"]);
    assert!(network.leftovers.iter().any(|l| l.key == "password" && l.secret));
}

#[test]
fn numbers_become_model_units() {
    let (network, _) =
        parse("[connection]\nid=b\ntype=bridge\ninterface-name=b\n[bridge]\nforward-delay=4\n");
    assert_eq!(said(&network.links[0], "bridge.forward_delay").as_deref(), Some("400"));
    let (network, _) =
        parse("[connection]\nid=v\ntype=vlan\ninterface-name=v\n[vlan]\nid=5\nparent=p\nflags=3\n");
    let link = &network.links[0];
    assert_eq!(
        (said(link, "vlan.gvrp").as_deref(), said(link, "vlan.mvrp").as_deref()),
        (Some("true"), Some("false"))
    );
}

#[test]
fn peers_need_a_key_in_their_name() {
    let key = "xYz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcd=";
    let text = format!(
        "[connection]\nid=w\ntype=wireguard\ninterface-name=w\n[wireguard-peer.{key}]\nallowed-ips=10.0.0.0/8;10.9.9.9;\n\
         preshared-key=geheim\n[wireguard-peer.short]\nendpoint=x:1\n"
    );
    let (network, cx) = parse(&text);
    let LinkKind::Wireguard(wireguard) = &network.links[0].kind.value else { panic!("no wireguard") };
    assert_eq!(wireguard.peers.len(), 1);
    assert_eq!(wireguard.peers[0].allowed_ips.items[1].value.to_string(), "10.9.9.9/32");
    assert_eq!(codes(&cx), ["S301"]);
    assert!(cx.diagnostics.iter().all(|d| !d.message.contains("geheim")));
}

#[test]
fn a_missing_uuid_is_a_hash_of_the_path() {
    let (network, _) = parse("[connection]\ntype=ethernet\n");
    let uuid = &network.links[0].uuid.as_ref().unwrap().value;
    assert!(is_uuid(uuid) && uuid.as_bytes()[14] == b'3', "{uuid}");
    assert_eq!(said(&network.links[0], "id").as_deref(), Some("x"));
}

#[test]
fn unmanaged_devices_and_link_files_are_read() {
    let mut tree = MemoryTree::default();
    tree.add(
        format!("{ETC}/x.nmconnection"),
        ethernet("interface-name=lan0\n[ethernet]\nmac-address=52:54:00:00:00:01\n"),
    );
    let conf = "[keyfile]\nunmanaged-devices=interface-name:lan0;mac:52:54:00:00:00:09;driver:veth\n";
    tree.add("/etc/NetworkManager/conf.d/90-x.conf", conf);
    tree.add(
        "/etc/systemd/network/10-lan0.link",
        "[Match]\nMACAddress=52:54:00:00:00:01\n\n[Link]\nName=lan0\n",
    );
    let (network, cx) = parse_tree(&tree);
    let managed: Vec<_> = network.links.iter().map(|l| said(l, "managed")).collect();
    assert_eq!(managed, [Some("false".to_owned()), Some("false".to_owned())]);
    assert_eq!(
        network.links[0].name.as_ref().unwrap().origin.spans().len(),
        3,
        "the .link file backs the name"
    );
    assert_eq!(codes(&cx), ["N302"]);
}

#[test]
fn lone_files_find_their_place() {
    let place = |name: &str, text: &str| Keyfile.place(name, text);
    assert_eq!(
        place("eth0", "[connection]\n").as_deref(),
        Some("/etc/NetworkManager/system-connections/eth0.nmconnection")
    );
    assert_eq!(place("../x", "DEVICE=eth0\n"), None);
}
