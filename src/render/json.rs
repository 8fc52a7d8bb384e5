//! The report of a run for programs (`--report FILE`).

use crate::failure::{Failure, FailureKind};
use netpivot_emitters::OutputFile;
use netpivot_model::codes::{Code, core};
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::secret::redact;
use netpivot_model::source::Sources;
use netpivot_parsers::FileStatus;
use serde_json::{Map, Value, json};

/// The report of several hosts, or of one.
#[derive(Debug, Default)]
pub struct Report {
    /// The files that were looked at.
    pub files: Vec<Value>,
    /// The findings.
    pub diagnostics: Vec<Value>,
    outputs: Vec<Value>,
}

impl Report {
    /// Adds the files that were looked at.
    pub fn files(&mut self, files: &[(String, FileStatus)]) {
        self.files.extend(files.iter().map(|(path, status)| match status {
            FileStatus::Parsed => json!({ "path": path, "status": "parsed" }),
            FileStatus::Ignored(why) => json!({ "path": path, "status": "ignored", "reason": why }),
            FileStatus::Unreadable(why) => json!({ "path": path, "status": "unreadable", "reason": why }),
        }));
    }

    /// Adds findings.
    pub fn diagnostics(&mut self, diagnostics: &[Diagnostic], sources: &Sources) {
        self.diagnostics.extend(diagnostics.iter().map(|d| {
            let span = d.labels.first();
            let place = span.map(|span| sources.line_column(*span));
            json!({
                "code": d.code.id,
                "name": d.code.name,
                "severity": d.severity,
                "message": redact(&d.message),
                "file": span.map(|s| sources.get(s.source).path.as_str()).or(d.file.as_deref()),
                "line": place.map(|p| p.line),
                "column": place.map(|p| p.column),
                "help": d.help.as_deref().map(redact),
            })
        }));
    }

    /// Adds the files that were made.
    pub fn outputs(&mut self, outputs: &[OutputFile]) {
        self.outputs.extend(
            outputs.iter().map(|file| json!({ "path": file.path, "mode": format!("{:04o}", file.mode) })),
        );
    }

    /// Adds what ended the work on a host, with what was found until then.
    pub fn failure(&mut self, label: &str, failure: &Failure) {
        self.files(&failure.found.files);
        self.diagnostics(&failure.found.diagnostics, &failure.found.sources);
        let code: Option<&Code> = match failure.kind {
            FailureKind::Input => Some(&core::NO_NETWORK),
            FailureKind::Write | FailureKind::Refused => Some(&core::NOT_WRITTEN),
            FailureKind::Usage | FailureKind::Bug => None,
        };
        self.diagnostics.push(json!({
            "code": code.map(|c| c.id),
            "name": code.map(|c| c.name),
            "severity": "error",
            "message": failure.message,
            "file": label,
            "line": null,
            "column": null,
            "help": failure.help,
        }));
    }

    /// Adds the report of one of several hosts; each of its entries gets the host's name.
    pub fn host(&mut self, name: &str, report: Report) {
        let named = |mut entry: Value| {
            if let Value::Object(map) = &mut entry {
                map.insert("host".to_owned(), name.into());
            }
            entry
        };
        self.files.extend(report.files.into_iter().map(named));
        self.diagnostics.extend(report.diagnostics.into_iter().map(named));
        self.outputs.extend(report.outputs.into_iter().map(named));
    }

    /// The report as JSON text.
    #[must_use]
    pub fn to_text(self) -> String {
        let mut map = Map::new();
        map.insert("version".to_owned(), 1.into());
        map.insert("files".to_owned(), self.files.into());
        map.insert("diagnostics".to_owned(), self.diagnostics.into());
        map.insert("outputs".to_owned(), self.outputs.into());
        format!("{:#}\n", Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use netpivot_model::source::Span;

    #[test]
    fn the_report_has_the_documented_keys() {
        let mut sources = Sources::default();
        let id = sources.add("/etc/f", "A=1\n");
        let mut report = Report::default();
        report.files(&[("/etc/f".into(), FileStatus::Parsed)]);
        report.diagnostics(&[Diagnostic::new(&core::LOST, "gone").at(Span::new(id, 2, 3))], &sources);
        let file = OutputFile {
            path: "/etc/g".into(),
            mode: 0o600,
            text: String::new(),
            has_secrets: false,
            link_to: None,
            reads_as: None,
        };
        report.outputs(&[file]);
        let value: Value = serde_json::from_str(&report.to_text()).unwrap();
        assert_eq!(
            value,
            json!({
                "version": 1,
                "files": [{ "path": "/etc/f", "status": "parsed" }],
                "diagnostics": [{
                    "code": "L001", "name": "lost-in-target", "severity": "loss", "message": "gone",
                    "file": "/etc/f", "line": 1, "column": 3, "help": null
                }],
                "outputs": [{ "path": "/etc/g", "mode": "0600" }]
            })
        );
    }
}
