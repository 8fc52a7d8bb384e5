//! Files of dnsmasq(8) that netpivot writes for the servers of links. Other files there are dnsmasq's own matter and
//! stay as they are.

/// Where they stand.
pub const FOLDER: &str = "/etc/dnsmasq.d";
/// The beginning of their first line; the link's name follows.
pub const MARK: &str = "# DHCP and DNS, written by netpivot for";
