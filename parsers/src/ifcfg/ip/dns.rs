//! DNSn, DOMAIN, SEARCH and RES_OPTIONS of both families (3.3, 3.4, trap 8).

use super::addresses::report_rest;
use super::{Reading, method6};
use crate::Context;
use crate::ifcfg::vars::{Rejected, Var};
use netpivot_model::codes::ip as codes;
use netpivot_model::diagnostic::{Diagnostic, Severity};
use netpivot_model::ip::{IpConfig, IpMethod, name_server_address};
use netpivot_model::link::Link;
use netpivot_model::reflect::{List, Sub};
use netpivot_model::source::Span;
use std::net::IpAddr;

/// The method that counts for IPv4.
fn method4(link: &Link) -> IpMethod {
    method_of(&link.ipv4).unwrap_or(IpMethod::Disabled)
}

fn method_of(ip: &Sub<IpConfig>) -> Option<IpMethod> {
    ip.as_ref().and_then(|ip| ip.method.as_ref()).map(|at| at.value)
}

/// Which families take name servers.
#[derive(Clone, Copy)]
struct Families {
    /// True where `[ipv4]` has them: not while IPv4 is off; NetworkManager has none with `shared` either.
    v4: bool,
    /// True where `[ipv6]` has them.
    v6: bool,
}

/// Reads name servers, search domains and resolver options. Both methods must be known.
///
/// # Errors
/// NetworkManager refuses the file.
pub fn read(r: Reading<'_>, link: &mut Link, cx: &mut Context) -> Result<(), Rejected> {
    let method6 = method_of(&link.ipv6).unwrap_or(method6::silence(r));
    let families = Families {
        v4: !matches!(method4(link), IpMethod::Disabled | IpMethod::Shared),
        // NetworkManager reads them beside `link-local`, too, and then refuses the profile.
        v6: match method6 {
            IpMethod::Ignore | IpMethod::Disabled => false,
            IpMethod::LinkLocal => r.is_nm(),
            IpMethod::Auto | IpMethod::Manual | IpMethod::Dhcp | IpMethod::Shared => true,
        },
    };
    if !r.is_nm() && leaves_resolv_conf(r) {
        report_untouched(r, cx);
        return Ok(());
    }
    servers(r, families, link, cx)?;
    domains(r, families, link, cx);
    options(r, link, cx);
    Ok(())
}

/// `PEERDNS=no` keeps initscripts from resolv.conf altogether, unless RESOLV_MODS says otherwise.
fn leaves_resolv_conf(r: Reading<'_>) -> bool {
    let mut quiet = Context::default();
    let says = |key, quiet: &mut Context| r.boolean(key, quiet).map(|at| at.value);
    says("PEERDNS", &mut quiet) == Some(false) && says("RESOLV_MODS", &mut quiet) != Some(true)
}

fn report_untouched(r: Reading<'_>, cx: &mut Context) {
    let why = "PEERDNS=no keeps initscripts from writing resolv.conf; NetworkManager would use them";
    let since = cx.diagnostics.len();
    r.unread(["DOMAIN"], &codes::DNS_UNREAD, why, cx);
    report_rest(r, &["DNS"], &[], (since, &codes::DNS_UNREAD, why), cx);
}

/// The keys that the reader looks at: NetworkManager stops at the first gap, initscripts know three.
fn server_keys<'a>(r: Reading<'a>) -> Vec<(String, Var<'a>)> {
    let keyed = |n: u32| {
        let key = format!("DNS{n}");
        r.text(&key).map(|var| (key, var))
    };
    if r.is_nm() { (1..10_000).map_while(keyed).collect() } else { (1..=3).filter_map(keyed).collect() }
}

fn servers(r: Reading<'_>, families: Families, link: &mut Link, cx: &mut Context) -> Result<(), Rejected> {
    let since = cx.diagnostics.len();
    let mut used: Vec<Span> = Vec::new();
    let keys = server_keys(r);
    for (key, var) in &keys {
        match name_server_address(var.value) {
            Some(IpAddr::V4(_)) if families.v4 => {
                used.push(var.span);
                push(key, *var, &mut link.ipv4.get_or_insert_default().dns, cx);
            }
            Some(IpAddr::V6(_)) if families.v6 => {
                used.push(var.span);
                push(key, *var, &mut link.ipv6.get_or_insert_default().dns, cx);
            }
            Some(ip) => report_family(r, key, *var, ip, cx),
            None if r.is_nm() && (families.v4 || families.v6) => {
                return Err(Rejected::at(format!("`{key}={}` is not a name server", var.value), var.span));
            }
            None => cx.report(
                Diagnostic::new(
                    &codes::INVALID_ADDRESS,
                    format!("`{key}={}` is not an IP address; the resolver skips it", var.value),
                )
                .at(var.span)
                .help("write the server's address"),
            ),
        }
    }
    if r.is_nm() && !used.is_empty() {
        report_peerdns(r, &keys, cx);
    }
    let why = if r.is_nm() {
        "NetworkManager reads DNS1, DNS2 … up to the first gap; initscripts read DNS1 to DNS3 with gaps"
    } else {
        "initscripts read DNS1 to DNS3"
    };
    report_rest(r, &["DNS"], &used, (since, &codes::AFTER_GAP, why), cx);
    Ok(())
}

/// Adds a server unless it is there.
fn push(key: &str, var: Var<'_>, list: &mut List<String>, cx: &mut Context) {
    if list.values().any(|other| other == var.value) {
        cx.report(
            Diagnostic::new(
                &codes::DUPLICATE_ITEM,
                format!("`{key}={}` stands twice in the file", var.value),
            )
            .at(var.span),
        );
    } else {
        list.push(var.value.to_owned(), var.span);
    }
}

/// A server whose family is off: NetworkManager drops it, initscripts write it all the same.
fn report_family(r: Reading<'_>, key: &str, var: Var<'_>, ip: IpAddr, cx: &mut Context) {
    let family = if ip.is_ipv4() { "IPv4" } else { "IPv6" };
    let (effect, severity) = if r.is_nm() {
        ("NetworkManager does not use it", Severity::Warning)
    } else {
        ("initscripts write it to resolv.conf, the output cannot", Severity::Loss)
    };
    cx.report(
        Diagnostic::new(
            &codes::DNS_UNREAD,
            format!(
                "`{key}={}` is an {family} server while the file has no {family} settings for it; {effect}",
                var.value
            ),
        )
        .at(var.span)
        .severity(severity)
        .help(format!("switch {family} on, or name the server in another profile")),
    );
}

/// Servers beside `PEERDNS=no`: NetworkManager uses them.
fn report_peerdns(r: Reading<'_>, keys: &[(String, Var<'_>)], cx: &mut Context) {
    if !leaves_resolv_conf(r) {
        return;
    }
    if let Some((_, var)) = keys.first() {
        r.differs(
            format!(
                "DNS1={} is used although `PEERDNS=no`; initscripts would leave resolv.conf alone",
                var.value
            ),
            *var,
            cx,
        );
    }
}

/// DOMAIN goes to IPv4 where that has name servers, else to IPv6 (`check_dns_search_domains`). SEARCH is an old
/// name that only NetworkManager knows.
fn domains(r: Reading<'_>, families: Families, link: &mut Link, cx: &mut Context) {
    let list = |var: Var<'_>| -> Vec<String> {
        let blank = |c: char| c == ' ' || (!r.is_nm() && c.is_ascii_whitespace());
        var.value.split(blank).filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    if r.is_nm()
        && let Some(var) = r.text("IPV6_DOMAIN")
    {
        if families.v6 {
            add(list(var), var, &mut link.ipv6.get_or_insert_default().dns_search, cx);
        } else {
            r.unread(["IPV6_DOMAIN"], &codes::DNS_UNREAD, "IPv6 is off or left to the kernel", cx);
        }
    }
    let domain = r.text("DOMAIN").filter(|var| !list(*var).is_empty());
    if let (Some(var), false, false, false) = (domain, r.is_nm(), families.v4, families.v6) {
        cx.report(
            Diagnostic::new(
                &codes::DNS_UNREAD,
                format!("`DOMAIN={}` is written to resolv.conf by initscripts; a profile without addresses cannot have it", var.value),
            )
            .at(var.span)
            .severity(Severity::Loss)
            .help("name the domain in another profile"),
        );
    } else if let Some(var) = domain {
        let ip = if families.v4 { &mut link.ipv4 } else { &mut link.ipv6 };
        add(list(var), var, &mut ip.get_or_insert_default().dns_search, cx);
    }
    if !r.is_nm() || method4(link) == IpMethod::Disabled {
        return;
    }
    match r.text("SEARCH") {
        Some(var) if families.v4 && domain.is_none() => {
            add(list(var), var, &mut link.ipv4.get_or_insert_default().dns_search, cx);
        }
        Some(_) => r.unread(
            ["SEARCH"],
            &codes::DNS_UNREAD,
            "DOMAIN takes its place, or the method has no domains",
            cx,
        ),
        None => {}
    }
}

/// Adds the domains that are not there yet.
fn add(domains: Vec<String>, var: Var<'_>, list: &mut List<String>, cx: &mut Context) {
    for domain in domains {
        if list.values().any(|other| *other == domain) {
            cx.report(
                Diagnostic::new(
                    &codes::DUPLICATE_ITEM,
                    format!("the domain `{domain}` stands twice in the file"),
                )
                .at(var.span),
            );
        } else {
            list.push(domain, var.span);
        }
    }
}

/// RES_OPTIONS of the profile, then of `/etc/sysconfig/network`; present but empty means "none". Not
/// read while IPv4 is off; IPV6_RES_OPTIONS always.
fn options(r: Reading<'_>, link: &mut Link, cx: &mut Context) {
    if method4(link) != IpMethod::Disabled {
        let global = if r.is_nm() { r.global.nm("RES_OPTIONS") } else { None };
        for var in [r.file.vars.get("RES_OPTIONS"), global].into_iter().flatten() {
            add_options("RES_OPTIONS", var, &mut link.ipv4.get_or_insert_default().dns_options, cx);
        }
    }
    if r.is_nm()
        && let Some(var) = r.file.vars.get("IPV6_RES_OPTIONS")
    {
        add_options("IPV6_RES_OPTIONS", var, &mut link.ipv6.get_or_insert_default().dns_options, cx);
    }
}

fn add_options(key: &str, var: Var<'_>, list: &mut List<String>, cx: &mut Context) {
    list.said.get_or_insert_with(|| var.span.into());
    for option in var.value.split(' ').filter(|word| !word.is_empty()) {
        if list.values().any(|other| other == option) {
            cx.report(
                Diagnostic::new(
                    &codes::DUPLICATE_ITEM,
                    format!("the option `{option}` of {key} stands twice"),
                )
                .at(var.span),
            );
        } else {
            list.push(option.to_owned(), var.span);
        }
    }
}
