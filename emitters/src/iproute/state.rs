//! The host that a plan starts from, and what it says of links beside a network.

use super::ROOT;
use super::link::ELSEWHERE;
use crate::order::{by_place, is_layer, place};
use foldhash::HashMap;
use netpivot_model::defaults::Silence;
use netpivot_model::dialect::{Dialect, IPROUTE, NETLINK};
use netpivot_model::facts::effective;
use netpivot_model::link::LinkId;
use netpivot_model::network::Network;
use netpivot_model::path::{FieldPath, Seen, walk};
use netpivot_model::source::Origin;
use netpivot_model::value::Value;

/// The host that a plan starts from.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// All that is there.
    pub all: Network,
    /// Without what programs made for themselves (containers, guests, routing daemons): a plan takes nothing of theirs away.
    pub own: Network,
    /// What the network does not speak of goes, too.
    pub prune: bool,
}

/// The network with its defaults said where the state has something else.
pub(super) fn with_defaults(network: &Network, state: &Network) -> Network {
    let mut out = filled(network, state, |id, path, old| match effective(network, id, path) {
        // NetworkManager's word for the MTU that the kernel chooses.
        Silence::Value(Value::Int(0)) if path.is("mtu") => None,
        Silence::Value(value) if old != &value => Some(value),
        Silence::Kernel | Silence::Unknown if is_whole(network.dialect_of(id)) => {
            unset(path).filter(|value| old != value)
        }
        Silence::Value(_) | Silence::Kernel | Silence::Daemon | Silence::Unknown => None,
    });
    let of_state = by_place(state);
    for link in &mut out.links {
        let Some(old) = place(link).and_then(|place| of_state.get(&place)) else { continue };
        super::wireguard::end_settings(link, state.link(*old));
    }
    out
}

/// True for a source that says all that there is: a script that makes a network, the kernel's own state.
fn is_whole(dialect: Dialect) -> bool {
    [IPROUTE, NETLINK].contains(&dialect.format)
}

/// What a setting is that nobody has set, where that is no default of a program but the lack of one.
fn unset(path: FieldPath) -> Option<Value> {
    if path.is("promiscuous") {
        return Some(Value::Int(0));
    }
    path.is("alias").then(|| Value::text(""))
}

/// The network with the settings of the state of which it says nothing.
pub(super) fn with_settings(network: &Network, state: &Network) -> Network {
    filled(network, state, |_, _, old| Some(old.clone()))
}

/// The network with settings of links that the state says and it does not, by the value that the state has.
fn filled(
    network: &Network,
    state: &Network,
    value: impl Fn(LinkId, FieldPath, &Value) -> Option<Value>,
) -> Network {
    let mut out = network.clone();
    let of_state = by_place(state);
    // Bridge, port and interface of Open vSwitch share a name, and each has settings of its own.
    let layers = state.links().filter(|(_, link)| is_layer(&link.kind.value));
    let layers: HashMap<_, _> =
        layers.filter_map(|(id, link)| Some(((link.kind.value.word(), place(link)?), id))).collect();
    for (id, link) in network.links() {
        let Some(of) = place(link) else { continue };
        let old = if is_layer(&link.kind.value) {
            layers.get(&(link.kind.value.word(), of))
        } else {
            of_state.get(&of).filter(|old| !is_layer(&state.link(**old).kind.value))
        };
        let Some(old) = old else { continue };
        walk(state.link(*old), ROOT, &mut |path, seen| {
            let Seen::Leaf(leaf) = seen else { return };
            let is_said = link.leaf(path).is_some_and(|leaf| leaf.is_said());
            // Peers go by their keys, not by their positions.
            let is_elsewhere = path.is_under("wireguard") || ELSEWHERE.iter().any(|text| path.is(text));
            if is_said || !leaf.is_said() || is_elsewhere {
                return;
            }
            if let Some(value) = leaf.value().and_then(|old| value(id, path, &old))
                && let Some(leaf) = out.link_mut(id).leaf_mut(path)
            {
                leaf.set(&value, Origin::default_value()).ok();
            }
        });
    }
    out
}
