//! How values stand in keyfiles: each codec reads a raw value and writes the model's one.

use super::text;
use crate::secret::Secret;
use crate::value::{Mac, Value};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use std::fmt::Write as _;

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codec {
    /// `true` or `false`.
    Bool,
    /// A whole number, read with C's prefixes (`0x`, leading `0`).
    Int,
    /// A string, or a word of an enumeration.
    Text,
    /// One of the words that NetworkManager knows of a larger enumeration.
    Word(&'static [&'static str]),
    /// A string that is a secret.
    Secret,
    /// Strings with `;`.
    List,
    /// Strings with `,` in one string.
    CommaList,
    /// Numbers with `;`.
    IntList,
    /// A hardware address in upper case; a list of byte numbers on input too.
    Mac,
    /// Hardware addresses with `;`.
    MacList,
    /// Seconds in the file, 1/100 s in the model.
    Seconds,
    /// A word in the model, a number in the file.
    Number(&'static [(i64, &'static str)]),
    /// One bit of a number; the keys of all bits are one.
    Flag(i64),
    /// `0` or `1` of a bond option.
    Switch,
    /// `true`, `false` or a number (`dhcp-send-hostname` before and since 1.52).
    Ternary,
    /// An SSID: text, or byte numbers with `;`; hexadecimal in the model.
    Ssid,
    /// A secret of byte numbers with `;`; hexadecimal in the model.
    SecretBytes,
    /// A certificate or key: path, URI or bytes.
    Certificate,
    /// Read and written by code of its own (addresses, routes, rules, a profile's type, peers).
    Special,
}

/// A value that the codec does not take: what it would take, as a noun phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused(pub &'static str);

const ESCAPES: Refused = Refused("text whose escapes are `\\s`, `\\t`, `\\n`, `\\r` or `\\\\`");
const NUMBER: Refused = Refused("a whole number");
const BYTES: Refused = Refused("byte numbers (0 to 255) with `;`");

/// The directory that relative certificate names start from.
pub const DIRECTORY: &str = "/etc/NetworkManager/system-connections";

impl Codec {
    /// True where the value must not be shown.
    #[must_use]
    pub fn is_secret(self) -> bool {
        matches!(self, Codec::Secret | Codec::SecretBytes)
    }

    /// The value of a key's raw text (what follows `=` and its blanks).
    ///
    /// # Errors
    /// NetworkManager does not take the value either; its property keeps the default.
    pub fn read(self, raw: &str) -> Result<Value, Refused> {
        let string = || text::unescape(raw).map_err(|_| ESCAPES);
        let list = || text::split_list(raw).map_err(|_| ESCAPES);
        Ok(match self {
            Codec::Bool => Value::Bool(boolean(raw).ok_or(Refused("`true`, `false`, `1` or `0`"))?),
            Codec::Int | Codec::Flag(_) => Value::Int(integer(raw).ok_or(NUMBER)?),
            Codec::Text => Value::text(string()?.into_owned()),
            Codec::Word(words) => {
                let text = string()?;
                let known = words.iter().find(|word| **word == text);
                Value::text(*known.ok_or(Refused("a word that the property knows"))?)
            }
            Codec::Secret => Value::Secret(Secret::new(string()?)),
            Codec::List | Codec::MacList => Value::List(list()?.into_iter().map(Value::text).collect()),
            Codec::CommaList => Value::List(comma_items(&string()?)),
            Codec::IntList => {
                let numbers: Option<Vec<_>> = list()?.iter().map(|n| integer(n).map(Value::Int)).collect();
                Value::List(numbers.ok_or(Refused("numbers with `;`"))?)
            }
            Codec::Mac => Value::text(mac(&string()?)),
            Codec::Seconds => {
                let seconds = integer(raw).ok_or(Refused("a whole number of seconds"))?;
                Value::Int(seconds.checked_mul(100).ok_or(NUMBER)?)
            }
            Codec::Number(words) => {
                let n = integer(raw).ok_or(NUMBER)?;
                let word = words.iter().find(|(number, _)| *number == n);
                Value::text(word.ok_or(Refused("a number that the property knows"))?.1)
            }
            Codec::Switch => match raw.trim() {
                "0" => Value::Bool(false),
                "1" => Value::Bool(true),
                _ => return Err(Refused("`0` or `1`")),
            },
            Codec::Ternary => match boolean(raw) {
                Some(b) => Value::Int(i64::from(b)),
                None => Value::Int(integer(raw).ok_or(Refused("`true`, `false`, `-1`, `0` or `1`"))?),
            },
            Codec::Ssid => Value::text(hex(&ssid(&string()?))),
            Codec::SecretBytes => {
                let bytes = byte_list(&string()?).ok_or(BYTES)?;
                Value::Secret(Secret::new(hex(&bytes)))
            }
            Codec::Certificate => Value::text(certificate(&string()?)),
            Codec::Special => return Err(Refused("a value of its own form")),
        })
    }

    /// A value as it stands after `=`. Values of another kind than the codec's are written as text.
    #[must_use]
    pub fn write(self, value: &Value) -> String {
        match (self, value) {
            (Codec::Seconds, Value::Int(n)) => rounded_seconds(*n).to_string(),
            (Codec::Switch, Value::Bool(b)) => u8::from(*b).to_string(),
            (Codec::Ternary, Value::Int(n)) if *n >= 0 => (*n != 0).to_string(),
            (Codec::Number(words), Value::Text(word)) => {
                words.iter().find(|(_, w)| w == word).map_or_else(|| word.to_string(), |(n, _)| n.to_string())
            }
            (Codec::Mac, Value::Text(text)) if text.parse::<Mac>().is_ok() => text.to_ascii_uppercase(),
            (Codec::MacList, Value::List(items)) => {
                let items: Vec<_> = items.iter().map(|v| Codec::Mac.write(v)).collect();
                text::join_list(items.iter().map(String::as_str))
            }
            (Codec::CommaList, Value::List(items)) => {
                let items: Vec<_> = items.iter().map(plain).collect();
                text::escape(&items.join(","))
            }
            (_, Value::List(items)) => {
                let items: Vec<_> = items.iter().map(plain).collect();
                text::join_list(items.iter().map(String::as_str))
            }
            (Codec::Ssid, Value::Text(hexadecimal)) => write_ssid(&unhex(hexadecimal)),
            (Codec::SecretBytes, Value::Secret(secret)) => write_bytes(&unhex(secret.reveal())),
            (_, Value::Secret(secret)) => text::escape(secret.reveal()),
            (_, Value::Text(value)) => text::escape(value),
            (_, Value::Bool(_) | Value::Int(_) | Value::Map(_)) => value.to_string(),
        }
    }
}

/// Whole seconds of 1/100 s. Only 0 itself becomes 0, which means "off" for several of these times.
fn rounded_seconds(centi: i64) -> i64 {
    if centi > 0 { (centi.saturating_add(50) / 100).max(1) } else { centi / 100 }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Secret(secret) => secret.reveal().to_owned(),
        Value::Bool(_) | Value::Int(_) | Value::Text(_) | Value::List(_) | Value::Map(_) => value.to_string(),
    }
}

/// GKeyFile's booleans; trailing blanks are no part of the word.
#[must_use]
pub fn boolean(raw: &str) -> Option<bool> {
    match raw.trim_end() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// NetworkManager's integers: blanks around, a sign, `0x` for base 16, a leading `0` for base 8
/// (`nm-keyfile.c:read_one_setting_value` with base 0).
#[must_use]
pub fn integer(raw: &str) -> Option<i64> {
    let text = raw.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (radix, digits) = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        Some(rest) => (16, rest),
        None if digits.len() > 1 && digits.starts_with('0') => (8, &digits[1..]),
        None => (10, digits),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    let n = i64::from_str_radix(digits, radix).ok()?;
    Some(if negative { -n } else { n })
}

fn comma_items(text: &str) -> Vec<Value> {
    let words = |item: &str| item.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    text.split(',').map(words).filter(|item| !item.is_empty()).map(Value::text).collect()
}

/// A hardware address, also from the old form of byte numbers; other text stands for itself.
fn mac(text: &str) -> String {
    match byte_list(text).and_then(|bytes| Mac::new(&bytes)) {
        Some(mac) if text.contains(';') => mac.to_string(),
        Some(_) | None => text.trim().to_owned(),
    }
}

/// Byte numbers with `;` (`nm-keyfile.c:get_bytes`); `None` where the text is none. A lone number is text.
fn byte_list(text: &str) -> Option<Vec<u8>> {
    if !text.contains(';') {
        return None;
    }
    let items = text.trim_end().strip_suffix(';').unwrap_or(text);
    items.split(';').map(|n| n.trim().parse().ok()).collect()
}

fn ssid(text: &str) -> Vec<u8> {
    byte_list(text).unwrap_or_else(|| text.replace("\\;", ";").into_bytes())
}

/// As text where each byte is printable ASCII, else as byte numbers (`nm-keyfile.c:ssid_writer`).
fn write_ssid(bytes: &[u8]) -> String {
    let printable = |b: &u8| b.is_ascii_graphic() || *b == b' ';
    if !bytes.is_empty() && bytes.iter().all(printable) {
        let plain: String = bytes.iter().copied().map(char::from).collect();
        return text::escape(&plain.replace(';', "\\;"));
    }
    write_bytes(bytes)
}

fn write_bytes(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 4);
    for byte in bytes {
        let _ = write!(out, "{byte};");
    }
    out
}

/// Lower-case hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// The bytes of hexadecimal digits; text that is none stands for its own bytes.
pub fn unhex(text: &str) -> Vec<u8> {
    let pairs = text.as_bytes().chunks(2);
    let byte = |pair: &[u8]| {
        let digits = std::str::from_utf8(pair).ok().filter(|p| p.bytes().all(|b| b.is_ascii_hexdigit()))?;
        (digits.len() == 2).then(|| u8::from_str_radix(digits, 16).ok())?
    };
    pairs.map(byte).collect::<Option<Vec<u8>>>().unwrap_or_else(|| text.as_bytes().to_vec())
}

/// A certificate as the model has it: an absolute path, a URI, or `data:;base64,…`
/// (`nm-keyfile.c:cert_parser`, keyfile.md section 13).
fn certificate(text: &str) -> String {
    if let Some(bytes) = byte_list(text) {
        // The old form: bytes of a `file://` URI with a final NUL, or of the certificate itself.
        let uri = bytes.strip_suffix(b"\0").unwrap_or(&bytes);
        return match std::str::from_utf8(uri).ok().filter(|u| u.starts_with("file://")) {
            Some(uri) => certificate(uri),
            None => format!("data:;base64,{}", BASE64.encode(&bytes)),
        };
    }
    if let Some(path) = text.strip_prefix("file://").filter(|p| p.starts_with('/')) {
        return path.to_owned();
    }
    // Relative names start from the directory, of which NetworkManager keeps the last part only (measured).
    let extensions = [".pem", ".cert", ".crt", ".cer", ".p12", ".der", ".key"];
    let is_name = text.contains('/') || extensions.iter().any(|e| text.ends_with(e));
    let is_uri = ["/", "data:", "pkcs11:", "file:"].iter().any(|start| text.starts_with(start));
    if is_name && !is_uri {
        return format!("{DIRECTORY}/{}", text.rsplit('/').next().unwrap_or(text));
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_read_with_prefixes() {
        assert_eq!(integer(" 010 "), Some(8), "a leading zero is octal");
        assert_eq!(integer("0x10"), Some(16));
        assert_eq!(integer("-1"), Some(-1));
        assert_eq!((integer(""), integer("1a"), integer("08")), (None, None, None));
    }

    #[test]
    fn booleans_are_lower_case_words_or_digits() {
        assert_eq!(Codec::Bool.read("true  "), Ok(Value::Bool(true)));
        assert!(Codec::Bool.read("yes").is_err() && Codec::Bool.read("True").is_err());
    }

    #[test]
    fn bridge_times_are_seconds_in_files() {
        assert_eq!(Codec::Seconds.read("15"), Ok(Value::Int(1500)));
        assert_eq!(Codec::Seconds.write(&Value::Int(1500)), "15");
        // 0 seconds is a meaning of its own: an ageing time of 0 makes a bridge a hub.
        for (model, file) in [(0, "0"), (30, "1"), (149, "1"), (150, "2"), (12_345, "123")] {
            assert_eq!(Codec::Seconds.write(&Value::Int(model)), file);
        }
    }

    #[test]
    fn an_ssid_is_text_or_bytes() {
        let read = |raw: &str| Codec::Ssid.read(raw).unwrap();
        assert_eq!(read("101"), Value::text("313031"), "a lone number is text");
        assert_eq!(read("98;108;97;"), Value::text("626c61"));
        assert_eq!(read("11\\\\;12\\\\;"), Value::text(hex(b"11;12;")));
        for bytes in [&b" 11;12;"[..], b"caf\xc3\xa9", b"a\\b", b"1337"] {
            let value = Value::text(hex(bytes));
            assert_eq!(read(&Codec::Ssid.write(&value)), value);
        }
        assert_eq!(Codec::Ssid.write(&Value::text(hex("é".as_bytes()))), "195;169;");
    }

    #[test]
    fn certificates_keep_what_they_name() {
        let read = |raw| Codec::Certificate.read(raw).unwrap().to_string();
        assert_eq!(read("ca.pem"), "/etc/NetworkManager/system-connections/ca.pem");
        assert_eq!(read("a/b.pem"), "/etc/NetworkManager/system-connections/b.pem");
        assert_eq!(
            read("ca.PEM"),
            "ca.PEM",
            "the extension is lower case; other text is the certificate itself"
        );
        assert_eq!(read("file:///x/ca"), "/x/ca");
        assert_eq!(read("102;105;108;101;58;47;47;47;97;0;"), "/a");
        assert_eq!(read("48;130;2;"), "data:;base64,MIIC");
        assert_eq!(read("pkcs11:id=%01"), "pkcs11:id=%01");
    }

    #[test]
    fn addresses_are_upper_case() {
        assert_eq!(Codec::Mac.write(&Value::text("52:54:00:aa:bb:cc")), "52:54:00:AA:BB:CC");
        assert_eq!(Codec::Mac.write(&Value::text("stable-ssid")), "stable-ssid");
        assert_eq!(Codec::Mac.read("00;22;170;187;204;254;"), Ok(Value::text("00:16:aa:bb:cc:fe")));
    }
}
