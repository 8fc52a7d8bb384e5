//! The kernel's state as data, in the names that iproute2 prints with `-j` (ip(8), bridge(8)).
//!
//! Whoever takes the state – `ip -j`, or a capture over netlink – fills these types; their
//! interpretation is one. What iproute2 prints beyond them is kept under `other`, to be told.

use netpivot_model::source::Span;
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// An object of the state and where it stands.
#[derive(Debug, Clone)]
pub struct Seen<T> {
    /// The object.
    pub item: T,
    /// Its place in the input.
    pub span: Span,
}

/// The state of one network namespace.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// Its name, where it is not the host's own.
    pub name: Option<Seen<String>>,
    /// `ip -j -d address`.
    pub links: Vec<Seen<LinkState>>,
    /// `ip -j route show table all`, both families.
    pub routes: Vec<Seen<RouteState>>,
    /// `ip -j rule`, both families.
    pub rules: Vec<Seen<RuleState>>,
    /// `ip -j neighbour`.
    pub neighbors: Vec<Seen<NeighborState>>,
    /// `bridge -j fdb`.
    pub fdb: Vec<Seen<FdbState>>,
    /// `bridge -j vlan`.
    pub vlans: Vec<Seen<VlanState>>,
    /// What ethtool shows of links, which a capture has.
    pub ethtool: Vec<Seen<EthtoolState>>,
    /// Kernel settings of the namespace by name, which a capture has.
    pub sysctls: Vec<(String, Seen<String>)>,
    /// The name servers, where a capture was asked for them.
    pub resolver: Option<Seen<Resolver>>,
    /// What a capture could not read, and why.
    pub unseen: Vec<Seen<String>>,
}

/// The name servers of a namespace (resolv.conf(5)).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Resolver {
    /// The file that says them.
    pub file: String,
    /// Addresses, the first one first.
    pub nameservers: Vec<String>,
    /// Domains that names are looked up in.
    pub search: Vec<String>,
    /// Options of the resolver.
    pub options: Vec<String>,
}

/// The state of one network namespace as a capture holds it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NamespaceState {
    /// Its name; empty for the one that the capture was started in.
    pub name: String,
    /// The links with their addresses.
    pub links: Vec<LinkState>,
    /// The routes.
    pub routes: Vec<RouteState>,
    /// The rules.
    pub rules: Vec<RuleState>,
    /// The neighbours that somebody set.
    pub neighbors: Vec<NeighborState>,
    /// The forwarding entries that do not age.
    pub fdb: Vec<FdbState>,
    /// The VLANs of bridge ports.
    pub vlans: Vec<VlanState>,
    /// What ethtool shows of links.
    pub ethtool: Vec<EthtoolState>,
    /// Kernel settings of the namespace that make a router of it, on or off.
    pub sysctls: BTreeMap<String, String>,
    /// The name servers, where they were asked for.
    pub resolver: Option<Resolver>,
    /// What could not be read, and why.
    pub unseen: Vec<String>,
}

/// A link with its addresses (ip/ipaddress.c:print_linkinfo).
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct LinkState {
    /// IFLA_IFNAME.
    pub ifname: String,
    /// Its number, which links of other namespaces name it by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ifindex: Option<u32>,
    /// The link below or the peer, by name (IFLA_LINK).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The same by index, where it lives in another namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link_index: Option<i64>,
    /// The namespace of that link (IFLA_LINK_NETNSID).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link_netnsid: Option<i64>,
    /// The same by its name, where it is known; empty for the namespace that has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link_netns: Option<String>,
    /// `ifi_flags`; missing in abridged output.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flags: Option<Vec<String>>,
    /// IFLA_MTU.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mtu: Option<i64>,
    /// IFLA_MASTER.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub master: Option<String>,
    /// IFLA_OPERSTATE.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operstate: Option<String>,
    /// `ifi_type`: `ether`, `loopback`, `infiniband`, …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link_type: Option<String>,
    /// IFLA_ADDRESS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// IFLA_PERM_ADDRESS, where it differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permaddr: Option<String>,
    /// IFLA_TXQLEN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub txqlen: Option<i64>,
    /// IFLA_IFALIAS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ifalias: Option<String>,
    /// IFLA_GROUP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// IFLA_ALT_IFNAME.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub altnames: Vec<String>,
    /// IFLA_INET6_ADDR_GEN_MODE.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inet6_addr_gen_mode: Option<String>,
    /// IFLA_INET6_TOKEN; `ip -j token` prints it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inet6_token: Option<String>,
    /// How the link came by its address (sysfs, NET_ADDR_*); iproute2 does not print it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub addr_assign_type: Option<u32>,
    /// net.ipv4.conf.NAME.forwarding; iproute2 does not print it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipv4_forwarding: Option<u32>,
    /// The settings below net.ipv6.conf.NAME; iproute2 does not print them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipv6: Option<Ipv6Settings>,
    /// IFLA_LINKINFO.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub linkinfo: Option<LinkInfo>,
    /// The addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addr_info: Vec<AddressState>,
    /// What else is printed.
    #[serde(flatten)]
    pub other: Map<String, Json>,
}

/// Kernel settings of a link below net.ipv6.conf (IFLA_INET6_CONF).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct Ipv6Settings {
    /// Whether packets are forwarded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forwarding: Option<i32>,
    /// The largest packet, which may be smaller than the link's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mtu: Option<i32>,
    /// Whether router advertisements are heard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accept_ra: Option<i32>,
    /// Whether addresses are made of advertised prefixes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub autoconf: Option<i32>,
    /// Whether temporary addresses are made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub use_tempaddr: Option<i32>,
    /// Whether the link speaks no IPv6.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disable_ipv6: Option<i32>,
}

/// IFLA_LINKINFO.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct LinkInfo {
    /// IFLA_INFO_KIND.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub info_kind: Option<String>,
    /// IFLA_INFO_DATA.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub info_data: Map<String, Json>,
    /// IFLA_INFO_SLAVE_KIND.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub info_slave_kind: Option<String>,
    /// IFLA_INFO_SLAVE_DATA.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub info_slave_data: Map<String, Json>,
    /// What else is printed.
    #[serde(flatten)]
    pub other: Map<String, Json>,
}

/// An address (ip/ipaddress.c:print_addrinfo).
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
#[allow(clippy::struct_excessive_bools, reason = "flags as iproute2 prints them")]
pub struct AddressState {
    /// `inet` or `inet6`.
    pub family: String,
    /// IFA_LOCAL.
    pub local: String,
    /// IFA_ADDRESS, where it is a peer's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// ifa_prefixlen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefixlen: Option<u8>,
    /// IFA_RT_PRIORITY.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metric: Option<u32>,
    /// IFA_BROADCAST.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broadcast: Option<String>,
    /// IFA_ANYCAST.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anycast: Option<String>,
    /// ifa_scope.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// IFA_PROTO.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// IFA_LABEL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Not IFA_F_PERMANENT.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub dynamic: bool,
    /// IFA_F_SECONDARY.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub secondary: bool,
    /// IFA_F_TEMPORARY.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub temporary: bool,
    /// IFA_F_NOPREFIXROUTE.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub noprefixroute: bool,
    /// IFA_F_NODAD.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub nodad: bool,
    /// IFA_F_HOMEADDRESS.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub home: bool,
    /// IFA_F_MANAGETEMPADDR.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub mngtmpaddr: bool,
    /// IFA_F_MCAUTOJOIN.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub autojoin: bool,
    /// IFA_F_OPTIMISTIC.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub optimistic: bool,
    /// IFA_F_STABLE_PRIVACY.
    #[serde(rename = "stable-privacy", skip_serializing_if = "std::ops::Not::not")]
    pub stable_privacy: bool,
    /// IFA_CACHEINFO in s; 4294967295 is for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_life_time: Option<u32>,
    /// IFA_CACHEINFO in s.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_life_time: Option<u32>,
    /// What else is printed.
    #[serde(flatten)]
    pub other: Map<String, Json>,
}

/// A route (ip/iproute.c:print_route).
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct RouteState {
    /// rtm_family, `inet` or `inet6`; iproute2 does not print it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// rtm_type; unicast where it is missing.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// RTA_DST; `default`.
    pub dst: String,
    /// RTA_SRC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// RTA_GATEWAY.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gateway: Option<String>,
    /// RTA_VIA.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via: Option<Via>,
    /// RTA_OIF.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dev: Option<String>,
    /// RTA_TABLE; main where it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// rtm_protocol.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// rtm_scope.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// RTA_PREFSRC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefsrc: Option<String>,
    /// RTA_PRIORITY.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metric: Option<u32>,
    /// rtm_tos.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tos: Option<String>,
    /// rtm_flags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
    /// RTA_METRICS.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub metrics: Vec<Map<String, Json>>,
    /// RTA_MULTIPATH.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nexthops: Vec<NextHopState>,
    /// RTA_PREF.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pref: Option<String>,
    /// RTA_CACHEINFO: seconds that are left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<Json>,
    /// What else is printed.
    #[serde(flatten)]
    pub other: Map<String, Json>,
}

/// RTA_VIA: a gateway of the other family.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Via {
    /// Its family.
    pub family: String,
    /// Its address.
    pub host: String,
}

/// A next hop of a multipath route.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct NextHopState {
    /// RTA_GATEWAY.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gateway: Option<String>,
    /// RTA_VIA.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via: Option<Via>,
    /// rtnh_ifindex.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dev: Option<String>,
    /// rtnh_hops + 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<u32>,
    /// rtnh_flags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
    /// What else is printed.
    #[serde(flatten)]
    pub other: Map<String, Json>,
}

/// A policy rule (ip/iprule.c:print_rule).
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct RuleState {
    /// The family, `inet` or `inet6`; iproute2 does not print it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// FRA_PRIORITY.
    pub priority: u32,
    /// FIB_RULE_INVERT, printed as null.
    #[serde(skip)]
    pub inverted: bool,
    /// FRA_SRC; `all`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub src: Option<String>,
    /// Its prefix length.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub srclen: Option<u8>,
    /// FRA_DST.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dst: Option<String>,
    /// Its prefix length.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dstlen: Option<u8>,
    /// The settings whose names are those of ip-rule(8), and what else is printed.
    #[serde(flatten)]
    pub other: Map<String, Json>,
}

/// True for a flag that iproute2 prints as null, whatever its value is.
fn is_there<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(from).map(|_| true)
}

/// A neighbour (ip/ipneigh.c:print_neigh).
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct NeighborState {
    /// NDA_DST.
    pub dst: String,
    /// ndm_ifindex.
    pub dev: String,
    /// NDA_LLADDR.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lladdr: Option<String>,
    /// ndm_state.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub state: Vec<String>,
    /// NTF_PROXY, printed as null.
    #[serde(deserialize_with = "is_there", skip_serializing_if = "std::ops::Not::not")]
    pub proxy: bool,
    /// NTF_ROUTER, printed as null.
    #[serde(deserialize_with = "is_there", skip_serializing_if = "std::ops::Not::not")]
    pub router: bool,
    /// What else is printed.
    #[serde(flatten)]
    pub other: Map<String, Json>,
}

/// A forwarding entry (bridge/fdb.c:print_fdb).
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct FdbState {
    /// NDA_LLADDR.
    pub mac: String,
    /// ndm_ifindex.
    pub ifname: String,
    /// NDA_DST.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dst: Option<String>,
    /// NDA_VLAN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vlan: Option<u16>,
    /// NDA_PORT.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// NDA_VNI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vni: Option<u32>,
    /// NDA_IFINDEX.
    #[serde(rename = "viaIf", skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
    /// NDA_MASTER.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub master: Option<String>,
    /// ndm_flags: `self`, `master`, `extern_learn`, `offload`, `sticky`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
    /// ndm_state: `permanent`, `static`, empty for learnt ones.
    pub state: String,
    /// What else is printed.
    #[serde(flatten)]
    pub other: Map<String, Json>,
}

/// The VLANs of a bridge port (bridge/vlan.c:print_vlan).
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct VlanState {
    /// The port or bridge.
    pub ifname: String,
    /// Its VLANs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub vlans: Vec<VlanEntry>,
}

/// A VLAN or range of a bridge port.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct VlanEntry {
    /// First id.
    pub vlan: u16,
    /// Last id.
    #[serde(rename = "vlanEnd", skip_serializing_if = "Option::is_none")]
    pub end: Option<u16>,
    /// `PVID`, `Egress Untagged`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
    /// What else is printed.
    #[serde(flatten)]
    pub other: Map<String, Json>,
}

/// What ethtool(8) shows of links, in its words; links that are alike share one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct EthtoolState {
    /// The links.
    pub links: Vec<String>,
    /// ETHTOOL_A_LINKINFO_PORT: `tp`, `aui`, `mii`, `fibre`, `bnc`, `da`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
    /// ETHTOOL_A_LINKMODES_AUTONEG.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub autoneg: Option<bool>,
    /// ETHTOOL_A_LINKMODES_SPEED in Mb/s: what is set, or what was negotiated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speed: Option<u32>,
    /// ETHTOOL_A_LINKMODES_DUPLEX: `half` or `full`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duplex: Option<String>,
    /// The link modes that the card has (ETH_SS_LINK_MODES): `1000baseT/Full`, and among them `Autoneg`, `TP`, `Pause`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub supported: Vec<String>,
    /// Those that it offers its peer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub advertised: Vec<String>,
    /// What wakes the host (ETH_SS_WOL_MODES): `phy`, `ucast`, `mcast`, `bcast`, `arp`, `magic`, `magicsecure`, `filter`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wol: Option<Vec<String>>,
    /// Offload features.
    #[serde(skip_serializing_if = "FeatureState::is_empty")]
    pub features: FeatureState,
    /// Sizes of rings: `rx`, `rx-mini`, `rx-jumbo`, `tx`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub rings: BTreeMap<String, u32>,
    /// Numbers of channels: `rx`, `tx`, `other`, `combined`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub channels: BTreeMap<String, u32>,
    /// Coalescing: `rx-usecs`, `adaptive-rx` (0 or 1), ….
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub coalesce: BTreeMap<String, u32>,
    /// Pause frames: `autoneg`, `rx`, `tx`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub pause: BTreeMap<String, bool>,
    /// ETHTOOL_A_EEE_ENABLED.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eee: Option<bool>,
    /// What is set of forward error correction: `auto`, `off`, `rs`, `baser`, `llrs`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fec: Vec<String>,
}

impl EthtoolState {
    /// True where nothing is known but the links.
    #[must_use]
    pub fn says_nothing(&self) -> bool {
        let nothing = EthtoolState { links: self.links.clone(), ..EthtoolState::default() };
        *self == nothing
    }
}

/// Offload features by the kernel's names (ETH_SS_FEATURES). One that stands nowhere is off and cannot be switched on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct FeatureState {
    /// On, and can be switched.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub on: Vec<String>,
    /// Off, and can be switched.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub off: Vec<String>,
    /// Those of both that are wanted otherwise: what they need is off, or the driver refuses them (`off [requested on]`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub requested: Vec<String>,
    /// On for good (`on [fixed]`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fixed: Vec<String>,
}

impl FeatureState {
    /// True where no feature is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == FeatureState::default()
    }
}
