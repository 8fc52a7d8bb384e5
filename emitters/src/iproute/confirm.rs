//! A script that takes itself back unless somebody confirms it in time.

use super::script::{self, Mode, Purpose, Section, What};
use crate::text::shell::quote;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// What stands there while a change waits to be confirmed; taking it away confirms.
const MARK: &str = "/run/netpivot-unconfirmed";
/// What the commands that took the host back had to say.
const LOG: &str = "/run/netpivot-restored.log";

/// The commands of `change`, and those of `restore` behind them unless the change is confirmed within `seconds`.
///
/// The watch starts before the change, so that a change which never ends, or cuts off who made it, is taken back as well. It
/// ignores the signals that end a login.
pub(super) fn text(
    change: &[Section],
    purpose: &Purpose,
    restore: (&[Section], Mode),
    seconds: u32,
) -> String {
    let mode = purpose.mode();
    let (saved, back) = kernel_settings(change);
    format!(
        "{head}# The old network comes back after {seconds} seconds, or where a command fails. To keep the new one: rm {MARK}
set -eu
{questions}
change() (
set -eu
{change}:
)

{saved}restore() (
set +e
{restore}{back}:
)

mark={MARK}
if [ -e \"$mark\" ]; then
    echo \"$mark: an earlier change waits to be confirmed\" >&2
    exit 1
fi
echo $$ > \"$mark\"
is_unconfirmed() {{ [ \"$(cat \"$mark\" 2>/dev/null)\" = $$ ]; }}
(
    trap '' HUP INT TERM
    sleep {seconds}
    if is_unconfirmed; then
        restore
        rm -f \"$mark\"
    fi
) < /dev/null > {LOG} 2>&1 &
set +e
change
failed=$?
set -e
if [ $failed -ne 0 ]; then
    rm -f \"$mark\"
    restore 2> {LOG}
    echo 'a command failed, and the old network is back' >&2
    exit $failed
fi
echo \"to keep the new network, run within {seconds} seconds, from a new login: rm $mark\"
",
        head = script::head(purpose),
        questions = script::questions(&[(change, mode), restore]),
        change = script::body(change, mode),
        restore = script::body(restore.0, restore.1),
    )
}

/// The kernel settings of the change, noted as they are before it, and set back. What a host has of them no state says whole.
fn kernel_settings(change: &[Section]) -> (String, String) {
    let mut keys: BTreeMap<Option<&str>, BTreeSet<&str>> = BTreeMap::new();
    for step in change.iter().flat_map(|section| &section.steps) {
        if let What::Sysctl(key) = &step.what {
            keys.entry(step.netns.as_deref()).or_default().insert(key);
        }
    }
    let (mut saved, mut back) = (String::new(), String::new());
    for (n, (netns, keys)) in keys.into_iter().enumerate() {
        let within = netns.map_or_else(String::new, |netns| format!("ip netns exec {} ", quote(netns)));
        let keys: Vec<_> = keys.into_iter().map(quote).collect();
        let _ = writeln!(saved, "settings{n}=$({within}sysctl -e {} 2>/dev/null || true)", keys.join(" "));
        let _ = writeln!(back, "echo \"$settings{n}\" | {within}sysctl -q -e -p -");
    }
    if back.is_empty() {
        return (saved, back);
    }
    (format!("# kernel settings as they are now\n{saved}\n"), format!("\n# kernel settings\n{back}"))
}

/// The steps that undo what a script made from nothing. A card may have been up before, so it stays up.
pub(super) fn undo(sections: &[Section]) -> Vec<Section> {
    let mut sections = sections.to_vec();
    for section in &mut sections {
        section.steps.retain(|step| step.what != What::Up || step.goes_with_link);
    }
    sections
}
