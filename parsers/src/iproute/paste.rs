//! Recipes as people paste them: prompts before the commands, and between them what the commands printed.
//!
//! `# ` is a prompt of root and the beginning of a comment. It is a prompt where the whole text has no command without one
//! and a known program follows.

use crate::commands::{is_known_program, is_shell_word};
use netpivot_model::codes::commands as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::source::{SourceId, Span};
use std::borrow::Cow;
use std::ops::Range;

/// A line of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    /// Offset of its first byte.
    start: usize,
    /// With its line end.
    text: &'a str,
    /// Bytes of the prompt before the command.
    prompt: usize,
    /// The command ends there: a backtick of Markdown follows, or nothing.
    end: usize,
    kind: Prompt,
}

/// What stands before the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Prompt {
    None,
    /// `$ `, `>>> `, `host ~ # `: nothing but a prompt.
    Sure,
    /// `# `, which may begin a comment.
    Hash,
}

impl<'a> Line<'a> {
    fn command(&self) -> &'a str {
        &self.text[self.prompt..self.end]
    }

    /// A line of Markdown that begins or ends a block of code.
    fn is_fence(&self) -> bool {
        let text = self.text.trim();
        ["```", "~~~"].iter().any(|mark| text.strip_prefix(mark).is_some_and(|rest| !rest.contains('`')))
    }

    /// The program of the command, looking through `sudo`.
    pub(super) fn first_word(&self) -> &'a str {
        let mut words = self.command().split_ascii_whitespace();
        match words.next() {
            Some("sudo") => words.next().unwrap_or("sudo"),
            Some(word) => word,
            None => "",
        }
    }

    fn is_command(&self) -> bool {
        let word = self.first_word();
        let assignment = word.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        });
        assignment || is_known_program(word)
    }
}

/// The lines of a text, each with its prompt.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let begin = start;
        start += line.len();
        if let Some((prompt, end)) = in_backticks(line) {
            return Line { start: begin, text: line, prompt, end, kind: Prompt::Sure };
        }
        let (prompt, kind) = prompt(line);
        Line { start: begin, text: line, prompt, end: line.len(), kind }
    })
}

/// Where the command of a line begins and ends that is nothing but code in Markdown's backticks, in a list or alone.
fn in_backticks(line: &str) -> Option<(usize, usize)> {
    let end = line.trim_end().len();
    let inner = line[..end].strip_suffix('`')?;
    let start = inner.find('`')? + 1;
    let before = inner[..start - 1].trim_start();
    let (code, marked) =
        (&inner[start..], before.is_empty() || mark(before).is_some_and(|n| n == before.len()));
    if !marked || code.contains('`') {
        return None;
    }
    let (prompt, _) = prompt(code);
    let line = Line { start: 0, text: code, prompt, end: code.len(), kind: Prompt::None };
    line.is_command().then_some((start + prompt, inner.len()))
}

/// The prompt of a line, where a known program or an assignment follows.
fn prompt(line: &str) -> (usize, Prompt) {
    let none = (0, Prompt::None);
    let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
    let rest = &line[blanks..];
    let found = match rest.as_bytes() {
        [b'$' | b'%', b' ', ..] => Some((2, Prompt::Sure)),
        [b'>', b'>', b'>', b' ', ..] => Some((4, Prompt::Sure)),
        [b'#', b' ', ..] => Some((2, Prompt::Hash)),
        _ => long_prompt(rest).map(|length| (length, Prompt::Sure)),
    };
    // Behind a shell's own prompt any program is a command; what only looks like one needs a known program.
    if let Some((length, Prompt::Sure)) = found
        && !rest.starts_with(['%', '>'])
        && rest[length..].starts_with(|c: char| c.is_ascii_alphanumeric() || "./_[(:".contains(c))
    {
        return (blanks + length, Prompt::Sure);
    }
    let known = |length: usize, kind| {
        let line = Line { start: 0, text: line, prompt: blanks + length, end: line.len(), kind };
        line.is_command().then_some((blanks + length, kind))
    };
    let found = found.and_then(|(length, kind)| known(length, kind));
    // "2. then …" and "- for each …" are sentences.
    let is_sentence = |text: &str| is_shell_word(text.split(' ').next().unwrap_or("")) && !text.contains(';');
    let mark = || mark(rest).filter(|length| !is_sentence(&rest[*length..]));
    found.or_else(|| known(mark()?, Prompt::Sure)).unwrap_or(none)
}

/// What pages set before a command besides a prompt: `web01# `, `➜  ~ `, `1. `, `- `.
fn mark(text: &str) -> Option<usize> {
    let (word, rest) = text.split_once(' ')?;
    let number =
        word.strip_suffix(['.', ')']).is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    let host = word.strip_suffix(['#', '$', '>']).is_some_and(|name| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.@".contains(c))
    });
    let after = text.len() - rest.trim_start().len();
    if number || host || matches!(word, "-" | "*" | "•") {
        return Some(after);
    }
    // `➜  DIRECTORY `
    (word == "➜").then(|| rest.trim_start().split_once(' ').map(|(dir, _)| after + dir.len() + 1)).flatten()
}

/// `user@host:~$ `, `[root@host ~]# `, `host ~ # `.
fn long_prompt(text: &str) -> Option<usize> {
    const LONGEST: usize = 60;
    let end = text.bytes().take(LONGEST).position(|b| matches!(b, b'$' | b'#' | b'>'))?;
    let (before, after) = (&text[..end], &text[end + 1..]);
    let is_name = |c: char| c.is_ascii_alphanumeric() || "_.@:~/-[]() ".contains(c);
    let marked = before.contains(['@', '~']) || before.starts_with('[') || before.ends_with(':');
    (marked && !before.is_empty() && before.chars().all(is_name) && after.starts_with(' ')).then_some(end + 2)
}

/// A script without prompts and output.
pub(super) struct Script<'a> {
    pub text: Cow<'a, str>,
    /// Offset in the text, offset in the file.
    pub pieces: Vec<(usize, usize)>,
    /// What commands printed, as ranges of the file.
    pub output: Vec<Range<usize>>,
    /// True where prompts show that somebody typed the commands.
    pub is_typed: bool,
}

/// Takes a text apart.
pub(super) fn read(text: &str) -> Script<'_> {
    let (mut prompts, mut hashes, mut plain, mut printed) = (false, false, false, false);
    for line in lines(text) {
        match line.kind {
            // What stands around blocks of code is no command.
            _ if line.is_fence() => prompts = true,
            Prompt::Sure => prompts = true,
            Prompt::Hash => hashes = true,
            Prompt::None if line.is_command() => plain = true,
            Prompt::None => printed |= is_output(line.text),
        }
    }
    let hashes = hashes && !plain;
    let pasted = prompts || hashes;
    if !pasted && !printed {
        return Script {
            text: Cow::Borrowed(text),
            pieces: vec![(0, 0)],
            output: Vec::new(),
            is_typed: false,
        };
    }
    take_apart(text, pasted, hashes)
}

fn take_apart(text: &str, pasted: bool, hashes: bool) -> Script<'_> {
    let mut out = String::with_capacity(text.len());
    let mut pieces = vec![(0, 0)];
    let mut output: Vec<Range<usize>> = Vec::new();
    let (mut continued, mut is_typed) = (false, false);
    let blocks = blocks(text);
    for (n, line) in lines(text).enumerate() {
        if line.is_fence() {
            continue;
        }
        let prompted = line.kind == Prompt::Sure || line.kind == Prompt::Hash && hashes;
        is_typed |= prompted;
        let blank = line.text.trim().is_empty() || line.text.trim_start().starts_with('#') && !prompted;
        let keep = prompted
            || continued
            || blank
            || line.is_command() && !is_output(line.text)
            || (!pasted || blocks[n]) && !is_output(line.text);
        if !keep {
            let end = line.start + line.text.trim_end().len();
            match output.last_mut() {
                Some(last) if text[last.end..line.start].trim().is_empty() => last.end = end,
                Some(_) | None => {
                    output.push(line.start + (line.text.len() - line.text.trim_start().len())..end)
                }
            }
            continued = false;
            continue;
        }
        let skip = if prompted {
            line.prompt
        } else if continued {
            continuation(line.text)
        } else {
            0
        };
        pieces.push((out.len(), line.start + skip));
        out.push_str(&line.text[skip..line.end]);
        if line.end < line.text.len() {
            out.push('\n');
        }
        continued = line.text.trim_end_matches(['\n', '\r']).ends_with('\\');
    }
    Script { text: Cow::Owned(out), pieces, output, is_typed }
}

/// For each line whether it stands in a block of code that is a script: it has commands, and none behind a prompt.
fn blocks(text: &str) -> Vec<bool> {
    let mut out: Vec<bool> = Vec::new();
    let mut open: Option<(usize, bool, bool)> = None;
    for line in lines(text) {
        out.push(false);
        match &mut open {
            Some((first, commands, prompts)) if line.is_fence() => {
                let script = *commands && !*prompts;
                out[*first..].fill(script);
                open = None;
            }
            None if line.is_fence() => open = Some((out.len(), false, false)),
            Some((_, commands, prompts)) => match line.kind {
                Prompt::Sure => *prompts = true,
                Prompt::None | Prompt::Hash => *commands |= line.is_command(),
            },
            None => {}
        }
    }
    out
}

/// The second prompt of a shell, `> `, before a continued line.
fn continuation(line: &str) -> usize {
    let blanks = line.len() - line.trim_start().len();
    if line[blanks..].starts_with("> ") { blanks + 2 } else { 0 }
}

/// Beginnings of lines that programs print.
const PRINTED: [&str; 32] = [
    "link/",
    "inet ",
    "inet6 ",
    "valid_lft",
    "altname ",
    "RX ",
    "TX ",
    "RX:",
    "TX:",
    "ether ",
    "PING ",
    "--- ",
    "rtt ",
    "RTNETLINK answers",
    "bridge name",
    "Kernel IP",
    "Destination ",
    "Cannot find device",
    "Error: ",
    "Chain ",
    "pkts ",
    "default via ",
    "default dev ",
    "broadcast ",
    "Command line is not complete",
    "Device \"",
    "Object \"",
    "Usage: ",
    "UP ",
    "bash: ",
    "-bash: ",
    "sh: ",
];

/// True for what looks like the output of a program and like no command.
fn is_output(line: &str) -> bool {
    let text = line.trim();
    let first = text.split_ascii_whitespace().next().unwrap_or("");
    if text.starts_with("bridge name\t") || text.starts_with("bridge name ") {
        // brctl(8), not bridge(8).
        return true;
    }
    if text.is_empty() || text.starts_with('#') || is_known_program(first) {
        return false;
    }
    let numbered =
        first.strip_suffix(':').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    let bytes_from = text.contains(" bytes from ") && text.contains("icmp_seq");
    let route = first.parse::<ipnet::IpNet>().is_ok() || first.parse::<std::net::IpAddr>().is_ok();
    let setting = text.starts_with("net.") && text.contains(" = ");
    numbered || bytes_from || route || setting || PRINTED.iter().any(|begin| text.starts_with(begin))
}

/// The note about a block of output.
pub(super) fn output_finding(source: SourceId, range: Range<usize>) -> Diagnostic {
    Diagnostic::new(&codes::OUTPUT, "what a command printed is no command itself, and is left out")
        .at(Span::new(source, range.start, range.end))
        .help("nothing")
}
