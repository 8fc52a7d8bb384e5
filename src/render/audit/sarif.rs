//! Audits as SARIF 2.1.0 (OASIS), which code review and dashboards read: a head with all rules, a result a line as hosts are
//! done, and what could not be read at the end.

use super::json::{fact, side};
use crate::audit::baseline::fingerprint;
use crate::audit::{Audit, Finding};
use netpivot_model::codes::{Code, drift};
use netpivot_model::diagnostic::Severity;
use netpivot_model::secret::redact;
use serde_json::{Value, json};
use std::fmt::Write as _;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// A SARIF log that grows.
#[derive(Debug, Default)]
pub struct Log {
    results: usize,
    unreadable: Vec<Value>,
}

impl Log {
    /// The head, up to the first result.
    #[must_use]
    pub fn head(&self) -> String {
        let rules: Vec<Value> = drift::CODES.iter().map(|code| rule(code)).collect();
        let driver = json!({ "name": "netpivot", "version": env!("CARGO_PKG_VERSION"), "rules": rules });
        format!(
            "{{\"$schema\":{},\"version\":\"2.1.0\",\"runs\":[{{\"tool\":{},\"columnKind\":\"utf16CodeUnits\",\"results\":[",
            json!(SCHEMA),
            json!({ "driver": driver })
        )
    }

    /// The results of a host; `label` is how it was named, which its files are below.
    pub fn host(&mut self, host: &str, label: &str, audit: &Audit) -> String {
        let mut out = String::new();
        for finding in &audit.findings {
            let comma = if self.results == 0 { "" } else { "," };
            self.results += 1;
            let _ = write!(out, "{comma}\n{}", result(host, label, finding));
        }
        out
    }

    /// A host that could not be read.
    pub fn failed(&mut self, host: &str, message: &str) {
        let text = format!("{host}: {}", redact(message));
        self.unreadable.push(json!({ "level": "error", "message": { "text": text } }));
    }

    /// What ends the log.
    #[must_use]
    pub fn foot(&self) -> String {
        let invocation = json!([{
            "executionSuccessful": self.unreadable.is_empty(),
            "toolExecutionNotifications": self.unreadable,
        }]);
        format!("\n],\"invocations\":{invocation}}}]}}\n")
    }
}

fn rule(code: &Code) -> Value {
    json!({
        "id": code.id,
        "name": code.name,
        "shortDescription": { "text": code.name.replace('-', " ") },
        "fullDescription": { "text": code.explanation },
        "help": { "text": format!("{}\n\nExample: {}", code.explanation, code.example) },
        "defaultConfiguration": { "level": level(code.severity) },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error | Severity::Loss => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn result(host: &str, label: &str, finding: &Finding) -> Value {
    let index = drift::CODES.iter().position(|code| *code == finding.code);
    let link = finding.link.as_deref().map_or_else(|| host.to_owned(), |link| format!("{host}/{link}"));
    let mut location = json!({ "logicalLocations": [{ "fullyQualifiedName": link, "kind": "resource" }] });
    if let (Some(place), Value::Object(location)) = (&finding.source, &mut location) {
        let mut physical = json!({ "artifactLocation": { "uri": uri(label, &place.file) } });
        if let (true, Value::Object(physical)) = (place.line > 0, &mut physical) {
            let region = json!({ "startLine": place.line, "startColumn": place.column.max(1) });
            physical.insert("region".to_owned(), region);
        }
        location.insert("physicalLocation".to_owned(), physical);
    }
    let mut properties = json!({
        "host": host,
        "link": finding.link,
        "netns": finding.netns,
        "entry": finding.entry,
        "field": finding.field,
        "promised": side(&finding.promised, false),
        "actual": side(&finding.actual, false),
        "help": redact(&finding.help),
        "fact": finding.fact.map(fact),
    });
    if let Value::Object(map) = &mut properties {
        map.retain(|_, value| !value.is_null());
    }
    json!({
        "ruleId": finding.code.id,
        "ruleIndex": index,
        "level": level(finding.severity()),
        "message": { "text": redact(&finding.what) },
        "locations": [location],
        "partialFingerprints": { "netpivotFinding/v1": fingerprint(host, finding) },
        "properties": properties,
    })
}

/// Where a file of a host is: below the folder that was named, unless its path says so itself.
fn uri(label: &str, file: &str) -> String {
    let below = label.trim_end_matches('/');
    let path = if file.starts_with('/') { format!("{below}{file}") } else { file.to_owned() };
    let scheme = if path.starts_with('/') { "file://" } else { "" };
    let mut out = scheme.to_owned();
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte))
            }
            other => _ = write!(out, "%{other:02X}"),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_stand_below_the_folder_that_was_named() {
        assert_eq!(uri("hosts/web1/", "/etc/a b"), "hosts/web1/etc/a%20b");
        assert_eq!(uri("/", "/etc/x"), "file:///etc/x");
        assert_eq!(uri("copy", "copy/ifcfg-eth0"), "copy/ifcfg-eth0");
    }
}
