//! Taking back a migration that nobody confirmed, and what is written down of it: nobody is there to be told, so the state
//! folder keeps it for whoever asks later, until the next migration or undo.

use super::manifest::{Content, Manifest};
use super::store::{self, HOME, Store};
use super::{Restored, disk::Disk};
use crate::failure::{Failure, FailureKind};
use netpivot_model::secret::redact;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::process::{Command, Stdio};
use std::time::SystemTime;

/// How many of a command's last lines are kept.
const LINES: usize = 10;
/// How many of its last bytes are looked at for them.
const BYTES: u64 = 4096;

/// A migration that was taken back by itself, or was to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenBack {
    /// Of this layout; 1.
    pub version: u32,
    /// When (RFC 3339).
    pub at: String,
    /// The migration, and the copies of files that somebody had changed.
    pub restored: Restored,
    /// Why the old files are not back.
    pub error: Option<String>,
    /// The command of `--on-undo`, once it is its turn.
    pub on_undo: Option<OnUndo>,
    /// True when an undo was answered with this, instead of undoing the migration before it.
    pub is_told: bool,
}

/// What became of the command of `--on-undo`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnUndo {
    /// It.
    pub command: String,
    /// Its exit status; `None` until it ends, or where it ended otherwise.
    pub exit: Option<i32>,
    /// Why it could not be started, or what ended it.
    pub error: Option<String>,
    /// The last lines that it wrote, of both outputs.
    pub output: Vec<String>,
}

impl OnUndo {
    /// True where it did its work, as far as its exit status says.
    #[must_use]
    pub fn is_fine(&self) -> bool {
        self.exit == Some(0)
    }

    fn begun(command: String) -> Self {
        OnUndo { command, exit: None, error: None, output: Vec::new() }
    }

    fn run(&mut self) {
        match self.status() {
            Ok(status) => {
                self.exit = status.code();
                self.error = self.exit.is_none().then(|| format!("it was ended by {status}"));
            }
            Err(error) => self.error = Some(format!("sh cannot be started: {error}")),
        }
    }

    /// Whoever started this process may be gone, and what writes to a pipe that nobody reads is killed (SIGPIPE). A pipe of our own
    /// would be waited for as long as anything that the command left running holds it.
    fn status(&mut self) -> io::Result<std::process::ExitStatus> {
        let mut shell = Command::new("sh");
        shell.args(["-c", &self.command]).stdin(Stdio::null());
        let Ok(mut written) = scratch() else {
            return shell.stdout(Stdio::null()).stderr(Stdio::null()).status();
        };
        let status = shell.stdout(written.try_clone()?).stderr(written.try_clone()?).status()?;
        self.output = last_lines(&mut written).unwrap_or_default();
        Ok(status)
    }
}

/// A file in memory, which takes what is written on a full disk, too.
#[cfg(target_os = "linux")]
fn scratch() -> io::Result<File> {
    let flags = rustix::fs::MemfdFlags::CLOEXEC;
    Ok(File::from(rustix::fs::memfd_create("netpivot-on-undo", flags)?))
}

#[cfg(not(target_os = "linux"))]
fn scratch() -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}

fn last_lines(file: &mut File) -> io::Result<Vec<String>> {
    let size = file.metadata()?.len();
    file.seek(SeekFrom::Start(size.saturating_sub(BYTES)))?;
    let mut bytes = Vec::new();
    file.take(BYTES).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let lines: Vec<&str> = text.lines().collect();
    let last = &lines[lines.len().saturating_sub(LINES)..];
    Ok(last.iter().map(|line| redact(line).into_owned()).collect())
}

impl TakenBack {
    fn begun(last: Manifest) -> Self {
        TakenBack {
            version: 1,
            at: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
            restored: Restored { manifest: last, kept: Vec::new() },
            error: None,
            on_undo: None,
            is_told: false,
        }
    }

    fn keep(&self, store: &Store<'_>) -> Result<(), Failure> {
        store.put(HOME, NAME, self).map_err(|trouble| store::failure(&trouble))
    }
}

const NAME: &str = "taken-back";

fn path() -> String {
    format!("{HOME}/{NAME}.json")
}

/// Takes back a migration that nobody confirmed, and runs its command. What becomes of both is written down before and after
/// each, since either may end this process. That it cannot be written, on a full disk, prevents nothing.
///
/// # Errors
/// The old files are not all back, or what became of them cannot be written down.
pub fn take_back(store: &Store<'_>, last: Manifest) -> Result<TakenBack, Failure> {
    let mut taken = TakenBack::begun(last.clone());
    let _ = taken.keep(store);
    let restored = match super::recover(store) {
        Ok(None) => super::undo(store, last, true),
        Ok(Some(restored)) => Ok(restored),
        Err(failure) => Err(failure),
    };
    match restored {
        Ok(restored) => taken.restored = restored,
        Err(failure) => {
            taken.error = Some(failure.message.clone());
            let _ = taken.keep(store);
            return Err(failure);
        }
    }
    if let Some(command) = taken.restored.manifest.confirm.as_ref().and_then(|it| it.on_undo.clone()) {
        let mut on_undo = OnUndo::begun(command);
        taken.on_undo = Some(on_undo.clone());
        let _ = taken.keep(store);
        on_undo.run();
        taken.on_undo = Some(on_undo);
    }
    taken.keep(store)?;
    Ok(taken)
}

/// What the state folder keeps of the last migration that was taken back by itself.
///
/// # Errors
/// It cannot be read.
pub fn read(disk: &Disk<'_>) -> Result<Option<TakenBack>, Failure> {
    let path = path();
    let (standing, bytes) = disk.read(&path).map_err(|trouble| store::failure(&trouble))?;
    if standing.content == Content::Nothing {
        return Ok(None);
    }
    match serde_json::from_slice::<TakenBack>(&bytes) {
        Ok(taken) if taken.version == 1 => Ok(Some(taken)),
        Ok(_) | Err(_) => {
            let message = format!("`{path}` is nothing that this netpivot understands");
            Err(Failure::new(FailureKind::Write, message).help(
                "it only tells of a migration that was taken back because nobody confirmed it: read it, then remove it",
            ))
        }
    }
}

/// The last migration that was taken back by itself, where it is: its manifest is gone then.
///
/// # Errors
/// As [`read`].
pub fn last(disk: &Disk<'_>) -> Result<Option<TakenBack>, Failure> {
    let Some(taken) = read(disk)? else { return Ok(None) };
    let of = store::read(disk, taken.restored.manifest.number)?;
    Ok(Some(taken).filter(|taken| of.is_none_or(|of| of.id != taken.restored.manifest.id)))
}

/// Why that migration was not taken back when it was time.
#[must_use]
pub fn why_not(disk: &Disk<'_>, manifest: &Manifest) -> Option<String> {
    let taken = read(disk).ok().flatten()?;
    let error = taken.error.filter(|_| taken.restored.manifest.id == manifest.id)?;
    Some(format!("it was to be taken back at {}, and could not: {error}", taken.at))
}

/// Remembers that somebody was told.
///
/// # Errors
/// The system refuses.
pub fn told(store: &Store<'_>, taken: &TakenBack) -> Result<(), Failure> {
    TakenBack { is_told: true, ..taken.clone() }.keep(store)
}

/// Forgets it: something else was done since. It is of no weight then, so a system that refuses prevents nothing.
pub fn forget(store: &Store<'_>) {
    let _ = store.disk.unlink(&path());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ran(command: &str) -> OnUndo {
        let mut on_undo = OnUndo::begun(command.to_owned());
        on_undo.run();
        on_undo
    }

    #[test]
    fn what_became_of_a_command_is_known() {
        let fine = ran("echo up; echo down >&2");
        assert_eq!((fine.exit, fine.error.as_deref(), fine.is_fine()), (Some(0), None, true));
        assert_eq!(fine.output, ["up", "down"]);
        let failed = ran("for n in 1 2 3 4 5 6 7 8 9 10 11 12; do echo $n; done; exit 3");
        assert_eq!((failed.exit, failed.is_fine()), (Some(3), false));
        assert_eq!(failed.output.first().map(String::as_str), Some("3"), "the last ten");
        let ended = ran("kill -9 $$");
        assert_eq!((ended.exit, ended.is_fine()), (None, false));
        assert!(ended.error.is_some_and(|why| why.contains('9')));
        assert_eq!(ran("echo --password=hunter2").output, ["--password=<hidden>"]);
    }

    /// What it leaves running is not waited for.
    #[test]
    fn a_daemon_does_not_hold_it() {
        let begun = std::time::Instant::now();
        let on_undo = ran("sleep 20 & echo $!");
        assert!(on_undo.is_fine() && begun.elapsed().as_secs() < 15);
        assert!(ran(&format!("kill {}", on_undo.output.concat())).is_fine());
    }
}
