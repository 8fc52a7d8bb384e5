//! A diagnostic with the line it is about, and what to do.
//!
//! Only the line itself is handed to the renderer, made printable; a line that holds a secret is never shown.

use super::{Texts, printable, public};
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use netpivot_model::diagnostic::{Diagnostic, Severity};
use netpivot_model::secret::{HIDDEN, redact};
use netpivot_model::source::Span;
use std::borrow::Cow;
use std::ops::Range;

pub(super) fn render(
    diagnostic: &Diagnostic,
    texts: Texts<'_>,
    host: Option<&str>,
    colour: bool,
    out: &mut String,
) {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Loss => Level::ERROR.with_name("loss"),
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let message = match host {
        Some(host) => format!("{}: {}", printable(host), public(&diagnostic.message)),
        None => public(&diagnostic.message).into_owned(),
    };
    let mut group = Group::with_title(level.primary_title(message).id(diagnostic.code.id));
    let (live, labels): (Vec<Span>, Vec<Span>) =
        diagnostic.labels.iter().partition(|span| texts.sources.get(span.source).is_live());
    let lines: Vec<Line> = labels.iter().map(|span| Line::of(*span, texts)).collect();
    for (n, line) in lines.iter().enumerate() {
        let kind = if n == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        group = match &line.text {
            Some((text, range)) => group.element(
                Snippet::source(text.as_str())
                    .path(line.path.as_str())
                    .line_start(line.number)
                    .annotation(kind.span(range.clone())),
            ),
            None => {
                group.element(Origin::path(line.path.as_str()).line(line.number).char_column(line.column))
            }
        };
    }
    let kernel = live.first().map(|span| texts.sources.get(span.source).path.as_str());
    if let (true, Some(path)) = (lines.is_empty(), kernel.or(diagnostic.file.as_deref())) {
        group = group.element(Origin::path(printable(path).into_owned()));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(public(help).into_owned()));
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    out.push_str(&renderer.render(&[group]));
    out.push_str("\n\n");
}

/// The longest part of a line that is marked, in bytes.
const WIDEST: usize = 100;

/// The first line of a span, safe to show.
pub(super) struct Line {
    pub(super) path: String,
    pub(super) number: usize,
    pub(super) column: usize,
    /// The line and the span within it; `None` where the line cannot be shown without its secret, or the whole is too long.
    pub(super) text: Option<(String, Range<usize>)>,
}

impl Line {
    pub(super) fn of(span: Span, texts: Texts<'_>) -> Self {
        let source = texts.sources.get(span.source);
        let place = texts.sources.line_column(span);
        let text = &source.text;
        let mut start = (span.start as usize).min(text.len());
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        let from = text[..start].rfind('\n').map_or(0, |n| n + 1);
        let to = text[start..].find('\n').map_or(text.len(), |n| start + n);
        let line = text[from..to].trim_end_matches('\r');
        let secrets: Vec<usize> = texts
            .secrets
            .iter()
            .filter(|secret| secret.source == span.source)
            .filter(|secret| (secret.start as usize) < to && (secret.end as usize) > from)
            .map(|secret| secret.start as usize)
            .collect();
        let shown = if secrets.iter().any(|start| *start < from) {
            // The later lines of a quoted secret have no key to show.
            None
        } else if !secrets.is_empty() || may_hold_secret(line) {
            hidden(line).map(|line| (line.clone(), 0..line.len()))
        } else if let Cow::Owned(line) = redact(line) {
            let line = printable(&line).into_owned();
            Some((line.clone(), 0..line.len()))
        } else {
            let end = (span.end as usize).clamp(start, to);
            // A mark wider than a page shows nothing: the objects of a capture have a line each.
            (end - start <= WIDEST).then(|| marked(line, start - from, end - from))
        };
        Line {
            path: printable(&source.path).into_owned(),
            number: place.line,
            column: place.column,
            text: shown,
        }
    }
}

/// The line made printable, and where the bytes `start..end` of it are then.
fn marked(line: &str, start: usize, end: usize) -> (String, Range<usize>) {
    let before = printable(line.get(..start).unwrap_or(line)).len();
    let inside = printable(line.get(start..end.min(line.len())).unwrap_or("")).len();
    let shown = printable(line).into_owned();
    let end = (before + inside.max(1)).min(shown.len());
    let start = before.min(end);
    (shown, start..end)
}

/// A line of a file without its secrets: `KEY=<hidden>`, or nothing of it where it is no assignment.
pub(super) fn without_secrets(line: &str, holds_secret: bool) -> Cow<'_, str> {
    if holds_secret || may_hold_secret(line) {
        hidden(line).map_or(Cow::Borrowed(HIDDEN), Cow::Owned)
    } else {
        redact(line)
    }
}

/// `KEY=<hidden>` where the line is an assignment.
fn hidden(line: &str) -> Option<String> {
    let (key, _) = line.split_once('=')?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-. ".contains(c);
    (key.len() <= 64 && key.chars().all(plain)).then(|| format!("{key}={HIDDEN}"))
}

/// True where the key of a line sounds like a secret's, whatever the parser made of it: a spelling mistake in
/// `WPA_PSK` must not print the key.
fn may_hold_secret(line: &str) -> bool {
    const WORDS: [&str; 9] = ["PSK", "PASS", "SECRET", "PRIVATE", "PRESHARED", "WEP", "PIN", "CAK", "KEY"];
    let Some((key, _)) = line.split_once('=') else { return false };
    let key = key.to_ascii_uppercase();
    // How keys are managed is no secret.
    let key = key.replace("KEY_MGMT", "").replace("KEY-MGMT", "");
    WORDS.iter().any(|word| key.split(|c: char| !c.is_ascii_alphabetic()).any(|part| part.starts_with(word)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use netpivot_model::codes::core;
    use netpivot_model::source::Sources;

    fn shown(text: &str, from: usize, to: usize, secrets: &[(usize, usize)]) -> String {
        let mut sources = Sources::default();
        let id = sources.add("/etc/f", text);
        let secrets: Vec<Span> = secrets.iter().map(|(a, b)| Span::new(id, *a, *b)).collect();
        let diagnostic =
            Diagnostic::new(&core::LOST, "gone").at(Span::new(id, from, to)).help("look after it");
        let mut out = String::new();
        render(&diagnostic, Texts { sources: &sources, secrets: &secrets }, None, false, &mut out);
        out
    }

    #[test]
    fn the_line_is_shown_with_a_caret() {
        let out = shown("A=1\nB=\x1b2\nC=3\n", 4, 8, &[]);
        assert!(out.contains("loss[L001]: gone"), "{out}");
        assert!(out.contains("--> /etc/f:2:1"), "{out}");
        assert!(out.contains("B=␛2") && out.contains("^^^^"), "{out}");
        assert!(out.contains("help: look after it") && !out.contains("C=3"), "{out}");
    }

    #[test]
    fn what_is_wider_than_a_page_is_not_shown() {
        let long = format!("{{{}}}", "x".repeat(100));
        let out = shown(&long, 0, long.len(), &[]);
        assert!(out.contains("/etc/f:1:1") && !out.contains("xx"), "{out}");
        let part = shown(&long, 0, 50, &[]);
        assert!(part.contains("^^^") && part.contains("xx"), "{part}");
    }

    #[test]
    fn the_running_kernel_is_named_without_lines() {
        let mut sources = Sources::default();
        let id = sources.add("live:netns=a", "{\n}");
        let diagnostic = Diagnostic::new(&core::UNKNOWN_KEY, "odd").at(Span::new(id, 2, 3));
        let mut out = String::new();
        render(&diagnostic, Texts { sources: &sources, secrets: &[] }, None, false, &mut out);
        assert!(out.contains("--> live:netns=a\n") && !out.contains('|'), "{out}");
    }

    #[test]
    fn a_line_with_a_secret_is_not_shown() {
        let out = shown("A=1\nX=hunter2\n", 4, 5, &[(4, 13)]);
        assert!(
            out.contains("/etc/f:2:1") && out.contains("X=<hidden>") && !out.contains("hunter2"),
            "{out}"
        );
        assert!(!shown("X='a\nhunter2=b'\n", 0, 3, &[(0, 15)]).contains("hunter2"));
        assert!(!shown("X='a\nhunter2=b'\n", 5, 7, &[(0, 15)]).contains("hunter2"));
        for line in ["WPA_PSKK=hunter2\n", "{\"psk\": \"hunter2=\"}\n", "KEY='a\nhunter2'\n"] {
            let secrets: &[_] = if line.starts_with('{') { &[(1, 16)] } else { &[(0, line.len())] };
            let out = shown(line, 0, 4, secrets);
            assert!(!out.contains("hunter2"), "{out}");
        }
        let extra = "OVS_EXTRA=\"set interface gre0 options:psk=hunter2\"\n";
        assert!(!shown(extra, 0, 50, &[]).contains("hunter2"));
        assert!(shown("MONKEY=x\n", 0, 8, &[]).contains("MONKEY=x"));
    }
}
