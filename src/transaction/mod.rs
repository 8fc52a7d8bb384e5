//! Changing the files of a host as one: either all of them are as they should be, or all as they were.
//!
//! What this guards against: a host that is cut off by a half-written configuration. The way forward ([`commit`]) and the
//! way back (`settle.rs`) are told in docs/safety.md. In short: copies of all old files and a manifest are on the disk before
//! anything changes; old and new files wait beside their places before the first rename; the manifest says `done` when
//! all is proven, and until then whoever comes next brings the old files back.

pub mod commit;
pub mod confirm;
pub mod disk;
pub mod manifest;
mod settle;
pub mod store;
pub mod taken_back;

use crate::failure::Failure;
use disk::{Disk, Done};
use manifest::{Content, Item, Manifest, Stage};
use serde::{Deserialize, Serialize};
use store::Store;

/// What became of a transaction that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restored {
    /// It.
    pub manifest: Manifest,
    /// Copies of files that somebody else had changed meanwhile.
    pub kept: Vec<String>,
}

/// Clears up after a run that did not come to its end: files of both states become the old ones. `None` where there was
/// nothing to bring back.
///
/// # Errors
/// The system refuses; run again, it goes on where it ended.
pub fn recover(store: &Store<'_>) -> Result<Option<Restored>, Failure> {
    for number in store::numbers(store.disk).map_err(|e| store::failure(&e))?.into_iter().rev() {
        match store::read(store.disk, number)? {
            None if store::is_orphan(store.disk, number).map_err(|e| store::failure(&e))? => {}
            // It got no manifest, so nothing was changed by it; or it is undone.
            None => store.remove(number).map_err(|e| store::failure(&e))?,
            Some(manifest) => match manifest.stage {
                Stage::Done => {
                    settle::clear(store, &manifest).map_err(|e| store::failure(&e))?;
                    return Ok(None);
                }
                Stage::Prepared | Stage::Undoing => return finish(store, manifest).map(Some),
            },
        }
    }
    Ok(None)
}

/// Whether the files are as the transaction left them, so that undoing it throws away nobody's work.
///
/// # Errors
/// Somebody changed its files since (without `force`); or the system refuses.
pub fn may_undo(disk: &Disk<'_>, manifest: &Manifest, force: bool) -> Result<(), Failure> {
    let changed = settle::changed(disk, manifest).map_err(|e| store::failure(&e))?;
    if changed.is_empty() || force {
        return Ok(());
    }
    let paths: Vec<String> = changed.iter().map(|item| format!("`{}`", item.path)).collect();
    let message = format!("{} changed since the migration; nothing was undone", paths.join(", "));
    Err(Failure::refused(message)
        .help("see what changed; `--force` brings the old files back and keeps a copy of what is there"))
}

/// What stands at a path of a transaction, or stood there: with the bytes of a file.
pub type Found = (Content, Vec<u8>);

/// What stands at each of its paths now, and what an undo would bring back.
///
/// # Errors
/// The system refuses, or a copy is not what it was: an undo would fail.
pub fn both_sides(disk: &Disk<'_>, manifest: &Manifest) -> Result<Vec<[Found; 2]>, Failure> {
    let sides = |(index, item): (usize, &Item)| -> Done<[Found; 2]> {
        let (standing, bytes) = disk.read(&item.path)?;
        let old = match &item.old.content {
            Content::File { sha256, .. } => settle::copy_of(disk, manifest, index, sha256)?,
            Content::Nothing | Content::Link { .. } => Vec::new(),
        };
        Ok([(standing.content, bytes), (item.old.content.clone(), old)])
    };
    let found: Done<Vec<_>> = manifest.items.iter().enumerate().map(sides).collect();
    found.map_err(|e| store::damaged(manifest, &e))
}

/// Undoes the last transaction.
///
/// # Errors
/// Somebody changed its files since (without `force`); or the system refuses.
pub fn undo(store: &Store<'_>, mut manifest: Manifest, force: bool) -> Result<Restored, Failure> {
    may_undo(store.disk, &manifest, force)?;
    if let Err(trouble) = settle::stage(store, &manifest, false) {
        let _ = settle::clear(store, &manifest);
        let failure = store::damaged(&manifest, &trouble);
        return Err(Failure { message: format!("{}; nothing was undone", failure.message), ..failure });
    }
    manifest.stage = Stage::Undoing;
    store.write(&manifest).map_err(|e| settle::unfinished(&e))?;
    finish(store, manifest)
}

fn finish(store: &Store<'_>, manifest: Manifest) -> Result<Restored, Failure> {
    let kept = settle::back(store, &manifest).map_err(|e| settle::unfinished(&e))?;
    store.remove(manifest.number).map_err(|e| settle::unfinished(&e))?;
    Ok(Restored { manifest, kept })
}
