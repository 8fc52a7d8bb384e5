//! The rules by which libvirt translates addresses of a network with forward mode nat (`iptablesForward…`,
//! `network_iptables.c`, `network_nftables.c`): none for local multicast and broadcast, TCP and UDP to
//! unprivileged ports, the rest as it is; nothing towards the network itself.

use ipnet::IpNet;
use netpivot_model::link::Link;
use netpivot_model::nat::{Nat, NatAction};
use netpivot_model::reflect::Said;
use netpivot_model::rule::Family;
use netpivot_model::source::{At, Origin};
use netpivot_model::value::U16;
use netpivot_model::vocabulary::libvirt::UNTRANSLATED;
use std::net::IpAddr;

/// The rule of which the entries come.
const RULE: &str = "libvirt-nat";

/// What `<forward mode='nat'>` says of it.
#[derive(Default)]
pub(super) struct Translation {
    /// Where the translation comes from; `None` where there is none.
    pub because: Option<Origin>,
    pub out_interface: Said<String>,
    /// IPv6 is translated, too (since libvirt 6.5).
    pub ipv6: Said<bool>,
    /// IPv4 addresses in place of the outgoing interface's own.
    pub first: Said<IpAddr>,
    pub last: Said<IpAddr>,
    pub first_port: Said<U16>,
    pub last_port: Said<U16>,
}

impl Translation {
    /// The rules for the networks of a bridge's addresses, in the order in which the kernel comes to them.
    pub fn rules(&self, bridge: &Link) -> Vec<Nat> {
        let Some(because) = &self.because else { return Vec::new() };
        let v6 = self.ipv6.as_ref().is_some_and(|at| at.value);
        let configs = [(Family::V4, &bridge.ipv4), (Family::V6, &bridge.ipv6)];
        let mut rules = Vec::new();
        for (family, config) in configs.into_iter().filter(|(family, _)| v6 || *family == Family::V4) {
            let addresses = config.iter().flat_map(|config| &config.addresses.items);
            for address in addresses {
                let mut because = because.clone();
                because.merge(&address.origin);
                if family == Family::V6 {
                    because.merge(
                        &self.ipv6.as_ref().map_or_else(Origin::default_value, |at| at.origin.clone()),
                    );
                }
                let subnet = address.value.net.trunc();
                rules.extend(self.of_network(family, subnet, &because));
            }
        }
        rules
    }

    fn of_network(&self, family: Family, subnet: IpNet, because: &Origin) -> Vec<Nat> {
        let origin = || Origin::derived(RULE, because.spans().to_vec());
        let rule = |action| Nat {
            family: Some(At::new(family, origin())),
            action: Some(At::new(action, origin())),
            source: Some(At::new(subnet, origin())),
            out_interface: self.out_interface.clone(),
            ..Nat::default()
        };
        let untranslated = UNTRANSLATED.iter().filter_map(|net| net.parse::<IpNet>().ok());
        let mut rules: Vec<Nat> = untranslated
            .filter(|net| net.addr().is_ipv4() == subnet.addr().is_ipv4())
            .map(|net| Nat { destination: Some(At::new(net, origin())), ..rule(NatAction::Accept) })
            .collect();
        for protocol in [Some("tcp"), Some("udp"), None] {
            rules.push(self.translate(family, subnet, protocol, rule(NatAction::Masquerade), &origin()));
        }
        rules
    }

    fn translate(
        &self,
        family: Family,
        subnet: IpNet,
        protocol: Option<&str>,
        mut rule: Nat,
        origin: &Origin,
    ) -> Nat {
        rule.destination = Some(At::new(subnet, origin.clone()));
        rule.not_destination = Some(At::new(true, origin.clone()));
        rule.protocol = protocol.map(|protocol| At::new(protocol.to_owned(), origin.clone()));
        let ports = protocol.map(|_| self.ports(origin));
        match self.addresses().filter(|_| family == Family::V4) {
            Some(addresses) => {
                rule.action = Some(At::new(NatAction::Snat, origin.clone()));
                let mut to = addresses;
                if let Some(ports) = ports {
                    to.value = format!("{}:{}", to.value, ports.value);
                    to.origin.merge(&ports.origin);
                }
                rule.to = Some(to);
            }
            None => rule.to_ports = ports,
        }
        rule
    }

    /// `A-B`.
    fn addresses(&self) -> Option<At<String>> {
        let first = self.first.as_ref()?;
        let last = self.last.as_ref().unwrap_or(first);
        let origin = Origin::said([&first.origin, &last.origin].into_iter().flat_map(|o| o.spans().to_vec()));
        let one = first.value == last.value;
        let text = if one { first.value.to_string() } else { format!("{}-{}", first.value, last.value) };
        Some(At::new(text, origin))
    }

    /// `N-M`; `1024-65535` where nothing is said (`virNetworkForwardNatDefFormat`).
    fn ports(&self, origin: &Origin) -> At<String> {
        let of = |said: &Said<U16>, default| said.as_ref().map_or(default, |at| at.value.get());
        let text = format!("{}-{}", of(&self.first_port, 1024), of(&self.last_port, 65535));
        let spans: Vec<_> = [&self.first_port, &self.last_port]
            .into_iter()
            .flatten()
            .flat_map(|at| at.origin.spans().to_vec())
            .collect();
        At::new(text, if spans.is_empty() { origin.clone() } else { Origin::said(spans) })
    }
}
