//! Routes that the kernel drops by itself.

use super::route::{Cause, family_of};
use super::{DeviceId, Kernel, RouteId};
use ipnet::IpNet;
use netpivot_model::codes::commands as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::rule::Family;
use netpivot_model::source::{Origin, Span};
use std::net::IpAddr;

impl Kernel {
    /// Routes of a device go with its up state or its addresses.
    pub(super) fn drop_routes(&mut self, id: DeviceId, of: Option<Family>, span: Span) {
        self.drop_some_routes(id, of, false, span);
    }

    /// Routes of a device go with itself.
    pub(super) fn drop_all_routes(&mut self, id: DeviceId, span: Span) {
        self.drop_some_routes(id, None, true, span);
    }

    fn drop_some_routes(&mut self, id: DeviceId, of: Option<Family>, with_device: bool, span: Span) {
        let routes = std::mem::take(&mut self.device_mut(id).routes);
        let mut kept = Vec::new();
        let mut swept = Vec::new();
        for route in routes {
            let entry = self.route(route);
            if entry.gone {
                continue;
            }
            if of.is_some_and(|of| of != family_of(entry.dst)) {
                kept.push(route);
                continue;
            }
            if self.outlives(route, id, with_device) {
                kept.extend(Some(route).filter(|_| !with_device));
                continue;
            }
            let entry = self.route(route);
            match entry.cause {
                Cause::Connected => {}
                Cause::Command | Cause::Base | Cause::Gateway => {
                    swept.push((entry.dst, entry.origin.clone()))
                }
            }
            if entry.cause == Cause::Gateway {
                let family = family_of(entry.dst);
                self.clear_gateway(id, family);
            }
            self.remove_route(route);
        }
        self.device_mut(id).routes = kept;
        self.forget_connected(id, of);
        self.note_swept(id, &swept, span);
    }

    /// True for a route that has another next hop. While the device of one is up, it stays; where a device is deleted, a
    /// route of IPv4 goes as a whole, and one of IPv6 loses its hops there (`fib_sync_down_dev()`, `fib6_ifdown()`).
    fn outlives(&mut self, route: RouteId, id: DeviceId, with_device: bool) -> bool {
        let is_v4 = self.route(route).dst.addr().is_ipv4();
        let hops = self.route(route).hops.clone();
        let others: Vec<DeviceId> = hops.iter().flatten().copied().filter(|hop| *hop != id).collect();
        if !with_device {
            return others.iter().any(|hop| self.device(*hop).up);
        }
        let entry = &mut self.routes[route.0 as usize];
        let Some(said) = entry.said.as_mut().filter(|_| !is_v4 && !others.is_empty()) else { return false };
        let mut stays = hops.iter().map(|hop| *hop != Some(id));
        said.nexthops.retain(|_| stays.next().unwrap_or(true));
        entry.hops.retain(|hop| *hop != Some(id));
        entry.dev = entry.dev.filter(|dev| *dev != id);
        if let [hop] = &mut said.nexthops[..] {
            // What is left of one hop is a plain route.
            (said.gateway, said.onlink) = (hop.gateway.take(), hop.onlink.take());
            said.nexthops.clear();
            entry.hops.clear();
            entry.dev = others.first().copied();
        }
        true
    }

    /// Routes whose source address is gone (`fib_sync_down_addr()`).
    pub(super) fn drop_routes_from(&mut self, id: DeviceId, source: IpAddr, span: Span) {
        let space = self.device(id).space;
        if self.space(space).locals.contains_key(&source) {
            return;
        }
        let doomed: Vec<RouteId> = self
            .device(id)
            .routes
            .iter()
            .copied()
            .filter(|route| {
                let entry = self.route(*route);
                !entry.gone && entry.src() == Some(source)
            })
            .collect();
        let mut swept = Vec::new();
        for route in doomed {
            let entry = self.route(route);
            swept.push((entry.dst, entry.origin.clone()));
            self.remove_route(route);
        }
        self.note_swept(id, &swept, span);
    }

    fn note_swept(&mut self, id: DeviceId, swept: &[(IpNet, Origin)], span: Span) {
        if swept.is_empty() {
            return;
        }
        let list = swept.iter().map(|(dst, _)| dst.to_string()).collect::<Vec<_>>().join(", ");
        let mut finding = Diagnostic::new(
            &codes::SWEPT,
            format!("the kernel drops the routes of `{}` here: {list}", self.device(id).name),
        )
        .at(span)
        .help("add the routes after this command");
        finding.labels.extend(swept.iter().filter_map(|(_, origin)| origin.span()));
        self.notes.push(finding);
    }
}
