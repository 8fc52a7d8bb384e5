//! What silence means in ifcfg files, for each of their two readers (ifcfg.md sections 3 and 6).

use super::{Silence, kernel};
use crate::dialect::{Dialect, IFCFG_INITSCRIPTS};
use crate::link::{Link, LinkKind};
use crate::path::FieldPath;
use crate::value::Value;

/// The defaults of NetworkManager's ifcfg-rh reader that differ from its keyfile reader's, else the
/// keyfile's: both fill the same properties.
#[must_use]
pub fn networkmanager(field: FieldPath, link: &Link) -> Silence {
    match own(field, link, false) {
        Some(value) => Silence::Value(value),
        None => crate::vocabulary::keyfile::default_of(field, link),
    }
}

/// The defaults of initscripts' network-scripts.
#[must_use]
pub fn initscripts(field: FieldPath, link: &Link) -> Silence {
    match own(field, link, true).or_else(|| super::nothing(field)).or_else(|| advertisements(field, link)) {
        Some(value) => Silence::Value(value),
        // What is set of a bridge, a bond or a VLAN is what a key says.
        None if field.is_under(link.kind.value.field_name()) => kernel::of(field, link),
        None => Silence::Unknown,
    }
}

/// ifup-ipv6 sets `accept_ra` and `autoconf` by IPV6_AUTOCONF, and 2 for 1 where the interface forwards (ifcfg.md 3.4).
fn advertisements(field: FieldPath, link: &Link) -> Option<Value> {
    if link.is_addressless_port() {
        return None;
    }
    let said = link.ipv6.as_ref().and_then(|ip| ip.method.as_ref());
    super::advertisements(field, said.map_or("auto", |at| at.value.as_str()))
}

/// The settings whose silence differs from that of a keyfile.
#[must_use]
pub fn paths(dialect: Dialect, link: &Link) -> Vec<FieldPath> {
    let initscripts = dialect == IFCFG_INITSCRIPTS;
    let mut paths = Vec::new();
    let mut add = |text: &'static str| {
        let field = FieldPath::parse(text);
        if own(field, link, initscripts).is_some() {
            paths.push(field);
        }
    };
    if matches!(link.kind.value, LinkKind::Bridge(_)) {
        add("bridge.stp");
    }
    if matches!(link.kind.value, LinkKind::Bond(_)) {
        add("bond.miimon");
    }
    if matches!(link.kind.value, LinkKind::Infiniband(_)) {
        add("infiniband.transport_mode");
    }
    add("ipv4.method");
    add("ipv6.method");
    paths
}

fn own(field: FieldPath, link: &Link, initscripts: bool) -> Option<Value> {
    let is = |text: &str| field.is(text);
    if link.is_without_addresses() && (is("ipv4.method") || is("ipv6.method")) {
        return Some(Value::text("disabled"));
    }
    if matches!(link.kind.value, LinkKind::OvsBridge(_) | LinkKind::OvsPort(_)) {
        return None;
    }
    if is("bridge.stp") {
        // `ifcfg.md` 3.5: untouched by initscripts (the kernel's default), "no" for NetworkManager.
        return Some(Value::Bool(false));
    }
    if is("bond.miimon") {
        // 3.6: initscripts leave the kernel's 0; NetworkManager's default is the keyfile's own.
        return initscripts.then_some(Value::Int(0));
    }
    if is("infiniband.transport_mode") {
        return Some(Value::text("datagram"));
    }
    if is("ipv4.method") {
        return Some(Value::text("disabled"));
    }
    if is("ipv6.method") {
        // 3.4: a missing IPV6INIT is yes for initscripts, no for NetworkManager.
        return Some(Value::text(if initscripts { "auto" } else { "ignore" }));
    }
    None
}
