//! Scripts of `ip`, `bridge`, `brctl`, `ovs-vsctl` and other commands, and recipes pasted from a page.
//!
//! The script is evaluated, never run ([`crate::commands`]); what is left when its last command is done is the network.
//! With a state to start from ([`Input::state`]) its commands change that host; without one the host is
//! unknown, and network cards that the script uses are taken to be there.

use crate::commands::{
    Evaluator, Files, Manner, Report, Shell, Text, World, files, is_network_program, settle, without_effect,
};
use crate::netlink::is_printed_state;
use crate::text::iproute::Tables;
use crate::{Confidence, Context, Fatal, FormatInfo, Input, Parser, Tree};
use foldhash::HashSet;
use netpivot_model::coverage::Item;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::dialect::{Dialect, IPROUTE, NETLINK};
use netpivot_model::hook::{Command, Hook, HookPhase};
use netpivot_model::network::{Network, Owned};
use netpivot_model::source::{At, Origin, SourceId, Span};

mod own;
mod paste;
#[cfg(test)]
mod tests;

/// The format.
pub struct Iproute;

/// Where scripts stand in a tree; a host keeps them anywhere, so they are always named.
const DIRECTORY: &str = "/netpivot-commands";

impl Parser for Iproute {
    fn info(&self) -> &'static FormatInfo {
        &netpivot_model::format::IPROUTE
    }

    fn detect(&self, tree: &dyn Tree) -> Confidence {
        match tree.list(DIRECTORY) {
            Ok(entries) if !entries.is_empty() => {
                Confidence::Sure("commands that set up a network".to_owned())
            }
            Ok(_) | Err(_) => Confidence::No,
        }
    }

    fn place(&self, file_name: &str, text: &str) -> Option<String> {
        // A line of what `ip -d address` prints of a bridge begins with the word `bridge`.
        let is_command = |line: paste::Line<'_>| is_network_program(line.first_word());
        let some = !is_printed_state(text) && paste::lines(text).any(is_command);
        some.then(|| format!("{DIRECTORY}/{file_name}"))
    }

    fn parse(&self, input: &Input<'_>, cx: &mut Context) -> Result<Network, Fatal> {
        let tables = Tables::builtin();
        let mut scripts = Vec::new();
        for entry in input.tree.list(DIRECTORY).unwrap_or_default() {
            scripts.extend(cx.read(input.tree, &format!("{DIRECTORY}/{}", entry.name)));
        }
        let texts: Vec<String> = scripts.iter().map(|id| cx.sources.get(*id).text.clone()).collect();
        let found = files::find(texts.iter().map(String::as_str), input.tree, cx);
        let files = Files::of(&found, &cx.sources);
        let ((mut network, read), mut report) = settle(|verbatim| {
            let (network, world) = start(input.state);
            let mut evaluator = Evaluator::new(network, world, &tables, &files, verbatim);
            let mut report = Report::default();
            scripts.iter().for_each(|source| evaluate(&mut evaluator, *source, cx, &mut report));
            let finished = evaluator.finish();
            report.diagnostics.extend(finished.diagnostics);
            ((finished.network, finished.read), report)
        });
        cx.items.extend(read);
        hooks(&mut network, &report);
        network.commands = in_order(&report);
        let mut undone = without_effect(&network, &report, &cx.sources);
        if input.state.is_some() {
            // To take something of the state away is an effect, though nothing is left of it.
            let took: HashSet<Span> = report.took.iter().copied().collect();
            let is_done = |note: &Diagnostic| note.labels.first().is_some_and(|span| took.contains(span));
            let done: HashSet<Span> =
                undone.extract_if(.., |note| is_done(note)).flat_map(|note| note.labels).collect();
            report.understood.retain(|span| !done.contains(span));
        }
        register(&report, cx);
        cx.diagnostics.append(&mut report.diagnostics);
        cx.diagnostics.extend(undone);
        if report.understood.is_empty() && report.left.is_empty() {
            return Err(Fatal {
                message: "no command of the script sets up a network".to_owned(),
                help: "give a script of `ip`, `brctl` or `ovs-vsctl` commands".to_owned(),
            });
        }
        Ok(network)
    }
}

/// The network to start from: only the kernel itself knows each link of the host. Links of the state keep its dialect, so that their silence means what it meant.
fn start(state: Option<&Network>) -> (Network, World) {
    let Some(state) = state else {
        return (Network { dialect: Dialect::of(IPROUTE), ..Network::default() }, World::Unknown);
    };
    let mut network = state.clone();
    for (id, _) in state.links() {
        network.own_dialects.entry(id).or_insert(state.dialect);
    }
    network.dialect = Dialect::of(IPROUTE);
    let world = if state.dialect.format == NETLINK { World::Known } else { World::Configured };
    (network, world)
}

/// Evaluates one file.
fn evaluate(evaluator: &mut Evaluator<'_>, source: SourceId, cx: &Context, report: &mut Report) {
    let nothing = |_: &str| None;
    let mut shell = Shell::new(&nothing);
    let text = &cx.sources.get(source).text;
    let own = own::read(text);
    if own.is_some() {
        evaluator.trust_names();
    }
    let script = own.unwrap_or_else(|| paste::read(text));
    if script.is_typed {
        shell.is_typed();
    }
    let text = Text { text: &script.text, source, pieces: &script.pieces };
    evaluator.apply(&text, Manner::Script, &mut shell, report);
    report.diagnostics.extend(script.output.iter().map(|range| paste::output_finding(source, range.clone())));
}

/// What stays as it stands becomes a hook.
fn hooks(network: &mut Network, report: &Report) {
    for left in &report.left {
        let at = Origin::said(left.spans.iter().copied());
        let hook = Hook {
            phase: Some(At::new(HookPhase::Up, at.clone())),
            command: Some(At::new(left.text.clone(), at)),
            ..Hook::default()
        };
        network.hooks.push(Owned { owner: None, item: hook });
    }
}

/// A script runs its commands as they stand.
fn in_order(report: &Report) -> Vec<Command> {
    let left = report.left.iter().flat_map(|left| &left.spans);
    let mut spans: Vec<Span> = report.understood.iter().chain(left).copied().collect();
    spans.sort_unstable();
    spans.into_iter().map(Command::of_script).collect()
}

/// Each command is an item of the input.
fn register(report: &Report, cx: &mut Context) {
    let left = report.left.iter().flat_map(|left| &left.spans);
    cx.items.reserve_exact(report.understood.len());
    for span in report.understood.iter().chain(left) {
        let key = cx.sources.text(*span).to_owned();
        cx.items.push(Item {
            span: *span,
            owner: None,
            section: None,
            key,
            value: String::new(),
            secret: false,
        });
    }
}
