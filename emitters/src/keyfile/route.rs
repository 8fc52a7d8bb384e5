//! `routeN=` and `routeN_options=` (keyfile.md 10.2).

use super::Job;
use super::file::File;
use crate::dispatcher::{NOT_ASKED_FOR, lose};
use netpivot_model::codes::Code;
use netpivot_model::codes::keyfile as codes;
use netpivot_model::facts::subject_label;
use netpivot_model::link::LinkId;
use netpivot_model::network::EntryKind;
use netpivot_model::path::{FactPath, FieldPath, Subject};
use netpivot_model::reflect::{FieldRef, Node};
use netpivot_model::route::{NextHop, Route};
use netpivot_model::value::Value;
use netpivot_model::vocabulary::keyfile::route::{OPTIONS, TYPES, option_for};
use std::fmt::Write as _;
use std::net::IpAddr;

const ROOT: FieldPath = FieldPath::new([""; 3]);

fn fact(n: u32, field: FieldPath) -> FactPath {
    FactPath { subject: Subject::Entry(EntryKind::Route, n), field }
}

/// Why entries of a kind stand in no profile, and what to do; `None` for those that profiles hold.
fn beside_profiles(kind: EntryKind) -> Option<(&'static Code, &'static str, &'static str)> {
    match kind {
        // What only libvirt has is told by a module of its own.
        EntryKind::Route
        | EntryKind::Rule
        | EntryKind::Hook
        | EntryKind::VirtualNetwork
        | EntryKind::DhcpServer
        | EntryKind::DnsServer
        | EntryKind::GuestInterface => None,
        EntryKind::Netns => Some((
            &codes::BESIDE,
            "NetworkManager works in one network namespace and makes none",
            "make it by a systemd unit (`ip netns add`) that starts before NetworkManager",
        )),
        EntryKind::Neighbor | EntryKind::Fdb => Some((
            &codes::BESIDE,
            "profiles have no static neighbours or forwarding entries",
            "add it by a script in /etc/NetworkManager/dispatcher.d",
        )),
        EntryKind::Nat => Some((
            &codes::BESIDE,
            "profiles hold no firewall rules",
            "keep it in the firewall's own configuration (nftables, iptables-save, firewalld)",
        )),
        EntryKind::Sysctl => {
            Some((&codes::BESIDE, "profiles hold no kernel settings", "write it to a file in /etc/sysctl.d"))
        }
    }
}

impl Job<'_> {
    /// Says what becomes of the entries that no profile holds.
    pub(super) fn host_entries(&mut self) {
        let host = self.network.links.len();
        let help = || "give it to a link's own configuration in the source".to_owned();
        for n in self.routes[host].clone() {
            let text = "a profile holds only its own device's routes, and this one names none".to_owned();
            self.cx.cannot(fact(n, ROOT), &codes::ROUTE, text, help());
        }
        for n in self.rules[host].clone() {
            let text = "a rule stands in a profile, and this one belongs to none".to_owned();
            let subject = FactPath { subject: Subject::Entry(EntryKind::Rule, n), field: ROOT };
            self.cx.cannot(subject, &codes::RULE, text, help());
        }
        if !self.cx.with_dispatcher {
            for (n, _) in (0u32..).zip(&self.network.hooks) {
                lose(self.network, n, NOT_ASKED_FOR, self.cx);
            }
        }
        crate::virtualization::lose(self.network, self.cx);
        for kind in EntryKind::ALL {
            self.network.visit_entries(*kind, &mut |n, _, _| {
                let subject = Subject::Entry(*kind, n);
                if let Some((code, why, help)) = beside_profiles(*kind) {
                    let text = format!("{} is lost: {why}", subject_label(self.network, subject));
                    self.cx.cannot(FactPath { subject, field: ROOT }, code, text, help.to_owned());
                }
            });
        }
    }

    /// A link of another namespace gets no profile: NetworkManager would set it up in its own, with addresses and
    /// routes that do not belong there.
    pub(super) fn leave_in_namespace(&mut self, id: LinkId, netns: &str) {
        let text = format!(
            "{} is in the network namespace `{netns}`, and NetworkManager works in its own only",
            subject_label(self.network, Subject::Link(id))
        );
        let help = || "set the namespace up by a systemd unit that starts before NetworkManager".to_owned();
        let all = [
            (EntryKind::Route, self.routes[id.0 as usize].clone()),
            (EntryKind::Rule, self.rules[id.0 as usize].clone()),
        ];
        self.cx.cannot(
            FactPath { subject: Subject::Link(id), field: ROOT },
            &codes::BESIDE,
            text.clone(),
            help(),
        );
        for (kind, entries) in all {
            for n in entries {
                let subject = Subject::Entry(kind, n);
                self.cx.cannot(FactPath { subject, field: ROOT }, &codes::BESIDE, text.clone(), help());
            }
        }
    }

    /// Writes the routes of one family.
    pub(super) fn routes(&mut self, id: LinkId, v6: bool, file: &mut File) {
        let mut number = 0;
        let positions = std::mem::take(&mut self.routes[id.0 as usize]);
        for n in &positions {
            let route = &self.network.routes[*n as usize].item;
            if route_is_v6(route) != v6 {
                continue;
            }
            if let Some(why) = unwritable(route, v6) {
                let help = "set the route up by a dispatcher script".to_owned();
                self.cx.cannot(fact(*n, ROOT), &codes::ROUTE, why, help);
                continue;
            }
            self.details(*n, route, v6);
            for hop in hops(route) {
                number += 1;
                if hop.is_ecmp && hop.weight.is_none() {
                    let mut path = FieldPath::parse("nexthops.weight");
                    path.index = hop.index;
                    self.cx.added(fact(*n, path), "weight-of-next-hop");
                }
                write(route, &hop, number, v6, file);
            }
        }
        self.routes[id.0 as usize] = positions;
        number += usize::from(self.default_route(id, v6, number + 1, file));
        self.peer_routes(id, v6, number, file);
    }

    /// Gives the reasons for what the route's line leaves out.
    fn details(&mut self, n: u32, route: &Route, v6: bool) {
        route.visit(&mut |name, field| {
            let FieldRef::Leaf(leaf) = field else { return };
            let written = matches!(name, "dst" | "gateway" | "metric");
            let by_option = option_for(name).is_some_and(|option| option.allows(v6));
            if !leaf.is_said() || written || by_option {
                return;
            }
            let value = leaf.value().map_or_else(String::new, |v| v.to_string());
            if name == "protocol" && value == "static" {
                // NetworkManager marks the routes of a profile so itself (nm_platform: RTPROT_STATIC).
                return self.cx.otherwise(fact(n, ROOT.join(name)), "routes-of-profiles-are-static");
            }
            let text = format!("keyfiles cannot say `{name} {value}` of a route; the route goes without it");
            self.cx.cannot(fact(n, ROOT.join(name)), &codes::ROUTE, text, None);
        });
    }
}

pub(super) fn route_is_v6(route: &Route) -> bool {
    route.dst.as_ref().is_some_and(|at| at.value.addr().is_ipv6())
}

/// Why a route cannot be written without becoming another one.
fn unwritable(route: &Route, v6: bool) -> Option<String> {
    if route.dst.is_none() {
        return Some("the route has no destination".to_owned());
    }
    let other_family = |gateway: IpAddr| gateway.is_ipv6() != v6;
    if route.gateway.as_ref().is_some_and(|at| other_family(at.value)) {
        return Some("keyfiles know no next hop of the other family".to_owned());
    }
    if let Some(at) = &route.route_type
        && !TYPES.contains(&at.value.as_str())
    {
        return Some(format!("NetworkManager knows no routes of type {}", at.value));
    }
    if let Some(at) = &route.dev {
        return Some(format!("a profile holds only its own device's routes, not those of `{}`", at.value));
    }
    if route.nexthops.is_empty() {
        return None;
    }
    if v6 {
        return Some("NetworkManager has no multipath routes for IPv6".to_owned());
    }
    let bad =
        |hop: &NextHop| hop.dev.is_some() || hop.gateway.as_ref().is_none_or(|at| other_family(at.value));
    let devices = "a next hop that names a device, or no gateway, cannot stand in a profile".to_owned();
    route.nexthops.iter().any(bad).then_some(devices)
}

/// One line's next hop.
struct Hop {
    index: u16,
    gateway: Option<IpAddr>,
    weight: Option<i64>,
    onlink: Option<bool>,
    is_ecmp: bool,
}

/// The next hops of a route: NetworkManager makes one multipath route of several with weights.
fn hops(route: &Route) -> Vec<Hop> {
    let weight = |at: &Option<netpivot_model::source::At<netpivot_model::value::U32>>| {
        at.as_ref().map(|at| at.value.get())
    };
    if route.nexthops.is_empty() {
        let gateway = route.gateway.as_ref().map(|at| at.value);
        let onlink = route.onlink.as_ref().map(|at| at.value);
        return vec![Hop { index: 0, gateway, weight: weight(&route.weight), onlink, is_ecmp: false }];
    }
    let hop = |(index, hop): (u16, &NextHop)| Hop {
        index,
        gateway: hop.gateway.as_ref().map(|at| at.value),
        weight: weight(&hop.weight),
        onlink: hop.onlink.as_ref().map(|at| at.value),
        is_ecmp: true,
    };
    (0u16..).zip(&route.nexthops).map(hop).collect()
}

fn write(route: &Route, hop: &Hop, number: usize, v6: bool, file: &mut File) {
    let group = if v6 { "ipv6" } else { "ipv4" };
    let Some(dst) = &route.dst else { return };
    let mut line = dst.value.to_string();
    let metric = route.metric.as_ref().map(|at| at.value.get());
    match (hop.gateway, metric) {
        (Some(gateway), _) => {
            let _ = write!(line, ",{gateway}");
        }
        (None, Some(_)) => line.push_str(if v6 { ",::" } else { ",0.0.0.0" }),
        (None, None) => {}
    }
    if let Some(metric) = metric {
        let _ = write!(line, ",{metric}");
    }
    file.set_numbered(group, "route", format!("route{number}"), line);
    let options = options(route, hop, v6);
    if !options.is_empty() {
        file.set_numbered(group, "route", format!("route{number}_options"), options);
    }
}

fn options(route: &Route, hop: &Hop, v6: bool) -> String {
    let mut out = String::new();
    for option in OPTIONS.iter().filter(|option| option.allows(v6)) {
        let value = match option.field {
            "weight" if hop.is_ecmp => Some(Value::Int(hop.weight.unwrap_or(1))),
            "onlink" => hop.onlink.map(Value::Bool),
            field => match route.field(field) {
                Some(FieldRef::Leaf(leaf)) => leaf.value(),
                Some(_) | None => None,
            },
        };
        if let Some(value) = value {
            let comma = if out.is_empty() { "" } else { "," };
            let _ = write!(out, "{comma}{}={value}", option.name);
        }
    }
    out
}
