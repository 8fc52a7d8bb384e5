//! `netpivot convert`: other formats for one host or many.
//!
//! Several hosts are worked on at once; each is written all or nothing, and a bad one does not stop the rest.
//! What is printed comes in the order of the command line.

use crate::cli::{Convert, Script};
use crate::failure::{CHANGED, DONE, Failure, FailureKind, LOST};
use crate::formats::{Direction, FormatSpec};
use crate::input::{self, Host};
use crate::pipeline::{self, Conversion, Request};
use crate::render::json::Report;
use crate::render::unified::{Page, Pages, unified};
use crate::render::{Console, Look, Paint, Progress, Texts, counts, printable};
use netpivot_emitters::OutputFile;
use netpivot_model::codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::dialect::IPROUTE;
use netpivot_model::network::Network;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// What came of one host.
#[derive(Default)]
struct Outcome {
    status: u8,
    /// For standard output.
    output: String,
    /// For standard error.
    messages: String,
    report: Report,
}

pub(super) fn run(args: &Convert, console: &mut Console) -> Result<u8, Failure> {
    console.look.form = args.diagnostics;
    let request = request(args)?;
    input::named_once(&args.inputs)?;
    let hosts = input::hosts(&args.inputs, args.root.as_deref());
    let several = hosts.len() > 1;
    console.look.name_hosts = several;
    let report_file = args.report.as_deref().map(open_report).transpose()?;
    let work = |host: &Host| one_host(host, &request, args, console.look, several);
    let outcomes: Vec<Outcome> = if several {
        let progress = Progress::stderr(hosts.len());
        let outcomes = hosts.par_iter().map(work).inspect(|_| progress.step()).collect();
        progress.finish();
        outcomes
    } else {
        hosts.iter().map(work).collect()
    };
    let mut report = Report::default();
    let mut statuses = Vec::with_capacity(outcomes.len());
    let mut output = String::new();
    for (host, outcome) in hosts.iter().zip(outcomes) {
        statuses.push(outcome.status);
        output.push_str(&outcome.output);
        console.print(&outcome.messages);
        if several {
            report.host(&host.folder, outcome.report);
        } else {
            report = outcome.report;
        }
    }
    if several {
        let failed = statuses.iter().filter(|status| ![DONE, CHANGED, LOST].contains(status)).count();
        console.print(&format!("{} hosts, {failed} failed\n", hosts.len()));
    }
    super::print(&output)?;
    if let (Some(path), Some(file)) = (&args.report, report_file) {
        write_report(path, file, report)?;
    }
    Ok(super::gravest(statuses.into_iter()))
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
        script: args.script.into(),
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
    let options = [(args.prune, "--prune"), (args.confirm_within.is_some(), "--confirm-within")];
    if let Some((_, option)) = options.iter().find(|(is_given, _)| *is_given && !is_script) {
        let failure = Failure::usage(format!("`{option}` is for scripts of ip commands"));
        return Err(failure.help("add `-t iproute`, or leave it out"));
    }
    if !is_script {
        return Ok(());
    }
    match (args.script, args.from_state.is_some(), args.confirm_within.is_some()) {
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
    let mut conversion = match convert_host(host, request, args.from_state.as_deref()) {
        Ok(conversion) => conversion,
        Err(failure) => {
            let failed = Outcome::default();
            return failed.ended_by(&failure, host, look);
        }
    };
    if let Some(directory) = args.output.as_ref().filter(|directory| !args.diff && host.is_at(directory)) {
        conversion.diagnostics.push(beside_source(directory, &conversion));
    }
    let directory = args
        .output
        .as_ref()
        .map(|directory| if several { directory.join(&host.folder) } else { directory.clone() });
    let written = match &directory {
        None => Ok(String::new()),
        Some(directory) if args.diff => changes(directory, &conversion, request),
        Some(directory) => {
            crate::write::write(directory, &conversion.outputs, args.force).map(|()| String::new())
        }
    };
    if written.is_err() {
        conversion.outputs.clear();
    }
    let mut outcome = Outcome::default();
    outcome.report.files(&conversion.files);
    outcome.report.diagnostics(&conversion.diagnostics, &conversion.sources);
    outcome.report.outputs(&conversion.outputs);
    outcome.messages = look.render(&conversion.diagnostics, texts(&conversion), Some(&host.label));
    let changes = match written {
        Ok(changes) => changes,
        Err(failure) => return outcome.ended_by(&failure, host, look),
    };
    outcome.messages.push_str(&summary(host, &conversion, request));
    let changed = if changes.is_empty() { DONE } else { CHANGED };
    outcome.status = super::gravest([conversion.exit(request), changed].into_iter());
    outcome.output = changes;
    if args.output.is_none() {
        outcome.output = printed(&conversion.outputs, several.then_some(host.folder.as_str()));
    }
    if !several {
        // The process ends next; giving a large network back piece by piece takes a tenth of the whole run.
        std::mem::forget(conversion);
    }
    outcome
}

/// What would change in the files of the directory.
fn changes(directory: &Path, conversion: &Conversion, request: &Request) -> Result<String, Failure> {
    let before = crate::write::there(directory, &conversion.outputs)?;
    let after: Vec<Page> = conversion.outputs.iter().map(Page::from).collect();
    let prefix = directory.to_string_lossy();
    let secrets = [&before, &after].map(|pages| super::secret_lines(pages, &request.to));
    let hides = !request.show_secrets;
    let [old, new] = [(&before, &secrets[0]), (&after, &secrets[1])].map(|(pages, secrets)| Pages {
        prefix: prefix.trim_end_matches('/'),
        pages,
        secrets: Some(secrets).filter(|_| hides),
    });
    Ok(unified(&old, &new, Paint::stdout()))
}

fn beside_source(directory: &Path, conversion: &Conversion) -> Diagnostic {
    let (directory, format) = (directory.to_string_lossy(), conversion.format);
    Diagnostic::new(
        &codes::core::BESIDE_SOURCE,
        format!("the output goes into `{directory}` itself, beside the {format} files it is made from"),
    )
    .help("write into an empty directory, and copy the files when the old ones are out of use")
}

impl Outcome {
    fn ended_by(mut self, failure: &Failure, host: &Host, look: Look) -> Self {
        self.report.failure(&host.label, failure);
        self.messages.push_str(&look.failure(Some(&host.label), failure));
        self.status = failure.kind.exit();
        self
    }
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

/// `/: 6 files read as ifcfg:networkmanager, 4 files made for keyfile: 1 loss, 2 notes`.
fn summary(host: &Host, conversion: &Conversion, request: &Request) -> String {
    let files = |n: usize| if n == 1 { "1 file".to_owned() } else { format!("{n} files") };
    let read = conversion.sources.iter().count();
    let targets: Vec<String> = request.to.iter().map(ToString::to_string).collect();
    let mut text = format!(
        "{}: {} read as {}{}, {} made for {}: {}\n",
        printable(&host.label),
        files(read),
        conversion.network.dialect,
        exceptions(&conversion.network),
        files(conversion.outputs.len()),
        targets.join(", "),
        counts(&conversion.diagnostics)
    );
    text.push_str(&super::how_to_allow(&conversion.diagnostics, request));
    text
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
