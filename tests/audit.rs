//! `netpivot audit` against real kernels in namespaces, and over every host of the corpus.

use crate::{host, live};
use libtest_mimic::{Failed, Trial};
use netpivot::audit;
use netpivot::audit::lease::Leases;
use netpivot::audit::release::{DEBIAN13, RHEL10, SLES16};
use netpivot::pipeline;
use netpivot_parsers::Context;
use netpivot_parsers::netlink::observed::observe;
use netpivot_parsers::tree::MemoryTree;
use tempfile::TempDir;

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let mut trials = vec![
        host::case("audit::changes-by-hand", live::missing(), changes_by_hand),
        host::case("audit::an-empty-plan-is-no-drift", live::missing(), empty_plan),
        host::case("audit::support-archive", live::missing(), support_archive),
        Trial::test("audit::a-changed-topology", changed_topology),
        Trial::test("audit::usual-values", usual_values),
    ];
    let sources = host::shared().map(|shared| host::names(&shared.join("corpus"))).unwrap_or_default();
    let folders = sources.into_iter().filter(|name| host::corpus(name).is_some());
    trials.extend(
        folders.map(|name| {
            Trial::test(format!("audit::corpus::{name}"), move || each(&name).map_err(Into::into))
        }),
    );
    trials
}

/// A host of bridges, a lease, routes and rules, as its interfaces file has it.
const CONFIGURATION: &str = "auto lo\niface lo inet loopback\n\n\
    auto br0\niface br0 inet static\n\taddress 192.0.2.10/24\n\tgateway 192.0.2.1\n\tbridge-ports eth0 eth1\n\
    \tbridge-stp off\n\tbridge-fd 0\n\tup ip route add 198.51.100.0/24 via 192.0.2.7 dev br0\n\
    \tup ip route add 198.18.0.0/15 via 192.0.2.7 dev br0\n\
    \tup ip rule add from 192.0.2.10 table 7 priority 100\n\n\
    auto br1\niface br1 inet static\n\tbridge-ports none\n\taddress 10.5.0.1/24\n\n\
    auto eth2\niface eth2 inet dhcp\niface eth2 inet6 auto\n\n\
    iface eth3 inet static\n\taddress 10.3.0.1/24\n";

/// What its programs do: ifup, dhclient, a router's advertisement.
const SET_UP: &str = "mkdir -p root/etc/network; printf '%s' \"$CONFIGURATION\" > root/etc/network/interfaces\n\
    ip link set lo up; ip netns add far\n\
    for n in 0 1 2 3; do ip link add eth$n type veth peer name far$n netns far; ip -n far link set far$n up; done\n\
    ip link add br0 type bridge forward_delay 0; ip link add br1 type bridge\n\
    ip link set eth0 master br0 up; ip link set eth1 master br0 up\n\
    ip link set br0 up; ip link set br1 up; ip link set eth2 up\n\
    ip addr add 10.5.0.1/24 brd + dev br1\n\
    ip addr add 192.0.2.10/24 brd + dev br0; ip route add default via 192.0.2.1 dev br0 onlink\n\
    ip route add 198.51.100.0/24 via 192.0.2.7 dev br0; ip route add 198.18.0.0/15 via 192.0.2.7 dev br0\n\
    ip rule add from 192.0.2.10 table 7 priority 100\n\
    ip addr add 203.0.113.5/24 dev eth2 valid_lft 600 preferred_lft 600\n\
    ip route add default via 203.0.113.1 dev eth2 metric 100\n\
    ip addr add 2001:db8::5/64 dev eth2 valid_lft 600 preferred_lft 300 mngtmpaddr\n\
    ip -6 route add default via fe80::1 dev eth2 proto ra metric 1024\n\
    ip route add 172.16.0.0/12 via 192.0.2.3 proto bird\n\
    for try in 1 2 3 4 5 6 7 8 9; do ip link | grep -q 'eth.*NO-CARRIER' || break; sleep 0.3; done\n";

/// Each change by hand, and the one finding that it has to be.
const CHANGES: [(&str, &str); 16] = [
    ("ip addr add 192.0.2.99/24 dev br0", "D005 br0 address 192.0.2.99/24"),
    ("ip addr del 10.5.0.1/24 dev br1", "D004 br1 address 10.5.0.1/24"),
    ("ip link set br0 type bridge stp_state 1", "D003 br0 bridge.stp"),
    ("ip link set eth1 master br1", "D008 eth1 controller"),
    ("ip link set eth0 nomaster", "D008 eth0 controller"),
    ("ip route del 198.51.100.0/24", "D006 br0 route 198.51.100.0/24"),
    ("ip route add 10.0.0.0/8 via 192.0.2.8", "D007 br0 route 10.0.0.0/8"),
    ("ip route add 100.64.0.0/10 via 192.0.2.8 proto dhcp", "D007 br0 route 100.64.0.0/10"),
    ("ip route change default via 192.0.2.1 dev br0 onlink mtu 1400", "D003 br0 route default"),
    ("ip route change 198.18.0.0/15 via 192.0.2.7 dev br0 src 192.0.2.10", "D003 br0 route 198.18.0.0/15"),
    ("ip rule del priority 100", "D009 host rule 100"),
    ("ip rule del priority 32767", "D009 host rule 32767"),
    ("ip rule add from 192.0.2.99 table 7 priority 77", "D010 host rule 77"),
    ("ip link set br1 down", "D002 br1 up"),
    ("ip link del br1", "D001 br1 kind"),
    ("ip addr flush dev eth2 scope global", "D011 eth2 ipv4.method"),
];

/// `CODE LINK ENTRY-OR-FIELD` of each finding of an audit in the JSON form.
fn findings(line: &str) -> Result<Vec<String>, Failed> {
    let object: serde_json::Value = serde_json::from_str(line).map_err(|e| format!("{e}: {line}"))?;
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    let findings = object["findings"].as_array().cloned().unwrap_or_default();
    let told = findings.iter().map(|finding| {
        let link = text(&finding["link"]).unwrap_or_else(|| "host".to_owned());
        let what = text(&finding["entry"]).or_else(|| text(&finding["field"])).unwrap_or_default();
        format!("{} {link} {what}", finding["code"].as_str().unwrap_or_default())
    });
    Ok(told.collect())
}

/// A host fresh after its network's start has no finding; after each change it has that one and no other.
fn changes_by_hand() -> Result<(), Failed> {
    let audit = "$N audit --root root --against live: --output-format json 2>/dev/null | head -1\n";
    let mut wrong = Vec::new();
    let all = CHANGES.iter().map(|(change, _)| *change).take(10).collect::<Vec<_>>().join("\n");
    let together = ("", all.as_str(), CHANGES[..10].iter().map(|(_, finding)| *finding).collect::<Vec<_>>());
    let alone = CHANGES.iter().map(|(change, finding)| ("", *change, vec![*finding]));
    for (_, change, mut expected) in alone.chain([together, ("", "true", Vec::new())]) {
        let folder = TempDir::new()?;
        let script = format!("CONFIGURATION='{CONFIGURATION}'\n{SET_UP}{change}\n{audit}");
        let said = live::run(folder.path(), &script)?;
        let mut found = findings(said.lines().last().unwrap_or_default())?;
        found.sort();
        expected.sort_unstable();
        if found != expected {
            wrong.push(format!("{change}: {found:?}, and not {expected:?}"));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// Where a plan of commands changes nothing there is no drift, and drift needs commands.
fn empty_plan() -> Result<(), Failed> {
    let folder = TempDir::new()?;
    let script = "mkdir root; cp -r etc root/ 2>/dev/null; mkdir -p root/etc/network\n\
        printf 'auto br0\\niface br0 inet static\\n\\taddress 192.0.2.10/24\\n\\tgateway 192.0.2.1\\n\\tbridge-ports eth0\\n\\tbridge-stp off\\n' > root/etc/network/interfaces\n\
        ip netns add far; ip link add eth0 type veth peer name far0 netns far; ip -n far link set far0 up\n\
        $N convert -t iproute root > up.sh 2>/dev/null; sh up.sh > /dev/null 2>&1\n\
        plan() { $N convert -t iproute --from-state live: root 2>/dev/null; }\n\
        sleep 1.2; plan > first\n\
        state() { plan | cmp -s - first; echo $?; $N audit --root root --against live: > /dev/null 2>&1; echo $?; }\n\
        state; ip link set br0 type bridge stp_state 1; state; ip link set br0 type bridge stp_state 0; state\n\
        ip addr del 192.0.2.10/24 dev br0; state\n";
    let said = live::run(folder.path(), script)?;
    let told: Vec<&str> = said.split_ascii_whitespace().collect();
    if told == ["0", "0", "1", "1", "0", "0", "1", "1"] { Ok(()) } else { Err(said.into()) }
}

/// While a bridge tells others of a changed topology it shows twice its forward delay (`__br_set_topology_change()`).
fn changed_topology() -> Result<(), Failed> {
    let mut tree = MemoryTree::default();
    let bridge = "auto br0\niface br0 inet manual\n\tbridge-ports none\n\tbridge-stp on\n\tbridge-fd 6\n\tbridge-ageing 120\n";
    tree.add("/etc/network/interfaces", bridge);
    let configs = audit::configuration(&tree, None).map_err(|failure| failure.message)?;
    let findings = |ageing: u32, changes: u32| -> Result<Vec<String>, Failed> {
        let state = format!(
            r#"[{{"ifname":"br0","flags":["UP"],"linkinfo":{{"info_kind":"bridge","info_data":{{"stp_state":1,
            "forward_delay":600,"ageing_time":{ageing},"topology_change":{changes}}}}}}}]"#
        );
        let there: MemoryTree = [("/netpivot-state/state.json", state)].into_iter().collect();
        let observed = observe(&there, &mut Context::default()).map_err(|fatal| fatal.message)?;
        let found = audit::audit(&configs, &Leases::default(), &observed).findings;
        Ok(found.into_iter().map(|found| found.what).collect())
    };
    let found = [findings(1200, 1)?, findings(12_000, 0)?, findings(30_000, 0)?];
    let expected = [vec![], vec![], vec!["ageing time of `br0` is 300 s, and not 120 s".to_owned()]];
    if found == expected { Ok(()) } else { Err(format!("{found:?}").into()) }
}

/// What is promised is missed where the kernel has its own usual value instead, which a conversion leaves unsaid.
fn usual_values() -> Result<(), Failed> {
    let mut tree = MemoryTree::default();
    let bridge = "auto br0\niface br0 inet manual\n\tbridge_ports eth1\n\tbridge_pathcost eth1 50\n\tup sysctl -w net.ipv4.ip_forward=1\n";
    tree.add("/etc/network/interfaces", bridge);
    tree.add(
        "/etc/NetworkManager/system-connections/a.nmconnection",
        "[connection]\nid=a\ntype=ethernet\ninterface-name=eth0\n[link]\ntx-queue-length=500\n[ipv4]\nmethod=disabled\n[ipv6]\nmethod=disabled\n",
    );
    let configuration = audit::configuration(&tree, None).map_err(|failure| failure.message)?;
    let findings = |cost: u32, length: u32, forward: u32| -> Result<Vec<String>, Failed> {
        let state = format!(
            r#"{{"netpivot-capture":1,"namespaces":[{{"name":"","links":[
            {{"ifname":"eth0","flags":["UP"],"link_type":"ether","txqlen":{length},"promiscuity":0}},
            {{"ifname":"eth1","flags":["UP"],"link_type":"ether","master":"br0","txqlen":1000,"linkinfo":{{"info_slave_kind":"bridge","info_slave_data":{{"cost":{cost}}}}}}},
            {{"ifname":"br0","flags":["UP"],"linkinfo":{{"info_kind":"bridge"}}}}],"sysctls":{{"net.ipv4.ip_forward":"{forward}"}}}}]}}"#
        );
        let there: MemoryTree = [("/netpivot-state/state.json", state)].into_iter().collect();
        let observed = observe(&there, &mut Context::default()).map_err(|fatal| fatal.message)?;
        let found = audit::audit(&configuration, &Leases::default(), &observed).findings;
        Ok(found.into_iter().map(|found| found.what).collect())
    };
    let expected: [Vec<&str>; 2] = [
        vec![],
        vec![
            "transmit queue length of `eth0` is 1000 packets, and not 500 packets",
            "path cost of the port of `eth1` is 100, and not 50",
            "net.ipv4.ip_forward is 0, and not 1",
        ],
    ];
    let found = [findings(50, 500, 1)?, findings(100, 1000, 0)?];
    if found == expected { Ok(()) } else { Err(format!("{found:#?}").into()) }
}

/// A support archive holds the files and what the commands printed, as plain text; a capture beside the files does as well.
fn support_archive() -> Result<(), Failed> {
    let folder = TempDir::new()?;
    let text = live::TEXT
        .replace("text/", "root/sos_commands/networking/")
        .replace("-p text", "-p root/sos_commands/networking");
    let audit = "tar -czf sos.tar.gz root; $N audit sos.tar.gz --output-format json 2>/dev/null\n";
    let script = format!(
        "CONFIGURATION='{CONFIGURATION}'\n{SET_UP}{text}{audit}\
         rm -r root/sos_commands; $N capture -o root/capture.json 2>/dev/null; {audit}\
         ip addr add 192.0.2.99/24 dev br0; rm root/capture.json; {text}{audit}"
    );
    let said = live::run(folder.path(), &script)?;
    let lines: Vec<&str> = said.lines().filter(|line| line.starts_with('{')).collect();
    let found = lines.iter().map(|line| findings(line)).collect::<Result<Vec<_>, _>>()?;
    let expected = [vec![], vec![], vec!["D005 br0 address 192.0.2.99/24".to_owned()]];
    if found == expected { Ok(()) } else { Err(format!("{found:?}\n{said}").into()) }
}

/// A state with links of every sort that hosts of the corpus speak of.
const STATE: &str = r#"[{"ifname":"lo","flags":["UP","LOOPBACK"],"link_type":"loopback"},
{"ifname":"eth0","flags":["UP"],"promiscuity":0,"link_type":"ether","address":"52:54:00:00:00:01","addr_info":[{"family":"inet","local":"192.0.2.2","prefixlen":24}]},
{"ifname":"br0","flags":["UP"],"linkinfo":{"info_kind":"bridge","info_data":{"stp_state":1}}},
{"ifname":"bond0","flags":["UP","NO-CARRIER"],"linkinfo":{"info_kind":"bond","info_data":{"mode":"802.3ad"}}},
{"ifname":"eth0.5","link":"eth0","flags":[],"linkinfo":{"info_kind":"vlan","info_data":{"id":5}}}]
[{"dst":"default","gateway":"192.0.2.1","dev":"eth0"},{"dst":"10.0.0.0/8","type":"blackhole","dev":"lo"}]
[{"priority":0,"src":"all","table":"local"},{"priority":9,"src":"192.0.2.2","table":"9"}]"#;

/// No host of the corpus makes an audit panic, and each finding has a sentence.
fn each(source: &str) -> Result<(), String> {
    let folder = host::corpus(source).ok_or("the corpus is gone")?;
    let mut state = MemoryTree::default();
    state.add("/netpivot-state/state.json".to_owned(), STATE.as_bytes().to_vec());
    let observed = observe(&state, &mut Context::default()).map_err(|fatal| fatal.message)?;
    for case in host::names(&folder) {
        let mut tree = MemoryTree::default();
        for (path, bytes) in host::files(&folder.join(&case)) {
            tree.add(format!("/{path}"), bytes);
        }
        let configs = match audit::configuration(&tree, None) {
            Ok(configs) => configs,
            Err(failure) if failure.kind.exit() == 70 => return Err(format!("{case}: {}", failure.message)),
            Err(_) => continue,
        };
        let done = audit::audit(&configs, &Leases::default(), &observed);
        if let Some(empty) =
            done.findings.iter().find(|finding| finding.what.is_empty() || finding.help.is_empty())
        {
            return Err(format!("{case}: {empty:?}"));
        }
        // The same input, the same findings.
        let again = audit::audit(&configs, &Leases::default(), &observed);
        if again.findings != done.findings {
            return Err(format!("{case}: two audits differ"));
        }
        let mut released = audit::of_files(&configs);
        for release in [&RHEL10, &DEBIAN13, &SLES16] {
            released.add_release(release, &tree, &configs);
        }
        if let Some(bare) = released.findings.iter().find(|finding| finding.source.is_none()) {
            return Err(format!("{case}: {bare:?}"));
        }
        // Reading the formats one by one loses none that a conversion would read.
        if let Ok(loaded) = pipeline::load(&tree, None)
            && !configs.loaded.iter().any(|config| config.format == loaded.format)
        {
            return Err(format!("{case}: {} is not audited", loaded.format));
        }
    }
    Ok(())
}
