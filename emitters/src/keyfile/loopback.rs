//! The methods of `lo`.

use super::profile::link_fact;
use crate::EmitContext;
use crate::loopback::is_loopback;
use netpivot_model::dialect::KEYFILE;
use netpivot_model::ip::IpMethod;
use netpivot_model::link::LinkId;
use netpivot_model::network::Network;
use netpivot_model::path::FieldPath;
use netpivot_model::source::{At, Origin};
use std::borrow::Cow;

/// The network with the methods that `lo` may have: `auto` keeps the kernel's addresses, `manual` has others besides;
/// libnm refuses all else (`nm-setting-ip4-config.c:verify`, "is not supported for loopback").
pub(super) fn with_methods<'n>(network: &'n Network, cx: &mut EmitContext) -> Cow<'n, Network> {
    let mut network = Cow::Borrowed(network);
    let foreign = |id: &LinkId| is_loopback(&network, *id) && network.dialect_of(*id).format != KEYFILE;
    let loopbacks: Vec<LinkId> = network.links().map(|(id, _)| id).filter(foreign).collect();
    for id in loopbacks {
        let link = network.to_mut().link_mut(id);
        for (config, path) in [(&mut link.ipv4, "ipv4.method"), (&mut link.ipv6, "ipv6.method")] {
            let config = config.get_or_insert_default();
            let method = if config.addresses.items.is_empty() { IpMethod::Auto } else { IpMethod::Manual };
            if config.method.as_ref().is_none_or(|at| at.value != method) {
                config.method = Some(At::new(method, Origin::default_value()));
                cx.otherwise(link_fact(id, FieldPath::parse(path)), "methods-of-loopback");
            }
        }
    }
    network
}
