//! Attributes of netlink messages, turned into what iproute2 prints of them by tables: number, printed name, codec.
//!
//! A number without a row is kept under that number, so that what a newer kernel says is told and not dropped.

use foldhash::HashMap;
use netlink_packet_core::NlasIterator;
use serde_json::{Map, Value as Json, json};
use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The length of `struct nlattr`.
const HEADER: usize = 4;

/// How the bytes of an attribute are printed.
#[derive(Clone, Copy)]
pub(super) enum Codec {
    /// An unsigned number of the host's byte order.
    Number,
    /// The same, where 0 says nothing.
    Positive,
    /// A signed number of the host's byte order.
    Signed,
    /// An unsigned number of the network's byte order.
    Network,
    /// A byte as truth value.
    Bool,
    /// There is no value; being there is one.
    Present,
    /// A number in hexadecimal digits, without `0x`.
    Hex,
    /// The same, where 0 says nothing.
    PositiveHex,
    /// A number as a word.
    Words(&'static [&'static str]),
    /// A text that ends with a NUL.
    Text,
    /// Bytes with colons between.
    Mac,
    /// An address of either family.
    Ip,
    /// A list of addresses.
    Ips,
    /// A key of a tunnel: a number of the network's byte order, as an IPv4 address.
    Key,
    /// The number of a link, whose name is printed; 0 is none.
    Device,
    /// The number of an Ethernet protocol, as VLANs name it.
    VlanProtocol,
    /// What needs more than one key, or more than its bytes.
    By(fn(&[u8], &mut Map<String, Json>)),
    /// State, which no configuration follows from.
    State,
}

/// Number, printed name, codec.
pub(super) type Row = (u16, &'static str, Codec);

/// Names of links by their number.
pub(super) type Names = HashMap<u32, String>;

/// The attributes in a message or in another attribute.
pub(super) fn attributes(bytes: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    NlasIterator::new(bytes).map_while(Result::ok).map(|attribute| {
        let (kind, length) = (attribute.kind(), usize::from(attribute.length()));
        (kind, attribute.into_inner().get(HEADER..length).unwrap_or_default())
    })
}

/// The settings in an attribute, by a table; `prefix` names the attributes that the table does not have.
pub(super) fn settings(bytes: &[u8], rows: &[Row], prefix: &str, names: &Names) -> Map<String, Json> {
    let mut map = Map::new();
    for (number, value) in attributes(bytes) {
        match rows.iter().find(|(n, ..)| *n == number) {
            Some((_, _, Codec::By(read))) => read(value, &mut map),
            Some((_, name, codec)) => {
                if let Some(json) = codec.read(value, names) {
                    map.insert((*name).to_owned(), json);
                }
            }
            None => unknown(&mut map, prefix, number, value),
        }
    }
    map
}

/// Keeps an attribute that nothing here knows.
pub(super) fn unknown(map: &mut Map<String, Json>, prefix: &str, number: u16, value: &[u8]) {
    // 0 is padding in every family of attributes.
    if number != 0 {
        map.insert(format!("{prefix}{number}"), Json::String(hex(value)));
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl Codec {
    /// The printed value; `None` where nothing is printed.
    pub(super) fn read(self, bytes: &[u8], names: &Names) -> Option<Json> {
        match self {
            Codec::Number => Some(number(bytes)?.into()),
            Codec::Positive => number(bytes).filter(|number| *number != 0).map(Json::from),
            Codec::Signed => Some(i32::from_ne_bytes(bytes.try_into().ok()?).into()),
            Codec::Network => Some(network(bytes)?.into()),
            Codec::Bool => Some((number(bytes)? != 0).into()),
            Codec::Present => Some(true.into()),
            Codec::Hex => Some(format!("{:x}", number(bytes)?).into()),
            Codec::PositiveHex => {
                number(bytes).filter(|number| *number != 0).map(|number| format!("{number:x}").into())
            }
            Codec::Words(words) => {
                let number = number(bytes)?;
                let word = usize::try_from(number).ok().and_then(|n| words.get(n));
                Some(word.map_or_else(|| json!(number), |word| json!(word)))
            }
            Codec::Text => Some(text(bytes).into()),
            Codec::Mac => Some(mac(bytes).into()),
            Codec::Ip => ip(bytes).filter(|ip| !ip.is_unspecified()).map(|ip| ip.to_string().into()),
            Codec::Ips => {
                let list = attributes(bytes).filter_map(|(_, value)| ip(value));
                Some(list.map(|ip| Json::String(ip.to_string())).collect::<Vec<_>>().into())
            }
            Codec::Key => {
                let key = u32::try_from(network(bytes)?).ok()?;
                (key != 0).then(|| Ipv4Addr::from(key).to_string().into())
            }
            Codec::Device => {
                let index = u32::try_from(number(bytes)?).ok()?;
                (index != 0).then(|| device(index, names).into())
            }
            Codec::VlanProtocol => Some(match network(bytes)? {
                0x8100 => "802.1Q".into(),
                0x88a8 => "802.1ad".into(),
                other => format!("{other:#06x}").into(),
            }),
            Codec::By(_) | Codec::State => None,
        }
    }
}

/// The name of a link, or `if7` for one that is not in this namespace (lib/ll_map.c).
pub(super) fn device(index: u32, names: &Names) -> String {
    names.get(&index).cloned().unwrap_or_else(|| format!("if{index}"))
}

/// An unsigned number of one to eight bytes in the host's order.
pub(super) fn number(bytes: &[u8]) -> Option<u64> {
    match bytes.len() {
        1 => bytes.first().copied().map(u64::from),
        2 => Some(u16::from_ne_bytes(bytes.try_into().ok()?).into()),
        4 => Some(u32::from_ne_bytes(bytes.try_into().ok()?).into()),
        8 => Some(u64::from_ne_bytes(bytes.try_into().ok()?)),
        _ => None,
    }
}

/// The number as one of 32 bits.
pub(super) fn number32(bytes: &[u8]) -> Option<u32> {
    number(bytes).and_then(|number| u32::try_from(number).ok())
}

/// An unsigned number of up to eight bytes in the network's order.
pub(super) fn network(bytes: &[u8]) -> Option<u64> {
    (1..=8).contains(&bytes.len()).then(|| bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
}

/// The text before the first NUL.
pub(super) fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(bytes.get(..end).unwrap_or(bytes)).into_owned()
}

/// `02:00:00:00:00:01`.
pub(super) fn mac(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 3);
    for (n, byte) in bytes.iter().enumerate() {
        let _ = write!(text, "{}{byte:02x}", if n == 0 { "" } else { ":" });
    }
    text
}

/// An address by its length.
pub(super) fn ip(bytes: &[u8]) -> Option<IpAddr> {
    match bytes.len() {
        4 => Some(Ipv4Addr::from(<[u8; 4]>::try_from(bytes).ok()?).into()),
        16 => Some(Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?).into()),
        _ => None,
    }
}
