//! Commands that stay commands: those that the source's software runs when links go up and down.

use super::hooks::last_of;
use super::stanza::Stanza;
use super::{Job, Sheet, entry_fact};
use netpivot_model::codes::core::HOOK_LOST;
use netpivot_model::dialect::{INTERFACES, IPROUTE};
use netpivot_model::facts::subject_label;
use netpivot_model::hook::{Hook, HookPhase};
use netpivot_model::network::{EntryKind, Network};
use netpivot_model::path::{FactPath, FieldPath, Subject};
use netpivot_model::vocabulary::interfaces::Reader;

/// The command with the name that initscripts and NetworkManager's dispatcher have for `$IFACE`.
fn with_device(command: &str) -> String {
    if command.contains("$DEVICE") || command.contains("${DEVICE") {
        return format!("export DEVICE=\"$IFACE\"; {command}");
    }
    command.to_owned()
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
        let fact = entry_fact(EntryKind::Hook, n);
        let (Some(phase), Some(command)) = (&item.phase, &item.command) else {
            let label = subject_label(self.network, Subject::Entry(EntryKind::Hook, n));
            return self.cx.cannot(fact, &HOOK_LOST, format!("{label} has no command"), None);
        };
        if self.reader == Reader::Ifupdown2 && command.value.contains("$IF_") {
            let text = format!("ifupdown2 has no variable `$IF_…` for `{}`", command.value);
            self.cx.cannot(fact, &HOOK_LOST, text, None);
        }
        let text = with_device(&command.value);
        if text != command.value {
            self.cx.added(fact, "name-of-the-device");
        }
        let stanza = self.of_hook(n, item, phase.value, stanzas);
        let list = match phase.value {
            HookPhase::PreUp => &mut stanza.pre_up,
            HookPhase::Up => &mut stanza.up,
            HookPhase::Down => &mut stanza.down,
            HookPhase::PostDown => &mut stanza.post_down,
        };
        self.hook(fact, list, text);
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
        match found {
            Some(n) => &mut stanzas[n],
            None => last_of(stanzas, false),
        }
    }

    /// The host's commands. What initscripts and NetworkManager run for every link stands in every stanza; what a
    /// script of commands runs once stands in the last one, when all links are there.
    pub(super) fn host_scripts(&mut self, sheets: &mut [Sheet]) {
        let network: &'n Network = self.network;
        let once = network.dialect.format == IPROUTE;
        for (n, item) in self.owned.of(&network.hooks, EntryKind::Hook, None) {
            let from = if once { sheets.len().saturating_sub(1) } else { 1.min(sheets.len()) };
            if sheets[from..].is_empty() {
                let text = "there is no stanza that could run it".to_owned();
                self.cx.cannot(entry_fact(EntryKind::Hook, n), &HOOK_LOST, text, None);
            }
            for sheet in &mut sheets[from..] {
                self.cx.added(entry_fact(EntryKind::Hook, n), "command-of-the-host");
                self.script(n, item, &mut sheet.stanzas);
            }
        }
    }
}
