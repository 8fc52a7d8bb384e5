//! The commands, one file per verb.

use crate::cli::Command;
use crate::failure::{Failure, FailureKind};
use crate::formats::{Direction, FormatSpec, suggest};
use crate::input::{self, Opened};
use crate::pipeline::{self, Request, is_loss};
use crate::render::unified::{Page, SecretLines};
use crate::render::{Console, printable_lines};
use netpivot_model::codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::dialect::NETLINK;
use netpivot_model::rename::RenameMap;
use netpivot_parsers::netlink;
use netpivot_parsers::tree::MemoryTree;
use std::fs::OpenOptions;
use std::io::{self, IsTerminal, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

mod audit;
mod capture;
mod completions;
mod convert;
mod detect;
mod diff;
mod explain;
mod fleet;
mod formats;
mod man;
mod migrate;
mod report;
mod show;

/// Runs a command and gives the exit status.
#[must_use]
pub fn run(command: &Command) -> u8 {
    let mut console = Console::stderr();
    let done = match command {
        Command::Convert(args) => convert::run(args, &mut console),
        Command::Audit(args) => audit::run(args, &mut console),
        Command::Capture(args) => capture::run(args, &mut console),
        Command::Migrate(args) => migrate::run(args, &mut console),
        Command::Show(args) => show::run(args, &mut console),
        Command::Diff(args) => diff::run(args, &mut console),
        Command::Report(args) => report::run(args, &mut console),
        Command::Detect(args) => detect::run(args, &mut console),
        Command::Formats => formats::run(),
        Command::Explain(args) => explain::run(args),
        Command::Completions(args) => completions::run(args),
        Command::Man(args) => man::run(args),
    };
    done.unwrap_or_else(|failure| {
        console.failure(None, &failure);
        failure.kind.exit()
    })
}

/// Does work in which a fault of netpivot must not take more than itself down; `what` stopped by one.
fn guarded<T>(what: &str, work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let message = format!("{what} stopped by a fault of netpivot; nothing was written");
        Err(Failure::new(FailureKind::Bug, message).help("please report this with the input that shows it"))
    })
}

/// Prints to standard output. Files and JSON hold what the input says as it says it; a terminal is shown pictures of what
/// would steer it.
fn print(text: &str) -> Result<(), Failure> {
    if io::stdout().is_terminal() { print_painted(&printable_lines(text)) } else { print_painted(text) }
}

/// Prints what is printable already, with its colours. A closed pipe (`| head`) is no failure: nobody reads on.
fn print_painted(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(FailureKind::Write, format!("standard output cannot be written: {error}")))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Writes the file whole or not at all; from its first byte on it is its owner's alone. Only a regular file is replaced: a device, a
/// pipe or a link that stands there would be gone.
fn write_file(path: &Path, text: &str, force: bool) -> Result<(), Failure> {
    let failed = |error: &io::Error| {
        let message = format!("`{}` cannot be written: {error}", path.to_string_lossy());
        Failure::new(FailureKind::Write, message).help("name a file in a directory that can be written to")
    };
    let there = path.symlink_metadata().ok();
    let is_other = there.as_ref().is_some_and(|about| !about.is_file());
    if is_other || there.is_some() && !force {
        let (what, help) = if is_other {
            ("is there, and is no regular file", "name another file; without `-o` it goes to standard output")
        } else {
            ("is there already", "name another file, or add `--force`")
        };
        let message = format!("`{}` {what}", path.to_string_lossy());
        return Err(Failure::new(FailureKind::Write, message).help(help));
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

/// The format of the input. `all` is for the kernel's state alone, so it says the format as well.
fn from_spec(from: Option<&String>, all: bool) -> Result<Option<FormatSpec>, Failure> {
    let spec = from.map(|text| FormatSpec::parse(text, Direction::From)).transpose()?;
    if !all {
        return Ok(spec);
    }
    match spec {
        Some(spec) if spec.name != NETLINK => {
            let message = format!("`--all` is for the kernel's state, and the input is {}", spec.name);
            Err(Failure::usage(message).help("leave it out, or give a capture or `live:`"))
        }
        Some(_) | None => {
            FormatSpec::parse(&format!("{NETLINK}:{}", netlink::ALL), Direction::From).map(Some)
        }
    }
}

/// The map of `--map`.
fn rename_map(entries: &[String]) -> Result<RenameMap, Failure> {
    let parsed: Result<Vec<_>, _> = entries.iter().map(|entry| entry.parse()).collect();
    parsed.and_then(RenameMap::new).map_err(pipeline::map_failure)
}

/// The codes of `--allow`.
fn known_codes(words: &[String]) -> Result<(), Failure> {
    let Some(word) = words.iter().find(|word| *word != "all" && codes::find(word).is_none()) else {
        return Ok(());
    };
    let codes = codes::all();
    let failure = Failure::usage(format!("`{word}` is no diagnostic code"));
    Err(match suggest(word, codes.iter().flat_map(|code| [code.id, code.name])) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure.help("name a code as it stands in the diagnostics (L001), or `all`"),
    })
}

/// Why a host is refused.
const LOSSY: &str = "something would be lost; nothing was changed";

/// The codes of what is lost and was not allowed.
fn lost(diagnostics: &[Diagnostic], request: &Request) -> Vec<&'static str> {
    let lost = diagnostics.iter().filter(|d| is_loss(d) && !request.allows(d.code));
    let mut lost: Vec<&str> = lost.map(|d| d.code.id).collect();
    lost.sort_unstable();
    lost.dedup();
    lost
}

/// ``accept what is lost with `--allow L001` ``; `None` where nothing is lost that was not allowed.
fn how_to_allow(lost: &[&str]) -> Option<String> {
    (!lost.is_empty()).then(|| format!("accept what is lost with `--allow {}`", lost.join(",")))
}

/// Opens the host that commands start from.
fn open_state(path: Option<&Path>) -> Result<Option<Opened>, Failure> {
    let Some(path) = path else { return Ok(None) };
    let hosts = input::hosts(&[path.to_owned()], None);
    hosts.first().map(|host| host.open(None)).transpose()
}

/// The lines of files in these formats that hold secrets, by what the formats' own parsers make of them.
fn secret_lines(pages: &[Page], formats: &[FormatSpec]) -> SecretLines {
    let tree: MemoryTree = pages.iter().map(|page| (page.path.as_str(), page.text.as_str())).collect();
    formats.iter().flat_map(|spec| pipeline::secret_lines(&tree, spec)).collect()
}

/// The exit status of several hosts: that of the gravest trouble.
fn gravest(statuses: impl Iterator<Item = u8>) -> u8 {
    const ORDER: [u8; 7] = [0, 1, 4, 3, 2, 5, 70];
    let rank = |status: u8| ORDER.iter().position(|s| *s == status).unwrap_or(ORDER.len());
    statuses.max_by_key(|status| rank(*status)).unwrap_or(0)
}
