//! Comparing: a network is the same as itself, the same network in two formats differs in what is declared and in nothing
//! else, and a change in one of the two formats shows.

use crate::conversion;
use crate::declared::Differences;
use crate::fixture::{Fixture, fixture, fixtures};
use libtest_mimic::{Failed, Trial};
use netpivot::pipeline::difference::{Difference, is_whole};
use netpivot::pipeline::{Loaded, load_from_state};
use netpivot_model::compare::Change;
use netpivot_model::facts;
use netpivot_model::path::{FieldPath, Subject, walk_mut};
use netpivot_model::reflect::Leaf;
use netpivot_model::source::Origin;
use netpivot_model::value::Value;
use netpivot_parsers::tree::{MemoryTree, Tree};

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    for fixture in fixtures() {
        let mut case = |what: String, run: fn(&Fixture, &str) -> Result<(), Failed>, tree: &str| {
            let (name, tree) = (fixture.name.clone(), tree.to_owned());
            let title = format!("difference/{name}/{what}");
            trials.push(Trial::test(title, move || run(&self::fixture(&name), &tree)));
        };
        let trees = fixture.trees();
        for tree in &trees {
            case(format!("{tree}-{tree}"), itself, tree);
        }
        for other in trees.iter().skip(1) {
            case(format!("{}-{other}", trees[0]), declared, other);
        }
    }
    for (name, to) in CHANGED {
        let title = format!("difference/{name}/each-change-shows-as-{to}");
        trials.push(Trial::test(title, move || each_change_shows(&fixture(name), to)));
    }
    trials
}

/// Scenarios of which each setting is changed, and the format that the changed network comes from.
const CHANGED: [(&str, &str); 3] =
    [("bond-vlan-bridge", "keyfile"), ("dual-stack", "keyfile"), ("static-bridge", "interfaces")];

fn load(fixture: &Fixture, tree: &str) -> Result<Loaded, Failed> {
    let state = fixture.state(tree);
    let state = state.as_ref().map(|tree| tree as &dyn Tree);
    let from = conversion::request(Some(&fixture.source(tree)), "json").from;
    load_from_state(&fixture.tree(tree), from.as_ref(), state).map_err(|failure| failure.message.into())
}

/// The network of a scenario's first tree as that format has it.
fn converted(fixture: &Fixture, to: &str) -> Result<Loaded, Failed> {
    let made = fixture.convert(fixture.first(), to);
    let tree: MemoryTree = made.outputs.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect();
    let from = conversion::request(Some(to), "json").from;
    load_from_state(&tree, from.as_ref(), None).map_err(|failure| failure.message.into())
}

fn itself(fixture: &Fixture, tree: &str) -> Result<(), Failed> {
    let of = Difference::of(load(fixture, tree)?, load(fixture, tree)?);
    if of.is_empty() && of.unsayable.is_empty() { Ok(()) } else { Err(format!("{:?}", of.changes).into()) }
}

fn declared(fixture: &Fixture, other: &str) -> Result<(), Failed> {
    let of = Difference::of(load(fixture, fixture.first())?, load(fixture, other)?);
    let mut differences = Differences::of(fixture, other);
    for change in of.changes.iter().filter(|change| !is_of_a_lone_link(change)) {
        let fact = label(&of, change);
        differences.differs(&fact, &|| format!("{fact}: {:?} {:?}", change.old, change.new));
    }
    let wrong = differences.undeclared();
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// A link that one tree alone has is declared as a whole.
fn is_of_a_lone_link(change: &Change) -> bool {
    match (change.old_path, change.new_path) {
        (Some(path), None) | (None, Some(path)) => {
            matches!(path.subject, Subject::Link(_)) && !is_whole(path)
        }
        (Some(_), Some(_)) | (None, None) => false,
    }
}

fn label(of: &Difference, change: &Change) -> String {
    let (network, path) = match (change.old_path, change.new_path) {
        (Some(path), _) => (&of.old.network, path),
        (None, Some(path)) => (&of.new.network, path),
        (None, None) => return "nothing".to_owned(),
    };
    format!("{} {}", facts::subject_label(network, path.subject), path.field).trim_end().to_owned()
}

/// Settings of a changed network that an ifcfg file has no words for.
const NOT_IN_IFCFG: [&str; 1] = ["eni.bridge_maxwait"];

/// Each setting that the network in the other format says is changed, and each change shows.
fn each_change_shows(fixture: &Fixture, to: &str) -> Result<(), Failed> {
    let mut wrong = Vec::new();
    let mut shown = 0;
    let links = converted(fixture, to)?.network.links.len();
    for link in 0..links {
        // `lo` starts by itself on a host with ifcfg files.
        if converted(fixture, to)?.network.links[link].label() == "lo" {
            continue;
        }
        for n in 0.. {
            let mut new = converted(fixture, to)?;
            let mut at = 0;
            let mut changed = None;
            walk_mut(&mut new.network.links[link], FieldPath::new([""; 3]), &mut |path, leaf| {
                if at == n {
                    changed = Some((path, change(leaf)));
                }
                at += 1;
            });
            match changed {
                None => break,
                Some((_, false)) => {}
                Some((path, true)) => {
                    let of = Difference::of(load(fixture, fixture.first())?, new);
                    let excused = NOT_IN_IFCFG.iter().any(|field| path.is(field));
                    if of.is_empty() && !excused {
                        wrong.push(format!("{path} of link {link} changes unseen"));
                    }
                    shown += usize::from(!of.is_empty());
                }
            }
        }
    }
    if shown < 5 {
        wrong.push(format!("only {shown} changes were seen"));
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// Changes a truth value, a number or the last digit of a text; false where there is nothing to change.
fn change(leaf: &mut dyn Leaf) -> bool {
    fn other(value: &Value) -> Option<Value> {
        match value {
            Value::Bool(on) => Some(Value::Bool(!on)),
            Value::Int(n) => Some(Value::Int(n + 1)),
            Value::Text(text) => {
                let at = text.rfind(|c: char| c.is_ascii_digit() && c != '9')?;
                let digit = text.as_bytes()[at] + 1;
                Some(Value::text(format!("{}{}{}", &text[..at], char::from(digit), &text[at + 1..])))
            }
            Value::List(items) => {
                let mut items = items.clone();
                *items.first_mut()? = other(items.first()?)?;
                Some(Value::List(items))
            }
            Value::Secret(_) | Value::Map(_) => None,
        }
    }
    let new = leaf.value().as_ref().and_then(other);
    new.is_some_and(|new| leaf.set(&new, Origin::default_value()).is_ok())
}
