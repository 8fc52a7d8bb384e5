//! brctl(8). Its times are seconds, unlike ip's.

use super::fault::{Done, Fault};
use super::kernel::DeviceId;
use super::program::{Call, Effect, Ran, changed};
use super::words::{Words, in_range};
use crate::text::iproute::Word;
use netpivot_model::bridge::Bridge;
use netpivot_model::link::{Link, LinkKind};
use netpivot_model::reflect::Said;
use netpivot_model::source::At;
use netpivot_model::value::{Count, Int};

type Verb = fn(&mut Call<'_>, Word<'_>, Words<'_>) -> Ran;

/// `brctl.c:commands`.
static VERBS: [(&str, Verb); 19] = [
    ("addbr", |call, _, words| changed(add_bridge(call, words))),
    ("delbr", |call, _, words| changed(delete_bridge(call, words))),
    ("addif", |call, _, words| changed(ports(call, words, true))),
    ("delif", |call, _, words| changed(ports(call, words, false))),
    ("stp", |call, _, words| changed(stp(call, words))),
    ("setageing", |call, verb, words| changed(time(call, verb, words, |bridge| &mut bridge.ageing_time))),
    ("setfd", |call, verb, words| changed(time(call, verb, words, |bridge| &mut bridge.forward_delay))),
    ("sethello", |call, verb, words| changed(time(call, verb, words, |bridge| &mut bridge.hello_time))),
    ("setmaxage", |call, verb, words| changed(time(call, verb, words, |bridge| &mut bridge.max_age))),
    ("setbridgeprio", |call, _, words| changed(priority(call, words))),
    ("setportprio", |call, verb, words| changed(port_number(call, verb, words))),
    ("setpathcost", |call, verb, words| changed(port_number(call, verb, words))),
    ("hairpin", |call, _, words| changed(hairpin(call, words))),
    ("setgcint", |_, _, _| Ok(Effect::Idle("sets a timer that the kernel does not have any more"))),
    ("show", |_, _, _| Ok(Effect::Asked(true))),
    ("showmacs", |_, _, _| Ok(Effect::Asked(true))),
    ("showstp", |_, _, _| Ok(Effect::Asked(true))),
    ("--version", |_, _, _| Ok(Effect::Asked(true))),
    ("--help", |_, _, _| Ok(Effect::Asked(true))),
];

pub(super) fn run(call: &mut Call<'_>, program: Word<'_>, mut words: Words<'_>) -> Ran {
    let Some(verb) = words.next() else { return Ok(Effect::Idle("prints how it is used")) };
    match VERBS.iter().find(|(name, _)| *name == verb.text) {
        Some((_, run)) => run(call, verb, words),
        None => {
            let fault = Fault::usage(verb.span, format!("`{}` is none of its commands", verb.text));
            Err(match super::ip::near(verb.text, VERBS.iter().map(|(name, _)| *name)) {
                Some(near) => fault.intent(format!("did you mean `{} {near}`?", program.text)),
                None => fault,
            })
        }
    }
}

fn add_bridge(call: &mut Call<'_>, mut words: Words<'_>) -> Done {
    let name = words.expect("the name of the bridge")?;
    let link = Link { kind: At::new(LinkKind::Bridge(Box::default()), name.span), ..Link::default() };
    call.kernel.make(call.space, name, link)?;
    Ok(())
}

/// The bridge of that name. A profile that says nothing of its kind becomes one.
fn bridge(call: &mut Call<'_>, name: Word<'_>) -> Result<DeviceId, Fault> {
    let id = call.kernel.named(call.space, name)?;
    call.kernel.take_for(id, LinkKind::Bridge(Box::default()), name.span);
    let kind = &call.kernel.device(id).link.kind.value;
    if matches!(kind, LinkKind::Bridge(_)) {
        return Ok(id);
    }
    let why = format!("`{}` is no bridge of the kernel but of the kind {}", name.text, kind.word());
    let fault = Fault::kernel("Operation not supported", name.span, why);
    let of_ovs = matches!(kind, LinkKind::OvsBridge(_) | LinkKind::OvsInterface(_));
    Err(if of_ovs { fault.intent("use `ovs-vsctl`") } else { fault })
}

/// "bridge NAME is still up; can't delete it".
fn delete_bridge(call: &mut Call<'_>, mut words: Words<'_>) -> Done {
    let name = words.expect("the name of the bridge")?;
    let id = bridge(call, name)?;
    if call.kernel.device(id).up {
        return Err(Fault::kernel(
            "Device or resource busy",
            name.span,
            format!("`{}` is still up", name.text),
        )
        .intent(format!("set it down first: `ip link set {} down`", name.text)));
    }
    call.kernel.delete(id, name.span)
}

fn ports(call: &mut Call<'_>, mut words: Words<'_>, add: bool) -> Done {
    let name = words.expect("the name of the bridge")?;
    let controller = bridge(call, name)?;
    let mut port = Some(words.expect("the name of the port")?);
    while let Some(word) = port {
        let id = call.kernel.named(call.space, word)?;
        let held = call.kernel.device(id).controller.as_ref().map(|(held, _)| *held);
        match (add, held) {
            (true, Some(held)) => {
                let other = call.kernel.device(held).name.clone();
                return Err(Fault::kernel(
                    "Device or resource busy",
                    word.span,
                    format!("`{}` is a port of `{other}` already", word.text),
                )
                .intent(if held == controller {
                    "remove the line".to_owned()
                } else {
                    format!("release it first: `brctl delif {other} {}`", word.text)
                }));
            }
            (true, None) => call.kernel.enslave(id, controller, word.span)?,
            (false, Some(held)) if held == controller => call.kernel.release(id),
            (false, _) => {
                return Err(Fault::kernel(
                    "Invalid argument",
                    word.span,
                    format!("`{}` is no port of `{}`", word.text, name.text),
                ));
            }
        }
        port = words.next();
    }
    Ok(())
}

/// The settings of a bridge, to be changed.
fn change(call: &mut Call<'_>, name: Word<'_>, set: impl FnOnce(&mut Bridge) -> Done) -> Done {
    let id = bridge(call, name)?;
    let LinkKind::Bridge(bridge) = &mut call.kernel.device_mut(id).link.kind.value else { return Ok(()) };
    let mut changed = bridge.clone();
    set(&mut changed)?;
    super::ip::settle_bridge(bridge, &mut changed, name.span)?;
    *bridge = changed;
    Ok(())
}

fn switch(word: Word<'_>) -> Result<bool, Fault> {
    match word.text {
        "on" | "yes" | "1" => Ok(true),
        "off" | "no" | "0" => Ok(false),
        other => Err(Fault::usage(word.span, format!("`{other}` is neither `on` nor `off`"))),
    }
}

fn stp(call: &mut Call<'_>, mut words: Words<'_>) -> Done {
    let name = words.expect("the name of the bridge")?;
    let value = words.expect("`on` or `off`")?;
    let on = switch(value)?;
    change(call, name, |bridge| {
        bridge.stp = Some(At::new(on, value.span));
        Ok(())
    })
}

fn priority(call: &mut Call<'_>, mut words: Words<'_>) -> Done {
    let name = words.expect("the name of the bridge")?;
    let value = words.expect("the priority")?;
    let priority = in_range(value, 0, 65535)?;
    change(call, name, |bridge| {
        bridge.priority = Int::new(priority.into()).map(|n| At::new(n, value.span));
        Ok(())
    })
}

/// Seconds with a fraction, kept in 1/100 s.
fn time(
    call: &mut Call<'_>,
    verb: Word<'_>,
    mut words: Words<'_>,
    field: fn(&mut Bridge) -> &mut Said<Count>,
) -> Done {
    let name = words.expect("the name of the bridge")?;
    let value = words.expect("the time")?;
    let time = hundredths(value.text).ok_or_else(|| {
        Fault::usage(value.span, format!("`{}` is no time in seconds for `{}`", value.text, verb.text))
    })?;
    change(call, name, |bridge| {
        *field(bridge) = Int::new(time).map(|n| At::new(n, value.span));
        Ok(())
    })
}

/// `15`, `1.5`.
fn hundredths(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.len() > 9
        || !fraction.bytes().all(|b| b.is_ascii_digit())
        || (whole.is_empty() && fraction.is_empty())
    {
        return None;
    }
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let fraction: String = fraction.chars().chain("00".chars()).take(2).collect();
    (whole >= 0).then_some(whole * 100 + fraction.parse::<i64>().ok()?)
}

/// `setportprio BRIDGE PORT N`, `setpathcost BRIDGE PORT N`.
fn port_number(call: &mut Call<'_>, verb: Word<'_>, mut words: Words<'_>) -> Done {
    let (id, value) = port(call, &mut words)?;
    let number = in_range(value, 0, 65535)?;
    let range = || {
        Fault::kernel("Numerical result out of range", value.span, format!("`{}` is too much", value.text))
    };
    let settings = call.kernel.device_mut(id).link.bridge_port.get_or_insert_default();
    if verb.text == "setportprio" {
        settings.priority = Some(At::new(Int::new(number.into()).ok_or_else(range)?, value.span));
    } else {
        settings.path_cost = Some(At::new(Int::new(number.into()).ok_or_else(range)?, value.span));
    }
    Ok(())
}

fn hairpin(call: &mut Call<'_>, mut words: Words<'_>) -> Done {
    let (id, value) = port(call, &mut words)?;
    let on = switch(value)?;
    call.kernel.device_mut(id).link.bridge_port.get_or_insert_default().hairpin =
        Some(At::new(on, value.span));
    Ok(())
}

/// `BRIDGE PORT VALUE`: the port, which must be the bridge's, and the value.
fn port<'a>(call: &mut Call<'_>, words: &mut Words<'a>) -> Result<(DeviceId, Word<'a>), Fault> {
    let name = words.expect("the name of the bridge")?;
    let controller = bridge(call, name)?;
    let port = words.expect("the name of the port")?;
    let id = call.kernel.named(call.space, port)?;
    if call.kernel.device(id).controller.as_ref().is_none_or(|(held, _)| *held != controller) {
        return Err(Fault::kernel(
            "Invalid argument",
            port.span,
            format!("`{}` is no port of `{}`", port.text, name.text),
        ));
    }
    Ok((id, words.expect("the value")?))
}
