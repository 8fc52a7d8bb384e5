//! GKeyFile's text rules, exactly (keyfile.md section 2; `gkeyfile.c`).

use std::borrow::Cow;
use std::fmt::Write as _;

/// A value that GKeyFile refuses: an escape it does not know, or a `\` at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadEscape;

/// The text of a string value.
///
/// # Errors
/// The value holds an escape that GKeyFile does not know; the whole key is unreadable then.
pub fn unescape(raw: &str) -> Result<Cow<'_, str>, BadEscape> {
    if !raw.contains('\\') {
        return Ok(Cow::Borrowed(raw));
    }
    let mut out = String::with_capacity(raw.len());
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        out.push(if c == '\\' { escaped(chars.next(), false)? } else { c });
    }
    Ok(Cow::Owned(out))
}

fn escaped(c: Option<char>, list: bool) -> Result<char, BadEscape> {
    match c {
        Some('s') => Ok(' '),
        Some('t') => Ok('\t'),
        Some('n') => Ok('\n'),
        Some('r') => Ok('\r'),
        Some('\\') => Ok('\\'),
        Some(';') if list => Ok(';'),
        Some(_) | None => Err(BadEscape),
    }
}

/// The items of a list value; a final `;` is optional, an empty value is an empty list.
///
/// # Errors
/// The value holds an escape that GKeyFile does not know.
pub fn split_list(raw: &str) -> Result<Vec<String>, BadEscape> {
    let mut items = Vec::new();
    let mut item = String::new();
    let mut open = false;
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        open = true;
        match c {
            ';' => {
                items.push(std::mem::take(&mut item));
                open = false;
            }
            '\\' => item.push(escaped(chars.next(), true)?),
            other => item.push(other),
        }
    }
    if open {
        items.push(item);
    }
    Ok(items)
}

/// Appends a string value with GKeyFile's escapes; in lists `;` is escaped too
/// (`g_key_file_parse_string_as_value`).
pub fn escape_into(out: &mut String, text: &str, list: bool) {
    let mut leading = true;
    for c in text.chars() {
        match c {
            ' ' if leading => out.push_str("\\s"),
            '\t' if leading => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\\' => {
                out.push_str("\\\\");
                leading = false;
            }
            ';' if list => out.push_str("\\;"),
            other => {
                out.push(other);
                leading = leading && (other == ' ' || other == '\t');
            }
        }
    }
}

/// A string value with GKeyFile's escapes.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_into(&mut out, text, false);
    out
}

/// A list value; every item is closed by `;`.
#[must_use]
pub fn join_list<'a>(items: impl IntoIterator<Item = &'a str>) -> String {
    let mut out = String::new();
    for item in items {
        escape_into(&mut out, item, true);
        out.push(';');
    }
    out
}

/// A free name as a key: bytes outside printable ASCII, `=`, `[`, `]`, `\` before two hexadecimal digits,
/// and a blank at either end become `\XX` (`nm-keyfile-utils.c:_keyfile_key_encode`).
#[must_use]
pub fn encode_key(name: &str) -> String {
    if name.is_empty() {
        return "\\00".to_owned();
    }
    let bytes = name.as_bytes();
    let mut out = String::with_capacity(bytes.len());
    for (i, &b) in bytes.iter().enumerate() {
        let edge = i == 0 || i + 1 == bytes.len();
        let hex = |n: usize| bytes.get(i + n).is_some_and(u8::is_ascii_hexdigit);
        let bad = match b {
            b' ' => edge,
            b'=' | b'[' | b']' => true,
            b'\\' => hex(1) && hex(2),
            other => !other.is_ascii_graphic(),
        };
        if bad {
            let _ = write!(out, "\\{b:02X}");
        } else {
            out.push(char::from(b));
        }
    }
    out
}

/// The free name that a key stands for.
#[must_use]
pub fn decode_key(key: &str) -> Cow<'_, str> {
    if !key.contains('\\') {
        return Cow::Borrowed(key);
    }
    let bytes = key.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while let Some(&b) = bytes.get(i) {
        let code = bytes.get(i + 1..i + 3).and_then(|h| std::str::from_utf8(h).ok());
        match code.and_then(|h| u8::from_str_radix(h, 16).ok()).filter(|_| b == b'\\') {
            Some(0) => i += 3,
            Some(byte) => {
                out.push(byte);
                i += 3;
            }
            None => {
                out.push(b);
                i += 1;
            }
        }
    }
    Cow::Owned(String::from_utf8_lossy(&out).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_escape_as_glib_does() {
        assert_eq!(escape("  a\tb \\ c\n "), "\\s\\sa\tb \\\\ c\\n ");
        assert_eq!(unescape("\\s\\sa\tb \\\\ c\\n ").unwrap(), "  a\tb \\ c\n ");
        assert_eq!(unescape("\\q"), Err(BadEscape));
        assert_eq!(unescape("a\\;b"), Err(BadEscape), "`\\;` is an escape in lists only");
        assert_eq!(unescape("a\\"), Err(BadEscape));
    }

    #[test]
    fn lists_split_and_join() {
        assert_eq!(split_list("a;;b").unwrap(), ["a", "", "b"]);
        assert_eq!(split_list("a;b;").unwrap(), ["a", "b"]);
        assert_eq!(split_list("a\\;b;c").unwrap(), ["a;b", "c"]);
        assert!(split_list("").unwrap().is_empty());
        assert_eq!(join_list(["a;b", " c"]), "a\\;b;\\sc;");
    }

    #[test]
    fn free_names_become_keys_and_come_back() {
        for name in ["my.key", " a=b[c]", "ü\n", "x\\41", ""] {
            let key = encode_key(name);
            assert!(!key.contains(['=', '[', ']', '\n']) && key.trim() == key, "{key}");
            assert_eq!(decode_key(&key), name);
        }
        assert_eq!(encode_key("a=b"), "a\\3Db");
    }
}
