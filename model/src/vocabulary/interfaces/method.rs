//! Address families and methods of `iface` lines.

use super::reader::{CN, D, DC, DCN, Reader, Readers};

/// A method of an address family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Method {
    /// Address family: `inet`, `inet6`, `can`, `ipx`.
    pub family: &'static str,
    /// The word after it.
    pub name: &'static str,
    /// Who knows it. ifupdown-ng acts on `dhcp` and `ppp` only and passes over all other words.
    pub readers: Readers,
    /// What it does.
    pub doc: &'static str,
}

/// All methods ([interfaces(5)]; ifupdown2's networkinterfaces.py, `valid_addr_methods`).
const METHODS: &[Method] = &[
    method("inet", "loopback", DCN, "The loopback interface; its address is the kernel's."),
    method("inet", "static", DCN, "The addresses of the stanza."),
    method("inet", "manual", DCN, "No address by itself; ifupdown2 applies `address` lines all the same."),
    method("inet", "dhcp", DCN, "Ask a DHCP server (dhclient, udhcpc or dhcpcd)."),
    method("inet", "bootp", D, "Ask a BOOTP server."),
    method("inet", "tunnel", DC, "A GRE or IPIP tunnel with an address."),
    method("inet", "ppp", DCN, "Dial with pppd."),
    method("inet", "wvdial", D, "Dial with wvdial."),
    method("inet", "ipv4ll", D, "A link-local address by avahi-autoipd."),
    method("inet6", "auto", D, "Stateless autoconfiguration."),
    method("inet6", "loopback", DCN, "The loopback interface."),
    method("inet6", "static", DCN, "The addresses of the stanza."),
    method("inet6", "manual", DCN, "No address by itself; the kernel's autoconfiguration goes on."),
    method("inet6", "dhcp", DCN, "Ask a DHCPv6 server."),
    method("inet6", "tunnel", DC, "An IPv6 tunnel over IPv6."),
    method("inet6", "v4tunnel", D, "IPv6 over IPv4 (SIT)."),
    method("inet6", "6to4", D, "A 6to4 tunnel."),
    method("inet", "dhcp6", CN, "Ask a DHCPv6 server."),
    method("can", "static", D, "A CAN bus."),
    method("ipx", "static", D, "IPX; Linux has none any more."),
    method("ipx", "dynamic", D, "IPX; Linux has none any more."),
];

const fn method(family: &'static str, name: &'static str, readers: Readers, doc: &'static str) -> Method {
    Method { family, name, readers, doc }
}

/// True where the program sets an option of the link itself in a stanza of that family and method. ifupdown's methods
/// each have a list of their own (inet.defn, inet6.defn; as `ifup --no-act` shows); the other programs look at the
/// option alone.
#[must_use]
pub fn sets(option: &str, family: &str, name: &str, reader: Reader) -> bool {
    match (reader, option) {
        (Reader::Ifupdown, "mtu") => matches!(
            (family, name),
            ("inet" | "inet6", "static" | "manual" | "tunnel") | ("inet6", "v4tunnel" | "6to4")
        ),
        (Reader::Ifupdown, "hwaddress") => {
            matches!((family, name), ("inet" | "inet6", "static" | "manual" | "dhcp"))
        }
        // addons/dhcp.py hands no metric to dhclient.
        (Reader::Ifupdown2, "metric") => !matches!((family, name), ("inet" | "inet6", "dhcp")),
        (Reader::Ifupdown | Reader::Ifupdown2 | Reader::IfupdownNg, _) => true,
    }
}

/// All methods.
#[must_use]
pub fn methods() -> &'static [Method] {
    METHODS
}

/// The method of that family and name, where the program knows it.
#[must_use]
pub fn find(family: &str, name: &str, reader: Reader) -> Option<&'static Method> {
    METHODS.iter().find(|m| m.family == family && m.name == name && m.readers.has(reader))
}
