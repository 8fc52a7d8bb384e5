//! The commands, as documents: each file in `tests/commands/`, and README.md, is prose with fenced blocks
//! that run.
//!
//! In a block, `% ` begins a command line for `sh`; the lines after it are its output, `2> ` begins a line of
//! standard error, and `=> N` is the exit status where it is not 0. A block without `% ` is left alone. The blocks of a document share one
//! empty directory, in which `fixtures` is the folder of that name. `BLESS=1` rewrites the outputs.

use crate::host;
use libtest_mimic::{Failed, Trial};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The program under test.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_netpivot");

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    documents()
        .into_iter()
        .map(|name| Trial::test(format!("commands::{name}"), move || document(&name)))
        .collect()
}

/// The names of the documents.
pub fn documents() -> Vec<String> {
    let names = host::names(&host::repository().join("tests/commands")).into_iter();
    let mut documents: Vec<String> =
        names.filter_map(|name| name.strip_suffix(".md").map(str::to_owned)).collect();
    if path(README).exists() {
        documents.push(README.to_owned());
    }
    documents
}

const README: &str = "README";

fn path(name: &str) -> PathBuf {
    let folder = if name == README { "" } else { "tests/commands/" };
    host::repository().join(format!("{folder}{name}.md"))
}

/// The text of a document.
pub fn text(name: &str) -> std::io::Result<String> {
    std::fs::read_to_string(path(name))
}

fn document(name: &str) -> Result<(), Failed> {
    let before = text(name)?;
    let scratch = tempfile::tempdir()?;
    std::os::unix::fs::symlink(host::repository().join("fixtures"), scratch.path().join("fixtures"))?;
    let after = replay(&before, scratch.path())?;
    if before == after {
        return Ok(());
    }
    if std::env::var_os("BLESS").is_some_and(|value| value == "1") {
        std::fs::write(path(name), after)?;
        return Ok(());
    }
    let diff = similar::TextDiff::from_lines(&before, &after);
    Err(diff.unified_diff().context_radius(3).header(name, "now").to_string().into())
}

/// The document with the outputs of its commands as they are now.
fn replay(text: &str, folder: &Path) -> Result<String, Failed> {
    let mut out = String::new();
    let mut inside = false;
    let mut running = false;
    for line in text.lines() {
        if line.starts_with("```") {
            inside = !inside;
            running = false;
        }
        match line.strip_prefix("% ").filter(|_| inside) {
            Some(command) => {
                running = true;
                out.push_str(&format!("{line}\n{}", run(command, folder)?));
            }
            None if running => {}
            None => out.push_str(&format!("{line}\n")),
        }
    }
    Ok(out)
}

fn run(command: &str, folder: &Path) -> Result<String, Failed> {
    let bin = Path::new(PROGRAM).parent().ok_or("the program has a folder")?;
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
    let output = Command::new("sh")
        .args(["-c", command])
        .current_dir(folder)
        .env("PATH", path)
        .env("LC_ALL", "C")
        .env("NO_COLOR", "1")
        .env_remove("COLUMNS")
        .output()?;
    let mut shown = String::from_utf8_lossy(&output.stdout).into_owned();
    if !shown.is_empty() && !shown.ends_with('\n') {
        shown.push('\n');
    }
    for line in String::from_utf8_lossy(&output.stderr).lines() {
        shown.push_str(format!("2> {line}").trim_end());
        shown.push('\n');
    }
    match output.status.code() {
        Some(0) => {}
        Some(code) => shown.push_str(&format!("=> {code}\n")),
        None => shown.push_str("=> killed\n"),
    }
    Ok(shown)
}
