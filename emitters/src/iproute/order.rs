//! Which link comes first: parents and controllers stand before what is made on them or plugged into them.

use super::link::is_virtual;
use super::netns;
use super::ovs::Switches;
use crate::order::{Place, by_place, link_netns, other_end, place, sorted};
use crate::references::reference;
use foldhash::{HashMap, HashSet};
use netpivot_model::link::{Link, LinkId, LinkKind, PARENTS};
use netpivot_model::network::Network;
use netpivot_model::value::LinkRef;

/// The links of each namespace by name.
pub(super) struct Names<'n> {
    within: HashMap<Place<'n>, LinkId>,
    /// Ends of veth pairs by name, of all namespaces.
    ends: HashMap<&'n str, Vec<LinkId>>,
    endless: HashSet<LinkId>,
}

impl<'n> Names<'n> {
    pub fn of(network: &'n Network) -> Self {
        let mut ends: HashMap<&str, Vec<LinkId>> = HashMap::default();
        for (id, link) in network.links().filter(|(_, link)| matches!(link.kind.value, LinkKind::Veth(_))) {
            if let Some(name) = &link.name {
                ends.entry(name.value.as_str()).or_default().push(id);
            }
        }
        let names = Names { within: by_place(network), ends, endless: HashSet::default() };
        Names { endless: endless(network, &names), ..names }
    }

    /// The link of that name as `link` means it: another one in its own namespace, else that on the host.
    pub fn seen_from(&self, link: &Link, name: &str) -> Option<LinkId> {
        let of = |space| self.within.get(&(space, name)).copied();
        let is_own = link.netns.is_some() && link.name.as_ref().is_some_and(|at| at.value == name);
        let here = if is_own { None } else { of(netns(link)) };
        here.or_else(|| of(None))
    }

    /// True for a link that cannot be made, because its parents stand on each other.
    pub fn is_endless(&self, id: LinkId) -> bool {
        self.endless.contains(&id)
    }

    /// The link that a setting of another names.
    pub fn target(&self, link: &Link, setting: &'static str) -> Option<LinkId> {
        match reference(link, setting)? {
            LinkRef::Name(name) => match link_netns(link).filter(|_| PARENTS.contains(&setting)) {
                Some(space) => self.within.get(&(space, name.as_str())).copied(),
                None => self.seen_from(link, &name),
            },
            LinkRef::Mac(_) | LinkRef::Uuid(_) => None,
        }
    }

    /// The link that another one stands on.
    pub fn parent(&self, link: &Link) -> Option<LinkId> {
        PARENTS.into_iter().find_map(|setting| self.target(link, setting))
    }

    /// The other end of a veth pair, in whichever namespace it is.
    pub fn peer(&self, network: &Network, link: &Link) -> Option<LinkId> {
        let LinkKind::Veth(_) = link.kind.value else { return None };
        let LinkRef::Name(peer) = reference(link, "veth.peer")? else { return None };
        other_end(network, link, self.ends.get(peer.as_str())?.iter().copied())
    }
}

impl Names<'_> {
    /// The end of a veth pair that makes both: the one on the host, as `netns` of the other end takes a name, and the host's
    /// has none; else the first. `None` for another link, or an end whose other one nobody speaks of.
    pub fn maker(&self, network: &Network, id: LinkId) -> Option<LinkId> {
        let peer = self.peer(network, network.link(id))?;
        let rank = |end: &LinkId| (netns(network.link(*end)).is_some(), *end);
        [id, peer].into_iter().min_by_key(rank)
    }
}

/// The links whose parents lead to no end, as some of them stand on each other.
fn endless(network: &Network, names: &Names<'_>) -> HashSet<LinkId> {
    let mut ends: Vec<Option<bool>> = vec![None; network.links.len()];
    let mut met_from: Vec<Option<LinkId>> = vec![None; network.links.len()];
    for (start, _) in network.links() {
        let mut path = Vec::new();
        let mut next = Some(start);
        let does_end = loop {
            let Some(id) = next else { break true };
            let n = id.0 as usize;
            if let Some(known) = ends[n] {
                break known;
            }
            if met_from[n].replace(start) == Some(start) {
                break false;
            }
            path.push(id);
            next = names.parent(network.link(id));
        };
        path.into_iter().for_each(|id| ends[id.0 as usize] = Some(does_end));
    }
    network.links().map(|(id, _)| id).filter(|id| ends[id.0 as usize] == Some(false)).collect()
}

/// The links from below upwards: cards by their names, since a script speaks of them where it first needs them, then what is
/// made in the order of the source.
pub(super) fn order(network: &Network, names: &Names<'_>, ovs: &Switches) -> Vec<LinkId> {
    let (mut cards, made): (Vec<LinkId>, Vec<LinkId>) =
        network.links().map(|(id, _)| id).partition(|id| !is_virtual(&network.link(*id).kind.value));
    cards.sort_by_key(|id| {
        let link = network.link(*id);
        (netns(link), place(link), *id)
    });
    let needs = |id| {
        let link = network.link(id);
        let needs = PARENTS.into_iter().chain(["controller"]).filter_map(|text| names.target(link, text));
        needs.chain(names.maker(network, id)).chain(ovs.below(network, id)).collect()
    };
    cards.extend(made);
    let out = sorted(&cards, needs);
    // One command makes both ends of a pair.
    let is_made_here = |id: &LinkId| names.maker(network, *id).is_none_or(|maker| maker == *id);
    let with_peer = |id: LinkId| {
        let peer = names.maker(network, id).and_then(|_| names.peer(network, network.link(id)));
        [id].into_iter().chain(peer)
    };
    out.into_iter().filter(is_made_here).flat_map(with_peer).collect()
}
