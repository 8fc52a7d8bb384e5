//! References by name, for formats that know no UUIDs of links.

use crate::EmitContext;
use netpivot_model::check::Index;
use netpivot_model::link::{Link, references};
use netpivot_model::network::Network;
use netpivot_model::path::{FactPath, FieldPath, Subject};
use netpivot_model::source::Origin;
use netpivot_model::value::{LinkRef, Value};

/// What a setting of a link refers to.
pub(crate) fn reference(link: &Link, text: &'static str) -> Option<LinkRef> {
    link.leaf(FieldPath::parse(text))?.value()?.to_string().parse().ok()
}

/// The network with each reference by name, but for those of the links that are passed over.
pub(crate) fn resolve(
    network: &Network,
    passed_over: impl Fn(&Link) -> bool,
    cx: &mut EmitContext,
) -> Network {
    let mut resolved = network.clone();
    let index = Index::of(network);
    for (id, link) in network.links().filter(|(_, link)| !passed_over(link)) {
        for text in references() {
            let name = match reference(link, text) {
                None | Some(LinkRef::Name(_)) => continue,
                Some(other) => index.find(&other).first().and_then(|id| network.link(*id).name.as_ref()),
            };
            let field = FieldPath::parse(text);
            if let (Some(name), Some(leaf)) = (name, resolved.link_mut(id).leaf_mut(field))
                && leaf.set(&Value::text(name.value.clone()), Origin::default_value()).is_ok()
            {
                cx.otherwise(FactPath { subject: Subject::Link(id), field }, "reference-by-name");
            }
        }
    }
    resolved
}
