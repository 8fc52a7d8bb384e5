//! route(8).

use super::fault::Fault;
use super::kernel::{Adding, Deleting, MAIN};
use super::program::{Call, Effect, Ran};
use super::words::{Words, count, in_range};
use crate::text::iproute::{Word, address, everything, prefix};
use ipnet::IpNet;
use netpivot_model::route::{Route, RouteType};
use netpivot_model::rule::Family;
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::Int;

pub(super) fn run(call: &mut Call<'_>, program: Word<'_>, mut words: Words<'_>) -> Ran {
    let mut family = Family::V4;
    while let Some(option) = words.peek().filter(|word| word.text.starts_with('-')) {
        words.next();
        match option.text {
            "-6" | "--inet6" | "-Ainet6" => family = Family::V6,
            "-A" if words.peek().is_some_and(|next| next.text == "inet6") => {
                words.next();
                family = Family::V6;
            }
            "-A" => {
                words.next();
            }
            _ => {}
        }
    }
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
    let (route, dev) = read(family, words)?;
    let dev = dev.map(|word| call.kernel.named(call.space, word)).transpose()?;
    let span = verb.span;
    let last = route.dst.as_ref().and_then(|at| at.origin.span()).unwrap_or(span);
    let span = super::kernel::across(span, last);
    if add {
        call.kernel.add_route(call.space, route, dev, Adding::Add, span)?;
    } else {
        let dst = route.dst.as_ref().map_or(everything(family), |at| at.value);
        let what = Deleting { dst, table: MAIN, dev, route };
        call.kernel.delete_route(call.space, &what, span)?;
    }
    Ok(Effect::Changed)
}

/// `[-net|-host] TARGET [netmask M] [gw G] [metric N] [mss N] [window N] [reject] [[dev] NAME]`.
fn read<'a>(family: Family, mut words: Words<'a>) -> Result<(Route, Option<Word<'a>>), Fault> {
    let mut route = Route::default();
    let kind = words.peek().filter(|word| matches!(word.text, "-net" | "-host"));
    if kind.is_some() {
        words.next();
    }
    let target = words.expect("the destination")?;
    let net = match target.text {
        "default" => everything(family),
        _ => prefix(target, Some(family))?.unwrap_or(everything(family)),
    };
    let mut length = target.text.contains('/').then_some(net.prefix_len());
    let mut spans = vec![target.span];
    let mut dev = None;
    while let Some(word) = words.next() {
        match word.text {
            "netmask" => {
                let value = words.value(word)?;
                let bad = || Fault::usage(value.span, format!("`{}` is no netmask", value.text));
                let mask = value.text.parse().map_err(|_| bad())?;
                length = Some(ipnet::ipv4_mask_to_prefix(mask).map_err(|_| bad())?);
                spans.push(value.span);
            }
            "gw" | "gateway" => {
                let value = words.value(word)?;
                route.gateway = Some(At::new(address(value, Some(family))?, value.span));
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
            "dev" | "device" => dev = Some(words.value(word)?),
            _ => dev = Some(word),
        }
    }
    let length = length.unwrap_or_else(|| guessed(net, target, kind.map(|word| word.text)));
    let dst = IpNet::new(net.addr(), length).unwrap_or(net);
    if dst != dst.trunc() {
        return Err(Fault::usage(target.span, format!("`{}` has bits set behind its netmask", target.text))
            .intent(format!("write `-net {}`", dst.trunc())));
    }
    let origin = if spans.len() == 1 { Origin::at(target.span) } else { Origin::said(spans) };
    route.dst = Some(At { value: dst, origin });
    if route.gateway.is_none() && dev.is_none() && route.route_type.is_none() {
        return Err(Fault::kernel(
            "No such device",
            last(&words),
            format!("the route to {dst} names neither gateway nor device"),
        ));
    }
    Ok((route, dev))
}

fn last(words: &Words<'_>) -> Span {
    words.last()
}

/// Without netmask a network has the length of its old class, a host all bits (`INET_setroute()`).
fn guessed(net: IpNet, target: Word<'_>, kind: Option<&str>) -> u8 {
    let IpNet::V4(v4) = net else { return net.prefix_len() };
    if target.text == "default" || v4.addr().is_unspecified() {
        return 0;
    }
    let octets = v4.addr().octets();
    let class = match octets[0] {
        0..=127 => 8,
        128..=191 => 16,
        _ => 24,
    };
    let is_network = IpNet::new(net.addr(), class).is_ok_and(|class| class.trunc().addr() == net.addr());
    match kind {
        Some("-host") => 32,
        Some(_) => class,
        None if is_network => class,
        None => 32,
    }
}
