//! What a command does: sets variables, takes them back, or is somebody else's.

use super::Bash;
use super::assignment::{Assigned, Form};
use super::script::{Block, COMMAND, Found, Reader, Stop, WordAt};

const CONDITIONAL: &str = "it depends on the command before it";

impl<'a> Reader<'a> {
    /// Ends the command that the words make. `operator` is what ended it.
    pub fn finish(&mut self, operator: &str) -> Result<(), Stop> {
        let words = std::mem::take(&mut self.words);
        let leading = words.iter().take_while(|w| w.assignment.is_some()).count();
        let apart = matches!(operator, "&" | "|" | "|&");
        let mut certain = false;
        if words.is_empty() {
        } else if leading == words.len() {
            certain = self.assignments(words, apart);
        } else {
            self.command(words, leading, apart)?;
        }
        self.condition = match operator {
            "&&" if certain => None,
            "&&" | "||" => Some(CONDITIONAL),
            "|" | "|&" => Some("it stands in a pipeline, which bash runs in a process of its own"),
            // A list whose operator ends the line goes on in the next one.
            "\n" if !self.begun => self.condition,
            _ => None,
        };
        Ok(())
    }

    /// A command of assignments only. True where all of them took effect for certain.
    fn assignments(&mut self, words: Vec<WordAt<'a>>, apart: bool) -> bool {
        let uncertain = self.uncertain();
        let mut certain = uncertain.is_none() && !apart;
        let mut first = true;
        for word in words {
            let WordAt { start, end, assignment: Some(assigned), .. } = word else { continue };
            let form = match (assigned.form == Form::Plain, apart, first) {
                (true, true, _) => Form::Apart,
                (true, false, false) => Form::Further,
                (true, false, true) | (false, _, _) => assigned.form,
            };
            first = false;
            let bash = if apart { Bash::Nothing } else { self.evaluate(&assigned, uncertain) };
            certain &= matches!(bash, Bash::Value(_));
            self.found(assigned.name, start, end, bash, form);
        }
        certain
    }

    fn uncertain(&self) -> Option<&'static str> {
        match self.blocks.last() {
            None => self.condition,
            Some(Block::If) => Some("it stands inside `if`, and only bash can decide that"),
            Some(Block::Loop) => Some("it stands inside a loop, which would have to be run"),
            Some(Block::CaseWord | Block::CasePattern | Block::CaseBody) => {
                Some("it stands inside `case`, and only bash can decide that")
            }
            Some(Block::Group | Block::Subshell) => {
                Some("it stands inside brackets, which would have to be run")
            }
        }
    }

    fn evaluate(&mut self, assigned: &Assigned<'a>, uncertain: Option<&'static str>) -> Bash {
        match (uncertain, &assigned.value) {
            (Some(why), _) => Bash::Unevaluated(why.to_owned()),
            (None, Err(why)) => Bash::Unevaluated((*why).to_owned()),
            (None, Ok(word)) => self.variables.value(assigned.name, assigned.form == Form::Append, word),
        }
    }

    fn found(&mut self, name: &'a str, start: usize, end: usize, bash: Bash, form: Form) {
        if bash != Bash::Nothing {
            self.variables.set(name, bash.clone());
            self.by_name.entry(name).or_default().push(self.script.found.len());
        }
        self.script.found.push(Found { name, start, end, bash, form });
    }

    /// A command with a name.
    fn command(&mut self, mut words: Vec<WordAt<'a>>, leading: usize, apart: bool) -> Result<(), Stop> {
        let rest = words.split_off(leading);
        let (start, end) = (rest.first().map_or(0, |w| w.start), rest.last().map_or(0, |w| w.end));
        for word in words {
            if let Some(assigned) = word.assignment {
                self.found(assigned.name, word.start, word.end, Bash::Nothing, Form::Environment);
            }
        }
        let why = match rest.first().map_or("", |w| w.raw) {
            "export" | "readonly" => return self.declaration(rest, Form::Export, apart),
            "declare" | "typeset" | "local" => return self.declaration(rest, Form::Declare, apart),
            "unset" if self.uncertain().is_none() && !apart => {
                self.unset(&rest[1..]);
                "takes variables back, which bash would do"
            }
            "." | "source" => "reads another file, whose variables are not known here",
            "return" | "exit" if self.uncertain().is_none() && !apart => {
                return Err(Stop { at: start, why: "ends the reading of the file in bash" });
            }
            // A carriage return alone, as on the empty lines of a DOS file: no such command.
            "\r" if rest.len() == 1 => return Ok(()),
            _ => COMMAND,
        };
        self.note(start, end, why);
        Ok(())
    }

    /// `export A=1 B`, `declare A=1`.
    fn declaration(&mut self, words: Vec<WordAt<'a>>, form: Form, apart: bool) -> Result<(), Stop> {
        // initscripts reads the file inside a function, where `declare` makes local variables
        // (bash(1)) that are gone when that function returns.
        let lost =
            form == Form::Declare && !words.iter().any(|w| w.raw.starts_with('-') && w.raw.contains('g'));
        let lost =
            lost.then_some("it is made local to the function that reads the file, and is gone after it");
        let uncertain = self.uncertain().or(lost);
        let (start, end) = (words.first().map_or(0, |w| w.start), words.last().map_or(0, |w| w.end));
        // All words are expanded before the first variable is set.
        let mut found = Vec::new();
        for word in words {
            let Some(assigned) = word.assignment else { continue };
            let bash = if apart { Bash::Nothing } else { self.evaluate(&assigned, uncertain) };
            found.push((assigned.name, word.start, word.end, bash));
        }
        let any = !found.is_empty();
        for (name, start, end, bash) in found {
            self.found(name, start, end, bash, form);
        }
        if !any {
            self.note(start, end, COMMAND);
        }
        Ok(())
    }

    fn unset(&mut self, words: &[WordAt<'a>]) {
        for word in words {
            self.variables.set(word.raw, Bash::Nothing);
            for index in self.by_name.remove(word.raw).unwrap_or_default() {
                let found = &mut self.script.found[index];
                (found.bash, found.form) = (Bash::Nothing, Form::Unset);
            }
        }
    }
}
