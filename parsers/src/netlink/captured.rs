//! The document of `netpivot capture`, read.

use super::cursor::Cursor;
use super::document::{Kind, MARK, Named, VERSION, invert, item, line_end, object, offset};
use super::snapshot::{Seen, Snapshot};
use crate::Context;
use netpivot_model::codes::netlink as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::source::{SourceId, Span};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Reads a capture; what tells no namespace belongs to the first snapshot.
pub(super) fn read(text: &str, source: SourceId, snapshots: &mut Vec<Snapshot>, cx: &mut Context) {
    match whole(text, source) {
        Some(namespaces) => namespaces.into_iter().for_each(|one| one.put_into(snapshots, text, cx)),
        None => captured(text, source, snapshots, cx),
    }
}

/// Reads a capture in which all is as it should be, each object once. `None` for any other, of which [`captured`] tells what is
/// wrong with it and reads the rest.
fn whole(text: &str, source: SourceId) -> Option<Vec<Snapshot>> {
    let mut cursor = Cursor::new(source, text);
    let mut version = None;
    let mut namespaces = None;
    cursor.object(|cursor, key| match key {
        MARK => cursor.value::<u32>().map(|seen| version = Some(seen.item)),
        "namespaces" => {
            let list = namespaces.insert(Vec::new());
            cursor.array(|cursor| namespace(cursor).map(|one| list.push(one)))
        }
        _ => None,
    })?;
    let mut namespaces: Vec<Snapshot> = namespaces?;
    if let [alone] = namespaces.as_mut_slice() {
        alone.name = None;
    }
    (version == Some(VERSION) && cursor.is_at_end()).then_some(namespaces)
}

fn namespace(cursor: &mut Cursor<'_>) -> Option<Snapshot> {
    let mut one = Snapshot::default();
    cursor.object(|cursor, key| match key {
        "name" => cursor.value().map(|name| one.name = Some(name)),
        "links" => cursor.list(&mut one.links),
        "routes" => cursor.list(&mut one.routes),
        "rules" => {
            cursor.list(&mut one.rules)?;
            one.rules.iter_mut().for_each(|rule| invert(&mut rule.item));
            Some(())
        }
        "neighbors" => cursor.list(&mut one.neighbors),
        "fdb" => cursor.list(&mut one.fdb),
        "vlans" => cursor.list(&mut one.vlans),
        "ethtool" => cursor.list(&mut one.ethtool),
        "sysctls" => cursor
            .object(|cursor, name| cursor.value().map(|value| one.sysctls.push((name.to_owned(), value)))),
        "resolver" => cursor.value().map(|resolver| one.resolver = Some(resolver)),
        "unseen" => cursor.list(&mut one.unseen),
        _ => None,
    })?;
    one.name = Some(one.name?).filter(|name| !name.item.is_empty());
    Some(one)
}

impl Snapshot {
    /// Adds the state of a namespace; that of the host itself belongs to what other files tell of it.
    fn put_into(mut self, snapshots: &mut Vec<Snapshot>, text: &str, cx: &mut Context) {
        if !cx.is_without_account {
            self.items(text, cx);
        }
        let Some(host) = snapshots.first_mut().filter(|_| self.name.is_none()) else {
            return snapshots.push(self);
        };
        host.links.append(&mut self.links);
        host.routes.append(&mut self.routes);
        host.rules.append(&mut self.rules);
        host.neighbors.append(&mut self.neighbors);
        host.fdb.append(&mut self.fdb);
        host.vlans.append(&mut self.vlans);
        host.ethtool.append(&mut self.ethtool);
        host.sysctls.append(&mut self.sysctls);
        host.resolver = self.resolver.or(host.resolver.take());
        host.unseen.append(&mut self.unseen);
    }

    /// Lists all objects for the account of the input.
    fn items(&self, text: &str, cx: &mut Context) {
        let mut list = |kind, span: Span, key| {
            let raw = text.get(span.start as usize..span.end as usize).unwrap_or_default();
            cx.items.push(item(kind, raw, span, key));
        };
        self.links.iter().for_each(|seen| list(Kind::Link, seen.span, seen.item.name()));
        self.routes.iter().for_each(|seen| list(Kind::Route, seen.span, seen.item.name()));
        self.rules.iter().for_each(|seen| list(Kind::Rule, seen.span, seen.item.name()));
        self.neighbors.iter().for_each(|seen| list(Kind::Neighbor, seen.span, seen.item.name()));
        self.fdb.iter().for_each(|seen| list(Kind::Fdb, seen.span, seen.item.name()));
        self.vlans.iter().for_each(|seen| list(Kind::Vlan, seen.span, seen.item.name()));
        self.ethtool.iter().for_each(|seen| list(Kind::Ethtool, seen.span, seen.item.name()));
    }
}

/// Reads a capture. One namespace alone is read as a host of its own, whatever its name is.
fn captured(text: &str, source: SourceId, snapshots: &mut Vec<Snapshot>, cx: &mut Context) {
    let document = match serde_json::from_str::<Captured<'_>>(text) {
        Ok(document) if document.version == VERSION => document,
        Ok(document) => {
            let message =
                format!("this capture has version {}, and this release reads {VERSION}", document.version);
            let help = "read it with the release of netpivot that wrote it, or a later one";
            let span = Span::new(source, 0, line_end(text, 0));
            return cx.report(Diagnostic::new(&codes::NOT_IP_JSON, message).at(span).help(help));
        }
        Err(error) => {
            let at = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
            let message = format!("this is no capture: {error}");
            let help = "write it again with `netpivot capture -o FILE`";
            let span = Span::new(source, at, line_end(text, at));
            return cx.report(Diagnostic::new(&codes::NOT_IP_JSON, message).at(span).help(help));
        }
    };
    let is_alone = document.namespaces.len() == 1;
    for namespace in document.namespaces {
        let place = |raw: &RawValue| {
            let at = offset(text, raw.get());
            Span::new(source, at, at + raw.get().len())
        };
        let plain = |raw: &RawValue| serde_json::from_str::<String>(raw.get()).unwrap_or_default();
        let name = Seen { item: plain(namespace.name), span: place(namespace.name) };
        let is_own = is_alone || name.item.is_empty();
        if !is_own {
            snapshots.push(Snapshot { name: Some(name), ..Snapshot::default() });
        }
        let found = if is_own { snapshots.first_mut() } else { snapshots.last_mut() };
        let Some(snapshot) = found else { continue };
        let kinds = [
            (Kind::Link, namespace.links),
            (Kind::Route, namespace.routes),
            (Kind::Rule, namespace.rules),
            (Kind::Neighbor, namespace.neighbors),
            (Kind::Fdb, namespace.fdb),
            (Kind::Vlan, namespace.vlans),
            (Kind::Ethtool, namespace.ethtool),
        ];
        for (kind, objects) in kinds {
            objects.into_iter().for_each(|raw| object(raw.get(), kind, place(raw), snapshot, cx));
        }
        for (key, raw) in namespace.sysctls {
            snapshot.sysctls.push((key, Seen { item: plain(raw), span: place(raw) }));
        }
        if let Some(raw) = namespace.resolver {
            match serde_json::from_str(raw.get()) {
                Ok(item) => snapshot.resolver = Some(Seen { item, span: place(raw) }),
                Err(error) => {
                    let message = format!("these are no name servers: {error}");
                    let help = "write the capture again with `netpivot capture --with-dns -o FILE`";
                    cx.report(Diagnostic::new(&codes::NOT_IP_JSON, message).at(place(raw)).help(help));
                }
            }
        }
        snapshot
            .unseen
            .extend(namespace.unseen.iter().map(|raw| Seen { item: plain(raw), span: place(raw) }));
    }
}

/// A capture. A key that is not here belongs to a later release.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Captured<'t> {
    #[serde(rename = "netpivot-capture")]
    version: u32,
    #[serde(borrow)]
    namespaces: Vec<CapturedNamespace<'t>>,
}

/// A namespace of a capture.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CapturedNamespace<'t> {
    #[serde(borrow)]
    name: &'t RawValue,
    #[serde(borrow, default)]
    links: Vec<&'t RawValue>,
    #[serde(borrow, default)]
    routes: Vec<&'t RawValue>,
    #[serde(borrow, default)]
    rules: Vec<&'t RawValue>,
    #[serde(borrow, default)]
    neighbors: Vec<&'t RawValue>,
    #[serde(borrow, default)]
    fdb: Vec<&'t RawValue>,
    #[serde(borrow, default)]
    vlans: Vec<&'t RawValue>,
    #[serde(borrow, default)]
    ethtool: Vec<&'t RawValue>,
    #[serde(borrow, default)]
    sysctls: BTreeMap<String, &'t RawValue>,
    #[serde(borrow, default)]
    resolver: Option<&'t RawValue>,
    #[serde(borrow, default)]
    unseen: Vec<&'t RawValue>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{"netpivot-capture":1,"namespaces":[
{"name":"","links":[{"ifname":"eth0","mtu":1500},{"ifname":"eth1"}],"routes":[{"dst":"default","dev":"eth0"}],
"rules":[{"priority":7,"not":null}],"neighbors":[],"fdb":[],"vlans":[],"sysctls":{"net.ipv4.ip_forward":"1"},"unseen":["rules"]},
{"name":"blue","links":[{"ifname":"lo"}]}
]}
"#;

    /// All of the snapshots that one of the readers makes, and the items.
    fn read_by(read: fn(&str, SourceId, &mut Vec<Snapshot>, &mut Context), text: &str) -> (String, Context) {
        let (mut snapshots, mut cx) = (vec![Snapshot::default()], Context::default());
        let source = cx.sources.add("capture.json", text.to_owned());
        read(text, source, &mut snapshots, &mut cx);
        (format!("{snapshots:#?} {:#?}", cx.items), cx)
    }

    fn at_once(text: &str, source: SourceId, snapshots: &mut Vec<Snapshot>, cx: &mut Context) {
        whole(text, source).unwrap().into_iter().for_each(|one| one.put_into(snapshots, text, cx));
    }

    #[test]
    fn both_readers_see_the_same() {
        for text in
            [TEXT.to_owned(), TEXT.replace(',', " ,\n\t"), TEXT.replace(r#","sysctls""#, r#","sysctls" "#)]
        {
            let ((once, _), (twice, cx)) = (read_by(at_once, &text), read_by(captured, &text));
            assert_eq!(once, twice);
            assert!(once.contains("blue") && once.contains("inverted: true") && cx.diagnostics.is_empty());
        }
    }

    #[test]
    fn what_is_amiss_is_left_to_the_reader_that_tells_it() {
        let source = Context::default().sources.add("capture.json", String::new());
        let wrong = [
            TEXT.replace(r#""mtu":1500"#, r#""mtu":"large""#),
            TEXT.replace(r#""name":"blue","#, ""),
            TEXT.replace("\"links\"", "\"liks\""),
            TEXT.replace("capture\":1", "capture\":2"),
            TEXT.replace("]}\n", "]}}"),
            TEXT.replace("]}\n", "]"),
            r#"{"netpivot-capture":1}"#.to_owned(),
        ];
        for text in wrong {
            assert!(whole(&text, source).is_none(), "{text}");
        }
    }
}
