//! BRIDGING_OPTS of a bridge: one table for both programs.

use super::{forward_delay, set, units, unused};
use crate::Context;
use crate::ifcfg::vars::{Base, IfcfgFile, Reader, Rejected, Var, integer};
use netpivot_model::bridge::{MulticastRouter, VlanProtocol};
use netpivot_model::codes::ifcfg as codes;
use netpivot_model::diagnostic::{Diagnostic, Severity};
use netpivot_model::link::Link;
use netpivot_model::source::Span;
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

/// The options of BRIDGING_OPTS; words without `=` or without name or value are reported.
pub(super) fn options(file: &IfcfgFile<'_>, cx: &mut Context) -> Vec<(String, String, Span)> {
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

pub(super) fn option_networkmanager(
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

pub(super) fn in_range(n: Option<i64>, max: i64) -> Result<Value, String> {
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
pub(super) fn option_initscripts(link: &mut Link, stp: bool, said: (&str, &str, Span), cx: &mut Context) {
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
