//! What belongs to the host and to no link: policy rules and kernel settings.

use super::kernel::{Kernel, space};
use super::link::State;
use super::owner::Settled;
use super::promise::Config;
use super::rule;
use super::{Finding, Judged, Place, Told, place_at};
use foldhash::HashSet;
use netpivot_model::codes::drift as codes;
use netpivot_model::facts::{self, value_of};
use netpivot_model::link::LinkKind;
use netpivot_model::network::{EntryKind, Owned};
use netpivot_model::path::{FactPath, FieldPath, Subject, walk};
use netpivot_model::reflect::Node;
use netpivot_model::rule::{Rule, RuleAction};
use netpivot_model::value::Value;

/// What a rule says beside its priority and family, without what silence says as well.
type Words = Vec<(FieldPath, Value)>;

/// Compares rules and kernel settings.
pub(super) fn check(
    configs: &[Config<'_>],
    settled: &[Settled<'_>],
    kernel: &Kernel<'_>,
    judged: &mut Vec<Judged>,
) {
    for config in configs {
        settings(config, settled, kernel, judged);
    }
    if !kernel.makers.has_rules {
        return;
    }
    let there: Vec<(&str, &Rule, Words)> = kernel
        .network
        .rules
        .iter()
        .map(|entry| (space(&entry.item.netns), &entry.item, said(&entry.item)))
        .collect();
    let mut taken: HashSet<usize> = HashSet::default();
    for config in configs {
        for (n, entry) in (0u32..).zip(&config.loaded.network.rules) {
            let Some(state) = started(config, entry, settled) else { continue };
            let wanted = said(&entry.item);
            let netns = netns(config, entry, &entry.item.netns);
            let found = there.iter().enumerate().find(|(at, (space, rule, words))| {
                !taken.contains(at) && *space == netns && is_same(&entry.item, rule) && *words == wanted
            });
            match found {
                Some((at, _)) => _ = taken.insert(at),
                None => {
                    let shown = words(&entry.item, &wanted);
                    let what = format!("there is no rule {shown}");
                    let finding = Finding {
                        netns: Some(netns).filter(|space| !space.is_empty()).map(str::to_owned),
                        entry: Some(label(&entry.item)),
                        promised: Some(Told::words(shown.clone())),
                        source: place(config, EntryKind::Rule, n),
                        ..Finding::new(&codes::RULE_MISSING, what, format!("`ip rule add {shown}`"))
                    };
                    judged.push(Judged { finding, rule: (state != State::Up).then_some(&rule::FOLLOWS) });
                }
            }
        }
    }
    let has_vrf = kernel.network.links.iter().any(|link| matches!(link.kind.value, LinkKind::Vrf(_)));
    let of_vrf = |is_local: bool| (has_vrf && is_local).then_some(&rule::VRF_RULES);
    for gone in &kernel.makers.deleted_rules {
        let shown = format!("priority {} table {}", gone.priority, gone.table);
        let ip = if gone.is_v6 { "ip -6" } else { "ip" };
        let finding = Finding {
            netns: Some(gone.netns.clone()).filter(|space| !space.is_empty()),
            entry: Some(format!("rule {}", gone.priority)),
            promised: Some(Told::words(shown.clone())),
            ..Finding::new(
                &codes::RULE_MISSING,
                format!("the kernel's own rule {shown} of IPv{} was deleted", if gone.is_v6 { 6 } else { 4 }),
                format!("`{ip} rule add {shown}`"),
            )
        };
        judged.push(Judged { finding, rule: of_vrf(gone.table == "local") });
    }
    for (_, (space, rule, said)) in there.iter().enumerate().filter(|(at, _)| !taken.contains(at)) {
        let shown = words(rule, said);
        let what = format!("the kernel has the rule {shown}, which no configuration has");
        let finding = Finding {
            netns: Some(*space).filter(|space| !space.is_empty()).map(str::to_owned),
            entry: Some(label(rule)),
            actual: Some(Told::words(shown.clone())),
            ..Finding::new(&codes::RULE_UNKNOWN, what, format!("`ip rule del {shown}`, or write it down"))
        };
        judged.push(Judged { finding, rule: of_vrf(is_of_table(said, LOCAL)) });
    }
}

/// RT_TABLE_LOCAL.
const LOCAL: i64 = 255;

/// True for a rule that does nothing but lead to that table.
fn is_of_table(said: &Words, table: i64) -> bool {
    matches!(said.as_slice(), [(path, value)] if path.is("table") && *value == Value::Int(table))
}

/// How the link of an entry is, where the configuration starts it; an entry of the host as a whole always counts.
fn started<T>(config: &Config<'_>, entry: &Owned<T>, settled: &[Settled<'_>]) -> Option<State> {
    let Some(owner) = entry.owner else { return Some(State::Up) };
    let is_it = |one: &&Settled<'_>| one.promise.id == owner && std::ptr::eq(one.promise.config, config);
    settled.iter().find(is_it).filter(|one| one.starts()).map(|one| one.state)
}

fn netns<'c, T>(
    config: &Config<'c>,
    entry: &Owned<T>,
    own: &'c netpivot_model::reflect::Said<String>,
) -> &'c str {
    entry.owner.map_or_else(|| space(own), |id| space(&config.loaded.network.link(id).netns))
}

fn place(config: &Config<'_>, kind: EntryKind, n: u32) -> Option<Place> {
    let path = FactPath { subject: Subject::Entry(kind, n), field: facts::ROOT };
    facts::spans_of(&config.loaded.network, path).first().map(|span| place_at(config.loaded, *span))
}

fn is_same(wanted: &Rule, found: &Rule) -> bool {
    let number = |rule: &Rule| rule.priority.as_ref().map(|at| at.value.get());
    let family = |rule: &Rule| rule.family.as_ref().map(|at| at.value);
    (number(wanted).is_none() || number(wanted) == number(found))
        && (family(wanted).is_none() || family(found).is_none() || family(wanted) == family(found))
}

fn said(rule: &Rule) -> Words {
    let mut words = Vec::new();
    walk(rule as &dyn Node, facts::ROOT, &mut |field, seen| {
        let Some(value) = value_of(&seen) else { return };
        let is_aside = ["netns", "family", "priority", "protocol"].iter().any(|name| field.is(name));
        let is_usual = match &value {
            Value::Text(text) => {
                field.is("action") && text == RuleAction::Table.as_str()
                    || (field.is("from") || field.is("to")) && (text == "0.0.0.0/0" || text == "::/0")
            }
            Value::Int(n) => {
                field.is("fwmask") && *n == i64::from(u32::MAX)
                    || field.is("suppress_prefixlength") && *n == -1
            }
            Value::Bool(on) => !on,
            Value::Secret(_) | Value::List(_) | Value::Map(_) => false,
        };
        if !is_aside && !is_usual {
            words.push((field, value));
        }
    });
    words.sort_by_key(|(field, _)| field.to_string());
    words
}

fn words(rule: &Rule, said: &Words) -> String {
    let mut words: Vec<String> =
        rule.priority.iter().map(|at| format!("priority {}", at.value.get())).collect();
    words.extend(said.iter().map(|(field, value)| format!("{field} {value}")));
    words.join(" ")
}

fn label(rule: &Rule) -> String {
    rule.priority.as_ref().map_or_else(|| "rule".to_owned(), |at| format!("rule {}", at.value.get()))
}

/// Kernel settings that the state has: a capture has those that forward packets.
fn settings(config: &Config<'_>, settled: &[Settled<'_>], kernel: &Kernel<'_>, judged: &mut Vec<Judged>) {
    for (n, entry) in (0u32..).zip(&config.loaded.network.sysctls) {
        let (Some(key), Some(value)) = (&entry.item.key, &entry.item.value) else { continue };
        if started(config, entry, settled) != Some(State::Up) {
            continue;
        }
        let space_of = netns(config, entry, &entry.item.netns);
        let found = kernel.network.sysctls.iter().map(|entry| &entry.item).find(|item| {
            space(&item.netns) == space_of && item.key.as_ref().is_some_and(|at| at.value == key.value)
        });
        let Some(found) = found.and_then(|item| item.value.as_ref()).filter(|at| at.value != value.value)
        else {
            continue;
        };
        let what = format!("{} is {}, and not {}", key.value, found.value, value.value);
        let help = format!("`sysctl -w {}={}`", key.value, value.value);
        let finding = Finding {
            netns: Some(space_of).filter(|space| !space.is_empty()).map(str::to_owned),
            entry: Some(format!("kernel setting {}", key.value)),
            promised: Some(Told::words(value.value.to_string())),
            actual: Some(Told::words(found.value.to_string())),
            source: place(config, EntryKind::Sysctl, n),
            ..Finding::new(&codes::SETTING_DIFFERS, what, help)
        };
        judged.push(Judged { finding, rule: None });
    }
}
