//! The variables of one ifcfg file as one of its two readers sees them.
//!
//! Everything that interprets a key goes through [`Vars`], so that the reader's rules for
//! booleans, emptiness and repetition stand in one place.

use crate::text::shell::{Assignment, Bash};
use netpivot_model::source::{At, Span};
use std::collections::HashMap;

/// Which program's meaning applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// NetworkManager's ifcfg-rh plugin.
    NetworkManager,
    /// initscripts' network-scripts.
    Initscripts,
}

/// A variable's value and place.
#[derive(Debug, Clone, Copy)]
pub struct Var<'a> {
    /// The value; may be empty.
    pub value: &'a str,
    /// Where the assignment stands.
    pub span: Span,
}

/// The variables of a file (with the defaults of `/etc/sysconfig/network` below them for
/// initscripts). The last assignment of a name wins.
#[derive(Debug, Default)]
pub struct Vars {
    values: HashMap<String, (String, Span)>,
    order: Vec<String>,
}

impl Vars {
    /// The variables of `assignments` as `reader` sees them, in order; later ones win.
    #[must_use]
    pub fn new(assignments: &[Assignment], reader: Reader) -> Self {
        let mut vars = Vars::default();
        for assignment in assignments {
            let value = match (reader, &assignment.bash) {
                (Reader::NetworkManager, _) => assignment.nm.as_deref(),
                (Reader::Initscripts, Bash::Value(value)) => Some(value.as_str()),
                (Reader::Initscripts, Bash::Unevaluated(_)) => None,
            };
            if let Some(value) = value {
                vars.set(&assignment.name, value, assignment.span);
            }
        }
        vars
    }

    /// Sets a variable.
    pub fn set(&mut self, name: &str, value: &str, span: Span) {
        if self.values.insert(name.to_owned(), (value.to_owned(), span)).is_none() {
            self.order.push(name.to_owned());
        }
    }

    /// The variable, even if empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Var<'_>> {
        self.values.get(name).map(|(value, span)| Var { value, span: *span })
    }

    /// The variable where it is not empty.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<Var<'_>> {
        self.get(name).filter(|var| !var.value.is_empty())
    }

    /// The variable as text of its own with its place.
    #[must_use]
    pub fn owned(&self, name: &str) -> Option<At<String>> {
        self.text(name).map(|var| At::new(var.value.to_owned(), var.span))
    }

    /// The names in order of their first assignment.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.order.iter().map(String::as_str)
    }
}

/// A truth value as a reader understands it: `None` where the word is none of its booleans
/// (`on`/`off` are booleans for initscripts only; ifcfg.md 2.1).
#[must_use]
pub fn boolean(text: &str, reader: Reader) -> Option<bool> {
    let is = |words: &[&str]| words.iter().any(|w| w.eq_ignore_ascii_case(text));
    if is(&["yes", "true", "t", "y", "1"]) {
        return Some(true);
    }
    if is(&["no", "false", "f", "n", "0"]) {
        return Some(false);
    }
    match reader {
        Reader::NetworkManager => None,
        Reader::Initscripts if is(&["on"]) => Some(true),
        Reader::Initscripts if is(&["off"]) => Some(false),
        Reader::Initscripts => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_and_off_are_booleans_for_initscripts_only() {
        assert_eq!(boolean("off", Reader::Initscripts), Some(false));
        assert_eq!(boolean("off", Reader::NetworkManager), None);
        assert_eq!(boolean("YES", Reader::NetworkManager), Some(true));
    }
}
