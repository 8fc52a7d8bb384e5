//! ip-rule(8).

use super::route::{said_number, table, tos_field};
use super::{
    Cursor, Keyword, Tables, Word, WordError, address, begins, family_of, is, number, number_in, number_word,
    prefix, protocol, realms, route_type, through,
};
use ipnet::IpNet;
use netpivot_model::reflect::Said;
use netpivot_model::route::MAIN_TABLE;
use netpivot_model::rule::{self, Family, Rule, RuleAction};
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::{Int, U32};

/// What follows a keyword, and where it goes.
#[derive(Clone, Copy)]
enum Takes {
    /// One value.
    Value(fn(&mut Reader<'_>, Word<'_>, Span) -> Result<(), WordError>),
    /// One value that stands for itself.
    Attribute,
    Not,
    L3mdev,
    Nop,
    Type,
}

/// In iproute2's order, which decides what an abbreviation means (`iprule.c:iprule_modify`).
const KEYWORDS: [(Keyword, Takes); 33] = [
    (("not", false), Takes::Not),
    (("from", false), Takes::Value(|r, v, s| r.side(v, s, |rule| &mut rule.from))),
    (("to", false), Takes::Value(|r, v, s| r.side(v, s, |rule| &mut rule.to))),
    (
        ("preference", true),
        Takes::Value(|r, v, s| set(&mut r.rule.priority, said_number(number_word(v)?, s))),
    ),
    (("order", true), Takes::Value(|r, v, s| set(&mut r.rule.priority, said_number(number_word(v)?, s)))),
    (("priority", true), Takes::Value(|r, v, s| set(&mut r.rule.priority, said_number(number_word(v)?, s)))),
    (("tos", false), Takes::Value(|r, v, s| set(&mut r.rule.tos, tos_field(v, s)?))),
    (("dsfield", true), Takes::Value(|r, v, s| set(&mut r.rule.tos, tos_field(v, s)?))),
    (("fwmark", false), Takes::Value(|r, v, s| r.mark(v, s))),
    (("realms", true), Takes::Value(|r, v, s| set(&mut r.rule.realms, Some(At::new(realms(v)?, s))))),
    (
        ("protocol", true),
        Takes::Value(|r, v, s| set(&mut r.rule.protocol, Some(At::new(protocol(v, r.tables)?, s)))),
    ),
    (("tun_id", true), Takes::Value(|r, v, s| set(&mut r.rule.tun_id, Some(At::new(tunnel(v)?, s))))),
    (("table", true), Takes::Value(|r, v, s| r.table(v, s))),
    (("lookup", false), Takes::Value(|r, v, s| r.table(v, s))),
    (
        ("suppress_prefixlength", true),
        Takes::Value(|r, v, s| set(&mut r.rule.suppress_prefixlength, said_number(number_in(v, 0, 128)?, s))),
    ),
    (
        ("sup_pl", false),
        Takes::Value(|r, v, s| set(&mut r.rule.suppress_prefixlength, said_number(number_in(v, 0, 128)?, s))),
    ),
    (("suppress_ifgroup", true), Takes::Value(|r, v, s| set(&mut r.rule.suppress_ifgroup, text(v, s)))),
    (("sup_group", false), Takes::Value(|r, v, s| set(&mut r.rule.suppress_ifgroup, text(v, s)))),
    (("dev", false), Takes::Value(|r, v, s| set(&mut r.rule.iif, text(v, s)))),
    (("iif", false), Takes::Value(|r, v, s| set(&mut r.rule.iif, text(v, s)))),
    (("oif", false), Takes::Value(|r, v, s| set(&mut r.rule.oif, text(v, s)))),
    (("l3mdev", false), Takes::L3mdev),
    (("uidrange", false), Takes::Value(|r, v, s| set(&mut r.rule.uidrange, Some(At::new(users(v)?, s))))),
    (("nat", false), Takes::Value(|r, v, s| r.nat(v, s))),
    (("map-to", true), Takes::Value(|r, v, s| r.nat(v, s))),
    (("ipproto", false), Takes::Value(|r, v, s| set(&mut r.rule.ipproto, said_number(ip_protocol(v)?, s)))),
    (("sport", false), Takes::Value(|r, v, s| set(&mut r.rule.sport, Some(At::new(ports(v)?, s))))),
    (("dport", false), Takes::Value(|r, v, s| set(&mut r.rule.dport, Some(At::new(ports(v)?, s))))),
    (("dscp", false), Takes::Attribute),
    (("flowlabel", false), Takes::Attribute),
    (("goto", true), Takes::Value(|r, v, s| r.goto(v, s))),
    (("nop", true), Takes::Nop),
    (("type", false), Takes::Type),
];

/// Reads the words behind `ip rule add`. A rule without an action looks up the main table, as iproute2 has it; a rule without
/// priority stays without (trap 62).
///
/// # Errors
/// A word that ip-rule(8) does not take.
pub fn rule(words: &[Word<'_>], family: Option<Family>, tables: &Tables) -> Result<Rule, WordError> {
    let mut reader = Reader { rule: Rule::default(), family, tables };
    let mut cursor = Cursor { rest: words };
    while let Some(word) = cursor.next() {
        match KEYWORDS.iter().find(|(keyword, _)| is(word.text, *keyword)) {
            Some((_, takes)) => reader.keyword(*takes, word, &mut cursor)?,
            None => reader.action(word)?,
        }
    }
    Ok(reader.finish(words))
}

struct Reader<'a> {
    rule: Rule,
    family: Option<Family>,
    tables: &'a Tables,
}

impl Reader<'_> {
    fn keyword(&mut self, takes: Takes, word: Word<'_>, cursor: &mut Cursor<'_>) -> Result<(), WordError> {
        match takes {
            Takes::Not => self.rule.not = Some(At::new(true, word.span)),
            Takes::L3mdev => {
                self.rule.l3mdev = Some(At::new(true, word.span));
                self.rule.action.get_or_insert(At::new(RuleAction::Table, word.span));
            }
            Takes::Nop => self.rule.action = Some(At::new(RuleAction::Nop, word.span)),
            Takes::Type => {
                let value = cursor.value(word)?;
                self.action(value)?;
            }
            Takes::Attribute => {
                let value = cursor.value(word)?;
                self.rule.attributes.push(format!("{} {}", word.text, value.text), through(word, value));
            }
            Takes::Value(store) => {
                let value = cursor.value(word)?;
                store(self, value, through(word, value))?;
            }
        }
        Ok(())
    }

    /// `from PREFIX`, `to PREFIX`; `all` and a length of 0 say nothing but the family.
    fn side(
        &mut self,
        value: Word<'_>,
        span: Span,
        side: fn(&mut Rule) -> &mut Said<IpNet>,
    ) -> Result<(), WordError> {
        if let Some(net) = prefix(value, self.family)? {
            self.family.get_or_insert(family_of(net.addr()));
            *side(&mut self.rule) = Some(At::new(net, span)).filter(|at| at.value.prefix_len() > 0);
        }
        Ok(())
    }

    /// `fwmark MARK[/MASK]`.
    fn mark(&mut self, value: Word<'_>, span: Span) -> Result<(), WordError> {
        let (mark, mask) = value.text.split_once('/').map_or((value.text, None), |(a, b)| (a, Some(b)));
        self.rule.fwmark = said_number(number_word(Word { text: mark, ..value })?, span);
        if let Some(mask) = mask {
            self.rule.fwmask = said_number(number_word(Word { text: mask, ..value })?, span);
        }
        Ok(())
    }

    fn table(&mut self, value: Word<'_>, span: Span) -> Result<(), WordError> {
        self.rule.table = Some(table(value, span, self.tables)?);
        self.rule.action = Some(At::new(RuleAction::Table, span));
        Ok(())
    }

    fn goto(&mut self, value: Word<'_>, span: Span) -> Result<(), WordError> {
        self.rule.goto = said_number(number_word(value)?, span);
        self.rule.action = Some(At::new(RuleAction::Goto, span));
        Ok(())
    }

    fn nat(&mut self, value: Word<'_>, span: Span) -> Result<(), WordError> {
        let ip = address(value, Some(Family::V4))?;
        self.rule.attributes.push(format!("nat {ip}"), span);
        self.rule.action.get_or_insert(At::new(RuleAction::Table, span));
        Ok(())
    }

    /// A bare action: the type of a route, whose number is the kernel's for an action (`FR_ACT_*`).
    fn action(&mut self, word: Word<'_>) -> Result<(), WordError> {
        let found = if begins("nop", word.text) { Some(3) } else { route_type(word.text) };
        let found = found
            .or_else(|| number(word.text))
            .ok_or_else(|| WordError::at(word, format!("`{}` is no word of ip-rule(8)", word.text)))?;
        let action = match found {
            1 => RuleAction::Table,
            3 => RuleAction::Nop,
            6 => RuleAction::Blackhole,
            7 => RuleAction::Unreachable,
            8 => RuleAction::Prohibit,
            2 => return Err(WordError::at(word, "it goes to another rule, and does not say to which")),
            _ => {
                let message = format!("only the kernel knows what it does with the action `{}`", word.text);
                return Err(WordError { is_open: true, ..WordError::at(word, message) });
            }
        };
        self.rule.action = Some(At::new(action, word.span));
        Ok(())
    }

    fn finish(mut self, words: &[Word<'_>]) -> Rule {
        let spans = || words.iter().map(|w| w.span);
        let family = self.family.unwrap_or(Family::V4);
        self.rule.family = Some(At::new(family, Origin::derived("rule-family", spans())));
        if self.rule.action.is_none() {
            self.rule.action =
                Some(At::new(RuleAction::Table, Origin::derived("ip-rule-default-action", spans())));
        }
        let looks_up = self.rule.action.as_ref().is_some_and(|at| at.value == RuleAction::Table);
        if looks_up && self.rule.table.is_none() && self.rule.l3mdev.is_none() {
            let main: Said<U32> = Int::new(MAIN_TABLE.into())
                .map(|n| At::new(n, Origin::derived("ip-rule-main-table", spans())));
            self.rule.table = main;
        }
        self.rule
    }
}

fn set<T>(field: &mut T, value: T) -> Result<(), WordError> {
    *field = value;
    Ok(())
}

/// A value that is kept as it stands.
fn text(value: Word<'_>, span: Span) -> Said<String> {
    Some(At::new(value.text.to_owned(), span))
}

/// The id of a tunnel, a number of 64 bits.
fn tunnel(word: Word<'_>) -> Result<String, WordError> {
    let id = number(word.text).map(u64::from).or_else(|| word.text.parse().ok());
    id.map(|id| id.to_string())
        .ok_or_else(|| WordError::at(word, format!("`{}` is no id of a tunnel", word.text)))
}

/// `N` or `N-M`.
fn ports(word: Word<'_>) -> Result<String, WordError> {
    let (first, last) = word.text.split_once('-').unwrap_or((word.text, word.text));
    let (first, last) = bounds(word, first, last, 65535)?;
    Ok(if first == last { first.to_string() } else { format!("{first}-{last}") })
}

/// `N-M`, even for one user.
fn users(word: Word<'_>) -> Result<String, WordError> {
    let (first, last) = word.text.split_once('-').unwrap_or((word.text, ""));
    let (first, last) = bounds(word, first, last, u32::MAX)?;
    Ok(format!("{first}-{last}"))
}

fn bounds(word: Word<'_>, first: &str, last: &str, most: u32) -> Result<(u32, u32), WordError> {
    match (number(first), number(last)) {
        (Some(a), Some(b)) if a <= b && b <= most => Ok((a, b)),
        _ => Err(WordError::at(word, format!("`{}` is no range of numbers up to {most}", word.text))),
    }
}

/// A name that `getprotobyname(3)` knows everywhere, or a number.
fn ip_protocol(word: Word<'_>) -> Result<u32, WordError> {
    match rule::ip_protocol(word.text) {
        Some(number) => Ok(number.into()),
        None => Err(WordError::at(word, format!("`{}` is no IP protocol", word.text))),
    }
}
