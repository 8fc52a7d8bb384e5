//! What else the host has: files of the target that are replaced, and configuration that stays for the same devices.

use super::on_host::OnHost;
use super::{Competing, Plan};
use crate::formats::FormatSpec;
use crate::pipeline::{self, Loaded, detect};
use crate::transaction::manifest::Content;
use netpivot_model::codes::core as codes;
use netpivot_model::codes::ifcfg::BACKUP_LOADED;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::link::Link;
use netpivot_model::source::{Origin, Sources};
use netpivot_parsers::Tree;

/// Finds both.
pub(super) fn find(plan: &mut Plan, tree: &dyn Tree, source: &OnHost, to: &FormatSpec) {
    let there = super::is_there(tree, to.name).then(|| pipeline::load(tree, Some(to)).ok()).flatten();
    if let Some(there) = there.filter(|_| source.format != to.name) {
        of_target(plan, &there, to);
    }
    // A backup of the source that its program takes for a profile stays, since it is not read here.
    let loaded = plan.conversion.diagnostics.iter().filter(|d| d.code == &BACKUP_LOADED);
    let backups =
        loaded.filter_map(|d| Some(Competing { path: d.file.clone()?, message: d.message.clone() }));
    plan.competing.extend(backups.collect::<Vec<_>>());
    for found in detect::formats(tree).into_iter().filter(|found| found.sure) {
        let name = found.parser.info().name;
        if name != source.format && name != to.name {
            plan.competing.push(Competing {
                path: found.parser.info().host_paths.first().map_or(name, |path| path).to_owned(),
                message: format!("configuration in the format {name} stays ({})", found.reason),
            });
        }
    }
    if !super::on_host::of(to.name, "").is_some_and(|row| row.is_whole) {
        of_source(plan);
    }
}

/// The file that a link is said in.
fn path_of(sources: &Sources, link: &Link) -> Option<String> {
    let said = [&link.name, &link.id, &link.uuid].into_iter().flatten().map(|at| &at.origin);
    let span = std::iter::once(&link.kind.origin).chain(said).find_map(Origin::span)?;
    Some(sources.get(span.source).path.clone())
}

/// The files of the target that were there before.
fn of_target(plan: &mut Plan, there: &Loaded, to: &FormatSpec) {
    for (id, old) in there.network.links() {
        let Some(path) = path_of(&there.sources, old) else { continue };
        let label = there.network.link(id).label();
        let same: Option<&Link> = plan.network.links.iter().find(|new| is_same_device(old, new));
        let replaced = plan
            .changes
            .iter()
            .zip(&plan.before)
            .any(|(change, (standing, _))| change.path == path && standing.content != Content::Nothing);
        let is_loopback = old.name.as_ref().is_some_and(|name| name.value == "lo");
        match same {
            None if replaced && !is_loopback => {
                let message =
                    format!("`{path}` is replaced, and nothing new configures `{label}`, which it did");
                let finding = Diagnostic::new(&codes::REPLACED_HOLDS_MORE, message).in_file(&path);
                plan.conversion
                    .diagnostics
                    .push(finding.help("move its configuration to the source's format first"));
            }
            Some(new) if !replaced && !plan.changes.iter().any(|change| change.path == path) => {
                let message = format!(
                    "it is for the device of `{}`, too; {} uses one of them",
                    new.id.as_ref().map_or_else(|| new.label(), |id| id.value.as_str()),
                    to.name
                );
                plan.competing.push(Competing { path, message });
            }
            None | Some(_) => {}
        }
    }
}

/// The files of the source that stay, where the target takes a part of them only.
fn of_source(plan: &mut Plan) {
    let network = &plan.conversion.network;
    for (_, old) in
        network.links().filter(|(_, old)| plan.network.links.iter().any(|new| is_same_device(old, new)))
    {
        let Some(path) = path_of(&plan.conversion.sources, old) else { continue };
        let message = format!("it makes `{}`, and so does the new network: take it out there", old.label());
        plan.competing.push(Competing { path, message });
    }
}

/// True where both are for one device: by name, by hardware address or as one profile.
fn is_same_device(a: &Link, b: &Link) -> bool {
    fn both<T: PartialEq>(a: Option<&T>, b: Option<&T>) -> bool {
        a.is_some() && a == b
    }
    let mac = |link: &Link| {
        let matches = link.matches.as_ref();
        matches.and_then(|matches| matches.mac.as_ref()).map(|at| at.value.to_string())
    };
    both(a.name.as_ref().map(|at| &at.value), b.name.as_ref().map(|at| &at.value))
        || both(a.uuid.as_ref().map(|at| &at.value), b.uuid.as_ref().map(|at| &at.value))
        || both(mac(a).as_ref(), mac(b).as_ref())
}
