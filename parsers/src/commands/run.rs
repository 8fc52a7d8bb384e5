//! One command after the other, as a shell would go through them.

use super::fault::Fault;
use super::kernel::Kernel;
use super::program::{self, Call, Effect};
use super::shell::Shell;
use super::{Left, Report, Text, report_fault};
use crate::text::iproute::{Tables, Word};
use crate::text::shell::command_lines::{
    Operator, RawWord, Redirection, Step, Unit, assignment, expand, steps,
};
use netpivot_model::codes::commands as codes;
use netpivot_model::diagnostic::Diagnostic;

/// What is known of a command's exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    True,
    False,
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
            Status::Unknown => Status::Unknown,
        }
    }
}

/// Applies a text of commands.
pub(super) fn run(
    kernel: &mut Kernel,
    tables: &Tables,
    text: &Text<'_>,
    shell: &mut Shell<'_>,
    report: &mut Report,
) {
    let mut runner = Runner { kernel, tables, text, shell, report };
    let mut steps = steps(text.text);
    while let Some(step) = steps.next() {
        if runner.shell.ended {
            runner.note(&step, "stands behind the end of the script and is never run");
            continue;
        }
        runner.list(step, &mut steps);
    }
}

struct Runner<'r, 't, 'v> {
    kernel: &'r mut Kernel,
    tables: &'r Tables,
    text: &'r Text<'t>,
    shell: &'r mut Shell<'v>,
    report: &'r mut Report,
}

impl<'t> Runner<'_, 't, '_> {
    /// A list of commands joined by `&&` and `||`. A shell reads all of it before it runs the first.
    fn list(&mut self, first: Step<'t>, steps: &mut impl Iterator<Item = Step<'t>>) {
        let mut list = vec![first];
        while let Some(step) = list.last().filter(|step| step.then.joins()).and_then(|_| steps.next()) {
            list.push(step);
        }
        match list.last() {
            Some(last) if last.then.joins() => self.broken(&list),
            Some(_) | None => self.joined(list.into_iter()),
        }
    }

    /// A list that ends with an operator.
    fn broken(&mut self, list: &[Step<'t>]) {
        let (Some(first), Some(last)) = (list.first(), list.last()) else { return };
        let text = self.text.text;
        let command = text[first.start..].trim_end();
        let span = self.text.span(first.start, first.start + command.len());
        let fault = Fault::usage(span, format!("nothing follows `{}`", text[last.end..].trim()))
            .intent("write `|| true` to go on after a failure, or remove the operator");
        self.report.diagnostics.push(fault.diagnostic(command, "the shell"));
    }

    fn joined(&mut self, mut steps: impl Iterator<Item = Step<'t>>) {
        let Some(mut step) = steps.next() else { return };
        let mut runs = Status::True;
        let mut last = Status::True;
        loop {
            let start = step.start;
            let mut pipeline = vec![step];
            while pipeline.last().is_some_and(|last| last.then == Operator::Pipe) {
                match steps.next() {
                    Some(next) => pipeline.push(next),
                    None => break,
                }
            }
            let then = pipeline.last().map_or(Operator::End, |last| last.then);
            let status = match runs {
                Status::True => self.pipeline(&pipeline, then),
                Status::False => {
                    pipeline.iter().for_each(|step| {
                        self.note(step, "is not run, since the command before it decides so")
                    });
                    Some(last)
                }
                Status::Unknown => None,
            };
            let Some(status) = status else {
                let end = rest_of_list(pipeline, &mut steps);
                self.keep(start, end);
                return;
            };
            last = status;
            runs = match then {
                Operator::And => status,
                Operator::Or => !status,
                Operator::End | Operator::Background | Operator::Pipe => return,
            };
            match steps.next() {
                Some(next) => step = next,
                None => return,
            }
            if runs == Status::Unknown {
                let start = step.start;
                let span = self.text.span(start, step.end);
                let end = rest_of_list(vec![step], &mut steps);
                let fault = Fault::unknown(span, "whether it is run hangs on the command before it");
                report_fault(self.report, &fault, self.text.text[start..end].trim(), false);
                self.keep(start, end);
                return;
            }
        }
    }

    fn keep(&mut self, start: usize, end: usize) {
        let text = self.text.text[start..end].trim().to_owned();
        self.report.left.push(Left { span: self.text.span(start, end), text });
    }

    fn note(&mut self, step: &Step<'_>, why: &str) {
        let command = &self.text.text[step.start..step.end];
        self.report.diagnostics.push(
            Diagnostic::new(&codes::IDLE, format!("`{command}` {why}"))
                .at(self.text.span(step.start, step.end))
                .help("nothing"),
        );
    }

    /// Runs a pipeline. `None` where it stays as it stands, which is reported.
    fn pipeline(&mut self, pipeline: &[Step<'t>], then: Operator) -> Option<Status> {
        let (Some(first), Some(last)) = (pipeline.first(), pipeline.last()) else {
            return Some(Status::True);
        };
        let span = self.text.span(first.start, last.end);
        let ran = match pipeline {
            [step] => self.step(step),
            several => self.piped(several),
        };
        let command = &self.text.text[first.start..last.end];
        let negated = matches!(&last.unit, Unit::Simple { negated: true, .. });
        let status = match ran {
            Ok(Effect::Changed) => {
                self.report.understood.push(span);
                Status::True
            }
            Ok(Effect::Asked(answer)) => {
                self.note(first, "only asks for the state");
                answer.into()
            }
            Ok(Effect::AskedInVain) => {
                self.note(first, "only asks for the state");
                Status::Unknown
            }
            Ok(Effect::Idle(why)) => {
                self.note(first, why);
                Status::True
            }
            Err(fault) if fault.is_refusal() => {
                let expected = then == Operator::Or || self.is_silenced(last);
                report_fault(self.report, &fault, command, expected);
                Status::False
            }
            Err(fault) => {
                report_fault(self.report, &fault, command, false);
                return None;
            }
        };
        Some(if negated { !status } else { status })
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
            self.assign(words);
            return Ok(Effect::Idle("sets variables of the shell"));
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

    fn assign(&mut self, words: &[RawWord<'_>]) {
        for (name, raw) in words.iter().filter_map(|word| assignment(word.raw)) {
            let value = expand(raw, &|name| self.shell.get(name)).map(|values| values.join(" "));
            self.shell.set(name, value);
        }
    }

    /// A command with its words; `sudo` and its like are looked through.
    fn command(&mut self, words: &[Word<'_>], redirections: &[Redirection<'t>]) -> Result<Effect, Fault> {
        let Some((program, arguments)) = words.split_first() else {
            return Ok(Effect::Idle("is empty once its variables are put in"));
        };
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
        match program.text {
            "export" | "readonly" | "local" | "declare" | "typeset" => {
                for word in arguments {
                    if let Some((name, value)) = word.text.split_once('=') {
                        self.shell.set(name, Ok(value.to_owned()));
                    }
                }
                Ok(Effect::Idle("sets variables of the shell"))
            }
            "unset" => {
                arguments.iter().for_each(|word| self.shell.unset(word.text));
                Ok(Effect::Idle("sets variables of the shell"))
            }
            "exit" => {
                self.shell.ended = true;
                Ok(Effect::Idle("ends the script"))
            }
            _ => {
                let mut call = Call { kernel: self.kernel, tables: self.tables, space: self.shell.space };
                program::run(&mut call, *program, arguments)
            }
        }
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

/// The end of the list that a pipeline stands in; the rest of it is taken.
fn rest_of_list<'t>(pipeline: Vec<Step<'t>>, steps: &mut impl Iterator<Item = Step<'t>>) -> usize {
    let mut end = pipeline.last().map_or(0, |step| step.end);
    let mut then = pipeline.last().map_or(Operator::End, |step| step.then);
    while then.joins() {
        match steps.next() {
            Some(step) => (end, then) = (step.end, step.then),
            None => break,
        }
    }
    end
}
