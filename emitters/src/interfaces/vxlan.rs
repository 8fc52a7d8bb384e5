//! VXLANs: ifupdown2 and ifupdown-ng have options for them, each with limits of its own.

use super::kind::first;
use super::{Job, Sheet};
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::neighbor::FdbEntry;
use netpivot_model::network::{EntryKind, Network};
use netpivot_model::source::At;
use netpivot_model::value::Value;
use netpivot_model::virtual_link::Vxlan;
use netpivot_model::vocabulary::interfaces::Reader;
use std::net::IpAddr;

impl<'n> Job<'n> {
    /// False where an option says something else for a value, or for none (addons/vxlan.py).
    pub(super) fn vxlan_fits(&self, vxlan: &Vxlan) -> bool {
        if self.reader != Reader::Ifupdown2 {
            return true;
        }
        let is_plain = match vxlan.local.as_ref().map(|at| at.value) {
            Some(local) => local.is_ipv4(),
            // The first local address of all stands for those that say none.
            None => !self.network.links().any(|(_, link)| has_local(link)),
        };
        // A time of 0 is none.
        is_plain && vxlan.ageing.as_ref().is_none_or(|at| at.value.get() != 0)
    }

    /// `vxlan.remote` by the option of its sort.
    pub(super) fn vxlan_remote(&mut self, value: &Value, sheet: &mut Sheet) -> bool {
        let Ok(remote) = value.to_string().parse::<IpAddr>() else { return false };
        let option = match (self.reader, remote.is_multicast(), remote.is_ipv6()) {
            (Reader::Ifupdown, ..) => return false,
            (Reader::Ifupdown2, false, false) => "vxlan-svcnodeip",
            (Reader::Ifupdown2, false, true) => "vxlan-svcnodeip6",
            (Reader::Ifupdown2, true, false) => "vxlan-mcastgrp",
            (Reader::Ifupdown2, true, true) => "vxlan-mcastgrp6",
            // ip-link(8) takes unicast addresses for `remote` only, the others for `group` only.
            (Reader::IfupdownNg, false, _) => "vxlan-remote-ip",
            (Reader::IfupdownNg, true, _) => "vxlan-remote-group",
        };
        first(sheet).option(option, remote.to_string());
        true
    }

    /// Remote ends that flooded frames go to are options of ifupdown2 as long as they are plain IPv4 addresses, other than
    /// the link's own.
    pub(super) fn vxlan_ends(&self, id: LinkId, sheet: &mut Sheet) {
        let network: &'n Network = self.network;
        for (_, item) in self.owned.of(&network.fdb, EntryKind::Fdb, Some(id)) {
            if self.is_vxlan_end(Some(id), item)
                && let Some(dst) = &item.dst
            {
                first(sheet).option("vxlan-remoteip", dst.value.to_string());
            }
        }
    }

    /// True for a forwarding entry that an option says.
    pub(super) fn is_vxlan_end(&self, owner: Option<LinkId>, entry: &FdbEntry) -> bool {
        let Some(link) = owner.map(|id| self.network.link(id)) else { return false };
        let (LinkKind::Vxlan(vxlan), Some(dst)) = (&link.kind.value, &entry.dst) else { return false };
        let plain = FdbEntry { lladdr: entry.lladdr.clone(), dst: entry.dst.clone(), ..FdbEntry::default() };
        let is_flooded = entry.lladdr.as_ref().is_some_and(|at| at.value.to_string() == "00:00:00:00:00:00");
        let is_own = vxlan.local.as_ref().is_some_and(|at| at.value == dst.value);
        self.reader == Reader::Ifupdown2
            && self.has_options(link)
            && *entry == plain
            && is_flooded
            && dst.value.is_ipv4()
            && !is_own
    }
}

fn has_local(link: &Link) -> bool {
    let LinkKind::Vxlan(vxlan) = &link.kind.value else { return false };
    vxlan.local.as_ref().is_some_and(|At { value, .. }| value.is_ipv4())
}
