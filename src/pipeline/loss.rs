//! What is lost, computed: the facts of the source minus those of the output as the target's own parser
//! reads it back.
//!
//! The emitter only gives reasons; a difference without one shows all the same. What the output says
//! and the source does not is a fault of netpivot, unless the emitter names the rule behind it.

use crate::failure::{Failure, FailureKind};
use crate::formats::{self, FormatSpec};
use accounts::Added;
use foldhash::{HashMap, HashSet};
use netpivot_emitters::{Accounted, EmitContext, OutputFile, Reason};
use netpivot_model::check::Index;
use netpivot_model::codes;
use netpivot_model::compare::{Change, compare_as, pair_links_before};
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::dialect::IPROUTE;
use netpivot_model::facts::{self, ROOT};
use netpivot_model::format::JSON;
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::network::{EntryKind, Leftover, Network, Weight};
use netpivot_model::path::{FactPath, FieldPath, Subject};
use netpivot_model::secret::HIDDEN;
use netpivot_model::source::Span;
use netpivot_model::value::Value;
use netpivot_parsers::tree::MemoryTree;
use netpivot_parsers::{Context, Input};
use std::collections::hash_map::Entry;

mod accounts;

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
    /// Links that the target's own program makes.
    pub makes: Vec<LinkId>,
}

/// What the emitter said, made ready for looking up.
struct Explained<'a> {
    network: &'a Network,
    spec: &'a FormatSpec,
    reasons: HashMap<Subject, Vec<&'a Reason>>,
    accounts: HashSet<Accounted>,
    added: Added,
}

/// Compares the output with its source.
pub(super) fn judge(
    network: &Network,
    spec: &FormatSpec,
    files: &[OutputFile],
    cx: EmitContext,
) -> Result<Verdict, Failure> {
    let mut reread = read_back(spec, files)?;
    kinds_by_the_device(network, &mut reread, &cx);
    let mut cx = cx;
    let disowned;
    let network = if spec.name == IPROUTE {
        // A script sets them up for the host, whichever link's start did so in the source.
        reread.disown();
        cx.accounts.iter_mut().for_each(|account| accounts::disown_account(&mut account.of));
        disowned = {
            let mut network = network.clone();
            network.disown();
            network
        };
        &disowned
    } else {
        network
    };
    let mut reasons: HashMap<Subject, Vec<&Reason>> = HashMap::default();
    for reason in &cx.reasons {
        reasons.entry(reason.path.subject).or_default().push(reason);
    }
    // What is left out as a whole takes no other's place: two profiles may have one device, or one UUID.
    let left_out = cx.reasons.iter().filter(|reason| reason.path.field == ROOT).filter_map(|reason| {
        match reason.path.subject {
            Subject::Link(id) => Some(id),
            Subject::Entry(..) => None,
        }
    });
    let pairs = pair_links_before(network, &reread, &left_out.collect());
    let changes = compare_as(network, &reread, &pairs);
    let mut accounts: HashSet<Accounted> = cx.accounts.iter().map(|account| account.of.clone()).collect();
    let rewritten = accounts::rewritten_only_once(network, &reread, &changes, &mut accounts);
    let added = Added::of(&reread, &pairs, rewritten);
    let explained = Explained { network, spec, reasons, accounts, added };
    let mut losses = Vec::new();
    let mut invented = Vec::new();
    for change in changes {
        match explained.verdict(&reread, &change) {
            Judged::Fine => {}
            Judged::Lost(path) => {
                let findings = explained.findings(&change, path);
                losses.extend(findings.into_iter().map(|finding| (Lost::Fact(path), finding)));
            }
            Judged::Invented => invented.push(describe(&reread, change.new_path, &change)),
        }
    }
    if !invented.is_empty() {
        return Err(bug(spec, &invented));
    }
    // Back in its own format, or in the model itself, a leftover stands as it was.
    let kept = network.dialect.format == spec.name || spec.name == JSON.name;
    for (position, leftover) in network.leftovers.iter().enumerate() {
        let unread = cx.unread_leftovers.iter().any(|n| *n as usize == position);
        let stands = cx.kept_leftovers.iter().any(|n| *n as usize == position);
        if leftover.weight == Weight::Acts && (!kept && !stands || unread) {
            losses.push((Lost::Leftover(position), leftover_lost(leftover, spec)));
        }
    }
    Ok(Verdict { losses, findings: cx.diagnostics, makes: cx.makes })
}

/// Commands and files go by names: what they call a card is of the kind that the source gives the device of that name, where
/// the emitter says so.
fn kinds_by_the_device(network: &Network, reread: &mut Network, cx: &EmitContext) {
    let place = |link: &Link| {
        Some((link.netns.as_ref().map(|at| at.value.clone()), link.name.as_ref()?.value.clone()))
    };
    let of_reread: HashMap<_, LinkId> =
        reread.links().filter_map(|(id, link)| Some((place(link)?, id))).collect();
    for account in &cx.accounts {
        let Accounted::Otherwise(FactPath { subject: Subject::Link(id), field }) = account.of else {
            continue;
        };
        let link = network.link(id);
        let there = place(link).and_then(|place| of_reread.get(&place)).filter(|_| field.is("kind"));
        let word = link.kind.value.word();
        if let (Some(there), Some(kind)) = (there, LinkKind::of(word))
            && reread.link(*there).kind.value.word() != word
        {
            reread.link_mut(*there).kind.value = kind;
        }
    }
}

/// What the target's own parser makes of the network as its emitter writes it with all that the format can say, and the facts
/// that it means in other words or without one; `None` where nothing writes the format.
pub(super) fn as_written(network: &Network, spec: &FormatSpec) -> Option<(Network, HashSet<FactPath>)> {
    let mut cx = EmitContext {
        target: spec.target(),
        reveal_secrets: true,
        with_link_files: true,
        with_dispatcher: true,
        with_dnsmasq: true,
        keep_unmanaged: true,
        ..EmitContext::default()
    };
    let files = formats::emitter(spec.name)?.emit(network, &mut cx).files;
    let mut reread = read_back(spec, &files).ok()?;
    kinds_by_the_device(network, &mut reread, &cx);
    if spec.name == IPROUTE {
        reread.disown();
    }
    let otherwise = cx.accounts.into_iter().filter_map(|account| match account.of {
        Accounted::Otherwise(path) => Some(path),
        Accounted::Added(_)
        | Accounted::AddedLink
        | Accounted::AddedEntry(..)
        | Accounted::Rewritten(..)
        | Accounted::TakesBack(_) => None,
    });
    Some((reread, otherwise.collect()))
}

fn read_back(spec: &FormatSpec, files: &[OutputFile]) -> Result<Network, Failure> {
    let parser = formats::parser(spec.name).ok_or_else(|| {
        Failure::new(FailureKind::Bug, format!("nothing reads the format `{}` back", spec.name))
    })?;
    let tree: MemoryTree = files
        .iter()
        .map(|file| (file.path.as_str(), file.reads_as.as_ref().unwrap_or(&file.text).as_str()))
        .collect();
    // As the program reads it that it is written for, whatever another would make of it.
    let dialect = spec.dialect.or_else(|| Some(parser.info().dialects.first()?.0));
    let input = Input { tree: &tree, dialect, version: spec.version, state: None };
    // Where nothing could be written there is no network to speak of: then all of the source is lost.
    let nothing = Network { dialect: spec.target(), ..Network::default() };
    Ok(parser.parse(&input, &mut Context::default()).unwrap_or(nothing))
}

/// True for `lo`, which every kernel has, whoever mentions it.
fn is_loopback(network: &Network, subject: Subject) -> bool {
    matches!(subject, Subject::Link(id) if matches!(network.link(id).kind.value, LinkKind::Loopback(_)))
}

enum Judged {
    Fine,
    Lost(FactPath),
    Invented,
}

impl Explained<'_> {
    fn verdict(&self, reread: &Network, change: &Change) -> Judged {
        let has = |of: &Accounted| self.accounts.contains(of);
        if let (Some(path), Some(_)) = (change.old_path, &change.old) {
            // A rule about a list does not excuse an item of which the emitter itself says that it is missing.
            let of_item = |reason: &&Reason| reason.path == path && reason.origin.is_some();
            let is_told = self.reasons.get(&path.subject).is_some_and(|all| all.iter().any(of_item));
            let meant = has(&Accounted::Otherwise(path))
                || accounts::rewritten(path).as_ref().is_some_and(has)
                || accounts::has_setting(reread, self.network, path);
            return if meant && !is_told { Judged::Fine } else { Judged::Lost(path) };
        }
        let said = change.new_path.is_some_and(|path| is_said(reread, path));
        let accounted = match (change.old_path, change.new_path) {
            (Some(path), _) => {
                has(&Accounted::Added(path))
                    || has(&Accounted::Otherwise(path))
                    || self.is_told_by_controller(path, change.new.as_ref())
                    || accounts::is_kernel_setting(self.network, path, change.new.as_ref())
                    || self.is_another_link(path.subject)
            }
            (None, Some(path)) => is_loopback(reread, path.subject) || self.adds_whole(reread, path.subject),
            (None, None) => false,
        };
        if said && !accounted { Judged::Invented } else { Judged::Fine }
    }

    /// True for a link that the emitter leaves out as a whole, where it makes one that the source does not have: what the
    /// output has by the name of the first is the second.
    fn is_another_link(&self, subject: Subject) -> bool {
        let is_whole = |reason: &&Reason| reason.path.field == ROOT;
        matches!(subject, Subject::Link(_))
            && self.accounts.contains(&Accounted::AddedLink)
            && self.reasons.get(&subject).is_some_and(|all| all.iter().any(is_whole))
    }

    /// True for the type of a port whose source names no more than the controller: what that is tells the type.
    fn is_told_by_controller(&self, path: FactPath, value: Option<&Value>) -> bool {
        let Subject::Link(id) = path.subject else { return false };
        let controller = self.network.link(id).controller.as_ref().filter(|_| path.field.is("port_type"));
        let (Some(controller), Some(Value::Text(word))) = (controller, value) else { return false };
        let found = Index::of(self.network).find(&controller.value);
        let fits = |id: &LinkId| {
            let port_type = self.network.link(*id).kind.value.port_type();
            port_type.is_some_and(|known| known.as_str() == word)
        };
        found.is_empty() || found.iter().any(fits)
    }

    /// True where a rule accounts for a whole link or entry that the source does not have.
    fn adds_whole(&self, reread: &Network, new: Subject) -> bool {
        match new {
            Subject::Link(id) => {
                self.accounts.contains(&Accounted::AddedLink) || self.is_only_named(reread, id)
            }
            Subject::Entry(kind, n) => {
                self.added.rewritten.contains(&new)
                    || self.accounts.contains(&self.added.account(reread, kind, n))
                    || accounts::taking_back(reread, kind, n).is_some_and(|of| self.accounts.contains(&of))
            }
        }
    }

    /// True for what commands call a card because others refer to it, where the source has a link of that name of another kind,
    /// which no command makes.
    fn is_only_named(&self, reread: &Network, new: LinkId) -> bool {
        let link = reread.link(new);
        let is_name = |path: &FieldPath| path.is("name") || path.is("netns") || path.is("kind");
        matches!(link.kind.value, LinkKind::Ethernet(_))
            && facts::said_paths(link).iter().all(is_name)
            && self.network.links().any(|(_, known)| known.name.is_some() && known.label() == link.label())
    }

    /// The items of a list that have reasons of their own, else one finding for the fact.
    fn findings(&self, change: &Change, path: FactPath) -> Vec<Diagnostic> {
        let same = self.reasons.get(&path.subject).map_or(&[][..], Vec::as_slice);
        let items: Vec<Diagnostic> = same
            .iter()
            .filter(|reason| reason.path.field == path.field)
            .filter_map(|reason| Some((reason, reason.origin.as_ref()?)))
            .map(|(reason, origin)| {
                let mut finding = Diagnostic::new(reason.code, reason.text.clone()).about(path).from(origin);
                finding.help.clone_from(&reason.help);
                finding
            })
            .collect();
        if items.is_empty() { vec![self.finding(change, path)] } else { items }
    }

    fn finding(&self, change: &Change, path: FactPath) -> Diagnostic {
        let mut spans = facts::spans_of(self.network, path);
        if let Some(reason) = self.reason(path) {
            if spans.is_empty() {
                spans = facts::spans_of(self.network, reason.path);
            }
            let text = with_value(change, path, reason);
            let mut diagnostic = Diagnostic::new(reason.code, text).about(path);
            diagnostic.labels = spans;
            diagnostic.help = reason.help.clone();
            return diagnostic;
        }
        let what = describe(self.network, change.old_path, change);
        let message = match &change.new {
            Some(_) => format!("{what} in the {} output", self.spec),
            None => format!("{what} is not in the {} output", self.spec),
        };
        let mut diagnostic = Diagnostic::new(&codes::core::LOST, message).about(path);
        diagnostic.labels = spans;
        diagnostic
    }

    /// The reason for a path: the very path, a group or the subject it belongs to, or – where the
    /// whole subject is missing – any reason about that subject.
    fn reason(&self, path: FactPath) -> Option<&Reason> {
        let same = self.reasons.get(&path.subject)?;
        let whole = path.field == ROOT || path.field.is("kind");
        same.iter()
            .find(|r| r.path.field == path.field)
            .or_else(|| same.iter().find(|r| is_prefix(r.path.field, path.field)))
            .or_else(|| same.first().filter(|_| whole))
            .copied()
    }
}

/// The reason for this very fact, with its value: `field` becomes `field=value`, and an entry whose label is not all
/// of it stands behind.
fn with_value(change: &Change, path: FactPath, reason: &Reason) -> String {
    let text = &reason.text;
    let Some(value) = change.old.as_ref().filter(|_| reason.path == path) else { return text.clone() };
    match path.subject {
        Subject::Link(_) => text.replace(&format!("`{}`", path.field), &format!("`{}={value}`", path.field)),
        Subject::Entry(EntryKind::Hook | EntryKind::Netns, _) => text.clone(),
        Subject::Entry(
            EntryKind::Route
            | EntryKind::Rule
            | EntryKind::Neighbor
            | EntryKind::Fdb
            | EntryKind::Nat
            | EntryKind::Sysctl
            | EntryKind::VirtualNetwork
            | EntryKind::DhcpServer
            | EntryKind::DnsServer
            | EntryKind::GuestInterface,
            _,
        ) => format!("{text} ({value})"),
    }
}

/// True where the output itself says the fact; a default of the target that the source leaves open is
/// no addition.
fn is_said(network: &Network, path: FactPath) -> bool {
    match path.subject {
        Subject::Link(id) => {
            let link = network.link(id);
            match link.leaf(path.field) {
                Some(leaf) => leaf.is_said(),
                // The link itself; a setting of a group that is not there is not said.
                None => path.field == ROOT || path.field.is("kind"),
            }
        }
        Subject::Entry(..) => true,
    }
}

fn is_prefix(group: FieldPath, field: FieldPath) -> bool {
    group.names().zip(field.names()).all(|(a, b)| a == b) && group.names().count() < field.names().count()
}

fn describe(network: &Network, path: Option<FactPath>, change: &Change) -> String {
    let subject = path.map_or_else(String::new, |p| facts::subject_label(network, p.subject));
    let field = path.map(|p| p.field).filter(|f| *f != ROOT && !f.is("kind"));
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
    let mut seen: HashMap<Lost, usize> = HashMap::default();
    for losses in &judged {
        let here: HashSet<Lost> = losses.iter().map(|(lost, _)| *lost).collect();
        here.into_iter().for_each(|lost| *seen.entry(lost).or_default() += 1);
    }
    let mut found: Vec<Diagnostic> = Vec::new();
    let mut positions: HashMap<(&'static str, String), usize> = HashMap::default();
    for (lost, diagnostic) in judged.into_iter().flatten() {
        if seen.get(&lost) != Some(&targets) {
            continue;
        }
        match positions.entry((diagnostic.code.id, diagnostic.message.clone())) {
            Entry::Occupied(position) => {
                let labels = &mut found[*position.get()].labels;
                let more: Vec<Span> = diagnostic.labels.into_iter().filter(|s| !labels.contains(s)).collect();
                labels.extend(more);
            }
            Entry::Vacant(position) => {
                position.insert(found.len());
                found.push(diagnostic);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests;
