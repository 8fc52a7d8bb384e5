//! The rules of address translation as `<nat>` says them.

use crate::text::xml::Tag;
use ipnet::IpNet;
use netpivot_model::nat::{Nat, NatAction};
use netpivot_model::reflect::Said;
use netpivot_model::rule::Family;
use netpivot_model::source::At;
use netpivot_model::vocabulary::libvirt::is_untranslated;

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

/// How much of what leaves a network a rule of the host translates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Covers {
    /// Just that, all of it, as libvirt would.
    Network,
    /// That, and what comes from elsewhere.
    More,
    /// A part of it, as libvirt's own rules have it: one protocol with ports of its own, or what is never translated.
    Part,
}

/// What a rule of the host covers of a network; `None` where it does something that libvirt does not.
pub(super) fn covers(rule: &Nat, net: IpNet) -> Option<Covers> {
    let said = |said: &Said<bool>| said.as_ref().is_some_and(|at| at.value);
    let is_net = |said: &Said<IpNet>| said.as_ref().is_some_and(|at| at.value.trunc() == net.trunc());
    let plain = rule.in_interface.is_none()
        && rule.source_port.is_none()
        && rule.destination_port.is_none()
        && rule.matches.items.is_empty()
        && !said(&rule.random)
        && !said(&rule.not_source)
        && !said(&rule.not_out_interface)
        && rule.netns.is_none();
    let local = |at: &At<IpNet>| is_untranslated(at.value);
    let untranslated = rule.action.as_ref().is_some_and(|at| at.value == NatAction::Accept)
        && rule.destination.as_ref().is_some_and(local)
        && !said(&rule.not_destination);
    // Towards the network itself nothing is translated; a rule that says so says nothing new.
    let outwards = rule.destination.is_none() || said(&rule.not_destination) && is_net(&rule.destination);
    if !plain || !(untranslated || translates(rule) && outwards) {
        return None;
    }
    let v6 = rule.family.as_ref().is_some_and(|at| at.value == Family::V6);
    match &rule.source {
        Some(_) if is_net(&rule.source) && (untranslated || rule.protocol.is_some()) => Some(Covers::Part),
        _ if untranslated || rule.protocol.is_some() => None,
        Some(_) if is_net(&rule.source) => Some(Covers::Network),
        Some(at) => at.value.contains(&net.trunc()).then_some(Covers::More),
        None => (v6 != net.addr().is_ipv4()).then_some(Covers::More),
    }
}
