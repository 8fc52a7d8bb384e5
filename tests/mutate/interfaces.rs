//! Every word behind the first of every line of interfaces files: options, `iface` and `auto` lines, hook commands.

use super::{Kind, Place, Set, every_place_matters, words};
use crate::conversion::Outcome;
use crate::host;
use crate::interfaces_cases::cases;
use libtest_mimic::{Failed, Trial};
use netpivot_parsers::FileStatus;
use std::path::Path;

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
    // Many edits of one file, of which the first says it all.
    let whole = cases().into_iter().filter(|case| !case.name.contains("/edits/"));
    let files = |folder: &Path| {
        let files = host::files(folder).into_iter();
        files.map(|(path, bytes)| (format!("/etc/network/{path}"), bytes)).collect()
    };
    whole
        .map(|case| Set { tree: files(&case.network()), state: None, name: case.name, format: case.format })
        .collect()
}

/// The words of the files that are read. A tree that is refused as a whole tells only its first fault.
fn words_of(set: &Set, outcome: &Outcome) -> Vec<Place> {
    if outcome.failure.is_some() {
        return Vec::new();
    }
    let is_read = |path: &str| {
        outcome.files.iter().any(|(file, status)| file == path && matches!(status, FileStatus::Parsed))
    };
    let files = set.tree.iter().enumerate().filter(|(_, (path, _))| is_read(path));
    files.flat_map(|(file, _)| words(set, file)).collect()
}
