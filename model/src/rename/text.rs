//! Where a text holds an old name or address.

use super::Entry;
use crate::value::{Holds, LinkRef, Mac};
use crate::vocabulary::names::Form;
use std::net::IpAddr;
use std::ops::Range;

/// The places of a value that get another name, and the name.
pub(super) fn find(entry: &Entry, holds: Holds, form: Form, text: &str) -> Vec<(Range<usize>, String)> {
    let whole = |new: &str| vec![(0..text.len(), new.to_owned())];
    match (holds, entry) {
        (Holds::Link, Entry::Name { old, new }) if text.parse() == Ok(LinkRef::Name(old.clone())) => {
            whole(new)
        }
        (Holds::Link | Holds::Mac, Entry::Mac { old, new }) if text.parse() == Ok(*old) => {
            whole(&new.to_string())
        }
        (Holds::Ip, Entry::Address { old, new }) => addresses(text, *old, *new),
        // The label of an address: `eth0:1`.
        (Holds::Ip, Entry::Name { old, new }) => words(text, old, new),
        (Holds::Nothing, Entry::Name { old, new }) => match form {
            Form::LinkName | Form::LinkNames => words(text, old, new),
            Form::SettingName => in_setting(text, old, new),
            Form::Plain
            | Form::YesNo
            | Form::Unit(_)
            | Form::UnitFromMinus(_)
            | Form::Hundredths
            | Form::Numbered(..)
            | Form::Address => Vec::new(),
        },
        (Holds::Nothing, Entry::Mac { old, new }) if form == Form::LinkNames => macs(text, *old, *new),
        (Holds::Nothing, Entry::Address { old, new }) if form == Form::Address => addresses(text, *old, *new),
        (Holds::Nothing | Holds::Link | Holds::Mac | Holds::Ip, Entry::Name { .. } | Entry::Mac { .. })
        | (Holds::Nothing | Holds::Link | Holds::Mac, Entry::Address { .. }) => Vec::new(),
    }
}

/// True where a text that is not taken apart has the old name as a word of its own.
pub(super) fn mentions(entry: &Entry, text: &str) -> bool {
    match entry {
        // As a part of a kernel setting's name, too.
        Entry::Name { old, .. } => {
            let parts = text.replace('.', " ");
            !words(text, old, "").is_empty() || text.contains(".conf.") && !words(&parts, old, "").is_empty()
        }
        Entry::Mac { old, .. } => {
            let (text, old) = (text.to_ascii_lowercase(), old.to_string());
            [old.clone(), old.replace(':', "-")].iter().any(|old| text.contains(old.as_str()))
        }
        Entry::Address { old, new } => !addresses(text, *old, *new).is_empty(),
    }
}

/// True for a device that has its name from the old one: `eth0.7`.
pub(super) fn is_named_after(entry: &Entry, text: &str) -> bool {
    let Entry::Name { old, .. } = entry else { return false };
    let number = text.strip_prefix(old.as_str()).and_then(|rest| rest.strip_prefix('.'));
    number.is_some_and(|rest| {
        !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    })
}

/// What a name may consist of in running text; a dot ends a sentence, but `eth0.7` is a name of its own.
fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '@' | '%')
}

/// The places where a name stands as a word of its own.
fn words(text: &str, old: &str, new: &str) -> Vec<(Range<usize>, String)> {
    let is_word = |at: usize| {
        let before = text[..at].chars().next_back();
        let mut after = text[at + old.len()..].chars();
        let ends = match after.next() {
            Some('.') => after.next().is_none_or(|c| !is_of_name(c)),
            Some('*' | '+' | '?' | '[') => false,
            next => next.is_none_or(|c| !is_of_name(c)),
        };
        // `vlan@eth0` is on eth0, and a path's or a setting's part (`/sys/class/net/eth0`) is that very device.
        before.is_none_or(|c| !is_of_name(c) || c == '@') && before != Some('.') && ends
    };
    let found = text.match_indices(old).map(|(at, _)| at).filter(|at| is_word(*at));
    found.map(|at| (at..at + old.len(), new.to_owned())).collect()
}

/// The interface within the name of a kernel setting: `net.ipv4.conf.eth0.forwarding`, with `/` for a dot in its name.
fn in_setting(text: &str, old: &str, new: &str) -> Vec<(Range<usize>, String)> {
    let mut start = 0;
    let parts: Vec<(usize, &str)> = text
        .split('.')
        .map(|part| {
            let at = start;
            start += part.len() + 1;
            (at, part)
        })
        .collect();
    let is_own = matches!(
        parts.as_slice(),
        [(_, "net"), (_, "ipv4" | "ipv6" | "mpls"), (_, "conf" | "neigh"), _, _, ..]
    );
    let of = parts.get(3).filter(|(_, part)| is_own && *part == old.replace('.', "/"));
    of.map(|(at, part)| (*at..at + part.len(), new.replace('.', "/"))).into_iter().collect()
}

/// The places where an address stands: alone, with a prefix length, a port, or as an end of a range.
fn addresses(text: &str, old: IpAddr, new: IpAddr) -> Vec<(Range<usize>, String)> {
    let is_of = |c: char| c.is_ascii_hexdigit() || c == ':' || c == '.';
    let mut found = Vec::new();
    let mut rest = 0;
    while let Some(start) = text[rest..].find(is_of).map(|at| rest + at) {
        let end = text[start..].find(|c| !is_of(c)).map_or(text.len(), |at| start + at);
        rest = end;
        let in_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        if in_word(text[..start].chars().next_back()) || in_word(text[end..].chars().next()) {
            continue;
        }
        let run = text[start..end].trim_end_matches(['.', ':']);
        let host = match run.parse::<IpAddr>() {
            Ok(address) => Some((run, address)),
            // `192.0.2.1:51820`
            Err(_) => run.split_once(':').and_then(|(host, _)| Some((host, host.parse().ok()?))),
        };
        if let Some((host, address)) = host
            && address == old
        {
            found.push((start..start + host.len(), new.to_string()));
        }
    }
    found
}

/// The places where a hardware address stands as a part of a word: `/mac/52:54:00:12:34:56`.
fn macs(text: &str, old: Mac, new: Mac) -> Vec<(Range<usize>, String)> {
    let (text, old) = (text.to_ascii_lowercase(), old.to_string());
    text.match_indices(&old).map(|(at, of)| (at..at + of.len(), new.to_string())).collect()
}
