//! Network namespaces: which there are, and work inside of one (ip-netns(8), setns(2)).

use super::CaptureError;
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};
use std::fs::File;
use std::io::ErrorKind;
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Where ip-netns(8) keeps the names.
const FOLDER: &str = "/run/netns";

/// The names, sorted.
pub(super) fn names() -> Vec<String> {
    let entries = std::fs::read_dir(FOLDER).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort_unstable();
    names
}

/// Opens a named namespace.
pub(super) fn open(name: &str) -> Result<File, CaptureError> {
    if name.is_empty() || name.contains('/') || name.starts_with('.') {
        return Err(CaptureError::NoNamespace { name: name.to_owned(), there: names() });
    }
    File::open(Path::new(FOLDER).join(name)).map_err(|error| {
        if error.kind() == ErrorKind::NotFound {
            CaptureError::NoNamespace { name: name.to_owned(), there: names() }
        } else {
            CaptureError::of_space(name, error)
        }
    })
}

/// The namespace of this thread.
pub(super) fn own() -> Result<File, CaptureError> {
    File::open("/proc/thread-self/ns/net").map_err(|error| CaptureError::of("this network namespace", error))
}

/// True where both are one namespace (ioctl_ns(2): device and inode tell them apart).
pub(super) fn is_same(one: &File, other: &File) -> bool {
    let place = |space: &File| space.metadata().map(|found| (found.dev(), found.ino()));
    matches!((place(one), place(other)), (Ok(one), Ok(other)) if one == other)
}

/// Does the work inside of a namespace, on a thread of its own: a thread that has gone there does not come back.
pub(super) fn inside<T: Send>(
    name: &str,
    space: &File,
    work: impl FnOnce() -> Result<T, CaptureError> + Send,
) -> Result<T, CaptureError> {
    let there = || {
        move_into_link_name_space(space.as_fd(), Some(LinkNameSpaceType::Network))
            .map_err(|error| CaptureError::of_space(name, error.into()))?;
        work()
    };
    let done = std::thread::scope(|scope| scope.spawn(there).join());
    done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
