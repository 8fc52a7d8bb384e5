//! Gateways: the default route of a stanza, which ifupdown and ifupdown2 make `onlink` (trap 38).

use super::build::Builder;
use super::codes;
use super::document::{Opt, Stanza};
use super::kind::canonical;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use netpivot_model::link::LinkId;
use netpivot_model::network::Owned;
use netpivot_model::route::Route;
use netpivot_model::source::{At, Origin};
use netpivot_model::value::{Int, U32};
use netpivot_model::vocabulary::interfaces::Reader;
use netpivot_model::vocabulary::interfaces::method::sets;
use std::net::IpAddr;

impl Builder<'_> {
    /// Reads the gateways of a stanza; false where the kernel refuses one.
    pub(super) fn gateway(&mut self, link: LinkId, stanza: &Stanza) -> bool {
        let reader = self.reader;
        let named = |name: &'static str| stanza.options.iter().filter(move |o| canonical(o, reader) == name);
        let gateways: Vec<&Opt> = named("gateway").collect();
        let metric = named("metric").next();
        let value = metric.and_then(|option| option.value.text.trim().parse::<u32>().ok());
        if let Some(option) = metric.filter(|_| value.is_none()) {
            self.refuse(option, "a whole number");
        }
        let is_dhcp = stanza.method() == "dhcp";
        if let (Some(option), Some(_)) = (metric, value)
            && gateways.is_empty()
            && !is_dhcp
            && stanza.method() != "6to4"
        {
            let message = format!(
                "`{}` is that of the gateway's route, and the stanza has no gateway",
                self.shown(option)
            );
            self.report(&codes::IDLE, option.span, message, "remove the line");
        }
        if let (Some(option), Some(n), true) = (metric, value, is_dhcp) {
            let v6 = stanza.family() == "inet6";
            if sets("metric", stanza.family(), stanza.method(), reader) {
                self.config(link, v6).route_metric = Int::new(i64::from(n)).map(|n| At::new(n, option.span));
            } else {
                let shown = self.shown(option);
                let message =
                    format!("`{shown}` has no effect: {} tells its DHCP client no metric", reader.name());
                self.report(&codes::IDLE, option.span, message, "remove the line");
            }
        }
        if self.reader == Reader::Ifupdown && stanza.method() == "manual" {
            for option in &gateways {
                let message =
                    format!("`{}` has no effect: the method `manual` does not read it", self.shown(option));
                self.report(&codes::IDLE, option.span, message, "use the method `static`");
            }
            return true;
        }
        let wanted = if self.reader == Reader::Ifupdown { 1 } else { gateways.len() };
        let mut accepted = true;
        for option in gateways.iter().take(wanted) {
            let word = option.value.text.split_ascii_whitespace().next().unwrap_or_default();
            let fits =
                |ip: &IpAddr| self.reader != Reader::Ifupdown || ip.is_ipv6() == (stanza.family() == "inet6");
            match word.parse::<IpAddr>().ok().filter(fits) {
                Some(gateway) => accepted &= self.one(link, option, gateway, (metric, value)),
                None => self.refuse(option, "an IP address of the stanza's family"),
            }
        }
        accepted
    }

    fn one(
        &mut self,
        link: LinkId,
        option: &Opt,
        gateway: IpAddr,
        metric: (Option<&Opt>, Option<u32>),
    ) -> bool {
        let v6 = gateway.is_ipv6();
        let number = metric.1.map_or(0, i64::from);
        let before =
            self.gateways.iter().find(|(_, family, other)| *family == v6 && *other == number).copied();
        if before.is_some_and(|(other, _, _)| other == link)
            && self.config(link, v6).gateway.as_ref().is_some_and(|at| at.value == gateway)
        {
            if let Some(at) = &mut self.config(link, v6).gateway {
                at.origin.merge(&Origin::at(option.span));
            }
            return true;
        }
        // The kernel holds one IPv4 route a metric; `ip -6 route replace` lets the later one win.
        if let Some((other, _, _)) = before
            && (!v6 || other == link)
            && self.reader == Reader::Ifupdown
        {
            let name = self.network.link(other).label().to_owned();
            let message = format!(
                "`gateway {gateway}` is a second default route of the same metric beside that of `{name}`, which the \
                 kernel refuses (File exists) if that one is up"
            );
            self.report(&codes::GATEWAY, option.span, message, "give it a `metric` of its own, or remove it");
            if other == link {
                return false;
            }
        }
        self.gateways.push((link, v6, number));
        let reachable = {
            let addresses = self.config(link, v6).addresses.values();
            let mut nets = addresses.map(|address| match address.peer {
                Some(peer) => address.net.contains(&gateway) || peer == gateway,
                None => address.net.contains(&gateway),
            });
            nets.any(|hit| hit) || gateway_is_link_local(gateway)
        };
        let origin = Origin::said(std::iter::once(option.span).chain(metric.1.and(metric.0).map(|o| o.span)));
        let config = self.config(link, v6);
        if reachable && config.gateway.is_none() {
            config.gateway = Some(At::new(gateway, option.span));
            if let (Some(option), Some(n)) = metric {
                config.route_metric = Int::new(i64::from(n)).map(|n| At::new(n, option.span));
            }
            return true;
        }
        let onlink = !reachable && self.reader != Reader::IfupdownNg;
        if onlink {
            let message =
                format!("`{gateway}` stands in no subnet of the interface; the default route says `onlink`");
            self.report(&codes::ONLINK, option.span, message, "nothing, if the gateway is on the link");
            if v6 && self.reader == Reader::Ifupdown {
                // inet6.defn: a gateway switches advertisements off, wherever it is.
                let off = || {
                    Int::new(0)
                        .map(|off| At::new(off, Origin::derived("gateway-switches-ra-off", [option.span])))
                };
                let said = &mut self.config(link, v6).accept_ra;
                *said = said.take().or_else(off);
            }
        }
        let everywhere = if v6 { IpNet::V6(Ipv6Net::default()) } else { IpNet::V4(Ipv4Net::default()) };
        let route = Route {
            dst: Some(At::new(everywhere, origin)),
            gateway: Some(At::new(gateway, option.span)),
            metric: metric.1.and_then(|n| U32::new(i64::from(n))).map(|n| At::new(n, option.span)),
            onlink: onlink.then(|| At::new(true, Origin::derived("gateway-onlink", [option.span]))),
            ..Route::default()
        };
        self.network.routes.push(Owned { owner: Some(link), item: route });
        true
    }
}

fn gateway_is_link_local(gateway: IpAddr) -> bool {
    match gateway {
        IpAddr::V4(_) => false,
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    }
}
