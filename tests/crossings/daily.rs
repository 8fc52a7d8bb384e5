//! What hosts have day by day: bridges, bonds, wireless and wired cards, Open vSwitch, and what the kernel refuses of them.

use super::{Case, INTERFACES};

const PROFILE: &str = "/etc/NetworkManager/system-connections/x.nmconnection";
const SCRIPT: &str = "/netpivot-commands/network.sh";

pub(super) const CASES: &[Case] = &[
    Case {
        name: "a default route beside that of a lease",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth0\niface eth0 inet dhcp\n up ip route replace default via 192.0.2.254\nauto eth1\niface eth1 inet dhcp\n up ip route add default via 198.51.100.254 metric 5\n",
        )],
        to: &[("keyfile", &["route1=0.0.0.0/0,192.0.2.254"], &[], &["W308"])],
    },
    Case {
        name: "a port that is a wireless card by its name",
        from: "interfaces",
        files: &[(INTERFACES, "auto br0\niface br0 inet manual\n bridge_ports eth0 wlan0\n")],
        to: &[("keyfile", &["interface-name=wlan0"], &[], &["W307"])],
    },
    Case {
        name: "a command of the second stanza of a name",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth0\niface eth0 inet static\n address 192.0.2.5/24\niface eth0 inet6 static\n address 2001:db8::5/64\n up /usr/local/bin/register\n",
        )],
        to: &[
            ("interfaces", &["up /usr/local/bin/register"], &[], &["H501"]),
            ("interfaces:ifupdown2", &["up /usr/local/bin/register"], &[], &["H501"]),
        ],
    },
    Case {
        // SIOCADDRT excludes no other route of the destination, SIOCDELRT takes the first (`rtentry_to_fib_config()`);
        // measured by ifup 0.8.41: the default of the stanza goes, and the routes of Hetzner's images stand.
        name: "routes by net-tools",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth0\niface eth0 inet static\n address 203.0.113.66/26\n gateway 203.0.113.65\n up route del default\n up route add default gw 203.0.113.126\n up route add -net 203.0.113.64 netmask 255.255.255.192 gw 203.0.113.65 dev eth0\n",
        )],
        to: &[
            (
                "interfaces",
                &[
                    "up ip -4 route replace default via 203.0.113.126 dev eth0",
                    "up ip -4 route prepend 203.0.113.64/26 via 203.0.113.65 dev eth0",
                ],
                &["gateway"],
                &[],
            ),
            (
                "iproute",
                &[
                    "exactly 203.0.113.64/26 ip -4 route show table main exact 203.0.113.64/26 via 203.0.113.65 dev eth0 proto boot || ip -4 route prepend 203.0.113.64/26 via 203.0.113.65 dev eth0",
                ],
                &[],
                &[],
            ),
            (
                "keyfile",
                &["route1=203.0.113.64/26,203.0.113.65", "route2=0.0.0.0/0,203.0.113.126"],
                &["gateway="],
                &[],
            ),
        ],
    },
    Case {
        // On the host the end for the namespace would meet the card of its name, which would be moved in its place.
        name: "a namespace whose card has the name of the host's",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth0\niface eth0 inet static\n address 192.0.2.5/24\nauto br0\niface br0 inet static\n address 10.0.0.1/24\n pre-up ip link add br0 type bridge || true\n up ip netns add web || true\n up ip link add vweb type veth peer name eth0 netns web\n up ip link set vweb master br0\n up ip link set vweb up\n up ip -n web addr add 10.0.0.2/24 dev eth0\n up ip -n web link set eth0 up\n",
        )],
        to: &[
            (
                "interfaces",
                &["pre-up ip link add name vweb type veth peer name eth0 netns web || true"],
                &["dev eth0 netns"],
                &[],
            ),
            (
                "interfaces:ifupdown2",
                &["pre-up ip link add name vweb type veth peer name eth0 netns web || true"],
                &["veth-peer-name"],
                &[],
            ),
            (
                "interfaces:ifupdown-ng",
                &["pre-up ip link add name vweb type veth peer name eth0 netns web || true"],
                &["veth-peer-name"],
                &[],
            ),
        ],
    },
    Case {
        name: "ends of one name in two namespaces",
        from: "iproute",
        files: &[(
            SCRIPT,
            "ip netns add a\nip netns add b\nip link add veth0 netns a type veth peer name veth0 netns b\nip -n a addr add 10.0.0.1/24 dev veth0\nip -n b addr add 10.0.0.2/24 dev veth0\n",
        )],
        to: &[
            (
                "iproute",
                &[
                    "shows '' ip -n a -d link show dev veth0 type veth || ip -n a link add name veth0 type veth peer name veth0 netns b",
                    "exactly 'veth0, inet 10.0.0.2/24, scope global, veth0, valid_lft forever, preferred_lft forever' ip -n b address show dev veth0 || ip -n b -4 address replace 10.0.0.2/24 dev veth0",
                ],
                &[],
                &[],
            ),
            (
                "interfaces",
                &[
                    "up ip -n a link add name veth0 type veth peer name veth0 netns b || true",
                    "up ip -n b -4 address replace 10.0.0.2/24 dev veth0",
                ],
                &[],
                &[],
            ),
        ],
    },
    Case {
        // `ip addr add 203.0.113.66/32 … peer 203.0.113.65`, as Hetzner's pages for CentOS have it.
        name: "the other end of a host route by scope",
        from: "ifcfg:initscripts",
        files: &[(
            "/etc/sysconfig/network-scripts/ifcfg-eth0",
            "DEVICE=eth0\nONBOOT=yes\nBOOTPROTO=none\nIPADDR=203.0.113.66\nNETMASK=255.255.255.255\nSCOPE=\"peer 203.0.113.65\"\n",
        )],
        to: &[
            ("ifcfg:initscripts", &["SCOPE=\"peer 203.0.113.65\""], &[], &[]),
            (
                "iproute",
                &[
                    "exactly 'eth0, inet 203.0.113.66 peer 203.0.113.65/32, scope global, eth0, valid_lft forever, preferred_lft forever' ip address show dev eth0 || ip -4 address replace 203.0.113.66 peer 203.0.113.65/32 dev eth0",
                ],
                &["scope"],
                &[],
            ),
        ],
    },
    Case {
        // addons/dhcp.py knows no metric.
        name: "a metric that no client is told",
        from: "interfaces:ifupdown2",
        files: &[(INTERFACES, "auto eth0\niface eth0 inet dhcp\n metric 500\n")],
        to: &[
            ("keyfile", &["method=auto"], &["route-metric"], &["S409"]),
            ("interfaces:ifupdown2", &["iface eth0 inet dhcp"], &["metric 500"], &["S409"]),
        ],
    },
    Case {
        // addons/vrf.py:_up_vrf_slave_without_master, addons/vlan.py:get_dependent_ifacenames.
        name: "what a started interface needs starts with it",
        from: "interfaces:ifupdown2",
        files: &[(
            INTERFACES,
            "auto eth0\niface eth0\n vrf red\niface red\n vrf-table 1001\nauto eth1.5\niface eth1.5\n address 10.5.0.1/24\niface eth1\n mtu 9000\niface eth2\n address 10.6.0.1/24\n",
        )],
        to: &[
            ("interfaces", &["auto red", "auto eth1", "iface eth2 inet static"], &["auto eth2"], &[]),
            ("interfaces:ifupdown2", &["auto red", "auto eth1"], &["auto eth2"], &[]),
        ],
    },
    Case {
        // The same from a program that leaves what is below alone: the VLAN is up, its card has no addresses.
        name: "what a started interface needs, started by hand",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth1.5\niface eth1.5 inet static\n address 10.5.0.1/24\niface eth1 inet static\n address 10.6.0.1/24\n",
        )],
        to: &[
            ("interfaces:ifupdown2", &["auto eth1.5", "iface eth1 inet static"], &["auto eth1"], &["L480"]),
            ("interfaces:ifupdown-ng", &["auto eth1.5"], &["auto eth1"], &["L480"]),
            ("interfaces", &["auto eth1.5"], &["auto eth1"], &[]),
        ],
    },
    Case {
        // A card that says nothing but its name has to be up for its VLAN in any case.
        name: "a bare card below a vlan",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth1.5\niface eth1.5 inet static\n address 10.5.0.1/24\niface eth1 inet manual\n",
        )],
        to: &[("interfaces:ifupdown2", &["auto eth1.5", "iface eth1 inet manual"], &["auto eth1"], &[])],
    },
    Case {
        // ifupdown-ng hands seconds to ip(8), and its yesno() knows no `on` (executor-scripts/linux/bridge).
        name: "times and spanning tree of a bridge",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto br0\niface br0 inet static\n address 10.0.0.1/24\n bridge_ports eth0\n bridge_stp on\n bridge_fd 7\n bridge_hello 4\n bridge_maxage 12\n bridge_ageing 60\n",
        )],
        to: &[
            (
                "interfaces:ifupdown-ng",
                &[
                    "bridge-stp yes",
                    "up ip link set dev br0 type bridge forward_delay 700",
                    "up ip link set dev br0 type bridge hello_time 400",
                    "up ip link set dev br0 type bridge max_age 1200",
                    "up ip link set dev br0 type bridge ageing_time 6000",
                ],
                &["bridge-fd 7", "bridge-ageing 60"],
                &[],
            ),
            ("interfaces:ifupdown2", &["bridge-stp on", "bridge-fd 7", "bridge-ageing 60"], &[], &[]),
        ],
    },
    Case {
        // `BR_MAX_MAX_AGE`, `BR_MAX_HELLO_TIME`.
        name: "times of a bridge that the kernel refuses",
        from: "ifcfg:suse",
        files: &[(
            "/etc/sysconfig/network/ifcfg-br0",
            "STARTMODE='auto'\nBOOTPROTO='static'\nIPADDR='10.0.0.1/24'\nBRIDGE='yes'\nBRIDGE_PORTS='eth0'\nBRIDGE_MAXAGE='40.3'\nBRIDGE_HELLOTIME='11'\n",
        )],
        to: &[(
            "iproute",
            &["shows 'master br0' ip link show dev eth0 || ip link set dev eth0 master br0"],
            &[],
            &["L800"],
        )],
    },
    Case {
        // The database has no Interface of the bond's name.
        name: "other_config of a bond of open vswitch",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto vmbr0\nallow-ovs vmbr0\niface vmbr0 inet static\n address 10.0.0.1/24\n ovs_type OVSBridge\n ovs_ports bond0\n ovs_mtu 9000\nallow-vmbr0 bond0\niface bond0 inet manual\n ovs_bridge vmbr0\n ovs_type OVSBond\n ovs_bonds eth0 eth1\n ovs_options bond_mode=balance-tcp lacp=active other_config:lacp-time=fast\n",
        )],
        to: &[
            (
                "interfaces",
                &["ovs_extra set port bond0 other_config:lacp-time=fast"],
                &[
                    "ovs_extra set port bond0 other_config:lacp-time=fast -- set interface bond0 other_config:lacp-time=fast",
                ],
                &[],
            ),
            (
                "interfaces:ifupdown-ng",
                &["pre-up ovs-vsctl --may-exist add-br vmbr0 -- set interface vmbr0 mtu_request=9000"],
                &[],
                &[],
            ),
            (
                "iproute",
                &[
                    "ovs-vsctl --may-exist add-br vmbr0 -- set interface vmbr0 mtu_request=9000",
                    "ovs-vsctl --may-exist add-bond vmbr0 bond0 eth0 eth1 -- set port bond0 lacp=active bond_mode=balance-tcp other_config:lacp-time=fast",
                    "shows UP ip link show dev vmbr0 || ip link set dev vmbr0 up",
                ],
                &["ip link set dev bond0 up"],
                &[],
            ),
        ],
    },
    Case {
        // A port whose bridge nothing here speaks of.
        name: "a port of a foreign bridge of open vswitch",
        from: "ifcfg:initscripts",
        files: &[(
            "/etc/sysconfig/network-scripts/ifcfg-eth3",
            "DEVICE=eth3\nTYPE=OVSPort\nDEVICETYPE=ovs\nOVS_BRIDGE=br-ex\nONBOOT=yes\nIPV6INIT=no\n",
        )],
        to: &[
            ("interfaces:ifupdown-ng", &["pre-up ovs-vsctl --may-exist add-port br-ex eth3"], &[], &["S001"]),
            (
                "iproute",
                &["ovs-vsctl --may-exist add-port br-ex eth3"],
                &["ovs-vsctl --may-exist add-br br-ex"],
                &["S001"],
            ),
        ],
    },
    Case {
        // An interface's row has its port's name; a tunnel is a row and no device; what has no type is nothing that could be made.
        name: "what open vswitch has no row for",
        from: "keyfile",
        files: &[
            (
                "/etc/NetworkManager/system-connections/br0.nmconnection",
                "[connection]\nid=br0\nuuid=6f0c1d1e-0000-4000-8000-000000000001\ntype=ovs-bridge\ninterface-name=br0\n",
            ),
            (
                "/etc/NetworkManager/system-connections/port.nmconnection",
                "[connection]\nid=port\nuuid=6f0c1d1e-0000-4000-8000-000000000002\ntype=ovs-port\ninterface-name=port0\nmaster=br0\nslave-type=ovs-bridge\n[ovs-port]\ntag=7\n",
            ),
            (
                "/etc/NetworkManager/system-connections/int.nmconnection",
                "[connection]\nid=int\nuuid=6f0c1d1e-0000-4000-8000-000000000003\ntype=ovs-interface\ninterface-name=int0\nmaster=6f0c1d1e-0000-4000-8000-000000000002\nslave-type=ovs-port\n[ethernet]\ncloned-mac-address=52:54:00:00:00:07\n[ovs-interface]\ntype=internal\n[ovs-external-ids]\ndata.vm id='7\n[ipv4]\nmethod=manual\naddress1=192.0.2.7/24\n[ipv6]\nmethod=disabled\n",
            ),
        ],
        to: &[(
            "iproute",
            &[
                "ovs-vsctl --may-exist add-br br0",
                r#"ovs-vsctl --may-exist add-port br0 int0 -- set port int0 tag=7 -- set interface int0 type=internal 'mac="52:54:00:00:00:07"' 'external_ids:"vm id"="'\''7"'"#,
            ],
            &["ip link set dev int0 address 52:54:00:00:00:07"],
            &["L800"],
        )],
    },
    Case {
        // inet6.defn: `if [ $(cat …/mtu) -lt N ]; then ip link set …; else sysctl net.ipv6.conf….mtu=N`.
        name: "an mtu of ipv6 alone",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth0\niface eth0 inet static\n address 10.0.0.1/24\niface eth0 inet6 static\n address fd00::1/64\n mtu 1400\nauto eth1\niface eth1 inet6 static\n address fd01::1/64\n mtu 9000\n",
        )],
        to: &[(
            "interfaces",
            &["up sysctl -q -w net.ipv6.conf.eth0.mtu=1400", "mtu 9000"],
            &["mtu 1400", "up sysctl -q -w net.ipv6.conf.eth1.mtu=9000"],
            &[],
        )],
    },
    Case {
        // ifenslave's if-pre-up.d: setup_slave_device calls setup_primary, which takes the first name that is a port.
        name: "the primary port of a bond",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto bond0\niface bond0 inet manual\n bond-slaves none\n bond-mode active-backup\nauto eth2\niface eth2 inet manual\n bond-master bond0\n bond-primary eth2\nauto bond1\niface bond1 inet manual\n bond-slaves eth3 eth4\n bond-mode active-backup\n bond-primary eth9 eth4\n",
        )],
        to: &[("keyfile", &["primary=eth2", "primary=eth4"], &["primary=eth9"], &[])],
    },
    Case {
        // ifupdown-ng hands the text to ip(8), which wants commas (executor-scripts/linux/bond).
        name: "targets of a bond",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto bond0\niface bond0 inet manual\n bond-slaves eth0 eth1\n bond-mode active-backup\n bond-arp-interval 500\n bond-arp-ip-target 10.0.0.1 10.0.0.2\n",
        )],
        to: &[
            ("interfaces:ifupdown-ng", &["bond-arp-ip-target 10.0.0.1,10.0.0.2"], &[], &[]),
            ("interfaces", &["bond-arp-ip-target 10.0.0.1 10.0.0.2"], &[], &[]),
        ],
    },
    Case {
        // bond_opt_check_deps(), bond_changelink(): the kernel makes no bond at all.
        name: "options that a mode of bonds does not have",
        from: "keyfile",
        files: &[(
            PROFILE,
            "[connection]\nid=bond0\nuuid=6b3b4a33-5d1c-4d6a-8f5c-0d8b2c1e9a01\ntype=bond\ninterface-name=bond0\n[bond]\nmode=802.3ad\nmiimon=100\narp_interval=10\narp_ip_target=10.0.0.1\npackets_per_slave=3\nlacp_rate=fast\n[ipv4]\nmethod=disabled\n[ipv6]\nmethod=ignore\n",
        )],
        to: &[(
            "iproute",
            &[
                "shows '' ip -d link show dev bond0 type bond || ip link add name bond0 type bond mode 802.3ad miimon 100 arp_ip_target 10.0.0.1 lacp_rate fast",
            ],
            &[],
            &["L800"],
        )],
    },
    Case {
        // if-up.d/ethtool runs behind the commands of the stanza.
        name: "options of ethtool behind commands",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth0\niface eth0 inet static\n address 10.0.0.1/24\n offload-lro off\n up ethtool -K eth0 lro on gro off\n",
        )],
        to: &[("interfaces", &["offload-lro off", "offload-gro off"], &["offload-lro on"], &[])],
    },
    Case {
        name: "ipv6 switched off before an interface",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth0\niface eth0 inet static\n address 10.0.0.1/24\n pre-up sysctl -w net.ipv6.conf.eth0.disable_ipv6=1\n",
        )],
        to: &[("keyfile", &["method=disabled"], &["method=ignore"], &[])],
    },
    Case {
        // nm-setting-wireless.c:verify, nm-setting-wireless-security.c:verify: no profile without `ssid` or `key-mgmt`; the names
        // `all` and `default` are refused.
        name: "wireless cards",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto wlan0\niface wlan0 inet dhcp\n wireless-essid old\n wireless-key 0123456789\nauto wlan1\niface wlan1 inet manual\n wpa-roam /etc/wpa.conf\niface default inet dhcp\nauto wlan2\niface wlan2 inet dhcp\n wpa-ssid x\n wpa-psk secretsecret\n wpa-identity joe\n",
        )],
        to: &[(
            "keyfile",
            &["ssid=old", "key-mgmt=none", "interface-name=wlan0"],
            &["interface-name=wlan1", "interface-name=wlan2", "interface-name=default"],
            &["L002", "L306"],
        )],
    },
    Case {
        // nm-connection.c:_normalize_ethernet_link_neg.
        name: "a speed without duplex",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth0\niface eth0 inet manual\n link-speed 1000\nauto eth1\niface eth1 inet manual\n link-speed 100\n link-duplex full\n",
        )],
        to: &[("keyfile", &["speed=100", "duplex=full"], &["speed=1000"], &["L306"])],
    },
    Case {
        // dummy_setup(): the module makes it, and nothing else has such a name.
        name: "a dummy by its name",
        from: "interfaces",
        files: &[(INTERFACES, "auto dummy0\niface dummy0 inet static\n address 10.254.0.1/32\n")],
        to: &[("keyfile", &["type=dummy", "address1=10.254.0.1/32"], &[], &[])],
    },
    Case {
        // addons/address.py takes a hardware address only.
        name: "a random hardware address",
        from: "interfaces",
        files: &[(INTERFACES, "auto eth0\niface eth0 inet dhcp\n hwaddress random\n")],
        to: &[("interfaces:ifupdown2", &["iface eth0 inet dhcp"], &["hwaddress random"], &["L480"])],
    },
    Case {
        name: "forwarding of one interface",
        from: "interfaces:ifupdown2",
        files: &[(
            INTERFACES,
            "auto eth0\niface eth0\n address 10.0.0.1/24\n ip-forward on\n up iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE\n",
        )],
        to: &[
            ("iproute", &["sysctl -q -w net.ipv4.conf.eth0.forwarding=1"], &[], &[]),
            ("interfaces", &["up sysctl -q -w net.ipv4.conf.eth0.forwarding=1"], &[], &[]),
        ],
    },
    Case {
        // ifup(8) hands options to commands; ifupdown2's utils.exec_user_command does not, and a script has none.
        name: "options that a command asks for",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth0\niface eth0 inet static\n address 10.0.0.2/24\n network 10.0.0.0\n up /x/allow $IF_NETWORK\n",
        )],
        to: &[
            ("interfaces", &["network 10.0.0.0", "up /x/allow $IF_NETWORK"], &[], &["H501"]),
            (
                "interfaces:ifupdown2",
                &["address 10.0.0.2/24"],
                &["up /x/allow $IF_NETWORK"],
                &["H110", "H501", "L002"],
            ),
            ("iproute", &[], &["(set +u; IFACE=eth0; /x/allow $IF_NETWORK)"], &["H501", "L002", "L800"]),
        ],
    },
    Case {
        // Of a variable with a longer name nothing is known of the option.
        name: "options that no command asks for",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto eth0\niface eth0 inet static\n address 10.0.0.2/24\n network 10.0.0.0\n up /x/allow $IF_NETWORK_ID $MYIF_NETWORK\n",
        )],
        to: &[(
            "interfaces",
            &["up /x/allow $IF_NETWORK_ID $MYIF_NETWORK"],
            &["network 10.0.0.0"],
            &["H501", "S409"],
        )],
    },
    Case {
        // nm_utils_ipv6_interface_identifier_get_from_token takes any spelling (inet_pton).
        name: "interface identifier in another spelling",
        from: "keyfile",
        files: &[(
            "/etc/NetworkManager/system-connections/a.nmconnection",
            "[connection]\nid=a\ntype=ethernet\ninterface-name=eth0\n[ipv4]\nmethod=disabled\n[ipv6]\nmethod=auto\naddr-gen-mode=eui64\ntoken=::0042\n",
        )],
        to: &[("keyfile", &["token=::42"], &[], &[]), ("ifcfg", &["IPV6_TOKEN=::42"], &[], &[])],
    },
    Case {
        // A script names a port, whatever it looks like.
        name: "ports of any name",
        from: "interfaces",
        files: &[(
            INTERFACES,
            "auto br0\niface br0 inet static\n address 10.0.0.1/24\n bridge_ports tap0 veth9 enp3s0\n",
        )],
        to: &[(
            "iproute",
            &[
                "shows 'master br0' ip link show dev tap0 || ip link set dev tap0 master br0",
                "shows 'master br0' ip link show dev veth9 || ip link set dev veth9 master br0",
            ],
            &[],
            &[],
        )],
    },
    Case {
        // ipnetns.c:do_each_netns.
        name: "a command in each namespace",
        from: "iproute",
        files: &[(
            SCRIPT,
            "ip netns add a\nip netns add b\nip link add va type veth peer name vb\nip link set va netns a\nip link set vb netns b\nip -n a addr add 10.0.0.1/24 dev va\nip -n b addr add 10.0.0.2/24 dev vb\nip -all netns exec ip link set lo up\nip -n a link set va up\nip -n b link set vb up\nip -n a route add default via 10.0.0.2\nip -a netns exec ip -4 route add 10.9.0.0/16 via 10.0.0.9\n",
        )],
        to: &[(
            "iproute",
            &[
                "exactly 10.9.0.0/16 ip -n a -4 route show table main exact 10.9.0.0/16 via 10.0.0.9 dev va proto boot || ip -n a -4 route replace 10.9.0.0/16 via 10.0.0.9 dev va",
                "exactly 10.9.0.0/16 ip -n b -4 route show table main exact 10.9.0.0/16 via 10.0.0.9 dev vb proto boot || ip -n b -4 route replace 10.9.0.0/16 via 10.0.0.9 dev vb",
            ],
            &[],
            &[],
        )],
    },
    Case {
        // link.defn: a name with a dot is a VLAN's, and such a VLAN is none of 802.1ad.
        name: "a port that has no stanza",
        from: "iproute",
        files: &[(
            SCRIPT,
            "ip link add bond0 type bond\nip link set bond0 up\nip link add link bond0 name bond0.20 type vlan id 20 protocol 802.1ad\nip link add br0 type bridge\nip link set bond0.20 master br0\nip link set bond0.20 up\nip link set br0 up\n",
        )],
        to: &[("interfaces", &["bridge-ports none"], &["bridge-ports bond0.20"], &["L481"])],
    },
];
