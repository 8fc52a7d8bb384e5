//! What is said about alias and range files.

use super::Ignored;
use crate::Context;
use crate::ifcfg::vars::{IfcfgFile, Reader, Var};
use netpivot_model::codes::ip as codes;
use netpivot_model::diagnostic::{Diagnostic, Severity};
use netpivot_model::source::{Origin, Span};
use std::net::Ipv4Addr;

/// A gateway that the alias file's own DEFROUTE gives away.
pub(super) fn dropped(gateway: &str, origin: &Origin, cx: &mut Context) {
    cx.report(
        Diagnostic::new(
            &codes::GATEWAY_UNUSED,
            format!("`GATEWAY={gateway}` of an alias file is without effect: its DEFROUTE gives the default route away"),
        )
        .from(origin),
    );
}

/// Says that a range counts though NetworkManager refuses the file.
pub(super) fn expanded(
    file: &IfcfgFile<'_>,
    ends: (Ipv4Addr, Ipv4Addr),
    parent: &str,
    used: &[Span],
    cx: &mut Context,
) {
    let mut report = Diagnostic::new(
        &codes::RANGE_EXPANDED,
        format!(
            "{} to {} of {} are added to {parent}: NetworkManager refuses the file, initscripts give them to the interface",
            ends.0, ends.1, file.path
        ),
    )
    .help("remove the file if the addresses are not wanted");
    report.labels.extend(used);
    cx.report(report);
}

/// Says why a file is left out, with all that it says.
pub(super) fn ignored(file: &IfcfgFile<'_>, error: &Ignored, cx: &mut Context) {
    let own: Vec<String> = keys(file).map(|(name, var)| format!("`{name}={}`", var.value)).collect();
    let mut report = Diagnostic::new(
        &codes::ALIAS_IGNORED,
        format!("{} is not used: {} ({})", file.path, error.reason, own.join(", ")),
    )
    .severity(error.severity)
    .in_file(file.path)
    .help("mend the file, or move the address into the interface's own file as IPADDR2");
    report.labels.extend(error.span);
    report.labels.extend(keys(file).map(|(_, var)| var.span).filter(|span| Some(*span) != error.span));
    cx.report(report);
}

fn keys<'f>(file: &'f IfcfgFile<'_>) -> impl Iterator<Item = (&'f str, Var<'f>)> {
    file.vars
        .names()
        .filter_map(|name| file.vars.get(name).map(|var| (name, var)))
        .filter(|(_, var)| file.holds(var.span))
}

/// Reports the keys that no step has used. What changes nothing on any host is a note.
pub(super) fn rest(file: &IfcfgFile<'_>, used: &[Span], since: usize, cx: &mut Context) {
    let fresh = |span: &Span| {
        !used.contains(span) && !cx.diagnostics[since..].iter().any(|d| d.labels.contains(span))
    };
    let rest: Vec<(&str, Var<'_>)> = keys(file).filter(|(_, var)| fresh(&var.span)).collect();
    if rest.is_empty() {
        return;
    }
    let weighty = |(name, _): &(&str, Var<'_>)| matches!(*name, "GATEWAY" | "IPV6ADDR" | "METRIC");
    let severity = if rest.iter().any(weighty) { Severity::Warning } else { Severity::Note };
    let shown: Vec<String> = rest.iter().map(|(name, var)| format!("`{name}={}`", var.value)).collect();
    let what = match file.reader {
        Reader::NetworkManager => {
            "NetworkManager takes address and length from an alias file, and the default route where the interface's own file leaves it open"
        }
        Reader::Initscripts => {
            "initscripts take addresses and lengths from it and bring it up with its interface"
        }
    };
    let mut report = Diagnostic::new(
        &codes::ALIAS_DIFFERS,
        format!("{} in {} without effect: {what}", shown.join(", "), file.path),
    )
    .severity(severity)
    .help("put the key into the interface's own file if it is wanted");
    report.labels.extend(rest.iter().map(|(_, var)| var.span));
    cx.report(report);
}
