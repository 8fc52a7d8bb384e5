//! The plain text of `ip`, `bridge` and `brctl`, as support archives hold it.
//!
//! Each entry of the text becomes the object that the same command prints with `-j`; from there on both are one.

mod address;
mod entry;
mod link;
mod route;
mod rule;
mod words;

use super::document::Kind;
use netpivot_model::source::{SourceId, Span};
use serde_json::{Map, Value as Json};

/// An object with its kind and place.
pub(super) struct Found {
    pub kind: Kind,
    pub object: Map<String, Json>,
    pub span: Span,
}

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Command {
    Links,
    Routes,
    Rules,
    Neighbors,
    Fdb,
    Vlans,
    Brctl,
}

/// True where a text is one of those that are read here.
pub(super) fn looks_like(text: &str) -> bool {
    command(text).is_some()
}

/// True where a lone file is such a text. Files of routes of several formats look like what `ip route` prints, but for the
/// routes that only the kernel makes.
pub(super) fn is_state(text: &str) -> bool {
    match command(text) {
        Some(Command::Routes) => text.contains(" proto kernel "),
        Some(_) => true,
        None => false,
    }
}

/// The command that printed a text, by its first line.
fn command(text: &str) -> Option<Command> {
    let line = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#'))?;
    let words: Vec<&str> = line.split_whitespace().collect();
    if link::is_header(line) {
        return Some(Command::Links);
    }
    if rule::is_rule(line) {
        return Some(Command::Rules);
    }
    match words[..] {
        ["bridge", "name", "bridge", "id", "STP", "enabled", "interfaces"] => Some(Command::Brctl),
        ["port", "vlan-id" | "vlan", ..] => Some(Command::Vlans),
        [mac, "dev", _, ..] if entry::is_mac(mac) => Some(Command::Fdb),
        [dst, "dev", _, ..] if dst.parse::<std::net::IpAddr>().is_ok() && entry::is_neighbor(&words) => {
            Some(Command::Neighbors)
        }
        _ => route::is_route(&words).then_some(Command::Routes),
    }
}

/// Reads a text. `family` is that of the command, where its name tells.
pub(super) fn read(text: &str, source: SourceId, family: Option<&'static str>) -> Vec<Found> {
    let Some(command) = command(text) else { return Vec::new() };
    let blocks = blocks(text, source, command);
    let mut found = Vec::new();
    match command {
        Command::Links => {
            found.extend(blocks.iter().filter_map(|block| block.found(Kind::Link, link::read(block.text))));
        }
        Command::Routes => {
            found.extend(blocks.iter().filter_map(|block| block.found(Kind::Route, route::read(block.text))));
        }
        Command::Rules => {
            let rule = |block: &Block<'_>| block.found(Kind::Rule, rule::read(block.text, family));
            found.extend(blocks.iter().filter_map(rule));
        }
        Command::Neighbors => {
            found.extend(blocks.iter().filter_map(|b| b.found(Kind::Neighbor, entry::neighbor(b.text))));
        }
        Command::Fdb => {
            found.extend(blocks.iter().filter_map(|b| b.found(Kind::Fdb, entry::forwarding(b.text))));
        }
        Command::Vlans => {
            found.extend(blocks.iter().skip(1).filter_map(|b| b.found(Kind::Vlan, entry::vlans(b.text))));
        }
        Command::Brctl => {
            for block in blocks.iter().skip(1) {
                found.extend(
                    entry::bridge(block.text).into_iter().filter_map(|b| block.found(Kind::Link, Some(b))),
                );
            }
        }
    }
    found
}

/// An entry: a line and those that belong to it.
struct Block<'t> {
    text: &'t str,
    span: Span,
}

impl Block<'_> {
    fn found(&self, kind: Kind, object: Option<Map<String, Json>>) -> Option<Found> {
        Some(Found { kind, object: object?, span: self.span })
    }
}

/// The entries of a text. A line that is indented goes on with the entry before it.
fn blocks(text: &str, source: SourceId, command: Command) -> Vec<Block<'_>> {
    let mut starts = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let begins = match command {
            Command::Links => link::is_header(line),
            Command::Routes
            | Command::Rules
            | Command::Neighbors
            | Command::Fdb
            | Command::Vlans
            | Command::Brctl => {
                !line.starts_with([' ', '\t']) && !line.trim().is_empty() && !line.starts_with('#')
            }
        };
        if begins {
            starts.push(at);
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts
        .iter()
        .zip(ends)
        .filter_map(|(start, end)| {
            let text = text.get(*start..end)?.trim_end();
            Some(Block { text, span: Span::new(source, *start, start + text.len()) })
        })
        .collect()
}

/// The value of a word as JSON has it: a number where it is one.
fn value(text: &str) -> Json {
    text.parse::<i64>().map_or_else(|_| Json::from(text), Json::from)
}

/// Stores a value.
fn set(map: &mut Map<String, Json>, key: &str, value: impl Into<Json>) {
    map.insert(key.to_owned(), value.into());
}
