//! Bridges (ifcfg-bridge(5)): the file of the bridge lists its ports, with their priorities and costs beside them.

use super::keys::{Bad, Keys, hundredths, integer, typed, words};
use super::kind::Made;
use super::ports::Port;
use crate::ifcfg::vars::Rejected;
use netpivot_model::bridge::Bridge;
use netpivot_model::link::{LinkKind, PortType};
use netpivot_model::reflect::Said;
use netpivot_model::source::{At, Span};
use netpivot_model::value::{Count, IfName, Int};

pub(super) fn read(keys: &Keys, span: Span, made: &mut Made) -> Result<(), Rejected> {
    let bridge = Bridge {
        stp: stp(keys)?,
        priority: typed(keys.int("BRIDGE_PRIORITY", 0..=65_535)?),
        forward_delay: time(keys, "BRIDGE_FORWARDDELAY")?,
        hello_time: time(keys, "BRIDGE_HELLOTIME")?,
        max_age: time(keys, "BRIDGE_MAXAGE")?,
        ageing_time: time(keys, "BRIDGE_AGEINGTIME")?,
        ..Bridge::default()
    };
    made.links[0].kind = At::new(LinkKind::Bridge(Box::new(bridge)), span);
    if let Some(var) = keys.text("BRIDGE_PORTS") {
        for name in words(var.value) {
            let name: IfName = name.parse().map_err(|_| {
                Bad::new("BRIDGE_PORTS", var, format!("a list of interface names (`{name}`)"))
            })?;
            made.ports.push(Port::new(name, PortType::Bridge, var.span));
        }
    }
    for (n, value) in beside(keys, "BRIDGE_PORTPRIORITIES", made.ports.len(), 63)? {
        made.ports[n].bridge.priority = value.and_then(number);
    }
    for (n, value) in beside(keys, "BRIDGE_PATHCOSTS", made.ports.len(), 65_535)? {
        made.ports[n].bridge.path_cost = value.and_then(number);
    }
    Ok(())
}

fn number<const MIN: i64, const MAX: i64>(at: At<i64>) -> Said<Int<MIN, MAX>> {
    typed(Some(at))
}

/// `on`, `yes`, `off`, `no`.
fn stp(keys: &Keys) -> Result<Said<bool>, Bad> {
    let Some(var) = keys.text("BRIDGE_STP") else { return Ok(None) };
    match var.value.to_ascii_lowercase().as_str() {
        "on" | "yes" => Ok(Some(At::new(true, var.span))),
        "off" | "no" => Ok(Some(At::new(false, var.span))),
        _ => Err(Bad::new("BRIDGE_STP", var, "`on` or `off`")),
    }
}

fn time(keys: &Keys, key: &str) -> Result<Said<Count>, Bad> {
    let Some(var) = keys.text(key) else { return Ok(None) };
    match hundredths(var.value).and_then(Count::new) {
        Some(time) => Ok(Some(At::new(time, var.span))),
        None => Err(Bad::new(key, var, "a number of seconds")),
    }
}

/// The numbers beside the ports; `-` leaves one out, and more than there are ports are not looked at.
fn beside(keys: &Keys, key: &str, ports: usize, most: i64) -> Result<Vec<(usize, Said<i64>)>, Bad> {
    let Some(var) = keys.text(key) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for (n, word) in words(var.value).take(ports).enumerate().filter(|(_, word)| *word != "-") {
        match integer(word).filter(|n| *n <= most) {
            Some(number) => found.push((n, Some(At::new(number, var.span)))),
            None => return Err(Bad::new(key, var, format!("a list of numbers up to {most}"))),
        }
    }
    Ok(found)
}
