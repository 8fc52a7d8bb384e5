//! IP over InfiniBand (ifcfg-infiniband(5)): known by its name, `ib0`, `ib0.8001`.

use super::keys::{Bad, Keys};
use super::kind::{Made, file_name};
use crate::ifcfg::vars::Rejected;
use netpivot_model::link::LinkKind;
use netpivot_model::source::{At, Span};
use netpivot_model::value::{Int, LinkRef};
use netpivot_model::virtual_link::Infiniband;

/// What makes a file one of InfiniBand: a key, or the interface's name.
pub(super) fn sign(name: &str, keys: &Keys) -> Option<Span> {
    let said = ["IPOIB_MODE", "IPOIB_UMCAST"].iter().find_map(|key| keys.text(key));
    let named = name.strip_prefix("ib").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let first = || keys.names().next().and_then(|first| keys.get(first)).filter(|_| named);
    said.or_else(first).map(|var| var.span)
}

pub(super) fn read(keys: &Keys, _: Span, made: &mut Made) -> Result<(), Rejected> {
    let name = made.links[0].name.as_ref().map_or_else(String::new, |at| at.value.clone());
    let mut infiniband = Infiniband { transport_mode: keys.scalar("IPOIB_MODE")?, ..Infiniband::default() };
    if let Some((below, key)) = name.split_once('.') {
        let p_key = i64::from_str_radix(key, 16).ok().filter(|n| *n <= 0xffff).and_then(Int::new);
        if p_key.is_none() {
            let mut refused =
                Rejected { reason: format!("`{key}` in its name is no partition key"), span: None };
            refused.span = keys.names().next().and_then(|first| keys.get(first)).map(|var| var.span);
            return Err(refused);
        }
        infiniband.p_key = p_key.map(|n| At::new(n, file_name()));
        infiniband.parent = Some(At::new(LinkRef::Name(below.to_owned()), file_name()));
    }
    if let Some(var) =
        keys.text("IPOIB_UMCAST").filter(|var| !["allowed", "disallowed", "0", "1"].contains(&var.value))
    {
        return Err(Bad::new("IPOIB_UMCAST", var, "`allowed` or `disallowed`").into());
    }
    made.links[0].kind = At::new(LinkKind::Infiniband(Box::new(infiniband)), file_name());
    Ok(())
}
