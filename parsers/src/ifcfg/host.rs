//! A host's files, put together: which program was in charge, one link for each file, and what is left over.

use super::account::{self, Fate, is_secret};
use super::aliases::{self, AliasKind};
use super::dialect;
use super::files::{self, Files};
use super::global::Global;
use super::kind::Refusal;
use super::profile::{self, Made};

use super::vars::{IfcfgFile, Reader, Rejected, Vars};
use super::{GLOBAL, SCRIPTS, Text, identity, ovs, quoting, read_text, routes, static_routes};
use crate::text::iproute::Tables;
use crate::text::shell::{Assignment, Bash, lex};
use crate::{Context, Fatal, FileStatus, Input, Tree, names};
use netpivot_model::codes::{core, ifcfg as codes};
use netpivot_model::coverage::Item;
use netpivot_model::diagnostic::{Diagnostic, Severity};
use netpivot_model::dialect::{IFCFG_INITSCRIPTS, IFCFG_NM};
use netpivot_model::hook::Hook;
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::network::{Leftover, Network, Owned};
use netpivot_model::source::{Origin, SourceId};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

/// What stands around every profile.
pub struct Host<'a> {
    /// The files.
    pub tree: &'a dyn Tree,
    /// The configuration directory.
    pub files: Files,
    /// `/etc/sysconfig/network`.
    pub global: Global,
    /// The reader of the host.
    pub reader: Reader,
    /// Alias and range files.
    pub aliases: Vec<Text>,
    /// The host's routing tables.
    pub tables: Tables,
    /// The files beside profiles that were read, by name, so that each is read once.
    read: RefCell<HashMap<String, Option<SourceId>>>,
}

impl Host<'_> {
    /// The text of a file beside the profiles.
    fn companion(&self, name: &str, cx: &mut Context) -> Option<SourceId> {
        if let Some(known) = self.read.borrow().get(name) {
            return *known;
        }
        let source = cx.read(self.tree, &format!("{SCRIPTS}/{name}"));
        self.read.borrow_mut().insert(name.to_owned(), source);
        source
    }

    /// The route and rule files of a profile.
    pub fn routes_of(&self, file: &IfcfgFile<'_>, cx: &mut Context) -> routes::Files {
        let exists = |name: &str| match name.strip_prefix("ifcfg-") {
            Some(profile) => self.files.profiles.binary_search_by(|p| p.as_str().cmp(profile)).is_ok(),
            None => self.files.companions.contains(name),
        };
        routes::Files::find(file, &exists, &mut |name| self.companion(name, cx))
    }

    /// The number of a user of the host.
    pub fn uid_of(&self, user: &str) -> Option<u32> {
        let passwd = self.tree.read("/etc/passwd", crate::MAX_FILE).ok()?;
        super::tun::uid_in(&String::from_utf8_lossy(&passwd), user)
    }

    /// The variables of `keys-NAME`, which holds the secrets.
    pub fn keys_of(&self, file: &IfcfgFile<'_>, cx: &mut Context) -> Option<Vars> {
        if !self.files.has("keys-", file.name) {
            return None;
        }
        let source = self.companion(&format!("keys-{}", file.name), cx)?;
        let lexed = lex(&cx.sources.get(source).text, source, &|_| None);
        let items = lexed.assignments.iter().map(|a| Item { secret: true, ..item(a, file.reader, None) });
        cx.items.extend(items);
        Some(Vars::new(&lexed.assignments, file.reader))
    }
}

/// Reads a host.
///
/// # Errors
/// The files are SUSE's, or there are none.
pub fn parse(input: &Input<'_>, cx: &mut Context) -> Result<Network, Fatal> {
    if let Some(fatal) = dialect::suse(input.tree) {
        return Err(fatal);
    }
    let files = files::discover(input.tree, cx);
    let dialect = dialect::choose(input, cx);
    let reader = if dialect == IFCFG_INITSCRIPTS { Reader::Initscripts } else { Reader::NetworkManager };
    let mut network = Network { dialect, ..Network::default() };
    let mut fates = HashMap::new();
    let global_text = read_text(input.tree, "network", GLOBAL.to_owned(), &|_| None, cx);
    let global = Global::new(global_text.as_ref().map_or(&[], |text| &text.lexed.assignments));
    let texts = read_profiles(input.tree, &files, &global, cx);
    if texts.is_empty() && !input.tree.exists("/etc/sysconfig/static-routes") && files.companions.is_empty() {
        return Err(nothing());
    }
    if let Some(fatal) = suse_texts(&texts, cx) {
        return Err(fatal);
    }
    let (profiles, aliases) = split_aliases(texts, reader);
    let tables = Tables::read(input.tree, cx);
    let host = Host { tree: input.tree, files, global, reader, aliases, tables, read: RefCell::default() };
    let mut used_aliases: HashSet<SourceId> = HashSet::new();
    let mut ovs_layers = Vec::new();
    for text in &profiles {
        let fate = add_profile(text, &host, &mut network, &mut used_aliases, &mut fates, &mut ovs_layers, cx);
        register(text, fate, &mut network, &mut fates, cx);
    }
    ovs::add(&mut network, ovs_layers);
    for text in &host.aliases {
        // The owner is not known here; an alias that somebody used is accounted for by its parent.
        let link = fates.get(&text.source).and_then(|fate: &Fate| fate.link);
        let fate = fates.get(&text.source).copied().unwrap_or(Fate { reader, link });
        if !used_aliases.contains(&text.source) {
            report_orphan_alias(text, cx);
        }
        register(text, fate, &mut network, &mut fates, cx);
    }
    if let Some(text) = &global_text {
        register_global(text, reader, &mut network, cx);
    }
    routes::attach(&mut network, cx);
    static_routes::read(&mut network, input.tree, reader, cx);
    let device_names = names::read(input.tree, cx);
    names::check(&device_names, &network, cx);
    add_hooks(&host, &mut network, cx);
    report_orphans(&host, &profiles, cx);
    report_dhclient(&host, &network, cx);
    let global_reader =
        if fates.values().any(|fate| fate.reader == reader) { reader } else { Reader::Initscripts };
    host.global.report_unused(global_reader, &network, cx);
    account::report(&mut network, &fates, cx);
    Ok(network)
}

fn nothing() -> Fatal {
    Fatal {
        message: format!("there is no ifcfg file in {SCRIPTS}"),
        help: "give the root of a host with `--root`, or the files themselves".to_owned(),
    }
}

/// Reads all files that may be profiles, aliases or ranges.
fn read_profiles(tree: &dyn Tree, files: &Files, global: &Global, cx: &mut Context) -> Vec<Text> {
    let inherited = |name: &str| global.vars(Reader::Initscripts).get(name).map(|var| var.value.to_owned());
    let mut texts = Vec::with_capacity(files.profiles.len());
    for name in &files.profiles {
        let path = format!("{SCRIPTS}/ifcfg-{name}");
        texts.extend(read_text(tree, name, path, &inherited, cx));
    }
    texts
}

/// A file of SUSE's in RHEL's place makes the whole set suspect.
fn suse_texts(texts: &[Text], cx: &Context) -> Option<Fatal> {
    let suse = texts.iter().find(|text| dialect::is_suse_text(&cx.sources.get(text.source).text))?;
    Some(dialect::suse_fatal(&cx.sources.get(suse.source).path))
}

/// Tells alias and range files from profiles. NetworkManager takes an alias file without its base for a
/// profile (`utils_detect_ifcfg_path`).
fn split_aliases(texts: Vec<Text>, reader: Reader) -> (Vec<Text>, Vec<Text>) {
    let names: HashSet<String> = texts.iter().map(|text| text.name.clone()).collect();
    let devices: HashSet<String> = texts
        .iter()
        .filter_map(|text| {
            let vars = Vars::new(&text.lexed.assignments, reader);
            vars.text("DEVICE").map(|var| var.value.to_owned())
        })
        .collect();
    texts.into_iter().partition(|text| match aliases::kind_of(&text.name) {
        Some((AliasKind::Alias, base)) => reader == Reader::NetworkManager && !names.contains(base),
        Some((AliasKind::Range, base)) => !names.contains(base) && !devices.contains(base),
        None => true,
    })
}

/// Makes the link of a file; what became of it.
fn add_profile(
    text: &Text,
    host: &Host<'_>,
    network: &mut Network,
    used_aliases: &mut HashSet<SourceId>,
    fates: &mut HashMap<SourceId, Fate>,
    ovs_layers: &mut Vec<(LinkId, Vec<Link>)>,
    cx: &mut Context,
) -> Fate {
    if text.lexed.assignments.is_empty() {
        report_empty(text, cx);
    }
    if is_plain_loopback(text) {
        report_loopback(text, cx);
        return Fate { reader: host.reader, link: None };
    }
    let items = cx.items.len();
    let Some((made, reader)) = make(text, host, cx) else {
        return Fate { reader: host.reader, link: None };
    };
    let Made { link, routes, rules, aliases, leftovers, layers } = made;
    let id = network.add_link(link);
    // What the files beside this one say belongs to its link.
    cx.items[items..].iter_mut().for_each(|item| item.owner = item.owner.or(Some(id)));
    let keys = host.read.borrow().get(&format!("keys-{}", text.name)).copied().flatten();
    fates.extend(keys.map(|source| (source, Fate { reader, link: Some(id) })));
    if !layers.is_empty() {
        ovs_layers.push((id, layers));
    }
    let leftovers = leftovers.into_iter().map(|leftover| Leftover { owner: Some(id), ..leftover });
    network.leftovers.extend(leftovers);
    if reader != host.reader {
        network.own_dialects.insert(id, IFCFG_INITSCRIPTS);
    }
    let owned = |item| Owned { owner: Some(id), item };
    network.routes.extend(routes.into_iter().map(owned));
    network.rules.extend(rules.into_iter().map(|item| Owned { owner: Some(id), item }));
    for source in aliases {
        used_aliases.insert(source);
        fates.insert(source, Fate { reader, link: Some(id) });
    }
    Fate { reader, link: Some(id) }
}

/// Reads a file as the host's program does, else as initscripts.
fn make(text: &Text, host: &Host<'_>, cx: &mut Context) -> Option<(Made, Reader)> {
    let mark = (cx.diagnostics.len(), cx.items.len());
    let mut unmanaged = None;
    if host.reader == Reader::NetworkManager {
        let refusal = match profile::networkmanager(text, host, cx) {
            Ok(made) => return Some((made, Reader::NetworkManager)),
            Err(refusal) => refusal,
        };
        cx.diagnostics.truncate(mark.0);
        cx.items.truncate(mark.1);
        match refusal {
            Refusal::Nothing(rejected) => {
                report_nothing(text, &rejected, cx);
                return None;
            }
            Refusal::Unmanaged(span) => {
                unmanaged = Some(span);
                cx.report(unmanaged_report(text, cx).at(span));
            }
            Refusal::Skipped(rejected) => report_refusal(text, &rejected, &codes::SKIPPED, cx),
            Refusal::Refused(rejected) => report_refusal(text, &rejected, &codes::REFUSED, cx),
        }
    }
    match profile::initscripts(text, host, cx) {
        Ok(mut made) => {
            let said = unmanaged.or_else(|| profile::not_controlled(text));
            if let Some(span) = said {
                identity::set_unmanaged(&mut made.link, span);
            }
            report_unsupported(&made, cx);
            Some((made, Reader::Initscripts))
        }
        Err(rejected) => {
            report_nothing(text, &rejected, cx);
            None
        }
    }
}

fn unmanaged_report(text: &Text, cx: &Context) -> Diagnostic {
    Diagnostic::new(
        &codes::UNMANAGED,
        format!(
            "`{}` is not controlled by NetworkManager, whose migration leaves it out; it is read as initscripts take it",
            cx.sources.get(text.source).path
        ),
    )
    .help("on a host without initscripts NetworkManager has to manage the link; see `--keep-unmanaged`")
}

fn report_refusal(
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

fn report_nothing(text: &Text, rejected: &Rejected, cx: &mut Context) {
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

fn report_unsupported(made: &Made, cx: &mut Context) {
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

fn report_empty(text: &Text, cx: &mut Context) {
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

fn is_plain_loopback(text: &Text) -> bool {
    let assignments = &text.lexed.assignments;
    let plain = |a: &Assignment| matches!(&a.bash, Bash::Value(value) if LOOPBACK.iter().any(|(k, v)| *k == a.name && v == value));
    assignments.iter().any(|a| a.name == "DEVICE") && assignments.iter().all(plain)
}

fn report_loopback(text: &Text, cx: &mut Context) {
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

/// Registers what a file says, and reports what its two readers see differently.
fn register(
    text: &Text,
    fate: Fate,
    network: &mut Network,
    fates: &mut HashMap<SourceId, Fate>,
    cx: &mut Context,
) {
    fates.insert(text.source, fate);
    quoting::report(text, fate.reader, fate.link, network, cx);
    cx.items.extend(text.lexed.assignments.iter().map(|a| item(a, fate.reader, fate.link)));
}

fn register_global(text: &Text, reader: Reader, network: &mut Network, cx: &mut Context) {
    quoting::report(text, reader, None, network, cx);
    cx.items.extend(text.lexed.assignments.iter().map(|a| item(a, reader, None)));
}

fn item(assignment: &Assignment, reader: Reader, owner: Option<LinkId>) -> Item {
    let bash = match &assignment.bash {
        Bash::Value(value) => Some(value),
        Bash::Unevaluated(_) | Bash::Nothing => None,
    };
    let value = match reader {
        Reader::NetworkManager => assignment.nm.as_ref().or(bash),
        Reader::Initscripts => bash.or(assignment.nm.as_ref()),
    };
    Item {
        span: assignment.span,
        owner,
        section: None,
        key: assignment.name.clone(),
        value: value.cloned().unwrap_or_default(),
        secret: is_secret(&assignment.name),
    }
}

fn report_orphan_alias(text: &Text, cx: &mut Context) {
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

fn add_hooks(host: &Host<'_>, network: &mut Network, cx: &mut Context) {
    let acts = host.reader == Reader::Initscripts;
    for path in &host.files.hooks {
        let phase = path.rsplit('/').next().unwrap_or(path);
        let shown = host.tree.display(path);
        let effect =
            if acts { "initscripts run it" } else { "initscripts would run it, NetworkManager never did" };
        cx.report(
            Diagnostic::new(
                &codes::HOOK,
                format!("`{shown}` is a script of the site; {effect}; it is not converted"),
            )
            .in_file(&shown)
            .severity(if acts { Severity::Loss } else { Severity::Warning })
            .help("put what it does into a script in /etc/NetworkManager/dispatcher.d"),
        );
        network.hooks.push(Hook {
            owner: None,
            phase: phase.to_owned(),
            command: path.clone(),
            origin: Origin::default_value(),
        });
    }
}

/// Reports the files beside profiles that belong to no profile and no device.
fn report_orphans(host: &Host<'_>, profiles: &[Text], cx: &mut Context) {
    let mut owners: HashSet<&str> = HashSet::new();
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
fn report_dhclient(host: &Host<'_>, network: &Network, cx: &mut Context) {
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
