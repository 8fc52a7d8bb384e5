//! Next hops: what the kernel checks of gateway, device and source address.

use super::device::Made;
use super::route::leads_nowhere;
use super::{DeviceId, Kernel, SpaceId};
use crate::commands::fault::{Done, Fault};
use crate::text::iproute::Word;
use ipnet::{IpNet, Ipv4Net};
use netpivot_model::link::LinkKind;
use netpivot_model::route::{MAIN_TABLE, NextHop, Route};
use netpivot_model::source::Span;
use std::net::IpAddr;

const LOCAL: u32 = 255;
const SCOPE_UNIVERSE: u8 = 0;
const SCOPE_LINK: u8 = 253;

impl Kernel {
    /// `src` must be an own address (`fib_valid_prefsrc()`).
    pub(super) fn check_source(&self, space: SpaceId, route: &Route, span: Span) -> Done {
        match &route.src {
            Some(at) if !self.is_local(space, at.value) && !self.has_opaque(space) => Err(Fault::kernel(
                "Invalid argument",
                at.origin.span().unwrap_or(span),
                format!("`src {}` is no address of this host", at.value),
            )
            .intent("add the address first")),
            Some(_) | None => Ok(()),
        }
    }

    /// True where a namespace may have addresses that are not known here.
    fn has_opaque(&self, space: SpaceId) -> bool {
        self.is_unknown_territory(space) || self.space(space).opaque
    }

    /// The device that a route leads through, after the kernel's checks of gateway and device.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn next_hop(
        &self,
        space: SpaceId,
        route: &Route,
        dev: Option<DeviceId>,
        scope: u8,
        table: u32,
        dst: IpNet,
        span: Span,
    ) -> Result<Option<DeviceId>, Fault> {
        let onlink = route.onlink.as_ref().is_some_and(|at| at.value);
        if !route.nexthops.is_empty() {
            return self.next_hops(space, route, table, span);
        }
        let Some(gateway) = &route.gateway else {
            return self.without_gateway(dev, dst, span).map(Some);
        };
        let at = gateway.origin.span().unwrap_or(span);
        self.reach(space, gateway.value, dev, onlink, scope, table, at)
    }

    /// True where the addresses that are known here reach the gateways of a route.
    pub(super) fn is_reached(
        &self,
        space: SpaceId,
        route: &Route,
        dev: Option<DeviceId>,
        table: u32,
    ) -> bool {
        let gateways = route.nexthops.iter().filter_map(|hop| hop.gateway.as_ref());
        let onlink = route.onlink.as_ref().is_some_and(|at| at.value);
        let reached = |ip: IpAddr| {
            let known =
                [table, MAIN_TABLE, LOCAL].into_iter().find_map(|table| self.lookup(space, table, ip, dev));
            let by_link = matches!(ip, IpAddr::V6(ip) if ip.is_unicast_link_local()) && dev.is_some();
            onlink || by_link || known.is_some() || self.holder(space, ip).is_some()
        };
        route.gateway.iter().chain(gateways).all(|at| reached(at.value))
    }

    fn without_gateway(&self, dev: Option<DeviceId>, dst: IpNet, span: Span) -> Result<DeviceId, Fault> {
        let Some(dev) = dev else {
            return Err(Fault::kernel(
                "No such device",
                span,
                format!("the route to {dst} names neither gateway nor device"),
            )
            .intent("add `via GATEWAY` or `dev NAME`"));
        };
        self.must_be_up(dev, span)?;
        Ok(dev)
    }

    fn must_be_up(&self, dev: DeviceId, span: Span) -> Done {
        let device = self.device(dev);
        if device.up || device.opaque || !device.is_present() {
            return Ok(());
        }
        Err(Fault::kernel("Network is down", span, format!("`{}` is down", device.name))
            .intent(format!("set `{}` up first: `ip link set {0} up`", device.name)))
    }

    fn next_hops(
        &self,
        space: SpaceId,
        route: &Route,
        table: u32,
        span: Span,
    ) -> Result<Option<DeviceId>, Fault> {
        let mut first = None;
        for hop in &route.nexthops {
            let dev = match &hop.dev {
                Some(at) => Some(self.find(space, &at.value).ok_or_else(|| {
                    let span = at.origin.span().unwrap_or(span);
                    self.missing(space, Word { text: &at.value, span })
                })?),
                None => None,
            };
            let onlink = hop.onlink.as_ref().is_some_and(|at| at.value);
            let dev = match &hop.gateway {
                Some(gateway) => {
                    let at = gateway.origin.span().unwrap_or(span);
                    self.reach(space, gateway.value, dev, onlink, SCOPE_UNIVERSE, table, at)?
                }
                None => {
                    let dst = route.dst.as_ref().map_or(IpNet::V4(Ipv4Net::default()), |at| at.value);
                    Some(self.without_gateway(dev, dst, span)?)
                }
            };
            first = first.or(dev);
        }
        Ok(first)
    }

    /// The devices of the next hops of a route with several.
    pub(super) fn hop_devices(
        &self,
        space: SpaceId,
        route: &Route,
        table: u32,
        span: Span,
    ) -> Vec<Option<DeviceId>> {
        let device = |hop: &NextHop| match (&hop.dev, &hop.gateway) {
            (Some(at), _) => self.find(space, &at.value),
            (None, Some(at)) => {
                self.reach(space, at.value, None, false, SCOPE_UNIVERSE, table, span).ok().flatten()
            }
            (None, None) => None,
        };
        route.nexthops.iter().map(device).collect()
    }

    /// Whether a gateway can be reached, and through which device (`fib_check_nh_v4_gw()`,
    /// `ip6_validate_gw()`).
    #[allow(clippy::too_many_arguments)]
    fn reach(
        &self,
        space: SpaceId,
        gateway: IpAddr,
        dev: Option<DeviceId>,
        onlink: bool,
        scope: u8,
        table: u32,
        span: Span,
    ) -> Result<Option<DeviceId>, Fault> {
        if let Some(dev) = dev {
            if self.device(dev).opaque || !self.device(dev).is_present() {
                return Ok(Some(dev));
            }
            self.must_be_up(dev, span)?;
            let link_local = matches!(gateway, IpAddr::V6(ip) if ip.is_unicast_link_local());
            let kind = &self.device(dev).link.kind.value;
            let own = if let LinkKind::IpTunnel(tunnel) = kind { tunnel.compatible_network() } else { None };
            let by_itself = own.is_some_and(|net| IpNet::V6(net).contains(&gateway));
            if onlink || link_local || by_itself {
                return Ok(Some(dev));
            }
        }
        if dev.is_none() && matches!(gateway, IpAddr::V6(ip) if ip.is_unicast_link_local()) {
            // ip6_route_check_nh(): "Egress device not specified".
            let why = format!("the gateway `{gateway}` is on a link, and none is named");
            return Err(Fault::kernel("Invalid argument", span, why).intent("add `dev NAME`"));
        }
        if gateway.is_ipv4() && scope >= SCOPE_LINK {
            return Err(Fault::kernel("Invalid argument", span, "a route of scope link has no gateway"));
        }
        if gateway.is_ipv6() && self.is_local(space, gateway) {
            return Err(Fault::kernel(
                "Invalid argument",
                span,
                format!("`{gateway}` is the host's own address"),
            )
            .intent("name the router's address"));
        }
        if onlink && dev.is_none() {
            // fib_create_info(), ip6_route_info_create(): "Nexthop device required for onlink".
            return Err(Fault::kernel("Invalid argument", span, "`onlink` is said, and no link is named")
                .intent("add `dev NAME`"));
        }
        let found =
            [table, MAIN_TABLE, LOCAL].into_iter().find_map(|table| self.lookup(space, table, gateway, dev));
        match found {
            Some(found) => Ok(Some(found)),
            None if dev.is_none() && self.holder(space, gateway).is_some() => {
                // A local route of the address leads to its own link, which must be up.
                let holder = self.holder(space, gateway);
                holder.map_or(Ok(()), |holder| self.must_be_up(holder, span))?;
                Ok(holder)
            }
            None if dev.is_none() && self.made_and_down(space, gateway).is_some() => {
                let down = self.made_and_down(space, gateway);
                down.map_or(Ok(()), |down| self.must_be_up(down, span))?;
                Ok(down)
            }
            None if dev.is_none() && self.has_opaque(space) => Ok(None),
            None => {
                let errno = if gateway.is_ipv4() { "Network is unreachable" } else { "No route to host" };
                let through =
                    dev.map_or_else(String::new, |dev| format!(" through `{}`", self.device(dev).name));
                Err(Fault::kernel(errno, span, format!("the gateway `{gateway}` cannot be reached{through}"))
                    .intent("give a link an address in the gateway's network first, or add `onlink`"))
            }
        }
    }

    /// The link that a command has made and left down, and in whose subnet an address is.
    fn made_and_down(&self, space: SpaceId, ip: IpAddr) -> Option<DeviceId> {
        let is_it = |id: &DeviceId| {
            let device = self.device(*id);
            device.made == Made::Command
                && !device.up
                && device.addresses.values().any(|entry| entry.at.value.net.contains(&ip))
        };
        self.space(space).names.values().copied().filter(is_it).min_by_key(|id| id.0)
    }

    /// The link that has an IPv4 address.
    fn holder(&self, space: SpaceId, ip: IpAddr) -> Option<DeviceId> {
        if !ip.is_ipv4() || !self.is_local(space, ip) {
            return None;
        }
        let holds = |id: &DeviceId| self.device(*id).addresses.keys().any(|(own, ..)| *own == ip);
        self.space(space).names.values().copied().filter(holds).min_by_key(|id| id.0)
    }

    /// The link of the longest prefix that holds an address, among routes without gateway.
    fn lookup(&self, space: SpaceId, table: u32, ip: IpAddr, dev: Option<DeviceId>) -> Option<DeviceId> {
        let here = self.space(space);
        for length in &here.lengths[usize::from(ip.is_ipv6())] {
            let net = IpNet::new(ip, *length).ok()?.trunc();
            let list = here.routes.get(&(table, net)).map_or(&[][..], Vec::as_slice);
            for entry in list.iter().map(|id| self.route(*id)) {
                let direct = entry.gateway().is_none() && entry.nexthops().is_empty();
                if leads_nowhere(entry.kind()) && direct {
                    return None;
                }
                if direct && entry.scope >= SCOPE_LINK && (dev.is_none() || entry.dev == dev) {
                    return entry.dev;
                }
            }
        }
        None
    }
}
