//! Read-only trees: what parsers see of a disk, an archive or memory.

use std::collections::BTreeMap;

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file, or a link to one within the tree.
    File,
    /// A directory, or a link to one within the tree.
    Directory,
    /// A device, socket, named pipe or dangling link.
    Other,
}

/// An entry of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: EntryKind,
}

/// Why a file cannot be read.
#[derive(Debug)]
pub enum ReadError {
    /// It is not there.
    NotFound,
    /// It is larger than asked for; its size in bytes.
    TooLarge(u64),
    /// It is a directory, device, socket or named pipe.
    NotAFile,
    /// It is a symbolic link that leaves the root.
    Outside,
    /// The system says no.
    Io(std::io::Error),
}

/// Whose a file is, and who may use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    /// The owner's number; root is 0.
    pub owner: u32,
    /// The permission bits, up to `0o7777`.
    pub mode: u32,
}

/// A read-only tree of files. Paths are absolute, as on the host; symbolic links are resolved as
/// if the tree were the root, so that nothing outside is reachable.
pub trait Tree {
    /// The bytes of a file of at most `max` bytes.
    ///
    /// # Errors
    /// See [`ReadError`].
    fn read(&self, path: &str, max: u64) -> Result<Vec<u8>, ReadError>;

    /// The entries of a directory, sorted by name; empty where there is none.
    ///
    /// # Errors
    /// The directory is there and cannot be read.
    fn list(&self, path: &str) -> Result<Vec<Entry>, ReadError>;

    /// True where something stands at the path, even a dangling symbolic link.
    fn exists(&self, path: &str) -> bool;

    /// Whose the file is, as the host's programs see it; `None` where the tree is a copy that has lost it, or the file is not there.
    fn access(&self, path: &str) -> Option<Access>;

    /// The path for people: as on the host, or as given on the command line.
    fn display(&self, path: &str) -> String {
        path.to_owned()
    }
}

/// A tree in memory, for tests, lone files and the self-check.
#[derive(Debug, Clone, Default)]
pub struct MemoryTree {
    files: BTreeMap<String, (Vec<u8>, Option<String>)>,
}

impl MemoryTree {
    /// Adds a file at an absolute path.
    pub fn add(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.files.insert(path.into(), (bytes.into(), None));
    }

    /// Adds a file that people know by another path.
    pub fn add_as(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>, display: impl Into<String>) {
        self.files.insert(path.into(), (bytes.into(), Some(display.into())));
    }
}

impl<P: Into<String>, B: Into<Vec<u8>>> FromIterator<(P, B)> for MemoryTree {
    fn from_iter<I: IntoIterator<Item = (P, B)>>(iter: I) -> Self {
        let mut tree = MemoryTree::default();
        iter.into_iter().for_each(|(path, bytes)| tree.add(path, bytes));
        tree
    }
}

impl Tree for MemoryTree {
    fn read(&self, path: &str, max: u64) -> Result<Vec<u8>, ReadError> {
        let (bytes, _) = self.files.get(path).ok_or(ReadError::NotFound)?;
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if size > max { Err(ReadError::TooLarge(size)) } else { Ok(bytes.clone()) }
    }

    fn list(&self, path: &str) -> Result<Vec<Entry>, ReadError> {
        let prefix = format!("{}/", path.trim_end_matches('/'));
        let mut entries: Vec<Entry> = Vec::new();
        for below in self.files.range(prefix.clone()..).map_while(|(p, _)| p.strip_prefix(&prefix)) {
            let (name, kind) = match below.split_once('/') {
                Some((name, _)) => (name, EntryKind::Directory),
                None => (below, EntryKind::File),
            };
            if entries.last().is_none_or(|last| last.name != name) {
                entries.push(Entry { name: name.to_owned(), kind });
            }
        }
        Ok(entries)
    }

    fn exists(&self, path: &str) -> bool {
        let below = format!("{}/", path.trim_end_matches('/'));
        self.files.contains_key(path)
            || self.files.range(below.clone()..).next().is_some_and(|(p, _)| p.starts_with(&below))
    }

    fn access(&self, _path: &str) -> Option<Access> {
        None
    }

    fn display(&self, path: &str) -> String {
        match self.files.get(path) {
            Some((_, Some(display))) => display.clone(),
            Some((_, None)) | None => path.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_memory_tree_lists_files_and_directories() {
        let tree: MemoryTree = [("/etc/a/x", "1"), ("/etc/a/y", "2"), ("/etc/b", "3")].into_iter().collect();
        let names: Vec<_> = tree.list("/etc").unwrap().into_iter().map(|e| (e.name, e.kind)).collect();
        assert_eq!(names, [("a".to_owned(), EntryKind::Directory), ("b".to_owned(), EntryKind::File)]);
        assert!(tree.exists("/etc/a") && !tree.exists("/etc/c"));
        assert!(matches!(tree.read("/etc/b", 0), Err(ReadError::TooLarge(1))));
    }
}
