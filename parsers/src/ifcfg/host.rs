//! A host's files, put together: which program was in charge, one link for each file, and what is left over.

use super::account::{self, Fate, is_secret};
use super::aliases::{self, AliasKind};
use super::dialect;
use super::files::{self, Files};
use super::global::Global;
use super::kind::Refusal;
use super::profile::{self, Made};

use super::vars::{IfcfgFile, Reader, Vars};
use super::{GLOBAL, SCRIPTS, Text, identity, ovs, quoting, read_text, routes, static_routes};
use crate::text::iproute::Tables;
use crate::text::shell::{Assignment, Bash, lex};
use crate::{Context, Fatal, Input, Tree, names};
use foldhash::{HashMap, HashSet};
use netpivot_model::codes::ifcfg as codes;
use netpivot_model::coverage::Item;
use netpivot_model::dialect::IFCFG_INITSCRIPTS;
use netpivot_model::link::{Link, LinkId};
use netpivot_model::network::{Leftover, Network, Owned};
use netpivot_model::source::SourceId;
use std::cell::RefCell;

mod local;
mod reports;

/// The loopback device.
const LOOPBACK: &str = "lo";

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
/// There are no files, or SUSE's in RHEL's directory.
pub fn parse(input: &Input<'_>, cx: &mut Context) -> Result<Network, Fatal> {
    let files = files::discover(input.tree, cx);
    let dialect = dialect::choose(input, cx);
    let reader = if dialect == IFCFG_INITSCRIPTS { Reader::Initscripts } else { Reader::NetworkManager };
    let mut network = Network { dialect, ..Network::default() };
    let mut fates = HashMap::default();
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
    let mut used_aliases: HashSet<SourceId> = HashSet::default();
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
            reports::orphan_alias(text, cx);
        }
        register(text, fate, &mut network, &mut fates, cx);
    }
    if let Some(text) = &global_text {
        register_global(text, reader, &mut network, cx);
    }
    routes::attach(&mut network, cx);
    static_routes::read(&mut network, input.tree, reader, cx);
    let device_names = names::read(input.tree, cx);
    names::check(&device_names, &mut network, cx);
    reports::hooks(&host, &mut network, cx);
    if reader == Reader::NetworkManager {
        crate::keyfile::dispatcher::read(input.tree, &mut network, cx);
    }
    reports::orphans(&host, &profiles, cx);
    reports::dhclient(&host, &network, cx);
    let global_reader =
        if fates.values().any(|fate| fate.reader == reader) { reader } else { Reader::Initscripts };
    let zeroconf = adds_zeroconf(&profiles, &fates, cx);
    host.global.report_unused(global_reader, zeroconf.as_deref(), &network, cx);
    account::report(&mut network, &fates, cx);
    show_paths(input.tree, cx);
    Ok(network)
}

/// Findings about whole profiles name them by their place on the host; people see the path they gave.
fn show_paths(tree: &dyn Tree, cx: &mut Context) {
    for file in cx.diagnostics.iter_mut().filter_map(|found| found.file.as_mut()) {
        if file.starts_with(SCRIPTS) {
            *file = tree.display(file);
        }
    }
}

/// The displayed path of the first profile that initscripts start and that does not set NOZEROCONF.
fn adds_zeroconf(profiles: &[Text], fates: &HashMap<SourceId, Fate>, cx: &Context) -> Option<String> {
    let silent = |text: &&Text| {
        let started =
            fates.get(&text.source).is_some_and(|f| f.link.is_some() && f.reader == Reader::Initscripts);
        started && Vars::new(&text.lexed.assignments, Reader::Initscripts).text("NOZEROCONF").is_none()
    };
    profiles.iter().find(silent).map(|text| cx.sources.get(text.source).path.clone())
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
    let is_range = |text: &Text| matches!(aliases::kind_of(&text.name), Some((AliasKind::Range, _)));
    let any_range = texts.iter().any(is_range);
    let devices: HashSet<String> = texts
        .iter()
        .filter(|_| any_range)
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
        reports::empty(text, cx);
    }
    // `ifup-post` calls `ifup-aliases` for lo as for any other interface: addresses of virtual servers stand there.
    let has_aliases = || host.aliases.iter().any(|alias| aliases::is_on(&alias.name, LOOPBACK));
    if reports::is_plain_loopback(text) && !has_aliases() {
        reports::loopback(text, cx);
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
                reports::nothing(text, &rejected, cx);
                return None;
            }
            Refusal::Unmanaged(span) => {
                unmanaged = Some(span);
                cx.report(reports::unmanaged(text, cx).at(span));
            }
            Refusal::Skipped(rejected) => reports::refusal(text, &rejected, &codes::SKIPPED, cx),
            Refusal::Refused(rejected) => reports::refusal(text, &rejected, &codes::REFUSED, cx),
        }
    }
    match profile::initscripts(text, host, cx) {
        Ok(mut made) => {
            let said = unmanaged.or_else(|| profile::not_controlled(text));
            if let Some(span) = said {
                identity::set_unmanaged(&mut made.link, span);
            }
            reports::unsupported(&made, cx);
            Some((made, Reader::Initscripts))
        }
        Err(rejected) => {
            reports::nothing(text, &rejected, cx);
            None
        }
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
