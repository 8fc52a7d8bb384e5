//! The IPv4 default route: GATEWAY, GATEWAYn, GATEWAYDEV, DEFROUTE (3.3, 4, traps 5 to 7).

use super::Reading;
use super::addresses::{self, Numbered, number_of};
use super::ipv4::other_reader;
use crate::Context;
use crate::ifcfg::vars::{Rejected, Var};
use ipnet::{IpNet, Ipv4Net};
use netpivot_model::codes::ip as codes;
use netpivot_model::diagnostic::{Diagnostic, Severity};
use netpivot_model::link::Link;
use netpivot_model::route::Route;
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::U32;
use std::net::Ipv4Addr;

/// DEFROUTE and GATEWAYDEV: in NetworkManager GATEWAYDEV wins both ways, in initscripts `DEFROUTE=no` does.
pub fn never_default(r: Reading<'_>, link: &mut Link, cx: &mut Context) {
    let defroute = r.boolean("DEFROUTE", cx);
    let device = r.file.device();
    if r.is_nm() {
        let cure = "set it in /etc/sysconfig/network, where NetworkManager reads it";
        other_reader(r, "GATEWAYDEV", "the device that carries the default route", cure, cx);
    }
    let carrier = if r.is_nm() { r.global("GATEWAYDEV") } else { r.text("GATEWAYDEV") };
    let by_device =
        carrier.zip(device).map(|(carrier, device)| At::new(carrier.value != device.value, carrier.span));
    let mut never = match (by_device, &defroute) {
        (Some(by_device), Some(at)) if !r.is_nm() && !at.value => {
            At::new(true, Origin::said(at.origin.spans().iter().chain(by_device.origin.spans()).copied()))
        }
        (Some(by_device), _) => by_device,
        (None, Some(at)) => At::new(!at.value, at.origin.clone()),
        (None, None) => return,
    };
    if let (Some(at), Some(carrier)) = (&defroute, carrier) {
        if at.value == never.value {
            report_conflict(r, at, carrier, cx);
        } else {
            never.origin.merge(&at.origin);
        }
    }
    link.ipv4.get_or_insert_default().never_default = Some(never);
}

fn report_conflict(r: Reading<'_>, defroute: &At<bool>, carrier: Var<'_>, cx: &mut Context) {
    let word = if defroute.value { "yes" } else { "no" };
    let outcome = if r.is_nm() {
        "NetworkManager follows GATEWAYDEV, initscripts take `DEFROUTE=no` first"
    } else {
        "both programs follow GATEWAYDEV here"
    };
    cx.report(
        Diagnostic::new(
            &codes::READERS_DIFFER,
            format!("`DEFROUTE={word}` and `GATEWAYDEV={}` contradict each other; {outcome}", carrier.value),
        )
        .from(&defroute.origin)
        .help("remove one of both"),
    );
}

/// Sets the gateway. What the profile's gateway cannot say comes back as a route.
///
/// # Errors
/// NetworkManager refuses the file.
pub fn read(
    r: Reading<'_>,
    list: &[Numbered],
    link: &mut Link,
    used: &mut Vec<Span>,
    cx: &mut Context,
) -> Result<Vec<Route>, Rejected> {
    let Some((key, var, ip)) = find(r, list, cx)? else { return Ok(on_device(r, link)) };
    let never = link.ipv4.as_ref().and_then(|ip| ip.never_default.as_ref()).is_some_and(|at| at.value);
    used.push(var.span);
    let own = r.file.holds(var.span);
    if never {
        if own {
            report_unused(
                &key,
                var,
                "the default route is not this interface's (DEFROUTE, GATEWAYDEV)",
                "remove the line, or let the interface carry the default route",
                cx,
            );
        }
        return Ok(Vec::new());
    }
    if !inside(r, list, ip) {
        // A gateway from /etc/sysconfig/network belongs to one interface of many under initscripts.
        if r.is_nm() || own {
            report_outside(r, &key, var, list, cx);
        }
        if !r.is_nm() {
            return Ok(on_device(r, link));
        }
    }
    let mut gateway = At::new(ip, Origin::at(var.span));
    if let (false, Some(network)) = (r.is_nm(), r.text("NETWORK")) {
        gateway.origin.merge(&network.span.into());
    }
    if let Some(route) = with_attributes(r, &gateway, link, cx) {
        return Ok(vec![route]);
    }
    link.ipv4.get_or_insert_default().gateway = Some(At::new(ip.into(), gateway.origin));
    Ok(Vec::new())
}

/// The gateway with its key. NetworkManager takes the first GATEWAYn that has an IPADDRn of its number.
fn find<'a>(
    r: Reading<'a>,
    list: &[Numbered],
    cx: &mut Context,
) -> Result<Option<(String, Var<'a>, Ipv4Addr)>, Rejected> {
    let own = if r.is_nm() {
        list.iter().map(|n| format!("GATEWAY{}", n.suffix)).find_map(|key| r.text(&key).map(|var| (key, var)))
    } else {
        r.text("GATEWAY").filter(|_| !list.is_empty()).map(|var| ("GATEWAY".to_owned(), var))
    };
    let found = match (own, r.global("GATEWAY")) {
        (Some(found), _) => found,
        // NetworkManager reads it even without an address, and so stumbles over a bad one.
        (None, Some(var)) => {
            let key = "GATEWAY".to_owned();
            if list.is_empty() {
                addresses::parse(r, &key, var, cx)?;
                return Ok(None);
            }
            (key, var)
        }
        (None, None) => return Ok(None),
    };
    let (key, var) = found;
    Ok(addresses::parse(r, &key, var, cx)?.map(|ip| (key, var, ip)))
}

/// True where the gateway lies in the subnet of the first address. A NETWORK that says otherwise
/// stops initscripts (`ifup-eth` compares with it).
fn inside(r: Reading<'_>, list: &[Numbered], gateway: Ipv4Addr) -> bool {
    let Some(first) = list.first().map(|n| n.address.value) else { return false };
    let network = match if r.is_nm() { None } else { r.text("NETWORK") } {
        Some(var) => var.value.parse().ok(),
        None => Some(first.network()),
    };
    Ipv4Net::new(gateway, first.prefix_len()).is_ok_and(|net| Some(net.network()) == network)
}

fn report_outside(r: Reading<'_>, key: &str, var: Var<'_>, list: &[Numbered], cx: &mut Context) {
    let subnet = list.first().map_or_else(String::new, |n| n.address.value.trunc().to_string());
    let effect = if r.is_nm() {
        "NetworkManager uses it as if it were on the link, initscripts set no default route"
    } else {
        "initscripts set no default route"
    };
    let mut report = Diagnostic::new(
        &codes::GATEWAY_OUTSIDE,
        format!("`{key}={}` lies outside {subnet}, the subnet of the first address; {effect}", var.value),
    )
    .at(var.span)
    .help("check the address, the prefix and the gateway");
    if r.is_nm() {
        report = report.severity(Severity::Note);
    }
    report.labels.extend(if r.is_nm() { None } else { r.text("NETWORK") }.map(|var| var.span));
    cx.report(report);
}

/// WINDOW and SRCADDR are attributes of the default route under initscripts: it becomes a route of its own then.
fn with_attributes(r: Reading<'_>, gateway: &At<Ipv4Addr>, link: &Link, cx: &mut Context) -> Option<Route> {
    if r.is_nm() {
        return None;
    }
    let window = r.number("WINDOW", (0, 4_294_967_295), cx);
    let source = r.text("SRCADDR").and_then(|var| var.value.parse().ok().map(|ip| At::new(ip, var.span)));
    if window.is_none() && source.is_none() {
        return None;
    }
    let mut route = default_route(link, gateway.origin.clone());
    route.gateway = Some(At::new(gateway.value.into(), gateway.origin.clone()));
    route.window = window.and_then(|at| U32::new(at.value).map(|n| At::new(n, at.origin)));
    route.src = source;
    Some(route)
}

/// The default route without a next hop that GATEWAYDEV makes under initscripts.
fn on_device(r: Reading<'_>, link: &Link) -> Vec<Route> {
    let never = link.ipv4.as_ref().and_then(|ip| ip.never_default.as_ref());
    match (never, r.text("GATEWAYDEV")) {
        (Some(at), Some(var)) if !r.is_nm() && !at.value => vec![default_route(link, var.span.into())],
        _ => Vec::new(),
    }
}

fn default_route(link: &Link, origin: Origin) -> Route {
    let metric = link.ipv4.as_ref().and_then(|ip| ip.route_metric.as_ref());
    Route {
        dst: Some(At::new(IpNet::V4(Ipv4Net::default()), origin)),
        metric: metric.and_then(|at| U32::new(at.value.get()).map(|n| At::new(n, at.origin.clone()))),
        ..Route::default()
    }
}

fn report_unused(key: &str, var: Var<'_>, why: &str, help: &str, cx: &mut Context) {
    cx.report(
        Diagnostic::new(&codes::GATEWAY_UNUSED, format!("`{key}={}` is without effect: {why}", var.value))
            .at(var.span)
            .help(help),
    );
}

/// Reports the gateways that were not taken.
pub fn report_rest(r: Reading<'_>, list: &[Numbered], used: &[Span], since: usize, cx: &mut Context) {
    let rest: Vec<(&str, &str, Var<'_>)> = r
        .file
        .vars
        .names()
        .filter_map(|name| number_of(name, "GATEWAY").map(|number| (name, number)))
        .filter_map(|(name, number)| r.text(name).map(|var| (name, number, var)))
        .filter(|(.., var)| !used.contains(&var.span) && r.file.holds(var.span))
        .filter(|(.., var)| !cx.diagnostics[since..].iter().any(|d| d.labels.contains(&var.span)))
        .collect();
    for (name, number, var) in rest {
        let paired = list.iter().any(|n| n.suffix == number);
        if !r.is_nm() && !number.is_empty() {
            report_unused(
                name,
                var,
                "initscripts read GATEWAY without a number only",
                "rename it to GATEWAY, or remove it",
                cx,
            );
        } else if paired {
            report_unused(
                name,
                var,
                "a profile has one gateway and an earlier one is taken",
                "remove it, or add a route",
                cx,
            );
        } else if !r.is_nm() {
            report_unused(
                name,
                var,
                "the interface has no address",
                "add the address that goes with it, or remove the line",
                cx,
            );
        } else {
            let why = format!("NetworkManager takes a gateway only with an IPADDR{number} beside it");
            let help = format!("rename the address to IPADDR{number}, or {}", r.other_reader());
            report_unused(name, var, &why, &help, cx);
        }
    }
}
