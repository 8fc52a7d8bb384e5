//! Hosts whose commands stay as they are, and stanzas that ifup does not set up.

use super::{Case, INTERFACES};

const WIREGUARD: &str = "[Interface]\nListenPort = 51820\nPrivateKey = 0MbNpybfM9BKgFw+v8d5IC8GrANF4fjk5bNp20ZlOH4=\n\n[Peer]\nPublicKey = 1MbNpybfM9BKgFw+v8d5IC8GrANF4fjk5bNp20ZlOH4=\nAllowedIPs = 10.8.0.0/24, 10.9.0.0/16\nEndpoint = 192.0.2.7:51820\n";

pub(super) const CASES: &[Case] = &[
    Case {
        // setconf.c of wireguard-tools: keys and peers stand in the file.
        name: "wireguard by wg setconf",
        from: "interfaces",
        files: &[
            (
                INTERFACES,
                "auto wg0\niface wg0 inet static\n address 10.8.0.2/24\n pre-up ip link add $IFACE type wireguard\n pre-up wg setconf $IFACE /etc/wireguard/$IFACE.conf\n post-down ip link del $IFACE\n",
            ),
            ("/etc/wireguard/wg0.conf", WIREGUARD),
        ],
        to: &[
            (
                "keyfile",
                &[
                    "type=wireguard",
                    "listen-port=51820",
                    "peer-routes=false",
                    "[wireguard-peer.1MbNpybfM9BKgFw+v8d5IC8GrANF4fjk5bNp20ZlOH4=]",
                    "allowed-ips=10.8.0.0/24;10.9.0.0/16;",
                    "endpoint=192.0.2.7:51820",
                ],
                &[],
                &[],
            ),
            (
                "iproute",
                &[
                    "wg syncconf wg0 /dev/stdin <<'END'",
                    "ListenPort = 51820",
                    "AllowedIPs = 10.8.0.0/24, 10.9.0.0/16",
                ],
                &[],
                &[],
            ),
            (
                "interfaces:ifupdown2",
                &["pre-up wg setconf wg0 /etc/wireguard/wg0.conf", "Endpoint = 192.0.2.7:51820"],
                &[],
                &[],
            ),
            (
                "interfaces:ifupdown-ng",
                &["use wireguard", "Endpoint = 192.0.2.7:51820"],
                &["pre-up wg setconf wg0 /etc/wireguard/wg0.conf"],
                &[],
            ),
        ],
    },
    Case {
        // execute.c:doit: ifup stops at the first command that fails.
        name: "questions that hold ifup up",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth0\niface eth0 inet static\n address 10.0.0.2/24\n pre-up test -e /run/lease\n pre-up false\n pre-up ip link show eth9\n pre-up [ -e /run/x ] || true\n pre-up ip addr\n up ip link add br9 type bridge\n up ip link show br9\n up ip route add 10.9.0.0/16 via 10.0.0.1\n",
        )],
        to: &[(
            "interfaces",
            &[
                "pre-up test -e /run/lease",
                "pre-up false",
                "pre-up ip link show eth9",
                "up ip -4 route replace 10.9.0.0/16 via 10.0.0.1 dev eth0",
            ],
            &["pre-up [ -e /run/x ] || true", "pre-up ip addr", "up ip link show br9"],
            &["H501"],
        )],
    },
    Case {
        // ip-nexthop(8): the kernel takes what `nhid` names.
        name: "a route of next hop objects",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth0\niface eth0 inet static\n address 10.0.0.2/24\n up ip nexthop add id 1 via 10.0.0.1 dev eth0\n up ip route add 10.10.0.0/16 nhid 1\n",
        )],
        to: &[(
            "interfaces",
            &["up ip nexthop add id 1 via 10.0.0.1 dev eth0", "up ip route add 10.10.0.0/16 nhid 1"],
            &[],
            &["H502"],
        )],
    },
    Case {
        // ip-link(8); can.rst.
        name: "kinds of links that only the kernel knows",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto can0\niface can0 inet manual\n pre-up ip link set can0 type can bitrate 125000\n up ip link set can0 up\nauto eth0\niface eth0 inet manual\n up ip link add xf0 type xfrm dev eth0 if_id 42\n up ip link set xf0 up\n up ip link add d0 type dumy\n",
        )],
        to: &[(
            "interfaces",
            &[
                "pre-up ip link set can0 type can bitrate 125000",
                "up ip link add xf0 type xfrm dev eth0 if_id 42",
                "up ip link set xf0 up",
            ],
            &["up ip link add d0 type dumy"],
            &["H501", "S501"],
        )],
    },
    Case {
        // Each alias is an ifup of its own.
        name: "aliases behind one with a gateway",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth0\niface eth0 inet static\n address 10.0.0.2/24\n gateway 10.0.0.1\nauto eth0:1\niface eth0:1 inet static\n address 10.7.0.2/24\n gateway 10.7.0.1\nauto eth0:2\niface eth0:2 inet static\n address 10.8.0.2/24\n",
        )],
        to: &[(
            "interfaces",
            &[
                "gateway 10.0.0.1",
                "iface eth0:1 inet static",
                "iface eth0:2 inet static",
                "address 10.8.0.2/24",
            ],
            &["gateway 10.7.0.1"],
            &["S407"],
        )],
    },
    Case {
        // execute.c:check: ifup runs nothing of it.
        name: "a stanza without address",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth0\niface eth0 inet static\n gateway 10.0.0.254\n up ip route add 10.9.0.0/16 dev eth0\niface eth0 inet static\n address 10.2.0.1/24\nauto eth1\niface eth1 inet static\n address 10.1.0.1/24\n gateway 10.1.0.254\n",
        )],
        to: &[(
            "interfaces",
            &["iface eth0 inet manual", "gateway 10.1.0.254"],
            &["up ip -4 route replace 10.9.0.0/16 dev eth0", "address 10.2.0.1/24"],
            &["S402"],
        )],
    },
    Case {
        // fib_default_rules_init(): those of the priorities 0, 32766 and 32767.
        name: "rules of the kernel's own",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto lo\niface lo inet loopback\n up ip rule add pref 32765 table local\n up ip rule del pref 0\n up ip rule del from 10.0.0.0/8 table main\n",
        )],
        to: &[(
            "interfaces",
            &["up ip -4 rule add priority 32765 from all table 255 || true", "up ip rule del pref 0"],
            &["up ip rule del from 10.0.0.0/8 table main"],
            &["H502"],
        )],
    },
    Case {
        // fib_table_delete(): the route of the lowest metric goes first.
        name: "the default route of DHCP",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth0\niface eth0 inet dhcp\n up ip route del default\n up ip route add default via 10.0.0.1 metric 500\nauto eth1\niface eth1 inet dhcp\n metric 600\n",
        )],
        to: &[(
            "interfaces",
            &["up ip -4 route replace default via 10.0.0.1 dev eth0 metric 500 || true"],
            &["up ip route del default"],
            &[],
        )],
    },
    Case {
        // The same with the usual metric of dhclient-script(8).
        name: "the default route of DHCP and another",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth0\niface eth0 inet dhcp\n up ip route del default\n up ip route add default via 10.0.0.1 metric 500\n",
        )],
        to: &[(
            "interfaces",
            &[
                "up ip route del default",
                "up ip -4 route replace default via 10.0.0.1 dev eth0 metric 500 || true",
            ],
            &[],
            &["H501"],
        )],
    },
    Case {
        // link_ip6tnl.c: no `mode` is `any`; ip6tunnel.c: it is `ip6ip6`.
        name: "tunnels of any protocol",
        from: "iproute",
        files: &[(
            "/netpivot-commands/s.sh",
            "ip link add t1 type ip6tnl local 2001:db8::1 remote 2001:db8::2\nip link add t2 type ip6tnl local 2001:db8::1 remote 2001:db8::3 mode any\nip -6 tunnel add t3 local 2001:db8::1 remote 2001:db8::4\n",
        )],
        to: &[
            (
                "interfaces",
                &[
                    "pre-up ip link add name t3 type ip6tnl mode ip6ip6 local 2001:db8::1 remote 2001:db8::4 || true",
                ],
                &[],
                &["H501"],
            ),
            (
                "iproute",
                &[
                    "ip link add t1 type ip6tnl local 2001:db8::1 remote 2001:db8::2",
                    "ip link add t2 type ip6tnl local 2001:db8::1 remote 2001:db8::3 mode any",
                ],
                &[],
                &["H501"],
            ),
        ],
    },
    Case {
        // ip-route(8): `prepend`.
        name: "a route put before another",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth0\niface eth0 inet static\n address 10.0.0.2/24\n up ip route add 10.81.0.0/16 via 10.0.0.3\n up ip route prepend 10.81.0.0/16 via 10.0.0.4\n",
        )],
        to: &[(
            "interfaces",
            &[
                "up ip -4 route replace 10.81.0.0/16 via 10.0.0.4 dev eth0",
                "up ip -4 route append 10.81.0.0/16 via 10.0.0.3 dev eth0",
            ],
            &[],
            &[],
        )],
    },
    Case {
        // A word of the source is one word of the output.
        name: "comments of translated addresses",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth0\niface eth0 inet static\n address 10.0.0.2/24\n up iptables -t nat -A POSTROUTING -o eth0 -m comment --comment \"lan nat; x '\" -j MASQUERADE\n up sysctl -w net.ipv4.ip_forward=1\n",
        )],
        to: &[(
            "interfaces",
            &[
                "up iptables -t nat -C POSTROUTING -o eth0 -m comment --comment 'lan nat; x '\\''' -j MASQUERADE 2>/dev/null || iptables -t nat -A POSTROUTING -o eth0 -m comment --comment 'lan nat; x '\\''' -j MASQUERADE",
            ],
            &[],
            &[],
        )],
    },
    Case {
        // iptables-legacy(8) fills tables that nftables does not see.
        name: "the other firewall of the kernel",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth0\niface eth0 inet static\n address 10.0.0.2/24\n up iptables-legacy -t nat -A POSTROUTING -o eth0 -j MASQUERADE\n",
        )],
        to: &[(
            "interfaces",
            &["up iptables-legacy -t nat -A POSTROUTING -o eth0 -j MASQUERADE"],
            &[],
            &["H502"],
        )],
    },
    Case {
        // It is there before the commands that need it.
        name: "an address of a stanza that a command changes",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth0\niface eth0 inet static\n address 10.0.0.2/24\n up zz\n up ip route add 10.9.0.0/16 via 10.0.0.1\n up ip addr change 10.0.0.2/24 dev eth0 valid_lft 3600 preferred_lft 1800\n",
        )],
        to: &[(
            "interfaces",
            &["up ip -4 address replace 10.0.0.2/24 valid_lft 3600 preferred_lft 1800 dev eth0"],
            &[],
            &["H501"],
        )],
    },
    Case {
        // It needs the link.
        name: "a command between making and starting a link",
        from: "iproute",
        files: &[("/netpivot-commands/s.sh", "ip link add dum0 type dummy\nzz dum0\nip link set dum0 up\n")],
        to: &[
            (
                "interfaces",
                &["pre-up ip link add name dum0 type dummy || true", "up zz dum0 || true"],
                &[],
                &["H501"],
            ),
            ("interfaces:ifupdown-ng", &["up zz dum0 || true"], &[], &["H501"]),
        ],
    },
    Case {
        // bond.c of ifupdown-ng makes no bond without ports.
        name: "a command between making and starting a bond",
        from: "iproute",
        files: &[(
            "/netpivot-commands/s.sh",
            "ip link add bond0 type bond\nzz bond0\nip link set bond0 up\n",
        )],
        to: &[(
            "interfaces:ifupdown-ng",
            &["pre-up ip link add name bond0 type bond || true", "up zz bond0 || true"],
            &[],
            &["H501"],
        )],
    },
    Case {
        // ifupdown makes an 802.1Q VLAN of the name eth1.7 before any command.
        name: "VLANs within VLANs",
        from: "iproute",
        files: &[(
            "/netpivot-commands/s.sh",
            "ip link add eth1.7 link eth1 type vlan id 7 protocol 802.1ad\nip link add qinq link eth1.7 type vlan id 70\nip link set eth1 up\nip link set eth1.7 up\nip link set qinq up\n",
        )],
        to: &[
            ("interfaces", &["iface eth1 inet manual"], &["iface qinq inet manual"], &["L481"]),
            ("interfaces:ifupdown2", &["iface qinq inet manual"], &[], &[]),
        ],
    },
    Case {
        // ip-tunnel(8): `remote any`.
        name: "a tunnel to anywhere",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto t0\niface t0 inet6 v4tunnel\n address 2001:db8:1::2\n netmask 127\n endpoint any\n local 192.0.2.5\n",
        )],
        to: &[("interfaces", &["pre-up ip link add name t0 type sit local 192.0.2.5 || true"], &[], &[])],
    },
    Case {
        // The option and the file of the kernel say the same.
        name: "a setting said twice",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto br0\niface br0 inet static\n address 10.0.0.2/24\n bridge_ports eth0\n bridge_vlan_aware yes\n up echo 1 > /sys/class/net/br0/bridge/vlan_filtering\n",
        )],
        to: &[("interfaces", &["bridge-vlan-aware yes"], &[], &[])],
    },
    Case {
        // vrf.c:vrf_add_fib_rules: the kernel makes it with the first VRF.
        name: "the rule of VRFs",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto red\niface red inet manual\n pre-up ip link add red type vrf table 1010\n up ip rule add l3mdev pref 1000\n",
        )],
        to: &[("keyfile", &["type=vrf"], &[], &["S501"])],
    },
    Case {
        // `ifup --allow=ovs` of openvswitch-switch, and not `ifup -a`.
        name: "a bridge that Open vSwitch starts",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "allow-ovs br0\niface br0 inet static\n address 10.0.0.1/24\n ovs_type OVSBridge\n",
        )],
        to: &[("interfaces", &["allow-ovs br0"], &["auto br0"], &[])],
    },
];
