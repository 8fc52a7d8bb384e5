//! Teams and their ports: one JSON text each for teamd (ifcfg.md 3.7).

use super::vars::{IfcfgFile, Reader, Rejected};
use crate::Context;
use netpivot_model::codes::ifcfg as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::link::{Link, LinkKind, PortType};
use netpivot_model::source::At;

/// The configuration at `key` where it is a JSON object; NetworkManager refuses the file for anything else.
fn config(file: &IfcfgFile<'_>, key: &str, cx: &mut Context) -> Result<Option<At<String>>, Rejected> {
    let Some(var) = file.vars.text(key) else { return Ok(None) };
    if serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(var.value).is_ok() {
        return Ok(Some(At::new(var.value.to_owned(), var.span)));
    }
    match file.reader {
        Reader::NetworkManager => Err(Rejected::at(format!("`{key}` is no JSON object"), var.span)),
        Reader::Initscripts => {
            cx.report(
                Diagnostic::new(
                    &codes::TEAM_CONFIG,
                    format!("`{key}={}` is no JSON object; teamd refuses it, and it is left out", var.value),
                )
                .at(var.span)
                .help("write the configuration as teamd.conf(5) has it"),
            );
            Ok(None)
        }
    }
}

/// Reads TEAM_CONFIG.
///
/// # Errors
/// NetworkManager refuses the file.
pub fn read(file: &IfcfgFile<'_>, link: &mut Link, cx: &mut Context) -> Result<(), Rejected> {
    let found = config(file, "TEAM_CONFIG", cx)?;
    if let LinkKind::Team(team) = &mut link.kind.value {
        team.config = found;
    }
    Ok(())
}

/// Reads TEAM_PORT_CONFIG.
///
/// # Errors
/// NetworkManager refuses the file.
pub fn read_port(file: &IfcfgFile<'_>, link: &mut Link, cx: &mut Context) -> Result<(), Rejected> {
    if link.port_type.as_ref().is_none_or(|at| at.value != PortType::Team) {
        return Ok(());
    }
    if let Some(found) = config(file, "TEAM_PORT_CONFIG", cx)? {
        link.team_port.get_or_insert_default().config = Some(found);
    }
    Ok(())
}
