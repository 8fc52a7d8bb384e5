//! 802.1X, wired (`KEY_MGMT=IEEE8021X`) and wireless (ifcfg.md 3.14), which only NetworkManager knows.
//!
//! Which keys are read hangs on the EAP methods: certificates with TLS only, tunnelled methods with PEAP,
//! TTLS and FAST only. Secrets stand in the ifcfg file or in `keys-NAME`.

use super::rows;
use super::vars::{Reader, Rejected, Vars};
use crate::Context;
use netpivot_model::dot1x::Dot1x;
use netpivot_model::link::Link;
use netpivot_model::vocabulary::ifcfg::PHASE1_AUTH_FLAGS;
use netpivot_model::vocabulary::ifcfg::rows::DOT1X;

mod certificate;
mod methods;

pub(super) use methods::{Files, report_flags};

/// Reads the keys of a wired link: `KEY_MGMT` decides.
///
/// # Errors
/// NetworkManager refuses the file.
pub fn read(
    vars: &Vars,
    keys_file: Option<&Vars>,
    reader: Reader,
    link: &mut Link,
    cx: &mut Context,
) -> Result<(), Rejected> {
    if reader == Reader::Initscripts {
        return Ok(());
    }
    if let Some(var) = vars.text("KEY_MGMT") {
        if var.value != "IEEE8021X" {
            let reason = format!("`KEY_MGMT={}` is not `IEEE8021X`, the only one for wired links", var.value);
            return Err(Rejected::at(reason, var.span));
        }
        fill(vars, keys_file, false, link, cx)?;
        report_flags(vars, cx);
        if let Some(eap) = link.dot1x.as_mut().and_then(|dot1x| dot1x.eap.items.first_mut()) {
            eap.origin.merge(&var.span.into());
        }
    }
    Ok(())
}

/// Reads 802.1X as NetworkManager's `fill_8021x` does, and checks it as `nm-setting-8021x.c:verify` does.
///
/// # Errors
/// NetworkManager refuses the file.
pub(super) fn fill(
    vars: &Vars,
    keys_file: Option<&Vars>,
    wifi: bool,
    link: &mut Link,
    cx: &mut Context,
) -> Result<(), Rejected> {
    let files = methods::Files { vars, keys_file };
    let mut dot1x = Dot1x::default();
    methods::read(files, wifi, &mut dot1x, cx)?;
    methods::verify(&dot1x)?;
    files.secret("IEEE_8021X_PIN", &mut dot1x.pin, &mut dot1x.pin_flags);
    if let Some(var) = vars.text("IEEE_8021X_PHASE1_AUTH_FLAGS") {
        let bits = rows::bits(var.value, &PHASE1_AUTH_FLAGS).and_then(netpivot_model::value::Int::new);
        let Some(bits) = bits else {
            let reason = format!("`IEEE_8021X_PHASE1_AUTH_FLAGS={}` holds an unknown word", var.value);
            return Err(Rejected::at(reason, var.span));
        };
        dot1x.phase1_auth_flags = Some(netpivot_model::source::At::new(bits, var.span));
    }
    link.dot1x = Some(Box::new(dot1x));
    rows::read(DOT1X, vars, Reader::NetworkManager, link, cx);
    Ok(())
}

#[cfg(test)]
mod tests;
