//! The options of interfaces files: one row an option, with who reads it, where it goes in the model and how its
//! value is written. Parser, emitter, `netpivot explain` and the documentation are made of these rows.
//!
//! Three programs read files of this name (eni.md). ifupdown hands every option it does not know to the
//! scripts of other packages as `IF_…`; so `bridge_ports` is `bridge-ports` there, and an option without its
//! package does nothing. ifupdown2 turns `_` into `-`. ifupdown-ng compares letter by letter and knows older
//! names as aliases.

use crate::path::FieldPath;
use foldhash::HashMap;
use std::borrow::Cow;
use std::sync::LazyLock;

mod bond;
mod bridge;
pub mod codec;
mod hardware;
mod ifupdown;
mod links;
pub mod method;
pub mod reader;
pub mod row;

pub use codec::Codec;
pub use method::{Method, methods};
pub use reader::{Reader, Readers};
pub use row::{Place, Row};

/// What stands before a hook that was written for initscripts or NetworkManager's dispatcher, which call the device
/// `$DEVICE`; to them an alias is its device.
pub const DEVICE: &str = "export DEVICE=\"${IFACE%%:*}\"; ";

/// The rule by which a wireless link with a pre-shared key and no word on key management uses that key.
pub const KEY_MGMT_OF_PSK: &str = "key-management-of-the-psk";

const TABLES: &[&[Row]] = &[
    ifupdown::ADDRESSES,
    ifupdown::INET6,
    ifupdown::DHCP,
    ifupdown::TUNNEL_METHODS,
    ifupdown::OTHER_METHODS,
    ifupdown::HOOKS,
    ifupdown::RELATIONS,
    bridge::BRIDGE,
    bridge::MULTICAST,
    bridge::PORT,
    bridge::MSTPCTL,
    bond::BOND,
    links::VLAN,
    links::VXLAN,
    links::VRF,
    links::TUNNEL,
    links::SYSCTL,
    links::WIREGUARD,
    links::MESH,
    links::OTHER,
    links::OVS,
    hardware::ETHTOOL,
    hardware::DNS,
    hardware::WPA,
    hardware::HOSTAPD,
    hardware::OPENVPN,
    hardware::UCARP,
    hardware::VDE,
    hardware::WIRELESS,
];

struct Table {
    by_name: HashMap<&'static str, Vec<&'static Row>>,
    prefixes: Vec<(&'static str, &'static Row)>,
    by_path: HashMap<FieldPath, Vec<&'static Row>>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table { by_name: HashMap::default(), prefixes: Vec::new(), by_path: HashMap::default() };
    for row in rows() {
        for name in std::iter::once(&row.name).chain(row.aliases) {
            if row.is_prefix {
                table.prefixes.push((name, row));
            } else {
                table.by_name.entry(name).or_default().push(row);
            }
        }
        let paths = [row.path(false), row.path(true)];
        let (first, second) = (paths[0], paths[1].filter(|path| Some(*path) != paths[0]));
        for path in first.into_iter().chain(second) {
            table.by_path.entry(path).or_default().push(row);
        }
    }
    // The longest prefix goes first: `ethernet-pause-` before any shorter one.
    table.prefixes.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    table
});

/// All rows, by subject.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    TABLES.iter().copied().flatten()
}

/// The row of an option as that program takes the name, and the free name that follows a prefix (`gro` of
/// `offload-gro`), empty where there is none. `None` where the program knows no such option; ifupdown then still
/// hands it to scripts that may exist.
#[must_use]
pub fn lookup(name: &str, reader: Reader) -> Option<(&'static Row, String)> {
    let table: &'static Table = &TABLE;
    let by_name: &HashMap<&str, Vec<&'static Row>> = &table.by_name;
    let find = |name: &str, is_exact: bool| {
        let fits = |row: &&&'static Row| {
            row.readers.has(reader) && (is_exact || reader != Reader::Ifupdown || !row.is_core())
        };
        by_name.get(name).and_then(|rows| rows.iter().find(fits)).copied()
    };
    let spelt = canonical(name, reader);
    if let Some(row) = find(name, true).or_else(|| find(&spelt, false)) {
        return Some((row, String::new()));
    }
    let mut prefixes = table.prefixes.iter().filter(|(_, row)| row.readers.has(reader));
    let (prefix, row) =
        prefixes.find(|(prefix, _)| spelt.len() > prefix.len() && spelt.starts_with(prefix))?;
    Some((row, spelt[prefix.len()..].to_owned()))
}

/// The name as the program's scripts see it.
fn canonical(name: &str, reader: Reader) -> Cow<'_, str> {
    match reader {
        Reader::Ifupdown => Cow::Owned(name.to_ascii_lowercase().replace('_', "-")),
        Reader::Ifupdown2 => Cow::Owned(name.replace('_', "-")),
        Reader::IfupdownNg => Cow::Borrowed(name),
    }
}

/// The rows that a name stands for, for any reader.
#[must_use]
pub fn explain(name: &str) -> Vec<&'static Row> {
    let mut found: Vec<&'static Row> = Vec::new();
    for (row, _) in Reader::ALL.iter().filter_map(|reader| lookup(name, *reader)) {
        if !found.contains(&row) {
            found.push(row);
        }
    }
    found
}

/// The option that says a setting to that program: the first of the table. Not for entries of maps.
#[must_use]
pub fn option_for(path: FieldPath, reader: Reader) -> Option<&'static Row> {
    let table: &'static Table = &TABLE;
    let by_path: &HashMap<FieldPath, Vec<&'static Row>> = &table.by_path;
    let is_entry = |row: &Row| matches!(row.place, Place::Entry(..));
    // ifupdown-ng hands seconds to ip(8), which takes them for hundredths (executor-scripts/linux/bridge).
    let is_broken = |row: &Row| reader == Reader::IfupdownNg && matches!(row.codec, Codec::Seconds);
    by_path
        .get(&path)?
        .iter()
        .copied()
        .find(|row| row.readers.has(reader) && !is_entry(row) && !is_broken(row))
}

/// The option that says an entry of a map to that program, with its full name.
#[must_use]
pub fn option_for_entry(path: FieldPath, entry: &str, reader: Reader) -> Option<(&'static Row, String)> {
    let table: &'static Table = &TABLE;
    let by_path: &HashMap<FieldPath, Vec<&'static Row>> = &table.by_path;
    let rows = by_path.get(&path)?.iter().copied().filter(|row| row.readers.has(reader));
    let named = |row: &'static Row| match row.place {
        Place::Entry(_, name) if name == entry => Some((row, row.name.to_owned())),
        Place::Entry(_, "") => Some((row, format!("{}{entry}", row.name))),
        Place::Entry(..)
        | Place::Link(_)
        | Place::Ip(_)
        | Place::Port(_)
        | Place::Sysctl(_)
        | Place::Own
        | Place::Extra
        | Place::Idle => None,
    };
    rows.filter_map(named).next()
}

/// Options that say by themselves that a link is wireless.
pub const OF_WIFI: [&str; 5] = ["wpa-ssid", "wireless-essid", "wifi-ssid", "wpa-roam", "wireless-key"];

/// True for the names that the kernel (`ib%d`) and udev (systemd.net-naming-scheme(7): `ibp5s0`, `ibs3`) give to IP over
/// InfiniBand; files have no other word for the kind.
#[must_use]
pub fn is_infiniband(name: &str) -> bool {
    let Some(rest) = name.strip_prefix("ib") else { return false };
    let digits = rest.strip_prefix(['o', 'p', 's']).unwrap_or(rest);
    digits.starts_with(|c: char| c.is_ascii_digit()) && rest.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// The parent and the P_Key (0 to 0xffff) of a partition's name, which holds the latter in hexadecimal: `ib0.8001`.
pub fn infiniband_partition(name: &str) -> Option<(&str, i64)> {
    let (parent, key) = name.split_once('.')?;
    is_infiniband(parent)
        .then(|| i64::from_str_radix(key, 16).ok())?
        .filter(|key| (0..=0xffff).contains(key))
        .map(|key| (parent, key))
}

#[cfg(test)]
mod tests;
