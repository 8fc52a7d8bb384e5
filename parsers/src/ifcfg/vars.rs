//! The variables of one ifcfg file as one of its two readers sees them.
//!
//! Everything that interprets a key goes through [`Vars`], so that the reader's rules for
//! booleans, emptiness and repetition stand in one place.

use crate::Context;
use crate::text::shell::{Assignment, Bash};
use foldhash::HashMap;
use netpivot_model::codes::ifcfg as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::source::{At, SourceId, Span};
use netpivot_model::value::Scalar;
use std::ops::RangeInclusive;

/// Which program's meaning applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// NetworkManager's ifcfg-rh plugin.
    NetworkManager,
    /// initscripts' network-scripts.
    Initscripts,
}

impl Reader {
    /// The program's name, for messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Reader::NetworkManager => "NetworkManager",
            Reader::Initscripts => "initscripts",
        }
    }

    /// The other program.
    #[must_use]
    pub fn other(self) -> Reader {
        match self {
            Reader::NetworkManager => Reader::Initscripts,
            Reader::Initscripts => Reader::NetworkManager,
        }
    }
}

/// Why a reader makes no link of a file: NetworkManager refuses the whole file for one bad key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// A clause that goes on after "because" ("`GATEWAY=10.5.0.999` is not an IPv4 address").
    pub reason: String,
    /// The place that is to blame.
    pub span: Option<Span>,
}

impl Rejected {
    /// Rejected for what stands at `span`.
    pub fn at(reason: impl Into<String>, span: Span) -> Self {
        Rejected { reason: reason.into(), span: Some(span) }
    }
}

/// One ifcfg file as one reader sees it.
#[derive(Debug)]
pub struct IfcfgFile<'a> {
    /// What follows `ifcfg-` in the file's name.
    pub name: &'a str,
    /// The path as on the host, whatever the root.
    pub path: &'a str,
    /// The text.
    pub source: SourceId,
    /// Whose meaning applies.
    pub reader: Reader,
    /// The variables as that reader sees them; for initscripts with `/etc/sysconfig/network` below.
    pub vars: Vars,
    /// The assignments of the file itself.
    pub assignments: &'a [Assignment],
}

impl IfcfgFile<'_> {
    /// True where the place is in this file, not in `/etc/sysconfig/network`.
    #[must_use]
    pub fn holds(&self, span: Span) -> bool {
        span.source == self.source
    }

    /// The interface name: `DEVICE`, where it is not empty.
    #[must_use]
    pub fn device(&self) -> Option<Var<'_>> {
        self.vars.text("DEVICE")
    }
}

/// The base of a whole number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// Ten.
    Ten,
    /// Sixteen after `0x`, eight after a leading `0`, else ten (strtoll(3) with base 0).
    Auto,
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
            vars.assign(assignment, reader);
        }
        vars
    }

    /// Does what an assignment does for `reader`. A value that bash would have to execute is unknown,
    /// and so is the variable from then on.
    pub fn assign(&mut self, assignment: &Assignment, reader: Reader) {
        match reader {
            Reader::NetworkManager => {
                if let Some(value) = &assignment.nm {
                    self.set(&assignment.name, value, assignment.span);
                }
            }
            Reader::Initscripts => {
                if let Bash::Value(value) = &assignment.bash {
                    self.set(&assignment.name, value, assignment.span);
                } else if let Bash::Unevaluated(_) = &assignment.bash {
                    self.values.remove(&assignment.name);
                }
            }
        }
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

    /// A truth value. A word that is none of the reader's booleans is reported and counts as not said, which
    /// is what both readers make of it.
    pub fn flag(&self, name: &str, reader: Reader, cx: &mut Context) -> Option<At<bool>> {
        let var = self.text(name)?;
        if let Some(value) = boolean(var.value, reader) {
            return Some(At::new(value, var.span));
        }
        let text = var.value;
        cx.report(match boolean(text, reader.other()) {
            Some(other) => Diagnostic::new(
                &codes::FOREIGN_BOOLEAN,
                format!(
                    "`{name}={text}` is no truth value for NetworkManager, which takes the default; initscripts read it as `{}`",
                    if other { "yes" } else { "no" }
                ),
            )
            .at(var.span)
            .help(format!(
                "write `{name}={}`, or convert with `-f ifcfg:initscripts` if initscripts were in charge",
                if other { "yes" } else { "no" }
            )),
            None => bad_value(name, var, "`yes` or `no`", reader),
        });
        None
    }

    /// A whole number in a range. Anything else is reported and counts as not said.
    pub fn int(
        &self,
        name: &str,
        range: RangeInclusive<i64>,
        base: Base,
        reader: Reader,
        cx: &mut Context,
    ) -> Option<At<i64>> {
        let var = self.text(name)?;
        match integer(var.value, base).filter(|n| range.contains(n)) {
            Some(n) => Some(At::new(n, var.span)),
            None => {
                let expected = format!("a whole number from {} to {}", range.start(), range.end());
                cx.report(bad_value(name, var, &expected, reader));
                None
            }
        }
    }

    /// A typed value in the model's own spelling. Anything else is reported and counts as not said.
    pub fn scalar<T: Scalar>(&self, name: &str, reader: Reader, cx: &mut Context) -> Option<At<T>> {
        let var = self.text(name)?;
        match T::from_text(var.value) {
            Ok(value) => Some(At::new(value, var.span)),
            Err(error) => {
                cx.report(bad_value(name, var, &error.expected, reader));
                None
            }
        }
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

/// The report on a value that a key does not take.
#[must_use]
pub fn bad_value(name: &str, var: Var<'_>, expected: &str, reader: Reader) -> Diagnostic {
    Diagnostic::new(
        &codes::BAD_VALUE,
        format!(
            "`{name}={}` is not {expected}; {} the default",
            var.value,
            match reader {
                Reader::NetworkManager => "NetworkManager takes",
                Reader::Initscripts => "initscripts take",
            }
        ),
    )
    .at(var.span)
    .help(format!("give `{name}` {expected}, or remove the line"))
}

/// A whole number as NetworkManager's `_nm_utils_ascii_str_to_int64` takes it: blanks around it
/// and a sign are fine, anything else behind it is not.
#[must_use]
pub fn integer(text: &str, base: Base) -> Option<i64> {
    let text = text.trim_ascii();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (digits, radix) = match base {
        Base::Ten => (digits, 10),
        Base::Auto => match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
            Some(hex) => (hex, 16),
            None if digits.len() > 1 && digits.starts_with('0') => (&digits[1..], 8),
            None => (digits, 10),
        },
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    let value = i64::from_str_radix(digits, radix).ok()?;
    Some(if negative { -value } else { value })
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

    #[test]
    fn integers_know_their_base() {
        assert_eq!(integer(" 0x10 ", Base::Auto), Some(16));
        assert_eq!(integer("010", Base::Auto), Some(8));
        assert_eq!(integer("010", Base::Ten), Some(10));
        assert_eq!(integer("-1", Base::Ten), Some(-1));
        assert_eq!(integer("1 2", Base::Ten), None);
        assert_eq!(integer("--1", Base::Ten), None);
    }

    #[test]
    fn a_boolean_of_the_other_reader_is_reported() {
        let mut vars = Vars::default();
        vars.set("ONBOOT", "off", Span::new(SourceId(0), 0, 10));
        let mut cx = Context::default();
        assert_eq!(vars.flag("ONBOOT", Reader::NetworkManager, &mut cx), None);
        assert_eq!(cx.diagnostics[0].code.name, "boolean-of-initscripts");
        assert!(vars.flag("ONBOOT", Reader::Initscripts, &mut cx).is_some_and(|at| !at.value));
        assert_eq!(cx.diagnostics.len(), 1);
    }
}
