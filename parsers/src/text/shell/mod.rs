//! Shell assignments as bash and as NetworkManager's `shvar.c` read them, never executed.
//!
//! initscripts lets bash source an ifcfg file; NetworkManager reads it line by line with a
//! reader of its own. The two agree on plain files and part ways on `export`, `+=`, several
//! assignments on a line, quotes over several lines, variables and trailing carriage returns
//! (ifcfg.md section 2, traps 1–3). So [`lex`] gives each assignment with both values; who
//! reads the keys picks one. Nothing is ever run: what bash would have to execute is
//! [`Bash::Unevaluated`], with the reason for people.
//!
//! `line` is NetworkManager's reader, `word` and `script` are bash's, `expand` puts variables in.
//! All of them go through the text once and keep their own stacks, so that ten
//! megabytes of opening brackets cost no more than ten megabytes of anything else.

use netpivot_model::source::{SourceId, Span};

mod assignment;
mod command;
pub mod command_lines;
mod expand;
mod line;
pub mod one_line;
mod script;
pub mod simple;
pub mod sysconfig;
#[cfg(test)]
mod tests;
mod word;

/// What bash would make of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bash {
    /// This text.
    Value(String),
    /// It would have to be executed, or refers to what is not in the files; why, for people: a
    /// clause that goes on after "because" ("it holds a command substitution").
    Unevaluated(String),
    /// Bash sets no variable here: the line is part of another value's quotes, stands before a
    /// command, is unset again, or comes after the place where bash stops reading. The quirk says which.
    Nothing,
}

/// One assignment, with its value for each of the two readers.
#[derive(Debug, Clone)]
pub struct Assignment {
    /// The variable.
    pub name: String,
    /// From the name's first byte to the value's last.
    pub span: Span,
    /// The value for NetworkManager; `None` where it sees no assignment at all (`export`, `+=`),
    /// `Some("")` where it empties the value (ifcfg.md section 2).
    pub nm: Option<String>,
    /// The value for bash.
    pub bash: Bash,
    /// Why the two differ, for people: a sentence without a final period. `None` where they agree.
    pub quirk: Option<&'static str>,
}

/// A line, or a command over several lines, that is no assignment. NetworkManager
/// ignores it; bash would run it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherLine {
    /// Where it stands, without surrounding blanks.
    pub span: Span,
    /// Its text.
    pub text: String,
    /// What bash would do with it, for people: a clause that goes on after the line ("is a command, which bash would run").
    pub why: &'static str,
}

/// What a text says in shell syntax. Comments and empty lines say nothing.
#[derive(Debug, Clone, Default)]
pub struct Lexed {
    /// The assignments that at least one of the readers sees, in order.
    pub assignments: Vec<Assignment>,
    /// Everything else, in order.
    pub other: Vec<OtherLine>,
}

/// Reads the assignments of a text. `inherited` gives the variables that are set before bash
/// reads it (initscripts sources `/etc/sysconfig/network` first).
#[must_use]
pub fn lex(text: &str, source: SourceId, inherited: &dyn Fn(&str) -> Option<String>) -> Lexed {
    let script = script::read(text, inherited);
    let span = |start, end| Span::new(source, start, end);
    let assignments = merge(script.found, line::assignments(text), script.stopped_at, &span);
    let other = script
        .other
        .into_iter()
        .map(|o| OtherLine { span: span(o.start, o.end), text: text[o.start..o.end].to_owned(), why: o.why })
        .collect();
    Lexed { assignments, other }
}

/// Joins the two readers' assignments, both in order, by the place of the name.
fn merge<'a>(
    bash: Vec<script::Found<'a>>,
    nm: impl Iterator<Item = line::Line<'a>>,
    stopped_at: usize,
    span: &dyn Fn(usize, usize) -> Span,
) -> Vec<Assignment> {
    let mut merged = Vec::with_capacity(bash.len());
    let mut bash = bash.into_iter().peekable();
    for line in nm {
        while let Some(found) = bash.next_if(|found| found.start < line.start) {
            merged.push(unseen_by_nm(found, span));
        }
        merged.push(match bash.next_if(|found| found.start == line.start) {
            Some(found) => seen_by_both(found, line, span),
            None => unseen_by_bash(line, stopped_at, span),
        });
    }
    merged.extend(bash.map(|found| unseen_by_nm(found, span)));
    merged
}

fn unseen_by_nm(found: script::Found<'_>, span: &dyn Fn(usize, usize) -> Span) -> Assignment {
    Assignment {
        name: found.name.to_owned(),
        span: span(found.start, found.end),
        nm: None,
        bash: found.bash,
        quirk: Some(found.form.unseen_by_nm()),
    }
}

fn seen_by_both(
    found: script::Found<'_>,
    line: line::Line<'_>,
    span: &dyn Fn(usize, usize) -> Span,
) -> Assignment {
    let (nm, emptied) = line.value.map_or_else(|why| (String::new(), Some(why)), |value| (value, None));
    let quirk = match &found.bash {
        Bash::Value(value) if *value == nm => None,
        Bash::Value(_) => Some(emptied.unwrap_or(found.form.differs())),
        Bash::Unevaluated(_) => Some(emptied.unwrap_or(
            "NetworkManager takes the line as it stands; what bash makes of it is not known here",
        )),
        Bash::Nothing => Some(found.form.nothing()),
    };
    Assignment {
        name: found.name.to_owned(),
        span: span(found.start, found.end),
        nm: Some(nm),
        bash: found.bash,
        quirk,
    }
}

fn unseen_by_bash(
    line: line::Line<'_>,
    stopped_at: usize,
    span: &dyn Fn(usize, usize) -> Span,
) -> Assignment {
    let quirk = if line.start >= stopped_at {
        "bash stops reading the file before this line"
    } else {
        "for bash the line is part of the text or command before it; only NetworkManager sees an assignment"
    };
    Assignment {
        name: line.name.to_owned(),
        span: span(line.start, line.end),
        nm: Some(line.value.unwrap_or_default()),
        bash: Bash::Nothing,
        quirk: Some(quirk),
    }
}
