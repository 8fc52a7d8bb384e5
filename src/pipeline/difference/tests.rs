use super::*;
use crate::formats::{Direction, FormatSpec};
use crate::pipeline::load;
use netpivot_parsers::tree::MemoryTree;

fn loaded(format: &str, files: &[(&str, &str)]) -> Loaded {
    let tree: MemoryTree = files.iter().copied().collect();
    let spec = FormatSpec::parse(format, Direction::From).unwrap();
    load(&tree, Some(&spec)).unwrap()
}

fn ifcfg(text: &str) -> Loaded {
    loaded("ifcfg", &[("/etc/sysconfig/network-scripts/ifcfg-br0", text)])
}

fn interfaces(text: &str) -> Loaded {
    loaded("interfaces", &[("/etc/network/interfaces", text)])
}

fn fields(changes: &[Change]) -> Vec<String> {
    let field = |change: &Change| change.old_path.or(change.new_path).unwrap().field.to_string();
    changes.iter().map(field).collect()
}

const BRIDGE: &str =
    "DEVICE=br0\nTYPE=Bridge\nBOOTPROTO=none\nONBOOT=yes\nIPADDR=192.0.2.1\nPREFIX=24\nIPV6INIT=no\n";

#[test]
fn silence_means_what_its_format_means() {
    let keyfile = |stp: &str| {
        let text = format!(
            "[connection]\nid=Bridge br0\nuuid=d2d68553-f97e-7549-7a26-b34a26f29318\ntype=bridge\ninterface-name=br0\n\
             [bridge]\n{stp}\n[ipv4]\nmethod=manual\naddress1=192.0.2.1/24\n[ipv6]\nmethod=ignore\n"
        );
        loaded("keyfile", &[("/etc/NetworkManager/system-connections/br0.nmconnection", &text)])
    };
    // Without a word a bridge of an ifcfg file has no STP, and one of a keyfile has it.
    assert_eq!(fields(&Difference::of(ifcfg(BRIDGE), keyfile("")).changes), ["bridge.stp"]);
    assert!(Difference::of(ifcfg(BRIDGE), keyfile("stp=false")).is_empty());
}

#[test]
fn what_a_format_has_no_words_for_is_no_difference_and_is_not_forgotten() {
    let stanza = "iface br0 inet static\n\taddress 192.0.2.1/24\n\tbridge-ports none\n\tbridge-stp off\n";
    let of = Difference::of(ifcfg(BRIDGE), interfaces(&format!("auto br0\n{stanza}")));
    assert!(of.is_empty(), "{:?}", of.changes);
    // The other way round, too.
    let of = Difference::of(interfaces(&format!("auto br0\n{stanza}")), ifcfg(BRIDGE));
    assert!(of.is_empty(), "{:?}", of.changes);
    assert!(fields(&of.unsayable).contains(&"uuid".to_owned()), "{:?}", of.unsayable);
    // An address that both can say is a difference.
    let other = stanza.replace("192.0.2.1", "192.0.2.2");
    let of = Difference::of(ifcfg(BRIDGE), interfaces(&format!("auto br0\n{other}")));
    assert_eq!(fields(&of.changes), ["ipv4.addresses"]);
}

/// SUSE's files have a gateway as a default route: the same in other words, unless it is not there.
#[test]
fn other_words_for_the_same_are_no_difference_and_missing_ones_are() {
    let with_gateway = || ifcfg(&format!("{BRIDGE}GATEWAY=192.0.2.254\n"));
    let suse = |routes: &str| {
        let file =
            "STARTMODE='auto'\nBOOTPROTO='static'\nBRIDGE='yes'\nBRIDGE_STP='off'\nIPADDR='192.0.2.1/24'\n";
        loaded(
            "ifcfg:suse",
            &[("/etc/sysconfig/network/ifcfg-br0", file), ("/etc/sysconfig/network/ifroute-br0", routes)],
        )
    };
    let is_way_out = |of: &Difference| fields(&of.changes).contains(&"ipv4.gateway".to_owned());
    let same = Difference::of(with_gateway(), suse("default 192.0.2.254 - br0\n"));
    assert!(!is_way_out(&same), "{:?}", same.changes);
    assert!(is_way_out(&Difference::of(with_gateway(), suse(""))));
    assert!(is_way_out(&Difference::of(with_gateway(), suse("default 192.0.2.253 - br0\n"))));
}

#[test]
fn peers_stand_in_no_order() {
    let peer =
        |key: &str, address: &str| format!("[wireguard-peer.{}=]\nallowed-ips={address}\n", key.repeat(43));
    let of = |peers: &[String]| {
        let text = format!("[connection]\nid=wg0\ntype=wireguard\ninterface-name=wg0\n{}", peers.concat());
        loaded("keyfile", &[("/etc/NetworkManager/system-connections/wg0.nmconnection", &text)])
    };
    let (a, b, c) = (peer("A", "10.0.0.1/32"), peer("B", "10.0.0.2/32"), peer("C", "10.0.0.3/32"));
    let all = [a.clone(), b.clone(), c.clone()];
    assert!(Difference::of(of(&all), of(&[c.clone(), a, b.clone()])).is_empty());
    let gone = Difference::of(of(&all), of(&[c, b]));
    assert_eq!(fields(&gone.changes), ["wireguard.peers[2].public_key", "wireguard.peers[2].allowed_ips"]);
}

#[test]
fn a_link_that_is_gone_is_told_with_its_settings() {
    let two =
        "auto br0\niface br0 inet manual\nauto dummy0\niface dummy0 inet static\n\taddress 192.0.2.9/32\n";
    let of = Difference::of(interfaces(two), interfaces("auto br0\niface br0 inet manual\n"));
    let gone = fields(&of.changes);
    assert_eq!(gone.first().map(String::as_str), Some("kind"));
    assert!(gone.contains(&"ipv4.addresses".to_owned()), "{gone:?}");
    assert!(of.changes.iter().all(|change| change.new_path.is_none()));
}

#[test]
fn what_the_model_has_no_place_for_is_compared_as_it_stands() {
    let with = |value: &str| {
        loaded(
            "ifcfg:initscripts",
            &[("/etc/sysconfig/network-scripts/ifcfg-br0", &format!("{BRIDGE}LINKDELAY={value}\n"))],
        )
    };
    assert!(Difference::of(with("5"), with("5")).is_empty());
    let of = Difference::of(with("5"), with("6"));
    assert_eq!(of.leftovers, [LeftoverChange { old: Some(0), new: Some(0) }]);
    assert!(!of.is_empty());
    let of = Difference::of(with("5"), interfaces("auto br0\niface br0 inet manual\n"));
    assert!(of.leftovers.is_empty());
    assert_eq!(of.uncompared, [LeftoverChange { old: Some(0), new: None }]);
}
