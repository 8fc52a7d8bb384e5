//! VLANs of bridge ports (ifupdown2's addons/bridge.py, ifupdown-ng's executor bridge; trap 42).
//!
//! `bridge-vids` and `bridge-pvid` on a bridge are what its ports have unless they say otherwise
//! (`compat_ifupdown2_bridge_ports_inherit_vlans` of ifupdown-ng, on by default). `bridge-access` overrides both. So each
//! port gets the list that results, and what the bridge says goes back into its stanza. For ifupdown-ng the options are the
//! bridge's own besides (`set_bridge_vlans`).

use super::build::Builder;
use super::codes;
use super::document::Opt;
use super::kind::canonical;
use super::relation::Ports;
use foldhash::HashMap;
use netpivot_model::bridge::BridgeVlan;
use netpivot_model::link::{LinkId, LinkKind};
use netpivot_model::network::{Leftover, Weight};
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::vocabulary::interfaces::Reader;
use netpivot_model::vocabulary::interfaces::codec::truth;

/// What the options of one link say of VLANs.
#[derive(Default, Clone)]
struct Said {
    vids: Option<(Vec<BridgeVlan>, Span)>,
    pvid: Option<(u16, Span)>,
    access: Option<(u16, Span)>,
    untagged: Option<(bool, Span)>,
}

impl Builder<'_> {
    pub(super) fn bridge_vlans(&mut self, options: Vec<(LinkId, &'static str, Opt)>, ports: &Ports) {
        let mut said: HashMap<LinkId, Said> = HashMap::default();
        let mut open: Vec<(LinkId, &Opt)> = Vec::new();
        for (link, name, option) in &options {
            if matches!(*name, "bridge-port-vids" | "bridge-port-pvids") {
                self.by_port(*link, name, option, ports, &mut said);
                continue;
            }
            let entry = said.entry(*link).or_default();
            let value = option.value.text.as_str();
            let good = match *name {
                "bridge-vids" => vids(value).map(|vids| entry.vids = Some((vids, option.span))),
                "bridge-pvid" => vid(value).map(|vid| entry.pvid = Some((vid, option.span))),
                "bridge-access" => vid(value).map(|vid| entry.access = Some((vid, option.span))),
                // yesno() of ifupdown-ng's script; all other words are no.
                _ if self.reader == Reader::IfupdownNg => {
                    let on = ["yes", "YES", "true", "TRUE", "1"].contains(&value);
                    entry.untagged = Some((on, option.span));
                    Some(())
                }
                _ => truth(value).map(|on| entry.untagged = Some((on, option.span))),
            };
            match good {
                Some(()) => open.push((*link, option)),
                None => self.refuse(option, "VLAN numbers from 1 to 4094"),
            }
        }
        let mut used: Vec<Span> = Vec::new();
        let bridges: Vec<LinkId> = self
            .network
            .links()
            .filter(|(_, l)| matches!(l.kind.value, LinkKind::Bridge(_)))
            .map(|(id, _)| id)
            .collect();
        for bridge in bridges {
            let default = said.get(&bridge).cloned().unwrap_or_default();
            if self.reader == Reader::IfupdownNg {
                self.own_vlans(bridge, &default, &mut used);
            }
            let all = ports.get(&bridge).cloned().unwrap_or_default();
            for port in all {
                let own = said.get(&port).cloned().unwrap_or_default();
                if !self.is_refused_vxlan(bridge, port, &own, &default, &mut used) {
                    self.port_vlans(port, &own, &default, &mut used);
                }
            }
        }
        self.vlans_on_bridges();
        for (link, option) in open {
            if self.is_default_of_ports(link, option) {
                self.network.leftovers.push(Leftover {
                    owner: Some(link),
                    section: None,
                    key: option.name.clone(),
                    value: option.value.text.clone(),
                    secret: false,
                    weight: Weight::Acts,
                    meaning: "Ports that are plugged in later get these VLANs.".to_owned(),
                    origin: Origin::at(option.span),
                });
                continue;
            }
            if used.contains(&option.span) {
                continue;
            }
            let label = self.network.link(link).label().to_owned();
            let message = format!(
                "`{}` of `{label}` counts for no port: it is a port of no bridge, or its ports have lists of their own",
                self.shown(option)
            );
            self.report(&codes::IDLE, option.span, message, "remove the line, or move it to the port");
        }
    }

    /// ifupdown2 puts a VXLAN into one VLAN, untagged, or leaves it as the kernel has it
    /// (addons/bridge.py:_apply_bridge_vids_and_pvid).
    fn is_refused_vxlan(
        &mut self,
        bridge: LinkId,
        port: LinkId,
        own: &Said,
        default: &Said,
        used: &mut Vec<Span>,
    ) -> bool {
        let link = self.network.link(port);
        let is_vxlan = matches!(link.kind.value, LinkKind::Vxlan(_));
        if !is_vxlan || own.access.is_some() || self.reader != Reader::Ifupdown2 || !self.filters(bridge) {
            return false;
        }
        let vids = own.vids.as_ref().or(default.vids.as_ref());
        let is_tagged_only = own.untagged.is_some_and(|(on, _)| !on);
        let native = own.pvid.or(default.pvid).map_or(1, |(vid, _)| vid);
        let is_native = |(vids, _): &(Vec<BridgeVlan>, Span)| match vids[..] {
            [only] => Some(only) == BridgeVlan::tagged(native, native),
            _ => false,
        };
        if !is_tagged_only && vids.is_some_and(is_native) {
            return false;
        }
        let label = link.label().to_owned();
        let spans = [
            vids.map(|(_, span)| *span),
            own.pvid.or(default.pvid).map(|(_, span)| span),
            own.untagged.map(|(_, s)| s),
        ];
        let mut spans = spans.into_iter().flatten();
        let Some(first) = spans.next() else { return false };
        let message = format!(
            "`{label}` is a VXLAN, which ifupdown2 puts into one VLAN of a bridge, untagged; it takes nothing else and leaves \
             the port in the bridge's default VLAN"
        );
        self.report(
            &codes::IDLE,
            first,
            message,
            "say the VLAN with `bridge-access` in the stanza of the VXLAN",
        );
        used.extend([first].into_iter().chain(spans));
        true
    }

    /// True for what ifupdown2 gives the ports of a bridge that filters and the bridge itself does not have: those that are
    /// named get it here, and those that other programs plug in later by whoever reads the file then.
    fn is_default_of_ports(&self, link: LinkId, option: &Opt) -> bool {
        let name = canonical(option, self.reader);
        self.reader == Reader::Ifupdown2
            && matches!(name, "bridge-vids" | "bridge-pvid")
            && matches!(self.network.link(link).kind.value, LinkKind::Bridge(_))
            && self.filters(link)
    }

    fn filters(&self, bridge: LinkId) -> bool {
        let LinkKind::Bridge(bridge) = &self.network.link(bridge).kind.value else { return false };
        bridge.vlan_filtering.as_ref().is_some_and(|at| at.value)
    }

    /// ifupdown2 lets a bridge that filters into the VLANs that are made on it (addons/vlan.py:_bridge_vid_add_del).
    fn vlans_on_bridges(&mut self) {
        if self.reader != Reader::Ifupdown2 {
            return;
        }
        let mut found: Vec<(LinkId, BridgeVlan, Origin)> = Vec::new();
        for (_, link) in self.network.links() {
            if let LinkKind::Vlan(vlan) = &link.kind.value
                && let (Some(id), Some(parent)) = (&vlan.id, &vlan.parent)
                && let Some(bridge) = self.by_name.get(parent.value.to_string().as_str())
                && self.filters(*bridge)
            {
                let spans = id.origin.spans().iter().chain(parent.origin.spans()).copied();
                let origin = Origin::derived("vlan-of-the-bridge", spans);
                let vid = u16::try_from(id.value.get()).ok();
                found.extend(vid.and_then(|vid| Some((*bridge, BridgeVlan::tagged(vid, vid)?, origin))));
            }
        }
        for (bridge, vid, origin) in found {
            if let LinkKind::Bridge(bridge) = &mut self.link(bridge).kind.value
                && !bridge.vlans.values().any(|item| *item == vid)
            {
                bridge.vlans.push(vid, origin);
            }
        }
    }

    fn by_port(
        &mut self,
        link: LinkId,
        name: &str,
        option: &Opt,
        ports: &Ports,
        said: &mut HashMap<LinkId, Said>,
    ) {
        for (word, span) in option.value.words() {
            let Some((port, list)) = word.split_once('=') else {
                self.refuse(option, "`PORT=VLANS`");
                return;
            };
            let target = self.by_name.get(port).copied();
            let is_port = |id: &LinkId| ports.get(&link).is_some_and(|all| all.contains(id));
            let Some(target) = target.filter(is_port) else {
                self.report(
                    &codes::IDLE,
                    span,
                    format!("`{port}` is no port of this bridge"),
                    "correct the name of the port",
                );
                continue;
            };
            let entry = said.entry(target).or_default();
            let good = match name {
                "bridge-port-vids" => vids(list).map(|vids| entry.vids = Some((vids, option.span))),
                _ => vid(list).map(|vid| entry.pvid = Some((vid, option.span))),
            };
            if good.is_none() {
                self.refuse(option, "VLAN numbers from 1 to 4094");
            }
        }
    }

    /// The VLANs that ifupdown-ng's script gives the bridge itself.
    fn own_vlans(&mut self, bridge: LinkId, said: &Said, used: &mut Vec<Span>) {
        let mut list: Vec<(BridgeVlan, Span)> = Vec::new();
        if let Some((vid, span)) = said.access {
            list.extend(BridgeVlan::native(vid).map(|vlan| (vlan, span)));
        } else {
            let vids = said.vids.iter().flat_map(|(vids, span)| vids.iter().map(|vids| (*vids, *span)));
            list.extend(vids);
            self.add_native(&mut list, said.pvid);
        }
        used.extend(list.iter().map(|(_, span)| *span));
        if let LinkKind::Bridge(bridge) = &mut self.link(bridge).kind.value {
            for (vlan, span) in list {
                bridge.vlans.push(vlan, span);
            }
        }
    }

    /// The VLAN of untagged frames: VLAN 1 unless another number is said. ifupdown2 has none where they are not allowed
    /// (addons/bridge.py); ifupdown-ng takes VLAN 1 away and then adds the number (`configure_trunk_port`).
    fn native(&self, pvid: Option<u16>, allows_untagged: bool) -> Option<u16> {
        match self.reader {
            Reader::IfupdownNg if !allows_untagged => pvid,
            Reader::Ifupdown | Reader::Ifupdown2 | Reader::IfupdownNg => {
                allows_untagged.then(|| pvid.unwrap_or(1))
            }
        }
    }

    /// Puts the VLAN of untagged frames in front. Said again among the others it is untagged all the same for ifupdown2;
    /// ifupdown-ng's last command makes it a tagged one.
    fn add_native(&self, list: &mut Vec<(BridgeVlan, Span)>, native: Option<(u16, Span)>) {
        let Some((vid, span)) = native else { return };
        let is_tagged = list.iter().any(|(vlan, _)| vlan.holds(i64::from(vid)));
        if is_tagged && self.reader == Reader::IfupdownNg {
            return;
        }
        list.retain(|(vlan, _)| Some(*vlan) != BridgeVlan::tagged(vid, vid));
        list.splice(0..0, BridgeVlan::native(vid).map(|vlan| (vlan, span)));
    }

    fn port_vlans(&mut self, port: LinkId, own: &Said, default: &Said, used: &mut Vec<Span>) {
        let mut list: Vec<(BridgeVlan, Span)> = Vec::new();
        if let Some((vid, span)) = own.access {
            used.push(span);
            list.extend(BridgeVlan::native(vid).map(|vlan| (vlan, span)));
        } else {
            let vids = own.vids.as_ref().or(default.vids.as_ref());
            let pvid = own.pvid.or(default.pvid);
            // addons/bridge.py asks the port alone.
            let untagged = own.untagged;
            if vids.is_none() && pvid.is_none() && untagged.is_none() {
                return;
            }
            used.extend(vids.map(|(_, span)| *span));
            used.extend(pvid.map(|(_, span)| span));
            used.extend(untagged.map(|(_, span)| span));
            let spans = [vids.map(|(_, s)| *s), pvid.map(|(_, s)| s), untagged.map(|(_, s)| s)];
            let any = spans.into_iter().flatten().next();
            let native = self.native(pvid.map(|(vid, _)| vid), untagged.is_none_or(|(on, _)| on));
            let native = native.zip(pvid.map(|(_, s)| s).or(any));
            let rest = vids.into_iter().flat_map(|(vids, span)| vids.iter().map(|vids| (*vids, *span)));
            list.extend(rest);
            self.add_native(&mut list, native);
        }
        let spans: Vec<Span> = [own, default]
            .iter()
            .flat_map(|said| {
                [
                    said.vids.as_ref().map(|(_, s)| *s),
                    said.pvid.map(|(_, s)| s),
                    said.untagged.map(|(_, s)| s),
                ]
            })
            .flatten()
            .filter(|span| used.contains(span))
            .collect();
        let is_out = !list.iter().any(|(vlan, _)| vlan.holds(1));
        let settings = self.link(port).bridge_port.get_or_insert_default();
        if is_out {
            // The kernel's default for a bridge's ports, which both programs delete then.
            let all = list.iter().map(|(_, span)| *span).chain(spans.iter().copied());
            settings.no_default_vlan = Some(At::new(true, Origin::derived("vlans-of-ports", all)));
        }
        settings.vlans.items = list.into_iter().map(|(vlan, span)| At::new(vlan, span)).collect();
        settings.vlans.said = Some(Origin::derived("vlans-of-ports", spans));
    }
}

fn vid(text: &str) -> Option<u16> {
    text.trim().parse().ok().filter(|n| (1..=4094).contains(n))
}

/// `2-4094`, `10 20-30`, `10,20`.
fn vids(text: &str) -> Option<Vec<BridgeVlan>> {
    let words = text.split([' ', '\t', ',']).filter(|word| !word.is_empty());
    words.map(|word| word.parse().ok()).collect()
}
