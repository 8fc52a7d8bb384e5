//! Bridges and their ports (ifcfg.md 3.5).
//!
//! The two programs agree on the keys and on nothing else: initscripts write BRIDGING_OPTS to
//! sysfs in hundredths of a second and in the kernel's words, NetworkManager takes seconds and its own words,
//! drops half of them without STP and refuses the file for others (traps 13 to 16).

use super::vars::{Base, IfcfgFile, Reader, Rejected, Var, bad_value, boolean, integer};
use crate::Context;
use netpivot_model::bridge::{Bridge, MulticastRouter, VlanProtocol};
use netpivot_model::codes::ifcfg as codes;
use netpivot_model::diagnostic::{Diagnostic, Severity};
use netpivot_model::link::{Link, LinkKind, PortType};
use netpivot_model::path::FieldPath;
use netpivot_model::reflect::List;
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::{Mac, Scalar, Value};

/// What an option holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// A time: seconds for NetworkManager (lowest with STP, highest), hundredths in sysfs.
    Time(i64, i64),
    /// A number up to this.
    Number(i64),
    /// 0 or 1.
    Flag,
    /// A time in hundredths of a second for both.
    Hundredths,
    /// The forwarding mask, whose lowest three bits are the kernel's.
    Mask,
    /// A power of two.
    PowerOfTwo,
    /// The kernel's 0, 1, 2 or NetworkManager's `disabled`, `auto`, `enabled`.
    Router,
    /// The kernel's `0x8100` or NetworkManager's `802.1Q`.
    Protocol,
    /// A group address.
    Group,
}

/// An option of BRIDGING_OPTS.
struct Opt {
    /// Name for NetworkManager; empty where it knows none.
    nm: &'static str,
    /// Name in sysfs; empty where it has none.
    sysfs: &'static str,
    /// The setting.
    path: &'static str,
    form: Form,
    /// NetworkManager takes it only with STP.
    stp: bool,
}

const fn opt(nm: &'static str, sysfs: &'static str, path: &'static str, form: Form) -> Opt {
    Opt { nm, sysfs, path, form, stp: false }
}

const fn stp_opt(name: &'static str, path: &'static str, form: Form) -> Opt {
    Opt { nm: name, sysfs: name, path, form, stp: true }
}

/// `NM:R:handle_bridge_option` and `/sys/class/net/BRIDGE/bridge/`.
const OPTIONS: [Opt; 25] = [
    stp_opt("priority", "bridge.priority", Form::Number(65_535)),
    stp_opt("hello_time", "bridge.hello_time", Form::Time(1, 10)),
    stp_opt("max_age", "bridge.max_age", Form::Time(6, 40)),
    opt("", "forward_delay", "bridge.forward_delay", Form::Time(2, 30)),
    opt("ageing_time", "ageing_time", "bridge.ageing_time", Form::Time(0, 1_000_000)),
    opt("group_fwd_mask", "group_fwd_mask", "bridge.group_fwd_mask", Form::Mask),
    opt("group_address", "group_addr", "bridge.group_address", Form::Group),
    opt("vlan_filtering", "vlan_filtering", "bridge.vlan_filtering", Form::Flag),
    opt("default_pvid", "default_pvid", "bridge.vlan_default_pvid", Form::Number(4094)),
    opt("vlan_protocol", "vlan_protocol", "bridge.vlan_protocol", Form::Protocol),
    opt("vlan_stats_enabled", "vlan_stats_enabled", "bridge.vlan_stats_enabled", Form::Flag),
    opt("multicast_snooping", "multicast_snooping", "bridge.multicast_snooping", Form::Flag),
    opt("multicast_router", "multicast_router", "bridge.multicast_router", Form::Router),
    opt("multicast_querier", "multicast_querier", "bridge.multicast_querier", Form::Flag),
    opt(
        "multicast_query_use_ifaddr",
        "multicast_query_use_ifaddr",
        "bridge.multicast_query_use_ifaddr",
        Form::Flag,
    ),
    opt("multicast_hash_max", "hash_max", "bridge.multicast_hash_max", Form::PowerOfTwo),
    opt(
        "multicast_last_member_count",
        "multicast_last_member_count",
        "bridge.multicast_last_member_count",
        Form::Number(U32_MAX),
    ),
    opt(
        "multicast_startup_query_count",
        "multicast_startup_query_count",
        "bridge.multicast_startup_query_count",
        Form::Number(U32_MAX),
    ),
    opt(
        "multicast_last_member_interval",
        "multicast_last_member_interval",
        "bridge.multicast_last_member_interval",
        Form::Hundredths,
    ),
    opt(
        "multicast_membership_interval",
        "multicast_membership_interval",
        "bridge.multicast_membership_interval",
        Form::Hundredths,
    ),
    opt(
        "multicast_querier_interval",
        "multicast_querier_interval",
        "bridge.multicast_querier_interval",
        Form::Hundredths,
    ),
    opt(
        "multicast_query_interval",
        "multicast_query_interval",
        "bridge.multicast_query_interval",
        Form::Hundredths,
    ),
    opt(
        "multicast_query_response_interval",
        "multicast_query_response_interval",
        "bridge.multicast_query_response_interval",
        Form::Hundredths,
    ),
    opt(
        "multicast_startup_query_interval",
        "multicast_startup_query_interval",
        "bridge.multicast_startup_query_interval",
        Form::Hundredths,
    ),
    opt("", "stp_state", "bridge.stp", Form::Flag),
];

const U32_MAX: i64 = 4_294_967_295;

/// Reads the bridge's own keys.
///
/// # Errors
/// NetworkManager refuses the file.
pub fn read(file: &IfcfgFile<'_>, link: &mut Link, cx: &mut Context) -> Result<(), Rejected> {
    let stp = stp(file, link, cx);
    let on = stp == Some(true);
    match file.reader {
        Reader::NetworkManager => {
            delay_networkmanager(file, link, on, cx)?;
            macaddr(file, link)?;
            let vlans = vlans(file, "BRIDGE_VLANS", cx);
            if let LinkKind::Bridge(bridge) = &mut link.kind.value {
                bridge.vlans = vlans;
            }
        }
        Reader::Initscripts => {
            number(file, link, "PRIO", "bridge.priority", 65_535, cx);
            delay_initscripts(file, link, on, cx);
            ageing_initscripts(file, link, cx);
        }
    }
    for (name, value, span) in options(file, cx) {
        match file.reader {
            Reader::NetworkManager => option_networkmanager(link, on, (&name, &value, span), cx)?,
            Reader::Initscripts => option_initscripts(link, on, (&name, &value, span), cx),
        }
    }
    Ok(())
}

/// `STP=`: NetworkManager knows four words, initscripts all truth values.
fn stp(file: &IfcfgFile<'_>, link: &mut Link, cx: &mut Context) -> Option<bool> {
    let var = file.vars.text("STP")?;
    let value = match file.reader {
        Reader::NetworkManager => ["on", "yes", "off", "no"]
            .iter()
            .position(|word| word.eq_ignore_ascii_case(var.value))
            .map(|position| position < 2),
        Reader::Initscripts => boolean(var.value, Reader::Initscripts),
    };
    match value {
        Some(value) => set(link, "bridge.stp", Value::Bool(value), var.span),
        None => cx.report(
            bad_value("STP", var, "`on`, `yes`, `off` or `no`", file.reader)
                .help("write `STP=on` if the bridge runs the spanning tree protocol, else `STP=off`"),
        ),
    }
    value
}

fn set(link: &mut Link, path: &'static str, value: Value, span: Span) {
    set_from(link, path, value, Origin::at(span));
}

fn set_from(link: &mut Link, path: &'static str, value: Value, origin: Origin) {
    if let Some(leaf) = link.leaf_mut(FieldPath::parse(path)) {
        // The forms check the ranges of the model before.
        let _ = leaf.set(&value, origin);
    }
}

fn unused(name: &str, value: &str, span: Span, why: &str) -> Diagnostic {
    Diagnostic::new(&codes::BRIDGE_OPTION, format!("the bridge option `{name}={value}` has no effect: {why}"))
        .at(span)
        .help("correct the option, or remove it")
}

/// DELAY is seconds, and for NetworkManager only with STP; 0 and 1 make it refuse the file.
fn delay_networkmanager(
    file: &IfcfgFile<'_>,
    link: &mut Link,
    stp: bool,
    cx: &mut Context,
) -> Result<(), Rejected> {
    let Some(var) = file.vars.text("DELAY") else { return Ok(()) };
    if !stp {
        cx.report(
            unused("DELAY", var.value, var.span, "NetworkManager reads it only with STP")
                .help("set `STP=on`, or remove DELAY; without STP ports forward at once"),
        );
        return Ok(());
    }
    match integer(var.value, Base::Ten).filter(|n| (0..=30).contains(n)) {
        Some(n) if n < 2 => Err(Rejected::at(
            format!("with STP the forward delay is 2 to 30 seconds, not `DELAY={}`", var.value),
            var.span,
        )),
        Some(n) => {
            set(link, "bridge.forward_delay", Value::Int(n * 100), var.span);
            Ok(())
        }
        None => {
            cx.report(bad_value("DELAY", var, "a number of seconds from 2 to 30", file.reader));
            Ok(())
        }
    }
}

/// initscripts document DELAY as seconds (trap 15).
fn delay_initscripts(file: &IfcfgFile<'_>, link: &mut Link, stp: bool, cx: &mut Context) {
    let Some(var) = file.vars.text("DELAY") else { return };
    let Some(seconds) = integer(var.value, Base::Ten).filter(|n| (0..=30_000).contains(n)) else {
        cx.report(bad_value("DELAY", var, "a number of seconds", file.reader));
        return;
    };
    let ticks = if seconds > 30 {
        cx.report(units("DELAY", var, "hundredths of a second, because it is more than 30 seconds"));
        seconds
    } else {
        seconds * 100
    };
    forward_delay(link, ticks, stp, ("DELAY", var.value, var.span), cx);
}

fn units(name: &str, var: Var<'_>, how: &str) -> Diagnostic {
    Diagnostic::new(&codes::BRIDGE_UNITS, format!("`{name}={}` is taken as {how}", var.value))
        .at(var.span)
        .help("check the time in the output")
}

/// Stores the forward delay; with STP the kernel raises it to two seconds (`br_stp_start`).
fn forward_delay(link: &mut Link, ticks: i64, stp: bool, said: (&str, &str, Span), cx: &mut Context) {
    let (name, value, span) = said;
    if stp && ticks < 200 {
        cx.report(
            Diagnostic::new(
                &codes::BRIDGE_LIFTED,
                format!("with STP the kernel raises `{name}={value}` to 2 seconds, which is written"),
            )
            .at(span)
            .help("set `STP=off` if ports have to forward at once"),
        );
        set_from(
            link,
            "bridge.forward_delay",
            Value::Int(200),
            Origin::derived("kernel-minimum-forward-delay", [span]),
        );
        return;
    }
    set(link, "bridge.forward_delay", Value::Int(ticks), span);
}

/// AGEING means seconds; numbers like 30000 are the kernel's hundredths.
fn ageing_initscripts(file: &IfcfgFile<'_>, link: &mut Link, cx: &mut Context) {
    let Some(var) = file.vars.text("AGEING") else { return };
    let Some(n) = integer(var.value, Base::Ten).filter(|n| (0..=100_000_000).contains(n)) else {
        cx.report(bad_value("AGEING", var, "a number of seconds", file.reader));
        return;
    };
    let ticks = n >= 10_000;
    cx.report(units("AGEING", var, if ticks { "hundredths of a second" } else { "seconds" }));
    set(link, "bridge.ageing_time", Value::Int(if ticks { n } else { n * 100 }), var.span);
}

fn number(file: &IfcfgFile<'_>, link: &mut Link, key: &str, path: &'static str, max: i64, cx: &mut Context) {
    if let Some(at) = file.vars.int(key, 0..=max, Base::Ten, file.reader, cx) {
        set_from(link, path, Value::Int(at.value), at.origin);
    }
}

/// BRIDGE_MACADDR, deprecated; NetworkManager refuses the file for a bad one.
fn macaddr(file: &IfcfgFile<'_>, link: &mut Link) -> Result<(), Rejected> {
    let Some(var) = file.vars.text("BRIDGE_MACADDR") else { return Ok(()) };
    let mac = var.value.parse::<Mac>().ok().filter(|mac| mac.bytes().len() == 6);
    let (LinkKind::Bridge(bridge), Some(mac)) = (&mut link.kind.value, mac) else {
        let reason = format!("`BRIDGE_MACADDR={}` is not a hardware address", var.value);
        return Err(Rejected::at(reason, var.span));
    };
    let bridge: &mut Bridge = bridge;
    bridge.mac_address = Some(At::new(mac, var.span));
    Ok(())
}

/// The options of BRIDGING_OPTS; words without `=` or without name or value are reported.
fn options(file: &IfcfgFile<'_>, cx: &mut Context) -> Vec<(String, String, Span)> {
    let Some(var) = file.vars.text("BRIDGING_OPTS") else { return Vec::new() };
    let blank = |c: char| match file.reader {
        Reader::NetworkManager => c == ' ',
        Reader::Initscripts => c.is_ascii_whitespace(),
    };
    let mut found = Vec::new();
    for word in var.value.split(blank).filter(|word| !word.is_empty()) {
        match word.split_once('=') {
            Some((name, value)) if !name.is_empty() && !value.is_empty() => {
                // As with bonds: initscripts take what follows the last `=`.
                let last = value.rsplit_once('=').map_or(value, |(_, last)| last);
                let value = if file.reader == Reader::NetworkManager { value } else { last };
                found.push((name.to_owned(), value.to_owned(), var.span));
            }
            _ => cx.report(
                Diagnostic::new(
                    &codes::BRIDGE_OPTION,
                    format!("`{word}` in `BRIDGING_OPTS` is no `name=value` and has no effect"),
                )
                .at(var.span),
            ),
        }
    }
    found
}

fn option_networkmanager(
    link: &mut Link,
    stp: bool,
    said: (&str, &str, Span),
    cx: &mut Context,
) -> Result<(), Rejected> {
    let (name, value, span) = said;
    let Some(option) = OPTIONS.iter().find(|o| o.nm == name) else {
        cx.report(unknown_networkmanager(name, value, span));
        return Ok(());
    };
    if option.stp && !stp {
        cx.report(
            unused(name, value, span, "NetworkManager reads it only with STP")
                .help("set `STP=on`, or remove the option"),
        );
        return Ok(());
    }
    let refused = |why: &str| Rejected::at(format!("the bridge option `{name}={value}` {why}"), span);
    let n = integer(value, Base::Ten);
    let parsed = match option.form {
        Form::Time(low, high) => match n.filter(|n| (0..=high).contains(n)) {
            Some(n) if n < low && stp => return Err(refused(&format!("is less than {low} s"))),
            Some(n) => Ok(Value::Int(n * 100)),
            None => Err(hundredths_hint(value, low, high)),
        },
        Form::Number(max) => in_range(n, max),
        Form::Flag => in_range(n, 1).map(|v| Value::Bool(v == Value::Int(1))),
        // A bad number is 0 for NetworkManager (`_nm_utils_ascii_str_to_uint64` with fallback 0).
        Form::Hundredths => match n.filter(|n| *n >= 0) {
            Some(n) => Ok(Value::Int(n)),
            None => {
                cx.report(
                    Diagnostic::new(
                        &codes::BRIDGE_OPTION,
                        format!("the bridge option `{name}={value}` is no number, which NetworkManager takes for 0"),
                    )
                    .at(span),
                );
                Ok(Value::Int(0))
            }
        },
        Form::Mask => match n.filter(|n| (0..=65_535).contains(n)) {
            Some(n) if n & 7 != 0 => return Err(refused("sets bits 0 to 2, which are the kernel's")),
            Some(n) => Ok(Value::Int(n)),
            None => Err("it takes a number from 0 to 65535".to_owned()),
        },
        Form::PowerOfTwo => match n.filter(|n| (0..=U32_MAX).contains(n)) {
            Some(n) if n.count_ones() == 1 => Ok(Value::Int(n)),
            Some(_) => return Err(refused("is no power of two")),
            None => Err("it takes a power of two".to_owned()),
        },
        Form::Router => match value {
            "auto" | "enabled" | "disabled" => Ok(Value::text(value.to_owned())),
            _ => return Err(refused("takes `auto`, `enabled` or `disabled`")),
        },
        Form::Protocol => match value {
            "802.1Q" | "802.1ad" => Ok(Value::text(value.to_owned())),
            _ => return Err(refused("takes `802.1Q` or `802.1ad`")),
        },
        Form::Group => match group(value) {
            Some(mac) => Ok(mac.to_value()),
            None => return Err(refused("takes an address from 01:80:C2:00:00:00 to 01:80:C2:00:00:0F")),
        },
    };
    match parsed {
        Ok(parsed) => {
            if name == "ageing_time" {
                let how = "seconds; initscripts take it as hundredths of a second";
                cx.report(units(name, Var { value, span }, how).severity(Severity::Note));
            }
            set(link, option.path, parsed, span);
        }
        Err(why) => cx.report(unused(name, value, span, &why)),
    }
    Ok(())
}

fn in_range(n: Option<i64>, max: i64) -> Result<Value, String> {
    match n.filter(|n| (0..=max).contains(n)) {
        Some(n) => Ok(Value::Int(n)),
        None => Err(format!("it takes a number from 0 to {max}")),
    }
}

/// What to say of a time that NetworkManager drops.
fn hundredths_hint(value: &str, low: i64, high: i64) -> String {
    let range = format!("NetworkManager takes {low} to {high} seconds");
    match integer(value, Base::Ten).filter(|n| (low * 100..=high * 100).contains(n)) {
        Some(n) => format!("{range}; initscripts read it as {}.{:02} seconds", n / 100, n % 100),
        None => range,
    }
}

fn unknown_networkmanager(name: &str, value: &str, span: Span) -> Diagnostic {
    match OPTIONS.iter().find(|o| o.sysfs == name) {
        Some(option) => {
            let cure = match (option.nm, name) {
                ("", "forward_delay") => "write the key DELAY, in seconds".to_owned(),
                ("", _) => "write the key STP".to_owned(),
                (nm, _) => format!("write `{nm}=`"),
            };
            unused(name, value, span, "NetworkManager knows it by another name; initscripts set it")
                .help(format!("{cure}, or convert with `-f ifcfg:initscripts` if they were in charge"))
        }
        None => unused(name, value, span, "NetworkManager knows no such option").help(
            "convert with `-f ifcfg:initscripts` if they were in charge, which write any option to sysfs",
        ),
    }
}

/// The link-local groups that IEEE 802.1D sets aside.
fn group(value: &str) -> Option<Mac> {
    let mac = value.parse::<Mac>().ok()?;
    let bytes = mac.bytes();
    let inside = bytes.len() == 6 && bytes[..5] == [0x01, 0x80, 0xc2, 0, 0] && bytes[5] < 0x10;
    // 01:80:C2:00:00:01 to 03 belong to pause frames, LACP and 802.1X (`nm-setting-bridge.c`).
    (inside && !(1..=3).contains(&bytes[5])).then_some(mac)
}

/// What initscripts write to sysfs. A time in the range of seconds is one (the ranges do not overlap but
/// for the ageing time, traps 14); the kernel would refuse it.
fn option_initscripts(link: &mut Link, stp: bool, said: (&str, &str, Span), cx: &mut Context) {
    let (name, value, span) = said;
    let Some(option) = OPTIONS.iter().find(|o| o.sysfs == name) else {
        cx.report(unknown_initscripts(name, value, span));
        return;
    };
    let n = integer(value, Base::Auto);
    let parsed = match option.form {
        Form::Time(0, _) => in_range(n, 100_000_000),
        Form::Time(low, high) => match n {
            Some(n) if (low * 100..=high * 100).contains(&n) => Ok(Value::Int(n)),
            Some(n) if (low..=high).contains(&n) => {
                let var = Var { value, span };
                cx.report(units(name, var, "seconds, because the kernel refuses so few hundredths"));
                Ok(Value::Int(n * 100))
            }
            Some(n) if name == "forward_delay" && (0..=high * 100).contains(&n) => Ok(Value::Int(n)),
            Some(_) | None => Err(format!("the kernel takes {} to {}", low * 100, high * 100)),
        },
        Form::Number(max) => in_range(n, max),
        Form::Flag => in_range(n, 1).map(|v| Value::Bool(v == Value::Int(1))),
        Form::Hundredths => in_range(n, i64::MAX),
        Form::Mask => match n.filter(|n| (0..=65_535).contains(n) && n & 7 == 0) {
            Some(n) => Ok(Value::Int(n)),
            None => Err("the kernel takes 0 to 65535 without bits 0 to 2".to_owned()),
        },
        Form::PowerOfTwo => match n.filter(|n| *n > 0 && n.count_ones() == 1 && *n <= U32_MAX) {
            Some(n) => Ok(Value::Int(n)),
            None => Err("the kernel takes a power of two".to_owned()),
        },
        Form::Router => {
            MulticastRouter::from_text(value).map(|v| v.to_value()).map_err(|e| e.expected.into())
        }
        Form::Protocol => VlanProtocol::from_text(value).map(|v| v.to_value()).map_err(|e| e.expected.into()),
        Form::Group => group(value).map(|mac| mac.to_value()).ok_or_else(|| {
            "the kernel takes an address from 01:80:C2:00:00:00 to 01:80:C2:00:00:0F".to_owned()
        }),
    };
    match parsed {
        Ok(Value::Int(ticks)) if name == "forward_delay" => forward_delay(link, ticks, stp, said, cx),
        Ok(value) => set(link, option.path, value, span),
        Err(why) => cx.report(unused(name, value, span, &why)),
    }
}

fn unknown_initscripts(name: &str, value: &str, span: Span) -> Diagnostic {
    match OPTIONS.iter().find(|o| o.nm == name) {
        Some(option) => unused(name, value, span, "sysfs knows it by another name; NetworkManager reads it")
            .help(format!("write `{}=`", option.sysfs)),
        None => Diagnostic::new(
            &codes::BRIDGE_OPTION,
            format!(
                "the bridge option `{name}={value}` is written to sysfs by initscripts and has no counterpart"
            ),
        )
        .at(span)
        .severity(Severity::Loss)
        .help("set it by other means on the new system if the kernel knows it"),
    }
}

/// Reads BRIDGING_OPTS and BRIDGE_PORT_VLANS of a port.
pub fn read_port(file: &IfcfgFile<'_>, link: &mut Link, cx: &mut Context) {
    if link.port_type.as_ref().is_none_or(|at| at.value != PortType::Bridge) {
        return;
    }
    for (name, value, span) in options(file, cx) {
        port_option(file.reader, link, (&name, &value, span), cx);
    }
    if file.reader == Reader::NetworkManager {
        let vlans = vlans(file, "BRIDGE_PORT_VLANS", cx);
        if vlans.is_said() {
            link.bridge_port.get_or_insert_default().vlans = vlans;
        }
    }
}

fn port_option(reader: Reader, link: &mut Link, said: (&str, &str, Span), cx: &mut Context) {
    let (name, value, span) = said;
    let number = |max: i64| {
        let base = if reader == Reader::NetworkManager { Base::Ten } else { Base::Auto };
        in_range(integer(value, base), max)
    };
    let (path, parsed) = match name {
        "priority" => ("bridge_port.priority", number(63)),
        "path_cost" => ("bridge_port.path_cost", number(65_535)),
        "hairpin_mode" => ("bridge_port.hairpin", hairpin(reader, value)),
        _ => {
            cx.report(unknown_port_option(reader, said));
            return;
        }
    };
    match parsed {
        Ok(value) => set(link, path, value, span),
        Err(why) => cx.report(unused(name, value, span, &why)),
    }
}

/// NetworkManager knows `1` but not `0`.
fn hairpin(reader: Reader, value: &str) -> Result<Value, String> {
    let is = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(value));
    match reader {
        Reader::NetworkManager if is(&["on", "yes", "1"]) => Ok(Value::Bool(true)),
        Reader::NetworkManager if is(&["off", "no"]) => Ok(Value::Bool(false)),
        Reader::NetworkManager => Err("NetworkManager takes `on`, `yes`, `1`, `off` or `no`".to_owned()),
        Reader::Initscripts => {
            in_range(integer(value, Base::Auto), 1).map(|v| Value::Bool(v == Value::Int(1)))
        }
    }
}

fn unknown_port_option(reader: Reader, said: (&str, &str, Span)) -> Diagnostic {
    let (name, value, span) = said;
    match reader {
        Reader::NetworkManager => unused(name, value, span, "NetworkManager knows no such option of a port")
            .help("convert with `-f ifcfg:initscripts` if they were in charge, which write any option to sysfs"),
        Reader::Initscripts => Diagnostic::new(
            &codes::BRIDGE_OPTION,
            format!("the option `{name}={value}` of a bridge port is written to sysfs by initscripts and has no counterpart"),
        )
        .at(span)
        .severity(Severity::Loss)
        .help("set it by other means on the new system if the kernel knows it"),
    }
}

/// `VID[-VID] [pvid] [untagged]` separated by commas; bad ones are left out.
fn vlans(file: &IfcfgFile<'_>, key: &str, cx: &mut Context) -> List<String> {
    let Some(var) = file.vars.text(key) else { return List::default() };
    let mut list = List { items: Vec::new(), said: Some(Origin::at(var.span)) };
    for item in var.value.split(',').map(str::trim).filter(|item| !item.is_empty()) {
        match vlan(item) {
            Some(text) => list.push(text, var.span),
            None => cx.report(
                Diagnostic::new(
                    &codes::BRIDGE_OPTION,
                    format!("`{item}` in `{key}` is no `VID[-VID] [pvid] [untagged]` and is left out"),
                )
                .at(var.span),
            ),
        }
    }
    list
}

/// A bridge VLAN in its canonical form (`nm_bridge_vlan_from_str`).
fn vlan(item: &str) -> Option<String> {
    let mut words = item.split_ascii_whitespace();
    let range = words.next()?;
    let (low, high) = range.split_once('-').unwrap_or((range, range));
    let id = |text: &str| text.parse::<u16>().ok().filter(|n| (1..=4094).contains(n));
    let (low, high) = (id(low)?, id(high)?);
    let mut text = if low == high { low.to_string() } else { format!("{low}-{high}") };
    let (mut pvid, mut untagged) = (false, false);
    for word in words {
        match word {
            "pvid" => pvid = true,
            "untagged" => untagged = true,
            _ => return None,
        }
    }
    if high < low || (pvid && low != high) {
        return None;
    }
    text.push_str(if pvid { " pvid" } else { "" });
    text.push_str(if untagged { " untagged" } else { "" });
    Some(text)
}
