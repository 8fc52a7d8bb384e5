//! What silence means in interfaces files, for each of their three readers (eni.md sections 3 and 4).
//!
//! A stanza without `auto` or `allow-…` line is started by hand only. What no option says about a bridge, a bond
//! or a VLAN is the kernel's own default, since the scripts only hand over what is there; VXLANs of ifupdown2 and
//! ifupdown-ng are the exception. A link without inet6 stanza is left to the kernel, which takes router
//! advertisements.

use super::{Silence, kernel};
use crate::ip::{IpConfig, IpMethod};
use crate::link::{Link, LinkKind};
use crate::path::FieldPath;
use crate::reflect::Sub;
use crate::value::Value;
use crate::vocabulary::interfaces::Reader;

/// What that program does where the file says nothing.
#[must_use]
pub fn of(reader: Reader, field: FieldPath, link: &Link) -> Silence {
    match own(reader, field, link) {
        Some(value) => Silence::Value(value),
        None => kernel::of(field, link),
    }
}

/// The settings whose silence other formats take otherwise.
#[must_use]
pub fn paths(reader: Reader, link: &Link) -> Vec<FieldPath> {
    const MAYBE: [&str; 9] = [
        "autoconnect",
        "bridge.stp",
        "bond.miimon",
        "vxlan.port",
        "wireguard.peer_routes",
        "ipv4.method",
        "ipv6.method",
        "ipv6.accept_ra",
        "ipv6.autoconf",
    ];
    let fields = MAYBE.map(FieldPath::parse);
    fields.into_iter().filter(|field| matches!(of(reader, *field, link), Silence::Value(_))).collect()
}

fn own(reader: Reader, field: FieldPath, link: &Link) -> Option<Value> {
    let is = |text: &str| field.is(text);
    if is("autoconnect") {
        // ifup adds `auto lo` itself (config.c:read_interfaces).
        return Some(Value::Bool(matches!(link.kind.value, LinkKind::Loopback(_))));
    }
    if is("hotplug") {
        return Some(Value::Bool(false));
    }
    if is("vxlan.port") && reader != Reader::Ifupdown && matches!(link.kind.value, LinkKind::Vxlan(_)) {
        // addons/vxlan.py, executor vxlan: the registered port, not the kernel's 8472.
        return Some(Value::Int(4789));
    }
    if is("ipv4.method") {
        let with = if has_addresses(&link.ipv4) { IpMethod::Manual } else { IpMethod::Disabled };
        return Some(Value::text(with.as_str()));
    }
    if is("ipv6.method") {
        let with = if link.is_without_addresses() {
            // bridge-utils sets addrgenmode none on ports; a bond's ports have no addresses either.
            IpMethod::Disabled
        } else if has_addresses(&link.ipv6) {
            IpMethod::Manual
        } else {
            IpMethod::Ignore
        };
        return Some(Value::text(with.as_str()));
    }
    if let Some(value) = lease(reader, field) {
        return Some(value);
    }
    match reader {
        Reader::Ifupdown => advertisements(field, link).or_else(|| idle(field)),
        // Both set every link down (addons/link.py, executor `link`); ifupdown's method `manual` does not (inet.defn).
        Reader::Ifupdown2 | Reader::IfupdownNg if field.is("eni.goes_down") => Some(Value::Bool(true)),
        Reader::Ifupdown2 | Reader::IfupdownNg => idle(field),
    }
}

/// What is the same as nothing done; its own options are not among them (bridge-utils waits for ports by itself).
fn idle(field: FieldPath) -> Option<Value> {
    super::nothing(field).filter(|_| !field.is_under("eni"))
}

/// What comes of a lease, and of one that does not come. Nothing a lease gives is turned down; nobody looks for another
/// host with an IPv4 address.
fn lease(reader: Reader, field: FieldPath) -> Option<Value> {
    let is = |text: &str| field.is(text);
    let taken = ["never_default", "ignore_auto_dns", "ignore_auto_routes"];
    for family in ["ipv4", "ipv6"] {
        let name = field.names().nth(1).filter(|_| field.is_under(family)).unwrap_or("");
        if taken.contains(&name) {
            return Some(Value::Bool(false));
        }
        if name == "may_fail" && reader == Reader::Ifupdown {
            // ifup gives an interface up at the first stanza that fails (main.c:do_interface).
            return Some(Value::Bool(false));
        }
    }
    if is("ipv4.dad_timeout") {
        return Some(Value::Int(0));
    }
    if is("ipv4.dhcp_send_hostname") {
        // Debian's dhclient.conf: `send host-name = gethostname();`.
        return Some(Value::Int(1));
    }
    // inet.defn runs dhclient without `-1`: it goes on asking in the background.
    (is("ipv4.dhcp_timeout") && reader == Reader::Ifupdown).then_some(Value::Int(i64::from(i32::MAX)))
}

/// What ifupdown's methods set of router advertisements where the stanza does not (inet6.defn).
fn advertisements(field: FieldPath, link: &Link) -> Option<Value> {
    let is = |text: &str| field.is(text);
    if matches!(link.kind.value, LinkKind::Loopback(_)) {
        // Nobody advertises to it.
        return None;
    }
    let config = link.ipv6.as_ref()?;
    let method = config.method.as_ref().map(|at| at.value);
    let method = method.or_else(|| config.addresses.is_said().then_some(IpMethod::Manual))?;
    let has_addresses = config.addresses.is_said();
    if is("ipv6.accept_ra") {
        return match method {
            IpMethod::Auto => Some(Value::Int(2)),
            IpMethod::Dhcp => Some(Value::Int(1)),
            // A gateway switches advertisements off; without one they still bring the default route.
            IpMethod::Manual if has_addresses => Some(Value::Int(i64::from(config.gateway.is_none()))),
            IpMethod::Manual
            | IpMethod::LinkLocal
            | IpMethod::Shared
            | IpMethod::Disabled
            | IpMethod::Ignore => None,
        };
    }
    if is("ipv6.autoconf") {
        return match method {
            IpMethod::Auto => Some(Value::Bool(true)),
            IpMethod::Manual if has_addresses => Some(Value::Bool(false)),
            IpMethod::Manual
            | IpMethod::Dhcp
            | IpMethod::LinkLocal
            | IpMethod::Shared
            | IpMethod::Disabled
            | IpMethod::Ignore => None,
        };
    }
    None
}

fn has_addresses(config: &Sub<IpConfig>) -> bool {
    config.as_ref().is_some_and(|config| config.addresses.is_said())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::{IFUPDOWN, IFUPDOWN_NG, IFUPDOWN2};
    use crate::source::Origin;

    fn said(link: &mut Link, path: &'static str, value: Value) {
        link.leaf_mut(FieldPath::parse(path)).unwrap().set(&value, Origin::default_value()).unwrap();
    }

    fn meant(link: &Link, path: &'static str) -> Option<Value> {
        match crate::defaults::of(IFUPDOWN, FieldPath::parse(path), link) {
            Silence::Value(value) => Some(value),
            Silence::Kernel | Silence::Daemon | Silence::Unknown => None,
        }
    }

    #[test]
    fn a_gateway_switches_advertisements_off() {
        let mut link = Link::default();
        assert_eq!(meant(&link, "ipv6.method"), Some(Value::text("ignore")));
        assert_eq!(meant(&link, "ipv6.accept_ra"), None, "the kernel's");
        said(&mut link, "ipv6.addresses", Value::List(vec![Value::text("2001:db8::2/64")]));
        assert_eq!(meant(&link, "ipv6.method"), Some(Value::text("manual")));
        assert_eq!(meant(&link, "ipv6.accept_ra"), Some(Value::Int(1)));
        assert_eq!(meant(&link, "ipv6.autoconf"), Some(Value::Bool(false)));
        said(&mut link, "ipv6.gateway", Value::text("2001:db8::1"));
        assert_eq!(meant(&link, "ipv6.accept_ra"), Some(Value::Int(0)));
    }

    #[test]
    fn what_no_line_names_is_started_by_hand_only() {
        let mut link = Link::default();
        assert_eq!(meant(&link, "autoconnect"), Some(Value::Bool(false)));
        link.kind.value = LinkKind::of("bridge").unwrap();
        assert_eq!(meant(&link, "bridge.stp"), Some(Value::Bool(false)));
        assert_eq!(meant(&link, "bridge.forward_delay"), Some(Value::Int(1500)));
        link.kind.value = LinkKind::of("bond").unwrap();
        assert_eq!(meant(&link, "bond.mode"), Some(Value::text("balance-rr")));
    }

    #[test]
    fn a_vxlan_without_port_depends_on_the_reader() {
        let mut link = Link::default();
        link.kind.value = LinkKind::of("vxlan").unwrap();
        let port = |dialect| crate::defaults::of(dialect, FieldPath::parse("vxlan.port"), &link);
        assert_eq!(port(IFUPDOWN), Silence::Value(Value::Int(8472)));
        assert_eq!(port(IFUPDOWN2), Silence::Value(Value::Int(4789)));
        assert_eq!(port(IFUPDOWN_NG), Silence::Value(Value::Int(4789)));
    }
}
