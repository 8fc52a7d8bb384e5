//! What is lost, computed: the facts of the source minus those of the output as the target's own parser
//! reads it back.
//!
//! The emitter only gives reasons; a difference without one shows all the same. What the output says
//! and the source does not is a fault of netpivot, unless the emitter names the rule behind it.

use crate::failure::{Failure, FailureKind};
use crate::formats::{self, FormatSpec};
use netpivot_emitters::{EmitContext, OutputFile, Reason};
use netpivot_model::codes;
use netpivot_model::compare::{Change, compare};
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::facts;
use netpivot_model::network::{Leftover, Network, Weight};
use netpivot_model::path::{FactPath, FieldPath, Subject, walk};
use netpivot_model::reflect::Node;
use netpivot_model::secret::HIDDEN;
use netpivot_model::source::Span;
use netpivot_parsers::tree::MemoryTree;
use netpivot_parsers::{Context, Input};
use std::collections::HashMap;

/// What a lost thing is, to tell it again in the verdict on another target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Lost {
    /// A fact.
    Fact(FactPath),
    /// A leftover, by its position.
    Leftover(usize),
}

/// The verdict on one target.
pub(super) struct Verdict {
    /// What is lost, each with its finding; several facts may share one.
    pub losses: Vec<(Lost, Diagnostic)>,
    /// Other findings of the emitter.
    pub findings: Vec<Diagnostic>,
}

const ROOT: FieldPath = FieldPath::new([""; 3]);

/// Compares the output with its source.
pub(super) fn judge(
    network: &Network,
    spec: &FormatSpec,
    files: &[OutputFile],
    cx: EmitContext,
) -> Result<Verdict, Failure> {
    let reread = read_back(spec, files)?;
    let mut losses = Vec::new();
    let mut invented = Vec::new();
    for change in compare(network, &reread) {
        match verdict_on(network, &reread, &change, &cx) {
            Judged::Fine => {}
            Judged::Lost(path) => {
                losses.push((Lost::Fact(path), finding(network, spec, &change, path, &cx.reasons)));
            }
            Judged::Invented => invented.push(describe(&reread, &change)),
        }
    }
    if !invented.is_empty() {
        return Err(bug(spec, &invented));
    }
    for (position, leftover) in network.leftovers.iter().enumerate() {
        if leftover.weight == Weight::Acts && network.dialect.format != spec.name && spec.name != "json" {
            losses.push((Lost::Leftover(position), leftover_lost(leftover, spec)));
        }
    }
    Ok(Verdict { losses, findings: cx.diagnostics })
}

fn read_back(spec: &FormatSpec, files: &[OutputFile]) -> Result<Network, Failure> {
    let parser = formats::parser(spec.name).ok_or_else(|| {
        Failure::new(FailureKind::Bug, format!("nothing reads the format `{}` back", spec.name))
    })?;
    let tree: MemoryTree = files.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect();
    let input = Input { tree: &tree, dialect: spec.dialect, version: spec.version };
    parser.parse(&input, &mut Context::default()).map_err(|fatal| bug(spec, &[fatal.message]))
}

enum Judged {
    Fine,
    Lost(FactPath),
    Invented,
}

fn verdict_on(network: &Network, reread: &Network, change: &Change, cx: &EmitContext) -> Judged {
    if let (Some(path), Some(_)) = (change.old_path, &change.old) {
        return if is_added(path, cx) { Judged::Fine } else { Judged::Lost(path) };
    }
    let said = change.new_path.is_some_and(|path| is_said(reread, path));
    let added = match change.old_path {
        Some(path) => is_added(path, cx),
        None => change.new_path.is_some_and(|path| is_whole_addition(network, path, cx)),
    };
    if said && !added { Judged::Invented } else { Judged::Fine }
}

/// True where a named rule accounts for the fact.
fn is_added(path: FactPath, cx: &EmitContext) -> bool {
    cx.additions.iter().any(|a| a.path.subject == path.subject && a.path.field == path.field)
}

/// True where a named rule accounts for a whole profile, route or rule that the source does not have:
/// the rule then names a subject of the source without a field.
fn is_whole_addition(network: &Network, path: FactPath, cx: &EmitContext) -> bool {
    let whole = |subject: Subject| match (subject, path.subject) {
        (Subject::Link(id), Subject::Link(_) | Subject::Route(_) | Subject::Rule(_)) => {
            (id.0 as usize) < network.links.len()
        }
        (Subject::Route(_), Subject::Route(_)) | (Subject::Rule(_), Subject::Rule(_)) => true,
        (Subject::Route(_) | Subject::Rule(_), _) => false,
    };
    cx.additions.iter().any(|a| a.path.field == ROOT && whole(a.path.subject))
}

/// True where the output itself says the fact; a default of the target that the source leaves open is
/// no addition.
fn is_said(network: &Network, path: FactPath) -> bool {
    match path.subject {
        Subject::Link(id) => {
            let link = network.link(id);
            match link.leaf(path.field) {
                Some(leaf) => leaf.is_said(),
                None => true,
            }
        }
        Subject::Route(_) | Subject::Rule(_) => true,
    }
}

fn finding(
    network: &Network,
    spec: &FormatSpec,
    change: &Change,
    path: FactPath,
    reasons: &[Reason],
) -> Diagnostic {
    let mut spans = spans_of(network, path);
    if let Some(reason) = reason_for(path, reasons) {
        if spans.is_empty() {
            spans = spans_of(network, reason.path);
        }
        let mut diagnostic = Diagnostic::new(reason.code, reason.text.clone()).about(path);
        diagnostic.labels = spans;
        diagnostic.help = reason.help.clone();
        return diagnostic;
    }
    let message = match &change.new {
        Some(_) => format!("{}, in {spec}", describe(network, change)),
        None => format!("{} is not in the {spec} output", describe(network, change)),
    };
    let mut diagnostic = Diagnostic::new(&codes::core::LOST, message).about(path);
    diagnostic.labels = spans;
    diagnostic
}

/// The reason for a path: the very path, a group or the subject it belongs to, or – where the whole
/// subject is missing – any reason about that subject.
fn reason_for(path: FactPath, reasons: &[Reason]) -> Option<&Reason> {
    let same: Vec<&Reason> = reasons.iter().filter(|r| r.path.subject == path.subject).collect();
    let whole = path.field == ROOT || path.field == FieldPath::parse("kind");
    same.iter()
        .find(|r| r.path.field == path.field)
        .or_else(|| same.iter().find(|r| is_prefix(r.path.field, path.field)))
        .or_else(|| same.first().filter(|_| whole))
        .copied()
}

fn is_prefix(group: FieldPath, field: FieldPath) -> bool {
    group.names().zip(field.names()).all(|(a, b)| a == b) && group.names().count() < field.names().count()
}

/// The places that a fact of the network comes from; of a whole subject the first of its settings.
fn spans_of(network: &Network, path: FactPath) -> Vec<Span> {
    let node: &dyn Node = match path.subject {
        Subject::Link(id) => network.link(id),
        Subject::Route(n) => &network.routes[n as usize].item,
        Subject::Rule(n) => &network.rules[n as usize].item,
    };
    let mut exact = Vec::new();
    let mut first = None;
    walk(node, ROOT, &mut |field, seen| {
        facts::origins_of(&seen, &mut |origin| {
            first = first.or(origin.span());
            if field == path.field {
                exact.extend_from_slice(origin.spans());
            }
        });
    });
    if exact.is_empty() { first.into_iter().collect() } else { exact }
}

fn describe(network: &Network, change: &Change) -> String {
    let path = change.old_path.or(change.new_path);
    let subject = path.map_or_else(String::new, |p| facts::subject_label(network, p.subject));
    let field = path.map(|p| p.field).filter(|f| *f != ROOT && *f != FieldPath::parse("kind"));
    let of = field.map_or(subject.clone(), |field| format!("`{field}` of {subject}"));
    match (&change.old, &change.new) {
        (Some(old), Some(new)) => format!("{of} is `{old}` in the source and becomes `{new}`"),
        (Some(value), None) | (None, Some(value)) => match field {
            Some(_) => format!("{of} (`{value}`)"),
            None => format!("{of} ({value})"),
        },
        (None, None) => of,
    }
}

fn leftover_lost(leftover: &Leftover, spec: &FormatSpec) -> Diagnostic {
    let value = if leftover.secret { HIDDEN } else { &leftover.value };
    let item = if leftover.value.is_empty() {
        format!("`{}`", leftover.key)
    } else {
        format!("`{}={value}`", leftover.key)
    };
    let meaning = if leftover.meaning.is_empty() { String::new() } else { format!(": {}", leftover.meaning) };
    Diagnostic::new(&codes::core::LEFTOVER_LOST, format!("{item} has no counterpart in {spec}{meaning}"))
        .from(&leftover.origin)
        .help("set it up by other means on the new system, then accept the loss with `--allow L002`")
}

fn bug(spec: &FormatSpec, what: &[String]) -> Failure {
    Failure::new(
        FailureKind::Bug,
        format!("the {spec} output says what the source does not: {}", what.join("; ")),
    )
    .help("nothing was written; please report this with the input that shows it")
}

/// The losses that every target has; with one target, all. Findings that several lost facts share come once.
pub(super) fn lost_everywhere(judged: Vec<Vec<(Lost, Diagnostic)>>) -> Vec<Diagnostic> {
    let targets = judged.len();
    let mut seen: HashMap<Lost, usize> = HashMap::new();
    for losses in &judged {
        let mut here: Vec<Lost> = losses.iter().map(|(lost, _)| *lost).collect();
        here.sort_unstable_by_key(|lost| format!("{lost:?}"));
        here.dedup();
        here.into_iter().for_each(|lost| *seen.entry(lost).or_default() += 1);
    }
    let mut found: Vec<Diagnostic> = Vec::new();
    for (lost, diagnostic) in judged.into_iter().flatten() {
        let known = |d: &Diagnostic| d.code == diagnostic.code && d.message == diagnostic.message;
        if seen.get(&lost) != Some(&targets) {
            continue;
        }
        match found.iter_mut().find(|d| known(d)) {
            Some(first) => {
                let more = diagnostic.labels.into_iter().filter(|span| !first.labels.contains(span));
                let more: Vec<Span> = more.collect();
                first.labels.extend(more);
            }
            None => found.push(diagnostic),
        }
    }
    found
}
