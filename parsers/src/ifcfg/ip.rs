//! Addresses, gateways and name servers of a profile (ifcfg.md 3.3 and 3.4).
//!
//! Both readers go through the same steps with their own rules; where the rules differ on the
//! input at hand, a diagnostic says so. Keys that map 1:1 stand in tables (`Row`).

use super::global::Global;
use super::rows::{self, Row};
use super::vars::{Base, IfcfgFile, Reader, Rejected, Var, bad_value, boolean};
use crate::Context;
use netpivot_model::codes::Code;
use netpivot_model::codes::ip as codes;
use netpivot_model::diagnostic::{Diagnostic, Severity};
use netpivot_model::ip::IpMethod;
use netpivot_model::link::Link;
use netpivot_model::route::Route;
use netpivot_model::source::{At, Span};
use netpivot_model::vocabulary::ifcfg::rows as vocabulary;

mod addresses;
mod dns;
mod gateway;
mod gateway6;
mod ipv4;
mod ipv6;
mod method6;
mod verify;

pub use addresses::{base_address, default_prefix, prefix_of_netmask, said_length};
pub use ipv6::parse as ipv6_net;
pub use verify::{HasRoutes, verify};

/// One profile with what stands around it.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    /// The profile.
    pub file: &'a IfcfgFile<'a>,
    /// `/etc/sysconfig/network`.
    pub global: &'a Global,
    /// True where a rule-NAME or rule6-NAME file makes NetworkManager leave routes alone (5.4).
    pub rule_files: bool,
    /// Who is in charge of the host; the file itself may be another's, where NetworkManager refuses it.
    pub host_reader: Reader,
}

/// Reads the addresses of both families. The link's controller and port type must be known: a
/// port has no addresses. What cannot stand as gateway of the profile comes back as a route of it.
///
/// # Errors
/// NetworkManager refuses the file.
pub fn read(reading: Reading<'_>, link: &mut Link, cx: &mut Context) -> Result<Vec<Route>, Rejected> {
    if link.is_addressless_port() {
        // NetworkManager refuses a bad address of a port, too, so it must be looked at.
        read_families(reading, &mut Link::default(), &mut Context::default())?;
        accept_port_methods(reading, link);
        report_port(reading, link, cx);
        return Ok(Vec::new());
    }
    read_families(reading, link, cx)
}

fn read_families(reading: Reading<'_>, link: &mut Link, cx: &mut Context) -> Result<Vec<Route>, Rejected> {
    let mut routes = ipv6::read(reading, link, cx)?;
    routes.extend(ipv4::read(reading, link, cx)?);
    dns::read(reading, link, cx)?;
    Ok(routes)
}

/// Ports have no addresses: initscripts flush them, NetworkManager drops the settings (3.5).
fn report_port(reading: Reading<'_>, link: &Link, cx: &mut Context) {
    let own: Vec<(&str, Var<'_>)> = reading
        .file
        .vars
        .names()
        .filter(|name| is_address_key(name))
        .filter_map(|name| reading.file.vars.get(name).map(|var| (name, var)))
        .filter(|(_, var)| reading.file.holds(var.span))
        .filter(|(_, var)| !is_said_method(link, var.span))
        .collect();
    if own.is_empty() {
        return;
    }
    let controller = link.controller.as_ref().map_or_else(String::new, |at| format!(" of {}", at.value));
    let idle = |(name, var): &(&str, Var<'_>)| match *name {
        "BOOTPROTO" => matches!(var.value, "" | "none" | "static"),
        _ => !name.starts_with("IPADDR") && !name.starts_with("IPV6ADDR") && !name.starts_with("DNS"),
    };
    let severity = if own.iter().all(idle) { Severity::Note } else { Severity::Warning };
    let mut report = Diagnostic::new(
        &codes::PORT_IGNORES,
        format!(
            "{} without effect: the interface is a port{controller} and has no addresses of its own",
            listed(&own)
        ),
    )
    .severity(severity)
    .help("give the address to the controller, or remove the keys");
    report.labels.extend(own.iter().map(|(_, var)| var.span));
    cx.report(report);
}

/// `BOOTPROTO=none` and `IPV6INIT=no` say of a port what holds for every port; nobody needs to hear of it.
fn accept_port_methods(reading: Reading<'_>, link: &mut Link) {
    let vars = &reading.file.vars;
    if let Some(var) = vars.get("BOOTPROTO").filter(|var| matches!(var.value, "none" | "static")) {
        link.ipv4.get_or_insert_default().method = Some(At::new(IpMethod::Disabled, var.span));
    }
    let off = |var: &Var<'_>| boolean(var.value, reading.file.reader) == Some(false);
    if let Some(var) = vars.get("IPV6INIT").filter(off) {
        link.ipv6.get_or_insert_default().method = Some(At::new(IpMethod::Disabled, var.span));
    }
}

fn is_said_method(link: &Link, span: Span) -> bool {
    let methods = [&link.ipv4, &link.ipv6].into_iter().flatten().filter_map(|ip| ip.method.as_ref());
    methods.into_iter().any(|at| at.origin.spans().contains(&span))
}

/// `A=1` or `A=1, B=2`, for messages.
fn listed(keys: &[(&str, Var<'_>)]) -> String {
    let shown: Vec<String> = keys.iter().map(|(key, var)| format!("`{key}={}`", var.value)).collect();
    let verb = if shown.len() == 1 { "is" } else { "are" };
    format!("{} {verb}", shown.join(", "))
}

/// True for the keys that this module reads.
#[must_use]
pub fn is_address_key(name: &str) -> bool {
    const SINGLE: &[&str] = &[
        "BOOTPROTO",
        "DEFROUTE",
        "METRIC",
        "ACD_TIMEOUT",
        "ARPING_WAIT",
        "ARPCHECK",
        "DOMAIN",
        "SEARCH",
        "RES_OPTIONS",
        "IPV6INIT",
        "IPV6_DISABLED",
        "IPV6_AUTOCONF",
        "IPV6FORWARDING",
        "DHCPV6C",
        "IPV6ADDR",
        "IPV6ADDR_SECONDARIES",
        "IPV6_DEFAULTGW",
        "IPV6_DEFROUTE",
        "IPV6_PRIVACY",
        "IPV6_PRIVACY_PREFER_PUBLIC_IP",
        "IPV6_MTU",
        "IPV6_DOMAIN",
        "IPV6_RES_OPTIONS",
    ];
    let numbered = |stem: &str| addresses::number_of(name, stem).is_some();
    SINGLE.contains(&name)
        || ["IPADDR", "PREFIX", "NETMASK", "GATEWAY", "DNS"].into_iter().any(numbered)
        || vocabulary::row(name)
            .is_some_and(|row| row.path.starts_with("ipv4.") || row.path.starts_with("ipv6."))
}

impl<'a> Reading<'a> {
    /// True for NetworkManager.
    #[must_use]
    pub fn is_nm(&self) -> bool {
        self.file.reader == Reader::NetworkManager
    }

    fn text(&self, key: &str) -> Option<Var<'a>> {
        self.file.vars.text(key)
    }

    /// A key of `/etc/sysconfig/network` that NetworkManager reads there, where not empty. For
    /// initscripts the profile's own variables hold them.
    fn global(&self, key: &str) -> Option<Var<'a>> {
        if self.is_nm() { self.global.nm(key).filter(|var| !var.value.is_empty()) } else { None }
    }

    /// A truth value; another word is reported and counts as absent.
    fn boolean(&self, key: &str, cx: &mut Context) -> Option<At<bool>> {
        self.file.vars.flag(key, self.file.reader, cx)
    }

    /// A whole number in range; anything else is reported and counts as absent.
    fn number(&self, key: &str, range: (i64, i64), cx: &mut Context) -> Option<At<i64>> {
        self.file.vars.int(key, range.0..=range.1, Base::Ten, self.file.reader, cx)
    }

    fn invalid(&self, key: &str, var: Var<'_>, expected: &str, cx: &mut Context) {
        cx.report(bad_value(key, var, expected, self.file.reader));
    }

    /// How to get the other program's meaning.
    fn other_reader(&self) -> &'static str {
        match self.file.reader {
            Reader::NetworkManager => {
                "convert with `-f ifcfg:initscripts` if the network service ran the interface"
            }
            Reader::Initscripts if self.host_reader == Reader::NetworkManager => {
                "mend what NetworkManager refuses in this file, so that it reads the file as it reads the others"
            }
            Reader::Initscripts => {
                "convert with `-f ifcfg:networkmanager` if NetworkManager ran the interface"
            }
        }
    }

    /// Reports that the two programs differ here.
    fn differs(&self, message: String, var: Var<'_>, cx: &mut Context) {
        cx.report(Diagnostic::new(&codes::READERS_DIFFER, message).at(var.span).help(self.other_reader()));
    }

    /// Reports the keys of `keys` that are there and that nothing reads, in one message.
    fn unread<'k>(
        &self,
        keys: impl IntoIterator<Item = &'k str>,
        code: &'static Code,
        why: &str,
        cx: &mut Context,
    ) {
        let there: Vec<(&str, Var<'_>)> =
            keys.into_iter().filter_map(|key| self.text(key).map(|var| (key, var))).collect();
        self.unread_vars(&there, code, why, cx);
    }

    /// The same for keys at hand. Defaults of `/etc/sysconfig/network` that a profile does not use
    /// are the matter of [`Global::report_unused`].
    fn unread_vars(&self, keys: &[(&str, Var<'_>)], code: &'static Code, why: &str, cx: &mut Context) {
        let own: Vec<(&str, Var<'_>)> =
            keys.iter().filter(|(_, var)| self.file.holds(var.span)).copied().collect();
        if own.is_empty() {
            return;
        }
        let mut report = Diagnostic::new(code, format!("{} without effect: {why}", listed(&own)));
        report.labels.extend(own.iter().map(|(_, var)| var.span));
        cx.report(report);
    }

    /// Stores what the rows say.
    fn store(&self, rows: &[Row], link: &mut Link, cx: &mut Context) {
        rows::read(rows, &self.file.vars, self.file.reader, link, cx);
    }
}

#[cfg(test)]
pub(super) mod tests;
