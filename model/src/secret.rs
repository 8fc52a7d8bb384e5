//! Secrets: values that are never printed by accident.

use std::borrow::Cow;
use std::fmt;

mod command;

/// What stands in place of a secret wherever it must not be seen.
pub const HIDDEN: &str = "<hidden>";

/// A password, key or pre-shared key. `Debug` and `Display` print
/// [`HIDDEN`]; only [`Secret::reveal`] gives the text, and only emitters call it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Secret(text.into())
    }

    /// The secret itself, for a file of mode 0600 or where the user asked.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

/// True for a key that sounds like a secret's though nobody knows it: a site's own, a misspelt one, one of a
/// program that the model lacks (`PASS` of PPPoE). Hiding too much costs a look into the file; showing too much
/// cannot be taken back.
#[must_use]
pub fn sounds_secret(key: &str) -> bool {
    const WORDS: [&[u8]; 6] = [b"PASS", b"PASW", b"PWD", b"PSK", b"SECRET", b"TOKEN"];
    // IPv6 tokens are interface identifiers.
    const PUBLIC: [&[u8]; 3] = [b"IPV6_TOKEN", b"IPV6TOKEN", b"TOKEN"];
    let name = key.as_bytes().rsplit(|byte| matches!(byte, b'.' | b':')).next().unwrap_or_default();
    let begins = |at: usize, word: &[u8]| {
        name[at..].get(..word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word))
    };
    // Keys are many and secrets few: only three letters begin a word.
    let is_bypass = |at: usize| at >= 2 && begins(at - 2, b"BYPASS");
    let sounds = (0..name.len())
        .filter(|at| matches!(name[*at].to_ascii_uppercase(), b'P' | b'S' | b'T'))
        .any(|at| WORDS.iter().any(|word| begins(at, word)) && !is_bypass(at));
    // iwconfig(8) takes the key itself where `wireless-keymode` of an interfaces file has a mode.
    let is_wireless = || {
        let option = name.strip_prefix(b"wireless").and_then(|rest| rest.get(1..)).unwrap_or_default();
        option.starts_with(b"key") || option.starts_with(b"enc")
    };
    (sounds || is_wireless())
        && !(name.len() >= 5 && begins(name.len() - 5, b"FLAGS"))
        && !PUBLIC.iter().any(|word| name.eq_ignore_ascii_case(word))
}

/// Free text (a command line, options of another program, JSON) with its secrets hidden: the values of names that
/// sound so in `NAME=VALUE`, `NAME: VALUE`, `"NAME": "VALUE"` and `--NAME VALUE`, the password of a URL, and what commands such as
/// `wpa_passphrase` take as a word.
///
/// It goes over every value and message that is shown, whatever format it comes from.
#[must_use]
pub fn redact(text: &str) -> Cow<'_, str> {
    match command::redact(text) {
        Cow::Borrowed(text) => redact_named(text),
        Cow::Owned(text) => Cow::Owned(redact_named(&text).into_owned()),
    }
}

/// The secrets that a name stands before.
fn redact_named(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut done = 0;
    // Most text is prose: it has blanks and colons, and neither options nor addresses of servers.
    let (has_options, has_addresses) = (text.contains("--"), text.contains("://"));
    for (at, byte) in text.bytes().enumerate() {
        if at < done || !(matches!(byte, b'=' | b':') || byte == b' ' && has_options) {
            continue;
        }
        let (before, after) = (&text[..at], &text[at + 1..]);
        let Some(skipped) = secret_after(before, byte, after, has_addresses) else { continue };
        let value = &after[skipped..];
        let length = value_length(value, byte == b':');
        if length == 0 || value.starts_with(HIDDEN) {
            continue;
        }
        out.push_str(&text[done..=at + skipped]);
        out.push_str(HIDDEN);
        done = at + 1 + skipped + length;
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

/// Where a secret begins behind the byte between `before` and `after`, if one does.
fn secret_after(before: &str, byte: u8, after: &str, has_addresses: bool) -> Option<usize> {
    let blanks = || after.len() - after.trim_start_matches(' ').len();
    match byte {
        b'=' => {
            let name = last_name(before);
            // `PrivateKey = VALUE` of wg(8).
            let named = last_name(before.trim_end_matches(' '));
            let is_apart = name.is_empty() && names_key(named);
            (sounds_secret(name) || is_key(name, after) || is_apart)
                .then(|| if names_key(named) { blanks() } else { 0 })
        }
        // `https://user:password@proxy`
        b':' if has_addresses && names_user(before) => {
            let end = after.find(|c: char| c.is_whitespace() || "/:".contains(c)).unwrap_or(after.len());
            after[..end].contains('@').then_some(0)
        }
        b':' => {
            let name =
                before.strip_suffix(['"', '\'']).map_or(before, |quoted| quoted.trim_end_matches('\\'));
            sounds_secret(last_name(name)).then(blanks)
        }
        // `--password VALUE`; a bare word before a blank is prose.
        _ => {
            let name = last_name(before);
            (name.starts_with("--") && sounds_secret(name)).then(blanks)
        }
    }
}

/// The longest part of a text that is looked at around a separator, so that no text takes more than linear time.
const NEAR: usize = 128;

/// The name that a text ends in.
fn last_name(text: &str) -> &str {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.:".contains(byte);
    let length = text.bytes().rev().take(NEAR).take_while(is_name).count();
    &text[text.len() - length..]
}

/// True for `private-key`, `PresharedKey` and their like.
fn names_key(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let whose = name.strip_suffix("key").map(|rest| rest.trim_end_matches(['-', '_']));
    let is_secret = |whose: &str| {
        ["private", "preshared", "pre-shared", "pre_shared"].iter().any(|word| whose.ends_with(word))
    };
    whose.is_some_and(is_secret)
}

/// True for `private-key=` and for a `key=` that is more than the number of a tunnel.
fn is_key(name: &str, value: &str) -> bool {
    let Some(of) = name.get(name.len().saturating_sub(3)..).filter(|end| end.eq_ignore_ascii_case("key"))
    else {
        return false;
    };
    let rest = &name[..name.len() - of.len()];
    if names_key(name) {
        return true;
    }
    // GRE and VXLAN keys are numbers, dotted quads or (Open vSwitch) `flow`; `KEY=VALUE` is prose.
    let value: String = value.chars().take(NEAR).take_while(|c| !ends_value(*c)).collect();
    let is_number = value.bytes().all(|b| b.is_ascii_digit() || b == b'.') || value.starts_with("0x");
    of == "key" && (rest.is_empty() || rest.ends_with([':', '.'])) && !is_number && value != "flow"
}

/// True for a text that ends in `://USER`.
fn names_user(text: &str) -> bool {
    let is_user = |byte: &u8| !byte.is_ascii_whitespace() && !b"/@:[".contains(byte);
    let length = text.bytes().rev().take(NEAR).take_while(is_user).count();
    length > 0 && text.as_bytes()[..text.len() - length].ends_with(b"://")
}

fn ends_value(c: char) -> bool {
    c.is_whitespace() || "\"'`,;)".contains(c)
}

/// The length of the value at the start of a text: a quoted string, else up to a blank or separator; behind a
/// colon also up to the `@` of a URL and the `}` of JSON.
fn value_length(text: &str, after_colon: bool) -> usize {
    let escaped = text.starts_with("\\\"");
    match text.chars().next() {
        _ if escaped => text[2..].find("\\\"").map_or(text.len(), |n| n + 4),
        Some(quote @ ('"' | '\'')) => text[1..].find(quote).map_or(text.len(), |n| n + 2),
        Some(_) | None => {
            let ends = |c: char| ends_value(c) || after_colon && "@}".contains(c);
            text.find(ends).unwrap_or(text.len())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_never_prints_itself() {
        let secret = Secret::new("hunter2");
        assert_eq!(format!("{secret} {secret:?}"), "<hidden> <hidden>");
        assert_eq!(secret.reveal(), "hunter2");
    }

    #[test]
    fn secrets_in_free_text_are_hidden() {
        for (text, shown) in [
            (
                "set Interface gre0 options:psk=hunter2 type=gre",
                "set Interface gre0 options:psk=<hidden> type=gre",
            ),
            ("PASSWORD='two words' x=1", "PASSWORD=<hidden> x=1"),
            ("`wpa-psk=hunter2` is odd", "`wpa-psk=<hidden>` is odd"),
            ("psk=ü, passwd=\"", "psk=<hidden>, passwd=<hidden>"),
            ("ä password=x", "ä password=<hidden>"),
            (
                "KEY_MGMT=WPA-PSK psk-flags=1 IPV6_TOKEN=::1 psk=",
                "KEY_MGMT=WPA-PSK psk-flags=1 IPV6_TOKEN=::1 psk=",
            ),
            ("psk=<hidden>", "psk=<hidden>"),
            ("set x password: hunter2 y", "set x password: <hidden> y"),
            ("{\"psk\": \"a b\", \"x\": 1}", "{\"psk\": <hidden>, \"x\": 1}"),
            ("{\\\"psk\\\": \\\"a b\\\"}", "{\\\"psk\\\": <hidden>}"),
            ("{psk:hunter2}", "{psk:<hidden>}"),
            ("run --password hunter2 -v", "run --password <hidden> -v"),
            ("http://me:hunter2@proxy:3128/", "http://me:<hidden>@proxy:3128/"),
            ("http://proxy:3128/a@b ftp://[::1]:21", "http://proxy:3128/a@b ftp://[::1]:21"),
            ("private-key=ab key=s:abcde", "private-key=<hidden> key=<hidden>"),
            ("PrivateKey = ab=\nPresharedKey=cd= # x", "PrivateKey = <hidden>\nPresharedKey=<hidden> # x"),
            ("PublicKey = ab=\nkey = 5", "PublicKey = ab=\nkey = 5"),
            ("options:key=100 key=flow KEY=VALUE key=0x1", "options:key=100 key=flow KEY=VALUE key=0x1"),
            ("a password is missing: `psk` has none", "a password is missing: `psk` has none"),
            ("bond-lacp-bypass-allow=yes lacp_bypass=1", "bond-lacp-bypass-allow=yes lacp_bypass=1"),
            ("`wireless-keymode=s:abcde` is odd", "`wireless-keymode=<hidden>` is odd"),
        ] {
            assert_eq!(redact(text), shown);
        }
    }
}
