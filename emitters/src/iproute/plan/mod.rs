//! The way from a state to a network: what its script sets up and the state lacks, then what goes.
//!
//! What is new comes first and what goes comes last, so that the host stays within reach as long as it can. A link that
//! cannot be changed into the one that is wanted is made anew, with all that stood on it. Only what stands on links that
//! the network speaks of goes; the rest is its owner's, unless it is to be pruned.

mod addresses;
mod routes;
mod rules;
mod vlans;

use super::link::{changes_later, is_made};
use super::order::Names;
use super::script::{Done, Section, Step, What};
use super::state::{State, with_defaults, with_settings};
use super::{Job, ROOT, codes, ovs, shown, start, wireguard};
use crate::EmitContext;
use crate::order::{Place, by_place, link_netns, netns, place};
use crate::ovs::takes;
use crate::references::reference;
use crate::text::ip::{ethtool, route};
use crate::text::shell::quote;
use foldhash::{HashMap, HashSet};
use netpivot_model::compare::means_same;
use netpivot_model::defaults::Silence;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::dialect::{IPROUTE, NETLINK};
use netpivot_model::facts::effective;
use netpivot_model::ip::Address;
use netpivot_model::link::{Link, LinkId, LinkKind, PARENTS, PortType, Underlay};
use netpivot_model::network::Network;
use netpivot_model::path::{FieldPath, Seen, walk};
use netpivot_model::route::Route;
use netpivot_model::value::{LinkRef, Value};

use addresses::{Gone, Reordered};

/// Settings that the kernel takes only while a bond is down or has no ports (`bond_opts[]`: `BOND_OPTFLAG_IFDOWN`,
/// `BOND_OPTFLAG_NOSLAVES`), or a bridge's ports have no VLANs (`br_vlan_set_stats_per_port()`).
const OF_NEW_LINKS: [&str; 8] = [
    "bridge.vlan_stats_per_port",
    "bond.mode",
    "bond.lacp_rate",
    "bond.ad_select",
    "bond.fail_over_mac",
    "bond.ad_user_port_key",
    "bond.lacp_active",
    "bond.tlb_dynamic_lb",
];

/// The device that the kernel shows as the controller of all ports of Open vSwitch.
const DATAPATH: &str = "ovs-system";

/// What a step is about.
type Key<'s> = (Option<&'s str>, Option<&'s str>, &'s What);

fn key(step: &Step) -> Key<'_> {
    // A route to the same destination by another link is another way of the same route.
    let link = step.link.as_deref().filter(|_| !matches!(step.what, What::Route(_)));
    (step.netns.as_deref(), link, &step.what)
}

fn steps(sections: &[Section]) -> impl DoubleEndedIterator<Item = &Step> {
    sections.iter().flat_map(|section| &section.steps)
}

/// A context like this, of whose diagnostics nobody hears.
fn aside(cx: &EmitContext) -> EmitContext {
    EmitContext { target: cx.target, reveal_secrets: cx.reveal_secrets, ..EmitContext::default() }
}

/// The steps of a network's script, and nothing said about what no command says.
fn sections_of(network: &Network, cx: &EmitContext) -> Vec<Section> {
    vlans::apart(Job::new(network, &mut aside(cx)).sections())
}

/// The same of a host: what stands on links that no command makes is there as well.
fn sections_of_host(network: &Network, cx: &EmitContext) -> Vec<Section> {
    vlans::apart(Job { is_host: true, ..Job::new(network, &mut aside(cx)) }.sections())
}

/// The commands that take the state to the network.
pub(super) fn sections(network: &Network, state: &State, cx: &mut EmitContext) -> Vec<Section> {
    let (target, anew) = target(network, state, cx);
    way(&target, sections_of(&target, cx), state, &anew, cx)
}

/// The network with the defaults that the state has otherwise, and the links of the state that are made anew: these get
/// the kernel's defaults by themselves, and a bond of another mode would even refuse to be told some.
fn target(network: &Network, state: &State, cx: &mut EmitContext) -> (Network, Vec<LinkId>) {
    let mut target = with_defaults(network, &state.all);
    let anew: Vec<LinkId> = {
        let plan = Plan::between(&target, state);
        plan.anew(cx).iter().filter_map(|of| plan.of_state.get(of).copied()).collect()
    };
    let places = places(&state.all, &anew);
    for (id, link) in network.links().filter(|(_, link)| place(link).is_some_and(|of| places.contains(&of))) {
        target.link_mut(id).clone_from(link);
    }
    (target, anew)
}

fn places<'n>(network: &'n Network, ids: &[LinkId]) -> HashSet<Place<'n>> {
    ids.iter().filter_map(|id| place(network.link(*id))).collect()
}

/// The commands that take the network back to the state, behind those of [`sections`].
pub(super) fn back(network: &Network, state: &State, cx: &EmitContext) -> Vec<Section> {
    let mut aside = aside(cx);
    let (network, anew) = &target(network, state, &mut aside);
    let (anew, held) = (places(&state.all, anew), Plan::between(network, state).held());
    let there = with_settings(network, &state.all);
    let places_there = by_place(&there);
    let steps_there = sections_of(network, cx);
    let replaced: HashSet<Key<'_>> = steps(&steps_there).map(key).collect();
    // What the way there did not touch is as it was.
    let is_touched = |step: &Step| {
        if replaced.contains(&key(step)) {
            return true;
        }
        let Some(of) = step.place() else { return state.prune };
        let is_pruned = state.prune && !(step.what == What::Link && held.contains(&of));
        places_there.contains_key(&of) || anew.contains(&of) || is_pruned
    };
    let there = State { own: there.clone(), all: there.clone(), prune: true };
    let (target, anew) = target(&state.own, &there, &mut aside);
    let mut sections = sections_of_host(&target, &aside);
    sections.iter_mut().for_each(|section| section.steps.retain(is_touched));
    let mut back = way(&target, sections, &there, &anew, &aside);
    // What rows a link of the kernel's state had in Open vSwitch nothing says: they stay.
    let places = by_place(&state.all);
    let is_told = |step: &Step| {
        let link = step.place().and_then(|of| places.get(&of)).map(|id| state.all.link(*id));
        !ovs::is_of_ovs(step) || !link.is_some_and(is_of_switch)
    };
    back.iter_mut().for_each(|section| section.steps.retain(is_told));
    back
}

/// True for a link of which the kernel tells that it belongs to Open vSwitch, and no more.
fn is_of_switch(link: &Link) -> bool {
    let is_port = link.port_type.as_ref().is_some_and(|at| at.value == PortType::OvsPort);
    let has_no_row = link.controller.as_ref().is_none_or(|at| at.value == LinkRef::Name(DATAPATH.to_owned()));
    matches!(link.kind.value, LinkKind::Unsupported(_)) || is_port && has_no_row
}

fn way(
    network: &Network,
    mut target: Vec<Section>,
    state: &State,
    anew: &[LinkId],
    cx: &EmitContext,
) -> Vec<Section> {
    let mut all = sections_of_host(&state.all, cx);
    let mut own = sections_of_host(&state.own, cx);
    routes::settle(&mut target, &mut all, &mut own);
    let plan = Plan {
        have: steps(&all).map(|step| (key(step), step)).collect(),
        want: steps(&target).map(key).collect(),
        anew: places(&state.all, anew),
        ..Plan::between(network, state)
    };
    plan.sections(&target, &all, &own)
}

struct Plan<'s> {
    network: &'s Network,
    state: &'s State,
    have: HashMap<Key<'s>, &'s Step>,
    want: HashSet<Key<'s>>,
    /// Links that are made anew.
    anew: HashSet<Place<'s>>,
    of_target: HashMap<Place<'s>, LinkId>,
    of_state: HashMap<Place<'s>, LinkId>,
    /// Namespaces that the state says something of.
    spaces: HashSet<&'s str>,
    /// The commands that make bridges and interfaces of Open vSwitch, in the network and in the state.
    rows: [HashMap<Place<'s>, String>; 2],
    /// Links of the state, each with those that it goes with.
    stands_on: HashMap<Place<'s>, Vec<Place<'s>>>,
    /// Where the other end of each veth pair is, in the network and in the state.
    ends: [HashMap<Place<'s>, Place<'s>>; 2],
}

impl<'s> Plan<'s> {
    /// Without the steps of either.
    fn between(network: &'s Network, state: &'s State) -> Self {
        let of_state = by_place(&state.all);
        let declared = state.all.netns.iter().filter_map(|entry| entry.item.name.as_ref());
        let mut spaces: HashSet<&str> = declared.map(|at| at.value.as_str()).collect();
        spaces.extend(of_state.keys().filter_map(|(space, _)| *space));
        Plan {
            network,
            state,
            have: HashMap::default(),
            want: HashSet::default(),
            anew: HashSet::default(),
            of_target: by_place(network),
            spaces,
            rows: [ovs::rows(network), ovs::rows(&state.all)],
            stands_on: stands_on(&state.all, &of_state),
            ends: [ends(network), ends(&state.all)],
            of_state,
        }
    }

    fn sections(&self, target: &'s [Section], all: &'s [Section], own: &'s [Section]) -> Vec<Section> {
        let (anew, held) = (&self.anew, self.held());
        let is_fresh = |of: &Place<'_>| anew.contains(of) || !self.of_state.contains_key(of);
        let mentions = |step: &Step, is: &dyn Fn(&Place<'_>) -> bool| {
            let mut words = step.up.split(' ').map(|word| word.trim_matches('\''));
            words.any(|word| is(&(step.netns.as_deref(), word)))
        };
        let moved: HashSet<Place<'_>> = steps(target)
            .filter(|step| step.what == What::Port)
            .filter(|step| !self.is_done(step) || mentions(step, &|of| anew.contains(of)))
            .filter_map(Step::place)
            .collect();
        let released: Vec<&Step> = steps(own).filter(|step| self.has_to_leave_first(step)).collect();
        // Open vSwitch takes ports as they are.
        let flaps = |of: &Place<'_>| {
            steps(target)
                .any(|step| step.what == What::Port && step.place() == Some(*of) && !ovs::is_of_ovs(step))
        };
        let downed = self.with_vlans(
            moved.iter().copied().filter(flaps).chain(released.iter().filter_map(|step| step.place())),
        );
        let is_touched = |of: &Place<'_>| is_fresh(of) || downed.contains(of);
        let set_down = steps(target).filter(|step| step.what == What::Down).filter_map(Step::place);
        let set_down = set_down.filter(|of| moved.contains(of));
        let set_down = self.with_vlans(set_down.chain(released.iter().filter_map(|step| step.place())));
        let is_there = |step: &Step| {
            matches!(step.what, What::Address(_))
                && self.have.contains_key(&key(step))
                && !step.place().as_ref().is_some_and(is_fresh)
        };
        let reordered =
            Reordered::of(steps(target), steps(all), |step| !is_there(step) || !self.is_done(step));
        // A label or another end is no change of an address for the kernel, but another address.
        let is_replaced = |step: &Step| is_there(step) && (!self.is_done(step) || reordered.has(step));
        let replaced = Gone::of(steps(target).filter(|step| is_replaced(step)));
        let is_wanted = |step: &&Step| {
            let of = step.place();
            if step.is_repeated && of.as_ref().is_some_and(is_fresh) {
                // Its making says it.
                return false;
            }
            let lost = match &step.what {
                What::Down => return of.is_some_and(|of| moved.contains(&of)),
                What::Port => of.is_some_and(|of| moved.contains(&of)),
                What::Route(_) => {
                    of.as_ref().is_some_and(is_touched)
                        || mentions(step, &|of| downed.contains(of))
                        || replaced.takes(step)
                }
                What::Address(_) if reordered.has(step) => true,
                What::Up | What::Address(_) | What::Vlan(_) => of.as_ref().is_some_and(is_touched),
                What::Setting(path)
                    if path.is_under("bridge_port") || path.is_under("bond_port") || path.is("ipv6.mtu") =>
                {
                    of.as_ref().is_some_and(is_touched)
                }
                // What plugs the port says its columns.
                What::Column(_) if of.is_some_and(|of| moved.contains(&of)) => return false,
                What::Entry(_) if is_of_bridge(step) => of.is_some_and(|of| moved.contains(&of)),
                What::Entry(_) if is_neighbor(step) => of.as_ref().is_some_and(is_touched),
                What::Link
                | What::Setting(_)
                | What::Ethtool(_)
                | What::Wireguard
                | What::Column(_)
                | What::Sysctl(_)
                | What::Entry(_) => of.as_ref().is_some_and(|of| anew.contains(of)),
                What::Namespace(_) | What::Command(_) => false,
            };
            lost || !self.is_done(step)
        };
        let removed = steps(all)
            .rev()
            .filter(|step| step.what == What::Link && step.place().is_some_and(|of| anew.contains(&of)));
        let removed = removed.filter_map(undo).collect();
        // What somebody starts by hand may be up.
        let names = Names::of(self.network);
        let waiting: HashSet<Place<'_>> =
            start::waiting(self.network, &names, &ovs::Switches::of(self.network))
                .iter()
                .filter_map(|id| place(self.network.link(*id)))
                .collect();
        let goes: Vec<&Step> = steps(own)
            .rev()
            .filter(|step| !self.want.contains(&key(step)) && self.goes(step, anew))
            .filter(|step| step.place().is_none_or(|of| !waiting.contains(&of)))
            .filter(|step| !is_of_bridge(step) || step.place().is_none_or(|of| !moved.contains(&of)))
            .filter(|step| step.what != What::Link || step.place().is_none_or(|of| !held.contains(&of)))
            .collect();
        let is_first = |step: &&Step| {
            matches!(&step.what, What::Sysctl(key) if is_off_switch(key))
                || step.what == What::Port && released.iter().any(|other| key(other) == key(step))
                || step.what == What::Link && self.is_in_the_way(step, &is_fresh, &moved)
                || steps(target).any(|new| rules::is_in_the_way(step, new) && !self.is_done(new))
        };
        let (first, goes): (Vec<&Step>, Vec<&Step>) = goes.into_iter().partition(is_first);
        let is_down = |step: &Step| step.place().is_some_and(|of| set_down.contains(&of));
        let undone = |step: &Step| match &step.what {
            What::Vlan(ids) if ids.starts_with("no ") => self.vlan_again(step, ids),
            What::Sysctl(key) if is_off_switch(key) => Some(switched_on(step)),
            // The kernel takes the address without a host's part for none (`inet6_set_iftoken()`).
            What::Setting(path) if path.is("ipv6.token") => {
                let up = format!("ip token set :: dev {} || true", quote(step.link.as_deref()?));
                Some(Step { up, done: Done::Unasked, ..step.clone() })
            }
            _ if is_down(step) => undo_of_down(step),
            What::Namespace(_)
            | What::Link
            | What::Setting(_)
            | What::Ethtool(_)
            | What::Wireguard
            | What::Port
            | What::Down
            | What::Column(_)
            | What::Vlan(_)
            | What::Up
            | What::Address(_)
            | What::Route(_)
            | What::Entry(_)
            | What::Sysctl(_)
            | What::Command(_) => undo(step),
        };
        let mut out = vec![
            Section { title: "links that are made anew", steps: removed },
            Section { title: "what is in the way", steps: first.into_iter().filter_map(undone).collect() },
        ];
        for section in target {
            let mut wanted: Vec<Step> = Vec::new();
            let misplaced = section.steps.iter().filter(|step| reordered.has(step) && is_there(step));
            wanted.extend(misplaced.filter_map(|step| undo_of_secondary(self.have.get(&key(step))?)));
            for step in section.steps.iter().filter(is_wanted) {
                let old = self.have.get(&key(step)).filter(|old| match &step.place() {
                    // It went with its link.
                    Some(of) if anew.contains(of) => false,
                    _ if matches!(step.what, What::Address(_)) => is_replaced(step) && !reordered.has(step),
                    // Open vSwitch takes no port that another controller has, and lets none go by itself.
                    Some(_) if step.what == What::Port => {
                        !self.is_done(step) && (ovs::is_of_ovs(step) || ovs::is_of_ovs(old))
                    }
                    Some(_) | None => false,
                });
                wanted.extend(old.and_then(|old| undone(old)));
                let is_asked = step.is_asked || self.is_unknown(step);
                wanted.extend(self.peers_that_go(step));
                let is_kept = step.place().is_some_and(|of| !anew.contains(&of));
                let step = if is_kept { self.rest_of(step) } else { step.clone() };
                wanted.push(Step { is_repeated: false, is_asked, ..step });
            }
            let is_taken = |step: &&Step| {
                matches!(step.what, What::Address(_)) && replaced.takes(step) && !is_replaced(step)
            };
            wanted.extend(section.steps.iter().filter(is_taken).cloned());
            out.push(Section { title: section.title, steps: wanted });
        }
        let may_go = |gone: &Step| steps(target).filter(|step| rules::may_delete(gone, step)).count();
        let mut last: Vec<Step> = Vec::new();
        for step in &goes {
            last.extend(undone(step).into_iter().flat_map(|gone| vec![gone; 1 + may_go(step)]));
        }
        let gone = Gone::of(goes.iter().copied());
        last.extend(steps(target).filter(|step| gone.takes(step)).cloned());
        let is_deleted = |step: &&Step| goes.iter().any(|gone| rules::may_delete(gone, step));
        last.extend(steps(target).filter(is_deleted).map(|step| Step { is_asked: true, ..step.clone() }));
        out.push(Section { title: "what goes", steps: last });
        vlans::together(&mut out);
        out
    }

    /// What undoes that a VLAN of the bridge was taken from a link, where the network has it there.
    fn vlan_again(&self, step: &Step, ids: &str) -> Option<Step> {
        let vid = ids.strip_prefix("no ")?.parse().ok()?;
        let link = self.network.link(*self.of_target.get(&step.place()?)?);
        let controller = Names::of(self.network).target(link, "controller").map(|id| self.network.link(id));
        vlans::again(undo(step)?, link, vlans::bridge_of(link, controller), vid)
    }

    /// True for a port that leaves its bond for good: the bond sets it down (`__bond_release_one()`), so that it goes first and
    /// is set up again.
    fn has_to_leave_first(&self, step: &Step) -> bool {
        let Some(of) = step.place() else { return false };
        let is_of_bond = |id: &LinkId| {
            self.state.all.link(*id).port_type.as_ref().is_some_and(|at| at.value == PortType::Bond)
        };
        step.what == What::Port
            && !self.want.contains(&key(step))
            && self.of_target.contains_key(&of)
            && self.of_state.get(&of).is_some_and(is_of_bond)
    }

    /// The links with the VLANs on them, which go down with them (`vlan_device_event()`).
    fn with_vlans(&self, links: impl Iterator<Item = Place<'s>>) -> HashSet<Place<'s>> {
        let names = Names::of(self.network);
        let mut all: HashSet<Place<'s>> = links.collect();
        loop {
            let above = self.of_target.iter().filter(|(of, id)| {
                let below = names.target(self.network.link(**id), "vlan.parent");
                let below = below.and_then(|id| place(self.network.link(id)));
                !all.contains(*of) && below.is_some_and(|below| all.contains(&below))
            });
            let above: Vec<Place<'s>> = above.map(|(of, _)| *of).collect();
            if above.is_empty() {
                return all;
            }
            all.extend(above);
        }
    }

    /// True for a link that goes and has what only one can have and a new one gets.
    fn is_in_the_way(
        &self,
        step: &Step,
        is_fresh: &dyn Fn(&Place<'_>) -> bool,
        moved: &HashSet<Place<'_>>,
    ) -> bool {
        let Some(old) = step.place().and_then(|of| self.of_state.get(&of)) else { return false };
        let old = self.state.all.link(*old);
        let Some(claim) = of_claim(old) else { return false };
        let fresh = self.of_target.iter().filter(|(of, _)| is_fresh(of));
        let mut fresh =
            fresh.map(|(_, id)| self.network.link(*id)).filter(|link| stands_in(link) == stands_in(old));
        let is_plugged = || match &claim {
            Claim::Frames(_, below) => moved.contains(&(stands_in(old), below.as_str())),
            Claim::Key(_) => false,
        };
        fresh.any(|link| of_claim(link).is_some_and(|new| claim.excludes(&new))) || is_plugged()
    }

    /// True for what is in a namespace that the state says nothing of: there may be anything.
    fn is_unknown(&self, step: &Step) -> bool {
        let space =
            if let What::Namespace(name) = &step.what { Some(name.as_str()) } else { step.netns.as_deref() };
        space.is_some_and(|name| !self.spaces.contains(name))
    }

    /// True where the state has what the step sets up.
    fn is_done(&self, step: &Step) -> bool {
        if self
            .have
            .get(&key(step))
            .is_some_and(|old| old.up == step.up || is_same_address(step, old) || is_same_route(step, old))
        {
            return true;
        }
        let Some(of) = step.place() else { return false };
        let ids = (self.of_target.get(&of), self.of_state.get(&of));
        match (&step.what, ids) {
            (What::Setting(path), (Some(id), Some(old))) => self.is_same(*id, *old, *path),
            (What::Ethtool(first), (Some(id), Some(old))) => {
                let of = |link: &Link| link.ethtool.as_ref().and_then(|said| ethtool::call(said, first));
                let (want, have) = (of(self.network.link(*id)), of(self.state.all.link(*old)));
                want.zip(have).is_some_and(|(want, have)| want.is_within(&have))
            }
            (What::Wireguard, (Some(id), Some(old))) => {
                wireguard::is_same(self.network.link(*id), self.state.all.link(*old))
            }
            // Whether it can stay has been decided.
            (What::Link, (Some(_), Some(_))) => true,
            _ => false,
        }
    }

    /// The step without what the state has of it.
    fn rest_of(&self, step: &Step) -> Step {
        let ids = step.place().and_then(|of| Some((self.of_target.get(&of)?, self.of_state.get(&of)?)));
        match (&step.what, ids) {
            (What::Ethtool(first), Some((id, old))) => {
                super::ethtool::without(step, first, self.network.link(*id), self.state.all.link(*old))
            }
            _ => step.clone(),
        }
    }

    /// The peers of the state that the network does not have, where its step takes none away.
    fn peers_that_go(&self, step: &Step) -> Vec<Step> {
        let ids = step.place().and_then(|of| Some((self.of_target.get(&of)?, self.of_state.get(&of)?)));
        match (&step.what, ids) {
            (What::Wireguard, Some((id, old))) => {
                let (link, old) = (self.network.link(*id), self.state.all.link(*old));
                let commands = wireguard::without_peers(link, old);
                commands.map(|up| Step { up, ..step.clone() }).collect()
            }
            _ => Vec::new(),
        }
    }

    fn is_same(&self, id: LinkId, old: LinkId, path: FieldPath) -> bool {
        match (effective(self.network, id, path), effective(&self.state.all, old, path)) {
            (Silence::Value(new), Silence::Value(old)) => means_same(path, Some(&new), Some(&old)),
            (Silence::Kernel | Silence::Daemon | Silence::Unknown, _) => true,
            (Silence::Value(_), Silence::Kernel | Silence::Daemon | Silence::Unknown) => false,
        }
    }

    /// True where the link of the state can become the one of the network by commands that change links.
    fn can_change(&self, id: LinkId, old: LinkId) -> bool {
        let (new, was) = (self.network.link(id), self.state.all.link(old));
        if let Some(can) = self.can_change_in_switch(new, was, self.is_of_kernel(old)) {
            return can;
        }
        // To a configuration any device of that name is a card.
        if !is_made(new) || !is_made(was) {
            return true;
        }
        if new.kind.value.word() != was.kind.value.word() {
            return false;
        }
        let is_told = new.kind.value.underlay() != Some(Underlay::HiddenSockets);
        let is_elsewhere = match (link_netns(new), link_netns(was)) {
            // A parent that its own namespace does not have is the host's.
            (None, Some(None)) => PARENTS.iter().all(|setting| reference(new, setting).is_none()),
            (wanted, found) => wanted != found,
        };
        if is_told && is_elsewhere {
            return false;
        }
        // The other end is in another namespace.
        let [end, end_was] = self.ends.each_ref().map(|ends| place(new).and_then(|of| ends.get(&of)));
        if end.zip(end_was).is_some_and(|((space, _), (was, _))| space != was) {
            return false;
        }
        let mut can = true;
        walk(new, ROOT, &mut |path, seen| {
            let Seen::Leaf(leaf) = seen else { return };
            let by_making = path.is_under(new.kind.value.field_name())
                && !path.is_under("wireguard")
                && (!changes_later(&new.kind.value) || OF_NEW_LINKS.iter().any(|text| path.is(text)));
            if by_making && leaf.is_said() {
                // The kernel's own state says all that there is, but for what is in other namespaces.
                let is_complete = self.is_of_kernel(old) && !path.is("veth.peer");
                let is_unknown =
                    !is_complete && !matches!(effective(&self.state.all, old, path), Silence::Value(_));
                can &= is_unknown || is_by_another_name(path, new, was) || self.is_same(id, old, path);
            }
        });
        can
    }

    /// The same where one of them belongs to Open vSwitch, of whose database the kernel tells nothing.
    fn can_change_in_switch(&self, new: &'s Link, was: &'s Link, is_of_kernel: bool) -> Option<bool> {
        let [rows, rows_was] = &self.rows;
        let row = |rows: &HashMap<Place<'s>, String>, link| place(link).and_then(|of| rows.get(&of).cloned());
        match (row(rows, new), row(rows_was, was)) {
            (Some(row), Some(row_was)) => Some(row == row_was),
            (Some(_), None) => {
                Some(!is_made(was) || is_of_kernel && matches!(was.kind.value, LinkKind::Unsupported(_)))
            }
            (None, Some(_)) => Some(!is_made(new) || matches!(new.kind.value, LinkKind::Unsupported(_))),
            (None, None) => (!takes(&new.kind.value) && !takes(&was.kind.value)).then_some(true),
        }
    }

    /// True for a link of a state that is the kernel's own.
    fn is_of_kernel(&self, old: LinkId) -> bool {
        [NETLINK, IPROUTE].contains(&self.state.all.dialect_of(old).format)
    }

    /// Links that have to stay because one of the network goes with them.
    fn held(&self) -> HashSet<Place<'s>> {
        let mut held = HashSet::default();
        let mut open: Vec<Place<'s>> = self.of_target.keys().copied().collect();
        while let Some(of) = open.pop() {
            for below in self.stands_on.get(&of).into_iter().flatten() {
                if held.insert(*below) {
                    open.push(*below);
                }
            }
        }
        held
    }

    /// Links that are made anew, and those of the state that go with them because they stand on them.
    fn anew(&self, cx: &mut EmitContext) -> HashSet<Place<'s>> {
        let mut on_top: HashMap<Place<'_>, Vec<Place<'s>>> = HashMap::default();
        for (of, below) in &self.stands_on {
            for below in below {
                on_top.entry(*below).or_default().push(*of);
            }
        }
        let changed = self.of_target.iter().filter_map(|(of, id)| {
            let (of, old) = self.of_state.get_key_value(of)?;
            (!self.can_change(*id, *old)).then_some(*of)
        });
        let mut open: Vec<Place<'s>> = changed.collect();
        open.sort_unstable();
        let mut anew = HashSet::default();
        while let Some(of) = open.pop() {
            if anew.insert(of) {
                open.extend(on_top.get(&of).into_iter().flatten());
            }
        }
        let is_replaced =
            |of: &Place<'_>| self.ends[1].get(of).is_some_and(|end| self.of_target.contains_key(end));
        let is_alone = |of: &&Place<'_>| !self.of_target.contains_key(*of) && !is_replaced(of);
        let mut with_others: Vec<_> = anew.iter().filter(is_alone).collect();
        with_others.sort_unstable();
        for (_, name) in with_others {
            let text = format!("`{name}` stands on a link that is made anew, and goes with it");
            cx.diagnostics
                .push(Diagnostic::new(&codes::GOES_WITH, text).help("make it again behind the script"));
        }
        anew
    }

    fn goes(&self, step: &Step, anew: &HashSet<Place<'_>>) -> bool {
        let Some(of) = step.place() else { return self.state.prune };
        let is_spoken_of = self.of_target.contains_key(&of);
        match step.what {
            // A card is not made or taken away, whoever speaks of it.
            What::Link => self.state.prune && !is_spoken_of && !anew.contains(&of),
            // A card that nobody speaks of stays up.
            What::Up => is_spoken_of && !anew.contains(&of),
            What::Entry(_) => self.state.prune && !anew.contains(&of),
            // What stands on a link goes with it.
            What::Namespace(_)
            | What::Setting(_)
            | What::Ethtool(_)
            | What::Wireguard
            | What::Column(_)
            | What::Port
            | What::Down
            | What::Vlan(_)
            | What::Address(_)
            | What::Route(_)
            | What::Sysctl(_)
            | What::Command(_) => {
                !anew.contains(&of) && (is_spoken_of || self.state.prune && !step.goes_with_link)
            }
        }
    }
}

/// True where one names the owner of a device, and the other has his number: who that is, the host knows.
fn is_by_another_name(path: FieldPath, new: &Link, was: &Link) -> bool {
    let is_number = |link: &Link| {
        let value = link.leaf(path)?.value()?;
        Some(value.as_text()?.parse::<u32>().is_ok())
    };
    let is_owner = path.is("tun.owner") || path.is("tun.group");
    is_owner && is_number(new).zip(is_number(was)).is_some_and(|(new, was)| new != was)
}

fn ends(network: &Network) -> HashMap<Place<'_>, Place<'_>> {
    let names = Names::of(network);
    let pairs = network.links.iter().filter_map(|link| {
        let end = names.peer(network, link)?;
        Some((place(link)?, place(network.link(end))?))
    });
    pairs.collect()
}

/// The links of a state, each with those that it goes with: its parents, and the other end of its pair.
fn stands_on<'s>(
    state: &'s Network,
    places: &HashMap<Place<'s>, LinkId>,
) -> HashMap<Place<'s>, Vec<Place<'s>>> {
    let names = Names::of(state);
    let below = |id: LinkId| {
        let link = state.link(id);
        let parents = PARENTS.into_iter().filter_map(|text| names.target(link, text));
        parents.chain(names.peer(state, link)).filter_map(|id| place(state.link(id))).collect()
    };
    places.iter().map(|(of, id)| (*of, below(*id))).collect()
}

/// What a link has of the kernel that no other can have beside it.
enum Claim {
    /// All frames of the link below, for links of that kind (`netdev_rx_handler_register()`).
    Frames(&'static str, String),
    /// What packets are told apart by: a VLAN's id, a network's number, a tunnel's ends.
    Key(Vec<Option<Value>>),
}

impl Claim {
    fn excludes(&self, other: &Claim) -> bool {
        match (self, other) {
            (Claim::Frames(kind, below), Claim::Frames(other, other_below)) => {
                kind != other && below == other_below
            }
            (Claim::Key(key), Claim::Key(other)) => key == other,
            (Claim::Frames(..) | Claim::Key(_), _) => false,
        }
    }
}

/// The namespace in which no other link may have the same claim.
fn stands_in(link: &Link) -> Option<&str> {
    link_netns(link).unwrap_or_else(|| netns(link))
}

fn of_claim(link: &Link) -> Option<Claim> {
    let kind = &link.kind.value;
    let value = |path| link.leaf(FieldPath::parse(path)).and_then(|leaf| leaf.value());
    let frames = |path| Some(Claim::Frames(kind.word(), value(path)?.to_string()));
    let key = |paths: &[&'static str]| {
        let values = paths.iter().map(|path| value(path));
        Some(Claim::Key([Some(Value::text(kind.word()))].into_iter().chain(values).collect()))
    };
    match kind.word() {
        "macvlan" => frames("macvlan.parent"),
        "ipvlan" => frames("ipvlan.parent"),
        "vlan" => key(&["vlan.parent", "vlan.id"]),
        "vxlan" => key(&["vxlan.id"]),
        "geneve" => key(&["geneve.id"]),
        "ip-tunnel" => key(&["ip_tunnel.mode", "ip_tunnel.local", "ip_tunnel.remote"]),
        _ => None,
    }
}

/// True for a forwarding entry of the bridge above, which goes where the port leaves it (`br_fdb_delete_by_port()`).
fn is_of_bridge(step: &Step) -> bool {
    matches!(&step.what, What::Entry(words) if words.starts_with("bridge fdb ") && words.contains(" master"))
}

/// True for a neighbour.
fn is_neighbor(step: &Step) -> bool {
    matches!(&step.what, What::Entry(words) if words.starts_with("ip neigh "))
}

/// True for the kernel setting without which a link has no IPv6.
fn is_off_switch(key: &str) -> bool {
    key.starts_with("net.ipv6.conf.") && key.ends_with(".disable_ipv6")
}

/// What gives a link IPv6 again, for the addresses and routes that follow.
fn switched_on(step: &Step) -> Step {
    let up = step.up.replacen("disable_ipv6=1", "disable_ipv6=0", 1);
    Step { up, done: Done::Unasked, ..step.clone() }
}

/// The step that takes a step back, whatever went with others before.
fn undo(step: &Step) -> Option<Step> {
    let up = format!("{} || true", step.down.as_ref()?);
    Some(Step { link: step.link.clone(), netns: step.netns.clone(), ..Step::new(step.what.clone(), up) })
}

/// The same for a link that was set down: neighbours went with that, and so did addresses of IPv6 that it does not keep
/// (`neigh_ifdown()`, `addrconf_ifdown()`).
fn undo_of_down(step: &Step) -> Option<Step> {
    let may_be_gone = is_neighbor(step) || matches!(&step.what, What::Address(net) if net.addr().is_ipv6());
    if may_be_gone { undo_of_secondary(step) } else { undo(step) }
}

/// The same for what may be gone already: addresses of IPv4 go with the first of their subnet where none is promoted
/// (`net.ipv4.conf.*.promote_secondaries`).
fn undo_of_secondary(step: &Step) -> Option<Step> {
    let step = undo(step)?;
    Some(Step { up: step.up.replace(" || true", " 2>/dev/null || true"), ..step })
}

/// True for an address that is there but for the usual broadcast address: the kernel gives none to an address that it has
/// (`inet_rtm_newaddr()`), and it need not go for that.
fn is_same_address(new: &Step, old: &Step) -> bool {
    let but_for_usual = |address: &Address| Address {
        broadcast: address.broadcast.filter(|broadcast| *broadcast != address.net.broadcast()),
        // How long it still has differs each time.
        valid_lft: address.valid_lft.map(|_| 1),
        preferred_lft: address.preferred_lft.map(|seconds| seconds.min(1)),
        ..address.clone()
    };
    let (Some(new), Some(old)) = (&new.address, &old.address) else { return false };
    but_for_usual(new) == but_for_usual(old)
}

/// True where the two are one route, whatever the kernel fills in where nothing is said: who made it, its scope, the links
/// of its next hops.
fn is_same_route(new: &Step, old: &Step) -> bool {
    let (Some(new_route), Some(old_route)) = (&new.route, &old.route) else { return false };
    let (mut a, mut b) = (new_route.clone(), old_route.clone());
    if a.protocol.is_none() || b.protocol.is_none() {
        (a.protocol, b.protocol) = (None, None);
    }
    if a.scope.is_none() || b.scope.is_none() {
        (a.scope, b.scope) = (None, None);
    }
    for (hop, other) in a.nexthops.iter_mut().zip(&mut b.nexthops) {
        if hop.dev.is_none() || other.dev.is_none() {
            (hop.dev, other.dev) = (None, None);
        }
    }
    for route in [&mut a, &mut b] {
        route.attributes.items.retain(|at| !at.value.starts_with("expires "));
        route.onlink = route.onlink.take().filter(|at| at.value);
        route.quickack = route.quickack.take().filter(|at| at.value);
        let usual = shown::table(&Route { table: None, ..(**route).clone() });
        route.table = route.table.take().filter(|at| at.value.get() != usual);
        for hop in &mut route.nexthops {
            hop.weight = hop.weight.take().filter(|at| at.value.get() != 1);
        }
    }
    // A link of the route counts where both have one.
    let link = |step: &Step, other: &Step| {
        other.link.as_ref().and(step.link.clone()).filter(|name| !name.is_empty())
    };
    route::words(&a, link(new, old).as_deref()) == route::words(&b, link(old, new).as_deref())
}
