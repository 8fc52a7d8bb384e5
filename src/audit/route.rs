//! Routes: those that are promised – gateways of links are default routes – and those that are there, whoever made them.

use super::kernel::{Kernel, space};
use super::lease::Leases;
use super::link::State;
use super::owner::Settled;
use super::promise::{Config, Promise};
use super::rule::{self, Rule};
use super::{Finding, Judged, Place, Told, place_at, place_of};
use foldhash::{HashMap, HashSet};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use netpivot_model::codes::drift as codes;
use netpivot_model::defaults::routes_take_metric;
use netpivot_model::dialect::INTERFACES;
use netpivot_model::facts;
use netpivot_model::ip::IpMethod;
use netpivot_model::link::{LinkId, LinkKind, PortType};
use netpivot_model::network::EntryKind;
use netpivot_model::path::{FactPath, FieldPath, Subject};
use netpivot_model::reflect::{FieldRef, Node};
use netpivot_model::route::{MAIN_TABLE, Route, RouteType};
use netpivot_model::value::Value;
use netpivot_model::vocabulary::names;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// The metric that the kernel gives an IPv6 route without one (IP6_RT_PRIO_USER).
const IPV6_METRIC: i64 = 1024;
/// Attributes that are compared of a route that is there.
const ATTRIBUTES: [&str; 7] = ["src", "mtu", "advmss", "window", "initcwnd", "initrwnd", "pref"];
/// Those of them that no program sets unless it is told to; ifup(8) sets no source either.
const BY_ORDER: [&str; 5] = ["mtu", "advmss", "window", "initcwnd", "initrwnd"];

/// A number that has to be that one, or may be any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Number {
    Any,
    Is(i64),
}

impl Number {
    fn is(self, found: i64) -> bool {
        match self {
            Number::Any => true,
            Number::Is(wanted) => wanted == found,
        }
    }
}

/// A promised route.
struct Wanted<'c> {
    /// The owner; none for the host as a whole.
    of: Option<&'c Settled<'c>>,
    space: &'c str,
    dev: Option<String>,
    dst: IpNet,
    route_type: RouteType,
    gateways: Vec<IpAddr>,
    metric: Number,
    table: Number,
    /// The entry, where it is one: its position and its configuration.
    entry: Option<(&'c Config<'c>, u32)>,
    place: Option<Place>,
}

/// A route of the kernel.
struct Found<'k> {
    n: u32,
    owner: Option<LinkId>,
    route: &'k Route,
}

/// Compares the routes of all links, and those of none.
pub(super) fn check(
    configs: &[Config<'_>],
    settled: &[Settled<'_>],
    leases: &Leases,
    kernel: &Kernel<'_>,
    judged: &mut Vec<Judged>,
) {
    if !kernel.makers.has_routes {
        return;
    }
    let mut there: HashMap<(&str, IpNet), Vec<Found<'_>>> = HashMap::default();
    for (n, entry) in (0u32..).zip(&kernel.network.routes) {
        let Some(dst) = entry.item.dst.as_ref() else { continue };
        let key = (kernel.space_of(entry.owner, &entry.item), dst.value.trunc());
        there.entry(key).or_default().push(Found { n, owner: entry.owner, route: &entry.item });
    }
    let wanted = wanted(configs, settled, kernel);
    let mut taken: HashSet<u32> = HashSet::default();
    let mut absent = Vec::new();
    for one in &wanted {
        let found = there.get(&(one.space, one.dst)).map_or(&[][..], Vec::as_slice);
        let fits = |found: &&Found<'_>| !taken.contains(&found.n) && one.is_met_by(found, kernel);
        match found.iter().find(fits) {
            Some(found) => {
                taken.insert(found.n);
                attributes(one, found, judged);
            }
            None => absent.push(one),
        }
    }
    for one in absent {
        let found = there.get(&(one.space, one.dst)).map_or(&[][..], Vec::as_slice);
        let is_near = |found: &&Found<'_>| {
            !taken.contains(&found.n)
                && !kernel.makers.routes.contains_key(&found.n)
                && one.table.is(table(found.route))
        };
        let near = found.iter().find(is_near);
        taken.extend(near.map(|near| near.n));
        judged.push(one.missing(near, kernel));
    }
    by_others(&taken, kernel, judged);
    let unknown = Unknown { wanted: &wanted, leases, kernel, by_device: by_device(settled) };
    let is_left = |n: &u32| !taken.contains(n) && !is_by_others(*n, kernel);
    for (n, entry) in (0u32..).zip(&kernel.network.routes).filter(|(n, _)| is_left(n)) {
        judged.extend(unknown.judge(&Found { n, owner: entry.owner, route: &entry.item }));
    }
}

/// True for routes of the kernel and of routing daemons, of which there may be a million.
fn is_by_others(n: u32, kernel: &Kernel<'_>) -> bool {
    let rule = kernel.makers.routes.get(&n).map(|maker| by_maker(maker));
    rule == Some(&rule::KERNEL) || rule == Some(&rule::DAEMON)
}

/// Such routes are told by their makers, and counted.
fn by_others(taken: &HashSet<u32>, kernel: &Kernel<'_>, judged: &mut Vec<Judged>) {
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    for (n, maker) in kernel.makers.routes.iter().filter(|(n, _)| !taken.contains(n)) {
        if is_by_others(*n, kernel) {
            *counts.entry(maker).or_default() += 1;
        }
    }
    for (maker, count) in counts {
        let help = "nothing is to be done";
        let finding = Finding {
            actual: Some(Told {
                value: Value::Int(i64::try_from(count).unwrap_or(i64::MAX)),
                words: count.to_string(),
            }),
            ..Finding::new(&codes::ROUTE_UNKNOWN, format!("{maker} ({count})"), help)
        };
        judged.push(Judged { finding, rule: Some(by_maker(maker)) });
    }
}

fn by_device<'s, 'c>(settled: &'s [Settled<'c>]) -> HashMap<LinkId, &'s Settled<'c>> {
    settled.iter().filter_map(|one| Some((one.promise.device?, one))).collect()
}

fn wanted<'c>(configs: &'c [Config<'c>], settled: &'c [Settled<'c>], kernel: &Kernel<'_>) -> Vec<Wanted<'c>> {
    let mut wanted = Vec::new();
    for one in settled.iter().filter(|one| one.starts()) {
        gateways(one, kernel, &mut wanted);
        for (n, route) in one.promise.config.loaded.network.routes_of(one.promise.id) {
            wanted.extend(entry(Some(one), one.promise.config, n, route, kernel));
        }
    }
    for config in configs {
        for (n, route) in config.loaded.network.routes_of(None) {
            wanted.extend(entry(None, config, n, route, kernel));
        }
    }
    wanted
}

/// The default routes that the gateways of a link are.
fn gateways<'c>(of: &'c Settled<'c>, kernel: &Kernel<'_>, out: &mut Vec<Wanted<'c>>) {
    let promise = &of.promise;
    if promise.link().is_without_addresses() {
        return;
    }
    for v6 in [false, true] {
        let Some(config) = promise.ip(v6).filter(|_| promise.method(v6) != Some(IpMethod::Disabled)) else {
            continue;
        };
        let Some(gateway) = &config.gateway else { continue };
        if config.never_default.as_ref().is_some_and(|at| at.value) {
            continue;
        }
        let dst = if v6 { IpNet::V6(Ipv6Net::default()) } else { IpNet::V4(Ipv4Net::default()) };
        out.push(Wanted {
            of: Some(of),
            space: promise.space(),
            dev: Some(promise.name.clone()),
            dst,
            route_type: RouteType::Unicast,
            gateways: vec![gateway.value],
            metric: metric(promise, None, v6, true),
            table: table_of(promise, None, v6, kernel),
            entry: None,
            place: place_of(promise.config.loaded, &gateway.origin),
        });
    }
}

fn entry<'c>(
    of: Option<&'c Settled<'c>>,
    config: &'c Config<'c>,
    n: u32,
    route: &'c Route,
    kernel: &Kernel<'_>,
) -> Option<Wanted<'c>> {
    let gateways: Vec<IpAddr> = if route.nexthops.is_empty() {
        route.gateway.iter().map(|at| at.value).collect()
    } else {
        route.nexthops.iter().filter_map(|hop| Some(hop.gateway.as_ref()?.value)).collect()
    };
    let dst = match (&route.dst, gateways.first()) {
        (Some(at), _) => at.value.trunc(),
        (None, Some(IpAddr::V6(_))) => IpNet::V6(Ipv6Net::default()),
        (None, Some(IpAddr::V4(_)) | None) => IpNet::V4(Ipv4Net::default()),
    };
    let v6 = matches!(dst, IpNet::V6(_));
    let route_type = route.route_type.as_ref().map_or(RouteType::Unicast, |at| at.value);
    let is_of_device = !route.is_without_device() && route.nexthops.is_empty();
    let said = route.dev.as_ref().map(|at| at.value.clone());
    let dev = said.or_else(|| Some(of?.promise.name.clone())).filter(|_| is_of_device);
    let number = |at: &Option<netpivot_model::source::At<netpivot_model::value::U32>>| {
        at.as_ref().map(|at| at.value.get())
    };
    let path = FactPath { subject: Subject::Entry(EntryKind::Route, n), field: facts::ROOT };
    let (metric, table) = match of {
        Some(of) => (
            metric(&of.promise, number(&route.metric), v6, false),
            table_of(&of.promise, number(&route.table), v6, kernel),
        ),
        None => (
            own_metric(number(&route.metric), v6),
            Number::Is(number(&route.table).unwrap_or(MAIN_TABLE.into())),
        ),
    };
    Some(Wanted {
        of,
        space: of.map_or_else(|| space(&route.netns), |of| of.promise.space()),
        dev,
        dst,
        route_type,
        gateways,
        metric,
        table,
        entry: Some((config, n)),
        place: facts::spans_of(&config.loaded.network, path)
            .first()
            .map(|span| place_at(config.loaded, *span)),
    })
}

/// The metric that a program gives a route of a link. NetworkManager chooses one by the kind of device (traps: 100 for
/// Ethernet, 425 for bridges, …), wicked none that the model has.
fn metric(promise: &Promise<'_>, said: Option<i64>, v6: bool, is_gateway: bool) -> Number {
    let takes = is_gateway || routes_take_metric(promise.dialect());
    let own = promise.ip(v6).and_then(|config| config.route_metric.as_ref()).map(|at| at.value.get());
    let said = said.or(own.filter(|metric| takes && *metric >= 0));
    match said {
        None if promise.is_by_networkmanager() => Number::Any,
        said => own_metric(said, v6),
    }
}

/// The kernel's own metric where none is said.
fn own_metric(said: Option<i64>, v6: bool) -> Number {
    let usual = if v6 { IPV6_METRIC } else { 0 };
    Number::Is(said.filter(|metric| !(v6 && *metric == 0)).unwrap_or(usual))
}

/// The table that a route of a link goes to; a port of a VRF has its routes in that one's.
fn table_of(promise: &Promise<'_>, said: Option<i64>, v6: bool, kernel: &Kernel<'_>) -> Number {
    let is_of_vrf =
        |id: LinkId| kernel.link(id).port_type.as_ref().is_some_and(|at| at.value == PortType::Vrf);
    let is_vrf = matches!(promise.link().kind.value, LinkKind::Vrf(_));
    let own = promise.ip(v6).and_then(|config| config.route_table.as_ref()).map(|at| at.value.get());
    match said.or(own.filter(|table| *table > 0)) {
        None if is_vrf || promise.device.is_some_and(is_of_vrf) => Number::Any,
        table => Number::Is(table.filter(|table| *table > 0).unwrap_or(MAIN_TABLE.into())),
    }
}

fn table(route: &Route) -> i64 {
    route.table.as_ref().map_or(MAIN_TABLE.into(), |at| at.value.get())
}

fn metric_of(route: &Route) -> i64 {
    let v6 = matches!(route.dst.as_ref().map(|at| at.value), Some(IpNet::V6(_)));
    route.metric.as_ref().map_or(if v6 { IPV6_METRIC } else { 0 }, |at| at.value.get())
}

fn hops(route: &Route) -> Vec<IpAddr> {
    match route.nexthops.is_empty() {
        true => route.gateway.iter().map(|at| at.value).collect(),
        false => route.nexthops.iter().filter_map(|hop| Some(hop.gateway.as_ref()?.value)).collect(),
    }
}

impl Wanted<'_> {
    fn is_met_by(&self, found: &Found<'_>, kernel: &Kernel<'_>) -> bool {
        let dev = found.owner.map(|id| kernel.name(id));
        let hops = hops(found.route);
        let is_same_way =
            self.gateways.len() == hops.len() && self.gateways.iter().all(|hop| hops.contains(hop));
        let route_type = found.route.route_type.as_ref().map_or(RouteType::Unicast, |at| at.value);
        is_same_way
            && (self.dev.is_none() || self.dev.as_deref() == dev)
            && self.route_type == route_type
            && self.metric.is(metric_of(found.route))
            && self.table.is(table(found.route))
    }

    fn words(&self) -> String {
        let mut words = vec![name_of(self.dst)];
        if self.route_type != RouteType::Unicast {
            words.insert(0, self.route_type.as_str().to_owned());
        }
        words.extend(self.gateways.iter().map(|gateway| format!("via {gateway}")));
        words.extend(self.dev.iter().map(|dev| format!("dev {dev}")));
        if let Number::Is(metric) = self.metric
            && metric != 0
            && !(metric == IPV6_METRIC && self.dst.addr().is_ipv6())
        {
            words.push(format!("metric {metric}"));
        }
        if let Number::Is(table) = self.table
            && table != i64::from(MAIN_TABLE)
        {
            words.push(format!("table {table}"));
        }
        words.join(" ")
    }

    fn missing(&self, near: Option<&Found<'_>>, kernel: &Kernel<'_>) -> Judged {
        let wanted = self.words();
        let what = match near {
            Some(near) => format!("the route is {}, and not {wanted}", words(near, kernel)),
            None => format!("there is no route {wanted}"),
        };
        let help = self.of.map_or_else(|| format!("`ip route add {wanted}`"), |of| of.promise.restart());
        let blank = Finding::new(&codes::ROUTE_MISSING, what.clone(), help.clone());
        let base = self.of.map_or(blank, |of| of.promise.finding(&codes::ROUTE_MISSING, what, help));
        let finding = Finding {
            entry: Some(format!("route {}", name_of(self.dst))),
            promised: Some(Told::words(wanted)),
            actual: near.map(|near| Told::words(words(near, kernel))),
            source: self.place.clone(),
            ..base
        };
        let follows = self.of.is_some_and(|of| of.state != State::Up);
        Judged { finding, rule: follows.then_some(&rule::FOLLOWS) }
    }
}

fn name_of(dst: IpNet) -> String {
    if dst.prefix_len() == 0 { "default".to_owned() } else { dst.to_string() }
}

/// A route of the kernel's in the words of ip-route(8).
fn words(found: &Found<'_>, kernel: &Kernel<'_>) -> String {
    let route = found.route;
    let mut words: Vec<String> = route.dst.iter().map(|at| name_of(at.value)).collect();
    if let Some(at) = route.route_type.as_ref().filter(|at| at.value != RouteType::Unicast) {
        words.insert(0, at.value.as_str().to_owned());
    }
    words.extend(hops(route).iter().map(|gateway| format!("via {gateway}")));
    words.extend(found.owner.map(|id| format!("dev {}", kernel.name(id))));
    words.extend(route.metric.as_ref().map(|at| format!("metric {}", at.value.get())));
    words.extend(route.table.as_ref().map(|at| format!("table {}", at.value.get())));
    words.join(" ")
}

/// What else is said of a route that is there.
fn attributes(wanted: &Wanted<'_>, found: &Found<'_>, judged: &mut Vec<Judged>) {
    let route = wanted.entry.map(|(config, n)| &config.loaded.network.routes[n as usize].item);
    let is_by_ifup = wanted.of.is_some_and(|of| of.promise.dialect().format == INTERFACES);
    for name in ATTRIBUTES {
        let value = |node: &Route| match node.field(name) {
            Some(FieldRef::Leaf(leaf)) => leaf.value(),
            Some(FieldRef::Node(_) | FieldRef::Nodes(_) | FieldRef::Variant(_)) | None => None,
        };
        let (said, now) = (route.and_then(value), value(found.route));
        let is_by_order = BY_ORDER.contains(&name) || name == "src" && is_by_ifup;
        if now == said || said.is_none() && !is_by_order {
            continue;
        }
        let field = FieldPath::parse(name);
        let subject = Subject::Entry(EntryKind::Route, wanted.entry.map_or(0, |(_, n)| n));
        let named = names::of(subject, field).map_or_else(|| name.to_owned(), |named| named.name);
        let told = |value: &Value| Told { value: value.clone(), words: value.to_string() };
        let shown =
            |value: &Option<Value>| value.as_ref().map_or_else(|| "not set".to_owned(), ToString::to_string);
        let words = wanted.words();
        let what = match &said {
            Some(_) => format!("{named} of the route {words} is {}, and not {}", shown(&now), shown(&said)),
            None => format!("{named} of the route {words} is {}, and nothing says so", shown(&now)),
        };
        let help = wanted.of.map_or_else(|| "set it again".to_owned(), |of| of.promise.restart());
        let blank = Finding::new(&codes::SETTING_DIFFERS, what.clone(), help.clone());
        let base = wanted.of.map_or(blank, |of| of.promise.finding(&codes::SETTING_DIFFERS, what, help));
        let finding = Finding {
            entry: Some(format!("route {}", name_of(wanted.dst))),
            field: Some(name.to_owned()),
            name: Some(named),
            promised: said.as_ref().map(told),
            actual: now.as_ref().map(told),
            source: wanted.place.clone(),
            ..base
        };
        judged.push(Judged { finding, rule: None });
    }
}

/// Routes that no configuration has.
struct Unknown<'s, 'c, 'k> {
    wanted: &'s [Wanted<'s>],
    leases: &'s Leases,
    kernel: &'s Kernel<'k>,
    by_device: HashMap<LinkId, &'s Settled<'c>>,
}

impl Unknown<'_, '_, '_> {
    fn judge(&self, found: &Found<'_>) -> Option<Judged> {
        let kernel = self.kernel;
        let dst = found.route.dst.as_ref()?.value;
        let shown = words(found, kernel);
        let what = format!("the kernel has the route {shown}, which no configuration has");
        let help = format!("`ip route del {shown}`, or write it down");
        let device = found.owner.filter(|_| !found.route.is_without_device());
        let netns = kernel.space_of(found.owner, found.route);
        let finding = Finding {
            link: device.map(|id| kernel.name(id).to_owned()),
            netns: Some(netns).filter(|space| !space.is_empty()).map(str::to_owned),
            entry: Some(format!("route {}", name_of(dst))),
            actual: Some(Told::words(shown)),
            ..Finding::new(&codes::ROUTE_UNKNOWN, what, help)
        };
        Some(Judged { finding, rule: self.excused(found, dst, device) })
    }

    fn excused(&self, found: &Found<'_>, dst: IpNet, device: Option<LinkId>) -> Option<&'static Rule> {
        let kernel = self.kernel;
        if let Some(maker) = kernel.makers.routes.get(&found.n) {
            let rule = by_maker(maker);
            return self.may_come(rule, device, dst.addr().is_ipv6()).then_some(rule);
        }
        let hops = hops(found.route);
        let is_multicast =
            dst.addr().is_multicast() || matches!(dst, IpNet::V6(net) if net.addr().is_unicast_link_local());
        if hops.is_empty() && is_multicast {
            return Some(&rule::KERNEL);
        }
        let id = device?;
        if kernel.makers.programs.contains_key(&id) && !self.by_device.contains_key(&id) {
            return Some(&rule::PROGRAM);
        }
        let link = kernel.link(id);
        if let LinkKind::Wireguard(wireguard) = &link.kind.value {
            let allows = |text: &str| text.parse::<IpNet>().is_ok_and(|net| net.trunc() == dst.trunc());
            let peers = wireguard.peers.iter();
            if peers.into_iter().any(|peer| peer.allowed_ips.values().any(|net| allows(&net.to_string()))) {
                return Some(&rule::ALLOWED_IPS);
            }
        }
        if hops.is_empty() && matches!(dst, IpNet::V4(net) if net.addr().is_link_local()) {
            return Some(&rule::ZEROCONF);
        }
        let Some(of) = self.by_device.get(&id) else {
            // The loopback device is nobody's, and routes to it are somebody's.
            return (!matches!(link.kind.value, LinkKind::Loopback(_))).then_some(&rule::UNOWNED);
        };
        if !of.starts() {
            return Some(&rule::BY_HAND);
        }
        if hops.is_empty() && self.is_of_address(id, of, dst) {
            return Some(&rule::PREFIX_ROUTE);
        }
        if self.leases.has(dst, &hops) {
            return Some(&rule::LEASE);
        }
        self.is_of_client(of, dst, &hops).then_some(&rule::UNMARKED_LEASE)
    }

    /// False for what a lease or an advertisement brought to a link that is to have none.
    fn may_come(&self, rule: &'static Rule, device: Option<LinkId>, v6: bool) -> bool {
        let Some(of) = device.and_then(|id| self.by_device.get(&id)) else { return true };
        let promise = &of.promise;
        !of.starts()
            || if rule == &rule::LEASE && !v6 {
                promise.asks_for_lease(v6)
            } else {
                ![&rule::LEASE, &rule::ADVERTISEMENT].contains(&rule) || promise.listens(v6)
            }
    }

    /// True for a route to the prefix of an address of the link, or to a gateway of its.
    fn is_of_address(&self, id: LinkId, of: &Settled<'_>, dst: IpNet) -> bool {
        let link = self.kernel.link(id);
        let mut nets =
            [&link.ipv4, &link.ipv6].into_iter().flatten().flat_map(|ip| ip.addresses.items.iter());
        let is_prefix = nets
            .any(|at| at.value.net.trunc() == dst.trunc() || at.value.peer == Some(dst.addr()))
            || self.kernel.given(id).iter().any(|given| given.net.trunc() == dst.trunc());
        let is_host = dst.prefix_len() == dst.max_prefix_len();
        let mut own = self
            .wanted
            .iter()
            .filter(|one| one.of.is_some_and(|one| one.promise.device == of.promise.device));
        is_prefix || is_host && own.any(|one| one.gateways.contains(&dst.addr()))
    }

    /// dhclient's script adds the default route, and a route to its gateway, without a mark (`dhclient-script`, rfc3442 hook).
    fn is_of_client(&self, of: &Settled<'_>, dst: IpNet, hops: &[IpAddr]) -> bool {
        let promise = &of.promise;
        let v6 = dst.addr().is_ipv6();
        let is_leased = !v6 && promise.method(false) == Some(IpMethod::Auto)
            || v6 && matches!(promise.method(true), Some(IpMethod::Auto | IpMethod::Dhcp));
        let has_own = promise.ip(v6).is_some_and(|config| config.gateway.is_some());
        let is_default = dst.prefix_len() == 0 && !hops.is_empty();
        let leads_to_gateway = || {
            let mut routes = self.kernel.network.routes.iter().filter(|entry| entry.owner == promise.device);
            dst.prefix_len() == dst.max_prefix_len()
                && hops.is_empty()
                && routes.any(|entry| entry.item.gateway.as_ref().is_some_and(|at| at.value == dst.addr()))
        };
        is_leased && !has_own && (is_default || leads_to_gateway())
    }
}

/// The rule for a route by who made it, as the reader of the state tells it.
fn by_maker(maker: &str) -> &'static Rule {
    let makers = [
        ("DHCP", &rule::LEASE),
        ("advertisements", &rule::ADVERTISEMENT),
        ("kernel", &rule::KERNEL),
        ("ICMP", &rule::KERNEL),
    ];
    makers.iter().find(|(word, _)| maker.contains(word)).map_or(&rule::DAEMON, |(_, rule)| rule)
}
