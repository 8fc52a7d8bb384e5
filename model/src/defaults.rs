//! What silence means: the value of a setting that nobody names, by dialect, setting and link.
//!
//! A parser never stores a default, so that `false`, `0`, an empty list and *not said* stay four
//! things. The conversion spells a default out exactly where the target's differs.

use crate::dialect::{Dialect, IFCFG, IFCFG_INITSCRIPTS, KEYFILE};
use crate::link::Link;
use crate::path::FieldPath;
use crate::value::Value;

pub mod ifcfg;

/// What a setting is when nobody names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Silence {
    /// This value.
    Value(Value),
    /// Whatever the kernel has; it is not touched.
    Kernel,
    /// The daemon's own choice (NetworkManager's route metrics by device type).
    Daemon,
    /// The dialect knows no such setting.
    Unknown,
}

/// What silence means at `field` of `link`.
#[must_use]
pub fn of(dialect: Dialect, field: FieldPath, link: &Link) -> Silence {
    if dialect.format == KEYFILE {
        crate::vocabulary::keyfile::default_of(field, link)
    } else if dialect == IFCFG_INITSCRIPTS {
        ifcfg::initscripts(field, link)
    } else if dialect.format == IFCFG {
        ifcfg::networkmanager(field, link)
    } else {
        Silence::Unknown
    }
}

/// The settings of `link` whose silence may differ between dialects, and so needs comparing
/// though nobody says anything.
#[must_use]
pub fn paths(dialect: Dialect, link: &Link) -> Vec<FieldPath> {
    if dialect.format == IFCFG { ifcfg::paths(dialect, link) } else { Vec::new() }
}
