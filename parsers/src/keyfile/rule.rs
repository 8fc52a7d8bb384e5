//! `routing-ruleN=`: one policy rule in ip-rule(8)'s words (keyfile.md 10.3;
//! `nm-setting-ip-config.c:nm_ip_routing_rule_from_string`).

use super::ip::numbered;
use super::lex::{Entry, Group};
use super::profile::Profile;
use ipnet::IpNet;
use netpivot_model::network::Owned;
use netpivot_model::route::MAIN_TABLE;
use netpivot_model::rule::{Family, Rule, RuleAction};
use netpivot_model::source::{At, Span};
use netpivot_model::value::{Scalar, Value};
use netpivot_model::vocabulary::keyfile::codec::integer;
use netpivot_model::vocabulary::keyfile::text;
use std::net::IpAddr;

/// Reads the rules of a group.
pub(super) fn read(profile: &mut Profile<'_>, group: &Group<'_>, v6: bool) {
    for entry in numbered(group, &["routing-rule"]) {
        match one(entry, v6) {
            Ok(item) => profile.network.rules.push(Owned { owner: Some(profile.id), item }),
            Err(expected) => profile.bad(entry, group.name, expected),
        }
    }
}

fn one(entry: &Entry<'_>, v6: bool) -> Result<Rule, &'static str> {
    let value = text::unescape(entry.raw).map_err(|_| "a rule")?;
    let span = entry.span;
    let family = if v6 { Family::V6 } else { Family::V4 };
    let mut rule = Rule { family: Some(At::new(family, span)), ..Rule::default() };
    let mut words = value.split_ascii_whitespace();
    while let Some(word) = words.next() {
        match word {
            "not" => {
                rule.not = Some(At::new(true, span));
                continue;
            }
            "blackhole" | "prohibit" | "unreachable" => {
                rule.action = Some(number_or_word(word, span).ok_or("a rule")?);
                continue;
            }
            _ => {}
        }
        let value = words.next().ok_or("a value after each word of a rule")?;
        set(&mut rule, word, value, span, v6)?;
    }
    if rule.priority.is_none() {
        return Err("a rule with a priority");
    }
    let table = rule.table.as_ref().is_some_and(|at| at.value.get() != 0);
    let action = rule.action.as_ref().is_some_and(|at| at.value != RuleAction::Table);
    if !table && !action {
        return Err("a rule with a table, or with blackhole, prohibit or unreachable,");
    }
    if !action {
        // ip-rule(8): a rule with a table looks it up, whether or not it says so.
        rule.action.get_or_insert(At::new(RuleAction::Table, span));
    }
    Ok(rule)
}

fn scalar<T: Scalar>(value: Value, span: Span) -> Option<At<T>> {
    T::from_value(&value).ok().map(|v| At::new(v, span))
}

fn number_or_word<T: Scalar>(word: &str, span: Span) -> Option<At<T>> {
    T::from_text(word).ok().map(|v| At::new(v, span))
}

fn set(rule: &mut Rule, word: &str, value: &str, span: Span, v6: bool) -> Result<(), &'static str> {
    let number = || integer(value).map(Value::Int);
    let decimal = "a number from 0 to 4294967295 there";
    match word {
        "priority" | "order" | "pref" | "preference" => {
            rule.priority = Some(number().and_then(|n| scalar(n, span)).ok_or(decimal)?);
        }
        "from" => rule.from = prefix(value, v6)?.map(|net| At::new(net, span)),
        "to" => rule.to = prefix(value, v6)?.map(|net| At::new(net, span)),
        "table" | "lookup" => {
            let n = match value {
                "main" => Some(Value::Int(MAIN_TABLE.into())),
                "local" => Some(Value::Int(255)),
                "default" => Some(Value::Int(253)),
                _ => number(),
            };
            let table = "a table's number, main, local or default there";
            rule.table = Some(n.and_then(|n| scalar(n, span)).ok_or(table)?);
        }
        "tos" | "dsfield" => {
            let digits = value.strip_prefix("0x").unwrap_or(value);
            let n = i64::from_str_radix(digits, 16).ok().map(Value::Int);
            rule.tos = Some(n.and_then(|n| scalar(n, span)).ok_or("a hexadecimal number up to ff there")?);
        }
        "ipproto" => {
            rule.ipproto = Some(number().and_then(|n| scalar(n, span)).ok_or("a protocol number there")?)
        }
        "sport" => rule.sport = Some(At::new(range(value).ok_or("a port or N-M there")?, span)),
        "dport" => rule.dport = Some(At::new(range(value).ok_or("a port or N-M there")?, span)),
        "uidrange" => rule.uidrange = Some(At::new(range(value).ok_or("N-M there")?, span)),
        "fwmark" => {
            let (mark, mask) = value.split_once('/').map_or((value, None), |(a, b)| (a, Some(b)));
            let read =
                |text: &str| integer(text).map(Value::Int).and_then(|n| scalar(n, span)).ok_or(decimal);
            rule.fwmark = Some(read(mark)?);
            rule.fwmask = mask.map(read).transpose()?;
        }
        "iif" | "dev" => rule.iif = Some(At::new(value.to_owned(), span)),
        "oif" => rule.oif = Some(At::new(value.to_owned(), span)),
        "suppress_prefixlength" | "sup_pl" => {
            rule.suppress_prefixlength =
                Some(number().and_then(|n| scalar(n, span)).ok_or("a prefix length there")?);
        }
        "type" => rule.action = Some(number_or_word(value, span).ok_or("a known type of rule there")?),
        _ => return Err("only the words of a rule that it knows and"),
    }
    Ok(())
}

/// A prefix of the family; `all` is none, and so is a length of 0 (`nm_ip_routing_rule_set_from`).
fn prefix(value: &str, v6: bool) -> Result<Option<IpNet>, &'static str> {
    if value == "all" {
        return Ok(None);
    }
    let net = value.parse::<IpNet>().or_else(|_| value.parse::<IpAddr>().map(IpNet::from));
    match net {
        Ok(net) if net.addr().is_ipv6() == v6 => Ok(Some(net).filter(|net| net.prefix_len() > 0)),
        Ok(_) | Err(_) => Err("a prefix of this family there"),
    }
}

/// `N` or `N-M`, as it stands.
fn range(value: &str) -> Option<String> {
    let (low, high) = value.split_once('-').unwrap_or((value, value));
    let (low, high) = (low.parse::<u32>().ok()?, high.parse::<u32>().ok()?);
    (low <= high).then(|| value.to_owned())
}
