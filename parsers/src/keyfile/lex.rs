//! Lines of a keyfile as GKeyFile sees them (keyfile.md section 2).
//!
//! `serde_ini`'s event parser says what a line is; what it trims or takes differently is corrected from the
//! raw line: GKeyFile keeps the trailing blanks of values, allows indentation, and knows no comment with `;`.

use foldhash::HashMap;
use netpivot_model::source::{SourceId, Span};
use serde_ini::parse::{Item, Parser};
use std::convert::Infallible;

/// A key with its value.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The key without blanks at its ends.
    pub key: &'a str,
    /// What follows `=` and its blanks, trailing blanks included.
    pub raw: &'a str,
    /// From the key's first byte to the end of the line.
    pub span: Span,
}

/// A group with all its keys, from wherever in the file they stand.
#[derive(Debug)]
pub struct Group<'a> {
    /// The name between the brackets.
    pub name: &'a str,
    /// Its first header.
    pub span: Span,
    /// Its keys in order; of a key that stands twice the last one only.
    pub entries: Vec<Entry<'a>>,
}

/// What a file holds.
#[derive(Debug, Default)]
pub struct File<'a> {
    /// The groups in order of their first header.
    pub groups: Vec<Group<'a>>,
    /// Keys that a later one of the same name replaces: the group's name, the key, the one that counts.
    pub overridden: Vec<(&'a str, Entry<'a>, Span)>,
    group_at: HashMap<&'a str, usize>,
    entry_at: HashMap<(usize, &'a str), usize>,
}

/// Why GKeyFile refuses the file.
#[derive(Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The line.
    pub span: Span,
    /// What is wrong, as the rest of a sentence about the line.
    pub why: &'static str,
    /// What to do.
    pub help: &'static str,
}

enum Line<'a> {
    Nothing,
    Header(&'a str),
    Pair(&'a str, &'a str),
}

type Fault = (&'static str, &'static str);

/// Reads the lines of a file.
///
/// # Errors
/// GKeyFile refuses the whole file for one bad line.
pub fn lex(source: SourceId, text: &str) -> Result<File<'_>, Refusal> {
    if text.starts_with('\u{feff}') {
        return Err(Refusal {
            span: Span::new(source, 0, 3),
            why: "begins with a byte order mark",
            help: "save the file as UTF-8 without byte order mark",
        });
    }
    let mut file = File::default();
    let mut current: Option<usize> = None;
    let mut offset = 0;
    let lines = text.split_inclusive('\n');
    let events = Parser::new(text.split_inclusive('\n').map(|line| Ok::<_, Infallible>(line.trim_ascii())));
    for (line, event) in lines.zip(events) {
        let start = offset;
        offset += line.len();
        let line = line.strip_suffix('\n').map_or(line, |l| l.strip_suffix('\r').unwrap_or(l));
        let body = line.trim_ascii_start();
        let from = start + line.len() - body.len();
        let span = Span::new(source, from, start + line.len());
        let refuse = |(why, help): Fault| Refusal { span, why, help };
        match classify(body, event.ok().as_ref()).map_err(refuse)? {
            Line::Nothing => {}
            Line::Header(name) => current = Some(open_group(&mut file, name, span)),
            Line::Pair(key, raw) => {
                let n = current.ok_or_else(|| refuse(BEFORE_GROUP))?;
                add(&mut file, n, Entry { key, raw, span });
            }
        }
    }
    Ok(file)
}

const BEFORE_GROUP: Fault = ("stands before the first group", "put a `[group]` line above it");
const JUNK: Fault =
    ("is neither a group, a key with `=`, nor a comment", "mend or remove the line; comments begin with `#`");

/// What a line is, by `serde_ini`'s event and GKeyFile's own rules where they differ.
fn classify<'a>(body: &'a str, event: Option<&Item>) -> Result<Line<'a>, Fault> {
    match event {
        Some(Item::Empty) => Ok(Line::Nothing),
        Some(Item::Comment { .. }) if body.starts_with('#') => Ok(Line::Nothing),
        Some(Item::Section { .. }) => header(body),
        // `;x=1` is a key named `;x`; `[x=1` is a key too.
        Some(Item::Comment { .. } | Item::Value { .. }) | None => pair(body),
    }
}

fn header(body: &str) -> Result<Line<'_>, Fault> {
    let name = body.trim_end_matches([' ', '\t']).strip_prefix('[').and_then(|b| b.strip_suffix(']'));
    match name {
        Some(name)
            if !name.is_empty() && !name.contains(|c: char| c == '[' || c == ']' || c.is_control()) =>
        {
            Ok(Line::Header(name))
        }
        Some(_) => Err(("is no valid group name", "write one name between the brackets")),
        None => pair(body),
    }
}

fn pair(body: &str) -> Result<Line<'_>, Fault> {
    let Some((key, value)) = body.split_once('=').filter(|(key, _)| !key.is_empty()) else {
        return Err(if body.starts_with(';') {
            ("begins with `;`, which is no comment in a keyfile", "begin comments with `#`")
        } else {
            JUNK
        });
    };
    let key = key.trim_ascii_end();
    if !is_key(key) {
        return Err(("has a bad key name", "keys hold no brackets"));
    }
    Ok(Line::Pair(key, value.trim_ascii_start()))
}

/// `g_key_file_is_key_name`: brackets only as a locale at the end.
fn is_key(key: &str) -> bool {
    let Some(at) = key.find(['[', ']']) else { return !key.is_empty() };
    let locale = key[at..].strip_prefix('[').and_then(|l| l.strip_suffix(']'));
    at > 0 && locale.is_some_and(|l| l.chars().all(|c| c.is_alphanumeric() || "-_.@".contains(c)))
}

fn open_group<'a>(file: &mut File<'a>, name: &'a str, span: Span) -> usize {
    *file.group_at.entry(name).or_insert_with(|| {
        file.groups.push(Group { name, span, entries: Vec::new() });
        file.groups.len() - 1
    })
}

fn add<'a>(file: &mut File<'a>, n: usize, entry: Entry<'a>) {
    let entries = &mut file.groups[n].entries;
    match file.entry_at.insert((n, entry.key), entries.len()) {
        Some(at) => {
            file.entry_at.insert((n, entry.key), at);
            let old = std::mem::replace(&mut entries[at], entry);
            file.overridden.push((file.groups[n].name, old, entry.span));
        }
        None => entries.push(entry),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(text: &str) -> Vec<(String, Vec<(String, String)>)> {
        let file = lex(SourceId(0), text).unwrap();
        let pair = |e: &Entry| (e.key.to_owned(), e.raw.to_owned());
        file.groups.iter().map(|g| (g.name.to_owned(), g.entries.iter().map(pair).collect())).collect()
    }

    #[test]
    fn lines_are_read_as_glib_reads_them() {
        // Expectations measured with GLib 2.74.
        assert_eq!(groups("[a]\n;foo=bar\n"), [("a".into(), vec![(";foo".into(), "bar".into())])]);
        assert_eq!(groups("  [a]  \n  x y =  2 \r\n"), [("a".into(), vec![("x y".into(), "2 ".into())])]);
        assert_eq!(groups("[a]\nk=v # c\n# c\n\n"), [("a".into(), vec![("k".into(), "v # c".into())])]);
        assert_eq!(groups("[ a ]\n"), [(" a ".into(), vec![])]);
    }

    #[test]
    fn groups_merge_and_the_last_key_wins() {
        let text = "[a]\nx=1\n[b]\n[a]\nx=2\n";
        assert_eq!(groups(text)[0], ("a".into(), vec![("x".into(), "2".into())]));
        assert_eq!(lex(SourceId(0), text).unwrap().overridden.len(), 1);
    }

    #[test]
    fn one_bad_line_loses_the_file() {
        for text in [
            "\u{feff}[a]\n",
            "[a]\n; c\n",
            "x=1\n",
            "[a]\njunk\n",
            "[a]\n=2\n",
            "[]\n",
            "[a]b]\n",
            "[a]\ny[=2\n",
        ] {
            assert!(lex(SourceId(0), text).is_err(), "{text:?}");
        }
        let refusal = lex(SourceId(0), "[a]\nx=1\n  junk\n").unwrap_err();
        assert_eq!((refusal.span.start, refusal.span.end), (10, 14));
    }
}
