//! Input formats of netpivot: one folder each.
//!
//! A parser reads through a [`Tree`] – a host root, single files, memory – and gives a
//! [`Network`]. What it cannot use becomes a diagnostic; only "there is no network to speak of" is
//! [`Fatal`]. A new format is one folder and one line in [`ALL`].

use netpivot_model::coverage::Item;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::dialect::Version;
pub use netpivot_model::format::FormatInfo;
use netpivot_model::network::Network;
use netpivot_model::source::{SourceId, Sources};

pub mod commands;
pub mod ifcfg;
pub mod interfaces;
pub mod iproute;
pub mod json;
pub mod keyfile;
pub mod libvirt;
pub mod names;
pub mod netlink;
pub mod text;
pub mod tree;

pub use tree::{Access, Entry, EntryKind, ReadError, Tree};

/// All input formats.
pub static ALL: &[&dyn Parser] = &[
    &ifcfg::Ifcfg,
    &keyfile::Keyfile,
    &interfaces::Interfaces,
    &libvirt::Libvirt,
    &netlink::Netlink,
    &json::JsonModel,
    &iproute::Iproute,
];

/// An input format.
pub trait Parser: Sync {
    /// What the format tells about itself.
    fn info(&self) -> &'static FormatInfo;

    /// Whether the tree holds files of this format.
    fn detect(&self, tree: &dyn Tree) -> Confidence;

    /// Where a lone file of that name and text stands on a host, or `None` when it is not of this format.
    fn place(&self, file_name: &str, text: &str) -> Option<String>;

    /// Reads all that its emitter writes.
    ///
    /// # Errors
    /// There is no network to speak of.
    fn parse(&self, input: &Input<'_>, cx: &mut Context) -> Result<Network, Fatal>;
}

/// How sure a parser is that a tree holds its format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Confidence {
    /// Not its format.
    No,
    /// It could be; the reason for people.
    Maybe(String),
    /// It is; the reason for people.
    Sure(String),
}

/// What to parse.
pub struct Input<'a> {
    /// The files.
    pub tree: &'a dyn Tree,
    /// The dialect asked for.
    pub dialect: Option<&'static str>,
    /// The release asked for.
    pub version: Option<Version>,
    /// The network that commands start from, where the format is one of commands.
    pub state: Option<&'a Network>,
}

/// There is no network to speak of.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Fatal {
    /// One sentence without a final period.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// What became of a file that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileStatus {
    /// Read as configuration.
    Parsed,
    /// Left alone, and why.
    Ignored(String),
    /// Could not be read, and why.
    Unreadable(String),
}

/// What a parser collects besides the network.
#[derive(Debug, Default)]
pub struct Context {
    /// The texts read so far.
    pub sources: Sources,
    /// The findings so far.
    pub diagnostics: Vec<Diagnostic>,
    /// Each item lexed so far, for the account of [`netpivot_model::coverage`].
    pub items: Vec<Item>,
    /// True where nobody asks for that account: an audit of the kernel's state, which nobody wrote.
    pub is_without_account: bool,
    /// Each file looked at, by its displayed path.
    pub files: Vec<(String, FileStatus)>,
}

/// The finding on a folder that cannot be listed; said by several readers of one host, it is shown once.
#[must_use]
pub fn unreadable_folder(shown: &str, error: &ReadError) -> Diagnostic {
    let why = match error {
        ReadError::Io(error) => error.to_string(),
        ReadError::Outside => "it is a symbolic link that leaves the root".to_owned(),
        ReadError::NotFound | ReadError::NotAFile | ReadError::TooLarge(_) => "it is no directory".to_owned(),
    };
    Diagnostic::new(
        &netpivot_model::codes::core::UNREADABLE,
        format!("`{shown}` cannot be read: {why}; what it holds is not converted"),
    )
    .in_file(shown)
    .help("run with the rights to read it, or copy the tree")
}

/// The largest file that is read; NetworkManager refuses larger ones (`shvar.c`), and no network
/// configuration comes near it.
pub const MAX_FILE: u64 = 10 * 1024 * 1024;

/// Why bytes are no text; `None` for text. A byte order mark gives UTF-16 away.
#[must_use]
pub fn not_text(bytes: &[u8]) -> Option<String> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Some("is in UTF-16; `iconv -f UTF-16 -t UTF-8` makes it readable".to_owned());
    }
    // `contains` looks at many bytes at once, `position` at each.
    if !bytes.contains(&0) {
        return None;
    }
    let at = bytes.iter().position(|byte| *byte == 0)?;
    let line = bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
    Some(format!("is a binary file: line {line} holds a NUL byte"))
}

impl Context {
    /// Adds a finding.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Reads a configuration file into the sources and lists it as parsed. An unreadable, oversized or binary
    /// file is reported and listed; `None` then. A file that is not there gives `None` in silence.
    ///
    /// Bytes that are no UTF-8 are reported (P002) and replaced by U+FFFD, so that the rest of the file counts.
    pub fn read(&mut self, tree: &dyn Tree, path: &str) -> Option<SourceId> {
        self.read_up_to(tree, path, MAX_FILE)
    }

    /// As [`Context::read`], with a limit of its own.
    fn read_up_to(&mut self, tree: &dyn Tree, path: &str, max: u64) -> Option<SourceId> {
        use netpivot_model::codes::core as codes;
        let shown = tree.display(path);
        let (code, why, help) = match tree.read(path, max) {
            Ok(bytes) => return self.add_text(shown, bytes),
            Err(ReadError::NotFound) if !tree.exists(path) => return None,
            Err(ReadError::NotFound) => (
                &codes::UNREADABLE,
                "is a symbolic link to a file that is not there within the root".to_owned(),
                "copy the file it names into the root, or remove the link",
            ),
            Err(ReadError::TooLarge(size)) => (
                &codes::TOO_LARGE,
                format!("has {size} bytes, more than the {} MiB that are read", max >> 20),
                "remove it from the configuration or make it smaller",
            ),
            Err(ReadError::NotAFile) => (
                &codes::NOT_A_FILE,
                "is not a regular file".to_owned(),
                "remove it, or put a regular file in its place",
            ),
            Err(ReadError::Outside) => (
                &codes::UNREADABLE,
                "is a symbolic link that leaves the root".to_owned(),
                "copy the file it names into the root",
            ),
            Err(ReadError::Io(error)) => (
                &codes::UNREADABLE,
                format!("cannot be read: {error}"),
                "run with the rights to read it, or copy the tree",
            ),
        };
        self.report(
            Diagnostic::new(code, format!("`{shown}` {why}; what it says is not converted"))
                .in_file(&shown)
                .help(help),
        );
        self.files.push((shown, FileStatus::Unreadable(why)));
        None
    }

    fn add_text(&mut self, shown: String, bytes: Vec<u8>) -> Option<SourceId> {
        use netpivot_model::codes::core as codes;
        if let Some(why) = not_text(&bytes) {
            self.report(
                Diagnostic::new(&codes::NOT_TEXT, format!("`{shown}` {why}; what it says is not converted"))
                    .in_file(&shown)
                    .help("write it in UTF-8, or remove it from the configuration directory"),
            );
            self.files.push((shown, FileStatus::Unreadable(why)));
            return None;
        }
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let line = error.as_bytes()[..error.utf8_error().valid_up_to()]
                    .iter()
                    .filter(|b| **b == b'\n')
                    .count()
                    + 1;
                self.report(
                    Diagnostic::new(
                        &codes::NOT_TEXT,
                        format!("line {line} of `{shown}` holds bytes that are not UTF-8"),
                    )
                    .in_file(&shown)
                    .help("write the value in UTF-8"),
                );
                String::from_utf8_lossy(error.as_bytes()).into_owned()
            }
        };
        self.files.push((shown.clone(), FileStatus::Parsed));
        Some(self.sources.add(shown, text))
    }
}
