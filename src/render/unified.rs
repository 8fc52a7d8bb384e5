//! Files of two sides as unified diffs, as diff(1) and git write them.
//!
//! Lines are compared as they are and shown without their secrets, so that a secret that changes is a change that shows.

use super::full::without_secrets;
use super::{Paint, steers};
use netpivot_emitters::OutputFile;
use similar::{ChangeTag, InlineChange, TextDiff};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The lines that hold secrets, by path and number from 1.
pub type SecretLines = std::collections::BTreeSet<(String, usize)>;

/// A file of one side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Where it stands on the host.
    pub path: String,
    /// Its mode.
    pub mode: u32,
    /// Its text; of a symbolic link where that leads.
    pub text: String,
}

impl From<&OutputFile> for Page {
    fn from(file: &OutputFile) -> Self {
        let text = file.link_to.as_ref().map_or_else(|| file.text.clone(), |target| link_text(target));
        let mode = if file.link_to.is_some() { LINK_MODE } else { file.mode };
        Page { path: file.path.clone(), mode, text }
    }
}

/// What stands in place of the text of a symbolic link.
#[must_use]
pub fn link_text(target: &str) -> String {
    format!("-> {target}\n")
}

/// The mode of symbolic links, which is nobody's choice.
pub const LINK_MODE: u32 = 0o777;

/// The files of one side, and what the side is called before their paths.
pub struct Pages<'p> {
    /// `old`, or the directory that they are in.
    pub prefix: &'p str,
    /// The files.
    pub pages: &'p [Page],
    /// Lines that are shown without their values; `None` shows all.
    pub secrets: Option<&'p SecretLines>,
}

/// The differences of all files by path; empty where there are none.
#[must_use]
pub fn unified(old: &Pages<'_>, new: &Pages<'_>, paint: Paint) -> String {
    by_path(old, new, paint).into_values().collect()
}

/// The differences of each file that differs, by its path.
#[must_use]
pub fn by_path(old: &Pages<'_>, new: &Pages<'_>, paint: Paint) -> BTreeMap<String, String> {
    let paths: BTreeSet<&str> = old.pages.iter().chain(new.pages).map(|page| page.path.as_str()).collect();
    let diff = |path: &str| {
        let of = |pages: &Pages<'_>| pages.pages.iter().find(|page| page.path == path).cloned();
        let mut out = String::new();
        file(path, (old, of(old)), (new, of(new)), paint, &mut out);
        (!out.is_empty()).then(|| (path.to_owned(), out))
    };
    paths.into_iter().filter_map(diff).collect()
}

type Side<'p> = (&'p Pages<'p>, Option<Page>);

fn file(path: &str, (old, before): Side<'_>, (new, after): Side<'_>, paint: Paint, out: &mut String) {
    if before == after {
        return;
    }
    let title = |pages: &Pages<'_>, page: &Option<Page>| match page {
        Some(_) => shown(&format!("{}{path}", pages.prefix)).into_owned(),
        None => "/dev/null".to_owned(),
    };
    let mut line = |text: &str| {
        let _ = writeln!(out, "{text}");
    };
    line(&paint.bold(&format!("--- {}", title(old, &before))));
    line(&paint.bold(&format!("+++ {}", title(new, &after))));
    if let (Some(before), Some(after)) = (&before, &after)
        && before.mode != after.mode
    {
        line(&format!("old mode {:04o}", before.mode));
        line(&format!("new mode {:04o}", after.mode));
    }
    let text = |page: &Option<Page>| page.as_ref().map_or_else(String::new, |page| page.text.clone());
    let (before, after) = (text(&before), text(&after));
    let diff = TextDiff::from_lines(before.as_str(), after.as_str());
    for hunk in diff.unified_diff().iter_hunks() {
        line(&paint.cyan(&hunk.header().to_string()));
        for change in hunk.ops().iter().flat_map(|op| diff.iter_inline_changes(op)) {
            let (pages, index) = match change.tag() {
                ChangeTag::Delete | ChangeTag::Equal => (old, change.old_index()),
                ChangeTag::Insert => (new, change.new_index()),
            };
            let is_secret =
                |secrets: &SecretLines| secrets.contains(&(path.to_owned(), index.unwrap_or(0) + 1));
            let holds_secret = pages.secrets.map(is_secret);
            line(&told(&change, holds_secret, paint));
            if change.missing_newline() {
                line("\\ No newline at end of file");
            }
        }
    }
}

/// The line with its sign; what makes the difference is marked unless something of it is hidden.
fn told(change: &InlineChange<'_, str>, holds_secret: Option<bool>, paint: Paint) -> String {
    let whole: String = change.iter_strings_lossy().map(|(_, part)| part).collect();
    let whole = whole.trim_end_matches('\n');
    let public = holds_secret.map_or(Cow::Borrowed(whole), |holds| without_secrets(whole, holds));
    let paint_line = |text: &str| match change.tag() {
        ChangeTag::Delete => paint.red(text),
        ChangeTag::Insert => paint.green(text),
        ChangeTag::Equal => text.to_owned(),
    };
    let sign = change.tag().to_string();
    if public != whole || !paint.colour {
        return paint_line(&format!("{sign}{}", shown(&public)));
    }
    let mut line = paint_line(&sign);
    for (is_marked, part) in change.iter_strings_lossy() {
        let part = shown(part.trim_end_matches('\n')).into_owned();
        let part = if is_marked { paint.marked(&part) } else { part };
        line.push_str(&paint_line(&part));
    }
    line
}

/// As [`super::printable`], but tabs stay, which files have at the beginning of lines.
fn shown(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| c == '\t' || !steers(c)) {
        return Cow::Borrowed(text);
    }
    let parts: Vec<_> = text.split('\t').map(super::printable).collect();
    Cow::Owned(parts.join("\t"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(path: &str, text: &str) -> Page {
        Page { path: path.to_owned(), mode: 0o600, text: text.to_owned() }
    }

    fn diff(old: &[Page], new: &[Page], secrets: Option<&SecretLines>, colour: bool) -> String {
        let pages = |prefix, pages| Pages { prefix, pages, secrets };
        unified(&pages("old", old), &pages("new", new), Paint { colour })
    }

    #[test]
    fn files_are_compared_by_path() {
        let same = page("/same", "1\n");
        let old = [same.clone(), page("/a", "1\n2\n"), page("/gone", "x")];
        let new = [same, page("/a", "1\n\t\x1b3\n"), Page { mode: 0o644, ..page("/new", "y\n") }];
        let expected = "--- old/a\n+++ new/a\n@@ -1,2 +1,2 @@\n 1\n-2\n+\t␛3\n\
                        --- old/gone\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n\\ No newline at end of file\n\
                        --- /dev/null\n+++ new/new\n@@ -0,0 +1 @@\n+y\n";
        assert_eq!(diff(&old, &new, None, false), expected);
        assert_eq!(diff(&old, &old, None, false), "");
        let other_mode = [Page { mode: 0o644, ..page("/a", "1\n") }];
        let modes = diff(&[page("/a", "1\n")], &other_mode, None, false);
        assert_eq!(modes, "--- old/a\n+++ new/a\nold mode 0600\nnew mode 0644\n");
    }

    #[test]
    fn a_secret_that_changes_shows_as_a_change_and_not_as_itself() {
        let (old, new) = ([page("/a", "x=1\nodd=hunter2\n")], [page("/a", "x=1\nodd=hunter3\n")]);
        let secrets = SecretLines::from([("/a".to_owned(), 2)]);
        for colour in [false, true] {
            let text = diff(&old, &new, Some(&secrets), colour);
            assert!(text.contains("-odd=<hidden>") && text.contains("+odd=<hidden>"), "{text}");
            assert!(!text.contains("hunter"), "{text}");
        }
        let text = diff(&old, &new, Some(&SecretLines::new()), false);
        assert!(text.contains("hunter2"), "only what is known as a secret is hidden: {text}");
        assert!(diff(&old, &new, None, false).contains("hunter3"));
    }

    #[test]
    fn the_word_that_differs_is_marked_on_a_terminal() {
        let (old, new) = ([page("/a", "metric=100 mtu=1500\n")], [page("/a", "metric=200 mtu=1500\n")]);
        let text = diff(&old, &new, None, true);
        assert!(text.contains("\x1b[7m") && !text.contains("\x1b[7mmetric=200 mtu=1500"), "{text:?}");
        assert!(!diff(&old, &new, None, false).contains('\x1b'));
    }
}
