//! The model as JSON: what `-t json` writes, `-f json` reads and `show --json` prints.
//!
//! Both directions go over the model's own declaration ([`crate::reflect`]), so a new field needs nothing
//! here. Reading gives each setting the span it has in the JSON text; `parsers/src/json` hands in the syntax.

use crate::dialect::Dialect;
use crate::link::LinkId;
use crate::network::{EntryKind, Leftover, Network, Weight};
use crate::reflect::{FieldRef, Node};
use crate::secret::{HIDDEN, redact};
use crate::value::Value;
use serde_json::{Map, Value as Json};
use std::borrow::Cow;

/// The version of the form, in the key `netpivot`.
pub const VERSION: i64 = 1;

/// Where the model stands in a file set.
pub const PATH: &str = "/netpivot.json";

/// The network as JSON text.
#[must_use]
pub fn to_text(network: &Network, reveal: bool) -> String {
    format!("{:#}\n", to_json(network, reveal))
}

/// True where the network holds a secret.
#[must_use]
pub fn has_secrets(network: &Network) -> bool {
    let hides = |text: &str| matches!(redact(text), Cow::Owned(_));
    let mut found = network.leftovers.iter().any(|l| l.secret || hides(&l.value));
    crate::facts::visit(network, &mut |_, seen| {
        found |= matches!(&seen, crate::path::Seen::Leaf(leaf) if leaf.is_secret())
            || crate::facts::value_of(&seen).is_some_and(|value| value.as_text().is_some_and(hides));
    });
    found
}

/// The network as JSON; secrets are `<hidden>` unless they are to be revealed.
#[must_use]
pub fn to_json(network: &Network, reveal: bool) -> Json {
    let Network { dialect, links, leftovers, own_dialects, .. } = network;
    let mut out = Map::new();
    out.insert("netpivot".to_owned(), VERSION.into());
    out.insert("dialect".to_owned(), dialect.to_string().into());
    let links = (0u32..).map(LinkId).zip(links).map(|(id, link)| {
        let mut object = node(link, reveal);
        if let Some(own) = own_dialects.get(&id) {
            object.insert("dialect".to_owned(), own.to_string().into());
        }
        Json::Object(object)
    });
    out.insert("links".to_owned(), links.collect());
    let mut add = |name: &str, list: Vec<Json>| {
        if !list.is_empty() {
            out.insert(name.to_owned(), list.into());
        }
    };
    for kind in EntryKind::ALL {
        let mut list = Vec::new();
        network.visit_entries(*kind, &mut |_, owner, item| {
            let mut object = Map::new();
            owner_of(owner, &mut object);
            object.extend(node(item, reveal));
            list.push(Json::Object(object));
        });
        add(kind.list_name(), list);
    }
    add("leftovers", leftovers.iter().map(|l| leftover(l, reveal)).collect());
    Json::Object(out)
}

fn owner_of(owner: Option<LinkId>, object: &mut Map<String, Json>) {
    if let Some(id) = owner {
        object.insert("owner".to_owned(), id.0.into());
    }
}

fn leftover(leftover: &Leftover, reveal: bool) -> Json {
    let Leftover { owner, section, key, value, secret, weight, meaning, origin: _ } = leftover;
    let mut object = Map::new();
    owner_of(*owner, &mut object);
    if let Some(section) = section {
        object.insert("section".to_owned(), section.as_str().into());
    }
    object.insert("key".to_owned(), key.as_str().into());
    let shown = match (reveal, secret) {
        (true, _) => value.as_str().into(),
        (false, true) => HIDDEN.into(),
        (false, false) => redact(value),
    };
    object.insert("value".to_owned(), shown.into_owned().into());
    if *secret {
        object.insert("secret".to_owned(), true.into());
    }
    object.insert("weight".to_owned(), word_of(*weight).into());
    object.insert("meaning".to_owned(), meaning.as_str().into());
    Json::Object(object)
}

/// The word of a weight.
#[must_use]
pub fn word_of(weight: Weight) -> &'static str {
    match weight {
        Weight::Acts => "acts",
        Weight::Idle => "idle",
    }
}

fn node(from: &dyn Node, reveal: bool) -> Map<String, Json> {
    let mut object = Map::new();
    from.visit(&mut |name, field| match field {
        FieldRef::Leaf(leaf) => {
            if let Some(found) = leaf.value() {
                object.insert(name.to_owned(), value(&found, reveal));
            }
        }
        FieldRef::Node(Some(inner)) => {
            object.insert(name.to_owned(), Json::Object(node(inner, reveal)));
        }
        FieldRef::Node(None) => {}
        FieldRef::Nodes(list) => {
            if !list.is_empty() {
                let list = list.into_iter().map(|inner| Json::Object(node(inner, reveal)));
                object.insert(name.to_owned(), list.collect());
            }
        }
        FieldRef::Variant(variant) => {
            object.insert(name.to_owned(), variant.word().into());
            let settings = node(variant.node(), reveal);
            if let (false, Some(kind)) = (settings.is_empty(), crate::link::LinkKind::of(variant.word())) {
                object.insert(kind.field_name().to_owned(), Json::Object(settings));
            }
        }
    });
    object
}

/// A value of the model; secrets are `<hidden>` unless they are to be revealed.
#[must_use]
pub fn value(from: &Value, reveal: bool) -> Json {
    match from {
        Value::Bool(b) => (*b).into(),
        Value::Int(n) => (*n).into(),
        Value::Text(text) if reveal => text.as_ref().into(),
        Value::Text(text) => redact(text).into_owned().into(),
        Value::Secret(secret) => if reveal { secret.reveal() } else { HIDDEN }.into(),
        Value::List(items) => items.iter().map(|item| value(item, reveal)).collect(),
        Value::Map(items) => {
            Json::Object(items.iter().map(|(key, item)| (key.clone(), value(item, reveal))).collect())
        }
    }
}

/// The dialect of that text, where `known` is how a format and a variant are looked up.
#[must_use]
pub fn dialect(text: &str, known: &dyn Fn(&str, &str) -> Option<Dialect>) -> Option<Dialect> {
    let (text, version) = match text.split_once('@') {
        Some((text, version)) => (text, Some(version.parse().ok()?)),
        None => (text, None),
    };
    let (format, variant) = text.split_once(':').unwrap_or((text, ""));
    known(format, variant).map(|dialect| Dialect { version, ..dialect })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::{Link, LinkKind};
    use crate::secret::Secret;
    use crate::source::{At, Origin};
    use serde_json::json;

    #[test]
    fn the_model_is_written_by_its_own_declaration() {
        let mut link = Link::default();
        link.kind.value = LinkKind::Bridge(Box::default());
        link.leaf_mut(crate::path::FieldPath::parse("bridge.stp"))
            .unwrap()
            .set(&Value::Bool(false), Origin::default_value())
            .unwrap();
        link.wifi_security.get_or_insert_default().psk =
            Some(At::new(Secret::new("hunter2"), Origin::default_value()));
        let mut network = Network { dialect: crate::dialect::IFCFG_NM, ..Network::default() };
        let id = network.add_link(link);
        network.own_dialects.insert(id, crate::dialect::IFCFG_INITSCRIPTS);
        let expected = json!({
            "netpivot": 1,
            "dialect": "ifcfg:networkmanager",
            "links": [{
                "kind": "bridge",
                "bridge": { "stp": false },
                "wifi_security": { "psk": "<hidden>" },
                "dialect": "ifcfg:initscripts"
            }]
        });
        assert_eq!(to_json(&network, false), expected);
        assert_eq!(to_json(&network, true)["links"][0]["wifi_security"]["psk"], "hunter2");
        assert!(has_secrets(&network));
    }
}
