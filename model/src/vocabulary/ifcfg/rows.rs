//! The keys of RHEL's ifcfg files that map one to one to a setting: key, model path and how the value is
//! written. The parser reads them by these rows, the emitter writes them, `explain` names their place in the model.

use crate::path::FieldPath;
use crate::value::Value;

/// How a key's value is written.
#[derive(Debug, Clone, Copy)]
pub enum Take {
    /// Text that is not empty.
    Text,
    /// Text; empty text counts as said.
    AnyText,
    /// A truth value.
    Bool,
    /// A truth value whose meaning the setting turns round.
    Not,
    /// A truth value for a setting that knows -1, 0 and 1.
    Ternary,
    /// A whole number in a range.
    Int(i64, i64),
    /// A word that stands for a number, or the number itself (`nm_utils_enum_from_str`).
    Word(&'static [(&'static str, i64)]),
    /// Words that stand for bits, with blanks or commas between them, or numbers.
    Bits(&'static [(&'static str, i64)]),
    /// Items with blanks between them.
    List,
    /// Items with blanks between them; a backslash keeps a blank (`nm_utils_escaped_tokens_split`).
    Tokens,
}

/// A key that is a setting.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The key.
    pub key: &'static str,
    /// The setting in the model, dotted.
    pub path: &'static str,
    /// How its value is written.
    pub take: Take,
    /// False where initscripts do not read it.
    pub initscripts: bool,
}

impl Row {
    /// The value as the key takes it; `None` for a value that the key has no word for.
    #[must_use]
    pub fn write(&self, value: &Value) -> Option<String> {
        match (self.take, value) {
            (Take::Text, Value::Text(text)) => (!text.is_empty()).then(|| text.to_string()),
            (Take::AnyText, Value::Text(text)) => Some(text.to_string()),
            (Take::Bool, Value::Bool(on)) => Some(yes_or_no(*on)),
            (Take::Not, Value::Bool(on)) => Some(yes_or_no(!*on)),
            (Take::Ternary, Value::Int(n @ 0..=1)) => Some(yes_or_no(*n == 1)),
            (Take::Int(min, max), Value::Int(n)) => (min..=max).contains(n).then(|| n.to_string()),
            (Take::Word(words), Value::Int(n)) => {
                let word = words.iter().find(|(_, number)| number == n);
                Some(word.map_or_else(|| n.to_string(), |(word, _)| (*word).to_owned()))
            }
            (Take::Bits(words), Value::Int(n)) => bits(words, *n),
            (Take::List, Value::List(items)) => join(items, |text| {
                (!text.is_empty() && !text.contains(|c: char| c.is_ascii_whitespace()))
                    .then(|| text.to_owned())
            }),
            (Take::Tokens, Value::List(items)) => join(items, token),
            _ => None,
        }
    }
}

/// The word of a truth value.
#[must_use]
pub fn yes_or_no(on: bool) -> String {
    if on { "yes" } else { "no" }.to_owned()
}

/// Words for bits, `none`-like words for 0; `None` where a bit has no word.
fn bits(words: &[(&'static str, i64)], n: i64) -> Option<String> {
    if let Some((word, _)) = words.iter().find(|(_, bits)| *bits == n) {
        return Some((*word).to_owned());
    }
    let mut rest = n;
    let mut found = Vec::new();
    for (word, bit) in words.iter().filter(|(_, bit)| *bit != 0 && n & bit == *bit) {
        found.push(*word);
        rest &= !bit;
    }
    (rest == 0 && !found.is_empty()).then(|| found.join(" "))
}

fn join(items: &[Value], write: impl Fn(&str) -> Option<String>) -> Option<String> {
    let words: Option<Vec<String>> = items.iter().map(|item| write(&item.to_string())).collect();
    words.filter(|words| !words.is_empty()).map(|words| words.join(" "))
}

/// An item whose blanks and backslashes are kept by backslashes.
fn token(text: &str) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '\\' || c.is_ascii_whitespace() {
            out.push('\\');
        }
        out.push(c);
    }
    Some(out)
}

const fn nm(key: &'static str, path: &'static str, take: Take) -> Row {
    Row { key, path, take, initscripts: false }
}

const fn both(key: &'static str, path: &'static str, take: Take) -> Row {
    Row { key, path, take, initscripts: true }
}

const I32_MAX: i64 = i32::MAX as i64;
const U32_MAX: i64 = u32::MAX as i64;
const SECONDS: Take = Take::Int(0, I32_MAX);
const I32: Take = Take::Int(-I32_MAX - 1, I32_MAX);

const RESOLVE: &[(&str, i64)] = &[("default", -1), ("no", 0), ("resolve", 1), ("yes", 2)];
const DNS_OVER_TLS: &[(&str, i64)] = &[("default", -1), ("no", 0), ("opportunistic", 1), ("yes", 2)];
const MPTCP: &[(&str, i64)] = &[
    ("none", 0),
    ("disabled", 1),
    ("enabled", 2),
    ("also-without-sysctl", 4),
    ("also-without-default-route", 8),
    ("signal", 16),
    ("subflow", 32),
    ("backup", 64),
    ("fullmesh", 128),
];

/// Keys of all kinds of links that both programs read.
pub const COMMON: &[Row] = &[both("ZONE", "zone", Take::Text)];

/// Keys of all kinds of links that only NetworkManager has properties for (ifcfg.md 3.1).
pub const NETWORKMANAGER: &[Row] = &[
    nm("AUTOCONNECT_PRIORITY", "nm.autoconnect_priority", Take::Int(-999, 999)),
    nm("AUTOCONNECT_RETRIES", "nm.autoconnect_retries", Take::Int(-1, I32_MAX)),
    nm("AUTOCONNECT_SLAVES", "nm.autoconnect_ports", Take::Ternary),
    nm("STABLE_ID", "nm.stable_id", Take::AnyText),
    nm("AUTH_RETRIES", "nm.auth_retries", Take::Int(-1, I32_MAX)),
    nm("WAIT_ACTIVATION_DELAY", "nm.wait_activation_delay", Take::Int(-1, I32_MAX)),
    nm("MDNS", "nm.mdns", Take::Word(RESOLVE)),
    nm("LLMNR", "nm.llmnr", Take::Word(RESOLVE)),
    nm("DNS_OVER_TLS", "nm.dns_over_tls", Take::Word(DNS_OVER_TLS)),
    nm("MPTCP_FLAGS", "nm.mptcp_flags", Take::Bits(MPTCP)),
    nm("HOSTNAME_PRIORITY", "nm.hostname_priority", I32),
    nm("HOSTNAME_FROM_DHCP", "nm.hostname_from_dhcp", Take::Ternary),
    nm("HOSTNAME_FROM_DNS_LOOKUP", "nm.hostname_from_dns_lookup", Take::Ternary),
    nm("HOSTNAME_ONLY_FROM_DEFAULT", "nm.hostname_only_from_default", Take::Ternary),
    nm("MATCH_INTERFACE_NAME", "matches.interface_name", Take::Tokens),
    nm("MATCH_KERNEL_COMMAND_LINE", "matches.kernel_command_line", Take::Tokens),
    nm("MATCH_DRIVER", "matches.driver", Take::Tokens),
    nm("MATCH_PATH", "matches.path", Take::Tokens),
    nm("ACCEPT_ALL_MAC_ADDRESSES", "promiscuous", Take::Ternary),
];

/// Keys of SR-IOV that are one setting each.
pub const SRIOV: &[Row] = &[
    nm("SRIOV_TOTAL_VFS", "sriov.total_vfs", Take::Int(0, U32_MAX)),
    nm("SRIOV_AUTOPROBE_DRIVERS", "sriov.autoprobe_drivers", Take::Int(-1, 1)),
];

/// Keys of wireless links that are one setting each.
pub const WIFI: &[Row] =
    &[nm("SSID_HIDDEN", "wifi.hidden", Take::Bool), nm("AP_ISOLATION", "wifi.ap_isolation", Take::Ternary)];

/// IPv4 keys that are read with every method (ifcfg.md 3.3).
pub const IPV4_ALWAYS: &[Row] = &[
    both("PEERDNS", "ipv4.ignore_auto_dns", Take::Not),
    both("PEERROUTES", "ipv4.ignore_auto_routes", Take::Not),
    both("IPV4_FAILURE_FATAL", "ipv4.may_fail", Take::Not),
    nm("IPV4_ROUTE_METRIC", "ipv4.route_metric", Take::Int(-1, U32_MAX)),
    nm("IPV4_LINK_LOCAL", "ipv4.link_local", Take::Text),
    nm("IPV4_AUTO_ROUTE_EXT_GW", "ipv4.auto_route_ext_gw", Take::Ternary),
    nm("IPV4_REPLACE_LOCAL_RULE", "ipv4.replace_local_rule", Take::Ternary),
];

/// The IPv4 route table, which a rule file switches off (ifcfg.md 5.4).
pub const IPV4_TABLE: &[Row] = &[nm("IPV4_ROUTE_TABLE", "ipv4.route_table", Take::Int(0, U32_MAX))];

/// Keys of DHCPv4: NetworkManager reads them unless IPv4 is off, initscripts with DHCP only.
pub const IPV4_DHCP: &[Row] = &[
    both("DHCP_HOSTNAME", "ipv4.dhcp_hostname", Take::Text),
    both("DHCP_FQDN", "ipv4.dhcp_fqdn", Take::Text),
    both("DHCP_SEND_HOSTNAME", "ipv4.dhcp_send_hostname", Take::Ternary),
    nm("DHCP_HOSTNAME_FLAGS", "ipv4.dhcp_hostname_flags", Take::Int(0, U32_MAX)),
    nm("DHCP_CLIENT_ID", "ipv4.dhcp_client_id", Take::Text),
    nm("DHCP_VENDOR_CLASS_IDENTIFIER", "ipv4.dhcp_vendor_class_identifier", Take::Text),
    nm("DHCP_IAID", "ipv4.dhcp_iaid", Take::Text),
    nm("DHCP_REJECT_SERVERS", "ipv4.dhcp_reject_servers", Take::List),
    nm("IPV4_DHCP_TIMEOUT", "ipv4.dhcp_timeout", SECONDS),
];

/// IPv4 keys that NetworkManager reads unless IPv4 is off.
pub const IPV4_ACTIVE: &[Row] = &[
    nm("IPV4_REQUIRED_TIMEOUT", "ipv4.required_timeout", SECONDS),
    nm("IPV4_DNS_PRIORITY", "ipv4.dns_priority", I32),
];

/// IPv6 keys that NetworkManager reads with every method, even when IPv6 is off (ifcfg.md 3.4).
pub const IPV6_ALWAYS: &[Row] = &[
    nm("IPV6_PEERDNS", "ipv6.ignore_auto_dns", Take::Not),
    nm("IPV6_PEERROUTES", "ipv6.ignore_auto_routes", Take::Not),
    nm("IPV6_FAILURE_FATAL", "ipv6.may_fail", Take::Not),
    nm("IPV6_ROUTE_METRIC", "ipv6.route_metric", Take::Int(-1, U32_MAX)),
    nm("IPV6_AUTO_ROUTE_EXT_GW", "ipv6.auto_route_ext_gw", Take::Ternary),
    nm("IPV6_REPLACE_LOCAL_RULE", "ipv6.replace_local_rule", Take::Ternary),
    nm("DHCPV6_DUID", "ipv6.dhcp_duid", Take::Text),
    nm("DHCPV6_IAID", "ipv6.dhcp_iaid", Take::Text),
    nm("DHCPV6_PD_HINT", "ipv6.dhcp_pd_hint", Take::Text),
    nm("DHCPV6_HOSTNAME", "ipv6.dhcp_hostname", Take::Text),
    nm("DHCPV6_HOSTNAME_FLAGS", "ipv6.dhcp_hostname_flags", Take::Int(0, U32_MAX)),
    nm("DHCPV6_SEND_HOSTNAME", "ipv6.dhcp_send_hostname", Take::Ternary),
    nm("IPV6_DHCP_TIMEOUT", "ipv6.dhcp_timeout", SECONDS),
    nm("IPV6_REQUIRED_TIMEOUT", "ipv6.required_timeout", SECONDS),
    nm("IPV6_RA_TIMEOUT", "ipv6.ra_timeout", SECONDS),
    nm("IPV6_TOKEN", "ipv6.token", Take::Text),
    nm("IPV6_DNS_PRIORITY", "ipv6.dns_priority", I32),
];

/// The IPv6 route table, which a rule file switches off (ifcfg.md 5.4).
pub const IPV6_TABLE: &[Row] = &[nm("IPV6_ROUTE_TABLE", "ipv6.route_table", Take::Int(0, U32_MAX))];

/// Keys of 802.1X that are read whatever the methods are (ifcfg.md 3.14).
pub const DOT1X: &[Row] = &[
    nm("IEEE_8021X_SYSTEM_CA_CERTS", "dot1x.system_ca_certs", Take::Bool),
    nm("IEEE_8021X_SUBJECT_MATCH", "dot1x.subject_match", Take::Text),
    nm("IEEE_8021X_PHASE2_SUBJECT_MATCH", "dot1x.phase2_subject_match", Take::Text),
    nm("IEEE_8021X_ALTSUBJECT_MATCHES", "dot1x.altsubject_matches", Take::List),
    nm("IEEE_8021X_PHASE2_ALTSUBJECT_MATCHES", "dot1x.phase2_altsubject_matches", Take::List),
    nm("IEEE_8021X_DOMAIN_SUFFIX_MATCH", "dot1x.domain_suffix_match", Take::Text),
    nm("IEEE_8021X_PHASE2_DOMAIN_SUFFIX_MATCH", "dot1x.phase2_domain_suffix_match", Take::Text),
    nm("IEEE_8021X_DOMAIN_MATCH", "dot1x.domain_match", Take::Text),
    nm("IEEE_8021X_PHASE2_DOMAIN_MATCH", "dot1x.phase2_domain_match", Take::Text),
    nm("IEEE_8021X_AUTH_TIMEOUT", "dot1x.auth_timeout", SECONDS),
    nm("IEEE_8021X_CA_PATH", "dot1x.ca_path", Take::Text),
    nm("IEEE_8021X_PHASE2_CA_PATH", "dot1x.phase2_ca_path", Take::Text),
    nm("IEEE_8021X_OPTIONAL", "dot1x.optional", Take::Bool),
    nm("IEEE_8021X_OPENSSL_CIPHERS", "dot1x.openssl_ciphers", Take::Text),
];

/// All rows, table by table.
pub const TABLES: &[&[Row]] = &[
    COMMON,
    NETWORKMANAGER,
    SRIOV,
    WIFI,
    IPV4_ALWAYS,
    IPV4_TABLE,
    IPV4_DHCP,
    IPV4_ACTIVE,
    IPV6_ALWAYS,
    IPV6_TABLE,
    DOT1X,
];

/// The row of that key.
#[must_use]
pub fn row(key: &str) -> Option<&'static Row> {
    TABLES.iter().copied().flatten().find(|row| row.key == key)
}

/// The row that writes a setting.
#[must_use]
pub fn row_for(path: FieldPath) -> Option<&'static Row> {
    TABLES.iter().copied().flatten().find(|row| FieldPath::parse(row.path) == path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::{Link, LinkKind};
    use std::collections::HashSet;

    #[test]
    fn every_row_names_a_setting_of_its_own_and_a_known_key() {
        let mut keys = HashSet::new();
        let mut paths = HashSet::new();
        for row in TABLES.iter().copied().flatten() {
            assert!(keys.insert(row.key) && paths.insert(row.path), "{} stands twice", row.key);
            let kind = if row.path.starts_with("wifi.") { "wifi" } else { "ethernet" };
            let mut link = Link::default();
            link.kind.value = LinkKind::of(kind).unwrap();
            assert!(link.leaf_mut(FieldPath::parse(row.path)).is_some(), "{}", row.path);
            let known = crate::vocabulary::ifcfg::lookup(row.key).next();
            assert!(known.is_some(), "{} has no documentation", row.key);
        }
    }

    #[test]
    fn values_are_written_as_the_reader_wants_them() {
        let write = |key: &str, value: Value| row(key).unwrap().write(&value);
        assert_eq!(write("PEERDNS", Value::Bool(true)).as_deref(), Some("no"));
        assert_eq!(write("AUTOCONNECT_SLAVES", Value::Int(-1)), None, "the default has no word");
        assert_eq!(write("MDNS", Value::Int(1)).as_deref(), Some("resolve"));
        assert_eq!(write("MPTCP_FLAGS", Value::Int(0x12)).as_deref(), Some("enabled signal"));
        assert_eq!(write("MPTCP_FLAGS", Value::Int(0x1000)), None);
        let items =
            |items: &[&str]| Value::List(items.iter().map(|i| Value::text((*i).to_owned())).collect());
        assert_eq!(write("MATCH_PATH", items(&[r"a b", r"c\d"])).as_deref(), Some(r"a\ b c\\d"));
        assert_eq!(write("DHCP_REJECT_SERVERS", items(&["a b"])), None);
    }
}
