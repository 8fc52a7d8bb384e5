//! The EAP methods and what each of them reads.

use super::certificate;
use crate::Context;
use crate::ifcfg::account::is_secret;
use crate::ifcfg::rows;
use crate::ifcfg::vars::{Reader, Rejected, Var, Vars, bad_value};
use netpivot_model::codes::kinds as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::dot1x::Dot1x;
use netpivot_model::reflect::Said;
use netpivot_model::secret::Secret;
use netpivot_model::source::At;
use netpivot_model::value::Int;

/// The ifcfg file and its `keys-NAME` file.
#[derive(Clone, Copy)]
pub(in crate::ifcfg) struct Files<'a> {
    pub vars: &'a Vars,
    pub keys_file: Option<&'a Vars>,
}

/// Words of `*_FLAGS`; each counts wherever it stands in the value.
const FLAGS: [(&str, i64); 3] = [("user", 1), ("ask", 2), ("unused", 4)];

/// Names the words of `*_FLAGS` that mean nothing: NetworkManager looks for the known ones anywhere in the text.
pub(in crate::ifcfg) fn report_flags(vars: &Vars, cx: &mut Context) {
    for key in vars.names().filter(|key| key.ends_with("_FLAGS")) {
        let secret = key.trim_end_matches("_FLAGS");
        let secret = is_secret(secret) || secret == "WEP_KEY";
        let Some(var) = vars.text(key).filter(|_| secret) else { continue };
        let counts = FLAGS.iter().any(|(word, _)| var.value.contains(word));
        let known = |word: &str| FLAGS.iter().any(|(flag, _)| *flag == word);
        if counts && !rows::split(var.value).iter().all(|word| known(word)) {
            let mut report = bad_value(key, var, "", Reader::NetworkManager);
            report.message = format!(
                "`{key}={}` holds more than the words `user`, `ask` and `unused`; NetworkManager takes them wherever they stand in it",
                var.value
            );
            report.help = Some("write the words with blanks between them".to_owned());
            cx.report(report);
        }
    }
}

impl<'a> Files<'a> {
    /// Who keeps a secret; `None` where that is the file.
    pub(in crate::ifcfg) fn flags(self, key: &str) -> Said<Int<0, 7>> {
        let var = self.vars.text(&format!("{key}_FLAGS"))?;
        let bits =
            FLAGS.iter().filter(|(word, _)| var.value.contains(word)).fold(0, |sum, (_, bit)| sum | bit);
        Int::new(bits).filter(|_| bits != 0).map(|bits| At::new(bits, var.span))
    }

    /// A secret, from the ifcfg file or else its `keys-NAME` file.
    pub(in crate::ifcfg) fn find(self, key: &str) -> Option<Var<'a>> {
        self.vars.get(key).or_else(|| self.keys_file?.get(key))
    }

    /// A secret with its flags; with any flag set the secret is not read.
    pub(in crate::ifcfg) fn secret(self, key: &str, secret: &mut Said<Secret>, flags: &mut Said<Int<0, 7>>) {
        *flags = self.flags(key);
        if flags.is_none()
            && let Some(var) = self.find(key)
        {
            *secret = Some(At::new(Secret::new(var.value), var.span));
        }
    }
}

/// Methods without keys for encryption, which are of no use on the outside of a wireless link.
const INNER_ONLY: [&str; 5] = ["md5", "pap", "chap", "mschap", "mschapv2"];

/// Reads IEEE_8021X_EAP_METHODS and what the methods need.
pub(super) fn read(
    files: Files<'_>,
    wifi: bool,
    dot1x: &mut Dot1x,
    cx: &mut Context,
) -> Result<(), Rejected> {
    let Some(var) = files.vars.text("IEEE_8021X_EAP_METHODS") else {
        let span = files.vars.get("KEY_MGMT").map(|var| var.span);
        let reason = "`IEEE_8021X_EAP_METHODS` is missing for this `KEY_MGMT`".to_owned();
        return Err(Rejected { reason, span });
    };
    for word in rows::split(var.value) {
        let method = word.to_ascii_lowercase();
        match method.as_str() {
            "leap" | "pwd" => simple(files, dot1x)?,
            inner if INNER_ONLY.contains(&inner) && !wifi => simple(files, dot1x)?,
            "tls" => tls(files, dot1x, cx),
            "peap" => peap(files, dot1x, cx)?,
            "ttls" => tunnel(files, dot1x, cx)?,
            "fast" => fast(files, dot1x, cx)?,
            _ => {
                cx.report(unknown_method(&word, var, wifi && INNER_ONLY.contains(&method.as_str())));
                continue;
            }
        }
        dot1x.eap.push(method, var.span);
    }
    if dot1x.eap.items.is_empty() {
        let reason = format!("`IEEE_8021X_EAP_METHODS={}` names no method", var.value);
        return Err(Rejected::at(reason, var.span));
    }
    Ok(())
}

fn unknown_method(word: &str, var: Var<'_>, inner: bool) -> Diagnostic {
    let why = if inner { "is of use inside a tunnel only" } else { "is no EAP method that it knows" };
    let mut report = bad_value("IEEE_8021X_EAP_METHODS", var, "", Reader::NetworkManager);
    report.message =
        format!("NetworkManager leaves out `{word}` of `IEEE_8021X_EAP_METHODS={}`, which {why}", var.value);
    report.help =
        Some("name the methods that the network offers: LEAP, PWD, TLS, PEAP, TTLS, FAST".to_owned());
    report
}

fn simple(files: Files<'_>, dot1x: &mut Dot1x) -> Result<(), Rejected> {
    dot1x.identity = files.vars.owned("IEEE_8021X_IDENTITY");
    files.secret("IEEE_8021X_PASSWORD", &mut dot1x.password, &mut dot1x.password_flags);
    dot1x.password_raw_flags = files.flags("IEEE_8021X_PASSWORD_RAW");
    if dot1x.password_raw_flags.is_none()
        && let Some(var) = files.find("IEEE_8021X_PASSWORD_RAW")
    {
        let Some(bytes) = hexadecimal(var.value) else {
            let reason = "`IEEE_8021X_PASSWORD_RAW` is not hexadecimal".to_owned();
            return Err(Rejected::at(reason, var.span));
        };
        dot1x.password_raw = Some(At::new(Secret::new(bytes), var.span));
    }
    Ok(())
}

/// Bytes in hexadecimal, with `0x` before and `:` between them as one likes, as lower-case pairs.
fn hexadecimal(text: &str) -> Option<String> {
    let text = text.strip_prefix("0x").unwrap_or(text);
    let mut pairs = String::with_capacity(text.len());
    for part in text.split(':') {
        if part.is_empty() && !text.is_empty() || !part.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let digits = part.to_ascii_lowercase();
        let (whole, rest) = digits.split_at(digits.len() / 2 * 2);
        pairs.push_str(whole);
        if !rest.is_empty() {
            pairs.push('0');
            pairs.push_str(rest);
        }
    }
    Some(pairs)
}

fn certificate_of(key: &str, files: Files<'_>, cx: &mut Context) -> Said<String> {
    files.vars.text(key).map(|var| certificate::path(key, var, cx))
}

fn ca_cert(files: Files<'_>, dot1x: &mut Dot1x, cx: &mut Context) {
    dot1x.ca_cert = certificate_of("IEEE_8021X_CA_CERT", files, cx);
    let flags = &mut dot1x.ca_cert_password_flags;
    files.secret("IEEE_8021X_CA_CERT_PASSWORD", &mut dot1x.ca_cert_password, flags);
}

fn tls(files: Files<'_>, dot1x: &mut Dot1x, cx: &mut Context) {
    dot1x.identity = files.vars.owned("IEEE_8021X_IDENTITY");
    ca_cert(files, dot1x, cx);
    dot1x.private_key = certificate_of("IEEE_8021X_PRIVATE_KEY", files, cx);
    let flags = &mut dot1x.private_key_password_flags;
    files.secret("IEEE_8021X_PRIVATE_KEY_PASSWORD", &mut dot1x.private_key_password, flags);
    dot1x.client_cert = certificate_of("IEEE_8021X_CLIENT_CERT", files, cx);
    let flags = &mut dot1x.client_cert_password_flags;
    files.secret("IEEE_8021X_CLIENT_CERT_PASSWORD", &mut dot1x.client_cert_password, flags);
    if files.vars.get("IEEE_8021X_CLIENT_CERT").is_none() {
        dot1x.client_cert = from_pkcs12(&dot1x.private_key, cx);
    }
}

fn inner_tls(files: Files<'_>, dot1x: &mut Dot1x, cx: &mut Context) {
    dot1x.identity = files.vars.owned("IEEE_8021X_IDENTITY");
    dot1x.phase2_ca_cert = certificate_of("IEEE_8021X_INNER_CA_CERT", files, cx);
    let flags = &mut dot1x.phase2_ca_cert_password_flags;
    files.secret("IEEE_8021X_INNER_CA_CERT_PASSWORD", &mut dot1x.phase2_ca_cert_password, flags);
    dot1x.phase2_private_key = certificate_of("IEEE_8021X_INNER_PRIVATE_KEY", files, cx);
    let flags = &mut dot1x.phase2_private_key_password_flags;
    files.secret("IEEE_8021X_INNER_PRIVATE_KEY_PASSWORD", &mut dot1x.phase2_private_key_password, flags);
    dot1x.phase2_client_cert = certificate_of("IEEE_8021X_INNER_CLIENT_CERT", files, cx);
    let flags = &mut dot1x.phase2_client_cert_password_flags;
    files.secret("IEEE_8021X_INNER_CLIENT_CERT_PASSWORD", &mut dot1x.phase2_client_cert_password, flags);
    if files.vars.get("IEEE_8021X_INNER_CLIENT_CERT").is_none() {
        dot1x.phase2_client_cert = from_pkcs12(&dot1x.phase2_private_key, cx);
    }
}

/// NetworkManager once wrote only the key where one PKCS#12 file holds key and certificate.
fn from_pkcs12(key: &Said<String>, cx: &mut Context) -> Said<String> {
    let key = key.as_ref().filter(|at| certificate::is_pkcs12(&at.value))?;
    cx.report(
        Diagnostic::new(
            &codes::PKCS12,
            format!(
                "`{}` is taken for a PKCS#12 file by its name, so it is the client certificate, too",
                key.value
            ),
        )
        .from(&key.origin)
        .help("name the certificate with IEEE_8021X_CLIENT_CERT if that is wrong"),
    );
    Some(key.clone())
}

fn peap(files: Files<'_>, dot1x: &mut Dot1x, cx: &mut Context) -> Result<(), Rejected> {
    if let Some(var) = files.vars.text("IEEE_8021X_PEAP_VERSION") {
        if !matches!(var.value, "0" | "1") {
            let reason = format!("`IEEE_8021X_PEAP_VERSION={}` is neither `0` nor `1`", var.value);
            return Err(Rejected::at(reason, var.span));
        }
        dot1x.phase1_peapver = Some(At::new(var.value.to_owned(), var.span));
    }
    let label = files.vars.flag("IEEE_8021X_PEAP_FORCE_NEW_LABEL", Reader::NetworkManager, cx);
    dot1x.phase1_peaplabel = label.filter(|at| at.value).map(|at| At::new("1".to_owned(), at.origin));
    tunnel(files, dot1x, cx)
}

fn tunnel(files: Files<'_>, dot1x: &mut Dot1x, cx: &mut Context) -> Result<(), Rejected> {
    ca_cert(files, dot1x, cx);
    anonymous_identity(files, dot1x);
    inner(files, dot1x, cx)
}

fn anonymous_identity(files: Files<'_>, dot1x: &mut Dot1x) {
    if let Some(at) = files.vars.owned("IEEE_8021X_ANON_IDENTITY") {
        dot1x.anonymous_identity = Some(at);
    }
}

fn fast(files: Files<'_>, dot1x: &mut Dot1x, cx: &mut Context) -> Result<(), Rejected> {
    dot1x.pac_file = certificate_of("IEEE_8021X_PAC_FILE", files, cx);
    let mut bits = 0;
    let provisioning = files.vars.text("IEEE_8021X_FAST_PROVISIONING");
    if let Some(var) = provisioning {
        for word in rows::split(var.value) {
            match word.as_str() {
                "allow-unauth" => bits |= 1,
                "allow-auth" => bits |= 2,
                _ => {
                    let expected = "a list of `allow-auth` and `allow-unauth`";
                    cx.report(bad_value(
                        "IEEE_8021X_FAST_PROVISIONING",
                        var,
                        expected,
                        Reader::NetworkManager,
                    ));
                }
            }
        }
    }
    if dot1x.pac_file.is_none() && bits == 0 {
        let reason =
            "EAP-FAST has neither `IEEE_8021X_PAC_FILE` nor `IEEE_8021X_FAST_PROVISIONING`".to_owned();
        let span = files.vars.get("IEEE_8021X_EAP_METHODS").map(|var| var.span);
        return Err(Rejected { reason, span });
    }
    // NetworkManager says `0` here where nothing is allowed; the file then needs the PAC file.
    let origin = provisioning.or(files.vars.get("IEEE_8021X_PAC_FILE")).map(|var| var.span);
    dot1x.phase1_fast_provisioning = origin.map(|span| At::new(bits.to_string(), span));
    anonymous_identity(files, dot1x);
    inner(files, dot1x, cx)
}

/// IEEE_8021X_INNER_AUTH_METHODS: the first plain and the first EAP method count.
fn inner(files: Files<'_>, dot1x: &mut Dot1x, cx: &mut Context) -> Result<(), Rejected> {
    let Some(var) = files.vars.text("IEEE_8021X_INNER_AUTH_METHODS") else {
        let reason = "`IEEE_8021X_INNER_AUTH_METHODS` is missing for PEAP, TTLS or FAST".to_owned();
        let span = files.vars.get("IEEE_8021X_EAP_METHODS").map(|var| var.span);
        return Err(Rejected { reason, span });
    };
    let (mut plain, mut eap) = (Vec::new(), Vec::new());
    for word in rows::split(&var.value.to_ascii_lowercase()) {
        match word.as_str() {
            "pap" | "chap" | "mschap" | "mschapv2" | "gtc" | "otp" | "md5" | "tls" => plain.push(word),
            "eap-md5" | "eap-mschapv2" | "eap-otp" | "eap-gtc" | "eap-tls" => eap.push(word[4..].to_owned()),
            _ => {
                let reason = format!("`IEEE_8021X_INNER_AUTH_METHODS` holds the unknown method `{word}`");
                return Err(Rejected::at(reason, var.span));
            }
        }
    }
    for method in plain.first().into_iter().chain(eap.first()) {
        match method.as_str() {
            "tls" => inner_tls(files, dot1x, cx),
            _ => simple(files, dot1x)?,
        }
    }
    for extra in
        plain.iter().chain(&eap).filter(|word| Some(*word) != plain.first() && Some(*word) != eap.first())
    {
        let mut report = bad_value("IEEE_8021X_INNER_AUTH_METHODS", var, "", Reader::NetworkManager);
        report.message = format!("NetworkManager drops `{extra}`: it takes the first inner method only");
        report.help = Some("name the one method that the network uses".to_owned());
        cx.report(report);
    }
    if plain.is_empty() && eap.is_empty() {
        let reason = "`IEEE_8021X_INNER_AUTH_METHODS` names no method".to_owned();
        return Err(Rejected::at(reason, var.span));
    }
    dot1x.phase2_auth = plain.into_iter().next().map(|word| At::new(word, var.span));
    dot1x.phase2_autheap = eap.into_iter().next().map(|word| At::new(word, var.span));
    Ok(())
}

/// What `nm-setting-8021x.c:verify` wants: an identity for methods with passwords, certificate and key for TLS.
pub(super) fn verify(dot1x: &Dot1x) -> Result<(), Rejected> {
    for at in &dot1x.eap.items {
        let missing = match at.value.as_str() {
            "tls" if dot1x.client_cert.is_none() => "IEEE_8021X_CLIENT_CERT",
            "tls" if dot1x.private_key.is_none() => "IEEE_8021X_PRIVATE_KEY",
            "tls" => continue,
            _ if dot1x.identity.is_none() => "IEEE_8021X_IDENTITY",
            _ => continue,
        };
        let reason = format!("`{missing}` is missing for the EAP method `{}`", at.value);
        return Err(Rejected { reason, span: at.origin.span() });
    }
    Ok(())
}
