//! An audit for programs: an object a host, on one line.

use crate::audit::release::Fact;
use crate::audit::{Audit, Finding, Owner, Place, Told};
use crate::failure::Failure;
use netpivot_model::json::value;
use netpivot_model::secret::redact;
use serde_json::{Value, json};

/// The version of the form.
const VERSION: u32 = 1;

/// A host that could be audited. `is_drift`: a finding is grave enough to count.
#[must_use]
pub fn line(host: &str, audit: &Audit, is_drift: bool, reveal: bool) -> String {
    let left_out = audit.not_reported.iter().map(|(finding, rule)| {
        let mut object = told(finding, reveal);
        if let Value::Object(object) = &mut object {
            object.insert("help".to_owned(), rule.why.into());
            object.insert("rule".to_owned(), rule.name.into());
        }
        object
    });
    let object = json!({
        "version": VERSION,
        "host": host,
        "release": audit.release.map(|release| release.name),
        "status": if is_drift { "drift" } else { "ok" },
        "owners": audit.owners.iter().map(owner).collect::<Vec<_>>(),
        "findings": audit.findings.iter().map(|finding| told(finding, reveal)).collect::<Vec<_>>(),
        "not_reported": left_out.collect::<Vec<_>>(),
    });
    format!("{object}\n")
}

/// A host that could not be read.
#[must_use]
pub fn unreadable(host: &str, failure: &Failure) -> String {
    let object = json!({
        "version": VERSION,
        "host": host,
        "release": Value::Null,
        "status": "unreadable",
        "owners": [],
        "findings": [],
        "not_reported": [],
        "error": redact(&failure.message),
    });
    format!("{object}\n")
}

fn owner(owner: &Owner) -> Value {
    let others = owner.others.iter().map(|(format, file)| json!({ "format": format, "file": file }));
    json!({
        "link": owner.link,
        "netns": owner.netns,
        "format": owner.format,
        "file": owner.file,
        "others": others.collect::<Vec<_>>(),
    })
}

fn told(finding: &Finding, reveal: bool) -> Value {
    json!({
        "code": finding.code.id,
        "name": finding.code.name,
        "severity": finding.severity(),
        "link": finding.link,
        "netns": finding.netns,
        "entry": finding.entry,
        "field": finding.field,
        "what": redact(&finding.what),
        "promised": side(&finding.promised, reveal),
        "actual": side(&finding.actual, reveal),
        "source": finding.source.as_ref().map(place),
        "help": redact(&finding.help),
        "fact": finding.fact.map(fact),
    })
}

/// The fact about a release that a finding stands on.
pub(super) fn fact(fact: &Fact) -> Value {
    let sources =
        fact.sources.iter().map(|source| json!({ "title": source.title, "address": source.address }));
    json!({ "id": fact.id, "sources": sources.collect::<Vec<_>>() })
}

/// `line` and `column` are `null` for a file as a whole.
fn place(place: &Place) -> Value {
    let number = |n: usize| Some(n).filter(|n| *n > 0);
    json!({ "file": place.file, "line": number(place.line), "column": number(place.column) })
}

/// A value of either side.
pub(super) fn side(told: &Option<Told>, reveal: bool) -> Value {
    told.as_ref().map_or(Value::Null, |told| value(&told.value, reveal))
}
