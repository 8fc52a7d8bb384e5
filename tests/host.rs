//! Where the suite finds its inputs: this repository's fixtures, and the corpus and judges beside it.

use libtest_mimic::{Failed, Trial};
use netpivot_parsers::tree::MemoryTree;
use std::path::{Path, PathBuf};

/// The root of the repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder beside the repository that holds corpus and judges, where there is one. A working tree
/// may lie deeper than the clone it belongs to.
pub fn shared() -> Option<PathBuf> {
    repository()
        .ancestors()
        .skip(1)
        .take(3)
        .map(|dir| dir.join("shared"))
        .find(|dir| dir.join("corpus").is_dir())
}

/// A set of the corpus.
pub fn corpus(name: &str) -> Option<PathBuf> {
    shared().map(|dir| dir.join("corpus").join(name)).filter(|dir| dir.is_dir())
}

/// True where nothing may be skipped.
pub fn everything_required() -> bool {
    std::env::var_os("NETPIVOT_REQUIRE_ORACLES").is_some_and(|value| value == "1")
}

/// A case that needs something that may be missing; `missing` names it.
pub fn case(
    name: impl Into<String>,
    missing: Option<String>,
    run: impl FnOnce() -> Result<(), Failed> + Send + 'static,
) -> Trial {
    let name = name.into();
    match missing {
        None => Trial::test(name, run),
        Some(what) if everything_required() => {
            Trial::test(name, move || Err(format!("{what} is missing and NETPIVOT_REQUIRE_ORACLES=1").into()))
        }
        Some(what) => {
            eprintln!("skipped: {name} ({what} is missing)");
            Trial::test(name, || Ok(())).with_ignored_flag(true)
        }
    }
}

/// The names in a folder, sorted.
pub fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// All regular files below a folder as (path below it, bytes), sorted.
pub fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    collect(folder, "", &mut found);
    found.sort();
    found
}

fn collect(folder: &Path, below: &str, found: &mut Vec<(String, Vec<u8>)>) {
    for name in names(folder) {
        let path = folder.join(&name);
        let inner = if below.is_empty() { name } else { format!("{below}/{name}") };
        if path.is_dir() {
            collect(&path, &inner, found);
        } else if let Ok(bytes) = std::fs::read(&path) {
            found.push((inner, bytes));
        }
    }
}

/// A folder as a host root in memory.
pub fn tree(folder: &Path) -> MemoryTree {
    files(folder).into_iter().map(|(path, bytes)| (format!("/{path}"), bytes)).collect()
}

/// True where the text is the pattern, in which one `*` stands for anything.
pub fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((before, after)) => {
            text.len() >= before.len() + after.len() && text.starts_with(before) && text.ends_with(after)
        }
    }
}
