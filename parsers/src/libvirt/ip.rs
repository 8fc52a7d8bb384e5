//! Addresses of a network's bridge (`<ip>`), the DHCP server for it, and routes over it (`<route>`).

use super::document::Document;
use super::network::{Made, only};
use crate::text::xml::{Attribute, Element};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use netpivot_model::ip::Address;
use netpivot_model::link::LinkId;
use netpivot_model::network::Owned;
use netpivot_model::reflect::Said;
use netpivot_model::route::Route;
use netpivot_model::rule::Family;
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::{Scalar, U32, Value};
use netpivot_model::virtual_network::{DhcpHost, DhcpRange, DhcpServer, INFINITE};
use std::net::{IpAddr, Ipv4Addr};

/// An address with the length of its network, as attributes of one element give it.
#[derive(Default)]
struct Net {
    family: Said<Family>,
    address: Said<IpAddr>,
    netmask: Said<IpAddr>,
    prefix: Said<U32>,
}

impl Net {
    /// Takes an attribute if it is one of these.
    fn take(&mut self, doc: &mut Document<'_>, attribute: &Attribute) -> bool {
        match attribute.name.as_str() {
            "family" => self.family = family(doc, attribute),
            "address" => self.address = doc.typed(attribute),
            "netmask" => self.netmask = doc.typed(attribute),
            "prefix" => self.prefix = doc.number::<0, 4_294_967_295>(attribute),
            _ => return false,
        }
        true
    }

    fn family(&self) -> Family {
        self.family.as_ref().map_or(Family::V4, |at| at.value)
    }

    /// The address with its length: the mask's, the prefix, else that of the address' class (`virSocketAddrGetIPPrefix`),
    /// 64 for IPv6.
    fn net(&self, doc: &mut Document<'_>, element: &Element) -> Option<At<IpNet>> {
        let address = self.address.as_ref()?;
        let is_v6 = self.family() == Family::V6;
        if address.value.is_ipv6() != is_v6 {
            let message = format!(
                "`{}` is no IPv{} address, which `<{}>` is about; libvirt refuses the network",
                address.value,
                if is_v6 { 6 } else { 4 },
                element.name
            );
            refuse(doc, &address.origin, element, message, "say `family='ipv6'` for IPv6 addresses");
            return None;
        }
        let mut origin = address.origin.clone();
        if let Some(family) = &self.family {
            origin.merge(&family.origin);
        }
        let length = match (&self.netmask, &self.prefix) {
            (Some(mask), _) => {
                origin.merge(&mask.origin);
                ipnet::ip_mask_to_prefix(mask.value)
                    .ok()
                    .filter(|_| mask.value.is_ipv4() && !is_v6)
                    .map(i64::from)
            }
            (None, Some(prefix)) => {
                origin.merge(&prefix.origin);
                Some(prefix.value.get())
            }
            (None, None) => {
                origin = Origin::derived("libvirt-class-prefix", origin.spans().to_vec());
                Some(default_prefix(address.value))
            }
        };
        if let (Some(_), Some(prefix)) = (&self.netmask, &self.prefix) {
            let message = "`netmask` and `prefix` stand together; libvirt refuses the network".to_owned();
            refuse(doc, &prefix.origin, element, message, "keep one of them");
        }
        let net = length.and_then(|n| u8::try_from(n).ok()).and_then(|n| IpNet::new(address.value, n).ok());
        if net.is_none() {
            let message =
                format!("the network of `{}` has no such length; libvirt refuses it", address.value);
            refuse(doc, &origin, element, message, "correct `netmask` or `prefix`");
        }
        net.map(|net| At::new(net, origin))
    }
}

fn refuse(doc: &mut Document<'_>, origin: &Origin, element: &Element, message: String, help: &str) {
    doc.refused(origin.span().unwrap_or(element.tag), message, help);
}

/// "none given: v4 class-based prefix, v6 /64".
pub(super) fn default_prefix(address: IpAddr) -> i64 {
    match address {
        IpAddr::V4(v4) if v4.octets()[0] < 128 => 8,
        IpAddr::V4(v4) if v4.octets()[0] < 192 => 16,
        IpAddr::V4(_) => 24,
        IpAddr::V6(_) => 64,
    }
}

fn family(doc: &mut Document<'_>, attribute: &Attribute) -> Said<Family> {
    match attribute.value.as_str() {
        "ipv4" => Some(At::new(Family::V4, attribute.value_span)),
        "ipv6" => Some(At::new(Family::V6, attribute.value_span)),
        _ => {
            doc.invalid(attribute, "`ipv4` or `ipv6`");
            None
        }
    }
}

/// `<ip>`.
pub(super) fn read(doc: &mut Document<'_>, element: &Element, id: LinkId, made: &mut Made) {
    let mut net = Net::default();
    let v6 = element.value("family") == Some("ipv6");
    let config = if v6 { &made.link.ipv6 } else { &made.link.ipv4 };
    let before = config.as_ref().map_or(0, |config| config.addresses.items.len());
    let family = if v6 { "ipv6" } else { "ipv4" };
    let path = format!("network/ip[@family='{family}'][{}]", before + 1);
    let kept = doc.so_far();
    for attribute in doc.attributes(element, &path) {
        if !net.take(doc, attribute) {
            doc.keep_attribute(attribute, &path);
        }
    }
    let family = net.family();
    if let Some(at) = net.net(doc, element) {
        made.ip(family).addresses.push(Address::new(at.value), at.origin);
    } else if element.attribute("address").is_none() {
        doc.refused(
            element.tag,
            "`<ip>` has no address; libvirt refuses the network".to_owned(),
            "give it an `address`",
        );
    }
    let mut server = DhcpServer::default();
    for child in doc.children(element, &path) {
        let path = format!("{path}/{}", child.name);
        match child.name.as_str() {
            "dhcp" | "tftp" if child.namespace.is_none() && !doc.is_first(element, child, &path) => {}
            "dhcp" if child.namespace.is_none() => dhcp(doc, child, &path, family, &mut server),
            "tftp" if child.namespace.is_none() => {
                if let Some(attribute) = only(doc, child, &path, "root") {
                    server.tftp_root = Some(At::new(attribute.value.clone(), attribute.value_span));
                }
            }
            _ => doc.keep(child, &path),
        }
    }
    let config = if v6 { &made.link.ipv6 } else { &made.link.ipv4 };
    if config.as_ref().map_or(0, |config| config.addresses.items.len()) == before {
        doc.detach(&kept);
    }
    if server == DhcpServer::default() {
        return;
    }
    if server.family.is_none() {
        server.family = Some(At::new(family, element.tag));
    }
    let taken = doc.network.dhcp_servers.iter().any(|other| {
        other.owner == Some(id) && other.item.family == server.family && !other.item.ranges.is_empty()
    });
    if taken && !server.ranges.is_empty() {
        let message = "a second address of the family has `<dhcp>`; libvirt refuses the network".to_owned();
        doc.refused(element.tag, message, "keep it at one address of each family");
    }
    doc.network.dhcp_servers.push(Owned { owner: Some(id), item: server });
}

fn dhcp(doc: &mut Document<'_>, element: &Element, path: &str, family: Family, server: &mut DhcpServer) {
    server.family = Some(At::new(family, element.tag));
    for attribute in doc.attributes(element, path) {
        doc.keep_attribute(attribute, path);
    }
    for child in doc.children(element, path) {
        let path = format!("{path}/{}", child.name);
        match child.name.as_str() {
            "range" if child.namespace.is_none() => {
                let mut range = DhcpRange::default();
                let path = format!("{path}[{}]", server.ranges.len() + 1);
                for attribute in doc.attributes(child, &path) {
                    match attribute.name.as_str() {
                        "start" => range.start = doc.typed(attribute),
                        "end" => range.end = doc.typed(attribute),
                        _ => doc.keep_attribute(attribute, &path),
                    }
                }
                range.lease_time = leases(doc, child, &path);
                server.ranges.push(range);
            }
            "host" if child.namespace.is_none() => {
                let mut host = DhcpHost::default();
                let path = format!("{path}[{}]", server.hosts.len() + 1);
                for attribute in doc.attributes(child, &path) {
                    let text = || Some(At::new(attribute.value.clone(), attribute.value_span));
                    match attribute.name.as_str() {
                        "mac" => host.mac = doc.typed(attribute),
                        "id" => host.id = text(),
                        "name" => host.name = text(),
                        "ip" => host.address = doc.typed(attribute),
                        _ => doc.keep_attribute(attribute, &path),
                    }
                }
                host.lease_time = leases(doc, child, &path);
                server.hosts.push(host);
            }
            "bootp" if child.namespace.is_none() && !doc.is_last(element, child, &path) => {}
            "bootp" if child.namespace.is_none() => {
                for attribute in doc.attributes(child, &path) {
                    let text = Some(At::new(attribute.value.clone(), attribute.value_span));
                    match attribute.name.as_str() {
                        "file" => server.boot_file = text,
                        "server" => server.boot_server = text,
                        _ => doc.keep_attribute(attribute, &path),
                    }
                }
                for inner in doc.children(child, &path) {
                    doc.keep(inner, &format!("{path}/{}", inner.name));
                }
            }
            _ => doc.keep(child, &path),
        }
    }
}

/// `<lease expiry='1' unit='hours'/>` in s: minutes where no unit is said, 0 for ever.
fn leases(doc: &mut Document<'_>, parent: &Element, path: &str) -> Said<U32> {
    let mut time = None;
    for child in doc.children(parent, path) {
        let path = format!("{path}/{}", child.name);
        if !child.is("lease") {
            doc.keep(child, &path);
            continue;
        }
        if !doc.is_last(parent, child, &path) {
            continue;
        }
        let mut expiry: Said<U32> = None;
        let mut factor = 60;
        let mut spans: Vec<Span> = Vec::new();
        for attribute in doc.attributes(child, &path) {
            spans.push(attribute.value_span);
            match (attribute.name.as_str(), attribute.value.as_str()) {
                ("expiry", _) => expiry = doc.number(attribute),
                ("unit", "seconds") => factor = 1,
                ("unit", "minutes") => factor = 60,
                ("unit", "hours") => factor = 3600,
                ("unit", _) => doc.invalid(attribute, "`seconds`, `minutes` or `hours`"),
                _ => doc.keep_attribute(attribute, &path),
            }
        }
        time = expiry.and_then(|at| {
            let seconds = if at.value.get() == 0 { INFINITE } else { at.value.get().saturating_mul(factor) };
            U32::from_value(&Value::Int(seconds)).ok().map(|value| At::new(value, Origin::said(spans)))
        });
    }
    time
}

/// `<route>`.
pub(super) fn route(doc: &mut Document<'_>, element: &Element, id: LinkId) {
    let kept = doc.so_far();
    if !read_route(doc, element, id) {
        doc.detach(&kept);
    }
}

/// False for one that libvirt refuses.
fn read_route(doc: &mut Document<'_>, element: &Element, id: LinkId) -> bool {
    let mut net = Net::default();
    let mut route = Route::default();
    let before = doc.network.routes.iter().filter(|entry| entry.owner == Some(id)).count();
    let path = format!("network/route[{}]", before + 1);
    for attribute in doc.attributes(element, &path) {
        match attribute.name.as_str() {
            _ if net.take(doc, attribute) => {}
            "gateway" => route.gateway = doc.typed(attribute),
            "metric" => route.metric = doc.typed(attribute),
            _ => doc.keep_attribute(attribute, &path),
        }
    }
    for child in doc.children(element, &path) {
        doc.keep(child, &format!("{path}/{}", child.name));
    }
    // "the default route has the address 0.0.0.0 and, for want of a mask, no length".
    let is_any = net.address.as_ref().is_some_and(|at| at.value.is_unspecified());
    let bare = net.netmask.is_none() && net.prefix.is_none();
    let dst = if is_any && bare {
        net.address.as_ref().map(|at| {
            let all = match at.value {
                IpAddr::V4(_) => IpNet::from(Ipv4Net::new_assert(Ipv4Addr::UNSPECIFIED, 0)),
                IpAddr::V6(_) => IpNet::from(Ipv6Net::default()),
            };
            At::new(all, at.origin.clone())
        })
    } else {
        net.net(doc, element)
    };
    let Some(dst) = dst else {
        if element.attribute("address").is_none() {
            let message = "`<route>` has no address; libvirt refuses the network".to_owned();
            doc.refused(element.tag, message, "say where it leads");
        }
        return false;
    };
    if route.gateway.is_none() {
        doc.refused(
            element.tag,
            "`<route>` has no gateway; libvirt refuses the network".to_owned(),
            "give it a `gateway`",
        );
        return false;
    }
    if route.metric.is_none() {
        // "metric default 1" (`networkAddRouteToBridge`).
        let origin = Origin::derived("libvirt-route-metric", dst.origin.spans().to_vec());
        route.metric = U32::new(1).map(|one| At::new(one, origin));
    }
    if dst.value != dst.value.trunc() {
        let message = format!(
            "`{}` is no network address of its length; libvirt refuses the network",
            dst.value.addr()
        );
        refuse(doc, &dst.origin, element, message, "write the network's own address");
    }
    route.dst = Some(At::new(dst.value.trunc(), dst.origin));
    doc.network.routes.push(Owned { owner: Some(id), item: route });
    true
}
