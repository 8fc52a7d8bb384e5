//! Bridges and their ports: STP, DELAY, BRIDGING_OPTS. NetworkManager takes seconds and its own words, initscripts
//! write to sysfs, which has hundredths and the kernel's words (ifcfg.md 3.5, traps 13 to 16).

use super::profile::{Profile, meant};
use super::{Job, Reader};
use netpivot_model::codes::ifcfg_output as codes;
use netpivot_model::link::PortType;
use netpivot_model::path::FieldPath;
use netpivot_model::value::Value;

/// What an option holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// A time: seconds for NetworkManager from the first to the second, hundredths in sysfs.
    Time(i64, i64),
    /// A number, a word or a time in hundredths for both.
    Plain,
    /// 0 or 1.
    Flag,
    /// The kernel's number, NetworkManager's word.
    Router,
    /// The kernel's number, NetworkManager's word.
    Protocol,
    /// A number without the kernel's lowest three bits.
    Mask,
    /// A power of two.
    PowerOfTwo,
}

/// An option: setting, name for NetworkManager, name in sysfs, form, and whether NetworkManager wants STP for it.
const OPTIONS: [(&str, &str, &str, Form, bool); 23] = [
    ("bridge.priority", "priority", "priority", Form::Plain, true),
    ("bridge.hello_time", "hello_time", "hello_time", Form::Time(1, 10), true),
    ("bridge.max_age", "max_age", "max_age", Form::Time(6, 40), true),
    ("bridge.ageing_time", "ageing_time", "ageing_time", Form::Time(0, 1_000_000), false),
    ("bridge.group_fwd_mask", "group_fwd_mask", "group_fwd_mask", Form::Mask, false),
    ("bridge.group_address", "group_address", "group_addr", Form::Plain, false),
    ("bridge.vlan_filtering", "vlan_filtering", "vlan_filtering", Form::Flag, false),
    ("bridge.vlan_default_pvid", "default_pvid", "default_pvid", Form::Plain, false),
    ("bridge.vlan_protocol", "vlan_protocol", "vlan_protocol", Form::Protocol, false),
    ("bridge.vlan_stats_enabled", "vlan_stats_enabled", "vlan_stats_enabled", Form::Flag, false),
    ("bridge.multicast_snooping", "multicast_snooping", "multicast_snooping", Form::Flag, false),
    ("bridge.multicast_router", "multicast_router", "multicast_router", Form::Router, false),
    ("bridge.multicast_querier", "multicast_querier", "multicast_querier", Form::Flag, false),
    (
        "bridge.multicast_query_use_ifaddr",
        "multicast_query_use_ifaddr",
        "multicast_query_use_ifaddr",
        Form::Flag,
        false,
    ),
    ("bridge.multicast_hash_max", "multicast_hash_max", "hash_max", Form::PowerOfTwo, false),
    (
        "bridge.multicast_last_member_count",
        "multicast_last_member_count",
        "multicast_last_member_count",
        Form::Plain,
        false,
    ),
    (
        "bridge.multicast_startup_query_count",
        "multicast_startup_query_count",
        "multicast_startup_query_count",
        Form::Plain,
        false,
    ),
    (
        "bridge.multicast_last_member_interval",
        "multicast_last_member_interval",
        "multicast_last_member_interval",
        Form::Plain,
        false,
    ),
    (
        "bridge.multicast_membership_interval",
        "multicast_membership_interval",
        "multicast_membership_interval",
        Form::Plain,
        false,
    ),
    (
        "bridge.multicast_querier_interval",
        "multicast_querier_interval",
        "multicast_querier_interval",
        Form::Plain,
        false,
    ),
    (
        "bridge.multicast_query_interval",
        "multicast_query_interval",
        "multicast_query_interval",
        Form::Plain,
        false,
    ),
    (
        "bridge.multicast_query_response_interval",
        "multicast_query_response_interval",
        "multicast_query_response_interval",
        Form::Plain,
        false,
    ),
    (
        "bridge.multicast_startup_query_interval",
        "multicast_startup_query_interval",
        "multicast_startup_query_interval",
        Form::Plain,
        false,
    ),
];

impl Job<'_> {
    /// Writes a bridge's own keys.
    pub(super) fn bridge(&mut self, p: &mut Profile<'_>) {
        let stp = match meant(self, p.id, "bridge.stp") {
            Some(Value::Bool(on)) => {
                p.file.flag("STP", on);
                p.done("bridge.stp");
                on
            }
            Some(_) | None => false,
        };
        self.delay(p, stp);
        let mut words = Vec::new();
        for (path, nm, sysfs, form, wants_stp) in OPTIONS {
            let Some(value) = p.said(path) else { continue };
            if p.is_nm() && wants_stp && !stp {
                self.unsaid(
                    p,
                    path,
                    "NetworkManager's ifcfg reader takes it with STP only, and this bridge runs none",
                );
                continue;
            }
            match option(form, &value, p.reader) {
                Ok(text) => {
                    words.push(format!("{}={text}", if p.is_nm() { nm } else { sysfs }));
                    p.done(path);
                }
                Err(why) => self.refused(p, path, &why),
            }
        }
        if !words.is_empty() {
            p.file.set("BRIDGING_OPTS", words.join(" "));
        }
        if !p.is_nm() {
            return;
        }
        if let Some(mac) = p.said("bridge.mac_address").map(|mac| mac.to_string()) {
            if mac.len() == 17 {
                p.file.set("BRIDGE_MACADDR", mac.to_uppercase());
                p.done("bridge.mac_address");
            } else {
                self.refused(p, "bridge.mac_address", "takes addresses of six bytes");
            }
        }
        self.vlans(p, "bridge.vlans", "BRIDGE_VLANS");
    }

    /// DELAY in seconds; NetworkManager takes 2 to 30, with STP only, initscripts' sysfs hundredths.
    fn delay(&mut self, p: &mut Profile<'_>, stp: bool) {
        let path = "bridge.forward_delay";
        // Both readers leave the kernel's 15 s where nothing is said; libvirt does not.
        let unlike_kernel = || meant(self, p.id, path).filter(|value| *value != Value::Int(1500));
        let Some(Value::Int(ticks)) = p.said(path).or_else(unlike_kernel) else { return };
        match p.reader {
            Reader::NetworkManager if !stp => {
                // The reader takes it with STP only; without, ports forward at once (`br_make_forwarding()`).
                self.otherwise(p, path, "no-delay-without-stp");
                p.done(path);
            }
            Reader::NetworkManager if ticks % 100 != 0 || !(200..=3000).contains(&ticks) => {
                self.refused(p, path, "takes a forward delay of 2 to 30 whole seconds");
            }
            Reader::Initscripts if ticks % 100 != 0 || ticks > 3000 || stp && ticks < 200 => {
                self.refused(p, path, "take a forward delay of whole seconds up to 30, from 2 with STP");
            }
            Reader::NetworkManager | Reader::Initscripts => {
                p.file.set("DELAY", (ticks / 100).to_string());
                p.done(path);
            }
        }
    }

    /// `VID[-VID] [pvid] [untagged]` separated by commas; said to be empty means none.
    fn vlans(&mut self, p: &mut Profile<'_>, path: &'static str, key: &str) {
        let Some(Value::List(items)) = p.said(path) else { return };
        if items.is_empty() {
            // An empty value is no value to the reader.
            return;
        }
        let items: Vec<String> = items.iter().map(ToString::to_string).collect();
        p.file.set(key, items.join(","));
        p.done(path);
    }

    /// The keys of a port.
    pub(super) fn port_settings(&mut self, p: &mut Profile<'_>, port: PortType) {
        match port {
            PortType::Bridge => self.bridge_port(p),
            PortType::Team => self.team(p, "team_port.config", "TEAM_PORT_CONFIG"),
            PortType::Bond if p.is_nm() => {
                for (path, key) in
                    [("bond_port.queue_id", "BOND_PORT_QUEUE_ID"), ("bond_port.prio", "BOND_PORT_PRIO")]
                {
                    if let Some(value) = p.said(path) {
                        p.file.set(key, value.to_string());
                        p.done(path);
                    }
                }
            }
            PortType::Bond | PortType::OvsBridge | PortType::OvsPort | PortType::Vrf => {}
        }
    }

    fn bridge_port(&mut self, p: &mut Profile<'_>) {
        let mut words = Vec::new();
        for (path, name) in [
            ("bridge_port.priority", "priority"),
            ("bridge_port.path_cost", "path_cost"),
            ("bridge_port.hairpin", "hairpin_mode"),
        ] {
            let text = match (p.said(path), p.reader) {
                (Some(Value::Bool(on)), Reader::NetworkManager) => if on { "yes" } else { "no" }.to_owned(),
                (Some(Value::Bool(on)), Reader::Initscripts) => i64::from(on).to_string(),
                (Some(value), _) => value.to_string(),
                (None, _) => continue,
            };
            words.push(format!("{name}={text}"));
            p.done(path);
        }
        if !words.is_empty() {
            p.file.set("BRIDGING_OPTS", words.join(" "));
        }
        if p.is_nm() {
            self.vlans(p, "bridge_port.vlans", "BRIDGE_PORT_VLANS");
            if p.said("bridge_port.vlans") == Some(Value::List(Vec::new())) {
                let text = "BRIDGE_PORT_VLANS cannot say that there are none";
                self.cannot(p, FieldPath::parse("bridge_port.vlans"), &codes::SETTING, text, None);
            }
        }
    }
}

/// The option's value in the reader's words.
fn option(form: Form, value: &Value, reader: Reader) -> Result<String, String> {
    let nm = reader == Reader::NetworkManager;
    Ok(match (form, value) {
        (Form::Time(low, high), Value::Int(ticks)) if nm => {
            if ticks % 100 != 0 || !(low * 100..=high * 100).contains(ticks) {
                return Err(format!("takes {low} to {high} whole seconds"));
            }
            (ticks / 100).to_string()
        }
        (Form::Time(low @ 1.., high), Value::Int(ticks)) if !(low * 100..=high * 100).contains(ticks) => {
            return Err(format!(
                "hand it to the kernel, which takes {} to {} hundredths of a second",
                low * 100,
                high * 100
            ));
        }
        (Form::Flag, Value::Bool(on)) => i64::from(*on).to_string(),
        (Form::Mask, Value::Int(n)) if n & 7 != 0 => {
            return Err("refuses the lowest three bits, which are the kernel's".to_owned());
        }
        (Form::PowerOfTwo, Value::Int(n)) if *n <= 0 || n.count_ones() != 1 || *n > i64::from(u32::MAX) => {
            return Err("takes a power of two".to_owned());
        }
        (Form::Router, Value::Text(word)) if !nm => match word.as_ref() {
            "disabled" => "0",
            "auto" => "1",
            _ => "2",
        }
        .to_owned(),
        (Form::Protocol, Value::Text(word)) if !nm => {
            if word == "802.1ad" { "0x88a8" } else { "0x8100" }.to_owned()
        }
        (Form::Plain, Value::Int(n)) if *n > i64::from(u32::MAX) => {
            return Err("takes numbers of 32 bits".to_owned());
        }
        (_, value) => value.to_string(),
    })
}
