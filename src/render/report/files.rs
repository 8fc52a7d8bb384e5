//! Files as unified diffs, with the words marked that make the difference.

use crate::render::markup::escape;
use crate::render::unified::{ChangeTag, DiffLine, FileDiff};
use std::fmt::Write;

/// The files; `are` says what they are where they are not the host's own.
pub(super) fn list(files: &[FileDiff], are: Option<&str>) -> String {
    let mut out =
        are.map_or_else(String::new, |are| format!("<p>These are the files {}.</p>\n", escape(are)));
    if files.is_empty() {
        out.push_str("<p class=\"good\">No file differs.</p>\n");
    }
    files.iter().for_each(|of| file(of, &mut out));
    out
}

fn file(of: &FileDiff, out: &mut String) {
    let lines = || of.hunks.iter().flat_map(|hunk| &hunk.lines);
    let count = |tag: ChangeTag| lines().filter(|line| line.tag == tag).count();
    let what = match [&of.titles[0], &of.titles[1]].map(|title| title == "/dev/null") {
        [true, _] => "created",
        [_, true] => "removed",
        [false, false] => "changed",
    };
    let _ = write!(
        out,
        "<details open>\n<summary><b>{what}</b> <code>{}</code> <small>+{} −{}</small></summary>\n",
        escape(&of.path),
        count(ChangeTag::Insert),
        count(ChangeTag::Delete)
    );
    if let Some([old, new]) = of.modes {
        let _ = writeln!(out, "<p>Mode {old:04o} becomes {new:04o}.</p>");
    }
    out.push_str("<div class=\"box\" tabindex=\"0\"><table class=\"diff\">\n");
    for hunk in &of.hunks {
        let _ = writeln!(out, "<tr class=\"hunk\"><td></td><td></td><td>{}</td></tr>", escape(&hunk.header));
        hunk.lines.iter().for_each(|line| row(line, out));
    }
    out.push_str("</table></div>\n</details>\n");
}

fn row(line: &DiffLine, out: &mut String) {
    let class = match line.tag {
        ChangeTag::Delete => "gone",
        ChangeTag::Insert => "added",
        ChangeTag::Equal => "same",
    };
    let [old, new] = line.numbers.map(|number| number.map_or_else(String::new, |n| n.to_string()));
    let text: String = line
        .parts
        .iter()
        .map(|(is_marked, part)| match *is_marked {
            true => format!("<mark>{}</mark>", escape(part)),
            false => escape(part).into_owned(),
        })
        .collect();
    let end = if line.is_unended { " <small>(no newline at end of file)</small>" } else { "" };
    let _ = writeln!(
        out,
        "<tr class=\"{class}\"><td>{old}</td><td>{new}</td><td>{}{text}{end}</td></tr>",
        line.tag
    );
}
