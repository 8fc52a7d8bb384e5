//! The kernel's state that a configuration is compared with, and where it is found.

use crate::failure::Failure;
use crate::input::{self, Host, Opened};
use netpivot_model::diagnostic::Severity;
use netpivot_parsers::netlink::observed::{Observed, observe};
use netpivot_parsers::netlink::{self, Netlink};
use netpivot_parsers::tree::{Access, Entry, ReadError};
use netpivot_parsers::{Confidence, Context, EntryKind, Parser, Tree};
use std::path::{Path, PathBuf};

/// Where a capture stands in the folder of a host.
const CAPTURE: &str = "/capture.json";

/// Where states are taken from.
#[derive(Debug, Clone)]
pub enum Against {
    /// Each host's own tree.
    Own,
    /// One input.
    One(PathBuf),
    /// A folder with NAME.json or NAME/ for each host.
    Folder(PathBuf),
}

impl Against {
    /// The state of a host.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub fn observe(&self, host: &Host, tree: &dyn Tree) -> Result<Observed, Failure> {
        match self {
            Against::Own => own(tree),
            Against::One(path) => read_beside(&open(path)?, tree),
            Against::Folder(folder) => {
                let of = |name: String| Some(folder.join(name)).filter(|path| path.exists());
                let path = of(format!("{}.json", host.folder)).or_else(|| of(host.folder.clone()));
                let path = path.ok_or_else(|| {
                    let (folder, name) = (folder.to_string_lossy(), &host.folder);
                    Failure::input(format!("there is no state of `{name}` in `{folder}`"))
                        .help(format!("put its capture there as `{name}.json`"))
                })?;
                read_beside(&open(&path)?, tree)
            }
        }
    }
}

fn open(path: &Path) -> Result<Opened, Failure> {
    let hosts = input::hosts(&[path.to_owned()], None);
    let host = hosts.first().ok_or_else(|| Failure::usage("there is no state to compare with"))?;
    host.open(None)
}

/// The state that a host's own tree holds: a support archive's, or a capture beside its configuration.
fn own(tree: &dyn Tree) -> Result<Observed, Failure> {
    if Netlink.detect(tree) != Confidence::No {
        return read(tree);
    }
    if tree.exists(CAPTURE) {
        return read(&With { tree, state: tree, at: CAPTURE });
    }
    Err(Failure::input("there is no state of the kernel to compare with").help(
        "name one with `--against`: a capture (`netpivot capture`), what `ip -j` printed, or `live:`; or put `capture.json` into the host's root",
    ))
}

/// A state of a tree of its own; the host has the names of tables and users.
fn read_beside(state: &Opened, host: &dyn Tree) -> Result<Observed, Failure> {
    let state = &*state.tree;
    if Netlink.detect(state) == Confidence::No && state.exists(CAPTURE) {
        return read(&With { tree: host, state, at: CAPTURE });
    }
    read(&With { tree: host, state, at: "" })
}

/// What is missing from a state that is read in part would look like drift.
fn read(tree: &dyn Tree) -> Result<Observed, Failure> {
    let mut cx = Context::default();
    let observed = observe(tree, &mut cx);
    if let Some(error) = cx.diagnostics.iter().find(|found| found.severity == Severity::Error) {
        let place = error.labels.first().map(|span| format!("{}: ", cx.sources.place_of_line(*span)));
        let (place, why) = (place.unwrap_or_default(), &error.message);
        let failure = Failure::input(format!("the kernel's state cannot be read whole: {place}{why}"));
        return Err(failure.help(error.help.as_deref().unwrap_or("give one that can be read whole")));
    }
    observed.map_err(|fatal| Failure::input(fatal.message).help(fatal.help))
}

/// A host's tree with the state of another one.
struct With<'t> {
    tree: &'t dyn Tree,
    state: &'t dyn Tree,
    /// The one file of the state; empty where it stands at the usual place.
    at: &'t str,
}

impl With<'_> {
    fn is_state(path: &str) -> bool {
        path.starts_with(netlink::DIRECTORY) || path.starts_with("/sos_commands")
    }

    fn to<'p>(&'p self, path: &'p str) -> (&'p dyn Tree, &'p str) {
        match (Self::is_state(path), self.at) {
            (false, _) => (self.tree, path),
            (true, "") => (self.state, path),
            (true, at) => (self.state, at),
        }
    }
}

impl Tree for With<'_> {
    fn read(&self, path: &str, max: u64) -> Result<Vec<u8>, ReadError> {
        let (tree, path) = self.to(path);
        tree.read(path, max)
    }

    fn list(&self, path: &str) -> Result<Vec<Entry>, ReadError> {
        if Self::is_state(path) && !self.at.is_empty() {
            let name = self.at.trim_start_matches('/').to_owned();
            return if path == netlink::DIRECTORY {
                Ok(vec![Entry { name, kind: EntryKind::File }])
            } else {
                Ok(Vec::new())
            };
        }
        let (tree, path) = self.to(path);
        tree.list(path)
    }

    fn exists(&self, path: &str) -> bool {
        let (tree, path) = self.to(path);
        tree.exists(path)
    }

    fn access(&self, path: &str) -> Option<Access> {
        let (tree, path) = self.to(path);
        tree.access(path)
    }

    fn display(&self, path: &str) -> String {
        let (tree, path) = self.to(path);
        tree.display(path)
    }
}
