//! Guests' interfaces, each by itself as `virsh attach-device` takes it.

use super::{Job, entry_fact, file_name};
use crate::text::xml::Tag;
use foldhash::HashMap;
use netpivot_model::link::{Link, LinkKind};
use netpivot_model::network::{EntryKind, Network};
use netpivot_model::path::{FactPath, FieldPath};
use netpivot_model::reflect::Said;
use netpivot_model::source::At;
use netpivot_model::virtual_network::{GuestInterface, GuestInterfaceType};
use netpivot_model::vocabulary::libvirt::GUEST_INTERFACES;
use std::borrow::Cow;

/// The elements in the order in which virsh prints them (`virDomainNetDefFormat`).
const ORDER: [&str; 28] = [
    "mac",
    "source",
    "vlan",
    "bandwidth",
    "virtualport",
    "ip",
    "route",
    "script",
    "downscript",
    "backenddomain",
    "target",
    "guest",
    "model",
    "driver",
    "backend",
    "teaming",
    "portForward",
    "filterref",
    "boot",
    "tune",
    "link",
    "mtu",
    "port",
    "coalesce",
    "rom",
    "acpi",
    "alias",
    "address",
];

impl Job<'_> {
    /// All guests' interfaces.
    pub(super) fn guests(&mut self) {
        let network: &Network = self.network;
        let mut counts: HashMap<&str, usize> = HashMap::default();
        for (at, entry) in network.guest_interfaces.iter().enumerate() {
            let domain = entry.item.domain.as_ref().map_or("", |at| at.value.as_str());
            let n = counts.entry(domain).or_default();
            let section = format!("guest {domain} {n}");
            let item = self.plugged(at, &entry.item);
            let mut root = interface(&item);
            self.put_back(&mut root, &section);
            root.sort(&ORDER);
            let path = match domain {
                "" => format!("{GUEST_INTERFACES}/{n:03}.xml"),
                domain => format!("{GUEST_INTERFACES}/{}/{n:03}.xml", file_name(domain)),
            };
            *n += 1;
            self.file(path, root.render());
        }
    }

    /// The interface with the bridge that the host plugs its tap device into, where the guest's definition names only
    /// the device.
    fn plugged<'g>(&mut self, at: usize, guest: &'g GuestInterface) -> Cow<'g, GuestInterface> {
        let network: &Network = self.network;
        let is_bare = guest.interface_type.as_ref().is_none_or(|at| at.value == GuestInterfaceType::Ethernet);
        let Some(target) = guest.target.as_ref().filter(|_| is_bare && guest.bridge.is_none()) else {
            return Cow::Borrowed(guest);
        };
        let is_tap = |link: &&Link| {
            matches!(link.kind.value, LinkKind::Tun(_))
                && link.name.as_ref().is_some_and(|at| at.value == target.value)
        };
        let port = network.links.iter().find(is_tap);
        let Some(bridge) = port.and_then(|link| link.controller.as_ref()) else {
            return Cow::Borrowed(guest);
        };
        for field in ["interface_type", "bridge"] {
            let fact =
                FactPath { field: FieldPath::parse(field), ..entry_fact(EntryKind::GuestInterface, at) };
            self.cx.added(fact, "libvirt-tap-port");
        }
        // "unmanaged target dev is not supported on interfaces of type 'bridge'".
        let managed =
            FactPath { field: FieldPath::parse("managed"), ..entry_fact(EntryKind::GuestInterface, at) };
        self.cx.otherwise(managed, "libvirt-tap-port");
        let mut guest = GuestInterface { managed: None, ..guest.clone() };
        guest.interface_type = Some(At::new(GuestInterfaceType::Bridge, bridge.origin.clone()));
        guest.bridge = Some(At::new(bridge.value.to_string(), bridge.origin.clone()));
        Cow::Owned(guest)
    }
}

fn interface(guest: &GuestInterface) -> Tag {
    let text = |said: &Said<String>| said.as_ref().map(|at| at.value.clone());
    let mut root = Tag::new("interface").with_some("type", guest.interface_type.as_ref().map(|at| at.value));
    let mut push = |tag: Tag| {
        if !tag.is_empty() {
            root.push(tag);
        }
    };
    push(Tag::new("mac").with_some("address", guest.mac.as_ref().map(|at| at.value.to_string())));
    push(
        Tag::new("source")
            .with_some("network", text(&guest.network))
            .with_some("portgroup", text(&guest.portgroup))
            .with_some("bridge", text(&guest.bridge))
            .with_some("dev", text(&guest.dev))
            .with_some("mode", text(&guest.mode)),
    );
    let mut vlan = Tag::new("vlan");
    if let Some(trunk) = &guest.vlan_trunk {
        vlan.set("trunk", if trunk.value { "yes" } else { "no" });
    }
    for tag in guest.vlan_tags.values() {
        let (id, mode) = tag.split_once(' ').map_or((tag.as_str(), None), |(id, mode)| (id, Some(mode)));
        vlan.push(Tag::new("tag").with("id", id).with_some("nativeMode", mode));
    }
    push(vlan);
    push(
        Tag::new("target")
            .with_some("dev", text(&guest.target))
            .with_some("managed", guest.managed.as_ref().map(|at| if at.value { "yes" } else { "no" })),
    );
    push(Tag::new("model").with_some("type", text(&guest.model)));
    push(
        Tag::new("link")
            .with_some("state", guest.link_up.as_ref().map(|at| if at.value { "up" } else { "down" })),
    );
    push(Tag::new("mtu").with_some("size", guest.mtu.as_ref().map(|at| at.value.get())));
    root
}
