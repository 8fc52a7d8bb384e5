//! Nothing is read and then forgotten: another value at any place of any file of the corpus gives another result.
//!
//! Every place gets other values, one at a time; the written files (secrets shown) or the findings must change. What is
//! excepted stands, with its reason, in `tests/corpus/mutation-exceptions-*.toml`. `CASE=part-of-a-name` takes the trees
//! in question.

mod ifcfg;
mod interfaces;
mod libvirt;
mod scripts;

pub use ifcfg::sets;

use crate::conversion::{self, Outcome};
use crate::host;
use libtest_mimic::{Failed, Trial};
use netpivot_parsers::tree::{MemoryTree, Tree};
use rayon::prelude::*;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let all = [ifcfg::trials(), interfaces::trials(), libvirt::trials(), scripts::trials()];
    all.into_iter().flatten().collect()
}

/// A tree of the corpus.
pub struct Set {
    /// Its name (`nm-ifcfg/own-x`).
    pub name: String,
    /// The format that it is read as; detected without.
    pub format: Option<&'static str>,
    /// The host that a script starts from.
    pub state: Option<MemoryTree>,
    /// Its files.
    pub tree: Vec<(String, Vec<u8>)>,
}

/// What may be changed in a file.
struct Place {
    file: usize,
    start: usize,
    end: usize,
    /// What people call the place: a key, or a line.
    key: String,
    /// The value that stands there.
    from: String,
    /// The values that it gets, with the text that says each.
    others: Vec<(String, String)>,
}

/// A kind of files and how their places are found.
struct Kind {
    /// What is changed, for people.
    what: &'static str,
    /// Name of the file of exceptions.
    exceptions: &'static str,
    target: &'static str,
    /// All exceptions must apply to this target.
    complete: bool,
    places: fn(&Set, &Outcome) -> Vec<Place>,
}

/// A value that may change without any effect. `*` stands for anything, once in each.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    /// The set.
    case: String,
    /// The key or line.
    key: String,
    /// The value it has.
    from: String,
    /// The value it gets.
    to: String,
    reason: String,
}

#[derive(Deserialize)]
struct Exceptions {
    #[serde(default)]
    exception: Vec<Exception>,
}

impl Exception {
    fn covers(&self, case: &str, place: &Place, to: &str) -> bool {
        host::matches(&self.case, case)
            && host::matches(&self.key, &place.key)
            && host::matches(&self.from, &place.from)
            && host::matches(&self.to, to)
    }
}

/// What came of a set's mutations.
#[derive(Default)]
struct Tried {
    values: usize,
    excepted: BTreeSet<usize>,
    forgotten: Vec<String>,
    faults: Vec<String>,
}

fn every_place_matters(kind: &Kind, sets: &[Set]) -> Result<(), Failed> {
    let path = host::repository().join("tests/corpus").join(kind.exceptions);
    let list: Exceptions = toml::from_str(&std::fs::read_to_string(path)?).map_err(|e| e.to_string())?;
    let exceptions = list.exception;
    if let Some(bare) = exceptions.iter().find(|e| e.reason.len() < 20) {
        return Err(format!("an exception without a reason: {bare:?}").into());
    }
    let tried: Vec<Tried> = sets.par_iter().map(|set| mutate(kind, set, &exceptions)).collect();
    let values: usize = tried.iter().map(|t| t.values).sum();
    let forgotten: Vec<&str> = tried.iter().flat_map(|t| &t.forgotten).map(String::as_str).collect();
    let faults: Vec<&str> = tried.iter().flat_map(|t| &t.faults).map(String::as_str).collect();
    let excepted: BTreeSet<usize> = tried.iter().flat_map(|t| t.excepted.iter().copied()).collect();
    println!(
        "mutations of {} in {}: {} sets, {values} changed values, {} without effect, {} faults",
        kind.what,
        kind.target,
        sets.len(),
        forgotten.len(),
        faults.len()
    );
    let stale: Vec<_> =
        (0..exceptions.len()).filter(|n| !excepted.contains(n)).map(|n| &exceptions[n]).collect();
    if std::env::var_os("CASE").is_none() && kind.complete && !stale.is_empty() {
        return Err(format!("exceptions that no longer apply: {stale:?}").into());
    }
    if values == 0 {
        return Err("no place was found".into());
    }
    if forgotten.is_empty() && faults.is_empty() {
        return Ok(());
    }
    let faults: Vec<&str> = faults.into_iter().take(20).collect();
    Err(format!("{}\n{}", summary(&forgotten), faults.join("\n")).into())
}

fn convert(kind: &Kind, set: &Set, files: &[(String, Vec<u8>)]) -> Outcome {
    let tree: MemoryTree = files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect();
    let state = set.state.as_ref().map(|tree| tree as &dyn Tree);
    conversion::run_from_state(&tree, &conversion::request(set.format, kind.target), state)
}

fn mutate(kind: &Kind, set: &Set, exceptions: &[Exception]) -> Tried {
    let mut tried = Tried::default();
    let outcome = convert(kind, set, &set.tree);
    note_fault(&outcome, &set.name, &mut tried.faults);
    let before = seen(&outcome);
    let mut files = set.tree.clone();
    for place in (kind.places)(set, &outcome) {
        let (path, original) = &set.tree[place.file];
        let file = path.rsplit('/').next().unwrap_or_default();
        for (other, text) in &place.others {
            files[place.file].1 =
                [&original[..place.start], text.as_bytes(), &original[place.end..]].concat();
            tried.values += 1;
            let what = format!("{}: {file}: {}: {} -> {other:?}", set.name, place.key, place.from);
            let after = convert(kind, set, &files);
            note_fault(&after, &what, &mut tried.faults);
            if seen(&after) == before {
                match exceptions.iter().position(|e| e.covers(&set.name, &place, other)) {
                    Some(n) => drop(tried.excepted.insert(n)),
                    None => {
                        let word = place.key.split(' ').next().unwrap_or_default();
                        tried.forgotten.push(format!("{word}\t{what}"));
                    }
                }
            }
        }
        files[place.file].1.clone_from(original);
    }
    tried
}

/// Every file of a tree.
fn listed(tree: &MemoryTree) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    walk(tree, "", &mut files);
    files
}

fn walk(tree: &MemoryTree, folder: &str, files: &mut Vec<(String, Vec<u8>)>) {
    let shown = if folder.is_empty() { "/" } else { folder };
    for entry in tree.list(shown).unwrap_or_default() {
        let path = format!("{folder}/{}", entry.name);
        match tree.read(&path, u64::MAX) {
            Ok(bytes) => files.push((path, bytes)),
            Err(_) => walk(tree, &path, files),
        }
    }
}

/// The words behind the first of each line of a file that is no comment.
fn words(set: &Set, file: usize) -> Vec<Place> {
    let Ok(text) = std::str::from_utf8(&set.tree[file].1) else { return Vec::new() };
    let mut found = Vec::new();
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if words.first().is_none_or(|first| first.starts_with('#')) {
            continue;
        }
        for word in words.iter().skip(1).filter(|word| **word != "\\") {
            let start = word.as_ptr() as usize - text.as_ptr() as usize;
            found.push(Place {
                file,
                start,
                end: start + word.len(),
                key: words.join(" "),
                from: (*word).to_owned(),
                others: replacements(word).into_iter().map(|other| (other.clone(), other)).collect(),
            });
        }
    }
    found
}

fn note_fault(outcome: &Outcome, what: &str, faults: &mut Vec<String>) {
    if outcome.bug {
        faults.push(format!("a fault of netpivot: {what}: {:?}", outcome.failure));
    }
}

/// Other values that mean something else, by what the value looks like.
fn replacements(value: &str) -> Vec<String> {
    let mut others: Vec<String> = Vec::new();
    let lower = value.to_ascii_lowercase();
    match lower.as_str() {
        "yes" | "y" | "true" | "t" | "on" => others.push("no".to_owned()),
        "no" | "n" | "false" | "f" | "off" => others.push("yes".to_owned()),
        _ => {}
    }
    if let Ok(number) = value.parse::<i64>() {
        others.push((number + 1).to_string());
        others.push((number + 7).to_string());
    } else if let Ok(address) = value.parse::<std::net::Ipv4Addr>() {
        let [a, b, c, d] = address.octets();
        others.push(format!("{a}.{b}.{c}.{}", d ^ 3));
        others.push(format!("10.{b}.77.{d}"));
    } else if value.parse::<std::net::Ipv6Addr>().is_ok() {
        others.push("2001:db8:77::7".to_owned());
    } else if value.len() == 17 && value.matches(':').count() == 5 {
        others.push("02:00:5e:77:00:01".to_owned());
    }
    others.push("zz9".to_owned());
    others.push(format!("{value}7"));
    if !value.is_empty() {
        others.push(String::new());
    }
    others.retain(|other| other != value);
    others
}

/// What a person sees of a conversion.
fn seen(outcome: &Outcome) -> (String, Vec<String>) {
    let places = |d: &netpivot_model::diagnostic::Diagnostic| {
        d.labels.iter().map(|span| outcome.sources.place(*span)).collect::<Vec<_>>().join(" ")
    };
    let findings = outcome
        .diagnostics
        .iter()
        .map(|d| format!("{} {}", conversion::line(&outcome.sources, d), places(d)));
    (outcome.text(), findings.chain(outcome.failure.clone()).collect())
}

/// The first cases of each key, since one gap shows in many sets.
fn summary(forgotten: &[&str]) -> String {
    let mut by_key: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for line in forgotten {
        let (key, rest) = line.split_once('\t').unwrap_or(("", line));
        by_key.entry(key).or_default().push(rest);
    }
    let mut lines = Vec::new();
    for (key, cases) in by_key {
        lines.push(format!("{key}: {} times", cases.len()));
        lines.extend(cases.iter().take(4).map(|case| format!("    {case}")));
    }
    lines.join("\n")
}
