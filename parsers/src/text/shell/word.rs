//! Words as bash splits them: quotes, escapes, expansions – recognised, never run.

use super::line::{Flavour, ansi_c, name, single_quoted};
use nom::branch::alt;
use nom::bytes::complete::{is_not, tag, take_while};
use nom::character::complete::{anychar, char, one_of};
use nom::combinator::{all_consuming, map, recognize, value, verify};
use nom::error::{Error, ErrorKind};
use nom::multi::many0;
use nom::sequence::{delimited, preceded, terminated};
use nom::{IResult, Parser};

/// A part of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Unquoted text, in which a tilde may be special.
    Plain(&'a str),
    /// Quoted text.
    Quoted(&'a str),
    /// Text that is not in the source as it stands; need not be UTF-8.
    Made(Vec<u8>),
    /// `$NAME`, `${NAME}` and the four forms with a plain default.
    Variable {
        /// The variable.
        name: &'a str,
        /// `:-`, `-`, `:+` or `+`, and the text behind it.
        or: Option<(&'a str, &'a str)>,
    },
    /// What bash would have to run, or what only a running shell knows.
    Unevaluated(&'static str),
}

/// Why a word with bytes that are not UTF-8 has no value. U+FFFD in a source stands for them; an escape may mean that
/// very character.
pub(super) const NOT_UTF8: &str = "it holds bytes that are not UTF-8";

/// The characters that end an unquoted word.
pub(super) const META: &str = " \t\n;&|()<>";

/// One word: everything up to an unquoted [`META`] character. Fails where a quote or
/// bracket is never closed. May be empty.
pub(super) fn word(input: &str) -> IResult<&str, Vec<Piece<'_>>> {
    map(many0(pieces), |groups: Vec<Vec<Piece<'_>>>| groups.into_iter().flatten().collect()).parse(input)
}

fn pieces(input: &str) -> IResult<&str, Vec<Piece<'_>>> {
    let Some(first) = input.bytes().next() else { return fail(input) };
    match first {
        b'\\' => map(escaped, |piece| vec![piece]).parse(input),
        b'\'' => cut(map(single_quoted, |text| vec![Piece::Quoted(text)]).parse(input)),
        b'"' => cut(double_quoted(input)),
        b'$' if input.starts_with("$'") => {
            cut(map(|i| ansi_c(i, Flavour::Bash), |bytes| vec![Piece::Made(bytes)]).parse(input))
        }
        b'$' if input.starts_with("$\"") => cut(double_quoted(&input[1..])),
        b'$' | b'`' => cut(map(expansion, |piece| vec![piece]).parse(input)),
        b'<' | b'>' if input[1..].starts_with('(') => cut(map(nested, |_| {
            vec![Piece::Unevaluated("it holds a process substitution, which would have to be run")]
        })
        .parse(input)),
        _ => map(plain, |text| vec![Piece::Plain(text)]).parse(input),
    }
}

/// An unclosed quote is no end of the word but a syntax error.
fn cut<T>(result: IResult<&str, T>) -> IResult<&str, T> {
    result.map_err(|error| match error {
        nom::Err::Error(e) => nom::Err::Failure(e),
        other @ (nom::Err::Failure(_) | nom::Err::Incomplete(_)) => other,
    })
}

fn fail<T>(input: &str) -> IResult<&str, T> {
    Err(nom::Err::Error(Error::new(input, ErrorKind::Eof)))
}

fn plain(input: &str) -> IResult<&str, &str> {
    is_not(" \t\n;&|()<>\\'\"$`").parse(input)
}

/// A backslash: before a newline it joins the lines, at the end of the text it stands for itself.
fn escaped(input: &str) -> IResult<&str, Piece<'_>> {
    alt((
        value(Piece::Quoted(""), tag("\\\n")),
        map(preceded(char('\\'), recognize(anychar)), Piece::Quoted),
        value(Piece::Quoted("\\"), char('\\')),
    ))
    .parse(input)
}

fn double_quoted(input: &str) -> IResult<&str, Vec<Piece<'_>>> {
    delimited(char('"'), many0(inside_quotes), char('"')).parse(input)
}

fn inside_quotes(input: &str) -> IResult<&str, Piece<'_>> {
    alt((
        map(is_not("\"\\$`"), Piece::Quoted),
        value(Piece::Quoted(""), tag("\\\n")),
        map(preceded(char('\\'), recognize(one_of("$`\"\\"))), Piece::Quoted),
        map(recognize(terminated(char('\\'), nom::combinator::peek(anychar))), Piece::Quoted),
        expansion,
    ))
    .parse(input)
}

/// What starts with `$` or a backquote. A dollar sign that starts nothing is text.
fn expansion(input: &str) -> IResult<&str, Piece<'_>> {
    const COMMAND: &str = "it holds a command substitution, which would have to be run";
    const ARITHMETIC: &str = "it holds an arithmetic expansion, which would have to be run";
    const PARAMETER: &str = "it holds a parameter of the running shell";
    if input.starts_with("$((") {
        return map(nested, |_| Piece::Unevaluated(ARITHMETIC)).parse(input);
    }
    if input.starts_with("$[") {
        let inside = take_while(|c| c != ']');
        return cut(
            value(Piece::Unevaluated(ARITHMETIC), delimited(tag("$["), inside, char(']'))).parse(input)
        );
    }
    if input.starts_with("$(") || input.starts_with('`') {
        return map(nested, |_| Piece::Unevaluated(COMMAND)).parse(input);
    }
    if input.starts_with("${") {
        return map(nested, |text| parameter(&text[2..text.len() - 1])).parse(input);
    }
    alt((
        map(preceded(char('$'), name), |name| Piece::Variable { name, or: None }),
        value(Piece::Unevaluated(PARAMETER), preceded(char('$'), one_of("@*#?-$!0123456789"))),
        map(tag("$"), Piece::Quoted),
    ))
    .parse(input)
}

/// The inside of `${…}`.
fn parameter(inside: &str) -> Piece<'_> {
    let simple = |text: &&str| !text.contains(['$', '`', '\'', '"', '\\', '~']);
    let with_default = verify(
        (name, alt((tag(":-"), tag("-"), tag(":+"), tag("+"))), take_while(|_| true)),
        |(_, _, text): &(&str, &str, &str)| simple(text),
    );
    alt((
        map(all_consuming(name), |name| Piece::Variable { name, or: None }),
        map(with_default, |(name, operator, text)| Piece::Variable { name, or: Some((operator, text)) }),
    ))
    .parse(inside)
    .map_or(Piece::Unevaluated("it holds a parameter expansion, which would have to be run"), |(_, piece)| {
        piece
    })
}

/// The whole of `$(…)`, `${…}`, `` `…` ``, `<(…)` or `(…)` with what is nested in it. One pass with a stack
/// of its own: depth costs a byte a level.
pub(super) fn nested(input: &str) -> IResult<&str, &str> {
    // The cut is behind an ASCII byte, so it is between characters.
    nested_length(input.as_bytes()).map_or_else(|| fail(input), |at| Ok((&input[at..], &input[..at])))
}

/// Length in bytes; `None` where it is never closed.
fn nested_length(text: &[u8]) -> Option<usize> {
    let mut open: Vec<u8> = Vec::new();
    let mut quotes = 0_usize;
    let mut at = 0;
    loop {
        let byte = *text.get(at)?;
        let next = text.get(at + 1).copied();
        let top = open.last().copied();
        at += 1;
        match (top, byte) {
            (Some(b'"'), b'"') => {
                open.pop();
                quotes -= 1;
            }
            (Some(b'`'), b'`') | (Some(b'{'), b'}') | (Some(b'('), b')') => {
                open.pop();
            }
            (_, b'\\') => at += 1,
            (Some(b'`'), _) => {}
            (_, b'`') => open.push(b'`'),
            (_, b'$') if matches!(next, Some(b'(' | b'{')) => {
                open.extend(next);
                at += 1;
            }
            (Some(b'"'), _) => {}
            (_, b'"') => {
                open.push(b'"');
                quotes += 1;
            }
            // In `"${x:-it's}"` the single quote is text.
            (Some(b'{'), b'\'') if quotes > 0 => {}
            (_, b'\'') => at += text.get(at..)?.iter().position(|b| *b == b'\'')? + 1,
            (None | Some(b'('), b'(') => open.push(b'('),
            (Some(b'('), b'#') if b" \t\n;".contains(&text[at - 2]) => {
                at += text.get(at..)?.iter().position(|b| *b == b'\n')?;
            }
            _ => {}
        }
        // `<(` opens with its second byte only.
        if open.is_empty() && at > 1 {
            return Some(at);
        }
    }
}
