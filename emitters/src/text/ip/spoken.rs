//! What the silence of a source means, said where the silence of the commands means something else.

use netpivot_model::defaults::{self, Silence};
use netpivot_model::dialect::Dialect;
use netpivot_model::facts::effective;
use netpivot_model::link::{Link, LinkId};
use netpivot_model::network::Network;
use netpivot_model::path::FieldPath;
use netpivot_model::source::Origin;
use std::borrow::Cow;

/// The link with the defaults of its source's dialect among the settings that are wanted, where `target` has others.
pub(crate) fn spoken(
    network: &Network,
    id: LinkId,
    target: Dialect,
    is_wanted: impl Fn(FieldPath) -> bool,
) -> Cow<'_, Link> {
    let mut link = Cow::Borrowed(network.link(id));
    let mut silent = defaults::paths(network.dialect_of(id), network.link(id));
    silent.extend(defaults::paths(target, network.link(id)));
    for path in silent.into_iter().filter(|path| is_wanted(*path)) {
        let is_said = link.leaf(path).is_some_and(|leaf| leaf.is_said());
        let Silence::Value(value) = effective(network, id, path) else { continue };
        let same = defaults::of(target, path, &link) == Silence::Value(value.clone());
        if let (false, false, Some(leaf)) = (is_said, same, link.to_mut().leaf_mut(path)) {
            leaf.set(&value, Origin::default_value()).ok();
        }
    }
    link
}
