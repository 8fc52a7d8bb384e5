//! What a migration changes on a host, and what people have to do besides: all but the change itself.

pub mod on_host;
mod others;
pub mod steps;

use crate::failure::{Failure, FailureKind};
use crate::formats::{self, FormatSpec};
use crate::input;
use crate::pipeline::{self, Conversion, Request};
use crate::render::unified::{LINK_MODE, Page, link_text};
use crate::transaction::commit::{Change, New};
use crate::transaction::disk::Disk;
use crate::transaction::manifest::{Content, Standing};
use crate::transaction::store;
use netpivot_model::codes::core as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::network::Network;
use netpivot_model::rename::RenameMap;
use netpivot_parsers::tree::MemoryTree;
use netpivot_parsers::{FileStatus, Tree};
use on_host::{OnHost, fits, why_it_stays};
use std::path::Path;
use steps::ToDo;

/// A migration as it would be done now.
pub struct Plan {
    /// The conversion, with the findings of the migration.
    pub conversion: Conversion,
    /// The paths that change, sorted.
    pub changes: Vec<Change>,
    /// What stands at these paths now.
    pub before: Vec<(Standing, Vec<u8>)>,
    /// What there is to do on the host besides.
    pub todo: ToDo,
    /// Configuration that stays and is for the same devices.
    pub competing: Vec<Competing>,
    /// The network that the new files hold.
    pub network: Network,
}

/// Configuration that stays on the host beside the new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Competing {
    /// The file, or the format's folder.
    pub path: String,
    /// What it does to the new network.
    pub message: String,
    /// True for a profile that the target's program may take instead of a new one.
    pub is_rival: bool,
}

/// What comes of a host's files.
pub enum Planned {
    /// They are in the target format already.
    Unchanged(Box<Conversion>),
    /// This is to be done.
    Plan(Box<Plan>),
}

/// Plans the migration of the host below a root; nothing is changed.
///
/// # Errors
/// The target has no place on a host; or as [`pipeline::convert`].
pub fn plan(root: &Path, disk: &Disk<'_>, request: &Request) -> Result<Planned, Failure> {
    let [to] = &request.to[..] else { return Err(Failure::usage("a host is migrated to one format")) };
    let target = row(to.name, to.dialect.unwrap_or_default(), "to")?;
    let opened = input::hosts(&[], Some(root))
        .first()
        .map(|host| host.open(request.from.as_ref()))
        .transpose()?
        .ok_or_else(|| Failure::usage("no root"))?;
    let tree = &*opened.tree;
    let conversion = pipeline::convert(tree, request)?;
    let source = row(conversion.format, conversion.network.dialect.variant, "from")?;
    let standing = |path: &str, _: &New| disk.read(path).map_err(|trouble| store::failure(&trouble));
    planned(conversion, tree, request, (source, target), &standing)
}

/// The same of a tree, which need not be the host's root: for people to look at. [`Planned::Unchanged`] where one of the formats has
/// no place on a host, too.
///
/// # Errors
/// As [`pipeline::convert`].
pub fn outline(tree: &dyn Tree, request: &Request) -> Result<Planned, Failure> {
    let conversion = pipeline::convert(tree, request)?;
    let to = request.to.first().map(|to| on_host::of(to.name, to.dialect.unwrap_or_default()));
    let from = on_host::of(conversion.format, conversion.network.dialect.variant);
    let (Some(source), Some(target)) = (from, to.flatten()) else {
        return Ok(Planned::Unchanged(Box::new(conversion)));
    };
    // A copy of a host has lost what files' modes were.
    let standing = |path: &str, new: &New| match tree.read(path, netpivot_parsers::MAX_FILE) {
        Ok(bytes) => {
            let of_new = if let New::File(_, mode) = new { *mode } else { 0o644 };
            let mode = tree.access(path).map_or(of_new, |access| access.mode);
            let content = New::File(bytes.clone(), mode).content();
            Ok((Standing { content, meta: None }, bytes))
        }
        Err(_) => Ok((Standing { content: Content::Nothing, meta: None }, Vec::new())),
    };
    planned(conversion, tree, request, (source, target), &standing)
}

/// What stands at a path that is to change.
type ReadStanding<'r> = &'r dyn Fn(&str, &New) -> Result<(Standing, Vec<u8>), Failure>;

fn planned(
    mut conversion: Conversion,
    tree: &dyn Tree,
    request: &Request,
    (source, target): (&'static OnHost, &'static OnHost),
    standing: ReadStanding<'_>,
) -> Result<Planned, Failure> {
    let [to] = &request.to[..] else { return Err(Failure::usage("a host is migrated to one format")) };
    let is_same = source.format == target.format && source.own == target.own;
    if is_same && request.map == RenameMap::default() {
        return Ok(Planned::Unchanged(Box::new(conversion)));
    }
    let changes = changes(&mut conversion, source, target);
    let mut plan = Plan {
        network: read_back(&conversion, to)?,
        conversion,
        changes: Vec::new(),
        before: Vec::new(),
        todo: ToDo::default(),
        competing: Vec::new(),
    };
    for change in changes {
        let found = standing(&change.path, &change.new)?;
        if found.0.content == Content::Nothing && change.new == New::Nothing && is_replacement(&change.path) {
            return Err(nameless(&change.path));
        }
        if found.0.content != change.new.content() {
            plan.changes.push(change);
            plan.before.push(found);
        }
    }
    if plan.changes.is_empty() {
        return Ok(Planned::Unchanged(Box::new(plan.conversion)));
    }
    others::find(&mut plan, tree, source, target, to);
    plan.todo = ToDo::of(&plan, source, target);
    Ok(Planned::Plan(Box::new(plan)))
}

/// True for a path that may stand for bytes that are not UTF-8.
fn is_replacement(path: &str) -> bool {
    path.contains(char::REPLACEMENT_CHARACTER)
}

/// A file was read by a name that a path cannot hold, so nothing could take it away.
fn nameless(path: &str) -> Failure {
    let folder = path.rsplit_once('/').map_or("/", |(folder, _)| folder);
    let message = format!(
        "the name of `{path}` is not UTF-8, so the file would stay beside the new ones; nothing was changed"
    );
    Failure::refused(message).help(format!("rename it; `ls -b {folder}` shows the bytes of its name"))
}

fn row(format: &str, dialect: &str, way: &str) -> Result<&'static OnHost, Failure> {
    on_host::of(format, dialect).ok_or_else(|| {
        let message =
            format!("no host can be migrated {way} the format `{format}`, which has no place on one");
        Failure::usage(message).help("`netpivot convert` writes it, and reads it")
    })
}

/// The network of the new files, read by themselves.
fn read_back(conversion: &Conversion, to: &FormatSpec) -> Result<Network, Failure> {
    let files = conversion.outputs.iter().filter(|file| file.link_to.is_none());
    let tree: MemoryTree = files.map(|file| (file.path.as_str(), file.text.as_str())).collect();
    Ok(pipeline::load(&tree, Some(to)).map(|loaded| loaded.network).unwrap_or_default())
}

/// The new files, and the files of the source that go.
fn changes(conversion: &mut Conversion, source: &OnHost, target: &OnHost) -> Vec<Change> {
    let mut changes: Vec<Change> = conversion
        .outputs
        .iter()
        .map(|file| {
            let new = match &file.link_to {
                Some(target) => New::Link(target.clone()),
                None => New::File(file.text.clone().into_bytes(), file.mode),
            };
            Change { path: file.path.clone(), new }
        })
        .collect();
    let parsed = conversion.files.iter().filter(|(_, status)| *status == FileStatus::Parsed);
    let mut read: Vec<String> = parsed.map(|(path, _)| path.clone()).collect();
    read.sort_unstable();
    read.dedup();
    let mut left = Vec::new();
    for path in read {
        if changes.iter().any(|change| change.path == path) {
            continue;
        }
        let is_others = source.others.iter().any(|(of, _)| *of == path);
        let is_own = !is_others && source.own.iter().any(|pattern| fits(pattern, &path, false));
        if is_own && target.is_whole {
            let remains = source.remains.iter().find(|(of, _)| *of == path);
            let new = remains.map_or(New::Nothing, |(_, text)| New::File(text.as_bytes().to_vec(), 0o644));
            changes.push(Change { path, new });
        } else if is_own {
            left.push(path);
        } else {
            let why = why_it_stays(source, &path);
            conversion.diagnostics.push(stays(&path, &format!("`{path}` stays: {why}")));
        }
    }
    if let Some(first) = left.first() {
        let (source, target) = (source.format, target.format);
        let message = format!(
            "the files of the format {source} stay: {target} sets up a part of a host's network only"
        );
        conversion.diagnostics.push(stays(first, &message));
    }
    changes.sort_by(|a, b| a.path.cmp(&b.path));
    changes
}

fn stays(path: &str, message: &str) -> Diagnostic {
    Diagnostic::new(&codes::SOURCE_STAYS, message).in_file(path)
}

impl Plan {
    /// The files at the paths that change, before and after.
    #[must_use]
    pub fn pages(&self) -> [Vec<Page>; 2] {
        let before = self
            .changes
            .iter()
            .zip(&self.before)
            .filter_map(|(change, (standing, bytes))| page(&change.path, &standing.content, bytes));
        let after = self.changes.iter().filter_map(|change| match &change.new {
            New::File(bytes, _) => page(&change.path, &change.new.content(), bytes),
            New::Nothing | New::Link(_) => page(&change.path, &change.new.content(), &[]),
        });
        [before.collect(), after.collect()]
    }

    /// Whether the new files, as they stand on the disk, mean what the plan means; and whether the target's reader takes
    /// each of them up.
    ///
    /// # Errors
    /// They do not.
    pub fn prove(&self, root: &Path, to: &FormatSpec) -> Result<(), Failure> {
        let fault = |message: String| Err(Failure::new(FailureKind::Write, message));
        let hosts = input::hosts(&[], Some(root));
        let Some(host) = hosts.first() else { return fault("no root".to_owned()) };
        // What cannot be read back is no fault of the input.
        let unread = |failure: Failure| Failure { kind: FailureKind::Write, ..failure };
        let tree = host.open(Some(to)).map_err(unread)?.tree;
        let mut alone = MemoryTree::default();
        for file in self.conversion.outputs.iter().filter(|file| file.link_to.is_none()) {
            match tree.read(&file.path, netpivot_parsers::MAX_FILE) {
                Ok(bytes) => alone.add(file.path.as_str(), bytes),
                Err(_) => return fault(format!("`{}` cannot be read again", file.path)),
            }
        }
        let read = pipeline::load(&alone, Some(to)).map(|loaded| loaded.network).unwrap_or_default();
        if read != self.network {
            return fault("the new files do not mean what they should when they are read again".to_owned());
        }
        if self.network.is_empty() {
            return Ok(());
        }
        let on_host = pipeline::load(&*tree, Some(to)).map_err(unread)?;
        let taken =
            |path: &str| on_host.files.iter().any(|(of, status)| of == path && *status == FileStatus::Parsed);
        let left = self.conversion.outputs.iter().find(|file| {
            let own = on_host::of(to.name, "")
                .is_some_and(|row| row.own.iter().any(|p| fits(p, &file.path, false)));
            own && file.link_to.is_none() && !taken(&file.path)
        });
        left.map_or(Ok(()), |file| fault(format!("`{}` is not read by what reads {}", file.path, to)))
    }
}

/// A file as a page of a diff; `None` where nothing stands.
#[must_use]
pub fn page(path: &str, content: &Content, bytes: &[u8]) -> Option<Page> {
    let (mode, text) = match content {
        Content::Nothing => return None,
        Content::File { mode, .. } => (*mode, String::from_utf8_lossy(bytes).into_owned()),
        Content::Link { target } => (LINK_MODE, link_text(target)),
    };
    Some(Page { path: path.to_owned(), mode, text })
}

/// The format that a host's own files are in, in words: for a host that was migrated already.
#[must_use]
pub fn is_there(tree: &dyn Tree, format: &str) -> bool {
    formats::parser(format).is_some_and(|parser| parser.detect(tree) != netpivot_parsers::Confidence::No)
}
