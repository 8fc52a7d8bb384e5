//! The keys of SUSE's ifcfg files and of `config` and `dhcp` beside them: what each is for, and what carries it in a keyfile
//! (ifcfg(5), ifcfg-bridge(5) and their like, `client/suse/compat-suse.c`).

pub mod scripts;
pub mod team;

/// A key, or several of one form.
#[derive(Debug, PartialEq, Eq)]
pub struct Key {
    /// The key. A `*` at its end stands for any text: the suffix that joins keys to one address or network.
    pub key: &'static str,
    /// What it is for.
    pub doc: &'static str,
    /// `GROUP.KEY` in a keyfile, or the group; empty where nothing corresponds.
    pub keyfile: &'static str,
    /// The values that SUSE's templates have, or that mean the default: without them nothing is lost.
    pub template: &'static [&'static str],
    /// True where wicked or netconfig acts on it.
    pub acts: bool,
}

impl Key {
    /// True where `word` is this key, in any case.
    #[must_use]
    pub fn is(&self, word: &str) -> bool {
        match self.key.strip_suffix('*') {
            Some(stem) => word.get(..stem.len()).is_some_and(|start| start.eq_ignore_ascii_case(stem)),
            None => self.key.eq_ignore_ascii_case(word),
        }
    }
}

/// The keys that a word means, the most exact first.
pub fn lookup(word: &str) -> impl Iterator<Item = &'static Key> {
    let mut found: Vec<&'static Key> = KEYS.iter().filter(|key| key.is(word)).collect();
    found.sort_by_key(|key| (key.key.ends_with('*'), std::cmp::Reverse(key.key.len())));
    found.into_iter()
}

const fn key(key: &'static str, doc: &'static str, keyfile: &'static str) -> Key {
    Key { key, doc, keyfile, template: &[], acts: true }
}

const fn with(values: &'static [&'static str], key: Key) -> Key {
    Key { template: values, ..key }
}

const fn idle(key: Key) -> Key {
    Key { acts: false, ..key }
}

/// All keys.
pub static KEYS: &[Key] = &[
    key(
        "STARTMODE",
        "when to start: auto, boot, onboot, on, nfsroot, hotplug, ifplugd, manual (the default), off",
        "connection.autoconnect",
    ),
    key(
        "BOOTPROTO",
        "static (the default), none, or dhcp, dhcp4, dhcp6, autoip, auto6 joined by `+`; dhcp is DHCPv4 and DHCPv6",
        "ipv4.method",
    ),
    key(
        "IPADDR*",
        "address of either family, best with `/LENGTH`; without any length it is /32 or /128",
        "ipv4.addresses",
    ),
    key("PREFIXLEN*", "length of the address of the same suffix", "ipv4.addresses"),
    key("NETMASK*", "length of the IPv4 address of the same suffix, as a mask", "ipv4.addresses"),
    key("BROADCAST*", "broadcast address of the IPv4 address of the same suffix", ""),
    key("REMOTE_IPADDR*", "other end of a point-to-point address of the same suffix", ""),
    key(
        "LABEL*",
        "label of the IPv4 address of the same suffix; it begins with the interface's name and a colon",
        "",
    ),
    key("SCOPE*", "scope of the address of the same suffix", ""),
    key(
        "IP_OPTIONS*",
        "flags and lifetimes of the IPv6 address of the same suffix, as ip-address(8) has them",
        "",
    ),
    idle(key("NETWORK", "left over from SLES 8; nothing reads it", "")),
    idle(key("NAME", "description of the device for YaST; nothing else reads it", "")),
    idle(key("UNIQUE", "left over from SLES 10; nothing reads it", "")),
    idle(key("_nm_name", "left over from SLES 10; nothing reads it", "")),
    key("INTERFACETYPE", "`dummy` makes a dummy device; nothing else is read", "connection.type"),
    key(
        "DEVICE",
        "the Ethernet device below a PPPoE link; elsewhere nothing reads it, the file's name is the interface's",
        "",
    ),
    with(&["0"], key("MTU", "IFLA_MTU", "ethernet.mtu")),
    key("LLADDR", "hardware address to set", "ethernet.cloned-mac-address"),
    key("MASTER_DEVICE", "the bridge, bond or team that the interface is a port of", "connection.controller"),
    with(
        &["auto"],
        key("LINK_REQUIRED", "whether carrier is needed before addresses are set; auto by default", ""),
    ),
    key("LINK_READY_WAIT", "seconds that ifup waits for the link", ""),
    with(
        &["0"],
        key(
            "IFPLUGD_PRIORITY",
            "which of several ifplugd links goes first",
            "connection.autoconnect-priority",
        ),
    ),
    with(&["no"], key("USERCONTROL", "whether users may start the interface", "connection.permissions")),
    with(
        &["yes", "no"],
        key(
            "FIREWALL",
            "whether the interface is handed to firewalld; yes in SUSE's `config`",
            "connection.zone",
        ),
    ),
    key("ZONE", "firewalld zone, with FIREWALL=yes", "connection.zone"),
    key("ETHTOOL_OPTIONS*", "ethtool(8) words: `-X iface …`, else what `-s iface` takes", "ethtool"),
    with(
        &["yes"],
        key(
            "CHECK_DUPLICATE_IP",
            "look for another host with the address before it is used",
            "ipv4.dad-timeout",
        ),
    ),
    with(&["auto"], key("SEND_GRATUITOUS_ARP", "announce the address when it is set", "")),
    key("PRE_UP_SCRIPT", "scripts to run before the interface is set up", ""),
    key("POST_UP_SCRIPT", "scripts to run after the interface is up", ""),
    key("PRE_DOWN_SCRIPT", "scripts to run before the interface is taken down", ""),
    key("POST_DOWN_SCRIPT", "scripts to run after the interface is down", ""),
    key("BRIDGE", "`yes` makes a bridge", "connection.type"),
    key("BRIDGE_PORTS", "ports of the bridge, with blanks between them", "connection.controller"),
    key("BRIDGE_STP", "spanning tree: on, off (the default)", "bridge.stp"),
    key("BRIDGE_PRIORITY", "priority of the bridge", "bridge.priority"),
    key("BRIDGE_FORWARDDELAY", "seconds, with a fraction", "bridge.forward-delay"),
    key("BRIDGE_HELLOTIME", "seconds, with a fraction", "bridge.hello-time"),
    key("BRIDGE_MAXAGE", "seconds, with a fraction", "bridge.max-age"),
    key("BRIDGE_AGEINGTIME", "seconds, with a fraction", "bridge.ageing-time"),
    key("BRIDGE_PATHCOSTS", "path cost of each of BRIDGE_PORTS; `-` leaves one out", "bridge-port.path-cost"),
    key(
        "BRIDGE_PORTPRIORITIES",
        "priority of each of BRIDGE_PORTS; `-` leaves one out",
        "bridge-port.priority",
    ),
    key("BONDING_MASTER", "`yes` makes a bond", "connection.type"),
    key("BONDING_SLAVE*", "a port of the bond", "connection.controller"),
    key("BONDING_MODULE_OPTS", "options of the bond as `name=value` words", "bond"),
    key("ETHERDEVICE", "the interface below a VLAN; makes the link one", "vlan.parent"),
    key("VLAN_ID", "VLAN id; without it the digits at the end of the name", "vlan.id"),
    key("VLAN_PROTOCOL", "ieee802-1Q (the default) or ieee802-1ad", "vlan.protocol"),
    key("VXLAN", "`yes` makes a VXLAN", "connection.type"),
    key("VXLAN_ID", "network identifier", "vxlan.id"),
    key("VXLAN_DEVICE", "the interface below", "vxlan.parent"),
    key("VXLAN_LOCAL_IP", "local address", "vxlan.local"),
    key("VXLAN_REMOTE_IP", "remote or multicast address", "vxlan.remote"),
    key("VXLAN_SRC_PORT_LOW", "first source port", "vxlan.source-port-min"),
    key("VXLAN_SRC_PORT_HIGH", "last source port", "vxlan.source-port-max"),
    key("VXLAN_DST_PORT", "UDP port", "vxlan.destination-port"),
    key("VXLAN_TTL", "time to live", "vxlan.ttl"),
    key("VXLAN_TOS", "type of service", "vxlan.tos"),
    key("VXLAN_AGEING", "lifetime of learnt addresses in s", "vxlan.ageing"),
    key("VXLAN_MAX_ADDRS", "most addresses learnt", "vxlan.limit"),
    key("VXLAN_LEARNING", "learn addresses", "vxlan.learning"),
    key("VXLAN_PROXY", "answer ARP itself", "vxlan.proxy"),
    key("VXLAN_RSC", "route short circuit", "vxlan.rsc"),
    key("VXLAN_L2MISS", "report misses of layer 2", "vxlan.l2-miss"),
    key("VXLAN_L3MISS", "report misses of layer 3", "vxlan.l3-miss"),
    key("VXLAN_*", "a VXLAN option that only the kernel's own tools have beside wicked", ""),
    key("MACVLAN_DEVICE", "the interface below; makes the link a macvlan", "macvlan.parent"),
    key("MACVLAN_MODE", "private, vepa (the default), bridge, passthru, source", "macvlan.mode"),
    key("MACVLAN_FLAGS", "nopromisc", "macvlan.promiscuous"),
    key("MACVTAP_DEVICE", "the interface below; makes the link a macvtap", "macvlan.parent"),
    key("MACVTAP_MODE", "private, vepa (the default), bridge, passthru, source", "macvlan.mode"),
    key("MACVTAP_FLAGS", "nopromisc", "macvlan.promiscuous"),
    key("IPVLAN", "`yes` makes an ipvlan", "connection.type"),
    key("IPVLAN_DEVICE", "the interface below", "ipvlan.parent"),
    key("IPVLAN_MODE", "l2, l3 (the default), l3s", "ipvlan.mode"),
    key("IPVLAN_FLAGS", "bridge (the default), private, vepa", "ipvlan.private"),
    key("IPVTAP", "`yes` makes an ipvtap", ""),
    key("IPVTAP_*", "an option of an ipvtap", ""),
    key("TUNNEL", "tun, tap, sit, gre, ipip; makes the link one", "connection.type"),
    key("TUNNEL_SET_OWNER", "user of a tun or tap device", "tun.owner"),
    key("TUNNEL_SET_GROUP", "group of a tun or tap device", "tun.group"),
    idle(with(
        &["yes"],
        key("TUNNEL_SET_PERSISTENT", "left over from SLES 11; the devices always are persistent", ""),
    )),
    key("TUNNEL_DEVICE", "the interface below the tunnel", "ip-tunnel.parent"),
    key("TUNNEL_LOCAL_IPADDR", "local outer address", "ip-tunnel.local"),
    key("TUNNEL_REMOTE_IPADDR", "remote outer address", "ip-tunnel.remote"),
    key("TUNNEL_TTL", "time to live", "ip-tunnel.ttl"),
    key("TUNNEL_TOS", "type of service", "ip-tunnel.tos"),
    key("TUNNEL_PMTUDISC", "path MTU discovery, off by default", "ip-tunnel.path-mtu-discovery"),
    key("TUNNEL_GRE_IKEY", "input key of a GRE tunnel", "ip-tunnel.input-key"),
    key("TUNNEL_GRE_OKEY", "output key of a GRE tunnel", "ip-tunnel.output-key"),
    key("TUNNEL_GRE_*", "flags and encapsulation of a GRE tunnel", ""),
    key("SIT_ISATAP", "ISATAP on a sit tunnel", "ip-tunnel.mode"),
    key("IPOIB_MODE", "datagram or connected", "infiniband.transport-mode"),
    key("IPOIB_UMCAST", "user-space multicast of IP over InfiniBand", ""),
    key("PPPMODE", "makes the link one of PPP", ""),
    with(&["no"], key("PPPDEBUG", "debugging of PPP", "")),
    key("PROVIDER", "file below providers/ with the settings of PPP", ""),
    key("TEAM_RUNNER", "makes the link a team", "team.config"),
    key("TEAM_PORT_DEVICE*", "a port of the team", "connection.controller"),
    idle(key(
        "TEAM_MASTER",
        "the team that the interface is a port of, for people: the team's own file decides",
        "",
    )),
    key("TEAM_*", "an option of the team, its ports or its link watches", "team.config"),
    key("OVS_BRIDGE", "`yes` makes an Open vSwitch bridge", "connection.type"),
    key("OVS_BRIDGE_PORT_DEVICE*", "a port of the bridge", "connection.controller"),
    key("OVS_BRIDGE_VLAN_PARENT", "the bridge that a fake bridge stands on", "connection.controller"),
    key("OVS_BRIDGE_VLAN_TAG", "VLAN of a fake bridge", "ovs-port.tag"),
    key("WIRELESS", "`yes` makes the link wireless", "connection.type"),
    key("WIRELESS_ESSID*", "network name", "wifi.ssid"),
    key("WIRELESS_MODE*", "managed, ad-hoc, master", "wifi.mode"),
    key("WIRELESS_AP*", "hardware address of the only access point to use", "wifi.bssid"),
    key("WIRELESS_CHANNEL*", "channel, in ad-hoc and master mode", "wifi.channel"),
    key("WIRELESS_HIDDEN_SSID*", "ask for the network by its name; yes by default", "wifi.hidden"),
    key("WIRELESS_PRIORITY*", "which network goes first", "connection.autoconnect-priority"),
    key("WIRELESS_AUTH_MODE*", "open, shared, psk, eap", "wifi-security.key-mgmt"),
    key("WIRELESS_KEY_MGMT*", "key management protocols", "wifi-security.key-mgmt"),
    key("WIRELESS_WPA_PSK*", "pre-shared key", "wifi-security.psk"),
    key("WIRELESS_WPA_PROTO*", "WPA, RSN", "wifi-security.proto"),
    key("WIRELESS_CIPHER_PAIRWISE*", "CCMP, TKIP", "wifi-security.pairwise"),
    key("WIRELESS_CIPHER_GROUP*", "CCMP, TKIP, WEP104, WEP40", "wifi-security.group"),
    key("WIRELESS_PMF*", "protected management frames: disabled, optional, required", "wifi-security.pmf"),
    idle(key("WIRELESS_KEY_LENGTH*", "length of the WEP keys; nothing reads it", "")),
    key("WIRELESS_DEFAULT_KEY*", "index of the WEP key to send with", "wifi-security.wep-tx-keyidx"),
    key("WIRELESS_KEY_0*", "WEP key", "wifi-security.wep-key0"),
    key("WIRELESS_KEY_1*", "WEP key", "wifi-security.wep-key1"),
    key("WIRELESS_KEY_2*", "WEP key", "wifi-security.wep-key2"),
    key("WIRELESS_KEY_3*", "WEP key", "wifi-security.wep-key3"),
    key("WIRELESS_EAP_MODE*", "PEAP, TTLS, TLS", "802-1x.eap"),
    key("WIRELESS_EAP_AUTH*", "authentication inside the tunnel", "802-1x.phase2-auth"),
    key("WIRELESS_WPA_IDENTITY*", "identity", "802-1x.identity"),
    key("WIRELESS_WPA_PASSWORD*", "password", "802-1x.password"),
    key("WIRELESS_WPA_ANONID*", "identity outside the tunnel", "802-1x.anonymous-identity"),
    key("WIRELESS_CA_CERT*", "certificate of the authority", "802-1x.ca-cert"),
    key("WIRELESS_CLIENT_CERT*", "client certificate", "802-1x.client-cert"),
    key("WIRELESS_CLIENT_KEY_PASSWORD*", "password of the private key", "802-1x.private-key-password"),
    key("WIRELESS_CLIENT_KEY*", "private key", "802-1x.private-key"),
    key("WIRELESS_PEAP_VERSION*", "version of PEAP", "802-1x.phase1-peapver"),
    key("WIRELESS_PEAP_LABEL*", "label of PEAP", "802-1x.phase1-peaplabel"),
    key("WIRELESS_FRAG*", "fragmentation threshold", ""),
    with(&["1"], key("WIRELESS_AP_SCANMODE", "who looks for access points; 1 by default", "")),
    with(&["nl80211", "nl80211,wext"], key("WIRELESS_WPA_DRIVER", "driver of wpa_supplicant", "")),
    key("WIRELESS_REGULATORY_DOMAIN", "country, in `config`", ""),
    idle(key("WIRELESS_FREQUENCY*", "frequency; nothing reads it", "")),
    key("DHCLIENT_HOSTNAME_OPTION", "host name that DHCP sends: AUTO, FQDN or a name", "ipv4.dhcp-hostname"),
    key("DHCLIENT6_HOSTNAME_OPTION", "host name that DHCP sends: AUTO, FQDN or a name", "ipv6.dhcp-hostname"),
    key("DHCLIENT_CLIENT_ID", "client identifier or DUID", "ipv4.dhcp-client-id"),
    key("DHCLIENT6_CLIENT_ID", "client identifier or DUID", "ipv6.dhcp-duid"),
    with(
        &["rfc4361", "auto"],
        key(
            "DHCLIENT_CREATE_CID",
            "how the client identifier is made: rfc4361 (the default), rfc2132, disable",
            "ipv4.dhcp-client-id",
        ),
    ),
    with(
        &["yes"],
        key("DHCLIENT_SET_DEFAULT_ROUTE", "take the default route that DHCP gives", "ipv4.never-default"),
    ),
    with(&["0"], key("DHCLIENT_ROUTE_PRIORITY", "metric of the routes that DHCP gives", "ipv4.route-metric")),
    key("DHCLIENT_VENDOR_CLASS_ID", "vendor class", "ipv4.dhcp-vendor-class-identifier"),
    with(
        &["no"],
        key(
            "DHCLIENT_RELEASE_BEFORE_QUIT",
            "give the lease back when the interface goes down",
            "ipv4.dhcp-send-release",
        ),
    ),
    with(
        &["no"],
        key(
            "DHCLIENT6_RELEASE_BEFORE_QUIT",
            "give the lease back when the interface goes down",
            "ipv6.dhcp-send-release",
        ),
    ),
    with(
        &["0"],
        key("DHCLIENT_TIMEOUT", "seconds to wait for a lease; 0 is without end", "ipv4.dhcp-timeout"),
    ),
    with(
        &["0"],
        key("DHCLIENT6_TIMEOUT", "seconds to wait for a lease; 0 is without end", "ipv6.dhcp-timeout"),
    ),
    key("DHCLIENT6_PREFIX_HINT", "prefix that is asked for", "ipv6.dhcp-pd-hint"),
    with(
        &["auto"],
        key(
            "DHCLIENT6_MODE",
            "auto (the default, as router advertisements say), info, managed, prefix",
            "ipv6.method",
        ),
    ),
    with(
        &["yes", "no"],
        key("DHCLIENT_SET_HOSTNAME", "take the host name that DHCP gives", "hostname.from-dhcp"),
    ),
    with(
        &["yes", "no"],
        key("DHCLIENT6_SET_HOSTNAME", "take the host name that DHCP gives", "hostname.from-dhcp"),
    ),
    with(&["15", "0"], key("DHCLIENT_WAIT_AT_BOOT", "seconds that the boot waits for a lease", "")),
    with(&["15", "0"], key("DHCLIENT6_WAIT_AT_BOOT", "seconds that the boot waits for a lease", "")),
    with(&["0"], key("DHCLIENT_SLEEP", "seconds to wait before DHCP starts", "")),
    with(&["0"], key("DHCLIENT6_SLEEP", "seconds to wait before DHCP starts", "")),
    with(&["0"], key("DHCLIENT_LEASE_TIME", "lease time that is asked for; 0 leaves it to the server", "")),
    with(&["0"], key("DHCLIENT6_LEASE_TIME", "lease time that is asked for; 0 leaves it to the server", "")),
    with(&["yes"], key("DHCLIENT_USE_LAST_LEASE", "try the last lease again", "")),
    with(&["yes"], key("DHCLIENT6_USE_LAST_LEASE", "try the last lease again", "")),
    with(
        &["yes", "no"],
        key("DHCLIENT6_REFRESH_LEASE", "ask for the lease again when the link comes back", ""),
    ),
    with(&["yes"], key("DHCLIENT6_RAPID_COMMIT", "two messages instead of four", "")),
    with(&["128"], key("DHCLIENT6_ADDRESS_LENGTH", "length of an address that DHCPv6 gives", "")),
    with(&["no"], key("DHCLIENT_BROADCAST", "ask the server to answer by broadcast", "")),
    with(
        &["yes", "both", "enabled"],
        key("DHCLIENT_FQDN_*", "how the fully qualified name is sent", "ipv4.dhcp-hostname-flags"),
    ),
    with(
        &["yes", "both", "enabled"],
        key("DHCLIENT6_FQDN_*", "how the fully qualified name is sent", "ipv6.dhcp-hostname-flags"),
    ),
    with(
        &["yes", "no"],
        key("DHCLIENT_MODIFY_SMB_CONF", "write the WINS servers of the lease to Samba's configuration", ""),
    ),
    with(&["yes", "no"], key("DHCLIENT_MODIFY_NIS_CONF", "left over from SLES 11", "")),
    with(&["no"], key("DHCLIENT_ROUTE_SET_SRC", "set the preferred source of the lease's routes", "")),
    key("DHCLIENT_UPDATE", "what of the lease is taken", ""),
    key("DHCLIENT6_UPDATE", "what of the lease is taken", ""),
    key("DHCLIENT_USER_CLASS_*", "user class", ""),
    key("DHCLIENT_REQUEST_OPTION*", "further options that are asked for", ""),
    key("DHCLIENT6_REQUEST_OPTION*", "further options that are asked for", ""),
    with(&["yes", "no"], key("DHCLIENT_DEBUG", "left over from SLES 11", "")),
    with(&["yes", "no"], key("DHCLIENT6_DEBUG", "left over from SLES 11", "")),
    key("DHCLIENT_BIN", "left over from SLES 11", ""),
    key("DHCLIENT6_BIN", "left over from SLES 11", ""),
    with(&["no", "yes"], key("DHCLIENT_KEEP_SEARCHLIST", "left over from SLES 11", "")),
    key("DHCLIENT_ADDITIONAL_OPTIONS", "left over from SLES 11", ""),
    key("DHCLIENT6_ADDITIONAL_OPTIONS", "left over from SLES 11", ""),
    key("DHCLIENT_SCRIPT_EXE", "left over from SLES 11", ""),
    with(&["yes", "no"], key("DHCLIENT_PRIMARY_DEVICE", "left over from SLES 11", "")),
    with(&["no", "yes"], key("WRITE_HOSTNAME_TO_HOSTS", "netconfig: put the host name into /etc/hosts", "")),
    key(
        "NETCONFIG_DNS_POLICY",
        "which name servers netconfig takes, and in which order: auto, STATIC, patterns of interfaces; empty: it writes no resolv.conf",
        "ipv4.dns-priority",
    ),
    key("NETCONFIG_DNS_STATIC_SERVERS", "name servers of the host", "ipv4.dns"),
    key("NETCONFIG_DNS_STATIC_SEARCHLIST", "search domains of the host", "ipv4.dns-search"),
    key("NETCONFIG_DNS_RESOLVER_OPTIONS", "resolv.conf(5) options", "ipv4.dns-options"),
    with(&["resolver"], key("NETCONFIG_DNS_FORWARDER", "program that netconfig hands the servers to", "")),
    with(
        &["yes"],
        key("NETCONFIG_DNS_FORWARDER_FALLBACK", "keep the servers in resolv.conf beside the forwarder", ""),
    ),
    with(&["auto"], key("NETCONFIG_DNS_RANKING", "how netconfig sorts the servers", "")),
    key("NETCONFIG_DNS_RESOLVER_SORTLIST", "sortlist of resolv.conf(5)", ""),
    with(
        &["dns-resolver dns-bind dns-dnsmasq nis ntp-runtime"],
        key("NETCONFIG_MODULES_ORDER", "modules of netconfig", ""),
    ),
    with(&["no"], key("NETCONFIG_FORCE_REPLACE", "overwrite files that were changed by hand", "")),
    with(&["no", "yes"], key("NETCONFIG_VERBOSE", "messages of netconfig", "")),
    with(&["auto"], key("NETCONFIG_NTP_POLICY", "which time servers netconfig takes", "")),
    key("NETCONFIG_NTP_STATIC_SERVERS", "time servers of the host", ""),
    with(&["auto"], key("NETCONFIG_NIS_POLICY", "which NIS servers netconfig takes", "")),
    with(&["yes"], key("NETCONFIG_NIS_SETDOMAINNAME", "set the NIS domain", "")),
    key("NETCONFIG_NIS_STATIC_*", "NIS domain and servers of the host", ""),
    with(&["auto"], key("NETCONFIG_WINS_*", "WINS for Samba", "")),
    idle(with(&["+"], key("DEFAULT_BROADCAST", "left over from SLES 11", ""))),
    with(&["yes"], key("GLOBAL_POST_UP_EXEC", "run the scripts below if-up.d", "")),
    with(&["yes"], key("GLOBAL_PRE_DOWN_EXEC", "run the scripts below if-down.d", "")),
    with(&["30", "20"], key("WAIT_FOR_INTERFACES", "seconds that the boot waits for interfaces", "")),
    with(&[""], key("AUTO6_WAIT_AT_BOOT", "seconds that the boot waits for a router advertisement", "")),
    with(&["none"], key("AUTO6_UPDATE", "what of a router advertisement netconfig takes", "")),
    idle(with(&["no"], key("DEBUG", "switch of the scripts of SLES 11; wicked does not read it", ""))),
    idle(with(&["yes"], key("USE_SYSLOG", "switch of the scripts of SLES 11; wicked does not read it", ""))),
    idle(with(
        &["no"],
        key("NETWORKMANAGER", "switch of the scripts of SLES 11; wicked does not read it", ""),
    )),
    idle(with(
        &["no"],
        key("CONNECTION_SHOW_WHEN_IFSTATUS", "switch of the scripts of SLES 11; wicked does not read it", ""),
    )),
    idle(with(
        &["no"],
        key(
            "CONNECTION_CHECK_BEFORE_IFDOWN",
            "switch of the scripts of SLES 11; wicked does not read it",
            "",
        ),
    )),
    idle(with(
        &["no"],
        key(
            "CONNECTION_CLOSE_BEFORE_IFDOWN",
            "switch of the scripts of SLES 11; wicked does not read it",
            "",
        ),
    )),
    idle(with(
        &["no"],
        key(
            "CONNECTION_UMOUNT_NFS_BEFORE_IFDOWN",
            "switch of the scripts of SLES 11; wicked does not read it",
            "",
        ),
    )),
    idle(with(
        &["no"],
        key("CONNECTION_SEND_KILL_SIGNAL", "switch of the scripts of SLES 11; wicked does not read it", ""),
    )),
    idle(with(
        &["yes"],
        key("FORCE_PERSISTENT_NAMES", "switch of the scripts of SLES 11; wicked does not read it", ""),
    )),
    idle(with(
        &[""],
        key("MANDATORY_DEVICES", "switch of the scripts of SLES 11; wicked does not read it", ""),
    )),
    idle(with(
        &["off"],
        key("FAILURE_ACTION", "switch of the scripts of SLES 11; wicked does not read it", ""),
    )),
    idle(with(
        &[""],
        key("LINKLOCAL_INTERFACES", "switch of the scripts of SLES 11; wicked does not read it", ""),
    )),
    idle(with(&[""], key("IPOIB_MODES", "switch of the scripts of SLES 11; wicked does not read it", ""))),
    idle(with(
        &[""],
        key("VIRTUAL_DEVICES", "switch of the scripts of SLES 11; wicked does not read it", ""),
    )),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_stem_is_found_first() {
        let first = |word: &str| lookup(word).next().map(|key| key.key);
        assert_eq!(first("IPADDR_0"), Some("IPADDR*"));
        assert_eq!(first("WIRELESS_CLIENT_KEY_PASSWORD_2"), Some("WIRELESS_CLIENT_KEY_PASSWORD*"));
        assert_eq!(first("VXLAN_ID"), Some("VXLAN_ID"));
        assert_eq!(first("VXLAN_GBP"), Some("VXLAN_*"));
        assert_eq!(first("BOOTPROT"), None);
    }

    #[test]
    fn each_key_stands_once() {
        let mut keys: Vec<_> = KEYS.iter().map(|key| key.key).collect();
        keys.sort_unstable();
        let count = keys.len();
        keys.dedup();
        assert_eq!(keys.len(), count);
    }
}
