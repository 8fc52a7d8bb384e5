//! What small inputs become as interfaces files of each dialect: the stanzas but for those of `lo`, and what is lost.
//!
//! That each is what the program makes of it is in the comments with file and function of that program. The pipeline reads
//! every output back besides.

use crate::conversion;
use libtest_mimic::{Failed, Trial};
use netpivot_parsers::tree::MemoryTree;

const IFD: &str = "interfaces:ifupdown";
const IF2: &str = "interfaces:ifupdown2";
const NG: &str = "interfaces:ifupdown-ng";

/// An input, and its stanzas in some dialects.
struct Case {
    name: &'static str,
    from: &'static str,
    text: &'static str,
    to: &'static [(&'static str, &'static str, &'static [&'static str])],
}

/// A file of commands of both sorts; it is the same in all dialects.
const BETWEEN: &str = "auto eth0\niface eth0 inet static\naddress 192.0.2.10/24\n\
    up /x/first $IFACE\n\
    up ip -4 address replace 192.0.2.11/24 dev eth0\n\
    up /x/needs11\n\
    up ip -4 route replace 10.1.0.0/16 via 192.0.2.254 dev eth0";

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let trial = |case: &'static Case| {
        Trial::test(format!("interfaces_output::{}", case.name.replace(' ', "-")), move || check(case))
    };
    let mut trials: Vec<Trial> = CASES.iter().map(trial).collect();
    trials.push(Trial::test("interfaces_output::no-default-vlan-in-keyfiles", no_default_vlan_in_keyfiles));
    trials
}

fn check(case: &Case) -> Result<(), Failed> {
    let path = match case.from {
        "keyfile" => "/etc/NetworkManager/system-connections/x.nmconnection",
        "ifcfg" => "/etc/sysconfig/network-scripts/ifcfg-eth0",
        "iproute" => "/netpivot-commands/recipe.sh",
        _ => "/etc/network/interfaces",
    };
    let mut tree = MemoryTree::default();
    tree.add(path, case.text);
    for (to, expected, losses) in case.to {
        let done = conversion::run(&tree, &conversion::request(Some(case.from), to));
        if let Some(failure) = done.failure {
            return Err(format!("{to}: {failure}").into());
        }
        let output = done.outputs.iter().find(|file| file.path == "/etc/network/interfaces");
        let text = output.map_or(String::new(), |file| stanzas(&file.text));
        if text != stanzas(expected) {
            return Err(format!("{to}: {text}\nexpected: {}", stanzas(expected)).into());
        }
        let ids = done.diagnostics.iter().map(|found| found.code.id);
        let lost: Vec<&str> = ids.filter(|id| id.starts_with('L')).collect();
        if lost != *losses {
            return Err(format!("{to}: lost {lost:?}, expected {losses:?}").into());
        }
    }
    Ok(())
}

/// NetworkManager puts each port into the bridge's default VLAN besides those of its profile
/// (nm-device-bridge.c:bridge_set_vlan_options).
fn no_default_vlan_in_keyfiles() -> Result<(), Failed> {
    let mut tree = MemoryTree::default();
    tree.add("/etc/network/interfaces", AWARE);
    let done = conversion::run(&tree, &conversion::request(Some(IF2), "keyfile"));
    let lines = done.outputs.iter().flat_map(|file| file.text.lines());
    let found: Vec<&str> = lines.filter(|line| line.starts_with("vlan")).collect();
    let expected = [
        "vlan-default-pvid=0",
        "vlan-filtering=true",
        "vlans=1 pvid untagged,10",
        "vlans=10 pvid untagged",
        "vlans=10,20",
        "vlans=1 pvid untagged,10,20",
    ];
    if found == expected { Ok(()) } else { Err(format!("{found:#?}").into()) }
}

/// Three sorts of ports, and a VLAN on the bridge.
const AWARE: &str = "auto bridge\niface bridge\nbridge-ports swp1 swp2 swp3\nbridge-vlan-aware yes\nbridge-vids 10 20\n\
    bridge-allow-untagged no\nauto swp1\niface swp1\nbridge-access 10\nauto swp2\niface swp2\nbridge-allow-untagged no\n\
    auto swp3\niface swp3\nauto vlan10\niface vlan10\naddress 10.0.10.2/24\nvlan-id 10\nvlan-raw-device bridge\n";

/// The lines that count, without the stanza of `lo` that holds nothing.
fn stanzas(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let text: String = lines.flat_map(|line| [line, "\n"]).collect();
    let bare = "auto lo\niface lo inet loopback\n";
    let rest = text.strip_prefix(bare).filter(|rest| rest.is_empty() || rest.starts_with("a"));
    rest.unwrap_or(&text).to_owned()
}

const CASES: &[Case] = &[
    Case {
        name: "links that a dialling interface goes out by",
        from: IFD,
        text: "auto ppp0\niface ppp0 inet ppp\n\
               pre-up /sbin/ip link set eth1 up\n\
               up ip link set eth2 up\n\
               provider dsl\n",
        // What pppd needs is up before it starts.
        to: &[(
            IFD,
            "auto ppp0\niface ppp0 inet ppp\nprovider dsl\n\
             pre-up /sbin/ip link set eth1 up\n\
             auto eth2\niface eth2 inet manual\n",
            &[],
        )],
    },
    Case {
        name: "a port that a hook needs",
        from: IFD,
        text: "auto eth0\niface eth0 inet manual\n\
               up ip tuntap add tap0 mode tap\nup ip link set tap0 up\nup /x/start-vm tap0\n\
               auto br0\niface br0 inet static\naddress 192.0.2.1/24\nbridge_ports eth0 tap0\n",
        to: &[(
            IFD,
            "auto eth0\niface eth0 inet manual\n\
             up ip tuntap add tap0 mode tap\nup ip link set tap0 up\nup /x/start-vm tap0\n\
             auto br0\niface br0 inet static\naddress 192.0.2.1/24\nbridge-ports eth0 tap0\nbridge-stp off\n",
            &[],
        )],
    },
    Case {
        name: "commands that stay with what a hook needs",
        from: IFD,
        text: "auto eth0\niface eth0 inet static\naddress 192.0.2.10/24\n\
               up ip link set eth1 up; ip rule add from 192.0.2.10 table 7 prio 7\n\
               up ip link set eth2 up; ip addr add 192.0.2.11/24 dev eth0\n\
               up ip link set eth3 up\n\
               up /x/needs-eth1\n\
               up ip link set eth4 up\n",
        // A line stays as a whole, and nothing of it stands twice. Of one that also sets up a link with a stanza, nothing
        // stays, and that stanza comes first.
        to: &[(
            IFD,
            "auto eth2\niface eth2 inet manual\n\
             auto eth0\niface eth0 inet static\naddress 192.0.2.10/24\n\
             up ip link set eth1 up; ip rule add from 192.0.2.10 table 7 prio 7\n\
             up ip -4 address replace 192.0.2.11/24 dev eth0\n\
             up ip link set eth3 up\n\
             up /x/needs-eth1\n\
             auto eth4\niface eth4 inet manual\n",
            &[],
        )],
    },
    Case {
        name: "what a reset stands before",
        from: "iproute",
        text: "ip addr add 192.0.2.10/24 dev eth0\n\
               iptables-restore < base.rules\n\
               iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE\n\
               sysctl -p\n\
               sysctl -w net.ipv4.ip_forward=1\n",
        to: &[(
            IFD,
            "auto eth0\niface eth0 inet static\naddress 192.0.2.10/24\n\
             up iptables-restore < base.rules || true\n\
             up iptables -t nat -C POSTROUTING -o eth0 -j MASQUERADE 2>/dev/null || \
             iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE\n\
             up sysctl -p || true\n\
             up sysctl -q -w net.ipv4.ip_forward=1\n\
             down iptables -t nat -D POSTROUTING -o eth0 -j MASQUERADE || true",
            &[],
        )],
    },
    Case {
        name: "a table named where it is not yet",
        from: "iproute",
        text: "ip addr add 192.0.2.10/24 dev eth0\n\
               grep -q isp2 /etc/iproute2/rt_tables || echo \"200 isp2\" >> /etc/iproute2/rt_tables\n\
               ip rule add from 192.0.2.10 table isp2\n",
        to: &[(IFD, "auto eth0\niface eth0 inet static\naddress 192.0.2.10/24\n\
             up ip -4 rule add priority 32765 from 192.0.2.10/32 table 200 || true\n\
             down ip -4 rule del priority 32765 from 192.0.2.10/32 table 200 || true", &[])],
    },
    Case {
        name: "commands that stay between what others set up",
        from: "interfaces",
        text: "auto eth0\niface eth0 inet static\n\taddress 192.0.2.10/24\n\
               \tup /x/first $IFACE\n\
               \tup ip addr add 192.0.2.11/24 dev eth0\n\
               \tup /x/needs11\n\
               \tup ip route add 10.1.0.0/16 via 192.0.2.254\n",
        to: &[(IFD, BETWEEN, &[]), (IF2, BETWEEN, &[]), (NG, BETWEEN, &[])],
    },
    // Executor `wifi` of ifupdown-ng: without a key it joins an open network by `iwconfig … essid … ap any`. It hands
    // name and passphrase to wpa_passphrase(8) unquoted.
    Case {
        name: "no network by its name alone",
        from: IFD,
        text: "auto wlan0\niface wlan0 inet dhcp\n wpa-ssid corp\n wpa-psk pass#word1\n",
        to: &[(NG, "", &["L481"])],
    },
    Case {
        name: "no network of a company by its name alone",
        from: IFD,
        text: "auto wlan0\niface wlan0 inet dhcp\n wpa-ssid corp\n wpa-key-mgmt WPA-EAP\n wpa-eap PEAP\n wpa-identity me\n",
        to: &[(NG, "", &["L481"])],
    },
    Case {
        name: "a network whose name has two words",
        from: IFD,
        text: "auto wlan0\niface wlan0 inet dhcp\n wpa-ssid my net\n wpa-psk password1\n",
        to: &[(NG, "", &["L481"])],
    },
    Case {
        name: "networks that ifupdown-ng joins",
        from: IFD,
        text: "auto wlan0\niface wlan0 inet dhcp\n wpa-ssid corp\n wpa-psk pass word1\n\
               auto wlan1\niface wlan1 inet dhcp\n wpa-ssid my cafe\n wpa-key-mgmt NONE\n",
        to: &[(
            NG,
            "auto wlan0\niface wlan0 inet dhcp\n wifi-ssid corp\n wifi-psk pass word1\n\
             auto wlan1\niface wlan1 inet dhcp\n wifi-ssid my cafe\n",
            &[],
        )],
    },
    Case {
        name: "a key that is used without a word on key management",
        from: IFD,
        text: "auto wlan0\niface wlan0 inet dhcp\n wpa-ssid home\n wpa-psk correct horse\n",
        to: &[
            (IFD, "auto wlan0\niface wlan0 inet dhcp\nwpa-ssid home\nwpa-psk correct horse\n", &[]),
            (NG, "auto wlan0\niface wlan0 inet dhcp\nwifi-ssid home\nwifi-psk correct horse\n", &[]),
        ],
    },
    // wpa_supplicant.conf(5): without `key_mgmt` it looks for WPA-PSK and WPA-EAP.
    Case {
        name: "open networks",
        from: IFD,
        text: "auto wlan0\niface wlan0 inet dhcp\n wireless-essid cafe\n\
               auto wlan1\niface wlan1 inet dhcp\n wpa-ssid cafe\n wpa-key-mgmt NONE\n wpa-wep-key0 abcde\n",
        to: &[(
            IFD,
            "auto wlan0\niface wlan0 inet dhcp\nwpa-key-mgmt NONE\nwpa-ssid cafe\n\
             auto wlan1\niface wlan1 inet dhcp\nwpa-ssid cafe\nwpa-key-mgmt NONE\nwpa-wep-key0 \"abcde\"\n",
            &[],
        )],
    },
    // ifupdown2's addons/vrf.py: user_reserved_vrf_table.
    Case {
        name: "tables of VRFs that count and one that says its own",
        from: IF2,
        text: "auto red\niface red\n vrf-table auto\nauto mgmt\niface mgmt\n vrf-table auto\n\
               auto blue\niface blue\n vrf-table 1002\n",
        to: &[(
            IF2,
            "auto red\niface red inet manual\n vrf-table 1001\nauto mgmt\niface mgmt inet manual\n vrf-table 1003\n\
             auto blue\niface blue inet manual\n vrf-table 1002\n",
            &[],
        )],
    },
    // ifup hands the word to ip(8), which refuses it ("is invalid lladdr"), and the card stays down.
    Case {
        name: "a hardware address that NetworkManager makes",
        from: "keyfile",
        text: "[connection]\nid=eth0\ntype=ethernet\ninterface-name=eth0\n[ethernet]\ncloned-mac-address=stable\n\
               [ipv4]\nmethod=manual\naddress1=10.0.0.1/24\n[ipv6]\nmethod=ignore\n",
        to: &[(IFD, "auto eth0\niface eth0 inet static\n address 10.0.0.1/24\n", &["L480"])],
    },
    Case {
        name: "a hardware address that stays as it is",
        from: "keyfile",
        text: "[connection]\nid=eth0\ntype=ethernet\ninterface-name=eth0\n[ethernet]\ncloned-mac-address=preserve\n\
               [ipv4]\nmethod=manual\naddress1=10.0.0.1/24\n[ipv6]\nmethod=ignore\n",
        to: &[(IFD, "auto eth0\niface eth0 inet static\n address 10.0.0.1/24\n", &[])],
    },
    Case {
        // interfaces(5) of ifupdown2 has no `inet6 auto`; the kernel does the same. Its dhcp.py asks in each family that a
        // stanza names, so no inet6 stanza may stand beside `inet dhcp`.
        name: "autoconfiguration is the kernels own",
        from: IFD,
        text: "allow-hotplug eth0\niface eth0 inet dhcp\niface eth0 inet6 auto\n",
        to: &[
            (
                IF2,
                "allow-hotplug eth0
                 iface eth0 inet dhcp
                 pre-up sysctl -q -w net.ipv6.conf.eth0.accept_ra=2
                 pre-up sysctl -q -w net.ipv6.conf.eth0.autoconf=1",
                &[],
            ),
            (
                NG,
                "auto eth0
                 iface eth0 inet dhcp
                 iface eth0 inet6 manual
                 ipv6-accept-ra 2
                 ipv6-autoconf 1",
                &["L480"],
            ),
        ],
    },
    Case {
        name: "autoconfiguration of NetworkManager",
        from: "ifcfg",
        text: "DEVICE=eth0\nBOOTPROTO=none\nIPADDR=10.0.0.1\nPREFIX=24\nIPV6INIT=yes\nIPV6_AUTOCONF=yes\n",
        to: &[(
            IF2,
            "auto eth0
             iface eth0 inet static
             address 10.0.0.1/24
             iface eth0 inet6 manual
             pre-up sysctl -q -w net.ipv6.conf.eth0.accept_ra=2
             pre-up sysctl -q -w net.ipv6.conf.eth0.autoconf=1",
            &[],
        )],
    },
    Case {
        // nm-ndisc.c: NetworkManager takes no advertisements then.
        name: "manual of NetworkManager switches advertisements off",
        from: "keyfile",
        text: "[connection]\nid=eth0\ntype=ethernet\ninterface-name=eth0\n[ipv4]\nmethod=disabled\n\
               [ipv6]\nmethod=manual\naddress1=2001:db8::2/64\n",
        to: &[
            (
                IFD,
                "auto eth0
                 iface eth0 inet manual
                 iface eth0 inet6 static
                 address 2001:db8::2/64
                 accept_ra 0",
                &[],
            ),
            (
                IF2,
                "auto eth0
                 iface eth0 inet manual
                 iface eth0 inet6 static
                 address 2001:db8::2/64
                 pre-up sysctl -q -w net.ipv6.conf.eth0.accept_ra=0",
                &[],
            ),
            (
                NG,
                "auto eth0
                 iface eth0 inet manual
                 iface eth0 inet6 static
                 address 2001:db8::2/64
                 ipv6-accept-ra 0",
                &[],
            ),
        ],
    },
    Case {
        // addons.conf of ifupdown2: in pre-up, `usercmds` comes before `bridge`.
        name: "ifupdown2 makes a bridge behind the commands of pre-up",
        from: "keyfile",
        text: "[connection]\nid=br0\ntype=bridge\ninterface-name=br0\n[bridge]\nstp=false\n[ipv4]\nmethod=disabled\n\
               [ipv6]\nmethod=disabled\n",
        to: &[(
            IF2,
            "auto br0
             iface br0 inet manual
             bridge-ports none
             bridge-stp off
             bridge-maxwait 0
             iface br0 inet6 manual
             up sysctl -q -w net.ipv6.conf.br0.disable_ipv6=1",
            &[],
        )],
    },
    Case {
        name: "an IPv6 address by a command alone",
        from: "iproute",
        text: "ip -6 addr add 2001:db8::1/64 dev eth1\nip -6 addr add 2001:db8::2/64 dev eth1 nodad\n",
        to: &[(
            IFD,
            "auto eth1
             iface eth1 inet manual
             iface eth1 inet6 static
             address 2001:db8::1/64
             autoconf 1
             iface eth1 inet6 static
             address 2001:db8::2/64
             dad-attempts 0
             autoconf 1",
            &[],
        )],
    },
    Case {
        // inet.defn adds the route right behind the address of the stanza. ifupdown-ng gives no labels.
        name: "a gateway stands with the address that reaches it",
        from: IFD,
        text: "auto eth0\niface eth0 inet static\naddress 10.0.0.1/24\n\
               auto eth0:1\niface eth0:1 inet static\naddress 10.3.0.4/24\ngateway 10.3.0.1\n",
        to: &[
            (
                IFD,
                "auto eth0
                 iface eth0 inet static
                 address 10.0.0.1/24
                 auto eth0:1
                 iface eth0:1 inet static
                 address 10.3.0.4/24
                 gateway 10.3.0.1",
                &[],
            ),
            (
                NG,
                "auto eth0
                 iface eth0 inet static
                 address 10.0.0.1/24
                 up ip -4 address replace 10.3.0.4/24 label eth0:1 dev eth0
                 up ip -4 route replace default via 10.3.0.1 dev eth0",
                &[],
            ),
        ],
    },
    Case {
        name: "a gateway goes with its address by a command",
        from: IFD,
        text: "auto eth0\niface eth0 inet static\naddress 10.0.0.1/24\ngateway 10.0.0.254\nmetric 7\nscope site\n",
        to: &[
            (
                IFD,
                "auto eth0
                 iface eth0 inet static
                 address 10.0.0.1/24
                 scope site
                 gateway 10.0.0.254
                 metric 7",
                &[],
            ),
            (
                NG,
                "auto eth0
                 iface eth0 inet manual
                 up ip -4 address replace 10.0.0.1/24 scope site dev eth0
                 up ip -4 route replace default via 10.0.0.254 dev eth0 metric 7",
                &[],
            ),
        ],
    },
    Case {
        // inet6.defn: `dad-attempts 0` adds the address with `nodad`; a gateway switches advertisements off.
        name: "dad-attempts goes with its address",
        from: IFD,
        text: "auto eth0\niface eth0 inet6 static\naddress 2001:db8::2/64\n\
               iface eth0 inet6 static\naddress 2001:db8::3/64\ngateway fe80::1\ndad-attempts 0\n",
        to: &[(
            IFD,
            "auto eth0
                 iface eth0 inet manual
                 iface eth0 inet6 static
                 address 2001:db8::2/64
                 gateway fe80::1
                 iface eth0 inet6 static
                 address 2001:db8::3/64
                 dad-attempts 0",
            &[],
        )],
    },
    Case {
        name: "a link local gateway beside commands",
        from: IFD,
        text: "auto eth0\niface eth0 inet6 static\naddress 2001:db8::3/64\ngateway fe80::1\ndad-attempts 0\n",
        to: &[(
            NG,
            "auto eth0
             iface eth0 inet manual
             iface eth0 inet6 manual
             ipv6-accept-ra 0
             up ip -6 address replace 2001:db8::3/64 nodad dev eth0
             up ip -6 route replace default via fe80::1 dev eth0",
            &[],
        )],
    },
    Case {
        name: "temporary addresses by a command",
        from: IFD,
        text: "auto eth0\niface eth0 inet6 auto\nprivext 2\n",
        to: &[
            (IFD, "auto eth0\niface eth0 inet manual\niface eth0 inet6 auto\nprivext 2", &[]),
            (
                IF2,
                "auto eth0
                 iface eth0 inet manual
                 iface eth0 inet6 manual
                 pre-up sysctl -q -w net.ipv6.conf.eth0.accept_ra=2
                 pre-up sysctl -q -w net.ipv6.conf.eth0.autoconf=1
                 pre-up sysctl -q -w net.ipv6.conf.eth0.use_tempaddr=2",
                &[],
            ),
        ],
    },
    Case {
        // executor dhcp of ifupdown-ng, addons/dhcp.py of ifupdown2: neither hands on a metric.
        name: "no metric for DHCP but in ifupdown",
        from: IFD,
        text: "auto eth0\niface eth0 inet dhcp\nmetric 50\n",
        to: &[
            (IFD, "auto eth0\niface eth0 inet dhcp\nmetric 50", &[]),
            (NG, "auto eth0\niface eth0 inet dhcp", &["L480"]),
        ],
    },
    Case {
        name: "the end of a pair that makes both comes first",
        from: "iproute",
        text: "ip link add br0 type bridge\nip link add x0 type veth peer name eth0\nip link set eth0 master br0\n\
               ip link set x0 up\nip link set eth0 up\nip link set br0 up\n",
        to: &[(
            IFD,
            "auto x0
             iface x0 inet manual
             pre-up ip link add name x0 type veth peer name eth0 || true
             post-down ip link del dev x0 || true
             auto eth0
             iface eth0 inet manual
             auto br0
             iface br0 inet manual
             bridge-ports eth0
             bridge-stp off
             bridge-maxwait 0",
            &[],
        )],
    },
    Case {
        // addons/bridge.py:_apply_bridge_vlan_aware_port_settings_all: without options of its own each port gets VLAN 1, and
        // `bridge-allow-untagged` counts in the port's stanza alone.
        name: "vlans of ports are options of ifupdown2",
        from: IF2,
        text: AWARE,
        to: &[
            (
                IF2,
                "auto swp1
                 iface swp1 inet manual
                 bridge-access 10
                 auto swp2
                 iface swp2 inet manual
                 bridge-vids 10 20
                 bridge-allow-untagged no
                 auto swp3
                 iface swp3 inet manual
                 bridge-vids 10 20
                 bridge-pvid 1
                 auto bridge
                 iface bridge inet manual
                 bridge-ports swp1 swp2 swp3
                 bridge-stp off
                 bridge-vlan-aware yes
                 bridge-vids 10 20
                 auto vlan10
                 iface vlan10 inet static
                 address 10.0.10.2/24
                 vlan-raw-device bridge
                 vlan-id 10",
                &[],
            ),
            (
                NG,
                "auto swp1
                 iface swp1 inet manual
                 bridge-access 10
                 auto swp2
                 iface swp2 inet manual
                 bridge-vids 10 20
                 bridge-allow-untagged no
                 auto swp3
                 iface swp3 inet manual
                 bridge-vids 10 20
                 bridge-pvid 1
                 auto bridge
                 iface bridge inet manual
                 bridge-ports swp1 swp2 swp3
                 bridge-stp off
                 bridge-vlan-aware yes
                 up bridge vlan add dev bridge vid 10 self
                 auto vlan10
                 iface vlan10 inet static
                 address 10.0.10.2/24
                 vlan-raw-device bridge
                 vlan-id 10",
                // Later ports get no VLANs.
                &["L002"],
            ),
        ],
    },
    // Executor `bridge` of ifupdown-ng: set_bridge_vlans, configure_trunk_port; its compat.c hands the bridge's options to
    // the ports.
    Case {
        name: "vlans of a bridge under ifupdown-ng",
        from: NG,
        text: "auto br0\niface br0\nbridge-ports eth0 eth1 eth2\nbridge-vlan-aware yes\nbridge-vids 10 20\nbridge-pvid 5\n\
               auto eth0\niface eth0\nbridge-access 7\nauto eth1\niface eth1\nbridge-vids 30\nbridge-allow-untagged no\n\
               auto eth2\niface eth2\n",
        to: &[(
            NG,
            "auto eth0
             iface eth0 inet manual
             bridge-access 7
             auto eth1
             iface eth1 inet manual
             bridge-vids 30
             bridge-pvid 5
             auto eth2
             iface eth2 inet manual
             bridge-vids 10 20
             bridge-pvid 5
             auto br0
             iface br0 inet manual
             bridge-ports eth0 eth1 eth2
             bridge-stp off
             bridge-vlan-aware yes
             up bridge vlan add dev br0 vid 5 pvid untagged self
             up bridge vlan add dev br0 vid 10 self
             up bridge vlan add dev br0 vid 20 self",
            &[],
        )],
    },
    // addons/vxlan.py; ip-link(8) takes unicast addresses for `remote` and multicast ones for `group` only.
    Case {
        name: "ends of vxlans are options",
        from: IF2,
        text: "auto vni10\niface vni10\nvxlan-id 10\nvxlan-local-tunnelip 10.0.0.1\nvxlan-remoteip 10.0.0.2\n\
               vxlan-remoteip 10.0.0.3\nvxlan-ttl 64\nvxlan-ageing 600\nvxlan-learning no\nvxlan-port 4790\n\
               auto vni20\niface vni20\nvxlan-id 20\nvxlan-local-tunnelip 10.0.0.1\nvxlan-svcnodeip6 2001:db8::9\n\
               auto vni30\niface vni30\nvxlan-id 30\nvxlan-local-tunnelip 10.0.0.1\nvxlan-physdev eth0\n\
               vxlan-mcastgrp 239.1.1.1\n",
        to: &[
            (
                IF2,
                "auto vni10
                 iface vni10 inet manual
                 vxlan-id 10
                 vxlan-local-tunnelip 10.0.0.1
                 vxlan-port 4790
                 vxlan-ageing 600
                 vxlan-ttl 64
                 vxlan-learning no
                 vxlan-remoteip 10.0.0.2
                 vxlan-remoteip 10.0.0.3
                 auto vni20
                 iface vni20 inet manual
                 vxlan-id 20
                 vxlan-local-tunnelip 10.0.0.1
                 vxlan-svcnodeip6 2001:db8::9
                 auto vni30
                 iface vni30 inet manual
                 vxlan-id 30
                 vxlan-physdev eth0
                 vxlan-local-tunnelip 10.0.0.1
                 vxlan-mcastgrp 239.1.1.1",
                &[],
            ),
            (
                NG,
                "auto vni10
                 iface vni10 inet manual
                 pre-up ip link add name vni10 type vxlan id 10 local 10.0.0.1 dstport 4790 ageing 600 ttl 64 nolearning || true
                 up bridge fdb append 00:00:00:00:00:00 dev vni10 dst 10.0.0.2
                 up bridge fdb append 00:00:00:00:00:00 dev vni10 dst 10.0.0.3
                 post-down ip link del dev vni10 || true
                 auto vni20
                 iface vni20 inet manual
                 vxlan-id 20
                 vxlan-local-ip 10.0.0.1
                 vxlan-remote-ip 2001:db8::9
                 auto vni30
                 iface vni30 inet manual
                 vxlan-id 30
                 vxlan-physdev eth0
                 vxlan-local-ip 10.0.0.1
                 vxlan-remote-group 239.1.1.1",
                &[],
            ),
        ],
    },
    // A local address of IPv6, an ageing time of 0, and a link without a local address beside one that has one.
    Case {
        name: "vxlans that no option says",
        from: "iproute",
        text: "ip link add vx6 type vxlan id 6 local 2001:db8::1 remote 2001:db8::2 dstport 4789\n\
               ip link add vx7 type vxlan id 7 local 10.0.0.1 remote 10.0.0.2 dstport 4789 ageing 0\n\
               ip link add vx8 type vxlan id 8 remote 10.0.0.2 dstport 4789\n\
               ip link set vx6 up\nip link set vx7 up\nip link set vx8 up\n",
        to: &[(
            IF2,
            "auto vx6
             iface vx6 inet manual
             pre-up ip link add name vx6 type vxlan id 6 local 2001:db8::1 remote 2001:db8::2 dstport 4789 || true
             post-down ip link del dev vx6 || true
             auto vx7
             iface vx7 inet manual
             pre-up ip link add name vx7 type vxlan id 7 local 10.0.0.1 remote 10.0.0.2 dstport 4789 ageing 0 || true
             post-down ip link del dev vx7 || true
             auto vx8
             iface vx8 inet manual
             pre-up ip link add name vx8 type vxlan id 8 remote 10.0.0.2 dstport 4789 || true
             post-down ip link del dev vx8 || true",
            &[],
        )],
    },
    // addons/bridge.py:_apply_bridge_vids_and_pvid raises an error for a VXLAN without `bridge-access`.
    Case {
        name: "vxlans in a bridge that filters",
        from: "iproute",
        text: "ip link add br0 type bridge vlan_filtering 1\n\
               ip link add vx1 type vxlan id 1 local 10.0.0.1 dstport 4789\nip link set vx1 master br0\n\
               ip link add vx2 type vxlan id 2 local 10.0.0.1 dstport 4789\nip link set vx2 master br0\n\
               bridge vlan add dev vx2 vid 10 pvid untagged\nbridge vlan del dev vx2 vid 1\n\
               ip link add vx3 type vxlan id 3 local 10.0.0.1 dstport 4789\nip link set vx3 master br0\n\
               bridge vlan add dev vx3 vid 20-30\nbridge vlan del dev vx3 vid 1\n\
               ip link set br0 up\nip link set vx1 up\nip link set vx2 up\nip link set vx3 up\n",
        to: &[(
            IF2,
            "auto vx1
             iface vx1 inet manual
             bridge-access 1
             vxlan-id 1
             vxlan-local-tunnelip 10.0.0.1
             vxlan-port 4789
             auto vx2
             iface vx2 inet manual
             bridge-access 10
             vxlan-id 2
             vxlan-local-tunnelip 10.0.0.1
             vxlan-port 4789
             auto vx3
             iface vx3 inet manual
             bridge-access 20
             vxlan-id 3
             vxlan-local-tunnelip 10.0.0.1
             vxlan-port 4789
             auto br0
             iface br0 inet manual
             bridge-ports vx1 vx2 vx3
             bridge-stp off
             bridge-vlan-aware yes
             bridge-maxwait 0
             up bridge vlan del dev vx3 vid 20
             up bridge vlan add dev vx3 vid 20-30",
            &[],
        )],
    },
    Case {
        name: "a default vlan of 0",
        from: "iproute",
        text: "ip link add br0 type bridge vlan_filtering 1 vlan_default_pvid 0\nip link set eth0 master br0\n\
               bridge vlan add dev eth0 vid 10\nip link set br0 up\nip link set eth0 up\n",
        to: &[(
            IF2,
            "auto eth0
             iface eth0 inet manual
             bridge-vids 10
             bridge-allow-untagged no
             auto br0
             iface br0 inet manual
             bridge-ports eth0
             bridge-stp off
             bridge-vlan-aware yes
             bridge-maxwait 0
             up ip link set dev br0 type bridge vlan_default_pvid 0",
            &[],
        )],
    },
    // The method `static` sets the card down, as the line did.
    Case {
        name: "a card that goes down gets a method that does so",
        from: IFD,
        text: "auto eth0\niface eth0 inet manual\nup ip link set eth0 up\nup ip addr add 192.0.2.3/24 brd + dev eth0\ndown ip link set eth0 down\n",
        to: &[(IFD, "auto eth0\niface eth0 inet static\naddress 192.0.2.3/24", &[])],
    },
    // The VXLAN stays in the default VLAN.
    Case {
        name: "a vxlan that ifupdown2 refuses",
        from: IF2,
        text: "auto vni10\niface vni10\nvxlan-id 10\nvxlan-local-tunnelip 10.0.0.1\nbridge-vids 10 20\n\
               auto br0\niface br0\nbridge-ports vni10\nbridge-vlan-aware yes\nbridge-vids 10 20\n",
        to: &[(
            IF2,
            "auto vni10
             iface vni10 inet manual
             bridge-access 1
             vxlan-id 10
             vxlan-local-tunnelip 10.0.0.1
             auto br0
             iface br0 inet manual
             bridge-ports vni10
             bridge-stp off
             bridge-vlan-aware yes
             bridge-vids 10 20",
            &[],
        )],
    },
    Case {
        name: "vlans for ports to come stay on the bridge",
        from: IF2,
        text: "auto br0\niface br0\nbridge-ports none\nbridge-vlan-aware yes\nbridge-vids 2-4094\n",
        to: &[
            (
                IF2,
                "auto br0
                 iface br0 inet manual
                 bridge-ports none
                 bridge-stp off
                 bridge-vlan-aware yes
                 bridge-vids 2-4094",
                &[],
            ),
            (
                NG,
                "auto br0
                 iface br0 inet manual
                 bridge-ports none
                 bridge-stp off
                 bridge-vlan-aware yes",
                &["L002"],
            ),
        ],
    },
    Case {
        // netlink-ip.md 2.1: a port is in the bridge's default VLAN until it is deleted.
        name: "a port out of the default vlan",
        from: "iproute",
        text: "ip link add br0 type bridge vlan_filtering 1\nip link set eth0 master br0\n\
               bridge vlan add dev eth0 vid 10 pvid untagged\nbridge vlan del dev eth0 vid 1\n\
               ip link set br0 up\nip link set eth0 up\n",
        to: &[
            (
                IFD,
                "auto eth0
                 iface eth0 inet manual
                 auto br0
                 iface br0 inet manual
                 bridge-ports eth0
                 bridge-stp off
                 bridge-vlan-aware yes
                 bridge-maxwait 0
                 up bridge vlan del dev eth0 vid 1
                 up bridge vlan add dev eth0 vid 10 pvid untagged",
                &[],
            ),
            (
                IF2,
                "auto eth0
                 iface eth0 inet manual
                 bridge-access 10
                 auto br0
                 iface br0 inet manual
                 bridge-ports eth0
                 bridge-stp off
                 bridge-vlan-aware yes
                 bridge-maxwait 0",
                &[],
            ),
        ],
    },
];
