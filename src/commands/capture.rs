//! `netpivot capture`: the running kernel's state as a document.

use crate::cli::Capture;
use crate::failure::{DONE, Failure, FailureKind};
use crate::live::{self, Which};
use crate::render::{Console, Texts};
use netpivot_model::codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::source::Sources;
use netpivot_parsers::netlink::document;
use netpivot_parsers::netlink::snapshot::NamespaceState;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

pub(super) fn run(args: &Capture, console: &mut Console) -> Result<u8, Failure> {
    let which = match (&args.netns, args.all_netns) {
        (Some(name), _) => Which::Named(name.clone()),
        (None, true) => Which::All,
        (None, false) => Which::Own,
    };
    let mut states = live::capture(&which)?;
    if args.with_dns {
        live::add_name_servers(&mut states);
    }
    let mut found: Vec<Diagnostic> =
        states.iter().flat_map(|state| &state.unseen).map(|what| unseen(what)).collect();
    match &args.output {
        Some(path) => write(path, &document::write(&states), args.force)?,
        None => {
            if !args.show_secrets && document::hide_secrets(&mut states) {
                found.push(hidden());
            }
            super::print(&document::write(&states))?;
        }
    }
    let texts = Texts { sources: &Sources::default(), secrets: &[] };
    console.print(&console.look.render(&found, texts, None));
    if let Some(path) = &args.output {
        console.print(&format!("{}: {}\n", path.to_string_lossy(), summary(&states)));
    }
    Ok(DONE)
}

fn unseen(what: &str) -> Diagnostic {
    Diagnostic::new(&codes::netlink::NOT_CAPTURED, format!("the capture lacks something: {what}"))
        .help("capture again with the rights and in the namespace that it needs, or set it up by other means")
}

fn hidden() -> Diagnostic {
    Diagnostic::new(&codes::core::SECRET_HIDDEN, "the state holds keys of WireGuard, which are hidden here")
        .help("write it with `-o FILE`, or add `--show-secrets`")
}

/// `12 links, 30 routes, 5 rules in 2 network namespaces`.
fn summary(states: &[NamespaceState]) -> String {
    let count = |of: fn(&NamespaceState) -> usize, one: &str| {
        let sum: usize = states.iter().map(of).sum();
        format!("{sum} {one}{}", if sum == 1 { "" } else { "s" })
    };
    let counts = [
        count(|state| state.links.len(), "link"),
        count(|state| state.routes.len(), "route"),
        count(|state| state.rules.len(), "rule"),
    ];
    let spaces = match states.len() {
        1 => String::new(),
        several => format!(" in {several} network namespaces"),
    };
    format!("{}{spaces}", counts.join(", "))
}

/// Writes the file whole or not at all; from its first byte on it is its owner's alone.
fn write(path: &Path, text: &str, force: bool) -> Result<(), Failure> {
    let failed = |error: &io::Error| {
        let message = format!("`{}` cannot be written: {error}", path.to_string_lossy());
        Failure::new(FailureKind::Write, message).help("name a file in a directory that can be written to")
    };
    if !force && path.symlink_metadata().is_ok() {
        let message = format!("`{}` is there already", path.to_string_lossy());
        return Err(Failure::new(FailureKind::Write, message).help("name another file, or add `--force`"));
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.part", std::process::id()));
    let beside = Path::new(&beside);
    let mut options = OpenOptions::new();
    let written = options.write(true).create_new(true).mode(0o600).open(beside).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(beside, path)
    });
    written.map_err(|error| {
        let _ = std::fs::remove_file(beside);
        failed(&error)
    })
}
