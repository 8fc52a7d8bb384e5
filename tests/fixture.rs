//! The fixtures as the suite reads them: `fixtures/NAME/scenario.toml` and the host trees beside it.
//!
//! `docs/adding-a-format.md` describes the file.

use crate::conversion::{self, Outcome};
use crate::declared::{Addition, Difference, Loss, OneOrMore, each};
use crate::host;
use netpivot::pipeline::Request;
use netpivot_parsers::tree::{MemoryTree, Tree};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The format whose expected files every scenario keeps.
pub const ALWAYS: &str = "keyfile";

/// The formats that every scenario has trees of, and is written in.
pub const THREE: [&str; 3] = ["ifcfg", "interfaces", "keyfile"];

/// The tree that a scenario begins with where it does not say another.
const FIRST: &str = "ifcfg";

/// `scenario.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What it is about.
    pub title: String,
    /// Where it comes from.
    pub origin: String,
    /// The tree that the scenario begins with: `facts.txt` is made of it, the others are compared with it. `ifcfg`
    /// where it is not said.
    pub first: Option<String>,
    /// How many network cards the lab gives the host, where the lab sets it up.
    pub lab: Option<u32>,
    /// Trees besides the first that the lab sets up, since they say what it cannot.
    #[serde(default)]
    pub lab_trees: Vec<String>,
    /// In what a daemon's kernel state differs from that of the `ip` script.
    #[serde(default)]
    pub unlike: Vec<Unlike>,
    /// How a tree is read, where its name does not say it all.
    #[serde(default)]
    pub from: BTreeMap<String, Format>,
    /// How a target is written, where its name does not say it all.
    #[serde(default)]
    pub to: BTreeMap<String, Target>,
    /// The formats that can say nothing of the network.
    #[serde(default, rename = "without")]
    pub without: Vec<Without>,
    /// What one tree says otherwise than the first one.
    #[serde(default, rename = "difference", deserialize_with = "each")]
    pub differences: Vec<Difference>,
    /// What a target cannot say.
    #[serde(default, rename = "loss", deserialize_with = "each")]
    pub losses: Vec<Loss>,
    /// What a rule of a target's emitter changes without loss.
    #[serde(default, rename = "addition", deserialize_with = "each")]
    pub additions: Vec<Addition>,
    /// What the judge says to the expected files.
    #[serde(default, rename = "complaint")]
    pub complaints: Vec<Complaint>,
}

/// A format as its folder's name does not say it: `[from.suse]` with `format = "ifcfg"`, `dialect = "suse"`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Format {
    format: Option<String>,
    dialect: Option<String>,
    /// The tree of another scenario that commands start from: `NAME/TREE`.
    state: Option<String>,
}

/// How a format is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    format: Option<String>,
    dialect: Option<String>,
    version: Option<String>,
    #[serde(default)]
    with_link_files: bool,
    #[serde(default)]
    keep_unmanaged: bool,
}

/// A format without a tree, since it can say nothing of the network.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Without {
    /// The format.
    pub format: String,
    /// Why.
    pub reason: String,
}

/// What libnm says to a keyfile of the tree, or to an expected one – what a keyfile says and nobody understands
/// goes back into the keyfile as it is – and why.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Complaint {
    /// The file's name.
    pub file: String,
    /// A part of the complaint.
    pub text: OneOrMore,
    /// Why it is there.
    pub reason: String,
}

/// The daemons that the lab holds against the `ip` script, as `docs/daemons.md` names them.
pub const DAEMONS: [&str; 3] = ["NetworkManager", "ifupdown", "ifupdown2"];

/// Lines of the kernel's state after one daemon, and not after another, and why.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unlike {
    /// The daemon, as the table names it.
    pub daemon: String,
    /// The tree that the scenario is written from; the first one where it is not said.
    pub from: Option<String>,
    /// How the lines begin.
    pub lines: OneOrMore,
    /// Why they differ.
    pub reason: String,
}

/// A scenario with its folder.
pub struct Fixture {
    /// The folder's name.
    pub name: String,
    /// The folder.
    pub folder: PathBuf,
    /// What its `scenario.toml` says.
    pub scenario: Scenario,
}

impl Fixture {
    /// The trees that the lab sets up; none where it does not set up the scenario.
    pub fn lab_trees(&self) -> impl Iterator<Item = &str> {
        let first = self.scenario.lab.map(|_| self.first());
        first.into_iter().chain(self.scenario.lab_trees.iter().map(String::as_str))
    }

    /// In what a daemon differs from the script, where the scenario is written from that tree.
    pub fn unlike<'s>(&'s self, from: &'s str, daemon: &'s str) -> impl Iterator<Item = &'s Unlike> {
        let entries = self.scenario.unlike.iter().filter(move |entry| entry.daemon == daemon);
        entries.filter(move |entry| entry.from.as_deref().unwrap_or(self.first()) == from)
    }

    /// The tree that the scenario begins with.
    pub fn first(&self) -> &str {
        self.scenario.first.as_deref().unwrap_or(FIRST)
    }

    /// The trees, by the names of their folders; the first one goes first.
    pub fn trees(&self) -> Vec<String> {
        let read = |name: &String| {
            let declared = self.scenario.from.get(name).and_then(|from| from.format.as_deref());
            netpivot::formats::parser(declared.unwrap_or(name)).is_some() && self.folder.join(name).is_dir()
        };
        let mut trees: Vec<String> = host::names(&self.folder).into_iter().filter(read).collect();
        trees.sort_by_key(|name| name != self.first());
        trees
    }

    /// What the trees are written in: the formats of the trees, those of `[to]`, and the three that every scenario has;
    /// each only if it can be written.
    pub fn targets(&self) -> Vec<String> {
        let named: BTreeSet<String> = self
            .trees()
            .into_iter()
            .chain(self.scenario.to.keys().cloned())
            .chain(THREE.iter().map(|name| (*name).to_owned()))
            .collect();
        let written = |name: &String| {
            let target = self.scenario.to.get(name).and_then(|to| to.format.as_deref());
            let source = self.scenario.from.get(name).and_then(|from| from.format.as_deref());
            let dialect = self.scenario.from.get(name).and_then(|from| from.dialect.as_deref());
            let writes = |e: &dyn netpivot_emitters::Emitter| {
                dialect.is_none_or(|wanted| e.info().dialects.iter().any(|(known, _)| *known == wanted))
            };
            netpivot::formats::emitter(target.or(source).unwrap_or(name)).is_some_and(writes)
        };
        named.into_iter().filter(written).collect()
    }

    /// Every tree with every target.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let targets = self.targets();
        self.trees()
            .into_iter()
            .flat_map(|from| targets.iter().map(move |to| (from.clone(), to.clone())))
            .collect()
    }

    /// The program that the interfaces tree is written for.
    pub fn interfaces_reader(&self) -> &str {
        let said = self.scenario.from.get("interfaces").and_then(|from| from.dialect.as_deref());
        said.unwrap_or("ifupdown")
    }

    /// The tree of that name.
    pub fn tree(&self, name: &str) -> MemoryTree {
        host::tree(&self.folder.join(name))
    }

    /// `ifcfg:initscripts` for the tree of that name.
    pub fn source(&self, name: &str) -> String {
        let said = self.scenario.from.get(name);
        let format = said.and_then(|from| from.format.as_deref()).unwrap_or(name);
        spec(format, said.and_then(|from| from.dialect.as_deref()), None)
    }

    /// `keyfile@1.46` for the target of that name.
    fn target(&self, name: &str) -> String {
        let said = self.scenario.to.get(name);
        let tree = self.scenario.from.get(name);
        let format =
            said.and_then(|to| to.format.as_deref()).or_else(|| tree.and_then(|from| from.format.as_deref()));
        let dialect = said
            .and_then(|to| to.dialect.as_deref())
            .or_else(|| tree.and_then(|from| from.dialect.as_deref()));
        spec(format.unwrap_or(name), dialect, said.and_then(|to| to.version.as_deref()))
    }

    /// The request for that pair.
    pub fn request(&self, from: &str, to: &str) -> Request {
        let target = self.scenario.to.get(to);
        Request {
            with_link_files: target.is_some_and(|target| target.with_link_files),
            keep_unmanaged: target.is_some_and(|target| target.keep_unmanaged),
            ..conversion::request(Some(&self.source(from)), &self.target(to))
        }
    }

    /// The host that a tree of commands starts from.
    pub fn state(&self, from: &str) -> Option<MemoryTree> {
        let state = self.scenario.from.get(from).and_then(|said| said.state.as_ref())?;
        Some(host::tree(&host::repository().join("fixtures").join(state)))
    }

    /// The conversion of that pair.
    pub fn convert(&self, from: &str, to: &str) -> Outcome {
        self.run(from, &self.request(from, to))
    }

    /// The conversion of a tree into any format (`interfaces:ifupdown2`).
    pub fn convert_to(&self, from: &str, format: &str) -> Outcome {
        self.run(from, &conversion::request(Some(&self.source(from)), format))
    }

    fn run(&self, from: &str, request: &Request) -> Outcome {
        let state = self.state(from);
        let state = state.as_ref().map(|tree| tree as &dyn Tree);
        conversion::run_from_state(&self.tree(from), request, state)
    }

    /// The conversion of that pair's output into its own format.
    pub fn convert_again(&self, output: &Outcome, to: &str) -> Outcome {
        let tree: MemoryTree = output.outputs.iter().map(|f| (f.path.as_str(), f.text.as_str())).collect();
        let request = Request {
            from: conversion::request(Some(&self.target(to)), "json").from,
            ..self.request(self.first(), to)
        };
        conversion::run(&tree, &request)
    }
}

fn spec(format: &str, dialect: Option<&str>, version: Option<&str>) -> String {
    let dialect = dialect.map_or_else(String::new, |dialect| format!(":{dialect}"));
    let version = version.map_or_else(String::new, |version| format!("@{version}"));
    format!("{format}{dialect}{version}")
}

/// All scenarios.
pub fn fixtures() -> Vec<Fixture> {
    let root = host::repository().join("fixtures");
    let names = host::names(&root).into_iter().filter(|name| root.join(name).is_dir());
    names.map(|name| fixture(&name)).collect()
}

/// The scenario of that name.
pub fn fixture(name: &str) -> Fixture {
    let folder = host::repository().join("fixtures").join(name);
    let text = std::fs::read_to_string(folder.join("scenario.toml")).expect("a scenario has a scenario.toml");
    let scenario = toml::from_str(&text).unwrap_or_else(|e| panic!("{name}/scenario.toml: {e}"));
    Fixture { name: name.to_owned(), folder, scenario }
}
