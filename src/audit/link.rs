//! A device and its settings: that it is there and up, of the kind, with the settings and in the place that are promised.

use super::kernel::Kernel;
use super::promise::{Promise, Start};
use super::rule::{self, Rule};
use super::{Finding, Judged, Told};
use netpivot_model::codes::drift as codes;
use netpivot_model::compare::means_same;
use netpivot_model::defaults::{self, Silence};
use netpivot_model::dialect::{LIBVIRT, NETLINK};
use netpivot_model::ethtool::{WOL_DEFAULT, WOL_IGNORE};
use netpivot_model::facts::effective;
use netpivot_model::ip::IpMethod;
use netpivot_model::link::{LinkId, LinkKind, PortType, references};
use netpivot_model::path::{FieldPath, Seen, Subject, walk};
use netpivot_model::value::{LinkRef, Value};
use netpivot_model::vocabulary::ethtool::group_of;
use netpivot_model::vocabulary::names;
use netpivot_parsers::netlink::observed::shows;

/// A forward delay under 2 s is lifted with the spanning tree (`br_stp_start()`, BR_MIN_FORWARD_DELAY), in 1/100 s.
const LEAST_DELAY: i64 = 200;

/// Settings of a bridge that NetworkManager sets with the spanning tree only (`master_options` of nm-device-bridge.c).
const WITH_STP: [&str; 4] =
    ["bridge.priority", "bridge.forward_delay", "bridge.hello_time", "bridge.max_age"];

/// Settings of a bond that only some modes have (`bond_opts[]`, BOND_MODE_ALL_EX).
const OF_MODES: [(&str, &[&str]); 12] = [
    ("bond.lacp_rate", &["802.3ad"]),
    ("bond.lacp_active", &["802.3ad"]),
    ("bond.ad_select", &["802.3ad"]),
    ("bond.ad_actor_sys_prio", &["802.3ad"]),
    ("bond.ad_actor_system", &["802.3ad"]),
    ("bond.ad_user_port_key", &["802.3ad"]),
    ("bond.min_links", &["802.3ad"]),
    ("bond.xmit_hash_policy", &["balance-xor", "802.3ad", "balance-tlb"]),
    ("bond.tlb_dynamic_lb", &["balance-tlb", "balance-alb"]),
    ("bond.packets_per_port", &["balance-rr"]),
    ("bond.primary", &["active-backup", "balance-tlb", "balance-alb"]),
    ("bond.primary_reselect", &["active-backup", "balance-tlb", "balance-alb"]),
];

/// What becomes of a device that is not there or down: nothing else can be said of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It is there and up.
    Up,
    /// It is there and does not work; what is missing follows from that.
    Idle,
    /// It is not there.
    Missing,
}

/// Checks that the device is there and up.
pub(super) fn presence(promise: &Promise<'_>, kernel: &Kernel<'_>, judged: &mut Vec<Judged>) -> State {
    let name = &promise.name;
    let Some(device) = promise.device else {
        let what = format!("there is no link `{name}`");
        let finding = Finding {
            field: Some("kind".to_owned()),
            name: Some("kind".to_owned()),
            promised: Some(Told::words(promise.link().kind.value.word())),
            source: promise.own_place(),
            ..promise.finding(&codes::LINK_MISSING, what, promise.restart())
        };
        let rule = (promise.start == Start::Hotplug).then_some(&rule::HOTPLUG);
        judged.push(Judged { finding, rule });
        return State::Missing;
    };
    let wants_up = promise.meant(FieldPath::parse("up")) != Some(Value::Bool(false));
    if let (true, Some(false)) = (wants_up, kernel.is_up(device)) {
        let what = format!("`{name}` is down");
        let finding = Finding {
            field: Some("up".to_owned()),
            name: Some("up".to_owned()),
            promised: Some(Told { value: Value::Bool(true), words: "up".to_owned() }),
            actual: Some(Told { value: Value::Bool(false), words: "down".to_owned() }),
            source: promise.own_place(),
            ..promise.finding(&codes::LINK_DOWN, what, promise.restart())
        };
        judged.push(Judged { finding, rule: left_down(promise) });
        return State::Idle;
    }
    if !kernel.makers.idle.contains(&device) {
        return State::Up;
    }
    if promise.link().kind.value.is_hardware() && wants_up {
        let what = format!("`{name}` has no carrier");
        let help = "look at the cable, the other end, or the wireless network";
        let finding =
            Finding { source: promise.own_place(), ..promise.finding(&codes::NO_CARRIER, what, help) };
        judged.push(Judged { finding, rule: None });
        // NetworkManager sets a card up when it has a carrier; with other programs what is configured stays.
        return if promise.is_by_networkmanager() { State::Idle } else { State::Up };
    }
    State::Up
}

/// ifupdown's `manual` runs `ip link set up` for links with an MTU or a hardware address only (linux.defn), and its bridges and
/// bonds set their ports up.
fn left_down(promise: &Promise<'_>) -> Option<&'static Rule> {
    let link = promise.link();
    let is_bare = promise.is_by_interfaces()
        && link.kind.value.is_hardware()
        && link.controller.is_none()
        && [false, true].iter().all(|v6| {
            let is_manual = matches!(
                promise.method(*v6),
                None | Some(IpMethod::Manual | IpMethod::Disabled | IpMethod::Ignore)
            );
            is_manual && promise.ip(*v6).is_none_or(|ip| ip.addresses.items.is_empty())
        });
    (is_bare && link.mtu.is_none() && link.mac.is_none()).then_some(&rule::IDLE_MANUAL)
}

/// Compares the settings of a device that is there.
pub(super) fn settings(promise: &Promise<'_>, device: LinkId, kernel: &Kernel<'_>, judged: &mut Vec<Judged>) {
    if kernel.makers.abridged.contains(&device) {
        return;
    }
    let (link, actual) = (promise.link(), kernel.link(device));
    if !is_of_kind(&link.kind.value, &actual.kind.value) {
        let (wanted, found) = (link.kind.value.word(), actual.kind.value.word());
        let what = format!("`{}` is of the kind {found}, and not {wanted}", promise.name);
        let finding = Finding {
            field: Some("kind".to_owned()),
            name: Some("kind".to_owned()),
            promised: Some(Told::words(wanted)),
            actual: Some(Told::words(found)),
            source: promise.own_place(),
            ..promise.finding(&codes::SETTING_DIFFERS, what, promise.restart())
        };
        judged.push(Judged { finding, rule: None });
        return;
    }
    for path in paths(promise) {
        setting(promise, device, path, kernel, judged);
    }
}

/// A card may be one end of a pair or a device of any program's making; only what a configuration makes has a kind for sure.
fn is_of_kind(wanted: &LinkKind, found: &LinkKind) -> bool {
    let is_open = wanted.is_hardware()
        || matches!(wanted, LinkKind::Generic(_) | LinkKind::Unsupported(_) | LinkKind::OvsInterface(_))
        || matches!(found, LinkKind::Unsupported(_));
    is_open || wanted.word() == found.word()
}

/// The settings that may be compared: those that are said, and those with a default of the kernel's or the dialect's.
fn paths(promise: &Promise<'_>) -> Vec<FieldPath> {
    let link = promise.link();
    let mut paths = Vec::with_capacity(64);
    walk(link, netpivot_model::facts::ROOT, &mut |path, seen| {
        if matches!(seen, Seen::Leaf(leaf) if leaf.is_said()) {
            paths.push(path);
        }
    });
    for dialect in [promise.dialect(), netpivot_model::dialect::Dialect::of(NETLINK)] {
        for path in defaults::paths(dialect, link) {
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
    }
    // `bond.active_port` changes by itself, and the kind of an end is its own.
    paths.retain(|path| shows(*path) && !path.is("bond.active_port"));
    paths
}

fn setting(
    promise: &Promise<'_>,
    device: LinkId,
    path: FieldPath,
    kernel: &Kernel<'_>,
    judged: &mut Vec<Judged>,
) {
    let Some(wanted) = promise.meant(path) else { return };
    if !is_promise(promise, device, path, &wanted, kernel) {
        return;
    }
    let found = match effective(kernel.network, device, path) {
        Silence::Value(found) => Some(found),
        // A list that the kernel does not show is empty.
        Silence::Kernel | Silence::Daemon | Silence::Unknown => match &wanted {
            Value::List(items) if !items.is_empty() => Some(Value::List(Vec::new())),
            Value::Bool(_)
            | Value::Int(_)
            | Value::Text(_)
            | Value::Secret(_)
            | Value::List(_)
            | Value::Map(_) => None,
        },
    };
    let Some(found) = found else { return };
    let (wanted, found) = differing(wanted, found);
    if means_same(path, Some(&wanted), Some(&found)) || leads_to(promise, path, &wanted, &found, kernel) {
        return;
    }
    let named = names::of(Subject::Link(promise.id), path);
    let told = |value: &Value| Told {
        value: value.clone(),
        words: named.as_ref().map_or_else(|| value.to_string(), |named| named.form.told(value, false)),
    };
    let name = named.as_ref().map_or_else(|| path.to_string(), |named| named.name.clone());
    let (wanted_told, found_told) = (told(&wanted), told(&found));
    let what = format!("{name} of `{}` is {}, and not {}", promise.name, found_told.words, wanted_told.words);
    let finding = Finding {
        field: Some(path.to_string()),
        name: Some(name),
        promised: Some(wanted_told),
        actual: Some(found_told),
        source: promise.place(path),
        ..promise.finding(&codes::SETTING_DIFFERS, what, promise.restart())
    };
    let rule = excused(promise, device, path, &wanted, &found, kernel);
    judged.push(Judged { finding, rule });
}

/// Of named settings, of which a configuration says some, those that the kernel shows otherwise. A group of features is on
/// where one of them is, as ethtool prints it.
fn differing(wanted: Value, found: Value) -> (Value, Value) {
    let (Value::Map(wanted), Value::Map(found)) = (&wanted, &found) else { return (wanted, found) };
    let of_group = |group: &str| {
        let mut members = found.iter().filter(|(name, _)| group_of(name) == Some(group)).peekable();
        members.peek().is_some().then(|| Value::Bool(members.any(|(_, on)| *on == Value::Bool(true))))
    };
    let shown = |name: &str| {
        let own = found.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone());
        own.or_else(|| of_group(name))
    };
    let otherwise = |(name, wanted): &(String, Value)| {
        let found = shown(name).filter(|found| found != wanted)?;
        Some(((name.clone(), wanted.clone()), (name.clone(), found)))
    };
    let (wanted, found) = wanted.iter().filter_map(otherwise).unzip();
    (Value::Map(wanted), Value::Map(found))
}

/// False for values that leave the choice to the kernel or to the device.
fn is_promise(
    promise: &Promise<'_>,
    device: LinkId,
    path: FieldPath,
    wanted: &Value,
    kernel: &Kernel<'_>,
) -> bool {
    let port_type = kernel.link(device).port_type.as_ref().map(|at| at.value);
    if path.is("mtu") {
        return *wanted != Value::Int(0);
    }
    if path.is("mac") {
        // Ports of bonds and teams have their controller's address.
        let takes_others = matches!(port_type, Some(PortType::Bond | PortType::Team));
        return !takes_others && wanted.as_text().is_some_and(|text| text.contains(':'));
    }
    if path.is("ethtool.wol") {
        return ![Value::Int(WOL_IGNORE), Value::Int(WOL_DEFAULT)].contains(wanted);
    }
    // NetworkManager leaves a card alone whose profile says neither a speed nor that it negotiates.
    if path.is("ethtool.autoneg") && *wanted == Value::Bool(false) && promise.is_by_networkmanager() {
        return promise.meant(FieldPath::parse("ethtool.speed")).is_some_and(|speed| speed != Value::Int(0));
    }
    if path.is("ethtool.speed") {
        return *wanted != Value::Int(0);
    }
    if path.is("promiscuous") {
        return *wanted != Value::Int(-1) && promise.place(path).is_some();
    }
    if path.is("bridge.ageing_time") && kernel.makers.forgetful.contains(&device) {
        return false;
    }
    if path.is_under("bridge_port") {
        return port_type == Some(PortType::Bridge);
    }
    if path.is_under("bond_port") {
        return port_type == Some(PortType::Bond);
    }
    // A card's other end is its own business.
    !path.is("veth.peer") || promise.place(path).is_some()
}

/// True for references to one device by other words.
fn leads_to(
    promise: &Promise<'_>,
    path: FieldPath,
    wanted: &Value,
    found: &Value,
    kernel: &Kernel<'_>,
) -> bool {
    let is_reference = references().any(|reference| path.is(reference)) || path.is("bond.primary");
    let target = || {
        let reference: LinkRef = wanted.to_string().parse().ok()?;
        promise.config.target(&reference, kernel)
    };
    is_reference && target().is_some_and(|target| target == found.to_string())
}

fn excused(
    promise: &Promise<'_>,
    device: LinkId,
    path: FieldPath,
    wanted: &Value,
    found: &Value,
    kernel: &Kernel<'_>,
) -> Option<&'static Rule> {
    let has_stp = promise.meant(FieldPath::parse("bridge.stp")) == Some(Value::Bool(true));
    let is_lifted = path.is("bridge.forward_delay")
        && *found == Value::Int(LEAST_DELAY)
        && matches!(wanted, Value::Int(delay) if *delay < LEAST_DELAY);
    let is_left = promise.is_by_networkmanager() && !has_stp && WITH_STP.iter().any(|with| path.is(with));
    // Somebody who turns STP on lifts it as well, and STP is told.
    let stp_runs = effective(kernel.network, device, FieldPath::parse("bridge.stp"))
        == Silence::Value(Value::Bool(true));
    if is_left || is_lifted && (has_stp || stp_runs || promise.dialect().format == LIBVIRT) {
        return Some(&rule::STP_TIMES);
    }
    if promise.is_by_networkmanager() && path.is("bridge.vlan_default_pvid") {
        return Some(&rule::DEFAULT_VLAN);
    }
    let modes = OF_MODES.iter().find(|(of, _)| path.is(of)).map(|(_, modes)| modes)?;
    let mode = match effective(kernel.network, device, FieldPath::parse("bond.mode")) {
        Silence::Value(mode) => mode,
        Silence::Kernel | Silence::Daemon | Silence::Unknown => return None,
    };
    let has_use = mode.as_text().is_some_and(|mode| modes.contains(&mode));
    (!has_use).then_some(&rule::ANOTHER_MODE)
}

/// Compares whose port the device is.
pub(super) fn controller(
    promise: &Promise<'_>,
    device: LinkId,
    kernel: &Kernel<'_>,
    judged: &mut Vec<Judged>,
) {
    let link = promise.link();
    let wanted = link.controller.as_ref().and_then(|at| promise.config.target(&at.value, kernel));
    let found = kernel.controller(device);
    let port_type = link.port_type.as_ref().map(|at| at.value);
    if wanted == found || link.controller.is_some() && wanted.is_none() {
        return;
    }
    let name = &promise.name;
    let what = match (&wanted, &found) {
        (Some(wanted), Some(found)) => format!("`{name}` is a port of `{found}`, and not of `{wanted}`"),
        (Some(wanted), None) => format!("`{name}` is no port of `{wanted}`"),
        (None, Some(found)) => format!("`{name}` is a port of `{found}`, and should be none"),
        (None, None) => return,
    };
    let place = promise.place(FieldPath::parse("controller"));
    let finding = Finding {
        field: Some("controller".to_owned()),
        name: Some("port of".to_owned()),
        promised: wanted.map(Told::words),
        actual: found.map(Told::words),
        source: place.or_else(|| promise.own_place()),
        ..promise.finding(&codes::PORT_ELSEWHERE, what, promise.restart())
    };
    let is_switch = matches!(port_type, Some(PortType::OvsBridge | PortType::OvsPort));
    judged.push(Judged { finding, rule: is_switch.then_some(&rule::ROOT_MADE) });
}
