//! Values of words: variables of the same file so far, or inherited, are put in.

use super::Bash;
use super::word::{NOT_UTF8, Piece};
use foldhash::HashMap;

/// How much text variables may add to a file in all. No configuration comes near it; it keeps `A=$A$A`
/// from growing without bound.
const MOST_EXPANDED: usize = 16 * 1024 * 1024;

/// The variables that bash has set so far.
pub(super) struct Variables<'a> {
    set: HashMap<&'a str, Bash>,
    inherited: &'a dyn Fn(&str) -> Option<String>,
    left: usize,
}

impl<'a> Variables<'a> {
    pub(super) fn new(inherited: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Variables { set: HashMap::default(), inherited, left: MOST_EXPANDED }
    }

    pub(super) fn set(&mut self, name: &'a str, value: Bash) {
        self.set.insert(name, value);
    }

    /// The value of a variable; `None` where nothing sets it.
    fn get(&self, name: &str) -> Option<Bash> {
        match self.set.get(name) {
            Some(Bash::Nothing) => None,
            Some(known) => Some(known.clone()),
            None => (self.inherited)(name).map(Bash::Value),
        }
    }

    /// The value of an assignment's word, or of `NAME+=word`.
    pub(super) fn value(&mut self, name: &str, append: bool, word: &[Piece<'_>]) -> Bash {
        let mut out = Vec::new();
        if append {
            match self.get(name) {
                Some(Bash::Value(earlier)) => {
                    if let Err(why) = self.add(&earlier, &mut out) {
                        return Bash::Unevaluated(why);
                    }
                }
                Some(Bash::Unevaluated(why)) => return Bash::Unevaluated(why),
                Some(Bash::Nothing) | None => {}
            }
        }
        match self.fill(word, &mut out) {
            Err(why) => Bash::Unevaluated(why),
            Ok(()) => match String::from_utf8(out) {
                Ok(text) => Bash::Value(text),
                Err(_) => Bash::Unevaluated(NOT_UTF8.to_owned()),
            },
        }
    }

    fn fill(&mut self, word: &[Piece<'_>], out: &mut Vec<u8>) -> Result<(), String> {
        let mut tilde = true;
        for piece in word {
            match piece {
                Piece::Plain(text) => {
                    if (tilde && text.starts_with('~')) || text.contains(":~") {
                        return Err("it holds `~`, the home directory of whoever runs it".to_owned());
                    }
                    out.extend(text.as_bytes());
                    tilde = text.ends_with(':');
                }
                Piece::Quoted(text) => {
                    out.extend(text.as_bytes());
                    tilde = false;
                }
                Piece::Made(bytes) => {
                    out.extend(bytes);
                    tilde = false;
                }
                Piece::Variable { name, or } => {
                    let text = self.variable(name, *or)?;
                    self.add(&text, out)?;
                    tilde = false;
                }
                Piece::Unevaluated(why) => return Err((*why).to_owned()),
            }
        }
        Ok(())
    }

    /// `$NAME`, or with a default: `:-` and `:+` look at emptiness, `-` and `+` at being set.
    fn variable(&self, name: &str, or: Option<(&str, &str)>) -> Result<String, String> {
        let value = match self.get(name) {
            Some(Bash::Value(value)) => Some(value),
            // Its own reason stands with it; chains of them would grow without bound.
            Some(Bash::Unevaluated(_)) => return Err(format!("it refers to `{name}`, which is unknown")),
            Some(Bash::Nothing) | None => None,
        };
        match (or, value) {
            (None, Some(value)) => Ok(value),
            (None, None) => Err(format!("it refers to `{name}`, which is set nowhere in the files")),
            (Some((operator, text)), value) => {
                let counts = value.filter(|v| !operator.starts_with(':') || !v.is_empty());
                Ok(match (operator.ends_with('+'), counts) {
                    (true, Some(_)) | (false, None) => text.to_owned(),
                    (true, None) => String::new(),
                    (false, Some(value)) => value,
                })
            }
        }
    }

    fn add(&mut self, text: &str, out: &mut Vec<u8>) -> Result<(), String> {
        self.left = self
            .left
            .checked_sub(text.len())
            .ok_or_else(|| "the file's variables expand to too much text".to_owned())?;
        out.extend(text.as_bytes());
        Ok(())
    }
}
