//! A migration that takes itself back unless somebody confirms it from a new login: only that proves that the network works.

use super::manifest::Manifest;
use crate::failure::{Failure, FailureKind};
use serde::{Deserialize, Serialize};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

/// The confirmation that a transaction waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirm {
    /// Seconds.
    pub within: u32,
    /// When they are over (RFC 3339).
    pub until: String,
    /// Who migrated.
    pub login: Login,
    /// True when it came.
    pub is_confirmed: bool,
    /// A command for `sh` when the files are brought back without anybody.
    pub on_undo: Option<String>,
}

/// What tells one login from another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    /// `SSH_CONNECTION` (ssh(1)): addresses and ports of both ends.
    pub ssh: Option<String>,
    /// The kernel's number of the audit session (pam_loginuid(8)), which sudo(8) and tmux(1) hand on.
    pub session: Option<String>,
}

/// The number of no session: -1 (`AUDIT_SID_UNSET`, include/linux/audit.h).
const UNSET: &str = "4294967295";

impl Login {
    /// That of this process.
    #[must_use]
    pub fn current() -> Self {
        let session = std::fs::read_to_string("/proc/self/sessionid").ok();
        let session =
            session.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty() && text != UNSET);
        Login { ssh: std::env::var("SSH_CONNECTION").ok().filter(|text| !text.is_empty()), session }
    }

    /// Whether both are one login; `None` where nothing tells. The connection comes first: where sshd(8) was started by
    /// hand, all its logins inherit one audit session.
    #[must_use]
    pub fn is_same(&self, other: &Login) -> Option<bool> {
        let both = |a: &Option<String>, b: &Option<String>| Some(a.as_ref()? == b.as_ref()?);
        both(&self.ssh, &other.ssh).or_else(|| both(&self.session, &other.session))
    }
}

impl Confirm {
    /// A confirmation to wait for from now on.
    #[must_use]
    pub fn within(seconds: u32, login: Login, on_undo: Option<String>) -> Self {
        let until = SystemTime::now() + Duration::from_secs(seconds.into());
        let until = humantime::format_rfc3339_seconds(until).to_string();
        Confirm { within: seconds, until, login, is_confirmed: false, on_undo }
    }

    /// True where the time is over, and nobody confirmed. A time that cannot be read is over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        let over = humantime::parse_rfc3339(&self.until).is_ok_and(|until| SystemTime::now() < until);
        !self.is_confirmed && !over
    }
}

/// The command that undoes the transaction of that id if nobody confirmed it.
#[must_use]
pub fn undo_command(program: &Path, root: &Path, id: &str) -> Vec<String> {
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let words = ["migrate", "--undo", "--unconfirmed", id, "--root"].map(str::to_owned);
    std::iter::once(text(program)).chain(words).chain([text(root)]).collect()
}

/// The command that has systemd run it after that many seconds (systemd-run(1)).
#[must_use]
pub fn timer_command(program: &Path, root: &Path, id: &str, seconds: u32) -> Vec<String> {
    let own = [
        "systemd-run".to_owned(),
        "--quiet".to_owned(),
        "--collect".to_owned(),
        format!("--on-active={seconds}s"),
        "--timer-property=AccuracySec=1s".to_owned(),
        format!("--unit={}", unit(id)),
        "--description=Undo of a network migration that nobody confirmed".to_owned(),
        "--".to_owned(),
    ];
    own.into_iter().chain(undo_command(program, root, id)).collect()
}

fn unit(id: &str) -> String {
    format!("netpivot-undo-{id}")
}

/// The command that takes that timer away again (systemctl(1)).
#[must_use]
pub fn stop_command(id: &str) -> Vec<String> {
    vec!["systemctl".to_owned(), "stop".to_owned(), format!("{}.timer", unit(id))]
}

/// The exit status of systemctl(1) for a unit that is not loaded: the timer's time is over, or the host was started anew.
const NOT_LOADED: i32 = 5;

/// Takes the timer of a migration away that is settled, where systemd has one. Why it could not, for people to be told: it does no
/// harm.
#[must_use]
pub fn disarm(root: &Path, manifest: &Manifest) -> Option<String> {
    manifest.confirm.as_ref().filter(|_| is_by_systemd(&canonical(root)))?;
    let why = stopped(&stop_command(&manifest.id)).err()?;
    let unit = unit(&manifest.id);
    Some(format!("{unit}.timer goes on, and will find nothing to do: {why}"))
}

fn stopped(words: &[String]) -> Result<(), String> {
    let run = Command::new(&words[0]).args(&words[1..]).stdin(Stdio::null()).output();
    let output = run.map_err(|error| format!("{} cannot be started: {error}", words[0]))?;
    if output.status.success() || output.status.code() == Some(NOT_LOADED) {
        return Ok(());
    }
    Err(format!("{} says {}", words[0], String::from_utf8_lossy(&output.stderr).trim()))
}

fn canonical(root: &Path) -> PathBuf {
    std::fs::canonicalize(root).unwrap_or_else(|_| PathBuf::from(root))
}

/// True where systemd runs this very host.
fn is_by_systemd(root: &Path) -> bool {
    root == Path::new("/") && Path::new("/run/systemd/system").is_dir()
}

/// Sets the undo off: by a timer of systemd where it runs this very host, else by a process that waits.
///
/// # Errors
/// Neither can be started.
pub fn arm(root: &Path, manifest: &Manifest) -> Result<(), Failure> {
    let Some(confirm) = &manifest.confirm else { return Ok(()) };
    let cannot = |what: &str, why: String| {
        let message = format!("nothing would undo the migration by itself: {what} {why}");
        Failure::new(FailureKind::Write, message)
            .help("migrate without `--confirm-within`, near the host's console")
    };
    let program = std::env::current_exe().map_err(|error| cannot("the program itself", error.to_string()))?;
    let root = canonical(root);
    if is_by_systemd(&root) {
        let words = timer_command(&program, &root, &manifest.id, confirm.within);
        let run = Command::new(&words[0]).args(&words[1..]).stdin(Stdio::null()).output();
        return match run {
            Ok(output) if output.status.success() => Ok(()),
            Ok(output) => {
                Err(cannot("systemd-run says", String::from_utf8_lossy(&output.stderr).trim().to_owned()))
            }
            Err(error) => Err(cannot("systemd-run", error.to_string())),
        };
    }
    let words = undo_command(&program, &root, &manifest.id);
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).args(["--after", &confirm.within.to_string()]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|error| cannot("the program itself", error.to_string()))?;
    let mut line = String::new();
    let heard = child.stdout.take().map(|stdout| BufReader::new(stdout).read_line(&mut line));
    match heard {
        Some(Ok(_)) if line.trim() == READY => Ok(()),
        Some(_) | None => Err(cannot("the process that waits", "did not begin to".to_owned())),
    }
}

/// What the process that waits says when it does.
pub const READY: &str = "waiting";

/// How often the process that waits looks whether anybody still waits for it.
const LOOK: Duration = Duration::from_secs(1);

/// Leaves the login's session, so that its end does not end this process, and waits. False as soon as `waits` is.
///
/// # Errors
/// The system refuses a session.
pub fn wait_detached(seconds: u32, waits: impl Fn() -> bool) -> Result<bool, Failure> {
    rustix::process::setsid().map_err(|errno| {
        Failure::new(FailureKind::Write, format!("no session of its own: {}", std::io::Error::from(errno)))
    })?;
    println!("{READY}");
    let begun = Instant::now();
    let whole = Duration::from_secs(seconds.into());
    while let Some(left) = whole.checked_sub(begun.elapsed()) {
        std::thread::sleep(left.min(LOOK));
        if !waits() {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_timer_runs_the_undo_of_this_very_migration() {
        let words = timer_command(Path::new("/usr/bin/netpivot"), Path::new("/"), "0001-5f", 90);
        assert_eq!(
            words,
            [
                "systemd-run",
                "--quiet",
                "--collect",
                "--on-active=90s",
                "--timer-property=AccuracySec=1s",
                "--unit=netpivot-undo-0001-5f",
                "--description=Undo of a network migration that nobody confirmed",
                "--",
                "/usr/bin/netpivot",
                "migrate",
                "--undo",
                "--unconfirmed",
                "0001-5f",
                "--root",
                "/",
            ]
        );
    }

    #[test]
    fn the_timer_of_a_settled_migration_is_stopped() {
        assert_eq!(stop_command("0001-5f"), ["systemctl", "stop", "netpivot-undo-0001-5f.timer"]);
        let sh = |line: &str| stopped(&["sh", "-c", line].map(str::to_owned));
        assert_eq!((sh("exit 0"), sh("exit 5")), (Ok(()), Ok(())), "not loaded is as good as stopped");
        assert_eq!(sh("echo Access denied >&2; exit 1"), Err("sh says Access denied".to_owned()));
        assert!(stopped(&["/nowhere/systemctl".to_owned()]).is_err());
    }

    #[test]
    fn one_login_is_told_from_another() {
        let login = |ssh: Option<&str>, session: Option<&str>| Login {
            ssh: ssh.map(str::to_owned),
            session: session.map(str::to_owned),
        };
        let first = login(Some("192.0.2.9 50022 192.0.2.1 22"), Some("3"));
        assert_eq!(first.is_same(&first), Some(true));
        assert_eq!(first.is_same(&login(Some("192.0.2.9 50030 192.0.2.1 22"), Some("3"))), Some(false));
        assert_eq!(first.is_same(&login(None, Some("3"))), Some(true), "sudo takes the connection away");
        assert_eq!(first.is_same(&login(None, Some("4"))), Some(false));
        assert_eq!(first.is_same(&login(None, None)), None);
    }

    #[test]
    fn the_time_ends() {
        let confirm = Confirm::within(60, Login::default(), None);
        assert!(!confirm.is_over());
        let past = Confirm { until: "2001-01-01T00:00:00Z".to_owned(), ..confirm };
        assert!(past.is_over());
        assert!(!Confirm { is_confirmed: true, ..past }.is_over());
    }
}
