//! Open vSwitch, which only initscripts set up (`ifup-ovs`, ifcfg.md 3.10, trap 28).
//!
//! A file says "a bridge" or "a port"; Open vSwitch's database – and NetworkManager's profiles – have three
//! layers: bridge, port, interface. The link of the file becomes the layer that can hold
//! addresses (the bridge's local interface, the internal port, the card), a bond becomes the port; the layers around it
//! are made here, with UUIDs of their own that hang on the file's.

use super::rows;
use super::vars::{IfcfgFile, Reader, Rejected, Vars};
use crate::Context;
use netpivot_model::codes::kinds as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::ip::IpMethod;
use netpivot_model::link::{Link, LinkId, LinkKind, PortType};
use netpivot_model::network::{Leftover, Network};
use netpivot_model::ovs::{OvsBridge, OvsInterface, OvsInterfaceType, OvsPort};
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::{LinkRef, Scalar};
use uuid::Uuid;

mod words;

/// The name of the rule that makes the layers.
const RULE: &str = "ovs-layers";

/// The kinds of files, by TYPE.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// A bridge with its local interface.
    Bridge { netdev: bool },
    /// A card as port.
    Card,
    /// An interface that Open vSwitch makes.
    Interface(OvsInterfaceType),
    /// A tunnel, whose type another key says.
    Tunnel,
    /// Several cards as one port.
    Bond { dpdk: bool },
}

/// TYPE's words.
const SHAPES: [(&str, Shape); 9] = [
    ("OVSBridge", Shape::Bridge { netdev: false }),
    ("OVSUserBridge", Shape::Bridge { netdev: true }),
    ("OVSPort", Shape::Card),
    ("OVSIntPort", Shape::Interface(OvsInterfaceType::Internal)),
    ("OVSPatchPort", Shape::Interface(OvsInterfaceType::Patch)),
    ("OVSDPDKPort", Shape::Interface(OvsInterfaceType::Dpdk)),
    ("OVSTunnel", Shape::Tunnel),
    ("OVSBond", Shape::Bond { dpdk: false }),
    ("OVSDPDKBond", Shape::Bond { dpdk: true }),
];

/// What stands around a file's link.
#[derive(Debug, Default)]
pub struct Layers {
    /// The other layers, without autoconnect and management, which are those of the link.
    pub links: Vec<Link>,
    /// What the model has no place for.
    pub leftovers: Vec<Leftover>,
}

/// Reads an Open vSwitch file into its link and makes the layers around it; nothing for other files. The
/// link's name and UUID must be known.
///
/// # Errors
/// A key is missing without which ovs-vsctl(8) makes nothing.
pub fn read(file: &IfcfgFile<'_>, link: &mut Link, cx: &mut Context) -> Result<Layers, Rejected> {
    let mut layers = Layers::default();
    if file.reader == Reader::NetworkManager {
        return Ok(layers);
    }
    let Some(typed) = file.vars.text("TYPE") else { return Ok(layers) };
    let Some((_, shape)) = SHAPES.iter().find(|(word, _)| word.eq_ignore_ascii_case(typed.value)) else {
        return Ok(layers);
    };
    let spans =
        [Some(typed.span), file.vars.get("DEVICETYPE").filter(|var| var.value == "ovs").map(|var| var.span)];
    let maker = Maker { vars: &file.vars, spans: spans.into_iter().flatten().collect() };
    match *shape {
        Shape::Bridge { netdev } => maker.bridge(netdev, link, &mut layers, cx)?,
        Shape::Card => maker.member(link, &mut layers)?,
        Shape::Interface(kind) => {
            maker.interface(kind, link)?;
            maker.member(link, &mut layers)?;
        }
        Shape::Tunnel => {
            let (kind, origin) = maker.tunnel_type()?;
            maker.interface(kind, link)?;
            if let LinkKind::OvsInterface(interface) = &mut link.kind.value {
                interface.interface_type = Some(At::new(kind, origin));
            }
            words::tunnel_options(maker.vars, link, &mut layers);
            maker.member(link, &mut layers)?;
        }
        Shape::Bond { dpdk } => maker.bond(dpdk, link, &mut layers, cx)?,
    }
    maker.order(cx);
    report_layers(link, &layers, &maker.spans, cx);
    Ok(layers)
}

fn report_layers(link: &Link, layers: &Layers, spans: &[Span], cx: &mut Context) {
    if layers.links.is_empty() {
        return;
    }
    let kinds: Vec<String> =
        layers.links.iter().map(|l| format!("{} `{}`", l.kind.value.word(), l.label())).collect();
    let message = format!("`{}` needs further profiles, which are made: {}", link.label(), kinds.join(", "));
    let mut report = Diagnostic::new(&codes::OVS_LAYERS, message);
    report.labels.extend(spans.first());
    cx.report(report);
}

/// OVSBOOTPROTO, which counts where the file has no BOOTPROTO of its own. To be called when the addresses are read.
pub fn read_bootproto(vars: &Vars, link: &mut Link) {
    let own = vars.get("BOOTPROTO").is_some();
    let dhcp = vars.text("OVSBOOTPROTO").filter(|var| matches!(var.value, "dhcp" | "bootp") && !own);
    if let Some(var) = dhcp {
        link.ipv4.get_or_insert_default().method = Some(At::new(IpMethod::Auto, var.span));
    }
}

struct Maker<'a> {
    vars: &'a Vars,
    /// What makes the file one of Open vSwitch.
    spans: Vec<Span>,
}

impl Maker<'_> {
    fn origin(&self) -> Origin {
        Origin::derived(RULE, self.spans.iter().copied())
    }

    /// A layer beside `link`, with its name and a UUID of its own.
    fn layer(&self, link: &Link, kind: LinkKind) -> Link {
        let word = kind.word();
        let base =
            link.uuid.as_ref().and_then(|at| Uuid::parse_str(&at.value).ok()).unwrap_or(Uuid::NAMESPACE_OID);
        let uuid = Uuid::new_v5(&base, word.as_bytes()).to_string();
        Link {
            name: link.name.as_ref().map(|at| At::new(at.value.clone(), at.origin.clone())),
            kind: At::new(kind, self.origin()),
            id: Some(At::new(format!("{} ({word})", link.label()), self.origin())),
            uuid: Some(At::new(uuid, self.origin())),
            ..Link::default()
        }
    }

    /// Makes `port` a port of `controller`.
    fn join(&self, port: &mut Link, controller: &Link, port_type: PortType) {
        let uuid = controller.uuid.as_ref().map(|at| LinkRef::Uuid(at.value.clone()));
        port.controller = uuid.map(|uuid| At::new(uuid, self.origin()));
        port.port_type = Some(At::new(port_type, self.origin()));
    }

    /// Makes `port` a port of the bridge that OVS_BRIDGE names.
    fn join_bridge(&self, port: &mut Link) -> Result<(), Rejected> {
        let Some(var) = self.vars.text("OVS_BRIDGE") else {
            return Err(rows::lacking("OVS_BRIDGE", "the port belongs to no bridge", self.vars));
        };
        port.controller = Some(At::new(LinkRef::Name(var.value.to_owned()), var.span));
        port.port_type = Some(At::new(PortType::OvsBridge, var.span));
        Ok(())
    }

    /// The bridge, its port and its local interface, all of one name.
    fn bridge(
        &self,
        netdev: bool,
        link: &mut Link,
        layers: &mut Layers,
        cx: &mut Context,
    ) -> Result<(), Rejected> {
        let mut settings =
            OvsBridge { stp_enable: self.vars.flag("STP", Reader::Initscripts, cx), ..OvsBridge::default() };
        if netdev {
            settings.datapath_type = Some(At::new("netdev".to_owned(), self.origin()));
        }
        let mut bridge = self.layer(link, LinkKind::OvsBridge(Box::new(settings)));
        let mut port = self.layer(link, LinkKind::OvsPort(Box::default()));
        self.join(&mut port, &bridge, PortType::OvsBridge);
        self.interface(OvsInterfaceType::Internal, link)?;
        self.join(link, &port, PortType::OvsPort);
        words::bridge_options(self.vars, layers);
        words::extra(self.vars, &mut [&mut bridge, &mut port, link], layers);
        layers.links.extend([bridge, port]);
        Ok(())
    }

    /// The settings of the interface itself.
    fn interface(&self, kind: OvsInterfaceType, link: &mut Link) -> Result<(), Rejected> {
        let mut settings = OvsInterface {
            interface_type: Some(At::new(kind, Origin::said(self.spans.iter().copied()))),
            ..OvsInterface::default()
        };
        if kind == OvsInterfaceType::Patch {
            settings.patch_peer = self.vars.owned("OVS_PATCH_PEER");
            if settings.patch_peer.is_none() {
                return Err(rows::lacking("OVS_PATCH_PEER", "a patch has two ends", self.vars));
            }
        }
        link.kind =
            At::new(LinkKind::OvsInterface(Box::new(settings)), Origin::said(self.spans.iter().copied()));
        Ok(())
    }

    /// OVS_TUNNEL_TYPE.
    fn tunnel_type(&self) -> Result<(OvsInterfaceType, Origin), Rejected> {
        let said = self.vars.text("OVS_TUNNEL_TYPE");
        let kind = said.and_then(|var| Some((OvsInterfaceType::from_text(var.value).ok()?, var.span.into())));
        kind.filter(|(kind, _)| kind.is_tunnel()).ok_or_else(|| {
            rows::lacking(
                "OVS_TUNNEL_TYPE",
                "Open vSwitch has no tunnel without a type that it knows",
                self.vars,
            )
        })
    }

    /// A card or interface with its port.
    fn member(&self, link: &mut Link, layers: &mut Layers) -> Result<(), Rejected> {
        let mut port = self.layer(link, LinkKind::OvsPort(Box::default()));
        self.join_bridge(&mut port)?;
        self.join(link, &port, PortType::OvsPort);
        words::port_options(self.vars, &mut port, layers);
        words::extra(self.vars, &mut [&mut port, link], layers);
        layers.links.push(port);
        Ok(())
    }

    /// A port of several cards: the file's link is the port, each card a link of its own.
    fn bond(
        &self,
        dpdk: bool,
        link: &mut Link,
        layers: &mut Layers,
        cx: &mut Context,
    ) -> Result<(), Rejected> {
        link.kind =
            At::new(LinkKind::OvsPort(Box::<OvsPort>::default()), Origin::said(self.spans.iter().copied()));
        self.join_bridge(link)?;
        words::port_options(self.vars, link, layers);
        words::extra(self.vars, &mut [link], layers);
        let Some(var) = self.vars.text("BOND_IFACES") else {
            cx.report(rows::missing("BOND_IFACES", "the bond has no members", self.vars));
            return Ok(());
        };
        for name in rows::split(var.value) {
            let origin = Origin::derived(RULE, [var.span]);
            let kind = if dpdk {
                let interface_type = Some(At::new(OvsInterfaceType::Dpdk, origin.clone()));
                LinkKind::OvsInterface(Box::new(OvsInterface { interface_type, ..OvsInterface::default() }))
            } else {
                LinkKind::Ethernet(Box::default())
            };
            let mut card = self.layer(link, kind);
            let base = link.uuid.as_ref().and_then(|at| Uuid::parse_str(&at.value).ok());
            let uuid = Uuid::new_v5(&base.unwrap_or(Uuid::NAMESPACE_OID), name.as_bytes()).to_string();
            card.uuid = Some(At::new(uuid, origin.clone()));
            card.id = Some(At::new(format!("{name} ({})", link.label()), origin.clone()));
            card.name = Some(At::new(name, origin));
            self.join(&mut card, link, PortType::OvsPort);
            layers.links.push(card);
        }
        Ok(())
    }

    /// Keys that only say what to start first.
    fn order(&self, cx: &mut Context) {
        for key in ["OVSREQUIRES", "OVSDHCPINTERFACES"] {
            let Some(var) = self.vars.text(key) else { continue };
            cx.report(
                Diagnostic::new(
                    &codes::OVS_LAYERS,
                    format!(
                        "`{key}={}` says what initscripts start first; NetworkManager starts the ports of a bridge itself",
                        var.value
                    ),
                )
                .at(var.span),
            );
        }
    }
}

/// Adds the layers to the network, when all files are read: `owners` holds the link of each file with its layers.
/// A card that has a file of its own gets its port there; references to bridges become UUIDs, since bridge, port
/// and interface may have one name.
pub fn add(network: &mut Network, owners: Vec<(LinkId, Vec<Link>)>) {
    for (owner, layers) in owners {
        for mut layer in layers {
            let main = network.link(owner);
            layer.autoconnect = main.autoconnect.clone();
            layer.managed = main.managed.clone();
            let own_file = |link: &Link| {
                matches!(link.kind.value, LinkKind::Ethernet(_))
                    && link.name == layer.name
                    && link.controller.is_none()
            };
            let card = matches!(layer.kind.value, LinkKind::Ethernet(_));
            if let Some(known) = network.links.iter_mut().find(|link| card && own_file(link)) {
                known.controller = layer.controller;
                known.port_type = layer.port_type;
                continue;
            }
            let dialect = network.own_dialects.get(&owner).copied();
            let id = network.add_link(layer);
            network.own_dialects.extend(dialect.map(|dialect| (id, dialect)));
        }
    }
    let bridges: Vec<(String, String)> = network
        .links
        .iter()
        .filter(|link| matches!(link.kind.value, LinkKind::OvsBridge(_)))
        .filter_map(|link| Some((link.name.as_ref()?.value.clone(), link.uuid.as_ref()?.value.clone())))
        .collect();
    for link in &mut network.links {
        let Some(at) = link.controller.as_mut() else { continue };
        if link.port_type.as_ref().is_none_or(|port| port.value != PortType::OvsBridge) {
            continue;
        }
        if let LinkRef::Name(name) = &at.value
            && let Some((_, uuid)) = bridges.iter().find(|(bridge, _)| bridge == name)
        {
            at.value = LinkRef::Uuid(uuid.clone());
        }
    }
}

#[cfg(test)]
mod tests;
