//! Routes, rules, kernel settings and hooks: `ifroute-`, `routes`, `ifrule-`, `ifsysctl-` and PRE_UP_SCRIPT and its like.

use super::Job;
use super::profile::{Profile, ROOT};
use crate::Accounted;
use crate::text::ip::{route, rule};
use ipnet::IpNet;
use netpivot_model::codes::Code;
use netpivot_model::codes::core::HOOK_LOST;
use netpivot_model::codes::ifcfg_output as codes;
use netpivot_model::dialect::IFCFG_SUSE;
use netpivot_model::facts::subject_label;
use netpivot_model::hook::HookPhase;
use netpivot_model::link::Link;
use netpivot_model::network::EntryKind;
use netpivot_model::path::{FactPath, FieldPath, Subject};
use netpivot_model::route::{Route, RouteType};
use netpivot_model::rule::{Rule, RuleAction};
use netpivot_model::source::{At, Origin};
use netpivot_model::value::Int;
use netpivot_model::vocabulary::ifcfg_suse::scripts;
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What a lost entry of a kind is called.
pub(super) fn code(kind: EntryKind) -> &'static Code {
    match kind {
        EntryKind::Route => &codes::ROUTE,
        EntryKind::Rule => &codes::RULE,
        EntryKind::Hook => &HOOK_LOST,
        EntryKind::Netns
        | EntryKind::Neighbor
        | EntryKind::Fdb
        | EntryKind::Nat
        | EntryKind::Sysctl
        | EntryKind::VirtualNetwork
        | EntryKind::DhcpServer
        | EntryKind::DnsServer
        | EntryKind::GuestInterface => &codes::BESIDE,
    }
}

fn fact(kind: EntryKind, n: u32) -> FactPath {
    FactPath { subject: Subject::Entry(kind, n), field: ROOT }
}

/// Kernel settings that wicked takes as settings of links.
const READ: [&str; 6] =
    ["disable_ipv6", "forwarding", "accept_ra", "autoconf", "use_tempaddr", "addr_gen_mode"];

impl Job<'_> {
    fn lost(&mut self, kind: EntryKind, n: u32, why: &str, help: &str) {
        let text = format!("{} is lost: {why}", subject_label(self.network, Subject::Entry(kind, n)));
        self.cx.cannot(fact(kind, n), code(kind), text, help.to_owned());
    }

    /// Says what becomes of the entries of no link, and gives the lines of `routes`.
    pub(super) fn host_entries(&mut self) -> String {
        let network = self.network;
        let host = network.links.len();
        let mut lines = String::new();
        let mut seen = Vec::new();
        for n in self.routes[host].clone() {
            let item = &network.routes[n as usize].item;
            let dev = item.dev.as_ref().map(|at| at.value.as_str());
            let is_dev = |link: &Link| link.name.as_ref().is_some_and(|at| Some(at.value.as_str()) == dev);
            let known = network.links().any(|(id, link)| {
                is_dev(link) && self.refused[id.0 as usize].is_none() && !link.is_addressless_port()
            });
            let alone = item.is_without_device();
            if !alone && !known {
                let help = "give it to a link's own configuration in the source";
                self.lost(EntryKind::Route, n, "it names no interface that has a file", help);
                continue;
            }
            let key = format!("{dev:?} {:?}", (&item.dst, &item.metric, &item.table));
            if let Some(line) = self.line(n, item, dev.filter(|_| !alone), &mut seen, key) {
                if !alone {
                    self.cx.account(Accounted::Rewritten(EntryKind::Route, n), "route-of-its-device");
                }
                let _ = writeln!(lines, "{line}");
            }
        }
        for n in self.rules[host].clone() {
            let help = "give it to a link's own configuration in the source";
            self.lost(
                EntryKind::Rule,
                n,
                "a rule stands in the file of a link, and this one belongs to none",
                help,
            );
        }
        crate::virtualization::lose(network, self.cx);
        for kind in EntryKind::ALL {
            network.visit_entries(*kind, &mut |n, owner, _| {
                let (why, help) = match kind {
                    EntryKind::Route | EntryKind::Rule => return,
                    EntryKind::Netns => {
                        ("wicked works in one network namespace and makes none", "make it by a systemd unit")
                    }
                    EntryKind::Neighbor | EntryKind::Fdb => (
                        "SUSE's files have no static neighbours or forwarding entries",
                        "add it by a script (POST_UP_SCRIPT)",
                    ),
                    EntryKind::Nat => {
                        ("SUSE's files hold no firewall rules", "keep it in the firewall's own configuration")
                    }
                    EntryKind::Sysctl if owner.is_none() => (
                        "wicked sets kernel settings of interfaces only",
                        "write it to a file in /etc/sysctl.d",
                    ),
                    EntryKind::Hook if owner.is_none() => (
                        "wicked runs programs for interfaces only",
                        "name a program in POST_UP_SCRIPT of an interface",
                    ),
                    // What only libvirt has is told by a module of its own.
                    EntryKind::Sysctl
                    | EntryKind::Hook
                    | EntryKind::VirtualNetwork
                    | EntryKind::DhcpServer
                    | EntryKind::DnsServer
                    | EntryKind::GuestInterface => return,
                };
                self.lost(*kind, n, why, help);
            });
        }
        lines
    }

    /// Writes the entries that a link owns.
    pub(super) fn entries(&mut self, p: &mut Profile<'_>) {
        let network = self.network;
        let mut seen = Vec::new();
        if !p.link.is_addressless_port() {
            for n in self.routes[p.id.0 as usize].clone() {
                let item = self.inherited(p, n, &network.routes[n as usize].item);
                let key = format!("{:?}", (&item.dst, &item.metric, &item.table));
                if item.dev.as_ref().is_some_and(|at| at.value != p.name) {
                    let help = "give it to the other link's own configuration in the source";
                    self.lost(
                        EntryKind::Route,
                        n,
                        "it is for another interface than the one whose file holds it",
                        help,
                    );
                    continue;
                }
                if let Some(line) = self.line(n, &item, None, &mut seen, key) {
                    if item.dev.is_some() {
                        let path = FactPath { field: FieldPath::parse("dev"), ..fact(EntryKind::Route, n) };
                        self.cx.added(path, "route-of-its-file");
                    }
                    let _ = writeln!(p.routes, "{line}");
                }
            }
            for v6 in [false, true] {
                self.default_route(p, v6, &mut seen);
            }
        } else {
            for n in self.routes[p.id.0 as usize].clone() {
                self.lost(
                    EntryKind::Route,
                    n,
                    "a port has no routes of its own",
                    "set it up on the controller",
                );
            }
        }
        for n in self.rules[p.id.0 as usize].clone() {
            self.rule(p, n, &network.rules[n as usize].item);
        }
        for (n, entry) in (0u32..).zip(&network.sysctls).filter(|(_, entry)| entry.owner == Some(p.id)) {
            let text =
                |said: &Option<At<String>>| said.as_ref().map_or_else(String::new, |at| at.value.clone());
            let (key, value) = (text(&entry.item.key), text(&entry.item.value));
            let read = key.rsplit('.').next().is_some_and(|last| READ.contains(&last));
            let odd = key.contains(['=', '\n', ' '])
                || value.contains('\n')
                || value.trim() != value
                || !key.starts_with("net.");
            if read || odd || entry.item.netns.is_some() {
                self.lost(
                    EntryKind::Sysctl,
                    n,
                    "wicked takes it for a setting of the link",
                    "write it to a file in /etc/sysctl.d",
                );
                continue;
            }
            let _ = writeln!(p.sysctls, "{key} = {value}");
        }
        for (n, entry) in (0u32..).zip(&network.hooks).filter(|(_, entry)| entry.owner == Some(p.id)) {
            let phase = entry.item.phase.as_ref().map_or(HookPhase::Up, |at| at.value);
            let command = entry.item.command.as_ref().map_or("", |at| at.value.as_str());
            let known = scripts::KEYS.iter().find(|(_, of, _)| *of == phase);
            let found =
                known.and_then(|(key, _, action)| Some((*key, scripts::word_for(command, &p.name, action)?)));
            match found {
                Some((key, word)) => p.sheet.push(key, &word),
                None => {
                    let help = "put it into a program in /etc/wicked/scripts and name that in POST_UP_SCRIPT";
                    self.lost(
                        EntryKind::Hook,
                        n,
                        "wicked runs programs of its own calling convention only",
                        help,
                    );
                }
            }
        }
    }

    /// A route with what the profile gives to each of its routes.
    fn inherited(&mut self, p: &Profile<'_>, n: u32, item: &Route) -> Route {
        let mut item = item.clone();
        let config = if route::is_v6(&item) { &p.link.ipv6 } else { &p.link.ipv4 };
        let (Some(config), false) = (config, self.network.dialect_of(p.id) == IFCFG_SUSE) else {
            return item;
        };
        let rewritten = Accounted::Rewritten(EntryKind::Route, n);
        let metric = config.route_metric.as_ref().filter(|at| at.value.get() >= 0);
        if let (None, Some(at)) = (&item.metric, metric) {
            item.metric = Int::new(at.value.get()).map(|metric| At::new(metric, at.origin.clone()));
            self.cx.account(rewritten.clone(), "metric-of-the-profile");
        }
        if let (None, Some(at)) = (&item.table, config.route_table.as_ref().filter(|at| at.value.get() > 0)) {
            item.table = Some(at.clone());
            self.cx.account(rewritten, "table-of-the-profile");
        }
        item
    }

    /// The gateway of a family, which SUSE's files have as a route only.
    fn default_route(&mut self, p: &mut Profile<'_>, v6: bool, seen: &mut Vec<String>) {
        let Some(gateway) = self.gateway(p, v6) else { return };
        let config = if v6 { &p.link.ipv6 } else { &p.link.ipv4 };
        let all: IpAddr = if v6 { Ipv6Addr::UNSPECIFIED.into() } else { Ipv4Addr::UNSPECIFIED.into() };
        let metric = config
            .as_ref()
            .and_then(|ip| ip.route_metric.as_ref())
            .map(|at| at.value.get())
            .filter(|n| *n >= 0);
        let table = config.as_ref().and_then(|ip| ip.route_table.clone()).filter(|at| at.value.get() > 0);
        let origin = Origin::default_value;
        let item = Route {
            dst: IpNet::new(all, 0).ok().map(|net| At::new(net, origin())),
            gateway: Some(At::new(gateway, origin())),
            metric: metric.and_then(Int::new).map(|metric| At::new(metric, origin())),
            table,
            ..Route::default()
        };
        let key = format!("{:?}", (&item.dst, &item.metric, &item.table));
        if seen.contains(&key) {
            let path = if v6 { "ipv6.gateway" } else { "ipv4.gateway" };
            let text = "wicked takes the first of two default routes of one metric";
            return self.cannot(p, FieldPath::parse(path), &codes::ROUTE, text);
        }
        let _ = writeln!(p.routes, "{}", line(&item, None));
        seen.push(key);
    }

    /// The line of a route, or the reason why there is none.
    fn line(
        &mut self,
        n: u32,
        item: &Route,
        dev: Option<&str>,
        seen: &mut Vec<String>,
        key: String,
    ) -> Option<String> {
        let v6 = route::is_v6(item);
        let why = if item.netns.is_some() {
            Some("wicked works in the host's own namespace")
        } else if item
            .gateway
            .as_ref()
            .is_some_and(|at| at.value.is_ipv6() != v6 || at.value.is_unspecified())
        {
            Some("wicked takes a gateway of the destination's family only")
        } else if seen.contains(&key) {
            Some("wicked takes the first of two routes to one destination with one metric")
        } else if item.dst.is_none() && item.gateway.is_none() && item.nexthops.is_empty() {
            Some("it has no destination")
        } else if item.is_without_device() && item.gateway.is_some() {
            Some("such a route has no gateway")
        } else {
            None
        };
        if let Some(why) = why {
            self.lost(EntryKind::Route, n, why, "set the route up by a program of POST_UP_SCRIPT");
            return None;
        }
        if item.dst.as_ref().is_some_and(|at| at.value != at.value.trunc()) {
            self.cx.account(Accounted::Rewritten(EntryKind::Route, n), "network-of-the-destination");
        }
        if item.dst.is_none() {
            let path = FactPath { field: FieldPath::parse("dst"), ..fact(EntryKind::Route, n) };
            self.cx.added(path, "default-route");
        }
        seen.push(key);
        Some(line(item, dev))
    }

    fn rule(&mut self, p: &mut Profile<'_>, n: u32, item: &Rule) {
        let said = |field| FactPath { field: FieldPath::parse(field), ..fact(EntryKind::Rule, n) };
        if item.netns.is_some() {
            return self.lost(
                EntryKind::Rule,
                n,
                "wicked works in the host's own namespace",
                "add it there by a program",
            );
        }
        let looks_up = item.action.as_ref().is_none_or(|at| at.value == RuleAction::Table);
        for (is_unsaid, field, why) in [
            (item.priority.is_none(), "priority", "priority-as-the-kernel-gives-it"),
            (item.family.is_none(), "family", "family-of-the-prefix"),
            (looks_up && item.table.is_none(), "table", "main-table-of-a-rule"),
            (item.action.is_none(), "action", "action-of-a-rule"),
        ] {
            if is_unsaid {
                self.cx.added(said(field), why);
            }
        }
        let family = if rule::is_v6(item) { "ipv6" } else { "ipv4" };
        let _ = writeln!(p.rules, "{family} {}", rule::words(item, self.priorities[n as usize]));
    }
}

/// Destination, gateway, netmask, interface, the words of ip-route(8); trailing dashes may go.
fn line(item: &Route, dev: Option<&str>) -> String {
    let v6 = route::is_v6(item);
    let all: IpAddr = if v6 { Ipv6Addr::UNSPECIFIED.into() } else { Ipv4Addr::UNSPECIFIED.into() };
    let dst = match item.dst.as_ref().map(|at| at.value) {
        Some(net) if net.prefix_len() == 0 && item.gateway.is_some() => "default".to_owned(),
        None if item.gateway.is_some() => "default".to_owned(),
        Some(net) => net.trunc().to_string(),
        None => format!("{all}/0"),
    };
    let mut rest = item.clone();
    (rest.gateway, rest.dev, rest.route_type) = (None, None, None);
    rest.dst = IpNet::new(all, 0).ok().map(|net| At::new(net, Origin::default_value()));
    let words = route::words(&rest, None);
    let mut options = words.strip_prefix("default").unwrap_or(&words).trim().to_owned();
    if let Some(at) = item.route_type.as_ref().filter(|at| at.value != RouteType::Unicast) {
        options = format!("type {} {options}", at.value.as_str()).trim_end().to_owned();
    }
    let gateway = item.gateway.as_ref().map_or_else(|| "-".to_owned(), |at| at.value.to_string());
    let mut columns = vec![dst, gateway, "-".to_owned(), dev.unwrap_or("-").to_owned()];
    if options.is_empty() {
        while columns.len() > 1 && columns.last().is_some_and(|column| column == "-") {
            columns.pop();
        }
    } else {
        columns.push(options);
    }
    columns.join(" ")
}
