//! What ethtool(8) shows of links. The kernel keeps no record of what somebody set and what the driver began with, so a
//! conversion takes only what no driver begins with; a plan and an audit take all of it (docs/formats/netlink.md).

use super::snapshot::{EthtoolState, FeatureState, Seen, Snapshot};
use super::{Reading, Why};
use netpivot_model::ethtool::Ethtool;
use netpivot_model::link::Link;
use netpivot_model::network::Network;
use netpivot_model::path::FieldPath;
use netpivot_model::reflect::{Map, Said};
use netpivot_model::source::{At, Span};
use netpivot_model::value::{Count, Int};
use netpivot_model::vocabulary::ethtool::{
    FEATURE_GROUPS, FEATURES, FEC, KERNEL_FEATURES, WAKE, feature, group_of,
};
use std::collections::{BTreeMap, BTreeSet};

/// The link mode of cards that negotiate.
const AUTONEG: &str = "Autoneg";
/// The ports that ethtool sets.
const PORTS: [&str; 4] = ["tp", "aui", "bnc", "mii"];
/// ETH_SS_WOL_MODES in the order of [`WAKE`].
const WAKE_MODES: [&str; 6] = ["phy", "ucast", "mcast", "bcast", "arp", "magic"];

/// True for what the kernel shows by ethtool; the password is for nobody's eyes.
pub(super) fn shows(field: FieldPath) -> bool {
    field.is_under("ethtool") && !field.is("ethtool.wol_password")
}

impl Reading<'_> {
    pub(super) fn ethtool(&mut self, snapshot: &Snapshot, network: &mut Network) {
        for Seen { item: state, span } in &snapshot.ethtool {
            // What a way back sets again is what can be set.
            let is_whole = self.keep.usual && (self.keep.programs || self.keep.unconfigured);
            let all = if is_whole { whole(state, *span) } else { settable(state, *span) };
            let mut is_there = false;
            for name in &state.links {
                if self.goes_with(name, *span) {
                    continue;
                }
                let Some(id) = self.ids.get(name).copied() else {
                    self.leave("what ethtool shows of links that are not in the snapshot", *span);
                    continue;
                };
                is_there = true;
                let link = network.link_mut(id);
                if self.keep.usual || self.keep.programs {
                    put(link, all.clone());
                } else {
                    put(link, forced(link, state, *span));
                    self.left.push((Why::Driver, *span, Some(name.clone())));
                }
            }
            if is_there && self.keep.programs && !self.keep.usual {
                self.untold(state, *span);
            }
            if is_there && all == Ethtool::default() {
                self.leave("what ethtool shows of links and cannot set", *span);
            }
        }
    }

    /// Says what of an entry nothing holds, or nobody sets.
    fn untold(&mut self, state: &EthtoolState, span: Span) {
        let modes = state.wol.iter().flatten().filter(|mode| !WAKE_MODES.contains(&mode.as_str()));
        let modes = modes.map(|mode| format!("wake-on-lan {mode}"));
        let features = free(&state.features).map(|(name, _)| name);
        let features = features.filter(|name| own(name).is_none() && !is_in_group(&state.features, name));
        let keys: Vec<String> = modes.chain(features.map(|name| format!("feature {name}"))).collect();
        self.left.extend(keys.into_iter().map(|key| (Why::Attribute(key), span, None)));
        if state.speed.is_some() && !negotiates(state) {
            self.leave("speeds of devices that do not negotiate, which most have for good", span);
        }
    }
}

fn put(link: &mut Link, said: Ethtool) {
    if said != Ethtool::default() {
        link.ethtool = Some(Box::new(said));
    }
}

/// True for a card that can negotiate.
fn negotiates(state: &EthtoolState) -> bool {
    state.supported.iter().any(|mode| mode == AUTONEG)
}

/// What no driver begins with: a card that can negotiate and does not.
fn forced(link: &Link, state: &EthtoolState, span: Span) -> Ethtool {
    let (autoneg, speed, duplex) = modes(state, span);
    let is_off = autoneg.as_ref().is_some_and(|at| !at.value);
    if is_off && speed.is_some() && duplex.is_some() && negotiates(state) && link.kind.value.is_hardware() {
        Ethtool { autoneg, speed, duplex, ..Ethtool::default() }
    } else {
        Ethtool::default()
    }
}

/// What a script can set again on the same devices.
fn settable(state: &EthtoolState, span: Span) -> Ethtool {
    let (autoneg, speed, duplex) = if negotiates(state) { modes(state, span) } else { (None, None, None) };
    Ethtool { autoneg, speed, duplex, features: switches(&state.features, span), ..groups(state, span) }
}

/// How the device is.
fn whole(state: &EthtoolState, span: Span) -> Ethtool {
    let (autoneg, speed, duplex) = modes(state, span);
    let port = state.port.clone().filter(|port| PORTS.contains(&port.as_str()));
    let port = port.map(|port| At::new(port, span));
    Ethtool { autoneg, speed, duplex, port, features: features(&state.features, span), ..groups(state, span) }
}

/// The groups that are what they are, whoever asks.
fn groups(state: &EthtoolState, span: Span) -> Ethtool {
    let amounts = |of: &BTreeMap<String, u32>| {
        let amount = |(name, n): (&String, &u32)| Some((name.clone(), At::new(Int::new((*n).into())?, span)));
        of.iter().filter_map(amount).collect()
    };
    let bits = |of: &[String], words: &mut dyn Iterator<Item = (&'static str, i64)>| {
        let known: Vec<(&str, i64)> = words.collect();
        let bit = |word: &String| known.iter().find(|(known, _)| known == word).map(|(_, bit)| *bit);
        let sum = of.iter().map(bit).sum::<Option<i64>>()?;
        Int::new(sum).map(|bits| At::new(bits, span))
    };
    let wake = &mut WAKE_MODES.into_iter().zip(WAKE.iter().map(|(_, bit)| *bit));
    Ethtool {
        wol: state.wol.as_ref().and_then(|modes| bits(modes, wake)),
        coalesce: amounts(&state.coalesce),
        ring: amounts(&state.rings),
        channels: amounts(&state.channels),
        pause: state.pause.iter().map(|(name, on)| (name.clone(), At::new(*on, span))).collect(),
        eee: state.eee.map(|on| At::new(on, span)),
        fec: if state.fec.is_empty() { None } else { bits(&state.fec, &mut FEC.into_iter()) },
        ..Ethtool::default()
    }
}

/// Autonegotiation, speed in Mb/s and duplex. Where a card negotiates, the last two are what it offers alone.
fn modes(state: &EthtoolState, span: Span) -> (Said<bool>, Said<Count>, Said<String>) {
    let (speed, duplex) = match state.autoneg {
        Some(true) => offered(state),
        Some(false) | None => (state.speed, state.duplex.clone()),
    };
    let speed = speed.and_then(|speed| Int::new(speed.into()));
    (
        state.autoneg.map(|on| At::new(on, span)),
        speed.map(|speed| At::new(speed, span)),
        duplex.map(|duplex| At::new(duplex, span)),
    )
}

/// The one speed and the one duplex that a card offers of several that it has.
fn offered(state: &EthtoolState) -> (Option<u32>, Option<String>) {
    let (has, offers) = (speeds(&state.supported), speeds(&state.advertised));
    if offers == has {
        return (None, None);
    }
    let (Some(first), Some(last)) = (offers.first(), offers.last()) else { return (None, None) };
    let is_one_duplex = offers.iter().all(|(_, duplex)| *duplex == first.1);
    ((first.0 == last.0).then_some(first.0), is_one_duplex.then(|| first.1.to_lowercase()))
}

/// The speeds and duplexes in the names of link modes: `1000baseT/Full`.
fn speeds(modes: &[String]) -> BTreeSet<(u32, &str)> {
    let speed = |mode: &String| {
        let (speed, rest) = mode.split_once("base")?;
        speed.parse().ok().zip(rest.split_once('/').map(|(_, duplex)| duplex.len()))
    };
    let found = modes.iter().filter_map(|mode| {
        let (number, length) = speed(mode)?;
        Some((number, mode.get(mode.len() - length..)?))
    });
    found.collect()
}

/// The features that can be switched, each as it is wanted: what it needs may be off.
fn free(state: &FeatureState) -> impl Iterator<Item = (&String, bool)> {
    let lists = [(&state.on, true), (&state.off, false)];
    let all = lists.into_iter().flat_map(|(list, on)| list.iter().map(move |name| (name, on)));
    all.map(|(name, on)| (name, on != state.requested.contains(name)))
}

/// The name that ethtool has for a feature of the kernel.
fn own(name: &str) -> Option<&'static str> {
    feature(name, &[KERNEL_FEATURES])
}

/// How a group is as a whole, where its features are alike.
fn group(state: &FeatureState, group: &str) -> Option<bool> {
    let mut members = free(state).filter(|(name, _)| group_of(name) == Some(group)).map(|(_, on)| on);
    let first = members.next()?;
    members.all(|on| on == first).then_some(first)
}

fn is_in_group(state: &FeatureState, name: &str) -> bool {
    group_of(name).is_some_and(|of| group(state, of).is_some())
}

/// The features that can be switched, a group by its name where its features are alike.
fn switches(state: &FeatureState, span: Span) -> Map<bool> {
    let groups = FEATURE_GROUPS.iter().filter_map(|name| Some((*name, group(state, name)?)));
    let rest = free(state).filter(|(name, _)| !is_in_group(state, name));
    let rest = rest.filter_map(|(name, on)| Some((own(name)?, on)));
    groups.chain(rest).map(|(name, on)| (name.to_owned(), At::new(on, span))).collect()
}

/// All features and all groups that are alike.
fn features(state: &FeatureState, span: Span) -> Map<bool> {
    if state.is_empty() {
        return Map::default();
    }
    let is_fixed = |name: &&str| !FEATURE_GROUPS.contains(name);
    let mut all: Map<bool> = Map::default();
    let mut say = |name: &str, on| _ = all.insert(name.to_owned(), At::new(on, span));
    FEATURES.iter().filter(|name| is_fixed(name)).for_each(|name| say(name, false));
    state.fixed.iter().filter_map(|name| own(name)).for_each(|name| say(name, true));
    free(state).filter_map(|(name, on)| Some((own(name)?, on))).for_each(|(name, on)| say(name, on));
    for name in FEATURE_GROUPS {
        let is_free = free(state).any(|(member, _)| group_of(member) == Some(name));
        let fixed = || state.fixed.iter().any(|member| group_of(member) == Some(name));
        let on = if is_free { group(state, name) } else { Some(fixed()) };
        if let Some(on) = on {
            say(name, on);
        }
    }
    all
}
