//! Secrets among the words of commands, where no name stands before them: `wpa_passphrase SSID PASSPHRASE`.

use super::{HIDDEN, NEAR, sounds_secret};
use std::borrow::Cow;
use std::ops::Range;

/// Where the secret stands.
#[derive(Clone, Copy)]
enum Place {
    /// So many words behind the word that announces it; 0 where names alone announce it.
    Behind(usize),
    /// In the words behind it up to the next setting of iwconfig(8), apart from how the key is used.
    WirelessKey,
    /// Behind the colon of the next word, or of the same one: `-u user:password`.
    Password,
}

use Place::{Behind, Password, WirelessKey};

/// A program, the words that announce a secret (none: the program itself does), the place.
type Row = (&'static str, &'static [&'static str], Place);

const ROWS: &[Row] = &[
    ("iwconfig", &["key", "enc", "encryption"], WirelessKey),
    ("iw", &["key", "keys"], Behind(1)),
    ("wpa_passphrase", &[], Behind(2)),
    ("wpa_cli", &["wep_key0", "wep_key1", "wep_key2", "wep_key3"], Behind(1)),
    ("nmcli", &["wep-key0", "wep-key1", "wep-key2", "wep-key3"], Behind(1)),
    ("pppd", &[], Behind(0)),
    ("sshpass", &["-p"], Behind(1)),
    ("ethtool", &["sopass"], Behind(1)),
    ("curl", &["-u", "--user", "-U", "--proxy-user"], Password),
    // ip-macsec(8): `key ID KEY`; ip-xfrm(8): `enc ALGORITHM KEY`.
    ("macsec", &["key"], Behind(2)),
    ("xfrm", &["enc", "auth", "auth-trunc", "aead"], Behind(2)),
];

/// Objects of ip(8), which stand behind it.
const OBJECTS: [&str; 2] = ["macsec", "xfrm"];

/// Programs that name a secret by the word before it: `password X`.
const BY_NAME: [&str; 3] = ["wpa_cli", "nmcli", "pppd"];

/// The words of iwconfig(8) that say how a key is used, and those that begin another setting.
const USE_OF_KEY: [&str; 4] = ["on", "off", "open", "restricted"];
const SETTINGS: [&str; 13] = [
    "essid", "nwid", "mode", "freq", "channel", "sens", "ap", "nick", "rate", "rts", "frag", "txpower",
    "commit",
];

/// A text with the secrets of the commands in it hidden.
pub(super) fn redact(text: &str) -> Cow<'_, str> {
    // Most text names none of the programs.
    if !ROWS.iter().any(|row| text.contains(row.0)) {
        return Cow::Borrowed(text);
    }
    let mut found: Vec<Range<usize>> = Vec::new();
    for (end, _) in text.match_indices(' ') {
        let is_it = |row: &&Row| {
            text[..end].strip_suffix(row.0).is_some_and(|before| {
                let is_object = OBJECTS.contains(&row.0);
                !before.ends_with(is_part) && (!is_object || before.trim_end().ends_with("ip"))
            })
        };
        if let Some(row) = ROWS.iter().find(is_it) {
            secrets_of(text, end, row, &mut found);
        }
    }
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    found.sort_by_key(|range| range.start);
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for range in found.into_iter().filter(|range| &text[range.clone()] != HIDDEN) {
        if range.start >= done {
            out.push_str(&text[done..range.start]);
            out.push_str(HIDDEN);
            done = range.end;
        }
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

/// True for what names of programs are made of.
fn is_part(c: char) -> bool {
    c.is_alphanumeric() || "_-.".contains(c)
}

fn secrets_of(text: &str, start: usize, (program, announced, place): &Row, found: &mut Vec<Range<usize>>) {
    let words = words(text, start);
    let word = |n: usize| words.get(n).map(|range| &text[range.clone()]);
    if let (true, Behind(n)) = (announced.is_empty(), place) {
        found.extend(n.checked_sub(1).and_then(|n| words.get(n)).cloned());
    }
    for (n, range) in words.iter().enumerate() {
        let name = &text[range.clone()];
        if BY_NAME.contains(program) && sounds_secret(name) {
            found.extend(words.get(n + 1).cloned());
        }
        if announced.contains(&name) {
            match place {
                Behind(more) => found.extend(n.checked_add(*more).and_then(|n| words.get(n)).cloned()),
                Password => found.extend(words.get(n + 1).and_then(|range| password(text, range.clone()))),
                WirelessKey => found.extend(
                    (n + 1..words.len())
                        .take_while(|n| word(*n).is_some_and(|word| !SETTINGS.contains(&word)))
                        .filter(|n| word(*n).is_some_and(|w| !USE_OF_KEY.contains(&w) && !w.starts_with('[')))
                        .map(|n| words[n].clone()),
                ),
            }
        } else if matches!(place, Password) && name.starts_with("-u") && name.len() > 2 {
            found.extend(password(text, range.clone()));
        }
    }
}

/// What stands behind the colon of a word.
fn password(text: &str, word: Range<usize>) -> Option<Range<usize>> {
    let colon = text[word.clone()].find(':')?;
    let end = word.end - usize::from(text[word.clone()].ends_with(['"', '\'']));
    (word.start + colon + 1 < end).then_some(word.start + colon + 1..end)
}

/// The words of the command from there on, at most [`NEAR`] of them; quotes keep blanks together.
fn words(text: &str, start: usize) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let (mut begin, mut quote) = (None, None);
    for (n, c) in text[start..].char_indices() {
        let at = start + n;
        if quote.is_some() {
            if quote == Some(c) {
                quote = None;
            }
            continue;
        }
        if matches!(c, '"' | '\'') {
            quote = Some(c);
        }
        let ends = matches!(c, ';' | '|' | '&' | '`' | ')' | '\n');
        if c.is_whitespace() || ends {
            words.extend(begin.take().map(|begin| begin..at));
        } else if begin.is_none() {
            begin = Some(at);
        }
        if ends || words.len() == NEAR {
            return words;
        }
    }
    words.extend(begin.map(|begin| begin..text.len()));
    words
}

#[cfg(test)]
mod tests {
    use crate::secret::redact;

    #[test]
    fn secrets_among_the_words_of_commands_are_hidden() {
        for (text, shown) in [
            ("`iwconfig wlan0 key s:abcde` is", "`iwconfig wlan0 key <hidden>` is"),
            (
                "/sbin/iwconfig wlan0 key 0123 [2] open essid home; ip l",
                "/sbin/iwconfig wlan0 key <hidden> [2] open essid home; ip l",
            ),
            ("iwconfig wlan0 key off", "iwconfig wlan0 key off"),
            ("wpa_passphrase corp hunter2 > /x", "wpa_passphrase corp <hidden> > /x"),
            ("wpa_passphrase \"my net\" 'hun ter2'", "wpa_passphrase \"my net\" <hidden>"),
            ("wpa_passphrase corp", "wpa_passphrase corp"),
            ("curl -u bob:hunter2 http://x/", "curl -u bob:<hidden> http://x/"),
            ("curl --user \"bob:hunter2\" -ubob:x y", "curl --user \"bob:<hidden>\" -ubob:<hidden> y"),
            ("curl -u bob http://x:80/", "curl -u bob http://x:80/"),
            ("sshpass -p hunter2 ssh x", "sshpass -p <hidden> ssh x"),
            ("iw dev wlan0 connect net keys 0:abcde", "iw dev wlan0 connect net keys <hidden>"),
            ("wpa_cli set_network 0 psk '\"hunter2\"'", "wpa_cli set_network 0 psk <hidden>"),
            ("nmcli dev wifi connect x password hunter2", "nmcli dev wifi connect x password <hidden>"),
            ("pppd call x user me password hunter2", "pppd call x user me password <hidden>"),
            (
                "ip macsec add macsec0 tx sa 0 pn 1 on key 00 0123456789abcdef",
                "ip macsec add macsec0 tx sa 0 pn 1 on key 00 <hidden>",
            ),
            (
                "ip xfrm state add src a dst b proto esp enc aes 0xabc auth sha1 0xdef",
                "ip xfrm state add src a dst b proto esp enc aes <hidden> auth sha1 <hidden>",
            ),
            ("ip link add g type gre key 5 remote x", "ip link add g type gre key 5 remote x"),
            ("a macsec link has a key of its own", "a macsec link has a key of its own"),
            ("`curl` is not known here", "`curl` is not known here"),
        ] {
            assert_eq!(redact(text), shown);
        }
    }
}
