//! The text of `ip -j` and `bridge -j`: JSON arrays of objects, one after the other, that tell by their keys
//! what they are; and the document that `netpivot capture` writes, in which the same objects stand by kind.

use super::snapshot::{
    EthtoolState, FdbState, LinkState, NamespaceState, NeighborState, RouteState, RuleState, Seen, Snapshot,
    VlanState,
};
use super::{captured, plain};
use crate::Context;
use netpivot_model::codes::netlink as codes;
use netpivot_model::coverage::Item;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::secret::HIDDEN;
use netpivot_model::source::{SourceId, Span};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

/// The key that tells a capture, with the version of the document.
pub(super) const MARK: &str = "netpivot-capture";
pub(super) const VERSION: u32 = 1;

/// What the objects of an array are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Link,
    Route,
    Rule,
    Neighbor,
    Fdb,
    Vlan,
    Ethtool,
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
    } else if has("dst") && (has("state") || has("proxy")) {
        Some(Kind::Neighbor)
    } else if has("dst") {
        Some(Kind::Route)
    } else {
        None
    }
}

/// True where bytes may be a state, by their first ones: these files may be larger than configuration is.
#[must_use]
pub fn may_be_state(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().starts_with(b"[{") || is_capture(bytes)
}

/// True where bytes are the start of a capture: all of a host's state, and not the output of one command.
#[must_use]
pub fn is_capture(bytes: &[u8]) -> bool {
    let start = bytes.trim_ascii_start().strip_prefix(b"{").map(<[u8]>::trim_ascii_start);
    start.and_then(|key| key.strip_prefix(b"\"")).is_some_and(|key| key.starts_with(MARK.as_bytes()))
}

/// True where a text is a capture, or begins as the output of `ip -j` or `bridge -j` does.
#[must_use]
pub fn looks_like(text: &str) -> bool {
    let start = text.trim_start();
    if !start.starts_with('[') {
        return is_capture(start.as_bytes());
    }
    let mut arrays = serde_json::Deserializer::from_str(text).into_iter::<Vec<&RawValue>>();
    let Some(Ok(first)) = arrays.next() else { return false };
    first.iter().map(|raw| raw.get()).find(|raw| *raw != "{}").is_none_or(|raw| kind_of(raw).is_some())
}

/// Takes the keys of WireGuard out; false where there are none.
pub fn hide_secrets(namespaces: &mut [NamespaceState]) -> bool {
    let mut hidden = false;
    let mut hide = |map: &mut serde_json::Map<String, serde_json::Value>| {
        for key in ["private_key", "preshared_key"] {
            if let Some(secret) = map.get_mut(key) {
                *secret = HIDDEN.into();
                hidden = true;
            }
        }
    };
    let links = namespaces.iter_mut().flat_map(|state| &mut state.links);
    for info in links.filter_map(|link| link.linkinfo.as_mut()) {
        hide(&mut info.info_data);
        let peers = info.info_data.get_mut("peers").and_then(serde_json::Value::as_array_mut);
        peers.into_iter().flatten().filter_map(serde_json::Value::as_object_mut).for_each(&mut hide);
    }
    hidden
}

/// Writes a capture: one object a line, so that a finding can name its line.
#[must_use]
pub fn write(namespaces: &[NamespaceState]) -> String {
    let mut text = format!("{{\"{MARK}\":{VERSION},\"namespaces\":[");
    for (n, state) in namespaces.iter().enumerate() {
        text.push_str(if n == 0 { "\n" } else { ",\n" });
        text.push_str("{\"name\":");
        text.push_str(&json(&state.name));
        list(&mut text, "links", &state.links);
        list(&mut text, "routes", &state.routes);
        list(&mut text, "rules", &state.rules);
        list(&mut text, "neighbors", &state.neighbors);
        list(&mut text, "fdb", &state.fdb);
        list(&mut text, "vlans", &state.vlans);
        list(&mut text, "ethtool", &state.ethtool);
        text.push_str(",\n\"sysctls\":");
        text.push_str(&json(&state.sysctls));
        if let Some(resolver) = &state.resolver {
            text.push_str(",\n\"resolver\":");
            text.push_str(&json(resolver));
        }
        list(&mut text, "unseen", &state.unseen);
        text.push('}');
    }
    text.push_str("\n]}\n");
    text
}

fn list<T: Serialize>(text: &mut String, name: &str, items: &[T]) {
    text.push_str(",\n\"");
    text.push_str(name);
    text.push_str("\":[");
    for (n, item) in items.iter().enumerate() {
        text.push_str(if n == 0 { "\n" } else { ",\n" });
        text.push_str(&json(item));
    }
    text.push(']');
}

fn json<T: Serialize>(item: &T) -> String {
    serde_json::to_string(item).expect("keys are texts and numbers finite")
}

/// Reads a text into the snapshots; what tells no namespace belongs to the first.
pub(super) fn read(source: SourceId, snapshots: &mut Vec<Snapshot>, cx: &mut Context) {
    let text = cx.sources.get(source).text.clone();
    if snapshots.is_empty() {
        snapshots.push(Snapshot::default());
    }
    if text.trim_start().starts_with('{') {
        return captured::read(&text, source, snapshots, cx);
    }
    let Some(snapshot) = snapshots.first_mut() else { return };
    if text.trim_start().starts_with('[') {
        return printed(&text, source, snapshot, cx);
    }
    for found in plain::read(&text, source, family(&cx.sources.get(source).path)) {
        object(&json(&found.object), found.kind, found.span, snapshot, cx);
    }
}

/// The family that a file's name tells, where it is the command that printed it: `ip_-6_rule_list`.
fn family(path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let has = |option: &str| name.split(['_', ' ']).any(|word| word == option);
    if has("-6") {
        Some("inet6")
    } else if has("-4") {
        Some("inet")
    } else {
        None
    }
}

/// Reads what `ip -j` and `bridge -j` printed.
fn printed(text: &str, source: SourceId, snapshot: &mut Snapshot, cx: &mut Context) {
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<Vec<&RawValue>>();
    loop {
        let start = stream.byte_offset();
        match stream.next() {
            None => return,
            Some(Ok(objects)) => objects.into_iter().for_each(|raw| {
                let at = offset(text, raw.get());
                let span = Span::new(source, at, at + raw.get().len());
                if raw.get() != "{}" {
                    told(raw.get(), span, snapshot, cx);
                }
            }),
            Some(Err(error)) => {
                let rest = text.get(start..).unwrap_or("");
                let from = start + (rest.len() - rest.trim_start().len());
                let message = format!("this is not what `ip -j` prints: {error}; what follows is not read");
                let span = Span::new(source, from, line_end(text, from));
                let help = "save the output of `ip -j -d address`, `ip -j route show table all`, `ip -j rule`, \
                            `bridge -j vlan` again, as it is";
                cx.report(Diagnostic::new(&codes::NOT_IP_JSON, message).at(span).help(help));
                return;
            }
        }
    }
}

/// Where a part of a text begins in it.
pub(super) fn offset(text: &str, part: &str) -> usize {
    part.as_ptr().addr() - text.as_ptr().addr()
}

pub(super) fn line_end(text: &str, from: usize) -> usize {
    text.get(from..).and_then(|rest| rest.find('\n')).map_or(text.len(), |length| from + length)
}

/// An object that tells by its keys what it is.
fn told(raw: &str, span: Span, snapshot: &mut Snapshot, cx: &mut Context) {
    let Some(kind) = kind_of(raw) else {
        let message = "this object is none that `ip -j` or `bridge -j` prints for links, addresses, routes, rules, \
                       neighbours, forwarding entries or VLANs";
        let help = "leave it out, or see whether the file is of another command";
        cx.report(Diagnostic::new(&codes::NOT_IP_JSON, message).at(span).help(help));
        return;
    };
    object(raw, kind, span, snapshot, cx);
}

pub(super) fn object(raw: &str, kind: Kind, span: Span, snapshot: &mut Snapshot, cx: &mut Context) {
    let key = match kind {
        Kind::Link => push(raw, span, &mut snapshot.links, cx),
        Kind::Route => push(raw, span, &mut snapshot.routes, cx),
        Kind::Rule => {
            let key = push(raw, span, &mut snapshot.rules, cx);
            if let (Some(_), Some(rule)) = (&key, snapshot.rules.last_mut()) {
                invert(&mut rule.item);
            }
            key
        }
        Kind::Neighbor => push(raw, span, &mut snapshot.neighbors, cx),
        Kind::Fdb => push(raw, span, &mut snapshot.fdb, cx),
        Kind::Vlan => push(raw, span, &mut snapshot.vlans, cx),
        Kind::Ethtool => push(raw, span, &mut snapshot.ethtool, cx),
    };
    cx.items.extend(key.map(|key| item(kind, raw, span, key)));
}

/// What people call an object of a state.
pub(super) trait Named {
    fn name(&self) -> String;
}

macro_rules! named {
    ($($state:ident: $what:literal $field:ident),* $(,)?) => {
        $(impl Named for $state {
            fn name(&self) -> String {
                format!(concat!($what, " {}"), self.$field)
            }
        })*
    };
}

named! {
    LinkState: "link" ifname,
    RouteState: "route" dst,
    RuleState: "rule" priority,
    NeighborState: "neighbour" dst,
    FdbState: "forwarding entry" mac,
    VlanState: "VLANs of" ifname,
}

impl Named for EthtoolState {
    fn name(&self) -> String {
        format!("settings of {}", self.links.join(", "))
    }
}

/// FIB_RULE_INVERT, printed as null.
pub(super) fn invert(rule: &mut RuleState) {
    rule.inverted = rule.other.shift_remove("not").is_some();
}

pub(super) fn item(kind: Kind, raw: &str, span: Span, key: String) -> Item {
    // Keys of WireGuard stand among the settings of its link.
    let secret =
        kind == Kind::Link && ["private_key\"", "preshared_key\""].iter().any(|key| raw.contains(key));
    Item { span, owner: None, section: None, key, value: String::new(), secret }
}

fn push<T: DeserializeOwned + Named>(
    raw: &str,
    span: Span,
    list: &mut Vec<Seen<T>>,
    cx: &mut Context,
) -> Option<String> {
    match serde_json::from_str::<T>(raw) {
        Ok(item) => {
            let key = item.name();
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
