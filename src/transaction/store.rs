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

/// What the manifest is called while a transaction's folder is taken away.
const UNDONE: &str = "undone.json";

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

    /// Takes a transaction's folder away, the manifest's name first: what is left then is of no use to anybody, and
    /// told from a folder whose manifest somebody took.
    ///
    /// # Errors
    /// The system refuses.
    pub fn remove(&self, number: u32) -> Done {
        let folder = folder(number);
        let manifest = format!("{folder}/manifest.json");
        if self.disk.standing(&manifest)?.content != Content::Nothing {
            self.disk.rename(&manifest, &format!("{folder}/{UNDONE}"))?;
            self.disk.sync_directory(&folder)?;
        }
        for directory in [format!("{folder}/old"), folder.clone()] {
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

/// True for copies of old files without a manifest that says where they were. A run that was ended while it made them leaves
/// that – nothing was changed then –, and so does somebody who takes the manifest away.
///
/// # Errors
/// The folder cannot be listed.
pub fn is_orphan(disk: &Disk<'_>, number: u32) -> Done<bool> {
    let folder = folder(number);
    let names = disk.list(&folder)?;
    let has_none = !names.iter().any(|name| name == "manifest.json" || name == UNDONE);
    Ok(has_none && !disk.list(&format!("{folder}/old"))?.is_empty())
}

/// What to tell of such copies, which nothing takes away.
///
/// # Errors
/// The state folder cannot be listed.
pub fn orphans(disk: &Disk<'_>) -> Result<Vec<String>, Failure> {
    let mut notes = Vec::new();
    for number in numbers(disk).map_err(|e| failure(&e))? {
        if is_orphan(disk, number).map_err(|e| failure(&e))? {
            let folder = folder(number);
            notes.push(format!(
                "`{folder}/old` holds copies of old files, and no manifest says where they were: a run that was ended before it changed anything leaves that, or the manifest was lost; put back what is missing, then remove `{folder}`"
            ));
        }
    }
    Ok(notes)
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
            let folder = folder(number);
            Err(Failure::new(FailureKind::Write, message).help(format!(
                "nothing was changed; put the old files back by hand where you want them – `{folder}/old` holds them by number, in the order of `items` in the manifest –, then move `{folder}` away"
            )))
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
        Errno::LOOP => failure("it is a symbolic link, and netpivot follows none")
            .help("put what it leads to in its place, or mount it there (`mount --bind`); then run it again"),
        Errno::NOTDIR => {
            failure("a file stands where a folder is needed").help("move it away, and run it again")
        }
        Errno::ISDIR => {
            failure("a directory stands there").help("see what it holds, move it away, and run it again")
        }
        Errno::INVAL => failure("what stands there is no file, or the path is none")
            .help("see what it is (`ls -l`), move it away, and run it again"),
        Errno::ILSEQ => failure("a name there is not UTF-8").help(
            "see where its link leads, or which attributes it has (`ls -lb`, `getfattr -d`), and rename that",
        ),
        Errno::PERM if rustix::process::geteuid().is_root() => failure(&system).help(format!(
            "it or its folder may be immutable: `lsattr -d {path} {}` tells, and `chattr -i` lifts it",
            path.rsplit_once('/').map_or("/", |(folder, _)| folder)
        )),
        Errno::ACCESS | Errno::PERM => failure(&system).help("run as root, or as the owner of the tree"),
        Errno::NOSPC | Errno::DQUOT => failure(&system).help("make room, and run it again"),
        Errno::ROFS => failure(&system).help("mount the file system for writing"),
        Errno::BUSY => failure("somebody else changed it meanwhile").help("run it again when nobody does"),
        Errno::BADMSG => failure("what stands there is not what was written").help("check the disk"),
        Errno::IO => failure(&system).help("check the disk (`dmesg`)"),
        _ => failure(&system),
    }
}

/// A copy of an old file that is not what it was, named by its file; any other trouble as [`failure`].
#[must_use]
pub(super) fn damaged(manifest: &Manifest, trouble: &Trouble) -> Failure {
    let of = manifest.items.iter().enumerate().find(|(index, _)| manifest.backup(*index) == trouble.path);
    match of {
        Some((_, item)) if trouble.errno == Errno::BADMSG => {
            let (copy, path, folder) = (&trouble.path, &item.path, folder(manifest.number));
            let message = format!("`{copy}`, the copy of `{path}`, is not what it was");
            Failure::new(FailureKind::Write, message).help(format!(
                "check the disk; put `{path}` and the others of `{folder}/old` back by hand, then move `{folder}` away"
            ))
        }
        Some(_) | None => failure(trouble),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_help_for_what_a_system_refuses() {
        let refused = [
            Errno::LOOP,
            Errno::NOTDIR,
            Errno::ISDIR,
            Errno::INVAL,
            Errno::ILSEQ,
            Errno::ACCESS,
            Errno::PERM,
            Errno::NOSPC,
            Errno::DQUOT,
            Errno::ROFS,
            Errno::BUSY,
            Errno::BADMSG,
            Errno::IO,
        ];
        for errno in refused {
            let failure = failure(&Trouble { path: "/etc/a".to_owned(), errno });
            assert!(failure.help.is_some() && failure.message.starts_with("`/etc/a` cannot be changed: "));
        }
    }

    /// Root may do all but what the file itself forbids (chattr(1)).
    #[test]
    fn what_root_may_not_do_is_immutable() {
        let told = failure(&Trouble { path: "/etc/a".to_owned(), errno: Errno::PERM }).help;
        let is_told = told.is_some_and(|help| help.contains("`lsattr -d /etc/a /etc`"));
        assert_eq!(is_told, rustix::process::geteuid().is_root());
    }
}
