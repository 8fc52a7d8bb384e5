//! Options of the three programs themselves: addresses, DHCP, router advertisements, tunnels by method, hooks.

use super::row::Place::{Extra, Idle, Ip, Link, Own, Sysctl};
use super::row::rows;

rows! { pub(super) const ADDRESSES = "ifupdown", "address" {
    "address" DCN Own, Special, "Address with prefix length. Repeated lines: ifupdown takes the first only, ifupdown2 and ifupdown-ng take all. Without a length: the class's (ifupdown, IPv4), /32 or /128 (ifupdown2, ifupdown IPv6), /24 or /64 (ifupdown-ng).";
    "netmask" DCN Own, Special, "Mask or prefix length. ifupdown prefers it to the length in `address`, ifupdown-ng uses it only for addresses without one.";
    "broadcast" DC Own, Special, "Broadcast address, `+` or `-`; unsaid is `+`, the last address of the prefix.";
    "network" D Idle, Text, "Network address; nothing reads it.";
    "pointopoint" | "point-to-point" DCN Own, Special, "Peer address of a point-to-point link; the prefix length then belongs to the peer.";
    "scope" DC Own, Special, "Scope of the address: global, site, link, host.";
    "preferred-lifetime" DC Own, Special, "Seconds that the address stays preferred; 0 is deprecated at once.";
    "gateway" DCN Own, Special, "Default route. ifupdown and ifupdown2 make it `onlink`, so the gateway may stand outside the prefix; ifupdown2 marks it `proto kernel`, ifupdown-ng gives it metric 1.";
    "metric" DCN Own, Special, "Metric of the default route of `gateway`; with DHCP it is handed to the client.";
    "hwaddress" DCN Link("mac"), Mac;
    "mtu" DCN Link("mtu"), Int, "Link MTU. In an inet6 stanza of ifupdown: the link's, where that is lower, else the IPv6 MTU.";
    "description" | "alias" D Link("alias"), Text;
    "alias" CN Link("alias"), Text;
    "media" D Idle, Text, "Medium of the card; Linux has no such setting.";
    "address-purge" C Extra, YesNo, "Remove addresses that the file does not name when the interface is set up; unsaid is yes.";
    "ipv6-addrgen" C Extra, OnOff, "Make a link-local address by itself; off sets addrgenmode none.";
    "disable-ipv6" C Own, Special, "Switch IPv6 off on the interface (`net.ipv6.conf.*.disable_ipv6`).";
    "ip-forward" C Link("ipv4.forwarding"), Number;
    "ip6-forward" C Link("ipv6.forwarding"), Number;
    "arp-accept" C Sysctl("net.ipv4.conf.*.arp_accept"), Switch, "Learn neighbours from gratuitous ARP.";
    "mpls-enable" CN Sysctl("net.mpls.conf.*.input"), Switch, "Take MPLS packets on the interface.";
    "clagd-vxlan-anycast-ip" C Extra, Text, "Shared local address of VXLANs on a pair of MLAG switches.";
    "address-virtual" C Extra, Text, "MAC and addresses of a macvlan `NAME-v0` that two routers share (VRR).";
    "address-virtual-ipv6-addrgen" C Extra, OnOff, "Link-local addresses of the macvlans of `address-virtual`.";
} }

rows! { pub(super) const INET6 = "ifupdown", "ipv6" {
    "accept_ra" D Link("ipv6.accept_ra"), Int, "Take router advertisements: 0 no, 1 unless forwarding, 2 always. Unsaid is 2 with method auto, 1 with dhcp, 0 with static and a gateway, else the kernel's.";
    "autoconf" D Link("ipv6.autoconf"), Switch, "Make addresses of advertised prefixes. Unsaid is 0 with method static.";
    "ipv6-accept-ra" | "accept_ra" N Link("ipv6.accept_ra"), Int;
    "ipv6-autoconf" | "autoconf" N Link("ipv6.autoconf"), Switch;
    "privext" D Link("ipv6.ip6_privacy"), Int;
    "dhcp" D Link("eni.stateless_dhcp6"), Switch;
    "request_prefix" D Link("eni.request_prefix"), Switch;
    "ll-attempts" D Link("eni.ll_attempts"), Int;
    "ll-interval" D Link("eni.ll_interval"), Text;
    "dad-attempts" D Link("eni.dad_attempts"), Int, "How often ifup looks whether duplicate address detection has ended; 0 switches the detection off (`nodad`).";
    "dad-interval" D Link("eni.dad_interval"), Text;
} }

rows! { pub(super) const DHCP = "ifupdown", "dhcp" {
    "hostname" D Ip("dhcp_hostname"), Text;
    "dhcp-hostname" | "hostname" N Ip("dhcp_hostname"), Text;
    "client" D Ip("dhcp_client_id"), Text, "Client identifier for dhcpcd; `no` asks dhclient to send none.";
    "dhcp-client-id" | "client" N Ip("dhcp_client_id"), Text;
    "vendor" D Ip("dhcp_vendor_class_identifier"), Text;
    "dhcp-vendor" | "vendor" N Ip("dhcp_vendor_class_identifier"), Text;
    "leasetime" D Link("eni.leasetime"), Int;
    "dhcp-leasetime" | "leasetime" N Link("eni.leasetime"), Int;
    "dhcp-script" | "script" N Extra, Text, "Script that the DHCP client runs.";
    "dhcp-program" N Extra, Text, "Which DHCP client runs.";
    "dhcp-config" N Extra, Text, "Configuration file of the DHCP client.";
    "udhcpc_opts" N Extra, Text, "Further options of udhcpc.";
    "bootfile" D Extra, Text, "File that bootpc asks for.";
    "server" D Extra, Text, "Server that bootpc asks.";
    "hwaddr" D Extra, Text, "Hardware address that bootpc sends.";
} }

rows! { pub(super) const TUNNEL_METHODS = "ifupdown", "tunnel" {
    "mode" D Link("ip_tunnel.mode"), Lower;
    "endpoint" D Link("ip_tunnel.remote"), Text;
    "local" D Link("ip_tunnel.local"), Text;
    "dstaddr" D Own, Special, "Peer address inside the tunnel.";
    "ttl" D Link("ip_tunnel.ttl"), Int;
    "encaplimit" D Link("ip_tunnel.encap_limit"), Int;
} }

rows! { pub(super) const OTHER_METHODS = "ifupdown", "ppp" {
    "provider" DC Extra, Text, "File in /etc/ppp/peers (or section of wvdial.conf) that dials.";
    "ppp-provider" | "provider" N Extra, Text, "File in /etc/ppp/peers that dials.";
    "ppp-physdev" CN Extra, Text, "Interface below the PPP session.";
    "unit" D Extra, Int, "Unit number: the interface is pppN.";
    "options" D Extra, Text, "Further options of pon.";
    "bitrate" D Extra, Int, "CAN bit rate in bit/s.";
    "samplepoint" D Extra, Text, "CAN sample point; documented, and not used by ifupdown's commands.";
    "loopback" D Extra, OnOff, "CAN: hear the own messages.";
    "listenonly" D Extra, OnOff, "CAN: listen only.";
    "triple" D Extra, OnOff, "CAN: triple sampling.";
    "oneshot" D Extra, OnOff, "CAN: send each message once.";
    "berr" D Extra, OnOff, "CAN: report bus errors.";
    "restart-ms" D Extra, Int, "CAN: milliseconds before a restart after bus-off.";
    "frame" D Extra, Text, "IPX frame type; Linux has no IPX any more.";
    "netnum" D Extra, Text, "IPX network number; Linux has no IPX any more.";
} }

rows! { pub(super) const HOOKS = "ifupdown", "usercmds" {
    "create" N Own, Special, "Command while the interface is made, before those of `pre-up`.";
    "pre-up" DCN Own, Special, "Command before the interface is set up. Under ifupdown a failure stops ifup; a bridge or bond is not there yet.";
    "up" | "post-up" DCN Own, Special, "Command after the interface is up.";
    "down" | "pre-down" DCN Own, Special, "Command while the interface is still up, before it is taken down.";
    "post-down" DCN Own, Special, "Command after the interface is down.";
    "destroy" N Own, Special, "Command after those of `post-down`.";
} }

rows! { pub(super) const RELATIONS = "ifupdown", "interfaces" {
    "requires" N Own, Special, "Interfaces that are brought up before this one.";
    "use" N Own, Special, "An executor of this interface: `dhcp`, `bridge`, `bond`, `loopback` …";
    "inherit" N Own, Special, "A template whose options are taken over.";
    "link-down" C Own, Special, "Leave the interface down.";
    "link-type" CN Own, Special, "Make an interface of that type: `dummy` or `veth`.";
    "veth-peer-name" CN Link("veth.peer"), Text;
    "auto" | "allow-hotplug" | "no-auto-down" | "no-scripts" D Own, Special, "Without a name, inside a stanza: applies to the stanza's interface.";
} }
