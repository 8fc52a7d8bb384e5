//! What a scenario declares its trees and targets cannot say, and the account of what of it came.

use crate::fixture::Fixture;
use crate::host;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Mutex;

/// An effective fact in which a tree differs from the scenario's first tree, and why. A conversion to the format of
/// the tree may differ so, too.
#[derive(Debug)]
pub struct Difference {
    /// The tree.
    pub format: String,
    /// `link br0 bridge.stp`; one `*` stands for anything.
    pub fact: String,
    /// Why.
    pub reason: String,
}

/// What a target cannot say: the finding that tells it, and the fact that the output and the target's tree lack.
#[derive(Debug)]
pub struct Loss {
    /// The tree it is lost from. Where it is not said: the first tree, and each other that says it.
    pub from: Option<String>,
    /// The target.
    pub to: String,
    /// The fact (`link br0 bridge.stp`) or the leftover (`leftover OVS_EXTRA`); one `*` stands for anything.
    pub fact: String,
    /// The finding's code.
    pub code: String,
    /// Why the target cannot say it.
    pub reason: String,
}

/// A fact that a rule of the emitter puts in another's place, so that the output lacks it and nothing is lost: a managed
/// profile for a device that NetworkManager left alone.
#[derive(Debug)]
pub struct Addition {
    /// The tree it is changed from. Where it is not said: the first tree, and each other that says it.
    pub from: Option<String>,
    /// The target.
    pub to: String,
    /// The fact of the source; one `*` stands for anything.
    pub fact: String,
    /// The rule, and why nothing is lost.
    pub reason: String,
}

/// A text, or several of which each counts.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum OneOrMore {
    /// One.
    One(String),
    /// Several.
    More(Vec<String>),
}

impl OneOrMore {
    /// Each.
    pub fn all(&self) -> Vec<String> {
        match self {
            OneOrMore::One(text) => vec![text.clone()],
            OneOrMore::More(texts) => texts.clone(),
        }
    }
}

/// A `[[difference]]`, `[[loss]]` or `[[addition]]` as it is written: for several trees, targets and facts at once.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    format: Option<OneOrMore>,
    from: Option<OneOrMore>,
    to: Option<OneOrMore>,
    fact: OneOrMore,
    code: Option<String>,
    reason: String,
}

/// One of the entries that an `Entry` stands for.
pub struct Single {
    format: Option<String>,
    from: Option<String>,
    to: Option<String>,
    fact: String,
    code: Option<String>,
    reason: String,
}

impl Entry {
    fn singles(&self) -> Vec<Single> {
        let options = |names: &Option<OneOrMore>| -> Vec<Option<String>> {
            names.as_ref().map_or_else(|| vec![None], |names| names.all().into_iter().map(Some).collect())
        };
        let mut singles = Vec::new();
        for format in options(&self.format) {
            for from in options(&self.from) {
                for to in options(&self.to) {
                    singles.extend(self.fact.all().into_iter().map(|fact| Single {
                        format: format.clone(),
                        from: from.clone(),
                        to: to.clone(),
                        fact,
                        code: self.code.clone(),
                        reason: self.reason.clone(),
                    }));
                }
            }
        }
        singles
    }
}

/// Each entry by itself.
pub fn each<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<Single, Error = &'static str>,
{
    let entries = Vec::<Entry>::deserialize(deserializer)?;
    let singles = entries.iter().flat_map(Entry::singles);
    singles.map(|single| T::try_from(single).map_err(D::Error::custom)).collect()
}

impl TryFrom<Single> for Difference {
    type Error = &'static str;

    fn try_from(entry: Single) -> Result<Self, Self::Error> {
        match entry {
            Single { format: Some(format), from: None, to: None, fact, code: None, reason } => {
                Ok(Difference { format, fact, reason })
            }
            _ => Err("a difference has format, fact and reason"),
        }
    }
}

impl TryFrom<Single> for Loss {
    type Error = &'static str;

    fn try_from(entry: Single) -> Result<Self, Self::Error> {
        match entry {
            Single { format: None, from, to: Some(to), fact, code: Some(code), reason } => {
                Ok(Loss { from, to, fact, code, reason })
            }
            _ => Err("a loss has from (or not), to, fact, code and reason"),
        }
    }
}

impl TryFrom<Single> for Addition {
    type Error = &'static str;

    fn try_from(entry: Single) -> Result<Self, Self::Error> {
        match entry {
            Single { format: None, from, to: Some(to), fact, code: None, reason } => {
                Ok(Addition { from, to, fact, reason })
            }
            _ => Err("an addition has from (or not), to, fact and reason"),
        }
    }
}

/// A loss or an addition, as the accounts ask for it.
trait Ends {
    fn from(&self) -> Option<&str>;
    fn to(&self) -> &str;
    fn fact(&self) -> &str;
}

impl Ends for Loss {
    fn from(&self) -> Option<&str> {
        self.from.as_deref()
    }
    fn to(&self) -> &str {
        &self.to
    }
    fn fact(&self) -> &str {
        &self.fact
    }
}

impl Ends for Addition {
    fn from(&self) -> Option<&str> {
        self.from.as_deref()
    }
    fn to(&self) -> &str {
        &self.to
    }
    fn fact(&self) -> &str {
        &self.fact
    }
}

fn is_from_to(entry: &dyn Ends, from: &str, to: &str) -> bool {
    entry.to() == to && entry.from().is_none_or(|tree| tree == from)
}

/// What is declared of one direction, and what of it came.
pub struct Account<'f> {
    fixture: &'f Fixture,
    from: &'f str,
    to: &'f str,
    losses: Vec<(&'f Loss, bool)>,
    additions: Vec<(&'f Addition, bool)>,
    told: BTreeSet<&'static str>,
    undeclared: BTreeSet<String>,
    wrong: Vec<String>,
}

impl<'f> Account<'f> {
    /// The account of the direction from a tree to a target.
    pub fn of(fixture: &'f Fixture, from: &'f str, to: &'f str) -> Self {
        fn here<'e, E: Ends>(entries: &'e [E], from: &str, to: &str) -> Vec<(&'e E, bool)> {
            entries.iter().filter(|entry| is_from_to(*entry, from, to)).map(|entry| (entry, false)).collect()
        }
        Account {
            fixture,
            from,
            to,
            losses: here(&fixture.scenario.losses, from, to),
            additions: here(&fixture.scenario.additions, from, to),
            told: BTreeSet::new(),
            undeclared: BTreeSet::new(),
            wrong: Vec::new(),
        }
    }

    /// A finding tells that a fact is lost.
    pub fn told(&mut self, fact: &str, code: &'static str, line: &dyn Fn() -> String) {
        self.told.insert(code);
        if !self.loss(fact, |loss| loss.code == code) {
            self.wrong.push(line());
            self.undeclared.insert(fact.to_owned());
            suggest(
                self.fixture,
                "loss",
                &[("from", self.tree()), ("to", Some(self.to)), ("fact", Some(fact)), ("code", Some(code))],
            );
        }
    }

    /// The output lacks a fact, or says it otherwise. `like_tree`: just as the scenario's tree of that format does, whose
    /// differences from the first tree are declared.
    pub fn lacks(&mut self, fact: &str, like_tree: bool, line: &dyn Fn() -> String) {
        let told = self.told.clone();
        if self.loss(fact, |loss| told.contains(loss.code.as_str()))
            || like_tree
            || self.undeclared.contains(fact)
        {
            return;
        }
        let addition = self.additions.iter_mut().find(|(addition, _)| host::matches(&addition.fact, fact));
        if let Some((_, came)) = addition {
            *came = true;
            return;
        }
        self.wrong.push(line());
        suggest(
            self.fixture,
            "addition",
            &[("from", self.tree()), ("to", Some(self.to)), ("fact", Some(fact))],
        );
    }

    /// What is not declared; what is declared need not come.
    pub fn undeclared(self) -> Vec<String> {
        self.wrong
    }

    fn loss(&mut self, fact: &str, fits: impl Fn(&Loss) -> bool) -> bool {
        let mut declared =
            self.losses.iter_mut().filter(|(loss, _)| host::matches(&loss.fact, fact) && fits(loss));
        let found = declared.next();
        found.map(|(_, came)| *came = true).is_some()
    }

    /// The tree, where it is not the first one.
    fn tree(&self) -> Option<&str> {
        Some(self.from).filter(|from| *from != self.fixture.first())
    }

    /// What is wrong; an entry must come from the tree that it names, or from the first.
    pub fn wrong(mut self) -> Vec<String> {
        let is_first = self.from == self.fixture.first();
        let idle = |from: &Option<String>, came: bool| !came && (from.is_some() || is_first);
        let losses = self.losses.iter().filter(|(loss, came)| idle(&loss.from, *came));
        self.wrong.extend(losses.map(|(loss, _)| format!("a declared loss that does not come: {loss:?}")));
        let additions = self.additions.iter().filter(|(addition, came)| idle(&addition.from, *came));
        self.wrong.extend(additions.map(|(a, _)| format!("a declared addition that does not come: {a:?}")));
        self.wrong
    }
}

/// The differences that are declared between the first tree and another, and which of them came.
pub struct Differences<'f> {
    fixture: &'f Fixture,
    other: &'f str,
    entries: Vec<(&'f Difference, bool)>,
    wrong: Vec<String>,
}

impl<'f> Differences<'f> {
    /// Those of a tree.
    pub fn of(fixture: &'f Fixture, other: &'f str) -> Self {
        let here = fixture.scenario.differences.iter().filter(|entry| entry.format == other);
        let entries = here.map(|entry| (entry, false)).collect();
        Differences { fixture, other, entries, wrong: Vec::new() }
    }

    /// The tree says a fact otherwise than the first one. What is lost or changed between the two by declaration
    /// is no second difference.
    pub fn differs(&mut self, fact: &str, line: &dyn Fn() -> String) {
        let (first, other, scenario) = (self.fixture.first(), self.other, &self.fixture.scenario);
        let between = |entry: &dyn Ends| {
            (is_from_to(entry, first, other) || is_from_to(entry, other, first))
                && host::matches(entry.fact(), fact)
        };
        if scenario.losses.iter().any(|loss| between(loss)) {
            return;
        }
        if let Some((_, came)) = self.entries.iter_mut().find(|(entry, _)| host::matches(&entry.fact, fact)) {
            *came = true;
        } else if !scenario.additions.iter().any(|addition| between(addition)) {
            self.wrong.push(line());
            suggest(self.fixture, "difference", &[("format", Some(other)), ("fact", Some(fact))]);
        }
    }

    /// What is not declared; what is declared need not come.
    pub fn undeclared(self) -> Vec<String> {
        self.wrong
    }

    /// What is wrong.
    pub fn wrong(mut self) -> Vec<String> {
        let idle = self.entries.iter().filter(|(_, came)| !came);
        self.wrong.extend(idle.map(|(d, _)| format!("a declared difference that does not come: {d:?}")));
        self.wrong
    }
}

/// With `SUGGEST=1`, what is not declared is appended to `scenario.toml`, for a person to give the reason, or to mend what is
/// wrong. One thread (`-- --test-threads=1`) lets each case see what the cases before it appended.
fn suggest(fixture: &Fixture, table: &str, keys: &[(&str, Option<&str>)]) {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    if std::env::var_os("SUGGEST").is_none_or(|value| value != "1") {
        return;
    }
    let mut entry = format!("[[{table}]]\n");
    for (key, value) in keys {
        if let Some(value) = value {
            writeln!(entry, "{key} = {}", toml::Value::from(*value)).expect("a String takes all");
        }
    }
    let _one = ONE_AT_A_TIME.lock();
    append(&fixture.folder.join("scenario.toml"), &entry);
}

fn append(path: &Path, entry: &str) {
    let text = std::fs::read_to_string(path).expect("a scenario has a scenario.toml");
    if !text.contains(entry) {
        std::fs::write(path, format!("{text}\n{entry}reason = \"\"\n"))
            .expect("scenario.toml can be written");
    }
}
