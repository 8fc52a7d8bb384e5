//! Which entries of a network belong to which link.

use netpivot_model::link::LinkId;
use netpivot_model::network::Network;

/// The positions of the entries of each link; those of no link stand last.
pub(crate) fn by_owner(owners: impl Iterator<Item = Option<LinkId>>, network: &Network) -> Vec<Vec<u32>> {
    let host = network.links.len();
    let mut positions = vec![Vec::new(); host + 1];
    for (n, owner) in (0u32..).zip(owners) {
        let owner = owner.map_or(host, |id| id.0 as usize);
        positions[owner.min(host)].push(n);
    }
    positions
}
