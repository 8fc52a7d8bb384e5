//! Gateways and routes that cannot work: no address reaches the next hop, it is the host itself, or two default
//! routes are the same entry of the kernel's table.

use super::{Index, path};
use crate::codes::core as codes;
use crate::diagnostic::Diagnostic;
use crate::dialect::{IFUPDOWN, INTERFACES, IPROUTE, NETLINK};
use crate::ip::{IpConfig, IpMethod};
use crate::link::{LinkId, LinkKind};
use crate::network::{EntryKind, Network};
use crate::path::{FactPath, FieldPath, Subject};
use crate::reflect::Said;
use crate::route::{MAIN_TABLE, Route};
use crate::source::Origin;
use crate::value::LinkRef;
use foldhash::{HashMap, HashSet};
use ipnet::IpNet;
use std::net::IpAddr;

/// A network namespace; `None` is the host's own.
type Netns<'n> = Option<&'n str>;

/// What the links' addresses reach, by link and by namespace.
struct Reach<'n> {
    own: HashSet<(Netns<'n>, IpAddr)>,
    by_link: HashMap<LinkId, Vec<IpNet>>,
    by_netns: HashMap<Netns<'n>, Vec<IpNet>>,
    /// Links whose addresses come from elsewhere, so that nobody knows what they reach.
    open: HashSet<LinkId>,
}

/// All findings about gateways and default routes.
pub(super) fn check(network: &Network, index: &Index<'_>, found: &mut Vec<Diagnostic>) {
    let reach = Reach::of(network);
    for (id, link) in network.links() {
        for (field, config) in [("ipv4.gateway", &link.ipv4), ("ipv6.gateway", &link.ipv6)] {
            if let Some(gateway) = config.as_ref().and_then(|config| config.gateway.as_ref()) {
                let netns = text(&link.netns);
                own_gateway(&reach, netns, gateway.value, &gateway.origin, found);
                if !reach.reaches(id, gateway.value) {
                    let message =
                        format!("the gateway {} lies in no subnet of `{}`", gateway.value, link.label());
                    found.push(outside(message, &gateway.origin).about(path(id, field)));
                }
            }
        }
    }
    for (n, entry) in (0u32..).zip(&network.routes) {
        let netns = netns_of(network, entry.owner, &entry.item);
        let subject = Subject::Entry(EntryKind::Route, n);
        for gateway in
            entry.item.gateway.iter().chain(entry.item.nexthops.iter().flat_map(|hop| &hop.gateway))
        {
            own_gateway(&reach, netns, gateway.value, &gateway.origin, found);
        }
        let Some(gateway) = &entry.item.gateway else { continue };
        let onlink = entry.item.onlink.as_ref().is_some_and(|at| at.value);
        let dev = entry.item.dev.as_ref().map(|dev| index.find(&LinkRef::Name(dev.value.clone())));
        let reached = match (dev, entry.owner) {
            // Of a device that no file configures nobody knows what it reaches.
            (Some(devices), _) => {
                devices.is_empty() || devices.iter().any(|id| reach.reaches(*id, gateway.value))
            }
            (None, Some(id)) => reach.reaches(id, gateway.value),
            (None, None) => reach.reaches_in(netns, gateway.value),
        };
        if !onlink && !reached {
            let field = FieldPath::parse("gateway");
            let message =
                format!("the gateway {} of this route lies in no subnet of the host", gateway.value);
            found.push(outside(message, &gateway.origin).about(FactPath { subject, field }));
        }
    }
    equal_defaults(network, found);
}

impl<'n> Reach<'n> {
    fn of(network: &'n Network) -> Self {
        let mut reach = Reach {
            own: HashSet::default(),
            by_link: HashMap::default(),
            by_netns: HashMap::default(),
            open: HashSet::default(),
        };
        for (id, link) in network.links() {
            let netns = text(&link.netns);
            for config in [&link.ipv4, &link.ipv6].into_iter().flatten() {
                for address in config.addresses.values() {
                    reach.own.insert((netns, address.net.addr()));
                    reach.add(Some(id), netns, address.net);
                    if let Some(peer) = address.peer {
                        reach.add(Some(id), netns, IpNet::from(peer));
                    }
                }
                if !gives_own_addresses(config) {
                    reach.open.insert(id);
                }
            }
            if let LinkKind::IpTunnel(tunnel) = &link.kind.value
                && let Some(net) = tunnel.compatible_network()
            {
                reach.add(Some(id), netns, IpNet::V6(net));
            }
            if link.ipv4.is_none() && link.ipv6.is_none() {
                reach.open.insert(id);
            }
        }
        // A route over the link itself reaches its destination, too (`ip route add GATEWAY dev X`).
        for entry in &network.routes {
            let direct = entry.item.gateway.is_none() && entry.item.nexthops.is_empty();
            if let (true, Some(dst)) = (direct, &entry.item.dst) {
                reach.add(entry.owner, netns_of(network, entry.owner, &entry.item), dst.value);
            }
        }
        reach
    }

    fn add(&mut self, id: Option<LinkId>, netns: Netns<'n>, net: IpNet) {
        if let Some(id) = id {
            self.by_link.entry(id).or_default().push(net);
        }
        self.by_netns.entry(netns).or_default().push(net);
    }

    /// True where an address of the link reaches the gateway, or nobody can know.
    fn reaches(&self, id: LinkId, gateway: IpAddr) -> bool {
        let nets = self.by_link.get(&id);
        is_link_local(gateway)
            || self.open.contains(&id)
            || nets
                .is_none_or(|nets| !of_family(nets, gateway) || nets.iter().any(|net| net.contains(&gateway)))
    }

    fn reaches_in(&self, netns: Netns<'n>, gateway: IpAddr) -> bool {
        let nets = self.by_netns.get(&netns);
        is_link_local(gateway)
            || !self.open.is_empty()
            || nets
                .is_none_or(|nets| !of_family(nets, gateway) || nets.iter().any(|net| net.contains(&gateway)))
    }
}

/// True where the nets tell anything about the gateway's family.
fn of_family(nets: &[IpNet], gateway: IpAddr) -> bool {
    nets.iter().any(|net| net.addr().is_ipv4() == gateway.is_ipv4())
}

/// True where all addresses of the family are those that the configuration lists.
fn gives_own_addresses(config: &IpConfig) -> bool {
    match config.method.as_ref().map(|at| at.value) {
        Some(IpMethod::Auto | IpMethod::Dhcp | IpMethod::Shared) => false,
        Some(IpMethod::Manual | IpMethod::LinkLocal | IpMethod::Disabled | IpMethod::Ignore) | None => true,
    }
}

fn is_link_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(_) => false,
        IpAddr::V6(address) => address.is_unicast_link_local(),
    }
}

fn text(said: &Said<String>) -> Netns<'_> {
    said.as_ref().map(|at| at.value.as_str())
}

fn netns_of<'n>(network: &'n Network, owner: Option<LinkId>, route: &'n Route) -> Netns<'n> {
    owner.and_then(|id| text(&network.link(id).netns)).or_else(|| text(&route.netns))
}

fn outside(message: String, origin: &Origin) -> Diagnostic {
    Diagnostic::new(&codes::GATEWAY_OUTSIDE, message)
        .from(origin)
        .help("check address, prefix length and gateway")
}

fn own_gateway(
    reach: &Reach<'_>,
    netns: Netns<'_>,
    gateway: IpAddr,
    origin: &Origin,
    found: &mut Vec<Diagnostic>,
) {
    if reach.own.contains(&(netns, gateway)) {
        let message =
            format!("the gateway {gateway} is an address of this host itself, so packets go nowhere");
        found.push(
            Diagnostic::new(&codes::OWN_GATEWAY, message).from(origin).help(
                "name the address of the router; for a route over the link alone leave the gateway out",
            ),
        );
    }
}

/// What tells default routes apart: namespace, IPv4, table, metric.
type DefaultRoute<'n> = (Netns<'n>, bool, i64, i64);

/// Two default routes of one table and metric: the kernel refuses the second, or which of them counts
/// is a matter of who comes first. NetworkManager gives each device a metric of its own.
fn equal_defaults(network: &Network, found: &mut Vec<Diagnostic>) {
    let plain = [INTERFACES, IPROUTE, NETLINK].contains(&network.dialect.format);
    let replaces = network.dialect == IFUPDOWN;
    let mut first: HashMap<DefaultRoute<'_>, (&Origin, Option<LinkId>)> = HashMap::default();
    let mut add = |key, owner: Option<LinkId>, origin| match first.get(&key) {
        None => {
            first.insert(key, (origin, owner));
        }
        Some((before, other)) if *other != owner => {
            // inet6.defn of ifupdown replaces the route that is there.
            let (_, v4, ..) = key;
            let which = if replaces && !v4 { "last" } else { "first" };
            let message =
                format!("two default routes of the same metric: only the one that is added {which} counts");
            found.push(
                Diagnostic::new(&codes::EQUAL_DEFAULTS, message)
                    .from(origin)
                    .from(before)
                    .help("keep one of them, or give each a metric of its own"),
            );
        }
        Some(_) => {}
    };
    for (id, link) in network.links() {
        for config in [&link.ipv4, &link.ipv6].into_iter().flatten() {
            let never = config.never_default.as_ref().is_some_and(|at| at.value);
            let Some(gateway) = config.gateway.as_ref().filter(|_| !never) else { continue };
            let metric = config.route_metric.as_ref().map(|at| at.value.get()).filter(|metric| *metric >= 0);
            let Some(metric) = metric.or_else(|| plain.then_some(0)) else { continue };
            let table = config.route_table.as_ref().map_or(MAIN_TABLE.into(), |at| at.value.get());
            let key = (text(&link.netns), gateway.value.is_ipv4(), table, metric);
            add(key, Some(id), &gateway.origin);
        }
    }
    for entry in &network.routes {
        let route = &entry.item;
        let Some(dst) = route.dst.as_ref().filter(|dst| dst.value.prefix_len() == 0) else { continue };
        let Some(metric) = route.metric.as_ref().map(|at| at.value.get()).or_else(|| plain.then_some(0))
        else {
            continue;
        };
        let table = route.table.as_ref().map_or(MAIN_TABLE.into(), |at| at.value.get());
        let netns = netns_of(network, entry.owner, route);
        add((netns, dst.value.addr().is_ipv4(), table, metric), entry.owner, &dst.origin);
    }
}
