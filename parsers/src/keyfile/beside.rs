//! What stands beside the profiles: `unmanaged-devices` of NetworkManager.conf(5) and the names that
//! systemd.link(5) files give. Our emitter writes both, so the parser reads both.

use super::lex::{Entry, File, Group, lex};
use crate::{Context, FileStatus, Tree};
use netpivot_model::codes::keyfile as codes;
use netpivot_model::coverage::Item;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::link::{Link, LinkId};
use netpivot_model::network::Network;
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::Mac;
use netpivot_model::vocabulary::keyfile::text;

const CONF_D: &str = "/etc/NetworkManager/conf.d";
const LINK_D: &str = "/etc/systemd/network";

/// Reads both kinds of files; true where one of them says something of a device.
pub(super) fn read(tree: &dyn Tree, network: &mut Network, cx: &mut Context) -> bool {
    let mut unmanaged = None;
    let conf = std::iter::once("/etc/NetworkManager/NetworkManager.conf".to_owned());
    for path in conf.chain(names(tree, CONF_D, ".conf")) {
        // The last file that has the key counts (NetworkManager.conf(5)).
        unmanaged = unmanaged_devices(tree, &path, cx).or(unmanaged);
    }
    let mut found = false;
    for (spec, span) in unmanaged.unwrap_or_default() {
        found = true;
        apply_unmanaged(&spec, span, network, cx);
    }
    for path in names(tree, LINK_D, ".link") {
        link_file(tree, &path, network, cx);
    }
    found
}

fn names(tree: &dyn Tree, directory: &str, extension: &str) -> Vec<String> {
    let entries = tree.list(directory).unwrap_or_default();
    let wanted = entries.into_iter().filter(|e| e.name.ends_with(extension));
    wanted.map(|e| format!("{directory}/{}", e.name)).collect()
}

/// Reads a file's text; files of another purpose are listed as ignored.
fn with_file<T>(
    tree: &dyn Tree,
    path: &str,
    cx: &mut Context,
    read: impl FnOnce(&File<'_>, &mut Context) -> Option<T>,
) -> Option<T> {
    let source = cx.read(tree, path)?;
    let listed = cx.files.len() - 1;
    let text = cx.sources.get(source).text.clone();
    let result = lex(source, &text).ok().and_then(|file| read(&file, cx));
    if result.is_none() {
        let why = "says nothing of a single device".to_owned();
        cx.files[listed].1 = FileStatus::Ignored(why);
    }
    result
}

fn entry<'f, 'a>(file: &'f File<'a>, group: &str, key: &str) -> Option<&'f Entry<'a>> {
    let group = file.groups.iter().find(|g| g.name == group)?;
    group.entries.iter().find(|e| e.key == key)
}

fn register(group: &Group<'_>, entry: &Entry<'_>, cx: &mut Context) {
    cx.items.push(Item {
        span: entry.span,
        owner: None,
        section: Some(group.name.to_owned()),
        key: entry.key.to_owned(),
        value: entry.raw.to_owned(),
        secret: false,
    });
}

fn unmanaged_devices(tree: &dyn Tree, path: &str, cx: &mut Context) -> Option<Vec<(String, Span)>> {
    if !tree.exists(path) {
        return None;
    }
    with_file(tree, path, cx, |file, cx| {
        let found = entry(file, "keyfile", "unmanaged-devices")?;
        let group = file.groups.iter().find(|g| g.name == "keyfile")?;
        register(group, found, cx);
        let specs = found.raw.split([';', ',']).map(str::trim).filter(|s| !s.is_empty());
        Some(specs.map(|s| (text::unescape(s).unwrap_or_default().into_owned(), found.span)).collect())
    })
}

/// `interface-name:X` and `mac:X` name one device each; other forms are patterns.
fn apply_unmanaged(spec: &str, span: Span, network: &mut Network, cx: &mut Context) {
    let name = spec.strip_prefix("interface-name:").map(|n| n.strip_prefix('=').unwrap_or(n));
    let name = name.filter(|n| !n.is_empty() && !n.contains(['*', '?', '[']));
    let mac = spec.strip_prefix("mac:").and_then(|m| m.parse::<Mac>().ok());
    if name.is_none() && mac.is_none() {
        cx.report(
            Diagnostic::new(
                &codes::UNMANAGED_PATTERN,
                format!("`{spec}` keeps NetworkManager from devices that no profile names"),
            )
            .at(span)
            .help("carry the list over by hand where other software shall leave the devices alone"),
        );
        return;
    }
    let matching: Vec<LinkId> =
        network.links().filter(|(_, l)| is_for(l, name, mac)).map(|(id, _)| id).collect();
    for id in &matching {
        network.link_mut(*id).managed = Some(At::new(false, span));
    }
    if matching.is_empty() {
        let mut link = Link { managed: Some(At::new(false, span)), ..Link::default() };
        link.name = name.map(|n| At::new(n.to_owned(), span));
        if let Some(mac) = mac {
            // Its only name; the emitter writes the entry anew.
            link.id = Some(At::new(format!("mac:{mac}"), Origin::derived("unmanaged-device", [span])));
            link.matches.get_or_insert_default().mac = Some(At::new(mac, span));
        }
        network.add_link(link);
    }
}

fn is_for(link: &Link, name: Option<&str>, mac: Option<Mac>) -> bool {
    let by_name = || name.is_some() && link.name.as_ref().map(|at| at.value.as_str()) == name;
    let its_mac = || link.matches.as_ref().and_then(|m| m.mac.as_ref()).map(|at| at.value);
    by_name() || mac.is_some() && its_mac() == mac
}

/// A name that a .link file gives by hardware address backs the profile's own; anything else in the file is
/// udev's and stays.
fn link_file(tree: &dyn Tree, path: &str, network: &mut Network, cx: &mut Context) {
    with_file(tree, path, cx, |file, cx| {
        let mac = ["MACAddress", "PermanentMACAddress"].iter().find_map(|key| entry(file, "Match", key))?;
        let name = entry(file, "Link", "Name")?;
        for group in &file.groups {
            group.entries.iter().for_each(|e| register(group, e, cx));
        }
        let address = mac.raw.trim().parse::<Mac>().ok();
        let backed = network.links.iter_mut().find(|link| {
            let same = link.name.as_ref().is_some_and(|at| at.value == name.raw.trim());
            same && is_for(link, None, address)
        });
        let mut rest: Vec<Span> = file.groups.iter().flat_map(|g| &g.entries).map(|e| e.span).collect();
        if let Some(at) = backed.and_then(|link| link.name.as_mut()) {
            at.origin.merge(&Origin::said([mac.span, name.span]));
            rest.retain(|span| *span != mac.span && *span != name.span);
        }
        if !rest.is_empty() {
            let mut finding = Diagnostic::new(
                &codes::UNMANAGED_PATTERN,
                format!("udev names a device `{}` by this file; it goes on doing so", name.raw.trim()),
            )
            .help("keep the file on the host");
            finding.labels = rest;
            cx.report(finding);
        }
        Some(())
    });
}
