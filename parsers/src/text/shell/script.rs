//! Commands as bash finds them: which lines are assignments, and which would be run.
//!
//! This is no shell. It follows quotes, lists, compound commands and here-documents far enough to
//! know where a command begins and ends and whether it is an assignment that takes effect for
//! certain; everything else is listed as what it is.

use super::Bash;
use super::assignment::{Assigned, Form, assigned, parse};
use super::expand::Variables;
use super::line::name;
use super::word::{META, nested, word};
use foldhash::HashMap;
use nom::branch::alt;
use nom::bytes::complete::tag;
use nom::character::complete::{char, space0};
use nom::combinator::recognize;
use nom::multi::many0_count;
use nom::sequence::{delimited, terminated};

/// An assignment that bash sees.
pub(super) struct Found<'a> {
    pub name: &'a str,
    pub start: usize,
    pub end: usize,
    pub bash: Bash,
    pub form: Form,
}

/// A command, or a line behind the place where bash stops.
pub(super) struct Other {
    pub start: usize,
    pub end: usize,
    pub why: &'static str,
}

/// What bash sees of a text.
pub(super) struct Script<'a> {
    pub found: Vec<Found<'a>>,
    pub other: Vec<Other>,
    /// Where bash stops reading; the text's length where it does not.
    pub stopped_at: usize,
}

/// Reads a text as bash would.
pub(super) fn read<'a>(text: &'a str, inherited: &'a dyn Fn(&str) -> Option<String>) -> Script<'a> {
    let mut reader = Reader {
        text,
        rest: text,
        list: 0,
        variables: Variables::new(inherited),
        by_name: HashMap::default(),
        script: Script { found: Vec::new(), other: Vec::new(), stopped_at: text.len() },
        blocks: Vec::new(),
        words: Vec::new(),
        begun: false,
        unfinished: false,
        condition: None,
        here: Vec::new(),
    };
    if let Err(stop) = reader.run() {
        reader.stop(stop);
    }
    reader.script
}

/// A compound command that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    If,
    Loop,
    /// Between `case` and `in`.
    CaseWord,
    CasePattern,
    CaseBody,
    Group,
    Subshell,
}

/// Bash reads no further than here.
pub(super) struct Stop {
    pub at: usize,
    pub why: &'static str,
}

pub(super) struct WordAt<'a> {
    pub start: usize,
    pub end: usize,
    pub raw: &'a str,
    pub assignment: Option<Assigned<'a>>,
}

pub(super) struct Reader<'a> {
    text: &'a str,
    rest: &'a str,
    /// Where the list of commands begins that bash reads before it runs any of it.
    list: usize,
    pub variables: Variables<'a>,
    pub by_name: HashMap<&'a str, Vec<usize>>,
    pub script: Script<'a>,
    pub blocks: Vec<Block>,
    pub words: Vec<WordAt<'a>>,
    /// Something stands since the last separator.
    pub begun: bool,
    /// The last operator asks for a further command.
    unfinished: bool,
    /// Why the next command may not be run, or not here.
    pub condition: Option<&'static str>,
    /// Here-documents whose text begins with the next line: delimiter, tabs stripped.
    here: Vec<(String, bool)>,
}

pub(super) const COMMAND: &str = "is a command, which bash would run";
const FUNCTION: &str = "defines a function, which bash would keep";
const SYNTAX: &str = "is a syntax error, at which bash stops reading the file";

impl<'a> Reader<'a> {
    fn at(&self) -> usize {
        self.text.len() - self.rest.len()
    }

    fn run(&mut self) -> Result<(), Stop> {
        loop {
            self.skip_blanks();
            let Some(next) = self.rest.chars().next() else {
                let incomplete = !self.begun && self.unfinished;
                self.finish("")?;
                return if self.blocks.is_empty() && !incomplete { Ok(()) } else { Err(self.stop_here()) };
            };
            if next == '#' {
                self.rest = self.rest.find('\n').map_or("", |end| &self.rest[end..]);
            } else if META.contains(next) && !is_process_substitution(self.rest) {
                self.operator()?;
            } else {
                self.word()?;
            }
        }
    }

    fn skip_blanks(&mut self) {
        let blanks = recognize(many0_count(alt((tag(" "), tag("\t"), tag("\\\n")))));
        if let Ok((rest, _)) = parse(blanks, self.rest) {
            self.rest = rest;
        }
    }

    /// A syntax error: nothing of the list that it stands in is run.
    pub fn stop_here(&mut self) -> Stop {
        self.script.found.truncate(self.script.found.partition_point(|found| found.start < self.list));
        self.script.other.truncate(self.script.other.partition_point(|other| other.start < self.list));
        Stop { at: self.list, why: SYNTAX }
    }

    fn word(&mut self) -> Result<(), Stop> {
        let start = self.at();
        let Ok((rest, assignment)) = assigned(self.rest) else { return Err(self.stop_here()) };
        let raw = &self.rest[..self.rest.len() - rest.len()];
        self.rest = rest;
        self.begun = true;
        if self.blocks.last() == Some(&Block::CasePattern) {
            if raw == "esac" {
                self.blocks.pop();
            }
            self.note(start, self.at(), COMMAND);
            return Ok(());
        }
        if self.blocks.last() == Some(&Block::CaseWord) && raw == "in" {
            let start = self.words.first().map_or(start, |w| w.start);
            self.words.clear();
            *self.blocks.last_mut().expect("just looked at") = Block::CasePattern;
            self.note(start, self.at(), COMMAND);
            return Ok(());
        }
        if self.words.is_empty() && self.reserved(raw, start)? {
            return Ok(());
        }
        if let ([WordAt { raw: "function", start, .. }, _], "{") = (self.words.as_slice(), raw) {
            let start = *start;
            self.words.clear();
            self.blocks.push(Block::Group);
            self.note(start, self.at(), FUNCTION);
            return Ok(());
        }
        let end = start + raw.trim_end_matches('\r').len();
        self.words.push(WordAt { start, end, raw, assignment });
        Ok(())
    }

    /// Follows a reserved word at the beginning of a command; false for any other word.
    fn reserved(&mut self, raw: &str, start: usize) -> Result<bool, Stop> {
        match raw {
            "if" => self.blocks.push(Block::If),
            "while" | "until" => self.blocks.push(Block::Loop),
            "{" => self.blocks.push(Block::Group),
            "then" | "elif" | "else" | "do" | "!" | "time" => {}
            "fi" => self.close(Block::If)?,
            "done" => self.close(Block::Loop)?,
            "esac" => self.close(Block::CaseBody)?,
            "}" => self.close(Block::Group)?,
            "[[" => self.skip_test(),
            // The rest of these commands are words; the body follows the next separator.
            "for" | "select" => {
                self.blocks.push(Block::Loop);
                return Ok(false);
            }
            "case" => {
                self.blocks.push(Block::CaseWord);
                return Ok(false);
            }
            _ => return Ok(false),
        }
        self.note(start, self.at(), COMMAND);
        Ok(true)
    }

    fn close(&mut self, block: Block) -> Result<(), Stop> {
        if self.blocks.last() != Some(&block) {
            return Err(self.stop_here());
        }
        self.blocks.pop();
        Ok(())
    }

    /// `[[ … ]]`, in which operators are words.
    fn skip_test(&mut self) {
        let end = self.rest.find("]]").map_or(self.rest.len(), |at| at + 2);
        self.rest = &self.rest[end..];
    }

    fn operator(&mut self) -> Result<(), Stop> {
        const OPERATORS: [&str; 19] = [
            "\n", ";;&", ";;", ";&", ";", "&&", "&>>", "&>", "&", "||", "|&", "|", "(", ")", "<<<", "<<-",
            "<<", "<", ">",
        ];
        let Some(operator) = OPERATORS.iter().find(|o| self.rest.starts_with(**o)) else {
            return Err(self.stop_here());
        };
        let start = self.at();
        let pattern = self.blocks.last() == Some(&Block::CasePattern);
        match *operator {
            "(" if pattern => self.rest = &self.rest[1..],
            "|" if pattern => self.rest = &self.rest[1..],
            ")" if pattern => {
                self.rest = &self.rest[1..];
                *self.blocks.last_mut().expect("just looked at") = Block::CaseBody;
                self.note(start, self.at(), COMMAND);
                self.begun = false;
            }
            "(" => self.open_bracket()?,
            "<" | ">" | "<<" | "<<-" | "<<<" | "&>" | "&>>" => self.redirection(operator)?,
            _ => {
                self.finish(operator)?;
                self.rest = &self.rest[operator.len()..];
                self.separate(operator, start)?;
            }
        }
        Ok(())
    }

    fn open_bracket(&mut self) -> Result<(), Stop> {
        let start = self.at();
        if self.words.is_empty() && self.rest.starts_with("((") {
            let Ok((rest, _)) = nested(self.rest) else { return Err(self.stop_here()) };
            self.rest = rest;
        } else if self.words.is_empty() {
            self.blocks.push(Block::Subshell);
            self.rest = &self.rest[1..];
        } else if let (1 | 2, Ok((rest, _))) =
            (self.words.len(), parse(delimited(char('('), space0, char(')')), self.rest))
        {
            let function = self.words.first().map_or(start, |w| w.start);
            self.words.clear();
            self.rest = rest;
            self.note(function, self.at(), FUNCTION);
            self.begun = false;
            return Ok(());
        } else {
            return Err(self.stop_here());
        }
        self.begun = true;
        self.note(start, self.at(), COMMAND);
        Ok(())
    }

    /// `> file`, `2>&1`, `<<EOF`: takes the word behind it.
    fn redirection(&mut self, operator: &'static str) -> Result<(), Stop> {
        let mut start = self.at();
        self.begun = true;
        // The number of a descriptor belongs to the redirection.
        let number = |w: &mut WordAt<'_>| w.end == start && w.raw.bytes().all(|b| b.is_ascii_digit());
        if let Some(number) = self.words.pop_if(number) {
            start = number.start;
        }
        self.rest = self.rest[operator.len()..].trim_start_matches(['>', '<', '&', '|']);
        self.skip_blanks();
        let Ok((rest, _)) = word(self.rest) else { return Err(self.stop_here()) };
        let raw = &self.rest[..self.rest.len() - rest.len()];
        if operator == "<<" || operator == "<<-" {
            self.here.push((raw.replace(['\'', '"', '\\'], ""), operator == "<<-"));
        }
        self.rest = rest;
        self.note(start, self.at(), "redirects output or input, which bash would do");
        Ok(())
    }

    /// What a separator means for the commands after it.
    fn separate(&mut self, operator: &str, start: usize) -> Result<(), Stop> {
        match operator {
            "\n" => {
                self.skip_here_documents();
                if self.blocks.is_empty() && !self.unfinished {
                    self.list = self.at();
                }
            }
            ")" => {
                self.close(Block::Subshell)?;
                self.note(start, self.at(), COMMAND);
                self.begun = true;
                return Ok(());
            }
            ";;" | ";&" | ";;&" => {
                self.close(Block::CaseBody)?;
                self.blocks.push(Block::CasePattern);
                self.note(start, self.at(), COMMAND);
            }
            _ if !self.begun => return Err(self.stop_here()),
            _ => {}
        }
        if operator != "\n" || self.begun {
            self.unfinished = matches!(operator, "&&" | "||" | "|" | "|&");
        }
        self.begun = false;
        Ok(())
    }

    fn skip_here_documents(&mut self) {
        for (delimiter, tabs) in std::mem::take(&mut self.here) {
            while !self.rest.is_empty() {
                let (line, rest) = self.rest.split_once('\n').unwrap_or((self.rest, ""));
                self.rest = rest;
                if (if tabs { line.trim_start_matches('\t') } else { line }) == delimiter {
                    break;
                }
            }
            if let Some(last) = self.script.other.last_mut() {
                last.end = trimmed_end(self.text, last.start, self.text.len() - self.rest.len());
            }
        }
    }

    /// Lists what is no assignment; what stands on one line is one entry.
    pub fn note(&mut self, start: usize, end: usize, why: &'static str) {
        if let Some(last) = self.script.other.last_mut()
            && !self.text[last.end.min(start)..start].contains('\n')
        {
            last.start = last.start.min(start);
            last.end = last.end.max(end);
            return;
        }
        self.script.other.push(Other { start, end, why });
    }

    /// Lists the rest of the text, of which bash sees nothing.
    fn stop(&mut self, stop: Stop) {
        self.script.stopped_at = stop.at;
        let mut at = stop.at;
        let mut why = stop.why;
        for line in self.text[stop.at..].split_inclusive('\n') {
            let body = line.trim();
            let start = at + (line.len() - line.trim_start().len());
            at += line.len();
            let assignment = why != stop.why && parse(terminated(name, char('=')), body).is_ok();
            if !body.is_empty() && !body.starts_with('#') && !assignment {
                self.script.other.push(Other { start, end: start + body.len(), why });
                why = "stands behind the place where bash stops reading the file";
            }
        }
    }
}

fn is_process_substitution(rest: &str) -> bool {
    rest.starts_with("<(") || rest.starts_with(">(")
}

fn trimmed_end(text: &str, start: usize, end: usize) -> usize {
    start + text[start..end].trim_end().len()
}
