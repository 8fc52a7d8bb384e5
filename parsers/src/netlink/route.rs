//! Routes: which were configured, and which the kernel, a lease or a daemon made (netlink-ip.md section 4).

use super::snapshot::{NextHopState, RouteState, Seen, Snapshot};
use super::{Reading, Why, words};
use foldhash::HashSet;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use netpivot_model::codes::netlink as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::network::{Network, Owned};
use netpivot_model::reflect::{FieldMut, Node};
use netpivot_model::route::{NextHop, Route};
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::Value;
use serde_json::Value as Json;
use std::net::IpAddr;

/// The metric that the kernel gives an IPv6 route without one (IP6_RT_PRIO_USER).
const IPV6_METRIC: u32 = 1024;

impl Reading<'_> {
    pub(super) fn routes(&mut self, snapshot: &Snapshot, network: &mut Network) {
        if self.keep.unconfigured {
            // Nearly all of them stay, and they are large ones to move.
            network.routes.reserve(snapshot.routes.len());
        }
        for seen in &snapshot.routes {
            let maker = not_configuration(&seen.item);
            let is_of_program = maker.is_some() && is_of_program(&seen.item);
            let stays = self.keep.unconfigured || self.keep.programs && is_of_program;
            if let Some(what) = maker.filter(|_| !stays) {
                self.leave(what, seen.span);
                continue;
            }
            if seen.item.dev.as_deref().is_some_and(|dev| self.goes_with(dev, seen.span)) {
                continue;
            }
            let Some(mut route) = self.route(seen) else { continue };
            if let (true, true, Some(by)) = (self.keep.programs, is_of_program, &seen.item.protocol) {
                set(&mut route, "protocol", &Value::text(by.clone()), seen.span);
            }
            self.makers.of_route(network.routes.len(), maker);
            let owner = seen.item.dev.as_ref().and_then(|dev| self.ids.get(dev)).copied();
            let dev = seen.item.dev.clone().filter(|_| owner.is_none() && !route.is_without_device());
            let dev = dev.map(|dev| At::new(dev, seen.span));
            network.routes.push(Owned { owner, item: Route { dev, ..route } });
        }
    }

    fn route(&mut self, seen: &Seen<RouteState>) -> Option<Route> {
        let (state, span) = (&seen.item, seen.span);
        let origin = || Origin::at(span);
        let Some(dst) = destination(state) else {
            let message = format!("the destination `{}` of a route is no prefix", state.dst);
            let help = "save the output of `ip -j route show table all` again, as it is";
            self.cx.report(Diagnostic::new(&codes::NOT_IP_JSON, message).at(span).help(help));
            return None;
        };
        if let Some(kind) = encapsulation(state) {
            let message = format!(
                "the route to {dst} puts its packets into others (`encap {kind}`), which has no place in the model; it is left out"
            );
            let help = "set the route up by other means";
            self.cx.report(Diagnostic::new(&codes::MEANS_OTHERWISE, message).at(span).help(help));
            return None;
        }
        let mut route = Route { dst: Some(At::new(dst, origin())), ..Route::default() };
        let is_v6 = matches!(dst, IpNet::V6(_));
        if let Some(table) = state.table.as_deref().filter(|table| *table != usual_table(state)) {
            let number = self.table(table, span)?;
            set(&mut route, "table", &Value::Int(number.into()), span);
        }
        if let Some(kind) = state.kind.as_deref().filter(|kind| *kind != "unicast") {
            set(&mut route, "route_type", &Value::text(kind.to_owned()), span);
        }
        if let Some(gateway) = gateway(state.gateway.as_ref(), state.via.as_ref()) {
            set(&mut route, "gateway", &Value::text(gateway.to_string()), span);
        }
        if let Some(metric) = state.metric.filter(|metric| !(is_v6 && *metric == IPV6_METRIC)) {
            set(&mut route, "metric", &Value::Int(metric.into()), span);
        }
        if let Some(src) = &state.prefsrc {
            set(&mut route, "src", &Value::text(src.clone()), span);
        }
        if let Some(from) = &state.from {
            set(&mut route, "from", &Value::text(from.clone()), span);
        }
        if let Some(tos) =
            state.tos.as_deref().and_then(|tos| i64::from_str_radix(tos.trim_start_matches("0x"), 16).ok())
        {
            set(&mut route, "tos", &Value::Int(tos), span);
        }
        if let Some(scope) = self.scope(state, is_v6) {
            set(&mut route, "scope", &Value::Int(scope), span);
        }
        if state.flags.iter().any(|flag| flag == "onlink") {
            set(&mut route, "onlink", &Value::Bool(true), span);
        }
        if let Some(pref) = state.pref.as_deref().filter(|pref| *pref != "medium") {
            set(&mut route, "pref", &Value::text(pref.to_owned()), span);
        }
        for metrics in &state.metrics {
            self.metrics(&mut route, metrics, span);
        }
        for hop in &state.nexthops {
            route.nexthops.push(self.next_hop(hop, span));
        }
        for (key, json) in &state.other {
            let realms = realms(json).filter(|_| key == "flow");
            if !realms.is_some_and(|realms| set(&mut route, "realms", &Value::text(realms), span)) {
                self.left.push((Why::Attribute(key.clone()), span, None));
            }
        }
        Some(route)
    }

    /// `metrics: [{"mtu": 1400}]` (ip/iproute.c:print_rta_metrics); that a metric is locked stands in the plain
    /// output and in a capture.
    fn metrics(&mut self, route: &mut Route, metrics: &serde_json::Map<String, Json>, span: Span) {
        for (key, json) in metrics {
            let done = match (key.as_str(), json) {
                // `rto_min` is written with its lock always (ip/iproute.c:iproute_modify).
                ("lock_rto_min", Json::Bool(true)) if metrics.contains_key("rto_min") => true,
                (name, Json::Bool(true)) if name.starts_with("lock_") => {
                    set(route, name, &Value::Bool(true), span)
                }
                // `ip -j` has another name for it than all else.
                ("congctl" | "congestion", Json::String(name)) => {
                    route.attributes.push(format!("congctl {name}"), span);
                    true
                }
                ("quickack", json) => set(route, "quickack", &Value::Bool(json.as_i64() == Some(1)), span),
                (name, json) => match (METRICS.contains(&name), json.as_i64()) {
                    (true, Some(number)) => set(route, name, &Value::Int(number), span),
                    (true, None) | (false, _) => false,
                },
            };
            if !done {
                self.left.push((Why::Attribute(key.clone()), span, None));
            }
        }
    }

    fn next_hop(&mut self, state: &NextHopState, span: Span) -> NextHop {
        let mut hop = NextHop::default();
        if let Some(gateway) = gateway(state.gateway.as_ref(), state.via.as_ref()) {
            set(&mut hop, "gateway", &Value::text(gateway.to_string()), span);
        }
        if let Some(dev) = &state.dev {
            set(&mut hop, "dev", &Value::text(dev.clone()), span);
        }
        if let Some(weight) = state.weight.filter(|weight| *weight != 1) {
            set(&mut hop, "weight", &Value::Int(weight.into()), span);
        }
        if state.flags.iter().any(|flag| flag == "onlink") {
            set(&mut hop, "onlink", &Value::Bool(true), span);
        }
        for key in state.other.keys() {
            self.left.push((Why::Attribute(key.clone()), span, None));
        }
        hop
    }

    /// The number of a scope that is not the one that ip chooses itself (ip/iproute.c:iproute_modify).
    fn scope(&mut self, state: &RouteState, is_v6: bool) -> Option<i64> {
        let scope = state.scope.as_deref().filter(|_| !is_v6)?;
        let has_gateway = state.gateway.is_some() || state.via.is_some() || !state.nexthops.is_empty();
        let usual = match state.kind.as_deref().unwrap_or("unicast") {
            "local" | "nat" => "host",
            "broadcast" | "multicast" | "anycast" => "link",
            "unicast" if !has_gateway => "link",
            _ => "global",
        };
        let number = match scope {
            "global" => 0,
            "site" => 200,
            "link" => 253,
            "host" => 254,
            "nowhere" => 255,
            number => number.parse().ok()?,
        };
        (scope != usual).then_some(number)
    }

    /// The number of a table; a name that nothing explains is reported.
    pub(super) fn table(&mut self, text: &str, span: Span) -> Option<u32> {
        let found = self.tables.number(text, span);
        if found.is_none() {
            let message = format!("nothing says which number the table `{text}` has; the entry is left out");
            let help = "save the output with `ip -N`, or put the host's etc/iproute2/rt_tables beside it";
            self.cx.report(Diagnostic::new(&codes::UNNAMED_TABLE, message).at(span).help(help));
        }
        found.map(|at| at.value)
    }
}

/// What a route or one of its next hops puts packets into (RTA_ENCAP_TYPE).
fn encapsulation(state: &RouteState) -> Option<&str> {
    let others = std::iter::once(&state.other).chain(state.nexthops.iter().map(|hop| &hop.other));
    let found = others.filter_map(|other| other.get("encap")).next()?;
    Some(found.as_str().unwrap_or("unknown"))
}

/// `{"from": "3", "to": "4"}` as ip-route(8) takes it.
fn realms(json: &Json) -> Option<String> {
    let of = |key: &str| json.get(key).and_then(Json::as_str);
    let to = of("to")?;
    Some(of("from").map_or_else(|| to.to_owned(), |from| format!("{from}/{to}")))
}

/// The metrics whose printed name is the model's.
const METRICS: &[&str] = &["mtu", "advmss", "window", "cwnd", "initcwnd", "initrwnd", "rto_min"];

/// Sets a field of an entry; false where the value does not fit.
pub(super) fn set(node: &mut dyn Node, name: &str, value: &Value, span: Span) -> bool {
    match node.field_mut(name) {
        Some(FieldMut::Leaf(leaf)) => leaf.set(value, Origin::at(span)).is_ok(),
        Some(FieldMut::Node(_) | FieldMut::Nodes(_) | FieldMut::Variant(_)) | None => false,
    }
}

/// What the routes of a snapshot tell about addresses.
#[derive(Default)]
pub(super) struct Made {
    /// Links that a DHCP client gave a default route.
    pub leased: HashSet<String>,
    /// Links and the prefixes that the kernel or NetworkManager routes through them.
    pub prefixes: HashSet<(String, String)>,
}

/// Looks the routes of a snapshot over.
pub(super) fn made(snapshot: &Snapshot) -> Made {
    let mut made = Made::default();
    for Seen { item: route, .. } in &snapshot.routes {
        let Some(dev) = &route.dev else { continue };
        match words::protocol_word(route.protocol.as_deref().unwrap_or("boot")) {
            "dhcp" if route.dst == "default" => drop(made.leased.insert(dev.clone())),
            "kernel" | "dhcp" if route.metric.is_some() => {
                made.prefixes.insert((dev.clone(), route.dst.clone()));
            }
            _ => {}
        }
    }
    made
}

/// The table that ip chooses for a route of that type (ip/iproute.c:iproute_modify).
fn usual_table(state: &RouteState) -> &'static str {
    match state.kind.as_deref().unwrap_or("unicast") {
        "local" | "broadcast" | "nat" | "anycast" => "local",
        _ => "main",
    }
}

/// True where a route that somebody made leads to the loopback device.
pub(super) fn leads_to_loopback(snapshot: &Snapshot) -> bool {
    snapshot.routes.iter().map(|seen| &seen.item).any(|route| {
        let is_without_device =
            matches!(route.kind.as_deref(), Some("blackhole" | "unreachable" | "prohibit" | "throw"));
        route.dev.as_deref() == Some("lo") && !is_without_device && not_configuration(route).is_none()
    })
}

/// Why a route is no configuration.
fn not_configuration(state: &RouteState) -> Option<&'static str> {
    let has_gateway = state.gateway.is_some() || state.via.is_some() || !state.nexthops.is_empty();
    let kind = state.kind.as_deref().unwrap_or("unicast");
    let protocol = words::protocol_word(state.protocol.as_deref().unwrap_or("boot"));
    // Old kernels tell of their own neither in the routes to all groups (addrconf_add_mroute()).
    let is_by_kernel = matches!(protocol, "kernel" | "unspec") || state.dst == "ff00::/8";
    if is_by_kernel
        && matches!(state.table.as_deref(), Some("local" | "255"))
        && matches!(kind, "local" | "broadcast" | "multicast" | "anycast")
    {
        return Some("routes of the table `local`, which the kernel keeps");
    }
    if (is_by_kernel && matches!(kind, "multicast" | "anycast")) || state.expires.is_some() {
        return Some("routes that the kernel made or that expire");
    }
    match protocol {
        // The kernel makes no route with a gateway; ifupdown2 marks its own so (netlink-ip.md 4).
        "kernel" if has_gateway => None,
        "kernel" => Some("routes to the prefixes of addresses, which the kernel makes"),
        "ra" => Some("routes of router advertisements"),
        "dhcp" => Some("routes of DHCP leases"),
        "redirect" => Some("routes of ICMP redirects"),
        "boot" | "static" => None,
        "zebra" | "bgp" | "isis" | "ospf" | "rip" | "eigrp" => Some("routes of Quagga or FRRouting"),
        "bird" => Some("routes of BIRD"),
        "babel" => Some("routes of babeld"),
        "keepalived" => Some("routes of keepalived"),
        _ => Some("routes of routing daemons"),
    }
}

/// True for a route that a DHCP client or a routing daemon made, and not the kernel.
fn is_of_program(state: &RouteState) -> bool {
    let protocol = words::protocol_word(state.protocol.as_deref().unwrap_or("boot"));
    let is_of_kernel = matches!(protocol, "kernel" | "unspec" | "ra" | "redirect" | "boot" | "static");
    !is_of_kernel && state.expires.is_none()
}

fn destination(state: &RouteState) -> Option<IpNet> {
    if state.dst != "default" {
        return state.dst.parse().ok().or_else(|| Some(IpNet::from(state.dst.parse::<IpAddr>().ok()?)));
    }
    let hop = state.nexthops.iter().find_map(|hop| hop.gateway.clone());
    let near = [state.prefsrc.as_ref(), state.from.as_ref(), state.gateway.as_ref(), hop.as_ref()];
    // IPv6 routes always have a metric, and their preference is printed.
    let is_v6 = state.family.as_deref() == Some("inet6")
        || near.into_iter().flatten().any(|text| text.contains(':'))
        || state.pref.is_some();
    Some(if is_v6 { Ipv6Net::default().into() } else { Ipv4Net::default().into() })
}

fn gateway(gateway: Option<&String>, via: Option<&super::snapshot::Via>) -> Option<IpAddr> {
    gateway.or_else(|| via.map(|via| &via.host)).and_then(|text| text.parse().ok())
}
