//! ip-token(8): the fixed interface identifier of autoconfigured IPv6 addresses.

use super::{Options, verb};
use crate::commands::fault::{Done, Fault};
use crate::commands::program::{Call, Effect, Ran, changed};
use crate::commands::words::Words;
use crate::text::iproute::{Word, address};
use netpivot_model::rule::Family;
use netpivot_model::source::At;
use netpivot_model::value::InterfaceId;
use std::net::{IpAddr, Ipv6Addr};

#[derive(Clone, Copy)]
enum Verb {
    Ask,
    Set,
    Delete,
}

/// In ip's order (`iptoken.c:do_iptoken`).
const VERBS: [(&str, Verb); 8] = [
    ("list", Verb::Ask),
    ("lst", Verb::Ask),
    ("show", Verb::Ask),
    ("set", Verb::Set),
    ("add", Verb::Set),
    ("delete", Verb::Delete),
    ("get", Verb::Ask),
    ("help", Verb::Ask),
];

pub(super) fn run(call: &mut Call<'_>, _options: Options, mut words: Words<'_>) -> Ran {
    let (verb, _) = verb(&VERBS, &mut words, "token", Verb::Ask)?;
    match verb {
        Verb::Ask => Ok(Effect::Asked(true)),
        Verb::Set => changed(set(call, words, false)),
        Verb::Delete => changed(set(call, words, true)),
    }
}

/// The kernel keeps the low 64 bits, and takes a token only where addresses are made of advertisements
/// (`inet6_set_iftoken()`).
fn set(call: &mut Call<'_>, mut words: Words<'_>, delete: bool) -> Done {
    let (mut token, mut dev): (Option<(Ipv6Addr, Word<'_>)>, Option<Word<'_>>) = (None, None);
    while let Some(word) = words.next() {
        match word.text {
            "dev" => dev = Some(words.value(word)?),
            _ if token.is_none() && !delete => {
                let bare = Word { text: word.text.split('/').next().unwrap_or(word.text), ..word };
                if let IpAddr::V6(ip) = address(bare, Some(Family::V6))? {
                    token = Some((Ipv6Addr::from(u128::from(ip) & u128::from(u64::MAX)), word));
                }
            }
            _ => {
                let why = format!("`{}` is no word of ip-token(8)", word.text);
                return Err(Fault::usage(word.span, why));
            }
        }
    }
    let dev = dev.ok_or_else(|| Fault::usage(words.last(), "`dev NAME` is missing"))?;
    let (token, word) = match token {
        Some(token) => token,
        None if delete => (Ipv6Addr::UNSPECIFIED, dev),
        None => return Err(Fault::usage(words.last(), "the token is missing")),
    };
    let id = call.kernel.named(call.space, dev)?;
    if let Some(why) = call.kernel.refuses_tokens(id) {
        return Err(Fault::kernel("Invalid argument", dev.span, format!("`{}` {why}", dev.text)));
    }
    let ipv6 = &mut call.kernel.device_mut(id).link.ipv6;
    if token.is_unspecified() {
        if let Some(ipv6) = ipv6 {
            ipv6.token = None;
        }
    } else {
        ipv6.get_or_insert_default().token = Some(At::new(InterfaceId(token), word.span));
    }
    Ok(())
}
