//! How the IPv6 method is chosen (`make_ip6_setting`, `ifup-ipv6`; the table of ifcfg.md 3.4).

use super::Reading;
use crate::Context;
use crate::ifcfg::vars::{Var, boolean};
use netpivot_model::codes::ip as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::ip::IpMethod;
use netpivot_model::link::Link;
use netpivot_model::source::{At, Origin};
use netpivot_model::value::Int;

/// Sets the method where the file says one and gives the one that counts.
pub fn choose(r: Reading<'_>, link: &mut Link, cx: &mut Context) -> IpMethod {
    if r.is_nm() { method_nm(r, link, cx) } else { method_initscripts(r, link, cx) }
}

/// What a file that says nothing of IPv6 gives (`model/src/defaults/ifcfg.rs`).
pub fn silence(r: Reading<'_>) -> IpMethod {
    if r.is_nm() { IpMethod::Ignore } else { IpMethod::Auto }
}

/// The method with the keys that decided, and those that did not matter.
struct Choice<'a> {
    method: IpMethod,
    by: Vec<Var<'a>>,
    unread: &'static [&'static str],
}

/// Stores the method where something said it.
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
        None => init.is_some_and(|var| boolean(var.value, r.file.reader) == Some(true)),
    };
    let by: Vec<Var<'_>> = r.text("IPV6_DISABLED").into_iter().chain(init).collect();
    if !on {
        if init.is_none() {
            let message = format!(
                "ifcfg-{} has no IPV6INIT: NetworkManager leaves IPv6 to the kernel, initscripts switch it on",
                r.file.name
            );
            let report = Diagnostic::new(&codes::READERS_DIFFER, message);
            cx.report(report.in_file(r.file.path).help("set IPV6INIT to what you want"));
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

/// `DHCPV6C_OPTIONS=-S` asks for name servers and the like only (dhclient(8)).
fn is_stateless(r: Reading<'_>, link: &mut Link) -> bool {
    let Some(var) = r.text("DHCPV6C_OPTIONS").filter(|var| var.value.trim() == "-S") else { return false };
    let spans = r.text("DHCPV6C").into_iter().chain([var]).map(|var| var.span);
    link.eni.get_or_insert_default().stateless_dhcp6 = Some(At::new(true, Origin::said(spans)));
    true
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
    by.extend(r.text("DHCPV6C"));
    let method = match (auto, dhcp) {
        (true, true) if is_stateless(r, link) => IpMethod::Auto,
        (true, false) => IpMethod::Auto,
        (true, true) => {
            // dhclient asks in any case, and the kernel takes advertisements besides.
            let origin = Origin::derived("autoconfiguration-beside-dhcp6", by.iter().map(|var| var.span));
            let ipv6 = link.ipv6.get_or_insert_default();
            ipv6.accept_ra = Int::new(2).map(|n| At::new(n, origin.clone()));
            ipv6.autoconf = Some(At::new(true, origin));
            IpMethod::Dhcp
        }
        (false, true) => IpMethod::Dhcp,
        (false, false) => with_addresses(r),
    };
    set(r, Choice { method, by, unread: &[] }, link, cx)
}
