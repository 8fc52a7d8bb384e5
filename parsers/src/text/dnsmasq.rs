//! The files of dnsmasq(8) that netpivot writes for the servers of links.

use crate::{Context, Tree};
use netpivot_model::coverage::Item;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::hook::{Hook, HookPhase};
use netpivot_model::link::{Link, LinkId};
use netpivot_model::network::{Network, Owned};
use netpivot_model::reflect::{List, Said};
use netpivot_model::rule::Family;
use netpivot_model::source::{At, Origin, SourceId, Span};
use netpivot_model::value::{Scalar, U16, U32, Value};
use netpivot_model::virtual_network::{
    DhcpHost, DhcpRange, DhcpServer, DnsForwarder, DnsHost, DnsServer, DnsSrv, DnsTxt, INFINITE,
};
use netpivot_model::vocabulary::dnsmasq::{self as vocabulary, FURTHER, MARK};
use std::net::IpAddr;
use std::str::FromStr;

/// Reads the servers of the network's links: those that a hook of the link starts. That hook, and the one that ends the
/// server, is accounted for then.
pub fn read(tree: &dyn Tree, network: &mut Network, cx: &mut Context) {
    let links: Vec<(LinkId, String)> =
        network.links().filter_map(|(id, link)| Some((id, link.name.as_ref()?.value.clone()))).collect();
    for (id, name) in links {
        let Some(path) = vocabulary::file(&name) else { continue };
        let (start, stop) = (vocabulary::start(&path), vocabulary::stop(&name));
        let is_start = |hook: &Owned<Hook>| says(hook, id, HookPhase::Up, &start);
        let bytes = tree.read(&path, crate::MAX_FILE);
        let is_ours = bytes.is_ok_and(|bytes| bytes.starts_with(MARK.as_bytes()));
        if !is_ours || !network.hooks.iter().any(is_start) {
            continue;
        }
        let Some(source) = cx.read(tree, &path) else { continue };
        let text = cx.sources.get(source).text.clone();
        let is_its = |hook: &mut Owned<Hook>| is_start(hook) || says(hook, id, HookPhase::Down, &stop);
        let hooks: Vec<Owned<Hook>> = network.hooks.extract_if(.., is_its).collect();
        // That no one knows what the command does is true no more.
        let is_about = |found: &Diagnostic| {
            let spans = |at: &At<String>| {
                at.origin.spans().iter().any(|span| {
                    found.labels.iter().any(|of| of.source == span.source && of.start == span.start)
                })
            };
            found.code.id == NOT_EVALUATED
                && hooks.iter().filter_map(|hook| hook.item.command.as_ref()).any(spans)
        };
        cx.diagnostics.retain(|found| !is_about(found));
        let commands = hooks.iter().filter_map(|hook| hook.item.command.as_ref());
        let run_by = Origin::derived("dnsmasq-instance", commands.flat_map(|at| at.origin.spans().to_vec()));
        file(source, &text, (id, &name), run_by, network, cx);
    }
}

fn says(hook: &Owned<Hook>, id: LinkId, phase: HookPhase, command: &str) -> bool {
    hook.owner == Some(id)
        && hook.item.phase.as_ref().is_some_and(|at| at.value == phase)
        && hook.item.command.as_ref().is_some_and(|at| at.value == command)
}

/// What is said of programs that are not known.
const NOT_EVALUATED: &str = "H501";

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

fn file(
    source: SourceId,
    text: &str,
    (link, name): (LinkId, &str),
    mut run_by: Origin,
    network: &mut Network,
    cx: &mut Context,
) {
    let owner = Some(link);
    let mut is_further = false;
    let mut dns = DnsServer::default();
    let mut servers: [DhcpServer; 2] = Default::default();
    let mut at = 0;
    for raw in text.split_inclusive('\n') {
        let start = at;
        at += raw.len();
        let trimmed = raw.trim();
        if !is_further && (trimmed.is_empty() || trimmed.starts_with('#')) {
            is_further |= trimmed == FURTHER;
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
        let is_its_own = !is_further
            && (key == "pid-file" && value == vocabulary::pid_file(name)
                || key == "dhcp-leasefile" && value == vocabulary::lease_file(name));
        if is_its_own {
            run_by.merge(&span.into());
            continue;
        }
        if !is_further && is_mtu(key, &line, network.link_mut(link)) {
            continue;
        }
        if is_further || !leases(key, &line, &mut servers) && !names(key, &line, &mut dns) {
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
    if let Some(enabled) = &mut dns.enabled {
        enabled.origin.merge(&run_by);
    }
    network.dns_servers.push(Owned { owner, item: dns });
}

/// The link's own MTU, which its stanza says as well; another one is a line like others.
fn is_mtu(key: &str, line: &Line, link: &mut Link) -> bool {
    let told = line.value.strip_prefix("option:mtu,").filter(|_| key == "dhcp-option");
    match (&mut link.mtu, told.and_then(|mtu| mtu.parse::<i64>().ok())) {
        (Some(mtu), Some(told)) if mtu.value.get() == told => {
            mtu.origin.merge(&line.span.into());
            true
        }
        (Some(_) | None, _) => false,
    }
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
