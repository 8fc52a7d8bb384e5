//! The text of `ip -j` and `bridge -j`: JSON arrays of objects, one after the other, that tell by their keys
//! what they are.

use super::snapshot::{Seen, Snapshot};
use crate::Context;
use netpivot_model::codes::netlink as codes;
use netpivot_model::coverage::Item;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::source::{SourceId, Span};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

/// What the objects of an array are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Link,
    Route,
    Rule,
    Neighbor,
    Fdb,
    Vlan,
}

/// What an object is, by the keys that only its command prints.
fn kind_of(object: &str) -> Option<Kind> {
    let keys: serde_json::Map<String, serde_json::Value> = serde_json::from_str(object).ok()?;
    let has = |key: &str| keys.contains_key(key);
    if has("vlans") && has("ifname") {
        Some(Kind::Vlan)
    } else if has("mac") && (has("ifname") || has("dev")) {
        Some(Kind::Fdb)
    } else if has("ifname") {
        Some(Kind::Link)
    } else if has("priority") {
        Some(Kind::Rule)
    } else if has("dst") && has("state") {
        Some(Kind::Neighbor)
    } else if has("dst") {
        Some(Kind::Route)
    } else {
        None
    }
}

/// True where a text begins as the output of `ip -j` or `bridge -j` does.
pub(super) fn looks_like(text: &str) -> bool {
    let mut arrays = serde_json::Deserializer::from_str(text).into_iter::<Vec<&RawValue>>();
    let Some(Ok(first)) = arrays.next() else { return false };
    first.iter().map(|raw| raw.get()).find(|raw| *raw != "{}").is_none_or(|raw| kind_of(raw).is_some())
}

/// Reads a text into the snapshot.
pub(super) fn read(source: SourceId, snapshot: &mut Snapshot, cx: &mut Context) {
    let text = cx.sources.get(source).text.clone();
    let mut stream = serde_json::Deserializer::from_str(&text).into_iter::<Vec<&RawValue>>();
    loop {
        let start = stream.byte_offset();
        match stream.next() {
            None => return,
            Some(Ok(objects)) => objects.into_iter().for_each(|raw| {
                let at = offset(&text, raw.get());
                let span = Span::new(source, at, at + raw.get().len());
                if raw.get() != "{}" {
                    object(raw.get(), span, snapshot, cx);
                }
            }),
            Some(Err(error)) => {
                let rest = text.get(start..).unwrap_or("");
                let from = start + (rest.len() - rest.trim_start().len());
                let message = format!("this is not what `ip -j` prints: {error}; what follows is not read");
                let span = Span::new(source, from, line_end(&text, from));
                let help = "save the output of `ip -j -d address`, `ip -j route show table all`, `ip -j rule`, \
                            `bridge -j vlan` again, as it is";
                cx.report(Diagnostic::new(&codes::NOT_IP_JSON, message).at(span).help(help));
                return;
            }
        }
    }
}

/// Where a part of a text begins in it.
fn offset(text: &str, part: &str) -> usize {
    part.as_ptr().addr() - text.as_ptr().addr()
}

fn line_end(text: &str, from: usize) -> usize {
    text.get(from..).and_then(|rest| rest.find('\n')).map_or(text.len(), |length| from + length)
}

fn object(raw: &str, span: Span, snapshot: &mut Snapshot, cx: &mut Context) {
    let Some(kind) = kind_of(raw) else {
        let message = "this object is none that `ip -j` or `bridge -j` prints for links, addresses, routes, rules, \
                       neighbours, forwarding entries or VLANs";
        let help = "leave it out, or see whether the file is of another command";
        cx.report(Diagnostic::new(&codes::NOT_IP_JSON, message).at(span).help(help));
        return;
    };
    let key = match kind {
        Kind::Link => push(raw, span, &mut snapshot.links, cx, |l| format!("link {}", l.ifname)),
        Kind::Route => push(raw, span, &mut snapshot.routes, cx, |r| format!("route {}", r.dst)),
        Kind::Rule => {
            let key = push(raw, span, &mut snapshot.rules, cx, |r| format!("rule {}", r.priority));
            if let (Some(_), Some(rule)) = (&key, snapshot.rules.last_mut()) {
                rule.item.inverted = rule.item.other.shift_remove("not").is_some();
            }
            key
        }
        Kind::Neighbor => push(raw, span, &mut snapshot.neighbors, cx, |n| format!("neighbour {}", n.dst)),
        Kind::Fdb => push(raw, span, &mut snapshot.fdb, cx, |f| format!("forwarding entry {}", f.mac)),
        Kind::Vlan => push(raw, span, &mut snapshot.vlans, cx, |v| format!("VLANs of {}", v.ifname)),
    };
    if let Some(key) = key {
        cx.items.push(Item { span, owner: None, section: None, key, value: String::new(), secret: false });
    }
}

fn push<T: DeserializeOwned>(
    raw: &str,
    span: Span,
    list: &mut Vec<Seen<T>>,
    cx: &mut Context,
    name: impl Fn(&T) -> String,
) -> Option<String> {
    match serde_json::from_str::<T>(raw) {
        Ok(item) => {
            let key = name(&item);
            list.push(Seen { item, span });
            Some(key)
        }
        Err(error) => {
            let message = format!("this object is not as `ip -j` prints it: {error}; it is left out");
            let help = "save the command's output again, as it is";
            cx.report(Diagnostic::new(&codes::NOT_IP_JSON, message).at(span).help(help));
            None
        }
    }
}
