//! Files of programs whose formats are not read: what they say would be missing from any output without a word.

use crate::failure::Failure;
use netpivot_parsers::Tree;

/// Files of a program whose format is not read.
pub struct Unread {
    /// The program.
    pub program: &'static str,
    /// The first of its files.
    pub file: String,
    /// How many there are.
    pub count: usize,
}

impl Unread {
    /// `` `/etc/netplan/a.yaml` and 2 more belong to netplan; netpivot does not read such files ``.
    #[must_use]
    pub fn message(&self) -> String {
        let Unread { program, file, count } = self;
        let belong = match count {
            1 => "belongs".to_owned(),
            _ => format!("and {} more belong", count - 1),
        };
        format!("`{file}` {belong} to {program}; netpivot does not read such files")
    }
}

/// Programs that configure a host's network, where somebody writes their files, and how these end (netplan(5), systemd.network(5),
/// systemd.netdev(5), wicked-config(5)).
const UNREAD: [(&str, &str, &[&str]); 3] = [
    ("netplan", "/etc/netplan", &[".yaml"]),
    ("systemd-networkd", "/etc/systemd/network", &[".network", ".netdev"]),
    ("wicked", "/etc/wicked/ifconfig", &[".xml"]),
];

/// Where netplan writes what NetworkManager is to read, which is read there (netplan-generate(8)).
const OF_NETPLAN: (&str, &str) = ("/run/NetworkManager/system-connections", "netplan-");

/// The files of programs whose formats are not read.
#[must_use]
pub fn files(tree: &dyn Tree) -> Vec<Unread> {
    let names = |folder: &str| tree.list(folder).unwrap_or_default().into_iter().map(|entry| entry.name);
    let is_read = names(OF_NETPLAN.0).any(|name| name.starts_with(OF_NETPLAN.1));
    let of = |(program, folder, endings): (&'static str, &str, &[&str])| {
        let files: Vec<String> =
            names(folder).filter(|name| endings.iter().any(|ending| name.ends_with(ending))).collect();
        let file = tree.display(&format!("{folder}/{}", files.first()?));
        Some(Unread { program, file, count: files.len() })
    };
    UNREAD.into_iter().filter(|(program, ..)| !(is_read && *program == "netplan")).filter_map(of).collect()
}

/// What ends the work on a tree that holds formats which are not read, and no other.
#[must_use]
pub fn failure(tree: &dyn Tree) -> Option<Failure> {
    let unread: Vec<String> = files(tree).iter().map(Unread::message).collect();
    let message = format!("there is no network configuration of a known format: {}", unread.join("; "));
    let help = "`netpivot formats` lists what is read; `live:` is the running kernel";
    (!unread.is_empty()).then(|| Failure::input(message).help(help))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::detect::choose;
    use netpivot_parsers::tree::MemoryTree;

    #[test]
    fn formats_that_are_not_read_are_told() {
        let profile = ("/etc/NetworkManager/system-connections/a.nmconnection", "[connection]\nid=a\n");
        let netplan = [("/etc/netplan/a.yaml", ""), ("/etc/netplan/b.yaml", ""), ("/etc/netplan/README", "")];
        let networkd = ("/etc/systemd/network/10-a.network", "");
        let names = ("/etc/systemd/network/10-a.link", "");
        let told = |files: &[(&str, &str)]| -> Vec<String> {
            super::files(&files.iter().copied().collect::<MemoryTree>()).iter().map(Unread::message).collect()
        };
        let of_netplan =
            "`/etc/netplan/a.yaml` and 1 more belong to netplan; netpivot does not read such files";
        let of_networkd = "`/etc/systemd/network/10-a.network` belongs to systemd-networkd; netpivot does not read such files";
        assert_eq!(told(&[netplan[0], netplan[1], netplan[2], networkd, names]), [of_netplan, of_networkd]);
        let generated = ("/run/NetworkManager/system-connections/netplan-eth0.nmconnection", "");
        assert!(told(&[netplan[0], generated, names]).is_empty(), "what netplan generates is read");
        let found = choose(&[profile, networkd].into_iter().collect::<MemoryTree>(), None).unwrap().1;
        assert_eq!(found.iter().map(|found| found.code.id).collect::<Vec<_>>(), ["S062"]);
        let failure = choose(&[networkd].into_iter().collect::<MemoryTree>(), None).err().unwrap();
        assert!(failure.message.ends_with(of_networkd), "{}", failure.message);
    }
}
