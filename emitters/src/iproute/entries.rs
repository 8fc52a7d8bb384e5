//! Entries beside links: routes, rules, neighbours, forwarding entries, translation, kernel settings, and commands that stayed as
//! they were.

use super::link::is_made;
use super::script::{Done, Section, Step, What};
use super::{Job, codes, entry_fact, link_fact, netns, shown};
use crate::Accounted;
use crate::entries::{impossible_device, is_of_another_link, without_host_bits};
use crate::text::ip::entry::set_sysctl;
use crate::text::ip::{entry, route, rule};
use ipnet::IpNet;
use netpivot_model::defaults::routes_take_metric;
use netpivot_model::ip::IpConfig;
use netpivot_model::link::{Link, LinkId};
use netpivot_model::nat::NatBackend;
use netpivot_model::network::EntryKind;
use netpivot_model::path::FieldPath;
use netpivot_model::reflect::Said;
use netpivot_model::route::{MAIN_TABLE, Route};
use netpivot_model::rule::Rule;
use netpivot_model::source::{At, Origin};
use std::net::IpAddr;

impl<'n> Job<'n> {
    /// What is beside links. `kept`: the commands that stay; what the source set up behind one of them is set up behind it, as
    /// that may be `iptables-restore`, `nft flush ruleset` or `sysctl -p`.
    pub(super) fn entries(&mut self, ids: &[LinkId], kept: Vec<Step>) -> Vec<Section> {
        let mut routes: Vec<(u8, Step)> = Vec::new();
        // Of default routes the first one counts, which is the one that the source names first.
        let mut in_order = ids.to_vec();
        in_order.sort_unstable();
        in_order.iter().for_each(|id| self.gateways(*id, &mut routes));
        ids.iter().for_each(|id| self.routes(Some(*id), &mut routes));
        self.routes(None, &mut routes);
        // What leads to a gateway comes before what goes by one, the default last.
        routes.sort_by_key(|(rank, _)| *rank);
        let owners: Vec<Option<LinkId>> = ids.iter().copied().map(Some).chain([None]).collect();
        let mut rules = Vec::new();
        let mut others = Vec::new();
        let mut nat = Vec::new();
        let mut sysctls = Vec::new();
        for owner in owners {
            self.rules(owner, &mut rules);
            self.neighbors(owner, &mut others);
            self.nat(owner, &mut nat);
            self.sysctls(owner, &mut sysctls);
        }
        let first = kept.iter().map(|step| step.turn).filter(|turn| *turn > 0).min();
        let mut last = kept;
        let mut section = |title, steps: Vec<Step>| {
            let is_behind = |step: &Step| first.is_some_and(|first| step.turn > first);
            let (behind, steps) = steps.into_iter().partition(is_behind);
            last.extend::<Vec<Step>>(behind);
            Section { title, steps }
        };
        let mut sections = vec![
            section("routes", routes.into_iter().map(|(_, step)| step).collect()),
            section("rules", rules),
            section("neighbours", others),
            section("kernel settings", sysctls),
            section("address translation", nat),
        ];
        last.sort_by_key(|step| step.turn);
        sections.push(Section { title: "commands", steps: last });
        sections
    }

    fn gateways(&mut self, id: LinkId, out: &mut Vec<(u8, Step)>) {
        let network = self.network;
        let link = network.link(id);
        let Some(name) = link.name.as_ref().map(|at| at.value.as_str()) else { return };
        for (config, v6) in [(&link.ipv4, false), (&link.ipv6, true)] {
            let Some(config) = config else { continue };
            let Some(gateway) = config.gateway.as_ref() else { continue };
            let all = if v6 { IpNet::new([0u16; 8].into(), 0) } else { IpNet::new([0u8; 4].into(), 0) };
            let Ok(all) = all else { continue };
            let metric = config.route_metric.as_ref().filter(|at| at.value.get() >= 0);
            let mut item = Route {
                dst: Some(At::new(all, gateway.origin.clone())),
                gateway: Some(gateway.clone()),
                metric: metric.and_then(|at| {
                    Some(At::new(netpivot_model::value::Int::new(at.value.get())?, at.origin.clone()))
                }),
                table: config.route_table.clone().filter(|at| at.value.get() > 0),
                ..Route::default()
            };
            if !reaches(config, gateway.value) {
                item.onlink = Some(At::new(true, gateway.origin.clone()));
            }
            let step = self.route(&item, Some(link), name, v6, netns(link)).goes_with_link(is_made(link));
            out.push((2, self.of_turn(self.ran.at(&gateway.origin), step)));
            let fields = if v6 {
                ["ipv6.gateway", "ipv6.route_metric", "ipv6.route_table"]
            } else {
                ["ipv4.gateway", "ipv4.route_metric", "ipv4.route_table"]
            };
            for field in fields {
                self.cx.otherwise(link_fact(id, FieldPath::parse(field)), "gateway-by-a-command");
            }
            self.cx.added_entry(EntryKind::Route, Some(id), all.to_string(), "gateway-by-a-command");
        }
    }

    /// True for an entry of a link that has no name, or of a device that cannot have its name, which is told.
    fn is_nameless(&mut self, owner: Option<LinkId>, kind: EntryKind, n: u32) -> bool {
        let nameless = owner.map(|id| self.network.link(id)).filter(|link| link.name.is_none());
        let text = match (nameless, impossible_device(self.network, kind, n)) {
            (Some(link), _) => format!("`{}` names no interface, so no command can", link.label()),
            (None, Some(name)) => format!("no interface can be called `{name}`"),
            (None, None) => return false,
        };
        self.cx.cannot(entry_fact(kind, n), &codes::NAME, text, None);
        true
    }

    /// The namespace that an entry is in: the one that it names, else its owner's.
    fn space<'i>(&self, owner: Option<LinkId>, said: &'i Said<String>) -> Option<&'i str>
    where
        'n: 'i,
    {
        let network = self.network;
        said.as_ref().map(|at| at.value.as_str()).or_else(|| netns(network.link(owner?)))
    }

    fn routes(&mut self, owner: Option<LinkId>, out: &mut Vec<(u8, Step)>) {
        let network = self.network;
        let link = owner.map(|id| network.link(id));
        let name = link.and_then(|link| link.name.as_ref()).map(|at| at.value.as_str());
        for (n, item) in self.owned.of(&network.routes, EntryKind::Route, owner) {
            if self.is_nameless(owner, EntryKind::Route, n) {
                continue;
            }
            let v6 = route::is_v6(item);
            let other = item.dev.as_ref().map(|at| at.value.as_str()).filter(|dev| Some(*dev) != name);
            if other.is_some() {
                // Read back it is a route of the link that it names.
                self.cx.account(Accounted::Rewritten(EntryKind::Route, n), "route-of-its-device");
                self.cx.account(Accounted::AddedLink, "link-that-another-names");
            } else if owner.is_none() && item.dev.is_none() {
                // The kernel takes the device that the gateway is on, which the script sets up first.
                self.cx.account(Accounted::Rewritten(EntryKind::Route, n), "device-of-the-gateway");
            }
            let mut item = match without_host_bits(item) {
                Some(clear) => {
                    self.cx
                        .account(Accounted::Rewritten(EntryKind::Route, n), "destination-without-host-bits");
                    clear
                }
                None => item.clone(),
            };
            let config = link.and_then(|link| if v6 { link.ipv6.as_deref() } else { link.ipv4.as_deref() });
            if item.metric.is_none()
                && owner.is_some_and(|id| routes_take_metric(network.dialect_of(id)))
                && let Some(at) = config.and_then(|config| config.route_metric.as_ref())
                && at.value.get() >= 0
            {
                item.metric =
                    netpivot_model::value::Int::new(at.value.get()).map(|n| At::new(n, at.origin.clone()));
                self.cx.account(Accounted::Rewritten(EntryKind::Route, n), "metric-of-the-profile");
            }
            let rank = match (&item.gateway, item.dst.as_ref().is_none_or(|at| at.value.prefix_len() == 0)) {
                (None, _) if item.nexthops.is_empty() => 0,
                (_, false) => 1,
                (_, true) => 2,
            };
            let space = self.space(owner, &item.netns);
            let is_made = link.is_some_and(is_made);
            let step = self.route(&item, link, name.unwrap_or_default(), v6, space).goes_with_link(is_made);
            out.push((rank, self.of_fact(entry_fact(EntryKind::Route, n), step)));
        }
    }

    fn rules(&mut self, owner: Option<LinkId>, out: &mut Vec<Step>) {
        let network = self.network;
        for (n, item) in self.owned.of(&network.rules, EntryKind::Rule, owner) {
            if self.is_nameless(None, EntryKind::Rule, n) {
                continue;
            }
            let family = if rule::is_v6(item) { "-6" } else { "-4" };
            let priority = self.priorities[n as usize];
            let words = rule::words(item, priority);
            let space = self.space(owner, &item.netns);
            let fact = |field| netpivot_model::path::FactPath {
                field: FieldPath::parse(field),
                ..entry_fact(EntryKind::Rule, n)
            };
            for field in ["priority", "family", "table", "action"] {
                self.cx.added(fact(field), "rule-in-full");
            }
            let what = What::Entry(format!("rule {family} {words}"));
            let step = Step::new(what, format!("ip {family} rule add {words}"))
                .done(shown::rule(item, priority, family))
                .down(format!("ip {family} rule del {words}"))
                .within(space);
            let number = netpivot_model::value::Int::new(i64::from(priority));
            let numbered =
                Rule { priority: number.map(|n| At::new(n, Origin::default_value())), ..item.clone() };
            let step = Step { rule: Some(Box::new(numbered)), ..step };
            out.push(self.of_fact(entry_fact(EntryKind::Rule, n), step));
        }
    }

    fn neighbors(&mut self, owner: Option<LinkId>, out: &mut Vec<Step>) {
        let network = self.network;
        let link = owner.map(|id| network.link(id));
        let name = link.and_then(|link| link.name.as_ref()).map_or("", |at| at.value.as_str());
        for (n, item) in self.owned.of(&network.neighbors, EntryKind::Neighbor, owner) {
            if self.is_nameless(owner, EntryKind::Neighbor, n) {
                continue;
            }
            let done = shown::neighbor(item, name);
            let space = self.space(owner, &item.netns);
            let at = out.len();
            self.pair(EntryKind::Neighbor, n, entry::neighbor(item, name), done, space, out);
            of_device(&mut out[at..], &item.dev, name);
        }
        for (n, item) in self.owned.of(&network.fdb, EntryKind::Fdb, owner) {
            if self.is_nameless(owner, EntryKind::Fdb, n) {
                continue;
            }
            let done = shown::fdb(item, name);
            let space = self.space(owner, &item.netns);
            let at = out.len();
            self.pair(EntryKind::Fdb, n, entry::fdb(item, name), done, space, out);
            of_device(&mut out[at..], &item.dev, name);
        }
    }

    fn nat(&mut self, owner: Option<LinkId>, out: &mut Vec<Step>) {
        let network = self.network;
        for (n, item) in self.owned.of(&network.nat, EntryKind::Nat, owner) {
            let by_nft = item.backend.as_ref().is_some_and(|at| at.value == NatBackend::Nftables);
            self.chains += usize::from(by_nft);
            let pair = entry::nat(item, self.chains);
            if item.backend.is_none() {
                let fact = netpivot_model::path::FactPath {
                    field: FieldPath::parse("backend"),
                    ..entry_fact(EntryKind::Nat, n)
                };
                self.cx.added(fact, "translation-by-iptables");
            }
            let space = self.space(owner, &item.netns);
            self.pair(EntryKind::Nat, n, pair, Done::Unasked, space, out);
        }
    }

    fn pair(
        &mut self,
        kind: EntryKind,
        n: u32,
        pair: Option<entry::Pair>,
        done: Done,
        space: Option<&str>,
        out: &mut Vec<Step>,
    ) {
        match pair {
            Some(pair) => {
                let what = What::Entry(pair.up.clone());
                let step = Step::new(what, pair.up).done(done).down(pair.down).within(space);
                out.push(self.of_fact(entry_fact(kind, n), step));
            }
            None => {
                let text = format!("no command says this {}", kind.word());
                self.cx.cannot(entry_fact(kind, n), &codes::SETTING, text, None);
            }
        }
    }

    fn sysctls(&mut self, owner: Option<LinkId>, out: &mut Vec<Step>) {
        let network = self.network;
        for (n, item) in self.owned.of(&network.sysctls, EntryKind::Sysctl, owner) {
            let (Some(key), Some(value)) = (&item.key, &item.value) else {
                let text = "a kernel setting needs a key and a value";
                self.cx.cannot(entry_fact(EntryKind::Sysctl, n), &codes::SETTING, text, None);
                continue;
            };
            if is_of_another_link(network, item) {
                let rule = "setting-of-its-interface";
                self.cx.account(Accounted::AddedLink, rule);
                self.cx.account(Accounted::Rewritten(EntryKind::Sysctl, n), rule);
            }
            let setting = format!("{}={}", key.value, value.value);
            let holds = Done::Holds(key.value.clone(), value.value.clone());
            let what = What::Sysctl(key.value.clone());
            let step = Step::new(what, set_sysctl(&key.value, &value.value));
            let space = self.space(owner, &item.netns);
            // Its file is opened outside of the namespace.
            if key.value.contains('=') && space.is_some() {
                let text = "in a namespace no command sets a kernel setting with `=` in its key";
                self.cx.cannot(entry_fact(EntryKind::Sysctl, n), &codes::SETTING, text, None);
                continue;
            }
            let step = if key.value.contains('=') { step } else { step.done(holds) };
            let count = self.written.entry(format!("{} {setting}", space.unwrap_or_default())).or_insert(0);
            *count += 1;
            if *count == 1 {
                out.push(self.of_fact(entry_fact(EntryKind::Sysctl, n), step.within(space)));
            }
        }
    }

    /// A route. Of several to one destination the first one counts, as in the source.
    fn route(
        &mut self,
        item: &Route,
        owner: Option<&Link>,
        name: &str,
        v6: bool,
        space: Option<&str>,
    ) -> Step {
        let family = if v6 { "-6" } else { "-4" };
        let words = route::words(item, Some(name).filter(|name| !name.is_empty()));
        let number = |at: Option<i64>| at.map_or_else(String::new, |n| n.to_string());
        let key = format!(
            "{family} {} {} {} {} {}",
            item.dst.as_ref().map_or_else(String::new, |at| at.value.trunc().to_string()),
            number(Some(shown::table(item)).filter(|table| *table != i64::from(MAIN_TABLE))),
            number(item.metric.as_ref().map(|at| at.value.get())),
            number(item.tos.as_ref().map(|at| at.value.get())),
            item.from.as_ref().map_or_else(String::new, |at| at.value.trunc().to_string()),
        );
        let count = self.written.entry(format!("{} {key}", space.unwrap_or_default())).or_insert(0);
        *count += 1;
        let verb = route::verb(item, owner, *count);
        let key = if *count == 1 { key } else { format!("{key} {count}") };
        let dev = item.dev.as_ref().map_or(name, |at| &at.value);
        let step = Step::new(What::Route(key), format!("ip {family} route {verb} {words}"));
        let link = Some(dev.to_owned()).filter(|dev| !dev.is_empty());
        Step { route: Some(Box::new(item.clone())), link, ..step }
            .done(shown::route(item, name, family))
            .down(format!("ip {family} route del {words}"))
            .within(space)
    }
}

/// Says which link the steps are about, where there is one.
fn of_device(steps: &mut [Step], dev: &Said<String>, name: &str) {
    let dev = dev.as_ref().map_or(name, |at| &at.value);
    steps.iter_mut().for_each(|step| step.link = Some(dev.to_owned()).filter(|dev| !dev.is_empty()));
}

fn reaches(config: &IpConfig, gateway: IpAddr) -> bool {
    let link_local = matches!(gateway, IpAddr::V6(ip) if ip.is_unicast_link_local());
    link_local
        || config
            .addresses
            .values()
            .any(|address| address.net.contains(&gateway) || address.peer.is_some_and(|peer| peer == gateway))
}
