//! BOOTPROTO and static addresses (ifcfg(5), `__ni_suse_bootproto`, `__get_ipaddr`).

use super::dhcp;
use super::keys::{Bad, Keys, Layered, integer, words};
use super::sysctl::Settings;
use crate::Context;
use crate::ifcfg::vars::Var;
use ipnet::IpNet;
use netpivot_model::codes::ip as ip_codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::ip::{Address, AddressFlags, IpMethod, LinkLocal4};
use netpivot_model::link::{Link, LinkKind};
use netpivot_model::source::{At, Origin, Span};
use std::net::IpAddr;

/// What a file asks for.
#[derive(Debug, Default, Clone, Copy)]
struct Wanted {
    none: bool,
    dhcp4: bool,
    dhcp6: bool,
    auto4: bool,
    auto6: bool,
}

/// Reads the addresses of a link, with what DHCP is told.
pub(super) fn read(keys: Layered<'_>, sysctl: &Settings, link: &mut Link, cx: &mut Context) {
    let file = keys.file;
    let loopback = matches!(link.kind.value, LinkKind::Loopback(_));
    let proto = file.text("BOOTPROTO").filter(|_| !loopback);
    let wanted = proto.map_or(Wanted::default(), |var| wanted(var, cx));
    if wanted.none {
        let span = proto.map(|var| var.span);
        for config in [&mut link.ipv4, &mut link.ipv6] {
            config.get_or_insert_default().method = span.map(|span| At::new(IpMethod::Disabled, span));
        }
        ignored_addresses(file, span, cx);
        return;
    }
    let mut broken = Vec::new();
    for (suffix, var) in file.indexed("IPADDR") {
        match address(file, suffix, var, link, cx) {
            Ok(Some((address, origin))) => {
                let v4 = address.net.addr().is_ipv4();
                let config = if v4 { &mut link.ipv4 } else { &mut link.ipv6 };
                config.get_or_insert_default().addresses.push(address, origin);
            }
            Ok(None) => {}
            Err(bad) => broken.push(bad),
        }
    }
    broken.into_iter().for_each(|bad: Box<Diagnostic>| cx.report(*bad));
    methods(proto.map(|var| var.span), wanted, link);
    sysctl.apply(link, cx);
    if wanted.dhcp4 {
        dhcp::v4(keys, link, cx);
    }
    if wanted.dhcp6 {
        dhcp::v6(keys, link, cx);
    }
    probe(file, link, cx);
}

fn wanted(var: Var<'_>, cx: &mut Context) -> Wanted {
    let mut wanted = Wanted::default();
    let whole = var.value.to_ascii_lowercase();
    match whole.as_str() {
        "none" => wanted.none = true,
        "static" | "ppp" | "ibft" | "6to4" => {}
        _ => {
            for word in var.value.split('+').filter(|word| !word.is_empty()) {
                match word {
                    "dhcp" => (wanted.dhcp4, wanted.dhcp6) = (true, true),
                    "dhcp4" => wanted.dhcp4 = true,
                    "dhcp6" => wanted.dhcp6 = true,
                    "auto4" | "autoip" => wanted.auto4 = true,
                    "auto6" => wanted.auto6 = true,
                    _ => {
                        let expected =
                            "`static`, `none`, or `dhcp`, `dhcp4`, `dhcp6`, `autoip`, `auto6` joined by `+`";
                        Bad::new("BOOTPROTO", var, format!("{expected} (`{word}`)")).report(cx);
                    }
                }
            }
        }
    }
    wanted
}

/// What BOOTPROTO says of each family; of IPv6 it says nothing where the kernel is left to itself.
fn methods(span: Option<Span>, wanted: Wanted, link: &mut Link) {
    let Some(span) = span else { return };
    let has = |v4: bool| {
        let config = if v4 { &link.ipv4 } else { &link.ipv6 };
        config.as_ref().is_some_and(|config| config.addresses.is_said())
    };
    let v4 = match (wanted.dhcp4, wanted.auto4, has(true)) {
        (true, _, _) => IpMethod::Auto,
        (false, _, true) => IpMethod::Manual,
        (false, true, false) => IpMethod::LinkLocal,
        (false, false, false) => IpMethod::Disabled,
    };
    let config = link.ipv4.get_or_insert_default();
    config.method = Some(At::new(v4, span));
    if wanted.auto4 && v4 != IpMethod::LinkLocal {
        let kind = if wanted.dhcp4 { LinkLocal4::Fallback } else { LinkLocal4::Enabled };
        config.link_local = Some(At::new(kind, span));
    }
    if wanted.dhcp6 || wanted.auto6 {
        link.ipv6.get_or_insert_default().method = Some(At::new(IpMethod::Auto, span));
    }
}

/// With BOOTPROTO=none wicked sets no addresses.
fn ignored_addresses(keys: &Keys, span: Option<Span>, cx: &mut Context) {
    for (suffix, var) in keys.indexed("IPADDR") {
        if var.value.starts_with("0.0.0.0") {
            continue;
        }
        let message = format!("`IPADDR{suffix}={}` has no effect, because of `BOOTPROTO=none`", var.value);
        let report = Diagnostic::new(&ip_codes::METHOD_IGNORES, message).at(var.span);
        let report = span.into_iter().fold(report, Diagnostic::at);
        cx.report(report.help("write `BOOTPROTO=static` where the address is wanted"));
    }
}

/// The address of a suffix with the keys of that suffix; `None` for the unspecified one, which YaST writes.
fn address(
    keys: &Keys,
    suffix: &str,
    var: Var<'_>,
    link: &Link,
    cx: &mut Context,
) -> Result<Option<(Address, Origin)>, Box<Diagnostic>> {
    let key = |stem: &str| format!("{stem}{suffix}");
    let (host, length) = var.value.split_once('/').map_or((var.value, None), |(a, b)| (a, Some(b)));
    let invalid = || {
        let message = format!("`IPADDR{suffix}={}` is no address; wicked goes on without it", var.value);
        Box::new(
            Diagnostic::new(&ip_codes::INVALID_ADDRESS, message).at(var.span).help("correct the address"),
        )
    };
    let ip: IpAddr = host.parse().map_err(|_| invalid())?;
    if ip.is_unspecified() {
        let message = format!("`IPADDR{suffix}={}` stands for no address", var.value);
        cx.report(Diagnostic::new(&netpivot_model::codes::suse::TEMPLATE, message).at(var.span));
        return Ok(None);
    }
    let most = if ip.is_ipv4() { 32 } else { 128 };
    let mut spans = vec![var.span];
    let fits = |n: i64| u8::try_from(n).ok().filter(|n| (1..=most).contains(n));
    let mut prefix = match length {
        Some(text) => Some(integer(text).and_then(fits).ok_or_else(invalid)?),
        None => None,
    };
    if prefix.is_none() {
        prefix = beside(keys, &key, ip, &mut spans).and_then(|n| fits(n.into()));
    }
    if prefix.is_none() {
        let message = format!("`IPADDR{suffix}={}` has no length, so it is a host's own: /{most}", var.value);
        cx.report(
            Diagnostic::new(&ip_codes::CLASSFUL, message)
                .at(var.span)
                .help(format!("write `{ip}/LENGTH` with the network's length")),
        );
    }
    let net = IpNet::new(ip, prefix.unwrap_or(most)).map_err(|_| invalid())?;
    let mut address = Address::new(net);
    extras(keys, &key, link, &mut address, &mut spans, cx);
    Ok(Some((address, if spans.len() == 1 { Origin::at(spans[0]) } else { Origin::said(spans) })))
}

/// PREFIXLEN, else NETMASK of the same suffix.
fn beside(keys: &Keys, key: &dyn Fn(&str) -> String, ip: IpAddr, spans: &mut Vec<Span>) -> Option<u8> {
    if let Some(var) = keys.text(&key("PREFIXLEN")) {
        spans.push(var.span);
        return integer(var.value).and_then(|n| u8::try_from(n).ok());
    }
    let var = keys.text(&key("NETMASK")).filter(|_| ip.is_ipv4())?;
    let mask = var.value.parse().ok()?;
    let length = ipnet::ipv4_mask_to_prefix(mask).ok()?;
    spans.push(var.span);
    Some(length)
}

fn extras(
    keys: &Keys,
    key: &dyn Fn(&str) -> String,
    link: &Link,
    address: &mut Address,
    spans: &mut Vec<Span>,
    cx: &mut Context,
) {
    let v4 = address.net.addr().is_ipv4();
    let whole = address.net.prefix_len() == address.net.max_prefix_len();
    if let Some(var) = keys.text(&key("BROADCAST")).filter(|_| v4) {
        match var.value.parse::<std::net::Ipv4Addr>() {
            Ok(broadcast) if IpAddr::V4(broadcast) != address.net.addr() => {
                spans.push(var.span);
                // The kernel's own choice needs no word.
                let usual = address.net.broadcast() == IpAddr::V4(broadcast);
                address.broadcast = (!usual).then_some(IpAddr::V4(broadcast));
            }
            Ok(_) => {}
            Err(_) => Bad::new(&key("BROADCAST"), var, "an IPv4 address").report(cx),
        }
    }
    if let Some(var) = keys.text(&key("REMOTE_IPADDR")).filter(|_| whole) {
        match var.value.parse::<IpAddr>() {
            Ok(peer) if !peer.is_unspecified() => {
                spans.push(var.span);
                address.peer = Some(peer);
            }
            Ok(_) | Err(_) => Bad::new(&key("REMOTE_IPADDR"), var, "an address").report(cx),
        }
    }
    let name = link.name.as_ref().map_or("", |at| at.value.as_str());
    if let Some(var) = keys.text(&key("LABEL")).filter(|var| v4 && var.value != name) {
        let valid = var.value.strip_prefix(name).is_some_and(|rest| rest.starts_with(':') && rest.len() > 1);
        if valid && var.value.len() < 16 {
            spans.push(var.span);
            address.label = Some(var.value.to_owned());
        } else {
            Bad::new(&key("LABEL"), var, format!("a label that begins with `{name}:`")).report(cx);
        }
    }
    if let Some(var) = keys.text(&key("SCOPE")) {
        if ["global", "universe", "site", "link", "host", "nowhere"].contains(&var.value) {
            spans.push(var.span);
            address.scope = Some(var.value.to_owned());
        } else {
            Bad::new(&key("SCOPE"), var, "global, site, link, host or nowhere").report(cx);
        }
    }
    if let Some(var) = keys.text(&key("IP_OPTIONS")).filter(|_| !v4) {
        spans.push(var.span);
        options(&key("IP_OPTIONS"), var, address, cx);
    }
}

/// `valid_lft`, `preferred_lft` and flags of an IPv6 address (`__get_ipaddr_opts`).
fn options(key: &str, var: Var<'_>, address: &mut Address, cx: &mut Context) {
    let mut rest = words(var.value);
    let mut flags = AddressFlags::default();
    while let Some(word) = rest.next() {
        let known = match word {
            "valid_lft" | "preferred_lft" => {
                let text = rest.next().unwrap_or("");
                let seconds = integer(text).and_then(|n| u32::try_from(n).ok());
                let field =
                    if word == "valid_lft" { &mut address.valid_lft } else { &mut address.preferred_lft };
                *field = seconds;
                seconds.is_some() || matches!(text, "forever" | "infinite")
            }
            "homeaddress" => flags.set("home"),
            "nodad" | "noprefixroute" | "autojoin" | "home" => flags.set(word),
            _ => false,
        };
        if !known {
            Bad::new(key, var, format!("options of an address (`{word}`)")).report(cx);
        }
    }
    address.flags = flags;
}

/// CHECK_DUPLICATE_IP=no: nobody looks for another host with the address.
fn probe(keys: &Keys, link: &mut Link, cx: &mut Context) {
    use netpivot_model::value::Int;
    let Some(config) = &mut link.ipv4 else { return };
    if config.method.as_ref().is_some_and(|at| at.value == IpMethod::Disabled) {
        return;
    }
    if let Some(at) = super::keys::or_default(keys.flag("CHECK_DUPLICATE_IP"), cx).filter(|at| !at.value) {
        config.dad_timeout = Int::new(0).map(|zero| At { value: zero, origin: at.origin });
    }
}
