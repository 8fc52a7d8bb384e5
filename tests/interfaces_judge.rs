//! Interfaces files as netpivot writes them, and those of the fixtures' trees, each judged by the program that it is for:
//! `ifup --no-act`, ifupdown2's syntax check, ifupdown-ng's `ifparse`.

use crate::{fixture, host};
use libtest_mimic::{Failed, Trial};
use netpivot::formats::FormatSpec;
use netpivot_emitters::interfaces::Interfaces;
use netpivot_emitters::{EmitContext, Emitter};
use netpivot_model::vocabulary::interfaces::Reader;
use netpivot_parsers::tree::MemoryTree;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The judge of each reader.
const JUDGES: [(Reader, &str); 3] = [
    (Reader::Ifupdown, "eni-check"),
    (Reader::Ifupdown2, "ifupdown2-check"),
    (Reader::IfupdownNg, "ifupdown-ng-check"),
];

/// What ifupdown2's check says of files that it reads as they are meant, and why.
const WARNINGS: [(&str, &str); 4] = [
    (
        "bridge-ports: invalid value \"none\"",
        "its list of values lacks the word, which addons/bridge.py takes",
    ),
    ("veth-peer-name: invalid value", "addons/link.py declares a text where the check wants a list"),
    ("bridge inherits mtu from its ports", "advice; addons/address.py sets it all the same"),
    ("mtu: value of out range", "addons/address.py says Ethernet's; InfiniBand has 65520"),
];

/// What ifupdown2's thread for netlink messages (nlmanager/nllistener.py) logs when it cannot receive, seen once
/// under load. It is no word on the file, but makes the check count it as refused.
const DISTURBED: &str = "error: recv() error: [Errno";

/// How often a file is judged anew whose judge was disturbed.
const REPEATS: usize = 3;

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let case = |(reader, program): (Reader, &'static str)| {
        let named = |what: &str| format!("interfaces_judge::{}-takes-{what}", reader.name());
        let missing = missing(program);
        [
            host::case(named("what-is-written"), missing.clone(), move || accepted(reader, program)),
            host::case(named("the-trees"), missing, move || trees_are_accepted(reader, program)),
        ]
    };
    JUDGES.into_iter().flat_map(case).collect()
}

/// The interfaces files of the fixtures are of the dialect that they say.
fn trees_are_accepted(reader: Reader, program: &'static str) -> Result<(), Failed> {
    let mut paths = Vec::new();
    for fixture in fixture::fixtures().iter().filter(|fixture| fixture.interfaces_reader() == reader.name()) {
        let file = fixture.folder.join("interfaces/etc/network/interfaces");
        paths.extend(file.is_file().then_some(file));
    }
    let refused = if paths.is_empty() { Vec::new() } else { refusals(program, &paths)? };
    println!("{program}: {} trees, {} refused", paths.len(), refused.len());
    if refused.is_empty() { Ok(()) } else { Err(refused.join("\n").into()) }
}

fn judge(program: &str) -> Option<PathBuf> {
    host::shared().map(|dir| dir.join("oracles").join(program)).filter(|path| path.is_file())
}

/// What is missing, found by a file that every judge takes.
fn missing(program: &str) -> Option<String> {
    let Some(path) = judge(program) else { return Some(format!("../shared/oracles/{program}")) };
    let dir = tempfile::tempdir().ok()?;
    let file = dir.path().join("interfaces");
    std::fs::write(&file, "auto lo\niface lo inet loopback\n").ok()?;
    let works = Command::new(path).arg(&file).output().is_ok_and(|output| output.status.success());
    (!works).then(|| program.to_owned())
}

/// The hosts of the fixtures with their names. ifupdown2 needs most of a second a file, so it gets one tree of each.
fn hosts(reader: Reader) -> Vec<(String, FormatSpec, MemoryTree)> {
    let mut hosts = Vec::new();
    let formats: &[&str] = if reader == Reader::Ifupdown2 { &["ifcfg"] } else { &["ifcfg", "keyfile"] };
    for fixture in fixture::fixtures() {
        for format in formats.iter().copied() {
            let root = host::repository().join("fixtures").join(&fixture.name).join(format);
            if root.is_dir() {
                hosts.push((format!("{}/{format}", fixture.name), FormatSpec::of(format), host::tree(&root)));
            }
        }
    }
    hosts
}

fn accepted(reader: Reader, program: &'static str) -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    let mut paths = Vec::new();
    for (name, from, tree) in hosts(reader) {
        let Ok(loaded) = netpivot::pipeline::load(&tree, Some(&from)) else { continue };
        let mut cx = EmitContext { target: reader.dialect(), reveal_secrets: true, ..EmitContext::default() };
        let files = Interfaces.emit(&loaded.network, &mut cx).files;
        let Some(file) = files.iter().find(|file| file.path == "/etc/network/interfaces") else {
            return Err(format!("{name} has no interfaces file").into());
        };
        if std::env::var("CASE").is_ok_and(|case| name.contains(&case)) {
            println!("=== {name} for {}\n{}", reader.name(), file.text);
        }
        let path = dir.path().join(name.replace('/', "-"));
        std::fs::write(&path, &file.text)?;
        paths.push(path);
    }
    let refused = refusals(program, &paths)?;
    println!("{program}: {} files, {} refused", paths.len(), refused.len());
    if refused.is_empty() { Ok(()) } else { Err(refused.join("\n").into()) }
}

/// What the judge says of the files that it refuses. Where it was disturbed it is asked again; whatever it says last counts.
fn refusals(program: &'static str, paths: &[PathBuf]) -> Result<Vec<String>, Failed> {
    let mut text = verdicts(program, paths)?;
    for _ in 0..REPEATS {
        let disturbed: Vec<PathBuf> =
            paths.iter().filter(|path| is_disturbed(path, &text)).cloned().collect();
        if disturbed.is_empty() {
            break;
        }
        text.retain(|line| !disturbed.iter().any(|path| is_about(path, line)));
        text.extend(verdicts(program, &disturbed)?);
    }
    let judged = paths.iter().all(|path| text.iter().any(|line| is_about(path, line)));
    if !judged {
        return Ok(vec![text.join("\n")]);
    }
    Ok(paths.iter().filter_map(|path| refusal(path, &text)).collect())
}

/// The lines that the judge prints.
fn verdicts(program: &'static str, paths: &[PathBuf]) -> Result<Vec<String>, Failed> {
    let judge = judge(program).ok_or("the judge is there, or this case is skipped")?;
    let output = Command::new(judge).args(paths).output()?;
    let text = [output.stdout, output.stderr].concat();
    Ok(String::from_utf8_lossy(&text).lines().map(str::to_owned).collect())
}

fn is_about(path: &Path, line: &str) -> bool {
    line.contains(&format!("{}: ", path.display()))
}

fn is_disturbed(path: &Path, text: &[String]) -> bool {
    text.iter().any(|line| is_about(path, line) && line.contains(DISTURBED))
}

/// What the judge says of a file that it refuses for more than the known warnings, and the file.
fn refusal(path: &Path, text: &[String]) -> Option<String> {
    let known = |line: &str| WARNINGS.iter().any(|(warning, _)| line.contains(warning));
    let about: Vec<&str> = text.iter().filter(|line| is_about(path, line)).map(String::as_str).collect();
    let lines: Vec<&str> = about.iter().copied().filter(|line| !known(line)).collect();
    let is_excused = lines.len() == 1 && about.len() > 1;
    let is_refused = lines.iter().any(|line| line.contains("REFUSED")) && !is_excused;
    let file = std::fs::read_to_string(path).unwrap_or_default();
    is_refused.then(|| format!("{}\n{file}", lines.join("\n")))
}
