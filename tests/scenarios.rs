//! The fixtures: one network in several formats, with the facts, outputs and findings that are expected.
//!
//! `fixtures/NAME/scenario.toml` says what the scenario is about. Each further folder but `expected` is a
//! host tree named after its format. `BLESS=1` rewrites `facts.txt` and `expected/`; they are then read by
//! eye, and the judge reads them in every run.

use crate::conversion::{self, Outcome};
use crate::{host, judge};
use libtest_mimic::{Failed, Trial};
use netpivot::pipeline::Request;
use netpivot_model::compare::{Change, compare};
use netpivot_model::facts;
use netpivot_parsers::FileStatus;
use netpivot_parsers::tree::{MemoryTree, Tree};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The formats a scenario is converted to.
const TARGETS: &[&str] = &["keyfile"];

/// `scenario.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    title: String,
    origin: String,
    #[serde(default)]
    from: BTreeMap<String, Source>,
    #[serde(default)]
    to: BTreeMap<String, Target>,
    #[serde(default)]
    difference: Vec<Difference>,
    #[serde(default)]
    complaint: Vec<Complaint>,
}

/// What libnm says to an expected keyfile, and why it is expected: what a keyfile says and nobody
/// understands goes back into the keyfile as it is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Complaint {
    file: String,
    text: String,
    reason: String,
}

/// How a format's tree is read.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    dialect: Option<String>,
}

/// How a format is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Target {
    version: Option<String>,
    #[serde(default)]
    with_link_files: bool,
    #[serde(default)]
    keep_unmanaged: bool,
}

/// An effective fact in which a format's tree differs from the scenario's first tree, and why.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Difference {
    format: String,
    fact: String,
    reason: String,
}

/// A scenario with its folder.
pub struct Fixture {
    /// The folder's name.
    pub name: String,
    folder: PathBuf,
    scenario: Scenario,
}

impl Fixture {
    /// The formats that have a tree, ifcfg first.
    pub fn formats(&self) -> Vec<String> {
        let known = |name: &String| netpivot::formats::find(name).is_some() && self.folder.join(name).is_dir();
        host::names(&self.folder).into_iter().filter(known).collect()
    }

    /// The tree of that format.
    pub fn tree(&self, format: &str) -> MemoryTree {
        host::tree(&self.folder.join(format))
    }

    /// The request for that pair.
    pub fn request(&self, from: &str, to: &str) -> Request {
        let dialect = self.scenario.from.get(from).and_then(|source| source.dialect.clone());
        let source = dialect.map_or_else(|| from.to_owned(), |dialect| format!("{from}:{dialect}"));
        let target = self.scenario.to.get(to);
        let version = target.and_then(|target| target.version.clone());
        let spec = version.map_or_else(|| to.to_owned(), |version| format!("{to}@{version}"));
        Request {
            with_link_files: target.is_some_and(|target| target.with_link_files),
            keep_unmanaged: target.is_some_and(|target| target.keep_unmanaged),
            ..conversion::request(Some(&source), &spec)
        }
    }

    /// The conversion of that pair.
    pub fn convert(&self, from: &str, to: &str) -> Outcome {
        conversion::run(&self.tree(from), &self.request(from, to))
    }
}

/// All scenarios.
pub fn fixtures() -> Vec<Fixture> {
    let root = host::repository().join("fixtures");
    let names = host::names(&root).into_iter().filter(|name| root.join(name).is_dir());
    names
        .map(|name| {
            let folder = root.join(&name);
            let text = std::fs::read_to_string(folder.join("scenario.toml")).expect("a scenario has a scenario.toml");
            let scenario = toml::from_str(&text).unwrap_or_else(|e| panic!("{name}/scenario.toml: {e}"));
            Fixture { name, folder, scenario }
        })
        .collect()
}

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let mut trials = vec![
        Trial::test("scenarios::are-described", are_described),
        host::case("scenarios::judge-of-keyfiles", judge::missing(), judge_goldens),
    ];
    for fixture in fixtures() {
        let name = fixture.name.clone();
        let formats = fixture.formats();
        for (from, to) in formats.iter().flat_map(|from| TARGETS.iter().map(move |to| (from.clone(), *to))) {
            let (name, first) = (name.clone(), formats[0].clone());
            trials.push(Trial::test(format!("scenarios::{name}::{from}-to-{to}"), move || {
                pair(&find(&name), &first, &from, to)
            }));
        }
        for other in formats.iter().skip(1) {
            let (name, first, other) = (name.clone(), formats[0].clone(), other.clone());
            trials.push(Trial::test(format!("scenarios::{name}::{first}-equals-{other}"), move || {
                same_network(&find(&name), &first, &other)
            }));
        }
        if let Some(first) = formats.first().cloned() {
            let of = name.clone();
            trials.push(Trial::test(format!("scenarios::{name}::{first}-via-json"), move || {
                via_json(&find(&of), &first)
            }));
        }
        for to in TARGETS {
            let name = name.clone();
            trials.push(Trial::test(format!("scenarios::{name}::{to}-again"), move || again(&find(&name), to)));
        }
    }
    trials
}

fn find(name: &str) -> Fixture {
    fixtures().into_iter().find(|fixture| fixture.name == name).expect("the list was made from the folder")
}

fn are_described() -> Result<(), Failed> {
    for fixture in fixtures() {
        if fixture.scenario.title.len() < 20 || fixture.scenario.origin.is_empty() {
            return Err(format!("{}: title and origin say what it is about", fixture.name).into());
        }
        if fixture.formats().is_empty() {
            return Err(format!("{}: no host tree", fixture.name).into());
        }
        for difference in &fixture.scenario.difference {
            if difference.reason.len() < 20 || !fixture.formats().contains(&difference.format) {
                return Err(format!("{}: {difference:?}", fixture.name).into());
            }
        }
    }
    Ok(())
}

/// One (scenario, from, to): facts, files, modes and findings are the expected ones.
fn pair(fixture: &Fixture, first: &str, from: &str, to: &str) -> Result<(), Failed> {
    let outcome = fixture.convert(from, to);
    if outcome.bug {
        return Err(outcome.findings().join("\n").into());
    }
    every_file_is_listed(&fixture.tree(from), from, &outcome)?;
    let expected = fixture.folder.join("expected");
    let mut golden = Golden::default();
    if from == first {
        golden.text(&fixture.folder.join("facts.txt"), &lines(&facts::lines(&outcome.network)))?;
        golden.files(&expected.join(to), &outcome)?;
    } else {
        golden.files_unless_same(&expected.join(to), &expected.join(format!("{to}-from-{from}")), &outcome)?;
    }
    golden.text(&expected.join(format!("{from}-to-{to}.diag")), &lines(&outcome.findings()))?;
    golden.verdict()
}

fn lines(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// Expected texts, compared or rewritten.
#[derive(Default)]
struct Golden {
    wrong: Vec<String>,
}

impl Golden {
    fn blessing() -> bool {
        std::env::var_os("BLESS").is_some_and(|value| value == "1")
    }

    fn text(&mut self, path: &Path, ours: &str) -> Result<(), Failed> {
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
            Err(error) => self.wrong.push(format!("{}: {error}; run it with BLESS=1 and read it", path.display())),
        }
        Ok(())
    }

    /// The files of an output with their modes; none may be missing or left over.
    fn files(&mut self, folder: &Path, outcome: &Outcome) -> Result<(), Failed> {
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
    fn files_unless_same(&mut self, same: &Path, own: &Path, outcome: &Outcome) -> Result<(), Failed> {
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

    fn verdict(self) -> Result<(), Failed> {
        if self.wrong.is_empty() { Ok(()) } else { Err(self.wrong.join("\n").into()) }
    }
}

fn unified(path: &Path, expected: &str, ours: &str) -> String {
    let diff = similar::TextDiff::from_lines(expected, ours);
    let shown = path.strip_prefix(host::repository()).unwrap_or(path).display().to_string();
    diff.unified_diff().context_radius(2).header(&shown, "now").to_string()
}

/// Folders whose every file the parser of a format must list as parsed, ignored or unreadable.
const HOMES: &[(&str, &str)] = &[
    ("ifcfg", "/etc/sysconfig/network-scripts/"),
    ("keyfile", "/etc/NetworkManager/system-connections/"),
];

fn every_file_is_listed(tree: &MemoryTree, from: &str, outcome: &Outcome) -> Result<(), Failed> {
    for (_, home) in HOMES.iter().filter(|(format, _)| *format == from) {
        for entry in tree.list(home.trim_end_matches('/')).map_err(|e| format!("{e:?}"))? {
            let path = format!("{home}{}", entry.name);
            let listed = outcome.files.iter().filter(|(file, _)| *file == path).count();
            if listed != 1 {
                return Err(format!("{path} is listed {listed} times").into());
            }
        }
    }
    let reasons = outcome.files.iter().all(|(_, status)| match status {
        FileStatus::Parsed => true,
        FileStatus::Ignored(why) | FileStatus::Unreadable(why) => !why.is_empty(),
    });
    if reasons { Ok(()) } else { Err("an ignored file without a reason".into()) }
}

/// The network that another format's tree says is the same, but for the declared differences.
fn same_network(fixture: &Fixture, first: &str, other: &str) -> Result<(), Failed> {
    let (a, b) = (fixture.convert(first, "keyfile"), fixture.convert(other, "keyfile"));
    let declared: Vec<&Difference> = fixture.scenario.difference.iter().filter(|d| d.format == other).collect();
    let mut used = vec![false; declared.len()];
    let mut wrong = Vec::new();
    for change in compare(&a.network, &b.network) {
        let fact = fact_label(&a, &b, &change);
        match declared.iter().position(|d| d.fact == fact) {
            Some(n) => used[n] = true,
            None => wrong.push(format!("{fact}: {} {}, {} {}", first, shown(&change.old), other, shown(&change.new))),
        }
    }
    for (entry, _) in declared.iter().zip(used).filter(|(_, used)| !used) {
        wrong.push(format!("a declared difference that no longer applies: {entry:?}"));
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

fn shown(value: &Option<netpivot_model::value::Value>) -> String {
    value.as_ref().map_or_else(|| "(not said)".to_owned(), ToString::to_string)
}

/// `link br0 bridge.stp`.
pub fn fact_label(old: &Outcome, new: &Outcome, change: &Change) -> String {
    let (network, path) = match (change.old_path, change.new_path) {
        (Some(path), _) => (&old.network, path),
        (None, Some(path)) => (&new.network, path),
        (None, None) => return "nothing".to_owned(),
    };
    let label = format!("{} {}", facts::subject_label(network, path.subject), path.field);
    label.trim_end().to_owned()
}

/// The model as JSON holds all of it: converted from there, the output is the same, comments included.
fn via_json(fixture: &Fixture, from: &str) -> Result<(), Failed> {
    let direct = fixture.convert(from, "keyfile");
    if direct.failure.is_some() {
        return Err(direct.findings().join("\n").into());
    }
    let model = fixture.convert(from, "json");
    let tree: MemoryTree = model.outputs.iter().map(|f| (f.path.as_str(), f.text.as_str())).collect();
    let mut request = fixture.request(from, "keyfile");
    request.from = conversion::request(Some("json"), "keyfile").from;
    let through = conversion::run(&tree, &request);
    if let Some(change) = compare(&direct.network, &through.network).first() {
        let fact = fact_label(&direct, &through, change);
        return Err(format!("{fact}: {} became {}", shown(&change.old), shown(&change.new)).into());
    }
    // A comment names the file it is about, which is the model's own there.
    let unplaced = |text: String| -> String {
        let place = |line: &str| if line.starts_with("# not converted") { line.rfind(" (") } else { None };
        text.lines().map(|line| format!("{}\n", &line[..place(line).unwrap_or(line.len())])).collect()
    };
    let (before, after) = (unplaced(direct.text()), unplaced(through.text()));
    if before != after {
        let findings = through.findings().join("\n");
        return Err(format!("{}\n{findings}", unified(Path::new("via-json"), &before, &after)).into());
    }
    Ok(())
}

/// emit ∘ parse ∘ emit = emit: the expected files, read as input, give themselves again.
fn again(fixture: &Fixture, to: &str) -> Result<(), Failed> {
    let tree = host::tree(&fixture.folder.join("expected").join(to));
    let mut request = fixture.request(to, to);
    request.from = conversion::request(Some(to), to).from;
    let outcome = conversion::run(&tree, &request);
    let comments = |text: &str| -> String {
        text.lines().filter(|line| !line.starts_with('#')).map(|line| format!("{line}\n")).collect()
    };
    let mut wrong = Vec::new();
    for file in &outcome.outputs {
        let bytes = tree.read(&file.path, u64::MAX).unwrap_or_default();
        let before = String::from_utf8_lossy(&bytes).into_owned();
        if comments(&before).trim() != comments(&file.text).trim() {
            wrong.push(unified(Path::new(&file.path), &before, &file.text));
        }
    }
    // `.link` files are udev's: they stay where they are (N302) and are not written again.
    let written = host::files(&fixture.folder.join("expected").join(to));
    let stays = |path: &str| path.ends_with(".link") || !path.contains("/etc/") && !path.starts_with("etc/");
    let profiles = written.iter().filter(|(path, _)| !stays(path)).count();
    if outcome.outputs.len() != profiles {
        wrong.push(format!("{} files of {profiles} come back\n{}", outcome.outputs.len(), outcome.findings().join("\n")));
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// No expected keyfile draws an error or a warning from libnm.
fn judge_goldens() -> Result<(), Failed> {
    let mut profiles = Vec::new();
    let mut declared: Vec<(String, Complaint)> = Vec::new();
    for fixture in fixtures() {
        for (path, bytes) in host::files(&fixture.folder.join("expected")) {
            if let Some((_, name)) = path.rsplit_once('/').filter(|(_, name)| name.ends_with(".nmconnection")) {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                profiles.push((fixture.name.clone(), name.to_owned(), text));
            }
        }
        declared.extend(fixture.scenario.complaint.into_iter().map(|c| (fixture.name.clone(), c)));
    }
    let files: Vec<(String, String)> = profiles.iter().map(|(_, name, text)| (name.clone(), text.clone())).collect();
    let mut used = vec![false; declared.len()];
    let mut wrong = Vec::new();
    for ((scenario, name, _), verdict) in profiles.iter().zip(judge::verdicts(&files)?) {
        for complaint in &verdict.complaints {
            let expected = declared.iter().position(|(of, c)| of == scenario && c.file == *name && complaint.contains(&c.text));
            match expected {
                Some(n) => used[n] = true,
                None => wrong.push(format!("{scenario}: {name}: {complaint}")),
            }
        }
    }
    for ((scenario, complaint), _) in declared.iter().zip(used).filter(|(_, used)| !used) {
        wrong.push(format!("{scenario}: a declared complaint that does not come: {complaint:?}"));
    }
    wrong.extend(declared.iter().filter(|(_, c)| c.reason.len() < 20).map(|(s, c)| format!("{s}: no reason: {c:?}")));
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}
