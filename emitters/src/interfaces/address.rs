//! Methods, addresses, gateways and name servers: the stanzas of each family.

use super::one_method::{one_method, one_metric};
use super::stanza::{Line, Stanza};
use super::{Job, codes, link_fact};
use crate::advertisements;
use crate::text::ip::address::{command, conf6, key6};
use netpivot_model::defaults::Silence;
use netpivot_model::dialect::INTERFACES;
use netpivot_model::facts::effective;
use netpivot_model::ip::{Address, AddressFlags, IpConfig, IpMethod};
use netpivot_model::link::{LinkId, LinkKind};
use netpivot_model::network::EntryKind;
use netpivot_model::path::FieldPath;
use netpivot_model::vocabulary::interfaces::Reader;
use std::net::{IpAddr, Ipv4Addr};

/// The name of a family's settings.
fn family(v6: bool) -> &'static str {
    if v6 { "ipv6" } else { "ipv4" }
}

pub(super) fn path(v6: bool, field: &'static str) -> FieldPath {
    FieldPath::new([family(v6), field, ""])
}

impl<'n> Job<'n> {
    /// The stanzas of both families; the first one also holds what the link has besides.
    pub(super) fn addresses(&mut self, id: LinkId, name: &str) -> Vec<Stanza> {
        let network: &'n netpivot_model::network::Network = self.network;
        let link = network.link(id);
        if link.is_addressless_port() {
            for v6 in [false, true] {
                self.addresses_of_port(id, v6);
            }
            return vec![Stanza::new(name, false, "manual")];
        }
        let mut stanzas = self.family(id, name, false);
        stanzas.extend(self.family(id, name, true));
        // An alias is one of an interface.
        if stanzas.first().is_none_or(|stanza| stanza.v6 || stanza.name != name) {
            stanzas.insert(0, Stanza::new(name, false, "manual"));
        }
        for v6 in [false, true] {
            let config = if v6 { &link.ipv6 } else { &link.ipv4 };
            if let Some(config) = config {
                self.names(id, config, v6, name, &mut stanzas);
            }
        }
        if self.reader != Reader::Ifupdown {
            self.names_of_interface(id);
        }
        if self.reader != Reader::Ifupdown2 {
            return stanzas;
        }
        if one_metric(&mut stanzas) {
            self.gateway_is_a_route(id, true);
        }
        one_method(stanzas)
    }

    /// What comes in by a port is its controller's: the port's own addresses answer nobody.
    fn addresses_of_port(&mut self, id: LinkId, v6: bool) {
        let link = self.network.link(id);
        let config = if v6 { &link.ipv6 } else { &link.ipv4 };
        if config.as_ref().is_some_and(|config| config.addresses.is_said()) {
            let text = format!(
                "`{}` is a port, so that its addresses answer nobody, and its stanza has none",
                link.label()
            );
            let help = "give them to the controller, or take the port out of it".to_owned();
            self.cx.cannot(link_fact(id, path(v6, "addresses")), &codes::SETTING, text, help);
        }
    }

    pub(super) fn method(&self, id: LinkId, v6: bool) -> Option<IpMethod> {
        match effective(self.network, id, path(v6, "method")) {
            Silence::Value(value) => {
                IpMethod::ALL.iter().copied().find(|method| method.as_str() == value.to_string())
            }
            Silence::Kernel | Silence::Daemon | Silence::Unknown => None,
        }
    }

    fn family(&mut self, id: LinkId, name: &str, v6: bool) -> Vec<Stanza> {
        let network: &'n netpivot_model::network::Network = self.network;
        let link = network.link(id);
        let config = if v6 { &link.ipv6 } else { &link.ipv4 };
        let method = self.method(id, v6);
        let mut stanzas = Vec::new();
        match method {
            Some(IpMethod::Auto | IpMethod::Dhcp | IpMethod::LinkLocal | IpMethod::Shared) => {
                stanzas.extend(self.by_method(id, name, v6, method));
            }
            Some(IpMethod::Disabled) if v6 => self.disabled6(id, name, &mut stanzas),
            Some(IpMethod::Manual | IpMethod::Disabled | IpMethod::Ignore) | None => {}
        }
        let Some(config) = config else { return stanzas };
        if !matches!(method, Some(IpMethod::Disabled)) {
            self.static_addresses(id, config, name, v6, &mut stanzas);
        }
        self.gateway(id, config, name, v6, &mut stanzas);
        stanzas
    }

    /// A stanza whose method gets the addresses; none where the reader has no such method.
    fn by_method(&mut self, id: LinkId, name: &str, v6: bool, method: Option<IpMethod>) -> Option<Stanza> {
        let method = method?;
        let word = match (method, v6, self.reader) {
            (IpMethod::Auto, false, _) | (IpMethod::Dhcp, true, Reader::Ifupdown | Reader::Ifupdown2) => {
                "dhcp"
            }
            (IpMethod::Auto, true, _)
                if matches!(self.network.link(id).kind.value, LinkKind::Loopback(_)) =>
            {
                self.cx.otherwise(link_fact(id, path(true, "method")), "nobody-advertises-to-lo");
                return None;
            }
            (IpMethod::Auto, true, Reader::Ifupdown) => "auto",
            (IpMethod::Auto, true, Reader::Ifupdown2 | Reader::IfupdownNg) => {
                // The kernel does it where no stanza says a word (trap 58).
                self.cx.otherwise(link_fact(id, path(true, "method")), "autoconfiguration-by-the-kernel");
                return None;
            }
            (IpMethod::LinkLocal, false, Reader::Ifupdown) => {
                self.needs("avahi-autoipd");
                "ipv4ll"
            }
            (IpMethod::LinkLocal, true, _) => {
                // Without advertisements the kernel makes the link-local address and no other.
                let mut stanza = Stanza::new(name, true, "manual");
                self.early(id, &mut stanza).push(conf6(name, "accept_ra", 0).into());
                for field in ["method", "accept_ra"] {
                    self.cx.otherwise(link_fact(id, path(true, field)), "link-local-by-the-kernel");
                }
                return Some(stanza);
            }
            (
                IpMethod::Dhcp
                | IpMethod::LinkLocal
                | IpMethod::Shared
                | IpMethod::Manual
                | IpMethod::Disabled
                | IpMethod::Ignore,
                _,
                reader,
            ) => {
                let text = format!(
                    "{} has no method for `{}.method={}` of `{name}`",
                    reader.name(),
                    family(v6),
                    method.as_str()
                );
                self.cx.cannot(link_fact(id, path(v6, "method")), &codes::METHOD, text, None);
                return None;
            }
        };
        if word == "dhcp" && self.reader == Reader::Ifupdown {
            self.needs("dhcp-client");
        }
        Some(Stanza::new(name, v6, word))
    }

    /// The first phase in which the interface is there: ifupdown2 makes bridges, tunnels and VRFs behind the commands of
    /// `pre-up` (its addons.conf).
    pub(super) fn early<'s>(&self, id: LinkId, stanza: &'s mut Stanza) -> &'s mut Vec<Line> {
        let kind = &self.network.link(id).kind.value;
        let is_late = matches!(kind, LinkKind::Bridge(_) | LinkKind::IpTunnel(_) | LinkKind::Vrf(_));
        if is_late && self.reader == Reader::Ifupdown2 { &mut stanza.up } else { &mut stanza.pre_up }
    }

    /// IPv6 is on by default, so switching it off takes a kernel setting. `lo` and the links whose kernel has none of
    /// it stay as they are.
    fn disabled6(&mut self, id: LinkId, name: &str, stanzas: &mut Vec<Stanza>) {
        if matches!(self.network.link(id).kind.value, LinkKind::Loopback(_)) {
            self.cx.otherwise(link_fact(id, path(true, "method")), "loopback-of-the-kernel");
            return;
        }
        let mut stanza = Stanza::new(name, true, "manual");
        self.early(id, &mut stanza).push(conf6(name, "disable_ipv6", 1).into());
        // Read back it is a kernel setting of that name.
        self.cx.otherwise(link_fact(id, path(true, "method")), "ipv6-off-by-the-kernel");
        let key = key6(name, "disable_ipv6");
        self.cx.added_entry(EntryKind::Sysctl, Some(id), key, "ipv6-off-by-the-kernel");
        stanzas.push(stanza);
    }

    fn static_addresses(
        &mut self,
        id: LinkId,
        config: &IpConfig,
        name: &str,
        v6: bool,
        stanzas: &mut Vec<Stanza>,
    ) {
        let mut lost = Vec::new();
        let (mut by_command, mut keeps_order) = (false, false);
        if config.method.is_none() && config.addresses.is_said() {
            // Commands add addresses and speak of no method.
            self.cx.otherwise(link_fact(id, path(v6, "method")), "method-of-addresses");
        }
        for at in &config.addresses.items {
            let (address, turn) = (&at.value, self.ran.at(&at.origin));
            if name == "lo" && crate::loopback::is_kernels(address) {
                // `ip addr add` would fail over it.
                self.cx.otherwise(link_fact(id, path(v6, "addresses")), "loopback-of-the-kernel");
                self.cx.otherwise(link_fact(id, path(v6, "method")), "loopback-of-the-kernel");
                continue;
            }
            if address.flags.nodad && v6 && self.reader == Reader::Ifupdown {
                self.cx
                    .otherwise(link_fact(id, FieldPath::parse("eni.dad_attempts")), "nodad-of-the-addresses");
            }
            // ifupdown-ng adds the addresses of all options first; the order is that of the source.
            let core = self.reader == Reader::Ifupdown;
            let is_first = !core || stanzas.is_empty() && !v6;
            // What a stanza's command adds with a label comes and goes with its interface; an alias is one of its own.
            let is_of_command = turn > Some(0) && self.network.dialect.format == INTERFACES;
            let has_label = is_of_command && address.label.as_ref().is_some_and(|label| label != name);
            // ifdown takes all of `lo` away that a static stanza has, 127.0.0.1 among it; and ifupdown gives every address a
            // broadcast address.
            let is_of_lo = core
                && name == "lo"
                && address.label.as_ref().is_none_or(|label| label == name)
                && (is_of_command || self.network.dialect.format != INTERFACES);
            let is_bare = core && is_of_command && has_no_broadcast(address);
            let option =
                self.option_stanza(address, name, v6).filter(|_| !has_label && !is_of_lo && !is_bare);
            let option = option.filter(|_| !self.turns.is_between(id, turn, is_first));
            // Those that commands add keep their order.
            match option.filter(|_| !by_command || core && turn <= Some(0) && !keeps_order) {
                Some(mut stanza) => {
                    if v6 && advertisements::are_the_kernels(self.network, id) {
                        let rule = "autoconfiguration-by-the-kernel";
                        self.cx.otherwise(link_fact(id, path(true, "method")), rule);
                        if core {
                            // The method switches it off (inet6.defn).
                            stanza.option("autoconf", "1");
                            self.cx.added(link_fact(id, path(true, "autoconf")), rule);
                        }
                    }
                    let one_stanza = self.reader != Reader::Ifupdown
                        && stanza.options.iter().all(|(key, _)| key == "address");
                    let last = stanzas.last_mut().filter(|s| s.method == "static" && one_stanza);
                    match last {
                        Some(last) => last.options.extend(stanza.options),
                        None => stanzas.push(stanza),
                    }
                }
                None if self.reader == Reader::Ifupdown2
                    && address.label.is_some()
                    && only_label(address) =>
                {
                    lost.push(address.to_string());
                    stanzas.push(plain(name, v6, address));
                }
                None => {
                    if !stanzas.iter().any(|stanza| stanza.name == name) {
                        stanzas.push(Stanza::new(name, v6, "manual"));
                    }
                    if let Some(stanza) = stanzas.iter_mut().rfind(|stanza| stanza.name == name) {
                        // A command that changes an address of a stanza finds it there.
                        let turn = if self.ran.is_of_stanza(&at.origin) { turn.map(|_| 0) } else { turn };
                        stanza.up.push(Line { text: command(address, name, v6), turn, ..Line::default() });
                        if has_label || is_of_lo && !is_of_command {
                            // ifdown takes the addresses away that have the interface's own name for a label, but for `lo`.
                            stanza.down.push(removal(address, name, v6).into());
                        }
                        by_command = true;
                        keeps_order |= self.ran.is_of_stanza(&at.origin);
                    }
                }
            }
        }
        if !lost.is_empty() {
            let text = format!("ifupdown2 gives no labels to addresses: {}", lost.join(", "));
            self.cx.cannot(link_fact(id, path(v6, "addresses")), &codes::SETTING, text, None);
        }
    }

    /// A static stanza that says all of an address; `None` where only a command does.
    fn option_stanza(&self, address: &Address, name: &str, v6: bool) -> Option<Stanza> {
        let Address { net: _, peer, broadcast, label, scope, valid_lft, preferred_lft, metric, flags } =
            address;
        let core = self.reader == Reader::Ifupdown;
        // `dad-attempts 0` is `nodad` (inet6.defn).
        let is_nodad = core && v6 && flags.nodad;
        let other_flags = AddressFlags { nodad: flags.nodad && !is_nodad, ..*flags };
        if valid_lft.is_some() || metric.is_some() || other_flags != AddressFlags::default() {
            return None;
        }
        if !core && (peer.is_some() || broadcast.is_some() || scope.is_some() || label.is_some()) {
            return None;
        }
        let mut stanza = plain(name, v6, address);
        match label {
            Some(label) if label == name => {}
            // An interface `eth0:1` is an address of eth0 with that label (archlinux.c).
            Some(label) if !v6 && is_alias(label, name) => stanza.name.clone_from(label),
            Some(_) => return None,
            None => {}
        }
        match peer {
            Some(IpAddr::V4(peer)) if !v6 => {
                // Its length is the address's, a host's where it has none.
                let length = address.net.prefix_len();
                let network = if length == 32 { String::new() } else { format!("/{length}") };
                stanza.option("pointopoint", format!("{peer}{network}"));
            }
            Some(_) => return None,
            None => {}
        }
        match broadcast {
            // `broadcast +` is what ifupdown gives to every address (inet.defn).
            Some(IpAddr::V4(broadcast)) if is_usual_broadcast(address, *broadcast) => {}
            Some(broadcast) if !v6 => stanza.option("broadcast", broadcast.to_string()),
            Some(_) => return None,
            None => {}
        }
        match scope.as_deref() {
            // The words that ip(8) knows without a file of names.
            Some(word @ ("global" | "site" | "link" | "host")) => stanza.option("scope", word),
            Some(_) => return None,
            None => {}
        }
        match preferred_lft {
            Some(seconds) if v6 && core => stanza.option("preferred-lifetime", seconds.to_string()),
            Some(_) => return None,
            None => {}
        }
        if is_nodad {
            stanza.option("dad-attempts", "0");
        }
        Some(stanza)
    }
}

fn plain(name: &str, v6: bool, address: &Address) -> Stanza {
    let mut stanza = Stanza::new(name, v6, "static");
    stanza.option("address", address.net.to_string());
    stanza
}

fn is_usual_broadcast(address: &Address, broadcast: Ipv4Addr) -> bool {
    address.net.prefix_len() < 31 && address.net.broadcast() == IpAddr::V4(broadcast)
}

/// True for an IPv4 address that comes without a broadcast address. ifupdown says `broadcast +` for every one, which ip(8)
/// takes for the address of the subnet, in the smallest ones, too.
fn has_no_broadcast(address: &Address) -> bool {
    address.net.addr().is_ipv4() && address.broadcast.is_none()
}

fn only_label(address: &Address) -> bool {
    Address { label: None, ..address.clone() } == Address::new(address.net)
}

/// True for a label that ifupdown makes of an interface's name.
fn is_alias(label: &str, name: &str) -> bool {
    let rest = label.strip_prefix(name).and_then(|rest| rest.strip_prefix(':'));
    rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// What takes an address away that a command adds.
fn removal(address: &Address, name: &str, v6: bool) -> String {
    let family = if v6 { "-6" } else { "-4" };
    format!("ip {family} address del {} dev {} || true", address.net, crate::text::shell::quote(name))
}
