//! Options of bonds (ifenslave, ifupdown2's addons/bond.py, ifupdown-ng's executor `bond`).

use super::row::Place::{Extra, Link, Own, Port};
use super::row::rows;

rows! { pub(super) const BOND = "ifenslave", "bond" {
    "bond-slaves" | "slaves" | "bond-ports" DC Own, Special, "The ports: names, `none`, `all`. `none` goes with bond-master in the ports' stanzas.";
    "bond-members" | "bond-slaves" N Own, Special, "The ports; at least one.";
    "bond-master" D Own, Special, "In a port's stanza: the bond that it belongs to.";
    "bond-mode" DCN Link("bond.mode"), Text;
    "bond-miimon" DCN Link("bond.miimon"), Int;
    "bond-updelay" DCN Link("bond.updelay"), Int;
    "bond-downdelay" DCN Link("bond.downdelay"), Int;
    "bond-use-carrier" DCN Link("bond.use_carrier"), Switch;
    "bond-arp-interval" DCN Link("bond.arp_interval"), Int;
    "bond-arp-ip-target" DCN Link("bond.arp_ip_target"), CommaWords;
    "bond-arp-validate" DN Link("bond.arp_validate"), Text;
    "bond-arp-all-targets" N Link("bond.arp_all_targets"), Text;
    "bond-primary" DCN Link("bond.primary"), Text, "The preferred port; of a list ifenslave takes the first that is there.";
    "bond-primary-reselect" DCN Link("bond.primary_reselect"), Text;
    "bond-active-slave" D Link("bond.active_port"), Text;
    "bond-fail-over-mac" DN Link("bond.fail_over_mac"), Text;
    "bond-xmit-hash-policy" | "xmit-hash-policy" DCN Link("bond.xmit_hash_policy"), Text;
    "bond-lacp-rate" DCN Link("bond.lacp_rate"), Text;
    "bond-ad-select" DN Link("bond.ad_select"), Text;
    "bond-ad-actor-sys-prio" | "bond-ad-sys-priority" CN Link("bond.ad_actor_sys_prio"), Int;
    "bond-ad-actor-system" | "bond-ad-sys-mac-addr" C Link("bond.ad_actor_system"), Mac;
    "bond-ad-user-port-key" N Link("bond.ad_user_port_key"), Int;
    "bond-min-links" CN Link("bond.min_links"), Int;
    "bond-num-grat-arp" DCN Link("bond.num_peer_notif"), Int;
    "bond-num-unsol-na" DCN Link("bond.num_peer_notif"), Int;
    "bond-peer-notif-delay" N Link("bond.peer_notif_delay"), Int;
    "bond-packets-per-slave" DN Link("bond.packets_per_port"), Int;
    "bond-tlb-dynamic-lb" D Link("bond.tlb_dynamic_lb"), Switch;
    "bond-all-slaves-active" N Link("bond.all_ports_active"), Switch;
    "bond-resend-igmp" N Link("bond.resend_igmp"), Int;
    "bond-lp-interval" N Link("bond.lp_interval"), Int;
    "bond-queue-id" D Port("bond_port.queue_id"), Int, "Ports and their queues, `PORT:QUEUE …`.";
    "bond-give-a-chance" D Extra, Int, "Seconds that ifenslave waits for a port.";
    "bond-lacp-bypass-allow" C Extra, YesNo, "Use a port of which the other side does not speak LACP.";
    "es-sys-mac" C Extra, Text, "System address of an EVPN Ethernet segment.";
} }
