//! Open vSwitch bridges (ifcfg-ovs-bridge(5)). One file is three rows of its database: bridge, port and
//! internal interface; each port in it is a row and an interface more. A bridge with a VLAN is a fake one: an internal port with
//! a tag in another bridge.

use super::keys::{Keys, interface};
use super::kind::Made;
use super::ports::{self, Port};
use crate::Context;
use crate::ifcfg::vars::Rejected;
use netpivot_model::codes::kinds as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::link::{Link, LinkId, LinkKind, PortType};
use netpivot_model::network::Network;
use netpivot_model::ovs::{OvsInterface, OvsInterfaceType, OvsPort};
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::{Int, LinkRef};
use uuid::Uuid;

/// The name of the rule that makes the layers.
const RULE: &str = "ovs-layers";

/// Reads a bridge: its own link is the internal interface, which holds the addresses.
pub(super) fn read(keys: &Keys, span: Span, made: &mut Made) -> Result<(), Rejected> {
    let name = made.links[0].name.as_ref().map_or_else(String::new, |at| at.value.clone());
    let origin = Origin::derived(RULE, [span]);
    let mut port = layer(&name, LinkKind::OvsPort(Box::default()), &origin);
    match keys.text("OVS_BRIDGE_VLAN_PARENT") {
        None => {
            let bridge = layer(&name, LinkKind::OvsBridge(Box::default()), &origin);
            join(&mut port, &bridge, PortType::OvsBridge, &origin);
            made.layers.push(bridge);
        }
        Some(var) => {
            let parent = interface("OVS_BRIDGE_VLAN_PARENT", var)?;
            let Some(tag) = keys.int("OVS_BRIDGE_VLAN_TAG", 0..=4094)? else {
                return Err(Rejected::at("`OVS_BRIDGE_VLAN_TAG` is missing", var.span));
            };
            port.kind = At::new(LinkKind::OvsPort(tagged(&tag)), origin.clone());
            port.controller = Some(At::new(LinkRef::Uuid(uuid_of(parent.as_str(), "bridge")), var.span));
            port.port_type = Some(At::new(PortType::OvsBridge, var.span));
        }
    }
    let internal = OvsInterface {
        interface_type: Some(At::new(OvsInterfaceType::Internal, span)),
        ..OvsInterface::default()
    };
    let link = &mut made.links[0];
    link.kind = At::new(LinkKind::OvsInterface(Box::new(internal)), span);
    join(link, &port, PortType::OvsPort, &origin);
    made.layers.push(port);
    for (suffix, var) in keys.indexed("OVS_BRIDGE_PORT_DEVICE") {
        let name = interface(&format!("OVS_BRIDGE_PORT_DEVICE{suffix}"), var)?;
        made.ports.push(Port::new(name, PortType::OvsBridge, var.span));
    }
    Ok(())
}

fn tagged(tag: &At<i64>) -> Box<OvsPort> {
    let tag = Int::new(tag.value).map(|n| At { value: n, origin: tag.origin.clone() });
    Box::new(OvsPort { tag, ..OvsPort::default() })
}

/// A layer has the name of what it is made for, and a UUID of its own.
fn layer(name: &str, kind: LinkKind, origin: &Origin) -> Link {
    let word = kind.word().trim_start_matches("ovs-").to_owned();
    Link {
        name: Some(At::new(name.to_owned(), origin.clone())),
        id: Some(At::new(format!("{name} ({word})"), origin.clone())),
        uuid: Some(At::new(uuid_of(name, &word), origin.clone())),
        kind: At { value: kind, origin: origin.clone() },
        ..Link::default()
    }
}

fn uuid_of(name: &str, word: &str) -> String {
    let path = format!("{}/ifcfg-{name} {word}", super::DIRECTORY);
    Uuid::new_v5(&Uuid::NAMESPACE_OID, path.as_bytes()).to_string()
}

fn join(port: &mut Link, controller: &Link, port_type: PortType, origin: &Origin) {
    port.controller = Some(At::new(ports::reference(controller), origin.clone()));
    port.port_type = Some(At::new(port_type, origin.clone()));
}

/// Puts the layers around a file's link and its ports. The links of all files are there.
pub(super) fn add(
    network: &mut Network,
    owner: LinkId,
    layers: Vec<Link>,
    ports: Vec<Port>,
    cx: &mut Context,
) {
    let owner = network.link(owner);
    let (autoconnect, hotplug) = (owner.autoconnect.clone(), owner.hotplug.clone());
    report(owner, cx);
    // A fake bridge's ports are in the bridge below, with its tag.
    let bridge = layers.iter().find_map(|layer| {
        let is_bridge = matches!(layer.kind.value, LinkKind::OvsBridge(_));
        if is_bridge {
            Some(ports::reference(layer))
        } else {
            layer.controller.as_ref().map(|at| at.value.clone())
        }
    });
    let fake = layers.iter().find_map(|layer| {
        if let LinkKind::OvsPort(port) = &layer.kind.value { port.tag.clone() } else { None }
    });
    for layer in layers {
        network.add_link(Link { autoconnect: autoconnect.clone(), hotplug: hotplug.clone(), ..layer });
    }
    for port in ports {
        let origin = Origin::derived(RULE, [port.span]);
        let settings = OvsPort { tag: fake.clone(), ..OvsPort::default() };
        let mut row = layer(port.name.as_str(), LinkKind::OvsPort(Box::new(settings)), &origin);
        row.controller = bridge.clone().map(|bridge| At::new(bridge, port.span));
        row.port_type = Some(At::new(PortType::OvsBridge, port.span));
        row.autoconnect.clone_from(&autoconnect);
        row.hotplug.clone_from(&hotplug);
        let row = network.add_link(row);
        ports::attach(network, row, vec![Port { port_type: PortType::OvsPort, ..port }], cx);
    }
}

fn report(owner: &Link, cx: &mut Context) {
    let message =
        format!("`{}` needs further profiles for the layers of Open vSwitch, which are made", owner.label());
    cx.report(Diagnostic::new(&codes::OVS_LAYERS, message).from(&owner.kind.origin));
}
