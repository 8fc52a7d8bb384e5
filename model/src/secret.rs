//! Secrets: values that are never printed by accident.

use std::borrow::Cow;
use std::fmt;

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
    let sounds = (0..name.len())
        .filter(|at| matches!(name[*at].to_ascii_uppercase(), b'P' | b'S' | b'T'))
        .any(|at| WORDS.iter().any(|word| begins(at, word)));
    sounds
        && !(name.len() >= 5 && begins(name.len() - 5, b"FLAGS"))
        && !PUBLIC.iter().any(|word| name.eq_ignore_ascii_case(word))
}

/// Free text (a command line, options of another program) with the values of secret-sounding `NAME=VALUE`
/// pairs hidden.
#[must_use]
pub fn redact(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut done = 0;
    for (equals, _) in text.match_indices('=') {
        let is_name = |c: char| c.is_ascii_alphanumeric() || "_-.:".contains(c);
        let name = text[..equals].rsplit(|c| !is_name(c)).next().unwrap_or("");
        if equals < done || !sounds_secret(name) {
            continue;
        }
        let value = &text[equals + 1..];
        let length = value_length(value);
        if length == 0 || value.starts_with(HIDDEN) {
            continue;
        }
        out.push_str(&text[done..=equals]);
        out.push_str(HIDDEN);
        done = equals + 1 + length;
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

/// The length of the value at the start of a text: a quoted string, else up to a blank or separator.
fn value_length(text: &str) -> usize {
    match text.chars().next() {
        Some(quote @ ('"' | '\'')) => text[1..].find(quote).map_or(text.len(), |n| n + 2),
        Some(_) | None => {
            text.find(|c: char| c.is_whitespace() || "\"'`,;)".contains(c)).unwrap_or(text.len())
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
        ] {
            assert_eq!(redact(text), shown);
        }
    }
}
