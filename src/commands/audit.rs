//! `netpivot audit`: configuration against the running kernel, or against another release, of one host or of a fleet.

use super::fleet;
use crate::audit::baseline::Baseline;
use crate::audit::ignore::Ignore;
use crate::audit::lease::Leases;
use crate::audit::release::{self, DEBIAN13, RHEL10, Release, SLES16};
use crate::audit::state::Against;
use crate::audit::{self, Audit, Configuration};
use crate::cli::{self, AuditForm, FailOn, ReleaseName};
use crate::failure::{CHANGED, DONE, Failure, FailureKind};
use crate::formats::FormatSpec;
use crate::input::{self, Host};
use crate::render::audit::nagios::{self, Status};
use crate::render::audit::sarif::Log;
use crate::render::audit::{Verdict, counts, json, text};
use crate::render::{Console, Paint, printable};
use netpivot_model::diagnostic::Severity;
use std::path::{Path, PathBuf};

/// What is asked for, the same for each host.
struct Request {
    from: Option<FormatSpec>,
    /// None where only files are looked at.
    against: Option<Against>,
    release: Option<&'static Release>,
    fail_on: Severity,
    baseline: Baseline,
    ignore: Ignore,
}

pub(super) fn run(args: &cli::Audit, console: &mut Console) -> Result<u8, Failure> {
    let done = all(args, console);
    match (&done, args.output_format) {
        // A plug-in always has one line, and its own status for what could not be asked.
        (Err(failure), AuditForm::Nagios) => {
            let mut status = nagios::Status::default();
            status.failed("audit", &failure.message);
            super::print(&status.text(Severity::Note))?;
            Ok(status.exit(Severity::Note))
        }
        (Ok(_) | Err(_), AuditForm::Text | AuditForm::Json | AuditForm::Sarif | AuditForm::Nagios) => done,
    }
}

fn all(args: &cli::Audit, console: &mut Console) -> Result<u8, Failure> {
    input::named_once(&args.inputs)?;
    let hosts = input::hosts(&args.inputs, args.root.as_deref());
    let request = Request {
        from: super::from_spec(args.from.as_ref(), false)?,
        against: against(args, hosts.len())?,
        release: args.release.map(known),
        fail_on: severity(args.fail_on),
        baseline: args.baseline.as_deref().map(Baseline::open).transpose()?.unwrap_or_default(),
        ignore: args.ignore.as_deref().map(Ignore::open).transpose()?.unwrap_or_default(),
    };
    let several = hosts.len() > 1;
    console.look.name_hosts = several;
    let mut page =
        Page { args, several, paint: Paint::stdout(), sarif: Log::default(), nagios: Status::default() };
    page.print(&page.head())?;
    let mut total = Total::default();
    let work = |host: &Host| one_host(host, &request);
    fleet::each(&hosts, work, |host, result| match result {
        Ok(audit) => {
            let verdict = Verdict::of(&audit, request.fail_on);
            total.add(verdict);
            let text = page.host(host, &audit, verdict, console);
            page.print(&text)
        }
        Err(failure) => {
            total.failed.push(failure.kind.exit());
            console.failure(Some(&host.label), &failure);
            let text = page.failed(host, &failure);
            page.print(&text)
        }
    })?;
    page.print(&page.foot(request.fail_on))?;
    if args.verbose {
        for (line, entry) in request.ignore.unused() {
            console.print(&format!(
                "the ignore file's line {line} meets nothing: {}\n",
                printable(&entry.to_string())
            ));
        }
    }
    if several {
        let Total { clean, drift, in_part, failed } = &total;
        let word = if request.release.is_some() { "findings" } else { "drift" };
        console.print(&format!(
            "{} hosts: {clean} without {word}, {drift} with {word}, {in_part} read in part, {} unreadable\n",
            hosts.len(),
            failed.len()
        ));
    }
    match args.output_format {
        AuditForm::Nagios => Ok(page.nagios.exit(request.fail_on)),
        AuditForm::Text | AuditForm::Json | AuditForm::Sarif => Ok(total.exit()),
    }
}

/// What came of all hosts.
#[derive(Default)]
struct Total {
    clean: usize,
    drift: usize,
    in_part: usize,
    failed: Vec<u8>,
}

impl Total {
    fn add(&mut self, verdict: Verdict) {
        *match verdict {
            Verdict::Clean => &mut self.clean,
            Verdict::Drift => &mut self.drift,
            Verdict::InPart => &mut self.in_part,
        } += 1;
    }

    fn exit(&self) -> u8 {
        let drift = if self.drift > 0 { CHANGED } else { DONE };
        let in_part = if self.in_part > 0 { FailureKind::Input.exit() } else { DONE };
        super::gravest(self.failed.iter().copied().chain([drift, in_part]))
    }
}

fn severity(fail_on: FailOn) -> Severity {
    match fail_on {
        FailOn::Error => Severity::Error,
        FailOn::Warning => Severity::Warning,
        FailOn::Note => Severity::Note,
    }
}

fn known(name: ReleaseName) -> &'static Release {
    match name {
        ReleaseName::Rhel10 => &RHEL10,
        ReleaseName::Debian13 => &DEBIAN13,
        ReleaseName::Sles16 => &SLES16,
    }
}

/// Where states are: for another release only where one is named; else this host's root is compared with the running kernel,
/// others with what they hold themselves.
fn against(args: &cli::Audit, hosts: usize) -> Result<Option<Against>, Failure> {
    let is_this_host =
        args.inputs.is_empty() && args.root.as_deref().is_none_or(|root| root == Path::new("/"));
    match &args.against {
        None if args.release.is_some() => Ok(None),
        None if is_this_host => Ok(Some(Against::One(PathBuf::from("live:")))),
        None => Ok(Some(Against::Own)),
        Some(path) if hosts > 1 && path.is_dir() => Ok(Some(Against::Folder(path.clone()))),
        Some(_) if hosts > 1 => {
            let failure = Failure::usage("one state cannot be that of several hosts");
            Err(failure.help("give a directory that holds NAME.json for each of them"))
        }
        Some(path) => Ok(Some(Against::One(path.clone()))),
    }
}

fn one_host(host: &Host, request: &Request) -> Result<Audit, Failure> {
    let work = || {
        let opened = host.open(request.from.as_ref())?;
        let tree = &*opened.tree;
        let observed = request.against.as_ref().map(|state| state.observe(host, tree)).transpose()?;
        let configuration = match (audit::configuration(tree, request.from.as_ref()), request.release) {
            (Ok(configuration), _) => configuration,
            // Files that no link needs any more (`route-eth9`, a daemon's settings) are findings all the same.
            (Err(failure), Some(of)) if observed.is_none() && !release::check(of, tree, &[]).is_empty() => {
                Configuration::of_failure(&failure)
            }
            (Err(failure), _) => return Err(failure),
        };
        let mut audit = match &observed {
            Some(observed) => audit::audit(&configuration, &Leases::read(tree), observed),
            None => audit::of_files(&configuration),
        };
        if observed.is_some() {
            audit.add_insecure(tree, &configuration);
        }
        if let Some(release) = request.release {
            audit.add_release(release, tree, &configuration);
        }
        request.ignore.apply(&host.folder, &mut audit);
        request.baseline.apply(&host.folder, &mut audit);
        Ok(audit)
    };
    // A fault in one host's audit must not take the other hosts' down.
    super::guarded("the audit", work)
}

/// What is printed, in the form that is asked for.
struct Page<'a> {
    args: &'a cli::Audit,
    several: bool,
    paint: Paint,
    sarif: Log,
    nagios: Status,
}

impl Page<'_> {
    /// Prints a part of itself; what is for people is printable already.
    fn print(&self, text: &str) -> Result<(), Failure> {
        match self.args.output_format {
            AuditForm::Text => super::print_painted(text),
            AuditForm::Json | AuditForm::Sarif | AuditForm::Nagios => super::print(text),
        }
    }

    fn head(&self) -> String {
        match self.args.output_format {
            AuditForm::Sarif => self.sarif.head(),
            AuditForm::Text | AuditForm::Json | AuditForm::Nagios => String::new(),
        }
    }

    fn host(&mut self, host: &Host, audit: &Audit, verdict: Verdict, console: &mut Console) -> String {
        let verbose = self.args.verbose;
        let name = host.folder.as_str();
        match self.args.output_format {
            AuditForm::Text if self.several => {
                let mut out = text::line(name, audit, self.paint);
                if verbose {
                    out.push_str(&text::findings(audit, verbose, self.paint));
                }
                out
            }
            AuditForm::Text => {
                console.print(&summary(host, audit, verbose));
                text::findings(audit, verbose, self.paint)
            }
            AuditForm::Json => json::line(name, audit, verdict, self.args.show_secrets),
            AuditForm::Sarif => self.sarif.host(name, &host.label, audit),
            AuditForm::Nagios => {
                self.nagios.host(self.several.then_some(name), audit);
                String::new()
            }
        }
    }

    fn failed(&mut self, host: &Host, failure: &Failure) -> String {
        let name = host.folder.as_str();
        match self.args.output_format {
            AuditForm::Text if self.several => text::unreadable(name, self.paint),
            AuditForm::Text => String::new(),
            AuditForm::Json => json::unreadable(name, failure),
            AuditForm::Sarif => {
                self.sarif.failed(name, &failure.message);
                String::new()
            }
            AuditForm::Nagios => {
                self.nagios.failed(name, &failure.message);
                String::new()
            }
        }
    }

    fn foot(&self, least: Severity) -> String {
        match self.args.output_format {
            AuditForm::Sarif => self.sarif.foot(),
            AuditForm::Nagios => self.nagios.text(least),
            AuditForm::Text | AuditForm::Json => String::new(),
        }
    }
}

/// `/: 4 links, 1 error, 2 warnings; 12 differences not reported (`-v` names them)`.
fn summary(host: &Host, audit: &Audit, verbose: bool) -> String {
    let count = |n: usize, one: &str| format!("{n} {one}{}", if n == 1 { "" } else { "s" });
    let links = count(audit.owners.len(), "link");
    let label = printable(&host.label);
    let left = match audit.not_reported.len() {
        0 => String::new(),
        _ if verbose => String::new(),
        n => format!("; {} not reported (`-v` names them)", count(n, "difference")),
    };
    format!("{label}: {links}: {}{left}\n", counts(audit))
}
