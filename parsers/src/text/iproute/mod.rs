//! The words of ip-route(8) and ip-rule(8), as route and rule files, `ip` commands and other formats have them.
//!
//! The grammar is iproute2's own (`ip/iproute.c:iproute_modify`, `ip/iprule.c:iprule_modify`): keywords in any order, many of
//! them abbreviable, table names from rt_tables. A word that is none of its keywords comes back as an error
//! with its place, so that nothing is dropped in silence.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use netpivot_model::codes::netlink::UNNAMED_TABLE;
use netpivot_model::diagnostic::{Diagnostic, Severity};
use netpivot_model::rule::Family;
use netpivot_model::source::{SourceId, Span};
use std::net::{IpAddr, Ipv4Addr};

mod route;
mod rule;
mod tables;
#[cfg(test)]
mod tests;

pub use route::route;
pub(crate) use route::{route_among, scope};
pub use rule::rule;
pub use tables::Tables;

/// One word and its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word<'a> {
    /// The word.
    pub text: &'a str,
    /// Where it stands.
    pub span: Span,
}

/// What is wrong with a line, and the word that is to blame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordError {
    /// The place of the word.
    pub span: Span,
    /// A clause that goes on after "because" ("`100x` is no number").
    pub message: String,
    /// True where the host may know the word: it is a name, and no file that names such things was given.
    pub is_open: bool,
}

/// What to do about a name that only the host knows.
pub const NAME_CURE: &str = "give the host's files with `--root`, or write the number";

impl WordError {
    /// An error at a word.
    pub fn at(word: Word<'_>, message: impl Into<String>) -> Self {
        WordError { span: word.span, message: message.into(), is_open: false }
    }

    /// What is said of a line of a route or rule file with a name that only the host knows.
    #[must_use]
    pub fn unnamed(&self, line: &str, span: Span) -> Option<Diagnostic> {
        let message = format!("`{line}` is not in the output because {}", self.message);
        let found = Diagnostic::new(&UNNAMED_TABLE, message).severity(Severity::Loss).help(NAME_CURE);
        self.is_open.then(|| found.at(self.span).at(span))
    }
}

/// The words of one line, which begins at byte `start` of its source.
#[must_use]
pub fn words(line: &str, source: SourceId, start: usize) -> Vec<Word<'_>> {
    line.split([' ', '\t', '\n', '\r'])
        .scan(start, |at, text| {
            let here = *at;
            *at += text.len() + 1;
            Some(Word { text, span: Span::new(source, here, here + text.len()) })
        })
        .filter(|word| !word.text.is_empty())
        .collect()
}

/// Goes through words.
struct Cursor<'a> {
    rest: &'a [Word<'a>],
}

impl<'a> Cursor<'a> {
    fn next(&mut self) -> Option<Word<'a>> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn peek(&self) -> Option<Word<'a>> {
        self.rest.first().copied()
    }

    /// The word behind a keyword.
    fn value(&mut self, keyword: Word<'_>) -> Result<Word<'a>, WordError> {
        self.next().ok_or_else(|| WordError::at(keyword, format!("`{}` needs a value", keyword.text)))
    }
}

/// From a keyword to its value.
fn through(keyword: Word<'_>, value: Word<'_>) -> Span {
    Span { end: value.span.end, ..keyword.span }
}

/// A keyword: its words, and whether a beginning of one is enough (`matches()` in iproute2).
type Keyword = (&'static str, bool);

fn is(word: &str, (keyword, abbreviable): Keyword) -> bool {
    word == keyword || (abbreviable && begins(keyword, word))
}

/// `matches()` of iproute2: a beginning of the keyword is enough.
pub(crate) fn begins(keyword: &str, word: &str) -> bool {
    !word.is_empty() && keyword.starts_with(word)
}

/// Types of routes and their numbers (`RTN_*`), in iproute2's order (`rt_names.c:rtnl_rtntype_a2n`).
const ROUTE_TYPES: [(Keyword, u32); 12] = [
    (("local", false), 2),
    (("nat", false), 10),
    (("broadcast", true), 3),
    (("brd", false), 3),
    (("anycast", true), 4),
    (("multicast", true), 5),
    (("prohibit", true), 8),
    (("unreachable", true), 7),
    (("blackhole", true), 6),
    (("xresolve", true), 11),
    (("unicast", true), 1),
    (("throw", false), 9),
];

fn route_type(word: &str) -> Option<u32> {
    ROUTE_TYPES.iter().find(|(keyword, _)| is(word, *keyword)).map(|(_, number)| *number)
}

/// A number as strtoul(3) with base 0 reads it: `0x` is hexadecimal, a leading `0` octal.
#[must_use]
pub fn number(text: &str) -> Option<u32> {
    let (digits, radix) = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => (digits, 16),
        None if text.len() > 1 && text.starts_with('0') => (&text[1..], 8),
        None => (text, 10),
    };
    if digits.starts_with('+') { None } else { u32::from_str_radix(digits, radix).ok() }
}

/// True for a word that a file of iproute2 may give a number.
fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

fn number_word(word: Word<'_>) -> Result<u32, WordError> {
    number(word.text).ok_or_else(|| WordError::at(word, format!("`{}` is no number", word.text)))
}

/// A number in a range of its own.
fn number_in(word: Word<'_>, least: u32, most: u32) -> Result<u32, WordError> {
    number(word.text)
        .filter(|n| (least..=most).contains(n))
        .ok_or_else(|| WordError::at(word, format!("`{}` is no number from {least} to {most}", word.text)))
}

pub(crate) fn address(word: Word<'_>, family: Option<Family>) -> Result<IpAddr, WordError> {
    let found = word.text.parse().ok().or_else(|| short_ipv4(word.text).map(IpAddr::V4));
    found
        .filter(|ip: &IpAddr| family.is_none_or(|family| family == family_of(*ip)))
        .ok_or_else(|| WordError::at(word, format!("`{}` is no {}address", word.text, family_name(family))))
}

/// `10.7` is 10.7.0.0 for iproute2, unlike inet_aton(3), and `0x10` is 16.0.0.0 (`get_addr_ipv4()`).
fn short_ipv4(text: &str) -> Option<Ipv4Addr> {
    let mut octets = [0; 4];
    let mut count = 0;
    for part in text.split('.') {
        *octets.get_mut(count)? = u8::try_from(number(part)?).ok()?;
        count += 1;
    }
    (count > 0).then(|| Ipv4Addr::from(octets))
}

/// The address family of an address.
#[must_use]
pub fn family_of(ip: IpAddr) -> Family {
    match ip {
        IpAddr::V4(_) => Family::V4,
        IpAddr::V6(_) => Family::V6,
    }
}

fn family_name(family: Option<Family>) -> &'static str {
    match family {
        Some(Family::V4) => "IPv4 ",
        Some(Family::V6) => "IPv6 ",
        None => "",
    }
}

/// All addresses of a family.
#[must_use]
pub fn everything(family: Family) -> IpNet {
    match family {
        Family::V4 => IpNet::V4(Ipv4Net::default()),
        Family::V6 => IpNet::V6(Ipv6Net::default()),
    }
}

/// `default`, `any` and `all` (`None`), ADDRESS, ADDRESS/LENGTH, ADDRESS/NETMASK.
pub(crate) fn prefix(word: Word<'_>, family: Option<Family>) -> Result<Option<IpNet>, WordError> {
    if matches!(word.text, "default" | "any" | "all") {
        return Ok(None);
    }
    let (host, length) =
        word.text.split_once('/').map_or((word.text, None), |(host, length)| (host, Some(length)));
    let ip = address(Word { text: host, span: word.span }, family)?;
    let most = if ip.is_ipv4() { 32 } else { 128 };
    let length = match length {
        None => Some(most),
        Some(text) => number(text).and_then(|n| u8::try_from(n).ok()).or_else(|| mask_length(text, ip)),
    };
    length
        .and_then(|length| IpNet::new(ip, length).ok())
        .map(Some)
        .ok_or_else(|| WordError::at(word, format!("`{}` is no {}prefix", word.text, family_name(family))))
}

fn mask_length(text: &str, ip: IpAddr) -> Option<u8> {
    match (text.parse().ok()?, ip) {
        (IpAddr::V4(mask), IpAddr::V4(_)) => ipnet::ipv4_mask_to_prefix(mask).ok(),
        (IpAddr::V6(mask), IpAddr::V6(_)) => ipnet::ipv6_mask_to_prefix(mask).ok(),
        _ => None,
    }
}

/// Type of service: hexadecimal with or without `0x` (`rtnl_dsfield_a2n()`).
fn tos(word: Word<'_>) -> Result<i64, WordError> {
    let digits = word.text.strip_prefix("0x").unwrap_or(word.text);
    u8::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+')).map(i64::from).ok_or_else(|| {
        WordError::at(word, format!("`{}` is no type of service (hexadecimal, 0 to ff)", word.text))
    })
}

/// Names of route origins that every rt_protos has (rtnetlink(7), `RTPROT_*`).
const PROTOCOLS: [(&str, u32); 22] = [
    ("unspec", 0),
    ("redirect", 1),
    ("kernel", 2),
    ("boot", 3),
    ("static", 4),
    ("gated", 8),
    ("ra", 9),
    ("mrt", 10),
    ("zebra", 11),
    ("bird", 12),
    ("dnrouted", 13),
    ("xorp", 14),
    ("ntk", 15),
    ("dhcp", 16),
    ("keepalived", 18),
    ("babel", 42),
    ("bgp", 186),
    ("isis", 187),
    ("ospf", 188),
    ("rip", 189),
    ("eigrp", 192),
    ("openr", 99),
];

/// A route's origin by its name where every host has it, else by number.
fn protocol(word: Word<'_>, tables: &Tables) -> Result<String, WordError> {
    let own = tables.protocols.as_ref().and_then(|names| names.get(word.text)).map(u32::to_string);
    let word = Word { text: own.as_deref().unwrap_or(word.text), ..word };
    let known = PROTOCOLS.iter().find(|(name, n)| *name == word.text || number(word.text) == Some(*n));
    match (known, number(word.text)) {
        (Some((name, _)), _) => Ok((*name).to_owned()),
        (None, Some(n)) if n < 256 => Ok(n.to_string()),
        (None, None) if is_name(word.text) && tables.protocols.is_none() => Err(WordError {
            is_open: true,
            ..WordError::at(
                word,
                format!("nothing that was given says which number the protocol `{}` has", word.text),
            )
        }),
        (None, _) => Err(WordError::at(word, format!("`{}` is no routing protocol", word.text))),
    }
}

/// `realms [FROM/]TO`.
fn realms(word: Word<'_>) -> Result<String, WordError> {
    let valid = !word.text.is_empty()
        && word.text.split('/').count() <= 2
        && !word.text.split('/').any(str::is_empty);
    if valid {
        Ok(word.text.to_owned())
    } else {
        Err(WordError::at(word, format!("`{}` is no realm", word.text)))
    }
}
