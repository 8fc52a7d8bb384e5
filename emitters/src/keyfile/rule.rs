//! `routing-ruleN=` (keyfile.md 10.3). The priority is mandatory there, so rules without one get the priority
//! that the kernel would have given them.

use super::Job;
use super::file::File;
use crate::text::ip::rule::is_v6;
use netpivot_model::codes::keyfile as codes;
use netpivot_model::link::LinkId;
use netpivot_model::network::EntryKind;
use netpivot_model::path::{FactPath, FieldPath, Subject};
use netpivot_model::route::MAIN_TABLE;
use netpivot_model::rule::{Rule, RuleAction};
use std::fmt::Write as _;

fn fact(n: u32, field: &'static str) -> FactPath {
    FactPath { subject: Subject::Entry(EntryKind::Rule, n), field: FieldPath::parse(field) }
}

impl Job<'_> {
    /// Writes the rules of one family.
    pub(super) fn rules(&mut self, id: LinkId, v6: bool, file: &mut File) {
        let group = if v6 { "ipv6" } else { "ipv4" };
        let positions = std::mem::take(&mut self.rules[id.0 as usize]);
        let mut number = 0;
        for n in &positions {
            let rule = &self.network.rules[*n as usize].item;
            if is_v6(rule) != v6 {
                continue;
            }
            if let Some(word) = unwritable(rule) {
                let text =
                    format!("keyfiles cannot say `{word}` in a rule, and without it the rule is another one");
                let help = "set the rule up by a dispatcher script".to_owned();
                self.cx.cannot(fact(*n, ""), &codes::RULE, text, help);
                continue;
            }
            self.tags(*n, rule);
            self.additions(*n, rule);
            number += 1;
            let line = line(rule, self.priorities[*n as usize]);
            file.set_numbered(group, "routing-rule", format!("routing-rule{number}"), line);
        }
        self.rules[id.0 as usize] = positions;
    }

    /// What only marks a rule goes without it.
    fn tags(&mut self, n: u32, rule: &Rule) {
        for (name, said) in [("protocol", &rule.protocol), ("realms", &rule.realms)] {
            if let Some(at) = said {
                let text =
                    format!("keyfiles cannot say `{name} {}` of a rule; the rule goes without it", at.value);
                self.cx.cannot(fact(n, name), &codes::RULE, text, None);
            }
        }
    }

    fn additions(&mut self, n: u32, rule: &Rule) {
        if rule.priority.is_none() {
            self.cx.added(fact(n, "priority"), "priority-as-the-kernel-gives-it");
        }
        if rule.family.is_none() {
            self.cx.added(fact(n, "family"), "family-of-the-prefix");
        }
        if has_no_table(rule) {
            self.cx.added(fact(n, "table"), "main-table-of-a-rule");
        }
    }
}

/// True where a rule looks up a table and names none.
pub(crate) fn has_no_table(rule: &Rule) -> bool {
    let looks_up = rule.action.as_ref().is_none_or(|at| at.value == RuleAction::Table);
    looks_up && rule.table.is_none()
}

/// The part that NetworkManager's rules cannot say and that changes what the rule matches or does.
pub(crate) fn unwritable(rule: &Rule) -> Option<String> {
    let text = |name: &str, value: &Option<netpivot_model::source::At<String>>| {
        value.as_ref().map(|at| format!("{name} {}", at.value))
    };
    let action = rule.action.as_ref().map(|at| at.value);
    if matches!(action, Some(RuleAction::Goto | RuleAction::Nop)) || rule.goto.is_some() {
        return Some(
            rule.goto.as_ref().map_or_else(|| "nop".to_owned(), |at| format!("goto {}", at.value.get())),
        );
    }
    if rule.l3mdev.as_ref().is_some_and(|at| at.value) {
        return Some("l3mdev".to_owned());
    }
    if rule.table.as_ref().is_some_and(|at| at.value.get() == 0) {
        // The kernel takes a table that has no routes (`fib_empty_table()`); a profile without a table means the main one.
        return Some("table 0".to_owned());
    }
    text("tun_id", &rule.tun_id)
        .or_else(|| text("suppress_ifgroup", &rule.suppress_ifgroup))
        .or_else(|| rule.attributes.values().next().cloned())
}

/// The rule's words, the priority first (`nm_ip_routing_rule_to_string`), as `ROUTING_RULE` keys have them, too.
pub(crate) fn line(rule: &Rule, priority: u32) -> String {
    let mut out = format!("priority {priority}");
    let mut word = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = write!(out, " {name} {value}");
        }
    };
    if rule.not.as_ref().is_some_and(|at| at.value) {
        word("not", Some(String::new()));
    }
    let from = rule.from.as_ref().map_or_else(|| "all".to_owned(), |at| at.value.to_string());
    word("from", Some(from));
    word("to", rule.to.as_ref().map(|at| at.value.to_string()));
    word("tos", rule.tos.as_ref().map(|at| format!("0x{:02x}", at.value.get())));
    word("ipproto", rule.ipproto.as_ref().map(|at| at.value.get().to_string()));
    word("sport", rule.sport.as_ref().map(|at| safe(&at.value)));
    word("dport", rule.dport.as_ref().map(|at| safe(&at.value)));
    word("fwmark", rule.fwmark.as_ref().map(|at| mark(at.value.get(), rule)));
    word("iif", rule.iif.as_ref().map(|at| safe(&at.value)));
    word("oif", rule.oif.as_ref().map(|at| safe(&at.value)));
    word("uidrange", rule.uidrange.as_ref().map(|at| safe(&at.value)));
    word("suppress_prefixlength", rule.suppress_prefixlength.as_ref().map(|at| at.value.get().to_string()));
    match rule.action.as_ref().map(|at| at.value) {
        Some(action) if action != RuleAction::Table => word("type", Some(action.as_str().to_owned())),
        Some(_) | None => {
            let table = rule.table.as_ref().map_or(MAIN_TABLE.into(), |at| at.value.get());
            word("table", Some(table.to_string()));
        }
    }
    // `not` stands alone; its empty value left a second blank.
    out.replace("not  ", "not ")
}

fn mark(mark: i64, rule: &Rule) -> String {
    match &rule.fwmask {
        Some(mask) => format!("0x{mark:x}/0x{:x}", mask.value.get()),
        None => format!("0x{mark:x}"),
    }
}

/// A word stays one word.
fn safe(word: &str) -> String {
    word.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect()
}
