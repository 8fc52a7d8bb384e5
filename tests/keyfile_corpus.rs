//! Keyfiles that nobody here wrote (NetworkManager's own tests, netplan's, wicked2nm's and cloud-init's
//! outputs): read and written again, each must be the same profile to libnm.
//!
//! What differs on purpose stands in `tests/corpus/keyfile-differences.toml`. `CASE=part-of-a-path` prints
//! the files in question.

use crate::conversion::{self, Outcome};
use crate::host;
use crate::judge::{self, Verdict};
use libtest_mimic::{Failed, Trial};
use netpivot_parsers::tree::MemoryTree;
use serde::Deserialize;
use std::collections::BTreeSet;

const HOME: &str = "/etc/NetworkManager/system-connections";
const NONE: &str = "(none)";

/// A property of a profile that differs, or `profile` for one that only one side has.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Difference {
    /// The file, or `*`.
    file: String,
    property: String,
    before: String,
    after: String,
    reason: String,
}

#[derive(Deserialize)]
struct Differences {
    #[serde(default)]
    difference: Vec<Difference>,
}

struct Keyfile {
    path: String,
    name: String,
    text: String,
    ours: Outcome,
}

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let missing = host::corpus("nm-keyfile").map_or(Some("../shared/corpus/nm-keyfile".to_owned()), |_| None);
    vec![host::case("keyfile_corpus::read-and-written-is-the-same", missing.or_else(judge::missing), same)]
}

/// Every keyfile of the corpus, converted alone.
fn keyfiles() -> Vec<Keyfile> {
    let Some(root) = host::shared().map(|shared| shared.join("corpus")) else { return Vec::new() };
    let only = std::env::var("CASE").ok();
    let mut found = Vec::new();
    for source in host::names(&root) {
        for (below, bytes) in host::files(&root.join(&source)) {
            let path = format!("{source}/{below}");
            let is_profile = below.contains("NetworkManager/system-connections/")
                || (source == "nm-ifcfg" && below.contains("/out/"));
            if !is_profile || only.as_ref().is_some_and(|only| !path.contains(only.as_str())) {
                continue;
            }
            let name = path.rsplit('/').next().unwrap_or_default().to_owned();
            let Ok(text) = String::from_utf8(bytes) else { continue };
            let tree: MemoryTree = [(format!("{HOME}/{name}"), text.clone())].into_iter().collect();
            let ours = conversion::run(&tree, &conversion::request(Some("keyfile"), "keyfile"));
            found.push(Keyfile { path, name, text, ours });
        }
    }
    found
}

fn same() -> Result<(), Failed> {
    let list = std::fs::read_to_string(host::repository().join("tests/corpus/keyfile-differences.toml"))?;
    let declared: Differences = toml::from_str(&list).map_err(|e| e.to_string())?;
    let mut used = vec![false; declared.difference.len()];
    let keyfiles = keyfiles();
    let before: Vec<_> = keyfiles.iter().map(|k| (k.name.clone(), k.text.clone())).collect();
    let written = |k: &Keyfile| {
        let made = k.ours.outputs.iter().find(|file| file.path.ends_with(".nmconnection"));
        made.map_or_else(|| (k.name.clone(), String::new()), |file| (k.name.clone(), file.text.clone()))
    };
    let after: Vec<_> = keyfiles.iter().map(written).collect();
    let judged = judge::verdicts(&before)?.into_iter().zip(judge::verdicts(&after)?);
    let (mut wrong, mut equal) = (Vec::new(), 0);
    for (keyfile, (before, after)) in keyfiles.iter().zip(judged) {
        if std::env::var_os("CASE").is_some() {
            println!("=== {}\n{}\n{}", keyfile.path, keyfile.text, keyfile.ours.text());
            println!("{}\n", keyfile.ours.findings().join("\n"));
        }
        let found = compare(keyfile, &before, &after, &declared.difference, &mut used);
        equal += usize::from(found.is_empty());
        wrong.extend(found);
    }
    if std::env::var_os("CASE").is_none() {
        let stale = declared.difference.iter().zip(&used).filter(|(_, used)| !**used);
        wrong.extend(stale.map(|(entry, _)| format!("an entry that no longer applies: {entry:?}")));
    }
    let bare = declared.difference.iter().filter(|entry| entry.reason.len() < 20);
    wrong.extend(bare.map(|entry| format!("an entry without a reason: {entry:?}")));
    println!(
        "corpus keyfiles: {} files, {equal} equal or with a reason, {} wrong",
        keyfiles.len(),
        wrong.len()
    );
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

fn compare(
    keyfile: &Keyfile,
    before: &Verdict,
    after: &Verdict,
    declared: &[Difference],
    used: &mut [bool],
) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut differ = |property: &str, x: String, y: String| {
        let entry = declared.iter().position(|d| {
            host::matches(&d.file, &keyfile.path)
                && d.property == property
                && host::matches(&d.before, &x)
                && host::matches(&d.after, &y)
        });
        match entry {
            Some(n) => used[n] = true,
            None => wrong.push(format!("{}: {property}: {x} became {y}", keyfile.path)),
        }
    };
    if keyfile.ours.bug {
        differ("fault", NONE.to_owned(), keyfile.ours.findings().join("; "));
    }
    let refused = before.settings.is_empty() || before.complaints.iter().any(|c| c.starts_with("error"));
    if refused {
        return wrong;
    }
    if keyfile.ours.outputs.is_empty() {
        differ("profile", "there".to_owned(), NONE.to_owned());
        return wrong;
    }
    for complaint in after.complaints.iter().filter(|complaint| !before.complaints.contains(complaint)) {
        differ("complaint", NONE.to_owned(), complaint.clone());
    }
    let properties: BTreeSet<&String> = before.settings.keys().chain(after.settings.keys()).collect();
    // A profile without UUID gets one from its path, in the daemon as here.
    let has_uuid = before.settings.contains_key("connection.uuid");
    for property in properties.into_iter().filter(|p| has_uuid || *p != "connection.uuid") {
        let text = |side: &Verdict| side.settings.get(property).map_or(NONE.to_owned(), ToString::to_string);
        if text(before) != text(after) {
            differ(property, text(before), text(after));
        }
    }
    wrong
}
