//! An audit for people: the findings by link, each with the line that promises and what the kernel has.

use super::counts;
use crate::audit::release::Fact;
use crate::audit::{Audit, Finding, Told};
use crate::render::{Paint, printable, public};
use netpivot_model::diagnostic::Severity;
use std::collections::HashSet;
use std::fmt::Write as _;

/// One line for one of several hosts: `web1: 1 error, 2 warnings`.
#[must_use]
pub fn line(host: &str, audit: &Audit, paint: Paint) -> String {
    let gravest = audit.findings.iter().map(Finding::severity).max();
    let told = counts(audit);
    let counts = gravest.map_or(told.clone(), |of| coloured(of, &told, paint));
    format!("{}: {counts}\n", printable(host))
}

/// The line of a host that could not be read; why stands on standard error.
#[must_use]
pub fn unreadable(host: &str, paint: Paint) -> String {
    format!("{}: {}\n", printable(host), paint.red("unreadable"))
}

/// The findings of a host.
#[must_use]
pub fn findings(audit: &Audit, verbose: bool, paint: Paint) -> String {
    let mut view = View { audit, verbose, paint, sourced: HashSet::new(), text: String::new() };
    for group in audit.findings.chunk_by(|a, b| (&a.link, &a.netns) == (&b.link, &b.netns)) {
        view.heading(&group[0]);
        group.iter().for_each(|finding| view.finding(finding));
    }
    if verbose && !audit.not_reported.is_empty() {
        view.not_reported();
    }
    view.text
}

struct View<'a> {
    audit: &'a Audit,
    verbose: bool,
    paint: Paint,
    /// Facts whose sources have been printed.
    sourced: HashSet<&'static str>,
    text: String,
}

impl View<'_> {
    fn line(&mut self, text: &str) {
        let _ = writeln!(self.text, "{text}");
    }

    /// `br0 (interfaces:ifupdown)`.
    fn heading(&mut self, finding: &Finding) {
        let owner = self
            .audit
            .owners
            .iter()
            .find(|owner| Some(&owner.link) == finding.link.as_ref() && owner.netns == finding.netns);
        let mut title = finding.link.clone().unwrap_or_else(|| "host".to_owned());
        if let Some(netns) = &finding.netns {
            title = format!("{title} of namespace {netns}");
        }
        if let Some(owner) = owner {
            let _ = write!(title, " ({})", owner.format);
        }
        let title = self.paint.bold(&public(&title));
        self.line(&title);
    }

    fn finding(&mut self, finding: &Finding) {
        let code = format!("{}[{}]", finding.severity().as_str(), finding.code.id);
        let code = coloured(finding.severity(), &code, self.paint);
        self.line(&format!("  {code} {}", public(&finding.what)));
        if let Some(fact) = finding.fact {
            self.fact(finding, fact);
        } else if let Some(places) = places(finding) {
            let places = self.paint.dim(&public(&places));
            self.line(&format!("      {places}"));
        }
        if self.verbose && finding.fact.is_none() {
            let help = format!("      help: {}", public(&finding.help));
            self.line(&help);
        }
    }

    /// The place of what showed a fact, its cure, and its sources where it is the first of the host's.
    fn fact(&mut self, finding: &Finding, fact: &Fact) {
        if let Some(place) = finding.source.as_ref().filter(|place| place.line > 0) {
            let place = self.paint.dim(&public(&format!("{}:{}", place.file, place.line)));
            self.line(&format!("      {place}"));
        }
        self.line(&format!("      cure: {}", public(&finding.help)));
        let is_first = self.sourced.insert(fact.id);
        for source in fact.sources.iter().filter(|_| is_first) {
            let source = self.paint.dim(&format!("{}: {}, {}", fact.id, source.title, source.address));
            self.line(&format!("      {source}"));
        }
    }

    fn not_reported(&mut self) {
        let title = self.paint.bold("not reported");
        self.line(&title);
        let audit = self.audit;
        for (finding, rule) in &audit.not_reported {
            let text = format!("  {} ({}) {}", rule.name, finding.code.id, public(&finding.what));
            let text = self.paint.dim(&text);
            self.line(&text);
        }
    }
}

/// `off (/etc/network/interfaces:13) → on`.
fn places(finding: &Finding) -> Option<String> {
    // What is about a file as a whole names it.
    let source = finding.source.as_ref().filter(|place| place.line > 0);
    let place = source.map(|place| format!("{}:{}", place.file, place.line));
    let words = |told: &Option<Told>| told.as_ref().map(|told| told.words.clone());
    let (promised, actual) = (words(&finding.promised), words(&finding.actual));
    match (promised, place, actual) {
        (Some(promised), Some(place), Some(actual)) => Some(format!("{promised} ({place}) → {actual}")),
        (Some(promised), None, Some(actual)) => Some(format!("{promised} (by default) → {actual}")),
        (Some(promised), Some(place), None) => Some(format!("{promised} ({place}) → nothing")),
        (None, Some(place), Some(actual)) => Some(format!("nothing ({place}) → {actual}")),
        (None, Some(place), None) => Some(place),
        (Some(promised), None, None) => Some(format!("{promised} (by default) → nothing")),
        (None, None, Some(_) | None) => None,
    }
}

fn coloured(severity: Severity, text: &str, paint: Paint) -> String {
    match severity {
        Severity::Error | Severity::Loss => paint.red(text),
        Severity::Warning => paint.cyan(text),
        Severity::Note => paint.dim(text),
    }
}
