//! Routes: what the kernel checks when one is added, and which one a deletion means.

use super::device::Device;
use super::start::is_dynamic;
use super::{DeviceId, Kernel, RouteId, SpaceId};
use crate::commands::fault::{Done, Fault};
use ipnet::{IpNet, Ipv6Net};
use netpivot_model::link::{LinkId, LinkKind};
use netpivot_model::route::{MAIN_TABLE, NextHop, Route, RouteType};
use netpivot_model::rule::Family;
use netpivot_model::source::{Origin, Span};
use std::net::IpAddr;

const SCOPE_UNIVERSE: u8 = 0;
const SCOPE_LINK: u8 = 253;
const SCOPE_HOST: u8 = 254;

/// How a route is added (the flags of RTM_NEWROUTE).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::commands) enum Adding {
    /// NLM_F_CREATE | NLM_F_EXCL.
    Add,
    /// NLM_F_CREATE | NLM_F_APPEND.
    Append,
    /// NLM_F_CREATE.
    Prepend,
    /// NLM_F_REPLACE.
    Change,
    /// NLM_F_CREATE | NLM_F_REPLACE.
    Replace,
}

/// What a route came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::commands) enum Cause {
    /// A command.
    Command,
    /// The state that the commands started from.
    Base,
    /// The default gateway of a link of that state.
    Gateway,
    /// The kernel, for an address.
    Connected,
}

/// A route of the kernel.
#[derive(Debug)]
pub(in crate::commands) struct RouteEntry {
    /// What was said of it: nothing where the kernel made it.
    pub said: Option<Box<Route>>,
    pub space: SpaceId,
    pub table: u32,
    pub dst: IpNet,
    pub tos: u8,
    pub metric: u32,
    pub scope: u8,
    pub dev: Option<DeviceId>,
    /// The devices of its next hops, where it has several.
    pub hops: Vec<Option<DeviceId>>,
    /// Who holds it in the configuration that the state started from.
    pub owner: Option<LinkId>,
    pub cause: Cause,
    pub gone: bool,
    /// Where it was made.
    pub origin: Origin,
}

impl RouteEntry {
    pub(super) fn connected(
        space: SpaceId,
        table: u32,
        dst: IpNet,
        metric: u32,
        dev: DeviceId,
        origin: Origin,
    ) -> Self {
        RouteEntry {
            said: None,
            space,
            table,
            dst,
            tos: 0,
            metric,
            scope: SCOPE_LINK,
            dev: Some(dev),
            hops: Vec::new(),
            owner: None,
            cause: Cause::Connected,
            gone: false,
            origin,
        }
    }

    pub(super) fn gateway(&self) -> Option<IpAddr> {
        self.said.as_ref()?.gateway.as_ref().map(|at| at.value)
    }

    pub(super) fn kind(&self) -> RouteType {
        let said = self.said.as_ref().and_then(|route| route.route_type.as_ref());
        said.map_or(RouteType::Unicast, |at| at.value)
    }

    pub(super) fn src(&self) -> Option<IpAddr> {
        self.said.as_ref()?.src.as_ref().map(|at| at.value)
    }

    /// The sources that the route is for, which IPv6 tells routes apart by (`CONFIG_IPV6_SUBTREES`).
    pub(super) fn from(&self) -> Option<Ipv6Net> {
        from(self.said.as_ref()?)
    }

    pub(super) fn nexthops(&self) -> &[NextHop] {
        self.said.as_ref().map_or(&[], |route| &route.nexthops)
    }

    /// The protocol by its word: what `ip route` leaves out is `boot`.
    fn protocol(&self) -> &str {
        match (self.said.as_ref().and_then(|route| route.protocol.as_ref()), self.cause) {
            (Some(at), _) => &at.value,
            (None, Cause::Connected) => "kernel",
            (None, Cause::Command) => "boot",
            (None, Cause::Base | Cause::Gateway) => "static",
        }
    }
}

/// Which routes `ip route flush` means, by their destinations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::commands) enum Flushing {
    All,
    Exactly,
    /// `root PREFIX`: those that lie in it.
    Within,
    /// `match PREFIX`: those that it lies in.
    Around,
}

/// Which route a deletion means.
pub(in crate::commands) struct Deleting {
    pub route: Route,
    pub dst: IpNet,
    pub table: u32,
    pub dev: Option<DeviceId>,
}

pub(super) fn family_of(net: IpNet) -> Family {
    match net {
        IpNet::V4(_) => Family::V4,
        IpNet::V6(_) => Family::V6,
    }
}

fn lengths(net: IpNet) -> usize {
    match net {
        IpNet::V4(_) => 0,
        IpNet::V6(_) => 1,
    }
}

fn from(route: &Route) -> Option<Ipv6Net> {
    route.from.as_ref().map(|at| at.value.trunc()).filter(|net| net.prefix_len() > 0)
}

fn table_said(route: &Route) -> u32 {
    match route.table.as_ref().map_or(0, |at| u32::try_from(at.value.get()).unwrap_or(MAIN_TABLE)) {
        0 => MAIN_TABLE,
        table => table,
    }
}

/// True for kinds of routes that lead nowhere, and so have no device.
pub(super) fn leads_nowhere(kind: RouteType) -> bool {
    match kind {
        RouteType::Blackhole | RouteType::Unreachable | RouteType::Prohibit | RouteType::Throw => true,
        RouteType::Unicast
        | RouteType::Local
        | RouteType::Broadcast
        | RouteType::Multicast
        | RouteType::Anycast
        | RouteType::Nat => false,
    }
}

/// The scope that ip-route gives a route which names none (`iproute_modify()`).
pub(super) fn default_scope(kind: RouteType, gateway: bool) -> u8 {
    match kind {
        RouteType::Local | RouteType::Nat => SCOPE_HOST,
        RouteType::Broadcast | RouteType::Multicast | RouteType::Anycast => SCOPE_LINK,
        RouteType::Unicast if !gateway => SCOPE_LINK,
        RouteType::Unicast
        | RouteType::Blackhole
        | RouteType::Unreachable
        | RouteType::Prohibit
        | RouteType::Throw => SCOPE_UNIVERSE,
    }
}

/// The metric that a route has: one of IPv6 without any gets IP6_RT_PRIO_USER.
pub(super) fn metric_of(route: &Route, dst: IpNet) -> u32 {
    const IPV6_USUAL: u32 = 1024;
    let said = route.metric.as_ref().and_then(|at| u32::try_from(at.value.get()).ok()).unwrap_or(0);
    if said == 0 && dst.addr().is_ipv6() { IPV6_USUAL } else { said }
}

impl Kernel {
    /// The first link that has had a route in a table.
    pub(super) fn first_device_of_table(&self, space: SpaceId, table: u32) -> Option<DeviceId> {
        self.table_devices.get(&(space, table)).copied().filter(|id| !self.device(*id).gone)
    }

    pub(super) fn route(&self, id: RouteId) -> &RouteEntry {
        &self.routes[id.0 as usize]
    }

    /// The table of a link's prefix routes: its VRF's, else main.
    pub(super) fn table_of(&self, id: DeviceId) -> u32 {
        let vrf = self.device(id).controller.as_ref().map(|(vrf, _)| self.device(*vrf));
        match vrf.map(|vrf| &vrf.link.kind.value) {
            Some(LinkKind::Vrf(vrf)) => {
                vrf.table.as_ref().and_then(|at| u32::try_from(at.value.get()).ok()).unwrap_or(MAIN_TABLE)
            }
            _ => MAIN_TABLE,
        }
    }

    /// Adds a route (`fib_table_insert()`, `ip6_route_add()`). `dev` is the device that the command names, or the
    /// one of its first next hop.
    pub fn add_route(
        &mut self,
        space: SpaceId,
        route: Route,
        dev: Option<DeviceId>,
        how: Adding,
        span: Span,
    ) -> Done {
        let Some(dst) = route.dst.as_ref().map(|at| at.value) else {
            return Err(Fault::usage(span, "the route has no destination"));
        };
        if dst != dst.trunc() && dst.addr().is_ipv4() {
            let why = format!("`{dst}` has bits set behind its prefix length");
            return Err(
                Fault::kernel("Invalid argument", span, why).intent(format!("write `{}`", dst.trunc()))
            );
        }
        let dst = dst.trunc();
        let kind = route.route_type.as_ref().map_or(RouteType::Unicast, |at| at.value);
        let gateway = route.gateway.is_some() || !route.nexthops.is_empty();
        let scope = route
            .scope
            .as_ref()
            .and_then(|at| u8::try_from(at.value.get()).ok())
            .unwrap_or_else(|| default_scope(kind, gateway));
        let table = table_said(&route);
        let mut dev = dev;
        if leads_nowhere(kind) && dst.addr().is_ipv4() && (gateway || dev.is_some()) {
            // fib_create_info(); IPv6 takes the loopback device in any case.
            let why = format!("a route of the type {} has neither gateway nor device", kind.as_str());
            return Err(Fault::kernel("Invalid argument", span, why).intent("leave out `via` and `dev`"));
        }
        if !leads_nowhere(kind) {
            dev = self.next_hop(space, &route, dev, scope, table, dst, span)?;
            self.check_source(space, &route, span)?;
            let is_unreached = !self.is_reached(space, &route, dev, table);
            self.unreached |= is_unreached;
            self.unplaced |=
                is_unreached && dev.is_none() && !self.author.is_some_and(|id| self.gets_addresses(id));
        }
        let metric = metric_of(&route, dst);
        let hops = self.hop_devices(space, &route, table, span);
        let tos = route.tos.as_ref().and_then(|at| u8::try_from(at.value.get()).ok()).unwrap_or(0);
        let origin = route.dst.as_ref().map_or_else(|| Origin::at(span), |at| at.origin.clone());
        let entry = RouteEntry {
            said: Some(Box::new(route)),
            space,
            table,
            dst,
            tos,
            metric,
            scope,
            dev,
            hops,
            owner: self.author_of(space).filter(|_| {
                dev.is_none_or(|dev| matches!(self.device(dev).made, super::device::Made::Assumed))
            }),
            cause: Cause::Command,
            gone: false,
            origin,
        };
        if let Some(dev) = entry.dev {
            self.note_start(dev);
        }
        self.place(entry, how, span)
    }

    /// The link whose configuration runs the commands. Of a route whose next hop only DHCP or advertisements can make
    /// reachable, nothing better is known.
    fn author_of(&self, space: SpaceId) -> Option<LinkId> {
        let author = self.device(self.author?);
        let is_lo = matches!(author.link.kind.value, LinkKind::Loopback(_));
        author.base.filter(|_| author.space == space && !is_lo)
    }

    /// Puts a route beside those of the same destination.
    fn place(&mut self, entry: RouteEntry, how: Adding, span: Span) -> Done {
        let key = (entry.table, entry.dst);
        let rivals: Vec<RouteId> =
            self.space(entry.space).routes.get(&key).map_or_else(Vec::new, |list| list.clone());
        let is_rival = |other: &RouteEntry| {
            other.tos == entry.tos && other.metric == entry.metric && other.from() == entry.from()
        };
        let rival = rivals.iter().copied().find(|id| is_rival(self.route(*id)));
        let same = rivals.iter().copied().find(|id| self.is_same(self.route(*id), &entry));
        match (how, rival) {
            (Adding::Add, Some(rival)) => return Err(self.taken(rival, &entry, span)),
            (Adding::Append | Adding::Prepend, Some(_)) if same.is_some() => {
                return Err(Fault::kernel(
                    "File exists",
                    span,
                    format!("the very same route to {} is there already", entry.dst),
                ));
            }
            (Adding::Change, None) => {
                return Err(Fault::kernel(
                    "No such file or directory",
                    span,
                    format!("there is no route to {} with that metric to change", entry.dst),
                ));
            }
            (Adding::Change | Adding::Replace, Some(rival)) => {
                self.delete_route_entry(rival, &entry.origin.clone())
            }
            (Adding::Add | Adding::Replace | Adding::Append | Adding::Prepend, _) => {}
        }
        if how == Adding::Prepend {
            // Their place is behind it from now on.
            for id in rivals {
                let said = self.routes[id.0 as usize].said.as_mut();
                if let Some(at) = said.and_then(|route| route.dst.as_mut()) {
                    at.origin.merge(&entry.origin);
                }
            }
        }
        self.insert_route(entry, how == Adding::Prepend);
        Ok(())
    }

    fn is_same(&self, a: &RouteEntry, b: &RouteEntry) -> bool {
        a.tos == b.tos
            && a.metric == b.metric
            && a.scope == b.scope
            && a.dev == b.dev
            && a.gateway() == b.gateway()
            && a.kind() == b.kind()
            && a.nexthops() == b.nexthops()
            && a.src() == b.src()
            && a.from() == b.from()
    }

    fn taken(&self, rival: RouteId, entry: &RouteEntry, span: Span) -> Fault {
        let rival = self.route(rival);
        if rival.cause == Cause::Connected {
            let dev = rival.dev.map_or("", |dev| &self.device(dev).name);
            return Fault::kernel(
                "File exists",
                span,
                format!("the kernel made the route to {} itself for an address of `{dev}`", entry.dst),
            )
            .intent("remove the line: the route is there already");
        }
        Fault::kernel(
            "File exists",
            span,
            format!("a route to {} of the same metric is there already", entry.dst),
        )
        .intent("remove the line, give the route a metric of its own, or use `ip route replace`")
    }

    pub(super) fn insert_route(&mut self, entry: RouteEntry, first: bool) -> RouteId {
        let id = RouteId(u32::try_from(self.routes.len()).expect("fewer than 2^32 routes"));
        let space = self.space_mut(entry.space);
        let used = &mut space.lengths[lengths(entry.dst)];
        let length = entry.dst.prefix_len();
        if let Err(position) = used.binary_search_by(|other| length.cmp(other)) {
            used.insert(position, length);
        }
        let list = space.routes.entry((entry.table, entry.dst)).or_default();
        if first {
            list.insert(0, id);
        } else {
            list.push(id);
        }
        for (n, hop) in entry.hops.iter().enumerate() {
            let is_new = *hop != entry.dev && !entry.hops[..n].contains(hop);
            if let Some(dev) = hop.filter(|_| is_new) {
                self.device_mut(dev).routes.push(id);
            }
        }
        if let Some(dev) = entry.dev {
            self.device_mut(dev).routes.push(id);
            if entry.table != MAIN_TABLE {
                self.table_devices.entry((entry.space, entry.table)).or_insert(dev);
            }
        }
        self.routes.push(entry);
        id
    }

    /// A prefix route; one that is there already serves (IPv6) or is left alone (IPv4).
    pub(super) fn insert_connected(&mut self, entry: RouteEntry) -> RouteId {
        let there = self.space(entry.space).routes.get(&(entry.table, entry.dst)).and_then(|list| {
            list.iter().copied().find(|id| {
                let other = self.route(*id);
                other.cause == Cause::Connected && other.dev == entry.dev && other.metric == entry.metric
            })
        });
        match there {
            Some(there) => there,
            None => self.insert_route(entry, true),
        }
    }

    pub(super) fn remove_route(&mut self, id: RouteId) {
        let entry = &mut self.routes[id.0 as usize];
        if entry.gone {
            return;
        }
        entry.gone = true;
        let (space, key) = (entry.space, (entry.table, entry.dst));
        if let Some(list) = self.space_mut(space).routes.get_mut(&key) {
            list.retain(|other| *other != id);
        }
    }

    /// A route goes because a command says so.
    pub(super) fn delete_route_entry(&mut self, id: RouteId, origin: &Origin) {
        let (cause, dev, dst) = (self.route(id).cause, self.route(id).dev, self.route(id).dst);
        self.took |= matches!(cause, Cause::Base | Cause::Gateway);
        self.remove_route(id);
        match (cause, dev) {
            (Cause::Connected, Some(dev)) => self.disconnect(dev, id, origin),
            (Cause::Gateway, Some(dev)) => self.clear_gateway(dev, family_of(dst)),
            (Cause::Command | Cause::Base | Cause::Connected | Cause::Gateway, _) => {}
        }
    }

    pub(super) fn clear_gateway(&mut self, id: DeviceId, family: Family) {
        let link = &mut self.device_mut(id).link;
        let config = match family {
            Family::V4 => &mut link.ipv4,
            Family::V6 => &mut link.ipv6,
        };
        if let Some(config) = config {
            config.gateway = None;
        }
    }

    /// Deletes the first route that matches all that the command names (`fib_table_delete()`).
    pub fn delete_route(&mut self, space: SpaceId, what: &Deleting, span: Span) -> Done {
        let key = (what.table, what.dst.trunc());
        let list = self.space(space).routes.get(&key).map_or(&[][..], Vec::as_slice);
        let is_meant = |entry: &RouteEntry| entry.from() == from(&what.route) && self.matches(entry, what);
        let Some(found) = list.iter().copied().find(|id| is_meant(self.route(*id))) else {
            if self.may_hold(space, what.dev) {
                self.in_vain.push((space, key));
                return Ok(());
            }
            return Err(self.no_such_route(space, what, span));
        };
        self.delete_route_entry(found, &Origin::at(span));
        Ok(())
    }

    /// True where there is a route to that destination in the end that a deletion would take before the one which other
    /// software makes: the lowest metric goes first (fib_table_delete()).
    pub fn hides_route(&self, space: SpaceId, key: &(u32, IpNet)) -> bool {
        let usual = if key.1.addr().is_ipv4() { 0 } else { 1024 };
        let said = |device: &Device| {
            let link = &device.link;
            let config = if key.1.addr().is_ipv4() { &link.ipv4 } else { &link.ipv6 };
            let metric = config.as_ref().filter(|_| is_dynamic(config))?.route_metric.as_ref();
            metric.and_then(|at| u32::try_from(at.value.get()).ok())
        };
        let foreign = self.devices.iter().filter(|device| device.opaque && device.space == space);
        let last = foreign.filter_map(said).fold(usual, u32::max);
        let list = self.space(space).routes.get(key).map_or(&[][..], Vec::as_slice);
        list.iter().any(|id| self.route(*id).metric <= last)
    }

    /// True where routes may be that are not known here.
    fn may_hold(&self, space: SpaceId, dev: Option<DeviceId>) -> bool {
        match dev {
            Some(dev) => self.device(dev).opaque,
            None => self.is_unknown_territory(space),
        }
    }

    fn no_such_route(&self, space: SpaceId, what: &Deleting, span: Span) -> Fault {
        let fault = Fault::kernel("No such process", span, format!("there is no such route to {}", what.dst));
        let any = self.space(space).routes.get(&(what.table, what.dst.trunc())).and_then(|list| list.first());
        match any.map(|id| self.route(*id)) {
            Some(other) => {
                let dev =
                    other.dev.map_or_else(String::new, |dev| format!(" through `{}`", self.device(dev).name));
                fault.intent(format!("there is one{dev} with other settings: name those, or none"))
            }
            None => fault.intent("remove the line, or check the destination"),
        }
    }

    fn matches(&self, entry: &RouteEntry, what: &Deleting) -> bool {
        let wanted = &what.route;
        let tos = wanted.tos.as_ref().map_or(0, |at| at.value.get());
        let hop = wanted.nexthops.is_empty()
            || wanted.nexthops.len() == entry.nexthops().len()
                && wanted
                    .nexthops
                    .iter()
                    .zip(entry.nexthops())
                    .all(|(a, b)| a.gateway.as_ref().is_none_or(|g| b.gateway.as_ref() == Some(g)));
        i64::from(entry.tos) == tos
            && wanted.metric.as_ref().is_none_or(|at| at.value.get() == i64::from(entry.metric))
            && wanted.scope.as_ref().is_none_or(|at| at.value.get() == i64::from(entry.scope))
            && wanted.route_type.as_ref().is_none_or(|at| at.value == entry.kind())
            && wanted.gateway.as_ref().is_none_or(|at| Some(at.value) == entry.gateway())
            && wanted.src.as_ref().is_none_or(|at| entry.src() == Some(at.value))
            && wanted.protocol.as_ref().is_none_or(|at| at.value == entry.protocol())
            && what.dev.is_none_or(|dev| entry.dev == Some(dev))
            && hop
    }

    /// `ip route flush`: all routes of a table that match, but for the kernel's where main is flushed.
    pub fn flush_routes(&mut self, space: SpaceId, what: &Deleting, which: Flushing, span: Span) {
        let dst = what.dst.trunc();
        let mut doomed: Vec<RouteId> = Vec::new();
        for (n, entry) in (0u32..).zip(&self.routes) {
            let here = entry.space == space && entry.table == what.table && !entry.gone;
            let family = family_of(entry.dst) == family_of(what.dst);
            let there = match which {
                Flushing::All => true,
                Flushing::Exactly => entry.dst == dst,
                Flushing::Within => dst.contains(&entry.dst),
                Flushing::Around => entry.dst.contains(&dst),
            };
            if here
                && family
                && there
                && what.dev.is_none_or(|dev| entry.dev == Some(dev))
                && what.route.protocol.as_ref().is_none_or(|at| at.value == entry.protocol())
                && what.route.scope.as_ref().is_none_or(|at| at.value.get() == i64::from(entry.scope))
                && what.route.gateway.as_ref().is_none_or(|at| Some(at.value) == entry.gateway())
            {
                doomed.push(RouteId(n));
            }
        }
        for id in doomed {
            self.delete_route_entry(id, &Origin::at(span));
        }
    }
}
