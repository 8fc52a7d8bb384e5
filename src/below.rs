//! Paths below a directory: entered part by part, by handle and never through a symbolic link, so that a link planted
//! there cannot lead anything elsewhere.

use crate::failure::{Failure, FailureKind};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use std::os::fd::OwnedFd;
use std::path::Path;

/// How directories below the first are opened.
pub(crate) const DIRECTORY: OFlags =
    OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// How files are opened for reading. `O_NONBLOCK` so that a named pipe cannot make the program wait.
pub(crate) const FILE: OFlags =
    OFlags::RDONLY.union(OFlags::NOFOLLOW).union(OFlags::NONBLOCK).union(OFlags::CLOEXEC);

/// The directory that the user named; it may be a symbolic link.
pub(crate) fn open(directory: &Path) -> Result<OwnedFd, Errno> {
    rustix::fs::open(directory, DIRECTORY.difference(OFlags::NOFOLLOW), Mode::empty())
}

/// The handle of a directory below another.
pub(crate) fn enter(root: &OwnedFd, path: &str) -> Result<OwnedFd, Errno> {
    let mut handle = rustix::io::fcntl_dupfd_cloexec(root, 0)?;
    for part in parts(path) {
        handle = rustix::fs::openat(&handle, part, DIRECTORY, Mode::empty())?;
    }
    Ok(handle)
}

/// Directory and name of a path below. One that is not absolute and plain is a fault of whoever made it.
pub(crate) fn split(path: &str) -> Result<(&str, &str), Failure> {
    let plain = |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains('\0');
    match path.rsplit_once('/') {
        Some((parent, name))
            if path.starts_with('/') && plain(name) && parent.split('/').skip(1).all(plain) =>
        {
            Ok((parent, name))
        }
        Some(_) | None => {
            Err(Failure::new(FailureKind::Bug, format!("`{path}` is no path for an output file")))
        }
    }
}

/// The names that a path is made of.
pub(crate) fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty())
}
