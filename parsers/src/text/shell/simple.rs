//! The simple commands of a text wherever they stand: in lists, conditions, loops, brackets and substitutions. Where
//! [`super::command_lines`] gives compound commands whole, this looks into them for what they may do; it does not ask
//! which of them would be run.

use super::line::name;
use super::word::{nested, word};
use nom::Parser;

/// A command of words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Simple<'a> {
    /// Its words as they stand.
    pub words: Vec<&'a str>,
    /// It has a redirection to another file than /dev/null.
    pub writes: bool,
    /// A shell of its own runs it: brackets, a substitution, a part of a pipeline, the background.
    pub apart: bool,
}

/// Words of the shell before which or behind which a command stands.
const KEYWORDS: [&str; 15] =
    ["if", "then", "elif", "else", "fi", "while", "until", "do", "done", "esac", "{", "}", "!", "time", ";;"];

/// After so many substitutions one within the other the text is none that people write.
const MOST_TEXTS: usize = 64;

/// The commands of a text. `None` where it is none of a shell's, or too deep to tell.
#[must_use]
pub fn simple_commands(text: &str) -> Option<Vec<Simple<'_>>> {
    let mut texts = vec![(text, false)];
    let mut out = Vec::new();
    let mut read = 0;
    while let Some((text, apart)) = texts.get(read).copied() {
        read += 1;
        let mut reader = Reader {
            rest: text,
            depth: usize::from(apart),
            piped: false,
            open: Simple::default(),
            out: &mut out,
            texts: &mut texts,
        };
        while reader.step()? {}
        if texts.len() > MOST_TEXTS {
            return None;
        }
    }
    Some(out)
}

struct Reader<'a, 'o> {
    rest: &'a str,
    /// Brackets that are open.
    depth: usize,
    /// The command is the next one of a pipeline.
    piped: bool,
    open: Simple<'a>,
    out: &'o mut Vec<Simple<'a>>,
    texts: &'o mut Vec<(&'a str, bool)>,
}

impl<'a> Reader<'a, '_> {
    /// Takes the next piece; false at the end.
    fn step(&mut self) -> Option<bool> {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\r']);
        let Some(first) = self.rest.bytes().next() else {
            self.close(false);
            return Some(false);
        };
        match first {
            b'\\' if self.rest.starts_with("\\\n") => self.rest = &self.rest[2..],
            b'#' => self.rest = self.rest.find('\n').map_or("", |end| &self.rest[end..]),
            b'&' if self.rest.starts_with("&>") => self.redirection()?,
            b'\n' | b';' | b'&' | b'|' => {
                let two = self.rest.starts_with("&&") || self.rest.starts_with("||");
                self.close(!two && matches!(first, b'&' | b'|'));
                self.piped &= first == b'|';
                self.rest = &self.rest[1 + usize::from(two)..];
            }
            b'(' => {
                // `name ()`
                if self.open.words.is_empty() {
                    self.close(false);
                }
                self.open = Simple::default();
                self.depth += 1;
                self.rest = &self.rest[1..];
            }
            b')' => {
                self.close(false);
                self.depth = self.depth.saturating_sub(1);
                self.rest = &self.rest[1..];
            }
            b'<' | b'>' if !self.rest[1..].starts_with('(') => self.redirection()?,
            _ => {
                let word = self.word()?;
                let descriptor =
                    word.bytes().all(|b| b.is_ascii_digit()) && self.rest.starts_with(['<', '>']);
                let keyword = self.open.words.is_empty() && KEYWORDS.contains(&word);
                if !descriptor && !keyword {
                    self.open.words.push(word);
                }
            }
        }
        Some(true)
    }

    /// The command is complete.
    fn close(&mut self, apart: bool) {
        let mut done = std::mem::take(&mut self.open);
        done.apart = apart || self.piped || self.depth > 0;
        self.piped = apart;
        if !done.words.is_empty() || done.writes {
            self.out.push(done);
        }
    }

    fn word(&mut self) -> Option<&'a str> {
        let (after, _) = word(self.rest).ok()?;
        let raw = &self.rest[..self.rest.len() - after.len()];
        self.rest = after;
        let mut at = 0;
        while let Some(found) = raw[at..].find(['`', '$', '<', '>']) {
            let start = at + found;
            at = start + 1;
            let inner = match &raw.as_bytes()[start..] {
                [b'`', ..] => raw[start + 1..].split('`').next(),
                [_, b'(', ..] => nested(&raw[start + 1..]).ok().map(|(_, inner)| &inner[1..inner.len() - 1]),
                _ => None,
            };
            if let Some(inner) = inner {
                self.texts.push((inner, true));
                at = (start + inner.len() + 2).min(raw.len());
            }
        }
        (!raw.is_empty()).then_some(raw)
    }

    fn redirection(&mut self) -> Option<()> {
        let end = self.rest.find(|c: char| !"<>&|-".contains(c)).unwrap_or(self.rest.len());
        let operator = &self.rest[..end];
        self.rest = self.rest[end..].trim_start_matches([' ', '\t']);
        let target = if operator.ends_with("&-") { "-" } else { self.word()? };
        let copies = operator.ends_with(['&', '-']) && operator != "&>" || target == "/dev/null";
        // A here-document's lines would be taken for commands.
        self.open.writes |= operator.contains('>') && !copies || operator == "<<" || operator == "<<-";
        Some(())
    }
}

impl<'a> Simple<'a> {
    /// The program and its arguments; none where it only sets variables.
    #[must_use]
    pub fn program(&self) -> Option<(&'a str, &[&'a str])> {
        let assigns =
            |word: &&&str| name.parse(**word).is_ok_and(|(rest, _): (&str, &str)| rest.starts_with('='));
        let leading = self.words.iter().take_while(assigns).count();
        self.words[leading..].split_first().map(|(program, rest)| (*program, rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let shown = |c: &Simple<'_>| {
            format!(
                "{}{}{}",
                if c.apart { "(" } else { "" },
                c.words.join("_"),
                if c.writes { ">" } else { "" }
            )
        };
        simple_commands(text).unwrap().iter().map(shown).collect()
    }

    #[test]
    fn commands_are_found_wherever_they_stand() {
        assert_eq!(shown("grep -q a b 2>/dev/null && exit 0"), ["grep_-q_a_b", "exit_0"]);
        assert_eq!(
            shown("if [ \"$(id -u)\" != 0 ]; then\n  echo no >&2 # why\n  exit 1\nfi"),
            ["[_\"$(id -u)\"_!=_0_]", "echo_no", "exit_1", "(id_-u"]
        );
        assert_eq!(shown("(exit 0); a | b & { c > f; }"), ["(exit_0", "(a", "(b", "c>"]);
        assert_eq!(shown("die() { echo \"$*\"; exit 1; }"), ["echo_\"$*\"", "exit_1"]);
        assert_eq!(
            shown("case $1 in\n a|b) x ;;\n *) exit 1 ;;\nesac"),
            ["case_$1_in", "(a", "(b", "x", "*", "exit_1"]
        );
        assert_eq!(shown("A=1 b `c d` <(e)"), ["A=1_b_`c d`_<(e)", "(c_d", "(e"]);
        assert!(simple_commands("a 'b").is_none());
    }
}
