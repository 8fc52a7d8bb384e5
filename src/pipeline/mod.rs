//! The way of a host: load, detect, parse, account, check, emit, prove.
//!
//! No command has a parser or a walker of its own; all of them go through [`load`] and [`convert`].
//! Nothing here touches a disk beyond reading through the [`Tree`] it is given, so tests and other
//! programs use it in process.

use crate::failure::{Failure, Findings};
use crate::formats::{self, FormatSpec};
use netpivot_emitters::iproute::{Mode, State};
use netpivot_emitters::{EmitContext, OutputFile};
use netpivot_model::codes;
use netpivot_model::coverage;
use netpivot_model::diagnostic::{Diagnostic, Severity};
use netpivot_model::dialect::{IPROUTE, LIBVIRT};
use netpivot_model::facts;
use netpivot_model::network::Network;
use netpivot_model::path::Seen;
use netpivot_model::rename::{MapError, RenameMap};
use netpivot_model::source::{Sources, Span};
use netpivot_parsers::{Context, FileStatus, Input, Parser, Tree};
use std::sync::Arc;

mod beside;
pub mod detect;
pub mod difference;
mod loss;
mod state;
pub mod unread;

/// What a conversion is asked for.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The format of the input; detected where it is not said.
    pub from: Option<FormatSpec>,
    /// The formats of the output.
    pub to: Vec<FormatSpec>,
    /// Secrets may be shown on a terminal.
    pub show_secrets: bool,
    /// Secrets stand in the files (they go to a disk with mode 0600).
    pub reveal: bool,
    /// Write `.link` files that give devices their names.
    pub with_link_files: bool,
    /// Write hooks as scripts for NetworkManager's dispatcher.
    pub with_dispatcher: bool,
    /// Write host interfaces in libvirt's XML, too.
    pub host_interfaces: bool,
    /// Write DHCP and name servers of links as files of dnsmasq.
    pub with_dnsmasq: bool,
    /// What a script of ip commands is for.
    pub script: Mode,
    /// A plan (`--from-state` for a script of ip commands) takes away what the network does not speak of, too.
    pub prune: bool,
    /// A script of ip commands is taken back after that many seconds unless it is confirmed.
    pub confirm_within: Option<u32>,
    /// Keep unmanaged devices unmanaged.
    pub keep_unmanaged: bool,
    /// Other names and addresses for what the input has.
    pub map: RenameMap,
    /// Codes or names of findings that do not count as loss, or `all`.
    pub allow: Vec<String>,
}

impl Request {
    /// True where a finding of that code does not count as loss.
    #[must_use]
    pub fn allows(&self, code: &codes::Code) -> bool {
        self.allow.iter().any(|word| {
            word == "all" || word.eq_ignore_ascii_case(code.id) || word.eq_ignore_ascii_case(code.name)
        })
    }
}

/// A host's network as read, with all findings of reading and checking.
#[derive(Debug)]
pub struct Loaded {
    /// The network.
    pub network: Network,
    /// The texts it was read from.
    pub sources: Sources,
    /// The findings, sorted by place.
    pub diagnostics: Vec<Diagnostic>,
    /// Each file looked at.
    pub files: Vec<(String, FileStatus)>,
    /// The format's name.
    pub format: &'static str,
    /// Places of secrets in the texts; nothing shows them.
    pub secrets: Vec<Span>,
    /// Each item of the texts as it was lexed.
    pub items: Vec<coverage::Item>,
}

/// A finished conversion.
#[derive(Debug)]
pub struct Conversion {
    /// The network of the source.
    pub network: Network,
    /// The texts it was read from.
    pub sources: Sources,
    /// The findings, losses included, sorted by place.
    pub diagnostics: Vec<Diagnostic>,
    /// Each file looked at.
    pub files: Vec<(String, FileStatus)>,
    /// The files made.
    pub outputs: Vec<OutputFile>,
    /// The format that was read.
    pub format: &'static str,
    /// Places of secrets in the texts; nothing shows them.
    pub secrets: Vec<Span>,
}

impl Conversion {
    /// The exit status: 4 where something is lost that the request does not allow.
    #[must_use]
    pub fn exit(&self, request: &Request) -> u8 {
        let lost = self.diagnostics.iter().any(|d| is_loss(d) && !request.allows(d.code));
        if lost { crate::failure::LOST } else { crate::failure::DONE }
    }
}

/// True for a loss, and for what could not be read: what it says is not in the output either.
#[must_use]
pub fn is_loss(diagnostic: &Diagnostic) -> bool {
    diagnostic.severity == Severity::Loss || is_unread(diagnostic)
}

/// True where a file or folder could not be read, so that nothing is known of what it says.
#[must_use]
pub fn is_unread(diagnostic: &Diagnostic) -> bool {
    use codes::core::{INVALID_JSON, NOT_A_FILE, NOT_TEXT, TOO_LARGE, UNREADABLE};
    use codes::libvirt::{NOT_LIBVIRT, XML_DOCTYPE, XML_SYNTAX, XML_TOO_LARGE};
    use codes::netlink::NOT_IP_JSON;
    const UNREAD: [&codes::Code; 10] = [
        &UNREADABLE,
        &NOT_TEXT,
        &TOO_LARGE,
        &NOT_A_FILE,
        &INVALID_JSON,
        &NOT_IP_JSON,
        &XML_SYNTAX,
        &XML_DOCTYPE,
        &XML_TOO_LARGE,
        &NOT_LIBVIRT,
    ];
    UNREAD.contains(&diagnostic.code)
}

/// Reads a host's network: detects the format where none is asked for, parses, accounts for each
/// item of the input and checks the result.
///
/// # Errors
/// There is no network in the tree, or none that can be read.
pub fn load(tree: &dyn Tree, from: Option<&FormatSpec>) -> Result<Loaded, Failure> {
    load_from_state(tree, from, None)
}

/// As [`load`], of commands that change the host in the tree `state`.
///
/// # Errors
/// As [`load`]; the state cannot be read; or the format is none of commands.
pub fn load_from_state(
    tree: &dyn Tree,
    from: Option<&FormatSpec>,
    state: Option<&dyn Tree>,
) -> Result<Loaded, Failure> {
    load_renamed(tree, from, state, &RenameMap::default())
}

/// As [`load_from_state`], with other names and addresses for what the input has.
///
/// # Errors
/// As [`load_from_state`]; or a new name is that of another link.
pub fn load_renamed(
    tree: &dyn Tree,
    from: Option<&FormatSpec>,
    state: Option<&dyn Tree>,
    map: &RenameMap,
) -> Result<Loaded, Failure> {
    let (parser, found) = detect::choose(tree, from)?;
    let mut cx = Context::default();
    cx.diagnostics.extend(found);
    let state = state.map(|state| state::read(state, parser, &mut cx)).transpose()?;
    let input = Input {
        tree,
        dialect: from.and_then(|spec| spec.dialect),
        version: from.and_then(|spec| spec.version),
        state: state.as_ref(),
    };
    let parsed = parser.parse(&input, &mut cx);
    let mut network = match parsed {
        Ok(network) => network,
        Err(fatal) => {
            let help = match detect::others(tree, parser.info().name) {
                Some(others) => {
                    format!("it holds another format: {others}; leave `-f` out, or name that one")
                }
                None => fatal.help,
            };
            if cx.diagnostics.iter().any(|d| d.code == &codes::core::UNREADABLE) {
                let message = format!("no file of the format {} can be read", parser.info().name);
                let help = "run with the rights to read them, or copy the tree";
                return Err(fail(cx, message, help.to_owned()));
            }
            return Err(fail(cx, fatal.message, help));
        }
    };
    let unaccounted = coverage::account(&mut network, &cx.items, &cx.diagnostics);
    cx.diagnostics.extend(unaccounted);
    if network.is_empty() {
        return Err(fail_empty(cx, parser));
    }
    cx.diagnostics.extend(map.apply(&mut network).map_err(map_failure)?);
    cx.diagnostics.extend(netpivot_model::check::check(&network));
    sort(&mut cx.diagnostics, &cx.sources);
    let secrets = secret_spans(&network, &cx);
    Ok(Loaded {
        network,
        sources: cx.sources,
        diagnostics: cx.diagnostics,
        files: cx.files,
        format: parser.info().name,
        secrets,
        items: cx.items,
    })
}

/// Reads a host's network and writes it in other formats, proving each output by reading it back.
///
/// # Errors
/// As [`load`]; or the output does not say what the source says, which is a fault of netpivot.
pub fn convert(tree: &dyn Tree, request: &Request) -> Result<Conversion, Failure> {
    convert_from_state(tree, request, None)
}

/// As [`convert`], of commands that change the host in the tree `state`; to a script of commands, only those that take that
/// host to the network.
///
/// # Errors
/// As [`convert`] and [`load_from_state`].
pub fn convert_from_state(
    tree: &dyn Tree,
    request: &Request,
    state: Option<&dyn Tree>,
) -> Result<Conversion, Failure> {
    let is_plan = |spec: &FormatSpec| spec.name == IPROUTE;
    let plan_from = state.filter(|_| request.to.iter().any(is_plan));
    let of_commands = match plan_from {
        // The state is what a script of commands starts from, and where a plan does.
        Some(_) => state.filter(|_| reads(tree, request.from.as_ref(), IPROUTE)),
        None => state,
    };
    let loaded = load_renamed(tree, request.from.as_ref(), of_commands, &request.map)?;
    let Loaded { network, mut sources, mut diagnostics, mut files, format, mut secrets, items: _ } = loaded;
    let plan = match plan_from {
        Some(tree) => {
            let mut cx = Context { sources: std::mem::take(&mut sources), ..Context::default() };
            // What commands changed is all of the host: what the state has beside it they took away.
            let prune = request.prune || of_commands.is_some();
            let state = state::read_for_plan(tree, prune, &mut cx)?;
            secrets.extend(secret_spans(&state.all, &cx));
            sources = cx.sources;
            if of_commands.is_none() {
                diagnostics.extend(cx.diagnostics);
            }
            Some(Arc::new(state))
        }
        None => None,
    };
    let mut outputs: Vec<OutputFile> = Vec::new();
    let mut judged = Vec::with_capacity(request.to.len());
    let mut makers = Vec::with_capacity(request.to.len());
    let places = leftover_places(&network, &sources);
    let for_libvirt = |spec: &FormatSpec| spec.name == LIBVIRT && format != LIBVIRT;
    let with_libvirts_own = request.to.iter().any(for_libvirt).then(|| {
        let mut cx = Context { sources: std::mem::take(&mut sources), ..Context::default() };
        let network = beside::with_libvirts_own(&network, tree, &request.map, &mut cx);
        sources = cx.sources;
        diagnostics.extend(cx.diagnostics);
        files.extend(cx.files);
        network
    });
    for spec in &request.to {
        let network = with_libvirts_own.as_ref().filter(|_| for_libvirt(spec)).unwrap_or(&network);
        let (made, verdict) = emit(network, &places, spec, request, plan.as_ref())?;
        makers.push(beside::Made::of(spec, &verdict));
        diagnostics.extend(verdict.findings);
        judged.push(verdict.losses);
        outputs.extend(made);
    }
    diagnostics.extend(loss::lost_everywhere(judged));
    diagnostics.extend(beside::made_twice(&network, &makers));
    // Two targets may both give a `.link` file.
    outputs.sort_by(|a, b| a.path.cmp(&b.path));
    outputs.dedup_by(|a, b| a.path == b.path);
    if !reveals(request) {
        diagnostics.extend(outputs.iter().filter(|file| file.has_secrets).map(hidden));
    }
    sort(&mut diagnostics, &sources);
    Ok(Conversion { network, sources, diagnostics, files, outputs, format, secrets })
}

/// True where the input is read as that format.
#[must_use]
pub fn reads(tree: &dyn Tree, from: Option<&FormatSpec>, format: &str) -> bool {
    detect::choose(tree, from).is_ok_and(|(parser, _)| parser.info().name == format)
}

/// A map that is wrong, or wrong for the input.
#[must_use]
pub fn map_failure(error: MapError) -> Failure {
    Failure::usage(error.message).help(error.help)
}

fn reveals(request: &Request) -> bool {
    request.reveal || request.show_secrets
}

/// Emits in one format and proves the result. The proof needs the secrets in place; where they are not to
/// be shown, the files are made a second time without them.
fn emit(
    network: &Network,
    places: &[String],
    spec: &FormatSpec,
    request: &Request,
    plan: Option<&Arc<State>>,
) -> Result<(Vec<OutputFile>, loss::Verdict), Failure> {
    let emitter = formats::emitter(spec.name)
        .ok_or_else(|| Failure::usage(format!("the format `{}` cannot be written", spec.name)))?;
    let context = |reveal_secrets| EmitContext {
        target: spec.target(),
        reveal_secrets,
        with_link_files: request.with_link_files,
        with_dispatcher: request.with_dispatcher,
        host_interfaces: request.host_interfaces,
        with_dnsmasq: request.with_dnsmasq,
        script: request.script,
        state: plan.cloned(),
        confirm_within: request.confirm_within,
        keep_unmanaged: request.keep_unmanaged,
        leftover_places: places.to_vec(),
        ..EmitContext::default()
    };
    let mut cx = context(true);
    let mut files = emitter.emit(network, &mut cx).files;
    let verdict = loss::judge(network, spec, &files, cx)?;
    if !reveals(request) && files.iter().any(|file| file.has_secrets) {
        files = emitter.emit(network, &mut context(false)).files;
    }
    Ok((files, verdict))
}

/// `ifcfg-eth0:14` for each leftover; the folder says nothing in a comment beside it.
fn leftover_places(network: &Network, sources: &Sources) -> Vec<String> {
    let place = |span: Span| {
        let path = &sources.get(span.source).path;
        let name = path.rsplit('/').next().unwrap_or(path);
        format!("{name}:{}", sources.line_column(span).line)
    };
    network.leftovers.iter().map(|leftover| leftover.origin.span().map_or_else(String::new, place)).collect()
}

fn hidden(file: &OutputFile) -> Diagnostic {
    Diagnostic::new(
        &codes::core::SECRET_HIDDEN,
        format!("`{}` holds secrets, which are hidden here; it is not usable as it stands", file.path),
    )
    .in_file(&file.path)
    .help("write the files with `-o DIR`, or add `--show-secrets`")
}

/// Sorts findings by file, place and code, and drops repetitions.
fn sort(diagnostics: &mut Vec<Diagnostic>, sources: &Sources) {
    diagnostics.sort_by_cached_key(|d| {
        let label = d.labels.first();
        let file = label.map(|span| sources.get(span.source).path.clone()).or_else(|| d.file.clone());
        (file, label.map(|span| (span.start, span.end)), d.code.id, d.message.clone())
    });
    diagnostics.dedup_by(|a, b| {
        a.code == b.code && a.message == b.message && a.labels == b.labels && a.file == b.file
    });
}

/// The lines of the files in a tree that hold secrets, by path and number from 1, as the format's parser sees them.
#[must_use]
pub fn secret_lines(tree: &dyn Tree, spec: &FormatSpec) -> Vec<(String, usize)> {
    let Some(parser) = formats::parser(spec.name) else { return Vec::new() };
    let mut cx = Context::default();
    let input = Input { tree, dialect: spec.dialect, version: spec.version, state: None };
    let network = parser.parse(&input, &mut cx).unwrap_or_default();
    let lines = secret_spans(&network, &cx).into_iter().flat_map(|span| {
        let last = Span { start: span.end.saturating_sub(1).max(span.start), ..span };
        let lines = cx.sources.line_column(span).line..=cx.sources.line_column(last).line;
        let path = &cx.sources.get(span.source).path;
        lines.map(|line| (path.clone(), line)).collect::<Vec<_>>()
    });
    lines.collect()
}

/// The places of secrets: those of secret items and of secret facts.
fn secret_spans(network: &Network, cx: &Context) -> Vec<Span> {
    let mut spans: Vec<Span> = cx.items.iter().filter(|item| item.secret).map(|item| item.span).collect();
    facts::visit(network, &mut |_, seen| {
        if matches!(&seen, Seen::Leaf(leaf) if leaf.is_secret()) {
            facts::origins_of(&seen, &mut |origin| spans.extend_from_slice(origin.spans()));
        }
    });
    let leftovers = network.leftovers.iter().filter(|l| l.secret);
    spans.extend(leftovers.flat_map(|l| l.origin.spans()));
    spans.sort_unstable();
    spans.dedup();
    spans
}

fn fail(mut cx: Context, message: String, help: String) -> Failure {
    sort(&mut cx.diagnostics, &cx.sources);
    let secrets = secret_spans(&Network::default(), &cx);
    let Context { sources, diagnostics, files, .. } = cx;
    let mut failure = Failure::input(message).help(help);
    *failure.found = Findings { diagnostics, sources, secrets, files };
    failure
}

fn fail_empty(cx: Context, parser: &dyn Parser) -> Failure {
    let info = parser.info();
    let message = format!("there is no network configuration in the {} files", info.name);
    let help = if info.host_paths.is_empty() {
        "the findings say what was left out, and why".to_owned()
    } else {
        format!("its files live in {}", info.host_paths.join(", "))
    };
    fail(cx, message, help)
}
