//! What the kernel takes away with addresses, and their order.

use crate::iproute::script::{Step, What};
use crate::order::Place;
use foldhash::{HashMap, HashSet};
use ipnet::IpNet;
use std::net::IpAddr;

/// Addresses that go, or go and come back.
#[derive(Default)]
pub(super) struct Gone<'s> {
    of: HashMap<Place<'s>, Vec<IpNet>>,
    sources: HashSet<(Option<&'s str>, IpAddr)>,
    /// Links that go down.
    down: HashSet<Place<'s>>,
}

impl<'s> Gone<'s> {
    pub(super) fn of(steps: impl Iterator<Item = &'s Step>) -> Self {
        let mut gone = Gone::default();
        for step in steps {
            match (&step.what, step.place()) {
                (What::Address(net), Some(of)) => {
                    gone.of.entry(of).or_default().push(*net);
                    gone.sources.insert((step.netns.as_deref(), net.addr()));
                }
                (What::Up, Some(of)) => _ = gone.down.insert(of),
                _ => {}
            }
        }
        gone
    }

    /// True where the kernel takes away, with one of them, what the step sets up: addresses of the same subnet where it promotes
    /// no secondaries (`net.ipv4.conf.*.promote_secondaries`), routes of a link that has no address left (`fib_disable_ip()`), and
    /// routes with that source (`fib_sync_down_addr()`; of IPv6 the source alone, `fib6_remove_prefsrc()`).
    pub(super) fn takes(&self, step: &Step) -> bool {
        let Some(of) = step.place() else { return false };
        match &step.what {
            What::Address(net) if net.addr().is_ipv4() => {
                self.of.get(&of).is_some_and(|gone| gone.iter().any(|old| old.trunc() == net.trunc()))
            }
            What::Address(_) => self.down.contains(&of),
            What::Route(_) => {
                let src = step.route.as_ref().and_then(|route| route.src.as_ref());
                self.of.contains_key(&of)
                    || src.is_some_and(|at| self.sources.contains(&(step.netns.as_deref(), at.value)))
            }
            What::Namespace(_)
            | What::Link
            | What::Setting(_)
            | What::Ethtool(_)
            | What::Wireguard
            | What::Column(_)
            | What::Port
            | What::Down
            | What::Vlan(_)
            | What::Up
            | What::Entry(_)
            | What::Sysctl(_)
            | What::Command(_) => false,
        }
    }
}

/// A subnet of a link.
type Subnet<'s> = (Place<'s>, IpNet);

/// The subnet of a step that gives a link an address of IPv4.
fn subnet(step: &Step) -> Option<Subnet<'_>> {
    let What::Address(net) = &step.what else { return None };
    net.addr().is_ipv4().then_some((step.place()?, net.trunc()))
}

/// Subnets of links of which another address would be the first one, the kernel's choice of a source (`inet_select_addr()`): their
/// addresses go, and come back in the order of the network.
#[derive(Default)]
pub(super) struct Reordered<'s>(HashSet<Subnet<'s>>);

impl<'s> Reordered<'s> {
    /// `target` and `state`: the steps of both, in order; `comes`: true for an address that the state does not have, or that goes and comes
    /// back.
    pub(super) fn of(
        target: impl Iterator<Item = &'s Step>,
        state: impl Iterator<Item = &'s Step>,
        comes: impl Fn(&Step) -> bool,
    ) -> Self {
        let mut wanted: HashMap<Subnet<'s>, Vec<&Step>> = HashMap::default();
        for step in target {
            if let Some(subnet) = subnet(step) {
                wanted.entry(subnet).or_default().push(step);
            }
        }
        // The first one of the state, where it comes back and takes others with it as it goes, and the first one that stays.
        let mut firsts: HashMap<Subnet<'s>, [Option<&What>; 2]> = HashMap::default();
        let mut met: HashSet<Subnet<'s>> = HashSet::default();
        for step in state {
            let Some(subnet) = subnet(step) else { continue };
            let is_first = met.insert(subnet);
            let new = wanted.get(&subnet).and_then(|all| all.iter().find(|new| new.what == step.what));
            let Some(new) = new else { continue };
            let [back, stays] = firsts.entry(subnet).or_default();
            if !comes(new) {
                stays.get_or_insert(&step.what);
            } else if is_first {
                *back = Some(&step.what);
            }
        }
        let is_other = |(subnet, steps): &(Subnet<'s>, Vec<&Step>)| {
            let mut firsts = firsts.get(subnet).into_iter().flatten().flatten();
            firsts.any(|first| steps.first().is_some_and(|new| new.what != **first))
        };
        Reordered(wanted.into_iter().filter(is_other).map(|(subnet, _)| subnet).collect())
    }

    pub(super) fn has(&self, step: &Step) -> bool {
        !self.0.is_empty() && subnet(step).is_some_and(|subnet| self.0.contains(&subnet))
    }
}
