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
        if audit.is_in_part() {
            self.failed(host, "a part of the configuration could not be read (D019)");
        }
        let mut out = String::new();
        for finding in &audit.findings {
            let comma = if self.results == 0 { "" } else { "," };
            self.results += 1;
            let _ = write!(out, "{comma}\n{}", result(host, label, finding));
        }
        out
    }

    /// A host that could not be read, or not whole.
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
    use crate::audit::Place;

    /// An object with these properties, of which those behind `?` may be left out, and no others.
    fn has(object: &Value, section: &str, properties: &[&str]) {
        let object = object.as_object().unwrap_or_else(|| panic!("{section}: no object"));
        for property in properties.iter().filter(|property| !property.starts_with('?')) {
            assert!(object.contains_key(*property), "{section}: {property} is missing");
        }
        let known =
            |key: &&String| properties.iter().any(|property| property.trim_start_matches('?') == *key);
        assert_eq!(object.keys().find(|key| !known(key)), None, "{section}");
    }

    fn each(array: &Value) -> impl Iterator<Item = &Value> {
        array.as_array().expect("an array").iter()
    }

    fn is_level(level: &Value) {
        assert!(["note", "warning", "error"].contains(&level.as_str().unwrap()), "3.27.10, 3.50: {level}");
    }

    /// What the specification asks of each object that the log has, by its sections (SARIF 2.1.0, OASIS standard).
    #[test]
    fn the_log_has_the_form_of_its_specification() {
        let at = |line| Some(Place { file: "/etc/a b".to_owned(), line, column: 0 });
        let of = |code, source| Finding { source, ..Finding::new(code, "what", "help") };
        let findings = vec![
            Finding { link: Some("eth0".to_owned()), ..of(&drift::LINK_DOWN, at(3)) },
            of(&drift::IGNORED_FILE, at(0)),
            of(&drift::RULE_UNKNOWN, None),
        ];
        let mut log = Log::default();
        let mut text = log.head();
        text.push_str(&log.host("web1", "hosts/web1", &Audit { findings, ..Audit::default() }));
        log.failed("web2", "gone");
        text.push_str(&log.foot());
        let log: Value = serde_json::from_str(&text).unwrap();
        has(&log, "3.13", &["version", "runs", "$schema"]);
        assert_eq!((&log["version"], log["runs"].as_array().unwrap().len()), (&json!("2.1.0"), 1), "3.13.2");
        let run = &log["runs"][0];
        has(run, "3.14", &["tool", "results", "columnKind", "invocations"]);
        has(&run["tool"], "3.18", &["driver"]);
        let driver = &run["tool"]["driver"];
        has(driver, "3.19", &["name", "version", "rules"]);
        for rule in each(&driver["rules"]) {
            let texts = ["shortDescription", "fullDescription", "help"];
            has(rule, "3.49", &["id", "name", texts[0], texts[1], texts[2], "defaultConfiguration"]);
            texts.iter().for_each(|text| has(&rule[text], "3.12", &["text"]));
            has(&rule["defaultConfiguration"], "3.50", &["level"]);
            is_level(&rule["defaultConfiguration"]["level"]);
        }
        assert_eq!(run["results"].as_array().unwrap().len(), 3);
        for result in each(&run["results"]) {
            let named =
                ["message", "level", "ruleId", "ruleIndex", "locations", "partialFingerprints", "properties"];
            has(result, "3.27", &named);
            is_level(&result["level"]);
            has(&result["message"], "3.11", &["text"]);
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(driver["rules"][index]["id"], result["ruleId"], "3.27.6");
            assert!(
                result["partialFingerprints"].as_object().unwrap().values().all(Value::is_string),
                "3.27.17"
            );
            for location in each(&result["locations"]) {
                has(location, "3.28", &["logicalLocations", "?physicalLocation"]);
                each(&location["logicalLocations"])
                    .for_each(|logical| has(logical, "3.33", &["fullyQualifiedName", "kind"]));
                let Some(physical) = location.get("physicalLocation") else { continue };
                has(physical, "3.29", &["artifactLocation", "?region"]);
                has(&physical["artifactLocation"], "3.4", &["uri"]);
                assert_eq!(physical["artifactLocation"]["uri"], "hosts/web1/etc/a%20b", "3.4.3, RFC 3986");
                let Some(region) = physical.get("region") else { continue };
                has(region, "3.30", &["startLine", "startColumn"]);
                assert_eq!(
                    (region["startLine"].as_u64(), region["startColumn"].as_u64()),
                    (Some(3), Some(1))
                );
            }
        }
        for invocation in each(&run["invocations"]) {
            has(invocation, "3.20", &["executionSuccessful", "toolExecutionNotifications"]);
            assert_eq!(invocation["executionSuccessful"], false);
            for notification in each(&invocation["toolExecutionNotifications"]) {
                has(notification, "3.58", &["message", "level"]);
                has(&notification["message"], "3.11", &["text"]);
                is_level(&notification["level"]);
            }
        }
    }

    #[test]
    fn files_stand_below_the_folder_that_was_named() {
        assert_eq!(uri("hosts/web1/", "/etc/a b"), "hosts/web1/etc/a%20b");
        assert_eq!(uri("/", "/etc/x"), "file:///etc/x");
        assert_eq!(uri("copy", "copy/ifcfg-eth0"), "copy/ifcfg-eth0");
    }
}
