//! Keys that map one to one to a setting, as tables.
//!
//! A module of a kind or feature lists its keys in `Row`s and reads what needs more than a row by hand. A key
//! that is there and led to nothing is named by [`super::account`].

use super::vars::{Base, Reader, Rejected, Var, Vars, bad_value, integer};
use crate::Context;
use netpivot_model::codes::kinds as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::link::Link;
use netpivot_model::network::{Leftover, Weight};
use netpivot_model::path::FieldPath;
use netpivot_model::source::{Origin, Span};
use netpivot_model::value::Value;
pub(super) use netpivot_model::vocabulary::ifcfg::rows::{Row, Take};

/// Reads the keys of a table. What a key does not take is reported and stays unsaid.
pub(super) fn read(rows: &[Row], vars: &Vars, reader: Reader, link: &mut Link, cx: &mut Context) {
    for row in rows.iter().filter(|row| reader == Reader::NetworkManager || row.initscripts) {
        let Some(var) = vars.get(row.key) else { continue };
        let value = match take(row, var, vars, reader, cx) {
            Some(value) => value,
            None => continue,
        };
        set(link, row.path, &value, (row.key, var), reader, cx);
    }
}

/// Sets a setting; a value out of its range is reported.
pub(super) fn set(
    link: &mut Link,
    path: &'static str,
    value: &Value,
    (key, var): (&str, Var<'_>),
    reader: Reader,
    cx: &mut Context,
) {
    let leaf = link.leaf_mut(FieldPath::parse(path)).expect("the tables name settings of the link's kind");
    if let Err(error) = leaf.set(value, var.span.into()) {
        cx.report(bad_value(key, var, &error.expected, reader));
    }
}

fn take(row: &Row, var: Var<'_>, vars: &Vars, reader: Reader, cx: &mut Context) -> Option<Value> {
    if var.value.is_empty() && !matches!(row.take, Take::AnyText) {
        return None;
    }
    let number = |n: Option<i64>, cx: &mut Context, words: &[(&str, i64)]| {
        if n.is_none() {
            let words: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
            cx.report(bad_value(row.key, var, &format!("one of {}", words.join(", ")), reader));
        }
        n.map(Value::Int)
    };
    match row.take {
        Take::Text | Take::AnyText => Some(Value::text(var.value.to_owned())),
        Take::Bool => vars.flag(row.key, reader, cx).map(|at| Value::Bool(at.value)),
        Take::Not => vars.flag(row.key, reader, cx).map(|at| Value::Bool(!at.value)),
        Take::Ternary => vars.flag(row.key, reader, cx).map(|at| Value::Int(i64::from(at.value))),
        Take::Int(min, max) => {
            vars.int(row.key, min..=max, Base::Ten, reader, cx).map(|at| Value::Int(at.value))
        }
        Take::Word(words) => number(word(var.value, words), cx, words),
        Take::Bits(words) => number(bits(var.value, words), cx, words),
        Take::List => list(split(var.value)),
        Take::Tokens => list(tokens(var.value)),
    }
}

fn list(items: Vec<String>) -> Option<Value> {
    (!items.is_empty()).then(|| Value::List(items.into_iter().map(Value::text).collect()))
}

/// The number of a word, or a number as it stands.
pub(super) fn word(text: &str, words: &[(&str, i64)]) -> Option<i64> {
    let text = text.trim_ascii();
    words.iter().find(|(word, _)| *word == text).map(|(_, n)| *n).or_else(|| integer(text, Base::Auto))
}

/// The bits of words with blanks or commas between them.
pub(super) fn bits(text: &str, words: &[(&str, i64)]) -> Option<i64> {
    text.split(|c: char| c == ',' || c.is_ascii_whitespace())
        .filter(|item| !item.is_empty())
        .try_fold(0, |sum, item| word(item, words).filter(|n| *n >= 0).map(|n| sum | n))
}

/// The items of a list with blanks between them.
pub(super) fn split(text: &str) -> Vec<String> {
    text.split_ascii_whitespace().map(str::to_owned).collect()
}

/// The items of a list with blanks between them, where a backslash keeps the character behind it.
pub(super) fn tokens(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut item = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            // Before anything but a blank or a backslash the backslash is a character as any other.
            '\\' => match chars.clone().next() {
                Some(next) if next == '\\' || next.is_ascii_whitespace() => {
                    item.push(next);
                    chars.next();
                }
                Some(_) | None => item.push('\\'),
            },
            c if c.is_ascii_whitespace() => {
                if !item.is_empty() {
                    found.push(std::mem::take(&mut item));
                }
            }
            c => item.push(c),
        }
    }
    if !item.is_empty() {
        found.push(item);
    }
    found
}

/// A key that the program in charge acts on and that the model has no place for. Its owner is set by whoever adds
/// the link.
pub(super) fn leftover(key: &str, value: &str, span: Span, meaning: impl Into<String>) -> Leftover {
    Leftover {
        owner: None,
        section: None,
        key: key.to_owned(),
        value: value.to_owned(),
        secret: super::account::is_secret(key),
        weight: Weight::Acts,
        meaning: meaning.into(),
        origin: Origin::at(span),
    }
}

/// No device without the key.
pub(super) fn lacking(key: &str, so: &str, vars: &Vars) -> Rejected {
    let span = ["TYPE", "DEVICETYPE", "DEVICE"].iter().find_map(|key| vars.get(key)).map(|var| var.span);
    Rejected { reason: format!("`{key}` is missing: {so}"), span }
}

/// The report on a key without which the kind of link cannot be made; `so` says what follows.
pub(super) fn missing(key: &str, so: &str, vars: &Vars) -> Diagnostic {
    let mut report = Diagnostic::new(&codes::INCOMPLETE, format!("`{key}` is missing: {so}"));
    report.labels.extend(lacking(key, so, vars).span);
    report.help(format!("add `{key}=` to the file"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_keep_escaped_blanks() {
        assert_eq!(tokens(r" a\ b  c\\d \e "), ["a b", r"c\d", r"\e"]);
    }

    #[test]
    fn words_and_bits_take_names_and_numbers() {
        let words = &[("default", -1), ("no", 0), ("resolve", 1)];
        assert_eq!(word("resolve", words), Some(1));
        assert_eq!(word("-1", words), Some(-1));
        assert_eq!(word("maybe", words), None);
        assert_eq!(bits("a, b", &[("a", 1), ("b", 4)]), Some(5));
        assert_eq!(bits("a,x", &[("a", 1)]), None);
    }
}
