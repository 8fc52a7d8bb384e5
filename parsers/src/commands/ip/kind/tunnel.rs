//! IP tunnels: `ip link add … type gre|ipip|sit|…` and `ip tunnel add`.

use super::super::link::Part;
use super::super::options::{self, How, Row};
use super::super::{Options, verb};
use crate::commands::fault::{Done, Fault};
use crate::commands::program::{Call, Effect, Ran, changed};
use crate::commands::words::Words;
use crate::text::iproute::Word;
use How::{Beyond, Flag, Ignored, NumberOr};
use netpivot_model::link::{Link, LinkKind};
use netpivot_model::rule::Family;
use netpivot_model::shell::quote;
use netpivot_model::source::{At, Origin};
use netpivot_model::value::{Scalar, U32};
use netpivot_model::virtual_link::{IpTunnel, TunnelMode};

/// `link_gre.c`, `link_iptnl.c`, `link_vti.c`, `iptunnel.c`.
pub(super) const ROWS: &[Row] = &[
    ("remote", true, "remote", How::Word),
    ("local", true, "local", How::Word),
    ("ttl", true, "ttl", NumberOr("inherit", 0)),
    ("hoplimit", true, "ttl", NumberOr("inherit", 0)),
    ("hlim", true, "ttl", NumberOr("inherit", 0)),
    ("ikey", true, "ikey", How::Key),
    ("okey", true, "okey", How::Key),
    ("nopmtudisc", true, "pmtudisc", Flag(false)),
    ("pmtudisc", true, "pmtudisc", Flag(true)),
    ("fwmark", true, "fwmark", How::Number),
    ("seq", true, "", Beyond(0)),
    ("iseq", true, "", Beyond(0)),
    ("oseq", true, "", Beyond(0)),
    ("csum", true, "", Beyond(0)),
    ("icsum", true, "", Beyond(0)),
    ("ocsum", true, "", Beyond(0)),
    ("noseq", true, "", Ignored(0)),
    ("nocsum", true, "", Ignored(0)),
    ("ignore-df", true, "", Beyond(0)),
    ("noignore-df", true, "", Ignored(0)),
    ("isatap", true, "", Beyond(0)),
    ("external", true, "", Beyond(0)),
    ("noencap", true, "", Ignored(0)),
    ("encap", true, "", Beyond(1)),
    ("encap-sport", true, "", Beyond(1)),
    ("encap-dport", true, "", Beyond(1)),
    ("encaplimit", true, "encap_limit", How::Number),
    ("flowlabel", true, "flow_label", How::Number),
];

/// A tunnel of that mode.
pub(super) fn of(mode: &'static str) -> LinkKind {
    LinkKind::IpTunnel(Box::new(IpTunnel {
        mode: TunnelMode::from_text(mode).ok().map(|mode| At::new(mode, Origin::derived("tunnel-kind", []))),
        ..IpTunnel::default()
    }))
}

/// `key K` means both keys; `tos` is hexadecimal; `mode` of a sit or ip6tnl narrows its kind.
pub(super) fn special(made: &mut LinkKind, word: Word<'_>, words: &mut Words<'_>) -> Result<bool, Fault> {
    let LinkKind::IpTunnel(tunnel) = made else { return Ok(false) };
    if inherits(tunnel, word, words) {
        words.next();
        return Ok(true);
    }
    match word.text {
        "key" => {
            let value = words.value(word)?;
            let key = options::key(value)?;
            options::set(&mut **tunnel, "ikey", &key, value)?;
            options::set(&mut **tunnel, "okey", &key, value)?;
            Ok(true)
        }
        "tos" | "tclass" | "dsfield" | "dscp" => {
            let value = words.value(word)?;
            let number = match value.text {
                "inherit" => 1,
                text => i64::from(
                    u8::from_str_radix(text.trim_start_matches("0x"), 16)
                        .map_err(|_| Fault::usage(value.span, format!("`{text}` is no type of service")))?,
                ),
            };
            options::set(&mut **tunnel, "tos", &netpivot_model::value::Value::Int(number), value)?;
            Ok(true)
        }
        "mode" => {
            let value = words.value(word)?;
            tunnel.mode = Some(At::new(mode(value)?, value.span));
            Ok(true)
        }
        "remote" | "local" if words.peek().is_some_and(|value| value.text == "any") => {
            words.next();
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// Takes a word of a tunnel over IPv6 whose value stands in the packets (`link_ip6tnl.c`, `link_gre6.c`): a flag, not a number.
fn inherits(tunnel: &mut IpTunnel, word: Word<'_>, words: &Words<'_>) -> bool {
    let is_over_ipv6 = tunnel.mode.as_ref().is_some_and(|at| at.value.is_over_ipv6());
    let Some(value) = words.peek().filter(|_| is_over_ipv6) else { return false };
    let flag = IpTunnel::FLAGS.iter().find(|(_, words)| {
        words.split_once(' ').is_some_and(|(keyword, what)| {
            value.text == what && (keyword == word.text || keyword == "tclass" && is_class(word.text))
        })
    });
    let Some((bit, _)) = flag else { return false };
    let bits = tunnel.flags.as_ref().map_or(0, |at| at.value.get()) | i64::from(*bit);
    tunnel.flags = U32::new(bits).map(|bits| At::new(bits, value.span));
    true
}

/// Other words for the traffic class; `dscp` is that of the packet inside.
fn is_class(word: &str) -> bool {
    ["tos", "dsfield"].contains(&word)
}

fn mode(word: Word<'_>) -> Result<TunnelMode, Fault> {
    let text = match word.text {
        "ipip" | "ip/ip" | "ipv4/ipv4" => "ipip",
        "any" | "any/ip" | "any/ipv4" | "any/ipv6" => return Err(any(word)),
        "gre" | "gre/ip" => "gre",
        "sit" | "ipv6/ip" | "ip6ip" => "sit",
        "vti" => "vti",
        "ip6ip6" | "ipv6/ipv6" => "ip6ip6",
        "ipip6" | "ip/ipv6" | "ipv4/ipv6" => "ipip6",
        "ip6gre" | "gre/ipv6" => "ip6gre",
        "vti6" => "vti6",
        other => {
            return Err(Fault::usage(word.span, format!("`{other}` is no mode of a tunnel")));
        }
    };
    TunnelMode::from_text(text).map_err(|error| Fault::usage(word.span, error.to_string()))
}

/// The kind `ip6tnl`, which begins without a protocol (link_ip6tnl.c:ip6tunnel_parse_opt).
pub(super) fn ip6tnl() -> LinkKind {
    LinkKind::IpTunnel(Box::default())
}

/// A tunnel is of one protocol.
pub(super) fn check(made: &LinkKind, word: Word<'_>) -> Done {
    let is_any = matches!(made, LinkKind::IpTunnel(tunnel) if tunnel.mode.is_none());
    if is_any { Err(any(word)) } else { Ok(()) }
}

/// Protocol 0: IPv4 and IPv6 alike.
fn any(word: Word<'_>) -> Fault {
    Fault::unknown(word.span, "nothing holds a tunnel of several protocols")
        .intent("name one with `mode`: `ip6ip6` or `ipip6`, `ipip` or `ip6ip`")
}

#[derive(Clone, Copy)]
enum Verb {
    Add,
    Change,
    Delete,
    Ask,
    Beyond,
}

/// In ip's order (`iptunnel.c:do_iptunnel`).
const VERBS: [(&str, Verb); 9] = [
    ("add", Verb::Add),
    ("change", Verb::Change),
    ("delete", Verb::Delete),
    ("show", Verb::Ask),
    ("lst", Verb::Ask),
    ("list", Verb::Ask),
    ("prl", Verb::Beyond),
    ("6rd", Verb::Beyond),
    ("help", Verb::Ask),
];

pub(in crate::commands::ip) fn command(call: &mut Call<'_>, options: Options, mut words: Words<'_>) -> Ran {
    let (verb, _) = verb(&VERBS, &mut words, "tunnel", Verb::Ask)?;
    match verb {
        Verb::Ask => Ok(Effect::Asked(true)),
        Verb::Beyond => Err(Fault::beyond(words.last(), "nothing holds potential routers and 6rd prefixes")),
        Verb::Add => changed(modify(call, options, words, true)),
        Verb::Change => changed(modify(call, options, words, false)),
        Verb::Delete => {
            let (name, _) = read(&mut LinkKind::IpTunnel(Box::default()), words)?;
            let id = call.kernel.named(call.space, name)?;
            changed(call.kernel.delete(id, name.span))
        }
    }
}

fn read<'a>(made: &mut LinkKind, mut words: Words<'a>) -> Result<(Word<'a>, Found<'a>), Fault> {
    let mut name = None;
    let mut found = Found { below: None, beyond: Vec::new() };
    loop {
        let from = words;
        let Some(word) = words.next() else { break };
        if word.text == "dev" {
            found.below = Some(words.value(word)?);
            continue;
        }
        if special(made, word, &mut words)? {
            continue;
        }
        // `ip tunnel` takes its words in full only (`iptunnel.c:parse_args`).
        let full = ROWS.iter().any(|(keyword, ..)| *keyword == word.text);
        let read = if full { options::read(made.node_mut(), ROWS, word, &mut words)? } else { None };
        match read {
            Some(missing) => found.beyond.extend(missing.map(|word| (word, words.since(from)))),
            None => name = Some(if word.text == "name" { words.value(word)? } else { word }),
        }
    }
    let name = name.ok_or_else(|| Fault::usage(words.last(), "the name of the tunnel is missing"))?;
    Ok((name, found))
}

struct Found<'a> {
    below: Option<Word<'a>>,
    /// What the model has no place for.
    beyond: Vec<Part<'a>>,
}

fn modify(call: &mut Call<'_>, options: Options, words: Words<'_>, add: bool) -> Done {
    let mut made = LinkKind::IpTunnel(Box::default());
    let (name, found) = read(&mut made, words)?;
    if let LinkKind::IpTunnel(tunnel) = &mut made
        && add
        && options.family == Some(Family::V6)
    {
        // ip6tunnel.c:ip6_tnl_parm_init.
        tunnel.mode.get_or_insert_with(|| At::new(TunnelMode::Ip6Ip6, Origin::derived("tunnel-kind", [])));
    }
    let has_mode = matches!(&made, LinkKind::IpTunnel(tunnel) if tunnel.mode.is_some());
    if add && !has_mode {
        return Err(
            Fault::usage(name.span, "`mode` is missing").intent("add `mode gre`, `mode ipip` or `mode sit`")
        );
    }
    let below = found.below.map(|word| call.kernel.named(call.space, word)).transpose()?;
    if let (LinkKind::IpTunnel(tunnel), Some(word)) = (&mut made, found.below) {
        tunnel.parent = Some(super::by_name(word));
    }
    if add {
        let link = Link { kind: At::new(made, name.span), ..Link::default() };
        let id = call.kernel.make(call.space, name, link)?;
        if let Some(below) = below {
            call.kernel.stack(id, below);
        }
    } else {
        let id = call.kernel.named(call.space, name)?;
        let LinkKind::IpTunnel(new) = made else { return Ok(()) };
        let LinkKind::IpTunnel(old) = &mut call.kernel.device_mut(id).link.kind.value else {
            return Err(Fault::kernel(
                "Invalid argument",
                name.span,
                format!("`{}` is no tunnel", name.text),
            ));
        };
        let mode = old.mode.take();
        *old = new;
        old.mode = old.mode.take().or(mode);
    }
    let Some((first, _)) = found.beyond.first() else { return Ok(()) };
    let why = format!("nothing holds `{}`", first.text);
    if !add {
        return Err(Fault::beyond(first.span, why));
    }
    let space = call.kernel.space(call.space).name.as_ref();
    let space = space.map_or_else(String::new, |at| format!("-n {} ", quote(&at.value)));
    let family = if options.family == Some(Family::V6) { "-6 " } else { "" };
    let words = found.beyond.iter().flat_map(|(_, words)| words.iter());
    let words: String = words.map(|word| format!(" {}", quote(word.text))).collect();
    Err(Fault::remainder(
        first.span,
        why,
        format!("ip {space}{family}tunnel change {}{words}", quote(name.text)),
    ))
}
