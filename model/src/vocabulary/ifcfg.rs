//! The keys of RHEL's ifcfg files, for `netpivot explain` and the documentation: who reads a key, what it is for,
//! and what carries it in a keyfile (ifcfg.md section 3).

pub mod bond;
pub mod derived;
pub mod local;
pub mod rows;
mod words;

pub use words::{PHASE1_AUTH_FLAGS, S390_OPTIONS};

/// Who acts on a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadBy {
    /// initscripts and NetworkManager.
    Both,
    /// initscripts only.
    Initscripts,
    /// NetworkManager only.
    NetworkManager,
    /// No reader any more.
    Nobody,
}

impl ReadBy {
    /// For people.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            ReadBy::Both => "initscripts and NetworkManager",
            ReadBy::Initscripts => "initscripts only; NetworkManager ignores it",
            ReadBy::NetworkManager => "NetworkManager only; initscripts ignore it",
            ReadBy::Nobody => "no reader any more",
        }
    }
}

/// A key, or several of one form.
#[derive(Debug, PartialEq, Eq)]
pub struct Key {
    /// The key. A `#` at its end stands for an optional number, a `*` for any text.
    pub key: &'static str,
    /// Who acts on it.
    pub read_by: ReadBy,
    /// What it is for.
    pub doc: &'static str,
    /// `GROUP.KEY` in a keyfile, or the group; empty where nothing corresponds.
    pub keyfile: &'static str,
}

impl Key {
    /// True where `word` is this key, in any case.
    #[must_use]
    pub fn is(&self, word: &str) -> bool {
        let starts = |stem: &str| {
            word.get(..stem.len())
                .filter(|start| start.eq_ignore_ascii_case(stem))
                .map(|_| &word[stem.len()..])
        };
        match (self.key.strip_suffix('#'), self.key.strip_suffix('*')) {
            (Some(stem), _) => starts(stem).is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit())),
            (None, Some(stem)) => starts(stem).is_some(),
            (None, None) => self.key.eq_ignore_ascii_case(word),
        }
    }
}

/// The keys that a word means, the most exact first.
pub fn lookup(word: &str) -> impl Iterator<Item = &'static Key> {
    let exact = |key: &&Key| !key.key.ends_with(['#', '*']);
    let found = move |wanted: bool| KEYS.iter().filter(move |key| exact(key) == wanted);
    let word = word.to_owned();
    found(true).chain(found(false)).filter(move |key| key.is(&word))
}

const fn key(key: &'static str, read_by: ReadBy, doc: &'static str, keyfile: &'static str) -> Key {
    Key { key, read_by, doc, keyfile }
}

use ReadBy::{Both, Initscripts, NetworkManager, Nobody};

/// All keys of ifcfg files.
pub static KEYS: &[Key] = &[
    key(
        "DEVICE",
        Both,
        "interface name; NetworkManager keeps it only if the kernel would take it",
        "connection.interface-name",
    ),
    key(
        "NAME",
        NetworkManager,
        "name of the profile for people; without it NetworkManager makes one of the file's name",
        "connection.id",
    ),
    key(
        "UUID",
        NetworkManager,
        "identifier of the profile; without it NetworkManager takes a hash of the file's path",
        "connection.uuid",
    ),
    key(
        "TYPE",
        Both,
        "kind of link: Ethernet, Bridge, Bond, Vlan, Team, Wireless, InfiniBand; GRE, IPIP, sit, Tap, Veth, OVS… for initscripts only",
        "connection.type",
    ),
    key(
        "DEVICETYPE",
        Both,
        "which ifup script handles the link; NetworkManager knows Team and TeamPort",
        "connection.type",
    ),
    key("REALDEVICE", Initscripts, "the device an alias belongs to", ""),
    key("PARENTDEVICE", Initscripts, "the device an alias belongs to", ""),
    key(
        "HWADDR",
        Both,
        "only for the device with this hardware address; a device with it gets the name in DEVICE",
        "ethernet.mac-address",
    ),
    key("MACADDR", Both, "hardware address to set", "ethernet.cloned-mac-address"),
    key(
        "GENERATE_MAC_ADDRESS_MASK",
        NetworkManager,
        "bits of a made-up hardware address that are kept",
        "ethernet.generate-mac-address-mask",
    ),
    key(
        "HWADDR_BLACKLIST",
        NetworkManager,
        "never for devices with these hardware addresses",
        "ethernet.mac-address-denylist",
    ),
    key("ACCEPT_ALL_MAC_ADDRESSES", NetworkManager, "promiscuous mode", "ethernet.accept-all-mac-addresses"),
    key(
        "ONBOOT",
        Both,
        "start it at boot (default yes); `on` and `off` are no truth values for NetworkManager",
        "connection.autoconnect",
    ),
    key(
        "ONPARENT",
        Initscripts,
        "start the alias with its device (default yes); NetworkManager always does",
        "",
    ),
    key("HOTPLUG", Initscripts, "start it when the device appears (default yes)", ""),
    key("USERCTL", Initscripts, "ordinary users may start and stop it (default no)", ""),
    key("NM_CONTROLLED", Both, "`no` keeps NetworkManager away from the device", ""),
    key(
        "AUTOCONNECT_PRIORITY",
        NetworkManager,
        "which of several profiles starts, higher first",
        "connection.autoconnect-priority",
    ),
    key(
        "AUTOCONNECT_RETRIES",
        NetworkManager,
        "how often starting is tried; 0 is forever",
        "connection.autoconnect-retries",
    ),
    key(
        "AUTOCONNECT_SLAVES",
        NetworkManager,
        "start the ports together with the controller",
        "connection.autoconnect-ports",
    ),
    key(
        "MULTI_CONNECT",
        NetworkManager,
        "whether several devices may use the profile at once",
        "connection.multi-connect",
    ),
    key("STABLE_ID", NetworkManager, "what made-up addresses are derived from", "connection.stable-id"),
    key("ZONE", Both, "firewalld zone", "connection.zone"),
    key("USERS", NetworkManager, "users who may use the profile", "connection.permissions"),
    key("SECONDARY_UUIDS", NetworkManager, "VPN profiles that start with this one", "connection.secondaries"),
    key(
        "GATEWAY_PING_TIMEOUT",
        NetworkManager,
        "seconds to wait for the gateway to answer",
        "connection.gateway-ping-timeout",
    ),
    key("CONNECTION_METERED", NetworkManager, "traffic costs money", "connection.metered"),
    key("AUTH_RETRIES", NetworkManager, "how often authentication is tried", "connection.auth-retries"),
    key("DEVTIMEOUT", Both, "seconds to wait for the device to appear", "connection.wait-device-timeout"),
    key(
        "WAIT_ACTIVATION_DELAY",
        NetworkManager,
        "milliseconds to wait before activation",
        "connection.wait-activation-delay",
    ),
    key("LLDP", NetworkManager, "receive LLDP", "connection.lldp"),
    key("MDNS", NetworkManager, "multicast DNS: no, resolve, yes", "connection.mdns"),
    key("LLMNR", NetworkManager, "link-local name resolution: no, resolve, yes", "connection.llmnr"),
    key("DNS_OVER_TLS", NetworkManager, "DNS over TLS: no, opportunistic, yes", "connection.dns-over-tls"),
    key("MPTCP_FLAGS", NetworkManager, "Multipath TCP endpoints", "connection.mptcp-flags"),
    key("MUD_URL", NetworkManager, "manufacturer usage description that DHCP sends", "connection.mud-url"),
    key("MTU", Both, "largest packet", "ethernet.mtu"),
    key("LINKDELAY", Initscripts, "seconds to wait after the link is up", ""),
    key("LINKSTATUS", Initscripts, "`down` leaves the link down", ""),
    key("MATCH_INTERFACE_NAME", NetworkManager, "only for devices with such names", "match.interface-name"),
    key(
        "MATCH_KERNEL_COMMAND_LINE",
        NetworkManager,
        "only when the kernel was started so",
        "match.kernel-command-line",
    ),
    key("MATCH_DRIVER", NetworkManager, "only for devices of such drivers", "match.driver"),
    key("MATCH_PATH", NetworkManager, "only for devices at such places", "match.path"),
    key("NM_USER_*", NetworkManager, "data of other programs, under a name of its own", "user"),
    key("PROXY_METHOD", NetworkManager, "`auto` configures a proxy", "proxy.method"),
    key("PAC_URL", NetworkManager, "address of the proxy's configuration", "proxy.pac-url"),
    key("PAC_SCRIPT", NetworkManager, "the proxy's configuration itself", "proxy.pac-script"),
    key("BROWSER_ONLY", NetworkManager, "the proxy is for browsers only", "proxy.browser-only"),
    key("HOSTNAME_PRIORITY", NetworkManager, "which link gives the host its name", "hostname.priority"),
    key("HOSTNAME_FROM_DHCP", NetworkManager, "DHCP may give the host its name", "hostname.from-dhcp"),
    key(
        "HOSTNAME_FROM_DNS_LOOKUP",
        NetworkManager,
        "a reverse lookup may give the host its name",
        "hostname.from-dns-lookup",
    ),
    key(
        "HOSTNAME_ONLY_FROM_DEFAULT",
        NetworkManager,
        "only the link with the default route may",
        "hostname.only-from-default",
    ),
    key("SRIOV_TOTAL_VFS", NetworkManager, "number of virtual functions", "sriov.total-vfs"),
    key(
        "SRIOV_AUTOPROBE_DRIVERS",
        NetworkManager,
        "bind drivers to virtual functions",
        "sriov.autoprobe-drivers",
    ),
    key("SRIOV_VF*", NetworkManager, "settings of one virtual function", "sriov"),
    key("QDISC*", NetworkManager, "queueing disciplines, numbered from 1 without gaps", "tc"),
    key("FILTER*", NetworkManager, "traffic filters, numbered from 1 without gaps", "tc"),
    key("TC_COMMIT", NetworkManager, "replace the device's queueing disciplines, even by none", "tc"),
    key("SUBCHANNELS", Both, "s390 bus ids of the device", "ethernet.s390-subchannels"),
    key("PORTNAME", NetworkManager, "s390 port name", "ethernet-s390-options"),
    key("CTCPROT", NetworkManager, "s390 CTC protocol", "ethernet-s390-options"),
    key("NETTYPE", NetworkManager, "s390 device type: qeth, lcs, ctc", "ethernet.s390-nettype"),
    key("OPTIONS", NetworkManager, "s390 driver options", "ethernet-s390-options"),
    key("PROMISC", Nobody, "promiscuous mode of long gone releases", ""),
    key("ALLMULTI", Nobody, "reception of all multicast, of long gone releases", ""),
    key(
        "BOOTPROTO",
        Both,
        "where the IPv4 address comes from: dhcp, none, static; also autoip and shared for NetworkManager",
        "ipv4.method",
    ),
    key("IPADDR#", Both, "IPv4 address; a list ends at the first missing number from 2 on", "ipv4.address"),
    key("PREFIX#", Both, "prefix length; wins over NETMASK", "ipv4.address"),
    key("NETMASK#", Both, "netmask; without it and PREFIX the address's old class decides", "ipv4.address"),
    key("BROADCAST#", Initscripts, "broadcast address; NetworkManager computes it", ""),
    key("NETWORK", Initscripts, "network address, only to judge GATEWAY by", ""),
    key(
        "GATEWAY#",
        Both,
        "default gateway; NetworkManager takes it only with an address of the same number",
        "ipv4.gateway",
    ),
    key("DEFROUTE", Both, "this link may carry the default route (default yes)", "ipv4.never-default"),
    key(
        "METRIC",
        Initscripts,
        "metric of the default route; NetworkManager reads IPV4_ROUTE_METRIC",
        "ipv4.route-metric",
    ),
    key("WINDOW", Initscripts, "TCP window of the default route", ""),
    key("SRCADDR", Initscripts, "source address of the default route", ""),
    key("SCOPE", Initscripts, "scope of the addresses", ""),
    key("EXTRA_ROUTE_OPTS", Initscripts, "further words for the default route", ""),
    key("ARP", Initscripts, "ARP on or off", ""),
    key(
        "ARPCHECK#",
        Initscripts,
        "look for the address on the network before taking it (default yes)",
        "ipv4.dad-timeout",
    ),
    key("ARPING_WAIT", Both, "seconds to look for the address on the network", "ipv4.dad-timeout"),
    key("ARPING_TRIES", Initscripts, "how often to look for the address", ""),
    key("ARPUPDATE#", Initscripts, "tell neighbours of the address (default yes)", ""),
    key("ARPING_UPDATE_WAIT", Initscripts, "seconds before neighbours are told again", ""),
    key(
        "ACD_TIMEOUT",
        NetworkManager,
        "milliseconds to look for the address on the network",
        "ipv4.dad-timeout",
    ),
    key("IPV4_FAILURE_FATAL", Both, "a failure of IPv4 ends the start (default no)", "ipv4.may-fail"),
    key(
        "PEERDNS",
        Both,
        "use name servers of DHCP (default yes); with `no` initscripts do not write DNSn either",
        "ipv4.ignore-auto-dns",
    ),
    key("RESOLV_MODS", Initscripts, "change resolv.conf even with PEERDNS=no", ""),
    key("PEERROUTES", NetworkManager, "use routes of DHCP (default yes)", "ipv4.ignore-auto-routes"),
    key(
        "DNS#",
        Both,
        "name servers of both families; NetworkManager stops at the first missing number",
        "ipv4.dns",
    ),
    key("DOMAIN", Both, "search domains", "ipv4.dns-search"),
    key("SEARCH", NetworkManager, "search domains of old files, where there is no DOMAIN", "ipv4.dns-search"),
    key("RES_OPTIONS", NetworkManager, "options of resolv.conf; empty means none", "ipv4.dns-options"),
    key("DHCP_HOSTNAME", Both, "host name sent by DHCP", "ipv4.dhcp-hostname"),
    key("DHCP_FQDN", Both, "full host name sent by DHCP", "ipv4.dhcp-fqdn"),
    key("DHCP_SEND_HOSTNAME", Both, "send a host name by DHCP (default yes)", "ipv4.dhcp-send-hostname"),
    key("DHCP_HOSTNAME_FLAGS", NetworkManager, "flags that go with the name", "ipv4.dhcp-hostname-flags"),
    key("NO_DHCP_HOSTNAME", Initscripts, "do not take the host's name from DHCP", "hostname.from-dhcp"),
    key("DHCP_CLIENT_ID", NetworkManager, "client identifier", "ipv4.dhcp-client-id"),
    key("DHCP_IAID", NetworkManager, "identity association", "ipv4.dhcp-iaid"),
    key("DHCP_VENDOR_CLASS_IDENTIFIER", NetworkManager, "vendor class", "ipv4.dhcp-vendor-class-identifier"),
    key("DHCP_REJECT_SERVERS", NetworkManager, "DHCP servers to refuse", "ipv4.dhcp-reject-servers"),
    key("IPV4_DHCP_TIMEOUT", NetworkManager, "seconds for DHCP", "ipv4.dhcp-timeout"),
    key(
        "IPV4_REQUIRED_TIMEOUT",
        NetworkManager,
        "milliseconds to wait at least for IPv4",
        "ipv4.required-timeout",
    ),
    key("IPV4_ROUTE_METRIC", NetworkManager, "metric of routes that name none", "ipv4.route-metric"),
    key(
        "ROUTING_RULE_#",
        NetworkManager,
        "a policy rule of IPv4 in words of ip-rule(8), with its priority; a rule file switches them off",
        "ipv4.routing-rule",
    ),
    key(
        "ROUTING_RULE6_#",
        NetworkManager,
        "a policy rule of IPv6 in words of ip-rule(8), with its priority; a rule file switches them off",
        "ipv6.routing-rule",
    ),
    key(
        "IPV4_ROUTE_TABLE",
        NetworkManager,
        "table of routes that name none; NetworkManager ignores it beside a rule file",
        "ipv4.route-table",
    ),
    key("IPV4_DNS_PRIORITY", NetworkManager, "which link's name servers come first", "ipv4.dns-priority"),
    key("IPV4_LINK_LOCAL", NetworkManager, "link-local address", "ipv4.link-local"),
    key(
        "IPV4_AUTO_ROUTE_EXT_GW",
        NetworkManager,
        "direct route to a gateway outside the subnet",
        "ipv4.auto-route-ext-gw",
    ),
    key(
        "IPV4_REPLACE_LOCAL_RULE",
        NetworkManager,
        "replace the kernel's rule for the local table",
        "ipv4.replace-local-rule",
    ),
    key("DHCLIENTARGS", Initscripts, "further words for dhclient", ""),
    key("PERSISTENT_DHCLIENT", Initscripts, "try DHCP for ever", "ipv4.dhcp-timeout"),
    key("DHCPRELEASE", Initscripts, "give the lease back when the link stops", ""),
    key("DHCLIENT_IGNORE_GATEWAY", Initscripts, "DHCP's gateway wins over GATEWAY", ""),
    key("MS_DNS1", Initscripts, "first name server of a PPP peer", ""),
    key("MS_DNS2", Initscripts, "second name server of a PPP peer", ""),
    key(
        "NOZEROCONF",
        Initscripts,
        "any text leaves out the route to 169.254.0.0/16, which NetworkManager never makes",
        "",
    ),
    key("NOROUTESET", Initscripts, "do not read route and rule files", ""),
    key("NO_ALIASROUTING", Initscripts, "no routes for aliases", ""),
    key(
        "IPV6INIT",
        Both,
        "use IPv6; the default is yes for initscripts and no for NetworkManager",
        "ipv6.method",
    ),
    key("IPV6_DISABLED", NetworkManager, "switch IPv6 off", "ipv6.method"),
    key("IPV6_AUTOCONF", Both, "configure IPv6 by router advertisements", "ipv6.method"),
    key("DHCPV6C", Both, "use DHCPv6", "ipv6.method"),
    key("DHCPV6C_OPTIONS", Initscripts, "further words for the DHCPv6 client", ""),
    key("PERSISTENT_DHCLIENT_IPV6", Initscripts, "try DHCPv6 for ever", ""),
    key(
        "IPV6FORWARDING",
        Both,
        "forward IPv6; for NetworkManager only the default of IPV6_AUTOCONF",
        "ipv6.method",
    ),
    key("IPV6_ROUTER", Initscripts, "the host is a router on this link", ""),
    key("IPV6_FORCE_ACCEPT_RA", Initscripts, "accept router advertisements all the same", ""),
    key("IPV6_SET_SYSCTLS", Initscripts, "set the kernel's switches for IPv6 (default yes)", ""),
    key("IPV6ADDR", Both, "IPv6 address; /64 without a length", "ipv6.address"),
    key("IPV6ADDR_SECONDARIES", Both, "further IPv6 addresses", "ipv6.address"),
    key(
        "IPV6_DEFAULTGW",
        Both,
        "default gateway; NetworkManager takes it only with a static address",
        "ipv6.gateway",
    ),
    key("IPV6_DEFAULTDEV", Initscripts, "device of the default route", "ipv6.never-default"),
    key(
        "IPV6_DEFROUTE",
        NetworkManager,
        "this link may carry the default route (default yes)",
        "ipv6.never-default",
    ),
    key(
        "IPV6_PEERDNS",
        NetworkManager,
        "use name servers of DHCPv6 and advertisements (default yes)",
        "ipv6.ignore-auto-dns",
    ),
    key(
        "IPV6_PEERROUTES",
        NetworkManager,
        "use routes of advertisements (default yes)",
        "ipv6.ignore-auto-routes",
    ),
    key(
        "IPV6_FAILURE_FATAL",
        NetworkManager,
        "a failure of IPv6 ends the start (default no)",
        "ipv6.may-fail",
    ),
    key("IPV6_PRIVACY", Both, "temporary addresses; initscripts know `rfc3041` only", "ipv6.ip6-privacy"),
    key(
        "IPV6_PRIVACY_PREFER_PUBLIC_IP",
        NetworkManager,
        "prefer public over temporary addresses",
        "ipv6.ip6-privacy",
    ),
    key("IPV6_ADDR_GEN_MODE", NetworkManager, "how interface identifiers are made", "ipv6.addr-gen-mode"),
    key("IPV6_TOKEN", NetworkManager, "fixed interface identifier", "ipv6.token"),
    key("IPV6_MTU", Initscripts, "largest IPv6 packet", "ipv6.mtu"),
    key("IPV6_DOMAIN", NetworkManager, "search domains", "ipv6.dns-search"),
    key("IPV6_RES_OPTIONS", NetworkManager, "options of resolv.conf", "ipv6.dns-options"),
    key("IPV6_DNS_PRIORITY", NetworkManager, "which link's name servers come first", "ipv6.dns-priority"),
    key("IPV6_ROUTE_METRIC", NetworkManager, "metric of routes that name none", "ipv6.route-metric"),
    key(
        "IPV6_ROUTE_TABLE",
        NetworkManager,
        "table of routes that name none; NetworkManager ignores it beside a rule file",
        "ipv6.route-table",
    ),
    key("IPV6_DHCP_TIMEOUT", NetworkManager, "seconds for DHCPv6", "ipv6.dhcp-timeout"),
    key(
        "IPV6_REQUIRED_TIMEOUT",
        NetworkManager,
        "milliseconds to wait at least for IPv6",
        "ipv6.required-timeout",
    ),
    key("IPV6_RA_TIMEOUT", NetworkManager, "seconds to wait for an advertisement", "ipv6.ra-timeout"),
    key(
        "IPV6_AUTO_ROUTE_EXT_GW",
        NetworkManager,
        "direct route to a gateway outside the subnet",
        "ipv6.auto-route-ext-gw",
    ),
    key(
        "IPV6_REPLACE_LOCAL_RULE",
        NetworkManager,
        "replace the kernel's rule for the local table",
        "ipv6.replace-local-rule",
    ),
    key("DHCPV6_DUID", NetworkManager, "DHCP unique identifier", "ipv6.dhcp-duid"),
    key("DHCPV6_IAID", NetworkManager, "identity association", "ipv6.dhcp-iaid"),
    key("DHCPV6_PD_HINT", NetworkManager, "prefix to ask for", "ipv6.dhcp-pd-hint"),
    key("DHCPV6_HOSTNAME", NetworkManager, "host name sent by DHCPv6", "ipv6.dhcp-hostname"),
    key("DHCPV6_HOSTNAME_FLAGS", NetworkManager, "flags that go with the name", "ipv6.dhcp-hostname-flags"),
    key(
        "DHCPV6_SEND_HOSTNAME",
        NetworkManager,
        "send a host name by DHCPv6 (default yes)",
        "ipv6.dhcp-send-hostname",
    ),
    key(
        "IPV6TUNNELIPV4",
        Initscripts,
        "remote IPv4 address of a sit tunnel; a file with it and without TYPE is no profile for NetworkManager",
        "ip-tunnel.remote",
    ),
    key("IPV6TUNNELIPV4LOCAL", Initscripts, "local IPv4 address of a sit tunnel", "ip-tunnel.local"),
    key("IPV6TO4INIT", Initscripts, "make a 6to4 device", ""),
    key("IPV6TO4_RELAY", Initscripts, "6to4 relay", ""),
    key("IPV6TO4_MTU", Initscripts, "MTU of the 6to4 device", ""),
    key("IPV6TO4_IPV4ADDR", Initscripts, "local address of 6to4", ""),
    key("IPV6TO4_ROUTING", Initscripts, "6to4 prefixes of other links", ""),
    key("IPV6_CONTROL_RADVD", Initscripts, "start and stop radvd", ""),
    key("IPV6_RADVD_PIDFILE", Initscripts, "radvd's process file", ""),
    key("IPV6_RADVD_TRIGGER_ACTION", Initscripts, "what to do with radvd", ""),
    key("BRIDGE", Both, "the bridge this link is a port of", "connection.controller"),
    key(
        "BRIDGE_UUID",
        NetworkManager,
        "the profile of that bridge; wins over BRIDGE",
        "connection.controller",
    ),
    key("STP", Both, "spanning tree; off where it is not said, unlike in keyfiles", "bridge.stp"),
    key("DELAY", Both, "forward delay in seconds", "bridge.forward-delay"),
    key("PRIO", Initscripts, "bridge priority", "bridge.priority"),
    key("AGEING", Initscripts, "how long learnt addresses live", "bridge.ageing-time"),
    key(
        "BRIDGING_OPTS",
        Both,
        "`KEY=VALUE …` of a bridge or its port; times are 1/100 s for initscripts and seconds for NetworkManager",
        "bridge",
    ),
    key("BRIDGE_VLANS", NetworkManager, "VLANs of the bridge", "bridge.vlans"),
    key("BRIDGE_PORT_VLANS", NetworkManager, "VLANs of the port", "bridge-port.vlans"),
    key(
        "BRIDGE_MACADDR",
        NetworkManager,
        "hardware address of the bridge; MACADDR is preferred",
        "bridge.mac-address",
    ),
    key(
        "MASTER",
        Both,
        "the bond this link is a port of; initscripts need SLAVE=yes beside it",
        "connection.controller",
    ),
    key("MASTER_UUID", NetworkManager, "the profile of that bond; wins over MASTER", "connection.controller"),
    key("SLAVE", Initscripts, "the link is a port of MASTER", ""),
    key("BONDING_MASTER", NetworkManager, "the link is a bond", "connection.type"),
    key(
        "BONDING_OPTS",
        Both,
        "`KEY=VALUE …` of the bond; without `miimon` the link is not watched by initscripts, but every 100 ms by NetworkManager",
        "bond",
    ),
    key("BOND_PORT_QUEUE_ID", NetworkManager, "transmit queue of the port", "bond-port.queue-id"),
    key("BOND_PORT_PRIO", NetworkManager, "priority of the port", "bond-port.prio"),
    key("TEAM_CONFIG", Both, "configuration of the team in JSON", "team.config"),
    key("TEAM_MASTER", Both, "the team this link is a port of", "connection.controller"),
    key(
        "TEAM_MASTER_UUID",
        NetworkManager,
        "the profile of that team; wins over TEAM_MASTER",
        "connection.controller",
    ),
    key("TEAM_PORT_CONFIG", Both, "configuration of the port in JSON", "team-port.config"),
    key("VLAN", Both, "the link is a VLAN", "connection.type"),
    key("VID", Initscripts, "VLAN id, together with PHYSDEV; NetworkManager reads VLAN_ID", "vlan.id"),
    key("VLAN_ID", NetworkManager, "VLAN id; wins over the name", "vlan.id"),
    key("PHYSDEV", Both, "the device below", "vlan.parent"),
    key(
        "REORDER_HDR",
        Initscripts,
        "take the VLAN tag out of the packet (default yes); NetworkManager reads and ignores it",
        "vlan.flags",
    ),
    key("GVRP", Both, "register the VLAN by GVRP", "vlan.flags"),
    key("MVRP", NetworkManager, "register the VLAN by MVRP", "vlan.flags"),
    key("VLAN_FLAGS", NetworkManager, "GVRP, LOOSE_BINDING, NO_REORDER_HDR", "vlan.flags"),
    key("VLAN_PROTOCOL", NetworkManager, "802.1Q or 802.1ad", "vlan.protocol"),
    key(
        "VLAN_EGRESS_PRIORITY_MAP",
        Both,
        "outgoing priorities `FROM:TO`; initscripts want blanks between them, NetworkManager commas",
        "vlan.egress-priority-map",
    ),
    key(
        "VLAN_INGRESS_PRIORITY_MAP",
        NetworkManager,
        "incoming priorities `FROM:TO`",
        "vlan.ingress-priority-map",
    ),
    key("MY_OUTER_IPADDR", Initscripts, "local end of the tunnel", "ip-tunnel.local"),
    key("PEER_OUTER_IPADDR", Initscripts, "remote end of the tunnel", "ip-tunnel.remote"),
    key("MY_INNER_IPADDR", Initscripts, "address within the tunnel", "ipv4.address"),
    key("PEER_INNER_IPADDR", Initscripts, "the other side's address within the tunnel", ""),
    key("KEY", Both, "GRE key of a tunnel; WEP key of a wireless link", "ip-tunnel.input-key"),
    key("TTL", Initscripts, "time to live of the tunnel's packets", "ip-tunnel.ttl"),
    key("OWNER", Initscripts, "owner of a tun or tap device", "tun.owner"),
    key("PEER", Initscripts, "the other end of a veth pair", "veth.peer"),
    key("OVS_BRIDGE", Initscripts, "the Open vSwitch bridge of this port", "connection.controller"),
    key("BOND_IFACES", Initscripts, "devices of an Open vSwitch bond", "connection.controller"),
    key("OVS_TUNNEL_TYPE", Initscripts, "kind of an Open vSwitch tunnel", ""),
    key("OVS_TUNNEL_OPTIONS", Initscripts, "options of an Open vSwitch tunnel", ""),
    key("OVS_PATCH_PEER", Initscripts, "the other end of an Open vSwitch patch", "ovs-patch.peer"),
    key("OVS_PORT_MODE", Initscripts, "mode of a DPDK vhost-user port", ""),
    key("OVS_PORT_PATH", Initscripts, "socket of a DPDK vhost-user port", ""),
    key("OVS_OPTIONS", Initscripts, "settings of the Open vSwitch port", "ovs-port"),
    key("OVS_EXTRA", Initscripts, "further ovs-vsctl commands", ""),
    key("OVSBOOTPROTO", Initscripts, "DHCP on the bridge or internal port", "ipv4.method"),
    key("OVSDHCPINTERFACES", Initscripts, "devices to start before DHCP", ""),
    key("OVSREQUIRES", Initscripts, "devices to start first", ""),
    key("OVS_PORT", NetworkManager, "the ovs-port profile this link belongs to", "connection.controller"),
    key("OVS_PORT_UUID", NetworkManager, "the same by UUID", "connection.controller"),
    key("VRF", NetworkManager, "the VRF this link belongs to", "connection.controller"),
    key("VRF_UUID", NetworkManager, "the same by UUID", "connection.controller"),
    key(
        "ETHTOOL_OPTS",
        Both,
        "words for ethtool, parts separated by `;`; of `-A` NetworkManager ignores ethtool's own words",
        "ethtool",
    ),
    key("ETHTOOL_DELAY", Initscripts, "microseconds to wait before ethtool", ""),
    key("ETHTOOL_WAKE_ON_LAN", NetworkManager, "`ignore` leaves Wake-on-LAN alone", "ethernet.wake-on-lan"),
    key(
        "CONNECTED_MODE",
        Both,
        "connected instead of datagram mode of InfiniBand",
        "infiniband.transport-mode",
    ),
    key("PKEY", Both, "the link is an InfiniBand partition", "infiniband.p-key"),
    key("PKEY_ID", Both, "partition key; 0x8000 is added", "infiniband.p-key"),
    key("PKEY_ID_NM", NetworkManager, "partition key as it is", "infiniband.p-key"),
    key("ESSID", Both, "name of the wireless network", "wifi.ssid"),
    key("MODE", Both, "Managed, Ad-Hoc, Ap", "wifi.mode"),
    key("BSSID", NetworkManager, "only this access point", "wifi.bssid"),
    key("CHANNEL", NetworkManager, "wireless channel", "wifi.channel"),
    key("BAND", NetworkManager, "a, bg, 6GHz", "wifi.band"),
    key("FREQ", Initscripts, "frequency", ""),
    key("WOWLAN", Initscripts, "wake on wireless LAN", ""),
    key("SSID_HIDDEN", NetworkManager, "the network does not announce itself", "wifi.hidden"),
    key("POWERSAVE", NetworkManager, "power saving", "wifi.powersave"),
    key(
        "MAC_ADDRESS_RANDOMIZATION",
        NetworkManager,
        "random hardware address",
        "wifi.mac-address-randomization",
    ),
    key("AP_ISOLATION", NetworkManager, "clients do not see each other", "wifi.ap-isolation"),
    key("KEY_MGMT", NetworkManager, "WPA-PSK, SAE, OWE, WPA-EAP, IEEE8021X", "wifi-security.key-mgmt"),
    key("WPA_PSK", NetworkManager, "pre-shared key; keys-NAME is read first", "wifi-security.psk"),
    key("WPA_PSK_FLAGS", NetworkManager, "who keeps the key", "wifi-security.psk-flags"),
    key("WPA_ALLOW_WPA", NetworkManager, "allow WPA", "wifi-security.proto"),
    key("WPA_ALLOW_WPA2", NetworkManager, "allow WPA2", "wifi-security.proto"),
    key("CIPHER_PAIRWISE", NetworkManager, "ciphers between two", "wifi-security.pairwise"),
    key("CIPHER_GROUP", NetworkManager, "ciphers for all", "wifi-security.group"),
    key("SECURITYMODE", NetworkManager, "open, restricted, leap", "wifi-security.auth-alg"),
    key("KEY#", NetworkManager, "WEP keys 1 to 4", "wifi-security.wep-key0"),
    key("KEY_PASSPHRASE#", NetworkManager, "WEP passphrases 1 to 4", "wifi-security.wep-key0"),
    key("KEY_TYPE", NetworkManager, "key or passphrase", "wifi-security.wep-key-type"),
    key("DEFAULTKEY", NetworkManager, "WEP key to send with", "wifi-security.wep-tx-keyidx"),
    key("WEP_KEY_FLAGS", NetworkManager, "who keeps the keys", "wifi-security.wep-key-flags"),
    key("PMF", NetworkManager, "protected management frames", "wifi-security.pmf"),
    key("FILS", NetworkManager, "fast initial link setup", "wifi-security.fils"),
    key("WPS_METHOD", NetworkManager, "Wi-Fi protected setup", "wifi-security.wps-method"),
    key("IEEE_8021X_*", NetworkManager, "802.1X: EAP methods, identity, certificates, secrets", "802-1x"),
    key("DCB", NetworkManager, "data center bridging", "dcb"),
    key("DCB_*", NetworkManager, "settings of data center bridging", "dcb"),
    key(
        "GATEWAYDEV",
        Both,
        "in /etc/sysconfig/network: the device that carries the default route; the others get none",
        "ipv4.never-default",
    ),
    key("IPADDR_START", Initscripts, "in ifcfg-NAME-rangeN: first address of the range", "ipv4.address"),
    key("IPADDR_END", Initscripts, "in ifcfg-NAME-rangeN: last address of the range", "ipv4.address"),
    key("CLONENUM_START", Initscripts, "in ifcfg-NAME-rangeN: number of the first label, `NAME:N`", ""),
    key(
        "NETWORKING",
        Initscripts,
        "in /etc/sysconfig/network: `no` keeps the network service from starting anything",
        "",
    ),
    key("NETWORKING_IPV6", Nobody, "in /etc/sysconfig/network: IPV6INIT took its place", "ipv6.method"),
    key(
        "NETWORKDELAY",
        Initscripts,
        "in /etc/sysconfig/network: seconds to wait after the start of the network",
        "",
    ),
    key(
        "HOSTNAME",
        Initscripts,
        "in /etc/sysconfig/network: the host's name, which stands in /etc/hostname since RHEL 7",
        "",
    ),
    key(
        "FORWARD_IPV4",
        Nobody,
        "in /etc/sysconfig/network: forwarding, which is net.ipv4.ip_forward in /etc/sysctl.d",
        "",
    ),
    key("IPV6_AUTOTUNNEL", Initscripts, "in /etc/sysconfig/network: automatic IPv6 tunnel sit0", ""),
    key("ADDRESS#", Both, "in route-NAME, numbered from 0: destination of a route", "ipv4.route"),
    key("METRIC#", NetworkManager, "in route-NAME, numbered from 0: metric of a route", "ipv4.route"),
    key(
        "OPTIONS#",
        NetworkManager,
        "in route-NAME, numbered from 0: further ip-route(8) words of a route",
        "ipv4.route",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_numbered_key_is_found_and_an_exact_one_goes_first() {
        let keys = |word: &str| lookup(word).map(|key| key.key).collect::<Vec<_>>();
        assert_eq!(keys("ipaddr12"), ["IPADDR#"]);
        assert_eq!(keys("KEY"), ["KEY", "KEY#"]);
        assert_eq!(keys("DCB_PFC_UP"), ["DCB_*"]);
        assert_eq!(keys("IPADDRX"), [""; 0]);
        assert_eq!(keys("ADDRß"), [""; 0]);
    }

    #[test]
    fn what_corresponds_in_a_keyfile_is_there() {
        let unknown: Vec<&str> = KEYS
            .iter()
            .map(|key| key.keyfile)
            .filter(|text| !text.is_empty())
            .filter(|text| {
                let (group, key) = text.split_once('.').unwrap_or((text, ""));
                let group = crate::vocabulary::keyfile::group(group);
                !group.is_some_and(|group| key.is_empty() || group.row(key).is_some())
            })
            .collect();
        assert_eq!(unknown, [""; 0]);
    }
}
