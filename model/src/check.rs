//! Checks of a network that do not depend on its format: references that lead nowhere, things that are there twice.
//!
//! References stay unresolved until here, so that files may come in any order.

use crate::codes::core as codes;
use crate::diagnostic::{Diagnostic, Severity};
use crate::link::{Link, LinkId, LinkKind, PARENTS, PortType};
use crate::network::Network;
use crate::path::{FactPath, FieldPath, Subject};
use crate::source::Origin;
use crate::value::{LinkRef, Value};
use foldhash::HashMap;
use std::net::IpAddr;

mod addressing;
mod layers;
mod sharing;
#[cfg(test)]
mod tests;

/// All findings about a network as a whole.
#[must_use]
pub fn check(network: &Network) -> Vec<Diagnostic> {
    let index = Index::of(network);
    let mut found = Vec::new();
    for (id, link) in network.links() {
        check_controller(network, &index, id, link, &mut found);
        check_parents(&index, id, link, &mut found);
        check_peer(&index, id, link, &mut found);
    }
    addressing::check(network, &index, &mut found);
    layers::check(network, &index, &mut found);
    sharing::check(network, &mut found);
    check_duplicates(network, &mut found);
    check_loops(network, &index, &mut found);
    found
}

/// The links by what they may be called.
pub struct Index<'a> {
    by_name: HashMap<&'a str, Vec<LinkId>>,
    by_uuid: HashMap<&'a str, LinkId>,
    by_mac: HashMap<String, LinkId>,
}

impl<'a> Index<'a> {
    /// The links of a network.
    #[must_use]
    pub fn of(network: &'a Network) -> Self {
        let mut index =
            Index { by_name: HashMap::default(), by_uuid: HashMap::default(), by_mac: HashMap::default() };
        for (id, link) in network.links() {
            if let Some(at) = &link.name {
                index.by_name.entry(&at.value).or_default().push(id);
            }
            if let Some(at) = &link.uuid {
                index.by_uuid.entry(&at.value).or_insert(id);
            }
            if let Some(at) = link.matches.as_ref().and_then(|m| m.mac.as_ref()) {
                index.by_mac.entry(at.value.to_string()).or_insert(id);
            }
        }
        index
    }

    /// The links that a reference may mean.
    #[must_use]
    pub fn find(&self, reference: &LinkRef) -> Vec<LinkId> {
        match reference {
            LinkRef::Name(name) => self.by_name.get(name.as_str()).cloned().unwrap_or_default(),
            LinkRef::Uuid(uuid) => self.by_uuid.get(uuid.as_str()).copied().into_iter().collect(),
            LinkRef::Mac(mac) => self.by_mac.get(&mac.to_string()).copied().into_iter().collect(),
        }
    }
}

fn path(id: LinkId, field: &'static str) -> FactPath {
    FactPath { subject: Subject::Link(id), field: FieldPath::parse(field) }
}

fn check_controller(
    network: &Network,
    index: &Index<'_>,
    id: LinkId,
    link: &Link,
    found: &mut Vec<Diagnostic>,
) {
    let Some(at) = &link.controller else { return };
    let controllers = index.find(&at.value);
    if controllers.is_empty() {
        let what = link.port_type.as_ref().map_or("controller", |at| at.value.as_str());
        found.push(
            Diagnostic::new(
                &codes::DANGLING,
                format!(
                    "`{}` is a port of {what} `{}`, which no file defines; the port will not start",
                    link.label(),
                    at.value
                ),
            )
            .from(&at.origin)
            .help(format!("add the configuration of `{}`, or correct the name", at.value))
            .about(path(id, "controller")),
        );
        return;
    }
    let Some(port_type) = &link.port_type else { return };
    if !controllers.iter().any(|id| fits(port_type.value, &network.link(*id).kind.value)) {
        let kind = network.link(controllers[0]).kind.value.word();
        found.push(
            Diagnostic::new(
                &codes::CONTROLLER_KIND,
                format!(
                    "`{}` is a port of a {}, but its controller `{}` is of the kind {kind}; the port will not start",
                    link.label(),
                    port_type.value,
                    at.value
                ),
            )
            .from(&at.origin)
            .help("name a controller of the right kind")
            .about(path(id, "controller")),
        );
    }
}

fn fits(port: PortType, controller: &LinkKind) -> bool {
    match port {
        PortType::Bond => matches!(controller, LinkKind::Bond(_)),
        PortType::Bridge => matches!(controller, LinkKind::Bridge(_)),
        PortType::Team => matches!(controller, LinkKind::Team(_)),
        PortType::OvsBridge => matches!(controller, LinkKind::OvsBridge(_)),
        PortType::OvsPort => matches!(controller, LinkKind::OvsPort(_)),
        PortType::Vrf => matches!(controller, LinkKind::Vrf(_)),
    }
}

/// What a link names at `field` (one of [`PARENTS`], or `veth.peer`), with the place; `None` where links of its kind have no such field.
#[must_use]
pub fn reference(link: &Link, field: &'static str) -> Option<(LinkRef, Origin)> {
    // Each is a setting of one kind, which most links are not of.
    if !field.strip_prefix(link.kind.value.field_name())?.starts_with('.') {
        return None;
    }
    let leaf = link.leaf(FieldPath::parse(field))?;
    let Value::Text(text) = leaf.value()? else { return None };
    let mut origin = None;
    leaf.origins(&mut |found| origin = Some(found.clone()));
    Some((text.parse().ok()?, origin?))
}

/// A name or MAC without a profile is a device that something else brings up: odd, not broken. A UUID
/// without a profile is broken.
fn check_parents(index: &Index<'_>, id: LinkId, link: &Link, found: &mut Vec<Diagnostic>) {
    for field in PARENTS {
        let Some((parent, origin)) = reference(link, field) else { continue };
        if !index.find(&parent).is_empty() {
            continue;
        }
        let severity = match parent {
            LinkRef::Uuid(_) => Severity::Error,
            LinkRef::Name(_) | LinkRef::Mac(_) => Severity::Warning,
        };
        found.push(
            Diagnostic::new(
                &codes::DANGLING,
                format!(
                    "`{}` lies on `{parent}`, which no file defines; it starts only when something else brings that up",
                    link.label()
                ),
            )
            .from(&origin)
            .severity(severity)
            .help(format!("add the configuration of `{parent}`, or correct the name"))
            .about(path(id, field)),
        );
    }
}

fn check_peer(index: &Index<'_>, id: LinkId, link: &Link, found: &mut Vec<Diagnostic>) {
    let Some((peer, origin)) = reference(link, "veth.peer") else { return };
    if index.find(&peer).is_empty() {
        found.push(
            Diagnostic::new(
                &codes::DANGLING,
                format!(
                    "`{}` is one end of a veth pair; no file configures the other end `{peer}`",
                    link.label()
                ),
            )
            .from(&origin)
            .severity(Severity::Warning)
            .help(format!("add the configuration of `{peer}` if it stays in this namespace"))
            .about(path(id, "veth.peer")),
        );
    }
}

fn check_duplicates(network: &Network, found: &mut Vec<Diagnostic>) {
    let mut uuids: HashMap<&str, &Origin> = HashMap::default();
    let mut names: HashMap<(&str, Layer, Option<&str>), &Origin> = HashMap::default();
    let mut addresses: HashMap<(IpAddr, Option<&str>), &Origin> = HashMap::default();
    let mut report = |code, first: Option<&Origin>, second: &Origin, message: &dyn Fn() -> String, help| {
        if let Some(first) = first {
            found.push(Diagnostic::new(code, message()).from(second).from(first).help(help));
        }
    };
    for (_, link) in network.links() {
        let netns = link.netns.as_ref().map(|at| at.value.as_str());
        if let Some(at) = &link.uuid {
            let first = uuids.insert(&at.value, &at.origin);
            let message =
                || format!("the UUID {} stands in two profiles; only one of them is loaded", at.value);
            report(&codes::DUPLICATE_UUID, first, &at.origin, &message, "give one of them a UUID of its own");
        }
        if let Some(at) = &link.name {
            let first = names.insert((&at.value, Layer::of(link), netns), &at.origin);
            let message =
                || format!("two profiles are for the device `{}`; only one of them can be active", at.value);
            report(&codes::DUPLICATE_NAME, first, &at.origin, &message, "remove the one that is not used");
        }
        for at in [&link.ipv4, &link.ipv6].into_iter().flatten().flat_map(|ip| &ip.addresses.items) {
            let address = at.value.net.addr();
            if !is_link_local(address) {
                let first = addresses.insert((address, netns), &at.origin);
                let message = || format!("the address {address} is configured twice");
                report(&codes::DUPLICATE_ADDRESS, first, &at.origin, &message, "remove one of them");
            }
        }
    }
}

/// Open vSwitch has bridges, ports and interfaces of one name beside each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Layer {
    Device,
    OvsBridge,
    OvsPort,
}

impl Layer {
    fn of(link: &Link) -> Self {
        if matches!(link.kind.value, LinkKind::OvsBridge(_)) {
            Layer::OvsBridge
        } else if matches!(link.kind.value, LinkKind::OvsPort(_)) {
            Layer::OvsPort
        } else {
            Layer::Device
        }
    }
}

fn is_link_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.is_unicast_link_local(),
    }
}

/// Follows controllers and parents; a way that comes back is reported once.
fn check_loops(network: &Network, index: &Index<'_>, found: &mut Vec<Diagnostic>) {
    let next: Vec<Vec<LinkId>> = network.links().map(|(id, link)| above(network, index, id, link)).collect();
    let mut state = vec![Visit::New; network.links.len()];
    for (start, _) in network.links() {
        let mut trail: Vec<(LinkId, usize)> = vec![(start, 0)];
        if state[start.0 as usize] != Visit::New {
            continue;
        }
        state[start.0 as usize] = Visit::OnTrail;
        while let Some((at, step)) = trail.last_mut() {
            let at = *at;
            let Some(to) = next[at.0 as usize].get(*step).copied() else {
                state[at.0 as usize] = Visit::Done;
                trail.pop();
                continue;
            };
            *step += 1;
            match state[to.0 as usize] {
                Visit::New => {
                    state[to.0 as usize] = Visit::OnTrail;
                    trail.push((to, 0));
                }
                Visit::OnTrail => {
                    let from = trail.iter().position(|(id, _)| *id == to).unwrap_or(0);
                    found.push(loop_of(network, trail[from..].iter().map(|(id, _)| *id)));
                }
                Visit::Done => {}
            }
        }
    }
}

/// The controller of a link. Of several links of one name (Open vSwitch) only those count that can be it.
#[must_use]
pub fn controllers(network: &Network, index: &Index<'_>, link: &Link) -> Vec<LinkId> {
    let found = link.controller.iter().flat_map(|at| index.find(&at.value));
    let fitting = found
        .filter(|to| link.port_type.as_ref().is_none_or(|at| fits(at.value, &network.link(*to).kind.value)));
    fitting.collect()
}

/// The controllers and parents of a link. A VLAN on a device of its own name is a matter of two profiles for that device.
fn above(network: &Network, index: &Index<'_>, id: LinkId, link: &Link) -> Vec<LinkId> {
    let parents = PARENTS.iter().filter_map(|field| reference(link, field));
    let parents = parents.flat_map(|(to, _)| index.find(&to)).filter(|to| *to != id);
    controllers(network, index, link).into_iter().chain(parents).collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Visit {
    New,
    OnTrail,
    Done,
}

fn loop_of(network: &Network, links: impl Iterator<Item = LinkId> + Clone) -> Diagnostic {
    let names: Vec<String> = links.clone().map(|id| format!("`{}`", network.link(id).label())).collect();
    let message = if names.len() == 1 {
        format!("{} is its own controller or parent, which the kernel refuses", names[0])
    } else {
        format!(
            "{} are controllers or parents of each other in a circle, which the kernel refuses",
            names.join(", ")
        )
    };
    let mut diagnostic =
        Diagnostic::new(&codes::REFERENCE_LOOP, message).help("break the circle at one of them");
    for id in links {
        let link = network.link(id);
        let controller = link.controller.as_ref().map(|at| at.origin.clone());
        let origin =
            controller.or_else(|| PARENTS.iter().find_map(|field| reference(link, field)).map(|(_, o)| o));
        diagnostic.labels.extend(origin.and_then(|origin| origin.span()));
    }
    diagnostic
}
