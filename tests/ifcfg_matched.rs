//! Matched sets that nobody here wrote, with ifcfg as target: the same network as ifcfg files and in another format.
//! The other format's files, written as ifcfg files and read again, must mean what the set's own ifcfg files mean, but
//! for what `tests/corpus/ifcfg-output-differences.toml` gives a reason for.
//!
//! The keyfiles of `nm-ifcfg` are NetworkManager's own reading of the ifcfg files, so this closes the circle over a
//! program that is not netpivot. `CASE=part-of-a-name` runs the sets in question and prints them.

use crate::conversion::{self, Outcome};
use crate::{corpus, host, scenarios};
use libtest_mimic::{Failed, Trial};
use netpivot_model::compare::{compare, pair_links};
use netpivot_model::value::Value;
use netpivot_parsers::tree::MemoryTree;
use rayon::prelude::*;
use serde::Deserialize;
use std::path::Path;

/// The dialect that the sets' ifcfg files were written for.
const TARGET: &str = "ifcfg:networkmanager";

/// A fact in which the two differ.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Difference {
    /// The set; in this and the next, one `*` stands for anything.
    case: String,
    /// `link eth0 ipv4.method`.
    fact: String,
    /// The value in the set's ifcfg files.
    ifcfg: String,
    /// The value in the ifcfg files that are written of the other format.
    written: String,
    reason: String,
}

#[derive(Deserialize)]
struct Differences {
    #[serde(default)]
    difference: Vec<Difference>,
}

/// One network twice.
struct Set {
    name: String,
    ifcfg: MemoryTree,
    other: MemoryTree,
    format: &'static str,
}

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let missing = || host::corpus("nm-ifcfg").map_or(Some("../shared/corpus/nm-ifcfg".to_owned()), |_| None);
    vec![host::case("ifcfg_matched::written-as-the-set-has-it", missing(), same_meaning)]
}

/// The sets of the corpus that hold ifcfg files and another format that is read.
fn sets() -> Vec<Set> {
    let mut found = Vec::new();
    if let Some(folder) = host::corpus("nm-ifcfg") {
        for name in host::names(&folder).into_iter().filter(|name| folder.join(name).join("out").is_dir()) {
            let set = folder.join(&name);
            let home = "/etc/NetworkManager/system-connections";
            let profiles = host::files(&set.join("out")).into_iter();
            let other = profiles.map(|(name, bytes)| (format!("{home}/{name}"), bytes)).collect();
            let ifcfg = corpus::staged(&set.join("in"));
            found.push(Set { name: format!("nm-ifcfg/{name}"), ifcfg, other, format: "keyfile" });
        }
    }
    for source in ["cloud-init", "netcf", "nm-keyfile"] {
        let Some(folder) = host::corpus(source) else { continue };
        for name in host::names(&folder) {
            let set = folder.join(&name);
            let ifcfg = part(&set, "etc/sysconfig");
            let scripts = set.join("etc/sysconfig/network-scripts").is_dir();
            for (format, below) in [("keyfile", "etc/NetworkManager"), ("interfaces", "etc/network")] {
                let other = part(&set, below);
                if scripts && set.join(below).is_dir() {
                    let name = format!("{source}/{name}/{format}");
                    found.push(Set { name, ifcfg: ifcfg.clone(), other, format });
                }
            }
        }
    }
    let only = std::env::var("CASE").ok();
    found.retain(|set| only.as_ref().is_none_or(|only| set.name.contains(only.as_str())));
    found
}

pub fn part(folder: &Path, below: &str) -> MemoryTree {
    let files = host::files(folder).into_iter().filter(|(path, _)| path.starts_with(below));
    files.map(|(path, bytes)| (format!("/{path}"), bytes)).collect()
}

/// `set: fact`, the value of the set's own ifcfg files, that of the written ones.
type Found = (String, String, String, String);

fn same_meaning() -> Result<(), Failed> {
    let list =
        std::fs::read_to_string(host::repository().join("tests/corpus/ifcfg-output-differences.toml"))?;
    let declared: Differences = toml::from_str(&list).map_err(|e| e.to_string())?;
    let sets = sets();
    let (mut used, mut wrong, mut deliberate) = (vec![false; declared.difference.len()], Vec::new(), 0);
    let found: Vec<Vec<Found>> = sets.par_iter().map(differences).collect();
    for (case, fact, old, new) in found.into_iter().flatten() {
        let entry = declared.difference.iter().position(|d| {
            host::matches(&d.case, &case)
                && host::matches(&d.fact, &fact)
                && host::matches(&d.ifcfg, &old)
                && host::matches(&d.written, &new)
        });
        match entry {
            Some(n) => {
                used[n] = true;
                deliberate += 1;
            }
            None => wrong.push(format!("{case}: {fact}: ifcfg {old}, written {new}")),
        }
    }
    let complete = std::env::var_os("CASE").is_none();
    for (entry, _) in declared.difference.iter().zip(&used).filter(|(_, used)| complete && !**used) {
        wrong.push(format!("an entry that no longer applies: {entry:?}"));
    }
    let bare = declared.difference.iter().filter(|entry| entry.reason.len() < 20);
    wrong.extend(bare.map(|entry| format!("an entry without a reason: {entry:?}")));
    println!("matched ifcfg: {} sets, {deliberate} deliberate, {} wrong", sets.len(), wrong.len());
    if !sets.is_empty() && wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// Where the set's own ifcfg files and the written ones differ. What the other format's files say differently already is
/// their maker's doing, and judged where that format is read.
fn differences(set: &Set) -> Vec<Found> {
    let own = conversion::run(&set.ifcfg, &conversion::request(Some(TARGET), TARGET));
    let made = conversion::run(&set.other, &conversion::request(Some(set.format), TARGET));
    let tree: MemoryTree = made.outputs.iter().map(|f| (f.path.as_str(), f.text.as_str())).collect();
    let written = conversion::run(&tree, &conversion::request(Some(TARGET), TARGET));
    if std::env::var_os("CASE").is_some() {
        println!("=== {} {}\n{}\n{}", set.name, set.format, made.text(), made.findings().join("\n"));
    }
    let found = |what: (String, String, String)| (set.name.clone(), what.0, what.1, what.2);
    if made.failure.is_some() || written.failure.is_some() {
        let failure = made.failure.clone().or(written.failure.clone()).unwrap_or_default();
        return vec![found(("failure".to_owned(), "(none)".to_owned(), failure))];
    }
    let before = changes(&own, &made);
    changes(&own, &written).into_iter().filter(|change| !before.contains(change)).map(found).collect()
}

/// The fact, its old and its new value, of each change that is more than another way to name a link.
pub fn changes(old: &Outcome, new: &Outcome) -> Vec<(String, String, String)> {
    let text =
        |value: &Option<Value>| value.as_ref().map_or_else(|| "(none)".to_owned(), ToString::to_string);
    compare(&old.network, &new.network)
        .into_iter()
        .filter_map(|change| {
            let (before, after) = (text(&change.old), text(&change.new));
            let same = resolved(old, new, &after).as_ref() == Some(&before);
            (!same).then(|| (scenarios::fact_label(old, new, &change), before, after))
        })
        .collect()
}

/// The name, in the set's ifcfg files, of the link that the written ones refer to by UUID.
fn resolved(own: &Outcome, written: &Outcome, reference: &str) -> Option<String> {
    let old = pair_links(&own.network, &written.network).into_iter().find_map(|(old, new)| {
        let uuid = written.network.link(new?).uuid.as_ref()?;
        if uuid.value == reference { old } else { None }
    })?;
    own.network.link(old).name.as_ref().map(|at| at.value.clone())
}
