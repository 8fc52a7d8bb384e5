//! libvirt's virtual networks, the servers it runs for them, and guests' interfaces
//! (<https://libvirt.org/formatnetwork.html>, <https://libvirt.org/formatdomain.html#network-interfaces>).
//!
//! What libvirt does on the host – the bridge, its addresses, forwarding, translation – stands with the host's own
//! links and entries; here stands what only libvirt or dnsmasq(8) knows.

use crate::reflect::{List, Nodes, Said};
use crate::rule::Family;
use crate::value::{Mac, Mtu, U16, U32};
use crate::{node, words};
use std::net::IpAddr;

words! {
    /// What a virtual network does with packets for others; silence is an isolated network.
    pub enum ForwardMode {
        Nat = "nat",
        Route = "route",
        /// Without any firewall rules.
        Open = "open",
        /// Guests are plugged into a bridge or device of the host.
        Bridge = "bridge",
        Private = "private",
        Vepa = "vepa",
        Passthrough = "passthrough",
        Hostdev = "hostdev",
    }
}

node! {
    /// A virtual network. The bridge that libvirt makes for it owns the entry.
    pub struct VirtualNetwork {
        /// Name by which guests know it.
        name: Said<String>,
        /// UUID.
        uuid: Said<String>,
        /// Forwarding; silence is an isolated network.
        forward: Said<ForwardMode>,
        /// The device that it forwards to.
        forward_dev: Said<String>,
        /// Devices that guests share out among them.
        forward_interfaces: List<String>,
        /// It starts at boot, where no bridge of its own says so.
        autostart: Said<bool>,
        /// The bridge of the host that guests are plugged into, where libvirt does not make it.
        bridge: Said<String>,
    }
}

node! {
    /// A DHCP server for the network of a link (dnsmasq(8)).
    pub struct DhcpServer {
        /// Address family.
        family: Said<Family>,
        /// It advertises the network's prefix and itself as router (IPv6).
        router_advertisements: Said<bool>,
        /// It names itself as the way out of the network.
        offers_router: Said<bool>,
        /// Addresses that it gives out.
        ranges: Nodes<DhcpRange>,
        /// Addresses that it gives to one host.
        hosts: Nodes<DhcpHost>,
        /// File that hosts boot from (BOOTP).
        boot_file: Said<String>,
        /// Server that has the file, where it is another one.
        boot_server: Said<String>,
        /// Directory that the built-in TFTP server offers.
        tftp_root: Said<String>,
    }
}

node! {
    /// Addresses from `start` to `end`.
    pub struct DhcpRange {
        /// First address.
        start: Said<IpAddr>,
        /// Last address.
        end: Said<IpAddr>,
        /// Lease time in s; [`INFINITE`] for ever.
        lease_time: Said<U32>,
    }
}

/// A lease that never ends, as DHCP has it (RFC 2131 section 3.3).
pub const INFINITE: i64 = 4_294_967_295;

node! {
    /// A host with an address of its own.
    pub struct DhcpHost {
        /// Hardware address (DHCPv4).
        mac: Said<Mac>,
        /// DUID (DHCPv6).
        id: Said<String>,
        /// Host name.
        name: Said<String>,
        /// Address.
        address: Said<IpAddr>,
        /// Lease time in s; [`INFINITE`] for ever.
        lease_time: Said<U32>,
    }
}

node! {
    /// A name server for the network of a link (dnsmasq(8)).
    pub struct DnsServer {
        /// It answers at all.
        enabled: Said<bool>,
        /// Questions that it cannot answer go where the host's own go.
        forwards: Said<bool>,
        /// Domain of the network's hosts.
        domain: Said<String>,
        /// Questions for that domain are never forwarded.
        local_only: Said<bool>,
        /// Names without a dot are forwarded.
        forward_plain_names: Said<bool>,
        /// Where questions go.
        forwarders: Nodes<DnsForwarder>,
        /// Names of addresses.
        hosts: Nodes<DnsHost>,
        /// TXT records.
        txt: Nodes<DnsTxt>,
        /// SRV records.
        srv: Nodes<DnsSrv>,
        /// Further lines of dnsmasq(8)'s configuration.
        options: List<String>,
    }
}

node! {
    /// Questions for `domain`, or all, go to `address`; without one they go where the host's go.
    pub struct DnsForwarder {
        /// Name server.
        address: Said<IpAddr>,
        /// Domain.
        domain: Said<String>,
    }
}

node! {
    /// Names of an address.
    pub struct DnsHost {
        /// Address.
        address: Said<IpAddr>,
        /// Names.
        names: List<String>,
    }
}

node! {
    /// A TXT record.
    pub struct DnsTxt {
        /// Name.
        name: Said<String>,
        /// Text.
        value: Said<String>,
    }
}

node! {
    /// A SRV record (RFC 2782).
    pub struct DnsSrv {
        /// Service, without the underscore.
        service: Said<String>,
        /// Protocol, without the underscore.
        protocol: Said<String>,
        /// Domain.
        domain: Said<String>,
        /// Host that offers it.
        target: Said<String>,
        /// Port.
        port: Said<U16>,
        /// Priority.
        priority: Said<U16>,
        /// Weight.
        weight: Said<U16>,
    }
}

words! {
    /// What a guest's interface is plugged into.
    pub enum GuestInterfaceType {
        Bridge = "bridge",
        Network = "network",
        Direct = "direct",
        Ethernet = "ethernet",
        User = "user",
        Hostdev = "hostdev",
        Internal = "internal",
        Server = "server",
        Client = "client",
        Mcast = "mcast",
        Udp = "udp",
        Vhostuser = "vhostuser",
        Vdpa = "vdpa",
        Vds = "vds",
        Null = "null",
    }
}

node! {
    /// An interface of a guest. Its device on the host comes and goes with the guest.
    pub struct GuestInterface {
        /// The guest's name.
        domain: Said<String>,
        /// What it is plugged into.
        interface_type: Said<GuestInterfaceType>,
        /// Hardware address within the guest.
        mac: Said<Mac>,
        /// Bridge that it is plugged into.
        bridge: Said<String>,
        /// Virtual network that it is plugged into.
        network: Said<String>,
        /// Group of settings of that network.
        portgroup: Said<String>,
        /// Device of the host that it sits on.
        dev: Said<String>,
        /// Mode of the macvtap device: `vepa`, `bridge`, `private`, `passthrough`.
        mode: Said<String>,
        /// Name of the device on the host.
        target: Said<String>,
        /// libvirt makes that device, and removes it.
        managed: Said<bool>,
        /// Model of the card that the guest sees.
        model: Said<String>,
        /// VLANs of the port: `ID`, `ID tagged`, `ID untagged`.
        vlan_tags: List<String>,
        /// The port carries several VLANs.
        vlan_trunk: Said<bool>,
        /// MTU of both sides.
        mtu: Said<Mtu>,
        /// The cable is plugged in.
        link_up: Said<bool>,
    }
}
