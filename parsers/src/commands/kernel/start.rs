//! The state that commands start from.

use super::device::{Device, Made};
use super::route::{Cause, RouteEntry, default_scope, metric_of};
use super::rules::Holder;
use super::{DeviceId, HOST, Kernel, RouteId, Space, SpaceId};
use crate::commands::World;
use foldhash::HashMap;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use netpivot_model::ip::{Address, IpConfig, IpMethod};
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::network::Network;
use netpivot_model::path::{FieldPath, Seen, walk};
use netpivot_model::reflect::Sub;
use netpivot_model::route::{MAIN_TABLE, Route, RouteType};
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::LinkRef;

/// The reference to the link below.
pub(super) fn parent(kind: &LinkKind) -> Option<&At<LinkRef>> {
    match kind {
        LinkKind::Vlan(n) => n.parent.as_ref(),
        LinkKind::Macvlan(n) => n.parent.as_ref(),
        LinkKind::Ipvlan(n) => n.parent.as_ref(),
        LinkKind::Vxlan(n) => n.parent.as_ref(),
        LinkKind::IpTunnel(n) => n.parent.as_ref(),
        LinkKind::Macsec(n) => n.parent.as_ref(),
        LinkKind::Infiniband(n) => n.parent.as_ref(),
        LinkKind::Ethernet(_)
        | LinkKind::Wifi(_)
        | LinkKind::Bridge(_)
        | LinkKind::Bond(_)
        | LinkKind::Team(_)
        | LinkKind::Tun(_)
        | LinkKind::Dummy(_)
        | LinkKind::Veth(_)
        | LinkKind::Geneve(_)
        | LinkKind::Vrf(_)
        | LinkKind::Wireguard(_)
        | LinkKind::Hsr(_)
        | LinkKind::OvsBridge(_)
        | LinkKind::OvsPort(_)
        | LinkKind::OvsInterface(_)
        | LinkKind::Loopback(_)
        | LinkKind::Generic(_)
        | LinkKind::Unsupported(_) => None,
    }
}

/// True where addresses come from elsewhere.
pub(super) fn is_dynamic(config: &Sub<IpConfig>) -> bool {
    config.as_ref().and_then(|config| config.method.as_ref()).is_some_and(|at| match at.value {
        IpMethod::Auto | IpMethod::Dhcp | IpMethod::Shared => true,
        IpMethod::Manual | IpMethod::LinkLocal | IpMethod::Disabled | IpMethod::Ignore => false,
    })
}

/// True for a link of which its configuration says that it is there, and no more.
fn is_bare(link: &Link) -> bool {
    let config = |config: &IpConfig| {
        let method = config.method.as_ref();
        method.is_none_or(|at| matches!(at.value, IpMethod::Disabled | IpMethod::Ignore))
            && *config == IpConfig { method: config.method.clone(), ..IpConfig::default() }
    };
    let said = Link {
        name: link.name.clone(),
        kind: link.kind.clone(),
        ipv4: link.ipv4.clone(),
        ipv6: link.ipv6.clone(),
        ..Link::default()
    };
    *link == said && [&link.ipv4, &link.ipv6].into_iter().flatten().all(|ip| config(ip))
}

impl Kernel {
    /// True for a link that others may give addresses that are not known here.
    pub(super) fn gets_addresses(&self, id: DeviceId) -> bool {
        let link = &self.device(id).link;
        is_dynamic(&link.ipv4)
            || is_dynamic(&link.ipv6)
            || matches!(link.kind.value, LinkKind::Unsupported(_))
    }

    /// The kernel of a host with that configuration.
    pub fn new(mut network: Network, world: World) -> Self {
        let mut kernel = Kernel::default();
        let unknown = world == World::Unknown;
        let links = std::mem::take(&mut network.links);
        let dynamic = links.iter().any(|link| is_dynamic(&link.ipv4) || is_dynamic(&link.ipv6));
        kernel.push_space(Space {
            open: world != World::Known,
            unknown,
            opaque: unknown || dynamic,
            ..Space::default()
        });
        let lo = kernel.find(HOST, "lo");
        if let Some(lo) = lo {
            kernel.device_mut(lo).up = true;
        }
        let mut held = Vec::new();
        for entry in std::mem::take(&mut network.netns) {
            if let Some(name) = entry.item.name {
                let space = kernel.push_space(Space { name: Some(name), ..Space::default() });
                held.extend(entry.owner.map(|owner| (space, owner)));
            }
        }
        let ids = kernel.base_links(links, world);
        for (space, owner) in held {
            kernel.space_mut(space).author = ids.get(owner.0 as usize).copied();
        }
        kernel.base_references(&ids);
        kernel.base_ovs(&ids);
        kernel.base_devices.clone_from(&ids);
        kernel.base_routes(&mut network, &ids);
        kernel.base_rules(&mut network, &ids);
        kernel.base_entries(&mut network, &ids);
        kernel.base = network;
        kernel.base_neighbors = kernel.neighbor_list.len();
        kernel.base_until = kernel.sequence;
        kernel
    }

    fn space_of(&mut self, netns: Option<&At<String>>) -> SpaceId {
        match netns {
            None => HOST,
            Some(name) => match self.space_names.get(&name.value) {
                Some(id) => *id,
                None => self.push_space(Space { name: Some(name.clone()), ..Space::default() }),
            },
        }
    }

    fn base_links(&mut self, links: Vec<Link>, world: World) -> Vec<DeviceId> {
        let made = match world {
            World::Known | World::Configured => Made::Base,
            World::Unknown => Made::Profile,
        };
        let mut ids = Vec::with_capacity(links.len());
        for (n, mut link) in (0u32..).map(LinkId).zip(links) {
            let space = self.space_of(link.netns.as_ref());
            let made_in = match link.link_netns.take() {
                Some(at) if at.value.is_empty() => HOST,
                Some(at) => self.space_of(Some(&at)),
                None => space,
            };
            let name = link.name.as_ref().map_or_else(String::new, |at| at.value.clone());
            let opaque = world == World::Unknown || is_dynamic(&link.ipv4) || is_dynamic(&link.ipv6);
            let starts = link.autoconnect.as_ref().is_none_or(|at| at.value);
            let up = link.up.as_ref().map_or(starts, |at| at.value) && world != World::Unknown;
            let addresses = take_addresses(&mut link);
            let existing = self.find(space, &name);
            // A row of Open vSwitch's has the name of an interface, which commands mean.
            let is_row = matches!(link.kind.value, LinkKind::OvsBridge(_) | LinkKind::OvsPort(_));
            let name = if is_row && existing.is_some() { String::new() } else { name };
            let id = match existing.filter(|id| self.device(*id).made == Made::Kernel) {
                Some(lo) => {
                    let device = self.device_mut(lo);
                    device.up = link.up.as_ref().is_none_or(|at| at.value);
                    device.link = link;
                    device.base = Some(n);
                    lo
                }
                None => {
                    let mut device = Device::new(link, space, &name, made);
                    device.made_in = made_in;
                    device.opaque = opaque;
                    device.up = up;
                    device.base = Some(n);
                    device.bare = device.addresses.is_empty() && is_bare(&device.link);
                    self.insert(device)
                }
            };
            for address in addresses {
                let v6 = address.value.net.addr().is_ipv6();
                self.device_mut(id).had_addresses[usize::from(v6)] = true;
                self.insert_address(id, address);
            }
            ids.push(id);
        }
        ids
    }

    fn base_references(&mut self, ids: &[DeviceId]) {
        let by_uuid: HashMap<String, DeviceId> = ids
            .iter()
            .filter_map(|id| Some((self.device(*id).link.uuid.as_ref()?.value.clone(), *id)))
            .collect();
        for id in ids {
            let device = self.device(*id);
            let space = device.space;
            let resolve = |kernel: &Kernel, reference: &LinkRef| match reference {
                LinkRef::Name(name) => kernel.find(space, name),
                LinkRef::Uuid(uuid) => by_uuid.get(uuid).copied(),
                LinkRef::Mac(_) => None,
            };
            let controller = device
                .link
                .controller
                .as_ref()
                .and_then(|at| Some((resolve(self, &at.value)?, at.origin.clone())));
            let below = parent(&device.link.kind.value).and_then(|at| match &at.value {
                LinkRef::Name(name) => self.find(device.made_in, name).or_else(|| self.find(HOST, name)),
                LinkRef::Uuid(_) | LinkRef::Mac(_) => resolve(self, &at.value),
            });
            let peer =
                if let LinkKind::Veth(veth) = &device.link.kind.value { veth.peer.as_ref() } else { None };
            let peer = peer.and_then(|at| resolve(self, &at.value));
            if let Some((controller, origin)) = controller {
                self.device_mut(*id).controller = Some((controller, origin));
                self.device_mut(controller).ports.insert(*id);
            }
            if let Some(below) = below {
                self.stack(*id, below);
            }
            if let Some(peer) = peer {
                self.pair(*id, peer);
            }
        }
    }

    /// The rows of Open vSwitch's database that the layers are.
    fn base_ovs(&mut self, ids: &[DeviceId]) {
        for id in ids {
            let device = self.device(*id);
            let name = device.link.label().to_owned();
            if matches!(device.link.kind.value, LinkKind::OvsBridge(_)) {
                self.ovs.bridges.insert(name, *id);
            } else if matches!(device.link.kind.value, LinkKind::OvsPort(_))
                && let Some((bridge, _)) = device.controller
            {
                let members = device.ports.iter().copied().collect();
                self.ovs.ports.insert(name, (bridge, *id, members));
            }
        }
    }

    fn base_routes(&mut self, network: &mut Network, ids: &[DeviceId]) {
        for id in ids {
            for v6 in [false, true] {
                if let Some(entry) = self.gateway_route(*id, v6) {
                    self.insert_route(entry, false);
                }
            }
        }
        for owned in std::mem::take(&mut network.routes) {
            let owner = owned.owner.and_then(|owner| ids.get(owner.0 as usize)).copied();
            let space = match owner {
                Some(owner) => self.device(owner).space,
                None => self.space_of(owned.item.netns.as_ref()),
            };
            let Some(dst) = owned.item.dst.as_ref().map(|at| at.value.trunc()) else { continue };
            let named = owned.item.dev.as_ref().and_then(|at| self.find(space, &at.value));
            let number = |n: i64| u32::try_from(n).unwrap_or(0);
            let table = owned.item.table.as_ref().map_or(MAIN_TABLE, |at| number(at.value.get()));
            let kind = owned.item.route_type.as_ref().map_or(RouteType::Unicast, |at| at.value);
            let has_gateway = owned.item.gateway.is_some() || !owned.item.nexthops.is_empty();
            let scope = owned.item.scope.as_ref().and_then(|at| u8::try_from(at.value.get()).ok());
            let span = owned.item.dst.as_ref().and_then(|at| at.origin.span());
            let entry = RouteEntry {
                table,
                tos: owned.item.tos.as_ref().and_then(|at| u8::try_from(at.value.get()).ok()).unwrap_or(0),
                metric: metric_of(&owned.item, dst),
                scope: scope.unwrap_or_else(|| default_scope(kind, has_gateway)),
                dev: named.or(owner),
                hops: span.map_or_else(Vec::new, |span| self.hop_devices(space, &owned.item, table, span)),
                owner: owned.owner,
                cause: Cause::Base,
                gone: false,
                origin: owned.item.dst.as_ref().map_or_else(Origin::default_value, |at| at.origin.clone()),
                space,
                dst,
                said: Some(Box::new(owned.item)),
            };
            self.insert_route(entry, false);
        }
    }

    fn base_rules(&mut self, network: &mut Network, ids: &[DeviceId]) {
        for owned in std::mem::take(&mut network.rules) {
            let owner = owned.owner.and_then(|owner| ids.get(owner.0 as usize)).copied();
            let space = match owner {
                Some(owner) => self.device(owner).space,
                None => self.space_of(owned.item.netns.as_ref()),
            };
            self.space_mut(space).rules.push(owned.item, Holder::Base(owner));
        }
    }

    /// The default route of a link that its configuration gives as a gateway.
    fn gateway_route(&self, id: DeviceId, v6: bool) -> Option<RouteEntry> {
        let device = self.device(id);
        let config = if v6 { device.link.ipv6.as_ref() } else { device.link.ipv4.as_ref() }?;
        let gateway = config.gateway.clone()?;
        let dst = if v6 { IpNet::V6(Ipv6Net::default()) } else { IpNet::V4(Ipv4Net::default()) };
        let number = |n: i64| u32::try_from(n).ok();
        let origin = gateway.origin.clone();
        Some(RouteEntry {
            said: Some(Box::new(Route { gateway: Some(gateway), ..Route::default() })),
            space: device.space,
            table: config
                .route_table
                .as_ref()
                .and_then(|at| number(at.value.get()))
                .filter(|t| *t != 0)
                .unwrap_or(MAIN_TABLE),
            dst,
            tos: 0,
            metric: config.route_metric.as_ref().and_then(|at| number(at.value.get())).unwrap_or(0),
            scope: 0,
            dev: Some(id),
            hops: Vec::new(),
            owner: None,
            cause: Cause::Gateway,
            gone: false,
            origin,
        })
    }

    fn base_entries(&mut self, network: &mut Network, ids: &[DeviceId]) {
        for owned in std::mem::take(&mut network.neighbors) {
            let owner = owned.owner.and_then(|owner| ids.get(owner.0 as usize)).copied();
            if let (Some(owner), Some(ip)) = (owner, owned.item.dst.as_ref().map(|at| at.value)) {
                let proxy = owned.item.proxy.as_ref().is_some_and(|at| at.value);
                self.neighbors.insert((owner, ip, proxy), self.neighbor_list.len());
                self.neighbor_list.push(Some((owner, owned.item)));
            } else {
                network.neighbors.push(owned);
            }
        }
        for owned in std::mem::take(&mut network.sysctls) {
            self.author = owned.owner.and_then(|owner| ids.get(owner.0 as usize)).copied();
            let space = match self.author {
                Some(id) => self.device(id).space,
                None => self.space_of(owned.item.netns.as_ref()),
            };
            match (owned.item.key.clone(), owned.item.value.clone()) {
                (Some(key), Some(value)) => self.set_sysctl(space, key, value),
                _ => network.sysctls.push(owned),
            }
        }
        self.author = None;
        for id in ids {
            if self.device(*id).up {
                self.connect_all(*id);
            }
        }
    }

    /// The software that the profile belongs to has set its link up: from now on it is there.
    pub fn start_profile(&mut self, id: DeviceId, span: Option<Span>) {
        let device = self.device_mut(id);
        if device.made == Made::Profile {
            device.made = Made::Base;
        }
        // Whatever was done before, the software sets it up.
        let said = device.link.up.take().filter(|at| at.value);
        self.raise(id, span.map_or_else(Origin::default_value, Origin::at));
        self.device_mut(id).link.up = said;
    }

    /// What the configuration of a link asks for. Its gateway is no route before the software makes it one.
    pub fn asked(&mut self, id: DeviceId) -> Asked {
        let device = self.device(id);
        let asked = Asked {
            link: device.link.clone(),
            addresses: device.addresses.values().map(|entry| entry.at.clone()).collect(),
        };
        let is_gateway = |id: &RouteId| self.route(*id).cause == Cause::Gateway && !self.route(*id).gone;
        let gateways: Vec<RouteId> = device.routes.iter().copied().filter(is_gateway).collect();
        for route in gateways {
            self.delete_route_entry(route, &Origin::default_value());
        }
        asked
    }

    /// The software asks for it once more, as commands that ran before it may have changed or taken away some of it.
    pub fn ask_again(&mut self, id: DeviceId, asked: Asked) {
        let link = &mut self.device_mut(id).link;
        walk(&asked.link, FieldPath::new([""; 3]), &mut |path, seen| {
            let Seen::Leaf(said) = seen else { return };
            if !said.is_said() || path.is("up") || path.is("name") || path.is("kind") {
                return;
            }
            if let (Some(leaf), Some(value)) = (link.leaf_mut(path), said.value())
                && leaf.value().as_ref() != Some(&value)
            {
                let mut spans = Vec::new();
                said.origins(&mut |origin| spans.extend_from_slice(origin.spans()));
                leaf.set(&value, Origin::said(spans)).ok();
            }
        });
        for v6 in [false, true] {
            if let Some(entry) = self.gateway_route(id, v6) {
                self.insert_route(entry, false);
            }
        }
        for address in asked.addresses {
            if !self.device(id).addresses.contains_key(&super::address::key(&address.value)) {
                self.insert_address(id, address);
            }
        }
    }
}

/// What the configuration of a link asks for.
#[derive(Debug)]
pub struct Asked {
    link: Link,
    addresses: Vec<At<Address>>,
}

/// The addresses of a link, which live in the kernel's own tables.
fn take_addresses(link: &mut Link) -> Vec<At<Address>> {
    let mut addresses = Vec::new();
    for config in [link.ipv4.as_mut(), link.ipv6.as_mut()].into_iter().flatten() {
        addresses.append(&mut config.addresses.items);
    }
    addresses
}
