//! Hooks as dispatcher scripts (NetworkManager-dispatcher(8)), where they are asked for. NetworkManager waits for
//! pre-up and pre-down scripts and ignores how any of them ends, which ifupdown does not.

use crate::{EmitContext, OutputFile};
use netpivot_model::codes::core::HOOK_LOST;
use netpivot_model::hook::{Hook, HookPhase};
use netpivot_model::link::LinkId;
use netpivot_model::network::{EntryKind, Network};
use netpivot_model::path::{FactPath, FieldPath, Subject};
use netpivot_model::vocabulary::keyfile::dispatcher::{
    ALL, DIRECTORY, NAMES, PREFIX, SHELL, TITLE, guard, moment,
};
use netpivot_model::vocabulary::keyfile::files::stem;

/// Why hooks are in no script of the dispatcher where nobody asked for one: scripts run as root.
pub(crate) const NOT_ASKED_FOR: &str =
    "scripts of NetworkManager's dispatcher are written with `--with-dispatcher` only";

/// Variables that only ifupdown gives to its hooks (interfaces(5)).
const OF_IFUPDOWN: [&str; 7] = ["IF_", "LOGICAL", "ADDRFAM", "METHOD", "MODE", "PHASE", "VERBOSITY"];

/// True where a command sets the variable itself.
fn sets(command: &str, name: &str) -> bool {
    command.split([' ', ';', '\t']).any(|word| word.strip_prefix(name).is_some_and(|r| r.starts_with('=')))
}

/// What keeps a hook out of a script; `None` where it can stand in one.
pub(crate) fn unwritable(hook: &Hook, owner_name: Option<Option<&str>>) -> Option<String> {
    let command = hook.command.as_ref().map_or("", |at| at.value.as_str());
    if owner_name == Some(None) {
        return Some("its link has no name, by which a script could tell it".to_owned());
    }
    if command.contains(['\n', '\r', '\0']) {
        return Some("it goes over several lines".to_owned());
    }
    // ifup(8): what it says of the stanza; no other software sets them.
    let refers = |name: &&str| {
        let mut rests = command.split('$').skip(1).map(|rest| rest.strip_prefix('{').unwrap_or(rest));
        rests.any(|rest| {
            rest.strip_prefix(*name).is_some_and(|after| {
                name.ends_with('_') || !after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
            })
        })
    };
    let found = OF_IFUPDOWN.iter().find(|name| refers(name) && !sets(command, name))?;
    let shown = if found.ends_with('_') { "IF_…" } else { found };
    Some(format!("it uses `${shown}`, which only ifupdown sets"))
}

/// The hooks of each link and moment as a script; a reason for each that is in none.
pub(crate) fn scripts(network: &Network, cx: &mut EmitContext) -> Vec<OutputFile> {
    let mut owners: Vec<Option<LinkId>> = network.hooks.iter().map(|hook| hook.owner).collect();
    owners.sort_unstable();
    owners.dedup();
    let mut files: Vec<OutputFile> = Vec::new();
    for owner in owners {
        for phase in HookPhase::ALL {
            let file = script(network, owner, *phase, cx);
            files.extend(file.filter(|file| files.iter().all(|other| other.path != file.path)));
        }
    }
    files
}

fn script(
    network: &Network,
    owner: Option<LinkId>,
    phase: HookPhase,
    cx: &mut EmitContext,
) -> Option<OutputFile> {
    let name = owner.map(|id| network.link(id).name.as_ref().map(|at| at.value.as_str()));
    let mut commands: Vec<&str> = Vec::new();
    for (n, entry) in (0u32..).zip(&network.hooks) {
        let at = entry.item.phase.as_ref().map_or(HookPhase::Up, |at| at.value);
        if entry.owner != owner || at != phase {
            continue;
        }
        match unwritable(&entry.item, name) {
            Some(why) => lose(network, n, &why, cx),
            None => commands.extend(entry.item.command.as_ref().map(|at| at.value.as_str())),
        }
    }
    if commands.is_empty() {
        return None;
    }
    let name = name.flatten();
    let (below, action) = moment(phase);
    let mut text = [SHELL, TITLE, &guard(name, action), NAMES].join("\n") + "\n";
    for command in commands {
        text.push_str(command);
        text.push('\n');
    }
    // Two moments share a directory, and so differ in their names.
    let suffix = if phase == HookPhase::PostDown { "-down" } else { "" };
    let path = format!("{DIRECTORY}{below}/{PREFIX}{}{suffix}", name.map_or(ALL.to_owned(), stem));
    Some(OutputFile::script(path, text, cx.reveal_secrets))
}

/// Says why a hook is in no script.
pub(crate) fn lose(network: &Network, n: u32, why: &str, cx: &mut EmitContext) {
    let hook = &network.hooks[n as usize].item;
    let phase = hook.phase.as_ref().map_or("", |at| at.value.as_str());
    let command = hook.command.as_ref().map_or("", |at| at.value.as_str());
    let subject = Subject::Entry(EntryKind::Hook, n);
    let text = format!("the {phase} command `{command}` is not converted: {why}");
    let help = if cx.with_dispatcher {
        "put what it does into a script in /etc/NetworkManager/dispatcher.d, or into /sbin/ifup-local for initscripts"
    } else {
        "add `--with-dispatcher`, or put what it does into a script that the new system runs"
    };
    cx.cannot(FactPath { subject, field: FieldPath::new([""; 3]) }, &HOOK_LOST, text, help.to_owned());
}
