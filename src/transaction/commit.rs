//! The way forward: copies, manifest, new files beside their places, renames, proof.

use super::confirm::Confirm;
use super::disk::{Done, Like, Trouble};
use super::manifest::{Content, Item, Manifest, Side, Stage, Standing, sha256};
use super::settle;
use super::store::{self, Store};
use crate::failure::Failure;
use rustix::io::Errno;
use std::collections::BTreeMap;
use std::time::SystemTime;

/// What is to stand at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum New {
    /// Nothing.
    Nothing,
    /// A file with these bytes and permission bits.
    File(Vec<u8>, u32),
    /// A symbolic link that leads there.
    Link(String),
}

impl New {
    /// The same without the bytes.
    #[must_use]
    pub fn content(&self) -> Content {
        match self {
            New::Nothing => Content::Nothing,
            New::File(bytes, mode) => Content::File { sha256: sha256(bytes), mode: *mode },
            New::Link(target) => Content::Link { target: target.clone() },
        }
    }
}

/// A path that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Absolute, as on the host.
    pub path: String,
    /// What is to stand there.
    pub new: New,
}

/// A transaction that is asked for.
pub struct Job<'j> {
    /// The format that was.
    pub from: &'j str,
    /// The format that is to be.
    pub to: &'j str,
    /// The paths that change.
    pub changes: &'j [Change],
    /// The confirmation to wait for.
    pub confirm: Option<Confirm>,
    /// Sets off what undoes the transaction if nobody confirms it. Comes before the first change.
    pub arm: &'j dyn Fn(&Manifest) -> Result<(), Failure>,
    /// Whether the new files, in their places, mean what they should.
    pub prove: &'j dyn Fn() -> Result<(), Failure>,
}

/// Does a transaction.
///
/// # Errors
/// The system refuses, or the new files do not prove good; what was before is there again, or the failure says that the
/// next run brings it back.
pub fn run(store: &Store<'_>, job: &Job<'_>) -> Result<Manifest, Failure> {
    let mut manifest = prepare(store, job)?;
    let forward = stage_all(store, &manifest, job)
        .and_then(|()| (job.arm)(&manifest))
        .and_then(|()| place(store, &manifest).map_err(|e| store::failure(&e)))
        .and_then(|()| proven(store, &manifest).map_err(|e| store::failure(&e)))
        .and_then(|()| (job.prove)());
    if let Err(failure) = forward {
        return Err(rolled_back(store, &manifest, failure));
    }
    manifest.stage = Stage::Done;
    if let Err(trouble) = store.write(&manifest) {
        // It may be there although the system could not promise it; then the new state holds.
        let is_done = store::read(store.disk, manifest.number)
            .is_ok_and(|found| found.is_some_and(|found| found.stage == Stage::Done));
        if !is_done {
            manifest.stage = Stage::Prepared;
            return Err(rolled_back(store, &manifest, store::failure(&trouble)));
        }
    }
    // What is left beside the targets is taken away by the next run otherwise.
    let _ = settle::clear(store, &manifest);
    Ok(manifest)
}

fn rolled_back(store: &Store<'_>, manifest: &Manifest, failure: Failure) -> Failure {
    let back = settle::back(store, manifest).and_then(|_| store.remove(manifest.number));
    match back {
        Ok(()) => Failure { message: format!("{}; everything is as before", failure.message), ..failure },
        Err(trouble) => {
            let unfinished = settle::unfinished(&trouble);
            Failure { message: format!("{}; {}", failure.message, unfinished.message), ..unfinished }
        }
    }
}

/// Copies what is there, and writes down what is to come. Nothing that is read as configuration changes.
fn prepare(store: &Store<'_>, job: &Job<'_>) -> Result<Manifest, Failure> {
    let number =
        store::numbers(store.disk).map_err(|e| store::failure(&e))?.last().map_or(1, |last| last + 1);
    let copied = copy(store, number, job);
    copied.map_err(|trouble| {
        let failure = store::failure(&trouble);
        let _ = store.remove(number);
        Failure { message: format!("{}; nothing was changed", failure.message), ..failure }
    })
}

fn copy(store: &Store<'_>, number: u32, job: &Job<'_>) -> Done<Manifest> {
    let now = SystemTime::now();
    let nanos = now.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    let mut manifest = Manifest {
        version: 1,
        number,
        id: format!("{number:04}-{nanos:x}"),
        stage: Stage::Prepared,
        from: job.from.to_owned(),
        to: job.to.to_owned(),
        started: humantime::format_rfc3339_seconds(now).to_string(),
        items: Vec::with_capacity(job.changes.len()),
        directories: Vec::new(),
        confirm: job.confirm.clone(),
    };
    let folder = store::folder(number);
    store.disk.make_directory(&folder, 0o700)?;
    store.disk.make_directory(&format!("{folder}/old"), 0o700)?;
    for (index, change) in job.changes.iter().enumerate() {
        let (old, bytes) = store.disk.read(&change.path)?;
        if matches!(old.content, Content::File { .. }) {
            let path = manifest.backup(index);
            store.disk.create(&path, &bytes, 0o600, Like::Labelled(&BTreeMap::new()))?;
        }
        manifest.items.push(Item { path: change.path.clone(), old, new: change.new.content() });
    }
    store.disk.sync_directory(&format!("{folder}/old"))?;
    for parent in manifest.parents() {
        let mut at = String::new();
        for part in crate::below::parts(&parent) {
            at = format!("{at}/{part}");
            if !store.disk.is_directory(&at) && !manifest.directories.contains(&at) {
                manifest.directories.push(at.clone());
            }
        }
    }
    store.write(&manifest)?;
    Ok(manifest)
}

/// Puts new and old files beside their places: what fails for want of room or rights fails here.
fn stage_all(store: &Store<'_>, manifest: &Manifest, job: &Job<'_>) -> Result<(), Failure> {
    let staged = || -> Done {
        for directory in &manifest.directories {
            store.disk.make_directory(directory, 0o755)?;
        }
        for (index, (item, change)) in manifest.items.iter().zip(job.changes).enumerate() {
            let path = manifest.staged(index, Side::New);
            match &change.new {
                New::Nothing => {}
                New::Link(target) => store.disk.symlink(&path, target, None)?,
                New::File(bytes, mode) => {
                    let label = label(store, item)?;
                    store.disk.create(&path, bytes, *mode, Like::Labelled(&label))?;
                }
            }
        }
        settle::stage(store, manifest, true)
    };
    staged().map_err(|trouble| store::failure(&trouble))
}

/// The attributes of a new file: those of the file that it replaces, or the SELinux label of one beside it. An ACL would
/// not fit the new mode.
fn label(store: &Store<'_>, item: &Item) -> Done<BTreeMap<String, String>> {
    if let (Content::File { .. }, Some(meta)) = (&item.old.content, &item.old.meta) {
        let mut attributes = meta.attributes.clone();
        attributes.retain(|name, _| !name.starts_with("system.posix_acl"));
        return Ok(attributes);
    }
    let parent = settle::parent_of(&item.path);
    for name in store.disk.list(parent)?.into_iter().filter(|name| !name.starts_with('.')) {
        // A directory or a device has no label for a file.
        let Ok(standing) = store.disk.standing(&format!("{parent}/{name}")) else { continue };
        if let (Content::File { .. }, Some(meta)) = (&standing.content, standing.meta) {
            return Ok(meta.attributes.into_iter().filter(|(name, _)| name == "security.selinux").collect());
        }
    }
    Ok(BTreeMap::new())
}

/// Renames what is new into its place, then takes away what goes, so that a link has a file at all times.
fn place(store: &Store<'_>, manifest: &Manifest) -> Done {
    for item in &manifest.items {
        // Somebody may have written since the copy was made.
        if !store.disk.standing(&item.path)?.is_same(&item.old) {
            return Err(Trouble { path: item.path.clone(), errno: Errno::BUSY });
        }
    }
    for (index, item) in manifest.items.iter().enumerate() {
        if item.new != Content::Nothing {
            store.disk.rename(&manifest.staged(index, Side::New), &item.path)?;
        }
    }
    for item in manifest.items.iter().filter(|item| item.new == Content::Nothing) {
        store.disk.unlink(&item.path)?;
    }
    settle::sync(store, manifest)
}

fn proven(store: &Store<'_>, manifest: &Manifest) -> Done {
    for item in &manifest.items {
        let Standing { content, .. } = store.disk.standing(&item.path)?;
        if content != item.new {
            return Err(Trouble { path: item.path.clone(), errno: Errno::BADMSG });
        }
    }
    Ok(())
}
