//! A file of assignments as wicked's reader takes it (`src/sysconfig.c`): one a line, in one pair of quotes, nothing
//! escaped.

use netpivot_model::vocabulary::ifcfg_suse::{KEYS, lookup};
use std::fmt::Write as _;

/// The bytes of a line that wicked reads at once.
const PIECE: usize = 511;

/// Assignments in order, under comments.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    vars: Vec<(String, String)>,
    comments: Vec<String>,
    /// True where a value is a secret.
    pub(super) has_secrets: bool,
}

impl Sheet {
    /// Sets a variable; a later value takes the place of an earlier one.
    pub(super) fn set(&mut self, key: impl Into<String>, value: impl Into<String>) {
        let (key, value) = (key.into(), value.into());
        match self.vars.iter_mut().find(|(name, _)| *name == key) {
            Some((_, old)) => *old = value,
            None => self.vars.push((key, value)),
        }
    }

    /// Adds a word to a variable of words.
    pub(super) fn push(&mut self, key: &str, word: &str) {
        match self.vars.iter_mut().find(|(name, _)| name == key) {
            Some((_, old)) => {
                old.push(' ');
                old.push_str(word);
            }
            None => self.set(key, word),
        }
    }

    /// The value of a variable.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.vars.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// True where nothing stands in it.
    pub(super) fn is_empty(&self) -> bool {
        self.vars.is_empty() && self.comments.is_empty()
    }

    /// Adds a comment about what has no place, and where it stood.
    pub(super) fn comment(&mut self, line: &str) {
        self.comments.push(line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect());
    }

    /// The text.
    pub(super) fn render(&self) -> String {
        let mut out = String::with_capacity(512);
        for comment in &self.comments {
            let _ = writeln!(out, "# {comment}");
        }
        let mut vars: Vec<&(String, String)> = self.vars.iter().collect();
        vars.sort_by_key(|(key, _)| place_of(key));
        for (key, value) in vars {
            let quote = if value.contains('\'') { '"' } else { '\'' };
            let _ = writeln!(out, "{key}={quote}{value}{quote}");
        }
        out
    }
}

/// Keys stand in the order of ifcfg(5), those of one form in the order in which they were set.
fn place_of(key: &str) -> usize {
    let first =
        lookup(key).find(|known| known.key == key || key.starts_with(known.key.trim_end_matches('*')));
    first.and_then(|found| KEYS.iter().position(|known| known.key == found.key)).unwrap_or(KEYS.len())
}

/// True for a value that comes back as it is written.
pub(super) fn is_sayable(key: &str, value: &str) -> bool {
    let quotes = value.contains('\'') && value.contains('"');
    !quotes && !value.contains(['\n', '\0']) && key.len() + value.len() + 4 <= PIECE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_in_the_quotes_that_they_do_not_hold() {
        let mut sheet = Sheet::default();
        sheet.set("WIRELESS_ESSID", "say \"x\" $Y");
        sheet.push("PRE_UP_SCRIPT", "a");
        sheet.push("PRE_UP_SCRIPT", "b");
        sheet.set("IPADDR_1", "it's");
        let text = "IPADDR_1=\"it's\"\nPRE_UP_SCRIPT='a b'\nWIRELESS_ESSID='say \"x\" $Y'\n";
        assert_eq!(sheet.render(), text);
        assert!(is_sayable("A", "x") && !is_sayable("A", "a'b\"c") && !is_sayable("A", "a\nb"));
        assert!(!is_sayable("A", &"x".repeat(511)));
    }
}
