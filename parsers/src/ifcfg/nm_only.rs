//! Keys that only NetworkManager has properties for (ifcfg.md 3.1): who may use a profile, when it
//! starts, what it matches, proxies, host names.
//!
//! initscripts know none of them but ZONE and DEVTIMEOUT.

use super::rows;
use super::vars::{Base, Reader, Rejected, Vars, bad_value, integer};
use crate::Context;
use netpivot_model::link::Link;
use netpivot_model::nm::{Match, NmOnly};
use netpivot_model::source::At;
use netpivot_model::value::{I32, Int, Mac, is_uuid};
use netpivot_model::vocabulary::ifcfg::rows::{COMMON, NETWORKMANAGER};

const I32_MAX: i64 = i32::MAX as i64;
const USER_DATA: &str = "NM_USER_";

/// Reads the keys.
///
/// # Errors
/// NetworkManager refuses the file.
pub fn read(vars: &Vars, reader: Reader, link: &mut Link, cx: &mut Context) -> Result<(), Rejected> {
    rows::read(COMMON, vars, reader, link, cx);
    device_timeout(vars, reader, link, cx);
    if reader == Reader::Initscripts {
        return Ok(());
    }
    rows::read(NETWORKMANAGER, vars, reader, link, cx);
    permissions(vars, link, cx);
    secondaries(vars, link)?;
    multi_connect(vars, link, cx)?;
    timeouts(vars, link, cx);
    metered_and_lldp(vars, link, cx);
    mud_url(vars, link)?;
    proxy(vars, link, cx);
    addresses(vars, link, cx)?;
    user(vars, link, cx);
    Ok(())
}

fn nm(link: &mut Link) -> &mut NmOnly {
    link.nm.get_or_insert_default()
}

/// DEVTIMEOUT is in seconds for both programs; NetworkManager takes decimals, too.
fn device_timeout(vars: &Vars, reader: Reader, link: &mut Link, cx: &mut Context) {
    let Some(var) = vars.text("DEVTIMEOUT") else { return };
    let whole = integer(var.value, Base::Ten).filter(|n| (0..=I32_MAX / 1000).contains(n)).map(|n| n * 1000);
    let ms = whole.or_else(|| match reader {
        Reader::NetworkManager => decimal_ms(var.value),
        Reader::Initscripts => None,
    });
    match ms.and_then(I32::new) {
        Some(ms) => nm(link).wait_device_timeout = Some(At::new(ms, var.span)),
        None => cx.report(bad_value("DEVTIMEOUT", var, "a number of seconds", reader)),
    }
}

/// Seconds with a decimal point in ms, rounded as NetworkManager rounds them.
fn decimal_ms(text: &str) -> Option<i64> {
    let seconds: f64 = text.trim_ascii().parse().ok()?;
    let ms = (seconds * 1000.0 + 0.5).floor();
    (seconds >= 0.0 && ms <= f64::from(i32::MAX)).then_some(ms as i64)
}

fn permissions(vars: &Vars, link: &mut Link, cx: &mut Context) {
    let Some(var) = vars.text("USERS") else { return };
    for name in var.value.split(' ').filter(|name| !name.is_empty()) {
        if name.contains(':') {
            let expected = "a list of user names with blanks between them";
            cx.report(bad_value("USERS", var, expected, Reader::NetworkManager));
            continue;
        }
        let item = format!("user:{name}:");
        let list = &mut nm(link).permissions;
        if !list.values().any(|known| *known == item) {
            list.push(item, var.span);
        }
    }
}

fn secondaries(vars: &Vars, link: &mut Link) -> Result<(), Rejected> {
    let Some(var) = vars.text("SECONDARY_UUIDS") else { return Ok(()) };
    for uuid in rows::split(var.value) {
        if !is_uuid(&uuid) {
            return Err(Rejected::at(
                format!("`SECONDARY_UUIDS` holds `{uuid}`, which is no UUID"),
                var.span,
            ));
        }
        let list = &mut nm(link).secondaries;
        let uuid = uuid.to_ascii_lowercase();
        if !list.values().any(|known| *known == uuid) {
            list.push(uuid, var.span);
        }
    }
    Ok(())
}

/// A number that does not parse is the default, one out of range fails `nm-setting-connection.c:verify`.
fn multi_connect(vars: &Vars, link: &mut Link, cx: &mut Context) -> Result<(), Rejected> {
    let range = -I32_MAX - 1..=I32_MAX;
    let Some(at) = vars.int("MULTI_CONNECT", range, Base::Ten, Reader::NetworkManager, cx) else {
        return Ok(());
    };
    let Some(n) = Int::new(at.value) else {
        let reason = format!("`MULTI_CONNECT={}` is not a number from 0 to 3", at.value);
        return Err(Rejected { reason, span: at.origin.span() });
    };
    nm(link).multi_connect = Some(At::new(n, at.origin));
    Ok(())
}

fn timeouts(vars: &Vars, link: &mut Link, cx: &mut Context) {
    let Some(var) = vars.text("GATEWAY_PING_TIMEOUT") else { return };
    let seconds = integer(var.value, Base::Ten).filter(|n| (0..I32_MAX).contains(n));
    if seconds.is_none_or(|n| n > 600) {
        let mut report =
            bad_value("GATEWAY_PING_TIMEOUT", var, "a number from 0 to 600", Reader::NetworkManager);
        if seconds.is_some() {
            report.message =
                format!("`GATEWAY_PING_TIMEOUT={}` is too long; NetworkManager takes 600", var.value);
        }
        cx.report(report);
    }
    if let Some(n) = seconds.and_then(|n| Int::new(n.min(600))) {
        nm(link).gateway_ping_timeout = Some(At::new(n, var.span));
    }
}

fn metered_and_lldp(vars: &Vars, link: &mut Link, cx: &mut Context) {
    if let Some(at) = vars.flag("CONNECTION_METERED", Reader::NetworkManager, cx) {
        nm(link).metered = Int::new(if at.value { 1 } else { 2 }).map(|n| At::new(n, at.origin));
    }
    if let Some(var) = vars.get("LLDP").filter(|var| var.value == "rx") {
        nm(link).lldp = Int::new(1).map(|n| At::new(n, var.span));
    } else if let Some(at) = vars.flag("LLDP", Reader::NetworkManager, cx) {
        nm(link).lldp = Int::new(i64::from(at.value)).map(|n| At::new(n, at.origin));
    }
}

/// `connection.mud-url` must be `none` or an https address (`nm-setting-connection.c:verify`).
fn mud_url(vars: &Vars, link: &mut Link) -> Result<(), Rejected> {
    let Some(var) = vars.get("MUD_URL") else { return Ok(()) };
    let address = var.value.strip_prefix("https://").is_some_and(|rest| !rest.is_empty());
    if var.value != "none" && !(address && var.value.is_ascii() && var.value.len() <= 255) {
        let reason = format!("`MUD_URL={}` is neither `none` nor an https address", var.value);
        return Err(Rejected::at(reason, var.span));
    }
    nm(link).mud_url = Some(At::new(var.value.to_owned(), var.span));
    Ok(())
}

/// Without PROXY_METHOD nothing of it is read; PAC_* only with `auto`.
fn proxy(vars: &Vars, link: &mut Link, cx: &mut Context) {
    let Some(method) = vars.text("PROXY_METHOD") else { return };
    let auto = method.value.eq_ignore_ascii_case("auto");
    if !auto && !method.value.eq_ignore_ascii_case("none") {
        cx.report(bad_value("PROXY_METHOD", method, "`none` or `auto`", Reader::NetworkManager));
    }
    let settings = nm(link);
    settings.proxy_method = Int::new(i64::from(auto)).map(|n| At::new(n, method.span));
    if auto {
        settings.pac_url = vars.owned("PAC_URL");
        settings.pac_script = vars.owned("PAC_SCRIPT");
    }
    settings.proxy_browser_only = vars.flag("BROWSER_ONLY", Reader::NetworkManager, cx);
}

fn addresses(vars: &Vars, link: &mut Link, cx: &mut Context) -> Result<(), Rejected> {
    if let Some(var) = vars.text("GENERATE_MAC_ADDRESS_MASK") {
        if var.value.split_ascii_whitespace().any(|mac| !is_ethernet(mac)) {
            let reason = format!("`GENERATE_MAC_ADDRESS_MASK={}` holds what is no MAC address", var.value);
            return Err(Rejected::at(reason, var.span));
        }
        link.mac_generate_mask = Some(At::new(var.value.to_owned(), var.span));
    }
    let Some(var) = vars.text("HWADDR_BLACKLIST") else { return Ok(()) };
    for item in rows::split(var.value) {
        match item.parse::<Mac>() {
            Ok(mac) if mac.bytes().len() == 6 => {
                let matches: &mut Match = link.matches.get_or_insert_default();
                matches.mac_denylist.push(mac, var.span);
            }
            Ok(_) | Err(_) => {
                let mut report = bad_value("HWADDR_BLACKLIST", var, "", Reader::NetworkManager);
                report.message = format!(
                    "`{item}` in `HWADDR_BLACKLIST={}` is no MAC address; NetworkManager leaves it out",
                    var.value
                );
                report.help = Some("correct the address or remove it".to_owned());
                cx.report(report);
            }
        }
    }
    Ok(())
}

fn is_ethernet(text: &str) -> bool {
    text.parse::<Mac>().is_ok_and(|mac| mac.bytes().len() == 6)
}

fn user(vars: &Vars, link: &mut Link, cx: &mut Context) {
    for name in vars.names().filter(|name| name.starts_with(USER_DATA)) {
        let Some(var) = vars.get(name) else { continue };
        // `nm-setting-user.c`: a key holds a dot, and not at its ends.
        match decode_user_key(&name[USER_DATA.len()..]).filter(|key| key.trim_matches('.').contains('.')) {
            Some(key) => {
                nm(link).user_data.insert(key, At::new(var.value.to_owned(), var.span));
            }
            None => {
                let mut report = bad_value(name, var, "", Reader::NetworkManager);
                report.message =
                    format!("`{name}={}` is left out: `{name}` is no encoding of a user data key", var.value);
                report.help = Some("`NM_USER_MY__KEY` stands for `my.key`".to_owned());
                cx.report(report);
            }
        }
    }
}

/// A user data key from its form as environment variable: capitals are small letters, `__` is a dot, `_X` is a
/// capital, `_ooo` is a character in octal (`nm_utils_env_var_decode_name`).
fn decode_user_key(name: &str) -> Option<String> {
    let bytes = name.as_bytes();
    let mut key = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match (byte, bytes.get(at + 1)) {
            (b'0'..=b'9', _) => key.push(*byte),
            (b'A'..=b'Z', _) => key.push(byte.to_ascii_lowercase()),
            (b'_', Some(b'_')) => {
                key.push(b'.');
                at += 1;
            }
            (b'_', Some(letter @ b'A'..=b'Z')) => {
                key.push(*letter);
                at += 1;
            }
            (b'_', Some(b'0'..=b'7')) => {
                let digits = name.get(at + 1..at + 4)?;
                key.push(u8::from_str_radix(digits, 8).ok().filter(|n| *n != 0)?);
                at += 3;
            }
            _ => return None,
        }
        at += 1;
    }
    String::from_utf8(key).ok().filter(|key| !key.is_empty())
}

#[cfg(test)]
#[path = "nm_only_tests.rs"]
mod tests;
