use super::*;
use crate::bond::Bond;
use crate::hook::Hook;
use crate::ip::IpConfig;
use crate::link::LinkKind;
use crate::network::Owned;
use crate::path::{grow_all, leaf_at, walk_all};
use crate::reflect::List;
use crate::route::Route;
use crate::source::{At, SourceId, Span};
use crate::sysctl::Sysctl;
use crate::vlan::Vlan;

fn map(text: &str) -> RenameMap {
    RenameMap::new(text.split(',').map(|entry| entry.parse().unwrap()).collect()).unwrap()
}

fn said<T: crate::value::Scalar>(text: &str) -> Option<At<T>> {
    Some(At::new(T::from_text(text).unwrap(), Origin::at(Span::new(SourceId(0), 1, 2))))
}

fn list<T: crate::value::Scalar>(items: &[&str]) -> List<T> {
    List { items: items.iter().filter_map(|text| said(text)).collect(), said: None }
}

fn link(name: &str) -> Link {
    Link { name: said(name), ..Link::default() }
}

fn facts(network: &Network) -> Vec<String> {
    let of = |fact: crate::facts::Fact| format!("{} = {}", fact.path.field, fact.value);
    crate::facts::said(network).into_iter().map(of).collect()
}

#[test]
fn a_name_goes_wherever_the_link_is_named() {
    let mut vlan = link("eth0.7");
    vlan.kind.value = LinkKind::Vlan(Box::new(Vlan { parent: said("eth0"), ..Vlan::default() }));
    let mut bond = link("bond0");
    bond.kind.value = LinkKind::Bond(Box::new(Bond { primary: said("eth0"), ..Bond::default() }));
    let ipv4 = IpConfig { addresses: list(&["192.0.2.1/24 label eth0:1"]), ..IpConfig::default() };
    let first = Link { id: said("System eth0"), ipv4: Some(Box::new(ipv4)), ..link("eth0") };
    let mut network = Network { links: vec![first, vlan, bond], ..Network::default() };
    network.routes.push(Owned { owner: None, item: Route { dev: said("eth0"), ..Route::default() } });
    let key = said("net.ipv4.conf.eth0.forwarding");
    network.sysctls.push(Owned { owner: None, item: Sysctl { key, ..Sysctl::default() } });
    let command = said("ip route add default dev eth0 # not eth00");
    network.hooks.push(Owned { owner: None, item: Hook { command, ..Hook::default() } });
    let found = map("name:eth0=ens3").apply(&mut network).unwrap();
    let expected = [
        "name = ens3",
        "kind = ethernet",
        "id = System ens3",
        "ipv4.addresses = [192.0.2.1/24 label ens3:1]",
        "name = eth0.7",
        "kind = vlan",
        "vlan.parent = ens3",
        "name = bond0",
        "kind = bond",
        "bond.primary = ens3",
        "dev = ens3",
        "key = net.ipv4.conf.ens3.forwarding",
        "command = ip route add default dev eth0 # not eth00",
    ];
    assert_eq!(facts(&network), expected);
    // The VLAN's own name and the command are told with their places.
    assert_eq!(found.iter().map(|d| d.code.id).collect::<Vec<_>>(), ["N002", "N002"]);
    assert!(found.iter().all(|d| d.labels.len() == 1), "{found:?}");
}

#[test]
fn two_names_change_places() {
    let mut network = Network { links: vec![link("a"), link("b")], ..Network::default() };
    assert!(map("name:a=b,name:b=a").apply(&mut network).unwrap().is_empty());
    assert_eq!(network.links, [link("b"), link("a")]);
}

#[test]
fn addresses_keep_their_prefix_and_what_names_them_follows() {
    let ipv4 = IpConfig {
        addresses: list(&["192.0.2.1/24 brd 192.0.2.255", "192.0.2.11/24"]),
        gateway: said("192.0.2.254"),
        dns: list(&["192.0.2.1", "192.0.2.1#name"]),
        ..IpConfig::default()
    };
    let mut network =
        Network { links: vec![Link { ipv4: Some(Box::new(ipv4)), ..link("a") }], ..Network::default() };
    let item =
        crate::nat::Nat { to: said("192.0.2.1:80"), source: said("192.0.2.1/32"), ..Default::default() };
    network.nat.push(Owned { owner: None, item });
    let found = map("addr:192.0.2.1=198.51.100.7,addr:192.0.2.254=198.51.100.1").apply(&mut network).unwrap();
    let expected = [
        "name = a",
        "kind = ethernet",
        "ipv4.addresses = [198.51.100.7/24 brd 192.0.2.255, 192.0.2.11/24]",
        "ipv4.gateway = 198.51.100.1",
        "ipv4.dns = [198.51.100.7, 198.51.100.7#name]",
        "source = 198.51.100.7/32",
        "to = 198.51.100.7:80",
    ];
    assert_eq!(facts(&network), expected);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn what_cannot_be_mapped_is_told() {
    for (text, part) in [
        ("eth0=ens3", "maps nothing"),
        ("name:eth0", "maps nothing"),
        ("name:eth0=a-name-of-16-byte", "no interface name"),
        ("mac:eth0=52:54:00:00:00:01", "no hardware address"),
        ("mac:52:54:00:00:00:01=52:54:00:00:00:01:02:03", "different length"),
        ("addr:192.0.2.1/24=192.0.2.2", "no IP address"),
        ("addr:192.0.2.1=2001:db8::1", "different families"),
        ("uuid:a=b", "nothing that can be mapped"),
    ] {
        let error = text.parse::<Entry>().unwrap_err();
        assert!(error.message.contains(part) && !error.help.is_empty(), "{error:?}");
    }
    for twice in ["name:a=b,name:a=c", "name:a=c,name:b=c"] {
        let entries = twice.split(',').map(|entry| entry.parse().unwrap()).collect();
        assert!(RenameMap::new(entries).unwrap_err().message.contains("contradict"), "{twice}");
    }
    let mut network = Network { links: vec![link("a"), link("b")], ..Network::default() };
    let before = network.clone();
    assert!(map("name:a=b").apply(&mut network).unwrap_err().message.contains("another link has `b`"));
    assert_eq!(network, before);
    let found = map("name:c=d").apply(&mut network).unwrap();
    assert_eq!(found.iter().map(|d| d.code.id).collect::<Vec<_>>(), ["N001"]);
}

/// Each field that is typed as a link, a hardware address or an IP address takes its new name, and so does each text whose row
/// says that it holds one.
#[test]
fn every_field_that_names_something_is_reached() {
    const SAMPLES: [(&str, &str); 9] = [
        ("eth0", "ens3"),
        ("net.ipv4.conf.eth0.rp_filter", "net.ipv4.conf.ens3.rp_filter"),
        ("52:54:00:00:00:01", "52:54:00:00:00:99"),
        ("192.0.2.1", "198.51.100.1"),
        ("192.0.2.1/24", "198.51.100.1/24"),
        ("2001:db8::1", "2001:db8::99"),
        ("2001:db8::1/64", "2001:db8::99/64"),
        ("[2001:db8::1]:51820", "[2001:db8::99]:51820"),
        ("192.0.2.1,192.0.2.9", "198.51.100.1,192.0.2.9"),
    ];
    let map = map("name:eth0=ens3,mac:52:54:00:00:00:01=52:54:00:00:00:99,addr:192.0.2.1=198.51.100.1,\
                   addr:2001:db8::1=2001:db8::99");
    let mut reached = 0;
    let mut check = |subject: Subject, node: &mut dyn Node| {
        let mut paths = Vec::new();
        walk_all(node, FieldPath::new([""; 3]), &mut |path, _| paths.push(path));
        for path in paths {
            let form = names::of(subject, path).unwrap().form;
            let Some(leaf) = leaf_at(node, path) else { continue };
            let is_named = leaf.holds() != Holds::Nothing
                || matches!(form, Form::LinkName | Form::LinkNames | Form::Address | Form::SettingName);
            let mut changed = false;
            for (old, new) in SAMPLES {
                let (old, new) = (Value::text(old), Value::text(new));
                for (old, new) in [
                    (old.clone(), new.clone()),
                    (Value::List(vec![old.clone()]), Value::List(vec![new.clone()])),
                    (Value::Map(vec![("k".into(), old)]), Value::Map(vec![("k".into(), new)])),
                ] {
                    leaf.clear();
                    if leaf.set(&old, Origin::default_value()).is_ok() {
                        // A number takes the dotted text of one (the key of a tunnel) and names no address by it.
                        if leaf.holds() == Holds::Nothing && leaf.value().as_ref() != Some(&old) {
                            continue;
                        }
                        let mut work = Work { map: &map, used: vec![false; 4], found: Vec::new() };
                        work.leaf(form, leaf);
                        let is_new = leaf.value().as_ref() == Some(&new);
                        changed |= is_new;
                        // What is not taken apart is at least told.
                        let is_secret = leaf.is_secret();
                        assert!(
                            is_new || !work.found.is_empty() || is_secret,
                            "{path}: {old} is lost sight of"
                        );
                    }
                }
            }
            leaf.clear();
            reached += usize::from(changed);
            assert!(!is_named || changed, "{path} keeps its old name");
        }
    };
    for word in LinkKind::WORDS {
        let mut link = Link::default();
        link.kind.value = LinkKind::of(word).unwrap();
        grow_all(&mut link);
        check(Subject::Link(crate::link::LinkId(0)), &mut link);
    }
    let mut network = Network::default();
    for kind in EntryKind::ALL {
        grow_all(network.grow(*kind, None));
        check(Subject::Entry(*kind, 0), network.entry_mut(*kind, 0));
    }
    assert!(reached > 100, "{reached}");
}
