//! Audits as a check of Nagios, Icinga and their kin: one line with performance data, then a line a finding, and the exit status
//! of a plug-in (<https://nagios-plugins.org/doc/guidelines.html>).

use super::SEVERITIES;
use crate::audit::{Audit, Finding};
use crate::render::public;
use netpivot_model::codes::drift::UNREAD_CONFIGURATION;
use netpivot_model::diagnostic::Severity;
use std::fmt::Write as _;

/// How many findings stand below the line.
const MOST: usize = 20;

/// All that the line says.
#[derive(Debug, Default)]
pub struct Status {
    hosts: usize,
    links: usize,
    unreadable: usize,
    /// Files and folders that could not be read, which are no findings of the other counts.
    unread: usize,
    /// By [`SEVERITIES`].
    counts: [usize; 3],
    details: Vec<String>,
    left: usize,
    /// Looks at another release, so that what there is none of is no drift.
    for_release: bool,
}

impl Status {
    /// Adds a host.
    pub fn host(&mut self, host: Option<&str>, audit: &Audit) {
        self.hosts += 1;
        self.links += audit.owners.len();
        self.for_release |= audit.release.is_some();
        let by_severity =
            |severity| audit.findings.iter().filter(move |finding| finding.severity() == severity);
        for finding in SEVERITIES.into_iter().flat_map(by_severity) {
            let at = SEVERITIES.iter().position(|severity| *severity == finding.severity());
            if finding.code == &UNREAD_CONFIGURATION {
                self.unread += 1;
            } else if let Some(count) = at.and_then(|at| self.counts.get_mut(at)) {
                *count += 1;
            }
            self.detail(host, &told(finding));
        }
    }

    /// Adds a host that could not be read.
    pub fn failed(&mut self, host: &str, message: &str) {
        self.unreadable += 1;
        self.detail(Some(host), message);
    }

    fn detail(&mut self, host: Option<&str>, text: &str) {
        if self.details.len() == MOST {
            self.left += 1;
            return;
        }
        let host = host.map_or_else(String::new, |host| format!("{host}: "));
        // A bar begins the performance data.
        self.details.push(public(&format!("{host}{text}")).replace('|', "/").replace('\n', " "));
    }

    /// 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN. Findings that are less grave than `least` do not count.
    #[must_use]
    pub fn exit(&self, least: Severity) -> u8 {
        let [errors, warnings, notes] = self.counts;
        let counts = |severity: Severity, n: usize| severity >= least && n > 0;
        if counts(Severity::Error, errors) {
            2
        } else if self.unreadable + self.unread > 0 {
            3
        } else if counts(Severity::Warning, warnings) || counts(Severity::Note, notes) {
            1
        } else {
            0
        }
    }

    /// The text.
    #[must_use]
    pub fn text(&self, least: Severity) -> String {
        let word = ["OK", "WARNING", "CRITICAL", "UNKNOWN"][usize::from(self.exit(least))];
        let [errors, warnings, notes] = self.counts;
        let first = match (self.details.as_slice(), errors + warnings + notes + self.unreadable + self.unread)
        {
            ([], _) if self.for_release => format!("no finding on {} links", self.links),
            ([], _) => format!("no drift on {} links", self.links),
            ([first, ..], 1) => first.clone(),
            ([first, ..], n) => format!("{n} findings, first {first}"),
        };
        let mut text = format!(
            "NETPIVOT {word} - {first} | errors={errors};;0;0 warnings={warnings};0;;0 notes={notes};;;0 hosts={} unreadable={};;0;0 unread={};;0;0\n",
            self.hosts + self.unreadable,
            self.unreadable,
            self.unread
        );
        for detail in self.details.iter().filter(|_| self.details.len() > 1) {
            let _ = writeln!(text, "{detail}");
        }
        if self.left > 0 {
            let _ = writeln!(text, "and {} more", self.left);
        }
        text
    }
}

fn told(finding: &Finding) -> String {
    let place = finding.source.as_ref().filter(|place| place.line > 0);
    let place = place.map_or_else(String::new, |place| format!(" ({}:{})", place.file, place.line));
    let cure = finding.fact.map_or_else(String::new, |fact| {
        let sources: Vec<String> =
            fact.sources.iter().map(|source| format!("{}, {}", source.title, source.address)).collect();
        format!("; cure: {}; {}: {}", finding.help, fact.id, sources.join("; "))
    });
    format!("{} {}{place}{cure}", finding.code.id, finding.what)
}
