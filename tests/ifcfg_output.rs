//! Written ifcfg files: every input of the corpus and of the fixtures, converted to both dialects. netpivot never
//! contradicts itself, every loss has its reason, and what is written, read and written again is the same.
//!
//! `CASE=part-of-a-name` prints the sets in question.

use crate::conversion::{self, Outcome};
use crate::{fixture, host};
use libtest_mimic::{Failed, Trial};
use netpivot_model::codes::core::LOST;
use netpivot_model::vocabulary::ifcfg::lookup;
use netpivot_parsers::tree::MemoryTree;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The dialects that are written.
pub const DIALECTS: [&str; 3] = ["ifcfg:networkmanager", "ifcfg:initscripts", "ifcfg:suse"];

/// Those of RHEL's files.
const RHEL: [&str; 2] = [DIALECTS[0], DIALECTS[1]];

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let missing = || host::corpus("nm-ifcfg").map_or(Some("../shared/corpus/nm-ifcfg".to_owned()), |_| None);
    vec![
        Trial::test("ifcfg_output::fixtures-are-sound", || verdict("fixtures", fixtures())),
        host::case("ifcfg_output::corpus-is-sound", missing(), || verdict("corpus", inputs())),
    ]
}

/// An input with the formats that it is read as.
struct Input {
    name: String,
    from: Vec<String>,
    tree: MemoryTree,
}

fn fixtures() -> Vec<Input> {
    let mut found = Vec::new();
    for fixture in fixture::fixtures() {
        for tree in fixture.trees() {
            let from =
                if tree == "ifcfg" { RHEL.map(String::from).to_vec() } else { vec![fixture.source(&tree)] };
            found.push(Input { name: format!("{}/{tree}", fixture.name), from, tree: fixture.tree(&tree) });
        }
    }
    found
}

/// Every ifcfg set, every folder of keyfiles and every tree of interfaces files of the corpus.
fn inputs() -> Vec<Input> {
    let Some(root) = host::shared().map(|shared| shared.join("corpus")) else { return Vec::new() };
    let mut found = Vec::new();
    for set in crate::mutate::sets() {
        let suse = set.tree.iter().any(|(path, _)| path.starts_with("/etc/sysconfig/network/"));
        let from = if suse { vec![DIALECTS[2]] } else { vec![DIALECTS[0], DIALECTS[1]] };
        let tree = set.tree.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect();
        found.push(Input { name: set.name, from: from.into_iter().map(str::to_owned).collect(), tree });
    }
    for source in host::names(&root) {
        for set in host::names(&root.join(&source)) {
            let below = root.join(&source).join(&set);
            if below.join("etc/network").is_dir() {
                let name = format!("{source}/{set}/interfaces");
                found.push(Input { name, from: vec!["interfaces".to_owned()], tree: host::tree(&below) });
            }
        }
    }
    let mut keyfiles: BTreeMap<String, MemoryTree> = BTreeMap::new();
    for source in host::names(&root) {
        for (below, bytes) in host::files(&root.join(&source)) {
            let is_profile = below.contains("NetworkManager/system-connections/")
                || (source == "nm-ifcfg" && below.contains("/out/"));
            if is_profile && let Some((folder, name)) = below.rsplit_once('/') {
                let tree = keyfiles.entry(format!("{source}/{folder}")).or_default();
                tree.add(format!("/etc/NetworkManager/system-connections/{name}"), bytes);
            }
        }
    }
    found.extend(keyfiles.into_iter().map(|(name, tree)| Input {
        name,
        from: vec!["keyfile".to_owned()],
        tree,
    }));
    found
}

/// What is wrong with one conversion.
fn faults(what: &str, outcome: &Outcome, to: &str) -> Vec<String> {
    if outcome.bug {
        return vec![format!("{what}: a fault of netpivot: {}", outcome.failure.clone().unwrap_or_default())];
    }
    let mut wrong: Vec<String> = outcome
        .diagnostics
        .iter()
        .filter(|d| *d.code == LOST)
        .map(|d| format!("{what}: a loss without a reason: {}", d.message))
        .collect();
    if outcome.outputs.is_empty() {
        return wrong;
    }
    wrong
        .extend(unexplained(outcome).into_iter().map(|key| format!("{what}: `explain` does not know {key}")));
    let written: MemoryTree = outcome.outputs.iter().map(|f| (f.path.as_str(), f.text.as_str())).collect();
    let again = conversion::run(&written, &conversion::request(Some(to), to));
    let plain = |outcome: &Outcome| -> BTreeMap<String, String> {
        let text = |text: &str| text.lines().filter(|l| !l.starts_with('#')).collect::<Vec<_>>().join("\n");
        // Comments are no facts, and a file of nothing else is none of the configuration.
        let said = outcome.outputs.iter().map(|f| (f.path.clone(), text(&f.text)));
        said.filter(|(_, text)| !text.trim().is_empty()).collect()
    };
    let (first, second) = (plain(outcome), plain(&again));
    for (path, text) in &first {
        if second.get(path) != Some(text) {
            let other = second.get(path).map_or("(nothing)", String::as_str);
            let failure = again.failure.clone().unwrap_or_default();
            wrong.push(format!("{what}: {path} written again is\n{other}\ninstead of\n{text}\n{failure}"));
        }
    }
    wrong
}

/// The keys that are written and that `netpivot explain` does not know, but for what goes back as it came.
fn unexplained(outcome: &Outcome) -> Vec<String> {
    let files = outcome
        .outputs
        .iter()
        .filter(|f| f.path.contains("/network-scripts/ifcfg-") || f.path.contains("/network-scripts/keys-"));
    let lines = files.flat_map(|f| f.text.lines()).filter(|line| !line.starts_with('#'));
    let keys: BTreeSet<&str> = lines.filter_map(|line| Some(line.split_once('=')?.0)).collect();
    let own = |key: &str| outcome.network.leftovers.iter().any(|leftover| leftover.key == key);
    keys.into_iter().filter(|key| lookup(key).next().is_none() && !own(key)).map(str::to_owned).collect()
}

fn verdict(what: &str, inputs: Vec<Input>) -> Result<(), Failed> {
    let only = std::env::var("CASE").ok();
    let inputs: Vec<Input> = inputs
        .into_iter()
        .filter(|input| only.as_ref().is_none_or(|only| input.name.contains(only.as_str())))
        .collect();
    let wrong: Vec<String> = inputs
        .par_iter()
        .flat_map(|input| {
            let mut wrong = Vec::new();
            for from in &input.from {
                // The ports of a bridge have no order in interfaces files; SUSE's lists have that of the links.
                let ordered = !input.name.ends_with("/interfaces");
                for to in DIALECTS.into_iter().filter(|to| ordered || *to != DIALECTS[2]) {
                    let outcome = conversion::run(&input.tree, &conversion::request(Some(from.as_str()), to));
                    if only.is_some() {
                        println!(
                            "=== {} {from} to {to}\n{}\n{}",
                            input.name,
                            outcome.text(),
                            outcome.findings().join("\n")
                        );
                    }
                    wrong.extend(faults(&format!("{}: {from} to {to}", input.name), &outcome, to));
                }
            }
            wrong
        })
        .collect();
    println!("ifcfg output, {what}: {} inputs, {} faults", inputs.len(), wrong.len());
    if inputs.is_empty() {
        return Err("no input was found".into());
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}
