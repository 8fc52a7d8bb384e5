//! What silence means: the value of a setting that nobody names, by dialect, setting and link.
//!
//! A parser never stores a default, so that `false`, `0`, an empty list and *not said* stay four
//! things. The conversion spells a default out exactly where the target's differs.

use crate::dialect::{
    Dialect, IFCFG, IFCFG_INITSCRIPTS, IFCFG_SUSE, INTERFACES, IPROUTE, KEYFILE, LIBVIRT, NETLINK,
};
use crate::ip::{Address, IpMethod};
use crate::link::{Link, LinkKind};
use crate::path::FieldPath;
use crate::value::Value;
use crate::vocabulary::interfaces::Reader;
use std::net::IpAddr;

pub mod ifcfg;
pub mod interfaces;
pub mod kernel;
pub mod libvirt;
pub mod suse;

/// What a setting is when nobody names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Silence {
    /// This value.
    Value(Value),
    /// Whatever the kernel has; it is not touched.
    Kernel,
    /// The daemon's own choice (NetworkManager's route metrics by device type).
    Daemon,
    /// The dialect knows no such setting.
    Unknown,
}

const UP: FieldPath = FieldPath::new(["up", "", ""]);
const HOTPLUG: FieldPath = FieldPath::new(["hotplug", "", ""]);

/// What silence means at `field` of `link`.
#[must_use]
pub fn of(dialect: Dialect, field: FieldPath, link: &Link) -> Silence {
    let is_state = dialect.format == IPROUTE || dialect.format == NETLINK;
    if field == UP {
        // A link is down until a command sets it up; what a configuration starts it sets up. The host's own loopback device
        // is up on every host.
        let is_own_loopback = matches!(link.kind.value, LinkKind::Loopback(_)) && link.netns.is_none();
        return Silence::Value(Value::Bool(!is_state || is_own_loopback));
    }
    if dialect.format == INTERFACES {
        interfaces::of(Reader::of(dialect), field, link)
    } else if let (KEYFILE, Some(silence)) = (dialect.format, left_alone(field, link)) {
        silence
    } else if field == HOTPLUG
        && (dialect.format == KEYFILE || dialect.format == IFCFG && dialect != IFCFG_SUSE)
    {
        // NetworkManager, and initscripts' net.hotplug, start a link whenever its device appears, at boot or later; but for
        // one that is to be started by hand.
        Silence::Value(Value::Bool(link.autoconnect.as_ref().is_none_or(|at| at.value)))
    } else if dialect.format == KEYFILE {
        crate::vocabulary::keyfile::default_of(field, link)
    } else if dialect == IFCFG_INITSCRIPTS {
        ifcfg::initscripts(field, link)
    } else if dialect == IFCFG_SUSE {
        suse::of(field, link)
    } else if dialect.format == IFCFG {
        ifcfg::networkmanager(field, link)
    } else if dialect.format == LIBVIRT {
        libvirt::of(dialect, field, link)
    } else if is_state {
        kernel::of(field, link)
    } else {
        Silence::Unknown
    }
}

/// True where the routes of a link that name no metric have its own. For ifupdown and initscripts that one is the default
/// route's alone.
#[must_use]
pub fn routes_take_metric(dialect: Dialect) -> bool {
    dialect.format != INTERFACES && dialect != IFCFG_INITSCRIPTS
}

/// The broadcast address that a program gives an IPv4 address whose configuration names none: the last of the subnet, where
/// there is one (`nm_platform_ip4_broadcast_address_from_addr()`, ifupdown's `broadcast +`, initscripts' `ipcalc`, wicked's
/// `ni_address_can_broadcast()`, libvirt's `virNetDevIPAddrAdd()`). The kernel's own tools, ifupdown2 and ifupdown-ng give none.
#[must_use]
pub fn usual_broadcast(dialect: Dialect, address: &Address) -> Option<IpAddr> {
    let gives = match dialect.format {
        IPROUTE | NETLINK => false,
        INTERFACES => Reader::of(dialect) == Reader::Ifupdown,
        _ => true,
    };
    let has_one = address.net.addr().is_ipv4() && address.net.prefix_len() < 31 && address.peer.is_none();
    (gives && has_one && address.broadcast.is_none()).then(|| address.net.broadcast())
}

/// NetworkManager leaves the devices of `unmanaged-devices` alone (NetworkManager.conf(5)): it starts none of them, and
/// without a profile there is nothing about addresses to wait for the device, either.
fn left_alone(field: FieldPath, link: &Link) -> Option<Silence> {
    if link.managed.as_ref().is_none_or(|at| at.value) {
        return None;
    }
    if field == HOTPLUG || field.is("autoconnect") {
        return Some(Silence::Value(Value::Bool(false)));
    }
    let method = match field {
        _ if link.uuid.is_some() => return None,
        field if field.is("ipv4.method") => IpMethod::Disabled,
        field if field.is("ipv6.method") => IpMethod::Ignore,
        _ => return None,
    };
    Some(Silence::Value(Value::text(method.as_str())))
}

/// What a program does that does nothing about it: it writes no name servers of its own, knows no proxies, waits for no
/// port of a bridge, asks for no prefix. It sets down what it is told to take down.
#[must_use]
pub(crate) fn nothing(field: FieldPath) -> Option<Value> {
    let is = |words: &[&str]| words.iter().any(|word| field.is(word));
    if is(&["ipv4.dns", "ipv4.dns_search", "ipv6.dns", "ipv6.dns_search"]) {
        return Some(Value::List(Vec::new()));
    }
    if is(&["nm.proxy_browser_only", "eni.request_prefix"]) {
        return Some(Value::Bool(false));
    }
    if is(&["eni.goes_down"]) {
        // Of the others each sets a link down that it is told to leave.
        return Some(Value::Bool(true));
    }
    if is(&["nm.proxy_method", "eni.bridge_maxwait"]) {
        return Some(Value::Int(0));
    }
    is(&["eni.bridge_waitport"]).then(|| Value::text("0"))
}

/// Router advertisements by the method, where a program takes them – whatever the kernel forwards – with the method `auto`
/// and no other.
#[must_use]
pub(crate) fn advertisements(field: FieldPath, method: &str) -> Option<Value> {
    let auto = method == "auto";
    if method == "ignore" {
        None
    } else if field.is("ipv6.accept_ra") {
        Some(Value::Int(if auto { 2 } else { 0 }))
    } else {
        field.is("ipv6.autoconf").then_some(Value::Bool(auto))
    }
}

/// The settings of `link` whose silence may differ between dialects, and so needs comparing
/// though nobody says anything.
#[must_use]
pub fn paths(dialect: Dialect, link: &Link) -> Vec<FieldPath> {
    if dialect.format == INTERFACES {
        interfaces::paths(Reader::of(dialect), link)
    } else if dialect == IFCFG_SUSE {
        suse::paths(link)
    } else if dialect.format == IFCFG {
        ifcfg::paths(dialect, link)
    } else if dialect.format == LIBVIRT {
        libvirt::paths(dialect, link)
    } else if dialect.format == IPROUTE || dialect.format == NETLINK {
        kernel::paths(link)
    } else {
        Vec::new()
    }
}
