//! Matched sets that nobody here wrote: cloud-init renders one network as RHEL's and SUSE's ifcfg files, as an interfaces
//! file and as keyfiles. All must mean the same, but for what `tests/corpus/cloud-init-differences.toml` (ifcfg) and
//! `tests/corpus/cloud-init-interfaces-differences.toml` give a reason for.

use crate::conversion::{self, Outcome};
use crate::{host, scenarios};
use libtest_mimic::{Failed, Trial};
use netpivot_model::compare::{compare, pair_links};
use netpivot_model::value::Value;
use serde::Deserialize;
use std::path::Path;

/// A fact in which the two renderings differ.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// The set, or `*`.
    case: String,
    /// `link eth0 ipv4.method`; `*` stands for any name.
    fact: String,
    /// The value in the ifcfg files, in the other list in the interfaces file, or `*`.
    #[serde(alias = "interfaces")]
    ifcfg: String,
    /// The value in the keyfiles, or `*`.
    keyfile: String,
    pub reason: String,
}

/// A list of them.
#[derive(Deserialize)]
pub struct Differences {
    #[serde(default)]
    pub difference: Vec<Difference>,
}

/// One rendering beside the keyfiles.
struct Rendering {
    format: &'static str,
    /// Where its files are.
    below: &'static str,
    list: &'static str,
}

const IFCFG: Rendering =
    Rendering { format: "ifcfg", below: "etc/sysconfig", list: "cloud-init-differences.toml" };
const INTERFACES: Rendering = Rendering {
    format: "interfaces:ifupdown",
    below: "etc/network",
    list: "cloud-init-interfaces-differences.toml",
};

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let missing = |set: &str| {
        let set = set.to_owned();
        host::corpus(&set).map_or(Some(format!("../shared/corpus/{set}")), |_| None)
    };
    vec![
        host::case("cloud_init::ifcfg-means-what-its-keyfiles-mean", missing("cloud-init"), || {
            same_meaning(&IFCFG)
        }),
        host::case("cloud_init::interfaces-mean-what-its-keyfiles-mean", missing("cloud-init"), || {
            same_meaning(&INTERFACES)
        }),
    ]
}

/// The part of a folder that is below one of the prefixes.
pub fn part(folder: &Path, below: &[&str]) -> netpivot_parsers::tree::MemoryTree {
    let files = host::files(folder).into_iter();
    let wanted = files.filter(|(path, _)| below.iter().any(|prefix| path.starts_with(prefix)));
    wanted.map(|(path, bytes)| (format!("/{path}"), bytes)).collect()
}

fn same_meaning(rendering: &Rendering) -> Result<(), Failed> {
    let list = std::fs::read_to_string(host::repository().join("tests/corpus").join(rendering.list))?;
    let declared: Differences = toml::from_str(&list).map_err(|e| e.to_string())?;
    let mut used = vec![false; declared.difference.len()];
    let folder = host::corpus("cloud-init").ok_or("no corpus")?;
    let mut wrong = Vec::new();
    let mut sets = 0;
    for name in host::names(&folder) {
        let set = folder.join(&name);
        let is_there =
            set.join(rendering.below).is_dir() && set.join("etc/NetworkManager/system-connections").is_dir();
        if !is_there {
            continue;
        }
        sets += 1;
        let read = |format, below: &[&str]| {
            conversion::run(&part(&set, below), &conversion::request(Some(format), "keyfile"))
        };
        let ifcfg = read(rendering.format, &[rendering.below]);
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
    println!("corpus cloud-init, {}: {sets} matched sets, {} wrong", rendering.format, wrong.len());
    if sets > 0 && wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// The facts in which the two differ, but for the declared ones.
pub fn differences(
    case: &str,
    ifcfg: &Outcome,
    keyfile: &Outcome,
    declared: &[Difference],
    used: &mut [bool],
) -> Vec<String> {
    let mut found = Vec::new();
    for change in compare(&ifcfg.network, &keyfile.network) {
        let fact = scenarios::fact_label(ifcfg, keyfile, &change);
        let text =
            |value: &Option<Value>| value.as_ref().map_or_else(|| "(none)".to_owned(), ToString::to_string);
        let (old, new) = (text(&change.old), text(&change.new));
        if resolved(ifcfg, keyfile, &new).as_ref() != Some(&old) {
            found.push((fact, old, new));
        }
    }
    without_default_routes(&mut found);
    let mut wrong = Vec::new();
    for (fact, old, new) in found {
        let entry = declared.iter().position(|d| {
            host::matches(&d.case, case)
                && host::matches(&d.fact, &fact)
                && host::matches(&d.ifcfg, &old)
                && host::matches(&d.keyfile, &new)
        });
        match entry {
            Some(n) => used[n] = true,
            None => wrong.push(format!("{case}: {fact}: {old}, keyfile {new}")),
        }
    }
    wrong
}

/// The name, in the ifcfg files, of the link that the keyfiles refer to by UUID.
fn resolved(ifcfg: &Outcome, keyfile: &Outcome, reference: &str) -> Option<String> {
    let pairs = pair_links(&ifcfg.network, &keyfile.network);
    let old = pairs.into_iter().find_map(|(old, new)| {
        let uuid = keyfile.network.link(new?).uuid.as_ref()?;
        if uuid.value == reference { old } else { None }
    })?;
    ifcfg.network.link(old).name.as_ref().map(|at| at.value.clone())
}

/// cloud-init's keyfiles say the gateway as a route to everywhere, which is the same.
fn without_default_routes(found: &mut Vec<(String, String, String)>) {
    let said: Vec<(usize, usize)> = found
        .iter()
        .enumerate()
        .filter(|(_, (fact, _, new))| fact.ends_with(".gateway") && new == "(none)")
        .filter_map(|(n, (_, gateway, _))| {
            let route = |text: &str| format!("dst {text} gateway {gateway}");
            let is_it = |new: &str| new == route("0.0.0.0/0") || new == route("::/0");
            let m = found.iter().position(|(fact, _, new)| fact.starts_with("route ") && is_it(new))?;
            Some((n, m))
        })
        .collect();
    let mut gone: Vec<usize> = said.into_iter().flat_map(|(n, m)| [n, m]).collect();
    gone.sort_unstable();
    gone.dedup();
    gone.into_iter().rev().for_each(|n| drop(found.remove(n)));
}
