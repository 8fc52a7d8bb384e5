//! route(8).

use super::fault::Fault;
use super::kernel::{Adding, Deleting};
use super::program::{Call, Effect, Ran};
use super::words::{Words, count, in_range, resolved};
use crate::text::iproute::{Word, address, everything, prefix};
use ipnet::IpNet;
use netpivot_model::route::{MAIN_TABLE, Route, RouteType};
use netpivot_model::rule::Family;
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::Int;

pub(super) fn run(call: &mut Call<'_>, program: Word<'_>, mut words: Words<'_>) -> Ran {
    let (family, rest) = without_options(&mut words);
    let mut words = Words::new(program, &rest);
    let Some(verb) = words.next() else { return Ok(Effect::Asked(true)) };
    let add = match verb.text {
        "add" => true,
        "del" | "delete" => false,
        "flush" => return Err(Fault::beyond(verb.span, "it clears all routes")),
        other => {
            return Err(Fault::usage(verb.span, format!("`{other}` is neither `add` nor `del`"))
                .intent(format!("write `{} add …`", program.text)));
        }
    };
    let (route, dev) = read(family, add, words)?;
    let dev = dev.map(|word| call.kernel.named(call.space, word)).transpose()?;
    let span = verb.span;
    let last = route.dst.as_ref().and_then(|at| at.origin.span()).unwrap_or(span);
    let span = super::kernel::across(span, last);
    if add {
        // The kernel is asked without NLM_F_EXCL (`rtentry_to_fib_config()`, `rtmsg_to_fib6_config()`).
        let how = if family == Family::V6 { Adding::Append } else { Adding::Prepend };
        call.kernel.add_route(call.space, route, dev, how, span)?;
    } else {
        let dst = route.dst.as_ref().map_or(everything(family), |at| at.value);
        let what = Deleting { dst, table: MAIN_TABLE, dev, route };
        call.kernel.delete_route(call.space, &what, span)?;
    }
    Ok(Effect::Changed)
}

/// The family, and the words that are no options: those may stand anywhere (`getopt_long()`).
fn without_options<'a>(words: &mut Words<'a>) -> (Family, Vec<Word<'a>>) {
    let mut family = Family::V4;
    let mut rest = Vec::new();
    while let Some(word) = words.next() {
        match word.text {
            "-net" | "-host" => rest.push(word),
            "-6" | "--inet6" | "-Ainet6" => family = Family::V6,
            "-A" => {
                if words.next().is_some_and(|next| next.text == "inet6") {
                    family = Family::V6;
                }
            }
            option if option.starts_with('-') => {}
            _ => rest.push(word),
        }
    }
    (family, rest)
}

/// `[-net|-host] TARGET [netmask M] [gw G] [metric N] [mss N] [window N] [reject] [[dev] NAME]`.
///
/// A device without `dev` is the last word (`INET_setroute()`, `INET6_setroute()`).
fn read<'a>(family: Family, add: bool, mut words: Words<'a>) -> Result<(Route, Option<Word<'a>>), Fault> {
    let mut route = Route::default();
    let kind = words.peek().filter(|word| matches!(word.text, "-net" | "-host"));
    if kind.is_some() {
        words.next();
    }
    let target = words.expect("the destination")?;
    let mut netmask = None;
    let mut dev = None;
    while let Some(word) = words.next() {
        match word.text {
            "netmask" => {
                let value = words.value(word)?;
                let bad = || Fault::usage(value.span, format!("`{}` is no netmask", value.text));
                let mask = value.text.parse().map_err(|_| bad())?;
                let length = ipnet::ipv4_mask_to_prefix(mask).map_err(|_| bad())?;
                netmask = Some((length, value.span));
            }
            "gw" | "gateway" => {
                let value = words.value(word)?;
                let gateway =
                    address(value, Some(family)).map_err(|error| resolved(value).unwrap_or(error.into()))?;
                route.gateway = Some(At::new(gateway, value.span));
            }
            "metric" => {
                let value = words.value(word)?;
                route.metric =
                    Int::new(i64::from(in_range(value, 0, 65535)?)).map(|n| At::new(n, value.span));
            }
            "mss" => {
                let value = words.value(word)?;
                route.advmss = Int::new(i64::from(count(value)?)).map(|n| At::new(n, value.span));
            }
            "window" => {
                let value = words.value(word)?;
                route.window = Int::new(i64::from(count(value)?)).map(|n| At::new(n, value.span));
            }
            "irtt" => {
                words.value(word)?;
            }
            "reject" => route.route_type = Some(At::new(RouteType::Unreachable, word.span)),
            "mod" | "dyn" | "reinstate" => {}
            "dev" | "device" if dev.is_none() => dev = Some(words.value(word)?),
            "dev" | "device" => return Err(Fault::usage(word.span, "the route has a device already")),
            other if dev.is_some() => return Err(not_last(word, other)),
            other => match words.peek() {
                None => dev = Some(word),
                Some(_) => return Err(not_last(word, other)),
            },
        }
    }
    let dst = match family {
        Family::V4 => destination(target, kind.map(|word| word.text), netmask)?,
        Family::V6 => prefix(target, Some(family))?.unwrap_or(everything(family)),
    };
    if dst != dst.trunc() {
        return Err(Fault::usage(target.span, format!("`{}` has bits set behind its netmask", target.text))
            .intent(format!("write `-net {}`", dst.trunc())));
    }
    let spans = std::iter::once(target.span).chain(netmask.map(|(_, span)| span));
    route.dst = Some(At { value: dst, origin: Origin::said(spans) });
    // A metric of 0 is none for the kernel, which then takes any route for deletion (`fib_nh_match()`).
    route.metric = route.metric.filter(|at| add || at.value.get() > 0);
    if family == Family::V6 && route.metric.is_none() {
        // INET6_setroute() starts from 1, where ip(8) leaves it to the kernel, which takes 1024.
        let origin = Origin::derived("metric-of-route", [target.span]);
        route.metric = Int::new(1).map(|value| At { value, origin });
    }
    if add && route.gateway.is_none() && dev.is_none() && route.route_type.is_none() {
        return Err(Fault::kernel(
            "No such device",
            last(&words),
            format!("the route to {dst} names neither gateway nor device"),
        ));
    }
    Ok((route, dev))
}

fn not_last(word: Word<'_>, name: &str) -> Fault {
    Fault::usage(word.span, format!("a device without `dev` is the last word, and `{name}` is not"))
        .intent(format!("correct `{name}`, or write `dev {name}`"))
}

/// The destination of an IPv4 route: a host without `-net`, whatever stands in the address (`INET_setroute()`).
fn destination(target: Word<'_>, kind: Option<&str>, netmask: Option<(u8, Span)>) -> Result<IpNet, Fault> {
    let net = match target.text {
        "default" => everything(Family::V4),
        _ => prefix(target, Some(Family::V4))
            .map_err(|error| resolved(target).unwrap_or(error.into()))?
            .unwrap_or(everything(Family::V4)),
    };
    let host = IpNet::from(net.addr());
    // Lengths of 0 and 32 count as none.
    let own = Some(net.prefix_len())
        .filter(|length| target.text.contains('/') && !matches!(length, 0 | 32))
        .map(|length| (length, target.span));
    let (length, span) = match (own, netmask) {
        (Some(_), Some((_, span))) => {
            return Err(Fault::usage(span, "the destination has a netmask already"));
        }
        (given, None) | (None, given @ Some(_)) => match given {
            Some(given) => given,
            None if target.text == "default" => return Ok(net),
            None if kind != Some("-net") => return Ok(host),
            None if net.addr().is_unspecified() => return Ok(everything(Family::V4)),
            None => {
                return Err(Fault::kernel(
                    "Invalid argument",
                    target.span,
                    format!("the network `{}` has no netmask", target.text),
                )
                .intent(format!("write its length: `-net {}/…`", net.addr())));
            }
        },
    };
    if kind != Some("-net") && target.text != "default" {
        return Err(Fault::usage(span, "a netmask makes no sense with a host route")
            .intent("write `-net` before the network"));
    }
    Ok(IpNet::new(net.addr(), length).unwrap_or(net))
}

fn last(words: &Words<'_>) -> Span {
    words.last()
}
