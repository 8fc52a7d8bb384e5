//! Static neighbours and forwarding entries, and the VLANs of bridge ports: RTM_GETNEIGH, RTM_GETLINK of AF_BRIDGE.

use super::attribute::{Names, attributes, device, ip, mac, network, number, number32, unknown};
use super::socket::Replies;
use crate::netlink::snapshot::{FdbState, NeighborState, VlanEntry, VlanState};
use netlink_packet_route::AddressFamily;
use netlink_packet_route::link::LinkHeader;
use netlink_packet_route::neighbour::NeighbourHeader;
use std::net::IpAddr;

/// The length of `struct ndmsg`.
const HEADER: usize = 12;
/// The length of `struct ifinfomsg`.
const LINK_HEADER: usize = 16;
/// NUD_NOARP, `static` of forwarding entries.
const NOARP: u16 = 0x40;
const PERMANENT: u16 = 0x80;
/// NTF_*.
const SELF: u8 = 0x02;
const MASTER: u8 = 0x04;
const PROXY: u8 = 0x08;
const EXTERNALLY_LEARNT: u8 = 0x10;
const OFFLOADED: u8 = 0x20;
const STICKY: u8 = 0x40;
const ROUTER: u8 = 0x80;

/// The neighbours that somebody may have set: those that do not age, and proxies. What was learnt is state.
pub(super) fn neighbors(replies: &Replies, names: &Names) -> Vec<NeighborState> {
    let neighbor = |payload| {
        let header = NeighbourHeader::parse(payload).ok()?;
        let is_ip = matches!(header.family, AddressFamily::Inet | AddressFamily::Inet6);
        let (flags, is_permanent) = (header.flags.bits(), u16::from(header.state) & PERMANENT != 0);
        let is_noarp = u16::from(header.state) & NOARP != 0;
        let is_proxy = flags & PROXY != 0;
        if !is_ip || !(is_permanent || is_noarp || is_proxy) {
            return None;
        }
        let mut state = NeighborState {
            dev: device(header.ifindex, names),
            state: [(is_permanent, "PERMANENT"), (is_noarp, "NOARP")]
                .into_iter()
                .filter(|(is, _)| *is)
                .map(|(_, word)| word.to_owned())
                .collect(),
            proxy: is_proxy,
            router: flags & ROUTER != 0,
            ..NeighborState::default()
        };
        if flags & EXTERNALLY_LEARNT != 0 {
            state.other.insert("extern_learn".to_owned(), true.into());
        }
        for (kind, value) in attributes(payload.get(HEADER..)?) {
            match kind {
                1 => state.dst = ip(value)?.to_string(),
                2 => state.lladdr = Some(mac(value)),
                // NDA_CACHEINFO, NDA_PROBES.
                3 | 4 => {}
                12 => {
                    let by = number(value).and_then(|n| u8::try_from(n).ok()).filter(|n| *n != 0);
                    if let Some(by) = by {
                        state.other.insert("protocol".to_owned(), super::words::protocol(by).into());
                    }
                }
                kind => unknown(&mut state.other, "NDA_", kind, value),
            }
        }
        // The kernel has one for each group that it sends to.
        let is_multicast = state.dst.parse().is_ok_and(|ip: IpAddr| ip.is_multicast());
        (!is_noarp || !is_multicast).then_some(state)
    };
    replies.iter().filter_map(neighbor).collect()
}

/// The forwarding entries that do not age.
pub(super) fn fdb(replies: &Replies, names: &Names) -> Vec<FdbState> {
    let entry = |payload| {
        let header = NeighbourHeader::parse(payload).ok()?;
        let word = match u16::from(header.state) {
            state if state & PERMANENT != 0 => "permanent",
            state if state & NOARP != 0 => "static",
            _ => return None,
        };
        let mut state =
            FdbState { ifname: device(header.ifindex, names), state: word.to_owned(), ..FdbState::default() };
        let flags = header.flags.bits();
        let words = [
            (SELF, "self"),
            (MASTER, "master"),
            (ROUTER, "router"),
            (EXTERNALLY_LEARNT, "extern_learn"),
            (OFFLOADED, "offload"),
            (STICKY, "sticky"),
        ];
        state.flags =
            words.iter().filter(|(bit, _)| flags & bit != 0).map(|(_, w)| (*w).to_owned()).collect();
        for (kind, value) in attributes(payload.get(HEADER..)?) {
            let short = || number(value).and_then(|n| u16::try_from(n).ok());
            match kind {
                1 => state.dst = ip(value).map(|dst| dst.to_string()),
                2 => state.mac = mac(value),
                // NDA_CACHEINFO, NDA_PROBES, NDA_PROTOCOL.
                3 | 4 | 12 => {}
                5 => state.vlan = short(),
                6 => state.port = network(value).and_then(|port| u16::try_from(port).ok()),
                7 => state.vni = number32(value),
                8 => state.via = number32(value).map(|index| device(index, names)),
                9 => state.master = number32(value).map(|index| device(index, names)),
                kind => unknown(&mut state.other, "NDA_", kind, value),
            }
        }
        Some(state)
    };
    replies.iter().filter_map(entry).collect()
}

/// BRIDGE_VLAN_INFO_*.
const PVID: u16 = 0x02;
const UNTAGGED: u16 = 0x04;
const RANGE_END: u16 = 0x10;

/// The VLANs of each port and bridge that has any.
pub(super) fn vlans(replies: &Replies, names: &Names) -> Vec<VlanState> {
    let link = |payload| {
        let header = LinkHeader::parse(payload).ok()?;
        let mut state = VlanState { ifname: device(header.index, names), ..VlanState::default() };
        let families = attributes(payload.get(LINK_HEADER..)?).filter(|(kind, _)| *kind == 26);
        for (kind, value) in families.flat_map(|(_, value)| attributes(value)) {
            match kind {
                2 => vlan(value, &mut state.vlans),
                // IFLA_BRIDGE_VLAN_TUNNEL_INFO: which VLAN is which tunnel's.
                3 => {
                    if let Some(last) = state.vlans.last_mut() {
                        last.other.insert("tunnel".to_owned(), true.into());
                    }
                }
                _ => {}
            }
        }
        (!state.vlans.is_empty()).then_some(state)
    };
    replies.iter().filter_map(link).collect()
}

/// `struct bridge_vlan_info`; a range comes as its two ends.
fn vlan(bytes: &[u8], list: &mut Vec<VlanEntry>) {
    let half = |range| bytes.get(range).and_then(number).and_then(|n| u16::try_from(n).ok());
    let (Some(flags), Some(id)) = (half(0..2), half(2..4)) else { return };
    if flags & RANGE_END != 0 {
        if let Some(last) = list.last_mut() {
            last.end = Some(id);
        }
        return;
    }
    let words = [(PVID, "PVID"), (UNTAGGED, "Egress Untagged")];
    let set = words.iter().filter(|(bit, _)| flags & bit != 0);
    let flags: Vec<String> = set.map(|(_, word)| (*word).to_owned()).collect();
    list.push(VlanEntry { vlan: id, end: None, flags, ..VlanEntry::default() });
}
