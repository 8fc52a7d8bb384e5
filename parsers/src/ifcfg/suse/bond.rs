//! Bonds (ifcfg-bonding(5)): the file of the bond lists its ports.

use super::keys::{Keys, interface, words};
use super::kind::Made;
use super::ports::Port;
use crate::ifcfg::bond as options;
use crate::ifcfg::vars::Rejected;
use netpivot_model::link::{LinkKind, PortType};
use netpivot_model::source::{At, Span};

const KEY: &str = "BONDING_MODULE_OPTS";

/// Reads the ports and options; wicked refuses a file with an option that it does not take.
pub(super) fn read(keys: &Keys, span: Span, made: &mut Made) -> Result<(), Rejected> {
    made.links[0].kind = At::new(LinkKind::Bond(Box::default()), span);
    for (suffix, var) in keys.indexed("BONDING_SLAVE") {
        let name = interface(&format!("BONDING_SLAVE{suffix}"), var)?;
        made.ports.push(Port::new(name, PortType::Bond, var.span));
    }
    let Some(var) = keys.text(KEY) else { return Ok(()) };
    for word in words(var.value) {
        let Some((name, value)) = word.split_once('=').filter(|(n, v)| !n.is_empty() && !v.is_empty()) else {
            return Err(Rejected::at(format!("`{word}` in `{KEY}` is no `name=value`"), var.span));
        };
        options::set(&mut made.links[0], name, value, var.span)
            .map_err(|why| Rejected::at(format!("of `{name}={value}` in `{KEY}`: {why}"), var.span))?;
    }
    Ok(())
}
