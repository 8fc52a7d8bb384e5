//! A bond of a host interface: its mode and one way to watch its links.

use super::document::Document;
use crate::text::xml::Element;
use netpivot_model::bond::{Bond, BondMode};
use netpivot_model::source::{At, Origin};

pub(super) fn read<'e>(doc: &mut Document<'_>, element: &'e Element, base: &str) -> (Bond, Vec<&'e Element>) {
    let mut bond = Bond::default();
    for attribute in doc.attributes(element, base) {
        match attribute.name.as_str() {
            "mode" => bond.mode = doc.typed(attribute),
            _ => doc.keep_attribute(attribute, base),
        }
    }
    for child in &element.children {
        let path = format!("{base}/{}", child.name);
        match child.name.as_str() {
            "miimon" if child.namespace.is_none() => miimon(doc, child, &path, &mut bond),
            "arpmon" if child.namespace.is_none() => arpmon(doc, child, &path, &mut bond),
            _ => {}
        }
    }
    let ports: Vec<&Element> = element.children.iter().filter(|child| child.is("interface")).collect();
    for child in doc.children(element, base) {
        let known = ["miimon", "arpmon", "interface"].iter().any(|name| child.is(name));
        if !known {
            doc.keep(child, &format!("{base}/{}", child.name));
        }
    }
    let is_active_backup = bond.mode.as_ref().is_some_and(|at| at.value == BondMode::ActiveBackup);
    if is_active_backup && let Some(name) = ports.first().and_then(|port| port.attribute("name")) {
        // "for active-backup the FIRST child is the primary".
        let origin = Origin::derived("netcf-primary", [name.value_span]);
        bond.primary = Some(At::new(name.value.clone(), origin));
    }
    (bond, ports)
}

fn miimon(doc: &mut Document<'_>, element: &Element, path: &str, bond: &mut Bond) {
    for attribute in doc.attributes(element, path) {
        match attribute.name.as_str() {
            "freq" => bond.miimon = doc.typed(attribute),
            "updelay" => bond.updelay = doc.typed(attribute),
            "downdelay" => bond.downdelay = doc.typed(attribute),
            "carrier" => bond.use_carrier = doc.switch(attribute, "netif", "ioctl"),
            _ => doc.keep_attribute(attribute, path),
        }
    }
    super::dns::nothing_within(doc, element, path);
}

fn arpmon(doc: &mut Document<'_>, element: &Element, path: &str, bond: &mut Bond) {
    for attribute in doc.attributes(element, path) {
        match attribute.name.as_str() {
            "interval" => bond.arp_interval = doc.typed(attribute),
            "target" => {
                if let Some(target) = doc.typed(attribute) {
                    bond.arp_ip_target.items.push(target);
                }
            }
            "validate" => bond.arp_validate = doc.typed(attribute),
            _ => doc.keep_attribute(attribute, path),
        }
    }
    super::dns::nothing_within(doc, element, path);
}
