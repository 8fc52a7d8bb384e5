//! One link becomes one `ifcfg-NAME` with the files beside it.

use super::file::File;
use super::{Job, Reader, name, ovs};
use crate::dhcp;
use crate::resolver::has_one_source;
use foldhash::HashSet;
use netpivot_model::codes::Code;
use netpivot_model::codes::ifcfg_output as codes;
use netpivot_model::defaults::{self, Silence};
use netpivot_model::dialect::{Dialect, IFCFG, IFCFG_INITSCRIPTS};
use netpivot_model::facts::{effective, said_paths};
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::network::{EntryKind, Weight};
use netpivot_model::path::{FactPath, FieldPath, Subject};
use netpivot_model::secret::{HIDDEN, redact};
use netpivot_model::value::{IfName, Value};
use netpivot_model::vocabulary::ifcfg::rows::{self, Row};
use netpivot_model::vocabulary::keyfile::dispatcher::is_script;

pub(super) const ROOT: FieldPath = FieldPath::new([""; 3]);

/// A link's files while they are put together.
pub(super) struct Profile<'n> {
    pub id: LinkId,
    pub link: &'n Link,
    /// Who reads the files.
    pub reader: Reader,
    /// What follows `ifcfg-`.
    pub name: String,
    /// `ifcfg-NAME`.
    pub file: File,
    /// `keys-NAME`.
    pub keys: File,
    /// Alias files by their name, `NAME:X`.
    pub aliases: Vec<(String, File)>,
    /// Links whose settings this file holds, too.
    pub layers: Vec<LinkId>,
    /// False where the link is a port and no key names its controller.
    pub has_controller: bool,
    /// Settings that are written, or whose reason is given.
    done: HashSet<FieldPath>,
}

impl Profile<'_> {
    /// Notes that a setting is taken care of.
    pub(super) fn done(&mut self, path: &'static str) {
        self.done.insert(FieldPath::parse(path));
    }

    /// True where the output is for NetworkManager.
    pub(super) fn is_nm(&self) -> bool {
        self.reader == Reader::NetworkManager
    }

    /// True where the source says it.
    pub(super) fn is_said(&self, path: FieldPath) -> bool {
        self.link.leaf(path).is_some_and(|leaf| leaf.is_said())
    }

    /// The said value of a setting.
    pub(super) fn said(&self, path: &'static str) -> Option<Value> {
        self.link.leaf(FieldPath::parse(path)).and_then(|leaf| leaf.value())
    }

    /// The device's name where the kernel would take it, for words that name the device.
    pub(super) fn device(&self) -> Option<&str> {
        self.file.get("DEVICE")
    }
}

/// What the host does at a setting, where that is known.
pub(super) fn meant(job: &Job<'_>, id: LinkId, path: &'static str) -> Option<Value> {
    match effective(job.network, id, FieldPath::parse(path)) {
        Silence::Value(value) => Some(value),
        Silence::Kernel | Silence::Daemon | Silence::Unknown => None,
    }
}

/// True for kinds that both NetworkManager and initscripts know.
pub(super) fn is_of_both_readers(kind: &LinkKind) -> bool {
    matches!(
        kind,
        LinkKind::Ethernet(_)
            | LinkKind::Wifi(_)
            | LinkKind::Infiniband(_)
            | LinkKind::Bridge(_)
            | LinkKind::Bond(_)
            | LinkKind::Team(_)
            | LinkKind::Vlan(_)
    )
}

impl Job<'_> {
    /// Writes the files of a link, or says why there are none.
    pub(super) fn profile(&mut self, id: LinkId) {
        let network = self.network;
        let link = network.link(id);
        if self.is_said_elsewhere(id) {
            return self.entries_of_nothing(id);
        }
        let Some(reader) = self.reader_of(id) else { return self.entries_of_nothing(id) };
        let name = name::of(link, &mut self.names);
        let mut p = Profile {
            id,
            link,
            reader,
            name,
            file: File::default(),
            keys: File::default(),
            aliases: Vec::new(),
            layers: Vec::new(),
            has_controller: true,
            done: HashSet::default(),
        };
        if let Err((text, help)) = self.kind(&mut p) {
            self.names.remove(&p.name);
            self.without_file(id, &text, help);
            return self.entries_of_nothing(id);
        }
        if self.ovs.is_bare(id) && !p.is_nm() {
            self.start(&mut p);
            p.file.set("BOOTPROTO", "none");
            p.file.flag("IPV6INIT", false);
        } else if !matches!(link.kind.value, LinkKind::Unsupported(_)) {
            self.identity(&mut p);
            self.controller(&mut p);
            self.features(&mut p);
            self.ip(&mut p);
            self.rows(&mut p);
            self.routes(&mut p);
            self.rules(&mut p);
        }
        self.leftovers(&mut p);
        self.rest(&mut p);
        if self.is_plain_loopback(&p) {
            // The kernel sets it up without a file. What is lost of it keeps its reason.
            self.bare.insert(id);
            if !self.cx.reasons.iter().any(|reason| reason.path.subject == Subject::Link(id)) {
                let kind = FactPath { subject: Subject::Link(id), field: FieldPath::parse("kind") };
                self.cx.otherwise(kind, "loopback-of-every-host");
            }
            return;
        }
        self.add_file(&format!("ifcfg-{}", p.name), &p.file);
        if !p.keys.is_empty() {
            self.add_file(&format!("keys-{}", p.name), &p.keys);
        }
        for (name, alias) in &p.aliases {
            self.add_file(&format!("ifcfg-{name}"), alias);
        }
    }

    /// Who reads the file of a link: the output's program, but initscripts where NetworkManager is kept from the
    /// device, or leaves the file alone as it did in the source. `None`, with the reason, where nobody would.
    fn reader_of(&mut self, id: LinkId) -> Option<Reader> {
        let link = self.network.link(id);
        if let Some(at) = &link.netns {
            let text = format!(
                "ifcfg files work in one network namespace, and `{}` is for `{}`",
                link.label(),
                at.value
            );
            let help = "set it up by a systemd unit that enters the namespace (`ip netns exec`)".to_owned();
            self.without_file(id, &text, Some(help));
            return None;
        }
        if let LinkKind::Unsupported(kind) = &link.kind.value {
            if is_rhel(self.network.dialect_of(id)) {
                return Some(Reader::Initscripts);
            }
            let word = kind.source_type.as_ref().map_or("?", |at| at.value.as_str());
            self.no_kind(id, &format!("`{}`, which is of type `{word}`", link.label()));
            return None;
        }
        let both = is_of_both_readers(&link.kind.value);
        let scripts = both
            || matches!(
                link.kind.value,
                LinkKind::IpTunnel(_)
                    | LinkKind::Tun(_)
                    | LinkKind::Veth(_)
                    | LinkKind::Dummy(_)
                    | LinkKind::Loopback(_)
            );
        let ovs = self.ovs.role(id).is_some();
        let left_alone = self.is_left_alone(id);
        match self.reader {
            Reader::Initscripts if ovs => Some(Reader::Initscripts),
            Reader::NetworkManager if ovs && left_alone => Some(Reader::Initscripts),
            Reader::Initscripts if scripts => Some(Reader::Initscripts),
            Reader::NetworkManager if link.managed.as_ref().is_some_and(|at| !at.value) && scripts => {
                Some(Reader::Initscripts)
            }
            Reader::NetworkManager if both => Some(Reader::NetworkManager),
            Reader::NetworkManager if left_alone && scripts => Some(Reader::Initscripts),
            Reader::NetworkManager | Reader::Initscripts => {
                self.no_kind(
                    id,
                    &format!("`{}`, which is of the kind {}", link.label(), link.kind.value.word()),
                );
                None
            }
        }
    }

    /// True for a file of the loopback device that says what every host has.
    fn is_plain_loopback(&self, p: &Profile<'_>) -> bool {
        let place = p.id.0 as usize;
        let is_own = |key: &str, own: &str| p.file.get(key).is_none_or(|value| value == own);
        let known = [
            "DEVICE",
            "NAME",
            "UUID",
            "ONBOOT",
            "BOOTPROTO",
            "IPADDR",
            "PREFIX",
            "IPV6INIT",
            "IPV6_AUTOCONF",
            "IPV6ADDR",
        ];
        matches!(p.link.kind.value, LinkKind::Loopback(_))
            && p.file.keys().all(|key| known.contains(&key))
            && is_own("IPADDR", "127.0.0.1")
            && is_own("IPV6ADDR", "::1/128")
            && p.aliases.is_empty()
            && self.routes[place].is_empty()
            && self.rules[place].is_empty()
    }

    /// True for a link that NetworkManager left to initscripts in the source.
    pub(super) fn is_left_alone(&self, id: LinkId) -> bool {
        self.network.dialect_of(id) == IFCFG_INITSCRIPTS && self.network.dialect != IFCFG_INITSCRIPTS
            || self.network.link(id).managed.as_ref().is_some_and(|at| !at.value)
    }

    /// Gives the reason for the routes and rules of a link that has no file.
    fn entries_of_nothing(&mut self, id: LinkId) {
        if !self.is_said_elsewhere(id) {
            self.unread(id.0 as usize);
        }
        let of = format!("`{}` gets no file that could hold it", self.network.link(id).label());
        for n in self.routes[id.0 as usize].clone() {
            let path = FactPath { subject: Subject::Entry(EntryKind::Route, n), field: ROOT };
            self.cx.cannot(path, &codes::ROUTE, of.clone(), None);
        }
        for n in self.rules[id.0 as usize].clone() {
            let path = FactPath { subject: Subject::Entry(EntryKind::Rule, n), field: ROOT };
            self.cx.cannot(path, &codes::RULE, of.clone(), None);
        }
    }

    /// Notes that the leftovers at that place stand in no file.
    pub(super) fn unread(&mut self, place: usize) {
        let acts = |n: &u32| {
            let leftover = &self.network.leftovers[*n as usize];
            leftover.weight == Weight::Acts && !is_script(leftover)
        };
        let lost: Vec<u32> = self.leftovers[place].iter().copied().filter(acts).collect();
        self.cx.unread_leftovers.extend(lost);
    }

    fn no_kind(&mut self, id: LinkId, what: &str) {
        let text = format!("{} makes nothing of an ifcfg file for {what}", self.reader.name());
        let help = "convert it with `-t keyfile`, which NetworkManager reads beside ifcfg files".to_owned();
        self.without_file(id, &text, Some(help));
    }

    /// Gives the reason why a link, and what its file would say besides, has no file.
    fn without_file(&mut self, id: LinkId, text: &str, help: Option<String>) {
        for id in self.ovs.within(id).chain([id]) {
            let fact = FactPath { subject: Subject::Link(id), field: ROOT };
            self.cx.cannot(fact, &codes::KIND, text, help.clone());
        }
    }

    /// Gives the reason why a setting is not written.
    pub(super) fn cannot(
        &mut self,
        p: &mut Profile<'_>,
        path: FieldPath,
        code: &'static Code,
        text: impl Into<String>,
        help: Option<&str>,
    ) {
        p.done.insert(path);
        let fact = FactPath { subject: Subject::Link(p.id), field: path };
        self.cx.cannot(fact, code, text, help.map(str::to_owned));
    }

    /// Names the rule that makes the reader take something that the source does not say.
    pub(super) fn added(&mut self, p: &Profile<'_>, path: &'static str, rule: &'static str) {
        self.cx.added(FactPath { subject: Subject::Link(p.id), field: FieldPath::parse(path) }, rule);
    }

    /// A setting that the file means without its words.
    pub(super) fn otherwise(&mut self, p: &Profile<'_>, path: &'static str, rule: &'static str) {
        self.cx.otherwise(FactPath { subject: Subject::Link(p.id), field: FieldPath::parse(path) }, rule);
    }

    /// A value that the reader refuses, for which it may refuse the whole file.
    pub(super) fn refused(&mut self, p: &mut Profile<'_>, path: &'static str, why: &str) {
        if !p.link.leaf(FieldPath::parse(path)).is_some_and(|leaf| leaf.is_said()) {
            return;
        }
        let text = format!("`{path}` is left out: {} {why}", p.reader.name());
        self.cannot(
            p,
            FieldPath::parse(path),
            &codes::REFUSED,
            text,
            Some("correct the value in the source"),
        );
    }

    /// A setting that the reader has no key for.
    pub(super) fn unsaid(&mut self, p: &mut Profile<'_>, path: &'static str, why: &str) {
        if meant(self, p.id, path).is_some() {
            let text = format!("`{path}` is left out: {why}");
            self.cannot(p, FieldPath::parse(path), &codes::SETTING, text, None);
        }
    }

    /// A value's text; secrets only where they were asked for.
    pub(super) fn secret(&self, value: &netpivot_model::secret::Secret, file: &mut File) -> String {
        file.has_secrets = true;
        if self.cx.reveal_secrets { value.reveal().to_owned() } else { HIDDEN.to_owned() }
    }

    /// Writes the keys that map one to one.
    fn rows(&mut self, p: &mut Profile<'_>) {
        let paths = self.paths_of(p).into_iter().filter(|path| !p.done.contains(path));
        let mut found: Vec<(FieldPath, &Row)> =
            paths.filter_map(|path| Some((path, rows::row_for(path)?))).collect();
        // Said or not, a key has its place.
        found.sort_by_key(|(_, row)| row.key);
        for (path, row) in found {
            self.row(p, path, row);
        }
    }

    fn row(&mut self, p: &mut Profile<'_>, path: FieldPath, row: &Row) {
        let said = p.link.leaf(path).and_then(|leaf| leaf.value());
        let Some(value) = said.or_else(|| meant(self, p.id, row.path)) else { return };
        if !p.is_nm() && !row.initscripts || !p.is_said(path) && Self::is_default(p, row.path, &value) {
            return;
        }
        match row.write(&value) {
            Some(text) => {
                p.done.insert(path);
                p.file.set(row.key, text);
            }
            None => {
                let text = format!("`{}` has no word for `{path} = {value}`", row.key);
                self.cannot(p, path, &codes::SETTING, text, None);
            }
        }
    }

    /// What the source says, and what its silence may mean that the reader's does not.
    fn paths_of(&self, p: &Profile<'_>) -> Vec<FieldPath> {
        let mut paths = said_paths(p.link);
        paths.extend(defaults::paths(self.network.dialect_of(p.id), p.link));
        paths
    }

    /// Gives a reason for each setting that nothing has written.
    fn rest(&mut self, p: &mut Profile<'_>) {
        let kind = p.link.kind.value.word();
        for path in self.paths_of(p) {
            if p.done.contains(&path) || path == FieldPath::parse("kind") {
                continue;
            }
            if dhcp::is_habit(p.link, path) {
                let fact = FactPath { subject: Subject::Link(p.id), field: path };
                dhcp::leave(self.cx, p.link, fact, p.reader.name());
                continue;
            }
            if (path.is("ipv4.dns_priority") || path.is("ipv6.dns_priority")) && has_one_source(self.network)
            {
                let fact = FactPath { subject: Subject::Link(p.id), field: path };
                self.cx.otherwise(fact, "name-servers-of-one-link");
                continue;
            }
            let is_rank = path.is("ipv4.dns_priority") || path.is("ipv6.dns_priority");
            let text = match (rows::row_for(path), p.reader) {
                (_, Reader::Initscripts) if is_rank => format!(
                    "initscripts put the name servers of the interface that comes up last first; the source ranks them (`{path}`)"
                ),
                (Some(row), Reader::Initscripts) if !row.initscripts => {
                    format!("initscripts do not read `{}`, which says `{path}`", row.key)
                }
                (Some(_) | None, _) => {
                    format!(
                        "ifcfg files of a link of the kind {kind} have no key for `{path}` that {} reads",
                        p.reader.name()
                    )
                }
            };
            let cure = crate::renames::cure(p.link, path);
            let cure = cure.or_else(|| {
                let help = "say PEERDNS=no where a lease's are not wanted, or convert it with `-t keyfile`";
                (is_rank && p.reader == Reader::Initscripts).then(|| help.to_owned())
            });
            let help =
                cure.as_deref().unwrap_or("convert it with `-t keyfile` where NetworkManager is to apply it");
            self.cannot(p, path, &codes::SETTING, text, Some(help));
        }
    }

    /// Puts back what came from ifcfg files; the rest becomes comments.
    fn leftovers(&mut self, p: &mut Profile<'_>) {
        let own = self.network.dialect_of(p.id) == Self::dialect(p.reader);
        let same_format = self.network.dialect_of(p.id).format == IFCFG;
        let of_layers = p.layers.iter().flat_map(|id| self.leftovers[id.0 as usize].iter().copied());
        let positions: Vec<u32> = self.leftovers[p.id.0 as usize].iter().copied().chain(of_layers).collect();
        for n in positions {
            let leftover = &self.network.leftovers[n as usize];
            let hide = leftover.secret && !self.cx.reveal_secrets;
            let is_key = leftover.key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
                && leftover.key.bytes().next().is_some_and(|b| !b.is_ascii_digit());
            if own && is_key && leftover.section.is_none() && leftover.weight == Weight::Acts {
                let value = if hide { HIDDEN } else { &leftover.value };
                p.file.has_secrets |= leftover.secret;
                match p.file.get(&leftover.key).map(str::to_owned) {
                    None => p.file.set(leftover.key.as_str(), value),
                    Some(old)
                        if leftover.key == "ETHTOOL_OPTS" && !old.split("; ").any(|part| part == value) =>
                    {
                        p.file.set(leftover.key.as_str(), format!("{old}; {value}"));
                    }
                    Some(old) if leftover.key.starts_with("OVS_") && !old.contains(value) => {
                        p.file.set(leftover.key.as_str(), ovs::joined(&leftover.key, &old, value));
                    }
                    Some(_) => {}
                }
                continue;
            }
            if same_format && !own && leftover.weight == Weight::Acts {
                self.cx.unread_leftovers.push(n);
            }
            let value =
                if leftover.secret { HIDDEN.to_owned() } else { redact(&leftover.value).into_owned() };
            let place = self.cx.leftover_places.get(n as usize).map_or("", String::as_str);
            p.file.comment(&leftover.key, &value, place);
        }
    }

    /// True where the reader does what is meant when nothing is said.
    pub(super) fn is_default(p: &Profile<'_>, path: &'static str, value: &Value) -> bool {
        defaults::of(Self::dialect(p.reader), FieldPath::parse(path), p.link) == Silence::Value(value.clone())
    }
}

/// True for one of the dialects that this emitter writes.
fn is_rhel(dialect: Dialect) -> bool {
    [Reader::NetworkManager, Reader::Initscripts].into_iter().any(|reader| Job::dialect(reader) == dialect)
}

/// True for a name that the kernel would take.
pub(super) fn is_device(name: &str) -> bool {
    name.parse::<IfName>().is_ok()
}
