//! What people see of a run, on standard error: diagnostics, failures, summaries.
//!
//! Texts of the input never reach a terminal raw: control characters are shown as pictures.

pub use progress::Progress;

use crate::cli::Form;
use crate::failure::Failure;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::secret::redact;
use netpivot_model::source::{Sources, Span};
use std::borrow::Cow;
use std::io::{IsTerminal, Write};

pub mod audit;
pub mod change;
mod concise;
pub mod difference;
mod full;
pub mod graph;
pub mod json;
pub mod markup;
mod progress;
pub mod report;
pub mod unified;

/// The texts that diagnostics point into, and what of them must not be shown.
#[derive(Clone, Copy)]
pub struct Texts<'a> {
    /// The texts.
    pub sources: &'a Sources,
    /// Places of secrets, sorted.
    pub secrets: &'a [Span],
}

/// How diagnostics look.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// With source lines or in one line each.
    pub form: Form,
    /// With colours.
    pub colour: bool,
    /// With the host that each finding is about, since there are several.
    pub name_hosts: bool,
}

impl Look {
    /// The diagnostics as text; `host` is named where there are several.
    #[must_use]
    pub fn render(&self, diagnostics: &[Diagnostic], texts: Texts<'_>, host: Option<&str>) -> String {
        let host = host.filter(|_| self.name_hosts);
        let mut out = String::new();
        for diagnostic in diagnostics {
            match self.form {
                Form::Full => full::render(diagnostic, texts, host, self.colour, &mut out),
                Form::Concise => concise::render(diagnostic, texts, host, &mut out),
            }
        }
        out
    }

    /// A failure as text, with what was found until then.
    #[must_use]
    pub fn failure(&self, label: Option<&str>, failure: &Failure) -> String {
        let texts = Texts { sources: &failure.found.sources, secrets: &failure.found.secrets };
        let mut out = self.render(&failure.found.diagnostics, texts, label);
        let (red, bold, reset) =
            if self.colour { ("\x1b[1;31m", "\x1b[1m", "\x1b[0m") } else { ("", "", "") };
        let unnamed = label.filter(|label| !failure.message.contains(label));
        let place = unnamed.map_or_else(String::new, |label| format!("{}: ", printable(label)));
        out.push_str(&format!("{red}error{reset}{bold}: {place}{}{reset}\n", public(&failure.message)));
        if let Some(help) = &failure.help {
            out.push_str(&format!("  help: {}\n", public(help)));
        }
        out
    }
}

/// Colours only on a terminal, and not where NO_COLOR is set (<https://no-color.org>).
fn takes_colour(stream: &impl IsTerminal) -> bool {
    let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
    wanted && stream.is_terminal()
}

/// Colours for standard output, where it takes them.
#[derive(Debug, Clone, Copy)]
pub struct Paint {
    /// True where it does.
    pub colour: bool,
}

impl Paint {
    /// As standard output takes it.
    #[must_use]
    pub fn stdout() -> Self {
        Paint { colour: takes_colour(&std::io::stdout()) }
    }

    fn with(self, code: &str, text: &str) -> String {
        if self.colour && !text.is_empty() { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    fn red(self, text: &str) -> String {
        self.with("31", text)
    }

    fn green(self, text: &str) -> String {
        self.with("32", text)
    }

    fn cyan(self, text: &str) -> String {
        self.with("36", text)
    }

    /// The part of a line that makes the difference.
    fn marked(self, text: &str) -> String {
        self.with("7", text)
    }
}

/// Standard error.
pub struct Console {
    /// How diagnostics look.
    pub look: Look,
}

impl Console {
    /// With colours where standard error takes them.
    #[must_use]
    pub fn stderr() -> Self {
        let colour = takes_colour(&std::io::stderr());
        Console { look: Look { form: Form::Full, colour, name_hosts: false } }
    }

    /// Prints; nobody can be told when standard error is closed.
    pub fn print(&mut self, text: &str) {
        let _ = std::io::stderr().lock().write_all(text.as_bytes());
    }

    /// Prints a failure.
    pub fn failure(&mut self, label: Option<&str>, failure: &Failure) {
        let text = self.look.failure(label, failure);
        self.print(&text);
    }
}

/// Text of a finding: printable, and without the secrets that free text may hold.
#[must_use]
pub fn public(text: &str) -> Cow<'_, str> {
    match redact(text) {
        Cow::Borrowed(text) => printable(text),
        Cow::Owned(text) => Cow::Owned(printable(&text).into_owned()),
    }
}

/// Text without control characters: those of ASCII become their pictures (`␛`), others U+FFFD, so that
/// no input steers a terminal. Characters that turn the direction of text around count as such.
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| !steers(c)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(picture).collect())
}

/// The same of text of several lines, whose ends and tabs stay.
#[must_use]
pub fn printable_lines(text: &str) -> Cow<'_, str> {
    let stays = |c| matches!(c, '\n' | '\t') || !steers(c);
    if text.chars().all(stays) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| if stays(c) { c } else { picture(c) }).collect())
}

fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn picture(c: char) -> char {
    match u32::from(c) {
        n @ 0..=0x1f => char::from_u32(0x2400 + n).unwrap_or('\u{fffd}'),
        0x7f => '\u{2421}',
        _ if steers(c) => '\u{fffd}',
        _ => c,
    }
}

/// Counts by severity, for the summary: `1 loss, 2 warnings`.
#[must_use]
pub fn counts(diagnostics: &[Diagnostic]) -> String {
    use netpivot_model::diagnostic::Severity;
    let words = [
        (Severity::Error, "error", "errors"),
        (Severity::Loss, "loss", "losses"),
        (Severity::Warning, "warning", "warnings"),
        (Severity::Note, "note", "notes"),
    ];
    let parts: Vec<String> = words
        .into_iter()
        .filter_map(|(severity, one, many)| {
            match diagnostics.iter().filter(|d| d.severity == severity).count() {
                0 => None,
                1 => Some(format!("1 {one}")),
                n => Some(format!("{n} {many}")),
            }
        })
        .collect();
    if parts.is_empty() { "nothing lost, nothing to report".to_owned() } else { parts.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_input_steers_the_terminal() {
        assert_eq!(printable("a\x1b[31mb\u{202e}c\u{9b}"), "a␛[31mb\u{fffd}c\u{fffd}");
        assert!(matches!(printable("größe"), Cow::Borrowed(_)));
        assert_eq!(printable_lines("a\tb\r\nc\x07\u{61c}\n"), "a\tb␍\nc␇\u{fffd}\n");
    }
}
