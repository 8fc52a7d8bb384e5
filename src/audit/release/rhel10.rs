//! What ends on RHEL 10: docs/releases.md, R1 to R17.

use super::host::Host;
use super::sources::{
    LEAPP9, LEAPP10, NM_CONF_MANUAL, NM_DISPATCHER, NM_NEWS, NO_DHCP_CLIENT, RHEL8_HOOKS, RHEL8_LEGACY,
    RHEL10_NAMES, TEAM_KERNEL, TEAM_PACKAGES, W2NM_TEAM,
};
use super::{
    Effect, Fact, NM_CONF, Of, Trigger, always, any_file, filled, links, named_alone, unchecked_address,
};
use crate::pipeline::Loaded;
use netpivot_model::diagnostic::Severity;
use netpivot_model::dialect::{IFCFG, IFCFG_SUSE, KEYFILE};
use netpivot_model::link::{LinkId, LinkKind, PortType};
use netpivot_model::source::Origin;

const IFCFG_FILES: &[&str] = &["/etc/sysconfig/network-scripts/ifcfg-*"];

/// The types that NetworkManager's reader of ifcfg files knew (LEAPP9, `TYPE_MAP`).
const KNOWN_TYPES: [&str; 9] =
    ["ethernet", "ctc", "infiniband", "bond", "vlan", "bridge", "wireless", "team", "teamport"];

pub(super) static FACTS: &[Fact] = &[
    Fact {
        id: "rhel10/R1",
        effect: Effect::Gone,
        severity: Severity::Error,
        applies: always,
        triggers: &[Trigger::File { paths: IFCFG_FILES, except: &["ifcfg-lo"], when: any_file }],
        meaning: "no program reads ifcfg files, and the link has no profile; the upgrade stops while it is there",
        cure: "netpivot migrate -f ifcfg -t keyfile # once for all files; then, where it stays: rm {file}",
        sources: &[&LEAPP10, &NM_NEWS],
    },
    Fact {
        id: "rhel10/R2",
        effect: Effect::Gone,
        severity: Severity::Error,
        applies: always,
        triggers: &[Trigger::File {
            paths: &[
                "/etc/sysconfig/network-scripts/route-*",
                "/etc/sysconfig/network-scripts/route6-*",
                "/etc/sysconfig/network-scripts/rule-*",
                "/etc/sysconfig/network-scripts/rule6-*",
                "/etc/sysconfig/network-scripts/keys-*",
            ],
            except: &[],
            when: |host, path| !has_profile(host, path),
        }],
        meaning: "it is ignored, as no ifcfg file of that name is there; the upgrade stops while it is",
        cure: "rm {file} # after what is still meant stands in the profile of {name}",
        sources: &[&LEAPP10],
    },
    Fact {
        id: "rhel10/R3",
        effect: Effect::Gone,
        severity: Severity::Error,
        applies: always,
        triggers: &[Trigger::File {
            paths: &["/etc/sysconfig/network-scripts/rule-*", "/etc/sysconfig/network-scripts/rule6-*"],
            except: &[],
            when: has_profile,
        }],
        meaning: "the policy rules are ignored, and `nmcli connection migrate` leaves them behind",
        cure: "netpivot migrate -f ifcfg -t keyfile # once for all files; then, where it stays: rm {file}",
        sources: &[&LEAPP10],
    },
    Fact {
        id: "rhel10/R4",
        effect: Effect::Gone,
        severity: Severity::Error,
        applies: always,
        triggers: &[Trigger::Key {
            of: Of::Files(IFCFG_FILES),
            section: "*",
            keys: &["TYPE", "DEVICETYPE"],
            value: |value| {
                filled(value) && !KNOWN_TYPES.iter().any(|known| value.eq_ignore_ascii_case(known))
            },
        }],
        meaning: "nothing makes the device: network-scripts is gone, and NetworkManager never read ifcfg files of this type",
        cure: "netpivot migrate -f ifcfg -t keyfile # `nmcli connection migrate` passes over {base}; where there is no profile for such a device (Modem, ISDN) it is refused: remove {file} and set the device up by `nmcli connection add`",
        sources: &[&LEAPP9, &NM_CONF_MANUAL],
    },
    Fact {
        id: "rhel10/R5",
        effect: Effect::Gone,
        severity: Severity::Error,
        applies: always,
        triggers: &[Trigger::Key {
            of: Of::Files(IFCFG_FILES),
            section: "*",
            keys: &["NM_CONTROLLED"],
            value: |value| {
                filled(value)
                    && !["yes", "true", "y", "t", "1", "on"].iter().any(|yes| value.eq_ignore_ascii_case(yes))
            },
        }],
        meaning: "NetworkManager keeps off, and network-scripts, which started the link, is gone: it stays down",
        cure: "netpivot migrate -f ifcfg -t keyfile # once for all files; then, where it stays: rm {file}",
        sources: &[&LEAPP9],
    },
    Fact {
        id: "rhel10/R6",
        effect: Effect::Gone,
        severity: Severity::Error,
        applies: always,
        triggers: &[Trigger::File {
            paths: &[
                "/etc/rc.d/rc?.d/S??network",
                "/etc/systemd/system/*.wants/network.service",
                "/etc/rc.d/init.d/network",
                "/etc/init.d/network",
            ],
            except: &[],
            // One is a symbolic link to the other's folder.
            when: |host, path| path != "/etc/init.d/network" || !host.tree.exists("/etc/rc.d/init.d/network"),
        }],
        meaning: "there is no network-scripts and no service `network`",
        cure: "systemctl disable network; systemctl enable NetworkManager; dnf remove network-scripts",
        sources: &[&RHEL8_LEGACY, &LEAPP9],
    },
    Fact {
        id: "rhel10/R7",
        effect: Effect::Gone,
        severity: Severity::Error,
        applies: always,
        triggers: &[Trigger::File {
            paths: &[
                "/sbin/ifup-local",
                "/sbin/ifup-pre-local",
                "/sbin/ifdown-local",
                "/sbin/ifdown-pre-local",
                "/usr/sbin/ifup-local",
                "/usr/sbin/ifup-pre-local",
                "/usr/sbin/ifdown-local",
                "/usr/sbin/ifdown-pre-local",
                "/etc/sysconfig/network-scripts/ifup-local",
                "/etc/sysconfig/network-scripts/ifup-pre-local",
                "/etc/sysconfig/network-scripts/ifdown-local",
                "/etc/sysconfig/network-scripts/ifdown-pre-local",
            ],
            except: &[],
            // /sbin is a symbolic link on most hosts.
            when: |host, path| !path.starts_with("/usr/") || !host.tree.exists(&path["/usr".len()..]),
        }],
        meaning: "nothing calls it",
        cure: "netpivot migrate -f ifcfg -t keyfile --with-dispatcher # once for all files; what it refuses goes into scripts in /etc/NetworkManager/dispatcher.d, which run at each event: $1 is the interface, $2 the action to ask for (up, down; pre-up and pre-down in pre-up.d and pre-down.d)",
        sources: &[&RHEL8_HOOKS, &NM_DISPATCHER],
    },
    Fact {
        id: "rhel10/R8",
        effect: Effect::Gone,
        severity: Severity::Error,
        applies: always,
        triggers: &[Trigger::Model(teams)],
        meaning: "there is no teamd, no team plugin of NetworkManager and no team driver in the kernel",
        cure: "nmcli connection add type bond ifname BOND bond.options mode=MODE # for the team of {link}, ports with port-type=bond; activebackup is active-backup, lacp 802.3ad, roundrobin balance-rr, loadbalance balance-tlb; team2bond of RHEL 9's teamd does it, too",
        sources: &[&TEAM_PACKAGES, &TEAM_KERNEL, &W2NM_TEAM],
    },
    Fact {
        id: "rhel10/R10",
        effect: Effect::Gone,
        severity: Severity::Error,
        applies: always,
        triggers: &[Trigger::Key {
            of: NM_CONF,
            section: "main",
            keys: &["dhcp"],
            value: |value| value == "dhclient",
        }],
        meaning: "it is ignored, and the internal client runs; the upgrade stops while it is there",
        cure: r"sed -i '/^[[:space:]]*dhcp[[:space:]]*=[[:space:]]*dhclient/d' {file} # what dhclient.conf said becomes dhcp-client-id, dhcp-timeout, dhcp-hostname of the profile",
        sources: &[&LEAPP10],
    },
    Fact {
        id: "rhel10/R11",
        effect: Effect::Gone,
        severity: Severity::Warning,
        applies: always,
        triggers: &[
            Trigger::File {
                paths: &[
                    "/etc/dhcp/dhclient*.conf",
                    "/etc/dhclient-*.conf",
                    "/etc/dhcp/dhclient.d/*",
                    "/etc/dhcp/dhclient-*-hooks",
                    "/etc/dhcp/dhclient-*-hooks.d/*",
                ],
                // Those of packages (chrony, ntp, ypbind), which bring their own for NetworkManager.
                except: &["chrony.sh", "ntp.sh", "nis.sh"],
                when: any_file,
            },
            Trigger::Key {
                of: Of::Files(IFCFG_FILES),
                section: "*",
                keys: &[
                    "DHCLIENTARGS",
                    "PERSISTENT_DHCLIENT",
                    "PERSISTENT_DHCLIENT_IPV6",
                    "DHCLIENT_IGNORE_GATEWAY",
                    "DHCPV6C_OPTIONS",
                ],
                value: filled,
            },
        ],
        meaning: "there is no dhclient, and NetworkManager's own client does not read it",
        cure: "nmcli connection modify {profile} ipv4.dhcp-client-id ID ipv4.dhcp-hostname NAME ipv4.dhcp-timeout SECONDS # what of these {base} says; hooks go to /etc/NetworkManager/dispatcher.d (dhcp4-change, dhcp6-change)",
        sources: &[&LEAPP10, &NO_DHCP_CLIENT],
    },
    Fact {
        id: "rhel10/R12",
        effect: Effect::Gone,
        severity: Severity::Warning,
        applies: always,
        triggers: &[Trigger::Key {
            of: NM_CONF,
            section: "main",
            keys: &["dhcp"],
            value: |value| value == "dhcpcanon",
        }],
        meaning: "NetworkManager has no such client",
        cure: r"sed -i '/^[[:space:]]*dhcp[[:space:]]*=[[:space:]]*dhcpcanon/d' {file}",
        sources: &[&NM_NEWS],
    },
    Fact {
        id: "rhel10/R13",
        effect: Effect::Changed,
        severity: Severity::Note,
        applies: |host| {
            comes_from(host, (10, 0))
                && !host.boots_with("net.naming_scheme=")
                && !host.boots_with("net.naming-scheme=")
        },
        triggers: &[Trigger::Model(predictable_names)],
        meaning: "names are computed by the scheme rhel-10.0 and can be others",
        cure: "grubby --update-kernel=ALL --args=net.naming_scheme=rhel-9.0 # the scheme in use; or a .link file or mac-address= for {link}",
        sources: &[&RHEL10_NAMES],
    },
    Fact {
        id: "rhel10/R16",
        effect: Effect::Changed,
        severity: Severity::Note,
        // NetworkManager 1.46 came with RHEL 9.4.
        applies: |host| comes_from(host, (9, 4)),
        triggers: &[Trigger::Model(unchecked_address)],
        meaning: "NetworkManager asks first whether another host has the address, and does not set it then",
        cure: "nmcli connection modify {profile} ipv4.dad-timeout 0",
        sources: &[&NM_NEWS],
    },
];

fn comes_from(host: &Host<'_>, before: (u32, u32)) -> bool {
    ["rhel", "centos"].iter().any(|family| host.is_before(family, before))
}

/// True for a file beside `ifcfg-NAME`.
fn has_profile(host: &Host<'_>, path: &str) -> bool {
    let Some((folder, base)) = path.rsplit_once('/') else { return false };
    base.split_once('-').is_some_and(|(_, name)| host.tree.exists(&format!("{folder}/ifcfg-{name}")))
}

/// Teams and their ports in profiles.
fn teams(loaded: &Loaded, found: &mut dyn FnMut(Option<LinkId>, &Origin)) {
    links(loaded, found, |_, link| {
        let port = link.port_type.as_ref().filter(|at| at.value == PortType::Team);
        let is_team = matches!(link.kind.value, LinkKind::Team(_));
        if is_team { Some(&link.kind.origin) } else { port.map(|at| &at.origin) }
    });
}

/// Profiles bound by a name that systemd computes, and by nothing else.
fn predictable_names(loaded: &Loaded, found: &mut dyn FnMut(Option<LinkId>, &Origin)) {
    if loaded.format == KEYFILE
        || loaded.network.dialect.format == IFCFG && loaded.network.dialect != IFCFG_SUSE
    {
        named_alone(loaded, found, &["eno", "ens", "enp", "enP", "enx"]);
    }
}
