//! The kernel's state: what `ip -j` and `bridge -j` print, read as the configuration that leads to it.
//!
//! The state is data first ([`snapshot`]); its interpretation is pure. It keeps what somebody configured and
//! leaves out what comes back by itself: the kernel's own routes, leases, advertised prefixes, daemons'
//! routes. Each kind of what is left out is told once.

mod address;
mod document;
mod entries;
mod kinds;
mod link;
mod route;
pub mod snapshot;
#[cfg(test)]
mod tests;

use crate::text::accounts;
use crate::text::iproute::Tables;
use crate::{Confidence, Context, Fatal, Input, Parser, Tree};
use foldhash::{HashMap, HashSet};
use netpivot_model::codes::netlink as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::dialect::{Dialect, NETLINK};
use netpivot_model::format::FormatInfo;
use netpivot_model::link::LinkId;
use netpivot_model::network::Network;
use netpivot_model::source::Span;
use snapshot::Snapshot;

/// Where the files of a snapshot stand in a tree.
const DIRECTORY: &str = "/netpivot-state";

/// The kernel's state.
#[derive(Debug)]
pub struct Netlink;

/// What the format tells about itself.
static INFO: FormatInfo = FormatInfo {
    name: NETLINK,
    aliases: &["ip-json"],
    title: "the kernel's state as `ip -j` and `bridge -j` print it",
    host_paths: &[],
    dialects: &[],
    scope: "Links, addresses, routes, rules, neighbours and bridge VLANs of one network namespace; not name servers, \
            DHCP settings, wireless or WireGuard keys, ethtool settings and kernel settings.",
    doc: "ip(8), bridge(8)",
};

impl Parser for Netlink {
    fn info(&self) -> &'static FormatInfo {
        &INFO
    }

    fn detect(&self, tree: &dyn Tree) -> Confidence {
        let files = tree.list(DIRECTORY).unwrap_or_default();
        match files.as_slice() {
            [] => Confidence::No,
            [first, ..] => {
                let shown = tree.display(&format!("{DIRECTORY}/{}", first.name));
                Confidence::Sure(format!("{shown} is the output of `ip -j` or `bridge -j`"))
            }
        }
    }

    fn place(&self, file_name: &str, text: &str) -> Option<String> {
        let is_array = text.trim_start().starts_with('[');
        (is_array && document::looks_like(text)).then(|| format!("{DIRECTORY}/{file_name}"))
    }

    fn parse(&self, input: &Input<'_>, cx: &mut Context) -> Result<Network, Fatal> {
        let mut snapshot = Snapshot::default();
        for file in input.tree.list(DIRECTORY).unwrap_or_default() {
            if let Some(source) = cx.read(input.tree, &format!("{DIRECTORY}/{}", file.name)) {
                document::read(source, &mut snapshot, cx);
            }
        }
        if snapshot.links.is_empty() && snapshot.routes.is_empty() && snapshot.rules.is_empty() {
            return Err(Fatal {
                message: "there is no link, route or rule in the kernel's state".to_owned(),
                help:
                    "save the output of `ip -j -d address`, `ip -j route show table all`, `ip -j rule` and \
                       `bridge -j vlan`, and name the files or their directory"
                        .to_owned(),
            });
        }
        let tables = Tables::read(input.tree, cx);
        let mut network = interpret(&snapshot, tables, cx);
        accounts::number_owners(&mut network, input.tree, cx);
        Ok(network)
    }
}

/// What is left out of the network, and so has to be told.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Left {
    /// An attribute without a place in the model.
    Attribute(String),
    /// An entry that comes back by itself, by who makes it.
    Entry(&'static str),
}

/// The reading of one snapshot.
struct Reading<'a> {
    cx: &'a mut Context,
    tables: Tables,
    /// MTU by name.
    mtus: HashMap<String, i64>,
    /// The least MTU among the ports of each controller, by its name.
    port_mtus: HashMap<String, i64>,
    /// IFLA_INFO_KIND by name.
    kinds: HashMap<String, String>,
    /// The links that are there, by name.
    ids: HashMap<String, LinkId>,
    left: Vec<(Left, Span)>,
}

/// The network of a snapshot.
fn interpret(snapshot: &Snapshot, tables: Tables, cx: &mut Context) -> Network {
    let mut network = Network { dialect: Dialect::of(NETLINK), ..Network::default() };
    let states = || snapshot.links.iter().map(|seen| &seen.item);
    let mut port_mtus: HashMap<String, i64> = HashMap::default();
    for (master, mtu) in states().filter_map(|link| Some((link.master.as_ref()?, link.mtu?))) {
        port_mtus.entry(master.clone()).and_modify(|least| *least = mtu.min(*least)).or_insert(mtu);
    }
    let mut reading = Reading {
        cx,
        tables,
        mtus: states().filter_map(|link| Some((link.ifname.clone(), link.mtu?))).collect(),
        port_mtus,
        kinds: states()
            .filter_map(|link| Some((link.ifname.clone(), link.linkinfo.as_ref()?.info_kind.clone()?)))
            .collect(),
        ids: HashMap::default(),
        left: Vec::new(),
    };
    reading.links(snapshot, &mut network);
    reading.routes(snapshot, &mut network);
    reading.rules(snapshot, &mut network);
    reading.neighbors(snapshot, &mut network);
    reading.fdb(snapshot, &mut network);
    reading.vlans(snapshot, &mut network);
    reading.tell();
    network
}

impl Reading<'_> {
    fn links(&mut self, snapshot: &Snapshot, network: &mut Network) {
        for seen in &snapshot.links {
            let mut link = self.link(&seen.item, seen.span);
            self.addresses(&mut link, &seen.item, seen.span);
            let is_loopback = link.name.as_ref().is_some_and(|name| name.value == "lo");
            if is_loopback && link.ipv4.is_none() && link.ipv6.is_none() {
                self.left.push((Left::Entry("the loopback device, which every host has"), seen.span));
                continue;
            }
            let id = network.add_link(link);
            self.ids.insert(seen.item.ifname.clone(), id);
        }
    }

    /// Says once what is left out, by kind, with the first place of each.
    fn tell(&mut self) {
        let told: HashSet<Span> = self.left.iter().map(|(_, span)| *span).collect();
        self.cx.items.retain(|item| !told.contains(&item.span));
        let mut places: HashMap<Left, Vec<Span>> = HashMap::default();
        let mut order = Vec::new();
        for (left, span) in std::mem::take(&mut self.left) {
            let spans = places.entry(left.clone()).or_insert_with(|| {
                order.push(left);
                Vec::new()
            });
            if spans.last() != Some(&span) {
                spans.push(span);
            }
        }
        for left in order {
            let spans = places.remove(&left).unwrap_or_default();
            let times = match spans.len() {
                1 => "once".to_owned(),
                count => format!("{count} times"),
            };
            let mut diagnostic = match left {
                Left::Attribute(key) => {
                    let message = format!(
                        "the kernel's `{key}` has no place in the model ({times}); it is not converted"
                    );
                    Diagnostic::new(&codes::UNKNOWN_ATTRIBUTE, message)
                        .help("look whether somebody set it; if so, set it up by other means")
                }
                Left::Entry(what) => Diagnostic::new(&codes::LEFT_OUT, format!("left out: {what} ({times})")),
            };
            diagnostic.labels = spans.into_iter().take(1).collect();
            self.cx.report(diagnostic);
        }
    }
}
