//! libvirt's documents that nobody here wrote: read and written again each means the same and is accepted by libvirt; its
//! defaults are those that libvirt fills in, its rules those that libvirt sets, and a host interface means what
//! netcf wrote for it.
//!
//! What differs on purpose stands in `tests/corpus/libvirt-differences.toml`. `CASE=part-of-a-path` prints the documents
//! in question.

mod refused;
mod served;

use crate::conversion::{self, Outcome};
use crate::host;
use crate::ifcfg_matched::{changes, part};
use libtest_mimic::{Failed, Trial};
use netpivot::pipeline::Request;
use netpivot_model::nat::{Nat, NatAction};
use netpivot_model::network::Network;
use netpivot_model::vocabulary::dnsmasq;
use netpivot_parsers::tree::MemoryTree;
use rayon::prelude::*;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A document of the corpus.
pub struct Document {
    /// Its path below the corpus.
    pub name: String,
    /// Where it stands on a host.
    pub place: String,
    /// Its text.
    pub text: String,
    path: PathBuf,
}

/// A fact in which two readings differ.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Difference {
    /// `filled-in`, `ifcfg` or `interfaces`; in this and the next, one `*` stands for anything.
    judge: String,
    /// The document.
    case: String,
    /// `link eth0 ipv4.method`.
    fact: String,
    /// Our reading.
    ours: String,
    /// The other one.
    other: String,
    reason: String,
}

#[derive(Deserialize)]
struct Differences {
    #[serde(default)]
    difference: Vec<Difference>,
}

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let missing = || host::corpus("libvirt").map_or(Some("../shared/corpus/libvirt".to_owned()), |_| None);
    let judge = || missing().or_else(|| judge().err());
    let mut trials = vec![
        host::case("libvirt::written-again-means-the-same", missing(), written_again),
        host::case("libvirt::accepted-by-libvirt", judge(), accepted),
        host::case("libvirt::means-what-libvirt-and-netcf-make-of-it", missing(), means_the_same),
        host::case("libvirt::translates-as-libvirt-does", missing(), translates),
        host::case("libvirt::serves-as-libvirt-does", missing(), serves),
        host::case("libvirt::translates-the-same-there-and-back", missing(), there_and_back),
    ];
    trials.extend(refused::trials());
    trials.extend(served::trials());
    trials
}

/// All documents of networks, guests and host interfaces.
pub fn documents() -> Vec<Document> {
    const PLACES: [(&str, &str); 3] = [
        ("etc/libvirt/qemu/networks/", "/etc/libvirt/qemu/networks/"),
        ("etc/libvirt/qemu/", "/etc/libvirt/qemu/"),
        ("netcf/", "/etc/libvirt/interfaces/"),
    ];
    let only = std::env::var("CASE").ok();
    let mut found = Vec::new();
    for source in ["libvirt", "netcf", "real-world"] {
        let Some(root) = host::corpus(source) else { continue };
        for case in host::names(&root) {
            for (below, bytes) in host::files(&root.join(&case)) {
                let name = format!("{source}/{case}/{below}");
                let place = PLACES.iter().find_map(|(prefix, place)| {
                    let file = below.strip_prefix(prefix).filter(|file| file.ends_with(".xml"))?;
                    (!file.contains('/')).then(|| format!("{place}{file}"))
                });
                // libvirt loads a network from the file of its name only.
                let place = place.map(|place| match network_name(&bytes) {
                    Some(name) if place.contains("/networks/") => {
                        format!("/etc/libvirt/qemu/networks/{name}.xml")
                    }
                    Some(_) | None => place,
                });
                let is_asked = only.as_ref().is_none_or(|only| name.contains(only.as_str()));
                if let (Some(place), Ok(text), true) = (place, String::from_utf8(bytes), is_asked) {
                    found.push(Document { path: root.join(&case).join(&below), name, place, text });
                }
            }
        }
    }
    found
}

fn network_name(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (_, rest) = text.split_once("<name>")?;
    Some(rest.split_once("</name>")?.0.trim().to_owned())
}

impl Document {
    fn tree(&self) -> MemoryTree {
        [(self.place.as_str(), self.text.as_str())].into_iter().collect()
    }

    fn written(&self) -> Outcome {
        conversion::run(&self.tree(), &conversion::request(Some("libvirt"), "libvirt"))
    }
}

/// The pipeline compares the facts; here nothing may be lost, and the output stays as it is.
fn written_again() -> Result<(), Failed> {
    let documents = documents();
    let wrong: Vec<String> = documents
        .par_iter()
        .flat_map(|document| {
            let once = document.written();
            if std::env::var_os("CASE").is_some() {
                println!(
                    "=== {}\n{}\n{}\n{}",
                    document.name,
                    document.text,
                    once.text(),
                    once.findings().join("\n")
                );
            }
            let mut wrong = Vec::new();
            if let Some(failure) = &once.failure {
                wrong.push(failure.clone());
            }
            let lost = once.diagnostics.iter().filter(|d| netpivot::pipeline::is_loss(d));
            wrong.extend(lost.map(|d| d.message.clone()));
            let tree: MemoryTree = once.outputs.iter().map(|f| (f.path.as_str(), f.text.as_str())).collect();
            let twice = conversion::run(&tree, &conversion::request(Some("libvirt"), "libvirt"));
            if once.outputs != twice.outputs {
                wrong.push(format!("written again it is\n{}\nand not\n{}", twice.text(), once.text()));
            }
            wrong.into_iter().map(|what| format!("{}: {what}", document.name)).collect::<Vec<_>>()
        })
        .collect();
    println!("libvirt: {} documents written again, {} wrong", documents.len(), wrong.len());
    if !documents.is_empty() && wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// libvirt's schemas and its test driver.
fn judge() -> Result<PathBuf, String> {
    let path = host::shared().ok_or("the folder ../shared")?.join("oracles/libvirt-check");
    let there = ["virsh", "xmllint"].iter().all(|tool| Command::new(tool).arg("--version").output().is_ok());
    if there { Ok(path) } else { Err("libvirt-check".to_owned()) }
}

/// What libvirt says against a document; empty where it accepts it.
fn complaints(judge: &Path, file: &Path) -> Result<Vec<String>, String> {
    let output = Command::new(judge).arg(file).output().map_err(|e| e.to_string())?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let errors: Vec<String> =
        said.lines().filter(|line| line.contains(": error: ")).map(str::to_owned).collect();
    match (output.status.success(), errors.is_empty()) {
        (true, true) => Ok(Vec::new()),
        (false, false) => Ok(errors),
        (_, _) => Err(format!("the judge of {} failed itself: {} {said}", file.display(), output.status)),
    }
}

fn accepted() -> Result<(), Failed> {
    let judge = judge()?;
    let documents = documents();
    let results: Vec<Result<(usize, Vec<String>), String>> = documents
        .par_iter()
        .map(|document| {
            let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
            let mut wrong = Vec::new();
            let outputs = document.written().outputs.into_iter().filter(|file| file.link_to.is_none());
            let mut count = 0;
            for (n, file) in outputs.enumerate() {
                count += 1;
                let path = folder.path().join(format!("{n}.xml"));
                std::fs::write(&path, &file.text).map_err(|e| e.to_string())?;
                let found = complaints(&judge, &path)?;
                // What libvirt refuses in the first place cannot come out acceptable.
                if !found.is_empty() && complaints(&judge, &document.path)?.is_empty() {
                    wrong.push(format!("{}: {}\n{}", document.name, found.join("; "), file.text));
                }
            }
            Ok((count, wrong))
        })
        .collect();
    let (mut count, mut wrong) = (0, Vec::new());
    for result in results {
        let (n, found) = result?;
        count += n;
        wrong.extend(found);
    }
    println!("libvirt: {count} documents judged, {} refused", wrong.len());
    if count > 0 && wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// `filled-in`: the document as `net-dumpxml` prints it when libvirt has defined it. `ifcfg` and `interfaces`: what
/// netcf wrote for a host interface.
fn means_the_same() -> Result<(), Failed> {
    let list = std::fs::read_to_string(host::repository().join("tests/corpus/libvirt-differences.toml"))?;
    let declared: Differences = toml::from_str(&list).map_err(|e| e.to_string())?;
    let mut used = vec![false; declared.difference.len()];
    let (mut wrong, mut pairs, mut deliberate) = (Vec::new(), 0, 0);
    for document in documents() {
        let ours = conversion::run(&document.tree(), &conversion::request(Some("libvirt"), "json"));
        for (judge, other) in others(&document) {
            pairs += 1;
            for (fact, one, another) in changes(&ours, &other) {
                let entry = declared.difference.iter().position(|d| {
                    host::matches(&d.judge, judge)
                        && host::matches(&d.case, &document.name)
                        && host::matches(&d.fact, &fact)
                        && host::matches(&d.ours, &one)
                        && host::matches(&d.other, &another)
                });
                match entry {
                    Some(n) => {
                        used[n] = true;
                        deliberate += 1;
                    }
                    None => {
                        wrong.push(format!("{judge}: {}: {fact}: ours {one}, other {another}", document.name))
                    }
                }
            }
        }
    }
    if std::env::var_os("CASE").is_none() {
        let stale = declared.difference.iter().zip(&used).filter(|(_, used)| !**used);
        wrong.extend(stale.map(|(entry, _)| format!("an entry that no longer applies: {entry:?}")));
    }
    let bare = declared.difference.iter().filter(|entry| entry.reason.len() < 20);
    wrong.extend(bare.map(|entry| format!("an entry without a reason: {entry:?}")));
    println!("libvirt: {pairs} matched pairs, {deliberate} deliberate, {} wrong", wrong.len());
    if pairs > 0 && wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// The same network as others have it.
fn others(document: &Document) -> Vec<(&'static str, Outcome)> {
    let Some(case) = document
        .path
        .ancestors()
        .find(|folder| folder.join("xmlout").is_dir() || folder.join("netcf").is_dir())
    else {
        return Vec::new();
    };
    let mut found = Vec::new();
    if document.place.contains("/networks/") {
        for (name, bytes) in host::files(&case.join("xmlout")) {
            let name = network_name(&bytes).unwrap_or(name);
            let tree: MemoryTree =
                [(format!("/etc/libvirt/qemu/networks/{name}.xml"), bytes)].into_iter().collect();
            found.push(("filled-in", conversion::run(&tree, &conversion::request(Some("libvirt"), "json"))));
        }
    }
    if document.place.contains("/interfaces/") {
        for (judge, below, format) in [
            ("ifcfg", "etc/sysconfig", "ifcfg:initscripts"),
            ("interfaces", "etc/network", "interfaces:ifupdown"),
        ] {
            let is_there = below != "etc/sysconfig" || case.join("etc/sysconfig/network-scripts").is_dir();
            if case.join(below).is_dir() && is_there {
                let tree = part(case, below);
                found.push((judge, conversion::run(&tree, &conversion::request(Some(format), "json"))));
            }
        }
    }
    found
}

/// A network that another format holds for a while comes back: the output is never at odds with its source, and by way
/// of an interfaces file libvirt translates what it did.
fn there_and_back() -> Result<(), Failed> {
    let (mut wrong, mut count, mut rules) = (Vec::new(), 0, 0);
    let rules_of = |network: &Network| -> BTreeSet<String> {
        network.nat.iter().map(|rule| rule_line(&rule.item)).collect()
    };
    for document in documents().into_iter().filter(|d| d.place.contains("/networks/")) {
        for format in ["interfaces", "keyfile", "ifcfg", "ifcfg:suse"] {
            let there = conversion::run(&document.tree(), &conversion::request(Some("libvirt"), format));
            let tree: MemoryTree = there.outputs.iter().map(|f| (f.path.as_str(), f.text.as_str())).collect();
            let back = conversion::run(&tree, &conversion::request(Some(format), "libvirt"));
            count += 1;
            if let Some(failure) = [&there, &back].into_iter().find(|outcome| outcome.bug) {
                wrong.push(format!("{}, {format}: {:?}", document.name, failure.failure));
            }
            if format != "interfaces" || back.failure.is_some() {
                continue;
            }
            let tree: MemoryTree = back.outputs.iter().map(|f| (f.path.as_str(), f.text.as_str())).collect();
            let again = conversion::run(&tree, &conversion::request(Some("libvirt"), "json"));
            let (ours, theirs) = (rules_of(&again.network), rules_of(&there.network));
            rules += ours.len();
            if ours != theirs {
                wrong.push(format!("{}: {ours:?} and not {theirs:?}", document.name));
            }
        }
    }
    println!("libvirt: {count} ways there and back, {rules} rules, {} wrong", wrong.len());
    if rules > 0 && wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// The rules of the nat table in `expected/iptables.args`, which libvirt inserts one before the other.
fn translates() -> Result<(), Failed> {
    let Some(root) = host::corpus("libvirt") else { return Err("no corpus".into()) };
    let (mut wrong, mut rules) = (Vec::new(), 0);
    for case in host::names(&root) {
        let Ok(expected) = std::fs::read_to_string(root.join(&case).join("expected/iptables.args")) else {
            continue;
        };
        let mut theirs: Vec<String> = expected.replace("\\\n", " ").lines().filter_map(nat_line).collect();
        theirs.reverse();
        theirs.sort_by_key(|line| line.split(" to ").next().map(str::to_owned));
        let networks = documents().into_iter().filter(|d| d.name.starts_with(&format!("libvirt/{case}/etc")));
        for document in networks {
            let ours = conversion::run(&document.tree(), &conversion::request(Some("libvirt"), "json"));
            let mut ours: Vec<String> = ours.network.nat.iter().map(|rule| rule_line(&rule.item)).collect();
            ours.sort_by_key(|line| line.split(" to ").next().map(str::to_owned));
            rules += ours.len();
            if ours != theirs {
                wrong.push(format!("{case}: ours\n{}\nlibvirt's\n{}", ours.join("\n"), theirs.join("\n")));
            }
        }
    }
    println!("libvirt: {rules} rules of translation");
    if rules > 0 && wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// Lines of dnsmasq that say nothing of the network: the order of servers, limits of leases, files.
const ITS_OWN: [&str; 8] = [
    "pid-file",
    "dhcp-leasefile",
    "strict-order",
    "dhcp-no-override",
    "dhcp-authoritative",
    "dhcp-lease-max",
    "dhcp-hostsfile",
    "addn-hosts",
];

/// The file of dnsmasq that `--with-dnsmasq` writes says what libvirt's own says.
fn serves() -> Result<(), Failed> {
    let (mut wrong, mut count) = (Vec::new(), 0);
    for document in documents().into_iter().filter(|d| d.place.contains("/networks/")) {
        let Some(case) = document.path.ancestors().find(|folder| folder.join("dnsmasq").is_dir()) else {
            continue;
        };
        let folder = case.join("dnsmasq");
        // Where libvirt's test has another input, that is what its file is of.
        let input =
            std::fs::read_to_string(folder.join("input.xml")).unwrap_or_else(|_| document.text.clone());
        let input_has_v6 = input.contains("family='ipv6'") || input.contains("family=\"ipv6\"");
        let tree: MemoryTree = [(document.place.clone(), input)].into_iter().collect();
        let request = Request { with_dnsmasq: true, ..conversion::request(Some("libvirt"), "interfaces") };
        let written = conversion::run(&tree, &request);
        let ours = written.outputs.iter().find(|file| file.path.starts_with(dnsmasq::FOLDER));
        let ours = lines(ours.map_or("", |file| &file.text));
        let mut theirs = BTreeSet::new();
        for (name, bytes) in host::files(&folder) {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            if name.ends_with(".conf") {
                theirs.extend(lines(&text));
                // Of an IPv4 network it has no use (`networkDnsmasqConfContents` writes it for every isolated one).
                if !input_has_v6 {
                    theirs.remove("ra-param=*,0,0");
                }
            } else if name.ends_with(".addnhosts") {
                theirs.extend(text.lines().filter(|line| !line.is_empty()).map(|line| {
                    let mut words = line.split_whitespace();
                    let address = words.next().unwrap_or_default();
                    format!("host-record={},{address}", words.collect::<Vec<_>>().join(","))
                }));
            } else if name.ends_with(".hostsfile") {
                theirs.extend(text.lines().map(|host| format!("dhcp-host={host}")));
            }
        }
        // Where libvirt's test does not show its file of names, `two_networks` asks for them.
        let mut ours = ours;
        if !theirs.iter().any(|line| line.starts_with("host-record=")) {
            ours.retain(|line| !line.starts_with("host-record="));
        }
        count += 1;
        let apart: Vec<String> = theirs
            .difference(&ours)
            .map(|line| format!("only libvirt: {line}"))
            .chain(ours.difference(&theirs).map(|line| format!("only ours: {line}")))
            .collect();
        if !apart.is_empty() {
            wrong.push(format!("{}:\n  {}", document.name, apart.join("\n  ")));
        }
    }
    println!("libvirt: {count} files of dnsmasq, {} different", wrong.len());
    if count > 0 && wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// The lines that say something of the network.
fn lines(text: &str) -> BTreeSet<String> {
    let said = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let key = |line: &str| line.split('=').next().unwrap_or_default().to_owned();
    let said = said.filter(|line| !ITS_OWN.contains(&key(line).as_str()));
    said.map(str::to_owned).collect()
}

/// `192.168.122.0/24 to ! 192.168.122.0/24 tcp masquerade 1024-65535`
fn nat_line(line: &str) -> Option<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    if !words.windows(2).any(|pair| pair == ["--table", "nat"]) {
        return None;
    }
    let after =
        |name: &str| words.iter().position(|word| *word == name).and_then(|n| words.get(n + 1)).copied();
    let not = words.contains(&"'!'");
    let action = match after("--jump")? {
        "RETURN" => "accept".to_owned(),
        other => other.to_ascii_lowercase(),
    };
    let to = after("--to-ports").or(after("--to-source")).unwrap_or_default();
    Some(plain(
        after("--source")?,
        not,
        after("--destination")?,
        after("-p").unwrap_or_default(),
        &action,
        to,
    ))
}

fn rule_line(rule: &Nat) -> String {
    let text = |value: Option<String>| value.unwrap_or_default();
    let action = rule.action.as_ref().map_or(NatAction::Accept, |at| at.value);
    plain(
        &text(rule.source.as_ref().map(|at| at.value.to_string())),
        rule.not_destination.as_ref().is_some_and(|at| at.value),
        &text(rule.destination.as_ref().map(|at| at.value.to_string())),
        &text(rule.protocol.as_ref().map(|at| at.value.clone())),
        action.as_str(),
        &text(rule.to_ports.as_ref().or(rule.to.as_ref()).map(|at| at.value.clone())),
    )
}

fn plain(source: &str, not: bool, destination: &str, protocol: &str, action: &str, to: &str) -> String {
    let not = if not { "! " } else { "" };
    format!("{source} to {not}{destination} {protocol} {action} {to}").trim_end().to_owned()
}
