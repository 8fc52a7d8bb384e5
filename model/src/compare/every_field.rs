//! A change of any setting of the model is a change of the network.

use super::compare;
use crate::link::{Link, LinkKind};
use crate::network::{EntryKind, Network};
use crate::path::{FieldPath, grow_all, leaf_at, walk_mut};
use crate::reflect::Node;
use crate::samples::{paths, samples};
use crate::source::Origin;
use crate::value::Value;

/// Networks that differ in that one setting of the node that `make` makes.
fn differ(path: FieldPath, make: &dyn Fn() -> Network, node: &dyn Fn(&mut Network) -> &mut dyn Node) {
    let mut old = make();
    let mut found = samples(leaf_at(node(&mut old), path).unwrap());
    found.truncate(2);
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
