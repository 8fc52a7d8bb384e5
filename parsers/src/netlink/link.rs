//! Links: what the kernel says of one becomes the settings that somebody must have made, those that differ
//! from the kernel's own defaults ([`netpivot_model::defaults::kernel`]).

use super::kinds::{self, Codec, Row};
use super::snapshot::LinkState;
use super::{Reading, Why};
use netpivot_model::codes::netlink as codes;
use netpivot_model::defaults::{Silence, kernel};
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::link::{Link, LinkKind, PortType, Underlay};
use netpivot_model::path::FieldPath;
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::{LinkRef, Value};
use netpivot_model::virtual_link::{IpTunnel, TunnelMode};
use serde_json::{Map, Value as Json};
use std::borrow::Cow;

/// The MTU that the kernel gives a link of Ethernet's kind.
const ETHERNET_MTU: i64 = 1500;
/// IPV6_MIN_MTU.
const LEAST_IPV6_MTU: i64 = 1280;
/// What a VXLAN leaves for its own headers (include/net/vxlan.h).
const VXLAN_HEADROOM: i64 = 50;
const VXLAN6_HEADROOM: i64 = 70;

/// The kernel's default is 3125, which its clock rounds when it prints it (netlink-ip.md 2.1).
const STARTUP_QUERY: (&str, Option<i64>) = ("mcast_startup_query_intvl", Some(3124));

impl Reading<'_> {
    /// The link, without addresses.
    pub(super) fn link(&mut self, state: &LinkState, span: Span) -> Link {
        let mut link = Link { name: Some(At::new(state.ifname.clone(), span)), ..Link::default() };
        let info_kind = state.linkinfo.as_ref().and_then(|info| info.info_kind.as_deref());
        link.kind = At::new(kind_of(state, info_kind), Origin::at(span));
        if let Some(flags) = &state.flags {
            let is_up = flags.iter().any(|flag| flag == "UP");
            // Nobody wants a host whose loopback device is down; the kernel makes that of a namespace so.
            let is_told = is_up || !matches!(link.kind.value, LinkKind::Loopback(_));
            link.up = is_told.then(|| At::new(is_up, Origin::at(span)));
            let promiscuous = flags.iter().any(|flag| flag == "PROMISC");
            let value = (promiscuous || self.keep.usual).then(|| Value::Int(promiscuous.into()));
            self.say(&mut link, "promiscuous", value, span);
        }
        if let (LinkKind::Unsupported(unsupported), Some(word)) =
            (&mut link.kind.value, info_kind.or(state.link_type.as_deref()))
        {
            unsupported.source_type = Some(At::new(word.to_owned(), span));
        }
        if let Some(setting) = other_meaning(state) {
            let message = format!(
                "`{}` is a {} with `{setting}`, which has no place in the model; without it the link would be another one",
                state.ifname,
                info_kind.unwrap_or("link")
            );
            let help = "make the link by other means";
            self.cx.report(Diagnostic::new(&codes::MEANS_OTHERWISE, message).at(span).help(help));
        }
        self.below(&mut link, state, span);
        self.link_netns(&mut link, state, span);
        self.settings(&mut link, state, info_kind, span);
        self.hardware(&mut link, state, info_kind, span);
        if let Some(master) = &state.master {
            link.controller = Some(At::new(LinkRef::Name(master.clone()), Origin::at(span)));
            link.port_type = self.port_type(state, master).map(|found| At::new(found, Origin::at(span)));
        }
        if state.group.as_deref().is_some_and(|group| !matches!(group, "default" | "0")) {
            self.unknown("group", span);
        }
        for key in state.other.keys().filter(|key| !kinds::LINK_STATE.contains(&key.as_str())) {
            self.unknown(key, span);
        }
        for setting in unusual(state, &link.kind.value) {
            self.unknown(setting, span);
        }
        link
    }

    /// The link below, or the other end.
    fn below(&mut self, link: &mut Link, state: &LinkState, span: Span) {
        let path = match &link.kind.value {
            LinkKind::Vlan(_) => "vlan.parent",
            LinkKind::Veth(_) => "veth.peer",
            LinkKind::Macvlan(_) => "macvlan.parent",
            LinkKind::Ipvlan(_) => "ipvlan.parent",
            LinkKind::Macsec(_) => "macsec.parent",
            LinkKind::Infiniband(_) => "infiniband.parent",
            LinkKind::Ethernet(_)
            | LinkKind::Wifi(_)
            | LinkKind::Bridge(_)
            | LinkKind::Bond(_)
            | LinkKind::Team(_)
            | LinkKind::Tun(_)
            | LinkKind::Dummy(_)
            | LinkKind::Vxlan(_)
            | LinkKind::Geneve(_)
            | LinkKind::Vrf(_)
            | LinkKind::Wireguard(_)
            | LinkKind::IpTunnel(_)
            | LinkKind::Hsr(_)
            | LinkKind::OvsBridge(_)
            | LinkKind::OvsPort(_)
            | LinkKind::OvsInterface(_)
            | LinkKind::Loopback(_)
            | LinkKind::Generic(_)
            | LinkKind::Unsupported(_) => return,
        };
        let beyond = self.beyond(state).map(|(name, _)| name);
        if let Some(name) = state.link.as_ref().or(beyond) {
            self.say(link, path, Some(Value::text(name.clone())), span);
        } else if !is_card_of_container(state) && (state.link_index.is_some() || state.link_netnsid.is_some())
        {
            self.not_shown(format!("the other end of `{}`", state.ifname), span);
        }
    }

    /// The namespace of what the link stands on.
    fn link_netns(&mut self, link: &mut Link, state: &LinkState, span: Span) {
        let Some(underlay) = link.kind.value.underlay() else { return };
        if state.link_netnsid.is_none() {
            if self.is_named && underlay == Underlay::HiddenSockets {
                let message = format!(
                    "`{}` may send its packets from another network namespace, in which it was made; the kernel does not tell",
                    state.ifname
                );
                let help =
                    "if so, say it in the source, or make it from there (`ip link add … netns NAME type …`)";
                self.cx.report(Diagnostic::new(&codes::ELSEWHERE, message).at(span).help(help));
            }
            return;
        }
        match state.link_netns.clone().filter(|space| self.elsewhere.spaces.contains(space)) {
            Some(space) => self.say(link, "link_netns", Some(Value::text(space)), span),
            None if underlay != Underlay::LowerLink => {
                self.not_shown(format!("what `{}` sends through", state.ifname), span);
                return;
            }
            // Told with the lower link.
            None => return,
        }
        let path = match underlay {
            // It has said its lower link.
            Underlay::LowerLink | Underlay::HiddenSockets => return,
            Underlay::Sockets if matches!(link.kind.value, LinkKind::Vxlan(_)) => "vxlan.parent",
            Underlay::Sockets => "ip_tunnel.parent",
        };
        // ip(8) prints the name that the number has in the namespace of the tunnel.
        let data = state.linkinfo.as_ref().map(|info| &info.info_data);
        let Some(lower) = data.and_then(|data| data.get("link")).and_then(Json::as_str) else { return };
        let number = lower.strip_prefix("if").and_then(|number| number.parse().ok());
        let place = state.link_netns.clone().zip(number);
        match place.and_then(|place| self.elsewhere.links.get(&place)) {
            Some((name, _)) => self.say(link, path, Some(Value::text(name.clone())), span),
            None => self.not_shown(format!("the lower link of `{}`", state.ifname), span),
        }
    }

    fn not_shown(&mut self, what: String, span: Span) {
        let message = format!("{what} is in another network namespace, which this snapshot does not show");
        let help = "take a snapshot of that namespace, too (`ip -n NAME -j -d address`)";
        self.cx.report(Diagnostic::new(&codes::ELSEWHERE, message).at(span).help(help));
    }

    /// The name and the MTU of the other link that is in another namespace.
    fn beyond(&self, state: &LinkState) -> Option<&(String, Option<i64>)> {
        let number = state.link_index.and_then(|index| u32::try_from(index).ok());
        state.link_netns.clone().zip(number).and_then(|place| self.elsewhere.links.get(&place))
    }

    fn settings(&mut self, link: &mut Link, state: &LinkState, info_kind: Option<&str>, span: Span) {
        let Some(info) = &state.linkinfo else { return };
        let info_kind = info_kind.filter(|_| !matches!(link.kind.value, LinkKind::Unsupported(_)));
        if let (LinkKind::IpTunnel(_), Some(kind)) = (&link.kind.value, info_kind) {
            // The defaults of a tunnel's settings are those of its kind.
            let mode = tunnel_mode(kind, &info.info_data).map(|mode| Value::text(mode.as_str()));
            self.say(link, "ip_tunnel.mode", mode, span);
            let set = kinds::TUNNEL_FLAGS.iter().filter(|(name, _)| info.info_data.contains_key(*name));
            let flags = set.fold(0, |sum, (_, bit)| sum | bit);
            self.say(link, "ip_tunnel.flags", (flags != 0).then_some(Value::Int(flags)), span);
        }
        if let Some((_, _, rows, names)) = info_kind.and_then(kinds::kind) {
            let mut data = Cow::Borrowed(&info.info_data);
            if state.link_netnsid.is_some() && link.kind.value.underlay() == Some(Underlay::Sockets) {
                // A link of another namespace ([`Self::link_netns`]).
                data.to_mut().remove("link");
            }
            self.rows(link, rows, names, &data, span);
        }
        match info_kind {
            Some("macvtap") => self.say(link, "macvlan.tap", Some(Value::Bool(true)), span),
            Some("macvlan") if info.info_data.contains_key("nopromisc") => {
                self.say(link, "macvlan.promiscuous", Some(Value::Bool(false)), span);
            }
            Some("vlan") => self.vlan_flags(link, &info.info_data, span),
            Some("vxlan") => self.vxlan_ports(link, &info.info_data, span),
            Some(_) | None => {}
        }
        let (rows, state) = kinds::port(info.info_slave_kind.as_deref().unwrap_or(""));
        if info.info_slave_kind.is_some() {
            self.rows(link, rows, state, &info.info_slave_data, span);
        }
    }

    fn rows(&mut self, link: &mut Link, rows: &[Row], state: &[&str], data: &Map<String, Json>, span: Span) {
        // A default may follow from the setting of an earlier row.
        let row = |key: &String| rows.iter().position(|(name, ..)| name == key);
        let mut settings: Vec<_> = data.iter().map(|(key, json)| (row(key), key, json)).collect();
        settings.sort_by_key(|(row, ..)| *row);
        let keeps_usual = self.keep.usual;
        for (row, key, json) in settings {
            if (key.as_str(), json.as_i64()) == STARTUP_QUERY
                || (key == "ageing_time" && forgets_sooner(data))
            {
                continue;
            }
            match row.and_then(|row| rows.get(row)) {
                Some((_, path, Codec::Cost)) if keeps_usual => self.say(link, path, plain(json), span),
                Some((_, path, codec)) => match value(*codec, json) {
                    Some(found) => self.say(link, path, Some(found), span),
                    // `arp_validate` without a word is none.
                    // A usual cost is the link's own.
                    None if is_off(json) || *codec == Codec::Cost => {}
                    None => self.unknown(key, span),
                },
                None if state.contains(&key.as_str()) || kinds::is_usual(key, json) => {}
                // Off is what most of them are by themselves.
                None if is_6to4(key, json) || is_off(json) && !ON_BY_THEMSELVES.contains(&key.as_str()) => {}
                None => self.unknown(key, span),
            }
        }
    }

    /// `flags: ["REORDER_HDR"]` (ip/iplink_vlan.c).
    fn vlan_flags(&mut self, link: &mut Link, data: &Map<String, Json>, span: Span) {
        let Some(Json::Array(flags)) = data.get("flags") else { return };
        let words = [
            ("REORDER_HDR", "vlan.reorder_hdr"),
            ("GVRP", "vlan.gvrp"),
            ("MVRP", "vlan.mvrp"),
            ("LOOSE_BINDING", "vlan.loose_binding"),
        ];
        for (word, path) in words {
            let set = flags.iter().any(|flag| flag.as_str() == Some(word));
            self.say(link, path, Some(Value::Bool(set)), span);
        }
        let known = |flag: &&Json| words.iter().any(|(word, _)| flag.as_str() == Some(word));
        for flag in flags.iter().filter(|flag| !known(flag)) {
            self.unknown(flag.as_str().unwrap_or("flags"), span);
        }
    }

    fn vxlan_ports(&mut self, link: &mut Link, data: &Map<String, Json>, span: Span) {
        for (key, path) in [("low", "vxlan.source_port_min"), ("high", "vxlan.source_port_max")] {
            let port = data.get("port_range").and_then(|range| range.get(key)).and_then(Json::as_i64);
            self.say(link, path, port.map(Value::Int), span);
        }
    }

    /// Addresses and sizes of the device. An address of a made-up device is random unless it was set, which
    /// the kernel does not print; a card's own address says which card is meant.
    fn hardware(&mut self, link: &mut Link, state: &LinkState, info_kind: Option<&str>, span: Span) {
        let is_card = info_kind.is_none() && state.link_type.as_deref() == Some("ether");
        let own = state.permaddr.as_ref().or(state.address.as_ref());
        if let (true, Some(own)) = (is_card, own) {
            self.say(link, "matches.mac", Some(Value::text(own.clone())), span);
        }
        let is_port = state.linkinfo.as_ref().is_some_and(|info| info.info_slave_kind.is_some());
        // The addresses of tunnels are those of their ends.
        let is_ether = matches!(state.link_type.as_deref(), Some("ether" | "infiniband"));
        let differs = is_ether && (state.permaddr.is_some() || self.keep.usual);
        if let (true, false, Some(address)) = (differs, is_port, &state.address) {
            self.say(link, "mac", Some(Value::text(address.clone())), span);
        }
        let usual = match &link.kind.value {
            LinkKind::Loopback(_) => Some(65536),
            // These follow the link below or the largest packet that fits into the tunnel.
            LinkKind::Vlan(_) | LinkKind::Macvlan(_) | LinkKind::Ipvlan(_) => {
                let here = state.link.as_ref().and_then(|below| self.mtus.get(below).copied());
                here.or_else(|| self.beyond(state)?.1)
            }
            LinkKind::Vxlan(vxlan) => {
                let below = vxlan.parent.as_ref().and_then(|at| self.mtus.get(&at.value.to_string()));
                let v6 = vxlan.remote.as_ref().is_some_and(|at| at.value.is_ipv6());
                match &vxlan.parent {
                    Some(_) => below.map(|mtu| mtu - if v6 { VXLAN6_HEADROOM } else { VXLAN_HEADROOM }),
                    // Without a link below it is as large as Ethernet's (vxlan_config_apply()).
                    None => Some(ETHERNET_MTU),
                }
            }
            LinkKind::IpTunnel(tunnel) => {
                let overhead = overhead(tunnel);
                let below = state.link.as_ref().and_then(|below| self.mtus.get(below));
                // Without a link below it was made for the one of the route to its other end.
                let fits = |below: &&i64| state.mtu == Some(*below - overhead);
                let below = below.or_else(|| self.mtus.values().find(fits));
                Some(below.map_or(ETHERNET_MTU, |mtu| *mtu) - overhead)
            }
            // Without a route to the other end it has Ethernet's (geneve_link_config()).
            LinkKind::Geneve(_) | LinkKind::Wireguard(_) => {
                state.mtu.filter(|mtu| (LEAST_IPV6_MTU..=ETHERNET_MTU).contains(mtu))
            }
            // A bridge follows its ports until somebody sets its own MTU (net/bridge/br_if.c).
            LinkKind::Bridge(_) => self.port_mtus.get(&state.ifname).copied().or(Some(ETHERNET_MTU)),
            LinkKind::Vrf(_) => Some(65575),
            LinkKind::Infiniband(_) => state.mtu,
            LinkKind::Ethernet(_)
            | LinkKind::Wifi(_)
            | LinkKind::Bond(_)
            | LinkKind::Team(_)
            | LinkKind::Tun(_)
            | LinkKind::Dummy(_)
            | LinkKind::Veth(_)
            | LinkKind::Macsec(_)
            | LinkKind::Hsr(_)
            | LinkKind::OvsBridge(_)
            | LinkKind::OvsPort(_)
            | LinkKind::OvsInterface(_)
            | LinkKind::Generic(_)
            | LinkKind::Unsupported(_) => Some(ETHERNET_MTU),
        };
        let keeps_usual = self.keep.usual;
        let mtu = state.mtu.filter(|mtu| keeps_usual || Some(*mtu) != usual);
        self.say(link, "mtu", mtu.map(Value::Int), span);
        let usual = usual_queues(&link.kind.value);
        let differs = |length: &i64| !usual.is_empty() && !usual.contains(length);
        let length = state.txqlen.filter(|length| keeps_usual || differs(length));
        self.say(link, "attributes.tx_queue_length", length.map(Value::Int), span);
    }

    fn port_type(&self, state: &LinkState, master: &str) -> Option<PortType> {
        let slave_kind = state.linkinfo.as_ref().and_then(|info| info.info_slave_kind.as_deref());
        let kind = slave_kind.or_else(|| self.kinds.get(master).map(String::as_str))?;
        match kind {
            "bridge" => Some(PortType::Bridge),
            "bond" => Some(PortType::Bond),
            "team" => Some(PortType::Team),
            "vrf" => Some(PortType::Vrf),
            "openvswitch" => Some(PortType::OvsPort),
            _ => None,
        }
    }

    /// Stores a setting that differs from the kernel's default.
    pub(super) fn say(&mut self, link: &mut Link, path: &'static str, value: Option<Value>, span: Span) {
        let Some(found) = value.filter(|value| value.as_text() != Some("any")) else { return };
        let field = FieldPath::parse(path);
        let group = field.names().next().unwrap_or("");
        if group == "bridge_port" {
            link.bridge_port.get_or_insert_default();
        }
        let default = kernel::of(field, link);
        let Some(leaf) = link.leaf_mut(field) else { return self.unknown(path, span) };
        // netlink has truth values as bytes; iproute2 prints most of them as 0 and 1.
        let set = leaf.set(&found, Origin::at(span)).or_else(|error| {
            let Value::Int(n @ (0 | 1)) = found else { return Err(error) };
            leaf.set(&Value::Bool(n == 1), Origin::at(span)).map_err(|_| error)
        });
        if let Err(error) = set {
            let message = format!("`{path}` of `{}`: {error}; it is left out", link.label());
            let help = "save the output of `ip -j -d address` again, as it is";
            self.cx.report(Diagnostic::new(&codes::NOT_IP_JSON, message).at(span).help(help));
        } else if matches!((default, leaf.value()), (Silence::Value(d), Some(v)) if d == v) {
            leaf.clear();
        }
    }

    fn unknown(&mut self, key: &str, span: Span) {
        self.left.push((Why::Attribute(key.to_owned()), span, None));
    }
}

fn kind_of(state: &LinkState, info_kind: Option<&str>) -> LinkKind {
    let word = match (info_kind, state.link_type.as_deref()) {
        // What a container has for a card is one end of a pair, and the other end is none of its own.
        (Some("veth"), _) if is_card_of_container(state) => "ethernet",
        (Some(_), _) if other_meaning(state).is_some() => "unsupported",
        (Some(kind), _) => kinds::kind(kind).map_or("unsupported", |(_, word, ..)| word),
        (None, Some("loopback")) => "loopback",
        (None, Some("infiniband")) => "infiniband",
        // The kernel prints cards and wireless alike; systemd's names tell them apart.
        (None, Some("ether")) if state.ifname.starts_with("wl") => "wifi",
        (None, Some("ether") | None) => "ethernet",
        (None, Some(_)) => "unsupported",
    };
    LinkKind::of(word).unwrap_or_else(|| LinkKind::Ethernet(Box::default()))
}

/// A setting of tunnels without which the link would be another one: packets that say themselves where they go
/// (`ip_tunnel_info`), other headers (VXLAN-GBP, VXLAN-GPE), a list of numbers instead of one.
fn other_meaning(state: &LinkState) -> Option<&'static str> {
    let data = &state.linkinfo.as_ref()?.info_data;
    ["external", "gbp", "gpe", "vnifilter"].into_iter().find(|key| match data.get(*key) {
        // Flags without a value are printed as null.
        Some(Json::Null) => true,
        Some(json) => !is_off(json),
        None => false,
    })
}

/// True for a veth by the name of a card whose other end is in a namespace that has no name here.
pub(super) fn is_card_of_container(state: &LinkState) -> bool {
    let leads_out = state.link_netnsid.is_some() && state.link_netns.is_none();
    leads_out && crate::names::looks_like_card(&state.ifname)
}

fn tunnel_mode(info_kind: &str, data: &Map<String, Json>) -> Option<TunnelMode> {
    match info_kind {
        "gre" => Some(TunnelMode::Gre),
        "gretap" => Some(TunnelMode::Gretap),
        "ipip" => Some(TunnelMode::Ipip),
        "sit" if data.get("isatap").is_some() => Some(TunnelMode::Isatap),
        "sit" => Some(TunnelMode::Sit),
        "vti" => Some(TunnelMode::Vti),
        "vti6" => Some(TunnelMode::Vti6),
        "ip6gre" => Some(TunnelMode::Ip6Gre),
        "ip6gretap" => Some(TunnelMode::Ip6Gretap),
        "ip6tnl" if data.get("proto").and_then(Json::as_str) == Some("ipip6") => Some(TunnelMode::IpIp6),
        "ip6tnl" => Some(TunnelMode::Ip6Ip6),
        _ => None,
    }
}

/// The prefix of 6to4, which every sit device has (net/ipv6/sit.c).
fn is_6to4(key: &str, json: &Json) -> bool {
    (key == "prefix" && json.as_str() == Some("2002::"))
        || (key == "6rd-prefix" && json.as_str() == Some("2002::/16"))
        || (key == "prefixlen" && json.as_i64() == Some(16))
}

/// A setting that is off or empty, so that nobody misses it.
fn is_off(json: &Json) -> bool {
    match json {
        Json::Null => true,
        Json::Bool(b) => !b,
        Json::Number(n) => n.as_f64() == Some(0.0),
        Json::String(text) if text.trim_start_matches("0x").bytes().all(|b| b == b'0') => true,
        Json::String(text) => matches!(text.as_str(), "off" | "none" | "unset"),
        Json::Array(items) => items.is_empty(),
        Json::Object(items) => items.is_empty(),
    }
}

fn value(codec: Codec, json: &Json) -> Option<Value> {
    match codec {
        Codec::Plain => plain(json),
        Codec::Hex => match json.as_str() {
            // The lowest bit of a type of service, which means just that (ip/link_gre.c).
            Some("inherit") => Some(Value::Int(1)),
            Some(text) => i64::from_str_radix(text.trim_start_matches("0x"), 16).ok().map(Value::Int),
            None => plain(json),
        },
        Codec::Cost => value(Codec::Plain, json)
            .filter(|found| !SPEED_COSTS.iter().any(|cost| *found == Value::Int(*cost))),
        Codec::PositiveHex => value(Codec::Hex, json).filter(|found| *found != Value::Int(0)),
        Codec::List => {
            let addresses = json.as_array()?.iter().filter_map(plain).filter(|v| !is_any(v));
            Some(Value::List(addresses.collect()))
        }
        Codec::Present => Some(Value::Bool(!matches!(json, Json::Bool(false)))),
        Codec::Qos => {
            let pair = |item: &Json| {
                Some(Value::text(format!("{}:{}", item.get("from")?.as_i64()?, item.get("to")?.as_i64()?)))
            };
            json.as_array()?.iter().map(pair).collect::<Option<_>>().map(Value::List)
        }
        Codec::Inherit(number) => match json.as_str() {
            Some("inherit") => Some(Value::Int(number)),
            Some(text) => i64::from_str_radix(text.trim_start_matches("0x"), 16).ok().map(Value::Int),
            None => plain(json),
        },
    }
}

/// What a tunnel leaves for its own headers (`ip_tunnel_bind_dev()`, `ip6_tnl_link_config()`, `ip6gre_tnl_link_config_route()`):
/// the outer packet's, GRE's with its key, Ethernet's, the limit of encapsulation.
fn overhead(tunnel: &IpTunnel) -> i64 {
    let Some(mode) = tunnel.mode.as_ref().map(|at| at.value) else { return 0 };
    let key = if tunnel.okey.is_some() { 4 } else { 0 };
    let (gre, ethernet) = match mode {
        TunnelMode::Gre | TunnelMode::Ip6Gre => (4 + key, 0),
        TunnelMode::Gretap | TunnelMode::Ip6Gretap => (4 + key, 14),
        TunnelMode::Ipip
        | TunnelMode::Sit
        | TunnelMode::Isatap
        | TunnelMode::Vti
        | TunnelMode::Vti6
        | TunnelMode::Ip6Ip6
        | TunnelMode::IpIp6 => (0, 0),
    };
    let flags = tunnel.flags.as_ref().map_or(0, |at| at.value.get());
    let has_limit = mode != TunnelMode::Vti6 && flags & i64::from(IpTunnel::NO_ENCAP_LIMIT) == 0;
    let outer = match (mode.is_over_ipv6(), has_limit) {
        (false, _) => 20,
        (true, false) => 40,
        (true, true) => 48,
    };
    outer + gre + ethernet
}

/// True for a bridge whose topology changes: until then it ages entries as fast as ports begin to forward
/// (`__br_set_topology_change()`), and tells nothing of its own time.
pub(super) fn forgets_sooner(data: &Map<String, Json>) -> bool {
    let number = |key: &str| data.get(key).and_then(Json::as_i64);
    let twice = number("forward_delay").map(|delay| 2 * delay);
    number("topology_change") == Some(1) && number("ageing_time") == twice
}

fn is_any(value: &Value) -> bool {
    matches!(value.as_text(), Some("0.0.0.0" | "::"))
}

fn plain(json: &Json) -> Option<Value> {
    match json {
        Json::Bool(b) => Some(Value::Bool(*b)),
        Json::Number(n) => n.as_i64().map(Value::Int),
        Json::String(text) => Some(Value::text(text.clone())),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}

/// Settings of any kind of link that have no place in the model, where they are not as the kernel makes the link.
fn unusual(state: &LinkState, kind: &LinkKind) -> Vec<&'static str> {
    /// GSO_LEGACY_MAX_SIZE, GRO_LEGACY_MAX_SIZE (include/linux/netdevice.h).
    const LARGEST: i64 = 65536;
    let size = |key: &str| state.other.get(key).and_then(Json::as_i64);
    let has = |flag: &str| state.flags.iter().flatten().any(|other| other == flag);
    let gso = size("gso_max_size").zip(size("tso_max_size"));
    let found = [
        // A driver that takes less says so by the greatest size that can be set.
        ("gso_max_size", gso.is_some_and(|(size, most)| size != LARGEST.min(most))),
        ("gro_max_size", size("gro_max_size").is_some_and(|size| size != LARGEST)),
        ("allmulticast on", has("ALLMULTI")),
        ("arp off", is_like_ethernet(kind) && has("NOARP")),
        ("multicast off", is_like_ethernet(kind) && has("BROADCAST") && !has("MULTICAST")),
        ("addrgenmode none", state.inet6_addr_gen_mode.as_deref() == Some("none")),
    ];
    found.into_iter().filter(|(_, is)| *is).map(|(setting, _)| setting).collect()
}

/// True for a kind that is made with the flags of Ethernet, and not with those of the link below (`ether_setup()`).
fn is_like_ethernet(kind: &LinkKind) -> bool {
    match kind {
        LinkKind::Ethernet(_)
        | LinkKind::Wifi(_)
        | LinkKind::Bridge(_)
        | LinkKind::Veth(_)
        | LinkKind::Vxlan(_)
        | LinkKind::Geneve(_) => true,
        LinkKind::Infiniband(_)
        | LinkKind::Bond(_)
        | LinkKind::Team(_)
        | LinkKind::Vlan(_)
        | LinkKind::Macvlan(_)
        | LinkKind::Ipvlan(_)
        | LinkKind::Tun(_)
        | LinkKind::Dummy(_)
        | LinkKind::Vrf(_)
        | LinkKind::Macsec(_)
        | LinkKind::Loopback(_)
        | LinkKind::Wireguard(_)
        | LinkKind::IpTunnel(_)
        | LinkKind::Hsr(_)
        | LinkKind::OvsBridge(_)
        | LinkKind::OvsPort(_)
        | LinkKind::OvsInterface(_)
        | LinkKind::Generic(_)
        | LinkKind::Unsupported(_) => false,
    }
}

/// Settings without a place in the model that the kernel has on where nobody says otherwise.
const ON_BY_THEMSELVES: [&str; 2] = ["udp_csum", "localbypass"];

/// The transmit queue lengths that links of a kind are made with: DEFAULT_TX_QUEUE_LEN (include/net/pkt_sched.h), for tun and
/// macvtap TUN_READQ_SIZE (drivers/net/tun.c, tap.c). None where the driver has its own.
fn usual_queues(kind: &LinkKind) -> &'static [i64] {
    match kind {
        LinkKind::Tun(_) => &[500, 1000],
        LinkKind::Macvlan(macvlan) if macvlan.tap.as_ref().is_some_and(|at| at.value) => &[500],
        LinkKind::Ethernet(_)
        | LinkKind::Veth(_)
        | LinkKind::Bridge(_)
        | LinkKind::Bond(_)
        | LinkKind::Team(_)
        | LinkKind::Vlan(_)
        | LinkKind::Dummy(_)
        | LinkKind::Macvlan(_)
        | LinkKind::Ipvlan(_)
        | LinkKind::Vxlan(_)
        | LinkKind::Geneve(_)
        | LinkKind::Vrf(_)
        | LinkKind::Macsec(_) => &[1000],
        LinkKind::Loopback(_)
        | LinkKind::Wifi(_)
        | LinkKind::Infiniband(_)
        | LinkKind::Wireguard(_)
        | LinkKind::IpTunnel(_)
        | LinkKind::Hsr(_)
        | LinkKind::OvsBridge(_)
        | LinkKind::OvsPort(_)
        | LinkKind::OvsInterface(_)
        | LinkKind::Generic(_)
        | LinkKind::Unsupported(_) => &[],
    }
}

/// `port_cost()` of net/bridge/br_if.c for 10 Mb/s and unknown, 100 Mb/s, 1 and 2.5 Gb/s, 5 Gb/s, 10 Gb/s, more.
const SPEED_COSTS: [i64; 6] = [100, 19, 4, 3, 2, 1];
