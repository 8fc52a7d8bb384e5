//! RHEL's ifcfg files.

pub mod vars;
