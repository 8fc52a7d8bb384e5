//! A script that takes itself back unless somebody confirms it in time.

use super::script::{self, Mode, Purpose, Section, What};
use crate::text::shell::quote;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// What stands there while a change waits to be confirmed; taking it away confirms. Who takes the old network back moves it to
/// `RESTORING` first, so that one of two does.
const MARK: &str = "/run/netpivot-unconfirmed";
/// What stands there while the old network is taken back.
const RESTORING: &str = "/run/netpivot-restoring";
/// The number of the process that makes the change.
const CHANGING: &str = "/run/netpivot-changing";
/// What the commands that took the host back had to say.
const LOG: &str = "/run/netpivot-restored.log";

/// The commands of `change`, and those of `restore` behind them unless the change is confirmed within `seconds`.
///
/// The watch starts before the change, so that a change which never ends, or cuts off who made it, is ended and taken back as
/// well. It ignores the signals that end a login, as does the change.
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
restoring={RESTORING}
changing={CHANGING}
log={LOG}

# true for the one who is to take the old network back
is_mine() {{ [ \"$(cat \"$mark\" 2>/dev/null)\" = $$ ] && mv \"$mark\" \"$restoring\" 2>/dev/null; }}

# ends a process and those that it started
end() {{
    kill -STOP \"$1\" 2>/dev/null || return 0
    children=$(cat \"/proc/$1/task/$1/children\" 2>/dev/null)
    for child in $children; do end \"$child\"; done
    kill -KILL \"$1\"
}}

if [ -e \"$mark\" ] || [ -e \"$restoring\" ]; then
    echo \"$mark: an earlier change waits to be confirmed, or is being taken back ($restoring)\" >&2
    exit 1
fi
(set -C; echo $$ > \"$mark\")
: > \"$log\"
trap '' HUP
(
    trap '' INT TERM
    sleep {seconds}
    [ -e \"$mark\" ] || exit 1
    echo '{seconds} seconds are over'
    is_mine || exit 1
    end \"$(cat \"$changing\" 2>/dev/null)\"
    restore
    rm -f \"$changing\" \"$restoring\"
) < /dev/null >> \"$log\" 2>&1 &
watch=$!
set +e
change &
change=$!
trap 'end \"$change\"' INT TERM
echo \"$change\" > \"$changing\"
wait \"$change\" 2>/dev/null
failed=$?
trap '' INT TERM
rm -f \"$changing\"
if [ $failed -eq 0 ] && [ -e \"$mark\" ]; then
    echo \"to keep the new network, run within {seconds} seconds of its beginning, from a new login: rm $mark\"
elif [ $failed -ne 0 ] && is_mine; then
    restore > \"$log\" 2>&1
    rm -f \"$restoring\"
    echo \"the change failed or was interrupted, and the old network is back\" >&2
    [ ! -s \"$log\" ] || echo \"what the commands that took it back had to say: $log\" >&2
    exit $failed
elif [ -s \"$log\" ] && wait \"$watch\"; then
    echo \"the change took more than {seconds} seconds, was ended, and the old network is back: $log\" >&2
    exit 1
elif [ $failed -ne 0 ]; then
    echo 'the change failed after it had been confirmed, and stays as far as it came' >&2
    exit $failed
fi
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
