//! Addresses: those that are promised and those that are there, whoever gave them.

use super::kernel::Kernel;
use super::promise::Promise;
use super::rule::{self, Rule};
use super::{Finding, Judged, Told, place_of};
use ipnet::IpNet;
use netpivot_model::codes::drift as codes;
use netpivot_model::ip::{Address, IpMethod};
use netpivot_model::link::LinkId;
use netpivot_model::path::FieldPath;
use netpivot_model::source::At;
use netpivot_parsers::netlink::observed::{Given, Giver};
use std::net::{IpAddr, Ipv4Addr};

/// Compares the addresses of a device.
pub(super) fn check(promise: &Promise<'_>, device: LinkId, kernel: &Kernel<'_>, judged: &mut Vec<Judged>) {
    for v6 in [false, true] {
        Family::of(promise, device, v6, kernel).check(judged);
    }
}

struct Family<'p, 'c, 'k> {
    promise: &'p Promise<'c>,
    v6: bool,
    method: Option<IpMethod>,
    wanted: Vec<&'c At<Address>>,
    found: Vec<&'k At<Address>>,
    given: Vec<&'k Given>,
}

impl<'p, 'c, 'k> Family<'p, 'c, 'k> {
    fn of(promise: &'p Promise<'c>, device: LinkId, v6: bool, kernel: &Kernel<'k>) -> Self {
        let method = promise.method(v6);
        let has_none = promise.link().is_without_addresses() || method == Some(IpMethod::Disabled);
        let config = promise.ip(v6).filter(|_| !has_none);
        let is_kernels = |address: &Address| promise.name == "lo" && address.net.addr().is_loopback();
        let wanted = config.map_or(&[][..], |config| &config.addresses.items).iter();
        let actual = kernel.link(device);
        let actual = if v6 { actual.ipv6.as_deref() } else { actual.ipv4.as_deref() };
        Family {
            promise,
            v6,
            method,
            wanted: wanted.filter(|at| !is_kernels(&at.value)).collect(),
            found: actual.map_or(&[][..], |actual| &actual.addresses.items).iter().collect(),
            given: kernel.given(device).iter().filter(|given| given.net.addr().is_ipv6() == v6).collect(),
        }
    }

    fn check(&self, judged: &mut Vec<Judged>) {
        let mut taken = vec![false; self.found.len()];
        for wanted in &self.wanted {
            let same = |at: &&At<Address>| {
                at.value.net == wanted.value.net && is_same_peer(&at.value, &wanted.value)
            };
            if let Some(at) = self.found.iter().position(same) {
                taken[at] = true;
            } else if !self.given.iter().any(|given| given.net == wanted.value.net) {
                let near = self.found.iter().position(|at| at.value.net.addr() == wanted.value.net.addr());
                if let Some(at) = near {
                    taken[at] = true;
                }
                judged.push(self.missing(wanted, near.map(|at| self.found[at])));
            }
        }
        let mut leases = self.given.iter().filter(|given| given.giver == Giver::Dhcp).count();
        for (at, _) in self.found.iter().zip(&taken).filter(|(_, taken)| !**taken) {
            let rule = self.excused(&at.value, leases);
            leases += usize::from(rule == Some(&rule::UNMARKED_LEASE));
            judged.push(self.unknown(at.value.net, rule));
        }
        for given in &self.given {
            if !self.wanted.iter().any(|wanted| wanted.value.net == given.net) {
                judged.push(self.unknown(given.net, self.excused_given(given)));
            }
        }
        if self.asks_for_lease() && leases == 0 {
            judged.push(self.no_lease());
        }
    }

    fn family(&self) -> &'static str {
        if self.v6 { "ipv6" } else { "ipv4" }
    }

    fn asks_for_lease(&self) -> bool {
        self.promise.asks_for_lease(self.v6)
    }

    fn missing(&self, wanted: &At<Address>, near: Option<&At<Address>>) -> Judged {
        let net = wanted.value.net;
        let what = match near {
            Some(near) => {
                format!("`{}` has the address {}, and not {net}", self.promise.name, words(&near.value))
            }
            None => format!("`{}` lacks the address {net}", self.promise.name),
        };
        let finding = Finding {
            entry: Some(format!("address {net}")),
            field: Some(format!("{}.addresses", self.family())),
            promised: Some(Told::words(words(&wanted.value))),
            actual: near.map(|near| Told::words(words(&near.value))),
            source: place_of(self.promise.config.loaded, &wanted.origin).or_else(|| self.promise.own_place()),
            ..self.promise.finding(&codes::ADDRESS_MISSING, what, self.promise.restart())
        };
        Judged { finding, rule: None }
    }

    fn unknown(&self, net: IpNet, rule: Option<&'static Rule>) -> Judged {
        let name = &self.promise.name;
        let net = net.to_string();
        let what = format!("`{name}` has the address {net}, which no configuration gives it");
        let help = format!("`ip address del {net} dev {name}`, or write it into the configuration");
        let finding = Finding {
            entry: Some(format!("address {net}")),
            field: Some(format!("{}.addresses", self.family())),
            actual: Some(Told::words(net)),
            ..self.promise.finding(&codes::ADDRESS_UNKNOWN, what, help)
        };
        Judged { finding, rule }
    }

    fn no_lease(&self) -> Judged {
        let field = FieldPath::parse(if self.v6 { "ipv6.method" } else { "ipv4.method" });
        let version = if self.v6 { "DHCPv6" } else { "DHCP" };
        let what = format!("`{}` has no address by {version}", self.promise.name);
        let finding = Finding {
            field: Some(field.to_string()),
            promised: Some(Told::words("a lease")),
            source: self.promise.place(field).or_else(|| self.promise.own_place()),
            ..self.promise.finding(
                &codes::NO_LEASE,
                what,
                "look whether the client runs and the server answers",
            )
        };
        Judged { finding, rule: None }
    }

    /// Why an address that looks configured is not somebody's change.
    fn excused(&self, address: &Address, leases: usize) -> Option<&'static Rule> {
        match (address.net.addr(), self.method) {
            (_, Some(IpMethod::Auto | IpMethod::Dhcp)) if self.asks_for_lease() && leases == 0 => {
                Some(&rule::UNMARKED_LEASE)
            }
            (IpAddr::V4(ip), Some(IpMethod::Shared)) if is_shared(ip) => Some(&rule::SHARED),
            (IpAddr::V4(ip), Some(IpMethod::LinkLocal | IpMethod::Auto)) if ip.is_link_local() => {
                Some(&rule::ZEROCONF)
            }
            (IpAddr::V4(_) | IpAddr::V6(_), _) => None,
        }
    }

    /// Why an address that nobody configured is right.
    fn excused_given(&self, given: &Given) -> Option<&'static Rule> {
        let listens = self.promise.listens(self.v6);
        match given.giver {
            Giver::Itself(what) if what.contains("temporary") => Some(&rule::TEMPORARY),
            Giver::Itself(what) if what.contains("IPv4") => Some(&rule::ZEROCONF),
            Giver::Itself(_) => Some(&rule::KERNEL),
            Giver::Advertisement => listens.then_some(&rule::ADVERTISEMENT),
            Giver::Dhcp if self.v6 => listens.then_some(&rule::LEASE),
            Giver::Dhcp | Giver::Configuration => self.asks_for_lease().then_some(&rule::LEASE),
        }
    }
}

/// The subnets that NetworkManager shares by itself: 10.42.N.1/24 (`nm_netns_shared_ip_reserve()`).
fn is_shared(ip: Ipv4Addr) -> bool {
    ip.octets()[..2] == [10, 42]
}

fn is_same_peer(a: &Address, b: &Address) -> bool {
    let own = |address: &Address| address.peer.filter(|peer| *peer != address.net.addr());
    own(a) == own(b)
}

fn words(address: &Address) -> String {
    address.peer.map_or_else(|| address.net.to_string(), |peer| format!("{} peer {peer}", address.net))
}
