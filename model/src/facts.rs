//! Facts: a network as a flat list of (typed path, value, origin).
//!
//! *Said* facts are what the input says. The *effective* value of a setting is the said one,
//! else what silence means ([`crate::defaults`]). Diff, audit, self-check, JSON and tests all
//! work on these; nothing else walks a network.

use crate::defaults::{self, Silence};
use crate::link::LinkId;
use crate::network::{EntryKind, Network};
use crate::path::{FactPath, FieldPath, Seen, Subject, walk};
use crate::reflect::Node;
use crate::source::{Origin, Span};
use crate::value::Value;
use foldhash::HashSet;

/// One fact.
#[derive(Debug, Clone)]
pub struct Fact {
    /// What it is about.
    pub path: FactPath,
    /// The value.
    pub value: Value,
    /// The places it comes from.
    pub spans: Vec<Span>,
}

/// The path of a whole subject.
pub const ROOT: FieldPath = FieldPath::new([""; 3]);

fn collect<'a>(node: &'a dyn Node, subject: Subject, out: &mut dyn FnMut(FactPath, Seen<'a>)) {
    walk(node, ROOT, &mut |field, seen| {
        out(FactPath { subject, field }, seen);
    });
}

/// Calls `visit` with each said setting of a link or an entry, in order.
pub fn of_node(node: &dyn Node, subject: Subject, visit: &mut dyn FnMut(FactPath, Value)) {
    collect(node, subject, &mut |path, seen| {
        if let Some(value) = value_of(&seen) {
            visit(path, value);
        }
    });
}

/// Calls `visit` with each said setting of the network, in order.
pub fn visit<'a>(network: &'a Network, visit: &mut dyn FnMut(FactPath, Seen<'a>)) {
    for (id, link) in network.links() {
        collect(link, Subject::Link(id), visit);
    }
    for kind in EntryKind::ALL {
        network.visit_entries(*kind, &mut |n, _, node| collect(node, Subject::Entry(*kind, n), visit));
    }
}

/// The said paths of one link, in order of declaration.
#[must_use]
pub fn said_paths(node: &dyn Node) -> Vec<FieldPath> {
    let mut paths = Vec::with_capacity(16);
    collect(node, Subject::Link(LinkId(0)), &mut |path, _| paths.push(path.field));
    paths
}

/// The value of a seen setting.
#[must_use]
pub fn value_of(seen: &Seen<'_>) -> Option<Value> {
    match seen {
        Seen::Leaf(leaf) => leaf.value(),
        Seen::Variant(variant) => Some(Value::text(variant.word())),
    }
}

/// Calls `visit` with the origins of a seen setting.
pub fn origins_of<'a>(seen: &Seen<'a>, visit: &mut dyn FnMut(&'a Origin)) {
    match seen {
        Seen::Leaf(leaf) => leaf.origins(visit),
        Seen::Variant(variant) => visit(variant.origin()),
    }
}

/// All said facts.
#[must_use]
pub fn said(network: &Network) -> Vec<Fact> {
    let mut facts = Vec::new();
    visit(network, &mut |path, seen| {
        let mut spans = Vec::new();
        origins_of(&seen, &mut |origin| spans.extend_from_slice(origin.spans()));
        if let Some(value) = value_of(&seen) {
            facts.push(Fact { path, value, spans });
        }
    });
    facts
}

/// What a link does at `field`: the said value, else what silence means in its dialect.
#[must_use]
pub fn effective(network: &Network, id: LinkId, field: FieldPath) -> Silence {
    let link = network.link(id);
    if let Some(value) = link.leaf(field).and_then(|leaf| leaf.value()) {
        return Silence::Value(value);
    }
    defaults::of(network.dialect_of(id), field, link)
}

/// All effective facts as sorted lines `link br0 bridge.stp = false`, for people and goldens. A line of a
/// default ends in `(default)`.
#[must_use]
pub fn lines(network: &Network) -> Vec<String> {
    let mut lines = Vec::new();
    for fact in said(network) {
        lines.push(format!(
            "{} {} = {}",
            subject_label(network, fact.path.subject),
            fact.path.field,
            fact.value
        ));
    }
    for (id, link) in network.links() {
        for field in defaults::paths(network.dialect_of(id), link) {
            if link.leaf(field).is_some_and(|leaf| leaf.is_said()) {
                continue;
            }
            if let Silence::Value(value) = defaults::of(network.dialect_of(id), field, link) {
                lines.push(format!(
                    "{} {field} = {value} (default)",
                    subject_label(network, Subject::Link(id))
                ));
            }
        }
    }
    lines.sort();
    lines
}

/// `link br0`, `route 10.0.0.0/8 of eth0`, `rule 3 of eth0`, `kernel setting net.ipv4.ip_forward of the host`.
#[must_use]
pub fn subject_label(network: &Network, subject: Subject) -> String {
    match subject {
        Subject::Link(id) => format!("link {}", network.link(id).label()),
        Subject::Entry(kind @ EntryKind::GuestInterface, n) => entry_label(network, kind, n),
        Subject::Entry(kind, n) => {
            let owner = network.owner(kind, n).map_or("the host", |id| network.link(id).label());
            format!("{} of {owner}", entry_label(network, kind, n))
        }
    }
}

/// `route 10.0.0.0/8`, `rule 3`, `kernel setting net.ipv4.ip_forward`.
#[must_use]
pub fn entry_label(network: &Network, kind: EntryKind, n: u32) -> String {
    let at = n as usize;
    let which = match kind {
        EntryKind::Netns => text(&network.netns[at].item.name),
        EntryKind::Route => {
            let route = &network.routes[at].item;
            let table =
                route.table.as_ref().map_or_else(String::new, |t| format!(" table {}", t.value.get()));
            format!("{}{table}", text(&route.dst))
        }
        EntryKind::Rule => match &network.rules[at].item.priority {
            Some(priority) => priority.value.get().to_string(),
            None => format!("number {n}"),
        },
        EntryKind::Neighbor => text(&network.neighbors[at].item.dst),
        EntryKind::Fdb => text(&network.fdb[at].item.lladdr),
        EntryKind::Nat => {
            let nat = &network.nat[at].item;
            let whose = match (&nat.source, &nat.out_interface) {
                (Some(source), _) => format!(" {}", source.value),
                (None, Some(link)) => format!(" through {}", link.value),
                (None, None) => String::new(),
            };
            format!("{}{whose}", text(&nat.action))
        }
        EntryKind::Sysctl => text(&network.sysctls[at].item.key),
        EntryKind::Hook => {
            let hook = &network.hooks[at].item;
            format!("{} `{}`", text(&hook.phase), text(&hook.command))
        }
        EntryKind::VirtualNetwork => text(&network.virtual_networks[at].item.name),
        EntryKind::DhcpServer => text(&network.dhcp_servers[at].item.family),
        EntryKind::DnsServer => return kind.word().to_owned(),
        EntryKind::GuestInterface => {
            let guest = &network.guest_interfaces[at].item;
            let domain = guest.domain.as_ref().map_or("an unnamed guest", |at| at.value.as_str());
            let which = guest.mac.as_ref().map_or_else(|| format!("number {n}"), |at| at.value.to_string());
            return format!("{} {which} of {domain}", kind.word());
        }
    };
    format!("{} {which}", kind.word())
}

/// The settings that the label of an entry tells.
#[must_use]
pub fn label_fields(kind: EntryKind) -> &'static [&'static str] {
    match kind {
        EntryKind::Netns | EntryKind::VirtualNetwork => &["name"],
        EntryKind::Route => &["dst", "table"],
        EntryKind::Rule => &["priority"],
        EntryKind::Neighbor => &["dst"],
        EntryKind::Fdb => &["lladdr"],
        EntryKind::Nat => &["action", "source"],
        EntryKind::Sysctl => &["key"],
        EntryKind::Hook => &["phase", "command"],
        EntryKind::DhcpServer => &["family"],
        EntryKind::DnsServer => &[],
        EntryKind::GuestInterface => &["domain", "mac"],
    }
}

/// The places that a fact of the network comes from; of a whole subject, and of what is not said, the first of its settings.
#[must_use]
pub fn spans_of(network: &Network, path: FactPath) -> Vec<Span> {
    let (exact, first) = places(network, path);
    if exact.is_empty() { first.into_iter().collect() } else { exact }
}

/// The places that say that very fact, and the first place of its subject.
#[must_use]
pub fn places(network: &Network, path: FactPath) -> (Vec<Span>, Option<Span>) {
    let node: &dyn Node = match path.subject {
        Subject::Link(id) => network.link(id),
        Subject::Entry(kind, n) => network.entry(kind, n),
    };
    let mut exact = Vec::new();
    let mut first = None;
    walk(node, ROOT, &mut |field, seen| {
        origins_of(&seen, &mut |origin| {
            first = first.or(origin.span());
            if field == path.field {
                exact.extend_from_slice(origin.spans());
            }
        });
    });
    let mut seen = HashSet::default();
    exact.retain(|span| seen.insert(*span));
    (exact, first)
}

fn text<T: std::fmt::Display>(said: &crate::reflect::Said<T>) -> String {
    said.as_ref().map_or_else(|| "?".to_owned(), |at| at.value.to_string())
}
