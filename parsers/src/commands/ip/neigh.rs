//! ip-neighbour(8).

use super::{Options, verb};
use crate::commands::fault::{Done, Fault};
use crate::commands::program::{Call, Effect, Ran, changed};
use crate::commands::words::{Words, begins, mac, said};
use crate::text::iproute::{Word, address};
use netpivot_model::neighbor::Neighbor;
use netpivot_model::source::At;

#[derive(Clone, Copy)]
enum Verb {
    Ask,
    Add { create: bool, replace: bool },
    Delete,
    Flush,
}

/// In ip's order (`ipneigh.c:do_ipneigh`).
const VERBS: [(&str, Verb); 11] = [
    ("add", Verb::Add { create: true, replace: false }),
    ("change", Verb::Add { create: false, replace: true }),
    ("chg", Verb::Add { create: false, replace: true }),
    ("replace", Verb::Add { create: true, replace: true }),
    ("delete", Verb::Delete),
    ("get", Verb::Ask),
    ("show", Verb::Ask),
    ("lst", Verb::Ask),
    ("list", Verb::Ask),
    ("flush", Verb::Flush),
    ("help", Verb::Ask),
];

pub(super) fn run(call: &mut Call<'_>, options: Options, mut words: Words<'_>) -> Ran {
    let (verb, _) = verb(&VERBS, &mut words, "neigh", Verb::Ask)?;
    match verb {
        Verb::Ask => Ok(Effect::Asked(true)),
        Verb::Flush => Ok(Effect::Idle("forgets neighbours that were learnt")),
        Verb::Add { create, replace } => changed(set(call, options, words, create, replace)),
        Verb::Delete => changed(delete(call, options, words)),
    }
}

fn read<'a>(options: Options, mut words: Words<'a>) -> Result<(Neighbor, Word<'a>), Fault> {
    let mut entry = Neighbor::default();
    let mut dev = None;
    while let Some(word) = words.next() {
        match word.text {
            "lladdr" => {
                let value = words.value(word)?;
                entry.lladdr = Some(At::new(mac(value)?, value.span));
            }
            "nud" => {
                let value = words.value(word)?;
                entry.state = said(value)?;
            }
            "proxy" => {
                let value = words.value(word)?;
                entry.dst = Some(At::new(address(value, options.family)?, value.span));
                entry.proxy = Some(At::new(true, word.span));
            }
            "router" => entry.router = Some(At::new(true, word.span)),
            "managed" | "use" | "extern_learn" => {
                return Err(Fault::beyond(word.span, format!("nothing holds the flag `{}`", word.text)));
            }
            "dev" => dev = Some(words.value(word)?),
            _ if begins("protocol", word.text) && word.text.len() > 4 => {
                words.value(word)?;
            }
            _ => {
                let value = if word.text == "to" { words.value(word)? } else { word };
                if entry.dst.is_some() {
                    return Err(Fault::usage(
                        value.span,
                        format!("`{}` is no word of ip-neighbour(8)", value.text),
                    ));
                }
                entry.dst = Some(At::new(address(value, options.family)?, value.span));
            }
        }
    }
    let last = words.last();
    let dev = dev.ok_or_else(|| Fault::usage(last, "`dev NAME` is missing"))?;
    if entry.dst.is_none() {
        return Err(Fault::usage(last, "the neighbour's address is missing"));
    }
    Ok((entry, dev))
}

fn set(call: &mut Call<'_>, options: Options, words: Words<'_>, create: bool, replace: bool) -> Done {
    let (mut entry, dev) = read(options, words)?;
    let id = call.kernel.named(call.space, dev)?;
    let span = entry.dst.as_ref().and_then(|at| at.origin.span()).unwrap_or(dev.span);
    if entry.proxy.is_none() && entry.state.is_none() {
        // `nud permanent` is what `add` makes (`ipneigh_modify()`); the span is the whole entry's.
        entry.state = Some(At::new(
            netpivot_model::neighbor::NeighborState::Permanent,
            netpivot_model::source::Origin::derived("ip-neigh-default-state", [span]),
        ));
    }
    if entry.proxy.is_none() && entry.lladdr.is_none() && call.kernel.resolves_neighbors(id) {
        // neigh_update(): "No link layer address given".
        let why = format!("nothing says the hardware address of the neighbour on `{}`", dev.text);
        return Err(Fault::kernel("Invalid argument", span, why).intent("add `lladdr ADDRESS`"));
    }
    call.kernel.set_neighbor(id, entry, create, replace, span)
}

fn delete(call: &mut Call<'_>, options: Options, words: Words<'_>) -> Done {
    let (entry, dev) = read(options, words)?;
    let id = call.kernel.named(call.space, dev)?;
    let Some(dst) = entry.dst else { return Ok(()) };
    let span = dst.origin.span().unwrap_or(dev.span);
    call.kernel.delete_neighbor(id, dst.value, entry.proxy.is_some(), span)
}
