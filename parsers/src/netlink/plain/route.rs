//! `10.0.0.0/8 via 192.0.2.1 dev eth0 proto static metric 100` (ip/iproute.c:print_route).

use super::{set, value};
use crate::netlink::words::ROUTE_TYPES;
use serde_json::{Map, Value as Json, json};
use std::iter::Peekable;
use std::net::IpAddr;

/// RTNH_F_* and RTM_F_*.
const FLAGS: [&str; 11] = [
    "onlink",
    "linkdown",
    "dead",
    "pervasive",
    "offload",
    "trap",
    "notify",
    "unresolved",
    "rt_offload",
    "rt_trap",
    "rt_offload_failed",
];

/// The metrics of ip-route(8).
const METRICS: [&str; 16] = [
    "mtu",
    "window",
    "rtt",
    "rttvar",
    "ssthresh",
    "cwnd",
    "advmss",
    "reordering",
    "hoplimit",
    "initcwnd",
    "features",
    "rto_min",
    "initrwnd",
    "quickack",
    "congctl",
    "fastopen_no_cookie",
];

/// True for the words of a route.
pub(super) fn is_route(words: &[&str]) -> bool {
    let words = match words {
        [kind, rest @ ..] if ROUTE_TYPES.contains(kind) => rest,
        words => words,
    };
    let [dst, rest @ ..] = words else { return false };
    let known = |word: &&str| {
        matches!(*word, "dev" | "via" | "proto" | "metric" | "scope" | "table" | "nexthop" | "nhid")
    };
    is_destination(dst) && (rest.iter().any(known) || rest.is_empty())
}

fn is_destination(text: &str) -> bool {
    let ip = text.split_once('/').map_or(text, |(ip, _)| ip);
    text == "default" || ip.parse::<IpAddr>().is_ok()
}

/// A route with its next hops.
pub(super) fn read(text: &str) -> Option<Map<String, Json>> {
    let mut map = Map::new();
    let mut hops: Vec<Json> = Vec::new();
    // With `-o` the lines are joined by backslashes.
    let text = text.replace('\\', " ");
    let mut words = text.split_whitespace().peekable();
    if let Some(kind) = words.next_if(|word| ROUTE_TYPES.contains(word)) {
        set(&mut map, "type", kind);
    }
    let dst = words.next().filter(|dst| is_destination(dst))?;
    set(&mut map, "dst", dst);
    let mut metrics = Map::new();
    let mut is_v6 = dst.contains(':');
    while let Some(word) = words.next() {
        match word {
            "nexthop" => hops.push(json!({"flags": []})),
            "cache" => break,
            word if METRICS.contains(&word) => metric(word, &mut words, &mut metrics),
            "pref" => {
                is_v6 = true;
                set(&mut map, "pref", words.next()?);
            }
            word => {
                let hop = hops.last_mut().and_then(Json::as_object_mut);
                is_v6 |= hop_word(word, &mut words, hop.unwrap_or(&mut map), dst)?;
            }
        }
    }
    if !metrics.is_empty() {
        set(&mut map, "metrics", vec![Json::Object(metrics)]);
    }
    if !hops.is_empty() {
        set(&mut map, "nexthops", hops);
    }
    set(&mut map, "family", if is_v6 { "inet6" } else { "inet" });
    Some(map)
}

/// A word of a route or of one of its next hops; true where it tells that the route is one of IPv6.
fn hop_word<'t>(
    word: &str,
    words: &mut Peekable<impl Iterator<Item = &'t str>>,
    map: &mut Map<String, Json>,
    dst: &str,
) -> Option<bool> {
    match word {
        "via" => match words.next()? {
            family @ ("inet" | "inet6") => {
                set(map, "via", json!({"family": family, "host": words.next()?}));
                return Some(family == "inet");
            }
            gateway => {
                set(map, "gateway", gateway);
                return Some(gateway.contains(':'));
            }
        },
        "proto" => set(map, "protocol", words.next()?),
        "src" => {
            let source = words.next()?;
            set(map, "prefsrc", source);
            return Some(source.contains(':'));
        }
        "realm" | "realms" => {
            let realms = words.next()?;
            let (from, to) = realms.split_once('/').map_or((None, realms), |(from, to)| (Some(from), to));
            let mut flow = Map::new();
            from.into_iter().for_each(|from| set(&mut flow, "from", from));
            set(&mut flow, "to", to);
            set(map, "flow", flow);
        }
        "expires" => set(map, "expires", value(words.next()?.trim_end_matches("sec"))),
        // Why the route refuses packets follows from its type.
        "error" => drop(words.next()),
        "metric" | "weight" | "nhid" => set(map, word, value(words.next()?)),
        "dev" | "table" | "scope" | "tos" | "from" | "encap" => set(map, word, words.next()?),
        flag if FLAGS.contains(&flag) => {
            if let Json::Array(flags) = map.entry("flags").or_insert_with(|| json!([])) {
                flags.push(flag.into());
            }
        }
        // What a later release prints has a value, as nearly all has.
        other => {
            let text = words.next().unwrap_or(dst);
            set(map, other, text);
        }
    }
    Some(false)
}

/// `mtu lock 1400`
/// A time of one second or more as ip prints it, `1.5s`, or of less, `40ms` (`print_rta_metrics()`).
fn milliseconds(text: &str) -> Option<Json> {
    if let Some(number) = text.strip_suffix("ms") {
        return Some(value(number));
    }
    let (whole, rest) =
        text.strip_suffix('s').map(|number| number.split_once('.').unwrap_or((number, "")))?;
    let rest: u64 = format!("{rest:0<3}").get(..3)?.parse().ok()?;
    Some(Json::from(whole.parse::<u64>().ok()?.checked_mul(1000)?.checked_add(rest)?))
}

fn metric<'t>(
    name: &str,
    words: &mut Peekable<impl Iterator<Item = &'t str>>,
    metrics: &mut Map<String, Json>,
) {
    if words.next_if_eq(&"lock").is_some() {
        set(metrics, &format!("lock_{name}"), true);
    }
    if let Some(text) = words.next() {
        set(metrics, name, milliseconds(text).unwrap_or_else(|| value(text)));
    }
}
