//! The keys of a file as wicked sees them, and what it makes of a value that does not fit.

use crate::Context;
use crate::ifcfg::vars::{Rejected, Var, Vars};
use crate::text::shell::sysconfig::Setting;
use netpivot_model::codes::ifcfg as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::reflect::Said;
use netpivot_model::source::{At, Span};
use netpivot_model::value::{IfName, Scalar};
use std::ops::RangeInclusive;

/// A value that a key does not take.
#[derive(Debug)]
pub(super) struct Bad {
    key: String,
    value: String,
    expected: String,
    span: Span,
}

impl Bad {
    pub(super) fn new(key: &str, var: Var<'_>, expected: impl Into<String>) -> Self {
        Bad { key: key.to_owned(), value: var.value.to_owned(), expected: expected.into(), span: var.span }
    }

    /// wicked goes on without the key.
    pub(super) fn report(self, cx: &mut Context) {
        let shown = super::account::shown(&self.key, &self.value);
        cx.report(
            Diagnostic::new(
                &codes::BAD_VALUE,
                format!("{shown} is not {}; wicked takes the default", self.expected),
            )
            .at(self.span)
            .help(format!("give `{}` {}, or remove the line", self.key, self.expected)),
        );
    }
}

/// The interface that a key names.
pub(super) fn interface(key: &str, var: Var<'_>) -> Result<IfName, Bad> {
    var.value.parse().map_err(|_| Bad::new(key, var, "an interface name"))
}

/// wicked refuses the file for it.
impl From<Bad> for Rejected {
    fn from(bad: Bad) -> Self {
        let shown = super::account::shown(&bad.key, &bad.value);
        Rejected::at(format!("{shown} is not {}", bad.expected), bad.span)
    }
}

/// A setting, where the value fits.
pub(super) type Read<T> = Result<Said<T>, Bad>;

/// What of a result wicked goes on with: a value that does not fit is reported.
pub(super) fn or_default<T>(read: Read<T>, cx: &mut Context) -> Said<T> {
    read.unwrap_or_else(|bad| {
        bad.report(cx);
        None
    })
}

/// The variables of one file.
#[derive(Debug, Default)]
pub(super) struct Keys {
    vars: Vars,
}

impl Keys {
    /// The last assignment of a name wins.
    pub(super) fn new(settings: &[Setting]) -> Self {
        let mut vars = Vars::default();
        settings.iter().for_each(|s| vars.set(&s.name, &s.value, s.span));
        Keys { vars }
    }

    /// The variable, even if empty.
    pub(super) fn get(&self, key: &str) -> Option<Var<'_>> {
        self.vars.get(key)
    }

    /// The variable where it is not empty.
    pub(super) fn text(&self, key: &str) -> Option<Var<'_>> {
        self.vars.text(key)
    }

    pub(super) fn owned(&self, key: &str) -> Said<String> {
        self.vars.owned(key)
    }

    /// Each variable that begins with `stem` and is not empty: what follows the stem, and the variable, in the order of
    /// the file (`ni_sysconfig_find_matching`).
    pub(super) fn indexed(&self, stem: &str) -> Vec<(&str, Var<'_>)> {
        let names = self.vars.names().filter_map(|name| Some((name.strip_prefix(stem)?, name)));
        names.filter_map(|(suffix, name)| Some((suffix, self.text(name)?))).collect()
    }

    /// The names of all variables.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.vars.names()
    }

    /// `yes`, `true`, `on`, `1` or the opposite.
    pub(super) fn flag(&self, key: &str) -> Read<bool> {
        let Some(var) = self.text(key) else { return Ok(None) };
        boolean(var.value)
            .map(|value| Some(At::new(value, var.span)))
            .ok_or_else(|| Bad::new(key, var, "`yes` or `no`"))
    }

    /// True where the key is there and means yes; any other word means no (`ni_sysconfig_get_boolean`).
    pub(super) fn yes(&self, key: &str) -> Option<Var<'_>> {
        self.text(key).filter(|var| boolean(var.value) == Some(true))
    }

    /// A whole number.
    pub(super) fn int(&self, key: &str, range: RangeInclusive<i64>) -> Read<i64> {
        let Some(var) = self.text(key) else { return Ok(None) };
        match integer(var.value).filter(|n| range.contains(n)) {
            Some(n) => Ok(Some(At::new(n, var.span))),
            None => {
                Err(Bad::new(key, var, format!("a whole number from {} to {}", range.start(), range.end())))
            }
        }
    }

    /// A value in the model's own spelling.
    pub(super) fn scalar<T: Scalar>(&self, key: &str) -> Read<T> {
        let Some(var) = self.text(key) else { return Ok(None) };
        match T::from_text(var.value) {
            Ok(value) => Ok(Some(At::new(value, var.span))),
            Err(error) => Err(Bad::new(key, var, error.expected.into_owned())),
        }
    }
}

/// A file above the host's defaults (`ni_sysconfig_merge_defaults`): a variable of the file hides the default of its
/// name, even if it is empty.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layered<'a> {
    pub(super) file: &'a Keys,
    pub(super) defaults: &'a Keys,
}

impl<'a> Layered<'a> {
    /// The keys of which one is to be asked.
    pub(super) fn of(self, key: &str) -> &'a Keys {
        if self.file.get(key).is_some() { self.file } else { self.defaults }
    }
}

/// `ni_parse_boolean`.
pub(super) fn boolean(text: &str) -> Option<bool> {
    let is = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    if is(&["on", "true", "yes", "1"]) {
        Some(true)
    } else {
        is(&["off", "false", "no", "0"]).then_some(false)
    }
}

/// `ni_parse_uint` with base 0: hexadecimal after `0x`, octal after `0`.
pub(super) fn integer(text: &str) -> Option<i64> {
    crate::text::iproute::number(text).map(i64::from)
}

/// Seconds with a fraction in 1/100 s (`ni_parse_double`).
pub(super) fn hundredths(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || text.len() > 12 || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let cents: String = fraction.chars().chain("00".chars()).take(2).collect();
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    Some(whole * 100 + cents.parse::<i64>().ok()?)
}

/// A typed number.
pub(super) fn typed<const MIN: i64, const MAX: i64>(
    said: Said<i64>,
) -> Said<netpivot_model::value::Int<MIN, MAX>> {
    said.and_then(|at| netpivot_model::value::Int::new(at.value).map(|n| At { value: n, origin: at.origin }))
}

/// The words of a value.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', '\t']).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_have_fractions() {
        assert_eq!(hundredths("3.2"), Some(320));
        assert_eq!(hundredths("15"), Some(1500));
        assert_eq!(hundredths(".05"), Some(5));
        assert_eq!(hundredths("1.239"), Some(123));
        assert_eq!((hundredths("x"), hundredths("-1"), hundredths(".")), (None, None, None));
    }

    #[test]
    fn booleans_are_words_in_any_case() {
        assert_eq!((boolean("YES"), boolean("off"), boolean("y")), (Some(true), Some(false), None));
    }
}
