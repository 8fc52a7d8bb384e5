//! The findings of an earlier run, which are left out of this one.

use super::rule;
use super::{Audit, Finding, Told};
use crate::failure::Failure;
use foldhash::HashSet;
use netpivot_model::json::value;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// What tells a finding from others, wherever its line stands now.
const KEYS: [&str; 7] = ["code", "link", "netns", "entry", "field", "promised", "actual"];

/// The findings of an earlier run.
#[derive(Debug, Default)]
pub struct Baseline(HashSet<String>);

impl Baseline {
    /// Reads what `--output-format json` printed.
    ///
    /// # Errors
    /// It cannot be read, or is something else.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let shown = path.to_string_lossy();
        let unreadable = |error| Failure::usage(format!("the baseline `{shown}` cannot be read: {error}"));
        let file = std::fs::File::open(path).map_err(unreadable)?;
        let mut known = HashSet::default();
        for (n, line) in (1..).zip(BufReader::new(file).lines()) {
            let line = line.map_err(unreadable)?;
            if line.trim().is_empty() {
                continue;
            }
            let object: Value = serde_json::from_str(&line).unwrap_or_default();
            let (Some(host), Some(findings)) = (object["host"].as_str(), object["findings"].as_array())
            else {
                let failure = Failure::usage(format!("`{shown}` line {n} is no audit of a host"));
                return Err(failure.help("give what `netpivot audit --output-format json` printed"));
            };
            known.extend(findings.iter().map(|finding| {
                let values: Vec<String> = KEYS.iter().map(|key| finding[*key].to_string()).collect();
                format!("{host} {}", values.join(" "))
            }));
        }
        Ok(Baseline(known))
    }

    /// Takes what was known then out of the findings of a host.
    pub fn apply(&self, host: &str, audit: &mut Audit) {
        audit.leave_out(&rule::BASELINE, |finding| self.0.contains(&fingerprint(host, finding)));
    }
}

/// A finding of a host, without the place of the line that promises.
#[must_use]
pub fn fingerprint(host: &str, finding: &Finding) -> String {
    let text = |text: Option<&str>| Value::from(text).to_string();
    let side = |told: &Option<Told>| {
        told.as_ref().map(|told| value(&told.value, false)).unwrap_or_default().to_string()
    };
    let values = [
        text(Some(finding.code.id)),
        text(finding.link.as_deref()),
        text(finding.netns.as_deref()),
        text(finding.entry.as_deref()),
        text(finding.field.as_deref()),
        side(&finding.promised),
        side(&finding.actual),
    ];
    format!("{host} {}", values.join(" "))
}
