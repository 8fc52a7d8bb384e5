//! The names of ethtool(8)'s settings that profiles know (`nm-ethtool-utils-base.h`).

/// Offload features.
pub(super) const FEATURES: &[&str] = &[
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
pub(super) const KERNEL_FEATURES: &[(&str, &str)] = &[
    ("rx-checksum", "rx"),
    ("rx-gro", "gro"),
    ("tx-generic-segmentation", "gso"),
    ("rx-lro", "lro"),
    ("rx-ntuple-filter", "ntuple"),
    ("rx-hashing", "rxhash"),
    ("rx-vlan-hw-parse", "rxvlan"),
    ("tx-vlan-hw-insert", "txvlan"),
];

/// The long names that ethtool(8) prints and takes, too.
pub(super) const LONG_FEATURES: &[(&str, &str)] = &[
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
pub(super) const COALESCE: &[&str] = &[
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
pub(super) const RING: &[&str] = &["rx", "rx-jumbo", "rx-mini", "tx"];

/// Channels.
pub(super) const CHANNELS: &[&str] = &["rx", "tx", "other", "combined"];

/// Pause frames.
pub(super) const PAUSE: &[&str] = &["autoneg", "rx", "tx"];

/// A feature by one of its names in ethtool's own.
pub(super) fn feature(name: &str, tables: &[&[(&str, &'static str)]]) -> Option<&'static str> {
    let other = tables.iter().flat_map(|table| table.iter()).find(|(other, _)| *other == name);
    other.map(|(_, own)| *own).or_else(|| known(FEATURES, name))
}

/// The name as it stands in a table.
pub(super) fn known(table: &[&'static str], name: &str) -> Option<&'static str> {
    table.iter().find(|known| **known == name).copied()
}
