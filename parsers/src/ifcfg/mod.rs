//! RHEL's ifcfg files.

pub mod aliases;
pub mod global;
pub mod ip;
pub mod routes;
pub mod rules;
pub mod static_routes;
pub mod vars;
