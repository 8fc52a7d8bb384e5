//! Policy rules: RTM_GETRULE.

use super::attribute::{attributes, ip, network, number, number32, text, unknown};
use super::socket::Replies;
use super::words;
use crate::netlink::snapshot::RuleState;
use netlink_packet_route::rule::RuleHeader;
use serde_json::{Map, Value as Json};

/// The length of `struct fib_rule_hdr`.
const HEADER: usize = 12;
/// FIB_RULE_INVERT.
const INVERT: u32 = 2;

/// The rules in the order of the kernel.
pub(super) fn rules(replies: &Replies) -> Vec<RuleState> {
    replies.iter().filter_map(rule).collect()
}

fn rule(payload: &[u8]) -> Option<RuleState> {
    let header = RuleHeader::parse(payload).ok()?;
    // Multicast routes, their rules and MPLS are no IP routes.
    let family = words::ip_family(header.family)?;
    let mut state =
        RuleState { family: Some(family.to_owned()), src: Some("all".to_owned()), ..RuleState::default() };
    let mut table = u32::from(header.table);
    let other = &mut state.other;
    if header.flags.bits() & INVERT != 0 {
        // iproute2 prints it without a value.
        other.insert("not".to_owned(), Json::Null);
    }
    if header.tos != 0 {
        set(other, "tos", format!("{:#04x}", header.tos));
    }
    for (kind, value) in attributes(payload.get(HEADER..)?) {
        match kind {
            1 => (state.dst, state.dstlen) = (Some(ip(value)?.to_string()), Some(header.dst_len)),
            2 => (state.src, state.srclen) = (Some(ip(value)?.to_string()), Some(header.src_len)),
            3 => set(other, "iif", text(value)),
            4 => set(other, "goto", number(value)),
            6 => state.priority = number32(value).unwrap_or(0),
            10 => set(other, "fwmark", number(value).map(|mark| format!("{mark:#x}"))),
            11 => realms(number32(value).unwrap_or(0), other),
            12 => set(other, "tun_id", network(value).filter(|id| *id != 0)),
            13 => set(other, "suppress_ifgroup", number32(value).filter(|group| *group != u32::MAX)),
            14 => set(other, "suppress_prefixlen", number32(value).filter(|length| *length != u32::MAX)),
            15 => table = number32(value).unwrap_or(table),
            16 => set(
                other,
                "fwmask",
                number(value).filter(|mask| *mask != 0xffff_ffff).map(|m| format!("{m:#x}")),
            ),
            17 => set(other, "oif", text(value)),
            19 if number(value) == Some(1) => drop(other.insert("l3mdev".to_owned(), Json::Null)),
            19 => {}
            20 => range(value.get(..4), value.get(4..8), ["uid_start", "uid_start", "uid_end"], other),
            21 => {
                let word = number(value).and_then(|n| u8::try_from(n).ok()).filter(|n| *n != 0);
                set(other, "protocol", word.map(words::protocol));
            }
            22 => set(other, "ipproto", number(value).map(|n| n.to_string())),
            23 => range(value.get(..2), value.get(2..4), ["sport", "sport_start", "sport_end"], other),
            24 => range(value.get(..2), value.get(2..4), ["dport", "dport_start", "dport_end"], other),
            25 => set(other, "dscp", number(value)),
            // Masks of ports: all bits, or none for a range.
            28 | 29 if matches!(number(value), Some(0 | 0xffff)) => {}
            kind => unknown(other, "FRA_", kind, value),
        }
    }
    if table != 0 && u8::from(header.action) == 1 && !other.contains_key("l3mdev") {
        set(other, "table", words::table(table));
    }
    action(u8::from(header.action), other);
    Some(state)
}

/// FR_ACT_*; a jump has its `goto`, and a lookup its table.
fn action(number: u8, other: &mut Map<String, Json>) {
    let word = match number {
        1 | 2 => return,
        3 => "nop",
        6 => "blackhole",
        7 => "unreachable",
        8 => "prohibit",
        number => return set(other, &format!("FR_ACT_{number}"), true),
    };
    set(other, "action", word);
}

/// The upper half is the source's realm (ip/iprule.c).
fn realms(realms: u32, other: &mut Map<String, Json>) {
    let (from, to) = (realms >> 16, realms & 0xffff);
    for (key, realm) in [("flow_from", from), ("flow_to", to)] {
        if realm != 0 {
            set(other, key, realm.to_string());
        }
    }
}

/// Both ends of a range in the host's order; one name where they are the same.
fn range(
    start: Option<&[u8]>,
    end: Option<&[u8]>,
    [one, first, last]: [&str; 3],
    other: &mut Map<String, Json>,
) {
    let (Some(start), Some(end)) = (start.and_then(number), end.and_then(number)) else { return };
    if start == end && one != first {
        return set(other, one, start);
    }
    set(other, first, start);
    set(other, last, end);
}

/// Stores what is there.
fn set(map: &mut Map<String, Json>, key: &str, value: impl Into<Json>) {
    let json = value.into();
    if !json.is_null() {
        map.insert(key.to_owned(), json);
    }
}
