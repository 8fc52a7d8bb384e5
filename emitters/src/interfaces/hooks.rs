//! Entries beside links – routes, rules, neighbours, translation, kernel settings, hooks – as commands in the
//! stanza of their link.

use super::stanza::{Stanza, refused};
use super::{Job, Sheet, codes, entry_fact};
use crate::text::ip::{entry, route, rule};
use foldhash::HashMap;
use netpivot_model::facts::subject_label;
use netpivot_model::link::LinkId;
use netpivot_model::network::{EntryKind, Network};
use netpivot_model::path::{FactPath, FieldPath, Subject};
use netpivot_model::rule::RuleAction;

/// The last stanza of a family, else the last of all: there the addresses are.
pub(super) fn last_of(stanzas: &mut Vec<Stanza>, v6: bool) -> &mut Stanza {
    if stanzas.is_empty() {
        stanzas.push(Stanza::new("lo", false, "loopback"));
    }
    let n = stanzas.iter().rposition(|s| s.v6 == v6).unwrap_or(stanzas.len() - 1);
    &mut stanzas[n]
}

impl<'n> Job<'n> {
    /// Writes the entries that a link owns.
    pub(super) fn entries(&mut self, id: LinkId, name: &str, sheet: &mut Sheet) {
        let network: &'n Network = self.network;
        for (n, item) in self.owned.of(&network.routes, EntryKind::Route, Some(id)) {
            self.route(n, item, Some((id, name)), &mut sheet.stanzas);
        }
        for (n, item) in self.owned.of(&network.rules, EntryKind::Rule, Some(id)) {
            self.rule(n, item, &mut sheet.stanzas);
        }
        self.others(Some(id), name, &mut sheet.stanzas);
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
                None if route::is_without_device(item) => self.route(n, item, None, &mut lo.stanzas),
                None => {
                    let text = "it names no interface, so no stanza can hold it";
                    self.cx.cannot(entry_fact(EntryKind::Route, n), &codes::ENTRY, text, None);
                }
            }
        }
        for (n, item) in self.owned.of(&network.rules, EntryKind::Rule, None) {
            self.rule(n, item, &mut lo.stanzas);
        }
        self.others(None, "lo", &mut lo.stanzas);
        self.host_scripts(sheets);
        for (n, item) in self.owned.of(&network.netns, EntryKind::Netns, None) {
            let name = item.name.as_ref().map_or("?", |at| at.value.as_str());
            let text = format!("ifup works in the host's own namespace and makes no namespace `{name}`");
            self.cx.cannot(entry_fact(EntryKind::Netns, n), &codes::ENTRY, text, None);
        }
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

    fn elsewhere(&mut self, kind: EntryKind, n: u32, netns: Option<&str>) -> bool {
        if let Some(netns) = netns {
            let text = format!("ifup works in the host's own namespace, not in `{netns}`");
            self.cx.cannot(entry_fact(kind, n), &codes::ENTRY, text, None);
        }
        netns.is_some()
    }

    /// Adds a command, or says why it cannot stand.
    pub(super) fn hook(&mut self, fact: FactPath, list: &mut Vec<String>, command: String) -> bool {
        if let Some(why) = refused(&command, self.reader) {
            self.cx.cannot(fact, &codes::VALUE, format!("`{command}`: {why}"), None);
            return false;
        }
        list.push(command);
        true
    }

    fn route(
        &mut self,
        n: u32,
        item: &netpivot_model::route::Route,
        owner: Option<(LinkId, &str)>,
        stanzas: &mut Vec<Stanza>,
    ) {
        let fact = entry_fact(EntryKind::Route, n);
        if self.elsewhere(EntryKind::Route, n, item.netns.as_ref().map(|at| at.value.as_str())) {
            return;
        }
        let v6 = route::is_v6(item);
        let mut item = item.clone();
        if let Some((id, _)) = owner {
            self.inherit(id, n, v6, &mut item);
        }
        if let (Some(at), Some((id, name))) = (&item.dev, owner)
            && at.value != name
        {
            // The route is its device's, whoever's stanza sets it up.
            self.cx.added(fact, "route-of-its-device");
            if !self.names.contains(&at.value) {
                self.cx.added(super::link_fact(id, super::ROOT), "link-that-another-names");
            }
        }
        let words = route::words(&item, owner.map(|(_, name)| name));
        let family = if v6 { "-6" } else { "-4" };
        let text = |said: &Option<netpivot_model::source::At<netpivot_model::value::U32>>| {
            said.as_ref().map_or(0, |at| at.value.get())
        };
        let key = format!(
            "{v6} {} {} {}",
            item.dst.as_ref().map_or_else(String::new, |at| at.value.to_string()),
            text(&item.table),
            text(&item.metric)
        );
        let count = self.written.entry(key).or_insert(0);
        *count += 1;
        let stanza = last_of(stanzas, v6);
        if route::is_without_device(&item) {
            // It outlives every link, so it is the host's, and something has to take it back.
            self.cx.added(fact, "route-without-device");
            if self.hook(fact, &mut stanza.up, format!("ip {family} route add {words} || true")) {
                self.hook(fact, &mut stanza.down, format!("ip {family} route del {words} || true"));
            }
            return;
        }
        // `replace` can be said again; of two next hops of one destination it would keep the last only.
        let verb = if *count > 1 { "append" } else { "replace" };
        self.hook(fact, &mut stanza.up, format!("ip {family} route {verb} {words}"));
    }

    /// What NetworkManager's profile gives to each of its routes.
    fn inherit(&mut self, id: LinkId, n: u32, v6: bool, item: &mut netpivot_model::route::Route) {
        let link = self.network.link(id);
        let Some(config) = (if v6 { &link.ipv6 } else { &link.ipv4 }) else { return };
        let fact = |field| FactPath { field: FieldPath::parse(field), ..entry_fact(EntryKind::Route, n) };
        let foreign = self.network.dialect_of(id).format != netpivot_model::dialect::INTERFACES;
        if !foreign {
            return;
        }
        if item.metric.is_none()
            && let Some(at) = config.route_metric.as_ref().filter(|at| at.value.get() >= 0)
            && let Some(metric) = netpivot_model::value::Int::new(at.value.get())
        {
            item.metric = Some(netpivot_model::source::At::new(metric, at.origin.clone()));
            self.cx.added(fact(""), "metric-of-the-profile");
        }
        if item.table.is_none()
            && let Some(at) = config.route_table.as_ref().filter(|at| at.value.get() > 0)
        {
            item.table = Some(at.clone());
            self.cx.added(fact(""), "table-of-the-profile");
        }
    }

    fn rule(&mut self, n: u32, item: &netpivot_model::rule::Rule, stanzas: &mut Vec<Stanza>) {
        let fact = entry_fact(EntryKind::Rule, n);
        if self.elsewhere(EntryKind::Rule, n, item.netns.as_ref().map(|at| at.value.as_str())) {
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
        if item.from.is_none() && item.iif.is_none() && item.oif.is_none() {
            // Nothing in it names a link, so it is the host's.
            self.cx.added(fact, "rule-of-the-host");
        }
        let words = rule::words(item, self.priorities[n as usize]);
        let family = if v6 { "-6" } else { "-4" };
        let stanza = last_of(stanzas, v6);
        // The kernel refuses a rule that is there already.
        if self.hook(fact, &mut stanza.up, format!("ip {family} rule add {words} || true")) {
            self.hook(fact, &mut stanza.down, format!("ip {family} rule del {words} || true"));
        }
    }

    fn others(&mut self, owner: Option<LinkId>, name: &str, stanzas: &mut Vec<Stanza>) {
        let network: &'n Network = self.network;
        for (n, item) in self.owned.of(&network.neighbors, EntryKind::Neighbor, owner) {
            let netns = item.netns.as_ref().map(|at| at.value.as_str());
            let v6 = item.dst.as_ref().is_some_and(|at| at.value.is_ipv6());
            self.pair(
                EntryKind::Neighbor,
                n,
                netns,
                entry::neighbor(item, name),
                last_of(stanzas, v6),
                false,
            );
        }
        for (n, item) in self.owned.of(&network.fdb, EntryKind::Fdb, owner) {
            let netns = item.netns.as_ref().map(|at| at.value.as_str());
            self.pair(EntryKind::Fdb, n, netns, entry::fdb(item, name), last_of(stanzas, false), false);
        }
        for (n, item) in self.owned.of(&network.nat, EntryKind::Nat, owner) {
            let netns = item.netns.as_ref().map(|at| at.value.as_str());
            let pair = entry::nat(item);
            if pair.is_some() {
                self.needs("iptables");
            }
            self.pair(EntryKind::Nat, n, netns, pair, last_of(stanzas, false), true);
        }
        for (n, item) in self.owned.of(&network.sysctls, EntryKind::Sysctl, owner) {
            let netns = item.netns.as_ref().map(|at| at.value.as_str());
            let pair = entry::sysctl(item).map(|up| entry::Pair { up, down: String::new() });
            self.pair(EntryKind::Sysctl, n, netns, pair, last_of(stanzas, false), false);
        }
        if owner.is_some() {
            for (n, item) in self.owned.of(&network.hooks, EntryKind::Hook, owner) {
                self.script(n, item, stanzas);
            }
        }
    }

    fn pair(
        &mut self,
        kind: EntryKind,
        n: u32,
        netns: Option<&str>,
        pair: Option<entry::Pair>,
        stanza: &mut Stanza,
        undo: bool,
    ) {
        let fact = entry_fact(kind, n);
        if self.elsewhere(kind, n, netns) {
            return;
        }
        let Some(pair) = pair else {
            let label = subject_label(self.network, Subject::Entry(kind, n));
            let text = format!("no single command makes {label}");
            return self.cx.cannot(fact, &codes::ENTRY, text, None);
        };
        if self.hook(fact, &mut stanza.up, pair.up) && undo {
            self.hook(fact, &mut stanza.down, format!("{} || true", pair.down));
        }
    }
}
