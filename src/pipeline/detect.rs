//! Which format a tree holds.

use super::unread;
use crate::failure::Failure;
use crate::formats::{self, FormatSpec};
use netpivot_model::codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::dialect::LIBVIRT;
use netpivot_parsers::{Confidence, Context, Entry, EntryKind, Parser, ReadError, Tree, unreadable_folder};

/// A format found in a tree.
pub struct Found {
    /// Its parser.
    pub parser: &'static dyn Parser,
    /// True where there is no doubt.
    pub sure: bool,
    /// Why, for people.
    pub reason: String,
}

/// The formats of a tree, the sure ones first, else in the order of registration.
#[must_use]
pub fn formats(tree: &dyn Tree) -> Vec<Found> {
    let mut found: Vec<Found> = netpivot_parsers::ALL
        .iter()
        .filter_map(|parser| match parser.detect(tree) {
            Confidence::No => None,
            Confidence::Maybe(reason) => Some(Found { parser: *parser, sure: false, reason }),
            Confidence::Sure(reason) => Some(Found { parser: *parser, sure: true, reason }),
        })
        .collect();
    found.sort_by_key(|f| !f.sure);
    found
}

/// The parser for a tree: the one asked for, else the one found. Other formats that are surely there
/// too are findings, since their configuration is left out.
pub(super) fn choose(
    tree: &dyn Tree,
    from: Option<&FormatSpec>,
) -> Result<(&'static dyn Parser, Vec<Diagnostic>), Failure> {
    if let Some(spec) = from {
        let parser = formats::parser(spec.name)
            .ok_or_else(|| Failure::usage(format!("the format `{}` cannot be read", spec.name)))?;
        return Ok((parser, unreadable(tree, &[parser])));
    }
    let found = formats(tree);
    let Some(first) = found.first() else {
        let mut failure = unread::failure(tree).unwrap_or_else(nothing_found);
        failure.found.diagnostics = damaged(tree, netpivot_parsers::ALL);
        return Err(failure);
    };
    let chosen = first.parser.info().name;
    let others = found.iter().skip(1).filter(|other| other.sure);
    let findings = others.map(|other| {
        let name = other.parser.info().name;
        // Guests are plugged into the host's bridges, whoever makes these (`netpivot_parsers::libvirt::guests`).
        let left = if name == LIBVIRT {
            "of which nothing but guests' interfaces is read, and these for libvirt's own output only"
        } else {
            "which is left out"
        };
        let reason = &other.reason;
        let message = format!(
            "this host has configuration in the format {name} too ({reason}), {left}; {chosen} is read"
        );
        Diagnostic::new(&codes::core::SEVERAL_FORMATS, message)
            .help(format!("convert it on its own with `-f {name}`"))
    });
    let unread = unread::files(tree).into_iter().map(|unread| {
        Diagnostic::new(&codes::core::UNREAD_FORMAT, unread.message()).in_file(&unread.file).help(
            "what it says is not in the output; set that up by other means, or see that the program is off",
        )
    });
    let findings = hidden(tree, &found).into_iter().chain(findings).chain(unread);
    Ok((first.parser, findings.collect()))
}

/// The findings on folders that cannot be listed, and on files that cannot be read by which a format would be known that is not
/// among those found.
#[must_use]
pub fn hidden(tree: &dyn Tree, found: &[Found]) -> Vec<Diagnostic> {
    let is_found =
        |parser: &&dyn Parser| found.iter().any(|found| found.parser.info().name == parser.info().name);
    let (found, others): (Vec<&dyn Parser>, Vec<&dyn Parser>) =
        netpivot_parsers::ALL.iter().copied().partition(is_found);
    let mut findings = damaged(tree, &others);
    findings.extend(unreadable(tree, &found));
    findings
}

/// As [`unreadable`], and the findings on files by which those formats are known.
#[must_use]
pub fn damaged(tree: &dyn Tree, parsers: &[&dyn Parser]) -> Vec<Diagnostic> {
    let mut cx = Context::default();
    for path in parsers.iter().flat_map(|parser| parser.info().host_paths) {
        let Some((folder, name)) = path.rsplit_once('/') else { continue };
        let is_file = |entry: &Entry| entry.name == name && entry.kind != EntryKind::Directory;
        if tree.list(folder).is_ok_and(|entries| entries.iter().any(is_file)) {
            cx.read(tree, path);
        }
    }
    cx.diagnostics.extend(unreadable(tree, parsers));
    cx.diagnostics
}

/// The findings on the folders of those formats that are there and cannot be listed.
#[must_use]
pub fn unreadable(tree: &dyn Tree, parsers: &[&dyn Parser]) -> Vec<Diagnostic> {
    let mut folders: Vec<&str> =
        parsers.iter().flat_map(|parser| parser.info().host_paths).copied().collect();
    folders.sort_unstable();
    folders.dedup();
    let finding = |folder: &str| match tree.list(folder) {
        Err(error @ ReadError::Io(_)) => Some(unreadable_folder(&tree.display(folder), &error)),
        Ok(_)
        | Err(ReadError::NotFound | ReadError::TooLarge(_) | ReadError::NotAFile | ReadError::Outside) => {
            None
        }
    };
    folders.into_iter().filter(|folder| !folder.contains('*')).filter_map(finding).collect()
}

/// What else a tree holds where the format that was asked for is not in it: `keyfile (… holds 2 profiles)`.
#[must_use]
pub fn others(tree: &dyn Tree, asked: &str) -> Option<String> {
    let found = formats(tree).into_iter().filter(|found| found.parser.info().name != asked);
    let words: Vec<String> =
        found.map(|found| format!("{} ({})", found.parser.info().name, found.reason)).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

fn nothing_found() -> Failure {
    let places: Vec<String> = formats::all()
        .into_iter()
        .filter(|info| formats::parser(info.name).is_some() && !info.host_paths.is_empty())
        .map(|info| format!("{} ({})", info.name, info.host_paths.join(", ")))
        .collect();
    Failure::input("no network configuration of a known format was found").help(format!(
        "say the format with `-f`, or the host's root with `--root`; looked for {}",
        places.join("; ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use netpivot_parsers::keyfile;
    use netpivot_parsers::tree::{Access, MemoryTree};

    /// A host whose ifcfg files stand in a folder that may not be listed.
    struct Locked(MemoryTree);

    const LOCKED: &str = "/etc/sysconfig/network-scripts";

    impl Tree for Locked {
        fn read(&self, path: &str, max: u64) -> Result<Vec<u8>, ReadError> {
            self.0.read(path, max)
        }

        fn list(&self, path: &str) -> Result<Vec<Entry>, ReadError> {
            match path {
                LOCKED => Err(ReadError::Io(std::io::ErrorKind::PermissionDenied.into())),
                path => self.0.list(path),
            }
        }

        fn exists(&self, path: &str) -> bool {
            self.0.exists(path)
        }

        fn access(&self, path: &str) -> Option<Access> {
            self.0.access(path)
        }
    }

    #[test]
    fn a_file_that_cannot_be_read_is_told_beside_another_format() {
        let profile = "/etc/NetworkManager/system-connections/a.nmconnection";
        let mut tree: MemoryTree = [(profile, "[connection]\nid=a\ntype=ethernet\n")].into_iter().collect();
        tree.add("/etc/network/interfaces", b"auto eth0\n\xff\n".to_vec());
        let (_, findings) = choose(&tree, None).unwrap();
        let files: Vec<_> = findings.iter().map(|finding| finding.file.as_deref()).collect();
        assert_eq!(files, [Some("/etc/network/interfaces")]);
        let partly = crate::audit::configuration(&tree, None).unwrap();
        assert_eq!(partly.troubles.iter().map(|finding| finding.code.id).collect::<Vec<_>>(), ["D019"]);
    }

    #[test]
    fn a_folder_that_may_not_be_read_is_told() {
        let profile = "/etc/NetworkManager/system-connections/a.nmconnection";
        let beside: MemoryTree = [(profile, "[connection]\nid=a\ntype=ethernet\n")].into_iter().collect();
        let tree = Locked(beside);
        let (parser, findings) = choose(&tree, None).unwrap();
        assert_eq!(parser.info().name, keyfile::Keyfile.info().name);
        let codes: Vec<&str> = findings.iter().map(|finding| finding.code.id).collect();
        assert_eq!((codes, findings[0].file.as_deref()), (vec!["P001"], Some(LOCKED)));
        let partly = crate::audit::configuration(&tree, None).unwrap();
        let codes: Vec<&str> = partly.troubles.iter().map(|finding| finding.code.id).collect();
        assert_eq!((partly.loaded.len(), codes), (1, vec!["D019"]), "an audit of it is one of a part");
        let alone = Locked(MemoryTree::default());
        let failure = choose(&alone, None).err().unwrap();
        assert_eq!(failure.found.diagnostics.len(), 1);
        let failure = crate::pipeline::load(&alone, Some(&FormatSpec::of("ifcfg"))).unwrap_err();
        assert_eq!(failure.message, "no file of the format ifcfg can be read");
        assert!(failure.found.diagnostics[0].message.contains(LOCKED));
    }
}
