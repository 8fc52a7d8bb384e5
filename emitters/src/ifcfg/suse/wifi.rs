//! Wireless links (ifcfg-wireless(5)): one file holds all networks of a card, each with a suffix of its own.

use super::Job;
use super::profile::{Profile, is_default, link_fact};
use crate::Accounted;
use foldhash::HashMap;
use netpivot_model::codes::ifcfg_output as codes;
use netpivot_model::facts::said_paths;
use netpivot_model::link::{LinkId, LinkKind};
use netpivot_model::path::{FactPath, FieldPath, Subject};
use netpivot_model::secret::Secret;
use netpivot_model::value::Value;

/// The networks of one card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Group {
    /// The link has a file of its own, with these further networks.
    First(Vec<LinkId>),
    /// The link is a further network in the file of another one.
    Further,
}

/// The group of each link.
pub(super) fn groups(job: &Job<'_>) -> Vec<Group> {
    let mut groups = vec![Group::First(Vec::new()); job.network.links.len()];
    let mut firsts: HashMap<&str, LinkId> = HashMap::default();
    for (id, link) in job.network.links() {
        let (LinkKind::Wifi(wifi), Some(name), None) =
            (&link.kind.value, &link.name, &job.refused[id.0 as usize])
        else {
            continue;
        };
        match firsts.get(name.value.as_str()) {
            Some(first) if wifi.ssid_hex.is_some() => {
                if let Group::First(further) = &mut groups[first.0 as usize] {
                    further.push(id);
                }
                groups[id.0 as usize] = Group::Further;
            }
            Some(_) => {}
            None => drop(firsts.insert(&name.value, id)),
        }
    }
    groups
}

/// Text settings of 802.1X and their keys.
const EAP: [(&str, &str); 3] = [
    ("dot1x.identity", "WPA_IDENTITY"),
    ("dot1x.anonymous_identity", "WPA_ANONID"),
    ("dot1x.phase1_peapver", "PEAP_VERSION"),
];
const EAP_FILES: [(&str, &str); 3] =
    [("dot1x.ca_cert", "CA_CERT"), ("dot1x.client_cert", "CLIENT_CERT"), ("dot1x.private_key", "CLIENT_KEY")];

impl Job<'_> {
    /// Writes the networks of a card.
    pub(super) fn wifi(&mut self, p: &mut Profile<'_>) {
        let Group::First(further) = self.wireless[p.id.0 as usize].clone() else { return };
        let LinkKind::Wifi(wifi) = &p.link.kind.value else { return };
        if wifi.ssid_hex.is_none() {
            p.sheet.set("WIRELESS", "yes");
            return;
        }
        self.wireless_network(p, "");
        if further.is_empty() {
            return;
        }
        for path in ["id", "uuid"] {
            self.cx.otherwise(link_fact(p.id, FieldPath::parse(path)), "networks-of-one-card");
        }
        for (n, id) in (1..).zip(further) {
            let mut other = Profile::of(id, self.network.link(id));
            other.sheet = std::mem::take(&mut p.sheet);
            self.wireless_network(&mut other, &format!("_{n}"));
            p.sheet = std::mem::take(&mut other.sheet);
            self.shared(p.id, &mut other);
        }
    }

    /// What a file says of all its networks is right for a further one where it says the same.
    fn shared(&mut self, first: LinkId, other: &mut Profile<'_>) {
        for path in ["id", "uuid"] {
            self.otherwise(other, path, "networks-of-one-card");
        }
        let own: Vec<FieldPath> =
            said_paths(other.link).into_iter().chain(said_paths(self.network.link(first))).collect();
        for path in own {
            let wireless = ["wifi", "wifi_security", "dot1x"].iter().any(|group| path.is_under(group));
            if wireless || path.is("nm.autoconnect_priority") || path.is("id") || path.is("uuid") {
                continue;
            }
            if self.meant(first, path) == self.meant(other.id, path) {
                other.settled(path);
            }
        }
        self.rest(other);
        self.cx.account(Accounted::AddedLink, "networks-of-one-card");
    }

    /// After the first link of a card is written, what holds for it holds for the further networks.
    pub(super) fn spread(&mut self, p: &Profile<'_>) {
        let Group::First(further) = self.wireless[p.id.0 as usize].clone() else { return };
        for id in further {
            let same = |path: FieldPath| self.meant(p.id, path) == self.meant(id, path);
            let of_first = |path: FactPath| path.subject == Subject::Link(p.id) && same(path.field);
            let on = |path: FactPath| link_fact(id, path.field);
            let accounts: Vec<_> = self
                .cx
                .accounts
                .iter()
                .filter_map(|account| {
                    let of = match account.of.clone() {
                        Accounted::Added(path) if of_first(path) => Accounted::Added(on(path)),
                        Accounted::Otherwise(path) if of_first(path) => Accounted::Otherwise(on(path)),
                        Accounted::Added(_)
                        | Accounted::Otherwise(_)
                        | Accounted::AddedLink
                        | Accounted::AddedEntry(..)
                        | Accounted::Rewritten(..)
                        | Accounted::TakesBack(_) => return None,
                    };
                    Some((of, account.rule))
                })
                .collect();
            let reasons: Vec<_> = self.cx.reasons.iter().filter(|r| of_first(r.path)).cloned().collect();
            accounts.into_iter().for_each(|(of, rule)| self.cx.account(of, rule));
            for reason in reasons {
                self.cx.cannot(link_fact(id, reason.path.field), reason.code, reason.text, reason.help);
            }
        }
    }

    /// The keys of one network.
    fn wireless_network(&mut self, p: &mut Profile<'_>, suffix: &str) {
        let LinkKind::Wifi(wifi) = &p.link.kind.value else { return };
        let key = |stem: &str| format!("WIRELESS_{stem}{suffix}");
        let hex = wifi.ssid_hex.as_ref().map_or("", |at| at.value.as_str());
        let bytes: Option<Vec<u8>> = hex
            .as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
            .collect();
        let essid = bytes.and_then(|bytes| String::from_utf8(bytes).ok()).filter(|text| !text.is_empty());
        match essid {
            Some(essid) => self.set(p, FieldPath::parse("wifi.ssid_hex"), &key("ESSID"), essid),
            None => self.unsaid(p, "wifi.ssid_hex", "wicked takes a network name that is text"),
        }
        let mode = wifi.mode.as_ref().map(|at| at.value.as_str());
        let words = [("infrastructure", "Managed"), ("adhoc", "Ad-hoc"), ("ap", "Master")];
        if let Some((_, word)) = words.iter().find(|(known, _)| mode == Some(known)) {
            self.set(p, FieldPath::parse("wifi.mode"), &key("MODE"), *word);
        }
        let hidden = FieldPath::parse("wifi.hidden");
        if let Some(Value::Bool(hidden)) =
            self.meant(p.id, hidden).filter(|value| wifi.hidden.is_some() || !is_default(p, hidden, value))
        {
            self.set(
                p,
                FieldPath::parse("wifi.hidden"),
                &key("HIDDEN_SSID"),
                if hidden { "yes" } else { "no" },
            );
        }
        if let Some(bssid) = &wifi.bssid {
            self.set(p, FieldPath::parse("wifi.bssid"), &key("AP"), bssid.value.to_string());
        }
        match wifi.channel.as_ref().map(|at| at.value.get()) {
            Some(n @ 1..=255) if mode.is_some_and(|mode| mode != "infrastructure") => {
                self.set(p, FieldPath::parse("wifi.channel"), &key("CHANNEL"), n.to_string());
            }
            Some(0) => self.otherwise(p, "wifi.channel", "any-channel"),
            Some(_) | None => {}
        }
        if let Some(Value::Int(n @ 1..=999)) = p.said("nm.autoconnect_priority") {
            self.set(p, FieldPath::parse("nm.autoconnect_priority"), &key("PRIORITY"), n.to_string());
        }
        self.security(p, suffix);
    }

    fn security(&mut self, p: &mut Profile<'_>, suffix: &str) {
        let Some(security) = &p.link.wifi_security else { return };
        let key = |stem: &str| format!("WIRELESS_{stem}{suffix}");
        let management = security.key_mgmt.as_ref().map_or("", |at| at.value.as_str());
        let path = FieldPath::parse("wifi_security.key_mgmt");
        match management {
            "wpa-psk" | "sae" => {
                let Some(psk) = security.psk.as_ref().filter(|at| is_key(&at.value)) else {
                    let text =
                        "wicked refuses a network whose key is missing or of another length than WPA takes";
                    return self.unprotected(p, text);
                };
                p.sheet.set(key("AUTH_MODE"), "psk");
                self.set(p, path, &key("KEY_MGMT"), management);
                let mut sheet = std::mem::take(&mut p.sheet);
                let text = self.secret(&psk.value, &mut sheet);
                p.sheet = sheet;
                self.set(p, FieldPath::parse("wifi_security.psk"), &key("WPA_PSK"), text);
                self.ciphers(p, suffix);
            }
            "wpa-eap" | "wpa-eap-suite-b-192" => self.eap(p, suffix, management),
            "none" => self.wep(p, suffix),
            _ => self.unprotected(
                p,
                "wicked knows keys, 802.1X and WEP, and no other protection of wireless networks",
            ),
        }
    }

    /// A network that wicked cannot join is told once for all its settings.
    fn unprotected(&mut self, p: &mut Profile<'_>, text: &str) {
        for path in said_paths(p.link) {
            if path.is_under("wifi_security") || path.is_under("dot1x") {
                self.cannot(p, path, &codes::SETTING, text);
            }
        }
    }

    fn ciphers(&mut self, p: &mut Profile<'_>, suffix: &str) {
        let lists = [
            ("wifi_security.proto", "WPA_PROTO"),
            ("wifi_security.pairwise", "CIPHER_PAIRWISE"),
            ("wifi_security.group", "CIPHER_GROUP"),
        ];
        for (path, stem) in lists {
            let Some(Value::List(items)) = p.said(path).filter(|value| !value.to_string().is_empty()) else {
                continue;
            };
            let words: Vec<String> = items.iter().map(|item| item.to_string().to_uppercase()).collect();
            if !words.is_empty() {
                self.set(p, FieldPath::parse(path), &format!("WIRELESS_{stem}{suffix}"), words.join(" "));
            }
        }
        let levels = ["disabled", "optional", "required"];
        if let Some(Value::Int(n @ 1..=3)) = p.said("wifi_security.pmf") {
            let word = usize::try_from(n - 1).ok().and_then(|n| levels.get(n)).copied().unwrap_or("optional");
            self.set(p, FieldPath::parse("wifi_security.pmf"), &format!("WIRELESS_PMF{suffix}"), word);
        }
    }

    fn wep(&mut self, p: &mut Profile<'_>, suffix: &str) {
        let Some(security) = &p.link.wifi_security else { return };
        let shared = security.auth_alg.as_ref().is_some_and(|at| at.value == "shared");
        let fields = [
            ("wifi_security.wep_key0", &security.wep_key0),
            ("wifi_security.wep_key1", &security.wep_key1),
            ("wifi_security.wep_key2", &security.wep_key2),
            ("wifi_security.wep_key3", &security.wep_key3),
        ];
        if fields.iter().all(|(_, key)| key.is_none()) && !shared {
            return self.unprotected(p, "wicked takes a WEP network without a key for an open one");
        }
        p.sheet.set(format!("WIRELESS_AUTH_MODE{suffix}"), if shared { "shared" } else { "open" });
        p.done("wifi_security.key_mgmt");
        for path in ["wifi_security.auth_alg", "wifi_security.wep_key_type"] {
            self.otherwise(p, path, "wep-keys-of-wicked");
        }
        for (n, (path, secret)) in fields.into_iter().enumerate() {
            let Some(at) = secret else { continue };
            let mut sheet = std::mem::take(&mut p.sheet);
            let text = self.secret(&at.value, &mut sheet);
            p.sheet = sheet;
            let hexadecimal = matches!(at.value.reveal().len(), 10 | 26)
                && at.value.reveal().bytes().all(|b| b.is_ascii_hexdigit());
            let text = if hexadecimal { text } else { format!("s:{text}") };
            self.set(p, FieldPath::parse(path), &format!("WIRELESS_KEY_{n}{suffix}"), text);
        }
        if let Some(Value::Int(n @ 0..=3)) = p.said("wifi_security.wep_tx_keyidx") {
            let path = FieldPath::parse("wifi_security.wep_tx_keyidx");
            self.set(p, path, &format!("WIRELESS_DEFAULT_KEY{suffix}"), n.to_string());
        }
    }

    fn eap(&mut self, p: &mut Profile<'_>, suffix: &str, management: &str) {
        let key = |stem: &str| format!("WIRELESS_{stem}{suffix}");
        let methods = match p.said("dot1x.eap") {
            Some(Value::List(items)) if items.len() == 1 => items[0].to_string(),
            Some(_) | None => String::new(),
        };
        if !["peap", "ttls", "tls"].contains(&methods.as_str()) {
            return self.unprotected(p, "wicked knows the EAP methods PEAP, TTLS and TLS, one at a time");
        }
        p.sheet.set(key("AUTH_MODE"), "eap");
        self.set(p, FieldPath::parse("wifi_security.key_mgmt"), &key("KEY_MGMT"), management);
        self.set(p, FieldPath::parse("dot1x.eap"), &key("EAP_MODE"), methods.to_uppercase());
        if let Some(auth) = p.said("dot1x.phase2_auth") {
            self.set(p, FieldPath::parse("dot1x.phase2_auth"), &key("EAP_AUTH"), auth.to_string());
        }
        for (path, stem) in EAP {
            if let Some(value) = p.said(path) {
                self.set(p, FieldPath::parse(path), &key(stem), value.to_string());
            }
        }
        for (path, stem) in EAP_FILES {
            let Some(text) = p.said(path).map(|value| value.to_string()) else { continue };
            if text.starts_with('/') {
                self.set(p, FieldPath::parse(path), &key(stem), text);
            }
        }
        let Some(dot1x) = &p.link.dot1x else { return };
        let secrets = [
            ("dot1x.password", "WPA_PASSWORD", &dot1x.password),
            ("dot1x.private_key_password", "CLIENT_KEY_PASSWORD", &dot1x.private_key_password),
        ];
        for (path, stem, secret) in secrets {
            let Some(at) = secret else { continue };
            let mut sheet = std::mem::take(&mut p.sheet);
            let text = self.secret(&at.value, &mut sheet);
            p.sheet = sheet;
            self.set(p, FieldPath::parse(path), &key(stem), text);
        }
        let label = p.said("dot1x.phase1_peaplabel").map(|value| value.to_string());
        if let Some(word) =
            label.and_then(|text| [("0", "no"), ("1", "yes")].into_iter().find(|(n, _)| *n == text))
        {
            self.set(p, FieldPath::parse("dot1x.phase1_peaplabel"), &key("PEAP_LABEL"), word.1);
        }
        self.ciphers(p, suffix);
    }
}

/// 8 to 63 characters, or 64 hexadecimal digits.
fn is_key(secret: &Secret) -> bool {
    let text = secret.reveal();
    match text.len() {
        64 => text.bytes().all(|b| b.is_ascii_hexdigit()),
        8..=63 => text.bytes().all(|b| (b' '..=b'~').contains(&b)),
        _ => false,
    }
}
