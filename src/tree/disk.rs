//! A directory of the disk as the root of a host.
//!
//! Every file is opened relative to a directory handle, never through a symbolic link; links are read and
//! resolved here, as if chrooted. A link that is swapped in between two steps is refused by the kernel.

use super::resolve::resolve;
use foldhash::{HashMap, HashSet};
use netpivot_parsers::{Access, Entry, EntryKind, ReadError, Tree};
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;
use std::borrow::Cow;
use std::cell::RefCell;
use std::ffi::{OsStr, OsString};
use std::fs::{File, Metadata};
use std::io::{ErrorKind, Read};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::rc::Rc;

const DIRECTORY: OFlags =
    OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// `O_NONBLOCK` so that a named pipe that takes a file's place cannot make the program wait.
const FILE: OFlags = OFlags::RDONLY
    .union(OFlags::NOFOLLOW)
    .union(OFlags::NONBLOCK)
    .union(OFlags::NOCTTY)
    .union(OFlags::CLOEXEC);

/// Most handles that are kept open: a copy of `/sys/class/net` has a directory for each link, and a process may have 1,024 open
/// files (getrlimit(2), `RLIMIT_NOFILE`).
const MOST_OPEN: usize = 64;

/// A directory of the disk, seen as a root.
pub struct DirTree {
    /// The first [`MOST_OPEN`] directories, by their path without links. Paths here are known not to be links.
    open: RefCell<HashMap<String, Rc<OwnedFd>>>,
    /// Directories that are not there: each format looks for its own in several places, and most hosts have one.
    missing: RefCell<HashSet<String>>,
    /// The entries of directories listed so far, by their path without links: each format asks for its own several times, and all
    /// are to see the same.
    listed: RefCell<HashMap<String, Rc<[Entry]>>>,
    /// The bytes of names that are no UTF-8, by the path they are shown with.
    names: RefCell<HashMap<String, OsString>>,
    /// Who owns what was read, and who may, as it was then.
    read: RefCell<HashMap<String, Access>>,
    /// The owner of the root.
    owner: u32,
}

impl DirTree {
    /// Opens the root.
    ///
    /// # Errors
    /// It is not a directory, or cannot be opened.
    pub fn open(root: &Path) -> std::io::Result<Self> {
        let flags = DIRECTORY.difference(OFlags::NOFOLLOW);
        let handle = rustix::fs::open(root, flags, Mode::empty())?;
        let owner = rustix::fs::fstat(&handle)?.st_uid;
        let open = HashMap::from_iter([("/".to_owned(), Rc::new(handle))]);
        Ok(DirTree {
            open: RefCell::new(open),
            missing: RefCell::default(),
            listed: RefCell::default(),
            names: RefCell::default(),
            read: RefCell::default(),
            owner,
        })
    }

    /// The path without links.
    fn resolve(&self, path: &str, follow_last: bool) -> Result<String, ReadError> {
        if self.is_resolved(path, follow_last) {
            return Ok(path.to_owned());
        }
        // Most paths lead through directories that are no links, or that are not there.
        match self.walk(if follow_last { path } else { split(path).0 }) {
            Ok(()) => return Ok(path.to_owned()),
            Err(Errno::NOENT) => return Err(ReadError::NotFound),
            Err(_) => {}
        }
        resolve(path, follow_last, &mut |at| self.link_at(at)).ok_or(ReadError::Io(Errno::LOOP.into()))
    }

    /// Opens each directory on the way.
    ///
    /// # Errors
    /// One is not there ([`Errno::NOENT`]), or the way leads through something else.
    fn walk(&self, path: &str) -> Result<(), Errno> {
        if path == "/" {
            return Ok(());
        }
        let ends = path.match_indices('/').map(|(end, _)| end).skip(1).chain([path.len()]);
        ends.map(|end| &path[..end]).try_for_each(|directory| match split(directory).1 {
            "" | "." | ".." => Err(Errno::LOOP),
            _ => self.directory(directory).map(|_| ()),
        })
    }

    /// What stands at a path, behind the links that lead there.
    fn resolve_file(&self, path: &str) -> Result<(String, Stat), ReadError> {
        let mut path = self.resolve(path, false)?;
        let mut stat = self.stat(&path).map_err(error)?;
        if FileType::from_raw_mode(stat.st_mode) == FileType::Symlink {
            path = self.resolve(&path, true)?;
            stat = self.stat(&path).map_err(error)?;
        }
        Ok((path, stat))
    }

    /// True for what is known to be without links: a directory that is open or missing, and what stands in one.
    fn is_resolved(&self, path: &str, follow_last: bool) -> bool {
        let (parent, name) = split(path);
        let is_name = !follow_last && !matches!(name, "" | "." | "..");
        self.is_known(path) || is_name && self.is_known(parent)
    }

    fn is_known(&self, path: &str) -> bool {
        self.open.borrow().contains_key(path) || self.missing.borrow().contains(path)
    }

    /// The target of a symbolic link; `None` for anything else. Most of what is asked for are directories, which are
    /// wanted open next; a link is refused there (O_NOFOLLOW).
    fn link_at(&self, path: &str) -> Option<String> {
        if matches!(self.directory(path), Ok(_) | Err(Errno::NOENT)) {
            return None;
        }
        let (parent, name) = split(path);
        let directory = self.directory(parent).ok()?;
        let target = rustix::fs::readlinkat(&*directory, &*self.bytes_of(path, name), Vec::new()).ok()?;
        Some(String::from_utf8_lossy(target.as_bytes()).into_owned())
    }

    /// The handle of a directory; the path must be without links.
    fn directory(&self, path: &str) -> Result<Rc<OwnedFd>, Errno> {
        if let Some(handle) = self.open.borrow().get(path) {
            return Ok(Rc::clone(handle));
        }
        if self.missing.borrow().contains(path) {
            return Err(Errno::NOENT);
        }
        let (parent, name) = split(path);
        let opened = self.directory(parent).and_then(|parent| {
            rustix::fs::openat(&*parent, &*self.bytes_of(path, name), DIRECTORY, Mode::empty())
        });
        if matches!(opened, Err(Errno::NOENT)) {
            self.missing.borrow_mut().insert(path.to_owned());
        }
        let handle = Rc::new(opened?);
        if self.open.borrow().len() < MOST_OPEN {
            self.open.borrow_mut().insert(path.to_owned(), Rc::clone(&handle));
        }
        Ok(handle)
    }

    fn bytes_of<'n>(&self, path: &str, name: &'n str) -> Cow<'n, OsStr> {
        self.names.borrow().get(path).map_or(Cow::Borrowed(name.as_ref()), |bytes| Cow::Owned(bytes.clone()))
    }

    fn entry(&self, directory: &str, name: &OsStr, kind: FileType) -> Entry {
        let shown = name.to_string_lossy().into_owned();
        let path = join(directory, &shown);
        if name.to_str().is_none() {
            self.names.borrow_mut().insert(path.clone(), name.to_owned());
        }
        let kind = match kind {
            FileType::RegularFile => EntryKind::File,
            FileType::Directory => EntryKind::Directory,
            FileType::Symlink | FileType::Unknown => self.kind(&path),
            FileType::Fifo | FileType::Socket | FileType::CharacterDevice | FileType::BlockDevice => {
                EntryKind::Other
            }
        };
        Entry { name: shown, kind }
    }

    fn kind(&self, path: &str) -> EntryKind {
        match self.file_type(path, true) {
            Ok(FileType::RegularFile) => EntryKind::File,
            Ok(FileType::Directory) => EntryKind::Directory,
            Ok(
                FileType::Symlink
                | FileType::Unknown
                | FileType::Fifo
                | FileType::Socket
                | FileType::CharacterDevice
                | FileType::BlockDevice,
            )
            | Err(_) => EntryKind::Other,
        }
    }

    fn file_type(&self, path: &str, follow: bool) -> Result<FileType, ReadError> {
        let stat = self.stat(&self.resolve(path, follow)?).map_err(error)?;
        Ok(FileType::from_raw_mode(stat.st_mode))
    }

    /// A file that a list of its directory has, and that is no link: there is no need to look at it first.
    fn open_listed(&self, path: &str) -> Option<File> {
        let (parent, name) = split(path);
        let is_file = self.listed.borrow().get(parent).is_some_and(|entries| {
            let found = entries.binary_search_by(|entry| entry.name.as_str().cmp(name));
            found.is_ok_and(|at| entries[at].kind == EntryKind::File)
        });
        is_file.then(|| self.open_file(path).ok()).flatten()
    }

    /// A file by whatever links lead there. Anything else is not opened at all.
    fn open_resolved(&self, path: &str) -> Result<File, ReadError> {
        let (path, stat) = self.resolve_file(path)?;
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => self.open_file(&path).map_err(error),
            FileType::Directory
            | FileType::Symlink
            | FileType::Unknown
            | FileType::Fifo
            | FileType::Socket
            | FileType::CharacterDevice
            | FileType::BlockDevice => Err(ReadError::NotAFile),
        }
    }

    fn open_file(&self, path: &str) -> Result<File, Errno> {
        let (parent, name) = split(path);
        let parent = self.directory(parent)?;
        rustix::fs::openat(&*parent, &*self.bytes_of(path, name), FILE, Mode::empty()).map(File::from)
    }

    /// About what stands at a path whose directories are without links.
    fn stat(&self, path: &str) -> Result<Stat, Errno> {
        let (parent, name) = split(path);
        let name = if path == "/" { "." } else { name };
        let parent = self.directory(parent)?;
        rustix::fs::statat(&*parent, &*self.bytes_of(path, name), AtFlags::SYMLINK_NOFOLLOW)
    }
}

impl Tree for DirTree {
    fn read(&self, path: &str, max: u64) -> Result<Vec<u8>, ReadError> {
        let file = match self.open_listed(path) {
            Some(file) => file,
            None => self.open_resolved(path)?,
        };
        let about = file.metadata().map_err(ReadError::Io)?;
        let access = Access { owner: about.uid(), mode: Mode::from_raw_mode(about.mode()).bits() };
        self.read.borrow_mut().insert(path.to_owned(), access);
        read_known(file, &about, max)
    }

    fn list(&self, path: &str) -> Result<Vec<Entry>, ReadError> {
        let path = match self.resolve(path, true) {
            Err(ReadError::NotFound) => return Ok(Vec::new()),
            resolved => resolved?,
        };
        if let Some(entries) = self.listed.borrow().get(&path) {
            return Ok(entries.to_vec());
        }
        let handle = match self.directory(&path) {
            Ok(handle) => handle,
            Err(Errno::NOENT | Errno::NOTDIR) => return Ok(Vec::new()),
            Err(errno) => return Err(error(errno)),
        };
        let mut entries = Vec::new();
        for entry in Dir::read_from(&*handle).map_err(error)? {
            let entry = entry.map_err(error)?;
            let name = entry.file_name().to_bytes();
            if name != b"." && name != b".." {
                entries.push(self.entry(&path, &OsString::from_vec(name.to_vec()), entry.file_type()));
            }
        }
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        self.listed.borrow_mut().insert(path, entries.as_slice().into());
        Ok(entries)
    }

    fn exists(&self, path: &str) -> bool {
        self.file_type(path, false).is_ok()
    }

    /// A root that is not root's own is somebody's copy.
    fn access(&self, path: &str) -> Option<Access> {
        if self.owner != 0 {
            return None;
        }
        if let Some(access) = self.read.borrow().get(path) {
            return Some(*access);
        }
        let (_, stat) = self.resolve_file(path).ok()?;
        Some(Access { owner: stat.st_uid, mode: Mode::from_raw_mode(stat.st_mode).bits() })
    }
}

/// Reads an open file, after a look at what it really is; the limit holds while reading, too.
pub(super) fn read_limited(file: File, max: u64) -> Result<Vec<u8>, ReadError> {
    let about = file.metadata().map_err(ReadError::Io)?;
    read_known(file, &about, max)
}

fn read_known(file: File, about: &Metadata, max: u64) -> Result<Vec<u8>, ReadError> {
    if !about.is_file() {
        return Err(ReadError::NotAFile);
    }
    if about.len() > max {
        return Err(ReadError::TooLarge(about.len()));
    }
    // One read of a file that does not change: what a regular file gives short of the room is all (read(2)).
    let mut bytes = vec![0; usize::try_from(about.len()).unwrap_or(0) + 1];
    let length = match (&file).read(&mut bytes) {
        Err(error) if error.kind() == ErrorKind::Interrupted => 0,
        done => done.map_err(ReadError::Io)?,
    };
    let is_all = length > 0 && length < bytes.len();
    bytes.truncate(length);
    let size = |bytes: &[u8]| u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if !is_all {
        let rest = (max + 1).saturating_sub(size(&bytes));
        file.take(rest).read_to_end(&mut bytes).map_err(ReadError::Io)?;
    }
    let size = size(&bytes);
    if size > max { Err(ReadError::TooLarge(size)) } else { Ok(bytes) }
}

fn error(errno: Errno) -> ReadError {
    match errno {
        Errno::NOENT | Errno::NOTDIR => ReadError::NotFound,
        other => ReadError::Io(other.into()),
    }
}

fn split(path: &str) -> (&str, &str) {
    match path.rsplit_once('/') {
        Some(("", name)) => ("/", name),
        Some((parent, name)) => (parent, name),
        None => ("/", path),
    }
}

fn join(directory: &str, name: &str) -> String {
    format!("{}/{name}", directory.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    fn tree() -> (tempfile::TempDir, DirTree) {
        let dir = tempfile::tempdir().unwrap();
        let etc = dir.path().join("etc");
        std::fs::create_dir_all(etc.join("real")).unwrap();
        std::fs::write(etc.join("real/a"), "A=1\n").unwrap();
        symlink("/etc/real", etc.join("link")).unwrap();
        symlink("../../../../etc/hostname", etc.join("out")).unwrap();
        symlink("self", etc.join("self")).unwrap();
        let tree = DirTree::open(dir.path()).unwrap();
        (dir, tree)
    }

    #[test]
    fn absolute_links_mean_the_root_of_the_tree() {
        let (_dir, tree) = tree();
        assert_eq!(tree.read("/etc/link/a", 10).unwrap(), b"A=1\n");
        assert_eq!(tree.list("/etc/link").unwrap(), [Entry { name: "a".into(), kind: EntryKind::File }]);
    }

    #[test]
    fn handles_are_not_kept_without_end() {
        let (dir, tree) = tree();
        for n in 0..2 * MOST_OPEN {
            std::fs::create_dir(dir.path().join(format!("etc/real/{n}"))).unwrap();
            symlink(format!("real/{n}"), dir.path().join(format!("etc/to{n}"))).unwrap();
        }
        let kinds = tree.list("/etc").unwrap();
        assert_eq!(kinds.iter().filter(|e| e.kind == EntryKind::Directory).count(), 2 * MOST_OPEN + 2);
        assert_eq!(tree.open.borrow().len(), MOST_OPEN);
        assert!(tree.exists("/etc/to100/../0") && tree.list("/etc/to100").unwrap().is_empty());
    }

    #[test]
    fn a_root_of_its_own_user_tells_who_may_read() {
        use std::os::unix::fs::{PermissionsExt, chown};
        let (dir, tree) = tree();
        let file = dir.path().join("etc/real/a");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
        let is_root = rustix::process::geteuid().is_root();
        let expected = is_root.then_some(Access { owner: 0, mode: 0o640 });
        assert_eq!([tree.access("/etc/link/a"), tree.access("/etc/none")], [expected, None]);
        let part = DirTree::open(&dir.path().join("etc")).unwrap();
        let part = crate::tree::Mounted::new(part, "/etc", "copy");
        assert_eq!([part.access("/etc/real/a"), part.access("/a")], [expected, None], "a copy of a part");
        if is_root {
            chown(dir.path(), Some(1000), None).unwrap();
            let tree = DirTree::open(dir.path()).unwrap();
            assert_eq!(tree.access("/etc/link/a"), None, "somebody's copy");
        }
    }

    #[test]
    fn no_link_leaves_the_root() {
        let (_dir, tree) = tree();
        assert!(matches!(tree.read("/etc/out", 10), Err(ReadError::NotFound)));
        assert!(matches!(tree.read("/../../../etc/hostname", 10), Err(ReadError::NotFound)));
        assert!(tree.exists("/etc/out"), "a dangling link is there");
        assert!(matches!(tree.read("/etc/self", 10), Err(ReadError::Io(_))), "a loop");
    }

    #[test]
    fn special_and_large_files_are_refused() {
        let (dir, tree) = tree();
        rustix::fs::mknodat(
            rustix::fs::CWD,
            dir.path().join("etc/pipe"),
            FileType::Fifo,
            Mode::RUSR | Mode::WUSR,
            0,
        )
        .unwrap();
        assert!(matches!(tree.read("/etc/pipe", 10), Err(ReadError::NotAFile)));
        assert!(matches!(tree.read("/etc/real", 10), Err(ReadError::NotAFile)));
        assert!(matches!(tree.read("/etc/real/a", 3), Err(ReadError::TooLarge(4))));
        let kinds: Vec<_> = tree.list("/etc").unwrap().into_iter().map(|e| (e.name, e.kind)).collect();
        assert!(kinds.contains(&("pipe".into(), EntryKind::Other)));
        assert!(kinds.contains(&("link".into(), EntryKind::Directory)));
        assert!(kinds.contains(&("out".into(), EntryKind::Other)));
    }

    #[test]
    fn names_that_are_no_utf8_can_be_read() {
        let (dir, tree) = tree();
        let name = OsStr::from_bytes(b"ifcfg-\xff");
        std::fs::write(dir.path().join("etc").join(name), "B=2\n").unwrap();
        let entry = tree.list("/etc").unwrap().into_iter().find(|e| e.name.starts_with("ifcfg-")).unwrap();
        assert_eq!(tree.read(&format!("/etc/{}", entry.name), 10).unwrap(), b"B=2\n");
    }
}
