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
            found.ipv6 |= is_v6(rule);
            found.addresses = found.addresses.or_else(|| addresses(rule).map(str::to_owned));
            found.ports = found.ports.or_else(|| ports(rule).map(str::to_owned));
        }
        found
    }

    /// True where IPv6 is translated, too.
    pub fn ipv6(&self) -> bool {
        self.ipv6
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
fn covers(rule: &Nat, net: IpNet) -> Option<Covers> {
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
    let protocol = rule.protocol.as_ref().map(|at| at.value.as_str());
    let is_part = untranslated || protocol.is_some_and(|protocol| PROTOCOLS.contains(&protocol));
    match &rule.source {
        Some(_) if is_net(&rule.source) && is_part => Some(Covers::Part),
        _ if is_part || protocol.is_some() || ports(rule).is_some() => None,
        Some(_) if is_net(&rule.source) => Some(Covers::Network),
        Some(at) => at.value.contains(&net.trunc()).then_some(Covers::More),
        None => (is_v6(rule) != net.addr().is_ipv4()).then_some(Covers::More),
    }
}

/// The protocols that libvirt translates to ports of their own.
const PROTOCOLS: [&str; 2] = ["tcp", "udp"];

fn is_v6(rule: &Nat) -> bool {
    rule.family.as_ref().is_some_and(|at| at.value == Family::V6)
}

/// True for a rule that translates some of what leaves one of the networks.
pub(super) fn bears_on(rule: &Nat, nets: &[IpNet]) -> bool {
    let from = rule.source.as_ref().map(|at| at.value);
    let elsewhere = rule.not_source.as_ref().is_some_and(|at| at.value);
    let touches = |net: &IpNet| match from {
        Some(from) => elsewhere || from.contains(&net.trunc()) || net.contains(&from),
        None => is_v6(rule) != net.addr().is_ipv4(),
    };
    translates(rule) && rule.netns.is_none() && nets.iter().any(touches)
}

/// The new addresses, where they are not those of the outgoing interface.
fn addresses(rule: &Nat) -> Option<&str> {
    let to = rule.to.as_ref()?.value.as_str();
    Some(if is_v6(rule) { to } else { to.split_once(':').map_or(to, |(addresses, _)| addresses) })
}

/// The new ports, where they are not those that libvirt takes by itself.
fn ports(rule: &Nat) -> Option<&str> {
    let to = rule.to.as_ref().filter(|_| !is_v6(rule)).and_then(|at| Some(at.value.split_once(':')?.1));
    to.or(rule.to_ports.as_ref().map(|at| at.value.as_str())).filter(|ports| *ports != PORTS)
}

/// How a rule translates: packets that leave by a device, or by any; to addresses, or to those of the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Form<'r> {
    dev: Option<&'r str>,
    addresses: Option<&'r str>,
}

impl<'r> Form<'r> {
    fn of(rule: &'r Nat) -> Self {
        let dev = rule.out_interface.as_ref().map(|at| at.value.as_str());
        Form { dev, addresses: addresses(rule) }
    }

    /// The form for a network: libvirt gives other addresses to IPv4 only.
    fn of_net(self, net: IpNet) -> Self {
        Form { addresses: self.addresses.filter(|_| net.addr().is_ipv4()), ..self }
    }

    /// True where what the other form does is done by this one, too.
    fn includes(self, other: Form<'_>) -> bool {
        self.addresses == other.addresses && (self.dev.is_none() || self.dev == other.dev)
    }
}

/// What libvirt does with a bridge's networks in place of rules of the host.
#[derive(Debug, Default)]
pub(super) struct Adopted {
    pub translation: Translation,
    pub dev: Option<String>,
    /// The positions of the rules that it stands for.
    pub rules: Vec<(usize, Covers)>,
}

impl Adopted {
    /// True for a network of the family that libvirt translates.
    pub fn translates(&self, net: IpNet) -> bool {
        !self.rules.is_empty() && (net.addr().is_ipv4() || self.translation.ipv6)
    }
}

/// libvirt translates all IPv4 networks of a bridge alike, and all its IPv6 networks (`ipv6='yes'`) or none: `None` where
/// the host's rules do not.
pub(super) fn adopt(rules: &[(usize, &Nat)], nets: &[IpNet]) -> Option<Adopted> {
    let whole = |rule: &Nat, net: IpNet| match covers(rule, net) {
        Some(Covers::Network | Covers::More) => true,
        Some(Covers::Part) | None => false,
    };
    let (v4, v6): (Vec<IpNet>, Vec<IpNet>) = nets.iter().partition(|net| net.addr().is_ipv4());
    let covered = |form: Form<'_>, nets: &[IpNet]| {
        !nets.is_empty()
            && nets.iter().all(|net| {
                rules.iter().any(|(_, rule)| whole(rule, *net) && Form::of(rule) == form.of_net(*net))
            })
    };
    let fits = |form: &Form<'_>| if v4.is_empty() { covered(*form, &v6) } else { covered(*form, &v4) };
    let all = rules.iter().filter(|(_, rule)| nets.iter().any(|net| whole(rule, *net)));
    let forms: Vec<Form<'_>> = all.map(|(_, rule)| Form::of(rule)).collect();
    // Rules for single devices say nothing new beside one for all of them that does the same.
    let widest = forms.iter().filter(|form| fits(form)).find(|form| forms.iter().all(|f| form.includes(*f)));
    let form = *widest.or_else(|| forms.iter().find(|form| fits(form)))?;
    let ipv6 = covered(form, &v6);
    let nets: Vec<IpNet> = v4.into_iter().chain(v6.into_iter().filter(|_| ipv6)).collect();
    let is_of = |rule: &Nat, protocol: &str| rule.protocol.as_ref().is_some_and(|at| at.value == protocol);
    let parts = |protocol, net: IpNet| {
        let mine = move |rule: &&Nat| {
            is_of(rule, protocol)
                && covers(rule, net) == Some(Covers::Part)
                && Form::of(rule) == form.of_net(net)
        };
        rules.iter().map(|(_, rule)| *rule).filter(mine)
    };
    let first = nets.first().and_then(|net| parts(PROTOCOLS[0], *net).find_map(ports));
    let is_all = |wanted| {
        nets.iter().all(|net| PROTOCOLS.iter().all(|p| parts(p, *net).any(|r| ports(r) == Some(wanted))))
    };
    let new_ports = first.filter(|first| is_all(*first));
    let stands_for = |rule: &Nat, net: IpNet| {
        let covers = covers(rule, net)?;
        let is_done = if translates(rule) {
            form.of_net(net).includes(Form::of(rule)) && (rule.protocol.is_none() || ports(rule) == new_ports)
        } else {
            form.dev == Form::of(rule).dev || rule.out_interface.is_none()
        };
        is_done.then_some(covers)
    };
    let adopted = rules.iter().filter_map(|(n, rule)| {
        let covers = nets.iter().find_map(|net| stands_for(rule, *net))?;
        Some((*n, covers))
    });
    Some(Adopted {
        rules: adopted.collect(),
        dev: form.dev.map(str::to_owned),
        translation: Translation {
            addresses: form.addresses.map(str::to_owned),
            ports: new_ports.map(str::to_owned),
            ipv6,
        },
    })
}

#[cfg(test)]
mod tests;
