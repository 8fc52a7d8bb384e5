//! Network namespaces. ifup works in the host's own one, so a namespace and all in it are made by commands: the
//! namespaces in the stanza of `lo`, what is in one in the stanza of the last link that leads into it.

use super::hooks::last_of;
use super::stanza::{Line, Stanza};
use super::{Job, ROOT, Sheet, codes, link_fact};
use crate::Accounted;
use crate::order::{has_idle_link_netns, link_netns, makes_pair, makes_pair_within, netns};
use crate::references::reference;
use crate::text::ip::kind;
use crate::text::ip::setting::command_for;
use crate::text::ip::within;
use crate::text::shell::quote;
use netpivot_model::link::{Link, LinkId, LinkKind, PARENTS};
use netpivot_model::network::{EntryKind, Network};
use netpivot_model::path::{FieldPath, Seen, walk};
use netpivot_model::value::LinkRef;

/// Settings of a link in a namespace that have their own commands here.
const ELSEWHERE: [&str; 11] = [
    "name",
    "kind",
    "netns",
    "link_netns",
    "up",
    "controller",
    "port_type",
    "ipv4.addresses",
    "ipv6.addresses",
    "ipv4.method",
    "ipv6.method",
];

impl<'n> Job<'n> {
    /// Writes every namespace that the source names.
    pub(super) fn namespaces(&mut self, sheets: &mut [Sheet]) {
        let network: &'n Network = self.network;
        let mut spaces: Vec<(&'n str, usize)> = Vec::new();
        let mut declared = Vec::new();
        for (n, entry) in (0u32..).zip(&network.netns) {
            let Some(name) = &entry.item.name else { continue };
            let shared = entry.owner.is_some_and(|owner| self.is_needed_by_others(&name.value, owner));
            if shared {
                self.cx
                    .account(Accounted::Rewritten(EntryKind::Netns, n), "namespace-before-what-leads-there");
            }
            declared.push((name, entry.owner.filter(|_| !shared)));
        }
        let named = network.links.iter().filter_map(|link| Some((link.netns.as_ref()?, None)));
        for (name, owner) in declared.into_iter().chain(named) {
            let name = name.value.as_str();
            if !spaces.iter().any(|(known, _)| *known == name) {
                // That of its owner, else of `lo`.
                let sheet = sheets.iter().position(|sheet| owner.is_some() && sheet.id == owner);
                spaces.push((name, sheet.unwrap_or(0)));
            }
        }
        for (n, (name, sheet)) in spaces.iter().enumerate() {
            let before = spaces[..n].iter().filter(|(_, other)| other == sheet).count();
            let Some(sheet) = sheets.get_mut(*sheet) else { continue };
            let add = format!("ip netns add {} || true", quote(name)).into();
            // First of all: ifup stops at the first command that fails.
            if sheet.id.is_some_and(|id| self.space_of_other_end(id) == Some(*name)) {
                sheet.stanzas[0].pre_up.insert(0, add);
            } else {
                last_of(&mut sheet.stanzas, false).up.insert(before, add);
            }
            let stanza = last_of(&mut sheet.stanzas, false);
            stanza.down.insert(0, format!("ip netns del {} || true", quote(name)).into());
        }
        for (name, sheet) in spaces {
            let holder = self.holder(name, sheets).unwrap_or(sheet);
            let made = self.namespace(name, sheets[holder].starts.contains(&"auto"));
            let stanza = last_of(&mut sheets[holder].stanzas, false);
            stanza.up.extend(made);
        }
    }

    /// The last stanza of a link that goes to the namespace or whose other end is there.
    fn holder(&self, space: &str, sheets: &[Sheet]) -> Option<usize> {
        let leads_there = |sheet: &Sheet| {
            let link = sheet.id.map(|id| self.network.link(id));
            let is_here = |other: &Link| {
                netns(other) == Some(space) && sheet.id.is_some() && self.parent_on_host(other) == sheet.id
            };
            if self.network.links.iter().any(is_here) {
                return true;
            }
            if link.is_some_and(|link| netns(link) == Some(space)) {
                return true;
            }
            let peer = link.and_then(peer).unwrap_or_default();
            self.network.links.iter().any(|link| netns(link) == Some(space) && link.label() == peer)
        };
        sheets.iter().rposition(leads_there)
    }

    /// The commands that fill a namespace; `at_boot`: in a stanza that starts by itself.
    fn namespace(&mut self, space: &'n str, at_boot: bool) -> Vec<Line> {
        let network: &'n Network = self.network;
        for (id, link) in network.links().filter(|(_, link)| netns(link) == Some(space)) {
            if at_boot && link.autoconnect.as_ref().is_some_and(|at| at.value) {
                self.cx
                    .otherwise(link_fact(id, FieldPath::parse("autoconnect")), "started-with-its-namespace");
            }
        }
        self.space = Some(space);
        let mut commands = Vec::new();
        let mut here: Vec<LinkId> =
            network.links().filter(|(_, link)| netns(link) == Some(space)).map(|(id, _)| id).collect();
        // What comes from the host is there first; all are there before one becomes the port of another.
        here.sort_by_key(|id| !self.is_moved(network.link(*id)));
        let mut settings = Vec::new();
        let run = |line: Line| Line { text: within(space, &line.text), ..line };
        for id in &here {
            self.link_within(*id, space, &mut commands, &mut settings);
        }
        commands.append(&mut settings);
        for id in &here {
            let name = network.link(*id).label();
            let mut scratch = vec![Stanza::new(name, false, "manual")];
            self.link_entries(*id, name, &mut scratch);
            commands.extend(scratch.into_iter().flat_map(|stanza| stanza.up).map(run));
        }
        let mut scratch = vec![Stanza::new("lo", false, "manual")];
        self.entries_of_nobody(&mut scratch);
        commands.extend(scratch.into_iter().flat_map(|stanza| stanza.up).map(run));
        self.space = None;
        commands
    }

    /// Makes a link in a namespace, or moves it there, and sets it up.
    fn link_within(&mut self, id: LinkId, space: &str, made: &mut Vec<Line>, commands: &mut Vec<Line>) {
        let network: &'n Network = self.network;
        let link = network.link(id);
        let Some(name) = link.name.as_ref().map(|at| at.value.as_str()) else {
            let text = format!("`{}` names no interface, so no command can", link.label());
            return self.cx.cannot(link_fact(id, ROOT), &codes::NAME, text, None);
        };
        let dev = quote(name);
        let moved = format!("ip link set dev {dev} netns {} || true", quote(space));
        let turn = self.ran.of_fact(network, link_fact(id, FieldPath::parse("netns")));
        let line = |text: String| Line { text, turn, ..Line::default() };
        let mut unsaid = Vec::new();
        match &link.kind.value {
            LinkKind::Loopback(_) => {}
            LinkKind::Ethernet(_)
            | LinkKind::Wifi(_)
            | LinkKind::Infiniband(_)
            | LinkKind::Veth(_)
            | LinkKind::OvsInterface(_)
                if self.is_moved(link) =>
            {
                if !self.is_put_there(link, space) {
                    made.push(line(moved));
                }
            }
            LinkKind::Ethernet(_) | LinkKind::Wifi(_) | LinkKind::Infiniband(_) => {}
            LinkKind::Veth(_) if !makes_pair_within(network, id) => {}
            LinkKind::Bridge(_)
            | LinkKind::Bond(_)
            | LinkKind::Team(_)
            | LinkKind::Vlan(_)
            | LinkKind::Tun(_)
            | LinkKind::Dummy(_)
            | LinkKind::Veth(_)
            | LinkKind::Macvlan(_)
            | LinkKind::Ipvlan(_)
            | LinkKind::Vxlan(_)
            | LinkKind::Geneve(_)
            | LinkKind::Vrf(_)
            | LinkKind::Wireguard(_)
            | LinkKind::IpTunnel(_)
            | LinkKind::Macsec(_)
            | LinkKind::Hsr(_)
            | LinkKind::OvsBridge(_)
            | LinkKind::OvsPort(_)
            | LinkKind::OvsInterface(_)
            | LinkKind::Generic(_)
            | LinkKind::Unsupported(_) => {
                let Some(link_add) = kind::add(link, name) else {
                    let text = format!("no command of ip(8) makes `{name}` in `{space}`");
                    return self.cx.cannot(link_fact(id, ROOT), &codes::KIND, text, None);
                };
                if let Some(other) = link_netns(link).flatten() {
                    let text = format!(
                        "`{name}` stands on the namespace `{other}`, and ifup makes links from the host's only"
                    );
                    return self.cx.cannot(link_fact(id, ROOT), &codes::KIND, text, None);
                }
                let from_host = link_netns(link).is_some() || self.parent_on_host(link).is_some();
                if from_host {
                    let made_here = self.made_on_host(link, name, space, &link_add);
                    let Some(made_here) = made_here else {
                        let text = format!("`{name}` is made on the host, where another link has its name");
                        return self.cx.cannot(link_fact(id, ROOT), &codes::KIND, text, None);
                    };
                    if link_netns(link).is_none() {
                        self.cx
                            .added(link_fact(id, FieldPath::parse("link_netns")), "namespace-of-the-parent");
                    }
                    made.extend(made_here.into_iter().map(line));
                } else {
                    let other = self.namespace_of_peer(link).filter(|other| *other != space);
                    let other = other.map_or_else(String::new, |other| format!(" netns {}", quote(other)));
                    made.push(line(within(space, &format!("{}{other} || true", link_add.add))));
                }
                if let LinkKind::Wireguard(wireguard) = &link.kind.value {
                    let command = self.wireguard_by_command(id, name, wireguard, Some(space));
                    made.extend(command.map(|command| line(within(space, &command))));
                    return self.settings_within(id, name, space, &[], commands);
                }
                unsaid = link_add.unsaid;
            }
        }
        self.settings_within(id, name, space, &unsaid, commands);
    }

    /// Sets a link up that is in its namespace.
    fn settings_within(
        &mut self,
        id: LinkId,
        name: &str,
        space: &str,
        unsaid: &[FieldPath],
        commands: &mut Vec<Line>,
    ) {
        let network: &'n Network = self.network;
        let link = network.link(id);
        let dev = quote(name);
        let line = |text: &str, turn| Line { text: within(space, text), turn, ..Line::default() };
        walk(link, ROOT, &mut |path, seen| {
            let Seen::Leaf(leaf) = seen else { return };
            let Some(value) = leaf.value().filter(|_| leaf.is_said()) else { return };
            if crate::ovs::is_column(path) {
                return;
            }
            if path.is("link_netns") && has_idle_link_netns(link) {
                let text = format!("`{name}` stands on nothing that is in another namespace");
                return self.cx.cannot(link_fact(id, path), &codes::SETTING, text, None);
            }
            let by_making = path.is_under(link.kind.value.field_name()) && !unsaid.contains(&path);
            if by_making || ELSEWHERE.iter().any(|text| path.is(text)) {
                return;
            }
            match command_for(link, name, path, &value) {
                Some(command) => {
                    let turn = self.ran.of_fact(network, link_fact(id, path));
                    commands.push(line(&command, turn));
                }
                None => {
                    let text = format!("no command says `{path}` of `{name}` in `{space}`");
                    self.cx.cannot(link_fact(id, path), &codes::SETTING, text, None);
                }
            }
        });
        if let Some(at) = &link.controller
            && let LinkRef::Name(controller) = &at.value
        {
            let text = format!("ip link set dev {dev} master {}", quote(controller));
            commands.push(line(&text, self.ran.at(&at.origin)));
        }
        for config in [&link.ipv4, &link.ipv6].into_iter().flatten() {
            for at in &config.addresses.items {
                let text = crate::text::ip::address::command(&at.value, name, at.value.net.addr().is_ipv6());
                commands.push(line(&text, self.ran.at(&at.origin)));
            }
        }
        if let Some(at) = link.up.as_ref().filter(|at| at.value) {
            commands.push(line(&format!("ip link set dev {dev} up"), self.ran.at(&at.origin)));
        }
    }

    /// The link of the host that one of a namespace stands on: its parent is no link of its own namespace.
    fn parent_on_host(&self, link: &Link) -> Option<LinkId> {
        let parent = PARENTS.iter().find_map(|field| reference(link, field))?;
        let LinkRef::Name(parent) = parent else { return None };
        let is_here = |other: &Link| {
            !std::ptr::eq(other, link) && netns(other) == netns(link) && other.label() == parent
        };
        if link_netns(link).is_none() && self.network.links.iter().any(is_here) {
            return None;
        }
        self.by_name.get(parent.as_str()).copied()
    }

    /// The commands that make a link on the host for a namespace; `None` where its name is in the way.
    fn made_on_host(&self, link: &Link, name: &str, space: &str, add: &kind::Made) -> Option<Vec<String>> {
        let space = quote(space);
        if let Some(add) = kind::add_within(link, add, &space) {
            return Some(vec![format!("{add} || true")]);
        }
        let moved = format!("ip link set dev {} netns {space} || true", quote(name));
        (!self.by_name.contains_key(name)).then(|| vec![format!("{} || true", add.add), moved])
    }

    /// True for a link that is on the host before it is in its namespace.
    fn is_moved(&self, link: &Link) -> bool {
        match &link.kind.value {
            LinkKind::Ethernet(_) | LinkKind::Wifi(_) | LinkKind::Infiniband(_) => true,
            LinkKind::Veth(_) => self.peer_is_on_host(link),
            LinkKind::OvsInterface(_) => self.names.contains(link.label()),
            LinkKind::Loopback(_)
            | LinkKind::Bridge(_)
            | LinkKind::Bond(_)
            | LinkKind::Team(_)
            | LinkKind::Vlan(_)
            | LinkKind::Tun(_)
            | LinkKind::Dummy(_)
            | LinkKind::Macvlan(_)
            | LinkKind::Ipvlan(_)
            | LinkKind::Vxlan(_)
            | LinkKind::Geneve(_)
            | LinkKind::Vrf(_)
            | LinkKind::Wireguard(_)
            | LinkKind::IpTunnel(_)
            | LinkKind::Macsec(_)
            | LinkKind::Hsr(_)
            | LinkKind::OvsBridge(_)
            | LinkKind::OvsPort(_)
            | LinkKind::Generic(_)
            | LinkKind::Unsupported(_) => false,
        }
    }

    fn other_end(&self, link: &Link) -> Option<&'n Link> {
        let network: &'n Network = self.network;
        let ends = network.links().map(|(id, _)| id);
        crate::order::other_end(network, link, ends).map(|id| network.link(id))
    }

    fn namespace_of_peer(&self, link: &Link) -> Option<&'n str> {
        self.other_end(link).and_then(netns)
    }

    /// The namespace that the other end of a veth pair is made in, by the command that makes both: on the host it might
    /// meet a card of its name.
    pub(super) fn space_of_other_end(&self, id: LinkId) -> Option<&'n str> {
        let network: &'n Network = self.network;
        let link = network.link(id);
        let is_maker = link.netns.is_none() && makes_pair(network, &self.by_name, id);
        is_maker.then(|| self.namespace_of_peer(link)).flatten()
    }

    /// True where other links than its owner need the namespace before they are made.
    fn is_needed_by_others(&self, space: &str, owner: LinkId) -> bool {
        let mut makers = self.network.links().map(|(id, _)| id).filter(|id| *id != owner);
        makers.any(|id| self.space_of_other_end(id) == Some(space))
    }

    /// True for the end of a pair that the command on the host makes in its namespace at once.
    fn is_put_there(&self, link: &Link, space: &str) -> bool {
        let maker = peer(link).and_then(|name| self.by_name.get(name));
        maker.is_some_and(|maker| self.space_of_other_end(*maker) == Some(space))
    }

    fn peer_is_on_host(&self, link: &Link) -> bool {
        peer(link).is_some_and(|name| self.by_name.contains_key(name))
            && self.other_end(link).is_none_or(|other| netns(other) != netns(link))
    }

    /// Entries of no link that are for the namespace at hand.
    fn entries_of_nobody(&mut self, stanzas: &mut Vec<Stanza>) {
        let network: &'n Network = self.network;
        for (n, item) in self.owned.of(&network.routes, EntryKind::Route, None) {
            if !self.is_in_other_netns(None, item.netns.as_ref()) {
                self.cx.account(Accounted::Rewritten(EntryKind::Route, n), "route-of-a-namespace");
                self.route(n, item, None, stanzas);
            }
        }
        for (n, item) in self.owned.of(&network.rules, EntryKind::Rule, None) {
            self.rule(n, item, None, stanzas);
        }
        self.others(None, "lo", stanzas);
    }
}

/// The name of the other end of a veth pair.
fn peer(link: &Link) -> Option<&str> {
    let LinkKind::Veth(veth) = &link.kind.value else { return None };
    match veth.peer.as_ref().map(|at| &at.value) {
        Some(LinkRef::Name(name)) => Some(name),
        Some(LinkRef::Mac(_) | LinkRef::Uuid(_)) | None => None,
    }
}
