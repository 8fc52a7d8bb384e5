//! `inet 10.0.0.1/24 brd 10.0.0.255 scope global dynamic eth0` (ip/ipaddress.c:print_addrinfo).

use super::{set, value};
use serde_json::{Map, Value as Json};

/// An address, without its lifetimes.
pub(super) fn read(words: &[&str]) -> Option<Map<String, Json>> {
    let mut map = Map::new();
    let (family, own) = (words.first()?, words.get(1)?);
    set(&mut map, "family", *family);
    let (own, length) = split(own);
    set(&mut map, "local", own);
    length.into_iter().for_each(|length| set(&mut map, "prefixlen", length));
    let mut words = words.get(2..)?.iter().copied();
    let mut last = None;
    while let Some(word) = words.next() {
        match word {
            "peer" => {
                let (peer, length) = split(words.next()?);
                set(&mut map, "address", peer);
                length.into_iter().for_each(|length| set(&mut map, "prefixlen", length));
            }
            "brd" => set(&mut map, "broadcast", words.next()?),
            "any" => set(&mut map, "anycast", words.next()?),
            "proto" => set(&mut map, "protocol", words.next()?),
            "scope" => set(&mut map, "scope", words.next()?),
            "metric" => set(&mut map, "metric", value(words.next()?)),
            // Flags are keys without a value; the label is the last word of an IPv4 address.
            flag => {
                set(&mut map, flag, true);
                last = Some(flag);
            }
        }
    }
    if let Some(label) = last.filter(|_| *family == "inet") {
        map.shift_remove(label);
        set(&mut map, "label", label);
    }
    Some(map)
}

fn split(text: &str) -> (&str, Option<u8>) {
    text.split_once('/').map_or((text, None), |(ip, length)| (ip, length.parse().ok()))
}

/// `valid_lft 600sec preferred_lft forever`
pub(super) fn lifetimes(words: &[&str], address: &mut Map<String, Json>) {
    for pair in words.chunks(2) {
        let [word, text] = pair else { continue };
        let key = match *word {
            "valid_lft" => "valid_life_time",
            "preferred_lft" => "preferred_life_time",
            _ => continue,
        };
        let seconds = text.trim_end_matches("sec").parse::<u32>().unwrap_or(u32::MAX);
        set(address, key, seconds);
    }
}
