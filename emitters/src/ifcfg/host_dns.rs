//! The host's own name servers, which stand on `lo` (SUSE's netconfig(8)). NetworkManager's ifcfg reader makes nothing of a file
//! for `lo`, so they go to the profile by which the host reaches others.

use super::profile::is_of_both_readers;
use crate::EmitContext;
use crate::loopback::is_loopback;
use netpivot_model::codes::ifcfg_output as codes;
use netpivot_model::defaults::Silence;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::dialect::IFCFG_INITSCRIPTS;
use netpivot_model::facts::effective;
use netpivot_model::ip::{IpConfig, IpMethod};
use netpivot_model::link::{Link, LinkId};
use netpivot_model::network::Network;
use netpivot_model::path::{FactPath, FieldPath, Subject};
use netpivot_model::reflect::{List, Sub};
use netpivot_model::value::Scalar;
use std::borrow::Cow;

const RULE: &str = "name-servers-of-the-host";

/// The settings that go, by family.
const FIELDS: [[&str; 4]; 2] = [
    ["ipv4.dns", "ipv4.dns_search", "ipv4.dns_options", "ipv4.dns_priority"],
    ["ipv6.dns", "ipv6.dns_search", "ipv6.dns_options", "ipv6.dns_priority"],
];

/// The network with the host's name servers in the profile that takes them, which is told.
pub(super) fn on_profile<'n>(network: &'n Network, cx: &mut EmitContext) -> Cow<'n, Network> {
    let own = |id: &LinkId| is_loopback(network, *id) && network.dialect_of(*id) != IFCFG_INITSCRIPTS;
    let Some(lo) = network.links().map(|(id, _)| id).find(own) else { return Cow::Borrowed(network) };
    let mut moved = Cow::Borrowed(network);
    let mut moved_v4: Option<[List<String>; 2]> = None;
    for (v6, fields) in [false, true].into_iter().zip(FIELDS) {
        let Some(config) = family(network.link(lo), v6) else { continue };
        let speaks = [&config.dns, &config.dns_search, &config.dns_options].iter().any(|list| list.is_said());
        let Some(taker) = speaks.then(|| taker(network, v6)).flatten() else { continue };
        let network = moved.to_mut();
        let Some(from) = family_mut(network.link_mut(lo), v6).take() else { continue };
        let into = family_mut(network.link_mut(taker), v6).get_or_insert_default();
        let told = Diagnostic::new(&codes::PROFILE_DNS, "")
            .help("nothing, if the profile is always up; else add them to the other profiles as well");
        let told = from.dns.items.iter().fold(told, |told, at| told.from(&at.origin));
        join(&mut into.dns, from.dns.clone());
        // The resolver has one list of domains, and of options, for both families.
        let of_v4 = moved_v4.take().unwrap_or_default();
        let lists = [(&mut into.dns_search, &from.dns_search), (&mut into.dns_options, &from.dns_options)];
        for ((list, host), other) in lists.into_iter().zip(&of_v4) {
            join(list, without(host, other));
        }
        moved_v4 = Some([from.dns_search.clone(), from.dns_options.clone()]);
        *family_mut(network.link_mut(lo), v6) = Some(Box::new(IpConfig {
            dns: List::default(),
            dns_search: List::default(),
            dns_options: List::default(),
            dns_priority: None,
            ..*from
        }));
        for field in fields.map(FieldPath::parse) {
            let fact = |id: LinkId| FactPath { subject: Subject::Link(id), field };
            cx.otherwise(fact(lo), RULE);
            if !field.is("ipv4.dns_priority") && !field.is("ipv6.dns_priority") {
                cx.added(fact(taker), RULE);
                cx.otherwise(fact(taker), RULE);
            }
        }
        let message = format!(
            "the host's name servers go to `{}`: they are asked while that is up",
            network.link(taker).label()
        );
        cx.diagnostics.push(Diagnostic { message, ..told });
    }
    moved
}

fn family(link: &Link, v6: bool) -> Option<&IpConfig> {
    if v6 { link.ipv6.as_deref() } else { link.ipv4.as_deref() }
}

fn family_mut(link: &mut Link, v6: bool) -> &mut Sub<IpConfig> {
    if v6 { &mut link.ipv6 } else { &mut link.ipv4 }
}

fn without(list: &List<String>, others: &List<String>) -> List<String> {
    let mut list = list.clone();
    list.items.retain(|at| !others.values().any(|other| *other == at.value));
    list
}

/// The host's items before the link's own, each once.
fn join(list: &mut List<String>, host: List<String>) {
    let own = std::mem::replace(list, host);
    for at in own.items {
        if !list.values().any(|item| *item == at.value) {
            list.items.push(at);
        }
    }
}

/// The profile with the default route of the family, else one that a server configures, else the first with addresses.
fn taker(network: &Network, v6: bool) -> Option<LinkId> {
    let path = FieldPath::parse(if v6 { "ipv6.method" } else { "ipv4.method" });
    let method = |id: LinkId| match effective(network, id, path) {
        Silence::Value(value) => IpMethod::from_value(&value).ok(),
        Silence::Kernel | Silence::Daemon | Silence::Unknown => None,
    };
    let has_route = |id: LinkId| {
        family(network.link(id), v6).is_some_and(|config| config.gateway.is_some())
            || network.routes.iter().filter(|entry| entry.owner == Some(id)).any(|entry| {
                let (dst, gateway) = (&entry.item.dst, &entry.item.gateway);
                let to_all = dst.as_ref().is_none_or(|at| at.value.prefix_len() == 0);
                to_all && gateway.as_ref().is_some_and(|at| at.value.is_ipv6() == v6)
            })
    };
    let rank = |id: LinkId| match method(id) {
        Some(IpMethod::Auto | IpMethod::Dhcp | IpMethod::Manual) if has_route(id) => Some(0),
        Some(IpMethod::Auto | IpMethod::Dhcp) => Some(1),
        Some(IpMethod::Manual) => Some(2),
        Some(IpMethod::LinkLocal | IpMethod::Shared | IpMethod::Disabled | IpMethod::Ignore) | None => None,
    };
    let links = network.links().filter(|(_, link)| takes(link));
    links.filter_map(|(id, _)| Some((rank(id)?, id))).min().map(|(_, id)| id)
}

/// True for a profile of NetworkManager's that may have name servers.
fn takes(link: &Link) -> bool {
    is_of_both_readers(&link.kind.value)
        && link.netns.is_none()
        && !link.is_addressless_port()
        && link.managed.as_ref().is_none_or(|at| at.value)
}
