//! VLANs of bridges whose ports are not all in the bridge's own.

use super::profile::link_fact;
use crate::EmitContext;
use netpivot_model::bridge::{BridgeVlan, default_vlan};
use netpivot_model::dialect::KEYFILE;
use netpivot_model::link::{LinkId, LinkKind};
use netpivot_model::network::Network;
use netpivot_model::path::FieldPath;
use netpivot_model::reflect::List;
use netpivot_model::source::{At, Origin};
use netpivot_model::value::{Int, LinkRef};
use std::borrow::Cow;

/// NetworkManager puts every port into the bridge's default VLAN, whatever the port's profile says
/// (nm-device-bridge.c:bridge_set_vlan_options). Where a port or the bridge itself is out of it, the bridge has none, and those that are in it
/// say so themselves.
pub(super) fn without_default<'n>(network: Cow<'n, Network>, cx: &mut EmitContext) -> Cow<'n, Network> {
    let mut network = network;
    let bridges: Vec<(LinkId, i64, Vec<LinkId>)> = network
        .links()
        .filter_map(|(id, _)| Some((id, default_of(&network, id)?, ports(&network, id))))
        .collect();
    for (id, vid, ports) in bridges {
        let is_out = |port: &LinkId| {
            let port = network.link(*port).bridge_port.as_deref();
            port.and_then(|port| port.no_default_vlan.as_ref()).is_some_and(|at| at.value)
        };
        let (out, within): (Vec<LinkId>, Vec<LinkId>) = ports.iter().partition(|port| is_out(port));
        let is_bridge_out = if let LinkKind::Bridge(bridge) = &network.link(id).kind.value {
            bridge.no_default_vlan.as_ref().is_some_and(|at| at.value)
        } else {
            false
        };
        if out.is_empty() && !is_bridge_out {
            continue;
        }
        for port in out {
            cx.otherwise(
                link_fact(port, FieldPath::parse("bridge_port.no_default_vlan")),
                "bridge-without-default-vlan",
            );
        }
        let network = network.to_mut();
        for port in within {
            say(&mut network.link_mut(port).bridge_port.get_or_insert_default().vlans, vid);
            cx.otherwise(
                link_fact(port, FieldPath::parse("bridge_port.vlans")),
                "bridge-without-default-vlan",
            );
        }
        if let LinkKind::Bridge(bridge) = &mut network.link_mut(id).kind.value {
            if !is_bridge_out {
                say(&mut bridge.vlans, vid);
            }
            bridge.no_default_vlan = None;
            bridge.vlan_default_pvid = Int::new(0).map(|none| At::new(none, Origin::default_value()));
        }
        for field in ["bridge.vlans", "bridge.no_default_vlan", "bridge.vlan_default_pvid"] {
            cx.otherwise(link_fact(id, FieldPath::parse(field)), "bridge-without-default-vlan");
        }
    }
    network
}

/// The VLAN that a bridge of another format puts its ports into; `None` where it filters none.
fn default_of(network: &Network, id: LinkId) -> Option<i64> {
    let LinkKind::Bridge(bridge) = &network.link(id).kind.value else { return None };
    let filters = bridge.vlan_filtering.as_ref().is_some_and(|at| at.value);
    let vid = bridge.vlan_default_pvid.as_ref().map_or(1, |at| at.value.get());
    (filters && vid != 0 && network.dialect_of(id).format != KEYFILE).then_some(vid)
}

fn ports(network: &Network, id: LinkId) -> Vec<LinkId> {
    let Some(name) = &network.link(id).name else { return Vec::new() };
    let bridge = LinkRef::Name(name.value.clone());
    let is_port =
        |link: &netpivot_model::link::Link| link.controller.as_ref().is_some_and(|at| at.value == bridge);
    network.links().filter(|(_, link)| is_port(link)).map(|(id, _)| id).collect()
}

fn say(list: &mut List<BridgeVlan>, vid: i64) {
    if let Some(item) = default_vlan(list.values(), vid) {
        list.items.insert(0, At::new(item, Origin::default_value()));
    }
}
