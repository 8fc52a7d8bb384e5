//! What a network is to be: as the source has it, or as a bridge of the host asks for.

use super::translation::{Adopted, Covers, Translation, adopt, bears_on};
use super::{Job, codes, entry_fact, link_fact};
use ipnet::IpNet;
use netpivot_model::defaults::Silence;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::facts;
use netpivot_model::ip::{IpConfig, IpMethod};
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::nat::{Nat, NatAction};
use netpivot_model::network::{EntryKind, Network, Owned};
use netpivot_model::path::{FactPath, FieldPath};
use netpivot_model::reflect::{Said, Sub};
use netpivot_model::rule::Family;
use netpivot_model::source::{At, Origin};
use netpivot_model::sysctl::Sysctl;
use netpivot_model::value::Value;
use netpivot_model::virtual_network::{ForwardMode, VirtualNetwork};

/// The rule behind what a network says besides its bridge's own settings.
const RULE: &str = "libvirt-network-of-a-bridge";

/// What is written beside the entry itself.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub translation: Option<Translation>,
    /// Positions of the DHCP and name servers.
    pub dhcp: Vec<usize>,
    pub dns: Option<usize>,
    /// The network is made for a bridge of the host: libvirt must run no name server that the host does not have.
    pub is_made: bool,
    /// The bridge is one of Open vSwitch.
    pub is_ovs: bool,
}

impl Plan {
    /// Of a network that the source has.
    pub fn of_source(network: &Network, entry: &Owned<VirtualNetwork>) -> Self {
        let owner = entry.owner;
        let rules =
            network.nat.iter().filter(|rule| owner.is_some() && rule.owner == owner).map(|rule| &rule.item);
        Plan {
            translation: Some(Translation::of(rules)),
            dhcp: positions(&network.dhcp_servers, owner),
            dns: positions(&network.dns_servers, owner).first().copied(),
            ..Plan::default()
        }
    }

    pub fn has_dnsmasq_options(&self, network: &Network) -> bool {
        self.dns.is_some_and(|n| !network.dns_servers[n].item.options.items.is_empty())
    }
}

fn positions<T>(entries: &[Owned<T>], owner: Option<LinkId>) -> Vec<usize> {
    let mine = |(n, entry): (usize, &Owned<T>)| (owner.is_some() && entry.owner == owner).then_some(n);
    entries.iter().enumerate().filter_map(mine).collect()
}

/// What a link does at that setting; `None` where that is not known.
pub(super) fn effective(network: &Network, id: LinkId, field: &'static str) -> Option<Value> {
    match facts::effective(network, id, FieldPath::parse(field)) {
        Silence::Value(value) => Some(value),
        Silence::Kernel | Silence::Daemon | Silence::Unknown => None,
    }
}

impl<'n> Job<'n> {
    /// The network for a bridge of the host. "a bridge with a physical port: `forward mode='bridge'` and no `<mac>`, `<ip>` or
    /// `<dhcp>`"; else libvirt makes the bridge: nat where it is masqueraded, routed where the host forwards, isolated.
    pub(super) fn plan(&mut self, id: LinkId, link: &Link) -> (VirtualNetwork, Plan) {
        let network = self.network;
        let named = |text: &str| Some(At::new(text.to_owned(), Origin::default_value()));
        let name = link.name.as_ref().map_or("", |at| at.value.as_str());
        let mut entry = VirtualNetwork { name: named(name), ..VirtualNetwork::default() };
        let mut plan = Plan { is_made: true, ..Plan::default() };
        let mode = |mode| Some(At::new(mode, Origin::default_value()));
        if self.is_hosts_own(link) {
            self.cx.added_entry(EntryKind::VirtualNetwork, None, name, RULE);
            entry.forward = mode(ForwardMode::Bridge);
            entry.bridge = named(name);
            plan.is_ovs = matches!(link.kind.value, LinkKind::OvsBridge(_));
            entry.autostart = self.starts(id).then(|| At::new(true, Origin::default_value()));
            return (entry, plan);
        }
        self.cx.added_entry(EntryKind::VirtualNetwork, Some(id), name, RULE);
        plan.dhcp = positions(&network.dhcp_servers, Some(id));
        plan.dns = positions(&network.dns_servers, Some(id)).first().copied();
        for field in ["ipv4.method", "ipv6.method", "ipv6.accept_ra", "ipv6.autoconf", "bridge.forward_delay"]
        {
            if effective(network, id, field).is_none() {
                self.cx.added(link_fact(id, FieldPath::parse(field)), RULE);
            }
        }
        let nets = nets(link);
        let rules = self.rules_of(link, &nets);
        match adopt(&rules, &nets) {
            Some(adopted) => {
                entry.forward = mode(ForwardMode::Nat);
                entry.forward_dev = adopted.dev.as_deref().and_then(named);
                self.take_over(id, &rules, &nets, &adopted);
                plan.translation = Some(adopted.translation);
            }
            None => {
                let leaves = rules.iter().any(|(_, rule)| rule.source.is_some());
                if leaves || FAMILIES.iter().any(|v4| self.forwards(&nets, *v4)) {
                    entry.forward = mode(ForwardMode::Route);
                }
                self.take_over(id, &rules, &nets, &Adopted::default());
            }
        }
        self.besides(id, &nets, &entry, &plan);
        (entry, plan)
    }

    /// Says of each rule that translates what leaves the networks whether libvirt does just that.
    fn take_over(&mut self, id: LinkId, rules: &[(usize, &Nat)], nets: &[IpNet], adopted: &Adopted) {
        for net in nets.iter().filter(|net| adopted.translates(**net)) {
            self.cx.added_entry(EntryKind::Nat, Some(id), net.trunc().to_string(), "libvirt-nat");
        }
        let help = "keep it in the firewall's own configuration".to_owned();
        for (n, rule) in rules {
            let fact = entry_fact(EntryKind::Nat, *n);
            match adopted.rules.iter().find(|(adopted, _)| adopted == n).map(|(_, covers)| *covers) {
                Some(Covers::Network | Covers::Part) => {
                    for field in ["", "backend", "to_ports"] {
                        self.cx.otherwise(FactPath { field: FieldPath::parse(field), ..fact }, "libvirt-nat");
                    }
                }
                Some(Covers::More) => {
                    let text = "libvirt translates what leaves its own network; for other networks nothing does what the \
                                rule of the whole host did";
                    self.cx.cannot(fact, &codes::OUTPUT_SETTING, text, help.clone());
                }
                None if bears_on(rule, nets) => {
                    let text = "libvirt translates all IPv4 networks of a bridge alike, towards one device or all of them, \
                                every protocol, TCP and UDP to the same ports; not as this rule does";
                    self.cx.cannot(fact, &codes::OUTPUT_SETTING, text, help.clone());
                }
                None => {}
            }
        }
    }

    /// What libvirt does with a network of that kind by itself: forwarding, and the servers that come with addresses.
    fn besides(&mut self, id: LinkId, nets: &[IpNet], entry: &VirtualNetwork, plan: &Plan) {
        let network = self.network;
        let has = |v4: bool| nets.iter().any(|net| net.addr().is_ipv4() == v4);
        if !nets.is_empty() {
            self.cx.added_entry(EntryKind::DnsServer, Some(id), "", RULE);
        }
        if has(false) {
            self.advertised(id, plan);
        }
        for v4 in FAMILIES.into_iter().filter(|v4| has(*v4) && entry.forward.is_some()) {
            let set = FORWARDING.iter().find(|(of, _)| *of == v4).map_or("", |(_, key)| *key);
            self.cx.added_entry(EntryKind::Sysctl, Some(id), set, "libvirt-forwarding");
            for (n, sysctl) in network.sysctls.iter().enumerate() {
                if switches_on(&sysctl.item, v4) {
                    self.cx.otherwise(entry_fact(EntryKind::Sysctl, n), "libvirt-forwarding");
                }
            }
            let is_translated = plan.translation.as_ref().is_some_and(|translation| v4 || translation.ipv6());
            if !is_translated && !self.forwards(nets, v4) {
                let family = if v4 { "IPv4" } else { "IPv6" };
                let text = format!(
                    "libvirt forwards {family} as well (`{set}`), for the whole host, when it starts the network"
                );
                let help =
                    "let the firewall keep out what must not pass, or remove the addresses of that family";
                self.does_besides(id, text, help);
            }
        }
    }

    /// dnsmasq advertises each IPv6 network of a bridge that libvirt makes.
    fn advertised(&mut self, id: LinkId, plan: &Plan) {
        let servers = &self.network.dhcp_servers;
        let is_v6 = |n: &&usize| servers[**n].item.family.as_ref().is_some_and(|at| at.value == Family::V6);
        let server = plan.dhcp.iter().find(is_v6).copied();
        if server.is_some_and(|n| servers[n].item.router_advertisements.as_ref().is_some_and(|at| at.value)) {
            return;
        }
        match server {
            Some(n) => {
                let fact = entry_fact(EntryKind::DhcpServer, n);
                let field = FieldPath::parse("router_advertisements");
                self.cx.otherwise(FactPath { field, ..fact }, "libvirt-advertisements");
            }
            None => {
                let family = Family::V6.to_string();
                self.cx.added_entry(EntryKind::DhcpServer, Some(id), family, "libvirt-advertisements");
            }
        }
        let text = "libvirt's dnsmasq advertises the IPv6 network: guests get addresses of it and take the host as \
                    their router";
        self.does_besides(id, text.to_owned(), "where another router advertises it, remove one of the two");
    }

    fn does_besides(&mut self, id: LinkId, text: String, help: &str) {
        let link = self.network.link(id);
        let message = format!("`{}`: {text}", link.label());
        let origin = link.name.as_ref().map_or(&link.kind.origin, |at| &at.origin);
        self.cx.diagnostics.push(Diagnostic::new(&codes::BESIDES, message).from(origin).help(help));
    }

    /// True for a bridge that stays with the host: a card or bond is plugged in, or it gets its own address or gateway
    /// from outside.
    fn is_hosts_own(&self, link: &Link) -> bool {
        let name = link.name.as_ref().map_or("", |at| at.value.as_str());
        let ports = self.ports.get(name).map_or(&[][..], Vec::as_slice);
        let is_open = |config: &Sub<IpConfig>| {
            config.as_ref().is_some_and(|config| {
                let asks = config.method.as_ref().is_some_and(|at| match at.value {
                    IpMethod::Auto | IpMethod::Dhcp => true,
                    IpMethod::Manual
                    | IpMethod::LinkLocal
                    | IpMethod::Shared
                    | IpMethod::Disabled
                    | IpMethod::Ignore => false,
                });
                asks || config.gateway.is_some()
            })
        };
        matches!(link.kind.value, LinkKind::OvsBridge(_))
            || is_open(&link.ipv4)
            || link.ipv6.as_ref().is_some_and(|config| config.gateway.is_some())
            || ports.iter().any(|id| leads_outside(&self.network.link(*id).kind.value))
    }

    /// The rules for what comes out of the bridge's networks.
    fn rules_of(&self, link: &Link, nets: &[IpNet]) -> Vec<(usize, &'n Nat)> {
        let network: &'n Network = self.network;
        let own = link.name.as_ref().map(|at| at.value.as_str());
        let is_inward =
            |rule: &Nat| rule.out_interface.as_ref().is_some_and(|at| Some(at.value.as_str()) == own);
        let is_untranslated =
            |rule: &Nat| rule.action.as_ref().is_some_and(|at| at.value == NatAction::Accept);
        let rules = network.nat.iter().map(|rule| &rule.item).enumerate();
        rules
            .filter(|(_, rule)| !is_inward(rule) && (is_untranslated(rule) || bears_on(rule, nets)))
            .collect()
    }

    /// True where the host forwards a family that one of the networks is of.
    fn forwards(&self, nets: &[IpNet], v4: bool) -> bool {
        nets.iter().any(|net| net.addr().is_ipv4() == v4)
            && self.network.sysctls.iter().any(|sysctl| switches_on(&sysctl.item, v4))
    }
}

/// IPv4, and IPv6.
const FAMILIES: [bool; 2] = [true, false];

fn switches_on(sysctl: &Sysctl, v4: bool) -> bool {
    let text = |said: &Said<String>| said.as_ref().map_or("", |at| at.value.as_str()).to_owned();
    let (key, value) = (text(&sysctl.key), text(&sysctl.value));
    sysctl.netns.is_none() && value != "0" && FORWARDING.iter().any(|(of, name)| *of == v4 && *name == key)
}

/// The kernel settings that switch forwarding on, for IPv4 or not; libvirt sets the first of a family.
const FORWARDING: [(bool, &str); 3] = [
    (true, "net.ipv4.ip_forward"),
    (true, "net.ipv4.conf.all.forwarding"),
    (false, "net.ipv6.conf.all.forwarding"),
];

fn nets(link: &Link) -> Vec<IpNet> {
    [&link.ipv4, &link.ipv6]
        .into_iter()
        .flatten()
        .flat_map(|config| config.addresses.values())
        .map(|a| a.net)
        .collect()
}

/// True for a port by which packets leave the host.
fn leads_outside(kind: &LinkKind) -> bool {
    match kind {
        LinkKind::Tun(_) | LinkKind::Veth(_) | LinkKind::Dummy(_) | LinkKind::Loopback(_) => false,
        LinkKind::Ethernet(_)
        | LinkKind::Wifi(_)
        | LinkKind::Infiniband(_)
        | LinkKind::Bridge(_)
        | LinkKind::Bond(_)
        | LinkKind::Team(_)
        | LinkKind::Vlan(_)
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
        | LinkKind::Unsupported(_) => true,
    }
}
