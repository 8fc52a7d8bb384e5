//! `ipv4.method=shared`: NetworkManager's own forwarding, masquerading, DHCP and name server for a link's network
//! (nm-settings(5)). A link whose source does just that gets it; one that does anything besides keeps
//! its addresses alone, and what is missing is told.

use super::profile::link_fact;
use crate::EmitContext;
use ipnet::IpNet;
use netpivot_model::codes::keyfile as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::dialect::KEYFILE;
use netpivot_model::ip::IpMethod;
use netpivot_model::link::LinkId;
use netpivot_model::nat::{Nat, NatAction};
use netpivot_model::network::{EntryKind, Network, Owned};
use netpivot_model::path::{FactPath, FieldPath, Subject};
use netpivot_model::reflect::{List, Nodes, Said};
use netpivot_model::rule::Family;
use netpivot_model::source::At;
use netpivot_model::value::{Count, U32};
use netpivot_model::virtual_network::{DhcpServer, DnsServer, INFINITE};
use netpivot_model::vocabulary::libvirt::is_untranslated;
use std::borrow::Cow;

/// The release that brought `shared-dhcp-range` and `shared-dhcp-lease-time`.
const RANGE_SINCE: u16 = 52;
/// The rule behind what the output says otherwise.
const RULE: &str = "networkmanager-shared";

/// What a link does for its network.
struct Shares {
    id: LinkId,
    /// `FIRST,LAST`, and the lease time where one is said.
    range: At<String>,
    lease: Said<U32>,
    /// The entries that the method stands for.
    entries: Vec<FactPath>,
}

/// The network with the method `shared` wherever it means the same.
pub(super) fn with_shared<'n>(
    network: Cow<'n, Network>,
    minor: u16,
    cx: &mut EmitContext,
) -> Cow<'n, Network> {
    let ids = network.links().map(|(id, _)| id).filter(|id| network.dialect_of(*id).format != KEYFILE);
    let found: Vec<Shares> = ids.filter_map(|id| shares(&network, id)).collect();
    let mut network = network;
    for share in found {
        let label = network.link(share.id).label().to_owned();
        if minor < RANGE_SINCE {
            let text = format!(
                "`{label}` shares its addresses as NetworkManager's method `shared` would, but only release 1.{RANGE_SINCE} \
                 can say which ones it gives out ({})",
                share.range.value
            );
            let help = format!("write for that release: `-t keyfile@1.{RANGE_SINCE}`");
            cx.diagnostics.push(Diagnostic::new(&codes::SHARED, text).from(&share.range.origin).help(help));
            continue;
        }
        let text = format!(
            "`{label}` gets the method `shared`: NetworkManager forwards, masquerades and runs dnsmasq for it; ports below 1024 \
             of its hosts are kept, and local multicast is masqueraded"
        );
        cx.diagnostics.push(Diagnostic::new(&codes::SHARED, text).from(&share.range.origin));
        for fact in share.entries {
            cx.otherwise(fact, RULE);
        }
        for field in ["ipv4.method", "ipv4.shared_dhcp_range"] {
            cx.otherwise(link_fact(share.id, FieldPath::parse(field)), RULE);
        }
        let config = network.to_mut().link_mut(share.id).ipv4.get_or_insert_default();
        config.method = Some(At::new(IpMethod::Shared, share.range.origin.clone()));
        config.shared_dhcp_range = Some(share.range);
        if let Some(lease) = share.lease {
            cx.added(link_fact(share.id, FieldPath::parse("ipv4.shared_dhcp_lease_time")), RULE);
            // "2147483647 is infinite".
            let seconds = if lease.value.get() == INFINITE { 2_147_483_647 } else { lease.value.get() };
            config.shared_dhcp_lease_time = Count::new(seconds).map(|n| At::new(n, lease.origin));
        }
    }
    network
}

fn shares(network: &Network, id: LinkId) -> Option<Shares> {
    let config = network.link(id).ipv4.as_ref()?;
    let [address] = config.addresses.items.as_slice() else { return None };
    if config.gateway.is_some() || network.link(id).controller.is_some() {
        return None;
    }
    let subnet = address.value.net.trunc();
    let (dhcp_at, dhcp) = only(&network.dhcp_servers, id)?;
    let (dns_at, dns) = only(&network.dns_servers, id)?;
    let (range, lease) = range(dhcp, subnet)?;
    if !serves_all(dns) {
        return None;
    }
    let rules: Vec<(u32, &Nat)> = owned(&network.nat, id).collect();
    if rules.is_empty() || !rules.iter().all(|(_, rule)| is_plain(rule, subnet)) || !translates_all(&rules) {
        return None;
    }
    let key = |key: &Said<String>| key.as_ref().map_or("", |at| at.value.as_str()) == "net.ipv4.ip_forward";
    let forwarding: Vec<u32> =
        owned(&network.sysctls, id).filter(|(_, s)| key(&s.key)).map(|(n, _)| n).collect();
    if forwarding.is_empty() {
        return None;
    }
    let fact = |kind, n| FactPath { subject: Subject::Entry(kind, n), field: FieldPath::new([""; 3]) };
    let mut entries = vec![fact(EntryKind::DhcpServer, dhcp_at), fact(EntryKind::DnsServer, dns_at)];
    entries.extend(rules.iter().map(|(n, _)| fact(EntryKind::Nat, *n)));
    entries.extend(forwarding.into_iter().map(|n| fact(EntryKind::Sysctl, n)));
    Some(Shares { id, range, lease, entries })
}

fn owned<T>(entries: &[Owned<T>], id: LinkId) -> impl Iterator<Item = (u32, &T)> {
    (0u32..).zip(entries).filter(move |(_, entry)| entry.owner == Some(id)).map(|(n, entry)| (n, &entry.item))
}

/// The one entry that the link owns.
fn only<T>(entries: &[Owned<T>], id: LinkId) -> Option<(u32, &T)> {
    let mut mine = owned(entries, id);
    mine.next().filter(|_| mine.next().is_none())
}

/// The one range of a server that does nothing else.
fn range(server: &DhcpServer, subnet: IpNet) -> Option<(At<String>, Said<U32>)> {
    let DhcpServer {
        family,
        router_advertisements: _,
        offers_router,
        ranges,
        hosts,
        boot_file,
        boot_server,
        tftp_root,
    } = server;
    let [range] = ranges.as_slice() else { return None };
    let v4 = family.as_ref().is_none_or(|at| at.value == Family::V4);
    let more = offers_router.is_some()
        || !hosts.is_empty()
        || boot_file.is_some()
        || boot_server.is_some()
        || tftp_root.is_some();
    let (start, end) = (range.start.as_ref()?, range.end.as_ref()?);
    if !v4 || more || !subnet.contains(&start.value) || !subnet.contains(&end.value) {
        return None;
    }
    let mut origin = start.origin.clone();
    origin.merge(&end.origin);
    Some((At::new(format!("{},{}", start.value, end.value), origin), range.lease_time.clone()))
}

/// True for a name server that answers and has nothing of its own.
fn serves_all(server: &DnsServer) -> bool {
    let DnsServer {
        enabled,
        forwards,
        domain,
        local_only,
        forward_plain_names,
        forwarders,
        hosts,
        txt,
        srv,
        options,
    } = server;
    let nothing =
        |forwarders: &Nodes<_>, options: &List<String>| forwarders.is_empty() && options.items.is_empty();
    enabled.as_ref().is_some_and(|at| at.value)
        && forwards.is_none()
        && domain.is_none()
        && local_only.is_none()
        && forward_plain_names.is_none()
        && nothing(forwarders, options)
        && hosts.is_empty()
        && txt.is_empty()
        && srv.is_empty()
}

/// True for a rule that is about the whole of the network, outwards, by whatever interface.
fn is_plain(rule: &Nat, subnet: IpNet) -> bool {
    let is = |said: &Said<IpNet>| said.as_ref().is_some_and(|at| at.value.trunc() == subnet);
    let outwards = match rule.action.as_ref().map(|at| at.value) {
        Some(NatAction::Masquerade) => {
            rule.destination.is_none()
                || is(&rule.destination) && rule.not_destination.as_ref().is_some_and(|at| at.value)
        }
        Some(NatAction::Accept) => rule.destination.as_ref().is_some_and(|at| is_untranslated(at.value)),
        Some(NatAction::Snat | NatAction::Dnat | NatAction::Redirect) | None => false,
    };
    outwards
        && is(&rule.source)
        && rule.out_interface.is_none()
        && rule.in_interface.is_none()
        && rule.source_port.is_none()
        && rule.destination_port.is_none()
        && rule.to_ports.as_ref().is_none_or(|at| at.value == "1024-65535")
        && rule.matches.items.is_empty()
}

/// True where some rule translates whatever the protocol.
fn translates_all(rules: &[(u32, &Nat)]) -> bool {
    rules.iter().any(|(_, rule)| {
        rule.protocol.is_none() && rule.action.as_ref().is_some_and(|at| at.value == NatAction::Masquerade)
    })
}
