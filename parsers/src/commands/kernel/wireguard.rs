//! Keys and peers of WireGuard links (`wg_set_device()` of drivers/net/wireguard/netlink.c).

use super::device::Made;
use super::{Kernel, SpaceId};
use crate::commands::fault::Fault;
use crate::text::iproute::Word;
use ipnet::IpNet;
use netpivot_model::link::LinkKind;
use netpivot_model::secret::Secret;
use netpivot_model::source::At;
use netpivot_model::wireguard::{Peer, Wireguard};

/// How a request changes what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::commands) enum Manner {
    /// What it says (`wg set`, `wg addconf`).
    Add,
    /// It replaces all (`wg setconf`).
    Replace,
    /// The same, but that peers which stay keep the address where they were last seen (`wg syncconf`).
    Sync,
}

/// What a request says of a peer.
#[derive(Debug, Default)]
pub(in crate::commands) struct Change {
    pub peer: Peer,
    /// WGPEER_F_REMOVE_ME.
    pub removes: bool,
    /// WGPEER_F_REPLACE_ALLOWEDIPS.
    pub replaces_networks: bool,
}

impl Kernel {
    /// The settings of the WireGuard link of that name.
    pub fn wireguard(&mut self, space: SpaceId, word: Word<'_>) -> Result<&mut Wireguard, Fault> {
        let Some(id) = self.find(space, word.text) else {
            if self.doubt.names(word.text) {
                let why =
                    format!("a command before it, which is not evaluated, may have made `{}`", word.text);
                return Err(Fault::doubt(word.span, why));
            }
            return Err(self.missing(space, word));
        };
        self.note_start(id);
        let device = self.device_mut(id);
        let is_other = match device.made {
            Made::Command | Made::Kernel => true,
            Made::Base | Made::Profile | Made::Assumed => false,
        };
        let kind = device.link.kind.value.word();
        if let LinkKind::Wireguard(wireguard) = &mut device.link.kind.value {
            return Ok(&mut **wireguard);
        }
        if is_other {
            let why = format!("`{}` is no link of WireGuard, but of the kind {kind}", word.text);
            return Err(Fault::kernel("Operation not supported", word.span, why));
        }
        // To a configuration any device of that name is a card.
        let why = format!("nothing here says that `{}` is a link of WireGuard", word.text);
        Err(Fault::unknown(word.span, why))
    }
}

/// Gives a link what a request says. A key of zeros is none.
pub(in crate::commands) fn change(
    wireguard: &mut Wireguard,
    request: Wireguard,
    peers: Vec<Change>,
    manner: Manner,
) {
    let is_whole = match manner {
        Manner::Add => false,
        Manner::Replace | Manner::Sync => true,
    };
    let Wireguard { private_key, listen_port, fwmark, .. } = request;
    replace(&mut wireguard.private_key, private_key, is_whole);
    replace(&mut wireguard.listen_port, listen_port, is_whole);
    replace(&mut wireguard.fwmark, fwmark, is_whole);
    wireguard.private_key.take_if(|at| is_zero(&at.value));
    match manner {
        Manner::Add => {}
        Manner::Replace => wireguard.peers.clear(),
        Manner::Sync => {
            wireguard.peers.retain(|old| peers.iter().any(|new| is_same(old, &new.peer)));
            for old in &mut wireguard.peers {
                // What the file does not say of them goes (`sync_conf()` of setconf.c).
                old.preshared_key = None;
                old.persistent_keepalive = None;
            }
        }
    }
    for change in peers {
        set_peer(wireguard, change);
    }
}

fn replace<T>(old: &mut Option<At<T>>, new: Option<At<T>>, is_whole: bool) {
    if is_whole || new.is_some() {
        *old = new;
    }
}

fn is_zero(key: &Secret) -> bool {
    key.reveal().bytes().all(|b| matches!(b, b'A' | b'='))
}

fn is_same(one: &Peer, other: &Peer) -> bool {
    let key = |peer: &Peer| peer.public_key.as_ref().map(|at| at.value.clone());
    key(one) == key(other)
}

/// `set_peer()`.
fn set_peer(wireguard: &mut Wireguard, change: Change) {
    let Change { peer: new, removes, replaces_networks } = change;
    if removes {
        return wireguard.peers.retain(|peer| !is_same(peer, &new));
    }
    let at = wireguard.peers.iter().position(|peer| is_same(peer, &new)).unwrap_or_else(|| {
        wireguard.peers.push(Peer { public_key: new.public_key.clone(), ..Peer::default() });
        wireguard.peers.len() - 1
    });
    let Peer { endpoint, preshared_key, persistent_keepalive, allowed_ips, .. } = new;
    let peer = &mut wireguard.peers[at];
    replace(&mut peer.endpoint, endpoint, false);
    replace(&mut peer.preshared_key, preshared_key, false);
    peer.preshared_key.take_if(|at| is_zero(&at.value));
    replace(&mut peer.persistent_keepalive, persistent_keepalive, false);
    if replaces_networks {
        peer.allowed_ips.items.clear();
    }
    // A network is behind one peer, the last that got it (`wg_allowedips_insert_v4()`).
    let moves = |old: &At<IpNet>| allowed_ips.items.iter().any(|new| new.value.trunc() == old.value.trunc());
    for (n, other) in wireguard.peers.iter_mut().enumerate() {
        if n != at || !replaces_networks {
            other.allowed_ips.items.retain(|old| !moves(old));
        }
    }
    wireguard.peers[at].allowed_ips.items.extend(allowed_ips.items);
}
