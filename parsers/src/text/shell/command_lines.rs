//! Simple commands with their words and operators, as a shell would run them one after the other.
//!
//! Where [`super::lex`] asks which assignments take effect, this asks what would be run: `ip … && brctl … ||
//! true; echo … > file`. Compound commands (`if`, `for`, functions, brackets) come back whole, since
//! running them is a shell's work. Most words are plain text and are given as they stand, so that a script of a
//! hundred thousand commands costs one pass.

use super::line::name;
use super::word::{NOT_UTF8, Piece, nested, word};
use nom::Parser;
use nom::character::complete::char;
use nom::sequence::terminated;

/// What follows a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// The end of the list: a line's end, `;` or the end of the text.
    End,
    /// `&&`.
    And,
    /// `||`.
    Or,
    /// `|` or `|&`.
    Pipe,
    /// `&`.
    Background,
}

impl Operator {
    /// True where the list goes on with another command.
    #[must_use]
    pub fn joins(self) -> bool {
        match self {
            Operator::And | Operator::Or | Operator::Pipe => true,
            Operator::End | Operator::Background => false,
        }
    }
}

/// A word as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawWord<'a> {
    /// Offset of its first byte.
    pub start: usize,
    /// Its text with all quotes.
    pub raw: &'a str,
    /// True where no character of it is special: its value is its text.
    pub plain: bool,
}

impl RawWord<'_> {
    /// Offset behind its last byte.
    #[must_use]
    pub fn end(&self) -> usize {
        self.start + self.raw.len()
    }
}

/// The lines of a here-document (`<<`), without the one that ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Here<'a> {
    /// Offset of its first byte.
    pub start: usize,
    /// Its text as it stands.
    pub text: &'a str,
    /// True where the command gets it as it stands: nothing in it is put in by the shell.
    pub literal: bool,
}

/// `2>/dev/null`, `> FILE`, `>> FILE`, `<< END`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Redirection<'a> {
    /// Output to a file, not input and not a copy of a descriptor.
    pub writes: bool,
    /// Output of the command itself: no descriptor or number 1.
    pub standard: bool,
    /// Where to; the word that ends a here-document.
    pub target: RawWord<'a>,
    /// The lines that the command gets as its input.
    pub here: Option<Here<'a>>,
}

/// What stands between two operators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unit<'a> {
    /// A command of words.
    Simple {
        /// `! COMMAND`.
        negated: bool,
        /// Its words; leading assignments are among them.
        words: Vec<RawWord<'a>>,
        /// Its redirections.
        redirections: Vec<Redirection<'a>>,
    },
    /// What only a shell can do; why, for people ("is a loop, …").
    Compound(&'static str),
}

/// A command and what follows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step<'a> {
    /// Offset of its first byte.
    pub start: usize,
    /// Offset behind its last byte; here-documents that end with it are part of it.
    pub end: usize,
    /// The command.
    pub unit: Unit<'a>,
    /// What follows.
    pub then: Operator,
}

/// The commands of a text, in order.
#[must_use]
pub fn steps(text: &str) -> Steps<'_> {
    Steps { text, at: 0, here: Vec::new(), broken: 0 }
}

/// Goes through the commands of a text.
pub struct Steps<'a> {
    text: &'a str,
    at: usize,
    /// Here-documents whose text begins with the next line.
    here: Vec<(&'a str, bool)>,
    /// Syntax errors so far. Each may have looked through the whole text for a closing quote.
    broken: usize,
}

/// After so many syntax errors the rest of a text is none of a shell's.
const MOST_BROKEN: usize = 64;

/// Compound commands by their first word: the word that ends them, what they are.
const COMPOUNDS: [(&str, &str, &str); 8] = [
    ("if", "fi", "is a condition that only a shell can decide"),
    ("for", "done", "is a loop, which would have to be run"),
    ("while", "done", "is a loop, which would have to be run"),
    ("until", "done", "is a loop, which would have to be run"),
    ("select", "done", "is a loop, which would have to be run"),
    ("case", "esac", "is a choice that only a shell can make"),
    ("{", "}", "is a group in brackets, which would have to be run"),
    ("function", "}", FUNCTION),
];
const SUBSHELL: &str = "is a group in brackets, which would have to be run";
/// What is said of the definition of a function.
pub const FUNCTION: &str = "defines a function, which would have to be run";
const UNCLOSED: &str = "has a quote or bracket that is never closed; a shell reads no further";
/// What is said of a here-document.
pub const HERE: &str = "reads lines of the script as its input";

/// Bytes that end a word or need more than copying. U+FFFD, which stands for bytes that are not UTF-8, begins with 0xEF.
const SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    let special = b" \t\n\r;&|()<>\\'\"$`*?[~{\xef";
    let mut n = 0;
    while n < special.len() {
        table[special[n] as usize] = true;
        n += 1;
    }
    table
};

impl<'a> Iterator for Steps<'a> {
    type Item = Step<'a>;

    fn next(&mut self) -> Option<Step<'a>> {
        self.skip_between();
        (self.at < self.text.len()).then(|| self.step())
    }
}

impl<'a> Steps<'a> {
    /// True where lines that belong to commands so far, their here-documents, are still to come.
    #[must_use]
    pub fn owes_input(&self) -> bool {
        !self.here.is_empty()
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Blanks and joined lines within a command.
    fn skip_blanks(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\\' if self.rest().starts_with("\\\n") => self.at += 2,
                b'\\' if self.rest().starts_with("\\\r\n") => self.at += 3,
                _ => return,
            }
        }
    }

    fn skip_comment(&mut self) {
        self.at += self.rest().find('\n').unwrap_or(self.rest().len());
    }

    /// What stands between commands: blanks, empty lines, comments.
    fn skip_between(&mut self) {
        loop {
            self.skip_blanks();
            match self.peek() {
                Some(b'\n') => {
                    self.at += 1;
                    self.skip_here();
                }
                Some(b';') => self.at += 1,
                Some(b'#') => self.skip_comment(),
                Some(_) | None => return,
            }
        }
    }

    fn skip_here(&mut self) {
        for (delimiter, tabs) in std::mem::take(&mut self.here) {
            while self.at < self.text.len() {
                let line = self.rest().lines().next().unwrap_or("");
                self.at = (self.at + line.len() + 1).min(self.text.len());
                if (if tabs { line.trim_start_matches('\t') } else { line }) == delimiter {
                    break;
                }
            }
        }
    }

    fn step(&mut self) -> Step<'a> {
        let start = self.at;
        let mut negated = false;
        let mut words: Vec<RawWord<'a>> = Vec::with_capacity(8);
        let mut redirections = Vec::new();
        let mut why = None;
        let then = loop {
            self.skip_blanks();
            let Some(byte) = self.peek() else { break Operator::End };
            match byte {
                b'\n' | b';' => break Operator::End,
                b'#' => self.skip_comment(),
                b'&' if self.rest().starts_with("&>") => {
                    why = self.redirection(None, &mut redirections).or(why)
                }
                b'&' | b'|' => break self.operator(),
                b'<' | b'>' if !self.rest()[1..].starts_with('(') => {
                    why = self.redirection(None, &mut redirections).or(why);
                }
                b'(' => {
                    let function = words.len() == 1 && self.rest()[1..].trim_start().starts_with(')');
                    if !words.is_empty() && !function {
                        return self.broken(start);
                    }
                    return self.brackets(start, function);
                }
                b')' => return self.broken(start),
                _ => {
                    let Some(word) = self.word().and_then(|word| self.with_list(word)) else {
                        return self.broken(start);
                    };
                    if words.is_empty() && word.raw == "!" {
                        negated = !negated;
                    } else if let (true, Some(compound)) =
                        (words.is_empty(), COMPOUNDS.iter().find(|(first, ..)| *first == word.raw))
                    {
                        return self.compound(start, compound.1, compound.2);
                    } else if matches!(self.peek(), Some(b'<' | b'>'))
                        && word.raw.bytes().all(|b| b.is_ascii_digit())
                    {
                        why = self.redirection(Some(word.raw), &mut redirections).or(why);
                    } else {
                        words.push(word);
                    }
                }
            }
        };
        let end = self.text[start..self.at].trim_end_matches(['&', '|', ' ', '\t', '\r']).len() + start;
        let end = self.with_input(end);
        let unit = match why {
            Some(why) => Unit::Compound(why),
            None => Unit::Simple { negated, words, redirections },
        };
        Step { start, end, unit, then }
    }

    /// The end of a command with the here-documents behind its line, which are taken.
    fn with_input(&mut self, end: usize) -> usize {
        if self.here.is_empty() || self.peek() != Some(b'\n') {
            return end;
        }
        self.at += 1;
        self.skip_here();
        self.text[..self.at].trim_end_matches(['\n', '\r']).len()
    }

    fn operator(&mut self) -> Operator {
        let (operator, length) = match self.rest().as_bytes() {
            [b'&', b'&', ..] => (Operator::And, 2),
            [b'|', b'|', ..] => (Operator::Or, 2),
            [b'|', b'&', ..] => (Operator::Pipe, 2),
            [b'|', ..] => (Operator::Pipe, 1),
            _ => (Operator::Background, 1),
        };
        self.at += length;
        if operator != Operator::Background {
            // The command behind the operator may stand on a later line.
            self.skip_between();
        }
        operator
    }

    fn word(&mut self) -> Option<RawWord<'a>> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut at = start;
        while at < bytes.len() && !SPECIAL[usize::from(bytes[at])] {
            at += 1;
        }
        let ends = match bytes.get(at) {
            None => true,
            Some(byte) => b" \t\n\r;&|()<>".contains(byte),
        };
        if ends && at > start {
            self.at = at;
            return Some(RawWord { start, raw: &self.text[start..at], plain: true });
        }
        let (rest, _) = word(&self.text[start..]).ok()?;
        self.at = self.text.len() - rest.len();
        let raw = self.text[start..self.at].trim_end_matches('\r');
        (!raw.is_empty()).then_some(RawWord { start, raw, plain: false })
    }

    /// `NAME=(…)`, a list of bash: the word with its brackets. `None` where they are never closed.
    fn with_list(&mut self, word: RawWord<'a>) -> Option<RawWord<'a>> {
        if self.peek() != Some(b'(') || !word.raw.ends_with('=') || assignment(word.raw).is_none() {
            return Some(word);
        }
        let (rest, _) = nested(self.rest()).ok()?;
        self.at = self.text.len() - rest.len();
        Some(RawWord { start: word.start, raw: &self.text[word.start..self.at], plain: false })
    }

    /// `[N]> WORD`. Gives a reason where the command cannot be evaluated for it.
    fn redirection(
        &mut self,
        descriptor: Option<&str>,
        into: &mut Vec<Redirection<'a>>,
    ) -> Option<&'static str> {
        let operator_start = self.at;
        while matches!(self.peek(), Some(b'<' | b'>' | b'&' | b'|' | b'-')) {
            let so_far = &self.text[operator_start..self.at];
            if (self.peek() == Some(b'-') && so_far != "<<") || so_far.len() > 2 {
                break;
            }
            self.at += 1;
        }
        let operator = &self.text[operator_start..self.at];
        self.skip_blanks();
        let target = self.word()?;
        if operator.starts_with("<<") && operator != "<<<" {
            let is_first = self.here.is_empty();
            let here = (target.raw.trim_matches(['\'', '"', '\\']), operator == "<<-");
            self.here.push(here);
            let is_quoted = !target.plain;
            let here = self.lines_ahead(here.0, here.1).filter(|_| is_first && into.is_empty());
            let Some((start, text)) = here else { return Some(HERE) };
            let literal = is_quoted || !text.contains(['$', '`', '\\']);
            let here = Some(Here { start, text, literal });
            into.push(Redirection { writes: false, standard: false, target, here });
            return None;
        }
        let copies = operator.ends_with('&')
            && operator != "&>"
            && target.raw.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        into.push(Redirection {
            writes: operator.contains('>') && !copies,
            standard: operator.contains('>') && descriptor.is_none_or(|number| number == "1"),
            target,
            here: None,
        });
        None
    }

    /// The lines behind this one up to that of the delimiter. `None` where the line may go on behind its end, or they have none.
    fn lines_ahead(&self, delimiter: &str, tabs: bool) -> Option<(usize, &'a str)> {
        let (line, rest) = self.rest().split_once('\n')?;
        if line.contains(['\'', '"', '\\', '`', '(', '<']) {
            return None;
        }
        let start = self.text.len() - rest.len();
        let mut length = 0;
        for line in rest.split_inclusive('\n') {
            let bare = line.trim_end_matches(['\n', '\r']);
            if (if tabs { bare.trim_start_matches('\t') } else { bare }) == delimiter {
                return Some((start, &rest[..length]));
            }
            length += line.len();
        }
        None
    }

    /// A syntax error: the rest of the line has no meaning.
    fn broken(&mut self, start: usize) -> Step<'a> {
        self.broken += 1;
        self.skip_comment();
        if self.broken > MOST_BROKEN {
            self.at = self.text.len();
        }
        Step { start, end: self.at, unit: Unit::Compound(UNCLOSED), then: Operator::End }
    }

    /// `( … )` or `name() { … }`.
    fn brackets(&mut self, start: usize, function: bool) -> Step<'a> {
        if function {
            self.at += self.rest().find(')').map_or(0, |at| at + 1);
            self.skip_between();
            if self.rest().starts_with('{') {
                self.at += 1;
                return self.compound(start, "}", FUNCTION);
            }
        }
        self.compound(start, ")", if function { FUNCTION } else { SUBSHELL })
    }

    /// Goes on to the word that ends a compound command; what is nested in it has its own.
    fn compound(&mut self, start: usize, end: &'static str, why: &'static str) -> Step<'a> {
        let mut open: Vec<&'static str> = Vec::new();
        if end != ")" {
            open.push(end);
        }
        let mut first = true;
        while self.at < self.text.len() {
            self.skip_blanks();
            match self.peek() {
                Some(b'#') => self.skip_comment(),
                Some(b'(') => {
                    self.at += 1;
                    open.push(")");
                    first = true;
                }
                Some(b')') => {
                    self.at += 1;
                    // A pattern of `case` ends in a bracket that was never opened.
                    open.pop_if(|top| *top == ")");
                    first = false;
                }
                Some(b'\n') => {
                    self.at += 1;
                    self.skip_here();
                    first = true;
                }
                Some(b'<') if self.rest().starts_with("<<") => {
                    if self.redirection(None, &mut Vec::new()).is_none() && self.peek().is_none() {
                        break;
                    }
                }
                Some(b';' | b'&' | b'|' | b'<' | b'>') => {
                    self.at += 1;
                    first = true;
                }
                Some(_) => {
                    let Some(word) = self.word() else { return self.broken(start) };
                    if first && open.last() == Some(&word.raw) {
                        open.pop();
                    } else if let (true, Some((_, end, _))) =
                        (first, COMPOUNDS.iter().find(|(first, ..)| *first == word.raw))
                    {
                        open.push(end);
                    }
                    first = matches!(word.raw, "then" | "else" | "elif" | "do" | "!" | "{" | "time");
                }
                None => break,
            }
            if open.is_empty() {
                let (end, then) = self.after_compound();
                return Step { start, end, unit: Unit::Compound(why), then };
            }
        }
        Step {
            start,
            end: self.text.trim_end().len().max(start),
            unit: Unit::Compound(UNCLOSED),
            then: Operator::End,
        }
    }

    /// The end of a compound command and the operator behind it; its redirections belong to it.
    fn after_compound(&mut self) -> (usize, Operator) {
        let mut end = self.at;
        loop {
            self.skip_blanks();
            match self.peek() {
                Some(b'&' | b'|') if !self.rest().starts_with("&>") => return (end, self.operator()),
                None | Some(b';' | b'#') => return (end, Operator::End),
                Some(b'\n') => return (self.with_input(end), Operator::End),
                Some(_) => {
                    let before = self.at;
                    if self.redirection(None, &mut Vec::new()).is_none() && self.at == before {
                        self.at += self.rest().chars().next().map_or(1, char::len_utf8);
                    }
                    end = self.at;
                }
            }
        }
    }
}

/// Why a word has no value without a shell.
pub type Unknown = String;

/// The value of a variable, `None` where it is not set; an error where only a shell knows it.
pub type Lookup<'l> = dyn Fn(&str) -> Result<Option<String>, Unknown> + 'l;

/// The value of a word: quotes taken away, variables put in. More than one where an unquoted
/// variable holds blanks, none where it is empty.
///
/// # Errors
/// Why, for people: a clause that goes on after "because".
pub fn expand(raw: &str, lookup: &Lookup<'_>) -> Result<Vec<String>, Unknown> {
    let (rest, pieces) = word(raw).map_err(|_| "it has a quote that is never closed".to_owned())?;
    if rest.starts_with('(') {
        return Err("it is a list of bash".to_owned());
    }
    let mut out = Vec::new();
    let mut unquoted_variable = false;
    for piece in pieces {
        match piece {
            Piece::Plain(text) => {
                if let Some(why) = pattern(text) {
                    return Err(why.to_owned());
                }
                out.extend_from_slice(text.as_bytes());
            }
            Piece::Quoted(text) => out.extend_from_slice(text.as_bytes()),
            Piece::Made(bytes) => out.extend_from_slice(&bytes),
            Piece::Variable { name, or } => {
                unquoted_variable |= !raw.contains('"');
                out.extend_from_slice(variable(name, or, lookup)?.as_bytes());
            }
            Piece::Unevaluated(why) => return Err(why.to_owned()),
        }
    }
    let value = String::from_utf8(out).map_err(|_| NOT_UTF8.to_owned())?;
    if raw.contains('\u{fffd}') {
        return Err(NOT_UTF8.to_owned());
    }
    Ok(if unquoted_variable {
        value.split_ascii_whitespace().map(str::to_owned).collect()
    } else {
        vec![value]
    })
}

fn pattern(text: &str) -> Option<&'static str> {
    if text.starts_with('~') {
        Some("it holds `~`, the home directory of whoever runs it")
    } else if text.contains(['*', '?']) {
        Some("it holds a pattern of file names")
    } else if text.contains('{') && (text.contains(',') || text.contains("..")) {
        Some("it holds braces that a shell expands")
    } else {
        None
    }
}

fn variable(name: &str, or: Option<(&str, &str)>, lookup: &Lookup<'_>) -> Result<String, Unknown> {
    let value = lookup(name)?;
    match (or, value) {
        (None, Some(value)) => Ok(value),
        (None, None) => Err(format!("it refers to `{name}`, which is set nowhere")),
        (Some((operator, text)), value) => {
            let counts = value.filter(|v| !operator.starts_with(':') || !v.is_empty());
            Ok(match (operator.ends_with('+'), counts) {
                (true, Some(_)) | (false, None) => text.to_owned(),
                (true, None) => String::new(),
                (false, Some(value)) => value,
            })
        }
    }
}

/// `NAME=VALUE`: the name and the raw value.
#[must_use]
pub fn assignment(raw: &str) -> Option<(&str, &str)> {
    if !raw.contains('=') {
        return None;
    }
    let (value, name) = terminated(name, char('=')).parse(raw).ok()?;
    Some((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        steps(text)
            .map(|step| match step.unit {
                Unit::Simple { negated, words, redirections } => format!(
                    "{}{}{} {:?}",
                    if negated { "! " } else { "" },
                    words.iter().map(|w| w.raw).collect::<Vec<_>>().join("_"),
                    redirections
                        .iter()
                        .map(|r| match r.here {
                            Some(here) => format!(" <<{:?}", here.text),
                            None => format!(" >{}", r.target.raw),
                        })
                        .collect::<String>(),
                    step.then
                ),
                Unit::Compound(_) => format!("[{}] {:?}", &text[step.start..step.end], step.then),
            })
            .collect()
    }

    #[test]
    fn commands_are_told_apart() {
        assert_eq!(
            shown("ip a 2>/dev/null || true; b &&\n c # d\n\\\n e \\\n f\n"),
            ["ip_a >/dev/null Or", "true End", "b And", "c End", "e_f End"]
        );
        assert_eq!(shown("echo 1 > /proc/x"), ["echo_1 >/proc/x End"]);
        assert_eq!(shown("! ip link show 'a b' >/dev/null 2>&1"), ["! ip_link_show_'a b' >/dev/null >1 End"]);
        assert_eq!(shown("a | b & c"), ["a Pipe", "b Background", "c End"]);
        assert_eq!(shown("a\r\nb\r\n"), ["a End", "b End"]);
    }

    #[test]
    fn compound_commands_come_whole() {
        assert_eq!(
            shown("for i in 1 2; do if x; then y; fi; done\nz"),
            ["[for i in 1 2; do if x; then y; fi; done] End", "z End"]
        );
        assert_eq!(shown("(a; b) && c"), ["[(a; b)] And", "c End"]);
        assert_eq!(shown("f() {\n a\n}\nb"), ["[f() {\n a\n}] End", "b End"]);
        assert_eq!(shown("case $x in\n a) b ;;\nesac\nc"), ["[case $x in\n a) b ;;\nesac] End", "c End"]);
        assert_eq!(
            shown("cat > f <<EOF\nip link\nEOF\nb"),
            ["[cat > f <<EOF\nip link\nEOF] End", "b End"],
            "a here-document belongs to its command"
        );
        assert_eq!(
            shown("wg syncconf w /dev/stdin <<'E' || true # x\n a\n\n E\nE\nb"),
            ["wg_syncconf_w_/dev/stdin <<\" a\\n\\n E\\n\" Or", "true End", "b End"]
        );
        assert_eq!(shown("wg <<E\n a\n"), ["[wg <<E\n a] End"], "it has no end");
        assert_eq!(
            shown("while x; do cat <<E\nit's\nE\ndone > f\nb"),
            ["[while x; do cat <<E\nit's\nE\ndone > f] End", "b End"]
        );
        assert_eq!(shown("(a) > f 2>&1 &\nb"), ["[(a) > f 2>&1] Background", "b End"]);
        assert_eq!(shown("A=(1 2)\nb"), ["A=(1 2) End", "b End"]);
        assert_eq!(shown("if a; then"), ["[if a; then] End"]);
        assert_eq!(shown("echo 'a\nb"), ["[echo 'a] End", "b End"]);
    }

    #[test]
    fn words_get_their_values() {
        let lookup = |name: &str| Ok((name == "BR").then(|| "br0 br1".to_owned()));
        let value = |raw: &str| expand(raw, &lookup);
        assert_eq!(value("a'b c'\"$BR\"").unwrap(), ["ab cbr0 br1"]);
        assert_eq!(value("$BR").unwrap(), ["br0", "br1"]);
        assert_eq!(value("${NO:-x}").unwrap(), ["x"]);
        assert!(value("$NO").unwrap_err().contains("`NO`"));
        assert!(value("$(ls)").is_err() && value("tap{1,2}").is_err() && value("*").is_err());
        assert_eq!(assignment("BRIDGE=br0"), Some(("BRIDGE", "br0")));
        assert_eq!(assignment("--x=br0"), None);
    }
}
