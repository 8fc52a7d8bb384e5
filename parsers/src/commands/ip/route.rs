//! ip-route(8).

use super::{Options, verb};
use crate::commands::fault::{Done, Fault};
use crate::commands::kernel::{Adding, Deleting, DeviceId, Flushing};
use crate::commands::program::{Call, Effect, Ran, changed};
use crate::commands::words::Words;
use crate::text::iproute::{Word, WordError, everything, route_among};
use netpivot_model::link::LinkKind;
use netpivot_model::route::{MAIN_TABLE, Route};
use netpivot_model::rule::Family;
use netpivot_model::source::{At, Span};
use netpivot_model::value::{Int, U32};

#[derive(Clone, Copy)]
enum Verb {
    Ask,
    Add(Adding),
    Delete,
    Flush,
    Beyond,
}

/// In ip's order (`iproute.c:do_iproute`).
const VERBS: [(&str, Verb); 16] = [
    ("list", Verb::Ask),
    ("show", Verb::Ask),
    ("lst", Verb::Ask),
    ("get", Verb::Ask),
    ("add", Verb::Add(Adding::Add)),
    ("change", Verb::Add(Adding::Change)),
    ("chg", Verb::Add(Adding::Change)),
    ("replace", Verb::Add(Adding::Replace)),
    ("prepend", Verb::Add(Adding::Prepend)),
    ("append", Verb::Add(Adding::Append)),
    ("test", Verb::Ask),
    ("delete", Verb::Delete),
    ("flush", Verb::Flush),
    ("save", Verb::Ask),
    ("restore", Verb::Beyond),
    ("help", Verb::Ask),
];

pub(super) fn run(call: &mut Call<'_>, options: Options, mut words: Words<'_>) -> Ran {
    let (verb, span) = verb(&VERBS, &mut words, "route", Verb::Ask)?;
    let span = span.unwrap_or(words.last());
    match verb {
        Verb::Ask => Ok(Effect::Asked(true)),
        Verb::Add(how) => changed(add(call, options, &words, how, span)),
        Verb::Delete => changed(delete(call, options, &words, span)),
        Verb::Flush => changed(flush(call, options, &words, span)),
        Verb::Beyond => Err(Fault::unknown(span, "it reads routes from its input")),
    }
}

/// Reads a route. `vrf NAME` is the table of that VRF (`ipvrf_get_table()`).
fn route(call: &Call<'_>, words: &[Word<'_>], family: Option<Family>) -> Result<Route, WordError> {
    let vrf = |name: Word<'_>, span: Span| {
        let link = call.kernel.find(call.space, name.text).map(|id| &call.kernel.device(id).link);
        let table = match link.map(|link| &link.kind.value) {
            Some(LinkKind::Vrf(vrf)) => vrf.table.as_ref(),
            Some(_) => None,
            None if call.kernel.is_unknown_territory(call.space) => {
                let message = format!("nothing that was given says which table the VRF `{}` has", name.text);
                return Err(WordError { is_open: true, ..WordError::at(name, message) });
            }
            None => None,
        };
        let number = table.and_then(|at| Int::new(at.value.get()));
        let number: U32 = number.ok_or_else(|| WordError::at(name, format!("`{}` is no VRF", name.text)))?;
        Ok(At::new(number, span))
    };
    route_among(words, family, call.tables, &vrf)
}

/// The device that a route names.
fn device(call: &mut Call<'_>, route: &Route) -> Result<Option<DeviceId>, Fault> {
    match &route.dev {
        Some(at) => {
            let span = at.origin.span().unwrap_or(Span { start: 0, end: 0, ..zero() });
            // The word itself stands at the end of `dev NAME`.
            let length = u32::try_from(at.value.len()).unwrap_or(0);
            let span = Span { start: span.end.saturating_sub(length).max(span.start), ..span };
            call.kernel.named(call.space, Word { text: &at.value, span }).map(Some)
        }
        None => Ok(None),
    }
}

fn zero() -> Span {
    Span::new(netpivot_model::source::SourceId(0), 0, 0)
}

fn missing_destination(words: &Words<'_>, span: Span) -> Fault {
    Fault::usage(words.rest().first().map_or(span, |word| word.span), "the route has no destination")
}

/// The place of a route as a whole.
fn place(words: &Words<'_>, span: Span) -> Span {
    words
        .rest()
        .iter()
        .map(|word| word.span)
        .reduce(|first, last| Span { end: last.end.max(first.end), ..first })
        .unwrap_or(span)
}

/// `nhid N` takes its next hops from an object of `ip nexthop` (ip-nexthop(8)).
fn refuse_objects(words: &Words<'_>) -> Done {
    match words.rest().windows(2).find(|pair| pair[0].text == "nhid") {
        Some([word, ..]) => Err(Fault::beyond(word.span, "nothing holds what `ip nexthop` sets")),
        Some(_) | None => Ok(()),
    }
}

fn add(call: &mut Call<'_>, options: Options, words: &Words<'_>, how: Adding, span: Span) -> Done {
    if words.rest().is_empty() {
        return Err(missing_destination(words, span));
    }
    refuse_objects(words)?;
    let route = route(call, words.rest(), options.family)?;
    let dev = device(call, &route)?;
    for hop in &route.nexthops {
        if let Some(at) = &hop.dev {
            call.kernel
                .named(call.space, Word { text: &at.value, span: at.origin.span().unwrap_or(span) })?;
        }
    }
    call.kernel.add_route(call.space, route, dev, how, place(words, span))
}

fn wanted(call: &mut Call<'_>, options: Options, words: &Words<'_>, span: Span) -> Result<Deleting, Fault> {
    let route = route(call, words.rest(), options.family)?;
    let dev = device(call, &route)?;
    let dst = route.dst.as_ref().map(|at| at.value).ok_or_else(|| missing_destination(words, span))?;
    let table = route.table.as_ref().and_then(|at| u32::try_from(at.value.get()).ok()).filter(|t| *t != 0);
    Ok(Deleting { dst, table: table.unwrap_or(MAIN_TABLE), dev, route })
}

fn delete(call: &mut Call<'_>, options: Options, words: &Words<'_>, span: Span) -> Done {
    if words.rest().is_empty() {
        return Err(missing_destination(words, span));
    }
    refuse_objects(words)?;
    let what = wanted(call, options, words, span)?;
    call.kernel.delete_route(call.space, &what, place(words, span))
}

/// `ip route flush [table T] [dev D] [PREFIX]`; the cache is none of the configuration.
fn flush(call: &mut Call<'_>, options: Options, words: &Words<'_>, span: Span) -> Done {
    if words.rest().first().is_some_and(|word| word.text == "cache") {
        return Ok(());
    }
    if words.rest().is_empty() {
        return Err(Fault::usage(span, "`flush` needs to know which routes"));
    }
    let mut all: Vec<Word<'_>> = words.rest().to_vec();
    let selector = all.iter().position(|word| matches!(word.text, "root" | "match" | "exact"));
    let which = selector.map(|at| match all.remove(at).text {
        "root" => Flushing::Within,
        "match" => Flushing::Around,
        _ => Flushing::Exactly,
    });
    let has_prefix = route(call, &all, options.family).is_ok();
    if !has_prefix {
        all.push(Word { text: "default", span });
    }
    let family = options.family.unwrap_or(Family::V4);
    let route = route(call, &all, options.family)?;
    let dev = device(call, &route)?;
    let table = route.table.as_ref().and_then(|at| u32::try_from(at.value.get()).ok()).filter(|t| *t != 0);
    let dst = route.dst.as_ref().map_or(everything(family), |at| at.value);
    let what = Deleting { dst, table: table.unwrap_or(MAIN_TABLE), dev, route };
    let which = if has_prefix { which.unwrap_or(Flushing::Exactly) } else { Flushing::All };
    call.kernel.flush_routes(call.space, &what, which, place(words, span));
    Ok(())
}
