//! VLANs of bridges and their ports: by options of ifupdown2 where they say all of a port's, else by bridge(8).

use super::kind::first;
use super::{Job, Sheet, link_fact};
use crate::text::shell::quote;
use netpivot_model::bridge::{Bridge, BridgePort, VlanItem, default_vlan};
use netpivot_model::link::{LinkId, LinkKind};
use netpivot_model::network::Network;
use netpivot_model::path::FieldPath;
use netpivot_model::value::{LinkRef, Value};
use netpivot_model::vocabulary::interfaces::Reader;

impl<'n> Job<'n> {
    /// Options in the port's own stanza; addons/bridge.py of ifupdown2 deletes all else.
    pub(super) fn port_vlan_options(&mut self, id: LinkId, sheet: &mut Sheet) {
        let Some(options) = self.options_of_port(id) else { return };
        let port = self.network.link(id).bridge_port.as_deref();
        let read = read_back(&options);
        if !port.is_some_and(|port| port.vlans.values().eq(read.iter())) {
            self.cx.otherwise(link_fact(id, FieldPath::parse("bridge_port.vlans")), "vlans-with-the-default");
        }
        for (key, value) in options {
            first(sheet).option(key, value);
        }
    }

    /// The options of a port of a bridge that filters; `None` where commands say its VLANs.
    fn options_of_port(&self, id: LinkId) -> Option<Vec<(&'static str, String)>> {
        let link = self.network.link(id);
        let bridge = self.bridge_named(&link.controller.as_ref()?.value)?;
        let filters = bridge.vlan_filtering.as_ref().is_some_and(|at| at.value);
        let port = link.bridge_port.as_deref()?;
        (self.reader == Reader::Ifupdown2 && filters).then(|| options(port, pvid(bridge)))?
    }

    fn bridge_named(&self, name: &LinkRef) -> Option<&'n Bridge> {
        let network: &'n Network = self.network;
        let LinkRef::Name(name) = name else { return None };
        let link = network.link(*self.by_name.get(name.as_str())?);
        if let LinkKind::Bridge(bridge) = &link.kind.value { Some(bridge) } else { None }
    }

    /// The commands of a port, for the stanza of its bridge.
    pub(super) fn port_vlan_commands(&self, id: LinkId, port: &BridgePort, name: &str) -> Vec<String> {
        if self.options_of_port(id).is_some() {
            return Vec::new();
        }
        let pvid = self
            .network
            .link(id)
            .controller
            .as_ref()
            .and_then(|at| self.bridge_named(&at.value))
            .map_or(1, pvid);
        let is_out = port.no_default_vlan.as_ref().is_some_and(|at| at.value);
        let out = is_out.then(|| format!("bridge vlan del dev {} vid {pvid}", quote(name)));
        out.into_iter().chain(port.vlans.values().map(|item| command(name, item, false))).collect()
    }

    /// The VLANs that the bridge itself is in.
    pub(super) fn own_vlans(&mut self, id: LinkId, name: &str, value: &Value, sheet: &mut Sheet) -> bool {
        let Value::List(items) = value else { return false };
        for item in items {
            let item = item.to_string();
            if !self.is_let_in(name, &item) {
                first(sheet).up.push(command(name, &item, true));
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

    fn is_let_in(&self, name: &str, item: &str) -> bool {
        let filters = self
            .bridge_named(&LinkRef::Name(name.to_owned()))
            .and_then(|bridge| bridge.vlan_filtering.as_ref())
            .is_some_and(|at| at.value);
        self.reader == Reader::Ifupdown2 && filters && self.vlans_on(name).any(|vid| vid.to_string() == item)
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

/// What addons/bridge.py:_apply_bridge_vlan_aware_port_settings_all reads; `None` where no option says it: a number
/// that is untagged one way only.
fn options(port: &BridgePort, pvid: i64) -> Option<Vec<(&'static str, String)>> {
    let is_out = port.no_default_vlan.as_ref().is_some_and(|at| at.value);
    if !port.vlans.is_said() && !is_out {
        return None;
    }
    let by_bridge = if is_out { None } else { default_vlan(port.vlans.values(), pvid) };
    let all = by_bridge.iter().chain(port.vlans.values());
    let items: Vec<VlanItem<'_>> = all.map(|text| VlanItem::parse(text)).collect::<Option<_>>()?;
    if items.iter().any(|item| item.is_pvid != item.is_untagged) {
        return None;
    }
    let mut natives = items.iter().filter(|item| item.is_pvid);
    let (native, more) = (natives.next(), natives.next());
    let tagged: Vec<&str> = items.iter().filter(|item| !item.is_pvid).map(|item| item.range).collect();
    let vids = (!tagged.is_empty()).then(|| ("bridge-vids", tagged.join(" ")));
    let native = match (native, &vids) {
        _ if more.is_some() => return None,
        (Some(native), None) => ("bridge-access", native.range.to_owned()),
        (Some(native), Some(_)) => ("bridge-pvid", native.range.to_owned()),
        (None, _) => ("bridge-allow-untagged", "no".to_owned()),
    };
    Some(vids.into_iter().chain([native]).collect())
}

/// The list that the options are read as.
fn read_back(options: &[(&'static str, String)]) -> Vec<String> {
    let said = |name: &str| options.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str());
    let native = said("bridge-access").or_else(|| said("bridge-pvid"));
    let native = native.map(|vid| format!("{vid} pvid untagged"));
    let tagged = said("bridge-vids").unwrap_or("").split_ascii_whitespace().map(str::to_owned);
    native.into_iter().chain(tagged).collect()
}

/// `bridge vlan add` of an item.
fn command(name: &str, item: &str, own: bool) -> String {
    let (vid, flags) = item.split_once(' ').unwrap_or((item, ""));
    let flags = if flags.is_empty() { String::new() } else { format!(" {flags}") };
    let own = if own { " self" } else { "" };
    format!("bridge vlan add dev {} vid {vid}{flags}{own}", quote(name))
}
