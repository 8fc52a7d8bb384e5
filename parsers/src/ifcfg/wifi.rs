//! Wireless links (ifcfg.md 3.13).
//!
//! NetworkManager is strict: a value that it does not know refuses the whole file. initscripts know MODE,
//! ESSID, KEY, FREQ and WOWLAN only and hand them to iw(8).

use super::rows;
use super::vars::{Base, Reader, Rejected, Var, Vars, integer};
use crate::Context;
use netpivot_model::link::{Link, LinkKind};
use netpivot_model::source::{At, Origin};
use netpivot_model::value::{Int, MacSetting};
use netpivot_model::vocabulary::ifcfg::rows::WIFI;
use netpivot_model::wifi::Wifi;

mod channel;
mod security;

/// The SSID of a file as bytes: `0x` and pairs of hexadecimal digits are bytes, all else is text.
#[must_use]
pub fn ssid(vars: &Vars) -> Option<Vec<u8>> {
    let text = vars.text("ESSID")?.value;
    let bytes = text
        .strip_prefix("0x")
        .filter(|digits| !digits.is_empty() && digits.len() % 2 == 0)
        .and_then(|digits| digits.as_bytes().chunks(2).map(pair).collect());
    Some(bytes.unwrap_or_else(|| text.as_bytes().to_vec()))
}

fn pair(digits: &[u8]) -> Option<u8> {
    let digit = |b: u8| char::from(b).to_digit(16);
    u8::try_from(digit(*digits.first()?)? * 16 + digit(*digits.get(1)?)?).ok()
}

/// Reads the keys of a wireless link and of its security. HWADDR, MACADDR and MTU are read for all kinds.
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
    match reader {
        Reader::NetworkManager => {
            settings(vars, link, cx)?;
            security::read(vars, keys_file, link, cx)
        }
        Reader::Initscripts => scripts(vars, keys_file, link),
    }
}

fn wifi(link: &mut Link) -> Option<&mut Wifi> {
    if let LinkKind::Wifi(wifi) = &mut link.kind.value { Some(wifi) } else { None }
}

fn refuse(key: &str, var: Var<'_>, expected: &str) -> Rejected {
    Rejected::at(format!("`{key}={}` is not {expected}", var.value), var.span)
}

/// As `make_wireless_setting` reads it.
fn settings(vars: &Vars, link: &mut Link, cx: &mut Context) -> Result<(), Rejected> {
    rows::read(WIFI, vars, Reader::NetworkManager, link, cx);
    let ssid = ssid(vars);
    let mac = randomization(vars)?;
    let Some(wifi) = wifi(link) else { return Ok(()) };
    let Some((ssid, var)) = ssid.zip(vars.text("ESSID")) else {
        return Err(Rejected { reason: "`ESSID` is missing".to_owned(), span: None });
    };
    if ssid.len() > 32 {
        return Err(refuse("ESSID", var, "a name of 1 to 32 bytes"));
    }
    wifi.ssid_hex = Some(At::new(ssid.iter().map(|b| format!("{b:02x}")).collect(), var.span));
    if let Some(var) = vars.text("MODE") {
        let mode = match var.value.to_ascii_lowercase().as_str() {
            "ad-hoc" => "adhoc",
            "ap" => "ap",
            "managed" | "auto" => "infrastructure",
            _ => return Err(refuse("MODE", var, "`Managed`, `Auto`, `Ad-Hoc` or `Ap`")),
        };
        wifi.mode = Some(At::new(mode.to_owned(), var.span));
    }
    if let Some(var) = vars.text("BSSID") {
        let mac = var.value.trim_ascii().parse().map_err(|_| refuse("BSSID", var, "a MAC address"))?;
        wifi.bssid = Some(At::new(mac, var.span));
    }
    channel::read(vars, wifi)?;
    if let Some(var) = vars.get("POWERSAVE") {
        let words = [("default", 0), ("ignore", 1), ("disable", 2), ("no", 2), ("enable", 3), ("yes", 3)];
        let number = words.iter().find(|(word, _)| *word == var.value).and_then(|(_, n)| Int::new(*n));
        let number =
            number.ok_or_else(|| refuse("POWERSAVE", var, "`default`, `ignore`, `disable` or `enable`"))?;
        wifi.powersave = Some(At::new(number, var.span));
    }
    wifi.mac_address_randomization = mac.number;
    if let Some(cloned) = mac.cloned {
        link.mac = Some(cloned);
    }
    Ok(())
}

/// What MAC_ADDRESS_RANDOMIZATION makes of both of its properties.
#[derive(Default)]
struct Randomization {
    number: Option<At<Int<0, 2>>>,
    cloned: Option<At<MacSetting>>,
}

/// MACADDR and MAC_ADDRESS_RANDOMIZATION say one thing twice; each follows the other
/// (`nm-connection.c:_normalize_wireless_mac_address_randomization`), MACADDR first.
fn randomization(vars: &Vars) -> Result<Randomization, Rejected> {
    let key = "MAC_ADDRESS_RANDOMIZATION";
    let said = match vars.get(key) {
        None => None,
        Some(var) => Some(match var.value {
            "default" => (0, var.span),
            "never" => (1, var.span),
            "always" => (2, var.span),
            _ => return Err(refuse(key, var, "`default`, `never` or `always`")),
        }),
    };
    if let Some(var) = vars.text("MACADDR") {
        let number = match var.value.trim_ascii() {
            "random" => 2,
            "permanent" => 1,
            _ => 0,
        };
        if number == 0 && said.is_none() {
            return Ok(Randomization::default());
        }
        // Where MACADDR overrules the key, the key is not what the value comes from.
        let span = said.filter(|(n, _)| *n == number).map_or(var.span, |(_, span)| span);
        let number = Int::new(number).filter(|_| number != 0 || span != var.span).map(|n| At::new(n, span));
        return Ok(Randomization { number, cloned: None });
    }
    let Some((number, span)) = said else { return Ok(Randomization::default()) };
    let word = [None, Some("permanent"), Some("random")][usize::try_from(number).unwrap_or(0)];
    let cloned = word.map(|word| {
        let origin = Origin::derived("mac-of-randomization", [span]);
        At::new(MacSetting::Word(word), origin)
    });
    Ok(Randomization { number: Int::new(number).map(|n| At::new(n, span)), cloned })
}

/// What initscripts' `ifup-wireless` hands to iw(8).
///
/// # Errors
/// There is no network that iw(8) could join.
fn scripts(vars: &Vars, keys_file: Option<&Vars>, link: &mut Link) -> Result<(), Rejected> {
    let ssid = ssid_of_scripts(vars)?;
    let mode = vars.text("MODE").and_then(|var| match var.value {
        "Managed" | "managed" => Some(At::new("infrastructure".to_owned(), var.span)),
        "Ad-Hoc" | "ad-hoc" => Some(At::new("adhoc".to_owned(), var.span)),
        _ => None,
    });
    if let Some(wifi) = wifi(link) {
        wifi.ssid_hex = Some(ssid);
        wifi.mode = mode;
    }
    security::wep_of_scripts(vars, keys_file, link);
    Ok(())
}

fn ssid_of_scripts(vars: &Vars) -> Result<At<String>, Rejected> {
    let Some(var) = vars.text("ESSID") else {
        return Err(Rejected { reason: "it is wireless and ESSID names no network".to_owned(), span: None });
    };
    if var.value.len() > 32 {
        return Err(refuse("ESSID", var, "the name of a network, which has 1 to 32 bytes"));
    }
    Ok(At::new(var.value.bytes().map(|b| format!("{b:02x}")).collect(), var.span))
}

fn number(text: &str) -> Option<i64> {
    integer(text, Base::Ten)
}

#[cfg(test)]
mod tests;
