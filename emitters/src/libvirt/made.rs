//! What a network is to be: as the source has it, or as a bridge of the host asks for.

use super::translation::{Covers, Translation, covers};
use super::{Job, entry_fact, link_fact};
use crate::Accounted;
use ipnet::IpNet;
use netpivot_model::defaults::Silence;
use netpivot_model::facts;
use netpivot_model::ip::{IpConfig, IpMethod};
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::network::{EntryKind, Network, Owned};
use netpivot_model::path::FieldPath;
use netpivot_model::reflect::Sub;
use netpivot_model::source::{At, Origin};
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

/// A rule of the host that translates what leaves a network.
struct Rule {
    /// Its position.
    n: usize,
    covers: Covers,
}

impl Job<'_> {
    /// The network for a bridge of the host. "a bridge with a physical port: `forward mode='bridge'` and no `<mac>`, `<ip>` or
    /// `<dhcp>`"; else libvirt makes the bridge: nat where it is masqueraded, routed where the host forwards, isolated.
    pub(super) fn plan(&mut self, id: LinkId, link: &Link) -> (VirtualNetwork, Plan) {
        let network = self.network;
        let named = |text: &str| Some(At::new(text.to_owned(), Origin::default_value()));
        let name = link.name.as_ref().map_or("", |at| at.value.as_str());
        let mut entry = VirtualNetwork { name: named(name), ..VirtualNetwork::default() };
        let mut plan = Plan { is_made: true, ..Plan::default() };
        let mode = |mode| Some(At::new(mode, Origin::default_value()));
        self.cx.account(Accounted::AddedEntry(EntryKind::VirtualNetwork), RULE);
        if self.is_hosts_own(link) {
            entry.forward = mode(ForwardMode::Bridge);
            entry.bridge = named(name);
            plan.is_ovs = matches!(link.kind.value, LinkKind::OvsBridge(_));
            let starts = effective(network, id, "autoconnect") != Some(Value::Bool(false));
            entry.autostart = starts.then(|| At::new(true, Origin::default_value()));
            return (entry, plan);
        }
        plan.dhcp = positions(&network.dhcp_servers, Some(id));
        plan.dns = positions(&network.dns_servers, Some(id)).first().copied();
        // What libvirt does besides by itself, with a network of that kind.
        for kind in [EntryKind::DnsServer, EntryKind::Nat, EntryKind::Sysctl] {
            self.cx.account(Accounted::AddedEntry(kind), RULE);
        }
        for field in ["ipv4.method", "ipv6.method", "ipv6.accept_ra", "ipv6.autoconf", "bridge.forward_delay"]
        {
            if effective(network, id, field).is_none() {
                self.cx.added(link_fact(id, FieldPath::parse(field)), RULE);
            }
        }
        let rules = self.rules_of(link);
        if rules.is_empty() {
            if nets(link).iter().any(|net| self.forwards(*net)) {
                entry.forward = mode(ForwardMode::Route);
            }
        } else {
            entry.forward = mode(ForwardMode::Nat);
            let of = |n: usize| &network.nat[n].item;
            entry.forward_dev = rules.iter().find_map(|rule| of(rule.n).out_interface.clone());
            plan.translation = Some(Translation::of(rules.iter().map(|rule| of(rule.n))));
            for rule in rules {
                let fact = entry_fact(EntryKind::Nat, rule.n);
                match rule.covers {
                    Covers::Network | Covers::Part => self.cx.otherwise(fact, "libvirt-nat"),
                    Covers::More => {
                        let text = "libvirt translates what leaves its own network; for other networks nothing does what the \
                                    rule of the whole host did";
                        let help = "keep it in the firewall's own configuration".to_owned();
                        self.cx.cannot(fact, &super::codes::OUTPUT_SETTING, text, help);
                    }
                }
            }
        }
        for (n, sysctl) in network.sysctls.iter().enumerate() {
            let key = sysctl.item.key.as_ref().map_or("", |at| at.value.as_str());
            if entry.forward.is_some() && FORWARDING.iter().any(|(_, of)| *of == key) {
                self.cx.otherwise(entry_fact(EntryKind::Sysctl, n), "libvirt-forwarding");
            }
        }
        (entry, plan)
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

    /// The rules that translate what comes out of the bridge's networks.
    fn rules_of(&self, link: &Link) -> Vec<Rule> {
        let nets = nets(link);
        let own = link.name.as_ref().map(|at| at.value.as_str());
        let is_inward = |rule: &netpivot_model::nat::Nat| {
            rule.out_interface.as_ref().is_some_and(|at| Some(at.value.as_str()) == own)
        };
        let rules = self.network.nat.iter().enumerate().filter(|(_, rule)| !is_inward(&rule.item));
        let mut found = Vec::new();
        for (n, rule) in rules {
            let covers = nets.iter().find_map(|net| covers(&rule.item, *net));
            found.extend(covers.map(|covers| Rule { n, covers }));
        }
        let translates_all = found.iter().any(|rule| rule.covers != Covers::Part);
        if translates_all { found } else { Vec::new() }
    }

    fn forwards(&self, net: IpNet) -> bool {
        self.network.sysctls.iter().any(|sysctl| {
            let key = sysctl.item.key.as_ref().map_or("", |at| at.value.as_str());
            let value = sysctl.item.value.as_ref().map_or("", |at| at.value.as_str());
            sysctl.item.netns.is_none()
                && value != "0"
                && FORWARDING.iter().any(|(v4, of)| *of == key && *v4 == net.addr().is_ipv4())
        })
    }
}

/// The kernel settings that switch forwarding on, for IPv4 or not.
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
