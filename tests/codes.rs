//! Every kind of finding is raised by some fixture, corpus set or document, and every code that a
//! document shows is in the table.

use crate::{commands, conversion, corpus, fixture, host};
use libtest_mimic::{Failed, Trial};
use netpivot_model::codes;
use netpivot_parsers::tree::MemoryTree;
use std::collections::BTreeMap;
use std::process::Command;

/// A path and its text.
type Text = (&'static str, &'static str);

/// Small inputs for what no host of the fixtures has: source format, target, files.
const INPUTS: &[(&str, &str, &[Text])] = &[
    (
        "iproute",
        "json",
        &[("/netpivot-commands/network.sh", "ip link add v0 numtxqueues 4 type veth peer name v1\n")],
    ),
    (
        "json",
        "interfaces",
        &[(
            "/netpivot.json",
            "{\"netpivot\": 1, \"nat\": [{\"action\": \"accept\", \"backend\": \"nftables\"}]}",
        )],
    ),
    (
        "keyfile",
        "iproute",
        &[
            (
                "/etc/NetworkManager/system-connections/team0.nmconnection",
                "[connection]\nid=team0\ntype=team\ninterface-name=team0\n",
            ),
            (
                "/etc/NetworkManager/system-connections/eth0.nmconnection",
                "[connection]\nid=eth0\ntype=ethernet\ninterface-name=eth0\nmaster=team0\nslave-type=team\n",
            ),
        ],
    ),
    (
        "iproute",
        "keyfile",
        &[("/netpivot-commands/guard.sh", "[ \"$(id -u)\" = 0 ] || exit 1\nip link add br0 type bridge\n")],
    ),
    ("iproute", "keyfile", &[("/netpivot-commands/port.sh", "ip link set eth0 protodown on\n")]),
    (
        "interfaces",
        "keyfile",
        &[(
            "/etc/network/interfaces",
            "auto br0\niface br0 inet manual\n  bridge_ports none\nauto eth0\niface eth0 inet dhcp\n  up brctl addif br0 eth0\n",
        )],
    ),
    (
        "interfaces",
        "keyfile",
        &[("/etc/network/interfaces", "auto br0\niface br0 inet manual\n  bridge_ports wlan0\n")],
    ),
    (
        "interfaces",
        "keyfile",
        &[(
            "/etc/network/interfaces",
            "auto eth0\niface eth0 inet dhcp\n  up ip route replace default via 192.0.2.254\n",
        )],
    ),
    (
        "interfaces:ifupdown2",
        "keyfile",
        &[("/etc/network/interfaces", "auto red\niface red\n  vrf-table auto\n")],
    ),
    (
        "interfaces:ifupdown-ng",
        "keyfile",
        &[("/etc/network/interfaces", "auto wg0\niface wg0\n  use wireguard\n  address 10.9.0.1/24\n")],
    ),
    (
        "libvirt",
        "keyfile@1.52",
        &[
            ("/netpivot-libvirt/a.xml", NETWORK),
            (
                "/netpivot-libvirt/b.xml",
                "<network><name>b</name><forward mode='bridge'/><bridge name='br7'/></network>",
            ),
            ("/netpivot-libvirt/c.xml", "<network><name>c</name>"),
            (
                "/netpivot-libvirt/i.xml",
                "<network><name>i</name><mtu size='1400'/><mtu size='1300'/></network>",
            ),
            ("/etc/libvirt/qemu/networks/j.xml", "<network><name>other</name></network>"),
            ("/etc/libvirt/qemu/networks/autostart/gone.xml", ""),
            ("/etc/libvirt/interfaces/eth7.xml", "<interface type='ethernet' name='eth7'/>"),
            ("/netpivot-libvirt/d.xml", "<!DOCTYPE a><network/>"),
            ("/netpivot-libvirt/e.xml", NESTED),
            ("/netpivot-libvirt/f.xml", "<interface origin='static'><name>eth0</name></interface>"),
            ("/netpivot-libvirt/g.xml", GUEST),
            ("/netpivot-libvirt/h.xml", SHARED),
        ],
    ),
    ("json", "libvirt", &[("/netpivot.json", NOT_FOR_LIBVIRT)]),
    (
        "ifcfg",
        "interfaces",
        &[
            (
                "/etc/sysconfig/network-scripts/ifcfg-eth0",
                "DEVICE=eth0\nIPADDR=192.0.2.2\nGATEWAY=192.0.2.1\n",
            ),
            (
                "/etc/sysconfig/network-scripts/ifcfg-eth1",
                "DEVICE=eth1\nIPADDR=198.51.100.2\nGATEWAY=198.51.100.1\n",
            ),
        ],
    ),
    ("ifcfg:initscripts", "keyfile", &[("/etc/sysconfig/network-scripts/ifcfg-br0", ODD_AGEING)]),
    ("ifcfg:initscripts", "keyfile", &[("/etc/sysconfig/network-scripts/ifcfg-eth0", LONE_GATEWAY)]),
    (
        "ifcfg",
        "keyfile",
        &[
            ("/etc/sysconfig/network-scripts/ifcfg-eth0", "DEVICE=eth0\nMASTER=br0\nSLAVE=yes\n"),
            ("/etc/sysconfig/network-scripts/ifcfg-br0", "DEVICE=br0\nTYPE=Bridge\n"),
            ("/etc/sysconfig/network-scripts/ifup-foo", "#!/bin/sh\n"),
            ("/etc/sysconfig/network-scripts/rule-br0", "from 192.0.2.1 goto 200 priority 100\n"),
        ],
    ),
    (
        "ifcfg:suse",
        "keyfile",
        &[
            ("/etc/sysconfig/network/ifcfg-br0", "BRIDGE=yes\nBRIDGE_PORTS=eth0\nexport MTU=9000\n"),
            ("/etc/sysconfig/network/ifcfg-bond0", "BONDING_MASTER=yes\nBONDING_MODULE_OPTS=mode\n"),
            (
                "/etc/sysconfig/network/ifcfg-eth1",
                "IPADDR=192.0.2.1/24\nFIREWALL=no\nZONE=public\nUSERCONTROL=no\nPOST_UP_SCRIPT=sysv:x\n",
            ),
            ("/etc/sysconfig/network/ifcfg-lo", "IPADDR=127.0.0.1/8\n"),
            (
                "/etc/sysconfig/network/routes",
                "default 192.0.2.254\ndefault 192.0.2.253\n10.0.0.0/8 203.0.113.1\n",
            ),
        ],
    ),
    (
        "ifcfg",
        "ifcfg:suse",
        &[(
            "/etc/sysconfig/network-scripts/ifcfg-eth0",
            "DEVICE=eth0\nHWADDR=52:54:00:12:34:56\nNAME=lan\nIPADDR=192.0.2.1\nPREFIX=24\nDNS1=192.0.2.53\n",
        )],
    ),
    ("keyfile", "keyfile", &[("/etc/NetworkManager/system-connections/a.nmconnection", NEWER_KEY)]),
    ("keyfile", "interfaces", &[("/etc/NetworkManager/system-connections/a.nmconnection", SHARES)]),
    ("keyfile", "keyfile", &[("/etc/NetworkManager/system-connections/b.nmconnection", FOREIGN_GROUP)]),
    ("keyfile", "keyfile", &[("/etc/NetworkManager/system-connections/c.nmconnection", PORT)]),
    (
        "keyfile",
        "keyfile",
        &[
            ("/etc/NetworkManager/system-connections/d.nmconnection", PLAIN),
            (
                "/etc/systemd/network/10-lan0.link",
                "[Match]\nMACAddress=52:54:00:00:00:01\n[Link]\nName=lan0\n",
            ),
        ],
    ),
    ("interfaces:ifupdown", "keyfile", &[(INTERFACES, EVERYTHING)]),
    ("interfaces:ifupdown", "keyfile", &[(INTERFACES, "auto eth0\niface eth0 inet6 dhcp\n")]),
    (
        "interfaces:ifupdown",
        "keyfile",
        &[(INTERFACES, "allow-hotplug eth0\niface eth0 inet manual\n  up ip link add dummy0 type dummy\n")],
    ),
    ("json", "interfaces", &[("/netpivot.json", UNWRITABLE)]),
    ("interfaces:ifupdown", "keyfile", &[(INTERFACES, "iface br0 inet manual\n  bridge_ports\n")]),
    ("interfaces", "keyfile", &[(INTERFACES, "%for i in range(1, 4):\niface eth${i}\n%endfor\n")]),
    ("json", "keyfile", &[("/netpivot.json", "{\"netpivot\": 1, \"links\": [{\"nmae\": \"eth0\"}]}")]),
    ("netlink", "keyfile", &[("/netpivot-state/state.json", STATE)]),
    ("netlink", "keyfile", &[("/netpivot-state/capture.json", CAPTURE)]),
    (
        "netlink",
        "keyfile",
        &[(
            "/netpivot-state/links.json",
            r#"[{"ifname":"vx0","linkinfo":{"info_kind":"vxlan","info_data":{"external":true}}}]"#,
        )],
    ),
    ("json", "keyfile", &[("/netpivot.json", MISFITS)]),
    (
        "json",
        "keyfile",
        &[(
            "/netpivot.json",
            "{\"netpivot\": 1, \"sysctls\": [{\"key\": \"net.ipv4.ip_forward\", \"value\": \"1\"}]}",
        )],
    ),
    (
        "ifcfg:initscripts",
        "keyfile",
        &[
            ("/etc/sysconfig/network-scripts/ifcfg-eth0", "DEVICE=eth0\nBOOTPROTO=dhcp\n"),
            ("/sbin/ifup-local", "#!/bin/sh\nlogger up\n"),
        ],
    ),
    ("keyfile", "ifcfg", &[("/etc/NetworkManager/system-connections/e.nmconnection", NOT_FOR_IFCFG)]),
    (
        "ifcfg:initscripts",
        "ifcfg:networkmanager",
        &[
            ("/etc/sysconfig/network-scripts/ifcfg-eth0", "DEVICE=eth0\nBOOTPROTO=dhcp\n"),
            ("/etc/sysconfig/network-scripts/rule-eth0", "from 192.0.2.1 goto 200 priority 100\n"),
            (
                "/etc/sysconfig/network-scripts/route-eth0",
                "10.0.0.0/8 nexthop via 192.0.2.1 weight 1 nexthop via 192.0.2.2 weight 1\n",
            ),
        ],
    ),
    (
        "json",
        "ifcfg",
        &[(
            "/netpivot.json",
            "{\"netpivot\": 1, \"sysctls\": [{\"key\": \"net.ipv4.ip_forward\", \"value\": \"1\"}]}",
        )],
    ),
    (
        "",
        "keyfile",
        &[
            ("/etc/sysconfig/network-scripts/ifcfg-eth0", "DEVICE=eth0\nBOOTPROTO=dhcp\n"),
            ("/etc/NetworkManager/system-connections/d.nmconnection", PLAIN),
        ],
    ),
];

/// A link whose lower link is in another namespace, one of a program, settings of a driver, and a list that could not be read.
const CAPTURE: &str = r#"{"netpivot-capture":1,"namespaces":[{"name":"","links":[
    {"ifname":"mv0","link_index":3,"link_netnsid":0,"link_netns":"blue","linkinfo":{"info_kind":"macvlan"}},
    {"ifname":"docker0","linkinfo":{"info_kind":"bridge"}}],"ethtool":[{"links":["mv0"],"channels":{"rx":1}}],"unseen":["the rules cannot be read"]}]}"#;

/// Mistakes of a network, and a bridge without a name.
const NETWORK: &str = "<network>
  <name>a</name>
  <title>a network</title>
  <bridge stp='perhaps' spanningtree='off'/>
  <ip address='192.0.2.1' netmask='255.255.255.0' prefix='24'/>
</network>";
const NESTED: &str = concat!(
    "<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a>",
    "<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a>",
    "<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a>"
);
const GUEST: &str = "<domain type='kvm'><name>g</name><devices><interface type='network'><mac address='52:54:00:00:00:01'/>\
    <source network='elsewhere'/></interface></devices></domain>";
/// A profile that shares an address that it does not say, and a prefix.
const SHARES: &str = "[connection]\nid=a\ntype=ethernet\ninterface-name=eth0\n\n[ipv4]\nmethod=shared\n\n\
    [ipv6]\nmethod=shared\n";
/// Just what NetworkManager's method does.
const SHARED: &str = "<network><name>h</name><forward mode='nat'/><bridge name='virbr7'/>\
    <ip address='198.51.100.1' netmask='255.255.255.0'><dhcp><range start='198.51.100.2' end='198.51.100.254'/></dhcp></ip>\
    </network>";
/// A bridge of which libvirt cannot say all, beside a card.
const NOT_FOR_LIBVIRT: &str = r#"{"netpivot": 1, "dialect": "iproute", "links": [
 {"name": "br0", "kind": "bridge", "bridge": {"forward_delay": 250, "priority": 7}, "ipv4": {"addresses": ["192.0.2.1/24"]}},
 {"name": "eth0", "kind": "ethernet"}]}"#;
const STATE: &str = r#"[{"ifname":"eth0","mst":1,"link_type":"ether"},{"ifname":"v0","link_index":3,"link_netnsid":0,"linkinfo":{"info_kind":"veth"}},{"ifname":7}]
[{"dst":"192.0.2.0/24","dev":"eth0","protocol":"kernel"},{"dst":"198.51.100.0/24","dev":"eth0","table":"blue"}]"#;
/// A script's network in which each check of `model/src/check` has something to say.
const MISFITS: &str = r#"{"netpivot": 1, "dialect": "netlink", "links": [
 {"name": "eth0", "kind": "ethernet", "mac": "02:00:00:00:00:01", "mtu": 1000,
  "ipv4": {"addresses": ["192.0.2.2/24"], "gateway": "192.0.2.2"}, "ipv6": {"addresses": ["2001:db8::1/64"]}},
 {"name": "eth1", "kind": "ethernet", "mac": "02:00:00:00:00:01", "ipv4": {"addresses": ["198.51.100.2/24"], "gateway": "198.51.100.1"}},
 {"name": "eth0.7", "kind": "vlan", "mtu": 1500, "vlan": {"parent": "eth0"}}, {"name": "vlan8", "kind": "vlan"},
 {"name": "br0", "kind": "bridge", "bridge": {"stp": true, "forward_delay": 0}}, {"name": "veth1", "kind": "veth", "up": true}],
 "nat": [{"action": "masquerade"}]}"#;
const INTERFACES: &str = "/etc/network/interfaces";
/// A file with each mistake that ifupdown lives with.
const EVERYTHING: &str = "source /etc/network/missing
rename eth0=lan0
mapping eth7
  script /bin/choose
auto eth0 eth9 /wl*
iface common inet static
  mtu 1400
iface eth0 inet static wrong
  address 10.0.0.1/24
  netmask 255.255.0.0
  mtu big
  gateway 192.0.2.1
  bridge-vids 10
  dns-nameservers 192.0.2.53
  up ip route add 10.9.0.0/16 via 10.0.0.2 dev eth0
  down ip route del 10.9.0.0/16 via 10.0.0.2 dev eth0
iface eth0 inet static
  address 10.0.0.9
  address 10.0.0.8
  gateway 10.0.0.3
iface eth1 inet bootp
iface eth2 inet static
  mtu 1400
iface br0 inet manual
  bridge_ports all
iface averyveryverylongname inet dhcp
iface eth3 inherits common
  address 192.0.2.3/24
";
/// What interfaces files cannot say.
const UNWRITABLE: &str = r#"{"netpivot": 1, "dialect": "keyfile", "links": [
 {"name": "eth0", "kind": "ethernet", "uuid": "u", "alias": "a\\", "matches": {"mac": "02:00:00:00:00:01"},
  "ipv4": {"method": "shared", "never_default": true}}, {"name": "eth0", "kind": "ethernet"},
 {"name": "team0", "kind": "team"}, {"name": "br0", "kind": "bridge"}], "netns": [{"name": "blue"}],
 "nat": [{"action": "masquerade", "backend": "nftables"}]}"#;
const ODD_AGEING: &str = "DEVICE=br0\nTYPE=Bridge\nBRIDGING_OPTS=\"ageing_time=235352\"\n";
const LONE_GATEWAY: &str = "DEVICE=eth0\nIPV6INIT=yes\nIPV6_DEFAULTGW=2001:db8::1\n";
const PLAIN: &str = "[connection]\nid=d\ntype=ethernet\n[ipv4]\nmethod=auto\n";
const NEWER_KEY: &str = "[connection]\nid=a\ntype=ethernet\n[ipv4]\nmethod=auto\nforwarding=1\n";
const FOREIGN_GROUP: &str = "[connection]\nid=b\ntype=ethernet\n[bridge]\nstp=false\n";
const NOT_FOR_IFCFG: &str =
    "[connection]\nid=e\ntype=ethernet\n[ipv4]\nmethod=auto\ndhcp-fqdn=host\n[ipv6]\nmethod=auto\nmtu=1400\n";
const PORT: &str = "[connection]\nid=c\ntype=ethernet\nmaster=br0\nslave-type=bridge\n[ipv4]\nmethod=manual\naddress1=192.0.2.1/24\n";

/// Tests of the disk, and of losses that no emitter explains, demand their code by name.
const BY_NAME: [(&str, &str); 3] = [
    ("the tests of scripts", include_str!("dispatcher.rs")),
    ("bad_input", include_str!("bad_input.rs")),
    ("the tests of losses", include_str!("../src/pipeline/loss/tests.rs")),
];

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let missing = host::corpus("nm-ifcfg").map_or(Some("../shared/corpus/nm-ifcfg".to_owned()), |_| None);
    vec![host::case("codes::each-is-raised-somewhere", missing, each_is_raised)]
}

/// Code → where it was first raised.
fn raised() -> Result<BTreeMap<String, String>, Failed> {
    let mut raised = BTreeMap::new();
    for fixture in fixture::fixtures() {
        for (from, to) in fixture.pairs() {
            for finding in fixture.convert(&from, &to).diagnostics {
                raised
                    .entry(finding.code.id.to_owned())
                    .or_insert_with(|| format!("fixture {}", fixture.name));
            }
        }
    }
    for name in commands::documents() {
        for code in codes_in(&commands::text(&name)?) {
            raised.entry(code).or_insert_with(|| format!("document {name}"));
        }
    }
    for (from, to, files) in INPUTS {
        let tree: MemoryTree = files.iter().copied().collect();
        let from = (!from.is_empty()).then_some(*from);
        for finding in conversion::run(&tree, &conversion::request(from, to)).diagnostics {
            raised.entry(finding.code.id.to_owned()).or_insert_with(|| "an input of this test".to_owned());
        }
    }
    for (by, text) in BY_NAME {
        for code in codes::all().into_iter().filter(|code| text.contains(&format!("\"{}\"", code.id))) {
            raised.entry(code.id.to_owned()).or_insert_with(|| by.to_owned());
        }
    }
    for code in in_reports() {
        raised.entry(code).or_insert_with(|| "a report".to_owned());
    }
    for case in corpus::cases() {
        for finding in &case.ours.diagnostics {
            raised.entry(finding.code.id.to_owned()).or_insert_with(|| format!("corpus {}", case.name));
        }
    }
    Ok(raised)
}

/// The codes of failures, which stand in reports only: no network; an output that is there already; a hidden secret.
fn in_reports() -> Vec<String> {
    let scratch = tempfile::tempdir().expect("a temporary directory");
    let wireless = host::repository().join("fixtures/wifi-secrets/ifcfg");
    let out = scratch.path().join("out");
    let old = out.join("etc/NetworkManager/system-connections");
    std::fs::create_dir_all(&old).expect("a folder");
    std::fs::write(out.join("etc/NetworkManager/system-connections/System eth0.nmconnection"), "other")
        .expect("a file");
    let host = host::repository().join("fixtures/bridge-br-ex/ifcfg");
    let profiles = |root: &std::path::Path| ["--root".to_owned(), root.display().to_string()];
    let runs: [Vec<String>; 3] = [
        profiles(scratch.path()).to_vec(),
        profiles(&wireless).to_vec(),
        [profiles(&host).to_vec(), vec!["-o".to_owned(), out.display().to_string()]].concat(),
    ];
    let mut codes = Vec::new();
    for (n, arguments) in runs.iter().enumerate() {
        let report = scratch.path().join(format!("report{n}"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_netpivot"));
        command.args(["convert", "-f", "ifcfg", "-t", "keyfile", "--report"]).arg(&report).args(arguments);
        let _ = command.output().expect("netpivot runs");
        let text = std::fs::read_to_string(&report).unwrap_or_default();
        let known = codes::all().into_iter().filter(|code| text.contains(&format!("\"{}\"", code.id)));
        codes.extend(known.map(|code| code.id.to_owned()));
    }
    codes
}

/// The codes in a document's lines of standard error: `[U001]`.
fn codes_in(text: &str) -> Vec<String> {
    // Of diagnostics on standard error, and of an audit's findings on standard output.
    let is_finding =
        |line: &str| ["error[D", "warning[D", "note[D"].iter().any(|word| line.starts_with(word));
    let lines = text.lines().filter(|line| line.starts_with("2> ") || is_finding(line.trim_start()));
    let parts = lines.flat_map(|line| line.split(['[', ']']));
    let is_code = |part: &&str| {
        part.len() == 4
            && part.starts_with(|c: char| c.is_ascii_uppercase())
            && part[1..].bytes().all(|b| b.is_ascii_digit())
    };
    parts.filter(is_code).map(str::to_owned).collect()
}

fn each_is_raised() -> Result<(), Failed> {
    let raised = raised()?;
    let mut wrong = Vec::new();
    for code in codes::all() {
        match raised.get(code.id) {
            Some(by) => println!("{} {}: {by}", code.id, code.name),
            None => wrong.push(format!("{} {}: raised by nothing in the suite", code.id, code.name)),
        }
    }
    let unknown = raised.keys().filter(|id| codes::find(id).is_none());
    wrong.extend(unknown.map(|id| format!("{id} is in no table")));
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}
