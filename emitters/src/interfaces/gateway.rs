//! Default routes that an option says: `gateway` and `metric` of a static stanza.

use super::address::path;
use super::stanza::{Line, Stanza};
use super::{Job, codes, link_fact};
use crate::text::shell::quote;
use ipnet::IpNet;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::dialect::{Dialect, IFCFG_INITSCRIPTS, IFCFG_NM, KEYFILE};
use netpivot_model::ip::{Address, IpConfig, IpMethod};
use netpivot_model::link::LinkId;
use netpivot_model::network::EntryKind;
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
            self.cx.otherwise(fact("route_metric"), "metric-of-the-daemon");
        }
        if let Some(at) = &config.gateway {
            let near = config.addresses.values().any(|address| address.net.contains(&at.value));
            let of_family = |s: &Stanza| s.method == "static" && s.v6 == v6;
            // ifup adds the route right behind the stanza's address.
            let holder = if near {
                stanzas.iter_mut().find(|s| of_family(s) && stanza_reaches(s, &at.value))
            } else {
                stanzas.iter_mut().find(|s| of_family(s) && s.name == name)
            };
            let has_holder = holder.is_some();
            let stanza = match holder {
                Some(stanza) => Some(stanza),
                None if config.addresses.is_said() => stanzas.last_mut(),
                None => None,
            };
            let Some(stanza) = stanza else {
                let text = format!("the gateway {} needs a static address, and `{name}` has none", at.value);
                self.cx.cannot(fact("gateway"), &codes::SETTING, text, None);
                return self.metric_alone(id, metric, name, v6, stanzas);
            };
            let metric = metric.or_else(|| self.next_metric(id, v6, name, at));
            self.defaults.insert((self.space, v6, metric.unwrap_or(0)));
            if has_holder {
                stanza.option("gateway", at.value.to_string());
                if !near {
                    // `gateway` is `onlink` (trap 38), which read back is a route and no gateway.
                    self.cx.otherwise(fact("gateway"), "gateway-on-the-link");
                    self.cx.added_entry(EntryKind::Route, Some(id), all(v6), "gateway-on-the-link");
                } else if by_command {
                    self.gateway_is_a_route(id, v6);
                }
                if let Some(metric) = metric {
                    stanza.option("metric", metric.to_string());
                }
            } else {
                // The address that reaches it is there only when the commands have run.
                let needs_no_word = near || is_link_local(at.value);
                let metric = metric.map(|metric| metric.to_string());
                let gateway = at.value.to_string();
                let text = default_route(&gateway, needs_no_word, metric.as_deref(), name);
                stanza.up.push(Line {
                    text,
                    turn: self.ran.of_fact(self.network, fact("gateway")),
                    ..Line::default()
                });
                self.gateway_is_a_route(id, v6);
            }
            return self.metric_of_leases(id, config, v6, stanzas);
        }
        self.metric_alone(id, metric, name, v6, stanzas);
    }

    /// The metric of the routes that DHCP brings beside a gateway of one's own.
    fn metric_of_leases(&mut self, id: LinkId, config: &IpConfig, v6: bool, stanzas: &mut [Stanza]) {
        let leases = stanzas.iter_mut().find(|stanza| stanza.method == "dhcp" && !v6);
        let metric = config.route_metric.as_ref().filter(|at| at.value.get() >= 0);
        let (Some(stanza), Some(at)) = (leases, metric) else { return };
        if self.reader == Reader::Ifupdown {
            return stanza.option("metric", at.value.get().to_string());
        }
        let (text, help) = self.no_metric_for_clients(&stanza.name);
        self.cx.cannot_item(link_fact(id, path(v6, "route_metric")), &at.origin, &codes::SETTING, text, help);
    }

    fn no_metric_for_clients(&self, name: &str) -> (String, String) {
        let text = format!("{} tells no DHCP client the metric of `{name}`", self.reader.name());
        (text, "set it in the configuration of the client".to_owned())
    }

    /// A metric without a gateway: of the routes that DHCP brings.
    fn metric_alone(
        &mut self,
        id: LinkId,
        metric: Option<i64>,
        name: &str,
        v6: bool,
        stanzas: &mut [Stanza],
    ) {
        let fact = |field| link_fact(id, path(v6, field));
        if let Some(metric) = metric {
            match stanzas.iter_mut().find(|s| s.method == "dhcp" && !v6) {
                Some(stanza) if self.reader == Reader::Ifupdown => {
                    stanza.option("metric", metric.to_string())
                }
                // initscripts' METRIC is that of a default route alone (ifup-eth).
                None if self.network.dialect_of(id) == IFCFG_INITSCRIPTS => {
                    self.cx.otherwise(fact("route_metric"), "metric-without-default-route");
                }
                Some(_) => {
                    let (text, help) = self.no_metric_for_clients(name);
                    self.cx.cannot(fact("route_metric"), &codes::SETTING, text, help);
                }
                None => {
                    let text = format!("`metric` goes with a gateway or DHCP, and `{name}` has neither");
                    self.cx.cannot(fact("route_metric"), &codes::SETTING, text, None);
                }
            }
        }
    }

    /// Says that a command makes the default route, which read back is a route.
    pub(super) fn gateway_is_a_route(&mut self, id: LinkId, v6: bool) {
        const RULE: &str = "gateway-by-a-command";
        for field in [path(v6, "gateway"), path(v6, "route_metric")] {
            self.cx.otherwise(link_fact(id, field), RULE);
        }
        self.cx.added_entry(EntryKind::Route, Some(id), all(v6), RULE);
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
        let is_far = !config.addresses.values().any(near) && !is_link_local(gateway.value);
        // ifupdown2 has one metric for all gateways of an interface.
        let has_gateway = |s: &Stanza| s.options.iter().any(|(key, _)| key == "gateway");
        if self.reader == Reader::IfupdownNg
            || self.reader == Reader::Ifupdown2 && stanzas.iter().any(has_gateway)
            || self.space.is_some()
            || self.turns.is_behind(id, self.ran.at(&gateway.origin))
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

/// True for an address that every link reaches.
fn is_link_local(address: IpAddr) -> bool {
    matches!(address, IpAddr::V6(v6) if v6.is_unicast_link_local())
}

fn stanza_reaches(stanza: &Stanza, gateway: &IpAddr) -> bool {
    let addresses = stanza.options.iter().filter(|(key, _)| key == "address");
    addresses.filter_map(|(_, value)| value.parse::<IpNet>().ok()).any(|net| net.contains(gateway))
}

/// The command of a default route.
pub(super) fn default_route(gateway: &str, is_near: bool, metric: Option<&str>, name: &str) -> String {
    let ip = if gateway.contains(':') { "ip -6" } else { "ip -4" };
    let onlink = if is_near { "" } else { " onlink" };
    let metric = metric.map_or(String::new(), |metric| format!(" metric {metric}"));
    format!("{ip} route replace default via {gateway} dev {}{onlink}{metric}", quote(name))
}

/// Where a default route leads to.
fn all(v6: bool) -> &'static str {
    if v6 { "::/0" } else { "0.0.0.0/0" }
}
