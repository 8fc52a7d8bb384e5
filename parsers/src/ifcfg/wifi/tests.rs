use super::super::sample::{said, vars as sample};
use super::*;

fn run(text: &str, keys: &str) -> Result<(Vec<String>, Vec<String>, Link), Rejected> {
    let mut link = Link::default();
    link.kind.value = LinkKind::Wifi(Box::default());
    let mut cx = Context::default();
    let text = format!("TYPE=Wireless\n{text}");
    let keys = sample(keys);
    read(&sample(&text), Some(&keys), Reader::NetworkManager, &mut link, &mut cx)?;
    let messages = cx.diagnostics.into_iter().map(|d| format!("{} {}", d.code.id, d.message)).collect();
    Ok((said(&link), messages, link))
}

fn facts(text: &str, keys: &str) -> Vec<String> {
    let text = format!("ESSID=blahblah\n{text}");
    let (facts, messages, _) = run(&text, keys).unwrap();
    assert_eq!(messages, Vec::<String>::new());
    facts.into_iter().filter(|fact| !fact.starts_with("wifi.ssid")).collect()
}

#[test]
fn an_ssid_is_text_or_hexadecimal() {
    // The `test-wifi-open-ssid-*` of the corpus.
    assert_eq!(ssid(&sample("ESSID=0x626c6168626c6168")), Some(b"blahblah".to_vec()));
    assert_eq!(ssid(&sample("ESSID=0x626cxx")), Some(b"0x626cxx".to_vec()));
    assert_eq!(ssid(&sample("ESSID=0x626")), Some(b"0x626".to_vec()));
    let long = "ESSID=0x626c6168626c6168626c6168626c6168626c6168626c6168626c6168626c6168AA";
    assert!(run(long, "").is_err());
    assert!(run("MODE=Managed", "").is_err(), "a wireless profile needs an SSID");
}

#[test]
fn a_channel_names_its_band() {
    assert_eq!(
        facts("CHANNEL=1\nMODE=Auto", ""),
        ["wifi.mode=infrastructure", "wifi.band=bg", "wifi.channel=1"]
    );
    assert_eq!(facts("CHANNEL=52\nBAND=a\nMODE=Ap\nAP_ISOLATION=yes", "").len(), 4);
    for text in
        ["CHANNEL=14\nBAND=6GHz", "CHANNEL=183\nBAND=bg", "CHANNEL=7\nBAND=a", "CHANNEL=15", "CHANNEL=300"]
    {
        assert!(run(&format!("ESSID=x\n{text}"), "").is_err(), "{text}");
    }
}

#[test]
fn randomization_and_the_address_follow_each_other() {
    // The `test-wifi-mac-random-*` of the corpus.
    assert_eq!(
        facts("MAC_ADDRESS_RANDOMIZATION=always", ""),
        ["wifi.mac_address_randomization=2", "mac=random"]
    );
    assert_eq!(
        facts("MAC_ADDRESS_RANDOMIZATION=never", ""),
        ["wifi.mac_address_randomization=1", "mac=permanent"]
    );
    assert_eq!(facts("MAC_ADDRESS_RANDOMIZATION=default", ""), ["wifi.mac_address_randomization=0"]);
    assert_eq!(facts("MACADDR=random", ""), ["wifi.mac_address_randomization=2"]);
}

#[test]
fn wep_keys_come_from_the_keys_file() {
    // `test-wifi-wep-104-ascii`, `-passphrase`, `-adhoc`, `-agent-keys`, `-no-keys` of the corpus.
    let (_, _, link) = run("ESSID=x\nSECURITYMODE=open", "KEY1=s:LoremIpsumSit").unwrap();
    let security = link.wifi_security.unwrap();
    assert_eq!(security.wep_key0.unwrap().value.reveal(), "LoremIpsumSit");
    assert_eq!(security.key_mgmt.unwrap().value, "none");
    assert_eq!(security.auth_alg.unwrap().value, "open");
    assert_eq!(
        facts("MODE=Ad-Hoc", "KEY=0123456789abcdef0123456789"),
        ["wifi.mode=adhoc", "wifi_security.key_mgmt=none", "wifi_security.wep_key0=<hidden>"]
    );
    assert_eq!(
        facts("", "KEY_PASSPHRASE1=foobar222blahblah"),
        ["wifi_security.key_mgmt=none", "wifi_security.wep_key0=<hidden>"]
    );
    assert_eq!(
        facts("WEP_KEY_FLAGS=user", ""),
        ["wifi_security.key_mgmt=none", "wifi_security.wep_key_flags=1"]
    );
    assert_eq!(facts("DEFAULTKEY=1", ""), ["wifi_security.key_mgmt=none", "wifi_security.wep_tx_keyidx=0"]);
}

#[test]
fn wpa_reads_ciphers_protocols_and_the_key() {
    // `test-wifi-wpa-psk-unquoted` and `test-wifi-owe` of the corpus.
    let text = "CIPHER_PAIRWISE=TKIP CCMP\nCIPHER_GROUP=TKIP CCMP WEP40 WEP104\nKEY_MGMT=WPA-PSK\nWPA_ALLOW_WPA=yes\nWPA_ALLOW_WPA2=yes";
    assert_eq!(
        facts(text, "WPA_PSK=54336845e2f3f321c4c7"),
        [
            "wifi_security.key_mgmt=wpa-psk",
            "wifi_security.psk=<hidden>",
            "wifi_security.proto=[wpa, rsn]",
            "wifi_security.pairwise=[tkip, ccmp]",
            "wifi_security.group=[tkip, ccmp, wep40, wep104]",
        ]
    );
    assert_eq!(facts("KEY_MGMT=OWE", ""), ["wifi_security.key_mgmt=owe"]);
    assert!(run("ESSID=x\nKEY_MGMT=WPA-PSK\nWPA_PSK=short", "").is_err());
}

#[test]
fn enterprise_security_reads_802_1x() {
    // `test-wifi-wpa-eap-suite-b-192-tls` and `test-wifi-leap-agent` of the corpus.
    let text = "KEY_MGMT=WPA-EAP-SUITE-B-192\nWPA_ALLOW_WPA=yes\nIEEE_8021X_EAP_METHODS=TLS\n\
        IEEE_8021X_CLIENT_CERT=/c.pem\nIEEE_8021X_PRIVATE_KEY=/k.pem";
    let facts_of = facts(text, "");
    assert!(facts_of.contains(&"dot1x.eap=[tls]".to_owned()), "{facts_of:?}");
    assert!(facts_of.contains(&"wifi_security.key_mgmt=wpa-eap-suite-b-192".to_owned()));
    assert_eq!(
        facts(
            "KEY_MGMT=IEEE8021X\nSECURITYMODE=LEAP\nIEEE_8021X_IDENTITY=Bill Smith\nIEEE_8021X_PASSWORD_FLAGS=user",
            ""
        ),
        [
            "wifi_security.key_mgmt=ieee8021x",
            "wifi_security.auth_alg=leap",
            "wifi_security.leap_username=Bill Smith",
            "wifi_security.leap_password_flags=1",
        ]
    );
}

#[test]
fn initscripts_know_five_keys() {
    let mut link = Link::default();
    link.kind.value = LinkKind::Wifi(Box::default());
    let mut cx = Context::default();
    let vars = sample("ESSID=x\nMODE=Managed\nKEY=s:Lorem\nFREQ=2412\nBAND=a");
    read(&vars, None, Reader::Initscripts, &mut link, &mut cx).unwrap();
    assert_eq!(said(&link).len(), 4, "{:?}", said(&link));
}
