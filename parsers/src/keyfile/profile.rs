//! One keyfile becomes one link with its routes and rules.
//!
//! Where NetworkManager warns and keeps a default, so do we: the value is reported and not stored. What
//! belongs to no group of this type stays in the file as a leftover.

use super::kind::{entry, group, kind_of};
use super::lex::{Entry, File, Group};
use super::{ip, peers};
use crate::Context;
use foldhash::HashSet;
use netpivot_model::codes::keyfile as codes;
use netpivot_model::coverage::Item;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::network::{Leftover, Network, Weight};
use netpivot_model::reflect::{Leaf, Node};
use netpivot_model::secret::{HIDDEN, sounds_secret};
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::{IfName, Value};
use netpivot_model::vocabulary::keyfile as vocabulary;
use netpivot_model::vocabulary::keyfile::{Codec, Row, WIREGUARD_PEER, text};

/// What the reading of one profile works on.
pub(super) struct Profile<'c> {
    pub(super) cx: &'c mut Context,
    pub(super) network: &'c mut Network,
    pub(super) id: LinkId,
}

/// Reads a lexed file into the network.
pub(super) fn read(
    file: &File<'_>,
    stem: &str,
    uuid: Option<String>,
    network: &mut Network,
    cx: &mut Context,
) {
    let mut link = Link { kind: kind_of(file, cx), ..Link::default() };
    if group(file, "connection").and_then(|g| entry(g, "id")).is_none() {
        link.id = Some(At::new(stem.to_owned(), Origin::derived("file-name", [])));
    }
    if let Some(uuid) = uuid {
        link.uuid = Some(At::new(uuid, Origin::derived("path-hash", [])));
    }
    let id = network.add_link(link);
    let mut profile = Profile { cx, network, id };
    profile.register_items(file);
    profile.report_overridden(file);
    let mut groups: Vec<&Group<'_>> = file.groups.iter().collect();
    // What a port may have depends on [connection], so that goes first.
    groups.sort_by_key(|g| vocabulary::short_name(g.name) != "connection");
    let shadowed = profile.shadowed_groups(file);
    for group in groups.into_iter().filter(|g| !shadowed.contains(g.name)) {
        profile.group(group);
    }
    profile.infer_port_type(file);
    profile.check(file);
}

impl Profile<'_> {
    pub(super) fn link(&mut self) -> &mut Link {
        self.network.link_mut(self.id)
    }

    fn register_items(&mut self, file: &File<'_>) {
        for group in &file.groups {
            let rows = vocabulary::group(group.name);
            for entry in &group.entries {
                let row = rows.and_then(|g| g.row(entry.key)).map(|(row, _)| row);
                let secret = row.map_or_else(|| looks_secret(group.name, entry.key), |r| r.codec.is_secret());
                self.cx.items.push(item(group.name, entry, secret, self.id));
            }
        }
        for (name, entry, _) in &file.overridden {
            self.cx.items.push(item(name, entry, true, self.id));
        }
    }

    fn report_overridden(&mut self, file: &File<'_>) {
        for (name, entry, winner) in &file.overridden {
            self.cx.report(
                Diagnostic::new(
                    &codes::OVERRIDDEN,
                    format!(
                        "`{}{}` of [{name}] has no effect: the key stands again further down",
                        entry.key,
                        shown(entry, name)
                    ),
                )
                .at(entry.span)
                .at(*winner)
                .help("remove one of the two lines"),
            );
        }
    }

    /// Groups under their short name whose full name is there too: NetworkManager reads only the latter
    /// (keyfile.md section 2).
    fn shadowed_groups<'a>(&mut self, file: &File<'a>) -> HashSet<&'a str> {
        let mut shadowed = HashSet::default();
        for full in file.groups.iter().filter(|g| vocabulary::short_name(g.name) != g.name) {
            let short = vocabulary::short_name(full.name);
            if let Some(lost) = file.groups.iter().find(|g| g.name == short) {
                shadowed.insert(lost.name);
                let mut finding = Diagnostic::new(
                    &codes::OVERRIDDEN,
                    format!("[{short}] has no effect, because [{}] is there too", full.name),
                )
                .at(lost.span)
                .help("move its keys to the other group");
                finding.labels.extend(lost.entries.iter().map(|e| e.span));
                self.cx.report(finding);
                self.keep(lost, Weight::Idle, "");
            }
        }
        shadowed
    }

    fn group(&mut self, group: &Group<'_>) {
        let short = vocabulary::short_name(group.name);
        let port = self.link().is_addressless_port();
        if port && matches!(short, "ipv4" | "ipv6" | "proxy") {
            return self.port_group(group);
        }
        if vocabulary::UNSUPPORTED.contains(&short) || self.is_unsupported_type(group.name) {
            return self.keep(group, Weight::Acts, "is a setting of a type that only keyfiles have");
        }
        if let Some(public_key) = group.name.strip_prefix(WIREGUARD_PEER) {
            return peers::read(self, group, public_key);
        }
        let Some(rows) = vocabulary::group(short) else { return self.unknown_group(group) };
        match short {
            "ipv4" => ip::read(self, group, false),
            "ipv6" => ip::read(self, group, true),
            // An empty group says nothing, but NetworkManager writes it back.
            "ethernet" => _ = self.link().matches.get_or_insert_default(),
            "bond-port" => _ = self.link().bond_port.get_or_insert_default(),
            "bridge-port" => _ = self.link().bridge_port.get_or_insert_default(),
            "team-port" => _ = self.link().team_port.get_or_insert_default(),
            "tc" => self.link().tc.get_or_insert_default().replace = Some(At::new(true, group.span)),
            _ => {}
        }
        let mut foreign = Vec::new();
        for entry in &group.entries {
            let Some((row, name)) = rows.row(entry.key).filter(|_| !is_translation(entry.key)) else {
                self.unknown_key(short, entry);
                continue;
            };
            if row.codec == Codec::Special {
                continue;
            }
            if !self.entry(row, name, entry) {
                foreign.push(*entry);
            }
        }
        if !foreign.is_empty() {
            self.foreign(group.name, &foreign);
        }
    }

    fn is_unsupported_type(&mut self, group: &str) -> bool {
        let LinkKind::Unsupported(kind) = &self.link().kind.value else { return false };
        kind.source_type.as_ref().is_some_and(|at| at.value == group)
    }

    /// Reads one key into its setting; false where links of this kind have no such setting.
    fn entry(&mut self, row: &'static Row, name: &str, entry: &Entry<'_>) -> bool {
        let link = self.network.link_mut(self.id);
        let first = row.path.names().next().unwrap_or("");
        let there = link.field(first).is_some() || first == link.kind.value.field_name();
        if !there || !vocabulary::applies(row, &link.kind.value) {
            return false;
        }
        let value = match row.codec.read(entry.raw) {
            Ok(value) => value,
            Err(refused) => {
                self.bad(entry, row.group, refused.0);
                return true;
            }
        };
        if let Codec::Flag(_) = row.codec {
            self.flags(row, &value, entry);
            return true;
        }
        if row.key == "config" && !value.as_text().is_some_and(is_json) {
            self.bad(entry, row.group, "JSON");
            return true;
        }
        if row.path.is("name") && !value.as_text().is_some_and(|name| is_name(name, &link.kind.value)) {
            self.refuse_name(entry);
            self.leftover(row.group, entry, Weight::Acts, "");
            return true;
        }
        let value = if row.key == "dns" { ip::name_servers(self, entry, row.group, value) } else { value };
        let value = if row.is_prefix {
            Value::Map(vec![(text::decode_key(name).into_owned(), value)])
        } else {
            value
        };
        self.store(row, &value, entry);
        true
    }

    fn refuse_name(&mut self, entry: &Entry<'_>) {
        let why = format!("no interface can be called `{}`", entry.raw);
        self.refuse(&why, &Origin::at(entry.span), "correct `interface-name`");
    }

    fn store(&mut self, row: &Row, value: &Value, entry: &Entry<'_>) {
        if matches!(value, Value::Secret(secret) if secret.reveal() == HIDDEN) {
            let message = format!(
                "the secret `{}` is hidden in this file; the output is not usable with it",
                entry.key
            );
            let finding =
                Diagnostic::new(&netpivot_model::codes::core::SECRET_HIDDEN, message).at(entry.span);
            self.cx.report(finding.help("make the file again with `-o DIR` or `--show-secrets`"));
        }
        let leaf = self.network.link_mut(self.id).leaf_mut(row.path).expect("a row's path reaches a setting");
        let (origin, old) = origin_beside(leaf, row, entry.span);
        let failed = leaf.set(value, origin).err();
        let changed = old.as_ref().is_some_and(|(before, _)| leaf.value().as_ref() != Some(before));
        if let Some(error) = failed {
            self.bad(entry, row.group, &error.expected);
        } else if let Some((_, span)) = old.filter(|_| changed) {
            self.cx.report(
                Diagnostic::new(
                    &codes::OVERRIDDEN,
                    format!("[{}] sets one property by two keys, of which `{}` counts", row.group, entry.key),
                )
                .at(span)
                .at(entry.span)
                .help("keep one of the two lines"),
            );
        }
    }

    /// `vlan.flags`: one number, one setting a bit.
    fn flags(&mut self, row: &Row, value: &Value, entry: &Entry<'_>) {
        let Value::Int(sum) = value else { return };
        if !(0..16).contains(sum) {
            return self.bad(entry, row.group, "a sum of 1, 2, 4 and 8");
        }
        let link = self.network.link_mut(self.id);
        for row in vocabulary::rows().iter().filter(|r| r.group == row.group && r.key == row.key) {
            if let (Codec::Flag(bit), Some(leaf)) = (row.codec, link.leaf_mut(row.path)) {
                let set = leaf.set(&Value::Bool(sum & bit != 0), Origin::at(entry.span));
                debug_assert!(set.is_ok(), "flags are booleans");
            }
        }
    }

    /// Reports a value that NetworkManager does not take.
    pub(super) fn bad(&mut self, entry: &Entry<'_>, group: &str, expected: &str) {
        self.amiss(entry, group, &format!("has no effect: NetworkManager takes {expected} here"));
    }

    /// Reports a value of which something goes amiss; `what` is the rest of the sentence.
    pub(super) fn amiss(&mut self, entry: &Entry<'_>, group: &str, what: &str) {
        let value = shown(entry, group);
        self.cx.report(
            Diagnostic::new(&codes::BAD_VALUE, format!("`{}{value}` of [{group}] {what}", entry.key))
                .at(entry.span)
                .help("mend the value, or remove the line"),
        );
    }

    fn unknown_key(&mut self, group: &str, entry: &Entry<'_>) {
        // `interface-name` in a type's own group is the ancient place of connection.interface-name.
        let ancient = entry.key == "interface-name" && self.link().kind.value.word() == group;
        if ancient && let Ok(name) = text::unescape(entry.raw) {
            let name = name.into_owned();
            match &mut self.network.link_mut(self.id).name {
                Some(at) if at.value == name => at.origin.merge(&Origin::at(entry.span)),
                Some(_) => {}
                slot @ None => *slot = Some(At::new(name, entry.span)),
            }
        } else if group == "bond" {
            self.bad(entry, group, "bonding options only");
        }
    }

    fn port_group(&mut self, group: &Group<'_>) {
        if !group.entries.is_empty() {
            let mut finding = Diagnostic::new(
                &codes::PORT_ADDRESSES,
                format!("[{}] has no effect: the profile is a port", group.name),
            )
            .at(group.span)
            .help("move it to the controller's profile, or remove it");
            finding.labels.extend(group.entries.iter().map(|e| e.span));
            self.cx.report(finding);
        }
        self.keep(group, Weight::Idle, "");
    }

    fn unknown_group(&mut self, group: &Group<'_>) {
        if !group.name.starts_with('.') {
            self.cx.items.push(Item {
                span: group.span,
                owner: Some(self.id),
                section: Some(group.name.to_owned()),
                key: format!("[{}]", group.name),
                value: String::new(),
                secret: false,
            });
        }
    }

    fn foreign(&mut self, group: &str, entries: &[Entry<'_>]) {
        let kind = self.link().kind.value.word();
        let keys: Vec<_> = entries.iter().map(|e| format!("`{}`", e.key)).collect();
        let mut finding = Diagnostic::new(
            &codes::FOREIGN_GROUP,
            format!("{} of [{group}] has no effect in a profile of type {kind}", keys.join(", ")),
        )
        .help("remove the lines, or check the profile's type");
        finding.labels.extend(entries.iter().map(|e| e.span));
        self.cx.report(finding);
        for entry in entries {
            self.leftover(group, entry, Weight::Idle, "");
        }
    }

    /// Keeps a whole group as it is.
    pub(super) fn keep(&mut self, group: &Group<'_>, weight: Weight, meaning: &str) {
        for entry in &group.entries {
            self.leftover(group.name, entry, weight, meaning);
        }
        if group.entries.is_empty() && weight == Weight::Acts {
            let key = format!("[{}]", group.name);
            let header = Entry { key: &key, raw: "", span: group.span };
            self.leftover(group.name, &header, weight, meaning);
        }
    }

    fn leftover(&mut self, group: &str, entry: &Entry<'_>, weight: Weight, meaning: &str) {
        self.network.leftovers.push(Leftover {
            owner: Some(self.id),
            section: Some(group.to_owned()),
            key: entry.key.to_owned(),
            value: entry.raw.to_owned(),
            secret: is_secret(group, entry.key),
            weight,
            meaning: meaning.to_owned(),
            origin: Origin::at(entry.span),
        });
    }
}

/// The origin of a setting that a second key may set too, and what was there before.
fn origin_beside(leaf: &dyn Leaf, row: &Row, span: Span) -> (Origin, Option<(Value, Span)>) {
    if row.is_prefix || !leaf.is_said() {
        return (Origin::at(span), None);
    }
    let mut spans = vec![span];
    leaf.origins(&mut |origin| spans.extend_from_slice(origin.spans()));
    let old = leaf.value().zip(spans.get(1).copied());
    (Origin::said(spans), old)
}

/// teamd's configuration is JSON; NetworkManager drops any other text.
fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(text).is_ok()
}

/// `key[de]`: a translation, which GKeyFile drops.
fn is_translation(key: &str) -> bool {
    key.ends_with(']')
}

fn item(group: &str, entry: &Entry<'_>, secret: bool, owner: LinkId) -> Item {
    Item {
        span: entry.span,
        owner: Some(owner),
        section: Some(group.to_owned()),
        key: entry.key.to_owned(),
        value: entry.raw.to_owned(),
        secret,
    }
}

/// True for a key that may hold a secret though no row says so.
fn looks_secret(group: &str, key: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    let pin = (lower.contains("pin") || lower.contains("private")) && !lower.ends_with("-flags");
    group == "vpn-secrets" || pin || sounds_secret(key)
}

fn is_secret(group: &str, key: &str) -> bool {
    let row = vocabulary::group(group).and_then(|g| g.row(key));
    row.map_or_else(|| looks_secret(group, key), |(row, _)| row.codec.is_secret())
}

/// `=VALUE` for a message; a secret is hidden, a long value cut.
pub(super) fn shown(entry: &Entry<'_>, group: &str) -> String {
    if is_secret(group, entry.key) {
        return format!("={HIDDEN}");
    }
    let mut value: String = entry.raw.chars().take(80).collect();
    if value.len() < entry.raw.len() {
        value.push('…');
    }
    format!("={value}")
}

/// True for what `interface-name` can hold (`nm_utils_ifname_valid()`): names of Open vSwitch's own rows are freer than the
/// kernel's, and the names of settings of all links are none.
fn is_name(name: &str, kind: &LinkKind) -> bool {
    let is_of_ovs = matches!(kind, LinkKind::OvsBridge(_) | LinkKind::OvsPort(_) | LinkKind::OvsInterface(_));
    let is_taken = ["all", "default", "bonding_masters"].contains(&name);
    let is_of_kernel = name.parse::<IfName>().is_ok() && !is_taken;
    if is_of_ovs { !name.contains(char::REPLACEMENT_CHARACTER) } else { is_of_kernel }
}
