//! The commands, as documents: each file in `tests/commands/`, README.md and docs/tour.md, is prose with fenced blocks
//! that run.
//!
//! In a block, `% ` begins a command line for `sh`; the lines after it are its output, `2> ` begins a line of
//! standard error, and `=> N` is the exit status where it is not 0. A block without `% ` is left alone. The blocks of a document share one
//! empty directory, in which `fixtures` is the folder of that name. A document called `live-…` has a kernel's network and a `/run/netns`
//! to itself, which end with its commands, whatever becomes of them; it needs root. `BLESS=1` rewrites the outputs.

use crate::{host, live};
use libtest_mimic::{Failed, Trial};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The program under test.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_netpivot");

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let here = documents().into_iter().filter(|name| !OF_THE_LAB.contains(&name.as_str()));
    here.map(|name| {
        let (place, missing) =
            if is_live(&name) { (Place::Namespaces, live::missing()) } else { (Place::Here, None) };
        host::case(format!("commands::{name}"), missing, move || document(&name, &place))
    })
    .collect()
}

/// Where the commands of a document run.
pub enum Place {
    /// As they are.
    Here,
    /// In network namespaces of their own.
    Namespaces,
    /// Behind a program that runs a command in a virtual machine with the same files.
    #[allow(dead_code, reason = "the lab's")]
    Machine(PathBuf),
}

/// True for a document about a running kernel.
pub fn is_live(name: &str) -> bool {
    name.starts_with("live-")
}

/// Documents that speak of what not every kernel has (CONFIG_BRIDGE_VLAN_FILTERING): they run on the lab's only.
const OF_THE_LAB: [&str; 1] = ["live-vlan-aware"];

/// The names of the documents.
pub fn documents() -> Vec<String> {
    let names = host::names(&host::repository().join("tests/commands")).into_iter();
    let mut documents: Vec<String> =
        names.filter_map(|name| name.strip_suffix(".md").map(str::to_owned)).collect();
    let elsewhere = ELSEWHERE.iter().map(|(name, _)| (*name).to_owned()).filter(|name| path(name).exists());
    documents.extend(elsewhere);
    documents
}

/// Documents that stand elsewhere.
const ELSEWHERE: [(&str, &str); 2] = [("README", "README.md"), ("tour", "docs/tour.md")];

fn path(name: &str) -> PathBuf {
    let elsewhere = ELSEWHERE.iter().find(|(known, _)| *known == name);
    let here = || format!("tests/commands/{name}.md");
    host::repository().join(elsewhere.map_or_else(here, |(_, path)| (*path).to_owned()))
}

/// The text of a document.
pub fn text(name: &str) -> std::io::Result<String> {
    std::fs::read_to_string(path(name))
}

/// Runs a document, and compares.
pub fn document(name: &str, place: &Place) -> Result<(), Failed> {
    let before = text(name)?;
    let mut said = run(&commands(&before), place)?.into_iter();
    let after = replay(&before, || said.next().unwrap_or_default());
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

/// The commands of a document.
fn commands(text: &str) -> Vec<&str> {
    let mut inside = false;
    let mut commands = Vec::new();
    for line in text.lines() {
        inside ^= line.starts_with("```");
        commands.extend(line.strip_prefix("% ").filter(|_| inside));
    }
    commands
}

/// The document with the outputs of its commands as they are now.
fn replay(text: &str, mut said: impl FnMut() -> String) -> String {
    let mut out = String::new();
    let mut inside = false;
    let mut running = false;
    for line in text.lines() {
        if line.starts_with("```") {
            inside = !inside;
            running = false;
        }
        if inside && line.starts_with("% ") {
            running = true;
            out.push_str(&format!("{line}\n{}", said()));
        } else if !running {
            out.push_str(&format!("{line}\n"));
        }
    }
    out
}

/// Runs each `commands/N` in `work`; what it prints, and its exit status, go into `said`.
const ONE_BY_ONE: &str = "for command in commands/*; do\n\
      said=$PWD/said/${command#*/}; command=$PWD/$command\n\
      (cd work && exec sh \"$command\") > $said.out 2> $said.err < /dev/null; echo $? > $said.status\n\
    done\n";

/// What the commands print.
fn run(commands: &[&str], place: &Place) -> Result<Vec<String>, Failed> {
    let folder = tempfile::tempdir()?;
    let at = |name: &str| folder.path().join(name);
    for name in ["commands", "work", "said"] {
        std::fs::create_dir(at(name))?;
    }
    std::os::unix::fs::symlink(host::repository().join("fixtures"), at("work/fixtures"))?;
    for (n, command) in commands.iter().enumerate() {
        std::fs::write(at(&format!("commands/{n:04}")), command)?;
    }
    let bin = Path::new(PROGRAM).parent().ok_or("the program has a folder")?;
    let head = format!("export PATH='{}':$PATH LC_ALL=C NO_COLOR=1\nunset COLUMNS\n", bin.display());
    let prelude = if let Place::Namespaces = place { live::PRELUDE } else { "" };
    std::fs::write(at("run.sh"), format!("{prelude}{head}{ONE_BY_ONE}"))?;
    let words: Vec<&str> = match place {
        Place::Here => vec!["sh", "run.sh"],
        Place::Namespaces => vec!["unshare", "-n", "-m", "sh", "run.sh"],
        Place::Machine(vm) => {
            vec![vm.to_str().ok_or("a path in UTF-8")?, "--timeout", "240", "--", "sh", "run.sh"]
        }
    };
    let done = Command::new(words[0]).args(&words[1..]).current_dir(folder.path()).output()?;
    let shown = (0..commands.len()).map(|n| {
        shown(&at("said"), n)
            .map_err(|e| format!("command {n}: {e}\n{}", String::from_utf8_lossy(&done.stderr)).into())
    });
    shown.collect()
}

/// The output of a command as it stands in a document.
fn shown(folder: &Path, n: usize) -> std::io::Result<String> {
    let read = |what: &str| std::fs::read(folder.join(format!("{n:04}.{what}")));
    let mut shown = String::from_utf8_lossy(&read("out")?).into_owned();
    if !shown.is_empty() && !shown.ends_with('\n') {
        shown.push('\n');
    }
    for line in String::from_utf8_lossy(&read("err")?).lines() {
        shown.push_str(format!("2> {line}").trim_end());
        shown.push('\n');
    }
    match String::from_utf8_lossy(&read("status")?).trim() {
        "0" => {}
        status => shown.push_str(&format!("=> {status}\n")),
    }
    Ok(shown)
}
