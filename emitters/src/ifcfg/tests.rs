use super::*;
use netpivot_model::dialect::Dialect;
use netpivot_model::link::{Link, LinkKind};
use netpivot_model::path::FieldPath;
use netpivot_model::source::Origin;
use netpivot_model::value::Value;

/// A link of a keyfile host with some settings.
fn network(kind: &str, settings: &[(&'static str, Value)]) -> Network {
    let mut link = Link::default();
    link.kind.value = LinkKind::of(kind).unwrap();
    for (path, value) in settings {
        link.leaf_mut(FieldPath::parse(path)).unwrap().set(value, Origin::default_value()).unwrap();
    }
    let mut network = Network { dialect: Dialect::of("keyfile"), ..Network::default() };
    network.add_link(link);
    network
}

fn written(network: &Network, variant: &'static str) -> (Vec<OutputFile>, Vec<String>) {
    let mut cx =
        EmitContext { target: Dialect::with(IFCFG, variant), reveal_secrets: true, ..EmitContext::default() };
    let files = Ifcfg.emit(network, &mut cx).files;
    (
        files,
        cx.reasons.into_iter().map(|reason| format!("{} {}", reason.code.id, reason.path.field)).collect(),
    )
}

fn text(value: &str) -> Value {
    Value::text(value.to_owned())
}

#[test]
fn times_of_bridges_are_in_the_units_of_the_reader() {
    let settings = [
        ("name", text("br0")),
        ("bridge.max_age", Value::Int(2000)),
        ("bridge.multicast_hash_max", Value::Int(512)),
    ];
    let network = network("bridge", &settings);
    let (files, _) = written(&network, "");
    assert!(files[0].text.contains("STP=yes\n"), "silence is on in a keyfile: {}", files[0].text);
    assert!(
        files[0].text.contains("BRIDGING_OPTS=\"max_age=20 multicast_hash_max=512\"\n"),
        "{}",
        files[0].text
    );
    let (files, _) = written(&network, "initscripts");
    assert!(files[0].text.contains("BRIDGING_OPTS=\"max_age=2000 hash_max=512\"\n"), "{}", files[0].text);
}

#[test]
fn secrets_stand_in_a_file_of_their_own() {
    let settings = [
        ("name", text("wlan0")),
        ("wifi.ssid_hex", text("6c6162")),
        ("wifi_security.key_mgmt", text("wpa-psk")),
        ("wifi_security.psk", text("correct horse")),
    ];
    let (files, _) = written(&network("wifi", &settings), "networkmanager");
    let keys = files.iter().find(|file| file.path.ends_with("/keys-wlan0")).unwrap();
    assert_eq!((keys.mode, keys.text.as_str()), (0o600, "WPA_PSK=\"correct horse\"\n"));
    assert!(files.iter().all(|file| file.path == keys.path || !file.text.contains("horse")));
}

#[test]
fn kinds_without_a_reader_are_told() {
    for (kind, variant) in [("wireguard", ""), ("tun", ""), ("vxlan", "initscripts")] {
        let (files, reasons) = written(&network(kind, &[("name", text("x0"))]), variant);
        assert!(files.is_empty() && reasons == ["L401 "], "{kind}: {reasons:?}");
    }
}
