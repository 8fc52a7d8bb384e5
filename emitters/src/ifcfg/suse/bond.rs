//! BONDING_MASTER, the ports and BONDING_MODULE_OPTS; wicked takes the names of the kernel's module.

use super::Job;
use super::profile::Profile;
use netpivot_model::bond::Bond;
use netpivot_model::codes::ifcfg_output as codes;
use netpivot_model::path::FieldPath;
use netpivot_model::value::Value;
use netpivot_model::vocabulary::ifcfg::bond::{OPTIONS, SECOND_NAME};

impl Job<'_> {
    /// Writes a bond.
    pub(super) fn bond(&mut self, p: &mut Profile<'_>, _: &Bond) {
        p.sheet.set("BONDING_MASTER", "yes");
        self.numbered_ports(p, "BONDING_SLAVE");
        for (name, path, ..) in OPTIONS.into_iter().filter(|(name, ..)| *name != SECOND_NAME) {
            let field = FieldPath::parse(path);
            let said = p.said(path);
            let value = match path {
                // Silence means 0 to the kernel, and something else to NetworkManager.
                "bond.miimon" => {
                    said.or_else(|| self.meant(p.id, field).filter(|value| *value != Value::Int(0)))
                }
                _ => said,
            };
            let Some(value) = value else { continue };
            let text = match &value {
                Value::Bool(on) => u8::from(*on).to_string(),
                Value::List(items) => items.iter().map(Value::to_string).collect::<Vec<_>>().join(","),
                Value::Int(_) | Value::Text(_) | Value::Secret(_) | Value::Map(_) => value.to_string(),
            };
            let odd = text.is_empty()
                || text.contains(|c: char| c.is_whitespace() || c == '=' || c == '\'' || c == '"');
            if odd || path == "bond.balance_slb" {
                self.cannot(p, field, &codes::REFUSED, format!("wicked takes no `{name}={text}` for a bond"));
                continue;
            }
            p.sheet.push("BONDING_MODULE_OPTS", &format!("{name}={text}"));
            p.done(path);
        }
    }
}
