//! The shape of a key table: one [`Spec`] a key, written by hand; one [`Row`] a key of a group, made of it.

use super::codec::Codec;
use crate::path::FieldPath;
use crate::value::Value;

/// The value of a property that no key names, as NetworkManager's settings have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// None: the property is unset and the daemon leaves the kernel's value alone.
    Unset,
    /// A truth value.
    Bool(bool),
    /// A number, in the model's unit.
    Int(i64),
    /// A word.
    Word(&'static str),
    /// An empty list.
    Empty,
    /// The daemon's own choice.
    Daemon,
}

impl Preset {
    /// The value, where there is one.
    #[must_use]
    pub fn value(self) -> Option<Value> {
        match self {
            Preset::Unset | Preset::Daemon => None,
            Preset::Bool(b) => Some(Value::Bool(b)),
            Preset::Int(n) => Some(Value::Int(n)),
            Preset::Word(word) => Some(Value::text(word)),
            Preset::Empty => Some(Value::List(Vec::new())),
        }
    }
}

/// A key as the tables write it.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// The key; the part before the name where [`Spec::prefix`].
    pub(super) key: &'static str,
    /// The setting in the model, dotted.
    pub(super) path: &'static str,
    /// How its value is written.
    pub(super) codec: Codec,
    pub(super) preset: Preset,
    pub(super) since: Option<u16>,
    pub(super) old: Option<(&'static str, u16)>,
    pub(super) prefix: bool,
    pub(super) names: &'static [&'static str],
    pub(super) explicit: bool,
}

/// A key without default.
pub(super) const fn key(key: &'static str, path: &'static str, codec: Codec) -> Spec {
    Spec {
        key,
        path,
        codec,
        preset: Preset::Unset,
        since: None,
        old: None,
        prefix: false,
        names: &[],
        explicit: false,
    }
}

/// Keys that begin so and end in a name of their own; the model has a map for them.
pub(super) const fn names(prefix: &'static str, path: &'static str, codec: Codec) -> Spec {
    Spec { prefix: true, explicit: true, ..key(prefix, path, codec) }
}

impl Spec {
    /// The property's default is this number.
    pub(super) const fn int(self, n: i64) -> Spec {
        Spec { preset: Preset::Int(n), ..self }
    }
    /// The property's default is true.
    pub(super) const fn yes(self) -> Spec {
        Spec { preset: Preset::Bool(true), ..self }
    }
    /// The property's default is false.
    pub(super) const fn no(self) -> Spec {
        Spec { preset: Preset::Bool(false), ..self }
    }
    /// The property's default is this word.
    pub(super) const fn word(self, word: &'static str) -> Spec {
        Spec { preset: Preset::Word(word), ..self }
    }
    /// The property's default is an empty list.
    pub(super) const fn empty(self) -> Spec {
        Spec { preset: Preset::Empty, ..self }
    }
    /// The daemon chooses the default.
    pub(super) const fn daemon(self) -> Spec {
        Spec { preset: Preset::Daemon, ..self }
    }
    /// Known since NetworkManager 1.`minor`.
    pub(super) const fn since(self, minor: u16) -> Spec {
        Spec { since: Some(minor), ..self }
    }
    /// Was called `old` before NetworkManager 1.`minor`; all releases read the old name.
    pub(super) const fn was(self, old: &'static str, minor: u16) -> Spec {
        Spec { old: Some((old, minor)), ..self }
    }
    /// The names that may follow the prefix.
    pub(super) const fn of(self, names: &'static [&'static str]) -> Spec {
        Spec { names, ..self }
    }
    /// Written wherever it is said, even where it equals the default (bond options, a VLAN's flags).
    pub(super) const fn explicit(self) -> Spec {
        Spec { explicit: true, ..self }
    }
}

/// A key of a group.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The group's name as NetworkManager writes it.
    pub group: &'static str,
    /// Position of the group among all, the order in which NetworkManager writes them.
    pub group_order: u16,
    /// The key; the part before the name where [`Row::is_prefix`].
    pub key: &'static str,
    /// The setting in the model.
    pub path: FieldPath,
    /// How its value is written.
    pub codec: Codec,
    /// The property's default.
    pub preset: Preset,
    /// NetworkManager's release `1.N` that brought the key.
    pub since: Option<u16>,
    /// The key's older name, and the release `1.N` that brought the newer one.
    pub old: Option<(&'static str, u16)>,
    /// True where the key is followed by a name of its own (`feature-gro`).
    pub is_prefix: bool,
    /// The names that NetworkManager knows there; empty where any will do.
    pub names: &'static [&'static str],
    /// True where the key is written even when its value is the default.
    pub explicit: bool,
}

impl Row {
    /// True for a name that may follow the key.
    #[must_use]
    pub fn takes(&self, name: &str) -> bool {
        !name.is_empty() && (self.names.is_empty() || self.names.contains(&name))
    }

    /// The key's name in files for release `1.minor`, of which `None` is the oldest one supported.
    #[must_use]
    pub fn name_for(&self, minor: Option<u16>) -> &'static str {
        match self.old {
            Some((old, since)) if minor.is_none_or(|m| m < since) => old,
            Some(_) | None => self.key,
        }
    }
}
