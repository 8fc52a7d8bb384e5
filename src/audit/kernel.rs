//! The kernel's state by name, address and route.

use foldhash::HashMap;
use netpivot_model::link::{Link, LinkId};
use netpivot_model::network::Network;
use netpivot_model::reflect::Said;
use netpivot_model::route::Route;
use netpivot_parsers::netlink::observed::{Given, Makers, Observed};

/// The kernel's state.
pub(super) struct Kernel<'k> {
    pub network: &'k Network,
    pub makers: &'k Makers,
    by_name: HashMap<(&'k str, &'k str), LinkId>,
    by_mac: HashMap<(&'k str, String), LinkId>,
}

/// The namespace of a link; empty for the host's own.
pub(super) fn space(netns: &Said<String>) -> &str {
    netns.as_ref().map_or("", |at| at.value.as_str())
}

impl<'k> Kernel<'k> {
    pub fn of(observed: &'k Observed) -> Self {
        let network = &observed.network;
        let (mut by_name, mut by_mac) = (HashMap::default(), HashMap::default());
        for (id, link) in network.links() {
            let space = space(&link.netns);
            if let Some(at) = &link.name {
                by_name.entry((space, at.value.as_str())).or_insert(id);
            }
            if let Some(at) = link.matches.as_ref().and_then(|matches| matches.mac.as_ref()) {
                by_mac.entry((space, at.value.to_string())).or_insert(id);
            }
        }
        Kernel { network, makers: &observed.makers, by_name, by_mac }
    }

    pub fn find(&self, space: &str, name: &str) -> Option<LinkId> {
        self.by_name.get(&(space, name)).copied()
    }

    /// The card with that address of its own.
    pub fn card(&self, space: &str, mac: &str) -> Option<LinkId> {
        self.by_mac.get(&(space, mac.to_owned())).copied()
    }

    pub fn link(&self, id: LinkId) -> &'k Link {
        self.network.link(id)
    }

    pub fn name(&self, id: LinkId) -> &'k str {
        self.link(id).label()
    }

    pub fn given(&self, id: LinkId) -> &'k [Given] {
        self.makers.given.get(&id).map_or(&[], Vec::as_slice)
    }

    pub fn is_up(&self, id: LinkId) -> Option<bool> {
        self.link(id).up.as_ref().map(|at| at.value)
    }

    /// The name of the controller of a link.
    pub fn controller(&self, id: LinkId) -> Option<String> {
        self.link(id).controller.as_ref().map(|at| at.value.to_string())
    }

    /// The namespace that a route is in.
    pub fn space_of(&self, owner: Option<LinkId>, route: &'k Route) -> &'k str {
        owner.map_or_else(|| space(&route.netns), |id| space(&self.link(id).netns))
    }
}
