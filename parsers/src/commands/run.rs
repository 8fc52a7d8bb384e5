//! One command after the other, as a shell would go through them.
//!
//! What belongs together – in a script a list of commands, in a hook the whole line – is one unit, which is either
//! evaluated as a whole or left to a shell as a whole, as it stands. An effect that stood both in the model and in
//! a line that is kept would be doubled, and half a line means something else than the whole.

use super::ends;
use super::fault::Fault;
use super::kernel::Kernel;
use super::program::{self, Call, Effect};
use super::shell::Shell;
use super::{Left, Manner, Report, Text, Torn, Verbatim, Why, report_fault};
use crate::text::iproute::{Tables, Word};
use crate::text::shell::command_lines::{
    FUNCTION, Operator, RawWord, Redirection, Step, Unit, assignment, expand, steps,
};
use crate::text::shell::one_line::{is_bash, one_line, one_line_of_bash};
use netpivot_model::codes::commands as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::shell::quote;

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

/// Where and how commands are applied.
pub(super) struct Place<'r, 'v> {
    pub kernel: &'r mut Kernel,
    pub tables: &'r Tables,
    pub shell: &'r mut Shell<'v>,
    pub manner: Manner,
    pub verbatim: &'r Verbatim,
}

/// Applies a text of commands.
pub(super) fn run(place: Place<'_, '_>, text: &Text<'_>, report: &mut Report) {
    let Place { kernel, tables, shell, manner, verbatim } = place;
    if let Some(first) = text.text.lines().next().filter(|line| line.starts_with("#!")) {
        shell.options(first.split_ascii_whitespace().skip(1));
    }
    let mut runner =
        Runner { kernel, tables, text, shell, manner, verbatim, report, asked: false, may_end: None };
    let mut steps = steps(text.text);
    loop {
        let mut unit: Vec<Vec<Step<'_>>> = Vec::new();
        while let Some(first) = steps.next() {
            let mut list = vec![first];
            while let Some(step) = list.last().filter(|step| step.then.joins()).and_then(|_| steps.next()) {
                list.push(step);
            }
            unit.push(list);
            if manner == Manner::Script && !steps.owes_input() {
                break;
            }
        }
        if unit.is_empty() {
            return;
        }
        if runner.shell.ended {
            let all = unit.iter().flatten();
            all.for_each(|step| runner.note(step, "stands behind the end of the script and is never run"));
        } else {
            let ends = matches!(unit.iter().flatten().next(), Some(step) if program_of(step) == Some("exit"));
            if let Some(finding) = runner.may_end.take_if(|_| !ends) {
                runner.report.diagnostics.push(finding);
            }
            runner.unit(&unit);
        }
    }
}

struct Runner<'r, 't, 'v> {
    kernel: &'r mut Kernel,
    tables: &'r Tables,
    text: &'r Text<'t>,
    shell: &'r mut Shell<'v>,
    manner: Manner,
    verbatim: &'r Verbatim,
    report: &'r mut Report,
    /// True where the last command has asked for something, false where it was to do something.
    asked: bool,
    /// The script may have ended; what is said of it as soon as there is something behind it.
    may_end: Option<Diagnostic>,
}

impl<'t> Runner<'_, 't, '_> {
    /// What is evaluated or left as a whole.
    fn unit(&mut self, lists: &[Vec<Step<'t>>]) {
        let (Some(first), Some(last)) = (lists.iter().flatten().next(), lists.iter().flatten().last()) else {
            return;
        };
        let (start, end) = self.extent(first, last);
        let span = self.text.span(start, end);
        let several = lists.iter().map(Vec::len).sum::<usize>() > 1;
        if let Some(why) = self.verbatim.reason(span, several) {
            return self.keep(start, end, why);
        }
        if self.defines(lists) || self.is_broken(lists) {
            return;
        }
        self.kernel.unit = Some(span);
        let (findings, understood) = (self.report.diagnostics.len(), self.report.understood.len());
        let notes = self.kernel.notes.len();
        let fault = lists.iter().find_map(|list| self.only_a_shell(list)).or_else(|| {
            let mut left = lists.len();
            lists.iter().find_map(|list| {
                left -= 1;
                if self.shell.ended {
                    list.iter().for_each(|step| self.note(step, "stands behind the end and is never run"));
                    return None;
                }
                self.list(list, left > 0).err()
            })
        });
        let in_vain = std::mem::take(&mut self.kernel.in_vain);
        for (span, command) in std::mem::take(&mut self.kernel.needed) {
            let finding = Fault::beyond(span, "rules of a firewall need it").diagnostic(&command, "nft");
            self.report.torn.push(Torn { span, why: Why { finding, hangs: false } });
        }
        let Some(fault) = fault else {
            if !in_vain.is_empty() {
                let why = "nothing here says whether there is such a route";
                let finding = Fault::unknown(span, why).diagnostic(shown(&self.text.text[start..end]), "");
                let why = Why { finding, hangs: false };
                self.report.deletions.push((Torn { span, why }, in_vain));
            }
            return;
        };
        let torn = self.report.understood.len() > understood || several && self.kernel.notes.len() > notes;
        self.report.diagnostics.truncate(findings);
        self.report.understood.truncate(understood);
        let command = &self.text.text[start..end];
        let program = command.split_ascii_whitespace().next().unwrap_or("");
        let why = Why { finding: fault.diagnostic(shown(command), program), hangs: fault.is_doubt() };
        if torn {
            self.report.torn.push(Torn { span, why: why.clone() });
        }
        if self.manner == Manner::Script {
            let replaces = !several && first.then == Operator::End && program_of(first) == Some("exec");
            let outlook = ends::outlook(command, self.shell);
            if outlook.ends && !replaces {
                self.may_end = Some(ends::finding(shown(command), span));
                if !outlook.acts {
                    return;
                }
            }
            self.shell.ended |= outlook.ends && replaces;
        }
        if fault.is_unknown() || several {
            self.keep(start, end, why);
        } else {
            // Understood, so that it makes no link in secret.
            self.leave_as_it_stands(start, end, why);
        }
    }

    /// Where a unit begins and ends, with the operator that sends its last command to the background.
    fn extent(&self, first: &Step<'_>, last: &Step<'_>) -> (usize, usize) {
        let text = self.text.text;
        let operator = match last.then {
            Operator::Background => text[last.end..].find('&').map_or(0, |at| at + 1),
            Operator::End | Operator::And | Operator::Or | Operator::Pipe => 0,
        };
        let end = last.end + operator;
        (first.start, first.start + text[first.start..end].trim_end().len())
    }

    /// A function is no command yet: those that call it bring it along.
    fn defines(&mut self, lists: &[Vec<Step<'t>>]) -> bool {
        let [list] = lists else { return false };
        let ([step], Manner::Script) = (list.as_slice(), self.manner) else { return false };
        if step.unit != Unit::Compound(FUNCTION) || step.then != Operator::End {
            return false;
        }
        let text = &self.text.text[step.start..step.end];
        let name = text.strip_prefix("function ").unwrap_or(text).trim_start();
        let end = name.find(|c: char| c.is_whitespace() || c == '(').unwrap_or(name.len());
        self.shell.define(&name[..end], text);
        self.note(step, "defines a function, which the commands that call it bring along");
        true
    }

    /// A list that ends with an operator: a shell reads all of it before it runs the first command.
    fn is_broken(&mut self, lists: &[Vec<Step<'t>>]) -> bool {
        let broken = lists.iter().find(|list| list.last().is_some_and(|last| last.then.joins()));
        let Some((first, last)) = broken.and_then(|list| Some((list.first()?, list.last()?))) else {
            return false;
        };
        let text = self.text.text;
        let command = text[first.start..].trim_end();
        let span = self.text.span(first.start, first.start + command.len());
        let fault = Fault::usage(span, format!("nothing follows `{}`", text[last.end..].trim()))
            .intent("write `|| true` to go on after a failure, or remove the operator");
        self.report.diagnostics.push(fault.diagnostic(shown(command), "the shell"));
        true
    }

    /// Why a list is none that could be evaluated, where that shows before it is tried.
    fn only_a_shell(&self, list: &[Step<'t>]) -> Option<Fault> {
        list.split_inclusive(|step| step.then != Operator::Pipe).find_map(|pipeline| {
            let last = pipeline.last()?;
            let span = self.text.span(last.start, last.end);
            if last.then == Operator::Background {
                return Some(Fault::unknown(span, "it runs in the background"));
            }
            pipeline.iter().find_map(|step| match &step.unit {
                Unit::Compound(why) => Some(Fault::unknown(span, format!("it {why}"))),
                // A pipeline is known by its two ends.
                Unit::Simple { .. } if pipeline.len() > 1 => None,
                Unit::Simple { words, .. } => {
                    let program = words.iter().find(|word| assignment(word.raw).is_none())?;
                    let known = !program.plain || program::is_known(program.raw);
                    let span = self.text.span(program.start, program.end());
                    (!known).then(|| program::unknown(Word { text: program.raw, span }))
                }
            })
        })
    }

    /// A list of commands joined by `&&` and `||`. An error where only a shell can tell.
    fn list(&mut self, list: &[Step<'t>], goes_on: bool) -> Result<(), Fault> {
        let pipelines: Vec<&[Step<'t>]> = list.split_inclusive(|step| step.then != Operator::Pipe).collect();
        let mut runs = Status::True;
        let mut last = Status::True;
        let mut before = Operator::End;
        for (n, pipeline) in pipelines.iter().enumerate() {
            let then = pipeline.last().map_or(Operator::End, |last| last.then);
            let sought = match runs {
                Status::Sought => self.kernel.sought.take(),
                Status::True | Status::False | Status::Unknown => None,
            };
            match runs {
                Status::False => pipeline
                    .iter()
                    .for_each(|step| self.note(step, "is not run, since the command before it decides so")),
                Status::Unknown if self.is_harmless(pipeline, goes_on || then.joins()) => {}
                Status::Unknown if self.manner == Manner::Script && self.only_ends(pipeline) => {
                    self.perhaps_ended(pipelines[0], pipeline, then.joins());
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
                    (self.kernel.unsure, self.kernel.unreached) = (false, false);
                    self.kernel.by_hand = None;
                    last = self.pipeline(pipeline, then)?;
                    let or = pipelines[n..].iter().flat_map(|p| p.last()).any(|s| s.then == Operator::Or);
                    self.check(pipeline, runs, sought, or || goes_on)?;
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
        Ok(())
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
        if self.kernel.unreached && self.kernel.doubt.is_any() && self.manner == Manner::Script {
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

    fn shown(&self, pipeline: &[Step<'t>]) -> &'t str {
        match (pipeline.first(), pipeline.last()) {
            (Some(first), Some(last)) => shown(&self.text.text[first.start..last.end]),
            (Some(_) | None, _) => "",
        }
    }

    /// Leaves a unit to a shell, which may do with it what nobody here knows of.
    fn keep(&mut self, start: usize, end: usize, why: Why) {
        let raw = &self.text.text[start..end];
        let preamble = self.leave_as_it_stands(start, end, why);
        self.kernel.leave(&format!("{preamble}{raw}"));
        // What another file defines may be used by all that follows.
        if matches!(raw.split_ascii_whitespace().next(), Some("." | "source" | "alias" | "eval")) {
            self.shell.change(raw);
        }
    }

    /// Gives the commands that the unit brings along.
    fn leave_as_it_stands(&mut self, start: usize, end: usize, why: Why) -> String {
        let raw = &self.text.text[start..end];
        let span = self.text.span(start, end);
        self.report.diagnostics.push(why.finding);
        let (preamble, text) = match self.manner {
            Manner::Hook => (String::new(), raw.to_owned()),
            Manner::Script => {
                let preamble = self.shell.preamble(raw);
                let text = format!("{preamble}{raw}");
                let line = if is_bash(&text) { one_line_of_bash(&text) } else { one_line(&text) };
                (preamble, line)
            }
        };
        match self.report.left.last_mut().filter(|_| why.hangs && self.manner == Manner::Script) {
            Some(before) => {
                before.text.push_str(if before.text.ends_with('&') { " " } else { "; " });
                before.text.push_str(&text);
                before.spans.push(span);
            }
            None => self.report.left.push(Left { spans: vec![span], text }),
        }
        preamble
    }

    fn note(&mut self, step: &Step<'_>, why: &str) {
        let command = shown(&self.text.text[step.start..step.end]);
        let finding = Diagnostic::new(&codes::IDLE, format!("`{command}` {why}"));
        self.report.diagnostics.push(finding.at(self.text.span(step.start, step.end)));
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
            Err(fault) if fault.is_refusal() => {
                let expected = then == Operator::Or || self.is_silenced(last);
                report_fault(self.report, &fault, self.shown(pipeline), expected);
                Status::False
            }
            Err(fault) => return Err(fault),
        };
        Ok(if negated { !status } else { status })
    }

    /// True where the errors of a command go to /dev/null: its author expects them.
    fn is_silenced(&self, step: &Step<'_>) -> bool {
        match &step.unit {
            Unit::Simple { redirections, .. } => {
                redirections.iter().any(|r| r.writes && r.target.raw == "/dev/null")
            }
            Unit::Compound(_) => false,
        }
    }

    fn step(&mut self, step: &Step<'t>) -> Result<Effect, Fault> {
        let (words, redirections) = match &step.unit {
            Unit::Simple { words, redirections, .. } => (words, redirections),
            Unit::Compound(why) => {
                return Err(Fault::unknown(self.text.span(step.start, step.end), format!("it {why}")));
            }
        };
        let leading = words.iter().take_while(|word| assignment(word.raw).is_some()).count();
        if leading == words.len() && redirections.is_empty() {
            return Ok(self.assign(words));
        }
        let words = &words[leading..];
        if words.iter().all(|word| word.plain) {
            let words: Vec<Word<'_>> = words
                .iter()
                .map(|word| Word { text: word.raw, span: self.text.span(word.start, word.end()) })
                .collect();
            return self.command(&words, redirections);
        }
        let owned = self.expanded(words)?;
        let words: Vec<Word<'_>> = owned.iter().map(|(text, span)| Word { text, span: *span }).collect();
        self.command(&words, redirections)
    }

    fn expanded(&self, words: &[RawWord<'_>]) -> Result<Vec<(String, netpivot_model::source::Span)>, Fault> {
        let mut owned = Vec::with_capacity(words.len());
        for word in words {
            let span = self.text.span(word.start, word.end());
            if word.plain {
                owned.push((word.raw.to_owned(), span));
                continue;
            }
            let values =
                expand(word.raw, &|name| self.shell.get(name)).map_err(|why| Fault::unknown(span, why))?;
            owned.extend(values.into_iter().map(|value| (value, span)));
        }
        Ok(owned)
    }

    fn assign(&mut self, words: &[RawWord<'_>]) -> Effect {
        let mut effect = Effect::Idle("sets variables of the shell");
        for (name, raw) in words.iter().filter_map(|word| assignment(word.raw)) {
            let value = expand(raw, &|name| self.shell.get(name)).map(|values| values.join(" "));
            if value.is_err() {
                effect = Effect::Outside("sets a variable of the shell to what only a shell knows");
            }
            self.shell.set(name, value, raw);
        }
        effect
    }

    /// A command with its words; `sudo` and its like are looked through.
    fn command(&mut self, words: &[Word<'_>], redirections: &[Redirection<'t>]) -> Result<Effect, Fault> {
        let Some((program, arguments)) = words.split_first() else {
            return Ok(Effect::Idle("is empty once its variables are put in"));
        };
        if let ("exec", []) = (program.text, arguments) {
            return Ok(self.redirect(redirections));
        }
        let output = redirections
            .iter()
            .find(|r| r.writes && r.standard && r.target.raw != "/dev/null" && r.target.raw != "/dev/stderr")
            .map(|r| Word { text: r.target.raw, span: self.text.span(r.target.start, r.target.end()) });
        if let Some(output) = output {
            let target = self.expanded_target(output)?;
            return program::write(
                &mut Call { kernel: self.kernel, tables: self.tables, space: self.shell.space },
                *program,
                arguments,
                Word { text: &target, span: output.span },
            );
        }
        if self.shell.function(program.text).is_some() {
            let why = format!("it calls the function `{}`, which would have to be run", program.text);
            return Err(Fault::unknown(program.span, why));
        }
        match program.text {
            "export" | "readonly" | "local" | "declare" | "typeset" => {
                for word in arguments {
                    if let Some((name, value)) = word.text.split_once('=') {
                        self.shell.set(name, Ok(value.to_owned()), "");
                    }
                }
                if program.text == "export" {
                    let words = arguments.iter().map(|word| quote(word.text)).collect::<Vec<_>>();
                    self.shell.change(&format!("export {}", words.join(" ")));
                }
                Ok(Effect::Idle("sets variables of the shell"))
            }
            "cd" | "umask" => {
                let words = arguments.iter().map(|word| quote(word.text)).collect::<Vec<_>>();
                self.shell.change(&format!("{} {}", program.text, words.join(" ")));
                Ok(Effect::Idle("changes the shell, for the commands after it"))
            }
            "unset" => {
                arguments.iter().for_each(|word| self.shell.unset(word.text));
                Ok(Effect::Idle("sets variables of the shell"))
            }
            "exit" if self.manner == Manner::Hook && arguments.iter().any(|word| word.text != "0") => {
                Err(Fault::unknown(program.span, "it makes its interface fail"))
            }
            "exit" => {
                self.shell.ended = true;
                Ok(Effect::Idle("ends the script"))
            }
            "return" if self.manner == Manner::Hook => {
                Err(Fault::unknown(program.span, "a shell may take it for an error and go on"))
            }
            "return" => {
                // dash(1) ends; bash(1) says that it is no function, and goes on.
                self.may_end = Some(ends::finding("return", program.span));
                Ok(Effect::Idle("may end the script"))
            }
            "set" => {
                self.shell.options(arguments.iter().map(|word| word.text));
                Ok(Effect::Idle("sets options of the shell"))
            }
            _ => {
                let mut call = Call { kernel: self.kernel, tables: self.tables, space: self.shell.space };
                let ran = program::run(&mut call, *program, arguments)?;
                // The program takes the shell's place.
                self.shell.ended |= program.text == "exec";
                Ok(ran)
            }
        }
    }

    /// `exec > FILE`: the output of all commands after it.
    fn redirect(&mut self, redirections: &[Redirection<'t>]) -> Effect {
        let (Some(first), Some(last)) = (redirections.first(), redirections.last()) else {
            return Effect::Idle("does nothing");
        };
        let text = self.text.text;
        let start = text[..first.target.start].rfind("exec").unwrap_or(first.target.start);
        self.shell.change(&text[start..last.target.end()]);
        Effect::Prepares("redirects what the commands after it print")
    }

    fn expanded_target(&self, target: Word<'_>) -> Result<String, Fault> {
        let values = expand(target.text, &|name| self.shell.get(name))
            .map_err(|why| Fault::unknown(target.span, why))?;
        Ok(values.concat())
    }

    /// A pipeline of several commands: a question with `grep`, or `echo … | tee FILE`.
    fn piped(&mut self, pipeline: &[Step<'t>]) -> Result<Effect, Fault> {
        let mut commands = Vec::with_capacity(pipeline.len());
        for step in pipeline {
            let Unit::Simple { words, .. } = &step.unit else {
                return Err(Fault::unknown(
                    self.text.span(step.start, step.end),
                    "it is a pipeline that a shell would run",
                ));
            };
            commands.push(self.expanded(words)?);
        }
        let commands: Vec<Vec<Word<'_>>> = commands
            .iter()
            .map(|words| words.iter().map(|(text, span)| Word { text, span: *span }).collect())
            .collect();
        let mut call = Call { kernel: self.kernel, tables: self.tables, space: self.shell.space };
        program::pipeline(&mut call, &commands)
    }
}

/// True for a command that only keeps a list from failing.
pub(crate) fn is_guard(command: &str) -> bool {
    matches!(command, "true" | ":" | "/bin/true" | "exit 0")
}

/// The program that a command begins with.
fn program_of<'a>(step: &Step<'a>) -> Option<&'a str> {
    match &step.unit {
        Unit::Simple { words, .. } => words.first().map(|word| word.raw),
        Unit::Compound(_) => None,
    }
}

/// The first line of a command, for people.
fn shown(command: &str) -> &str {
    command.lines().next().unwrap_or("")
}
