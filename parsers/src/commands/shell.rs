//! The variables of the shell that would run the commands, and what else later commands need of earlier ones.

use super::kernel::{HOST, SpaceId};
use crate::text::shell::one_line::references;
use netpivot_model::shell::quote;
use std::collections::HashMap;

/// Variables and where the commands run.
pub struct Shell<'v> {
    set: HashMap<String, Variable>,
    inherited: &'v dyn Fn(&str) -> Option<String>,
    /// Functions by name.
    functions: HashMap<String, String>,
    /// Commands that change the shell itself: a directory, a mask, what another file defines.
    state: Vec<String>,
    /// The namespace that commands run in.
    pub(super) space: SpaceId,
    /// Where the shells that typed commands have opened go back to.
    pub(super) outer: Vec<SpaceId>,
    /// True where somebody types the commands, so that a shell that one of them opens gets those behind it.
    pub(super) typed: bool,
    /// True once `exit` ends the script.
    pub(super) ended: bool,
    /// True under `set -e`: it ends where a command fails.
    pub(super) stops: bool,
    /// How much text variables may still hold.
    left: usize,
}

/// A variable that the commands set.
struct Variable {
    /// Its value, or why it is not known.
    value: Result<String, String>,
    /// The commands that set it.
    text: String,
}

/// How much text the variables of a script may hold in all; it keeps `A=$A$A` from growing without bound.
const MOST: usize = 1024 * 1024;

impl<'v> Shell<'v> {
    /// A shell with an environment: the value of a variable, or `None` where it is not set.
    #[must_use]
    pub fn new(inherited: &'v dyn Fn(&str) -> Option<String>) -> Self {
        Shell {
            set: HashMap::new(),
            inherited,
            functions: HashMap::new(),
            state: Vec::new(),
            space: HOST,
            outer: Vec::new(),
            typed: false,
            ended: false,
            stops: false,
            left: MOST,
        }
    }

    /// Somebody types the commands.
    pub fn is_typed(&mut self) {
        self.typed = true;
    }

    /// The value of a variable; an error where it is set to what only a shell can know.
    pub(super) fn get(&self, name: &str) -> Result<Option<String>, String> {
        match self.set.get(name) {
            Some(Variable { value: Ok(value), .. }) => Ok(Some(value.clone())),
            Some(Variable { value: Err(why), .. }) => {
                Err(format!("it refers to `{name}`, of which only a shell knows the value ({why})"))
            }
            None if !self.state.is_empty() && (self.inherited)(name).is_none() => {
                Err(format!("it refers to `{name}`, which the commands before it may set"))
            }
            None => Ok((self.inherited)(name)),
        }
    }

    /// Sets a variable, or notes why its value is not known. `raw` is the word that stands behind the `=`.
    pub(super) fn set(&mut self, name: &str, value: Result<String, String>, raw: &str) {
        let text = match &value {
            Ok(value) => format!("{name}={}; ", quote(value)),
            Err(_) => format!("{}{name}={raw}; ", self.preamble(raw)),
        };
        let value = self.take(text.len()).and(value);
        self.set.insert(name.to_owned(), Variable { value, text });
    }

    pub(super) fn unset(&mut self, name: &str) {
        self.set(name, Ok(String::new()), "");
    }

    /// Notes a function.
    pub(super) fn define(&mut self, name: &str, text: &str) {
        self.functions.insert(name.to_owned(), text.to_owned());
    }

    /// The text of a function.
    pub(super) fn function(&self, name: &str) -> Option<&str> {
        self.functions.get(name).map(String::as_str)
    }

    /// Takes the words of `set`, of which `-e` alone matters here.
    pub(super) fn options<'w>(&mut self, words: impl Iterator<Item = &'w str>) {
        let mut named = None;
        for word in words {
            match (named.take(), word.strip_prefix('-'), word.strip_prefix('+')) {
                (Some(on), ..) => self.stops = if word == "errexit" { on } else { self.stops },
                (None, Some(letters), _) => {
                    self.stops |= letters.contains('e');
                    named = letters.ends_with('o').then_some(true);
                }
                (None, None, Some(letters)) => {
                    self.stops &= !letters.contains('e');
                    named = letters.ends_with('o').then_some(false);
                }
                (None, None, None) => {}
            }
        }
    }

    /// Notes a command that changes the shell for all commands after it.
    pub(super) fn change(&mut self, text: &str) {
        let text = format!("{}{text}; ", self.preamble(text));
        if self.take(text.len()).is_ok() {
            self.state.push(text);
        }
    }

    /// The commands that have to stand before a text, so that it can run by itself.
    pub(super) fn preamble(&self, text: &str) -> String {
        let mut functions: Vec<(&str, &str)> = Vec::new();
        let mut texts = vec![text];
        while let Some(text) = texts.pop() {
            let words = text.split(|c: char| !c.is_ascii_alphanumeric() && !"_-.".contains(c));
            for (name, body) in words.filter_map(|word| self.functions.get_key_value(word)) {
                if functions.iter().all(|(known, _)| known != name) {
                    functions.push((name, body));
                    texts.push(body);
                }
            }
        }
        let mut variables: Vec<&str> =
            functions.iter().flat_map(|(_, body)| references(body)).chain(references(text)).collect();
        variables.sort_unstable();
        variables.dedup();
        let variables = variables.iter().filter_map(|name| self.set.get(*name));
        let mut out = self.state.concat();
        variables.for_each(|variable| out.push_str(&variable.text));
        functions.sort_unstable();
        functions.iter().for_each(|(_, body)| out.extend([*body, "\n"]));
        out
    }

    /// Room for so much text.
    fn take(&mut self, length: usize) -> Result<(), String> {
        let left = self.left.checked_sub(length);
        self.left = left.unwrap_or(0);
        left.map(|_| ()).ok_or_else(|| "the script's variables hold too much text".to_owned())
    }
}

impl std::fmt::Debug for Shell<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut names: Vec<&String> = self.set.keys().collect();
        names.sort_unstable();
        f.debug_struct("Shell").field("set", &names).finish_non_exhaustive()
    }
}
