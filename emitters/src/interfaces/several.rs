//! Entries that stand on more than one link: they come where the last of their links is set up.

use super::hooks::last_of;
use super::{Job, Sheet};
use crate::text::ip::entry;
use netpivot_model::link::{LinkId, LinkKind};
use netpivot_model::neighbor::FdbEntry;
use netpivot_model::network::{EntryKind, Network};
use netpivot_model::route::Route;

impl<'n> Job<'n> {
    /// The links of a route's next hops.
    fn hops(&self, route: &Route) -> Vec<LinkId> {
        let devices = route.nexthops.iter().filter_map(|hop| hop.dev.as_ref());
        devices.filter_map(|at| self.by_name.get(at.value.as_str())).copied().collect()
    }

    /// True for a route with next hops of other links than its own: the kernel takes it when all of them are up.
    pub(super) fn is_of_several(&self, id: LinkId, route: &Route) -> bool {
        self.space.is_none() && self.hops(route).iter().any(|hop| *hop != id)
    }

    /// The bridge whose database a forwarding entry stands in (NTF_MASTER); its stanza plugs the port in.
    pub(super) fn bridge_of(&self, id: LinkId, entry: &FdbEntry) -> Option<LinkId> {
        entry.master.as_ref().filter(|at| at.value && self.space.is_none())?;
        let is_bridge = |id: &LinkId| matches!(self.network.link(*id).kind.value, LinkKind::Bridge(_));
        self.ports.iter().find(|(_, ports)| ports.contains(&id)).map(|(bridge, _)| *bridge).filter(is_bridge)
    }

    /// Writes the entries of several links.
    pub(super) fn entries_of_several(&mut self, sheets: &mut [Sheet]) {
        let network: &'n Network = self.network;
        for (n, route) in (0..).zip(&network.routes) {
            let Some(id) = route.owner.filter(|id| self.is_of_several(*id, &route.item)) else { continue };
            let Some(name) = name_of(id, sheets) else { continue };
            let mut stands_on = self.hops(&route.item);
            stands_on.push(id);
            if let Some(sheet) = last_sheet(&stands_on, sheets) {
                self.route(n, &route.item, Some((id, name.as_str())), &mut sheet.stanzas);
            }
        }
        for (n, fdb) in (0..).zip(&network.fdb) {
            let Some(id) = fdb.owner else { continue };
            let Some(bridge) = self.bridge_of(id, &fdb.item) else { continue };
            let Some(name) = name_of(id, sheets) else { continue };
            if let Some(sheet) = last_sheet(&[id, bridge], sheets) {
                let stanza = last_of(&mut sheet.stanzas, false);
                self.pair(EntryKind::Fdb, n, entry::fdb(&fdb.item, &name), stanza, false);
            }
        }
    }
}

/// The name of a link's stanzas; what a link without any owns is lost with it.
fn name_of(id: LinkId, sheets: &[Sheet]) -> Option<String> {
    let sheet = sheets.iter().find(|sheet| sheet.id == Some(id))?;
    sheet.stanzas.first().map(|stanza| stanza.name.clone())
}

fn last_sheet<'s>(links: &[LinkId], sheets: &'s mut [Sheet]) -> Option<&'s mut Sheet> {
    sheets.iter_mut().rfind(|sheet| sheet.id.is_some_and(|id| links.contains(&id)))
}
