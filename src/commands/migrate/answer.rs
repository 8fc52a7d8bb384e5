//! What a migration tells, to people and to programs.

use crate::formats::FormatSpec;
use crate::migration::{Competing, Plan};
use crate::pipeline::Request;
use crate::render::change::{Action, Change};
use crate::render::json::Report;
use crate::render::unified::{self, Pages};
use crate::render::{Paint, printable};
use crate::transaction::Restored;
use crate::transaction::manifest::{Content, Manifest};
use crate::transaction::store;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// What became of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Planned,
    Migrated,
    Unchanged,
    Refused,
    Confirmed,
    Undone,
    Recovered,
    Interrupted,
    Overdue,
}

impl Status {
    fn word(self) -> &'static str {
        match self {
            Status::Planned => "planned",
            Status::Migrated => "migrated",
            Status::Unchanged => "unchanged",
            Status::Refused => "refused",
            Status::Confirmed => "confirmed",
            Status::Undone => "undone",
            Status::Recovered => "recovered",
            Status::Interrupted => "interrupted",
            Status::Overdue => "overdue",
        }
    }
}

/// The answer of a run.
pub(super) struct Answer {
    root: String,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    pub(super) status: Status,
    changes: Vec<Change>,
    diagnostics: Vec<Value>,
    steps: Vec<String>,
    competing: Vec<Competing>,
    backup: Option<String>,
    confirm: Option<(u32, String)>,
    pub(super) notes: Vec<String>,
    pub(super) is_recovered: bool,
}

impl Answer {
    pub(super) fn new(root: &Path) -> Self {
        Answer {
            root: root.to_string_lossy().into_owned(),
            from: None,
            to: None,
            status: Status::Unchanged,
            changes: Vec::new(),
            diagnostics: Vec::new(),
            steps: Vec::new(),
            competing: Vec::new(),
            backup: None,
            confirm: None,
            notes: Vec::new(),
            is_recovered: false,
        }
    }

    /// What a plan says.
    pub(super) fn plan(&mut self, plan: &Plan, request: &Request, with_diff: bool) {
        self.from = Some(plan.conversion.network.dialect.to_string());
        self.status = Status::Planned;
        let mut specs = request.to.clone();
        specs.push(request.from.unwrap_or(FormatSpec::of(plan.conversion.format)));
        let pages = plan.pages();
        let mut diffs = BTreeMap::new();
        if with_diff {
            let secrets = pages.each_ref().map(|pages| plan.secret_lines(pages, &specs));
            let [old, new] =
                [0, 1].map(|n| Pages { prefix: "", pages: &pages[n], secrets: Some(&secrets[n]) });
            diffs = unified::by_path(&old, &new, Paint { colour: false });
        }
        for (change, (old, _)) in plan.changes.iter().zip(&plan.before) {
            let diff = diffs.remove(&change.path);
            self.changes.push(shown(&change.path, &old.content, &change.new.content(), diff));
        }
        let mut report = Report::default();
        report.diagnostics(&plan.conversion.diagnostics, &plan.conversion.sources);
        self.diagnostics = report.diagnostics;
        self.steps = plan.steps.clone();
        self.competing = plan.competing.clone();
    }

    /// What a transaction says.
    pub(super) fn manifest(&mut self, manifest: &Manifest) {
        (self.from, self.to) = (Some(manifest.from.clone()), Some(manifest.to.clone()));
        if self.changes.is_empty() {
            let done = |item: &crate::transaction::manifest::Item| {
                shown(&item.path, &item.old.content, &item.new, None)
            };
            self.changes = manifest.items.iter().map(done).collect();
        }
        self.backup = Some(self.below(&store::folder(manifest.number)));
        self.confirm = manifest.confirm.as_ref().map(|confirm| (confirm.within, confirm.until.clone()));
    }

    /// What was brought back; the changes are those of the undo.
    pub(super) fn restored(&mut self, restored: &Restored) {
        let manifest = &restored.manifest;
        (self.from, self.to) = (Some(manifest.from.clone()), Some(manifest.to.clone()));
        let back =
            |item: &crate::transaction::manifest::Item| shown(&item.path, &item.new, &item.old.content, None);
        self.changes = manifest.items.iter().map(back).collect();
        self.notes = restored
            .kept
            .iter()
            .map(|copy| format!("a changed file is kept as `{}`", self.below(copy)))
            .collect();
    }

    fn below(&self, path: &str) -> String {
        format!("{}{path}", self.root.trim_end_matches('/'))
    }

    pub(super) fn text(&self, as_json: bool) -> String {
        if as_json { self.json() } else { self.people() }
    }

    fn json(&self) -> String {
        let changes: Vec<Value> = self.changes.iter().map(Change::json).collect();
        let competing: Vec<Value> =
            self.competing.iter().map(|c| json!({ "path": c.path, "message": c.message })).collect();
        let object = json!({
            "version": 1,
            "root": self.root,
            "from": self.from,
            "to": self.to,
            "status": self.status.word(),
            "changes": changes,
            "diagnostics": self.diagnostics,
            "steps": self.steps,
            "competing": competing,
            "backup": self.backup,
            "confirm": self.confirm.as_ref().map(|(within, until)| json!({ "within": within, "until": until })),
            "recovered": self.is_recovered || self.status == Status::Recovered,
            "notes": self.notes,
        });
        format!("{object:#}\n")
    }

    fn people(&self) -> String {
        let changes: String =
            self.changes.iter().map(|change| format!("{}\n", printable(&change.line()))).collect();
        // These lines are printable, and their tabs are the files'.
        let diffs: String = self.changes.iter().filter_map(|change| change.diff.as_deref()).collect();
        let mut out = changes + &diffs;
        let mut line = |text: &str| {
            let _ = writeln!(out, "{}", printable(text));
        };
        line(&self.sentence());
        self.notes.iter().for_each(|note| line(&format!("note: {note}")));
        if !self.competing.is_empty() {
            line("");
            line("What stays and competes:");
            self.competing.iter().for_each(|it| line(&format!("  {}: {}", it.path, it.message)));
        }
        let is_to_do = matches!(self.status, Status::Planned | Status::Migrated);
        if is_to_do && !self.steps.is_empty() {
            line("");
            line("What to do on the host, in this order (the link that you are logged in by comes last):");
            for (n, step) in self.steps.iter().enumerate() {
                line(&format!("{:3}. {step}", n + 1));
            }
        }
        out
    }

    fn sentence(&self) -> String {
        let (root, from, to) =
            (&self.root, self.from.as_deref().unwrap_or("unknown"), self.to.as_deref().unwrap_or("unknown"));
        let backup = self.backup.as_deref().unwrap_or_default();
        let until = self.confirm.as_ref().map_or("", |(_, until)| until);
        match self.status {
            Status::Planned => format!("{root}: would be migrated from {from} to {to}; nothing was changed"),
            Status::Migrated if !until.is_empty() => format!(
                "{root}: migrated from {from} to {to}; at {until} the old files come back, unless `netpivot migrate --confirm` comes from a new login"
            ),
            Status::Migrated => format!(
                "{root}: migrated from {from} to {to}; the old files are in {backup}, and `netpivot migrate --undo` brings them back"
            ),
            Status::Unchanged if self.to.is_some() => {
                format!("{root}: is in the format {to} already; nothing was changed")
            }
            Status::Unchanged => format!("{root}: there is no migration to speak of; nothing was changed"),
            Status::Refused => format!("{root}: refused, since something would be lost; nothing was changed"),
            Status::Confirmed => format!(
                "{root}: the migration from {from} to {to} is confirmed; the old files stay in {backup}"
            ),
            Status::Undone => format!(
                "{root}: the migration from {from} to {to} is undone: every byte, mode, owner and attribute is as before"
            ),
            Status::Recovered => format!(
                "{root}: the interrupted migration from {from} to {to} is taken back: every byte, mode, owner and attribute is as before"
            ),
            Status::Interrupted => format!(
                "{root}: the migration from {from} to {to} was interrupted; `netpivot migrate --undo` brings back what was before it"
            ),
            Status::Overdue => format!(
                "{root}: nobody confirmed the migration from {from} to {to} until {until}; `netpivot migrate --undo` brings the old files back"
            ),
        }
    }
}

fn shown(path: &str, old: &Content, new: &Content, diff: Option<String>) -> Change {
    let (action, mode) = match (old, new) {
        (Content::File { mode, .. }, Content::Nothing) => (Action::Remove, Some(*mode)),
        (Content::Link { .. } | Content::Nothing, Content::Nothing) => (Action::Remove, None),
        (Content::Nothing, Content::File { mode, .. }) => (Action::Create, Some(*mode)),
        (Content::Nothing, Content::Link { .. }) => (Action::Create, None),
        (Content::File { .. } | Content::Link { .. }, Content::File { mode, .. }) => {
            (Action::Replace, Some(*mode))
        }
        (Content::File { .. } | Content::Link { .. }, Content::Link { .. }) => (Action::Replace, None),
    };
    Change { path: path.to_owned(), action, mode, diff }
}
