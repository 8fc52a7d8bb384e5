//! What silence means in libvirt's XML: for the bridges of virtual networks what libvirt does when it starts one
//! (`bridge_driver.c:networkStartNetworkVirtual`, libvirt.md section 2), for host interfaces what netcf leaves out of the
//! distribution's files (libvirt.md section 5).

use super::{Silence, kernel};
use crate::dialect::{Dialect, LIBVIRT_HOST};
use crate::ip::IpConfig;
use crate::link::{Link, LinkKind};
use crate::path::FieldPath;
use crate::reflect::Sub;
use crate::value::Value;

/// What libvirt or netcf sets where nobody says anything, else what the kernel has.
#[must_use]
pub fn of(dialect: Dialect, field: FieldPath, link: &Link) -> Silence {
    let own = if dialect == LIBVIRT_HOST { host(field, link) } else { network(field, link) };
    match own.or_else(|| super::nothing(field)) {
        Some(value) => Silence::Value(value),
        None => kernel::of(field, link),
    }
}

/// The settings whose silence other formats take otherwise.
#[must_use]
pub fn paths(dialect: Dialect, link: &Link) -> Vec<FieldPath> {
    const FIELDS: [&str; 8] = [
        "autoconnect",
        "bridge.stp",
        "bridge.forward_delay",
        "bond.miimon",
        "ipv4.method",
        "ipv6.method",
        "ipv6.accept_ra",
        "ipv6.autoconf",
    ];
    let is_said = |field: &FieldPath| matches!(of(dialect, *field, link), Silence::Value(_));
    FIELDS.into_iter().map(FieldPath::parse).filter(is_said).collect()
}

/// The least forward delay with STP, in 1/100 s; starting STP lifts a lower one (`br_stp_start()`).
const LEAST_DELAY: i64 = 200;

fn network(field: FieldPath, link: &Link) -> Option<Value> {
    let is = |text: &str| field.is(text);
    if is("autoconnect") || is("hotplug") {
        // Only what has a link in the folder `autostart` starts by itself, and no device makes it start.
        return Some(Value::Bool(false));
    }
    if is("ipv6.method") {
        let method = if has_addresses(&link.ipv6) { "manual" } else { "disabled" };
        return Some(Value::text(method));
    }
    if let LinkKind::Bridge(bridge) = &link.kind.value {
        let stp = bridge.stp.as_ref().is_none_or(|at| at.value);
        if is("bridge.stp") {
            return Some(Value::Bool(true));
        }
        if is("bridge.forward_delay") {
            return Some(Value::Int(if stp { LEAST_DELAY } else { 0 }));
        }
    }
    if is("ipv6.accept_ra") {
        return Some(Value::Int(0));
    }
    is("ipv6.autoconf").then_some(Value::Bool(false))
}

fn host(field: FieldPath, link: &Link) -> Option<Value> {
    if field.is("autoconnect") {
        return Some(Value::Bool(true));
    }
    if field.is("hotplug") {
        return Some(Value::Bool(false));
    }
    let manual = field.is("ipv6.method") && has_addresses(&link.ipv6);
    manual.then(|| Value::text("manual"))
}

fn has_addresses(config: &Sub<IpConfig>) -> bool {
    config.as_ref().is_some_and(|config| config.addresses.is_said())
}
