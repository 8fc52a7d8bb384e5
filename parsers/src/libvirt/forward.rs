//! Forwarding (`<forward>`) and how addresses are translated on the way (`<nat>`).

use super::document::Document;
use super::network::{Made, only};
use super::translation::Translation;
use crate::text::xml::Element;
use netpivot_model::source::At;
use netpivot_model::virtual_network::ForwardMode;

const PATH: &str = "network/forward";

pub(super) fn read(doc: &mut Document<'_>, element: &Element, made: &mut Made) {
    // "empty `<forward/>` = nat".
    made.entry.forward = Some(At::new(ForwardMode::Nat, element.tag));
    for attribute in doc.attributes(element, PATH) {
        match attribute.name.as_str() {
            "mode" => {
                if let Some(mode) = doc.typed(attribute) {
                    made.entry.forward = Some(mode);
                }
            }
            "dev" => made.entry.forward_dev = Some(At::new(attribute.value.clone(), attribute.value_span)),
            _ => doc.keep_attribute(attribute, PATH),
        }
    }
    for child in doc.children(element, PATH) {
        let path = format!("{PATH}/{}", child.name);
        match child.name.as_str() {
            // A second one is told with all that libvirt refuses.
            "nat" if child.namespace.is_none() && !is_first(element, child) => {}
            "nat" if child.namespace.is_none() => nat(doc, child, made),
            "interface" if child.namespace.is_none() => {
                let path = format!("{path}[{}]", made.entry.forward_interfaces.items.len() + 1);
                let before = doc.so_far();
                match only(doc, child, &path, "dev") {
                    Some(attribute) => {
                        made.entry.forward_interfaces.push(attribute.value.clone(), attribute.value_span);
                    }
                    None => doc.detach(&before),
                }
            }
            _ => doc.keep(child, &path),
        }
    }
    // "`forward dev='X'` is printed together with a child `<interface dev='X'/>`: the same thing twice".
    let interfaces = &mut made.entry.forward_interfaces;
    match (&made.entry.forward_dev, interfaces.items.first()) {
        (None, Some(first)) => made.entry.forward_dev = Some(first.clone()),
        (Some(dev), None) => interfaces.items.push(dev.clone()),
        (Some(_), Some(_)) | (None, None) => {}
    }
    let is_nat = made.entry.forward.as_ref().is_some_and(|at| at.value == ForwardMode::Nat);
    if is_nat {
        made.translation.because = made.entry.forward.as_ref().map(|at| at.origin.clone());
        made.translation.out_interface = made.entry.forward_dev.clone();
    } else if let Some(nat) = element.child("nat") {
        let message =
            "`<nat>` stands for networks with forward mode nat; libvirt refuses the network".to_owned();
        doc.refused(nat.tag, message, "remove it, or choose `mode='nat'`");
    }
}

fn is_first(parent: &Element, element: &Element) -> bool {
    parent.child(&element.name).is_some_and(|first| std::ptr::eq(first, element))
}

fn nat(doc: &mut Document<'_>, element: &Element, made: &mut Made) {
    const PATH: &str = "network/forward/nat";
    // An empty one says what the mode says.
    if let Some(forward) = made.entry.forward.as_mut().filter(|_| element.attributes.is_empty()) {
        forward.origin.merge(&element.tag.into());
    }
    for attribute in doc.attributes(element, PATH) {
        match attribute.name.as_str() {
            "ipv6" => made.translation.ipv6 = doc.switch(attribute, "yes", "no"),
            _ => doc.keep_attribute(attribute, PATH),
        }
    }
    for child in doc.children(element, PATH) {
        let path = format!("{PATH}/{}", child.name);
        match child.name.as_str() {
            "address" | "port" if child.namespace.is_none() && !is_first(element, child) => {}
            "address" if child.namespace.is_none() => {
                let before = doc.so_far();
                for attribute in doc.attributes(child, &path) {
                    match attribute.name.as_str() {
                        "start" => made.translation.first = doc.typed(attribute),
                        "end" => made.translation.last = doc.typed(attribute),
                        _ => doc.keep_attribute(attribute, &path),
                    }
                }
                let Translation { first, last, .. } = &mut made.translation;
                if ![&*first, &*last].iter().all(|said| said.as_ref().is_some_and(|at| at.value.is_ipv4())) {
                    (*first, *last) = (None, None);
                    doc.detach(&before);
                }
            }
            "port" if child.namespace.is_none() => {
                let before = doc.so_far();
                for attribute in doc.attributes(child, &path) {
                    match attribute.name.as_str() {
                        "start" => made.translation.first_port = doc.typed(attribute),
                        "end" => made.translation.last_port = doc.typed(attribute),
                        _ => doc.keep_attribute(attribute, &path),
                    }
                }
                let Translation { first_port, last_port, .. } = &mut made.translation;
                if first_port.is_none() || last_port.is_none() {
                    (*first_port, *last_port) = (None, None);
                    doc.detach(&before);
                }
            }
            _ => doc.keep(child, &path),
        }
    }
}
