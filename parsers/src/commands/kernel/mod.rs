//! The kernel's network state as commands change it.
//!
//! Configuration by commands is what is left when the last of them has run: an address that a later `del`
//! takes back is none, a link that moves to another namespace arrives there without addresses. So the
//! commands are applied to this small state machine, which refuses what the kernel refuses and
//! drops what the kernel drops. Each rule that is not obvious names the kernel function it follows.
//!
//! Links are found by namespace and name, routes by namespace, table and destination; nothing is searched
//! for by going through all of something.

use foldhash::{HashMap, HashSet};
use ipnet::IpNet;
use netpivot_model::coverage::Item;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::nat::Nat;
use netpivot_model::neighbor::{FdbEntry, Neighbor};
use netpivot_model::network::Network;
use netpivot_model::source::{At, Span};
use netpivot_model::sysctl::Sysctl;
use std::net::IpAddr;

mod address;
mod affinity;
mod change;
mod device;
mod dhcp;
mod doubt;
mod entries;
mod finish;
mod hop;
mod naming;
mod netns;
mod port;
mod route;
mod rules;
mod start;
pub use start::Asked;
mod sweep;
pub(super) mod wireguard;

pub(super) use address::AddressEntry;
pub(super) use device::{Device, Made};
pub(super) use doubt::Doubt;
pub use finish::{Finished, Raised};
pub(super) use route::{Adding, Deleting, Flushing, RouteEntry};

/// A network namespace: a position in [`Kernel::spaces`]; 0 is the host's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct SpaceId(pub u32);

/// The host's own namespace.
pub(super) const HOST: SpaceId = SpaceId(0);

/// A link: a position in [`Kernel::devices`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct DeviceId(pub u32);

/// A route: a position in [`Kernel::routes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct RouteId(pub u32);

/// A network namespace.
#[derive(Debug, Default)]
pub(super) struct Space {
    /// Its name; `None` for the host's own.
    pub name: Option<At<String>>,
    /// True once it is deleted.
    pub gone: bool,
    /// The link whose configuration made it.
    author: Option<DeviceId>,
    /// True where links may be that nobody here knows of.
    pub open: bool,
    /// True where nothing is known: routes, rules, addresses, links.
    pub unknown: bool,
    /// True where links may have addresses that nobody here knows of.
    pub opaque: bool,
    names: HashMap<Box<str>, DeviceId>,
    /// Names that a link had here before it moved, was renamed or deleted.
    departed: HashSet<Box<str>>,
    /// Own addresses, and on how many links each stands.
    locals: HashMap<IpAddr, u32>,
    routes: HashMap<(u32, IpNet), Vec<RouteId>>,
    /// Prefix lengths of which there has been a route, by family, the longest first.
    lengths: [Vec<u8>; 2],
    rules: rules::Rules,
    /// Kernel settings as they stand: position in [`Kernel::sysctls`].
    sysctls: HashMap<String, usize>,
}

/// The rows of Open vSwitch's database.
#[derive(Debug, Default)]
pub(super) struct Ovs {
    /// Bridges by name.
    pub bridges: HashMap<String, DeviceId>,
    /// Ports by name: bridge, port, interfaces.
    pub ports: HashMap<String, (DeviceId, DeviceId, Vec<DeviceId>)>,
}

/// Where routes lead: their namespace, table and destination.
pub(super) type Destination = (SpaceId, (u32, IpNet));

/// The state.
#[derive(Debug, Default)]
pub(super) struct Kernel {
    pub spaces: Vec<Space>,
    space_names: HashMap<String, SpaceId>,
    devices: Vec<Device>,
    routes: Vec<RouteEntry>,
    neighbors: HashMap<(DeviceId, IpAddr, bool), usize>,
    neighbor_list: Vec<Option<(DeviceId, Neighbor)>>,
    fdb: Vec<Option<(DeviceId, FdbEntry)>>,
    fdb_keys: HashMap<(DeviceId, String), usize>,
    /// Rules of address translation, with the links whose configuration holds them.
    nat: Vec<(Nat, Option<DeviceId>)>,
    /// The rules of each chain of nftables, to empty it.
    pub nft: HashMap<String, Vec<Nat>>,
    pub ovs: Ovs,
    /// Kernel settings, with the links whose configuration holds them.
    sysctls: Vec<(Sysctl, Option<DeviceId>)>,
    /// What the state started from that commands do not change.
    base: Network,
    /// What happened besides what was asked for.
    pub notes: Vec<Diagnostic>,
    /// The lines of the files that commands have read.
    pub read: Vec<Item>,
    /// Counts what is made, so that the output keeps the order of the input.
    sequence: u64,
    /// VXLANs by namespace, id, port, and whether they are over IPv6.
    vnis: HashMap<(SpaceId, i64, i64, bool), DeviceId>,
    /// The first link of each table that has a route there.
    table_devices: HashMap<(SpaceId, u32), DeviceId>,
    /// The links that the state started with, in their order.
    base_devices: Vec<DeviceId>,
    /// True once a link has got another name.
    renamed: bool,
    /// The link whose configuration runs the commands.
    author: Option<DeviceId>,
    /// True once a command has taken away what the state began with.
    pub took: bool,
    /// So many neighbours the state began with.
    base_neighbors: usize,
    /// When the state had all that it began with.
    base_until: u64,
    /// What commands that nobody evaluates may have changed.
    pub doubt: Doubt,
    /// When a command was last left to a shell, among all that was made.
    left_at: Option<u64>,
    /// What a question was for that nobody here can answer.
    pub sought: Option<String>,
    /// Table and destination of routes that a command deletes and that nobody here knows of.
    pub in_vain: Vec<Destination>,
    /// A link that a command has set up, and that starts by hand only, unlike the link whose configuration runs the command.
    pub by_hand: Option<String>,
    /// True where whoever wrote the commands knew the host: each name is that of a link, whatever it looks like.
    pub knows_its_names: bool,
    /// The unit of commands that is being evaluated.
    pub unit: Option<Span>,
    /// Tables and chains of nftables, with the units that made them and are not kept.
    pub nft_made: HashMap<String, Vec<Span>>,
    /// Units that are needed by what is kept, with their commands.
    pub needed: Vec<(Span, String)>,
    /// True where a command of which it is not known whether the kernel takes it was taken for one that works.
    pub unsure: bool,
    /// The same for a route whose gateway no address that is known reaches.
    pub unreached: bool,
    /// The same where it names no device, and the link in whose configuration it stands gets no addresses from elsewhere.
    pub unplaced: bool,
}

impl Kernel {
    /// Makes room for the links of so many lines. A list of them that grows is copied again and again, whereas
    /// memory that is never touched costs nothing; where it is refused, the list grows all the same.
    pub fn make_room(&mut self, lines: usize) {
        let _ = self.devices.try_reserve(lines);
    }

    /// The link of that name.
    pub fn find(&self, space: SpaceId, name: &str) -> Option<DeviceId> {
        self.spaces[space.0 as usize].names.get(name).copied()
    }

    /// The link.
    pub fn device(&self, id: DeviceId) -> &Device {
        &self.devices[id.0 as usize]
    }

    /// The link, for writing.
    pub fn device_mut(&mut self, id: DeviceId) -> &mut Device {
        &mut self.devices[id.0 as usize]
    }

    /// The links of a namespace, in the order in which they came.
    fn devices_of(&self, space: SpaceId) -> Vec<DeviceId> {
        let mut devices: Vec<DeviceId> = self.space(space).names.values().copied().collect();
        devices.sort_by_key(|id| id.0);
        devices
    }

    /// The namespace.
    pub fn space(&self, id: SpaceId) -> &Space {
        &self.spaces[id.0 as usize]
    }

    /// The namespaces that have names, in the order in which they came.
    pub fn spaces_with_names(&self) -> Vec<SpaceId> {
        let mut spaces: Vec<SpaceId> = self.space_names.values().copied().collect();
        spaces.sort_by_key(|space| space.0);
        spaces
    }

    fn space_mut(&mut self, id: SpaceId) -> &mut Space {
        &mut self.spaces[id.0 as usize]
    }

    fn next(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    /// The name of a namespace for an entry of the model.
    fn space_name(&self, id: SpaceId) -> Option<At<String>> {
        self.space(id).name.clone()
    }
}

/// From one word to another.
pub(super) fn across(first: Span, last: Span) -> Span {
    Span { end: last.end.max(first.end), ..first }
}

impl Kernel {
    /// The commands that follow stand in the configuration of that link of the network that was started from.
    pub fn set_author(&mut self, id: netpivot_model::link::LinkId) {
        self.author = self.base_devices.get(id.0 as usize).copied();
    }

    /// The profile at that position of the network that was started from is set up.
    pub fn start_base(&mut self, id: netpivot_model::link::LinkId, span: Option<Span>, asked: Option<Asked>) {
        if let Some(device) = self.base_devices.get(id.0 as usize).copied() {
            asked.into_iter().for_each(|asked| self.ask_again(device, asked));
            self.start_profile(device, span);
        }
    }

    /// What the configuration of a link asks for.
    pub fn asked_of_base(&mut self, id: netpivot_model::link::LinkId) -> Option<Asked> {
        let device = self.base_devices.get(id.0 as usize).copied()?;
        Some(self.asked(device))
    }
}
