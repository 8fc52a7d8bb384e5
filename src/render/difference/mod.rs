//! What differs between two networks, for people and for programs.
//!
//! Both forms are made of the same lines, so that they tell the same.

use crate::pipeline::Loaded;
use crate::pipeline::difference::{Difference, LeftoverChange, Whose, is_whole};
use foldhash::HashMap;
use netpivot_model::compare::Change;
use netpivot_model::facts;
use netpivot_model::network::{EntryKind, Network};
use netpivot_model::path::{FactPath, FieldPath, Subject};
use netpivot_model::secret::HIDDEN;
use netpivot_model::source::Span;
use netpivot_model::value::Value;
use netpivot_model::vocabulary::names::{self, Form, Named};
use std::borrow::Cow;

mod json;
mod text;

pub use json::to_text as to_json;
pub use text::{not_compared, to_text};

/// What became of a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Changed,
    Added,
    Removed,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Kind::Changed => "changed",
            Kind::Added => "added",
            Kind::Removed => "removed",
        }
    }
}

/// One difference.
struct Line {
    kind: Kind,
    whose: Whose,
    /// The link as a whole.
    is_link: bool,
    /// `route 10.0.0.0/8`, where it is about an entry.
    entry: Option<String>,
    /// The path of the setting; `None` for an entry as a whole and for what the model has no place for.
    field: Option<FieldPath>,
    /// What people call it.
    name: Option<String>,
    old: Option<Side>,
    new: Option<Side>,
}

/// One side of a difference.
struct Side {
    value: Option<Value>,
    /// It is the value of one setting, and no summary.
    is_typed: bool,
    /// The value for people.
    told: String,
    place: Place,
}

/// Where a value comes from.
#[derive(Clone, Copy)]
enum Place {
    At(Span),
    /// Silence means it.
    Default,
    /// It is said, but at no place of a text: made by a rule, or the kernel's.
    Nowhere,
}

/// All differences, in order.
fn lines(of: &Difference, reveal: bool) -> Vec<Line> {
    lines_of(of, &of.changes, &of.leftovers, reveal)
}

/// What cannot be compared, because one of the two formats has no words for it.
fn lines_not_compared(of: &Difference, reveal: bool) -> Vec<Line> {
    lines_of(of, &of.unsayable, &of.uncompared, reveal)
}

fn lines_of(of: &Difference, changes: &[Change], leftovers: &[LeftoverChange], reveal: bool) -> Vec<Line> {
    let (old, new) = (&of.old.network, &of.new.network);
    let partners = of.partners();
    let of_facts = changes.iter().map(|change| Line {
        kind: match (&change.old_path, &change.new_path) {
            (Some(_), None) => Kind::Removed,
            (None, Some(_)) => Kind::Added,
            (Some(_), Some(_)) | (None, None) => Kind::Changed,
        },
        whose: partners.whose(old, new, change),
        ..fact(of, change, reveal)
    });
    let of_leftovers = leftovers.iter().map(|change| {
        let whose = match (change.old, change.new) {
            (Some(n), _) => partners.of_old(old.leftovers[n].owner),
            (None, Some(n)) => partners.of_new(new.leftovers[n].owner),
            (None, None) => None,
        };
        Line { whose, ..leftover(of, *change, reveal) }
    });
    let mut lines: Vec<Line> = of_facts.chain(of_leftovers).collect();
    // What is the host's goes last; each link's things stand together, in the order in which the links come.
    let mut order: HashMap<Whose, usize> = HashMap::default();
    for line in lines.iter().filter(|line| line.whose.is_some()) {
        let next = order.len();
        order.entry(line.whose).or_insert(next);
    }
    lines.sort_by_key(|line| order.get(&line.whose).copied().unwrap_or(usize::MAX));
    lines
}

fn fact(of: &Difference, change: &Change, reveal: bool) -> Line {
    let path = change.old_path.or(change.new_path);
    let network = if change.old_path.is_some() { &of.old.network } else { &of.new.network };
    let whole = path.is_some_and(is_whole);
    let named = path.and_then(|path| names::of(path.subject, path.field));
    let form = named.as_ref().map_or(Form::Plain, |named| named.form);
    let entry = path.and_then(|path| match path.subject {
        Subject::Entry(kind, n) => Some((kind, facts::entry_label(network, kind, n))),
        Subject::Link(_) => None,
    });
    let side = |loaded: &Loaded, path: Option<FactPath>, value: &Option<Value>| {
        let path = path?;
        let told = match (path.subject, value) {
            (Subject::Entry(kind, n), _) if whole => entry_settings(&loaded.network, kind, n, reveal),
            (_, Some(value)) => form.told(value, reveal),
            (_, None) => "not said".to_owned(),
        };
        let is_typed = !(whole && matches!(path.subject, Subject::Entry(..)));
        let place = place(&loaded.network, path, value.is_some());
        Some(Side { value: value.clone(), is_typed, told, place })
    };
    Line {
        kind: Kind::Changed,
        whose: None,
        is_link: whole && entry.is_none(),
        entry: entry.as_ref().map(|(_, label)| hide(label, reveal).into_owned()),
        field: path.map(|path| path.field).filter(|_| !(whole && entry.is_some())),
        name: match (&entry, named) {
            (Some((kind, _)), _) if whole => Some(kind.word().to_owned()),
            (_, Some(Named { name, .. })) => Some(name),
            (_, None) => path.map(|path| path.field.to_string()),
        },
        old: side(&of.old, change.old_path, &change.old),
        new: side(&of.new, change.new_path, &change.new),
    }
}

/// The settings of an entry that are not in its label.
fn entry_settings(network: &Network, kind: EntryKind, n: u32, reveal: bool) -> String {
    let mut settings = Vec::new();
    let subject = Subject::Entry(kind, n);
    facts::of_node(network.entry(kind, n), subject, &mut |path, value| {
        if !facts::label_fields(kind).iter().any(|field| path.field.is(field)) {
            settings.push((path.field, value));
        }
    });
    names::entry_line(kind, &settings, reveal)
}

fn place(network: &Network, path: FactPath, has_value: bool) -> Place {
    let (exact, first) = facts::places(network, path);
    let is_said = match path.subject {
        Subject::Link(id) => {
            is_whole(path) || network.link(id).leaf(path.field).is_some_and(|leaf| leaf.is_said())
        }
        Subject::Entry(..) => true,
    };
    match (exact.first(), first) {
        (Some(span), _) => Place::At(*span),
        // Of a whole entry, or of what it does not say, the first place of it.
        (None, Some(span)) if is_whole(path) || matches!(path.subject, Subject::Entry(..)) => Place::At(span),
        (None, _) if has_value && !is_said => Place::Default,
        (None, _) => Place::Nowhere,
    }
}

fn leftover(of: &Difference, change: LeftoverChange, reveal: bool) -> Line {
    let side = |loaded: &Loaded, n: Option<usize>| {
        let leftover = &loaded.network.leftovers[n?];
        let told = match leftover.value.as_str() {
            _ if leftover.secret && !reveal => HIDDEN.to_owned(),
            "" => "there".to_owned(),
            value => hide(value, reveal).into_owned(),
        };
        let value = Some(Value::text(leftover.value.clone()));
        let place = leftover.origin.span().map_or(Place::Nowhere, Place::At);
        Some(Side { value, is_typed: false, told, place })
    };
    let leftover = change.old.map(|n| &of.old.network.leftovers[n]);
    let leftover = leftover.or_else(|| change.new.map(|n| &of.new.network.leftovers[n]));
    Line {
        kind: match (change.old, change.new) {
            (Some(_), None) => Kind::Removed,
            (None, Some(_)) => Kind::Added,
            (Some(_), Some(_)) | (None, None) => Kind::Changed,
        },
        whose: None,
        is_link: false,
        entry: None,
        field: None,
        name: leftover.map(|leftover| format!("not in the model: {}", hide(&leftover.key, reveal))),
        old: side(&of.old, change.old),
        new: side(&of.new, change.new),
    }
}

/// Free text without the secrets in it.
fn hide(text: &str, reveal: bool) -> Cow<'_, str> {
    if reveal { Cow::Borrowed(text) } else { netpivot_model::secret::redact(text) }
}

/// `bridge br0`, `ethernet eth0 → eth1`, `host`: whose things come below, the kind of the link, and its name.
fn heading(of: &Difference, whose: Whose) -> String {
    let Some((old, new)) = whose else { return "host".to_owned() };
    let old = old.map(|id| of.old.network.link(id));
    let new = new.map(|id| of.new.network.link(id));
    let in_netns = |link: &netpivot_model::link::Link| {
        link.netns.as_ref().map_or_else(String::new, |at| format!(" in {}", at.value))
    };
    match (old, new) {
        (Some(old), Some(new)) if old.label() != new.label() => {
            format!("{} {} → {}{}", old.kind.value.word(), old.label(), new.label(), in_netns(new))
        }
        (Some(link), _) | (None, Some(link)) => {
            format!("{} {}{}", link.kind.value.word(), link.label(), in_netns(link))
        }
        (None, None) => "host".to_owned(),
    }
}
