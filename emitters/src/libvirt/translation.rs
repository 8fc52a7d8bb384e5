//! The rules of address translation as `<nat>` says them.

use crate::text::xml::Tag;
use ipnet::IpNet;
use netpivot_model::nat::{Nat, NatAction};
use netpivot_model::rule::Family;

/// What libvirt's own rules of a network differ in.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Translation {
    /// IPv4 addresses in place of the outgoing interface's own: `A` or `A-B`.
    addresses: Option<String>,
    /// Ports in place of 1024 to 65535: `N-M`.
    ports: Option<String>,
    ipv6: bool,
}

const PORTS: &str = "1024-65535";

impl Translation {
    /// Of the rules that libvirt made.
    pub fn of<'r>(rules: impl Iterator<Item = &'r Nat>) -> Self {
        let mut found = Translation::default();
        for rule in rules.filter(|rule| translates(rule)) {
            found.ipv6 |= rule.family.as_ref().is_some_and(|at| at.value == Family::V6);
            let to = rule.to.as_ref().map(|at| at.value.as_str());
            let (addresses, ports) = match to.map(|to| to.split_once(':').unwrap_or((to, ""))) {
                Some((addresses, ports)) => (Some(addresses), ports),
                None => (None, rule.to_ports.as_ref().map_or("", |at| at.value.as_str())),
            };
            found.addresses = found.addresses.or_else(|| addresses.map(str::to_owned));
            if !ports.is_empty() && ports != PORTS {
                found.ports = Some(ports.to_owned());
            }
        }
        found
    }

    /// `<nat>`; none where nothing is to be said.
    pub fn tag(&self) -> Option<Tag> {
        let range = |name: &str, text: &str| {
            let (start, end) = text.split_once('-').unwrap_or((text, text));
            Tag::new(name).with("start", start).with("end", end)
        };
        let mut tag = Tag::new("nat");
        if self.ipv6 {
            tag.set("ipv6", "yes");
        }
        tag.push_some(self.addresses.as_deref().map(|text| range("address", text)));
        tag.push_some(self.ports.as_deref().map(|text| range("port", text)));
        (!tag.is_empty()).then_some(tag)
    }
}

/// True for a rule that gives packets another source.
pub(super) fn translates(rule: &Nat) -> bool {
    rule.action.as_ref().is_some_and(|at| match at.value {
        NatAction::Masquerade | NatAction::Snat => true,
        NatAction::Dnat | NatAction::Redirect | NatAction::Accept => false,
    })
}

/// True for a rule of the host that translates just what comes out of a network, as libvirt would: all of it, to the outgoing
/// interface's own address.
pub(super) fn is_of_network(rule: &Nat, net: IpNet) -> bool {
    let masquerades = rule.action.as_ref().is_some_and(|at| at.value == NatAction::Masquerade);
    let source = rule.source.as_ref().is_some_and(|at| at.value.trunc() == net.trunc());
    let negated = rule.not_source.as_ref().is_some_and(|at| at.value);
    let nothing_else = rule.in_interface.is_none()
        && rule.source_port.is_none()
        && rule.destination_port.is_none()
        && rule.matches.items.is_empty()
        && !rule.random.as_ref().is_some_and(|at| at.value)
        && !rule.not_out_interface.as_ref().is_some_and(|at| at.value)
        && rule.netns.is_none();
    // Towards the network itself nothing is translated; a rule that says so says nothing new.
    let not_inward = rule.not_destination.as_ref().is_some_and(|at| at.value);
    let destination = match &rule.destination {
        None => true,
        Some(at) => not_inward && at.value.trunc() == net.trunc(),
    };
    masquerades && source && !negated && nothing_else && destination
}
