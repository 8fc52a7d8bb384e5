//! The words of each format: key tables that parsers, emitters, `netpivot explain` and the
//! documentation share. They stand here because parsers and emitters never see each other.

use crate::link::{Link, LinkKind};
use crate::path::FieldPath;
use crate::reflect::{FieldMut, Node};

pub mod dnsmasq;
pub mod ethtool;
pub mod ifcfg;
pub mod ifcfg_suse;
pub mod interfaces;
pub mod keyfile;
pub mod libvirt;
pub mod names;
pub mod ovs;
pub mod wireguard;

/// The documentation of a setting.
#[must_use]
pub fn doc_of(path: FieldPath) -> Option<&'static str> {
    let mut link = Link::default();
    let mut names = path.names();
    let first = names.next()?;
    if let Some(word) = LinkKind::WORDS.iter().find(|w| w.replace('-', "_") == first) {
        link.kind.value = LinkKind::of(word)?;
    }
    let mut node: &mut dyn Node = &mut link;
    let mut last = first;
    if node.field(first).is_none() {
        node = link.kind.value.node_mut();
        last = names.next()?;
    }
    for name in names {
        node = match node.field_mut(last)? {
            FieldMut::Node(inner) => inner,
            FieldMut::Nodes(list) => list.grow(),
            FieldMut::Leaf(_) | FieldMut::Variant(_) => return None,
        };
        last = name;
    }
    node.docs().iter().find(|(name, _)| *name == last).map(|(_, text)| text.trim())
}
