//! A change of any setting of the model is a change of the network.

use super::compare;
use crate::link::{Link, LinkKind};
use crate::network::{EntryKind, Network};
use crate::path::{FieldPath, grow_all, leaf_at, walk_all, walk_mut};
use crate::reflect::{Leaf, Node};
use crate::source::Origin;
use crate::value::Value;

const TEXTS: [&str; 11] = [
    "a",
    "b",
    "192.0.2.1",
    "192.0.2.2",
    "2001:db8::1",
    "2001:db8::2",
    "192.0.2.1/24",
    "2001:db8::1/64",
    "2001:db8::2/64",
    "52:54:00:00:00:01",
    "52:54:00:00:00:02",
];

/// Two values that the setting takes, as far as it takes two.
fn samples(leaf: &mut dyn Leaf) -> Vec<Value> {
    let mut words: Vec<String> = TEXTS.iter().map(|text| (*text).to_owned()).collect();
    // A type of words names them in its error.
    if let Err(error) = leaf.set(&Value::text("no such word"), Origin::default_value()) {
        words.extend(error.expected.split('`').skip(1).step_by(2).map(str::to_owned));
    }
    let single: Vec<Value> =
        [Value::Bool(false), Value::Bool(true), Value::Int(1), Value::Int(2), Value::Int(0)]
            .into_iter()
            .chain(words.into_iter().map(Value::text))
            .collect();
    let lists = single.iter().map(|value| Value::List(vec![value.clone()]));
    let maps = single.iter().map(|value| Value::Map(vec![("key".to_owned(), value.clone())]));
    let mut taken = Vec::new();
    for value in single.iter().cloned().chain(lists).chain(maps) {
        leaf.clear();
        if taken.len() < 2 && leaf.set(&value, Origin::default_value()).is_ok() {
            taken.push(value);
        }
    }
    leaf.clear();
    taken
}

fn paths(node: &dyn Node) -> Vec<FieldPath> {
    let mut paths = Vec::new();
    walk_all(node, FieldPath::new([""; 3]), &mut |path, seen| {
        if let crate::path::Seen::Leaf(_) = seen {
            paths.push(path);
        }
    });
    paths
}

/// Networks that differ in that one setting of the node that `make` makes.
fn differ(path: FieldPath, make: &dyn Fn() -> Network, node: &dyn Fn(&mut Network) -> &mut dyn Node) {
    let mut old = make();
    let found = samples(leaf_at(node(&mut old), path).unwrap());
    assert!(!found.is_empty(), "no value of the test suits {path}");
    let mut new = old.clone();
    let set = |network: &mut Network, value: &Value| {
        leaf_at(node(network), path).unwrap().set(value, Origin::default_value()).unwrap();
    };
    set(&mut old, &found[0]);
    set(&mut new, found.get(1).unwrap_or(&found[0]));
    if found.len() == 1 {
        walk_mut(node(&mut new), FieldPath::new([""; 3]), &mut |_, leaf| leaf.clear());
    }
    assert!(!compare(&old, &new).is_empty(), "{path}: {found:?} make no difference");
    assert_eq!(compare(&old, &old), [], "{path}");
}

#[test]
fn each_setting_of_a_link_makes_a_difference() {
    for word in LinkKind::WORDS {
        let make = || {
            let mut link = Link::default();
            link.kind.value = LinkKind::of(word).unwrap();
            Network { links: vec![link], ..Network::default() }
        };
        let mut full = make();
        grow_all(&mut full.links[0]);
        for path in paths(&full.links[0]) {
            differ(path, &make, &|network| &mut network.links[0]);
        }
    }
}

#[test]
fn each_setting_of_an_entry_makes_a_difference() {
    for kind in EntryKind::ALL {
        let mut full = Network::default();
        grow_all(full.grow(*kind, None));
        for path in paths(full.entry(*kind, 0)) {
            let make = || {
                let mut network = Network::default();
                network.grow(*kind, None);
                network
            };
            differ(path, &make, &|network| network.entry_mut(*kind, 0));
        }
    }
}
