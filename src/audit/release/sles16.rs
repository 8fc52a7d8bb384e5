//! What ends on SLES 16: docs/releases.md, S1 to S20.

use super::host::COMMAND_LINES;
use super::sources::{
    MIGRATION, MIGRATION_NAMES, NM_CONF_MANUAL, NM_DISPATCHER, NM_NEWS, SLE16, SLE16_CLOUD, W2NM_NETCONFIG,
    W2NM_READER, W2NM_TEAM, WICKED_KEYS,
};
use super::{Effect, Fact, NM_CONF, Of, Trigger, always, any_file, filled, is_no, links};
use crate::pipeline::Loaded;
use ipnet::IpNet;
use netpivot_model::diagnostic::Severity;
use netpivot_model::dialect::IFCFG_SUSE;
use netpivot_model::ip::Address;
use netpivot_model::link::LinkId;
use netpivot_model::source::Origin;
use std::net::IpAddr;

const IFCFG: Of = Of::Files(&["/etc/sysconfig/network/ifcfg-*"]);
const NETCONFIG: Of = Of::Files(&["/etc/sysconfig/network/config"]);
/// What a DHCP setting may stand in.
const DHCP: Of = Of::Files(&[
    "/etc/sysconfig/network/ifcfg-*",
    "/etc/sysconfig/network/config",
    "/etc/sysconfig/network/dhcp",
]);
const HOOK_FOLDERS: &[&str] = &[
    "/etc/sysconfig/network/scripts/*",
    "/etc/sysconfig/network/if-up.d/*",
    "/etc/sysconfig/network/if-down.d/*",
    "/etc/sysconfig/network/if-pre-up.d/*",
    "/etc/sysconfig/network/if-post-down.d/*",
];
/// Scripts of wicked, sysconfig and other packages of SLES in those folders.
const OF_PACKAGES: &[&str] = &[
    "autofs",
    "dhcpcd-hook*",
    "firewall",
    "firewalld",
    "functions",
    "functions.*",
    "ntp",
    "ntp-runtime",
    "postfix",
    "samba-winbindd",
    "smpppd",
    "SuSEfirewall2",
];
const INIT_SCRIPTS: &[&str] = &["/etc/init.d/*"];
/// Scripts of a site that act on the network.
const SCRIPTS: &[&str] = &[
    "/etc/NetworkManager/dispatcher.d/*",
    "/etc/cron.d/*",
    "/etc/cron.hourly/*",
    "/etc/cron.daily/*",
    "/etc/cron.weekly/*",
    "/etc/cron.monthly/*",
    "/etc/crontab",
    "/etc/init.d/*",
    "/etc/sysconfig/network/scripts/*",
    "/etc/sysconfig/network/if-up.d/*",
    "/etc/sysconfig/network/if-down.d/*",
];
const CONVERT: &str = "netpivot migrate -f ifcfg -t keyfile # before the upgrade";

pub(super) static FACTS: &[Fact] = &[
    Fact {
        id: "sles16/S1",
        effect: Effect::Gone,
        severity: Severity::Error,
        applies: always,
        triggers: &[Trigger::File {
            paths: &["/etc/sysconfig/network/ifcfg-*", "/etc/systemd/system/*.wants/wicked.service"],
            except: &["ifcfg-lo"],
            when: any_file,
        }],
        meaning: "there is no wicked, and NetworkManager does not read its files",
        cure: "zypper install NetworkManager NetworkManager-config-server && systemctl enable NetworkManager && netpivot migrate -f ifcfg -t keyfile # once for all files",
        sources: &[&SLE16, &MIGRATION],
    },
    Fact {
        id: "sles16/S2",
        effect: Effect::Gone,
        severity: Severity::Error,
        applies: always,
        triggers: &[Trigger::File {
            paths: &[
                "/etc/sysconfig/network/routes",
                "/etc/sysconfig/network/ifroute-*",
                "/etc/sysconfig/network/ifrule-*",
                "/etc/sysconfig/network/ifsysctl*",
                "/etc/sysconfig/network/providers/*",
            ],
            except: &[],
            when: any_file,
        }],
        meaning: "NetworkManager does not read it, and the migration deletes the folder /etc/sysconfig/network",
        cure: CONVERT,
        sources: &[&MIGRATION],
    },
    Fact {
        id: "sles16/S3",
        effect: Effect::Refused,
        severity: Severity::Error,
        applies: always,
        triggers: &[
            Trigger::Key {
                of: IFCFG,
                section: "*",
                keys: &[
                    "PRE_UP_SCRIPT",
                    "POST_UP_SCRIPT",
                    "PRE_DOWN_SCRIPT",
                    "POST_DOWN_SCRIPT",
                    "ETHTOOL_OPTIONS*",
                    "MACVLAN_DEVICE",
                    "MACVTAP_DEVICE",
                    "IPVLAN_DEVICE",
                ],
                value: filled,
            },
            Trigger::Key {
                of: IFCFG,
                section: "*",
                keys: &["TUNNEL"],
                value: |value| ["sit", "gre", "ipip"].contains(&value),
            },
            Trigger::Key {
                of: IFCFG,
                section: "*",
                keys: &["VXLAN"],
                value: |value| filled(value) && !is_no(value),
            },
            Trigger::File { paths: &["/etc/sysconfig/network/ifrule-*"], except: &[], when: any_file },
            Trigger::Model(routes_of_tables),
        ],
        meaning: "the vendor's migration does not get as far: wicked2nm knows no such setting, warns and writes no profile",
        cure: CONVERT,
        sources: &[&W2NM_READER, &MIGRATION],
    },
    Fact {
        id: "sles16/S4",
        effect: Effect::Gone,
        severity: Severity::Error,
        applies: always,
        triggers: &[
            Trigger::Key {
                of: IFCFG,
                section: "*",
                keys: &["PRE_UP_SCRIPT", "POST_UP_SCRIPT", "PRE_DOWN_SCRIPT", "POST_DOWN_SCRIPT"],
                value: filled,
            },
            Trigger::File { paths: HOOK_FOLDERS, except: OF_PACKAGES, when: any_file },
        ],
        meaning: "nothing calls the script, and the migration deletes it with its folder",
        cure: "install -m 755 SCRIPT /etc/NetworkManager/dispatcher.d/50-{base} # the script that {file} is or names; $1 is the interface, $2 the action: up, down, pre-up, pre-down",
        sources: &[&MIGRATION, &NM_DISPATCHER],
    },
    Fact {
        id: "sles16/S5",
        effect: Effect::Gone,
        severity: Severity::Error,
        applies: always,
        triggers: &[
            Trigger::Key {
                of: NETCONFIG,
                section: "*",
                keys: &[
                    "NETCONFIG_DNS_STATIC_SERVERS",
                    "NETCONFIG_DNS_STATIC_SEARCHLIST",
                    "NETCONFIG_NTP_STATIC_SERVERS",
                ],
                value: filled,
            },
            Trigger::Key {
                of: NETCONFIG,
                section: "*",
                keys: &["NETCONFIG_DNS_POLICY", "NETCONFIG_NTP_POLICY"],
                value: |value| filled(value) && value != "auto",
            },
        ],
        meaning: "there is no netconfig, and resolv.conf is NetworkManager's: what no profile has is lost",
        cure: CONVERT,
        sources: &[&MIGRATION, &W2NM_NETCONFIG],
    },
    Fact {
        id: "sles16/S6",
        effect: Effect::Changed,
        severity: Severity::Warning,
        applies: always,
        triggers: &[Trigger::Key {
            of: NETCONFIG,
            section: "*",
            keys: &["NETCONFIG_DNS_POLICY"],
            value: |value| value.contains("STATIC_FALLBACK"),
        }],
        meaning: "there is no such policy, and the vendor's migration puts the static servers at the end",
        cure: "nmcli connection modify PROFILE ipv4.dns-priority 200 # of the profile with the static servers: a larger number than the others have",
        sources: &[&W2NM_NETCONFIG],
    },
    Fact {
        id: "sles16/S7",
        effect: Effect::Gone,
        severity: Severity::Warning,
        applies: always,
        triggers: &[
            Trigger::Key {
                of: NETCONFIG,
                section: "*",
                keys: &["NETCONFIG_NIS_STATIC_DOMAIN*", "NETCONFIG_NIS_STATIC_SERVERS*"],
                value: filled,
            },
            Trigger::Key {
                of: NETCONFIG,
                section: "*",
                keys: &["NETCONFIG_NIS_POLICY"],
                // What the file has as it is shipped.
                value: |value| filled(value) && value != "auto",
            },
        ],
        meaning: "there is no NIS",
        cure: "sed -i '/^{key}=/d' {file} # LDAP in its place (sssd)",
        sources: &[&SLE16],
    },
    Fact {
        id: "sles16/S8",
        effect: Effect::Gone,
        severity: Severity::Warning,
        applies: always,
        triggers: &[Trigger::Key {
            of: DHCP,
            section: "*",
            keys: &["SEND_GRATUITOUS_ARP"],
            value: |value| ["yes", "no"].contains(&value),
        }],
        meaning: "nothing reads it",
        cure: "echo net.ipv4.conf.all.arp_notify=1 > /etc/sysctl.d/70-arp-notify.conf # 1 for yes, 0 for no",
        sources: &[&W2NM_NETCONFIG],
    },
    Fact {
        id: "sles16/S9",
        effect: Effect::Refused,
        severity: Severity::Warning,
        applies: always,
        triggers: &[Trigger::Model(multipath)],
        meaning: "the vendor's migration warns and writes no profile: NetworkManager has no route with several next hops",
        cure: "netpivot convert -f ifcfg -t keyfile -o converted # makes a route with a weight for each gateway, which NetworkManager 1.42 and later merge",
        sources: &[&W2NM_READER, &NM_NEWS],
    },
    Fact {
        id: "sles16/S10",
        effect: Effect::Gone,
        severity: Severity::Warning,
        applies: always,
        triggers: &[Trigger::Model(own_broadcast)],
        meaning: "NetworkManager has no property for a broadcast address of one's own",
        cure: "ip address change ADDRESS broadcast BROADCAST dev {link} # in a script of /etc/NetworkManager/dispatcher.d, if it is needed",
        sources: &[&W2NM_READER],
    },
    Fact {
        id: "sles16/S11",
        effect: Effect::Gone,
        severity: Severity::Warning,
        applies: always,
        triggers: &[Trigger::Key { of: IFCFG, section: "*", keys: &["IPOIB_UMCAST"], value: filled }],
        meaning: "NetworkManager has no property for it",
        cure: "echo 1 > /sys/class/net/{link}/umcast # in a script of /etc/NetworkManager/dispatcher.d",
        sources: &[&W2NM_READER, &WICKED_KEYS],
    },
    Fact {
        id: "sles16/S12",
        effect: Effect::Changed,
        severity: Severity::Warning,
        applies: always,
        triggers: &[Trigger::Key {
            of: IFCFG,
            section: "*",
            keys: &["TEAM_RUNNER", "TEAM_PORT_DEVICE*"],
            value: filled,
        }],
        meaning: "the vendor's migration makes a bond of the team",
        cure: "nmcli connection add type bond ifname {link} bond.options mode=MODE # lacp is 802.3ad, activebackup active-backup, roundrobin and random balance-rr, broadcast broadcast, loadbalance balance-tlb",
        sources: &[&W2NM_TEAM],
    },
    Fact {
        id: "sles16/S13",
        effect: Effect::Gone,
        severity: Severity::Warning,
        applies: always,
        triggers: &[
            Trigger::Key {
                of: IFCFG,
                section: "*",
                keys: &["TEAM_LW_NAME*"],
                value: |value| value.eq_ignore_ascii_case("tipc"),
            },
            Trigger::Key {
                of: IFCFG,
                section: "*",
                keys: &[
                    "TEAM_LW_ARP_PING_SOURCE_HOST*",
                    "TEAM_LW_ARP_PING_INIT_WAIT*",
                    "TEAM_LW_ARP_PING_SEND_ALWAYS*",
                    "TEAM_LW_ARP_PING_VLANID*",
                    "TEAM_MCAST_REJOIN_INTERVAL",
                ],
                value: filled,
            },
        ],
        meaning: "a bond, which the vendor's migration makes of the team, has no such option",
        cure: "nmcli connection modify {profile} bond.options mode=MODE,miimon=100 # one way to watch the ports: miimon, or arp_interval with arp_ip_target",
        sources: &[&W2NM_TEAM],
    },
    Fact {
        id: "sles16/S14",
        effect: Effect::Changed,
        severity: Severity::Warning,
        applies: always,
        triggers: &[
            Trigger::File {
                paths: &["/etc/sysconfig/network/ifcfg-eth?", "/etc/sysconfig/network/ifcfg-eth??"],
                except: &["*.*", "*:*"],
                when: any_file,
            },
            Trigger::File {
                paths: &["/etc/udev/rules.d/70-persistent-net.rules"],
                except: &[],
                when: any_file,
            },
            Trigger::Key {
                of: IFCFG,
                section: "*",
                keys: &["ETHERDEVICE", "BONDING_SLAVE_*", "BONDING_SLAVE?", "BRIDGE_PORTS"],
                value: |value| {
                    value
                        .split_ascii_whitespace()
                        .any(|name| name.strip_prefix("eth").is_some_and(|n| n.parse::<u16>().is_ok()))
                },
            },
        ],
        meaning: "a new installation has predictable names, no ethN; the migration pins the old ones by a rule of its own",
        cure: "for n in {names}; do printf '[Match]\\nMACAddress=%s\\n[Link]\\nName=%s\\n' \"$(cat /sys/class/net/$n/address)\" $n > /etc/systemd/network/10-$n.link; done",
        sources: &[&SLE16_CLOUD, &MIGRATION_NAMES],
    },
    Fact {
        id: "sles16/S15",
        effect: Effect::Gone,
        severity: Severity::Warning,
        applies: always,
        triggers: &[Trigger::Line { paths: COMMAND_LINES, is: |line| line.contains("biosdevname=1") }],
        meaning: "the migration removes biosdevname, which gives the names em1 and p1p1",
        cure: "printf '[Match]\\nMACAddress=%s\\n[Link]\\nName=%s\\n' \"$(cat /sys/class/net/em1/address)\" em1 > /etc/systemd/network/10-em1.link # for each such name",
        sources: &[&MIGRATION],
    },
    Fact {
        id: "sles16/S16",
        effect: Effect::Gone,
        severity: Severity::Warning,
        applies: always,
        triggers: &[
            Trigger::Key {
                of: DHCP,
                section: "*",
                keys: &["CHECK_DUPLICATE_IP", "DHCLIENT_USE_LAST_LEASE"],
                value: is_no,
            },
            Trigger::Key {
                of: DHCP,
                section: "*",
                keys: &["DHCLIENT_WAIT_AT_BOOT"],
                value: |value| filled(value) && value != "15",
            },
        ],
        meaning: "the vendor's migration knows no such setting and warns",
        cure: "nmcli connection modify {profile} ipv4.dad-timeout 0 # for CHECK_DUPLICATE_IP=no; ipv4.dhcp-timeout and ipv4.may-fail for the wait; the last lease has no form",
        sources: &[&W2NM_READER, &WICKED_KEYS],
    },
    Fact {
        id: "sles16/S17",
        effect: Effect::Gone,
        severity: Severity::Warning,
        applies: always,
        triggers: &[Trigger::Line {
            paths: &["/etc/sysconfig/network/ifsysctl", "/etc/sysconfig/network/ifsysctl-*"],
            is: |line| {
                line.split_once('=').is_some_and(|(key, value)| {
                    let key = key.replace('/', ".");
                    key.trim().starts_with("net.ipv6.conf.")
                        && key.trim().ends_with(".accept_redirects")
                        && value.trim() != "0"
                })
            },
        }],
        meaning: "the vendor's migration knows no such setting, and the file is deleted with its folder",
        cure: "grep '^net' {file} > /etc/sysctl.d/70-{base}.conf # with the link's name in place of $INTERFACE and $SYSCTL_IF",
        sources: &[&W2NM_READER, &MIGRATION],
    },
    Fact {
        id: "sles16/S18",
        effect: Effect::Gone,
        severity: Severity::Note,
        applies: always,
        triggers: &[Trigger::Key {
            of: NM_CONF,
            section: "main",
            keys: &["plugins"],
            value: |value| value.split([',', ';']).any(|plugin| plugin.trim() == "ifcfg-suse"),
        }],
        meaning: "NetworkManager has no such plugin, and the word no effect",
        cure: "sed -i /^plugins=.*ifcfg-suse/d {file}",
        sources: &[&NM_CONF_MANUAL],
    },
    Fact {
        id: "sles16/S19",
        effect: Effect::Gone,
        severity: Severity::Error,
        applies: always,
        triggers: &[Trigger::Line { paths: INIT_SCRIPTS, is: sets_up_links }],
        meaning: "init scripts are not run",
        cure: "systemctl edit --force --full {base}.service # a unit that runs the command, or a profile in its place",
        sources: &[&SLE16],
    },
    Fact {
        id: "sles16/S20",
        effect: Effect::Gone,
        severity: Severity::Error,
        applies: always,
        triggers: &[Trigger::Line {
            paths: SCRIPTS,
            is: |line| {
                line.split([' ', '\t', ';', '&', '|', '(']).any(|word| {
                    let program = word.rsplit('/').next().unwrap_or_default();
                    ["wicked", "ifup", "ifdown", "ifreload", "ifstatus", "netconfig"].contains(&program)
                })
            },
        }],
        meaning: "there is no such command: wicked, wicked-service and netconfig are removed",
        cure: "nmcli connection up PROFILE # in {file}, for ifup; `nmcli connection down PROFILE` for ifdown, `nmcli connection reload` for ifreload",
        sources: &[&MIGRATION],
    },
];

/// A command that makes or changes links.
fn sets_up_links(line: &str) -> bool {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    let program = words.first().and_then(|word| word.rsplit('/').next()).unwrap_or_default();
    match program {
        "ip" => {
            words.iter().any(|word| ["link", "addr", "address", "route", "rule", "tunnel"].contains(word))
        }
        "ifconfig" | "brctl" | "vconfig" | "ifenslave" => words.len() > 1,
        "route" => words.contains(&"add"),
        _ => false,
    }
}

/// Routes of a table of their own, of which wicked2nm knows no word.
fn routes_of_tables(loaded: &Loaded, found: &mut dyn FnMut(Option<LinkId>, &Origin)) {
    if loaded.network.dialect == IFCFG_SUSE {
        for route in &loaded.network.routes {
            if let Some(table) = &route.item.table {
                found(route.owner, &table.origin);
            }
        }
    }
}

fn multipath(loaded: &Loaded, found: &mut dyn FnMut(Option<LinkId>, &Origin)) {
    if loaded.network.dialect == IFCFG_SUSE {
        for route in loaded.network.routes.iter().filter(|route| route.item.nexthops.len() > 1) {
            if let Some(dst) = &route.item.dst {
                found(route.owner, &dst.origin);
            }
        }
    }
}

/// Addresses with a broadcast address that is not the last of their subnet.
fn own_broadcast(loaded: &Loaded, found: &mut dyn FnMut(Option<LinkId>, &Origin)) {
    if loaded.network.dialect == IFCFG_SUSE {
        links(loaded, found, |_, link| {
            let addresses = &link.ipv4.as_ref()?.addresses.items;
            addresses.iter().find(|at| has_own_broadcast(&at.value)).map(|at| &at.origin)
        });
    }
}

fn has_own_broadcast(address: &Address) -> bool {
    match (address.net, address.broadcast) {
        (IpNet::V4(net), Some(IpAddr::V4(broadcast))) => broadcast != net.broadcast(),
        (IpNet::V4(_) | IpNet::V6(_), _) => false,
    }
}
