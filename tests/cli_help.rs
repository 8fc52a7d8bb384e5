//! The help texts as one page, so that a change of them is read like code. `BLESS=1` rewrites it.

use crate::commands::PROGRAM;
use crate::host;
use libtest_mimic::{Failed, Trial};
use std::process::Command;

const COMMANDS: &[&str] = &[
    "",
    "convert",
    "show",
    "diff",
    "capture",
    "audit",
    "migrate",
    "detect",
    "formats",
    "explain",
    "completions",
    "man",
];

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("cli_help::page", page),
        Trial::test("cli_help::completions-and-manual", completions_and_manual),
    ]
}

fn page() -> Result<(), Failed> {
    let mut now = String::new();
    for command in COMMANDS {
        let mut run = Command::new(PROGRAM);
        if !command.is_empty() {
            run.arg(command);
        }
        let output = run.arg("--help").env("NO_COLOR", "1").env("COLUMNS", "100").output()?;
        let title = format!("netpivot {command}");
        now.push_str(&format!(
            "===== {} --help\n{}\n",
            title.trim_end(),
            String::from_utf8_lossy(&output.stdout)
        ));
    }
    let path = host::repository().join("tests/cli_help.txt");
    if std::env::var_os("BLESS").is_some_and(|value| value == "1") {
        std::fs::write(path, now)?;
        return Ok(());
    }
    let before = std::fs::read_to_string(path)?;
    if before == now {
        return Ok(());
    }
    let diff = similar::TextDiff::from_lines(&before, &now);
    Err(diff.unified_diff().header("tests/cli_help.txt", "now").to_string().into())
}

fn completions_and_manual() -> Result<(), Failed> {
    for (arguments, expected) in [
        (&["completions", "bash"][..], "_netpivot"),
        (&["completions", "zsh"], "#compdef"),
        (&["man"], ".TH netpivot 1"),
        (&["man", "convert"], ".TH netpivot-convert 1"),
    ] {
        let output = Command::new(PROGRAM).args(arguments).output()?;
        if !output.status.success() || !String::from_utf8_lossy(&output.stdout).contains(expected) {
            return Err(format!("{arguments:?} does not print {expected:?}").into());
        }
    }
    Ok(())
}
