//! The name server for a network (`<dns>`, `<domain>`, lines for dnsmasq).

use super::document::Document;
use crate::text::xml::Element;
use netpivot_model::source::At;
use netpivot_model::virtual_network::{DnsForwarder, DnsHost, DnsServer, DnsSrv, DnsTxt};

/// `<domain name='…' localOnly='yes'/>`.
pub(super) fn domain(doc: &mut Document<'_>, element: &Element, dns: &mut DnsServer) {
    const PATH: &str = "network/domain";
    for attribute in doc.attributes(element, PATH) {
        match attribute.name.as_str() {
            "name" => dns.domain = Some(At::new(attribute.value.clone(), attribute.value_span)),
            "localOnly" => dns.local_only = doc.switch(attribute, "yes", "no"),
            _ => doc.keep_attribute(attribute, PATH),
        }
    }
    nothing_within(doc, element, PATH);
}

/// `<dns>`.
pub(super) fn read(doc: &mut Document<'_>, element: &Element, dns: &mut DnsServer) {
    const PATH: &str = "network/dns";
    for attribute in doc.attributes(element, PATH) {
        match attribute.name.as_str() {
            "enable" => dns.enabled = doc.switch(attribute, "yes", "no"),
            "forwardPlainNames" => dns.forward_plain_names = doc.switch(attribute, "yes", "no"),
            _ => doc.keep_attribute(attribute, PATH),
        }
    }
    for child in doc.children(element, PATH) {
        let path = format!("{PATH}/{}", child.name);
        match child.name.as_str() {
            _ if child.namespace.is_some() => doc.keep(child, &path),
            "forwarder" => {
                let path = format!("{path}[{}]", dns.forwarders.len() + 1);
                let mut forwarder = DnsForwarder::default();
                for attribute in doc.attributes(child, &path) {
                    match attribute.name.as_str() {
                        "addr" => forwarder.address = doc.typed(attribute),
                        "domain" => {
                            forwarder.domain = Some(At::new(attribute.value.clone(), attribute.value_span))
                        }
                        _ => doc.keep_attribute(attribute, &path),
                    }
                }
                nothing_within(doc, child, &path);
                dns.forwarders.push(forwarder);
            }
            "host" => {
                let path = format!("{path}[{}]", dns.hosts.len() + 1);
                dns.hosts.push(host(doc, child, &path));
            }
            "txt" => {
                let path = format!("{path}[{}]", dns.txt.len() + 1);
                let mut record = DnsTxt::default();
                for attribute in doc.attributes(child, &path) {
                    let text = Some(At::new(attribute.value.clone(), attribute.value_span));
                    match attribute.name.as_str() {
                        "name" => record.name = text,
                        "value" => record.value = text,
                        _ => doc.keep_attribute(attribute, &path),
                    }
                }
                nothing_within(doc, child, &path);
                dns.txt.push(record);
            }
            "srv" => {
                let path = format!("{path}[{}]", dns.srv.len() + 1);
                dns.srv.push(srv(doc, child, &path));
            }
            _ => doc.keep(child, &path),
        }
    }
}

fn host(doc: &mut Document<'_>, element: &Element, path: &str) -> DnsHost {
    let mut host = DnsHost::default();
    for attribute in doc.attributes(element, path) {
        match attribute.name.as_str() {
            "ip" => host.address = doc.typed(attribute),
            _ => doc.keep_attribute(attribute, path),
        }
    }
    for child in doc.children(element, path) {
        let path = format!("{path}/{}", child.name);
        if child.is("hostname") {
            let path = format!("{path}[{}]", host.names.items.len() + 1);
            if child.text.is_empty() {
                continue;
            }
            let name = doc.text(child, &path);
            host.names.push(name.value, name.origin);
        } else {
            doc.keep(child, &path);
        }
    }
    host
}

fn srv(doc: &mut Document<'_>, element: &Element, path: &str) -> DnsSrv {
    let mut record = DnsSrv::default();
    for attribute in doc.attributes(element, path) {
        let text = || Some(At::new(attribute.value.clone(), attribute.value_span));
        match attribute.name.as_str() {
            "service" => record.service = text(),
            "protocol" => record.protocol = text(),
            "domain" => record.domain = text(),
            "target" => record.target = text(),
            "port" => record.port = doc.number(attribute),
            "priority" => record.priority = doc.number(attribute),
            "weight" => record.weight = doc.number(attribute),
            _ => doc.keep_attribute(attribute, path),
        }
    }
    nothing_within(doc, element, path);
    record
}

/// `<dnsmasq:options><dnsmasq:option value='…'/>`.
pub(super) fn options(doc: &mut Document<'_>, element: &Element, dns: &mut DnsServer) {
    const PATH: &str = "network/dnsmasq:options";
    for attribute in doc.attributes(element, PATH) {
        doc.keep_attribute(attribute, PATH);
    }
    for child in doc.children(element, PATH) {
        let path = format!("{PATH}/{}", child.name);
        if child.name != "option" || child.namespace != element.namespace {
            doc.keep(child, &path);
            continue;
        }
        let path = format!("{PATH}/dnsmasq:option[{}]", dns.options.items.len() + 1);
        let kept = doc.so_far();
        for attribute in doc.attributes(child, &path) {
            match attribute.name.as_str() {
                "value" => dns.options.push(attribute.value.clone(), attribute.value_span),
                _ => doc.keep_attribute(attribute, &path),
            }
        }
        if child.attribute("value").is_none() {
            doc.detach(&kept);
        }
        nothing_within(doc, child, &path);
    }
}

pub(super) fn nothing_within(doc: &mut Document<'_>, element: &Element, path: &str) {
    for child in doc.children(element, path) {
        doc.keep(child, &format!("{path}/{}", child.name));
    }
}
