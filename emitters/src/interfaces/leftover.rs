//! What the model has no place for: options that the target's program knows go back into their stanza, the rest becomes
//! comments.

use super::kind::first;
use super::stanza::{Stanza, comment, refused};
use super::{Job, Sheet};
use netpivot_model::dialect::INTERFACES;
use netpivot_model::link::LinkId;
use netpivot_model::network::{Leftover, Weight};
use netpivot_model::secret::{HIDDEN, redact};
use netpivot_model::vocabulary::interfaces::{Reader, lookup};
use std::borrow::Cow;
use std::fmt::Write as _;

/// Options whose value is one text of several words or commands, with what stands between them.
const JOINED: [(&str, &str); 3] = [("ovs-options", " "), ("ovs-tunnel-options", " "), ("ovs-extra", " -- ")];

impl Job<'_> {
    /// Secrets among the words of commands: the file is for root only, and hides them unless they are to be shown.
    pub(super) fn hide_in_commands(&mut self, sheets: &mut [Sheet]) {
        for command in sheets.iter_mut().flat_map(|s| &mut s.stanzas).flat_map(Stanza::commands_mut) {
            let Cow::Owned(hidden) = redact(command) else { continue };
            self.has_secrets = true;
            if !self.cx.reveal_secrets {
                *command = hidden;
            }
        }
    }

    /// What has no place, as comments.
    pub(super) fn comments(&mut self, owner: Option<LinkId>, out: &mut String) {
        for n in self.owned.leftovers(owner) {
            let leftover = &self.network.leftovers[*n as usize];
            let goes_back = if owner.is_some() { self.goes_back(leftover) } else { self.is_line(leftover) };
            if goes_back {
                continue;
            }
            if self.network.dialect.format == INTERFACES {
                self.cx.unread_leftovers.push(*n);
            }
            let value = if leftover.secret { HIDDEN.into() } else { redact(&leftover.value) };
            let sign = if value.is_empty() { "" } else { "=" };
            let place = self.cx.leftover_places.get(*n as usize).map_or("", String::as_str);
            let place = if place.is_empty() { String::new() } else { format!(" ({place})") };
            let text = format!("not converted: {}{sign}{value}{place}", leftover.key);
            let _ = writeln!(out, "# {}", comment(&text));
        }
    }

    /// Writes mappings and their like as they stood.
    pub(super) fn lines_of_host(&self, out: &mut String) {
        let lines = self.owned.leftovers(None).iter().map(|n| &self.network.leftovers[*n as usize]);
        let mut section: Option<&str> = None;
        for leftover in lines.filter(|leftover| self.is_line(leftover)) {
            match leftover.section.as_deref() {
                Some(_) => out.push('\t'),
                None if section.is_none() || leftover.key.starts_with("mapping") => out.push('\n'),
                None => {}
            }
            section = Some(leftover.section.as_deref().unwrap_or_default());
            let _ = writeln!(out, "{}", format!("{} {}", leftover.key, leftover.value).trim_end());
        }
    }

    /// True for a line beside the stanzas, which ifupdown alone reads.
    fn is_line(&self, leftover: &Leftover) -> bool {
        let source = self.network.dialect;
        source.format == INTERFACES
            && Reader::of(source) == Reader::Ifupdown
            && self.reader == Reader::Ifupdown
            && leftover.owner.is_none()
            && refused(&leftover.value, self.reader).is_none_or(|_| leftover.value.is_empty())
    }

    /// True for an option of an interfaces file that the target's program has, too. One that had no effect in the source
    /// would begin to have one under another program.
    fn goes_back(&self, leftover: &Leftover) -> bool {
        // On a bridge, ifupdown-ng takes them for the bridge's own.
        let row = lookup(&leftover.key, Reader::Ifupdown2);
        let is_for_ports = row.is_some_and(|(row, _)| ["bridge-vids", "bridge-pvid"].contains(&row.name));
        let same_reader = Reader::of(self.network.dialect) == self.reader;
        self.network.dialect.format == INTERFACES
            && (same_reader || leftover.weight != Weight::Idle)
            && !(is_for_ports && self.reader != Reader::Ifupdown2)
            && (lookup(&leftover.key, self.reader).is_some() || self.is_for_scripts(&leftover.key))
            && refused(&leftover.value, self.reader).is_none()
    }

    /// True for an option that ifupdown hands to scripts as `$IF_…`, whoever reads it there.
    fn is_for_scripts(&self, key: &str) -> bool {
        let is_word = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
        Reader::of(self.network.dialect) == Reader::Ifupdown
            && self.reader == Reader::Ifupdown
            && key.starts_with(|c: char| c.is_ascii_alphabetic())
            && key.chars().all(is_word)
    }

    /// Writes the options that go back into the stanzas that they come from.
    pub(super) fn options_that_go_back(&mut self, id: LinkId, sheet: &mut Sheet) {
        for n in self.owned.leftovers(Some(id)) {
            let leftover = &self.network.leftovers[*n as usize];
            if !self.goes_back(leftover) {
                continue;
            }
            let shown = if leftover.secret { HIDDEN.into() } else { redact(&leftover.value) };
            self.has_secrets |= shown != leftover.value;
            let value = if self.cx.reveal_secrets { &leftover.value } else { &*shown };
            let same = |stanza: &Stanza| {
                let title = format!("iface {} {} {}", stanza.name, stanza.family(), stanza.method);
                leftover.section.as_deref() == Some(title.as_str())
            };
            match sheet.stanzas.iter_mut().find(|stanza| same(stanza)) {
                Some(stanza) => add(stanza, &leftover.key, value),
                None => add(first(sheet), &leftover.key, value),
            }
        }
    }
}

/// Adds an option, behind what the stanza says by it already.
fn add(stanza: &mut Stanza, key: &str, value: &str) {
    let plain = |key: &str| key.to_ascii_lowercase().replace('_', "-");
    let joined = JOINED.iter().find(|(name, _)| *name == plain(key));
    let before = stanza.options.iter_mut().find(|(old, _)| plain(old) == plain(key));
    match (joined, before) {
        (Some((_, between)), Some((_, text))) if *between == " " => {
            // Columns stand before further commands.
            let (columns, commands) =
                text.split_once(" -- ").map_or((text.as_str(), None), |(a, b)| (a, Some(b)));
            let commands = commands.map_or_else(String::new, |commands| format!(" -- {commands}"));
            *text = if value.split(' ').all(|word| word.contains('=')) {
                format!("{columns} {value}{commands}")
            } else {
                format!("{columns}{commands} -- {value}")
            };
        }
        (Some((_, between)), Some((_, text))) => *text = format!("{text}{between}{value}"),
        (_, _) => stanza.option(key, value),
    }
}
