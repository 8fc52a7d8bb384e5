//! What only libvirt has: virtual networks, the servers it runs for them, guests' interfaces. Formats of host networks have
//! no words for them; each is told by itself.

use crate::text::dnsmasq::Servers;
use crate::{EmitContext, OutputFile};
use netpivot_model::codes::{Code, libvirt as codes};
use netpivot_model::facts::subject_label;
use netpivot_model::link::LinkId;
use netpivot_model::network::{EntryKind, Network};
use netpivot_model::path::{FactPath, FieldPath, Subject};
use netpivot_model::vocabulary::dnsmasq;

/// Why an entry of a kind stands in libvirt's XML only, and what to do; `None` for other kinds.
fn beside(kind: EntryKind) -> Option<(&'static Code, &'static str, &'static str)> {
    match kind {
        EntryKind::VirtualNetwork => Some((
            &codes::NETWORK,
            "only libvirt has virtual networks; guests find none of that name, and the rules that keep networks apart \
             are not made",
            "define it on the new host, too (`-t libvirt` writes it), or plug the guests into the bridge by its name",
        )),
        EntryKind::DhcpServer => Some((
            &codes::DHCP_SERVER,
            "nothing runs a DHCP server for the network",
            "set one up; for an interfaces file `--with-dnsmasq` writes one for dnsmasq",
        )),
        EntryKind::DnsServer => Some((
            &codes::DNS_SERVER,
            "nothing runs a name server for the network",
            "set one up; for an interfaces file `--with-dnsmasq` writes one for dnsmasq",
        )),
        EntryKind::GuestInterface => Some((
            &codes::GUEST,
            "it is libvirt's and comes with the guest",
            "keep the guest's definition in libvirt",
        )),
        EntryKind::Netns
        | EntryKind::Route
        | EntryKind::Rule
        | EntryKind::Neighbor
        | EntryKind::Fdb
        | EntryKind::Nat
        | EntryKind::Sysctl
        | EntryKind::Hook => None,
    }
}

/// The servers of links, each as the file of an instance of dnsmasq, where they are asked for.
pub(crate) fn dnsmasq(network: &Network, cx: &mut EmitContext) -> Vec<(LinkId, OutputFile)> {
    if cx.with_dnsmasq {
        fill_records(network, cx);
    }
    let links = network.links().filter(|(_, link)| cx.with_dnsmasq && link.netns.is_none());
    links
        .filter_map(|(id, link)| {
            let name = link.name.as_ref()?.value.as_str();
            let mine = |owner: Option<LinkId>| owner == Some(id);
            let dhcp: Vec<_> =
                network.dhcp_servers.iter().filter(|e| mine(e.owner)).map(|e| &e.item).collect();
            let dns = network.dns_servers.iter().find(|e| mine(e.owner)).map(|e| &e.item);
            if dhcp.is_empty() && dns.is_none() {
                return None;
            }
            let configs = [&link.ipv4, &link.ipv6].into_iter().flatten();
            let addresses =
                configs.flat_map(|config| config.addresses.values()).map(|address| address.net).collect();
            let mtu = link.mtu.as_ref().map(|at| at.value.get());
            let text = Servers { name, addresses, mtu, dhcp, dns }.text();
            let path = dnsmasq::file(name)?;
            Some((
                id,
                OutputFile { path, mode: 0o644, text, has_secrets: false, link_to: None, reads_as: None },
            ))
        })
        .collect()
}

/// A number of a SRV record needs those before it, which are then what dnsmasq takes them for anyway.
fn fill_records(network: &Network, cx: &mut EmitContext) {
    for (n, entry) in (0u32..).zip(&network.dns_servers) {
        for index in 0..u16::try_from(entry.item.srv.len()).unwrap_or(u16::MAX) {
            for name in ["srv.port", "srv.priority"] {
                let mut field = FieldPath::parse(name);
                field.index = index;
                cx.added(
                    FactPath { subject: Subject::Entry(EntryKind::DnsServer, n), field },
                    "dnsmasq-srv-host",
                );
            }
        }
    }
}

/// Gives the reasons for all of it.
pub(crate) fn lose(network: &Network, cx: &mut EmitContext) {
    for kind in EntryKind::ALL {
        let Some((code, why, help)) = beside(*kind) else { continue };
        network.visit_entries(*kind, &mut |n, _, _| {
            let subject = Subject::Entry(*kind, n);
            let text = format!("{} is lost: {why}", subject_label(network, subject));
            cx.cannot(FactPath { subject, field: FieldPath::new([""; 3]) }, code, text, help.to_owned());
        });
    }
}
