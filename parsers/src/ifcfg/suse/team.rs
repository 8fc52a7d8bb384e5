//! Teams (ifcfg-team(5)): the keys become teamd's configuration (teamd.conf(5)), as wicked writes it (`src/teamd.c`).

use super::keys::{Bad, Keys, boolean, integer};
use super::kind::Made;
use super::ports::Port;
use crate::ifcfg::vars::{Rejected, Var};
use netpivot_model::link::{LinkKind, PortType};
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::team::Team;
use serde_json::{Map, Value, json};

/// How a key's value stands in JSON.
#[derive(Clone, Copy)]
enum Form {
    Number,
    Flag,
    Text,
    /// Words with blanks or commas between them.
    List,
}

/// Key, where it stands in teamd's configuration, form; the runner that has it, where it is one's own.
const RUNNER: [(&str, &str, Form, &str); 13] = [
    ("TEAM_AB_HWADDR_POLICY", "hwaddr_policy", Form::Text, "activebackup"),
    ("TEAM_LB_TX_HASH", "tx_hash", Form::List, "loadbalance"),
    ("TEAM_LB_TX_BALANCER_NAME", "tx_balancer.name", Form::Text, "loadbalance"),
    ("TEAM_LB_TX_BALANCER_INTERVAL", "tx_balancer.balancing_interval", Form::Number, "loadbalance"),
    ("TEAM_LACP_ACTIVE", "active", Form::Flag, "lacp"),
    ("TEAM_LACP_SYS_PRIO", "sys_prio", Form::Number, "lacp"),
    ("TEAM_LACP_FAST_RATE", "fast_rate", Form::Flag, "lacp"),
    ("TEAM_LACP_MIN_PORTS", "min_ports", Form::Number, "lacp"),
    ("TEAM_LACP_SELECT_POLICY", "agg_select_policy", Form::Text, "lacp"),
    ("TEAM_LACP_TX_HASH", "tx_hash", Form::List, "lacp"),
    ("TEAM_LACP_TX_BALANCER", "tx_balancer.name", Form::Text, "lacp"),
    ("TEAM_LACP_TX_BALANCER_NAME", "tx_balancer.name", Form::Text, "lacp"),
    ("TEAM_LACP_TX_BALANCER_INTERVAL", "tx_balancer.balancing_interval", Form::Number, "lacp"),
];

/// The same for the team itself.
const TEAM: [(&str, &str, Form); 4] = [
    ("TEAM_NOTIFY_PEERS_COUNT", "notify_peers.count", Form::Number),
    ("TEAM_NOTIFY_PEERS_INTERVAL", "notify_peers.interval", Form::Number),
    ("TEAM_MCAST_REJOIN_COUNT", "mcast_rejoin.count", Form::Number),
    ("TEAM_MCAST_REJOIN_INTERVAL", "mcast_rejoin.interval", Form::Number),
];

/// Stem, place, form, and the watches that have it.
const WATCH: [(&str, &str, Form, &str); 15] = [
    ("TEAM_LW_ETHTOOL_DELAY_UP", "delay_up", Form::Number, "ethtool"),
    ("TEAM_LW_ETHTOOL_DELAY_DOWN", "delay_down", Form::Number, "ethtool"),
    ("TEAM_LW_ARP_PING_SOURCE_HOST", "source_host", Form::Text, "arp_ping"),
    ("TEAM_LW_ARP_PING_TARGET_HOST", "target_host", Form::Text, "arp_ping"),
    ("TEAM_LW_ARP_PING_INTERVAL", "interval", Form::Number, "arp_ping"),
    ("TEAM_LW_ARP_PING_INIT_WAIT", "init_wait", Form::Number, "arp_ping"),
    ("TEAM_LW_ARP_PING_VALIDATE_ACTIVE", "validate_active", Form::Flag, "arp_ping"),
    ("TEAM_LW_ARP_PING_VALIDATE_INACTIVE", "validate_inactive", Form::Flag, "arp_ping"),
    ("TEAM_LW_ARP_PING_SEND_ALWAYS", "send_always", Form::Flag, "arp_ping"),
    ("TEAM_LW_ARP_PING_VLANID", "vlanid", Form::Number, "arp_ping"),
    ("TEAM_LW_ARP_PING_MISSED_MAX", "missed_max", Form::Number, "arp_ping"),
    ("TEAM_LW_NSNA_PING_TARGET_HOST", "target_host", Form::Text, "nsna_ping"),
    ("TEAM_LW_NSNA_PING_INTERVAL", "interval", Form::Number, "nsna_ping"),
    ("TEAM_LW_NSNA_PING_INIT_WAIT", "init_wait", Form::Number, "nsna_ping"),
    ("TEAM_LW_NSNA_PING_MISSED_MAX", "missed_max", Form::Number, "nsna_ping"),
];

const PORT: [(&str, &str, Form); 5] = [
    ("TEAM_PORT_QUEUE_ID", "queue_id", Form::Number),
    ("TEAM_PORT_PRIO", "prio", Form::Number),
    ("TEAM_PORT_STICKY", "sticky", Form::Flag),
    ("TEAM_PORT_LACP_PRIO", "lacp_prio", Form::Number),
    ("TEAM_PORT_LACP_KEY", "lacp_key", Form::Number),
];

const RUNNERS: [&str; 6] = ["activebackup", "loadbalance", "roundrobin", "broadcast", "random", "lacp"];
const WATCHES: [&str; 4] = ["ethtool", "arp_ping", "nsna_ping", "tipc"];

/// An object that grows by dotted places, and the spans it comes from.
#[derive(Default)]
struct Object {
    map: Map<String, Value>,
    spans: Vec<Span>,
}

impl Object {
    fn put(&mut self, place: &str, value: Value, span: Span) {
        self.spans.push(span);
        match place.split_once('.') {
            None => drop(self.map.insert(place.to_owned(), value)),
            Some((group, name)) => {
                let group = self.map.entry(group).or_insert_with(|| json!({}));
                if let Some(group) = group.as_object_mut() {
                    group.insert(name.to_owned(), value);
                }
            }
        }
    }

    fn take(&mut self, keys: &Keys, key: &str, place: &str, form: Form) -> Result<(), Bad> {
        if let Some(var) = keys.text(key) {
            self.put(place, value_of(key, var, form)?, var.span);
        }
        Ok(())
    }
}

fn value_of(key: &str, var: Var<'_>, form: Form) -> Result<Value, Bad> {
    match form {
        Form::Text => Ok(json!(var.value)),
        Form::Number => integer(var.value).map(|n| json!(n)).ok_or_else(|| Bad::new(key, var, "a number")),
        Form::Flag => boolean(var.value).map(|b| json!(b)).ok_or_else(|| Bad::new(key, var, "`yes` or `no`")),
        Form::List => {
            let words = var.value.split([' ', '\t', ',']).filter(|word| !word.is_empty());
            Ok(json!(words.collect::<Vec<_>>()))
        }
    }
}

pub(super) fn read(keys: &Keys, span: Span, made: &mut Made) -> Result<(), Rejected> {
    let Some(runner) = keys.text("TEAM_RUNNER") else { return Ok(()) };
    if !RUNNERS.contains(&runner.value) {
        return Err(Bad::new("TEAM_RUNNER", runner, format!("one of {}", RUNNERS.join(", "))).into());
    }
    let mut own = Object::default();
    own.put("name", json!(runner.value), runner.span);
    for (key, place, form, of) in RUNNER {
        if of == runner.value {
            own.take(keys, key, place, form)?;
        }
    }
    let mut team = Object::default();
    team.spans.append(&mut own.spans);
    team.map.insert("runner".to_owned(), Value::Object(own.map));
    for (key, place, form) in TEAM {
        team.take(keys, key, place, form)?;
    }
    let mut watches = Vec::new();
    for (suffix, var) in keys.indexed("TEAM_LW_NAME") {
        let watch = watch(keys, suffix, var)?;
        team.spans.extend(&watch.spans);
        watches.push(Value::Object(watch.map));
    }
    if watches.len() == 1 {
        team.map.extend(watches.pop().map(|watch| ("link_watch".to_owned(), watch)));
    } else if !watches.is_empty() {
        team.map.insert("link_watch".to_owned(), Value::Array(watches));
    }
    let config = Some(At::new(Value::Object(team.map).to_string(), Origin::said(team.spans)));
    made.links[0].kind = At::new(LinkKind::Team(Box::new(Team { config })), span);
    for (suffix, var) in keys.indexed("TEAM_PORT_DEVICE") {
        made.ports.push(port(keys, suffix, var)?);
    }
    Ok(())
}

fn watch(keys: &Keys, suffix: &str, name: Var<'_>) -> Result<Object, Rejected> {
    if !WATCHES.contains(&name.value) {
        let key = format!("TEAM_LW_NAME{suffix}");
        return Err(Bad::new(&key, name, format!("one of {}", WATCHES.join(", "))).into());
    }
    let mut watch = Object::default();
    watch.put("name", json!(name.value), name.span);
    for (stem, place, form, of) in WATCH {
        if of == name.value {
            watch.take(keys, &format!("{stem}{suffix}"), place, form)?;
        }
    }
    Ok(watch)
}

fn port(keys: &Keys, suffix: &str, var: Var<'_>) -> Result<Port, Rejected> {
    let mut port = Port::new(var.value, PortType::Team, var.span);
    let mut config = Object::default();
    for (stem, place, form) in PORT {
        config.take(keys, &format!("{stem}{suffix}"), place, form)?;
    }
    if !config.map.is_empty() {
        port.team = Some(At::new(Value::Object(config.map).to_string(), Origin::said(config.spans)));
    }
    Ok(port)
}
