//! Bringing back what was before a transaction: for undo, after a failure, and after an interruption.
//!
//! Each path is compared with what it is to be and left alone where it is that already, so the work can be begun again
//! wherever it ended. Old files are made beside their places from the copies in the state folder and renamed.

use super::disk::{Disk, Done, Like, Trouble};
use super::manifest::{Content, Item, Manifest, Side, sha256};
use super::store::{self, Store};
use crate::failure::{Failure, FailureKind};
use rustix::io::Errno;
use std::collections::BTreeMap;

/// Puts a copy of each old file beside its place, where the old file is not there itself.
///
/// # Errors
/// The system refuses, or a copy in the state folder is not what it was; nothing that is read as configuration was changed.
pub(super) fn stage(store: &Store<'_>, manifest: &Manifest, all: bool) -> Done {
    for (index, item) in manifest.items.iter().enumerate() {
        let Some(meta) = &item.old.meta else { continue };
        let staged = manifest.staged(index, Side::Old);
        if !all && store.disk.standing(&item.path)?.is_same(&item.old) {
            continue;
        }
        // One that an earlier run left may be torn.
        if store.disk.standing(&staged)?.is_same(&item.old) {
            continue;
        }
        store.disk.unlink(&staged)?;
        store.disk.make_directories(parent_of(&item.path))?;
        match &item.old.content {
            Content::Nothing => {}
            Content::Link { target } => store.disk.symlink(&staged, target, Some(meta.owner))?,
            Content::File { sha256: hash, mode } => {
                let bytes = copy_of(store.disk, manifest, index, hash)?;
                store.disk.create(&staged, &bytes, *mode, Like::Exactly(meta))?;
            }
        }
    }
    manifest.parents().iter().try_for_each(|parent| store.disk.sync_directory(parent))
}

/// The bytes of an old file, which must be those of that hash.
pub(super) fn copy_of(disk: &Disk<'_>, manifest: &Manifest, index: usize, hash: &str) -> Done<Vec<u8>> {
    let path = manifest.backup(index);
    let (_, bytes) = disk.read(&path)?;
    if sha256(&bytes) == hash { Ok(bytes) } else { Err(Trouble { path, errno: Errno::BADMSG }) }
}

/// Brings each path back to what it was. Returns the paths of files that somebody else changed meanwhile, of which copies
/// are kept.
///
/// # Errors
/// The system refuses; run again, it goes on where it ended.
pub(super) fn back(store: &Store<'_>, manifest: &Manifest) -> Done<Vec<String>> {
    stage(store, manifest, false)?;
    let kept = keep_changed(store, manifest)?;
    for (index, item) in manifest.items.iter().enumerate() {
        if store.disk.standing(&item.path)?.is_same(&item.old) {
            continue;
        }
        match item.old.content {
            Content::Nothing => {
                store.disk.unlink(&item.path)?;
            }
            Content::File { .. } | Content::Link { .. } => {
                store.disk.rename(&manifest.staged(index, Side::Old), &item.path)?;
            }
        }
    }
    sync(store, manifest)?;
    clear(store, manifest)?;
    for directory in manifest.directories.iter().rev() {
        store.disk.remove_directory(directory)?;
    }
    for item in &manifest.items {
        if !store.disk.standing(&item.path)?.is_same(&item.old) {
            return Err(Trouble { path: item.path.clone(), errno: Errno::BADMSG });
        }
    }
    Ok(kept)
}

/// Takes away what waits beside the targets.
pub(super) fn clear(store: &Store<'_>, manifest: &Manifest) -> Done {
    let mut any = false;
    for index in 0..manifest.items.len() {
        for side in [Side::New, Side::Old] {
            any |= store.disk.unlink(&manifest.staged(index, side))?;
        }
    }
    if any { sync(store, manifest) } else { Ok(()) }
}

pub(super) fn sync(store: &Store<'_>, manifest: &Manifest) -> Done {
    manifest.parents().iter().try_for_each(|parent| store.disk.sync_directory(parent))
}

/// The paths that are not as the transaction left them.
pub(super) fn changed<'m>(disk: &Disk<'_>, manifest: &'m Manifest) -> Done<Vec<&'m Item>> {
    let mut changed = Vec::new();
    for item in &manifest.items {
        let is_as_left = match disk.standing(&item.path) {
            Ok(standing) => standing.content == item.new,
            // A directory or a device in its place.
            Err(trouble) if matches!(trouble.errno, Errno::ISDIR | Errno::INVAL) => false,
            Err(trouble) => return Err(trouble),
        };
        if !is_as_left {
            changed.push(item);
        }
    }
    Ok(changed)
}

/// Copies of what is in neither of the two states.
fn keep_changed(store: &Store<'_>, manifest: &Manifest) -> Done<Vec<String>> {
    let mut kept = Vec::new();
    for item in &manifest.items {
        let (standing, bytes) = store.disk.read(&item.path)?;
        if standing.content == item.new || standing.content == item.old.content {
            continue;
        }
        let copy = format!("{}{}", store::kept(manifest.number), item.path);
        match &standing.content {
            Content::Nothing => continue,
            Content::File { mode, .. } => {
                store.disk.make_directories(parent_of(&copy))?;
                store.disk.unlink(&copy)?;
                store.disk.create(&copy, &bytes, *mode, Like::Labelled(&BTreeMap::new()))?;
            }
            Content::Link { target } => {
                store.disk.make_directories(parent_of(&copy))?;
                store.disk.unlink(&copy)?;
                store.disk.symlink(&copy, target, None)?;
            }
        }
        store.disk.sync_directory(parent_of(&copy))?;
        kept.push(copy);
    }
    Ok(kept)
}

pub(super) fn parent_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// A failure while the old state was being brought back.
pub(super) fn unfinished(trouble: &Trouble) -> Failure {
    let failure = store::failure(trouble);
    let message = format!("the old files are not all back: {}", failure.message);
    let help = "the next `netpivot migrate --undo` goes on where this ended; until then files of both states may stand there";
    let first = failure.help.map_or_else(String::new, |help| format!("{help}; "));
    Failure::new(FailureKind::Write, message).help(format!("{first}{help}"))
}
