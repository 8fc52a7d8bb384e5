//! The policy rules of a namespace.

use super::DeviceId;
use foldhash::HashMap;
use netpivot_model::reflect::{FieldRef, Node};
use netpivot_model::route::MAIN_TABLE;
use netpivot_model::rule::{Rule, RuleAction};
use netpivot_model::value::U32;

/// Who holds a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    /// The state that the commands started from: one of its links, or none.
    Base(Option<DeviceId>),
    /// The link whose configuration runs the command.
    Author(DeviceId),
    /// What a command says does not tell.
    Unknown,
}

/// A rule with its holder.
type Entry = (Rule, Holder);

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

/// The rule without what goes without saying: that it looks into a table, and into main.
fn plain(rule: &Rule) -> Rule {
    let mut rule = Rule { netns: None, ..rule.clone() };
    rule.action.take_if(|at| at.value == RuleAction::Table);
    rule.table.take_if(|at| at.value.get() == i64::from(MAIN_TABLE));
    rule
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
        let wanted = plain(rule);
        self.position(rule, |there| there.from == rule.from && plain(there) == wanted).is_some()
    }

    /// Adds a rule.
    pub(super) fn push(&mut self, rule: Rule, holder: Holder) {
        self.by_priority.entry(priority(&rule)).or_default().push(self.list.len());
        self.list.push(Some(Box::new((rule, holder))));
    }

    /// Removes the first rule that says all that `wanted` says, and says who held it; `None` where there is none.
    pub(super) fn remove(&mut self, wanted: &Rule) -> Option<Holder> {
        // A kernel's state does not say that a rule with a table looks into it.
        let mut wanted = wanted.clone();
        wanted.action.take_if(|at| at.value == RuleAction::Table);
        let position = self.position(&wanted, |there| says_all(there, &wanted))?;
        self.list[position].take().map(|entry| entry.1)
    }

    /// Removes every rule that says all that `wanted` says; true where one of them was of the state at the beginning.
    pub(super) fn flush(&mut self, wanted: &Rule) -> bool {
        let mut took = false;
        for slot in &mut self.list {
            let gone = slot.take_if(|entry| says_all(&entry.0, wanted));
            took |= gone.is_some_and(|entry| matches!(entry.1, Holder::Base(_)));
        }
        took
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
