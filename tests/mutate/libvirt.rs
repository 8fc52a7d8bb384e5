//! Every attribute and every text of libvirt's documents in the corpus: another value, and none.

use super::{Kind, Place, Set, every_place_matters, replacements};
use crate::conversion::Outcome;
use crate::host;
use crate::libvirt::documents;
use libtest_mimic::{Failed, Trial};

const VALUES: [Kind; 2] = [values("libvirt", false), values("interfaces", true)];

const fn values(target: &'static str, complete: bool) -> Kind {
    Kind {
        what: "libvirt's documents",
        exceptions: "mutation-exceptions-libvirt.toml",
        target,
        complete,
        places: places_of,
    }
}

pub(super) fn trials() -> Vec<Trial> {
    let missing = || host::corpus("libvirt").map_or(Some("../shared/corpus/libvirt".to_owned()), |_| None);
    VALUES
        .iter()
        .map(|kind| {
            let name = format!("mutate::every-value-of-libvirt-matters/{}", kind.target);
            host::case(name, missing(), move || every_value_matters(kind))
        })
        .collect()
}

fn every_value_matters(kind: &Kind) -> Result<(), Failed> {
    let documents = documents().into_iter();
    let sets: Vec<Set> = documents
        .map(|document| Set {
            name: document.name,
            format: Some("libvirt"),
            state: None,
            tree: vec![(document.place, document.text.into_bytes())],
        })
        .collect();
    every_place_matters(kind, &sets)
}

/// Each attribute, which can also go, each text, and each element without anything in it, which can only go. Of a guest's document only its interfaces count.
fn places_of(set: &Set, _: &Outcome) -> Vec<Place> {
    let Ok(text) = std::str::from_utf8(&set.tree[0].1) else { return Vec::new() };
    let ranges = if text.contains("<domain") { interfaces(text) } else { vec![(0, text.len())] };
    ranges.into_iter().flat_map(|(start, end)| places(text, start, end)).collect()
}

fn interfaces(text: &str) -> Vec<(usize, usize)> {
    let starts = text.match_indices("<interface").map(|(at, _)| at);
    starts.filter_map(|at| Some((at, at + text[at..].find("</interface>")?))).collect()
}

fn places(text: &str, start: usize, end: usize) -> Vec<Place> {
    let mut found = Vec::new();
    let mut at = start;
    while let Some(open) = text[at..end].find('<').map(|n| at + n) {
        if text[open..].starts_with("<!--") {
            at = text[open..].find("-->").map_or(end, |n| open + n + 3);
            continue;
        }
        let Some(close) = text[open..end].find('>').map(|n| open + n) else { break };
        let tag = &text[open..close];
        let element = tag[1..].split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default();
        if !tag.starts_with("</") && !tag.starts_with("<?") {
            found.extend(attributes(text, open, close, element));
            if tag.ends_with('/') {
                let mut gone = place(open, close + 1, element.to_owned(), &text[open..=close]);
                gone.others = vec![("(removed)".to_owned(), String::new())];
                found.push(gone);
            }
            let next = text[close + 1..end].find('<').map_or(end, |n| close + 1 + n);
            let inside = text[close + 1..next].trim();
            if !inside.is_empty() && !tag.ends_with('/') {
                let from = close + 1 + text[close + 1..next].find(inside).unwrap_or(0);
                found.push(place(from, from + inside.len(), element.to_owned(), inside));
            }
        }
        at = close + 1;
    }
    found
}

/// The attributes of the tag between `open` and `close`.
fn attributes(text: &str, open: usize, close: usize, element: &str) -> Vec<Place> {
    let mut found = Vec::new();
    let mut at = open;
    while let Some(equals) = text[at..close].find('=').map(|n| at + n) {
        let name_start =
            text[open..equals].trim_end().rfind(char::is_whitespace).map_or(open, |n| open + n + 1);
        let name = text[name_start..equals].trim();
        let Some(quote) = text[equals + 1..close].chars().find(|c| !c.is_whitespace()) else { break };
        let Some(from) = text[equals..close].find(quote).map(|n| equals + n + 1) else { break };
        let Some(to) = text[from..close].find(quote).map(|n| from + n) else { break };
        let key = format!("{element}/@{name}");
        found.push(place(from, to, key.clone(), &text[from..to]));
        let mut gone = place(name_start, to + 1, key, &text[from..to]);
        gone.others = vec![("(removed)".to_owned(), String::new())];
        found.push(gone);
        at = to + 1;
    }
    found
}

fn place(start: usize, end: usize, key: String, from: &str) -> Place {
    let others = replacements(from).into_iter().map(|other| (other.clone(), other)).collect();
    Place { file: 0, start, end, key, from: from.to_owned(), others }
}
