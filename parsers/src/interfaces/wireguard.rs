//! The file with keys and peers that ifupdown-ng's executor `wireguard` hands to `wg setconf` (wg(8), "CONFIGURATION FILE
//! FORMAT"; `config.c` of wireguard-tools).

use super::codes;
use crate::{Context, Tree};
use ipnet::IpNet;
use netpivot_model::coverage::Item;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::network::Network;
use netpivot_model::reflect::{FieldMut, Node};
use netpivot_model::source::{Origin, SourceId, Span};
use netpivot_model::value::Value;
use netpivot_model::vocabulary::wireguard::{INTERFACE, OF_INTERFACE, OF_PEER, PEER, file, is_key};
use netpivot_model::wireguard::{Peer, Wireguard};
use std::net::IpAddr;

/// The option that names another file.
const OPTION: &str = "wireguard-config-path";

/// Reads the files of the links that the executor makes.
pub(super) fn read(tree: &dyn Tree, network: &mut Network, cx: &mut Context) {
    let links: Vec<LinkId> = network.links().map(|(id, _)| id).collect();
    for id in links {
        let link = network.link(id);
        let Some(by) = executor(link, cx) else { continue };
        let said = network.leftovers.iter().position(|kept| kept.owner == Some(id) && kept.key == OPTION);
        let path = match said {
            Some(n) => network.leftovers[n].value.clone(),
            None => file(link.label()),
        };
        if !tree.exists(&path) {
            let message = format!(
                "the keys and peers of `{}` stand in `{path}`, which was not given, so the output has none of them",
                link.label()
            );
            cx.report(
                Diagnostic::new(&codes::WIREGUARD, message)
                    .at(by)
                    .help("give the host's files with `--root`, or add keys and peers to what is written"),
            );
            continue;
        }
        let Some(source) = cx.read(tree, &path) else { continue };
        let text = cx.sources.get(source).text.clone();
        match settings(source, &text, id, cx) {
            Ok(read) => {
                let option = said.map(|n| network.leftovers.remove(n).origin);
                let kind = &mut network.link_mut(id).kind;
                kind.origin.merge(&option.unwrap_or_else(Origin::default_value));
                if let LinkKind::Wireguard(wireguard) = &mut kind.value {
                    **wireguard = read;
                }
            }
            Err(refused) => cx.report(*refused),
        }
    }
}

/// The place that makes the executor run: `use wireguard`, or the option itself.
fn executor(link: &Link, cx: &Context) -> Option<Span> {
    let span = link.kind.origin.span().filter(|_| matches!(link.kind.value, LinkKind::Wireguard(_)))?;
    let word = cx.sources.text(span).split_ascii_whitespace().next()?;
    matches!(word, "use" | OPTION).then_some(span)
}

/// Reads the file. Where wg(8) does not take a line it takes none at all.
fn settings(
    source: SourceId,
    text: &str,
    owner: LinkId,
    cx: &mut Context,
) -> Result<Wireguard, Box<Diagnostic>> {
    let mut wireguard = Wireguard::default();
    let mut section = "";
    let mut refused: Option<Box<Diagnostic>> = None;
    let mut at = 0;
    for raw in text.split_inclusive('\n') {
        let start = at + (raw.len() - raw.trim_start().len());
        at += raw.len();
        let content = raw.split('#').next().unwrap_or_default().trim();
        if content.is_empty() {
            continue;
        }
        let span = Span::new(source, start, start + content.len());
        if let Some(found) = [INTERFACE, PEER].iter().find(|name| is_heading(content, name)) {
            section = found;
            if section == PEER {
                wireguard.peers.push(Peer::default());
            }
            continue;
        }
        let (key, value) = content.split_once('=').unwrap_or((content, ""));
        let (key, value) = (key.trim(), value.trim());
        let keys: &[(&str, &str)] = match section {
            INTERFACE => &OF_INTERFACE,
            PEER => &OF_PEER,
            _ => &[],
        };
        let found = keys.iter().find(|(known, _)| known.eq_ignore_ascii_case(key));
        cx.items.push(Item {
            span,
            owner: Some(owner),
            section: Some(section.to_owned()),
            key: key.to_owned(),
            value: value.to_owned(),
            // A line that nobody knows may be a key, too.
            secret: found.is_none_or(|(known, _)| matches!(*known, "PrivateKey" | "PresharedKey")),
        });
        let done = found.is_some_and(|(_, field)| match (section, wireguard.peers.last_mut()) {
            (PEER, Some(peer)) => set(peer, field, value, span),
            _ => set(&mut wireguard, field, value, span),
        });
        if !done {
            let message = format!(
                "wg(8) does not take `{key}` with its value here, so it sets up nothing of the file, and the output has no keys \
                 and peers"
            );
            let first = refused.get_or_insert_with(|| {
                let help =
                    "correct the line; what wg-quick(8) alone reads (Address, DNS …) goes into the stanza";
                Box::new(Diagnostic::new(&codes::WIREGUARD, message).help(help))
            });
            first.labels.push(span);
        }
    }
    match refused {
        None => Ok(wireguard),
        Some(refused) => {
            // Of the others the finding need not speak line by line.
            cx.items.retain(|item| item.span.source != source || refused.labels.contains(&item.span));
            Err(refused)
        }
    }
}

fn is_heading(text: &str, name: &str) -> bool {
    let inner = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inner.is_some_and(|inner| inner.trim().eq_ignore_ascii_case(name))
}

/// Stores a value; false where wg(8) refuses it.
fn set(node: &mut dyn Node, field: &'static str, text: &str, span: Span) -> bool {
    let value = match field {
        "private_key" | "public_key" | "preshared_key" => is_key(text).then(|| Value::text(text.to_owned())),
        "listen_port" | "persistent_keepalive" | "fwmark" => number(field, text).map(Value::Int),
        "allowed_ips" => networks(text).map(Value::List),
        _ => (!text.is_empty()).then(|| Value::text(text.to_owned())),
    };
    let (Some(value), Some(FieldMut::Leaf(leaf))) = (value, node.field_mut(field)) else { return false };
    let value = match (leaf.value(), value) {
        (Some(Value::List(mut before)), Value::List(more)) => {
            before.extend(more);
            Value::List(before)
        }
        (_, value) => value,
    };
    let mut origin = Origin::at(span);
    leaf.origins(&mut |before| origin.merge(before));
    leaf.set(&value, origin).is_ok()
}

/// Numbers, `off` for 0; a mark may be hexadecimal.
fn number(field: &str, text: &str) -> Option<i64> {
    match text.strip_prefix("0x").filter(|_| field == "fwmark") {
        Some(digits) => i64::from_str_radix(digits, 16).ok(),
        None if text == "off" && field != "listen_port" => Some(0),
        None => text.parse().ok(),
    }
}

/// Networks with commas between them; an address alone is a host.
fn networks(text: &str) -> Option<Vec<Value>> {
    let one = |word: &str| {
        let net = word.parse().ok().or_else(|| word.parse::<IpAddr>().ok().map(IpNet::from));
        net.map(|net: IpNet| Value::text(net.to_string()))
    };
    text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(one).collect()
}
