//! What ends on Debian 13: docs/releases.md, D1 to D19.

use super::host::{Host, RESOLVED_CONF};
use super::sources::{
    BRIDGE_UTILS, DEBIAN_INDEX, DHCPCD, IFUPDOWN, INTERFACES_MANUAL, ISC_DHCP, NAMING_SCHEME, NM_CONF_MANUAL,
    NM_DEBIAN_CHANGES, NM_DEBIAN_FILES, NM_DEBIAN_NEWS, NM_DISPATCHER, NM_NEWS, RESOLVED_NEWS, SYSCTL_CONF,
    SYSTEMD_NEWS, UDEV_README,
};
use super::{
    Effect, Fact, NM_CONF, Of, Trigger, always, any_file, filled, links, named_alone, unchecked_address,
};
use crate::pipeline::Loaded;
use netpivot_model::diagnostic::Severity;
use netpivot_model::dialect::{INTERFACES, KEYFILE};
use netpivot_model::ip::{IpConfig, IpMethod};
use netpivot_model::link::{LinkId, LinkKind};
use netpivot_model::source::Origin;

/// Scripts that packages of Debian put into /etc/network/if-*.d.
const OF_PACKAGES: &[&str] = &[
    "000resolvconf",
    "00check-network-cable",
    "10check-duplicate-ip",
    "20static-routes",
    "30check-gateway",
    "avahi-autoipd",
    "avahi-daemon",
    "bridge",
    "chrony",
    "clamav-freshclam-ifupdown",
    "ethtool",
    "hostapd",
    "ifenslave",
    "ifupdown2",
    "mountnfs",
    "ntpdate",
    "ntpsec-ntpdate",
    "openssh-server",
    "openvpn",
    "openvswitch",
    "postfix",
    "resolved",
    "upstart",
    "vlan",
    "wide-dhcpv6-client",
    "wireless-tools",
    "wpasupplicant",
];

/// Hooks of dhclient that packages of Debian bring.
const HOOKS_OF_PACKAGES: &[&str] = &[
    "avahi-autoipd",
    "chrony",
    "debug",
    "ntp",
    "ntpdate",
    "ntpsec",
    "ntpsec-ntpdate",
    "resolvconf",
    "resolved",
    "resolved-enter",
    "rfc3442-classless-routes",
    "samba",
    "timesyncd",
    "zzz_avahi-autoipd",
];

/// Statements of dhclient.conf(5) that the file of the package does not have.
const OWN_STATEMENTS: [&str; 20] = [
    "also request ",
    "also require ",
    "alias ",
    "append ",
    "backoff-cutoff ",
    "default ",
    "include ",
    "initial-interval ",
    "interface ",
    "lease ",
    "link-timeout ",
    "prepend ",
    "reboot ",
    "reject ",
    "require ",
    "retry ",
    "script ",
    "select-timeout ",
    "supersede ",
    "timeout ",
];

pub(super) static FACTS: &[Fact] = &[
    Fact {
        id: "debian13/D1",
        effect: Effect::Gone,
        severity: Severity::Error,
        applies: always,
        triggers: &[Trigger::Line {
            paths: &["/etc/sysctl.conf"],
            is: |line| {
                ["net.", "net/"].iter().any(|key| line.trim_start_matches(['-', ' ']).starts_with(key))
            },
        }],
        meaning: "the file is not read at boot, and the upgrade renames it to /etc/sysctl.conf.dpkg-bak",
        cure: "install -m 644 {file} /etc/sysctl.d/99-local.conf && systemctl restart systemd-sysctl",
        sources: &[&SYSCTL_CONF],
    },
    Fact {
        id: "debian13/D2",
        effect: Effect::Gone,
        severity: Severity::Warning,
        applies: |host| {
            host.configs.iter().any(|loaded| loaded.format == KEYFILE)
                || host.nm_says("ifupdown", "managed", "true")
        },
        triggers: &[Trigger::File {
            paths: &[
                "/etc/network/if-pre-up.d/*",
                "/etc/network/if-up.d/*",
                "/etc/network/if-down.d/*",
                "/etc/network/if-post-down.d/*",
            ],
            except: OF_PACKAGES,
            when: any_file,
        }],
        meaning: "NetworkManager does not run it for its links any more; ifup and ifdown do for theirs",
        cure: "install -m 755 {file} /etc/NetworkManager/dispatcher.d/50-{base} # $1 is the interface, $2 the action: up, down, pre-up, pre-down",
        sources: &[&NM_DEBIAN_NEWS, &NM_DISPATCHER],
    },
    Fact {
        id: "debian13/D3",
        effect: Effect::Gone,
        severity: Severity::Error,
        applies: always,
        triggers: &[Trigger::Key {
            of: NM_CONF,
            section: "main",
            keys: &["dhcp"],
            value: |value| ["dhclient", "dhcpcanon"].contains(&value),
        }],
        meaning: "NetworkManager is built without that client, and its own runs",
        cure: r"sed -i '/^[[:space:]]*dhcp[[:space:]]*=[[:space:]]*dhc/d' {file} # what dhclient.conf said becomes dhcp-client-id, dhcp-timeout, dhcp-hostname of the profile",
        sources: &[&NM_DEBIAN_CHANGES, &NM_CONF_MANUAL],
    },
    Fact {
        id: "debian13/D4",
        effect: Effect::Gone,
        severity: Severity::Warning,
        applies: |host| {
            let asks = |loaded: &Loaded| {
                loaded.network.links.iter().any(|link| method(&link.ipv4) == Some(IpMethod::Auto))
            };
            host.configs.iter().any(|loaded| loaded.format == INTERFACES && asks(loaded))
        },
        triggers: &[
            Trigger::Line {
                paths: &["/etc/dhcp/dhclient.conf"],
                is: |line| {
                    OWN_STATEMENTS.iter().any(|word| line.starts_with(word))
                        || line
                            .strip_prefix("send ")
                            .is_some_and(|sent| !sent.trim_start().starts_with("host-name = gethostname"))
                },
            },
            Trigger::File {
                paths: &["/etc/dhcp/dhclient-enter-hooks.d/*", "/etc/dhcp/dhclient-exit-hooks.d/*"],
                except: HOOKS_OF_PACKAGES,
                when: any_file,
            },
        ],
        meaning: "a fresh system has dhcpcd, which does not read dhclient's files; an upgraded one keeps dhclient",
        cure: "apt-get install isc-dhcp-client # deprecated; or move it to /etc/dhcpcd.conf, a hook to /etc/dhcpcd.exit-hook",
        sources: &[&IFUPDOWN, &INTERFACES_MANUAL],
    },
    Fact {
        id: "debian13/D5",
        effect: Effect::Changed,
        severity: Severity::Note,
        applies: always,
        triggers: &[Trigger::Model(dhcp6)],
        meaning: "the client that it needs, isc-dhcp-client, is deprecated and has no upstream any more",
        cure: "apt-get install dhcpcd-base # and `iface {link} inet dhcp` for both families",
        sources: &[&ISC_DHCP],
    },
    Fact {
        id: "debian13/D6",
        effect: Effect::Fails,
        severity: Severity::Warning,
        applies: always,
        triggers: &[
            Trigger::Model(dhcp6),
            Trigger::Key {
                of: Of::Format(INTERFACES),
                section: "*",
                keys: &["dhcp", "request_prefix", "request-prefix"],
                value: |value| value == "1",
            },
        ],
        meaning: "ifup fails on a fresh system: `No DHCPv6 client software found!`, since it has no dhclient",
        cure: "apt-get install isc-dhcp-client # or drop the inet6 stanza of {link}: dhcpcd does both families for `iface {link} inet dhcp`",
        sources: &[&IFUPDOWN, &INTERFACES_MANUAL],
    },
    Fact {
        id: "debian13/D7",
        effect: Effect::Changed,
        severity: Severity::Note,
        applies: always,
        triggers: &[Trigger::Model(both_families)],
        meaning: "dhcpcd, the client of a fresh system, does IPv6 as well, with addresses by RFC 7217",
        cure: "echo ipv4only >> /etc/dhcpcd.conf # leaves IPv6 to the stanza of {link}; `slaac hwaddr` for the old addresses",
        sources: &[&DHCPCD],
    },
    Fact {
        id: "debian13/D8",
        effect: Effect::Changed,
        severity: Severity::Note,
        applies: always,
        triggers: &[Trigger::Key {
            of: Of::Format(INTERFACES),
            section: "*",
            keys: &["hostname", "leasetime", "vendor", "client"],
            value: filled,
        }],
        meaning: "dhcpcd, the client of a fresh system, sends it, and dhclient did not: the server may know the host by another name or id",
        cure: "sed -i '/^[[:space:]]*{key}[[:space:]]/d' {file} # or write the id that the server shall see",
        sources: &[&INTERFACES_MANUAL],
    },
    Fact {
        id: "debian13/D9",
        effect: Effect::Changed,
        severity: Severity::Note,
        applies: |host| {
            host.is_before("debian", (13, 0))
                && !host.boots_with("net.naming_scheme=")
                && !host.boots_with("net.naming-scheme=")
        },
        triggers: &[Trigger::Model(predictable_names)],
        meaning: "names are computed by the scheme v257, and those of slots, USB and SR-IOV can be others",
        cure: "printf '[Match]\\nMACAddress=%s\\n[Link]\\nName=%s\\n' \"$(cat /sys/class/net/{link}/address)\" {link} > /etc/systemd/network/10-{link}.link && update-initramfs -u",
        sources: &[&NAMING_SCHEME, &UDEV_README],
    },
    Fact {
        id: "debian13/D11",
        effect: Effect::Gone,
        severity: Severity::Warning,
        applies: always,
        triggers: &[Trigger::File {
            paths: &["/etc/udev/rules.d/70-persistent-net.rules"],
            except: &[],
            when: any_file,
        }],
        meaning: "the old naming scheme is not supported (since Debian 10)",
        cure: "rm {file} && update-initramfs -u # after a .link file in /etc/systemd/network for each name that it gives",
        sources: &[&UDEV_README],
    },
    Fact {
        id: "debian13/D12",
        effect: Effect::Changed,
        severity: Severity::Warning,
        applies: |host| {
            uses_resolved(host) && !host.tree.exists("/etc/systemd/resolved.conf.d/00-disable-mdns.conf")
        },
        triggers: &[
            Trigger::Key {
                of: Of::Files(&[RESOLVED_CONF]),
                section: "Resolve",
                keys: &["MulticastDNS"],
                value: |value| !super::is_no(value) && filled(value),
            },
            Trigger::Key {
                of: Of::Format(KEYFILE),
                section: "connection",
                keys: &["mdns"],
                value: |value| ["1", "2", "yes", "resolve"].contains(&value),
            },
        ],
        meaning: "a drop-in of systemd-resolved switches mDNS off, and HOST.local is not answered",
        cure: "mkdir -p /etc/systemd/resolved.conf.d && touch /etc/systemd/resolved.conf.d/00-disable-mdns.conf",
        sources: &[&RESOLVED_NEWS],
    },
    Fact {
        id: "debian13/D13",
        effect: Effect::Gone,
        severity: Severity::Error,
        applies: |host| host.is_before("debian", (12, 0)),
        triggers: &[
            Trigger::Key {
                of: NM_CONF,
                section: "main",
                keys: &["dns"],
                value: |value| value == "systemd-resolved",
            },
            Trigger::Line { paths: &["/etc/resolv.conf"], is: |line| line == "nameserver 127.0.0.53" },
        ],
        meaning: "systemd-resolved is a package that the upgrade does not install, and no name is resolved",
        cure: "apt-get install systemd-resolved",
        sources: &[&SYSTEMD_NEWS],
    },
    Fact {
        id: "debian13/D14",
        effect: Effect::Gone,
        severity: Severity::Error,
        applies: always,
        triggers: &[Trigger::File {
            paths: &["/etc/sysconfig/network-scripts/ifcfg-*", "/etc/sysconfig/network/ifcfg-*"],
            except: &["ifcfg-lo"],
            when: any_file,
        }],
        meaning: "nothing reads ifcfg files",
        cure: "netpivot convert -f ifcfg -t interfaces -o converted # or -t keyfile, for NetworkManager; then copy what is below converted to /",
        sources: &[&NM_DEBIAN_FILES, &NM_CONF_MANUAL],
    },
    Fact {
        id: "debian13/D15",
        effect: Effect::Gone,
        severity: Severity::Warning,
        applies: always,
        triggers: &[Trigger::File {
            paths: &["/etc/default/ifplugd", "/etc/ifplugd/*"],
            except: &[],
            when: any_file,
        }],
        meaning: "the package ifplugd is not in the archive",
        cure: "apt-get purge ifplugd # and `allow-hotplug` for its links in /etc/network/interfaces",
        sources: &[&DEBIAN_INDEX],
    },
    Fact {
        id: "debian13/D16",
        effect: Effect::Gone,
        severity: Severity::Warning,
        applies: always,
        triggers: &[Trigger::File {
            paths: &[
                "/etc/network/if-up.d/ntpdate",
                "/etc/default/ntpdate",
                "/etc/dhcp/dhclient-exit-hooks.d/ntp",
                "/etc/dhcp/dhclient-exit-hooks.d/ntpdate",
            ],
            except: &[],
            when: any_file,
        }],
        meaning: "the packages ntp and ntpdate are not in the archive",
        cure: "apt-get install ntpsec # for ntpdate ntpsec-ntpdate, or systemd-timesyncd",
        sources: &[&DEBIAN_INDEX],
    },
    Fact {
        id: "debian13/D17",
        effect: Effect::Changed,
        severity: Severity::Note,
        applies: |host| host.is_before("debian", (13, 0)),
        triggers: &[Trigger::Model(unchecked_address)],
        meaning: "NetworkManager asks first whether another host has the address, and does not set it then",
        cure: "nmcli connection modify {profile} ipv4.dad-timeout 0",
        sources: &[&NM_NEWS],
    },
    Fact {
        id: "debian13/D18",
        effect: Effect::Changed,
        severity: Severity::Warning,
        applies: |host| host.is_before("debian", (11, 0)),
        triggers: &[Trigger::Model(|loaded, found| bridges(loaded, found, true))],
        meaning: "systemd gives the bridge a hardware address of its own, not the lowest of its ports",
        cure: "sed -i '/^iface {link} /a bridge_hw PORT' {file} # PORT is the port whose address it had",
        sources: &[&BRIDGE_UTILS],
    },
    Fact {
        id: "debian13/D19",
        effect: Effect::Changed,
        severity: Severity::Note,
        applies: |host| host.is_before("debian", (12, 0)),
        triggers: &[Trigger::Model(|loaded, found| bridges(loaded, found, false))],
        meaning: "the ports of the bridge keep IPv6, without a link-local address; before, it was disabled on them",
        cure: "editor /etc/default/bridge-utils # BRIDGE_DISABLE_LINKLOCAL_IPV6_ALSO_PHYS",
        sources: &[&BRIDGE_UTILS],
    },
];

/// True where something of the host speaks of systemd-resolved as what resolves names.
fn uses_resolved(host: &Host<'_>) -> bool {
    let units = ["/etc/systemd/system/*.wants/systemd-resolved.service"];
    host.nm_says("main", "dns", "systemd-resolved")
        || host.file_says("/etc/resolv.conf", "nameserver 127.0.0.53")
        || host.has(&units)
}

fn method(config: &Option<Box<IpConfig>>) -> Option<IpMethod> {
    config.as_ref()?.method.as_ref().map(|at| at.value)
}

/// Stanzas of /etc/network/interfaces that need a client for DHCPv6.
fn dhcp6(loaded: &Loaded, found: &mut dyn FnMut(Option<LinkId>, &Origin)) {
    if loaded.format != INTERFACES {
        return;
    }
    links(loaded, found, |_, link| {
        let asks = link.ipv6.as_ref()?.method.as_ref()?;
        (asks.value == IpMethod::Dhcp).then_some(&asks.origin)
    });
}

/// Links with a stanza for DHCP, and one for IPv6 of its own.
fn both_families(loaded: &Loaded, found: &mut dyn FnMut(Option<LinkId>, &Origin)) {
    if loaded.format != INTERFACES {
        return;
    }
    links(loaded, found, |_, link| {
        let six = link.ipv6.as_ref()?.method.as_ref()?;
        (method(&link.ipv4) == Some(IpMethod::Auto)).then_some(&six.origin)
    });
}

fn predictable_names(loaded: &Loaded, found: &mut dyn FnMut(Option<LinkId>, &Origin)) {
    if [INTERFACES, KEYFILE].contains(&loaded.format) {
        named_alone(loaded, found, &["en", "wl"]);
    }
}

/// Bridges of bridge-utils; `unaddressed` are those without a hardware address of their own.
fn bridges(loaded: &Loaded, found: &mut dyn FnMut(Option<LinkId>, &Origin), unaddressed: bool) {
    if loaded.format != INTERFACES {
        return;
    }
    links(loaded, found, |_, link| {
        let is_bridge = matches!(link.kind.value, LinkKind::Bridge(_));
        (is_bridge && !(unaddressed && link.mac.is_some())).then_some(&link.kind.origin)
    });
}
