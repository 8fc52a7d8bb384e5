//! What else the host has: files of the target that are replaced, and configuration that stays for the same devices.

use super::on_host::{NETWORKMANAGER, OnHost};
use super::{Competing, Plan};
use crate::formats::FormatSpec;
use crate::pipeline::{self, Loaded, detect};
use crate::transaction::manifest::Content;
use netpivot_model::codes::core as codes;
use netpivot_model::codes::ifcfg::BACKUP_LOADED;
use netpivot_model::compare::compare_pairs;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::facts::{self, ROOT};
use netpivot_model::link::{Link, LinkId};
use netpivot_model::network::{Leftover, Network, Weight};
use netpivot_model::path::{FactPath, Subject};
use netpivot_model::source::{Origin, Sources};
use netpivot_model::value::Value;
use netpivot_model::vocabulary::names;
use netpivot_parsers::Tree;

/// Finds both.
pub(super) fn find(plan: &mut Plan, tree: &dyn Tree, source: &OnHost, target: &OnHost, to: &FormatSpec) {
    let there = super::is_there(tree, to.name).then(|| pipeline::load(tree, Some(to)).ok()).flatten();
    if let Some(there) = there.filter(|_| source.format != to.name) {
        of_target(plan, &there, target);
    }
    // A backup of the source that its program takes for a profile stays, since it is not read here.
    let loaded = plan.conversion.diagnostics.iter().filter(|d| d.code == &BACKUP_LOADED);
    let backups = loaded.filter_map(|d| {
        Some(Competing { path: d.file.clone()?, message: d.message.clone(), is_rival: false })
    });
    plan.competing.extend(backups.collect::<Vec<_>>());
    for found in detect::formats(tree).into_iter().filter(|found| found.sure) {
        let name = found.parser.info().name;
        if name != source.format && name != to.name {
            plan.competing.push(Competing {
                path: found.parser.info().host_paths.first().map_or(name, |path| path).to_owned(),
                message: format!("configuration in the format {name} stays ({})", found.reason),
                is_rival: false,
            });
        }
    }
    if !target.is_whole {
        of_source(plan);
    }
}

/// The file that a link is said in.
fn path_of(sources: &Sources, link: &Link) -> Option<String> {
    let said = [&link.name, &link.id, &link.uuid].into_iter().flatten().map(|at| &at.origin);
    let span = std::iter::once(&link.kind.origin).chain(said).find_map(Origin::span)?;
    Some(sources.get(span.source).path.clone())
}

/// A link of the target's files that were there before.
struct Before<'n> {
    id: LinkId,
    link: &'n Link,
    path: String,
    /// What is new and for the same device, or has the same UUID.
    new: Option<(LinkId, &'n Link)>,
    /// True where a new file takes the place of its own.
    is_replaced: bool,
}

impl Before<'_> {
    /// Of profiles with one UUID NetworkManager loads one: that in /run, else the newer file of those in /etc, which go before those
    /// of packages (`nms_keyfile_storage_cmp_fcn()`).
    fn is_displaced(&self, target: &OnHost) -> bool {
        target.service == NETWORKMANAGER
            && !self.is_replaced
            && !self.path.starts_with("/run/")
            && self.new.is_some_and(|(_, new)| has_same_uuid(self.link, new))
    }
}

/// The files of the target that were there before.
fn of_target(plan: &mut Plan, there: &Loaded, target: &OnHost) {
    let (mut findings, mut competing) = (Vec::new(), Vec::new());
    let before = before(plan, there);
    let more = more(&before, &there.network, &plan.network);
    for (it, more) in before.iter().zip(more) {
        let (path, label) = (&it.path, it.link.label());
        let what = match it.new {
            None => format!("nothing new configures `{label}`, which it did"),
            Some(_) => format!("it says of `{label}` what nothing new does: {}", more.join("; ")),
        };
        let is_more = it.new.is_none() || !more.is_empty();
        let new = it.new.map_or("", |(_, new)| new.id.as_ref().map_or_else(|| new.label(), |id| &id.value));
        let (message, help) = if it.is_replaced {
            (
                format!("`{path}` is replaced, and {what}"),
                "move its configuration to the source's format first",
            )
        } else {
            let why = if it.is_displaced(target) {
                format!("it has the UUID of `{new}`, too, and {NETWORKMANAGER} loads one profile of a UUID")
            } else {
                format!("it is for the device of `{new}`, too; {} uses one of them", target.format)
            };
            competing.push(Competing { path: path.clone(), message: why, is_rival: true });
            let message =
                format!("`{path}` has the UUID of the new `{new}`, so it is not loaded any more, and {what}");
            (message, "give it a UUID of its own first, where it is of use")
        };
        if is_more && (it.is_replaced || it.is_displaced(target)) {
            let finding = Diagnostic::new(&codes::REPLACED_HOLDS_MORE, message).in_file(path);
            findings.push(finding.help(help));
        }
    }
    plan.conversion.diagnostics.extend(findings);
    plan.competing.extend(competing);
}

/// The links of files that were there before, as far as what is new is in their way.
fn before<'n>(plan: &'n Plan, there: &'n Loaded) -> Vec<Before<'n>> {
    let is_loopback = |link: &Link| link.name.as_ref().is_some_and(|name| name.value == "lo");
    let of = |(id, link): (LinkId, &'n Link)| {
        let path = path_of(&there.sources, link)?;
        let at = plan.changes.iter().position(|change| change.path == path);
        let is_replaced = at.is_some_and(|at| plan.before[at].0.content != Content::Nothing);
        let same =
            |is_same: fn(&Link, &Link) -> bool| plan.network.links().find(|(_, new)| is_same(link, new));
        let new = same(has_same_uuid).or_else(|| same(is_same_device));
        let is_in_the_way = if is_replaced { !is_loopback(link) } else { new.is_some() };
        is_in_the_way.then_some(Before { id, link, path, new, is_replaced })
    };
    there.network.links().filter_map(of).collect()
}

/// What each of them says and nothing new does, by the names of the settings.
fn more(before: &[Before<'_>], there: &Network, new: &Network) -> Vec<Vec<String>> {
    let pairs: Vec<_> = before.iter().filter_map(|it| Some((Some(it.id), Some(it.new?.0)))).collect();
    let mut found = vec![Vec::new(); before.len()];
    for change in compare_pairs(there, new, &pairs) {
        let (Some(path), Some(value)) = (change.old_path, &change.old) else { continue };
        let whose = match path.subject {
            Subject::Link(id) => Some(id),
            Subject::Entry(kind, n) => there.owner(kind, n),
        };
        let Some(at) = before.iter().position(|it| Some(it.id) == whose) else { continue };
        if is_said(there, path) && !is_identity(path) && !holds(change.new.as_ref(), value) {
            found[at].push(told(there, path, value));
        }
    }
    // What the model has no place for, and a program acts on.
    for left in there.leftovers.iter().filter(|left| left.weight == Weight::Acts) {
        let Some(at) = before.iter().position(|it| Some(it.id) == left.owner) else { continue };
        let is_same = |other: &Leftover| {
            other.owner == before[at].new.map(|(id, _)| id)
                && (&other.section, &other.key, &other.value) == (&left.section, &left.key, &left.value)
        };
        if !new.leftovers.iter().any(is_same) {
            let section = left.section.as_ref().map_or_else(String::new, |section| format!("[{section}] "));
            found[at].push(format!("`{section}{}`", left.key));
        }
    }
    found
}

/// Defaults are nobody's work.
fn is_said(network: &Network, path: FactPath) -> bool {
    match path.subject {
        Subject::Link(id) => facts::said_paths(network.link(id)).contains(&path.field),
        Subject::Entry(..) => true,
    }
}

/// What a file is known by, and what its program notes in it.
fn is_identity(path: FactPath) -> bool {
    ["id", "uuid", "nm.timestamp"].iter().any(|name| path.field.is(name))
}

/// True where a list is among what the new one has.
fn holds(new: Option<&Value>, old: &Value) -> bool {
    match (old, new) {
        (Value::List(old), Some(Value::List(new))) => old.iter().all(|item| new.contains(item)),
        _ => new == Some(old),
    }
}

fn told(network: &Network, path: FactPath, value: &Value) -> String {
    if let (Subject::Entry(kind, n), true) = (path.subject, path.field == ROOT) {
        return facts::entry_label(network, kind, n);
    }
    let Some(named) = names::of(path.subject, path.field) else { return path.field.to_string() };
    format!("{} {}", named.name, named.form.told(value, false))
}

/// The files of the source that stay, where the target takes a part of them only.
fn of_source(plan: &mut Plan) {
    let network = &plan.conversion.network;
    for (_, old) in
        network.links().filter(|(_, old)| plan.network.links.iter().any(|new| is_same_device(old, new)))
    {
        let Some(path) = path_of(&plan.conversion.sources, old) else { continue };
        let message = format!("it makes `{}`, and so does the new network: take it out there", old.label());
        plan.competing.push(Competing { path, message, is_rival: false });
    }
}

fn has_same_uuid(a: &Link, b: &Link) -> bool {
    a.uuid.is_some() && a.uuid.as_ref().map(|at| &at.value) == b.uuid.as_ref().map(|at| &at.value)
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
        || has_same_uuid(a, b)
        || both(mac(a).as_ref(), mac(b).as_ref())
}
