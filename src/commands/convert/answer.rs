//! What came of a conversion's hosts, to people and to programs.

use crate::commands::how_to_allow;
use crate::failure::{Failure, LOST};
use crate::input::Host;
use crate::render::change::{Action, Change};
use crate::render::json::Report;
use netpivot_model::diagnostic::Severity;
use netpivot_model::secret::redact;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The version of the form.
const VERSION: u32 = 1;

/// What became of a host.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Status {
    /// Its files are printed, or written.
    Converted,
    /// Its files are there already.
    Unchanged,
    /// Files would change (`--diff`).
    Planned,
    /// Something would be lost, so nothing is written (`--refuse-loss`).
    Refused,
    /// It cannot be read, or there is no network in it.
    Unreadable,
    /// Its files cannot be written, or netpivot has a fault.
    #[default]
    Failed,
}

impl Status {
    const ALL: [Status; 6] = [
        Status::Converted,
        Status::Unchanged,
        Status::Planned,
        Status::Refused,
        Status::Unreadable,
        Status::Failed,
    ];

    pub(super) fn word(self) -> &'static str {
        match self {
            Status::Converted => "converted",
            Status::Unchanged => "unchanged",
            Status::Planned => "planned",
            Status::Refused => "refused",
            Status::Unreadable => "unreadable",
            Status::Failed => "failed",
        }
    }
}

/// What came of one host.
#[derive(Default)]
pub(super) struct Outcome {
    pub(super) status: Status,
    pub(super) exit: u8,
    /// What its files are read as.
    pub(super) from: Option<String>,
    /// The directory that its files go into.
    pub(super) output: Option<String>,
    /// Files of the output that were not there as they are, or would not be.
    pub(super) changes: Vec<Change>,
    /// Files of the output that were.
    pub(super) unchanged: Vec<String>,
    /// Codes of what is lost and was not allowed.
    pub(super) lost: Vec<&'static str>,
    /// Why nothing came of it.
    pub(super) error: Option<String>,
    /// What to do about that.
    pub(super) help: Option<String>,
    pub(super) report: Report,
    /// For standard output: files, or what would change in them.
    pub(super) printed: String,
    /// For standard error.
    pub(super) messages: String,
    /// The host in one line.
    pub(super) line: String,
}

impl Outcome {
    /// A failure ends the work on the host.
    pub(super) fn ended_by(&mut self, failure: &Failure, host: &Host, status: Status) {
        self.report.failure(&host.label, failure);
        self.exit = failure.kind.exit();
        self.error = Some(redact(&failure.message).into_owned());
        self.help = failure.help.as_deref().map(|help| redact(help).into_owned());
        self.status = status;
    }

    /// What to do about the losses, for standard error.
    pub(super) fn help_on_losses(&self) -> String {
        how_to_allow(&self.lost).map_or_else(String::new, |help| format!("  help: {help}\n"))
    }

    /// ` (1 created, 2 unchanged)`; empty where nothing is written anywhere.
    pub(super) fn files(&self) -> String {
        let is_done = match self.status {
            Status::Refused => return " (refused, nothing was written)".to_owned(),
            Status::Planned => false,
            Status::Converted | Status::Unchanged | Status::Unreadable | Status::Failed => true,
        };
        let count = |action| self.changes.iter().filter(|change| change.action == action).count();
        let (created, replaced) = if is_done { ("created", "replaced") } else { ("to create", "to replace") };
        let counts = [
            (count(Action::Create), created),
            (count(Action::Replace), replaced),
            (self.unchanged.len(), "unchanged"),
        ];
        let told = counts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}"));
        let told: Vec<String> = told.collect();
        if told.is_empty() { String::new() } else { format!(" ({})", told.join(", ")) }
    }

    /// An object on one line.
    pub(super) fn json(&self, host: &str, to: &[String]) -> String {
        let object = json!({
            "version": VERSION,
            "host": host,
            "from": self.from,
            "to": to,
            "status": self.status.word(),
            "exit": self.exit,
            "output": self.output,
            "changes": self.changes.iter().map(Change::json).collect::<Vec<_>>(),
            "unchanged": self.unchanged,
            "counts": Counts::of(&self.report).json(),
            "files": self.report.files,
            "diagnostics": self.report.diagnostics,
            "lost": self.lost,
            "error": self.error,
            "help": self.help,
        });
        format!("{object}\n")
    }
}

/// How many findings there are of each severity, by its word.
#[derive(Default)]
struct Counts(BTreeMap<&'static str, usize>);

impl Counts {
    /// The gravest first.
    const SEVERITIES: [Severity; 4] = [Severity::Error, Severity::Loss, Severity::Warning, Severity::Note];

    fn of(report: &Report) -> Self {
        let count = |severity: Severity| {
            let word = severity.as_str();
            (word, report.diagnostics.iter().filter(|told| told["severity"] == word).count())
        };
        Counts(Self::SEVERITIES.map(count).into())
    }

    fn add(&mut self, other: &Counts) {
        for (word, count) in &other.0 {
            *self.0.entry(word).or_default() += count;
        }
    }

    fn json(&self) -> Value {
        let count = |severity: Severity| self.0.get(severity.as_str()).copied().unwrap_or_default();
        let all = Self::SEVERITIES.map(|severity| (severity.as_str().to_owned(), count(severity).into()));
        Value::Object(Map::from_iter(all))
    }
}

/// What came of all hosts.
#[derive(Default)]
pub(super) struct Total {
    exits: Vec<u8>,
    statuses: BTreeMap<Status, usize>,
    created: usize,
    replaced: usize,
    unchanged: usize,
    counts: Counts,
}

impl Total {
    pub(super) fn add(&mut self, outcome: &Outcome) {
        self.exits.push(outcome.exit);
        *self.statuses.entry(outcome.status).or_default() += 1;
        for change in &outcome.changes {
            match change.action {
                Action::Create => self.created += 1,
                // A conversion takes no file away.
                Action::Replace | Action::Remove => self.replaced += 1,
            }
        }
        self.unchanged += outcome.unchanged.len();
        self.counts.add(&Counts::of(&outcome.report));
    }

    /// The exit status of the run: that of the gravest trouble.
    pub(super) fn exit(&self) -> u8 {
        crate::commands::gravest(self.exits.iter().copied())
    }

    fn of(&self, status: Status) -> usize {
        self.statuses.get(&status).copied().unwrap_or_default()
    }

    /// `3 hosts: 2 converted, 1 unreadable`.
    pub(super) fn text(&self) -> String {
        let told = |status: &Status| match self.of(*status) {
            0 => None,
            count => Some(format!("{count} {}", status.word())),
        };
        let told: Vec<String> = Status::ALL.iter().filter_map(told).collect();
        let lossy = match self.exits.iter().filter(|exit| **exit == LOST).count() {
            lossy if lossy > self.of(Status::Refused) => {
                format!("; {lossy} with losses that were not allowed")
            }
            _ => String::new(),
        };
        format!("{} hosts: {}{lossy}\n", self.exits.len(), told.join(", "))
    }

    /// The object behind those of the hosts, on one line.
    pub(super) fn json(&self) -> String {
        let mut hosts = Map::new();
        hosts.insert("all".to_owned(), self.exits.len().into());
        for status in Status::ALL {
            hosts.insert(status.word().to_owned(), self.of(status).into());
        }
        let changes = json!({ "create": self.created, "replace": self.replaced });
        let summary = json!({
            "hosts": hosts,
            "changes": changes,
            "unchanged": self.unchanged,
            "counts": self.counts.json(),
            "exit": self.exit(),
        });
        format!("{}\n", json!({ "version": VERSION, "summary": summary }))
    }
}
