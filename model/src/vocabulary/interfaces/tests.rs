use super::*;
use crate::link::{Link, LinkKind};
use crate::reflect::Leaf;
use crate::source::Origin;
use crate::value::Value;

fn link_for(path: FieldPath) -> Link {
    let mut link = Link::default();
    let first = path.names().next().unwrap_or("");
    if let Some(word) = LinkKind::WORDS.iter().find(|w| w.replace('-', "_") == first) {
        link.kind.value = LinkKind::of(word).unwrap();
    }
    link
}

/// A value that the setting and the codec both take.
fn sample(row: &Row, leaf: &mut dyn Leaf) -> Option<Value> {
    const TEXTS: [&str; 10] =
        ["1", "2", "192.0.2.1", "::1", "on", "52:54:00:12:34:56", "gre", "802.1q", "g", "auto"];
    let accepted = |text: &&str| row.codec.read(text).is_ok_and(|value| leaf_takes(leaf, row, &value));
    let text = TEXTS.iter().copied().find(accepted)?;
    row.codec.read(text).ok()
}

fn leaf_takes(leaf: &mut dyn Leaf, row: &Row, value: &Value) -> bool {
    let value = match row.place {
        Place::Entry(..) => Value::Map([("x".to_owned(), value.clone())].into_iter().collect()),
        Place::Link(_)
        | Place::Ip(_)
        | Place::Port(_)
        | Place::Sysctl(_)
        | Place::Own
        | Place::Extra
        | Place::Idle => value.clone(),
    };
    leaf.set(&value, Origin::default_value()).is_ok()
}

#[test]
fn every_row_names_a_setting_that_takes_its_values() {
    for row in rows() {
        for path in [false, true].into_iter().filter_map(|v6| row.path(v6)) {
            let mut link = link_for(path);
            let leaf = link.leaf_mut(path).unwrap_or_else(|| panic!("{}: no setting {path}", row.name));
            let value = sample(row, leaf).unwrap_or_else(|| panic!("{}: no value for {path}", row.name));
            let text = row.codec.write(&value, Reader::Ifupdown).unwrap();
            assert_eq!(row.codec.read(&text).as_ref(), Ok(&value), "{}: {text}", row.name);
        }
        assert!(!row.doc().is_empty(), "{} has no documentation", row.name);
        assert_eq!(row.codec == Codec::Special, row.place == Place::Own, "{}", row.name);
    }
}

#[test]
fn no_name_stands_for_two_options_of_one_reader() {
    for reader in Reader::ALL {
        let mut seen = std::collections::HashSet::new();
        for row in rows().filter(|row| row.readers.has(reader)) {
            for name in std::iter::once(&row.name).chain(row.aliases) {
                assert!(seen.insert((*name, row.is_prefix)), "{name} twice for {}", reader.name());
            }
        }
    }
}

#[test]
fn names_are_spelt_as_each_reader_has_them() {
    let name = |name, reader| lookup(name, reader).map(|(row, rest)| format!("{}{rest}", row.name));
    let found = |text: &str| Some(text.to_owned());
    assert_eq!(name("bridge_ports", Reader::Ifupdown), found("bridge-ports"));
    assert_eq!(name("Bridge-Ports", Reader::Ifupdown), found("bridge-ports"));
    assert_eq!(name("bridge_ports", Reader::Ifupdown2), found("bridge-ports"));
    assert_eq!(name("bridge_ports", Reader::IfupdownNg), None, "it makes no bridge of that");
    assert_eq!(
        name("accept-ra", Reader::Ifupdown),
        None,
        "ifupdown compares its own options letter by letter"
    );
    assert_eq!(name("accept_ra", Reader::Ifupdown), found("accept_ra"));
    assert_eq!(name("accept_ra", Reader::IfupdownNg), found("ipv6-accept-ra"));
    assert_eq!(
        name("hardware_irq_coalesce_rx_usecs", Reader::Ifupdown),
        found("hardware-irq-coalesce-rx-usecs")
    );
    assert_eq!(name("offload-", Reader::Ifupdown), None);
    assert_eq!(name("bond-slaves", Reader::IfupdownNg), found("bond-members"));
    assert_eq!(name("bridge-vids", Reader::Ifupdown), None);
}

#[test]
fn settings_are_said_by_the_option_of_the_reader() {
    let option = |path, reader| option_for(FieldPath::parse(path), reader).map(|row| row.name);
    assert_eq!(option("bridge.stp", Reader::Ifupdown), Some("bridge-stp"));
    assert_eq!(option("vxlan.port", Reader::Ifupdown2), Some("vxlan-port"));
    assert_eq!(option("vxlan.port", Reader::IfupdownNg), Some("vxlan-dstport"));
    assert_eq!(option("vxlan.port", Reader::Ifupdown), None);
    assert_eq!(option("ipv6.dhcp_hostname", Reader::Ifupdown), Some("hostname"));
    assert_eq!(option("mtu", Reader::Ifupdown2), Some("mtu"));
    let entry =
        |path, name, reader| option_for_entry(FieldPath::parse(path), name, reader).map(|(_, name)| name);
    assert_eq!(entry("ethtool.features", "gro", Reader::Ifupdown).as_deref(), Some("offload-gro"));
    assert_eq!(entry("ethtool.features", "gro", Reader::Ifupdown2).as_deref(), Some("gro-offload"));
    assert_eq!(entry("ethtool.features", "sg", Reader::Ifupdown2), None);
}

#[test]
fn methods_depend_on_the_reader() {
    assert!(method::find("inet6", "auto", Reader::Ifupdown).is_some());
    assert!(
        method::find("inet6", "auto", Reader::Ifupdown2).is_none(),
        "it prints an error and does nothing"
    );
    assert!(method::find("inet", "dhcp6", Reader::Ifupdown).is_none());
}
