//! 802.1X, wired (`KEY_MGMT=IEEE8021X`) and wireless (ifcfg.md 3.14), which only NetworkManager knows.
//!
//! Which keys are read hangs on the EAP methods: certificates with TLS only, tunnelled methods with PEAP,
//! TTLS and FAST only. What was not looked at is named by [`rows::account`]. Secrets stand in the
//! ifcfg file or in `keys-NAME`.

use super::rows::{self, Row, Take, row};
use super::vars::{Reader, Rejected, Vars};
use crate::Context;
use netpivot_model::dot1x::Dot1x;
use netpivot_model::link::Link;

mod certificate;
mod methods;

const AUTH_FLAGS: &[(&str, i64)] = &[
    ("none", 0),
    ("tls-1-0-disable", 1),
    ("tls-1-1-disable", 2),
    ("tls-1-2-disable", 4),
    ("tls-disable-time-checks", 8),
    ("tls-1-3-disable", 16),
    ("tls-1-0-enable", 32),
    ("tls-1-1-enable", 64),
    ("tls-1-2-enable", 128),
    ("tls-1-3-enable", 256),
];

/// Keys that are read whatever the methods are.
const ROWS: &[Row] = &[
    row("IEEE_8021X_SYSTEM_CA_CERTS", "dot1x.system_ca_certs", Take::Bool),
    row("IEEE_8021X_SUBJECT_MATCH", "dot1x.subject_match", Take::Text),
    row("IEEE_8021X_PHASE2_SUBJECT_MATCH", "dot1x.phase2_subject_match", Take::Text),
    row("IEEE_8021X_ALTSUBJECT_MATCHES", "dot1x.altsubject_matches", Take::List),
    row("IEEE_8021X_PHASE2_ALTSUBJECT_MATCHES", "dot1x.phase2_altsubject_matches", Take::List),
    row("IEEE_8021X_DOMAIN_SUFFIX_MATCH", "dot1x.domain_suffix_match", Take::Text),
    row("IEEE_8021X_PHASE2_DOMAIN_SUFFIX_MATCH", "dot1x.phase2_domain_suffix_match", Take::Text),
    row("IEEE_8021X_DOMAIN_MATCH", "dot1x.domain_match", Take::Text),
    row("IEEE_8021X_PHASE2_DOMAIN_MATCH", "dot1x.phase2_domain_match", Take::Text),
    row("IEEE_8021X_AUTH_TIMEOUT", "dot1x.auth_timeout", Take::Int(0, i32::MAX as i64)),
    row("IEEE_8021X_CA_PATH", "dot1x.ca_path", Take::Text),
    row("IEEE_8021X_PHASE2_CA_PATH", "dot1x.phase2_ca_path", Take::Text),
    row("IEEE_8021X_OPTIONAL", "dot1x.optional", Take::Bool),
    row("IEEE_8021X_OPENSSL_CIPHERS", "dot1x.openssl_ciphers", Take::Text),
];

/// Keys that a row does not do.
const BY_HAND: &[&str] = &[
    "IEEE_8021X_EAP_METHODS",
    "IEEE_8021X_IDENTITY",
    "IEEE_8021X_ANON_IDENTITY",
    "IEEE_8021X_PASSWORD",
    "IEEE_8021X_PASSWORD_FLAGS",
    "IEEE_8021X_PASSWORD_RAW",
    "IEEE_8021X_PASSWORD_RAW_FLAGS",
    "IEEE_8021X_PIN",
    "IEEE_8021X_PIN_FLAGS",
    "IEEE_8021X_CA_CERT",
    "IEEE_8021X_CA_CERT_PASSWORD",
    "IEEE_8021X_CA_CERT_PASSWORD_FLAGS",
    "IEEE_8021X_CLIENT_CERT",
    "IEEE_8021X_CLIENT_CERT_PASSWORD",
    "IEEE_8021X_CLIENT_CERT_PASSWORD_FLAGS",
    "IEEE_8021X_PRIVATE_KEY",
    "IEEE_8021X_PRIVATE_KEY_PASSWORD",
    "IEEE_8021X_PRIVATE_KEY_PASSWORD_FLAGS",
    "IEEE_8021X_INNER_CA_CERT",
    "IEEE_8021X_INNER_CA_CERT_PASSWORD",
    "IEEE_8021X_INNER_CA_CERT_PASSWORD_FLAGS",
    "IEEE_8021X_INNER_CLIENT_CERT",
    "IEEE_8021X_INNER_CLIENT_CERT_PASSWORD",
    "IEEE_8021X_INNER_CLIENT_CERT_PASSWORD_FLAGS",
    "IEEE_8021X_INNER_PRIVATE_KEY",
    "IEEE_8021X_INNER_PRIVATE_KEY_PASSWORD",
    "IEEE_8021X_INNER_PRIVATE_KEY_PASSWORD_FLAGS",
    "IEEE_8021X_PEAP_VERSION",
    "IEEE_8021X_PEAP_FORCE_NEW_LABEL",
    "IEEE_8021X_FAST_PROVISIONING",
    "IEEE_8021X_PAC_FILE",
    "IEEE_8021X_PHASE1_AUTH_FLAGS",
    "IEEE_8021X_INNER_AUTH_METHODS",
];

/// All keys of 802.1X.
pub(super) fn keys() -> impl Iterator<Item = &'static str> + Clone {
    BY_HAND.iter().copied().chain(ROWS.iter().map(|row| row.key))
}

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
    let all = keys().chain(["KEY_MGMT"]);
    if reader == Reader::Initscripts {
        rows::of_other_program(all.clone(), vars, reader, cx);
        if let Some(keys_file) = keys_file {
            rows::of_other_program(all, keys_file, reader, cx);
        }
        return Ok(());
    }
    let mark = rows::mark(cx);
    if let Some(var) = vars.text("KEY_MGMT") {
        if var.value != "IEEE8021X" {
            let reason = format!("`KEY_MGMT={}` is not `IEEE8021X`, the only one for wired links", var.value);
            return Err(Rejected::at(reason, var.span));
        }
        fill(vars, keys_file, false, link, cx)?;
        if let Some(eap) = link.dot1x.as_mut().and_then(|dot1x| dot1x.eap.items.first_mut()) {
            eap.origin.merge(&var.span.into());
        }
    }
    let files: Vec<&Vars> = [Some(vars), keys_file].into_iter().flatten().collect();
    rows::account(all, &files, reader, link, mark, cx);
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
        let bits = rows::bits(var.value, AUTH_FLAGS).and_then(netpivot_model::value::Int::new);
        let Some(bits) = bits else {
            let reason = format!("`IEEE_8021X_PHASE1_AUTH_FLAGS={}` holds an unknown word", var.value);
            return Err(Rejected::at(reason, var.span));
        };
        dot1x.phase1_auth_flags = Some(netpivot_model::source::At::new(bits, var.span));
    }
    link.dot1x = Some(Box::new(dot1x));
    rows::read(ROWS, vars, Reader::NetworkManager, link, cx);
    Ok(())
}

#[cfg(test)]
mod tests;
