//! `netpivot audit` on hosts fresh after their network's start by its own daemon: what the daemon, the kernel, leases, router
//! advertisements, libvirt and containers make by themselves is no finding, and a change by hand is one.

use crate::{fixture, host, hosts, live};
use libtest_mimic::{Failed, Trial};
use std::collections::BTreeSet;
use std::process::Command;

/// A DHCP server and a router in a namespace, on the last card.
const SERVER: &str = "ip netns add far; ip link set eth3 netns far; ip -n far link set lo up; ip -n far link set eth3 up\n\
    ip -n far addr add 203.0.113.1/24 dev eth3; ip -n far addr add 2001:db8:1::1/64 dev eth3; sleep 2\n\
    ip netns exec far dnsmasq --conf-file=/dev/null --port=0 --interface=eth3 --dhcp-leasefile=/tmp/leases --pid-file=/tmp/p \\\n\
      --dhcp-range=203.0.113.10,203.0.113.20,10m --dhcp-range=2001:db8:1::,ra-only,64,10m --enable-ra \\\n\
      --dhcp-option=121,172.30.0.0/16,203.0.113.9,0.0.0.0/0,203.0.113.1\n";

/// Leaves nothing of the machine that this one is a copy of.
const EMPTY: &str = "rm -rf /etc/NetworkManager/system-connections /etc/network/interfaces* /etc/libvirt/qemu/networks\n\
    mkdir -p /run/network /etc/network /etc/NetworkManager/system-connections\n";

const NETWORKMANAGER: &str = r#"
w() { f=/etc/NetworkManager/system-connections/$1.nmconnection; cat > $f; chmod 600 $f; }
printf '%s\n' '[connection]' id=br0 type=bridge interface-name=br0 '[bridge]' stp=false '[ipv4]' method=manual address1=192.0.2.10/24,192.0.2.1 route1=198.51.100.0/24,192.0.2.7 'routing-rule1=priority 100 from 192.0.2.10 table 7' '[ipv6]' method=disabled | w br0
printf '%s\n' '[connection]' id=port type=ethernet interface-name=eth0 master=br0 slave-type=bridge | w port
printf '%s\n' '[connection]' id=lease type=ethernet interface-name=eth1 '[ipv4]' method=auto '[ipv6]' method=auto | w lease
printf '%s\n' '[connection]' id=static type=ethernet interface-name=eth2 '[ipv4]' method=manual address1=10.2.0.2/24 '[ipv6]' method=manual address1=2001:db8:2::2/64,2001:db8:2::1 | w static
printf '%s\n' '[connection]' id=vlan type=vlan interface-name=eth2.7 '[vlan]' id=7 parent=eth2 '[ipv4]' method=manual address1=10.7.0.2/24 '[ipv6]' method=ignore | w vlan
printf '%s\n' '[connection]' id=hand type=dummy interface-name=d9 autoconnect=false '[ipv4]' method=manual address1=10.9.0.2/24 | w hand
lab-start udev dbus nm
for s in $(seq 60); do
  [ "$(nmcli -t -f TYPE,STATE connection show --active | grep -v ^loopback | grep -c :activated)" -ge 5 ] && break; sleep 1
done
for s in $(seq 20); do ip -6 addr show dev eth1 | grep -q 2001:db8 && break; sleep 1; done; sleep 2
"#;

const IFUPDOWN: &str = r#"
cat > /etc/network/interfaces <<'X'
auto lo
iface lo inet loopback
auto br0
iface br0 inet static
	address 192.0.2.10/24
	bridge_ports eth0
	bridge_stp off
	up ip route add 198.51.100.0/24 via 192.0.2.7 dev br0
	up ip rule add from 192.0.2.10 table 7 priority 100
auto eth1
iface eth1 inet dhcp
iface eth1 inet6 auto
auto eth2
iface eth2 inet static
	address 10.2.0.2/24
	mtu 1400
iface eth2 inet6 static
	address 2001:db8:2::2/64
	gateway 2001:db8:2::1
auto eth2.7
iface eth2.7 inet static
	address 10.7.0.2/24
iface eth4 inet static
	address 10.4.0.2/24
X
ifup -a; for s in $(seq 20); do ip -6 addr show dev eth1 | grep -q 2001:db8 && break; sleep 1; done; sleep 2
"#;

/// A guest of libvirt's has a tap for as long as its process holds it.
const LIBVIRT: &str = r#"
guest() { python3 -c "import fcntl,os,struct,time; f=os.open('/dev/net/tun',os.O_RDWR); fcntl.ioctl(f,0x400454ca,struct.pack('16sH14x',b'vnet1',0x1002)); time.sleep(120)"; }
printf 'auto lo\niface lo inet loopback\nauto br0\niface br0 inet static\n\taddress 192.0.2.10/24\n\tbridge_ports eth0\n' > /etc/network/interfaces
ifup -a
lab-start dbus libvirt
v="virsh -q -c network:///system"
printf "<network><name>default</name><forward mode='nat'/><bridge name='virbr0' stp='on' delay='0'/><ip address='192.168.122.1' netmask='255.255.255.0'><dhcp><range start='192.168.122.2' end='192.168.122.254'/></dhcp></ip></network>" > n.xml
$v net-info default > /dev/null 2>&1 || $v net-define n.xml; $v net-autostart default; $v net-start default 2> /dev/null
for s in $(seq 20); do ip addr show dev virbr0 | grep -q 192.168.122.1 && break; sleep 1; done
ip tuntap add vnet0 mode tap; ip link set vnet0 master virbr0 up; guest &
for s in $(seq 20); do ip link show dev vnet1 > /dev/null 2>&1 && break; sleep 1; done; ip link set vnet1 master br0 up
ip link add docker0 type bridge; ip addr add 172.17.0.1/16 dev docker0; ip link set docker0 up; sleep 2
"#;

/// The host as it is, and after a change by hand.
const ASK: &str = "$N audit --output-format json --fail-on note > fresh.json; echo \"=> $?\"\n\
    ip addr add 192.0.2.99/24 dev br0; ip link set br0 type bridge stp_state 1; ip route add 10.99.0.0/16 via 192.0.2.8\n\
    $N audit --output-format json > changed.json; echo \"=> $?\"\n";

/// Who sets a host up, with which packages, and the rules that have to be met.
const HOSTS: [(&str, &[&str], &str, &[&str]); 3] = [
    (
        "networkmanager",
        &["network-manager", "udev", "dnsmasq-base"],
        NETWORKMANAGER,
        &["lease", "advertisement", "kernel"],
    ),
    (
        "ifupdown",
        &["ifupdown", "bridge-utils", "vlan", "isc-dhcp-client", "dnsmasq-base"],
        IFUPDOWN,
        &["lease", "advertisement", "kernel"],
    ),
    (
        "libvirt",
        &["ifupdown", "bridge-utils", "libvirt-daemon", "libvirt-clients", "dnsmasq-base", "iptables"],
        LIBVIRT,
        &["program", "kernel"],
    ),
];

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let missing = || (!hosts::lab().is_some_and(|lab| lab.is_file())).then(|| "../shared/lab/vm".to_owned());
    let cases = HOSTS.iter().map(|(name, packages, script, rules)| {
        host::case(format!("audit::{name}"), missing(), move || fresh(packages, script, rules))
    });
    let mut trials: Vec<Trial> = cases.collect();
    trials.push(host::case("audit::scripts-do-what-they-promise", live::missing(), scripts));
    trials
}

/// Scenarios that promise what no script of `ip` sets up: links of daemons, references that lead nowhere.
const NOT_BY_IP: [&str; 6] =
    ["broken-references", "networkmanager-corners", "ovs", "recipe-ovs-", "suse-wifi-tunnel", "teams"];

/// Sets each scenario up in a namespace by its script of commands, where this kernel takes all of them.
const IN_NAMESPACE: &str = "for all in all default; do echo 0 > /proc/sys/net/ipv6/conf/$all/accept_dad; done\n\
    ip link set lo up; n=0\n\
    for name in $CARDS; do n=$((n+1)); ip link add \"$name\" type veth peer name cable$n && ip link set cable$n up; done\n\
    $N convert -t iproute --allow all --show-secrets --root $ROOT > up.sh 2> /dev/null\n\
    timeout 20 sh up.sh < /dev/null > /dev/null 2>&1 || { echo '{}'; exit; }\n\
    sleep 1.2; $N audit --root $ROOT --against live: --output-format json 2> /dev/null\n";

/// What a conversion to commands sets up has no drift from what it was made of, whichever the format.
fn scripts() -> Result<(), Failed> {
    let (mut wrong, mut done) = (Vec::new(), 0);
    for fixture in fixture::fixtures() {
        if NOT_BY_IP.iter().any(|name| fixture.name.starts_with(name)) {
            continue;
        }
        for tree in fixture
            .trees()
            .into_iter()
            .filter(|tree| !["netlink", "iproute", "libvirt"].contains(&tree.as_str()))
        {
            let root = host::repository().join("fixtures").join(&fixture.name).join(&tree);
            let Ok(loaded) = netpivot::pipeline::load(&host::tree(&root), None) else { continue };
            let cards = loaded.network.links.iter().filter(|link| link.kind.value.is_hardware());
            let cards: BTreeSet<&str> =
                cards.filter_map(|link| Some(link.name.as_ref()?.value.as_str())).collect();
            let is_plain = |name: &&str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.');
            if !cards.iter().all(is_plain) {
                continue;
            }
            let cards: Vec<&str> = cards.into_iter().collect();
            let folder = tempfile::tempdir()?;
            let head = format!("ROOT='{}'; CARDS='{}'\n", root.display(), cards.join(" "));
            let said = live::run(folder.path(), &format!("{head}{IN_NAMESPACE}"))?;
            let object: serde_json::Value = serde_json::from_str(said.lines().last().unwrap_or_default())
                .map_err(|e| format!("{}/{tree}: {e}: {said}", fixture.name))?;
            let findings = object["findings"].as_array().cloned().unwrap_or_default();
            done += usize::from(object["status"].is_string());
            // No command asks for a lease, files are as they are, and the other ends of the cards are nobody's.
            let is_ours = |finding: &&serde_json::Value| {
                let code = finding["code"].as_str().unwrap_or_default();
                !["D011", "D013", "D014", "D018", "D020", "D021"].contains(&code)
                    && !finding["link"].as_str().is_some_and(|link| link.starts_with("cable"))
            };
            let told = findings
                .iter()
                .filter(is_ours)
                .map(|finding| format!("{}/{tree}: {}", fixture.name, finding["what"]));
            wrong.extend(told);
        }
    }
    if done < 60 {
        wrong.push(format!("only {done} trees could be set up"));
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

fn fresh(packages: &[&str], script: &str, rules: &[&str]) -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    let server = if packages.contains(&"libvirt-daemon") { "" } else { SERVER };
    let script = format!("N={}\n{EMPTY}{server}{script}{ASK}", env!("CARGO_BIN_EXE_netpivot"));
    std::fs::write(dir.path().join("run.sh"), script)?;
    let mut vm = Command::new(hosts::lab().ok_or("the lab is there, or this case is skipped")?);
    vm.current_dir(dir.path()).args(["--timeout", "240", "--nics", "4"]);
    for package in packages {
        vm.args(["--pkg", package]);
    }
    let done = vm.args(["--", "bash", "run.sh"]).output()?;
    let printed =
        format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    let read = |name: &str| -> Result<serde_json::Value, Failed> {
        let text =
            std::fs::read_to_string(dir.path().join(name)).map_err(|e| format!("{name}: {e}\n{printed}"))?;
        Ok(serde_json::from_str(&text)?)
    };
    let (fresh, changed) = (read("fresh.json")?, read("changed.json")?);
    if fresh["findings"].as_array().is_none_or(|findings| !findings.is_empty()) {
        return Err(format!("{:#}\n{printed}", fresh["findings"]).into());
    }
    let not_reported = fresh["not_reported"].to_string();
    if let Some(rule) = rules.iter().find(|rule| !not_reported.contains(&format!("\"rule\":\"{rule}\""))) {
        return Err(format!("nothing is left out by the rule {rule}: {not_reported}\n{printed}").into());
    }
    let findings = changed["findings"].as_array().cloned().unwrap_or_default();
    let codes: Vec<&str> = findings.iter().filter_map(|finding| finding["code"].as_str()).collect();
    if codes != ["D003", "D005", "D007"] {
        return Err(format!("{:#}\n{printed}", changed["findings"]).into());
    }
    Ok(())
}
