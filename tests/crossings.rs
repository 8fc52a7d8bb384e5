//! Small hosts that cross from one program to another: lines that must stand in the output, lines that must not, and every
//! finding but notes. What each program does is in the comments, with its own file and function or manual page.

use crate::conversion;
use libtest_mimic::{Failed, Trial};
use netpivot_model::diagnostic::Severity;
use netpivot_parsers::tree::MemoryTree;

mod daily;
mod hooks;
mod kept;

/// A target: lines that stand, lines that do not, codes.
type Target = (&'static str, &'static [&'static str], &'static [&'static str], &'static [&'static str]);

/// A host and its targets.
struct Case {
    name: &'static str,
    from: &'static str,
    files: &'static [(&'static str, &'static str)],
    to: &'static [Target],
}

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let trial = |case: &'static Case| {
        Trial::test(format!("crossings::{}", case.name.replace(' ', "-")), move || check(case))
    };
    CASES.iter().chain(hooks::CASES).chain(kept::CASES).chain(daily::CASES).map(trial).collect()
}

/// Every host: its format and its files.
pub fn hosts() -> impl Iterator<Item = (&'static str, MemoryTree)> {
    let cases = CASES.iter().chain(hooks::CASES).chain(kept::CASES).chain(daily::CASES);
    cases.map(|case| (case.from, case.files.iter().copied().collect()))
}

fn check(case: &Case) -> Result<(), Failed> {
    let mut tree = MemoryTree::default();
    case.files.iter().for_each(|(path, text)| tree.add(*path, *text));
    let mut wrong = Vec::new();
    for (to, wanted, unwanted, codes) in case.to {
        let done = conversion::run(&tree, &conversion::request(Some(case.from), to));
        wrong.extend(done.failure.map(|failure| format!("{to}: {failure}")));
        let lines: Vec<&str> =
            done.outputs.iter().flat_map(|file| file.text.lines().map(str::trim)).collect();
        let missing = wanted.iter().filter(|line| !lines.contains(line));
        wrong.extend(missing.map(|line| format!("{to}: `{line}` is missing")));
        let there = unwanted.iter().filter(|line| lines.contains(line));
        wrong.extend(there.map(|line| format!("{to}: `{line}` stands")));
        let weighty = done.diagnostics.iter().filter(|found| found.severity != Severity::Note);
        let mut found: Vec<&str> = weighty.map(|found| found.code.id).collect();
        found.sort_unstable();
        found.dedup();
        if found != *codes {
            wrong.push(format!("{to}: findings {found:?}, expected {codes:?}"));
        }
        if !wrong.is_empty() {
            wrong.push(lines.join("\n"));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

const INTERFACES: &str = "/etc/network/interfaces";

const CASES: &[Case] = &[
    Case {
        // ifup-post calls `ifup-aliases ${DEVICE}` for lo as well: virtual servers' addresses stand there.
        name: "aliases of lo",
        from: "ifcfg:initscripts",
        files: LOOPBACK_ALIAS,
        to: &[
            ("interfaces", &["auto lo:0", "iface lo:0 inet static", "address 192.0.2.100/32"], &[], &[]),
            (
                "interfaces:ifupdown-ng",
                &["up ip -4 address replace 192.0.2.100/32 label lo:0 dev lo"],
                &[],
                &[],
            ),
            ("ifcfg:initscripts", &["DEVICE=lo:0", "IPADDR=192.0.2.100", "PREFIX=32"], &[], &[]),
            ("ifcfg:suse", &["IPADDR_1='192.0.2.100/32'", "LABEL_1='lo:0'"], &[], &[]),
            // nm-keyfile.c:write_ip_values has no label.
            ("keyfile", &["type=loopback", "address2=192.0.2.100/32"], &[], &["L304"]),
        ],
    },
    Case {
        // connection_from_file_full skips DEVICE=lo, so that initscripts alone act on the files.
        name: "aliases of lo beside networkmanager",
        from: "ifcfg:networkmanager",
        files: LOOPBACK_ALIAS,
        to: &[("keyfile", &["type=loopback", "address2=192.0.2.100/32"], &[], &["L304", "S106"])],
    },
    Case {
        // Nobody chose how wicked names itself; the server may notice (ifcfg(5), DHCLIENT_CREATE_CID).
        name: "identity of a dhcp client",
        from: "ifcfg:suse",
        files: &[("/etc/sysconfig/network/ifcfg-eth0", "BOOTPROTO='dhcp'\nSTARTMODE='auto'\n")],
        to: &[
            ("interfaces", &["iface eth0 inet dhcp"], &[], &["W002"]),
            ("interfaces:ifupdown-ng", &["iface eth0 inet dhcp"], &[], &["W002"]),
            ("ifcfg:initscripts", &["BOOTPROTO=dhcp"], &[], &["W002"]),
            ("ifcfg:networkmanager", &["DHCP_CLIENT_ID=ipv6-duid"], &[], &[]),
            ("keyfile", &["dhcp-client-id=ipv6-duid"], &[], &[]),
            ("ifcfg:suse", &["BOOTPROTO='dhcp'"], &[], &[]),
        ],
    },
    Case {
        // What somebody chose is lost where the client has no word for it.
        name: "chosen identity of a dhcp client",
        from: "ifcfg:suse",
        files: &[(
            "/etc/sysconfig/network/ifcfg-eth0",
            "BOOTPROTO='dhcp4'\nSTARTMODE='auto'\nDHCLIENT_CREATE_CID='rfc4361'\n",
        )],
        to: &[("interfaces", &["iface eth0 inet dhcp"], &[], &["L480"])],
    },
    Case {
        // netconfig(8): the servers of the host, whichever links are up.
        name: "name servers of the host",
        from: "ifcfg:suse",
        files: &[
            ("/etc/sysconfig/network/ifcfg-eth0", "STARTMODE='auto'\nIPADDR='192.0.2.10/24'\n"),
            ("/etc/sysconfig/network/ifcfg-eth1", "STARTMODE='auto'\nIPADDR='198.51.100.10/24'\n"),
            ("/etc/sysconfig/network/routes", "default 198.51.100.1 - -\n"),
            (
                "/etc/sysconfig/network/config",
                "NETCONFIG_DNS_POLICY=\"auto\"\nNETCONFIG_DNS_STATIC_SERVERS=\"192.0.2.53\"\n\
                 NETCONFIG_DNS_STATIC_SEARCHLIST=\"example.org\"\n",
            ),
        ],
        to: &[
            ("interfaces", &["dns-nameservers 192.0.2.53", "dns-search example.org"], &[], &[]),
            ("ifcfg:networkmanager", &["DNS1=192.0.2.53", "DOMAIN=example.org"], &["DEVICE=lo"], &[]),
            ("ifcfg:initscripts", &["DEVICE=lo", "DNS1=192.0.2.53", "DOMAIN=example.org"], &[], &[]),
            ("keyfile", &["type=loopback", "dns=192.0.2.53;"], &[], &[]),
        ],
    },
    Case {
        name: "name servers that netconfig leaves alone",
        from: "ifcfg:suse",
        files: &[
            ("/etc/sysconfig/network/ifcfg-eth0", "STARTMODE='auto'\nIPADDR='192.0.2.10/24'\n"),
            (
                "/etc/sysconfig/network/config",
                "NETCONFIG_DNS_POLICY=\"*\"\nNETCONFIG_DNS_STATIC_SERVERS=\"192.0.2.53\"\n",
            ),
        ],
        to: &[("keyfile", &[], &["dns=192.0.2.53;"], &["S103"])],
    },
    Case {
        // inet6.defn: `accept_ra=1` unless it is said, then `dhclient -6`. DHCPv6 gives no default route.
        name: "dhcpv6 beside advertisements",
        from: "interfaces:ifupdown",
        files: &[(INTERFACES, "auto eth0\niface eth0 inet6 dhcp\n")],
        to: &[
            ("interfaces", &["iface eth0 inet6 dhcp"], &[], &[]),
            ("keyfile", &["method=auto"], &["method=dhcp"], &["W306"]),
            ("ifcfg:networkmanager", &["IPV6_AUTOCONF=yes"], &[], &["W306"]),
            // ifup-eth: `is_true "$DHCPV6C"` starts `dhclient -6` whatever IPV6_AUTOCONF says.
            ("ifcfg:initscripts", &["IPV6_AUTOCONF=yes", "DHCPV6C=yes"], &[], &[]),
            (
                "ifcfg:suse",
                &["BOOTPROTO='dhcp6'", "DHCLIENT6_MODE='managed'", "net.ipv6.conf.eth0.accept_ra = 1"],
                &[],
                &[],
            ),
        ],
    },
    Case {
        name: "dhcpv6 without advertisements",
        from: "interfaces:ifupdown",
        files: &[(INTERFACES, "auto eth0\niface eth0 inet6 dhcp\n\taccept_ra 0\n")],
        to: &[
            ("keyfile", &["method=dhcp"], &["method=auto"], &[]),
            ("ifcfg:initscripts", &["IPV6_AUTOCONF=no", "DHCPV6C=yes"], &[], &[]),
            ("ifcfg:suse", &["net.ipv6.conf.eth0.accept_ra = 0"], &[], &[]),
        ],
    },
    Case {
        // `accept_ra` 1 means no where the host forwards (ip-sysctl.rst).
        name: "dhcpv6 of a router",
        from: "interfaces:ifupdown",
        files: &[(
            INTERFACES,
            "auto eth0\niface eth0 inet6 dhcp\n\tpre-up sysctl -w net.ipv6.conf.all.forwarding=1\n",
        )],
        to: &[("keyfile", &["method=dhcp"], &["method=auto"], &["L307"])],
    },
    Case {
        name: "dhcpv6 beside advertisements of initscripts",
        from: "ifcfg:initscripts",
        files: &[(
            "/etc/sysconfig/network-scripts/ifcfg-eth0",
            "DEVICE=eth0\nONBOOT=yes\nIPV6INIT=yes\nIPV6_AUTOCONF=yes\nDHCPV6C=yes\n",
        )],
        to: &[
            ("ifcfg:initscripts", &["IPV6_AUTOCONF=yes", "DHCPV6C=yes"], &[], &[]),
            ("interfaces", &["iface eth0 inet6 dhcp", "accept_ra 2", "autoconf 1"], &[], &[]),
            ("keyfile", &["method=auto"], &["method=dhcp"], &["W306"]),
        ],
    },
    Case {
        // `dhclient -6 -S` both times (inet6.defn, DHCPV6C_OPTIONS).
        name: "name servers by dhcpv6",
        from: "interfaces:ifupdown",
        files: &[(INTERFACES, "auto eth0\niface eth0 inet6 auto\n\tdhcp 1\n")],
        to: &[("ifcfg:initscripts", &["IPV6_AUTOCONF=yes", "DHCPV6C=yes", "DHCPV6C_OPTIONS=-S"], &[], &[])],
    },
    Case {
        name: "name servers by dhcpv6 of initscripts",
        from: "ifcfg:initscripts",
        files: &[(
            "/etc/sysconfig/network-scripts/ifcfg-eth0",
            "DEVICE=eth0\nONBOOT=yes\nIPV6INIT=yes\nIPV6_AUTOCONF=yes\nDHCPV6C=yes\nDHCPV6C_OPTIONS=-S\n",
        )],
        to: &[
            ("ifcfg:initscripts", &["DHCPV6C=yes", "DHCPV6C_OPTIONS=-S"], &[], &[]),
            ("interfaces", &["iface eth0 inet6 auto", "dhcp 1"], &[], &[]),
            ("keyfile", &["method=auto"], &[], &[]),
        ],
    },
    Case {
        // `accept_ra` is left on without a gateway (inet6.defn), and wicked takes it from ifsysctl files.
        name: "advertisements beside static addresses",
        from: "interfaces:ifupdown",
        files: &[(INTERFACES, "auto eth0\niface eth0 inet6 static\n\taddress 2001:db8::2/64\n")],
        to: &[
            (
                "ifcfg:suse",
                &["net.ipv6.conf.eth0.accept_ra = 1", "net.ipv6.conf.eth0.autoconf = 0"],
                &["net.ipv6.conf.eth0.accept_ra = 0"],
                &[],
            ),
            // NetworkManager takes none with `manual`.
            ("keyfile", &["method=manual"], &[], &["L306"]),
        ],
    },
    Case {
        // `exit` would leave the whole script, a quote take the lines behind it, and `set -u` stops at a variable that nobody set.
        name: "commands of hooks in a script",
        from: "interfaces:ifupdown",
        files: &[(
            INTERFACES,
            "auto eth0\niface eth0 inet manual\n\tpre-up quux || true\n\tup test -x /usr/bin/foo || exit 0; foo\n\tup bar $IFACE\n\
             \tup exec foo\n\tup (foo || exit 1)\n\tup echo it's\n\tup foo # bar\n",
        )],
        to: &[(
            "iproute",
            &[
                "quux || true",
                "(set +e; test -x /usr/bin/foo || exit 0; foo)",
                "(IFACE=eth0; bar $IFACE)",
                "(exec foo)",
                "(foo || exit 1)",
                "(eval 'echo it'\\''s')",
                "foo # bar",
            ],
            &[],
            &["H501"],
        )],
    },
    Case {
        // `ip addr add` gives no broadcast address, ifupdown's method `static` does.
        name: "settings that commands replace",
        from: "interfaces:ifupdown",
        files: &[(
            INTERFACES,
            "auto eth0\niface eth0 inet static\n\taddress 192.0.2.10/24\n\tgateway 192.0.2.1\n\tmtu 1500\n\
             \tup ip route del default\n\tup ip link set eth0 mtu 1400\n\tup ip addr add 192.0.2.11/24 dev eth0\n",
        )],
        to: &[
            (
                "interfaces",
                &["mtu 1400", "up ip -4 address replace 192.0.2.11/24 dev eth0"],
                &["gateway 192.0.2.1", "mtu 1500"],
                &[],
            ),
            ("keyfile", &["mtu=1400", "address2=192.0.2.11/24"], &["gateway=192.0.2.1"], &[]),
        ],
    },
    Case {
        // What other programs make is there when the hook runs.
        name: "a hook that needs another program's link",
        from: "interfaces:ifupdown",
        files: &[(
            INTERFACES,
            "auto eth0\niface eth0 inet static\n\taddress 192.0.2.10/24\n\tup ip route add 10.8.0.0/24 dev tun0\n",
        )],
        to: &[
            ("interfaces", &["up ip route add 10.8.0.0/24 dev tun0"], &[], &["H501"]),
            ("keyfile", &[], &[], &["H110", "H501"]),
        ],
    },
    Case {
        // `ifdown -a` of a static stanza flushes what has the label `lo`, 127.0.0.1 among it.
        name: "an address of lo by a command",
        from: "interfaces:ifupdown",
        files: &[(INTERFACES, "auto lo\niface lo inet loopback\n\tup ip addr add 192.0.2.99/32 dev lo\n")],
        to: &[(
            "interfaces",
            &["up ip -4 address replace 192.0.2.99/32 dev lo"],
            &["iface lo inet static"],
            &[],
        )],
    },
    Case {
        // wireguard.com/netns: its packets leave from the namespace that it was made in.
        name: "a tunnel that moves to another namespace",
        from: "iproute",
        files: &[(
            "/netpivot-commands/script.sh",
            "ip netns add c1\nip link add wg0 type wireguard\nip link set wg0 netns c1\n\
             ip -n c1 addr add 10.9.0.2/24 dev wg0\nip -n c1 link set wg0 up\n",
        )],
        to: &[
            (
                "interfaces",
                &["up ip link add name wg0 netns c1 type wireguard || true"],
                &["up ip -n c1 link add name wg0 type wireguard || true"],
                &[],
            ),
            (
                "iproute",
                &["shows '' ip -n c1 link show dev wg0 || ip link add name wg0 netns c1 type wireguard"],
                &["ip -n c1 link add name wg0"],
                &[],
            ),
        ],
    },
    Case {
        name: "methods that only ifupdown knows",
        from: "interfaces:ifupdown",
        files: &[(
            INTERFACES,
            "auto ppp0\niface ppp0 inet ppp\n\tprovider dsl\nauto can0\niface can0 can static\n\tbitrate 500000\n",
        )],
        to: &[
            (
                "interfaces",
                &["iface ppp0 inet ppp", "provider dsl", "iface can0 can static", "bitrate 500000"],
                &[],
                &["S411"],
            ),
            ("interfaces:ifupdown2", &[], &["iface ppp0 inet ppp"], &["L481", "S411"]),
        ],
    },
    Case {
        // executor-scripts/linux/wifi, which `wifi-ssid` chooses by itself.
        name: "executor of a wireless network",
        from: "interfaces:ifupdown-ng",
        files: &[(
            INTERFACES,
            "auto wlan0\niface wlan0\n\tuse dhcp\n\tuse wifi\n\twifi-ssid home\n\twifi-psk secretsecret\n",
        )],
        to: &[("keyfile", &["ssid=home", "psk=secretsecret"], &[], &[])],
    },
    Case {
        // The bridge starts at boot, the tap by hand: naming it among the ports would start it, or wait for it.
        name: "port that joins by hand",
        from: "interfaces:ifupdown",
        files: &[(
            INTERFACES,
            "iface tap0 inet manual\n\tpre-up ip tuntap add tap0 mode tap\n\tup ip link set tap0 master br0\n\
             auto br0\niface br0 inet static\n\taddress 192.0.2.10/24\n\tbridge_ports eth1\n",
        )],
        to: &[
            (
                "interfaces",
                &["bridge-ports eth1", "up ip link set dev tap0 master br0"],
                &["auto tap0", "bridge-ports tap0 eth1"],
                &[],
            ),
            ("interfaces:ifupdown2", &["bridge-ports eth1", "up ip link set dev tap0 master br0"], &[], &[]),
        ],
    },
    Case {
        // addons/vxlan.py takes it for every VXLAN that says none.
        name: "local address of vxlans on lo",
        from: "interfaces:ifupdown2",
        files: &[(
            INTERFACES,
            "auto lo\niface lo inet loopback\n\tvxlan-local-tunnelip 10.0.0.1\nauto vni10\niface vni10\n\tvxlan-id 10\n\
             auto vni20\niface vni20\n\tvxlan-id 20\n\tvxlan-local-tunnelip 10.0.0.2\n",
        )],
        to: &[
            (
                "interfaces:ifupdown2",
                &["vxlan-local-tunnelip 10.0.0.1", "vxlan-local-tunnelip 10.0.0.2"],
                &[],
                &[],
            ),
            ("keyfile", &["local=10.0.0.1", "local=10.0.0.2"], &[], &[]),
        ],
    },
    Case {
        // ifup(8): `$IFACE` is the device, `$LOGICAL` the stanza's name (`ifup eth0=office`).
        name: "stanzas for devices of other names",
        from: "interfaces:ifupdown",
        files: &[(
            INTERFACES,
            "auto /eth*=lan eth7\nmapping eth7\n\tscript /usr/local/sbin/where\n\tmap WORK work9\n\
             iface lan inet static\n\taddress 192.0.2.1/24\n\tup ip route add 10.0.0.0/8 via 192.0.2.2 dev $IFACE\n\
             iface work9 inet static\n\taddress 10.4.4.4/24\n\tup ip rule add iif $IFACE lookup 9\n\
             iface office inet static\n\taddress 10.5.5.5/24\n\tup ip route add 10.6.0.0/16 via 10.5.5.1\n\
             \tup sysctl -w net.ipv4.conf.$IFACE.rp_filter=2\n\
             iface eth9 inet static\n\taddress 10.9.9.9/24\n\tup ip route add 10.10.0.0/16 via 10.9.9.1\n",
        )],
        to: &[
            (
                "interfaces",
                &[
                    "up ip -4 route replace 10.0.0.0/8 via 192.0.2.2 dev $IFACE",
                    "up ip -4 rule add priority 32765 from all iif $IFACE table 9 || true",
                    "down ip -4 rule del priority 32765 from all iif $IFACE table 9 || true",
                    "up ip -4 route replace 10.6.0.0/16 via 10.5.5.1 dev $IFACE",
                    "up sysctl -q -w net.ipv4.conf.$IFACE.rp_filter=2",
                    "up ip -4 route replace 10.10.0.0/16 via 10.9.9.1 dev eth9",
                ],
                &[],
                &["S414"],
            ),
            ("keyfile", &["interface-name=eth9"], &[], &["L002", "L306", "L307", "S414"]),
        ],
    },
    Case {
        // ifup has patterns in `auto` lines only: `ifup: unknown interface eth0`.
        name: "pattern behind iface",
        from: "interfaces:ifupdown",
        files: &[(INTERFACES, "auto /eth*\niface eth* inet dhcp\n")],
        to: &[("keyfile", &[], &[], &["L306", "S417"])],
    },
    Case {
        // inet6.defn: the method `static` switches autoconfiguration off where no option says otherwise; a command does not.
        name: "ipv6 address by a command",
        from: "interfaces:ifupdown",
        files: &[(
            INTERFACES,
            "auto eth0\niface eth0 inet static\n\taddress 192.0.2.10/24\n\tup ip -6 addr add 2001:db8::44/64 dev eth0\n",
        )],
        to: &[
            ("interfaces", &["iface eth0 inet6 static", "address 2001:db8::44/64", "autoconf 1"], &[], &[]),
            ("interfaces:ifupdown-ng", &["address 2001:db8::44/64"], &["ipv6-autoconf 0"], &[]),
            ("interfaces:ifupdown2", &["address 2001:db8::44/64"], &[], &[]),
            ("ifcfg:suse", &["IPADDR_1='2001:db8::44/64'"], &["net.ipv6.conf.eth0.autoconf = 0"], &[]),
            ("ifcfg:initscripts", &["IPV6_AUTOCONF=yes", "IPV6ADDR=2001:db8::44/64"], &[], &[]),
            ("keyfile", &["method=auto", "address1=2001:db8::44/64"], &[], &[]),
        ],
    },
    Case {
        name: "ipv6 address by a script",
        from: "iproute",
        files: &[(
            "/netpivot-commands/s.sh",
            "ip link set eth0 up\nip -6 addr add 2001:db8::44/64 dev eth0\n",
        )],
        to: &[("interfaces", &["iface eth0 inet6 static", "autoconf 1"], &[], &[])],
    },
    Case {
        // br_vlan_init puts the bridge itself into its default VLAN as it does its ports; NetworkManager writes the default
        // before the profile's VLANs (nm-device-bridge.c:bridge_set_vlan_options).
        name: "bridge outside its own default vlan",
        from: "iproute",
        files: &[(
            "/netpivot-commands/s.sh",
            "ip link add br0 type bridge vlan_filtering 1\nbridge vlan add vid 10 dev br0 self pvid untagged\n\
             bridge vlan del vid 1 dev br0 self\nip link set br0 up\n",
        )],
        to: &[
            ("keyfile", &["vlan-default-pvid=0", "vlans=10 pvid untagged"], &[], &[]),
            (
                "interfaces",
                &[
                    "up bridge vlan del dev br0 vid 1 self",
                    "up bridge vlan add dev br0 vid 10 pvid untagged self",
                ],
                &[],
                &[],
            ),
            (
                "iproute",
                &["! shows 1 bridge vlan show dev br0 vid 1 || bridge vlan del dev br0 vid 1 self"],
                &[],
                &[],
            ),
        ],
    },
    Case {
        // NetworkManager-dispatcher(8): it alone runs them.
        name: "dispatcher scripts of the site",
        from: "keyfile",
        files: &[
            (
                "/etc/NetworkManager/dispatcher.d/50-static",
                "#!/bin/sh\n[ \"$2\" = up ] && ip route add 10.0.0.0/8 via 192.0.2.254 dev eth0\n",
            ),
            (
                "/etc/NetworkManager/dispatcher.d/pre-up.d/10-q",
                "#!/bin/sh\nip link set \"$1\" txqueuelen 5000\n",
            ),
            (
                "/etc/NetworkManager/system-connections/lan.nmconnection",
                "[connection]\nid=lan\nuuid=11111111-2222-3333-4444-555555555555\ntype=ethernet\ninterface-name=eth0\n\
                 [ipv4]\nmethod=manual\naddress1=192.0.2.10/24\n[ipv6]\nmethod=ignore\n",
            ),
        ],
        to: &[
            ("interfaces", &[], &[], &["L002"]),
            ("ifcfg:initscripts", &[], &[], &["L002"]),
            ("ifcfg:suse", &[], &[], &["L002"]),
            ("ifcfg", &[], &[], &[]),
            ("keyfile", &[], &[], &[]),
        ],
    },
    Case {
        // OpenVPN's tap may be there when the interface comes up; the guard says that it need not.
        name: "guarded command on a link of other software",
        from: "interfaces:ifupdown",
        files: &[(
            INTERFACES,
            "auto br0\niface br0 inet static\n\tpre-up brctl addbr br0\n\tpre-up brctl addif br0 eth0\n\
             \taddress 10.0.0.2/24\n\tup brctl addif br0 tap0 2>/dev/null || true\n",
        )],
        to: &[("interfaces", &["up brctl addif br0 tap0 2>/dev/null || true"], &[], &["H501"])],
    },
    Case {
        // bridge-utils knows `bridge-vlan-aware` as well, and ifupdown's other options stay its own.
        name: "settings of a port of a bridge that filters",
        from: "interfaces:ifupdown2",
        files: &[(
            INTERFACES,
            "auto swp1\niface swp1\n\tlink-autoneg off\n\talias uplink\nauto bridge\niface bridge\n\tbridge-ports swp1\n\
             \tbridge-vlan-aware yes\n",
        )],
        to: &[("interfaces", &["ethernet-autoneg off", "description uplink"], &[], &[])],
    },
    Case {
        // ifupdownmain.py takes the name of an interface of its files for `veth-peer-name` and nothing else.
        name: "veth pair whose other end has no stanza",
        from: "interfaces:ifupdown",
        files: &[(
            INTERFACES,
            "auto va\niface va inet static\n\tpre-up ip netns add blue || true\n\
             \tpre-up ip link add va type veth peer name vb netns blue\n\taddress 10.200.0.1/24\n\
             \tup ip -n blue addr add 10.200.0.2/24 dev vb\n",
        )],
        to: &[(
            "interfaces:ifupdown2",
            &["pre-up ip link add name va type veth peer name vb netns blue || true"],
            &["veth-peer-name vb"],
            &[],
        )],
    },
];

/// A host of Linux Virtual Server: the stock file of lo, and an alias.
const LOOPBACK_ALIAS: &[(&str, &str)] = &[
    (
        "/etc/sysconfig/network-scripts/ifcfg-lo",
        "DEVICE=lo\nIPADDR=127.0.0.1\nNETMASK=255.0.0.0\nNETWORK=127.0.0.0\nBROADCAST=127.255.255.255\nONBOOT=yes\n\
         NAME=loopback\n",
    ),
    (
        "/etc/sysconfig/network-scripts/ifcfg-lo:0",
        "DEVICE=lo:0\nIPADDR=192.0.2.100\nNETMASK=255.255.255.255\nONBOOT=yes\n",
    ),
];
