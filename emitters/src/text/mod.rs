//! Texts that several output formats share: words for a shell, commands of iproute2.

pub mod dnsmasq;
pub mod ip;
pub mod shell;
pub mod xml;
