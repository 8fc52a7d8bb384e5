//! The settings of each kind of link as `ip -d` prints them, where that differs from `ip -j -d`
//! (ip/iplink_*.c, ip/link_*.c). Any other word is followed by its value and has the same name in both.

use super::entry::is_mac;
use super::link::ends;
use super::{set, value};
use serde_json::{Map, Value as Json, json};

/// What a word stands for.
#[derive(Clone, Copy)]
enum Shape {
    /// Its value has that key.
    Key(&'static str),
    /// It has no value; these keys have these.
    Flag(&'static str, bool),
    /// It has no value; it is the value of that key.
    Word(&'static str),
    /// A list with commas.
    List(&'static str),
    /// Two numbers.
    Ports,
    /// A name for 0, or the number.
    Named(&'static str, &'static str),
    /// It says that a flag of tunnels is set, if its value is that word; else its value has the key.
    Bit(&'static str, &'static str, &'static str),
}

use Shape::{Bit, Flag, Key, List, Named, Ports, Word};

/// The kinds that a row is for, the word, what it stands for.
type Row = (&'static [&'static str], &'static str, Shape);

const V4: &[&str] = &["gre", "gretap", "erspan", "ipip", "sit", "vti", "vti6"];
const V6: &[&str] = &["ip6tnl", "ip6gre", "ip6gretap", "ip6erspan"];
const TUNNELS: &[&str] =
    &["gre", "gretap", "erspan", "ipip", "sit", "vti", "vti6", "ip6tnl", "ip6gre", "ip6gretap"];
const UDP: &[&str] = &["vxlan", "geneve"];

const ROWS: &[Row] = &[
    (&["bridge"], "group_address", Key("group_addr")),
    (&["bridge"], "designated_root", Key("root_id")),
    (&["bridge"], "mcast_last_member_count", Key("mcast_last_member_cnt")),
    (&["bridge"], "mcast_startup_query_count", Key("mcast_startup_query_cnt")),
    (&["bridge"], "mcast_last_member_interval", Key("mcast_last_member_intvl")),
    (&["bridge"], "mcast_membership_interval", Key("mcast_membership_intvl")),
    (&["bridge"], "mcast_querier_interval", Key("mcast_querier_intvl")),
    (&["bridge"], "mcast_query_interval", Key("mcast_query_intvl")),
    (&["bridge"], "mcast_query_response_interval", Key("mcast_query_response_intvl")),
    (&["bridge"], "mcast_startup_query_interval", Key("mcast_startup_query_intvl")),
    (&["bridge_slave"], "port_id", Key("id")),
    (&["bridge_slave"], "port_no", Key("no")),
    (&["bridge_slave"], "designated_bridge", Key("bridge_id")),
    (&["bridge_slave"], "designated_root", Key("root_id")),
    (&["bridge_slave"], "mcast_router", Key("multicast_router")),
    // The same as `fastleave`.
    (&["bridge_slave"], "mcast_fast_leave", Key("fastleave")),
    (&["bond"], "num_grat_arp", Key("num_peer_notif")),
    (&["bond"], "lacp_active", Key("ad_lacp_active")),
    (&["bond"], "lacp_rate", Key("ad_lacp_rate")),
    (&["bond"], "arp_ip_target", List("arp_ip_target")),
    (&["bond"], "ns_ip6_target", List("ns_ip6_target")),
    (&["bond"], "ad_aggregator", Key("ad_info")),
    (&["bond"], "ad_num_ports", Key("ad_info")),
    (&["bond"], "ad_actor_key", Key("ad_info")),
    (&["bond"], "ad_partner_key", Key("ad_info")),
    (&["bond"], "ad_partner_mac", Key("ad_info")),
    (&["vxlan"], "dev", Key("link")),
    (&["vxlan"], "srcport", Ports),
    (UDP, "dstport", Key("port")),
    (&["vxlan"], "maxaddr", Key("limit")),
    (&["vxlan"], "nolearning", Flag("learning", false)),
    (&["vxlan"], "proxy", Flag("proxy", true)),
    (&["vxlan"], "rsc", Flag("rsc", true)),
    (&["vxlan"], "l2miss", Flag("l2miss", true)),
    (&["vxlan"], "l3miss", Flag("l3miss", true)),
    (&["vxlan"], "gbp", Flag("gbp", true)),
    (&["vxlan"], "gpe", Flag("gpe", true)),
    (&["vxlan"], "vnifilter", Flag("vnifilter", true)),
    (&["vxlan"], "localbypass", Flag("localbypass", true)),
    (&["vxlan"], "nolocalbypass", Flag("nolocalbypass", true)),
    (&["vxlan"], "remcsumtx", Flag("remcsum_tx", true)),
    (&["vxlan"], "remcsumrx", Flag("remcsum_rx", true)),
    (&["vxlan"], "ageing", Named("none", "ageing")),
    (UDP, "ttl", Named("auto", "ttl")),
    (UDP, "external", Flag("external", true)),
    (UDP, "udpcsum", Flag("udp_csum", true)),
    (UDP, "noudpcsum", Flag("udp_csum", false)),
    (UDP, "udp6zerocsumtx", Flag("udp_zero_csum6_tx", true)),
    (UDP, "noudp6zerocsumtx", Flag("udp_zero_csum6_tx", false)),
    (UDP, "udp6zerocsumrx", Flag("udp_zero_csum6_rx", true)),
    (UDP, "noudp6zerocsumrx", Flag("udp_zero_csum6_rx", false)),
    (&["geneve"], "innerprotoinherit", Flag("innerprotoinherit", true)),
    (&["macvlan", "macvtap"], "nopromisc", Flag("nopromisc", true)),
    (&["macvlan", "macvtap"], "nodst", Flag("nodst", true)),
    (&["ipvlan", "ipvtap"], "bridge", Flag("bridge", true)),
    (&["ipvlan", "ipvtap"], "private", Flag("private", true)),
    (&["ipvlan", "ipvtap"], "vepa", Flag("vepa", true)),
    (&["tun"], "multi_queue", Flag("multi_queue", true)),
    (TUNNELS, "dev", Key("link")),
    (TUNNELS, "pmtudisc", Flag("pmtudisc", true)),
    (TUNNELS, "nopmtudisc", Flag("pmtudisc", false)),
    (TUNNELS, "iseq", Flag("iseq", true)),
    (TUNNELS, "oseq", Flag("oseq", true)),
    (TUNNELS, "icsum", Flag("icsum", true)),
    (TUNNELS, "ocsum", Flag("ocsum", true)),
    (TUNNELS, "ignore-df", Flag("ignore_df", true)),
    (TUNNELS, "external", Flag("external", true)),
    (&["sit"], "isatap", Flag("isatap", true)),
    (&["sit"], "6rd-prefix", Key("6rd-prefix")),
    (&["ipip", "sit", "ip6tnl"], "any", Word("proto")),
    (&["ipip", "sit", "ip6tnl"], "ipip", Word("proto")),
    (&["ipip", "sit", "ip6tnl"], "ip6ip", Word("proto")),
    (&["ipip", "sit", "ip6tnl"], "mplsip", Word("proto")),
    (&["ip6tnl"], "ipip6", Word("proto")),
    (&["ip6tnl"], "ip6ip6", Word("proto")),
    (V6, "hoplimit", Named("inherit", "ttl")),
    (V6, "encaplimit", Bit("none", "ip6_tnl_f_ign_encap_limit", "encap_limit")),
    (V6, "tclass", Bit("inherit", "ip6_tnl_f_use_orig_tclass", "tclass")),
    (V6, "flowlabel", Bit("inherit", "ip6_tnl_f_use_orig_flowlabel", "flowlabel")),
    (V6, "dscp", Bit("inherit", "ip6_tnl_f_rcv_dscp_copy", "dscp")),
    (V6, "fwmark", Bit("inherit", "ip6_tnl_f_use_orig_fwmark", "fwmark")),
    (V6, "mip6", Flag("ip6_tnl_f_mip6_dev", true)),
    (&["macsec"], "validate", Key("validation")),
    (&["macsec"], "icvlen", Key("icv_length")),
    (&["macsec"], "cipher", Key("cipher_suite")),
];

/// Kinds whose `on` and `off` are truth values with `-j`.
const SWITCHES: [&str; 3] = ["bridge_slave", "tun", "macsec"];

/// The settings of a kind.
pub(super) fn settings(kind: &str, words: &[&str]) -> Map<String, Json> {
    let mut map = Map::new();
    let mut words = words.iter().copied().take_while(|word| !ends(word)).peekable();
    while let Some(word) = words.next() {
        // `<REORDER_HDR,GVRP>` of a VLAN.
        if let Some(flags) = word.strip_prefix('<').and_then(|flags| flags.strip_suffix('>')) {
            set(&mut map, "flags", flags.split(',').map(Json::from).collect::<Vec<_>>());
            continue;
        }
        // `remotes (2) 02:… 02:…` of a macvlan.
        if word == "remotes" && kind.starts_with("macv") {
            words.next();
            let list: Vec<Json> = words.by_ref().take_while(|word| is_mac(word)).map(Json::from).collect();
            set(&mut map, "macaddr_data", list);
            continue;
        }
        let shape = ROWS.iter().find(|(kinds, name, _)| *name == word && kinds.contains(&kind));
        match shape.map(|(_, _, shape)| *shape) {
            Some(Flag(key, is)) => set(&mut map, key, is),
            Some(Word(key)) => set(&mut map, key, word),
            Some(Ports) => {
                let (low, high) = (words.next().unwrap_or("0"), words.next().unwrap_or("0"));
                set(&mut map, "port_range", json!({"low": value(low), "high": value(high)}));
            }
            Some(List(key)) => {
                let list = words.next().unwrap_or_default().split(',').filter(|item| !item.is_empty());
                set(&mut map, key, list.map(Json::from).collect::<Vec<_>>());
            }
            Some(Named(zero, key)) => {
                let text = words.next().unwrap_or_default();
                set(&mut map, key, if text == zero { json!(0) } else { value(text) });
            }
            Some(Bit(set_by, bit, key)) => match words.next().unwrap_or_default() {
                text if text == set_by => set(&mut map, bit, true),
                text => set(&mut map, key, value(text)),
            },
            Some(Key(key)) => set(&mut map, key, plain(kind, words.next().unwrap_or_default())),
            None => match words.next() {
                Some(text) => set(&mut map, word, plain(kind, text)),
                None => set(&mut map, word, true),
            },
        }
    }
    // What is on unless it is said to be off.
    let silent = match kind {
        "vxlan" => Some("learning"),
        kind if V4.contains(&kind) && !kind.starts_with("vti") => Some("pmtudisc"),
        _ => None,
    };
    if let Some(key) = silent {
        map.entry(key).or_insert(Json::Bool(true));
    }
    map
}

fn plain(kind: &str, text: &str) -> Json {
    match text {
        "on" if SWITCHES.contains(&kind) => Json::Bool(true),
        "off" if SWITCHES.contains(&kind) => Json::Bool(false),
        text => value(text),
    }
}
