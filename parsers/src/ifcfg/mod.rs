//! RHEL's ifcfg files.

pub mod aliases;
pub mod dcb;
pub mod dot1x;
pub mod global;
pub mod ip;
pub mod nm_only;
pub mod routes;
pub mod rows;
pub mod rules;
pub mod s390;
#[cfg(test)]
mod sample;
pub mod static_routes;
pub mod vars;
