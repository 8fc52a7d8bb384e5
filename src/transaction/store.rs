//! The state folder of a host, `/var/lib/netpivot` below its root: a lock, and a folder for each transaction that can be
//! undone, the last of them first.

use super::disk::{Disk, Done, Like, Trouble, is_private};
use super::manifest::{Content, Manifest};
use crate::failure::{Failure, FailureKind};
use rustix::fs::FlockOperation;
use rustix::io::Errno;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs::File;

/// The state folder.
pub const HOME: &str = "/var/lib/netpivot";

/// The folder of a transaction.
#[must_use]
pub fn folder(number: u32) -> String {
    format!("{HOME}/{number:04}")
}

/// Where changes by others are kept that an undo found.
#[must_use]
pub fn kept(number: u32) -> String {
    format!("{HOME}/changed-{number:04}")
}

/// The state folder while nobody else works with it.
pub struct Store<'d> {
    /// The host's disk.
    pub disk: &'d Disk<'d>,
    _lock: File,
}

/// Whether to wait for another run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// Until it is done.
    Yes,
    /// It is an error.
    No,
}

impl<'d> Store<'d> {
    /// Makes the state folder where it is not there, and locks it.
    ///
    /// # Errors
    /// The system refuses, another run has the lock, or others could write into the folder.
    pub fn open(disk: &'d Disk<'d>, wait: Wait) -> Result<Self, Failure> {
        let parent = HOME.rsplit_once('/').map_or("", |(parent, _)| parent);
        disk.make_directories(parent).map_err(|e| failure(&e))?;
        disk.make_directory(HOME, 0o700).map_err(|e| failure(&e))?;
        if !is_private(&disk.directory(HOME).map_err(|e| failure(&e))?) {
            let message = format!("`{HOME}` belongs to somebody else, or others may write into it");
            return Err(Failure::new(FailureKind::Write, message)
                .help(format!("see who made it; `chmod 700 {HOME}` where that was you")));
        }
        let lock = disk.open_lock(&format!("{HOME}/lock")).map_err(|e| failure(&e))?;
        let operation = match wait {
            Wait::Yes => FlockOperation::LockExclusive,
            Wait::No => FlockOperation::NonBlockingLockExclusive,
        };
        match rustix::fs::flock(&lock, operation) {
            Ok(()) => Ok(Store { disk, _lock: lock }),
            Err(Errno::WOULDBLOCK) => {
                let failure = Failure::refused("another netpivot changes this host just now");
                Err(failure.help("wait until it is done; `netpivot migrate --status` tells how far it is"))
            }
            Err(errno) => Err(self::failure(&Trouble { path: format!("{HOME}/lock"), errno })),
        }
    }

    /// Writes a manifest in the place of the one before; it is on the disk when this is done.
    ///
    /// # Errors
    /// The system refuses; the one before is there, or the new one.
    pub fn write(&self, manifest: &Manifest) -> Done {
        self.put(&folder(manifest.number), "manifest", manifest)
    }

    /// Writes `NAME.json` of a folder in the place of the one before.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub(super) fn put(&self, folder: &str, name: &str, what: &impl Serialize) -> Done {
        let (path, fresh) = (format!("{folder}/{name}.json"), format!("{folder}/{name}.new"));
        let text = serde_json::to_string_pretty(what).unwrap_or_default();
        self.disk.unlink(&fresh)?;
        self.disk.create(&fresh, text.as_bytes(), 0o600, Like::Labelled(&BTreeMap::new()))?;
        self.disk.rename(&fresh, &path)?;
        self.disk.sync_directory(folder)
    }

    /// Takes a transaction's folder away, the manifest first: what is left then is of no use to anybody.
    ///
    /// # Errors
    /// The system refuses.
    pub fn remove(&self, number: u32) -> Done {
        let folder = folder(number);
        if self.disk.unlink(&format!("{folder}/manifest.json"))? {
            self.disk.sync_directory(&folder)?;
        }
        for directory in [format!("{folder}/old"), folder] {
            for name in self.disk.list(&directory)? {
                let path = format!("{directory}/{name}");
                if !self.disk.is_directory(&path) {
                    self.disk.unlink(&path)?;
                }
            }
            self.disk.remove_directory(&directory)?;
        }
        Ok(())
    }
}

/// The numbers of the transactions' folders, sorted.
///
/// # Errors
/// The state folder cannot be listed.
pub fn numbers(disk: &Disk<'_>) -> Done<Vec<u32>> {
    let names = disk.list(HOME)?;
    let mut numbers: Vec<u32> = names.iter().filter_map(|name| name.parse().ok()).collect();
    numbers.sort_unstable();
    Ok(numbers)
}

/// The last transaction that has a manifest.
///
/// # Errors
/// It cannot be read.
pub fn last(disk: &Disk<'_>) -> Result<Option<Manifest>, Failure> {
    for number in numbers(disk).map_err(|e| failure(&e))?.into_iter().rev() {
        if let Some(manifest) = read(disk, number)? {
            return Ok(Some(manifest));
        }
    }
    Ok(None)
}

/// The manifest of a transaction; `None` where it never got one.
///
/// # Errors
/// It cannot be read.
pub fn read(disk: &Disk<'_>, number: u32) -> Result<Option<Manifest>, Failure> {
    let path = format!("{}/manifest.json", folder(number));
    let (standing, bytes) = disk.read(&path).map_err(|e| failure(&e))?;
    if standing.content == Content::Nothing {
        return Ok(None);
    }
    let manifest: Result<Manifest, _> = serde_json::from_slice(&bytes);
    match manifest {
        Ok(manifest) if manifest.version == 1 && manifest.number == number => Ok(Some(manifest)),
        Ok(_) | Err(_) => {
            let message = format!("`{path}` is no manifest that this netpivot understands");
            Err(Failure::new(FailureKind::Write, message)
                .help(format!("nothing was changed; the old files are in `{}/old`", folder(number))))
        }
    }
}

/// What the system refused, as a failure.
#[must_use]
pub fn failure(trouble: &Trouble) -> Failure {
    let Trouble { path, errno } = trouble;
    let failure = |why: &str| {
        let message = format!("`{path}` cannot be changed: {why}");
        Failure::new(FailureKind::Write, message)
    };
    let system = std::io::Error::from(*errno).to_string();
    match *errno {
        Errno::LOOP | Errno::NOTDIR => failure("a part of the path is a symbolic link or no directory").help(
            "netpivot follows no links there; name the root that the files really stand in with `--root`",
        ),
        Errno::ISDIR => failure("a directory stands there").help("remove it"),
        Errno::INVAL => failure("what stands there is no file, or the path is none"),
        Errno::ILSEQ => failure("a name there is not UTF-8"),
        Errno::ACCESS | Errno::PERM => failure(&system).help("run as root, or as the owner of the tree"),
        Errno::NOSPC | Errno::DQUOT => failure(&system).help("make room, and run it again"),
        Errno::ROFS => failure(&system).help("mount the file system for writing"),
        Errno::BUSY => failure("somebody else changed it meanwhile").help("run it again when nobody does"),
        Errno::BADMSG => failure("what stands there is not what was written").help("check the disk"),
        _ => failure(&system),
    }
}
