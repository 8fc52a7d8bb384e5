//! Generated inputs: what is read and written comes back the same, and nothing makes netpivot panic
//! or contradict itself.
//!
//! The generators put keys of the formats' own tables together with values of all sorts, good and bad.
//! The pipeline proves each output by reading it back; a contradiction there is a fault of netpivot.

use crate::conversion::{self, Outcome};
use libtest_mimic::{Failed, Trial};
use netpivot_model::vocabulary::keyfile;
use netpivot_parsers::tree::MemoryTree;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use std::collections::BTreeMap;

const PROFILE: &str = "/etc/NetworkManager/system-connections/x.nmconnection";
const SCRIPTS: &str = "/etc/sysconfig/network-scripts";

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("round_trips::keyfile-emit-parse-emit", || {
            check(400, vec(profile(), 1..4), |profiles| {
                let tree = profile_tree(profiles);
                sound(&conversion::run(&tree, &conversion::request(Some("keyfile"), "ifcfg:suse")))?;
                settles(&tree)
            })
        }),
        Trial::test("round_trips::ifcfg-to-keyfile", || {
            check(400, vec(ifcfg(), 1..4), |files| {
                for dialect in ["ifcfg:networkmanager", "ifcfg:initscripts"] {
                    for to in ["keyfile", "ifcfg:suse"] {
                        sound(&conversion::run(&ifcfg_tree(files), &conversion::request(Some(dialect), to)))?;
                    }
                }
                Ok(())
            })
        }),
        Trial::test("round_trips::any-bytes-never-panic", || {
            check(600, (select(NAMES), bytes()), |(name, bytes)| {
                let mut tree = MemoryTree::default();
                tree.add(*name, bytes.clone());
                tree.add(format!("{SCRIPTS}/ifcfg-eth0"), "DEVICE=eth0\n");
                for from in ["ifcfg", "ifcfg:initscripts", "keyfile"] {
                    sound(&conversion::run(&tree, &conversion::request(Some(from), "keyfile")))?;
                }
                Ok(())
            })
        }),
    ]
}

/// Where any bytes are put.
const NAMES: &[&str] = &[
    PROFILE,
    "/etc/sysconfig/network",
    "/etc/sysconfig/network-scripts/ifcfg-eth0",
    "/etc/sysconfig/network-scripts/ifcfg-eth0:1",
    "/etc/sysconfig/network-scripts/ifcfg-eth0-range0",
    "/etc/sysconfig/network-scripts/route-eth0",
    "/etc/sysconfig/network-scripts/route6-eth0",
    "/etc/sysconfig/network-scripts/rule-eth0",
    "/etc/sysconfig/network-scripts/keys-eth0",
    "/etc/udev/rules.d/70-persistent-net.rules",
    "/etc/systemd/network/10-x.link",
    "/etc/iproute2/rt_tables",
    "/etc/sysconfig/static-routes",
    "/etc/sysconfig/static-routes-ipv6",
];

/// Runs the property on generated values, the same ones in every run.
pub fn check<S: Strategy>(
    cases: u32,
    strategy: S,
    property: impl Fn(&S::Value) -> Result<(), TestCaseError>,
) -> Result<(), Failed> {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 4096, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    runner.run(&strategy, |value| property(&value)).map_err(|error| error.to_string().into())
}

/// No panic and no fault of netpivot; the findings point into the texts.
pub fn sound(outcome: &Outcome) -> Result<(), TestCaseError> {
    prop_assert!(!outcome.bug, "{}", outcome.findings().join("\n"));
    for finding in &outcome.diagnostics {
        prop_assert!(!finding.message.is_empty() && !finding.message.ends_with('.'), "{}", finding.message);
    }
    Ok(())
}

/// The output read as input gives itself again, and nothing of it is lost.
fn settles(tree: &MemoryTree) -> Result<(), TestCaseError> {
    let request = conversion::request(Some("keyfile"), "keyfile");
    let first = conversion::run(tree, &request);
    sound(&first)?;
    if first.outputs.is_empty() {
        return Ok(());
    }
    let written: MemoryTree = first.outputs.iter().map(|f| (f.path.as_str(), f.text.as_str())).collect();
    let second = conversion::run(&written, &request);
    sound(&second)?;
    let plain = |outcome: &Outcome| -> BTreeMap<String, String> {
        let text = |text: &str| text.lines().filter(|l| !l.starts_with('#')).collect::<Vec<_>>().join("\n");
        outcome.outputs.iter().map(|f| (f.path.clone(), text(&f.text).trim_end().to_owned())).collect()
    };
    prop_assert_eq!(plain(&first), plain(&second));
    Ok(())
}

/// Values of all sorts: words, numbers, addresses, quoting, and what is none of them.
const VALUES: &[&str] = &[
    "",
    "0",
    "1",
    "2",
    "3",
    "7",
    "64",
    "100",
    "1500",
    "9000",
    "65536",
    "-1",
    "0x10",
    "010",
    "true",
    "false",
    "yes",
    "no",
    "on",
    "off",
    "none",
    "auto",
    "manual",
    "disabled",
    "ignore",
    "dhcp",
    "static",
    "shared",
    "link-local",
    "eui64",
    "stable-privacy",
    "default",
    "permanent",
    "random",
    "eth0",
    "br0",
    "bond0",
    "eth0.5",
    "vlan7",
    "bridge",
    "bond",
    "team",
    "802.1Q",
    "802.1ad",
    "802.3ad",
    "active-backup",
    "1;2;",
    "a;b\\;c;",
    "1:2;3:4;",
    "192.0.2.1",
    "192.0.2.1/24",
    "192.0.2.1/24,192.0.2.254",
    "0.0.0.0",
    "2001:db8::1",
    "2001:db8::1/64",
    "fe80::1%eth0",
    "192.0.2.0/24,192.0.2.9,50",
    "table=7,onlink=true",
    "priority 5 from 192.0.2.1/32 table 7",
    "52:54:00:5e:00:01",
    "52-54-00-5E-00-01",
    "6b3b4a33-5d1c-4d6a-8f5c-0d8b2c1e9a01",
    "example.com",
    "example.com lab.example.com",
    "user:alice:;",
    "  blanks  ",
    "tab\\ts\\s",
    "\\",
    "$(reboot)",
    "a\"b",
    "a'b",
    "ü",
    "mode=1 miimon=50",
    "mode=802.3ad lacp_rate=1",
    "priority=5 hello_time=200",
    "#x",
    "[x]",
    "x=y",
];

/// One keyfile: its kind and lines of the key table.
fn profile() -> impl Strategy<Value = String> {
    let kinds = select(vec![
        "ethernet",
        "bridge",
        "bond",
        "team",
        "vlan",
        "dummy",
        "tun",
        "veth",
        "macvlan",
        "vxlan",
        "vrf",
        "ip-tunnel",
        "infiniband",
        "wifi",
        "wireguard",
        "ovs-bridge",
        "ovs-port",
        "ovs-interface",
        "loopback",
    ]);
    let keys: Vec<(&'static str, String)> = keyfile::rows()
        .iter()
        .filter(|row| !row.group.starts_with("wireguard-peer"))
        .map(|row| (row.group, if row.is_prefix { format!("{}x", row.key) } else { row.key.to_owned() }))
        .filter(|(group, key)| !(*group == "connection" && ["type", "uuid", "id"].contains(&key.as_str())))
        .collect();
    let line = (select(keys), select(VALUES));
    (kinds, 0..1000u32, vec(line, 0..14)).prop_map(|(kind, n, lines)| {
        let mut groups: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        groups.insert(
            "connection",
            vec![
                format!("id={kind} {n}"),
                format!("uuid=6b3b4a33-5d1c-4d6a-8f5c-{n:012}"),
                format!("type={kind}"),
                format!("interface-name=if{n}"),
            ],
        );
        for ((group, key), value) in lines {
            groups.entry(group).or_default().push(format!("{key}={value}"));
        }
        groups.iter().map(|(group, lines)| format!("[{group}]\n{}\n\n", lines.join("\n"))).collect()
    })
}

fn profile_tree(profiles: &[String]) -> MemoryTree {
    let path = |n| format!("/etc/NetworkManager/system-connections/p{n}.nmconnection");
    (0..).zip(profiles).map(|(n, text): (usize, &String)| (path(n), text.as_str())).collect()
}

/// Keys of ifcfg files; unknown ones are as good as known ones here.
const KEYS: &[&str] = &[
    "DEVICE",
    "NAME",
    "UUID",
    "TYPE",
    "DEVICETYPE",
    "HWADDR",
    "MACADDR",
    "ONBOOT",
    "NM_CONTROLLED",
    "MTU",
    "BOOTPROTO",
    "IPADDR",
    "IPADDR0",
    "IPADDR1",
    "IPADDR2",
    "PREFIX",
    "PREFIX1",
    "NETMASK",
    "GATEWAY",
    "DEFROUTE",
    "METRIC",
    "PEERDNS",
    "DNS1",
    "DNS2",
    "DNS3",
    "DOMAIN",
    "IPV6INIT",
    "IPV6_AUTOCONF",
    "IPV6ADDR",
    "IPV6_DEFAULTGW",
    "IPV6_PRIVACY",
    "DHCPV6C",
    "MASTER",
    "SLAVE",
    "BRIDGE",
    "BONDING_OPTS",
    "BRIDGING_OPTS",
    "STP",
    "DELAY",
    "PRIO",
    "AGEING",
    "VLAN",
    "VLAN_ID",
    "VID",
    "PHYSDEV",
    "REORDER_HDR",
    "VLAN_FLAGS",
    "VLAN_EGRESS_PRIORITY_MAP",
    "TEAM_MASTER",
    "TEAM_CONFIG",
    "ETHTOOL_OPTS",
    "MY_OUTER_IPADDR",
    "PEER_OUTER_IPADDR",
    "MY_INNER_IPADDR",
    "KEY",
    "TTL",
    "OVS_BRIDGE",
    "OVS_OPTIONS",
    "BOND_IFACES",
    "PKEY",
    "PKEY_ID",
    "ZONE",
    "ROUTING_RULE_1",
    "IPV4_ROUTE_TABLE",
    "IPV4_ROUTE_METRIC",
    "DHCP_HOSTNAME",
    "ARPING_WAIT",
    "LINKDELAY",
    "NOZEROCONF",
    "KEY_MGMT",
    "ESSID",
    "WPA_PSK",
    "NM_USER_X",
    "USERS",
    "NONSENSE",
];

const TYPES: &[&str] = &[
    "Ethernet",
    "Bridge",
    "Bond",
    "Vlan",
    "Team",
    "Wireless",
    "InfiniBand",
    "GRE",
    "IPIP",
    "sit",
    "Tap",
    "Veth",
    "dummy",
    "OVSBridge",
    "OVSPort",
    "OVSIntPort",
    "OVSBond",
    "xDSL",
    "nonsense",
];

fn ifcfg() -> impl Strategy<Value = (String, String)> {
    let names =
        select(vec!["eth0", "eth1", "br0", "bond0", "eth0.5", "vlan7", "eth0:1", "eth0-range0", "a b"]);
    let kinds = select(vec!["ifcfg", "ifcfg", "ifcfg", "ifcfg", "route", "route6", "rule", "keys"]);
    let quoted = (select(VALUES), 0..4u8).prop_map(|(value, quote)| match quote {
        0 => format!("\"{value}\""),
        1 => format!("'{value}'"),
        _ => value.to_owned(),
    });
    let line = prop_oneof![
        8 => (select(KEYS), quoted).prop_map(|(key, value)| format!("{key}={value}")),
        1 => select(TYPES).prop_map(|word| format!("TYPE={word}")),
        1 => select(VALUES).prop_map(str::to_owned),
    ];
    (kinds, names, vec(line, 0..16)).prop_map(|(kind, name, lines)| {
        let mut text = if kind == "ifcfg" { format!("DEVICE={name}\n") } else { String::new() };
        lines.iter().for_each(|line| text.push_str(&format!("{line}\n")));
        (format!("{kind}-{name}"), text)
    })
}

fn ifcfg_tree(files: &[(String, String)]) -> MemoryTree {
    files.iter().map(|(name, text)| (format!("{SCRIPTS}/{name}"), text.as_str())).collect()
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let words = vec(select(VALUES), 0..12).prop_map(|words| words.join("=").into_bytes());
    prop_oneof![vec(any::<u8>(), 0..200), "[ -~\n]{0,200}".prop_map(String::into_bytes), words]
}
