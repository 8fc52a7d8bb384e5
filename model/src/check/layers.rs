//! Links that do not fit what they lie on or belong to, and settings that the kernel changes by itself.

use super::{Index, path, reference};
use crate::bridge::forward_delay_with_stp;
use crate::codes::core as codes;
use crate::defaults::Silence;
use crate::diagnostic::Diagnostic;
use crate::facts::effective;
use crate::link::{Link, LinkId, LinkKind, PARENTS};
use crate::network::Network;
use crate::path::FieldPath;
use crate::source::At;
use crate::value::{Mac, MacSetting, Mtu, Value};
use foldhash::{HashMap, HashSet};

/// The least MTU of IPv6 (RFC 8200); under it the kernel takes IPv6 off the link.
const IPV6_LEAST_MTU: i64 = 1280;

/// Findings about one link and those next to it.
pub(super) fn check(network: &Network, index: &Index<'_>, found: &mut Vec<Diagnostic>) {
    for (id, link) in network.links() {
        vlan_without_parent(id, link, found);
        mtu_above_parent(network, index, id, link, found);
        ipv6_under_its_mtu(id, link, found);
        bridge_delay(network, id, link, found);
    }
    unplugged(network, index, found);
    equal_macs(network, index, found);
}

/// A VLAN whose parent is told by the card's address is a profile of NetworkManager.
fn vlan_without_parent(id: LinkId, link: &Link, found: &mut Vec<Diagnostic>) {
    let LinkKind::Vlan(vlan) = &link.kind.value else { return };
    let by_mac = link.matches.as_ref().is_some_and(|matches| matches.mac.is_some());
    if vlan.parent.is_some() || by_mac {
        return;
    }
    let message = format!("nothing says which link the VLAN `{}` lies on; it cannot be made", link.label());
    let origin = vlan.id.as_ref().map_or(&link.kind.origin, |at| &at.origin);
    found.push(
        Diagnostic::new(&codes::VLAN_WITHOUT_PARENT, message)
            .from(origin)
            .help("name the link below it")
            .about(path(id, "vlan.parent")),
    );
}

fn mtu_of(link: &Link) -> Option<&At<Mtu>> {
    link.mtu.as_ref().filter(|at| at.value.get() > 0)
}

fn mtu_above_parent(
    network: &Network,
    index: &Index<'_>,
    id: LinkId,
    link: &Link,
    found: &mut Vec<Diagnostic>,
) {
    let Some(mtu) = mtu_of(link) else { return };
    let on_top = matches!(link.kind.value, LinkKind::Vlan(_) | LinkKind::Macvlan(_) | LinkKind::Ipvlan(_));
    let parents = PARENTS.iter().filter(|_| on_top).filter_map(|field| reference(link, field));
    let parents = parents.flat_map(|(to, _)| index.find(&to)).filter(|to| *to != id);
    for parent in parents.map(|to| network.link(to)) {
        let below = mtu_of(parent).filter(|below| below.value.get() < mtu.value.get());
        let Some(below) = below else { continue };
        let message = format!(
            "the MTU {} of `{}` is above the {} of `{}` below it, which the kernel refuses",
            mtu.value.get(),
            link.label(),
            below.value.get(),
            parent.label()
        );
        found.push(
            Diagnostic::new(&codes::MTU_ABOVE_PARENT, message)
                .from(&mtu.origin)
                .from(&below.origin)
                .help("raise the MTU of the link below, or lower this one")
                .about(path(id, "mtu")),
        );
    }
}

fn ipv6_under_its_mtu(id: LinkId, link: &Link, found: &mut Vec<Diagnostic>) {
    let Some(mtu) = mtu_of(link).filter(|mtu| mtu.value.get() < IPV6_LEAST_MTU) else { return };
    let Some(address) = link.ipv6.as_ref().and_then(|config| config.addresses.items.first()) else { return };
    let message = format!(
        "`{}` has the MTU {} and an IPv6 address: under {IPV6_LEAST_MTU} the kernel takes IPv6 off the link",
        link.label(),
        mtu.value.get()
    );
    found.push(
        Diagnostic::new(&codes::IPV6_MTU, message)
            .from(&mtu.origin)
            .from(&address.origin)
            .help("raise the MTU to 1280 or more, or remove the IPv6 addresses")
            .about(path(id, "mtu")),
    );
}

fn bridge_delay(network: &Network, id: LinkId, link: &Link, found: &mut Vec<Diagnostic>) {
    let LinkKind::Bridge(bridge) = &link.kind.value else { return };
    let Some(delay) = &bridge.forward_delay else { return };
    let (said, left) = (delay.value.get(), forward_delay_with_stp(network.dialect_of(id), delay.value.get()));
    if said == left {
        return;
    }
    if effective(network, id, FieldPath::parse("bridge.stp")) != Silence::Value(Value::Bool(true)) {
        return;
    }
    let seconds = |centis: i64| {
        format!("{}.{:02}", centis / 100, centis % 100).trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    let message = format!(
        "the bridge `{}` speaks STP with a forward delay of {} s, which the kernel does not take; it is {} s then, and \
         ports stay silent for {} s",
        link.label(),
        seconds(said),
        seconds(left),
        seconds(2 * left)
    );
    let diagnostic = Diagnostic::new(&codes::STP_WITHOUT_DELAY, message).from(&delay.origin);
    let diagnostic = match &bridge.stp {
        Some(stp) => diagnostic.from(&stp.origin),
        None => diagnostic,
    };
    found.push(
        diagnostic
            .help("switch STP off, or give it a delay of 2 to 30 s")
            .about(path(id, "bridge.forward_delay")),
    );
}

/// Veth ends and taps that are up, have no address and belong to no bridge, although a bridge is there. One whose other end is a
/// port is a guest's.
fn unplugged(network: &Network, index: &Index<'_>, found: &mut Vec<Diagnostic>) {
    let netns = |link: &Link| link.netns.as_ref().map(|at| at.value.clone());
    let mut bridges: HashMap<Option<String>, &str> = HashMap::default();
    for (_, link) in network.links() {
        if matches!(link.kind.value, LinkKind::Bridge(_)) {
            bridges.entry(netns(link)).or_insert_with(|| link.label());
        }
    }
    if bridges.is_empty() {
        return;
    }
    let parents = network.links().flat_map(|(_, link)| {
        PARENTS.iter().filter_map(|field| reference(link, field)).flat_map(|(to, _)| index.find(&to))
    });
    let mut used: HashSet<LinkId> = parents.collect();
    used.extend(network.routes.iter().filter_map(|entry| entry.owner));
    let ports = network.links().filter(|(_, link)| link.controller.is_some());
    let by_cable = ports.filter_map(|(_, link)| reference(link, "veth.peer"));
    used.extend(by_cable.flat_map(|(to, _)| index.find(&to)));
    for (id, link) in network.links() {
        let pluggable = matches!(link.kind.value, LinkKind::Veth(_) | LinkKind::Tun(_));
        let addressed = link.ipv4.is_some() || link.ipv6.is_some();
        let up = effective(network, id, FieldPath::parse("up")) == Silence::Value(Value::Bool(true));
        let Some(bridge) = bridges.get(&netns(link)) else { continue };
        if !pluggable || addressed || !up || link.controller.is_some() || used.contains(&id) {
            continue;
        }
        let message = format!(
            "`{}` is up, but has no address and is plugged into nothing, although the bridge `{bridge}` is there",
            link.label()
        );
        let origin = link.name.as_ref().map_or(&link.kind.origin, |at| &at.origin);
        found.push(
            Diagnostic::new(&codes::UNPLUGGED, message)
                .from(origin)
                .help(format!("plug it in: `ip link set dev {} master {bridge}`", link.label()))
                .about(path(id, "controller")),
        );
    }
}

/// Links of one address set by hand. A VLAN shares its parent's, a port its controller's.
fn equal_macs(network: &Network, index: &Index<'_>, found: &mut Vec<Diagnostic>) {
    let mut first: HashMap<(Mac, Option<&str>), LinkId> = HashMap::default();
    for (id, link) in network.links() {
        let Some(At { value: MacSetting::Address(mac), origin }) = &link.mac else { continue };
        let netns = link.netns.as_ref().map(|at| at.value.as_str());
        let Some(other) = first.get(&(*mac, netns)).copied() else {
            first.insert((*mac, netns), id);
            continue;
        };
        if super::above(network, index, id, link).contains(&other)
            || super::above(network, index, other, network.link(other)).contains(&id)
            || link.name == network.link(other).name
        {
            continue;
        }
        let before = network.link(other);
        let message =
            format!("`{}` and `{}` are given the same hardware address {mac}", before.label(), link.label());
        let diagnostic = Diagnostic::new(&codes::EQUAL_MACS, message).from(origin);
        let diagnostic = before.mac.iter().fold(diagnostic, |diagnostic, at| diagnostic.from(&at.origin));
        found.push(diagnostic.help("give each link an address of its own").about(path(id, "mac")));
    }
}
