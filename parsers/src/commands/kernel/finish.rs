//! From the state back to a network.

use super::affinity::Affinity;
use super::device::{Device, Made};
use super::dhcp::asks;
use super::route::Cause;
use super::rules::Holder;
use super::{DeviceId, HOST, Kernel, SpaceId};
use netpivot_model::coverage::Item;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::link::{Link, LinkId, LinkKind, Underlay};
use netpivot_model::netns::Netns;
use netpivot_model::network::{Network, Owned};
use netpivot_model::reflect::{FieldMut, Node};
use netpivot_model::source::{At, Origin};
use netpivot_model::value::{LinkRef, Value};

/// What commands have left behind.
#[derive(Debug)]
pub struct Finished {
    /// The network.
    pub network: Network,
    /// What each link of the network that was started from is now; `None` where a command deleted it.
    pub links: Vec<Option<LinkId>>,
    /// Links of the host that the configuration of another link sets up.
    pub raised: Vec<Raised>,
    /// The lines of the files that commands have read.
    pub read: Vec<Item>,
    /// What came to light in the end.
    pub diagnostics: Vec<Diagnostic>,
}

/// A link that the commands in another link's configuration set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raised {
    /// The link.
    pub link: LinkId,
    /// The one whose configuration holds the commands.
    pub by: LinkId,
    /// True where they make it; false for a card that is there.
    pub is_made: bool,
}

impl Kernel {
    /// The network that is left.
    pub fn finish(mut self) -> Finished {
        let mut network = std::mem::take(&mut self.base);
        let order = self.order();
        let mut new_ids: Vec<Option<LinkId>> = vec![None; self.devices.len()];
        for (n, id) in (0u32..).zip(&order) {
            new_ids[id.0 as usize] = Some(LinkId(n));
        }
        let bases = self.devices.iter().filter_map(|device| device.base).count();
        let mut links: Vec<Option<LinkId>> = vec![None; bases];
        for (device, new) in self.devices.iter().zip(&new_ids) {
            if let Some(slot) = device.base.and_then(|base| links.get_mut(base.0 as usize)) {
                *slot = *new;
            }
        }
        network.visit_owners(&mut |owner| {
            *owner = owner.and_then(|old| links.get(old.0 as usize).copied().flatten())
        });
        network.own_dialects = std::mem::take(&mut network.own_dialects)
            .into_iter()
            .filter_map(|(old, dialect)| Some((links.get(old.0 as usize).copied().flatten()?, dialect)))
            .collect();
        let raised = self.raised(&order, &new_ids);
        self.write_entries(&mut network, &new_ids);
        self.write_routes(&mut network, &new_ids, &links);
        if self.renamed {
            self.mend_references();
        }
        for id in order {
            self.settle_port(id);
            self.settle_netns(id);
        }
        // In the place of the devices, which are the most of all memory here.
        let devices = std::mem::take(&mut self.devices).into_iter().zip(new_ids);
        let mut left: Vec<(LinkId, Link)> =
            devices.filter_map(|(device, id)| Some((id?, device.into_link()))).collect();
        left.sort_by_key(|(id, _)| *id);
        network.links = left.into_iter().map(|(_, link)| link).collect();
        Finished { network, links, raised, read: self.read, diagnostics: self.notes }
    }

    fn raised(&self, order: &[DeviceId], new_ids: &[Option<LinkId>]) -> Vec<Raised> {
        let is_used =
            |device: &Device| device.up || !device.addresses.is_empty() || device.controller.is_some();
        // One command makes both ends of a pair; where nothing starts the other, an idle end on the host does.
        let brings_pair = |id: DeviceId, peer: DeviceId| {
            let peer_device = self.device(peer);
            peer_device.space != HOST || !is_used(peer_device) && id.0 < peer.0
        };
        let of = |id: DeviceId| {
            let device = self.device(id);
            let is_veth = matches!(device.link.kind.value, LinkKind::Veth(_));
            let is_wanted =
                is_used(device) || !is_veth || device.peer.is_some_and(|peer| brings_pair(id, peer));
            let by = device.author.filter(|by| *by != id && is_wanted && device.space == HOST)?;
            let (link, by) = (new_ids[id.0 as usize]?, new_ids[by.0 as usize]?);
            Some(Raised { link, by, is_made: device.made == Made::Command })
        };
        order.iter().filter_map(|id| of(*id)).collect()
    }

    /// True where the two links start at the same moment.
    fn start_together(&self, one: DeviceId, other: DeviceId) -> bool {
        let says = |said: &Option<At<bool>>| said.as_ref().is_some_and(|at| at.value);
        let moment = |id: DeviceId| {
            let device = self.device(id);
            let device = device.author.map_or(device, |author| self.device(author));
            let is_lo = matches!(device.link.kind.value, LinkKind::Loopback(_));
            (is_lo || says(&device.link.autoconnect), says(&device.link.hotplug))
        };
        moment(one) == moment(other)
    }

    /// The link in whose configuration the commands stand. What stands in the stanza of `lo` is the host's, and a link of
    /// another namespace holds nothing.
    fn configurer(&self, author: Option<DeviceId>, space: SpaceId) -> Option<DeviceId> {
        author.filter(|id| {
            let device = self.device(*id);
            device.space == space && !matches!(device.link.kind.value, LinkKind::Loopback(_))
        })
    }

    /// The links that are left: those of the beginning first.
    fn order(&self) -> Vec<DeviceId> {
        let mut order: Vec<(u32, DeviceId)> = (0u32..)
            .map(DeviceId)
            .zip(&self.devices)
            .filter(|(_, device)| {
                !device.gone && !self.space(device.space).gone && self.is_worth_telling(device)
            })
            .map(|(id, device)| (device.base.map_or(u32::MAX, |base| base.0), id))
            .collect();
        order.sort_by_key(|(base, _)| *base);
        order.into_iter().map(|(_, id)| id).collect()
    }

    /// The kernel's own `lo` says nothing unless a command has changed it.
    fn is_worth_telling(&self, device: &Device) -> bool {
        match device.made {
            Made::Command | Made::Base | Made::Profile => true,
            Made::Assumed => !self.is_only_named(device),
            Made::Kernel => {
                device.base.is_some()
                    || !device.addresses.is_empty()
                    || device.link.mtu.is_some()
                    || (device.link.up.is_some() && device.space != HOST)
                    || device.routes.iter().any(|id| {
                        let entry = self.route(*id);
                        !entry.gone && entry.cause == Cause::Command
                    })
            }
        }
    }

    /// A card that only routes and kernel settings of another link's configuration name is not configured by them.
    fn is_only_named(&self, device: &Device) -> bool {
        let bare = Link { name: device.link.name.clone(), ..Link::default() };
        let mut routes =
            device.routes.iter().map(|id| self.route(*id)).filter(|entry| !entry.gone).peekable();
        device.link == bare
            && device.addresses.is_empty()
            && device.controller.is_none()
            && device.ports.is_empty()
            && device.above.is_empty()
            && (routes.peek().is_some() || self.is_named_by_settings(device))
            && routes.all(|entry| entry.owner.is_some())
    }

    fn is_named_by_settings(&self, device: &Device) -> bool {
        let netns = self.space_name(device.space).map(|at| at.value);
        self.sysctls.iter().any(|(item, author)| {
            author.is_some()
                && item.netns.as_ref().map(|at| &at.value) == netns.as_ref()
                && item.interface().as_deref() == Some(&*device.name)
        })
    }

    /// Says in which namespace a link has what it stands on, where that is not its own.
    fn settle_netns(&mut self, id: DeviceId) {
        let device = self.device(id);
        let space = match device.link.kind.value.underlay() {
            Some(Underlay::LowerLink) => {
                device.below.map_or(device.made_in, |below| self.device(below).space)
            }
            Some(Underlay::Sockets | Underlay::HiddenSockets) => device.made_in,
            None => return,
        };
        let name = self.space(space).name.as_ref().map_or_else(String::new, |at| at.value.clone());
        let said = (space != device.space).then(|| {
            let origin = device.moved.map_or_else(|| device.link.kind.origin.clone(), Origin::at);
            At::new(name, origin)
        });
        self.device_mut(id).link.link_netns = said;
    }

    /// A link that a command made a port has no addresses any more. The name servers that its configuration brought stay in
    /// resolv.conf; they go with the controller, which has taken its place.
    /// A port of a VRF keeps its addresses.
    fn settle_port(&mut self, id: DeviceId) {
        let device = self.device(id);
        let asks = asks(&device.link.ipv4) || asks(&device.link.ipv6);
        let Some((controller, origin)) =
            device.controller.clone().filter(|_| device.plugged && (device.base.is_some() || asks))
        else {
            return;
        };
        if matches!(self.device(controller).link.kind.value, LinkKind::Vrf(_)) {
            return;
        }
        self.note_dhcp_of_port(id, controller, &origin);
        let device = self.device_mut(id);
        let mut moved = Vec::new();
        for v6 in [false, true] {
            let free = !device.addresses.keys().any(|(ip, ..)| ip.is_ipv6() == v6);
            let slot = if v6 { &mut device.link.ipv6 } else { &mut device.link.ipv4 };
            if let Some(config) = slot.take_if(|_| free) {
                moved.push((v6, config));
            }
        }
        let above = &mut self.device_mut(controller).link;
        for (v6, config) in moved {
            let settings = [&config.dns, &config.dns_search, &config.dns_options];
            if settings.iter().all(|list| list.items.is_empty()) {
                continue;
            }
            let slot = if v6 { &mut above.ipv6 } else { &mut above.ipv4 };
            let target = slot.get_or_insert_default();
            let targets = [&mut target.dns, &mut target.dns_search, &mut target.dns_options];
            for (from, to) in settings.into_iter().zip(targets) {
                to.items.extend(from.items.iter().map(|at| At {
                    value: at.value.clone(),
                    origin: Origin::derived("name-servers-of-port", at.origin.spans().to_vec()),
                }));
            }
        }
    }

    /// A link has got another name: references to it follow.
    fn mend_references(&mut self) {
        for n in 0..self.devices.len() {
            let device = &self.devices[n];
            let name = |id: Option<DeviceId>| {
                id.map(|id| self.device(id))
                    .filter(|d| !d.name.is_empty())
                    .map(|d| LinkRef::Name(d.name.to_string()))
            };
            let controller = name(device.controller.as_ref().map(|(id, _)| *id));
            let (below, peer) = (name(device.below), name(device.peer));
            let link = &mut self.devices[n].link;
            mend(link.controller.as_mut(), controller);
            let node = link.kind.value.node_mut();
            mend_field(node, "parent", below);
            mend_field(node, "peer", peer);
        }
    }

    fn write_routes(&mut self, network: &mut Network, new_ids: &[Option<LinkId>], links: &[Option<LinkId>]) {
        let said = self.routes.iter().filter(|entry| entry.said.is_some());
        network.routes.reserve(said.count());
        for n in self.route_order() {
            let entry = &mut self.routes[n as usize];
            let is_left = match entry.cause {
                Cause::Command | Cause::Base => !entry.gone && !self.spaces[entry.space.0 as usize].gone,
                Cause::Connected | Cause::Gateway => false,
            };
            let Some(mut route) = entry.said.take_if(|_| is_left) else { continue };
            let entry = &self.routes[n as usize];
            let through = entry.dev.and_then(|dev| new_ids[dev.0 as usize]);
            let base = entry.owner.and_then(|old| links.get(old.0 as usize).copied().flatten());
            let owner = through.or(base);
            if entry.cause == Cause::Command {
                if through.is_some() || (owner.is_some() && entry.dev.is_none()) {
                    route.dev = None;
                } else if owner.is_none() {
                    route.netns = self.space_name(entry.space);
                }
            }
            network.routes.push(Owned { owner, item: *route });
        }
    }

    /// The routes in their order: as they came, but for those that `prepend` has put before others of their destination.
    fn route_order(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0u32..).take(self.routes.len()).collect();
        let lists = self.spaces.iter().flat_map(|space| space.routes.values());
        for list in lists.filter(|list| !list.is_sorted_by_key(|id| id.0)) {
            let mut places: Vec<u32> = list.iter().map(|id| id.0).collect();
            places.sort_unstable();
            list.iter().zip(places).for_each(|(id, place)| order[place as usize] = id.0);
        }
        order
    }

    fn space_of_entry(&self, netns: Option<&At<String>>) -> Option<SpaceId> {
        match netns {
            None => Some(HOST),
            Some(at) => self.space_names.get(&at.value).copied(),
        }
    }

    fn write_entries(&mut self, network: &mut Network, new_ids: &[Option<LinkId>]) {
        let owner = |dev: DeviceId| new_ids[dev.0 as usize];
        let host = |name: Option<At<String>>| name;
        for n in 0..self.spaces.len() {
            let id = SpaceId(u32::try_from(n).unwrap_or(0));
            if self.space(id).gone {
                continue;
            }
            let name = host(self.space_name(id));
            if let Some(name) = name.clone() {
                let holder = self.configurer(self.space(id).author, HOST).and_then(owner);
                network.netns.push(Owned { owner: holder, item: Netns { name: Some(name) } });
            }
            let affinity = Affinity::new(self, id);
            let rules = std::mem::take(&mut self.space_mut(id).rules);
            network.rules.reserve(rules.most());
            for (mut rule, holder) in rules.into_rules() {
                let device = match holder {
                    Holder::Base(held) => held,
                    Holder::Author(author) => self.configurer(Some(author), id),
                    Holder::Unknown => affinity.of(self, &rule),
                };
                let owner = device.and_then(owner);
                if owner.is_none() {
                    rule.netns = name.clone();
                }
                network.rules.push(Owned { owner, item: rule });
            }
        }
        for (dev, item) in std::mem::take(&mut self.neighbor_list).into_iter().flatten() {
            network.neighbors.push(Owned { owner: owner(dev), item });
        }
        for (dev, item) in std::mem::take(&mut self.fdb).into_iter().flatten() {
            network.fdb.push(Owned { owner: owner(dev), item });
        }
        for (item, author) in std::mem::take(&mut self.nat) {
            let space = self.space_of_entry(item.netns.as_ref());
            let holder = space.and_then(|space| self.configurer(author, space));
            network.nat.push(Owned { owner: holder.and_then(owner), item });
        }
        for (mut item, author) in std::mem::take(&mut self.sysctls) {
            let Some(space) = self.space_of_entry(item.netns.as_ref()) else { continue };
            let named = item.interface().and_then(|name| self.find(space, &name));
            let device = self.configurer(named, space).filter(|id| owner(*id).is_some());
            let says_link = |kernel: &mut Kernel, id| {
                kernel.is_ipv6_method(id, &item) || kernel.takes_advertisements(id, &item)
            };
            if device.is_some_and(|id| says_link(self, id)) {
                continue;
            }
            // It belongs to its link, unless that starts at another moment than the stanza that sets it.
            let device = match (device, self.configurer(author, space)) {
                (Some(named), Some(by)) if !self.start_together(named, by) => Some(by),
                (Some(named), _) => Some(named),
                (None, by) => by,
            };
            if device.is_some() {
                item.netns = None;
            }
            network.sysctls.push(Owned { owner: device.and_then(owner), item });
        }
    }
}

/// The same for a field that not every kind of link has.
fn mend_field(node: &mut dyn Node, field: &str, name: Option<LinkRef>) {
    if let (Some(FieldMut::Leaf(leaf)), Some(name)) = (node.field_mut(field), name)
        && let Some(Value::Text(old)) = leaf.value()
        && old != name.to_string()
    {
        let mut spans = Vec::new();
        leaf.origins(&mut |origin| spans.extend_from_slice(origin.spans()));
        leaf.set(&Value::text(name.to_string()), Origin::derived("link-renamed", spans)).ok();
    }
}

fn mend(field: Option<&mut At<LinkRef>>, name: Option<LinkRef>) {
    if let (Some(at), Some(name)) = (field, name)
        && at.value != name
        && matches!(at.value, LinkRef::Name(_))
    {
        *at = At::new(name, Origin::derived("link-renamed", at.origin.spans().to_vec()));
    }
}
