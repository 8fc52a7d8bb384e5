//! The keys that led to nothing, each with what it does and whether that is lost.

use crate::Context;
use netpivot_model::codes::{ifcfg as codes, suse};
use netpivot_model::coverage::{Item, uncovered};
use netpivot_model::diagnostic::{Diagnostic, Severity};
use netpivot_model::ip::IpMethod;
use netpivot_model::link::{LinkId, LinkKind};
use netpivot_model::network::{Leftover, Network, Weight};
use netpivot_model::secret::{HIDDEN, sounds_secret};
use netpivot_model::source::{Origin, SourceId, Span};
use netpivot_model::vocabulary::ifcfg_suse::{Key, lookup};
use std::collections::HashMap;

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It made a link.
    Link(LinkId),
    /// wicked refuses it, or needs no profile for it.
    Nothing,
    /// A file of the host.
    Host,
}

/// True where the value of a key must not be shown.
pub(super) fn is_secret(key: &str) -> bool {
    let wep = ["0", "1", "2", "3"].iter().any(|n| {
        key.strip_prefix("WIRELESS_KEY_")
            .and_then(|rest| rest.strip_prefix(n))
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
    });
    wep || key.starts_with("WIRELESS_WPA_PSK") || sounds_secret(key)
}

/// `KEY=value` for a message.
pub(super) fn shown(key: &str, value: &str) -> String {
    let value = if is_secret(key) && !value.is_empty() { HIDDEN } else { value };
    format!("`{key}={value}`")
}

/// Reports every item of the given files that nothing accounts for and that wicked or netconfig knows.
pub(super) fn report(network: &mut Network, fates: &HashMap<SourceId, Fate>, cx: &mut Context) {
    let last: HashMap<(SourceId, &str), Span> =
        cx.items.iter().map(|item| ((item.span.source, item.key.as_str()), item.span)).collect();
    let (mut reports, mut leftovers) = (Vec::new(), Vec::new());
    for item in uncovered(network, &cx.items, &cx.diagnostics) {
        let Some(fate) = fates.get(&item.span.source) else { continue };
        let later = last.get(&(item.span.source, item.key.as_str())).copied().unwrap_or(item.span);
        if later != item.span {
            reports.push(overridden(item, later));
            continue;
        }
        let path = &cx.sources.get(item.span.source).path;
        if let Some(why) = out_of_place(network, item, *fate, path) {
            let message = format!("{} has no effect, because {why}", shown(&item.key, &item.value));
            let report = Diagnostic::new(&codes::NO_EFFECT, message).severity(Severity::Note).at(item.span);
            reports.push(report.help("remove the line, or put it where it is read"));
            continue;
        }
        if *fate == Fate::Host
            && STATIC.contains(&item.key.as_str())
            && !item.value.is_empty()
            && !takes_static(cx)
        {
            let message = format!(
                "{} has no effect, because NETCONFIG_DNS_POLICY does not name STATIC: netconfig leaves it alone",
                shown(&item.key, &item.value)
            );
            let report = Diagnostic::new(&codes::NO_EFFECT, message).at(item.span);
            reports.push(
                report.help("set `NETCONFIG_DNS_POLICY=\"auto\"` if it is wanted, else remove the line"),
            );
            continue;
        }
        match judge(network, item, *fate) {
            Verdict::Report(diagnostic) => reports.push(diagnostic.at(item.span)),
            Verdict::Acts(meaning) => leftovers.push(leftover(item, *fate, meaning)),
            Verdict::Unknown => {}
        }
    }
    network.leftovers.extend(leftovers);
    cx.diagnostics.extend(reports);
}

/// What STATIC in NETCONFIG_DNS_POLICY stands for.
const STATIC: [&str; 2] = ["NETCONFIG_DNS_STATIC_SERVERS", "NETCONFIG_DNS_STATIC_SEARCHLIST"];

/// True where netconfig's policy takes what is static (netconfig(8)).
fn takes_static(cx: &Context) -> bool {
    let policies = cx.items.iter().filter(|item| item.key == "NETCONFIG_DNS_POLICY");
    policies
        .flat_map(|item| item.value.split_whitespace())
        .any(|word| word == "auto" || word.starts_with("STATIC"))
}

fn overridden(item: &Item, later: Span) -> Diagnostic {
    let shown = shown(&item.key, &item.value);
    let message = format!("{shown} has no effect, because the file sets `{}` again further down", item.key);
    Diagnostic::new(&codes::OVERRIDDEN, message).at(item.span).at(later).help("remove one of the two lines")
}

/// Why a DHCP setting of the host has nobody who asks for it.
fn out_of_place(network: &Network, item: &Item, fate: Fate, path: &str) -> Option<&'static str> {
    if fate != Fate::Host || item.value.is_empty() || !item.key.starts_with("DHCLIENT") {
        return None;
    }
    if path.ends_with("/config") {
        return Some("wicked reads it in the file `dhcp` and in ifcfg files only");
    }
    let v6 = item.key.starts_with("DHCLIENT6_");
    let asks = |link: &netpivot_model::link::Link| {
        let config = if v6 { &link.ipv6 } else { &link.ipv4 };
        let method = config.as_ref().and_then(|config| config.method.as_ref());
        method.is_some_and(|at| matches!(at.value, IpMethod::Auto | IpMethod::Dhcp))
    };
    if !network.links.iter().any(asks) {
        return Some("no interface asks a DHCP server");
    }
    // What the host's file says of a key that the model has, each asking interface would have taken.
    let known = lookup(&item.key)
        .next()
        .is_some_and(|key| !key.keyfile.is_empty() && !key.template.contains(&item.value.as_str()));
    let mode = item.key == "DHCLIENT6_MODE";
    (known && !mode && !item.key.contains("_FQDN_"))
        .then_some("the interfaces that ask a DHCP server say it themselves, or it is the default")
}

enum Verdict {
    Report(Diagnostic),
    /// wicked acts on it, and the model has no place for it.
    Acts(String),
    Unknown,
}

fn judge(network: &Network, item: &Item, fate: Fate) -> Verdict {
    let Some(key) = lookup(&item.key).find(|key| item.key.starts_with(key.key.trim_end_matches('*'))) else {
        return Verdict::Unknown;
    };
    let shown = shown(&item.key, &item.value);
    if item.value.is_empty() {
        let message = format!("`{}=` is empty, which means the default", item.key);
        return Verdict::Report(Diagnostic::new(&codes::EMPTY_VALUE, message).help("remove the line"));
    }
    if fate == Fate::Nothing {
        let message = format!("{shown} has no effect, because wicked makes no link of the file");
        return Verdict::Report(Diagnostic::new(&codes::NO_EFFECT, message).severity(Severity::Note));
    }
    if !key.acts {
        let message = format!("{shown} has no effect: {}", key.doc);
        return Verdict::Report(Diagnostic::new(&codes::OBSOLETE, message).help("remove the line"));
    }
    if key.template.contains(&item.value.as_str()) {
        let message = format!("{shown} needs no counterpart: {}", key.doc);
        return Verdict::Report(Diagnostic::new(&suse::TEMPLATE, message));
    }
    if let Fate::Link(id) = fate
        && let LinkKind::Unsupported(_) = network.link(id).kind.value
    {
        return Verdict::Acts(key.doc.to_owned());
    }
    if fate == Fate::Host || is_beyond(key) {
        return Verdict::Acts(key.doc.to_owned());
    }
    if let Fate::Link(id) = fate
        && matches!(network.link(id).kind.value, LinkKind::Loopback(_))
        && ["STARTMODE", "BOOTPROTO"].contains(&key.key)
    {
        let message = format!("{shown} says nothing of the loopback device, which every host sets up");
        return Verdict::Report(Diagnostic::new(&suse::LOOPBACK, message));
    }
    let message = format!(
        "{shown} changes nothing, because the other keys of the file leave it no place ({})",
        key.doc
    );
    Verdict::Report(Diagnostic::new(&codes::NO_EFFECT, message))
}

/// True where wicked acts on the key whatever else the file says, and the model has nothing for it.
fn is_beyond(key: &Key) -> bool {
    const BEYOND: [&str; 6] = [
        "DHCLIENT6_MODE",
        "CHECK_DUPLICATE_IP",
        "ETHTOOL_OPTIONS*",
        "VXLAN_*",
        "TUNNEL_GRE_*",
        "USERCONTROL",
    ];
    key.keyfile.is_empty() || BEYOND.contains(&key.key) || key.key.starts_with("DHCLIENT")
}

fn leftover(item: &Item, fate: Fate, meaning: String) -> Leftover {
    Leftover {
        owner: if let Fate::Link(id) = fate { Some(id) } else { None },
        section: None,
        key: item.key.clone(),
        value: item.value.clone(),
        secret: item.secret,
        weight: Weight::Acts,
        meaning,
        origin: Origin::at(item.span),
    }
}

#[cfg(test)]
mod tests {
    use super::is_secret;

    #[test]
    fn keys_of_networks_are_secret() {
        for key in [
            "WIRELESS_WPA_PSK",
            "WIRELESS_KEY_0_3",
            "WIRELESS_KEY_1",
            "WIRELESS_CLIENT_KEY_PASSWORD_2",
            "PASSWORD",
        ] {
            assert!(is_secret(key), "{key}");
        }
        for key in
            ["WIRELESS_KEY_MGMT", "WIRELESS_KEY_LENGTH_3", "WIRELESS_AUTH_MODE", "WIRELESS_DEFAULT_KEY"]
        {
            assert!(!is_secret(key), "{key}");
        }
    }
}
