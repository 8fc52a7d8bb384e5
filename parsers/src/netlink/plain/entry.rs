//! Neighbours, forwarding entries, VLANs of bridge ports (`ip neighbour`, `bridge fdb`, `bridge vlan`), and bridges as
//! `brctl show` lists them.

use super::{set, value};
use serde_json::{Map, Value as Json, json};

/// NUD_* (ip/ipneigh.c).
const STATES: [&str; 8] =
    ["PERMANENT", "REACHABLE", "STALE", "DELAY", "PROBE", "FAILED", "NOARP", "INCOMPLETE"];

pub(super) fn is_mac(word: &str) -> bool {
    word.split(':').count() == 6
        && word.split(':').all(|part| part.len() == 2 && u8::from_str_radix(part, 16).is_ok())
}

/// True for a line of `ip neighbour`.
pub(super) fn is_neighbor(words: &[&str]) -> bool {
    words.iter().any(|word| *word == "proxy" || *word == "lladdr" || STATES.contains(word))
}

/// `192.0.2.7 dev eth0 lladdr 02:… PERMANENT`
pub(super) fn neighbor(text: &str) -> Option<Map<String, Json>> {
    let mut words = text.split_whitespace();
    let mut map = Map::new();
    set(&mut map, "dst", words.next()?);
    let mut states = Vec::new();
    while let Some(word) = words.next() {
        match word {
            "dev" | "lladdr" => set(&mut map, word, words.next()?),
            "proxy" | "router" | "extern_learn" => set(&mut map, word, true),
            "proto" => set(&mut map, "protocol", words.next()?),
            // Counters and times of `-s`.
            "ref" | "probes" => drop(words.next()),
            "used" => drop(words.next()),
            word if STATES.contains(&word) => states.push(Json::from(word)),
            _ => {}
        }
    }
    set(&mut map, "state", states);
    Some(map)
}

/// `02:… dev eth0 vlan 1 master br0 permanent`
pub(super) fn forwarding(text: &str) -> Option<Map<String, Json>> {
    let mut words = text.split_whitespace();
    let mut map = Map::new();
    set(&mut map, "mac", words.next()?);
    let mut flags = Vec::new();
    let mut state = "";
    while let Some(word) = words.next() {
        match word {
            "dev" => set(&mut map, "ifname", words.next()?),
            "via" => set(&mut map, "viaIf", words.next()?),
            "dst" | "master" => set(&mut map, word, words.next()?),
            "vlan" | "port" | "vni" | "src_vni" | "link-netnsid" => set(&mut map, word, value(words.next()?)),
            "used" => drop(words.next()),
            "permanent" | "static" | "stale" => state = word,
            "self" | "extern_learn" | "offload" | "sticky" | "router" => flags.push(Json::from(word)),
            _ => {}
        }
    }
    if map.contains_key("master") {
        flags.push(Json::from("master"));
    }
    set(&mut map, "flags", flags);
    set(&mut map, "state", state);
    Some(map)
}

/// A port and its VLANs, one a line; older releases print the first on the port's own line as well.
pub(super) fn vlans(text: &str) -> Option<Map<String, Json>> {
    let name = text.split_whitespace().next()?;
    let rest = text.get(name.len()..)?;
    let entries: Vec<Json> = rest.lines().filter_map(vlan).collect();
    let mut map = Map::new();
    set(&mut map, "ifname", name);
    set(&mut map, "vlans", entries);
    Some(map)
}

/// `10-20 PVID Egress Untagged`
fn vlan(line: &str) -> Option<Json> {
    let mut words = line.split_whitespace();
    let id = words.next()?;
    let (first, last) = id.split_once('-').map_or((id, None), |(first, last)| (first, Some(last)));
    let first: u16 = first.parse().ok()?;
    let rest: Vec<&str> = words.collect();
    let mut flags = Vec::new();
    if rest.contains(&"PVID") {
        flags.push("PVID");
    }
    if rest.contains(&"Untagged") {
        flags.push("Egress Untagged");
    }
    let mut entry = json!({"vlan": first, "flags": flags});
    if let (Some(last), Json::Object(entry)) = (last.and_then(|last| last.parse::<u16>().ok()), &mut entry) {
        set(entry, "vlanEnd", last);
    }
    Some(entry)
}

/// A bridge and its ports: `br0  8000.0200…  no  eth0`, further ports on lines of their own.
pub(super) fn bridge(text: &str) -> Vec<Map<String, Json>> {
    let mut lines = text.lines();
    let words: Vec<&str> = lines.next().unwrap_or_default().split_whitespace().collect();
    let [name, _, stp, first @ ..] = &words[..] else { return Vec::new() };
    let mut bridge = Map::new();
    set(&mut bridge, "ifname", *name);
    let stp = u8::from(*stp == "yes");
    set(&mut bridge, "linkinfo", json!({"info_kind": "bridge", "info_data": {"stp_state": stp}}));
    let ports = first.iter().copied().chain(lines.filter_map(|line| line.split_whitespace().next()));
    let port = |port: &str| {
        let mut map = Map::new();
        set(&mut map, "ifname", port);
        set(&mut map, "master", *name);
        set(&mut map, "linkinfo", json!({"info_slave_kind": "bridge"}));
        map
    };
    let ports: Vec<Map<String, Json>> = ports.map(port).collect();
    std::iter::once(bridge).chain(ports).collect()
}
