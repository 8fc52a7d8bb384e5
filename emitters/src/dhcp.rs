//! DHCP clients. How one names itself to a server unless somebody says so is a habit of the program, not of the configuration:
//! where the target's client has other habits, nothing that anybody chose is lost. The server may notice, so it is told.

use crate::EmitContext;
use netpivot_model::codes::core::DHCP_IDENTITY;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::link::Link;
use netpivot_model::path::{FactPath, FieldPath};

/// What each client does in its own way.
const HABITS: [&str; 6] = [
    "ipv4.dhcp_client_id",
    "ipv4.dhcp_iaid",
    "ipv4.dhcp_send_hostname",
    "ipv6.dhcp_duid",
    "ipv6.dhcp_iaid",
    "ipv6.dhcp_send_hostname",
];

/// True for a habit of the source's client, of which the source says nothing.
pub(crate) fn is_habit(link: &Link, path: FieldPath) -> bool {
    HABITS.iter().any(|habit| path.is(habit)) && !link.leaf(path).is_some_and(|leaf| leaf.is_said())
}

/// Accounts for a habit that the client of `reader` does not share.
pub(crate) fn leave(cx: &mut EmitContext, link: &Link, fact: FactPath, reader: &str) {
    cx.otherwise(fact, "habit-of-the-dhcp-client");
    if !fact.field.is("ipv4.dhcp_client_id") {
        return;
    }
    let text = format!(
        "the DHCP client of {reader} does not name itself as the source's did: a server that knows `{}` by its client \
         identifier gives it another address",
        link.label()
    );
    let mut finding = Diagnostic::new(&DHCP_IDENTITY, text)
        .about(fact)
        .help("let the server know the host by its hardware address, or say the identifier in the source");
    if let Some(at) = link.ipv4.as_ref().and_then(|config| config.method.as_ref()) {
        finding = finding.from(&at.origin);
    }
    cx.diagnostics.push(finding);
}
