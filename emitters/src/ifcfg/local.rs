//! Hooks as `/sbin/ifup-local` and its like, which initscripts call with the name of the device, where they are asked
//! for.

use super::{Job, Reader};
use crate::OutputFile;
use crate::dispatcher::{self, NOT_ASKED_FOR, lose};
use foldhash::HashSet;
use netpivot_model::hook::{Hook, HookPhase};
use netpivot_model::link::LinkId;
use netpivot_model::shell::in_quotes;
use netpivot_model::vocabulary::ifcfg::local::{CASE, NAMES, SHELL, TITLE, line_for, script};
use std::fmt::Write as _;
use std::mem;

impl Job<'_> {
    /// Writes the hooks as scripts of the program in charge, or says why not.
    pub(super) fn hooks(&mut self) {
        if !self.cx.with_dispatcher {
            let why = match self.reader {
                Reader::NetworkManager => NOT_ASKED_FOR,
                Reader::Initscripts => {
                    "scripts like /sbin/ifup-local are written with `--with-dispatcher` only"
                }
            };
            (0u32..).zip(&self.network.hooks).for_each(|(n, _)| lose(self.network, n, why, self.cx));
            return;
        }
        let without_file = dispatcher::without_file(mem::take(&mut self.bare), self.cx);
        match self.reader {
            Reader::NetworkManager => {
                self.files.extend(dispatcher::scripts(self.network, &without_file, self.cx));
            }
            Reader::Initscripts => {
                HookPhase::ALL.iter().for_each(|phase| self.script(*phase, &without_file));
            }
        }
    }

    fn script(&mut self, phase: HookPhase, without_file: &HashSet<LinkId>) {
        let network = self.network;
        let mut host = String::new();
        let mut arms: Vec<(&str, String)> = Vec::new();
        for (n, entry) in (0u32..).zip(&network.hooks) {
            if entry.item.phase.as_ref().map_or(HookPhase::Up, |at| at.value) != phase {
                continue;
            }
            let name = entry.owner.map(|id| network.link(id).name.as_ref().map(|at| at.value.as_str()));
            let command = entry.item.command.as_ref().map_or("", |at| at.value.as_str());
            let own = HookPhase::ALL.iter().any(|phase| command.contains(script(*phase)));
            let why = if own {
                // It would call itself.
                Some("it calls a script of the site, which stays where it is".to_owned())
            } else if entry.owner.is_none() && command.starts_with("case ") {
                Some("the script has a `case` of its own".to_owned())
            } else {
                dispatcher::unwritable(network, entry, without_file).or_else(|| of_alias(&entry.item))
            };
            if let Some(why) = why {
                lose(network, n, &why, self.cx);
                continue;
            }
            dispatcher::stands_in_order(n, &entry.item, self.cx);
            let command = line_for(command);
            match name.flatten() {
                None => {
                    let _ = writeln!(host, "{command}");
                }
                Some(name) => {
                    let at = arms.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
                        arms.push((name, String::new()));
                        arms.len() - 1
                    });
                    let _ = writeln!(arms[at].1, "\t{command}");
                }
            }
        }
        if host.is_empty() && arms.is_empty() {
            return;
        }
        let mut text = format!("{SHELL}\n{TITLE}\n{NAMES}\n{host}");
        if !arms.is_empty() {
            let _ = writeln!(text, "{CASE}");
            for (name, commands) in arms {
                let _ = writeln!(text, "{})\n{commands}\t;;", in_quotes(name));
            }
            text.push_str("esac\n");
        }
        let path = format!("/sbin/{}", script(phase));
        self.files.push(OutputFile::script(path, text, self.cx.reveal_secrets));
    }
}

/// Why a command of an alias is in no script that is called with the device's name.
fn of_alias(hook: &Hook) -> Option<String> {
    let alias = hook.stanza.as_ref().filter(|at| at.value.contains(':'))?;
    let command = hook.command.as_ref().map_or("", |at| at.value.as_str());
    let named = command.contains("$IFACE") || command.contains("${IFACE");
    named.then(|| {
        format!("it uses `$IFACE`, which is `{}` for ifup and the device for initscripts", alias.value)
    })
}
