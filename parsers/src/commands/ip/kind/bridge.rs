//! Bridges and their ports (`iplink_bridge.c`, `iplink_bridge_slave.c`). Times are 1/100 s on ip's command
//! line too, although ip-link(8) says seconds (netlink-ip.md 2.1).

use super::super::options::{How, Row};
use crate::commands::fault::{Done, Fault};
use How::{Beyond, Ignored, Number, Switch, Word};
use netpivot_model::bridge::{Bridge, FORWARD_DELAYS, HELLO_TIMES, MAX_AGES};
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::Int;

/// In ip's order, all abbreviable.
pub(in crate::commands) const ROWS: &[Row] = &[
    ("forward_delay", true, "forward_delay", Number),
    ("hello_time", true, "hello_time", Number),
    ("max_age", true, "max_age", Number),
    ("ageing_time", true, "ageing_time", Number),
    ("stp_state", true, "stp", Switch),
    ("priority", true, "priority", Number),
    ("vlan_filtering", true, "vlan_filtering", Switch),
    ("vlan_protocol", true, "vlan_protocol", Word),
    ("group_fwd_mask", true, "group_fwd_mask", Number),
    ("group_address", true, "group_address", Word),
    ("fdb_flush", true, "", Ignored(0)),
    ("vlan_default_pvid", true, "vlan_default_pvid", Number),
    ("vlan_stats_enabled", true, "vlan_stats_enabled", Switch),
    ("vlan_stats_per_port", true, "vlan_stats_per_port", Switch),
    ("mcast_router", true, "multicast_router", Word),
    ("mcast_snooping", true, "multicast_snooping", Switch),
    ("mcast_vlan_snooping", true, "multicast_vlan_snooping", Switch),
    ("mcast_query_use_ifaddr", true, "multicast_query_use_ifaddr", Switch),
    ("mcast_querier", true, "multicast_querier", Switch),
    ("mcast_hash_elasticity", true, "", Ignored(1)),
    ("mcast_hash_max", true, "multicast_hash_max", Number),
    ("mcast_last_member_count", true, "multicast_last_member_count", Number),
    ("mcast_startup_query_count", true, "multicast_startup_query_count", Number),
    ("mcast_last_member_interval", true, "multicast_last_member_interval", Number),
    ("mcast_membership_interval", true, "multicast_membership_interval", Number),
    ("mcast_querier_interval", true, "multicast_querier_interval", Number),
    ("mcast_query_interval", true, "multicast_query_interval", Number),
    ("mcast_query_response_interval", true, "multicast_query_response_interval", Number),
    ("mcast_startup_query_interval", true, "multicast_startup_query_interval", Number),
    ("mcast_stats_enabled", true, "multicast_stats_enabled", Switch),
    ("mcast_igmp_version", true, "multicast_igmp_version", Number),
    ("mcast_mld_version", true, "multicast_mld_version", Number),
    ("nf_call_iptables", true, "nf_call_iptables", Switch),
    ("nf_call_ip6tables", true, "nf_call_ip6tables", Switch),
    ("nf_call_arptables", true, "nf_call_arptables", Switch),
    ("no_linklocal_learn", true, "no_linklocal_learn", Switch),
    ("fdb_max_learned", true, "", Beyond(1)),
];

/// Ports; `bridge link set` has the same words.
pub(in crate::commands) const PORT_ROWS: &[Row] = &[
    ("fdb_flush", true, "", Ignored(0)),
    ("state", true, "", Ignored(1)),
    ("priority", true, "priority", Number),
    ("cost", true, "path_cost", Number),
    ("hairpin", true, "hairpin", Switch),
    ("guard", true, "bpdu_guard", Switch),
    ("root_block", true, "root_block", Switch),
    ("fastleave", true, "multicast_fast_leave", Switch),
    ("learning", true, "learning", Switch),
    ("flood", true, "unicast_flood", Switch),
    ("proxy_arp", true, "proxy_arp", Switch),
    ("proxy_arp_wifi", true, "proxy_arp_wifi", Switch),
    ("mcast_router", true, "multicast_router", Word),
    ("mcast_fast_leave", true, "multicast_fast_leave", Switch),
    ("mcast_flood", true, "multicast_flood", Switch),
    ("bcast_flood", true, "broadcast_flood", Switch),
    ("mcast_to_unicast", true, "multicast_to_unicast", Switch),
    ("group_fwd_mask", true, "group_fwd_mask", Number),
    ("neigh_suppress", true, "neigh_suppress", Switch),
    ("vlan_tunnel", true, "vlan_tunnel", Switch),
    ("isolated", true, "isolated", Switch),
    ("locked", true, "locked", Switch),
    ("mab", true, "", Beyond(1)),
    ("backup_port", true, "", Beyond(1)),
    ("nobackup_port", true, "", Ignored(0)),
];

/// What the kernel makes of a change of a bridge's settings (`br_changelink()`): times are checked against the state
/// of STP before the change, and starting STP brings the forward delay into its range (`br_stp_start()`).
pub(in crate::commands) fn settle(before: &Bridge, after: &mut Bridge, span: Span) -> Done {
    let stp = |bridge: &Bridge| bridge.stp.as_ref().is_some_and(|at| at.value);
    let ranges = [
        (&after.forward_delay, "forward_delay", FORWARD_DELAYS, stp(before)),
        (&after.hello_time, "hello_time", HELLO_TIMES, true),
        (&after.max_age, "max_age", MAX_AGES, true),
    ];
    for (said, name, range, holds) in ranges {
        let Some(at) = said else { continue };
        let value = at.value.get();
        if holds && !range.contains(&value) {
            let (least, most) = (range.start(), range.end());
            let span = at.origin.span().unwrap_or(span);
            let fault = Fault::kernel(
                "Numerical result out of range",
                span,
                format!("{name} is from {least} to {most} (in 1/100 s), and not {value}"),
            );
            return Err(if (least / 100..=most / 100).contains(&value) {
                fault.intent(format!("ip counts in 1/100 s: write {}", value * 100))
            } else {
                fault
            });
        }
    }
    if stp(after) && !stp(before) {
        start_stp(after);
    }
    Ok(())
}

fn start_stp(bridge: &mut Bridge) {
    let Some(delay) = &mut bridge.forward_delay else { return };
    let within = delay.value.get().clamp(*FORWARD_DELAYS.start(), *FORWARD_DELAYS.end());
    if within != delay.value.get()
        && let Some(within) = Int::new(within)
    {
        let spans = delay.origin.spans().to_vec();
        *delay = At::new(within, Origin::derived("stp-forward-delay", spans));
    }
}
