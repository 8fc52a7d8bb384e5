//! Keys and peers of WireGuard links, by wg(8).

use super::script::{Step, What};
use super::{Job, codes, netns};
use crate::text::shell::quote;
use ipnet::IpNet;
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::reflect::Said;
use netpivot_model::secret::Secret;
use netpivot_model::source::{At, Origin};
use netpivot_model::value::Int;
use netpivot_model::wireguard::{Peer, Wireguard};
use std::collections::BTreeSet;

impl Job<'_> {
    /// The step that gives a link its keys and peers. The text stands in the script, so that it needs no file beside it.
    pub(super) fn wireguard(&mut self, id: LinkId, link: &Link, name: &str, out: &mut Vec<Step>) {
        let LinkKind::Wireguard(wireguard) = &link.kind.value else { return };
        // The script hides secrets itself.
        let reveals = std::mem::replace(&mut self.cx.reveal_secrets, true);
        let text = crate::wireguard::file(id, wireguard, &codes::SETTING, self.cx);
        self.cx.reveal_secrets = reveals;
        let Some(text) = text else { return };
        let verb = if is_whole(wireguard) { "syncconf" } else { "addconf" };
        let up = format!("wg {verb} {} /dev/stdin <<'END'\n{text}END", quote(name));
        out.push(Step::new(What::Wireguard, up).of(name).within(netns(link)));
    }
}

/// True where all keys are said. Some other program has those that are not, and `wg syncconf` would take them away.
fn is_whole(wireguard: &Wireguard) -> bool {
    let is_elsewhere = |flags: &Said<Int<0, 7>>| flags.as_ref().is_some_and(|at| at.value.get() != 0);
    let lacks = |peer: &Peer| peer.preshared_key.is_none() && is_elsewhere(&peer.preshared_key_flags);
    wireguard.private_key.is_some() && !wireguard.peers.iter().any(lacks)
}

fn wireguard(link: &Link) -> Option<&Wireguard> {
    if let LinkKind::Wireguard(wireguard) = &link.kind.value { Some(wireguard) } else { None }
}

fn peer_like<'w>(wireguard: &'w Wireguard, peer: &Peer) -> Option<&'w Peer> {
    let key = value(&peer.public_key)?;
    wireguard.peers.iter().find(|other| value(&other.public_key) == Some(key))
}

fn value<T>(said: &Said<T>) -> Option<&T> {
    said.as_ref().map(|at| &at.value)
}

/// True where the link of the state has all that the network's says.
pub(super) fn is_same(link: &Link, state: &Link) -> bool {
    let (Some(new), Some(old)) = (wireguard(link), wireguard(state)) else { return false };
    let is_whole = is_whole(new);
    let number = |said: &Said<_>| value(said).map_or(0, |n: &netpivot_model::value::U16| n.get());
    let mark = |wireguard: &Wireguard| value(&wireguard.fwmark).map_or(0, |n| n.get());
    let is_peer = |peer: &Peer| {
        peer_like(old, peer).is_some_and(|there| {
            let is_key = !is_whole && peer.preshared_key.is_none()
                || value(&peer.preshared_key) == value(&there.preshared_key);
            is_key
                && number(&peer.persistent_keepalive) == number(&there.persistent_keepalive)
                && is_endpoint(value(&peer.endpoint), value(&there.endpoint))
                && networks(peer) == networks(there)
        })
    };
    // A port that nobody names is one that the kernel chose.
    let is_port = number(&new.listen_port) == 0 || number(&new.listen_port) == number(&old.listen_port);
    is_port
        && (new.private_key.is_none() || value(&new.private_key) == value(&old.private_key))
        && mark(new) == mark(old)
        && new.peers.iter().all(is_peer)
        && old.peers.iter().all(|there| peer_like(new, there).is_some())
}

/// The kernel notes where it saw a peer last. What a name stands for only the host knows; the port tells.
fn is_endpoint(new: Option<&String>, old: Option<&String>) -> bool {
    let is_address = |text: &str| text.parse::<std::net::SocketAddr>().is_ok();
    match (new, old) {
        (None, _) => true,
        (Some(new), Some(old)) if !is_address(new) && is_address(old) => {
            new.rsplit(':').next() == old.rsplit(':').next()
        }
        (Some(new), old) => Some(new) == old,
    }
}

/// The kernel keeps networks without their host bits, in an order of its own.
fn networks(peer: &Peer) -> BTreeSet<IpNet> {
    peer.allowed_ips.values().map(IpNet::trunc).collect()
}

/// A key that is none (`wg_noise_symmetric_key` of zeros).
const NO_KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// Says that a peer has no preshared key and is sent nothing by itself where the state has it so: `wg syncconf` of 1.0.20210914
/// leaves both as they are otherwise.
pub(super) fn end_settings(link: &mut Link, state: &Link) {
    let (LinkKind::Wireguard(new), Some(old)) = (&mut link.kind.value, wireguard(state)) else { return };
    let is_whole = is_whole(new);
    for peer in &mut new.peers {
        let Some(there) = peer_like(old, peer) else { continue };
        let is_sent = value(&there.persistent_keepalive).is_some_and(|seconds| seconds.get() != 0);
        if peer.persistent_keepalive.is_none() && is_sent {
            peer.persistent_keepalive = Int::new(0).map(|n| At::new(n, Origin::default_value()));
        }
        if is_whole && peer.preshared_key.is_none() && there.preshared_key.is_some() {
            peer.preshared_key = Some(At::new(Secret::new(NO_KEY), Origin::default_value()));
        }
    }
}

/// The commands that take away the peers of the state which the network does not have, where `wg addconf` leaves them.
pub(super) fn without_peers<'l>(link: &'l Link, state: &'l Link) -> impl Iterator<Item = String> + use<'l> {
    let new = wireguard(link).filter(|new| !is_whole(new));
    let old = wireguard(state).into_iter().flat_map(|old| &old.peers);
    let goes = move |there: &&Peer| new.is_some_and(|new| peer_like(new, there).is_none());
    let name = quote(link.label());
    old.filter(goes).filter_map(move |there| {
        Some(format!("wg set {name} peer {} remove", quote(value(&there.public_key)?)))
    })
}
