//! A virtual network: one that the source has, or one made for a bridge of the host.

use super::made::{Plan, effective};
use super::translation::Translation;
use super::{Job, codes, link_fact};
use crate::text::xml::Tag;
use netpivot_model::ip::Address;
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::network::EntryKind;
use netpivot_model::path::{FactPath, FieldPath};
use netpivot_model::reflect::Said;
use netpivot_model::route::Route;
use netpivot_model::sysctl::Sysctl;
use netpivot_model::value::Value;
use netpivot_model::virtual_network::{ForwardMode, VirtualNetwork};
use netpivot_model::vocabulary::libvirt::{DNSMASQ, NETWORK_ORDER};
use std::net::IpAddr;

/// What a network says of its bridge.
const SAID_OF_BRIDGES: [&str; 12] = [
    "name",
    "kind",
    "autoconnect",
    "mtu",
    "mac",
    "zone",
    "bridge.stp",
    "bridge.forward_delay",
    "ipv4.method",
    "ipv4.addresses",
    "ipv6.method",
    "ipv6.addresses",
];

impl Job<'_> {
    /// All networks: those of the source, then one for each other bridge.
    pub(super) fn networks(&mut self) {
        let network = self.network;
        for entry in &network.virtual_networks {
            let plan = Plan::of_source(network, entry);
            self.network(&entry.item, entry.owner, &plan);
        }
        for (id, link) in network.links() {
            let has_own = network
                .virtual_networks
                .iter()
                .any(|entry| entry.owner == Some(id) || names(&entry.item, link));
            let is_bridge = matches!(link.kind.value, LinkKind::Bridge(_) | LinkKind::OvsBridge(_));
            if has_own
                || !is_bridge
                || link.netns.is_some()
                || link.name.is_none()
                || self.is_own_host_interface(id)
            {
                continue;
            }
            let (entry, plan) = self.plan(id, link);
            let owner = entry.bridge.is_none().then_some(id);
            self.network(&entry, owner, &plan);
        }
    }

    /// A bridge of a host interface's document is no network's unless asked for.
    fn is_own_host_interface(&self, id: LinkId) -> bool {
        self.network.dialect_of(id) == netpivot_model::dialect::LIBVIRT_HOST
            && self.network.dialect.format == netpivot_model::dialect::LIBVIRT
    }

    fn network(&mut self, entry: &VirtualNetwork, owner: Option<LinkId>, plan: &Plan) {
        let network = self.network;
        let text = |said: &Said<String>| said.as_ref().map(|at| at.value.clone());
        let name = text(&entry.name).unwrap_or_default();
        let mut root = Tag::new("network");
        if plan.has_dnsmasq_options(network) {
            root.set("xmlns:dnsmasq", DNSMASQ);
        }
        root.push_some(entry.name.as_ref().map(|at| Tag::new("name").text(&at.value)));
        if let Some(uuid) = text(&entry.uuid) {
            root.push(Tag::new("uuid").text(&uuid));
        }
        root.push_some(forward(entry, plan));
        match owner.map(|id| (id, network.link(id))) {
            Some((id, link)) => {
                self.virtual_bridges.insert(id);
                self.cx.makes.push(id);
                self.written.insert(id);
                self.virtual_bridge(&mut root, id, link, plan);
            }
            None => {
                root.push_some(entry.bridge.as_ref().map(|at| Tag::new("bridge").with("name", &at.value)));
            }
        }
        if plan.is_ovs {
            root.push(Tag::new("virtualport").with("type", "openvswitch"));
        }
        let section = format!("network {name}");
        self.put_back(&mut root, &section);
        root.sort(&NETWORK_ORDER);
        let starts = match owner {
            Some(id) => self.starts(id),
            None => entry.autostart.as_ref().is_some_and(|at| at.value),
        };
        self.network_file(&name, root.render(), starts);
    }

    /// The bridge that libvirt makes, with its addresses, servers and routes.
    fn virtual_bridge(&mut self, root: &mut Tag, id: LinkId, link: &Link, plan: &Plan) {
        let network = self.network;
        let stp = effective(network, id, "bridge.stp") != Some(Value::Bool(false));
        let mut bridge = Tag::new("bridge");
        if let Some(name) = &link.name {
            bridge.set("name", &name.value);
        }
        if let Some(zone) = &link.zone {
            bridge.set("zone", &zone.value);
        }
        bridge.set("stp", if stp { "on" } else { "off" });
        bridge.set("delay", self.delay(id, stp));
        root.push(bridge);
        if let Some(mtu) = &link.mtu {
            root.push(Tag::new("mtu").with("size", mtu.value.get()));
        }
        if let Some(mac) = &link.mac {
            root.push(Tag::new("mac").with("address", &mac.value));
        }
        self.servers(root, id, plan);
        self.addresses(root, link, plan);
        for (n, entry) in network.routes.iter().enumerate().filter(|(_, entry)| entry.owner == Some(id)) {
            match route(&entry.item) {
                Some(tag) => root.push(tag),
                None => {
                    let text = "a route of libvirt's network has a gateway and a metric, and nothing else";
                    let help = entry.item.metric.is_none().then(|| {
                        "give the route a metric in the source: libvirt takes 1 where none is said, the kernel 0 for IPv4 \
                         and 1024 for IPv6"
                            .to_owned()
                    });
                    self.cx.cannot(
                        super::entry_fact(EntryKind::Route, n),
                        &codes::OUTPUT_SETTING,
                        text,
                        help,
                    );
                }
            }
        }
        self.addressing(id, link);
        self.unsaid(id, "a network's bridge", |field| SAID_OF_BRIDGES.iter().any(|name| field.is(name)));
        self.unsaid_entries(id);
    }

    /// Says what a network cannot: more of an address than its length, and IPv6 without an address of it.
    fn addressing(&mut self, id: LinkId, link: &Link) {
        for (config, field) in [(&link.ipv4, "ipv4.addresses"), (&link.ipv6, "ipv6.addresses")] {
            let addresses = config.iter().flat_map(|config| &config.addresses.items);
            let fact = link_fact(id, FieldPath::parse(field));
            let mut is_same = true;
            for at in addresses {
                // libvirt sets the usual broadcast address by itself (`virNetDevIPAddrAdd`).
                let usual = at.value.broadcast.filter(|broadcast| *broadcast == at.value.net.broadcast());
                let plain = Address { broadcast: usual, ..Address::new(at.value.net) };
                if at.value != plain {
                    is_same = false;
                    let text =
                        format!("libvirt's XML says of `{}` the address and its length only", at.value);
                    self.cx.cannot_item(fact, &at.origin, &codes::OUTPUT_SETTING, text, None);
                }
            }
            if is_same {
                self.cx.otherwise(fact, "libvirt-broadcast");
            }
        }
        let has_ipv6 = link.ipv6.as_ref().is_some_and(|config| !config.addresses.items.is_empty());
        if !has_ipv6 && self.switches_ipv6_off(link) {
            for field in ["ipv6.method", "ipv6.accept_ra", "ipv6.autoconf"] {
                self.cx.otherwise(link_fact(id, FieldPath::parse(field)), "libvirt-ipv6-off");
            }
        }
        let text = if has_ipv6 {
            "libvirt has a bridge of its own take no router advertisements: it is itself the router"
        } else {
            "libvirt switches IPv6 off on the bridge of a network without an IPv6 address"
        };
        for field in ["ipv6.method", "ipv6.accept_ra", "ipv6.autoconf"] {
            self.cx.cannot(link_fact(id, FieldPath::parse(field)), &codes::OUTPUT_SETTING, text, None);
        }
    }

    /// True where the host switches IPv6 off by the bridge's kernel setting, which is what libvirt does.
    fn switches_ipv6_off(&mut self, link: &Link) -> bool {
        let Some(name) = &link.name else { return false };
        let key = format!("net.ipv6.conf.{}.disable_ipv6", name.value);
        let is = |said: &Said<String>, text: &str| said.as_ref().is_some_and(|at| at.value == text);
        let sysctls = self.network.sysctls.iter().enumerate();
        let off = |item: &Sysctl| is(&item.key, &key) && is(&item.value, "1") && item.netns.is_none();
        let found: Vec<usize> = sysctls.filter(|(_, entry)| off(&entry.item)).map(|(n, _)| n).collect();
        for n in &found {
            self.cx.otherwise(super::entry_fact(EntryKind::Sysctl, *n), "libvirt-ipv6-off");
        }
        !found.is_empty()
    }

    /// Entries of a bridge that no network has.
    fn unsaid_entries(&mut self, id: LinkId) {
        let network = self.network;
        for (n, _) in network.nat.iter().enumerate().filter(|(_, rule)| rule.owner == Some(id)) {
            // libvirt chooses between iptables and nftables by itself.
            let fact = super::entry_fact(EntryKind::Nat, n);
            self.cx.otherwise(FactPath { field: FieldPath::parse("backend"), ..fact }, "libvirt-firewall");
        }
        for kind in [
            EntryKind::Rule,
            EntryKind::Neighbor,
            EntryKind::Fdb,
            EntryKind::Nat,
            EntryKind::Sysctl,
            EntryKind::Hook,
        ] {
            network.visit_entries(kind, &mut |n, owner, _| {
                if owner == Some(id) {
                    let text = format!("libvirt's networks have no {}", kind.word());
                    self.cx.cannot(super::entry_fact(kind, n as usize), &codes::OUTPUT_SETTING, text, None);
                }
            });
        }
    }

    /// Whole seconds. Starting STP lifts less than 2 s to that, which libvirt's own `0` leads to as well.
    fn delay(&mut self, id: LinkId, stp: bool) -> i64 {
        let hundredths = match effective(self.network, id, "bridge.forward_delay") {
            Some(Value::Int(n)) => n,
            Some(_) | None => 0,
        };
        if hundredths % 100 != 0 {
            let text = "libvirt counts `bridge.forward_delay` in whole seconds";
            self.cx.cannot(
                link_fact(id, FieldPath::parse("bridge.forward_delay")),
                &codes::OUTPUT_VALUE,
                text,
                None,
            );
        }
        if stp && hundredths <= 200 { 0 } else { hundredths / 100 }
    }
}

/// `<forward>`; none for an isolated network.
fn forward(entry: &VirtualNetwork, plan: &Plan) -> Option<Tag> {
    let mode = entry.forward.as_ref()?.value;
    let mut tag = Tag::new("forward");
    if let Some(dev) = &entry.forward_dev {
        tag.set("dev", &dev.value);
    }
    tag.set("mode", mode);
    if mode == ForwardMode::Nat {
        tag.push_some(plan.translation.as_ref().and_then(Translation::tag));
    }
    for dev in entry.forward_interfaces.values() {
        tag.push(Tag::new("interface").with("dev", dev));
    }
    Some(tag)
}

fn names(entry: &VirtualNetwork, link: &Link) -> bool {
    match (&entry.bridge, &link.name) {
        (Some(bridge), Some(name)) => bridge.value == name.value,
        (Some(_) | None, Some(_) | None) => false,
    }
}

/// `<route>`, which always has a metric: 1 where none is said.
fn route(route: &Route) -> Option<Tag> {
    let (dst, gateway) = (route.dst.as_ref()?.value, route.gateway.as_ref()?.value);
    let plain = Route {
        dst: route.dst.clone(),
        gateway: route.gateway.clone(),
        metric: route.metric.clone(),
        ..Route::default()
    };
    let metric = route.metric.as_ref()?.value.get();
    if *route != plain || dst.addr().is_ipv4() != gateway.is_ipv4() || metric == 0 {
        return None;
    }
    let mut tag = Tag::new("route");
    tag.set("family", if dst.addr().is_ipv4() { "ipv4" } else { "ipv6" });
    tag.set("address", dst.addr());
    // "A prefix of 0 needs no saying: the address 0.0.0.0 says it."
    if dst.prefix_len() > 0 {
        tag.set("prefix", dst.prefix_len());
    }
    tag.set("gateway", gateway);
    if metric != 1 {
        tag.set("metric", metric);
    }
    Some(tag)
}

/// `netmask='255.255.255.0'` for IPv4 as virsh prints it, `prefix='64'` for IPv6.
pub(super) fn set_length(tag: &mut Tag, net: ipnet::IpNet) {
    match net.netmask() {
        IpAddr::V4(mask) => tag.set("netmask", mask),
        IpAddr::V6(_) => tag.set("prefix", net.prefix_len()),
    }
}
