//! What is not known any more once a command has been left to a shell: it may have made links, addresses and routes.

use super::Kernel;
use foldhash::HashSet;

/// The words of commands that nobody evaluates.
#[derive(Debug, Default)]
pub(in crate::commands) struct Doubt {
    any: bool,
    words: HashSet<String>,
    /// What stands before a variable or a brace: `v` of `v$i`.
    beginnings: Vec<String>,
}

/// So many beginnings of names are remembered; a script of loops stays linear.
const MOST: usize = 256;

impl Doubt {
    /// True once there was such a command.
    pub fn is_any(&self) -> bool {
        self.any
    }

    /// True where such a command may have made a link of that name: it names it.
    pub fn names(&self, name: &str) -> bool {
        self.words.contains(name) || self.beginnings.iter().any(|beginning| name.starts_with(beginning))
    }
}

impl Kernel {
    /// A command is left to a shell.
    pub fn leave(&mut self, text: &str) {
        self.left_at = Some(self.next());
        let doubt = &mut self.doubt;
        doubt.any = true;
        let ends = |c: char| c.is_whitespace() || ";&|()<>'\"=,/`".contains(c);
        for word in text.split(ends).filter(|word| !word.is_empty()) {
            match word.find(['$', '{']) {
                None => drop(doubt.words.insert(word.to_owned())),
                Some(0) => {}
                Some(end) if doubt.beginnings.len() < MOST => {
                    let beginning = word[..end].to_owned();
                    if !doubt.beginnings.contains(&beginning) {
                        doubt.beginnings.push(beginning);
                    }
                }
                Some(_) => {}
            }
        }
    }
}
