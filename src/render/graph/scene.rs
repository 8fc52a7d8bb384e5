//! What there is to draw: tiles with their texts, and what joins them.
//!
//! All texts are made safe to show here, so that no form can forget it.

use crate::render::public;
use foldhash::{HashMap, HashSet};
use netpivot_model::check::{Index, controllers, reference};
use netpivot_model::ip::{IpConfig, IpMethod};
use netpivot_model::link::{Link, LinkId, LinkKind, PARENTS};
use netpivot_model::network::Network;
use netpivot_model::path::FieldPath;
use netpivot_model::reflect::Said;
use netpivot_model::value::LinkRef;
use std::fmt::Display;

/// All that is drawn.
#[derive(Debug, Default)]
pub struct Scene {
    /// Whose network it is: `ifcfg:networkmanager`.
    pub title: String,
    /// Links, and what stands beside them.
    pub tiles: Vec<Tile>,
    /// What joins them; never a tile with itself.
    pub joints: Vec<Joint>,
    /// The names of the network namespaces.
    pub spaces: Vec<String>,
}

/// A link, or something that links refer to.
#[derive(Debug)]
pub struct Tile {
    /// What it looks like.
    pub look: Look,
    /// What it is, in words: `vlan 100`.
    pub kind: String,
    /// What people call it.
    pub name: String,
    /// Description, addresses and where they come from.
    pub lines: Vec<String>,
    /// The namespace, as a position in [`Scene::spaces`]; `None` is the host's own.
    pub space: Option<usize>,
    /// What becomes of it, in a picture of a change.
    pub mark: Option<Mark>,
}

impl Tile {
    /// All of its texts, the kind first and then the name.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        [self.kind.as_str(), &self.name].into_iter().chain(self.lines.iter().map(String::as_str))
    }
}

/// What becomes of a link in a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// It is there after the change only.
    Added,
    /// It is there before the change only.
    Removed,
    /// Something about it is otherwise.
    Changed,
}

impl Mark {
    /// The word.
    pub fn word(self) -> &'static str {
        match self {
            Mark::Added => "added",
            Mark::Removed => "removed",
            Mark::Changed => "changed",
        }
    }
}

/// What a tile looks like; its words say the kind, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// A device that is there before any configuration.
    Card,
    /// Several links as one.
    Bond,
    /// A switch.
    Bridge,
    /// Something on one other link.
    Vlan,
    /// A way through another network.
    Tunnel,
    /// Any other device that is made.
    Software,
    /// A guest's interface.
    Guest,
    /// What a link refers to and nothing configures.
    Missing,
}

impl Look {
    /// All of them.
    pub const ALL: [Look; 8] = [
        Look::Card,
        Look::Bond,
        Look::Bridge,
        Look::Vlan,
        Look::Tunnel,
        Look::Software,
        Look::Guest,
        Look::Missing,
    ];

    /// The name of its class in SVG and Mermaid.
    pub fn word(self) -> &'static str {
        match self {
            Look::Card => "card",
            Look::Bond => "bond",
            Look::Bridge => "bridge",
            Look::Vlan => "vlan",
            Look::Tunnel => "tunnel",
            Look::Software => "software",
            Look::Guest => "guest",
            Look::Missing => "missing",
        }
    }

    fn of(kind: &LinkKind) -> Self {
        match kind {
            LinkKind::Ethernet(_) | LinkKind::Wifi(_) | LinkKind::Infiniband(_) => Look::Card,
            LinkKind::Bond(_) | LinkKind::Team(_) | LinkKind::Hsr(_) => Look::Bond,
            LinkKind::Bridge(_) | LinkKind::OvsBridge(_) | LinkKind::Vrf(_) => Look::Bridge,
            LinkKind::Vlan(_) | LinkKind::Macvlan(_) | LinkKind::Ipvlan(_) | LinkKind::Macsec(_) => {
                Look::Vlan
            }
            LinkKind::Vxlan(_)
            | LinkKind::Geneve(_)
            | LinkKind::IpTunnel(_)
            | LinkKind::Wireguard(_)
            | LinkKind::Tun(_) => Look::Tunnel,
            LinkKind::Dummy(_)
            | LinkKind::Veth(_)
            | LinkKind::OvsPort(_)
            | LinkKind::OvsInterface(_)
            | LinkKind::Loopback(_)
            | LinkKind::Generic(_)
            | LinkKind::Unsupported(_) => Look::Software,
        }
    }
}

/// How two tiles belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// The first is a port of the second.
    Port,
    /// The second stands on the first.
    Below,
    /// They are the ends of a pair.
    Peer,
}

/// Two tiles that belong together, by their positions in [`Scene::tiles`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Joint {
    /// The lower one: the port, or what the other one stands on.
    pub from: usize,
    /// The upper one.
    pub to: usize,
    /// How.
    pub relation: Relation,
}

/// Settings that tell links of one kind apart.
const DETAILS: [&str; 8] = [
    "vlan.id",
    "bond.mode",
    "vxlan.id",
    "geneve.id",
    "vrf.table",
    "ip_tunnel.mode",
    "macvlan.mode",
    "tun.mode",
];

impl Scene {
    /// What a network looks like.
    #[must_use]
    pub fn of(network: &Network) -> Self {
        let index = Index::of(network);
        let mut maker = Maker { network, index, scene: Scene::default(), missing: HashMap::default() };
        maker.scene.title = shown(network.dialect);
        for entry in &network.netns {
            maker.space(&entry.item.name);
        }
        let mut named: HashMap<Known<'_>, usize> = HashMap::default();
        for link in &network.links {
            *named.entry(known(link)).or_default() += 1;
        }
        for link in &network.links {
            let space = maker.space(&link.netns);
            maker.scene.tiles.push(Tile {
                look: Look::of(&link.kind.value),
                kind: kind_of(link),
                name: shown(link.label()),
                lines: lines_of(link, named[&known(link)] > 1),
                space,
                mark: None,
            });
        }
        for (id, link) in network.links() {
            maker.joints_of(id, link);
        }
        maker.virtual_networks();
        maker.guests();
        let mut seen = HashSet::default();
        maker.scene.joints.retain(|joint| joint.from != joint.to && seen.insert(*joint));
        maker.scene
    }
}

struct Maker<'n> {
    network: &'n Network,
    index: Index<'n>,
    scene: Scene,
    /// Tiles for what is referred to and not there, by space and name.
    missing: HashMap<(Option<usize>, String), usize>,
}

impl Maker<'_> {
    fn space(&mut self, name: &Said<String>) -> Option<usize> {
        let name = shown(&name.as_ref()?.value);
        let known = self.scene.spaces.iter().position(|space| *space == name);
        Some(known.unwrap_or_else(|| {
            self.scene.spaces.push(name);
            self.scene.spaces.len() - 1
        }))
    }

    fn join(&mut self, from: usize, to: usize, relation: Relation) {
        self.scene.joints.push(Joint { from, to, relation });
    }

    /// The tile for what nothing configures.
    fn missing(&mut self, space: Option<usize>, name: impl Display) -> usize {
        let name = shown(name);
        let tiles = &mut self.scene.tiles;
        *self.missing.entry((space, name.clone())).or_insert_with(|| {
            let kind = "not configured here".to_owned();
            tiles.push(Tile { look: Look::Missing, kind, name, lines: Vec::new(), space, mark: None });
            tiles.len() - 1
        })
    }

    fn joints_of(&mut self, id: LinkId, link: &Link) {
        let (at, space) = (id.0 as usize, self.scene.tiles[id.0 as usize].space);
        if let Some(said) = &link.controller {
            let found = controllers(self.network, &self.index, link);
            let to = self.nearest(&found, space, at);
            let to = to.unwrap_or_else(|| self.missing(space, &said.value));
            self.join(at, to, Relation::Port);
        }
        for (below, _) in PARENTS.iter().filter_map(|field| reference(link, field)) {
            let found = self.index.find(&below);
            // A VLAN on a device of its own name is a matter of two profiles for that device.
            if found == [id] {
                continue;
            }
            let from = self.nearest(&found, space, at);
            let from = from.unwrap_or_else(|| self.missing(space, &below));
            self.join(from, at, Relation::Below);
        }
        if let Some((peer, _)) = reference(link, "veth.peer") {
            let other = match self.peer(&peer, link, at) {
                Some(other) => other,
                None => self.missing(space, &peer),
            };
            // Both ends name each other.
            self.join(at.min(other), at.max(other), Relation::Peer);
        }
    }

    /// Of several links of one name the one of the same namespace, else the first.
    fn nearest(&self, found: &[LinkId], space: Option<usize>, but: usize) -> Option<usize> {
        let mut found = found.iter().map(|id| id.0 as usize).filter(|at| *at != but);
        let here = found.clone().find(|at| self.scene.tiles[*at].space == space);
        here.or_else(|| found.next())
    }

    /// The other end of a pair: one that names this end, if there is one.
    fn peer(&self, peer: &LinkRef, link: &Link, at: usize) -> Option<usize> {
        let found = self.index.find(peer);
        let names_this = |id: &&LinkId| {
            let back = reference(self.network.link(**id), "veth.peer");
            back.is_some_and(|(name, _)| name.to_string() == link.label())
        };
        let mut back = found.iter().filter(names_this).map(|id| id.0 as usize).filter(|id| *id != at);
        back.next().or_else(|| self.nearest(&found, self.scene.tiles[at].space, at))
    }

    /// The tile of that name among the host's own.
    fn on_host(&mut self, name: &str) -> usize {
        let found = self.index.find(&LinkRef::Name(name.to_owned()));
        self.nearest(&found, None, usize::MAX).unwrap_or_else(|| self.missing(None, name))
    }

    /// A network of libvirt is a line of its bridge.
    fn virtual_networks(&mut self) {
        for network in self.network.virtual_networks.iter().map(|entry| &entry.item) {
            let Some(bridge) = &network.bridge else { continue };
            let at = self.on_host(&bridge.value);
            let name = network.name.as_ref().map_or("?", |at| &at.value);
            let forward = network.forward.as_ref().map_or("isolated", |at| at.value.as_str());
            self.scene.tiles[at].lines.push(shown(format!("libvirt network {name} ({forward})")));
            if let Some(device) = &network.forward_dev {
                let below = self.on_host(&device.value);
                self.join(below, at, Relation::Below);
            }
        }
    }

    fn guests(&mut self) {
        let network = self.network;
        for guest in network.guest_interfaces.iter().map(|entry| &entry.item) {
            let of_network = guest.network.as_ref().and_then(|name| {
                let named = network.virtual_networks.iter().map(|entry| &entry.item);
                let mut named = named.filter(|it| it.name.as_ref().is_some_and(|at| at.value == name.value));
                Some(&named.next()?.bridge.as_ref()?.value)
            });
            let lines = [&guest.target, &guest.network].into_iter().flatten().map(|at| shown(&at.value));
            self.scene.tiles.push(Tile {
                look: Look::Guest,
                kind: "guest's interface".to_owned(),
                name: shown(guest.domain.as_ref().map_or("?", |at| &at.value)),
                lines: lines.collect(),
                space: None,
                mark: None,
            });
            let at = self.scene.tiles.len() - 1;
            let plug = guest.bridge.as_ref().map(|at| &at.value).or(of_network);
            if let Some(bridge) = plug {
                let bridge = self.on_host(bridge);
                self.join(at, bridge, Relation::Port);
            } else if let Some(device) = &guest.dev {
                let below = self.on_host(&device.value);
                self.join(below, at, Relation::Below);
            }
        }
    }
}

/// Text that steers no terminal, says no secret, and stands in one line.
fn shown(text: impl Display) -> String {
    public(&text.to_string()).into_owned()
}

fn kind_of(link: &Link) -> String {
    let kind = &link.kind.value;
    let is_own =
        |path: &&&str| path.strip_prefix(kind.field_name()).is_some_and(|rest| rest.starts_with('.'));
    let detail = DETAILS.iter().find(is_own).and_then(|path| link.leaf(FieldPath::parse(path))?.value());
    detail.map_or_else(|| kind.word().to_owned(), |detail| shown(format!("{} {detail}", kind.word())))
}

/// What a tile shows a link by.
type Known<'l> = (&'static str, &'l str, Option<&'l str>);

fn known(link: &Link) -> Known<'_> {
    (link.kind.value.word(), link.label(), link.netns.as_ref().map(|at| at.value.as_str()))
}

/// What stands below the name; of several profiles of one device also what tells them apart.
fn lines_of(link: &Link, is_one_of_several: bool) -> Vec<String> {
    let mut lines = Vec::new();
    if is_one_of_several {
        lines.extend(link.id.iter().map(|at| shown(&at.value)).filter(|id| id != link.label()));
    }
    lines.extend(link.alias.iter().map(|at| shown(format!("“{}”", at.value))));
    let families = [(&link.ipv4, "DHCP", "shared"), (&link.ipv6, "IPv6 automatic", "IPv6 shared")];
    for (ip, auto, sharing) in families {
        let Some(ip) = ip else { continue };
        lines.extend(method(ip, auto, sharing).map(str::to_owned));
        lines.extend(ip.addresses.items.iter().map(|at| match at.value.peer {
            Some(peer) => shown(format!("{} peer {peer}", at.value.net)),
            None => shown(at.value.net),
        }));
        lines.extend(ip.gateway.iter().map(|at| shown(format!("gateway {}", at.value))));
    }
    lines
}

/// Where addresses come from, as far as it is said.
fn method(ip: &IpConfig, auto: &'static str, sharing: &'static str) -> Option<&'static str> {
    match ip.method.as_ref()?.value {
        IpMethod::Auto => Some(auto),
        IpMethod::Dhcp => Some("DHCPv6"),
        IpMethod::Shared => Some(sharing),
        IpMethod::LinkLocal => Some("link-local address"),
        IpMethod::Manual | IpMethod::Disabled | IpMethod::Ignore => None,
    }
}
