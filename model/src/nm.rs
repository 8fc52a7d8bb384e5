//! Settings that only NetworkManager has.

use crate::node;
use crate::reflect::{List, Map, Said};
use crate::value::{Count, I32, Int};

node! {
    /// Properties of a profile that only NetworkManager acts on. -1 is the daemon's default.
    pub struct NmOnly {
        /// `connection.autoconnect-priority`, higher first.
        autoconnect_priority: Said<Int<-999, 999>>,
        /// `connection.autoconnect-retries`; 0 forever.
        autoconnect_retries: Said<I32>,
        /// `connection.autoconnect-ports`.
        autoconnect_ports: Said<Int<-1, 1>>,
        /// `connection.multi-connect`: 0 default, 1 single, 2 manual-multiple, 3 multiple.
        multi_connect: Said<Int<0, 3>>,
        /// `connection.permissions`: `user:NAME:`; empty is everybody.
        permissions: List<String>,
        /// `connection.stable-id`.
        stable_id: Said<String>,
        /// `connection.secondaries`: UUIDs of profiles started with this one.
        secondaries: List<String>,
        /// `connection.metered`: 0 unknown, 1 yes, 2 no, 3 guess-yes, 4 guess-no.
        metered: Said<Int<0, 4>>,
        /// `connection.lldp`: -1, 0, 1.
        lldp: Said<Int<-1, 1>>,
        /// `connection.mdns`: -1, 0 no, 1 resolve, 2 yes.
        mdns: Said<Int<-1, 2>>,
        /// `connection.llmnr`: -1, 0 no, 1 resolve, 2 yes.
        llmnr: Said<Int<-1, 2>>,
        /// `connection.dns-over-tls`: -1, 0 no, 1 opportunistic, 2 yes.
        dns_over_tls: Said<Int<-1, 2>>,
        /// `connection.dnssec`: -1, 0 no, 1 allow-downgrade, 2 yes.
        dnssec: Said<Int<-1, 2>>,
        /// `connection.mptcp-flags`.
        mptcp_flags: Said<Count>,
        /// `connection.gateway-ping-timeout` in s.
        gateway_ping_timeout: Said<Int<0, 600>>,
        /// `connection.ip-ping-timeout` in s.
        ip_ping_timeout: Said<Int<0, 600>>,
        /// `connection.ip-ping-addresses`.
        ip_ping_addresses: List<String>,
        /// `connection.ip-ping-addresses-require-all`: -1, 0, 1.
        ip_ping_addresses_require_all: Said<Int<-1, 1>>,
        /// `connection.wait-device-timeout` in ms.
        wait_device_timeout: Said<I32>,
        /// `connection.wait-activation-delay` in ms.
        wait_activation_delay: Said<I32>,
        /// `connection.auth-retries`.
        auth_retries: Said<I32>,
        /// `connection.mud-url`.
        mud_url: Said<String>,
        /// `connection.down-on-poweroff`: -1, 0, 1.
        down_on_poweroff: Said<Int<-1, 1>>,
        /// `connection.timestamp`: seconds since the epoch, last activation.
        timestamp: Said<Count>,
        /// `user.*`.
        user_data: Map<String>,
        /// `proxy.method`: 0 none, 1 auto.
        proxy_method: Said<Int<0, 1>>,
        /// `proxy.browser-only`.
        proxy_browser_only: Said<bool>,
        /// `proxy.pac-url`.
        pac_url: Said<String>,
        /// `proxy.pac-script`.
        pac_script: Said<String>,
        /// `hostname.priority`.
        hostname_priority: Said<I32>,
        /// `hostname.from-dhcp`: -1, 0, 1.
        hostname_from_dhcp: Said<Int<-1, 1>>,
        /// `hostname.from-dns-lookup`: -1, 0, 1.
        hostname_from_dns_lookup: Said<Int<-1, 1>>,
        /// `hostname.only-from-default`: -1, 0, 1.
        hostname_only_from_default: Said<Int<-1, 1>>,
        /// `prefix-delegation.subnet-id`: -1 auto.
        prefix_delegation_subnet_id: Said<Int<-1, 2_147_483_647>>,
    }
}

node! {
    /// Which device a profile is for, beyond its interface name.
    pub struct Match {
        /// Permanent hardware address.
        mac: Said<crate::value::Mac>,
        /// Never these hardware addresses.
        mac_denylist: List<crate::value::Mac>,
        /// Interface names, `!`, `&` and `|` prefixes.
        interface_name: List<String>,
        /// Words of the kernel's command line.
        kernel_command_line: List<String>,
        /// Drivers.
        driver: List<String>,
        /// ID_PATH of udev.
        path: List<String>,
    }
}
