//! Addresses, DHCP, autoconfiguration and DNS of one address family.

use crate::reflect::{List, Said};
use crate::value::{Count, I32, Int, InterfaceId, U32};
use crate::{node, words};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv6Addr};

words! {
    /// How a link gets its addresses in one family.
    pub enum IpMethod {
        /// DHCPv4; router advertisements and what they ask for.
        Auto = "auto",
        /// Only what the configuration lists.
        Manual = "manual",
        /// DHCPv6 without address autoconfiguration.
        Dhcp = "dhcp",
        /// A link-local address only.
        LinkLocal = "link-local",
        /// An address, a DHCP server and masquerading for others.
        Shared = "shared",
        /// The family is switched off.
        Disabled = "disabled",
        /// The family is left to the kernel.
        Ignore = "ignore",
    }
}

/// An address of a link with the attributes of ip-address(8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Address and prefix length (IFA_LOCAL, ifa_prefixlen).
    pub net: IpNet,
    /// Peer address (IFA_ADDRESS of a point-to-point link).
    pub peer: Option<IpAddr>,
    /// Broadcast address (IFA_BROADCAST).
    pub broadcast: Option<IpAddr>,
    /// Label (IFA_LABEL).
    pub label: Option<String>,
    /// Scope in rt_scope numbers or names.
    pub scope: Option<String>,
    /// Seconds that the address is valid (IFA_CACHEINFO); `None` is for ever.
    pub valid_lft: Option<u32>,
    /// Seconds that the address is preferred; 0 is deprecated at once, `None` for ever.
    pub preferred_lft: Option<u32>,
    /// Metric of its prefix route (IFA_RT_PRIORITY).
    pub metric: Option<u32>,
    /// Flags.
    pub flags: AddressFlags,
}

/// Flags that a configuration sets on an address (IFA_FLAGS), by their words in ip-address(8).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AddressFlags {
    /// The kernel makes no route of its prefix.
    pub noprefixroute: bool,
    /// No duplicate address detection.
    pub nodad: bool,
    /// Home address of mobile IPv6.
    pub home: bool,
    /// Makes temporary addresses.
    pub mngtmpaddr: bool,
    /// Joins multicast groups.
    pub autojoin: bool,
    /// Used before detection has ended.
    pub optimistic: bool,
}

impl AddressFlags {
    /// The words of the flags that are set, in the order in which ip-address(8) names them.
    pub fn words(mut self) -> impl Iterator<Item = &'static str> {
        self.all().map(|(word, flag)| (*flag).then_some(word)).into_iter().flatten()
    }

    fn all(&mut self) -> [(&'static str, &mut bool); 6] {
        [
            ("home", &mut self.home),
            ("nodad", &mut self.nodad),
            ("optimistic", &mut self.optimistic),
            ("mngtmpaddr", &mut self.mngtmpaddr),
            ("noprefixroute", &mut self.noprefixroute),
            ("autojoin", &mut self.autojoin),
        ]
    }

    /// Sets the flag of that word; false where there is none.
    pub fn set(&mut self, word: &str) -> bool {
        match self.all().into_iter().find(|(name, _)| *name == word) {
            Some((_, flag)) => {
                *flag = true;
                true
            }
            None => false,
        }
    }
}

impl Address {
    /// An address without attributes.
    #[must_use]
    pub fn new(net: IpNet) -> Self {
        Address {
            net,
            peer: None,
            broadcast: None,
            label: None,
            scope: None,
            valid_lft: None,
            preferred_lft: None,
            metric: None,
            flags: AddressFlags::default(),
        }
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.net)?;
        if let Some(peer) = self.peer {
            write!(f, " peer {peer}")?;
        }
        if let Some(broadcast) = self.broadcast {
            write!(f, " brd {broadcast}")?;
        }
        if let Some(scope) = &self.scope {
            write!(f, " scope {scope}")?;
        }
        if let Some(label) = &self.label {
            write!(f, " label {label}")?;
        }
        let numbers =
            [("metric", self.metric), ("valid_lft", self.valid_lft), ("preferred_lft", self.preferred_lft)];
        for (word, number) in numbers {
            if let Some(number) = number {
                write!(f, " {word} {number}")?;
            }
        }
        for word in self.flags.words() {
            write!(f, " {word}")?;
        }
        Ok(())
    }
}

impl std::str::FromStr for Address {
    type Err = crate::value::NotThat;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        use crate::value::NotThat;
        let mut words = text.split_ascii_whitespace();
        let mut address = Address::new(words.next().ok_or(NotThat)?.parse().map_err(|_| NotThat)?);
        while let Some(word) = words.next() {
            if address.flags.set(word) {
                continue;
            }
            let value = words.next().ok_or(NotThat)?;
            match word {
                "peer" => address.peer = Some(value.parse().map_err(|_| NotThat)?),
                "brd" => address.broadcast = Some(value.parse().map_err(|_| NotThat)?),
                "scope" => address.scope = Some(value.to_owned()),
                "label" => address.label = Some(value.to_owned()),
                "metric" => address.metric = Some(value.parse().map_err(|_| NotThat)?),
                "valid_lft" => address.valid_lft = Some(value.parse().map_err(|_| NotThat)?),
                "preferred_lft" => address.preferred_lft = Some(value.parse().map_err(|_| NotThat)?),
                _ => return Err(NotThat),
            }
        }
        Ok(address)
    }
}

impl crate::value::Scalar for Address {
    const HOLDS: crate::value::Holds = crate::value::Holds::Ip;
    fn expected() -> std::borrow::Cow<'static, str> {
        "an address with a prefix length, then `peer`, `brd`, `scope`, `label`, `metric`, `valid_lft`, \
         `preferred_lft` and flags as ip-address(8) has them"
            .into()
    }
    fn to_value(&self) -> crate::value::Value {
        crate::value::Value::text(self.to_string())
    }
    fn from_text(text: &str) -> Result<Self, crate::value::ValueError> {
        text.parse().map_err(|_| crate::value::ValueError::new(text, Self::expected()))
    }
}

words! {
    /// How IPv6 interface identifiers are made (`IFLA_INET6_ADDR_GEN_MODE`).
    pub enum AddrGenMode {
        Eui64 = "eui64" | "0",
        StablePrivacy = "stable-privacy" | "1",
        DefaultOrEui64 = "default-or-eui64" | "2",
        Default = "default" | "3",
    }
}
words! {
    /// NetworkManager's `ipv4.link-local`.
    pub enum LinkLocal4 {
        Default = "default" | "0",
        Auto = "auto" | "1",
        Disabled = "disabled" | "2",
        Enabled = "enabled" | "3",
        Fallback = "fallback" | "4",
    }
}

node! {
    /// What a link does in one address family. Fields of one family only say so.
    pub struct IpConfig {
        /// Where addresses come from.
        method: Said<IpMethod>,
        /// Static addresses, in order.
        addresses: List<Address>,
        /// Default gateway.
        gateway: Said<IpAddr>,
        /// Name servers: addresses, or NetworkManager's forms with port and server name.
        dns: List<String>,
        /// Search domains; `~dom` routes only.
        dns_search: List<String>,
        /// resolv.conf(5) options; said to be empty means none.
        dns_options: List<String>,
        /// Priority of these servers among all links.
        dns_priority: Said<I32>,
        /// Metric of this link's routes that name none; -1 is the daemon's choice.
        route_metric: Said<Int<-1, 4_294_967_295>>,
        /// Table of this link's routes that name none; 0 is main, unsynchronised.
        route_table: Said<U32>,
        /// Never carries the default route.
        never_default: Said<bool>,
        /// Leave out routes that DHCP or advertisements give.
        ignore_auto_routes: Said<bool>,
        /// Leave out name servers that DHCP or advertisements give.
        ignore_auto_dns: Said<bool>,
        /// Activation succeeds although this family fails.
        may_fail: Said<bool>,
        /// Wait for this family at least so long, in ms; -1 is the default.
        required_timeout: Said<I32>,
        /// Duplicate address detection in ms; -1 is the default, 0 off.
        dad_timeout: Said<Int<-1, 30_000>>,
        /// Host name sent by DHCP.
        dhcp_hostname: Said<String>,
        /// Bits: 1 server-update, 2 encoded, 4 no-update, 8 clear.
        dhcp_hostname_flags: Said<Count>,
        /// Send a host name: -1, 0, 1.
        dhcp_send_hostname: Said<Int<-1, 1>>,
        /// Seconds, 0 default, 2147483647 infinite.
        dhcp_timeout: Said<Count>,
        /// Identity association: a number, `mac`, `perm-mac`, `stable`, `ifname`.
        dhcp_iaid: Said<String>,
        /// `CS0`, `CS4`, `CS6`.
        dhcp_dscp: Said<String>,
        /// Release the lease: -1, 0, 1.
        dhcp_send_release: Said<Int<-1, 1>>,
        /// DHCP servers that are refused (IPv4).
        dhcp_reject_servers: List<String>,
        /// Fully qualified name sent by DHCP (IPv4).
        dhcp_fqdn: Said<String>,
        /// Client identifier (IPv4).
        dhcp_client_id: Said<String>,
        /// Vendor class (IPv4).
        dhcp_vendor_class_identifier: Said<String>,
        /// Prefer IPv6 only: -1 to 2 (IPv4).
        dhcp_ipv6_only_preferred: Said<Int<-1, 2>>,
        /// Link-local address beside others (IPv4).
        link_local: Said<LinkLocal4>,
        /// 464XLAT: -1, 0 no, 1 auto, 2 force (IPv4).
        clat: Said<Int<-1, 2>>,
        /// Routes to an external gateway: -1, 0, 1.
        auto_route_ext_gw: Said<Int<-1, 1>>,
        /// Replace the rule of the local table: -1, 0, 1.
        replace_local_rule: Said<Int<-1, 1>>,
        /// Routes for the name servers: -1, 0, 1.
        routed_dns: Said<Int<-1, 1>>,
        /// Forwarding: -1, 0, 1, 2 auto.
        forwarding: Said<Int<-1, 2>>,
        /// Range of the shared DHCP server: `FIRST,LAST`.
        shared_dhcp_range: Said<String>,
        /// Lease time of the shared DHCP server in s.
        shared_dhcp_lease_time: Said<Count>,
        /// Take router advertisements: 0 no, 1 unless forwarding, 2 always (`net.ipv6.conf.*.accept_ra`, IPv6).
        accept_ra: Said<Int<0, 2>>,
        /// Make addresses of advertised prefixes (`net.ipv6.conf.*.autoconf`, IPv6).
        autoconf: Said<bool>,
        /// Temporary addresses: -1 unknown, 0 off, 1 prefer public, 2 prefer temporary (IPv6).
        ip6_privacy: Said<Int<-1, 2>>,
        /// Interface identifier (IPv6).
        addr_gen_mode: Said<AddrGenMode>,
        /// Fixed interface identifier (`::x`, IPv6).
        token: Said<InterfaceId>,
        /// Seconds to wait for an advertisement (IPv6).
        ra_timeout: Said<Count>,
        /// IPv6 MTU (`net.ipv6.conf.*.mtu`).
        mtu: Said<U32>,
        /// DUID: hexadecimal, or `lease`, `llt`, `ll`, `stable-llt`, `stable-ll`, `stable-uuid` (IPv6).
        dhcp_duid: Said<String>,
        /// Prefix delegation hint `[ADDR]/LEN` (IPv6).
        dhcp_pd_hint: Said<String>,
        /// Valid lifetime of temporary addresses in s (IPv6).
        temp_valid_lifetime: Said<Count>,
        /// Preferred lifetime of temporary addresses in s (IPv6).
        temp_preferred_lifetime: Said<Count>,
    }
}

/// The address behind a server in any form that NetworkManager takes: `ADDR`, `ADDR#NAME`,
/// `dns+tls://ADDR:PORT#NAME`, IPv6 in brackets (`nm_dns_uri_parse`).
#[must_use]
pub fn name_server_address(text: &str) -> Option<IpAddr> {
    let uri = text.strip_prefix("dns+tls://").or_else(|| text.strip_prefix("dns+udp://"));
    let host = uri.unwrap_or(text);
    let host = host.split_once('#').map_or(host, |(host, _)| host);
    let bare = match (uri, host.strip_prefix('[')) {
        (Some(_), Some(rest)) => rest.split_once(']')?.0,
        (Some(_), None) => host.split_once(':').map_or(host, |(host, _)| host),
        (None, _) => host,
    };
    match bare.split_once('%') {
        Some((address, _)) => address.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
        None => bare.parse().ok(),
    }
}

/// True for a search domain that completes no name and only says which names the link's servers are asked for
/// (`~corp.example`; systemd-resolved.service(8), `ipv4.dns-search` of nm-settings-nmcli(5)).
#[must_use]
pub fn is_routing_domain(domain: &str) -> bool {
    domain.starts_with('~')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_it_is_written() {
        let text = "192.0.2.1/24 peer 192.0.2.2 brd 192.0.2.255 scope link label eth0:1 metric 7 valid_lft 60 \
                    preferred_lft 0 nodad noprefixroute";
        let address: Address = text.parse().unwrap();
        assert!(address.flags.nodad && address.flags.noprefixroute && !address.flags.home);
        assert_eq!((address.valid_lft, address.preferred_lft, address.metric), (Some(60), Some(0), Some(7)));
        assert_eq!(address.to_string(), text);
        assert!("192.0.2.1/24 metric".parse::<Address>().is_err());
        assert!("192.0.2.1/24 nodad odd".parse::<Address>().is_err());
    }
}
