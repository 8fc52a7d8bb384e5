//! Which links a script sets up: those that the host starts by itself, and those that these need or bring along.

use super::order::Names;
use super::ovs::Switches;
use crate::order::netns;
use foldhash::HashSet;
use netpivot_model::defaults::Silence;
use netpivot_model::dialect::{IPROUTE, NETLINK};
use netpivot_model::facts::effective;
use netpivot_model::link::{LinkId, LinkKind, PARENTS};
use netpivot_model::network::Network;
use netpivot_model::path::FieldPath;
use netpivot_model::value::Value;

/// The links that only somebody's hand starts (`ifup NAME`, `nmcli connection up`).
pub(super) fn waiting(network: &Network, names: &Names<'_>, ovs: &Switches) -> HashSet<LinkId> {
    let mut ports: Vec<Vec<LinkId>> = vec![Vec::new(); network.links.len()];
    for (id, link) in network.links() {
        if let Some(controller) = names.target(link, "controller") {
            ports[controller.0 as usize].push(id);
        }
    }
    let mut started = vec![false; network.links.len()];
    let mut rising: Vec<LinkId> =
        network.links().map(|(id, _)| id).filter(|id| starts(network, *id)).collect();
    while let Some(id) = rising.pop() {
        if std::mem::replace(&mut started[id.0 as usize], true) {
            continue;
        }
        let link = network.link(id);
        let below =
            PARENTS.into_iter().chain(["controller"]).filter_map(|setting| names.target(link, setting));
        rising.extend(below.chain(names.peer(network, link)));
        rising.extend(&ports[id.0 as usize]);
        rising.extend(ovs.start_with(network, id));
    }
    network.links().map(|(id, _)| id).filter(|id| !started[id.0 as usize]).collect()
}

/// True for a link that the host starts, or that something has set up already.
fn starts(network: &Network, id: LinkId) -> bool {
    let link = network.link(id);
    let is_state = [IPROUTE, NETLINK].contains(&network.dialect_of(id).format);
    let waits = effective(network, id, FieldPath::parse("autoconnect")) == Silence::Value(Value::Bool(false));
    is_state
        || !waits
        || netns(link).is_some()
        || link.up.as_ref().is_some_and(|at| at.value)
        || matches!(link.kind.value, LinkKind::Loopback(_))
}
