//! The keys of NetworkManager keyfiles (nm-settings-keyfile(5), keyfile.md): one row a key, with its place in
//! the model, its spelling, its default and the release that brought it. Parser, emitter,
//! [`default_of`], `netpivot explain` and the documentation are made of these rows.

use crate::defaults::{self, Silence};
use crate::ip::AddrGenMode;
use crate::link::{Link, LinkKind};
use crate::path::FieldPath;
use crate::value::Value;
use foldhash::HashMap;
use std::sync::LazyLock;

pub mod codec;
pub mod dispatcher;
pub mod files;
mod ip;
mod kinds;
mod profile;
pub mod route;
pub mod row;
mod security;
pub mod text;

pub use codec::Codec;
use row::Spec;
pub use row::{Preset, Row};

/// The groups in the order in which NetworkManager writes them, with their keys.
const GROUPS: &[(&str, &[&[Spec]])] = &[
    ("connection", &[profile::CONNECTION]),
    ("ethernet", &[profile::ETHERNET]),
    ("wifi", &[security::WIFI]),
    ("infiniband", &[kinds::INFINIBAND]),
    ("ethernet-s390-options", &[profile::S390_OPTIONS]),
    ("bond", &[kinds::BOND]),
    ("bridge", &[kinds::BRIDGE]),
    ("team", &[kinds::TEAM]),
    ("vlan", &[kinds::VLAN]),
    ("dummy", &[]),
    ("generic", &[kinds::GENERIC]),
    ("geneve", &[kinds::GENEVE]),
    ("hsr", &[kinds::HSR]),
    ("ip-tunnel", &[kinds::IP_TUNNEL]),
    ("ipvlan", &[kinds::IPVLAN]),
    ("loopback", &[kinds::LOOPBACK]),
    ("macsec", &[kinds::MACSEC]),
    ("macvlan", &[kinds::MACVLAN]),
    ("ovs-bridge", &[kinds::OVS_BRIDGE]),
    ("ovs-interface", &[kinds::OVS_INTERFACE]),
    ("ovs-port", &[kinds::OVS_PORT]),
    ("ovs-dpdk", &[kinds::OVS_DPDK]),
    ("ovs-patch", &[kinds::OVS_PATCH]),
    ("tun", &[kinds::TUN]),
    ("veth", &[kinds::VETH]),
    ("vrf", &[kinds::VRF]),
    ("vxlan", &[kinds::VXLAN]),
    ("wireguard", &[kinds::WIREGUARD]),
    (WIREGUARD_PEER, &[kinds::WIREGUARD_PEER]),
    ("802-1x", &[security::DOT1X]),
    ("wifi-security", &[security::WIFI_SECURITY]),
    ("bond-port", &[kinds::BOND_PORT]),
    ("bridge-port", &[kinds::BRIDGE_PORT]),
    ("team-port", &[kinds::TEAM_PORT]),
    ("dcb", &[profile::DCB]),
    ("ethtool", &[profile::ETHTOOL]),
    ("link", &[profile::LINK]),
    ("match", &[profile::MATCH]),
    ("ovs-external-ids", &[kinds::OVS_EXTERNAL_IDS]),
    ("ovs-other-config", &[kinds::OVS_OTHER_CONFIG]),
    ("sriov", &[profile::SRIOV]),
    ("ipv4", &[ip::IPV4, ip::IPV4_ONLY]),
    ("ipv6", &[ip::IPV6, ip::IPV6_ONLY]),
    ("hostname", &[profile::HOSTNAME]),
    ("prefix-delegation", &[profile::PREFIX_DELEGATION]),
    ("proxy", &[profile::PROXY]),
    ("tc", &[profile::TC]),
    ("user", &[profile::USER]),
];

/// Begins the name of a peer's group; the public key follows.
pub const WIREGUARD_PEER: &str = "wireguard-peer.";

/// Full names of groups and types, with the aliases that NetworkManager writes.
const ALIASES: [(&str, &str); 3] = [
    ("802-3-ethernet", "ethernet"),
    ("802-11-wireless", "wifi"),
    ("802-11-wireless-security", "wifi-security"),
];

/// Groups and types that NetworkManager knows and the model does not.
pub const UNSUPPORTED: [&str; 16] = [
    "6lowpan",
    "802-11-olpc-mesh",
    "adsl",
    "bluetooth",
    "cdma",
    "gsm",
    "olpc-mesh",
    "ppp",
    "pppoe",
    "serial",
    "vpn",
    "vpn-secrets",
    "wifi-p2p",
    "wimax",
    "wpan",
    "bluetooth-dun",
];

/// The short name of a group or type.
#[must_use]
pub fn short_name(name: &str) -> &str {
    ALIASES.iter().find(|(full, _)| *full == name).map_or(name, |(_, short)| short)
}

/// The keys of one group.
#[derive(Debug)]
pub struct Group {
    /// Its name as NetworkManager writes it.
    pub name: &'static str,
    /// Its position among all.
    pub order: u16,
    keys: HashMap<&'static str, u16>,
    prefixes: Vec<u16>,
}

impl Group {
    /// The row of a key, and the free name that follows the key's prefix, empty where there is none.
    #[must_use]
    pub fn row<'k>(&self, key: &'k str) -> Option<(&'static Row, &'k str)> {
        let rows: &'static [Row] = &TABLE.rows;
        let keys: &HashMap<&str, u16> = &self.keys;
        if let Some(n) = keys.get(key) {
            return Some((&rows[usize::from(*n)], ""));
        }
        self.prefixes
            .iter()
            .map(|n| &rows[usize::from(*n)])
            .find_map(|row| key.strip_prefix(row.key).filter(|name| row.takes(name)).map(|name| (row, name)))
    }
}

struct Table {
    rows: Vec<Row>,
    groups: Vec<Group>,
    by_name: HashMap<&'static str, u16>,
    by_path: HashMap<FieldPath, Vec<u16>>,
}

static TABLE: LazyLock<Table> = LazyLock::new(build);

fn build() -> Table {
    let mut table = Table {
        rows: Vec::new(),
        groups: Vec::new(),
        by_name: HashMap::default(),
        by_path: HashMap::default(),
    };
    for (order, (name, lists)) in (0u16..).zip(GROUPS) {
        let mut group = Group { name, order, keys: HashMap::default(), prefixes: Vec::new() };
        for spec in lists.iter().copied().flatten() {
            let n = u16::try_from(table.rows.len()).expect("a few hundred rows");
            let row = row_of(name, order, spec);
            if spec.prefix {
                group.prefixes.push(n);
            } else {
                // The first row of a key that stands for several settings (flags) leads.
                group.keys.entry(spec.key).or_insert(n);
                group.keys.extend(spec.old.map(|(old, _)| (old, n)));
            }
            if !spec.path.is_empty() {
                table.by_path.entry(row.path).or_default().push(n);
            }
            table.rows.push(row);
        }
        table.by_name.insert(name, order);
        table.groups.push(group);
    }
    table
}

fn row_of(group: &'static str, group_order: u16, spec: &Spec) -> Row {
    Row {
        group,
        group_order,
        key: spec.key,
        path: FieldPath::parse(spec.path),
        codec: spec.codec,
        preset: spec.preset,
        since: spec.since,
        old: spec.old,
        is_prefix: spec.prefix,
        names: spec.names,
        explicit: spec.explicit,
    }
}

/// All rows, by group and key.
#[must_use]
pub fn rows() -> &'static [Row] {
    &TABLE.rows
}

/// The group of that name; full names and aliases are the same.
#[must_use]
pub fn group(name: &str) -> Option<&'static Group> {
    let table: &'static Table = &TABLE;
    let by_name: &HashMap<&str, u16> = &table.by_name;
    let name = if name.starts_with(WIREGUARD_PEER) { WIREGUARD_PEER } else { short_name(name) };
    by_name.get(name).map(|n| &table.groups[usize::from(*n)])
}

/// The rows of a key, in that group or in any.
#[must_use]
pub fn lookup(in_group: Option<&str>, key: &str) -> Vec<&'static Row> {
    let groups: Vec<&'static Group> = match in_group {
        Some(name) => group(name).into_iter().collect(),
        None => TABLE.groups.iter().collect(),
    };
    let found = groups.into_iter().filter_map(|g| g.row(key).map(|(row, _)| row));
    // A prefix without text of its own takes any key; asked for any group it explains nothing.
    found.filter(|row| in_group.is_some() || !(row.is_prefix && row.key.is_empty())).collect()
}

/// The documentation of a row's setting.
#[must_use]
pub fn doc(row: &Row) -> Option<&'static str> {
    super::doc_of(row.path)
}

/// Types of links that came after release 1.30 of NetworkManager, with the release `1.N` that brought them.
const KINDS_SINCE: [(&str, u16); 4] = [("loopback", 42), ("hsr", 46), ("ipvlan", 52), ("geneve", 58)];

/// The release `1.N` of NetworkManager that brought a type of links, where the oldest supported one lacks it.
#[must_use]
pub fn kind_since(kind: &LinkKind) -> Option<u16> {
    KINDS_SINCE.iter().find(|(word, _)| *word == kind.word()).map(|(_, minor)| *minor)
}

/// The oldest release that output is made for where none is named: 1.42, of which RHEL 8 and 9 have later ones.
pub const OLDEST: u16 = 42;

/// The group that carries the MTU of a link of that kind (keyfile.md sections 5 and 11).
#[must_use]
pub fn mtu_group(kind: &LinkKind) -> &'static str {
    if matches!(kind, LinkKind::IpTunnel(_) | LinkKind::Wireguard(_) | LinkKind::Loopback(_)) {
        kind.word()
    } else {
        hardware_group(kind)
    }
}

/// The group that carries hardware addresses and their matching.
#[must_use]
pub fn hardware_group(kind: &LinkKind) -> &'static str {
    match kind {
        LinkKind::Wifi(_) => "wifi",
        LinkKind::Infiniband(_) => "infiniband",
        LinkKind::Ethernet(_)
        | LinkKind::Bridge(_)
        | LinkKind::Bond(_)
        | LinkKind::Team(_)
        | LinkKind::Vlan(_)
        | LinkKind::Tun(_)
        | LinkKind::Dummy(_)
        | LinkKind::Veth(_)
        | LinkKind::Macvlan(_)
        | LinkKind::Ipvlan(_)
        | LinkKind::Vxlan(_)
        | LinkKind::Geneve(_)
        | LinkKind::Vrf(_)
        | LinkKind::Wireguard(_)
        | LinkKind::IpTunnel(_)
        | LinkKind::Macsec(_)
        | LinkKind::Hsr(_)
        | LinkKind::OvsBridge(_)
        | LinkKind::OvsPort(_)
        | LinkKind::OvsInterface(_)
        | LinkKind::Loopback(_)
        | LinkKind::Generic(_)
        | LinkKind::Unsupported(_) => "ethernet",
    }
}

/// True where the row's group belongs to links of that kind.
#[must_use]
pub fn applies(row: &Row, kind: &LinkKind) -> bool {
    match row.group {
        "ethernet" | "wifi" | "infiniband" | "ip-tunnel" | "wireguard" | "loopback" => {
            if row.path == MTU {
                row.group == mtu_group(kind)
            } else {
                in_own_group(row, kind)
            }
        }
        _ => true,
    }
}

const MTU: FieldPath = FieldPath::new(["mtu", "", ""]);

fn in_own_group(row: &Row, kind: &LinkKind) -> bool {
    row.path.is_under(kind.field_name()) || row.group == hardware_group(kind)
}

/// The row that writes a setting of a link of that kind.
#[must_use]
pub fn row_for(path: FieldPath, kind: &LinkKind) -> Option<&'static Row> {
    let table: &'static Table = &TABLE;
    let mut plain = path;
    plain.index = 0;
    let rows = table.by_path.get(&plain)?;
    rows.iter().map(|n| &table.rows[usize::from(*n)]).find(|row| applies(row, kind))
}

/// What silence means in a keyfile: the property's default, which may depend on the link's kind and on what
/// else is said.
#[must_use]
pub fn default_of(field: FieldPath, link: &Link) -> Silence {
    match row_for(field, &link.kind.value) {
        Some(row) => default_of_row(row, link),
        None => without_key(field, link).map_or(Silence::Unknown, Silence::Value),
    }
}

/// What NetworkManager does at settings that no key can say.
fn without_key(field: FieldPath, link: &Link) -> Option<Value> {
    let is = |text: &'static str| field == FieldPath::parse(text);
    if is("eni.stateless_dhcp6") {
        // With method auto it asks where the advertisement says so.
        return Some(Value::Bool(true));
    }
    if is("ipv6.accept_ra") || is("ipv6.autoconf") {
        // It takes advertisements itself, whatever the kernel forwards, and only with method auto (nm-ndisc.c).
        let said = link.ipv6.as_ref().and_then(|ip| ip.method.as_ref());
        let method = match (said, default_of(FieldPath::parse("ipv6.method"), link)) {
            (Some(at), _) => at.value.as_str().to_owned(),
            (None, Silence::Value(method)) => method.to_string(),
            (None, Silence::Kernel | Silence::Daemon | Silence::Unknown) => return None,
        };
        return defaults::advertisements(field, &method);
    }
    defaults::nothing(field)
}

/// What silence means for a row's key.
#[must_use]
pub fn default_of_row(row: &Row, link: &Link) -> Silence {
    if let Some(value) = conditional(row, link) {
        return Silence::Value(value);
    }
    match row.preset {
        Preset::Daemon => Silence::Daemon,
        Preset::Unset => Silence::Kernel,
        preset @ (Preset::Bool(_) | Preset::Int(_) | Preset::Word(_) | Preset::Empty) => {
            preset.value().map_or(Silence::Unknown, Silence::Value)
        }
    }
}

/// Defaults that depend on the link.
fn conditional(row: &Row, link: &Link) -> Option<Value> {
    match (row.group, row.key) {
        // A missing group is `auto`, but for ports, and for kinds that cannot (keyfile.md section 10).
        ("ipv4" | "ipv6", "method") => {
            let off = link.is_addressless_port()
                || matches!(link.kind.value, LinkKind::Wireguard(_) | LinkKind::Dummy(_));
            Some(Value::text(if off { "disabled" } else { "auto" }))
        }
        // Without the group the property keeps the setting's own default, with it the keyfile reader's.
        ("ipv6", "addr-gen-mode") => match &link.ipv6 {
            None => Some(Value::text(AddrGenMode::Default.as_str())),
            Some(ip) => ip.token.as_ref().map(|_| Value::text(AddrGenMode::Eui64.as_str())),
        },
        // ARP monitoring takes the place of the link monitoring that is on by default.
        ("bond", "miimon") => {
            let LinkKind::Bond(bond) = &link.kind.value else { return None };
            bond.arp_interval.as_ref().filter(|at| at.value.get() > 0).map(|_| Value::Int(0))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
