//! Wireless links. iwconfig(8), which knows a network's name and no key, joins an open network of that name, which anybody
//! can set up: where its security cannot be said the link has no stanza.

use super::Job;
use super::stanza::refused;
use netpivot_model::facts::said_paths;
use netpivot_model::link::{Link, LinkId};
use netpivot_model::path::FieldPath;
use netpivot_model::source::Cause;
use netpivot_model::vocabulary::interfaces::{KEY_MGMT_OF_PSK, Reader, option_for};

const WEP_KEYS: [&str; 4] =
    ["wifi_security.wep_key0", "wifi_security.wep_key1", "wifi_security.wep_key2", "wifi_security.wep_key3"];

/// What stands behind an option.
enum Word {
    Unsaid,
    /// No line holds it.
    Refused,
    Stands(String),
}

impl Job<'_> {
    /// Why a wireless link has no stanza; `None` where one says which networks may be joined.
    pub(super) fn no_wifi(&self, id: LinkId) -> Option<&'static str> {
        match self.reader {
            Reader::Ifupdown => {
                let is_lost = |path: &'static str| matches!(self.word(id, path), Word::Refused);
                WEP_KEYS
                    .into_iter()
                    .any(is_lost)
                    .then_some("no line holds its key, and without one the network is not joined")
            }
            Reader::Ifupdown2 => Some("ifupdown2 starts no wpa_supplicant"),
            Reader::IfupdownNg => self.no_wifi_of_ng(id),
        }
    }

    /// Its script (`wifi`) hands name and key to wpa_passphrase(8), without quotes; where there is no key it joins an
    /// open network by iwconfig(8).
    fn no_wifi_of_ng(&self, id: LinkId) -> Option<&'static str> {
        let name = match self.word(id, "wifi.ssid_hex") {
            Word::Unsaid => return None,
            Word::Refused => return Some("no line of ifupdown-ng holds the name of its network"),
            Word::Stands(name) => name,
        };
        if !self.is_secured(id) {
            return None;
        }
        let key = match self.word(id, "wifi_security.psk") {
            Word::Unsaid => {
                return Some(
                    "ifupdown-ng knows pre-shared keys only, and by the name alone it joins an open network",
                );
            }
            Word::Refused => {
                return Some(
                    "no line of ifupdown-ng holds its key, and by the name alone it joins an open network",
                );
            }
            Word::Stands(key) => key,
        };
        if key.len() == 64 {
            return Some(
                "ifupdown-ng makes the key of a passphrase, and takes no key itself (wpa_passphrase(8))",
            );
        }
        let is_split = name.contains(char::is_whitespace) || key.contains("  ");
        let is_changed = |text: &str| text.starts_with('-') || text.contains(['*', '?', '[', '\\', '\t']);
        (is_split || is_changed(&name) || is_changed(&key))
            .then_some("ifupdown-ng hands name and key to a shell without quotes, which takes them apart")
    }

    /// False for an open network.
    pub(super) fn is_secured(&self, id: LinkId) -> bool {
        let is_of_security = |path: FieldPath| path.is_under("wifi_security") || path.is_under("dot1x");
        said_paths(self.network.link(id)).into_iter().any(is_of_security)
    }

    /// True where the pre-shared key says by itself that it is used: so it did in the source, and ifupdown-ng knows no
    /// other key management.
    pub(super) fn says_key_management(&self, id: LinkId) -> bool {
        let said =
            self.network.link(id).wifi_security.as_ref().and_then(|security| security.key_mgmt.as_ref());
        let goes_unsaid = said.is_some_and(|at| {
            at.value == "wpa-psk"
                && (self.reader == Reader::IfupdownNg || at.origin.cause() == Cause::Derived(KEY_MGMT_OF_PSK))
        });
        goes_unsaid && matches!(self.word(id, "wifi_security.psk"), Word::Stands(_))
    }

    fn word(&self, id: LinkId, path: &'static str) -> Word {
        let path = FieldPath::parse(path);
        let link: &Link = self.network.link(id);
        let Some(value) = link.leaf(path).filter(|leaf| leaf.is_said()).and_then(|leaf| leaf.value()) else {
            return Word::Unsaid;
        };
        let text = option_for(path, self.reader).and_then(|row| row.codec.write(&value, self.reader));
        // Only wpasupplicant's script takes away the quotes that keep blanks at the ends.
        let stands = |text: &String| self.reader == Reader::Ifupdown || !text.starts_with('"');
        match text.filter(|text| stands(text) && refused(text, self.reader).is_none()) {
            Some(text) => Word::Stands(text),
            None => Word::Refused,
        }
    }
}
