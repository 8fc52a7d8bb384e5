//! What a migration tells, to people and to programs.

use crate::commands::{LOSSY, how_to_allow, secret_lines};
use crate::failure::{DONE, Failure, FailureKind, LOST};
use crate::formats::{Direction, FormatSpec};
use crate::migration::steps::{Command, ToDo};
use crate::migration::{self, Competing, Plan};
use crate::pipeline::Request;
use crate::render::change::{Action, Change};
use crate::render::json::Report;
use crate::render::unified::{self, Page, Pages};
use crate::render::{Paint, printable};
use crate::transaction::disk::Disk;
use crate::transaction::manifest::{Content, Item, Manifest};
use crate::transaction::store;
use crate::transaction::taken_back::{OnUndo, TakenBack};
use crate::transaction::{self, Restored};
use netpivot_model::secret::redact;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// What became of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Planned,
    /// What an undo would do.
    WouldUndo,
    Migrated,
    /// Nobody has to confirm it.
    Unwaited,
    Unchanged,
    Refused,
    Unreadable,
    Failed,
    Confirmed,
    Undone,
    Recovered,
    Interrupted,
    Overdue,
    /// Nobody confirmed it, and the old files are back.
    TakenBack,
}

impl Status {
    fn word(self) -> &'static str {
        match self {
            Status::Planned | Status::WouldUndo => "planned",
            Status::Migrated | Status::Unwaited => "migrated",
            Status::Unchanged => "unchanged",
            Status::Refused => "refused",
            Status::Unreadable => "unreadable",
            Status::Failed => "failed",
            Status::Confirmed => "confirmed",
            Status::Undone => "undone",
            Status::Recovered => "recovered",
            Status::Interrupted => "interrupted",
            Status::Overdue => "overdue",
            Status::TakenBack => "taken-back",
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
    todo: ToDo,
    competing: Vec<Competing>,
    backup: Option<String>,
    confirm: Option<(u32, String)>,
    taken_back: Option<TakenBack>,
    pub(super) notes: Vec<String>,
    pub(super) is_recovered: bool,
    pub(super) exit: u8,
    /// Codes of what would be lost and was not allowed.
    lost: Vec<&'static str>,
    /// Why nothing came of it.
    error: Option<String>,
    /// What to do about that.
    help: Option<String>,
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
            todo: ToDo::default(),
            competing: Vec::new(),
            backup: None,
            confirm: None,
            taken_back: None,
            notes: Vec::new(),
            is_recovered: false,
            exit: DONE,
            lost: Vec::new(),
            error: None,
            help: None,
        }
    }

    /// What ended the run.
    pub(super) fn failed(root: &Path, failure: &Failure) -> Self {
        let mut report = Report::default();
        report.diagnostics(&failure.found.diagnostics, &failure.found.sources);
        let status = match failure.kind {
            FailureKind::Usage | FailureKind::Refused => Status::Refused,
            FailureKind::Input => Status::Unreadable,
            FailureKind::Write | FailureKind::Bug => Status::Failed,
        };
        Answer {
            status,
            exit: failure.kind.exit(),
            diagnostics: report.diagnostics,
            error: Some(redact(&failure.message).into_owned()),
            help: failure.help.as_deref().map(|help| redact(help).into_owned()),
            ..Answer::new(root)
        }
    }

    /// Something would be lost.
    pub(super) fn refused(&mut self, lost: Vec<&'static str>) {
        self.status = Status::Refused;
        self.exit = LOST;
        self.error = Some(LOSSY.to_owned());
        self.help = how_to_allow(&lost);
        self.lost = lost;
    }

    /// What a plan says.
    pub(super) fn plan(&mut self, plan: &Plan, request: &Request, with_diff: bool) {
        self.from = Some(plan.conversion.network.dialect.to_string());
        self.status = Status::Planned;
        let mut specs = request.to.clone();
        specs.push(request.from.unwrap_or(FormatSpec::of(plan.conversion.format)));
        let mut diffs = if with_diff { diffs(&plan.pages(), &specs) } else { Diffs::new() };
        for (change, (old, _)) in plan.changes.iter().zip(&plan.before) {
            let diff = diffs.remove(&change.path);
            self.changes.push(shown(&change.path, &old.content, &change.new.content(), diff));
        }
        let mut report = Report::default();
        report.diagnostics(&plan.conversion.diagnostics, &plan.conversion.sources);
        self.diagnostics = report.diagnostics;
        self.todo = plan.todo.clone();
        self.competing = plan.competing.clone();
    }

    /// What a transaction says.
    pub(super) fn manifest(&mut self, manifest: &Manifest) {
        (self.from, self.to) = (Some(manifest.from.clone()), Some(manifest.to.clone()));
        if self.changes.is_empty() {
            let done = |item: &Item| shown(&item.path, &item.old.content, &item.new, None);
            self.changes = manifest.items.iter().map(done).collect();
        }
        self.backup = Some(self.below(&store::folder(manifest.number)));
        self.confirm = until(manifest);
    }

    /// The changes of an undo.
    pub(super) fn undo(&mut self, manifest: &Manifest, mut diffs: Diffs) {
        (self.from, self.to) = (Some(manifest.from.clone()), Some(manifest.to.clone()));
        let back = |item: &Item| shown(&item.path, &item.new, &item.old.content, diffs.remove(&item.path));
        self.changes = manifest.items.iter().map(back).collect();
    }

    /// What was brought back.
    pub(super) fn restored(&mut self, restored: &Restored, diffs: Diffs) {
        self.undo(&restored.manifest, diffs);
        let kept = restored.kept.iter();
        let notes: Vec<String> =
            kept.map(|copy| format!("a changed file is kept as `{}`", self.below(copy))).collect();
        self.notes.extend(notes);
    }

    /// What was brought back because nobody confirmed.
    pub(super) fn taken_back(&mut self, taken: TakenBack) {
        self.status = Status::TakenBack;
        self.restored(&taken.restored, Diffs::new());
        if let Some(on_undo) = &taken.on_undo {
            self.notes.push(ended(on_undo));
        }
        self.confirm = until(&taken.restored.manifest);
        self.taken_back = Some(taken);
    }

    /// Nothing is done now.
    pub(super) fn without_changes(&mut self) {
        self.changes.clear();
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
            "exit": self.exit,
            "changes": changes,
            "diagnostics": self.diagnostics,
            "steps": self.todo.sentences,
            "commands": self.todo.commands.iter().map(command).collect::<Vec<_>>(),
            "undo_commands": self.todo.undo.iter().map(command).collect::<Vec<_>>(),
            "competing": competing,
            "backup": self.backup,
            "confirm": self.confirm.as_ref().map(|(within, until)| json!({ "within": within, "until": until })),
            "taken_back": self.taken_back.as_ref().map(|taken| self.told(taken)),
            "recovered": self.is_recovered || self.status == Status::Recovered,
            "notes": self.notes,
            "lost": self.lost,
            "error": self.error,
            "help": self.help,
        });
        format!("{object:#}\n")
    }

    fn told(&self, taken: &TakenBack) -> Value {
        let kept: Vec<String> = taken.restored.kept.iter().map(|copy| self.below(copy)).collect();
        let on_undo = taken.on_undo.as_ref().map(|on_undo| {
            json!({
                "command": redact(&on_undo.command),
                "exit": on_undo.exit,
                "error": on_undo.error,
                "output": on_undo.output,
            })
        });
        json!({ "at": taken.at, "kept": kept, "on_undo": on_undo })
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
        let said = self.taken_back.iter().filter_map(|taken| taken.on_undo.as_ref());
        said.flat_map(|on_undo| &on_undo.output).for_each(|said| line(&format!("  | {said}")));
        if !self.competing.is_empty() {
            line("");
            line("What stays and competes:");
            self.competing.iter().for_each(|it| line(&format!("  {}: {}", it.path, it.message)));
        }
        let is_to_do = matches!(self.status, Status::Planned | Status::Migrated);
        if is_to_do && !self.todo.sentences.is_empty() {
            line("");
            line("What to do on the host, in this order (the link that you are logged in by comes last):");
            for (n, step) in self.todo.sentences.iter().enumerate() {
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
        let at = self.taken_back.as_ref().map_or("", |taken| &taken.at);
        match self.status {
            Status::Planned => format!("{root}: would be migrated from {from} to {to}; nothing was changed"),
            Status::WouldUndo => {
                format!("{root}: the migration from {from} to {to} would be undone; nothing was changed")
            }
            Status::Migrated if !until.is_empty() => format!(
                "{root}: migrated from {from} to {to}; at {until} the old files come back, unless `netpivot migrate --confirm` comes from a new login"
            ),
            Status::Migrated => format!(
                "{root}: migrated from {from} to {to}; the old files are in {backup}, and `netpivot migrate --undo` brings them back"
            ),
            Status::Unwaited => format!(
                "{root}: the migration from {from} to {to} waits for no confirmation, since it was without `--confirm-within`; the old files stay in {backup}"
            ),
            Status::Unchanged if self.to.is_some() => {
                format!("{root}: is in the format {to} already; nothing was changed")
            }
            Status::Unchanged => format!("{root}: there is no migration to speak of; nothing was changed"),
            Status::Refused => format!("{root}: refused, since something would be lost; nothing was changed"),
            Status::Unreadable | Status::Failed => {
                format!("{root}: {}", self.error.as_deref().unwrap_or_default())
            }
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
            Status::TakenBack => format!(
                "{root}: nobody confirmed the migration from {from} to {to} until {until}, so it was taken back at {at}: every byte, mode, owner and attribute is as before"
            ),
        }
    }
}

/// Unified diffs by the path of their file.
pub(super) type Diffs = BTreeMap<String, String>;

fn diffs(pages: &[Vec<Page>; 2], specs: &[FormatSpec]) -> Diffs {
    let secrets = pages.each_ref().map(|pages| secret_lines(pages, specs));
    let [old, new] = Pages::of_both(pages, &secrets);
    unified::by_path(&old, &new, Paint { colour: false })
}

/// The diffs of an undo.
///
/// # Errors
/// As [`transaction::both_sides`].
pub(super) fn of_undo(disk: &Disk<'_>, manifest: &Manifest) -> Result<Diffs, Failure> {
    let mut pages = [Vec::new(), Vec::new()];
    for (item, sides) in manifest.items.iter().zip(transaction::both_sides(disk, manifest)?) {
        for (pages, (content, bytes)) in pages.iter_mut().zip(sides) {
            pages.extend(migration::page(&item.path, &content, &bytes));
        }
    }
    let specs = [&manifest.from, &manifest.to].map(|name| FormatSpec::parse(name, Direction::From));
    Ok(diffs(&pages, &specs.into_iter().collect::<Result<Vec<_>, _>>()?))
}

fn until(manifest: &Manifest) -> Option<(u32, String)> {
    manifest.confirm.as_ref().map(|confirm| (confirm.within, confirm.until.clone()))
}

/// What became of the command of `--on-undo`; its output is shown below.
fn ended(on_undo: &OnUndo) -> String {
    let command = redact(&on_undo.command);
    match (&on_undo.error, on_undo.exit) {
        (Some(error), _) => format!("`{command}` was to run then, and did not: {error}"),
        (None, None) => format!("`{command}` was started then, and is not known to have ended"),
        (None, Some(0)) => format!("`{command}` ran then, with success"),
        (None, Some(exit)) => format!("`{command}` ran then, and failed with exit status {exit}"),
    }
}

/// `only_if` is `null` where the command is always of use.
fn command(command: &Command) -> Value {
    json!({
        "argv": command.argv,
        "when": command.when.word(),
        "only_if": Some(&command.only_if).filter(|words| !words.is_empty()),
        "shell": command.shell(),
    })
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
