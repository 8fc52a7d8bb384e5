//! Stanzas and what their lines may hold.

use netpivot_model::hook::HookPhase;
use netpivot_model::network::EntryKind;
use netpivot_model::vocabulary::interfaces::Reader;
use std::fmt::Write as _;

/// A command of a stanza.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    pub text: String,
    /// When the source ran what it says ([`super::turns`]); `None` for what needs those before it.
    pub turn: Option<u32>,
    /// The entry that it makes.
    pub of: Option<(EntryKind, u32)>,
    /// True for a command of the source as it stands there.
    pub stays: bool,
}

impl From<String> for Line {
    fn from(text: String) -> Self {
        Line { text, ..Line::default() }
    }
}

/// An `iface` stanza.
#[derive(Debug, Clone, Default)]
pub(super) struct Stanza {
    /// The name after `iface`; a label where it is an address of its own.
    pub name: String,
    pub v6: bool,
    pub method: &'static str,
    /// A family beside inet and inet6.
    pub foreign_family: Option<&'static str>,
    /// Options and their values, in order.
    pub options: Vec<(String, String)>,
    pub pre_up: Vec<Line>,
    pub up: Vec<Line>,
    pub down: Vec<Line>,
    pub post_down: Vec<Line>,
}

impl Stanza {
    pub fn new(name: &str, v6: bool, method: &'static str) -> Self {
        Stanza { name: name.to_owned(), v6, method, ..Stanza::default() }
    }

    /// The address family, as the `iface` line says it.
    pub fn family(&self) -> &'static str {
        self.foreign_family.unwrap_or(if self.v6 { "inet6" } else { "inet" })
    }

    pub fn option(&mut self, key: impl Into<String>, value: impl Into<String>) {
        self.options.push((key.into(), value.into()));
    }

    /// Adds a command that may be there already, and what undoes it.
    pub fn made_before(&mut self, up: &str, down: &str) {
        self.pre_up.push(format!("{up} || true").into());
        self.post_down.push(format!("{down} || true").into());
    }

    /// The commands of a phase.
    pub fn commands_of(&mut self, phase: HookPhase) -> &mut Vec<Line> {
        match phase {
            HookPhase::PreUp => &mut self.pre_up,
            HookPhase::Up => &mut self.up,
            HookPhase::Down => &mut self.down,
            HookPhase::PostDown => &mut self.post_down,
        }
    }

    /// The commands of all phases.
    pub fn commands_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let lists = [&mut self.pre_up, &mut self.up, &mut self.down, &mut self.post_down];
        lists.into_iter().flatten().map(|line| &mut line.text)
    }

    /// The lines of the stanza.
    pub fn render(&self, out: &mut String) {
        let _ = writeln!(out, "iface {} {} {}", self.name, self.family(), self.method);
        for (key, value) in &self.options {
            let _ = writeln!(out, "\t{key} {value}");
        }
        let hooks = [
            ("pre-up", &self.pre_up),
            ("up", &self.up),
            ("down", &self.down),
            ("post-down", &self.post_down),
        ];
        for (phase, commands) in hooks {
            for Line { text, .. } in commands {
                let _ = writeln!(out, "\t{phase} {text}");
            }
        }
    }
}

/// Why a text cannot stand as a value, or as a command; `None` where it can.
pub(super) fn refused(text: &str, reader: Reader) -> Option<&'static str> {
    if text.is_empty() {
        return Some("an option needs a value");
    }
    if text.chars().any(|c| c.is_control() && c != '\t') {
        return Some("a line cannot hold line breaks or control characters");
    }
    if text.trim() != text {
        return Some("blanks at the ends of a line are cut off");
    }
    if text.ends_with('\\') {
        return Some("a backslash at the end of a line joins it with the next");
    }
    match reader {
        Reader::Ifupdown => None,
        Reader::Ifupdown2 if text.contains('\\') => Some("ifupdown2 takes every backslash as a line break"),
        Reader::Ifupdown2 if text.contains('%') => Some("ifupdown2 takes a file with `%` as a Mako template"),
        Reader::Ifupdown2 => None,
        Reader::IfupdownNg if text.contains('#') => Some("ifupdown-ng takes what follows a `#` as a comment"),
        Reader::IfupdownNg => None,
    }
}

/// Why an option of ifupdown's own cannot have the value, which ifupdown puts as it is into a command for `/bin/sh -c`
/// (execute.c:parse); `quoted`: between double quotes.
pub(super) fn run_by_shell(text: &str, quoted: bool) -> Option<&'static str> {
    let special = if quoted { "$`\"\\" } else { "$`\"\\;&|<>()'*?[]{}~!#" };
    text.contains(|c| special.contains(c))
        .then_some("ifupdown hands it to a shell, which would take it apart")
}

/// Why a name cannot stand after `iface`; `None` where it can.
pub(super) fn bad_name(name: &str, reader: Reader) -> Option<&'static str> {
    let odd = |c: char| c.is_whitespace() || c.is_control() || "/#\\:".contains(c);
    if name.is_empty() || name.len() > 15 || name.chars().any(odd) {
        return Some("it is no name that an `iface` line can hold");
    }
    match reader {
        Reader::Ifupdown => run_by_shell(name, false),
        Reader::Ifupdown2 if name.contains(['[', ']', '%', '$']) => {
            Some("ifupdown2 takes brackets for a range of names")
        }
        // A quote within a word of a command takes a backslash, which it takes for a blank.
        Reader::Ifupdown2 if name.contains('\'') => Some("ifupdown2 has no way to quote it in a command"),
        Reader::IfupdownNg if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) => {
            Some("ifupdown-ng passes over it")
        }
        Reader::Ifupdown2 | Reader::IfupdownNg => None,
    }
}

/// Text for a comment: nothing in it ends the line, goes on with the next, or means something to ifupdown2.
pub(super) fn comment(text: &str) -> String {
    let safe = |c: char| match c {
        '\\' | '%' => '?',
        c if c.is_control() => ' ',
        c => c,
    };
    text.chars().map(safe).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_line_cannot_hold_depends_on_the_reader() {
        assert!(refused("a#b", Reader::Ifupdown).is_none());
        assert!(refused("a#b", Reader::IfupdownNg).is_some());
        assert!(refused("100%", Reader::Ifupdown2).is_some());
        assert!(refused("a\\b", Reader::Ifupdown2).is_some() && refused("a\\b", Reader::Ifupdown).is_none());
        for text in ["", " a", "a ", "a\nb", "a\\"] {
            assert!(refused(text, Reader::Ifupdown).is_some(), "{text:?}");
        }
        assert!(
            bad_name("$(reboot)", Reader::Ifupdown).is_some()
                && bad_name("br-ex.5@x+", Reader::Ifupdown).is_none()
        );
        assert!(
            bad_name("eth0:1", Reader::Ifupdown).is_some() && bad_name("a b", Reader::Ifupdown).is_some()
        );
        assert!(
            bad_name("swp[1]", Reader::Ifupdown2).is_some() && bad_name("a~b", Reader::Ifupdown2).is_none()
        );
        assert_eq!(comment("a\\\nb%"), "a? b?");
    }
}
