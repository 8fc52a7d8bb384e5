//! The policy rules of a namespace.

use super::DeviceId;
use foldhash::HashMap;
use netpivot_model::reflect::{FieldRef, Node};
use netpivot_model::rule::Rule;
use netpivot_model::value::U32;

/// A rule and the link it is known to be of.
type Entry = (Rule, Option<DeviceId>);

/// Rules in the order in which they came, found by priority.
#[derive(Debug, Default)]
pub(super) struct Rules {
    /// In boxes, since a list of them that grows would be copied again and again.
    list: Vec<Option<Box<Entry>>>,
    by_priority: HashMap<Option<U32>, Vec<usize>>,
}

/// True where all that `wanted` says, `there` says too.
fn says_all(there: &dyn Node, wanted: &dyn Node) -> bool {
    let mut all = true;
    wanted.visit(&mut |name, field| {
        if let FieldRef::Leaf(leaf) = field
            && let Some(value) = leaf.value()
        {
            let same = match there.field(name) {
                Some(FieldRef::Leaf(other)) => other.value() == Some(value),
                Some(FieldRef::Node(_) | FieldRef::Nodes(_) | FieldRef::Variant(_)) | None => false,
            };
            all &= same;
        }
    });
    all
}

fn priority(rule: &Rule) -> Option<U32> {
    rule.priority.as_ref().map(|at| at.value)
}

impl Rules {
    fn position(&self, wanted: &Rule, same: impl Fn(&Rule) -> bool) -> Option<usize> {
        let is_it =
            |n: &usize| self.list.get(*n).and_then(Option::as_ref).is_some_and(|entry| same(&entry.0));
        match priority(wanted) {
            Some(priority) => self.by_priority.get(&Some(priority))?.iter().copied().find(|n| is_it(n)),
            None => (0..self.list.len()).find(is_it),
        }
    }

    /// True where the very same rule is there.
    pub(super) fn contains(&self, rule: &Rule) -> bool {
        self.position(rule, |there| there == rule).is_some()
    }

    /// Adds a rule that is known to be a link's, or of which that is not known.
    pub(super) fn push(&mut self, rule: Rule, owner: Option<DeviceId>) {
        self.by_priority.entry(priority(&rule)).or_default().push(self.list.len());
        self.list.push(Some(Box::new((rule, owner))));
    }

    /// Removes the first rule that says all that `wanted` says; false where there is none.
    pub(super) fn remove(&mut self, wanted: &Rule) -> bool {
        let Some(position) = self.position(wanted, |there| says_all(there, wanted)) else { return false };
        self.list[position] = None;
        true
    }

    /// Removes every rule that says all that `wanted` says.
    pub(super) fn flush(&mut self, wanted: &Rule) {
        self.list.iter_mut().for_each(|slot| {
            slot.take_if(|entry| says_all(&entry.0, wanted));
        });
    }

    /// No more rules than that are left.
    pub(super) fn most(&self) -> usize {
        self.list.len()
    }

    /// The rules that are left, in order.
    pub(super) fn into_rules(self) -> impl Iterator<Item = Entry> {
        self.list.into_iter().flatten().map(|entry| *entry)
    }
}
