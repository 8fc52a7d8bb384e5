//! Bonds and their ports (`iplink_bond.c`, `iplink_bond_slave.c`).

use super::super::options::{How, Row};
use crate::commands::fault::{Done, Fault};
use How::{Beyond, List, Number, Signed, Switch, Word};
use netpivot_model::bond::Bond;
use netpivot_model::path::FieldPath;
use netpivot_model::source::Span;
use netpivot_model::vocabulary::ifcfg::bond::OPTIONS;

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

/// What does not go together. The kernel looks at the options of the command only (`bond_changelink()`): those that `old`, the
/// bond before it, has may have come in another mode.
pub(in crate::commands) fn check(old: Option<&Bond>, bond: &Bond, span: Span) -> Done {
    let value = |bond: &Bond, path| bond.leaf_of(path)?.value();
    let refused = |path: &'static str| {
        let path = FieldPath::parse(path);
        let is_old = old.is_some_and(|old| value(old, path) == value(bond, path));
        bond.refused(path).filter(|_| !is_old)
    };
    let fault = |why| Fault::kernel("Operation not permitted", span, why);
    if let Some(why) = OPTIONS.iter().find_map(|(_, path, ..)| refused(path)) {
        return Err(fault(format!("the kernel {why}")));
    }
    if old.is_none() && bond.is_watched_twice() {
        let why = "the kernel watches ports by `miimon` or by ARP, not by both";
        return Err(fault(why.to_owned()).intent("leave out `arp_interval`"));
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
