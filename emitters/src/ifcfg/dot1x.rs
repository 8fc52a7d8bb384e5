//! 802.1X (ifcfg.md 3.14). What is read hangs on the EAP methods; an incomplete set refuses the whole file, so such a one
//! is not written.

use super::Job;
use super::profile::Profile;
use netpivot_model::codes::ifcfg_output as codes;
use netpivot_model::dot1x::Dot1x;
use netpivot_model::facts::said_paths;
use netpivot_model::reflect::Said;
use netpivot_model::secret::Secret;
use netpivot_model::value::{Int, Value};
use netpivot_model::vocabulary::ifcfg::PHASE1_AUTH_FLAGS;

/// Words of `*_FLAGS`.
const FLAGS: [(&str, i64); 3] = [("user", 1), ("ask", 2), ("unused", 4)];

/// Methods without keys for encryption, of no use on the outside of a wireless link.
const INNER_ONLY: [&str; 5] = ["md5", "pap", "chap", "mschap", "mschapv2"];

impl Job<'_> {
    /// 802.1X of a wired link.
    pub(super) fn wired_8021x(&mut self, p: &mut Profile<'_>) {
        let Some(dot1x) = &p.link.dot1x else { return };
        match refusal(dot1x, false) {
            Some(why) => self.no_8021x(p, &why),
            None => {
                p.file.set("KEY_MGMT", "IEEE8021X");
                self.write_8021x(p, dot1x);
            }
        }
    }

    /// Gives the reason why nothing of 802.1X is written.
    pub(super) fn no_8021x(&mut self, p: &mut Profile<'_>, why: &str) {
        for path in said_paths(p.link).into_iter().filter(|path| path.is_under("dot1x")) {
            let text = format!(
                "`{path}` is left out: NetworkManager's ifcfg reader would refuse the file, because {why}"
            );
            self.cannot(p, path, &codes::REFUSED, text, Some("complete the 802.1X settings in the source"));
        }
    }

    /// Writes what the methods read.
    pub(super) fn write_8021x(&mut self, p: &mut Profile<'_>, dot1x: &Dot1x) {
        let methods: Vec<String> = dot1x.eap.values().map(|method| method.to_uppercase()).collect();
        p.file.set("IEEE_8021X_EAP_METHODS", methods.join(" "));
        p.done("dot1x.eap");
        let texts = [
            ("dot1x.identity", "IEEE_8021X_IDENTITY", &dot1x.identity),
            ("dot1x.anonymous_identity", "IEEE_8021X_ANON_IDENTITY", &dot1x.anonymous_identity),
            ("dot1x.ca_cert", "IEEE_8021X_CA_CERT", &dot1x.ca_cert),
            ("dot1x.client_cert", "IEEE_8021X_CLIENT_CERT", &dot1x.client_cert),
            ("dot1x.private_key", "IEEE_8021X_PRIVATE_KEY", &dot1x.private_key),
            ("dot1x.phase2_ca_cert", "IEEE_8021X_INNER_CA_CERT", &dot1x.phase2_ca_cert),
            ("dot1x.phase2_client_cert", "IEEE_8021X_INNER_CLIENT_CERT", &dot1x.phase2_client_cert),
            ("dot1x.phase2_private_key", "IEEE_8021X_INNER_PRIVATE_KEY", &dot1x.phase2_private_key),
            ("dot1x.pac_file", "IEEE_8021X_PAC_FILE", &dot1x.pac_file),
        ];
        let reads = Reads::of(dot1x);
        for (path, key, said) in texts {
            let Some(at) = said.as_ref().filter(|at| !at.value.is_empty()) else { continue };
            if !reads.key(key) {
                self.unsaid(p, path, "none of the EAP methods reads it");
                continue;
            }
            let file = key.ends_with("_CERT") || key.ends_with("_KEY") || key.ends_with("_FILE");
            let stays = at.value.starts_with('/') || at.value.starts_with("pkcs11:");
            if file && !stays {
                self.unsaid(p, path, "ifcfg files hold paths of certificates and keys, not the data itself");
                continue;
            }
            p.file.set(key, at.value.as_str());
            p.done(path);
        }
        self.secrets(p, dot1x);
        self.phases(p, dot1x);
    }

    fn secrets(&mut self, p: &mut Profile<'_>, dot1x: &Dot1x) {
        type Row<'d> = (&'static str, &'static str, &'static str, &'d Said<Secret>, &'d Said<Int<0, 7>>);
        let rows: [Row<'_>; 9] = [
            (
                "dot1x.password",
                "dot1x.password_flags",
                "IEEE_8021X_PASSWORD",
                &dot1x.password,
                &dot1x.password_flags,
            ),
            (
                "dot1x.password_raw",
                "dot1x.password_raw_flags",
                "IEEE_8021X_PASSWORD_RAW",
                &dot1x.password_raw,
                &dot1x.password_raw_flags,
            ),
            ("dot1x.pin", "dot1x.pin_flags", "IEEE_8021X_PIN", &dot1x.pin, &dot1x.pin_flags),
            (
                "dot1x.ca_cert_password",
                "dot1x.ca_cert_password_flags",
                "IEEE_8021X_CA_CERT_PASSWORD",
                &dot1x.ca_cert_password,
                &dot1x.ca_cert_password_flags,
            ),
            (
                "dot1x.client_cert_password",
                "dot1x.client_cert_password_flags",
                "IEEE_8021X_CLIENT_CERT_PASSWORD",
                &dot1x.client_cert_password,
                &dot1x.client_cert_password_flags,
            ),
            (
                "dot1x.private_key_password",
                "dot1x.private_key_password_flags",
                "IEEE_8021X_PRIVATE_KEY_PASSWORD",
                &dot1x.private_key_password,
                &dot1x.private_key_password_flags,
            ),
            (
                "dot1x.phase2_ca_cert_password",
                "dot1x.phase2_ca_cert_password_flags",
                "IEEE_8021X_INNER_CA_CERT_PASSWORD",
                &dot1x.phase2_ca_cert_password,
                &dot1x.phase2_ca_cert_password_flags,
            ),
            (
                "dot1x.phase2_client_cert_password",
                "dot1x.phase2_client_cert_password_flags",
                "IEEE_8021X_INNER_CLIENT_CERT_PASSWORD",
                &dot1x.phase2_client_cert_password,
                &dot1x.phase2_client_cert_password_flags,
            ),
            (
                "dot1x.phase2_private_key_password",
                "dot1x.phase2_private_key_password_flags",
                "IEEE_8021X_INNER_PRIVATE_KEY_PASSWORD",
                &dot1x.phase2_private_key_password,
                &dot1x.phase2_private_key_password_flags,
            ),
        ];
        let reads = Reads::of(dot1x);
        for (path, flags_path, key, secret, flags) in rows {
            if !reads.key(key) {
                self.unsaid(p, path, "none of the EAP methods reads it");
                self.unsaid(p, flags_path, "none of the EAP methods reads it");
                continue;
            }
            self.kept_secret(p, (path, flags_path), key, secret, flags);
        }
    }

    /// A secret in `keys-NAME`, or the words for who keeps it; with any of those it is not read.
    pub(super) fn kept_secret(
        &mut self,
        p: &mut Profile<'_>,
        (path, flags_path): (&'static str, &'static str),
        key: &str,
        secret: &Said<Secret>,
        flags: &Said<Int<0, 7>>,
    ) {
        let bits = flags.as_ref().map_or(0, |at| at.value.get());
        if bits != 0 {
            let words: Vec<&str> =
                FLAGS.iter().filter(|(_, bit)| bits & bit != 0).map(|(word, _)| *word).collect();
            p.file.set(format!("{key}_FLAGS"), words.join(" "));
            p.done(flags_path);
            if secret.is_some() {
                self.unsaid(
                    p,
                    path,
                    "somebody else keeps the secret, so NetworkManager's ifcfg reader does not read it",
                );
            }
        } else if let Some(at) = secret {
            let mut keys = std::mem::take(&mut p.keys);
            let text = self.secret(&at.value, &mut keys);
            keys.set(key, text);
            p.keys = keys;
            p.done(path);
        }
    }

    fn phases(&mut self, p: &mut Profile<'_>, dot1x: &Dot1x) {
        let inner: Vec<String> = [(&dot1x.phase2_auth, ""), (&dot1x.phase2_autheap, "EAP-")]
            .into_iter()
            .filter_map(|(said, prefix)| {
                said.as_ref().map(|at| format!("{prefix}{}", at.value.to_uppercase()))
            })
            .collect();
        if !inner.is_empty() && Reads::of(dot1x).tunnel {
            for (path, said) in
                [("dot1x.phase2_auth", &dot1x.phase2_auth), ("dot1x.phase2_autheap", &dot1x.phase2_autheap)]
            {
                if said.as_ref().is_some_and(|at| at.value != at.value.to_lowercase()) {
                    self.added(p, path, "methods-in-lower-case");
                }
            }
            p.file.set("IEEE_8021X_INNER_AUTH_METHODS", inner.join(" "));
            p.done("dot1x.phase2_auth");
            p.done("dot1x.phase2_autheap");
        }
        let reads = Reads::of(dot1x);
        if let Some(at) =
            dot1x.phase1_peapver.as_ref().filter(|at| reads.peap && matches!(at.value.as_str(), "0" | "1"))
        {
            p.file.set("IEEE_8021X_PEAP_VERSION", at.value.as_str());
            p.done("dot1x.phase1_peapver");
        }
        if reads.peap && dot1x.phase1_peaplabel.as_ref().is_some_and(|at| at.value == "1") {
            p.file.flag("IEEE_8021X_PEAP_FORCE_NEW_LABEL", true);
            p.done("dot1x.phase1_peaplabel");
        }
        if let Some(at) = dot1x.phase1_fast_provisioning.as_ref().filter(|_| reads.fast) {
            let words = match at.value.as_str() {
                "1" => "allow-unauth",
                "2" => "allow-auth",
                "3" => "allow-unauth allow-auth",
                _ => "",
            };
            if !words.is_empty() {
                p.file.set("IEEE_8021X_FAST_PROVISIONING", words);
            }
            p.done("dot1x.phase1_fast_provisioning");
        } else if reads.fast {
            self.added(p, "dot1x.phase1_fast_provisioning", "fast-provisioning-of-the-reader");
        }
        if let Some(Value::Int(bits)) = p.said("dot1x.phase1_auth_flags") {
            let known: i64 = PHASE1_AUTH_FLAGS.iter().map(|(_, bit)| bit).sum();
            if bits & !known == 0 {
                let words: Vec<&str> = PHASE1_AUTH_FLAGS
                    .iter()
                    .filter(|(_, bit)| bits & bit != 0)
                    .map(|(word, _)| *word)
                    .collect();
                p.file.set(
                    "IEEE_8021X_PHASE1_AUTH_FLAGS",
                    if words.is_empty() { "none".to_owned() } else { words.join(" ") },
                );
                p.done("dot1x.phase1_auth_flags");
            }
        }
    }
}

/// Which keys the EAP methods of a profile make NetworkManager read (`fill_8021x`).
struct Reads {
    /// A method with a password, outside or inside a tunnel.
    simple: bool,
    tls: bool,
    tunnel: bool,
    inner_tls: bool,
    peap: bool,
    fast: bool,
}

impl Reads {
    fn of(dot1x: &Dot1x) -> Self {
        let has = |words: &[&str]| dot1x.eap.values().any(|method| words.contains(&method.as_str()));
        let tunnel = has(&["peap", "ttls", "fast"]);
        let inner: Vec<String> = [&dot1x.phase2_auth, &dot1x.phase2_autheap]
            .into_iter()
            .flatten()
            .map(|at| at.value.to_lowercase())
            .collect();
        let outer = has(&["leap", "pwd"]) || has(&INNER_ONLY);
        Reads {
            simple: outer || tunnel && inner.iter().any(|method| method != "tls"),
            tls: has(&["tls"]),
            tunnel,
            inner_tls: tunnel && inner.iter().any(|method| method == "tls"),
            peap: has(&["peap"]),
            fast: has(&["fast"]),
        }
    }

    fn key(&self, key: &str) -> bool {
        match key.trim_start_matches("IEEE_8021X_") {
            "IDENTITY" | "PIN" => true,
            "ANON_IDENTITY" => self.tunnel,
            "PAC_FILE" => self.fast,
            "PASSWORD" | "PASSWORD_RAW" => self.simple,
            inner if inner.starts_with("INNER_") => self.inner_tls,
            ca if ca.starts_with("CA_CERT") => self.tls || self.tunnel,
            _ => self.tls,
        }
    }
}

/// Why NetworkManager's reader would refuse the file (`fill_8021x`, `nm-setting-8021x.c:verify`).
pub(super) fn refusal(dot1x: &Dot1x, wifi: bool) -> Option<String> {
    let methods: Vec<&str> = dot1x.eap.values().map(String::as_str).collect();
    if methods.is_empty() {
        return Some("no EAP method is named".to_owned());
    }
    let path = |said: &Said<String>| {
        said.as_ref().is_some_and(|at| at.value.starts_with('/') || at.value.starts_with("pkcs11:"))
    };
    for method in methods {
        let tunnel = matches!(method, "peap" | "ttls" | "fast");
        let known =
            tunnel || matches!(method, "leap" | "pwd" | "tls") || INNER_ONLY.contains(&method) && !wifi;
        if !known {
            return Some(format!("it knows no EAP method `{method}` here"));
        }
        if method == "tls" && !(path(&dot1x.client_cert) && path(&dot1x.private_key)) {
            return Some("TLS needs the paths of a client certificate and its key".to_owned());
        }
        if method != "tls" && dot1x.identity.as_ref().is_none_or(|at| at.value.is_empty()) {
            return Some(format!("the EAP method `{method}` needs an identity"));
        }
        if tunnel {
            let plain = dot1x.phase2_auth.as_ref().map(|at| at.value.as_str());
            let eap = dot1x.phase2_autheap.as_ref().map(|at| at.value.as_str());
            let lower = |word: Option<&str>| word.map(str::to_lowercase);
            let (plain, eap) = (lower(plain), lower(eap));
            let (plain, eap) = (plain.as_deref(), eap.as_deref());
            let fits = plain.is_none_or(|m| {
                matches!(m, "pap" | "chap" | "mschap" | "mschapv2" | "gtc" | "otp" | "md5" | "tls")
            }) && eap.is_none_or(|m| matches!(m, "md5" | "mschapv2" | "otp" | "gtc" | "tls"));
            if plain.is_none() && eap.is_none() || !fits {
                return Some(format!("the EAP method `{method}` needs an inner method that it knows"));
            }
        }
        let provisioning = dot1x.phase1_fast_provisioning.as_ref().is_some_and(|at| at.value != "0");
        if method == "fast" && !path(&dot1x.pac_file) && !provisioning {
            return Some("FAST needs a PAC file or provisioning".to_owned());
        }
    }
    None
}
