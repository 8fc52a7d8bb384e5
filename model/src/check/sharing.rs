//! Address translation without forwarding: the host would translate packets that it never passes on.

use crate::codes::core as codes;
use crate::diagnostic::Diagnostic;
use crate::nat::NatAction;
use crate::network::{EntryKind, Network};
use crate::path::{FactPath, FieldPath, Subject};
use crate::rule::Family;

/// The kernel settings that switch forwarding on, by family.
const FORWARDING: [(Family, &[&str]); 2] = [
    (Family::V4, &["net.ipv4.ip_forward", "net.ipv4.conf.all.forwarding"]),
    (Family::V6, &["net.ipv6.conf.all.forwarding"]),
];

/// Findings about masquerading and source translation.
pub(super) fn check(network: &Network, found: &mut Vec<Diagnostic>) {
    for (n, entry) in (0u32..).zip(&network.nat) {
        let nat = &entry.item;
        let Some(action) = &nat.action else { continue };
        let passes_on = match action.value {
            NatAction::Masquerade | NatAction::Snat => true,
            NatAction::Dnat | NatAction::Redirect | NatAction::Accept => false,
        };
        let family = nat.family.as_ref().map_or(Family::V4, |at| at.value);
        let keys = FORWARDING.iter().find(|(of, _)| *of == family).map_or(&[][..], |(_, keys)| *keys);
        let netns = nat.netns.as_ref().map(|at| at.value.as_str());
        let forwards = network.sysctls.iter().any(|sysctl| {
            let key = sysctl.item.key.as_ref().map_or("", |at| at.value.as_str());
            let value = sysctl.item.value.as_ref().map_or("", |at| at.value.as_str());
            sysctl.item.netns.as_ref().map(|at| at.value.as_str()) == netns
                && keys.contains(&key)
                && value != "0"
        });
        let by_link = network.links.iter().any(|link| {
            let config = match family {
                Family::V4 => &link.ipv4,
                Family::V6 => &link.ipv6,
            };
            let said = config.as_ref().and_then(|config| config.forwarding.as_ref());
            said.is_some_and(|at| at.value.get() > 0)
                && link.netns.as_ref().map(|at| at.value.as_str()) == netns
        });
        if !passes_on || forwards || by_link {
            continue;
        }
        let message = format!(
            "the host translates addresses ({}), but nothing here lets it forward packets",
            action.value
        );
        found.push(
            Diagnostic::new(&codes::NO_FORWARDING, message)
                .from(&action.origin)
                .help(format!("set `{}=1`, unless another file does", keys.first().unwrap_or(&"")))
                .about(FactPath {
                    subject: Subject::Entry(EntryKind::Nat, n),
                    field: FieldPath::parse("action"),
                }),
        );
    }
}
