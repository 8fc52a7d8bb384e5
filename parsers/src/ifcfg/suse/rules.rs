//! `ifrule-IF` (ifrule(5), `ni_suse_parse_rule`): the words of ip-rule(8), with `ipv4` or `ipv6` among them.

use super::DIRECTORY;
use super::routes::lines;
use crate::text::iproute::{self, Tables, Word, WordError};
use crate::{Context, Tree};
use netpivot_model::codes::routes as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::link::LinkId;
use netpivot_model::network::{Network, Owned};
use netpivot_model::rule::{Family, Rule};
use netpivot_model::source::Origin;

/// Reads the rules of a link.
pub(super) fn of_link(network: &mut Network, id: LinkId, tree: &dyn Tree, tables: &Tables, cx: &mut Context) {
    let name = network.link(id).label().to_owned();
    let Some(source) = cx.read(tree, &format!("{DIRECTORY}/ifrule-{name}")) else { return };
    for line in lines(source, cx) {
        let words = iproute::words(&line.text, source, line.span.start as usize);
        match rule(&words, tables) {
            Ok(item) => network.rules.push(Owned { owner: Some(id), item }),
            Err(error) => {
                let message =
                    format!("`{}` makes no rule: wicked refuses it because {}", line.text, error.message);
                let report = Diagnostic::new(&codes::BAD_RULE, message).at(error.span).at(line.span);
                let report = report.help("correct the line, or remove it");
                cx.report(error.unnamed(&line.text, line.span).unwrap_or(report));
            }
        }
    }
}

/// wicked's spellings of ip-rule(8)'s words.
const SPELLINGS: [(&str, &str); 6] = [
    ("src", "from"),
    ("dst", "to"),
    ("pref", "preference"),
    ("prio", "priority"),
    ("suppress-prefixlength", "suppress_prefixlength"),
    ("suppress-ifgroup", "suppress_ifgroup"),
];

fn rule(words: &[Word<'_>], tables: &Tables) -> Result<Rule, WordError> {
    let mut family = None;
    let mut rest = Vec::with_capacity(words.len());
    let mut spans = Vec::new();
    for word in words {
        match word.text {
            "ipv4" | "ipv6" => {
                family = Some(if word.text == "ipv4" { Family::V4 } else { Family::V6 });
                spans.push(word.span);
            }
            other => {
                let text = SPELLINGS.iter().find(|(from, _)| *from == other).map_or(other, |(_, to)| to);
                rest.push(Word { text, span: word.span });
            }
        }
    }
    let known = family.is_some()
        || rest.iter().any(|word| word.text.contains('/') || word.text.parse::<std::net::IpAddr>().is_ok());
    if let (false, Some(first)) = (known, words.first()) {
        return Err(WordError::at(
            *first,
            "nothing tells its address family; begin it with `ipv4` or `ipv6`",
        ));
    }
    let mut rule = iproute::rule(&rest, family, tables)?;
    if let Some(at) = &mut rule.family {
        at.origin.merge(&Origin::said(spans));
    }
    Ok(rule)
}
