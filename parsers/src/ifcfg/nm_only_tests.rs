use super::super::sample::{said, vars};
use super::*;
use netpivot_model::facts::said_paths;

fn run(text: &str, reader: Reader) -> (Result<(), Rejected>, Link, Vec<String>) {
    let mut link = Link::default();
    let mut cx = Context::default();
    let result = read(&vars(text), reader, &mut link, &mut cx);
    let codes = cx.diagnostics.iter().map(|d| format!("{} {}", d.code.id, d.message)).collect();
    (result, link, codes)
}

fn facts(text: &str) -> Vec<String> {
    let (result, link, codes) = run(text, Reader::NetworkManager);
    assert_eq!((result, codes), (Ok(()), vec![]), "{text}");
    said(&link)
}

#[test]
fn keys_become_properties() {
    // `test-permissions`, `test-read-proxy-basic`, `own-key-devtimeout`, `own-key-zone`, `test-wifi-open` of the
    // corpus.
    assert_eq!(
        facts("USERS=dcbw ssmith johnny5"),
        ["nm.permissions=[user:dcbw:, user:ssmith:, user:johnny5:]"]
    );
    assert_eq!(
        facts("PROXY_METHOD=auto\nPAC_URL=http://wpad.mycompany.com/wpad.dat\nBROWSER_ONLY=yes"),
        ["nm.proxy_method=1", "nm.proxy_browser_only=true", "nm.pac_url=http://wpad.mycompany.com/wpad.dat"]
    );
    assert_eq!(facts("DEVTIMEOUT=7"), ["nm.wait_device_timeout=7000"]);
    assert_eq!(facts("DEVTIMEOUT=1.5"), ["nm.wait_device_timeout=1500"]);
    assert_eq!(facts("ZONE=dmz"), ["zone=dmz"]);
    assert_eq!(facts("AUTOCONNECT_PRIORITY=-1"), ["nm.autoconnect_priority=-1"]);
    assert_eq!(facts("CONNECTION_METERED=no"), ["nm.metered=2"]);
    assert_eq!(facts("LLDP=rx"), ["nm.lldp=1"]);
    assert_eq!(facts("MDNS=resolve\nLLMNR=2"), ["nm.mdns=1", "nm.llmnr=2"]);
    assert_eq!(facts("MPTCP_FLAGS=signal,subflow"), ["nm.mptcp_flags=48"]);
    assert_eq!(facts(r"MATCH_DRIVER=a\ b c"), ["matches.driver=[a b, c]"]);
    assert_eq!(facts("HWADDR_BLACKLIST=00:16:BB:AA:CC:FE"), ["matches.mac_denylist=[00:16:bb:aa:cc:fe]"]);
    assert_eq!(facts("STABLE_ID="), ["nm.stable_id="]);
}

#[test]
fn user_data_keys_are_decoded() {
    assert_eq!(facts("NM_USER_MY__VAL1=x"), ["nm.user_data={my.val1: x}"]);
    assert_eq!(decode_user_key("A__B_CD_055E").as_deref(), Some("a.bCd-e"));
    assert_eq!(decode_user_key("A__b"), None);
    let (_, _, codes) = run("NM_USER_NODOT=x", Reader::NetworkManager);
    assert!(codes[0].contains("NM_USER_NODOT=x"), "{codes:?}");
}

#[test]
fn what_verify_refuses_refuses_the_file() {
    for text in
        ["MUD_URL=http://x", "MULTI_CONNECT=9", "SECONDARY_UUIDS=nonsense", "GENERATE_MAC_ADDRESS_MASK=foo"]
    {
        assert!(run(text, Reader::NetworkManager).0.is_err(), "{text}");
        assert!(run(text, Reader::Initscripts).0.is_ok(), "{text}");
    }
}

#[test]
fn what_is_left_alone_is_named() {
    for (text, code) in [
        ("AUTOCONNECT_PRIORITY=5000", "S100"),
        ("LLDP=off", "S101"),
        ("MDNS=maybe", "S100"),
        ("HWADDR_BLACKLIST=zz", "S100"),
    ] {
        let (_, link, codes) = run(text, Reader::NetworkManager);
        assert_eq!(codes.len(), 1, "{codes:?}");
        assert!(codes[0].starts_with(code) && codes[0].contains(text), "{codes:?}");
        assert!(said_paths(&link).iter().all(|p| p.to_string() == "kind"));
    }
    let (_, link, codes) = run("GATEWAY_PING_TIMEOUT=700", Reader::NetworkManager);
    assert!(codes[0].contains("GATEWAY_PING_TIMEOUT=700"));
    assert_eq!(link.nm.unwrap().gateway_ping_timeout.unwrap().value.get(), 600);
}

#[test]
fn initscripts_know_zone_and_devtimeout_only() {
    let (_, link, codes) = run("ZONE=dmz\nDEVTIMEOUT=3\nUSERS=joe\nNM_USER_A__B=c", Reader::Initscripts);
    assert!(link.zone.is_some());
    assert!(link.nm.is_some_and(|nm| nm.wait_device_timeout.is_some() && !nm.permissions.is_said()));
    assert!(codes.is_empty(), "{codes:?}");
}
