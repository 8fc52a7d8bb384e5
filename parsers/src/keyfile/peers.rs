//! `[wireguard-peer.PUBLICKEY]` (keyfile.md 11.1).

use super::lex::Group;
use super::profile::Profile;
use netpivot_model::codes::keyfile as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::link::LinkKind;
use netpivot_model::network::Weight;
use netpivot_model::reflect::{FieldMut, Node};
use netpivot_model::source::{At, Origin};
use netpivot_model::vocabulary::keyfile::{self as vocabulary, WIREGUARD_PEER};
use netpivot_model::vocabulary::wireguard::is_key;
use netpivot_model::wireguard::Peer;

/// Reads a peer's group.
pub(super) fn read(profile: &mut Profile<'_>, group: &Group<'_>, public_key: &str) {
    let kind = profile.link().kind.value.word();
    let why = if kind != "wireguard" {
        Some(format!("has no effect in a profile of type {kind}"))
    } else if !is_key(public_key) {
        Some("is dropped: the name after the dot is no public key in base64 of 44 characters".to_owned())
    } else {
        None
    };
    if let Some(why) = why {
        let mut finding = Diagnostic::new(&codes::FOREIGN_GROUP, format!("[{}] {why}", group.name))
            .at(group.span)
            .help("mend the group's name, or remove the group");
        finding.labels.extend(group.entries.iter().map(|e| e.span));
        profile.cx.report(finding);
        return profile.keep(group, Weight::Idle, "");
    }
    let mut peer = Peer { public_key: Some(At::new(public_key.to_owned(), group.span)), ..Peer::default() };
    let rows = vocabulary::group(WIREGUARD_PEER).expect("a group of the table");
    for entry in &group.entries {
        let Some((row, _)) = rows.row(entry.key) else { continue };
        let name = row.path.names().last().unwrap_or("");
        let Some(FieldMut::Leaf(leaf)) = peer.field_mut(name) else { continue };
        let expected = match row.codec.read(entry.raw) {
            Ok(value) => leaf.set(&networks(value), Origin::at(entry.span)).err().map(|e| e.expected),
            Err(refused) => Some(refused.0.into()),
        };
        if let Some(expected) = expected {
            profile.bad(entry, row.group, &expected);
        }
    }
    if let LinkKind::Wireguard(wireguard) = &mut profile.link().kind.value {
        wireguard.peers.push(peer);
    }
}

/// Addresses without a prefix length are hosts.
fn networks(value: netpivot_model::value::Value) -> netpivot_model::value::Value {
    use netpivot_model::value::Value;
    let Value::List(items) = value else { return value };
    let host = |item: Value| match item.as_text().and_then(|t| t.parse::<std::net::IpAddr>().ok()) {
        Some(address) => Value::text(ipnet::IpNet::from(address).to_string()),
        None => item,
    };
    Value::List(items.into_iter().map(host).collect())
}
