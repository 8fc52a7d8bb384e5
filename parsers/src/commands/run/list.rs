//! Lists of commands joined by `&&` and `||`, and how far their exit statuses are known.

use super::{Runner, is_guard, shown};
use crate::commands::ends;
use crate::commands::fault::Fault;
use crate::commands::program::Effect;
use crate::commands::{Manner, report_fault};
use crate::text::iproute::Word;
use crate::text::shell::command_lines::{Operator, Step, Unit};

/// What is known of a command's exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    True,
    False,
    /// False as far as is known here: what it looks for is nowhere said.
    Sought,
    Unknown,
}

impl From<bool> for Status {
    fn from(is_true: bool) -> Self {
        if is_true { Status::True } else { Status::False }
    }
}

impl std::ops::Not for Status {
    type Output = Status;
    fn not(self) -> Status {
        match self {
            Status::True => Status::False,
            Status::False => Status::True,
            Status::Sought | Status::Unknown => Status::Unknown,
        }
    }
}

impl<'t> Runner<'_, 't, '_> {
    /// A list of commands joined by `&&` and `||`. An error where only a shell can tell.
    pub(super) fn list(&mut self, list: &[Step<'t>], goes_on: bool) -> Result<(), Fault> {
        let mut pipelines = list.split_inclusive(|step| step.then != Operator::Pipe);
        let first = pipelines.clone().next().unwrap_or_default();
        let mut runs = Status::True;
        let mut last = Status::True;
        let mut before = Operator::End;
        while let Some(pipeline) = pipelines.next() {
            let then = pipeline.last().map_or(Operator::End, |last| last.then);
            let sought = match runs {
                Status::Sought => self.kernel.sought.take(),
                Status::True | Status::False | Status::Unknown => None,
            };
            match runs {
                Status::False => pipeline
                    .iter()
                    .for_each(|step| self.note(step, "is not run, since the command before it decides so")),
                Status::Unknown if self.is_harmless(pipeline, goes_on || then.joins()) => {
                    last = if before == Operator::Or { Status::True } else { last };
                }
                Status::Unknown if self.manner == Manner::Script && self.only_ends(pipeline) => {
                    self.perhaps_ended(first, pipeline, then.joins());
                    // As it is where the script goes on.
                    last = (before == Operator::Or).into();
                }
                Status::Unknown => {
                    let span = pipeline
                        .first()
                        .map_or_else(|| self.text.span(0, 0), |step| self.text.span(step.start, step.end));
                    return Err(Fault::unknown(
                        span,
                        format!("whether `{}` is run hangs on the command before it", self.shown(pipeline)),
                    ));
                }
                Status::True | Status::Sought => {
                    (self.kernel.unsure, self.kernel.unreached, self.kernel.unplaced) = (false, false, false);
                    self.kernel.by_hand = None;
                    last = self.pipeline(pipeline, then)?;
                    let or = then == Operator::Or
                        || pipelines.clone().flat_map(<[_]>::last).any(|step| step.then == Operator::Or);
                    self.check(pipeline, runs, sought, or || goes_on)?;
                    self.report.fails = last == Status::False && !(or || goes_on);
                    if self.shell.stops && !then.joins() && !self.shell.ended {
                        self.stop(pipeline, last, goes_on)?;
                    }
                }
            }
            before = then;
            runs = match (then, last) {
                // What is made where it is not there is there afterwards, one way or the other.
                (Operator::Or, Status::Sought) => Status::Sought,
                (Operator::Or, last) => !last,
                (Operator::And, Status::Sought) => Status::Unknown,
                (Operator::And, last) => last,
                (Operator::End | Operator::Background | Operator::Pipe, _) => break,
            };
        }
        self.decide(list, last, goes_on)
    }

    /// A hook that ends with a question: where the answer is no, ifup stops there (execute.c:doit).
    fn decide(&self, list: &[Step<'t>], last: Status, goes_on: bool) -> Result<(), Fault> {
        let is_open = match last {
            Status::True => false,
            Status::False | Status::Sought | Status::Unknown => self.asked,
        };
        let (Manner::Hook, false, true, Some(first), Some(end)) =
            (self.manner, goes_on, is_open, list.first(), list.last())
        else {
            return Ok(());
        };
        let why = format!("the interface comes up only where `{}` succeeds", self.shown(list));
        Err(Fault::unknown(self.text.span(first.start, end.end), why))
    }

    /// Whether what was taken for granted of a command holds. `forgiven`: the shell goes on where it fails.
    fn check(
        &mut self,
        pipeline: &[Step<'t>],
        runs: Status,
        sought: Option<String>,
        forgiven: bool,
    ) -> Result<(), Fault> {
        let span = match (pipeline.first(), pipeline.last()) {
            (Some(first), Some(last)) => self.text.span(first.start, last.end),
            (Some(_) | None, _) => return Ok(()),
        };
        let hangs_on_others = match self.manner {
            Manner::Script => self.kernel.unreached,
            Manner::Hook => self.kernel.unplaced,
        };
        if hangs_on_others && self.kernel.doubt.is_any() {
            let what = self.shown(pipeline);
            let why = format!("`{what}` may need what a command before it, which is not evaluated, sets up");
            return Err(Fault::doubt(span, why));
        }
        if let (Manner::Hook, Some(name)) = (self.manner, self.kernel.by_hand.take()) {
            let why = format!("`{name}` has a stanza of its own, which is started by hand, and this is not");
            return Err(Fault::unknown(span, why));
        }
        if self.kernel.unsure && forgiven {
            return Err(Fault::unknown(
                span,
                format!(
                    "the host may refuse `{}`, which the line forgives and nothing else would",
                    self.shown(pipeline)
                ),
            ));
        }
        let made = |name: &str| {
            self.kernel.find(self.shell.space, name).is_some()
                || self.kernel.space_named(Word { text: name, span }).is_ok()
        };
        if runs == Status::Sought && !sought.as_deref().is_none_or(made) {
            return Err(Fault::unknown(
                span,
                format!("whether `{}` is run hangs on the command before it", self.shown(pipeline)),
            ));
        }
        Ok(())
    }

    /// True for a command that does nothing, whether it is run or not. `exit 0` is one at the end of a hook.
    fn is_harmless(&self, pipeline: &[Step<'t>], goes_on: bool) -> bool {
        let may_exit = self.manner == Manner::Hook && !goes_on;
        is_guard(self.shown(pipeline)) && (may_exit || self.shown(pipeline) != "exit 0")
    }

    /// True for a command that ends the script and does nothing else.
    fn only_ends(&self, pipeline: &[Step<'t>]) -> bool {
        let outlook = ends::outlook(self.shown(pipeline), self.shell);
        outlook.ends && !outlook.acts
    }

    /// Notes that the script may have ended with one of these commands.
    fn perhaps_ended(&mut self, first: &[Step<'t>], last: &[Step<'t>], goes_on: bool) {
        let (Some(first), Some(last)) = (first.first(), last.last()) else { return };
        let command = shown(&self.text.text[first.start..last.end]);
        let finding = ends::finding(command, self.text.span(first.start, last.end));
        if goes_on {
            self.report.diagnostics.push(finding);
        } else {
            self.may_end = Some(finding);
        }
    }

    /// Under `set -e` the shell ends where the last command of a list fails.
    fn stop(&mut self, pipeline: &[Step<'t>], status: Status, goes_on: bool) -> Result<(), Fault> {
        let (Some(first), Some(last)) = (pipeline.first(), pipeline.last()) else { return Ok(()) };
        let negated = matches!(&last.unit, Unit::Simple { negated: true, .. });
        let fails = match status {
            Status::False => true,
            Status::Sought | Status::Unknown => self.asked,
            Status::True => false,
        };
        if !fails || negated {
            return Ok(());
        }
        match self.manner {
            Manner::Hook if goes_on || status == Status::False => {
                let why = format!("the line ends where `{}` fails, as `set -e` says", self.shown(pipeline));
                return Err(Fault::unknown(self.text.span(first.start, last.end), why));
            }
            Manner::Hook => {}
            Manner::Script if status == Status::False && self.asked => self.shell.ended = true,
            Manner::Script => self.perhaps_ended(pipeline, pipeline, false),
        }
        Ok(())
    }

    /// Runs a pipeline. An error where only a shell could.
    fn pipeline(&mut self, pipeline: &[Step<'t>], then: Operator) -> Result<Status, Fault> {
        let (Some(first), Some(last)) = (pipeline.first(), pipeline.last()) else {
            return Ok(Status::True);
        };
        let span = self.text.span(first.start, last.end);
        let ran = match pipeline {
            [step] => self.step(step),
            several => self.piped(several),
        };
        let negated = matches!(&last.unit, Unit::Simple { negated: true, .. });
        let hook = self.manner == Manner::Hook;
        self.asked = matches!(ran, Ok(Effect::Asked(_) | Effect::Sought | Effect::AskedInVain));
        let status = match ran {
            Ok(Effect::Changed) => {
                self.report.understood.push(span);
                Status::True
            }
            Ok(Effect::Asked(answer)) => {
                self.note(first, "only asks for the state");
                answer.into()
            }
            Ok(Effect::Sought) => {
                self.note(first, "only asks for the state");
                Status::Sought
            }
            Ok(Effect::AskedInVain) => {
                self.note(first, "only asks for the state");
                Status::Unknown
            }
            // A hook does it whenever its link comes up.
            Ok(Effect::Prepares(why) | Effect::Outside(why)) if hook => {
                return Err(Fault::unknown(span, format!("`{}` {why}", self.shown(pipeline))));
            }
            Ok(Effect::Idle(why) | Effect::Prepares(why)) => {
                self.note(first, why);
                Status::True
            }
            Ok(Effect::Outside(why)) => {
                self.note(first, why);
                Status::Unknown
            }
            Err(fault) if fault.is_for_absence() && self.kernel.doubt.is_any() => {
                return Err(fault.doubted());
            }
            // Whether a link is there that other software makes shows when the hook is run.
            Err(fault)
                if hook && fault.may_be_there() && !(self.is_expected(last, then) && takes_away(last)) =>
            {
                return Err(fault.left_to_host());
            }
            Err(fault) if fault.is_refusal() => {
                // Nothing that the output makes has to go.
                let fault = if takes_away(last) { fault.unless_there(false) } else { fault };
                let expected = self.is_expected(last, then) && !fault.may_be_there();
                report_fault(self.report, &fault, self.shown(pipeline), expected);
                Status::False
            }
            Err(fault) => return Err(fault),
        };
        Ok(if negated { !status } else { status })
    }

    /// True where the author of a command expects that it may fail.
    fn is_expected(&self, step: &Step<'_>, then: Operator) -> bool {
        then == Operator::Or || self.is_silenced(step)
    }

    /// True where the errors of a command go to /dev/null.
    fn is_silenced(&self, step: &Step<'_>) -> bool {
        match &step.unit {
            Unit::Simple { redirections, .. } => {
                redirections.iter().any(|r| r.writes && r.target.raw == "/dev/null")
            }
            Unit::Compound(_) => false,
        }
    }
}

/// True for a command that takes something away.
fn takes_away(step: &Step<'_>) -> bool {
    const WORDS: [&str; 11] =
        ["d", "del", "delete", "delbr", "delif", "del-br", "del-port", "flush", "rem", "nomaster", "-D"];
    match &step.unit {
        Unit::Simple { words, .. } => words.iter().skip(1).any(|word| WORDS.contains(&word.raw)),
        Unit::Compound(_) => false,
    }
}
