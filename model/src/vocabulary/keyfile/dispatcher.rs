//! Dispatcher scripts that netpivot writes for hooks (NetworkManager-dispatcher(8)): one a link and moment, of one
//! plain form, so that its own parser reads them back. A script of the site is none of them.

use crate::hook::HookPhase;
use crate::network::Leftover;
use crate::shell::in_quotes;
use std::borrow::Cow;

/// Where scripts stand that run after a link is up or down.
pub const DIRECTORY: &str = "/etc/NetworkManager/dispatcher.d";
/// What begins the name of each script; NetworkManager runs them in the order of their names.
pub const PREFIX: &str = "90-netpivot-";
/// What follows the prefix where the hooks are for all links.
pub const ALL: &str = "all";
/// The first line.
pub const SHELL: &str = "#!/bin/sh";
/// The second line.
pub const TITLE: &str = "# netpivot: commands that the source's software ran at this moment.";
/// What gives the commands the names of their world: ifupdown's IFACE, initscripts' DEVICE.
pub const NAMES: &str = "IFACE=$1 DEVICE=$1 && export IFACE DEVICE";

/// True for a script of the site, which is kept as it stands.
#[must_use]
pub fn is_script(leftover: &Leftover) -> bool {
    leftover.owner.is_none() && leftover.key.starts_with(DIRECTORY)
}

/// A moment: the directory below [`DIRECTORY`], and the action that the script is called with.
#[must_use]
pub fn moment(phase: HookPhase) -> (&'static str, &'static str) {
    match phase {
        HookPhase::PreUp => ("/pre-up.d", "pre-up"),
        HookPhase::Up => ("", "up"),
        HookPhase::Down => ("/pre-down.d", "pre-down"),
        HookPhase::PostDown => ("", "down"),
    }
}

/// The line that keeps a script from running for another link or at another moment.
#[must_use]
pub fn guard(link: Option<&str>, action: &str) -> String {
    match link {
        Some(name) => format!("[ \"$1\" = {} ] && [ \"$2\" = {action} ] || exit 0", in_quotes(name)),
        None => format!("[ \"$2\" = {action} ] || exit 0"),
    }
}

/// The link that a guard names; `Some(None)` for all links, `None` for a line of another form.
#[must_use]
pub fn guarded(line: &str, action: &str) -> Option<Option<String>> {
    if line == guard(None, action) {
        return Some(None);
    }
    let rest = line.strip_prefix("[ \"$1\" = '")?;
    let name = rest.strip_suffix(&format!("' ] && [ \"$2\" = {action} ] || exit 0"))?.replace("'\\''", "'");
    (line == guard(Some(&name), action)).then_some(Some(name))
}

/// The line that gives the commands after it the name of an alias (`eth0:1`) for theirs, as ifup(8) does; that of the
/// device for `None`.
#[must_use]
pub fn names_alias(alias: Option<&str>) -> String {
    format!("IFACE={}", alias.map_or("$1".to_owned(), in_quotes))
}

/// The alias that such a line names; `None` for any other line.
#[must_use]
pub fn named_alias(line: &str) -> Option<Option<String>> {
    if line == names_alias(None) {
        return Some(None);
    }
    let name = line.strip_prefix("IFACE='")?.strip_suffix('\'')?.replace("'\\''", "'");
    (name.contains(':') && line == names_alias(Some(&name))).then_some(Some(name))
}

/// What gives a command a shell of its own.
const OWN_SHELL: &str = "sh -c ";

/// Words with which a command changes or ends the shell that runs it.
const OF_A_SHELL: [&str; 17] = [
    ".", "alias", "cd", "eval", "exec", "exit", "export", "read", "readonly", "return", "set", "shift",
    "source", "trap", "ulimit", "umask", "unset",
];

/// The line of a script that runs a command: ifup(8) gives each command a shell of its own, a script all of them one.
#[must_use]
pub fn line_for(command: &str) -> Cow<'_, str> {
    let is_name = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let mut words = command.split([' ', '\t', ';', '&', '|', '(', ')', '{', '}', '`']);
    let changes = words.any(|word| {
        let assigns = word.split_once('=').is_some_and(|(name, _)| !name.is_empty() && is_name(name));
        assigns || OF_A_SHELL.contains(&word)
    });
    if changes || command.starts_with(OWN_SHELL) {
        return Cow::Owned(format!("{OWN_SHELL}{}", in_quotes(command)));
    }
    Cow::Borrowed(command)
}

/// The command that a line runs, as [`line_for`] was given it.
#[must_use]
pub fn command_of(line: &str) -> Cow<'_, str> {
    let quoted = line.strip_prefix(OWN_SHELL).and_then(|rest| rest.strip_prefix('\'')?.strip_suffix('\''));
    let command = quoted.map(|command| command.replace("'\\''", "'"));
    command.filter(|command| line_for(command) == line).map_or(Cow::Borrowed(line), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_changes_its_shell_has_its_own() {
        for command in
            ["cd /opt && ./start", "[ -f x ] || exit 0", "GW=1; foo $GW # it's", "sh -c 'a'", "set -e; a"]
        {
            let line = line_for(command).into_owned();
            assert!(line.starts_with("sh -c '") && line != command, "{line}");
            assert_eq!(command_of(&line), command);
        }
        for command in ["logger up", "/usr/bin/foo --set=x exit-code", "bash -c 'cdr'"] {
            assert_eq!((line_for(command), command_of(command)), (command.into(), command.into()));
        }
        assert_eq!(command_of("sh -c 'a' b"), "sh -c 'a' b");
        assert_eq!(named_alias(&names_alias(Some("eth0:1"))), Some(Some("eth0:1".to_owned())));
        assert_eq!(
            (named_alias("IFACE=$1"), named_alias("IFACE='x'"), named_alias("x")),
            (Some(None), None, None)
        );
    }

    #[test]
    fn a_guard_is_read_as_it_is_written() {
        for name in ["eth0", "it's", "a' ] && [ \"$2\" = up ] || exit 0"] {
            assert_eq!(guarded(&guard(Some(name), "up"), "up"), Some(Some(name.to_owned())));
        }
        assert_eq!(guarded(&guard(None, "up"), "up"), Some(None));
        assert_eq!(guarded(&guard(None, "up"), "down"), None);
        assert_eq!(guarded("[ \"$1\" = 'x' ] && rm -rf /", "up"), None);
    }
}
