//! Each finding with its code, its line and what to do.

use super::{Finding, prose};
use crate::render::full::Line;
use crate::render::markup::escape;
use crate::render::printable;
use netpivot_model::source::Span;
use std::fmt::Write;

/// The findings, the gravest first.
pub(super) fn list(findings: &[Finding<'_>]) -> String {
    if findings.is_empty() {
        return "<p class=\"good\">Nothing is lost, and there is nothing to report.</p>\n".to_owned();
    }
    let mut sorted: Vec<&Finding<'_>> = findings.iter().collect();
    sorted.sort_by_key(|found| std::cmp::Reverse(found.diagnostic.severity));
    let items: String = sorted.into_iter().map(item).collect();
    format!("<ul class=\"findings\">\n{items}</ul>\n")
}

fn item(found: &Finding<'_>) -> String {
    let diagnostic = found.diagnostic;
    let severity = diagnostic.severity.as_str();
    let side = found.side.map_or_else(String::new, |side| format!(" <small>{side}</small>"));
    let mut out = format!(
        "<li class=\"{severity}\">\n<p class=\"head\"><b class=\"chip {severity}\">{severity}</b> <code title=\"{}\">{}</code>{side} {}</p>\n",
        diagnostic.code.name,
        diagnostic.code.id,
        prose(&diagnostic.message)
    );
    let (live, labels): (Vec<Span>, Vec<Span>) =
        diagnostic.labels.iter().partition(|span| found.texts.sources.get(span.source).is_live());
    for span in &labels {
        line(&Line::of(*span, found.texts), &mut out);
    }
    let kernel = live.first().map(|span| found.texts.sources.get(span.source).path.as_str());
    if let (true, Some(path)) = (labels.is_empty(), kernel.or(diagnostic.file.as_deref())) {
        let _ = writeln!(out, "<p class=\"place\">{}</p>", escape(&printable(path)));
    }
    if let Some(help) = &diagnostic.help {
        let _ = writeln!(out, "<p class=\"help\">What to do: {}</p>", prose(help));
    }
    out.push_str("</li>\n");
    out
}

/// The place, and its line with the part that it is about marked.
fn line(line: &Line, out: &mut String) {
    let _ = writeln!(out, "<p class=\"place\">{}:{}:{}</p>", escape(&line.path), line.number, line.column);
    let Some((text, range)) = &line.text else { return };
    let [before, part, after] = [0..range.start, range.clone(), range.end..text.len()]
        .map(|range| escape(text.get(range).unwrap_or_default()).into_owned());
    let _ = writeln!(
        out,
        "<pre class=\"box source\" tabindex=\"0\"><span class=\"number\">{}</span>{before}<mark>{part}</mark>{after}</pre>",
        line.number
    );
}
