//! Entries beside links – routes, rules, neighbours, translation, kernel settings, hooks – as commands in the
//! stanza of their link.

use super::stanza::{Line, Stanza, refused};
use super::{Job, Sheet, codes, entry_fact};
use crate::Accounted;
use crate::entries::{impossible_device, is_of_another_link, without_host_bits};
use crate::text::ip::{entry, route, rule};
use foldhash::HashMap;
use ipnet::IpNet;
use netpivot_model::defaults::routes_take_metric;
use netpivot_model::facts::subject_label;
use netpivot_model::hook::HookPhase;
use netpivot_model::ip::Address;
use netpivot_model::link::{Link, LinkId};
use netpivot_model::nat::NatBackend;
use netpivot_model::network::{EntryKind, Network};
use netpivot_model::path::{FactPath, FieldPath, Subject};
use netpivot_model::route::Route;
use netpivot_model::rule::RuleAction;
use netpivot_model::source::At;
use std::net::IpAddr;

/// The last stanza of a family, else the last of all: there the addresses are. Those of aliases start for themselves.
pub(super) fn last_of(stanzas: &mut Vec<Stanza>, v6: bool) -> &mut Stanza {
    if stanzas.is_empty() {
        stanzas.push(Stanza::new("lo", false, "loopback"));
    }
    let own = |s: &&Stanza| !s.name.contains(':');
    let last = |family: bool| stanzas.iter().rposition(|s| own(&s) && (!family || s.v6 == v6));
    let n = last(true).or_else(|| last(false)).unwrap_or(stanzas.len() - 1);
    &mut stanzas[n]
}

/// The stanza of a route: that of an alias where only its address reaches the gateway or is the route's own, else the
/// interface's own.
fn of_route<'s>(stanzas: &'s mut Vec<Stanza>, item: &Route, v6: bool) -> &'s mut Stanza {
    let addresses = |stanza: &Stanza| -> Vec<IpNet> {
        let said = stanza.options.iter().filter(|(key, _)| key == "address");
        said.filter_map(|(_, value)| value.parse().ok()).collect()
    };
    let serves = |stanza: &Stanza| {
        let own = addresses(stanza);
        let reaches = |at: &At<IpAddr>| own.iter().any(|net| net.contains(&at.value));
        let is_source = |at: &At<IpAddr>| own.iter().any(|net| net.addr() == at.value);
        stanza.v6 == v6
            && match (&item.src, &item.gateway) {
                (Some(src), _) => is_source(src),
                (None, Some(gateway)) => reaches(gateway),
                (None, None) => false,
            }
    };
    let own = stanzas.iter().any(|stanza| !stanza.name.contains(':') && serves(stanza));
    match stanzas.iter().position(|stanza| stanza.name.contains(':') && serves(stanza)) {
        Some(n) if !own => &mut stanzas[n],
        Some(_) | None => last_of(stanzas, v6),
    }
}

/// True where the kernel takes a route's gateway for certain: an address of its link reaches it.
fn is_reached(link: &Link, item: &Route) -> bool {
    let Some(gateway) = item.gateway.as_ref().map(|at| at.value) else { return true };
    let link_local = matches!(gateway, IpAddr::V6(ip) if ip.is_unicast_link_local());
    let config = if gateway.is_ipv6() { &link.ipv6 } else { &link.ipv4 };
    let addresses = config.iter().flat_map(|config| &config.addresses.items);
    let onlink = item.onlink.as_ref().is_some_and(|at| at.value);
    let peer = |at: &At<Address>| at.value.peer.as_ref().is_some_and(|peer| *peer == gateway);
    onlink || link_local || addresses.into_iter().any(|at| at.value.net.contains(&gateway) || peer(at))
}

impl<'n> Job<'n> {
    /// Writes the entries that a link owns.
    pub(super) fn entries(&mut self, id: LinkId, name: &str, sheet: &mut Sheet) {
        self.link_entries(id, name, &mut sheet.stanzas);
    }

    /// The same into any stanzas.
    pub(super) fn link_entries(&mut self, id: LinkId, name: &str, stanzas: &mut Vec<Stanza>) {
        let network: &'n Network = self.network;
        for (n, item) in self.owned.of(&network.routes, EntryKind::Route, Some(id)) {
            if !self.is_of_several(id, item) {
                self.route(n, item, Some((id, name)), stanzas);
            }
        }
        for (n, item) in self.owned.of(&network.rules, EntryKind::Rule, Some(id)) {
            self.rule(n, item, Some(id), stanzas);
        }
        self.others(Some(id), name, stanzas);
    }

    /// Writes what belongs to no link into the stanza of `lo`, which is up first and for good.
    pub(super) fn host_entries(&mut self, sheets: &mut [Sheet]) {
        let network: &'n Network = self.network;
        let Some((lo, rest)) = sheets.split_first_mut() else { return };
        let mut by_name: HashMap<String, usize> = HashMap::default();
        for (n, sheet) in rest.iter().enumerate() {
            by_name.entry(sheet.stanzas.first().map_or_else(String::new, |s| s.name.clone())).or_insert(n);
        }
        for (n, item) in self.owned.of(&network.routes, EntryKind::Route, None) {
            let dev = item.dev.as_ref().map(|at| at.value.as_str());
            match dev.and_then(|dev| by_name.get(dev)).and_then(|n| rest.get_mut(*n)) {
                Some(sheet) => self.route(n, item, None, &mut sheet.stanzas),
                None if item.is_without_device() => self.route(n, item, None, &mut lo.stanzas),
                None => {
                    let text = "it names no interface, so no stanza can hold it";
                    self.cx.cannot(entry_fact(EntryKind::Route, n), &codes::ENTRY, text, None);
                }
            }
        }
        for (n, item) in self.owned.of(&network.rules, EntryKind::Rule, None) {
            self.rule(n, item, None, &mut lo.stanzas);
        }
        self.others(None, "lo", &mut lo.stanzas);
    }

    /// Gives the reasons for the entries of a link without stanza.
    pub(super) fn lose_entries(&mut self, id: LinkId) {
        let text = format!("`{}` has no stanza that could hold it", self.network.link(id).label());
        for kind in EntryKind::ALL {
            for n in self.owned.positions(*kind, Some(id)) {
                self.cx.cannot(entry_fact(*kind, *n), &codes::ENTRY, text.clone(), None);
            }
        }
    }

    /// True where an entry is for another namespace than the one whose commands are being written. What a link owns is
    /// in the link's.
    pub(super) fn is_in_other_netns(&self, owner: Option<LinkId>, netns: Option<&At<String>>) -> bool {
        match netns {
            Some(at) => self.space != Some(at.value.as_str()),
            None => self.space.is_some() && owner.is_none(),
        }
    }

    /// Adds a command, or says why it cannot stand.
    pub(super) fn hook(&mut self, fact: FactPath, list: &mut Vec<Line>, command: String) -> bool {
        if let Some(why) = refused(&command, self.reader) {
            self.cx.cannot(fact, &codes::VALUE, format!("`{command}`: {why}"), None);
            return false;
        }
        let of = match fact.subject {
            Subject::Entry(kind, n) => Some((kind, n)),
            Subject::Link(_) => None,
        };
        let stays = matches!(of, Some((EntryKind::Hook, _)));
        list.push(Line { text: command, turn: self.ran.of_fact(self.network, fact), of, stays });
        true
    }

    /// True for an entry whose command stays as it stands.
    fn stays(&self, fact: FactPath) -> bool {
        self.in_place.says(self.ran.of_fact(self.network, fact))
    }

    /// Adds what takes an entry back: where the source does, else behind all that its commands may need.
    fn undo(&mut self, fact: FactPath, stanza: &mut Stanza, command: String) {
        let undoing = self.undoing(fact);
        let list = match undoing {
            Some((_, by)) if by.phase == HookPhase::PostDown => &mut stanza.post_down,
            Some(_) | None => &mut stanza.down,
        };
        if self.hook(fact, list, command)
            && let Some(line) = list.last_mut()
        {
            line.turn = Some(undoing.map_or(u32::MAX, |(turn, _)| turn));
        }
    }

    /// The stanza of an entry: that of the alias whose commands set it up, else the interface's last one.
    fn of_entry<'s>(&self, fact: FactPath, v6: bool, stanzas: &'s mut Vec<Stanza>) -> &'s mut Stanza {
        match self.of_alias(fact, stanzas) {
            Some(n) => &mut stanzas[n],
            None => last_of(stanzas, v6),
        }
    }

    /// The alias whose commands set an entry up: it starts for itself, and takes the entry back for itself.
    fn of_alias(&self, fact: FactPath, stanzas: &[Stanza]) -> Option<usize> {
        let alias = self.ran.command(self.network, fact)?.stanza.as_deref().filter(|s| s.contains(':'))?;
        stanzas.iter().position(|stanza| stanza.name == alias)
    }

    pub(super) fn route(
        &mut self,
        n: u32,
        item: &netpivot_model::route::Route,
        owner: Option<(LinkId, &str)>,
        stanzas: &mut Vec<Stanza>,
    ) {
        let fact = entry_fact(EntryKind::Route, n);
        if self.is_in_other_netns(owner.map(|(id, _)| id), item.netns.as_ref()) || self.stays(fact) {
            return;
        }
        if self.names_no_device(EntryKind::Route, n) {
            return;
        }
        let v6 = route::is_v6(item);
        let mut item = match without_host_bits(item) {
            Some(clear) => {
                self.cx.account(Accounted::Rewritten(EntryKind::Route, n), "destination-without-host-bits");
                clear
            }
            None => item.clone(),
        };
        if let Some((id, _)) = owner {
            self.inherit(id, n, v6, &mut item);
        }
        if let (Some(at), Some((_, name))) = (&item.dev, owner)
            && at.value != name
        {
            // The route is its device's, whoever's stanza sets it up.
            self.cx.account(Accounted::Rewritten(EntryKind::Route, n), "route-of-its-device");
            if !self.names.contains(&at.value) {
                self.cx.account(Accounted::AddedLink, "link-that-another-names");
            }
        }
        if self.gateway_of_stanza(&item, owner, v6, stanzas) {
            return;
        }
        let words = route::words(&item, owner.map(|(_, name)| name));
        let family = if v6 { "-6" } else { "-4" };
        let text = |said: &Option<netpivot_model::source::At<netpivot_model::value::U32>>| {
            said.as_ref().map_or(0, |at| at.value.get())
        };
        let key = format!(
            "{} {v6} {} {} {}",
            self.space.unwrap_or_default(),
            item.dst.as_ref().map_or_else(String::new, |at| at.value.to_string()),
            text(&item.table),
            text(&item.metric)
        );
        let count = self.written.entry(key).or_insert(0);
        *count += 1;
        let verb = route::verb(&item, owner.map(|(id, _)| self.network.link(id)), *count);
        let stanza = match self.of_alias(fact, stanzas) {
            Some(n) => &mut stanzas[n],
            None => of_route(stanzas, &item, v6),
        };
        if item.is_without_device() {
            // It outlives every link, so it is the host's, and something has to take it back.
            self.cx.account(Accounted::Rewritten(EntryKind::Route, n), "route-without-device");
            if self.hook(fact, &mut stanza.up, format!("ip {family} route add {words} || true")) {
                self.undo(fact, stanza, format!("ip {family} route del {words} || true"));
            }
            return;
        }
        // Whether the kernel takes it hangs on addresses that stand nowhere: ifup goes on as the source does.
        let link = owner.map(|(id, _)| self.network.link(id));
        let end = if link.is_some_and(|link| !is_reached(link, &item)) { " || true" } else { "" };
        let is_set_up = self.hook(fact, &mut stanza.up, format!("ip {family} route {verb} {words}{end}"));
        // It goes with its link, which is too late for a command that looks for it.
        let is_gone_before = self.undoing(fact).is_some_and(|(turn, by)| {
            by.owner.is_some_and(|by| {
                owner.is_some_and(|(id, _)| id == by) && self.turns.is_before_kept(by, turn)
            })
        });
        if is_set_up && is_gone_before {
            self.undo(fact, stanza, format!("ip {family} route del {words} || true"));
        }
    }

    /// What NetworkManager's profile gives to each of its routes.
    fn inherit(&mut self, id: LinkId, n: u32, v6: bool, item: &mut netpivot_model::route::Route) {
        let link = self.network.link(id);
        let Some(config) = (if v6 { &link.ipv6 } else { &link.ipv4 }) else { return };
        let rewritten = Accounted::Rewritten(EntryKind::Route, n);
        if !routes_take_metric(self.network.dialect_of(id)) {
            return;
        }
        if item.metric.is_none()
            && let Some(at) = config.route_metric.as_ref().filter(|at| at.value.get() >= 0)
            && let Some(metric) = netpivot_model::value::Int::new(at.value.get())
        {
            item.metric = Some(netpivot_model::source::At::new(metric, at.origin.clone()));
            self.cx.account(rewritten.clone(), "metric-of-the-profile");
        }
        if item.table.is_none()
            && let Some(at) = config.route_table.as_ref().filter(|at| at.value.get() > 0)
        {
            item.table = Some(at.clone());
            self.cx.account(rewritten, "table-of-the-profile");
        }
    }

    pub(super) fn rule(
        &mut self,
        n: u32,
        item: &netpivot_model::rule::Rule,
        owner: Option<LinkId>,
        stanzas: &mut Vec<Stanza>,
    ) {
        let fact = entry_fact(EntryKind::Rule, n);
        if self.is_in_other_netns(owner, item.netns.as_ref()) || self.stays(fact) {
            return;
        }
        let v6 = rule::is_v6(item);
        let said = |field| FactPath { field: FieldPath::parse(field), ..fact };
        if item.priority.is_none() {
            self.cx.added(said("priority"), "priority-as-the-kernel-gives-it");
        }
        if item.family.is_none() {
            self.cx.added(said("family"), "family-of-the-prefix");
        }
        let looks_up = item.action.as_ref().is_none_or(|at| at.value == RuleAction::Table);
        if looks_up && item.table.is_none() {
            self.cx.added(said("table"), "main-table-of-a-rule");
        }
        if item.action.is_none() {
            self.cx.added(said("action"), "action-of-a-rule");
        }
        let words = rule::words(item, self.priorities[n as usize]);
        let family = if v6 { "-6" } else { "-4" };
        let stanza = self.of_entry(fact, v6, stanzas);
        // The kernel refuses a rule that is there already.
        if self.hook(fact, &mut stanza.up, format!("ip {family} rule add {words} || true")) {
            self.undo(fact, stanza, format!("ip {family} rule del {words} || true"));
        }
    }

    /// Neighbours, forwarding entries, address translation, kernel settings and hooks of one owner.
    pub(super) fn others(&mut self, owner: Option<LinkId>, name: &str, stanzas: &mut Vec<Stanza>) {
        let network: &'n Network = self.network;
        for (n, item) in self.owned.of(&network.neighbors, EntryKind::Neighbor, owner) {
            if !self.is_in_other_netns(owner, item.netns.as_ref()) {
                let v6 = item.dst.as_ref().is_some_and(|at| at.value.is_ipv6());
                let pair = entry::neighbor(item, name);
                let stanza = self.of_entry(entry_fact(EntryKind::Neighbor, n), v6, stanzas);
                self.pair(EntryKind::Neighbor, n, pair, stanza, false);
            }
        }
        for (n, item) in self.owned.of(&network.fdb, EntryKind::Fdb, owner) {
            let is_of_bridge = owner.is_some_and(|id| self.bridge_of(id, item).is_some());
            if !is_of_bridge
                && !self.is_vxlan_end(owner, item)
                && !self.is_in_other_netns(owner, item.netns.as_ref())
            {
                let stanza = self.of_entry(entry_fact(EntryKind::Fdb, n), false, stanzas);
                self.pair(EntryKind::Fdb, n, entry::fdb(item, name), stanza, false);
            }
        }
        for (n, item) in self.owned.of(&network.nat, EntryKind::Nat, owner) {
            if !self.is_in_other_netns(owner, item.netns.as_ref()) {
                let by_nft = item.backend.as_ref().is_some_and(|at| at.value == NatBackend::Nftables);
                self.chains += usize::from(by_nft);
                let pair = entry::nat(item, self.chains);
                if pair.is_some() {
                    self.needs(if by_nft { "nftables" } else { "iptables" });
                    if item.backend.is_none() {
                        let fact =
                            FactPath { field: FieldPath::parse("backend"), ..entry_fact(EntryKind::Nat, n) };
                        self.cx.added(fact, "translation-by-iptables");
                    }
                }
                let stanza = self.of_entry(entry_fact(EntryKind::Nat, n), false, stanzas);
                self.pair(EntryKind::Nat, n, pair, stanza, true);
            }
        }
        for (n, item) in self.owned.of(&network.sysctls, EntryKind::Sysctl, owner) {
            if !self.is_in_other_netns(owner, item.netns.as_ref()) {
                if is_of_another_link(network, item) {
                    let rule = "setting-of-its-interface";
                    self.cx.account(Accounted::AddedLink, rule);
                    self.cx.account(Accounted::Rewritten(EntryKind::Sysctl, n), rule);
                }
                let pair = entry::sysctl(item).map(|up| entry::Pair { up, down: String::new() });
                let stanza = self.of_entry(entry_fact(EntryKind::Sysctl, n), false, stanzas);
                self.pair(EntryKind::Sysctl, n, pair, stanza, false);
            }
        }
        if let Some(id) = owner {
            self.lines_in_place(id, stanzas);
            for (n, item) in self.owned.of(&network.hooks, EntryKind::Hook, owner) {
                self.script(n, item, stanzas);
            }
        }
    }

    /// True for an entry of a device that cannot have its name, which is told.
    fn names_no_device(&mut self, kind: EntryKind, n: u32) -> bool {
        let Some(name) = impossible_device(self.network, kind, n) else { return false };
        let text = format!("no interface can be called `{name}`");
        self.cx.cannot(entry_fact(kind, n), &codes::ENTRY, text, None);
        true
    }

    pub(super) fn pair(
        &mut self,
        kind: EntryKind,
        n: u32,
        pair: Option<entry::Pair>,
        stanza: &mut Stanza,
        undo: bool,
    ) {
        let fact = entry_fact(kind, n);
        if self.stays(fact) {
            return;
        }
        if self.names_no_device(kind, n) {
            return;
        }
        let Some(pair) = pair else {
            let label = subject_label(self.network, Subject::Entry(kind, n));
            let text = format!("no single command makes {label}");
            return self.cx.cannot(fact, &codes::ENTRY, text, None);
        };
        // The interface of an alias is there before the alias.
        let by = self.ran.command(self.network, fact);
        let is_early = stanza.name.contains(':') && by.is_some_and(|by| by.phase == HookPhase::PreUp);
        let list = if is_early { &mut stanza.pre_up } else { &mut stanza.up };
        if self.hook(fact, list, pair.up) && undo {
            self.undo(fact, stanza, format!("{} || true", pair.down));
        }
    }
}
