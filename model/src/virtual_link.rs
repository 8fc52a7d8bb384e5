//! Software links: tun/tap, veth, macvlan, ipvlan, VXLAN, GENEVE, VRF, tunnels, MACsec, HSR.

use crate::reflect::Said;
use crate::secret::Secret;
use crate::value::{Count, Int, LinkRef, TunnelKey, U8, U16, U32};
use crate::{node, words};
use ipnet::Ipv6Net;
use std::net::{IpAddr, Ipv6Addr};

words! {
    /// `IFF_TUN` or `IFF_TAP`.
    pub enum TunMode { Tun = "tun" | "1", Tap = "tap" | "2" }
}
node! {
    /// A tun or tap device (`IFLA_TUN_*`).
    pub struct Tun {
        /// tun (IP packets) or tap (Ethernet frames).
        mode: Said<TunMode>,
        /// Owner: a user name or number (IFLA_TUN_OWNER).
        owner: Said<String>,
        /// Group: a group name or number (IFLA_TUN_GROUP).
        group: Said<String>,
        /// Packet information header (IFLA_TUN_PI).
        pi: Said<bool>,
        /// virtio-net header (IFLA_TUN_VNET_HDR).
        vnet_hdr: Said<bool>,
        /// Several queues (IFLA_TUN_MULTI_QUEUE).
        multi_queue: Said<bool>,
    }
}
node! {
    /// One end of a veth pair.
    pub struct Veth {
        /// The other end's name (VETH_INFO_PEER).
        peer: Said<LinkRef>,
    }
}
words! {
    /// `IFLA_MACVLAN_MODE`.
    pub enum MacvlanMode {
        Vepa = "vepa" | "1",
        Bridge = "bridge" | "2",
        Private = "private" | "3",
        Passthru = "passthru" | "4",
        Source = "source" | "5",
    }
}
node! {
    /// A macvlan or macvtap on top of another link.
    pub struct Macvlan {
        /// The link below (IFLA_LINK).
        parent: Said<LinkRef>,
        /// How the siblings see each other (IFLA_MACVLAN_MODE).
        mode: Said<MacvlanMode>,
        /// Put the parent into promiscuous mode; false only with passthru (MACVLAN_FLAG_NOPROMISC).
        promiscuous: Said<bool>,
        /// A macvtap.
        tap: Said<bool>,
    }
}
words! {
    /// `IFLA_IPVLAN_MODE`.
    pub enum IpvlanMode { L2 = "l2" | "1", L3 = "l3" | "2", L3s = "l3s" | "3" }
}
node! {
    /// An ipvlan on top of another link.
    pub struct Ipvlan {
        /// The link below (IFLA_LINK).
        parent: Said<LinkRef>,
        /// Layer (IFLA_IPVLAN_MODE).
        mode: Said<IpvlanMode>,
        /// IPVLAN_F_PRIVATE.
        private: Said<bool>,
        /// IPVLAN_F_VEPA.
        vepa: Said<bool>,
    }
}
node! {
    /// A VXLAN (`IFLA_VXLAN_*`).
    pub struct Vxlan {
        /// Network identifier (IFLA_VXLAN_ID).
        id: Said<Int<0, 16_777_215>>,
        /// The link below (IFLA_VXLAN_LINK).
        parent: Said<LinkRef>,
        /// Local address (IFLA_VXLAN_LOCAL).
        local: Said<IpAddr>,
        /// Remote or multicast address (IFLA_VXLAN_GROUP).
        remote: Said<IpAddr>,
        /// First source port (IFLA_VXLAN_PORT_RANGE).
        source_port_min: Said<U16>,
        /// Last source port (IFLA_VXLAN_PORT_RANGE).
        source_port_max: Said<U16>,
        /// UDP port (IFLA_VXLAN_PORT).
        port: Said<U16>,
        /// Lifetime of learnt addresses in s (IFLA_VXLAN_AGEING).
        ageing: Said<U32>,
        /// Most addresses learnt, 0 is no limit (IFLA_VXLAN_LIMIT).
        limit: Said<U32>,
        /// Type of service, 1 inherits (IFLA_VXLAN_TOS).
        tos: Said<U8>,
        /// Time to live (IFLA_VXLAN_TTL).
        ttl: Said<U8>,
        /// Learn addresses (IFLA_VXLAN_LEARNING).
        learning: Said<bool>,
        /// Answer ARP itself (IFLA_VXLAN_PROXY).
        proxy: Said<bool>,
        /// Route short circuit (IFLA_VXLAN_RSC).
        rsc: Said<bool>,
        /// Report misses of layer 2 (IFLA_VXLAN_L2MISS).
        l2miss: Said<bool>,
        /// Report misses of layer 3 (IFLA_VXLAN_L3MISS).
        l3miss: Said<bool>,
    }
}
words! {
    /// `IFLA_GENEVE_DF`.
    pub enum GeneveDf { Unset = "unset" | "0", Set = "set" | "1", Inherit = "inherit" | "2" }
}
node! {
    /// A GENEVE tunnel (`IFLA_GENEVE_*`).
    pub struct Geneve {
        /// Network identifier.
        id: Said<Int<0, 16_777_215>>,
        /// Remote address.
        remote: Said<IpAddr>,
        /// UDP port.
        port: Said<U16>,
        /// Type of service.
        tos: Said<U8>,
        /// Time to live, -1 for the route's.
        ttl: Said<Int<-1, 255>>,
        /// Do-not-fragment bit.
        df: Said<GeneveDf>,
    }
}
node! {
    /// A VRF (`IFLA_VRF_TABLE`).
    pub struct Vrf {
        /// Route table.
        table: Said<Int<1, 4_294_967_295>>,
    }
}
words! {
    /// Kind of an IP tunnel, as iproute2 names it; the numbers are NMIPTunnelMode.
    pub enum TunnelMode {
        Ipip = "ipip" | "1",
        Gre = "gre" | "2",
        Sit = "sit" | "3",
        Isatap = "isatap" | "4",
        Vti = "vti" | "5",
        Ip6Ip6 = "ip6ip6" | "6",
        IpIp6 = "ipip6" | "7",
        Ip6Gre = "ip6gre" | "8",
        Vti6 = "vti6" | "9",
        Gretap = "gretap" | "10",
        Ip6Gretap = "ip6gretap" | "11",
    }
}
node! {
    /// An IP tunnel (`IFLA_IPTUN_*`, `IFLA_GRE_*`, `IFLA_VTI_*`).
    pub struct IpTunnel {
        /// Kind.
        mode: Said<TunnelMode>,
        /// The link below (IFLA_IPTUN_LINK).
        parent: Said<LinkRef>,
        /// Local outer address (IFLA_IPTUN_LOCAL).
        local: Said<IpAddr>,
        /// Remote outer address (IFLA_IPTUN_REMOTE).
        remote: Said<IpAddr>,
        /// Time to live, 0 inherits (IFLA_IPTUN_TTL).
        ttl: Said<U8>,
        /// Type of service or traffic class, 0 inherits (IFLA_IPTUN_TOS).
        tos: Said<U8>,
        /// Path MTU discovery (IFLA_IPTUN_PMTUDISC).
        pmtudisc: Said<bool>,
        /// Input key (IFLA_GRE_IKEY).
        ikey: Said<TunnelKey>,
        /// Output key (IFLA_GRE_OKEY).
        okey: Said<TunnelKey>,
        /// Encapsulation limit of IPv6 tunnels (IFLA_IPTUN_ENCAP_LIMIT).
        encap_limit: Said<U8>,
        /// Flow label of IPv6 tunnels (IFLA_IPTUN_FLOWINFO).
        flow_label: Said<Int<0, 1_048_575>>,
        /// Firewall mark (IFLA_VTI_FWMARK).
        fwmark: Said<U32>,
        /// Flags of IPv6 tunnels (IP6_TNL_F_*), NetworkManager's bit mask.
        flags: Said<U32>,
    }
}

impl TunnelMode {
    /// True for a tunnel whose outer packets are of IPv6.
    #[must_use]
    pub fn is_over_ipv6(self) -> bool {
        match self {
            TunnelMode::Ip6Ip6
            | TunnelMode::IpIp6
            | TunnelMode::Ip6Gre
            | TunnelMode::Vti6
            | TunnelMode::Ip6Gretap => true,
            TunnelMode::Ipip
            | TunnelMode::Gre
            | TunnelMode::Sit
            | TunnelMode::Isatap
            | TunnelMode::Vti
            | TunnelMode::Gretap => false,
        }
    }
}

impl IpTunnel {
    /// The flag of a tunnel over IPv6 that sends no limit of encapsulation (IP6_TNL_F_IGN_ENCAP_LIMIT).
    pub const NO_ENCAP_LIMIT: u8 = 0x01;

    /// Flags of a tunnel over IPv6 (IP6_TNL_F_*, include/uapi/linux/ip6_tunnel.h) and the words of ip-link(8) that set them.
    pub const FLAGS: [(u8, &'static str); 5] = [
        (Self::NO_ENCAP_LIMIT, "encaplimit none"),
        (0x02, "tclass inherit"),
        (0x04, "flowlabel inherit"),
        (0x10, "dscp inherit"),
        (0x20, "fwmark inherit"),
    ];

    /// The network that the tunnel leads to by itself: a sit device without remote has an address in `::/96` and sends
    /// to the IPv4 address within (`add_v4_addrs()` of `net/ipv6/addrconf.c`).
    #[must_use]
    pub fn compatible_network(&self) -> Option<Ipv6Net> {
        let is_sit = self.mode.as_ref().is_some_and(|at| at.value == TunnelMode::Sit);
        let is_open = is_sit && self.remote.is_none() && self.local.is_some();
        Ipv6Net::new(Ipv6Addr::UNSPECIFIED, 96).ok().filter(|_| is_open)
    }
}

words! {
    /// Who gives MACsec its keys.
    pub enum MacsecMode { Psk = "psk" | "0", Eap = "eap" | "1" }
}
words! {
    /// `IFLA_MACSEC_VALIDATION`.
    pub enum MacsecValidation { Disable = "disable" | "0", Check = "check" | "1", Strict = "strict" | "2" }
}
node! {
    /// A MACsec link.
    pub struct Macsec {
        /// The link below.
        parent: Said<LinkRef>,
        /// Pre-shared keys or EAP.
        mode: Said<MacsecMode>,
        /// Encrypt, not only authenticate (IFLA_MACSEC_ENCRYPT).
        encrypt: Said<bool>,
        /// Connectivity association key.
        mka_cak: Said<Secret>,
        /// Who keeps the key; bits of NMSettingSecretFlags.
        mka_cak_flags: Said<Count>,
        /// Connectivity association key name.
        mka_ckn: Said<String>,
        /// Port component of the SCI (IFLA_MACSEC_PORT).
        port: Said<Int<1, 65534>>,
        /// Validation of incoming frames.
        validation: Said<MacsecValidation>,
        /// Always send the SCI (IFLA_MACSEC_INC_SCI).
        send_sci: Said<bool>,
        /// Offload: -1 default, 0 off, 1 phy, 2 mac.
        offload: Said<Int<-1, 2>>,
    }
}
node! {
    /// A HSR or PRP device (`IFLA_HSR_*`).
    pub struct Hsr {
        /// First port.
        port1: Said<LinkRef>,
        /// Second port.
        port2: Said<LinkRef>,
        /// Interlink port.
        interlink: Said<LinkRef>,
        /// Last byte of the supervision multicast address.
        multicast_spec: Said<U8>,
        /// Parallel redundancy protocol.
        prp: Said<bool>,
        /// HSR protocol version: -1 default, 0 (2010), 1 (2012).
        protocol_version: Said<Int<-1, 1>>,
    }
}
node! {
    /// An IP over InfiniBand link.
    pub struct Infiniband {
        /// `datagram` or `connected` (IFLA_IPOIB_MODE).
        transport_mode: Said<TransportMode>,
        /// Partition key; -1 is none (IFLA_IPOIB_PKEY).
        p_key: Said<Int<-1, 65535>>,
        /// The link below of a partition.
        parent: Said<LinkRef>,
    }
}
words! {
    /// `IFLA_IPOIB_MODE`.
    pub enum TransportMode { Datagram = "datagram", Connected = "connected" }
}
node! {
    /// A kind without settings of its own.
    pub struct Plain {}
}
node! {
    /// A link that only a script of NetworkManager's device handlers makes.
    pub struct Generic {
        /// Name of the script.
        device_handler: Said<String>,
    }
}
node! {
    /// A kind that the model has no words for; its settings are leftovers.
    pub struct Unsupported {
        /// The source's own word for the kind (`xDSL`, `vpn`).
        source_type: Said<String>,
    }
}
