//! Links with their addresses: RTM_GETLINK and RTM_GETADDR.

use super::attribute::{
    Codec, Names, attributes, device, ip, mac, number, number32, settings, text, unknown,
};
use super::socket::Replies;
use super::{kinds, words};
use crate::netlink::snapshot::{AddressState, Ipv6Settings, LinkInfo, LinkState};
use foldhash::HashMap;
use netlink_packet_route::AddressFamily;
use netlink_packet_route::address::AddressHeader;
use netlink_packet_route::link::LinkHeader;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The length of `struct ifinfomsg`.
const LINK_HEADER: usize = 16;
/// The length of `struct ifaddrmsg`.
const ADDRESS_HEADER: usize = 8;
/// AF_INET and AF_INET6 as numbers of attributes in IFLA_AF_SPEC.
const INET: u16 = 2;
const INET6: u16 = 10;
/// IFA_CACHEINFO's word for ever.
const FOREVER: u32 = u32::MAX;

/// The names of all links by their number.
pub(super) fn names(replies: &Replies) -> Names {
    let name = |payload| {
        let header = LinkHeader::parse(payload).ok()?;
        let name = attributes(payload.get(LINK_HEADER..)?).find(|(number, _)| *number == 3)?.1;
        Some((header.index, text(name)))
    };
    replies.iter().filter_map(name).collect()
}

/// The links in the order of the kernel, each with its number.
pub(super) fn links(replies: &Replies, names: &Names) -> Vec<(u32, LinkState)> {
    replies.iter().filter_map(|payload| link(payload, names)).collect()
}

fn link(payload: &[u8], names: &Names) -> Option<(u32, LinkState)> {
    let header = LinkHeader::parse(payload).ok()?;
    let hardware = u16::from(header.link_layer_type);
    let mut state = LinkState {
        ifindex: Some(header.index),
        flags: Some(words::link_flags(header.flags.bits())),
        link_type: Some(words::link_type(hardware).into_owned()),
        ..LinkState::default()
    };
    let mut below = None;
    // Numbers of links in the settings of one that stands on another namespace are of that (IFLA_LINK_NETNSID).
    let elsewhere = Names::default();
    let is_elsewhere = attributes(payload.get(LINK_HEADER..)?).any(|(kind, _)| kind == 37);
    let names_below = if is_elsewhere { &elsewhere } else { names };
    for (kind, value) in attributes(payload.get(LINK_HEADER..)?) {
        match kind {
            1 => state.address = Some(hardware_address(hardware, value)),
            3 => state.ifname = text(value),
            4 => state.mtu = number(value).and_then(|mtu| i64::try_from(mtu).ok()),
            5 => below = number32(value),
            10 => state.master = number32(value).map(|index| device(index, names)),
            13 => state.txqlen = number(value).and_then(|length| i64::try_from(length).ok()),
            16 => {
                let word = Codec::Words(words::OPERSTATES).read(value, names);
                state.operstate = word.and_then(|word| word.as_str().map(str::to_owned));
            }
            18 => state.linkinfo = Some(info(value, names_below, names)),
            20 => state.ifalias = Some(text(value)),
            22 | 24 => {}
            26 => families(value, &mut state),
            27 => state.group = number32(value).filter(|group| *group != 0).map(|group| group.to_string()),
            37 => {
                state.link_netnsid = Some(number32(value).map_or(-1, |id| i64::from(id.cast_signed())));
            }
            43 if !is_xdp_on(value) => {}
            52 => state.altnames = attributes(value).map(|(_, name)| text(name)).collect(),
            54 => state.permaddr = Some(hardware_address(hardware, value)),
            39 if number(value) == Some(1) => drop(state.other.insert("proto_down".to_owned(), true.into())),
            kind if IGNORED.contains(&kind) => {}
            kind => unknown(&mut state.other, "IFLA_", kind, value),
        }
    }
    match below {
        // The number of a link counts in its own namespace.
        Some(index) if state.link_netnsid.is_some() => state.link_index = Some(index.into()),
        // iproute2 prints NONE for what an unbound tunnel says.
        Some(0) | None => {}
        Some(index) if index == header.index => {}
        Some(index) => state.link = Some(device(index, names)),
    }
    if state.permaddr == state.address {
        state.permaddr = None;
    }
    Some((header.index, state))
}

/// State of every link, or what follows from its driver: broadcast address, queueing discipline, counters, queues,
/// limits of segmentation, ports of switches, parent devices.
const IGNORED: &[u16] = &[
    2, 6, 7, 14, 17, 21, 23, 25, 29, 30, 31, 32, 33, 34, 35, 36, 38, 39, 40, 41, 44, 47, 48, 49, 50, 51, 55,
    56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70,
];

/// IFLA_XDP_ATTACHED: 0 is no program.
fn is_xdp_on(value: &[u8]) -> bool {
    attributes(value).any(|(kind, value)| kind == 2 && number(value) != Some(0))
}

/// Tunnels have addresses of IP for hardware addresses (lib/ll_addr.c:ll_addr_n2a).
fn hardware_address(hardware: u16, bytes: &[u8]) -> String {
    match (hardware, bytes.len()) {
        (768 | 776 | 778, 4) | (769 | 823, 16) => {
            ip(bytes).map_or_else(|| mac(bytes), |address| address.to_string())
        }
        _ => mac(bytes),
    }
}

/// IFLA_LINKINFO. The kinds stand before their data.
fn info(bytes: &[u8], names_below: &Names, names: &Names) -> LinkInfo {
    let mut info = LinkInfo::default();
    for (number, value) in attributes(bytes) {
        match number {
            1 => info.info_kind = Some(text(value)),
            2 => match info.info_kind.as_deref().and_then(kinds::data) {
                Some((prefix, rows)) => info.info_data = settings(value, rows, prefix, names_below),
                None => info.info_data = settings(value, &[], "IFLA_INFO_DATA_", names),
            },
            3 => {}
            4 => info.info_slave_kind = Some(text(value)),
            5 => match info.info_slave_kind.as_deref().and_then(kinds::port) {
                Some((prefix, rows)) => info.info_slave_data = settings(value, rows, prefix, names),
                None => info.info_slave_data = settings(value, &[], "IFLA_INFO_SLAVE_DATA_", names),
            },
            other => unknown(&mut info.other, "IFLA_INFO_", other, value),
        }
    }
    info
}

/// IFLA_AF_SPEC: what each family has set for the link.
fn families(bytes: &[u8], state: &mut LinkState) {
    for (family, value) in attributes(bytes) {
        match family {
            // IFLA_INET_CONF: IPV4_DEVCONF_FORWARDING is the first.
            INET => {
                let conf = attributes(value).find(|(kind, _)| *kind == 1).map(|(_, conf)| conf);
                state.ipv4_forwarding = conf.and_then(|conf| conf.get(..4)).and_then(number32);
            }
            INET6 => ipv6(value, state),
            _ => {}
        }
    }
}

/// IFLA_INET6_*.
fn ipv6(bytes: &[u8], state: &mut LinkState) {
    const MODES: &[&str] = &["eui64", "none", "stable_secret", "random"];
    for (kind, value) in attributes(bytes) {
        match kind {
            2 => state.ipv6 = Some(ipv6_settings(value)),
            7 => {
                let token = ip(value).filter(|token| !token.is_unspecified());
                state.inet6_token = token.map(|token| token.to_string());
            }
            8 => {
                let word = Codec::Words(MODES).read(value, &Names::default());
                state.inet6_addr_gen_mode = word.and_then(|word| word.as_str().map(str::to_owned));
            }
            _ => {}
        }
    }
}

/// IFLA_INET6_CONF: numbers at the places of DEVCONF_* (include/uapi/linux/ipv6.h).
fn ipv6_settings(bytes: &[u8]) -> Ipv6Settings {
    let at = |place: usize| {
        let bytes = bytes.get(place * 4..place * 4 + 4)?;
        Some(i32::from_ne_bytes(bytes.try_into().ok()?))
    };
    Ipv6Settings {
        forwarding: at(0),
        mtu: at(2),
        accept_ra: at(3),
        autoconf: at(5),
        use_tempaddr: at(10),
        disable_ipv6: at(26),
    }
}

/// The addresses by the number of their link, in the order of the kernel.
pub(super) fn addresses(replies: &Replies, names: &Names) -> HashMap<u32, Vec<AddressState>> {
    let mut found: HashMap<u32, Vec<AddressState>> = HashMap::default();
    for (index, address) in replies.iter().filter_map(|payload| address(payload, names)) {
        found.entry(index).or_default().push(address);
    }
    found
}

fn address(payload: &[u8], names: &Names) -> Option<(u32, AddressState)> {
    let header = AddressHeader::parse(payload).ok()?;
    let is_v4 = header.family == AddressFamily::Inet;
    if !is_v4 && header.family != AddressFamily::Inet6 {
        return None;
    }
    let mut flags = u32::from(header.flags.bits());
    let (mut local, mut far) = (None, None);
    let mut state = AddressState {
        family: if is_v4 { "inet" } else { "inet6" }.to_owned(),
        prefixlen: Some(header.prefix_len),
        scope: Some(words::scope(u8::from(header.scope)).into_owned()),
        valid_life_time: Some(FOREVER),
        preferred_life_time: Some(FOREVER),
        ..AddressState::default()
    };
    for (kind, value) in attributes(payload.get(ADDRESS_HEADER..)?) {
        match kind {
            1 => far = ip(value),
            2 => local = ip(value),
            3 => state.label = Some(text(value)).filter(|label| Some(label) != names.get(&header.index)),
            4 => state.broadcast = ip(value).map(|broadcast| broadcast.to_string()),
            5 => state.anycast = ip(value).map(|anycast| anycast.to_string()),
            6 => {
                state.preferred_life_time = value.get(..4).and_then(number32);
                state.valid_life_time = value.get(4..8).and_then(number32);
            }
            8 => flags = number32(value).unwrap_or(flags),
            9 => state.metric = number32(value),
            11 => state.protocol = number(value).map(address_protocol),
            kind => unknown(&mut state.other, "IFA_", kind, value),
        }
    }
    let own = local.or(far)?;
    state.local = own.to_string();
    state.address = far.filter(|far| *far != own && !is_any(*far)).map(|far| far.to_string());
    address_flags(flags, is_v4, &mut state);
    Some((header.index, state))
}

fn is_any(ip: IpAddr) -> bool {
    ip == IpAddr::V4(Ipv4Addr::UNSPECIFIED) || ip == IpAddr::V6(Ipv6Addr::UNSPECIFIED)
}

/// IFAPROT_*.
fn address_protocol(number: u64) -> String {
    match number {
        1 => "kernel_lo".to_owned(),
        2 => "kernel_ra".to_owned(),
        3 => "kernel_ll".to_owned(),
        other => other.to_string(),
    }
}

/// IFA_F_* (include/uapi/linux/if_addr.h). The first bit is `secondary` of IPv4 and `temporary` of IPv6.
fn address_flags(flags: u32, is_v4: bool, state: &mut AddressState) {
    let has = |bit: u32| flags & bit != 0;
    state.secondary = is_v4 && has(0x01);
    state.temporary = !is_v4 && has(0x01);
    state.nodad = has(0x02);
    state.optimistic = has(0x04);
    state.home = has(0x10);
    state.dynamic = !has(0x80);
    state.mngtmpaddr = has(0x100);
    state.noprefixroute = has(0x200);
    state.autojoin = has(0x400);
    state.stable_privacy = has(0x800);
    for (bit, name) in [(0x08, "dadfailed"), (0x20, "deprecated"), (0x40, "tentative")] {
        if has(bit) {
            state.other.insert(name.to_owned(), true.into());
        }
    }
}
