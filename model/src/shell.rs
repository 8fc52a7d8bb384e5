//! Quoting for sh(1), and what stands beside a command in one line.

use std::borrow::Cow;

/// A word as a shell takes it for itself: in single quotes where a character means something to the shell, or where it
/// would pass for an option.
#[must_use]
pub fn quote(word: &str) -> Cow<'_, str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:@%+,=".contains(c);
    if !word.is_empty() && word.chars().all(plain) && !word.starts_with('-') {
        return Cow::Borrowed(word);
    }
    Cow::Owned(in_quotes(word))
}

/// A word in single quotes, whatever it is.
#[must_use]
pub fn in_quotes(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// True for a command that asks for an option of its stanza, as ifup(8) hands them to commands: `$IF_NETWORK`.
#[must_use]
pub fn asks_ifup(command: &str) -> bool {
    ["$IF_", "${IF_", "${#IF_"].iter().any(|start| command.contains(start))
}

/// True where a command may leave the shell that runs it, as far as its words tell.
#[must_use]
pub fn leaves(command: &str) -> bool {
    outlook(command).leaves
}

/// True where what stands behind a text is no part of it: no comment, quote, here-document or `\` at its end is open.
#[must_use]
pub fn is_closed(text: &str) -> bool {
    outlook(text).closed
}

/// True for several commands of which a shell runs the next one however the one before ends.
#[must_use]
pub fn goes_on(text: &str) -> bool {
    outlook(text).goes_on
}

/// The command in a shell of its own.
#[must_use]
pub fn apart(command: &str) -> String {
    match command {
        text if !is_closed(text) => format!("(eval {})", in_quotes(text)),
        // `((` is arithmetic to some shells.
        text if text.starts_with('(') => format!("( {text})"),
        text => format!("({text})"),
    }
}

/// Programs of the shell itself that may leave it.
const LEAVING: [&str; 6] = [".", "eval", "exec", "exit", "return", "source"];
/// Words that a command follows.
const BEFORE: [&str; 12] =
    ["!", "builtin", "command", "do", "elif", "else", "if", "then", "time", "until", "while", "{"];

struct Outlook {
    leaves: bool,
    closed: bool,
    goes_on: bool,
}

fn outlook(text: &str) -> Outlook {
    let mut rest = text;
    let mut leaves = false;
    let mut closed = true;
    let mut goes_on = false;
    let mut depth = 0_usize;
    // The next word is a program.
    let mut begins = true;
    // The next word is what a redirection leads to.
    let mut is_target = false;
    while let Some(first) = rest.chars().next() {
        match first {
            ' ' | '\t' => rest = &rest[1..],
            '#' => {
                let end = rest.find('\n');
                closed &= end.is_some();
                rest = &rest[end.unwrap_or(rest.len())..];
            }
            '<' | '>' => {
                closed &= !rest.starts_with("<<") || rest.starts_with("<<<");
                rest = rest.trim_start_matches(['<', '>', '&', '|', '-']);
                is_target = true;
            }
            '\n' | ';' | '&' | '|' | '(' | ')' => {
                match first {
                    '(' => depth += 1,
                    // A pattern of `case` has none to close.
                    ')' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                (begins, is_target) = (true, false);
                let is_doubled = rest.starts_with("&&") || rest.starts_with("||");
                rest = &rest[if is_doubled { 2 } else { 1 }..];
                let ends = !is_doubled && matches!(first, '\n' | ';' | '&');
                goes_on |= ends && depth == 0 && !rest.trim_start().is_empty();
            }
            _ => {
                let Some(end) = word(rest) else { return Outlook { leaves, closed: false, goes_on } };
                let (found, after) = rest.split_at(end);
                let is_descriptor =
                    after.starts_with(['<', '>']) && found.bytes().all(|b| b.is_ascii_digit());
                if !is_target && !is_descriptor {
                    leaves |= begins && depth == 0 && LEAVING.contains(&found);
                    begins &= assigns(found) || BEFORE.contains(&found);
                }
                is_target = false;
                rest = after;
            }
        }
    }
    Outlook { leaves, closed: closed && depth == 0, goes_on }
}

/// Where the word ends that a text begins with; `None` where it goes on behind the text.
fn word(text: &str) -> Option<usize> {
    let mut quote = None;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match (c, quote) {
            ('\\', None | Some('"')) => {
                // A line that goes on needs another one.
                chars.next().filter(|(at, c)| *c != '\n' || at + 1 < text.len())?;
            }
            ('\'' | '"', None) => quote = Some(c),
            (_, Some(open)) if c == open => quote = None,
            (' ' | '\t' | '\n' | ';' | '&' | '|' | '(' | ')' | '<' | '>', None) => return Some(at),
            _ => {}
        }
    }
    quote.is_none().then_some(text.len())
}

fn assigns(word: &str) -> bool {
    let name = word.split_once('=').map_or("", |(name, _)| name);
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_leave_its_shell_is_seen() {
        for command in [
            "exit",
            "test -x a || exit 0; b",
            "exec foo",
            "A=1 exec foo",
            "if a; then return 1; fi",
            "case $1 in a) exit 1 ;; esac",
            "{ exit 1; }",
            "2>/dev/null exit",
            "> exit exec a",
            "eval \"$(printf 'a\\nexit')\"",
            ". /lib/functions",
            "(a) && exit 1",
        ] {
            assert!(leaves(command), "{command}");
        }
        for command in [
            "ip netns exec a b",
            "find / -exec a \\;",
            "nft add rule a b return",
            "(test -x a || exit 0; b)",
            "sh -c 'a || exit 1'",
            "x=$(a || exit 1)",
            "a exit-code \"; exit\"",
            "a # ; exit",
        ] {
            assert!(!leaves(command), "{command}");
        }
    }

    #[test]
    fn what_goes_on_behind_its_end_is_seen() {
        for text in
            ["a # b", "echo it's", "a \"b", "a \\", "a \\\n", "cat <<E", "(a", "#", "a 'b\\", "a > \"b"]
        {
            assert!(!is_closed(text), "{text}");
        }
        for text in [
            "a",
            "a # b\n",
            "${a#b} $#",
            "a '#' \"<<\" \\#",
            "a \\\\",
            "cat <<< a",
            "(a; b) 2>&1",
            "case a in b) c ;; esac",
        ] {
            assert!(is_closed(text), "{text}");
        }
    }

    #[test]
    fn several_commands_are_told_from_one() {
        for text in ["a; b", "a & b", "a\nb", "for i in 1; do a; done", "a && b; c"] {
            assert!(goes_on(text), "{text}");
        }
        for text in ["a", "a;", "a &", "a && b || c", "(a; b)", "a 'b; c'", "a 2>&1 | b", "a # b\n"] {
            assert!(!goes_on(text), "{text}");
        }
    }

    #[test]
    fn a_command_has_a_shell_of_its_own() {
        assert_eq!(apart("exit 1; a"), "(exit 1; a)");
        assert_eq!(apart("(a) && exit 1"), "( (a) && exit 1)");
        assert_eq!(apart("echo it's # a"), "(eval 'echo it'\\''s # a')");
    }

    #[test]
    fn what_means_something_is_quoted() {
        assert_eq!(quote("eth0.5"), "eth0.5");
        assert_eq!(quote("a b"), "'a b'");
        assert_eq!(quote("it's"), "'it'\\''s'");
        assert_eq!(quote("$(reboot)"), "'$(reboot)'");
        assert_eq!((quote(""), quote("-x"), quote("a;b")), ("''".into(), "'-x'".into(), "'a;b'".into()));
        assert_eq!(in_quotes("eth0"), "'eth0'");
    }
}
