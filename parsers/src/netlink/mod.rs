//! The kernel's state: what `netpivot capture` takes, or `ip -j` and `bridge -j` print, read as the configuration that
//! leads to it.
//!
//! The state is data first ([`snapshot`]); its interpretation is pure. It keeps what somebody configured and
//! leaves out what comes back by itself: the kernel's own routes, leases, advertised prefixes, daemons'
//! routes. Each kind of what is left out is told once.

mod address;
mod archive;
mod captured;
mod cursor;
pub mod document;
mod entries;
mod ethtool;
mod foreign;
mod kinds;
mod link;
#[cfg(all(feature = "live", target_os = "linux"))]
pub mod live;
mod merge;
pub mod observed;
mod plain;
mod resolver;
mod route;
mod settings;
pub mod snapshot;
#[cfg(test)]
mod tests;
mod words;

use crate::text::accounts;
use crate::text::iproute::Tables;
use crate::{Confidence, Context, Fatal, Input, Parser, Tree};
use foldhash::{HashMap, HashSet};
use netpivot_model::codes::netlink as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::dialect::{Dialect, NETLINK};
use netpivot_model::format::FormatInfo;
use netpivot_model::link::LinkId;
use netpivot_model::netns::Netns;
use netpivot_model::network::{Network, Owned};
use netpivot_model::source::{At, Span};
use observed::Makers;
use snapshot::{LinkState, Snapshot};

/// Where the files of a snapshot stand in a tree.
pub const DIRECTORY: &str = "/netpivot-state";

/// The largest file of a state that is read: some 100,000 links.
pub const MAX_STATE: u64 = 256 * 1024 * 1024;

/// The dialect in which nothing is left out because of who made it.
pub const ALL: &str = "all";
/// The state as what a plan starts from: how each device is, whether or not somebody set it so.
pub const STATE: &str = "state";
/// The same, with what programs made.
pub const STATE_ALL: &str = "state-all";

/// The kernel's state.
#[derive(Debug)]
pub struct Netlink;

/// What the format tells about itself.
static INFO: FormatInfo = FormatInfo {
    name: NETLINK,
    aliases: &["ip-json"],
    title: "the kernel's state: captured, or as `ip` and `bridge` print it",
    host_paths: &[],
    dialects: &[
        ("configured", "what somebody configured"),
        (ALL, "links of containers, guests and daemons are configuration, too"),
    ],
    scope: "Links, addresses, routes, rules, neighbours, forwarding entries and bridge VLANs; a capture has WireGuard's \
            keys and peers, the settings that forward packets and what ethtool shows as well, and name servers where it was asked for them. Not DHCP \
            settings and wireless keys.",
    doc: "ip(8), bridge(8)",
};

impl Parser for Netlink {
    fn info(&self) -> &'static FormatInfo {
        &INFO
    }

    fn detect(&self, tree: &dyn Tree) -> Confidence {
        let files = tree.list(DIRECTORY).unwrap_or_default();
        if let Some(first) = files.first() {
            let shown = tree.display(&format!("{DIRECTORY}/{}", first.name));
            return Confidence::Sure(format!("{shown} is the kernel's state"));
        }
        // A support archive is a host's root first, whose configuration has another format.
        match archive::outputs(tree).values().flatten().next() {
            Some(first) => Confidence::Maybe(format!("{first} is what a command printed")),
            None => Confidence::No,
        }
    }

    fn place(&self, file_name: &str, text: &str) -> Option<String> {
        let is_json = text.trim_start().starts_with(['[', '{']);
        let is_state = if is_json { document::looks_like(text) } else { plain::is_state(text) };
        is_state.then(|| format!("{DIRECTORY}/{file_name}"))
    }

    fn parse(&self, input: &Input<'_>, cx: &mut Context) -> Result<Network, Fatal> {
        let snapshots = snapshots(input.tree, cx)?;
        let (network, _) = interpret(&snapshots, input.tree, Keep::of(input.dialect), cx);
        Ok(network)
    }
}

/// True for the plain text that `ip`, `bridge` or `brctl` prints of the state.
pub(crate) fn is_printed_state(text: &str) -> bool {
    plain::is_state(text)
}

/// The states in the files of a tree, one a network namespace.
fn snapshots(tree: &dyn Tree, cx: &mut Context) -> Result<Vec<Snapshot>, Fatal> {
    let mut snapshots = Vec::new();
    for file in tree.list(DIRECTORY).unwrap_or_default() {
        if let Some(source) = cx.read_up_to(tree, &format!("{DIRECTORY}/{}", file.name), MAX_STATE) {
            document::read(source, &mut snapshots, cx);
        }
    }
    archive::read(tree, &mut snapshots, cx);
    snapshots.iter_mut().for_each(|snapshot| merge::merge(snapshot, cx));
    let is_empty = |one: &Snapshot| one.links.is_empty() && one.routes.is_empty() && one.rules.is_empty();
    if snapshots.iter().all(is_empty) {
        return Err(Fatal {
            message: "there is no link, route or rule in the kernel's state".to_owned(),
            help: "save the output of `ip -j -d address`, `ip -j route show table all`, `ip -j rule` and \
                       `bridge -j vlan`, and name the files or their directory"
                .to_owned(),
        });
    }
    Ok(snapshots)
}

/// What a state means, and who made what of it where that is asked for.
fn interpret(snapshots: &[Snapshot], tree: &dyn Tree, keep: Keep, cx: &mut Context) -> (Network, Makers) {
    let tables = Tables::read(tree, cx);
    let mut network = Network { dialect: Dialect::of(NETLINK), ..Network::default() };
    let elsewhere = elsewhere(snapshots);
    let mut told = Left::default();
    let mut makers = Makers::default();
    for snapshot in snapshots {
        let mut reading = Reading::of(snapshot, &tables, &elsewhere, keep, cx);
        reading.makers = std::mem::take(&mut makers);
        (told, makers) = reading.read(snapshot, told, &mut network);
        makers.has_routes |= !snapshot.routes.is_empty();
        makers.has_rules |= !snapshot.rules.is_empty();
    }
    tell(told, cx);
    accounts::number_owners(&mut network, tree, cx);
    (network, makers)
}

/// What is left out of the network, and so has to be told.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Why {
    /// An attribute without a place in the model.
    Attribute(String),
    /// An entry that comes back by itself, by who makes it.
    Entry(&'static str),
    /// A link that belongs to a program, by which.
    Foreign(&'static str),
    /// Settings of a device of which nothing tells whether somebody made them.
    Driver,
}

/// What was left out so far, with the name of the link where that says which.
type Left = Vec<(Why, Span, Option<String>)>;

/// What a namespace has to do with others.
#[derive(Debug, Default)]
struct Elsewhere {
    /// The names and MTUs of links by namespace and number.
    links: HashMap<(String, u32), (String, Option<i64>)>,
    /// The namespaces that were shown, by name.
    spaces: HashSet<String>,
    /// Hardware addresses of links whose lower one is in another namespace.
    addresses: HashSet<String>,
}

/// What of a state counts as configuration.
#[derive(Debug, Clone, Copy, Default)]
struct Keep {
    /// What programs made for themselves.
    programs: bool,
    /// Sizes, addresses, queues and costs of devices, and forwarding that is off, as they are without anybody's doing.
    usual: bool,
    /// What nobody configured, too, with who made it (`Makers`).
    unconfigured: bool,
}

impl Keep {
    fn of(dialect: Option<&str>) -> Self {
        let is = |dialects: [&str; 2]| dialect.is_some_and(|dialect| dialects.contains(&dialect));
        Keep { programs: is([ALL, STATE_ALL]), usual: is([STATE, STATE_ALL]), unconfigured: false }
    }
}

/// The reading of one snapshot.
struct Reading<'a> {
    cx: &'a mut Context,
    tables: &'a Tables,
    elsewhere: &'a Elsewhere,
    keep: Keep,
    /// True for a namespace other than the host's own.
    is_named: bool,
    /// MTU by name.
    mtus: HashMap<String, i64>,
    /// The least MTU among the ports of each controller, by its name.
    port_mtus: HashMap<String, i64>,
    /// IFLA_INFO_KIND by name.
    kinds: HashMap<String, String>,
    /// The links that are there, by name.
    ids: HashMap<String, LinkId>,
    /// The links that are left out, by name.
    foreign: HashSet<String>,
    /// Links that a DHCP client gave a default route.
    leased: HashSet<String>,
    /// Destinations of routes that the kernel or NetworkManager made for an address, by link.
    prefix_routes: HashSet<(String, String)>,
    makers: Makers,
    left: Left,
}

/// A namespace alone shows no other, whatever its own name was.
fn elsewhere(snapshots: &[Snapshot]) -> Elsewhere {
    if snapshots.len() < 2 {
        return Elsewhere::default();
    }
    let mut found = Elsewhere::default();
    for one in snapshots {
        let space = one.name.as_ref().map_or_else(String::new, |name| name.item.clone());
        let links = || one.links.iter().map(|seen| &seen.item);
        let place = |link: &LinkState| Some((space.clone(), link.ifindex?));
        found.spaces.insert(space.clone());
        found.links.extend(links().filter_map(|link| Some((place(link)?, (link.ifname.clone(), link.mtu)))));
        let kind = |link: &LinkState| link.linkinfo.as_ref()?.info_kind.clone();
        let is_upper = |link: &&LinkState| kind(link).is_some_and(|kind| kind != "veth");
        let away = links().filter(|link| link.link_netnsid.is_some()).filter(is_upper);
        found.addresses.extend(away.filter_map(|link| link.address.clone()));
    }
    found
}

impl<'a> Reading<'a> {
    fn of(
        snapshot: &Snapshot,
        tables: &'a Tables,
        elsewhere: &'a Elsewhere,
        keep: Keep,
        cx: &'a mut Context,
    ) -> Self {
        let states = || snapshot.links.iter().map(|seen| &seen.item);
        let mut port_mtus: HashMap<String, i64> = HashMap::default();
        for (master, mtu) in states().filter_map(|link| Some((link.master.as_ref()?, link.mtu?))) {
            port_mtus.entry(master.clone()).and_modify(|least| *least = mtu.min(*least)).or_insert(mtu);
        }
        let made = route::made(snapshot);
        Reading {
            cx,
            tables,
            elsewhere,
            keep,
            is_named: snapshot.name.is_some(),
            mtus: states().filter_map(|link| Some((link.ifname.clone(), link.mtu?))).collect(),
            port_mtus,
            kinds: states()
                .filter_map(|link| Some((link.ifname.clone(), link.linkinfo.as_ref()?.info_kind.clone()?)))
                .collect(),
            ids: HashMap::default(),
            foreign: HashSet::default(),
            leased: made.leased,
            prefix_routes: made.prefixes,
            makers: Makers::default(),
            left: Vec::new(),
        }
    }

    /// Adds the namespace to the network.
    fn read(mut self, snapshot: &Snapshot, left: Left, network: &mut Network) -> (Left, Makers) {
        self.left = left;
        let before = Lengths::of(network);
        self.links(snapshot, network);
        self.ethtool(snapshot, network);
        self.routes(snapshot, network);
        self.rules(snapshot, network);
        self.neighbors(snapshot, network);
        self.fdb(snapshot, network);
        self.vlans(snapshot, network);
        self.name_servers(snapshot, network);
        self.namespace_settings(snapshot, network);
        if let Some(name) = &snapshot.name {
            before.put_into(&At::new(name.item.clone(), name.span), network);
        }
        (self.left, self.makers)
    }

    fn links(&mut self, snapshot: &Snapshot, network: &mut Network) {
        let foreign = if self.keep.programs { HashMap::default() } else { foreign::links(snapshot) };
        for seen in &snapshot.links {
            let program = foreign.get(seen.item.ifname.as_str());
            if let Some(why) = program.filter(|_| !self.keep.unconfigured) {
                self.left.push((Why::Foreign(why), seen.span, Some(seen.item.ifname.clone())));
                self.foreign.insert(seen.item.ifname.clone());
                continue;
            }
            let mut link = self.link(&seen.item, seen.span);
            self.addresses(&mut link, &seen.item, seen.span);
            self.link_settings(&mut link, snapshot, &seen.item, seen.span);
            let is_loopback = link.name.as_ref().is_some_and(|name| name.value == "lo");
            let is_silent = link.ipv4.is_none() && link.ipv6.is_none();
            if is_loopback && is_silent && !self.keep.unconfigured && !route::leads_to_loopback(snapshot) {
                self.leave("the loopback device, which every host has", seen.span);
                continue;
            }
            let id = network.add_link(link);
            self.makers.of_link(id, &seen.item, program.copied());
            self.ids.insert(seen.item.ifname.clone(), id);
        }
    }

    /// Leaves out an entry that comes back by itself.
    fn leave(&mut self, what: &'static str, span: Span) {
        self.left.push((Why::Entry(what), span, None));
    }

    /// True where an entry belongs to a link that is left out, and goes with it.
    fn goes_with(&mut self, dev: &str, span: Span) -> bool {
        let goes = self.foreign.contains(dev);
        if goes {
            self.leave("entries of links that are left out", span);
        }
        goes
    }
}

/// How much of a network there was before a namespace was read.
struct Lengths {
    links: usize,
    routes: usize,
    rules: usize,
    neighbors: usize,
    fdb: usize,
    sysctls: usize,
}

impl Lengths {
    fn of(network: &Network) -> Self {
        Lengths {
            links: network.links.len(),
            routes: network.routes.len(),
            rules: network.rules.len(),
            neighbors: network.neighbors.len(),
            fdb: network.fdb.len(),
            sysctls: network.sysctls.len(),
        }
    }

    /// Puts what has come since into the namespace. An entry that has a link is where its link is.
    fn put_into(&self, name: &At<String>, network: &mut Network) {
        let netns = || Some(name.clone());
        network.netns.push(Owned { owner: None, item: Netns { name: netns() } });
        network.links.iter_mut().skip(self.links).for_each(|link| link.netns = netns());
        let free = |owner: &Option<LinkId>| owner.is_none();
        let routes = network.routes.iter_mut().skip(self.routes).filter(|entry| free(&entry.owner));
        routes.for_each(|entry| entry.item.netns = netns());
        let rules = network.rules.iter_mut().skip(self.rules).filter(|entry| free(&entry.owner));
        rules.for_each(|entry| entry.item.netns = netns());
        let neighbors = network.neighbors.iter_mut().skip(self.neighbors).filter(|entry| free(&entry.owner));
        neighbors.for_each(|entry| entry.item.netns = netns());
        let fdb = network.fdb.iter_mut().skip(self.fdb).filter(|entry| free(&entry.owner));
        fdb.for_each(|entry| entry.item.netns = netns());
        let sysctls = network.sysctls.iter_mut().skip(self.sysctls).filter(|entry| free(&entry.owner));
        sysctls.for_each(|entry| entry.item.netns = netns());
    }
}

/// What of a device comes from its driver as well as from somebody.
const DRIVER: &str = "what ethtool shows of links, of which the kernel does not tell what somebody set and what the driver chose";

/// Says once what is left out, by kind, with the first place of each.
fn tell(left: Left, cx: &mut Context) {
    let told: HashSet<Span> = left.iter().map(|(_, span, _)| *span).collect();
    cx.items.retain(|item| !told.contains(&item.span));
    let mut places: HashMap<Why, (Vec<Span>, Vec<String>)> = HashMap::default();
    let mut order = Vec::new();
    for (why, span, name) in left {
        let (spans, names) = places.entry(why.clone()).or_insert_with(|| {
            order.push(why);
            (Vec::new(), Vec::new())
        });
        if spans.last() != Some(&span) {
            spans.push(span);
        }
        names.extend(name);
    }
    for why in order {
        let (spans, names) = places.remove(&why).unwrap_or_default();
        let times = match spans.len() {
            1 => "once".to_owned(),
            count => format!("{count} times"),
        };
        let mut diagnostic = match why {
            Why::Attribute(key) => {
                let message =
                    format!("the kernel's `{key}` has no place in the model ({times}); it is not converted");
                Diagnostic::new(&codes::UNKNOWN_ATTRIBUTE, message)
                    .help("look whether somebody set it; if so, set it up by other means")
            }
            Why::Entry(what) => Diagnostic::new(&codes::LEFT_OUT, format!("left out: {what} ({times})")),
            Why::Foreign(what) => {
                let message = format!("left out: {what} ({})", some(&names));
                Diagnostic::new(&codes::FOREIGN, message).help("`--all` keeps them")
            }
            Why::Driver => {
                let message = format!("left out: {DRIVER} ({})", some(&names));
                let help = "`--all` keeps them; say by hand what somebody set";
                Diagnostic::new(&codes::DRIVER, message).help(help)
            }
        };
        diagnostic.labels = spans.into_iter().take(1).collect();
        cx.report(diagnostic);
    }
}

/// The first names of a list, and how many more there are.
fn some(names: &[String]) -> String {
    match names {
        [a, b, c, d, rest @ ..] if !rest.is_empty() => format!("{a}, {b}, {c}, {d} and {} more", rest.len()),
        names => names.join(", "),
    }
}
