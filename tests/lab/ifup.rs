//! interfaces files that nobody here wrote, set up by a real `ifup -a` with the scripts of bridge-utils, ifenslave, vlan,
//! ethtool and resolvconf, which no dry run shows: links, ports, settings of bridges and bonds, VLANs, addresses,
//! routes and name servers are those that we read in the file.
//!
//! One machine boots for all of them. Each runs in namespaces of its own, where the cards that the file speaks of are
//! ends of cables. What differs on purpose stands in `tests/corpus/interfaces-differences.toml`.

use crate::interfaces_cases::{Case, Verdict, cases};
use crate::{conversion, host, hosts, kernel, likeness};
use libtest_mimic::{Failed, Trial};
use netpivot_model::link::LinkKind;
use netpivot_model::network::Network;
use netpivot_parsers::tree::MemoryTree;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

/// Files that speak to the scripts in all ways that the corpus has, few enough for each run; `CASE=part-of-a-path` takes
/// others.
const CHOSEN: [&str; 10] = [
    "ifupdown/bridge-utils-man-2",
    "ifupdown/vlan-man",
    "real-world/eni-ftarasenko-kvm",
    "real-world/eni-jringe-bond0",
    "real-world/eni-qikxiji-nat",
    "real-world/eni-turris-omnia",
    "cloud-init/bond_v1",
    "cloud-init/example-eni",
    "cloud-init/v2_eni_ipv4_and_ipv6_static_dns_both_ipv4_ipv6",
    "puppet-network/eni-two_interfaces_static_vlan",
];
/// Interfaces that a file does not start by itself, and cards for them that it does not speak of.
const BY_HAND: [(&str, &str, &str); 2] =
    [("ifupdown/bridge-utils-man-2", "br1", ""), ("ifupdown/vlan-man", "vlan1 br0.2 br0.2:1", "eth0 br0")];

/// Prints what is compared into files of the folder `$1`.
const DUMP: &str = "ip -j -d address > $1/address.json\n\
    ip -j -d -4 route show table all > $1/route4.json\n\
    ip -j -d -6 route show table all > $1/route6.json\n";

/// What is there once for all cases: the packages' scripts, and programs that would want a network or take their time.
const ONCE: &str = "mkdir scripts; cp -a /etc/network/if-*.d scripts; rm -f scripts/if-*.d/resolved\n\
    cd /usr/local/sbin\n\
    printf '#!/bin/sh\\nexec /bin/sleep 0.1\\n' > sleep; printf '#!/bin/sh\\n' > wpa_supplicant\n\
    printf '#!/bin/sh\\nfor word; do last=$word; done; ip link set dev \"$last\" up\\n' > /sbin/dhclient\n\
    chmod +x * /sbin/dhclient; cd - > /dev/null\n\
    [ -e /usr/sbin/iptables ] || ln -sf xtables-nft-multi /usr/sbin/iptables\n";

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let missing = match (hosts::lab().filter(|lab| lab.is_file()), host::corpus("ifupdown")) {
        (None, _) => Some("../shared/lab/vm".to_owned()),
        (_, None) => Some("../shared/corpus/ifupdown".to_owned()),
        (Some(_), Some(_)) => None,
    };
    vec![host::case("ifup::sets-the-corpus-up-as-it-is-read", missing, same)]
}

/// A file of the corpus that ifupdown accepts and that says something to the scripts.
struct Host {
    case: Case,
    network: Network,
}

fn chosen() -> Vec<Host> {
    let by_name = std::env::var_os("CASE").is_some();
    let wanted = cases().into_iter().filter(|case| by_name || CHOSEN.contains(&case.name.as_str()));
    wanted.map(|case| Host { network: case.read(Some("interfaces:ifupdown")).network, case }).collect()
}

fn same() -> Result<(), Failed> {
    let mut verdict = Verdict::of("lab")?;
    let hosts = chosen();
    if hosts.len() < CHOSEN.len() && std::env::var_os("CASE").is_none() {
        return Err(format!("only {} files of the corpus", hosts.len()).into());
    }
    let dir = tempfile::tempdir()?;
    let mut all = ONCE.to_owned();
    std::fs::write(dir.path().join("dump.sh"), DUMP)?;
    for (n, host) in hosts.iter().enumerate() {
        let run = format!("run-{n}.sh");
        std::fs::write(dir.path().join(&run), script(n, host, dir.path())?)?;
        let _ = writeln!(
            all,
            "echo \"=== {} $SECONDS\" >&2; timeout 120 unshare -n -m sh {run} >&2",
            host.case.name
        );
    }
    std::fs::write(dir.path().join("all.sh"), all)?;
    let packages = ["ifupdown", "ifenslave", "vlan", "bridge-utils", "ethtool", "resolvconf", "iptables"];
    let done = Command::new(hosts::lab().ok_or("the lab is there, or this case is skipped")?)
        .current_dir(dir.path())
        .args(packages.iter().flat_map(|package| ["--pkg", *package]))
        .args(["--timeout", "900", "--", "bash", "all.sh"])
        .output()?;
    let output = String::from_utf8_lossy(&done.stderr).into_owned();
    for (n, host) in hosts.iter().enumerate() {
        let folder = dir.path().join(format!("state-{n}"));
        let theirs = kernel_state(&folder).map_err(|e| format!("{}: {e}\n{output}", host.case.name))?;
        let (names, plain) = (name_servers(&folder), plain(&folder)?);
        if std::env::var_os("CASE").is_some() {
            println!(
                "=== {}\n{output}\n{}",
                host.case.name,
                netpivot_model::facts::lines(&theirs).join("\n")
            );
        }
        let by_hand: Vec<&str> = by_hand(host).flat_map(str::split_ascii_whitespace).collect();
        for what in likeness::differences(&host.network, &theirs, &names, &plain, &by_hand) {
            verdict.found(&host.case.name, &what);
        }
    }
    verdict.end(&format!("corpus interfaces: {} files set up by ifup", hosts.len()))
}

/// Sets a file up and prints the state into `state-N`.
fn script(n: usize, host: &Host, dir: &Path) -> Result<String, Failed> {
    let tree = dir.join(format!("tree-{n}"));
    let mut files = host::files(&host.case.network());
    if files.iter().all(|(path, _)| path != "interfaces") {
        files.push(("interfaces".to_owned(), b"source /etc/network/interfaces.d/*\n".to_vec()));
    }
    for (path, bytes) in files {
        let path = tree.join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(&tree))?;
        std::fs::write(path, bytes)?;
    }
    let mut text = kernel::PRELUDE.to_owned();
    text.push_str(
        "mkdir -p /run/network /run/resolvconf/interface; touch /run/resolvconf/enable-updates\n\
        mount -t sysfs none /sys; mount -t tmpfs none /etc/network; cp -a scripts/. /etc/network/\n",
    );
    let _ = writeln!(text, "cp -r tree-{n}/. /etc/network/");
    for (cable, name) in cards(host).iter().enumerate() {
        let _ = writeln!(
            text,
            "ip link add {name} type veth peer name cable{cable}; ip link set cable{cable} up"
        );
    }
    // Nobody answers here, so nothing is gained by asking whether an address is taken.
    text.push_str("for all in all default; do echo 0 > /proc/sys/net/ipv6/conf/$all/accept_dad; done\n");
    text.push_str("ifup -a -X lo\n");
    if host.network.links().any(|(_, link)| link.hotplug.is_some()) {
        text.push_str("ifup -a -X lo --allow=hotplug\n");
    }
    for names in by_hand(host) {
        let _ = writeln!(text, "ifup {names}");
    }
    let _ = writeln!(
        text,
        "mkdir state-{n}; sh dump.sh state-{n}; cp -r /run/resolvconf/interface state-{n}/dns"
    );
    Ok(text)
}

/// What is brought up besides.
fn by_hand(host: &Host) -> impl Iterator<Item = &'static str> + '_ {
    BY_HAND.iter().filter(|(case, _, _)| *case == host.case.name).map(|(_, names, _)| *names)
}

/// The links that no stanza makes.
fn cards(host: &Host) -> BTreeSet<String> {
    let named = BY_HAND.iter().filter(|(case, _, _)| *case == host.case.name);
    let mut cards: BTreeSet<String> =
        named.flat_map(|(_, _, cards)| cards.split_ascii_whitespace()).map(str::to_owned).collect();
    let mut made: BTreeSet<String> = BTreeSet::new();
    for (_, link) in host.network.links() {
        if matches!(link.kind.value, LinkKind::Ethernet(_) | LinkKind::Wifi(_)) {
            cards.insert(link.label().to_owned());
        }
        if let LinkKind::Veth(veth) = &link.kind.value {
            made.extend(veth.peer.as_ref().map(|at| at.value.to_string()));
        }
    }
    cards.retain(|name| !made.contains(name));
    cards
}

/// What our reader makes of the output of ip and bridge.
fn kernel_state(folder: &Path) -> Result<Network, String> {
    let files = ["address", "route4", "route6"].map(|name| format!("{name}.json"));
    let mut tree = Vec::new();
    for file in files {
        let bytes = std::fs::read(folder.join(&file))
            .map_err(|e| format!("{}: {e}", folder.join(&file).display()))?;
        // Without an entry the programs print nothing, or an empty list.
        if bytes.len() > 3 {
            tree.push((format!("/netpivot-state/{file}"), bytes));
        }
    }
    let tree: MemoryTree = tree.into_iter().collect();
    let read = conversion::run(&tree, &conversion::request(Some("netlink"), "json"));
    read.failure.map_or(Ok(read.network), Err)
}

/// MTU and hardware address of each link.
fn plain(folder: &Path) -> Result<BTreeMap<String, (String, String)>, Failed> {
    let links: serde_json::Value = serde_json::from_slice(&std::fs::read(folder.join("address.json"))?)?;
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let links = links.as_array().cloned().unwrap_or_default().into_iter();
    Ok(links.map(|link| (text(&link["ifname"]), (link["mtu"].to_string(), text(&link["address"])))).collect())
}

/// The servers (`nameserver A`) and domains (`search D`) that resolvconf has of each interface.
fn name_servers(folder: &Path) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (file, bytes) in host::files(&folder.join("dns")) {
        let Some((name, _)) = file.rsplit_once('.') else { continue };
        let entry = found.entry(name.split(':').next().unwrap_or(name).to_owned()).or_default();
        for line in String::from_utf8_lossy(&bytes).lines() {
            let mut words = line.split_ascii_whitespace();
            let key =
                words.next().map(|key| if key == "domain" { "search" } else { key }).unwrap_or_default();
            entry.extend(words.map(|word| format!("{key} {}", word.to_lowercase())));
        }
    }
    found
}
