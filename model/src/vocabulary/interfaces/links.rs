//! Options that make or change other kinds of links: VLAN, VXLAN, VRF, tunnels, mesh, Open vSwitch.

use super::row::Place::{Extra, Link, Own, Sysctl};
use super::row::rows;

rows! { pub(super) const VLAN = "vlan", "vlan" {
    "vlan-raw-device" DCN Link("vlan.parent"), Text, "The link below. The package vlan acts on it for names `vlanN` and `X.N` only.";
    "vlan-id" CN Link("vlan.id"), Int;
    "vlan-protocol" CN Link("vlan.protocol"), Lower;
    "vlan-gvrp" N Link("vlan.gvrp"), OnOff;
    "vlan-mvrp" N Link("vlan.mvrp"), OnOff;
    "vlan-reorder-hdr" N Link("vlan.reorder_hdr"), OnOff;
    "vlan-loose-binding" N Link("vlan.loose_binding"), OnOff;
    "vlan-bridge-binding" CN Extra, OnOff, "The carrier follows the bridge's ports that have the VLAN.";
    "ip-proxy-arp" D Sysctl("net.ipv4.conf.*.proxy_arp"), Switch, "Answer ARP for other hosts.";
    "ip-rp-filter" D Sysctl("net.ipv4.conf.*.rp_filter"), Int, "Reverse path filter: 0 off, 1 strict, 2 loose.";
    "hw-mac-address" D Link("mac"), Mac;
} }

rows! { pub(super) const VXLAN = "", "vxlan" {
    "vxlan-id" CN Link("vxlan.id"), Int;
    "vxlan-local-tunnelip" C Link("vxlan.local"), Text;
    "vxlan-local-ip" | "vxlan-local-tunnelip" N Link("vxlan.local"), Text;
    "vxlan-remoteip" C Own, Special, "Remote ends that get flooded frames; each is an entry of the forwarding database.";
    "vxlan-remote-ip" | "vxlan-remoteip" N Link("vxlan.remote"), Text, "The remote end.";
    "vxlan-peer-ips" N Own, Special, "Remote ends that get flooded frames; each is an entry of the forwarding database.";
    "vxlan-svcnodeip" C Link("vxlan.remote"), Text, "Service node that gets flooded frames.";
    "vxlan-svcnodeip6" C Link("vxlan.remote"), Text, "The same with an IPv6 address.";
    "vxlan-mcastgrp" C Link("vxlan.remote"), Text, "Multicast group that gets flooded frames.";
    "vxlan-mcastgrp6" C Link("vxlan.remote"), Text, "The same with an IPv6 address.";
    "vxlan-remote-group" | "vxlan-svcnodeip" | "vxlan-peer-group" N Link("vxlan.remote"), Text, "Multicast group that gets flooded frames.";
    "vxlan-port" C Link("vxlan.port"), Int, "UDP port; unsaid is 4789, not the kernel's 8472.";
    "vxlan-dstport" | "vxlan-port" N Link("vxlan.port"), Int, "UDP port; unsaid is 4789, not the kernel's 8472.";
    "vxlan-physdev" CN Link("vxlan.parent"), Text;
    "vxlan-learning" CN Link("vxlan.learning"), YesNo;
    "vxlan-ageing" CN Link("vxlan.ageing"), Int;
    "vxlan-ttl" C Link("vxlan.ttl"), Int;
    "vxlan-purge-remotes" C Extra, YesNo, "Remove remote ends that the file does not name.";
    "vxlan-mcastgrp-map" C Extra, Text, "Multicast groups by network identifier of a single VXLAN device.";
    "vxlan-vni" C Extra, Text, "Network identifiers of a single VXLAN device.";
} }

rows! { pub(super) const VRF = "", "vrf" {
    "vrf-table" CN Own, Special, "Route table of this VRF; ifupdown2 also `auto`, the next free one from 1001 on.";
    "vrf" C Own, Special, "The VRF that the interface belongs to.";
    "vrf-member" | "vrf" N Own, Special, "The VRF that the interface belongs to.";
} }

rows! { pub(super) const TUNNEL = "", "tunnel" {
    "tunnel-mode" | "mode" CN Link("ip_tunnel.mode"), Lower;
    "tunnel-local" | "local" CN Link("ip_tunnel.local"), Text;
    "tunnel-endpoint" | "endpoint" C Link("ip_tunnel.remote"), Text;
    "tunnel-remote" | "tunnel-endpoint" | "endpoint" N Link("ip_tunnel.remote"), Text;
    "tunnel-ttl" | "ttl" CN Link("ip_tunnel.ttl"), Int;
    "tunnel-dev" | "tunnel-physdev" CN Link("ip_tunnel.parent"), Text;
    "tunnel-local-dev" N Extra, Text, "Interface whose address is the local end when the tunnel is made.";
    "tunnel-key" | "key" N Own, Special, "Key of both directions.";
    "tunnel-ikey" N Link("ip_tunnel.ikey"), Text;
    "tunnel-okey" N Link("ip_tunnel.okey"), Text;
    "tunnel-tos" N Link("ip_tunnel.tos"), Int;
    "tunnel-hoplimit" N Link("ip_tunnel.ttl"), Int;
    "tunnel-pmtudisc" N Link("ip_tunnel.pmtudisc"), YesNo;
    "tunnel-encap" N Extra, Text, "UDP encapsulation: `fou`, `gue` or `none`.";
    "tunnel-ignore-df" N Extra, YesNo, "Ignore the do-not-fragment bit.";
    "gre-*" N Extra, Text, "The older executor for GRE tunnels: local, remote, dev, ttl, flags.";
} }

rows! { pub(super) const SYSCTL = "", "forward" {
    "forward-ipv4" N Link("ipv4.forwarding"), Number;
    "forward-ipv6" N Link("ipv6.forwarding"), Number;
    "forward-ipv4-mc" N Sysctl("net.ipv4.conf.*.mc_forwarding"), Switch, "Forward IPv4 multicast.";
    "forward-ipv6-mc" N Sysctl("net.ipv6.conf.*.mc_forwarding"), Switch, "Forward IPv6 multicast.";
} }

rows! { pub(super) const WIREGUARD = "", "wireguard" {
    "wireguard-config-path" CN Extra, Text, "File of wg(8) with keys and peers.";
    "wireguard-*" C Extra, Text, "Settings of a WireGuard interface.";
} }

rows! { pub(super) const MESH = "", "batman" {
    "batman-ifaces" CN Extra, Text, "Interfaces below a B.A.T.M.A.N. advanced mesh.";
    "batman-ifaces-ignore-regex" C Extra, Text, "Interfaces of the mesh that are left out of comparisons.";
    "batman-hop-penalty" CN Extra, Int, "Cost of a hop, 0 to 255.";
    "batman-gw-mode" CN Extra, Text, "Gateway mode: off, client, server.";
    "batman-distributed-arp-table" CN Extra, OnOff, "Distributed ARP table.";
    "batman-multicast-mode" CN Extra, OnOff, "Multicast optimisation.";
    "batman-routing-algo" C Extra, Text, "BATMAN_IV or BATMAN_V.";
} }

rows! { pub(super) const OTHER = "", "vrrp" {
    "vrrp" CN Extra, Text, "Virtual router: its number, addresses and priority.";
    "vrrp-*" CN Extra, Text, "Virtual router.";
    "clagd-*" C Extra, Text, "MLAG daemon of Cumulus Linux.";
    "clag-id" C Extra, Int, "MLAG: which bonds of the two switches are one.";
    "xfrm-id" C Extra, Int, "Interface identifier of an XFRM (IPsec) interface.";
    "xfrm-physdev" C Extra, Text, "Interface below an XFRM interface.";
    "cake-*" N Extra, Text, "CAKE queueing discipline.";
    "team-*" N Extra, Text, "Team device.";
} }

rows! { pub(super) const OVS = "openvswitch-switch", "openvswitch" {
    "ovs-type" DC Own, Special, "Layer: OVSBridge, OVSPort, OVSIntPort, OVSBond, OVSTunnel, OVSPatchPort.";
    "ovs-bridge" DC Own, Special, "The bridge that a port belongs to.";
    "ovs-ports" DC Own, Special, "Ports that come up with the bridge.";
    "ovs-bonds" DC Own, Special, "Interfaces of a bond.";
    "ovs-patch-peer" DC Own, Special, "The patch port at the other end.";
    "ovs-options" DC Own, Special, "Columns of the port for ovs-vsctl(8): `tag=100 vlan_mode=access`.";
    "ovs-extra" DC Own, Special, "Further commands of ovs-vsctl(8).";
    "ovs-tunnel-type" DC Own, Special, "Kind of tunnel.";
    "ovs-tunnel-options" DC Own, Special, "Options of the tunnel: `options:remote_ip=192.0.2.1`.";
    "ovs-mtu" DC Link("mtu"), Int;
    "ovs-ports-condone-regex" C Extra, Text, "Ports that others plug in and that stay.";
} }
