//! NetworkManager's reader: one line, one assignment (`shvar.c:line_new_parse`,
//! `svUnescape_full`). What it cannot read becomes the empty value, never the earlier one.

use nom::branch::alt;
use nom::bytes::complete::{is_not, tag, take_while, take_while_m_n, take_while1};
use nom::character::complete::{char, none_of, one_of};
use nom::combinator::{map, opt, recognize, value, verify};
use nom::sequence::{delimited, pair, preceded, terminated};
use nom::{IResult, Parser};

/// An assignment as NetworkManager sees it.
pub(super) struct Line<'a> {
    /// The variable.
    pub name: &'a str,
    /// Offset of the name.
    pub start: usize,
    /// Offset after the value.
    pub end: usize,
    /// The value, or why it becomes empty.
    pub value: Result<String, &'static str>,
}

/// The assignments of a text, line by line.
pub(super) fn assignments(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut start = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let at = start;
        start += line.len();
        assignment(line.strip_suffix('\n').unwrap_or(line), at)
    })
}

fn assignment(line: &str, at: usize) -> Option<Line<'_>> {
    let (rest, name) = terminated(preceded(blanks, name), char('=')).parse(line).ok()?;
    let start = at + (line.len() - rest.len()) - name.len() - 1;
    let (end, value) = match unescape(rest) {
        Ok((left, value)) => (at + line.len() - left.len(), Ok(value)),
        Err(why) => (at + line.trim_end_matches(is_blank).len(), Err(why)),
    };
    Some(Line { name, start, end: end.max(start + name.len() + 1), value })
}

/// `[A-Za-z_][A-Za-z0-9_]*`.
pub(super) fn name(input: &str) -> IResult<&str, &str> {
    verify(take_while1(|c: char| c.is_ascii_alphanumeric() || c == '_'), |name: &str| {
        !name.as_bytes()[0].is_ascii_digit()
    })
    .parse(input)
}

/// `g_ascii_isspace()`: no vertical tab.
fn is_blank(c: char) -> bool {
    c.is_ascii_whitespace()
}

fn blanks(input: &str) -> IResult<&str, &str> {
    take_while(is_blank).parse(input)
}

/// Reads a value up to its end: blanks, one semicolon, a comment may follow it.
/// Gives the rest of the line behind the value.
fn unescape(line: &str) -> Result<(&str, String), &'static str> {
    let old = looks_like_old_escape(line);
    let mut out = Vec::new();
    let mut rest = line;
    while let Some(next) = rest.chars().next() {
        if is_blank(next) || next == ';' {
            return if trailer(rest).is_ok_and(|(left, _)| left.is_empty() || left.starts_with('#')) {
                finish(line, rest, out)
            } else if next == ';' || !out.is_empty() || rest.len() < line.len() {
                Err(
                    "NetworkManager reads one assignment a line and empties this one because of what follows it",
                )
            } else {
                Err("NetworkManager empties a value that has a blank before it")
            };
        }
        rest = piece(rest, old, &mut out)?;
    }
    finish(line, rest, out)
}

/// A C string ends at its first NUL; one that is no UTF-8 is "badly quoted". U+FFFD in the line stands
/// for bytes that were none; an escape may mean that very character.
fn finish<'a>(line: &str, rest: &'a str, mut out: Vec<u8>) -> Result<(&'a str, String), &'static str> {
    const NOT_UTF8: &str = "NetworkManager empties a value that is not UTF-8";
    if let Some(nul) = out.iter().position(|b| *b == 0) {
        out.truncate(nul);
    }
    let text = String::from_utf8(out).map_err(|_| NOT_UTF8)?;
    if line[..line.len() - rest.len()].contains('\u{fffd}') { Err(NOT_UTF8) } else { Ok((rest, text)) }
}

/// Blanks with at most one semicolon among them.
fn trailer(input: &str) -> IResult<&str, &str> {
    recognize((blanks, opt(char(';')), blanks)).parse(input)
}

fn piece<'a>(input: &'a str, old: bool, out: &mut Vec<u8>) -> Result<&'a str, &'static str> {
    const OPEN: &str = "NetworkManager knows no line continuation: it empties a value whose quotes or backslash go on in the next line";
    const SYNTAX: &str = "NetworkManager empties a value with an unquoted shell character in it";
    match input.as_bytes()[0] {
        b'\\' => {
            let (rest, next) =
                preceded(char('\\'), nom::character::complete::anychar::<_, nom::error::Error<&str>>)
                    .parse(input)
                    .map_err(|_| OPEN)?;
            push(out, next);
            Ok(rest)
        }
        b'\'' => {
            let (rest, text) = single_quoted(input).map_err(|_| OPEN)?;
            out.extend(text.as_bytes());
            Ok(rest)
        }
        b'"' => double_quoted(&input[1..], old, out, OPEN),
        b'$' if input.starts_with("$'") => {
            let (rest, text) = ansi_c(input, Flavour::NetworkManager).map_err(|_| OPEN)?;
            out.extend(text);
            Ok(rest)
        }
        b'|' | b'&' | b'(' | b')' | b'<' | b'>' => Err(SYNTAX),
        b'$' => {
            out.push(b'$');
            Ok(&input[1..])
        }
        _ => {
            let (rest, text) = is_not::<_, _, nom::error::Error<&str>>(" \t\n\r\x0c;\\'\"$|&()<>")
                .parse(input)
                .map_err(|_| SYNTAX)?;
            out.extend(text.as_bytes());
            Ok(rest)
        }
    }
}

/// `'…'`, without anything special inside.
pub(super) fn single_quoted(input: &str) -> IResult<&str, &str> {
    delimited(char('\''), take_while(|c| c != '\''), char('\'')).parse(input)
}

/// The inside of double quotes and the closing one.
fn double_quoted<'a>(
    mut input: &'a str,
    old: bool,
    out: &mut Vec<u8>,
    open: &'static str,
) -> Result<&'a str, &'static str> {
    loop {
        let (rest, text) = take_while::<_, _, nom::error::Error<&str>>(|c| !"\"\\$`".contains(c))
            .parse(input)
            .map_err(|_| open)?;
        out.extend(text.as_bytes());
        let mut chars = rest.chars();
        input = match (chars.next(), chars.next()) {
            (Some('"'), _) => return Ok(&rest[1..]),
            (Some('$' | '`'), _) => {
                return Err(
                    "NetworkManager expands nothing: it empties a value with `$` or a backquote in double quotes",
                );
            }
            (Some('\\'), Some(next)) => {
                // Old releases wrote `\'` and `\~`; only a value that looks wholly like theirs is read so.
                if !("$`\"\\".contains(next) || (old && "'~".contains(next))) {
                    out.push(b'\\');
                }
                push(out, next);
                chars.as_str()
            }
            _ => return Err(open),
        };
    }
}

/// A value as NetworkManager's own writer once escaped it: one pair of double quotes around
/// everything, nothing but escapes of `"\$`'~` inside (`shvar.c:_looks_like_old_svescaped`).
fn looks_like_old_escape(value: &str) -> bool {
    let escaped = "\"\\$`'~";
    let Some(inside) = value.strip_prefix('"') else { return false };
    let mut chars = inside.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => return chars.as_str().is_empty(),
            '\\' if chars.next().is_some_and(|next| escaped.contains(next)) => {}
            c if escaped.contains(c) => return false,
            _ => {}
        }
    }
    false
}

/// Whose `$'…'` it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Flavour {
    /// `shvar.c`.
    NetworkManager,
    /// bash, which knows `\cX` too and ends the text at a NUL.
    Bash,
}

/// `$'…'` with the escapes of ANSI C. The bytes need not be UTF-8.
pub(super) fn ansi_c(input: &str, flavour: Flavour) -> IResult<&str, Vec<u8>> {
    let (mut rest, _) = tag("$'").parse(input)?;
    let mut out = Vec::new();
    loop {
        let (after, text) = take_while(|c| c != '\'' && c != '\\').parse(rest)?;
        out.extend(text.as_bytes());
        if let Ok((after, _)) = char::<_, nom::error::Error<&str>>('\'').parse(after) {
            if flavour == Flavour::Bash
                && let Some(nul) = out.iter().position(|b| *b == 0)
            {
                out.truncate(nul);
            }
            return Ok((after, out));
        }
        let (after, bytes) = escape(after, flavour)?;
        out.extend(bytes);
        rest = after;
    }
}

/// One escape of `$'…'`; an unknown one keeps its backslash.
fn escape(input: &str, flavour: Flavour) -> IResult<&str, Vec<u8>> {
    preceded(
        char('\\'),
        alt((
            map(named_escape, |byte| vec![byte]),
            map(octal, |byte| vec![byte]),
            map(preceded(char('x'), hex(2)), |n| vec![low_byte(n)]),
            map(preceded(char('u'), hex(4)), code_point),
            map(preceded(char('U'), hex(8)), code_point),
            control(flavour),
            map(none_of(""), |c| {
                let mut out = vec![b'\\'];
                push(&mut out, c);
                out
            }),
        )),
    )
    .parse(input)
}

fn named_escape(input: &str) -> IResult<&str, u8> {
    alt((
        value(0x07, char('a')),
        value(0x08, char('b')),
        value(0x1b, one_of("eE")),
        value(0x0c, char('f')),
        value(b'\n', char('n')),
        value(b'\r', char('r')),
        value(b'\t', char('t')),
        value(0x0b, char('v')),
        map(one_of("?\"'\\"), |c| c as u8),
    ))
    .parse(input)
}

/// One to three octal digits; too large numbers lose their high bits, as in bash.
fn octal(input: &str) -> IResult<&str, u8> {
    map(take_while_m_n(1, 3, |c: char| c.is_digit(8)), |digits| {
        low_byte(u32::from_str_radix(digits, 8).unwrap_or_default())
    })
    .parse(input)
}

fn hex<'a>(max: usize) -> impl Parser<&'a str, Output = u32, Error = nom::error::Error<&'a str>> {
    map(take_while_m_n(1, max, |c: char| c.is_ascii_hexdigit()), |digits: &str| {
        u32::from_str_radix(digits, 16).unwrap_or_default()
    })
}

fn control<'a>(
    flavour: Flavour,
) -> impl Parser<&'a str, Output = Vec<u8>, Error = nom::error::Error<&'a str>> {
    map(
        verify(
            pair(char('c'), verify(nom::character::complete::anychar, |c: &char| c.is_ascii())),
            move |_| flavour == Flavour::Bash,
        ),
        |(_, c)| vec![(c.to_ascii_uppercase() as u8) & 0x1f],
    )
}

fn low_byte(n: u32) -> u8 {
    n.to_le_bytes()[0]
}

/// UTF-8; what is no character gives a byte that is no UTF-8 either, so that the value is refused.
fn code_point(n: u32) -> Vec<u8> {
    let mut out = Vec::new();
    match char::from_u32(n) {
        Some(c) => push(&mut out, c),
        None => out.push(0xff),
    }
    out
}

fn push(out: &mut Vec<u8>, c: char) {
    out.extend(c.encode_utf8(&mut [0; 4]).as_bytes());
}
