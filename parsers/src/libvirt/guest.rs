//! A guest's interfaces (`<interface>` of a `<domain>`, or by itself as `virsh attach-device` takes it).

use super::dns::nothing_within;
use super::document::Document;
use crate::text::xml::{Attribute, Element};
use netpivot_model::codes::libvirt as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::network::Owned;
use netpivot_model::reflect::Said;
use netpivot_model::source::{At, Origin};
use netpivot_model::virtual_network::GuestInterface;

const PATH: &str = "interface";
/// Of these libvirt takes the first (`virDomainNetDefParseXML`).
const SINGLE: [&str; 7] = ["mac", "source", "target", "model", "mtu", "link", "vlan"];

/// Reads the interfaces of a guest.
pub(super) fn domain(doc: &mut Document<'_>, root: &Element) {
    let name = root.child("name").map(|name| At::new(name.text.clone(), name.text_span));
    let devices = root.children.iter().filter(|child| child.is("devices"));
    let interfaces: Vec<&Element> = devices.flat_map(|d| &d.children).filter(|c| c.is("interface")).collect();
    let label = name.as_ref().map_or("the guest", |at| at.value.as_str());
    let message = format!(
        "of `{label}` only the {} interface(s) are read; the rest is no network configuration",
        interfaces.len()
    );
    let span = name.as_ref().and_then(|at| at.origin.span()).unwrap_or(root.tag);
    doc.cx.report(Diagnostic::new(&codes::GUEST_ONLY, message).at(span));
    for interface in interfaces {
        alone(doc, interface, name.clone());
    }
}

/// Reads an interface; those of one guest are numbered in the order in which they come.
pub(super) fn alone(doc: &mut Document<'_>, element: &Element, domain: Said<String>) {
    super::check::document(doc, element);
    let name = domain.as_ref().map_or("", |at| at.value.as_str());
    let of = |other: &GuestInterface| other.domain.as_ref().map_or("", |at| at.value.as_str()) == name;
    let n = doc.network.guest_interfaces.iter().filter(|entry| of(&entry.item)).count();
    doc.section = format!("guest {name} {n}");
    read(doc, element, domain);
}

/// Reads one interface.
fn read(doc: &mut Document<'_>, element: &Element, domain: Said<String>) {
    // Each stands at its own place, not where its guest's name does.
    let domain = domain.map(|at| {
        let origin = Origin::said(std::iter::once(element.tag).chain(at.origin.spans().iter().copied()));
        At::new(at.value, origin)
    });
    let mut guest = GuestInterface { domain, ..GuestInterface::default() };
    for attribute in doc.attributes(element, PATH) {
        match attribute.name.as_str() {
            "type" => guest.interface_type = doc.typed(attribute),
            _ => doc.keep_attribute(attribute, PATH),
        }
    }
    for child in doc.children(element, PATH) {
        let path = format!("{PATH}/{}", child.name);
        match child.name.as_str() {
            _ if child.namespace.is_some() => doc.keep(child, &path),
            name if SINGLE.contains(&name) && !doc.is_first(element, child, &path) => {}
            "mac" => settings(doc, child, &path, |doc, a| match a.name.as_str() {
                "address" => taken(&mut guest.mac, doc.typed(a)),
                _ => false,
            }),
            "source" => settings(doc, child, &path, |_, a| match a.name.as_str() {
                // Of a running guest the bridge of its network is told beside the network.
                "bridge" if child.attribute("network").is_none() => taken(&mut guest.bridge, text(a)),
                "network" => taken(&mut guest.network, text(a)),
                "portgroup" => taken(&mut guest.portgroup, text(a)),
                "dev" => taken(&mut guest.dev, text(a)),
                "mode" => taken(&mut guest.mode, text(a)),
                _ => false,
            }),
            "target" => settings(doc, child, &path, |doc, a| match a.name.as_str() {
                "dev" => taken(&mut guest.target, text(a)),
                "managed" => taken(&mut guest.managed, doc.switch(a, "yes", "no")),
                _ => false,
            }),
            "model" => settings(doc, child, &path, |_, a| match a.name.as_str() {
                "type" => taken(&mut guest.model, text(a)),
                _ => false,
            }),
            "mtu" => settings(doc, child, &path, |doc, a| match a.name.as_str() {
                "size" => taken(&mut guest.mtu, doc.typed(a)),
                _ => false,
            }),
            "link" => settings(doc, child, &path, |doc, a| match a.name.as_str() {
                "state" => taken(&mut guest.link_up, doc.switch(a, "up", "down")),
                _ => false,
            }),
            "vlan" => vlan(doc, child, &path, &mut guest),
            _ => doc.keep(child, &path),
        }
    }
    doc.network.guest_interfaces.push(Owned { owner: None, item: guest });
}

fn text(attribute: &Attribute) -> Said<String> {
    Some(At::new(attribute.value.clone(), attribute.value_span))
}

fn taken<T>(field: &mut Said<T>, value: Said<T>) -> bool {
    *field = value;
    true
}

/// Hands each attribute to `take`; what it does not take is kept, as are all elements within.
fn settings(
    doc: &mut Document<'_>,
    element: &Element,
    path: &str,
    mut take: impl FnMut(&mut Document<'_>, &Attribute) -> bool,
) {
    for attribute in doc.attributes(element, path) {
        if !take(doc, attribute) {
            doc.keep_attribute(attribute, path);
        }
    }
    for child in doc.children(element, path) {
        doc.keep(child, &format!("{path}/{}", child.name));
    }
}

fn vlan(doc: &mut Document<'_>, element: &Element, path: &str, guest: &mut GuestInterface) {
    for attribute in doc.attributes(element, path) {
        match attribute.name.as_str() {
            "trunk" => guest.vlan_trunk = doc.switch(attribute, "yes", "no"),
            _ => doc.keep_attribute(attribute, path),
        }
    }
    for child in doc.children(element, path) {
        let path = format!("{path}/{}", child.name);
        if !child.is("tag") {
            doc.keep(child, &path);
            continue;
        }
        let path = format!("{path}[{}]", guest.vlan_tags.items.len() + 1);
        let kept = doc.so_far();
        let mut id = None;
        let mut mode = String::new();
        let mut spans = Vec::new();
        for attribute in doc.attributes(child, &path) {
            match attribute.name.as_str() {
                "id" => id = doc.number::<0, 4095>(attribute),
                "nativeMode" if ["tagged", "untagged"].contains(&attribute.value.as_str()) => {
                    mode = format!(" {}", attribute.value);
                    spans.push(attribute.value_span);
                }
                "nativeMode" => doc.invalid(attribute, "`tagged` or `untagged`"),
                _ => doc.keep_attribute(attribute, &path),
            }
        }
        if id.is_none() {
            doc.detach(&kept);
        }
        nothing_within(doc, child, &path);
        if let Some(id) = id {
            let mut origin = id.origin;
            spans.into_iter().for_each(|span| origin.merge(&span.into()));
            guest.vlan_tags.push(format!("{}{mode}", id.value.get()), origin);
        }
    }
}
