//! What sos(1) keeps of commands' output (`sos/report/plugins/networking.py`): the host's in one folder, each network namespace's in
//! `namespaces/NAME` below it. In older releases a namespace's stand beside the host's, and only the files' names tell them apart.

use super::snapshot::{Seen, Snapshot};
use super::{MAX_STATE, document, plain};
use crate::{Context, EntryKind, Tree};
use foldhash::HashMap;
use netpivot_model::source::Span;
use std::collections::BTreeMap;

const DIRECTORY: &str = "/sos_commands/networking";
/// What the files of namespaces begin with: the command is `ip netns exec NAME ip …`.
const WITHIN: &str = "ip_netns_exec_";

/// The outputs that tell a state, of `ip`, `bridge` and `brctl`: the host's, and those of namespaces by their names.
pub(super) fn outputs(tree: &dyn Tree) -> BTreeMap<Option<String>, Vec<String>> {
    let mut found: BTreeMap<Option<String>, Vec<String>> = BTreeMap::new();
    let mut add = |space: Option<&str>, path: String| {
        if is_state(tree, &path) {
            found.entry(space.map(str::to_owned)).or_default().push(path);
        }
    };
    for name in names(tree, DIRECTORY, EntryKind::File) {
        let path = format!("{DIRECTORY}/{name}");
        if let Some((space, _)) = within(&name) {
            add(Some(space), path);
        } else if ["ip_", "bridge_", "brctl_"].iter().any(|command| name.starts_with(command)) {
            add(None, path);
        }
    }
    let folder = format!("{DIRECTORY}/namespaces");
    for space in names(tree, &folder, EntryKind::Directory) {
        let files = names(tree, &format!("{folder}/{space}"), EntryKind::File);
        for name in files.iter().filter(|name| within(name).is_some()) {
            add(Some(&space), format!("{folder}/{space}/{name}"));
        }
    }
    found
}

/// The namespace of an output, and the command behind `ip` that printed it.
fn within(name: &str) -> Option<(&str, &str)> {
    name.strip_prefix(WITHIN)?.rsplit_once("_ip_")
}

fn names(tree: &dyn Tree, folder: &str, kind: EntryKind) -> Vec<String> {
    let entries = tree.list(folder).unwrap_or_default();
    entries.into_iter().filter(|entry| entry.kind == kind).map(|entry| entry.name).collect()
}

fn is_state(tree: &dyn Tree, path: &str) -> bool {
    tree.read(path, MAX_STATE).is_ok_and(|bytes| {
        let text = String::from_utf8_lossy(&bytes);
        plain::looks_like(&text) || (text.starts_with('[') && document::looks_like(&text))
    })
}

/// Reads what the archive has of the host, and of its namespaces.
pub(super) fn read(tree: &dyn Tree, snapshots: &mut Vec<Snapshot>, cx: &mut Context) {
    for (space, paths) in outputs(tree) {
        let mut own = Vec::new();
        let (into, name) = match space {
            None => (&mut *snapshots, None),
            Some(name) => (&mut own, Some(name)),
        };
        let mut first = None;
        for path in paths {
            if let Some(source) = cx.read_up_to(tree, &path, MAX_STATE) {
                first = first.or(Some(Span::new(source, 0, 0)));
                document::read(source, into, cx);
            }
        }
        if let (Some(name), Some(span)) = (name, first) {
            own.iter_mut().for_each(|one| one.name = Some(Seen { item: name.clone(), span }));
            snapshots.append(&mut own);
        }
    }
    join_pairs(snapshots);
}

/// From within a namespace the host has no name (`link-netnsid 0`), and neither may others. The other end of a pair tells whose it is:
/// it names this namespace and this end's number, and has the number that this end names.
fn join_pairs(snapshots: &mut [Snapshot]) {
    let name = |one: &Snapshot| one.name.as_ref().map_or_else(String::new, |name| name.item.clone());
    let mut ends: HashMap<(String, i64, i64), Vec<String>> = HashMap::default();
    for one in &*snapshots {
        for link in one.links.iter().map(|seen| &seen.item) {
            if let (Some(space), Some(index), Some(own)) = (&link.link_netns, link.link_index, link.ifindex) {
                ends.entry((space.clone(), index, own.into())).or_default().push(name(one));
            }
        }
    }
    for one in snapshots {
        let space = name(one);
        for link in one.links.iter_mut().map(|seen| &mut seen.item) {
            if link.link_netns.is_some() || link.link_netnsid.is_none() {
                continue;
            }
            let end = link
                .link_index
                .zip(link.ifindex)
                .and_then(|(index, own)| ends.get(&(space.clone(), own.into(), index)));
            if let Some([other]) = end.map(Vec::as_slice) {
                link.link_netns = Some(other.clone());
            }
        }
    }
}
