//! What Debian's `ifup -a` brings up of an interfaces file, and of what netpivot makes of that file, is the same: links,
//! addresses, routes, rules and the order of the commands that stay commands, each in a network namespace of its own.

use crate::{conversion, host};
use libtest_mimic::{Failed, Trial};
use netpivot_parsers::tree::MemoryTree;
use std::path::Path;
use std::process::Command;

/// Files with links that commands make or rename and none takes back, so that the second `ifup` fails over them, with what each is
/// about. The cards are eth0, eth1 and eth2; `$LOG` takes what commands have to say.
const FILES: &[(&str, &str)] = &[
    (
        "links-of-another-stanza",
        "auto eth0\n\
         iface eth0 inet static\n\
         \taddress 10.0.0.1/24\n\
         \tup ip addr add 10.1.0.1/24 brd + dev eth1\n\
         \tup ip link set eth1 up\n\
         \tup ip link add v0 type veth peer name v1\n\
         \tup ip addr add 10.2.0.1/24 brd + dev v0\n\
         \tup ip link set v0 up\n",
    ),
    (
        "links-made-before",
        "auto eth0\n\
         iface eth0 inet static\n\
         \taddress 10.0.0.1/24\n\
         \tpre-up ip link add v0 type veth peer name v1\n\
         \tpre-up ip link set v0 mtu 1400 up\n\
         \tpre-up ip link set v1 up\n",
    ),
    (
        "renamed-by-a-command",
        "auto lan0\n\
         iface lan0 inet static\n\
         \taddress 192.0.2.10/24\n\
         \tpre-up ip link set eth1 name lan0\n\
         auto lan1\n\
         iface lan1 inet static\n\
         \taddress 198.51.100.11/24\n\
         \tpre-up ip link add v0 type veth peer name v1\n\
         \tpre-up ip link set v0 name lan1\n\
         \tpre-up ip link set v1 up\n",
    ),
];

/// Files that are also taken down, and brought up again.
const THERE_AND_BACK: &[(&str, &str)] = &[
    (
        "addresses-of-commands",
        "auto eth0\n\
         iface eth0 inet static\n\
         \taddress 10.0.0.1/24\n\
         \tup ip addr add 10.0.0.2/24 dev eth0\n",
    ),
    (
        "bare-stanza-set-up-by-another",
        "iface eth1 inet manual\n\
         auto eth0\n\
         iface eth0 inet static\n\
         \taddress 10.0.0.1/24\n\
         \tup ip link set eth1 up\n",
    ),
    (
        "stanzas-by-hand-that-another-sets-up-in-part",
        "iface eth2 inet static\n\
         \taddress 10.3.0.1/24\n\
         iface v0 inet static\n\
         \taddress 10.9.0.1/24\n\
         auto eth0\n\
         iface eth0 inet static\n\
         \taddress 10.0.0.1/24\n\
         \tup ip addr add 10.5.0.1/24 dev eth2\n\
         \tup ip link set eth2 up\n\
         \tup ip link add v0 type veth peer name v1\n\
         \tup ip link set v0 up\n\
         \tup ip route add 10.6.0.0/16 dev eth2\n",
    ),
    (
        "host-settings-of-a-stanza-by-hand",
        "iface eth2 inet static\n\
         \taddress 10.4.0.1/24\n\
         \tup sysctl -q -w net.ipv4.ip_forward=1\n\
         \tup iptables -t nat -A POSTROUTING -o eth2 -j MASQUERADE\n\
         \tup ip netns add foo\n",
    ),
    (
        "settings-of-dotted-and-other-devices",
        "auto eth0\n\
         iface eth0 inet manual\n\
         auto eth0.30\n\
         iface eth0.30 inet static\n\
         \taddress 10.30.0.1/24\n\
         \tup sysctl -q -w net.ipv4.conf.eth0/30.rp_filter=2\n\
         \tup sysctl -q -w net.ipv4.ip_forward=1\n\
         \tup sysctl -q -w net.ipv4.conf.eth2.rp_filter=2\n",
    ),
    (
        "peer-with-the-length-of-its-address",
        "auto eth0 eth1\n\
         iface eth0 inet static\n\
         \taddress 10.99.0.1/30\n\
         \tbroadcast 10.99.0.3\n\
         \tpointopoint 10.99.0.2\n\
         iface eth1 inet static\n\
         \taddress 10.98.0.1/24\n\
         \tbroadcast 10.98.0.255\n\
         \tpointopoint 10.98.4.2/30\n",
    ),
    (
        "renamed-and-by-hardware-address",
        "rename eth1=lan0\n\
         auto lan0\n\
         iface lan0 inet static\n\
         \taddress 192.0.2.10/24\n\
         auto /mac/02:00:00:00:00:02=dmz\n\
         iface dmz inet static\n\
         \taddress 198.51.100.11/24\n",
    ),
    (
        "mapping",
        "auto eth0\n\
         mapping eth*\n\
         \tscript /usr/bin/printenv\n\
         \tmap home eth0-home\n\
         iface eth0-home inet static\n\
         \taddress 192.0.2.10/24\n\
         iface eth0-work inet static\n\
         \taddress 198.51.100.11/24\n",
    ),
    (
        "alias-of-another-class",
        "auto eth0\n\
         iface eth0 inet static\n\
         \taddress 192.0.2.10/24\n\
         \tpre-up echo firewall $IFACE >> $LOG\n\
         \tup ip route add 10.9.0.0/16 via 192.0.2.1\n\
         \tup echo up $IFACE >> $LOG\n\
         allow-hotplug eth0:1\n\
         iface eth0:1 inet static\n\
         \taddress 192.0.2.11/24\n\
         \tpre-up echo alias $IFACE >> $LOG\n",
    ),
    (
        "hooks-of-their-stanzas",
        "auto eth0 eth0:1\n\
         iface eth0 inet static\n\
         \taddress 192.0.2.10/24\n\
         \tpre-up ip -o -4 address show dev eth0 >> $LOG\n\
         \tup echo $IFACE $ADDRFAM $IF_ADDRESS >> $LOG\n\
         \tup ip route add 10.9.0.0/16 via 192.0.2.1\n\
         \tup ip rule add from 192.0.2.10 table 100 priority 100\n\
         iface eth0:1 inet static\n\
         \taddress 198.51.100.11/24\n\
         \tpre-up ip -o -4 address show dev eth0 >> $LOG\n\
         \tup echo $IFACE $ADDRFAM $IF_ADDRESS >> $LOG\n\
         \tup ip route add 10.10.0.0/16 via 198.51.100.1\n\
         iface eth0 inet6 static\n\
         \taddress 2001:db8::1/64\n\
         \tpre-up echo before6 $IFACE $ADDRFAM >> $LOG\n\
         \tup echo $IFACE $ADDRFAM $IF_ADDRESS >> $LOG\n",
    ),
    (
        "alias-at-boot-of-an-interface-by-hand",
        "iface eth0 inet static\n\
         \taddress 192.0.2.10/24\n\
         \tup echo $IFACE >> $LOG\n\
         auto eth0:1\n\
         iface eth0:1 inet static\n\
         \taddress 198.51.100.11/24\n\
         \tup echo $IFACE >> $LOG\n",
    ),
    (
        "route-of-several-links",
        "auto eth0\n\
         iface eth0 inet static\n\
         \taddress 192.0.2.10/24\n\
         auto eth1\n\
         iface eth1 inet static\n\
         \taddress 198.51.100.10/24\n\
         \tup ip route add default scope global nexthop via 192.0.2.1 dev eth0 weight 1 \
         nexthop via 198.51.100.1 dev eth1 weight 2\n",
    ),
    (
        "commands-that-stay-between-what-others-set-up",
        "auto eth0\n\
         iface eth0 inet static\n\
         \taddress 192.0.2.10/24\n\
         \tpre-up ip rule add from 192.0.2.11 table 100 priority 100\n\
         \tpre-up ip rule show from 192.0.2.11 >> $LOG\n\
         \tup ip addr add 192.0.2.11/24 brd + dev eth0\n\
         \tup ip -o -4 address show dev eth0 to 192.0.2.11 >> $LOG\n\
         \tup ip route add 10.1.0.0/16 via 192.0.2.254\n\
         \tup ip route show 10.0.0.0/8 root 10.0.0.0/8 >> $LOG; ip link show dev eth0 | grep -c 1400 >> $LOG || true\n\
         \tup ip link set eth0 mtu 1400\n\
         \tup ip addr add 192.0.2.12/24 brd + dev eth0\n\
         \tup ip route add 10.2.0.0/16 via 192.0.2.254 src 192.0.2.12\n\
         \tup ip -o -4 address show dev eth0 >> $LOG; ip route show root 10.0.0.0/8 >> $LOG\n\
         \tdown ip rule del from 192.0.2.11 table 100 priority 100\n",
    ),
    (
        "commands-that-fail-between-what-others-set-up",
        "auto eth0\n\
         iface eth0 inet static\n\
         \taddress 192.0.2.10/24\n\
         \tup ip route add 10.1.0.0/16 via 192.0.2.254\n\
         \tup /bin/grep -q nothing /dev/null\n\
         \tup ip addr add 192.0.2.11/24 brd + dev eth0\n",
    ),
    (
        "what-a-reset-would-take-away",
        "auto eth0\n\
         iface eth0 inet static\n\
         \taddress 192.0.2.10/24\n\
         \tup ip rule flush table 100; true\n\
         \tup ip rule add from 192.0.2.10 table 100 priority 100\n\
         \tup echo net.ipv4.ip_forward=0 | sysctl -q -p -\n\
         \tup sysctl -q -w net.ipv4.ip_forward=1\n\
         \tdown ip rule del from 192.0.2.10 table 100 priority 100\n\
         iface eth0 inet6 static\n\
         \taddress 2001:db8::1/64\n\
         \tup echo $IFACE $ADDRFAM >> $LOG\n\
         \tup ip route add 10.7.0.0/16 via 192.0.2.254\n\
         \tup ip route show root 10.0.0.0/8 >> $LOG\n",
    ),
    (
        "card-without-addresses-that-goes-down",
        "auto eth1\n\
         iface eth1 inet manual\n\
         \tup ip link set $IFACE up\n\
         \tdown ip link set $IFACE down\n",
    ),
    (
        "label-by-a-command-beside-an-alias",
        "auto eth0\n\
         iface eth0 inet static\n\
         \taddress 192.0.2.5/24\n\
         \tup ip addr add 192.0.2.6/24 dev $IFACE label $IFACE:0\n\
         \tdown ip addr del 192.0.2.6/24 dev $IFACE label $IFACE:0\n\
         auto eth0:5\n\
         iface eth0:5 inet static\n\
         \taddress 198.51.100.7/24\n",
    ),
    (
        "commands-that-stay-with-what-takes-them-back",
        "auto eth0\n\
         iface eth0 inet static\n\
         \taddress 10.0.0.1/24\n\
         \tup tc qdisc add dev eth0 root handle 7: pfifo limit 7\n\
         \tdown tc qdisc del dev eth0 root handle 7: pfifo limit 7\n\
         \tup ip link add v0 type veth peer name v1 $NOTHING\n\
         \tpost-down ip link del v0\n",
    ),
    (
        "links-that-a-command-behind-them-needs",
        "auto eth0\n\
         iface eth0 inet static\n\
         \taddress 192.0.2.10/24\n\
         \tpre-up ip link set eth2 up\n\
         \tpre-up ip -br link show dev eth2 up >> $LOG\n\
         \tpre-up ip link add br-guest type bridge\n\
         \tup ip addr add 10.77.0.1/24 dev br-guest\n\
         \tup ip link set br-guest up\n\
         \tup ip link set eth1 up\n\
         \tup ip addr add 198.51.100.5/24 dev eth1\n\
         \tup ip route add 10.5.0.0/16 via 198.51.100.1\n\
         \tup for n in 1 2; do ip route add 10.6.$n.0/24 via 198.51.100.1; done\n\
         \tup ip -o -4 address show dev br-guest >> $LOG\n\
         \tdown ip addr flush dev eth1\n\
         \tdown ip link set eth1 down\n\
         \tdown ip link set eth2 down\n\
         \tdown ip link del br-guest\n",
    ),
    (
        "link-that-stands-on-the-interface-before-a-command-that-needs-it",
        "auto eth0\n\
         iface eth0 inet static\n\
         \taddress 192.0.2.10/24\n\
         \tup ip link add mac0 link eth0 address 02:00:00:00:00:99 type macvlan mode bridge\n\
         \tup ip addr add 192.0.2.99/24 dev mac0\n\
         \tup ip link set mac0 up\n\
         \tup ip -o -4 address show dev mac0 >> $LOG\n\
         \tdown ip link del mac0\n",
    ),
    (
        "settings-of-an-alias",
        "auto eth0 eth0:0\n\
         iface eth0 inet static\n\
         \taddress 192.0.2.10/24\n\
         iface eth0:0 inet static\n\
         \taddress 192.0.2.20/24\n\
         \tpre-up sysctl -q -w net.ipv4.ip_forward=1\n\
         \tpre-up sysctl net.ipv4.ip_forward >> $LOG\n\
         \tup ip rule add from 192.0.2.20 table 20 prio 20\n\
         \tdown ip rule del from 192.0.2.20 table 20 prio 20\n\
         \tpost-down sysctl -q -w net.ipv4.ip_forward=0\n",
    ),
    (
        "what-is-taken-back-between-commands-that-stay",
        "auto eth0\n\
         iface eth0 inet static\n\
         \taddress 192.0.2.10/24\n\
         \tup ip route add 10.9.0.0/16 via 192.0.2.254\n\
         \tup ip rule add from 192.0.2.10 table 100 priority 100\n\
         \tdown echo route before $(ip route show 10.9.0.0/16) >> $LOG\n\
         \tdown ip route del 10.9.0.0/16\n\
         \tdown echo route behind $(ip route show 10.9.0.0/16) >> $LOG\n\
         \tdown echo rule before $(ip rule show table 100) >> $LOG\n\
         \tdown ip rule del from 192.0.2.10 table 100\n\
         \tdown echo rule behind $(ip rule show table 100) >> $LOG\n\
         auto v0\n\
         iface v0 inet static\n\
         \taddress 198.51.100.10/24\n\
         \tpre-up ip link show dev v0 > /dev/null 2>&1 && echo v0 is there >> $LOG; true\n\
         \tpre-up ip link add v0 type veth peer name v1\n\
         \tup ip rule add from 198.51.100.10 table 101 priority 101\n\
         \tpost-down echo v0 before $(ls -d /sys/class/net/v0) $(ip rule show table 101) >> $LOG\n\
         \tpost-down ip rule del from 198.51.100.10 table 101\n\
         \tpost-down ip link del v0\n\
         \tpost-down echo v0 behind $(ls -d /sys/class/net/v0 2>/dev/null) >> $LOG\n",
    ),
    (
        "address-replaced-behind-a-command-that-needs-it",
        "auto eth0\n\
         iface eth0 inet static\n\
         \taddress 192.0.2.10/24\n\
         \tup for n in 1 2; do ip route add 10.$n.0.0/16 via 192.0.2.1; done\n\
         \tup ip addr del 192.0.2.10/24 dev eth0 && ip addr add 192.0.2.11/24 dev eth0\n",
    ),
    (
        "taken-back-by-short-words",
        "auto eth0\n\
         iface eth0 inet static\n\
         \taddress 192.0.2.10/24\n\
         \tup ip ru a from 192.0.2.10 table 7 priority 7\n\
         \tdown ip rule d from 192.0.2.10 table 7; echo $? >> $LOG\n\
         \tup ip rule add from 192.0.2.10 table 8 priority 8\n\
         \tdown ip ru d from 192.0.2.10 table 8\n\
         \tup ip route add 10.9.0.0/16 via 192.0.2.254\n\
         \tdown ip r d 10.9.0.0/16\n",
    ),
    (
        "addresses-without-broadcast",
        "auto eth0 eth1\n\
         iface eth0 inet static\n\
         \taddress 192.0.2.10/24\n\
         \tup ip addr add 203.0.113.5 dev eth0\n\
         \tup ip addr add 10.9.0.0/31 dev eth0\n\
         \tup ip addr add 10.77.0.1/24 dev eth0\n\
         iface eth1 inet manual\n\
         \tup ip link set eth1 up\n\
         \tup ip addr add 10.8.0.2 peer 10.8.0.1 dev eth1\n",
    ),
    (
        "routes-and-rules-that-are-taken-back",
        "auto eth0\n\
         iface eth0 inet static\n\
         \taddress 10.0.0.1/24\n\
         \tup ip route add 10.1.0.0/16 via 10.0.0.2\n\
         \tdown ip route del 10.1.0.0/16 via 10.0.0.2\n\
         \tup ip rule add from 10.0.0.1 table 100 priority 100\n\
         \tdown ip rule del from 10.0.0.1 table 100 priority 100\n",
    ),
];

/// Makes the cards, brings the file up, and shows what there is then. `iptables` and namespaces of the host do not belong
/// to the namespace.
const SHOW: &str = r#"
mount -t sysfs none /sys; mount -t tmpfs none /run; mkdir -p /run/network
export LOG=$2/log; : > $LOG
for n in 0 1 2; do ip link add eth$n type veth peer name cable$n; ip link set cable$n up; done
ip link set eth2 address 02:00:00:00:00:02
# The mapping of the case asks for the variable of its interface's name.
export eth0=eth0-home
for all in all default; do echo 0 > /proc/sys/net/ipv6/conf/$all/accept_dad; done
ifup -a -X lo -i "$1" --state-dir "$2" 2>"$2/errors"; echo "ifup $?"
cat "$2/errors" >&2
show() {
ip -o -d link | sed -n 's/^[0-9]*: \([^:@]*\).*<\(.*\)> mtu \([0-9]*\).*/\1 \2 \3/p' | grep -v cable
ip -o addr | grep -v 'cable\|fe80\| lo ' | sed 's/^[0-9]*: //; s/\\.*//' | sort
ip route show table all | grep -v 'cable\|fe80\|ff00\|dev lo' | sort
ip rule; ip -6 rule; ip netns
for name in ip_forward conf.eth2.rp_filter conf.eth0/30.rp_filter; do sysctl net.ipv4.$name 2>/dev/null; done
tc qdisc show dev eth0
cat $LOG
}
show
[ "$3" = back ] || exit 0
ifdown -a -X lo -i "$1" --state-dir "$2" 2>/dev/null; echo "ifdown $?"; show
ifup -a -X lo -i "$1" --state-dir "$2" 2>/dev/null; echo "ifup again $?"; show
ifdown -i "$1" --state-dir "$2" eth0 2>/dev/null; ifup -i "$1" --state-dir "$2" eth0 2>/dev/null
echo "ifup eth0 $?"; show
ifdown -i "$1" --state-dir "$2" eth0:0 2>/dev/null; show
ifup -i "$1" --state-dir "$2" eth0:0 2>/dev/null; show
"#;

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let missing = missing();
    let case = |steps: &'static str| {
        let missing = missing.clone();
        move |(name, text): &(&str, &'static str)| {
            let text = *text;
            host::case(format!("interfaces_boot::{name}"), missing.clone(), move || same(text, steps))
        }
    };
    FILES.iter().map(case("up")).chain(THERE_AND_BACK.iter().map(case("back"))).collect()
}

fn missing() -> Option<String> {
    let dir = tempfile::tempdir().ok()?;
    let file = dir.path().join("interfaces");
    std::fs::write(&file, "auto lo\niface lo inet loopback\n").ok()?;
    let shown = show(&file, dir.path(), "up").ok()?;
    (!shown.starts_with("ifup 0")).then(|| "ifup(8) in a network namespace (root)".to_owned())
}

fn same(text: &'static str, steps: &str) -> Result<(), Failed> {
    let tree: MemoryTree = [("/etc/network/interfaces", text)].into_iter().collect();
    let done = conversion::run(&tree, &conversion::request(Some("interfaces:ifupdown"), "interfaces"));
    let Some(output) = done.outputs.iter().find(|file| file.path == "/etc/network/interfaces") else {
        return Err(format!("no output:\n{}", done.findings().join("\n")).into());
    };
    let mut seen = Vec::new();
    for text in [text, output.text.as_str()] {
        let dir = tempfile::tempdir()?;
        let file = dir.path().join("interfaces");
        std::fs::write(&file, text)?;
        seen.push(show(&file, dir.path(), steps)?);
    }
    if seen[0] == seen[1] {
        return Ok(());
    }
    Err(format!("from\n{text}\ncame\n{}\nwhich brings up\n{}\nand not\n{}", output.text, seen[1], seen[0])
        .into())
}

fn show(file: &Path, state: &Path, steps: &str) -> Result<String, Failed> {
    let mut command = Command::new("unshare");
    command.args(["-n", "-m", "sh", "-c", SHOW, "sh"]).arg(file).arg(state).arg(steps);
    let output = command.output()?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
