//! Files of two sides as unified diffs, as diff(1) and git write them.
//!
//! Lines are compared as they are and shown without their secrets, so that a secret that changes is a change that shows.

use super::full::without_secrets;
use super::{Paint, steers};
use netpivot_emitters::OutputFile;
pub use similar::ChangeTag;
use similar::{InlineChange, TextDiff};
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

impl<'p> Pages<'p> {
    /// Both sides of a host's own files.
    #[must_use]
    pub fn of_both(pages: &'p [Vec<Page>; 2], secrets: &'p [SecretLines; 2]) -> [Self; 2] {
        [0, 1].map(|n| Pages { prefix: "", pages: &pages[n], secrets: Some(&secrets[n]) })
    }
}

/// How a file differs, with all texts safe to show.
#[derive(Debug)]
pub struct FileDiff {
    /// Where it stands on the host.
    pub path: String,
    /// What its old and its new form are called; `/dev/null` is none.
    pub titles: [String; 2],
    /// The old and the new mode, where both are there and differ.
    pub modes: Option<[u32; 2]>,
    /// What differs.
    pub hunks: Vec<Hunk>,
}

/// Lines that differ, and those around them.
#[derive(Debug)]
pub struct Hunk {
    /// `@@ -1,2 +1,2 @@`.
    pub header: String,
    /// The lines.
    pub lines: Vec<DiffLine>,
}

/// A line of a hunk.
#[derive(Debug)]
pub struct DiffLine {
    /// Whose line it is.
    pub tag: ChangeTag,
    /// Its number in the old and in the new file, from 1.
    pub numbers: [Option<usize>; 2],
    /// Its text in parts; what makes the difference is marked, unless something of the line is hidden.
    pub parts: Vec<(bool, String)>,
    /// It is the file's last and does not end.
    pub is_unended: bool,
}

/// The differences of all files by path; empty where there are none.
#[must_use]
pub fn unified(old: &Pages<'_>, new: &Pages<'_>, paint: Paint) -> String {
    by_path(old, new, paint).into_values().collect()
}

/// The differences of each file that differs, by its path.
#[must_use]
pub fn by_path(old: &Pages<'_>, new: &Pages<'_>, paint: Paint) -> BTreeMap<String, String> {
    files(old, new).into_iter().map(|file| (file.path.clone(), file.text(paint))).collect()
}

/// How each file that differs does so, in the order of their paths.
#[must_use]
pub fn files(old: &Pages<'_>, new: &Pages<'_>) -> Vec<FileDiff> {
    let paths: BTreeSet<&str> = old.pages.iter().chain(new.pages).map(|page| page.path.as_str()).collect();
    let of = |pages: &Pages<'_>, path: &str| pages.pages.iter().find(|page| page.path == path).cloned();
    paths.into_iter().filter_map(|path| file(path, (old, of(old, path)), (new, of(new, path)))).collect()
}

type Side<'p> = (&'p Pages<'p>, Option<Page>);

fn file(path: &str, (old, before): Side<'_>, (new, after): Side<'_>) -> Option<FileDiff> {
    if before == after {
        return None;
    }
    let title = |pages: &Pages<'_>, page: &Option<Page>| match page {
        Some(_) => shown(&format!("{}{path}", pages.prefix)).into_owned(),
        None => "/dev/null".to_owned(),
    };
    let titles = [title(old, &before), title(new, &after)];
    let modes = before.as_ref().zip(after.as_ref()).map(|(before, after)| [before.mode, after.mode]);
    let text = |page: &Option<Page>| page.as_ref().map_or_else(String::new, |page| page.text.clone());
    let (before, after) = (text(&before), text(&after));
    let diff = TextDiff::from_lines(before.as_str(), after.as_str());
    let line = |change: InlineChange<'_, str>| {
        let (pages, index) = match change.tag() {
            ChangeTag::Delete | ChangeTag::Equal => (old, change.old_index()),
            ChangeTag::Insert => (new, change.new_index()),
        };
        let is_secret = |secrets: &SecretLines| secrets.contains(&(path.to_owned(), index.unwrap_or(0) + 1));
        DiffLine {
            tag: change.tag(),
            numbers: [change.old_index(), change.new_index()].map(|index| index.map(|n| n + 1)),
            parts: parts(&change, pages.secrets.map(is_secret)),
            is_unended: change.missing_newline(),
        }
    };
    let hunks = diff.unified_diff();
    let hunks = hunks.iter_hunks().map(|hunk| Hunk {
        header: hunk.header().to_string(),
        lines: hunk.ops().iter().flat_map(|op| diff.iter_inline_changes(op)).map(line).collect(),
    });
    let hunks = hunks.collect();
    let modes = modes.filter(|[old, new]| old != new);
    Some(FileDiff { path: shown(path).into_owned(), titles, modes, hunks })
}

/// The line in parts; what makes the difference is marked unless something of it is hidden.
fn parts(change: &InlineChange<'_, str>, holds_secret: Option<bool>) -> Vec<(bool, String)> {
    let whole: String = change.iter_strings_lossy().map(|(_, part)| part).collect();
    let whole = whole.trim_end_matches('\n');
    let public = holds_secret.map_or(Cow::Borrowed(whole), |holds| without_secrets(whole, holds));
    if public != whole {
        return vec![(false, shown(&public).into_owned())];
    }
    let part = |(is_marked, part): (bool, Cow<'_, str>)| {
        (is_marked, shown(part.trim_end_matches('\n')).into_owned())
    };
    change.iter_strings_lossy().map(part).collect()
}

impl FileDiff {
    /// As diff(1) and git write it.
    fn text(&self, paint: Paint) -> String {
        let mut out = String::new();
        let mut line = |text: &str| {
            let _ = writeln!(out, "{text}");
        };
        let [old, new] = &self.titles;
        line(&paint.bold(&format!("--- {old}")));
        line(&paint.bold(&format!("+++ {new}")));
        if let Some([old, new]) = self.modes {
            line(&format!("old mode {old:04o}"));
            line(&format!("new mode {new:04o}"));
        }
        for hunk in &self.hunks {
            line(&paint.cyan(&hunk.header));
            for of_hunk in &hunk.lines {
                line(&of_hunk.text(paint));
                if of_hunk.is_unended {
                    line("\\ No newline at end of file");
                }
            }
        }
        out
    }
}

impl DiffLine {
    fn text(&self, paint: Paint) -> String {
        let paint_line = |text: &str| match self.tag {
            ChangeTag::Delete => paint.red(text),
            ChangeTag::Insert => paint.green(text),
            ChangeTag::Equal => text.to_owned(),
        };
        if self.parts.iter().all(|(is_marked, _)| !is_marked) {
            let text: String = self.parts.iter().map(|(_, part)| part.as_str()).collect();
            return paint_line(&format!("{}{text}", self.tag));
        }
        let mut line = paint_line(&self.tag.to_string());
        for (is_marked, part) in &self.parts {
            let part = if *is_marked { paint.marked(part) } else { part.clone() };
            line.push_str(&paint_line(&part));
        }
        line
    }
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
