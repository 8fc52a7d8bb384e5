//! The host's disk: every call that changes it, one by one.
//!
//! A transaction is as good as what it does when a call fails, so each of them goes by a [`Watch`] first. The program's
//! own lets all pass; the tests' fails or stops at the n-th. Paths are below the root, entered by handle
//! (`src/below.rs`).

use super::manifest::{Content, Meta, Standing, hex, sha256, unhex};
use crate::below::{self, FILE};
use rustix::fs::{AtFlags, Dir, FileType, Gid, Mode, OFlags, RawMode, Timespec, Timestamps, Uid, XattrFlags};
use rustix::io::Errno;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::path::Path;

/// The largest file that a transaction takes up; configuration is far smaller.
const LARGEST: u64 = 64 * 1024 * 1024;

/// A kind of call that changes the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Call {
    /// mkdirat(2)
    MakeDirectory,
    /// openat(2) of a new file
    Create,
    /// write(2)
    Write,
    /// fchown(2)
    Owner,
    /// fchmod(2)
    Mode,
    /// fsetxattr(2), fremovexattr(2)
    Attribute,
    /// futimens(2)
    Times,
    /// fsync(2) of a file
    Sync,
    /// fsync(2) of a directory
    SyncDirectory,
    /// symlinkat(2)
    Symlink,
    /// renameat(2)
    Rename,
    /// unlinkat(2)
    Unlink,
    /// unlinkat(2) of a directory
    RemoveDirectory,
}

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is made.
    Go,
    /// It fails so.
    Fail(Errno),
    /// A write fails so when half of it is done.
    Torn(Errno),
}

/// Sees each call before it is made.
pub trait Watch {
    /// What becomes of the call on that path.
    fn before(&self, call: Call, path: &str) -> Verdict;
}

/// All calls are made.
#[derive(Debug)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn before(&self, _: Call, _: &str) -> Verdict {
        Verdict::Go
    }
}

/// What the system refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Where.
    pub path: String,
    /// Why.
    pub errno: Errno,
}

/// The result of work on the disk.
pub type Done<T = ()> = Result<T, Trouble>;

/// A host's disk below its root.
pub struct Disk<'w> {
    root: OwnedFd,
    watch: &'w dyn Watch,
}

/// How a new file is to be beside its bytes and its mode.
#[derive(Clone, Copy)]
pub enum Like<'m> {
    /// As that one was: owner, times and all attributes.
    Exactly(&'m Meta),
    /// As the system makes it, but with these attributes.
    Labelled(&'m BTreeMap<String, String>),
}

impl<'w> Disk<'w> {
    /// The disk of a host.
    ///
    /// # Errors
    /// The root is no directory, or may not be opened.
    pub fn open(root: &Path, watch: &'w dyn Watch) -> Done<Self> {
        match below::open(root) {
            Ok(handle) => Ok(Disk { root: handle, watch }),
            Err(errno) => Err(Trouble { path: root.to_string_lossy().into_owned(), errno }),
        }
    }

    fn at<T>(path: &str, result: Result<T, Errno>) -> Done<T> {
        result.map_err(|errno| Trouble { path: path.to_owned(), errno })
    }

    fn may(&self, call: Call, path: &str) -> Done {
        match self.watch.before(call, path) {
            Verdict::Go => Ok(()),
            Verdict::Fail(errno) | Verdict::Torn(errno) => Self::at(path, Err(errno)),
        }
    }

    /// The directory of a path, and the name in it.
    fn parent<'p>(&self, path: &'p str) -> Done<(OwnedFd, &'p str)> {
        let (parent, name) = Self::at(path, below::split(path).map_err(|_| Errno::INVAL))?;
        Ok((self.enter(parent)?, name))
    }

    /// The handle of a directory. What keeps one from entering it is told of the very part of the path.
    fn enter(&self, path: &str) -> Done<OwnedFd> {
        let errno = match below::enter(&self.root, path) {
            Ok(handle) => return Ok(handle),
            Err(errno) => errno,
        };
        let parents = path.match_indices('/').map(|(at, _)| &path[..at]).skip(1).chain([path]);
        for at in parents {
            let Err(errno) = below::enter(&self.root, at) else { continue };
            // O_DIRECTORY on a link is ENOTDIR, O_NOFOLLOW ELOOP (open(2)).
            let is_link = || self.kind(at) == Some(FileType::Symlink);
            let errno = if errno == Errno::NOTDIR && is_link() { Errno::LOOP } else { errno };
            return Self::at(at, Err(errno));
        }
        Self::at(path, Err(errno))
    }

    fn kind(&self, path: &str) -> Option<FileType> {
        let (parent, name) = below::split(path).ok()?;
        let parent = below::enter(&self.root, parent).ok()?;
        let stat = rustix::fs::statat(&parent, name, AtFlags::SYMLINK_NOFOLLOW).ok()?;
        Some(FileType::from_raw_mode(stat.st_mode))
    }

    /// What stands at a path, with the bytes of a file.
    ///
    /// # Errors
    /// It cannot be read; or it is neither a file nor a symbolic link.
    pub fn read(&self, path: &str) -> Done<(Standing, Vec<u8>)> {
        let nothing = (Standing { content: Content::Nothing, meta: None }, Vec::new());
        let (parent, name) = match self.parent(path) {
            Ok(found) => found,
            Err(trouble) if trouble.errno == Errno::NOENT => return Ok(nothing),
            Err(trouble) => return Err(trouble),
        };
        match look(&parent, name) {
            Err(Errno::NOENT) => Ok(nothing),
            other => Self::at(path, other),
        }
    }

    /// What stands at a path.
    ///
    /// # Errors
    /// As [`Disk::read`].
    pub fn standing(&self, path: &str) -> Done<Standing> {
        self.read(path).map(|(standing, _)| standing)
    }

    /// True where a directory stands there.
    #[must_use]
    pub fn is_directory(&self, path: &str) -> bool {
        below::enter(&self.root, path).is_ok()
    }

    /// The handle of a directory, for its lock and its owner.
    ///
    /// # Errors
    /// It is none, or may not be entered.
    pub fn directory(&self, path: &str) -> Done<OwnedFd> {
        self.enter(path)
    }

    /// The names in a directory, sorted; none where there is no directory.
    ///
    /// # Errors
    /// It cannot be listed.
    pub fn list(&self, path: &str) -> Done<Vec<String>> {
        let handle = match self.enter(path) {
            Err(trouble) if trouble.errno == Errno::NOENT => return Ok(Vec::new()),
            other => other?,
        };
        let mut names = Vec::new();
        for entry in Self::at(path, Dir::read_from(&handle))? {
            let entry = Self::at(path, entry)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name != "." && name != ".." {
                names.push(name);
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    /// Makes a directory; `true` where it was not there.
    ///
    /// # Errors
    /// The system refuses.
    pub fn make_directory(&self, path: &str, mode: u32) -> Done<bool> {
        if self.is_directory(path) {
            return Ok(false);
        }
        let (parent, name) = self.parent(path)?;
        self.may(Call::MakeDirectory, path)?;
        Self::at(path, rustix::fs::mkdirat(&parent, name, raw(mode)))?;
        self.sync_handle(path, &parent)?;
        Ok(true)
    }

    /// Makes a directory and those above it.
    ///
    /// # Errors
    /// The system refuses.
    pub fn make_directories(&self, path: &str) -> Done {
        let mut at = String::new();
        for part in below::parts(path) {
            at = format!("{at}/{part}");
            self.make_directory(&at, 0o755)?;
        }
        Ok(())
    }

    /// A new file, on the disk when this is done. Nothing may stand there.
    ///
    /// # Errors
    /// The system refuses; a part of the file may be there.
    pub fn create(&self, path: &str, bytes: &[u8], mode: u32, like: Like<'_>) -> Done {
        let (parent, name) = self.parent(path)?;
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        self.may(Call::Create, path)?;
        let handle = Self::at(path, rustix::fs::openat(&parent, name, flags, Mode::RUSR | Mode::WUSR))?;
        let mut file = File::from(handle);
        self.write(path, &mut file, bytes)?;
        if let Like::Exactly(meta) = like {
            self.give(path, &file, meta.owner)?;
        }
        self.may(Call::Mode, path)?;
        Self::at(path, rustix::fs::fchmod(&file, raw(mode)))?;
        self.attributes(path, &file, like)?;
        if let Like::Exactly(meta) = like {
            self.may(Call::Times, path)?;
            let modified = Timespec { tv_sec: meta.modified.0, tv_nsec: meta.modified.1.into() };
            let times = Timestamps { last_access: modified, last_modification: modified };
            Self::at(path, rustix::fs::futimens(&file, &times))?;
        }
        self.may(Call::Sync, path)?;
        Self::at(path, rustix::fs::fsync(&file))
    }

    fn write(&self, path: &str, file: &mut File, bytes: &[u8]) -> Done {
        let mut put =
            |bytes: &[u8]| file.write_all(bytes).map_err(|e| Errno::from_io_error(&e).unwrap_or(Errno::IO));
        match self.watch.before(Call::Write, path) {
            Verdict::Go => Self::at(path, put(bytes)),
            Verdict::Fail(errno) => Self::at(path, Err(errno)),
            Verdict::Torn(errno) => Self::at(path, put(&bytes[..bytes.len() / 2]).and(Err(errno))),
        }
    }

    /// Only root can give a file away, and need not where it is right already.
    fn give(&self, path: &str, file: &File, owner: (u32, u32)) -> Done {
        let stat = Self::at(path, rustix::fs::fstat(file))?;
        if (stat.st_uid, stat.st_gid) == owner {
            return Ok(());
        }
        self.may(Call::Owner, path)?;
        Self::at(path, rustix::fs::fchown(file, Some(Uid::from_raw(owner.0)), Some(Gid::from_raw(owner.1))))
    }

    fn attributes(&self, path: &str, file: &File, like: Like<'_>) -> Done {
        let there = Self::at(path, attributes_of(file))?;
        let wanted = match like {
            Like::Exactly(meta) => &meta.attributes,
            Like::Labelled(wanted) => wanted,
        };
        for (name, value) in wanted.iter().filter(|(name, value)| there.get(*name) != Some(value)) {
            self.may(Call::Attribute, path)?;
            let value = Self::at(path, unhex(value).ok_or(Errno::INVAL))?;
            Self::at(path, rustix::fs::fsetxattr(file, name.as_str(), &value, XattrFlags::empty()))?;
        }
        if matches!(like, Like::Labelled(_)) {
            return Ok(());
        }
        // A directory's default ACL gives each new file one.
        for name in there.keys().filter(|name| !wanted.contains_key(*name)) {
            self.may(Call::Attribute, path)?;
            Self::at(path, rustix::fs::fremovexattr(file, name.as_str()))?;
        }
        Ok(())
    }

    /// A symbolic link.
    ///
    /// # Errors
    /// The system refuses.
    pub fn symlink(&self, path: &str, target: &str, owner: Option<(u32, u32)>) -> Done {
        let (parent, name) = self.parent(path)?;
        self.may(Call::Symlink, path)?;
        Self::at(path, rustix::fs::symlinkat(target, &parent, name))?;
        let Some((uid, gid)) = owner else { return Ok(()) };
        let stat = Self::at(path, rustix::fs::statat(&parent, name, AtFlags::SYMLINK_NOFOLLOW))?;
        if (stat.st_uid, stat.st_gid) == (uid, gid) {
            return Ok(());
        }
        self.may(Call::Owner, path)?;
        let (uid, gid) = (Some(Uid::from_raw(uid)), Some(Gid::from_raw(gid)));
        Self::at(path, rustix::fs::chownat(&parent, name, uid, gid, AtFlags::SYMLINK_NOFOLLOW))
    }

    /// Puts what stands at one path at another of the same directory, in the place of what stands there.
    ///
    /// # Errors
    /// The system refuses.
    pub fn rename(&self, from: &str, to: &str) -> Done {
        let ((old, from), (new, name)) = (self.parent(from)?, self.parent(to)?);
        self.may(Call::Rename, to)?;
        Self::at(to, rustix::fs::renameat(&old, from, &new, name))
    }

    /// Takes a file or a link away; `false` where there is none.
    ///
    /// # Errors
    /// The system refuses.
    pub fn unlink(&self, path: &str) -> Done<bool> {
        let (parent, name) = match self.parent(path) {
            Err(trouble) if trouble.errno == Errno::NOENT => return Ok(false),
            other => other?,
        };
        if matches!(rustix::fs::statat(&parent, name, AtFlags::SYMLINK_NOFOLLOW), Err(Errno::NOENT)) {
            return Ok(false);
        }
        self.may(Call::Unlink, path)?;
        Self::at(path, rustix::fs::unlinkat(&parent, name, AtFlags::empty()))?;
        Ok(true)
    }

    /// Takes an empty directory away; `false` where it is not empty, or not there.
    ///
    /// # Errors
    /// The system refuses.
    pub fn remove_directory(&self, path: &str) -> Done<bool> {
        if !self.is_directory(path) || !self.list(path)?.is_empty() {
            return Ok(false);
        }
        let (parent, name) = self.parent(path)?;
        self.may(Call::RemoveDirectory, path)?;
        Self::at(path, rustix::fs::unlinkat(&parent, name, AtFlags::REMOVEDIR))?;
        self.sync_handle(path, &parent)?;
        Ok(true)
    }

    /// Puts the entries of a directory on the disk; nothing to do where it is not there.
    ///
    /// # Errors
    /// The system refuses.
    pub fn sync_directory(&self, path: &str) -> Done {
        match self.enter(path) {
            Err(trouble) if trouble.errno == Errno::NOENT => Ok(()),
            other => self.sync_handle(path, &other?),
        }
    }

    fn sync_handle(&self, path: &str, handle: &OwnedFd) -> Done {
        self.may(Call::SyncDirectory, path)?;
        Self::at(path, rustix::fs::fsync(handle))
    }

    /// Opens a file of the program's own, for its lock; makes it where it is not there.
    ///
    /// # Errors
    /// The system refuses.
    pub fn open_lock(&self, path: &str) -> Done<File> {
        let (parent, name) = self.parent(path)?;
        let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let handle = match rustix::fs::openat(&parent, name, flags, Mode::empty()) {
            Err(Errno::NOENT) => {
                self.may(Call::Create, path)?;
                rustix::fs::openat(&parent, name, flags | OFlags::CREATE, Mode::RUSR | Mode::WUSR)
            }
            other => other,
        };
        Self::at(path, handle).map(File::from)
    }
}

fn raw(mode: u32) -> Mode {
    Mode::from_raw_mode(RawMode::try_from(mode).unwrap_or(0o600))
}

fn look(parent: &OwnedFd, name: &str) -> Result<(Standing, Vec<u8>), Errno> {
    let stat = rustix::fs::statat(parent, name, AtFlags::SYMLINK_NOFOLLOW)?;
    let mut meta = Meta {
        owner: (stat.st_uid, stat.st_gid),
        modified: (stat.st_mtime, u32::try_from(stat.st_mtime_nsec).unwrap_or(0)),
        attributes: BTreeMap::new(),
    };
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => {}
        FileType::Symlink => {
            let target = rustix::fs::readlinkat(parent, name, Vec::new())?;
            let target = target.into_string().map_err(|_| Errno::ILSEQ)?;
            return Ok((Standing { content: Content::Link { target }, meta: Some(meta) }, Vec::new()));
        }
        FileType::Directory => return Err(Errno::ISDIR),
        FileType::Fifo
        | FileType::Socket
        | FileType::CharacterDevice
        | FileType::BlockDevice
        | FileType::Unknown => return Err(Errno::INVAL),
    }
    let file = File::from(rustix::fs::openat(parent, name, FILE, Mode::empty())?);
    meta.attributes = attributes_of(&file)?;
    let mut bytes = Vec::new();
    let read = (&file).take(LARGEST + 1).read_to_end(&mut bytes);
    read.map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > LARGEST {
        return Err(Errno::FBIG);
    }
    let mode = stat.st_mode & 0o7777;
    Ok((Standing { content: Content::File { sha256: sha256(&bytes), mode }, meta: Some(meta) }, bytes))
}

/// The extended attributes that can be given to another file. The kernel itself keeps IMA's and EVM's.
fn attributes_of(file: &File) -> Result<BTreeMap<String, String>, Errno> {
    let mut found = BTreeMap::new();
    let size = match rustix::fs::flistxattr_query(file) {
        // A file system without them.
        Err(Errno::NOTSUP) => return Ok(found),
        other => other?,
    };
    let mut list = vec![0u8; size];
    let size = rustix::fs::flistxattr(file, list.as_mut_slice())?;
    for name in list.get(..size).unwrap_or_default().split(|byte| *byte == 0).filter(|name| !name.is_empty())
    {
        let Ok(name) = std::str::from_utf8(name) else { return Err(Errno::ILSEQ) };
        if matches!(name, "security.ima" | "security.evm") {
            continue;
        }
        let mut value = vec![0u8; rustix::fs::fgetxattr_query(file, name)?];
        let size = rustix::fs::fgetxattr(file, name, value.as_mut_slice())?;
        value.truncate(size);
        found.insert(name.to_owned(), hex(&value));
    }
    Ok(found)
}

/// True for a directory that nobody else can write to.
#[must_use]
pub fn is_private(directory: &OwnedFd) -> bool {
    let own = rustix::process::geteuid().as_raw();
    rustix::fs::fstat(directory)
        .is_ok_and(|stat| (stat.st_uid == own || stat.st_uid == 0) && stat.st_mode & 0o022 == 0)
}
