//! The entries and leftovers of each link, and the links by name.

use crate::owned::by_owner;
use netpivot_model::link::LinkId;
use netpivot_model::network::{EntryKind, Network, Owned};

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
