//! Open vSwitch for formats in which one file or stanza names one layer and implies the others (ifcfg files of
//! initscripts, interfaces files): which link says which layers, and columns as words for ovs-vsctl(8).

use crate::index::Index;
use foldhash::{HashMap, HashSet};
use netpivot_model::link::{Link, LinkId, LinkKind, PortType};
use netpivot_model::network::Network;
use netpivot_model::ovs::{OvsInterface, OvsInterfaceType};
use netpivot_model::path::FieldPath;
use netpivot_model::reflect::Map;
use netpivot_model::value::{LinkRef, Value};
use netpivot_model::vocabulary::ovs::COLUMNS;

/// Kinds of links that are there without Open vSwitch and that its ports may be.
pub(crate) fn takes(kind: &LinkKind) -> bool {
    !matches!(kind, LinkKind::OvsBridge(_) | LinkKind::OvsPort(_) | LinkKind::OvsInterface(_))
}

/// True for a link of the layers, or one that is plugged into them: they refer to each other by UUID, since bridge, port
/// and interface have one name.
pub(crate) fn is_layered(link: &Link) -> bool {
    link.port_type.as_ref().is_some_and(|at| matches!(at.value, PortType::OvsBridge | PortType::OvsPort))
}

/// The type of an interface, `interfaces.type` in Open vSwitch's database; a bridge's own interface is internal, said or
/// not (ovs-vsctl(8), add-br).
pub(crate) const INTERFACE_TYPE: FieldPath = FieldPath::parse("ovs_interface.interface_type");

/// True for a setting in Open vSwitch's database.
pub(crate) fn is_column(path: FieldPath) -> bool {
    path.names().next().is_some_and(|name| name.starts_with("ovs_"))
}

/// What the file of a link says of the layers.
#[derive(Debug, Clone)]
pub(crate) enum Role {
    /// A bridge by its local interface, with the port between them where the source speaks of it.
    Local { bridge: LinkId, port: Option<LinkId> },
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
pub(crate) struct Plan {
    roles: HashMap<LinkId, Role>,
    /// The names of the bridges.
    bridges: HashSet<String>,
}

impl Plan {
    /// The roles of a network's links, for a format whose ports may be links of the kinds that it `takes`, and what Open
    /// vSwitch makes itself.
    pub(crate) fn of(network: &Network, index: &Index<'_>, takes: fn(&LinkKind) -> bool) -> Self {
        let bridges = network.links().filter(|(_, link)| matches!(link.kind.value, LinkKind::OvsBridge(_)));
        let bridges = bridges.map(|(_, link)| link.label().to_owned()).collect();
        let mut plan = Plan { roles: HashMap::default(), bridges };
        let mut members: HashMap<LinkId, Vec<LinkId>> = HashMap::default();
        for (id, link) in network.links().filter(|(_, link)| link.name.is_some()) {
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
                plan.port(network, (id, link), (bridge, name), members, takes);
            }
        }
        for (id, _) in network.links().filter(|(_, link)| matches!(link.kind.value, LinkKind::OvsBridge(_))) {
            if !plan.roles.contains_key(&id) {
                plan.own(network, id);
            }
        }
        plan
    }

    /// True for the name of a bridge of which the source speaks.
    pub(crate) fn has_bridge(&self, name: &str) -> bool {
        self.bridges.contains(name)
    }

    /// A bridge that no port leads to. ovs-vswitchd gives it a port and an internal interface of its name: an interface
    /// that has this name and says no port is that one.
    fn own(&mut self, network: &Network, bridge: LinkId) {
        let name = &network.link(bridge).name;
        let same = |fits: fn(&Link) -> bool| {
            let mut links = network.links().filter(|(_, link)| name.is_some() && link.name == *name);
            links.find(|(id, link)| fits(link) && self.role(*id).is_none()).map(|(id, _)| id)
        };
        let Some(interface) = same(|link| {
            link.controller.is_none() && interface_type(link) == Some(OvsInterfaceType::Internal)
        }) else {
            self.roles.insert(bridge, Role::Bare);
            return;
        };
        let port = same(|link| matches!(link.kind.value, LinkKind::OvsPort(_)));
        let layers = [Some(bridge), port].into_iter().flatten();
        self.roles.extend(layers.map(|id| (id, Role::Within(interface))));
        self.roles.insert(interface, Role::Local { bridge, port });
    }

    fn port(
        &mut self,
        network: &Network,
        (id, port): (LinkId, &Link),
        (bridge, name): (Option<LinkId>, String),
        members: Vec<LinkId>,
        takes: fn(&LinkKind) -> bool,
    ) {
        let one = match members.as_slice() {
            [member] if !is_bond(port) => *member,
            [] => return,
            _ => {
                let cards = members.iter().all(|m| takes(&network.link(*m).kind.value));
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
                self.roles.insert(one, Role::Local { bridge, port: Some(id) });
            }
            // ovs-vswitchd makes the interface of a bridge's name itself.
            None if self.has_bridge(link.label()) => return,
            None if is_interface || takes(&link.kind.value) => {
                self.roles.insert(one, Role::Member { port: id, bridge: name });
            }
            None => return,
        }
        self.roles.insert(id, Role::Within(one));
    }

    /// The layers that the file of that link says.
    pub(crate) fn within(&self, main: LinkId) -> impl Iterator<Item = LinkId> {
        let within = move |(_, role): &(&LinkId, &Role)| matches!(role, Role::Within(of) if *of == main);
        self.roles.iter().filter(within).map(|(id, _)| *id)
    }

    /// True for a bridge whose local interface nobody speaks of.
    pub(crate) fn is_bare(&self, id: LinkId) -> bool {
        matches!(self.role(id), Some(Role::Bare))
    }

    pub(crate) fn role(&self, id: LinkId) -> Option<&Role> {
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

pub(crate) fn is_dpdk(link: &Link) -> bool {
    interface_type(link) == Some(OvsInterfaceType::Dpdk)
}

/// True for a name or value that the shell and ovs-vsctl(8) take as it stands.
pub(crate) fn is_plain(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-.:,/@%+".contains(c);
    !text.is_empty() && text.chars().all(plain) && !text.contains("--") && !text.starts_with('-')
}

/// `COLUMN=VALUE` for each said setting below `group` that is not done yet.
pub(crate) fn said_columns(link: &Link, group: &str, done: &mut Vec<&'static str>) -> Vec<String> {
    let mut words = Vec::new();
    for (column, path) in COLUMNS.iter().filter(|(_, path)| path.starts_with(group)) {
        let value = link.leaf(FieldPath::parse(path)).and_then(|leaf| leaf.value());
        let Some(value) = value.filter(|_| !done.contains(path)) else { continue };
        let text = if let Value::List(items) = &value {
            items.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
        } else {
            value.to_string()
        };
        if is_plain(&text) {
            words.push(format!("{column}={text}"));
            done.push(path);
        }
    }
    words
}

/// `set TABLE NAME COLUMN=VALUE …` for the columns of a layer that are not done yet.
pub(crate) fn set_command(
    link: &Link,
    (table, name): (&str, &str),
    done: &mut Vec<&'static str>,
) -> Option<String> {
    let mut words = said_columns(link, &format!("ovs_{table}."), done);
    let maps: [(&'static str, &str, &Map<String>); 2] = [
        ("ovs_external_ids", "external_ids", &link.ovs_external_ids),
        ("ovs_other_config", "other_config", &link.ovs_other_config),
    ];
    for (path, column, map) in maps {
        if !done.contains(&path)
            && map.iter().all(|(key, at)| is_plain(key) && !key.contains([':', ',']) && is_plain(&at.value))
        {
            words.extend(map.iter().map(|(key, at)| format!("{column}:{key}={}", at.value)));
            done.push(path);
        }
    }
    (!words.is_empty()).then(|| format!("set {table} {name} {}", words.join(" ")))
}

/// `options:KEY=VALUE` for the options of a tunnel; `None` where one of them is no plain word.
fn tunnel_options(interface: &OvsInterface) -> Option<String> {
    let words = interface.tunnel_options.iter().map(|(key, at)| {
        let plain = is_plain(key) && !key.contains([':', ',']) && is_plain(&at.value);
        plain.then(|| format!("options:{key}={}", at.value))
    });
    words.collect::<Option<Vec<_>>>().map(|words| words.join(" "))
}

/// An interface that Open vSwitch makes, as the scripts of distributions know it.
pub(crate) enum Made<'n> {
    Internal,
    Dpdk,
    /// With the other end.
    Patch(&'n str),
    /// With its type and its options.
    Tunnel(&'static str, String),
}

/// What the scripts make of an interface.
///
/// # Errors
/// Why they make none; `None` for a type that they do not know.
pub(crate) fn made(interface: &OvsInterface) -> Result<Made<'_>, Option<&'static str>> {
    use OvsInterfaceType as Type;
    match interface.interface_type.as_ref().map(|at| at.value) {
        Some(Type::Internal) => Ok(Made::Internal),
        Some(Type::Dpdk) => Ok(Made::Dpdk),
        Some(Type::Patch) => {
            let peer =
                interface.patch_peer.as_ref().map(|at| at.value.as_str()).filter(|peer| is_plain(peer));
            peer.map(Made::Patch).ok_or(Some("a patch has two ends, and the other one is not said"))
        }
        Some(
            kind @ (Type::Bareudp
            | Type::Erspan
            | Type::Geneve
            | Type::Gre
            | Type::Gtpu
            | Type::Lisp
            | Type::Srv6
            | Type::Stt
            | Type::Vxlan),
        ) => tunnel_options(interface)
            .map(|options| Made::Tunnel(kind.as_str(), options))
            .ok_or(Some("an option of the tunnel is no plain word that ovs-vsctl(8) could get from a shell")),
        Some(Type::System) | None => Err(None),
    }
}
