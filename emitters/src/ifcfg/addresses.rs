//! IPADDR and its like, alias files for labels, gateways.

use super::file::File;
use super::profile::Profile;
use super::{Job, Reader};
use ipnet::IpNet;
use netpivot_model::codes::ifcfg_output as codes;
use netpivot_model::ip::{Address, IpMethod};
use netpivot_model::link::LinkKind;
use netpivot_model::path::FieldPath;
use netpivot_model::value::Value;
use netpivot_model::virtual_link::TunnelMode;
use std::net::IpAddr;

const V4: FieldPath = FieldPath::new(["ipv4", "addresses", ""]);
const V6: FieldPath = FieldPath::new(["ipv6", "addresses", ""]);

impl Job<'_> {
    /// Writes the IPv4 addresses: in order IPADDR, IPADDR1 …, those with a label of the device in alias files.
    pub(super) fn addresses4(&mut self, p: &mut Profile<'_>, method: IpMethod) {
        let Some(ip) = &p.link.ipv4 else { return };
        let addresses: Vec<&Address> = ip.addresses.values().collect();
        let mut lost = Vec::new();
        let unread = match (method, p.reader) {
            (IpMethod::LinkLocal, _) => Some("addresses beside the method link-local"),
            (IpMethod::Auto, Reader::Initscripts) => Some("addresses beside DHCP"),
            // ifup-sit sets IPv6 addresses only.
            (_, Reader::Initscripts) if is_sit(p) => Some("the IPv4 addresses of a sit tunnel"),
            (_, _) => None,
        };
        if let (Some(addresses_lost), false) = (unread, addresses.is_empty()) {
            lost.push(addresses_lost.to_owned());
        }
        let tunnel = matches!(p.link.kind.value, LinkKind::IpTunnel(_)) && !is_sit(p);
        let mut number = 0;
        let mut seen: Vec<IpNet> = Vec::new();
        for address in addresses.iter().filter(|_| unread.is_none()) {
            if method == IpMethod::Shared && !seen.is_empty() {
                lost.push(format!("{address} beside another one, since a shared link has one address"));
                continue;
            }
            if seen.contains(&address.net) {
                lost.push(format!("{} twice", address.net));
                continue;
            }
            seen.push(address.net);
            if tunnel {
                if number > 0 {
                    lost.push(format!("{address} beside another one, since a tunnel has one inner address"));
                    continue;
                }
                number += 1;
                lost.extend(inner(p, address));
                continue;
            }
            if let Some(alias) = self.alias(p, address) {
                p.aliases.push(alias);
                continue;
            }
            if !p.aliases.is_empty() {
                lost.push(format!("{} behind an address with a label", address.net));
            }
            let suffix = if number == 0 { String::new() } else { number.to_string() };
            number += 1;
            lost.extend(self.address(p, address, &suffix));
        }
        let labels: Vec<&str> = p.aliases.iter().map(|(name, _)| name.as_str()).collect();
        if !labels.is_sorted_by_key(|name| order(name)) {
            lost.push("addresses whose labels are not in order".to_owned());
        }
        if lost.is_empty() {
            p.done("ipv4.addresses");
        } else {
            let text = format!("ifcfg files cannot say {} to {}", lost.join(", nor "), p.reader.name());
            self.cannot(p, V4, &codes::ADDRESS, text.clone(), None);
            if number == 0 {
                self.cannot(p, FieldPath::parse("ipv4.method"), &codes::ADDRESS, text, None);
            }
        }
        self.gateway4(p, method, number > 0 && !tunnel);
    }

    /// One address; gives what it loses.
    fn address(&self, p: &mut Profile<'_>, address: &Address, suffix: &str) -> Vec<String> {
        p.file.set(format!("IPADDR{suffix}"), address.net.addr().to_string());
        let mut rest = address.clone();
        rest.label = None;
        let mut lost: Vec<String> =
            address.label.iter().map(|label| format!("the label `{label}` of {}", address.net)).collect();
        rest.broadcast = rest.broadcast.filter(|ip| *ip != address.net.broadcast());
        match (p.reader, rest.broadcast, address.net.netmask()) {
            (Reader::Initscripts, Some(broadcast), IpAddr::V4(mask)) => {
                // Beside PREFIX initscripts compute the broadcast address themselves.
                p.file.set(format!("NETMASK{suffix}"), mask.to_string());
                p.file.set(format!("BROADCAST{suffix}"), broadcast.to_string());
                rest.broadcast = None;
            }
            (_, _, _) => p.file.set(format!("PREFIX{suffix}"), address.net.prefix_len().to_string()),
        }
        let words = words_behind(address);
        if p.reader == Reader::Initscripts && !words.is_empty() {
            let all = p.link.ipv4.iter().flat_map(|ip| ip.addresses.values());
            if all.filter(|other| other.label.is_none()).all(|other| words_behind(other) == words) {
                p.file.set("SCOPE", words);
                (rest.scope, rest.peer) = (None, None);
            }
        }
        if rest != Address::new(rest.net) {
            lost.push(format!("the attributes of `{rest}`"));
        }
        lost
    }

    /// The alias file of an address whose label is one of the device's (`eth0:1`).
    fn alias(&self, p: &Profile<'_>, address: &Address) -> Option<(String, File)> {
        let label = address.label.as_deref()?;
        let (base, suffix) = label.split_once(':')?;
        // Each reader computes this broadcast address by itself.
        let broadcast = address.broadcast.filter(|ip| *ip == address.net.broadcast());
        let plain = Address { label: address.label.clone(), broadcast, ..Address::new(address.net) };
        let fits = base == p.name
            && p.device() == Some(base)
            && !suffix.is_empty()
            && suffix.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            && plain == *address
            && !p.aliases.iter().any(|(name, _)| name == label);
        if !fits || !address.net.addr().is_ipv4() {
            return None;
        }
        let mut file = File::default();
        file.set("DEVICE", label);
        file.set("IPADDR", address.net.addr().to_string());
        file.set("PREFIX", address.net.prefix_len().to_string());
        Some((label.to_owned(), file))
    }

    /// GATEWAY, which goes with an address of its file.
    fn gateway4(&mut self, p: &mut Profile<'_>, method: IpMethod, has_address: bool) {
        let Some(Value::Text(gateway)) = p.said("ipv4.gateway") else { return };
        let never = p.said("ipv4.never_default") == Some(Value::Bool(true));
        let inside = || {
            let first = p.link.ipv4.as_ref()?.addresses.values().find(|a| a.label.is_none())?.net;
            Some(first.contains(&gateway.parse::<IpAddr>().ok()?))
        };
        let v4 = gateway.parse::<IpAddr>().is_ok_and(|ip| ip.is_ipv4());
        let why = match p.reader {
            _ if never => "a link that never carries the default route has no gateway",
            _ if !v4 => "a gateway of IPv4 is an IPv4 address",
            _ if !has_address => "a gateway goes with a static address of the same file",
            Reader::NetworkManager if method == IpMethod::Disabled => "IPv4 is off",
            Reader::Initscripts if inside() != Some(true) => {
                "initscripts set no default route to a gateway outside the subnet of the first address"
            }
            Reader::NetworkManager | Reader::Initscripts => {
                p.file.set("GATEWAY", gateway.to_string());
                return p.done("ipv4.gateway");
            }
        };
        self.unsaid(p, "ipv4.gateway", why);
    }

    /// IPV6ADDR, IPV6ADDR_SECONDARIES, IPV6_DEFAULTGW.
    pub(super) fn addresses6(&mut self, p: &mut Profile<'_>, method: IpMethod) {
        let Some(ip) = &p.link.ipv6 else { return };
        let off = matches!(method, IpMethod::Ignore | IpMethod::Disabled);
        let mut words: Vec<String> = Vec::new();
        let mut lost = Vec::new();
        for address in ip.addresses.values() {
            let word = address.net.to_string();
            if off {
                lost.push(format!("{address} while IPv6 is off or left to the kernel"));
            } else if words.contains(&word) {
                lost.push(format!("{word} twice"));
            } else {
                if *address != Address::new(address.net) {
                    lost.push(format!("the attributes of `{address}`"));
                }
                words.push(word);
            }
        }
        if let Some((first, more)) = words.split_first() {
            p.file.set("IPV6ADDR", first.as_str());
            if !more.is_empty() {
                p.file.set("IPV6ADDR_SECONDARIES", more.join(" "));
            }
        }
        if lost.is_empty() {
            p.done("ipv6.addresses");
        } else {
            let text = format!("ifcfg files cannot say {} to {}", lost.join(", nor "), p.reader.name());
            self.cannot(p, V6, &codes::ADDRESS, text, None);
        }
        let Some(Value::Text(gateway)) = p.said("ipv6.gateway") else { return };
        let never = p.is_nm() && p.said("ipv6.never_default") == Some(Value::Bool(true));
        let address = gateway.parse::<std::net::Ipv6Addr>();
        let why = match address {
            Err(_) => "a gateway of IPv6 is an IPv6 address",
            Ok(_) if never => "a link that never carries the default route has no gateway",
            Ok(_) if words.is_empty() => "a gateway goes with a static IPv6 address of the same file",
            Ok(address) => {
                let device = p.device().filter(|_| address.is_unicast_link_local()).map(str::to_owned);
                let zone = device.map_or_else(String::new, |device| format!("%{device}"));
                p.file.set("IPV6_DEFAULTGW", format!("{address}{zone}"));
                return p.done("ipv6.gateway");
            }
        };
        self.unsaid(p, "ipv6.gateway", why);
    }
}

fn is_sit(p: &Profile<'_>) -> bool {
    let LinkKind::IpTunnel(tunnel) = &p.link.kind.value else { return false };
    tunnel.mode.as_ref().is_some_and(|at| at.value == TunnelMode::Sit)
}

/// The address inside a tunnel; gives what it loses.
fn inner(p: &mut Profile<'_>, address: &Address) -> Option<String> {
    let rest = Address { peer: address.peer, ..Address::new(address.net) };
    match address.peer {
        Some(peer) => {
            p.file.set("MY_INNER_IPADDR", address.net.addr().to_string());
            p.file.set("PEER_INNER_IPADDR", format!("{peer}/{}", address.net.prefix_len()));
        }
        None => p.file.set("MY_INNER_IPADDR", address.net.to_string()),
    }
    (rest != *address).then(|| format!("the attributes of `{address}`"))
}

/// The order in which alias files are read: by number, then by name.
fn order(name: &str) -> (u64, &str) {
    let suffix = name.split_once(':').map_or("", |(_, suffix)| suffix);
    (suffix.parse().unwrap_or(u64::MAX), name)
}

/// What initscripts write behind `ip addr add` for SCOPE (`ifup-eth`): a scope, or the other end of a host route as Hetzner's
/// pages have it.
fn words_behind(address: &Address) -> String {
    let scope = address.scope.iter().map(|scope| format!("scope {scope}"));
    let peer = address.peer.iter().map(|peer| match address.net.prefix_len() {
        32 => format!("peer {peer}"),
        length => format!("peer {peer}/{length}"),
    });
    scope.chain(peer).collect::<Vec<_>>().join(" ")
}
