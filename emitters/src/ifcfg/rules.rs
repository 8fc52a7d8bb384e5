//! Policy rules: `ROUTING_RULE_n` and `ROUTING_RULE6_n` for NetworkManager, `rule-NAME` and `rule6-NAME` for
//! initscripts (ifcfg.md 5.4).

use super::Job;
use super::profile::Profile;
use crate::keyfile;
use crate::keyfile::rule::{has_no_table, line};
use crate::text::ip::rule::is_v6;
use netpivot_model::codes::ifcfg_output as codes;
use netpivot_model::network::EntryKind;
use netpivot_model::path::{FactPath, FieldPath, Subject};
use netpivot_model::route::MAIN_TABLE;
use netpivot_model::rule::{Rule, RuleAction};
use std::fmt::Write as _;

fn fact(n: u32, field: &'static str) -> FactPath {
    FactPath { subject: Subject::Entry(EntryKind::Rule, n), field: FieldPath::parse(field) }
}

impl Job<'_> {
    /// Writes the rules of a link.
    pub(super) fn rules(&mut self, p: &mut Profile<'_>) {
        let positions = self.rules[p.id.0 as usize].clone();
        for v6 in [false, true] {
            let mut number = 0;
            let mut text = String::new();
            for n in &positions {
                let rule = &self.network.rules[*n as usize].item;
                if is_v6(rule) != v6 {
                    continue;
                }
                if let Some(word) = unwritable(rule, p.is_nm()) {
                    let why = format!(
                        "{} cannot say `{word}` in a rule, and without it the rule is another one",
                        if p.is_nm() { "ROUTING_RULE" } else { "a rule file" }
                    );
                    let help = "set the rule up by a script of the program in charge".to_owned();
                    self.cx.cannot(fact(*n, ""), &codes::RULE, why, help);
                    continue;
                }
                if rule.priority.is_none() {
                    self.cx.added(fact(*n, "priority"), "priority-as-the-kernel-gives-it");
                }
                if rule.family.is_none() {
                    self.cx.added(fact(*n, "family"), "family-of-the-prefix");
                }
                if has_no_table(rule) {
                    self.cx.added(fact(*n, "table"), "main-table-of-a-rule");
                }
                let words = line(rule, self.priorities[*n as usize]);
                number += 1;
                if p.is_nm() {
                    self.tags(*n, rule);
                    let key = if v6 { "ROUTING_RULE6" } else { "ROUTING_RULE" };
                    p.file.set(format!("{key}_{number}"), words);
                } else {
                    let table = rule.table.as_ref().map_or(i64::from(MAIN_TABLE), |at| at.value.get());
                    self.of_the_device(p, EntryKind::Rule, &table.to_string());
                    let _ = writeln!(text, "{}", scripts(&words, rule));
                }
            }
            if !text.is_empty() {
                self.add_text(
                    &format!("{}-{}", if v6 { "rule6" } else { "rule" }, p.name),
                    0o644,
                    text,
                    false,
                );
            }
        }
    }

    /// What only marks a rule goes without it.
    fn tags(&mut self, n: u32, rule: &Rule) {
        for (name, said) in [("protocol", &rule.protocol), ("realms", &rule.realms)] {
            if let Some(at) = said {
                let text = format!("ROUTING_RULE cannot say `{name} {}`; the rule goes without it", at.value);
                self.cx.cannot(fact(n, name), &codes::RULE, text, None);
            }
        }
    }
}

/// The part that cannot be said and changes what the rule matches or does.
fn unwritable(rule: &Rule, nm: bool) -> Option<String> {
    if let Some(at) = &rule.netns {
        return Some(format!("the namespace {}", at.value));
    }
    nm.then(|| keyfile::rule::unwritable(rule))?
}

/// The words with those that only `ip rule` takes.
fn scripts(words: &str, rule: &Rule) -> String {
    let mut out = words.to_owned();
    let mut word = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            let value: String = value.chars().filter(|c| !c.is_control()).collect();
            let _ = write!(out, " {name} {value}");
        }
    };
    word("tun_id", rule.tun_id.as_ref().map(|at| at.value.as_str()));
    word("suppress_ifgroup", rule.suppress_ifgroup.as_ref().map(|at| at.value.as_str()));
    word("realms", rule.realms.as_ref().map(|at| at.value.as_str()));
    word("protocol", rule.protocol.as_ref().map(|at| at.value.as_str()));
    for attribute in rule.attributes.values() {
        word("", Some(attribute));
    }
    let mut out = out.replace(" type goto", "").replace(" type nop", "").replace("  ", " ");
    if rule.l3mdev.as_ref().is_some_and(|at| at.value) {
        out = out.replace(" table 254", " l3mdev");
    }
    match (rule.action.as_ref().map(|at| at.value), &rule.goto) {
        (_, Some(at)) => {
            let _ = write!(out, " goto {}", at.value.get());
        }
        (Some(RuleAction::Nop), None) => out.push_str(" nop"),
        (_, None) => {}
    }
    out
}
