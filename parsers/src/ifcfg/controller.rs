//! What a link is a port of (ifcfg.md 3.5 to 3.7 and 3.16).

use super::vars::{IfcfgFile, Reader, boolean};
use crate::Context;
use netpivot_model::codes::ifcfg as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::link::{Link, PortType};
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::{LinkRef, is_uuid};

/// The keys that name a controller, in the order in which NetworkManager takes the first: the key
/// with the UUID, the key with the name, what the controller is, and whether initscripts know it.
const KEYS: [(&str, &str, PortType, bool); 5] = [
    ("BRIDGE_UUID", "BRIDGE", PortType::Bridge, true),
    ("MASTER_UUID", "MASTER", PortType::Bond, true),
    ("TEAM_MASTER_UUID", "TEAM_MASTER", PortType::Team, true),
    ("OVS_PORT_UUID", "OVS_PORT", PortType::OvsPort, false),
    ("VRF_UUID", "VRF", PortType::Vrf, false),
];

/// Reads the controller of a link.
pub fn read(file: &IfcfgFile<'_>, link: &mut Link, cx: &mut Context) {
    for (uuid_key, name_key, port_type, initscripts) in KEYS {
        let uuid = file.vars.text(uuid_key).filter(|_| file.reader == Reader::NetworkManager);
        let name = file.vars.text(name_key).filter(|_| initscripts || file.reader == Reader::NetworkManager);
        let (key, var) = match (uuid, name) {
            (Some(var), _) => (uuid_key, var),
            (None, Some(var)) => (name_key, var),
            (None, None) => continue,
        };
        if let (Some(first), Some(kind)) = (&link.controller, &link.port_type) {
            cx.report(
                Diagnostic::new(
                    &codes::SECOND_CONTROLLER,
                    format!(
                        "`{key}={}` has no effect, because the link is a port of the {} `{}` already",
                        var.value, kind.value, first.value
                    ),
                )
                .at(var.span)
                .from(&first.origin)
                .help("keep one of the keys"),
            );
            continue;
        }
        let slave =
            if port_type == PortType::Bond { slave(file, var.span, var.value, cx) } else { Some(None) };
        let Some(slave) = slave else { continue };
        if let (
            Some(shadowed),
            "BRIDGE_UUID" | "MASTER_UUID" | "TEAM_MASTER_UUID" | "OVS_PORT_UUID" | "VRF_UUID",
        ) = (name, key)
        {
            cx.report(
                Diagnostic::new(
                    &codes::NO_EFFECT,
                    format!("`{name_key}={}` has no effect beside `{key}={}`", shadowed.value, var.value),
                )
                .at(shadowed.span),
            );
        }
        let origin = Origin::said([Some(var.span), slave].into_iter().flatten());
        link.controller = Some(At::new(reference(var.value), origin));
        link.port_type = Some(At::new(port_type, var.span));
    }
}

/// A controller is named by interface or UUID, never by hardware address.
fn reference(text: &str) -> LinkRef {
    if is_uuid(text) { LinkRef::Uuid(text.to_ascii_lowercase()) } else { LinkRef::Name(text.to_owned()) }
}

/// What SLAVE says beside MASTER: `None` where MASTER does not count, else the place that agrees.
fn slave(file: &IfcfgFile<'_>, master: Span, value: &str, cx: &mut Context) -> Option<Option<Span>> {
    let slave = file.vars.text("SLAVE");
    let agrees = slave.filter(|var| boolean(var.value, Reader::Initscripts) == Some(true));
    if let Some(var) = agrees {
        return Some(Some(var.span));
    }
    let counts = file.reader == Reader::NetworkManager;
    let message = if counts {
        format!(
            "`MASTER={value}` without `SLAVE=yes` makes a port for NetworkManager, but not for initscripts"
        )
    } else {
        format!(
            "`MASTER={value}` has no effect without `SLAVE=yes`; NetworkManager would make a port of the link"
        )
    };
    let help = if counts {
        "add `SLAVE=yes`, or remove MASTER if the link is no port"
    } else {
        "add `SLAVE=yes` if the link is a port, else remove MASTER"
    };
    let mut diagnostic = Diagnostic::new(&codes::MASTER_ALONE, message).at(master).help(help);
    if let Some(var) = slave {
        diagnostic = diagnostic.at(var.span);
        diagnostic.message = format!("{} (`SLAVE={}`)", diagnostic.message, var.value);
    }
    cx.report(diagnostic);
    counts.then_some(None)
}
