//! A tar of a root, of `/etc` or of a saved report, as a tree in memory.

use super::resolve::resolve;
use netpivot_parsers::{Access, Entry, EntryKind, MAX_FILE, ReadError, Tree};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::ops::Bound;

/// The bytes of an unpacked archive that are read at most; larger ones are refused, so that a few
/// kilobytes of gzip cannot fill the disk or the memory.
const MAX_UNPACKED: u64 = 4 * 1024 * 1024 * 1024;
/// The bytes of all kept files together.
const MAX_KEPT: u64 = 512 * 1024 * 1024;

#[derive(Debug)]
enum Node {
    File(Vec<u8>),
    TooLarge(u64),
    Link(String),
    Directory,
    Special,
}

/// An archive in memory.
#[derive(Debug, Default)]
pub struct ArchiveTree {
    nodes: BTreeMap<String, Node>,
}

/// True for the names of archives that are understood.
#[must_use]
pub fn is_archive(name: &str) -> bool {
    [".tar", ".tar.gz", ".tgz"].iter().any(|end| name.to_ascii_lowercase().ends_with(end))
}

impl ArchiveTree {
    /// Unpacks an archive into memory; gzip is recognised by its first bytes.
    ///
    /// # Errors
    /// It is no archive, is damaged, or is too large.
    pub fn read(mut input: impl Read) -> io::Result<Self> {
        let mut head = [0; 2];
        let length = read_up_to(&mut input, &mut head)?;
        let gzip = head == [0x1f, 0x8b];
        let whole = io::Cursor::new(head[..length].to_vec()).chain(input);
        if gzip {
            ArchiveTree::unpack(flate2::read::MultiGzDecoder::new(whole).take(MAX_UNPACKED))
        } else {
            ArchiveTree::unpack(whole.take(MAX_UNPACKED))
        }
    }

    fn unpack(input: impl Read) -> io::Result<Self> {
        let mut tree = ArchiveTree::default();
        let mut archive = tar::Archive::new(input);
        let mut kept = 0;
        for entry in archive.entries()? {
            let mut entry = entry?;
            let path = normal(&String::from_utf8_lossy(&entry.path_bytes()));
            let target = || entry.link_name_bytes().map(|name| String::from_utf8_lossy(&name).into_owned());
            let kind = entry.header().entry_type();
            let node = if kind.is_symlink() {
                Node::Link(target().unwrap_or_default())
            } else if kind.is_hard_link() {
                Node::Link(normal(&target().unwrap_or_default()))
            } else if kind.is_dir() {
                Node::Directory
            } else if kind.is_file() || kind.is_contiguous() || kind.is_gnu_sparse() {
                kept += entry.size().min(MAX_FILE);
                if kept > MAX_KEPT {
                    return Err(io::Error::other("it unpacks to more than 512 MiB"));
                }
                file(&mut entry)?
            } else if kind.is_pax_global_extensions() || kind.is_pax_local_extensions() {
                continue;
            } else {
                Node::Special
            };
            tree.nodes.insert(path, node);
        }
        if tree.nodes.is_empty() {
            return Err(io::Error::other("it holds no files"));
        }
        Ok(tree)
    }

    /// The one directory at the top that holds everything, as reports have it.
    #[must_use]
    pub fn only_top(&self) -> Option<String> {
        let mut tops = self.nodes.keys().filter_map(|path| path.get(1..)).filter(|p| !p.is_empty());
        let top = tops.next()?.split('/').next()?.to_owned();
        tops.all(|path| path.split('/').next() == Some(&top)).then_some(top)
    }

    /// The tree below its directory `top`.
    #[must_use]
    pub fn below(self, top: &str) -> Self {
        let prefix = format!("/{top}");
        let hard = |target: String| match target.strip_prefix(&prefix) {
            Some(rest) if rest.starts_with('/') => rest.to_owned(),
            _ => target,
        };
        let nodes = self.nodes.into_iter().filter_map(|(path, node)| {
            let path = path.strip_prefix(&prefix)?.to_owned();
            let node = match node {
                Node::Link(target) => Node::Link(hard(target)),
                Node::File(_) | Node::TooLarge(_) | Node::Directory | Node::Special => node,
            };
            (!path.is_empty()).then_some((path, node))
        });
        ArchiveTree { nodes: nodes.collect() }
    }

    fn real(&self, path: &str, follow_last: bool) -> Option<String> {
        resolve(path, follow_last, &mut |at| match self.nodes.get(at) {
            Some(Node::Link(target)) => Some(target.clone()),
            Some(Node::File(_) | Node::TooLarge(_) | Node::Directory | Node::Special) | None => None,
        })
    }

    fn has_below(&self, path: &str) -> bool {
        let prefix = format!("{}/", path.trim_end_matches('/'));
        self.nodes
            .range::<str, _>((Bound::Included(prefix.as_str()), Bound::Unbounded))
            .next()
            .is_some_and(|(p, _)| p.starts_with(&prefix))
    }

    fn kind(&self, path: &str) -> EntryKind {
        let Some(path) = self.real(path, true) else { return EntryKind::Other };
        match self.nodes.get(&path) {
            Some(Node::File(_) | Node::TooLarge(_)) => EntryKind::File,
            Some(Node::Directory) => EntryKind::Directory,
            None if self.has_below(&path) => EntryKind::Directory,
            Some(Node::Link(_) | Node::Special) | None => EntryKind::Other,
        }
    }
}

impl Tree for ArchiveTree {
    fn read(&self, path: &str, max: u64) -> Result<Vec<u8>, ReadError> {
        let path = self.real(path, true).ok_or(ReadError::NotFound)?;
        match self.nodes.get(&path) {
            Some(Node::File(bytes)) => {
                let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                if size > max { Err(ReadError::TooLarge(size)) } else { Ok(bytes.clone()) }
            }
            Some(Node::TooLarge(size)) => Err(ReadError::TooLarge(*size)),
            Some(Node::Directory | Node::Special | Node::Link(_)) => Err(ReadError::NotAFile),
            None => Err(ReadError::NotFound),
        }
    }

    fn list(&self, path: &str) -> Result<Vec<Entry>, ReadError> {
        let Some(path) = self.real(path, true) else { return Ok(Vec::new()) };
        let prefix = format!("{}/", path.trim_end_matches('/'));
        let mut names = BTreeSet::new();
        let below = self.nodes.range::<str, _>((Bound::Included(prefix.as_str()), Bound::Unbounded));
        for rest in below.map_while(|(p, _)| p.strip_prefix(&prefix)) {
            names.extend(rest.split('/').next().filter(|name| !name.is_empty()));
        }
        let entry = |name: &str| Entry { name: name.to_owned(), kind: self.kind(&format!("{prefix}{name}")) };
        Ok(names.into_iter().map(entry).collect())
    }

    fn exists(&self, path: &str) -> bool {
        self.real(path, false).is_some_and(|path| self.nodes.contains_key(&path) || self.has_below(&path))
    }

    fn access(&self, _path: &str) -> Option<Access> {
        None
    }
}

fn file<R: Read>(entry: &mut tar::Entry<'_, R>) -> io::Result<Node> {
    let size = entry.size();
    if size > MAX_FILE {
        return Ok(Node::TooLarge(size));
    }
    let mut bytes = Vec::new();
    entry.take(MAX_FILE).read_to_end(&mut bytes)?;
    Ok(Node::File(bytes))
}

/// `./etc//x/` as `/etc/x`; `..` in a member's name never leads out.
fn normal(path: &str) -> String {
    resolve(path, false, &mut |_| None).unwrap_or_default()
}

fn read_up_to(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while length < buffer.len() {
        match input.read(&mut buffer[length..])? {
            0 => break,
            n => length += n,
        }
    }
    Ok(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive() -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        let mut add = |path: &str, text: &str| {
            let mut header = tar::Header::new_gnu();
            header.set_size(text.len() as u64);
            header.set_mode(0o644);
            builder.append_data(&mut header, path, text.as_bytes()).unwrap();
        };
        add("report/etc/real/a", "A=1");
        let mut link = tar::Header::new_gnu();
        link.set_entry_type(tar::EntryType::Symlink);
        link.set_size(0);
        builder.append_link(&mut link, "report/etc/l", "/etc/real/a").unwrap();
        let mut link = tar::Header::new_gnu();
        link.set_entry_type(tar::EntryType::Symlink);
        link.set_size(0);
        builder.append_link(&mut link, "report/etc/out", "../../../../etc/passwd").unwrap();
        builder.into_inner().unwrap()
    }

    #[test]
    fn links_resolve_within_the_archive() {
        let tree = ArchiveTree::read(archive().as_slice()).unwrap();
        assert_eq!(tree.only_top().as_deref(), Some("report"));
        let tree = tree.below("report");
        assert_eq!(tree.read("/etc/l", 10).unwrap(), b"A=1");
        assert!(matches!(tree.read("/etc/out", 10), Err(ReadError::NotFound)));
        assert!(tree.exists("/etc/out") && !tree.exists("/report"));
        let names: Vec<_> = tree.list("/etc").unwrap().into_iter().map(|e| (e.name, e.kind)).collect();
        assert_eq!(
            names,
            [
                ("l".into(), EntryKind::File),
                ("out".into(), EntryKind::Other),
                ("real".into(), EntryKind::Directory)
            ]
        );
    }

    #[test]
    fn gzip_is_recognised_and_junk_refused() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut encoder, &archive()).unwrap();
        assert!(ArchiveTree::read(encoder.finish().unwrap().as_slice()).is_ok());
        assert!(ArchiveTree::read(b"not a tar at all".as_slice()).is_err());
    }
}
