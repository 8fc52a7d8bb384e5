//! The link that a policy rule belongs to.
//!
//! Files keep a rule beside the link that it serves; the kernel knows nothing of that. Scripts have tens of thousands of
//! rules, so the links' addresses are indexed once.

use super::{DeviceId, Kernel, SpaceId};
use foldhash::HashMap;
use ipnet::IpNet;
use netpivot_model::link::LinkKind;
use netpivot_model::route::MAIN_TABLE;
use netpivot_model::rule::Rule;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// The addresses of a namespace's links.
pub(super) struct Affinity {
    space: SpaceId,
    /// The first link with an address in a subnet.
    subnets: HashMap<IpNet, DeviceId>,
    /// The lengths of those subnets, the longest first.
    lengths: BTreeSet<std::cmp::Reverse<u8>>,
    addresses: BTreeMap<IpAddr, DeviceId>,
}

impl Affinity {
    pub(super) fn new(kernel: &Kernel, space: SpaceId) -> Self {
        let mut index = Affinity {
            space,
            subnets: HashMap::default(),
            lengths: BTreeSet::new(),
            addresses: BTreeMap::new(),
        };
        for id in kernel.devices_of(space) {
            let device = kernel.device(id);
            if matches!(device.link.kind.value, LinkKind::Loopback(_)) {
                continue;
            }
            for entry in device.addresses.values() {
                let net = entry.at.value.net;
                index.subnets.entry(net.trunc()).or_insert(id);
                index.lengths.insert(std::cmp::Reverse(net.prefix_len()));
                index.addresses.entry(net.addr()).or_insert(id);
            }
        }
        index
    }

    /// The link that the rule names; else the one whose routes stand in the rule's table; else the one whose subnet
    /// holds the rule's source, or that has an address in it.
    pub(super) fn of(&self, kernel: &Kernel, rule: &Rule) -> Option<DeviceId> {
        let named = rule.iif.as_ref().or(rule.oif.as_ref());
        if let Some(id) = named.and_then(|at| kernel.find(self.space, &at.value)) {
            return Some(id);
        }
        if let Some(table) = rule.table.as_ref().and_then(|at| u32::try_from(at.value.get()).ok())
            && table != MAIN_TABLE
            && let Some(id) = kernel.first_device_of_table(self.space, table)
        {
            return Some(id);
        }
        let from = rule.from.as_ref()?.value;
        let around = |length: &std::cmp::Reverse<u8>| {
            let net = IpNet::new(from.addr(), length.0).ok()?;
            self.subnets.get(&net.trunc()).copied()
        };
        let within = || self.addresses.range(from.network()..=from.broadcast()).next().map(|(_, id)| *id);
        self.lengths.iter().find_map(around).or_else(within)
    }
}
