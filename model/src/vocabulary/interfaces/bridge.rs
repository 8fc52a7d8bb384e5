//! Options of bridges and their ports (bridge-utils-interfaces(5), ifupdown2's addons/bridge.py, ifupdown-ng's
//! executor `bridge`). Times are seconds, which ifupdown-ng hands to ip(8) unchanged though that wants 1/100 s.

use super::row::Place::{Extra, Idle, Link, Own, Port};
use super::row::rows;

rows! { pub(super) const BRIDGE = "bridge-utils", "bridge" {
    "bridge-ports" DCN Own, Special, "The ports: names, `none`, `all`, `regex …`; ifupdown2 also `glob …`. Without this option there is no bridge.";
    "bridge-stp" DCN Link("bridge.stp"), BridgeSwitch, "Spanning tree protocol; unsaid is off.";
    "bridge-fd" DCN Link("bridge.forward_delay"), Seconds, "Forward delay in seconds; unsaid is 15.";
    "bridge-hello" DCN Link("bridge.hello_time"), Seconds, "Hello time in seconds; unsaid is 2.";
    "bridge-maxage" DCN Link("bridge.max_age"), Seconds, "Maximum message age in seconds; unsaid is 20.";
    "bridge-ageing" DCN Link("bridge.ageing_time"), Seconds, "Ageing time of addresses in seconds; unsaid is 300.";
    "bridge-bridgeprio" DCN Link("bridge.priority"), Int;
    "bridge-hw" DN Link("mac"), Mac, "Hardware address of the bridge, or the interface whose address it takes.";
    "bridge-gcint" DC Idle, Text, "Garbage collection interval; the kernel has no such setting any more.";
    "bridge-maxwait" DCN Link("eni.bridge_maxwait"), Int;
    "bridge-waitport" DCN Link("eni.bridge_waitport"), Text;
    "bridge-token" D Link("ipv6.token"), Text;
    "bridge-pathcost" D Port("bridge_port.path_cost"), Int, "Port and its path cost. Of repeated lines only the first works.";
    "bridge-portprio" D Port("bridge_port.priority"), Int, "Port and its priority. Of repeated lines only the first works.";
    "bridge-pathcost" N Extra, Int, "Path cost, which the executor sets on the bridge itself instead of a port.";
    "bridge-portprio" N Extra, Int, "Port priority, which the executor sets on the bridge itself instead of a port.";
    "bridge-pathcosts" C Port("bridge_port.path_cost"), Int;
    "bridge-portprios" C Port("bridge_port.priority"), Int;
    "bridge-vlan-aware" DCN Link("bridge.vlan_filtering"), YesNo;
    "bridge-default-pvid" N Link("bridge.vlan_default_pvid"), Int;
    "bridge-vids" | "bridge-trunk" CN Own, Special, "VLANs of the port. On the bridge it is the default of all ports without their own, not the bridge's.";
    "bridge-pvid" CN Own, Special, "VLAN of untagged frames of the port; unsaid is 1.";
    "bridge-access" CN Own, Special, "The only VLAN of the port, untagged.";
    "bridge-allow-untagged" CN Own, Special, "`no`: the port has no VLAN for untagged frames.";
    "bridge-port-vids" C Own, Special, "`PORT=VLANS …`, the older form of bridge-vids.";
    "bridge-port-pvids" C Own, Special, "`PORT=VLAN …`, the older form of bridge-pvid.";
    "bridge-vlan-protocol" C Link("bridge.vlan_protocol"), Lower;
    "bridge-vlan-stats" C Link("bridge.vlan_stats_enabled"), OnOff;
    "bridge-vlan-vni-map" C Extra, Text, "VLANs and the network identifiers that they become on a single VXLAN device.";
    "bridge-always-up" C Extra, YesNo, "Plug in a dummy, so that the bridge has a carrier without ports.";
    "bridge-ports-condone-regex" C Extra, Text, "Ports that others plug in and that stay.";
    "bridge-igmp-querier-src" C Extra, Text, "Source address of IGMP queries of a VLAN.";
} }

rows! { pub(super) const MULTICAST = "bridge-utils", "bridge" {
    "bridge-mcsnoop" C Link("bridge.multicast_snooping"), YesNo;
    "bridge-mcquerier" C Link("bridge.multicast_querier"), YesNo;
    "bridge-mcrouter" C Link("bridge.multicast_router"), MulticastRouter;
    "bridge-mcqifaddr" C Link("bridge.multicast_query_use_ifaddr"), YesNo;
    "bridge-hashmax" C Link("bridge.multicast_hash_max"), Int;
    "bridge-hashel" C Idle, Text, "Hash elasticity; the kernel has no such setting any more.";
    "bridge-mclmc" C Link("bridge.multicast_last_member_count"), Int;
    "bridge-mcsqc" C Link("bridge.multicast_startup_query_count"), Int;
    "bridge-mclmi" C Link("bridge.multicast_last_member_interval"), Seconds, "Last member interval in seconds.";
    "bridge-mcmi" C Link("bridge.multicast_membership_interval"), Seconds, "Membership interval in seconds.";
    "bridge-mcqpi" C Link("bridge.multicast_querier_interval"), Seconds, "Querier interval in seconds.";
    "bridge-mcqi" C Link("bridge.multicast_query_interval"), Seconds, "Query interval in seconds.";
    "bridge-mcqri" C Link("bridge.multicast_query_response_interval"), Seconds, "Query response interval in seconds.";
    "bridge-mcsqi" C Link("bridge.multicast_startup_query_interval"), Seconds, "Startup query interval in seconds.";
    "bridge-mcqv4src" C Extra, Text, "Source addresses of queries by VLAN.";
    "bridge-mcstats" C Link("bridge.multicast_stats_enabled"), OnOff;
    "bridge-igmp-version" C Link("bridge.multicast_igmp_version"), Int;
    "bridge-mld-version" C Link("bridge.multicast_mld_version"), Int;
} }

rows! { pub(super) const PORT = "bridge-utils", "bridge" {
    "bridge-learning" C Port("bridge_port.learning"), OnOff;
    "bridge-unicast-flood" C Port("bridge_port.unicast_flood"), OnOff;
    "bridge-multicast-flood" C Port("bridge_port.multicast_flood"), OnOff;
    "bridge-broadcast-flood" C Port("bridge_port.broadcast_flood"), OnOff;
    "bridge-arp-nd-suppress" C Port("bridge_port.neigh_suppress"), OnOff;
    "bridge-portmcrouter" C Port("bridge_port.multicast_router"), MulticastRouter;
    "bridge-portmcfl" C Port("bridge_port.multicast_fast_leave"), YesNo;
    "bridge-l2protocol-tunnel" C Extra, Text, "Protocols of layer 2 that are tunnelled.";
} }

rows! { pub(super) const MSTPCTL = "bridge-utils", "mstpctl" {
    "mstpctl-ports" C Extra, Text, "Ports of a bridge whose spanning tree mstpd runs; deprecated.";
    "mstpctl-stp" C Extra, OnOff, "Let mstpd run the spanning tree; deprecated.";
    "mstpctl-treeprio" C Extra, Int, "mstpd: priority of the tree.";
    "mstpctl-ageing" C Extra, Int, "mstpd: ageing time in seconds.";
    "mstpctl-maxage" C Extra, Int, "mstpd: maximum message age in seconds.";
    "mstpctl-fdelay" C Extra, Int, "mstpd: forward delay in seconds.";
    "mstpctl-hello" C Extra, Int, "mstpd: hello time in seconds.";
    "mstpctl-maxhops" C Extra, Int, "mstpd: most bridges on the way.";
    "mstpctl-txholdcount" C Extra, Int, "mstpd: frames before a pause.";
    "mstpctl-forcevers" C Extra, Text, "mstpd: version of the protocol.";
    "mstpctl-portpathcost" C Extra, Text, "mstpd: path costs of ports.";
    "mstpctl-treeportcost" C Extra, Text, "mstpd: path costs of ports within the tree.";
    "mstpctl-treeportprio" C Extra, Text, "mstpd: priorities of ports within the tree.";
    "mstpctl-portp2p" C Extra, Text, "mstpd: point-to-point ports.";
    "mstpctl-portrestrrole" C Extra, Text, "mstpd: ports that never become the root port.";
    "mstpctl-portrestrtcn" C Extra, Text, "mstpd: ports that pass on no topology changes.";
    "mstpctl-bpduguard" C Extra, Text, "mstpd: ports that a BPDU disables.";
    "mstpctl-portnetwork" C Extra, Text, "mstpd: bridge assurance of ports.";
    "mstpctl-portadminedge" C Extra, Text, "mstpd: edge ports.";
    "mstpctl-portautoedge" C Extra, Text, "mstpd: ports that find out themselves whether they are edge ports.";
    "mstpctl-portbpdufilter" C Extra, Text, "mstpd: ports that neither send nor take BPDUs.";
} }
