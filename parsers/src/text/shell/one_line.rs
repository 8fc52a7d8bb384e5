//! Shell text of several lines as one line that does the same, since a hook of most formats is one line.
//!
//! Lines are joined by `;` where a shell takes it for a line's end. Where the line's end itself is data – in quotes and
//! here-documents – the whole text is handed to `eval`, spelt by printf(1).

use super::line::name;
use super::word::word;
use netpivot_model::shell::quote;
use nom::Parser;

/// What the last word or operator asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    /// A command is complete: a line's end separates it.
    Word,
    /// A command follows: a line's end is a blank.
    Open,
    /// `()` of a function: its body follows.
    Brackets,
}

/// The text in one line for sh(1).
#[must_use]
pub fn one_line(text: &str) -> String {
    if !text.contains(['\n', '\r']) {
        return text.to_owned();
    }
    joined(text).unwrap_or_else(|| format!("eval {}", printed(text)))
}

/// The same for a text in the language of bash, which sh(1) need not be.
#[must_use]
pub fn one_line_of_bash(text: &str) -> String {
    if !text.contains(['\n', '\r']) {
        return format!("bash -c {}", quote(text));
    }
    joined(text)
        .map_or_else(|| format!("bash -c {}", printed(text)), |line| format!("bash -c {}", quote(&line)))
}

/// True where a text uses what only bash knows.
#[must_use]
pub fn is_bash(text: &str) -> bool {
    const MARKS: [&str; 9] = ["[[ ", "((", "=(", "<<<", "<(", "&>", "function ", "$'", "source "];
    let braces = |text: &str| {
        text.split('{').skip(1).any(|rest| {
            let inside = rest.split('}').next().unwrap_or("");
            (inside.contains("..") || inside.contains(',')) && !inside.contains([' ', '\n', ';', '$', '%'])
        })
    };
    let arithmetic = text.replace("$((", "$(");
    MARKS.iter().any(|mark| arithmetic.contains(mark)) || text.contains("[@]") || braces(text)
}

/// The command substitution that gives the text back.
fn printed(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('%', "%%").replace('\'', "'\\''");
    format!("\"$(printf '{}')\"", text.replace('\r', "\\r").replace('\n', "\\n"))
}

fn joined(text: &str) -> Option<String> {
    let mut joiner = Joiner {
        rest: text,
        out: String::with_capacity(text.len()),
        last: Last::Open,
        brackets: 0,
        cases: 0,
        words: Vec::new(),
    };
    while joiner.step()? {}
    Some(joiner.out.trim_end().to_owned())
}

/// Goes through a text as a shell would.
struct Joiner<'t> {
    rest: &'t str,
    out: String,
    last: Last,
    /// Brackets that are open.
    brackets: usize,
    /// How many `case` are open.
    cases: usize,
    /// The words of the command so far.
    words: Vec<&'t str>,
}

impl<'t> Joiner<'t> {
    /// Takes the next piece; false at the end of the text, `None` where a line's end is data.
    fn step(&mut self) -> Option<bool> {
        let blanks = self.rest.len() - self.rest.trim_start_matches([' ', '\t']).len();
        if blanks > 0 && !self.out.is_empty() && !self.out.ends_with(' ') {
            self.out.push(' ');
        }
        self.rest = &self.rest[blanks..];
        let Some(first) = self.rest.chars().next() else { return Some(false) };
        match first {
            '\\' if self.rest.starts_with("\\\n") => self.rest = &self.rest[2..],
            '\\' if self.rest.starts_with("\\\r\n") => self.rest = &self.rest[3..],
            '#' => self.rest = self.rest.find('\n').map_or("", |end| &self.rest[end..]),
            '\r' => self.rest = &self.rest[1..],
            '\n' => self.line_end(),
            '<' if self.rest.starts_with("<<") && !self.rest.starts_with("<<<") => return None,
            '<' | '>' => self.take(1),
            '(' => {
                self.brackets += 1;
                self.take(1);
                self.last = Last::Open;
            }
            ')' => self.close(),
            ';' | '&' | '|' => {
                self.take(1);
                self.command(Last::Open);
            }
            _ => self.word()?,
        }
        Some(true)
    }

    fn take(&mut self, length: usize) {
        let (taken, rest) = self.rest.split_at(length);
        self.out.push_str(taken);
        self.rest = rest;
    }

    /// A new command begins.
    fn command(&mut self, last: Last) {
        self.last = last;
        self.words.clear();
    }

    fn line_end(&mut self) {
        self.rest = self.rest[1..].trim_start();
        let line = self.out.trim_end().len();
        self.out.truncate(line);
        if self.rest.is_empty() || self.out.is_empty() {
            return;
        }
        let body = self.last == Last::Brackets && self.rest.starts_with(['{', '(']);
        self.out.push_str(if self.last == Last::Open || body { " " } else { "; " });
        self.command(Last::Open);
    }

    fn close(&mut self) {
        // A pattern of `case` ends in a bracket that need not have been opened.
        let of_pattern = self.cases > 0 && self.brackets == 0;
        let of_function = self.out.ends_with('(');
        self.brackets = self.brackets.saturating_sub(1);
        self.take(1);
        self.command(match (of_pattern, of_function) {
            (true, _) => Last::Open,
            (false, true) => Last::Brackets,
            (false, false) => Last::Word,
        });
    }

    fn word(&mut self) -> Option<()> {
        let (after, _) = word(self.rest).ok()?;
        let raw = &self.rest[..self.rest.len() - after.len()];
        if raw.is_empty() || raw.contains('\n') {
            return None;
        }
        self.take(raw.len());
        match (self.words.as_slice(), raw) {
            ([], "if" | "then" | "else" | "elif" | "while" | "until" | "do" | "{" | "!" | "time") => {
                self.command(Last::Open);
            }
            (["case", _], "in") => {
                self.cases += 1;
                self.command(Last::Open);
            }
            ([], "esac") => {
                self.cases = self.cases.saturating_sub(1);
                self.last = Last::Word;
                self.words.push(raw);
            }
            _ => {
                self.last = Last::Word;
                self.words.push(raw);
            }
        }
        Some(())
    }
}

/// The variables that a text refers to, each as often as it does.
pub fn references(text: &str) -> impl Iterator<Item = &str> {
    text.split('$').skip(1).filter_map(|rest| {
        let rest = rest.strip_prefix('{').unwrap_or(rest).trim_start_matches(['#', '!']);
        name.parse(rest).ok().map(|(_, name): (&str, &str)| name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_joined_as_a_shell_reads_them() {
        for (text, line) in [
            ("a\nb", "a; b"),
            ("for i in 1 2\ndo\n\tx $i # why\n\n\ty \\\n\t  z\ndone", "for i in 1 2; do x $i; y z; done"),
            ("if a\nthen b\nelif c; then\n d\nelse\n e\nfi", "if a; then b; elif c; then d; else e; fi"),
            ("f()\n{\n a\n}", "f() { a; }"),
            ("case $x in\n a|b)\n  c\n  ;;\n *) d ;;\nesac", "case $x in a|b) c; ;; *) d ;; esac"),
            ("(\n a\n b\n) &&\n c", "( a; b; ) && c"),
            ("while x; do\n y &\ndone", "while x; do y & done"),
            ("a 'b\nc'", "eval \"$(printf 'a '\\''b\\nc'\\''')\""),
            ("cat > f <<E\n50% \\n\nE", "eval \"$(printf 'cat > f <<E\\n50%% \\\\n\\nE')\""),
        ] {
            assert_eq!(one_line(text), line);
        }
        assert_eq!(one_line_of_bash("[[ $a ]] &&\n b"), "bash -c '[[ $a ]] && b'");
    }

    #[test]
    fn what_only_bash_knows_is_told_apart() {
        for text in ["[[ -n $x ]]", "A=(1 2)", "for i in {1..3}; do a; done", "x <<< y", "((i++))"] {
            assert!(is_bash(text), "{text}");
        }
        for text in ["f() { a; }", "x=$((1+2))", "awk '{print $1}'", "a ${b:-c}", "for i in 1 2; do :; done"]
        {
            assert!(!is_bash(text), "{text}");
        }
    }

    #[test]
    fn references_are_found() {
        let found: Vec<&str> = references("a $B ${C:-d} \"${#E[@]}\" $1 $(f $G)").collect();
        assert_eq!(found, ["B", "C", "E", "G"]);
    }
}
