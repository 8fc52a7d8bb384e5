use super::super::sample::{said, vars};
use super::*;
use netpivot_model::source::{At, Origin};

fn run(text: &str, reader: Reader) -> (Result<(), Rejected>, Vec<String>, Vec<String>, Vec<Leftover>) {
    let mut link =
        Link { name: Some(At::new("eth0".to_owned(), Origin::default_value())), ..Link::default() };
    let mut cx = Context::default();
    let mut leftovers = Vec::new();
    let result = read(&vars(text), reader, &mut link, &mut leftovers, &mut cx);
    link.name = None;
    (result, said(&link), cx.diagnostics.into_iter().map(|d| d.message).collect(), leftovers)
}

fn networkmanager(options: &str) -> (Vec<String>, Vec<String>) {
    let (result, facts, messages, _) = run(&format!("ETHTOOL_OPTS={options}"), Reader::NetworkManager);
    assert_eq!(result, Ok(()), "{options}");
    (facts, messages)
}

fn initscripts(options: &str) -> (Vec<String>, Vec<String>, Vec<String>) {
    let (_, facts, messages, leftovers) = run(&format!("ETHTOOL_OPTS={options}"), Reader::Initscripts);
    (facts, messages, leftovers.into_iter().map(|l| l.value).collect())
}

#[test]
fn networkmanager_takes_what_its_own_writer_writes() {
    // The `own-ethtool-*`, `test_roundtrip_ethtool-*` and `test-wired-wake-on-lan` of the corpus.
    for (options, expected) in [
        ("-G eth0 rx 4096 tx 4096", vec!["ethtool.ring={rx: 4096, tx: 4096}"]),
        ("-K eth0 tx-checksum-ip-generic off", vec!["ethtool.features={tx-checksum-ip-generic: false}"]),
        ("--offload eth0 gso off", vec!["ethtool.features={gso: false}"]),
        ("-K eth0 rx-gro on", vec!["ethtool.features={gro: true}"]),
        (
            "autoneg on ; -G eth0 rx 512 ; -A eth0 pause-autoneg off",
            vec!["ethtool.autoneg=true", "ethtool.ring={rx: 512}", "ethtool.pause={autoneg: false}"],
        ),
        (
            "speed 100 duplex full wol apgs sopass 00:11:22:33:44:55 autoneg off",
            vec![
                "ethtool.autoneg=false",
                "ethtool.speed=100",
                "ethtool.duplex=full",
                "ethtool.wol=98",
                "ethtool.wol_password=00:11:22:33:44:55",
            ],
        ),
        ("", vec!["ethtool.wol=32768"]),
    ] {
        let (facts, messages) = networkmanager(options);
        assert_eq!(facts, expected, "{options}");
        assert_eq!(messages, Vec::<String>::new(), "{options}");
    }
}

#[test]
fn what_networkmanager_skips_is_named_and_not_switched_on() {
    for (options, words) in [
        ("-A eth0 autoneg off rx off", "autoneg off"),
        ("-L eth0 combined 4", "combined 4"),
        ("-s eth0 speed 100", "speed 100"),
        ("--set-priv-flags eth0 x on", "--set-priv-flags eth0 x on"),
        ("-K eth0 nonexistent-feature off", "nonexistent-feature off"),
        ("advertise 0x020", "advertise 0x020"),
        ("-K eth0", "-K eth0"),
        ("wol gf", "wol gf"),
    ] {
        let (facts, messages) = networkmanager(options);
        assert!(facts.is_empty() || options.starts_with("wol"), "{options}: {facts:?}");
        assert!(messages.iter().any(|m| m.contains(words)), "{options}: {messages:?}");
    }
    let (facts, messages) = networkmanager("autoneg on speed 100");
    assert_eq!(facts, ["ethtool.autoneg=true"]);
    assert!(messages[0].contains("speed 100"), "{messages:?}");
}

#[test]
fn networkmanager_refuses_adaptive_coalescing_by_word() {
    assert!(run("ETHTOOL_OPTS=-C eth0 adaptive-rx on", Reader::NetworkManager).0.is_err());
    assert_eq!(networkmanager("-C eth0 adaptive-rx 1").0, ["ethtool.coalesce={adaptive-rx: 1}"]);
    let both = "ETHTOOL_OPTS=-A eth0 pause-autoneg on pause-rx on";
    assert!(run(both, Reader::NetworkManager).0.is_err());
}

#[test]
fn wake_on_lan_may_be_left_alone() {
    let text = "ETHTOOL_OPTS=wol g sopass 00:11:22:33:44:55\nETHTOOL_WAKE_ON_LAN=ignore";
    assert_eq!(run(text, Reader::NetworkManager).1, ["ethtool.wol=32768"]);
    let (_, facts, messages, _) = run("ETHTOOL_WAKE_ON_LAN=yes", Reader::NetworkManager);
    assert!(facts.is_empty() && messages[0].contains("ETHTOOL_WAKE_ON_LAN=yes"), "{messages:?}");
}

#[test]
fn initscripts_set_all_that_ethtool_sets() {
    let options = "-K eth0 gro off tx-checksumming on; -A eth0 autoneg off rx off; -C eth0 adaptive-rx on rx-usecs 3; \
        -L eth0 combined 4; speed 100 duplex half; wol g";
    let (facts, messages, leftovers) = initscripts(options);
    assert_eq!(
        facts,
        [
            "ethtool.speed=100",
            "ethtool.duplex=half",
            "ethtool.wol=64",
            "ethtool.features={gro: false, tx: true}",
            "ethtool.coalesce={adaptive-rx: 1, rx-usecs: 3}",
            "ethtool.channels={combined: 4}",
            "ethtool.pause={autoneg: false, rx: false}",
        ]
    );
    assert!(messages.is_empty() && leftovers.is_empty(), "{messages:?} {leftovers:?}");
}

#[test]
fn what_the_model_lacks_is_left_over() {
    let (_, _, leftovers) =
        initscripts("-X eth0 equal 4; -s eth0 advertise 0x20; speed 100; -K eth1 gro off");
    assert_eq!(leftovers, ["-X eth0 equal 4", "-s advertise 0x20", "-s speed 100", "-K eth1 gro off"]);
}

#[test]
fn what_ethtool_refuses_is_named() {
    for options in ["-G eth0 rx lots", "-A eth0 foo on", "speed fast", "-K eth0 gro"] {
        let (facts, messages, _) = initscripts(options);
        assert!(facts.is_empty(), "{options}: {facts:?}");
        assert!(messages[0].contains(options), "{messages:?}");
    }
}
