//! Audits, for people and for programs.

pub mod json;
pub mod nagios;
pub mod sarif;
pub mod text;

use crate::audit::{Audit, Finding};
use netpivot_model::diagnostic::Severity;

/// The severities that findings of an audit have, the gravest first.
pub const SEVERITIES: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Note];

/// What an audit without findings says.
#[must_use]
pub fn nothing(audit: &Audit) -> &'static str {
    if audit.release.is_some() { "no finding" } else { "no drift" }
}

/// `1 error, 2 warnings`.
#[must_use]
pub fn counts(findings: &[Finding], nothing: &str) -> String {
    let parts: Vec<String> = SEVERITIES
        .iter()
        .filter_map(|severity| {
            let count = findings.iter().filter(|finding| finding.severity() == *severity).count();
            let plural = if count == 1 { "" } else { "s" };
            (count > 0).then(|| format!("{count} {}{plural}", severity.as_str()))
        })
        .collect();
    if parts.is_empty() { nothing.to_owned() } else { parts.join(", ") }
}
