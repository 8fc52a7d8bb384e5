//! Matched sets that nobody here wrote: cloud-init renders one network as RHEL's ifcfg files and as
//! keyfiles. Both must mean the same, but for what `tests/corpus/cloud-init-differences.toml` gives a
//! reason for. SUSE's files of the same name must be told apart, not misread.

use crate::conversion::{self, Outcome};
use crate::{host, scenarios};
use libtest_mimic::{Failed, Trial};
use netpivot_model::compare::compare;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// A fact in which the two renderings differ.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Difference {
    /// The set, or `*`.
    case: String,
    /// `link eth0 ipv4.method`; `*` stands for any name.
    fact: String,
    /// The value in the ifcfg files, or `*`.
    ifcfg: String,
    /// The value in the keyfiles, or `*`.
    keyfile: String,
    reason: String,
}

#[derive(Deserialize)]
struct Differences {
    #[serde(default)]
    difference: Vec<Difference>,
}

fn is(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((before, after)) => {
            text.len() >= before.len() + after.len() && text.starts_with(before) && text.ends_with(after)
        }
    }
}

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let missing = |set: &str| {
        let set = set.to_owned();
        host::corpus(&set).map_or(Some(format!("../shared/corpus/{set}")), |_| None)
    };
    vec![
        host::case("cloud_init::ifcfg-means-what-its-keyfiles-mean", missing("cloud-init"), same_meaning),
        host::case("cloud_init::suse-is-detected", missing("cloud-init").or(missing("wicked2nm")), suse_is_detected),
    ]
}

fn part(folder: &Path, below: &[&str]) -> netpivot_parsers::tree::MemoryTree {
    let files = host::files(folder).into_iter();
    let wanted = files.filter(|(path, _)| below.iter().any(|prefix| path.starts_with(prefix)));
    wanted.map(|(path, bytes)| (format!("/{path}"), bytes)).collect()
}

fn same_meaning() -> Result<(), Failed> {
    let list = std::fs::read_to_string(host::repository().join("tests/corpus/cloud-init-differences.toml"))?;
    let declared: Differences = toml::from_str(&list).map_err(|e| e.to_string())?;
    let mut used = vec![false; declared.difference.len()];
    let folder = host::corpus("cloud-init").ok_or("no corpus")?;
    let mut wrong = Vec::new();
    let mut sets = 0;
    for name in host::names(&folder) {
        let set = folder.join(&name);
        if !set.join("etc/sysconfig/network-scripts").is_dir() || !set.join("etc/NetworkManager").is_dir() {
            continue;
        }
        sets += 1;
        let read = |format, below: &[&str]| {
            conversion::run(&part(&set, below), &conversion::request(Some(format), "keyfile"))
        };
        let ifcfg = read("ifcfg", &["etc/sysconfig"]);
        let keyfile = read("keyfile", &["etc/NetworkManager"]);
        for side in [&ifcfg, &keyfile] {
            wrong.extend(side.failure.iter().map(|message| format!("{name}: {message}")));
        }
        wrong.extend(differences(&name, &ifcfg, &keyfile, &declared.difference, &mut used));
    }
    for (entry, _) in declared.difference.iter().zip(&used).filter(|(_, used)| !**used) {
        wrong.push(format!("an entry that no longer applies: {entry:?}"));
    }
    let bare = declared.difference.iter().filter(|entry| entry.reason.len() < 20);
    wrong.extend(bare.map(|entry| format!("an entry without a reason: {entry:?}")));
    println!("corpus cloud-init: {sets} matched sets, {} wrong", wrong.len());
    if sets > 0 && wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

fn differences(
    case: &str,
    ifcfg: &Outcome,
    keyfile: &Outcome,
    declared: &[Difference],
    used: &mut [bool],
) -> Vec<String> {
    let text = |value: &Option<netpivot_model::value::Value>| {
        value.as_ref().map_or_else(|| "(none)".to_owned(), ToString::to_string)
    };
    let mut wrong = Vec::new();
    for change in compare(&ifcfg.network, &keyfile.network) {
        let fact = scenarios::fact_label(ifcfg, keyfile, &change);
        let (old, new) = (text(&change.old), text(&change.new));
        let entry = declared.iter().position(|d| {
            is(&d.case, case) && is(&d.fact, &fact) && is(&d.ifcfg, &old) && is(&d.keyfile, &new)
        });
        match entry {
            Some(n) => used[n] = true,
            None => wrong.push(format!("{case}: {fact}: ifcfg {old}, keyfile {new}")),
        }
    }
    wrong
}

/// Folders at or below `folder` that hold SUSE's etc/sysconfig/network/ifcfg-*.
fn suse_roots(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let network = folder.join("etc/sysconfig/network");
    if network.is_dir() && host::names(&network).iter().any(|name| name.starts_with("ifcfg-")) {
        found.push(folder.to_owned());
    }
    for name in host::names(folder).into_iter().filter(|name| name != "etc") {
        if folder.join(&name).is_dir() {
            found.extend(suse_roots(&folder.join(&name)));
        }
    }
    found
}

fn suse_is_detected() -> Result<(), Failed> {
    let mut wrong = Vec::new();
    let mut roots = Vec::new();
    for set in ["cloud-init", "wicked2nm"] {
        roots.extend(suse_roots(&host::corpus(set).ok_or("no corpus")?));
    }
    for root in &roots {
        let tree = part(root, &["etc/sysconfig"]);
        for from in [None, Some("ifcfg")] {
            let outcome = conversion::run(&tree, &conversion::request(from, "keyfile"));
            let named = outcome.findings().iter().any(|line| line.contains("SUSE"));
            if !named || !outcome.outputs.is_empty() {
                wrong.push(format!(
                    "{}: from {from:?}: {} files, {:?}",
                    root.display(),
                    outcome.outputs.len(),
                    outcome.findings()
                ));
            }
        }
    }
    println!("SUSE trees: {}, {} misread", roots.len(), wrong.len());
    if !roots.is_empty() && wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}
