//! Whether a kernel's state is what a configuration says.

use netpivot_model::defaults::{self, Silence, kernel};
use netpivot_model::facts::{self, effective};
use netpivot_model::ip::Address;
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::network::Network;
use netpivot_model::path::{FieldPath, Subject};
use std::collections::{BTreeMap, BTreeSet};

/// Settings whose values the kernel shows.
const GROUPS: [&str; 4] = ["bridge.", "bond.", "vlan.", "bridge_port."];

/// In what the state differs from the configuration's interfaces that start by themselves or by hand. A setting of which
/// one of them does not speak is the kernel's default. `plain` are the MTUs and hardware addresses, of which the reader of
/// the state leaves out what may be the device's own.
pub fn differences(
    ours: &Network,
    theirs: &Network,
    names: &BTreeMap<String, Vec<String>>,
    plain: &BTreeMap<String, (String, String)>,
    by_hand: &[&str],
) -> Vec<String> {
    let mut wrong = Vec::new();
    for (id, link) in ours.links().filter(|(_, link)| is_started(link, by_hand)) {
        let name = link.label();
        let Some((there, found)) = theirs.links().find(|(_, other)| other.label() == name) else {
            wrong.push(format!("{name}: is not there"));
            continue;
        };
        let mut check = |what: &str, ours: String, theirs: String| {
            if ours != theirs {
                wrong.push(format!("{name}: {what}: the kernel has {theirs}, we {ours}"));
            }
        };
        check("kind", kind(link), kind(found));
        check("controller", controller(link), controller(found));
        let plain = plain.get(name).cloned().unwrap_or_default();
        if let Some(mtu) = &link.mtu {
            check("mtu", mtu.value.get().to_string(), plain.0);
        }
        if let Some(mac) = &link.mac {
            check("mac", mac.value.to_string(), plain.1);
        }
        check("addresses", addresses(link), addresses(found));
        check("routes", routes(ours, id), routes(theirs, there));
        check("name servers", asked(link), served(names.get(name)));
        let (said, shown) = (settings(ours, id), settings(theirs, there));
        let keys: BTreeSet<FieldPath> = said.keys().chain(shown.keys()).copied().collect();
        for key in keys.into_iter().filter(|key| said.contains_key(key) || !is_moving(*key)) {
            let value = |known: &BTreeMap<FieldPath, String>| match (known.get(&key), kernel::of(key, found))
            {
                (Some(value), _) => value.clone(),
                (None, Silence::Value(value)) => value.to_string(),
                (None, Silence::Kernel | Silence::Daemon | Silence::Unknown) => String::new(),
            };
            check(&key.to_string(), value(&said), value(&shown));
        }
    }
    wrong
}

/// Brought up by `ifup -a`, or by its name.
fn is_started(link: &Link, by_hand: &[&str]) -> bool {
    let by_itself = link.autoconnect.as_ref().is_some_and(|at| at.value);
    (by_itself || by_hand.contains(&link.label())) && link.label() != "lo"
}

/// The kind; cards are ends of cables here.
fn kind(link: &Link) -> String {
    let is_card = matches!(link.kind.value, LinkKind::Ethernet(_) | LinkKind::Wifi(_) | LinkKind::Veth(_));
    if is_card { "card".to_owned() } else { link.kind.value.word().to_owned() }
}

fn controller(link: &Link) -> String {
    link.controller.as_ref().map_or_else(String::new, |at| at.value.to_string())
}

/// What the kernel chooses anew all the time.
fn is_moving(field: FieldPath) -> bool {
    field == FieldPath::parse("bond.active_port")
}

/// Addresses without what ifupdown spells out: the usual broadcast, the device's own label.
fn addresses(link: &Link) -> String {
    let plain = |address: &Address| {
        let label = address.label.as_ref().filter(|label| *label != link.label());
        let peer = address.peer.map_or_else(String::new, |peer| format!(" peer {peer}"));
        format!("{}{peer}{}", address.net, label.map_or_else(String::new, |label| format!(" label {label}")))
    };
    let configs = [&link.ipv4, &link.ipv6].into_iter().flatten();
    let mut all: Vec<String> = configs.flat_map(|config| config.addresses.values()).map(plain).collect();
    all.sort();
    all.join(", ")
}

/// Routes of a link; its gateway is one.
fn routes(network: &Network, id: LinkId) -> String {
    let mut lines = BTreeSet::new();
    let link = network.link(id);
    for (dst, config) in [("0.0.0.0/0", &link.ipv4), ("::/0", &link.ipv6)] {
        let Some(config) = config else { continue };
        if let Some(gateway) = &config.gateway {
            let metric = config.route_metric.as_ref().map_or(0, |at| at.value.get().max(0));
            lines.insert(format!("{dst} via {}{}", gateway.value, metric_text(metric)));
        }
    }
    for owned in network.routes.iter().filter(|owned| owned.owner == Some(id)) {
        let item = &owned.item;
        let gateway = item.gateway.as_ref().map_or_else(String::new, |at| format!(" via {}", at.value));
        let dst = item.dst.as_ref().map_or_else(String::new, |at| at.value.to_string());
        let table = item.table.as_ref().map_or(254, |at| at.value.get());
        let table = if table == 254 { String::new() } else { format!(" table {table}") };
        let metric = item.metric.as_ref().map_or(0, |at| at.value.get());
        lines.insert(format!("{dst}{gateway}{}{table}", metric_text(metric)));
    }
    lines.into_iter().collect::<Vec<_>>().join(", ")
}

/// A metric that is not the kernel's own.
fn metric_text(metric: i64) -> String {
    if matches!(metric, 0 | 1024) { String::new() } else { format!(" metric {metric}") }
}

/// Name servers and domains of the configuration.
fn asked(link: &Link) -> String {
    let configs = || [&link.ipv4, &link.ipv6].into_iter().flatten();
    let servers = configs()
        .flat_map(|config| config.dns.values())
        .map(|server| format!("nameserver {}", server.to_lowercase()));
    let domains =
        configs().flat_map(|config| config.dns_search.values()).map(|domain| format!("search {domain}"));
    let all: BTreeSet<String> = servers.chain(domains).collect();
    all.into_iter().collect::<Vec<_>>().join(", ")
}

fn served(lines: Option<&Vec<String>>) -> String {
    let all: BTreeSet<&str> = lines.into_iter().flatten().map(String::as_str).collect();
    all.into_iter().collect::<Vec<_>>().join(", ")
}

/// Effective settings of bridges, bonds, VLANs and ports.
fn settings(network: &Network, id: LinkId) -> BTreeMap<FieldPath, String> {
    let wanted = |path: &FieldPath| GROUPS.iter().any(|group| path.to_string().starts_with(group));
    let said = facts::said(network).into_iter().filter(|fact| fact.path.subject == Subject::Link(id));
    let said =
        said.filter(|fact| wanted(&fact.path.field)).map(|fact| (fact.path.field, fact.value.to_string()));
    let silent = defaults::paths(network.dialect_of(id), network.link(id)).into_iter().filter(wanted);
    let silent = silent.filter_map(|path| match effective(network, id, path) {
        Silence::Value(value) => Some((path, value.to_string())),
        Silence::Kernel | Silence::Daemon | Silence::Unknown => None,
    });
    silent.chain(said).collect()
}
