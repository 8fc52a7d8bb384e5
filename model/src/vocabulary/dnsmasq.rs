//! Files of dnsmasq(8) that netpivot writes for the servers of links, and the commands that run them.
//!
//! Each link has an instance of its own, as libvirt does it (`networkBuildDhcpDaemonCommandLine`): what a file says holds
//! for a whole instance, and dnsmasq merges all that stands in `/etc/dnsmasq.d`. Nothing else looks into this folder.

/// Where they stand.
pub const FOLDER: &str = "/etc/netpivot/dnsmasq";
/// The beginning of their first line; the link's name follows.
pub const MARK: &str = "# DHCP and DNS, written by netpivot for";
/// What stands before lines that are dnsmasq's own matter.
pub const FURTHER: &str = "# further lines";

/// The file for a link; none where its name would need quotes in commands.
#[must_use]
pub fn file(name: &str) -> Option<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let is_file = name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.chars().all(is_plain);
    is_file.then(|| format!("{FOLDER}/{name}.conf"))
}

/// Where the instance for a link writes its number.
#[must_use]
pub fn pid_file(name: &str) -> String {
    format!("/run/dnsmasq-{name}.pid")
}

/// Where it remembers its leases.
#[must_use]
pub fn lease_file(name: &str) -> String {
    format!("/var/lib/misc/dnsmasq-{name}.leases")
}

/// The command that starts the instance of that file.
#[must_use]
pub fn start(file: &str) -> String {
    format!("dnsmasq --conf-file={file}")
}

/// The command that ends a link's instance.
#[must_use]
pub fn stop(name: &str) -> String {
    format!("pkill -F {} dnsmasq || true", pid_file(name))
}
