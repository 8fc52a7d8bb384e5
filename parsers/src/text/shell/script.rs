//! Commands as bash finds them: which lines are assignments, and which would be run.
//!
//! This is no shell. It follows quotes, lists, compound commands and here-documents far enough to
//! know where a command begins and ends and whether it is an assignment that takes effect for
//! certain; everything else is listed as what it is.

use super::Bash;
use super::expand::Variables;
use super::line::name;
use super::word::{META, Piece, nested, word};
use nom::branch::alt;
use nom::bytes::complete::{is_not, tag};
use nom::character::complete::{char, space0};
use nom::combinator::{opt, recognize, value};
use nom::multi::many0_count;
use nom::sequence::{delimited, pair, terminated};
use nom::{IResult, Parser};
use std::collections::HashMap;

/// How an assignment is written, which decides what NetworkManager sees of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Plain,
    /// Not the first on its line.
    Further,
    Append,
    /// `NAME=(…)`, `NAME[N]=…`.
    Array,
    Export,
    Declare,
    /// Before a command.
    Environment,
    /// Taken back by a later `unset`.
    Unset,
    /// In a process of its own.
    Apart,
}

impl Form {
    /// Why NetworkManager sees no assignment there.
    pub(super) fn unseen_by_nm(self) -> &'static str {
        match self {
            Form::Plain | Form::Further | Form::Unset | Form::Apart | Form::Environment => {
                "NetworkManager sees only an assignment that begins a line"
            }
            Form::Append => "NetworkManager ignores a line with `+=`",
            Form::Array => "NetworkManager ignores an assignment to an array's element",
            Form::Export => "NetworkManager ignores a line that begins with `export`",
            Form::Declare => "NetworkManager ignores a line that begins with `declare`, `local` or `typeset`",
        }
    }

    /// Why the readers' values differ where NetworkManager read something.
    pub(super) fn differs(self) -> &'static str {
        match self {
            Form::Array => "bash makes an array of it, of which initscripts uses the first element only",
            Form::Plain
            | Form::Further
            | Form::Append
            | Form::Export
            | Form::Declare
            | Form::Environment
            | Form::Unset
            | Form::Apart => {
                "bash and NetworkManager read the value differently: only bash puts in variables and keeps a carriage return"
            }
        }
    }

    /// Why bash sets no variable there.
    pub(super) fn nothing(self) -> &'static str {
        match self {
            Form::Environment => "it stands before a command, so bash sets it for that command only",
            Form::Unset => "a later `unset` takes it back in bash; NetworkManager ignores `unset`",
            Form::Plain
            | Form::Further
            | Form::Append
            | Form::Array
            | Form::Export
            | Form::Declare
            | Form::Apart => "bash runs it in a process of its own, so it has no effect there",
        }
    }
}

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
        by_name: HashMap::new(),
        script: Script { found: Vec::new(), other: Vec::new(), stopped_at: text.len() },
        blocks: Vec::new(),
        words: Vec::new(),
        begun: false,
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
enum Block {
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
struct Stop {
    at: usize,
    why: &'static str,
}

struct WordAt<'a> {
    start: usize,
    end: usize,
    raw: &'a str,
    assignment: Option<Assigned<'a>>,
}

struct Assigned<'a> {
    name: &'a str,
    form: Form,
    value: Result<Vec<Piece<'a>>, &'static str>,
}

struct Reader<'a> {
    text: &'a str,
    rest: &'a str,
    /// Where the list of commands begins that bash reads before it runs any of it.
    list: usize,
    variables: Variables<'a>,
    by_name: HashMap<&'a str, Vec<usize>>,
    script: Script<'a>,
    blocks: Vec<Block>,
    words: Vec<WordAt<'a>>,
    /// Something stands since the last separator.
    begun: bool,
    /// Why the next command may not be run, or not here.
    condition: Option<&'static str>,
    /// Here-documents whose text begins with the next line: delimiter, tabs stripped.
    here: Vec<(String, bool)>,
}

const COMMAND: &str = "is a command, which bash would run";
const FUNCTION: &str = "defines a function, which bash would keep";
const CONDITIONAL: &str = "it depends on the command before it";
const SYNTAX: &str = "is a syntax error, at which bash stops reading the file";

impl<'a> Reader<'a> {
    fn at(&self) -> usize {
        self.text.len() - self.rest.len()
    }

    fn run(&mut self) -> Result<(), Stop> {
        loop {
            self.skip_blanks();
            let Some(next) = self.rest.chars().next() else {
                let incomplete = !self.begun && self.condition.is_some();
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
    fn stop_here(&mut self) -> Stop {
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
                if self.blocks.is_empty() && self.condition.is_none() {
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

    /// Ends the command that the words make. `operator` is what ended it.
    fn finish(&mut self, operator: &str) -> Result<(), Stop> {
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
        let mut any = false;
        for word in words {
            let Some(assigned) = word.assignment else { continue };
            any = true;
            let bash = if apart { Bash::Nothing } else { self.evaluate(&assigned, uncertain) };
            self.found(assigned.name, word.start, word.end, bash, form);
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

    /// Lists what is no assignment; what stands on one line is one entry.
    fn note(&mut self, start: usize, end: usize, why: &'static str) {
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

fn parse<'a, T>(
    mut parser: impl Parser<&'a str, Output = T, Error = nom::error::Error<&'a str>>,
    input: &'a str,
) -> IResult<&'a str, T> {
    parser.parse(input)
}

/// A word, and the assignment that it may be.
fn assigned(input: &str) -> IResult<&str, Option<Assigned<'_>>> {
    let subscript = delimited(char('['), is_not("]\n \t"), char(']'));
    let head = (
        name,
        opt(recognize(subscript)),
        alt((value(Form::Append, tag("+=")), value(Form::Plain, char('=')))),
    );
    let Ok((rest, (name, subscript, form))) = parse(head, input) else {
        return word(input).map(|(rest, _)| (rest, None));
    };
    if rest.starts_with('(') {
        let (rest, first) = array(rest)?;
        let value = match (form, first) {
            (Form::Append, _) => Err("it appends to an array"),
            (_, first) if first.iter().any(is_pattern) => Err("it holds a pattern of file names"),
            (_, first) => Ok(first),
        };
        return Ok((rest, Some(Assigned { name, form: Form::Array, value })));
    }
    let (rest, pieces) = word(rest)?;
    let (form, value) = match subscript {
        Some(_) => (Form::Array, Err("it is an element of an array")),
        None => (form, Ok(pieces)),
    };
    Ok((rest, Some(Assigned { name, form, value })))
}

/// Elements of an array, unlike plain values, undergo pathname and brace expansion.
fn is_pattern(piece: &Piece<'_>) -> bool {
    matches!(piece, Piece::Plain(text) if text.contains(['*', '?', '[', '{']))
}

/// `(a b c)`: for `$NAME` only the first element counts.
fn array(input: &str) -> IResult<&str, Vec<Piece<'_>>> {
    let comment = recognize(pair(char('#'), opt(is_not("\n"))));
    let gap = || recognize(many0_count(alt((tag(" "), tag("\t"), tag("\n"), tag("\\\n")))));
    let mut comment = terminated(comment, gap());
    let (mut rest, _) = pair(char('('), gap()).parse(input)?;
    let mut first = None;
    loop {
        if let Ok((after, _)) = comment.parse(rest) {
            rest = after;
        } else if let Ok((after, _)) = parse(char(')'), rest) {
            return Ok((after, first.unwrap_or_default()));
        } else {
            let (after, element) = word(rest)?;
            if after.len() == rest.len() {
                return Err(nom::Err::Failure(nom::error::Error::new(rest, nom::error::ErrorKind::Char)));
            }
            first.get_or_insert(element);
            rest = gap().parse(after)?.0;
        }
    }
}
