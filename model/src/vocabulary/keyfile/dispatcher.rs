//! Dispatcher scripts that netpivot writes for hooks (NetworkManager-dispatcher(8)): one a link and moment, of one
//! plain form, so that its own parser reads them back. A script of the site is none of them.

use crate::hook::HookPhase;
use crate::shell::in_quotes;

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

#[cfg(test)]
mod tests {
    use super::*;

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
