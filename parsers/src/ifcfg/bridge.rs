//! Bridges and their ports (ifcfg.md 3.5).
//!
//! The two programs agree on the keys and on nothing else: initscripts write BRIDGING_OPTS to
//! sysfs in hundredths of a second and in the kernel's words, NetworkManager takes seconds and its own words,
//! drops half of them without STP and refuses the file for others (traps 13 to 16).

use super::vars::{Base, IfcfgFile, Reader, Rejected, Var, bad_value, boolean, integer};
use crate::Context;
use netpivot_model::bridge::{Bridge, BridgeVlan};
use netpivot_model::codes::ifcfg as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::link::{Link, LinkKind};
use netpivot_model::path::FieldPath;
use netpivot_model::reflect::List;
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::{Mac, NotThat, Value};
use options::{option_initscripts, option_networkmanager, options};

mod options;
mod port;

pub use port::read as read_port;

/// Reads the bridge's own keys.
///
/// # Errors
/// NetworkManager refuses the file.
pub fn read(file: &IfcfgFile<'_>, link: &mut Link, cx: &mut Context) -> Result<(), Rejected> {
    let stp = stp(file, link, cx);
    let on = stp == Some(true);
    match file.reader {
        Reader::NetworkManager => {
            delay_networkmanager(file, link, on, cx)?;
            macaddr(file, link)?;
            let vlans = vlans(file, "BRIDGE_VLANS", cx);
            if let LinkKind::Bridge(bridge) = &mut link.kind.value {
                bridge.vlans = vlans;
            }
        }
        Reader::Initscripts => {
            number(file, link, "PRIO", "bridge.priority", 65_535, cx);
            delay_initscripts(file, link, on, cx);
            ageing_initscripts(file, link, cx);
        }
    }
    for (name, value, span) in options(file, cx) {
        match file.reader {
            Reader::NetworkManager => option_networkmanager(link, on, (&name, &value, span), cx)?,
            Reader::Initscripts => option_initscripts(link, on, (&name, &value, span), cx),
        }
    }
    Ok(())
}

/// `STP=`: NetworkManager knows four words, initscripts all truth values.
fn stp(file: &IfcfgFile<'_>, link: &mut Link, cx: &mut Context) -> Option<bool> {
    let var = file.vars.text("STP")?;
    let value = match file.reader {
        Reader::NetworkManager => ["on", "yes", "off", "no"]
            .iter()
            .position(|word| word.eq_ignore_ascii_case(var.value))
            .map(|position| position < 2),
        Reader::Initscripts => boolean(var.value, Reader::Initscripts),
    };
    match value {
        Some(value) => set(link, "bridge.stp", Value::Bool(value), var.span),
        None => cx.report(
            bad_value("STP", var, "`on`, `yes`, `off` or `no`", file.reader)
                .help("write `STP=on` if the bridge runs the spanning tree protocol, else `STP=off`"),
        ),
    }
    value
}

fn set(link: &mut Link, path: &'static str, value: Value, span: Span) {
    set_from(link, path, value, Origin::at(span));
}

fn set_from(link: &mut Link, path: &'static str, value: Value, origin: Origin) {
    if let Some(leaf) = link.leaf_mut(FieldPath::parse(path)) {
        // The forms check the ranges of the model before.
        let _ = leaf.set(&value, origin);
    }
}

fn unused(name: &str, value: &str, span: Span, why: &str) -> Diagnostic {
    Diagnostic::new(&codes::BRIDGE_OPTION, format!("the bridge option `{name}={value}` has no effect: {why}"))
        .at(span)
        .help("correct the option, or remove it")
}

/// DELAY is seconds, and for NetworkManager only with STP; 0 and 1 make it refuse the file.
fn delay_networkmanager(
    file: &IfcfgFile<'_>,
    link: &mut Link,
    stp: bool,
    cx: &mut Context,
) -> Result<(), Rejected> {
    let Some(var) = file.vars.text("DELAY") else { return Ok(()) };
    if !stp {
        cx.report(
            unused("DELAY", var.value, var.span, "NetworkManager reads it only with STP")
                .help("set `STP=on`, or remove DELAY; without STP ports forward at once"),
        );
        return Ok(());
    }
    match integer(var.value, Base::Ten).filter(|n| (0..=30).contains(n)) {
        Some(n) if n < 2 => Err(Rejected::at(
            format!("with STP the forward delay is 2 to 30 seconds, not `DELAY={}`", var.value),
            var.span,
        )),
        Some(n) => {
            set(link, "bridge.forward_delay", Value::Int(n * 100), var.span);
            Ok(())
        }
        None => {
            cx.report(bad_value("DELAY", var, "a number of seconds from 2 to 30", file.reader));
            Ok(())
        }
    }
}

/// initscripts document DELAY as seconds (trap 15).
fn delay_initscripts(file: &IfcfgFile<'_>, link: &mut Link, stp: bool, cx: &mut Context) {
    let Some(var) = file.vars.text("DELAY") else { return };
    let Some(seconds) = integer(var.value, Base::Ten).filter(|n| (0..=30_000).contains(n)) else {
        cx.report(bad_value("DELAY", var, "a number of seconds", file.reader));
        return;
    };
    let ticks = if seconds > 30 {
        cx.report(units("DELAY", var, "hundredths of a second, because it is more than 30 seconds"));
        seconds
    } else {
        seconds * 100
    };
    forward_delay(link, ticks, stp, ("DELAY", var.value, var.span), cx);
}

fn units(name: &str, var: Var<'_>, how: &str) -> Diagnostic {
    Diagnostic::new(&codes::BRIDGE_UNITS, format!("`{name}={}` is taken as {how}", var.value))
        .at(var.span)
        .help("check the time in the output")
}

/// Stores the forward delay; with STP the kernel raises it to two seconds (`br_stp_start`).
fn forward_delay(link: &mut Link, ticks: i64, stp: bool, said: (&str, &str, Span), cx: &mut Context) {
    let (name, value, span) = said;
    if stp && ticks < 200 {
        cx.report(
            Diagnostic::new(
                &codes::BRIDGE_LIFTED,
                format!("with STP the kernel raises `{name}={value}` to 2 seconds, which is written"),
            )
            .at(span)
            .help("set `STP=off` if ports have to forward at once"),
        );
        set_from(
            link,
            "bridge.forward_delay",
            Value::Int(200),
            Origin::derived("kernel-minimum-forward-delay", [span]),
        );
        return;
    }
    set(link, "bridge.forward_delay", Value::Int(ticks), span);
}

/// AGEING means seconds; numbers like 30000 are the kernel's hundredths.
fn ageing_initscripts(file: &IfcfgFile<'_>, link: &mut Link, cx: &mut Context) {
    let Some(var) = file.vars.text("AGEING") else { return };
    let Some(n) = integer(var.value, Base::Ten).filter(|n| (0..=100_000_000).contains(n)) else {
        cx.report(bad_value("AGEING", var, "a number of seconds", file.reader));
        return;
    };
    let ticks = n >= 10_000;
    cx.report(units("AGEING", var, if ticks { "hundredths of a second" } else { "seconds" }));
    set(link, "bridge.ageing_time", Value::Int(if ticks { n } else { n * 100 }), var.span);
}

fn number(file: &IfcfgFile<'_>, link: &mut Link, key: &str, path: &'static str, max: i64, cx: &mut Context) {
    if let Some(at) = file.vars.int(key, 0..=max, Base::Ten, file.reader, cx) {
        set_from(link, path, Value::Int(at.value), at.origin);
    }
}

/// BRIDGE_MACADDR, deprecated; NetworkManager refuses the file for a bad one.
fn macaddr(file: &IfcfgFile<'_>, link: &mut Link) -> Result<(), Rejected> {
    let Some(var) = file.vars.text("BRIDGE_MACADDR") else { return Ok(()) };
    let mac = var.value.parse::<Mac>().ok().filter(|mac| mac.bytes().len() == 6);
    let (LinkKind::Bridge(bridge), Some(mac)) = (&mut link.kind.value, mac) else {
        let reason = format!("`BRIDGE_MACADDR={}` is not a hardware address", var.value);
        return Err(Rejected::at(reason, var.span));
    };
    let bridge: &mut Bridge = bridge;
    bridge.mac_address = Some(At::new(mac, var.span));
    Ok(())
}

/// `VID[-VID] [pvid] [untagged]` separated by commas; bad ones are left out.
fn vlans(file: &IfcfgFile<'_>, key: &str, cx: &mut Context) -> List<BridgeVlan> {
    let Some(var) = file.vars.text(key) else { return List::default() };
    let mut list = List { items: Vec::new(), said: Some(Origin::at(var.span)) };
    for item in var.value.split(',').map(str::trim).filter(|item| !item.is_empty()) {
        match item.parse() {
            Ok(vlan) => list.push(vlan, var.span),
            Err(NotThat) => cx.report(
                Diagnostic::new(
                    &codes::BRIDGE_OPTION,
                    format!("`{item}` in `{key}` is no `VID[-VID] [pvid] [untagged]` and is left out"),
                )
                .at(var.span),
            ),
        }
    }
    list
}
