//! Ports of a bridge.

use super::options::{in_range, options};
use super::{set, unused, vlans};
use crate::Context;
use crate::ifcfg::vars::{Base, IfcfgFile, Reader, integer};
use netpivot_model::codes::ifcfg as codes;
use netpivot_model::diagnostic::{Diagnostic, Severity};
use netpivot_model::link::{Link, PortType};
use netpivot_model::source::Span;
use netpivot_model::value::Value;

/// Reads BRIDGING_OPTS and BRIDGE_PORT_VLANS of a port.
pub fn read(file: &IfcfgFile<'_>, link: &mut Link, cx: &mut Context) {
    if link.port_type.as_ref().is_none_or(|at| at.value != PortType::Bridge) {
        return;
    }
    for (name, value, span) in options(file, cx) {
        port_option(file.reader, link, (&name, &value, span), cx);
    }
    if file.reader == Reader::NetworkManager {
        let vlans = vlans(file, "BRIDGE_PORT_VLANS", cx);
        if vlans.is_said() {
            link.bridge_port.get_or_insert_default().vlans = vlans;
        }
    }
}

fn port_option(reader: Reader, link: &mut Link, said: (&str, &str, Span), cx: &mut Context) {
    let (name, value, span) = said;
    let number = |max: i64| {
        let base = if reader == Reader::NetworkManager { Base::Ten } else { Base::Auto };
        in_range(integer(value, base), max)
    };
    let (path, parsed) = match name {
        "priority" => ("bridge_port.priority", number(63)),
        "path_cost" => ("bridge_port.path_cost", number(65_535)),
        "hairpin_mode" => ("bridge_port.hairpin", hairpin(reader, value)),
        _ => {
            cx.report(unknown_port_option(reader, said));
            return;
        }
    };
    match parsed {
        Ok(value) => set(link, path, value, span),
        Err(why) => cx.report(unused(name, value, span, &why)),
    }
}

/// NetworkManager knows `1` but not `0`.
fn hairpin(reader: Reader, value: &str) -> Result<Value, String> {
    let is = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(value));
    match reader {
        Reader::NetworkManager if is(&["on", "yes", "1"]) => Ok(Value::Bool(true)),
        Reader::NetworkManager if is(&["off", "no"]) => Ok(Value::Bool(false)),
        Reader::NetworkManager => Err("NetworkManager takes `on`, `yes`, `1`, `off` or `no`".to_owned()),
        Reader::Initscripts => {
            in_range(integer(value, Base::Auto), 1).map(|v| Value::Bool(v == Value::Int(1)))
        }
    }
}

fn unknown_port_option(reader: Reader, said: (&str, &str, Span)) -> Diagnostic {
    let (name, value, span) = said;
    match reader {
        Reader::NetworkManager => unused(name, value, span, "NetworkManager knows no such option of a port")
            .help("convert with `-f ifcfg:initscripts` if they were in charge, which write any option to sysfs"),
        Reader::Initscripts => Diagnostic::new(
            &codes::BRIDGE_OPTION,
            format!("the option `{name}={value}` of a bridge port is written to sysfs by initscripts and has no counterpart"),
        )
        .at(span)
        .severity(Severity::Loss)
        .help("set it by other means on the new system if the kernel knows it"),
    }
}
