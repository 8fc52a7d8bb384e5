//! What a site has decided not to be told: a file of patterns.

use super::rule::{self, Rule};
use super::{Audit, Finding};
use crate::failure::Failure;
use netpivot_model::codes;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// Code, host, link, field, value.
const COLUMNS: usize = 5;

/// The entries of an ignore file.
#[derive(Debug, Default)]
pub struct Ignore {
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    line: usize,
    patterns: [String; COLUMNS],
    is_used: AtomicBool,
}

impl Ignore {
    /// Reads a file.
    ///
    /// # Errors
    /// It cannot be read, or a line of it is no entry.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let shown = path.to_string_lossy();
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::usage(format!("the ignore file `{shown}` cannot be read: {error}")))?;
        Ignore::parse(&text).map_err(|(line, why)| {
            Failure::usage(format!("`{shown}` line {line}: {why}")).help(
                "an entry is CODE [HOST [LINK [FIELD [VALUE]]]], `*` stands for any text, `-` for no link",
            )
        })
    }

    fn parse(text: &str) -> Result<Self, (usize, String)> {
        let mut entries = Vec::new();
        for (n, line) in (1..).zip(text.lines()) {
            let is_comment = |word: &&str| !word.starts_with('#');
            let words: Vec<&str> = line.split_ascii_whitespace().take_while(is_comment).collect();
            let Some(code) = words.first() else { continue };
            if words.len() > COLUMNS {
                return Err((n, format!("more than {COLUMNS} words")));
            }
            if *code != "*" && codes::find(code).is_none_or(|code| !code.id.starts_with('D')) {
                return Err((n, format!("`{code}` is no code of an audit")));
            }
            let id = codes::find(code).map_or(*code, |code| code.id);
            let patterns = std::array::from_fn(|column| match column {
                0 => id.to_owned(),
                _ => (*words.get(column).unwrap_or(&"*")).to_owned(),
            });
            entries.push(Entry { line: n, patterns, is_used: AtomicBool::new(false) });
        }
        Ok(Ignore { entries })
    }

    /// Takes what is ignored out of the findings of a host.
    pub fn apply(&self, host: &str, audit: &mut Audit) {
        audit.leave_out(&rule::IGNORED, |finding| {
            let subject = subject(host, finding);
            let mut matching = self.entries.iter().filter(|entry| {
                entry.patterns.iter().zip(&subject).all(|(pattern, text)| matches(pattern, text))
            });
            let found = matching.next();
            if let Some(entry) = found {
                entry.is_used.store(true, Ordering::Relaxed);
            }
            found.is_some()
        });
    }

    /// The lines of entries that met nothing.
    pub fn unused(&self) -> impl Iterator<Item = (usize, String)> + '_ {
        let unused = self.entries.iter().filter(|entry| !entry.is_used.load(Ordering::Relaxed));
        unused.map(|entry| (entry.line, entry.patterns.join(" ")))
    }
}

impl Audit {
    /// Moves findings to those that are not reported.
    pub(super) fn leave_out(&mut self, rule: &'static Rule, is: impl Fn(&Finding) -> bool) {
        let (left, stay) = std::mem::take(&mut self.findings).into_iter().partition(|finding| is(finding));
        self.findings = stay;
        let left: Vec<Finding> = left;
        self.not_reported.extend(left.into_iter().map(|finding| (finding, rule)));
    }
}

/// What the columns are of a finding: of `address 192.0.2.1/24` the field is `address`, of a setting its path and the value that
/// the kernel has, of a file its path, of a fact about a release its id and the file's path.
fn subject(host: &str, finding: &Finding) -> [String; COLUMNS] {
    let (field, value) = match (&finding.entry, &finding.field, &finding.source) {
        (Some(entry), Some(fact), _) if finding.fact.is_some() => {
            (fact.clone(), entry.trim_start_matches("file ").to_owned())
        }
        (Some(entry), ..) => {
            let (kind, which) = entry.rsplit_once(' ').unwrap_or((entry, ""));
            (kind.replace(' ', "-"), which.to_owned())
        }
        (None, Some(field), _) => {
            (field.clone(), finding.actual.as_ref().map_or_else(String::new, |told| told.value.to_string()))
        }
        (None, None, Some(place)) => ("file".to_owned(), place.file.clone()),
        (None, None, None) => Default::default(),
    };
    let link = finding.link.clone().unwrap_or_else(|| "-".to_owned());
    [finding.code.id.to_owned(), host.to_owned(), link, field, value]
}

/// True where a pattern fits: `*` stands for any text, `?` for one character.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // Where the last star is, and how much of the text it has taken.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => (p, t) = (p + 1, t + 1),
            Some(_) | None => {
                let Some((at, taken)) = star else { return false };
                star = Some((at, taken + 1));
                (p, t) = (at + 1, taken + 1);
            }
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit() {
        for (pattern, text) in
            [("*", ""), ("web*", "web1"), ("*.5", "eth0.5"), ("a*b*c", "aXbYbc"), ("e?h", "eth"), ("", "")]
        {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("web", "web1"), ("?", ""), ("a*b", "ac"), ("", "a")] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn a_line_that_is_no_entry_is_told() {
        assert_eq!(Ignore::parse("# all\n\nD005 * br0 # why\n").unwrap().entries.len(), 1);
        assert_eq!(Ignore::parse("address-unknown").unwrap().entries[0].patterns[0], "D005");
        assert_eq!(
            Ignore::parse("D005\nS001 web1").unwrap_err(),
            (2, "`S001` is no code of an audit".to_owned())
        );
        assert_eq!(Ignore::parse("D005 a b c d e").unwrap_err().0, 1);
    }
}
