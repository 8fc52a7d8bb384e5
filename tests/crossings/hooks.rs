//! Hosts whose commands move links, hang on others, may fail, or are refused.

use super::{Case, INTERFACES};

pub(super) const CASES: &[Case] = &[
    Case {
        // ip-link(8): `group` takes addresses of groups only, `remote` those of one end only.
        name: "vxlan of a group",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth0\niface eth0 inet static\n address 10.0.0.2/24\n up ip link add vx1 type vxlan id 42 group 239.1.1.1 dev eth0 dstport 4789\n up ip link set vx1 up\n",
        )],
        to: &[(
            "interfaces",
            &["pre-up ip link add name vx1 type vxlan id 42 dev eth0 group 239.1.1.1 dstport 4789 || true"],
            &[],
            &[],
        )],
    },
    Case {
        // wg-quick(8) gives wg0 its addresses: through which link the gateway is reached, only the host knows.
        name: "a gateway behind a program",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth0\niface eth0 inet static\n address 10.0.0.2/24\n up wg-quick up wg0\n up ip route add 10.9.0.0/16 via 10.200.0.1\n up ip route add 10.8.0.0/16 via 10.0.0.1\n",
        )],
        to: &[(
            "interfaces",
            &[
                "up ip route add 10.9.0.0/16 via 10.200.0.1",
                "up ip -4 route replace 10.8.0.0/16 via 10.0.0.1 dev eth0",
            ],
            &["up ip -4 route replace 10.9.0.0/16 via 10.200.0.1 dev eth0 || true"],
            &["H501"],
        )],
    },
    Case {
        // A namespace has rules of its own, and the idle end of a pair is what brings both ends up.
        name: "rules of a namespace",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth0\niface eth0 inet static\n address 10.0.0.2/24\n up ip netns add c1\n up ip link add v0 type veth peer name v1 netns c1\n up ip -n c1 addr add 10.1.0.1/24 dev v1\n up ip -n c1 link set v1 up\n up ip -n c1 rule add iif v1 table 100\n",
        )],
        to: &[
            (
                "interfaces",
                &["auto v0", "up ip -n c1 -4 rule add priority 32765 from all iif v1 table 100 || true"],
                &[],
                &[],
            ),
            (
                "iproute",
                &[
                    "exactly '32765: from all, iif v1' ip -n c1 -4 rule show priority 32765 table 100 || ip -n c1 -4 rule add priority 32765 from all iif v1 table 100",
                ],
                &[],
                &[],
            ),
        ],
    },
    Case {
        // The kernel looks for a parent where the command runs (rtnl_newlink_create()).
        name: "a macvlan for a namespace",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth1\niface eth1 inet static\n address 10.0.0.2/24\n up ip netns add c1\n up ip link add mv0 link eth1 type macvlan mode bridge\n up ip link set mv0 netns c1 name eth1\n up ip -n c1 link set eth1 up\n",
        )],
        to: &[(
            "iproute",
            &[
                "shows '' ip -n c1 link show dev eth1 || ip link add link eth1 name eth1 netns c1 type macvlan mode bridge",
            ],
            &[],
            &[],
        )],
    },
    Case {
        // The methods but `manual` take a card down at ifdown (inet.defn); what sets more than that stays.
        name: "cards that go down",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth1\niface eth1 inet static\n address 10.0.0.2/24\n up ip route del 10.0.0.0/24 dev eth1\nauto eth2\niface eth2 inet manual\n up ip link set eth2 mtu 9000 up\n down ip link set eth2 mtu 1500 down\n",
        )],
        to: &[(
            "interfaces",
            &["down ip link set dev eth1 down", "down ip link set eth2 mtu 1500 down"],
            &["down ip link set dev eth2 down"],
            &[],
        )],
    },
    Case {
        name: "commands that may fail",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth1\niface eth1 inet static\n address 10.0.0.2/24\n up ip link set eth1 txqueuelen 5000 2>/dev/null || true\n up ip route add 10.5.0.0/16 via 10.0.0.1 || :\n up ip route add 10.6.0.0/16 via 10.0.0.1\n",
        )],
        to: &[
            (
                "interfaces",
                &[
                    "up ip link set dev eth1 txqueuelen 5000 || true",
                    "up ip -4 route replace 10.5.0.0/16 via 10.0.0.1 dev eth1 || true",
                    "up ip -4 route replace 10.6.0.0/16 via 10.0.0.1 dev eth1",
                ],
                &[],
                &[],
            ),
            (
                "iproute",
                &[
                    "shows 'qlen 5000' ip -d link show dev eth1 || ip link set dev eth1 txqueuelen 5000 || true",
                ],
                &[],
                &[],
            ),
        ],
    },
    Case {
        name: "a card for a namespace",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth1\niface eth1 inet manual\n up ip netns add c1\n up ip link set eth1 netns c1\n up ip -n c1 link set eth1 up\n",
        )],
        to: &[("interfaces", &["up ip link set dev eth1 netns c1 || true"], &["auto eth1"], &[])],
    },
    Case {
        // fib_create_info(): "Nexthop device required for onlink"; a bridge that is down reaches no gateway.
        name: "gateways that the kernel refuses",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth0\niface eth0 inet static\n address 10.0.0.2/24\n up ip link add br9 type bridge\n up ip addr add 10.9.0.1/24 dev br9\n up ip route add 10.99.0.0/16 via 10.9.0.2\n up ip route add 10.98.0.0/16 via 10.77.0.2 onlink\n",
        )],
        to: &[("interfaces", &["iface br9 inet manual"], &["auto eth9"], &["S501"])],
    },
    Case {
        // What SUSE ships as ifcfg-lo, with one address more.
        name: "the loopback device of SUSE",
        from: "ifcfg:suse",
        files: &[(
            "/etc/sysconfig/network/ifcfg-lo",
            "IPADDR=127.0.0.1/8\nIPADDR_2=127.0.0.2/8\nSTARTMODE=nfsroot\nBOOTPROTO=static\n",
        )],
        to: &[("interfaces", &["up ip -4 address replace 127.0.0.2/8 dev lo"], &[], &[])],
    },
    Case {
        // A hook is run by `sh -c` alone: it goes on behind a command that fails, and variables may be unset.
        name: "several commands of one hook",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth0\niface eth0 inet static\n address 10.0.0.2/24\n up zz; bar\n up [ -z $VERBOSE ] || zz $IFACE\n",
        )],
        to: &[(
            "iproute",
            &["(set +e; zz; bar)", "(set +u; IFACE=eth0; [ -z $VERBOSE ] || zz $IFACE)"],
            &[],
            &["H501"],
        )],
    },
    Case {
        name: "links that stand on each other",
        from: "interfaces:ifupdown2",
        files: &[(
            INTERFACES,
            "auto a\niface a\n vlan-id 5\n vlan-raw-device b\nauto b\niface b\n vlan-id 6\n vlan-raw-device a\nauto c\niface c\n vlan-id 7\n vlan-raw-device b\nauto d\niface d\n address 10.0.0.1/24\n",
        )],
        to: &[(
            "iproute",
            &["shows UP ip link show dev d || ip link set dev d up"],
            &[
                "shows 'a@b:, id 5' ip -d link show dev a type vlan || ip link add link b name a type vlan id 5",
            ],
            &["L801", "S005"],
        )],
    },
    Case {
        // ifup -a leaves eth5 alone, and the default route of the first stanza is the one that counts.
        name: "what starts by itself",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth1\niface eth1 inet static\n address 10.0.1.2/24\n gateway 10.0.1.1\nauto eth0\niface eth0 inet static\n address 10.0.0.2/24\n gateway 10.0.0.1\niface eth5 inet static\n address 10.5.5.5/24\n up ip rule add from 10.5.5.5 table 5\n",
        )],
        to: &[(
            "iproute",
            &[
                "exactly default ip -4 route show table main exact default via 10.0.1.1 dev eth1 proto boot || ip -4 route replace default via 10.0.1.1 dev eth1",
                "exactly default ip -4 route show table main exact default via 10.0.0.1 dev eth0 proto boot || ip -4 route append default via 10.0.0.1 dev eth0",
            ],
            &["shows UP ip link show dev eth5 || ip link set dev eth5 up"],
            &["L805", "S044", "S407"],
        )],
    },
    Case {
        // What the model has no place for changes the link that has been made; the command as it stands would make it again.
        name: "a part of the command that makes a link",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto vx0\niface vx0 inet static\n pre-up ip link add vx0 type vxlan id 5 df set remote 192.0.2.1\n address 10.0.0.1/24\n",
        )],
        to: &[
            (
                "interfaces",
                &["pre-up ip link set dev vx0 type vxlan df set"],
                &["pre-up ip link add vx0 type vxlan id 5 df set remote 192.0.2.1"],
                &["H502"],
            ),
            ("iproute", &["ip link set dev vx0 type vxlan df set"], &[], &["H502"]),
        ],
    },
    Case {
        // A VLAN takes the MTU of its parent when it is made (vlan_dev_init()).
        name: "jumbo frames below a vlan",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth0\niface eth0 inet manual\n mtu 9000\nauto eth0.5\niface eth0.5 inet static\n address 10.5.0.1/24\n",
        )],
        to: &[(
            "iproute",
            &[
                "shows 'eth0.5@eth0:, id 5' ip -d link show dev eth0.5 type vlan || ip link add link eth0 name eth0.5 type vlan id 5",
            ],
            &[],
            &[],
        )],
    },
    Case {
        // nft flush ruleset takes away what is set up before it, and nothing of what comes behind it.
        name: "commands before and behind others",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth0\niface eth0 inet static\n address 10.0.0.2/24\n pre-up iptables-restore < /etc/rules\n up nft flush ruleset\n up iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE\n up sysctl -w net.ipv4.ip_forward=1\n up zz\n",
        )],
        to: &[(
            "iproute",
            &[
                "# commands before",
                "# commands",
                "iptables -t nat -C POSTROUTING -o eth0 -j MASQUERADE 2>/dev/null || iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE",
            ],
            &["# address translation", "# kernel settings"],
            &["H501", "H502"],
        )],
    },
    Case {
        // nm-settings(5): `shared` runs dnsmasq, `random` and `preserve` are no addresses; ip(8) asks no server.
        name: "what only networkmanager runs",
        from: "keyfile",
        files: &[
            (
                "/etc/NetworkManager/system-connections/br0.nmconnection",
                "[connection]\nid=br0\nuuid=6b3b4a33-5d1c-4d6a-8f5c-0d8b2c1e9a01\ntype=bridge\ninterface-name=br0\n[ipv4]\nmethod=shared\naddress1=192.168.77.1/24\n[ipv6]\nmethod=dhcp\n",
            ),
            (
                "/etc/NetworkManager/system-connections/eth0.nmconnection",
                "[connection]\nid=eth0\nuuid=6b3b4a33-5d1c-4d6a-8f5c-0d8b2c1e9a02\ntype=ethernet\ninterface-name=eth0\n[ethernet]\ncloned-mac-address=random\n[ipv4]\nmethod=disabled\n",
            ),
            (
                "/etc/NetworkManager/system-connections/eth1.nmconnection",
                "[connection]\nid=eth1\nuuid=6b3b4a33-5d1c-4d6a-8f5c-0d8b2c1e9a03\ntype=ethernet\ninterface-name=eth1\n[ethernet]\ncloned-mac-address=preserve\n[ipv4]\nmethod=disabled\n",
            ),
        ],
        to: &[(
            "iproute",
            &[],
            &["shows 'link/ether random' ip -d link show dev eth0 || ip link set dev eth0 address random"],
            &["L706", "L800", "L803"],
        )],
    },
    Case {
        // Initscripts call it for each device, and ask nobody how it ends.
        name: "ifup-local in a script",
        from: "ifcfg:initscripts",
        files: &[
            (
                "/etc/sysconfig/network-scripts/ifcfg-eth0",
                "DEVICE=eth0\nONBOOT=yes\nIPADDR=10.0.0.1\nPREFIX=24\n",
            ),
            ("/sbin/ifup-local", "#!/bin/sh\n[ \"$1\" = eth0 ] && ip rule add fwmark 1 table 9\n"),
        ],
        to: &[(
            "iproute",
            &["(DEVICE=eth0; [ \"$DEVICE\" = eth0 ] && ip rule add fwmark 1 table 9) || true"],
            &[],
            &[],
        )],
    },
    Case {
        // The port is made by a program of which nobody here knows.
        name: "a tap that a program makes",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto br0\niface br0 inet static\n address 192.168.8.4/24\n bridge_ports eth0 tap0\n pre-up openvpn --mktun --dev tap0\n",
        )],
        to: &[(
            "iproute",
            &[
                "# commands before what follows",
                "shows 'master br0' ip link show dev tap0 || ip link set dev tap0 master br0",
            ],
            &[],
            &["H501"],
        )],
    },
    Case {
        // ifup runs `pre-up` before it sets addresses, gateway and MTU, and the link up (inet.defn, inet6.defn).
        name: "commands before the stanza",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth0\niface eth0 inet static\n address 10.0.0.2/24\n gateway 10.0.0.1\n mtu 1500\n pre-up ip addr flush dev eth0\n pre-up ip route del default || true\n pre-up ip link set eth0 down mtu 1400\nauto eth1\niface eth1 inet6 static\n address 2001:db8::2/64\n gateway 2001:db8::1\n pre-up ip link set eth1 down\n",
        )],
        to: &[
            (
                "interfaces",
                &[
                    "address 10.0.0.2/24",
                    "gateway 10.0.0.1",
                    "mtu 1500",
                    "address 2001:db8::2/64",
                    "gateway 2001:db8::1",
                ],
                &["mtu 1400"],
                &[],
            ),
            ("keyfile", &["address1=10.0.0.2/24", "gateway=10.0.0.1", "address1=2001:db8::2/64"], &[], &[]),
            (
                "iproute",
                &["shows UP ip link show dev eth0 || ip link set dev eth0 up"],
                &["ip link set dev eth0 down"],
                &[],
            ),
        ],
    },
    Case {
        // if-up.d of openvpn, hostapd, ucarp and vde2, and any hook, read options as `$IF_…` (interfaces(5)).
        name: "options that scripts read",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth0\niface eth0 inet static\n address 10.0.0.1/24\n openvpn client1\n ucarp-vid 1\n my-note hello\n up zz $IF_MY_NOTE\n",
        )],
        to: &[
            ("interfaces", &["openvpn client1", "ucarp-vid 1", "my-note hello"], &[], &["H501", "U001"]),
            ("keyfile", &[], &[], &["H110", "H501", "L002", "U001"]),
        ],
    },
    Case {
        // addons/vrf.py takes tables from 1001 to 5000 only.
        name: "vrf with a table of one's own",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth1\niface eth1 inet static\n address 10.1.1.1/24\n pre-up ip link add red type vrf table 10\n pre-up ip link set red up\n pre-up ip link set eth1 master red\n",
        )],
        to: &[(
            "interfaces:ifupdown2",
            &["pre-up ip link add name red type vrf table 10 || true", "vrf red"],
            &["vrf-table 10"],
            &[],
        )],
    },
    Case {
        // nm-setting-wireless.c:verify(): "'channel' requires setting 'band' property".
        name: "a channel and its band",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto wlan0\niface wlan0 inet dhcp\n wireless-essid foo\n wireless-channel 6\nauto wlan1\niface wlan1 inet dhcp\n wireless-essid bar\n wireless-channel 36\n",
        )],
        to: &[("keyfile", &["band=bg", "channel=6", "band=a", "channel=36"], &[], &[])],
    },
    Case {
        // NetworkManager's metric is that of all routes of the profile; dhclient is told by the option of its own stanza.
        name: "dhcp beside a gateway",
        from: "keyfile",
        files: &[(
            "/etc/NetworkManager/system-connections/eth0.nmconnection",
            "[connection]\nid=eth0\nuuid=6b3b4a33-5d1c-4d6a-8f5c-0d8b2c1e9a01\ntype=ethernet\ninterface-name=eth0\n[ipv4]\nmethod=auto\naddress1=10.0.0.5/24\ngateway=10.0.0.1\nroute-metric=50\n[ipv6]\nmethod=ignore\n",
        )],
        to: &[
            ("interfaces", &["iface eth0 inet dhcp", "metric 50", "gateway 10.0.0.1"], &[], &[]),
            ("interfaces:ifupdown2", &["iface eth0 inet dhcp"], &[], &["L480"]),
        ],
    },
    Case {
        // An internal port is made by ovs-vsctl, and has addresses and routes as any device.
        name: "a gateway of open vswitch",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto ovs0\niface ovs0 inet manual\n ovs_type OVSBridge\n ovs_ports mgmt\nauto mgmt\niface mgmt inet static\n address 192.168.1.2/24\n gateway 192.168.1.1\n ovs_type OVSIntPort\n ovs_bridge ovs0\n",
        )],
        to: &[(
            "iproute",
            &["ovs-vsctl --may-exist add-port ovs0 mgmt -- set interface mgmt type=internal"],
            &[],
            &[],
        )],
    },
    Case {
        // Both halves of the line run in the namespace.
        name: "translation in a namespace",
        from: "iproute",
        files: &[(
            "/netpivot-commands/recipe.sh",
            "ip netns add ns1\nip link add veth0 type veth peer name veth1 netns ns1\nip -n ns1 addr add 10.0.0.2/24 dev veth1\nip -n ns1 link set veth1 up\nip addr add 10.0.0.1/24 dev veth0\nip link set veth0 up\nip netns exec ns1 iptables -t nat -A POSTROUTING -s 10.9.0.0/24 -j MASQUERADE\nip netns exec ns1 sysctl -w net.ipv4.ip_forward=1\n",
        )],
        to: &[(
            "iproute",
            &[
                "ip netns exec ns1 iptables -t nat -C POSTROUTING -s 10.9.0.0/24 -j MASQUERADE 2>/dev/null || ip netns exec ns1 iptables -t nat -A POSTROUTING -s 10.9.0.0/24 -j MASQUERADE",
            ],
            &[],
            &[],
        )],
    },
];
