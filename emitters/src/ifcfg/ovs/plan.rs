//! Which file says which layers of Open vSwitch.

use crate::ifcfg::index::Index;
use foldhash::HashMap;
use netpivot_model::link::{Link, LinkId, LinkKind, PortType};
use netpivot_model::network::Network;
use netpivot_model::ovs::OvsInterfaceType;
use netpivot_model::value::LinkRef;

/// What the file of a link says of the layers.
#[derive(Debug, Clone)]
pub(in crate::ifcfg) enum Role {
    /// A bridge by its local interface.
    Local { bridge: LinkId, port: LinkId },
    /// A bridge whose local interface nobody speaks of.
    Bare,
    /// A card or interface with its port.
    Member { port: LinkId, bridge: String },
    /// A port of several cards or interfaces.
    Bond { bridge: String, members: Vec<LinkId> },
    /// A layer that the file of that link says.
    Within(LinkId),
}

/// The roles of all links of Open vSwitch that a file can say.
#[derive(Debug, Default)]
pub(in crate::ifcfg) struct Plan {
    roles: HashMap<LinkId, Role>,
}

impl Plan {
    pub(in crate::ifcfg) fn of(network: &Network, index: &Index<'_>) -> Self {
        let mut plan = Plan::default();
        let mut members: HashMap<LinkId, Vec<LinkId>> = HashMap::default();
        for (id, link) in network.links() {
            let ours = link.port_type.as_ref().is_none_or(|at| at.value == PortType::OvsPort);
            let controller = link.controller.as_ref().filter(|_| ours).map(|at| &at.value);
            let port =
                controller.and_then(|to| index.find(to, |l| matches!(l.kind.value, LinkKind::OvsPort(_))));
            if let Some(port) = port {
                members.entry(port).or_default().push(id);
            }
        }
        for (id, link) in network.links().filter(|(_, link)| matches!(link.kind.value, LinkKind::OvsPort(_)))
        {
            let members = members.remove(&id).unwrap_or_default();
            let Some(controller) = link.controller.as_ref().map(|at| &at.value) else { continue };
            let bridge = index.find(controller, |l| matches!(l.kind.value, LinkKind::OvsBridge(_)));
            let name = match (bridge, controller) {
                (Some(bridge), _) => network.link(bridge).name.as_ref().map(|at| at.value.clone()),
                (None, LinkRef::Name(name)) => Some(name.clone()),
                (None, LinkRef::Uuid(_) | LinkRef::Mac(_)) => None,
            };
            if let Some(name) = name {
                plan.port(network, (id, link), (bridge, name), members);
            }
        }
        for (id, _) in network.links().filter(|(_, link)| matches!(link.kind.value, LinkKind::OvsBridge(_))) {
            plan.roles.entry(id).or_insert(Role::Bare);
        }
        plan
    }

    fn port(
        &mut self,
        network: &Network,
        (id, port): (LinkId, &Link),
        (bridge, name): (Option<LinkId>, String),
        members: Vec<LinkId>,
    ) {
        let one = match members.as_slice() {
            [member] if !is_bond(port) => *member,
            [] => return,
            _ => {
                let cards =
                    members.iter().all(|m| matches!(network.link(*m).kind.value, LinkKind::Ethernet(_)));
                let dpdk = members.iter().all(|m| is_dpdk(network.link(*m)));
                if cards || dpdk {
                    self.roles.extend(members.iter().map(|member| (*member, Role::Within(id))));
                    self.roles.insert(id, Role::Bond { bridge: name, members });
                }
                return;
            }
        };
        let link = network.link(one);
        let is_interface = matches!(link.kind.value, LinkKind::OvsInterface(_));
        let local = is_interface && link.name.as_ref().is_some_and(|at| at.value == name);
        match bridge.filter(|_| local) {
            Some(bridge) => {
                self.roles.insert(bridge, Role::Within(one));
                self.roles.insert(one, Role::Local { bridge, port: id });
            }
            None if is_interface || matches!(link.kind.value, LinkKind::Ethernet(_)) => {
                self.roles.insert(one, Role::Member { port: id, bridge: name });
            }
            None => return,
        }
        self.roles.insert(id, Role::Within(one));
    }

    /// The layers that the file of that link says.
    pub(in crate::ifcfg) fn within(&self, main: LinkId) -> impl Iterator<Item = LinkId> {
        let within = move |(_, role): &(&LinkId, &Role)| matches!(role, Role::Within(of) if *of == main);
        self.roles.iter().filter(within).map(|(id, _)| *id)
    }

    /// True for a bridge whose local interface nobody speaks of.
    pub(in crate::ifcfg) fn is_bare(&self, id: LinkId) -> bool {
        matches!(self.role(id), Some(Role::Bare))
    }

    pub(in crate::ifcfg) fn role(&self, id: LinkId) -> Option<&Role> {
        self.roles.get(&id)
    }
}

/// True for a port that says what only a bond has.
fn is_bond(port: &Link) -> bool {
    let LinkKind::OvsPort(port) = &port.kind.value else { return false };
    port.lacp.is_some()
        || port.bond_mode.is_some()
        || port.bond_updelay.is_some()
        || port.bond_downdelay.is_some()
}

fn interface_type(link: &Link) -> Option<OvsInterfaceType> {
    let LinkKind::OvsInterface(interface) = &link.kind.value else { return None };
    interface.interface_type.as_ref().map(|at| at.value)
}

pub(super) fn is_dpdk(link: &Link) -> bool {
    interface_type(link) == Some(OvsInterfaceType::Dpdk)
}
