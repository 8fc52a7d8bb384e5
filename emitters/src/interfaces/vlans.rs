//! VLANs of bridges and their ports: by options of ifupdown2 and ifupdown-ng where they say all of a port's, else by
//! bridge(8). Those of the bridge itself are always commands, since ifupdown-ng's options are its ports', too.

use super::kind::first;
use super::{Job, Sheet, link_fact};
use crate::text::shell::quote;
use netpivot_model::bridge::{Bridge, BridgePort, BridgeVlan, default_vlan};
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::network::Network;
use netpivot_model::path::FieldPath;
use netpivot_model::value::{LinkRef, Scalar, Value};
use netpivot_model::vocabulary::interfaces::Reader;

impl<'n> Job<'n> {
    /// Options in the port's own stanza; addons/bridge.py of ifupdown2 and ifupdown-ng's script delete all else.
    pub(super) fn port_vlan_options(&mut self, id: LinkId, sheet: &mut Sheet) {
        let Some(said) = self.options_of_port(id) else { return };
        let port = self.network.link(id).bridge_port.as_deref();
        let read = read_back(&said.options);
        let is_same =
            said.commands.is_empty() && port.is_some_and(|port| port.vlans.values().eq(read.iter()));
        if !is_same {
            self.cx.otherwise(link_fact(id, FieldPath::parse("bridge_port.vlans")), "vlans-with-the-default");
        }
        if self.default_vlan_for(id) != 1 {
            // Read back it is out of VLAN 1, which is the default of both.
            self.cx.otherwise(
                link_fact(id, FieldPath::parse("bridge_port.no_default_vlan")),
                "vlans-with-the-default",
            );
        }
        for (key, value) in said.options {
            first(sheet).option(key, value);
        }
    }

    /// The options of a port of a bridge that filters; `None` where commands say all its VLANs.
    fn options_of_port(&self, id: LinkId) -> Option<OfPort> {
        let link = self.network.link(id);
        let bridge = self.bridge_named(&link.controller.as_ref()?.value)?;
        let filters = bridge.vlan_filtering.as_ref().is_some_and(|at| at.value);
        if self.reader == Reader::Ifupdown || !filters {
            return None;
        }
        let is_vxlan = matches!(link.kind.value, LinkKind::Vxlan(_)) && self.has_options(link);
        if is_vxlan && self.reader == Reader::Ifupdown2 {
            return Some(of_vxlan(link, pvid(bridge)));
        }
        let options = options(link.bridge_port.as_deref()?, pvid(bridge))?;
        Some(OfPort { options, commands: Vec::new() })
    }

    /// The VLAN that the bridge above puts a port into.
    fn default_vlan_for(&self, id: LinkId) -> i64 {
        let controller = self.network.link(id).controller.as_ref();
        controller.and_then(|at| self.bridge_named(&at.value)).map_or(1, pvid)
    }

    fn bridge_named(&self, name: &LinkRef) -> Option<&'n Bridge> {
        let network: &'n Network = self.network;
        let LinkRef::Name(name) = name else { return None };
        let link = network.link(*self.by_name.get(name.as_str())?);
        if let LinkKind::Bridge(bridge) = &link.kind.value { Some(bridge) } else { None }
    }

    /// The commands of a port, for the stanza of its bridge.
    pub(super) fn port_vlan_commands(&self, id: LinkId, name: &str) -> Vec<String> {
        if let Some(said) = self.options_of_port(id) {
            return said.commands;
        }
        let Some(port) = &self.network.link(id).bridge_port else { return Vec::new() };
        let pvid = self.default_vlan_for(id);
        let is_out = port.no_default_vlan.as_ref().is_some_and(|at| at.value);
        let out = is_out.then(|| format!("bridge vlan del dev {} vid {pvid}", quote(name)));
        out.into_iter().chain(port.vlans.values().map(|vlan| command(name, *vlan, false))).collect()
    }

    /// Takes the bridge itself out of the VLAN that it puts its ports into.
    pub(super) fn no_own_vlan(&mut self, name: &str, value: &Value, sheet: &mut Sheet) -> bool {
        if *value == Value::Bool(true) {
            let pvid = self.bridge_named(&LinkRef::Name(name.to_owned())).map_or(1, pvid);
            first(sheet).up.push(format!("bridge vlan del dev {} vid {pvid} self", quote(name)).into());
        }
        true
    }

    /// The VLANs that the bridge itself is in.
    pub(super) fn own_vlans(&mut self, id: LinkId, name: &str, value: &Value, sheet: &mut Sheet) -> bool {
        let Value::List(items) = value else { return false };
        for vlan in items.iter().filter_map(|item| BridgeVlan::from_value(item).ok()) {
            if !self.is_let_in(name, vlan) {
                first(sheet).up.push(command(name, vlan, true).into());
            }
        }
        self.lets_in(id, name);
        true
    }

    /// ifupdown2 lets a bridge that filters into the VLANs on it, whether or not the source does
    /// (addons/vlan.py:_bridge_vid_add_del).
    pub(super) fn lets_in(&mut self, id: LinkId, name: &str) {
        if self.reader == Reader::Ifupdown2 && self.vlans_on(name).next().is_some() {
            self.cx.otherwise(link_fact(id, FieldPath::parse("bridge.vlans")), "vlan-of-the-bridge");
        }
    }

    fn is_let_in(&self, name: &str, vlan: BridgeVlan) -> bool {
        let filters = self
            .bridge_named(&LinkRef::Name(name.to_owned()))
            .and_then(|bridge| bridge.vlan_filtering.as_ref())
            .is_some_and(|at| at.value);
        let is_on = |vid| u16::try_from(vid).is_ok_and(|vid| BridgeVlan::tagged(vid, vid) == Some(vlan));
        self.reader == Reader::Ifupdown2 && filters && self.vlans_on(name).any(is_on)
    }

    /// The numbers of the VLANs made on a link.
    fn vlans_on<'s>(&'s self, name: &'s str) -> impl Iterator<Item = i64> + 's {
        self.network.links().filter_map(move |(_, link)| {
            let LinkKind::Vlan(vlan) = &link.kind.value else { return None };
            let parent = &vlan.parent.as_ref()?.value;
            let is_on = *parent == LinkRef::Name(name.to_owned());
            vlan.id.as_ref().filter(|_| is_on).map(|at| at.value.get())
        })
    }
}

/// The VLAN that the bridge puts its ports into.
fn pvid(bridge: &Bridge) -> i64 {
    bridge.vlan_default_pvid.as_ref().map_or(1, |at| at.value.get())
}

/// What says the VLANs of a port.
struct OfPort {
    /// In the stanza of the port.
    options: Vec<(&'static str, String)>,
    /// In the stanza of the bridge, which comes later.
    commands: Vec<String>,
}

/// ifupdown2 wants `bridge-access` of each VXLAN and takes no other VLANs of it
/// (addons/bridge.py:_apply_bridge_vids_and_pvid); commands say what there is besides.
fn of_vxlan(link: &Link, pvid: i64) -> OfPort {
    let name = link.name.as_ref().map_or("", |at| at.value.as_str());
    let silent = BridgePort::default();
    let port = link.bridge_port.as_deref().unwrap_or(&silent);
    let is_out = port.no_default_vlan.as_ref().is_some_and(|at| at.value);
    let by_bridge = if is_out { None } else { default_vlan(port.vlans.values(), pvid) };
    let all: Vec<BridgeVlan> = by_bridge.iter().chain(port.vlans.values()).copied().collect();
    let native = all.iter().find(|vlan| vlan.is_pvid && vlan.is_untagged);
    let access = native.or(all.first()).map_or(1, |vlan| vlan.first);
    let mut commands = Vec::new();
    // A default of 0 takes the port out of VLAN 1 by itself.
    if native.is_none() && (pvid != 0 || !all.is_empty()) {
        commands.push(format!("bridge vlan del dev {} vid {access}", quote(name)));
    }
    commands.extend(all.iter().filter(|vlan| Some(*vlan) != native).map(|vlan| command(name, *vlan, false)));
    OfPort { options: vec![("bridge-access", access.to_string())], commands }
}

/// What addons/bridge.py:_apply_bridge_vlan_aware_port_settings_all reads; `None` where no option says it: a number
/// that is untagged one way only.
fn options(port: &BridgePort, pvid: i64) -> Option<Vec<(&'static str, String)>> {
    let is_out = port.no_default_vlan.as_ref().is_some_and(|at| at.value);
    if !port.vlans.is_said() && !is_out {
        return None;
    }
    let by_bridge = if is_out { None } else { default_vlan(port.vlans.values(), pvid) };
    let items: Vec<BridgeVlan> = by_bridge.iter().chain(port.vlans.values()).copied().collect();
    if items.iter().any(|item| item.is_pvid != item.is_untagged) {
        return None;
    }
    let mut natives = items.iter().filter(|item| item.is_pvid);
    let (native, more) = (natives.next(), natives.next());
    let tagged: Vec<String> = items.iter().filter(|item| !item.is_pvid).map(|item| item.range()).collect();
    let vids = (!tagged.is_empty()).then(|| ("bridge-vids", tagged.join(" ")));
    let native = match (native, &vids) {
        _ if more.is_some() => return None,
        (Some(native), None) => ("bridge-access", native.range()),
        (Some(native), Some(_)) => ("bridge-pvid", native.range()),
        (None, _) => ("bridge-allow-untagged", "no".to_owned()),
    };
    Some(vids.into_iter().chain([native]).collect())
}

/// The list that the options are read as.
fn read_back(options: &[(&'static str, String)]) -> Vec<BridgeVlan> {
    let said = |name: &str| options.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str());
    let native = said("bridge-access").or_else(|| said("bridge-pvid"));
    let native = native.and_then(|vid| BridgeVlan::native(vid.parse().ok()?));
    let tagged = said("bridge-vids").unwrap_or("").split_ascii_whitespace();
    native.into_iter().chain(tagged.filter_map(|vids| vids.parse().ok())).collect()
}

/// `bridge vlan add` of VLANs.
fn command(name: &str, vlan: BridgeVlan, own: bool) -> String {
    let own = if own { " self" } else { "" };
    format!("bridge vlan add dev {} vid {vlan}{own}", quote(name))
}
