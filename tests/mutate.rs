//! Nothing is read and then forgotten: another value of any key of any file gives another result.
//!
//! Every assignment of every ifcfg file, RHEL's and SUSE's, of the corpus gets other values, one at a time; the file
//! set (secrets shown) or the findings must change. What is excepted stands, with its reason, in
//! `tests/corpus/mutation-exceptions.toml`.

use crate::conversion::{self, Outcome};
use crate::{corpus, host};
use libtest_mimic::{Failed, Trial};
use netpivot_parsers::FileStatus;
use netpivot_parsers::tree::{MemoryTree, Tree};
use rayon::prelude::*;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const SCRIPTS: &str = "etc/sysconfig/network-scripts";

/// A directory on SUSE, a file on RHEL.
const SUSE: &str = "etc/sysconfig/network";

/// An assignment whose value may change without any effect.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    /// The set (`nm-ifcfg/own-x`); in this and the next, one `*` stands for anything.
    case: String,
    /// The key.
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
    fn covers(&self, case: &str, assignment: &Assignment, to: &str) -> bool {
        host::matches(&self.case, case)
            && host::matches(&self.key, &assignment.key)
            && host::matches(&self.from, assignment.bare())
            && host::matches(&self.to, to)
    }
}

/// What the changed files are written as.
const TARGETS: [&str; 2] = ["keyfile", "ifcfg"];

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let missing = || host::shared().map_or(Some("../shared/corpus".to_owned()), |_| None);
    let case = |target: &'static str| {
        let name = format!("mutate::every-assignment-matters-in-{target}");
        host::case(name, missing(), move || every_assignment_matters(target))
    };
    TARGETS.into_iter().map(case).collect()
}

/// A host root or a set of files.
pub struct Set {
    /// Its name.
    pub name: String,
    /// Its files.
    pub tree: Vec<(String, Vec<u8>)>,
}

/// All sets of the corpus with ifcfg files.
pub fn sets() -> Vec<Set> {
    let Some(root) = host::shared().map(|shared| shared.join("corpus")) else { return Vec::new() };
    let only = std::env::var("CASE").ok();
    let mut sets = Vec::new();
    for source in host::names(&root) {
        for case in host::names(&root.join(&source)) {
            let folder = root.join(&source).join(&case);
            let name = format!("{source}/{case}");
            if only.as_ref().is_some_and(|only| !name.contains(only.as_str())) {
                continue;
            }
            if source == "nm-ifcfg" {
                let staged = corpus::staged(&folder.join("in"));
                sets.push(Set { name, tree: listed(&staged) });
                continue;
            }
            for below in roots(&folder) {
                let inner = below.strip_prefix(&folder).unwrap_or(&below).display().to_string();
                let name = if inner.is_empty() { name.clone() } else { format!("{name}/{inner}") };
                sets.push(Set { name, tree: listed(&host::tree(&below)) });
            }
        }
    }
    sets
}

/// The folders at or below `folder` that hold ifcfg files.
fn roots(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    if folder.join(SCRIPTS).is_dir() || folder.join(SUSE).is_dir() {
        found.push(folder.to_owned());
    }
    for name in host::names(folder).into_iter().filter(|name| name != "etc") {
        if folder.join(&name).is_dir() {
            found.extend(roots(&folder.join(&name)));
        }
    }
    found
}

/// Every file of a tree below /etc.
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

/// `KEY=value` in a line.
struct Assignment {
    file: usize,
    start: usize,
    end: usize,
    key: String,
    value: String,
}

impl Assignment {
    /// The value without a pair of quotes around it.
    fn bare(&self) -> &str {
        let value = self.value.as_str();
        ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote)).unwrap_or(value)
    }

    /// The line's value replaced.
    fn replaced(&self, to: &str) -> String {
        let quote = self.value.chars().next().filter(|c| ['"', '\''].contains(c) && self.value.len() > 1);
        let quote = match quote {
            Some(quote) => quote.to_string(),
            None if to.contains(' ') => "\"".to_owned(),
            None => String::new(),
        };
        format!("{quote}{to}{quote}")
    }
}

/// Files of the two folders whose lines are assignments.
fn is_config(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let suse = path.starts_with(&format!("/{SUSE}/"))
        && (name.starts_with("ifcfg-") || ["config", "dhcp"].contains(&name));
    suse || path == "/etc/sysconfig/network"
        || (path.starts_with(&format!("/{SCRIPTS}/"))
            && ["ifcfg-", "route-", "route6-", "keys-"].iter().any(|prefix| name.starts_with(prefix)))
}

/// The assignments of the configuration files. Lines that only bash would understand (arrays, several
/// words) are left to the fixture of quoting traps.
fn assignments(files: &[(String, Vec<u8>)]) -> Vec<Assignment> {
    let mut found = Vec::new();
    for (file, (path, bytes)) in files.iter().enumerate() {
        let Ok(text) = std::str::from_utf8(bytes) else { continue };
        if !is_config(path) {
            continue;
        }
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            if let Some((key, value)) = simple(line.trim_end()) {
                let at = start + line.find('=').expect("it is an assignment") + 1;
                found.push(Assignment { file, start: at, end: at + value.len(), key, value });
            }
            start += line.len();
        }
    }
    found
}

fn simple(line: &str) -> Option<(String, String)> {
    let (key, value) = line.split_once('=')?;
    let key = key.trim_start();
    let name = key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && key.bytes().next().is_some_and(|b| !b.is_ascii_digit());
    let inner = ['"', '\''].iter().find_map(|q| value.strip_prefix(*q)?.strip_suffix(*q));
    let plain = match inner {
        Some(inner) => !inner.contains(['"', '\'', '\\', '$', '`']),
        None => !value.contains(['"', '\'', '\\', '$', '`', ' ', '\t', '#', ';', '(', '&', '|', '<', '>']),
    };
    (name && plain).then(|| (key.to_owned(), value.to_owned()))
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

fn convert(files: &[(String, Vec<u8>)], target: &str) -> Outcome {
    let tree: MemoryTree = files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect();
    conversion::run(&tree, &conversion::request(Some("ifcfg"), target))
}

fn every_assignment_matters(target: &str) -> Result<(), Failed> {
    let list = std::fs::read_to_string(host::repository().join("tests/corpus/mutation-exceptions.toml"))?;
    let exceptions: Exceptions = toml::from_str(&list).map_err(|e| e.to_string())?;
    if let Some(bare) = exceptions.exception.iter().find(|e| e.reason.len() < 20) {
        return Err(format!("an exception without a reason: {bare:?}").into());
    }
    // As ifcfg files of RHEL, where only whole links are lost: a lost link hides what its settings are.
    let own = |set: &Set| {
        target != "ifcfg" || set.tree.iter().any(|(path, _)| path.starts_with(&format!("/{SCRIPTS}/")))
    };
    let sets: Vec<Set> = sets().into_iter().filter(own).collect();
    let tried: Vec<Tried> = sets.par_iter().map(|set| mutate(set, target, &exceptions.exception)).collect();
    let values: usize = tried.iter().map(|t| t.values).sum();
    let forgotten: Vec<&str> = tried.iter().flat_map(|t| &t.forgotten).map(String::as_str).collect();
    let excepted: BTreeSet<usize> = tried.iter().flat_map(|t| t.excepted.iter().copied()).collect();
    let complete = std::env::var_os("CASE").is_none() && target == TARGETS[0];
    if complete && excepted.len() < exceptions.exception.len() {
        let stale = (0..exceptions.exception.len()).filter(|n| !excepted.contains(n));
        let stale: Vec<_> = stale.map(|n| &exceptions.exception[n]).collect();
        return Err(format!("exceptions that no longer apply: {stale:?}").into());
    }
    let faults: Vec<&str> = tried.iter().flat_map(|t| &t.faults).map(String::as_str).collect();
    println!(
        "mutations in {target}: {} sets, {values} changed values, {} without effect, {} faults",
        sets.len(),
        forgotten.len(),
        faults.len()
    );
    if values == 0 {
        return Err("no assignment was found".into());
    }
    if forgotten.is_empty() && faults.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{}\n{}",
        summary(&forgotten),
        faults.iter().take(20).copied().collect::<Vec<_>>().join("\n")
    )
    .into())
}

/// What came of a set's mutations.
#[derive(Default)]
struct Tried {
    values: usize,
    excepted: BTreeSet<usize>,
    forgotten: Vec<String>,
    faults: Vec<String>,
}

fn mutate(set: &Set, target: &str, exceptions: &[Exception]) -> Tried {
    let mut tried = Tried::default();
    let before = convert(&set.tree, target);
    note_fault(&before, &set.name, &mut tried.faults);
    let ignored: Vec<String> = before
        .files
        .iter()
        .filter(|(_, status)| matches!(status, FileStatus::Ignored(_)))
        .map(|(path, _)| path.clone())
        .collect();
    let before = seen(&before);
    let mut files = set.tree.clone();
    // What stands in a file that is listed as ignored, with its reason, is nobody's configuration.
    let read = |assignment: &Assignment| !ignored.contains(&set.tree[assignment.file].0);
    for assignment in assignments(&set.tree).into_iter().filter(read) {
        let original = set.tree[assignment.file].1.clone();
        let file = set.tree[assignment.file].0.rsplit('/').next().unwrap_or_default();
        for other in replacements(assignment.bare()) {
            let mut changed = original[..assignment.start].to_vec();
            changed.extend(assignment.replaced(&other).bytes());
            changed.extend(&original[assignment.end..]);
            files[assignment.file].1 = changed;
            tried.values += 1;
            let what = format!("{}: {file}: {}={} -> {other:?}", set.name, assignment.key, assignment.value);
            let after = convert(&files, target);
            note_fault(&after, &what, &mut tried.faults);
            if seen(&after) == before {
                match exceptions.iter().position(|e| e.covers(&set.name, &assignment, &other)) {
                    Some(n) => drop(tried.excepted.insert(n)),
                    None => tried.forgotten.push(format!("{}\t{what}", assignment.key)),
                }
            }
        }
        files[assignment.file].1 = original;
    }
    tried
}

fn note_fault(outcome: &Outcome, what: &str, faults: &mut Vec<String>) {
    if outcome.bug {
        faults.push(format!("a fault of netpivot: {what}: {:?}", outcome.failure));
    }
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
