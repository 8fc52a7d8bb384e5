//! Links: making, finding, renaming, setting up and down, deleting.

use super::{AddressEntry, DeviceId, HOST, Kernel, RouteId, SpaceId};
use crate::commands::fault::{Done, Fault};
use crate::names::looks_like_card;
use crate::text::iproute::Word;
use foldhash::HashMap;
use foldhash::fast::RandomState;
use indexmap::{IndexMap, IndexSet};
use ipnet::IpNet;
use netpivot_model::codes::commands as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::ip::IpMethod;
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::IfName;
use netpivot_model::virtual_link::Vxlan;
use std::net::IpAddr;

/// Links in the order in which they were added, each found at once.
pub(in crate::commands) type DeviceSet = IndexSet<DeviceId, RandomState>;

/// Where a link comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::commands) enum Made {
    /// A command made it.
    Command,
    /// The state began with it.
    Base,
    /// The configuration names it; whether it is there already is not known.
    Profile,
    /// A command uses it, so the host must have it.
    Assumed,
    /// The kernel's own (`lo`).
    Kernel,
}

/// A link of the kernel.
#[derive(Debug)]
pub(in crate::commands) struct Device {
    /// Its settings; addresses, controller, name and up state stand below.
    pub link: Link,
    pub space: SpaceId,
    /// The namespace that it was made in, which the sockets of a tunnel stay in.
    pub made_in: SpaceId,
    /// What moved it to another one, last.
    pub(super) moved: Option<Span>,
    /// Empty where a profile names no interface.
    pub name: Box<str>,
    pub gone: bool,
    pub made: Made,
    /// True where addresses may come that are not known here (DHCP, another program).
    pub opaque: bool,
    /// True where its configuration brought addresses, by family.
    pub(super) had_addresses: [bool; 2],
    /// IFF_UP.
    pub up: bool,
    /// When it was set up, among all that was made.
    pub(super) up_since: u64,
    pub controller: Option<(DeviceId, Origin)>,
    /// True where a command plugged it into its controller.
    pub(super) plugged: bool,
    pub ports: DeviceSet,
    /// The link below (IFLA_LINK).
    pub below: Option<DeviceId>,
    /// The links on top.
    pub above: DeviceSet,
    /// The other end of a veth.
    pub peer: Option<DeviceId>,
    pub(super) addresses: IndexMap<(IpAddr, u8, Option<IpAddr>), AddressEntry, RandomState>,
    /// Addresses by subnet: the first is the primary one.
    pub(super) subnets: HashMap<IpNet, u32>,
    pub(super) routes: Vec<RouteId>,
    pub(super) base: Option<LinkId>,
    /// True where its configuration names it and says nothing more of it.
    pub(super) bare: bool,
    /// The link whose configuration holds the commands that made or set up this one.
    pub(super) author: Option<DeviceId>,
}

impl Device {
    pub(super) fn new(link: Link, space: SpaceId, name: &str, made: Made) -> Self {
        Device {
            link,
            space,
            made_in: space,
            moved: None,
            name: name.into(),
            gone: false,
            made,
            opaque: false,
            had_addresses: [false; 2],
            up: false,
            up_since: 0,
            controller: None,
            plugged: false,
            ports: DeviceSet::default(),
            below: None,
            above: DeviceSet::default(),
            peer: None,
            addresses: IndexMap::default(),
            subnets: HashMap::default(),
            routes: Vec::new(),
            base: None,
            bare: false,
            author: None,
        }
    }

    /// IFLA_MTU as far as it is known.
    pub fn mtu(&self) -> i64 {
        match &self.link.mtu {
            Some(at) => at.value.get(),
            None if matches!(self.link.kind.value, LinkKind::Loopback(_)) => 65536,
            None => 1500,
        }
    }

    /// True where the kernel does not let it leave its namespace (`netns_immutable`).
    pub(super) fn stays(&self) -> bool {
        match self.link.kind.value {
            LinkKind::Loopback(_)
            | LinkKind::Bridge(_)
            | LinkKind::Bond(_)
            | LinkKind::Team(_)
            | LinkKind::Vrf(_)
            | LinkKind::Hsr(_)
            | LinkKind::OvsBridge(_)
            | LinkKind::OvsPort(_) => true,
            LinkKind::Ethernet(_)
            | LinkKind::Wifi(_)
            | LinkKind::Infiniband(_)
            | LinkKind::Vlan(_)
            | LinkKind::Tun(_)
            | LinkKind::Dummy(_)
            | LinkKind::Veth(_)
            | LinkKind::Macvlan(_)
            | LinkKind::Ipvlan(_)
            | LinkKind::Vxlan(_)
            | LinkKind::Geneve(_)
            | LinkKind::Wireguard(_)
            | LinkKind::IpTunnel(_)
            | LinkKind::Macsec(_)
            | LinkKind::OvsInterface(_)
            | LinkKind::Generic(_)
            | LinkKind::Unsupported(_) => false,
        }
    }

    /// True for a link that software makes, and no card.
    pub(super) fn is_software(&self) -> bool {
        !self.link.kind.value.is_hardware()
    }

    /// The link with its addresses, in the order in which they were added.
    pub(super) fn into_link(self) -> Link {
        let mut addresses: Vec<AddressEntry> = self.addresses.into_values().collect();
        addresses.sort_unstable_by_key(|entry| entry.sequence);
        let (mut link, had) = (self.link, self.had_addresses);
        for AddressEntry { mut at, disconnected, .. } in addresses {
            if let Some(origin) = disconnected {
                at.value.flags.noprefixroute = true;
                at.origin.merge(&origin);
            }
            let config = match at.value.net.addr() {
                IpAddr::V4(_) => link.ipv4.get_or_insert_default(),
                IpAddr::V6(_) => link.ipv6.get_or_insert_default(),
            };
            let items = &mut config.addresses.items;
            if items.is_empty() {
                items.reserve_exact(1);
            }
            items.push(at);
        }
        for (config, had, without) in
            [(&mut link.ipv4, had[0], IpMethod::Disabled), (&mut link.ipv6, had[1], IpMethod::Ignore)]
        {
            if let Some(config) = config
                && had
                && config.addresses.items.is_empty()
                && let Some(method) = config.method.as_mut().filter(|at| at.value == IpMethod::Manual)
            {
                *method = At::new(
                    without,
                    Origin::derived("method-without-addresses", method.origin.spans().to_vec()),
                );
            }
        }
        link
    }

    /// True where it is there for certain.
    pub fn is_present(&self) -> bool {
        match self.made {
            Made::Command | Made::Base | Made::Assumed | Made::Kernel => true,
            Made::Profile => false,
        }
    }
}

/// Names that only software gives to links, by how they begin. A link of such a name that no command makes
/// is not there; any other may be a network card.
const VIRTUAL_NAMES: [&str; 24] = [
    "br", "bond", "veth", "vnet", "tap", "tun", "dummy", "vlan", "vxlan", "macvlan", "macvtap", "ipvlan",
    "gre", "sit", "ipip", "vti", "wg", "team", "vrf", "ovs", "virbr", "docker", "ifb", "vcan",
];

/// So many names are looked at for what was meant; a script of errors stays linear.
const MOST_COMPARED: usize = 256;

/// What tells VXLANs of a namespace apart.
fn vni(space: SpaceId, vxlan: &Vxlan) -> Option<(SpaceId, i64, i64, bool)> {
    // The kernel's port where none is said is the one that Linux had before IANA gave another.
    const USUAL: i64 = 8472;
    let v6 = [&vxlan.remote, &vxlan.local].into_iter().flatten().any(|at| at.value.is_ipv6());
    Some((space, vxlan.id.as_ref()?.value.get(), vxlan.port.as_ref().map_or(USUAL, |at| at.value.get()), v6))
}

/// Names that stand for all links in /proc/sys (`__addrconf_sysctl_register()`).
pub(super) fn refuse_reserved(name: Word<'_>) -> Done {
    if matches!(name.text, "all" | "default") {
        let why = format!("no link may be called `{}`", name.text);
        return Err(Fault::kernel("Invalid argument", name.span, why));
    }
    Ok(())
}

fn may_be_card(name: &str) -> bool {
    !name.contains(['.', '@']) && !VIRTUAL_NAMES.iter().any(|prefix| name.starts_with(prefix))
}

impl Kernel {
    /// The link that a command names. A name that nobody made is the host's own network card where the
    /// host is not known.
    pub fn named(&mut self, space: SpaceId, word: Word<'_>) -> Result<DeviceId, Fault> {
        if let Some(id) = self.find(space, word.text) {
            return Ok(id);
        }
        if self.doubt.names(word.text) && !looks_like_card(word.text) {
            let why = format!("a command before it, which is not evaluated, may have made `{}`", word.text);
            return Err(Fault::doubt(word.span, why));
        }
        let misspelt = || !looks_like_card(word.text) && self.near(space, word.text, 1).is_some();
        let is_likely = || self.knows_its_names || may_be_card(word.text) && !misspelt();
        if self.space(space).open
            && !self.space(space).departed.contains(word.text)
            && word.text.parse::<IfName>().is_ok()
            && is_likely()
        {
            return Ok(self.assume(space, word));
        }
        Err(self.missing(space, word))
    }

    /// The same for a command that takes the link away, from which none is concluded.
    pub fn named_to_delete(&mut self, space: SpaceId, word: Word<'_>) -> Result<DeviceId, Fault> {
        let is_doubted = self.doubt.names(word.text) && !looks_like_card(word.text);
        match self.find(space, word.text) {
            None if !is_doubted => Err(self.missing(space, word)),
            Some(_) | None => self.named(space, word),
        }
    }

    fn assume(&mut self, space: SpaceId, word: Word<'_>) -> DeviceId {
        let link = Link { name: Some(At::new(word.text.to_owned(), word.span)), ..Link::default() };
        let mut device = Device::new(link, space, word.text, Made::Assumed);
        device.opaque = true;
        device.up = true;
        let (whence, help) = if self.space(space).unknown {
            ("made by no command", "give the host's own configuration with `--from-state`")
        } else {
            (
                "made by no command and configured by no file",
                "check its name; the kernel's own state (`ip -j -d addr`) with `--from-state` lists every card",
            )
        };
        self.notes.push(
            Diagnostic::new(
                &codes::ASSUMED,
                format!("`{}` is {whence}, so it is taken to be a network card of the host", word.text),
            )
            .at(word.span)
            .help(help),
        );
        self.insert(device)
    }

    /// ENODEV, with what was meant where it can be guessed.
    pub fn missing(&self, space: SpaceId, word: Word<'_>) -> Fault {
        let name = word.text;
        let here = self.space(space).name.as_ref().map_or_else(String::new, |n| format!(" in `{}`", n.value));
        let may_be_there = self.space(space).open && !self.space(space).departed.contains(name);
        let fault = Fault::kernel("No such device", word.span, format!("there is no link `{name}`{here}"))
            .unless_there(may_be_there);
        let elsewhere = (0u32..)
            .map(SpaceId)
            .zip(&self.spaces)
            .take(MOST_COMPARED)
            .find(|(_, s)| s.names.contains_key(name));
        if let Some((_, other)) = elsewhere {
            let whose =
                other.name.as_ref().map_or("the host itself".to_owned(), |n| format!("`{}`", n.value));
            let how = match &other.name {
                Some(n) => format!("run the command there with `ip -n {}`", n.value),
                None => "run the command there, or move the link first".to_owned(),
            };
            return fault.intent(format!("the link is in the namespace of {whose}: {how}"));
        }
        let near = self.near(space, name, 2);
        match near {
            Some(near) => fault.intent(format!("did you mean `{near}`?")),
            None => fault.intent("make the link first, or give the host it is on with `--from-state`"),
        }
    }

    /// The name of a link that is at most so many letters off.
    fn near(&self, space: SpaceId, name: &str, most: usize) -> Option<&str> {
        self.space(space)
            .names
            .keys()
            .take(MOST_COMPARED)
            .map(|other| (strsim::damerau_levenshtein(name, other), &**other))
            .filter(|(distance, other)| *distance <= most && *other != "lo" && other.len() > *distance)
            .min()
            .map(|(_, near)| near)
    }

    /// Puts a link into its namespace.
    pub(super) fn insert(&mut self, mut device: Device) -> DeviceId {
        device.author = self.author;
        if device.link.netns.is_none() {
            device.link.netns = self.space_name(device.space);
        }
        let id = DeviceId(u32::try_from(self.devices.len()).expect("fewer than 2^32 links"));
        if !device.name.is_empty() {
            self.space_mut(device.space).names.entry(device.name.clone()).or_insert(id);
        }
        if let LinkKind::Vxlan(vxlan) = &device.link.kind.value
            && let Some(vni) = vni(device.space, vxlan)
        {
            self.vnis.insert(vni, id);
        }
        self.devices.push(device);
        id
    }

    /// Adds what is a link in the model and none of the kernel: a row of Open vSwitch's database.
    pub fn add_hidden(&mut self, link: Link) -> DeviceId {
        self.insert(Device::new(link, HOST, "", Made::Command))
    }

    /// Makes a link of that name (`rtnl_newlink()`): the kernel refuses names that are taken. A link that the
    /// configuration names and that is not there yet becomes the new one.
    pub fn make(&mut self, space: SpaceId, name: Word<'_>, link: Link) -> Result<DeviceId, Fault> {
        if name.text.parse::<IfName>().is_err() {
            return Err(Fault::usage(
                name.span,
                format!("`{}` is no name of a link: 1 to 15 bytes without `/`, `:` and blanks", name.text),
            ));
        }
        refuse_reserved(name)?;
        let Some(id) = self.find(space, name.text) else {
            let mut link = link;
            link.name = Some(At::new(name.text.to_owned(), name.span));
            return Ok(self.insert(Device::new(link, space, name.text, Made::Command)));
        };
        if self.device(id).made != Made::Profile {
            return Err(Fault::kernel(
                "File exists",
                name.span,
                format!("a link `{}` is there already", name.text),
            )
            .intent("remove the line, or give the new link another name"));
        }
        let device = self.device_mut(id);
        device.made = Made::Command;
        device.up = false;
        adopt(&mut device.link, link);
        self.note_start(id);
        Ok(id)
    }

    /// The VXLAN that has the same id and port already (`vxlan_vni_in_use()`).
    pub fn same_vxlan(&self, space: SpaceId, vxlan: &Vxlan) -> Option<DeviceId> {
        self.vnis.get(&vni(space, vxlan)?).copied().filter(|id| !self.device(*id).gone)
    }

    /// Ties a link to the one below it.
    pub fn stack(&mut self, upper: DeviceId, lower: DeviceId) {
        self.device_mut(upper).below = Some(lower);
        self.device_mut(lower).above.insert(upper);
    }

    /// Ties the two ends of a veth together.
    pub fn pair(&mut self, one: DeviceId, other: DeviceId) {
        self.device_mut(one).peer = Some(other);
        self.device_mut(other).peer = Some(one);
    }

    /// Deletes a link (`rtnl_dellink()`) with all that hangs on it: its addresses and routes, links on top of it,
    /// the other end of a veth. Ports of it are released.
    pub fn delete(&mut self, id: DeviceId, span: Span) -> Done {
        match self.device(id).made {
            Made::Kernel => {
                return Err(Fault::kernel(
                    "Operation not supported",
                    span,
                    "the loopback link cannot be deleted",
                ));
            }
            Made::Assumed => {
                return Err(Fault::kernel(
                    "Operation not supported",
                    span,
                    "a network card cannot be deleted",
                ));
            }
            Made::Base
                if matches!(self.device(id).link.kind.value, LinkKind::Ethernet(_) | LinkKind::Wifi(_)) =>
            {
                return Err(Fault::kernel(
                    "Operation not supported",
                    span,
                    "a network card cannot be deleted",
                ));
            }
            Made::Command | Made::Base | Made::Profile => {}
        }
        let mut doomed = vec![id];
        while let Some(id) = doomed.pop() {
            if self.device(id).gone {
                continue;
            }
            doomed.extend(self.device(id).above.iter().copied());
            doomed.extend(self.device(id).peer);
            self.remove(id, span);
        }
        Ok(())
    }

    fn remove(&mut self, id: DeviceId, span: Span) {
        self.took |= self.device(id).base.is_some();
        self.flush_device(id, span);
        self.release(id);
        for port in std::mem::take(&mut self.device_mut(id).ports) {
            self.device_mut(port).controller = None;
            let is_bond = matches!(self.device(id).link.kind.value, LinkKind::Bond(_));
            if is_bond {
                // "deleting the bond releases ports and leaves them down" (bond_uninit).
                self.clear_up(port, span);
            }
            let port = self.device_mut(port);
            port.link.controller = None;
            port.link.port_type = None;
        }
        if let Some(lower) = self.device(id).below {
            self.device_mut(lower).above.swap_remove(&id);
        }
        self.forget_entries(id);
        let device = self.device_mut(id);
        device.gone = true;
        let (space, name) = (device.space, std::mem::take(&mut device.name));
        let space = self.space_mut(space);
        space.names.remove(&name);
        space.departed.insert(name);
    }

    /// Addresses and routes of a link go (`inetdev_destroy()`, `addrconf_ifdown()`).
    pub(super) fn flush_device(&mut self, id: DeviceId, span: Span) {
        self.drop_all_routes(id, span);
        self.drop_addresses(id, None);
    }
}

/// What a profile says stays; what the command says in addition is added.
pub(super) fn adopt(profile: &mut Link, made: Link) {
    if matches!(profile.kind.value, LinkKind::Ethernet(_))
        || profile.kind.value.word() == made.kind.value.word()
    {
        let said = netpivot_model::facts::said_paths(profile);
        let own = profile.kind.value.field_name();
        if profile.kind.value.word() != made.kind.value.word() || !said.iter().any(|path| path.is_under(own))
        {
            profile.kind = made.kind;
        }
    }
    profile.mtu = profile.mtu.take().or(made.mtu);
    profile.mac = profile.mac.take().or(made.mac);
    profile.netns = profile.netns.take().or(made.netns);
}
