//! `source` and `source-directory`: which files they name, and each of them once.

use super::glob;
use super::lines::{Line, Part};
use super::load::{Loader, Open, Refused};
use crate::EntryKind;
use netpivot_model::codes::interfaces as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::source::Span;
use netpivot_model::vocabulary::interfaces::Reader;

/// How deep files may include each other.
const DEEPEST: usize = 32;

impl Loader<'_> {
    /// The absolute path of what a `source` line names.
    fn target(&mut self, line: &Line, word: &str, path: &str) -> Option<String> {
        if word.contains(['$', '~', '`', '"', '\'', '{']) && self.reader != Reader::Ifupdown2 {
            self.report(
                &codes::SOURCE,
                line.span(),
                format!("`{word}` is for a shell to expand, so the files that it names are not read"),
                "write the path out",
            );
            return None;
        }
        if word.starts_with('/') {
            return Some(word.to_owned());
        }
        let base = match self.reader {
            Reader::Ifupdown => path.rsplit_once('/').map_or("", |(directory, _)| directory),
            // The program's working directory, which is the root at boot.
            Reader::Ifupdown2 | Reader::IfupdownNg => "",
        };
        Some(format!("{base}/{word}"))
    }

    pub(super) fn source(&mut self, line: &Line, value: &Part, path: &str, depth: usize) {
        let words = value.words();
        let wanted = match self.reader {
            Reader::Ifupdown | Reader::IfupdownNg => words.len(),
            Reader::Ifupdown2 => 1,
        };
        let mut files = Vec::new();
        let findings = self.cx.diagnostics.len();
        for (word, _) in words.into_iter().take(wanted) {
            let Some(target) = self.target(line, word, path) else { continue };
            if glob::is_pattern(&target) && !self.has_folder(&target, path) {
                self.no_folder(line, &target);
            }
            if glob::is_pattern(&target) {
                files.extend(glob::files(self.tree, &target));
            } else {
                files.extend(
                    glob::files(self.tree, &target).into_iter().filter(|file| self.tree.exists(file)),
                );
            }
        }
        let is_told = self.cx.diagnostics.len() > findings;
        self.include(line, &files, depth, is_told);
    }

    /// True where the directory of a pattern is there, so that what it holds is known. The file that has the line is no
    /// sign of it: a lone file may have been put there.
    fn has_folder(&self, target: &str, path: &str) -> bool {
        let folder = target.rsplit_once('/').map_or("", |(folder, _)| folder);
        let is_other =
            |name: &str| path.strip_prefix(folder).is_none_or(|rest| rest.trim_start_matches('/') != name);
        glob::is_pattern(folder)
            || self.tree.list(folder).is_ok_and(|entries| entries.iter().any(|entry| is_other(&entry.name)))
    }

    /// A lone file includes others that nobody gave.
    fn no_folder(&mut self, line: &Line, target: &str) {
        let message =
            format!("no file that `{target}` may name was given, so what such files hold is in no output");
        let note =
            super::finding(&codes::SOURCE, line.span(), message, "give the host's /etc/network as a whole");
        self.cx.report(note.severity(netpivot_model::diagnostic::Severity::Note));
    }

    pub(super) fn source_directory(&mut self, line: &Line, value: &Part, path: &str, depth: usize) {
        let mut files = Vec::new();
        let findings = self.cx.diagnostics.len();
        for (word, _) in value.words() {
            let Some(target) = self.target(line, word, path) else { continue };
            let directories =
                if glob::is_pattern(&target) { glob::files(self.tree, &target) } else { vec![target] };
            for directory in directories {
                let directory = directory.trim_end_matches('/').to_owned();
                for entry in self.tree.list(&directory).unwrap_or_default() {
                    let file = format!("{directory}/{}", entry.name);
                    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
                    if entry.kind != EntryKind::File {
                        continue;
                    }
                    if self.reader == Reader::Ifupdown && !entry.name.chars().all(plain) {
                        self.left_out.push(file);
                        continue;
                    }
                    files.push(file);
                }
            }
        }
        let is_told = self.cx.diagnostics.len() > findings;
        self.include(line, &files, depth, is_told);
    }

    /// Files that ifupdown's source-directory passes over for their names (config.c:valid_interfaces_d), unless another
    /// line has them read.
    pub(super) fn passed_over_files(&mut self) {
        for file in std::mem::take(&mut self.left_out) {
            if self.seen.insert(file.clone()) {
                self.left_out(&file);
            }
        }
    }

    fn left_out(&mut self, file: &str) {
        let shown = self.tree.display(file);
        let why = "its name has other characters than letters, digits, `_` and `-`, so source-directory passes over it";
        self.cx.files.push((shown.clone(), crate::FileStatus::Ignored(why.to_owned())));
        self.cx.report(
            Diagnostic::new(
                &netpivot_model::codes::core::IGNORED_FILE,
                format!("`{shown}` is not read: {why}"),
            )
            .in_file(&shown)
            .help("rename it, or include it with a `source` line"),
        );
    }

    /// Reads the files; `is_told`: a finding speaks of the line already.
    fn include(&mut self, line: &Line, files: &[String], depth: usize, is_told: bool) {
        let mut read = 0;
        for file in files {
            if self.seen.contains(file) {
                continue;
            }
            if depth >= DEEPEST {
                self.report(
                    &codes::SOURCE,
                    line.span(),
                    format!("files include each other more than {DEEPEST} deep; the rest is not read"),
                    "include them from one file",
                );
                return;
            }
            read += 1;
            if let Some(Err(refused)) = self.file(file, depth + 1) {
                self.refused_rest(&refused);
            }
        }
        self.open = Open::Nothing;
        if read == 0 && !is_told && !glob::is_pattern(&line.text) {
            self.report(
                &codes::SOURCE,
                line.span(),
                format!("`{}` names nothing that is there and not read already", line.text),
                "remove the line, or give the file with the others",
            );
        }
    }

    fn refused_rest(&mut self, refused: &Refused) {
        let items = self.cx.items.iter().map(|item| item.span);
        let rest: Vec<Span> = items
            .filter(|span| span.source == refused.span.source && span.start > refused.span.start)
            .collect();
        let mut finding = Diagnostic::new(
            &codes::REFUSED_FILE,
            format!("{}; ifup reads nothing of this file from here on", refused.message),
        )
        .at(refused.span)
        .help(refused.help);
        finding.labels.extend(rest);
        self.cx.report(finding);
    }
}
