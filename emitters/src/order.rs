//! Which link comes first: what a link stands on stands before it.

use crate::ovs::{Plan, Role, takes};
use crate::references::reference;
use foldhash::{HashMap, HashSet};
use netpivot_model::link::{Link, LinkId, LinkKind, PARENTS, PortType, references as link_references};
use netpivot_model::network::Network;
use netpivot_model::value::LinkRef;

/// A link by its namespace, `None` for the host's own, and its name.
pub(crate) type Place<'n> = (Option<&'n str>, &'n str);

/// The namespace that a link is in; `None` for the host's own.
pub(crate) fn netns(link: &Link) -> Option<&str> {
    link.netns.as_ref().map(|at| at.value.as_str())
}

/// The namespace of what the link stands on, where it says another than its own; the inner `None` is the host's.
pub(crate) fn link_netns(link: &Link) -> Option<Option<&str>> {
    let said = link.link_netns.as_ref().filter(|_| link.kind.value.underlay().is_some())?;
    let space = Some(said.value.as_str()).filter(|space| !space.is_empty());
    (space != netns(link)).then_some(space)
}

/// True for such a namespace that means nothing: the link's own, or that of a link that stands on none.
pub(crate) fn has_idle_link_netns(link: &Link) -> bool {
    link.link_netns.is_some() && link_netns(link).is_none()
}

/// Where a link is; `None` without a name.
pub(crate) fn place(link: &Link) -> Option<Place<'_>> {
    link.name.as_ref().map(|at| (netns(link), at.value.as_str()))
}

/// True for a row of Open vSwitch's that is no device of the kernel's.
pub(crate) fn is_layer(kind: &LinkKind) -> bool {
    matches!(kind, LinkKind::OvsBridge(_) | LinkKind::OvsPort(_))
}

/// The first link of each place.
pub(crate) fn by_place(network: &Network) -> HashMap<Place<'_>, LinkId> {
    let mut places = HashMap::default();
    let bridges = network.links().filter(|(_, link)| matches!(link.kind.value, LinkKind::OvsBridge(_)));
    let bridges: HashSet<&str> = bridges.map(|(_, link)| link.label()).collect();
    // Bridge and port of Open vSwitch share the name of the interface, which is what others mean; no other device can
    // have it.
    let rank = |link: &Link| {
        if is_layer(&link.kind.value) {
            1
        } else if takes(&link.kind.value) && bridges.contains(link.label()) {
            2
        } else {
            0
        }
    };
    for wanted in 0..=2 {
        for (id, link) in network.links().filter(|(_, link)| rank(link) == wanted) {
            if let Some(place) = place(link) {
                places.entry(place).or_insert(id);
            }
        }
    }
    places
}

/// The first link of each name in the host's own namespace.
pub(crate) fn by_name(network: &Network) -> HashMap<&str, LinkId> {
    let names = by_place(network).into_iter().filter(|((space, _), _)| space.is_none());
    names.map(|((_, name), id)| (name, id)).collect()
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

/// All links of a network behind those that they need, else in the order given; a ring begins with its first link, so that the
/// output read back is in the same order.
pub(crate) fn sorted(links: &[LinkId], needs: impl Fn(LinkId) -> Vec<LinkId>) -> Vec<LinkId> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let mut states = vec![State::New; links.len()];
    let mut out = Vec::with_capacity(links.len());
    for start in links {
        // A stack of its own: a chain of links may be as long as the input.
        let mut stack = vec![(*start, false)];
        while let Some((id, is_left)) = stack.pop() {
            let state = &mut states[id.0 as usize];
            if is_left {
                if *state == State::Open {
                    *state = State::Done;
                    out.push(id);
                }
                continue;
            }
            if *state != State::New {
                continue;
            }
            *state = State::Open;
            stack.push((id, true));
            let mut needs = needs(id);
            needs.retain(|other| *other != id);
            for ring in &needs {
                let state = &mut states[ring.0 as usize];
                if *state == State::Open {
                    *state = State::Done;
                    out.push(*ring);
                }
            }
            let new = needs.into_iter().rev().filter(|id| states[id.0 as usize] == State::New);
            stack.extend(new.map(|id| (id, false)));
        }
    }
    out
}

/// The links of interfaces files in the order in which they need each other; `first`: those that a link needs besides.
pub(crate) fn order(
    network: &Network,
    ports: &HashMap<LinkId, Vec<LinkId>>,
    ovs: &Plan,
    first: &HashMap<LinkId, Vec<LinkId>>,
) -> Vec<LinkId> {
    let names = by_name(network);
    let links: Vec<LinkId> = network.links().map(|(id, _)| id).collect();
    let needed_first = |id: &LinkId| first.get(id).into_iter().flatten().copied();
    sorted(&links, |id| needs(network, id, &names, ports, ovs).into_iter().chain(needed_first(&id)).collect())
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
    for text in PARENTS {
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
    let own = network.link(id);
    let other = by_name.get(peer.as_str()).filter(|id| names_peer(network.link(**id), own));
    other.is_none_or(|other| id <= *other)
}

/// The same for a pair of which no end is on the host.
pub(crate) fn makes_pair_within(network: &Network, id: LinkId) -> bool {
    let ends = network.links().map(|(id, _)| id);
    other_end(network, network.link(id), ends).is_none_or(|other| id < other)
}

/// The other end of a pair, of these links: that in the same namespace, where several pairs have the names.
pub(crate) fn other_end(
    network: &Network,
    link: &Link,
    links: impl Iterator<Item = LinkId>,
) -> Option<LinkId> {
    let is_end = |id: &LinkId| {
        let other = network.link(*id);
        place(other) != place(link) && names_peer(link, other) && names_peer(other, link)
    };
    links.filter(is_end).min_by_key(|id| netns(network.link(*id)) != netns(link))
}

/// True for a veth end whose other end has the name of that link.
pub(crate) fn names_peer(veth: &Link, other: &Link) -> bool {
    matches!(veth.kind.value, LinkKind::Veth(_))
        && reference(veth, "veth.peer").is_some_and(|peer| peer == LinkRef::Name(other.label().to_owned()))
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
