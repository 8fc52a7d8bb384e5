//! Hooks as dispatcher scripts (NetworkManager-dispatcher(8)), where they are asked for. NetworkManager waits for
//! pre-up and pre-down scripts and ignores how any of them ends, which ifupdown does not.

use crate::{EmitContext, OutputFile};
use foldhash::HashSet;
use netpivot_model::codes::core::{HOOK_LOST, PRE_UP_LATER};
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::dialect::{IFCFG_NM, KEYFILE};
use netpivot_model::hook::{Hook, HookPhase};
use netpivot_model::link::LinkId;
use netpivot_model::network::{EntryKind, Network, Owned};
use netpivot_model::path::{FactPath, FieldPath, Subject};
use netpivot_model::vocabulary::keyfile::dispatcher::{
    ALL, DIRECTORY, NAMES, PREFIX, SHELL, TITLE, guard, is_script, line_for, moment, names_alias,
};
use netpivot_model::vocabulary::keyfile::files::stem;

/// Why hooks are in no script of the dispatcher where nobody asked for one: scripts run as root.
pub(crate) const NOT_ASKED_FOR: &str =
    "scripts of NetworkManager's dispatcher are written with `--with-dispatcher` only";

const ROOT: FieldPath = FieldPath::new([""; 3]);

/// Variables that only ifupdown gives to its hooks (interfaces(5)).
const OF_IFUPDOWN: [&str; 7] = ["IF_", "LOGICAL", "ADDRFAM", "METHOD", "MODE", "PHASE", "VERBOSITY"];

/// True where a command sets the variable itself.
fn sets(command: &str, name: &str) -> bool {
    command.split([' ', ';', '\t']).any(|word| word.strip_prefix(name).is_some_and(|r| r.starts_with('=')))
}

/// The links that no file of the output is for, besides the `bare` ones: nobody starts them, so nobody runs their commands.
pub(crate) fn without_file(bare: HashSet<LinkId>, cx: &EmitContext) -> HashSet<LinkId> {
    let lost = cx.reasons.iter().filter_map(|reason| match reason.path.subject {
        Subject::Link(id) if reason.path.field == ROOT => Some(id),
        Subject::Link(_) | Subject::Entry(..) => None,
    });
    lost.chain(bare).collect()
}

/// What keeps a hook out of a script; `None` where it can stand in one.
pub(crate) fn unwritable(
    network: &Network,
    entry: &Owned<Hook>,
    without_file: &HashSet<LinkId>,
) -> Option<String> {
    if let Some(id) = entry.owner.filter(|id| without_file.contains(id)) {
        return Some(format!("`{}` gets no file by which it would be started", network.link(id).label()));
    }
    let command = entry.item.command.as_ref().map_or("", |at| at.value.as_str());
    let owner = entry.owner.map(|id| network.link(id));
    if owner.is_some_and(|link| link.name.is_none()) {
        return Some("its link has no name, by which a script could tell it".to_owned());
    }
    if let Some(netns) = owner.and_then(|link| link.netns.as_ref()) {
        let netns = &netns.value;
        return Some(format!(
            "its link is in the network namespace `{netns}`, for which no script is called"
        ));
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

/// The commands of the hooks of each link and moment as a script; a reason for each hook that is in none. Links of one name
/// share their scripts, which can tell them by nothing else.
pub(crate) fn scripts(
    network: &Network,
    without_file: &HashSet<LinkId>,
    cx: &mut EmitContext,
) -> Vec<OutputFile> {
    let mut scripts: Vec<Script<'_>> = Vec::new();
    for (n, entry) in (0u32..).zip(&network.hooks) {
        if let Some(why) = unwritable(network, entry, without_file) {
            lose(network, n, &why, cx);
            continue;
        }
        let phase = entry.item.phase.as_ref().map_or(HookPhase::Up, |at| at.value);
        let name = entry.owner.and_then(|id| network.link(id).name.as_ref()).map(|at| at.value.as_str());
        if phase == HookPhase::PreUp && is_earlier(network, entry.owner) {
            comes_later(&entry.item, cx);
        }
        let command = line_for(entry.item.command.as_ref().map_or("", |at| at.value.as_str()));
        let at = scripts.iter().position(|script| script.name == name && script.phase == phase);
        let at = at.unwrap_or_else(|| {
            scripts.push(Script { name, phase, alias: None, commands: String::new() });
            scripts.len() - 1
        });
        let alias = entry.item.stanza.as_ref().map(|at| at.value.as_str()).filter(|name| name.contains(':'));
        if alias.is_none() {
            stands_in_order(n, &entry.item, cx);
        }
        scripts[at].push(&command, alias);
    }
    scripts.sort_by_key(|script| (script.name, script.phase as u8));
    let mut files: Vec<OutputFile> = Vec::new();
    for script in scripts {
        let mut path = script.path();
        while files.iter().any(|other| other.path == path) {
            path.push('_');
        }
        files.push(OutputFile::script(path, script.text(), cx.reveal_secrets));
    }
    files
}

/// The commands of a link, or of all, at a moment.
struct Script<'n> {
    name: Option<&'n str>,
    phase: HookPhase,
    /// What its last command calls its interface, where that is an alias.
    alias: Option<&'n str>,
    commands: String,
}

impl<'n> Script<'n> {
    fn push(&mut self, command: &str, alias: Option<&'n str>) {
        if self.alias != alias {
            self.commands.push_str(&names_alias(alias));
            self.commands.push('\n');
            self.alias = alias;
        }
        self.commands.push_str(command);
        self.commands.push('\n');
    }

    fn path(&self) -> String {
        let (below, _) = moment(self.phase);
        // Two moments share a directory, and so differ in their names.
        let suffix = if self.phase == HookPhase::PostDown { "-down" } else { "" };
        format!("{DIRECTORY}{below}/{PREFIX}{}{suffix}", self.name.map_or(ALL.to_owned(), stem))
    }

    fn text(&self) -> String {
        let (_, action) = moment(self.phase);
        [SHELL, TITLE, &guard(self.name, action), NAMES, &self.commands].join("\n")
    }
}

/// A script runs its commands in their order, whichever stanza of the interface they come from.
pub(crate) fn stands_in_order(n: u32, hook: &Hook, cx: &mut EmitContext) {
    if hook.stanza.is_some() {
        let field = FieldPath::parse("stanza");
        cx.otherwise(FactPath { subject: Subject::Entry(EntryKind::Hook, n), field }, "stanza-of-a-command");
    }
}

/// True where the source's software runs `pre-up` commands before the interface is set up.
fn is_earlier(network: &Network, owner: Option<LinkId>) -> bool {
    let dialect = owner.map_or(network.dialect, |id| network.dialect_of(id));
    dialect.format != KEYFILE && (dialect.format, dialect.variant) != (IFCFG_NM.format, IFCFG_NM.variant)
}

fn comes_later(hook: &Hook, cx: &mut EmitContext) {
    let Some(command) = &hook.command else { return };
    let text = format!(
        "`{}` runs later: NetworkManager calls pre-up scripts when the interface has its addresses already",
        command.value
    );
    let help = "if it has to come first, as a firewall has, start it by a systemd unit before NetworkManager.service";
    cx.diagnostics.push(Diagnostic::new(&PRE_UP_LATER, text).from(&command.origin).help(help));
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
    cx.cannot(FactPath { subject, field: ROOT }, &HOOK_LOST, text, help.to_owned());
}

/// Says that the scripts of the site go on working, where NetworkManager stays in charge; elsewhere they stand in no file.
pub(crate) fn of_the_site(network: &Network, stays: bool, cx: &mut EmitContext) {
    let scripts =
        (0u32..).zip(&network.leftovers).filter(|(_, leftover)| is_script(leftover)).map(|(n, _)| n);
    if stays { cx.kept_leftovers.extend(scripts) } else { cx.unread_leftovers.extend(scripts) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use netpivot_model::link::Link;
    use netpivot_model::source::{At, Origin};

    #[test]
    fn links_of_one_name_share_their_script_and_those_of_namespaces_have_none() {
        let said = |text: &str| Some(At::new(text.to_owned(), Origin::default_value()));
        let mut network = Network::default();
        for (netns, command) in [(None, "one"), (Some("blue"), "two"), (None, "three")] {
            let link = Link { name: said("eth0"), netns: netns.and_then(said), ..Link::default() };
            let owner = Some(network.add_link(link));
            network.hooks.push(Owned { owner, item: Hook { command: said(command), ..Hook::default() } });
        }
        let mut cx = EmitContext::default();
        let files = scripts(&network, &HashSet::default(), &mut cx);
        assert_eq!(files.len(), 1);
        assert!(files[0].text.ends_with("DEVICE\none\nthree\n"), "{}", files[0].text);
        let lost: Vec<&str> = cx.reasons.iter().map(|reason| reason.text.as_str()).collect();
        assert!(matches!(lost[..], [text] if text.contains("`two`") && text.contains("`blue`")), "{lost:?}");
    }
}
