//! IPv6: the method and what is read with it (`make_ip6_setting`, `ifup-ipv6`).

use super::Form::{Not, Number, Ternary, Text};
use super::ipv4::other_reader;
use super::{Reading, Row, nm};
use crate::Context;
use crate::ifcfg::vars::{Rejected, Var};
use ipnet::{IpNet, Ipv6Net};
use netpivot_model::codes::ip as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::ip::{AddrGenMode, Address, IpMethod};
use netpivot_model::link::Link;
use netpivot_model::route::Route;
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::{Int, Scalar, U32};
use std::net::Ipv6Addr;

const SECONDS: super::Form = Number(0, 2_147_483_647);

/// Keys that NetworkManager reads with every method, even when IPv6 is off.
const ALWAYS: &[Row] = &[
    nm("IPV6_PEERDNS", "ipv6.ignore_auto_dns", Not),
    nm("IPV6_PEERROUTES", "ipv6.ignore_auto_routes", Not),
    nm("IPV6_FAILURE_FATAL", "ipv6.may_fail", Not),
    nm("IPV6_ROUTE_METRIC", "ipv6.route_metric", Number(-1, 4_294_967_295)),
    nm("IPV6_AUTO_ROUTE_EXT_GW", "ipv6.auto_route_ext_gw", Ternary),
    nm("IPV6_REPLACE_LOCAL_RULE", "ipv6.replace_local_rule", Ternary),
    nm("DHCPV6_DUID", "ipv6.dhcp_duid", Text),
    nm("DHCPV6_IAID", "ipv6.dhcp_iaid", Text),
    nm("DHCPV6_PD_HINT", "ipv6.dhcp_pd_hint", Text),
    nm("DHCPV6_HOSTNAME", "ipv6.dhcp_hostname", Text),
    nm("DHCPV6_HOSTNAME_FLAGS", "ipv6.dhcp_hostname_flags", Number(0, 4_294_967_295)),
    nm("DHCPV6_SEND_HOSTNAME", "ipv6.dhcp_send_hostname", Ternary),
    nm("IPV6_DHCP_TIMEOUT", "ipv6.dhcp_timeout", SECONDS),
    nm("IPV6_REQUIRED_TIMEOUT", "ipv6.required_timeout", SECONDS),
    nm("IPV6_RA_TIMEOUT", "ipv6.ra_timeout", SECONDS),
    nm("IPV6_TOKEN", "ipv6.token", Text),
    nm("IPV6_DNS_PRIORITY", "ipv6.dns_priority", Number(-2_147_483_648, 2_147_483_647)),
];

/// The table is a row of its own: a rule file switches it off (5.4).
const TABLE: &[Row] = &[nm("IPV6_ROUTE_TABLE", "ipv6.route_table", Number(0, 4_294_967_295))];

/// All rows.
pub(super) const TABLES: &[&[Row]] = &[ALWAYS, TABLE];

/// What a file that says nothing of IPv6 gives (`model/src/defaults/ifcfg.rs`).
pub fn silence(r: Reading<'_>) -> IpMethod {
    if r.is_nm() { IpMethod::Ignore } else { IpMethod::Auto }
}

/// Reads IPv6 but for the name servers.
pub fn read(r: Reading<'_>, link: &mut Link, cx: &mut Context) -> Result<Vec<Route>, Rejected> {
    let method = if r.is_nm() { method_nm(r, link, cx) } else { method_initscripts(r, link, cx) };
    privacy(r, link, cx);
    never_default(r, link, cx);
    r.store(ALWAYS, link, cx);
    if !r.rule_files {
        r.store(TABLE, link, cx);
    } else if r.is_nm() {
        r.unread(
            ["IPV6_ROUTE_TABLE"],
            &codes::METHOD_IGNORES,
            "NetworkManager leaves the routes of a profile with rule files to its dispatcher script",
            cx,
        );
    }
    generation(r, link, cx);
    host_name(r, method, link);
    mtu(r, link, cx);
    if matches!(method, IpMethod::Ignore | IpMethod::Disabled) {
        r.unread(
            ["IPV6ADDR", "IPV6ADDR_SECONDARIES", "IPV6_DEFAULTGW"],
            &codes::METHOD_IGNORES,
            "IPv6 is off or left to the kernel (IPV6INIT, IPV6_DISABLED)",
            cx,
        );
        return Ok(Vec::new());
    }
    addresses(r, link, cx)?;
    gateway(r, link, cx)
}

/// The method with the keys that decided, and those that did not matter.
struct Choice<'a> {
    method: IpMethod,
    by: Vec<Var<'a>>,
    unread: &'static [&'static str],
}

fn set(r: Reading<'_>, choice: Choice<'_>, link: &mut Link, cx: &mut Context) -> IpMethod {
    let why = format!("IPv6 is `{}` before they count", choice.method.as_str());
    r.unread(choice.unread.iter().copied(), &codes::METHOD_IGNORES, &why, cx);
    if !choice.by.is_empty() {
        let origin = Origin::said(choice.by.iter().map(|var| var.span));
        link.ipv6.get_or_insert_default().method = Some(At::new(choice.method, origin));
    }
    choice.method
}

/// NetworkManager's table (3.4).
fn method_nm(r: Reading<'_>, link: &mut Link, cx: &mut Context) -> IpMethod {
    if r.boolean("IPV6_DISABLED", cx).is_some_and(|at| at.value) {
        let by = r.text("IPV6_DISABLED").into_iter().collect();
        let unread = &["IPV6INIT", "IPV6_AUTOCONF", "IPV6FORWARDING", "DHCPV6C"];
        return set(r, Choice { method: IpMethod::Disabled, by, unread }, link, cx);
    }
    let own = r.text("IPV6INIT");
    let init = own.or_else(|| r.global("IPV6INIT"));
    let on = match own {
        Some(_) => r.boolean("IPV6INIT", cx).is_some_and(|at| at.value),
        None => init.is_some_and(|var| crate::ifcfg::vars::boolean(var.value, r.file.reader) == Some(true)),
    };
    let by: Vec<Var<'_>> = r.text("IPV6_DISABLED").into_iter().chain(init).collect();
    if !on {
        if init.is_none() {
            cx.report(
                Diagnostic::new(
                    &codes::READERS_DIFFER,
                    format!("{} has no IPV6INIT: NetworkManager leaves IPv6 to the kernel, initscripts switch it on", r.file.path),
                )
                .in_file(r.file.path)
                .help("set IPV6INIT to what you want"),
            );
        }
        let unread = &["IPV6_AUTOCONF", "IPV6FORWARDING", "DHCPV6C"];
        // `by` holds at most IPV6_DISABLED=no where IPV6INIT is silent, which decides nothing but is read.
        return set(r, Choice { method: IpMethod::Ignore, by, unread }, link, cx);
    }
    let choice = autoconf_nm(r, by, cx);
    set(r, choice, link, cx)
}

/// The rest of the table, once IPv6 is on.
fn autoconf_nm<'a>(r: Reading<'a>, mut by: Vec<Var<'a>>, cx: &mut Context) -> Choice<'a> {
    let key = r.text("IPV6_AUTOCONF");
    if key.is_some_and(|var| var.value == "shared") {
        by.extend(key);
        return Choice { method: IpMethod::Shared, by, unread: &["IPV6FORWARDING", "DHCPV6C"] };
    }
    let said = r.boolean("IPV6_AUTOCONF", cx).map(|at| at.value);
    let unread: &[&str] = if said.is_some() { &["IPV6FORWARDING"] } else { &[] };
    let auto = match said {
        Some(yes) => {
            by.extend(key);
            yes
        }
        None => {
            let forwarding = r.boolean("IPV6FORWARDING", cx);
            by.extend(forwarding.as_ref().and(r.text("IPV6FORWARDING")));
            !forwarding.is_some_and(|at| at.value)
        }
    };
    let dhcp = r.boolean("DHCPV6C", cx);
    if let Some(var) = dhcp.as_ref().and(r.text("DHCPV6C")) {
        if auto && dhcp.as_ref().is_some_and(|at| at.value) {
            r.differs(format!("`DHCPV6C={}` beside autoconfiguration: NetworkManager asks DHCPv6 when the router says so, initscripts always", var.value), var, cx);
        } else {
            by.push(var);
        }
    }
    let method = match (auto, dhcp.is_some_and(|at| at.value)) {
        (true, _) => IpMethod::Auto,
        (false, true) => IpMethod::Dhcp,
        (false, false) => with_addresses(r),
    };
    Choice { method, by, unread }
}

fn with_addresses(r: Reading<'_>) -> IpMethod {
    let there = r.text("IPV6ADDR").or_else(|| r.text("IPV6ADDR_SECONDARIES"));
    if there.is_some() { IpMethod::Manual } else { IpMethod::LinkLocal }
}

/// `ifup-ipv6`: only a false IPV6INIT stops it; then forwarding decides whether autoconfiguration is on.
fn method_initscripts(r: Reading<'_>, link: &mut Link, cx: &mut Context) -> IpMethod {
    let init = r.boolean("IPV6INIT", cx);
    let mut by: Vec<Var<'_>> = init.as_ref().and(r.text("IPV6INIT")).into_iter().collect();
    if init.is_some_and(|at| !at.value) {
        let unread = &["IPV6_AUTOCONF", "IPV6FORWARDING", "DHCPV6C"];
        return set(r, Choice { method: IpMethod::Ignore, by, unread }, link, cx);
    }
    let forwarding = r.boolean("IPV6FORWARDING", cx);
    let forwards = forwarding.as_ref().is_some_and(|at| at.value);
    if let Some(at) = forwarding {
        if forwards {
            link.ipv6.get_or_insert_default().forwarding = Int::new(1).map(|n| At::new(n, at.origin));
        }
        by.extend(r.text("IPV6FORWARDING"));
    }
    let autoconf = r.boolean("IPV6_AUTOCONF", cx);
    by.extend(autoconf.as_ref().and(r.text("IPV6_AUTOCONF")));
    let auto = autoconf.map_or(!forwards, |at| at.value);
    let dhcp = r.boolean("DHCPV6C", cx).is_some_and(|at| at.value);
    if let Some(var) = r.text("DHCPV6C") {
        if auto && dhcp {
            r.differs(format!("`DHCPV6C={}` makes initscripts ask DHCPv6 always; with autoconfiguration the output asks when the router says so", var.value), var, cx);
        } else {
            by.push(var);
        }
    }
    let method = match (auto, dhcp) {
        (true, _) => IpMethod::Auto,
        (false, true) => IpMethod::Dhcp,
        (false, false) => with_addresses(r),
    };
    set(r, Choice { method, by, unread: &[] }, link, cx)
}

/// IPV6_PRIVACY: a truth value or `rfc3041`/`rfc4941` for NetworkManager, exactly `rfc3041` for initscripts.
fn privacy(r: Reading<'_>, link: &mut Link, cx: &mut Context) {
    let Some(var) = r.text("IPV6_PRIVACY") else {
        if r.is_nm() {
            r.unread(
                ["IPV6_PRIVACY_PREFER_PUBLIC_IP"],
                &codes::METHOD_IGNORES,
                "IPV6_PRIVACY is not set",
                cx,
            );
        }
        return;
    };
    let mut origin = Origin::at(var.span);
    let value = if r.is_nm() {
        let truth = crate::ifcfg::vars::boolean(var.value, r.file.reader);
        let known = matches!(var.value, "rfc3041" | "rfc4941");
        if truth.is_none() && !known {
            r.invalid("IPV6_PRIVACY", var, "`yes`, `no`, `rfc3041` or `rfc4941`", cx);
        }
        let public = r.boolean("IPV6_PRIVACY_PREFER_PUBLIC_IP", cx);
        match (truth.unwrap_or(known), public) {
            (false, _) => {
                r.unread(
                    ["IPV6_PRIVACY_PREFER_PUBLIC_IP"],
                    &codes::METHOD_IGNORES,
                    "temporary addresses are off",
                    cx,
                );
                0
            }
            (true, None) => 2,
            (true, Some(at)) => {
                origin.merge(&at.origin);
                if at.value { 1 } else { 2 }
            }
        }
    } else if var.value == "rfc3041" {
        2
    } else {
        r.differs(
            format!("`IPV6_PRIVACY={}` is without effect: initscripts know `rfc3041` only", var.value),
            var,
            cx,
        );
        return;
    };
    link.ipv6.get_or_insert_default().ip6_privacy = Int::new(value).map(|n| At::new(n, origin));
}

/// IPV6_DEFROUTE; in NetworkManager the device of the global IPV6_DEFAULTGW or IPV6_DEFAULTDEV overrides it.
fn never_default(r: Reading<'_>, link: &mut Link, cx: &mut Context) {
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

/// IPV6_ADDR_GEN_MODE; a token needs eui64, so that is its default then.
fn generation(r: Reading<'_>, link: &mut Link, cx: &mut Context) {
    if !r.is_nm() {
        return;
    }
    let ipv6 = link.ipv6.get_or_insert_default();
    ipv6.addr_gen_mode = match (r.text("IPV6_ADDR_GEN_MODE"), &ipv6.token) {
        (Some(var), _) => match AddrGenMode::from_text(var.value) {
            Ok(mode) => Some(At::new(mode, var.span)),
            Err(error) => {
                r.invalid("IPV6_ADDR_GEN_MODE", var, &error.expected, cx);
                None
            }
        },
        (None, Some(token)) => Some(At::new(
            AddrGenMode::Eui64,
            Origin::derived("token-needs-eui64", token.origin.spans().iter().copied()),
        )),
        (None, None) => None,
    };
}

/// A DHCP_HOSTNAME with a dot is sent by DHCPv6, too, where that has no name of its own.
fn host_name(r: Reading<'_>, method: IpMethod, link: &mut Link) {
    let dhcp = matches!(method, IpMethod::Auto | IpMethod::Dhcp);
    if let (true, true, None, Some(var)) =
        (r.is_nm(), dhcp, r.text("DHCPV6_HOSTNAME"), r.text("DHCP_HOSTNAME"))
        && var.value.contains('.')
    {
        link.ipv6.get_or_insert_default().dhcp_hostname = Some(At::new(var.value.to_owned(), var.span));
    }
}

/// IPV6_MTU, which only initscripts know.
fn mtu(r: Reading<'_>, link: &mut Link, cx: &mut Context) {
    if r.is_nm() {
        other_reader(r, "IPV6_MTU", "the MTU of IPv6", "set ipv6.mtu in the keyfile", cx);
    } else if let Some(at) = r.number("IPV6_MTU", (1280, 4_294_967_295), cx) {
        link.ipv6.get_or_insert_default().mtu = U32::new(at.value).map(|n| At::new(n, at.origin));
    }
}

/// IPV6ADDR, then IPV6ADDR_SECONDARIES; NetworkManager splits both at blanks, without a length it is /64.
fn addresses(r: Reading<'_>, link: &mut Link, cx: &mut Context) -> Result<(), Rejected> {
    for key in ["IPV6ADDR", "IPV6ADDR_SECONDARIES"] {
        let Some(var) = r.text(key) else { continue };
        let blank = |c: char| c == ' ' || (!r.is_nm() && c.is_ascii_whitespace());
        for word in var.value.split(blank).filter(|word| !word.is_empty()) {
            let Some(net) = parse(word) else {
                if r.is_nm() {
                    return Err(Rejected::at(
                        format!("`{word}` in `{key}` is not an IPv6 address"),
                        var.span,
                    ));
                }
                cx.report(
                    Diagnostic::new(
                        &codes::INVALID_ADDRESS,
                        format!("`{word}` in `{key}` is not an IPv6 address and cannot be set on the host"),
                    )
                    .at(var.span)
                    .help("write ADDRESS/LENGTH"),
                );
                continue;
            };
            push(key, Address::new(IpNet::V6(net)), var.span, link, cx);
        }
    }
    Ok(())
}

fn push(key: &str, address: Address, span: Span, link: &mut Link, cx: &mut Context) {
    let list = &mut link.ipv6.get_or_insert_default().addresses;
    if list.values().any(|other| *other == address) {
        cx.report(
            Diagnostic::new(&codes::DUPLICATE_ITEM, format!("{address} of {key} stands twice in the file"))
                .at(span),
        );
    } else {
        list.push(address, span);
    }
}

/// `ADDRESS/LENGTH`, or an address alone, which is /64.
#[must_use]
pub fn parse(word: &str) -> Option<Ipv6Net> {
    match word.split_once('/') {
        Some((ip, len)) => Ipv6Net::new(ip.parse().ok()?, len.parse().ok()?).ok(),
        None => Ipv6Net::new(word.parse().ok()?, 64).ok(),
    }
}

/// IPV6_DEFAULTGW. NetworkManager reads it beside a static address only and cuts `%dev` off without
/// comparing it; initscripts want `%dev` or IPV6_DEFAULTDEV to name this device, where either is said.
fn gateway(r: Reading<'_>, link: &mut Link, cx: &mut Context) -> Result<Vec<Route>, Rejected> {
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
        && !nets.any(|net| net.contains(&std::net::IpAddr::V6(ip)))
}

/// IPV6_DEFAULTDEV alone: a default route without a next hop, which initscripts make for devices that need none.
fn device_route(r: Reading<'_>, link: &Link) -> Vec<Route> {
    use netpivot_model::link::LinkKind;
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
