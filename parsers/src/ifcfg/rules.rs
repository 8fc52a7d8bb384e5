//! Policy rules: `rule-NAME`, `rule6-NAME`, `ROUTING_RULE_n`, `ROUTING_RULE6_n` (ifcfg.md 5.4).
//!
//! A rule without priority stays without here: the kernel numbers such rules downwards in the order in which they
//! are added (trap 62), and only who writes all of them knows the numbers.

use super::routes::{Profile, lines_of};
use super::vars::{Reader, Var};
use crate::Context;
use crate::text::iproute::{self, Tables, Word};
use netpivot_model::codes::routes as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::rule::{Family, Rule, RuleAction};
use netpivot_model::source::{SourceId, Span};

/// The rules of a profile.
pub fn read(profile: &Profile<'_>, cx: &mut Context) -> Vec<Rule> {
    let mut rules = Vec::new();
    for (sources, family) in [(&profile.files.rule, Family::V4), (&profile.files.rule6, Family::V6)] {
        for source in sources {
            file(profile, *source, family, &mut rules, cx);
        }
    }
    for key in keys(profile) {
        match profile.file.reader {
            Reader::NetworkManager if !profile.files.has_rules() => {
                rules.extend(networkmanager_key(&key, cx));
            }
            Reader::NetworkManager | Reader::Initscripts => unread_key(profile, &key, cx),
        }
    }
    rules
}

/// A file of `ip rule add` lines. What is said of it once goes to its first line.
fn file(profile: &Profile<'_>, source: SourceId, family: Family, rules: &mut Vec<Rule>, cx: &mut Context) {
    let spans = lines_of(source, cx);
    if let (Some(first), Reader::NetworkManager) = (spans.first(), profile.file.reader) {
        let path = cx.sources.get(source).path.clone();
        let message = format!(
            "NetworkManager leaves `{path}` and the routes beside it to a dispatcher script, which works for ifcfg files only; rules and routes are in the output"
        );
        cx.report(
            Diagnostic::new(&codes::RULE_FILE, message)
                .at(*first)
                .help("remove the file after the migration; the output needs no dispatcher script"),
        );
    }
    for span in spans {
        let text = cx.sources.text(span).to_owned();
        match iproute::rule(&iproute::words(&text, source, span.start as usize), Some(family), profile.tables)
        {
            Ok(rule) => {
                if rule.priority.is_none() {
                    without_priority(&text, span, cx);
                }
                rules.push(rule);
            }
            Err(error) => cx.report(error.unnamed(&text, span).unwrap_or_else(|| {
                Diagnostic::new(
                    &codes::BAD_RULE,
                    format!("`{text}` makes no rule: `ip rule add` refuses it because {}", error.message),
                )
                .at(error.span)
                .at(span)
                .help("correct the line, or remove it")
            })),
        }
    }
}

fn without_priority(line: &str, span: Span, cx: &mut Context) {
    let message = format!(
        "the rule `{line}` has no priority: the kernel puts it above all rules added before, so of several such rules the last one goes first"
    );
    cx.report(
        Diagnostic::new(&codes::RULE_PRIORITY, message)
            .at(span)
            .help("write `priority N`; the output numbers such rules as the kernel would"),
    );
}

/// A `ROUTING_RULE` key.
struct Key<'a> {
    name: &'a str,
    number: u64,
    family: Family,
    var: Var<'a>,
}

/// The keys in NetworkManager's order: by number, then by name.
fn keys<'a>(profile: &'a Profile<'_>) -> Vec<Key<'a>> {
    let vars = &profile.file.vars;
    let mut keys: Vec<_> = vars
        .names()
        .filter_map(|name| {
            let rest = name.strip_prefix("ROUTING_RULE")?;
            let (family, number) = match rest.strip_prefix("6_") {
                Some(number) => (Family::V6, number),
                None => (Family::V4, rest.strip_prefix('_')?),
            };
            let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
            let number = number.parse().ok().filter(|_| digits)?;
            Some(Key { name, number, family, var: vars.text(name)? })
        })
        .collect();
    keys.sort_by(|a, b| (a.number, a.name).cmp(&(b.number, b.name)));
    keys
}

fn unread_key(profile: &Profile<'_>, key: &Key<'_>, cx: &mut Context) {
    let said = format!("`{}={}`", key.name, key.var.value);
    let (message, help) = match profile.file.reader {
        Reader::Initscripts => (
            format!("initscripts do not read {said}"),
            "write the rule into a rule- file, or convert with `-f ifcfg:networkmanager`",
        ),
        Reader::NetworkManager => (
            format!("NetworkManager does not read {said}, because the profile has a rule file"),
            "write the rule into the rule file, or all rules as ROUTING_RULE keys",
        ),
    };
    cx.report(Diagnostic::new(&codes::RULE_KEY_UNREAD, message).at(key.var.span).help(help));
}

/// `nm_ip_routing_rule_from_string()`: a priority is needed, tables are numbers or one of the kernel's three.
fn networkmanager_key(key: &Key<'_>, cx: &mut Context) -> Option<Rule> {
    let words: Vec<_> =
        key.var.value.split_ascii_whitespace().map(|text| Word { text, span: key.var.span }).collect();
    let unknown = words.iter().find(|word| UNKNOWN.contains(&word.text));
    let rule = match unknown {
        Some(word) => Err(format!("NetworkManager does not know `{}`", word.text)),
        None => iproute::rule(&words, Some(key.family), &Tables::builtin()).map_err(|error| error.message),
    };
    let why = match rule {
        Err(why) => why,
        Ok(rule) if rule.priority.is_none() => "a rule of a profile needs a priority".to_owned(),
        Ok(rule) if looks_up_nothing(&rule, &words) => "it names no table and no other action".to_owned(),
        Ok(rule) => return Some(rule),
    };
    let message = format!("NetworkManager drops `{}={}`, because {why}", key.name, key.var.value);
    cx.report(
        Diagnostic::new(&codes::BAD_RULE, message)
            .at(key.var.span)
            .help("correct the rule as ip-rule(8) has it, with `priority N` and `table N`"),
    );
    None
}

/// Words of ip-rule(8) that NetworkManager's parser lacks (keyfile.md 10.3).
const UNKNOWN: [&str; 13] = [
    "goto",
    "nop",
    "nat",
    "map-to",
    "realms",
    "l3mdev",
    "tun_id",
    "suppress_ifgroup",
    "sup_group",
    "protocol",
    "dscp",
    "flowlabel",
    "unicast",
];

/// For NetworkManager silence is not the main table.
fn looks_up_nothing(rule: &Rule, words: &[Word<'_>]) -> bool {
    let table = rule.action.as_ref().is_some_and(|at| at.value == RuleAction::Table);
    let named = words.iter().any(|word| matches!(word.text, "table" | "lookup"));
    table && (!named || rule.table.as_ref().is_some_and(|at| at.value.get() == 0))
}
