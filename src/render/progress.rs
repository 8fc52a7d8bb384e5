//! One line on standard error that says how far a long run is.
//!
//! Only a terminal gets it, only when the work takes longer than a moment, and it is gone before anything else is printed.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// How long a run may take before anything is shown, and how often the line changes after.
const MOMENT: Duration = Duration::from_millis(500);
const STEP: Duration = Duration::from_millis(100);

/// The progress of a run over many hosts.
pub struct Progress<W: Write> {
    /// The terminal; `None` where there is none.
    state: Option<Mutex<State<W>>>,
    total: usize,
}

struct State<W> {
    out: W,
    done: usize,
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
        let state = out.map(|out| Mutex::new(State { out, done: 0, due, step, shown: false }));
        Progress { state, total }
    }

    /// Another host is done.
    pub fn step(&self) {
        let Some(Ok(mut state)) = self.state.as_ref().map(Mutex::lock) else { return };
        state.done += 1;
        let now = Instant::now();
        if now >= state.due {
            state.due = now + state.step;
            state.shown = true;
            let done = state.done;
            // A terminal that is gone stops no conversion.
            let _ =
                write!(state.out, "\r{done} of {} hosts\x1b[K", self.total).and_then(|()| state.out.flush());
        }
    }

    /// Takes the line away for what is printed now; the next step brings it back.
    pub fn clear(&self) {
        let Some(Ok(mut state)) = self.state.as_ref().map(Mutex::lock) else { return };
        if state.shown {
            state.shown = false;
            let _ = write!(state.out, "\r\x1b[K").and_then(|()| state.out.flush());
        }
    }

    /// Takes the line away.
    pub fn finish(self) {
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
        progress.finish();
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
        progress.clear();
        progress.finish();
        assert_eq!(String::from_utf8(out).unwrap(), "\r1 of 3 hosts\x1b[K\r\x1b[K");
    }

    #[test]
    fn short_work_shows_nothing() {
        assert_eq!(shown(Duration::from_secs(3600)), "");
    }
}
