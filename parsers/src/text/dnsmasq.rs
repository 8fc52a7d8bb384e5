//! The files of dnsmasq(8) that netpivot writes for the servers of links.

use crate::{Context, Tree};
use foldhash::HashMap;
use netpivot_model::coverage::Item;
use netpivot_model::link::LinkId;
use netpivot_model::network::{Network, Owned};
use netpivot_model::reflect::{List, Said};
use netpivot_model::rule::Family;
use netpivot_model::source::{At, Origin, SourceId, Span};
use netpivot_model::value::{Scalar, U16, U32, Value};
use netpivot_model::virtual_network::{
    DhcpHost, DhcpRange, DhcpServer, DnsForwarder, DnsHost, DnsServer, DnsSrv, DnsTxt, INFINITE,
};
use netpivot_model::vocabulary::dnsmasq::{FOLDER, MARK};
use std::net::IpAddr;
use std::str::FromStr;

/// Reads the servers of the network's links.
pub fn read(tree: &dyn Tree, network: &mut Network, cx: &mut Context) {
    let names: HashMap<String, LinkId> =
        network.links().filter_map(|(id, link)| Some((link.name.as_ref()?.value.clone(), id))).collect();
    for entry in tree.list(FOLDER).unwrap_or_default() {
        let path = format!("{FOLDER}/{}", entry.name);
        let is_ours = tree.read(&path, crate::MAX_FILE).is_ok_and(|bytes| bytes.starts_with(MARK.as_bytes()));
        if !is_ours {
            continue;
        }
        let Some(source) = cx.read(tree, &path) else { continue };
        let text = cx.sources.get(source).text.clone();
        let owner = text.lines().find_map(|line| names.get(line.strip_prefix("interface=")?)).copied();
        file(source, &text, owner, network, cx);
    }
}

/// A line's words after the key, each with its place.
struct Line {
    span: Span,
    value: String,
}

impl Line {
    fn at<T>(&self, value: T) -> Said<T> {
        Some(At::new(value, self.span))
    }

    fn parsed<T: FromStr>(&self, text: &str) -> Said<T> {
        text.trim_matches(['[', ']']).parse().ok().and_then(|value| self.at(value))
    }

    fn parts(&self) -> Vec<&str> {
        self.value.split(',').collect()
    }
}

fn file(source: SourceId, text: &str, owner: Option<LinkId>, network: &mut Network, cx: &mut Context) {
    let mut dns = DnsServer::default();
    let mut servers: [DhcpServer; 2] = Default::default();
    let mut at = 0;
    for raw in text.split_inclusive('\n') {
        let start = at;
        at += raw.len();
        let trimmed = raw.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        let span = Span::new(source, start, start + trimmed.len());
        let (key, value) = trimmed.split_once('=').unwrap_or((trimmed, ""));
        cx.items.push(Item {
            span,
            owner,
            section: None,
            key: key.to_owned(),
            value: value.to_owned(),
            secret: false,
        });
        let line = Line { span, value: value.to_owned() };
        if !leases(key, &line, &mut servers) && !names(key, &line, &mut dns) {
            dns.options.push(trimmed.to_owned(), span);
        }
    }
    for (server, family) in servers.into_iter().zip([Family::V4, Family::V6]) {
        if server != DhcpServer::default() {
            let span = Span::new(source, 0, MARK.len());
            let family = server
                .family
                .clone()
                .or_else(|| Some(At::new(family, Origin::derived("dnsmasq-family", [span]))));
            network.dhcp_servers.push(Owned { owner, item: DhcpServer { family, ..server } });
        }
    }
    network.dns_servers.push(Owned { owner, item: dns });
}

/// Takes a line about DHCP.
fn leases(key: &str, line: &Line, servers: &mut [DhcpServer; 2]) -> bool {
    let parts = line.parts();
    let is_v6 = |text: &str| text.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|ip| ip.is_ipv6());
    let v6 =
        usize::from(parts.iter().any(|part| is_v6(part)) || parts.iter().any(|part| part.starts_with("id:")));
    match key {
        "dhcp-range" => {
            let server = &mut servers[v6];
            let family = if v6 == 1 { Family::V6 } else { Family::V4 };
            server.family = line.at(family);
            match parts.as_slice() {
                [_, "ra-only"] => server.router_advertisements = line.at(true),
                // It gives out nothing; the hosts beside have addresses of their own.
                [_, "static", ..] => {}
                [start, end, rest @ ..] => server.ranges.push(DhcpRange {
                    start: line.parsed(start),
                    end: line.parsed(end),
                    lease_time: rest.get(1).and_then(|text| lease(line, text)),
                }),
                _ => return false,
            }
        }
        "dhcp-host" => servers[v6].hosts.push(host(line, &parts)),
        // The link's own MTU, which its stanza says.
        "dhcp-option" if line.value.starts_with("option:mtu,") => {}
        "dhcp-option" if line.value == "3" => servers[0].offers_router = line.at(false),
        "ra-param" if line.value == "*,0,0" => servers[1].offers_router = line.at(false),
        "enable-ra" => servers[1].router_advertisements = line.at(true),
        // `tftp-root` follows and says it.
        "enable-tftp" => servers[0].tftp_root = line.at(String::new()),
        "tftp-root" => {
            let enabled = servers[0].tftp_root.take();
            let spans = enabled.iter().flat_map(|at| at.origin.spans().to_vec());
            let origin = Origin::said(std::iter::once(line.span).chain(spans));
            servers[0].tftp_root = Some(At::new(line.value.clone(), origin));
        }
        "dhcp-boot" => {
            servers[0].boot_file = line.at(parts.first().copied().unwrap_or_default().to_owned());
            servers[0].boot_server = parts.get(2).and_then(|server| line.at((*server).to_owned()));
        }
        _ => return false,
    }
    true
}

fn lease(line: &Line, text: &str) -> Said<U32> {
    let number = |text: &str, factor: i64| text.parse::<i64>().ok()?.checked_mul(factor);
    let seconds = match text {
        "infinite" => INFINITE,
        text if text.ends_with('h') => number(text.trim_end_matches('h'), 3600)?,
        text if text.ends_with('m') => number(text.trim_end_matches('m'), 60)?,
        text => number(text, 1)?,
    };
    line.at(U32::from_value(&Value::Int(seconds)).ok()?)
}

fn host(line: &Line, parts: &[&str]) -> DhcpHost {
    let mut host = DhcpHost::default();
    for part in parts {
        if let Some(id) = part.strip_prefix("id:") {
            host.id = line.at(id.to_owned());
        } else if part.trim_matches(['[', ']']).parse::<IpAddr>().is_ok() {
            host.address = line.parsed(part);
        } else if part.parse::<netpivot_model::value::Mac>().is_ok() {
            host.mac = line.parsed(part);
        } else if let Some(time) = lease(line, part) {
            host.lease_time = Some(time);
        } else {
            host.name = line.at((*part).to_owned());
        }
    }
    host
}

/// Takes a line about names.
fn names(key: &str, line: &Line, dns: &mut DnsServer) -> bool {
    let parts = line.parts();
    let text = |n: usize| parts.get(n).and_then(|part| line.at((*part).to_owned()));
    match key {
        // The file is for one link; that its server answers goes with it.
        "interface" => {
            if dns.enabled.is_none() {
                dns.enabled = Some(At::new(true, Origin::derived("dnsmasq-answers", [line.span])));
            }
        }
        "port" if line.value == "0" => dns.enabled = line.at(false),
        "no-resolv" => dns.forwards = line.at(false),
        "except-interface" | "bind-dynamic" | "expand-hosts" => {
            if let Some(enabled) = &mut dns.enabled {
                enabled.origin.merge(&line.span.into());
            }
        }
        "domain-needed" => dns.forward_plain_names = line.at(false),
        "local" if line.value == "//" => {
            if let Some(plain) = &mut dns.forward_plain_names {
                plain.origin.merge(&line.span.into());
            }
        }
        "local" => dns.local_only = line.at(true),
        "domain" => dns.domain = line.at(line.value.clone()),
        "server" => {
            dns.forwarders.push(match line.value.strip_prefix('/').and_then(|rest| rest.split_once('/')) {
                Some((domain, address)) => {
                    DnsForwarder { domain: line.at(domain.to_owned()), address: line.parsed(address) }
                }
                None => DnsForwarder { address: line.parsed(&line.value), domain: None },
            })
        }
        "host-record" => {
            let (address, hosts) = parts.split_last().map_or(("", &[][..]), |(last, rest)| (*last, rest));
            let mut names = List::default();
            hosts.iter().for_each(|name| names.push((*name).to_owned(), line.span));
            dns.hosts.push(DnsHost { address: line.parsed(address), names });
        }
        "txt-record" => {
            let value = line.value.split_once(',').map(|(_, value)| value.to_owned());
            dns.txt.push(DnsTxt { name: text(0), value: value.and_then(|value| line.at(value)) });
        }
        "srv-host" => {
            let name = parts.first().copied().unwrap_or_default();
            let mut labels = name.splitn(3, '.');
            let mut label = |prefix: &str| {
                let text = labels.next()?.trim_start_matches(prefix).to_owned();
                line.at(text).filter(|at| !at.value.is_empty())
            };
            let (service, protocol, domain) = (label("_"), label("_"), label(""));
            let number = |n: usize| parts.get(n).and_then(|part| line.at(U16::from_text(part).ok()?));
            let target = text(1).filter(|at| !at.value.is_empty());
            let (port, priority, weight) = (number(2), number(3), number(4));
            dns.srv.push(DnsSrv { service, protocol, domain, target, port, priority, weight });
        }
        _ => return false,
    }
    true
}
