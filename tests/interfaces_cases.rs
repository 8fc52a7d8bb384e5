//! The interfaces files of the corpus, and the list of what differs on purpose between our reading and a program's.

use crate::conversion::{self, Outcome};
use crate::host;
use libtest_mimic::Failed;
use netpivot_parsers::tree::MemoryTree;
use serde::Deserialize;
use std::path::{Path, PathBuf};

const INTERFACES: &str = "etc/network/interfaces";
const LIST: &str = "tests/corpus/interfaces-differences.toml";

/// The sets with the dialect of their files; the detected one where they are of several.
const SETS: [(&str, Option<&str>); 8] = [
    ("ifupdown", Some("interfaces:ifupdown")),
    ("ifupdown2", Some("interfaces:ifupdown2")),
    ("ifupdown-ng", Some("interfaces:ifupdown-ng")),
    ("real-world", Some("interfaces")),
    ("cloud-init", Some("interfaces:ifupdown")),
    ("puppet-network", Some("interfaces")),
    ("ansible-interfaces", Some("interfaces")),
    ("ifupdown-to-networkd", Some("interfaces:ifupdown")),
];

/// A tree with interfaces files.
pub struct Case {
    /// Its path below the corpus.
    pub name: String,
    /// Where it is.
    pub folder: PathBuf,
    /// Its /etc/network.
    pub tree: MemoryTree,
    /// The dialect that its set is of; else it is detected.
    pub format: Option<&'static str>,
}

impl Case {
    /// What we read in it.
    pub fn read(&self, format: Option<&str>) -> Outcome {
        conversion::run(&self.tree, &conversion::request(format, "json"))
    }

    /// The folder that stands for /etc/network.
    pub fn network(&self) -> PathBuf {
        self.folder.join("etc/network")
    }
}

/// All trees, or those that `CASE` names.
pub fn cases() -> Vec<Case> {
    let only = std::env::var("CASE").ok();
    let mut found = Vec::new();
    for (set, format) in SETS {
        let Some(root) = host::corpus(set) else { continue };
        for folder in roots(&root) {
            let name =
                folder.strip_prefix(root.parent().unwrap_or(&root)).unwrap_or(&folder).display().to_string();
            if only.as_ref().is_some_and(|only| !name.contains(only.as_str())) {
                continue;
            }
            let files = host::files(&folder.join("etc/network")).into_iter();
            let tree = files.map(|(path, bytes)| (format!("/etc/network/{path}"), bytes)).collect();
            found.push(Case { name, folder, tree, format });
        }
    }
    found
}

/// Folders at or below `folder` with an interfaces file.
fn roots(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    if folder.join(INTERFACES).is_file() || folder.join("etc/network/interfaces.d").is_dir() {
        found.push(folder.to_owned());
    }
    for name in host::names(folder).into_iter().filter(|name| name != "etc" && name != "expected") {
        if folder.join(&name).is_dir() {
            found.extend(roots(&folder.join(&name)));
        }
    }
    found
}

/// Something in which our reading differs from a program's on purpose.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Difference {
    judge: String,
    case: String,
    what: String,
    reason: String,
}

#[derive(Deserialize)]
struct List {
    #[serde(default)]
    difference: Vec<Difference>,
}

/// What a judge found, less what differs on purpose.
pub struct Verdict {
    declared: Vec<Difference>,
    used: Vec<bool>,
    wrong: Vec<String>,
}

impl Verdict {
    /// With the list's entries for this judge.
    pub fn of(judge: &str) -> Result<Self, Failed> {
        let list: List = toml::from_str(&std::fs::read_to_string(host::repository().join(LIST))?)
            .map_err(|e| e.to_string())?;
        let declared: Vec<Difference> =
            list.difference.into_iter().filter(|difference| difference.judge == judge).collect();
        Ok(Verdict { used: vec![false; declared.len()], declared, wrong: Vec::new() })
    }

    /// Takes a difference of a case.
    pub fn found(&mut self, case: &str, what: &str) {
        let declared = |d: &Difference| host::matches(&d.case, case) && host::matches(&d.what, what);
        match self.declared.iter().position(declared) {
            Some(n) => self.used[n] = true,
            None => self.wrong.push(format!("{case}: {what}")),
        }
    }

    /// An error where something is wrong, or an entry of the list has no reason or no use; `summary` is printed.
    pub fn end(mut self, summary: &str) -> Result<(), Failed> {
        if std::env::var_os("CASE").is_none() {
            let stale = self.declared.iter().zip(&self.used).filter(|(_, used)| !**used);
            self.wrong.extend(stale.map(|(entry, _)| format!("an entry that no longer applies: {entry:?}")));
        }
        let bare = self.declared.iter().filter(|entry| entry.reason.len() < 20);
        self.wrong.extend(bare.map(|entry| format!("an entry without a reason: {entry:?}")));
        println!("{summary}, {} wrong", self.wrong.len());
        if self.wrong.is_empty() { Ok(()) } else { Err(self.wrong.join("\n").into()) }
    }
}
