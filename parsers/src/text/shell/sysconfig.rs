//! wicked's reader of sysconfig files: no shell at all (`src/sysconfig.c`).
//!
//! One assignment a line; a name begins with a letter; a value may stand in one pair of quotes, in which nothing
//! is special, else it ends at the first blank. There are no escapes, no variables and no continuation. A line
//! that does not fit is skipped, and so is an unquoted value that the file ends in without a line
//! break. Lines are read in pieces of 511 bytes; what is behind counts as a line of its own.

use netpivot_model::source::{SourceId, Span};

/// The bytes of a piece (`char linebuf[512]`).
const PIECE: usize = 511;

/// An assignment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The variable.
    pub name: String,
    /// The value, without its quotes.
    pub value: String,
    /// From the name's first byte to the value's last.
    pub span: Span,
    /// What stands behind the value and is ignored, a comment apart.
    pub trailing: Option<Span>,
}

/// A line that is skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Where it stands, without the blanks around it.
    pub span: Span,
    /// The variable that it would set, where it has one.
    pub name: Option<String>,
    /// Why: a clause that goes on after "because".
    pub why: &'static str,
}

/// The settings and the skipped lines of a text, in order.
#[must_use]
pub fn read(text: &str, source: SourceId) -> (Vec<Setting>, Vec<Skipped>) {
    let (mut settings, mut skipped) = (Vec::new(), Vec::new());
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let mut rest = line;
        while !rest.is_empty() {
            let (piece, behind) = rest.split_at(piece_end(rest));
            match assignment(piece, source, start) {
                Line::Nothing => {}
                Line::Set(setting) => settings.push(setting),
                Line::Skip(line) => skipped.push(line),
            }
            start += piece.len();
            rest = behind;
        }
    }
    (settings, skipped)
}

/// The end of a piece of at most [`PIECE`] bytes, between two characters.
fn piece_end(text: &str) -> usize {
    let mut end = text.len().min(PIECE);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    end
}

enum Line {
    Nothing,
    Set(Setting),
    Skip(Skipped),
}

fn assignment(line: &str, source: SourceId, start: usize) -> Line {
    let body = line.trim_start_matches(is_blank);
    let at = start + (line.len() - body.len());
    if body.is_empty() || body.starts_with('#') {
        return Line::Nothing;
    }
    let skip = |name: Option<&str>, why| {
        let span = Span::new(source, at, at + body.trim_end_matches(is_blank).len());
        Line::Skip(Skipped { span, name: name.map(str::to_owned), why })
    };
    let length = body.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(body.len());
    let (name, rest) = body.split_at(length);
    let Some(value) = rest.strip_prefix('=').filter(|_| body.starts_with(|c: char| c.is_ascii_alphabetic()))
    else {
        return skip(None, "it is no assignment");
    };
    let quote = value.chars().next().filter(|c| ['"', '\''].contains(c));
    let inner = quote.map_or(value, |_| &value[1..]);
    let end = match quote {
        Some(quote) => inner.find(quote),
        None => inner.find(is_blank),
    };
    let Some(end) = end else {
        return match quote {
            Some(_) => skip(Some(name), "its quotes do not end in the line"),
            None => skip(Some(name), "the file ends in it without a line break"),
        };
    };
    let quotes = if quote.is_some() { 2 } else { 0 };
    let from = at + name.len() + 1;
    let behind = value[end + quotes..].trim_matches(is_blank);
    let offset = value.len() - value[end + quotes..].trim_start_matches(is_blank).len();
    let trailing = (!behind.is_empty() && !behind.starts_with('#'))
        .then(|| Span::new(source, from + offset, from + offset + behind.len()));
    Line::Set(Setting {
        name: name.to_owned(),
        value: inner[..end].to_owned(),
        span: Span::new(source, at, from + end + quotes),
        trailing,
    })
}

/// `isspace(3)`.
fn is_blank(c: char) -> bool {
    c.is_ascii_whitespace() || c == '\x0b'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str) -> Vec<(String, String)> {
        read(text, SourceId(0)).0.into_iter().map(|s| (s.name, s.value)).collect()
    }

    #[test]
    fn quotes_hold_everything_and_nothing_is_expanded() {
        let text = "# c\n A='x $B \\n' \nB=\"a'b\" # c\nC=1 2\nD=\n";
        let expected = [("A", "x $B \\n"), ("B", "a'b"), ("C", "1"), ("D", "")];
        assert_eq!(settings(text), expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
        let (found, _) = read(text, SourceId(0));
        assert_eq!(found[2].trailing, Some(Span::new(SourceId(0), 34, 35)));
        assert_eq!(found[1].trailing, None);
    }

    #[test]
    fn lines_that_do_not_fit_are_skipped() {
        let (found, skipped) = read("export A=1\n_B=2\nC='open\nD=\"x\"\nE=last", SourceId(0));
        assert_eq!(found.len(), 1);
        let names: Vec<_> = skipped.iter().map(|s| s.name.as_deref()).collect();
        assert_eq!(names, [None, None, Some("C"), Some("E")]);
    }

    #[test]
    fn a_long_line_breaks_after_511_bytes() {
        let text = format!("A='{}'\nB=1\n", "é".repeat(400));
        let (found, skipped) = read(&text, SourceId(0));
        assert_eq!(found.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(), ["B"]);
        assert_eq!(skipped.len(), 2);
    }
}
