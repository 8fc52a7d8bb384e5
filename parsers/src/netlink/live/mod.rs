//! The state of the running kernel, taken over netlink.
//!
//! This is the one place of the crate that asks the system anything, and the one that uses the netlink crates. It gives
//! the [snapshot types](super::snapshot) that the output of `ip -j` is read into as well; what they mean is decided
//! elsewhere, so everything but the taking works on a saved file. Attributes are read by tables of their numbers: what
//! a newer kernel adds has no row and is kept under its number, to be told.

mod attribute;
mod ethtool;
mod generic;
mod kinds;
mod link;
mod neighbor;
mod route;
mod rule;
mod socket;
mod space;
mod system;
mod tunnels;
mod wireguard;
mod words;

pub use system::resolver;

use super::snapshot::{LinkState, NamespaceState};
use attribute::{Names, attributes, number32};
use netlink_packet_route::address::AddressMessage;
use netlink_packet_route::link::{LinkAttribute, LinkExtentMask, LinkMessage};
use netlink_packet_route::neighbour::{NeighbourFlags, NeighbourMessage};
use netlink_packet_route::nsid::{NsidAttribute, NsidMessage};
use netlink_packet_route::route::RouteMessage;
use netlink_packet_route::rule::RuleMessage;
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};
use socket::{Netlink, Replies};
use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;

/// Which network namespaces are taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// The one that the program runs in.
    Own,
    /// One by its name below /run/netns.
    Named(String),
    /// The program's own and all that have names.
    All,
}

/// Why there is no snapshot.
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    /// The user may not.
    #[error("{what} cannot be read: the kernel does not permit it")]
    Denied {
        /// What was asked for.
        what: String,
    },
    /// The system refuses.
    #[error("{what} cannot be read: {error}")]
    System {
        /// What was asked for.
        what: String,
        /// Its answer.
        error: io::Error,
    },
    /// A dump was interrupted each time.
    #[error("{0} cannot be read: they change faster than they can be listed")]
    Changing(&'static str),
    /// There is no namespace of that name.
    #[error("there is no network namespace `{name}`")]
    NoNamespace {
        /// The name.
        name: String,
        /// Those that are there.
        there: Vec<String>,
    },
    /// The name is left of a namespace that is gone.
    #[error("the network namespace `{0}` is gone; only its name is left")]
    Vanished(String),
}

impl CaptureError {
    fn of(what: &str, error: io::Error) -> Self {
        let what = what.to_owned();
        if error.kind() == io::ErrorKind::PermissionDenied {
            CaptureError::Denied { what }
        } else {
            CaptureError::System { what, error }
        }
    }

    /// EINVAL of setns(2): the file is no namespace, since nothing is mounted on it any more.
    fn of_space(name: &str, error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::InvalidInput {
            CaptureError::Vanished(name.to_owned())
        } else {
            CaptureError::of(&format!("the network namespace `{name}`"), error)
        }
    }

    /// What to do.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            CaptureError::Denied { .. } => "run as root, or give the program CAP_NET_ADMIN and CAP_SYS_ADMIN".to_owned(),
            CaptureError::System { .. } => {
                "save the output of `ip -j -d address` and the other commands of `netpivot explain netlink`, and read that"
                    .to_owned()
            }
            CaptureError::Changing(_) => "try again when fewer links and routes come and go".to_owned(),
            CaptureError::NoNamespace { there, .. } if there.is_empty() => {
                "there is no named one; `ip netns list` shows them".to_owned()
            }
            CaptureError::NoNamespace { there, .. } => format!("there are {}", there.join(", ")),
            CaptureError::Vanished(name) => format!("`ip netns delete {name}` removes the name"),
        }
    }
}

/// Takes a snapshot of the running kernel.
///
/// # Errors
/// There is no such namespace, or its links may not be listed.
pub fn capture(which: &Which) -> Result<Vec<NamespaceState>, CaptureError> {
    let (mut spaces, gone) = known();
    match which {
        Which::Own => Ok(vec![take("", &spaces)?]),
        Which::Named(name) => {
            let space = space::open(name)?;
            spaces.extend(space::own().ok().map(|own| (String::new(), own)));
            Ok(vec![space::inside(name, &space, || take(name, &spaces))?])
        }
        Which::All => {
            let own = space::own()?;
            // The own one may have a name, too.
            spaces.retain(|(_, space)| !space::is_same(space, &own));
            spaces.insert(0, (String::new(), own));
            all(&spaces, gone)
        }
    }
}

/// The named namespaces, and what became of names that cannot be opened.
fn known() -> (Vec<(String, File)>, Vec<String>) {
    let (mut spaces, mut gone) = (Vec::new(), Vec::new());
    for name in space::names() {
        match space::open(&name) {
            Ok(space) => spaces.push((name, space)),
            Err(error) => gone.push(error.to_string()),
        }
    }
    (spaces, gone)
}

/// The own namespace, which is the first, and all with names. One that goes meanwhile is told, and does not stop the rest.
fn all(spaces: &[(String, File)], mut gone: Vec<String>) -> Result<Vec<NamespaceState>, CaptureError> {
    let mut states = vec![take("", spaces)?];
    for (name, space) in spaces.iter().skip(1) {
        match space::inside(name, space, || take(name, spaces)) {
            Ok(state) => states.push(state),
            Err(error) => gone.push(error.to_string()),
        }
    }
    if let Some(own) = states.first_mut() {
        own.unseen.extend(gone);
    }
    Ok(states)
}

/// Takes the state of this thread's namespace. `others` are those that its links may reach into.
fn take(name: &str, others: &[(String, File)]) -> Result<NamespaceState, CaptureError> {
    let mut taking = Taking { netlink: Netlink::route()?, unseen: Vec::new() };
    let links =
        taking.netlink.dump("the links", &link_request(AddressFamily::Unspec, LinkExtentMask::SkipStats))?;
    let names = link::names(&links);
    let addresses = taking.list("the addresses", RouteNetlinkMessage::GetAddress(AddressMessage::default()));
    let mut addresses = link::addresses(&addresses, &names);
    let mut state = NamespaceState { name: name.to_owned(), ..NamespaceState::default() };
    for (index, mut link) in link::links(&links, &names) {
        link.addr_info = addresses.remove(&index).unwrap_or_default();
        state.links.push(link);
    }
    for family in [AddressFamily::Inet, AddressFamily::Inet6] {
        let mut request = RouteMessage::default();
        request.header.address_family = family;
        let replies = taking.list("the routes", RouteNetlinkMessage::GetRoute(request));
        state.routes.extend(route::routes(&replies, &names));
        let mut request = RuleMessage::default();
        request.header.family = family;
        let replies = taking.list("the rules", RouteNetlinkMessage::GetRule(request));
        state.rules.extend(rule::rules(&replies));
    }
    for flags in [NeighbourFlags::empty(), NeighbourFlags::Proxy] {
        let mut request = NeighbourMessage::default();
        request.header.flags = flags;
        let replies = taking.list("the neighbours", RouteNetlinkMessage::GetNeighbour(request));
        state.neighbors.extend(neighbor::neighbors(&replies, &names));
    }
    taking.bridges(&names, &mut state);
    taking.others(others, &mut state.links);
    taking.keys(&mut state.links);
    let (settings, unseen) = ethtool::settings(&state.links);
    state.ethtool = settings;
    taking.unseen.extend(unseen);
    state.sysctls = system::settings();
    if !system::hardware_addresses(&mut state.links) {
        taking.unseen.push(
            "which hardware addresses were set, which /sys shows inside the namespace (`ip netns exec`)"
                .to_owned(),
        );
    }
    state.unseen = taking.unseen;
    Ok(state)
}

fn link_request(family: AddressFamily, mask: LinkExtentMask) -> RouteNetlinkMessage {
    let mut request = LinkMessage::default();
    request.header.interface_family = family;
    request.attributes.push(LinkAttribute::ExtMask(vec![mask]));
    RouteNetlinkMessage::GetLink(request)
}

/// The work in one namespace.
struct Taking {
    netlink: Netlink,
    /// What could not be read, and why.
    unseen: Vec<String>,
}

impl Taking {
    /// A list without which the rest still counts. A kernel that lacks the table altogether has nothing in it.
    fn list(&mut self, what: &'static str, request: RouteNetlinkMessage) -> Replies {
        match self.netlink.dump(what, &request) {
            Ok(replies) => replies,
            Err(CaptureError::System { error, .. }) if error.kind() == io::ErrorKind::Unsupported => {
                Replies::default()
            }
            Err(error) => {
                self.unseen.push(error.to_string());
                Replies::default()
            }
        }
    }

    /// Forwarding entries and VLANs.
    fn bridges(&mut self, names: &Names, state: &mut NamespaceState) {
        let mut request = NeighbourMessage::default();
        request.header.family = AddressFamily::Bridge;
        let replies = self.list("the forwarding entries", RouteNetlinkMessage::GetNeighbour(request));
        state.fdb = neighbor::fdb(&replies, names);
        let request = link_request(AddressFamily::Bridge, LinkExtentMask::BrvlanCompressed);
        state.vlans = neighbor::vlans(&self.list("the VLANs of bridges", request), names);
    }

    /// Names the namespaces that links reach into.
    fn others(&mut self, others: &[(String, File)], links: &mut [LinkState]) {
        if links.iter().all(|link| link.link_netnsid.is_none()) {
            return;
        }
        for (name, space) in others {
            let mut request = NsidMessage::default();
            request.attributes.push(NsidAttribute::Fd(space.as_raw_fd().cast_unsigned()));
            let answer =
                self.netlink.ask("the numbers of namespaces", &RouteNetlinkMessage::GetNsId(request));
            let id = answer.ok().and_then(|replies| {
                // NETNSA_NSID, behind `struct rtgenmsg`.
                let payload = replies.iter().next()?.get(4..)?;
                let (_, value) = attributes(payload).find(|(kind, _)| *kind == 1)?;
                number32(value).map(u32::cast_signed)
            });
            let reach = |link: &&mut LinkState| id.is_some_and(|id| link.link_netnsid == Some(id.into()));
            for link in links.iter_mut().filter(reach) {
                link.link_netns = Some(name.clone());
            }
        }
    }

    /// Settings and peers of WireGuard.
    fn keys(&mut self, links: &mut [LinkState]) {
        let mut family = None;
        for link in links {
            let Some(info) =
                link.linkinfo.as_mut().filter(|info| info.info_kind.as_deref() == Some("wireguard"))
            else {
                continue;
            };
            let opened = family.get_or_insert_with(wireguard::Wireguard::open);
            let done = match opened {
                Ok(family) => family.read(&link.ifname, info).map_err(|error| error.to_string()),
                Err(error) => Err(error.to_string()),
            };
            if let Err(message) = done {
                self.unseen.push(format!("`{}`: {message}", link.ifname));
            }
        }
    }
}
