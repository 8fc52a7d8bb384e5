//! ip-address(8).

use super::{Options, verb};
use crate::commands::fault::{Done, Fault};
use crate::commands::kernel::DeviceId;
use crate::commands::program::{Call, Effect, Ran, changed};
use crate::commands::words::{Words, begins, count};
use crate::text::iproute::{Word, address, family_of, prefix, scope};
use ipnet::{IpNet, Ipv4Net};
use netpivot_model::ip::Address;
use netpivot_model::rule::Family;
use netpivot_model::source::{At, Origin, Span};
use std::net::IpAddr;

#[derive(Clone, Copy)]
enum Verb {
    Add,
    Change,
    Replace,
    Delete,
    Ask,
    Flush,
}

/// In ip's order (`ipaddress.c:do_ipaddr`).
const VERBS: [(&str, Verb); 11] = [
    ("add", Verb::Add),
    ("change", Verb::Change),
    ("chg", Verb::Change),
    ("replace", Verb::Replace),
    ("delete", Verb::Delete),
    ("show", Verb::Ask),
    ("lst", Verb::Ask),
    ("list", Verb::Ask),
    ("flush", Verb::Flush),
    ("save", Verb::Ask),
    ("help", Verb::Ask),
];

pub(super) fn run(call: &mut Call<'_>, options: Options, mut words: Words<'_>) -> Ran {
    let (verb, span) = verb(&VERBS, &mut words, "addr", Verb::Ask)?;
    let span = span.unwrap_or(words.last());
    match verb {
        Verb::Ask => ask(call, words),
        Verb::Flush => changed(flush(call, options, words, span)),
        Verb::Add => changed(modify(call, options, words, Modify::Add)),
        Verb::Change | Verb::Replace => changed(modify(call, options, words, Modify::Replace)),
        Verb::Delete => changed(modify(call, options, words, Modify::Delete)),
    }
}

/// `ip addr show [dev] NAME`: succeeds where the link is there.
pub(super) fn ask(call: &mut Call<'_>, mut words: Words<'_>) -> Ran {
    let mut name = None;
    while let Some(word) = words.next() {
        match word.text {
            "dev" => name = words.next(),
            "up" | "primary" | "secondary" | "permanent" | "dynamic" | "tentative" | "deprecated"
            | "temporary" => {}
            "to" | "scope" | "label" | "group" | "master" | "vrf" | "type" => {
                words.next();
            }
            _ => name = Some(word),
        }
    }
    Ok(match name {
        Some(name) => call.looks_for(name.text),
        None => Effect::Asked(true),
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Modify {
    Add,
    Replace,
    Delete,
}

/// What the words of an address say.
#[derive(Default)]
struct Said<'a> {
    local: Option<(IpNet, bool, Span)>,
    peer: Option<(IpNet, Span)>,
    broadcast: Option<(Broadcast, Word<'a>)>,
    dev: Option<Word<'a>>,
    label: Option<Word<'a>>,
    spans: Vec<Span>,
}

enum Broadcast {
    /// `+`: all host bits set.
    Ones,
    /// `-`: all host bits clear.
    Zeros,
    Address(IpAddr),
}

/// Flags and attributes that take no or one value; in ip's order (`ipaddr_modify()`).
fn modify(call: &mut Call<'_>, options: Options, words: Words<'_>, what: Modify) -> Done {
    let mut attributes = Address::new(IpNet::V4(Ipv4Net::default()));
    let said = read(options.family, words, &mut attributes)?;
    let last = words.last();
    let Some(dev) = said.dev else {
        return Err(Fault::usage(last, "`dev NAME` is missing").intent("add `dev` and the name of the link"));
    };
    let Some((local, with_length, span)) = said.local else {
        return Err(Fault::usage(last, "the address is missing"));
    };
    check_label(said.label)?;
    let length = match said.peer {
        Some((peer, _)) if peer.prefix_len() != 0 => peer.prefix_len(),
        Some(_) | None => local.prefix_len(),
    };
    attributes.net = IpNet::new(local.addr(), length)
        .map_err(|_| Fault::usage(span, format!("`{local}` and its peer are of different families")))?;
    attributes.peer = said.peer.map(|(peer, _)| peer.addr()).filter(|peer| *peer != local.addr());
    if what != Modify::Delete {
        attributes.broadcast = broadcast(&said, length, local)?;
    }
    let id = call.kernel.named(call.space, dev)?;
    let mut spans = vec![span];
    spans.extend(said.spans.iter().copied());
    let place = Span { end: spans.iter().map(|s| s.end).max().unwrap_or(span.end), ..span };
    let _ = place;
    match what {
        Modify::Delete => call.kernel.delete_address(id, &attributes, with_length, span),
        Modify::Add => add(call, id, attributes, &spans, false),
        Modify::Replace => add(call, id, attributes, &spans, true),
    }
}

fn add(call: &mut Call<'_>, id: DeviceId, address: Address, spans: &[Span], replace: bool) -> Done {
    let span = spans[0];
    let origin = if spans.len() == 1 { Origin::at(span) } else { Origin::said(spans.iter().copied()) };
    call.kernel.add_address(id, At { value: address, origin }, replace, span)
}

/// Any label goes: that it begins with the name of its link is a habit of old programs.
fn check_label(label: Option<Word<'_>>) -> Done {
    match label {
        Some(label) if label.text.len() > 15 => {
            Err(Fault::kernel("Numerical result out of range", label.span, "a label has at most 15 bytes"))
        }
        Some(_) | None => Ok(()),
    }
}

fn broadcast(said: &Said<'_>, length: u8, local: IpNet) -> Result<Option<IpAddr>, Fault> {
    let Some((broadcast, word)) = &said.broadcast else { return Ok(None) };
    let IpAddr::V4(_) = local.addr() else {
        return Err(Fault::usage(word.span, "only IPv4 addresses have a broadcast address"));
    };
    let base = said.peer.map_or(local.addr(), |(peer, _)| peer.addr());
    let net = IpNet::new(base, length).unwrap_or(local);
    Ok(match broadcast {
        Broadcast::Address(ip) => Some(*ip),
        // "if (brd.bitlen <= 30)": smaller networks have none.
        Broadcast::Ones => (length <= 30).then(|| net.broadcast()),
        Broadcast::Zeros => (length <= 30).then(|| net.network()),
    })
}

fn read<'a>(
    family: Option<Family>,
    mut words: Words<'a>,
    attributes: &mut Address,
) -> Result<Said<'a>, Fault> {
    let mut said = Said::default();
    let mut family = family;
    while let Some(word) = words.next() {
        match word.text {
            "peer" | "remote" => {
                let value = words.value(word)?;
                let net = net(value, family)?.0;
                family.get_or_insert(family_of(net.addr()));
                said.peer = Some((net, value.span));
                said.spans.push(value.span);
            }
            _ if begins("broadcast", word.text) || word.text == "brd" => {
                let value = words.value(word)?;
                let what = match value.text {
                    "+" => Broadcast::Ones,
                    "-" => Broadcast::Zeros,
                    _ => Broadcast::Address(address(value, family)?),
                };
                said.spans.push(value.span);
                said.broadcast = Some((what, value));
            }
            "anycast" => {
                return Err(Fault::beyond(word.span, "nothing holds anycast addresses"));
            }
            "scope" => {
                let value = words.value(word)?;
                attributes.scope = scope_word(scope(value)?);
                said.spans.push(value.span);
            }
            "dev" => said.dev = Some(words.value(word)?),
            "label" => {
                let value = words.value(word)?;
                attributes.label = Some(value.text.to_owned());
                said.label = Some(value);
                said.spans.push(value.span);
            }
            _ if ["metric", "priority", "preference"].iter().any(|metric| begins(metric, word.text)) => {
                let value = words.value(word)?;
                attributes.metric = Some(count(value)?);
                said.spans.push(value.span);
            }
            _ if begins("valid_lft", word.text) => {
                let value = words.value(word)?;
                attributes.valid_lft = lifetime(value)?;
                said.spans.push(value.span);
            }
            _ if begins("preferred_lft", word.text) => {
                let value = words.value(word)?;
                attributes.preferred_lft = lifetime(value)?;
                said.spans.push(value.span);
            }
            "proto" => {
                words.value(word)?;
            }
            // ip(8) warns that they are "not mutable from userspace".
            "permanent" | "secondary" | "temporary" | "tentative" | "deprecated" | "dadfailed" => {}
            flag if attributes.flags.set(flag) => said.spans.push(word.span),
            _ => {
                let value = if word.text == "local" { words.value(word)? } else { word };
                if said.local.is_some() {
                    return Err(duplicate(value, said.dev));
                }
                let (net, with_length) = net(value, family)?;
                family.get_or_insert(family_of(net.addr()));
                said.local = Some((net, with_length, value.span));
            }
        }
    }
    if let (Some(valid), preferred) = (attributes.valid_lft, attributes.preferred_lft) {
        let preferred = preferred.unwrap_or(u32::MAX);
        if valid == 0 || preferred > valid {
            return Err(Fault::usage(
                words.last(),
                "an address is preferred no longer than it is valid, and valid for at least a second",
            ));
        }
    }
    Ok(said)
}

fn duplicate(word: Word<'_>, dev: Option<Word<'_>>) -> Fault {
    let fault = Fault::usage(
        word.span,
        format!("`{}` is no word of ip-address(8), and there is an address already", word.text),
    );
    if dev.is_none() { fault.intent(format!("write `dev {}`", word.text)) } else { fault }
}

/// ADDRESS or ADDRESS/LENGTH, and whether the length is there; without it the address stands for itself (/32).
fn net(word: Word<'_>, family: Option<Family>) -> Result<(IpNet, bool), Fault> {
    let found = prefix(word, family)?;
    let Some(net) = found else {
        return Err(Fault::usage(word.span, format!("`{}` is no address of a link", word.text)));
    };
    Ok((net, word.text.contains('/')))
}

/// rt_scopes: `global` is what an address has anyway.
fn scope_word(scope: u32) -> Option<String> {
    match scope {
        0 => None,
        200 => Some("site".to_owned()),
        253 => Some("link".to_owned()),
        254 => Some("host".to_owned()),
        255 => Some("nowhere".to_owned()),
        other => Some(other.to_string()),
    }
}

/// Seconds; `forever` is none.
fn lifetime(word: Word<'_>) -> Result<Option<u32>, Fault> {
    if word.text == "forever" {
        Ok(None)
    } else {
        count(word).map(Some).map(|n| n.filter(|n| *n != u32::MAX))
    }
}

/// `ip addr flush`.
fn flush(call: &mut Call<'_>, options: Options, mut words: Words<'_>, span: Span) -> Done {
    let mut dev = None;
    let mut within = None;
    let mut wanted_scope = None;
    let mut label = None;
    let mut family = options.family;
    if words.peek().is_none() {
        return Err(Fault::usage(span, "`flush` needs to know of which link"));
    }
    while let Some(word) = words.next() {
        match word.text {
            "dev" => dev = Some(words.value(word)?),
            "to" => {
                let (net, _) = net(words.value(word)?, family)?;
                family.get_or_insert(family_of(net.addr()));
                within = Some(net);
            }
            "scope" => wanted_scope = Some(scope(words.value(word)?)?),
            "label" => label = Some(words.value(word)?.text.trim_end_matches('*').to_owned()),
            "permanent" | "up" => {}
            "dynamic" | "secondary" | "primary" | "tentative" | "deprecated" | "temporary" => {
                return Err(Fault::beyond(word.span, "it chooses addresses by their state"));
            }
            _ => dev = Some(word),
        }
    }
    let Some(dev) = dev else {
        return Err(Fault::beyond(span, "it clears the addresses of all links"));
    };
    let id = call.kernel.named(call.space, dev)?;
    let matches = |address: &Address| {
        family.is_none_or(|family| family == family_of(address.net.addr()))
            && within.is_none_or(|net: IpNet| net.contains(&address.net.addr()))
            && wanted_scope.is_none_or(|scope| scope_word(scope) == address.scope)
            && label
                .as_ref()
                .is_none_or(|label| address.label.as_deref().unwrap_or(dev.text).starts_with(label.as_str()))
    };
    call.kernel.flush_addresses(id, &matches, span)
}
