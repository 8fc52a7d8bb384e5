//! Typed names of settings: `bridge.stp` of link 3.

use crate::link::{Link, LinkId};
use crate::network::EntryKind;
use crate::reflect::{FieldMut, FieldRef, Leaf, Node};
use std::fmt;

/// Path of a setting within its subject, at most three names; the names are those of the
/// structs' fields. `kind` names the choice itself; a kind's own settings stand under
/// [`crate::link::LinkKind::field_name`] (`bridge.stp`).
#[allow(clippy::derived_hash_with_manual_eq, reason = "it is the derived equality, only faster")]
#[derive(Clone, Copy, Eq, PartialOrd, Ord, Hash)]
pub struct FieldPath {
    names: [&'static str; 3],
    /// Position within repeated groups (WireGuard peers), else 0.
    pub index: u16,
}

/// The same as deriving it, but for most pairs without a look at the letters: names are literals, so the same
/// name mostly stands at the same address, and different ones mostly differ in length.
impl PartialEq for FieldPath {
    fn eq(&self, other: &Self) -> bool {
        let same =
            |(a, b): (&&str, &&str)| a.len() == b.len() && (std::ptr::eq(a.as_ptr(), b.as_ptr()) || a == b);
        self.index == other.index && self.names.iter().zip(&other.names).all(same)
    }
}

impl FieldPath {
    /// The path of these names.
    #[must_use]
    pub const fn new(names: [&'static str; 3]) -> Self {
        FieldPath { names, index: 0 }
    }

    /// From dotted text, for tables.
    #[must_use]
    pub const fn parse(text: &'static str) -> Self {
        let mut names = [""; 3];
        let (mut n, mut at, mut rest) = (0, 0, text);
        while at < rest.len() && n < 2 {
            if rest.as_bytes()[at] == b'.' {
                let (name, further) = rest.split_at(at);
                (names[n], rest) = (name, further.split_at(1).1);
                (n, at) = (n + 1, 0);
            } else {
                at += 1;
            }
        }
        names[n] = rest;
        FieldPath::new(names)
    }

    /// True where this is the path of that dotted text.
    #[must_use]
    pub fn is(&self, text: &str) -> bool {
        // Most texts differ in length, and tables of them are long.
        if self.length() != text.len() {
            return false;
        }
        let mut rest = Some(text);
        for name in self.names() {
            let Some(left) = rest.and_then(|left| left.strip_prefix(name)) else { return false };
            rest = if left.is_empty() { None } else { left.strip_prefix('.') };
            if rest.is_none() && !left.is_empty() {
                return false;
            }
        }
        rest.is_none() && self.index == 0
    }

    /// The length of its dotted text without an index.
    fn length(&self) -> usize {
        let letters: usize = self.names.iter().map(|name| name.len()).sum();
        letters + self.names().count().saturating_sub(1)
    }

    /// The path one name deeper; names past the third are dropped, which no struct reaches.
    #[must_use]
    pub fn join(mut self, name: &'static str) -> Self {
        if let Some(slot) = self.names.iter_mut().find(|n| n.is_empty()) {
            *slot = name;
        }
        self
    }

    /// The names that are there.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.names.into_iter().filter(|n| !n.is_empty())
    }

    /// True where the path starts with this name.
    #[must_use]
    pub fn is_under(&self, name: &str) -> bool {
        self.names[0] == name
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, name) in self.names().enumerate() {
            if i > 0 {
                f.write_str(".")?;
            }
            f.write_str(name)?;
            if name == "peers" || name == "nexthops" {
                write!(f, "[{}]", self.index)?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What a fact is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A link.
    Link(LinkId),
    /// An entry of that kind, by its position.
    Entry(EntryKind, u32),
}

/// A setting of a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactPath {
    /// What it is about.
    pub subject: Subject,
    /// Which setting of it.
    pub field: FieldPath,
}

impl Link {
    /// The setting at `path` (not of repeated groups), where its group is there and of this link's kind.
    #[must_use]
    pub fn leaf(&self, path: FieldPath) -> Option<&dyn Leaf> {
        let mut names = path.names();
        let first = names.next()?;
        let mut field = match self.field(first) {
            Some(field) => field,
            None if first == self.kind.value.field_name() => FieldRef::Node(Some(self.kind.value.node())),
            None => return None,
        };
        for name in names {
            let FieldRef::Node(Some(node)) = field else { return None };
            field = node.field(name)?;
        }
        match field {
            FieldRef::Leaf(leaf) => Some(leaf),
            FieldRef::Node(_) | FieldRef::Nodes(_) | FieldRef::Variant(_) => None,
        }
    }

    /// The same for writing; groups on the way are made.
    pub fn leaf_mut(&mut self, path: FieldPath) -> Option<&mut dyn Leaf> {
        let mut names = path.names();
        let first = names.next()?;
        let mut field = if self.field(first).is_some() {
            self.field_mut(first)?
        } else if first == self.kind.value.field_name() {
            FieldMut::Node(self.kind.value.node_mut())
        } else {
            return None;
        };
        for name in names {
            let FieldMut::Node(node) = field else { return None };
            field = node.field_mut(name)?;
        }
        match field {
            FieldMut::Leaf(leaf) => Some(leaf),
            FieldMut::Node(_) | FieldMut::Nodes(_) | FieldMut::Variant(_) => None,
        }
    }
}

/// Calls `visit` with the path of each said setting of a struct, and of each choice of kind. Most settings
/// are not said, so nothing is spent on them.
pub fn walk<'a>(node: &'a dyn Node, at: FieldPath, visit: &mut dyn FnMut(FieldPath, Seen<'a>)) {
    descend(node, at, false, visit);
}

/// The same with the settings that are not said, for checks of key tables.
pub fn walk_all<'a>(node: &'a dyn Node, at: FieldPath, visit: &mut dyn FnMut(FieldPath, Seen<'a>)) {
    descend(node, at, true, visit);
}

fn descend<'a>(node: &'a dyn Node, at: FieldPath, all: bool, visit: &mut dyn FnMut(FieldPath, Seen<'a>)) {
    let mut each = |name, field| match field {
        FieldRef::Leaf(leaf) => visit(at.join(name), Seen::Leaf(leaf)),
        FieldRef::Node(Some(inner)) => descend(inner, at.join(name), all, visit),
        FieldRef::Node(None) => {}
        FieldRef::Nodes(nodes) => {
            for (i, inner) in nodes.into_iter().enumerate() {
                let mut path = at.join(name);
                path.index = u16::try_from(i).unwrap_or(u16::MAX);
                descend(inner, path, all, visit);
            }
        }
        FieldRef::Variant(variant) => {
            visit(at.join(name), Seen::Variant(variant));
            descend(variant.node(), at.join(variant.field_name()), all, visit);
        }
    };
    if all { node.visit(&mut each) } else { node.visit_said(&mut each) }
}

/// Calls `visit` with the path of each said setting of a struct, for writing.
pub fn walk_mut(node: &mut dyn Node, at: FieldPath, visit: &mut dyn FnMut(FieldPath, &mut dyn Leaf)) {
    node.visit_said_mut(&mut |name, field| match field {
        FieldMut::Leaf(leaf) => visit(at.join(name), leaf),
        FieldMut::Node(inner) => walk_mut(inner, at.join(name), visit),
        FieldMut::Nodes(nodes) => {
            let mut path = at.join(name);
            nodes.each(&mut |inner| {
                walk_mut(inner, path, visit);
                path.index = path.index.saturating_add(1);
            });
        }
        FieldMut::Variant(variant) => {
            let path = at.join(variant.field_name());
            walk_mut(variant.node_mut(), path, visit);
        }
    });
}

/// Makes every group of a struct, of repeated ones a first: for checks that nothing of the model is forgotten.
pub fn grow_all(node: &mut dyn Node) {
    for (name, _) in node.docs() {
        match node.field_mut(name) {
            Some(FieldMut::Node(inner)) => grow_all(inner),
            Some(FieldMut::Nodes(nodes)) => grow_all(nodes.grow()),
            Some(FieldMut::Variant(variant)) => grow_all(variant.node_mut()),
            Some(FieldMut::Leaf(_)) | None => {}
        }
    }
}

/// The setting at a path of any struct, groups on the way made: for checks that nothing of the model is forgotten.
pub fn leaf_at(node: &mut dyn Node, path: FieldPath) -> Option<&mut dyn Leaf> {
    let names: Vec<&'static str> = path.names().collect();
    let (last, groups) = names.split_last()?;
    let mut node = node;
    for name in groups {
        let is_of_kind = node.field(name).is_none();
        node = match node.field_mut(if is_of_kind { "kind" } else { name })? {
            FieldMut::Node(inner) => inner,
            FieldMut::Nodes(nodes) => nodes.grow(),
            FieldMut::Variant(kind) => kind.node_mut(),
            FieldMut::Leaf(_) => return None,
        };
    }
    match node.field_mut(last)? {
        FieldMut::Leaf(leaf) => Some(leaf),
        FieldMut::Node(_) | FieldMut::Nodes(_) | FieldMut::Variant(_) => None,
    }
}

/// What [`walk`] meets.
pub enum Seen<'a> {
    /// A setting.
    Leaf(&'a dyn Leaf),
    /// A choice of kind.
    Variant(&'a dyn crate::reflect::Variant),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Origin;
    use crate::value::Value;

    #[test]
    fn a_path_is_its_dotted_text() {
        let stp = FieldPath::parse("bridge.stp");
        assert!(stp.is("bridge.stp") && FieldPath::parse("name").is("name"));
        for other in ["bridge", "bridge.st", "bridge.stpx", "bridge.stp.x", "bridge.", "bridgestp", ""] {
            assert!(!stp.is(other), "{other}");
        }
        assert_eq!(stp, FieldPath::new(["bridge", &String::leak("stp".to_owned())[..], ""]));
    }

    #[test]
    fn a_path_reaches_its_setting_by_kind() {
        let mut link = Link::default();
        let stp = FieldPath::parse("bridge.stp");
        assert!(link.leaf_mut(stp).is_none(), "an Ethernet link has no bridge settings");
        link.kind.value = crate::link::LinkKind::Bridge(Box::default());
        link.leaf_mut(stp).unwrap().set(&Value::Bool(false), Origin::default_value()).unwrap();
        let mut seen = Vec::new();
        walk(&link, FieldPath::new([""; 3]), &mut |path, what| {
            if let Seen::Leaf(leaf) = what
                && leaf.is_said()
            {
                seen.push(format!("{path}={}", leaf.value().unwrap()));
            }
        });
        assert_eq!(seen, ["bridge.stp=false"]);
    }
}
