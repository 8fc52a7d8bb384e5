//! The keys of a team, and where each stands in teamd's configuration (ifcfg-team(5), teamd.conf(5)).

/// How a key's value stands in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A number.
    Number,
    /// A truth value.
    Flag,
    /// Text.
    Text,
    /// Words with blanks or commas between them.
    List,
}

/// Key, where it stands in teamd's configuration, form; the runner that has it, where it is one's own.
pub const RUNNER: [(&str, &str, Form, &str); 13] = [
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
pub const TEAM: [(&str, &str, Form); 4] = [
    ("TEAM_NOTIFY_PEERS_COUNT", "notify_peers.count", Form::Number),
    ("TEAM_NOTIFY_PEERS_INTERVAL", "notify_peers.interval", Form::Number),
    ("TEAM_MCAST_REJOIN_COUNT", "mcast_rejoin.count", Form::Number),
    ("TEAM_MCAST_REJOIN_INTERVAL", "mcast_rejoin.interval", Form::Number),
];

/// Stem, place, form, and the watches that have it.
pub const WATCH: [(&str, &str, Form, &str); 15] = [
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

/// The same for a port, in the team's own file.
pub const PORT: [(&str, &str, Form); 5] = [
    ("TEAM_PORT_QUEUE_ID", "queue_id", Form::Number),
    ("TEAM_PORT_PRIO", "prio", Form::Number),
    ("TEAM_PORT_STICKY", "sticky", Form::Flag),
    ("TEAM_PORT_LACP_PRIO", "lacp_prio", Form::Number),
    ("TEAM_PORT_LACP_KEY", "lacp_key", Form::Number),
];

/// The runners.
pub const RUNNERS: [&str; 6] = ["activebackup", "loadbalance", "roundrobin", "broadcast", "random", "lacp"];
/// The link watches.
pub const WATCHES: [&str; 4] = ["ethtool", "arp_ping", "nsna_ping", "tipc"];
