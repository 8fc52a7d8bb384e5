//! The keys that led to nothing, each with what it would have done and the cure.
//!
//! A key that stands behind no setting and in no diagnostic is looked up in the vocabulary: read by the other
//! program only, without a counterpart in the model, obsolete, or empty. What nobody knows is left to
//! the account of all formats ([`netpivot_model::coverage`]).

use super::vars::Reader;
use crate::Context;
use foldhash::HashMap;
use netpivot_model::codes::{ifcfg as codes, ip as ip_codes};
use netpivot_model::coverage::{Item, uncovered};
use netpivot_model::diagnostic::{Diagnostic, Severity};
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::network::{Leftover, Network, Weight};
use netpivot_model::secret::{HIDDEN, sounds_secret};
use netpivot_model::source::{Origin, SourceId, Span};
use netpivot_model::vocabulary::ifcfg::{Key, ReadBy, lookup};

/// What became of a file.
#[derive(Debug, Clone, Copy)]
pub struct Fate {
    /// Whose reading applied.
    pub reader: Reader,
    /// The link it made.
    pub link: Option<LinkId>,
}

/// True where the value of a key must not be shown, in `ifcfg-*` and in `keys-*` files.
#[must_use]
pub fn is_secret(key: &str) -> bool {
    if key.ends_with("_FLAGS") || matches!(key, "KEY_MGMT" | "KEY_TYPE") {
        return false;
    }
    matches!(key, "KEY" | "KEY1" | "KEY2" | "KEY3" | "KEY4" | "WPA_PSK" | "IEEE_8021X_PIN" | "PASSWORD")
        || key.starts_with("KEY_")
        || sounds_secret(key)
}

/// A value for a message.
#[must_use]
pub fn shown_value(value: &str, secret: bool) -> &str {
    if secret && !value.is_empty() { HIDDEN } else { value }
}

/// Truth values that change nothing because they are the default.
const DEFAULTS: [(&str, bool); 24] = [
    ("NM_CONTROLLED", true),
    ("HOTPLUG", true),
    ("USERCTL", false),
    ("ONPARENT", true),
    ("ARP", true),
    ("ARPUPDATE", true),
    ("IPV6_SET_SYSCTLS", true),
    ("RESOLV_MODS", false),
    ("PERSISTENT_DHCLIENT", false),
    ("PERSISTENT_DHCLIENT_IPV6", false),
    ("DHCPRELEASE", false),
    ("DHCLIENT_IGNORE_GATEWAY", false),
    ("NO_DHCP_HOSTNAME", false),
    ("NOROUTESET", false),
    ("NO_ALIASROUTING", false),
    ("IPV6_FORCE_ACCEPT_RA", false),
    ("IPV6_ROUTER", false),
    ("IPV6TO4INIT", false),
    ("IPV6_CONTROL_RADVD", false),
    ("SLAVE", false),
    ("VLAN", false),
    ("PKEY", false),
    ("PROMISC", false),
    ("ALLMULTI", false),
];

/// The key that NetworkManager reads instead of one of initscripts'.
const CURES: [(&str, &str); 8] = [
    ("METRIC", "IPV4_ROUTE_METRIC"),
    ("VID", "VLAN_ID"),
    ("PRIO", "BRIDGING_OPTS=\"priority=…\" with STP=on"),
    ("AGEING", "BRIDGING_OPTS=\"ageing_time=…\" in seconds"),
    ("ARPCHECK", "ACD_TIMEOUT=0"),
    ("NO_DHCP_HOSTNAME", "HOSTNAME_FROM_DHCP=no"),
    ("PERSISTENT_DHCLIENT", "IPV4_DHCP_TIMEOUT"),
    ("ONPARENT", "ONBOOT=no in a profile of its own"),
];

/// Reports every item of the given files that nothing accounts for and that some program knows.
pub fn report(network: &mut Network, fates: &HashMap<SourceId, Fate>, cx: &mut Context) {
    let last = last_assignments(&cx.items);
    let mut reports = Vec::new();
    let mut leftovers = Vec::new();
    for item in uncovered(network, &cx.items, &cx.diagnostics) {
        let Some(fate) = fates.get(&item.span.source) else { continue };
        let later = last.get(&(item.span.source, item.key.as_str())).copied().unwrap_or(item.span);
        if later != item.span {
            reports.push(overridden(item, later));
            continue;
        }
        match judge(network, item, *fate) {
            Verdict::Report(diagnostic) => reports.push(*diagnostic),
            Verdict::Acts(meaning) => leftovers.push(leftover(item, fate.link, meaning)),
            Verdict::Unknown => {}
        }
    }
    network.leftovers.extend(leftovers);
    cx.diagnostics.extend(reports);
    keep_secrets(network, cx);
}

/// Keeps the secrets that stand behind no setting as comments: a diagnostic cannot say them, so without
/// that the text itself would be gone.
fn keep_secrets(network: &mut Network, cx: &Context) {
    if !cx.items.iter().any(|item| item.secret) {
        return;
    }
    let kept: Vec<Leftover> = uncovered(network, &cx.items, &[])
        .into_iter()
        .filter(|item| item.secret && !item.value.is_empty())
        .map(|item| Leftover { weight: Weight::Idle, ..leftover(item, item.owner, String::new()) })
        .collect();
    network.leftovers.extend(kept);
}

/// The last assignment of each key of each file.
fn last_assignments(items: &[Item]) -> HashMap<(SourceId, &str), Span> {
    items.iter().map(|item| ((item.span.source, item.key.as_str()), item.span)).collect()
}

fn shown(item: &Item) -> String {
    format!("`{}={}`", item.key, shown_value(&item.value, item.secret))
}

fn overridden(item: &Item, later: Span) -> Diagnostic {
    Diagnostic::new(
        &codes::OVERRIDDEN,
        format!("{} has no effect, because the file sets `{}` again further down", shown(item), item.key),
    )
    .at(item.span)
    .at(later)
    .help("remove one of the two lines")
}

/// What to make of an item.
enum Verdict {
    Report(Box<Diagnostic>),
    /// The program in charge acts on it, and the model has no place for it.
    Acts(String),
    Unknown,
}

fn judge(network: &Network, item: &Item, fate: Fate) -> Verdict {
    let report = |diagnostic: Diagnostic| Verdict::Report(Box::new(diagnostic.at(item.span)));
    let Some(id) = fate.link else {
        return report(Diagnostic::new(
            &codes::NO_EFFECT,
            format!("{} has no effect, because no program makes a link of the file", shown(item)),
        ));
    };
    let link = network.link(id);
    if let LinkKind::Unsupported(unsupported) = &link.kind.value {
        let word = unsupported.source_type.as_ref().map_or("unsupported", |at| at.value.as_str());
        return Verdict::Acts(format!("a setting of a link of the kind `{word}`"));
    }
    let Some(key) = lookup(&item.key).find(|key| exact_case(key, &item.key)) else { return Verdict::Unknown };
    if item.value.is_empty() {
        return report(
            Diagnostic::new(
                &codes::EMPTY_VALUE,
                format!("`{}=` is empty, which means the default", item.key),
            )
            .help("remove the line"),
        );
    }
    match (key.read_by, fate.reader) {
        (ReadBy::Nobody, _) => report(obsolete(item, key)),
        (ReadBy::Initscripts, Reader::NetworkManager) | (ReadBy::NetworkManager, Reader::Initscripts) => {
            report(other_reader(item, key, fate.reader))
        }
        _ if is_idle(item, link) => report(
            unused(item, key, "it is for alias files, or names the link's own device")
                .severity(Severity::Note),
        ),
        (_, Reader::Initscripts) if item.key == "NOZEROCONF" => report(
            unused(item, key, "the output adds no route to 169.254.0.0/16 either").severity(Severity::Note),
        ),
        _ if is_default(item) => report(unused(item, key, "it is the default").severity(Severity::Note)),
        (ReadBy::Initscripts, Reader::Initscripts) if key.keyfile.is_empty() => {
            Verdict::Acts(key.doc.to_owned())
        }
        (ReadBy::Both | ReadBy::Initscripts | ReadBy::NetworkManager, _) => {
            report(unused(item, key, "the other keys of the file leave it no place"))
        }
    }
}

/// Keys of ifcfg files are compared with their case; the vocabulary's search is for people.
fn exact_case(key: &Key, word: &str) -> bool {
    let stem = key.key.trim_end_matches(['#', '*']);
    word.starts_with(stem)
}

/// True for keys of alias files that say nothing in the file of a link.
fn is_idle(item: &Item, link: &Link) -> bool {
    let own = link.name.as_ref().is_some_and(|at| at.value == item.value);
    match item.key.as_str() {
        "ONPARENT" | "NO_ALIASROUTING" => true,
        "REALDEVICE" | "PARENTDEVICE" => own,
        _ => false,
    }
}

fn is_default(item: &Item) -> bool {
    let value = super::vars::boolean(&item.value, Reader::Initscripts);
    let stem = item.key.trim_end_matches(|c: char| c.is_ascii_digit());
    DEFAULTS.iter().any(|(key, default)| (*key == item.key || *key == stem) && value == Some(*default))
        || (item.key == "LINKDELAY" && item.value == "0")
}

fn obsolete(item: &Item, key: &Key) -> Diagnostic {
    Diagnostic::new(&codes::OBSOLETE, format!("{} has no effect: {}", shown(item), key.doc))
        .help("remove the line")
}

fn unused(item: &Item, key: &Key, why: &str) -> Diagnostic {
    Diagnostic::new(
        &codes::NO_EFFECT,
        format!("{} changes nothing, because {why} ({})", shown(item), key.doc),
    )
}

fn other_reader(item: &Item, key: &Key, reader: Reader) -> Diagnostic {
    let other = reader.other();
    let cure = CURES.iter().find(|(name, _)| *name == item.key && reader == Reader::NetworkManager);
    let convert = match other {
        Reader::NetworkManager => "convert with `-f ifcfg:networkmanager` if that was in charge",
        Reader::Initscripts => "convert with `-f ifcfg:initscripts` if they were in charge",
    };
    let diagnostic = Diagnostic::new(
        &ip_codes::OTHER_READER,
        format!(
            "{} had no effect under {}; {}: {}",
            shown(item),
            reader.name(),
            match other {
                Reader::NetworkManager => "NetworkManager reads it",
                Reader::Initscripts => "initscripts read it",
            },
            key.doc.split("; NetworkManager").next().unwrap_or(key.doc)
        ),
    )
    .help(match cure {
        Some((_, instead)) => format!("write `{instead}`, or {convert}"),
        None => convert.to_owned(),
    });
    if is_default(item) { diagnostic.severity(Severity::Note) } else { diagnostic }
}

fn leftover(item: &Item, owner: Option<LinkId>, meaning: String) -> Leftover {
    Leftover {
        owner,
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
mod secret_tests {
    use super::is_secret;

    #[test]
    fn keys_that_sound_secret_are_hidden_though_nobody_knows_them() {
        for key in ["PASS", "SITE_PASSWORD", "IEEE_8021X_PRIVATE_KEY_PASWORD", "WPA_PSK", "my_secret"] {
            assert!(is_secret(key), "{key}");
        }
        for key in ["IPV6_TOKEN", "IEEE_8021X_PASSWORD_FLAGS", "KEY_MGMT", "GATEWAY"] {
            assert!(!is_secret(key), "{key}");
        }
    }
}
