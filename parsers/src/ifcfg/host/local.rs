//! `ifup-local` and its like: the scripts of the site that initscripts call with the name of the device (ifup-post,
//! ifdown-post). Plain commands, alone or in the arms of `case "$1" in`, are hooks of the host and of its links; of any
//! other script only the call is one. Nothing is run.

use netpivot_model::vocabulary::ifcfg::local::{CASE, NAMES, SHELL, TITLE, command_of};

/// A command of a script: the devices that it is for, all where none are named, its text, and the place of its line in
/// the script.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Command {
    pub devices: Vec<String>,
    pub text: String,
    pub start: usize,
    pub end: usize,
}

/// Where a line stands.
enum Place {
    Top,
    Case,
    Arm(Vec<String>),
    /// Behind `exit`.
    End,
}

/// Words that begin what a single line cannot hold, or what only works within one shell.
const NOT_PLAIN: [&str; 33] = [
    "if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac", "function",
    "select", "{", "}", "(", "!", "time", ".", "source", "set", "export", "local", "cd", "shift", "eval",
    "exec", "trap", "read", "return", "unset", "alias",
];

/// The commands of a script; `None` where it is more than plain commands and arms of one `case` after the other.
pub(super) fn commands(text: &str) -> Option<Vec<Command>> {
    if text.starts_with(&format!("{SHELL}\n{TITLE}\n")) {
        return written_by_netpivot(text);
    }
    let mut place = Place::Top;
    let mut found = Vec::new();
    let mut start = 0;
    for whole in text.split_inclusive('\n') {
        let (from, line) = (start + (whole.len() - whole.trim_start().len()), whole.trim());
        start += whole.len();
        if line.is_empty() || line.starts_with('#') || line == NAMES {
            continue;
        }
        place = match place {
            Place::End => return None,
            Place::Top if is_case(line) => Place::Case,
            Place::Top if is_exit(line) => Place::End,
            Place::Top => {
                found.push(command(Vec::new(), line, from)?);
                Place::Top
            }
            Place::Case if line == "esac" => Place::Top,
            Place::Case => {
                let (pattern, body) = line.split_once(')')?;
                let devices = devices(pattern)?;
                let body_at = from + pattern.len() + 1;
                let blanks = body.len() - body.trim_start().len();
                arm(devices, body.trim_start(), body_at + blanks, &mut found)?
            }
            Place::Arm(devices) => arm(devices, line, from, &mut found)?,
        };
    }
    matches!(place, Place::Top | Place::End).then_some(found)
}

/// The commands of a script of netpivot's own form, in which each line is one.
fn written_by_netpivot(text: &str) -> Option<Vec<Command>> {
    let mut found = Vec::new();
    let mut devices: Option<Vec<String>> = None;
    let mut start = 0;
    for (n, whole) in text.split_inclusive('\n').enumerate() {
        let (from, line) = (start, whole.trim_end_matches('\n'));
        start += whole.len();
        let mut add = |devices: Vec<String>, text: &str, start: usize| {
            let end = start + text.len();
            found.push(Command { devices, text: command_of(text).into_owned(), start, end });
        };
        match (&devices, line.strip_prefix('\t')) {
            _ if n < 2 || line == NAMES => {}
            (None, _) if line == CASE => devices = Some(Vec::new()),
            (None, _) => add(Vec::new(), line, from),
            (Some(_), Some(";;")) => devices = Some(Vec::new()),
            (Some(names), Some(command)) => add(names.clone(), command, from + 1),
            (Some(_), None) if line == "esac" => return Some(found),
            (Some(_), None) => {
                let name = line.strip_suffix("')")?.strip_prefix('\'')?.replace("'\\''", "'");
                devices = Some(vec![name]);
            }
        }
    }
    devices.is_none().then_some(found)
}

/// A line of an arm, or what follows its pattern.
fn arm(devices: Vec<String>, line: &str, from: usize, found: &mut Vec<Command>) -> Option<Place> {
    let (body, ends) = match line.strip_suffix(";;") {
        Some(body) => (body.trim_end(), true),
        None => (line, false),
    };
    let is_end = ends && is_exit(body);
    if !body.is_empty() && !is_end {
        // What `*` would run, it would run for all devices but those of the other arms.
        let is_rest = devices.iter().any(|name| name == "*");
        found.push(command(devices.clone(), body, from).filter(|_| !is_rest)?);
    }
    Some(if ends { Place::Case } else { Place::Arm(devices) })
}

fn is_case(line: &str) -> bool {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    matches!(
        words.as_slice(),
        ["case", "$1" | "\"$1\"" | "${1}" | "\"${1}\"" | "$DEVICE" | "\"$DEVICE\"", "in"]
    )
}

fn is_exit(line: &str) -> bool {
    matches!(line, "exit" | "exit 0" | ":" | "true")
}

/// The names of a pattern `eth0|eth1`; `None` where it is matched against other names.
fn devices(pattern: &str) -> Option<Vec<String>> {
    let names = pattern.trim_start_matches('(').split('|').map(|name| {
        let name = name.trim().trim_matches(['"', '\'']);
        let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c)) && !name.is_empty();
        (plain || name == "*").then(|| name.to_owned())
    });
    names.collect()
}

fn command(devices: Vec<String>, line: &str, start: usize) -> Option<Command> {
    let first = line.split_ascii_whitespace().next()?;
    let opens = ["\\", "&&", "||", "|", "{", "(", "then", "do"].iter().any(|end| line.ends_with(end));
    let is_assignment = first.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    });
    let quotes = |mark: char| line.matches(mark).count();
    let whole = quotes('"') % 2 == 0 && quotes('\'') % 2 == 0;
    let plain = !NOT_PLAIN.contains(&first) && !is_assignment && !opens && whole && !first.ends_with("()");
    if !plain || line.contains("<<") || line.contains("; then") || line.contains("; do") || is_exit(line) {
        return None;
    }
    Some(Command { devices, text: with_device(line)?, start, end: start + line.len() })
}

/// The command with `$DEVICE` for the script's first argument; `None` where it uses what only the script has.
fn with_device(line: &str) -> Option<String> {
    let text = line.replace("${1}", "$DEVICE").replace("$1", "$DEVICE");
    if text != line && line.contains('\'') {
        return None;
    }
    let mut rest = text.as_str();
    while let Some((_, after)) = rest.split_once('$') {
        let name = after.trim_start_matches('{');
        let known = ["DEVICE", "IFACE"].iter().any(|known| {
            name.strip_prefix(known)
                .is_some_and(|end| !end.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
        });
        if !known && !after.starts_with('(') {
            return None;
        }
        rest = after;
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Vec<(String, String)>> {
        let all = commands(text)?;
        for command in &all {
            assert!(text.get(command.start..command.end).is_some(), "{command:?}");
        }
        Some(all.into_iter().map(|c| (c.devices.join(" "), c.text)).collect())
    }

    fn said(found: &[(&str, &str)]) -> Option<Vec<(String, String)>> {
        Some(found.iter().map(|(devices, text)| ((*devices).to_owned(), (*text).to_owned())).collect())
    }

    #[test]
    fn arms_are_commands_of_their_devices() {
        let text = "#!/bin/bash\n# the site's\ncase \"$1\" in\n  eth0)\n    ip route add 10.0.0.0/8 dev $1\n    ;;\n\
                    eth1|eth2) logger \"${1} is up\" ;;\n  *)\n    exit 0 ;;\nesac\nlogger done\nexit 0\n";
        let wanted = [
            ("eth0", "ip route add 10.0.0.0/8 dev $DEVICE"),
            ("eth1 eth2", "logger \"$DEVICE is up\""),
            ("", "logger done"),
        ];
        assert_eq!(read(text), said(&wanted));
        assert_eq!(read("#!/bin/sh\n"), said(&[]));
    }

    #[test]
    fn what_netpivot_writes_is_read_line_by_line() {
        let text = format!(
            "{SHELL}\n{TITLE}\n{NAMES}\nlogger all; logger $2\n{CASE}\n'eth0')\n\tif true; then logger x; fi\n\tlogger y\n\t;;\nesac\n"
        );
        let wanted =
            [("", "logger all; logger $2"), ("eth0", "if true; then logger x; fi"), ("eth0", "logger y")];
        assert_eq!(read(&text), said(&wanted));
    }

    #[test]
    fn what_is_more_than_plain_commands_is_left_alone() {
        for text in [
            "if [ \"$1\" = eth0 ]; then\nlogger x\nfi\n",
            "case \"$1\" in\neth*) logger x ;;\nesac\n",
            "case \"$1\" in\n*) logger x ;;\nesac\n",
            "case \"$2\" in\neth0) logger x ;;\nesac\n",
            "case \"$1\" in\neth0) logger x ;;\n",
            "NAME=x\nlogger $NAME\n",
            "logger $2\n",
            "logger '$1'\n",
            "cat <<END\nx\nEND\n",
            "exit 0\nlogger x\n",
            "ip route add 10.0.0.0/8 \\\n  dev eth0\n",
            "up() { logger x; }\n",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
