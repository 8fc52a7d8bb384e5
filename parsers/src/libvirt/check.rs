//! What libvirt refuses although each value by itself could be read (`virNetworkDefParseXML` and what it calls,
//! `virDomainNetDefParseXML`, the datatypes of `network.rng` and `domaincommon.rng`).
//!
//! Most of it stands in one table; what hangs on more than one attribute has a function of its own. Values that the
//! readers understand are theirs to check.

use super::document::Document;
use crate::text::xml::{Attribute, Element};
use ipnet::IpNet;
use netpivot_model::source::Span;
use std::net::IpAddr;

mod servers;

/// What an element or attribute must be.
enum Rule {
    /// One of these words.
    Words(&'static [&'static str]),
    /// A number from the first to the second.
    Number(u64, u64),
    /// An address of one card, not of a group.
    Unicast,
    /// 32 hexadecimal digits.
    Uuid,
    /// Text, without any of these characters.
    Without(&'static str),
    /// A name that a device can have (`IFNAMSIZ`).
    Device,
    /// An element that has all of these attributes.
    Has(&'static [&'static str]),
    /// An element that has one of these attributes.
    HasOneOf(&'static [&'static str]),
    /// An element that stands in its parent once.
    Once,
}

const YES_NO: Rule = Rule::Words(&["yes", "no"]);
const RATE: Rule = Rule::Number(0, u64::MAX);

/// The ends of paths, each with what must be there.
static RULES: &[(&str, Rule)] = &[
    ("network/name", Rule::Without("/")),
    ("network/uuid", Rule::Uuid),
    ("network/mac/@address", Rule::Unicast),
    ("network/mtu/@size", Rule::Number(68, 65_535)),
    ("network/bridge/@name", Rule::Device),
    ("network/bridge/@macTableManager", Rule::Words(&["kernel", "libvirt"])),
    ("network/ip/@localPtr", YES_NO),
    ("network/port/@isolated", YES_NO),
    ("network/forward/nat", Rule::Once),
    ("network/forward/pf", Rule::Once),
    ("network/forward/pf", Rule::Has(&["dev"])),
    ("network/forward/interface", Rule::Has(&["dev"])),
    ("network/forward/driver/@name", Rule::Words(&["default", "vfio", "kvm", "xen"])),
    ("network/forward/nat/address", Rule::Once),
    ("network/forward/nat/address", Rule::Has(&["start", "end"])),
    ("network/forward/nat/port", Rule::Once),
    ("network/forward/nat/port", Rule::Has(&["start", "end"])),
    ("network/ip/dhcp/range", Rule::Has(&["start", "end"])),
    ("network/ip/dhcp/host", Rule::Has(&["ip"])),
    ("network/ip/dhcp/host/@mac", Rule::Unicast),
    ("network/dns/forwarder", Rule::HasOneOf(&["addr", "domain"])),
    ("network/dns/txt", Rule::Has(&["name", "value"])),
    ("network/dns/txt/@name", Rule::Without(" ,")),
    ("network/dns/host", Rule::Has(&["ip"])),
    ("network/dns/srv", Rule::Has(&["service", "protocol"])),
    ("network/portgroup", Rule::Has(&["name"])),
    ("interface/mac/@address", Rule::Unicast),
    ("interface/port/@isolated", YES_NO),
    ("vlan/tag", Rule::Has(&["id"])),
    ("network/vlan/tag/@id", Rule::Number(0, 4095)),
    ("portgroup/vlan/tag/@id", Rule::Number(0, 4095)),
    ("network/vlan/tag/@nativeMode", Rule::Words(&["tagged", "untagged"])),
    ("portgroup/vlan/tag/@nativeMode", Rule::Words(&["tagged", "untagged"])),
    ("network/vlan/@trunk", YES_NO),
    ("portgroup/vlan/@trunk", YES_NO),
    ("virtualport", Rule::Has(&["type"])),
    ("virtualport/@type", Rule::Words(&["openvswitch", "802.1Qbg", "802.1Qbh", "midonet"])),
    ("bandwidth/inbound", Rule::Once),
    ("bandwidth/outbound", Rule::Once),
    ("bandwidth/inbound", Rule::HasOneOf(&["average", "floor"])),
    ("bandwidth/outbound", Rule::Has(&["average"])),
    ("bandwidth/inbound/@average", RATE),
    ("bandwidth/inbound/@peak", RATE),
    ("bandwidth/inbound/@burst", RATE),
    ("bandwidth/inbound/@floor", RATE),
    ("bandwidth/outbound/@average", RATE),
    ("bandwidth/outbound/@peak", RATE),
    ("bandwidth/outbound/@burst", RATE),
];

/// Tells all that libvirt refuses in a network, or in a guest's interface, by these rules.
pub(super) fn document(doc: &mut Document<'_>, root: &Element) {
    element(doc, root, None, &root.name);
    if root.is("network") {
        forwarding(doc, root);
        servers::check(doc, root);
    }
}

fn element(doc: &mut Document<'_>, element_: &Element, parent: Option<&Element>, path: &str) {
    let rules = |path: &str| {
        let of =
            |known: &str| path.strip_suffix(known).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
        RULES.iter().filter(move |(known, _)| of(known)).map(|(_, rule)| rule).collect::<Vec<_>>()
    };
    for rule in rules(path) {
        of_element(doc, element_, parent, rule);
    }
    for attribute in &element_.attributes {
        for rule in rules(&format!("{path}/@{}", attribute.name)) {
            if let Some(expected) = expected(rule, &attribute.value) {
                doc.invalid(attribute, &expected);
            }
        }
    }
    if path.ends_with("/vlan") {
        vlan(doc, element_);
    }
    for child in element_.children.iter().filter(|child| child.namespace.is_none()) {
        // What libvirt passes over, it does not refuse.
        let is_read = parent.is_some()
            || SEVERAL.contains(&child.name.as_str())
            || element_.child(&child.name).is_some_and(|first| std::ptr::eq(first, child));
        if is_read {
            element(doc, child, Some(element_), &format!("{path}/{}", child.name));
        }
    }
}

/// Children of a document's root of which all count.
const SEVERAL: [&str; 4] = ["ip", "route", "portgroup", "options"];

fn of_element(doc: &mut Document<'_>, element: &Element, parent: Option<&Element>, rule: &Rule) {
    let has = |name: &&str| element.attribute(name).is_some();
    let quoted =
        |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ");
    match rule {
        Rule::Has(names) => {
            let missing: Vec<&str> = names.iter().filter(|name| !has(name)).copied().collect();
            if !missing.is_empty() {
                let message =
                    format!("`<{}>` has no {}; libvirt refuses the document", element.name, quoted(&missing));
                doc.refused(element.tag, message, "add what is missing, or remove the element");
            }
        }
        Rule::HasOneOf(names) if !names.iter().any(has) => {
            let message = format!(
                "`<{}>` has neither {}; libvirt refuses the document",
                element.name,
                quoted(names).replace(" and ", " nor ")
            );
            doc.refused(element.tag, message, "add one of them, or remove the element");
        }
        Rule::Once => {
            let first = parent.and_then(|parent| parent.child(&element.name));
            if first.is_some_and(|first| !std::ptr::eq(first, element)) {
                let message =
                    format!("a second `<{}>` stands here; libvirt refuses the document", element.name);
                doc.refused(element.tag, message, "keep one of them");
            }
        }
        Rule::HasOneOf(_) => {}
        Rule::Words(_) | Rule::Number(..) | Rule::Unicast | Rule::Uuid | Rule::Without(_) | Rule::Device => {
            if let Some(expected) = expected(rule, &element.text) {
                let message = format!(
                    "`{}` of `<{}>` is not {expected}; libvirt refuses the document",
                    element.text, element.name
                );
                doc.refused(
                    if element.text.is_empty() { element.tag } else { element.text_span },
                    message,
                    "correct the value",
                );
            }
        }
    }
}

/// What a value should be, where it is not.
fn expected(rule: &Rule, value: &str) -> Option<String> {
    let told = match rule {
        Rule::Words(words) if !words.contains(&value) => {
            words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or ")
        }
        Rule::Number(from, to) if !value.parse::<u64>().is_ok_and(|n| (*from..=*to).contains(&n)) => match to
        {
            &u64::MAX => "a number".to_owned(),
            to => format!("a number from {from} to {to}"),
        },
        // The lowest bit of the first byte is that of groups.
        Rule::Unicast
            if value
                .get(..2)
                .and_then(|byte| u8::from_str_radix(byte, 16).ok())
                .is_some_and(|byte| byte & 1 == 1) =>
        {
            "the address of one card (it is that of a group)".to_owned()
        }
        Rule::Uuid if !is_uuid(value) => "a UUID".to_owned(),
        Rule::Without(characters) if value.is_empty() || value.contains(|c| characters.contains(c)) => {
            let shown: Vec<String> = characters.chars().map(|c| format!("`{c}`")).collect();
            format!("a name without {}", shown.join(" and "))
        }
        Rule::Device
            if value.is_empty()
                || value.len() > 15
                || value.contains(|c: char| c == '/' || c.is_whitespace()) =>
        {
            "a name of a device, which has at most 15 bytes, no `/` and no blank".to_owned()
        }
        Rule::Words(_) | Rule::Number(..) | Rule::Unicast | Rule::Uuid | Rule::Without(_) | Rule::Device => {
            return None;
        }
        Rule::Has(_) | Rule::HasOneOf(_) | Rule::Once => return None,
    };
    Some(told)
}

/// As `virUUIDParse` reads it: hyphens may stand anywhere between bytes.
fn is_uuid(value: &str) -> bool {
    let digits: Vec<char> = value.chars().filter(|c| *c != '-').collect();
    digits.len() == 32 && digits.iter().all(char::is_ascii_hexdigit)
}

/// "trunk='yes' is required for more than one vlan tag"; a `<vlan>` without a tag says nothing.
fn vlan(doc: &mut Document<'_>, element: &Element) {
    let tags = element.children.iter().filter(|child| child.is("tag")).count();
    if tags == 0 {
        doc.refused(
            element.tag,
            "`<vlan>` has no `<tag>`; libvirt refuses the document".to_owned(),
            "add a tag, or remove the element",
        );
    } else if tags > 1
        && let Some(trunk) = element.attribute("trunk").filter(|attribute| attribute.value == "no")
    {
        let message = "more than one VLAN is a trunk; libvirt refuses the document".to_owned();
        doc.refused(trunk.value_span, message, "say `trunk='yes'`, or keep one tag");
    }
}

/// The modes of forwarding, and what stands with them (`virNetworkDefParseXML`).
fn forwarding(doc: &mut Document<'_>, root: &Element) {
    let Some(forward) = root.child("forward") else { return };
    let mode = forward.value("mode").unwrap_or("nat");
    let first = forward.child("interface").and_then(|interface| interface.attribute("dev"));
    let dev = forward.attribute("dev");
    if let (Some(dev), Some(first)) = (dev, first)
        && dev.value != first.value
    {
        let message = format!(
            "`dev='{}'` is not the first `<interface>`, `{}`; libvirt refuses the network",
            dev.value, first.value
        );
        doc.refused(dev.value_span, message, "make them the same, or leave out `dev`");
    }
    let has_address = root.child("ip").is_some();
    if ["nat", "route", "open"].contains(&mode) && !has_address {
        let message =
            format!("a network with forward mode {mode} has no address; libvirt refuses the network");
        doc.refused(forward.tag, message, "give it an `<ip>`, or leave out `<forward>`");
    }
    if let Some(dev) = dev.or(first).filter(|_| mode == "open") {
        let message = "`dev` cannot stand with forward mode open; libvirt refuses the network".to_owned();
        doc.refused(dev.span, message, "remove it, or choose another mode");
    }
    let name = root.child("bridge").and_then(|bridge| bridge.attribute("name"));
    let is_taken = mode == "bridge" && (dev.is_some() || first.is_some() || forward.child("pf").is_some());
    if let Some(name) =
        name.filter(|_| is_taken || ["private", "vepa", "passthrough", "hostdev"].contains(&mode))
    {
        let message = format!(
            "a bridge cannot stand with forward mode {mode} and its devices; libvirt refuses the network"
        );
        doc.refused(name.span, message, "remove the bridge, or the devices");
    }
    let Some(nat) = forward.child("nat") else { return };
    if let Some((start, end)) = nat.child("address").and_then(ends) {
        match (start.value.parse::<IpAddr>(), end.value.parse::<IpAddr>()) {
            (Ok(from), Ok(to)) if from.is_ipv6() || to.is_ipv6() => {
                let message =
                    "addresses of translation are IPv4 ones; libvirt refuses the network".to_owned();
                doc.refused(start.value_span, message, "name IPv4 addresses");
            }
            (Ok(from), Ok(to)) if from > to => reversed(doc, start, end),
            (Ok(_), Ok(_)) | (Err(_), _) | (_, Err(_)) => {}
        }
    }
    if let Some((start, end)) = nat.child("port").and_then(ends)
        && let (Ok(from), Ok(to)) = (start.value.parse::<u16>(), end.value.parse::<u16>())
        && from > to
    {
        reversed(doc, start, end);
    }
}

fn ends(element: &Element) -> Option<(&Attribute, &Attribute)> {
    element.attribute("start").zip(element.attribute("end"))
}

fn reversed(doc: &mut Document<'_>, start: &Attribute, end: &Attribute) {
    let message = format!(
        "the range from `{}` to `{}` is reversed; libvirt refuses the network",
        start.value, end.value
    );
    doc.refused_at(&[start.value_span, end.value_span], message, "exchange its ends");
}

/// The network of an `<ip>`, as far as it can be read.
fn net(ip: &Element) -> Option<IpNet> {
    let address: IpAddr = ip.value("address")?.parse().ok()?;
    let length = match (ip.value("netmask"), ip.value("prefix")) {
        (Some(mask), _) => ipnet::ip_mask_to_prefix(mask.parse().ok()?).ok()?,
        (None, Some(prefix)) => prefix.parse().ok()?,
        (None, None) => u8::try_from(super::ip::default_prefix(address)).ok()?,
    };
    IpNet::new(address, length).ok()
}

fn span_of(element: &Element, name: &str) -> Span {
    element.attribute(name).map_or(element.tag, |attribute| attribute.value_span)
}
