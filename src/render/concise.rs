//! One line a diagnostic: `file:line:column: severity[CODE] message`, after the host where there are several.

use super::{Texts, printable, public};
use netpivot_model::diagnostic::Diagnostic;
use std::fmt::Write;

pub(super) fn render(diagnostic: &Diagnostic, texts: Texts<'_>, host: Option<&str>, out: &mut String) {
    let place = match (diagnostic.labels.first(), &diagnostic.file) {
        (Some(span), _) => Some(texts.sources.place(*span)),
        (None, file) => file.clone(),
    };
    // A path that stands below the host's own says which host it is.
    let host = host.filter(|host| !place.as_ref().is_some_and(|place| place.starts_with(host)));
    for part in host.into_iter().chain(place.as_deref()) {
        let _ = write!(out, "{}: ", printable(part));
    }
    let (severity, code) = (diagnostic.severity.as_str(), diagnostic.code.id);
    let _ = writeln!(out, "{severity}[{code}] {}", public(&diagnostic.message));
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
        let texts = Texts { sources: &sources, secrets: &[] };
        render(&diagnostic, texts, None, &mut out);
        render(&diagnostic, texts, Some("hosts/a"), &mut out);
        let lines = "/etc/x␛:2:1: warning[U001] odd\nhosts/a: /etc/x␛:2:1: warning[U001] odd\n";
        assert_eq!(out, lines);
    }
}
