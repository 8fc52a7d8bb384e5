//! Where a script may end before its last line: `exit`, `return` and `exec` behind a condition.
//!
//! A shell that leaves runs nothing more. Behind a condition that nobody here can decide that is not known, and what
//! stands behind it is taken to run, with a word about it.

use super::program::base_name;
use super::shell::Shell;
use crate::text::shell::simple::{Simple, simple_commands};
use netpivot_model::codes::commands as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::source::Span;

/// Programs that look at the host or tell people something, and leave nothing behind.
const ASKS: [&str; 26] = [
    ":", "[", "[[", "basename", "cat", "cut", "dirname", "echo", "egrep", "exit", "false", "fgrep", "grep",
    "hash", "head", "id", "logger", "lsmod", "pgrep", "pidof", "printf", "return", "test", "true", "type",
    "which",
];

/// What a unit of commands may do, as far as its words tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Outlook {
    /// It may end the script.
    pub ends: bool,
    /// It may do something else than ask and tell.
    pub acts: bool,
}

/// The outlook of a text.
pub(super) fn outlook(text: &str, shell: &Shell<'_>) -> Outlook {
    let Some(commands) = simple_commands(text) else { return Outlook { ends: false, acts: true } };
    let mut outlook = Outlook { ends: false, acts: false };
    for command in &commands {
        let program = command.program();
        let body = program.and_then(|(program, _)| shell.function(program));
        let found = match body.and_then(simple_commands) {
            // `return` leaves the function only.
            Some(body) => body
                .iter()
                .map(|c| of_one(c, false))
                .fold(Outlook { ends: false, acts: command.writes }, either),
            None => of_one(command, true),
        };
        outlook = either(outlook, Outlook { ends: found.ends && !command.apart, ..found });
    }
    outlook
}

fn either(one: Outlook, other: Outlook) -> Outlook {
    Outlook { ends: one.ends || other.ends, acts: one.acts || other.acts }
}

fn of_one(command: &Simple<'_>, returns: bool) -> Outlook {
    let Some((program, arguments)) = command.program() else { return Outlook { ends: false, acts: true } };
    let ends = match program {
        "exit" => true,
        "return" => returns,
        "exec" => !arguments.is_empty(),
        _ => false,
    };
    let says = |words: &[&str]| arguments.iter().any(|word| words.contains(word));
    let asks = match base_name(program) {
        "command" => says(&["-v", "-V"]),
        "ip" | "bridge" => says(&["show", "list", "ls"]),
        "systemctl" => says(&["is-active", "is-enabled", "is-failed"]),
        program => ASKS.contains(&program),
    };
    Outlook { ends: ends && !command.apart, acts: command.writes || !asks }
}

/// What is said where the script may end.
pub(super) fn finding(command: &str, span: Span) -> Diagnostic {
    let text = format!("whether the script ends at `{command}` is not known; what follows is taken to run");
    Diagnostic::new(&codes::MAY_END, text)
        .at(span)
        .help("remove what follows, if the script ends here on the host")
}
