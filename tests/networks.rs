//! Networks made of the model's own declaration, whatever their settings: JSON says all of each, and what any format
//! makes of it is an input of that format without a contradiction.
//!
//! No parser gives some of these networks – a route without destination, a guest's interface without guest – and no
//! format can say them. The self-check refuses them, which is no failure here; what it lets pass has to hold.
//!
//! There is one generator. Its settings are those that the model declares, with values that their types take, so a new
//! field is generated without a line here; [`every_field`] holds it to that.

use crate::conversion::{self, Outcome};
use crate::round_trips::{check, sound};
use libtest_mimic::{Failed, Trial};
use netpivot_emitters::OutputFile;
use netpivot_model::dialect::{Dialect, IFCFG, INTERFACES, KEYFILE};
use netpivot_model::facts;
use netpivot_model::json;
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::network::{EntryKind, Network};
use netpivot_model::path::{FieldPath, Subject, grow_all, leaf_at};
use netpivot_model::reflect::Node;
use netpivot_model::samples::{paths, samples};
use netpivot_model::source::Origin;
use netpivot_model::value::{Holds, Value};
use netpivot_parsers::tree::MemoryTree;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

/// How many networks each property sees.
const CASES: u32 = 300;

/// What every network is written in.
const TARGETS: [&str; 9] = [
    "keyfile",
    "ifcfg:networkmanager",
    "ifcfg:initscripts",
    "ifcfg:suse",
    "interfaces",
    "interfaces:ifupdown2",
    "interfaces:ifupdown-ng",
    "iproute",
    "libvirt",
];

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let mut trials = vec![
        Trial::test("networks::every-field", every_field),
        Trial::test("networks::json", || check(CASES, network(), comes_back_as_json)),
    ];
    trials.extend(TARGETS.map(|target| {
        Trial::test(format!("networks::{target}"), move || {
            let said = Cell::new(0);
            check(CASES, network(), |network| comes_back(network, target, &said))?;
            if said.get() < CASES / 10 {
                return Err(format!("only {} of {CASES} networks went into {target}", said.get()).into());
            }
            Ok(())
        })
    }));
    trials
}

/// What the self-check lets pass is an input of its own, which is read, written and checked once more.
fn comes_back(network: &Network, target: &str, said: &Cell<u32>) -> Result<(), TestCaseError> {
    let first = conversion::run(&as_json(network), &conversion::request(Some("json"), target));
    if first.bug || first.outputs.is_empty() {
        return Ok(());
    }
    said.set(said.get() + 1);
    sound(&first)?;
    sound(&conversion::run(&read_again(&first), &conversion::request(Some(target), target)))
}

/// The model's own form says all of it.
fn comes_back_as_json(network: &Network) -> Result<(), TestCaseError> {
    let done = conversion::run(&as_json(network), &conversion::request(Some("json"), "json"));
    sound(&done)?;
    let text: String = done.outputs.into_iter().map(|OutputFile { text, .. }| text).collect();
    prop_assert_eq!(text, json::to_text(network, true));
    Ok(())
}

fn as_json(network: &Network) -> MemoryTree {
    [(json::PATH, json::to_text(network, true))].into_iter().collect()
}

fn read_again(outcome: &Outcome) -> MemoryTree {
    outcome.outputs.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect()
}

/// The networks of a run say every setting of every kind of link and of every kind of entry.
fn every_field() -> Result<(), Failed> {
    let seen: RefCell<BTreeSet<String>> = RefCell::default();
    check(CASES, network(), |network| {
        facts::visit(network, &mut |path, _| {
            seen.borrow_mut().insert(named(path.subject, path.field));
        });
        Ok(())
    })?;
    let mut declared = BTreeSet::new();
    for word in LinkKind::WORDS {
        let mut link = link(word);
        grow_all(&mut link);
        declared.extend(paths(&link).into_iter().map(|path| format!("link {}", plain(path))));
    }
    for kind in EntryKind::ALL {
        let mut network = Network::default();
        grow_all(network.grow(*kind, None));
        declared.extend(
            paths(network.entry(*kind, 0)).into_iter().map(|path| format!("{kind:?} {}", plain(path))),
        );
    }
    let seen = seen.into_inner();
    let missing: Vec<&String> = declared.difference(&seen).collect();
    if missing.is_empty() && declared.len() > 300 {
        return Ok(());
    }
    Err(format!("of {} settings these are never generated: {missing:?}", declared.len()).into())
}

fn named(subject: Subject, field: FieldPath) -> String {
    match subject {
        Subject::Link(_) => format!("link {}", plain(field)),
        Subject::Entry(kind, _) => format!("{kind:?} {}", plain(field)),
    }
}

/// The path without the number of a repeated group.
fn plain(path: FieldPath) -> String {
    path.names().collect::<Vec<_>>().join(".")
}

/// A setting and a value that it takes.
type Setting = (FieldPath, Value);

fn link(word: &str) -> Link {
    let mut link = Link::default();
    link.kind.value = LinkKind::of(word).expect("a word of a kind");
    link
}

/// Every setting of a struct, with each value that the samples have for it.
fn settings(node: &mut dyn Node) -> Vec<(FieldPath, Vec<Value>)> {
    grow_all(node);
    let found = paths(node);
    let values = |path| {
        let Some(leaf) = leaf_at(node, path) else { return Vec::new() };
        // No link has a name with one of these (net/core/dev.c, dev_valid_name).
        let is_fit = |value: &Value| !value.to_string().contains([':', '/']);
        let names_links = matches!(leaf.holds(), Holds::Link);
        samples(leaf).into_iter().filter(|value| !names_links || is_fit(value)).collect()
    };
    found.iter().copied().zip(found.iter().copied().map(values)).collect()
}

fn some_of(settings: Vec<(FieldPath, Vec<Value>)>, most: usize) -> BoxedStrategy<Vec<Setting>> {
    let settings: Vec<_> = settings.into_iter().filter(|(_, values)| !values.is_empty()).collect();
    if settings.is_empty() {
        return Just(Vec::new()).boxed();
    }
    let one = select(settings).prop_flat_map(|(path, values)| (Just(path), select(values)));
    vec(one, 0..most).boxed()
}

/// A link of any kind; settings of its own kind are as many as all others.
fn any_link() -> impl Strategy<Value = (&'static str, Vec<Setting>)> {
    let of_kinds = LinkKind::WORDS.iter().map(|word| {
        let mut example = link(word);
        let all = settings(&mut example);
        let is_own = |(path, _): &(FieldPath, Vec<Value>)| {
            path.names().next() == Some(example.kind.value.field_name())
                && example.field(example.kind.value.field_name()).is_none()
        };
        let (own, common): (Vec<_>, Vec<_>) = all.into_iter().partition(is_own);
        let both = (some_of(common, 16), some_of(own, 40));
        both.prop_map(move |(common, own)| (*word, [common, own].concat())).boxed()
    });
    proptest::strategy::Union::new(of_kinds)
}

fn any_entry() -> impl Strategy<Value = (EntryKind, Option<u32>, Vec<Setting>)> {
    let of_kinds = EntryKind::ALL.iter().map(|kind| {
        let mut network = Network::default();
        let all = settings(network.grow(*kind, None));
        let owner = proptest::option::of(0..3u32);
        (Just(*kind), owner, some_of(all, 8)).boxed()
    });
    proptest::strategy::Union::new(of_kinds)
}

/// A network of up to three links, `a`, `b` and `c` – the names that the samples speak of –, and entries beside them.
fn network() -> impl Strategy<Value = Network> {
    let dialects = [
        Dialect::default(),
        Dialect::with(KEYFILE, ""),
        Dialect::with(IFCFG, "networkmanager"),
        Dialect::with(INTERFACES, "ifupdown"),
    ];
    (select(dialects.to_vec()), vec(any_link(), 1..4), vec(any_entry(), 0..6)).prop_map(
        |(dialect, links, entries)| {
            let mut network = Network { dialect, ..Network::default() };
            for ((word, settings), name) in links.into_iter().zip(["a", "b", "c"]) {
                let mut made = link(word);
                put(&mut made, &settings);
                put(&mut made, &[(FieldPath::parse("name"), Value::text(name))]);
                network.add_link(made);
            }
            let count = u32::try_from(network.links.len()).unwrap_or(0);
            for (kind, owner, settings) in entries {
                let owner = owner.filter(|owner| *owner < count).map(LinkId);
                put(network.grow(kind, owner), &settings);
            }
            network
        },
    )
}

fn put(node: &mut dyn Node, settings: &[Setting]) {
    for (path, value) in settings {
        let leaf = leaf_at(node, *path).expect("a setting of the struct");
        leaf.set(value, Origin::default_value()).expect("a value of the setting's samples");
    }
}
