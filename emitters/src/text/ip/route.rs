//! Routes in the words of ip-route(8).

use crate::text::shell::quote;
use ipnet::IpNet;
use netpivot_model::link::Link;
use netpivot_model::reflect::{FieldRef, Node, Said};
use netpivot_model::route::{MAIN_TABLE, NextHop, Route, RouteType};
use netpivot_model::value::Value;
use std::fmt::Write as _;
use std::net::IpAddr;

/// Settings that are a word and a value, in ip's order.
const VALUES: [(&str, &str); 9] = [
    ("metric", "metric"),
    ("table", "table"),
    ("protocol", "proto"),
    ("scope", "scope"),
    ("src", "src"),
    ("from", "from"),
    ("realms", "realms"),
    ("pref", "pref"),
    ("weight", "weight"),
];

/// Metrics of a route, which may be locked.
const METRICS: [(&str, &str); 6] = [
    ("mtu", "lock_mtu"),
    ("advmss", "lock_advmss"),
    ("window", "lock_window"),
    ("cwnd", "lock_cwnd"),
    ("initcwnd", "lock_initcwnd"),
    ("initrwnd", "lock_initrwnd"),
];

/// True for a route of IPv6.
#[must_use]
pub fn is_v6(route: &Route) -> bool {
    let destination = route.dst.as_ref().map(|at| at.value.addr());
    let hop = route.nexthops.first().and_then(|hop| hop.gateway.as_ref());
    let gateway = route.gateway.as_ref().or(hop).map(|at| at.value);
    destination.or(gateway).is_some_and(|addr| addr.is_ipv6())
}

/// How ip-route(8) adds the `count`th route to one destination: `replace` can be said again, but of two next hops it would
/// keep the last only, and it would take the route away that the kernel makes for an address of the link.
#[must_use]
pub fn verb(route: &Route, link: Option<&Link>, count: u32) -> &'static str {
    match count {
        0 | 1 if link.is_some_and(|link| is_beside_connected(route, link)) => "prepend",
        0 | 1 => "replace",
        _ => "append",
    }
}

/// True for a route to a subnet of the link's own addresses, which the kernel has a route to (`fib_add_ifaddr()`).
fn is_beside_connected(route: &Route, link: &Link) -> bool {
    let main = route.table.as_ref().is_none_or(|at| at.value.get() == i64::from(MAIN_TABLE));
    let metric = route.metric.as_ref().map_or(0, |at| at.value.get());
    let Some(dst) = route.dst.as_ref().map(|at| at.value).filter(|net| main && net.addr().is_ipv4()) else {
        return false;
    };
    let addresses = link.ipv4.iter().flat_map(|config| config.addresses.values());
    addresses.into_iter().any(|address| {
        let net = address.peer.and_then(|peer| IpNet::new(peer, address.net.prefix_len()).ok());
        !address.flags.noprefixroute
            && address.net.prefix_len() < 32
            && net.unwrap_or(address.net).trunc() == dst.trunc()
            && i64::from(address.metric.unwrap_or(0)) == metric
    })
}

/// What follows `ip route add`; `dev` is the owner's name.
#[must_use]
pub fn words(route: &Route, dev: Option<&str>) -> String {
    let mut out = String::new();
    if let Some(kind) = route.route_type.as_ref().filter(|at| at.value != RouteType::Unicast) {
        let _ = write!(out, "{} ", kind.value.as_str());
    }
    match route.dst.as_ref().map(|at| at.value) {
        Some(net) if net.prefix_len() == 0 => out.push_str("default"),
        Some(net) => {
            let _ = write!(out, "{net}");
        }
        None => out.push_str("default"),
    }
    via(&mut out, &route.gateway, is_v6(route));
    let own = route.dev.as_ref().map(|at| at.value.as_str()).or(dev);
    if let Some(dev) = own.filter(|_| route.nexthops.is_empty() && !route.is_without_device()) {
        let _ = write!(out, " dev {}", quote(dev));
    }
    if route.onlink.as_ref().is_some_and(|at| at.value) {
        out.push_str(" onlink");
    }
    for (name, word) in VALUES {
        if let Some(value) = said(route, name) {
            let _ = write!(out, " {word} {}", quote(&value.to_string()));
        }
    }
    if let Some(at) = &route.tos {
        // Without `0x` ip reads hexadecimal all the same (`rtnl_dsfield_a2n()`).
        let _ = write!(out, " tos {:#x}", at.value.get());
    }
    for (name, lock) in METRICS {
        let Some(value) = said(route, name) else { continue };
        let locked = said(route, lock) == Some(Value::Bool(true));
        let _ = write!(out, " {name} {}{value}", if locked { "lock " } else { "" });
    }
    if let Some(at) = &route.rto_min {
        let _ = write!(out, " rto_min {}ms", at.value.get());
    }
    if let Some(at) = &route.quickack {
        let _ = write!(out, " quickack {}", u8::from(at.value));
    }
    for attribute in route.attributes.values() {
        for word in attribute.split_ascii_whitespace() {
            let _ = write!(out, " {}", quote(word));
        }
    }
    route.nexthops.iter().for_each(|hop| next_hop(&mut out, hop, is_v6(route)));
    out
}

fn next_hop(out: &mut String, hop: &NextHop, v6: bool) {
    out.push_str(" nexthop");
    via(out, &hop.gateway, v6);
    if let Some(at) = &hop.dev {
        let _ = write!(out, " dev {}", quote(&at.value));
    }
    if let Some(at) = &hop.weight {
        let _ = write!(out, " weight {}", at.value.get());
    }
    if hop.onlink.as_ref().is_some_and(|at| at.value) {
        out.push_str(" onlink");
    }
}

/// A gateway of the other family is named with its family.
fn via(out: &mut String, gateway: &Said<IpAddr>, v6: bool) {
    if let Some(at) = gateway {
        let family = if at.value.is_ipv6() && !v6 { "inet6 " } else { "" };
        let _ = write!(out, " via {family}{}", at.value);
    }
}

fn said(node: &dyn Node, name: &str) -> Option<Value> {
    match node.field(name)? {
        FieldRef::Leaf(leaf) => leaf.value(),
        FieldRef::Node(_) | FieldRef::Nodes(_) | FieldRef::Variant(_) => None,
    }
}
