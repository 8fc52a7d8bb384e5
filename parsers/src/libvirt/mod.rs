//! libvirt's XML: virtual networks, guests' interfaces, and host interfaces
//! (<https://libvirt.org/formatnetwork.html>, formatdomain, netcf's `interface.rng`).
//!
//! What libvirt does on the host when it starts a network stands in the model as the host's own: the bridge with its
//! addresses, forwarding, translation. What only libvirt knows stands beside it, and what has no place at
//! all is kept as it is, so that libvirt's own XML comes out again whole.

use crate::text::xml::{self, Element};
use crate::{Confidence, Context, EntryKind, Fatal, FileStatus, FormatInfo, Input, Parser, Tree};
use document::Document;
use foldhash::HashSet;
use netpivot_model::codes::libvirt as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::dialect::{Dialect, LIBVIRT};
use netpivot_model::format;
use netpivot_model::network::Network;
use netpivot_model::source::{At, Origin, SourceId, Span};
use netpivot_model::vocabulary::libvirt::{AUTOSTART, DOMAINS, GUEST_INTERFACES, HOST_INTERFACES, NETWORKS};
use std::collections::BTreeSet;

mod bond;
mod check;
mod dns;
mod document;
mod forward;
mod guest;
mod host;
mod ip;
mod network;
mod protocol;
#[cfg(test)]
mod tests;
mod translation;

/// Where documents stand of which only the text is known (`virsh net-dumpxml` into a file).
const CAPTURES: &str = "/netpivot-libvirt";

/// libvirt's XML.
#[derive(Debug)]
pub struct Libvirt;

impl Parser for Libvirt {
    fn info(&self) -> &'static FormatInfo {
        &format::LIBVIRT
    }

    fn detect(&self, tree: &dyn Tree) -> Confidence {
        let count = |folder: &str| xml_files(tree, folder).len();
        let guests: usize = guest_folders(tree).iter().map(|(folder, _)| count(folder)).sum();
        let networks = count(NETWORKS);
        let others: usize =
            guests + DOMAINS.iter().chain(&[HOST_INTERFACES, CAPTURES]).map(|f| count(f)).sum::<usize>();
        match (networks, others) {
            (0, 0) => Confidence::No,
            (0, _) => Confidence::Sure(format!("there are {others} document(s) of libvirt")),
            (_, _) => Confidence::Sure(format!("{} holds {networks} network(s)", tree.display(NETWORKS))),
        }
    }

    fn place(&self, file_name: &str, text: &str) -> Option<String> {
        let root = root_name(text)?;
        ["network", "domain", "interface"].contains(&root).then(|| {
            let name = file_name.strip_suffix(".xml").unwrap_or(file_name);
            format!("{CAPTURES}/{name}.xml")
        })
    }

    fn parse(&self, input: &Input<'_>, cx: &mut Context) -> Result<Network, Fatal> {
        let documents = documents(input.tree, cx);
        let mut network = Network {
            dialect: Dialect { version: input.version, ..Dialect::of(LIBVIRT) },
            ..Network::default()
        };
        let mut free = FreeNames::of(&documents);
        for Read { root, starts, domain } in &documents {
            let mut doc = Document {
                cx: &mut *cx,
                network: &mut network,
                section: String::new(),
                owner: None,
                anew: document::declared_anew(root).map(str::to_owned),
            };
            match root.name.as_str() {
                "network" => network::read(&mut doc, root, starts.clone(), &free.next_for(root)),
                "domain" => guest::domain(&mut doc, root),
                _ if host::is_host(root) => host::read(&mut doc, root),
                _ => {
                    guest::alone(&mut doc, root, domain.clone());
                }
            }
        }
        if documents.is_empty() {
            return Err(Fatal {
                message: "there is no document of libvirt that can be read".to_owned(),
                help: format!("name a host root with {NETWORKS}, or the output of `virsh net-dumpxml`"),
            });
        }
        needs(&network, cx);
        Ok(network)
    }
}

/// The guests' interfaces in a tree whose network another format holds, as entries and leftovers of no link.
pub fn guests(tree: &dyn Tree, cx: &mut Context) -> Network {
    let mut network = Network { dialect: Dialect::of(LIBVIRT), ..Network::default() };
    for folder in DOMAINS.into_iter().chain([CAPTURES]) {
        for name in xml_files(tree, folder) {
            let Some((_, root)) = document(tree, &format!("{folder}/{name}"), cx) else { continue };
            let mut doc = Document {
                cx: &mut *cx,
                network: &mut network,
                section: String::new(),
                owner: None,
                anew: None,
            };
            if root.is("domain") {
                guest::domain(&mut doc, &root);
            }
        }
    }
    network
}

/// Tells what the host must have besides: bridges that libvirt only uses, networks that guests name.
fn needs(network: &Network, cx: &mut Context) {
    let links: HashSet<&str> =
        network.links.iter().filter_map(|link| link.name.as_ref()).map(|at| at.value.as_str()).collect();
    let networks: HashSet<&str> = network
        .virtual_networks
        .iter()
        .filter_map(|entry| entry.item.name.as_ref())
        .map(|at| at.value.as_str())
        .collect();
    let guests = || network.guest_interfaces.iter().map(|entry| &entry.item);
    let bridges = network.virtual_networks.iter().filter_map(|entry| entry.item.bridge.as_ref());
    let bridges = bridges.chain(guests().filter_map(|guest| guest.bridge.as_ref()));
    let bridges = bridges.filter(|at| !links.contains(at.value.as_str())).map(|at| ("bridge", at));
    // Of a guest alone the networks are elsewhere.
    let named = guests().filter_map(|guest| guest.network.as_ref());
    let named = named.filter(|at| !networks.contains(at.value.as_str())).map(|at| ("network", at));
    let mut told: HashSet<(&str, &str)> = HashSet::default();
    for (what, at) in bridges.chain(named) {
        if told.insert((what, at.value.as_str())) {
            let message =
                format!("the {what} `{}` is not among libvirt's files; the host must have it", at.value);
            cx.report(Diagnostic::new(&codes::NEEDS, message).from(&at.origin));
        }
    }
}

/// A document that was read.
struct Read {
    root: Element,
    /// Whether the network starts at boot, and where that stands.
    starts: Option<At<bool>>,
    /// The guest whose interface it is.
    domain: Option<At<String>>,
}

/// All documents, host interfaces first, guests last.
fn documents(tree: &dyn Tree, cx: &mut Context) -> Vec<Read> {
    let mut found = Vec::new();
    let autostart: BTreeSet<String> = xml_files(tree, AUTOSTART).into_iter().collect();
    let networks = xml_files(tree, NETWORKS);
    // A link that leads nowhere is no file.
    let links =
        tree.list(AUTOSTART).unwrap_or_default().into_iter().filter(|entry| entry.name.ends_with(".xml"));
    for link in links.filter(|entry| !networks.contains(&entry.name)) {
        let message = format!("`{AUTOSTART}/{}` starts no network: there is none of that name", link.name);
        let help = "remove the link, or define the network";
        cx.report(
            Diagnostic::new(&codes::NO_NETWORK, message)
                .in_file(tree.display(&format!("{AUTOSTART}/{}", link.name)))
                .help(help),
        );
    }
    let plain = [HOST_INTERFACES, NETWORKS, CAPTURES].into_iter().chain(DOMAINS);
    let plain = plain.map(|folder| (folder.to_owned(), None));
    for (folder, domain) in plain.chain(guest_folders(tree)) {
        for name in xml_files(tree, &folder) {
            let path = format!("{folder}/{name}");
            let Some((source, root)) = document(tree, &path, cx) else { continue };
            let place = root.child("name").map_or(root.tag, |name| name.tag);
            if !loads(&found, &root, (folder == NETWORKS).then_some(&name), cx) {
                continue;
            }
            let starts = match folder.as_str() {
                NETWORKS if autostart.contains(&name) => Some(starts_at(tree, &name, source, cx)),
                CAPTURES if root.is("network") => Some(unknown_start(place, cx)),
                _ => None,
            };
            let origin = Origin::derived("libvirt-guest-folder", [root.tag]);
            found.push(Read { root, starts, domain: domain.clone().map(|name| At::new(name, origin)) });
        }
    }
    found
}

/// True for a document that libvirt would load: a network's file has its name (`virNetworkLoadConfig`), and none before it
/// has its name or UUID (`virNetworkObjAssignDef`).
fn loads(before: &[Read], root: &Element, file: Option<&String>, cx: &mut Context) -> bool {
    let Some(name) = root.child("name").filter(|name| root.is("network") && !name.text.is_empty()) else {
        return true;
    };
    let uuid =
        |root: &Element| root.child("uuid").map(|uuid| uuid.text.replace('-', "").to_ascii_lowercase());
    let others = || before.iter().map(|read| &read.root).filter(|other| other.is("network"));
    let same_name = others().find(|other| other.child("name").is_some_and(|of| of.text == name.text));
    let same_uuid = others().find(|other| uuid(root).is_some() && uuid(other) == uuid(root));
    let stem = file.map(|file| file.strip_suffix(".xml").unwrap_or(file));
    let (what, other, help) = if let Some(other) = same_name {
        (
            format!("a network `{}` stands before this one", name.text),
            other.child("name"),
            "rename one of them",
        )
    } else if let Some(other) = same_uuid {
        (
            "another network has the same UUID".to_owned(),
            other.child("uuid"),
            "remove the `<uuid>` of one; libvirt makes a new one",
        )
    } else if let Some(stem) = stem.filter(|stem| *stem != name.text) {
        (
            format!("the file is named `{stem}.xml`, and the network `{}`", name.text),
            None,
            "name the file after the network",
        )
    } else {
        return true;
    };
    let message = format!("{what}; libvirt does not load it, and it is not converted");
    let mut found = Diagnostic::new(&codes::NOT_LOADED, message).at(name.tag).help(help);
    found.labels.extend(other.map(|other| other.tag));
    cx.report(found);
    false
}

/// The folders with guests' interfaces by themselves, each with the guest's name.
fn guest_folders(tree: &dyn Tree) -> Vec<(String, Option<String>)> {
    let entries = tree.list(GUEST_INTERFACES).unwrap_or_default().into_iter();
    let of_guests = entries.filter(|entry| entry.kind == EntryKind::Directory);
    let mut folders = vec![(GUEST_INTERFACES.to_owned(), None)];
    folders.extend(of_guests.map(|entry| (format!("{GUEST_INTERFACES}/{}", entry.name), Some(entry.name))));
    folders
}

/// The link that starts a network at boot is itself read, so that it has a place.
fn starts_at(tree: &dyn Tree, name: &str, network: SourceId, cx: &mut Context) -> At<bool> {
    let shown = tree.display(&format!("{AUTOSTART}/{name}"));
    cx.files.push((shown, FileStatus::Parsed));
    At::new(true, Origin::derived("libvirt-autostart", [Span::new(network, 0, 0)]))
}

fn unknown_start(place: Span, cx: &mut Context) -> At<bool> {
    let message = "the document does not say whether the network starts at boot; it is taken to start";
    let help = "look at `virsh net-list --all`, or convert the host's root";
    cx.report(Diagnostic::new(&codes::AUTOSTART, message).at(place).help(help));
    At::new(true, Origin::derived("libvirt-autostart", [place]))
}

fn document(tree: &dyn Tree, path: &str, cx: &mut Context) -> Option<(SourceId, Element)> {
    let source = cx.read(tree, path)?;
    let text = cx.sources.get(source).text.clone();
    let root = match xml::read(source, &text) {
        Ok(root) => root,
        Err(fault) => {
            cx.report(*fault);
            cx.files.retain(|(shown, _)| *shown != tree.display(path));
            cx.files
                .push((tree.display(path), FileStatus::Unreadable("is no XML that can be read".to_owned())));
            return None;
        }
    };
    let is_wicked = root.is("interface") && root.child("name").is_some();
    if ["network", "domain", "interface"].iter().any(|name| root.is(name)) && !is_wicked {
        return Some((source, root));
    }
    if let Some(namespace) = &root.namespace {
        let message = format!(
            "the root `<{}>` is in the namespace `{namespace}`, and libvirt's elements are in none; it is not converted",
            root.name
        );
        let help = "remove the `xmlns`, or the prefix, from the root";
        cx.report(Diagnostic::new(&codes::NOT_LIBVIRT, message).at(root.tag).help(help));
        return None;
    }
    let whose = if is_wicked { ", but wicked's, it seems" } else { "" };
    let message = format!(
        "the document with the root `<{}>` is none of libvirt's{whose}; it is not converted",
        root.name
    );
    let help = "give a `<network>`, a `<domain>` or an `<interface>` as virsh prints them";
    cx.report(Diagnostic::new(&codes::NOT_LIBVIRT, message).at(root.tag).help(help));
    None
}

/// The names of a folder's documents, sorted.
fn xml_files(tree: &dyn Tree, folder: &str) -> Vec<String> {
    let entries = tree.list(folder).unwrap_or_default().into_iter();
    // libvirt reads what ends in `.xml` and does not begin with a dot (`virNetworkObjLoadAllConfigs`).
    let reads = |name: &str| name.ends_with(".xml") && !name.starts_with('.');
    entries.filter(|e| e.kind == EntryKind::File && reads(&e.name)).map(|e| e.name).collect()
}

/// The name of a text's root element with its prefix, without reading all of it; `None` where it is no XML.
#[must_use]
pub fn root_name(text: &str) -> Option<&str> {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    while let Some(inner) = rest.strip_prefix("<?").or_else(|| rest.strip_prefix("<!")) {
        let head = inner.split(['<', '>']).next().unwrap_or("");
        let end = if inner.starts_with("--") {
            "-->"
        } else if head.contains('[') {
            // The declarations of a document type stand in brackets.
            "]>"
        } else {
            ">"
        };
        rest = inner.split_once(end)?.1.trim_start();
    }
    let name = rest.strip_prefix('<')?;
    let end = name.find(|c: char| c.is_whitespace() || c == '>' || c == '/')?;
    name.get(..end)
}

/// Names for bridges that no document names: the first free `virbrN`.
struct FreeNames {
    taken: HashSet<String>,
}

impl FreeNames {
    fn of(documents: &[Read]) -> Self {
        let names = documents.iter().filter_map(|read| read.root.child("bridge")?.value("name"));
        FreeNames { taken: names.map(str::to_owned).collect() }
    }

    fn next_for(&mut self, root: &Element) -> String {
        if root.child("bridge").is_some_and(|bridge| bridge.value("name").is_some()) {
            return String::new();
        }
        let free = (0..).map(|n| format!("virbr{n}")).find(|name| !self.taken.contains(name));
        let name = free.unwrap_or_default();
        self.taken.insert(name.clone());
        name
    }
}
