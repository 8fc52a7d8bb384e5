//! Default routes that an option says: `gateway` and `metric` of a static stanza.

use super::address::path;
use super::stanza::Stanza;
use super::{Job, codes, link_fact};
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::dialect::{Dialect, IFCFG_INITSCRIPTS, IFCFG_NM, KEYFILE};
use netpivot_model::ip::{Address, IpConfig, IpMethod};
use netpivot_model::link::LinkId;
use netpivot_model::route::Route;
use netpivot_model::source::At;
use netpivot_model::vocabulary::interfaces::Reader;
use std::net::IpAddr;

impl Job<'_> {
    /// The gateway of a family, or why it cannot stand.
    pub(super) fn gateway(
        &mut self,
        id: LinkId,
        config: &IpConfig,
        name: &str,
        v6: bool,
        stanzas: &mut [Stanza],
    ) {
        let metric = config.route_metric.as_ref().map(|at| at.value.get()).filter(|n| *n >= 0);
        let fact = |field| link_fact(id, path(v6, field));
        let asks =
            self.method(id, false) == Some(IpMethod::Auto) || self.method(id, true) == Some(IpMethod::Dhcp);
        let by_command = self.reader == Reader::Ifupdown2 && asks;
        if config.route_metric.is_some() && metric.is_none() {
            self.cx.added(fact("route_metric"), "metric-of-the-daemon");
        }
        let holder = stanzas.iter_mut().find(|s| s.method == "static" && s.name == name);
        if let (Some(at), Some(stanza)) = (&config.gateway, holder) {
            stanza.option("gateway", at.value.to_string());
            if !config.addresses.values().any(|address| address.net.contains(&at.value)) {
                // `gateway` is `onlink` (trap 38), which read back is a route and no gateway.
                self.cx.added(fact("gateway"), "gateway-on-the-link");
                self.cx.added(link_fact(id, super::ROOT), "gateway-on-the-link");
            } else if by_command {
                self.gateway_is_a_route(id, v6);
            }
            if let Some(metric) = metric.or_else(|| self.next_metric(id, v6, name, at)) {
                stanza.option("metric", metric.to_string());
                self.defaults.insert((self.space, v6, metric));
            } else {
                self.defaults.insert((self.space, v6, 0));
            }
            return;
        }
        if let Some(at) = &config.gateway {
            let text = format!("the gateway {} needs a static address, and `{name}` has none", at.value);
            self.cx.cannot(fact("gateway"), &codes::SETTING, text, None);
        }
        if let Some(metric) = metric {
            match stanzas.iter_mut().find(|s| s.method == "dhcp" && !v6) {
                Some(stanza) if self.reader == Reader::Ifupdown => {
                    stanza.option("metric", metric.to_string())
                }
                // initscripts' METRIC is that of a default route alone (ifup-eth).
                None if self.network.dialect_of(id) == IFCFG_INITSCRIPTS => {
                    self.cx.added(fact("route_metric"), "metric-without-default-route");
                }
                Some(_) | None => {
                    let text = format!("`metric` goes with a gateway or DHCP, and `{name}` has neither");
                    self.cx.cannot(fact("route_metric"), &codes::SETTING, text, None);
                }
            }
        }
    }

    /// Says that a command makes the default route, which read back is a route.
    pub(super) fn gateway_is_a_route(&mut self, id: LinkId, v6: bool) {
        for field in [path(v6, "gateway"), path(v6, "route_metric"), super::ROOT] {
            self.cx.added(link_fact(id, field), "gateway-by-a-command");
        }
    }

    /// Writes a default route as `gateway`, which is `onlink` by itself and read back as a route where no subnet reaches
    /// it (inet.defn, inet6.defn; trap 38); false where the option would say more or less.
    pub(super) fn gateway_of_stanza(
        &mut self,
        route: &Route,
        owner: Option<(LinkId, &str)>,
        v6: bool,
        stanzas: &mut [Stanza],
    ) -> bool {
        let (Some((id, name)), Some(gateway), Some(dst)) = (owner, &route.gateway, &route.dst) else {
            return false;
        };
        let link = self.network.link(id);
        let Some(config) = (if v6 { &link.ipv6 } else { &link.ipv4 }) else { return false };
        let option_says = Route {
            dst: route.dst.clone(),
            gateway: route.gateway.clone(),
            metric: route.metric.clone(),
            onlink: Some(At::new(true, gateway.origin.clone())),
            ..Route::default()
        };
        let metric = route.metric.as_ref().map_or(0, |at| at.value.get());
        let near =
            |address: &Address| address.net.contains(&gateway.value) || address.peer == Some(gateway.value);
        let is_far = !config.addresses.values().any(near)
            && !matches!(gateway.value, IpAddr::V6(v6) if v6.is_unicast_link_local());
        // ifupdown2 has one metric for all gateways of an interface.
        let has_gateway = |s: &Stanza| s.options.iter().any(|(key, _)| key == "gateway");
        if self.reader == Reader::IfupdownNg
            || self.reader == Reader::Ifupdown2 && stanzas.iter().any(has_gateway)
            || self.space.is_some()
            || config.gateway.is_some()
            || *route != option_says
            || dst.value.prefix_len() != 0
            || gateway.value.is_ipv6() != v6
            || !is_far
            || self.defaults.contains(&(self.space, v6, metric))
        {
            return false;
        }
        // `gateway` without `accept_ra` switches advertisements off.
        let keeps = |s: &Stanza| {
            !v6 || self.reader != Reader::Ifupdown || s.options.iter().any(|(key, _)| key == "accept_ra")
        };
        let holder =
            stanzas.iter_mut().find(|s| s.method == "static" && s.v6 == v6 && s.name == name && keeps(s));
        let Some(stanza) = holder else { return false };
        stanza.option("gateway", gateway.value.to_string());
        if let Some(at) = &route.metric {
            stanza.option("metric", at.value.get().to_string());
        }
        self.defaults.insert((self.space, v6, metric));
        true
    }

    /// The metric of a further default route whose metric NetworkManager would choose: it counts them up
    /// (`nm_manager_device_route_metric_reserve()`).
    fn next_metric(&mut self, id: LinkId, v6: bool, name: &str, gateway: &At<IpAddr>) -> Option<i64> {
        let by_networkmanager = [Dialect::of(KEYFILE), IFCFG_NM].contains(&self.network.dialect_of(id));
        if !by_networkmanager || !self.defaults.contains(&(self.space, v6, 0)) {
            return None;
        }
        let metric = (1..).find(|n| !self.defaults.contains(&(self.space, v6, *n)))?;
        let fact = link_fact(id, path(v6, "route_metric"));
        self.cx.added(fact, "metric-of-a-further-default-route");
        let text = format!("the default route of `{name}` gets the metric {metric}, since another has none");
        let help = "give each profile a metric (`route-metric`), or keep one gateway".to_owned();
        self.cx
            .diagnostics
            .push(Diagnostic::new(&codes::METRIC, text).about(fact).from(&gateway.origin).help(help));
        Some(metric)
    }
}
