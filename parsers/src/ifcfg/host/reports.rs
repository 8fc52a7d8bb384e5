//! What is said of whole files: which of them make no link, and what lies beside the profiles.

use super::{Host, local};
use crate::ifcfg::files;
use crate::ifcfg::profile::Made;
use crate::ifcfg::vars::{Reader, Rejected};
use crate::ifcfg::{SCRIPTS, Text};
use crate::text::shell::{Assignment, Bash};
use crate::{Context, FileStatus};
use foldhash::HashSet;
use netpivot_model::codes::{core, ifcfg as codes};
use netpivot_model::coverage::Item;
use netpivot_model::diagnostic::{Diagnostic, Severity};
use netpivot_model::dialect::IFCFG_NM;
use netpivot_model::hook::{Hook, HookPhase};
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::network::{Network, Owned};
use netpivot_model::source::{At, Span};
use netpivot_model::vocabulary::ifcfg::local as vocabulary;

pub(super) fn unmanaged(text: &Text, cx: &Context) -> Diagnostic {
    Diagnostic::new(
        &codes::UNMANAGED,
        format!(
            "`{}` is not controlled by NetworkManager, whose migration leaves it out; it is read as initscripts take it",
            cx.sources.get(text.source).path
        ),
    )
    .help("on a host without initscripts NetworkManager has to manage the link; see `--unmanaged`")
}

pub(super) fn refusal(
    text: &Text,
    rejected: &Rejected,
    code: &'static netpivot_model::codes::Code,
    cx: &mut Context,
) {
    let verb = if *code == codes::SKIPPED { "leaves" } else { "refuses" };
    let path = cx.sources.get(text.source).path.clone();
    let tail = if *code == codes::SKIPPED { " alone" } else { "" };
    let mut diagnostic = Diagnostic::new(
        code,
        format!(
            "NetworkManager {verb} `{path}`{tail} because {}; its own migration drops the file, here it is read as initscripts take it",
            rejected.reason
        ),
    )
    .help("check the output against what the host really did, or mend the line");
    diagnostic = match rejected.span {
        Some(span) => diagnostic.at(span),
        None => diagnostic.in_file(&path),
    };
    cx.report(diagnostic);
}

pub(super) fn nothing(text: &Text, rejected: &Rejected, cx: &mut Context) {
    let path = cx.sources.get(text.source).path.clone();
    let mut diagnostic =
        Diagnostic::new(&codes::NOT_A_LINK, format!("`{path}` makes no link, because {}", rejected.reason))
            .help("add DEVICE and TYPE if it is for a link, else remove the file");
    diagnostic = match rejected.span {
        Some(span) => diagnostic.at(span),
        None => diagnostic.in_file(&path),
    };
    cx.report(diagnostic);
}

pub(super) fn unsupported(made: &Made, cx: &mut Context) {
    let LinkKind::Unsupported(unsupported) = &made.link.kind.value else { return };
    let word = unsupported.source_type.as_ref().map_or("?", |at| at.value.as_str());
    cx.report(
        Diagnostic::new(
            &codes::UNSUPPORTED,
            format!("`{}` is a link of the kind `{word}`, which has no model here; its settings are kept as they stand", made.link.label()),
        )
        .from(&made.link.kind.origin)
        .help("set the link up by other means on the new system"),
    );
}

pub(super) fn empty(text: &Text, cx: &mut Context) {
    let path = cx.sources.get(text.source).path.clone();
    cx.report(
        Diagnostic::new(&core::EMPTY_FILE, format!("`{path}` holds no setting"))
            .in_file(&path)
            .help("remove the file"),
    );
}

/// What the package ships as ifcfg-lo; the kernel and NetworkManager set the loopback device up without it.
const LOOPBACK: [(&str, &str); 9] = [
    ("DEVICE", "lo"),
    ("IPADDR", "127.0.0.1"),
    ("NETMASK", "255.0.0.0"),
    ("PREFIX", "8"),
    ("NETWORK", "127.0.0.0"),
    ("BROADCAST", "127.255.255.255"),
    ("ONBOOT", "yes"),
    ("NAME", "loopback"),
    ("NM_CONTROLLED", "no"),
];

pub(super) fn is_plain_loopback(text: &Text) -> bool {
    let assignments = &text.lexed.assignments;
    let plain = |a: &Assignment| matches!(&a.bash, Bash::Value(value) if LOOPBACK.iter().any(|(k, v)| *k == a.name && v == value));
    assignments.iter().any(|a| a.name == "DEVICE") && assignments.iter().all(plain)
}

pub(super) fn loopback(text: &Text, cx: &mut Context) {
    let path = cx.sources.get(text.source).path.clone();
    let mut diagnostic = Diagnostic::new(
        &core::IGNORED_FILE,
        format!("`{path}` says of the loopback device what the kernel does anyway and is not converted"),
    );
    diagnostic.labels.extend(text.lexed.assignments.iter().map(|a| a.span));
    cx.report(diagnostic);
    if let Some((_, status)) = cx.files.iter_mut().find(|(shown, _)| *shown == path) {
        *status = FileStatus::Ignored("the loopback device, which the kernel sets up".to_owned());
    }
}

pub(super) fn orphan_alias(text: &Text, cx: &mut Context) {
    let path = cx.sources.get(text.source).path.clone();
    cx.report(
        Diagnostic::new(
            &codes::ORPHAN,
            format!("`{path}` adds addresses to no interface that a file configures, so no program reads it"),
        )
        .in_file(&path)
        .help("add the ifcfg file of its interface, or remove it"),
    );
}

/// The scripts of the site that initscripts run: hooks of the links that they are in charge of, dead files where
/// The scripts of the site that initscripts run, as hooks of the host or of its links. Under NetworkManager they run for
/// the links that it leaves to initscripts, if any.
pub(super) fn hooks(host: &Host<'_>, network: &mut Network, cx: &mut Context) {
    for path in &host.files.hooks {
        let shown = host.tree.display(path);
        if host.reader == Reader::Initscripts || !network.own_dialects.is_empty() {
            let hooks = script(path, host, network, cx);
            network.hooks.extend(hooks);
            continue;
        }
        cx.files.push((shown.clone(), FileStatus::Ignored("a script that only initscripts run".to_owned())));
        cx.report(
            Diagnostic::new(
                &codes::HOOK,
                format!("`{shown}` is a script of the site; initscripts would run it, NetworkManager never did; it is not converted"),
            )
            .in_file(&shown)
            .help("put what it does into a script in /etc/NetworkManager/dispatcher.d"),
        );
    }
}

/// The commands of a script where they are plain, else the call of the script.
fn script(path: &str, host: &Host<'_>, network: &Network, cx: &mut Context) -> Vec<Owned<Hook>> {
    let Some(source) = cx.read(host.tree, path) else { return Vec::new() };
    let text = cx.sources.get(source).text.clone();
    let name = path.rsplit('/').next().unwrap_or(path);
    let phase = vocabulary::phase(name).unwrap_or(HookPhase::Up);
    let hook = |owner, command: String, span: Span| {
        let item = Hook {
            phase: Some(At::new(phase, span)),
            command: Some(At::new(command, span)),
            ..Hook::default()
        };
        Owned { owner, item }
    };
    // Those of NetworkManager's own links never ran.
    let runs = |id: &LinkId| host.reader == Reader::Initscripts || network.own_dialects.contains_key(id);
    let everybody: Vec<Option<LinkId>> = if host.reader == Reader::Initscripts {
        vec![None]
    } else {
        network.own_dialects.keys().copied().map(Some).collect()
    };
    let link = |device: &String| {
        let named = |link: &Link| link.name.as_ref().is_some_and(|name| name.value == *device);
        network.links().find(|(_, link)| named(link)).map(|(id, _)| id)
    };
    let commands = local::commands(&text).filter(|commands| {
        let known = |device: &String| device == "*" || link(device).is_some();
        !commands.is_empty() && commands.iter().all(|command| command.devices.iter().all(known))
    });
    let Some(commands) = commands else {
        let first = text.find('\n').unwrap_or(text.len());
        let span = Span::new(source, 0, first);
        let shown = host.tree.display(path);
        let message = format!("`{shown}` is more than plain commands, so that it is called as it stands");
        let help = "copy it to the new system, which has to have what it needs";
        cx.report(Diagnostic::new(&codes::HOOK_CALLED, message).at(span).help(help));
        let call = format!("{path} \"$DEVICE\"");
        return everybody.into_iter().map(|owner| hook(owner, call.clone(), span)).collect();
    };
    let mut hooks = Vec::new();
    for command in commands {
        let span = Span::new(source, command.start, command.end);
        cx.items.push(Item {
            span,
            owner: None,
            section: None,
            key: command.text.clone(),
            value: String::new(),
            secret: false,
        });
        let owners: Vec<Option<LinkId>> = if command.devices.is_empty() {
            everybody.clone()
        } else {
            command.devices.iter().filter_map(link).filter(runs).map(Some).collect()
        };
        if owners.is_empty() {
            let message = format!(
                "`{}` is for links that NetworkManager is in charge of, which never ran it",
                command.text
            );
            cx.report(Diagnostic::new(&codes::HOOK, message).at(span).help("nothing"));
        }
        hooks.extend(owners.into_iter().map(|owner| hook(owner, command.text.clone(), span)));
    }
    hooks
}

/// Reports the files beside profiles that belong to no profile and no device.
pub(super) fn orphans(host: &Host<'_>, profiles: &[Text], cx: &mut Context) {
    let mut owners: HashSet<&str> = HashSet::default();
    for text in profiles.iter().chain(&host.aliases) {
        owners.insert(&text.name);
        let devices = text.lexed.assignments.iter().filter(|a| a.name == "DEVICE");
        owners.extend(devices.flat_map(|a| match (&a.nm, &a.bash) {
            (_, Bash::Value(value)) => Some(value.as_str()),
            (nm, _) => nm.as_deref(),
        }));
    }
    for name in &host.files.companions {
        let prefix = files::COMPANIONS.iter().find_map(|prefix| name.strip_prefix(prefix));
        let Some(owner) = prefix.or_else(|| name.strip_suffix(".route")) else { continue };
        if owners.contains(owner) {
            continue;
        }
        let shown = host.tree.display(&format!("{SCRIPTS}/{name}"));
        cx.report(
            Diagnostic::new(
                &codes::ORPHAN,
                format!("`{shown}` belongs to `{owner}`, which no file configures, so no program reads it"),
            )
            .in_file(&shown)
            .help("add the ifcfg file of the interface, or remove this one"),
        );
        cx.files.push((shown, FileStatus::Ignored("no ifcfg file that it belongs to".to_owned())));
    }
}

/// The directories and prefixes of dhclient's files for one interface (`generate_config_file_name`).
pub(super) fn dhclient(host: &Host<'_>, network: &Network, cx: &mut Context) {
    for directory in ["/etc/dhcp", "/etc"] {
        for entry in host.tree.list(directory).unwrap_or_default() {
            let device = ["dhclient-", "dhclient6-"]
                .iter()
                .find_map(|prefix| entry.name.strip_prefix(prefix)?.strip_suffix(".conf"));
            let Some(device) = device else { continue };
            let named = |id: LinkId| network.dialect_of(id) == IFCFG_NM;
            let found =
                network.links().find(|(_, link)| link.name.as_ref().is_some_and(|at| at.value == device));
            let Some((id, _)) = found else { continue };
            let shown = host.tree.display(&format!("{directory}/{}", entry.name));
            let acts = !named(id);
            cx.report(
                Diagnostic::new(
                    &codes::DHCLIENT_CONF,
                    format!("`{shown}` configures dhclient for `{device}`; only initscripts use it, and it is not converted"),
                )
                .in_file(&shown)
                .severity(if acts { Severity::Loss } else { Severity::Warning })
                .help("set what it says by DHCP_CLIENT_ID, DHCP_HOSTNAME and the like"),
            );
            cx.files.push((shown, FileStatus::Ignored("dhclient's own configuration".to_owned())));
        }
    }
}
