//! Links: what a profile, a stanza or a kernel interface is in the model.

use crate::bond::{Bond, BondPort};
use crate::bridge::{Bridge, BridgePort};
use crate::dcb::Dcb;
use crate::dot1x::Dot1x;
use crate::eni::EniOnly;
use crate::ethtool::{Ethtool, LinkAttributes, S390, Sriov, Tc};
use crate::ip::IpConfig;
use crate::nm::{Match, NmOnly};
use crate::ovs::{OvsBridge, OvsInterface, OvsPort};
use crate::reflect::{Field, FieldMut, FieldRef, Map, Node, Said, Sub, Variant};
use crate::source::{At, Origin};
use crate::team::{Team, TeamPort};
use crate::value::{Int, LinkRef, MacSetting, Mtu, ValueError};
use crate::virtual_link::{
    Generic, Geneve, Hsr, Infiniband, IpTunnel, Ipvlan, Macsec, Macvlan, Plain, Tun, Unsupported, Veth, Vrf,
    Vxlan,
};
use crate::vlan::Vlan;
use crate::wifi::{Wifi, WifiSecurity};
use crate::wireguard::Wireguard;
use crate::{node, words};

/// Index of a link in [`crate::network::Network::links`]. A link is a profile of its own, not
/// a name: several may name one device, some name none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId(pub u32);

words! {
    /// What a link is a port of.
    pub enum PortType {
        Bond = "bond",
        Bridge = "bridge",
        Team = "team",
        OvsBridge = "ovs-bridge",
        OvsPort = "ovs-port",
        Vrf = "vrf",
    }
}

macro_rules! kinds {
    ($( $(#[$meta:meta])* $variant:ident($node:ty) = $word:literal / $field:literal ),* $(,)?) => {
        /// The kind of a link, with the settings that only that kind has.
        #[derive(Debug, Clone, PartialEq)]
        pub enum LinkKind { $( $(#[$meta])* $variant(Box<$node>) ),* }

        impl LinkKind {
    /// True for kinds without Ethernet frames, which no bridge takes (`br_add_if()`).
    #[must_use]
    pub fn is_layer_3(&self) -> bool {
        use crate::virtual_link::{TunMode, TunnelMode};
        match self {
            LinkKind::Loopback(_) | LinkKind::Wireguard(_) | LinkKind::Vrf(_) => true,
            LinkKind::Tun(tun) => tun.mode.as_ref().is_none_or(|at| at.value == TunMode::Tun),
            LinkKind::IpTunnel(tunnel) => tunnel
                .mode
                .as_ref()
                .is_none_or(|at| at.value != TunnelMode::Gretap && at.value != TunnelMode::Ip6Gretap),
            LinkKind::Ethernet(_)
            | LinkKind::Wifi(_)
            | LinkKind::Infiniband(_)
            | LinkKind::Bridge(_)
            | LinkKind::Bond(_)
            | LinkKind::Team(_)
            | LinkKind::Vlan(_)
            | LinkKind::Dummy(_)
            | LinkKind::Veth(_)
            | LinkKind::Macvlan(_)
            | LinkKind::Ipvlan(_)
            | LinkKind::Vxlan(_)
            | LinkKind::Geneve(_)
            | LinkKind::Macsec(_)
            | LinkKind::Hsr(_)
            | LinkKind::OvsBridge(_)
            | LinkKind::OvsPort(_)
            | LinkKind::OvsInterface(_)
            | LinkKind::Generic(_)
            | LinkKind::Unsupported(_) => false,
        }
    }

    /// True for kinds that look for their neighbours (without IFF_NOARP).
    #[must_use]
    pub fn finds_neighbors(&self) -> bool {
        !self.is_layer_3() && !matches!(self, LinkKind::Dummy(_))
    }

            /// The words of all kinds.
            pub const WORDS: &'static [&'static str] = &[$($word),*];

            /// The kind's word: `ethernet`, `bridge`, `ip-tunnel`.
            #[must_use]
            pub fn word(&self) -> &'static str {
                match self { $( LinkKind::$variant(_) => $word ),* }
            }

            /// The name of the kind's own settings in a field path: `bridge`, `ip_tunnel`.
            #[must_use]
            pub fn field_name(&self) -> &'static str {
                match self { $( LinkKind::$variant(_) => $field ),* }
            }

            /// The kind of that word, with nothing said.
            #[must_use]
            pub fn of(word: &str) -> Option<Self> {
                match word { $( $word => Some(LinkKind::$variant(Box::default())), )* _ => None }
            }

            /// The kind's own settings.
            #[must_use]
            pub fn node(&self) -> &dyn Node {
                match self { $( LinkKind::$variant(n) => &**n ),* }
            }

            /// The kind's own settings, for writing.
            pub fn node_mut(&mut self) -> &mut dyn Node {
                match self { $( LinkKind::$variant(n) => &mut **n ),* }
            }
        }
    };
}

/// What a link of another namespace stands on where it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Underlay {
    /// A link, wherever that is.
    LowerLink,
    /// Sockets and routes of the namespace that it was made in.
    Sockets,
    /// The same, where the kernel does not tell the namespace (no `rtnl_link_ops::get_link_net`).
    HiddenSockets,
}

impl LinkKind {
    /// What is left behind where a link of the kind goes to another namespace.
    #[must_use]
    pub fn underlay(&self) -> Option<Underlay> {
        match self {
            LinkKind::Vlan(_) | LinkKind::Macvlan(_) | LinkKind::Ipvlan(_) | LinkKind::Macsec(_) => {
                Some(Underlay::LowerLink)
            }
            LinkKind::Vxlan(_) | LinkKind::IpTunnel(_) => Some(Underlay::Sockets),
            LinkKind::Geneve(_) | LinkKind::Wireguard(_) => Some(Underlay::HiddenSockets),
            LinkKind::Ethernet(_)
            | LinkKind::Wifi(_)
            | LinkKind::Infiniband(_)
            | LinkKind::Bridge(_)
            | LinkKind::Bond(_)
            | LinkKind::Team(_)
            | LinkKind::Veth(_)
            | LinkKind::Tun(_)
            | LinkKind::Dummy(_)
            | LinkKind::Vrf(_)
            | LinkKind::Hsr(_)
            | LinkKind::OvsBridge(_)
            | LinkKind::OvsPort(_)
            | LinkKind::OvsInterface(_)
            | LinkKind::Loopback(_)
            | LinkKind::Generic(_)
            | LinkKind::Unsupported(_) => None,
        }
    }
}

/// Settings that name a link below.
pub const PARENTS: [&str; 10] = [
    "vlan.parent",
    "macvlan.parent",
    "ipvlan.parent",
    "vxlan.parent",
    "ip_tunnel.parent",
    "macsec.parent",
    "infiniband.parent",
    "hsr.port1",
    "hsr.port2",
    "hsr.interlink",
];

/// Settings of a link that name what must be there before it: the links below, the other end, its VRF.
pub fn needs(link: &Link) -> impl Iterator<Item = &'static str> + use<> {
    let is_of_vrf = link.port_type.as_ref().is_some_and(|at| at.value == PortType::Vrf);
    PARENTS.into_iter().chain(["veth.peer"]).chain(is_of_vrf.then_some("controller"))
}

/// Settings that name another link.
pub fn references() -> impl Iterator<Item = &'static str> {
    ["controller", "veth.peer"].into_iter().chain(PARENTS)
}

kinds! {
    /// A network card, or anything that looks like one.
    Ethernet(Plain) = "ethernet" / "ethernet",
    /// Wireless.
    Wifi(Wifi) = "wifi" / "wifi",
    /// IP over InfiniBand.
    Infiniband(Infiniband) = "infiniband" / "infiniband",
    /// Bridge.
    Bridge(Bridge) = "bridge" / "bridge",
    /// Bond.
    Bond(Bond) = "bond" / "bond",
    /// Team.
    Team(Team) = "team" / "team",
    /// VLAN.
    Vlan(Vlan) = "vlan" / "vlan",
    /// Tun or tap.
    Tun(Tun) = "tun" / "tun",
    /// Dummy.
    Dummy(Plain) = "dummy" / "dummy",
    /// Veth.
    Veth(Veth) = "veth" / "veth",
    /// Macvlan or macvtap.
    Macvlan(Macvlan) = "macvlan" / "macvlan",
    /// Ipvlan.
    Ipvlan(Ipvlan) = "ipvlan" / "ipvlan",
    /// VXLAN.
    Vxlan(Vxlan) = "vxlan" / "vxlan",
    /// GENEVE.
    Geneve(Geneve) = "geneve" / "geneve",
    /// VRF.
    Vrf(Vrf) = "vrf" / "vrf",
    /// WireGuard.
    Wireguard(Wireguard) = "wireguard" / "wireguard",
    /// IP tunnel.
    IpTunnel(IpTunnel) = "ip-tunnel" / "ip_tunnel",
    /// MACsec.
    Macsec(Macsec) = "macsec" / "macsec",
    /// HSR or PRP.
    Hsr(Hsr) = "hsr" / "hsr",
    /// Open vSwitch bridge.
    OvsBridge(OvsBridge) = "ovs-bridge" / "ovs_bridge",
    /// Open vSwitch port.
    OvsPort(OvsPort) = "ovs-port" / "ovs_port",
    /// Open vSwitch interface.
    OvsInterface(OvsInterface) = "ovs-interface" / "ovs_interface",
    /// The loopback device.
    Loopback(Plain) = "loopback" / "loopback",
    /// Made by a device handler script.
    Generic(Generic) = "generic" / "generic",
    /// Known by name only.
    Unsupported(Unsupported) = "unsupported" / "unsupported",
}

impl LinkKind {
    /// True for kinds whose devices are there before any configuration.
    #[must_use]
    pub fn is_hardware(&self) -> bool {
        match self {
            LinkKind::Ethernet(_) | LinkKind::Wifi(_) | LinkKind::Infiniband(_) => true,
            LinkKind::Bridge(_)
            | LinkKind::Bond(_)
            | LinkKind::Team(_)
            | LinkKind::Vlan(_)
            | LinkKind::Tun(_)
            | LinkKind::Dummy(_)
            | LinkKind::Veth(_)
            | LinkKind::Macvlan(_)
            | LinkKind::Ipvlan(_)
            | LinkKind::Vxlan(_)
            | LinkKind::Geneve(_)
            | LinkKind::Vrf(_)
            | LinkKind::Wireguard(_)
            | LinkKind::IpTunnel(_)
            | LinkKind::Macsec(_)
            | LinkKind::Hsr(_)
            | LinkKind::OvsBridge(_)
            | LinkKind::OvsPort(_)
            | LinkKind::OvsInterface(_)
            | LinkKind::Loopback(_)
            | LinkKind::Generic(_)
            | LinkKind::Unsupported(_) => false,
        }
    }

    /// What a link is that has a link of this kind as its controller; `None` where it takes no ports.
    #[must_use]
    pub fn port_type(&self) -> Option<PortType> {
        match self {
            LinkKind::Bridge(_) => Some(PortType::Bridge),
            LinkKind::Bond(_) => Some(PortType::Bond),
            LinkKind::Team(_) => Some(PortType::Team),
            LinkKind::Vrf(_) => Some(PortType::Vrf),
            LinkKind::OvsBridge(_) => Some(PortType::OvsBridge),
            LinkKind::OvsPort(_) => Some(PortType::OvsPort),
            LinkKind::Ethernet(_)
            | LinkKind::Wifi(_)
            | LinkKind::Infiniband(_)
            | LinkKind::Vlan(_)
            | LinkKind::Tun(_)
            | LinkKind::Dummy(_)
            | LinkKind::Veth(_)
            | LinkKind::Macvlan(_)
            | LinkKind::Ipvlan(_)
            | LinkKind::Vxlan(_)
            | LinkKind::Geneve(_)
            | LinkKind::Wireguard(_)
            | LinkKind::IpTunnel(_)
            | LinkKind::Macsec(_)
            | LinkKind::Hsr(_)
            | LinkKind::OvsInterface(_)
            | LinkKind::Loopback(_)
            | LinkKind::Generic(_)
            | LinkKind::Unsupported(_) => None,
        }
    }
}

impl Default for At<LinkKind> {
    fn default() -> Self {
        At::new(LinkKind::Ethernet(Box::default()), Origin::default_value())
    }
}

impl Variant for At<LinkKind> {
    fn word(&self) -> &'static str {
        self.value.word()
    }
    fn field_name(&self) -> &'static str {
        self.value.field_name()
    }
    fn origin(&self) -> &Origin {
        &self.origin
    }
    fn node(&self) -> &dyn Node {
        self.value.node()
    }
    fn node_mut(&mut self) -> &mut dyn Node {
        self.value.node_mut()
    }
    fn choose(&mut self, word: &str, origin: Origin) -> Result<(), ValueError> {
        let value = LinkKind::of(word)
            .ok_or_else(|| ValueError::new(word, format!("one of {}", LinkKind::WORDS.join(", "))))?;
        *self = At { value, origin };
        Ok(())
    }
}

impl Field for At<LinkKind> {
    fn is_there(&self) -> bool {
        true
    }
    fn field_ref(&self) -> FieldRef<'_> {
        FieldRef::Variant(self)
    }
    fn field_mut(&mut self) -> FieldMut<'_> {
        FieldMut::Variant(self)
    }
}

node! {
    /// A link with everything the configuration says of it.
    pub struct Link {
        /// Interface name (IFLA_IFNAME); Open vSwitch names may be longer than the kernel's.
        name: Said<String>,
        /// Network namespace, where it is not the host's own.
        netns: Said<String>,
        /// Network namespace of what the link stands on – its lower link, or the sockets that a tunnel sends from
        /// (IFLA_LINK_NETNSID) –, where that is another than the link's own; empty for the host's.
        link_netns: Said<String>,
        /// Kind (IFLA_INFO_KIND) with its own settings.
        kind: At<LinkKind>,
        /// Name of the profile for people.
        id: Said<String>,
        /// UUID of the profile.
        uuid: Said<String>,
        /// False where the source keeps NetworkManager from managing the device.
        managed: Said<bool>,
        /// Start it at boot or when the device appears.
        autoconnect: Said<bool>,
        /// Start it when the device appears, not at boot (`allow-hotplug`, `STARTMODE=hotplug`).
        hotplug: Said<bool>,
        /// Administratively up (IFF_UP). A configuration's silence means up once it is started, a script's down.
        up: Said<bool>,
        /// Description for people (IFLA_IFALIAS).
        alias: Said<String>,
        /// Which device the profile is for, beyond its name.
        matches: Sub<Match>,
        /// Hardware address to set (IFLA_ADDRESS).
        mac: Said<MacSetting>,
        /// Bits of a made-up hardware address that are kept.
        mac_generate_mask: Said<String>,
        /// Promiscuous mode (IFF_PROMISC): -1 default, 0, 1.
        promiscuous: Said<Int<-1, 1>>,
        /// IFLA_MTU; 0 leaves the kernel's.
        mtu: Said<Mtu>,
        /// The bridge, bond, team, VRF or OVS bridge/port that this link belongs to (IFLA_MASTER).
        controller: Said<LinkRef>,
        /// What the controller is.
        port_type: Said<PortType>,
        /// Settings as port of a bridge.
        bridge_port: Sub<BridgePort>,
        /// Settings as port of a bond.
        bond_port: Sub<BondPort>,
        /// Settings as port of a team.
        team_port: Sub<TeamPort>,
        /// firewalld zone.
        zone: Said<String>,
        /// IPv4.
        ipv4: Sub<IpConfig>,
        /// IPv6.
        ipv6: Sub<IpConfig>,
        /// ethtool(8) settings.
        ethtool: Sub<Ethtool>,
        /// s390 channel attachment.
        s390: Sub<S390>,
        /// SR-IOV.
        sriov: Sub<Sriov>,
        /// Link attributes.
        attributes: Sub<LinkAttributes>,
        /// Traffic control.
        tc: Sub<Tc>,
        /// Data center bridging.
        dcb: Sub<Dcb>,
        /// 802.1X.
        dot1x: Sub<Dot1x>,
        /// Wireless security.
        wifi_security: Sub<WifiSecurity>,
        /// Open vSwitch external-ids.
        ovs_external_ids: Map<String>,
        /// Open vSwitch other_config.
        ovs_other_config: Map<String>,
        /// What only interfaces files have.
        eni: Sub<EniOnly>,
        /// What only NetworkManager has.
        nm: Sub<NmOnly>,
    }
}

impl Link {
    /// The name people know the link by: the interface name, else the profile's id, else its UUID.
    #[must_use]
    pub fn label(&self) -> &str {
        [&self.name, &self.id, &self.uuid]
            .into_iter()
            .flatten()
            .map(|at| at.value.as_str())
            .next()
            .unwrap_or("?")
    }

    /// True for such a port, and for a bridge of Open vSwitch, whose local interface has the addresses.
    #[must_use]
    pub fn is_without_addresses(&self) -> bool {
        self.is_addressless_port() || matches!(self.kind.value, LinkKind::OvsBridge(_))
    }

    /// True where the link belongs to a controller that takes its addresses away
    /// (every port but those of a VRF; `nm-connection.c:_supports_addr_family`).
    #[must_use]
    pub fn is_addressless_port(&self) -> bool {
        match &self.port_type {
            Some(at) => match at.value {
                PortType::Vrf => false,
                PortType::OvsPort => {
                    let LinkKind::OvsInterface(interface) = &self.kind.value else { return true };
                    interface.interface_type.as_ref().is_some_and(|at| at.value.is_tunnel())
                }
                PortType::Bond | PortType::Bridge | PortType::Team | PortType::OvsBridge => true,
            },
            None => self.controller.is_some(),
        }
    }
}
