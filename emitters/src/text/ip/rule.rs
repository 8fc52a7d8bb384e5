//! Policy rules in the words of ip-rule(8), and the priorities of those that name none.

use crate::text::shell::quote;
use netpivot_model::network::Network;
use netpivot_model::rule::{Family, Rule, RuleAction};
use std::fmt::Write as _;

/// True for a rule of IPv6.
#[must_use]
pub fn is_v6(rule: &Rule) -> bool {
    match &rule.family {
        Some(at) => at.value == Family::V6,
        None => [&rule.from, &rule.to].into_iter().flatten().any(|at| at.value.addr().is_ipv6()),
    }
}

/// The priority of each rule. A rule without one goes *before* all that are there (`fib_default_rule_pref`: one
/// less than the lowest so far, from 32765 downwards), so later rules win.
#[must_use]
pub fn priorities(network: &Network) -> Vec<u32> {
    let mut lowest = [32_766u32; 2];
    let mut priority = |rule: &Rule| {
        let slot = &mut lowest[usize::from(is_v6(rule))];
        let said = rule.priority.as_ref().and_then(|at| u32::try_from(at.value.get()).ok());
        let own = said.unwrap_or_else(|| slot.saturating_sub(1).max(1));
        if own > 0 {
            *slot = own.min(*slot);
        }
        own
    };
    network.rules.iter().map(|rule| priority(&rule.item)).collect()
}

/// What follows `ip rule add`.
#[must_use]
pub fn words(rule: &Rule, priority: u32) -> String {
    let mut out = format!("priority {priority}");
    if rule.not.as_ref().is_some_and(|at| at.value) {
        out.push_str(" not");
    }
    let mut add = |word: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = write!(out, " {word} {}", quote(&value));
        }
    };
    let number = |at: &netpivot_model::value::U32| at.get().to_string();
    add("from", Some(rule.from.as_ref().map_or_else(|| "all".to_owned(), |at| at.value.to_string())));
    add("to", rule.to.as_ref().map(|at| at.value.to_string()));
    add("iif", rule.iif.as_ref().map(|at| at.value.clone()));
    add("oif", rule.oif.as_ref().map(|at| at.value.clone()));
    if let Some(mark) = &rule.fwmark {
        let mask = rule.fwmask.as_ref().map_or_else(String::new, |at| format!("/{:#x}", at.value.get()));
        add("fwmark", Some(format!("{:#x}{mask}", mark.value.get())));
    }
    add("tos", rule.tos.as_ref().map(|at| format!("{:#x}", at.value.get())));
    add("ipproto", rule.ipproto.as_ref().map(|at| at.value.get().to_string()));
    add("sport", rule.sport.as_ref().map(|at| at.value.clone()));
    add("dport", rule.dport.as_ref().map(|at| at.value.clone()));
    add("uidrange", rule.uidrange.as_ref().map(|at| at.value.clone()));
    add("tun_id", rule.tun_id.as_ref().map(|at| at.value.clone()));
    let action = rule.action.as_ref().map_or(RuleAction::Table, |at| at.value);
    match action {
        RuleAction::Goto => add("goto", rule.goto.as_ref().map(|at| number(&at.value))),
        RuleAction::Table | RuleAction::Blackhole | RuleAction::Unreachable => {}
        RuleAction::Prohibit | RuleAction::Nop => {}
    }
    add("table", rule.table.as_ref().map(|at| number(&at.value)));
    add("suppress_prefixlength", rule.suppress_prefixlength.as_ref().map(|at| at.value.get().to_string()));
    add("suppress_ifgroup", rule.suppress_ifgroup.as_ref().map(|at| at.value.clone()));
    add("realms", rule.realms.as_ref().map(|at| at.value.clone()));
    add("protocol", rule.protocol.as_ref().map(|at| at.value.clone()));
    for attribute in rule.attributes.values() {
        for word in attribute.split_ascii_whitespace() {
            let _ = write!(out, " {}", quote(word));
        }
    }
    if rule.l3mdev.as_ref().is_some_and(|at| at.value) {
        out.push_str(" l3mdev");
    }
    match action {
        RuleAction::Table | RuleAction::Goto => {}
        RuleAction::Blackhole | RuleAction::Unreachable | RuleAction::Prohibit | RuleAction::Nop => {
            let _ = write!(out, " {}", action.as_str());
        }
    }
    out
}
