//! The file of wg(8), "CONFIGURATION FILE FORMAT": what `wg setconf` and `wg syncconf` take.

use netpivot_model::path::FieldPath;
use netpivot_model::reflect::{FieldRef, Node};
use netpivot_model::secret::HIDDEN;
use netpivot_model::value::Value;
use netpivot_model::vocabulary::wireguard::{
    INTERFACE, OF_INTERFACE, OF_PEER, PEER, is_endpoint, is_strict_key,
};
use netpivot_model::wireguard::Wireguard;
use std::collections::BTreeSet;
use std::fmt::Write as _;

const NO_KEY: &str = "is no key of 32 bytes in base64, as wg(8) takes them";

/// A file.
#[derive(Debug, Default)]
pub(crate) struct Conf {
    pub text: String,
    /// The settings that it cannot hold, and why: a clause with the setting as its subject.
    pub unsaid: Vec<(FieldPath, &'static str)>,
}

/// The file of a link's settings. Each value is one that wg(8) takes, so that none of them ends its line.
pub(crate) fn conf(wireguard: &Wireguard, reveal_secrets: bool) -> Conf {
    let mut conf = Conf::default();
    conf.section(INTERFACE, &OF_INTERFACE, wireguard, FieldPath::parse("wireguard"), reveal_secrets);
    let mut keys = BTreeSet::new();
    for (index, peer) in (0..).zip(&wireguard.peers) {
        let mut at = FieldPath::parse("wireguard.peers");
        at.index = index;
        let key = peer.public_key.as_ref().map(|at| at.value.as_str()).filter(|key| is_strict_key(key));
        let why = match key {
            None => "belongs to a peer without a public key that wg(8) takes",
            Some(key) if !keys.insert(key) => "belongs to a peer whose public key another one has",
            Some(_) => {
                conf.text.push('\n');
                conf.section(PEER, &OF_PEER, peer, at, reveal_secrets);
                continue;
            }
        };
        conf.unsaid.extend(OF_PEER.iter().map(|(_, field)| (at.join(field), why)));
    }
    conf
}

impl Conf {
    /// True where it sets nothing.
    pub fn is_empty(&self) -> bool {
        !self.text.contains('=')
    }

    fn section(
        &mut self,
        title: &str,
        keys: &[(&str, &'static str)],
        node: &dyn Node,
        at: FieldPath,
        reveal_secrets: bool,
    ) {
        let _ = writeln!(self.text, "[{title}]");
        for (key, field) in keys {
            let Some(FieldRef::Leaf(leaf)) = node.field(field) else { continue };
            let Some(value) = leaf.value().filter(|_| leaf.is_said()) else { continue };
            if let Some(why) = refused(field, &value) {
                self.unsaid.push((at.join(field), why));
                continue;
            }
            let text = match value {
                Value::Secret(secret) if reveal_secrets => secret.reveal().to_owned(),
                Value::Secret(_) => HIDDEN.to_owned(),
                Value::List(items) => items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
                Value::Bool(_) | Value::Int(_) | Value::Text(_) | Value::Map(_) => value.to_string(),
            };
            let _ = writeln!(self.text, "{key} = {text}");
        }
    }
}

/// Why wg(8) does not take a value.
fn refused(field: &str, value: &Value) -> Option<&'static str> {
    match (field, value) {
        (_, Value::Secret(secret)) if secret.reveal() == HIDDEN => Some("is hidden in the source"),
        (_, Value::Secret(secret)) => (!is_strict_key(secret.reveal())).then_some(NO_KEY),
        ("public_key", Value::Text(text)) => (!is_strict_key(text)).then_some(NO_KEY),
        ("endpoint", Value::Text(text)) => {
            (!is_endpoint(text)).then_some("is no HOST:PORT or [ADDRESS]:PORT, as wg(8) takes them")
        }
        // Numbers and networks. wg(8) refuses a key with nothing behind it.
        (_, Value::List(items)) => items.is_empty().then_some("is empty"),
        (_, Value::Bool(_) | Value::Int(_) | Value::Text(_) | Value::Map(_)) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use netpivot_model::secret::Secret;
    use netpivot_model::source::{At, Origin};
    use netpivot_model::wireguard::Peer;

    const KEY: &str = "0MbNpybfM9BKgFw+v8d5IC8GrANF4fjk5bNp20ZlOH4=";

    fn said<T>(value: T) -> Option<At<T>> {
        Some(At::new(value, Origin::default_value()))
    }

    fn peer(key: &str, endpoint: &str) -> Peer {
        Peer { public_key: said(key.to_owned()), endpoint: said(endpoint.to_owned()), ..Peer::default() }
    }

    #[test]
    fn nothing_leaves_its_line() {
        let hostile = ["h:1\nEND\nreboot", "h:1 #", "$(reboot):1", "`x`:1", "h:1'", "[::1]:1\r"];
        let mut wireguard =
            Wireguard { private_key: said(Secret::new("END\nreboot")), ..Wireguard::default() };
        wireguard.peers.push(peer("END\nrm -rf /", "h:1"));
        for (n, endpoint) in hostile.iter().enumerate() {
            let last = char::from(b'A' + u8::try_from(n).unwrap());
            wireguard.peers.push(peer(&KEY.replace('M', &last.to_string()), endpoint));
        }
        let conf = conf(&wireguard, true);
        let lines: Vec<&str> = conf.text.lines().filter(|line| !line.starts_with("PublicKey = ")).collect();
        let mut wanted = vec!["[Interface]"];
        wanted.extend(hostile.iter().flat_map(|_| ["", "[Peer]"]));
        assert_eq!(lines, wanted);
        let unsaid: Vec<String> = conf.unsaid.iter().map(|(path, _)| path.to_string()).collect();
        for path in ["wireguard.private_key", "wireguard.peers[0].endpoint", "wireguard.peers[6].endpoint"] {
            assert!(unsaid.iter().any(|said| said == path), "{path} in {unsaid:?}");
        }
    }

    #[test]
    fn keys_are_hidden_unless_asked_for() {
        let mut wireguard = Wireguard { private_key: said(Secret::new(KEY)), ..Wireguard::default() };
        assert_eq!(conf(&wireguard, false).text, "[Interface]\nPrivateKey = <hidden>\n");
        assert_eq!(conf(&wireguard, true).text, format!("[Interface]\nPrivateKey = {KEY}\n"));
        wireguard.private_key = said(Secret::new(HIDDEN));
        assert!(conf(&wireguard, true).is_empty());
        // Of two peers with one key the second would change the first.
        wireguard.peers = vec![peer(KEY, "h:1"), peer(KEY, "h:2")];
        let conf = conf(&wireguard, true);
        assert!(!conf.text.contains("h:2") && conf.text.contains("h:1"));
    }
}
