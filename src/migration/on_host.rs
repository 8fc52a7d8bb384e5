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
    pub begin: &'static [Step],
    /// How each link or file is put to work.
    pub start: Start,
    /// What to do first when the host leaves the format.
    pub release: &'static [Step],
    /// The service that has to run for it.
    pub service: &'static str,
    /// What to do last when the host leaves the format.
    pub retire: &'static [Step],
    /// The service that is of no use then, unless the host's new format needs it; empty where none is.
    pub retires: &'static str,
    /// What brings the network up when the host is back on the format before anything is retired.
    pub again: &'static [Order],
    /// And what brings up each link then, as in [`Start::Links`].
    pub again_each: Option<Order>,
    /// What takes each file's network back when the file is gone again, as in [`Start::Files`]; where the format takes up a part of a
    /// host, so that nothing else does.
    pub back_each: &'static [Order],
    /// And then.
    pub back: &'static [Order],
}

/// Something that people do, and the commands by which programs do it.
#[derive(Debug, PartialEq, Eq)]
pub struct Step {
    /// A sentence, in which `{0}` is the first command, `{1}` the second.
    pub text: &'static str,
    /// Empty where there is something to decide.
    pub orders: &'static [Order],
}

/// A command that is to be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// Its words.
    pub words: &'static [&'static str],
    /// When it is its turn.
    pub when: When,
    /// The command that has to succeed for this one to be of use; empty where it always is.
    pub only_if: &'static [&'static str],
}

/// When a command is to be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// When the new files are there: it brings the network up by them.
    Up,
    /// When the network is known to work.
    Confirmed,
    /// When the old files are back, before anything was run that is for later than [`When::Up`].
    Undone,
}

impl When {
    /// The word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            When::Up => "up",
            When::Confirmed => "confirmed",
            When::Undone => "undone",
        }
    }
}

const fn up(words: &'static [&'static str]) -> Order {
    Order { words, when: When::Up, only_if: &[] }
}

const fn confirmed(words: &'static [&'static str]) -> Order {
    Order { words, when: When::Confirmed, only_if: &[] }
}

const fn undone(words: &'static [&'static str]) -> Order {
    Order { words, when: When::Undone, only_if: &[] }
}

impl Order {
    const fn only_if(self, only_if: &'static [&'static str]) -> Self {
        Order { only_if, ..self }
    }
}

/// How a format's network is put to work.
#[derive(Debug, PartialEq, Eq)]
pub enum Start {
    /// For each link, with `{name}`, `{id}` and `{uuid}`; in sentences `{word}` is the name as sh(1) takes it.
    Links(Step),
    /// For each of the format's own files, with `{path}` and `{stem}`.
    Files(Step),
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

const DISABLE_NETWORK: Step = Step {
    text: "{0}, where that service is enabled: it must not start at the next boot; do not stop it, for that takes the links down",
    orders: &[confirmed(&["systemctl", "disable", "network"]).only_if(&[
        "systemctl",
        "is-enabled",
        "--quiet",
        "network",
    ])],
};

const RELOAD: Step = Step {
    text: "{0}: NetworkManager reads the new files; links that are up stay as they are until their profile is brought up",
    orders: &[up(&["nmcli", "connection", "reload"])],
};

const PROFILE: Step =
    Step { text: "{0} brings up `{id}`", orders: &[up(&["nmcli", "connection", "up", "uuid", "{uuid}"])] };

/// The service that reads keyfiles and profiles in ifcfg files.
pub const NETWORKMANAGER: &str = "NetworkManager";

const NETWORKMANAGER_RUNS: &[&str] = &["systemctl", "is-active", "--quiet", "NetworkManager"];

const ENABLE_NETWORKMANAGER: &[Order] = &[up(&["systemctl", "enable", "--now", "NetworkManager"])];

const RELOADED: Order = undone(&["nmcli", "connection", "reload"]);

/// NetworkManager gives ifcfg files the UUIDs that their keyfiles have.
const PROFILE_AGAIN: Order = undone(&["nmcli", "connection", "up", "uuid", "{uuid}"]);

const LIBVIRTD_RUNS: [&str; 4] = ["systemctl", "is-active", "--quiet", "libvirtd"];

/// The daemon of libvirt's networks, where it is split (libvirt.org/daemons.html).
const VIRTNETWORKD_RUNS: [&str; 4] = ["systemctl", "is-active", "--quiet", "virtnetworkd"];

static ALL: [OnHost; 6] = [
    OnHost {
        format: KEYFILE,
        dialects: &[],
        is_whole: true,
        own: &["/etc/NetworkManager/system-connections/*"],
        others: &[("/etc/NetworkManager/*", "it is NetworkManager's own configuration")],
        remains: &[],
        begin: &[
            Step {
                text: "{0}, where SELinux labels files: files take the label of their neighbours, and in a new folder there are none",
                orders: &[up(&["restorecon", "-R", "/etc/NetworkManager"]).only_if(&["selinuxenabled"])],
            },
            Step { text: "{0}, where it does not run yet", orders: ENABLE_NETWORKMANAGER },
            RELOAD,
        ],
        start: Start::Links(PROFILE),
        service: NETWORKMANAGER,
        release: &[],
        retire: &[Step {
            text: "{0}: it must not start at the next boot, when it would bring up cards by itself; stop it when the new links are up",
            orders: &[confirmed(&["systemctl", "disable", "NetworkManager"])],
        }],
        retires: NETWORKMANAGER,
        again: &[RELOADED],
        again_each: Some(PROFILE_AGAIN),
        back_each: &[],
        back: &[],
    },
    OnHost {
        format: "ifcfg",
        dialects: &["networkmanager"],
        is_whole: true,
        own: &SCRIPTS,
        others: &SCRIPTS_OTHERS,
        remains: &[],
        begin: &[
            Step {
                text: "{0}, where it does not run yet; it needs its ifcfg-rh plugin, which RHEL 10 does not have",
                orders: ENABLE_NETWORKMANAGER,
            },
            RELOAD,
        ],
        start: Start::Links(PROFILE),
        service: NETWORKMANAGER,
        release: &[],
        retire: &[DISABLE_NETWORK],
        retires: "network",
        again: &[RELOADED],
        again_each: Some(PROFILE_AGAIN),
        back_each: &[],
        back: &[],
    },
    OnHost {
        format: "ifcfg",
        dialects: &["initscripts"],
        is_whole: true,
        own: &SCRIPTS,
        others: &SCRIPTS_OTHERS,
        remains: &[],
        begin: &[Step {
            text: "{0}: initscripts start the links at boot",
            orders: &[up(&["systemctl", "enable", "network"])],
        }],
        start: Start::Links(Step { text: "{0} sets up `{name}`", orders: &[up(&["ifup", "{name}"])] }),
        service: "network",
        release: &[],
        retire: &[DISABLE_NETWORK],
        retires: "network",
        again: &[undone(&["systemctl", "restart", "network"])],
        again_each: None,
        back_each: &[],
        back: &[],
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
        begin: &[Step {
            text: "{0}: it takes the name network.service, so it starts at boot instead of what has that name",
            orders: &[up(&["systemctl", "enable", "--force", "wicked"])],
        }],
        start: Start::Links(Step {
            text: "{0} sets up `{name}`",
            orders: &[up(&["wicked", "ifup", "{name}"])],
        }),
        service: "wicked",
        release: &[],
        retire: &[Step {
            text: "{0}, then {1} where that takes over: both use the name network.service; do not stop wicked before the new links are up",
            orders: &[
                confirmed(&["systemctl", "disable", "wicked"]),
                confirmed(&["systemctl", "enable", "--force", "NetworkManager"]).only_if(NETWORKMANAGER_RUNS),
            ],
        }],
        retires: "wicked",
        again: &[undone(&["systemctl", "restart", "wicked"])],
        again_each: None,
        back_each: &[],
        back: &[],
    },
    OnHost {
        format: INTERFACES,
        dialects: &[],
        is_whole: true,
        own: &["/etc/network/interfaces", "/etc/network/interfaces.d/*"],
        others: &[],
        remains: &[("/etc/network/interfaces", LOOPBACK)],
        begin: &[Step {
            text: "{0}: it starts the links at boot",
            orders: &[up(&["systemctl", "enable", "networking"])],
        }],
        start: Start::Links(Step {
            text: "`ifup {word}` sets up `{name}`; {0} where ifup knows it as up",
            // It sets up what ifup does not know as up as well (ifup(8)).
            orders: &[up(&["ifup", "--force", "{name}"])],
        }),
        service: "networking",
        release: &[Step {
            text: "{0}, where it runs: until then it leaves alone the devices that /etc/network/interfaces named; links stay up",
            orders: &[up(&["systemctl", "restart", "NetworkManager"]).only_if(NETWORKMANAGER_RUNS)],
        }],
        retire: &[Step {
            text: "networking.service stays enabled: it brings up `lo`, which is all that /etc/network/interfaces still has",
            orders: &[],
        }],
        retires: "",
        again: &[undone(&["systemctl", "restart", "NetworkManager"]).only_if(NETWORKMANAGER_RUNS)],
        again_each: Some(undone(&["ifup", "--force", "{name}"])),
        back_each: &[],
        back: &[],
    },
    OnHost {
        format: LIBVIRT,
        dialects: &[],
        is_whole: false,
        own: &["/etc/libvirt/qemu/networks/*", "/etc/libvirt/qemu/networks/autostart/*"],
        others: &[("/etc/libvirt/*", "libvirt keeps its guests there")],
        remains: &[],
        begin: &[],
        start: Start::Files(Step {
            text: "{0}, then {1}: libvirt reads its files when it starts, and is told of others so",
            orders: &[up(&["virsh", "net-define", "{path}"]), up(&["virsh", "net-start", "{stem}"])],
        }),
        service: "libvirtd",
        release: &[Step {
            text: "libvirt keeps a network that runs until `virsh net-destroy NAME`; shut down the guests on it first, and give them the bridge by its name (`virsh edit`)",
            orders: &[],
        }],
        retire: &[Step {
            text: "restart libvirt's daemon when no guest needs the old networks: it forgets those without a file",
            orders: &[],
        }],
        retires: "",
        again: &[],
        again_each: None,
        // `virsh net-undefine` fails where the file is gone (`virNetworkObjDeleteConfig()`); the daemon forgets a network without one
        // when it starts, and running guests and networks outlast that.
        back_each: &[undone(&["virsh", "net-destroy", "{stem}"])],
        back: &[
            undone(&["systemctl", "restart", "libvirtd"]).only_if(&LIBVIRTD_RUNS),
            undone(&["systemctl", "restart", "virtnetworkd"]).only_if(&VIRTNETWORKD_RUNS),
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
    fn a_service_is_retired_by_the_step_that_disables_it() {
        for row in &ALL {
            let words = row.retire.iter().flat_map(|step| step.orders).map(|order| order.words);
            let mut disabled = words.filter_map(|words| words.strip_prefix(&["systemctl", "disable"]));
            let disabled = disabled.next().and_then(|words| words.last()).copied().unwrap_or_default();
            assert_eq!(row.retires, disabled, "{} {:?}", row.format, row.dialects);
        }
    }

    #[test]
    fn patterns_stop_at_a_slash() {
        assert!(fits("/a/ifcfg-*", "/a/ifcfg-eth0", false));
        assert!(!fits("/a/*", "/a/b/c", false) && fits("/a/*", "/a/b/c", true));
        assert!(!fits("/a/*", "/a/", false) && fits("/a/x", "/a/x", false) && !fits("/a/x", "/a/xy", false));
    }
}
