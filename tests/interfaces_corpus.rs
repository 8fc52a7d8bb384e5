//! interfaces files that nobody here wrote: ifupdown's, ifupdown2's and ifupdown-ng's own tests and examples, and what
//! people keep in public.
//!
//! Each is read without a fault and with nothing left unaccounted for. For a file of ifupdown's, the commands that `ifup
//! --no-act` would run – as ifupdown's own tests say, else as it prints them here – are evaluated, and each interface
//! has the same addresses, routes, MTU and hardware address.
//! Where ifupdown2's tests hold the state of the bridges' VLANs, the ports have the same. What differs on purpose
//! stands in `tests/corpus/interfaces-differences.toml`. `CASE=part-of-a-path` prints the cases in question.

use crate::conversion::{self, Outcome};
use crate::host;
use libtest_mimic::{Failed, Trial};
use netpivot_model::dialect::{Dialect, IFUPDOWN, IPROUTE};
use netpivot_model::link::{Link, LinkId};
use netpivot_model::network::Network;
use netpivot_model::source::Sources;
use netpivot_parsers::commands::{Evaluator, Report, Shell, Text, World};
use netpivot_parsers::text::iproute::Tables;
use netpivot_parsers::tree::MemoryTree;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

const INTERFACES: &str = "etc/network/interfaces";

/// Something in which our reading differs from the program's on purpose.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Difference {
    case: String,
    what: String,
    reason: String,
}

#[derive(Deserialize)]
struct Differences {
    #[serde(default)]
    difference: Vec<Difference>,
}

/// The sets with the dialect of their files; the detected one where they are of several.
const SETS: [(&str, Option<&str>); 8] = [
    ("ifupdown", Some("interfaces:ifupdown")),
    ("ifupdown2", Some("interfaces:ifupdown2")),
    ("ifupdown-ng", Some("interfaces:ifupdown-ng")),
    ("real-world", Some("interfaces")),
    ("cloud-init", Some("interfaces:ifupdown")),
    ("puppet-network", Some("interfaces")),
    ("ansible-interfaces", Some("interfaces")),
    ("ifupdown-to-networkd", Some("interfaces:ifupdown")),
];

struct Case {
    name: String,
    folder: PathBuf,
    ours: Outcome,
}

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let missing = match host::corpus("ifupdown") {
        None => Some("../shared/corpus/ifupdown".to_owned()),
        Some(_) if ifup(Path::new("/nowhere")).is_none() => {
            Some("ifup, and root to show it a tree".to_owned())
        }
        Some(_) => None,
    };
    vec![host::case("interfaces_corpus::means-what-its-own-program-makes-of-it", missing, same)]
}

/// What `ifup` would run with the folder in the place of /etc/network; `None` where that cannot be asked.
fn ifup(folder: &Path) -> Option<String> {
    const SHOW: &str = "state=$(mktemp -d) && mount --bind \"$state\" /etc/network && { cp -r \"$1\"/. /etc/network/ 2>/dev/null; \
        for class in auto hotplug; do ifup --no-act -v -a --allow=$class --no-mappings --no-scripts --force \
        --state-dir /etc/network -i /etc/network/interfaces; done; } 2>&1; umount /etc/network; rm -r \"$state\"";
    let shown = Command::new("unshare").args(["-m", "sh", "-c", SHOW, "sh"]).arg(folder).output().ok()?;
    let text = String::from_utf8_lossy(&shown.stdout).into_owned();
    (text.contains("ifup: ")).then_some(text)
}

fn cases() -> Vec<Case> {
    let only = std::env::var("CASE").ok();
    let mut found = Vec::new();
    for (set, format) in SETS {
        let Some(root) = host::corpus(set) else { continue };
        for folder in roots(&root) {
            let name =
                folder.strip_prefix(root.parent().unwrap_or(&root)).unwrap_or(&folder).display().to_string();
            if only.as_ref().is_some_and(|only| !name.contains(only.as_str())) {
                continue;
            }
            let files = host::files(&folder.join("etc/network")).into_iter();
            let tree: MemoryTree =
                files.map(|(path, bytes)| (format!("/etc/network/{path}"), bytes)).collect();
            let ours = conversion::run(&tree, &conversion::request(format, "json"));
            found.push(Case { name, folder, ours });
        }
    }
    found
}

/// Folders at or below `folder` with an interfaces file.
fn roots(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    if folder.join(INTERFACES).is_file() || folder.join("etc/network/interfaces.d").is_dir() {
        found.push(folder.to_owned());
    }
    for name in host::names(folder).into_iter().filter(|name| name != "etc" && name != "expected") {
        if folder.join(&name).is_dir() {
            found.extend(roots(&folder.join(&name)));
        }
    }
    found
}

fn same() -> Result<(), Failed> {
    let list = std::fs::read_to_string(host::repository().join("tests/corpus/interfaces-differences.toml"))?;
    let declared: Differences = toml::from_str(&list).map_err(|e| e.to_string())?;
    let mut used = vec![false; declared.difference.len()];
    let (mut wrong, mut judged) = (Vec::new(), 0);
    let cases = cases();
    for case in &cases {
        if std::env::var_os("CASE").is_some() {
            println!("=== {}\n{}", case.name, netpivot_model::facts::lines(&case.ours.network).join("\n"));
            println!("{}\n", case.ours.findings().join("\n"));
        }
        let mut found = Vec::new();
        if case.ours.bug {
            found.push(format!("fault: {:?}", case.ours.failure));
        }
        let expected = std::fs::read_to_string(case.folder.join("expected/ifup.txt")).ok();
        let is_its = case.ours.network.dialect == IFUPDOWN;
        let expected =
            expected.or_else(|| if is_its { ifup(&case.folder.join("etc/network")) } else { None });
        if let Some(expected) = expected {
            judged += 1;
            found.extend(against_ifup(&case.ours, &expected));
        }
        for what in found {
            let entry = declared
                .difference
                .iter()
                .position(|d| host::matches(&d.case, &case.name) && host::matches(&d.what, &what));
            match entry {
                Some(n) => used[n] = true,
                None => wrong.push(format!("{}: {what}", case.name)),
            }
        }
    }
    if std::env::var_os("CASE").is_none() {
        let stale = declared.difference.iter().zip(&used).filter(|(_, used)| !**used);
        wrong.extend(stale.map(|(entry, _)| format!("an entry that no longer applies: {entry:?}")));
    }
    let bare = declared.difference.iter().filter(|entry| entry.reason.len() < 20);
    wrong.extend(bare.map(|entry| format!("an entry without a reason: {entry:?}")));
    println!(
        "corpus interfaces: {} trees, {judged} judged by ifup --no-act, {} wrong",
        cases.len(),
        wrong.len()
    );
    if !cases.is_empty() && wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// What ifup's own commands lead to, beside what our reading says.
fn against_ifup(ours: &Outcome, expected: &str) -> Vec<String> {
    let refused = expected.contains("couldn't read interfaces file");
    let says = ours.diagnostics.iter().any(|d| d.code.id == "P400");
    if refused || says {
        return if refused == says {
            Vec::new()
        } else {
            vec![format!("refused by ifup: {refused}, by us: {says}")]
        };
    }
    let theirs = replay(expected);
    let theirs: BTreeMap<String, [String; 4]> =
        theirs.links().filter_map(|(id, link)| Some((name(link)?, facts(&theirs, id)))).collect();
    let mut wrong = Vec::new();
    for (name, facts_there) in &theirs {
        let here = ours.network.links().find(|(_, link)| self::name(link).as_ref() == Some(name));
        let here = here.map(|(id, _)| facts(&ours.network, id));
        match here {
            None => wrong.push(format!("{name}: ifup sets it up, we do not")),
            Some(here) if here != *facts_there => {
                wrong.push(format!("{name}: ifup {facts_there:?}, we {here:?}"))
            }
            Some(_) => {}
        }
    }
    wrong
}

fn name(link: &Link) -> Option<String> {
    link.name.as_ref().map(|at| at.value.clone())
}

/// Addresses without what ifup spells out (the usual broadcast, the device's own label), MTU, hardware address, routes.
fn facts(network: &Network, id: LinkId) -> [String; 4] {
    let link = network.link(id);
    let own = name(link).unwrap_or_default();
    let addresses =
        [&link.ipv4, &link.ipv6].into_iter().flatten().flat_map(|config| config.addresses.values());
    let mut addresses: Vec<String> = addresses
        .map(|address| {
            let mut address = address.clone();
            let usual = match (address.net.addr().is_ipv4(), address.net.prefix_len()) {
                (true, 31 | 32) => "255.255.255.255".parse().ok(),
                (true, _) => Some(address.net.broadcast()),
                (false, _) => None,
            };
            address.broadcast = address.broadcast.filter(|broadcast| Some(*broadcast) != usual);
            address.label = address.label.filter(|label| *label != own);
            address.to_string()
        })
        .collect();
    addresses.sort();
    let text = |value: Option<String>| value.unwrap_or_default();
    [
        addresses.join(", "),
        text(link.mtu.as_ref().map(|at| at.value.get().to_string())),
        text(link.mac.as_ref().map(|at| at.value.to_string())),
        routes(network, id).join(", "),
    ]
}

/// Routes of a link with gateway, metric and table; its gateway is one.
fn routes(network: &Network, id: LinkId) -> Vec<String> {
    let mut lines = Vec::new();
    for (v6, config) in [(false, &network.link(id).ipv4), (true, &network.link(id).ipv6)] {
        let Some(config) = config else { continue };
        if let Some(gateway) = &config.gateway {
            let metric = config.route_metric.as_ref().map_or(0, |at| at.value.get().max(0));
            let dst = if v6 { "::/0" } else { "0.0.0.0/0" };
            lines.push(format!("{dst} via {} metric {metric}", gateway.value));
        }
    }
    for owned in network.routes.iter().filter(|owned| owned.owner == Some(id)) {
        let item = &owned.item;
        let gateway = item.gateway.as_ref().map_or_else(String::new, |at| format!(" via {}", at.value));
        let dst = item.dst.as_ref().map_or_else(String::new, |at| at.value.to_string());
        let table = item.table.as_ref().map_or_else(String::new, |at| format!(" table {}", at.value.get()));
        let metric = item.metric.as_ref().map_or(0, |at| at.value.get());
        lines.push(format!("{dst}{gateway} metric {metric}{table}"));
    }
    lines.sort();
    lines
}

/// The network that the commands in ifup's output lead to.
fn replay(output: &str) -> Network {
    let is_command = |line: &&str| {
        let known = line.starts_with("ip ") || line.starts_with("route ");
        known && !line.contains("ip tunnel add") && !line.contains(" flush ")
    };
    let mut commands = String::new();
    for line in output.lines().map(str::trim) {
        // A VLAN is made within a condition.
        if let Some((_, rest)) = line.split_once("ip link add link ") {
            let made = rest.split(';').next().unwrap_or_default();
            commands.push_str(&format!("ip link add link {made}\n"));
        } else if is_command(&line) {
            // `ip` takes a label's name for the device.
            let words: Vec<String> = line
                .split_ascii_whitespace()
                .scan(false, |is_device, word| {
                    let word = if *is_device { word.split(':').next().unwrap_or(word) } else { word };
                    *is_device = word == "dev";
                    Some(word.to_owned())
                })
                .collect();
            commands.push_str(&format!("{}\n", words.join(" ")));
        }
    }
    let mut sources = Sources::default();
    let source = sources.add("ifup", commands.clone());
    let network = Network { dialect: Dialect::of(IPROUTE), ..Network::default() };
    let mut evaluator = Evaluator::new(network, World::Unknown, Tables::builtin());
    let none = |_: &str| None;
    let mut report = Report::default();
    evaluator.apply(
        &Text { text: &commands, source, pieces: &[(0, 0)] },
        &mut Shell::new(&none),
        &mut report,
    );
    evaluator.finish().network
}
