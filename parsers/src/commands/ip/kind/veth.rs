//! veth pairs: `ip link add A … type veth [peer] [name B] …`.

use super::super::link::{self, Common};
use crate::commands::fault::{Done, Fault};
use crate::commands::program::Call;
use crate::commands::words::Words;
use crate::text::iproute::Word;
use netpivot_model::link::{Link, LinkKind};
use netpivot_model::source::At;
use netpivot_model::virtual_link::Veth;

/// Both ends are made or none (`veth_newlink()`).
pub(super) fn add(call: &mut Call<'_>, common: Common<'_>, word: Word<'_>, mut words: Words<'_>) -> Done {
    let peer_word = words.take("peer");
    let mut peer = Common::default();
    if peer_word.is_some() {
        link::common(&mut peer, &mut words)?;
        peer.settle_name()?;
    }
    if let Some(extra) = words.peek() {
        return Err(Fault::usage(extra.span, format!("`{}` is no option of a veth", extra.text))
            .intent("write `type veth peer name NAME`"));
    }
    let (Some(name), Some(peer_name)) = (common.name, peer.name) else {
        return Err(Fault::unknown(word.span, "the kernel chooses a name like `veth0` for an end")
            .intent("name both ends: `ip link add A type veth peer name B`"));
    };
    let (space, peer_space) = (common.target(call)?, peer.target(call)?);
    if space == peer_space && name.text == peer_name.text {
        return Err(Fault::kernel("File exists", peer_name.span, "both ends have the same name"));
    }
    if let Some(there) = call.kernel.find(peer_space, peer_name.text)
        && call.kernel.device(there).is_present()
    {
        return Err(Fault::kernel(
            "File exists",
            peer_name.span,
            format!("a link `{}` is there already", peer_name.text),
        ));
    }
    let end = |common: &Common<'_>, other: Word<'_>| {
        let veth = Veth { peer: Some(super::by_name(other)) };
        Ok::<Link, Fault>(Link { kind: At::new(LinkKind::Veth(Box::new(veth)), word.span), ..common.link()? })
    };
    let (one, two) = (end(&common, peer_name)?, end(&peer, name)?);
    let id = call.kernel.make(space, name, one)?;
    let peer_id = match call.kernel.make(peer_space, peer_name, two) {
        Ok(id) => id,
        Err(fault) => {
            call.kernel.delete(id, name.span)?;
            return Err(fault);
        }
    };
    call.kernel.pair(id, peer_id);
    common.settle(call, id)?;
    peer.settle(call, peer_id)?;
    super::refuse_rest(call, id, &common.beyond, None)?;
    super::refuse_rest(call, peer_id, &peer.beyond, None)
}
