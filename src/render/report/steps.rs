//! What there is to do on the host, to be ticked off.

use super::{Checklist, code, prose};
use std::fmt::Write;

/// The steps, what competes, and the way back.
pub(super) fn list(checklist: &Checklist<'_>) -> String {
    let mut out = String::new();
    if !checklist.competing.is_empty() {
        out.push_str("<h3>What stays and competes</h3>\n<ul>\n");
        for it in checklist.competing {
            let _ = writeln!(out, "<li>{}: {}</li>", code(&it.path), prose(&it.message));
        }
        out.push_str("</ul>\n<h3>Steps</h3>\n");
    }
    out.push_str(
        "<p>In this order; the link that you are logged in by comes last.</p>\n<ol class=\"steps\">\n",
    );
    let first = format!("{} puts the new files in place and keeps the old ones", code(&checklist.first));
    for step in std::iter::once(first).chain(checklist.todo.sentences.iter().map(|step| prose(step))) {
        let _ = writeln!(out, "<li><label><input type=\"checkbox\"> <span>{step}</span></label></li>");
    }
    out.push_str("</ol>\n<h3>The way back</h3>\n<ol class=\"steps\">\n");
    let first = format!("{} brings every old file back", code("netpivot migrate --undo"));
    for step in std::iter::once(first).chain(checklist.todo.undo.iter().map(|command| code(&command.shell())))
    {
        let _ = writeln!(out, "<li><label><input type=\"checkbox\"> <span>{step}</span></label></li>");
    }
    out.push_str("</ol>\n");
    out
}
