//! `netpivot convert`: other formats for one host or many.
//!
//! Each host is written all or nothing, and a bad one does not stop the rest.

mod answer;

use super::fleet;
use crate::cli::{Convert, Script};
use crate::failure::{CHANGED, DONE, Failure, FailureKind, LOST};
use crate::formats::{Direction, FormatSpec};
use crate::input::{self, Host};
use crate::pipeline::{self, Conversion, Request};
use crate::render::change::{Action, Change};
use crate::render::json::Report;
use crate::render::unified::{self, Page, Pages};
use crate::render::{Console, Look, Paint, Texts, counts, printable};
use crate::write::Step;
use answer::{Outcome, Status, Total};
use netpivot_emitters::OutputFile;
use netpivot_model::codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::dialect::IPROUTE;
use netpivot_model::network::Network;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

pub(super) fn run(args: &Convert, console: &mut Console) -> Result<u8, Failure> {
    console.look.form = args.diagnostics;
    let request = request(args)?;
    input::named_once(&args.inputs)?;
    let hosts = input::hosts(&args.inputs, args.root.as_deref());
    let several = hosts.len() > 1;
    console.look.name_hosts = several;
    let report_file = args.report.as_deref().map(open_report).transpose()?;
    let targets: Vec<String> = request.to.iter().map(ToString::to_string).collect();
    // Standard output has the hosts' lines where it has nothing else.
    let is_listed = several && args.output.is_some() && !args.diff;
    let look = console.look;
    let mut total = Total::default();
    let mut report = Report::default();
    let work = |host: &Host| one_host(host, &request, args, look, several);
    fleet::each(&hosts, work, |host, outcome| {
        total.add(&outcome);
        console.print(&outcome.messages);
        if args.json {
            super::print(&outcome.json(&host.folder, &targets))?;
        } else if is_listed {
            super::print(&outcome.line)?;
            console.print(&outcome.help_on_losses());
        } else {
            console.print(&outcome.line);
            console.print(&outcome.help_on_losses());
            super::print(&outcome.printed)?;
        }
        match (&report_file, several) {
            (None, _) => {}
            (Some(_), true) => report.host(&host.folder, outcome.report),
            (Some(_), false) => report = outcome.report,
        }
        Ok(())
    })?;
    if args.json {
        super::print(&total.json())?;
    } else if several {
        console.print(&total.text());
    }
    if let (Some(path), Some(file)) = (&args.report, report_file) {
        write_report(path, file, report)?;
    }
    Ok(total.exit())
}

fn request(args: &Convert) -> Result<Request, Failure> {
    let mut to: Vec<FormatSpec> = Vec::with_capacity(args.to.len());
    for text in &args.to {
        let spec = FormatSpec::parse(text, Direction::To)?;
        match to.iter().find(|other| other.name == spec.name) {
            None => to.push(spec),
            Some(same) if *same == spec => {}
            Some(other) => return Err(two_of_one(other, &spec)),
        }
    }
    super::known_codes(&args.allow)?;
    script_options(args, &to)?;
    Ok(Request {
        from: super::from_spec(args.from.as_ref(), args.all)?,
        to,
        show_secrets: args.show_secrets,
        reveal: args.output.is_some(),
        with_link_files: args.with_link_files,
        host_interfaces: args.host_interfaces,
        with_dnsmasq: args.with_dnsmasq,
        script: args.script.unwrap_or_default().into(),
        prune: args.prune,
        confirm_within: args.confirm_within,
        with_dispatcher: args.with_dispatcher,
        keep_unmanaged: args.unmanaged,
        map: super::rename_map(&args.map)?,
        allow: args.allow.clone(),
    })
}

/// Options of scripts of commands that do not go together.
fn script_options(args: &Convert, to: &[FormatSpec]) -> Result<(), Failure> {
    let is_script = to.iter().any(|spec| spec.name == IPROUTE);
    let options = [
        (args.script.is_some(), "--script"),
        (args.prune, "--prune"),
        (args.confirm_within.is_some(), "--confirm-within"),
    ];
    if let Some((_, option)) = options.iter().find(|(is_given, _)| *is_given && !is_script) {
        let failure = Failure::usage(format!("`{option}` is for scripts of ip commands"));
        return Err(failure.help("add `-t iproute`, or leave it out"));
    }
    if !is_script {
        return Ok(());
    }
    match (args.script.unwrap_or_default(), args.from_state.is_some(), args.confirm_within.is_some()) {
        (Script::Teardown, true, _) => {
            Err(Failure::usage("a plan leads to the network, and `--script teardown` takes it away")
                .help("leave out `--from-state`, or `--script teardown`"))
        }
        (Script::Teardown, false, true) => {
            Err(Failure::usage("what a teardown takes away does not come back by itself")
                .help("leave out `--confirm-within`"))
        }
        (Script::Ensure, false, true) => Err(Failure::usage(
            "`--confirm-within` needs the state that comes back",
        )
        .help("add `--from-state live:`, or `--script create` for a host that has nothing of the network")),
        (Script::Ensure | Script::Create | Script::Batch | Script::Teardown, _, _) => Ok(()),
    }
}

/// Two releases or dialects of a format have files of the same names.
fn two_of_one(one: &FormatSpec, other: &FormatSpec) -> Failure {
    Failure::usage(format!("`{one}` and `{other}` would be the same files"))
        .help(format!("convert to {} once for each, with an output directory of its own", one.name))
}

fn one_host(host: &Host, request: &Request, args: &Convert, look: Look, several: bool) -> Outcome {
    let mut outcome = Outcome::default();
    let look = Some(look).filter(|_| !args.json);
    let mut conversion = match convert_host(host, request, args.from_state.as_deref()) {
        Ok(conversion) => conversion,
        Err(failure) => {
            let status = match failure.kind {
                FailureKind::Input => Status::Unreadable,
                FailureKind::Usage | FailureKind::Write | FailureKind::Refused | FailureKind::Bug => {
                    Status::Failed
                }
            };
            return failed(outcome, &failure, host, look, status);
        }
    };
    if let Some(directory) = args.output.as_ref().filter(|directory| !args.diff && host.is_at(directory)) {
        conversion.diagnostics.push(beside_source(directory, &conversion));
    }
    let directory = args
        .output
        .as_ref()
        .map(|directory| if several { directory.join(&host.folder) } else { directory.clone() });
    outcome.from = Some(conversion.network.dialect.to_string());
    outcome.output = directory.as_ref().map(|directory| directory.to_string_lossy().into_owned());
    let placed = match &directory {
        None => Ok(Placed { status: Status::Converted, ..Placed::default() }),
        Some(directory) => place(directory, &conversion, request, args),
    };
    let is_written = placed.as_ref().is_ok_and(|placed| placed.status != Status::Refused);
    outcome.report.files(&conversion.files);
    outcome.report.diagnostics(&conversion.diagnostics, &conversion.sources);
    if is_written {
        outcome.report.outputs(&conversion.outputs);
    }
    if let Some(look) = look {
        outcome.messages = look.render(&conversion.diagnostics, texts(&conversion), Some(&host.label));
    }
    let placed = match placed {
        Ok(placed) => placed,
        Err(failure) => return failed(outcome, &failure, host, look, Status::Failed),
    };
    let changed = if placed.status == Status::Planned { CHANGED } else { DONE };
    outcome.exit = super::gravest([conversion.exit(request), changed].into_iter());
    outcome.status = placed.status;
    (outcome.changes, outcome.unchanged) = (placed.changes, placed.unchanged);
    outcome.line = summary(host, &conversion, request, &outcome.files());
    outcome.lost = super::lost(&conversion.diagnostics, request);
    if placed.status == Status::Refused {
        (outcome.error, outcome.help) = (Some(super::LOSSY.to_owned()), super::how_to_allow(&outcome.lost));
    }
    outcome.printed = match args.output {
        None => printed(&conversion.outputs, several.then_some(host.folder.as_str())),
        Some(_) => outcome.changes.iter().filter_map(|change| change.diff.as_deref()).collect(),
    };
    if !several {
        // The process ends next; giving a large network back piece by piece takes a tenth of the whole run.
        std::mem::forget(conversion);
    }
    outcome
}

/// The host's end by a failure, which people see and of which a program has the message.
fn failed(
    mut outcome: Outcome,
    failure: &Failure,
    host: &Host,
    look: Option<Look>,
    status: Status,
) -> Outcome {
    outcome.ended_by(failure, host, status);
    if let Some(look) = look {
        outcome.messages.push_str(&look.failure(Some(&host.label), failure));
        if look.name_hosts {
            outcome.line = format!("{}: {}\n", printable(&host.label), status.word());
        }
    }
    outcome
}

/// What became of the files in the output directory.
#[derive(Default)]
struct Placed {
    status: Status,
    changes: Vec<Change>,
    unchanged: Vec<String>,
}

/// Writes the files, unless only their changes are asked for or the host is refused.
fn place(
    directory: &Path,
    conversion: &Conversion,
    request: &Request,
    args: &Convert,
) -> Result<Placed, Failure> {
    let files = &conversion.outputs;
    let is_refused = args.refuse_loss && conversion.exit(request) == LOST;
    let is_written = !is_refused && !args.diff;
    let is_shown = args.diff || args.with_diff;
    let before = if is_shown || is_refused { crate::write::there(directory, files)? } else { Vec::new() };
    let mut diffs =
        if is_shown { diffs(directory, &before, conversion, request, args) } else { BTreeMap::new() };
    let steps = if is_written {
        crate::write::write(directory, files, args.force)?
    } else {
        let there = |file: &OutputFile| before.iter().find(|page| page.path == file.path);
        files.iter().map(|file| Step::of(there(file), file)).collect()
    };
    let mut placed = Placed::default();
    for (file, step) in files.iter().zip(steps) {
        let action = match step {
            Step::Nothing => {
                placed.unchanged.push(file.path.clone());
                continue;
            }
            Step::Place => Action::Create,
            Step::Replace => Action::Replace,
        };
        let mode = Some(file.mode).filter(|_| file.link_to.is_none());
        let (path, diff) = (file.path.clone(), diffs.remove(&file.path));
        placed.changes.push(Change { path, action, mode, diff });
    }
    placed.status = match (is_refused, placed.changes.is_empty(), args.diff) {
        (true, _, _) => Status::Refused,
        (false, true, _) => Status::Unchanged,
        (false, false, true) => Status::Planned,
        (false, false, false) => Status::Converted,
    };
    Ok(placed)
}

/// What changes in the files of the directory, by path.
fn diffs(
    directory: &Path,
    before: &[Page],
    conversion: &Conversion,
    request: &Request,
    args: &Convert,
) -> BTreeMap<String, String> {
    let after: Vec<Page> = conversion.outputs.iter().map(Page::from).collect();
    let prefix = directory.to_string_lossy();
    let secrets = [before, &after].map(|pages| super::secret_lines(pages, &request.to));
    let hides = !request.show_secrets;
    let [old, new] = [(before, &secrets[0]), (&after[..], &secrets[1])].map(|(pages, secrets)| Pages {
        prefix: prefix.trim_end_matches('/'),
        pages,
        secrets: Some(secrets).filter(|_| hides),
    });
    let paint = if args.json { Paint { colour: false } } else { Paint::stdout() };
    unified::by_path(&old, &new, paint)
}

fn beside_source(directory: &Path, conversion: &Conversion) -> Diagnostic {
    let (directory, format) = (directory.to_string_lossy(), conversion.format);
    Diagnostic::new(
        &codes::core::BESIDE_SOURCE,
        format!("the output goes into `{directory}` itself, beside the {format} files it is made from"),
    )
    .help("write into an empty directory, and copy the files when the old ones are out of use")
}

fn convert_host(host: &Host, request: &Request, state: Option<&Path>) -> Result<Conversion, Failure> {
    let opened = host.open(request.from.as_ref())?;
    let state = super::open_state(state)?;
    let state = state.as_ref().map(|opened| &*opened.tree);
    // A fault in one host's conversion must not take the other hosts' down.
    let convert = || pipeline::convert_from_state(&*opened.tree, request, state);
    let mut conversion = super::guarded("the conversion", convert)?;
    conversion.files.extend(opened.ignored);
    Ok(conversion)
}

fn texts(conversion: &Conversion) -> Texts<'_> {
    Texts { sources: &conversion.sources, secrets: &conversion.secrets }
}

/// `/: 6 files read as ifcfg:networkmanager, 4 files made for keyfile (4 created): 1 loss, 2 notes`.
fn summary(host: &Host, conversion: &Conversion, request: &Request, placed: &str) -> String {
    let files = |n: usize| if n == 1 { "1 file".to_owned() } else { format!("{n} files") };
    let read = conversion.sources.iter().count();
    let targets: Vec<String> = request.to.iter().map(ToString::to_string).collect();
    format!(
        "{}: {} read as {}{}, {} made for {}{placed}: {}\n",
        printable(&host.label),
        files(read),
        conversion.network.dialect,
        exceptions(&conversion.network),
        files(conversion.outputs.len()),
        targets.join(", "),
        counts(&conversion.diagnostics)
    )
}

/// ` (br0, tun0 as ifcfg:initscripts)`: the links that another program reads than the rest.
fn exceptions(network: &Network) -> String {
    let mut by_dialect: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (id, dialect) in &network.own_dialects {
        let label = network.link(*id).label();
        let labels = by_dialect.entry(dialect.to_string()).or_default();
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    let shown = |labels: &[&str]| match labels {
        [first, second, third, rest @ ..] if !rest.is_empty() => {
            format!("{first}, {second}, {third} and {} more", rest.len())
        }
        labels => labels.join(", "),
    };
    let parts: Vec<String> =
        by_dialect.iter().map(|(dialect, labels)| format!("{} as {dialect}", shown(labels))).collect();
    if parts.is_empty() { String::new() } else { format!(" ({})", printable(&parts.join("; "))) }
}

/// The files as text: one alone as it is, several each under a heading.
fn printed(files: &[OutputFile], folder: Option<&str>) -> String {
    if let ([file], None) = (files, folder) {
        return file.text.clone();
    }
    let mut text = String::new();
    for file in files {
        let host = folder.map_or_else(String::new, |folder| printable(folder).into_owned());
        let path = printable(&file.path);
        if let Some(target) = &file.link_to {
            let _ = writeln!(text, "# ==> {host}{path} -> {}\n", printable(target));
            continue;
        }
        let _ = writeln!(text, "# ==> {host}{path} ({:04o})", file.mode);
        text.push_str(&file.text);
        text.push_str(if file.text.ends_with('\n') { "\n" } else { "\n\n" });
    }
    text
}

/// Opens the report before anything is written, so that a path that does not work stops the run in time. A new
/// file is for its owner alone: values of the configuration stand in the messages.
fn open_report(path: &Path) -> Result<File, Failure> {
    if path == Path::new("-") {
        // Standard output has the files; `-` as a name would be a surprise beside `-` for standard input.
        let message = "the report cannot go to standard output, which has the converted files";
        return Err(Failure::new(FailureKind::Usage, message).help("name a file: `--report report.json`"));
    }
    let mut options = File::options();
    options.write(true).create(true).truncate(false).mode(0o600);
    options.open(path).map_err(|error| report_failure(path, &error))
}

fn write_report(path: &Path, mut file: File, report: Report) -> Result<(), Failure> {
    let is_file = file.metadata().is_ok_and(|metadata| metadata.is_file());
    let emptied = if is_file { file.set_len(0) } else { Ok(()) };
    emptied
        .and_then(|()| file.write_all(report.to_text().as_bytes()))
        .map_err(|error| report_failure(path, &error))
}

fn report_failure(path: &Path, error: &std::io::Error) -> Failure {
    let message = format!("the report `{}` cannot be written: {error}", path.to_string_lossy());
    Failure::new(FailureKind::Write, message).help("name a file in a directory that can be written to")
}
