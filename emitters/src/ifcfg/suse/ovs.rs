//! Open vSwitch bridges (ifcfg-ovs-bridge(5)). One file is a bridge with the port and the internal interface of its own
//! name, and lists plain ports; a bridge with a VLAN parent is a fake one.

use super::Job;
use super::profile::Profile;
use crate::Accounted;
use netpivot_model::check::Index;
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::network::Network;
use netpivot_model::ovs::OvsInterfaceType;
use netpivot_model::value::LinkRef;

/// What a link is in Open vSwitch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Nothing.
    None,
    /// A row that the file of another link implies.
    Layer,
    /// The internal interface of a bridge, which has the file.
    Bridge(LinkId),
    /// The internal interface of a fake bridge: the bridge below, the port with its tag.
    Fake { bridge: LinkId, port: LinkId },
    /// A device that the file of a bridge lists.
    Device(LinkId),
    /// No file can say it.
    Lost,
}

/// True where a link belongs to the layers, or to one of them.
pub(super) fn is_layered(link: &Link) -> bool {
    use netpivot_model::link::PortType;
    let port =
        link.port_type.as_ref().is_some_and(|at| matches!(at.value, PortType::OvsPort | PortType::OvsBridge));
    port || matches!(
        link.kind.value,
        LinkKind::OvsBridge(_) | LinkKind::OvsPort(_) | LinkKind::OvsInterface(_)
    )
}

fn name(link: &Link) -> Option<&str> {
    link.name.as_ref().map(|at| at.value.as_str())
}

/// The role of each link.
pub(super) fn roles(network: &Network) -> Vec<Role> {
    let mut roles = vec![Role::None; network.links.len()];
    if !network.links.iter().any(is_layered) {
        return roles;
    }
    let index = Index::of(network);
    let above = |id: LinkId, wanted: fn(&LinkKind) -> bool| -> Option<LinkId> {
        let reference: &LinkRef = &network.link(id).controller.as_ref()?.value;
        index.find(reference).into_iter().find(|other| wanted(&network.link(*other).kind.value))
    };
    let is_bridge: fn(&LinkKind) -> bool = |kind| matches!(kind, LinkKind::OvsBridge(_));
    let is_port: fn(&LinkKind) -> bool = |kind| matches!(kind, LinkKind::OvsPort(_));
    for (id, link) in network.links().filter(|(_, link)| is_layered(link)) {
        roles[id.0 as usize] = Role::Lost;
        let (Some(port), LinkKind::OvsInterface(interface)) = (above(id, is_port), &link.kind.value) else {
            continue;
        };
        let internal =
            interface.interface_type.as_ref().is_some_and(|at| at.value == OvsInterfaceType::Internal);
        let Some(bridge) =
            above(port, is_bridge).filter(|_| internal && name(link) == name(network.link(port)))
        else {
            continue;
        };
        if name(link) == name(network.link(bridge)) {
            roles[id.0 as usize] = Role::Bridge(bridge);
        } else if tag(network.link(port)).is_some() {
            roles[id.0 as usize] = Role::Fake { bridge, port };
        }
    }
    let owners: Vec<LinkId> = network
        .links()
        .map(|(id, _)| id)
        .filter(|id| matches!(roles[id.0 as usize], Role::Bridge(_) | Role::Fake { .. }))
        .collect();
    let main = |bridge: LinkId, roles: &[Role]| {
        owners.iter().copied().find(|id| roles[id.0 as usize] == Role::Bridge(bridge))
    };
    for id in &owners {
        if let (Role::Fake { bridge, .. }, roles) = (roles[id.0 as usize], &mut roles)
            && main(bridge, roles).is_none()
        {
            roles[id.0 as usize] = Role::Lost;
        }
    }
    let mut interfaces = vec![0u32; network.links.len()];
    for port in network.links().filter_map(|(id, _)| above(id, is_port)) {
        interfaces[port.0 as usize] += 1;
    }
    for (id, link) in network.links() {
        let device = !matches!(link.kind.value, LinkKind::OvsInterface(_));
        let Some(port) = above(id, is_port).filter(|_| device) else { continue };
        let alone = interfaces[port.0 as usize] == 1;
        let bridge = above(port, is_bridge).and_then(|bridge| main(bridge, &roles));
        if let (Some(owner), true, true) = (bridge, alone, name(link) == name(network.link(port))) {
            roles[id.0 as usize] = Role::Device(owner_of(network, port, owner, &owners, &roles));
        }
    }
    layers(network, &mut roles, above);
    roles
}

/// A port with the tag of a fake bridge is that bridge's.
fn owner_of(network: &Network, port: LinkId, owner: LinkId, owners: &[LinkId], roles: &[Role]) -> LinkId {
    let own = tag(network.link(port));
    let is_its = |id: &&LinkId| match roles[id.0 as usize] {
        Role::Fake { port, .. } => own.is_some() && tag(network.link(port)) == own,
        Role::None | Role::Layer | Role::Bridge(_) | Role::Device(_) | Role::Lost => false,
    };
    owners.iter().find(is_its).copied().unwrap_or(owner)
}

/// The rows around the links that have files.
fn layers(
    network: &Network,
    roles: &mut [Role],
    above: impl Fn(LinkId, fn(&LinkKind) -> bool) -> Option<LinkId>,
) {
    for (id, _) in network.links() {
        let role = roles[id.0 as usize];
        if let (Role::Bridge(_) | Role::Fake { .. } | Role::Device(_), Some(port)) =
            (role, above(id, |kind| matches!(kind, LinkKind::OvsPort(_))))
        {
            roles[port.0 as usize] = Role::Layer;
        }
        if let Role::Bridge(bridge) = role {
            roles[bridge.0 as usize] = Role::Layer;
        }
    }
}

fn tag(link: &Link) -> Option<i64> {
    if let LinkKind::OvsPort(port) = &link.kind.value {
        port.tag.as_ref().map(|at| at.value.get())
    } else {
        None
    }
}

impl Job<'_> {
    /// Writes a bridge.
    pub(super) fn ovs_bridge(&mut self, p: &mut Profile<'_>) {
        p.sheet.set("OVS_BRIDGE", "yes");
        p.done("ovs_interface.interface_type");
        if let Role::Fake { bridge, port } = self.ovs[p.id.0 as usize] {
            let below = name(self.network.link(bridge)).unwrap_or_default().to_owned();
            p.sheet.set("OVS_BRIDGE_VLAN_PARENT", below);
            p.sheet.set("OVS_BRIDGE_VLAN_TAG", tag(self.network.link(port)).unwrap_or_default().to_string());
        }
        let devices = self.network.links().filter(|(id, _)| self.ovs[id.0 as usize] == Role::Device(p.id));
        let mut names: Vec<String> = devices.filter_map(|(_, link)| name(link)).map(str::to_owned).collect();
        names.sort();
        for (n, name) in names.into_iter().enumerate() {
            p.sheet.set(format!("OVS_BRIDGE_PORT_DEVICE_{n}"), name);
        }
    }

    /// A link in the layers: what identifies them is other when they come back.
    pub(super) fn layered(&mut self) {
        self.cx.account(Accounted::AddedLink, "layers-of-open-vswitch");
    }

    /// A row that another link's file implies.
    pub(super) fn layer(&mut self, p: &mut Profile<'_>) {
        self.layered();
        for path in ["autoconnect", "hotplug", "ipv4.method", "ipv6.method"] {
            self.otherwise(p, path, "layers-of-open-vswitch");
        }
        let fake = tag(p.link).is_some()
            && self.ovs.iter().any(|role| match role {
                Role::Fake { port, .. } => tag(self.network.link(*port)) == tag(p.link),
                Role::None | Role::Layer | Role::Bridge(_) | Role::Device(_) | Role::Lost => false,
            });
        if fake {
            p.done("ovs_port.tag");
        }
    }
}
