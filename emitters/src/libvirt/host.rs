//! Host interfaces (netcf's `interface.rng`): a document for each link that is no port, its ports within.

use super::made::effective;
use super::{Job, codes, entry_fact, file_name, link_fact};
use crate::text::ip::kind::lacks;
use crate::text::xml::Tag;
use foldhash::HashSet;
use netpivot_model::bond::BondMode;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::dialect::LIBVIRT_HOST;
use netpivot_model::ip::{IpConfig, IpMethod};
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::network::EntryKind;
use netpivot_model::path::FieldPath;
use netpivot_model::reflect::{Said, Sub};
use netpivot_model::value::Value;
use netpivot_model::vocabulary::libvirt::HOST_INTERFACES;

/// What a document says of any interface.
const OF_ALL: [&str; 6] = ["name", "kind", "autoconnect", "hotplug", "mtu", "up"];
/// What it says of a port: `start`, `mtu` and addresses stand at the outermost interface only.
const OF_PORTS: [&str; 4] = ["name", "kind", "controller", "port_type"];
const OF_PROTOCOLS: [&str; 10] = [
    "ipv4.method",
    "ipv4.addresses",
    "ipv4.gateway",
    "ipv4.ignore_auto_dns",
    "ipv6.method",
    "ipv6.addresses",
    "ipv6.gateway",
    "ipv6.ignore_auto_dns",
    "ipv6.autoconf",
    "ipv6.accept_ra",
];
const OF_KINDS: [&str; 13] = [
    "bridge.stp",
    "bridge.forward_delay",
    "bond.mode",
    "bond.miimon",
    "bond.updelay",
    "bond.downdelay",
    "bond.use_carrier",
    "bond.arp_interval",
    "bond.arp_ip_target",
    "bond.arp_validate",
    "bond.primary",
    "vlan.id",
    "vlan.parent",
];

impl Job<'_> {
    /// All host interfaces that were asked for or that the source has.
    pub(super) fn host_interfaces(&mut self) {
        let network = self.network;
        let mut names = HashSet::default();
        for (id, link) in network.links() {
            let is_port = link.controller.is_some();
            let Some(name) = link.name.as_ref().filter(|_| link.netns.is_none()) else { continue };
            if is_port || !self.is_host_interface(id) || self.is_virtual(id) || self.word(id).is_none() {
                continue;
            }
            if !names.insert(name.value.as_str()) {
                let text = format!("another profile of the device `{}` is its host interface", name.value);
                let help = "keep one profile of the device".to_owned();
                self.cx.cannot(link_fact(id, super::ROOT), &codes::OUTPUT_SETTING, text, help);
                continue;
            }
            let mut root = self.interface(id, link, &OF_ALL);
            let section = format!("interface {}", name.value);
            self.put_back(&mut root, &section);
            self.file(format!("{HOST_INTERFACES}/{}.xml", file_name(&name.value)), root.render());
        }
    }

    /// True for the bridge of a virtual network, which libvirt makes itself.
    fn is_virtual(&self, id: LinkId) -> bool {
        self.virtual_bridges.contains(&id)
    }

    /// The kind's word; `None`, with the reason, where host interfaces have none.
    fn word(&mut self, id: LinkId) -> Option<&'static str> {
        let kind = &self.network.link(id).kind.value;
        if matches!(kind, LinkKind::Bond(_)) && !self.has_ports(id) {
            let text = "netcf refuses a `<bond>` without an interface within";
            let help = "name a port of the bond in the source, or set it up by other means".to_owned();
            self.cx.cannot(link_fact(id, super::ROOT), &codes::OUTPUT_SETTING, text, help);
            return None;
        }
        let why = lacks(self.network.link(id)).filter(|_| matches!(kind, LinkKind::Vlan(_)));
        if let Some(why) = why {
            let text = format!("libvirt's host interfaces have no such VLAN: {why}");
            self.cx.cannot(link_fact(id, super::ROOT), &codes::OUTPUT_SETTING, text, None);
            return None;
        }
        let word = match kind {
            LinkKind::Ethernet(_) => Some("ethernet"),
            LinkKind::Bridge(_) => Some("bridge"),
            LinkKind::Bond(_) => Some("bond"),
            LinkKind::Vlan(_) => Some("vlan"),
            // libvirt shows it as a card. Nobody else's is written: every host has it.
            LinkKind::Loopback(_) if self.network.dialect_of(id) == LIBVIRT_HOST => Some("ethernet"),
            LinkKind::Loopback(_) => return None,
            LinkKind::Wifi(_)
            | LinkKind::Infiniband(_)
            | LinkKind::Team(_)
            | LinkKind::Tun(_)
            | LinkKind::Dummy(_)
            | LinkKind::Veth(_)
            | LinkKind::Macvlan(_)
            | LinkKind::Ipvlan(_)
            | LinkKind::Vxlan(_)
            | LinkKind::Geneve(_)
            | LinkKind::Vrf(_)
            | LinkKind::Wireguard(_)
            | LinkKind::IpTunnel(_)
            | LinkKind::Macsec(_)
            | LinkKind::Hsr(_)
            | LinkKind::OvsBridge(_)
            | LinkKind::OvsPort(_)
            | LinkKind::OvsInterface(_)
            | LinkKind::Generic(_)
            | LinkKind::Unsupported(_) => None,
        };
        if word.is_none() {
            let text = format!("libvirt's host interfaces know no link of the kind {}", kind.word());
            self.cx.cannot(link_fact(id, super::ROOT), &codes::OUTPUT_SETTING, text, None);
        }
        word
    }

    /// True for a controller with a port that can stand within it.
    fn has_ports(&self, id: LinkId) -> bool {
        let name = self.network.link(id).name.as_ref().map_or("", |at| at.value.as_str());
        let is_card = |id: &LinkId| {
            let port = self.network.link(*id);
            port.name.is_some() && matches!(port.kind.value, LinkKind::Ethernet(_))
        };
        self.ports.get(name).is_some_and(|ports| ports.iter().any(is_card))
    }

    /// An interface with what it says of itself; `general` are the settings that its place allows.
    fn interface(&mut self, id: LinkId, link: &Link, general: &[&str]) -> Tag {
        let network = self.network;
        let is_port = general.contains(&"controller");
        let name = link.name.as_ref().map_or("", |at| at.value.as_str());
        let mut root = Tag::new("interface").with_some("type", self.word(id)).with("name", name);
        if !is_port {
            root.push(Tag::new("start").with("mode", self.start(id)));
            root.push_some(link.mtu.as_ref().map(|at| Tag::new("mtu").with("size", at.value.get())));
        }
        let is_card = matches!(link.kind.value, LinkKind::Ethernet(_));
        let mac = link.matches.as_ref().and_then(|m| m.mac.as_ref()).filter(|_| is_card);
        root.push_some(mac.map(|at| Tag::new("mac").with("address", at.value)));
        if !is_port {
            root.push_some(protocol(&link.ipv4, "ipv4"));
            let v6 = protocol(&link.ipv6, "ipv6");
            if v6.is_some() {
                self.autoconfiguration(id, link);
            }
            root.push_some(v6);
        }
        // `word()` has let no other kinds through; a card has nothing more.
        if let LinkKind::Bridge(_) = &link.kind.value {
            let stp = effective(network, id, "bridge.stp") == Some(Value::Bool(true));
            let mut bridge = Tag::new("bridge").with("stp", if stp { "on" } else { "off" });
            if let Some(Value::Int(delay)) = effective(network, id, "bridge.forward_delay") {
                bridge.set("delay", seconds(delay));
            }
            self.ports_into(&mut bridge, link, |_| true);
            root.push(bridge);
        } else if let LinkKind::Bond(_) = &link.kind.value {
            let bond = self.bond(id, link);
            root.push(bond);
        } else if let LinkKind::Vlan(vlan) = &link.kind.value {
            let parent = vlan.parent.as_ref().map(|at| at.value.to_string());
            let mut tag = Tag::new("vlan").with_some("tag", vlan.id.as_ref().map(|at| at.value.get()));
            tag.push(Tag::new("interface").with_some("name", parent));
            root.push(tag);
        }
        self.written.insert(id);
        self.left_alone(id, link);
        self.no_entries(id);
        self.unsaid(id, "a host interface", |field| {
            general.iter().chain(&OF_KINDS).any(|name| field.is(name))
                || !is_port && OF_PROTOCOLS.iter().any(|name| field.is(name))
                || is_card && field.is("matches.mac")
        });
        root
    }

    /// What the document says by saying nothing: a family that is left to the kernel, a default route that is taken, no
    /// addresses of a port.
    fn left_alone(&mut self, id: LinkId, link: &Link) {
        for (config, method, never) in [
            (&link.ipv4, "ipv4.method", "ipv4.never_default"),
            (&link.ipv6, "ipv6.method", "ipv6.never_default"),
        ] {
            let ignored = Some(Value::text(IpMethod::Ignore.to_string()));
            if effective(self.network, id, method) == ignored || link.is_addressless_port() {
                self.cx.otherwise(link_fact(id, FieldPath::parse(method)), "netcf-leaves-alone");
            }
            let never_default = config.as_ref().and_then(|config| config.never_default.as_ref());
            if never_default.is_some_and(|at| !at.value) {
                self.cx.otherwise(link_fact(id, FieldPath::parse(never)), "netcf-leaves-alone");
            }
        }
    }

    /// netcf switches autoconfiguration off where a `<protocol>` of IPv6 does not ask for it.
    fn autoconfiguration(&mut self, id: LinkId, link: &Link) {
        let field = FieldPath::parse("ipv6.autoconf");
        let accept = link_fact(id, FieldPath::parse("ipv6.accept_ra"));
        // The kernel accepts advertisements by itself, and netcf leaves that as it is.
        if effective(self.network, id, "ipv6.accept_ra") == Some(Value::Int(1)) {
            self.cx.otherwise(accept, "netcf-leaves-alone");
        }
        let text =
            "netcf leaves it to the kernel whether router advertisements are accepted (`ipv6.accept_ra`)";
        self.cx.cannot(accept, &codes::OUTPUT_SETTING, text, None);
        if effective(self.network, id, "ipv6.autoconf").is_some() {
            return;
        }
        self.cx.added(link_fact(id, field), "netcf-autoconf");
        let method = link.ipv6.as_ref().and_then(|config| config.method.as_ref());
        let asks = method.is_some_and(|at| at.value == IpMethod::Auto);
        if asks || effective(self.network, id, "ipv6.accept_ra") == Some(Value::Int(0)) {
            return;
        }
        let text = format!(
            "`{}`: netcf switches IPv6 autoconfiguration off where the document does not ask for it; the source leaves it \
             to the kernel",
            link.label()
        );
        let origin = method.map_or(&link.kind.origin, |at| &at.origin);
        let help = "add `<autoconf/>` if the link is to take addresses from router advertisements";
        self.cx.diagnostics.push(Diagnostic::new(&codes::BESIDES, text).from(origin).help(help));
    }

    /// Gives the reasons for what belongs to the link beside its own settings.
    fn no_entries(&mut self, id: LinkId) {
        let network = self.network;
        for kind in [
            EntryKind::Route,
            EntryKind::Rule,
            EntryKind::Neighbor,
            EntryKind::Fdb,
            EntryKind::Nat,
            EntryKind::Sysctl,
            EntryKind::Hook,
        ] {
            network.visit_entries(kind, &mut |n, owner, _| {
                if owner == Some(id) {
                    let text = format!("a host interface of libvirt has a gateway, but no {}", kind.word());
                    self.cx.cannot(entry_fact(kind, n as usize), &codes::OUTPUT_SETTING, text, None);
                }
            });
        }
    }

    fn start(&mut self, id: LinkId) -> &'static str {
        match (self.starts(id), self.network.link(id).hotplug.as_ref().is_some_and(|at| at.value)) {
            (false, _) => "none",
            (true, true) => "hotplug",
            (true, false) => "onboot",
        }
    }

    /// Puts the ports of a controller into its element, those of `first` before others.
    fn ports_into(&mut self, tag: &mut Tag, controller: &Link, first: impl Fn(&Link) -> bool) {
        let network = self.network;
        let name = controller.name.as_ref().map_or("", |at| at.value.as_str());
        let mut ports = self.ports.get(name).cloned().unwrap_or_default();
        ports.sort_by_key(|id| !first(network.link(*id)));
        for id in ports {
            let port = network.link(id);
            if port.name.is_none() {
                let text = format!("netcf goes by names, and `{}` says none of its device", port.label());
                let help = "name the device in the source".to_owned();
                self.cx.cannot(link_fact(id, super::ROOT), &codes::OUTPUT_SETTING, text, help);
                continue;
            }
            if self.word(id).is_none() {
                continue;
            }
            if controller.mtu.is_some() && port.mtu.is_none() {
                self.cx.added(link_fact(id, FieldPath::parse("mtu")), "netcf-port");
            }
            for field in ["autoconnect", "hotplug"] {
                // netcf starts ports with their controller; of a link's state nobody knows who sets it up at boot.
                let same = Value::Bool(field == "autoconnect");
                if effective(network, id, field).is_none_or(|value| value == same) {
                    self.cx.added(link_fact(id, FieldPath::parse(field)), "netcf-port");
                }
            }
            tag.push(self.interface(id, port, &OF_PORTS));
        }
    }

    fn bond(&mut self, id: LinkId, link: &Link) -> Tag {
        let LinkKind::Bond(bond) = &link.kind.value else { return Tag::new("bond") };
        let mut tag = Tag::new("bond").with_some("mode", bond.mode.as_ref().map(|at| at.value));
        let mut miimon = Tag::new("miimon").with_some("freq", number(&bond.miimon));
        if let Some(delay) = number(&bond.updelay) {
            miimon.set("updelay", delay);
        }
        if let Some(delay) = number(&bond.downdelay) {
            miimon.set("downdelay", delay);
        }
        if let Some(at) = &bond.use_carrier {
            miimon.set("carrier", if at.value { "netif" } else { "ioctl" });
        }
        if bond.arp_interval.is_some() {
            let target = bond.arp_ip_target.values().next();
            for further in bond.arp_ip_target.items.iter().skip(1) {
                let fact = link_fact(id, FieldPath::parse("bond.arp_ip_target"));
                let text = format!("`<arpmon>` has one target; `{}` is one more", further.value);
                self.cx.cannot_item(fact, &further.origin, &codes::OUTPUT_SETTING, text, None);
            }
            tag.push(
                Tag::new("arpmon")
                    .with_some("interval", number(&bond.arp_interval))
                    .with_some("target", target)
                    .with_some("validate", bond.arp_validate.as_ref().map(|at| at.value)),
            );
        } else if bond.miimon.is_some() {
            tag.push(miimon);
        }
        let is_active_backup = bond.mode.as_ref().is_some_and(|at| at.value == BondMode::ActiveBackup);
        let primary = bond.primary.as_ref().map(|at| at.value.clone());
        if is_active_backup && primary.is_none() {
            // The first port is the primary one, whichever it is.
            self.cx.added(link_fact(id, FieldPath::parse("bond.primary")), "netcf-primary");
        }
        self.ports_into(&mut tag, link, |port| port.name.as_ref().map(|at| &at.value) == primary.as_ref());
        tag
    }
}

fn number<const MIN: i64, const MAX: i64>(said: &Said<netpivot_model::value::Int<MIN, MAX>>) -> Option<i64> {
    said.as_ref().map(|at| at.value.get())
}

/// 1/100 s as seconds with as much of a fraction as needed.
fn seconds(hundredths: i64) -> String {
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// `<protocol>`; none for a family that is switched off or left to the kernel.
fn protocol(config: &Sub<IpConfig>, family: &str) -> Option<Tag> {
    let config = config.as_ref()?;
    let v6 = family == "ipv6";
    let mut tag = Tag::new("protocol").with("family", family);
    let dhcp = || {
        let peerdns = config.ignore_auto_dns.as_ref().map(|at| if at.value { "no" } else { "yes" });
        Tag::new("dhcp").with_some("peerdns", peerdns)
    };
    match config.method.as_ref().map(|at| at.value) {
        Some(IpMethod::Auto) if v6 => tag.push(Tag::new("autoconf")),
        Some(IpMethod::Auto | IpMethod::Dhcp) => tag.push(dhcp()),
        Some(IpMethod::Manual | IpMethod::Shared) => {}
        Some(IpMethod::LinkLocal) if v6 => {}
        Some(IpMethod::LinkLocal | IpMethod::Disabled | IpMethod::Ignore) => return None,
        None if config.addresses.items.is_empty() => return None,
        None => {}
    }
    for address in config.addresses.values() {
        tag.push(Tag::new("ip").with("address", address.net.addr()).with("prefix", address.net.prefix_len()));
    }
    tag.push_some(config.gateway.as_ref().map(|at| Tag::new("route").with("gateway", at.value)));
    Some(tag)
}
