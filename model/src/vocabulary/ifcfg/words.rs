//! Words of lists that one key holds.

/// Options of s390 network cards that NetworkManager takes (`nm-setting-wired.c:valid_s390_opts`); another one fails
/// verification.
pub const S390_OPTIONS: [&str; 33] = [
    "bridge_role",
    "broadcast_mode",
    "buffer_count",
    "canonical_macaddr",
    "checksumming",
    "ctcprot",
    "fake_broadcast",
    "fake_ll",
    "hsuid",
    "inter",
    "inter_jumbo",
    "ipato_add4",
    "ipato_add6",
    "ipato_enable",
    "ipato_invert4",
    "ipato_invert6",
    "isolation",
    "lancmd_timeout",
    "large_send",
    "layer2",
    "performance_stats",
    "portname",
    "portno",
    "priority_queueing",
    "protocol",
    "route4",
    "route6",
    "rxip_add4",
    "rxip_add6",
    "sniffer",
    "total",
    "vipa_add4",
    "vipa_add6",
];

/// Words of IEEE_8021X_PHASE1_AUTH_FLAGS (`NMSetting8021xAuthFlags`); `none` is no flag.
pub const PHASE1_AUTH_FLAGS: [(&str, i64); 10] = [
    ("none", 0),
    ("tls-1-0-disable", 1),
    ("tls-1-1-disable", 2),
    ("tls-1-2-disable", 4),
    ("tls-disable-time-checks", 8),
    ("tls-1-3-disable", 16),
    ("tls-1-0-enable", 32),
    ("tls-1-1-enable", 64),
    ("tls-1-2-enable", 128),
    ("tls-1-3-enable", 256),
];
