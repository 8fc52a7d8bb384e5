//! One command after the other, as a shell would go through them.
//!
//! What belongs together – in a script a list of commands, in a hook the whole line – is one unit, which is either
//! evaluated as a whole or left to a shell as a whole, as it stands. An effect that stood both in the model and in
//! a line that is kept would be doubled, and half a line means something else than the whole.

mod command;
mod list;

use super::ends;
use super::fault::Fault;
use super::files::Files;
use super::kernel::Kernel;
use super::program;
use super::shell::Shell;
use super::{Left, Manner, Report, Text, Torn, Verbatim, Why};
use crate::text::iproute::{Tables, Word};
use crate::text::shell::command_lines::{FUNCTION, HERE, Operator, Step, Unit, assignment, steps};
use crate::text::shell::one_line::{is_bash, one_line, one_line_of_bash};
use netpivot_model::codes::commands as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::shell::quote;

/// Where and how commands are applied.
pub(super) struct Place<'r, 'v> {
    pub kernel: &'r mut Kernel,
    pub tables: &'r mut Tables,
    pub files: &'r Files<'r>,
    pub shell: &'r mut Shell<'v>,
    pub manner: Manner,
    pub verbatim: &'r Verbatim,
}

/// Applies a text of commands.
pub(super) fn run(place: Place<'_, '_>, text: &Text<'_>, report: &mut Report) {
    let Place { kernel, tables, files, shell, manner, verbatim } = place;
    if let Some(first) = text.text.lines().next().filter(|line| line.starts_with("#!")) {
        shell.options(first.split_ascii_whitespace().skip(1));
    }
    let mut runner =
        Runner { kernel, tables, files, text, shell, manner, verbatim, report, asked: false, may_end: None };
    let mut steps = steps(text.text);
    let mut unit: Vec<Step<'_>> = Vec::new();
    loop {
        unit.clear();
        while let Some(step) = steps.next() {
            let ends_list = !step.then.joins();
            unit.push(step);
            if ends_list && manner == Manner::Script && !steps.owes_input() {
                break;
            }
        }
        let Some(first) = unit.first() else { return };
        if runner.shell.ended {
            unit.iter().for_each(|step| {
                runner.note(step, "stands behind the end of the script and is never run");
            });
        } else {
            let ends = program_of(first) == Some("exit");
            if let Some(finding) = runner.may_end.take_if(|_| !ends) {
                runner.report.diagnostics.push(finding);
            }
            runner.unit(&unit);
        }
    }
}

/// The lists of a unit.
fn lists<'s, 't>(unit: &'s [Step<'t>]) -> impl DoubleEndedIterator<Item = &'s [Step<'t>]> {
    unit.split_inclusive(|step| !step.then.joins())
}

struct Runner<'r, 't, 'v> {
    kernel: &'r mut Kernel,
    tables: &'r mut Tables,
    files: &'r Files<'r>,
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
    fn unit(&mut self, unit: &[Step<'t>]) {
        let [first, ..] = unit else { return };
        let (start, end) = self.extent(first, unit.last().unwrap_or(first));
        let span = self.text.span(start, end);
        let several = unit.len() > 1;
        if let Some(why) = self.verbatim.reason(span, several) {
            return self.keep(start, end, why);
        }
        if self.defines(unit) || self.is_broken(unit) {
            return;
        }
        self.kernel.unit = Some(span);
        let (findings, understood) = (self.report.diagnostics.len(), self.report.understood.len());
        let notes = self.kernel.notes.len();
        self.kernel.took = false;
        let fault = lists(unit).find_map(|list| self.only_a_shell(list)).or_else(|| {
            let mut left = lists(unit).count();
            lists(unit).find_map(|list| {
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
            if self.kernel.took {
                let done = self.report.understood[understood..].to_vec();
                self.report.took.extend(done);
            }
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
        let are_guards = unit[1..].iter().all(|step| is_guard(&self.text.text[step.start..step.end]));
        if fault.is_without() && are_guards {
            self.report.diagnostics.push(why.finding);
            return;
        }
        let remainder = fault.remainder_of_it().filter(|_| are_guards);
        let instead = remainder.map(|command| format!("{command}{}", &self.text.text[first.end..end]));
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
        if fault.is_unknown() || several && instead.is_none() {
            self.keep(start, end, why);
        } else {
            // Understood, so that it makes no link in secret.
            self.leave_as_it_stands(start, end, why, instead.as_deref());
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
    fn defines(&mut self, unit: &[Step<'t>]) -> bool {
        let ([step], Manner::Script) = (unit, self.manner) else { return false };
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
    fn is_broken(&mut self, unit: &[Step<'t>]) -> bool {
        let broken = lists(unit).next_back().and_then(|list| Some((list.first()?, list.last()?)));
        let Some((first, last)) = broken.filter(|(_, last)| last.then.joins()) else { return false };
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
                Unit::Simple { words, redirections, .. }
                    if redirections.iter().any(|r| r.here.is_some())
                        && (pipeline.len() > 1
                            || !words.iter().any(|word| program::reads_input(word.raw))) =>
                {
                    Some(Fault::unknown(span, format!("it {HERE}")))
                }
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

    fn shown(&self, pipeline: &[Step<'t>]) -> &'t str {
        match (pipeline.first(), pipeline.last()) {
            (Some(first), Some(last)) => shown(&self.text.text[first.start..last.end]),
            (Some(_) | None, _) => "",
        }
    }

    /// Leaves a unit to a shell, which may do with it what nobody here knows of.
    fn keep(&mut self, start: usize, end: usize, why: Why) {
        let raw = &self.text.text[start..end];
        let preamble = self.leave_as_it_stands(start, end, why, None);
        if self.manner == Manner::Script || ends::outlook(raw, self.shell).acts {
            self.kernel.leave(&format!("{preamble}{raw}"));
        }
        // What another file defines may be used by all that follows.
        if matches!(raw.split_ascii_whitespace().next(), Some("." | "source" | "alias" | "eval")) {
            self.shell.change(raw);
        }
    }

    /// Gives the commands that the unit brings along. `instead` is what is left of it, where that is not all.
    fn leave_as_it_stands(&mut self, start: usize, end: usize, why: Why, instead: Option<&str>) -> String {
        let raw = instead.unwrap_or(&self.text.text[start..end]);
        let span = self.text.span(start, end);
        self.report.diagnostics.push(why.finding);
        let (preamble, text) = match self.manner {
            Manner::Hook => (String::new(), raw.to_owned()),
            Manner::Script => {
                let preamble = self.shell.preamble(raw);
                let text = format!("{preamble}{raw}");
                let line = if is_bash(&text) { one_line_of_bash(&text) } else { one_line(&text) };
                let line = match (&self.kernel.space(self.shell.space).name, self.shell.outer.is_empty()) {
                    (Some(name), false) => {
                        format!("ip netns exec {} sh -c {}", quote(&name.value), quote(&line))
                    }
                    (Some(_) | None, _) => line,
                };
                (preamble, line)
            }
        };
        match self.report.left.last_mut().filter(|_| why.hangs && self.manner == Manner::Script) {
            Some(before) => {
                before.text.push_str(if before.text.ends_with('&') { " " } else { "; " });
                before.text.push_str(&text);
                before.spans.push(span);
            }
            None => {
                self.report.left.push(Left { spans: vec![span], text, is_remainder: instead.is_some() });
            }
        }
        preamble
    }

    fn note(&mut self, step: &Step<'_>, why: &str) {
        let command = shown(&self.text.text[step.start..step.end]);
        let finding = Diagnostic::new(&codes::IDLE, format!("`{command}` {why}"));
        self.report.diagnostics.push(finding.at(self.text.span(step.start, step.end)));
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
