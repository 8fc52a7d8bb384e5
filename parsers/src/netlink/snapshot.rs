//! The kernel's state as data, in the names that iproute2 prints with `-j` (ip(8), bridge(8)).
//!
//! Whoever takes the state – `ip -j`, or a capture over netlink – fills these types; their
//! interpretation is one. What iproute2 prints beyond them is kept under `other`, to be told.

use netpivot_model::source::Span;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

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
}

/// A link with its addresses (ip/ipaddress.c:print_linkinfo).
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct LinkState {
    /// IFLA_IFNAME.
    pub ifname: String,
    /// The link below or the peer, by name (IFLA_LINK).
    pub link: Option<String>,
    /// The same by index, where it lives in another namespace.
    pub link_index: Option<i64>,
    /// The namespace of that link (IFLA_LINK_NETNSID).
    pub link_netnsid: Option<i64>,
    /// `ifi_flags`; missing in abridged output.
    pub flags: Option<Vec<String>>,
    /// IFLA_MTU.
    pub mtu: Option<i64>,
    /// IFLA_MASTER.
    pub master: Option<String>,
    /// IFLA_OPERSTATE.
    pub operstate: Option<String>,
    /// `ifi_type`: `ether`, `loopback`, `infiniband`, …
    pub link_type: Option<String>,
    /// IFLA_ADDRESS.
    pub address: Option<String>,
    /// IFLA_PERM_ADDRESS, where it differs.
    pub permaddr: Option<String>,
    /// IFLA_TXQLEN.
    pub txqlen: Option<i64>,
    /// IFLA_LINKINFO.
    pub linkinfo: Option<LinkInfo>,
    /// The addresses.
    pub addr_info: Vec<AddressState>,
    /// What else is printed.
    #[serde(flatten)]
    pub other: Map<String, Json>,
}

/// IFLA_LINKINFO.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct LinkInfo {
    /// IFLA_INFO_KIND.
    pub info_kind: Option<String>,
    /// IFLA_INFO_DATA.
    pub info_data: Map<String, Json>,
    /// IFLA_INFO_SLAVE_KIND.
    pub info_slave_kind: Option<String>,
    /// IFLA_INFO_SLAVE_DATA.
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
    pub address: Option<String>,
    /// ifa_prefixlen.
    pub prefixlen: Option<u8>,
    /// IFA_RT_PRIORITY.
    pub metric: Option<u32>,
    /// IFA_BROADCAST.
    pub broadcast: Option<String>,
    /// IFA_ANYCAST.
    pub anycast: Option<String>,
    /// ifa_scope.
    pub scope: Option<String>,
    /// IFA_PROTO.
    pub protocol: Option<String>,
    /// IFA_LABEL.
    pub label: Option<String>,
    /// Not IFA_F_PERMANENT.
    pub dynamic: bool,
    /// IFA_F_SECONDARY.
    pub secondary: bool,
    /// IFA_F_TEMPORARY.
    pub temporary: bool,
    /// IFA_F_NOPREFIXROUTE.
    pub noprefixroute: bool,
    /// IFA_F_NODAD.
    pub nodad: bool,
    /// IFA_F_HOMEADDRESS.
    pub home: bool,
    /// IFA_F_MANAGETEMPADDR.
    pub mngtmpaddr: bool,
    /// IFA_F_MCAUTOJOIN.
    pub autojoin: bool,
    /// IFA_F_OPTIMISTIC.
    pub optimistic: bool,
    /// IFA_F_STABLE_PRIVACY.
    #[serde(rename = "stable-privacy")]
    pub stable_privacy: bool,
    /// IFA_CACHEINFO in s; 4294967295 is for ever.
    pub valid_life_time: Option<u32>,
    /// IFA_CACHEINFO in s.
    pub preferred_life_time: Option<u32>,
    /// What else is printed.
    #[serde(flatten)]
    pub other: Map<String, Json>,
}

/// A route (ip/iproute.c:print_route).
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct RouteState {
    /// rtm_type; unicast where it is missing.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// RTA_DST; `default`.
    pub dst: String,
    /// RTA_SRC.
    pub from: Option<String>,
    /// RTA_GATEWAY.
    pub gateway: Option<String>,
    /// RTA_VIA.
    pub via: Option<Via>,
    /// RTA_OIF.
    pub dev: Option<String>,
    /// RTA_TABLE; main where it is missing.
    pub table: Option<String>,
    /// rtm_protocol.
    pub protocol: Option<String>,
    /// rtm_scope.
    pub scope: Option<String>,
    /// RTA_PREFSRC.
    pub prefsrc: Option<String>,
    /// RTA_PRIORITY.
    pub metric: Option<u32>,
    /// rtm_tos.
    pub tos: Option<String>,
    /// rtm_flags.
    pub flags: Vec<String>,
    /// RTA_METRICS.
    pub metrics: Vec<Map<String, Json>>,
    /// RTA_MULTIPATH.
    pub nexthops: Vec<NextHopState>,
    /// RTA_PREF.
    pub pref: Option<String>,
    /// RTA_CACHEINFO: seconds that are left.
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
    pub gateway: Option<String>,
    /// RTA_VIA.
    pub via: Option<Via>,
    /// rtnh_ifindex.
    pub dev: Option<String>,
    /// rtnh_hops + 1.
    pub weight: Option<u32>,
    /// rtnh_flags.
    pub flags: Vec<String>,
    /// What else is printed.
    #[serde(flatten)]
    pub other: Map<String, Json>,
}

/// A policy rule (ip/iprule.c:print_rule).
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct RuleState {
    /// FRA_PRIORITY.
    pub priority: u32,
    /// FIB_RULE_INVERT, printed as null.
    #[serde(skip_deserializing)]
    pub inverted: bool,
    /// FRA_SRC; `all`.
    pub src: Option<String>,
    /// Its prefix length.
    pub srclen: Option<u8>,
    /// FRA_DST.
    pub dst: Option<String>,
    /// Its prefix length.
    pub dstlen: Option<u8>,
    /// The settings whose names are those of ip-rule(8), and what else is printed.
    #[serde(flatten)]
    pub other: Map<String, Json>,
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
    pub lladdr: Option<String>,
    /// ndm_state.
    pub state: Vec<String>,
    /// NTF_PROXY, printed as null.
    pub proxy: Option<Json>,
    /// NTF_ROUTER, printed as null.
    pub router: Option<Json>,
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
    pub dst: Option<String>,
    /// NDA_VLAN.
    pub vlan: Option<u16>,
    /// NDA_PORT.
    pub port: Option<u16>,
    /// NDA_VNI.
    pub vni: Option<u32>,
    /// NDA_IFINDEX.
    #[serde(rename = "viaIf")]
    pub via: Option<String>,
    /// NDA_MASTER.
    pub master: Option<String>,
    /// ndm_flags: `self`, `master`, `extern_learn`, `offload`, `sticky`.
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
    pub vlans: Vec<VlanEntry>,
}

/// A VLAN or range of a bridge port.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct VlanEntry {
    /// First id.
    pub vlan: u16,
    /// Last id.
    #[serde(rename = "vlanEnd")]
    pub end: Option<u16>,
    /// `PVID`, `Egress Untagged`.
    pub flags: Vec<String>,
    /// What else is printed.
    #[serde(flatten)]
    pub other: Map<String, Json>,
}
