use super::super::sample::{said, vars};
use super::*;

fn run(text: &str, keys: &str) -> Result<(Vec<String>, Vec<String>), Rejected> {
    let mut link = Link::default();
    let mut cx = Context::default();
    let text = format!("KEY_MGMT=IEEE8021X\n{text}");
    let keys = vars(keys);
    read(&vars(&text), Some(&keys), Reader::NetworkManager, &mut link, &mut cx)?;
    Ok((said(&link), cx.diagnostics.into_iter().map(|d| format!("{} {}", d.code.id, d.message)).collect()))
}

#[test]
fn a_raw_password_is_bytes_and_the_pin_comes_from_the_keys_file() {
    // `test-wired-802-1x-password-raw` of the corpus.
    let text = "IEEE_8021X_EAP_METHODS=TTLS\nIEEE_8021X_IDENTITY=Bill Smith\nIEEE_8021X_CA_CERT=test_ca_cert.pem\n\
        IEEE_8021X_INNER_AUTH_METHODS=EAP-GTC\nIEEE_8021X_PASSWORD_RAW=0408151623420001";
    let (facts, _) = run(text, "IEEE_8021X_PIN=hallo2").unwrap();
    assert_eq!(
        facts,
        [
            "dot1x.eap=[ttls]",
            "dot1x.identity=Bill Smith",
            "dot1x.password_raw=<hidden>",
            "dot1x.ca_cert=/etc/sysconfig/network-scripts/test_ca_cert.pem",
            "dot1x.phase2_autheap=gtc",
            "dot1x.pin=<hidden>",
        ]
    );
}

#[test]
fn flags_keep_the_secret_unread() {
    // `test-wired-8021x-tls-always` of the corpus: both words give 3.
    let tls = "IEEE_8021X_EAP_METHODS=TLS\nIEEE_8021X_CLIENT_CERT=/c.pem\nIEEE_8021X_PRIVATE_KEY=/k.pem\n";
    let text =
        format!("{tls}IEEE_8021X_PRIVATE_KEY_PASSWORD_FLAGS=user ask\nIEEE_8021X_PRIVATE_KEY_PASSWORD=hush");
    let (facts, messages) = run(&text, "").unwrap();
    assert!(facts.contains(&"dot1x.private_key_password_flags=3".to_owned()), "{facts:?}");
    assert!(!facts.iter().any(|f| f.starts_with("dot1x.private_key_password=")), "{facts:?}");
    assert!(messages.is_empty(), "{messages:?}");
}

#[test]
fn a_pkcs12_key_is_the_client_certificate_too() {
    // `test-wired-8021x-tls-p12-no-client-cert` of the corpus.
    let text = "IEEE_8021X_EAP_METHODS=TLS\nIEEE_8021X_PRIVATE_KEY=test_client.p12";
    let (facts, messages) = run(text, "").unwrap();
    assert!(facts.contains(&"dot1x.client_cert=/etc/sysconfig/network-scripts/test_client.p12".to_owned()));
    assert!(messages[0].starts_with("S255"), "{messages:?}");
}

#[test]
fn matches_and_versions_are_read() {
    // `System_test-wired-802-1X-subj-matches` of NetworkManager's writer.
    let text = "IEEE_8021X_EAP_METHODS=PEAP\nIEEE_8021X_IDENTITY=Jara Cimrman\nIEEE_8021X_PEAP_VERSION=1\n\
        IEEE_8021X_INNER_AUTH_METHODS=GTC\nIEEE_8021X_SUBJECT_MATCH=server1.yourdomain.tld\n\
        IEEE_8021X_ALTSUBJECT_MATCHES=a.yourdomain.tld b.yourdomain.tld";
    assert_eq!(
        run(text, "").unwrap().0,
        [
            "dot1x.eap=[peap]",
            "dot1x.identity=Jara Cimrman",
            "dot1x.subject_match=server1.yourdomain.tld",
            "dot1x.altsubject_matches=[a.yourdomain.tld, b.yourdomain.tld]",
            "dot1x.phase1_peapver=1",
            "dot1x.phase2_auth=gtc",
        ]
    );
}

#[test]
fn directories_of_relative_names_are_dropped_aloud() {
    let text = "IEEE_8021X_EAP_METHODS=TLS\nIEEE_8021X_CLIENT_CERT=certs/c.pem\nIEEE_8021X_PRIVATE_KEY=pkcs11:id=%01";
    let (facts, messages) = run(text, "").unwrap();
    assert!(facts.contains(&"dot1x.client_cert=/etc/sysconfig/network-scripts/c.pem".to_owned()));
    assert!(facts.contains(&"dot1x.private_key=pkcs11:id=%01".to_owned()));
    assert!(messages[0].starts_with("S254") && messages[0].contains("certs/c.pem"), "{messages:?}");
}

#[test]
fn incomplete_profiles_are_refused() {
    for text in [
        "IEEE_8021X_IDENTITY=x",
        "IEEE_8021X_EAP_METHODS=FOO",
        "IEEE_8021X_EAP_METHODS=TTLS\nIEEE_8021X_IDENTITY=x",
        "IEEE_8021X_EAP_METHODS=TTLS\nIEEE_8021X_INNER_AUTH_METHODS=PAP",
        "IEEE_8021X_EAP_METHODS=TLS\nIEEE_8021X_IDENTITY=x",
        "IEEE_8021X_EAP_METHODS=PWD\nIEEE_8021X_IDENTITY=x\nIEEE_8021X_PASSWORD_RAW=zz",
        "IEEE_8021X_EAP_METHODS=FAST\nIEEE_8021X_IDENTITY=x\nIEEE_8021X_INNER_AUTH_METHODS=GTC",
        "IEEE_8021X_EAP_METHODS=PEAP\nIEEE_8021X_IDENTITY=x\nIEEE_8021X_INNER_AUTH_METHODS=GTC\nIEEE_8021X_PEAP_VERSION=2",
    ] {
        assert!(run(text, "").is_err(), "{text}");
    }
}

#[test]
fn unknown_methods_are_named() {
    let text = "IEEE_8021X_EAP_METHODS=PWD FOO\nIEEE_8021X_IDENTITY=x";
    let (_, messages) = run(text, "").unwrap();
    assert!(messages.iter().any(|m| m.starts_with("S100") && m.contains("`FOO`")), "{messages:?}");
}

#[test]
fn odd_words_of_flags_are_named() {
    let text = "IEEE_8021X_EAP_METHODS=PWD\nIEEE_8021X_IDENTITY=x\nIEEE_8021X_PASSWORD_FLAGS=user7";
    let (facts, messages) = run(text, "").unwrap();
    assert!(facts.contains(&"dot1x.password_flags=1".to_owned()));
    assert!(messages[0].contains("IEEE_8021X_PASSWORD_FLAGS=user7"), "{messages:?}");
}
