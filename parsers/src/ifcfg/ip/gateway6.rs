//! The IPv6 default route: IPV6_DEFAULTGW, IPV6_DEFAULTDEV, IPV6_DEFROUTE (3.4, 4).

use super::Reading;
use crate::Context;
use crate::ifcfg::vars::{Rejected, Var};
use ipnet::{IpNet, Ipv6Net};
use netpivot_model::codes::ip as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::link::{Link, LinkKind};
use netpivot_model::route::Route;
use netpivot_model::source::{At, Origin};
use std::net::{IpAddr, Ipv6Addr};

/// IPV6_DEFROUTE; in NetworkManager the device of the global IPV6_DEFAULTGW or IPV6_DEFAULTDEV overrides it.
pub fn never_default(r: Reading<'_>, link: &mut Link, cx: &mut Context) {
    if !r.is_nm() {
        return;
    }
    let said = r.boolean("IPV6_DEFROUTE", cx);
    let by_gateway =
        r.global("IPV6_DEFAULTGW").and_then(|var| var.value.split_once('%').map(|(_, dev)| (dev, var)));
    let carrier = by_gateway.or_else(|| r.global("IPV6_DEFAULTDEV").map(|var| (var.value, var)));
    let never = match (carrier.zip(r.file.device()), said) {
        (Some(((dev, var), device)), said) => {
            let mut never = At::new(dev != device.value, Origin::at(var.span));
            match said {
                Some(at) if at.value == never.value => {
                    let word = if at.value { "yes" } else { "no" };
                    cx.report(
                        Diagnostic::new(
                            &codes::READERS_DIFFER,
                            format!("`IPV6_DEFROUTE={word}` is overruled by the default device {dev} of /etc/sysconfig/network"),
                        )
                        .from(&at.origin)
                        .help("remove one of both"),
                    );
                }
                Some(at) => never.origin.merge(&at.origin),
                None => {}
            }
            never
        }
        (None, Some(at)) => At::new(!at.value, at.origin),
        (None, None) => return,
    };
    link.ipv6.get_or_insert_default().never_default = Some(never);
}

/// IPV6_DEFAULTGW. NetworkManager reads it beside a static address only and cuts `%dev` off without
/// comparing it; initscripts want `%dev` or IPV6_DEFAULTDEV to name this device, where either is said.
pub fn read(r: Reading<'_>, link: &mut Link, cx: &mut Context) -> Result<Vec<Route>, Rejected> {
    let fixed = link.ipv6.as_ref().is_some_and(|ip| !ip.addresses.items.is_empty());
    let own = r.text("IPV6_DEFAULTGW");
    if r.is_nm() && !fixed {
        r.unread(
            ["IPV6_DEFAULTGW"],
            &codes::GATEWAY_UNUSED,
            "NetworkManager reads it only beside a static IPv6 address",
            cx,
        );
        return Ok(Vec::new());
    }
    let Some(var) = own.or_else(|| r.global("IPV6_DEFAULTGW")) else { return Ok(device_route(r, link)) };
    let (text, dev) = var.value.split_once('%').map_or((var.value, None), |(ip, dev)| (ip, Some(dev)));
    let Ok(ip) = text.parse::<Ipv6Addr>() else {
        if r.is_nm() {
            return Err(Rejected::at(
                format!("`IPV6_DEFAULTGW={}` is not an IPv6 address", var.value),
                var.span,
            ));
        }
        r.invalid("IPV6_DEFAULTGW", var, "an IPv6 address", cx);
        return Ok(Vec::new());
    };
    if r.is_nm() {
        report_device(r, var, dev, cx);
    } else if !for_this_device(r, var, ip, dev, cx) || elsewhere(r, var, ip, link) {
        return Ok(Vec::new());
    }
    let never = link.ipv6.as_ref().and_then(|ip| ip.never_default.as_ref()).is_some_and(|at| at.value);
    if never {
        r.unread(
            ["IPV6_DEFAULTGW"],
            &codes::GATEWAY_UNUSED,
            "the IPv6 default route is not this interface's",
            cx,
        );
        return Ok(Vec::new());
    }
    if fixed {
        link.ipv6.get_or_insert_default().gateway = Some(At::new(ip.into(), var.span));
        return Ok(Vec::new());
    }
    cx.report(
        Diagnostic::new(
            &codes::DEVICE_ROUTE,
            format!("`IPV6_DEFAULTGW={}` becomes a route to ::/0: a profile without a static IPv6 address has no gateway", var.value),
        )
        .at(var.span),
    );
    let mut route = default_route(var.span.into());
    route.gateway = Some(At::new(ip.into(), var.span));
    Ok(vec![route])
}

/// A `%dev` of another device in the file itself: NetworkManager uses the gateway all the same.
fn report_device(r: Reading<'_>, var: Var<'_>, dev: Option<&str>, cx: &mut Context) {
    let Some((dev, device)) = dev.zip(r.file.device()) else { return };
    if dev != device.value && r.file.holds(var.span) {
        r.differs(
            format!(
                "`IPV6_DEFAULTGW={}` names {dev}, not {}; NetworkManager uses it here, initscripts do not",
                var.value, device.value
            ),
            var,
            cx,
        );
    }
}

fn for_this_device(r: Reading<'_>, var: Var<'_>, ip: Ipv6Addr, dev: Option<&str>, cx: &mut Context) -> bool {
    let named = dev.or_else(|| r.text("IPV6_DEFAULTDEV").map(|var| var.value));
    let device = r.file.device().map(|var| var.value);
    let mut refuse = |why: String| {
        if r.file.holds(var.span) {
            r.unread(["IPV6_DEFAULTGW"], &codes::GATEWAY_UNUSED, &why, cx);
        }
        false
    };
    match named {
        Some(dev) if Some(dev) != device => refuse(format!("it belongs to {dev}")),
        None if ip.is_unicast_link_local() => {
            refuse("a link-local gateway needs `%DEVICE` behind it".to_owned())
        }
        Some(_) | None => true,
    }
}

/// True for a gateway of `/etc/sysconfig/network` that lies in no subnet of this interface: the kernel
/// finds another way to it.
fn elsewhere(r: Reading<'_>, var: Var<'_>, ip: Ipv6Addr, link: &Link) -> bool {
    let mut nets =
        link.ipv6.iter().flat_map(|ipv6| ipv6.addresses.values()).map(|address| address.net).peekable();
    !r.file.holds(var.span)
        && !ip.is_unicast_link_local()
        && nets.peek().is_some()
        && !nets.any(|net| net.contains(&IpAddr::V6(ip)))
}

/// IPV6_DEFAULTDEV alone: a default route without a next hop, which initscripts make for devices that need none.
fn device_route(r: Reading<'_>, link: &Link) -> Vec<Route> {
    let here = r.text("IPV6_DEFAULTDEV").filter(|var| {
        !r.is_nm()
            && r.file.device().is_some_and(|device| device.value == var.value)
            && matches!(link.kind.value, LinkKind::IpTunnel(_) | LinkKind::Tun(_) | LinkKind::Wireguard(_))
    });
    here.map(|var| default_route(var.span.into())).into_iter().collect()
}

fn default_route(origin: Origin) -> Route {
    Route { dst: Some(At::new(IpNet::V6(Ipv6Net::default()), origin)), ..Route::default() }
}
