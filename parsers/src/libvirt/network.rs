//! A virtual network (`<network>`): the bridge that libvirt makes for it, and what it does there.

use super::document::Document;
use super::translation::Translation;
use crate::text::xml::{Attribute, Element};
use netpivot_model::bridge::Bridge;
use netpivot_model::ip::{IpConfig, IpMethod};
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::network::Owned;
use netpivot_model::rule::Family;
use netpivot_model::source::{At, Origin};
use netpivot_model::sysctl::Sysctl;
use netpivot_model::value::Count;
use netpivot_model::virtual_network::{DhcpServer, DnsServer, ForwardMode, VirtualNetwork};
use netpivot_model::vocabulary::libvirt::DNSMASQ;

/// Of these libvirt takes the first (`virNetworkDefParseXML`: `virXPathNode`, `virXPathString`).
const SINGLE: [&str; 15] = [
    "name",
    "uuid",
    "title",
    "description",
    "metadata",
    "forward",
    "bridge",
    "mac",
    "mtu",
    "domain",
    "dns",
    "vlan",
    "bandwidth",
    "port",
    "virtualport",
];

/// What a document says, before it is put into the network.
#[derive(Default)]
pub(super) struct Made {
    pub entry: VirtualNetwork,
    pub link: Link,
    pub bridge: Bridge,
    pub dns: DnsServer,
    pub translation: Translation,
}

impl Made {
    /// True where libvirt makes the bridge itself (isolated, nat, route, open).
    pub fn is_virtual(&self) -> bool {
        self.entry.forward.as_ref().is_none_or(|at| match at.value {
            ForwardMode::Nat | ForwardMode::Route | ForwardMode::Open => true,
            ForwardMode::Bridge
            | ForwardMode::Private
            | ForwardMode::Vepa
            | ForwardMode::Passthrough
            | ForwardMode::Hostdev => false,
        })
    }

    pub fn ip(&mut self, family: Family) -> &mut IpConfig {
        match family {
            Family::V4 => self.link.ipv4.get_or_insert_default(),
            Family::V6 => self.link.ipv6.get_or_insert_default(),
        }
    }
}

/// Reads a network. `starts` says whether it starts at boot, and where that stands.
pub(super) fn read(doc: &mut Document<'_>, root: &Element, starts: Option<At<bool>>, free_name: &str) {
    super::check::document(doc, root);
    // A network that cannot be named is none: libvirt has no file for it, and no guest could name it.
    if !root.child("name").is_some_and(|name| !name.text.is_empty() && !name.text.contains('/')) {
        if root.child("name").is_none() {
            let message = "the network has no name; libvirt refuses it".to_owned();
            doc.refused(root.tag, message, "give it a `<name>`");
        }
        return;
    }
    let mut made = Made::default();
    doc.section = format!("network {}", root.child("name").map_or("", |name| name.text.as_str()));
    // The forwarding decides what the rest means, and elements come in any order.
    if let Some(forward) = root.child("forward") {
        super::forward::read(doc, forward, &mut made);
    }
    let is_virtual = made.is_virtual();
    let id = LinkId(u32::try_from(doc.network.links.len()).unwrap_or(u32::MAX));
    doc.owner = is_virtual.then_some(id);
    for attribute in doc.attributes(root, "network") {
        doc.keep_attribute(attribute, "network");
    }
    for child in doc.children(root, "network") {
        if child.namespace.as_deref() == Some(DNSMASQ) && child.name == "options" {
            super::dns::options(doc, child, &mut made.dns);
            continue;
        }
        let path = format!("network/{}", child.name);
        match child.name.as_str() {
            _ if child.namespace.is_some() => doc.keep(child, &path),
            name if SINGLE.contains(&name) && !doc.is_first(root, child, &path) => {}
            "name" => made.entry.name = Some(doc.text(child, &path)),
            "uuid" => made.entry.uuid = Some(doc.text(child, &path)),
            // It was read before all else.
            "forward" => {}
            "bridge" => bridge(doc, child, &mut made),
            "mtu" if is_virtual => made.link.mtu = only(doc, child, &path, "size").and_then(|a| doc.typed(a)),
            "mac" if is_virtual => {
                made.link.mac = only(doc, child, &path, "address").and_then(|a| doc.typed(a))
            }
            "domain" => super::dns::domain(doc, child, &mut made.dns),
            "dns" => super::dns::read(doc, child, &mut made.dns),
            "ip" if is_virtual => super::ip::read(doc, child, id, &mut made),
            "route" if is_virtual => super::ip::route(doc, child, id),
            "ip" | "route" | "mac" | "mtu" => not_virtual(doc, child, &path),
            _ => doc.keep(child, &path),
        }
    }
    if is_virtual {
        finish(doc, root, made, starts, id, free_name);
    } else {
        made.entry.autostart = starts;
        doc.network.virtual_networks.push(Owned { owner: None, item: made.entry });
    }
}

/// The one attribute that an element has.
pub(super) fn only<'e>(
    doc: &mut Document<'_>,
    element: &'e Element,
    path: &str,
    name: &str,
) -> Option<&'e Attribute> {
    let mut found = None;
    for attribute in doc.attributes(element, path) {
        if attribute.name == name {
            found = Some(attribute);
        } else {
            doc.keep_attribute(attribute, path);
        }
    }
    for child in doc.children(element, path) {
        doc.keep(child, &format!("{path}/{}", child.name));
    }
    found
}

/// "`<mac>`, `<ip>`, `<dhcp>` are illegal with forward mode bridge" (`networkValidate`).
fn not_virtual(doc: &mut Document<'_>, element: &Element, path: &str) {
    let message = format!(
        "`<{}>` cannot stand in a network whose bridge libvirt does not make; libvirt refuses the network",
        element.name
    );
    doc.refused(element.tag, message, "remove it here, and configure it on the host's bridge");
    doc.keep_refused(element, path);
}

fn bridge(doc: &mut Document<'_>, element: &Element, made: &mut Made) {
    const PATH: &str = "network/bridge";
    let is_virtual = made.is_virtual();
    let mut delay = None;
    for attribute in doc.attributes(element, PATH) {
        match attribute.name.as_str() {
            "name" => {
                let name = Some(At::new(attribute.value.clone(), attribute.value_span));
                if is_virtual {
                    made.link.name = name;
                } else {
                    made.entry.bridge = name;
                }
            }
            "stp" if is_virtual => made.bridge.stp = doc.switch(attribute, "on", "off"),
            "delay" if is_virtual => {
                let seconds = doc.number::<0, 4_294_967>(attribute);
                delay = seconds.and_then(|at| Some(At::new(Count::new(at.value.get() * 100)?, at.origin)));
            }
            "zone" if is_virtual => {
                made.link.zone = Some(At::new(attribute.value.clone(), attribute.value_span))
            }
            "macTableManager" if is_virtual => {
                if attribute.value == "libvirt" {
                    let origin = Origin::derived("libvirt-mac-table", [attribute.value_span]);
                    made.bridge.vlan_filtering = Some(At::new(true, origin));
                }
                doc.keep_attribute(attribute, PATH);
            }
            "stp" | "delay" | "zone" => {
                let message = format!(
                    "`{}` cannot stand with this forward mode; libvirt refuses the network",
                    attribute.name
                );
                doc.refused(attribute.span, message, "remove it here, and set it on the host's bridge");
                doc.keep_refused_attribute(attribute, PATH);
            }
            _ => doc.keep_attribute(attribute, PATH),
        }
    }
    for child in doc.children(element, PATH) {
        doc.keep(child, &format!("{PATH}/{}", child.name));
    }
    let stp = made.bridge.stp.as_ref().is_none_or(|at| at.value);
    made.bridge.forward_delay = delay.map(|at| forward_delay(at, stp));
}

/// "sets forward_delay before switching STP on; kernel then lifts 0 to 2 s when STP starts" (`br_stp_start()`). In 1/100 s.
pub(super) fn forward_delay(at: At<Count>, stp: bool) -> At<Count> {
    let lifted = at.value.get().clamp(200, 3000);
    match Count::new(lifted) {
        Some(value) if stp && lifted != at.value.get() => {
            At::new(value, Origin::derived("stp-forward-delay", at.origin.spans().to_vec()))
        }
        Some(_) | None => at,
    }
}

/// dnsmasq advertises each IPv6 network of a bridge, with DHCPv6 or without (`networkDnsmasqConfContents`: enable-ra).
fn advertise(doc: &mut Document<'_>, link: &Link, id: LinkId) {
    let Some(first) = link.ipv6.as_ref().and_then(|config| config.addresses.items.first()) else { return };
    let origin = || Origin::derived("libvirt-advertisements", first.origin.spans().to_vec());
    let is_mine = |entry: &&mut Owned<DhcpServer>| {
        entry.owner == Some(id) && entry.item.family.as_ref().is_some_and(|at| at.value == Family::V6)
    };
    let advertises = Some(At::new(true, origin()));
    match doc.network.dhcp_servers.iter_mut().find(is_mine) {
        Some(entry) => entry.item.router_advertisements = advertises,
        None => {
            let family = Some(At::new(Family::V6, origin()));
            let item = DhcpServer { family, router_advertisements: advertises, ..DhcpServer::default() };
            doc.network.dhcp_servers.push(Owned { owner: Some(id), item });
        }
    }
}

/// An isolated network's servers name no router, and ask nobody (`networkDnsmasqConfContents`: dhcp-option=3, no-resolv);
/// nor does a name server that has a forwarder for everything ask the host's.
fn no_way_out(doc: &mut Document<'_>, made: &mut Made, root: &Element, id: LinkId) {
    let is_isolated = made.entry.forward.is_none();
    let closed = || Some(At::new(false, Origin::derived("libvirt-isolated", [root.tag])));
    if is_isolated {
        let mine = doc.network.dhcp_servers.iter_mut().filter(|entry| entry.owner == Some(id));
        mine.for_each(|entry| entry.item.offers_router = closed());
    }
    let has_address = made.link.ipv4.is_some() || made.link.ipv6.is_some();
    let elsewhere = made.dns.forwarders.iter().any(|forwarder| forwarder.domain.is_none());
    if (is_isolated && has_address) || elsewhere {
        made.dns.forwards = closed();
    }
}

/// Puts the bridge and what belongs to it into the network.
fn finish(
    doc: &mut Document<'_>,
    root: &Element,
    mut made: Made,
    starts: Option<At<bool>>,
    id: LinkId,
    free_name: &str,
) {
    if made.link.name.is_none() {
        let span =
            root.child("bridge").or_else(|| root.child("name")).map_or(root.tag, |element| element.tag);
        made.link.name = Some(At::new(free_name.to_owned(), Origin::derived("libvirt-bridge-name", [span])));
        doc.tell_bridge_name(span, free_name);
    }
    let kind = root.child("bridge").map_or(root.tag, |element| element.tag);
    made.link.kind = At::new(LinkKind::Bridge(Box::new(std::mem::take(&mut made.bridge))), kind);
    made.link.autoconnect = starts;
    for config in [&mut made.link.ipv4, &mut made.link.ipv6].into_iter().flatten() {
        let spans: Vec<_> = config.addresses.items.iter().flat_map(|at| at.origin.spans().to_vec()).collect();
        config.method = Some(At::new(IpMethod::Manual, Origin::derived("libvirt-address", spans)));
    }
    if let Some(forward) = &made.entry.forward {
        let families =
            [(&made.link.ipv4, "net.ipv4.ip_forward"), (&made.link.ipv6, "net.ipv6.conf.all.forwarding")];
        for (_, key) in families.into_iter().filter(|(config, _)| config.is_some()) {
            let origin = Origin::derived("libvirt-forwarding", forward.origin.spans().to_vec());
            let sysctl = Sysctl {
                key: Some(At::new(key.to_owned(), origin.clone())),
                value: Some(At::new("1".to_owned(), origin)),
                ..Sysctl::default()
            };
            doc.network.sysctls.push(Owned { owner: Some(id), item: sysctl });
        }
    }
    advertise(doc, &made.link, id);
    no_way_out(doc, &mut made, root, id);
    for rule in made.translation.rules(&made.link) {
        doc.network.nat.push(Owned { owner: Some(id), item: rule });
    }
    if made.link.ipv4.is_some() || made.link.ipv6.is_some() {
        if made.dns.enabled.is_none() {
            let first = made.link.ipv4.iter().chain(&made.link.ipv6).flat_map(|c| &c.addresses.items).next();
            let spans = first.map_or_else(Vec::new, |at| at.origin.spans().to_vec());
            made.dns.enabled = Some(At::new(true, Origin::derived("libvirt-dns", spans)));
        }
        doc.network.dns_servers.push(Owned { owner: Some(id), item: made.dns });
    } else if made.dns != DnsServer::default() {
        // libvirt starts no dnsmasq for a network without addresses; its settings stay.
        doc.network.dns_servers.push(Owned { owner: Some(id), item: made.dns });
    }
    doc.network.virtual_networks.push(Owned { owner: Some(id), item: made.entry });
    doc.network.add_link(made.link);
}
