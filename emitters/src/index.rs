//! Links by what others refer to them by, so that many ports stay linear.

use foldhash::HashMap;
use netpivot_model::link::{Link, LinkId};
use netpivot_model::network::Network;
use netpivot_model::value::LinkRef;

/// The links of a network by name and by UUID.
pub(crate) struct Index<'n> {
    network: &'n Network,
    names: HashMap<&'n str, Vec<LinkId>>,
    uuids: HashMap<String, LinkId>,
}

impl<'n> Index<'n> {
    pub(crate) fn of(network: &'n Network) -> Self {
        let (mut names, mut uuids) = (HashMap::<_, Vec<_>>::default(), HashMap::default());
        for (id, link) in network.links() {
            if let Some(at) = &link.name {
                names.entry(at.value.as_str()).or_default().push(id);
            }
            if let Some(at) = &link.uuid {
                uuids.entry(at.value.to_ascii_lowercase()).or_insert(id);
            }
        }
        Index { network, names, uuids }
    }

    /// The first link that is meant and that `fits`: several may have one name.
    pub(crate) fn find(&self, to: &LinkRef, fits: impl Fn(&Link) -> bool) -> Option<LinkId> {
        let fits = |id: &&LinkId| fits(self.network.link(**id));
        match to {
            LinkRef::Name(name) => self.names.get(name.as_str())?.iter().find(fits).copied(),
            LinkRef::Uuid(uuid) => self.uuids.get(&uuid.to_ascii_lowercase()).filter(fits).copied(),
            LinkRef::Mac(_) => None,
        }
    }
}
