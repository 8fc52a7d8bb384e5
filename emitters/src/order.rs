//! Which link comes first: what a link stands on stands before it.

use crate::ovs::{Plan, Role};
use crate::references::reference;
use foldhash::HashMap;
use netpivot_model::link::{Link, LinkId, LinkKind, PortType, references as link_references};
use netpivot_model::network::Network;
use netpivot_model::value::LinkRef;

/// The first link of each name in the host's own namespace.
pub(crate) fn by_name(network: &Network) -> HashMap<&str, LinkId> {
    let mut names = HashMap::default();
    // Bridge and port of Open vSwitch share the name of the interface, which is what others mean.
    let is_layer = |link: &Link| matches!(link.kind.value, LinkKind::OvsBridge(_) | LinkKind::OvsPort(_));
    for wanted in [false, true] {
        for (id, link) in network.links().filter(|(_, link)| is_layer(link) == wanted) {
            if let (Some(name), None) = (&link.name, &link.netns) {
                names.entry(name.value.as_str()).or_insert(id);
            }
        }
    }
    names
}

/// The ports of each controller, in order.
pub(crate) fn ports(network: &Network) -> HashMap<LinkId, Vec<LinkId>> {
    let names = by_name(network);
    let mut ports: HashMap<LinkId, Vec<LinkId>> = HashMap::default();
    for (id, link) in network.links() {
        if let Some(at) = &link.controller
            && link.netns.is_none()
            && let LinkRef::Name(name) = &at.value
            && let Some(controller) = names.get(name.as_str())
        {
            ports.entry(*controller).or_default().push(id);
        }
    }
    ports
}

/// The links in the order in which they need each other, else in that of the source; a ring begins with its first link of
/// the source, so that the output read back is in the same order.
pub(crate) fn order(network: &Network, ports: &HashMap<LinkId, Vec<LinkId>>, ovs: &Plan) -> Vec<LinkId> {
    let names = by_name(network);
    let mut done = vec![0u8; network.links.len()];
    let mut out = Vec::with_capacity(network.links.len());
    for (start, _) in network.links() {
        // A stack of its own: a chain of links may be as long as the input.
        let mut stack = vec![(start, false)];
        while let Some((id, is_left)) = stack.pop() {
            let state = &mut done[id.0 as usize];
            if is_left {
                if *state == 1 {
                    *state = 2;
                    out.push(id);
                }
                continue;
            }
            if *state != 0 {
                continue;
            }
            *state = 1;
            stack.push((id, true));
            let needs = needs(network, id, &names, ports, ovs);
            for ring in &needs {
                if done[ring.0 as usize] == 1 {
                    done[ring.0 as usize] = 2;
                    out.push(*ring);
                }
            }
            stack.extend(needs.into_iter().rev().filter(|id| done[id.0 as usize] == 0).map(|id| (id, false)));
        }
    }
    out
}

fn needs(
    network: &Network,
    id: LinkId,
    names: &HashMap<&str, LinkId>,
    ports: &HashMap<LinkId, Vec<LinkId>>,
    ovs: &Plan,
) -> Vec<LinkId> {
    let link = network.link(id);
    let mut needs = Vec::new();
    for text in link_references().filter(|text| *text != "controller" && *text != "veth.peer") {
        if let Some(LinkRef::Name(name)) = reference(link, text) {
            needs.extend(names.get(name.as_str()).copied());
        }
    }
    if matches!(link.kind.value, LinkKind::Veth(_)) && !makes_pair(network, names, id) {
        // The stanza of the other end makes both.
        if let Some(LinkRef::Name(peer)) = reference(link, "veth.peer") {
            needs.extend(names.get(peer.as_str()).copied());
        }
    }
    if is_plugged_by_port(link)
        && let Some(LinkRef::Name(name)) = reference(link, "controller")
    {
        needs.extend(names.get(name.as_str()).copied());
    }
    let own = ports.get(&id).into_iter().flatten().copied();
    needs.extend(own.filter(|port| !is_plugged_by_port(network.link(*port))));
    match ovs.role(id) {
        Some(Role::Member { bridge, .. }) => needs.extend(names.get(bridge.as_str())),
        Some(Role::Bond { bridge, members }) => {
            needs.extend(names.get(bridge.as_str()));
            needs.extend(members);
        }
        Some(Role::Local { .. } | Role::Bare | Role::Within(_)) | None => {}
    }
    needs.retain(|other| *other != id);
    needs
}

/// True where the port's stanza, and not the controller's, puts it in: that of a VRF.
pub(crate) fn is_plugged_by_port(link: &Link) -> bool {
    link.port_type.as_ref().is_some_and(|at| at.value == PortType::Vrf)
}

/// True for the end of a veth pair that makes it: the one that stands first.
pub(crate) fn makes_pair(network: &Network, by_name: &HashMap<&str, LinkId>, id: LinkId) -> bool {
    let LinkKind::Veth(veth) = &network.link(id).kind.value else { return false };
    let Some(LinkRef::Name(peer)) = veth.peer.as_ref().map(|at| &at.value) else { return true };
    let other =
        by_name.get(peer.as_str()).filter(|id| matches!(network.link(**id).kind.value, LinkKind::Veth(_)));
    other.is_none_or(|other| id <= *other)
}

/// The same for a pair of which no end is on the host.
pub(crate) fn makes_pair_within(network: &Network, id: LinkId) -> bool {
    let link = network.link(id);
    let names = |veth: &Link, other: &Link| {
        reference(veth, "veth.peer").is_some_and(|peer| peer == LinkRef::Name(other.label().to_owned()))
    };
    let other = network.links().find(|(other, end)| *other != id && names(link, end) && names(end, link));
    other.is_none_or(|(other, _)| id < other)
}

/// The names of the links that a link names.
pub(crate) fn references(network: &Network, id: LinkId) -> Vec<String> {
    let link = network.link(id);
    let name = |text| match reference(link, text) {
        Some(LinkRef::Name(name)) => Some(name),
        Some(LinkRef::Mac(_) | LinkRef::Uuid(_)) | None => None,
    };
    link_references().filter_map(name).collect()
}
