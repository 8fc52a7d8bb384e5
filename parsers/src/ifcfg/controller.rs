//! What a link is a port of (ifcfg.md 3.5 to 3.7 and 3.16).

use super::vars::{IfcfgFile, Reader, Var, boolean};
use crate::Context;
use netpivot_model::codes::ifcfg as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::link::{Link, PortType};
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::{LinkRef, is_uuid};

/// A kind of controller with the keys that name it.
struct Keys {
    uuid: &'static str,
    name: &'static str,
    port: PortType,
}

const fn keys(uuid: &'static str, name: &'static str, port: PortType) -> Keys {
    Keys { uuid, name, port }
}

const BRIDGE: Keys = keys("BRIDGE_UUID", "BRIDGE", PortType::Bridge);
const BOND: Keys = keys("MASTER_UUID", "MASTER", PortType::Bond);
const TEAM: Keys = keys("TEAM_MASTER_UUID", "TEAM_MASTER", PortType::Team);
const OVS: Keys = keys("OVS_PORT_UUID", "OVS_PORT", PortType::OvsPort);
const VRF: Keys = keys("VRF_UUID", "VRF", PortType::Vrf);

/// The controllers in the order in which each program takes the first (`make_connection_setting`; `ifup-eth`).
fn order(reader: Reader) -> &'static [Keys] {
    match reader {
        Reader::NetworkManager => &[BRIDGE, BOND, TEAM, OVS, VRF],
        Reader::Initscripts => &[TEAM, BOND, BRIDGE],
    }
}

/// Reads the controller of a link.
pub fn read(file: &IfcfgFile<'_>, link: &mut Link, cx: &mut Context) {
    for keys in order(file.reader) {
        let uuid = file.vars.text(keys.uuid).filter(|_| file.reader == Reader::NetworkManager);
        let name = file.vars.text(keys.name);
        let (key, var) = match (uuid, name) {
            (Some(var), _) => (keys.uuid, var),
            (None, Some(var)) => (keys.name, var),
            (None, None) => continue,
        };
        let slave = if keys.port == PortType::Bond { slave(file) } else { Slave::Fine(None) };
        if let (Some(first), Some(kind)) = (&link.controller, &link.port_type) {
            cx.report(second(key, var, (&first.value.to_string(), kind.value, &first.origin), &slave));
            continue;
        }
        let Some(slave) = decide(file, slave, var, cx) else { continue };
        if let (Some(shadowed), true) = (name, uuid.is_some()) {
            cx.report(
                Diagnostic::new(
                    &codes::NO_EFFECT,
                    format!("`{}={}` has no effect beside `{key}={}`", keys.name, shadowed.value, var.value),
                )
                .at(shadowed.span)
                .help("remove one of the two"),
            );
        }
        let origin = Origin::said([Some(var.span), slave].into_iter().flatten());
        link.controller = Some(At::new(reference(var.value), origin));
        link.port_type = Some(At::new(keys.port, var.span));
    }
}

fn second(key: &str, var: Var<'_>, first: (&str, PortType, &Origin), slave: &Slave<'_>) -> Diagnostic {
    let (controller, kind, origin) = first;
    let mut diagnostic = Diagnostic::new(
        &codes::SECOND_CONTROLLER,
        format!(
            "`{key}={}` has no effect, because the link is a port of the {kind} `{controller}` already",
            var.value
        ),
    )
    .at(var.span)
    .from(origin)
    .help("keep one of the keys");
    if let Slave::Fine(Some(span)) = slave {
        diagnostic = diagnostic.at(*span);
    }
    diagnostic
}

/// A controller is named by interface or UUID, never by hardware address.
fn reference(text: &str) -> LinkRef {
    if is_uuid(text) { LinkRef::Uuid(text.to_ascii_lowercase()) } else { LinkRef::Name(text.to_owned()) }
}

/// What SLAVE says beside MASTER.
enum Slave<'a> {
    /// It agrees, here; or nobody asks.
    Fine(Option<Span>),
    /// It says no, or is missing.
    Against(Option<Var<'a>>),
}

fn slave<'a>(file: &'a IfcfgFile<'_>) -> Slave<'a> {
    match file.vars.text("SLAVE") {
        Some(var) if boolean(var.value, Reader::Initscripts) == Some(true) => Slave::Fine(Some(var.span)),
        other => Slave::Against(other),
    }
}

/// Whether MASTER counts: `None` where it does not, else the place that agrees.
fn decide(file: &IfcfgFile<'_>, slave: Slave<'_>, master: Var<'_>, cx: &mut Context) -> Option<Option<Span>> {
    let said = match slave {
        Slave::Fine(span) => return Some(span),
        Slave::Against(said) => said,
    };
    let value = master.value;
    let beside =
        said.map_or_else(|| "without `SLAVE=yes`".to_owned(), |var| format!("with `SLAVE={}`", var.value));
    let (message, help) = match file.reader {
        Reader::NetworkManager => (
            format!("`MASTER={value}` {beside} makes a port for NetworkManager, but not for initscripts"),
            "write `SLAVE=yes`, or remove MASTER if the link is no port",
        ),
        Reader::Initscripts => (
            format!("`MASTER={value}` {beside} has no effect; NetworkManager would make a port of the link"),
            "write `SLAVE=yes` if the link is a port, else remove MASTER",
        ),
    };
    let mut diagnostic = Diagnostic::new(&codes::MASTER_ALONE, message).at(master.span).help(help);
    diagnostic.labels.extend(said.map(|var| var.span));
    cx.report(diagnostic);
    (file.reader == Reader::NetworkManager).then_some(None)
}
