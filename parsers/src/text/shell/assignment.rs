//! Assignments: `NAME=word`, `NAME+=word`, `NAME=(…)`, `NAME[N]=word`.

use super::line::name;
use super::word::{NOT_UTF8, Piece, word};
use nom::branch::alt;
use nom::bytes::complete::{is_not, tag};
use nom::character::complete::char;
use nom::combinator::{opt, recognize, value};
use nom::multi::many0_count;
use nom::sequence::{delimited, pair, terminated};
use nom::{IResult, Parser};

/// How an assignment is written, which decides what NetworkManager sees of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Plain,
    /// Not the first on its line.
    Further,
    Append,
    /// `NAME=(…)`, `NAME[N]=…`.
    Array,
    Export,
    Declare,
    /// Before a command.
    Environment,
    /// Taken back by a later `unset`.
    Unset,
    /// In a process of its own.
    Apart,
}

impl Form {
    /// Why NetworkManager sees no assignment there.
    pub(super) fn unseen_by_nm(self) -> &'static str {
        match self {
            Form::Plain | Form::Further | Form::Unset | Form::Apart | Form::Environment => {
                "NetworkManager sees only an assignment that begins a line"
            }
            Form::Append => "NetworkManager ignores a line with `+=`",
            Form::Array => "NetworkManager ignores an assignment to an array's element",
            Form::Export => "NetworkManager ignores a line that begins with `export`",
            Form::Declare => "NetworkManager ignores a line that begins with `declare`, `local` or `typeset`",
        }
    }

    /// Why the readers' values differ where NetworkManager read something.
    pub(super) fn differs(self) -> &'static str {
        match self {
            Form::Array => "bash makes an array of it, of which initscripts uses the first element only",
            Form::Plain
            | Form::Further
            | Form::Append
            | Form::Export
            | Form::Declare
            | Form::Environment
            | Form::Unset
            | Form::Apart => {
                "bash and NetworkManager read the value differently: only bash puts in variables and keeps a carriage return"
            }
        }
    }

    /// Why bash sets no variable there.
    pub(super) fn nothing(self) -> &'static str {
        match self {
            Form::Environment => "it stands before a command, so bash sets it for that command only",
            Form::Unset => "a later `unset` takes it back in bash; NetworkManager ignores `unset`",
            Form::Plain
            | Form::Further
            | Form::Append
            | Form::Array
            | Form::Export
            | Form::Declare
            | Form::Apart => "bash runs it in a process of its own, so it has no effect there",
        }
    }
}

/// An assignment, its value not yet expanded.
pub(super) struct Assigned<'a> {
    pub name: &'a str,
    pub form: Form,
    pub value: Result<Vec<Piece<'a>>, &'static str>,
}

/// A word, and the assignment that it may be.
pub(super) fn assigned(input: &str) -> IResult<&str, Option<Assigned<'_>>> {
    let subscript = delimited(char('['), is_not("]\n \t"), char(']'));
    let head = (
        name,
        opt(recognize(subscript)),
        alt((value(Form::Append, tag("+=")), value(Form::Plain, char('=')))),
    );
    let Ok((rest, (name, subscript, form))) = parse(head, input) else {
        return word(input).map(|(rest, _)| (rest, None));
    };
    if rest.starts_with('(') {
        let (rest, first) = array(rest)?;
        let value = match (form, first) {
            (Form::Append, _) => Err("it appends to an array"),
            (_, first) if first.iter().any(is_pattern) => Err("it holds a pattern of file names"),
            (_, first) => Ok(first),
        };
        return Ok((rest, Some(Assigned { name, form: Form::Array, value })));
    }
    let text = rest;
    let (rest, pieces) = word(text)?;
    let (form, value) = match subscript {
        Some(_) => (Form::Array, Err("it is an element of an array")),
        None if text[..text.len() - rest.len()].contains('\u{fffd}') => (form, Err(NOT_UTF8)),
        None => (form, Ok(pieces)),
    };
    Ok((rest, Some(Assigned { name, form, value })))
}

/// Elements of an array, unlike plain values, undergo pathname and brace expansion.
fn is_pattern(piece: &Piece<'_>) -> bool {
    matches!(piece, Piece::Plain(text) if text.contains(['*', '?', '[', '{']))
}

/// `(a b c)`: for `$NAME` only the first element counts.
fn array(input: &str) -> IResult<&str, Vec<Piece<'_>>> {
    let comment = recognize(pair(char('#'), opt(is_not("\n"))));
    let gap = || recognize(many0_count(alt((tag(" "), tag("\t"), tag("\n"), tag("\\\n")))));
    let mut comment = terminated(comment, gap());
    let (mut rest, _) = pair(char('('), gap()).parse(input)?;
    let mut first = None;
    loop {
        if let Ok((after, _)) = comment.parse(rest) {
            rest = after;
        } else if let Ok((after, _)) = parse(char(')'), rest) {
            return Ok((after, first.unwrap_or_default()));
        } else {
            let (after, element) = word(rest)?;
            if after.len() == rest.len() {
                return Err(nom::Err::Failure(nom::error::Error::new(rest, nom::error::ErrorKind::Char)));
            }
            first.get_or_insert(element);
            rest = gap().parse(after)?.0;
        }
    }
}

/// Runs a parser that is no function.
pub(super) fn parse<'a, T>(
    mut parser: impl Parser<&'a str, Output = T, Error = nom::error::Error<&'a str>>,
    input: &'a str,
) -> IResult<&'a str, T> {
    parser.parse(input)
}
