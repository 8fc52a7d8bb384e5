//! Hooks as dispatcher scripts (NetworkManager-dispatcher(8)), where they are asked for. NetworkManager waits for
//! pre-up and pre-down scripts and ignores how any of them ends, which ifupdown does not.

use super::Job;
use crate::OutputFile;
use netpivot_model::codes::core::HOOK_LOST;
use netpivot_model::hook::{Hook, HookPhase};
use netpivot_model::link::LinkId;
use netpivot_model::network::EntryKind;
use netpivot_model::path::{FactPath, FieldPath, Subject};
use netpivot_model::vocabulary::keyfile::dispatcher::{
    ALL, DIRECTORY, NAMES, PREFIX, SHELL, TITLE, guard, moment,
};
use netpivot_model::vocabulary::keyfile::files::stem;

/// What keeps a hook out of a dispatcher script; `None` where it can stand in one.
fn unwritable(hook: &Hook, owner_name: Option<Option<&str>>) -> Option<String> {
    let command = hook.command.as_ref().map_or("", |at| at.value.as_str());
    if owner_name == Some(None) {
        return Some("its link has no name, by which a dispatcher script could tell it".to_owned());
    }
    if command.contains(['\n', '\r', '\0']) {
        return Some("it goes over several lines".to_owned());
    }
    // ifup(8): the options of the stanza; no other software sets them.
    command.contains("IF_").then(|| "it uses variables that only ifupdown sets (IF_…)".to_owned())
}

impl Job<'_> {
    /// Writes the hooks of each link and moment into a script, or says why not.
    pub(super) fn dispatcher(&mut self) {
        let mut owners: Vec<Option<LinkId>> = self.network.hooks.iter().map(|hook| hook.owner).collect();
        owners.sort_unstable();
        owners.dedup();
        for owner in owners {
            for phase in HookPhase::ALL {
                self.script(owner, *phase);
            }
        }
    }

    fn script(&mut self, owner: Option<LinkId>, phase: HookPhase) {
        let network = self.network;
        let name = owner.map(|id| network.link(id).name.as_ref().map(|at| at.value.as_str()));
        let mut commands: Vec<&str> = Vec::new();
        for (n, entry) in (0u32..).zip(&network.hooks) {
            let at = entry.item.phase.as_ref().map_or(HookPhase::Up, |at| at.value);
            if entry.owner != owner || at != phase {
                continue;
            }
            match unwritable(&entry.item, name) {
                Some(why) => self.lost_hook(n, &why),
                None => commands.extend(entry.item.command.as_ref().map(|at| at.value.as_str())),
            }
        }
        if commands.is_empty() {
            return;
        }
        let name = name.flatten();
        let (below, action) = moment(phase);
        let lines = [SHELL, TITLE, &guard(name, action), NAMES];
        let mut text = lines.join("\n") + "\n";
        for command in commands {
            text.push_str(command);
            text.push('\n');
        }
        // Two moments share a directory, and so differ in their names.
        let suffix = if phase == HookPhase::PostDown { "-down" } else { "" };
        let path = format!("{DIRECTORY}{below}/{PREFIX}{}{suffix}", name.map_or(ALL.to_owned(), stem));
        if self.names.insert(path.clone()) {
            self.files.push(OutputFile { path, mode: 0o755, text, has_secrets: false });
        }
    }

    /// Says why a hook is in no script.
    pub(super) fn lost_hook(&mut self, n: u32, why: &str) {
        let hook = &self.network.hooks[n as usize].item;
        let phase = hook.phase.as_ref().map_or("", |at| at.value.as_str());
        let command = hook.command.as_ref().map_or("", |at| at.value.as_str());
        let subject = Subject::Entry(EntryKind::Hook, n);
        let text = format!("the {phase} command `{command}` is not converted: {why}");
        let help = if self.cx.with_dispatcher {
            "put what it does into a script in /etc/NetworkManager/dispatcher.d"
        } else {
            "add `--with-dispatcher`, or put what it does into a script in /etc/NetworkManager/dispatcher.d"
        };
        let help = help.to_owned();
        self.cx.cannot(FactPath { subject, field: FieldPath::new([""; 3]) }, &HOOK_LOST, text, help);
    }
}
