//! `NAME="…"` in udev rules (udev(7)), as write_net_rules made them.

use super::{DeviceName, NamedBy, logical_lines, macs};
use netpivot_model::source::{Origin, SourceId};
use nom::branch::alt;
use nom::bytes::complete::{is_not, tag, take_while, take_while1};
use nom::character::complete::{anychar, char};
use nom::combinator::{map, opt, recognize, value};
use nom::multi::many0;
use nom::sequence::{delimited, preceded, terminated};
use nom::{IResult, Parser};

/// `KEY{attribute}OPERATOR"value"`.
struct Token<'a> {
    key: &'a str,
    attribute: Option<&'a str>,
    operator: &'a str,
    value: String,
}

/// The names that a rules file gives. A line that is no rule is udev's to complain about.
pub(super) fn names(text: &str, source: SourceId) -> Vec<DeviceName> {
    logical_lines(text, source, &['#'])
        .filter_map(|line| {
            let (_, tokens) = many0(token).parse(&line.text).ok()?;
            name(&tokens, Origin::at(line.span))
        })
        .collect()
}

fn name(tokens: &[Token<'_>], origin: Origin) -> Option<DeviceName> {
    let is = |token: &&Token<'_>, key: &str, attribute: Option<&str>| {
        token.key == key && token.attribute == attribute
    };
    let matched = |key: &str, attribute: Option<&str>| {
        tokens
            .iter()
            .find(|token| is(token, key, attribute) && token.operator == "==")
            .map(|t| t.value.clone())
    };
    // `?*` stands for anything.
    let pattern = |key: &str| matched(key, None).filter(|value| value != "?*" && value != "*");
    let given =
        tokens.iter().rfind(|token| is(token, "NAME", None) && matches!(token.operator, "=" | ":="))?;
    let other = matched("SUBSYSTEM", None).is_some_and(|subsystem| subsystem != "net");
    // `NAME="$env{…}"` is for udev to fill in.
    if other || given.value.is_empty() || given.value.contains(['$', '%']) {
        return None;
    }
    let address = matched("ATTR", Some("address")).or_else(|| matched("SYSFS", Some("address")));
    Some(DeviceName {
        name: given.value.clone(),
        macs: address.map_or(Vec::new(), |text| macs(&text.replace('|', " "))),
        original: pattern("KERNEL"),
        path: pattern("KERNELS").or_else(|| pattern("ID")),
        driver: pattern("DRIVERS"),
        by: NamedBy::UdevRule,
        origin,
    })
}

fn token(input: &str) -> IResult<&str, Token<'_>> {
    let gap = || take_while(|c: char| c.is_ascii_whitespace() || c == ',');
    let key = take_while1(|c: char| c.is_ascii_alphanumeric() || c == '_');
    let attribute = opt(delimited(char('{'), is_not("}"), char('}')));
    let operator = alt((tag("=="), tag("!="), tag("+="), tag("-="), tag(":="), tag("=")));
    let blanks = || take_while(|c: char| c.is_ascii_whitespace());
    map(
        terminated(
            (preceded(gap(), key), attribute, preceded(blanks(), operator), preceded(blanks(), quoted)),
            gap(),
        ),
        |(key, attribute, operator, value)| Token { key, attribute, operator, value },
    )
    .parse(input)
}

/// `"…"`, in which only `\"` is special; `e"…"` and `i"…"` are taken the same way.
fn quoted(input: &str) -> IResult<&str, String> {
    let piece = alt((
        map(is_not("\\\""), str::to_owned),
        value("\"".to_owned(), tag("\\\"")),
        map(recognize((char('\\'), anychar)), str::to_owned),
    ));
    map(delimited((opt(alt((char('e'), char('i')))), char('"')), many0(piece), char('"')), |pieces| {
        pieces.concat()
    })
    .parse(input)
}
