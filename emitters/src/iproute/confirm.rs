//! A script that takes itself back unless somebody confirms it in time.

use super::script::{self, Mode, Purpose, Section};

/// What stands there while a change waits to be confirmed; taking it away confirms.
const MARK: &str = "/run/netpivot-unconfirmed";
/// What the commands that took the host back had to say.
const LOG: &str = "/run/netpivot-restored.log";

/// The commands of `change`, and those of `restore` behind them unless the change is confirmed within `seconds`.
///
/// The watch starts before the change, so that a change which never ends, or cuts off who made it, is taken back as well. It
/// ignores the signals that end a login.
pub(super) fn text(change: &[Section], purpose: &Purpose, restore: &str, seconds: u32) -> String {
    let mode = purpose.mode();
    format!(
        "{head}# The old network comes back after {seconds} seconds, or where a command fails. To keep the new one: rm {MARK}
set -eu
{questions}
change() (
set -eu
{change}:
)

restore() (
set +e
{restore}:
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
        questions = script::questions(change, mode),
        change = script::body(change, mode),
    )
}

/// The commands that undo what a script made from nothing.
pub(super) fn undo(sections: &[Section]) -> String {
    script::body(sections, Mode::Teardown)
}
