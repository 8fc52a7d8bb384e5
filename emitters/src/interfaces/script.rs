//! Commands that stay commands: those that the source's software runs when links go up and down.

use super::hooks::last_of;
use super::stanza::{Line, Stanza};
use super::{Job, Sheet, entry_fact};
use crate::Accounted;
use netpivot_model::codes::core::HOOK_LOST;
use netpivot_model::dialect::{INTERFACES, IPROUTE};
use netpivot_model::facts::subject_label;
use netpivot_model::hook::{Hook, HookPhase};
use netpivot_model::link::LinkId;
use netpivot_model::network::{EntryKind, Network};
use netpivot_model::path::{FactPath, FieldPath, Subject};
use netpivot_model::shell::{apart, asks_ifup, is_closed, leaves};
use netpivot_model::source::Span;
use netpivot_model::vocabulary::interfaces::{DEVICE, Reader};

/// The command with the name that initscripts and NetworkManager's dispatcher have for `$IFACE`; to them an alias is its
/// device.
fn with_device(command: &str) -> String {
    let names_device = command.contains("$DEVICE") || command.contains("${DEVICE");
    if names_device { format!("{DEVICE}{command}") } else { command.to_owned() }
}

/// The command so that its failure is nobody's: only ifup asks how a hook ends, and then sets up nothing more.
fn forgiven(command: &str) -> String {
    let command = command.trim_end();
    let is_plain = |text: &str| is_closed(text) && !leaves(text);
    let ends = ["|| true", "|| :", "|| exit 0", "&"];
    if ends.iter().filter_map(|end| command.strip_suffix(end)).any(is_plain) {
        return command.to_owned();
    }
    if is_plain(command) { format!("{command} || true") } else { format!("{} || true", apart(command)) }
}

/// Where something stands in the source, to be compared.
fn position(span: Option<&Span>) -> Option<(u32, u32)> {
    span.map(|Span { source, start, .. }| (source.0, *start))
}

/// True where a text holds the word.
fn names(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric() && !"_-.".contains(c)).any(|found| found == word)
}

/// What commands call each stanza, where it is not the first one.
fn titles(stanzas: &[Stanza]) -> Vec<Option<String>> {
    let mut count = 0;
    let title = |stanza: &Stanza| {
        if stanza.name.contains(':') {
            return Some(stanza.name.clone());
        }
        if stanza.v6 {
            return Some("inet6".to_owned());
        }
        count += 1;
        (count > 1).then(|| format!("inet {count}"))
    };
    stanzas.iter().map(title).collect()
}

impl<'n> Job<'n> {
    /// A link's own command.
    pub(super) fn script(&mut self, n: u32, item: &Hook, stanzas: &mut Vec<Stanza>) {
        let Some((phase, text)) = self.hook_line(n, item) else { return };
        let list = self.of_hook(n, item, phase, stanzas).commands_of(phase);
        self.command(n, item, list, text);
    }

    /// The commands of a link's stanzas that set up links which stay with them.
    pub(super) fn lines_in_place(&mut self, id: LinkId, stanzas: &mut Vec<Stanza>) {
        for turn in self.in_place.commands_of(id) {
            let Some(ran) = self.network.commands.get(turn as usize - 1) else { continue };
            let titles = titles(stanzas);
            let stanza = match titles.iter().position(|title| *title == ran.stanza) {
                Some(n) => &mut stanzas[n],
                None => last_of(stanzas, false),
            };
            let line = Line { text: ran.text.clone(), turn: Some(turn), of: None, stays: true };
            stanza.commands_of(ran.phase).push(line);
        }
    }

    /// Adds a command's line. What the list does not take is lost.
    fn command(&mut self, n: u32, item: &Hook, list: &mut Vec<Line>, text: String) -> bool {
        let fact = entry_fact(EntryKind::Hook, n);
        // ifupdown2 puts the name in for `$IFACE` before anybody runs the command (iface.py).
        let keeps_words = self.reader != Reader::Ifupdown2 || !text.contains("$IFACE");
        let same = item.command.as_ref().is_some_and(|command| command.value == text) && keeps_words;
        if !self.hook(fact, list, text) {
            return false;
        }
        if !same {
            self.cx.account(Accounted::Rewritten(EntryKind::Hook, n), "command-in-ifupdowns-words");
        }
        true
    }

    /// The phase and the text of a command for a hook line.
    fn hook_line(&mut self, n: u32, item: &Hook) -> Option<(HookPhase, String)> {
        let fact = entry_fact(EntryKind::Hook, n);
        let (Some(phase), Some(command)) = (&item.phase, &item.command) else {
            let label = subject_label(self.network, Subject::Entry(EntryKind::Hook, n));
            self.cx.cannot(fact, &HOOK_LOST, format!("{label} has no command"), None);
            return None;
        };
        if self.reader == Reader::Ifupdown2 && asks_ifup(&command.value) {
            let text = format!("ifupdown2 has no variable `$IF_…` for `{}`", command.value);
            let help = "write the value in the variable's place".to_owned();
            self.cx.cannot(fact, &HOOK_LOST, text, help);
            return None;
        }
        let text = with_device(&command.value);
        let text = if self.network.dialect.format == INTERFACES { text } else { forgiven(&text) };
        Some((phase.value, text))
    }

    /// The stanza that a command stands in: its own where it has one, else the first for what comes before the
    /// interface, and the last for what comes after.
    fn of_hook<'s>(
        &mut self,
        n: u32,
        item: &Hook,
        phase: HookPhase,
        stanzas: &'s mut Vec<Stanza>,
    ) -> &'s mut Stanza {
        let wanted = item.stanza.as_ref().map(|at| at.value.as_str());
        let titles: Vec<Option<String>> = titles(stanzas);
        let mut inet = (0..stanzas.len()).filter(|n| !stanzas[*n].v6 && !stanzas[*n].name.contains(':'));
        let found = match wanted {
            Some(wanted) => titles.iter().position(|title| title.as_deref() == Some(wanted)),
            None if self.network.dialect.format == INTERFACES || phase == HookPhase::PreUp => inet.next(),
            None => inet.next_back(),
        };
        if found.is_none_or(|n| titles[n].as_deref() != wanted) {
            let field = FieldPath::parse("stanza");
            self.cx.added(FactPath { field, ..entry_fact(EntryKind::Hook, n) }, "stanza-of-a-command");
        }
        if wanted.is_some() && self.reader != Reader::Ifupdown {
            // The stanzas of a name are one there.
            let field = FieldPath::parse("stanza");
            self.cx
                .otherwise(FactPath { field, ..entry_fact(EntryKind::Hook, n) }, "one-interface-one-stanza");
        }
        match found {
            Some(n) => &mut stanzas[n],
            None => last_of(stanzas, false),
        }
    }

    /// The host's commands. What initscripts and NetworkManager run for every link stands in every stanza; what a
    /// script of commands runs once stands where what the commands before it set up is there, and before what the
    /// commands behind it set up.
    pub(super) fn host_scripts(&mut self, sheets: &mut [Sheet]) {
        let network: &'n Network = self.network;
        let once = network.dialect.format == IPROUTE;
        for (n, item) in self.owned.of(&network.hooks, EntryKind::Hook, None) {
            let Some((phase, text)) = self.hook_line(n, item) else { continue };
            if once {
                self.once(n, item, text, sheets);
                continue;
            }
            if sheets.len() < 2 {
                let text = "there is no stanza that could run it".to_owned();
                self.cx.cannot(entry_fact(EntryKind::Hook, n), &HOOK_LOST, text, None);
            }
            for sheet in sheets.iter_mut().skip(1) {
                // `$IFACE` of an alias is the alias.
                let own = sheet.stanzas.iter().rposition(|s| !s.name.contains(':'));
                let Some(stanza) = own.and_then(|own| sheet.stanzas.get_mut(own)) else { continue };
                if self.command(n, item, stanza.commands_of(phase), text.clone()) {
                    // Read back it is each link's own.
                    self.cx.account(Accounted::Rewritten(EntryKind::Hook, n), "command-of-the-host");
                    self.cx.added_entry(EntryKind::Hook, sheet.id, "", "command-of-the-host");
                }
            }
        }
    }

    /// A command that a script runs once: in the last stanza before those of links that come later in the script, and
    /// not before the links that it names.
    fn once(&mut self, n: u32, item: &Hook, text: String, sheets: &mut [Sheet]) {
        let place = position(item.command.as_ref().and_then(|at| at.origin.spans().last()));
        let first_said = |id: LinkId| {
            position(self.network.link(id).name.as_ref().and_then(|at| at.origin.spans().first()))
        };
        let is_later = |sheet: &Sheet| sheet.id.is_some_and(|id| first_said(id) > place);
        let runs = |sheet: &Sheet| !sheet.starts.is_empty();
        let next = sheets.iter().position(|sheet| is_later(sheet) && runs(sheet));
        let named = sheets.iter().rposition(|sheet| {
            let name = sheet.stanzas.first().map_or("", |stanza| stanza.name.as_str());
            !is_later(sheet) && runs(sheet) && names(&text, name)
        });
        let here = sheets[..next.unwrap_or(sheets.len())].iter().rposition(runs);
        let Some(sheet) = sheets.get_mut(here.max(named).unwrap_or_default()) else { return };
        let stanza = last_of(&mut sheet.stanzas, false);
        if self.command(n, item, &mut stanza.up, text) {
            self.cx.account(Accounted::Rewritten(EntryKind::Hook, n), "command-of-the-host");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::forgiven;

    #[test]
    fn the_failure_of_a_command_is_nobodys() {
        for (command, line) in [
            ("a", "a || true"),
            ("a || true", "a || true"),
            ("a || exit 0", "a || exit 0"),
            ("a &", "a &"),
            ("ip netns exec a b", "ip netns exec a b || true"),
            ("exec a", "(exec a) || true"),
            ("exit 1; a || true", "(exit 1; a || true) || true"),
            ("a # || true", "(eval 'a # || true') || true"),
            ("a || exit 1 # b", "(eval 'a || exit 1 # b') || true"),
        ] {
            assert_eq!(forgiven(command), line);
        }
    }
}
