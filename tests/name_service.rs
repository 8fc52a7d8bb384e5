//! What becomes of name servers and search domains where the target has other words for them, or none.

use crate::conversion::{self, Outcome};
use libtest_mimic::{Failed, Trial};
use netpivot_parsers::tree::MemoryTree;

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    vec![Trial::test("name_service::routing-domains", routing_domains)]
}

/// The lines of the output that hold one of the words, trimmed; and the losses.
fn lines<'o>(done: &'o Outcome, words: &[&str]) -> (Vec<&'o str>, Vec<&'o str>) {
    let lines = done.outputs.iter().flat_map(|file| file.text.lines()).map(str::trim);
    let found = lines.filter(|line| words.iter().any(|word| line.starts_with(word)));
    let lost = done.diagnostics.iter().filter(|found| found.code.id.starts_with('L'));
    (found.collect(), lost.map(|found| found.message.as_str()).collect())
}

/// `~domain` chooses servers for NetworkManager (nm-settings-nmcli(5)), whose ifcfg reader takes DOMAIN as it stands
/// (nms-ifcfg-rh-reader.c); resolv.conf(5) would complete names with it.
fn routing_domains() -> Result<(), Failed> {
    let text = "[connection]\nid=eth0\ntype=ethernet\ninterface-name=eth0\n[ipv4]\nmethod=manual\naddress1=10.0.0.1/24\n\
                dns=10.0.0.53;\ndns-search=~corp.example;example.com;\n[ipv6]\nmethod=ignore\n";
    let mut tree = MemoryTree::default();
    tree.add("/etc/NetworkManager/system-connections/eth0.nmconnection", text);
    let targets = [
        ("keyfile", "dns-search=~corp.example;example.com;", 0),
        ("ifcfg:networkmanager", "DOMAIN=\"~corp.example example.com\"", 0),
        ("ifcfg:initscripts", "DOMAIN=example.com", 1),
        ("ifcfg:suse", "NETCONFIG_DNS_STATIC_SEARCHLIST='example.com'", 1),
        ("interfaces:ifupdown", "dns-search example.com", 1),
        ("interfaces:ifupdown2", "dns-search example.com", 1),
        ("interfaces:ifupdown-ng", "dns-search example.com", 1),
    ];
    for (to, expected, losses) in targets {
        let done = conversion::run(&tree, &conversion::request(Some("keyfile"), to));
        let (found, lost) = lines(&done, &["dns-search", "DOMAIN", "NETCONFIG_DNS_STATIC_SEARCHLIST"]);
        let told = lost.iter().filter(|text| text.starts_with("`~corp.example`")).count();
        if found != [expected] || told != losses || lost.len() != losses {
            return Err(format!("{to}: {found:?}, lost {lost:?}").into());
        }
    }
    // Who writes it into an interfaces file has something that takes it.
    let mut tree = MemoryTree::default();
    let text = "iface eth0 inet static\n address 10.0.0.1/24\n dns-nameservers 10.0.0.53\n dns-search ~corp.example\n";
    tree.add("/etc/network/interfaces", text);
    let done =
        conversion::run(&tree, &conversion::request(Some("interfaces:ifupdown"), "interfaces:ifupdown"));
    let (found, lost) = lines(&done, &["dns-search"]);
    if found != ["dns-search ~corp.example"] || !lost.is_empty() {
        return Err(format!("{found:?}, lost {lost:?}").into());
    }
    Ok(())
}
