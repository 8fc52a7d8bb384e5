//! `ip -d address`, `ip -s -d link` (ip/ipaddress.c:print_linkinfo).

use super::{address, set, value, words};
use crate::netlink::kinds;
use serde_json::{Map, Value as Json, json};

/// Words behind the settings of a kind, which belong to the link again.
const BEHIND: &[&str] = &[
    "addrgenmode",
    "numtxqueues",
    "numrxqueues",
    "gso_max_size",
    "gso_max_segs",
    "tso_max_size",
    "tso_max_segs",
    "gro_max_size",
    "gso_ipv4_max_size",
    "gro_ipv4_max_size",
    "parentbus",
    "parentdev",
    "portid",
    "portname",
    "switchid",
];

/// `3: eth0: <BROADCAST,…> mtu 1500 …`
pub(super) fn is_header(line: &str) -> bool {
    let mut parts = line.splitn(3, ": ");
    let number = parts.next().is_some_and(|number| number.parse::<u32>().is_ok());
    number && parts.next().is_some() && parts.next().is_some_and(|rest| rest.starts_with('<'))
}

/// A link with its addresses.
pub(super) fn read(text: &str) -> Option<Map<String, Json>> {
    let mut lines = text.lines();
    let mut map = header(lines.next()?)?;
    let mut info = Map::new();
    let mut addresses: Vec<Json> = Vec::new();
    let mut last = None;
    for line in lines {
        let words: Vec<&str> = line.split_whitespace().collect();
        let Some(first) = words.first() else { continue };
        match *first {
            first if first.starts_with("link/") => hardware(&words, &mut map),
            "alias" => set(&mut map, "ifalias", line.trim_start().trim_start_matches("alias ")),
            "altname" => {
                let names = map.entry("altnames").or_insert_with(|| json!([]));
                if let (Json::Array(names), Some(name)) = (names, words.get(1)) {
                    names.push(json!(name));
                }
            }
            "inet" | "inet6" => addresses.extend(address::read(&words).map(Json::Object)),
            "valid_lft" => {
                if let Some(Json::Object(address)) = addresses.last_mut() {
                    address::lifetimes(&words, address);
                }
            }
            "ingress-qos-map" | "egress-qos-map" => {
                if let Some(Json::Object(data)) = info.get_mut("info_data") {
                    let key = if *first == "ingress-qos-map" { "ingress_qos" } else { "egress_qos" };
                    set(data, key, qos(&words));
                }
            }
            word => {
                let slave = word.strip_suffix("_slave").filter(|kind| !kind.is_empty());
                if let Some(kind) = slave {
                    set(&mut info, "info_slave_kind", kind);
                    set(&mut info, "info_slave_data", words::settings(word, &words[1..]));
                } else if last == Some("link") && is_kind(word) {
                    set(&mut info, "info_kind", word);
                    set(&mut info, "info_data", words::settings(word, &words[1..]));
                }
                behind(&words, &mut map);
            }
        }
        last = Some(if first.starts_with("link/") { "link" } else { "other" });
    }
    if !info.is_empty() {
        set(&mut map, "linkinfo", info);
    }
    set(&mut map, "addr_info", addresses);
    Some(map)
}

/// A kind that is known, or looks like one: statistics and virtual functions stand in such a place, too.
fn is_kind(word: &str) -> bool {
    kinds::kind(word).is_some()
        || (!matches!(word, "RX:" | "TX:" | "vf" | "promiscuity" | "prog/xdp")
            && !BEHIND.contains(&word)
            && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))
}

/// The first line.
fn header(line: &str) -> Option<Map<String, Json>> {
    let mut map = Map::new();
    let (number, rest) = line.split_once(": ")?;
    set(&mut map, "ifindex", number.parse::<u32>().ok()?);
    let (name, rest) = rest.split_once(": <")?;
    let (flags, rest) = rest.split_once('>')?;
    let (name, below) = name.rsplit_once('@').map_or((name, None), |(name, below)| (name, Some(below)));
    set(&mut map, "ifname", name);
    match below {
        Some("NONE") | None => {}
        // `if7` is a number in another namespace.
        Some(below) => match below.strip_prefix("if").and_then(|number| number.parse::<i64>().ok()) {
            Some(index) => set(&mut map, "link_index", index),
            None => set(&mut map, "link", below),
        },
    }
    set(
        &mut map,
        "flags",
        flags.split(',').filter(|flag| *flag != "M-DOWN").map(Json::from).collect::<Vec<_>>(),
    );
    let words: Vec<&str> = rest.split_whitespace().collect();
    for pair in words.chunks(2) {
        let [word, text] = pair else { continue };
        match *word {
            "mtu" => set(&mut map, "mtu", value(text)),
            "qlen" => set(&mut map, "txqlen", value(text)),
            "state" => set(&mut map, "operstate", *text),
            "master" | "group" => set(&mut map, word, *text),
            _ => {}
        }
    }
    Some(map)
}

/// `link/ether 02:… brd ff:… permaddr 02:… link-netnsid 0 …`
fn hardware(words: &[&str], map: &mut Map<String, Json>) {
    let mut words = words.iter().copied();
    set(map, "link_type", words.next().unwrap_or_default().trim_start_matches("link/"));
    let mut words = words.peekable();
    if let Some(address) = words.next_if(|word| word.contains([':', '.'])) {
        set(map, "address", address);
    }
    while let Some(word) = words.next() {
        match (word, words.peek()) {
            ("permaddr", Some(address)) => set(map, "permaddr", *address),
            ("link-netnsid", Some(id)) => set(map, "link_netnsid", value(id)),
            ("link-netns", Some(name)) => set(map, "link_netns", *name),
            ("addrgenmode", Some(mode)) => set(map, "inet6_addr_gen_mode", *mode),
            _ => {}
        }
    }
    // A link of another namespace may have a name there that is one here.
    if map.contains_key("link_netnsid") || map.contains_key("link_netns") {
        map.shift_remove("link");
    }
}

fn behind(words: &[&str], map: &mut Map<String, Json>) {
    let mode = words.iter().position(|word| *word == "addrgenmode").and_then(|at| words.get(at + 1));
    if let Some(mode) = mode {
        set(map, "inet6_addr_gen_mode", *mode);
    }
}

/// `ingress-qos-map { 5:6 }`
fn qos(words: &[&str]) -> Json {
    let pair = |word: &&str| {
        let (from, to) = word.split_once(':')?;
        Some(json!({"from": from.parse::<i64>().ok()?, "to": to.parse::<i64>().ok()?}))
    };
    words.iter().take_while(|word| **word != "}").filter_map(pair).collect()
}

/// True for a word that ends the settings of a kind.
pub(super) fn ends(word: &str) -> bool {
    BEHIND.contains(&word)
}
