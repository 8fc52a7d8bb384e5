//! One file of assignments while it is put together.

use super::quoting::quote;
use std::fmt::Write as _;

/// Assignments in order, under comments.
#[derive(Debug, Default)]
pub(super) struct File {
    vars: Vec<(String, String)>,
    comments: Vec<String>,
    /// True where a value is a secret.
    pub has_secrets: bool,
}

impl File {
    /// Sets a variable; a later value takes the place of an earlier one.
    pub(super) fn set(&mut self, key: impl Into<String>, value: impl Into<String>) {
        let (key, value) = (key.into(), value.into());
        match self.vars.iter_mut().find(|(name, _)| *name == key) {
            Some((_, old)) => *old = value,
            None => self.vars.push((key, value)),
        }
    }

    /// Sets a truth value.
    pub(super) fn flag(&mut self, key: impl Into<String>, on: bool) {
        self.set(key, if on { "yes" } else { "no" });
    }

    /// The value of a variable.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.vars.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// The names of the variables.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.vars.iter().map(|(name, _)| name.as_str())
    }

    /// True where nothing is assigned.
    pub(super) fn is_empty(&self) -> bool {
        self.vars.is_empty()
    }

    /// Adds a comment about what has no place, and where it stood.
    pub(super) fn comment(&mut self, key: &str, value: &str, place: &str) {
        let sign = if value.is_empty() { "" } else { "=" };
        let place = if place.is_empty() { String::new() } else { format!(" ({place})") };
        let line = format!("# not converted: {key}{sign}{value}{place}");
        self.comments.push(line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect());
    }

    /// The text.
    pub(super) fn render(&self) -> String {
        let mut out = String::with_capacity(512);
        for comment in &self.comments {
            out.push_str(comment);
            out.push('\n');
        }
        for (key, value) in &self.vars {
            let _ = writeln!(out, "{key}={}", quote(value));
        }
        out
    }
}
