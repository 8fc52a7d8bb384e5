//! Audits, for people and for programs.

pub mod json;
pub mod nagios;
pub mod sarif;
pub mod text;

use crate::audit::Audit;
use netpivot_model::diagnostic::Severity;

/// The severities that findings of an audit have, the gravest first.
pub const SEVERITIES: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Note];

/// What an audit comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing is grave enough to count.
    Clean,
    /// Something is.
    Drift,
    /// A part of the configuration could not be read, so that neither is known.
    InPart,
}

impl Verdict {
    /// Of a host, where findings count that are at least that grave.
    #[must_use]
    pub fn of(audit: &Audit, least: Severity) -> Self {
        if audit.is_in_part() {
            Verdict::InPart
        } else if audit.findings.iter().any(|finding| finding.severity() >= least) {
            Verdict::Drift
        } else {
            Verdict::Clean
        }
    }

    /// The word for programs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Clean => "ok",
            Verdict::Drift => "drift",
            Verdict::InPart => "incomplete",
        }
    }
}

/// What an audit without findings says.
fn nothing(audit: &Audit) -> &'static str {
    if audit.release.is_some() { "no finding" } else { "no drift" }
}

/// `1 error, 2 warnings`; `1 error, read in part`.
#[must_use]
pub fn counts(audit: &Audit) -> String {
    let mut parts: Vec<String> = SEVERITIES
        .iter()
        .filter_map(|severity| {
            let count = audit.findings.iter().filter(|finding| finding.severity() == *severity).count();
            let plural = if count == 1 { "" } else { "s" };
            (count > 0).then(|| format!("{count} {}{plural}", severity.as_str()))
        })
        .collect();
    if audit.is_in_part() {
        parts.push("read in part".to_owned());
    }
    if parts.is_empty() { nothing(audit).to_owned() } else { parts.join(", ") }
}
