//! `docs/daemons.md`: which scenarios the lab sets up by several daemons, and in what their kernel states differ. `BLESS=1` rewrites
//! the page; `tests/lab/hosts.rs` proves it.

use crate::fixture::{DAEMONS, fixtures};
use crate::host;
use libtest_mimic::{Failed, Trial};
use std::fmt::Write as _;

const HEAD: &str = "\
# One network, several daemons

Each scenario is written for NetworkManager (keyfiles), ifupdown and ifupdown2 (interfaces files) and as a script of `ip` commands, and each of them
sets it up in a virtual machine with a kernel and software of Debian 12. Links with their settings, addresses, routes, rules and VLANs of
the kernel are compared with what the script makes. `cargo test --test lab -- hosts::` does it; an audit of the files against the kernel finds nothing
either. A difference that is not below, or one below that does not come, fails the test.

Interfaces files and scripts of libvirt's networks are held against libvirt itself (`cargo test --test lab -- libvirt`): a translated, a routed and an isolated
network lead to the same bridges, addresses, routes, kernel settings and rules of address translation, without a difference. Where libvirt needs a chain of
its own, the rules of both are compared by what they do.

This page is made of `fixtures/*/scenario.toml` (`BLESS=1 cargo test --test suite -- daemons`).

";

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    vec![Trial::test("daemons::page", page), Trial::test("daemons::known", known)]
}

/// What a scenario says differs, differs after a daemon that there is, in a tree that is set up.
fn known() -> Result<(), Failed> {
    for fixture in fixtures() {
        for entry in &fixture.scenario.unlike {
            let tree = entry.from.as_deref().unwrap_or(fixture.first());
            if !DAEMONS.contains(&entry.daemon.as_str()) || !fixture.lab_trees().any(|from| from == tree) {
                return Err(format!("{}: nothing sets up `{tree}` by {}", fixture.name, entry.daemon).into());
            }
        }
    }
    Ok(())
}

fn page() -> Result<(), Failed> {
    let mut out = HEAD.to_owned();
    let _ = writeln!(out, "| scenario | what it is | {} |", DAEMONS.join(" | "));
    let _ = writeln!(out, "| --- | --- |{}", " :-: |".repeat(DAEMONS.len()));
    let mut reasons: Vec<String> = Vec::new();
    for fixture in fixtures() {
        for from in fixture.lab_trees() {
            let cells = DAEMONS.map(|daemon| {
                let notes: Vec<String> = fixture
                    .unlike(from, daemon)
                    .map(|entry| {
                        let lines: Vec<String> =
                            entry.lines.all().iter().map(|line| format!("`{}`", line.trim())).collect();
                        let reason = format!("{}: {}", lines.join(", "), entry.reason);
                        let known = reasons.iter().position(|other| *other == reason);
                        let n = known.unwrap_or_else(|| {
                            reasons.push(reason);
                            reasons.len() - 1
                        });
                        (n + 1).to_string()
                    })
                    .collect();
                if notes.is_empty() { "same".to_owned() } else { format!("same but {}", notes.join(", ")) }
            });
            let name = &fixture.name;
            let _ = writeln!(
                out,
                "| [{name}](../fixtures/{name}/{from}) | {} | {} |",
                fixture.scenario.title,
                cells.join(" | ")
            );
        }
    }
    out.push_str("\n## What differs, and why\n\n");
    for (n, reason) in reasons.iter().enumerate() {
        let _ = writeln!(out, "{}. {reason}", n + 1);
    }
    let path = host::repository().join("docs/daemons.md");
    if std::env::var_os("BLESS").is_some_and(|value| value == "1") {
        std::fs::write(path, out)?;
        return Ok(());
    }
    let before = std::fs::read_to_string(path)?;
    if before == out {
        return Ok(());
    }
    let diff = similar::TextDiff::from_lines(&before, &out);
    Err(diff.unified_diff().header("docs/daemons.md", "now").to_string().into())
}
