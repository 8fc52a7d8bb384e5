//! Every word behind the first of every line of interfaces files: options, `iface` and `auto` lines, hook commands.

use super::{Kind, Place, Set, every_place_matters, replacements};
use crate::conversion::Outcome;
use crate::{host, interfaces_corpus};
use libtest_mimic::{Failed, Trial};
use netpivot_parsers::FileStatus;

const WORDS: Kind = Kind {
    what: "interfaces files",
    exceptions: "mutation-exceptions-interfaces.toml",
    target: "keyfile",
    complete: true,
    places: words_of,
};

pub(super) fn trials() -> Vec<Trial> {
    let missing = host::corpus("ifupdown").map_or(Some("../shared/corpus/ifupdown".to_owned()), |_| None);
    vec![host::case("mutate::every-word-of-interfaces-files-matters", missing, every_word_matters)]
}

fn every_word_matters() -> Result<(), Failed> {
    every_place_matters(&WORDS, &sets())
}

fn sets() -> Vec<Set> {
    let only = std::env::var("CASE").ok();
    let mut found = Vec::new();
    for (set, format) in interfaces_corpus::SETS {
        let Some(root) = host::corpus(set) else { continue };
        for folder in interfaces_corpus::roots(&root) {
            let name = folder.strip_prefix(root.parent().unwrap_or(&root)).unwrap_or(&folder);
            let name = name.display().to_string();
            // Many edits of one file, of which the first says it all.
            let wanted = only.as_ref().is_none_or(|only| name.contains(only.as_str()));
            if wanted && !name.contains("/edits/") {
                let files = host::files(&folder.join("etc/network")).into_iter();
                let tree = files.map(|(path, bytes)| (format!("/etc/network/{path}"), bytes)).collect();
                found.push(Set { name, format, tree });
            }
        }
    }
    found
}

/// The words of the files that are read. A tree that is refused as a whole tells only its first fault.
fn words_of(set: &Set, outcome: &Outcome) -> Vec<Place> {
    if outcome.failure.is_some() {
        return Vec::new();
    }
    let is_read = |path: &str| {
        outcome.files.iter().any(|(file, status)| file == path && matches!(status, FileStatus::Parsed))
    };
    let mut found = Vec::new();
    for (file, (_, bytes)) in set.tree.iter().enumerate().filter(|(_, (path, _))| is_read(path)) {
        let Ok(text) = std::str::from_utf8(bytes) else { continue };
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
    }
    found
}
