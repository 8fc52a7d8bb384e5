//! The scenarios: one network in several formats, with the facts, outputs, losses and findings that are expected.
//!
//! Every tree of a scenario is written in every format of the scenario, each pair a case of its own. `BLESS=1` rewrites
//! `facts.txt` and `expected/`; they are then read by eye, and the judge reads them in every run.

use crate::conversion::{self, Outcome};
use crate::declared::{Account, Differences};
use crate::fixture::{ALWAYS, Fixture, THREE, fixture, fixtures};
use crate::golden::{Golden, unified};
use crate::{host, judge};
use libtest_mimic::{Failed, Trial};
use netpivot::pipeline::{difference, is_loss};
use netpivot_model::compare::{Change, compare};
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::network::Network;
use netpivot_model::{codes, facts};
use netpivot_parsers::FileStatus;
use netpivot_parsers::tree::{MemoryTree, Tree};
use std::collections::BTreeSet;
use std::path::Path;

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let mut trials = vec![
        Trial::test("scenarios::are-described", are_described),
        host::case("scenarios::judge-of-keyfiles", judge::missing(), judge_keyfiles),
    ];
    for scenario in fixtures() {
        let trees = scenario.trees();
        let Some(first) = trees.first() else { continue };
        let mut case =
            |what: String, run: fn(&Fixture, &str, &str) -> Result<(), Failed>, from: &str, to: &str| {
                let (name, from, to) = (scenario.name.clone(), from.to_owned(), to.to_owned());
                trials.push(Trial::test(format!("scenario/{name}/{what}"), move || {
                    run(&fixture(&name), &from, &to)
                }));
            };
        for (from, to) in scenario.pairs() {
            case(format!("{from}-{to}"), pair, &from, &to);
            case(format!("{from}-{to}/again"), again, &from, &to);
        }
        for tree in &trees {
            case(format!("{tree}-in-all-dialects"), in_all_dialects, tree, ALWAYS);
        }
        for other in &trees[1..] {
            case(format!("{first}-equals-{other}"), same_network, first, other);
        }
        case(format!("{first}-via-json"), via_json, first, ALWAYS);
    }
    trials
}

/// What is declared has a reason and speaks of what there is.
fn are_described() -> Result<(), Failed> {
    let mut wrong = Vec::new();
    for fixture in fixtures() {
        let (name, scenario, trees, targets) =
            (&fixture.name, &fixture.scenario, fixture.trees(), fixture.targets());
        let mut demand = |holds: bool, what: String| {
            if !holds {
                wrong.push(format!("{name}: {what}"));
            }
        };
        let is_tree = |from: &Option<String>| from.as_ref().is_none_or(|from| trees.contains(from));
        demand(
            scenario.title.len() >= 20 && !scenario.origin.is_empty(),
            "title and origin say what it is about".to_owned(),
        );
        demand(
            trees.first().is_some_and(|tree| tree == fixture.first()),
            format!("no tree `{}`, which it begins with", fixture.first()),
        );
        let holds = |format: &str| trees.iter().any(|tree| tree == format);
        let is_excused = |format: &str| scenario.without.iter().any(|entry| entry.format == format);
        demand(
            THREE.iter().all(|format| holds(format) || is_excused(format)),
            "a tree of each of the three formats, or [[without]]".to_owned(),
        );
        for entry in &scenario.without {
            demand(entry.reason.len() >= 20 && !holds(&entry.format), format!("{entry:?}"));
        }
        demand(
            scenario.lab.is_none_or(|cards| cards <= 8),
            "lab = the number of network cards, 8 at most".to_owned(),
        );
        for tree in scenario.from.keys() {
            demand(trees.contains(tree), format!("[from.{tree}] is no tree"));
        }
        for entry in &scenario.differences {
            demand(entry.reason.len() >= 20 && trees.contains(&entry.format), format!("{entry:?}"));
        }
        for entry in &scenario.losses {
            let known =
                codes::find(&entry.code).is_some() && is_tree(&entry.from) && targets.contains(&entry.to);
            demand(entry.reason.len() >= 20 && known, format!("{entry:?}"));
        }
        for entry in &scenario.additions {
            demand(
                entry.reason.len() >= 20 && is_tree(&entry.from) && targets.contains(&entry.to),
                format!("{entry:?}"),
            );
        }
        for entry in &scenario.complaints {
            demand(entry.reason.len() >= 20, format!("{entry:?}"));
        }
        for golden in host::names(&fixture.folder.join("expected")) {
            let pair = golden.strip_suffix(".diag").unwrap_or(&golden);
            let is_pair = fixture.pairs().iter().any(|(from, to)| pair == format!("{from}-{to}"));
            demand(is_pair, format!("expected/{golden} belongs to no pair"));
        }
    }
    verdict(wrong)
}

fn verdict(wrong: Vec<String>) -> Result<(), Failed> {
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// One pair: the facts, the losses and – for keyfiles of the first tree, and where they are kept – files, modes and
/// findings are the expected ones.
fn pair(fixture: &Fixture, from: &str, to: &str) -> Result<(), Failed> {
    let outcome = fixture.convert(from, to);
    if outcome.bug {
        return Err(outcome.findings().join("\n").into());
    }
    every_file_is_listed(&fixture.tree(from), from, &outcome)?;
    let first = &fixture.trees()[0];
    let mut golden = Golden::default();
    if from == first {
        golden.text(&fixture.folder.join("facts.txt"), &lines(&facts::lines(&outcome.network)))?;
    }
    let expected = |name: String| fixture.folder.join("expected").join(name);
    let kept = |path: &Path| (from == first && to == ALWAYS) || path.exists();
    let own = expected(format!("{from}-{to}"));
    if from == first && kept(&own) {
        golden.files(&own, &outcome)?;
    } else if kept(&own) {
        golden.files_unless_same(&expected(format!("{first}-{to}")), &own, &outcome)?;
    }
    let findings = expected(format!("{from}-{to}.diag"));
    if kept(&findings) {
        golden.text(&findings, &lines(&outcome.findings()))?;
    }
    golden.demand(losses(fixture, (from, to), &outcome));
    golden.verdict()
}

fn lines(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// What is told as lost, and what the output lacks when its own parser reads it, is what the scenario declares.
fn losses(fixture: &Fixture, (from, to): (&str, &str), outcome: &Outcome) -> Vec<String> {
    let mut account = Account::of(fixture, from, to);
    let told: Vec<&Diagnostic> = outcome.diagnostics.iter().filter(|d| is_loss(d)).collect();
    for finding in &told {
        let fact = subject_of(outcome, finding);
        let line = conversion::line(&outcome.sources, finding);
        account.told(&fact, finding.code.id, &|| format!("an undeclared loss of `{fact}`: {line}"));
    }
    let reread = fixture.convert_again(outcome, to);
    let tree = fixture.trees().iter().any(|tree| tree == to).then(|| fixture.convert(to, "json"));
    let unlike_tree: Option<BTreeSet<String>> = tree.map(|tree| {
        let changes = compare(&reread.network, &tree.network);
        changes.iter().map(|change| fact_label(&reread, &tree, change)).collect()
    });
    for change in compare(&outcome.network, &reread.network).iter().filter(|change| change.old.is_some()) {
        if is_identity(change, &outcome.network, &reread.network) {
            continue;
        }
        let fact = fact_label(outcome, &reread, change);
        if fact == EVERY_HOSTS && told.iter().all(|finding| subject_of(outcome, finding) != fact) {
            continue;
        }
        let like_tree = unlike_tree.as_ref().is_some_and(|unlike| !unlike.contains(&fact));
        let (old, new) = (shown(&change.old), shown(&change.new));
        account.lacks(&fact, like_tree, &|| {
            format!("`{fact}` is {old} and comes back as {new}, and nobody says so")
        });
    }
    account.wrong()
}

/// Every kernel has it, whether a file mentions it or not.
const EVERY_HOSTS: &str = "link lo kind";

/// What formats without profiles leave of their names is nobody's loss (W481); nor is what SUSE's files leave, which go by the
/// interface's name.
fn is_identity(change: &Change, old: &Network, new: &Network) -> bool {
    difference::is_identity(change)
        && [old, new].iter().any(|network| !difference::has_profiles(network.dialect))
}

/// What a loss is about: a fact, a leftover (`leftover OVS_EXTRA`), or a file.
fn subject_of(outcome: &Outcome, finding: &Diagnostic) -> String {
    if let Some(path) = finding.path {
        let label = format!("{} {}", facts::subject_label(&outcome.network, path.subject), path.field);
        return label.trim_end().to_owned();
    }
    let at = finding.labels.first();
    let leftover =
        outcome.network.leftovers.iter().find(|l| at.is_some_and(|span| l.origin.spans().contains(span)));
    let file = || {
        at.map_or_else(|| finding.file.clone(), |span| Some(outcome.sources.get(span.source).path.clone()))
    };
    match leftover {
        Some(leftover) => format!("leftover {}", leftover.key),
        None => format!("file {}", file().unwrap_or_default()),
    }
}

/// Folders whose every file the parser of a format must list as parsed, ignored or unreadable.
const HOMES: &[(&str, &str)] =
    &[("ifcfg", "/etc/sysconfig/network-scripts/"), ("keyfile", "/etc/NetworkManager/system-connections/")];

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

/// Every dialect of every format is written without a fault of netpivot's own, and without a loss that nobody explains.
fn in_all_dialects(fixture: &Fixture, from: &str, _: &str) -> Result<(), Failed> {
    let mut wrong = Vec::new();
    for emitter in netpivot_emitters::ALL {
        let info = emitter.info();
        let dialects = info.dialects.iter().map(|(dialect, _)| format!("{}:{dialect}", info.name));
        for to in std::iter::once(info.name.to_owned()).chain(dialects) {
            let outcome = fixture.convert_to(from, &to);
            let unexplained = |d: &&Diagnostic| d.code.id == codes::core::LOST.id;
            wrong.extend(outcome.failure.iter().filter(|_| outcome.bug).map(|text| format!("{to}: {text}")));
            let losses = outcome.diagnostics.iter().filter(unexplained);
            wrong.extend(losses.map(|d| format!("{to}: {}", conversion::line(&outcome.sources, d))));
        }
    }
    verdict(wrong)
}

/// The network that another tree says is the same, but for the declared differences.
fn same_network(fixture: &Fixture, first: &str, other: &str) -> Result<(), Failed> {
    let (a, b) = (fixture.convert(first, "json"), fixture.convert(other, "json"));
    let mut differences = Differences::of(fixture, other);
    for change in compare(&a.network, &b.network) {
        let fact = fact_label(&a, &b, &change);
        if fact == EVERY_HOSTS || is_identity(&change, &a.network, &b.network) {
            continue;
        }
        let (old, new) = (shown(&change.old), shown(&change.new));
        differences.differs(&fact, &|| format!("{fact}: {first} {old}, {other} {new}"));
    }
    verdict(differences.wrong())
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
fn via_json(fixture: &Fixture, from: &str, to: &str) -> Result<(), Failed> {
    let direct = fixture.convert(from, to);
    if direct.failure.is_some() {
        return Err(direct.findings().join("\n").into());
    }
    let model = fixture.convert(from, "json");
    let tree: MemoryTree = model.outputs.iter().map(|f| (f.path.as_str(), f.text.as_str())).collect();
    let mut request = fixture.request(from, to);
    request.from = conversion::request(Some("json"), to).from;
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

/// emit ∘ parse ∘ emit = emit: the files, read as input, give themselves again. Comments may differ: what they speak
/// of is not in the files.
fn again(fixture: &Fixture, from: &str, to: &str) -> Result<(), Failed> {
    if to == "iproute" && fixture.state(from).is_some() {
        // The commands from a state to a network are not those that make it from nothing.
        return Ok(());
    }
    let first = fixture.convert(from, to);
    let second = fixture.convert_again(&first, to);
    let settings = |text: &str| -> String {
        text.lines().filter(|line| !line.starts_with('#')).map(|line| format!("{line}\n")).collect()
    };
    // `.link` files are udev's: they stay where they are (N302) and are not written again.
    let before: Vec<_> =
        first.outputs.iter().filter(|file| to != ALWAYS || !file.path.ends_with(".link")).collect();
    let mut wrong = Vec::new();
    for file in &before {
        match second.outputs.iter().find(|again| again.path == file.path) {
            Some(again) if settings(&again.text).trim() == settings(&file.text).trim() => {}
            Some(again) => wrong.push(unified(Path::new(&file.path), &file.text, &again.text)),
            None => wrong.push(format!("{} does not come back\n{}", file.path, second.findings().join("\n"))),
        }
    }
    let added = second.outputs.iter().filter(|again| before.iter().all(|file| file.path != again.path));
    wrong.extend(added.map(|file| format!("{} comes from nowhere", file.path)));
    verdict(wrong)
}

/// No keyfile of a tree, and none that is written, draws an error or a warning from libnm.
fn judge_keyfiles() -> Result<(), Failed> {
    let mut profiles = Vec::new();
    let mut declared: Vec<(String, String, String)> = Vec::new();
    for fixture in fixtures() {
        let mut judge = |path: &str, text: &str| {
            if let Some((_, name)) = path.rsplit_once('/').filter(|(_, name)| name.ends_with(".nmconnection"))
            {
                profiles.push((fixture.name.clone(), name.to_owned(), text.to_owned()));
            }
        };
        for (path, bytes) in host::files(&fixture.folder.join("keyfile")) {
            judge(&path, &String::from_utf8_lossy(&bytes));
        }
        for tree in fixture.trees() {
            for file in fixture.convert(&tree, ALWAYS).outputs {
                judge(&file.path, &file.text);
            }
        }
        for entry in &fixture.scenario.complaints {
            declared.extend(
                entry.text.all().into_iter().map(|text| (fixture.name.clone(), entry.file.clone(), text)),
            );
        }
    }
    let files: Vec<(String, String)> =
        profiles.iter().map(|(_, name, text)| (name.clone(), text.clone())).collect();
    let mut used = vec![false; declared.len()];
    let mut wrong = Vec::new();
    for ((scenario, name, _), verdict) in profiles.iter().zip(judge::verdicts(&files)?) {
        for complaint in &verdict.complaints {
            let expected = declared
                .iter()
                .position(|(of, file, text)| of == scenario && file == name && complaint.contains(text));
            match expected {
                Some(n) => used[n] = true,
                None => wrong.push(format!("{scenario}: {name}: {complaint}")),
            }
        }
    }
    for (complaint, _) in declared.iter().zip(used).filter(|(_, used)| !used) {
        wrong.push(format!("a declared complaint that does not come: {complaint:?}"));
    }
    verdict(wrong)
}
