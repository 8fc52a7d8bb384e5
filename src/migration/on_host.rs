//! What a format is on a running host: which files are its own, who reads them, and how that program is put to work and
//! out of work. One row for each program; a format without a row cannot be migrated to or from.

use netpivot_model::dialect::{INTERFACES, KEYFILE, LIBVIRT};

/// A format in the hands of one program.
#[derive(Debug, PartialEq, Eq)]
pub struct OnHost {
    /// The format's name.
    pub format: &'static str,
    /// The dialects that the row is for; empty: all.
    pub dialects: &'static [&'static str],
    /// True where the format sets up all of a host's network, so that the files of another format may go.
    pub is_whole: bool,
    /// The files that nothing else reads, with one `*`; they go when the host leaves the format.
    pub own: &'static [&'static str],
    /// Files that are read with them and stay, and why; one that is named in full stays although it fits `own`.
    pub others: &'static [(&'static str, &'static str)],
    /// Files of which something remains when the host leaves the format.
    pub remains: &'static [(&'static str, &'static str)],
    /// What to do first when the host comes to the format.
    pub begin: &'static [&'static str],
    /// How each link or file is put to work.
    pub start: Start,
    /// What to do first when the host leaves the format.
    pub release: &'static [&'static str],
    /// What to do last when the host leaves the format.
    pub retire: &'static [&'static str],
}

/// How a format's network is put to work.
#[derive(Debug, PartialEq, Eq)]
pub enum Start {
    /// A sentence for each link, with `{name}`, `{id}` and `{uuid}`.
    Links(&'static str),
    /// A sentence for each of the format's own files, with `{path}` and `{stem}`.
    Files(&'static str),
}

/// Files that stay whatever the format.
const SHARED: [(&str, &str); 8] = [
    ("/etc/udev/*", "udev gives devices their names by it"),
    ("/etc/systemd/network/*", "udev gives devices their names by it"),
    ("/etc/iproute2/*", "ip(8) takes the names of tables and protocols from it"),
    ("/etc/sysctl*", "systemd-sysctl reads it"),
    ("/usr/*", "it belongs to a package"),
    ("/lib/*", "it belongs to a package"),
    ("/run/*", "it is gone with the next boot"),
    ("/*", "it is not the format's own, so others may read it"),
];

/// Files of initscripts and of NetworkManager's ifcfg-rh plugin. `ifcfg-lo` is not read as a profile, and stays.
const SCRIPTS: [&str; 9] = [
    "/etc/sysconfig/network-scripts/ifcfg-*",
    "/etc/sysconfig/network-scripts/route-*",
    "/etc/sysconfig/network-scripts/route6-*",
    "/etc/sysconfig/network-scripts/rule-*",
    "/etc/sysconfig/network-scripts/rule6-*",
    "/etc/sysconfig/network-scripts/keys-*",
    "/etc/sysconfig/network-scripts/*.route",
    "/etc/sysconfig/static-routes",
    "/etc/sysconfig/static-routes-ipv6",
];

/// Start scripts of services source /etc/sysconfig/network, too (initscripts' sysconfig.txt: `NETWORKING`, `HOSTNAME`,
/// `NISDOMAIN`). Nothing in it disturbs keyfiles.
const SCRIPTS_OTHERS: [(&str, &str); 1] =
    [("/etc/sysconfig/network", "scripts of other services read it (HOSTNAME, NETWORKING, NISDOMAIN)")];

const LOOPBACK: &str = "# The network of this host moved to another format; `netpivot migrate --undo` brings back what stood here.\n\
    auto lo\niface lo inet loopback\n";

const DISABLE_NETWORK: &str = "`systemctl disable network`, where that service is enabled: it must not start at the next boot; do not stop it, for that takes the links down";

static ALL: [OnHost; 6] = [
    OnHost {
        format: KEYFILE,
        dialects: &[],
        is_whole: true,
        own: &["/etc/NetworkManager/system-connections/*"],
        others: &[("/etc/NetworkManager/*", "it is NetworkManager's own configuration")],
        remains: &[],
        begin: &[
            "`restorecon -R /etc/NetworkManager`, where SELinux labels files: files take the label of their neighbours, and in a new folder there are none",
            "`systemctl enable --now NetworkManager`, where it does not run yet",
            "`nmcli connection reload`: NetworkManager reads the new files; links that are up stay as they are until their profile is brought up",
        ],
        start: Start::Links("`nmcli connection up uuid {uuid}` brings up `{id}`"),
        release: &[],
        retire: &[
            "`systemctl disable NetworkManager`: it must not start at the next boot, when it would bring up cards by itself; stop it when the new links are up",
        ],
    },
    OnHost {
        format: "ifcfg",
        dialects: &["networkmanager"],
        is_whole: true,
        own: &SCRIPTS,
        others: &SCRIPTS_OTHERS,
        remains: &[],
        begin: &[
            "`systemctl enable --now NetworkManager`, where it does not run yet; it needs its ifcfg-rh plugin, which RHEL 10 does not have",
            "`nmcli connection reload`: NetworkManager reads the new files; links that are up stay as they are until their profile is brought up",
        ],
        start: Start::Links("`nmcli connection up ifname {name}` brings up `{name}`"),
        release: &[],
        retire: &[DISABLE_NETWORK],
    },
    OnHost {
        format: "ifcfg",
        dialects: &["initscripts"],
        is_whole: true,
        own: &SCRIPTS,
        others: &SCRIPTS_OTHERS,
        remains: &[],
        begin: &["`systemctl enable network`: initscripts start the links at boot"],
        start: Start::Links("`ifup {name}` sets up `{name}`"),
        release: &[],
        retire: &[DISABLE_NETWORK],
    },
    OnHost {
        format: "ifcfg",
        dialects: &["suse"],
        is_whole: true,
        own: &[
            "/etc/sysconfig/network/ifcfg-*",
            "/etc/sysconfig/network/ifroute-*",
            "/etc/sysconfig/network/ifrule-*",
            "/etc/sysconfig/network/ifsysctl-*",
            "/etc/sysconfig/network/routes",
        ],
        others: &[
            ("/etc/sysconfig/network/ifcfg-lo", "every host has it for the loopback device"),
            ("/etc/sysconfig/network/*", "netconfig(8) and scripts of other packages read it"),
        ],
        remains: &[],
        begin: &[
            "`systemctl enable --force wicked`: it takes the name network.service, so it starts at boot instead of what has that name",
        ],
        start: Start::Links("`wicked ifup {name}` sets up `{name}`"),
        release: &[],
        retire: &[
            "`systemctl disable wicked`, then `systemctl enable --force NetworkManager` where that takes over: both use the name network.service; do not stop wicked before the new links are up",
        ],
    },
    OnHost {
        format: INTERFACES,
        dialects: &[],
        is_whole: true,
        own: &["/etc/network/interfaces", "/etc/network/interfaces.d/*"],
        others: &[],
        remains: &[("/etc/network/interfaces", LOOPBACK)],
        begin: &["`systemctl enable networking`: it starts the links at boot"],
        start: Start::Links(
            "`ifup {name}` sets up `{name}`; `ifup --force {name}` where ifup knows it as up",
        ),
        release: &[
            "`systemctl restart NetworkManager`, where it runs: until then it leaves alone the devices that /etc/network/interfaces named; links stay up",
        ],
        retire: &[
            "networking.service stays enabled: it brings up `lo`, which is all that /etc/network/interfaces still has",
        ],
    },
    OnHost {
        format: LIBVIRT,
        dialects: &[],
        is_whole: false,
        own: &["/etc/libvirt/qemu/networks/*", "/etc/libvirt/qemu/networks/autostart/*"],
        others: &[("/etc/libvirt/*", "libvirt keeps its guests there")],
        remains: &[],
        begin: &[],
        start: Start::Files(
            "`virsh net-define {path}`, then `virsh net-start {stem}`: libvirt reads its files when it starts, and is told of others so",
        ),
        release: &[
            "libvirt keeps a network that runs until `virsh net-destroy NAME`; shut down the guests on it first, and give them the bridge by its name (`virsh edit`)",
        ],
        retire: &[
            "restart libvirt's daemon when no guest needs the old networks: it forgets those without a file",
        ],
    },
];

/// Why a file that was read stays.
#[must_use]
pub fn why_it_stays(row: &OnHost, path: &str) -> &'static str {
    let known = row.others.iter().chain(&SHARED).find(|(pattern, _)| fits(pattern, path, true));
    known.map_or("it is no path of a host", |(_, why)| why)
}

/// The row of a format in that dialect (its first, where none is said).
#[must_use]
pub fn of(format: &str, dialect: &str) -> Option<&'static OnHost> {
    let mut rows = ALL.iter().filter(|row| row.format == format);
    rows.clone().find(|row| row.dialects.contains(&dialect)).or_else(|| rows.next())
}

/// True where the path fits the pattern, in which `*` stands for any characters but a slash; at the end of a pattern
/// for others' files it stands for all that is below.
#[must_use]
pub fn fits(pattern: &str, path: &str, below: bool) -> bool {
    let Some((before, after)) = pattern.split_once('*') else { return pattern == path };
    let rest = path.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    rest.is_some_and(|rest| !rest.is_empty() && (below || !rest.contains('/')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats;

    #[test]
    fn each_format_with_a_place_on_hosts_has_a_row() {
        for info in formats::all().into_iter().filter(|info| !info.host_paths.is_empty()) {
            let row = of(info.name, "").unwrap_or_else(|| panic!("no row for {}", info.name));
            for (dialect, _) in info.dialects.iter().filter(|_| !row.dialects.is_empty()) {
                assert!(
                    of(info.name, dialect).unwrap().dialects.contains(dialect),
                    "{}:{dialect}",
                    info.name
                );
            }
        }
        assert_eq!(of("json", ""), None);
    }

    #[test]
    fn patterns_stop_at_a_slash() {
        assert!(fits("/a/ifcfg-*", "/a/ifcfg-eth0", false));
        assert!(!fits("/a/*", "/a/b/c", false) && fits("/a/*", "/a/b/c", true));
        assert!(!fits("/a/*", "/a/", false) && fits("/a/x", "/a/x", false) && !fits("/a/x", "/a/xy", false));
    }
}
