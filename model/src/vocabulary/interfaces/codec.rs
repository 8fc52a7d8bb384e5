//! How values stand in interfaces files. Each codec reads the text after an option's name and writes the
//! model's value back; units and words are those of the program that the option belongs to.

use super::Reader;
use crate::secret::Secret;
use crate::value::{Mac, Value};
use crate::vocabulary::ethtool::FEC;
use crate::vocabulary::keyfile::codec::{hex, unhex};

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codec {
    /// Text, or a word of an enumeration.
    Text,
    /// Text that is a secret, quoted or not (wpasupplicant's `functions.sh` removes double quotes).
    Secret,
    /// A WEP key: hexadecimal digits, or text with `s:` or quotes around it.
    WepKey,
    /// A whole number.
    Int,
    /// A truth value, written `on` or `off`.
    OnOff,
    /// A truth value, written `yes` or `no`.
    YesNo,
    /// A truth value of a bridge, of which ifupdown-ng knows no `on` (`yesno()` of executor-scripts/linux/bridge).
    BridgeSwitch,
    /// A truth value, written `1` or `0`.
    Switch,
    /// A truth value that is a number in the model (1, 0); ifupdown-ng wants `yes` and `no`.
    Number,
    /// Seconds in the file, fractions allowed; 1/100 s in the model.
    Seconds,
    /// Words with blanks between.
    Words,
    /// Words with blanks or commas between, written with blanks.
    CommaWords,
    /// A word in lower case (`802.1q`, `wpa-psk`).
    Lower,
    /// A word in upper case that the model has in lower case (`WPA-PSK`, `CCMP`).
    Upper,
    /// Words in upper case that the model has in lower case.
    UpperWords,
    /// A hardware address, with or without the word `ether` before it; `random`.
    Mac,
    /// A bridge's multicast router: `no`, `yes` or 0 to 2.
    MulticastRouter,
    /// Wake-on-LAN letters and a password (`g`, `s 00:11:…`); bits in the model.
    WakeOnLan,
    /// Modes of forward error correction; bits in the model.
    Fec,
    /// An SSID as text, with or without quotes; hexadecimal in the model.
    Ssid,
    /// Text with double quotes around it, which are removed.
    Quoted,
    /// Mode of a wireless link by wpa_supplicant's number.
    WifiMode,
    /// Read and written by code of its own.
    Special,
}

/// A value that the codec does not take: what it would take, as a noun phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused(pub &'static str);

const NUMBER: Refused = Refused("a whole number");
const TRUTH: Refused = Refused("`on`, `off`, `yes`, `no`, `1` or `0`");
const SECONDS: Refused = Refused("a number of seconds");

/// Letters of ethtool(8)'s `wol` with their bits.
const WAKE: [(char, i64); 7] = [('p', 2), ('u', 4), ('m', 8), ('b', 16), ('a', 32), ('g', 64), ('d', 0)];

/// wpa_supplicant.conf(5), `mode`.
const WIFI_MODES: [(&str, &str); 3] = [("0", "infrastructure"), ("1", "adhoc"), ("2", "ap")];

impl Codec {
    /// True where the value must not be shown.
    #[must_use]
    pub const fn is_secret(self) -> bool {
        matches!(self, Codec::Secret | Codec::WepKey)
    }

    /// The value of an option's text.
    ///
    /// # Errors
    /// The program that the option belongs to does not take the value, or not so that the model can say it.
    pub fn read(self, raw: &str) -> Result<Value, Refused> {
        let text = raw.trim();
        let list = |items: &mut dyn Iterator<Item = &str>| {
            Value::List(items.map(|item| Value::text(item.to_owned())).collect())
        };
        Ok(match self {
            Codec::Text => Value::text(text.to_owned()),
            Codec::Secret => Value::Secret(Secret::new(unquoted(text))),
            Codec::WepKey => Value::Secret(Secret::new(unquoted(text.strip_prefix("s:").unwrap_or(text)))),
            Codec::Int => Value::Int(text.parse().map_err(|_| NUMBER)?),
            Codec::OnOff | Codec::YesNo | Codec::BridgeSwitch | Codec::Switch => {
                Value::Bool(truth(text).ok_or(TRUTH)?)
            }
            Codec::Number => Value::Int(i64::from(truth(text).ok_or(TRUTH)?)),
            Codec::Seconds => Value::Int(centiseconds(text).ok_or(SECONDS)?),
            Codec::Words => list(&mut text.split_ascii_whitespace()),
            Codec::CommaWords => {
                let is_gap = |c: char| c == ',' || c.is_ascii_whitespace();
                list(&mut text.split(is_gap).filter(|word| !word.is_empty()))
            }
            Codec::Upper if text.contains(|c: char| c.is_ascii_whitespace()) => {
                return Err(Refused("one word"));
            }
            Codec::Lower | Codec::Upper => Value::text(text.to_ascii_lowercase()),
            Codec::UpperWords => list(&mut text.to_ascii_lowercase().split_ascii_whitespace()),
            Codec::Mac => Value::text(mac(text).ok_or(Refused("a hardware address or `random`"))?),
            Codec::MulticastRouter => Value::text(match text {
                "0" | "no" => "disabled",
                "1" => "auto",
                "2" | "yes" => "enabled",
                _ => return Err(Refused("`no`, `yes`, `0`, `1` or `2`")),
            }),
            Codec::WakeOnLan => Value::Int(wake(text).ok_or(Refused("letters of `pumbagd`"))?),
            Codec::Fec => {
                let bit = |word: &str| FEC.iter().find(|(name, _)| *name == word).map(|(_, bit)| *bit);
                let bits: Option<Vec<i64>> = text.split_ascii_whitespace().map(bit).collect();
                let bits = bits.ok_or(Refused("`auto`, `off`, `rs`, `baser` or `llrs`"))?;
                Value::Int(bits.iter().fold(0, |sum, bit| sum | bit))
            }
            Codec::Ssid => Value::text(hex(unquoted(text).as_bytes())),
            Codec::Quoted => Value::text(unquoted(text).to_owned()),
            Codec::WifiMode => {
                let mode = WIFI_MODES.iter().find(|(number, _)| *number == text);
                Value::text(mode.ok_or(Refused("`0`, `1` or `2`"))?.1)
            }
            Codec::Special => return Err(Refused("a value of its own form")),
        })
    }

    /// A value as it stands after the option's name; `None` where no text stands for it.
    #[must_use]
    pub fn write(self, value: &Value, reader: Reader) -> Option<String> {
        Some(match (self, value) {
            (Codec::OnOff, Value::Bool(b)) => (if *b { "on" } else { "off" }).to_owned(),
            (Codec::YesNo, Value::Bool(b)) => (if *b { "yes" } else { "no" }).to_owned(),
            (Codec::BridgeSwitch, value) => {
                let codec = if reader == Reader::IfupdownNg { Codec::YesNo } else { Codec::OnOff };
                return codec.write(value, reader);
            }
            // ip(8), which ifupdown-ng hands them to, wants commas; others take either.
            (Codec::CommaWords, Value::List(items)) if reader == Reader::IfupdownNg => {
                items.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
            }
            (Codec::Switch, Value::Bool(b)) => u8::from(*b).to_string(),
            (Codec::Number, Value::Int(n)) => {
                let yes = match n {
                    0 => false,
                    1 => true,
                    _ => return None,
                };
                let codec = if reader == Reader::IfupdownNg { Codec::YesNo } else { Codec::OnOff };
                return codec.write(&Value::Bool(yes), reader);
            }
            (Codec::Seconds, Value::Int(n)) => seconds(*n, reader)?,
            (Codec::Upper, Value::Text(word)) => word.to_ascii_uppercase(),
            (Codec::Lower, Value::Text(word)) => word.to_ascii_lowercase(),
            (Codec::UpperWords, Value::List(items)) => joined(items).to_ascii_uppercase(),
            (Codec::MulticastRouter, Value::Text(word)) => {
                let words = ["disabled", "auto", "enabled"];
                words.iter().position(|w| *w == &**word)?.to_string()
            }
            (Codec::WifiMode, Value::Text(word)) => {
                WIFI_MODES.iter().find(|(_, mode)| *mode == &**word)?.0.to_owned()
            }
            (Codec::WakeOnLan, Value::Int(bits)) => letters(*bits)?,
            (Codec::Fec, Value::Int(bits)) => FEC.iter().find(|(_, bit)| bit == bits)?.0.to_owned(),
            (Codec::Ssid, Value::Text(hexadecimal)) => {
                let text = String::from_utf8(unhex(hexadecimal)).ok()?;
                // Quotes keep blanks at the ends and are removed by wpasupplicant's script.
                if text.trim() == text && !text.starts_with('"') { text } else { format!("\"{text}\"") }
            }
            (Codec::WepKey, Value::Secret(secret)) => {
                let key = secret.reveal();
                let is_hex = key.bytes().all(|b| b.is_ascii_hexdigit()) && [10, 26].contains(&key.len());
                if is_hex { key.to_owned() } else { format!("\"{key}\"") }
            }
            (_, Value::Secret(secret)) => {
                let text = secret.reveal();
                if text.trim() == text && !text.starts_with('"') {
                    text.to_owned()
                } else {
                    format!("\"{text}\"")
                }
            }
            (_, Value::List(items)) => joined(items),
            (Codec::Special, _) | (_, Value::Map(_)) => return None,
            (_, Value::Bool(_) | Value::Int(_) | Value::Text(_)) => value.to_string(),
        })
    }
}

fn joined(items: &[Value]) -> String {
    let words: Vec<String> = items.iter().map(ToString::to_string).collect();
    words.join(" ")
}

/// The truth values that the scripts and programs take between them.
#[must_use]
pub fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "on" | "yes" | "true" | "1" | "enable" | "enabled" => Some(true),
        "off" | "no" | "false" | "0" | "disable" | "disabled" => Some(false),
        _ => None,
    }
}

/// 1/100 s of a decimal number of seconds. Digits past the second are cut, as brctl does.
#[must_use]
pub fn centiseconds(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !digits(whole) || !digits(fraction) {
        return None;
    }
    let fraction: String = fraction.chars().chain(['0', '0']).take(2).collect();
    let seconds: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    seconds.checked_mul(100)?.checked_add(fraction.parse().ok()?)
}

/// Seconds of 1/100 s. ifupdown2 takes whole numbers only.
fn seconds(centi: i64, reader: Reader) -> Option<String> {
    let (whole, rest) = (centi / 100, centi % 100);
    match (rest, reader) {
        (0, _) => Some(whole.to_string()),
        (_, Reader::Ifupdown) => Some(format!("{whole}.{rest:02}").trim_end_matches('0').to_owned()),
        (_, Reader::Ifupdown2 | Reader::IfupdownNg) => None,
    }
}

/// Text without the double quotes around it.
#[must_use]
pub fn unquoted(text: &str) -> &str {
    let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.unwrap_or(text)
}

/// An address, or `random`. The class that older releases of ifupdown wanted before an address goes; they knew
/// `ether` alone of those that are left.
fn mac(text: &str) -> Option<String> {
    if text == "random" {
        return Some(text.to_owned());
    }
    let word = text.strip_prefix("ether").filter(|rest| rest.starts_with([' ', '\t'])).unwrap_or(text);
    word.trim().parse::<Mac>().ok().map(|mac| mac.to_string())
}

fn wake(text: &str) -> Option<i64> {
    let bit = |letter: char| WAKE.iter().find(|(c, _)| *c == letter).map(|(_, bit)| *bit);
    if text.is_empty() {
        return None;
    }
    text.chars().map(bit).try_fold(0, |sum, bit| bit.map(|bit| sum | bit))
}

fn letters(bits: i64) -> Option<String> {
    if bits == 0 {
        return Some("d".to_owned());
    }
    let known = WAKE.iter().fold(0, |sum, (_, bit)| sum | bit);
    let set = WAKE.iter().filter(|(_, bit)| *bit != 0 && bits & bit != 0);
    (bits & !known == 0).then(|| set.map(|(letter, _)| *letter).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bridge_times_are_seconds_with_fractions() {
        let read = |text| Codec::Seconds.read(text);
        assert_eq!(read("15"), Ok(Value::Int(1500)));
        assert_eq!(read("0.5"), Ok(Value::Int(50)));
        assert_eq!(read("2.129"), Ok(Value::Int(212)));
        assert!(read("fast").is_err() && read("").is_err() && read("-1").is_err() && read(".").is_err());
        let write = |n, reader| Codec::Seconds.write(&Value::Int(n), reader);
        assert_eq!(write(1500, Reader::Ifupdown2).as_deref(), Some("15"));
        assert_eq!(write(50, Reader::Ifupdown).as_deref(), Some("0.5"));
        assert_eq!(write(50, Reader::Ifupdown2), None, "its range check wants whole seconds");
    }

    #[test]
    fn hardware_addresses_have_a_class_before_them_or_not() {
        let read = |text| Codec::Mac.read(text);
        assert_eq!(read("ether 52:54:00:AA:bb:cc"), Ok(Value::text("52:54:00:aa:bb:cc")));
        assert_eq!(read("52:54:00:aa:bb:cc"), Ok(Value::text("52:54:00:aa:bb:cc")));
        assert_eq!(read("random"), Ok(Value::text("random")));
        assert!(read("52:54").is_err() && read("ether").is_err());
    }

    #[test]
    fn wake_on_lan_is_letters() {
        assert_eq!(Codec::WakeOnLan.read("ug"), Ok(Value::Int(68)));
        assert_eq!(Codec::WakeOnLan.read("d"), Ok(Value::Int(0)));
        assert!(Codec::WakeOnLan.read("x").is_err());
        let write = |n| Codec::WakeOnLan.write(&Value::Int(n), Reader::Ifupdown);
        assert_eq!((write(68).as_deref(), write(0).as_deref(), write(0x8000)), (Some("ug"), Some("d"), None));
    }

    #[test]
    fn quotes_keep_blanks_at_the_ends() {
        let value = Codec::Ssid.read("\"my home \"").unwrap();
        assert_eq!(value, Value::text(hex(b"my home ")));
        assert_eq!(Codec::Ssid.write(&value, Reader::Ifupdown).as_deref(), Some("\"my home \""));
        let plain = Codec::Ssid.read("cafe net").unwrap();
        assert_eq!(Codec::Ssid.write(&plain, Reader::Ifupdown).as_deref(), Some("cafe net"));
    }
}
