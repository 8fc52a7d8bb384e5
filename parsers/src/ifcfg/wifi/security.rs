//! Security of a wireless link: LEAP, WPA, SAE, OWE, 802.1X, WEP – in the order in which NetworkManager tries them.

use super::refuse;
use crate::Context;
use crate::ifcfg::dot1x::{self, Files};
use crate::ifcfg::rows;
use crate::ifcfg::vars::{Base, Reader, Rejected, Var, Vars, bad_value, boolean, integer};
use netpivot_model::link::{Link, LinkKind};
use netpivot_model::reflect::{List, Said};
use netpivot_model::secret::Secret;
use netpivot_model::source::{At, Span};
use netpivot_model::value::Int;
use netpivot_model::wifi::WifiSecurity;

const LEVELS: &[(&str, i64)] = &[("default", 0), ("disable", 1), ("optional", 2), ("required", 3)];
const WPS: &[(&str, i64)] = &[("default", 0), ("disabled", 1), ("auto", 2), ("pbc", 4), ("pin", 8)];

/// Reads the security of a link; without any, the network is open.
pub(super) fn read(
    vars: &Vars,
    keys_file: Option<&Vars>,
    link: &mut Link,
    cx: &mut Context,
) -> Result<(), Rejected> {
    let files = Files { vars, keys_file };
    dot1x::report_flags(vars, cx);
    let adhoc = adhoc(link);
    if adhoc.is_none()
        && let Some(security) = leap(files)?
    {
        link.wifi_security = Some(Box::new(security));
        return Ok(());
    }
    let management = vars.text("KEY_MGMT").and_then(|var| Management::of(var.value).map(|m| (m, var)));
    link.wifi_security = match management {
        Some((management, var)) => {
            let security = wpa(files, management, var, adhoc, cx)?;
            if management.uses_8021x() {
                dot1x::fill(vars, keys_file, true, link, cx)?;
            }
            Some(Box::new(security))
        }
        None => {
            if let Some(var) = vars.text("KEY_MGMT") {
                let expected = "`WPA-PSK`, `SAE`, `OWE`, `WPA-EAP`, `WPA-EAP-SUITE-B-192` or `IEEE8021X`";
                let mut report = bad_value("KEY_MGMT", var, expected, Reader::NetworkManager);
                report.message =
                    format!("`KEY_MGMT={}` is not {expected}; NetworkManager looks for WEP keys", var.value);
                cx.report(report);
            }
            wep(files)?.map(Box::new)
        }
    };
    Ok(())
}

/// The place that makes the link ad hoc.
fn adhoc(link: &Link) -> Option<Span> {
    let LinkKind::Wifi(wifi) = &link.kind.value else { return None };
    wifi.mode.as_ref().filter(|at| at.value == "adhoc")?.origin.span()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Management {
    Psk,
    Sae,
    Owe,
    Eap,
    SuiteB,
    Dynamic,
}

impl Management {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "WPA-PSK" => Management::Psk,
            "SAE" => Management::Sae,
            "OWE" => Management::Owe,
            "WPA-EAP" => Management::Eap,
            "WPA-EAP-SUITE-B-192" => Management::SuiteB,
            "IEEE8021X" => Management::Dynamic,
            _ => return None,
        })
    }

    fn uses_8021x(self) -> bool {
        matches!(self, Management::Eap | Management::SuiteB | Management::Dynamic)
    }

    fn uses_psk(self) -> bool {
        matches!(self, Management::Psk | Management::Sae)
    }

    fn uses_ciphers(self) -> bool {
        !matches!(self, Management::SuiteB | Management::Dynamic)
    }
}

/// LEAP as a wireless security of its own: `KEY_MGMT=IEEE8021X` and `SECURITYMODE=leap`.
fn leap(files: Files<'_>) -> Result<Option<WifiSecurity>, Rejected> {
    let management = files.vars.text("KEY_MGMT").filter(|var| var.value == "IEEE8021X");
    let mode = files.vars.text("SECURITYMODE").filter(|var| var.value.eq_ignore_ascii_case("leap"));
    let Some((management, mode)) = management.zip(mode) else { return Ok(None) };
    let mut security = WifiSecurity {
        key_mgmt: Some(At::new("ieee8021x".to_owned(), management.span)),
        auth_alg: Some(At::new("leap".to_owned(), mode.span)),
        leap_username: files.vars.owned("IEEE_8021X_IDENTITY"),
        ..WifiSecurity::default()
    };
    let flags = &mut security.leap_password_flags;
    files.secret("IEEE_8021X_PASSWORD", &mut security.leap_password, flags);
    if security.leap_username.is_none() {
        return Err(Rejected::at("`IEEE_8021X_IDENTITY` is missing for LEAP", mode.span));
    }
    Ok(Some(security))
}

fn wpa(
    files: Files<'_>,
    management: Management,
    var: Var<'_>,
    adhoc: Option<Span>,
    cx: &mut Context,
) -> Result<WifiSecurity, Rejected> {
    let vars = files.vars;
    let mut security = WifiSecurity {
        key_mgmt: Some(At::new(var.value.to_ascii_lowercase(), var.span)),
        wps_method: number("WPS_METHOD", vars, WPS)?,
        pmf: number("PMF", vars, LEVELS)?,
        fils: number("FILS", vars, LEVELS)?,
        ..WifiSecurity::default()
    };
    if management.uses_ciphers() {
        security.pairwise = ciphers("CIPHER_PAIRWISE", &["CCMP", "TKIP"], vars, cx);
        security.group = ciphers("CIPHER_GROUP", &["CCMP", "TKIP", "WEP104", "WEP40"], vars, cx);
    }
    match adhoc {
        Some(span) => security.proto.push("rsn".to_owned(), span),
        None => protocols(vars, &mut security.proto, cx),
    }
    if management.uses_psk() {
        psk(files, &mut security)?;
    } else if let Some(span) = adhoc {
        let reason = format!("ad-hoc networks know no `KEY_MGMT={}`", var.value);
        return Err(Rejected::at(reason, span));
    }
    security.auth_alg = vars
        .text("SECURITYMODE")
        .filter(|var| var.value == "open")
        .map(|var| At::new("open".to_owned(), var.span));
    Ok(security)
}

fn number<const MIN: i64, const MAX: i64>(
    key: &str,
    vars: &Vars,
    words: &[(&str, i64)],
) -> Result<Said<Int<MIN, MAX>>, Rejected> {
    let Some(var) = vars.text(key) else { return Ok(None) };
    let found = if key == "WPS_METHOD" { rows::bits(var.value, words) } else { rows::word(var.value, words) };
    let names: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
    match found.and_then(Int::new) {
        Some(n) => Ok(Some(At::new(n, var.span))),
        None => Err(refuse(key, var, &format!("one of {}", names.join(", ")))),
    }
}

fn ciphers(key: &str, known: &[&str], vars: &Vars, cx: &mut Context) -> List<String> {
    let mut list = List::default();
    let Some(var) = vars.text(key) else { return list };
    for word in rows::split(var.value) {
        let item = word.to_ascii_lowercase();
        if !known.contains(&word.as_str()) {
            let mut report = bad_value(key, var, "", Reader::NetworkManager);
            report.message =
                format!("NetworkManager leaves out the unknown cipher `{word}` of `{key}={}`", var.value);
            report.help = Some(format!("known are {}", known.join(", ")));
            cx.report(report);
        } else if !list.values().any(|there: &String| *there == item) {
            list.push(item, var.span);
        }
    }
    list
}

/// Here a word that is no truth value counts as yes.
fn protocols(vars: &Vars, list: &mut List<String>, cx: &mut Context) {
    for (key, word) in [("WPA_ALLOW_WPA", "wpa"), ("WPA_ALLOW_WPA2", "rsn")] {
        let Some(var) = vars.text(key) else { continue };
        match boolean(var.value, Reader::NetworkManager) {
            Some(true) => list.push(word.to_owned(), var.span),
            Some(false) => {}
            None => {
                let mut report = bad_value(key, var, "`yes` or `no`", Reader::NetworkManager);
                report.message =
                    format!("`{key}={}` is no truth value; NetworkManager takes it for `yes`", var.value);
                cx.report(report);
                list.push(word.to_owned(), var.span);
            }
        }
    }
}

/// A passphrase of 8 to 63 characters or 64 hexadecimal digits; `keys-NAME` is asked first.
fn psk(files: Files<'_>, security: &mut WifiSecurity) -> Result<(), Rejected> {
    security.psk_flags = files.flags("WPA_PSK");
    if security.psk_flags.is_some() {
        return Ok(());
    }
    let own = files.vars.text("WPA_PSK");
    let Some(var) = files.keys_file.and_then(|keys| keys.text("WPA_PSK")).or(own) else { return Ok(()) };
    let fits = match var.value.len() {
        64 => var.value.bytes().all(|b| b.is_ascii_hexdigit()),
        length => (8..=63).contains(&length),
    };
    if !fits {
        let reason = "`WPA_PSK` is neither 8 to 63 characters nor 64 hexadecimal digits";
        return Err(Rejected::at(reason, var.span));
    }
    security.psk = Some(At::new(Secret::new(var.value), var.span));
    Ok(())
}

/// WEP; `None` where the file names no key, so that the network is open.
fn wep(files: Files<'_>) -> Result<Option<WifiSecurity>, Rejected> {
    let vars = files.vars;
    let mut security = WifiSecurity::default();
    let mut index = 0;
    if let Some(var) = vars.text("DEFAULTKEY") {
        let n = integer(var.value, Base::Auto).filter(|n| (1..=4).contains(n));
        index = n.ok_or_else(|| refuse("DEFAULTKEY", var, "a number from 1 to 4"))? - 1;
        security.wep_tx_keyidx = Int::new(index).map(|n| At::new(n, var.span));
    }
    security.wep_key_flags = files.flags("WEP_KEY");
    if security.wep_key_flags.is_none() {
        let keys = key_type(vars, &mut security)?;
        for file in [Some(vars), files.keys_file].into_iter().flatten() {
            wep_keys(file, keys, index, &mut security)?;
        }
    }
    if let Some(var) = vars.text("SECURITYMODE") {
        let algorithm = match var.value.to_ascii_lowercase().as_str() {
            "open" => "open",
            "restricted" => "shared",
            _ => return Err(refuse("SECURITYMODE", var, "`open` or `restricted`")),
        };
        security.auth_alg = Some(At::new(algorithm.to_owned(), var.span));
    }
    let first = wep_origin(&security);
    if first.is_none() {
        return match &security.auth_alg {
            Some(at) if at.value == "shared" => {
                let reason = "`SECURITYMODE=restricted` needs a WEP key".to_owned();
                Err(Rejected { reason, span: at.origin.span() })
            }
            Some(_) | None => Ok(None),
        };
    }
    security.key_mgmt = first.map(|span| At::new("none".to_owned(), span));
    Ok(Some(security))
}

/// The place that makes the network one with WEP.
fn wep_origin(security: &WifiSecurity) -> Option<Span> {
    let keys = [&security.wep_key0, &security.wep_key1, &security.wep_key2, &security.wep_key3];
    let key = keys.into_iter().flatten().next().map(|at| &at.origin);
    let flags = security.wep_key_flags.as_ref().map(|at| &at.origin);
    let index = security.wep_tx_keyidx.as_ref().map(|at| &at.origin);
    key.or(flags).or(index).and_then(netpivot_model::source::Origin::span)
}

/// Which kinds of keys are read.
#[derive(Debug, Clone, Copy)]
struct KeyKinds {
    keys: bool,
    passphrases: bool,
}

fn key_type(vars: &Vars, security: &mut WifiSecurity) -> Result<KeyKinds, Rejected> {
    let Some(var) = vars.text("KEY_TYPE") else { return Ok(KeyKinds { keys: true, passphrases: true }) };
    let (number, kinds) = match var.value {
        "key" => (1, KeyKinds { keys: true, passphrases: false }),
        "passphrase" => (2, KeyKinds { keys: false, passphrases: true }),
        _ => return Err(refuse("KEY_TYPE", var, "`key` or `passphrase`")),
    };
    security.wep_key_type = Int::new(number).map(|n| At::new(n, var.span));
    Ok(kinds)
}

/// The keys of one file; later ones replace earlier ones.
fn wep_keys(file: &Vars, kinds: KeyKinds, index: i64, security: &mut WifiSecurity) -> Result<(), Rejected> {
    if kinds.keys {
        for (key, at) in [("KEY1", 0), ("KEY2", 1), ("KEY3", 2), ("KEY4", 3), ("KEY", index)] {
            let Some(var) = file.text(key) else { continue };
            let Some(text) = wep_key(var.value) else {
                let reason =
                    format!("`{key}` is neither 10 or 26 hexadecimal digits nor `s:` and 5 or 13 characters");
                return Err(Rejected::at(reason, var.span));
            };
            *slot(security, at) = Some(At::new(Secret::new(text), var.span));
        }
    }
    if kinds.passphrases {
        for (at, key) in
            ["KEY_PASSPHRASE1", "KEY_PASSPHRASE2", "KEY_PASSPHRASE3", "KEY_PASSPHRASE4"].iter().enumerate()
        {
            let Some(var) = file.text(key) else { continue };
            if var.value.len() >= 64 {
                return Err(Rejected::at(format!("`{key}` is longer than 63 characters"), var.span));
            }
            *slot(security, at as i64) = Some(At::new(Secret::new(var.value), var.span));
        }
    }
    Ok(())
}

fn slot(security: &mut WifiSecurity, index: i64) -> &mut Said<Secret> {
    match index {
        0 => &mut security.wep_key0,
        1 => &mut security.wep_key1,
        2 => &mut security.wep_key2,
        _ => &mut security.wep_key3,
    }
}

/// A WEP key: hexadecimal digits as they are, ASCII without its `s:`.
fn wep_key(text: &str) -> Option<&str> {
    if matches!(text.len(), 10 | 26) {
        return text.bytes().all(|b| b.is_ascii_hexdigit()).then_some(text);
    }
    let ascii = text.strip_prefix("s:").filter(|rest| matches!(rest.len(), 5 | 13))?;
    ascii.bytes().all(|b| (0x20..0x7f).contains(&b)).then_some(ascii)
}

/// The one WEP key that initscripts know.
pub(super) fn wep_of_scripts(vars: &Vars, keys_file: Option<&Vars>, link: &mut Link) {
    // initscripts source `keys-NAME` after the file itself.
    let Some(var) = keys_file.and_then(|keys| keys.text("KEY")).or(vars.text("KEY")) else { return };
    let text = wep_key(var.value).unwrap_or(var.value);
    link.wifi_security = Some(Box::new(WifiSecurity {
        key_mgmt: Some(At::new("none".to_owned(), var.span)),
        wep_key0: Some(At::new(Secret::new(text), var.span)),
        ..WifiSecurity::default()
    }));
}
