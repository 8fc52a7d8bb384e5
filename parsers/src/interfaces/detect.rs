//! Which of the three programs is in charge, told by what only one of them reads (eni.md 1.3).

use super::{DIRECTORY, DIRECTORY_FILES, INTERFACES, codes, dialect_note, glob, has_directory};
use crate::{Context, MAX_FILE, Tree};
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::vocabulary::interfaces::Reader;

/// The texts of the file and of those in the directory beside it.
pub(super) fn texts(tree: &dyn Tree) -> Vec<String> {
    let mut paths = vec![INTERFACES.to_owned()];
    if has_directory(tree) {
        paths.extend(glob::files(tree, DIRECTORY_FILES));
    }
    let read = |path: String| tree.read(&path, MAX_FILE).ok();
    paths.into_iter().filter_map(read).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect()
}

/// What holds the stanzas of a tree without the main file, for people: a lone file by its own name.
pub(super) fn shown_directory(tree: &dyn Tree) -> String {
    match glob::files(tree, DIRECTORY_FILES).as_slice() {
        [file] => tree.display(file),
        _ => tree.display(DIRECTORY),
    }
}

/// The name on a line that begins a stanza.
pub(super) fn stanza(line: &str) -> Option<&str> {
    let mut words = line.split_ascii_whitespace();
    matches!(words.next()?, "iface").then(|| words.next())?
}

/// Words that only one program reads.
const MARKS: [(Reader, &[&str]); 3] = [
    (
        Reader::IfupdownNg,
        &["use", "requires", "template", "bond-members", "interface", "vrf-member", "inherit"],
    ),
    (
        Reader::Ifupdown2,
        &[
            "bridge-vlan-aware",
            "bridge-vids",
            "bridge-pvid",
            "bridge-access",
            "bridge-trunk",
            "bridge-allow-untagged",
            "vxlan-id",
            "vxlan-local-tunnelip",
            "vrf-table",
            "vrf",
            "address-virtual",
            "link-type",
            "ovs-type",
            "ovs-bridge",
            "clagd-peer-ip",
            "alias",
        ],
    ),
    (
        Reader::Ifupdown,
        &["mapping", "rename", "no-auto-down", "no-scripts", "wpa-ssid", "wpa-conf", "accept_ra"],
    ),
];

/// Files that come with a program.
const FILES: [(Reader, &str, &str); 5] = [
    (Reader::Ifupdown2, "/etc/network/ifupdown2", "its configuration is there"),
    (Reader::Ifupdown2, "/etc/pve", "the host runs Proxmox VE"),
    (Reader::IfupdownNg, "/etc/ifupdown-ng", "its configuration is there"),
    (Reader::IfupdownNg, "/etc/network/ifupdown-ng.conf", "its configuration is there"),
    (Reader::IfupdownNg, "/etc/alpine-release", "the host runs Alpine Linux"),
];

/// The program in charge; where anything but ifupdown is taken, or a doubt remains, a finding says why.
pub(super) fn dialect(tree: &dyn Tree, cx: &mut Context) -> Reader {
    if let Some((reader, _, why)) = FILES.iter().find(|(_, path, _)| tree.exists(path)) {
        cx.report(dialect_note(*reader, why));
        return *reader;
    }
    let mut marks: Vec<(Reader, String)> = Vec::new();
    for text in texts(tree) {
        for line in text.lines() {
            marks.extend(mark(line).filter(|(reader, _)| !marks.iter().any(|(seen, _)| seen == reader)));
        }
    }
    let has = |reader: Reader| marks.iter().find(|(seen, _)| *seen == reader);
    // What only ifupdown reads makes ifupdown2 refuse nothing, but a stanza without family is no mistake there alone.
    let chosen = [Reader::IfupdownNg, Reader::Ifupdown2].into_iter().find_map(has);
    match (chosen, has(Reader::Ifupdown)) {
        (Some((reader, why)), None) => {
            cx.report(dialect_note(*reader, why));
            *reader
        }
        (Some((_, other)), Some((reader, why))) => {
            cx.report(dialect_note(*reader, &format!("{why}, though {other}")));
            *reader
        }
        (None, _) => Reader::Ifupdown,
    }
}

fn mark(line: &str) -> Option<(Reader, String)> {
    let mut words = line.split_ascii_whitespace();
    let first = words.next()?;
    if first == "iface" {
        let (name, family) = (words.next()?, words.next());
        return match family {
            Some("inet" | "inet6") if name.contains('[') => {
                Some((Reader::Ifupdown2, format!("`{name}` is a range of names")))
            }
            None => Some((Reader::Ifupdown2, format!("`iface {name}` has no family and method"))),
            Some(_) => None,
        };
    }
    if first.starts_with('%') || line.contains("<%") {
        return Some((Reader::Ifupdown2, "it is a template".to_owned()));
    }
    let (reader, word) = MARKS
        .iter()
        .find_map(|(reader, words)| Some((*reader, words.iter().find(|word| **word == first)?)))?;
    Some((reader, format!("only {} reads `{word}`", reader.name())))
}

/// True where a file is a template, which is refused.
pub(super) fn template(tree: &dyn Tree, cx: &mut Context) -> bool {
    let mut found = false;
    for path in std::iter::once(INTERFACES.to_owned()).chain(glob::files(tree, &format!("{DIRECTORY}/*"))) {
        let Ok(bytes) = tree.read(&path, MAX_FILE) else { continue };
        let text = String::from_utf8_lossy(&bytes);
        let is_code = |line: &str| {
            let line = line.trim_start();
            (line.starts_with('%') && !line.starts_with("%%")) || line.contains("<%") || line.contains("${")
        };
        // networkinterfaces.py:read_filedata renders what holds a `%` anywhere.
        let Some(n) = text.lines().position(is_code).filter(|_| text.contains('%')) else { continue };
        let shown = tree.display(&path);
        found = true;
        cx.files.push((shown.clone(), crate::FileStatus::Unreadable("is a Mako template".to_owned())));
        cx.report(
            Diagnostic::new(
                &codes::TEMPLATE,
                format!("line {} makes `{shown}` a Mako template, which is not run; nothing of it is read", n + 1),
            )
            .in_file(&shown)
            .help("render it on the host: `ifquery -a` prints what ifupdown2 makes of it, which can be converted"),
        );
    }
    found
}
