//! `netpivot report`: a change as a page for those who review it.
//!
//! The change is that between two inputs, or that to another format; what it is comes from the same places as `diff`, `convert`
//! and `migrate --dry-run` have it.

use super::diff;
use crate::cli::Report as Args;
use crate::failure::{DONE, Failure};
use crate::formats::{self, Direction, FormatSpec};
use crate::input::{self, Opened};
use crate::migration::{self, Plan, Planned};
use crate::pipeline::difference::Difference;
use crate::pipeline::{self, Conversion, Loaded, Request};
use crate::render::report::{Checklist, Finding, Report, to_html};
use crate::render::unified::{FileDiff, Page, Pages, SecretLines, files};
use crate::render::{Console, Texts, counts};
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::dialect::NETLINK;
use netpivot_model::rename::RenameMap;
use netpivot_model::shell;
use netpivot_parsers::FileStatus;
use netpivot_parsers::tree::MemoryTree;
use std::path::Path;

pub(super) fn run(args: &Args, console: &mut Console) -> Result<u8, Failure> {
    input::named_once(&args.inputs)?;
    console.look.name_hosts = args.inputs.len() > 1;
    let (page, found) = match (&args.to, &args.inputs[..]) {
        (Some(to), [] | [_]) => of_conversion(args, to)?,
        (None, [old, new]) => match of_two(args, [old, new], console)? {
            Ok(made) => made,
            Err(status) => return Ok(status),
        },
        (Some(_), _) => return Err(usage("a host is converted by itself").help("name one input with `-t`")),
        (None, _) => {
            return Err(
                usage("a change has two sides").help("name OLD and NEW, or one input and `-t FORMAT`")
            );
        }
    };
    match &args.output {
        Some(path) => {
            super::write_file(path, &page, args.force)?;
            console.print(&format!("{}: {}\n", path.to_string_lossy(), counts(&found)));
        }
        None => super::print(&page)?,
    }
    Ok(DONE)
}

fn usage(message: &str) -> Failure {
    Failure::usage(message)
}

/// The page, and the findings in it.
type Made = (String, Vec<Diagnostic>);

/// The change from one input to the other.
fn of_two(args: &Args, inputs: [&Path; 2], console: &mut Console) -> Result<Result<Made, u8>, Failure> {
    let as_format = args.as_format.as_ref().map(|text| FormatSpec::parse(text, Direction::To)).transpose()?;
    let request = |from: Option<&String>, map| {
        let from = super::from_spec(from.or(args.from.as_ref()), false)?;
        Ok::<_, Failure>(Request {
            from,
            to: as_format.into_iter().collect(),
            reveal: true,
            map,
            ..Request::default()
        })
    };
    let requests = [
        request(args.old_from.as_ref(), super::rename_map(&args.map)?)?,
        request(args.new_from.as_ref(), RenameMap::default())?,
    ];
    let [old, new] = requests;
    // What is found stands on the page.
    let mut sides =
        match diff::both([diff::open(inputs[0], old, console), diff::open(inputs[1], new, console)]) {
            Ok(sides) => sides,
            Err(status) => return Ok(Err(status)),
        };
    let loaded = match diff::both(sides.each_ref().map(|side| diff::read(side, None, console))) {
        Ok(loaded) => loaded,
        Err(status) => return Ok(Err(status)),
    };
    let (changed, files_are) = match as_format.or_else(|| common_format(&loaded)) {
        Some(spec) => {
            sides.iter_mut().for_each(|side| side.request.to = vec![spec]);
            let pages = match diff::both(sides.each_ref().map(|side| diff::files(side, None, console))) {
                Ok(pages) => pages,
                Err(status) => return Ok(Err(status)),
            };
            (between(&pages, &[spec]), Some(format!("that {spec} would have")))
        }
        None => {
            let specs = loaded.each_ref().map(|loaded| FormatSpec::of(loaded.format));
            (between(&loaded.each_ref().map(own_pages), &specs), None)
        }
    };
    let [old, new] = loaded;
    let difference = super::guarded("the comparison", || Ok(Difference::of(old, new)))?;
    let report = Report {
        labels: sides.each_ref().map(|side| side.host.label.as_str()),
        findings: of_both([&difference.old, &difference.new]),
        difference: &difference,
        files: &changed,
        files_are,
        checklist: None,
    };
    let found = report.findings.iter().map(|found| found.diagnostic.clone()).collect();
    Ok(Ok((to_html(&report), found)))
}

fn texts(loaded: &Loaded) -> Texts<'_> {
    Texts { sources: &loaded.sources, secrets: &loaded.secrets }
}

fn findings<'f>(
    side: Option<&'f str>,
    found: &'f [Diagnostic],
    texts: Texts<'f>,
) -> impl Iterator<Item = Finding<'f>> {
    found.iter().map(move |diagnostic| Finding { side, diagnostic, texts })
}

/// The findings of both sides; what both have stands there once, with its place on the new side.
fn of_both<'f>([old, new]: [&'f Loaded; 2]) -> Vec<Finding<'f>> {
    let is_same = |a: &Diagnostic, b: &Diagnostic| a.code == b.code && a.message == b.message;
    let has = |loaded: &Loaded, one: &Diagnostic| loaded.diagnostics.iter().any(|other| is_same(one, other));
    let gone = findings(Some("before"), &old.diagnostics, texts(old));
    let stays = findings(Some("after"), &new.diagnostics, texts(new)).map(|found| {
        let side = if has(old, found.diagnostic) { Some("before and after") } else { found.side };
        Finding { side, ..found }
    });
    gone.filter(|found| !has(new, found.diagnostic)).chain(stays).collect()
}

/// The format in which the files of both sides are compared, where they have none in common: that of the new side, if it can be
/// written.
fn common_format(loaded: &[Loaded; 2]) -> Option<FormatSpec> {
    let [old, new] = loaded.each_ref().map(|loaded| loaded.network.dialect);
    let is_on_host = |loaded: &Loaded| loaded.sources.iter().all(|(_, source)| source.path.starts_with('/'));
    if old.format == new.format && old.format != NETLINK && loaded.iter().all(is_on_host) {
        return None;
    }
    let written = [new, old].into_iter().find(|dialect| formats::emitter(dialect.format).is_some())?;
    let dialect = Some(written.variant).filter(|variant| !variant.is_empty());
    Some(FormatSpec { name: written.format, dialect, version: written.version })
}

/// The files that a network was read from; the kernel's state is none that people compare by lines.
fn own_pages(loaded: &Loaded) -> Vec<Page> {
    if loaded.format == NETLINK {
        return Vec::new();
    }
    let page = |(path, status): &(String, FileStatus)| match status {
        FileStatus::Parsed => {
            let source = loaded.sources.get(loaded.sources.find(path)?);
            Some(Page { path: source.path.clone(), mode: 0, text: source.text.clone() })
        }
        FileStatus::Ignored(_) | FileStatus::Unreadable(_) => None,
    };
    loaded.files.iter().filter_map(page).collect()
}

fn between(pages: &[Vec<Page>; 2], specs: &[FormatSpec]) -> Vec<FileDiff> {
    let secrets: [SecretLines; 2] = pages.each_ref().map(|pages| super::secret_lines(pages, specs));
    let [old, new] = Pages::of_both(pages, &secrets);
    files(&old, &new)
}

/// The change to another format.
fn of_conversion(args: &Args, to: &str) -> Result<Made, Failure> {
    let to = FormatSpec::parse(to, Direction::To)?;
    let request = Request {
        from: super::from_spec(args.from.as_ref(), false)?,
        to: vec![to],
        // Lines are compared with the secrets in place, and shown without them.
        reveal: true,
        with_link_files: args.with_link_files,
        with_dispatcher: args.with_dispatcher,
        keep_unmanaged: args.unmanaged,
        map: super::rename_map(&args.map)?,
        ..Request::default()
    };
    let hosts = input::hosts(&args.inputs, args.root.as_deref());
    let [host] = &hosts[..] else { return Err(usage("a page is about one host").help("name one input")) };
    let opened: Opened = host.open(request.from.as_ref())?;
    let tree = &*opened.tree;
    let old = pipeline::load_renamed(tree, request.from.as_ref(), None, &request.map)?;
    let planned = super::guarded("the conversion", || migration::outline(tree, &request))?;
    let (conversion, plan) = match &planned {
        Planned::Plan(plan) => (&plan.conversion, Some(plan)),
        Planned::Unchanged(conversion) => (&**conversion, None),
    };
    let mut specs = vec![to];
    specs.push(request.from.unwrap_or(FormatSpec::of(conversion.format)));
    let changed = match plan {
        Some(plan) => between(&plan.pages(), &specs),
        None => between(&[own_pages(&old), conversion.outputs.iter().map(Page::from).collect()], &specs),
    };
    let new = read_back(conversion, &to)?;
    let difference = super::guarded("the comparison", || Ok(Difference::of(old, new)))?;
    let report = Report {
        labels: [&host.label, &host.label],
        findings: {
            let texts = Texts { sources: &conversion.sources, secrets: &conversion.secrets };
            findings(None, &conversion.diagnostics, texts).collect()
        },
        difference: &difference,
        files: &changed,
        files_are: None,
        checklist: plan.map(|plan| checklist(args, plan, &to)),
    };
    Ok((to_html(&report), conversion.diagnostics.clone()))
}

/// The network of the new files.
fn read_back(conversion: &Conversion, to: &FormatSpec) -> Result<Loaded, Failure> {
    let files = conversion.outputs.iter().filter(|file| file.link_to.is_none());
    let text =
        |file: &'_ netpivot_emitters::OutputFile| file.reads_as.clone().unwrap_or_else(|| file.text.clone());
    let mut tree = MemoryTree::default();
    files.for_each(|file| tree.add(file.path.as_str(), text(file)));
    pipeline::load(&tree, Some(to))
}

fn checklist<'p>(args: &Args, plan: &'p Plan, to: &FormatSpec) -> Checklist<'p> {
    let mut words = vec!["netpivot migrate -t".to_owned(), shell::quote(&to.to_string()).into_owned()];
    words.extend(args.from.iter().map(|from| format!("-f {}", shell::quote(from))));
    words.extend(args.map.iter().map(|map| format!("--map {}", shell::quote(map))));
    let options = [
        (args.with_link_files, "--with-link-files"),
        (args.with_dispatcher, "--with-dispatcher"),
        (args.unmanaged, "--unmanaged"),
    ];
    words.extend(options.iter().filter(|(is_given, _)| *is_given).map(|(_, option)| (*option).to_owned()));
    Checklist { first: words.join(" "), todo: &plan.todo, competing: &plan.competing }
}
