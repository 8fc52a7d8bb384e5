//! NetworkManager keyfiles (nm-settings-keyfile(5)), as NetworkManager itself reads them: with GKeyFile's
//! lines, NetworkManager's defaults, and its rules which files count.

mod beside;
pub(crate) mod dispatcher;
mod ip;
mod kind;
pub mod lex;
mod peers;
mod profile;
mod route;
mod rule;

use crate::{Confidence, Context, EntryKind, Fatal, FileStatus, FormatInfo, Input, Parser, Tree};
use foldhash::HashMap;
use md5::{Digest, Md5};
use netpivot_model::codes::keyfile as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::dialect::{Dialect, KEYFILE};
use netpivot_model::network::Network;
use netpivot_model::source::SourceId;
use netpivot_model::value::is_uuid;
use netpivot_model::vocabulary::keyfile::files::{DIRECTORIES, EXTENSION, ignored};

/// NetworkManager keyfiles.
#[derive(Debug)]
pub struct Keyfile;

/// What the format tells about itself.
static INFO: FormatInfo = FormatInfo {
    name: KEYFILE,
    aliases: &["nm", "networkmanager"],
    title: "NetworkManager keyfiles",
    host_paths: &DIRECTORIES,
    dialects: &[],
    scope: "Profiles of all kinds of links, with their routes, rules and name servers; not names of devices \
            (.link files, udev), hooks (dispatcher scripts) or sysctls.",
    doc: "nm-settings-keyfile(5)",
};

/// A file that may be a profile.
struct Candidate {
    /// Position of its directory; a lower one wins.
    rank: usize,
    name: String,
    path: String,
}

impl Parser for Keyfile {
    fn info(&self) -> &'static FormatInfo {
        &INFO
    }

    fn detect(&self, tree: &dyn Tree) -> Confidence {
        for (rank, directory) in DIRECTORIES.iter().enumerate() {
            let entries = tree.list(directory).unwrap_or_default();
            let count = entries
                .iter()
                .filter(|e| e.kind == EntryKind::File && ignored(&e.name, rank != 1).is_none())
                .count();
            if count > 0 {
                return Confidence::Sure(format!(
                    "{} holds {count} {}",
                    tree.display(directory),
                    if count == 1 { "profile" } else { "profiles" }
                ));
            }
        }
        Confidence::No
    }

    fn place(&self, file_name: &str, text: &str) -> Option<String> {
        let begins = |line: &str| matches!(line.trim(), "[connection]" | "[802-3-ethernet]" | "[ethernet]");
        let is_profile = file_name.ends_with(EXTENSION) || text.lines().any(begins);
        let stem = netpivot_model::vocabulary::keyfile::files::stem(
            file_name.strip_suffix(EXTENSION).unwrap_or(file_name),
        );
        is_profile.then(|| format!("{}/{stem}{EXTENSION}", DIRECTORIES[1]))
    }

    fn parse(&self, input: &Input<'_>, cx: &mut Context) -> Result<Network, Fatal> {
        let mut network = Network {
            dialect: Dialect { version: input.version, ..Dialect::of(KEYFILE) },
            ..Network::default()
        };
        let candidates = discover(input.tree, cx);
        let found = !candidates.is_empty();
        let mut first_of: HashMap<String, (usize, String)> = tombstones(input.tree);
        for candidate in &candidates {
            read_file(input.tree, candidate, &mut first_of, &mut network, cx);
        }
        let beside = beside::read(input.tree, &mut network, cx);
        dispatcher::read(input.tree, &mut network, cx);
        if found || beside {
            Ok(network)
        } else {
            Err(Fatal {
                message: "there is no NetworkManager profile".to_owned(),
                help: format!("name a host root, or files as in {}", DIRECTORIES[1]),
            })
        }
    }
}

/// Lists what lies in the profile directories and sorts out what NetworkManager does not read.
fn discover(tree: &dyn Tree, cx: &mut Context) -> Vec<Candidate> {
    let mut found = Vec::new();
    for (rank, directory) in DIRECTORIES.iter().enumerate() {
        let entries = match tree.list(directory) {
            Ok(entries) => entries,
            Err(_) => {
                cx.files.push((
                    tree.display(directory),
                    FileStatus::Unreadable("the directory cannot be read".to_owned()),
                ));
                continue;
            }
        };
        for entry in entries {
            let path = format!("{directory}/{}", entry.name);
            match ignored(&entry.name, rank != 1) {
                Some(why) => {
                    let file = if entry.kind == EntryKind::Directory { "a directory" } else { why };
                    cx.files.push((tree.display(&path), FileStatus::Ignored(file.to_owned())));
                }
                None => found.push(Candidate { rank, name: entry.name, path }),
            }
        }
    }
    found
}

/// `UUID.nmmeta` hides the profile of that UUID in the directories of lower priority.
fn tombstones(tree: &dyn Tree) -> HashMap<String, (usize, String)> {
    let mut hidden = HashMap::default();
    for (rank, directory) in DIRECTORIES.iter().enumerate().take(2) {
        for entry in tree.list(directory).unwrap_or_default() {
            let uuid = entry.name.strip_suffix(".nmmeta").filter(|uuid| is_uuid(uuid));
            if let Some(uuid) = uuid.filter(|_| entry.kind == EntryKind::Other) {
                let path = format!("{directory}/{}", entry.name);
                hidden.entry(uuid.to_ascii_lowercase()).or_insert((rank, tree.display(&path)));
            }
        }
    }
    hidden
}

fn read_file(
    tree: &dyn Tree,
    candidate: &Candidate,
    first_of: &mut HashMap<String, (usize, String)>,
    network: &mut Network,
    cx: &mut Context,
) {
    let Some(source) = cx.read(tree, &candidate.path) else { return };
    let text = cx.sources.get(source).text.clone();
    let file = match lex::lex(source, &text) {
        Ok(file) => file,
        Err(refusal) => return refuse(source, &refusal, cx),
    };
    if file.groups.is_empty() {
        let shown = cx.sources.get(source).path.clone();
        cx.report(
            Diagnostic::new(
                &netpivot_model::codes::core::EMPTY_FILE,
                format!("`{shown}` holds no group, so NetworkManager makes no profile of it"),
            )
            .in_file(shown)
            .help("remove the file"),
        );
        return;
    }
    let said = kind::said_uuid(&file);
    let made = said.is_none().then(|| path_uuid(&candidate.path));
    let uuid = said.or_else(|| made.clone()).unwrap_or_default();
    if let Some((rank, other)) = first_of.get(&uuid)
        && *rank < candidate.rank
    {
        let why = format!("{other} hides it: it has the same UUID and a directory of higher priority");
        if let Some((_, status)) = cx.files.last_mut() {
            *status = FileStatus::Ignored(why);
        }
        return;
    }
    first_of.entry(uuid).or_insert_with(|| (candidate.rank, tree.display(&candidate.path)));
    let stem = candidate.name.strip_suffix(EXTENSION).unwrap_or(&candidate.name);
    profile::read(&file, stem, made, network, cx);
}

fn refuse(source: SourceId, refusal: &lex::Refusal, cx: &mut Context) {
    let line = cx.sources.line_column(refusal.span).line;
    let shown = cx.sources.get(source).path.clone();
    let why = format!("line {line} {}", refusal.why);
    cx.report(
        Diagnostic::new(
            &codes::UNREADABLE,
            format!("{why}: for NetworkManager the whole file is unreadable and the profile does not exist"),
        )
        .at(refusal.span)
        .help(refusal.help),
    );
    if let Some((_, status)) = cx.files.iter_mut().rfind(|(path, _)| *path == shown) {
        *status = FileStatus::Unreadable(why);
    }
}

/// NetworkManager's own namespace for UUIDs made of strings (`nm-uuid.h`).
const NAMESPACE: [u8; 16] =
    [0xb4, 0x25, 0xe9, 0xfb, 0x75, 0x98, 0x44, 0xb4, 0x9e, 0x3b, 0x5a, 0x2e, 0x3a, 0xaa, 0x49, 0x05];

/// The UUID of a profile that has none: version 3 of `keyfile` and the path, each with its final NUL
/// (`nm-keyfile.c:nm_keyfile_read_ensure_uuid`).
fn path_uuid(path: &str) -> String {
    let mut hash = Md5::new();
    hash.update(NAMESPACE);
    hash.update(b"keyfile\0");
    hash.update(path.as_bytes());
    hash.update(b"\0");
    let mut bytes: [u8; 16] = hash.finalize().into();
    bytes[6] = bytes[6] & 0x0f | 0x30;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = netpivot_model::vocabulary::keyfile::codec::hex(&bytes);
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
mod tests;
