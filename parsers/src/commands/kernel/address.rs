//! Addresses and the routes that the kernel makes for them.

use super::{DeviceId, Kernel, RouteEntry, RouteId};
use crate::commands::fault::{Done, Fault};
use ipnet::IpNet;
use netpivot_model::codes::commands as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::ip::Address;
use netpivot_model::link::LinkKind;
use netpivot_model::rule::Family;
use netpivot_model::source::{At, Origin, Span};
use std::net::IpAddr;

/// An address of a link.
#[derive(Debug, Clone)]
pub(in crate::commands) struct AddressEntry {
    pub at: At<Address>,
    /// Its turn among all that was made.
    pub sequence: u64,
    /// The prefix route that the kernel made for it.
    pub(super) connected: Option<RouteId>,
    /// Set where a command deleted that route.
    pub(super) disconnected: Option<Origin>,
    secondary: bool,
}

type Key = (IpAddr, u8, Option<IpAddr>);

/// How an address is told from others: IPv4 by address, length and peer (`__inet_insert_ifa()`), IPv6 by
/// address alone (`ipv6_add_addr()`).
pub(super) fn key(address: &Address) -> Key {
    match address.net {
        IpNet::V4(net) => (IpAddr::V4(net.addr()), net.prefix_len(), address.peer),
        IpNet::V6(net) => (IpAddr::V6(net.addr()), 0, None),
    }
}

fn family(address: &Address) -> Family {
    match address.net {
        IpNet::V4(_) => Family::V4,
        IpNet::V6(_) => Family::V6,
    }
}

/// The prefix on the link: the peer's where there is one.
fn prefix(address: &Address) -> IpNet {
    match address.peer {
        Some(peer) => IpNet::new(peer, address.net.prefix_len()).unwrap_or(address.net).trunc(),
        None => address.net.trunc(),
    }
}

/// The scope as ip(8) sends it (`ipaddress.c:default_scope()`).
fn scope(address: &Address) -> &str {
    let silent = if address.net.addr().is_loopback() { "host" } else { "global" };
    address.scope.as_deref().unwrap_or(silent)
}

impl Kernel {
    /// Adds an address; with `replace` one that is there already is changed.
    pub fn add_address(&mut self, id: DeviceId, address: At<Address>, replace: bool, span: Span) -> Done {
        let ip = address.value.net.addr();
        let device = self.device(id);
        if ip.is_ipv6() && device.mtu() < 1280 {
            return Err(Fault::kernel(
                "Invalid argument",
                span,
                format!("`{}` has an MTU of {}, and IPv6 needs 1280", device.name, device.mtu()),
            ));
        }
        if self.ipv6_is_off(id) && ip.is_ipv6() {
            let name = &self.device(id).name;
            return Err(Fault::kernel("Permission denied", span, format!("IPv6 is disabled on `{name}`")));
        }
        if ip.is_ipv6() && ip.is_loopback() && !matches!(device.link.kind.value, LinkKind::Loopback(_))
            || ip.is_ipv6() && ip.is_multicast()
            || ip.is_ipv6() && ip.is_unspecified()
        {
            return Err(Fault::kernel(
                "Cannot assign requested address",
                span,
                format!("`{ip}` is no address for this link"),
            ));
        }
        let key = key(&address.value);
        if let Some(entry) = self.device_mut(id).addresses.get_mut(&key) {
            if !replace {
                return Err(Fault::kernel(
                    "File exists",
                    span,
                    format!("`{}` has the address already", self.device(id).name),
                )
                .intent("remove the line, or use `ip addr replace`"));
            }
            let before = std::mem::replace(&mut entry.at, address).origin;
            entry.at.origin = Origin::said(before.spans().iter().chain(entry.at.origin.spans()).copied());
            return Ok(());
        }
        let subnet = prefix(&address.value);
        let device = self.device(id);
        let is_other = ip.is_ipv4()
            && device.subnets.contains_key(&subnet)
            && device.addresses.values().any(|entry| {
                prefix(&entry.at.value) == subnet && scope(&entry.at.value) != scope(&address.value)
            });
        if is_other {
            // `__inet_insert_ifa()`
            let why = format!("`{}` has an address of {subnet} with another scope", device.name);
            return Err(Fault::kernel("Invalid argument", span, why));
        }
        self.insert_address(id, address);
        self.claim(id);
        Ok(())
    }

    pub(super) fn insert_address(&mut self, id: DeviceId, address: At<Address>) {
        let sequence = self.next();
        let key = key(&address.value);
        let subnet = prefix(&address.value);
        let local = address.value.net.addr();
        let space = self.device(id).space;
        let device = self.device_mut(id);
        let count = device.subnets.entry(subnet).or_insert(0);
        let secondary = *count > 0 && local.is_ipv4();
        *count += 1;
        let up = device.up;
        let entry = AddressEntry { at: address, sequence, connected: None, disconnected: None, secondary };
        if device.addresses.is_empty() {
            // Most links have one, and a map that grows by itself begins with three.
            device.addresses.reserve_exact(1);
        }
        device.addresses.insert(key, entry);
        *self.space_mut(space).locals.entry(local).or_insert(0) += 1;
        if up {
            self.connect(id, key);
        }
    }

    /// Makes the prefix route of an address (`fib_add_ifaddr()`, `addrconf_prefix_route()`).
    fn connect(&mut self, id: DeviceId, key: Key) {
        let device = self.device(id);
        let Some(entry) = device.addresses.get(&key) else { return };
        let address = &entry.at.value;
        let dst = prefix(address);
        let own = dst.addr() == address.net.addr() && dst.prefix_len() == 32;
        if address.flags.noprefixroute || entry.secondary || own || entry.connected.is_some() {
            return;
        }
        let metric = match (address.metric, address.net) {
            (Some(metric), _) => metric,
            (None, IpNet::V4(_)) => 0,
            (None, IpNet::V6(_)) => 256,
        };
        let origin = entry.at.origin.clone();
        let route = RouteEntry::connected(device.space, self.table_of(id), dst, metric, id, origin);
        let route = self.insert_connected(route);
        if let Some(entry) = self.device_mut(id).addresses.get_mut(&key) {
            entry.connected = Some(route);
            entry.disconnected = None;
        }
    }

    pub(super) fn connect_all(&mut self, id: DeviceId) {
        let keys: Vec<Key> = self.device(id).addresses.keys().copied().collect();
        for key in keys {
            self.connect(id, key);
        }
    }

    /// The routes for the link's addresses are gone with the link's up state or its table.
    pub(super) fn forget_connected(&mut self, id: DeviceId, of: Option<Family>) {
        for entry in self.device_mut(id).addresses.values_mut() {
            if of.is_none_or(|of| of == family(&entry.at.value)) {
                entry.connected = None;
            }
        }
    }

    /// A command deleted a route that the kernel had made: the address stays without it.
    pub(super) fn disconnect(&mut self, id: DeviceId, route: RouteId, origin: &Origin) {
        let mut found = Vec::new();
        for entry in self.device_mut(id).addresses.values_mut() {
            if entry.connected == Some(route) {
                entry.connected = None;
                entry.disconnected = Some(origin.clone());
                found.push((entry.at.value.net, entry.at.origin.span()));
            }
        }
        for (net, said) in found {
            let mut finding = Diagnostic::new(
                &codes::CONNECTED,
                format!(
                    "the route deleted here is the kernel's own for {net}; the address is written without it"
                ),
            );
            finding.labels.extend(origin.spans());
            finding.labels.extend(said);
            self.notes.push(finding.help("nothing; `noprefixroute` says the same"));
        }
    }

    /// Deletes an address. `exact` is false where the command gives no length: then any length matches.
    pub fn delete_address(&mut self, id: DeviceId, address: &Address, exact: bool, span: Span) -> Done {
        let wanted = key(address);
        let device = self.device(id);
        let exact_key = device.addresses.contains_key(&wanted).then_some(wanted);
        let found = match exact_key {
            Some(found) => Some(found),
            None if exact && address.net.addr().is_ipv4() => device
                .addresses
                .iter()
                .find(|(key, entry)| {
                    key.0 == wanted.0
                        && key.1 == wanted.1
                        && (address.peer.is_none() || entry.at.value.peer == address.peer)
                })
                .map(|(key, _)| *key),
            None => device.addresses.keys().find(|key| key.0 == wanted.0).copied(),
        };
        let found = found.filter(|key| {
            let len = device.addresses.get(key).map_or(0, |entry| entry.at.value.net.prefix_len());
            !exact || len == address.net.prefix_len()
        });
        let Some(found) = found else {
            if device.opaque {
                return Ok(());
            }
            let name = &device.name;
            let mut fault = Fault::kernel(
                "Cannot assign requested address",
                span,
                format!("`{name}` does not have the address {}", address.net),
            );
            if let Some(other) =
                device.addresses.values().find(|e| e.at.value.net.addr() == address.net.addr())
            {
                fault = fault.intent(format!("it has {}: delete it with that length", other.at.value.net));
            }
            return Err(fault);
        };
        self.is_to_spare(id, found, span)?;
        self.remove_address(id, found, span);
        Ok(())
    }

    /// A hook that nobody evaluates may need the addresses that were there when it ran: what takes one of them away stays a
    /// hook behind it. A script is evaluated for what is left in the end.
    fn is_to_spare(&self, id: DeviceId, key: Key, span: Span) -> Done {
        let device = self.device(id);
        let since = device.addresses.get(&key).map(|entry| entry.sequence.max(device.up_since));
        if self.author.is_none() || !device.up || since > self.left_at {
            return Ok(());
        }
        let why =
            format!("a command before it that is not evaluated may need {} of `{}`", key.0, device.name);
        Err(Fault::unknown(span, why))
    }

    fn remove_address(&mut self, id: DeviceId, key: Key, span: Span) {
        let Some(entry) = self.take_address(id, key) else { return };
        self.took |= entry.sequence <= self.base_until;
        let subnet = prefix(&entry.at.value);
        if let Some(route) = entry.connected {
            let shared = key.0.is_ipv6()
                && self.device(id).addresses.values().any(|other| other.connected == Some(route));
            if !shared {
                self.remove_route(route);
            }
        }
        if key.0.is_ipv4() && !entry.secondary && self.device(id).subnets.contains_key(&subnet) {
            self.after_primary(id, subnet, span);
        }
        self.drop_routes_from(id, key.0, span);
        if key.0.is_ipv4() && !self.device(id).addresses.keys().any(|key| key.0.is_ipv4()) {
            // "Last address was deleted from this interface. Disable IP." (fib_inetaddr_event)
            self.drop_routes(id, Some(Family::V4), span);
        }
    }

    /// The primary address of a subnet is gone: the next one takes its place, or all of them go
    /// (`__inet_del_ifa()`, `promote_secondaries`).
    fn after_primary(&mut self, id: DeviceId, subnet: IpNet, span: Span) {
        let rest: Vec<Key> = self
            .device(id)
            .addresses
            .iter()
            .filter(|(_, entry)| prefix(&entry.at.value) == subnet)
            .map(|(key, _)| *key)
            .collect();
        if self.promotes(id) {
            let next = rest.iter().min_by_key(|key| self.device(id).addresses[*key].sequence).copied();
            if let Some(next) = next {
                self.device_mut(id).addresses[&next].secondary = false;
                if self.device(id).up {
                    self.connect(id, next);
                }
            }
            return;
        }
        let name = self.device(id).name.clone();
        let mut labels = vec![span];
        for key in rest {
            labels.extend(self.take_address(id, key).and_then(|gone| gone.at.origin.span()));
        }
        let mut finding = Diagnostic::new(
            &codes::SWEPT,
            format!("the other addresses of `{name}` in {subnet} go with their first one"),
        )
        .help("delete the first address last, or set `net.ipv4.conf.all.promote_secondaries=1`");
        finding.labels = labels;
        self.notes.push(finding);
    }

    fn take_address(&mut self, id: DeviceId, key: Key) -> Option<AddressEntry> {
        let space = self.device(id).space;
        let device = self.device_mut(id);
        let entry = device.addresses.swap_remove(&key)?;
        let subnet = prefix(&entry.at.value);
        if let Some(count) = device.subnets.get_mut(&subnet) {
            *count -= 1;
            if *count == 0 {
                device.subnets.remove(&subnet);
            }
        }
        let locals = &mut self.space_mut(space).locals;
        if let Some(count) = locals.get_mut(&key.0) {
            *count -= 1;
            if *count == 0 {
                locals.remove(&key.0);
            }
        }
        Some(entry)
    }

    /// The first IPv4 address of a label; `None` is the link's own name.
    pub fn labelled(&self, id: DeviceId, label: Option<&str>) -> Option<At<Address>> {
        let entries = self.device(id).addresses.values();
        entries
            .filter(|entry| entry.at.value.net.addr().is_ipv4() && entry.at.value.label.as_deref() == label)
            .min_by_key(|entry| entry.sequence)
            .map(|entry| entry.at.clone())
    }

    /// All addresses of a family go.
    pub(super) fn drop_addresses(&mut self, id: DeviceId, of: Option<Family>) {
        let keys: Vec<Key> = self
            .device(id)
            .addresses
            .iter()
            .filter(|(_, entry)| of.is_none_or(|of| of == family(&entry.at.value)))
            .map(|(key, _)| *key)
            .collect();
        for key in keys {
            if let Some(entry) = self.take_address(id, key)
                && let Some(route) = entry.connected
            {
                self.remove_route(route);
            }
        }
    }

    /// `ip addr flush`: those of a family, of a scope, with a label, within a prefix.
    pub fn flush_addresses(&mut self, id: DeviceId, matches: &dyn Fn(&Address) -> bool, span: Span) -> Done {
        let mut keys: Vec<(u64, Key)> = self
            .device(id)
            .addresses
            .iter()
            .filter(|(_, entry)| matches(&entry.at.value))
            .map(|(key, entry)| (entry.sequence, *key))
            .collect();
        // The youngest first: then no address goes with another.
        keys.sort_unstable_by_key(|(sequence, _)| std::cmp::Reverse(*sequence));
        for (_, key) in &keys {
            self.is_to_spare(id, *key, span)?;
        }
        for (_, key) in keys {
            self.remove_address(id, key, span);
        }
        Ok(())
    }

    /// True where an own address of the namespace.
    pub(super) fn is_local(&self, id: super::SpaceId, ip: IpAddr) -> bool {
        self.space(id).locals.contains_key(&ip) || ip.is_loopback() && ip.is_ipv4()
    }
}
