//! What NetworkManager refuses once a profile is put together (`nm-setting-ip4-config.c:verify`,
//! `nm-setting-ip6-config.c:verify`): such a file made no profile on the host.

use crate::ifcfg::vars::Rejected;
use netpivot_model::ip::{AddrGenMode, IpConfig, IpMethod, LinkLocal4};
use netpivot_model::link::Link;
use netpivot_model::source::{At, Origin};
use std::net::IpAddr;

/// Routes of a profile, by family.
#[derive(Debug, Clone, Copy, Default)]
pub struct HasRoutes {
    /// There are IPv4 routes.
    pub v4: bool,
    /// There are IPv6 routes.
    pub v6: bool,
}

/// Checks a profile that NetworkManager has read, with its alias and route files.
///
/// # Errors
/// NetworkManager refuses it.
pub fn verify(link: &Link, routes: HasRoutes) -> Result<(), Rejected> {
    if let Some(ipv4) = &link.ipv4 {
        verify4(ipv4, routes.v4)?;
    }
    if let Some(ipv6) = &link.ipv6 {
        verify6(ipv6, routes.v6)?;
    }
    Ok(())
}

fn refuse<T>(reason: impl Into<String>, at: &At<T>) -> Result<(), Rejected> {
    refuse_at(reason, &at.origin)
}

fn refuse_at(reason: impl Into<String>, origin: &Origin) -> Result<(), Rejected> {
    Err(Rejected { reason: reason.into(), span: origin.span() })
}

fn method(ip: &IpConfig, silence: IpMethod) -> IpMethod {
    ip.method.as_ref().map_or(silence, |at| at.value)
}

/// A manual method wants an address or a route.
fn needs_address(ip: &IpConfig, has_routes: bool, family: &str) -> Result<(), Rejected> {
    match &ip.method {
        Some(at) if at.value == IpMethod::Manual && ip.addresses.items.is_empty() && !has_routes => {
            refuse(format!("{family} is static and has no address"), at)
        }
        Some(_) | None => Ok(()),
    }
}

fn none_allowed<T>(list: &[At<T>], what: &str, method: IpMethod) -> Result<(), Rejected> {
    match list.first() {
        Some(at) => refuse(format!("{what} cannot stand with method `{}`", method.as_str()), at),
        None => Ok(()),
    }
}

fn verify4(ip: &IpConfig, has_routes: bool) -> Result<(), Rejected> {
    needs_address(ip, has_routes, "IPv4")?;
    let method = method(ip, IpMethod::Disabled);
    if matches!(method, IpMethod::LinkLocal | IpMethod::Shared | IpMethod::Disabled) {
        none_allowed(&ip.dns.items, "name servers", method)?;
        none_allowed(&ip.dns_search.items, "search domains", method)?;
    }
    if matches!(method, IpMethod::LinkLocal | IpMethod::Disabled) {
        none_allowed(&ip.addresses.items, "addresses", method)?;
    }
    if let Some(at) = &ip.link_local
        && matches!(at.value, LinkLocal4::Enabled | LinkLocal4::Fallback)
        && method == IpMethod::Disabled
    {
        return refuse("a link-local address cannot be enabled while IPv4 is off", at);
    }
    if let Some(at) = &ip.dhcp_fqdn
        && !at.value.trim_end_matches('.').contains('.')
    {
        return refuse(format!("`DHCP_FQDN={}` is not a fully qualified name", at.value), at);
    }
    if let Some(at) = ip.dhcp_reject_servers.items.iter().find(|at| !is_address_or_subnet(&at.value)) {
        return refuse(format!("`{}` in DHCP_REJECT_SERVERS is no address", at.value), at);
    }
    if let Some(at) = &ip.dhcp_hostname_flags {
        let flags = at.value.get();
        if flags & 7 != 0 && ip.dhcp_fqdn.is_none() {
            return refuse(format!("`DHCP_HOSTNAME_FLAGS={flags}` needs DHCP_FQDN"), at);
        }
    }
    shared_by_families(ip)
}

fn verify6(ip: &IpConfig, has_routes: bool) -> Result<(), Rejected> {
    needs_address(ip, has_routes, "IPv6")?;
    let method = method(ip, IpMethod::Ignore);
    if matches!(method, IpMethod::Ignore | IpMethod::LinkLocal | IpMethod::Disabled) {
        none_allowed(&ip.dns.items, "IPv6 name servers", method)?;
        none_allowed(&ip.dns_search.items, "IPv6 search domains", method)?;
        none_allowed(&ip.addresses.items, "IPv6 addresses", method)?;
    }
    if let Some(at) = &ip.token {
        let bits = at.value.0.to_bits();
        if bits == 0 || bits >> 64 != 0 {
            return refuse(format!("`IPV6_TOKEN={}` is no interface identifier like `::1`", at.value), at);
        }
        if ip.addr_gen_mode.as_ref().is_some_and(|mode| mode.value != AddrGenMode::Eui64) {
            return refuse("IPV6_TOKEN needs `IPV6_ADDR_GEN_MODE=eui64`", at);
        }
    }
    if let Some(at) = &ip.dhcp_duid
        && !is_duid(&at.value)
    {
        return refuse(format!("`DHCPV6_DUID={}` is no DUID", at.value), at);
    }
    shared_by_families(ip)
}

/// Checks of the base class (`nm-setting-ip-config.c:verify`).
fn shared_by_families(ip: &IpConfig) -> Result<(), Rejected> {
    if let Some(at) = &ip.dhcp_hostname_flags {
        let flags = at.value.get();
        let both = flags & 5 == 5;
        let cleared = flags & 8 != 0 && flags != 8;
        if flags & !15 != 0 || both || cleared {
            return refuse(format!("the DHCP host name flags {flags} do not go together"), at);
        }
    }
    if let Some(at) = &ip.dhcp_iaid {
        let word = matches!(at.value.as_str(), "mac" | "perm-mac" | "stable" | "ifname");
        if !word && at.value.parse::<u32>().is_err() {
            return refuse(format!("`{}` is no IAID", at.value), at);
        }
    }
    Ok(())
}

fn is_address_or_subnet(text: &str) -> bool {
    match text.split_once('/') {
        Some((ip, len)) => {
            ip.parse::<IpAddr>().is_ok_and(|ip| ip.is_ipv4()) && len.parse::<u8>().is_ok_and(|len| len <= 32)
        }
        None => text.parse::<IpAddr>().is_ok_and(|ip| ip.is_ipv4()),
    }
}

/// The words of nm-settings(5), or hexadecimal pairs with colons.
fn is_duid(text: &str) -> bool {
    let words = ["lease", "llt", "ll", "stable-llt", "stable-ll", "stable-uuid"];
    let pair = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_hexdigit());
    words.contains(&text) || (text.contains(':') && text.split(':').all(pair))
}
