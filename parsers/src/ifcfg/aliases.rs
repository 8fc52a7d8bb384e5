//! Alias files `ifcfg-eth0:1` and range files `ifcfg-eth0-range0` (ifcfg.md 1.2, trap 25).
//!
//! Both give further IPv4 addresses to the interface of another file. NetworkManager reads alias files
//! with rules of its own and refuses range files; what it refuses has initscripts' meaning.

use super::global::Global;
use super::ip::{self, Reading};
use super::vars::{IfcfgFile, Reader, Rejected, Var, boolean};
use crate::Context;
use ipnet::{IpNet, Ipv4Net};
use netpivot_model::codes::ip as codes;
use netpivot_model::diagnostic::{Diagnostic, Severity};
use netpivot_model::ip::{Address, IpMethod};
use netpivot_model::link::Link;
use netpivot_model::source::{At, Origin, Span};
use std::net::Ipv4Addr;

mod report;

/// What a file name beside profiles is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AliasKind {
    /// `eth0:1`.
    Alias,
    /// `eth0-range0`.
    Range,
}

/// Kind of a file and what it belongs to: its base is the parent's file name for NetworkManager,
/// the parent's device for initscripts. `name` is what follows `ifcfg-`.
#[must_use]
pub fn kind_of(name: &str) -> Option<(AliasKind, &str)> {
    if let Some((base, _)) = name.split_once(':') {
        return (!base.is_empty()).then_some((AliasKind::Alias, base));
    }
    let (base, _) = name.split_once("-range")?;
    (!base.is_empty()).then_some((AliasKind::Range, base))
}

/// True where the file called `name` is an alias or a range file of the device.
#[must_use]
pub fn is_on(name: &str, device: &str) -> bool {
    kind_of(name).is_some_and(|(_, base)| base == device)
}

/// True where the file called `name` adds addresses to `parent`.
#[must_use]
pub fn belongs(parent: &IfcfgFile<'_>, name: &str) -> bool {
    let device = parent.device().map_or(parent.name, |var| var.value);
    match (kind_of(name), parent.reader) {
        (Some((AliasKind::Alias, base)), Reader::NetworkManager) => base == parent.name,
        (Some((AliasKind::Alias, base)), Reader::Initscripts) => base == device,
        // `ifup-aliases` of the parent's device reads it, whoever runs the parent.
        (Some((AliasKind::Range, base)), _) => base == device,
        (None, _) => false,
    }
}

/// Adds the addresses of the files that [`belongs`] names to the parent's link, which must have been read.
/// Each file has its own variables only; alias files have the parent's reader, range files initscripts.
pub fn add(
    parent: &IfcfgFile<'_>,
    files: &[IfcfgFile<'_>],
    global: &Global,
    link: &mut Link,
    cx: &mut Context,
) {
    let base = link.ipv4.as_ref().and_then(|ipv4| ip::base_address(&ipv4.addresses.items));
    let mut family =
        Family { parent, base, route_open: route_open(parent, link), port: link.is_addressless_port() };
    let mut sorted: Vec<&IfcfgFile<'_>> = files.iter().collect();
    // NetworkManager takes them as the directory has them, which is no order at all.
    sorted.sort_by_key(|file| order(file.name));
    for file in sorted {
        let reading = Reading { file, global, rule_files: false, host_reader: file.reader };
        let since = cx.diagnostics.len();
        let result = match kind_of(file.name) {
            Some((AliasKind::Range, _)) => family.range(reading, link, cx),
            Some((AliasKind::Alias, _)) | None => family.alias(reading, link, cx),
        };
        match result {
            Ok(used) => report::rest(file, &used, since, cx),
            Err(error) => report::ignored(file, &error, cx),
        }
    }
}

/// Aliases and ranges by number, then by name.
fn order(name: &str) -> (u64, &str) {
    let suffix = name.split_once(':').or_else(|| name.split_once("-range")).map_or("", |(_, suffix)| suffix);
    (suffix.parse().unwrap_or(u64::MAX), name)
}

/// True where NetworkManager lets an alias file set the default route: the parent says neither DEFROUTE nor a gateway.
fn route_open(parent: &IfcfgFile<'_>, link: &Link) -> bool {
    let said = parent.vars.text("DEFROUTE").is_some_and(|var| boolean(var.value, parent.reader).is_some());
    !said && link.ipv4.as_ref().is_none_or(|ipv4| ipv4.gateway.is_none())
}

/// Why an alias file is left out.
struct Ignored {
    reason: String,
    span: Option<Span>,
    severity: Severity,
}

impl From<Rejected> for Ignored {
    fn from(rejected: Rejected) -> Self {
        Ignored { reason: rejected.reason, span: rejected.span, severity: Severity::Warning }
    }
}

fn ignored(reason: impl Into<String>, span: Option<Span>) -> Ignored {
    Ignored { reason: reason.into(), span, severity: Severity::Warning }
}

/// The parent while its aliases are added.
struct Family<'a> {
    parent: &'a IfcfgFile<'a>,
    /// The parent's own first address.
    base: Option<Ipv4Net>,
    /// True while an alias may still set the default route.
    route_open: bool,
    /// True where the parent is a port and has no addresses.
    port: bool,
}

impl Family<'_> {
    /// Adds an alias; gives the places that were used.
    fn alias(&mut self, r: Reading<'_>, link: &mut Link, cx: &mut Context) -> Result<Vec<Span>, Ignored> {
        let label = self.label(r)?;
        let mut used: Vec<Span> = label.origin.spans().to_vec();
        on_parent(r, &mut used, cx)?;
        let (net, spans) = self.address(r, cx)?;
        let mut address = Address::new(IpNet::V4(net));
        address.label = Some(label.value);
        used.extend(spans);
        self.push(address, Origin::said(used.clone()), link, cx);
        self.default_route(r, net, link, &mut used, cx);
        if !r.is_nm() {
            ipv6_address(r, link, &mut used);
        }
        Ok(used)
    }

    /// The label: NetworkManager wants DEVICE to repeat the file's name, initscripts take the name
    /// where DEVICE is missing.
    fn label(&self, r: Reading<'_>) -> Result<At<String>, Ignored> {
        let (file, device) = (r.file, r.file.device());
        let span = device.map(|var| var.span);
        if self.port {
            return Err(ignored("its interface is a port and has no addresses", span));
        }
        let suffix = file.name.split_once(':').map_or("", |(_, suffix)| suffix);
        if !suffix.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return Err(ignored(
                "its name has other characters than letters, digits and `_` after the colon",
                span,
            ));
        }
        match (device, file.reader) {
            (None, Reader::NetworkManager) => {
                Err(ignored("NetworkManager wants a DEVICE in it; initscripts take the file's name", None))
            }
            (None, Reader::Initscripts) => Ok(At::new(file.name.to_owned(), Origin::said([]))),
            (Some(var), Reader::NetworkManager) if var.value != file.name => Err(ignored(
                format!("`DEVICE={}` does not repeat the file's name", var.value),
                Some(var.span),
            )),
            (Some(var), _) => Ok(At::new(var.value.to_owned(), var.span)),
        }
    }

    /// The address with the places it comes from. The parent's address and length stand in for missing ones
    /// under NetworkManager, its length only under initscripts.
    fn address(&self, r: Reading<'_>, cx: &mut Context) -> Result<(Ipv4Net, Vec<Span>), Ignored> {
        let (ip, span) = match (r.file.vars.text("IPADDR"), self.base) {
            (Some(var), _) => (parse(r, "IPADDR", var)?, Some(var.span)),
            (None, Some(base)) if r.is_nm() => (base.addr(), None),
            (None, _) => return Err(ignored("it has no IPADDR", None)),
        };
        let (len, mut spans) = self.length(r, ip, cx)?;
        spans.extend(span);
        Ok((Ipv4Net::new(ip, len).map_err(|_| ignored("its prefix is too long", span))?, spans))
    }

    /// PREFIX or NETMASK of the file, else the parent's length, else the network class.
    fn length(&self, r: Reading<'_>, ip: Ipv4Addr, cx: &mut Context) -> Result<(u8, Vec<Span>), Ignored> {
        if let Some((len, spans)) = ip::said_length(r, "", cx)? {
            return Ok((len, spans));
        }
        Ok((self.base.map_or_else(|| ip::default_prefix(ip), |base| base.prefix_len()), Vec::new()))
    }

    /// Adds an address unless it is there; it switches IPv4 on.
    fn push(&self, address: Address, origin: Origin, link: &mut Link, cx: &mut Context) {
        let ipv4 = link.ipv4.get_or_insert_default();
        if ipv4.addresses.values().any(|other| other.net == address.net) {
            cx.report(
                Diagnostic::new(
                    &codes::DUPLICATE_ITEM,
                    format!("{} of an alias file is an address of {} already", address.net, self.parent.name),
                )
                .from(&origin),
            );
            return;
        }
        match &mut ipv4.method {
            Some(at) if at.value == IpMethod::Disabled => {
                at.value = IpMethod::Manual;
                at.origin.merge(&origin);
            }
            Some(_) => {}
            method @ None => {
                *method = Some(At::new(
                    IpMethod::Manual,
                    Origin::derived("alias-address", origin.spans().iter().copied()),
                ));
            }
        }
        ipv4.addresses.push(address, origin);
    }

    /// GATEWAY and DEFROUTE of an alias file count where the parent leaves the default route open.
    fn default_route(
        &mut self,
        r: Reading<'_>,
        net: Ipv4Net,
        link: &mut Link,
        used: &mut Vec<Span>,
        cx: &mut Context,
    ) {
        if !self.route_open {
            return;
        }
        let ipv4 = link.ipv4.get_or_insert_default();
        if let Some((var, ip)) =
            r.file.vars.text("GATEWAY").and_then(|var| var.value.parse().ok().map(|ip: Ipv4Addr| (var, ip)))
            && (r.is_nm() || net.contains(&ip))
            && !ipv4.never_default.as_ref().is_some_and(|at| at.value)
        {
            ipv4.gateway = Some(At::new(ip.into(), var.span));
            used.push(var.span);
            self.route_open = false;
        }
        if r.is_nm()
            && let Some(at) = r.file.vars.flag("DEFROUTE", r.file.reader, cx)
        {
            used.extend(at.origin.spans());
            ipv4.never_default = Some(At::new(!at.value, at.origin));
            if !at.value
                && let Some(gateway) = ipv4.gateway.take()
            {
                report::dropped(&gateway.value.to_string(), &gateway.origin, cx);
            }
            self.route_open = false;
        }
    }

    /// Adds the addresses of a range file; gives the places that were used.
    fn range(&self, r: Reading<'_>, link: &mut Link, cx: &mut Context) -> Result<Vec<Span>, Ignored> {
        if self.port {
            return Err(ignored("its interface is a port and has no addresses", None));
        }
        let mut used = Vec::new();
        on_parent(r, &mut used, cx)?;
        let Some((first, last)) = ends(r, &mut used, cx)? else { return Ok(used) };
        let clone = r.file.vars.int(
            "CLONENUM_START",
            0..=i64::from(u32::MAX),
            super::vars::Base::Ten,
            r.file.reader,
            cx,
        );
        used.extend(clone.iter().flat_map(|at| at.origin.spans()));
        let (len, spans) = self.length(r, first, cx)?;
        used.extend(spans);
        let device = kind_of(r.file.name).map_or(r.file.name, |(_, base)| base);
        let start = clone.map_or(0, |at| at.value);
        for (number, ip) in (start..).zip(u32::from(first)..=u32::from(last)) {
            let net = Ipv4Net::new(Ipv4Addr::from_bits(ip), len)
                .map_err(|_| ignored("its prefix is too long", None))?;
            let mut address = Address::new(IpNet::V4(net));
            address.label = Some(format!("{device}:{number}"));
            self.push(address, Origin::derived("range-file", used.iter().copied()), link, cx);
        }
        if self.parent.reader == Reader::NetworkManager {
            report::expanded(r.file, (first, last), self.parent.name, &used, cx);
        }
        Ok(used)
    }
}

fn parse(r: Reading<'_>, key: &str, var: Var<'_>) -> Result<Ipv4Addr, Ignored> {
    var.value.parse().map_err(|_| Ignored {
        reason: format!("`{key}={}` is not an IPv4 address", var.value),
        span: Some(var.span),
        severity: if r.is_nm() { Severity::Warning } else { Severity::Error },
    })
}

/// `ONPARENT=no` keeps initscripts from adding the address; NetworkManager does not read it.
fn on_parent(r: Reading<'_>, used: &mut Vec<Span>, cx: &mut Context) -> Result<(), Ignored> {
    let Some(var) = r.file.vars.text("ONPARENT") else { return Ok(()) };
    if boolean(var.value, Reader::Initscripts) != Some(false) {
        return Ok(());
    }
    if !r.is_nm() {
        return Err(ignored(
            format!("`ONPARENT={}` keeps it down until somebody starts it by hand", var.value),
            Some(var.span),
        ));
    }
    used.push(var.span);
    cx.report(
        Diagnostic::new(
            &codes::READERS_DIFFER,
            format!("`ONPARENT={}` in {} is without effect: NetworkManager adds the address all the same, initscripts do not", var.value, r.file.path),
        )
        .at(var.span)
        .help("remove the file if the address is not wanted"),
    );
    Ok(())
}

/// First and last address of a range: three numbers in common, first not after last (`ifup-aliases`).
fn ends(
    r: Reading<'_>,
    used: &mut Vec<Span>,
    cx: &mut Context,
) -> Result<Option<(Ipv4Addr, Ipv4Addr)>, Ignored> {
    let vars = &r.file.vars;
    let (Some(start), Some(end)) = (vars.text("IPADDR_START"), vars.text("IPADDR_END")) else {
        return Err(ignored("it has no IPADDR_START or no IPADDR_END", None));
    };
    let (first, last) = (parse(r, "IPADDR_START", start)?, parse(r, "IPADDR_END", end)?);
    used.extend([start.span, end.span]);
    if first.octets()[..3] == last.octets()[..3] && first <= last {
        return Ok(Some((first, last)));
    }
    cx.report(
        Diagnostic::new(
            &codes::RANGE_INVALID,
            format!(
                "{first} to {last} is no range: both ends share the first three numbers, the start first"
            ),
        )
        .at(start.span)
        .at(end.span)
        .help("split the range at the end of its /24"),
    );
    Ok(None)
}

/// IPV6ADDR of an alias file, which initscripts add too.
fn ipv6_address(r: Reading<'_>, link: &mut Link, used: &mut Vec<Span>) {
    let off = |link: &Link| {
        let method = link.ipv6.as_ref().and_then(|ipv6| ipv6.method.as_ref());
        method.is_some_and(|at| matches!(at.value, IpMethod::Ignore | IpMethod::Disabled))
    };
    if let Some(var) = r.file.vars.text("IPV6ADDR")
        && let Some(net) = ip::ipv6_net(var.value)
        && !off(link)
    {
        used.push(var.span);
        link.ipv6.get_or_insert_default().addresses.push(Address::new(IpNet::V6(net)), var.span);
    }
}

#[cfg(test)]
mod tests;
