//! One command: its words with their variables put in, and what the shell itself knows of it.

use super::Runner;
use crate::commands::Manner;
use crate::commands::ends;
use crate::commands::fault::Fault;
use crate::commands::files::Document;
use crate::commands::kernel::HOST;
use crate::commands::program::{self, Call, Effect};
use crate::commands::words::begins;
use crate::text::iproute::Word;
use crate::text::shell::command_lines::{RawWord, Redirection, Step, Unit, assignment, expand};
use netpivot_model::shell::quote;

impl<'t> Runner<'_, 't, '_> {
    pub(super) fn step(&mut self, step: &Step<'t>) -> Result<Effect, Fault> {
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
                &mut self.call(None),
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
            "exit" if !self.shell.outer.is_empty() => {
                self.shell.space = self.shell.outer.pop().unwrap_or(HOST);
                Ok(Effect::Idle("ends the shell in the namespace"))
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
            _ if self.shell.typed && opened(words).is_some() => {
                let name = opened(words).unwrap_or(*program);
                let space = self.kernel.space_named(name)?;
                let outer = std::mem::replace(&mut self.shell.space, space);
                self.shell.outer.push(outer);
                Ok(Effect::Idle("opens a shell in the namespace, which gets the commands up to `exit`"))
            }
            _ => {
                let here = redirections.iter().find_map(|r| r.here);
                let here = here.map(|here| Document {
                    text: here.text,
                    start: here.start,
                    within: *self.text,
                    literal: here.literal,
                });
                let ran = program::run(&mut self.call(here), *program, arguments)?;
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
    pub(super) fn piped(&mut self, pipeline: &[Step<'t>]) -> Result<Effect, Fault> {
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
        program::pipeline(&mut self.call(None), &commands)
    }

    fn call<'c>(&'c mut self, input: Option<Document<'c>>) -> Call<'c> {
        let Runner { kernel, tables, files, shell, .. } = self;
        Call { kernel, tables, space: shell.space, files, input }
    }
}

/// The namespace in which a command opens a shell that asks for commands: `ip netns exec NAME bash`.
fn opened<'w>(words: &[Word<'w>]) -> Option<Word<'w>> {
    let words = match words.split_first() {
        Some((first, rest)) if matches!(first.text, "sudo" | "doas") => rest,
        Some(_) | None => words,
    };
    let [ip, netns, exec, name, shell, options @ ..] = words else { return None };
    let is_ip =
        ip.text.rsplit('/').next() == Some("ip") && begins("netns", netns.text) && begins("exec", exec.text);
    let program = shell.text.rsplit('/').next().unwrap_or_default();
    let is_shell = matches!(program, "sh" | "bash" | "dash" | "ash" | "zsh" | "ksh");
    let asks = options.iter().all(|option| matches!(option.text, "-i" | "-l" | "--login" | "--norc"));
    (is_ip && is_shell && asks).then_some(*name)
}
