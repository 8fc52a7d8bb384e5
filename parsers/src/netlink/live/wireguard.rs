//! Keys and peers of WireGuard links: generic netlink (include/uapi/linux/wireguard.h).

use super::CaptureError;
use super::attribute::{attributes, ip, network, number};
use super::generic::{Generic, payloads, text};
use crate::netlink::snapshot::LinkInfo;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value as Json, json};
use std::net::SocketAddr;

/// What a failure names.
const WHAT: &str = "the keys and peers of WireGuard links";
/// WG_CMD_GET_DEVICE, WGDEVICE_A_IFNAME.
const GET_DEVICE: u8 = 0;
const DEVICE_NAME: u16 = 2;

/// The family of WireGuard, on a socket of this namespace.
pub(super) struct Wireguard(Generic);

impl Wireguard {
    pub(super) fn open() -> Result<Self, CaptureError> {
        Generic::open("wireguard", WHAT).map(Wireguard)
    }

    /// Adds a link's settings and peers to what is known of it.
    pub(super) fn read(&mut self, name: &str, info: &mut LinkInfo) -> Result<(), CaptureError> {
        let replies = self.0.dump(GET_DEVICE, &text(DEVICE_NAME, name))?;
        let mut peers: Vec<Map<String, Json>> = Vec::new();
        for payload in payloads(&replies) {
            for (kind, value) in attributes(payload) {
                match kind {
                    3 if value.iter().any(|byte| *byte != 0) => {
                        info.info_data.insert("private_key".to_owned(), BASE64_STANDARD.encode(value).into());
                    }
                    6 => drop(info.info_data.insert("listen_port".to_owned(), number(value).into())),
                    7 => drop(info.info_data.insert("fwmark".to_owned(), number(value).into())),
                    8 => attributes(value).for_each(|(_, peer)| add(peer, &mut peers)),
                    // The number and the name of the link, its public key, flags of requests.
                    _ => {}
                }
            }
        }
        info.info_data.insert("peers".to_owned(), peers.into());
        Ok(())
    }
}

/// Adds a peer. One with many networks comes in parts, each with its key.
fn add(bytes: &[u8], peers: &mut Vec<Map<String, Json>>) {
    let peer = peer(bytes);
    let same = peers.iter_mut().find(|other| other.get("public_key") == peer.get("public_key"));
    match (same.and_then(|same| same.get_mut("allowed_ips")), peer.get("allowed_ips")) {
        (Some(Json::Array(list)), Some(Json::Array(more))) => list.extend(more.iter().cloned()),
        (Some(_), _) | (None, _) => peers.push(peer),
    }
}

fn peer(bytes: &[u8]) -> Map<String, Json> {
    let mut map = Map::new();
    let mut set = |key: &str, value: Json| drop(map.insert(key.to_owned(), value));
    set("allowed_ips", json!([]));
    for (kind, value) in attributes(bytes) {
        match kind {
            1 => set("public_key", BASE64_STANDARD.encode(value).into()),
            2 if value.iter().any(|byte| *byte != 0) => {
                set("preshared_key", BASE64_STANDARD.encode(value).into())
            }
            4 => set("endpoint", endpoint(value).map(|end| end.to_string()).into()),
            5 => set("persistent_keepalive", number(value).filter(|seconds| *seconds != 0).into()),
            9 => set("allowed_ips", attributes(value).filter_map(|(_, net)| allowed(net)).collect()),
            // Counters and times.
            _ => {}
        }
    }
    map.retain(|_, value| !value.is_null());
    map
}

/// `struct sockaddr_in` or `struct sockaddr_in6`.
fn endpoint(bytes: &[u8]) -> Option<SocketAddr> {
    let port = u16::try_from(network(bytes.get(2..4)?)?).ok()?;
    let address = if bytes.len() < 28 { bytes.get(4..8)? } else { bytes.get(8..24)? };
    Some(SocketAddr::new(ip(address)?, port))
}

fn allowed(bytes: &[u8]) -> Option<Json> {
    let of = |wanted: u16| attributes(bytes).find(|(kind, _)| *kind == wanted).map(|(_, value)| value);
    Some(format!("{}/{}", ip(of(2)?)?, number(of(3)?)?).into())
}
