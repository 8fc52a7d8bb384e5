//! Files that commands read: those of the host, and here-documents.

use super::Text;
use crate::{Context, Tree};
use foldhash::HashMap;
use netpivot_model::source::{SourceId, Sources, Span};

/// The files of the host that commands name, as far as they were given.
#[derive(Debug, Default)]
pub struct Files<'f> {
    texts: HashMap<String, Text<'f>>,
}

impl<'f> Files<'f> {
    /// Those of `found`, which [`find`] gave.
    #[must_use]
    pub fn of(found: &[(String, SourceId)], sources: &'f Sources) -> Self {
        let text =
            |source: &SourceId| Text { text: &sources.get(*source).text, source: *source, pieces: &[] };
        Files { texts: found.iter().map(|(path, source)| (path.clone(), text(source))).collect() }
    }

    pub(super) fn get(&self, path: &str) -> Option<Document<'f>> {
        let within = *self.texts.get(path)?;
        Some(Document { text: within.text, start: 0, within, literal: true })
    }
}

/// Reads the files that commands of programs which take settings from files name. The commands have their variables put in.
pub fn find<'c>(
    commands: impl Iterator<Item = &'c str>,
    tree: &dyn Tree,
    cx: &mut Context,
) -> Vec<(String, SourceId)> {
    let mut found: Vec<(String, SourceId)> = Vec::new();
    for line in commands.flat_map(str::lines) {
        let words = || line.split(|c: char| c.is_whitespace() || "'\";&|<>()".contains(c));
        // A line without a slash names no file.
        if !line.contains('/') || !words().any(super::program::reads_input) {
            continue;
        }
        let is_file =
            |word: &&str| word.starts_with('/') && !word.starts_with("/dev/") && !word.ends_with("/wg");
        for path in words().filter(is_file) {
            if !found.iter().any(|(known, _)| known == path) && tree.exists(path) {
                found.extend(cx.read(tree, path).map(|source| (path.to_owned(), source)));
            }
        }
    }
    found
}

/// A text that a command reads.
#[derive(Debug, Clone, Copy)]
pub(super) struct Document<'d> {
    pub text: &'d str,
    /// Where it begins in the text that it is a part of.
    pub start: usize,
    pub within: Text<'d>,
    /// True where it is known as it stands.
    pub literal: bool,
}

impl Document<'_> {
    /// The place of a range of its bytes.
    pub fn span(&self, start: usize, end: usize) -> Span {
        self.within.span(self.start + start, self.start + end)
    }

    /// True for a file of its own, not a part of the commands.
    pub fn is_file(&self) -> bool {
        self.start == 0
    }
}
