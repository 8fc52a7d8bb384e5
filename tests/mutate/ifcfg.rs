//! Every assignment of ifcfg files, RHEL's and SUSE's.

use super::{Kind, Place, Set, every_place_matters, listed, replacements};
use crate::conversion::Outcome;
use crate::{corpus, host};
use libtest_mimic::{Failed, Trial};
use netpivot_parsers::FileStatus;
use std::path::{Path, PathBuf};

const SCRIPTS: &str = "etc/sysconfig/network-scripts";

/// A directory on SUSE, a file on RHEL.
const SUSE: &str = "etc/sysconfig/network";

/// What the changed files are written as.
const TARGETS: [&str; 2] = ["keyfile", "ifcfg"];

pub(super) fn trials() -> Vec<Trial> {
    let missing = || host::shared().map_or(Some("../shared/corpus".to_owned()), |_| None);
    let case = |target: &'static str| {
        let name = format!("mutate::every-assignment-matters-in-{target}");
        host::case(name, missing(), move || every_assignment_matters(target))
    };
    TARGETS.into_iter().map(case).collect()
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
                sets.push(Set { name, format: Some("ifcfg"), state: None, tree: listed(&staged) });
                continue;
            }
            for below in roots(&folder) {
                let inner = below.strip_prefix(&folder).unwrap_or(&below).display().to_string();
                let name = if inner.is_empty() { name.clone() } else { format!("{name}/{inner}") };
                sets.push(Set {
                    name,
                    format: Some("ifcfg"),
                    state: None,
                    tree: listed(&host::tree(&below)),
                });
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
/// words) are left to the fixture of quoting traps. What stands in a file that is listed as ignored, with its reason, is
/// nobody's configuration.
fn assignments(set: &Set, outcome: &Outcome) -> Vec<Place> {
    let is_ignored = |path: &str| {
        outcome.files.iter().any(|(file, status)| file == path && matches!(status, FileStatus::Ignored(_)))
    };
    let mut found = Vec::new();
    for (file, (path, bytes)) in set.tree.iter().enumerate() {
        let Ok(text) = std::str::from_utf8(bytes) else { continue };
        if !is_config(path) || is_ignored(path) {
            continue;
        }
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            if let Some((key, value)) = simple(line.trim_end()) {
                let at = start + line.find('=').expect("it is an assignment") + 1;
                let from = bare(&value).to_owned();
                let others = replacements(&from).into_iter().map(|other| {
                    let text = quoted(&value, &other);
                    (other, text)
                });
                found.push(Place {
                    file,
                    start: at,
                    end: at + value.len(),
                    key,
                    others: others.collect(),
                    from,
                });
            }
            start += line.len();
        }
    }
    found
}

/// The value without a pair of quotes around it.
fn bare(value: &str) -> &str {
    ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote)).unwrap_or(value)
}

/// Another value in the quotes of the first, or in those that it needs.
fn quoted(value: &str, other: &str) -> String {
    let quote = value.chars().next().filter(|c| ['"', '\''].contains(c) && value.len() > 1);
    let quote = match quote {
        Some(quote) => quote.to_string(),
        None if other.contains(' ') => "\"".to_owned(),
        None => String::new(),
    };
    format!("{quote}{other}{quote}")
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

fn every_assignment_matters(target: &'static str) -> Result<(), Failed> {
    let kind = Kind {
        what: "ifcfg files",
        exceptions: "mutation-exceptions-ifcfg.toml",
        target,
        complete: target == TARGETS[0],
        places: assignments,
    };
    // As ifcfg files of RHEL, where only whole links are lost: a lost link hides what its settings are.
    let own = |set: &Set| {
        target != "ifcfg" || set.tree.iter().any(|(path, _)| path.starts_with(&format!("/{SCRIPTS}/")))
    };
    every_place_matters(&kind, &sets().into_iter().filter(own).collect::<Vec<_>>())
}
