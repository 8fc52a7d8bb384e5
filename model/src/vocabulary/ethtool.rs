//! The words of ethtool(8): the settings that profiles know (`nm-ethtool-utils-base.h`), and how it prints them.

/// Offload features.
pub const FEATURES: &[&str] = &[
    "esp-hw-offload",
    "esp-tx-csum-hw-offload",
    "fcoe-mtu",
    "gro",
    "gso",
    "highdma",
    "hw-tc-offload",
    "l2-fwd-offload",
    "loopback",
    "lro",
    "macsec-hw-offload",
    "ntuple",
    "rx",
    "rx-all",
    "rx-fcs",
    "rx-gro-hw",
    "rx-gro-list",
    "rx-udp-gro-forwarding",
    "rx-udp_tunnel-port-offload",
    "rx-vlan-filter",
    "rx-vlan-stag-filter",
    "rx-vlan-stag-hw-parse",
    "rxhash",
    "rxvlan",
    "sg",
    "tls-hw-record",
    "tls-hw-rx-offload",
    "tls-hw-tx-offload",
    "tso",
    "tx",
    "tx-checksum-fcoe-crc",
    "tx-checksum-ip-generic",
    "tx-checksum-ipv4",
    "tx-checksum-ipv6",
    "tx-checksum-sctp",
    "tx-esp-segmentation",
    "tx-fcoe-segmentation",
    "tx-gre-csum-segmentation",
    "tx-gre-segmentation",
    "tx-gso-list",
    "tx-gso-partial",
    "tx-gso-robust",
    "tx-ipxip4-segmentation",
    "tx-ipxip6-segmentation",
    "tx-nocache-copy",
    "tx-scatter-gather",
    "tx-scatter-gather-fraglist",
    "tx-sctp-segmentation",
    "tx-tcp-ecn-segmentation",
    "tx-tcp-mangleid-segmentation",
    "tx-tcp-segmentation",
    "tx-tcp6-segmentation",
    "tx-tunnel-remcsum-segmentation",
    "tx-udp-segmentation",
    "tx-udp_tnl-csum-segmentation",
    "tx-udp_tnl-segmentation",
    "tx-vlan-stag-hw-insert",
    "txvlan",
];

/// The kernel's names of features, which NetworkManager takes for ethtool's.
pub const KERNEL_FEATURES: &[(&str, &str)] = &[
    ("rx-checksum", "rx"),
    ("rx-gro", "gro"),
    ("tx-generic-segmentation", "gso"),
    ("rx-lro", "lro"),
    ("rx-ntuple-filter", "ntuple"),
    ("rx-hashing", "rxhash"),
    ("rx-vlan-hw-parse", "rxvlan"),
    ("tx-vlan-hw-insert", "txvlan"),
];

/// The long names that ethtool(8) prints and takes, too (`off_flag_def` of ethtool.c).
pub const LONG_FEATURES: &[(&str, &str)] = &[
    ("rx-checksumming", "rx"),
    ("tx-checksumming", "tx"),
    ("scatter-gather", "sg"),
    ("tcp-segmentation-offload", "tso"),
    ("generic-segmentation-offload", "gso"),
    ("generic-receive-offload", "gro"),
    ("large-receive-offload", "lro"),
    ("rx-vlan-offload", "rxvlan"),
    ("tx-vlan-offload", "txvlan"),
    ("ntuple-filters", "ntuple"),
    ("receive-hashing", "rxhash"),
];

/// Coalescing.
pub const COALESCE: &[&str] = &[
    "adaptive-rx",
    "adaptive-tx",
    "pkt-rate-high",
    "pkt-rate-low",
    "rx-frames",
    "rx-frames-high",
    "rx-frames-irq",
    "rx-frames-low",
    "rx-usecs",
    "rx-usecs-high",
    "rx-usecs-irq",
    "rx-usecs-low",
    "sample-interval",
    "stats-block-usecs",
    "tx-frames",
    "tx-frames-high",
    "tx-frames-irq",
    "tx-frames-low",
    "tx-usecs",
    "tx-usecs-high",
    "tx-usecs-irq",
    "tx-usecs-low",
];

/// Ring sizes.
pub const RING: &[&str] = &["rx", "rx-jumbo", "rx-mini", "tx"];

/// Channels.
pub const CHANNELS: &[&str] = &["rx", "tx", "other", "combined"];

/// Pause frames.
pub const PAUSE: &[&str] = &["autoneg", "rx", "tx"];

/// Settings with names of their own: the setting, the option of ethtool(8) that sets it, and the names.
pub const GROUPS: [(&str, &str, &[&str]); 5] = [
    ("ethtool.features", "-K", FEATURES),
    ("ethtool.coalesce", "-C", COALESCE),
    ("ethtool.ring", "-G", RING),
    ("ethtool.channels", "-L", CHANNELS),
    ("ethtool.pause", "-A", PAUSE),
];

/// Features that stand for several of the kernel's: ethtool prints `on` where one of these is on.
pub const FEATURE_GROUPS: [&str; 3] = ["tx", "sg", "tso"];

/// The group that a feature of the kernel belongs to (`off_flag_def` of ethtool.c).
#[must_use]
pub fn group_of(feature: &str) -> Option<&'static str> {
    let is_tso = feature.starts_with("tx-tcp") && feature.ends_with("-segmentation");
    let groups = [
        ("tx", feature.starts_with("tx-checksum-")),
        ("sg", feature.starts_with("tx-scatter-gather")),
        ("tso", is_tso),
    ];
    groups.iter().find(|(_, is_of)| *is_of).map(|(group, _)| *group)
}

/// The letters of `wol` and the bits that NetworkManager gives them.
pub const WAKE: [(char, i64); 6] = [('p', 2), ('u', 4), ('m', 8), ('b', 16), ('a', 32), ('g', 64)];

/// Words of `--set-fec` and the bits that NetworkManager gives them.
pub const FEC: [(&str, i64); 5] = [("auto", 2), ("off", 4), ("rs", 8), ("baser", 16), ("llrs", 32)];

/// A feature by one of its names in ethtool's own.
#[must_use]
pub fn feature(name: &str, tables: &[&[(&str, &'static str)]]) -> Option<&'static str> {
    let other = tables.iter().flat_map(|table| table.iter()).find(|(other, _)| *other == name);
    other.map(|(_, own)| *own).or_else(|| known(FEATURES, name))
}

/// The name as it stands in a table.
#[must_use]
pub fn known(table: &[&'static str], name: &str) -> Option<&'static str> {
    table.iter().find(|known| **known == name).copied()
}
