//! A change of a host's network as one HTML page for those who review it: pictures, findings, differences, what to do.
//!
//! The page stands by itself. It fetches nothing and runs no script, and forbids itself both (Content-Security-Policy), so that
//! it can be sent around and opened anywhere. Secrets are hidden as they are on a terminal.

mod files;
mod findings;
mod steps;

use super::graph::Mark;
use super::markup::escape;
use super::unified::FileDiff;
use super::{Paint, Texts, difference, graph, printable, public};
use crate::migration::Competing;
use crate::migration::steps::ToDo;
use crate::pipeline::difference::Difference;
use netpivot_model::diagnostic::{Diagnostic, Severity};
use netpivot_model::link::LinkId;
use netpivot_model::network::Network;
use std::collections::BTreeMap;
use std::fmt::Write;

/// What a page is made of.
pub struct Report<'r> {
    /// What people call the network before and after.
    pub labels: [&'r str; 2],
    /// The findings of reading, or of a conversion.
    pub findings: Vec<Finding<'r>>,
    /// The two networks, and what differs between them.
    pub difference: &'r Difference,
    /// The files that differ.
    pub files: &'r [FileDiff],
    /// What these are, where they are not the host's own: `as keyfile would have them`.
    pub files_are: Option<String>,
    /// What there is to do, where that is known.
    pub checklist: Option<Checklist<'r>>,
}

/// A finding with the texts that it points into.
pub struct Finding<'r> {
    /// The side that it is about, where both were read.
    pub side: Option<&'r str>,
    /// The finding.
    pub diagnostic: &'r Diagnostic,
    /// The texts.
    pub texts: Texts<'r>,
}

/// What there is to do on a host.
pub struct Checklist<'r> {
    /// The command that puts the files in place.
    pub first: String,
    /// What comes then.
    pub todo: &'r ToDo,
    /// What stays on the host and competes.
    pub competing: &'r [Competing],
}

const STYLE: &str = include_str!("style.css");

/// The page.
#[must_use]
pub fn to_html(report: &Report<'_>) -> String {
    let of = report.difference;
    let [old, new] = [&of.old.network, &of.new.network];
    let title = match report.labels {
        [label, same] if label == same => format!("{label}: {} → {}", old.dialect, new.dialect),
        [label, other] => format!("{label} ({}) → {other} ({})", old.dialect, new.dialect),
    };
    let title = escape(&public(&title)).into_owned();
    let mut page = String::from("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    // The picture of the page is an empty one, or a server would be asked for it.
    let _ = write!(
        page,
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n\
         <link rel=\"icon\" href=\"data:,\">\n<title>{title}</title>\n<style>\n{STYLE}{}</style>\n</head>\n<body>\n\
         <header>\n<h1>Review of a network change</h1>\n<p class=\"what\">{title}</p>\n",
        graph::STYLE
    );
    page.push_str(&summary(report));
    page.push_str("</header>\n<main>\n");
    let [before, after] = marks(of);
    let pictures = [picture("Before", old, &before), picture("After", new, &after)].concat();
    section(&mut page, "picture", "The network", &pictures);
    section(&mut page, "findings", "Losses, warnings and notes", &findings::list(&report.findings));
    section(&mut page, "meaning", "What differs in meaning", &meaning(report));
    section(
        &mut page,
        "files",
        "What differs in files",
        &files::list(report.files, report.files_are.as_deref()),
    );
    if let Some(checklist) = &report.checklist {
        section(&mut page, "steps", "What to do on the host", &steps::list(checklist));
    }
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

fn section(page: &mut String, id: &str, title: &str, content: &str) {
    let _ = write!(page, "<section id=\"{id}\">\n<h2>{title}</h2>\n{content}</section>\n");
}

/// How much there is of what, with the way there.
fn summary(report: &Report<'_>) -> String {
    let count =
        |severity| report.findings.iter().filter(|found| found.diagnostic.severity == severity).count();
    let many = |n: usize, one: &str, more: &str| format!("{n} {}", if n == 1 { one } else { more });
    let differences = report.difference.changes.len() + report.difference.leftovers.len();
    let mut chips = vec![
        ("error", "findings", many(count(Severity::Error), "error", "errors")),
        ("loss", "findings", many(count(Severity::Loss), "loss", "losses")),
        ("warning", "findings", many(count(Severity::Warning), "warning", "warnings")),
        ("note", "findings", many(count(Severity::Note), "note", "notes")),
    ];
    chips.retain(|(class, _, text)| *class == "loss" || !text.starts_with("0 "));
    if count(Severity::Loss) == 0 {
        chips.iter_mut().filter(|(class, _, _)| *class == "loss").for_each(|chip| chip.0 = "good");
    }
    chips.push(("plain", "meaning", many(differences, "difference in meaning", "differences in meaning")));
    chips.push(("plain", "files", many(report.files.len(), "file differs", "files differ")));
    if let Some(checklist) = &report.checklist {
        chips.push(("plain", "steps", many(checklist.todo.sentences.len() + 1, "step", "steps")));
    }
    let items = chips
        .into_iter()
        .map(|(class, to, text)| format!("<li><a class=\"chip {class}\" href=\"#{to}\">{text}</a></li>\n"));
    format!("<ul class=\"chips\">\n{}</ul>\n", items.collect::<String>())
}

/// What becomes of the links of either side.
fn marks(of: &Difference) -> [BTreeMap<LinkId, Mark>; 2] {
    let partners = of.partners();
    let (old, new) = (&of.old.network, &of.new.network);
    let of_facts = of.changes.iter().map(|change| partners.whose(old, new, change));
    let of_leftovers = of.leftovers.iter().map(|change| match (change.old, change.new) {
        (Some(n), _) => partners.of_old(old.leftovers[n].owner),
        (None, Some(n)) => partners.of_new(new.leftovers[n].owner),
        (None, None) => None,
    });
    let mut marks = [BTreeMap::new(), BTreeMap::new()];
    for whose in of_facts.chain(of_leftovers).flatten() {
        let mark = match whose {
            (Some(_), Some(_)) => Mark::Changed,
            (Some(_), None) => Mark::Removed,
            (None, _) => Mark::Added,
        };
        for (marks, id) in marks.iter_mut().zip([whose.0, whose.1]) {
            marks.extend(id.map(|id| (id, mark)));
        }
    }
    marks
}

fn picture(title: &str, network: &Network, marks: &BTreeMap<LinkId, Mark>) -> String {
    let dialect = escape(&network.dialect.to_string()).into_owned();
    let links = network.links.len();
    let many = if links == 1 { "link" } else { "links" };
    format!(
        "<h3>{title} <small>{dialect}, {links} {many}</small></h3>\n<div class=\"box picture\" tabindex=\"0\">\n{}</div>\n",
        graph::inline(network, marks)
    )
}

/// As `netpivot diff` tells it.
fn meaning(report: &Report<'_>) -> String {
    let of = report.difference;
    let text = difference::to_text(of, report.labels.into(), false, Paint { colour: false });
    if text.is_empty() {
        let left_out = of.unsayable.len() + of.uncompared.len();
        let but = match left_out {
            0 => String::new(),
            1 => " What one of the two formats has no words for is not compared: 1 setting.".to_owned(),
            n => format!(" What one of the two formats has no words for is not compared: {n} settings."),
        };
        return format!("<p class=\"good\">The host does the same before and after.{but}</p>\n");
    }
    let line = |line: &str| {
        let class = match line.trim_start().chars().next() {
            Some('+') if !line.starts_with("+++") => "added",
            Some('-') if !line.starts_with("---") => "gone",
            Some('~') => "changed",
            Some(_) if line.starts_with("      ") => "place",
            Some(_) | None => "",
        };
        match class {
            "" => format!("{}\n", escape(line)),
            class => format!("<span class=\"{class}\">{}</span>\n", escape(line)),
        }
    };
    let lines: String = text.lines().map(line).collect();
    format!("<pre class=\"box meaning\" tabindex=\"0\">{lines}</pre>\n")
}

/// A sentence of a finding or a step, with what stands in backquotes as code.
fn prose(text: &str) -> String {
    let text = public(text);
    let parts: Vec<&str> = text.split('`').collect();
    let mut out = String::new();
    for (n, part) in parts.iter().enumerate() {
        let is_code = n % 2 == 1 && n + 1 < parts.len();
        let part = escape(part);
        let _ = match (is_code, n) {
            (true, _) => write!(out, "<code>{part}</code>"),
            // A backquote without another.
            (false, n) if n % 2 == 1 => write!(out, "`{part}"),
            (false, _) => write!(out, "{part}"),
        };
    }
    out
}

/// Text of a command, all of it.
fn code(text: &str) -> String {
    format!("<code>{}</code>", escape(&printable(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_is_code_and_nothing_is_markup() {
        assert_eq!(prose("`a<b` is ours & `it"), "<code>a&lt;b</code> is ours &amp; `it");
        assert_eq!(
            prose("secret: `psk=hunter2`"),
            format!("secret: <code>psk={}</code>", escape("<hidden>"))
        );
        assert_eq!(code("\x1b`x`"), "<code>␛`x`</code>");
    }
}
