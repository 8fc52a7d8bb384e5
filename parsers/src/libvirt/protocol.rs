//! How a host interface gets its addresses (`<protocol family='…'>`).

use super::document::Document;
use super::network::only;
use crate::text::xml::Element;
use ipnet::IpNet;
use netpivot_model::ip::{Address, IpConfig, IpMethod};
use netpivot_model::link::Link;
use netpivot_model::reflect::Said;
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::Int;
use std::net::IpAddr;

pub(super) fn read(doc: &mut Document<'_>, element: &Element, base: &str, link: &mut Link) {
    let mut family = None;
    let path = format!(
        "{base}/protocol[@family='{}']",
        if element.value("family") == Some("ipv6") { "ipv6" } else { "ipv4" }
    );
    for attribute in doc.attributes(element, &path) {
        match (attribute.name.as_str(), attribute.value.as_str()) {
            ("family", "ipv4") => family = Some((false, attribute.span)),
            ("family", "ipv6") => family = Some((true, attribute.span)),
            ("family", _) => doc.invalid(attribute, "`ipv4` or `ipv6`"),
            _ => doc.keep_attribute(attribute, &path),
        }
    }
    let Some((v6, span)) = family else {
        doc.refused(
            element.tag,
            "`<protocol>` has no family; libvirt refuses it".to_owned(),
            "say `family='ipv4'` or `family='ipv6'`",
        );
        return;
    };
    let mut config = IpConfig::default();
    let mut how = How::default();
    for child in doc.children(element, &path) {
        let path = format!("{path}/{}", child.name);
        match child.name.as_str() {
            _ if child.namespace.is_some() => doc.keep(child, &path),
            "dhcp" | "autoconf" | "route" if !doc.is_first(element, child, &path) => {}
            "dhcp" => {
                how.dhcp = Some(child.tag);
                if let Some(attribute) = only(doc, child, &path, "peerdns") {
                    config.ignore_auto_dns = doc.switch(attribute, "no", "yes");
                }
            }
            "autoconf" if v6 => {
                how.autoconf = Some(child.tag);
                let _ = only(doc, child, &path, "");
            }
            "ip" => {
                let path = format!("{path}[{}]", config.addresses.items.len() + 1);
                address(doc, child, &path, &mut config);
            }
            "route" => config.gateway = only(doc, child, &path, "gateway").and_then(|a| doc.typed(a)),
            _ => doc.keep(child, &path),
        }
    }
    if let Some(dhcp) = element.child("dhcp").filter(|_| v6 && how.autoconf.is_some()) {
        // Whether DHCPv6 is asked is the router's word elsewhere (RFC 4861 section 4.2, M and O).
        doc.keep(dhcp, &format!("{path}/dhcp"));
    }
    let method = if v6 { how.ipv6(&config, span) } else { how.ipv4(&config, span) };
    config.method = Some(method);
    if v6 {
        // "no `<autoconf/>` = autoconf off".
        let span = how.autoconf.unwrap_or(span);
        config.autoconf = Some(At::new(how.autoconf.is_some(), Origin::derived("netcf-autoconf", [span])));
        link.ipv6 = Some(Box::new(config));
    } else {
        link.ipv4 = Some(Box::new(config));
    }
}

/// Which ways of getting addresses are asked for, and where.
#[derive(Default)]
struct How {
    dhcp: Option<Span>,
    autoconf: Option<Span>,
}

impl How {
    fn ipv4(&self, config: &IpConfig, family: Span) -> At<IpMethod> {
        match self.dhcp {
            Some(span) => At::new(IpMethod::Auto, Origin::said([span, family])),
            None => manual(config, IpMethod::Disabled, family),
        }
    }

    fn ipv6(&self, config: &IpConfig, family: Span) -> At<IpMethod> {
        match (self.autoconf, self.dhcp) {
            (Some(span), _) => At::new(IpMethod::Auto, Origin::said([span, family])),
            (None, Some(dhcp)) => At::new(IpMethod::Dhcp, Origin::said([dhcp, family])),
            (None, None) => manual(config, IpMethod::LinkLocal, family),
        }
    }
}

fn manual(config: &IpConfig, without: IpMethod, family: Span) -> At<IpMethod> {
    let method = if config.addresses.items.is_empty() { without } else { IpMethod::Manual };
    At::new(method, Origin::derived("netcf-protocol", [family]))
}

fn address(doc: &mut Document<'_>, element: &Element, path: &str, config: &mut IpConfig) {
    let mut address: Said<IpAddr> = None;
    let mut prefix: Said<Int<0, 128>> = None;
    for attribute in doc.attributes(element, path) {
        match attribute.name.as_str() {
            "address" => address = doc.typed(attribute),
            "prefix" => prefix = doc.typed(attribute),
            _ => doc.keep_attribute(attribute, path),
        }
    }
    super::dns::nothing_within(doc, element, path);
    let Some(address) = address else { return };
    let mut origin = address.origin.clone();
    if let Some(prefix) = &prefix {
        origin.merge(&prefix.origin);
    }
    let length = prefix.map_or(if address.value.is_ipv4() { 32 } else { 128 }, |at| at.value.get());
    match u8::try_from(length).ok().and_then(|length| IpNet::new(address.value, length).ok()) {
        Some(net) => config.addresses.push(Address::new(net), origin),
        None => {
            let message = format!("the network of `{}` has no such length", address.value);
            doc.refused(element.tag, message, "correct `prefix`");
        }
    }
}
