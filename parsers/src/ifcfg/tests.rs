//! Whole files through the parser; expectations are NetworkManager's own results.

use super::Ifcfg;
use crate::tree::MemoryTree;
use crate::{Context, Input, Parser};
use netpivot_model::network::Network;
use netpivot_model::path::FieldPath;

fn parse(files: &[(&str, &str)], dialect: Option<&'static str>) -> (Network, Context) {
    let tree: MemoryTree = files
        .iter()
        .map(|(name, text)| (format!("/etc/sysconfig/network-scripts/{name}"), text.as_bytes().to_vec()))
        .collect();
    let mut cx = Context::default();
    let network =
        Ifcfg.parse(&Input { tree: &tree, dialect, version: None, state: None }, &mut cx).expect("a network");
    (network, cx)
}

fn value(network: &Network, link: usize, path: &'static str) -> String {
    let leaf = network.links[link].leaf(FieldPath::parse(path)).and_then(|leaf| leaf.value());
    leaf.map_or_else(|| "unsaid".to_owned(), |value| value.to_string())
}

fn codes(cx: &Context) -> Vec<&'static str> {
    cx.diagnostics.iter().map(|d| d.code.name).collect()
}

#[test]
fn every_set_of_the_corpus_parses_without_panic() {
    let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus/nm-ifcfg");
    let Ok(sets) = std::fs::read_dir(&corpus) else {
        eprintln!("skipped: {} is not there", corpus.display());
        return;
    };
    for set in sets.flatten() {
        let Ok(files) = std::fs::read_dir(set.path().join("in")) else { continue };
        let mut tree = MemoryTree::default();
        for file in files.flatten() {
            let name = file.file_name().to_string_lossy().into_owned();
            let path = match name.as_str() {
                "network" => super::GLOBAL.to_owned(),
                _ => format!("{}/{name}", super::SCRIPTS),
            };
            tree.add(path, std::fs::read(file.path()).expect("a readable file"));
        }
        for dialect in [None, Some("initscripts")] {
            let result = Ifcfg
                .parse(&Input { tree: &tree, dialect, version: None, state: None }, &mut Context::default());
            assert!(result.is_ok(), "{}: {result:?}", set.path().display());
        }
    }
}

#[test]
fn a_refused_file_takes_initscripts_meaning_and_says_so() {
    let text = "TYPE=Bridge\nDEVICE=br0\nSTP=on\nDELAY=0\nBOOTPROTO=dhcp\n";
    let (network, cx) = parse(&[("ifcfg-br0", text)], None);
    assert!(codes(&cx).contains(&"refused-by-networkmanager"), "{:?}", codes(&cx));
    assert_eq!(value(&network, 0, "bridge.stp"), "true");
    // The kernel lifts a delay of 0 when STP starts.
    assert_eq!(value(&network, 0, "bridge.forward_delay"), "200");
    assert_eq!(network.own_dialects.len(), 1);
}

#[test]
fn bridge_times_have_the_units_of_their_reader() {
    let text =
        "TYPE=Bridge\nDEVICE=br0\nSTP=on\nBRIDGING_OPTS=\"hello_time=7 max_age=39 ageing_time=30000\"\n";
    let (network, _) = parse(&[("ifcfg-br0", text)], Some("networkmanager"));
    let times = |network: &Network| {
        ["bridge.hello_time", "bridge.max_age", "bridge.ageing_time"].map(|path| value(network, 0, path))
    };
    assert_eq!(times(&network), ["700", "3900", "3000000"]);
    let text = "TYPE=Bridge\nDEVICE=br0\nBRIDGING_OPTS=\"hello_time=200 max_age=39 ageing_time=30000\"\n";
    let (network, cx) = parse(&[("ifcfg-br0", text)], Some("initscripts"));
    assert_eq!(times(&network), ["200", "3900", "30000"]);
    assert!(codes(&cx).contains(&"bridge-time-ambiguous"));
}

#[test]
fn the_last_dot_counts_for_initscripts_and_where_networkmanager_fails() {
    let text = "DEVICE=eth0.100.200\nVLAN=yes\n";
    let (network, cx) = parse(&[("ifcfg-v", text)], None);
    assert_eq!(value(&network, 0, "vlan.id"), "200");
    assert_eq!(value(&network, 0, "vlan.parent"), "eth0.100");
    assert!(codes(&cx).contains(&"refused-by-networkmanager"));
}

#[test]
fn vlan_id_wins_over_the_name_for_networkmanager() {
    let text = "TYPE=Vlan\nDEVICE=eth0.9\nVLAN_ID=10\nPHYSDEV=eth0\n";
    let (network, cx) = parse(&[("ifcfg-v", text)], None);
    assert_eq!(value(&network, 0, "vlan.id"), "10");
    assert!(codes(&cx).contains(&"vlan-name-differs"));
}

#[test]
fn bond_options_that_do_not_fit_are_dropped_and_named() {
    let text = "DEVICE=bond0\nBONDING_OPTS=\"mode=1 miimon=100 packets_per_slave=2 max_bonds=2\"\n";
    let (network, cx) = parse(&[("ifcfg-bond0", text)], None);
    assert_eq!(value(&network, 0, "bond.mode"), "active-backup");
    assert_eq!(value(&network, 0, "bond.packets_per_port"), "unsaid");
    let found = cx.diagnostics.iter().filter(|d| d.code.name == "bond-option-unused");
    assert_eq!(found.count(), 2);
    assert_eq!(value(&network, 0, "id"), "Bond bond0");
}

#[test]
fn an_unmanaged_file_is_read_as_initscripts_do() {
    let text = "DEVICE=eth1\nNM_CONTROLLED=no\nBOOTPROTO=none\nONBOOT=off\n";
    let (network, cx) = parse(&[("ifcfg-eth1", text)], None);
    assert_eq!(value(&network, 0, "managed"), "false");
    assert_eq!(value(&network, 0, "autoconnect"), "false");
    assert!(codes(&cx).contains(&"not-controlled-by-networkmanager"));
}

#[test]
fn an_unsupported_kind_is_kept_by_name() {
    let (network, cx) = parse(&[("ifcfg-ppp0", "DEVICE=ppp0\nTYPE=xDSL\nETH=eth0\n")], None);
    assert_eq!(value(&network, 0, "unsupported.source_type"), "xDSL");
    assert!(codes(&cx).contains(&"kind-not-supported"));
    assert!(network.leftovers.iter().any(|l| l.key == "ETH"));
}

#[test]
fn a_key_of_the_other_program_is_named_with_the_cure() {
    let (_, cx) = parse(&[("ifcfg-br0", "DEVICE=br0\nTYPE=Bridge\nPRIO=100\n")], None);
    let found = cx.diagnostics.iter().find(|d| d.message.contains("PRIO=100")).expect("a report");
    assert!(found.help.as_ref().is_some_and(|help| help.contains("BRIDGING_OPTS")), "{found:?}");
}

#[test]
fn a_port_with_two_controllers_keeps_the_first() {
    let (network, cx) = parse(&[("ifcfg-eth0", "DEVICE=eth0\nMASTER=bond0\nSLAVE=yes\nBRIDGE=br0\n")], None);
    assert_eq!(value(&network, 0, "controller"), "br0");
    assert!(codes(&cx).contains(&"second-controller"));
}

#[test]
fn loopback_as_shipped_is_ignored_and_listed() {
    let lo = "DEVICE=lo\nIPADDR=127.0.0.1\nNETMASK=255.0.0.0\nONBOOT=yes\nNAME=loopback\n";
    let (network, cx) = parse(&[("ifcfg-eth0", "DEVICE=eth0\n"), ("ifcfg-lo", lo)], None);
    assert_eq!(network.links.len(), 1);
    let ignored = cx
        .files
        .iter()
        .any(|(path, status)| path.ends_with("ifcfg-lo") && matches!(status, crate::FileStatus::Ignored(_)));
    assert!(ignored);
}

#[test]
fn networkmanager_refuses_bonds_whose_monitoring_does_not_fit() {
    let refused = |options: &str| {
        let text = format!("DEVICE=bond0\nBONDING_OPTS=\"{options}\"\n");
        let (_, cx) = parse(&[("ifcfg-bond0", &text)], None);
        codes(&cx).contains(&"refused-by-networkmanager")
    };
    // As libnm judges the same options in a keyfile.
    assert!(refused("mode=1 arp_interval=100"));
    assert!(refused("mode=6 arp_interval=100 arp_ip_target=192.0.2.1"));
    assert!(refused("mode=1 miimon=0 updelay=100"));
    assert!(refused("mode=1 peer_notif_delay=150"));
    assert!(refused("num_grat_arp=1 num_unsol_na=2"));
    assert!(!refused("mode=1 updelay=100"));
    assert!(!refused("mode=4 arp_interval=100 arp_ip_target=192.0.2.1"));
    assert!(!refused("mode=1 arp_interval=10 arp_ip_target=192.0.2.1 peer_notif_delay=150"));
}

#[test]
fn the_kernel_refuses_delays_without_miimon() {
    let text = "DEVICE=bond0\nBONDING_OPTS=\"mode=1 updelay=100\"\n";
    let (network, _) = parse(&[("ifcfg-bond0", text)], Some("initscripts"));
    assert_eq!(value(&network, 0, "bond.updelay"), "unsaid");
    let (network, _) = parse(&[("ifcfg-bond0", text)], Some("networkmanager"));
    assert_eq!(value(&network, 0, "bond.updelay"), "100");
}

#[test]
fn initscripts_take_the_bond_before_the_bridge() {
    let text = "DEVICE=eth0\nMASTER=bond0\nSLAVE=yes\nBRIDGE=br0\n";
    let (network, _) = parse(&[("ifcfg-eth0", text)], Some("initscripts"));
    assert_eq!(value(&network, 0, "controller"), "bond0");
}

#[test]
fn what_is_left_of_a_key_says_why() {
    let text =
        "DEVICE=eth0\nONBOOT=yes\nONBOOT=no\nPROMISC=yes\nHWADDR=\nNOSUCH=1\nBRIDGING_OPTS=priority=5\n";
    let (_, cx) = parse(&[("ifcfg-eth0", text)], None);
    let code = |part: &str| cx.diagnostics.iter().find(|d| d.message.contains(part)).map(|d| d.code.name);
    assert_eq!(code("ONBOOT=yes"), Some("key-overridden"));
    assert_eq!(code("PROMISC=yes"), Some("key-of-former-releases"));
    assert_eq!(code("HWADDR="), Some("empty-value"));
    assert_eq!(code("BRIDGING_OPTS=priority=5"), Some("key-unused-here"));
    // What nobody knows is left to the account of all formats.
    assert_eq!(code("NOSUCH"), None);
}

#[test]
fn a_key_without_counterpart_is_left_over_where_initscripts_act_on_it() {
    let text = "DEVICE=eth0\nLINKDELAY=5\nHOTPLUG=yes\n";
    let (network, cx) = parse(&[("ifcfg-eth0", text)], Some("initscripts"));
    let acts: Vec<&str> = network.leftovers.iter().map(|l| l.key.as_str()).collect();
    assert_eq!(acts, ["LINKDELAY"]);
    assert!(cx.diagnostics.iter().any(|d| d.message.contains("HOTPLUG=yes")));
}

#[test]
fn suse_files_are_refused_not_misread() {
    let tree: MemoryTree = [(
        "/etc/sysconfig/network-scripts/ifcfg-eth0",
        "STARTMODE=auto\nBOOTPROTO=static\nIPADDR=192.0.2.1/24\n",
    )]
    .into_iter()
    .collect();
    let result = Ifcfg
        .parse(&Input { tree: &tree, dialect: None, version: None, state: None }, &mut Context::default());
    assert!(result.is_err_and(|fatal| fatal.message.contains("SUSE")));
    assert_eq!(
        Ifcfg.place("ifcfg-eth0", "STARTMODE=auto\n").as_deref(),
        Some("/etc/sysconfig/network/ifcfg-eth0")
    );
}
