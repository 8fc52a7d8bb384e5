//! One line on standard error that says how far a long run is.
//!
//! Only a terminal gets it, only when the work takes longer than a moment, and it is gone before anything else is printed.

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// How long a run may take before anything is shown, and how often the line changes after.
const MOMENT: Duration = Duration::from_millis(500);
const STEP: Duration = Duration::from_millis(100);

/// The progress of a run over many hosts.
pub struct Progress<W: Write> {
    /// The terminal; `None` where there is none.
    line: Option<Mutex<Line<W>>>,
    done: AtomicUsize,
    total: usize,
}

/// The line on the terminal. While somebody else writes there, it is locked.
pub struct Line<W: Write> {
    out: W,
    due: Instant,
    step: Duration,
    shown: bool,
}

impl Progress<std::io::Stderr> {
    /// On standard error, if that is a terminal that can rewrite a line.
    #[must_use]
    pub fn stderr(total: usize) -> Self {
        let err = std::io::stderr();
        let is_terminal = err.is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        Progress::new(is_terminal.then_some(err), total, MOMENT, STEP)
    }
}

impl<W: Write> Progress<W> {
    fn new(out: Option<W>, total: usize, moment: Duration, step: Duration) -> Self {
        let due = Instant::now() + moment;
        let line = out.map(|out| Mutex::new(Line { out, due, step, shown: false }));
        Progress { line, done: AtomicUsize::new(0), total }
    }

    /// Another host is done.
    pub fn step(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        // Nobody waits for the line: while something else is printed, only the number counts on.
        let Some(Ok(mut line)) = self.line.as_ref().map(Mutex::try_lock) else { return };
        let now = Instant::now();
        if now >= line.due {
            line.due = now + line.step;
            line.shown = true;
            // A terminal that is gone stops no conversion.
            let _ =
                write!(line.out, "\r{done} of {} hosts\x1b[K", self.total).and_then(|()| line.out.flush());
        }
    }

    /// Takes the line away as long as the guard lives; the next step brings it back.
    pub fn quiet(&self) -> Option<MutexGuard<'_, Line<W>>> {
        let mut line = self.line.as_ref()?.lock().ok()?;
        line.clear();
        Some(line)
    }
}

impl<W: Write> Line<W> {
    fn clear(&mut self) {
        if std::mem::take(&mut self.shown) {
            let _ = write!(self.out, "\r\x1b[K").and_then(|()| self.out.flush());
        }
    }
}

impl<W: Write> Drop for Line<W> {
    fn drop(&mut self) {
        self.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(moment: Duration) -> String {
        let mut out = Vec::new();
        let progress = Progress::new(Some(&mut out), 3, moment, Duration::ZERO);
        progress.step();
        progress.step();
        drop(progress);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_line_counts_and_goes_away() {
        assert_eq!(shown(Duration::ZERO), "\r1 of 3 hosts\x1b[K\r2 of 3 hosts\x1b[K\r\x1b[K");
    }

    #[test]
    fn the_line_makes_way_once() {
        let mut out = Vec::new();
        let progress = Progress::new(Some(&mut out), 3, Duration::ZERO, Duration::ZERO);
        progress.step();
        let quiet = progress.quiet();
        progress.step();
        drop(quiet);
        drop(progress);
        assert_eq!(String::from_utf8(out).unwrap(), "\r1 of 3 hosts\x1b[K\r\x1b[K");
    }

    #[test]
    fn short_work_shows_nothing() {
        assert_eq!(shown(Duration::from_secs(3600)), "");
    }
}
