//! The acceptance test of ifcfg → keyfile: what NetworkManager itself made of the same files.
//!
//! Each property of each profile must equal NetworkManager's, judged by libnm, or stand in
//! `tests/corpus/deliberate-differences.toml` with the reason and the code that tells the user.
//! `CASE=name cargo test --test suite -- corpus` prints one set in full; `SUGGEST=1` prints what is wrong as
//! entries of that list.

use crate::conversion::{self, Outcome};
use crate::host;
use crate::judge::{self, Verdict};
use libtest_mimic::{Failed, Trial};
use netpivot_parsers::FileStatus;
use netpivot_parsers::tree::MemoryTree;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use std::sync::OnceLock;

const SCRIPTS: &str = "/etc/sysconfig/network-scripts";
const NONE: &str = "(none)";

/// One set of the corpus, converted.
pub struct Case {
    /// Its name.
    pub name: String,
    /// What we make of it.
    pub ours: Outcome,
    nm: Vec<(String, String)>,
    notes: String,
}

/// A profile as the judge sees it.
struct Profile {
    id: String,
    file: String,
    verdict: Verdict,
}

type Profiles = BTreeMap<String, Profile>;

/// One difference between our profiles and NetworkManager's.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Difference {
    case: String,
    profile: String,
    property: String,
    ours: String,
    nm: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    reason: String,
}

impl Difference {
    fn same(&self, other: &Difference) -> bool {
        self.case == other.case
            && self.profile == other.profile
            && self.property == other.property
            && self.ours == other.ours
            && self.nm == other.nm
    }
}

impl Difference {
    /// The entry as it would stand in the list, without its reason, which nobody but a person can give.
    fn suggestion(&self, codes: &BTreeSet<&str>) -> String {
        let text = |text: &str| toml::Value::from(text).to_string();
        let codes: Vec<&str> = codes.iter().copied().collect();
        format!(
            "[[difference]]\ncase = {}\nprofile = {}\nproperty = {}\nours = {}\nnm = {}\ncode = \"{}\"\nreason = \"\"\n",
            text(&self.case),
            text(&self.profile),
            text(&self.property),
            text(&self.ours),
            text(&self.nm),
            codes.join(" ")
        )
    }
}

#[derive(Deserialize)]
struct Deliberate {
    #[serde(default)]
    difference: Vec<Difference>,
}

/// Where a set's file lies on a host.
fn host_path(name: &str) -> String {
    match name {
        "network" => "/etc/sysconfig/network".to_owned(),
        _ => format!("{SCRIPTS}/{name}"),
    }
}

/// The tree of a set: its files where they lie on a host.
pub fn staged(input: &Path) -> MemoryTree {
    host::files(input).into_iter().map(|(name, bytes)| (host_path(&name), bytes)).collect()
}

/// All sets, converted once.
pub fn cases() -> &'static [Case] {
    static CASES: OnceLock<Vec<Case>> = OnceLock::new();
    CASES.get_or_init(|| {
        let Some(folder) = host::corpus("nm-ifcfg") else { return Vec::new() };
        let only = std::env::var("CASE").ok();
        let names = host::names(&folder).into_iter().filter(|n| folder.join(n).join("in").is_dir());
        names
            .filter(|name| only.as_ref().is_none_or(|only| only == name))
            .map(|name| {
                let set = folder.join(&name);
                let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
                Case {
                    ours: conversion::run(
                        &staged(&set.join("in")),
                        &conversion::request(Some("ifcfg"), "keyfile"),
                    ),
                    nm: host::files(&set.join("out")).into_iter().map(|(n, b)| (n, text(b))).collect(),
                    notes: std::fs::read_to_string(set.join("notes.txt")).unwrap_or_default(),
                    name,
                }
            })
            .collect()
    })
}

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let missing = || host::corpus("nm-ifcfg").map_or(Some("../shared/corpus/nm-ifcfg".to_owned()), |_| None);
    vec![
        host::case("corpus::nm-ifcfg::equals-networkmanager", missing().or_else(judge::missing), equals),
        host::case("corpus::nm-ifcfg::nothing-silent", missing(), nothing_silent),
    ]
}

fn is_profile(path: &str) -> bool {
    path.ends_with(".nmconnection")
}

fn file_name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

/// Our and NetworkManager's profiles of all cases, judged in one process each.
fn judged(cases: &[Case]) -> Result<Vec<(Profiles, Profiles)>, Failed> {
    let mut ours = Vec::new();
    let mut nm = Vec::new();
    for case in cases {
        let made = case.ours.outputs.iter().filter(|f| is_profile(&f.path));
        ours.extend(made.map(|f| (file_name(&f.path), f.text.clone())));
        nm.extend(case.nm.iter().cloned());
    }
    let mut ours = ours.iter().cloned().zip(judge::verdicts(&ours)?);
    let mut nm = nm.iter().cloned().zip(judge::verdicts(&nm)?);
    let count = |case: &Case| case.ours.outputs.iter().filter(|f| is_profile(&f.path)).count();
    Ok(cases
        .iter()
        .map(|case| (profiles(ours.by_ref().take(count(case))), profiles(nm.by_ref().take(case.nm.len()))))
        .collect())
}

fn profiles(judged: impl Iterator<Item = ((String, String), Verdict)>) -> Profiles {
    let mut profiles = BTreeMap::new();
    for ((file, text), verdict) in judged {
        let said = |key: &str| {
            let value = text.lines().find_map(|l| l.strip_prefix(key)?.strip_prefix('='));
            value.unwrap_or_default().to_owned()
        };
        let uuid = match verdict.settings.get("connection.uuid").and_then(|v| v.as_str()) {
            Some(uuid) => uuid.to_owned(),
            None => said("uuid"),
        };
        // Two files may say one UUID; both are told apart by their order then.
        let mut key = uuid;
        while profiles.contains_key(&key) {
            key.push('+');
        }
        profiles.insert(key, Profile { id: said("id"), file, verdict });
    }
    profiles
}

/// Counts of properties.
#[derive(Default)]
struct Tally {
    equal: usize,
    deliberate: usize,
    wrong: usize,
}

fn equals() -> Result<(), Failed> {
    let cases = cases();
    let list = std::fs::read_to_string(host::repository().join("tests/corpus/deliberate-differences.toml"))?;
    let deliberate: Deliberate = toml::from_str(&list).map_err(|e| e.to_string())?;
    let mut used = vec![false; deliberate.difference.len()];
    let mut tally = Tally::default();
    let mut report = String::new();
    for (case, (ours, nm)) in cases.iter().zip(judged(cases)?) {
        let wrong = compare_case(case, &ours, &nm, &deliberate.difference, &mut used, &mut tally);
        if !wrong.is_empty() {
            tally.wrong += wrong.len();
            writeln!(report, "== {}\n{}", case.name, wrong.join("\n"))?;
        }
    }
    let ran = |d: &Difference| cases.iter().any(|case| case.name == d.case);
    for (entry, used) in deliberate.difference.iter().zip(&used) {
        let complete = std::env::var_os("CASE").is_none();
        if !used && (complete || ran(entry)) {
            tally.wrong += 1;
            writeln!(report, "== {}\nan entry that no longer applies: {entry:?}", entry.case)?;
        }
    }
    if std::env::var_os("CASE").is_some() {
        cases.iter().for_each(show);
    }
    println!(
        "corpus nm-ifcfg: {} equal / {} deliberate / {} wrong",
        tally.equal, tally.deliberate, tally.wrong
    );
    if tally.wrong == 0 { Ok(()) } else { Err(report.into()) }
}

fn show(case: &Case) {
    println!("=== {}: ours\n{}", case.name, case.ours.text());
    println!("=== {}: findings\n{}\n", case.name, case.ours.findings().join("\n"));
    for (name, text) in &case.nm {
        println!("=== {}: NetworkManager's {name}\n{text}", case.name);
    }
    println!("=== {}: notes\n{}", case.name, case.notes);
}

/// The complaints of the judge that are about libnm 1.42's own age: it does not know the 6 GHz band.
fn is_judges_own(complaint: &str) -> bool {
    complaint.contains("6GHz")
}

fn compare_case(
    case: &Case,
    ours: &Profiles,
    nm: &Profiles,
    deliberate: &[Difference],
    used: &mut [bool],
    tally: &mut Tally,
) -> Vec<String> {
    let mut wrong = Vec::new();
    if case.ours.bug {
        wrong.push(format!("netpivot is at fault: {:?}", case.ours.failure));
    }
    for profile in ours.values() {
        let complaints = profile.verdict.complaints.iter().filter(|c| !is_judges_own(c));
        wrong.extend(complaints.map(|c| format!("{}: the judge says: {c}", profile.file)));
    }
    let mut found = differences(case, ours, nm, tally);
    if case.nm.is_empty() && ours.is_empty() {
        found.push(difference(case, NONE, "profile", NONE.to_owned(), NONE.to_owned()));
    }
    let codes: BTreeSet<&str> = case.ours.diagnostics.iter().map(|d| d.code.id).collect();
    for found in found {
        match deliberate.iter().position(|entry| entry.same(&found)) {
            Some(n) => {
                used[n] = true;
                tally.deliberate += 1;
                let entry = &deliberate[n];
                if !codes.contains(entry.code.as_str()) {
                    wrong.push(format!(
                        "code `{}` of an entry is not among the findings: {entry:?}",
                        entry.code
                    ));
                }
                if entry.reason.len() < 20 {
                    wrong.push(format!("an entry without a reason: {entry:?}"));
                }
            }
            None => {
                if std::env::var_os("SUGGEST").is_some() {
                    println!("{}", found.suggestion(&codes));
                }
                wrong.push(format!(
                    "{} {}: ours {}, NetworkManager's {}",
                    found.profile, found.property, found.ours, found.nm
                ));
            }
        }
    }
    wrong
}

fn difference(case: &Case, profile: &str, property: &str, ours: String, nm: String) -> Difference {
    Difference {
        case: case.name.clone(),
        profile: profile.to_owned(),
        property: property.to_owned(),
        ours,
        nm,
        code: String::new(),
        reason: String::new(),
    }
}

fn differences(case: &Case, ours: &Profiles, nm: &Profiles, tally: &mut Tally) -> Vec<Difference> {
    let mut found = Vec::new();
    for uuid in ours.keys().chain(nm.keys()).collect::<BTreeSet<_>>() {
        let (a, b) = match (ours.get(uuid), nm.get(uuid)) {
            (Some(a), Some(b)) => (a, b),
            (Some(a), None) => {
                found.push(difference(case, &a.id, "profile", a.file.clone(), NONE.to_owned()));
                continue;
            }
            (None, Some(b)) => {
                found.push(difference(case, &b.id, "profile", NONE.to_owned(), b.file.clone()));
                continue;
            }
            (None, None) => continue,
        };
        let properties: BTreeSet<&String> =
            a.verdict.settings.keys().chain(b.verdict.settings.keys()).collect();
        for property in properties {
            let text = |profile: &Profile| {
                profile.verdict.settings.get(property).map_or(NONE.to_owned(), |value| value.to_string())
            };
            let (x, y) = (text(a), text(b));
            if x == y {
                tally.equal += 1;
            } else {
                found.push(difference(case, &a.id, property, x, y));
            }
        }
    }
    found
}

/// What a set's notes say: the lines that NetworkManager ignored or lost must be carried over or reported.
fn nothing_silent() -> Result<(), Failed> {
    let mut silent = Vec::new();
    for case in cases() {
        let spoken = Spoken::of(&case.ours);
        for (file, line) in noted_lines(case) {
            if !spoken.covers(&host_path(&file), line) {
                silent.push(format!("{}: {file}:{line}", case.name));
            }
        }
    }
    if silent.is_empty() { Ok(()) } else { Err(silent.join("\n").into()) }
}

/// The lines that facts and findings speak of, and the files that are reported as a whole.
struct Spoken {
    lines: BTreeMap<String, BTreeSet<usize>>,
    files: BTreeSet<String>,
}

impl Spoken {
    fn of(outcome: &Outcome) -> Self {
        let mut lines: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for span in outcome.spoken_of() {
            let source = outcome.sources.get(span.source);
            let from = outcome.sources.line_column(span).line;
            let more = outcome.sources.text(span).matches('\n').count();
            lines.entry(source.path.clone()).or_default().extend(from..=from + more);
        }
        let ignored = outcome.files.iter().filter(|(_, status)| *status != FileStatus::Parsed);
        let mut files: BTreeSet<String> = ignored.map(|(path, _)| path.clone()).collect();
        files.extend(outcome.diagnostics.iter().filter_map(|d| d.file.clone()));
        Spoken { lines, files }
    }

    fn covers(&self, path: &str, line: usize) -> bool {
        self.files.contains(path) || self.lines.get(path).is_some_and(|lines| lines.contains(&line))
    }
}

/// The (file, line number) pairs that notes.txt names, by number (`ifcfg-eth0:7: key …`) or by text
/// (`ifcfg-eth0: METRIC=77`).
fn noted_lines(case: &Case) -> Vec<(String, usize)> {
    let folder = host::corpus("nm-ifcfg").expect("the cases come from there").join(&case.name).join("in");
    let mut inputs: Vec<(String, String)> = host::files(&folder)
        .into_iter()
        .map(|(name, bytes)| (name, String::from_utf8_lossy(&bytes).into_owned()))
        .collect();
    // `ifcfg-eth0:1:7` is line 7 of the alias file, not line 1 of its parent.
    inputs.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    let mut noted = Vec::new();
    let mut section = "";
    for line in case.notes.lines() {
        if line.starts_with('[') {
            section = line;
        } else if section.starts_with("[logged") {
            noted.extend(by_number(line, &inputs));
        } else if section.starts_with("[lines without any effect") {
            noted.extend(by_text(line, &inputs));
        }
    }
    noted
}

fn by_number(line: &str, inputs: &[(String, String)]) -> Option<(String, usize)> {
    let (file, rest) = inputs.iter().find_map(|(name, _)| {
        line.strip_prefix(name.as_str()).and_then(|rest| rest.strip_prefix(':')).map(|rest| (name, rest))
    })?;
    let number = rest.split(':').next()?.parse().ok()?;
    Some((file.clone(), number))
}

fn by_text(line: &str, inputs: &[(String, String)]) -> Vec<(String, usize)> {
    let hits = inputs.iter().filter_map(|(name, text)| {
        let wanted = line.strip_prefix(name.as_str())?.strip_prefix(": ")?;
        Some((name, text, wanted.trim()))
    });
    hits.flat_map(|(name, text, wanted)| {
        let lines = (1..).zip(text.lines()).filter(move |(_, l)| l.trim() == wanted);
        lines.map(|(number, _)| (name.clone(), number)).collect::<Vec<_>>()
    })
    .collect()
}
