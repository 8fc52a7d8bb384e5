//! An audit for programs: an object a host, on one line.

use super::Verdict;
use crate::audit::release::{Fact, Source};
use crate::audit::{Audit, Finding, Owner, Place, Told};
use crate::failure::Failure;
use netpivot_model::diagnostic::Severity;
use netpivot_model::json::value;
use netpivot_model::secret::redact;
use serde::Serialize;
use serde_json::Value;
use std::borrow::Cow;

/// The version of the form.
const VERSION: u32 = 1;

/// A host.
#[derive(Serialize)]
struct HostLine<'a> {
    version: u32,
    host: &'a str,
    release: Option<&'a str>,
    status: &'a str,
    owners: Vec<OwnerLine<'a>>,
    findings: Vec<FindingLine<'a>>,
    not_reported: Vec<FindingLine<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Cow<'a, str>>,
}

#[derive(Serialize)]
struct OwnerLine<'a> {
    link: &'a str,
    netns: Option<&'a str>,
    format: &'a str,
    file: Option<&'a str>,
    others: Vec<OtherLine<'a>>,
}

#[derive(Serialize)]
struct OtherLine<'a> {
    format: &'a str,
    file: Option<&'a str>,
}

#[derive(Serialize)]
struct FindingLine<'a> {
    code: &'a str,
    name: &'a str,
    severity: Severity,
    link: Option<&'a str>,
    netns: Option<&'a str>,
    entry: Option<&'a str>,
    field: Option<&'a str>,
    what: Cow<'a, str>,
    promised: Value,
    actual: Value,
    source: Option<PlaceLine<'a>>,
    help: Cow<'a, str>,
    fact: Option<FactLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'a str>,
}

/// `line` and `column` are `null` for a file as a whole.
#[derive(Serialize)]
struct PlaceLine<'a> {
    file: &'a str,
    line: Option<usize>,
    column: Option<usize>,
}

/// The fact about a release that a finding stands on.
#[derive(Serialize)]
pub(super) struct FactLine {
    id: &'static str,
    sources: Vec<SourceLine>,
}

#[derive(Serialize)]
struct SourceLine {
    title: &'static str,
    address: &'static str,
}

/// A host that could be audited.
#[must_use]
pub fn line(host: &str, audit: &Audit, verdict: Verdict, reveal: bool) -> String {
    let left_out = audit.not_reported.iter().map(|(finding, rule)| FindingLine {
        rule: Some(rule.name),
        ..told(finding, rule.why.into(), reveal)
    });
    written(&HostLine {
        version: VERSION,
        host,
        release: audit.release.map(|release| release.name),
        status: verdict.word(),
        owners: audit.owners.iter().map(owner).collect(),
        findings: audit.findings.iter().map(|finding| told(finding, redact(&finding.help), reveal)).collect(),
        not_reported: left_out.collect(),
        error: None,
    })
}

/// A host that could not be read.
#[must_use]
pub fn unreadable(host: &str, failure: &Failure) -> String {
    written(&HostLine {
        version: VERSION,
        host,
        release: None,
        status: "unreadable",
        owners: Vec::new(),
        findings: Vec::new(),
        not_reported: Vec::new(),
        error: Some(redact(&failure.message)),
    })
}

fn written(host: &HostLine<'_>) -> String {
    let mut line = serde_json::to_string(host).expect("keys are texts and numbers finite");
    line.push('\n');
    line
}

fn owner(owner: &Owner) -> OwnerLine<'_> {
    let others = owner.others.iter().map(|(format, file)| OtherLine { format, file: file.as_deref() });
    OwnerLine {
        link: &owner.link,
        netns: owner.netns.as_deref(),
        format: &owner.format,
        file: owner.file.as_deref(),
        others: others.collect(),
    }
}

fn told<'a>(finding: &'a Finding, help: Cow<'a, str>, reveal: bool) -> FindingLine<'a> {
    FindingLine {
        code: finding.code.id,
        name: finding.code.name,
        severity: finding.severity(),
        link: finding.link.as_deref(),
        netns: finding.netns.as_deref(),
        entry: finding.entry.as_deref(),
        field: finding.field.as_deref(),
        what: redact(&finding.what),
        promised: side(&finding.promised, reveal),
        actual: side(&finding.actual, reveal),
        source: finding.source.as_ref().map(place),
        help,
        fact: finding.fact.map(fact),
        rule: None,
    }
}

pub(super) fn fact(fact: &Fact) -> FactLine {
    let source = |source: &&'static Source| SourceLine { title: source.title, address: source.address };
    FactLine { id: fact.id, sources: fact.sources.iter().map(source).collect() }
}

fn place(place: &Place) -> PlaceLine<'_> {
    let number = |n: usize| Some(n).filter(|n| *n > 0);
    PlaceLine { file: &place.file, line: number(place.line), column: number(place.column) }
}

/// A value of either side.
pub(super) fn side(told: &Option<Told>, reveal: bool) -> Value {
    told.as_ref().map_or(Value::Null, |told| value(&told.value, reveal))
}
