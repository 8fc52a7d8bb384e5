//! interfaces files as ifupdown2's and ifupdown-ng's own parsers understand them.
//!
//! Each file of the corpus is read by those parsers, and what they make of it – without comments, continuations,
//! inclusions, ranges, inheritance, with the stanzas of an interface merged – is written down plainly again. Our
//! reading of that text and of the file itself must be the same, for every file under either dialect, whichever it
//! was written for. What is plain enough to need no reading of ours – names, starts, MTUs, addresses – is compared with
//! the program's words directly, and so are the VLANs of ports that ifupdown2's own tests expect. What differs on
//! purpose stands in `tests/corpus/interfaces-differences.toml`.

use crate::conversion::{self, Outcome};
use crate::host;
use crate::interfaces_cases::{Case, Verdict, cases};
use ipnet::IpNet;
use libtest_mimic::{Failed, Trial};
use netpivot_model::facts;
use netpivot_model::network::Network;
use netpivot_model::vocabulary::interfaces::{Reader, lookup};
use netpivot_parsers::tree::MemoryTree;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::Command;

/// Reads trees with ifupdown2's classes.
const IFUPDOWN2_VIEW: &str = include_str!("judges/ifupdown2-view.py");
/// Reads trees with ifupdown-ng's `ifparse`, each in the place of /etc/network; `$1` is the program.
const IFUPDOWN_NG_VIEW: &str = "parse=$1; shift; for root; do rm -rf /etc/network/*; cp -r \"$root\"/. /etc/network/\n\
    printf '%s = 0\\n' auto_executor_selection use_hostname_for_dhcp > /etc/network/ifupdown-ng.conf\n\
    \"$parse\" -A -F ifupdown -i /etc/network/interfaces 2>&1; printf '\\0'; done";

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    [Reader::Ifupdown2, Reader::IfupdownNg]
        .into_iter()
        .map(|reader| {
            let missing = match (host::corpus("ifupdown"), program(reader)) {
                (None, _) => Some("../shared/corpus/ifupdown".to_owned()),
                (Some(_), None) => Some(format!("{} (../shared/oracles/{0}-check --fetch)", reader.name())),
                (Some(_), Some(_)) if in_namespace(&["true"]).is_none() => Some("root".to_owned()),
                (Some(_), Some(_)) => None,
            };
            let name = format!("interfaces_views::{}-reads-the-same", reader.name());
            host::case(name, missing, move || same(reader))
        })
        .collect()
}

/// What its check unpacked, or is installed.
fn program(reader: Reader) -> Option<PathBuf> {
    let (variable, paths): (_, &[&str]) = match reader {
        Reader::Ifupdown => return None,
        Reader::Ifupdown2 => ("IFUPDOWN2_DIR", &["usr/share/ifupdown2"]),
        Reader::IfupdownNg => ("IFUPDOWN_NG_DIR", &["sbin/ifparse", "usr/sbin/ifparse"]),
    };
    let cache =
        || Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache/network-oracles").join(reader.name()));
    let unpacked = std::env::var_os(variable).map(PathBuf::from).or_else(cache);
    let places = unpacked.into_iter().chain([PathBuf::from("/")]);
    places.flat_map(|place| paths.iter().map(move |path| place.join(path))).find(|path| path.exists())
}

/// What a command prints that may do with /etc/network as it likes.
fn in_namespace(command: &[&str]) -> Option<Vec<u8>> {
    const WRAP: &str = "mount -t tmpfs none /etc/network && exec \"$@\"";
    let shown = Command::new("unshare").args(["-m", "sh", "-c", WRAP, "sh"]).args(command).output().ok()?;
    if !shown.status.success() {
        eprintln!("{}", String::from_utf8_lossy(&shown.stderr));
    }
    shown.status.success().then_some(shown.stdout)
}

/// The dialect of a reader, for a request.
fn format(reader: Reader) -> String {
    format!("interfaces:{}", reader.name())
}

/// What a parser made of a file.
struct View {
    /// Written plainly; an error where the program reads nothing at all.
    text: Result<String, String>,
    /// True where the program would have handed it to a template engine first.
    is_template: bool,
    said: Vec<String>,
}

fn same(reader: Reader) -> Result<(), Failed> {
    let mut verdict = Verdict::of(reader.name())?;
    let cases = cases();
    let views = views(reader, &cases)?;
    if cases.is_empty() || views.len() != cases.len() {
        return Err(format!("{} of {} trees were read", views.len(), cases.len()).into());
    }
    for (case, view) in cases.iter().zip(&views) {
        let ours = case.read(Some(&format(reader)));
        for what in against(&ours, view, reader) {
            verdict.found(&case.name, &what);
        }
        if std::env::var_os("CASE").is_some() {
            println!("=== {} by {}\n{}", case.name, reader.name(), view.said.join("\n"));
            println!("{}", view.text.as_ref().unwrap_or_else(|error| error));
            println!(
                "--- {:?}\n{}\n{}",
                ours.failure,
                reading(&ours, reader).join("\n"),
                ours.findings().join("\n")
            );
        }
    }
    verdict.end(&format!("corpus interfaces: {} trees as {} reads them", cases.len(), reader.name()))
}

/// In what our readings of the file and of its program's view of it differ.
fn against(ours: &Outcome, view: &View, reader: Reader) -> Vec<String> {
    let text = match &view.text {
        Ok(text) => text,
        Err(error) if ours.failure.is_none() => return vec![format!("is refused: {error}")],
        Err(_) => return Vec::new(),
    };
    if view.is_template && ours.diagnostics.iter().any(|d| d.code.id == "P402") {
        return Vec::new();
    }
    let tree: MemoryTree =
        [("/etc/network/interfaces".to_owned(), text.clone().into_bytes())].into_iter().collect();
    let theirs = conversion::run(&tree, &conversion::request(Some(&format(reader)), "json"));
    if ours.failure != theirs.failure && theirs.network.links().any(|(_, link)| link.label() != "lo") {
        return vec![format!("of the file {:?}, of its program's view {:?}", ours.failure, theirs.failure)];
    }
    let (here, mut there) = (reading(ours, reader), reading(&theirs, reader));
    if reader == Reader::IfupdownNg && !here.iter().any(|line| line.starts_with("link lo ")) {
        // It has a stanza of its own for the loopback interface, which the kernel sets up anyway.
        there.retain(|line| !line.starts_with("link lo "));
    }
    let missing =
        there.iter().filter(|line| !here.contains(line)).map(|line| format!("only its program: {line}"));
    let surplus = here.iter().filter(|line| !there.contains(line)).map(|line| format!("only we: {line}"));
    let mut wrong: Vec<String> = missing.chain(surplus).collect();
    // Ports, and what commands set up, are not in the program's words.
    let (here, there) = (plain_facts(&ours.network), plain_words(text, reader));
    wrong.extend(there.difference(&here).map(|word| format!("only its program says: {word}")));
    wrong
}

/// Starts, MTUs and addresses, as a program's view spells them out.
fn plain_words(text: &str, reader: Reader) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let (mut name, mut asks) = ("", false);
    let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split_ascii_whitespace().collect()).collect();
    for (n, words) in lines.iter().enumerate() {
        let (Some(key), Some(value)) = (words.first(), words.get(1)) else { continue };
        // A label is an address of its interface.
        let interface = value.split(':').next().unwrap_or(value);
        match *key {
            "auto" if *value != "lo" && !value.contains('/') => {
                found.insert(format!("{interface} starts"));
            }
            "iface" => {
                name = interface;
                asks =
                    reader == Reader::Ifupdown2 && matches!(words.get(3), Some(&("dhcp" | "dhcp6" | "ppp")));
            }
            "template" | "vlan" => name = "",
            "mtu" if !name.is_empty() => {
                // Of several, ifupdown2 takes the first and ifupdown-ng the last.
                let is_other = |word: &String| word.starts_with(&format!("{name} mtu "));
                if reader == Reader::IfupdownNg {
                    found.retain(|word| !is_other(word));
                }
                if !found.iter().any(is_other) {
                    found.insert(format!("{name} mtu {value}"));
                }
            }
            "address" if !name.is_empty() && !asks => {
                let rest = lines[n + 1..].iter().filter_map(|line| Some((*line.first()?, *line.get(1)?)));
                let mut parts = rest.take_while(|(key, _)| OF_ADDRESS.contains(key));
                let mask = parts.find_map(|(key, value)| (key == "netmask").then_some(value));
                found.extend(net(value, mask, reader).map(|net| format!("{name} has {net}")));
            }
            _ => {}
        }
    }
    found
}

/// An address with its length: its own, that of the netmask beside it, or the program's.
fn net(address: &str, mask: Option<&str>, reader: Reader) -> Option<IpNet> {
    if address.contains('/') {
        return address.parse().ok();
    }
    let ip: IpAddr = address.parse().ok()?;
    let length = match (mask, reader, ip) {
        (Some(mask), _, _) => {
            mask.parse().ok().or_else(|| ipnet::ip_mask_to_prefix(mask.parse().ok()?).ok())?
        }
        (None, Reader::IfupdownNg, IpAddr::V4(_)) => 24,
        (None, Reader::IfupdownNg, IpAddr::V6(_)) => 64,
        (None, Reader::Ifupdown | Reader::Ifupdown2, _) => {
            if ip.is_ipv4() {
                32
            } else {
                128
            }
        }
    };
    IpNet::new(ip, length).ok()
}

/// The same of a network.
fn plain_facts(network: &Network) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (_, link) in network.links() {
        let name = link.label();
        if link.autoconnect.as_ref().is_some_and(|at| at.value) {
            found.insert(format!("{name} starts"));
        }
        if let Some(mtu) = &link.mtu {
            found.insert(format!("{name} mtu {}", mtu.value.get()));
        }
        let configs = [&link.ipv4, &link.ipv6].into_iter().flatten();
        for address in configs.flat_map(|config| config.addresses.values()) {
            found.insert(format!("{name} has {}", address.net));
        }
    }
    found
}

/// What a network says, and what of its options has no place in the model.
fn reading(outcome: &Outcome, reader: Reader) -> Vec<String> {
    let network = &outcome.network;
    // A method that a stanza names may be what silence means, too.
    let effective = |line: String| line.strip_suffix(" (default)").map_or(line.clone(), str::to_owned);
    let mut lines: Vec<String> = facts::lines(network).into_iter().map(effective).collect();
    lines.extend(network.leftovers.iter().map(|leftover| {
        let owner = leftover.owner.map_or("the host", |id| network.link(id).label());
        let key = lookup(&leftover.key, reader)
            .map_or(leftover.key.replace('_', "-"), |(row, _)| row.name.to_owned());
        format!("option of {owner}: {key} {}", leftover.value)
    }));
    lines
}

/// The packaged ifupdown-ng is older than the one that expands patterns in `source` lines, and refuses everything where
/// such a line names no file. So each file stands on a line of its own.
fn without_patterns(files: &mut [(String, Vec<u8>)]) {
    let names: Vec<String> = files.iter().map(|(path, _)| format!("/etc/network/{path}")).collect();
    for (_, bytes) in files.iter_mut().filter(|(path, _)| path == "interfaces") {
        let mut text = String::new();
        for line in String::from_utf8_lossy(bytes).lines() {
            match line.trim().strip_prefix("source ") {
                None => text.push_str(&format!("{line}\n")),
                Some(pattern) => {
                    let named = names.iter().filter(|name| host::matches(pattern.trim(), name));
                    named.for_each(|name| text.push_str(&format!("source {name}\n")));
                }
            }
        }
        *bytes = text.into_bytes();
    }
}

fn views(reader: Reader, cases: &[Case]) -> Result<Vec<View>, Failed> {
    let program = program(reader).ok_or("the program is there, or this case is skipped")?;
    let program = program.display().to_string();
    let copies = tempfile::tempdir()?;
    let mut folders = Vec::new();
    for (n, case) in cases.iter().enumerate() {
        let folder = copies.path().join(n.to_string());
        let mut files = host::files(&case.network());
        if files.iter().all(|(path, _)| path != "interfaces") {
            // A part of a configuration, which includes it from here.
            files.push(("interfaces".to_owned(), b"source /etc/network/interfaces.d/*\n".to_vec()));
        }
        if reader == Reader::IfupdownNg {
            without_patterns(&mut files);
        }
        for (path, bytes) in files {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap_or(&folder))?;
            std::fs::write(path, bytes)?;
        }
        folders.push(folder.display().to_string());
    }
    let mut command = match reader {
        Reader::Ifupdown => return Ok(Vec::new()),
        Reader::Ifupdown2 => vec!["python3", "-B", "-c", IFUPDOWN2_VIEW, &program],
        Reader::IfupdownNg => vec!["sh", "-c", IFUPDOWN_NG_VIEW, "sh", &program],
    };
    command.extend(folders.iter().map(String::as_str));
    let output = in_namespace(&command).ok_or_else(|| format!("{} does not run", reader.name()))?;
    let output = String::from_utf8(output)?;
    match reader {
        Reader::Ifupdown => Ok(Vec::new()),
        Reader::Ifupdown2 => output.lines().map(|line| Ok(ifupdown2(&serde_json::from_str(line)?))).collect(),
        Reader::IfupdownNg => Ok(output.split_terminator('\0').map(ifupdown_ng).collect()),
    }
}

/// What ifupdown2's parser holds after a file.
#[derive(Deserialize)]
struct Parsed {
    refused: Option<String>,
    template: bool,
    said: Vec<String>,
    interfaces: Vec<Interface>,
}

#[derive(Deserialize)]
struct Interface {
    name: String,
    vlan: bool,
    auto: bool,
    classes: Vec<String>,
    families: Vec<String>,
    method: Option<String>,
    options: Vec<(String, Vec<String>)>,
}

/// Options of an address, which ifupdown2 keeps at the index of that address.
const OF_ADDRESS: [&str; 4] = ["netmask", "broadcast", "scope", "preferred-lifetime"];

fn ifupdown2(parsed: &Parsed) -> View {
    let mut text = String::new();
    for interface in &parsed.interfaces {
        let name = &interface.name;
        if interface.auto {
            let _ = writeln!(text, "auto {name}");
        }
        for class in &interface.classes {
            let _ = writeln!(text, "allow-{class} {name}");
        }
        let keyword = if interface.vlan { "vlan" } else { "iface" };
        let method = interface.method.as_deref().unwrap_or_default();
        // iface.py:dump_pretty: one stanza a family, and all options in the first.
        let families =
            interface.families.split_first().map_or(("", &[][..]), |(first, more)| (first.as_str(), more));
        let method_of =
            |family: &str| if family == "inet" && method == "dhcp6" { "dhcp" } else { method }.to_owned();
        let _ = writeln!(text, "{keyword} {name} {} {}", families.0, method_of(families.0));
        for (key, values) in interface.options.iter().filter(|(key, _)| !OF_ADDRESS.contains(&key.as_str())) {
            for (n, value) in values.iter().enumerate() {
                let _ = writeln!(text, "  {key} {value}");
                let of_address =
                    interface.options.iter().filter(|(key, _)| OF_ADDRESS.contains(&key.as_str()));
                for (option, values) in of_address.filter(|_| key == "address") {
                    if let Some(value) = values.get(n).filter(|value| !value.is_empty()) {
                        let _ = writeln!(text, "  {option} {value}");
                    }
                }
            }
        }
        for family in families.1 {
            let _ = writeln!(text, "{keyword} {name} {family} {}", method_of(family));
        }
    }
    View {
        text: parsed.refused.clone().map_or(Ok(text), Err),
        is_template: parsed.template,
        said: parsed.said.clone(),
    }
}

/// ifparse writes the file itself, templates and what was inherited from them twice.
fn ifupdown_ng(shown: &str) -> View {
    let (mut text, mut said) = (String::new(), Vec::new());
    for line in shown.lines() {
        let word = line.trim_start();
        if line.starts_with("ifparse: ") || line.starts_with("/etc/network/") {
            said.push(line.to_owned());
        } else if !word.starts_with("inherit ") {
            let _ = writeln!(text, "{line}");
        }
    }
    View { text: Ok(text), is_template: false, said }
}
