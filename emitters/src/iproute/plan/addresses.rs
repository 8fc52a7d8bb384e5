//! What the kernel takes away with addresses.

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
