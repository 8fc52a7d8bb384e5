//! Routes (`RTA_*`, ip-route(8)).

use crate::reflect::{List, Nodes, Said};
use crate::value::{U8, U32};
use crate::{node, words};
use ipnet::{IpNet, Ipv6Net};
use std::net::IpAddr;

/// The table that routes are in where none is said (RT_TABLE_MAIN, include/uapi/linux/rtnetlink.h).
pub const MAIN_TABLE: u32 = 254;
/// The routing table of the host's own addresses, `RT_TABLE_LOCAL`.
pub const LOCAL_TABLE: u32 = 255;

words! {
    /// `rtm_type`.
    pub enum RouteType {
        Unicast = "unicast",
        Local = "local",
        Broadcast = "broadcast",
        Multicast = "multicast",
        Anycast = "anycast",
        Blackhole = "blackhole",
        Unreachable = "unreachable",
        Prohibit = "prohibit",
        Throw = "throw",
        Nat = "nat",
    }
}

node! {
    /// A route. What is not said is the owner's or the kernel's choice.
    pub struct Route {
        /// Network namespace, where it is not the host's own; an owner's goes before.
        netns: Said<String>,
        /// Destination; `0.0.0.0/0` or `::/0` is the default route (RTA_DST).
        dst: Said<IpNet>,
        /// Kind of route.
        route_type: Said<RouteType>,
        /// Next hop, of either family (RTA_GATEWAY, RTA_VIA).
        gateway: Said<IpAddr>,
        /// Interface, where it is not the owner's (RTA_OIF).
        dev: Said<String>,
        /// Priority (RTA_PRIORITY).
        metric: Said<U32>,
        /// Table number (RTA_TABLE).
        table: Said<U32>,
        /// Who made the route: name or number of rt_protos (rtm_protocol).
        protocol: Said<String>,
        /// Scope number: 0 global, 200 site, 253 link, 254 host, 255 nowhere (rtm_scope).
        scope: Said<U8>,
        /// Preferred source address (RTA_PREFSRC).
        src: Said<IpAddr>,
        /// Source prefix (RTA_SRC, IPv6).
        from: Said<Ipv6Net>,
        /// Type of service (rtm_tos, IPv4).
        tos: Said<U8>,
        /// The gateway is on the link (RTNH_F_ONLINK).
        onlink: Said<bool>,
        /// RTAX_MTU.
        mtu: Said<U32>,
        /// `mtu lock`.
        lock_mtu: Said<bool>,
        /// RTAX_ADVMSS.
        advmss: Said<U32>,
        /// `advmss lock`.
        lock_advmss: Said<bool>,
        /// RTAX_WINDOW.
        window: Said<U32>,
        /// `window lock`.
        lock_window: Said<bool>,
        /// RTAX_CWND.
        cwnd: Said<U32>,
        /// `cwnd lock`.
        lock_cwnd: Said<bool>,
        /// RTAX_INITCWND.
        initcwnd: Said<U32>,
        /// `initcwnd lock`.
        lock_initcwnd: Said<bool>,
        /// RTAX_INITRWND.
        initrwnd: Said<U32>,
        /// `initrwnd lock`.
        lock_initrwnd: Said<bool>,
        /// RTAX_RTO_MIN in ms.
        rto_min: Said<U32>,
        /// RTAX_QUICKACK.
        quickack: Said<bool>,
        /// Weight of this next hop among routes of equal destination and metric (rtnh_hops + 1).
        weight: Said<U32>,
        /// Realms (RTA_FLOW).
        realms: Said<String>,
        /// Router preference `low`, `medium`, `high` (RTA_PREF).
        pref: Said<String>,
        /// Several next hops (RTA_MULTIPATH).
        nexthops: Nodes<NextHop>,
        /// Further ip-route words that stand for themselves (`congctl reno`, `features ecn`), a pair an item.
        attributes: List<String>,
    }
}

node! {
    /// A next hop of a multipath route.
    pub struct NextHop {
        /// Gateway (RTA_GATEWAY, RTA_VIA).
        gateway: Said<IpAddr>,
        /// Interface (rtnh_ifindex).
        dev: Said<String>,
        /// Weight (rtnh_hops + 1).
        weight: Said<U32>,
        /// The gateway is on the link.
        onlink: Said<bool>,
    }
}

impl Route {
    /// True where the route has no device and so outlives every link; the kernel names `lo` for those of IPv6
    /// (`ip6_route_info_create()`).
    #[must_use]
    pub fn is_without_device(&self) -> bool {
        let kind = self.route_type.as_ref().map(|at| at.value);
        matches!(
            kind,
            Some(RouteType::Blackhole | RouteType::Unreachable | RouteType::Prohibit | RouteType::Throw)
        )
    }
}
