//! `route-NAME` and `route6-NAME`: one line of `ip route` words a route, which both programs read (ifcfg.md 5.3).

use super::profile::{Profile, ROOT};
use super::{Job, Reader};
use foldhash::HashSet;
use ipnet::{IpNet, Ipv4Net};
use netpivot_model::codes::Code;
use netpivot_model::codes::ifcfg_output as codes;
use netpivot_model::dialect::IFCFG_INITSCRIPTS;
use netpivot_model::facts::subject_label;
use netpivot_model::link::Link;
use netpivot_model::network::EntryKind;
use netpivot_model::path::{FactPath, FieldPath, Subject};
use netpivot_model::reflect::{FieldRef, Node};
use netpivot_model::route::{Route, RouteType};
use netpivot_model::source::At;
use netpivot_model::value::U32;
use std::fmt::Write as _;

fn fact(n: u32, field: FieldPath) -> FactPath {
    FactPath { subject: Subject::Entry(EntryKind::Route, n), field }
}

/// Why entries of a kind stand in no ifcfg file, and what to do; `None` for those that do.
fn beside(kind: EntryKind) -> Option<(&'static Code, &'static str, &'static str)> {
    match kind {
        // Hooks, and what only libvirt has, have modules of their own.
        EntryKind::Route
        | EntryKind::Rule
        | EntryKind::Hook
        | EntryKind::VirtualNetwork
        | EntryKind::DhcpServer
        | EntryKind::DnsServer
        | EntryKind::GuestInterface => None,
        EntryKind::Netns => Some((
            &codes::BESIDE,
            "ifcfg files work in one network namespace and make none",
            "make it by a systemd unit (`ip netns add`)",
        )),
        EntryKind::Neighbor | EntryKind::Fdb => Some((
            &codes::BESIDE,
            "ifcfg files have no static neighbours or forwarding entries",
            "add it by a script (/sbin/ifup-local, or one in /etc/NetworkManager/dispatcher.d)",
        )),
        EntryKind::Nat => Some((
            &codes::BESIDE,
            "ifcfg files hold no firewall rules",
            "keep it in the firewall's own configuration (nftables, iptables-save, firewalld)",
        )),
        EntryKind::Sysctl => Some((
            &codes::BESIDE,
            "ifcfg files hold no kernel settings",
            "write it to a file in /etc/sysctl.d",
        )),
    }
}

impl Job<'_> {
    /// Says what becomes of the entries that no link's files hold.
    pub(super) fn host_entries(&mut self) {
        let host = self.network.links.len();
        self.unread(host);
        let help = || "give it to a link's own configuration in the source".to_owned();
        for n in self.routes[host].clone() {
            let text = "a route stands in the file of a link, and this one belongs to none";
            self.cx.cannot(fact(n, ROOT), &codes::ROUTE, text, help());
        }
        for n in self.rules[host].clone() {
            let text = "a rule stands in the file of a link, and this one belongs to none";
            let path = FactPath { subject: Subject::Entry(EntryKind::Rule, n), field: ROOT };
            self.cx.cannot(path, &codes::RULE, text, help());
        }
        crate::virtualization::lose(self.network, self.cx);
        for kind in EntryKind::ALL {
            self.network.visit_entries(*kind, &mut |n, _, _| {
                let subject = Subject::Entry(*kind, n);
                if let Some((code, why, help)) = beside(*kind) {
                    let text = format!("{} is lost: {why}", subject_label(self.network, subject));
                    self.cx.cannot(FactPath { subject, field: ROOT }, code, text, help.to_owned());
                }
            });
        }
    }

    /// Writes the routes of a link.
    pub(super) fn routes(&mut self, p: &mut Profile<'_>) {
        let off = p.file.get("BOOTPROTO").is_none_or(|word| word == "none")
            && p.file.get("IPADDR").is_none()
            && p.file.get("PREFIX").is_none()
            && p.aliases.is_empty();
        for v6 in [false, true] {
            let mut text = String::new();
            let mut seen: HashSet<String> = HashSet::default();
            for n in self.routes[p.id.0 as usize].clone() {
                let route = &self.network.routes[n as usize].item;
                let is_v6 = route.dst.as_ref().is_some_and(|at| at.value.addr().is_ipv6());
                if is_v6 != v6 {
                    continue;
                }
                let why = if !v6 && off && p.is_nm() {
                    Some("NetworkManager's ifcfg reader reads no IPv4 routes while IPv4 is off".to_owned())
                } else {
                    unwritable(route, v6, p.reader)
                };
                if why.is_none() && self.by_keys(p, route) {
                    continue;
                }
                let line = line(route, p, v6);
                let key = match p.reader {
                    Reader::NetworkManager => line.clone(),
                    Reader::Initscripts => {
                        format!("{:?}", (&route.dst, &route.metric, &route.table, &route.tos))
                    }
                };
                let why = why.or_else(|| {
                    seen.contains(&key).then(|| "a later line takes the place of an equal one".to_owned())
                });
                if let Some(why) = why {
                    let help = "set the route up by a script of the program in charge".to_owned();
                    self.cx.cannot(fact(n, ROOT), &codes::ROUTE, why, help);
                    continue;
                }
                seen.insert(key);
                let about = route.dst.as_ref().map_or_else(String::new, |at| at.value.trunc().to_string());
                self.of_the_device(p, EntryKind::Route, &about);
                self.details(n, route, v6, p.reader);
                let _ = writeln!(text, "{line}");
            }
            if !text.is_empty() {
                let name = format!("{}-{}", if v6 { "route6" } else { "route" }, p.name);
                self.add_text(&name, 0o644, text, false);
            }
        }
    }

    /// initscripts read `route-DEVICE` and `rule-DEVICE` for each profile of the device (`ifup-routes`).
    pub(super) fn of_the_device(&mut self, p: &Profile<'_>, kind: EntryKind, about: &str) {
        if p.is_nm() {
            return;
        }
        let is_of = |link: &Link| link.name.as_ref().is_some_and(|at| at.value == p.name);
        let others = self.network.links().filter(|(id, link)| *id != p.id && is_of(link));
        for (id, _) in others {
            self.cx.added_entry(kind, Some(id), about, "files-of-the-device");
        }
    }

    /// GATEWAY, WINDOW and SRCADDR, where initscripts' own file had the default route so: further keys of that file
    /// (EXTRA_ROUTE_OPTS) go with them.
    fn by_keys(&self, p: &mut Profile<'_>, route: &Route) -> bool {
        let (Some(dst), Some(gateway)) = (&route.dst, &route.gateway) else { return false };
        let first = p.link.ipv4.as_ref().and_then(|ip| ip.addresses.values().find(|a| a.label.is_none()));
        let mut others = false;
        route.visit(&mut |name, field| {
            let said = matches!(field, FieldRef::Leaf(leaf) if leaf.is_said());
            others |= said && !["dst", "gateway", "src", "window", "metric"].contains(&name);
        });
        let metric = route.metric.as_ref().map(|at| at.value.get().to_string());
        let fits = !p.is_nm()
            && self.network.dialect_of(p.id) == IFCFG_INITSCRIPTS
            && dst.value == IpNet::V4(Ipv4Net::default())
            && (route.src.is_some() || route.window.is_some())
            && first.is_some_and(|address| address.net.contains(&gateway.value))
            && metric.as_deref() == p.file.get("METRIC")
            && p.file.get("GATEWAY").is_none()
            && !others;
        if fits {
            p.file.set("GATEWAY", gateway.value.to_string());
            for (key, value) in [
                ("WINDOW", route.window.as_ref().map(|at| at.value.get().to_string())),
                ("SRCADDR", route.src.as_ref().map(|at| at.value.to_string())),
            ] {
                value.into_iter().for_each(|value| p.file.set(key, value));
            }
        }
        fits
    }

    /// Gives the reasons for what the line leaves out.
    fn details(&mut self, n: u32, route: &Route, v6: bool, reader: Reader) {
        route.visit(&mut |name, field| {
            let FieldRef::Leaf(leaf) = field else { return };
            if !leaf.is_said() || says(name, v6, reader) {
                return;
            }
            let value = leaf.value().map_or_else(String::new, |v| v.to_string());
            let text = format!(
                "{} does not take `{name} {value}` of a route; the route goes without it",
                reader.name()
            );
            if name == "protocol" && value == "static" && reader == Reader::NetworkManager {
                // NetworkManager marks the routes of a profile so itself (nm_platform: RTPROT_STATIC).
                return self.cx.otherwise(fact(n, ROOT.join(name)), "routes-of-profiles-are-static");
            }
            self.cx.cannot(fact(n, ROOT.join(name)), &codes::ROUTE, text, None);
        });
    }
}

/// True where the line says that field of a route.
fn says(name: &str, v6: bool, reader: Reader) -> bool {
    let nm = reader == Reader::NetworkManager;
    match name {
        "dst" | "gateway" | "metric" | "table" | "src" | "onlink" | "mtu" | "lock_mtu" | "advmss"
        | "lock_advmss" | "window" | "lock_window" | "cwnd" | "lock_cwnd" | "initcwnd" | "lock_initcwnd"
        | "initrwnd" | "lock_initrwnd" | "rto_min" | "quickack" | "route_type" => true,
        "from" => v6,
        "tos" | "scope" => !v6 || !nm,
        "weight" => !v6 && nm,
        "protocol" | "realms" | "pref" | "attributes" | "dev" => !nm,
        _ => false,
    }
}

/// Why a route cannot be written without becoming another one.
fn unwritable(route: &Route, v6: bool, reader: Reader) -> Option<String> {
    let Some(dst) = &route.dst else { return Some("the route has no destination".to_owned()) };
    let nm = reader == Reader::NetworkManager;
    if route.netns.is_some() {
        return Some("ifcfg files work in one network namespace".to_owned());
    }
    if route.gateway.as_ref().is_some_and(|at| at.value.is_ipv6() != v6) && nm {
        return Some("NetworkManager's ifcfg reader knows no next hop of the other family".to_owned());
    }
    if nm && route.gateway.as_ref().is_some_and(|at| at.value.is_unspecified()) {
        return Some("a gateway of zeros is none".to_owned());
    }
    if let Some(at) = route.route_type.as_ref().filter(|_| nm)
        && !matches!(
            at.value,
            RouteType::Unicast
                | RouteType::Local
                | RouteType::Blackhole
                | RouteType::Unreachable
                | RouteType::Prohibit
                | RouteType::Throw
        )
    {
        return Some(format!("NetworkManager's ifcfg reader knows no routes of type {}", at.value));
    }
    if let Some(at) = route.dev.as_ref().filter(|_| nm) {
        return Some(format!("the route goes out of `{}`, whose file does not hold it", at.value));
    }
    if !nm && !v6 && dst.value.addr() != dst.value.network() {
        return Some("the kernel refuses a destination with bits set behind its prefix length".to_owned());
    }
    if !route.nexthops.is_empty() && nm {
        return Some("NetworkManager's ifcfg reader knows no routes of several next hops".to_owned());
    }
    if nm && route.weight.as_ref().is_some_and(|at| at.value.get() > 256) {
        return Some("the weight of a next hop is at most 256".to_owned());
    }
    None
}

/// The line of a route.
fn line(route: &Route, p: &Profile<'_>, v6: bool) -> String {
    let mut out = String::new();
    let mut word = |name: &str, value: String| {
        let gap = if out.is_empty() { "" } else { " " };
        let blank = if name.is_empty() || value.is_empty() { "" } else { " " };
        let _ = write!(out, "{gap}{name}{blank}{value}");
    };
    let nm = p.is_nm();
    if let Some(at) = &route.route_type {
        word("", at.value.to_string());
    }
    if let Some(at) = &route.dst {
        word("", at.value.to_string());
    }
    if let Some(at) = &route.gateway {
        let other = at.value.is_ipv6() != v6;
        let family = if at.value.is_ipv6() { "inet6 " } else { "inet " };
        word("via", format!("{}{}", if other { family } else { "" }, at.value));
    }
    let number = |at: &Option<At<U32>>| at.as_ref().map(|at| at.value.get().to_string());
    let single = route.nexthops.is_empty();
    if let Some(device) =
        route.dev.as_ref().map(|at| at.value.as_str()).or(p.device()).filter(|_| single && !is_reject(route))
    {
        word("dev", device.to_owned());
    }
    if let Some(metric) = number(&route.metric) {
        word("metric", metric);
    }
    let locked = |value: &Option<At<U32>>, lock: &Option<At<bool>>| {
        let lock = if lock.as_ref().is_some_and(|at| at.value) { "lock " } else { "" };
        number(value).map(|n| format!("{lock}{n}"))
    };
    let words = [
        ("from", route.from.as_ref().filter(|_| v6).map(|at| at.value.to_string())),
        ("src", route.src.as_ref().map(|at| at.value.to_string())),
        ("table", number(&route.table)),
        ("tos", route.tos.as_ref().filter(|_| !v6 || !nm).map(|at| format!("0x{:02x}", at.value.get()))),
        ("scope", route.scope.as_ref().filter(|_| !v6 || !nm).map(|at| at.value.get().to_string())),
        ("window", locked(&route.window, &route.lock_window)),
        ("cwnd", locked(&route.cwnd, &route.lock_cwnd)),
        ("initcwnd", locked(&route.initcwnd, &route.lock_initcwnd)),
        ("initrwnd", locked(&route.initrwnd, &route.lock_initrwnd)),
        ("mtu", locked(&route.mtu, &route.lock_mtu)),
        ("advmss", locked(&route.advmss, &route.lock_advmss)),
        ("rto_min", number(&route.rto_min).map(|ms| if nm { ms } else { format!("{ms}ms") })),
        ("quickack", route.quickack.as_ref().map(|at| i64::from(at.value).to_string())),
        ("weight", number(&route.weight).filter(|_| nm && !v6)),
        ("proto", route.protocol.as_ref().filter(|_| !nm).map(|at| at.value.clone())),
        ("realms", route.realms.as_ref().filter(|_| !nm).map(|at| at.value.clone())),
        ("pref", route.pref.as_ref().filter(|_| !nm).map(|at| at.value.clone())),
    ];
    for (name, value) in words {
        if let Some(value) = value {
            word(name, value);
        }
    }
    if route.onlink.as_ref().is_some_and(|at| at.value) {
        word("onlink", String::new());
    }
    for attribute in route.attributes.values().filter(|_| !nm) {
        word("", attribute.clone());
    }
    for hop in &route.nexthops {
        let mut text = String::new();
        if let Some(at) = &hop.gateway {
            let _ = write!(text, "via {}", at.value);
        }
        if let Some(at) = &hop.dev {
            let _ = write!(text, " dev {}", at.value);
        }
        if let Some(at) = &hop.weight {
            let _ = write!(text, " weight {}", at.value.get());
        }
        if hop.onlink.as_ref().is_some_and(|at| at.value) {
            text.push_str(" onlink");
        }
        word("nexthop", text.trim().to_owned());
    }
    out.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Types that need no way out.
fn is_reject(route: &Route) -> bool {
    route.route_type.as_ref().is_some_and(|at| {
        matches!(
            at.value,
            RouteType::Blackhole | RouteType::Unreachable | RouteType::Prohibit | RouteType::Throw
        )
    })
}
