//! From INPUT on the command line to the trees of hosts.
//!
//! An INPUT is a host root, a folder that holds a part of one (a copy of `/etc`), a folder of copied files, an
//! archive of any of these, or single files. Files named together are one host; of several captures each is one.

use crate::failure::Failure;
use crate::formats::{self, FormatSpec};
use crate::live;
use crate::pipeline::detect::{damaged, others};
use crate::pipeline::unread;
use crate::tree::{
    ArchiveTree, DirTree, LoneFile, Misplaced, Mounted, PlacedTree, is_archive, is_capture, limit,
    printed_files, read_file,
};
use foldhash::HashMap;
use netpivot_model::dialect::NETLINK;
use netpivot_model::format::FormatInfo;
use netpivot_parsers::libvirt::root_name;
use netpivot_parsers::netlink::{self, MAX_STATE, document};
use netpivot_parsers::tree::MemoryTree;
use netpivot_parsers::{Confidence, EntryKind, FileStatus, MAX_FILE, Parser, ReadError, Tree, not_text};
use std::collections::BTreeSet;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Where one host's configuration is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Root(PathBuf),
    Directory(PathBuf),
    Archive(PathBuf),
    Files(Vec<PathBuf>),
    Stdin,
    /// The running kernel, as the command line names it.
    Live(String),
}

/// One host of the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// What people call it: the INPUT as given.
    pub label: String,
    /// The name of its folder where several hosts are written.
    pub folder: String,
    place: Place,
}

/// A host's tree, and the files that were left out of it.
pub struct Opened {
    /// The tree.
    pub tree: Box<dyn Tree>,
    /// Files that no format knows.
    pub ignored: Vec<(String, FileStatus)>,
}

/// Whether each input is named once: twice the same host is a slip, and standard input is empty the second time.
///
/// # Errors
/// One of them is named again.
pub fn named_once(inputs: &[PathBuf]) -> Result<(), Failure> {
    /// What tells inputs apart; what cannot be looked up is reported when it is opened.
    #[derive(PartialEq, Eq, Hash)]
    enum Key<'p> {
        File { device: u64, inode: u64 },
        Path(&'p Path),
    }
    let mut seen: HashMap<Key<'_>, &Path> = HashMap::default();
    for input in inputs {
        let key = std::fs::metadata(input)
            .map_or(Key::Path(input), |about| Key::File { device: about.dev(), inode: about.ino() });
        let Some(first) = seen.insert(key, input) else { continue };
        let (first, again) = (first.to_string_lossy(), input.to_string_lossy());
        if again == "-" {
            return Err(Failure::usage("standard input (`-`) is named twice").help("it can be read once"));
        }
        let what = if first == again {
            format!("`{first}` is named twice")
        } else {
            format!("`{first}` and `{again}` are the same input")
        };
        return Err(Failure::usage(what).help("name each host once"));
    }
    Ok(())
}

/// The hosts that the command line names; the running system's root without any.
#[must_use]
pub fn hosts(inputs: &[PathBuf], root: Option<&Path>) -> Vec<Host> {
    let mut places: Vec<Place> = Vec::new();
    let mut files: Option<usize> = None;
    let is_lone = |input: &&PathBuf| !input.is_dir() && !is_archive(&input.to_string_lossy());
    let captures: Vec<bool> = inputs.iter().map(|input| is_lone(&input) && is_capture(input)).collect();
    let are_several = captures.iter().filter(|is| **is).count() > 1;
    for (input, is_capture) in inputs.iter().zip(captures) {
        if input.as_os_str() == "-" {
            places.push(Place::Stdin);
        } else if live::is_live(&input.to_string_lossy()) {
            places.push(Place::Live(input.to_string_lossy().into_owned()));
        } else if input.is_dir() {
            places.push(Place::Directory(input.clone()));
        } else if is_archive(&input.to_string_lossy()) {
            places.push(Place::Archive(input.clone()));
        } else if is_capture && are_several {
            places.push(Place::Files(vec![input.clone()]));
        } else if let Some(Place::Files(list)) = files.and_then(|n| places.get_mut(n)) {
            list.push(input.clone());
        } else {
            files = Some(places.len());
            places.push(Place::Files(vec![input.clone()]));
        }
    }
    if inputs.is_empty() {
        places.push(Place::Root(root.unwrap_or(Path::new("/")).to_owned()));
    }
    let folders = folders(&places);
    places
        .into_iter()
        .zip(folders)
        .map(|(place, folder)| Host { label: label(&place), folder, place })
        .collect()
}

fn main_path(place: &Place) -> &Path {
    match place {
        Place::Root(path) | Place::Directory(path) | Place::Archive(path) => path,
        Place::Files(list) => list.first().map_or(Path::new("files"), PathBuf::as_path),
        Place::Stdin => Path::new("stdin"),
        Place::Live(input) => Path::new(input),
    }
}

fn label(place: &Place) -> String {
    match place {
        Place::Files(list) => {
            list.iter().map(|path| path.to_string_lossy().into_owned()).collect::<Vec<_>>().join(", ")
        }
        Place::Stdin => "<stdin>".to_owned(),
        Place::Live(input) => live::label(input).to_owned(),
        Place::Root(path) | Place::Directory(path) | Place::Archive(path) => {
            path.to_string_lossy().into_owned()
        }
    }
}

/// A folder name for each place: the last part of its path, with as many parts before it as are needed to
/// tell all of them apart.
fn folders(places: &[Place]) -> Vec<String> {
    let parts: Vec<Vec<String>> = places.iter().map(|place| name_parts(main_path(place))).collect();
    let longest = parts.iter().map(Vec::len).max().unwrap_or(1);
    for depth in 1..=longest {
        let names: Vec<String> =
            parts.iter().map(|parts| parts[parts.len().saturating_sub(depth)..].join("_")).collect();
        if names.iter().collect::<BTreeSet<_>>().len() == names.len() {
            return names;
        }
    }
    (1..=places.len()).map(|n| format!("host{n}")).collect()
}

fn name_parts(path: &Path) -> Vec<String> {
    let parts: Vec<String> = path
        .components()
        .filter_map(|part| match part {
            std::path::Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
            std::path::Component::Prefix(_)
            | std::path::Component::RootDir
            | std::path::Component::CurDir
            | std::path::Component::ParentDir => None,
        })
        .collect();
    if parts.is_empty() { vec!["root".to_owned()] } else { parts }
}

impl Host {
    /// True where the host's tree is that very directory.
    #[must_use]
    pub fn is_at(&self, directory: &Path) -> bool {
        match &self.place {
            Place::Root(path) | Place::Directory(path) => std::fs::canonicalize(path)
                .is_ok_and(|path| std::fs::canonicalize(directory).is_ok_and(|it| it == path)),
            Place::Archive(_) | Place::Files(_) | Place::Stdin | Place::Live(_) => false,
        }
    }

    /// Opens the host's tree.
    ///
    /// # Errors
    /// There is nothing, or nothing that can be read.
    pub fn open(&self, from: Option<&FormatSpec>) -> Result<Opened, Failure> {
        let parsers = parsers(from);
        match &self.place {
            Place::Root(path) => {
                let tree = DirTree::open(path).map_err(|error| unreadable_root(path, &error))?;
                Ok(Opened { tree: Box::new(tree), ignored: Vec::new() })
            }
            Place::Directory(path) => open_directory(path, &parsers),
            Place::Archive(path) => {
                let file = std::fs::File::open(path)
                    .map_err(|error| Failure::input(format!("the archive cannot be read: {error}")))?;
                open_archive(file, &self.label, &parsers)
            }
            Place::Files(list) => place_files(list.iter().map(|path| read_file(path)).collect(), &parsers),
            Place::Stdin => open_stdin(&parsers),
            Place::Live(input) => open_live(input, from),
        }
    }
}

/// The running kernel's state as the capture that it would be, so that both are read alike.
fn open_live(input: &str, from: Option<&FormatSpec>) -> Result<Opened, Failure> {
    if let Some(other) = from.filter(|spec| spec.name != NETLINK) {
        let message = format!("`{input}` is the kernel's state, and not of the format {}", other.name);
        return Err(Failure::usage(message).help("leave `-f` out"));
    }
    let text = document::write(&live::capture(&live::which(input)?)?);
    let mut tree = MemoryTree::default();
    tree.add_as(format!("{}/live.json", netlink::DIRECTORY), text.into_bytes(), live::label(input));
    Ok(Opened { tree: Box::new(tree), ignored: Vec::new() })
}

fn parsers(from: Option<&FormatSpec>) -> Vec<&'static dyn Parser> {
    match from.and_then(|spec| formats::parser(spec.name)) {
        Some(parser) => vec![parser],
        None => netpivot_parsers::ALL.to_vec(),
    }
}

const MAY_NOT_READ: &str = "run with the rights to read it, or copy the tree";

fn unreadable_root(path: &Path, error: &std::io::Error) -> Failure {
    let failure = Failure::input(format!("the root cannot be read: {error}"));
    let help = if path.exists() { MAY_NOT_READ } else { "check the path given with `--root`" };
    failure.help(help)
}

fn is_root(tree: &dyn Tree, parsers: &[&dyn Parser]) -> bool {
    parsers.iter().any(|parser| parser.detect(tree) != Confidence::No)
}

/// Directories of a host that a copy may have been taken from: those above the formats' own paths.
fn mount_points(parsers: &[&dyn Parser]) -> BTreeSet<String> {
    let mut points = BTreeSet::new();
    for path in parsers.iter().flat_map(|parser| parser.info().host_paths) {
        let fixed = path.split('*').next().unwrap_or(path);
        let mut rest = fixed.trim_end_matches('/');
        while let Some((parent, _)) = rest.rsplit_once('/') {
            if !parent.is_empty() {
                points.insert(parent.to_owned());
            }
            rest = parent;
        }
    }
    points
}

fn open_directory(path: &Path, parsers: &[&'static dyn Parser]) -> Result<Opened, Failure> {
    let tree = DirTree::open(path).map_err(|error| {
        Failure::input(format!("the directory cannot be read: {error}")).help(MAY_NOT_READ)
    })?;
    let shown = path.to_string_lossy();
    match fit(tree, &shown, parsers) {
        Ok(tree) => Ok(Opened { tree, ignored: Vec::new() }),
        Err(tree) => place_copies(&tree, &shown, parsers),
    }
}

/// The most bytes that are read of a copied file: what a large kernel prints with `-j` is larger than configuration.
fn limit_of(name: &str) -> u64 {
    if name.ends_with(".json") { MAX_STATE } else { MAX_FILE }
}

/// A folder of copied files: each goes to its place; what no format knows is listed as left out.
fn place_copies(tree: &dyn Tree, shown: &str, parsers: &[&'static dyn Parser]) -> Result<Opened, Failure> {
    let entries = tree.list("/").map_err(|error| Failure::input(explain(&error)))?;
    let mut placed = PlacedTree::default();
    let mut ignored = Vec::new();
    for entry in entries {
        let bytes = match entry.kind {
            EntryKind::File => tree.read(&format!("/{}", entry.name), limit_of(&entry.name)),
            EntryKind::Directory | EntryKind::Other => Err(ReadError::NotAFile),
        };
        let path = format!("{}/{}", shown.trim_end_matches('/'), entry.name);
        let file = LoneFile { shown: path.clone(), name: entry.name, bytes };
        if let Err(misplaced) = placed.add(file, parsers) {
            ignored.push(match misplaced {
                Misplaced::Unknown(shown) => {
                    (shown, FileStatus::Ignored("no format has a file of that name".to_owned()))
                }
                Misplaced::Taken(other, place) => {
                    (path, FileStatus::Ignored(format!("`{other}` stands at `{place}` already")))
                }
            });
        }
    }
    if !is_root(&placed, parsers) {
        return Err(nothing_known(tree, parsers));
    }
    Ok(Opened { tree: Box::new(placed), ignored })
}

fn nothing_known(tree: &dyn Tree, parsers: &[&'static dyn Parser]) -> Failure {
    let found = damaged(tree, parsers);
    if !found.is_empty() {
        let mut failure = Failure::input("nothing that a format is known by can be read").help(MAY_NOT_READ);
        failure.found.diagnostics = found;
        return failure;
    }
    // One parser alone is the format that was asked for.
    if let [asked] = parsers {
        let copies = place_copies(tree, "", netpivot_parsers::ALL);
        let found = copies.ok().and_then(|opened| others(&*opened.tree, asked.info().name));
        let Some(others) = others(tree, asked.info().name).or(found) else {
            return Failure::input(format!(
                "there is no network configuration in the format {}",
                asked.info().name
            ))
            .help(whereabouts(asked.info()));
        };
        let message = format!("there is no network configuration in the format {}", asked.info().name);
        return Failure::input(message)
            .help(format!("it holds another format: {others}; leave `-f` out, or name that one"));
    }
    if let Some(failure) = unread::failure(tree) {
        return failure;
    }
    let places: Vec<&str> = parsers.iter().flat_map(|parser| parser.info().host_paths).copied().collect();
    Failure::input("there is no network configuration of a known format")
        .help(format!("give a host's root, a copy of its `/etc`, or files of {}", places.join(", ")))
}

fn open_archive(input: impl Read, shown: &str, parsers: &[&'static dyn Parser]) -> Result<Opened, Failure> {
    let read = ArchiveTree::read(input);
    let mut tree = read.map_err(|error| {
        Failure::input(format!("this is no tar archive that can be read: {error}"))
            .help("plain and gzip-compressed tar are understood")
    })?;
    tree = match fit(tree, shown, parsers) {
        Ok(tree) => return Ok(Opened { tree, ignored: Vec::new() }),
        Err(tree) => tree,
    };
    if let Some(top) = tree.only_top() {
        tree = match fit(tree.below(&top), shown, parsers) {
            Ok(tree) => return Ok(Opened { tree, ignored: Vec::new() }),
            Err(tree) => tree,
        };
    }
    place_copies(&tree, shown, parsers)
}

/// The tree as a root, or put at the place of a host where a format is found in it.
fn fit<T: Tree + 'static>(
    mut tree: T,
    shown: &str,
    parsers: &[&'static dyn Parser],
) -> Result<Box<dyn Tree>, T> {
    if is_root(&tree, parsers) {
        return Ok(Box::new(tree));
    }
    for point in mount_points(parsers) {
        let candidate = Mounted::new(tree, point, shown.trim_end_matches('/'));
        if is_root(&candidate, parsers) {
            return Ok(Box::new(candidate));
        }
        tree = candidate.into_inner();
    }
    Err(tree)
}

fn open_stdin(parsers: &[&'static dyn Parser]) -> Result<Opened, Failure> {
    let mut bytes = Vec::new();
    let mut read = |most: u64| {
        let done = std::io::stdin().lock().take(most).read_to_end(&mut bytes);
        done.map(|_| limit(&bytes)).map_err(|error| Failure::input(format!("it cannot be read: {error}")))
    };
    let limit = read(MAX_FILE + 1)?;
    if limit > MAX_FILE {
        read(limit - MAX_FILE)?;
    }
    let is_tar = bytes.get(257..262) == Some(b"ustar") || bytes.starts_with(&[0x1f, 0x8b]);
    if is_tar {
        return open_archive(std::io::Cursor::new(bytes).chain(std::io::stdin()), "<stdin>", parsers);
    }
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let bytes = if size > limit { Err(ReadError::TooLarge(size)) } else { Ok(bytes) };
    place_files(vec![LoneFile { shown: "<stdin>".to_owned(), name: "-".to_owned(), bytes }], parsers)
}

/// Files that the user names must all be readable text of a known format: all that is wrong comes at once.
fn place_files(files: Vec<LoneFile>, parsers: &[&'static dyn Parser]) -> Result<Opened, Failure> {
    let mut problems: Vec<String> = Vec::new();
    let mut help = None;
    let mut placed = PlacedTree::default();
    for file in files {
        let shown = file.shown.clone();
        if let Some(problem) = unusable(&file) {
            problems.push(format!("`{shown}` {problem}"));
            help = match &file.bytes {
                Err(ReadError::NotFound) => Some("check the path"),
                Err(ReadError::Io(_)) => Some(MAY_NOT_READ),
                Ok(_) if file.name == "-" => Some("pipe the text of a configuration file in, or name files"),
                Ok(_) | Err(ReadError::TooLarge(_) | ReadError::NotAFile | ReadError::Outside) => None,
            };
            continue;
        }
        let text = file.bytes.as_ref().map_or("".into(), |bytes| String::from_utf8_lossy(bytes));
        let root = root_name(&text).map(str::to_owned);
        let added = match printed_files(&text) {
            Some(files) if files.iter().any(|(path, _)| !path.starts_with('/')) => {
                problems.push(format!("`{shown}` holds the files of several hosts"));
                help = Some("write them with `-o DIR`, and name each host's directory");
                continue;
            }
            Some(files) => files.into_iter().try_for_each(|(path, text)| placed.add_at(path, text)),
            None => placed.add(file, parsers),
        };
        match added {
            Ok(()) => {}
            Err(Misplaced::Unknown(_)) if root.is_some() => {
                let root = root.unwrap_or_default();
                problems.push(format!("`{shown}` is XML with the root `<{root}>`, which no format here has"));
                help = Some(match root.as_str() {
                    "networkstatus" | "domstatus" => {
                        "it is the state of the moment; take the output of `virsh net-dumpxml` or `virsh dumpxml`"
                    }
                    _ => {
                        "give a `<network>`, a `<domain>` or an `<interface>` without prefix, as virsh prints them"
                    }
                });
            }
            Err(Misplaced::Unknown(_)) => {
                let names: Vec<&str> = parsers.iter().map(|parser| parser.info().name).collect();
                problems.push(format!("`{shown}` is not named like a file of {}", names.join(", ")));
                help = Some("`netpivot formats` says how the files of each format are named");
            }
            Err(Misplaced::Taken(other, place)) => {
                problems.push(format!("`{shown}` and `{other}` would both stand at `{place}`"));
                help = Some(
                    "files named together are one host; give each host's files a directory of their own",
                );
            }
        }
    }
    if problems.is_empty() {
        return Ok(Opened { tree: Box::new(placed), ignored: Vec::new() });
    }
    let failure = Failure::input(problems.join("; "));
    Err(match help {
        Some(help) => failure.help(help),
        None => failure,
    })
}

fn unusable(file: &LoneFile) -> Option<String> {
    match &file.bytes {
        Err(error) => Some(explain(error)),
        Ok(bytes) => not_text(bytes)
            .or_else(|| bytes.iter().all(u8::is_ascii_whitespace).then(|| "is empty".to_owned())),
    }
}

fn explain(error: &ReadError) -> String {
    match error {
        ReadError::NotFound => "does not exist".to_owned(),
        ReadError::TooLarge(size) => {
            format!("has {size} bytes, more than the 10 MiB that are read of one file")
        }
        ReadError::NotAFile => "is neither a regular file nor a directory".to_owned(),
        ReadError::Outside => "is a symbolic link that leaves the root".to_owned(),
        ReadError::Io(error) => format!("cannot be read: {error}"),
    }
}

/// Where the files of a format are looked for.
fn whereabouts(info: &FormatInfo) -> String {
    if info.host_paths.is_empty() {
        return format!("name its files, or the folder that they are in: {}", info.title);
    }
    format!("its files live in {}", info.host_paths.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_tell_hosts_apart() {
        let dirs =
            |paths: &[&str]| folders(&paths.iter().map(|p| Place::Directory(p.into())).collect::<Vec<_>>());
        assert_eq!(dirs(&["hosts/a", "hosts/b/"]), ["a", "b"]);
        assert_eq!(dirs(&["a/ifcfg", "b/ifcfg"]), ["a_ifcfg", "b_ifcfg"]);
        assert_eq!(dirs(&["/"]), ["root"]);
        assert_eq!(dirs(&["a", "a"]), ["host1", "host2"]);
    }

    #[test]
    fn files_named_together_are_one_host() {
        let hosts = hosts(&["ifcfg-eth0".into(), "route-eth0".into()], None);
        assert_eq!(hosts.len(), 1);
        assert_eq!(hosts[0].label, "ifcfg-eth0, route-eth0");
    }

    #[test]
    fn each_of_several_captures_is_a_host() {
        let dir = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = dir.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let capture = " {\"netpivot-capture\": 1}";
        let [a, b] = ["web1.json", "web2.json"].map(|name| file(name, capture));
        let [links, routes] = ["address.json", "route.json"].map(|name| file(name, "[{}]"));
        let folders = |inputs: &[&PathBuf]| {
            let inputs: Vec<PathBuf> = inputs.iter().map(|path| (*path).clone()).collect();
            hosts(&inputs, None).into_iter().map(|host| host.folder).collect::<Vec<_>>()
        };
        assert_eq!(folders(&[&a, &b]), ["web1.json", "web2.json"]);
        assert_eq!(folders(&[&a, &links, &b, &routes]), ["web1.json", "address.json", "web2.json"]);
        assert_eq!(folders(&[&links, &routes]).len() + folders(&[&a, &links]).len(), 2, "one host each");
    }

    #[test]
    fn a_host_is_named_once() {
        let named = |inputs: &[&str]| named_once(&inputs.iter().map(PathBuf::from).collect::<Vec<_>>());
        assert!(named(&["src", "tests", "no-such", "-"]).is_ok());
        for (twice, what) in [
            (["src", "src"], "`src` is named twice"),
            (["src", "tests/../src/"], "`src` and `tests/../src/` are the same input"),
            (["-", "-"], "standard input (`-`) is named twice"),
            (["no-such", "no-such"], "`no-such` is named twice"),
        ] {
            assert_eq!(named(&twice).unwrap_err().message, what);
        }
    }

    #[test]
    fn a_binary_file_is_named_with_its_line() {
        let file = |bytes: &[u8]| LoneFile { shown: "x".into(), name: "x".into(), bytes: Ok(bytes.into()) };
        assert!(unusable(&file(b"A=1\n\0")).unwrap().contains("line 2"));
        assert_eq!(unusable(&file(b"\n ")).as_deref(), Some("is empty"));
        assert_eq!(unusable(&file(b"A=1\n")), None);
    }
}
