//! The judge of keyfiles: libnm's own reader, run once for many files.

use crate::host;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// What the judge made of one file.
#[derive(Debug, Default, Clone)]
pub struct Verdict {
    /// `setting.property` and value of the normalised profile; empty where it is refused.
    pub settings: BTreeMap<String, Value>,
    /// Errors and warnings.
    pub complaints: Vec<String>,
}

/// The judge, or what is missing.
pub fn program() -> Result<PathBuf, String> {
    let path = host::shared().ok_or("the folder ../shared")?.join("oracles/nm-keyfile-check");
    let works = Command::new(&path).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if works.is_ok_and(|status| status.success()) { Ok(path) } else { Err("nm-keyfile-check".to_owned()) }
}

/// What is missing, for [`host::case`].
pub fn missing() -> Option<String> {
    program().err()
}

/// Judges keyfiles given as (file name, text), in one process.
pub fn verdicts(files: &[(String, String)]) -> Result<Vec<Verdict>, String> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let program = program()?;
    let dir = tempfile::tempdir().map_err(|e| e.to_string())?;
    let mut command = Command::new(program);
    command.args(["--accept-newer", "--dump"]).current_dir(dir.path());
    let mut paths = Vec::new();
    for (n, (name, text)) in files.iter().enumerate() {
        let path = format!("{n}/{name}");
        std::fs::create_dir(dir.path().join(n.to_string())).map_err(|e| e.to_string())?;
        std::fs::write(dir.path().join(&path), text).map_err(|e| e.to_string())?;
        command.arg(&path);
        paths.push(path);
    }
    let output = command.output().map_err(|e| e.to_string())?;
    let complaints = String::from_utf8_lossy(&output.stderr).into_owned();
    let dump: Map<String, Value> =
        serde_json::from_slice(&output.stdout).map_err(|e| format!("the judge's dump: {e}\n{complaints}"))?;
    Ok(paths.iter().map(|path| verdict(path, &dump, &complaints)).collect())
}

fn verdict(path: &str, dump: &Map<String, Value>, complaints: &str) -> Verdict {
    let prefix = format!("{path}: ");
    let settings = dump.get(path).and_then(Value::as_object).map(flatten).unwrap_or_default();
    let complaints = complaints.lines().filter_map(|l| l.strip_prefix(&prefix)).map(str::to_owned).collect();
    Verdict { settings, complaints }
}

/// A default that libnm puts into every dump of the setting.
fn is_filler(setting: &str, property: &str, value: &Value) -> bool {
    (setting, property) == ("802-3-ethernet", "auto-negotiate") && *value == Value::Bool(false)
}

/// D-Bus properties that say again, in an older form, what another property says.
const TWINS: &[&str] = &["addresses", "routes"];

fn flatten(profile: &Map<String, Value>) -> BTreeMap<String, Value> {
    let mut flat = BTreeMap::new();
    for (setting, properties) in profile {
        let Some(properties) = properties.as_object() else { continue };
        for (property, value) in properties {
            if is_filler(setting, property, value) {
                continue;
            }
            let is_ip = setting == "ipv4" || setting == "ipv6";
            if is_ip && (TWINS.contains(&property.as_str()) || twin_of_data(property, properties)) {
                continue;
            }
            if let (true, Some(options)) = (setting == "bond" && property == "options", value.as_object()) {
                flat.extend(bond_options(options).into_iter().map(|(k, v)| (format!("bond.{k}"), v)));
                continue;
            }
            flat.insert(format!("{setting}.{property}"), value.clone());
        }
    }
    flat
}

fn twin_of_data(property: &str, properties: &Map<String, Value>) -> bool {
    property == "dns" && properties.contains_key("dns-data")
}

/// Words of bonding options by number, as the kernel documents them.
const BOND_WORDS: &[(&str, &[&str])] = &[
    (
        "mode",
        &["balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb"],
    ),
    ("lacp_rate", &["slow", "fast"]),
    ("ad_select", &["stable", "bandwidth", "count"]),
    ("primary_reselect", &["always", "better", "failure"]),
    ("fail_over_mac", &["none", "active", "follow"]),
    ("arp_all_targets", &["any", "all"]),
    ("xmit_hash_policy", &["layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4", "vlan+srcmac"]),
    ("arp_validate", &["none", "active", "backup", "all", "filter", "filter_active", "filter_backup"]),
];

/// What NetworkManager takes where a bonding option is not said (keyfile.md section 7).
const BOND_DEFAULTS: &[(&str, &str)] = &[
    ("updelay", "0"),
    ("downdelay", "0"),
    ("arp_interval", "0"),
    ("arp_validate", "none"),
    ("arp_all_targets", "any"),
    ("arp_missed_max", "2"),
    ("primary_reselect", "always"),
    ("fail_over_mac", "none"),
    ("use_carrier", "1"),
    ("ad_select", "stable"),
    ("ad_actor_sys_prio", "65535"),
    ("ad_actor_system", "00:00:00:00:00:00"),
    ("ad_user_port_key", "0"),
    ("lacp_rate", "slow"),
    ("lacp_active", "on"),
    ("min_links", "0"),
    ("xmit_hash_policy", "layer2"),
    ("resend_igmp", "1"),
    ("num_grat_arp", "1"),
    ("packets_per_slave", "1"),
    ("tlb_dynamic_lb", "1"),
    ("all_slaves_active", "0"),
    ("lp_interval", "1"),
    ("peer_notif_delay", "0"),
    ("balance-slb", "0"),
];

/// Bonding options are compared as text by libnm: numbers become words, and what equals the default goes
/// (trap 66).
fn bond_options(options: &Map<String, Value>) -> BTreeMap<String, Value> {
    let mut canonical = BTreeMap::new();
    for (name, value) in options {
        let text = value.as_str().unwrap_or_default();
        let words = BOND_WORDS.iter().find(|(option, _)| option == name).map_or(&[][..], |(_, words)| words);
        let word = text.parse().ok().and_then(|n: usize| words.get(n)).copied().unwrap_or(text);
        // The kernel has one option of these two names.
        let name = if name == "num_unsol_na" { "num_grat_arp" } else { name };
        if !BOND_DEFAULTS.contains(&(name, word)) {
            canonical.insert(name.to_owned(), Value::from(word.to_ascii_lowercase()));
        }
    }
    // Link monitoring is on with 100 ms unless ARP monitoring is.
    if !options.contains_key("arp_interval") {
        canonical.entry("miimon".to_owned()).or_insert_with(|| Value::from("100"));
    }
    canonical
}
