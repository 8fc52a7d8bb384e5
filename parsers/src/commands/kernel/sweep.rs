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
    /// Routes of a device go with its up state, its addresses or itself.
    pub(super) fn drop_routes(&mut self, id: DeviceId, of: Option<Family>, span: Span) {
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
