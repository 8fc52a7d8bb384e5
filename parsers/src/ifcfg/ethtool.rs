//! ETHTOOL_OPTS, ETHTOOL_WAKE_ON_LAN and ETHTOOL_DELAY (ifcfg.md 3.11, trap 27).
//!
//! initscripts hand each part of ETHTOOL_OPTS to ethtool(8). NetworkManager reads the same text by a parser
//! of its own that skips most of it in silence: what it skipped was not in effect, so it is named and not
//! switched on.

use super::vars::{Reader, Rejected, Vars};
use crate::Context;
use netpivot_model::ethtool::Ethtool;
use netpivot_model::link::Link;
use netpivot_model::network::Leftover;
use netpivot_model::vocabulary::ethtool::WAKE;

mod initscripts;
pub(crate) use initscripts::{Done, setter};
mod networkmanager;

pub(super) use initscripts::{SaidWords, call};

/// Reads the keys.
///
/// # Errors
/// NetworkManager refuses the file.
pub fn read(
    vars: &Vars,
    reader: Reader,
    link: &mut Link,
    leftovers: &mut Vec<Leftover>,
    cx: &mut Context,
) -> Result<(), Rejected> {
    match reader {
        Reader::NetworkManager => networkmanager::read(vars, link, cx),
        Reader::Initscripts => {
            initscripts::read(vars, link, leftovers, cx);
            Ok(())
        }
    }
}

fn settings(link: &mut Link) -> &mut Ethtool {
    link.ethtool.get_or_insert_default()
}

/// The parts of ETHTOOL_OPTS.
fn parts(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.split(';')
        .map(|part| part.split_ascii_whitespace().collect::<Vec<_>>())
        .filter(|words| !words.is_empty())
}

/// `on` and `off`.
fn switch(word: &str) -> Option<bool> {
    match word {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

/// The bits of a `wol` word – `d` clears, `s` is the password's –, and the letters that are none.
fn wake_bits(letters: &str) -> (i64, String) {
    let mut bits = 0;
    let mut unknown = String::new();
    for letter in letters.chars() {
        match (letter, WAKE.iter().find(|(c, _)| *c == letter)) {
            (_, Some((_, bit))) => bits |= bit,
            ('d', None) => bits = 0,
            ('s', None) => {}
            (_, None) => unknown.push(letter),
        }
    }
    (bits, unknown)
}

/// Magic packets, which alone know a password.
const MAGIC: i64 = 64;

#[cfg(test)]
mod tests;
