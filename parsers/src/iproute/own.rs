//! Scripts that netpivot wrote: the commands without the questions before them, and those of a batch one by one.

use super::paste::Script;
use std::borrow::Cow;

/// What stands in the second line of each.
const MARK: &str = "\n# written by netpivot: ";
/// What a question begins with.
const QUESTIONS: [&str; 7] = ["shows ", "! shows ", "exactly ", "tuned ", "holds ", "[ -e ", "[ \"$("];
/// The line that asks whether the script may change anything.
const PERMISSION: &str = "may_change";
/// The functions that ask.
const FUNCTIONS: [&str; 9] = [
    "may_change() {",
    "lines() {",
    "has() {",
    "found() {",
    "is_spent() {",
    "shows() {",
    "exactly() {",
    "tuned() {",
    "holds() {",
];

/// The commands of a script of netpivot's; `None` for another.
pub(super) fn read(text: &str) -> Option<Script<'_>> {
    let is_own = text.strip_prefix("#!/bin/sh").is_some_and(|rest| rest.starts_with(MARK));
    is_own.then(|| take_apart(text))
}

fn take_apart(text: &str) -> Script<'_> {
    let mut out = String::with_capacity(text.len());
    let mut pieces = vec![(0, 0)];
    let mut start = 0;
    let mut in_function = false;
    let mut batch: Option<&str> = None;
    for line in text.split_inclusive('\n') {
        let at = start;
        start += line.len();
        let bare = line.trim_end();
        if in_function {
            in_function = bare != "}";
            continue;
        }
        if bare == PERMISSION {
            continue;
        }
        if FUNCTIONS.iter().any(|head| bare.starts_with(head)) {
            in_function = !bare.ends_with('}');
            continue;
        }
        if let Some(program) = batch {
            if bare == "END" {
                batch = None;
                continue;
            }
            pieces.push((out.len(), at));
            out.push_str(program);
            out.push(' ');
            pieces.push((out.len(), at));
            out.push_str(line);
            continue;
        }
        if let Some(program) = bare.strip_suffix(" -batch - <<'END'") {
            batch = Some(program);
            continue;
        }
        let skipped = question(bare);
        pieces.push((out.len(), at + skipped));
        out.push_str(&line[skipped..]);
    }
    Script { text: Cow::Owned(out), pieces, output: Vec::new(), is_typed: false }
}

/// How many bytes of the line are a question.
fn question(line: &str) -> usize {
    const OR: &str = " || ";
    if !QUESTIONS.iter().any(|head| line.starts_with(head)) {
        return 0;
    }
    let is_quoted = |end: usize| {
        let mut quoted = false;
        let mut before = line[..end].chars();
        while let Some(char) = before.next() {
            match char {
                '\'' => quoted = !quoted,
                '\\' if !quoted => drop(before.next()),
                _ => {}
            }
        }
        quoted
    };
    line.match_indices(OR).find(|(end, _)| !is_quoted(*end)).map_or(0, |(end, _)| end + OR.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_and_batches_leave_their_commands() {
        let text = "#!/bin/sh\n# written by netpivot: x\nset -eu\nmay_change() {\n    x\n}\nmay_change\nlines() {\n    \"$@\"\n}\nshows() { pieces=$1; shift; lines \"$@\" | found true; }\ntuned() {\n    words=$1\n}\nholds() { [ 1 ]; }\n\
            tuned 'RX: 5' ethtool -g w && tuned 'TX: 5' ethtool -g w || ethtool -G w rx 5 tx 5\n\
            shows 'id 5' ip -d link show dev v || ip link add link eth0 name v type vlan id 5\n\
            exactly '7: from all' ip rule show priority 7 table 9 || ip rule add priority 7 table 9\n\
            [ \"$(cat /sys/class/net/v/ifalias 2>/dev/null)\" = 'a || b' ] || ip link set dev v alias 'a || b'\n\
            ip -n red -batch - <<'END'\nlink set dev v up\nEND\nip link set dev w up\n";
        let script = read(text).unwrap();
        let lines: Vec<&str> = script.text.lines().skip(2).collect();
        assert_eq!(
            lines,
            [
                "set -eu",
                "ethtool -G w rx 5 tx 5",
                "ip link add link eth0 name v type vlan id 5",
                "ip rule add priority 7 table 9",
                "ip link set dev v alias 'a || b'",
                "ip -n red link set dev v up",
                "ip link set dev w up"
            ]
        );
        let (at, of) = *script.pieces.last().unwrap();
        assert_eq!(&script.text[at..at + 5], &text[of..of + 5]);
        assert!(read("#!/bin/sh\nip link add br0 type bridge\n").is_none());
    }
}
