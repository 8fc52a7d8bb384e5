//! Kinds of links in the words of ip-link(8): one row a setting. What has no row, ip cannot say.

use crate::text::shell::quote;
use netpivot_model::check::reference;
use netpivot_model::link::{Link, LinkKind, PARENTS};
use netpivot_model::path::FieldPath;
use netpivot_model::reflect::Leaf;
use netpivot_model::value::{IfName, LinkRef, Value};
use netpivot_model::virtual_link::{IpTunnel, TunnelMode};
use std::fmt::Write as _;
use std::net::IpAddr;

mod rows;

use rows::Style::{self, Commas, End, Flag, Hex, OnOff, Pairs, Present};
use rows::{BOND_PORT, BRIDGE_PORT, Row, rows};

/// Settings that stand in the command besides the rows.
const BESIDE: [&str; 11] = [
    "vlan.parent",
    "macvlan.parent",
    "macvlan.tap",
    "macvlan.promiscuous",
    "ipvlan.parent",
    "ip_tunnel.mode",
    "ip_tunnel.flags",
    "vxlan.source_port_min",
    "vxlan.source_port_max",
    "geneve.ttl",
    "bridge.vlans",
];

/// A command that makes a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The command.
    pub add: String,
    /// The command that undoes it.
    pub delete: String,
    /// Settings of the kind that it cannot say.
    pub unsaid: Vec<FieldPath>,
}

/// All settings that commands say of links which they make, and of their ports, by their paths.
#[must_use]
pub fn settings() -> Vec<&'static str> {
    let kinds = LinkKind::WORDS.iter().filter_map(|word| LinkKind::of(word));
    let of_kinds = kinds.filter_map(|kind| rows(&kind)).flat_map(|(_, rows)| rows);
    let all = of_kinds.chain(rows::TUNNEL).chain(BRIDGE_PORT).chain(BOND_PORT);
    all.map(|(path, _, _)| *path).collect()
}

/// The command that makes a link of that name with the settings that its kind says; `None` where ip cannot.
#[must_use]
pub fn add(link: &Link, name: &str) -> Option<Made> {
    let kind = &link.kind.value;
    let (type_word, rows) = rows(kind)?;
    let mut words = String::new();
    let mut unsaid = Vec::new();
    let root = FieldPath::new([kind.field_name(), "", ""]);
    kind.node().visit(&mut |field, seen| {
        let netpivot_model::reflect::FieldRef::Leaf(leaf) = seen else {
            return;
        };
        let path = root.join(field);
        if !leaf.is_said() || BESIDE.iter().any(|text| FieldPath::parse(text) == path) {
            return;
        }
        match rows.iter().find(|(text, _, _)| FieldPath::parse(text) == path) {
            Some(row) if takes(kind, row) && refused(kind, path).is_none() => match written(row, leaf) {
                Some(text) => {
                    let _ = write!(words, " {text}");
                }
                None => unsaid.push(path),
            },
            Some(_) | None => unsaid.push(path),
        }
    });
    let name = quote(name);
    if let LinkKind::Tun(_) = kind {
        let mode = if words.contains(" mode ") { "" } else { " mode tun" };
        return Some(Made {
            add: format!("ip tuntap add dev {name}{mode}{words}"),
            delete: format!("ip link del dev {name}"),
            unsaid,
        });
    }
    let below = below(kind).map_or_else(String::new, |parent| format!(" link {}", quote(&parent)));
    beside(kind, &mut words);
    Some(Made {
        add: format!("ip link add{below} name {name} type {type_word}{words}"),
        delete: format!("ip link del dev {name}"),
        unsaid,
    })
}

/// The command that makes a link in a namespace (a word of the shell), on a link of the namespace that the command runs in: there
/// the kernel looks for the parent (`rtnl_newlink_create()`). `None` for a tunnel, which sends from the namespace that it is
/// made in (`ip_tunnel_newlink()`) and has to be moved.
#[must_use]
pub fn add_within(link: &Link, made: &Made, space: &str) -> Option<String> {
    let is_tunnel = matches!(link.kind.value, LinkKind::IpTunnel(_));
    (!is_tunnel).then(|| made.add.replacen(" type ", &format!(" netns {space} type "), 1))
}

/// Why the kernel does not take a setting beside the others: a clause with the kernel as its subject.
#[must_use]
pub fn refused(kind: &LinkKind, path: FieldPath) -> Option<String> {
    if let LinkKind::Bridge(bridge) = kind {
        return bridge.refused(path);
    }
    let LinkKind::Bond(bond) = kind else { return None };
    let is_second = path.is("bond.arp_interval") && bond.is_watched_twice();
    bond.refused(path)
        .or_else(|| is_second.then(|| "watches ports by `miimon` or by ARP, not by both".to_owned()))
}

/// Settings without which the kernel makes no link of their kind, and what it means that one is missing.
const NEEDED: [(&str, &str); 9] = [
    ("vlan.parent", "nothing says on which link it lies"),
    ("vlan.id", "nothing says its number"),
    ("macvlan.parent", "nothing says on which link it lies"),
    ("ipvlan.parent", "nothing says on which link it lies"),
    ("hsr.port1", "nothing says its two ports"),
    ("hsr.port2", "nothing says its two ports"),
    ("vrf.table", "nothing says its routing table"),
    ("vxlan.id", "nothing says its network identifier"),
    ("ip_tunnel.mode", "nothing says which tunnel it is"),
];

/// Why the link cannot be made: what its settings lack.
#[must_use]
pub fn lacks(link: &Link) -> Option<&'static str> {
    let is_lacking = |path: &'static str| {
        let is_of_kind = path.split('.').next() == Some(link.kind.value.field_name());
        is_of_kind && link.leaf(FieldPath::parse(path)).is_none_or(|leaf| !leaf.is_said())
    };
    let has_no_name = |path: &'static str| matches!(reference(link, path), Some((LinkRef::Name(name), _)) if name.parse::<IfName>().is_err());
    let mut others = PARENTS.into_iter().chain(["veth.peer"]);
    NEEDED
        .iter()
        .find(|(path, _)| is_lacking(path))
        .map(|(_, why)| *why)
        .or_else(|| others.any(has_no_name).then_some("it names a link, and no interface can be called so"))
}

/// False for a word that ip(8) refuses with a tunnel of that mode (`iplink_gre.c`, `link_iptnl.c`, `link_vti.c` and
/// those of IPv6).
fn takes(kind: &LinkKind, (_, word, _): &Row) -> bool {
    let LinkKind::IpTunnel(tunnel) = kind else { return true };
    let Some(mode) = tunnel.mode.as_ref().map(|at| at.value) else { return true };
    let words = match mode {
        TunnelMode::Gre | TunnelMode::Gretap => "ttl tos ikey okey pmtudisc",
        TunnelMode::Ipip | TunnelMode::Sit => {
            let has_ttl = tunnel.ttl.as_ref().is_some_and(|at| at.value.get() != 0);
            let fragments = tunnel.pmtudisc.as_ref().is_some_and(|at| !at.value);
            // "ttl != 0 and nopmtudisc are incompatible"
            if has_ttl && fragments { "ttl tos" } else { "ttl tos pmtudisc" }
        }
        TunnelMode::Vti | TunnelMode::Vti6 => "ikey okey",
        TunnelMode::Ip6Gre | TunnelMode::Ip6Gretap => "ttl tos ikey okey encaplimit flowlabel",
        TunnelMode::Ip6Ip6 | TunnelMode::IpIp6 => "ttl tos encaplimit flowlabel",
        TunnelMode::Isatap => "",
    };
    ["remote", "local", "dev", "fwmark"].contains(word) || words.split(' ').any(|known| known == *word)
}

/// The link below that `ip link add link …` names.
pub(crate) fn below(kind: &LinkKind) -> Option<String> {
    let parent = match kind {
        LinkKind::Vlan(vlan) => &vlan.parent,
        LinkKind::Macvlan(macvlan) => &macvlan.parent,
        LinkKind::Ipvlan(ipvlan) => &ipvlan.parent,
        LinkKind::Ethernet(_)
        | LinkKind::Wifi(_)
        | LinkKind::Infiniband(_)
        | LinkKind::Bridge(_)
        | LinkKind::Bond(_)
        | LinkKind::Team(_)
        | LinkKind::Tun(_)
        | LinkKind::Dummy(_)
        | LinkKind::Veth(_)
        | LinkKind::Vxlan(_)
        | LinkKind::Geneve(_)
        | LinkKind::Vrf(_)
        | LinkKind::Wireguard(_)
        | LinkKind::IpTunnel(_)
        | LinkKind::Macsec(_)
        | LinkKind::Hsr(_)
        | LinkKind::OvsBridge(_)
        | LinkKind::OvsPort(_)
        | LinkKind::OvsInterface(_)
        | LinkKind::Loopback(_)
        | LinkKind::Generic(_)
        | LinkKind::Unsupported(_) => return None,
    };
    parent.as_ref().map(|at| at.value.to_string())
}

/// Words made of several settings, or of a setting in another form.
fn beside(kind: &LinkKind, words: &mut String) {
    if let LinkKind::Vxlan(vxlan) = kind
        && let (Some(min), Some(max)) = (&vxlan.source_port_min, &vxlan.source_port_max)
    {
        let _ = write!(words, " srcport {} {}", min.value.get(), max.value.get());
    }
    if let LinkKind::Geneve(geneve) = kind
        && let Some(ttl) = geneve.ttl.as_ref().map(|at| at.value.get())
    {
        match ttl {
            0 => words.push_str(" ttl auto"),
            1.. => _ = write!(words, " ttl {ttl}"),
            _ => {}
        }
    }
    if let LinkKind::IpTunnel(tunnel) = kind {
        tunnel_flags(tunnel).iter().for_each(|flag| _ = write!(words, " {flag}"));
    }
    if let LinkKind::Macvlan(macvlan) = kind
        && macvlan.promiscuous.as_ref().is_some_and(|at| !at.value)
    {
        words.push_str(" nopromisc");
    }
}

/// The words of the flags of a tunnel over IPv6; vti6 has none (`link_vti6.c`).
fn tunnel_flags(tunnel: &IpTunnel) -> Vec<&'static str> {
    let takes =
        tunnel.mode.as_ref().is_some_and(|at| at.value.is_over_ipv6() && at.value != TunnelMode::Vti6);
    let bits = tunnel.flags.as_ref().filter(|_| takes).map_or(0, |at| at.value.get());
    let set = IpTunnel::FLAGS.iter().filter(|(bit, _)| bits & i64::from(*bit) != 0);
    set.map(|(_, words)| *words).collect()
}

/// `ip link set dev NAME type KIND …` for one setting of a link that is there; `None` where ip cannot.
#[must_use]
pub fn set(link: &Link, name: &str, path: FieldPath, value: &Value) -> Option<String> {
    let (type_word, rows) = match path.names().next() {
        Some("bridge_port") => ("bridge_slave", BRIDGE_PORT),
        Some("bond_port") => ("bond_slave", BOND_PORT),
        _ => rows(&link.kind.value)?,
    };
    let row = rows.iter().find(|(text, _, _)| FieldPath::parse(text) == path)?;
    let text = of_value(row, value)?;
    Some(format!("ip link set dev {} type {type_word} {text}", quote(name)))
}

/// What `ip -d link show` calls the kind of a link (IFLA_INFO_KIND); `None` where ip cannot make it.
#[must_use]
pub fn type_word(link: &Link) -> Option<&'static str> {
    rows(&link.kind.value)?.0.split(' ').next()
}

fn written(row: &Row, leaf: &dyn Leaf) -> Option<String> {
    of_value(row, &leaf.value()?)
}

fn of_value((_, word, style): &Row, value: &Value) -> Option<String> {
    let list = |gap: &str| match value {
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(ToString::to_string).collect();
            Some(items.join(gap))
        }
        Value::Bool(_) | Value::Int(_) | Value::Text(_) | Value::Secret(_) | Value::Map(_) => None,
    };
    Some(match (style, value) {
        (Style::Value, Value::Bool(b)) => format!("{word} {}", u8::from(*b)),
        (Style::Value, Value::Text(text)) if *word == "mcast_router" => {
            let number = ["disabled", "auto", "enabled"].iter().position(|w| w == text)?;
            format!("{word} {number}")
        }
        (Style::Value, Value::Int(_) | Value::Text(_)) => format!("{word} {}", quote(&value.to_string())),
        (OnOff, Value::Bool(b)) => format!("{word} {}", if *b { "on" } else { "off" }),
        (Flag, Value::Bool(b)) => format!("{}{word}", if *b { "" } else { "no" }),
        (Present, Value::Bool(true)) => (*word).to_owned(),
        (Hex, Value::Int(n)) => format!("{word} {n:#x}"),
        (Pairs, _) => format!("{word} {}", list(" ")?),
        (Commas, _) => format!("{word} {}", list(",")?),
        (End, Value::Text(text)) => {
            let is_group = text.parse::<IpAddr>().is_ok_and(|ip| ip.is_multicast());
            format!("{} {}", if is_group { "group" } else { word }, quote(text))
        }
        (Style::Value | OnOff | Flag | Present | Hex | End, _) => return None,
    })
}

#[cfg(test)]
mod tests;
