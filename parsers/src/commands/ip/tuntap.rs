//! ip-tuntap(8).

use super::{Options, tun_link, verb};
use crate::commands::fault::{Done, Fault};
use crate::commands::program::{Call, Effect, Ran, changed};
use crate::commands::words::{Words, account};
use crate::text::iproute::Word;
use netpivot_model::link::LinkKind;
use netpivot_model::source::At;
use netpivot_model::virtual_link::{Tun, TunMode};

#[derive(Clone, Copy)]
enum Verb {
    Add,
    Delete,
    Ask,
}

/// In ip's order (`iptuntap.c:do_iptuntap`).
const VERBS: [(&str, Verb); 6] = [
    ("add", Verb::Add),
    ("delete", Verb::Delete),
    ("show", Verb::Ask),
    ("lst", Verb::Ask),
    ("list", Verb::Ask),
    ("help", Verb::Ask),
];

pub(super) fn run(call: &mut Call<'_>, _options: Options, mut words: Words<'_>) -> Ran {
    let (verb, _) = verb(&VERBS, &mut words, "tuntap", Verb::Ask)?;
    match verb {
        Verb::Ask => Ok(Effect::Asked(true)),
        Verb::Add => changed(add(call, words)),
        Verb::Delete => changed(delete(call, words)),
    }
}

fn read<'a>(mut words: Words<'a>) -> Result<(Tun, Word<'a>), Fault> {
    let mut tun = Tun::default();
    let mut name = None;
    while let Some(word) = words.next() {
        match word.text {
            "mode" => {
                let value = words.value(word)?;
                let mode = match value.text {
                    "tun" => TunMode::Tun,
                    "tap" => TunMode::Tap,
                    other => {
                        return Err(Fault::usage(
                            value.span,
                            format!("`{other}` is neither `tun` nor `tap`"),
                        ));
                    }
                };
                tun.mode = Some(At::new(mode, value.span));
            }
            "user" => tun.owner = account(words.value(word)?),
            "group" => tun.group = account(words.value(word)?),
            "pi" => tun.pi = Some(At::new(true, word.span)),
            "one_queue" => {}
            "vnet_hdr" => tun.vnet_hdr = Some(At::new(true, word.span)),
            "multi_queue" => tun.multi_queue = Some(At::new(true, word.span)),
            _ => {
                let value = if matches!(word.text, "dev" | "name") { words.value(word)? } else { word };
                if name.is_some() {
                    return Err(Fault::usage(
                        value.span,
                        format!("`{}` is no word of ip-tuntap(8)", value.text),
                    ));
                }
                name = Some(value);
            }
        }
    }
    let last = words.last();
    if tun.mode.is_none() {
        return Err(Fault::usage(last, "`mode` is missing").intent("add `mode tap` or `mode tun`"));
    }
    match name {
        Some(name) => Ok((tun, name)),
        None => Err(Fault::unknown(last, "the kernel chooses a name like `tap0` for the link")
            .intent("give the link a name: `ip tuntap add dev NAME mode tap`")),
    }
}

/// A second `add` of the same device is an error (`tun_set_iff()`: busy).
fn add(call: &mut Call<'_>, words: Words<'_>) -> Done {
    let (tun, name) = read(words)?;
    if let Some(id) = call.kernel.find(call.space, name.text)
        && call.kernel.device(id).is_present()
    {
        let is_tun = matches!(call.kernel.device(id).link.kind.value, LinkKind::Tun(_));
        let errno = if is_tun { "Device or resource busy" } else { "Invalid argument" };
        return Err(Fault::kernel(errno, name.span, format!("a link `{}` is there already", name.text)));
    }
    call.kernel.make(call.space, name, tun_link(tun, name.span))?;
    Ok(())
}

fn delete(call: &mut Call<'_>, words: Words<'_>) -> Done {
    let (_, name) = read(words)?;
    // TUNSETIFF makes a device that is not there, and it goes with the program.
    let Some(id) = call.kernel.find(call.space, name.text) else { return Ok(()) };
    if !matches!(call.kernel.device(id).link.kind.value, LinkKind::Tun(_)) {
        return Err(Fault::kernel(
            "Invalid argument",
            name.span,
            format!("`{}` is no tun or tap device", name.text),
        ));
    }
    call.kernel.delete(id, name.span)
}
