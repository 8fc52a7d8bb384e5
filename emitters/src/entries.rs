//! The entries and leftovers of each link, and the devices that entries name.

use crate::owned::by_owner;
use netpivot_model::link::LinkId;
use netpivot_model::network::{EntryKind, Network, Owned};
use netpivot_model::reflect::Said;
use netpivot_model::route::Route;
use netpivot_model::source::At;
use netpivot_model::sysctl::Sysctl;
use netpivot_model::value::IfName;

/// Positions by owner; those of no link stand last.
pub(crate) struct Index {
    links: usize,
    /// By the position of the kind in [`EntryKind::ALL`].
    entries: Vec<Vec<Vec<u32>>>,
    leftovers: Vec<Vec<u32>>,
}

impl Index {
    pub(crate) fn new(network: &Network) -> Self {
        let entries = EntryKind::ALL.iter().map(|kind| {
            let mut owners = Vec::new();
            network.visit_entries(*kind, &mut |_, owner, _| owners.push(owner));
            by_owner(owners.into_iter(), network)
        });
        Index {
            links: network.links.len(),
            entries: entries.collect(),
            leftovers: by_owner(network.leftovers.iter().map(|leftover| leftover.owner), network),
        }
    }

    fn slot(&self, owner: Option<LinkId>) -> usize {
        owner.map_or(self.links, |id| id.0 as usize)
    }

    /// Positions of one owner's entries of a kind.
    pub(crate) fn positions(&self, kind: EntryKind, owner: Option<LinkId>) -> &[u32] {
        let place = EntryKind::ALL.iter().position(|k| *k == kind).unwrap_or_default();
        &self.entries[place][self.slot(owner)]
    }

    /// One owner's entries of a kind, of the list that holds them, with their positions.
    pub(crate) fn of<'n, T>(
        &self,
        list: &'n [Owned<T>],
        kind: EntryKind,
        owner: Option<LinkId>,
    ) -> Vec<(u32, &'n T)> {
        self.positions(kind, owner).iter().map(|n| (*n, &list[*n as usize].item)).collect()
    }

    /// True for a link without entries and leftovers.
    pub(crate) fn owns_nothing(&self, id: LinkId) -> bool {
        let mut all = self.entries.iter().chain([&self.leftovers]);
        all.all(|lists| lists[self.slot(Some(id))].is_empty())
    }

    /// Positions of one owner's leftovers.
    pub(crate) fn leftovers(&self, owner: Option<LinkId>) -> &[u32] {
        &self.leftovers[self.slot(owner)]
    }
}

/// A device that an entry names and that no kernel has, as its name is none: with one, `ip` refuses the whole command.
pub(crate) fn impossible_device(network: &Network, kind: EntryKind, n: u32) -> Option<&str> {
    let at = n as usize;
    let devices: Vec<&Said<String>> = match kind {
        EntryKind::Route => {
            let route = &network.routes[at].item;
            std::iter::once(&route.dev).chain(route.nexthops.iter().map(|hop| &hop.dev)).collect()
        }
        EntryKind::Rule => vec![&network.rules[at].item.iif, &network.rules[at].item.oif],
        EntryKind::Neighbor => vec![&network.neighbors[at].item.dev],
        EntryKind::Fdb => vec![&network.fdb[at].item.dev],
        EntryKind::Netns
        | EntryKind::Nat
        | EntryKind::Sysctl
        | EntryKind::Hook
        | EntryKind::VirtualNetwork
        | EntryKind::DhcpServer
        | EntryKind::DnsServer
        | EntryKind::GuestInterface => Vec::new(),
    };
    let mut names = devices.into_iter().flatten().map(|at| at.value.as_str());
    names.find(|name| name.parse::<IfName>().is_err())
}

/// The route as the kernel takes it: it refuses an IPv4 destination with bits behind its length, which NetworkManager
/// clears (`nm_l3_config_data_add_route()`), and knows one way only to say all destinations.
pub(crate) fn without_host_bits(route: &Route) -> Option<Route> {
    let dst = route.dst.as_ref()?;
    let (net, clear) = (dst.value, dst.value.trunc());
    let is_refused = net != clear && (net.addr().is_ipv4() || net.prefix_len() == 0);
    is_refused.then(|| Route { dst: Some(At::new(clear, dst.origin.clone())), ..route.clone() })
}

/// True for a kernel setting of an interface of which the source says nothing else: whoever reads the command makes a link
/// of it.
pub(crate) fn is_of_another_link(network: &Network, setting: &Sysctl) -> bool {
    let Some(name) = setting.interface() else { return false };
    !network.links.iter().any(|link| link.name.as_ref().is_some_and(|at| at.value == name))
}
