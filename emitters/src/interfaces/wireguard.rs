//! WireGuard for ifupdown-ng: the executor `wireguard` makes the link and hands a file of wg(8) to it.

use super::kind::first;
use super::{Job, Sheet, codes, link_fact};
use crate::OutputFile;
use netpivot_model::dialect::INTERFACES;
use netpivot_model::link::LinkId;
use netpivot_model::path::FieldPath;
use netpivot_model::reflect::{FieldRef, Node};
use netpivot_model::secret::HIDDEN;
use netpivot_model::value::Value;
use netpivot_model::vocabulary::wireguard::{INTERFACE, OF_INTERFACE, OF_PEER, PEER, file};
use netpivot_model::wireguard::Wireguard;
use std::fmt::Write as _;

impl Job<'_> {
    pub(super) fn wireguard(&mut self, id: LinkId, name: &str, wireguard: &Wireguard, sheet: &mut Sheet) {
        first(sheet).option("use", "wireguard");
        let mut text = self.section(INTERFACE, &OF_INTERFACE, wireguard);
        for peer in &wireguard.peers {
            text.push('\n');
            text.push_str(&self.section(PEER, &OF_PEER, peer));
        }
        let fact = link_fact(id, FieldPath::parse("wireguard.peer_routes"));
        let why = "ifupdown-ng adds no routes to the networks of peers";
        self.cx.cannot(fact, &codes::SETTING, why, Some("add a route for each network of a peer".to_owned()));
        let flags =
            std::iter::once((&wireguard.private_key_flags, FieldPath::parse("wireguard.private_key_flags")))
                .chain((0..).zip(&wireguard.peers).map(|(index, peer)| {
                    let mut path = FieldPath::parse("wireguard.peers.preshared_key_flags");
                    path.index = index;
                    (&peer.preshared_key_flags, path)
                }));
        for (flags, path) in flags {
            match flags {
                // The file holds the key, as the profile does.
                Some(at) if at.value.get() == 0 => self.cx.otherwise(link_fact(id, path), "keys-in-the-file"),
                Some(_) => self.cx.cannot(
                    link_fact(id, path),
                    &codes::SETTING,
                    "wg(8) has keys from its file alone",
                    Some("write the key into the file".to_owned()),
                ),
                None => {}
            }
        }
        // Of a file that was not given nothing is known: an empty one would take its place.
        if self.network.dialect_of(id).format == INTERFACES && *wireguard == Wireguard::default() {
            return;
        }
        self.link_files.push(OutputFile {
            path: file(name),
            mode: 0o600,
            text,
            has_secrets: true,
            link_to: None,
            reads_as: None,
        });
    }

    fn section(&self, title: &str, keys: &[(&str, &str)], node: &dyn Node) -> String {
        let mut out = format!("[{title}]\n");
        for (key, field) in keys {
            let Some(FieldRef::Leaf(leaf)) = node.field(field) else { continue };
            let Some(value) = leaf.value().filter(|_| leaf.is_said()) else { continue };
            let text = match value {
                Value::Secret(secret) if self.cx.reveal_secrets => secret.reveal().to_owned(),
                Value::Secret(_) => HIDDEN.to_owned(),
                Value::List(items) => items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
                Value::Bool(_) | Value::Int(_) | Value::Text(_) | Value::Map(_) => value.to_string(),
            };
            let _ = writeln!(out, "{key} = {text}");
        }
        out
    }
}
