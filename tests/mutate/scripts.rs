//! Every word of the scripts and recipes among the fixtures.

use super::{Kind, Place, Set, every_place_matters, words};
use crate::conversion::Outcome;
use crate::fixture::fixtures;
use libtest_mimic::{Failed, Trial};

const WORDS: Kind = Kind {
    what: "scripts",
    exceptions: "mutation-exceptions-scripts.toml",
    target: "interfaces",
    complete: true,
    places: words_of,
};

pub(super) fn trials() -> Vec<Trial> {
    vec![Trial::test("mutate::every-word-of-scripts-matters", every_word_matters)]
}

fn every_word_matters() -> Result<(), Failed> {
    every_place_matters(&WORDS, &sets())
}

fn sets() -> Vec<Set> {
    let only = std::env::var("CASE").unwrap_or_default();
    let scripts = fixtures().into_iter().filter(|f| f.trees().iter().any(|tree| tree == "iproute"));
    let named = scripts.filter(|fixture| fixture.name.contains(&only));
    named
        .map(|fixture| Set {
            tree: super::listed(&fixture.tree("iproute")),
            state: fixture.state("iproute"),
            name: fixture.name,
            format: Some("iproute"),
        })
        .collect()
}

fn words_of(set: &Set, _: &Outcome) -> Vec<Place> {
    (0..set.tree.len()).flat_map(|file| words(set, file)).collect()
}
