//! Generic netlink: a family by its name, and requests to it (include/uapi/linux/genetlink.h).

use super::CaptureError;
use super::attribute::{attributes, number};
use super::socket::{Netlink, Replies};
use netlink_packet_core::{NLM_F_DUMP, NLM_F_REQUEST, NetlinkBuffer};

/// The lengths of `struct nlmsghdr` and `struct genlmsghdr`.
const HEADER: usize = 16;
const GENERIC_HEADER: usize = 4;
/// The family of families (GENL_ID_CTRL), CTRL_CMD_GETFAMILY, CTRL_ATTR_FAMILY_NAME and CTRL_ATTR_FAMILY_ID.
const CONTROL: u16 = 0x10;
const GET_FAMILY: u8 = 3;
const FAMILY_NAME: u16 = 2;
const FAMILY_ID: u16 = 1;
/// NLA_F_NESTED.
const NESTED: u16 = 0x8000;

/// A family on a socket of this namespace.
pub(super) struct Generic {
    netlink: Netlink,
    family: u16,
    /// What a failure names.
    what: &'static str,
}

impl Generic {
    /// Asks for the family's number.
    pub(super) fn open(name: &str, what: &'static str) -> Result<Self, CaptureError> {
        let mut netlink = Netlink::generic()?;
        let mut bytes = message(CONTROL, NLM_F_REQUEST, GET_FAMILY, &text(FAMILY_NAME, name));
        let replies = netlink.exchange(what, &mut bytes)?;
        let family = payloads(&replies).find_map(|payload| {
            let (_, value) = attributes(payload).find(|(kind, _)| *kind == FAMILY_ID)?;
            number(value).and_then(|id| u16::try_from(id).ok())
        });
        let missing = || std::io::Error::other(format!("the kernel does not name the family `{name}`"));
        let family = family.ok_or_else(|| CaptureError::of(what, missing()))?;
        Ok(Generic { netlink, family, what })
    }

    /// All that a request lists.
    pub(super) fn dump(&mut self, command: u8, attributes: &[u8]) -> Result<Replies, CaptureError> {
        let mut bytes = message(self.family, NLM_F_REQUEST | NLM_F_DUMP, command, attributes);
        self.netlink.exchange(self.what, &mut bytes)
    }

    /// The answer to a request about one thing.
    pub(super) fn ask(&mut self, command: u8, attributes: &[u8]) -> Result<Replies, CaptureError> {
        let mut bytes = message(self.family, NLM_F_REQUEST, command, attributes);
        self.netlink.exchange(self.what, &mut bytes)
    }
}

/// The attributes in each reply.
pub(super) fn payloads(replies: &Replies) -> impl Iterator<Item = &[u8]> {
    replies.iter().filter_map(|payload| payload.get(GENERIC_HEADER..))
}

/// An attribute.
pub(super) fn attribute(kind: u16, value: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(4 + value.len().next_multiple_of(4));
    let length = u16::try_from(4 + value.len()).unwrap_or(u16::MAX);
    bytes.extend(length.to_ne_bytes());
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(value);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// An attribute that holds others.
pub(super) fn nest(kind: u16, attributes: &[u8]) -> Vec<u8> {
    attribute(kind | NESTED, attributes)
}

/// An attribute that is a text.
pub(super) fn text(kind: u16, text: &str) -> Vec<u8> {
    attribute(kind, &[text.as_bytes(), &[0]].concat())
}

fn message(family: u16, flags: u16, command: u8, attributes: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; HEADER];
    bytes.extend([command, 1, 0, 0]);
    bytes.extend(attributes);
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let mut header = NetlinkBuffer::new(&mut bytes);
    header.set_length(length);
    header.set_message_type(family);
    header.set_flags(flags);
    bytes
}
