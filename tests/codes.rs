//! Every kind of finding is raised by some fixture, corpus set or document, and every code that a
//! document shows is in the table.

use crate::{commands, corpus, host, scenarios};
use libtest_mimic::{Failed, Trial};
use netpivot_model::codes;
use std::collections::BTreeMap;

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let missing = host::corpus("nm-ifcfg").map_or(Some("../shared/corpus/nm-ifcfg".to_owned()), |_| None);
    vec![host::case("codes::each-is-raised-somewhere", missing, each_is_raised)]
}

/// Code → where it was first raised.
fn raised() -> Result<BTreeMap<String, String>, Failed> {
    let mut raised = BTreeMap::new();
    for fixture in scenarios::fixtures() {
        for from in fixture.formats() {
            for finding in fixture.convert(&from, "keyfile").diagnostics {
                raised.entry(finding.code.id.to_owned()).or_insert_with(|| format!("fixture {}", fixture.name));
            }
        }
    }
    for name in commands::documents() {
        for code in codes_in(&commands::text(&name)?) {
            raised.entry(code).or_insert_with(|| format!("document {name}"));
        }
    }
    for case in corpus::cases() {
        for finding in &case.ours.diagnostics {
            raised.entry(finding.code.id.to_owned()).or_insert_with(|| format!("corpus {}", case.name));
        }
    }
    Ok(raised)
}

/// The codes in a document's lines of standard error: `[U001]`.
fn codes_in(text: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| line.starts_with("2> "));
    let parts = lines.flat_map(|line| line.split(['[', ']']));
    let is_code = |part: &&str| {
        part.len() == 4 && part.starts_with(|c: char| c.is_ascii_uppercase()) && part[1..].bytes().all(|b| b.is_ascii_digit())
    };
    parts.filter(is_code).map(str::to_owned).collect()
}

fn each_is_raised() -> Result<(), Failed> {
    let raised = raised()?;
    let mut wrong = Vec::new();
    for code in codes::all() {
        match raised.get(code.id) {
            Some(by) => println!("{} {}: {by}", code.id, code.name),
            None => wrong.push(format!("{} {}: raised by nothing in the suite", code.id, code.name)),
        }
    }
    let unknown = raised.keys().filter(|id| codes::find(id).is_none());
    wrong.extend(unknown.map(|id| format!("{id} is in no table")));
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}
