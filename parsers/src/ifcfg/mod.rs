//! RHEL's ifcfg files.

pub mod global;
pub mod ip;
pub mod vars;
