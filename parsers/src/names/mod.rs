//! Who gives interfaces their names: udev's persistent-net rules and systemd's .link files.
//!
//! No format of this program holds these facts, and every format depends on them: a profile for `eth0` starts on the card that
//! gets that name. They are read beside any input, and [`check`] says where they and the configuration disagree.

use crate::{Context, EntryKind, Tree};
use foldhash::HashMap;
use netpivot_model::codes::routes as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::link::Link;
use netpivot_model::network::Network;
use netpivot_model::source::{Origin, SourceId, Span};
use netpivot_model::value::Mac;

mod link_file;
#[cfg(test)]
mod tests;
mod udev;

/// How the kernel and systemd name network cards.
const CARD_NAMES: [&str; 8] = ["eth", "en", "em", "wl", "ww", "ib", "usb", "sl"];

/// A card's usual name; then a link of nearly the same name is another card and no slip of the pen.
pub(crate) fn looks_like_card(name: &str) -> bool {
    CARD_NAMES.iter().any(|prefix| name.starts_with(prefix))
}

/// What kind of file gives a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamedBy {
    /// A udev rule with `NAME="…"`.
    UdevRule,
    /// A .link file with `Name=`.
    LinkFile,
}

/// A name that the host gives to a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceName {
    /// The name given.
    pub name: String,
    /// The hardware addresses it is given to; empty where the device is told by something else.
    pub macs: Vec<Mac>,
    /// The kernel's own name of the device (`KERNEL==`, `OriginalName=`), a pattern.
    pub original: Option<String>,
    /// udev's path of the device (`KERNELS==`, `Path=`), a pattern.
    pub path: Option<String>,
    /// Its driver (`DRIVERS==`, `Driver=`), a pattern.
    pub driver: Option<String>,
    /// What kind of file says so.
    pub by: NamedBy,
    /// Where.
    pub origin: Origin,
}

const UDEV: &str = "/etc/udev/rules.d";
const LINK: &str = "/etc/systemd/network";

/// The names that a host's files give, in the order in which the host reads them.
pub fn read(tree: &dyn Tree, cx: &mut Context) -> Vec<DeviceName> {
    let mut names = Vec::new();
    for source in files(tree, UDEV, "persistent-net.rules", cx) {
        names.extend(udev::names(&cx.sources.get(source).text, source));
    }
    for source in files(tree, LINK, ".link", cx) {
        names.extend(link_file::name(&cx.sources.get(source).text, source));
    }
    names
}

fn files(tree: &dyn Tree, directory: &str, suffix: &str, cx: &mut Context) -> Vec<SourceId> {
    let entries = tree.list(directory).unwrap_or_default();
    entries
        .into_iter()
        .filter(|entry| entry.kind == EntryKind::File && entry.name.ends_with(suffix))
        .filter_map(|entry| cx.read(tree, &format!("{directory}/{}", entry.name)))
        .collect()
}

/// Reports where the names and the configuration disagree, and which file the configuration relies on. The links
/// that such a file names by the hardware address that they match are noted in the network.
pub fn check(names: &[DeviceName], network: &mut Network, cx: &mut Context) {
    check_twice(names, cx);
    let mut named = Vec::new();
    for (id, link) in network.links() {
        let Some(name) = link.name.as_ref().filter(|_| link.kind.value.is_hardware()) else { continue };
        for given in names.iter().filter(|given| given.name == name.value) {
            check_link(link, &name.origin, given, cx);
            let wanted = link.matches.as_ref().and_then(|matches| matches.mac.as_ref());
            if wanted.is_some_and(|mac| given.macs.contains(&mac.value)) {
                named.push(id);
            }
        }
    }
    named.dedup();
    network.named_by_host = named;
}

fn check_twice(names: &[DeviceName], cx: &mut Context) {
    let mut first: HashMap<&str, &DeviceName> = HashMap::default();
    for given in names.iter().filter(|given| !given.macs.is_empty()) {
        let earlier = *first.entry(&given.name).or_insert(given);
        if earlier.macs.iter().any(|mac| given.macs.contains(mac)) {
            continue;
        }
        let message = format!(
            "the name `{}` is given to {} and to {}",
            given.name,
            list(&earlier.macs),
            list(&given.macs)
        );
        cx.report(
            Diagnostic::new(&codes::NAME_TWICE, message)
                .from(&given.origin)
                .from(&earlier.origin)
                .help("remove the rule of the card that is gone"),
        );
    }
}

fn check_link(link: &Link, name: &Origin, given: &DeviceName, cx: &mut Context) {
    let wanted = link.matches.as_ref().and_then(|matches| matches.mac.as_ref());
    let what = match given.by {
        NamedBy::UdevRule => "a udev rule",
        NamedBy::LinkFile => "a .link file",
    };
    let path = given.origin.span().map_or(String::new(), |span| cx.sources.get(span.source).path.clone());
    let diagnostic = match wanted {
        Some(mac) if !given.macs.is_empty() && !given.macs.contains(&mac.value) => {
            let message = format!(
                "`{}` is for the card {}, but {what} gives the name to {}: the profile will not start there",
                given.name,
                mac.value,
                list(&given.macs)
            );
            Diagnostic::new(&codes::NAME_CONTRADICTS, message)
                .from(&mac.origin)
                .from(&given.origin)
                .help(format!("correct the address in `{path}` or in the configuration"))
        }
        _ => {
            let to = match (given.macs.as_slice(), &given.original, &given.path, &given.driver) {
                ([], Some(text), ..) | ([], None, Some(text), _) | ([], None, None, Some(text)) => {
                    format!(" to `{text}`")
                }
                ([], None, None, None) => String::new(),
                (macs, ..) => format!(" to {}", list(macs)),
            };
            let message = format!("{what} gives the name `{}`{to}; the output relies on it", given.name);
            Diagnostic::new(&codes::NAMED_BY_RULE, message)
                .from(&given.origin)
                .from(name)
                .help(format!("keep `{path}`"))
        }
    };
    cx.report(diagnostic);
}

fn list(macs: &[Mac]) -> String {
    macs.iter().map(Mac::to_string).collect::<Vec<_>>().join(", ")
}

/// Hardware addresses between blanks; what is none does not count.
fn macs(text: &str) -> Vec<Mac> {
    text.split_ascii_whitespace().filter_map(|word| word.replace('.', ":").parse().ok()).collect()
}

/// A line of a file, with its continuations put together, and its place.
struct Logical {
    text: String,
    span: Span,
}

/// The lines of a text; one that ends in a backslash goes on in the next. Comments and empty lines are left out.
fn logical_lines<'a>(
    text: &'a str,
    source: SourceId,
    comments: &'a [char],
) -> impl Iterator<Item = Logical> + 'a {
    let mut lines = text.split_inclusive('\n');
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let line = lines.next()?;
            let start = at + (line.len() - line.trim_start().len());
            at += line.len();
            let mut body = line.trim();
            if body.is_empty() || body.starts_with(comments) {
                continue;
            }
            let mut whole = String::new();
            let mut end = start + body.len();
            while let Some(before) = body.strip_suffix('\\') {
                whole.push_str(before);
                let Some(next) = lines.next() else { break };
                body = next.trim();
                end = at + (next.len() - next.trim_start().len()) + body.len();
                at += next.len();
            }
            whole.push_str(body.strip_suffix('\\').unwrap_or(body));
            return Some(Logical { text: whole, span: Span::new(source, start, end) });
        }
    })
}
