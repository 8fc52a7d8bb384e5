//! What the kernel has, as `ip -j` and `bridge -j` print it, in lines that two setups of one network share.

use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// Prints the state into files of the folder `$1`. While a bridge tells others of a changed topology, it shows twice its
/// forward delay as the ageing time (the kernel's `__br_set_topology_change()`), so that is waited for.
pub const DUMP: &str = "for second in $(seq 60); do\n\
      cat /sys/class/net/*/bridge/topology_change 2>/dev/null | grep -q 1 || break\n\
      sleep 1\n\
    done\n\
    ip -j -d address > $1/address.json\n\
    ip -j -d -4 route show table all > $1/route4.json\n\
    ip -j -d -6 route show table all > $1/route6.json\n\
    ip -j -4 rule > $1/rule4.json\n\
    ip -j -6 rule > $1/rule6.json\n\
    bridge -j vlan > $1/vlan.json\n";

/// Settings of bridges and bonds that move by themselves, or differ from boot to boot.
const MOVING: [&str; 16] = [
    "timer",
    "bridge_id",
    "root_",
    "designated_",
    "topology_change",
    "active_slave",
    "mii_status",
    "ad_info",
    "ad_aggregator",
    "ad_actor_oper",
    "ad_partner",
    "perm_hwaddr",
    "perm_addr",
    "fdb_n_learned",
    "config_pending",
    "link_failure_count",
];

/// True for a metric that the kernel, or NetworkManager by the kind of device and counting up, gives to a route that
/// says none.
fn is_unsaid(metric: u64) -> bool {
    matches!(metric, 0 | 1024 | 100..=149 | 300..=349 | 400..=499)
}

/// The lines of a folder that [`DUMP`] has filled.
pub fn read(folder: &Path) -> Result<BTreeSet<String>, String> {
    let mut lines = BTreeSet::new();
    let links = array(folder, "address.json")?;
    links.iter().for_each(|link| link_lines(link, &mut lines));
    for (file, v6) in [("route4.json", false), ("route6.json", true)] {
        for route in array(folder, file)? {
            lines.extend(route_line(&route, v6));
        }
    }
    for (file, family) in [("rule4.json", "ipv4"), ("rule6.json", "ipv6")] {
        for rule in array(folder, file)? {
            let priority = rule["priority"].as_u64().unwrap_or(0);
            if ![0, 32_766, 32_767].contains(&priority) {
                lines.insert(format!("rule {family} {}", without(&rule, &["protocol"])));
            }
        }
    }
    let tells_vlans_apart = |name: &str| {
        let link = links.iter().find(|link| text(link, "ifname") == name);
        let bridge =
            link.map(|link| if text(link, "master").is_empty() { name } else { text(link, "master") });
        links.iter().any(|link| {
            Some(text(link, "ifname")) == bridge && link["linkinfo"]["info_data"]["vlan_filtering"] == 1
        })
    };
    for link in array(folder, "vlan.json")? {
        if !tells_vlans_apart(text(&link, "ifname")) {
            continue;
        }
        for vlan in link["vlans"].as_array().into_iter().flatten() {
            lines.insert(format!("vlan of {} {vlan}", text(&link, "ifname")));
        }
    }
    Ok(lines)
}

fn array(folder: &Path, file: &str) -> Result<Vec<Value>, String> {
    let path = folder.join(file);
    let bytes = std::fs::read(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    // Without an entry the programs print nothing, or an empty list.
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(Vec::new());
    }
    let value: Value = serde_json::from_slice(&bytes).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(value.as_array().cloned().unwrap_or_default())
}

fn text<'v>(object: &'v Value, key: &str) -> &'v str {
    object[key].as_str().unwrap_or("")
}

fn without(object: &Value, keys: &[&str]) -> Value {
    let mut object = object.clone();
    if let Some(map) = object.as_object_mut() {
        keys.iter().for_each(|key| {
            map.remove(*key);
        });
    }
    object
}

fn link_lines(link: &Value, lines: &mut BTreeSet<String>) {
    let name = text(link, "ifname");
    if name == "lo" || name.is_empty() {
        return;
    }
    let up = link["flags"].as_array().is_some_and(|flags| flags.iter().any(|flag| flag == "UP"));
    let info = &link["linkinfo"];
    lines.insert(format!(
        "link {name} kind {} mtu {} up {up} controller {} below {}",
        text(info, "info_kind"),
        link["mtu"],
        text(link, "master"),
        text(link, "link"),
    ));
    for (group, data) in [("", &info["info_data"]), ("port ", &info["info_slave_data"])] {
        for (key, value) in data.as_object().into_iter().flatten() {
            // Ports are numbered in the order in which they joined.
            let is_number = !group.is_empty() && matches!(key.as_str(), "no" | "id");
            if key != "state" && !is_number && !MOVING.iter().any(|moving| key.contains(moving)) {
                lines.insert(format!("link {name} {group}{key} {value}"));
            }
        }
    }
    for address in link["addr_info"].as_array().into_iter().flatten() {
        let local = text(address, "local");
        if !local.starts_with("fe80") {
            let label = text(address, "label");
            let label = if label == name { "" } else { label };
            lines.insert(format!(
                "address {local}/{} of {name} peer {} label {label}",
                address["prefixlen"],
                text(address, "address")
            ));
        }
    }
}

/// A route that somebody set; the kernel's own follow from addresses.
fn route_line(route: &Value, v6: bool) -> Option<String> {
    let dst = text(route, "dst");
    // ifupdown2 says of its gateways that the kernel made them.
    let made = (text(route, "protocol") == "kernel" && route["gateway"].is_null())
        || matches!(text(route, "protocol"), "ra" | "redirect")
        || matches!(text(route, "type"), "local" | "broadcast" | "multicast" | "anycast")
        || dst.starts_with("fe80")
        || dst.starts_with("ff00")
        // NetworkManager sets the routes of its addresses' subnets by itself.
        || (route["gateway"].is_null() && route["table"].is_null() && v6);
    if made {
        return None;
    }
    let metric = route["metric"].as_u64().unwrap_or(0);
    let metric = if is_unsaid(metric) { String::new() } else { format!(" metric {metric}") };
    let table = route["table"].as_str().map_or_else(|| route["table"].to_string(), str::to_owned);
    Some(format!(
        "route {dst} type {} via {} dev {} src {} table {table}{metric}",
        text(route, "type"),
        text(route, "gateway"),
        text(route, "dev"),
        text(route, "prefsrc"),
    ))
}
