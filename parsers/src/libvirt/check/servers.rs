//! What libvirt refuses of DHCP and name servers, and of routes (`virNetworkDHCPDefParseXML`, `virNetworkDNSDefParseXML`,
//! `virSocketAddrGetRange`).

use super::{Element, IpAddr, IpNet, ends, net, reversed, span_of};
use crate::libvirt::document::Document;

pub(super) fn check(doc: &mut Document<'_>, root: &Element) {
    let ips: Vec<&Element> = root.children.iter().filter(|child| child.is("ip")).collect();
    for ip in &ips {
        let Some(dhcp) = ip.child("dhcp") else { continue };
        let is_v6 = ip.value("family") == Some("ipv6");
        for child in &dhcp.children {
            if child.is("range") {
                range(doc, child, net(ip));
                lease(doc, child);
            } else if child.is("host") {
                host(doc, child, is_v6);
                lease(doc, child);
            }
        }
    }
    let nets: Vec<IpNet> = ips.iter().filter_map(|ip| net(ip)).collect();
    for route in root.children.iter().filter(|child| child.is("route")) {
        let gateway = route.attribute("gateway").and_then(|a| Some((a, a.value.parse::<IpAddr>().ok()?)));
        if let Some((attribute, gateway)) = gateway
            && !nets.iter().any(|net| net.contains(&gateway))
        {
            let message = format!(
                "no network of the bridge reaches the gateway `{gateway}`; libvirt refuses the network"
            );
            doc.refused(attribute.value_span, message, "name a gateway within one of its networks");
        }
        if route.value("metric") == Some("0") {
            let message = "a metric of 0 is none; libvirt refuses the network".to_owned();
            doc.refused(span_of(route, "metric"), message, "leave it out, which is 1, or name a greater one");
        }
    }
    if let Some(dns) = root.child("dns") {
        names(doc, dns);
    }
}

/// Both ends in the network, the first before the last, neither the network's own nor its broadcast address.
fn range(doc: &mut Document<'_>, element: &Element, net: Option<IpNet>) {
    let Some((start, end)) = ends(element) else { return };
    let (Ok(first), Ok(last)) = (start.value.parse::<IpAddr>(), end.value.parse::<IpAddr>()) else { return };
    if first.is_ipv4() == last.is_ipv4() && first > last {
        return reversed(doc, start, end);
    }
    let Some(net) = net else { return };
    let what = if !net.contains(&first) || !net.contains(&last) {
        "is not within the network"
    } else if let IpNet::V4(net) = net
        && first == net.network()
    {
        "begins with the network's own address"
    } else if let IpNet::V4(net) = net
        && last == net.broadcast()
    {
        "ends with the network's broadcast address"
    } else if size(first, last) > 65_535 {
        "holds more than 65535 addresses"
    } else {
        return;
    };
    let message =
        format!("the range from `{first}` to `{last}` {what} ({}); libvirt refuses the network", net.trunc());
    doc.refused_at(
        &[start.value_span, end.value_span],
        message,
        "correct its ends, or the length of the network",
    );
}

fn size(first: IpAddr, last: IpAddr) -> u128 {
    let bits = |address| match address {
        IpAddr::V4(v4) => u128::from(u32::from(v4)),
        IpAddr::V6(v6) => u128::from(v6),
    };
    bits(last).saturating_sub(bits(first)).saturating_add(1)
}

/// "must have mac or name attribute", over IPv6 "id or name".
fn host(doc: &mut Document<'_>, element: &Element, is_v6: bool) {
    let (key, other) = if is_v6 { ("id", "mac") } else { ("mac", "id") };
    let has = |name| element.attribute(name).is_some();
    if !has(key) && !has("name") {
        let message = format!("`<host>` has neither `{key}` nor `name`; libvirt refuses the network");
        doc.refused(element.tag, message, "say which host it is");
    }
    if is_v6 && let Some(attribute) = element.attribute(other) {
        let message =
            "a host of an IPv6 network is known by its `id`, not by a `mac`; libvirt refuses the network"
                .to_owned();
        doc.refused(attribute.span, message, "name its DUID as `id`");
    }
    if let Some(name) =
        element.attribute("name").filter(|name| !name.value.starts_with(|c: char| c.is_ascii_alphanumeric()))
    {
        doc.invalid(name, "a name that begins with a letter or digit");
    }
}

/// "The minimum lease time should be greater than 2 minutes"; 0 is for ever.
fn lease(doc: &mut Document<'_>, parent: &Element) {
    let Some(lease) = parent.children.iter().rfind(|child| child.is("lease")) else { return };
    let Some(expiry) = lease.attribute("expiry") else { return };
    let factor = match lease.value("unit") {
        Some("seconds") => 1,
        Some("hours") => 3600,
        Some(_) | None => 60,
    };
    if expiry.value.parse::<u64>().is_ok_and(|n| (1..120).contains(&n.saturating_mul(factor))) {
        doc.invalid(expiry, "a lease of two minutes at least, or 0");
    }
}

/// Characters of `PROTOCOL_CHARS` and `SERVICE_CHARS` (`virNetworkDNSSrvDefParseXML`).
const PROTOCOL: &str = "-+/";
const SERVICE: &str = "0123456789_-+/*";

fn names(doc: &mut Document<'_>, dns: &Element) {
    let is_off = dns.value("enable") == Some("no");
    let extra = dns
        .children
        .iter()
        .find(|child| ["forwarder", "txt", "srv", "host"].iter().any(|name| child.is(name)));
    if let Some(extra) = extra.filter(|_| is_off) {
        let message =
            "a name server that is switched off can say nothing else; libvirt refuses the network".to_owned();
        doc.refused(extra.tag, message, "remove what stands within `<dns>`, or `enable='no'`");
    }
    for child in &dns.children {
        if child.is("host") && !child.children.iter().any(|name| name.is("hostname") && !name.text.is_empty())
        {
            let message = "`<host>` names no `<hostname>`; libvirt refuses the network".to_owned();
            doc.refused(child.tag, message, "add the names of the address");
        }
        if child.is("srv") {
            for (name, others) in [("service", SERVICE), ("protocol", PROTOCOL)] {
                let is_allowed = |c: char| c.is_ascii_alphabetic() || others.contains(c);
                if let Some(attribute) = child.attribute(name).filter(|a| !a.value.chars().all(is_allowed)) {
                    doc.invalid(attribute, &format!("a {name} of letters and `{others}`"));
                }
            }
            if let Some(port) = child.attribute("port").filter(|port| port.value == "0") {
                doc.invalid(port, "a port from 1 to 65535");
            }
            let needs = ["port", "priority", "weight"].iter().find_map(|name| child.attribute(name));
            if let Some(attribute) = needs.filter(|_| child.attribute("target").is_none()) {
                let message = format!(
                    "`{}` of `<srv>` stands without a `target`; libvirt refuses the network",
                    attribute.name
                );
                doc.refused(attribute.span, message, "name the target");
            }
        }
    }
}
