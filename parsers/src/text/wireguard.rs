//! The file with keys and peers that wg(8) takes ("CONFIGURATION FILE FORMAT"; `config.c` of wireguard-tools).

use ipnet::IpNet;
use netpivot_model::reflect::{FieldMut, Node};
use netpivot_model::source::{Origin, Span};
use netpivot_model::value::Value;
use netpivot_model::vocabulary::wireguard::{
    INTERFACE, OF_INTERFACE, OF_PEER, PEER, is_endpoint, is_strict_key,
};
use netpivot_model::wireguard::{Peer, Wireguard};
use std::net::IpAddr;

/// A line with a key.
#[derive(Debug)]
pub(crate) struct Line<'t> {
    pub span: Span,
    /// The heading that it stands under; empty before the first.
    pub section: &'static str,
    pub key: &'t str,
    pub value: &'t str,
    /// True where the value must not be shown.
    pub is_secret: bool,
}

/// A line that wg(8) does not take, and why: a clause that goes on after its name.
#[derive(Debug)]
pub(crate) struct Refused {
    pub span: Span,
    pub why: String,
}

/// What a file says.
#[derive(Debug, Default)]
pub(crate) struct Conf<'t> {
    pub wireguard: Wireguard,
    pub lines: Vec<Line<'t>>,
    /// Where there is one, wg(8) sets up nothing of the file.
    pub refused: Vec<Refused>,
}

/// Reads a file; `place` gives the place of a range of its bytes, `by` is that of the command which hands it over.
pub(crate) fn read<'t>(text: &'t str, place: &dyn Fn(usize, usize) -> Span, by: Option<Span>) -> Conf<'t> {
    let mut conf = Conf::default();
    let mut section = "";
    let mut headings: Vec<Span> = Vec::new();
    let mut at = 0;
    for raw in text.split_inclusive('\n') {
        let start = at + (raw.len() - raw.trim_start().len());
        at += raw.len();
        let content = raw.split('#').next().unwrap_or_default().trim();
        if content.is_empty() {
            continue;
        }
        let span = place(start, start + content.len());
        if let Some(found) = [INTERFACE, PEER].iter().find(|name| is_heading(content, name)) {
            section = found;
            if section == PEER {
                conf.wireguard.peers.push(Peer::default());
                headings.push(span);
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
        // A line that nobody knows may be a key, too.
        let is_secret = found.is_none_or(|(known, _)| matches!(*known, "PrivateKey" | "PresharedKey"));
        conf.lines.push(Line { span, section, key, value, is_secret });
        let origin = Origin::said(std::iter::once(span).chain(by));
        let is_taken = found.is_some_and(|(_, field)| match (section, conf.wireguard.peers.last_mut()) {
            (PEER, Some(peer)) => set(peer, field, value, origin),
            _ => set(&mut conf.wireguard, field, value, origin),
        });
        if !is_taken {
            let why = format!("does not take `{key}` with its value here");
            conf.refused.push(Refused { span, why });
        }
    }
    let keyless = conf.wireguard.peers.iter().zip(headings).filter(|(peer, _)| peer.public_key.is_none());
    let why = || "takes no peer without a `PublicKey`".to_owned();
    conf.refused.extend(keyless.map(|(_, span)| Refused { span, why: why() }));
    conf
}

fn is_heading(text: &str, name: &str) -> bool {
    let inner = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inner.is_some_and(|inner| inner.trim().eq_ignore_ascii_case(name))
}

/// Stores a value; false where wg(8) refuses it. Networks come behind those that are there.
pub(crate) fn set(node: &mut dyn Node, field: &'static str, text: &str, mut origin: Origin) -> bool {
    // wg(8) leaves blanks out wherever they are (`config_read_line()`).
    let text: String = text.split_ascii_whitespace().collect();
    let value = match field {
        "private_key" | "public_key" | "preshared_key" => is_strict_key(&text).then(|| Value::text(text)),
        "listen_port" | "persistent_keepalive" | "fwmark" => number(field, &text).map(Value::Int),
        "allowed_ips" => networks(&text).map(Value::List),
        _ => is_endpoint(&text).then(|| Value::text(text)),
    };
    let (Some(value), Some(FieldMut::Leaf(leaf))) = (value, node.field_mut(field)) else { return false };
    let value = match (leaf.value(), value) {
        (Some(Value::List(mut before)), Value::List(more)) => {
            before.extend(more);
            Value::List(before)
        }
        (_, value) => value,
    };
    leaf.origins(&mut |before| origin.merge(before));
    leaf.set(&value, origin).is_ok()
}

/// Numbers, `off` for 0; a mark may be hexadecimal.
fn number(field: &str, text: &str) -> Option<i64> {
    let digits = text.strip_prefix("0x").filter(|_| field == "fwmark");
    match digits {
        _ if text.eq_ignore_ascii_case("off") && field != "listen_port" => Some(0),
        _ if !text.starts_with(|c: char| c.is_ascii_digit()) => None,
        Some(digits) => i64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

/// Networks with commas between them; an address alone is a host.
fn networks(text: &str) -> Option<Vec<Value>> {
    let one = |word: &str| {
        let net = word.parse().ok().or_else(|| word.parse::<IpAddr>().ok().map(IpNet::from));
        net.map(|net: IpNet| Value::text(net.to_string()))
    };
    text.split(',').map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use netpivot_model::source::SourceId;

    const KEY: &str = "0MbNpybfM9BKgFw+v8d5IC8GrANF4fjk5bNp20ZlOH4=";

    fn conf(text: &str) -> Conf<'_> {
        read(text, &|start, end| Span::new(SourceId(0), start, end), None)
    }

    #[test]
    fn blanks_case_and_comments_are_no_matter() {
        let text = format!(
            "# x\n[ interface ]\nlistenport=7 # port\nFwMark = 0x10\n[PEER]\npublickey = {KEY}\n\
             AllowedIPs = 10.0.0.0/8 , fd00::1\nAllowedIPs=192.0.2.1\nPersistentKeepalive = OFF\n"
        );
        let conf = conf(&text);
        assert!(conf.refused.is_empty(), "{:?}", conf.refused);
        assert_eq!(conf.wireguard.fwmark.unwrap().value.get(), 16);
        let peer = &conf.wireguard.peers[0];
        let networks: Vec<String> = peer.allowed_ips.values().map(ToString::to_string).collect();
        assert_eq!(networks, ["10.0.0.0/8", "fd00::1/128", "192.0.2.1/32"]);
        assert_eq!(peer.persistent_keepalive.as_ref().unwrap().value.get(), 0);
    }

    /// Each of these makes wg(8) 1.0.20210914 exit with 1 and change nothing.
    #[test]
    fn one_bad_line_refuses_the_file() {
        for text in [
            "ListenPort = 7\n",
            "[Interface]\nAddress = 10.0.0.1/24\n",
            "[Interface]\nListenPort = +7\n",
            "[Interface]\nPrivateKey = short\n",
            "[Interface]\nPublicKey = 0MbNpybfM9BKgFw+v8d5IC8GrANF4fjk5bNp20ZlOH4=\n",
            "[Peer]\nAllowedIPs = 10.0.0.0/8\n",
            "[Peer]\nPublicKey = 0MbNpybfM9BKgFw+v8d5IC8GrANF4fjk5bNp20ZlOH4=\nAllowedIPs =\n",
            "[Peer]\nPublicKey = 0MbNpybfM9BKgFw+v8d5IC8GrANF4fjk5bNp20ZlOH4=\nAllowedIPs = 10.0.0.0/8,,\n",
            "[Peer]\nPublicKey = 0MbNpybfM9BKgFw+v8d5IC8GrANF4fjk5bNp20ZlOH4=\nEndpoint = host\n",
        ] {
            assert_eq!(conf(text).refused.len(), 1, "{text}");
        }
    }
}
