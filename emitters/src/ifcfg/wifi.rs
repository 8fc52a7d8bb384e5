//! Wireless links and their security (ifcfg.md 3.13). NetworkManager's reader refuses the whole file for a value that it
//! does not know; initscripts know ESSID, MODE and one WEP key.

use super::profile::Profile;
use super::{Job, dot1x};
use netpivot_model::codes::ifcfg_output as codes;
use netpivot_model::facts::said_paths;
use netpivot_model::link::LinkKind;
use netpivot_model::path::FieldPath;
use netpivot_model::reflect::Said;
use netpivot_model::secret::Secret;
use netpivot_model::value::{MacSetting, Value};
use netpivot_model::wifi::{Wifi, WifiSecurity};

/// Channels of the 5 GHz band that NetworkManager knows.
const BAND_A: &[i64] = &[
    7, 8, 9, 11, 12, 16, 34, 36, 38, 40, 42, 44, 46, 48, 50, 52, 56, 58, 60, 64, 100, 104, 108, 112, 116,
    120, 124, 128, 132, 136, 140, 149, 152, 153, 157, 160, 161, 165, 183, 184, 185, 187, 188, 192, 196,
];
const LEVELS: [&str; 4] = ["default", "disable", "optional", "required"];

impl Job<'_> {
    /// Writes a wireless link's own keys.
    pub(super) fn wifi(&mut self, p: &mut Profile<'_>) {
        let LinkKind::Wifi(wifi) = &p.link.kind.value else { return };
        self.essid(p, wifi);
        let mode = wifi.mode.as_ref().map(|at| at.value.as_str());
        let word = match mode {
            Some("infrastructure") => Some("Managed"),
            Some("adhoc") => Some("Ad-Hoc"),
            Some("ap") if p.is_nm() => Some("Ap"),
            Some(_) | None => None,
        };
        if let Some(word) = word {
            p.file.set("MODE", word);
            p.done("wifi.mode");
        }
        if !p.is_nm() {
            return self.wep_of_scripts(p);
        }
        if let Some(at) = &wifi.bssid {
            p.file.set("BSSID", at.value.to_string().to_uppercase());
            p.done("wifi.bssid");
        }
        self.channel(p, wifi);
        if let Some(Value::Int(n)) = p.said("wifi.powersave") {
            let words = ["default", "ignore", "disable", "enable"];
            if let Some(word) = usize::try_from(n).ok().and_then(|n| words.get(n)) {
                p.file.set("POWERSAVE", *word);
                p.done("wifi.powersave");
            }
        }
        self.randomization(p, wifi);
        self.security(p, mode == Some("adhoc"));
    }

    fn essid(&mut self, p: &mut Profile<'_>, wifi: &Wifi) {
        let Some(hex) = wifi.ssid_hex.as_ref().map(|at| at.value.as_str()) else { return };
        let bytes: Option<Vec<u8>> = hex
            .as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
            .collect();
        let Some(bytes) = bytes.filter(|bytes| (1..=32).contains(&bytes.len())) else {
            return self.refused(p, "wifi.ssid_hex", "takes a name of 1 to 32 bytes");
        };
        // For NetworkManager `0x` begins a name in hexadecimal.
        match String::from_utf8(bytes).ok().filter(|text| !p.is_nm() || !text.starts_with("0x")) {
            Some(text) => p.file.set("ESSID", text),
            None => p.file.set("ESSID", format!("0x{hex}")),
        }
        p.done("wifi.ssid_hex");
    }

    fn channel(&mut self, p: &mut Profile<'_>, wifi: &Wifi) {
        let channel = wifi.channel.as_ref().map(|at| at.value.get()).filter(|n| *n != 0);
        if channel.is_none() {
            p.done("wifi.channel");
        }
        let band = wifi.band.as_ref().map(|at| at.value.as_str());
        let fits = |band: &str, n: i64| match band {
            "bg" => (1..=14).contains(&n),
            "a" => n > 14 && BAND_A.contains(&n),
            _ => n == 2 || (1..=233).contains(&n) && n % 4 == 1,
        };
        if let Some(band) = band.filter(|band| matches!(*band, "a" | "bg" | "6GHz")) {
            p.file.set("BAND", band);
            p.done("wifi.band");
        }
        let Some(n) = channel else { return };
        match band {
            Some(band) if fits(band, n) => {}
            None if fits("bg", n) || fits("a", n) => self.added(p, "wifi.band", "band-of-channel"),
            Some(_) | None => return self.refused(p, "wifi.channel", "takes a channel of the band only"),
        }
        p.file.set("CHANNEL", n.to_string());
        p.done("wifi.channel");
    }

    /// MACADDR and MAC_ADDRESS_RANDOMIZATION say one thing twice; MACADDR goes first.
    fn randomization(&mut self, p: &mut Profile<'_>, wifi: &Wifi) {
        let said = wifi.mac_address_randomization.as_ref().map(|at| at.value.get());
        let by_mac = p.link.mac.as_ref().map(|at| match &at.value {
            MacSetting::Word("random") => 2,
            MacSetting::Word("permanent") => 1,
            MacSetting::Word(_) | MacSetting::Address(_) => 0,
        });
        let word = |n: i64| {
            ["default", "never", "always"].get(usize::try_from(n).unwrap_or(0)).copied().unwrap_or("default")
        };
        match (said, by_mac) {
            (None, Some(n @ 1..=2)) => {
                p.file.set("MAC_ADDRESS_RANDOMIZATION", word(n));
                self.otherwise(p, "wifi.mac_address_randomization", "randomization-of-mac");
            }
            (None, Some(_) | None) => {}
            (Some(n), Some(mac)) if n != mac => {
                self.unsaid(
                    p,
                    "wifi.mac_address_randomization",
                    "the hardware address that is set goes before it",
                );
            }
            (Some(n), mac) => {
                p.file.set("MAC_ADDRESS_RANDOMIZATION", word(n));
                p.done("wifi.mac_address_randomization");
                if mac.is_none() && n != 0 {
                    self.added(p, "mac", "mac-of-randomization");
                }
            }
        }
    }

    /// Key management, ciphers, keys.
    fn security(&mut self, p: &mut Profile<'_>, adhoc: bool) {
        let Some(security) = &p.link.wifi_security else {
            if p.link.dot1x.is_some() {
                self.no_8021x(p, "a wireless link without key management has no 802.1X");
            }
            return;
        };
        let management = security.key_mgmt.as_ref().map_or("", |at| at.value.as_str());
        let leap = security.auth_alg.as_ref().is_some_and(|at| at.value == "leap");
        match management {
            "ieee8021x" if leap && !adhoc => self.leap(p, security),
            "wpa-psk" | "sae" => self.wpa(p, security, management),
            "owe" | "wpa-eap" | "wpa-eap-suite-b-192" | "ieee8021x" if !adhoc => {
                if management == "owe" {
                    return self.wpa(p, security, management);
                }
                match p.link.dot1x.as_ref().map(|dot1x| dot1x::refusal(dot1x, true)) {
                    Some(None) => {
                        self.wpa(p, security, management);
                        if let Some(dot1x) = &p.link.dot1x {
                            self.write_8021x(p, dot1x);
                        }
                    }
                    Some(Some(why)) => self.insecure(p, &why),
                    None => self.insecure(p, "the key management needs 802.1X"),
                }
            }
            "none" => self.wep(p, security),
            _ => self.insecure(p, "it knows no such key management here"),
        }
    }

    fn insecure(&mut self, p: &mut Profile<'_>, why: &str) {
        let group = said_paths(p.link).into_iter().filter(|path| path.is_under("wifi_security"));
        for path in group {
            let text = format!(
                "`{path}` is left out: NetworkManager's ifcfg reader would refuse the file, because {why}"
            );
            self.cannot(p, path, &codes::REFUSED, text, Some("convert it with `-t keyfile`"));
        }
        self.no_8021x(p, why);
    }

    fn leap(&mut self, p: &mut Profile<'_>, security: &WifiSecurity) {
        let Some(user) = security.leap_username.as_ref().filter(|at| !at.value.is_empty()) else {
            return self.insecure(p, "LEAP needs a user");
        };
        p.file.set("KEY_MGMT", "IEEE8021X");
        p.file.set("SECURITYMODE", "leap");
        p.file.set("IEEE_8021X_IDENTITY", user.value.as_str());
        for path in ["wifi_security.key_mgmt", "wifi_security.auth_alg", "wifi_security.leap_username"] {
            p.done(path);
        }
        let paths = ("wifi_security.leap_password", "wifi_security.leap_password_flags");
        self.kept_secret(
            p,
            paths,
            "IEEE_8021X_PASSWORD",
            &security.leap_password,
            &security.leap_password_flags,
        );
    }

    fn wpa(&mut self, p: &mut Profile<'_>, security: &WifiSecurity, management: &str) {
        p.file.set("KEY_MGMT", management.to_uppercase());
        p.done("wifi_security.key_mgmt");
        for (path, key) in [("wifi_security.pmf", "PMF"), ("wifi_security.fils", "FILS")] {
            if let Some(Value::Int(n)) = p.said(path)
                && let Some(word) = usize::try_from(n).ok().and_then(|n| LEVELS.get(n))
            {
                p.file.set(key, *word);
                p.done(path);
            }
        }
        if let Some(Value::Int(bits)) = p.said("wifi_security.wps_method") {
            let words: Vec<&str> = [("disabled", 1), ("auto", 2), ("pbc", 4), ("pin", 8)]
                .into_iter()
                .filter_map(|(word, bit)| (bits & bit != 0).then_some(word))
                .collect();
            if bits & !15 == 0 {
                p.file
                    .set("WPS_METHOD", if words.is_empty() { "default".to_owned() } else { words.join(" ") });
                p.done("wifi_security.wps_method");
            }
        }
        if !matches!(management, "wpa-eap-suite-b-192" | "ieee8021x") {
            self.ciphers(p, "wifi_security.pairwise", "CIPHER_PAIRWISE", &["ccmp", "tkip"]);
            self.ciphers(p, "wifi_security.group", "CIPHER_GROUP", &["ccmp", "tkip", "wep104", "wep40"]);
        }
        let adhoc = p.said("wifi.mode") == Some(Value::text("adhoc"));
        let has = |word: &str| security.proto.values().any(|item| item == word);
        if adhoc {
            if !has("rsn") || has("wpa") {
                self.otherwise(p, "wifi_security.proto", "adhoc-networks-are-rsn");
            }
            p.done("wifi_security.proto");
        } else if !security.proto.items.is_empty() {
            let words: Vec<&str> = security.proto.values().map(String::as_str).collect();
            if matches!(words.as_slice(), ["wpa"] | ["rsn"] | ["wpa", "rsn"]) {
                for (key, word) in [("WPA_ALLOW_WPA", "wpa"), ("WPA_ALLOW_WPA2", "rsn")] {
                    if has(word) {
                        p.file.flag(key, true);
                    }
                }
                p.done("wifi_security.proto");
            }
        }
        if security.auth_alg.as_ref().is_some_and(|at| at.value == "open") {
            p.file.set("SECURITYMODE", "open");
            p.done("wifi_security.auth_alg");
        }
        if matches!(management, "wpa-psk" | "sae") {
            self.psk(p, security);
        }
    }

    fn psk(&mut self, p: &mut Profile<'_>, security: &WifiSecurity) {
        let fits = security.psk.as_ref().is_none_or(|at| {
            let text = at.value.reveal();
            match text.len() {
                64 => text.bytes().all(|b| b.is_ascii_hexdigit()),
                length => (8..=63).contains(&length),
            }
        });
        if fits {
            let paths = ("wifi_security.psk", "wifi_security.psk_flags");
            self.kept_secret(p, paths, "WPA_PSK", &security.psk, &security.psk_flags);
        } else {
            self.refused(p, "wifi_security.psk", "takes 8 to 63 characters or 64 hexadecimal digits");
        }
    }

    fn ciphers(&mut self, p: &mut Profile<'_>, path: &'static str, key: &str, known: &[&str]) {
        let Some(Value::List(items)) = p.said(path) else { return };
        let words: Vec<String> = items.iter().map(|item| item.to_string()).collect();
        if words.is_empty() || words.iter().any(|word| !known.contains(&word.as_str())) {
            return;
        }
        p.file.set(key, words.join(" ").to_uppercase());
        p.done(path);
    }

    fn wep(&mut self, p: &mut Profile<'_>, security: &WifiSecurity) {
        let keys = [&security.wep_key0, &security.wep_key1, &security.wep_key2, &security.wep_key3];
        let flags = security.wep_key_flags.as_ref().map_or(0, |at| at.value.get());
        let any = flags != 0 || security.wep_tx_keyidx.is_some() || keys.iter().any(|key| key.is_some());
        if !any {
            // As NetworkManager's writer has it: without a key, this one makes it a network with WEP.
            p.file.set("DEFAULTKEY", "1");
            self.added(p, "wifi_security.wep_tx_keyidx", "first-wep-key");
        }
        let kind = security.wep_key_type.as_ref().map_or(0, |at| at.value.get());
        let refused =
            |key: &Said<Secret>| key.as_ref().is_some_and(|at| wep_key(at.value.reveal(), kind).is_none());
        if flags == 0 && keys.into_iter().any(refused) {
            return self.insecure(
                p,
                "a WEP key is 10 or 26 hexadecimal digits, or 5 or 13 characters, and a passphrase has at most 63",
            );
        }
        if security.auth_alg.as_ref().is_some_and(|at| !matches!(at.value.as_str(), "open" | "shared")) {
            return self.insecure(p, "WEP knows `open` and `restricted` only");
        }
        p.done("wifi_security.key_mgmt");
        if let Some(at) = &security.wep_key_type
            && matches!(at.value.get(), 1 | 2)
        {
            p.file.set("KEY_TYPE", if kind == 2 { "passphrase" } else { "key" });
            p.done("wifi_security.wep_key_type");
        }
        if let Some(at) = &security.wep_tx_keyidx {
            p.file.set("DEFAULTKEY", (at.value.get() + 1).to_string());
            p.done("wifi_security.wep_tx_keyidx");
        }
        if let Some(at) = &security.auth_alg {
            p.file.set("SECURITYMODE", if at.value == "shared" { "restricted" } else { "open" });
            p.done("wifi_security.auth_alg");
        }
        self.wep_keys(p, keys, flags, kind);
    }

    fn wep_keys(&mut self, p: &mut Profile<'_>, keys: [&Said<Secret>; 4], flags: i64, kind: i64) {
        if flags != 0 {
            let words: Vec<&str> = [("user", 1), ("ask", 2), ("unused", 4)]
                .into_iter()
                .filter_map(|(word, bit)| (flags & bit != 0).then_some(word))
                .collect();
            p.file.set("WEP_KEY_FLAGS", words.join(" "));
            p.done("wifi_security.wep_key_flags");
            return;
        }
        let paths = [
            "wifi_security.wep_key0",
            "wifi_security.wep_key1",
            "wifi_security.wep_key2",
            "wifi_security.wep_key3",
        ];
        for ((n, key), path) in (1..).zip(keys).zip(paths) {
            let Some(at) = key else { continue };
            let mut file = std::mem::take(&mut p.keys);
            let hidden = self.secret(&at.value, &mut file);
            if let Some((stem, text)) = wep_key(at.value.reveal(), kind) {
                file.set(format!("{stem}{n}"), if self.cx.reveal_secrets { text } else { hidden });
            }
            p.keys = file;
            p.done(path);
        }
    }

    /// The one WEP key that initscripts know.
    fn wep_of_scripts(&mut self, p: &mut Profile<'_>) {
        let Some(security) = &p.link.wifi_security else { return };
        let plain = security.key_mgmt.as_ref().is_some_and(|at| at.value == "none");
        let Some(at) = security.wep_key0.as_ref().filter(|_| plain) else {
            let text = "initscripts know one WEP key and no other security of wireless links";
            return self.cannot(p, FieldPath::parse("wifi_security"), &codes::SETTING, text, None);
        };
        let secret = at.value.reveal();
        let hex = matches!(secret.len(), 10 | 26) && secret.bytes().all(|b| b.is_ascii_hexdigit());
        let ascii = matches!(secret.len(), 5 | 13) && !hex;
        let mut file = std::mem::take(&mut p.keys);
        let text = self.secret(&at.value, &mut file);
        file.set("KEY", if ascii && self.cx.reveal_secrets { format!("s:{text}") } else { text });
        p.keys = file;
        p.done("wifi_security.key_mgmt");
        p.done("wifi_security.wep_key0");
    }
}

/// Key and value for a WEP key of that type (1 key, 2 passphrase, else by its looks, as NetworkManager's
/// `write_wireless_security_setting` has it); `None` where the reader would refuse the file.
fn wep_key(text: &str, kind: i64) -> Option<(&'static str, String)> {
    let hex = matches!(text.len(), 10 | 26) && text.bytes().all(|b| b.is_ascii_hexdigit());
    let ascii = matches!(text.len(), 5 | 13) && text.bytes().all(|b| (0x20..0x7f).contains(&b));
    match kind {
        0 | 1 if hex => Some(("KEY", text.to_owned())),
        0 | 1 if ascii => Some(("KEY", format!("s:{text}"))),
        0 | 2 if (1..64).contains(&text.len()) => Some(("KEY_PASSPHRASE", text.to_owned())),
        _ => None,
    }
}
