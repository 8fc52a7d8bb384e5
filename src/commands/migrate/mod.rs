//! `netpivot migrate`: a host's files in another format, as a transaction.

mod answer;

use crate::cli::Migrate;
use crate::failure::{CHANGED, DONE, Failure, FailureKind, LOST};
use crate::formats::{Direction, FormatSpec};
use crate::migration::{self, Plan, Planned};
use crate::pipeline::Request;
use crate::render::{Console, Texts, counts, printable};
use crate::transaction;
use crate::transaction::commit::{self, Job};
use crate::transaction::confirm::{self, Confirm, Login};
use crate::transaction::disk::{Disk, Unwatched};
use crate::transaction::manifest::{Manifest, Stage};
use crate::transaction::store::{self, HOME, Store, Wait};
use crate::transaction::taken_back::{self, OnUndo, TakenBack};
use answer::{Answer, Diffs, Status};
use rustix::io::Errno;
use std::path::Path;

pub(super) fn run(args: &Migrate, console: &mut Console) -> Result<u8, Failure> {
    console.look.form = args.diagnostics;
    if let Some(id) = &args.unconfirmed {
        return undo_unconfirmed(args, id);
    }
    let done = answered(args, console);
    if let (Err(failure), true) = (&done, args.json) {
        super::print(&Answer::failed(&args.root, failure).text(true))?;
    }
    done
}

fn answered(args: &Migrate, console: &mut Console) -> Result<u8, Failure> {
    let disk = open(args)?;
    let mut answer = match (args.confirm, args.undo, args.status) {
        (true, _, _) => confirmed(&disk, args)?,
        (_, true, _) => undone(&disk, args)?,
        (_, _, true) => status(&disk, args)?,
        (false, false, false) => return migrate(&disk, args, console),
    };
    answer.notes.extend(store::orphans(&disk)?);
    show(&answer, args)?;
    Ok(answer.exit)
}

fn show(answer: &Answer, args: &Migrate) -> Result<(), Failure> {
    let text = answer.text(args.json);
    if args.json { super::print(&text) } else { super::print_painted(&text) }
}

fn open(args: &Migrate) -> Result<Disk<'static>, Failure> {
    Disk::open(&args.root, &Unwatched).map_err(|trouble| {
        let failure =
            Failure::input(format!("the root cannot be read: {}", std::io::Error::from(trouble.errno)));
        failure.help(match trouble.errno {
            Errno::NOTDIR => "`--root` takes the folder that holds the host's `/etc`; `netpivot convert` takes single files",
            _ => "check the path given with `--root`",
        })
    })
}

fn request(args: &Migrate) -> Result<(Request, FormatSpec), Failure> {
    let to = FormatSpec::parse(args.to.as_deref().unwrap_or_default(), Direction::To)?;
    super::known_codes(&args.allow)?;
    let request = Request {
        from: super::from_spec(args.from.as_ref(), false)?,
        to: vec![to],
        reveal: true,
        with_link_files: args.with_link_files,
        with_dispatcher: args.with_dispatcher,
        keep_unmanaged: args.unmanaged,
        map: super::rename_map(&args.map)?,
        allow: args.allow.clone(),
        ..Request::default()
    };
    Ok((request, to))
}

fn migrate(disk: &Disk<'_>, args: &Migrate, console: &mut Console) -> Result<u8, Failure> {
    let (request, to) = request(args)?;
    if args.dry_run {
        if let Some(last) = store::last(disk)?.filter(|last| last.stage != Stage::Done) {
            return Err(interrupted(&last));
        }
        let found = plan(disk, args, &request, &to)?;
        return tell(found, args, &request, &to, None, console);
    }
    let last = store::last(disk)?;
    let is_open =
        last.is_some_and(|last| last.stage != Stage::Done || last.confirm.is_some_and(|it| !it.is_confirmed));
    if !is_open && let Some(status) = without_change(disk, args, &request, &to, console)? {
        return Ok(status);
    }
    let store = Store::open(disk, Wait::No)?;
    let mut restored = transaction::recover(&store)?;
    let waits = store::last(disk)?.filter(|last| last.confirm.as_ref().is_some_and(|it| !it.is_confirmed));
    if let Some(last) = waits {
        // The process that was to undo it is gone with the host's last boot.
        let until = last.confirm.as_ref().map_or("", |it| &it.until).to_owned();
        if !last.confirm.as_ref().is_some_and(Confirm::is_over) {
            let message = format!("the last migration waits until {until} for its confirmation");
            return Err(Failure::refused(message)
                .help("`netpivot migrate --confirm` from a new login, or `netpivot migrate --undo`"));
        }
        restored = Some(transaction::undo(&store, last, false)?);
    }
    if let Some(restored) = &restored {
        if !args.json {
            console.print("a migration that did not come to its end was taken back first\n");
        }
        let unstopped = confirm::disarm(&args.root, &restored.manifest);
        unstopped.iter().for_each(|note| console.print(&format!("note: {}\n", printable(note))));
    }
    let found = plan(disk, args, &request, &to)?;
    tell(found, args, &request, &to, Some((&store, restored.is_some())), console)
}

/// What there is to say without touching the host: nothing is to be done, or it is refused.
fn without_change(
    disk: &Disk<'_>,
    args: &Migrate,
    request: &Request,
    to: &FormatSpec,
    console: &mut Console,
) -> Result<Option<u8>, Failure> {
    match plan(disk, args, request, to)? {
        Found::Plan(plan) if plan.conversion.exit(request) != LOST => Ok(None),
        found @ (Found::Plan(_) | Found::Nothing(_)) => {
            tell(found, args, request, to, None, console).map(Some)
        }
    }
}

/// What is to be done.
enum Found {
    Plan(Box<Plan>),
    /// Nothing; the format that the host came from.
    Nothing(String),
}

fn plan(disk: &Disk<'_>, args: &Migrate, request: &Request, to: &FormatSpec) -> Result<Found, Failure> {
    match super::guarded("the migration", || migration::plan(&args.root, disk, request)) {
        Ok(Planned::Plan(plan)) => Ok(Found::Plan(plan)),
        Ok(Planned::Unchanged(conversion)) => Ok(Found::Nothing(conversion.network.dialect.to_string())),
        Err(failure) => match was_migrated(disk, &failure, request, to) {
            Some(last) => Ok(Found::Nothing(last.from)),
            None => Err(failure),
        },
    }
}

/// What a store is for: it, and what was taken back in it first.
type InStore<'s, 'd> = (&'s Store<'d>, bool);

/// Tells the plan, and with a store carries it out.
fn tell(
    found: Found,
    args: &Migrate,
    request: &Request,
    to: &FormatSpec,
    store: Option<InStore<'_, '_>>,
    console: &mut Console,
) -> Result<u8, Failure> {
    let mut answer = Answer::new(&args.root);
    answer.is_recovered = store.is_some_and(|(_, is_recovered)| is_recovered);
    answer.to = Some(to.to_string());
    let plan = match found {
        Found::Plan(plan) => plan,
        Found::Nothing(from) => {
            answer.from = Some(from);
            show(&answer, args)?;
            return Ok(DONE);
        }
    };
    answer.plan(&plan, request, args.diff);
    if !args.json {
        let texts = Texts { sources: &plan.conversion.sources, secrets: &plan.conversion.secrets };
        console.print(&console.look.render(&plan.conversion.diagnostics, texts, None));
    }
    answer.exit = CHANGED;
    let lost = super::lost(&plan.conversion.diagnostics, request);
    let help = super::how_to_allow(&lost).map_or_else(String::new, |help| format!("  help: {help}\n"));
    if !lost.is_empty() {
        answer.refused(lost);
    } else if let Some((store, _)) = store {
        let manifest = carry_out(store, args, &plan, to)?;
        answer.manifest(&manifest);
        answer.status = Status::Migrated;
        answer.exit = DONE;
    }
    show(&answer, args)?;
    if !args.json {
        console.print(&format!(
            "{}: {}\n",
            printable(&args.root.to_string_lossy()),
            counts(&plan.conversion.diagnostics)
        ));
        console.print(&help);
    }
    Ok(answer.exit)
}

fn carry_out(store: &Store<'_>, args: &Migrate, plan: &Plan, to: &FormatSpec) -> Result<Manifest, Failure> {
    let job = Job {
        from: &plan.conversion.network.dialect.to_string(),
        to: &to.to_string(),
        changes: &plan.changes,
        confirm: args.confirm_within.map(|s| Confirm::within(s, Login::current(), args.on_undo.clone())),
        arm: &|manifest| confirm::arm(&args.root, manifest),
        prove: &|| plan.prove(&args.root, to),
    };
    let manifest = commit::run(store, &job)?;
    taken_back::forget(store);
    Ok(manifest)
}

/// The migration that did what is asked for, where the source's files are gone since.
fn was_migrated(disk: &Disk<'_>, failure: &Failure, request: &Request, to: &FormatSpec) -> Option<Manifest> {
    let from = request.from.filter(|_| failure.kind == FailureKind::Input)?;
    let last = store::last(disk).ok().flatten()?;
    let is_from = last.from.split([':', '@']).next() == Some(from.name);
    (last.stage == Stage::Done && is_from && last.to == to.to_string()).then_some(last)
}

fn interrupted(last: &Manifest) -> Failure {
    let message =
        format!("the migration of {} was interrupted, so the files are of both states", last.started);
    Failure::refused(message).help("`netpivot migrate --undo` brings back what was before it")
}

/// True where no migration left anything behind; the state folder is not made for that.
fn is_untouched(disk: &Disk<'_>) -> Result<bool, Failure> {
    store::numbers(disk).map(|numbers| numbers.is_empty()).map_err(|trouble| store::failure(&trouble))
}

fn undone(disk: &Disk<'_>, args: &Migrate) -> Result<Answer, Failure> {
    let mut answer = Answer::new(&args.root);
    if args.dry_run {
        return would_undo(disk, args, answer);
    }
    if is_untouched(disk)? {
        already_undone(disk, &mut answer)?;
        return Ok(answer);
    }
    let store = Store::open(disk, Wait::No)?;
    let diffs = match store::last(disk)?.filter(|_| args.diff) {
        Some(last) => answer::of_undo(disk, &last)?,
        None => Diffs::new(),
    };
    let restored = if let Some(restored) = transaction::recover(&store)? {
        answer.status = Status::Recovered;
        restored
    } else if let Some(taken) = already_undone(disk, &mut answer)? {
        taken_back::told(&store, &taken)?;
        return Ok(answer);
    } else if let Some(last) = store::last(disk)? {
        answer.status = Status::Undone;
        transaction::undo(&store, last, args.force)?
    } else {
        return Ok(answer);
    };
    answer.restored(&restored, diffs);
    answer.notes.extend(confirm::disarm(&args.root, &restored.manifest));
    taken_back::forget(&store);
    Ok(answer)
}

/// Whoever undoes what was taken back by itself does not mean the migration before it, the first time.
fn already_undone(disk: &Disk<'_>, answer: &mut Answer) -> Result<Option<TakenBack>, Failure> {
    let Some(taken) = taken_back::last(disk)? else { return Ok(None) };
    let before = store::last(disk)?;
    if before.is_some() && taken.is_told {
        return Ok(None);
    }
    answer.taken_back(taken.clone());
    answer.without_changes();
    answer.notes.push(match before {
        None => "there is nothing left to undo".to_owned(),
        Some(before) => format!(
            "once more, `netpivot migrate --undo` takes back the migration before it, from {} to {}",
            before.from, before.to
        ),
    });
    Ok(Some(taken))
}

/// What an undo would do now; nothing is written, not even a lock.
fn would_undo(disk: &Disk<'_>, args: &Migrate, mut answer: Answer) -> Result<Answer, Failure> {
    let last = store::last(disk)?;
    let is_interrupted = last.as_ref().is_some_and(|last| last.stage != Stage::Done);
    if !is_interrupted && already_undone(disk, &mut answer)?.is_some() {
        return Ok(answer);
    }
    let Some(last) = last else { return Ok(answer) };
    if !is_interrupted {
        transaction::may_undo(disk, &last, args.force)?;
    }
    let diffs = answer::of_undo(disk, &last)?;
    answer.undo(&last, if args.diff { diffs } else { Diffs::new() });
    answer.status = Status::WouldUndo;
    answer.exit = CHANGED;
    Ok(answer)
}

fn status(disk: &Disk<'_>, args: &Migrate) -> Result<Answer, Failure> {
    let mut answer = Answer::new(&args.root);
    let last = store::last(disk)?;
    if let Some(taken) = taken_back::last(disk)? {
        answer.taken_back(taken);
        let before =
            last.map(|last| format!("the migration before it, from {} to {}, holds", last.from, last.to));
        answer.notes.extend(before);
    } else if let Some(last) = last {
        answer.manifest(&last);
        answer.notes.extend(taken_back::why_not(disk, &last));
        let is_confirmed = last.confirm.as_ref().is_some_and(|it| it.is_confirmed);
        answer.status = match last.stage {
            Stage::Prepared | Stage::Undoing => Status::Interrupted,
            Stage::Done if last.confirm.as_ref().is_some_and(Confirm::is_over) => Status::Overdue,
            Stage::Done if is_confirmed => Status::Confirmed,
            Stage::Done => Status::Migrated,
        };
    }
    Ok(answer)
}

/// A confirmation that comes when the old files are back comes too late.
fn in_time(disk: &Disk<'_>) -> Result<(), Failure> {
    let Some(taken) = taken_back::last(disk)? else { return Ok(()) };
    let Manifest { from, to, .. } = &taken.restored.manifest;
    let at = &taken.at;
    let message =
        format!("nobody confirmed the migration from {from} to {to} in time, so it was taken back at {at}");
    Err(Failure::refused(message)
        .help("`netpivot migrate --status` tells what came of it; migrate again, and confirm in time"))
}

fn confirmed(disk: &Disk<'_>, args: &Migrate) -> Result<Answer, Failure> {
    let mut answer = Answer::new(&args.root);
    if is_untouched(disk)? {
        in_time(disk)?;
        return Ok(answer);
    }
    let store = Store::open(disk, Wait::No)?;
    in_time(disk)?;
    let Some(mut last) = store::last(disk)? else { return Ok(answer) };
    if last.stage != Stage::Done {
        return Err(interrupted(&last));
    }
    let Some(confirm) = &mut last.confirm else {
        answer.manifest(&last);
        answer.status = Status::Unwaited;
        return Ok(answer);
    };
    if confirm.is_over() {
        let message = format!("the time for a confirmation ended at {}", confirm.until);
        return Err(Failure::refused(message)
            .help("`netpivot migrate --undo` brings the old files back; migrate again then"));
    }
    if !confirm.is_confirmed {
        match Login::current().is_same(&confirm.login) {
            Some(true) if !args.same_login => {
                let message =
                    "this is the login that migrated: it does not show that the host can be reached";
                return Err(Failure::usage(message)
                    .help("confirm from a new login; `--same-login` confirms all the same"));
            }
            Some(_) => {}
            None => answer.notes.push("that this is a new login could not be told".to_owned()),
        }
        confirm.is_confirmed = true;
        store.write(&last).map_err(|trouble| store::failure(&trouble))?;
        answer.notes.extend(confirm::disarm(&args.root, &last));
    }
    answer.manifest(&last);
    answer.status = Status::Confirmed;
    Ok(answer)
}

/// What a timer or a waiting process does. That nothing is left to undo is fine. A migration that came after the one of
/// that id is none of its business.
fn undo_unconfirmed(args: &Migrate, id: &str) -> Result<u8, Failure> {
    if let Some(seconds) = args.after
        && !confirm::wait_detached(seconds, || may_wait(&args.root, id))?
    {
        return Ok(DONE);
    }
    let disk = open(args)?;
    let store = Store::open(&disk, Wait::Yes)?;
    let Some(last) = waiting(&disk, id)? else { return Ok(DONE) };
    let taken = taken_back::take_back(&store, last)?;
    let is_fine = taken.on_undo.as_ref().is_none_or(OnUndo::is_fine);
    let mut answer = Answer::new(&args.root);
    answer.taken_back(taken);
    super::print_painted(&answer.text(false))?;
    Ok(if is_fine { DONE } else { FailureKind::Write.exit() })
}

/// False where that migration waits no more, or its root is gone. A disk that cannot be read, or is not mounted for now, may come
/// back.
fn may_wait(root: &Path, id: &str) -> bool {
    match Disk::open(root, &Unwatched) {
        Err(trouble) => trouble.errno != Errno::NOENT,
        Ok(disk) => !disk.is_directory(HOME) || waiting(&disk, id).map_or(true, |last| last.is_some()),
    }
}

/// The last migration, if it is that one and waits for its confirmation.
fn waiting(disk: &Disk<'_>, id: &str) -> Result<Option<Manifest>, Failure> {
    let waits = |last: &Manifest| last.id == id && last.confirm.as_ref().is_some_and(|it| !it.is_confirmed);
    Ok(store::last(disk)?.filter(waits))
}
