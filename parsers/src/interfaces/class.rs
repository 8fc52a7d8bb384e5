//! What brings interfaces up: `auto`, `allow-…` and their like.

use super::build::{Builder, Placed};
use super::document::{Listed, Mapping, Stanza};
use super::lines::Part;
use super::{codes, glob};
use foldhash::HashMap;
use netpivot_model::link::{LinkId, LinkKind};
use netpivot_model::network::{Leftover, Weight};
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::vocabulary::interfaces::Reader;

/// The classes of each interface.
pub(super) struct Classes<'a> {
    by_name: HashMap<&'a str, Vec<&'a Listed>>,
}

impl<'a> Classes<'a> {
    pub fn new(listed: &'a [Listed], reader: Reader) -> Self {
        let mut by_name: HashMap<&str, Vec<&Listed>> = HashMap::default();
        for entry in listed {
            // `PHYSICAL=LOGICAL` starts the interface with the stanza of another name, under ifupdown.
            let logical = entry.name.rsplit_once('=').filter(|_| reader == Reader::Ifupdown);
            let names = logical.unwrap_or((entry.name.as_str(), ""));
            for name in [names.0, names.1].into_iter().filter(|name| !name.is_empty()) {
                by_name.entry(name).or_default().push(entry);
            }
        }
        Classes { by_name }
    }

    /// True where a line starts the stanza under its own name.
    pub fn starts(&self, stanza: &Stanza) -> bool {
        self.by_name.contains_key(stanza.name.text.as_str())
    }
}

fn is_pattern(name: &str) -> bool {
    name.contains('/') && !name.starts_with("/dev/")
}

/// True for what is a pattern of names in an `auto` line; an `iface` line has none.
fn is_glob(name: &str) -> bool {
    name.contains(['*', '?', '['])
}

impl Builder<'_> {
    /// Says when each link starts, and names what nothing defines.
    pub(super) fn classes(
        &mut self,
        classes: &Classes<'_>,
        listed: &[Listed],
        placed: &[Placed],
        mappings: &[Mapping],
    ) {
        let mut names: HashMap<&str, LinkId> = HashMap::default();
        for entry in placed {
            names.entry(entry.stanza.name.text.as_str()).or_insert(entry.link);
        }
        let aliases: Vec<(&str, LinkId)> = names
            .iter()
            .map(|(name, link)| (*name, *link))
            .filter(|(name, _)| {
                let interface = name.split(':').next().unwrap_or_default();
                self.reader == Reader::Ifupdown && interface != *name && names.contains_key(interface)
            })
            .collect();
        for (name, link) in &names {
            if let Some(entries) = classes.by_name.get(name)
                && !aliases.contains(&(*name, *link))
            {
                self.start(*link, entries);
            }
        }
        for entry in placed {
            if aliases.contains(&(entry.stanza.name.text.as_str(), entry.link)) {
                let entries = classes.by_name.get(entry.stanza.name.text.as_str());
                self.alias(entry, entries.map_or(&[], Vec::as_slice));
            }
        }
        for entry in listed.iter().filter(|entry| !names.contains_key(entry.name.as_str())) {
            let is_mapped = mappings.iter().any(|mapping| {
                mapping.names.words().iter().any(|(glob, _)| glob::matches(glob, &entry.name))
            });
            if is_mapped {
                self.keep_line(entry);
            } else {
                self.unnamed(entry, &names);
            }
        }
    }

    /// Stanzas that are for a device of another name: those that a mapping chooses, and those that no line starts and whose
    /// name has no number, as every name has that the kernel or udev gives (systemd.net-naming-scheme(7)).
    pub(super) fn logical(&mut self, placed: &[Placed], classes: &Classes<'_>, mappings: &[Mapping]) {
        let core = self.reader == Reader::Ifupdown;
        for Placed { stanza, link, .. } in
            placed.iter().filter(|placed| core && !classes.starts(&placed.stanza))
        {
            let name = stanza.name.text.as_str();
            let choices =
                mappings.iter().flat_map(|mapping| &mapping.lines).filter(|line| line.0.text == "map");
            let chosen =
                choices.into_iter().find(|line| line.1.words().iter().any(|(word, _)| *word == name));
            let is_shared = self.network.links.iter().any(|other| {
                let label = other.label();
                label.strip_prefix(name).is_some_and(|rest| rest.starts_with(['.', ':']))
            });
            let own = self.link(*link);
            let is_card = matches!(own.kind.value, LinkKind::Ethernet(_)) && own.controller.is_none();
            let span = match chosen {
                Some((_, _, span)) => *span,
                None if is_shared || name.contains(|c: char| c.is_ascii_digit()) => continue,
                None => stanza.name.span,
            };
            if is_card && name != "lo" {
                own.eni.get_or_insert_default().logical.get_or_insert(At::new(true, span));
            }
        }
    }

    /// What a mapping decides on starts by its own line.
    fn keep_line(&mut self, entry: &Listed) {
        let key = match entry.class.as_str() {
            class @ ("auto" | "no-auto-down" | "no-scripts") => class.to_owned(),
            class => format!("allow-{class}"),
        };
        let meaning = "A mapping chooses the stanza with which the interface is brought up.";
        self.keep_of_host(None, &key, &entry.name, meaning, Origin::at(entry.span));
    }

    /// The stanzas of `NAME` are for the device that another name, a pattern or its hardware address tells.
    fn device(&mut self, entry: &Listed, device: &str, id: LinkId) {
        let link = self.network.link_mut(id);
        let origin = || Origin::at(entry.span);
        let own = link.name.as_ref().map(|at| at.value.clone()).unwrap_or_default();
        let eni = link.eni.get_or_insert_default();
        if let (Some(started), true) = (&link.autoconnect, eni.devices.items.is_empty()) {
            // Its own name has its own line.
            eni.devices.items.push(At::new(own, started.origin.clone()));
        }
        eni.devices.push(device.to_owned(), entry.span);
        if let Some(mac) = device.strip_prefix("/mac/").and_then(|text| text.parse().ok()) {
            let matches = link.matches.get_or_insert_default();
            matches.mac.get_or_insert(At::new(mac, origin()));
        }
        match &mut link.autoconnect {
            Some(at) => at.origin.merge(&origin()),
            None => link.autoconnect = Some(At::new(true, origin())),
        }
        if entry.class == "hotplug" {
            link.hotplug.get_or_insert(At::new(true, origin()));
        }
    }

    /// `rename OLD=NEW`: done before anything else (interfaces(5)).
    pub(super) fn renames(&mut self, words: &[(Part, usize)]) {
        for (word, _) in words {
            let target = word.text.rsplit_once('=');
            let link = target.and_then(|(old, new)| Some((old, *self.by_name.get(new)?)));
            if let Some((old, id)) = link {
                let link = self.network.link_mut(id);
                let eni = link.eni.get_or_insert_default();
                eni.renamed_from.get_or_insert(At::new(old.to_owned(), word.span));
                if let Some(mac) = old.strip_prefix("/mac/").and_then(|text| text.parse().ok()) {
                    let matches = link.matches.get_or_insert_default();
                    matches.mac.get_or_insert(At::new(mac, Origin::at(word.span)));
                }
                continue;
            }
            let message = format!("`rename {}` gives a name to an interface without stanza", word.text);
            self.report(&codes::RENAME, word.span, message, "name it by a systemd .link file or a udev rule");
            let meaning = "The interface gets another name before anything else.";
            self.keep_of_host(None, "rename", &word.text, meaning, Origin::at(word.span));
        }
    }

    /// Mappings stay as they are: a script decides.
    pub(super) fn mappings(&mut self, mappings: &[Mapping]) {
        for mapping in mappings {
            let title = format!("mapping {}", mapping.names.text);
            let meaning = "A script chooses the stanza of an interface.";
            self.keep_of_host(None, &title, "", meaning, Origin::at(mapping.span));
            for (key, value, span) in &mapping.lines {
                self.keep_of_host(Some(title.clone()), &key.text, &value.text, meaning, Origin::at(*span));
            }
        }
    }

    /// Keeps a line that is about no interface of the model.
    fn keep_of_host(
        &mut self,
        section: Option<String>,
        key: &str,
        value: &str,
        meaning: &str,
        origin: Origin,
    ) {
        self.network.leftovers.push(Leftover {
            owner: None,
            section,
            key: key.to_owned(),
            value: value.to_owned(),
            secret: false,
            weight: Weight::Acts,
            meaning: meaning.to_owned(),
            origin,
        });
    }

    /// An alias of an interface that has stanzas of its own name starts by lines of its own.
    fn alias(&mut self, placed: &Placed, entries: &[&Listed]) {
        let lines = |class: &str| -> Vec<Span> {
            entries.iter().filter(|entry| entry.class == class).map(|entry| entry.span).collect()
        };
        let link = self.network.link_mut(placed.link);
        let says = |said: &Option<At<bool>>| said.as_ref().is_some_and(|at| at.value);
        let own = match (says(&link.autoconnect), says(&link.hotplug)) {
            (true, true) => "hotplug",
            (true, false) => "auto",
            (false, _) => "manual",
        };
        let start = ["auto", "hotplug"].into_iter().find(|class| !lines(class).is_empty());
        let start = start.unwrap_or("manual");
        let spans = lines(start);
        let others: Vec<&Listed> =
            entries.iter().copied().filter(|entry| !matches!(&*entry.class, "auto" | "hotplug")).collect();
        if start != own {
            let origin = if spans.is_empty() { Origin::at(placed.stanza.span) } else { origin(spans) };
            let starts = &mut link.eni.get_or_insert_default().alias_starts;
            starts.insert(placed.stanza.name.text.clone(), At::new(start.to_owned(), origin));
        } else if let Some(at) = &mut link.autoconnect {
            at.origin.merge(&Origin::said(spans));
        }
        self.start(placed.link, &others);
    }

    fn start(&mut self, id: LinkId, entries: &[&Listed]) {
        let spans = |class: &str| -> Vec<Span> {
            entries.iter().filter(|e| e.class == class && !e.name.contains('=')).map(|e| e.span).collect()
        };
        let auto = spans("auto");
        let hotplug = spans("hotplug");
        let link = self.network.link_mut(id);
        let said = |link: &mut Option<At<bool>>, spans: Vec<Span>| match link {
            Some(at) => at.origin.merge(&Origin::said(spans)),
            None => *link = Some(At::new(true, origin(spans))),
        };
        if !auto.is_empty() {
            said(&mut link.autoconnect, auto.clone());
        }
        if !hotplug.is_empty() && auto.is_empty() {
            said(&mut link.autoconnect, hotplug.clone());
            said(&mut link.hotplug, hotplug.clone());
        }
        for entry in entries {
            match entry.class.as_str() {
                "auto" => {}
                "hotplug" if auto.is_empty() => {}
                "no-auto-down" => said(&mut link.eni.get_or_insert_default().no_auto_down, vec![entry.span]),
                "no-scripts" => said(&mut link.eni.get_or_insert_default().no_scripts, vec![entry.span]),
                class => link.eni.get_or_insert_default().classes.push(class.to_owned(), entry.span),
            }
        }
    }

    /// A name on a line that is that of no stanza.
    fn unnamed(&mut self, entry: &Listed, names: &HashMap<&str, LinkId>) {
        if entry.class == "auto" && entry.name == "all" && self.reader == Reader::Ifupdown2 {
            let links: Vec<LinkId> = names.values().copied().collect();
            for id in links {
                let slot = &mut self.link(id).autoconnect;
                match slot {
                    Some(at) => at.origin.merge(&Origin::at(entry.span)),
                    None => *slot = Some(At::new(true, entry.span)),
                }
            }
            return;
        }
        let core = self.reader == Reader::Ifupdown;
        let logical = entry.name.rsplit_once('=').filter(|_| core);
        if let Some((device, name)) = logical
            && matches!(entry.class.as_str(), "auto" | "hotplug")
            && let Some(id) = names.get(name).copied()
        {
            self.device(entry, device, id);
            return;
        }
        if core && (is_pattern(&entry.name) || is_glob(&entry.name)) {
            self.pattern(entry, names);
            return;
        }
        if let Some((physical, logical)) = logical {
            let message =
                format!("`{physical}` starts with the stanza `{logical}`, which is read under its own name");
            let help = format!("name the stanza `iface {physical}`");
            self.report(&codes::PATTERN, entry.span, message, &help);
            return;
        }
        // ifup brings `lo` up by itself.
        let severity = entry.name == "lo";
        let message = format!("`{}` is brought up and no stanza configures it", entry.name);
        let mut note = super::finding(
            &codes::UNDEFINED,
            entry.span,
            message,
            "add an `iface` stanza, or remove the name",
        );
        if severity {
            note = note.severity(netpivot_model::diagnostic::Severity::Note);
        }
        self.cx.report(note);
    }

    /// `auto /eth*`: starts the stanzas whose names match (archlinux.c of ifupdown).
    fn pattern(&mut self, entry: &Listed, names: &HashMap<&str, LinkId>) {
        let pattern = entry.name.strip_prefix('/').unwrap_or(&entry.name);
        let plain = !pattern.contains(['/', '=']);
        let mut found: Vec<(&str, LinkId)> = names
            .iter()
            .filter(|(name, _)| plain && !is_glob(name) && glob::matches(pattern, name))
            .map(|(name, id)| (*name, *id))
            .collect();
        found.sort_by_key(|(_, id)| *id);
        for (_, id) in &found {
            let class = [&Listed { name: String::new(), ..entry.clone() }];
            self.start(*id, &class);
        }
        let matched: Vec<&str> = found.iter().map(|(name, _)| *name).collect();
        if let Some(name) = names.keys().find(|name| matched.is_empty() && is_glob(name)) {
            let message = format!(
                "`{}` starts the host's interfaces of such names, and no stanza is for them: `iface {name}` is for an \
                 interface of that very name, and ifup says `unknown interface`",
                entry.name
            );
            let help = format!("write `auto {}=NAME` and `iface NAME …`", entry.name);
            let finding = super::finding(&codes::PATTERN, entry.span, message, &help);
            return self.cx.report(finding.severity(netpivot_model::diagnostic::Severity::Warning));
        }
        let message = if matched.is_empty() {
            format!(
                "`{}` is matched against the interfaces that the host has, which no file tells",
                entry.name
            )
        } else {
            format!("`{}` starts the interfaces that the host has of {}", entry.name, matched.join(", "))
        };
        self.report(&codes::PATTERN, entry.span, message, "name the interfaces one by one");
    }
}

fn origin(spans: Vec<Span>) -> Origin {
    match spans.as_slice() {
        [span] => Origin::at(*span),
        _ => Origin::said(spans),
    }
}
