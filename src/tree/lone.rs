//! Lone files: `netpivot convert ifcfg-eth0 route-eth0`, standard input, a folder of copies.
//!
//! Each file is put where its parser says it stands on a host; people see the path they gave.

use super::disk::read_limited;
use netpivot_parsers::netlink::MAX_STATE;
use netpivot_parsers::netlink::document::{self, may_be_state};
use netpivot_parsers::tree::MemoryTree;
use netpivot_parsers::{Access, Entry, EntryKind, MAX_FILE, Parser, ReadError, Tree};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;

/// A file outside of any root.
pub struct LoneFile {
    /// Its path as given.
    pub shown: String,
    /// Its last component, `-` for standard input.
    pub name: String,
    /// Its bytes, or why there are none.
    pub bytes: Result<Vec<u8>, ReadError>,
}

/// Reads a file of the disk that the user names; its own symbolic links are followed, special files refused.
#[must_use]
pub fn read_file(path: &Path) -> LoneFile {
    let bytes = match open(path) {
        Ok(Some(file)) => read_as_it_begins(file),
        Ok(None) => Err(ReadError::NotAFile),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(ReadError::NotFound),
        Err(error) => Err(ReadError::Io(error)),
    };
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    LoneFile { shown: path.to_string_lossy().into_owned(), name, bytes }
}

/// How much of a file tells whether it is a kernel's state.
const START: usize = 64;

/// The most bytes that are read of what begins so: configuration is small, what a large kernel prints is not.
#[must_use]
pub fn limit(start: &[u8]) -> u64 {
    if may_be_state(start) { MAX_STATE } else { MAX_FILE }
}

/// True where a file holds a capture of a kernel, which is a host by itself.
#[must_use]
pub fn is_capture(path: &Path) -> bool {
    let mut start = [0; START];
    let length = open(path).ok().flatten().and_then(|file| file.read_at(&mut start, 0).ok());
    length.and_then(|length| start.get(..length)).is_some_and(document::is_capture)
}

/// A regular file that the user names; `None` for anything else.
fn open(path: &Path) -> std::io::Result<Option<File>> {
    if !std::fs::metadata(path)?.is_file() {
        return Ok(None);
    }
    let flags = rustix::fs::OFlags::NONBLOCK.union(rustix::fs::OFlags::NOCTTY).bits();
    OpenOptions::new().read(true).custom_flags(flags.cast_signed()).open(path).map(Some)
}

fn read_as_it_begins(file: File) -> Result<Vec<u8>, ReadError> {
    let mut start = [0; START];
    let length = file.read_at(&mut start, 0).map_err(ReadError::Io)?;
    let limit = limit(start.get(..length).unwrap_or_default());
    read_limited(file, limit)
}

/// Lone files at their places on a host.
#[derive(Default)]
pub struct PlacedTree {
    memory: MemoryTree,
    broken: BTreeMap<String, (ReadError, String)>,
}

/// Why a file has no place.
#[derive(Debug, PartialEq, Eq)]
pub enum Misplaced {
    /// No parser knows the file of that path.
    Unknown(String),
    /// Another file is there: its path as given, and the place.
    Taken(String, String),
}

impl PlacedTree {
    /// Puts a file where each of the parsers says.
    ///
    /// # Errors
    /// No parser knows the file, or its place is taken; nothing is changed then.
    pub fn add(&mut self, file: LoneFile, parsers: &[&dyn Parser]) -> Result<(), Misplaced> {
        let text = file.bytes.as_ref().map_or("".into(), |bytes| String::from_utf8_lossy(bytes));
        let mut places: Vec<String> =
            parsers.iter().filter_map(|parser| parser.place(&file.name, &text)).collect();
        places.sort_unstable();
        places.dedup();
        if let Some(place) = places.iter().find(|place| self.exists(place)) {
            return Err(Misplaced::Taken(self.display(place), place.clone()));
        }
        if places.is_empty() {
            return Err(Misplaced::Unknown(file.shown));
        }
        match file.bytes {
            Ok(bytes) => {
                places.into_iter().for_each(|place| self.memory.add_as(place, bytes.clone(), &file.shown));
            }
            Err(error) => {
                self.broken.insert(places.swap_remove(0), (error, file.shown));
            }
        }
        Ok(())
    }
}

impl PlacedTree {
    /// Puts a file at a place that is known.
    ///
    /// # Errors
    /// Another file is there.
    pub fn add_at(&mut self, place: &str, text: &str) -> Result<(), Misplaced> {
        if self.exists(place) {
            return Err(Misplaced::Taken(self.display(place), place.to_owned()));
        }
        self.memory.add(place, text);
        Ok(())
    }
}

impl Tree for PlacedTree {
    fn read(&self, path: &str, max: u64) -> Result<Vec<u8>, ReadError> {
        match self.broken.get(path) {
            Some((error, _)) => Err(again(error)),
            None => self.memory.read(path, max),
        }
    }

    fn list(&self, path: &str) -> Result<Vec<Entry>, ReadError> {
        let mut entries = self.memory.list(path)?;
        let prefix = format!("{}/", path.trim_end_matches('/'));
        for (below, (error, _)) in
            self.broken.iter().filter_map(|(p, broken)| Some((p.strip_prefix(&prefix)?, broken)))
        {
            let (name, kind) = match (below.split_once('/'), error) {
                (Some((name, _)), _) => (name, EntryKind::Directory),
                (None, ReadError::NotAFile) => (below, EntryKind::Other),
                (
                    None,
                    ReadError::NotFound | ReadError::TooLarge(_) | ReadError::Outside | ReadError::Io(_),
                ) => (below, EntryKind::File),
            };
            if !entries.iter().any(|entry| entry.name == name) {
                entries.push(Entry { name: name.to_owned(), kind });
            }
        }
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }

    fn exists(&self, path: &str) -> bool {
        self.memory.exists(path) || self.broken.contains_key(path)
    }

    fn access(&self, _path: &str) -> Option<Access> {
        None
    }

    fn display(&self, path: &str) -> String {
        self.broken.get(path).map_or_else(|| self.memory.display(path), |(_, shown)| shown.clone())
    }
}

fn again(error: &ReadError) -> ReadError {
    match error {
        ReadError::NotFound => ReadError::NotFound,
        ReadError::TooLarge(size) => ReadError::TooLarge(*size),
        ReadError::NotAFile => ReadError::NotAFile,
        ReadError::Outside => ReadError::Outside,
        ReadError::Io(error) => ReadError::Io(match error.raw_os_error() {
            Some(code) => std::io::Error::from_raw_os_error(code),
            None => error.kind().into(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(shown: &str, bytes: Result<&str, ReadError>) -> LoneFile {
        LoneFile { shown: shown.into(), name: "m.json".into(), bytes: bytes.map(|text| text.into()) }
    }

    #[test]
    fn files_stand_where_their_parser_says_and_never_on_each_other() {
        let parsers: &[&dyn Parser] = &[&netpivot_parsers::json::JsonModel];
        let mut tree = PlacedTree::default();
        tree.add(file("a/m.json", Ok("{\"netpivot\": 1}")), parsers).unwrap();
        let taken = tree.add(file("b/m.json", Ok("{\"netpivot\": 1}")), parsers);
        assert_eq!(taken, Err(Misplaced::Taken("a/m.json".into(), "/netpivot.json".into())));
        assert_eq!(tree.add(file("c", Ok("x")), parsers), Err(Misplaced::Unknown("c".into())));
        assert_eq!(tree.display("/netpivot.json"), "a/m.json");
    }
}
