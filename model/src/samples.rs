//! Values for each setting of the model, by its declaration alone: for checks that nothing of the model is forgotten.

use crate::facts::ROOT;
use crate::path::{FieldPath, Seen, walk_all};
use crate::reflect::{Leaf, Node};
use crate::source::Origin;
use crate::value::Value;

/// Texts of all sorts that settings take; the first two name links, too.
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

/// Values that the setting takes: the words of its type, or those of the sample texts, numbers and truth values that suit
/// it. The setting itself is cleared.
pub fn samples(leaf: &mut dyn Leaf) -> Vec<Value> {
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
        if leaf.set(&value, Origin::default_value()).is_ok() {
            taken.push(value);
        }
    }
    leaf.clear();
    taken
}

/// The paths of all settings of a struct whose groups are made (`grow_all`).
#[must_use]
pub fn paths(node: &dyn Node) -> Vec<FieldPath> {
    let mut paths = Vec::new();
    walk_all(node, ROOT, &mut |path, seen| {
        if let Seen::Leaf(_) = seen {
            paths.push(path);
        }
    });
    paths
}
