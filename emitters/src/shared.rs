//! What NetworkManager's `ipv4.method=shared` does, spelled out for formats without such a method: the address, forwarding,
//! masquerading, a DHCP and a name server (nm-settings(5); `nm_dnsmasq_utils_get_range()`).

use crate::EmitContext;
use ipnet::{IpNet, Ipv4Net};
use netpivot_model::codes::libvirt as codes;
use netpivot_model::ip::IpMethod;
use netpivot_model::link::{Link, LinkId};
use netpivot_model::nat::{Nat, NatAction, NatBackend};
use netpivot_model::network::{EntryKind, Network, Owned};
use netpivot_model::path::{FactPath, FieldPath, Subject};
use netpivot_model::rule::Family;
use netpivot_model::source::{At, Origin};
use netpivot_model::sysctl::Sysctl;
use netpivot_model::value::U32;
use netpivot_model::virtual_network::{DhcpRange, DhcpServer, DnsServer, INFINITE};
use std::net::Ipv4Addr;

/// The rule behind what stands in the output instead of the method.
const RULE: &str = "networkmanager-shared";
/// NetworkManager's word for a lease without an end.
const ENDLESS: i64 = 2_147_483_647;

/// Gives each link that shares its address what the method does. `runs_servers`: the output says the servers, too.
pub(crate) fn spell_out(network: &mut Network, runs_servers: bool, cx: &mut EmitContext) {
    let shared: Vec<(LinkId, Origin)> =
        network.links().filter_map(|(id, link)| Some((id, shares(link)?.clone()))).collect();
    for (id, because) in shared {
        let fact = |field| FactPath { subject: Subject::Link(id), field: FieldPath::parse(field) };
        let label = network.link(id).label().to_owned();
        let addresses = network.link(id).ipv4.as_ref().map_or(&[][..], |config| &config.addresses.items);
        let is_alone = addresses.len() == 1;
        let Some(IpNet::V4(net)) = addresses.first().map(|address| address.value.net) else {
            let text = format!(
                "NetworkManager chooses the address that `{label}` shares (`ipv4.method`) when it starts the profile"
            );
            let help = "give the profile the address that the host has (`ip -4 addr`)".to_owned();
            cx.cannot(fact("ipv4.method"), &codes::SHARED, text, help);
            continue;
        };
        let Some(range) = range(network.link(id), net, &because) else {
            let text = format!("the network of {net} has no addresses that `{label}` could share");
            cx.cannot(fact("ipv4.method"), &codes::SHARED, text, None);
            continue;
        };
        let at = |word: &str| Some(At::new(word.to_owned(), because.clone()));
        let yes = |value| Some(At::new(value, because.clone()));
        let subnet = || Some(At::new(IpNet::V4(net.trunc()), because.clone()));
        let nat = Nat {
            family: Some(At::new(Family::V4, because.clone())),
            action: Some(At::new(NatAction::Masquerade, because.clone())),
            backend: Some(At::new(NatBackend::Iptables, because.clone())),
            source: subnet(),
            destination: subnet(),
            not_destination: yes(true),
            ..Nat::default()
        };
        let sysctl = Sysctl { key: at("net.ipv4.ip_forward"), value: at("1"), netns: None };
        let ranges = vec![range];
        let dhcp = DhcpServer {
            family: Some(At::new(Family::V4, because.clone())),
            ranges,
            ..DhcpServer::default()
        };
        let dns = DnsServer { enabled: yes(true), ..DnsServer::default() };
        let owner = Some(id);
        network.nat.push(Owned { owner, item: nat });
        network.sysctls.push(Owned { owner, item: sysctl });
        network.dhcp_servers.push(Owned { owner, item: dhcp });
        network.dns_servers.push(Owned { owner, item: dns });
        for (kind, about) in [
            (EntryKind::Nat, net.trunc().to_string()),
            (EntryKind::Sysctl, "net.ipv4.ip_forward".to_owned()),
            (EntryKind::DhcpServer, Family::V4.to_string()),
            (EntryKind::DnsServer, String::new()),
        ] {
            cx.added_entry(kind, owner, about, RULE);
        }
        if let Some(config) = &mut network.link_mut(id).ipv4 {
            config.method = Some(At::new(IpMethod::Manual, because.clone()));
            config.shared_dhcp_range = None;
            config.shared_dhcp_lease_time = None;
        }
        for field in ["ipv4.method", "ipv4.shared_dhcp_range", "ipv4.shared_dhcp_lease_time"] {
            if runs_servers && is_alone {
                cx.otherwise(fact(field), RULE);
                continue;
            }
            if runs_servers {
                let text = format!(
                    "NetworkManager masquerades the first network of `{label}` alone (`{field}`); libvirt masquerades all \
                     networks of a bridge or none, and here does none"
                );
                let help = "give the other addresses to a bridge of their own".to_owned();
                cx.cannot(fact(field), &codes::SHARED, text, help);
                continue;
            }
            let text = format!(
                "`{label}` shares its address (`{field}`): forwarding and masquerading are written, but nothing runs a DHCP \
                 and name server"
            );
            let help = "set one up; `--with-dnsmasq` writes one for dnsmasq".to_owned();
            cx.cannot(fact(field), &codes::SHARED, text, help);
        }
    }
}

/// Where the link says that it shares its address.
fn shares(link: &Link) -> Option<&Origin> {
    let method = link.ipv4.as_ref()?.method.as_ref()?;
    (method.value == IpMethod::Shared && link.netns.is_none()).then_some(&method.origin)
}

/// The addresses that dnsmasq gives out: those that the profile says, else the greater part of the network (at most a /24)
/// below or above the link's own address, a tenth of it and at most eight beside that address left free.
fn range(link: &Link, net: Ipv4Net, because: &Origin) -> Option<DhcpRange> {
    let config = link.ipv4.as_ref()?;
    let lease_time = config.shared_dhcp_lease_time.as_ref().filter(|at| at.value.get() > 0).and_then(|at| {
        let seconds = if at.value.get() == ENDLESS { INFINITE } else { at.value.get() };
        Some(At::new(U32::new(seconds)?, at.origin.clone()))
    });
    let (first, last, origin) = match &config.shared_dhcp_range {
        Some(at) => {
            let (first, last) = at.value.split_once(',')?;
            (first.trim().parse().ok()?, last.trim().parse().ok()?, at.origin.clone())
        }
        None => {
            let (first, last) = usual(net)?;
            (first, last, because.clone())
        }
    };
    let at = |address: Ipv4Addr| Some(At::new(address.into(), origin.clone()));
    Some(DhcpRange { start: at(first), end: at(last), lease_time })
}

fn usual(net: Ipv4Net) -> Option<(Ipv4Addr, Ipv4Addr)> {
    if net.prefix_len() > 30 {
        return None;
    }
    let net = Ipv4Net::new(net.addr(), net.prefix_len().max(24)).ok()?;
    let (first, last) = (u32::from(net.network()) + 1, u32::from(net.broadcast()) - 1);
    let own = u32::from(net.addr()).clamp(first, last);
    let free = |count: u32| (count / 10).min(8);
    let (first, last) = if own > first.midpoint(last) {
        (first, own - 1 - free(own - first))
    } else {
        (own + 1 + free(last - own), last)
    };
    Some((first.into(), last.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_range_is_networkmanagers() {
        for (net, range) in [
            ("10.42.0.1/24", Some("10.42.0.10,10.42.0.254")),
            ("192.168.0.254/24", Some("192.168.0.1,192.168.0.245")),
            ("10.0.5.1/16", Some("10.0.5.10,10.0.5.254")),
            ("192.168.0.1/30", Some("192.168.0.2,192.168.0.2")),
            ("192.168.0.2/30", Some("192.168.0.1,192.168.0.1")),
            ("192.168.0.1/31", None),
        ] {
            let found = usual(net.parse().unwrap()).map(|(first, last)| format!("{first},{last}"));
            assert_eq!(found.as_deref(), range, "{net}");
        }
    }
}
