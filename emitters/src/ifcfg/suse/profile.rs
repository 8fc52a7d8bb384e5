//! One link becomes one `ifcfg-NAME` with the files beside it.

use super::rows::row_for;
use super::text::{Sheet, is_sayable};
use super::{DIALECT, Job, ovs, wifi};
use foldhash::HashSet;
use netpivot_model::codes::Code;
use netpivot_model::codes::ifcfg_output as codes;
use netpivot_model::defaults::{self, Silence};
use netpivot_model::dialect::{IFCFG, IPROUTE, NETLINK};
use netpivot_model::facts::{effective, said_paths};
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::network::{EntryKind, Weight};
use netpivot_model::path::{FactPath, FieldPath, Subject};
use netpivot_model::secret::{HIDDEN, Secret, redact};
use netpivot_model::value::{MacSetting, Value};

pub(super) const ROOT: FieldPath = FieldPath::new([""; 3]);

pub(super) fn link_fact(id: LinkId, field: FieldPath) -> FactPath {
    FactPath { subject: Subject::Link(id), field }
}

/// A link's files while they are put together.
pub(super) struct Profile<'n> {
    pub(super) id: LinkId,
    pub(super) link: &'n Link,
    /// The interface, after which the files are called.
    pub(super) name: String,
    /// `ifcfg-NAME`.
    pub(super) sheet: Sheet,
    /// Lines of `ifroute-NAME`.
    pub(super) routes: String,
    /// Lines of `ifrule-NAME`.
    pub(super) rules: String,
    /// Lines of `ifsysctl-NAME`.
    pub(super) sysctls: String,
    /// Settings that are written, or whose reason is given.
    done: HashSet<FieldPath>,
}

impl<'n> Profile<'n> {
    pub(super) fn of(id: LinkId, link: &'n Link) -> Self {
        let name = link.name.as_ref().map_or_else(String::new, |at| at.value.clone());
        Profile {
            id,
            link,
            name,
            sheet: Sheet::default(),
            routes: String::new(),
            rules: String::new(),
            sysctls: String::new(),
            done: HashSet::default(),
        }
    }

    /// Notes that a setting is taken care of.
    pub(super) fn done(&mut self, path: &'static str) {
        self.done.insert(FieldPath::parse(path));
    }

    /// The same for a path that is found on the way.
    pub(super) fn settled(&mut self, path: FieldPath) {
        self.done.insert(path);
    }

    /// The said value of a setting.
    pub(super) fn said(&self, path: &'static str) -> Option<Value> {
        self.link.leaf(FieldPath::parse(path)).and_then(|leaf| leaf.value())
    }

    /// True for the loopback device.
    pub(super) fn is_loopback(&self) -> bool {
        matches!(self.link.kind.value, LinkKind::Loopback(_))
    }

    /// Adds a kernel setting of the interface.
    pub(super) fn sysctl(&mut self, family: &str, attribute: &str, value: i64) {
        let name = self.name.replace('.', "/");
        self.sysctls.push_str(&format!("net.{family}.conf.{name}.{attribute} = {value}\n"));
    }
}

impl Job<'_> {
    /// What the host does at a setting, where that is known.
    pub(super) fn meant(&self, id: LinkId, path: FieldPath) -> Option<Value> {
        match effective(self.network, id, path) {
            Silence::Value(value) => Some(value),
            Silence::Kernel | Silence::Daemon | Silence::Unknown => None,
        }
    }

    /// What the source says of a setting, or means by its silence where that is not what wicked does.
    pub(super) fn told(&self, p: &Profile<'_>, path: &'static str) -> Option<Value> {
        let path = FieldPath::parse(path);
        let said = p.link.leaf(path).is_some_and(|leaf| leaf.is_said());
        let meant = self.meant(p.id, path).filter(|_| self.paths(p).contains(&path));
        meant.filter(|value| said || !is_default(p, path, value))
    }

    /// Gives the reason why a setting is not written.
    pub(super) fn cannot(
        &mut self,
        p: &mut Profile<'_>,
        path: FieldPath,
        code: &'static Code,
        text: impl Into<String>,
    ) {
        p.done.insert(path);
        self.cx.cannot(link_fact(p.id, path), code, text, crate::renames::cure(p.link, path));
    }

    /// A said setting that wicked has no key for.
    pub(super) fn unsaid(&mut self, p: &mut Profile<'_>, path: &'static str, why: impl Into<String>) {
        if p.said(path).is_some() {
            self.cannot(p, FieldPath::parse(path), &codes::SETTING, why);
        }
        p.done(path);
    }

    /// Names the rule that makes wicked take something else than the source says, to the same effect.
    pub(super) fn added(&mut self, p: &mut Profile<'_>, path: &'static str, rule: &'static str) {
        p.done(path);
        self.cx.added(link_fact(p.id, FieldPath::parse(path)), rule);
    }

    /// A setting that the files mean without its words.
    pub(super) fn otherwise(&mut self, p: &mut Profile<'_>, path: &'static str, rule: &'static str) {
        p.done(path);
        self.cx.otherwise(link_fact(p.id, FieldPath::parse(path)), rule);
    }

    /// Writes a key, where wicked's reader can take the value.
    pub(super) fn set(&mut self, p: &mut Profile<'_>, path: FieldPath, key: &str, value: impl Into<String>) {
        let value = value.into();
        if is_sayable(key, &value) {
            p.sheet.set(key, value);
            p.done.insert(path);
        } else {
            let text = format!("`{key}` cannot hold the value: wicked reads one line and knows no escapes");
            self.cannot(p, path, &codes::REFUSED, text);
        }
    }

    /// A value's text; secrets only where they were asked for.
    pub(super) fn secret(&self, value: &Secret, sheet: &mut Sheet) -> String {
        sheet.has_secrets = true;
        if self.cx.reveal_secrets { value.reveal().to_owned() } else { HIDDEN.to_owned() }
    }

    /// Writes the files of a link, or says why there are none.
    pub(super) fn profile(&mut self, id: LinkId) {
        let network = self.network;
        let link = network.link(id);
        let n = id.0 as usize;
        if let Some(why) = self.refused[n].clone() {
            let text = format!("`{}` gets no file: {why}", link.label());
            let help = "set the link up by other means".to_owned();
            self.cx.cannot(link_fact(id, ROOT), &codes::KIND, text, help);
            return self.entries_of_nothing(id);
        }
        if self.wireless[n] == wifi::Group::Further {
            // It stands in the file of the first network.
            return;
        }
        let mut p = Profile::of(id, link);
        self.identity(&mut p);
        if let ovs::Role::Layer = self.ovs[n] {
            self.layer(&mut p);
            self.entries_of_nothing(id);
            return self.rest(&mut p);
        }
        self.kind(&mut p);
        self.start(&mut p);
        self.hardware(&mut p);
        if !matches!(link.kind.value, LinkKind::Unsupported(_)) {
            self.zone(&mut p);
            self.controller(&mut p);
            self.ethtool(&mut p);
            self.ip(&mut p);
            self.rows(&mut p);
            self.entries(&mut p);
        }
        self.leftovers_of(&mut p);
        self.rest(&mut p);
        self.spread(&p);
        if p.is_loopback() && self.is_plain(&mut p) {
            return;
        }
        self.add_sheet(&format!("ifcfg-{}", p.name), &p.sheet);
        for (prefix, text) in [("ifroute", &p.routes), ("ifrule", &p.rules), ("ifsysctl", &p.sysctls)] {
            if !text.is_empty() {
                self.add_text(&format!("{prefix}-{}", p.name), text.clone());
            }
        }
    }

    /// A loopback device as every host has it needs no file.
    fn is_plain(&mut self, p: &mut Profile<'_>) -> bool {
        let usual = |text: String| ["127.0.0.1/8", "::1/128"].contains(&text.as_str());
        let families = [&p.link.ipv4, &p.link.ipv6].into_iter().flatten();
        let plain =
            families.into_iter().all(|config| config.addresses.values().all(|a| usual(a.to_string())))
                && p.routes.is_empty()
                && p.rules.is_empty()
                && p.sysctls.is_empty()
                && ["MTU", "PRE_UP_SCRIPT", "POST_UP_SCRIPT", "PRE_DOWN_SCRIPT", "POST_DOWN_SCRIPT"]
                    .iter()
                    .all(|key| p.sheet.get(key).is_none());
        if plain {
            for path in [
                "kind",
                "name",
                "autoconnect",
                "ipv4.addresses",
                "ipv6.addresses",
                "ipv4.method",
                "ipv6.method",
            ] {
                self.otherwise(p, path, "loopback-is-always-there");
            }
        }
        plain
    }

    /// What only NetworkManager knows a profile by, and the device that it is for.
    fn identity(&mut self, p: &mut Profile<'_>) {
        p.done("kind");
        p.done("name");
        let layer = matches!(self.ovs[p.id.0 as usize], ovs::Role::Layer);
        for path in ["id", "uuid", "managed", "nm.timestamp"] {
            if layer && matches!(path, "id" | "uuid") {
                self.otherwise(p, path, "layers-of-open-vswitch");
            } else if p.said(path).is_some() {
                let text = format!("`{path}` of `{}` is for NetworkManager alone and goes", p.link.label());
                self.cannot(p, FieldPath::parse(path), &codes::IDENTITY, text);
            }
        }
        if let Some(mac) = p.link.matches.as_ref().and_then(|m| m.mac.as_ref()) {
            let text = format!(
                "the source ties `{}` to the device with address {}; a file goes by the interface's name alone",
                p.name, mac.value
            );
            self.cannot(p, FieldPath::parse("matches.mac"), &codes::BY_NAME, text);
        }
    }

    /// STARTMODE. What runs now, or is set up by a script at boot, is to come back at boot.
    fn start(&mut self, p: &mut Profile<'_>) {
        if p.is_loopback() {
            p.sheet.set("STARTMODE", "nfsroot");
            self.otherwise(p, "autoconnect", "loopback-is-always-there");
            return p.done("hotplug");
        }
        let field = FieldPath::parse("autoconnect");
        let is_state = [IPROUTE, NETLINK].contains(&self.network.dialect_of(p.id).format);
        let starts = match self.meant(p.id, field) {
            Some(Value::Bool(starts)) => starts,
            Some(_) | None => {
                self.added(p, "autoconnect", "started-at-boot");
                is_state || p.link.autoconnect.is_none()
            }
        };
        p.done("autoconnect");
        let hotplug = starts && p.link.hotplug.as_ref().is_some_and(|at| at.value);
        if hotplug {
            p.done("hotplug");
        }
        p.sheet.set(
            "STARTMODE",
            if hotplug {
                "hotplug"
            } else if starts {
                "auto"
            } else {
                "manual"
            },
        );
    }

    /// LLADDR.
    fn hardware(&mut self, p: &mut Profile<'_>) {
        let Some(mac) = &p.link.mac else { return };
        match &mac.value {
            MacSetting::Address(mac) => {
                p.sheet.set("LLADDR", mac.to_string());
                p.done("mac");
            }
            MacSetting::Word(word) => {
                let text = format!("`LLADDR` takes an address, not NetworkManager's word `{word}`");
                self.cannot(p, FieldPath::parse("mac"), &codes::SETTING, text);
            }
        }
    }

    /// ZONE, which counts with FIREWALL only.
    fn zone(&mut self, p: &mut Profile<'_>) {
        let Some(zone) = p.link.zone.as_ref().map(|at| at.value.clone()).filter(|zone| !zone.is_empty())
        else {
            return;
        };
        p.sheet.set("FIREWALL", "yes");
        self.set(p, FieldPath::parse("zone"), "ZONE", zone);
    }

    /// Writes the keys that map one to one: what the source says, and what it means where silence means
    /// something else to wicked.
    fn rows(&mut self, p: &mut Profile<'_>) {
        for path in self.paths(p) {
            let (Some((key, form)), false) = (row_for(path), p.done.contains(&path)) else { continue };
            let said = p.link.leaf(path).is_some_and(|leaf| leaf.is_said());
            let Some(value) = self.meant(p.id, path).filter(|value| said || !is_default(p, path, value))
            else {
                continue;
            };
            match form.text(&value) {
                Some(text) => self.set(p, path, key, text),
                None => {
                    let text = format!("`{key}` has no word for `{path} = {value}`");
                    self.cannot(p, path, &codes::SETTING, text);
                }
            }
        }
    }

    /// The settings that either side may mean something by.
    fn paths(&self, p: &Profile<'_>) -> Vec<FieldPath> {
        let mut paths = said_paths(p.link);
        let dialect = self.network.dialect_of(p.id);
        for path in defaults::paths(dialect, p.link).into_iter().chain(defaults::paths(DIALECT, p.link)) {
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
        paths
    }

    /// Gives a reason for each setting that nothing has written and that silence does not mean.
    pub(super) fn rest(&mut self, p: &mut Profile<'_>) {
        let kind = p.link.kind.value.word();
        let port = p.link.is_addressless_port();
        for path in self.paths(p) {
            let Some(value) = self.meant(p.id, path) else { continue };
            if p.done.contains(&path) || is_default(p, path, &value) {
                continue;
            }
            let text = if port && (path.is_under("ipv4") || path.is_under("ipv6")) {
                format!("`{path}` has no place: a port has no addresses of its own")
            } else {
                format!(
                    "SUSE's files of a link of the kind {kind} have no key for `{path}` that wicked reads"
                )
            };
            self.cannot(p, path, &codes::SETTING, text);
        }
    }

    /// Gives the reason for the entries of a link that has no file.
    fn entries_of_nothing(&mut self, id: LinkId) {
        let network = self.network;
        let text = format!("`{}` gets no file that could hold it", network.link(id).label());
        for kind in EntryKind::ALL {
            network.visit_entries(*kind, &mut |n, owner, _| {
                if owner == Some(id) {
                    let fact = FactPath { subject: Subject::Entry(*kind, n), field: ROOT };
                    self.cx.cannot(fact, super::entries::code(*kind), text.clone(), None);
                }
            });
        }
    }

    fn leftovers_of(&mut self, p: &mut Profile<'_>) {
        for n in self.leftovers[p.id.0 as usize].clone() {
            let mut sheet = std::mem::take(&mut p.sheet);
            self.leftover(n, &mut sheet);
            p.sheet = sheet;
        }
    }

    /// Puts back what belongs to no interface.
    pub(super) fn host_leftovers(&mut self) {
        for n in self.leftovers[self.network.links.len()].clone() {
            // A file `config` without a policy would switch netconfig off, so comments go to the other one.
            let own = self.network.dialect == DIALECT;
            let dhcp = !own || self.network.leftovers[n as usize].key.starts_with("DHCLIENT");
            let mut sheet = std::mem::take(if dhcp { &mut self.dhcp } else { &mut self.config });
            self.leftover(n, &mut sheet);
            *(if dhcp { &mut self.dhcp } else { &mut self.config }) = sheet;
        }
    }

    /// Puts back what came from SUSE's files; the rest becomes a comment.
    fn leftover(&mut self, n: u32, sheet: &mut Sheet) {
        let leftover = &self.network.leftovers[n as usize];
        let dialect = leftover.owner.map_or(self.network.dialect, |id| self.network.dialect_of(id));
        let own = dialect == DIALECT && leftover.weight == Weight::Acts && leftover.section.is_none();
        if own && is_sayable(&leftover.key, &leftover.value) {
            sheet.has_secrets |= leftover.secret;
            let hide = leftover.secret && !self.cx.reveal_secrets;
            let value = if hide { HIDDEN } else { &leftover.value };
            let key = free_key(sheet, &leftover.key);
            return sheet.set(key, value);
        }
        if dialect.format == IFCFG && leftover.weight == Weight::Acts {
            self.cx.unread_leftovers.push(n);
        }
        let value = if leftover.secret { HIDDEN.into() } else { redact(&leftover.value) };
        let sign = if value.is_empty() { "" } else { "=" };
        let place = self.cx.leftover_places.get(n as usize).filter(|place| !place.is_empty());
        let place = place.map_or_else(String::new, |place| format!(" ({place})"));
        sheet.comment(&format!("not converted: {}{sign}{value}{place}", leftover.key));
    }
}

/// Calls of ethtool(8) have keys of any suffix; other keys stand once.
fn free_key(sheet: &Sheet, key: &str) -> String {
    let mut free = key.to_owned();
    let mut n = 0;
    while key.starts_with("ETHTOOL_OPTIONS") && sheet.get(&free).is_some() {
        n += 1;
        free = format!("{key}_{n}");
    }
    free
}

/// True where wicked does what is meant when nothing is said.
pub(super) fn is_default(p: &Profile<'_>, path: FieldPath, value: &Value) -> bool {
    defaults::of(DIALECT, path, p.link) == Silence::Value(value.clone())
}
