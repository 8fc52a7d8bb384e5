//! interfaces files that nobody here wrote: ifupdown's, ifupdown2's and ifupdown-ng's own tests and examples, and what
//! people keep in public.
//!
//! Each is read without a fault and with nothing left unaccounted for. For a file of ifupdown's, the commands that `ifup
//! --no-act` would run – as ifupdown's own tests say, else as it prints them here – are evaluated, and each interface
//! has the same addresses, routes, MTU and hardware address. What differs on purpose stands in
//! `tests/corpus/interfaces-differences.toml`. `CASE=part-of-a-path` prints the cases in question.

use crate::conversion::Outcome;
use crate::host;
use crate::interfaces_cases::{Verdict, cases};
use libtest_mimic::{Failed, Trial};
use netpivot_model::dialect::{Dialect, IFUPDOWN, IPROUTE};
use netpivot_model::link::{Link, LinkId};
use netpivot_model::network::Network;
use netpivot_model::source::Sources;
use netpivot_parsers::commands::{Evaluator, Files, Manner, Report, Shell, Text, Verbatim, World};
use netpivot_parsers::text::iproute::Tables;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

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

fn same() -> Result<(), Failed> {
    let mut verdict = Verdict::of("ifup")?;
    let mut judged = 0;
    let cases = cases();
    for case in &cases {
        let ours = case.read(case.format);
        if std::env::var_os("CASE").is_some() {
            println!("=== {}\n{}", case.name, netpivot_model::facts::lines(&ours.network).join("\n"));
            println!("{}\n", ours.findings().join("\n"));
        }
        if ours.bug {
            verdict.found(&case.name, &format!("fault: {:?}", ours.failure));
        }
        let expected = std::fs::read_to_string(case.folder.join("expected/ifup.txt")).ok();
        let is_its = ours.network.dialect == IFUPDOWN;
        if let Some(expected) = expected.or_else(|| if is_its { ifup(&case.network()) } else { None }) {
            judged += 1;
            against_ifup(&ours, &expected).iter().for_each(|what| verdict.found(&case.name, what));
        }
    }
    if cases.is_empty() {
        return Err("no interfaces files in the corpus".into());
    }
    verdict.end(&format!("corpus interfaces: {} trees, {judged} judged by ifup --no-act", cases.len()))
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
        known && !line.contains(" flush ")
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
    let (tables, verbatim) = (Tables::builtin(), Verbatim::default());
    let files = Files::default();
    let mut evaluator = Evaluator::new(network, World::Unknown, &tables, &files, &verbatim);
    let none = |_: &str| None;
    let mut report = Report::default();
    evaluator.apply(
        &Text { text: &commands, source, pieces: &[(0, 0)] },
        Manner::Script,
        &mut Shell::new(&none),
        &mut report,
    );
    evaluator.finish().network
}
