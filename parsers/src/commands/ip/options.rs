//! Tables of `type … args`: keyword, setting, how the value is written.

use crate::commands::fault::Fault;
use crate::commands::words::{Words, begins};
use crate::text::iproute::{Word, number};
use netpivot_model::reflect::{FieldMut, Leaf, Node};
use netpivot_model::source::Origin;
use netpivot_model::value::Value;

/// How a keyword's value is written.
#[derive(Clone, Copy)]
pub(in crate::commands) enum How {
    /// A number; `0x` is hexadecimal, a leading `0` octal.
    Number,
    /// A number that may be below zero.
    Signed,
    /// `0` and `1`, or `on` and `off`.
    Switch,
    /// One of the setting's words, an address, or a name.
    Word,
    /// Items with commas between.
    List,
    /// No value; the keyword means this.
    Flag(bool),
    /// No value; the keyword means this word.
    Is(&'static str),
    /// A number, or a word that means one (`ttl inherit`).
    NumberOr(&'static str, i64),
    /// A number, in the dotted quad of an address or not (`key 0.0.0.7`, `tnl_parse_key()`).
    Key,
    /// Items up to the next keyword, each with a colon (`egress-qos-map 0:1 2:3`).
    Pairs,
    /// The model has no place for it; so many values follow.
    Beyond(usize),
    /// What the kernel does anyway; so many values follow.
    Ignored(usize),
}

/// Keyword, whether a beginning is enough, the field, how its value is written.
pub(in crate::commands) type Row = (&'static str, bool, &'static str, How);

/// A value and the setting that has no place for it.
pub(in crate::commands) type Beyond<'a> = Option<Word<'a>>;

/// Reads a keyword and its value into the settings. `None` where no row has the keyword; else the word that
/// the model has no place for, if it is such a one.
pub(in crate::commands) fn read<'a>(
    node: &mut dyn Node,
    rows: &[Row],
    word: Word<'a>,
    words: &mut Words<'a>,
) -> Result<Option<Beyond<'a>>, Fault> {
    let Some((_, _, field, how)) = rows
        .iter()
        .find(|(keyword, short, ..)| *keyword == word.text || *short && begins(keyword, word.text))
    else {
        return Ok(None);
    };
    let value = match how {
        How::Flag(value) => (Value::Bool(*value), word),
        How::Is(text) => (Value::text(*text), word),
        How::Beyond(values) | How::Ignored(values) => {
            for _ in 0..*values {
                words.value(word)?;
            }
            return Ok(Some(matches!(how, How::Beyond(_)).then_some(word)));
        }
        How::Number => {
            let value = words.value(word)?;
            (Value::Int(integer(value)?), value)
        }
        How::Signed => {
            let value = words.value(word)?;
            let number = match value.text.strip_prefix('-') {
                Some(digits) => -i64::from(number(digits).ok_or_else(|| no_number(value))?),
                None => integer(value)?,
            };
            (Value::Int(number), value)
        }
        How::NumberOr(text, meaning) => {
            let value = words.value(word)?;
            (Value::Int(if value.text == *text { *meaning } else { integer(value)? }), value)
        }
        How::Key => {
            let value = words.value(word)?;
            (key(value)?, value)
        }
        How::Switch => {
            let value = words.value(word)?;
            (Value::Bool(crate::commands::words::flag(value)?), value)
        }
        How::Word => {
            let value = words.value(word)?;
            (Value::text(value.text.to_owned()), value)
        }
        How::List => {
            let value = words.value(word)?;
            (Value::List(value.text.split(',').map(|item| Value::text(item.to_owned())).collect()), value)
        }
        How::Pairs => pairs(word, words),
    };
    set(node, field, &value.0, value.1)?;
    Ok(Some(None))
}

/// The key of a tunnel: a number, or a word with dots.
pub(in crate::commands) fn key(word: Word<'_>) -> Result<Value, Fault> {
    if word.text.contains('.') {
        Ok(Value::text(word.text.to_owned()))
    } else {
        integer(word).map(Value::Int)
    }
}

fn integer(word: Word<'_>) -> Result<i64, Fault> {
    number(word.text).map(i64::from).ok_or_else(|| no_number(word))
}

fn no_number(word: Word<'_>) -> Fault {
    Fault::usage(word.span, format!("`{}` is no number", word.text))
}

fn pairs<'a>(keyword: Word<'a>, words: &mut Words<'a>) -> (Value, Word<'a>) {
    let mut items = Vec::new();
    while let Some(word) = words.peek().filter(|word| word.text.contains(':')) {
        items.push(Value::text(word.text.to_owned()));
        words.next();
    }
    (Value::List(items), keyword)
}

fn leaf<'n>(node: &'n mut dyn Node, field: &str) -> Option<&'n mut dyn Leaf> {
    match node.field_mut(field)? {
        FieldMut::Leaf(leaf) => Some(leaf),
        FieldMut::Node(_) | FieldMut::Nodes(_) | FieldMut::Variant(_) => None,
    }
}

/// Sets a field by its name; a value out of range is the kernel's refusal.
pub(in crate::commands) fn set(
    node: &mut dyn Node,
    field: &str,
    value: &Value,
    word: Word<'_>,
) -> Result<(), Fault> {
    let leaf = leaf(node, field).expect("a table names fields that its struct has");
    let mut spans = vec![word.span];
    if leaf.value().as_ref() == Some(value) {
        // Said again, it is still what said it first.
        leaf.origins(&mut |origin| spans.extend_from_slice(origin.spans()));
    }
    leaf.set(value, Origin::said(spans)).map_err(|error| {
        let is_number = matches!(value, Value::Int(_));
        let why = format!("`{}` is not {}", word.text, error.expected);
        if is_number {
            Fault::kernel("Numerical result out of range", word.span, why)
        } else {
            Fault::usage(word.span, why)
        }
    })
}
