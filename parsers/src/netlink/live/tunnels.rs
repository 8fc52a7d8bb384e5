//! The attributes of IP tunnels by number (include/uapi/linux/if_tunnel.h), with the names that iproute2 prints.

use super::attribute::Codec::{Bool, By, Device, Ip, Key, Number, Positive, PositiveHex, Present, State};
use super::attribute::{Row, ip, network, number};
use serde_json::{Map, Value as Json};
use std::net::{IpAddr, Ipv6Addr};

pub(super) const GRE: &[Row] = &[
    (1, "link", Device),
    (2, "iflags", By(gre_in)),
    (3, "oflags", By(gre_out)),
    (4, "ikey", Key),
    (5, "okey", Key),
    (6, "local", Ip),
    (7, "remote", Ip),
    (8, "ttl", Number),
    (9, "tos", PositiveHex),
    (10, "pmtudisc", Bool),
    (11, "encap_limit", Number),
    (12, "flowinfo", By(flow_info)),
    (13, "flags", By(tunnel_flags)),
    (14, "encap_type", Positive),
    (15, "encap_flags", State),
    (16, "encap_sport", State),
    (17, "encap_dport", State),
    (18, "external", Present),
    (19, "ignore_df", Bool),
    (20, "fwmark", Positive),
    (21, "erspan_index", Number),
    (22, "erspan_ver", Number),
    (23, "erspan_dir", Number),
    (24, "erspan_hwid", Number),
];

/// GRE_CSUM and GRE_SEQ, which the model has no place for. GRE_KEY tells a key of 0 from none; the key itself comes
/// behind it.
fn gre_flags([key, checksum, sequence]: [&str; 3], bytes: &[u8], map: &mut Map<String, Json>) {
    let bits = network(bytes).unwrap_or(0);
    if bits & 0x2000 != 0 {
        map.insert(key.to_owned(), "0.0.0.0".into());
    }
    for (mask, name) in [(0x8000, checksum), (0x1000, sequence)] {
        if bits & mask != 0 {
            map.insert(name.to_owned(), true.into());
        }
    }
}

fn gre_in(bytes: &[u8], map: &mut Map<String, Json>) {
    gre_flags(["ikey", "icsum", "iseq"], bytes, map);
}

fn gre_out(bytes: &[u8], map: &mut Map<String, Json>) {
    gre_flags(["okey", "ocsum", "oseq"], bytes, map);
}

pub(super) const IPTUN: &[Row] = &[
    (1, "link", Device),
    (2, "local", Ip),
    (3, "remote", Ip),
    (4, "ttl", Number),
    (5, "tos", PositiveHex),
    (6, "encap_limit", Number),
    (7, "flowinfo", By(flow_info)),
    (8, "flags", By(tunnel_flags)),
    (9, "proto", By(iptun_protocol)),
    (10, "pmtudisc", Bool),
    (11, "6rd-prefix", By(rapid_deployment)),
    (12, "6rd-relay_prefix", Ip),
    (13, "6rd-prefixlen", State),
    (14, "6rd-relay_prefixlen", State),
    (15, "encap_type", Positive),
    (16, "encap_flags", State),
    (17, "encap_sport", State),
    (18, "encap_dport", State),
    (19, "external", Present),
    (20, "fwmark", Positive),
];

/// The flow label in the lower 20 bits (IP6_FLOWINFO_FLOWLABEL), the traffic class above.
fn flow_info(bytes: &[u8], map: &mut Map<String, Json>) {
    let info = network(bytes).unwrap_or(0);
    let (class, label) = (info >> 20 & 0xff, info & 0xf_ffff);
    if label != 0 {
        map.insert("flowlabel".to_owned(), label.into());
    }
    if class != 0 {
        map.insert("tos".to_owned(), format!("{class:x}").into());
    }
}

/// The prefix of 6to4 is every sit device's own (net/ipv6/sit.c).
fn rapid_deployment(bytes: &[u8], map: &mut Map<String, Json>) {
    let prefix = ip(bytes).filter(|prefix| *prefix != SIX_TO_FOUR);
    if let Some(prefix) = prefix {
        map.insert("6rd-prefix".to_owned(), prefix.to_string().into());
    }
}

const SIX_TO_FOUR: IpAddr = IpAddr::V6(Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0));

/// IP6_TNL_F_*: the bits that somebody sets; the others say what the tunnel can do at the moment.
const SET_FLAGS: u64 = 0x3f;
/// IP6_TNL_F_IGN_ENCAP_LIMIT: the limit that stands beside it does not count.
const IGNORE_LIMIT: u64 = 1;

/// SIT_ISATAP, a half word of sit, or IP6_TNL_F_*, a word of the tunnels over IPv6.
fn tunnel_flags(bytes: &[u8], map: &mut Map<String, Json>) {
    let bits = number(bytes).unwrap_or(0);
    if bytes.len() == 2 {
        if bits & 1 == 1 {
            map.insert("isatap".to_owned(), true.into());
        }
        return;
    }
    if bits & IGNORE_LIMIT != 0 {
        map.shift_remove("encap_limit");
    }
    if bits & SET_FLAGS != 0 {
        map.insert("flags".to_owned(), (bits & SET_FLAGS).into());
    }
}

/// What an ip6tnl carries (ip/link_ip6tnl.c) or a sit (ip/link_iptnl.c).
fn iptun_protocol(bytes: &[u8], map: &mut Map<String, Json>) {
    let word = match number(bytes) {
        Some(4) => "ipip6",
        Some(41) => "ip6ip6",
        Some(137) => "mplsip",
        Some(0) => "any",
        Some(_) | None => return,
    };
    map.insert("proto".to_owned(), word.into());
}

pub(super) const VTI: &[Row] = &[
    (1, "link", Device),
    (2, "ikey", Key),
    (3, "okey", Key),
    (4, "local", Ip),
    (5, "remote", Ip),
    (6, "fwmark", Positive),
];
