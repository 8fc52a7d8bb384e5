//! Wireless links (ifcfg-wireless(5)): one file holds several networks, each a profile of its own.

use super::keys::{Bad, Keys, typed};
use super::kind::Made;
use crate::ifcfg::rows;
use crate::ifcfg::vars::{Rejected, Var};
use netpivot_model::link::{Link, LinkKind};
use netpivot_model::path::FieldPath;
use netpivot_model::secret::Secret;
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::{Int, Mac, Value};
use netpivot_model::wifi::Wifi;

/// What makes a file a wireless one; WIRELESS=no keeps it from that (`try_wireless`).
pub(super) fn sign(keys: &Keys) -> Option<Span> {
    if let Some(var) = keys.text("WIRELESS") {
        match super::keys::boolean(var.value) {
            Some(true) => return Some(var.span),
            Some(false) => return None,
            None => {}
        }
    }
    let marks = ["WIRELESS_AP_SCANMODE", "WIRELESS_WPA_DRIVER"];
    let essid = || keys.indexed("WIRELESS_ESSID").first().map(|(_, var)| var.span);
    marks.iter().find_map(|key| keys.text(key)).map(|var| var.span).or_else(essid)
}

pub(super) fn read(keys: &Keys, span: Span, made: &mut Made) -> Result<(), Rejected> {
    let scan = keys.text("WIRELESS_AP_SCANMODE").filter(|var| var.value != "1");
    made.leftovers.extend(scan.map(|var| {
        let meaning = "wpa_supplicant looks for access points in another way than usual";
        rows::leftover("WIRELESS_AP_SCANMODE", var.value, var.span, meaning)
    }));
    let base = std::mem::take(&mut made.links[0]);
    let networks = keys.indexed("WIRELESS_ESSID");
    if networks.is_empty() {
        made.links[0] = Link { kind: At::new(LinkKind::Wifi(Box::default()), span), ..base };
        return Ok(());
    }
    made.links.clear();
    let several = networks.len() > 1;
    for (n, (suffix, essid)) in networks.into_iter().enumerate() {
        let mut link = base.clone();
        if several {
            let id = format!("{}-{n}", base.label());
            let origin = Origin::derived("wireless-network", [essid.span]);
            let seed = format!("{}/ifcfg-{id}", super::DIRECTORY);
            let uuid = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, seed.as_bytes()).to_string();
            link.uuid = Some(At::new(uuid, origin.clone()));
            link.id = Some(At::new(id, origin));
        }
        network(keys, suffix, essid, span, &mut link)?;
        made.links.push(link);
    }
    Ok(())
}

/// The keys of one network.
struct Network<'a> {
    keys: &'a Keys,
    suffix: &'a str,
}

impl<'a> Network<'a> {
    fn key(&self, stem: &str) -> String {
        format!("WIRELESS_{stem}{}", self.suffix)
    }

    fn text(&self, stem: &str) -> Option<Var<'a>> {
        self.keys.text(&self.key(stem))
    }

    fn bad(&self, stem: &str, var: Var<'_>, expected: &str) -> Rejected {
        Bad::new(&self.key(stem), var, expected).into()
    }
}

fn network(keys: &Keys, suffix: &str, essid: Var<'_>, span: Span, link: &mut Link) -> Result<(), Rejected> {
    let net = Network { keys, suffix };
    let hex: String = essid.value.bytes().map(|b| format!("{b:02x}")).collect();
    let mut wifi = Wifi { ssid_hex: Some(At::new(hex, essid.span)), ..Wifi::default() };
    if let Some(var) = net.text("MODE") {
        let mode = match var.value.to_ascii_lowercase().as_str() {
            "managed" => "infrastructure",
            "ad-hoc" => "adhoc",
            "master" => "ap",
            _ => return Err(net.bad("MODE", var, "`Managed`, `Ad-hoc` or `Master`")),
        };
        wifi.mode = Some(At::new(mode.to_owned(), var.span));
    }
    wifi.hidden = keys.flag(&net.key("HIDDEN_SSID"))?;
    if let Some(var) = net.text("AP").filter(|var| var.value != "any") {
        let mac: Mac = var.value.parse().map_err(|_| net.bad("AP", var, "a hardware address or `any`"))?;
        wifi.bssid = Some(At::new(mac, var.span));
    }
    if wifi.mode.as_ref().is_some_and(|at| at.value != "infrastructure") {
        wifi.channel = typed(keys.int(&net.key("CHANNEL"), 1..=255)?);
    }
    if let Some(priority) = keys.int(&net.key("PRIORITY"), 1..=999)? {
        let nm = link.nm.get_or_insert_default();
        nm.autoconnect_priority = Int::new(priority.value).map(|n| At { value: n, origin: priority.origin });
    }
    link.kind = At::new(LinkKind::Wifi(Box::new(wifi)), span);
    security(&net, link)
}

/// Which protection a network has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Protection {
    Open,
    Shared,
    Psk,
    Eap,
}

fn security(net: &Network<'_>, link: &mut Link) -> Result<(), Rejected> {
    let mode = net.text("AUTH_MODE");
    let protection = match mode.map(|var| (var, var.value.to_ascii_lowercase())) {
        Some((var, word)) => match word.as_str() {
            "psk" | "wpa-psk" => Protection::Psk,
            "eap" | "wpa-eap" => Protection::Eap,
            "open" | "opensystem" | "no-encryption" => Protection::Open,
            "shared" | "sharedkey" | "restricted" => Protection::Shared,
            _ => return Err(net.bad("AUTH_MODE", var, "one of open, shared, psk, eap")),
        },
        None if net.text("WPA_PSK").is_some() => Protection::Psk,
        None if net.text("EAP_MODE").is_some() => Protection::Eap,
        None => Protection::Open,
    };
    let management = management(net, protection);
    let at = mode.or_else(|| net.text("WPA_PSK")).or_else(|| net.text("EAP_MODE"));
    match protection {
        Protection::Open | Protection::Shared => wep(net, protection, at, link)?,
        Protection::Psk | Protection::Eap => {
            let spans = [net.text("KEY_MGMT"), at].into_iter().flatten().map(|var| var.span);
            set(link, "wifi_security.key_mgmt", &Value::text(management), Origin::said(spans));
            ciphers(net, link)?;
            if protection == Protection::Psk {
                psk(net, link)?;
            } else {
                eap(net, link)?;
            }
        }
    }
    Ok(())
}

fn management(net: &Network<'_>, protection: Protection) -> String {
    let said = net.text("KEY_MGMT").map_or(String::new(), |var| var.value.to_ascii_lowercase());
    let has = |word: &str| said.split([' ', ',', '\t']).any(|w| w == word);
    let word = match protection {
        Protection::Psk if has("sae") && !has("wpa-psk") => "sae",
        Protection::Psk => "wpa-psk",
        Protection::Eap if has("wpa-eap-suite-b-192") && !has("wpa-eap") => "wpa-eap-suite-b-192",
        Protection::Eap => "wpa-eap",
        Protection::Open | Protection::Shared => "none",
    };
    word.to_owned()
}

fn ciphers(net: &Network<'_>, link: &mut Link) -> Result<(), Rejected> {
    let lists = [("WPA_PROTO", "proto"), ("CIPHER_PAIRWISE", "pairwise"), ("CIPHER_GROUP", "group")];
    for (stem, field) in lists {
        let Some(var) = net.text(stem) else { continue };
        let words = var.value.split([' ', ',', '\t']).filter(|word| !word.is_empty());
        let words = words.map(|word| match word.to_ascii_lowercase().as_str() {
            "wpa2" => "rsn".to_owned(),
            other => other.to_owned(),
        });
        let list = Value::List(words.map(Value::text).collect());
        set_at(link, FieldPath::new(["wifi_security", field, ""]), &list, Origin::at(var.span));
    }
    if let Some(var) = net.text("PMF") {
        let level = match var.value {
            "disabled" => 1,
            "optional" => 2,
            "required" => 3,
            _ => return Err(net.bad("PMF", var, "`disabled`, `optional` or `required`")),
        };
        set(link, "wifi_security.pmf", &Value::Int(level), Origin::at(var.span));
    }
    Ok(())
}

/// wicked refuses a network whose key is missing or has another length than WPA takes.
fn psk(net: &Network<'_>, link: &mut Link) -> Result<(), Rejected> {
    let Some(var) = net.text("WPA_PSK") else {
        return Err(Rejected { reason: format!("`{}` is missing", net.key("WPA_PSK")), span: None });
    };
    let fits = match var.value.len() {
        64 => var.value.bytes().all(|b| b.is_ascii_hexdigit()),
        8..=63 => var.value.bytes().all(|b| (b' '..=b'~').contains(&b)),
        _ => false,
    };
    if !fits {
        return Err(net.bad("WPA_PSK", var, "8 to 63 characters or 64 hexadecimal digits"));
    }
    set(link, "wifi_security.psk", &Value::Secret(Secret::new(var.value)), Origin::at(var.span));
    Ok(())
}

fn wep(
    net: &Network<'_>,
    protection: Protection,
    at: Option<Var<'_>>,
    link: &mut Link,
) -> Result<(), Rejected> {
    const FIELDS: [&str; 4] = ["wep_key0", "wep_key1", "wep_key2", "wep_key3"];
    let mut any = None;
    for (n, field) in FIELDS.into_iter().enumerate() {
        let Some(var) = net.text(&format!("KEY_{n}")) else { continue };
        any = Some(var.span);
        let key = var.value.strip_prefix("s:").unwrap_or(var.value);
        let key = if var.value.starts_with("s:") { key.to_owned() } else { key.replace('-', "") };
        set_at(
            link,
            FieldPath::new(["wifi_security", field, ""]),
            &Value::Secret(Secret::new(key)),
            Origin::at(var.span),
        );
    }
    if protection == Protection::Open && any.is_none() {
        return Ok(());
    }
    let origin = Origin::said(at.map(|var| var.span).into_iter().chain(any));
    set(link, "wifi_security.key_mgmt", &Value::text("none"), origin.clone());
    set(link, "wifi_security.wep_key_type", &Value::Int(1), origin.clone());
    let algorithm = if protection == Protection::Shared { "shared" } else { "open" };
    set(link, "wifi_security.auth_alg", &Value::text(algorithm), origin);
    if let Some(index) = net.keys.int(&net.key("DEFAULT_KEY"), 0..=3)? {
        set(link, "wifi_security.wep_tx_keyidx", &Value::Int(index.value), index.origin);
    }
    Ok(())
}

/// Keys of EAP that are text.
const EAP: [(&str, &str); 3] =
    [("WPA_IDENTITY", "identity"), ("WPA_ANONID", "anonymous_identity"), ("PEAP_VERSION", "phase1_peapver")];
const EAP_SECRETS: [(&str, &str); 2] =
    [("WPA_PASSWORD", "password"), ("CLIENT_KEY_PASSWORD", "private_key_password")];
const EAP_FILES: [(&str, &str); 3] =
    [("CA_CERT", "ca_cert"), ("CLIENT_CERT", "client_cert"), ("CLIENT_KEY", "private_key")];

fn eap(net: &Network<'_>, link: &mut Link) -> Result<(), Rejected> {
    let Some(var) = net.text("EAP_MODE") else {
        return Err(Rejected { reason: format!("`{}` is missing", net.key("EAP_MODE")), span: None });
    };
    let method = var.value.to_ascii_lowercase();
    if !["peap", "ttls", "tls"].contains(&method.as_str()) {
        return Err(net.bad("EAP_MODE", var, "`PEAP`, `TTLS` or `TLS`"));
    }
    set(link, "dot1x.eap", &Value::List(vec![Value::text(method)]), Origin::at(var.span));
    if let Some(var) = net.text("EAP_AUTH") {
        set(link, "dot1x.phase2_auth", &Value::text(var.value.to_ascii_lowercase()), Origin::at(var.span));
    }
    let dot1x = |field| FieldPath::new(["dot1x", field, ""]);
    for (stem, field) in EAP {
        if let Some(var) = net.text(stem) {
            set_at(link, dot1x(field), &Value::text(var.value.to_owned()), Origin::at(var.span));
        }
    }
    for (stem, field) in EAP_SECRETS {
        if let Some(var) = net.text(stem) {
            set_at(link, dot1x(field), &Value::Secret(Secret::new(var.value)), Origin::at(var.span));
        }
    }
    for (stem, field) in EAP_FILES {
        // A relative name stands beside the ifcfg file (`__ni_wireless_validate_cert_path`).
        if let Some(var) = net.text(stem) {
            let beside = format!("{}/{}", super::DIRECTORY, var.value);
            let path = if var.value.starts_with('/') { var.value.to_owned() } else { beside };
            set_at(link, dot1x(field), &Value::text(path), Origin::at(var.span));
        }
    }
    if let Some(label) = net.keys.flag(&net.key("PEAP_LABEL"))? {
        let text = if label.value { "1" } else { "0" };
        set(link, "dot1x.phase1_peaplabel", &Value::text(text), label.origin);
    }
    Ok(())
}

fn set(link: &mut Link, path: &'static str, value: &Value, origin: Origin) {
    set_at(link, FieldPath::parse(path), value, origin);
}

fn set_at(link: &mut Link, path: FieldPath, value: &Value, origin: Origin) {
    let leaf = link.leaf_mut(path).expect("the path is a setting of wireless links");
    leaf.set(value, origin).expect("the setting takes any text, and the numbers were checked");
}
