//! Lexers that several formats share.

pub mod accounts;
pub mod dnsmasq;
pub mod iproute;
pub mod ovs;
pub mod shell;
pub(crate) mod wireguard;
pub mod xml;
