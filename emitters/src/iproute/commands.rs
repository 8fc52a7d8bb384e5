//! Commands that stay as they were.

use super::link::is_made;
use super::script::{Step, What};
use super::{Job, codes, entry_fact};
use crate::text::shell::quote;
use foldhash::HashSet;
use netpivot_model::dialect::{INTERFACES, IPROUTE};
use netpivot_model::hook::HookPhase;
use netpivot_model::link::LinkId;
use netpivot_model::network::{EntryKind, Network};
use netpivot_model::path::FactPath;
use netpivot_model::shell::{apart, asks_ifup, goes_on, is_closed, leaves};

/// Commands by when they run.
#[derive(Default)]
pub(super) struct Commands {
    /// Before any link is made or touched.
    pub before: Vec<Step>,
    /// Once the links are made, which these are about.
    pub with_links: Vec<Step>,
    /// Behind all links, each before what the source sets up behind it.
    pub last: Vec<Step>,
}

impl Job<'_> {
    pub(super) fn commands(&mut self, ids: &[LinkId]) -> Commands {
        let mut commands = Commands::default();
        for owner in ids.iter().copied().map(Some).chain([None]) {
            self.commands_of(owner, ids, &mut commands);
        }
        commands
    }

    fn commands_of(&mut self, owner: Option<LinkId>, ids: &[LinkId], out: &mut Commands) {
        let network = self.network;
        for (n, item) in self.owned.of(&network.hooks, EntryKind::Hook, owner) {
            let fact = entry_fact(EntryKind::Hook, n);
            let phase = item.phase.as_ref().map_or(HookPhase::Up, |at| at.value);
            let Some(command) =
                item.command.as_ref().map(|at| at.value.as_str()).filter(|_| phase.is_upward())
            else {
                let text =
                    "a script of the moment has no place for a command that runs when a link goes down";
                self.cx.cannot(fact, &codes::SETTING, text, None);
                continue;
            };
            if network.dialect.format == INTERFACES && asks_ifup(command) {
                let text =
                    format!("a script of the moment has no variable `$IF_…` of ifup's for `{command}`");
                let help = "write the value in the variable's place".to_owned();
                self.cx.cannot(fact, &codes::SETTING, text, help);
                continue;
            }
            let devices = self.devices(owner, command, ids);
            if devices.is_empty() {
                let text = "it runs for each link, and the script sets up none";
                self.cx.cannot(fact, &codes::SETTING, text, None);
                continue;
            }
            // Read back, a command may be evaluated that the source's reader keeps, and no other way round.
            self.cx.otherwise(fact, "command-of-the-moment");
            let is_made = owner.is_some_and(|id| is_made(network.link(id)));
            let list = match phase {
                HookPhase::PreUp if is_made => &mut out.with_links,
                HookPhase::PreUp => &mut out.before,
                HookPhase::Up | HookPhase::Down | HookPhase::PostDown => &mut out.last,
            };
            list.extend(devices.into_iter().map(|device| self.command(fact, command, device)));
        }
    }

    /// The devices for which a command runs. One of the host that asks for its device runs for each (`ifup-local`).
    fn devices(&self, owner: Option<LinkId>, command: &str, ids: &[LinkId]) -> Vec<Option<LinkId>> {
        let is_of_each = owner.is_none() && asked(command).next().is_some();
        let named = |id: &LinkId| self.network.link(*id).name.is_some();
        if is_of_each { ids.iter().copied().filter(named).map(Some).collect() } else { vec![owner] }
    }

    fn command(&self, fact: FactPath, command: &str, device: Option<LinkId>) -> Step {
        let format = self.network.dialect.format;
        let name = device.and_then(|id| self.network.link(id).name.as_ref());
        let text = alone(command, format != IPROUTE, name.map(|at| at.value.as_str()));
        let step = self.of_fact(fact, Step::new(What::Command(command.to_owned()), text));
        // ifup stops where a command fails; nobody else asks how one ends.
        Step { may_fail: ![INTERFACES, IPROUTE].contains(&format), ..step }
    }
}

/// The words of all commands that stay.
pub(super) fn words(network: &Network) -> HashSet<String> {
    let commands = network.hooks.iter().filter_map(|hook| hook.item.command.as_ref());
    let ends = |c: char| c.is_whitespace() || ";&|()<>'\"=,/".contains(c);
    commands.flat_map(|at| at.value.split(ends)).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The variables among its words by which a command asks for its device.
fn asked(command: &str) -> impl Iterator<Item = &'static str> {
    ["IFACE", "DEVICE"].into_iter().filter(|variable| {
        let mut words = command.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        words.any(|found| found == *variable)
    })
}

/// A command as part of a script: with the name that its software gives it for the link, in a shell of its own where it may
/// leave it, and where a hook's goes on as that of the script (`set -eu`) does not.
fn alone(command: &str, is_hook: bool, device: Option<&str>) -> String {
    let given: Vec<String> = asked(command)
        .map(|variable| format!("{variable}={}; ", quote(device.unwrap_or_default())))
        .collect();
    let known = ["$IFACE", "${IFACE}", "$DEVICE", "${DEVICE}"];
    let others = known.iter().fold(command.to_owned(), |text, name| text.replace(name, ""));
    let unset = match (is_hook && goes_on(command), is_hook && others.contains('$')) {
        (true, true) => "set +eu; ",
        (true, false) => "set +e; ",
        (false, true) => "set +u; ",
        (false, false) => "",
    };
    // The end of its line ends a comment, and nothing else.
    if unset.is_empty() && given.is_empty() && !leaves(command) && is_closed(&format!("{command}\n")) {
        return command.to_owned();
    }
    apart(&format!("{unset}{}{command}", given.concat()))
}
