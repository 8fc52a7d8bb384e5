//! Words of libvirt's XML that both directions share: the elements and attributes that nothing but libvirt has
//! (formatnetwork, formatdomain), and the order in which `virsh` prints elements (`virNetworkDefFormatBuf`).
//!
//! Such an element is kept as it stands, under a path like `network/ip[@family='ipv4'][2]/@localPtr`: names of elements, with
//! the place among their like in brackets, as XPath has it.

use crate::network::Weight;
use std::borrow::Cow;

/// Where networks are defined.
pub const NETWORKS: &str = "/etc/libvirt/qemu/networks";
/// Links to the networks that start at boot.
pub const AUTOSTART: &str = "/etc/libvirt/qemu/networks/autostart";
/// Where guests are defined.
pub const DOMAINS: [&str; 2] = ["/etc/libvirt/qemu", "/etc/libvirt/lxc"];
/// Guests' interfaces by themselves, for `virsh attach-device`; libvirt looks at no such folder.
pub const GUEST_INTERFACES: &str = "/etc/libvirt/qemu/guest-interfaces";
/// Host interfaces, for `virsh iface-define`; libvirt looks at no such folder.
pub const HOST_INTERFACES: &str = "/etc/libvirt/interfaces";
/// The namespace of lines for dnsmasq(8).
pub const DNSMASQ: &str = "http://libvirt.org/schemas/network/dnsmasq/1.0";

/// Where libvirt translates nothing to: local multicast and broadcast, which no router passes on
/// (`networkAddMasqueradingFirewallRules`).
pub const UNTRANSLATED: [&str; 3] = ["224.0.0.0/24", "255.255.255.255/32", "ff02::/16"];

/// True for one of [`UNTRANSLATED`].
#[must_use]
pub fn is_untranslated(net: ipnet::IpNet) -> bool {
    let net = net.to_string();
    UNTRANSLATED.iter().any(|local| net == *local)
}

/// An element or attribute that only libvirt has.
#[derive(Debug)]
pub struct Kept {
    /// Its path, without brackets; `interface` is a guest's, `host` a host interface.
    pub path: &'static str,
    /// Whether libvirt acts on it.
    pub weight: Weight,
    /// What it does, for the reports.
    pub meaning: &'static str,
}

const fn acts(path: &'static str, meaning: &'static str) -> Kept {
    Kept { path, weight: Weight::Acts, meaning }
}

const fn idle(path: &'static str, meaning: &'static str) -> Kept {
    Kept { path, weight: Weight::Idle, meaning }
}

/// All of them.
pub static KEPT: &[Kept] = &[
    idle("network/@connections", "it counts the guests that are plugged in at the moment"),
    acts("network/@ipv6", "guests may talk IPv6 to each other though the network has no IPv6 address"),
    acts(
        "network/@trustGuestRxFilters",
        "the host follows the filters and hardware addresses that guests set",
    ),
    idle("network/title", "it is a title for people"),
    idle("network/description", "it is a description for people"),
    idle("network/metadata", "it is data of other programs"),
    acts("network/forward/@managed", "libvirt takes the devices from the host's driver and gives them back"),
    idle("network/forward/interface/@connections", "it counts the guests that use the device at the moment"),
    acts("network/forward/driver", "it chooses the driver that hands devices to guests"),
    acts("network/forward/model", "it chooses the model of the device's driver"),
    acts("network/forward/pf", "guests get virtual functions of that device"),
    acts("network/forward/address", "guests get that device"),
    acts(
        "network/bridge/@macTableManager",
        "libvirt keeps the bridge's forwarding table itself, nothing is learned or flooded",
    ),
    acts("network/domain/@register", "systemd-resolved asks the network's name server for the domain"),
    acts("network/ip/@localPtr", "questions for names of the network's addresses are never forwarded"),
    acts("network/vlan", "guests' ports carry these VLANs"),
    acts("network/bandwidth", "it limits the traffic of the bridge"),
    acts("network/virtualport", "guests' ports are made by that kind of switch"),
    acts("network/port", "guests' ports are kept apart from each other"),
    acts("network/portgroup", "guests that name the group get its settings"),
    acts(
        "interface/@trustGuestRxFilters",
        "the host follows the filters and hardware addresses that the guest sets",
    ),
    acts("interface/@managed", "libvirt takes the device from the host's driver and gives it back"),
    idle("interface/source/@portid", "libvirt numbers the port of a running guest"),
    idle("interface/source/@bridge", "it is the bridge of the network at the moment"),
    idle("interface/source/@actual", "it is the state of the moment"),
    acts("interface/source", "it says what the guest is connected to"),
    acts("interface/target", "it says what the device on the host is like"),
    acts("interface/mac", "it says how the hardware address is treated"),
    acts("interface/model", "it says what the guest sees"),
    acts("interface/driver", "it tunes the driver of the guest's card"),
    acts("interface/guest", "it names the device within a container"),
    acts("interface/ip", "it is an address within a container"),
    acts("interface/route", "it is a route within a container"),
    acts("interface/script", "it runs when the guest's device is made"),
    acts("interface/downscript", "it runs when the guest's device is removed"),
    acts("interface/backend", "it chooses the program that moves the guest's packets"),
    acts("interface/backenddomain", "it chooses the domain that moves the guest's packets"),
    acts("interface/boot", "the guest boots from the card in that order"),
    acts("interface/rom", "it is the card's boot program"),
    idle("interface/alias", "libvirt names the card of a running guest"),
    acts("interface/address", "it is the card's place in the guest"),
    acts("interface/acpi", "it numbers the card for the guest's firmware"),
    acts("interface/filterref", "the guest's traffic passes a filter"),
    acts("interface/coalesce", "it tunes interrupts of the device on the host"),
    acts("interface/tune", "it tunes the device on the host"),
    acts("interface/teaming", "the guest pairs the card with another"),
    acts("interface/bandwidth", "it limits the card's traffic"),
    acts("interface/virtualport", "the port is made by that kind of switch"),
    acts("interface/port", "the port is kept apart from others"),
    acts("interface/vlan", "the port carries these VLANs"),
    acts("interface/portForward", "ports of the host lead to the guest"),
    idle("host/link", "it is the state of the link at the moment"),
    idle("host/mac", "it is the address of the loopback, which has none of its own"),
    acts(
        "host/protocol/dhcp",
        "DHCPv6 is asked in any case; others ask where the router's advertisements say so",
    ),
];

/// An element or attribute with a place in the model.
#[derive(Debug)]
pub struct Word {
    /// Its path; `host` is a host interface, `interface` a guest's.
    pub path: &'static str,
    /// The setting of the bridge, link or entry.
    pub model: &'static str,
    /// What it does.
    pub doc: &'static str,
}

const fn word(path: &'static str, model: &'static str, doc: &'static str) -> Word {
    Word { path, model, doc }
}

/// All of them (formatnetwork, formatdomain, netcf's `interface.rng`).
pub static WORDS: &[Word] = &[
    word("network/name", "virtual_networks.name", "name by which guests know the network"),
    word("network/uuid", "virtual_networks.uuid", "UUID; libvirt makes one where there is none"),
    word(
        "network/forward",
        "virtual_networks.forward",
        "the network is connected to others; empty it is `nat`",
    ),
    word(
        "network/forward/@mode",
        "virtual_networks.forward",
        "nat, route, open, bridge, private, vepa, passthrough or hostdev",
    ),
    word("network/forward/@dev", "virtual_networks.forward_dev", "the one device by which packets go out"),
    word(
        "network/forward/interface/@dev",
        "virtual_networks.forward_interfaces",
        "a device that guests share out",
    ),
    word("network/forward/nat/@ipv6", "nat", "`yes` translates IPv6, too (since libvirt 6.5)"),
    word(
        "network/forward/nat/address",
        "nat.to",
        "addresses that packets go out with, from `start` to `end`",
    ),
    word(
        "network/forward/nat/port",
        "nat.to_ports",
        "ports that packets go out with; 1024 to 65535 where nothing is said",
    ),
    word(
        "network/bridge/@name",
        "name",
        "the bridge; libvirt takes the first free `virbrN` where nothing is said",
    ),
    word("network/bridge/@stp", "bridge.stp", "spanning tree, on where nothing is said"),
    word(
        "network/bridge/@delay",
        "bridge.forward_delay",
        "forward delay in s, 0 where nothing is said; with STP the kernel makes it 2",
    ),
    word("network/bridge/@zone", "zone", "firewalld zone"),
    word("network/mac/@address", "mac", "hardware address of the bridge"),
    word("network/mtu/@size", "mtu", "MTU of the bridge"),
    word("network/ip/@address", "ipv4.addresses", "address of the bridge; more than one `<ip>` may stand"),
    word(
        "network/ip/@netmask",
        "ipv4.addresses",
        "mask of an IPv4 address; that of its class where nothing is said",
    ),
    word(
        "network/ip/@prefix",
        "ipv4.addresses",
        "length of the address' network; 64 for IPv6 where nothing is said",
    ),
    word("network/ip/@family", "ipv6.addresses", "ipv4 or ipv6"),
    word("network/ip/tftp/@root", "dhcp_servers.tftp_root", "directory that is offered by TFTP"),
    word(
        "network/ip/dhcp/range",
        "dhcp_servers.ranges",
        "addresses that are given out, from `start` to `end`",
    ),
    word("network/ip/dhcp/host", "dhcp_servers.hosts", "an address for one host, by `mac`, `id` or `name`"),
    word("network/ip/dhcp/bootp", "dhcp_servers.boot_file", "file that hosts boot from"),
    word(
        "network/ip/dhcp/range/lease",
        "dhcp_servers.ranges.lease_time",
        "`expiry` in `unit`, minutes where nothing is said; 0 is for ever",
    ),
    word("network/route", "routes", "a route over the bridge; its metric is 1 where nothing is said"),
    word("network/domain/@name", "dns_servers.domain", "domain of the network's hosts"),
    word(
        "network/domain/@localOnly",
        "dns_servers.local_only",
        "questions for the domain are never forwarded",
    ),
    word("network/dns/@enable", "dns_servers.enabled", "`no` runs no name server"),
    word(
        "network/dns/@forwardPlainNames",
        "dns_servers.forward_plain_names",
        "`no` keeps names without a dot",
    ),
    word("network/dns/forwarder", "dns_servers.forwarders", "where questions go"),
    word("network/dns/host", "dns_servers.hosts", "names of an address"),
    word("network/dns/txt", "dns_servers.txt", "a TXT record"),
    word("network/dns/srv", "dns_servers.srv", "a SRV record"),
    word("network/dnsmasq:options", "dns_servers.options", "lines of dnsmasq's own configuration"),
    word("interface/@type", "guest_interfaces.interface_type", "what the guest is plugged into"),
    word("interface/mac/@address", "guest_interfaces.mac", "hardware address within the guest"),
    word("interface/source/@bridge", "guest_interfaces.bridge", "bridge of the host"),
    word("interface/source/@network", "guest_interfaces.network", "virtual network"),
    word("interface/source/@portgroup", "guest_interfaces.portgroup", "group of settings of the network"),
    word("interface/source/@dev", "guest_interfaces.dev", "device of the host"),
    word("interface/source/@mode", "guest_interfaces.mode", "vepa, bridge, private or passthrough"),
    word("interface/target/@dev", "guest_interfaces.target", "name of the device on the host"),
    word("interface/target/@managed", "guest_interfaces.managed", "`no`: the device is there already"),
    word("interface/model/@type", "guest_interfaces.model", "the card that the guest sees"),
    word("interface/mtu/@size", "guest_interfaces.mtu", "MTU"),
    word("interface/link/@state", "guest_interfaces.link_up", "`down` pulls the cable"),
    word("interface/vlan/tag", "guest_interfaces.vlan_tags", "a VLAN of the port"),
    word("interface/vlan/@trunk", "guest_interfaces.vlan_trunk", "the port carries several VLANs"),
    word("host/start/@mode", "autoconnect", "onboot, hotplug or none"),
    word("host/mtu/@size", "mtu", "MTU, also of the ports"),
    word("host/mac/@address", "matches.mac", "which card it is"),
    word("host/protocol/dhcp", "ipv4.method", "DHCP; `peerdns='no'` leaves out its name servers"),
    word("host/protocol/autoconf", "ipv6.method", "router advertisements"),
    word("host/protocol/ip", "ipv4.addresses", "an address"),
    word("host/protocol/route/@gateway", "ipv4.gateway", "the default route"),
    word("host/bridge/@stp", "bridge.stp", "spanning tree, off where nothing is said"),
    word("host/bridge/@delay", "bridge.forward_delay", "forward delay in s, with a fraction"),
    word("host/bond/@mode", "bond.mode", "mode; of active-backup the first port is the primary one"),
    word("host/bond/miimon", "bond.miimon", "links are watched every `freq` ms"),
    word("host/bond/arpmon", "bond.arp_interval", "`target` is asked every `interval` ms"),
    word("host/vlan/@tag", "vlan.id", "VLAN id"),
    word("host/vlan/interface/@name", "vlan.parent", "the link below"),
];

/// The last parts of paths, as people ask for them: `stp`, `@stp`, `bridge/@stp` or a whole path.
pub fn is_asked(path: &str, asked: &str) -> bool {
    let asked = asked.trim_matches(['<', '>', '/']);
    let plain = path.replace('@', "");
    [path, plain.as_str()].iter().any(|path| {
        path.strip_suffix(asked)
            .is_some_and(|rest| !asked.is_empty() && (rest.is_empty() || rest.ends_with(['/', '@'])))
    })
}

/// What is known of the element or attribute at a path.
#[must_use]
pub fn kept(path: &str) -> Option<&'static Kept> {
    let mut plain = without_brackets(path);
    // What is known of a host interface is known of its ports.
    while let Some(at) = plain.find("/interface").filter(|_| plain.starts_with("host/")) {
        plain = Cow::Owned(format!("host{}", &plain[at + "/interface".len()..]));
    }
    KEPT.iter().find(|kept| kept.path == plain).or_else(|| {
        // What stands within a kept element belongs to it.
        KEPT.iter().find(|kept| plain.strip_prefix(kept.path).is_some_and(|rest| rest.starts_with('/')))
    })
}

fn without_brackets(path: &str) -> Cow<'_, str> {
    if !path.contains('[') {
        return Cow::Borrowed(path);
    }
    let mut within = false;
    let plain = path.chars().filter(|c| {
        within |= *c == '[';
        let outside = !within;
        within &= *c != ']';
        outside
    });
    Cow::Owned(plain.collect())
}

/// The children of a `network` in the order in which virsh prints them.
pub const NETWORK_ORDER: [&str; 19] = [
    "name",
    "uuid",
    "title",
    "description",
    "metadata",
    "forward",
    "bridge",
    "mtu",
    "mac",
    "domain",
    "dns",
    "vlan",
    "bandwidth",
    "port",
    "ip",
    "route",
    "virtualport",
    "portgroup",
    "options",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::EntryKind;
    use crate::path::FieldPath;
    use crate::vocabulary::doc_of;

    #[test]
    fn each_word_names_a_setting_of_the_model() {
        let lists = EntryKind::ALL.iter().map(|kind| kind.list_name());
        let lists: Vec<&str> = lists.collect();
        for word in WORDS {
            let first = word.model.split('.').next().unwrap();
            let known = lists.contains(&first) || doc_of(FieldPath::parse(word.model)).is_some();
            assert!(known, "{} leads to {}, which is no setting", word.path, word.model);
        }
    }

    #[test]
    fn a_word_is_found_by_the_end_of_its_path() {
        for asked in ["stp", "@stp", "bridge/@stp", "<stp>", "network/bridge/@stp"] {
            assert!(is_asked("network/bridge/@stp", asked), "{asked}");
        }
        assert!(!is_asked("network/bridge/@stp", "tp") && !is_asked("network/bridge/@stp", ""));
    }

    #[test]
    fn a_path_is_known_without_its_brackets() {
        assert_eq!(kept("network/ip[@family='ipv4'][1]/@localPtr").unwrap().path, "network/ip/@localPtr");
        assert_eq!(kept("network/bandwidth/inbound").unwrap().path, "network/bandwidth");
        assert_eq!(kept("host/bridge/interface[1]/bond/interface[2]/link").unwrap().path, "host/link");
        assert!(kept("network/bridge/@name").is_none());
    }
}
