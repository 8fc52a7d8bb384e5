//! Texts that several output formats share: words for a shell, commands of iproute2.

pub mod dnsmasq;
pub mod ip;
pub(crate) mod wireguard;
pub mod xml;

pub use netpivot_model::shell;
