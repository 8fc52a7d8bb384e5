//! Wireless links: NetworkManager takes no channel without its band (`nm-setting-wireless.c:verify()`).

use super::profile::link_fact;
use crate::EmitContext;
use netpivot_model::dialect::KEYFILE;
use netpivot_model::link::LinkKind;
use netpivot_model::network::Network;
use netpivot_model::path::FieldPath;
use netpivot_model::source::{At, Origin};
use std::borrow::Cow;

/// The highest channel at 2.4 GHz.
const LAST_BG: i64 = 14;

/// The network with a band wherever there is a channel.
pub(super) fn with_bands<'n>(network: Cow<'n, Network>, cx: &mut EmitContext) -> Cow<'n, Network> {
    let without: Vec<_> = network
        .links()
        .filter_map(|(id, link)| {
            let LinkKind::Wifi(wifi) = &link.kind.value else { return None };
            let channel = wifi.channel.as_ref().filter(|at| wifi.band.is_none() && at.value.get() > 0)?;
            Some((id, channel.value.get(), channel.origin.clone()))
        })
        .filter(|(id, ..)| network.dialect_of(*id).format != KEYFILE)
        .collect();
    if without.is_empty() {
        return network;
    }
    let mut network = network.into_owned();
    for (id, channel, origin) in without {
        let band = if channel <= LAST_BG { "bg" } else { "a" };
        let because = Origin::derived("band-of-the-channel", origin.spans().to_vec());
        if let LinkKind::Wifi(wifi) = &mut network.link_mut(id).kind.value {
            wifi.band = Some(At::new(band.to_owned(), because));
        }
        cx.added(link_fact(id, FieldPath::parse("wifi.band")), "band-of-the-channel");
    }
    Cow::Owned(network)
}
