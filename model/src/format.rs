//! What a format tells about itself, for both directions, `netpivot formats` and the documentation.

/// A format's own description.
#[derive(Debug, PartialEq, Eq)]
pub struct FormatInfo {
    /// Name on the command line.
    pub name: &'static str,
    /// Other names that are accepted.
    pub aliases: &'static [&'static str],
    /// One line for people.
    pub title: &'static str,
    /// Where its files live on a host.
    pub host_paths: &'static [&'static str],
    /// Its dialects, the default first; empty where there is one only.
    pub dialects: &'static [(&'static str, &'static str)],
    /// What it configures and what it leaves to others, one sentence.
    pub scope: &'static str,
    /// Where it is specified.
    pub doc: &'static str,
}

/// The model itself.
pub static JSON: FormatInfo = FormatInfo {
    name: "json",
    aliases: &["model"],
    title: "the model itself, without any loss",
    host_paths: &[],
    dialects: &[],
    scope: "Everything that netpivot knows of a network, in its own words.",
    doc: "docs/architecture.md",
};

/// Debian's interfaces files, in the dialects of their three readers.
pub static INTERFACES: FormatInfo = FormatInfo {
    name: crate::dialect::INTERFACES,
    aliases: &["eni", "ifupdown"],
    title: "Debian's /etc/network/interfaces",
    host_paths: &["/etc/network/interfaces", "/etc/network/interfaces.d"],
    dialects: &[
        ("ifupdown", "Debian's ifupdown with the scripts of its add-on packages"),
        ("ifupdown2", "ifupdown2 (Cumulus Linux, Proxmox VE)"),
        ("ifupdown-ng", "ifupdown-ng (Alpine Linux)"),
    ],
    scope: "Interfaces with their addresses, options of add-on packages, and commands that run when they go up \
            and down; not names of devices (.link files, udev) or the firewall.",
    doc: "interfaces(5)",
};

/// Scripts of commands.
pub static IPROUTE: FormatInfo = FormatInfo {
    name: crate::dialect::IPROUTE,
    aliases: &["ip", "script"],
    title: "scripts of ip, bridge, brctl, ovs-vsctl and other commands",
    host_paths: &[],
    dialects: &[],
    scope: "What commands leave behind: links, addresses, routes, rules, namespaces, address translation, kernel settings.",
    doc: "docs/formats/iproute.md",
};

/// libvirt's XML.
pub static LIBVIRT: FormatInfo = FormatInfo {
    name: crate::dialect::LIBVIRT,
    aliases: &["virsh", "netcf"],
    title: "libvirt's XML of networks, guests' interfaces and host interfaces",
    host_paths: &["/etc/libvirt/qemu/networks", "/etc/libvirt/qemu", "/etc/libvirt/lxc"],
    dialects: &[],
    scope: "Bridges for guests with their addresses, forwarding, translation, DHCP and DNS; interfaces of guests; and, as \
            host interfaces, cards, bridges, bonds and VLANs with addresses and a gateway. All else of the host is left to \
            the host's own configuration.",
    doc: "https://libvirt.org/formatnetwork.html",
};
