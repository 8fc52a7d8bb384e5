//! Logical lines: what each program makes of comments and of `\` at the end of a line.
//!
//! The three could hardly differ more (eni.md 1.1 to 1.3, traps 32 and 33). ifupdown passes over comment lines
//! before it looks for a continuation, and joins raw. ifupdown2 breaks the whole file at every backslash, in
//! comments and commands too. ifupdown-ng joins before it looks for `#`, which begins a comment anywhere.

use crate::commands::Text;
use netpivot_model::source::{SourceId, Span};
use netpivot_model::vocabulary::interfaces::Reader;
use nom::bytes::complete::{take_till, take_while};
use nom::{IResult, Parser};

/// A logical line with the places of its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// The text without indentation, comment and line ends.
    pub text: String,
    source: SourceId,
    /// Offset in the text, offset in the file.
    pieces: Vec<(usize, usize)>,
}

/// A part of a line: its text with the places of its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// The text.
    pub text: String,
    /// Where it stands.
    pub span: Span,
    pieces: Vec<(usize, usize)>,
}

impl Part {
    /// A part of its own, for a name or a word.
    pub fn new(text: &str, span: Span) -> Self {
        Part { text: text.to_owned(), span, pieces: vec![(0, span.start as usize)] }
    }

    /// The part as a text of commands.
    pub fn commands(&self) -> Text<'_> {
        Text { text: &self.text, source: self.span.source, pieces: &self.pieces }
    }

    /// The place of a range of bytes of the text.
    pub fn span_of(&self, start: usize, end: usize) -> Span {
        self.commands().span(start, end)
    }

    /// The words with their places.
    pub fn words(&self) -> Vec<(&str, Span)> {
        let mut rest = self.text.as_str();
        let mut found = Vec::new();
        while let Ok((after, text)) = word(rest)
            && !text.is_empty()
        {
            let end = self.text.len() - after.len();
            found.push((text, self.span_of(end - text.len(), end)));
            rest = after;
        }
        found
    }

    /// The same part with another text, for values that a program replaces.
    pub fn with_text(&self, text: String) -> Self {
        Part { text, span: self.span, pieces: vec![(0, self.span.start as usize)] }
    }
}

/// White space within a line (C's isspace()).
pub(super) fn is_blank(c: char) -> bool {
    c.is_ascii_whitespace() || c == '\x0b'
}

/// The next word of a line; empty at its end.
fn word(input: &str) -> IResult<&str, &str> {
    let (rest, _) = take_while(is_blank).parse(input)?;
    take_till(is_blank).parse(rest)
}

impl Line {
    /// The place of the whole line.
    pub fn span(&self) -> Span {
        self.place(0, self.text.len())
    }

    fn place(&self, start: usize, end: usize) -> Span {
        Text { text: &self.text, source: self.source, pieces: &self.pieces }.span(start, end)
    }

    /// A range of the line.
    pub fn part(&self, start: usize, end: usize) -> Part {
        let first = self.pieces.partition_point(|(text, _)| *text <= start).saturating_sub(1);
        let shifted = |(text, file): &(usize, usize)| match text.checked_sub(start) {
            Some(offset) => (offset, *file),
            None => (0, file + (start - text)),
        };
        let within = self.pieces[first..].iter().take_while(|(text, _)| *text < end.max(start + 1));
        Part {
            text: self.text[start..end].to_owned(),
            span: self.place(start, end),
            pieces: within.map(shifted).collect(),
        }
    }

    /// The first word and the rest without blanks around it.
    pub fn split(&self) -> (Part, Part) {
        let (rest, key) = word(&self.text).unwrap_or((&self.text, ""));
        let at = self.text.len() - rest.len();
        let value = rest.trim_start_matches(is_blank);
        (self.part(at - key.len(), at), self.part(self.text.len() - value.len(), self.text.len()))
    }

    fn push(&mut self, text: &str, at: usize) {
        self.pieces.push((self.text.len(), at));
        self.text.push_str(text);
    }

    fn trim_end(&mut self) {
        let length = self.text.trim_end_matches(is_blank).len();
        self.text.truncate(length);
    }
}

/// The logical lines of a text; comments and empty lines say nothing.
pub(super) fn lines(text: &str, source: SourceId, reader: Reader) -> Vec<Line> {
    match reader {
        Reader::Ifupdown => ifupdown(text, source),
        Reader::Ifupdown2 => ifupdown2(text, source),
        Reader::IfupdownNg => ifupdown_ng(text, source),
    }
}

/// The physical lines without their ends, with their offsets.
fn physical(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let start = text.as_ptr() as usize;
    text.split('\n').map(move |line| (line.as_ptr() as usize - start, line))
}

/// config.c:get_line.
fn ifupdown(text: &str, source: SourceId) -> Vec<Line> {
    let mut found = Vec::new();
    let mut physical = physical(text);
    while let Some((at, raw)) = physical.next() {
        let first = raw.trim_start_matches(is_blank);
        if first.starts_with('#') {
            continue;
        }
        let mut line = Line { text: String::new(), source, pieces: Vec::new() };
        line.push(first, at + raw.len() - first.len());
        while line.text.ends_with('\\') {
            line.text.pop();
            match physical.next() {
                Some((at, raw)) => line.push(raw, at),
                None => break,
            }
        }
        line.trim_end();
        if !line.text.is_empty() {
            found.push(line);
        }
    }
    found
}

/// networkinterfaces.py:process_interfaces. What stands around a backslash is stripped and joined with a blank.
fn ifupdown2(text: &str, source: SourceId) -> Vec<Line> {
    let mut found = Vec::new();
    let mut line = Line { text: String::new(), source, pieces: Vec::new() };
    let mut at = 0;
    for (n, piece) in text.split('\\').enumerate() {
        let mut start = at;
        at += piece.len() + 1;
        let mut stripped = piece;
        if n > 0 {
            let trimmed = stripped.trim_start_matches(is_blank);
            start += stripped.len() - trimmed.len();
            stripped = trimmed;
            line.push(" ", start.saturating_sub(1));
        }
        stripped = stripped.trim_end_matches(is_blank);
        // Only the last piece keeps its own end of line.
        for (m, (offset, raw)) in physical(stripped).enumerate() {
            if m > 0 {
                finish(&mut line, &mut found);
            }
            line.push(raw, start + offset);
        }
    }
    finish(&mut line, &mut found);
    found
}

fn finish(line: &mut Line, found: &mut Vec<Line>) {
    let mut done =
        std::mem::replace(line, Line { text: String::new(), source: line.source, pieces: Vec::new() });
    done.trim_end();
    let indent = done.text.len() - done.text.trim_start_matches(is_blank).len();
    if indent < done.text.len() {
        let part = done.part(indent, done.text.len());
        if !part.text.starts_with('#') {
            found.push(Line { text: part.text, source: done.source, pieces: part.pieces });
        }
    }
}

/// fgetline.c: a backslash before the line's end joins, without the next line's indentation; `#` begins a comment.
fn ifupdown_ng(text: &str, source: SourceId) -> Vec<Line> {
    let mut found = Vec::new();
    let mut physical = physical(text);
    while let Some((at, raw)) = physical.next() {
        let mut line = Line { text: String::new(), source, pieces: Vec::new() };
        let mut next = Some((at, raw));
        while let Some((at, raw)) = next.take() {
            let raw = raw.strip_suffix('\r').unwrap_or(raw);
            let first = raw.trim_start_matches(is_blank);
            let joins = first.ends_with('\\');
            line.push(first.strip_suffix('\\').unwrap_or(first), at + raw.len() - first.len());
            if joins {
                next = physical.next();
            }
        }
        if let Some(comment) = line.text.find('#') {
            line.text.truncate(line.text[..comment].strip_suffix('\\').map_or(comment, str::len));
        }
        line.trim_end();
        if !line.text.is_empty() {
            found.push(line);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, reader: Reader) -> Vec<String> {
        lines(text, SourceId(0), reader).into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn a_comment_that_ends_in_a_backslash_is_read_three_ways() {
        let text = "# one \\\nauto eth0\niface eth0 \\\n   inet dhcp\n";
        assert_eq!(read(text, Reader::Ifupdown), ["auto eth0", "iface eth0    inet dhcp"]);
        assert_eq!(read(text, Reader::Ifupdown2), ["iface eth0 inet dhcp"]);
        assert_eq!(read(text, Reader::IfupdownNg), ["iface eth0 inet dhcp"]);
    }

    #[test]
    fn a_continuation_adds_no_blank_under_ifupdown() {
        assert_eq!(read("up foo\\\nbar", Reader::Ifupdown), ["up foobar"]);
        assert_eq!(read("up foo\\ \nbar", Reader::Ifupdown), ["up foo\\", "bar"]);
        assert_eq!(read("up sed s/\\./x/", Reader::Ifupdown2), ["up sed s/ ./x/"]);
        assert_eq!(read("address 10.0.0.1/24 # x\n", Reader::IfupdownNg), ["address 10.0.0.1/24"]);
        assert_eq!(read("address 10.0.0.1/24 # x\r\n", Reader::Ifupdown), ["address 10.0.0.1/24 # x"]);
    }

    #[test]
    fn places_survive_a_continuation() {
        let text = "  up ip link \\\n   add x";
        let line = &lines(text, SourceId(0), Reader::Ifupdown)[0];
        let (key, value) = line.split();
        assert_eq!((key.text.as_str(), value.text.as_str()), ("up", "ip link    add x"));
        let places: Vec<&str> =
            value.words().iter().map(|(_, span)| &text[span.start as usize..span.end as usize]).collect();
        assert_eq!(places, ["ip", "link", "add", "x"]);
    }
}
