//! SUSE's ifcfg files, as wicked reads them (`client/suse/compat-suse.c`), with the routes, rules, kernel settings and
//! name servers beside them.
//!
//! The files share their prefix with RHEL's and little else: the file's name is the interface's, the controller's
//! file lists its ports, addresses have suffixes, nothing is evaluated by a shell. `host` puts a host's files
//! together, `kind` says what a file is, the other modules read groups of keys, and `account` names what nobody used.

mod account;
mod bond;
mod bridge;
mod dhcp;
mod ethtool;
mod files;
mod hooks;
mod host;
mod infiniband;
mod ip;
mod keys;
mod kind;
mod netconfig;
mod ovs;
mod ports;
mod routes;
mod rules;
mod sysctl;
mod team;
#[cfg(test)]
mod tests;
mod tunnel;
mod upper;
mod wifi;

pub(super) use files::{is_file_of, place};
pub(super) use host::parse;

/// The directory of the files, which is a file on RHEL.
pub const DIRECTORY: &str = "/etc/sysconfig/network";
