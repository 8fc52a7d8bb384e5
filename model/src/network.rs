//! A network: flat lists of links and of entries beside them, and what could not be modelled.

use crate::dialect::Dialect;
use crate::hook::{Command, Hook};
use crate::link::{Link, LinkId};
use crate::nat::Nat;
use crate::neighbor::{FdbEntry, Neighbor};
use crate::netns::Netns;
use crate::reflect::{Node, Said};
use crate::route::Route;
use crate::rule::Rule;
use crate::source::Origin;
use crate::sysctl::Sysctl;
use crate::virtual_network::{DhcpServer, DnsServer, GuestInterface, VirtualNetwork};
use std::collections::BTreeMap;

/// An entry (a route, a rule, …) with the link whose configuration holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Owned<T> {
    /// The owner; `None` for the host as a whole.
    pub owner: Option<LinkId>,
    /// The entry.
    pub item: T,
}

/// How much a leftover weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// The source's own software acts on it: without it something is lost.
    Acts,
    /// No reader of the dialect acts on it.
    Idle,
}

/// An input item that the model has no place for. It goes back into its own
/// format verbatim, into others as a comment.
#[derive(Debug, Clone, PartialEq)]
pub struct Leftover {
    /// The link whose configuration holds it.
    pub owner: Option<LinkId>,
    /// The section it stands in, where the format has sections.
    pub section: Option<String>,
    /// Key, option or the whole line.
    pub key: String,
    /// Value; empty for a whole line.
    pub value: String,
    /// True where the value must not be shown.
    pub secret: bool,
    /// Whether the source's own software acts on it.
    pub weight: Weight,
    /// What it does or would do, for the reports.
    pub meaning: String,
    /// Where it stands.
    pub origin: Origin,
}

macro_rules! entries {
    ($( $(#[$meta:meta])* $field:ident: $node:ty = $kind:ident / $word:literal ),* $(,)?) => {
        /// The kinds of entries that a network has beside its links.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum EntryKind { $( $(#[$meta])* $kind ),* }

        impl EntryKind {
            /// All kinds, in the order in which they are walked.
            pub const ALL: &'static [EntryKind] = &[$( EntryKind::$kind ),*];

            /// What one entry is called: `route`.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $( EntryKind::$kind => $word ),* }
            }

            /// True for entries that the kernel ties to no link.
            #[must_use]
            pub fn is_of_the_host(self) -> bool {
                match self {
                    EntryKind::Netns
                    | EntryKind::Rule
                    | EntryKind::Nat
                    | EntryKind::Sysctl
                    | EntryKind::Hook => true,
                    EntryKind::Route
                    | EntryKind::Neighbor
                    | EntryKind::Fdb
                    | EntryKind::VirtualNetwork
                    | EntryKind::DhcpServer
                    | EntryKind::DnsServer
                    | EntryKind::GuestInterface => false,
                }
            }

            /// The name of the list in JSON and in [`Network`]: `routes`.
            #[must_use]
            pub fn list_name(self) -> &'static str {
                match self { $( EntryKind::$kind => stringify!($field) ),* }
            }
        }

        /// All that one format says of a host's network.
        #[derive(Debug, Clone, Default, PartialEq)]
        pub struct Network {
            /// Whose defaults and meaning apply.
            pub dialect: Dialect,
            /// The links, in the order of the input.
            pub links: Vec<Link>,
            $( $(#[$meta])* pub $field: Vec<Owned<$node>>, )*
            /// What the model has no place for.
            pub leftovers: Vec<Leftover>,
            /// Links for which another reader's meaning applies than for the rest (an ifcfg file that
            /// NetworkManager skips has initscripts' meaning).
            pub own_dialects: BTreeMap<LinkId, Dialect>,
            /// Links whose name the host itself gives by their hardware address (a udev rule, a .link file), in order.
            /// Such files stay where they are; no format has a word for them.
            pub named_by_host: Vec<LinkId>,
            /// The commands that the source's software runs, in the order in which it runs them: those that became
            /// configuration, those that take it back, and those that stay commands.
            pub commands: Vec<Command>,
        }

        impl Network {
            /// Calls `visit` with each entry of a kind: its position, owner and settings.
            pub fn visit_entries<'n>(
                &'n self,
                kind: EntryKind,
                visit: &mut dyn FnMut(u32, Option<LinkId>, &'n dyn Node),
            ) {
                match kind {
                    $( EntryKind::$kind => (0u32..).zip(&self.$field).for_each(|(n, e)| visit(n, e.owner, &e.item)), )*
                }
            }

            /// Calls `visit` with each entry of a kind, for writing.
            pub fn visit_entries_mut(
                &mut self,
                kind: EntryKind,
                visit: &mut dyn FnMut(u32, Option<LinkId>, &mut dyn Node),
            ) {
                match kind {
                    $( EntryKind::$kind => {
                        (0u32..).zip(&mut self.$field).for_each(|(n, e)| visit(n, e.owner, &mut e.item));
                    } )*
                }
            }

            /// The link whose configuration holds the entry of that kind at that position.
            #[must_use]
            pub fn owner(&self, kind: EntryKind, n: u32) -> Option<LinkId> {
                match kind { $( EntryKind::$kind => self.$field[n as usize].owner, )* }
            }

            /// The entry of that kind at that position.
            #[must_use]
            pub fn entry(&self, kind: EntryKind, n: u32) -> &dyn Node {
                match kind { $( EntryKind::$kind => &self.$field[n as usize].item, )* }
            }

            /// The same for writing.
            pub fn entry_mut(&mut self, kind: EntryKind, n: u32) -> &mut dyn Node {
                match kind { $( EntryKind::$kind => &mut self.$field[n as usize].item, )* }
            }

            /// Appends an empty entry and gives it.
            pub fn grow(&mut self, kind: EntryKind, owner: Option<LinkId>) -> &mut dyn Node {
                match kind {
                    $( EntryKind::$kind => {
                        self.$field.push(Owned { owner, item: <$node>::default() });
                        &mut self.$field.last_mut().expect("just pushed").item
                    } )*
                }
            }

            /// Calls `visit` with the owner of each entry.
            pub fn visit_owners(&mut self, visit: &mut dyn FnMut(&mut Option<LinkId>)) {
                $( self.$field.iter_mut().for_each(|entry| visit(&mut entry.owner)); )*
                self.leftovers.iter_mut().for_each(|leftover| visit(&mut leftover.owner));
            }

            /// True where nothing of the network is configured.
            #[must_use]
            pub fn is_empty(&self) -> bool {
                self.links.is_empty() $( && self.$field.is_empty() )*
            }
        }
    };
}

entries! {
    /// The named network namespaces, in the order of the input.
    netns: Netns = Netns / "namespace",
    /// The routes, in the order of the input.
    routes: Route = Route / "route",
    /// The policy rules, in the order of the input.
    rules: Rule = Rule / "rule",
    /// The static neighbours, in the order of the input.
    neighbors: Neighbor = Neighbor / "neighbour",
    /// The static forwarding entries, in the order of the input.
    fdb: FdbEntry = Fdb / "forwarding entry",
    /// The rules that change addresses, in the order of the input.
    nat: Nat = Nat / "address translation",
    /// The kernel settings, in the order of the input.
    sysctls: Sysctl = Sysctl / "kernel setting",
    /// Scripts that run beside the configuration.
    hooks: Hook = Hook / "hook",
    /// libvirt's networks.
    virtual_networks: VirtualNetwork = VirtualNetwork / "virtual network",
    /// The DHCP servers that run for links.
    dhcp_servers: DhcpServer = DhcpServer / "DHCP server",
    /// The name servers that run for links.
    dns_servers: DnsServer = DnsServer / "DNS server",
    /// The interfaces of guests.
    guest_interfaces: GuestInterface = GuestInterface / "guest interface",
}

impl Network {
    /// Adds a link and gives its id.
    pub fn add_link(&mut self, link: Link) -> LinkId {
        let id = LinkId(u32::try_from(self.links.len()).expect("fewer than 2^32 links"));
        self.links.push(link);
        id
    }

    /// The link of that id.
    #[must_use]
    pub fn link(&self, id: LinkId) -> &Link {
        &self.links[id.0 as usize]
    }

    /// The link of that id, for writing.
    pub fn link_mut(&mut self, id: LinkId) -> &mut Link {
        &mut self.links[id.0 as usize]
    }

    /// The dialect whose defaults apply to a link.
    #[must_use]
    pub fn dialect_of(&self, id: LinkId) -> Dialect {
        self.own_dialects.get(&id).copied().unwrap_or(self.dialect)
    }

    /// Makes what the kernel ties to no link the host's, or its namespace's: namespaces, rules, translation, kernel settings,
    /// commands, and routes without one device.
    pub fn disown(&mut self) {
        let links = &self.links;
        let of = |owner: &mut Option<LinkId>, netns: &mut Said<String>| {
            if let Some(id) = owner.take()
                && netns.is_none()
            {
                netns.clone_from(&links[id.0 as usize].netns);
            }
        };
        self.netns.iter_mut().for_each(|entry| entry.owner = None);
        self.rules.iter_mut().for_each(|entry| of(&mut entry.owner, &mut entry.item.netns));
        self.nat.iter_mut().for_each(|entry| of(&mut entry.owner, &mut entry.item.netns));
        self.sysctls.iter_mut().for_each(|entry| of(&mut entry.owner, &mut entry.item.netns));
        self.hooks.iter_mut().for_each(|entry| entry.owner = None);
        let has_device = |route: &Route| route.nexthops.is_empty() && !route.is_without_device();
        let without = self.routes.iter_mut().filter(|entry| !has_device(&entry.item));
        without.for_each(|entry| of(&mut entry.owner, &mut entry.item.netns));
    }

    /// All links with their ids.
    pub fn links(&self) -> impl Iterator<Item = (LinkId, &Link)> {
        (0u32..).map(LinkId).zip(&self.links)
    }

    /// The routes of one owner (`None`: the host as a whole) with their positions.
    pub fn routes_of(&self, owner: impl Into<Option<LinkId>>) -> impl Iterator<Item = (u32, &Route)> {
        owned(&self.routes, owner.into())
    }

    /// The rules of one owner (`None`: the host as a whole) with their positions.
    pub fn rules_of(&self, owner: impl Into<Option<LinkId>>) -> impl Iterator<Item = (u32, &Rule)> {
        owned(&self.rules, owner.into())
    }
}

fn owned<T>(list: &[Owned<T>], owner: Option<LinkId>) -> impl Iterator<Item = (u32, &T)> {
    (0u32..).zip(list).filter(move |(_, entry)| entry.owner == owner).map(|(n, entry)| (n, &entry.item))
}
