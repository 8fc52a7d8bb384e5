//! Going through the words of a command, and the few kinds of values that all programs share.

use super::fault::Fault;
pub(super) use crate::text::iproute::begins;
use crate::text::iproute::{Word, number};
use netpivot_model::reflect::Said;
use netpivot_model::source::{At, Span};
use netpivot_model::value::{Int, Mac, Scalar};

/// Goes through words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words<'a> {
    rest: &'a [Word<'a>],
    /// The word before the first one; what is missing is missing behind it.
    last: Span,
}

impl<'a> Words<'a> {
    pub fn new(program: Word<'_>, words: &'a [Word<'a>]) -> Self {
        Words { rest: words, last: program.span }
    }

    pub fn next(&mut self) -> Option<Word<'a>> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        self.last = first.span;
        Some(*first)
    }

    pub fn peek(&self) -> Option<Word<'a>> {
        self.rest.first().copied()
    }

    /// Takes the next word where it is that one.
    pub fn take(&mut self, text: &str) -> Option<Word<'a>> {
        self.peek().filter(|word| word.text == text)?;
        self.next()
    }

    pub fn rest(&self) -> &'a [Word<'a>] {
        self.rest
    }

    /// The words taken since.
    pub fn since(&self, before: Words<'a>) -> &'a [Word<'a>] {
        &before.rest[..before.rest.len() - self.rest.len()]
    }

    /// The place of the last word taken.
    pub fn last(&self) -> Span {
        self.last
    }

    /// The value of a keyword.
    pub fn value(&mut self, keyword: Word<'_>) -> Result<Word<'a>, Fault> {
        self.next().ok_or_else(|| Fault::usage(keyword.span, format!("`{}` needs a value", keyword.text)))
    }

    /// A word that must be there.
    pub fn expect(&mut self, what: &str) -> Result<Word<'a>, Fault> {
        let last = self.last;
        self.next().ok_or_else(|| Fault::usage(last, format!("{what} is missing")))
    }
}

/// A number as iproute2 reads it: `0x` is hexadecimal, a leading `0` octal.
pub(super) fn count(word: Word<'_>) -> Result<u32, Fault> {
    number(word.text).ok_or_else(|| Fault::usage(word.span, format!("`{}` is no number", word.text)))
}

/// A number in a range of its own.
pub(super) fn in_range<N>(word: Word<'_>, least: N, most: N) -> Result<N, Fault>
where
    N: TryFrom<u32> + PartialOrd + std::fmt::Display,
{
    let found = number(word.text).and_then(|n| N::try_from(n).ok());
    found.filter(|n| (&least..=&most).contains(&n)).ok_or_else(|| {
        Fault::usage(word.span, format!("`{}` is no number from {least} to {most}", word.text))
    })
}

/// A number of the model with its place.
pub(super) fn int<const MIN: i64, const MAX: i64>(word: Word<'_>) -> Result<Said<Int<MIN, MAX>>, Fault> {
    let n = i64::from(count(word)?);
    let n = Int::new(n).ok_or_else(|| {
        Fault::kernel(
            "Numerical result out of range",
            word.span,
            format!("`{}` is no number from {MIN} to {MAX}", word.text),
        )
    })?;
    Ok(Some(At::new(n, word.span)))
}

/// `on` and `off`.
pub(super) fn on_off(word: Word<'_>) -> Result<bool, Fault> {
    match word.text {
        "on" => Ok(true),
        "off" => Ok(false),
        other => Err(Fault::usage(word.span, format!("`{other}` is neither `on` nor `off`"))),
    }
}

/// 0 and 1.
pub(super) fn flag(word: Word<'_>) -> Result<bool, Fault> {
    match number(word.text) {
        Some(n) => Ok(n != 0),
        None => on_off(word),
    }
}

/// A word of one of the model's tables.
pub(super) fn scalar<T: Scalar>(word: Word<'_>) -> Result<T, Fault> {
    T::from_text(word.text).map_err(|error| Fault::usage(word.span, error.to_string()))
}

/// A word of one of the model's tables with its place.
pub(super) fn said<T: Scalar>(word: Word<'_>) -> Result<Said<T>, Fault> {
    Ok(Some(At::new(scalar(word)?, word.span)))
}

/// A hardware address of six bytes.
pub(super) fn mac(word: Word<'_>) -> Result<Mac, Fault> {
    word.text
        .parse::<Mac>()
        .ok()
        .filter(|mac| mac.bytes().len() == 6)
        .ok_or_else(|| Fault::usage(word.span, format!("`{}` is no hardware address", word.text)))
}

/// A name of a host or network where the older programs take one (`INET_resolve()`): only the host knows its address.
pub(super) fn resolved(word: Word<'_>) -> Option<Fault> {
    let is_name = word.text.starts_with(|c: char| c.is_ascii_alphabetic())
        && word.text.chars().all(|c| c.is_ascii_alphanumeric() || "-.".contains(c))
        && strsim::damerau_levenshtein(word.text, "default") > 2;
    let why = || format!("only the host knows which address the name `{}` has", word.text);
    is_name.then(|| Fault::unknown(word.span, why()).intent("write the address"))
}

/// A user or group: the kernel knows numbers only, and `root` is 0 on every host.
pub(super) fn account(word: Word<'_>) -> Said<String> {
    let name = if word.text == "root" { "0" } else { word.text };
    Some(At::new(name.to_owned(), word.span))
}

/// Text with its place.
pub(super) fn text(word: Word<'_>) -> Said<String> {
    Some(At::new(word.text.to_owned(), word.span))
}
