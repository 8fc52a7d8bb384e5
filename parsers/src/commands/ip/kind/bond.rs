//! Bonds and their ports (`iplink_bond.c`, `iplink_bond_slave.c`).

use super::super::options::{How, Row};
use crate::commands::fault::{Done, Fault};
use How::{Beyond, List, Number, Signed, Switch, Word};
use netpivot_model::bond::{Bond, BondMode};
use netpivot_model::source::Span;

/// In ip's order, all abbreviable.
pub(in crate::commands) const ROWS: &[Row] = &[
    ("mode", true, "mode", Word),
    ("active_slave", true, "active_port", Word),
    ("clear_active_slave", true, "", How::Ignored(0)),
    ("miimon", true, "miimon", Number),
    ("updelay", true, "updelay", Number),
    ("downdelay", true, "downdelay", Number),
    ("peer_notify_delay", true, "peer_notif_delay", Number),
    ("use_carrier", true, "use_carrier", Switch),
    ("arp_interval", true, "arp_interval", Number),
    ("arp_ip_target", true, "arp_ip_target", List),
    ("ns_ip6_target", true, "ns_ip6_target", List),
    ("arp_validate", true, "arp_validate", Word),
    ("arp_all_targets", true, "arp_all_targets", Word),
    ("arp_missed_max", true, "arp_missed_max", Number),
    ("primary", true, "primary", Word),
    ("primary_reselect", true, "primary_reselect", Word),
    ("fail_over_mac", true, "fail_over_mac", Word),
    ("xmit_hash_policy", true, "xmit_hash_policy", Word),
    ("resend_igmp", true, "resend_igmp", Number),
    ("num_grat_arp", true, "num_peer_notif", Number),
    ("num_unsol_na", true, "num_peer_notif", Number),
    ("all_slaves_active", true, "all_ports_active", Switch),
    ("min_links", true, "min_links", Number),
    ("lp_interval", true, "lp_interval", Number),
    ("packets_per_slave", true, "packets_per_port", Number),
    ("lacp_rate", true, "lacp_rate", Word),
    ("lacp_active", true, "lacp_active", Word),
    ("coupled_control", true, "", Beyond(1)),
    ("broadcast_neighbor", true, "", Beyond(1)),
    ("ad_select", true, "ad_select", Word),
    ("ad_user_port_key", true, "ad_user_port_key", Number),
    ("ad_actor_sys_prio", true, "ad_actor_sys_prio", Number),
    ("ad_actor_system", true, "ad_actor_system", Word),
    ("tlb_dynamic_lb", true, "tlb_dynamic_lb", Switch),
];

pub(super) const PORT_ROWS: &[Row] =
    &[("queue_id", true, "queue_id", Number), ("prio", true, "prio", Signed)];

/// What does not go together (`bond_options.c`).
pub(in crate::commands) fn check(bond: &Bond, span: Span) -> Done {
    let positive = |said: &netpivot_model::reflect::Said<netpivot_model::value::Count>| {
        said.as_ref().is_some_and(|at| at.value.get() > 0)
    };
    let mode = bond.mode.as_ref().map(|at| at.value);
    let lacp = mode == Some(BondMode::Ieee8023ad);
    if !positive(&bond.miimon) && (positive(&bond.updelay) || positive(&bond.downdelay)) {
        return Err(Fault::kernel("Operation not permitted", span, "delays need `miimon`")
            .intent("name `miimon` before `updelay` and `downdelay`"));
    }
    if lacp && positive(&bond.arp_interval) {
        return Err(Fault::kernel(
            "Operation not permitted",
            span,
            "802.3ad does not go with ARP monitoring",
        )
        .intent("use `miimon` instead"));
    }
    if bond.lacp_rate.is_some() && !lacp && mode.is_some() {
        return Err(Fault::kernel("Operation not permitted", span, "`lacp_rate` needs the mode 802.3ad"));
    }
    Ok(())
}

/// What cannot change while the bond is up or has ports (`bond_opt_check_deps()`).
pub(super) fn check_change(old: &Bond, new: &Bond, up: bool, ports: bool, span: Span) -> Done {
    if old.mode != new.mode && (up || ports) {
        let why = if ports { "it has ports" } else { "it is up" };
        return Err(Fault::kernel(
            "Directory not empty",
            span,
            format!("the mode of a bond cannot change while {why}"),
        )
        .intent("set the mode when the bond is made"));
    }
    if old.lacp_rate != new.lacp_rate && up {
        return Err(Fault::kernel(
            "Device or resource busy",
            span,
            "`lacp_rate` cannot change while the bond is up",
        ));
    }
    if old.fail_over_mac != new.fail_over_mac && ports {
        return Err(Fault::kernel(
            "Directory not empty",
            span,
            "`fail_over_mac` cannot change while the bond has ports",
        ));
    }
    Ok(())
}
