//! Expected texts: compared, or rewritten where `BLESS=1`.

use crate::conversion::Outcome;
use crate::host;
use libtest_mimic::Failed;
use std::path::Path;

/// Expected texts, compared or rewritten.
#[derive(Default)]
pub struct Golden {
    wrong: Vec<String>,
}

impl Golden {
    /// True where the expected texts are to be rewritten.
    pub fn blessing() -> bool {
        std::env::var_os("BLESS").is_some_and(|value| value == "1")
    }

    /// One text.
    pub fn text(&mut self, path: &Path, ours: &str) -> Result<(), Failed> {
        if Golden::blessing() {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            std::fs::write(path, ours)?;
            return Ok(());
        }
        match std::fs::read_to_string(path) {
            Ok(expected) if expected == ours => {}
            Ok(expected) => self.wrong.push(unified(path, &expected, ours)),
            Err(error) => {
                self.wrong.push(format!("{}: {error}; run it with BLESS=1 and read it", path.display()))
            }
        }
        Ok(())
    }

    /// The files of an output with their modes; none may be missing or left over.
    pub fn files(&mut self, folder: &Path, outcome: &Outcome) -> Result<(), Failed> {
        if Golden::blessing() && folder.is_dir() {
            std::fs::remove_dir_all(folder)?;
        }
        let mut manifest = String::new();
        for file in &outcome.outputs {
            self.text(&folder.join(file.path.trim_start_matches('/')), &file.text)?;
            manifest.push_str(&format!("{:04o} {}\n", file.mode, file.path));
        }
        self.text(&folder.join("manifest.txt"), &manifest)?;
        for (path, _) in host::files(folder) {
            let made = outcome.outputs.iter().any(|file| file.path.trim_start_matches('/') == path);
            if !made && path != "manifest.txt" {
                self.wrong.push(format!("{}/{path}: is expected and not made", folder.display()));
            }
        }
        Ok(())
    }

    /// Another format's tree of the same network gives the same files, or has a folder of its own.
    pub fn files_unless_same(&mut self, same: &Path, own: &Path, outcome: &Outcome) -> Result<(), Failed> {
        let made = |file: &netpivot_emitters::OutputFile| {
            let path = same.join(file.path.trim_start_matches('/'));
            std::fs::read_to_string(path).is_ok_and(|text| text == file.text)
        };
        let count = host::files(same).len().saturating_sub(1);
        if outcome.outputs.len() == count && outcome.outputs.iter().all(made) {
            if Golden::blessing() && own.is_dir() {
                std::fs::remove_dir_all(own)?;
            }
            return Ok(());
        }
        self.files(own, outcome)
    }

    /// Adds what else is wrong.
    pub fn demand(&mut self, wrong: Vec<String>) {
        self.wrong.extend(wrong);
    }

    /// What is wrong, as the test's result.
    pub fn verdict(self) -> Result<(), Failed> {
        if self.wrong.is_empty() { Ok(()) } else { Err(self.wrong.join("\n").into()) }
    }
}

/// The difference of two texts.
pub fn unified(path: &Path, expected: &str, ours: &str) -> String {
    let diff = similar::TextDiff::from_lines(expected, ours);
    let shown = path.strip_prefix(host::repository()).unwrap_or(path).display().to_string();
    diff.unified_diff().context_radius(2).header(&shown, "now").to_string()
}
