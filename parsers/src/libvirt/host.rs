//! Host interfaces (`virsh iface-dumpxml`; netcf's `interface.rng`): ethernet, bridge, bond and vlan, ports within
//! their controllers. netcf wrote them into the distribution's own files; what it wrote there is what they mean.

use super::document::Document;
use super::network::{forward_delay, only};
use crate::text::xml::{Attribute, Element};
use netpivot_model::bridge::Bridge;
use netpivot_model::dialect::LIBVIRT_HOST;
use netpivot_model::ip::IpMethod;
use netpivot_model::link::{Link, LinkKind, PortType};
use netpivot_model::reflect::Said;
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::{Count, Int, LinkRef, Mac, MacSetting};
use netpivot_model::vlan::Vlan;

/// The one link that every host has; libvirt shows it as a card.
const LOOPBACK: &str = "lo";
/// Of these netcf's schema allows one.
const SINGLE: [&str; 6] = ["start", "mtu", "mac", "bridge", "bond", "vlan"];

/// What a nested interface takes over from the one it stands in.
#[derive(Clone)]
struct Within {
    controller: At<LinkRef>,
    port_type: PortType,
    start: Said<bool>,
    hotplug: Said<bool>,
    mtu: Said<Int<0, 4_294_967_295>>,
}

/// True for a host interface. A guest's has no name, and its VLANs stand within `<vlan>`.
pub(super) fn is_host(root: &Element) -> bool {
    let own = ["bridge", "bond", "protocol", "start"].iter().any(|name| root.child(name).is_some());
    let is_vlan = root.child("vlan").is_some_and(|vlan| vlan.attribute("tag").is_some());
    root.is("interface") && (root.attribute("name").is_some() || own || is_vlan)
}

/// Reads a host interface with its ports.
pub(super) fn read(doc: &mut Document<'_>, root: &Element) {
    doc.section = format!("interface {}", root.value("name").unwrap_or(""));
    interface(doc, root, "host", None);
}

fn interface(doc: &mut Document<'_>, element: &Element, path: &str, within: Option<&Within>) {
    let base = path;
    let before = doc.so_far();
    let mut link = Link::default();
    link.kind.origin = element.tag.into();
    let mut kind = None;
    for attribute in doc.attributes(element, base) {
        match attribute.name.as_str() {
            "name" => link.name = Some(At::new(attribute.value.clone(), attribute.value_span)),
            "type" => match attribute.value.as_str() {
                word @ ("ethernet" | "bridge" | "bond" | "vlan") => kind = Some((word, attribute.value_span)),
                _ => doc.invalid(attribute, "`ethernet`, `bridge`, `bond` or `vlan`"),
            },
            _ => doc.keep_attribute(attribute, base),
        }
    }
    if let Some(within) = within {
        inherit(&mut link, within, element.tag);
    }
    let mut nested: Vec<(&Element, PortType)> = Vec::new();
    let mut addressed = false;
    for child in doc.children(element, base) {
        let path = format!("{base}/{}", child.name);
        match child.name.as_str() {
            _ if child.namespace.is_some() => doc.keep(child, &path),
            name if SINGLE.contains(&name) && !doc.is_first(element, child, &path) => {}
            "start" => start(doc, child, &path, &mut link),
            "mac" if link.name.as_ref().is_some_and(|at| at.value == LOOPBACK) => doc.keep(child, &path),
            "mtu" => link.mtu = only(doc, child, &path, "size").and_then(|a| doc.typed(a)),
            "mac" => mac(doc, child, &path, kind.map(|(word, _)| word), &mut link),
            "protocol" => {
                addressed = true;
                super::protocol::read(doc, child, base, &mut link);
            }
            "bridge" => {
                let (bridge, ports) = bridge(doc, child, &path);
                link.kind = At::new(LinkKind::Bridge(Box::new(bridge)), child.tag);
                nested.extend(ports.into_iter().map(|port| (port, PortType::Bridge)));
            }
            "bond" => {
                let (bond, ports) = super::bond::read(doc, child, &path);
                link.kind = At::new(LinkKind::Bond(Box::new(bond)), child.tag);
                nested.extend(ports.into_iter().map(|port| (port, PortType::Bond)));
            }
            "vlan" => vlan(doc, child, &path, &mut link),
            _ => doc.keep(child, &path),
        }
    }
    if link.name.as_ref().is_some_and(|at| at.value == LOOPBACK) && link.kind.value.word() == "ethernet" {
        link.kind.value = LinkKind::Loopback(Box::default());
        link.kind.origin.merge(&kind.map_or(element.tag, |(_, span)| span).into());
    }
    let is_lo = matches!(link.kind.value, LinkKind::Loopback(_));
    if within.is_none() && !is_lo && element.child("start").is_none() {
        doc.tell_unknown_start(element.tag);
    }
    match kind {
        Some(_) if is_lo => {}
        Some((word, span)) => agree(doc, &mut link, word, span),
        None => doc.refused(
            element.tag,
            "the interface has no type; libvirt refuses it".to_owned(),
            "say `type='ethernet'`, or which",
        ),
    }
    if link.name.is_none() {
        doc.refused(
            element.tag,
            "the interface has no name; libvirt refuses it".to_owned(),
            "give it a `name`",
        );
        doc.detach(&before);
        return;
    }
    if !addressed && within.is_none() {
        // "no protocol at all: interface without IP".
        let origin = || Origin::derived("netcf-no-protocol", [element.tag]);
        link.ipv4.get_or_insert_default().method = Some(At::new(IpMethod::Disabled, origin()));
    }
    let port = within_of(&link);
    let id = doc.network.add_link(link);
    doc.network.own_dialects.insert(id, LIBVIRT_HOST);
    let outer = doc.owner.replace(id);
    let before = doc.network.links.len();
    for (element, port_type) in nested {
        let controller = port.as_ref().map(|port| &port.controller.value);
        let links = doc.network.links.iter().skip(before);
        let ports = links.filter(|link| link.controller.as_ref().map(|at| &at.value) == controller);
        let path = format!("{base}/{port_type}/interface[{}]", ports.count() + 1);
        if let Some(port) = &port {
            interface(doc, element, &path, Some(&Within { port_type, ..port.clone() }));
        }
    }
    doc.owner = outer;
}

/// The kind that the attribute names goes before what stands within, which must be of that kind.
fn agree(doc: &mut Document<'_>, link: &mut Link, word: &str, span: Span) {
    let is_plain = matches!(link.kind.value, LinkKind::Ethernet(_));
    if is_plain && word != "ethernet" {
        if let Some(kind) = LinkKind::of(word) {
            link.kind = At::new(kind, span);
        }
    } else if link.kind.value.word() == word {
        link.kind.origin.merge(&span.into());
    } else {
        let message = format!("an interface of type `{word}` cannot hold `<{}>`", link.kind.value.word());
        doc.refused(span, message, "choose one of them");
    }
}

fn inherit(link: &mut Link, within: &Within, tag: Span) {
    // "start mode: only on the top-level interface"; netcf writes the controller's into the ports' files, and its MTU.
    let derived = |origin: &Origin| Origin::derived("netcf-port", origin.spans().to_vec());
    link.controller = Some(At::new(within.controller.value.clone(), Origin::derived("netcf-port", [tag])));
    link.port_type = Some(At::new(within.port_type, Origin::derived("netcf-port", [tag])));
    link.autoconnect = within.start.as_ref().map(|at| At::new(at.value, derived(&at.origin)));
    link.hotplug = within.hotplug.as_ref().map(|at| At::new(at.value, derived(&at.origin)));
    link.mtu = within.mtu.as_ref().map(|at| At::new(at.value, derived(&at.origin)));
}

fn within_of(link: &Link) -> Option<Within> {
    let name = link.name.as_ref()?;
    Some(Within {
        controller: At::new(LinkRef::Name(name.value.clone()), name.origin.clone()),
        port_type: PortType::Bridge,
        start: link.autoconnect.clone(),
        hotplug: link.hotplug.clone(),
        mtu: link.mtu.clone(),
    })
}

fn start(doc: &mut Document<'_>, element: &Element, path: &str, link: &mut Link) {
    let Some(attribute) = only(doc, element, path, "mode") else { return };
    let at = |value| Some(At::new(value, attribute.value_span));
    match attribute.value.as_str() {
        "onboot" => link.autoconnect = at(true),
        "none" => link.autoconnect = at(false),
        "hotplug" => {
            link.autoconnect = at(true);
            link.hotplug = at(true);
        }
        _ => doc.invalid(attribute, "`onboot`, `none` or `hotplug`"),
    }
}

/// "on Red Hat netcf writes HWADDR-like (match)": which card it is, not what address it gets. Only a link that is made
/// takes the address.
fn mac(doc: &mut Document<'_>, element: &Element, path: &str, kind: Option<&str>, link: &mut Link) {
    let Some(attribute) = only(doc, element, path, "address") else { return };
    let Some(mac) = doc.typed::<Mac>(attribute) else { return };
    if kind.is_none_or(|word| word == "ethernet") {
        link.matches.get_or_insert_default().mac = Some(mac);
    } else {
        link.mac = Some(At::new(MacSetting::Address(mac.value), mac.origin));
    }
}

fn bridge<'e>(doc: &mut Document<'_>, element: &'e Element, path: &str) -> (Bridge, Vec<&'e Element>) {
    let mut bridge = Bridge::default();
    let mut delay = None;
    for attribute in doc.attributes(element, path) {
        match attribute.name.as_str() {
            "stp" => bridge.stp = doc.switch(attribute, "on", "off"),
            "delay" => delay = seconds(doc, attribute),
            _ => doc.keep_attribute(attribute, path),
        }
    }
    let stp = bridge.stp.as_ref().is_some_and(|at| at.value);
    bridge.forward_delay = delay.map(|at| forward_delay(at, stp));
    (bridge, ports(doc, element, path))
}

/// The interfaces within; all else is kept.
pub(super) fn ports<'e>(doc: &mut Document<'_>, element: &'e Element, path: &str) -> Vec<&'e Element> {
    let mut found = Vec::new();
    for child in doc.children(element, path) {
        if child.is("interface") {
            found.push(child);
        } else {
            doc.keep(child, &format!("{path}/{}", child.name));
        }
    }
    found
}

/// Seconds with a fraction as 1/100 s; netcf's schema has a double.
fn seconds(doc: &mut Document<'_>, attribute: &Attribute) -> Said<Count> {
    let (whole, fraction) = attribute.value.split_once('.').unwrap_or((&attribute.value, ""));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let hundredths: String = fraction.chars().chain("00".chars()).take(2).collect();
    let valid = digits(whole) && (fraction.is_empty() || digits(fraction));
    let value = valid.then(|| format!("{whole}{hundredths}").parse().ok()).flatten().and_then(Count::new);
    if value.is_none() {
        doc.invalid(attribute, "a time in seconds");
    }
    value.map(|value| At::new(value, attribute.value_span))
}

fn vlan(doc: &mut Document<'_>, element: &Element, path: &str, link: &mut Link) {
    let below = format!("{path}/interface");
    let mut vlan = Vlan::default();
    for attribute in doc.attributes(element, path) {
        match attribute.name.as_str() {
            "tag" => vlan.id = doc.typed(attribute),
            _ => doc.keep_attribute(attribute, path),
        }
    }
    for child in ports(doc, element, path) {
        for attribute in doc.attributes(child, &below) {
            match attribute.name.as_str() {
                "name" => vlan.parent = doc.typed(attribute),
                // The card below is of no other type than its name says.
                "type" if attribute.value == "ethernet" => {}
                _ => doc.keep_attribute(attribute, &below),
            }
        }
        super::dns::nothing_within(doc, child, &below);
    }
    match (&link.name, &vlan.parent, &vlan.id) {
        (None, Some(parent), Some(id)) => {
            // "the name attribute of a vlan is optional (form DEV.TAG)".
            let mut origin = Origin::derived("netcf-vlan-name", parent.origin.spans().to_vec());
            origin.merge(&id.origin);
            link.name = Some(At::new(format!("{}.{}", parent.value, id.value.get()), origin));
        }
        (Some(name), parent, id) => {
            // What is missing, or refused, the name says.
            let origin = || Origin::derived("netcf-vlan-name", name.origin.spans().to_vec());
            if let Some((dev, tag)) = name.value.rsplit_once('.') {
                let (no_parent, no_id) = (parent.is_none(), id.is_none());
                if no_parent {
                    vlan.parent = Some(At::new(LinkRef::Name(dev.to_owned()), origin()));
                }
                if no_id {
                    vlan.id = tag.parse().ok().and_then(Int::new).map(|id| At::new(id, origin()));
                }
            }
        }
        (None, _, _) => {}
    }
    link.kind = At::new(LinkKind::Vlan(Box::new(vlan)), element.tag);
}
