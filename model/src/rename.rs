//! Other names and addresses for the same network: new hardware, other interface names (`name:eth0=ens3,mac:…=…,addr:…=…`).
//!
//! It goes over the model's own declaration, so each field that names a link or holds an address is reached, whatever format it
//! came from: by its type, or – where that is text – by its row in [`crate::vocabulary::names`]. What netpivot does not take
//! apart (commands, teamd's JSON) stays as it is and is told.

use crate::codes::core as codes;
use crate::diagnostic::Diagnostic;
use crate::link::Link;
use crate::network::{EntryKind, Network};
use crate::path::{FieldPath, Subject, walk_mut};
use crate::reflect::{Leaf, Node};
use crate::source::Origin;
use crate::value::{Holds, IfName, Mac, Value};
use crate::vocabulary::names::{self, Form};
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

#[cfg(test)]
mod tests;
mod text;

/// One thing that gets another name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// An interface.
    Name {
        /// Its name in the input.
        old: String,
        /// Its name in the output.
        new: String,
    },
    /// A hardware address.
    Mac {
        /// That of the input.
        old: Mac,
        /// That of the output.
        new: Mac,
    },
    /// An IP address, whatever its prefix length.
    Address {
        /// That of the input.
        old: IpAddr,
        /// That of the output.
        new: IpAddr,
    },
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Entry::Name { old, new } => write!(f, "name:{old}={new}"),
            Entry::Mac { old, new } => write!(f, "mac:{old}={new}"),
            Entry::Address { old, new } => write!(f, "addr:{old}={new}"),
        }
    }
}

/// What is wrong with a map, or with a map for a network: one sentence without a final period, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapError {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl MapError {
    fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        MapError { message: message.into(), help: help.into() }
    }
}

impl FromStr for Entry {
    type Err = MapError;

    fn from_str(text: &str) -> Result<Self, MapError> {
        let parts = text.split_once(':').and_then(|(kind, rest)| Some((kind, rest.split_once('=')?)));
        let Some((kind, (old, new))) = parts else {
            return Err(MapError::new(
                format!("`{text}` maps nothing"),
                "write `name:OLD=NEW`, `mac:OLD=NEW` or `addr:OLD=NEW`",
            ));
        };
        match kind {
            "name" => {
                let name = |text: &str| match text.parse::<IfName>() {
                    Ok(name) => Ok(name.as_str().to_owned()),
                    Err(_) => Err(MapError::new(
                        format!("`{text}` is no interface name"),
                        "a name has 1 to 15 bytes without `/`, `:` and blanks",
                    )),
                };
                Ok(Entry::Name { old: name(old)?, new: name(new)? })
            }
            "mac" => {
                let mac = |text: &str| {
                    let help = "write it as `52:54:00:12:34:56`";
                    text.parse().map_err(|_| MapError::new(format!("`{text}` is no hardware address"), help))
                };
                let (old, new): (Mac, Mac) = (mac(old)?, mac(new)?);
                if old.bytes().len() != new.bytes().len() {
                    let message = format!("`{old}` and `{new}` are of different length");
                    return Err(MapError::new(message, "map it to an address of the same kind of card"));
                }
                Ok(Entry::Mac { old, new })
            }
            "addr" => {
                let address = |text: &str| {
                    let help = "write it without a prefix length, as `192.0.2.1` or `2001:db8::1`";
                    text.parse().map_err(|_| MapError::new(format!("`{text}` is no IP address"), help))
                };
                let (old, new): (IpAddr, IpAddr) = (address(old)?, address(new)?);
                if old.is_ipv4() != new.is_ipv4() {
                    let message = format!("`{old}` and `{new}` are of different families");
                    return Err(MapError::new(message, "map it to an address of its own family"));
                }
                Ok(Entry::Address { old, new })
            }
            _ => Err(MapError::new(
                format!("`{kind}` is nothing that can be mapped"),
                "write `name:OLD=NEW`, `mac:OLD=NEW` or `addr:OLD=NEW`",
            )),
        }
    }
}

/// What gets another name. All entries apply at once, so that two names can change places.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RenameMap {
    entries: Vec<Entry>,
}

impl RenameMap {
    /// The map of these entries.
    ///
    /// # Errors
    /// Something gets two names, or two things get the same.
    pub fn new(entries: Vec<Entry>) -> Result<Self, MapError> {
        let ends = |entry: &Entry| match entry {
            Entry::Name { old, new } => (format!("name:{old}"), format!("name:{new}")),
            Entry::Mac { old, new } => (format!("mac:{old}"), format!("mac:{new}")),
            Entry::Address { old, new } => (format!("addr:{old}"), format!("addr:{new}")),
        };
        for (n, entry) in entries.iter().enumerate() {
            let (old, new) = ends(entry);
            for other in &entries[..n] {
                let (other_old, other_new) = ends(other);
                if old == other_old || new == other_new {
                    let message = format!("`{other}` and `{entry}` contradict each other");
                    return Err(MapError::new(message, "map each once, and each to another one"));
                }
            }
        }
        Ok(RenameMap { entries })
    }

    /// Renames what the network speaks of, and gives what there is to tell: entries that nothing has, and text that keeps
    /// an old name.
    ///
    /// # Errors
    /// A new name is that of another link; the network is unchanged.
    pub fn apply(&self, network: &mut Network) -> Result<Vec<Diagnostic>, MapError> {
        if self.entries.is_empty() {
            return Ok(Vec::new());
        }
        self.check(network)?;
        let renamed: Vec<bool> = network.links.iter().map(|link| self.changes_who_is_who(link)).collect();
        let mut work = Work { map: self, used: vec![false; self.entries.len()], found: Vec::new() };
        for (id, link) in (0u32..).map(crate::link::LinkId).zip(&mut network.links) {
            work.node(Subject::Link(id), link);
        }
        for kind in EntryKind::ALL {
            network.visit_entries_mut(*kind, &mut |n, _, node| work.node(Subject::Entry(*kind, n), node));
        }
        for leftover in &network.leftovers {
            work.tell_stale(&format!("{} {}", leftover.key, leftover.value), &leftover.origin);
        }
        // The host's own files, which stay, give these devices the old names.
        network.named_by_host.retain(|id| !renamed[id.0 as usize]);
        let Work { used, mut found, .. } = work;
        for (entry, _) in self.entries.iter().zip(used).filter(|(_, used)| !used) {
            found.push(
                Diagnostic::new(
                    &codes::MAP_UNUSED,
                    format!("`{entry}` maps nothing: the input does not have it"),
                )
                .help("check the spelling; `netpivot show` prints what the input has"),
            );
        }
        Ok(found)
    }

    /// Whether a new name or hardware address is free.
    fn check(&self, network: &Network) -> Result<(), MapError> {
        let name = |link: &Link| link.name.as_ref().map(|at| at.value.clone());
        let mac = |link: &Link| link.matches.as_ref()?.mac.as_ref().map(|at| at.value);
        for entry in &self.entries {
            let (has_old, taken, what) = match entry {
                Entry::Name { old, new } => {
                    let stays =
                        !self.entries.iter().any(|e| matches!(e, Entry::Name { old, .. } if old == new));
                    let is =
                        |text: &String| network.links.iter().any(|link| name(link).as_ref() == Some(text));
                    (is(old), stays && is(new), new.clone())
                }
                Entry::Mac { old, new } => {
                    let stays =
                        !self.entries.iter().any(|e| matches!(e, Entry::Mac { old, .. } if old == new));
                    let is = |of: &Mac| network.links.iter().any(|link| mac(link).as_ref() == Some(of));
                    (is(old), stays && is(new), new.to_string())
                }
                // An address may be moved to where it is already; the checks tell of an address that is there twice.
                Entry::Address { .. } => (false, false, String::new()),
            };
            if has_old && taken && !matches!(entry, Entry::Name { old, new } if old == new) {
                return Err(MapError::new(
                    format!("`{entry}`: another link has `{what}` already"),
                    "map that one as well; two that change places are mapped in one run (`name:a=b,name:b=a`)",
                ));
            }
        }
        Ok(())
    }

    fn changes_who_is_who(&self, link: &Link) -> bool {
        let mac = link.matches.as_ref().and_then(|of| of.mac.as_ref()).map(|at| at.value);
        self.entries.iter().any(|entry| match entry {
            Entry::Name { old, .. } => link.name.as_ref().is_some_and(|at| at.value == *old),
            Entry::Mac { old, .. } => mac == Some(*old),
            Entry::Address { .. } => false,
        })
    }
}

/// A run over a network.
struct Work<'m> {
    map: &'m RenameMap,
    /// Which entries something has.
    used: Vec<bool>,
    found: Vec<Diagnostic>,
}

impl Work<'_> {
    fn node(&mut self, subject: Subject, node: &mut dyn Node) {
        walk_mut(node, FieldPath::new([""; 3]), &mut |path, leaf| {
            let form = names::of(subject, path).map_or(Form::Plain, |named| named.form);
            self.leaf(form, leaf);
        });
    }

    fn leaf(&mut self, form: Form, leaf: &mut dyn Leaf) {
        let holds = leaf.holds();
        if matches!(form, Form::LinkName | Form::LinkNames) {
            leaf.rename_keys(&mut |key| self.rewritten(Holds::Nothing, Form::LinkNames, key));
        }
        let done = leaf.rewrite(&mut |value, origin| {
            let Value::Text(old) = value else { return None };
            let new = self.rewritten(holds, form, old);
            if new.is_none() {
                self.tell_stale(old, origin);
            }
            new.map(Value::text)
        });
        debug_assert!(done.is_ok(), "a new name is of the type of the old one: {done:?}");
    }

    /// The text with its new names, where it holds an old one.
    fn rewritten(&mut self, holds: Holds, form: Form, old: &str) -> Option<String> {
        let mut text: Option<String> = None;
        // Each is looked for in the old text, so that of two that change places neither is renamed twice.
        let mut replacements = Vec::new();
        for (n, entry) in self.map.entries.iter().enumerate() {
            let found = text::find(entry, holds, form, old);
            self.used[n] |= !found.is_empty();
            replacements.extend(found);
        }
        replacements.sort_unstable_by_key(|(range, _)| range.start);
        for (range, new) in replacements.into_iter().rev() {
            text.get_or_insert_with(|| old.to_owned()).replace_range(range, &new);
        }
        text
    }

    /// Warns of a text that is not taken apart and speaks of an old name.
    fn tell_stale(&mut self, text: &str, origin: &Origin) {
        for (n, entry) in self.map.entries.iter().enumerate() {
            let of = match entry {
                Entry::Name { old, .. } => old.clone(),
                Entry::Mac { old, .. } => old.to_string(),
                Entry::Address { old, .. } => old.to_string(),
            };
            let (message, help) = if text::mentions(entry, text) {
                let message = format!("this still speaks of `{of}`, since netpivot does not take it apart");
                (message, format!("mend it by hand, if it is meant by `{entry}` as well"))
            } else if text::is_named_after(entry, text) {
                let message = format!("`{text}` keeps its name, which begins with `{of}`");
                (message, format!("map it by itself, if it is to follow: `name:{text}=NEW`"))
            } else {
                continue;
            };
            self.used[n] = true;
            let found = Diagnostic::new(&codes::MAP_STALE, message).from(origin);
            self.found.push(found.help(help));
        }
    }
}
