//! One line a diagnostic: `file:line:column: CODE message`.

use super::{Texts, printable};
use netpivot_model::diagnostic::Diagnostic;

pub(super) fn render(diagnostic: &Diagnostic, texts: Texts<'_>, out: &mut String) {
    let place = match (diagnostic.labels.first(), &diagnostic.file) {
        (Some(span), _) => texts.sources.place(*span),
        (None, Some(file)) => file.clone(),
        (None, None) => String::new(),
    };
    if !place.is_empty() {
        out.push_str(&printable(&place));
        out.push_str(": ");
    }
    out.push_str(diagnostic.code.id);
    out.push(' ');
    out.push_str(&printable(&diagnostic.message));
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use netpivot_model::codes::core;
    use netpivot_model::source::{Sources, Span};

    #[test]
    fn a_line_names_place_code_and_message() {
        let mut sources = Sources::default();
        let id = sources.add("/etc/x\x1b", "A=1\nB=2\n");
        let diagnostic = Diagnostic::new(&core::UNKNOWN_KEY, "odd").at(Span::new(id, 4, 7));
        let mut out = String::new();
        render(&diagnostic, Texts { sources: &sources, secrets: &[] }, &mut out);
        assert_eq!(out, "/etc/x␛:2:1: U001 odd\n");
    }
}
