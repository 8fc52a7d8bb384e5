//! The default gateway: a key of its own, or a route where the source gives the default route alone a metric.
//! NetworkManager's `route-metric` is that of every route that says none, those of the addresses among them
//! (nm-settings-nmcli(5)).

use super::Job;
use super::file::File;
use super::profile::link_fact;
use super::route::route_is_v6;
use netpivot_model::codes::keyfile as codes;
use netpivot_model::defaults::{Silence, routes_take_metric};
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::dialect::KEYFILE;
use netpivot_model::facts::effective;
use netpivot_model::ip::{IpConfig, IpMethod};
use netpivot_model::link::LinkId;
use netpivot_model::network::EntryKind;
use netpivot_model::path::FieldPath;
use netpivot_model::reflect::Said;
use netpivot_model::route::{MAIN_TABLE, Route};
use netpivot_model::value::Value;
use std::net::IpAddr;

impl Job<'_> {
    /// A default route beside the one that a lease brings, of one metric: with ifup and `ip route` the later one wins.
    pub(super) fn default_beside_lease(&mut self, id: LinkId) {
        let network = self.network;
        let Some(config) = network.link(id).ipv4.as_ref() else { return };
        let is_on = |said: &Said<bool>| said.as_ref().is_some_and(|at| at.value);
        let auto = Silence::Value(Value::text(IpMethod::Auto.as_str()));
        if network.dialect_of(id).format == KEYFILE
            || effective(network, id, FieldPath::parse("ipv4.method")) != auto
            || is_on(&config.never_default)
            || is_on(&config.ignore_auto_routes)
        {
            return;
        }
        let number = |said: Option<i64>| said.unwrap_or(-1);
        let own = number(config.route_metric.as_ref().map(|at| at.value.get()));
        let is_rival = |route: &Route| {
            let metric = number(route.metric.as_ref().map(|at| at.value.get()));
            let main = route.table.as_ref().is_none_or(|at| at.value.get() == i64::from(MAIN_TABLE));
            let is_default = route.dst.as_ref().is_some_and(|at| at.value.prefix_len() == 0);
            is_default && !route_is_v6(route) && main && (metric < 0 || metric == own)
        };
        for n in &self.routes[id.0 as usize] {
            let item = &network.routes[*n as usize].item;
            let Some(dst) = item.dst.as_ref().filter(|_| is_rival(item)) else { continue };
            let text = format!(
                "`{}` gets a default route by DHCP and has this one of the same metric, and nothing says which of them counts",
                network.link(id).label()
            );
            let help = "give it a metric of its own, or turn that of DHCP down (`ignore-auto-routes=true` in the profile)";
            let found = Diagnostic::new(&codes::TWO_DEFAULTS, text).from(&dst.origin).help(help);
            self.cx.diagnostics.push(found);
        }
    }

    /// The metric of a static default route: `METRIC` of initscripts (ifup-eth), `metric` of interfaces(5). What a DHCP
    /// server gives has one by `route-metric` only.
    fn metric_of_gateway(&self, id: LinkId, v6: bool) -> Option<i64> {
        let dialect = self.network.dialect_of(id);
        if routes_take_metric(dialect) {
            return None;
        }
        let method = FieldPath::parse(if v6 { "ipv6.method" } else { "ipv4.method" });
        let is_static = effective(self.network, id, method) == Silence::Value(Value::text("manual"));
        let metric = self.config(id, v6)?.route_metric.as_ref()?.value.get();
        (is_static && metric >= 0).then_some(metric)
    }

    fn config(&self, id: LinkId, v6: bool) -> Option<&IpConfig> {
        let link = self.network.link(id);
        if v6 { link.ipv6.as_deref() } else { link.ipv4.as_deref() }
    }

    /// True for a metric that no `route-metric` may say.
    pub(super) fn is_metric_of_gateway(&mut self, id: LinkId, path: FieldPath) -> bool {
        let v6 = path.is("ipv6.route_metric");
        let is_so = (v6 || path.is("ipv4.route_metric")) && self.metric_of_gateway(id, v6).is_some();
        if is_so {
            self.cx.otherwise(link_fact(id, path), "metric-of-the-default-route");
        }
        is_so
    }

    /// The gateway where it has a key.
    pub(super) fn gateway(&self, id: LinkId, v6: bool) -> Option<IpAddr> {
        let gateway = self.config(id, v6)?.gateway.as_ref()?.value;
        self.metric_of_gateway(id, v6).is_none().then_some(gateway)
    }

    /// The default route as a route with its metric; false where there is none.
    pub(super) fn default_route(&mut self, id: LinkId, v6: bool, number: usize, file: &mut File) -> bool {
        let (Some(metric), Some(config)) = (self.metric_of_gateway(id, v6), self.config(id, v6)) else {
            return false;
        };
        let Some(gateway) = config.gateway.as_ref().map(|at| at.value) else { return false };
        let is_reached = config.addresses.values().any(|address| address.net.contains(&gateway));
        let (group, dst) = if v6 { ("ipv6", "::/0") } else { ("ipv4", "0.0.0.0/0") };
        file.set_numbered(group, "route", format!("route{number}"), format!("{dst},{gateway},{metric}"));
        if !is_reached {
            // As NetworkManager takes a gateway, and ifupdown says of each.
            file.set_numbered(group, "route", format!("route{number}_options"), "onlink=true".to_owned());
        }
        let field = FieldPath::parse(if v6 { "ipv6.gateway" } else { "ipv4.gateway" });
        self.cx.otherwise(link_fact(id, field), "metric-of-the-default-route");
        self.cx.added_entry(EntryKind::Route, Some(id), dst, "metric-of-the-default-route");
        true
    }
}
