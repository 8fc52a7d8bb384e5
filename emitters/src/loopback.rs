//! `lo`: every kernel has it with its addresses, so a file is written only where there is something to say of it.

use crate::EmitContext;
use netpivot_model::ip::Address;
use netpivot_model::link::{LinkId, LinkKind};
use netpivot_model::network::Network;
use netpivot_model::path::{FactPath, FieldPath, Seen, Subject, walk};

/// What says nothing of the interface that is not so anyway.
const BARE: [&str; 9] = [
    "name",
    "id",
    "uuid",
    "autoconnect",
    "up",
    "ipv4.method",
    "ipv4.addresses",
    "ipv6.method",
    "ipv6.addresses",
];

/// The addresses that it has anyway.
const KERNELS: [&str; 2] = ["127.0.0.1/8", "::1/128"];

/// True for the host's own `lo`.
pub(crate) fn is_loopback(network: &Network, id: LinkId) -> bool {
    let link = network.link(id);
    matches!(link.kind.value, LinkKind::Loopback(_)) && link.netns.is_none()
}

/// True for an address that it has anyway.
pub(crate) fn is_kernels(address: &Address) -> bool {
    *address == Address::new(address.net) && KERNELS.contains(&address.net.to_string().as_str())
}

/// True for a `lo` of which nothing needs to be said; that is then accounted for. `owns_nothing`: no entry and no
/// leftover is its own.
pub(crate) fn is_bare(network: &Network, id: LinkId, owns_nothing: bool, cx: &mut EmitContext) -> bool {
    if !is_loopback(network, id) || !owns_nothing {
        return false;
    }
    let link = network.link(id);
    let configs = [&link.ipv4, &link.ipv6].into_iter().flatten();
    let mut is_bare = configs.flat_map(|config| config.addresses.values()).all(is_kernels);
    walk(link, FieldPath::new([""; 3]), &mut |path, seen| {
        is_bare &= matches!(seen, Seen::Variant(_)) || BARE.iter().any(|name| path.is(name));
    });
    if is_bare {
        let path = FactPath { subject: Subject::Link(id), field: FieldPath::parse("kind") };
        cx.otherwise(path, "loopback-of-the-kernel");
    }
    is_bare
}
