//! RHEL's ifcfg files.

pub mod aliases;
pub mod global;
pub mod ip;
pub mod vars;
