//! `[ipv4]` and `[ipv6]`: the method, addresses and the gateway; the rest stands in the key table.

use super::Job;
use super::file::File;
use super::profile::link_fact;
use crate::advertisements;
use ipnet::IpNet;
use netpivot_model::codes::keyfile as codes;
use netpivot_model::defaults::Silence;
use netpivot_model::facts::effective;
use netpivot_model::ip::{Address, IpConfig, IpMethod};
use netpivot_model::link::LinkId;
use netpivot_model::network::EntryKind;
use netpivot_model::path::FieldPath;
use netpivot_model::source::At;
use netpivot_model::value::Value;
use netpivot_model::vocabulary::keyfile as vocabulary;

impl Job<'_> {
    /// Writes what the key table has no row for.
    pub(super) fn ip(&mut self, id: LinkId, v6: bool, file: &mut File) {
        let (group, method) = if v6 { ("ipv6", "ipv6.method") } else { ("ipv4", "ipv4.method") };
        if v6 && self.is_lease_by_advertisement(id) {
            self.lease_by_advertisement(id, file);
        } else if v6 && advertisements::are_the_kernels(self.network, id) {
            self.advertised(id, file);
        } else {
            self.always(id, FieldPath::parse(method), file);
        }
        if v6 && effective(self.network, id, FieldPath::parse(method)) == dhcp() {
            // Nobody takes any with the method `dhcp`; a router takes none with `accept_ra` 1.
            self.cx.otherwise(
                link_fact(id, FieldPath::parse("ipv6.accept_ra")),
                "no-advertisements-for-a-router",
            );
        }
        if v6 {
            self.advertisements_beside_addresses(id);
        }
        let link = self.network.link(id);
        let config = if v6 { &link.ipv6 } else { &link.ipv4 };
        if let Some(config) = config {
            self.addresses(id, config, group, file);
            if let Some(gateway) = self.gateway(id, v6) {
                file.set_numbered(group, "gateway", "gateway".to_owned(), gateway.to_string());
            }
        }
        if !v6 {
            self.default_beside_lease(id);
        }
        self.routes(id, v6, file);
        self.rules(id, v6, file);
    }

    /// `inet6 static` without a gateway leaves router advertisements on (inet6.defn); NetworkManager takes none with the
    /// method `manual`.
    fn advertisements_beside_addresses(&mut self, id: LinkId) {
        let (method, accept) = (FieldPath::parse("ipv6.method"), FieldPath::parse("ipv6.accept_ra"));
        let by_hand = Silence::Value(Value::text(IpMethod::Manual.as_str()));
        let takes = matches!(effective(self.network, id, accept), Silence::Value(Value::Int(1..)));
        let config = self.network.link(id).ipv6.as_ref();
        let said = config.and_then(|config| {
            let address = || config.addresses.items.first().map(|at| &at.origin);
            config.method.as_ref().map(|at| &at.origin).or_else(address)
        });
        if let Some(origin) = said.filter(|_| takes && effective(self.network, id, method) == by_hand) {
            let text = "beside its static addresses the host takes the routes and addresses that routers advertise \
                        (`ipv6.accept_ra`); NetworkManager takes none with `method=manual`";
            let help = "say in the source that it takes none (`accept_ra 0`), or write `method=auto` into the profile, which \
                        has its addresses beside those that are advertised";
            self.cx.cannot_item(link_fact(id, accept), origin, &codes::SETTING, text, help.to_owned());
        }
    }

    /// True for DHCPv6 beside router advertisements.
    pub(super) fn is_lease_by_advertisement(&self, id: LinkId) -> bool {
        let method = effective(self.network, id, FieldPath::parse("ipv6.method"));
        method == dhcp()
            && !self.network.link(id).is_addressless_port()
            && advertisements::are_taken(self.network, id)
    }

    /// With the method `dhcp` NetworkManager takes no advertisements, and the host would be without default route; with
    /// `auto` it takes them, and asks for a lease where they say so (nm-settings(5), `ipv6.method`).
    fn lease_by_advertisement(&mut self, id: LinkId, file: &mut File) {
        let (method, link) = (FieldPath::parse("ipv6.method"), self.network.link(id));
        let row = vocabulary::row_for(method, &link.kind.value).expect("every kind has methods");
        file.set(row, row.key, IpMethod::Auto.as_str().to_owned());
        for field in ["ipv6.method", "ipv6.accept_ra"] {
            self.cx.otherwise(link_fact(id, FieldPath::parse(field)), "lease-by-advertisement");
        }
        self.cx.added(link_fact(id, FieldPath::parse("ipv6.autoconf")), "lease-by-advertisement");
        advertisements::report_lease(self.cx, id, link);
    }

    /// The method `auto` has its addresses beside those that are advertised.
    fn advertised(&mut self, id: LinkId, file: &mut File) {
        let (method, link) = (FieldPath::parse("ipv6.method"), self.network.link(id));
        let row = vocabulary::row_for(method, &link.kind.value).expect("every kind has methods");
        file.set(row, row.key, IpMethod::Auto.as_str().to_owned());
        self.cx.otherwise(link_fact(id, method), "autoconfiguration-by-the-kernel");
        self.cx.added(link_fact(id, method), "autoconfiguration-by-the-kernel");
    }

    fn addresses(&mut self, id: LinkId, config: &IpConfig, group: &'static str, file: &mut File) {
        let field = FieldPath::parse(if group == "ipv6" { "ipv6.addresses" } else { "ipv4.addresses" });
        for (n, address) in config.addresses.items.iter().enumerate() {
            let value = written(&address.value).to_string();
            if let Some(details) = details(address) {
                let text = format!("keyfiles cannot say {details} of {value}");
                let help = "a dispatcher script can set it".to_owned();
                self.cx.cannot_item(link_fact(id, field), &address.origin, &codes::ADDRESS, text, help);
            } else if address.value.flags.noprefixroute {
                let text = format!(
                    "{} comes without a route of its prefix, as the source has it: keyfiles say that by the length, {value}",
                    address.value.net
                );
                self.cx.cannot_item(
                    link_fact(id, field),
                    &address.origin,
                    &codes::NO_PREFIX_ROUTE,
                    text,
                    None,
                );
            }
            if let Some(route) = peer_route(&address.value) {
                let text =
                    format!("keyfiles know no peers; a route takes the place of the peer {route} of {value}");
                self.cx.cannot_item(link_fact(id, field), &address.origin, &codes::PEER_ROUTE, text, None);
            }
            file.set_numbered(group, "address", format!("address{}", n + 1), value);
        }
    }

    /// Writes the routes that the kernel adds for peers by itself, after the profile's own `count` routes.
    pub(super) fn peer_routes(&mut self, id: LinkId, v6: bool, mut count: usize, file: &mut File) {
        let link = self.network.link(id);
        let config = if v6 { &link.ipv6 } else { &link.ipv4 };
        let addresses = config.iter().flat_map(|config| config.addresses.values());
        for route in addresses.filter_map(peer_route) {
            count += 1;
            let group = if v6 { "ipv6" } else { "ipv4" };
            file.set_numbered(group, "route", format!("route{count}"), route.to_string());
            self.cx.added_entry(EntryKind::Route, Some(id), route.to_string(), "route-to-peer");
        }
    }
}

/// The method that asks a DHCPv6 server only.
fn dhcp() -> Silence {
    Silence::Value(Value::text(IpMethod::Dhcp.as_str()))
}

/// The route that the kernel has for an address with a peer: to the peer, over the link (ip-address(8)).
fn peer_route(address: &Address) -> Option<IpNet> {
    let net = IpNet::new(address.peer?, address.net.prefix_len()).ok()?;
    Some(net.trunc())
}

/// An address without a prefix route has all bits in its length: NetworkManager makes a route of any other
/// (`nm_l3_config_data_add_dependent_device_routes`).
fn written(address: &Address) -> IpNet {
    if address.flags.noprefixroute { IpNet::from(address.net.addr()) } else { address.net }
}

/// What an address has besides itself and its peer, in words. The broadcast address that follows from its length is what
/// NetworkManager sets anyway.
fn details(address: &At<Address>) -> Option<String> {
    let Address { net: _, peer: _, broadcast, label, scope, valid_lft, preferred_lft, metric, flags } =
        &address.value;
    let mut words = Vec::new();
    let broadcast =
        broadcast.filter(|ip| address.value.net.prefix_len() > 30 || *ip != address.value.net.broadcast());
    words.extend(broadcast.map(|broadcast| format!("the broadcast address {broadcast}")));
    words.extend(label.as_ref().map(|label| format!("the label `{label}`")));
    words.extend(scope.as_ref().map(|scope| format!("the scope {scope}")));
    words.extend(valid_lft.map(|seconds| format!("a lifetime of {seconds} s")));
    words.extend(preferred_lft.map(|seconds| format!("a preferred lifetime of {seconds} s")));
    words.extend(metric.map(|metric| format!("the metric {metric} of its prefix route")));
    let other = flags.words().filter(|word| *word != "noprefixroute");
    words.extend(other.map(|word| format!("the flag `{word}`")));
    (!words.is_empty()).then(|| words.join(", "))
}
