//! The variables of the shell that would run the commands.

use super::kernel::{HOST, SpaceId};
use std::collections::HashMap;

/// Variables and where the commands run.
pub struct Shell<'v> {
    set: HashMap<String, Result<String, String>>,
    inherited: &'v dyn Fn(&str) -> Option<String>,
    /// The namespace that commands run in.
    pub(super) space: SpaceId,
    /// True once `exit` ends the script.
    pub(super) ended: bool,
    /// How much text variables may still hold.
    left: usize,
}

/// How much text the variables of a script may hold in all; it keeps `A=$A$A` from growing without bound.
const MOST: usize = 1024 * 1024;

impl<'v> Shell<'v> {
    /// A shell with an environment: the value of a variable, or `None` where it is not set.
    #[must_use]
    pub fn new(inherited: &'v dyn Fn(&str) -> Option<String>) -> Self {
        Shell { set: HashMap::new(), inherited, space: HOST, ended: false, left: MOST }
    }

    pub(super) fn get(&self, name: &str) -> Option<String> {
        match self.set.get(name) {
            Some(Ok(value)) => Some(value.clone()),
            Some(Err(_)) => None,
            None => (self.inherited)(name),
        }
    }

    /// Sets a variable, or notes why its value is not known.
    pub(super) fn set(&mut self, name: &str, value: Result<String, String>) {
        let length = value.as_ref().map_or(0, String::len);
        let value = match self.left.checked_sub(length) {
            Some(left) => {
                self.left = left;
                value
            }
            None => Err("the script's variables hold too much text".to_owned()),
        };
        self.set.insert(name.to_owned(), value);
    }

    pub(super) fn unset(&mut self, name: &str) {
        self.set.insert(name.to_owned(), Ok(String::new()));
    }
}

impl std::fmt::Debug for Shell<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shell").field("set", &self.set).finish_non_exhaustive()
    }
}
