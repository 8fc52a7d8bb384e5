//! Keys and peers of WireGuard links: generic netlink (include/uapi/linux/wireguard.h).

use super::CaptureError;
use super::attribute::{attributes, ip, network, number};
use super::socket::{Netlink, Replies};
use crate::netlink::snapshot::LinkInfo;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use netlink_packet_core::{NLM_F_DUMP, NLM_F_REQUEST, NetlinkBuffer};
use serde_json::{Map, Value as Json, json};
use std::net::SocketAddr;

/// What a failure names.
const WHAT: &str = "the keys and peers of WireGuard links";
/// The lengths of `struct nlmsghdr` and `struct genlmsghdr`.
const HEADER: usize = 16;
const GENERIC_HEADER: usize = 4;
/// The family of families (GENL_ID_CTRL), CTRL_CMD_GETFAMILY, CTRL_ATTR_FAMILY_NAME and CTRL_ATTR_FAMILY_ID.
const CONTROL: u16 = 0x10;
const GET_FAMILY: u8 = 3;
const FAMILY_NAME: u16 = 2;
const FAMILY_ID: u16 = 1;
/// WG_CMD_GET_DEVICE, WGDEVICE_A_IFNAME.
const GET_DEVICE: u8 = 0;
const DEVICE_NAME: u16 = 2;

/// The family of WireGuard, on a socket of this namespace.
pub(super) struct Wireguard {
    netlink: Netlink,
    family: u16,
}

impl Wireguard {
    /// Asks for the family's number.
    pub(super) fn open() -> Result<Self, CaptureError> {
        let mut netlink = Netlink::generic()?;
        let mut bytes = message(CONTROL, NLM_F_REQUEST, GET_FAMILY, FAMILY_NAME, "wireguard");
        let replies = netlink.exchange(WHAT, &mut bytes)?;
        let family = payloads(&replies).find_map(|payload| {
            let (_, value) = attributes(payload).find(|(kind, _)| *kind == FAMILY_ID)?;
            number(value).and_then(|id| u16::try_from(id).ok())
        });
        let missing = || std::io::Error::other("the kernel does not name the family of WireGuard");
        Ok(Wireguard { netlink, family: family.ok_or_else(|| CaptureError::of(WHAT, missing()))? })
    }

    /// Adds a link's settings and peers to what is known of it.
    pub(super) fn read(&mut self, name: &str, info: &mut LinkInfo) -> Result<(), CaptureError> {
        let mut bytes = message(self.family, NLM_F_REQUEST | NLM_F_DUMP, GET_DEVICE, DEVICE_NAME, name);
        let replies = self.netlink.exchange(WHAT, &mut bytes)?;
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

/// The attributes in each reply.
fn payloads(replies: &Replies) -> impl Iterator<Item = &[u8]> {
    replies.iter().filter_map(|payload| payload.get(GENERIC_HEADER..))
}

/// A request with one attribute, a text.
fn message(family: u16, flags: u16, command: u8, attribute: u16, text: &str) -> Vec<u8> {
    let mut bytes = vec![0; HEADER];
    bytes.extend([command, 1, 0, 0]);
    let length = u16::try_from(4 + text.len() + 1).unwrap_or(u16::MAX);
    bytes.extend(length.to_ne_bytes());
    bytes.extend(attribute.to_ne_bytes());
    bytes.extend(text.bytes());
    bytes.push(0);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let mut header = NetlinkBuffer::new(&mut bytes);
    header.set_length(length);
    header.set_message_type(family);
    header.set_flags(flags);
    bytes
}
