//! The DHCP and name servers of a network.

use super::made::Plan;
use super::network::set_length;
use super::{Job, codes, entry_fact};
use crate::text::xml::Tag;
use foldhash::HashMap;
use netpivot_model::ip::Address;
use netpivot_model::link::{Link, LinkId};
use netpivot_model::network::{EntryKind, Network};
use netpivot_model::reflect::Said;
use netpivot_model::rule::Family;
use netpivot_model::value::U32;
use netpivot_model::virtual_network::{DhcpServer, DnsServer, INFINITE};

/// The value as text.
fn text<T: std::fmt::Display>(said: &Said<T>) -> Option<String> {
    said.as_ref().map(|at| at.value.to_string())
}

fn yes_no(said: &Said<bool>) -> Option<&'static str> {
    said.as_ref().map(|at| if at.value { "yes" } else { "no" })
}

impl<'n> Job<'n> {
    /// `<domain>`, `<dns>` and lines for dnsmasq.
    pub(super) fn servers(&mut self, root: &mut Tag, id: LinkId, plan: &Plan) {
        let Some(n) = plan.dns else {
            let link = self.network.link(id);
            let has_address =
                [&link.ipv4, &link.ipv6].into_iter().flatten().any(|c| !c.addresses.items.is_empty());
            if plan.is_made && has_address {
                root.push(Tag::new("dns").with("enable", "no"));
            }
            return;
        };
        let server = &self.network.dns_servers[n].item;
        let domain = Tag::new("domain")
            .with_some("name", text(&server.domain))
            .with_some("localOnly", yes_no(&server.local_only));
        root.push_some((!domain.is_empty()).then_some(domain));
        let dns = dns(server);
        root.push_some((!dns.is_empty()).then_some(dns));
        if !server.options.items.is_empty() {
            let mut options = Tag::new("dnsmasq:options");
            for line in server.options.values() {
                options.push(Tag::new("dnsmasq:option").with("value", line));
            }
            root.push(options);
        }
    }

    /// `<ip>` of each address, with the DHCP server at one of its family.
    pub(super) fn addresses(&mut self, root: &mut Tag, link: &Link, plan: &Plan) {
        for (config, family) in [(&link.ipv4, Family::V4), (&link.ipv6, Family::V6)] {
            let addresses: Vec<&Address> =
                config.iter().flat_map(|config| config.addresses.values()).collect();
            let network: &'n Network = self.network;
            let mut placed: HashMap<usize, &DhcpServer> = HashMap::default();
            for n in &plan.dhcp {
                let server = &network.dhcp_servers[*n].item;
                if server.family.as_ref().is_some_and(|at| at.value != family) {
                    continue;
                }
                match place(server, &addresses).filter(|at| !placed.contains_key(at)) {
                    Some(at) => _ = placed.insert(at, server),
                    None => {
                        let text = "a DHCP server of libvirt is for one network of a family, of which the bridge has an \
                                    address";
                        let fact = entry_fact(EntryKind::DhcpServer, *n);
                        self.cx.cannot(fact, &codes::OUTPUT_SETTING, text, None);
                    }
                }
            }
            for (n, address) in addresses.iter().enumerate() {
                let mut tag = Tag::new("ip");
                if family == Family::V6 {
                    tag.set("family", "ipv6");
                }
                tag.set("address", address.net.addr());
                set_length(&mut tag, address.net);
                if let Some(server) = placed.get(&n) {
                    tag.push_some(
                        server.tftp_root.as_ref().map(|at| Tag::new("tftp").with("root", &at.value)),
                    );
                    let served = dhcp(server);
                    // Every IPv6 network is advertised; that alone needs no saying.
                    tag.push_some((family == Family::V4 || !served.is_empty()).then_some(served));
                }
                root.push(tag);
            }
        }
    }
}

/// A server stands at the first address whose network a range of it is of, else one of its hosts; reservations alone, of
/// whatever network, at the first.
fn place(server: &DhcpServer, addresses: &[&Address]) -> Option<usize> {
    let ranges = server.ranges.iter().filter_map(|range| range.start.as_ref());
    let hosts = server.hosts.iter().filter_map(|host| host.address.as_ref());
    let mut served = ranges.chain(hosts);
    let found = served.find_map(|at| addresses.iter().position(|a| a.net.contains(&at.value)));
    found.or((server.ranges.is_empty() && !addresses.is_empty()).then_some(0))
}

fn dhcp(server: &DhcpServer) -> Tag {
    let mut tag = Tag::new("dhcp");
    for range in &server.ranges {
        let mut one =
            Tag::new("range").with_some("start", text(&range.start)).with_some("end", text(&range.end));
        one.push_some(lease(&range.lease_time));
        tag.push(one);
    }
    for host in &server.hosts {
        let mut one = Tag::new("host")
            .with_some("mac", text(&host.mac))
            .with_some("id", text(&host.id))
            .with_some("name", text(&host.name))
            .with_some("ip", text(&host.address));
        one.push_some(lease(&host.lease_time));
        tag.push(one);
    }
    let bootp = Tag::new("bootp")
        .with_some("file", text(&server.boot_file))
        .with_some("server", text(&server.boot_server));
    tag.push_some((!bootp.is_empty()).then_some(bootp));
    tag
}

/// `<lease expiry='1' unit='hours'/>`, in the largest unit that has no remainder; 0 for ever.
fn lease(time: &Said<U32>) -> Option<Tag> {
    let seconds = time.as_ref()?.value.get();
    let (expiry, unit) = match seconds {
        INFINITE => return Some(Tag::new("lease").with("expiry", 0)),
        n if n % 3600 == 0 => (n / 3600, "hours"),
        n if n % 60 == 0 => (n / 60, "minutes"),
        n => (n, "seconds"),
    };
    Some(Tag::new("lease").with("expiry", expiry).with("unit", unit))
}

fn dns(server: &DnsServer) -> Tag {
    let mut tag = Tag::new("dns");
    if server.enabled.as_ref().is_some_and(|at| !at.value) {
        tag.set("enable", "no");
    }
    if let Some(word) = yes_no(&server.forward_plain_names) {
        tag.set("forwardPlainNames", word);
    }
    for forwarder in &server.forwarders {
        tag.push(
            Tag::new("forwarder")
                .with_some("domain", text(&forwarder.domain))
                .with_some("addr", text(&forwarder.address)),
        );
    }
    for record in &server.txt {
        tag.push(
            Tag::new("txt").with_some("name", text(&record.name)).with_some("value", text(&record.value)),
        );
    }
    for record in &server.srv {
        tag.push(
            Tag::new("srv")
                .with_some("service", text(&record.service))
                .with_some("protocol", text(&record.protocol))
                .with_some("domain", text(&record.domain))
                .with_some("target", text(&record.target))
                .with_some("port", record.port.as_ref().map(|at| at.value.get()))
                .with_some("priority", record.priority.as_ref().map(|at| at.value.get()))
                .with_some("weight", record.weight.as_ref().map(|at| at.value.get())),
        );
    }
    for host in &server.hosts {
        let mut one = Tag::new("host").with_some("ip", text(&host.address));
        for name in host.names.values() {
            one.push(Tag::new("hostname").text(name));
        }
        tag.push(one);
    }
    tag
}
