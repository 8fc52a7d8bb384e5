//! The running kernel as input: in fresh namespaces, what a capture over netlink says is what `ip -j` and `bridge -j`
//! print of the same kernel.

use crate::host;
use libtest_mimic::{Failed, Trial};
use netpivot::formats::FormatSpec;
use netpivot::pipeline;
use netpivot_model::facts;
use netpivot_parsers::tree::MemoryTree;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_netpivot");

/// Sets namespaces up: names of their own, and the /sys of the new namespace.
pub const PRELUDE: &str = "mount -t tmpfs none /run && mkdir -p /run/netns && mount -t sysfs none /sys\n";

/// What `ip -j` and `bridge -j` print, each command in a file.
pub const DUMP: &str = "mkdir -p printed\n\
    ip -j -d address > printed/address.json\n\
    ip -j -d route show table all > printed/route.json\n\
    ip -j -4 rule > printed/rule4.json\n\
    ip -j -6 rule > printed/rule6.json\n\
    ip -j neighbour > printed/neighbour.json\n\
    bridge -j fdb > printed/fdb.json\n\
    bridge -j vlan > printed/vlan.json\n";

/// The same as plain text, under the names that sos(1) gives the files.
pub const TEXT: &str = "mkdir -p text\n\
    ip -d address > text/ip_-d_address\n\
    ip -s -d link > text/ip_-s_-d_link\n\
    ip route show table all > text/ip_route_show_table_all\n\
    ip -4 rule list > text/ip_-4_rule_list\n\
    ip -6 rule list > text/ip_-6_rule_list\n\
    ip -s -s neighbour show > text/ip_-s_-s_neigh_show\n\
    bridge -d fdb show > text/bridge_-d_fdb_show\n\
    bridge -d vlan show > text/bridge_-d_vlan_show\n";

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    vec![
        host::case("live::capture-says-what-ip-prints", missing(), says_what_ip_prints),
        host::case("live::text-says-what-json-says", missing(), text_says_what_json_says),
        host::case("live::support-archive", missing(), support_archive),
        host::case("live::namespaces-of-a-support-archive", missing(), namespaces_of_archive),
        host::case("live::capture-and-live-are-one", missing(), capture_and_live_are_one),
        host::case("live::namespaces", missing(), namespaces),
        host::case("live::links-made-in-one-namespace-for-another", missing(), made_elsewhere),
        host::case("live::an-end-that-moves", missing(), end_that_moves),
        host::case("live::refusals", missing(), refusals),
        host::case("live::what-only-a-capture-knows", missing(), only_a_capture),
        host::case("live::changes-meanwhile", missing(), changes_meanwhile),
        host::case("live::links-of-programs", missing(), links_of_programs),
        host::case("live::name-servers", missing(), name_servers),
        host::case("live::ethtool-says-what-is-set", missing(), ethtool),
    ]
}

/// What is missing for a kernel of one's own.
pub fn missing() -> Option<String> {
    let probe = Command::new("unshare")
        .args(["-n", "-m", "sh", "-c", "ip link add br0 type bridge && mount -t sysfs none /sys"])
        .output();
    let works = cfg!(feature = "live") && probe.is_ok_and(|done| done.status.success());
    (!works).then(|| "a kernel that lets this user make namespaces".to_owned())
}

/// Runs a script in fresh namespaces, with the program as `$N`, and gives what it prints on both outputs.
pub fn run(folder: &Path, script: &str) -> Result<String, Failed> {
    let script = format!("exec 2>&1\n{PRELUDE}cd '{}'\n{script}", folder.display());
    let done = Command::new("unshare")
        .args(["-n", "-m", "sh", "-c", &script])
        .env("N", PROGRAM)
        .env("NO_COLOR", "1")
        .output()?;
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}

/// Name servers of the host and of a namespace with a file of its own, those behind systemd-resolved's stub, and no file at all.
fn name_servers() -> Result<(), Failed> {
    let folder = TempDir::new()?;
    let script = "mount -t tmpfs none /run; mkdir -p /run/netns /run/systemd/resolve etc; mount --rbind etc /etc\n\
        ask() { $N capture --with-dns $1 2>&1 | grep -o '\"nameservers\":[^]]*]\\|the name servers of.*'; }\n\
        echo 'nameserver 192.0.2.53' > /etc/resolv.conf; ask\n\
        ip netns add blue; ask '--netns blue'\n\
        mkdir -p /etc/netns/blue; echo 'nameserver 192.0.2.54' > /etc/netns/blue/resolv.conf; ask '--netns blue'\n\
        echo 'nameserver 127.0.0.53' > /etc/resolv.conf; echo 'nameserver 192.0.2.55' > /run/systemd/resolve/resolv.conf; ask\n\
        printf 'nameserver 192.0.2.53\\nsortlist 10.0.0.0\\n' > /etc/resolv.conf\n\
        $N capture --with-dns 2>&1 > /dev/null | grep -o 'something: .*'\n\
        rm /etc/resolv.conf; ask | head -1\n";
    let said = run(folder.path(), script)?;
    let servers = ["53", "53", "54", "55"].map(|last| format!("\"nameservers\":[\"192.0.2.{last}\"]\n"));
    let left = "something: `sortlist 10.0.0.0` of /etc/resolv.conf\n";
    let expected = format!("{}{left}the name servers of resolv.conf(5)", servers.concat());
    if said.starts_with(&expected) { Ok(()) } else { Err(said.into()) }
}

/// The facts of a network in the files of a folder.
pub fn facts_of(folder: &Path) -> Result<BTreeSet<String>, Failed> {
    facts_below(folder, "/netpivot-state")
}

/// The same where the folder stands at a place of a host's tree.
fn facts_below(folder: &Path, place: &str) -> Result<BTreeSet<String>, Failed> {
    let mut tree = MemoryTree::default();
    for (name, bytes) in host::files(folder) {
        tree.add(format!("{place}/{name}"), bytes);
    }
    // iproute2 prints owners of tun and tap devices by name.
    for file in ["/etc/passwd", "/etc/group"] {
        tree.add(file, std::fs::read(file)?);
    }
    let loaded =
        pipeline::load(&tree, Some(&FormatSpec::of("netlink"))).map_err(|failure| failure.message)?;
    let errors: Vec<&str> = loaded
        .diagnostics
        .iter()
        .filter(|found| found.code.id == "P050")
        .map(|found| found.message.as_str())
        .collect();
    if errors.is_empty() {
        Ok(facts::lines(&loaded.network).into_iter().collect())
    } else {
        Err(errors.join("\n").into())
    }
}

/// What one side says and the other does not, each with its mark.
pub fn differences(printed: &BTreeSet<String>, captured: &BTreeSet<String>) -> Vec<String> {
    let only_printed = printed.difference(captured).map(|fact| format!("- {fact}"));
    only_printed.chain(captured.difference(printed).map(|fact| format!("+ {fact}"))).collect()
}

fn captured(folder: &Path) -> Result<BTreeSet<String>, Failed> {
    let only = folder.join("captured");
    std::fs::create_dir(&only)?;
    std::fs::copy(folder.join("capture.json"), only.join("capture.json"))?;
    facts_of(&only)
}

fn links() -> std::io::Result<String> {
    std::fs::read_to_string(host::repository().join("tests/live/links.sh"))
}

fn says_what_ip_prints() -> Result<(), Failed> {
    let folder = TempDir::new()?;
    let output = run(folder.path(), &format!("{}{DUMP}$N capture -o capture.json", links()?))?;
    let printed = facts_of(&folder.path().join("printed")).map_err(|error| format!("{error:?}\n{output}"))?;
    // A setup that came to nothing would be alike on both sides.
    for fact in [
        "link mv1 macvlan.mode = private",
        "link tun0 tun.multi_queue = true",
        "rule 304 of the host tos = 16",
    ] {
        if !printed.contains(fact) {
            return Err(format!("{fact} is not there:\n{output}").into());
        }
    }
    let wrong = differences(&printed, &captured(folder.path())?);
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// What the plain text has and JSON has not.
const IN_TEXT_ONLY: [&str; 1] = ["+ route 10.6.0.0/16 table 100 of br0 lock_mtu = true"];

fn text_says_what_json_says() -> Result<(), Failed> {
    let folder = TempDir::new()?;
    let setup = links()?.replace("mtu 1400 src", "mtu lock 1400 src");
    let output = run(folder.path(), &format!("{setup}{DUMP}{TEXT}"))?;
    let printed = facts_of(&folder.path().join("printed")).map_err(|error| format!("{error:?}\n{output}"))?;
    let wrong = differences(&printed, &facts_of(&folder.path().join("text"))?);
    if wrong == IN_TEXT_ONLY { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// An unpacked support archive is a host's root, and a capture where that is asked for; so is a tar of it.
fn support_archive() -> Result<(), Failed> {
    let folder = TempDir::new()?;
    let script = "ip link set tap0 up; mkdir -p sos/etc/network sos/sos_commands; mv text sos/sos_commands/networking\n\
        echo hello > sos/sos_commands/networking/ip_-o_addr\n\
        $N show --diagnostics concise -f netlink sos | tail -n +2; echo ==; tar -cf sos.tar sos\n\
        $N detect sos.tar; printf 'auto eth7\\niface eth7 inet dhcp\\n' > sos/etc/network/interfaces\n\
        $N detect sos; $N show --diagnostics concise sos";
    let output = run(folder.path(), &format!("{}{TEXT}{script}", links()?))?;
    let (state, rest) = output.split_once("==\n").ok_or_else(|| output.clone())?;
    expect(
        state,
        &["macvlan.mode = private", "vxlan.remote = 10.0.0.9", "priority 304", "route dst 10.6.0.0/16"],
    )?;
    expect(
        rest,
        &[
            "sos.tar: perhaps netlink: /sos_commands/networking/",
            "sos: interfaces: ",
            "sos: perhaps netlink: /sos_commands/networking/",
            "eth7 (ethernet)",
        ],
    )
}

/// Namespaces of a support archive in the folders of sos(1), and in the names of older releases: as a capture has them.
fn namespaces_of_archive() -> Result<(), Failed> {
    let folder = TempDir::new()?;
    let script = "ip netns add blue; ip netns add red; ip link add v0 type veth peer name g0 netns blue\n\
        ip -n blue link add r0 type veth peer name r1 netns red; ip -n red link set r1 up; ip -n red addr add 10.0.1.1/24 dev r1\n\
        ip link set v0 up; ip -n blue addr add 10.0.0.1/24 dev g0; ip -n blue link set g0 up\n\
        ip -n blue route add default via 10.0.0.2; ip -n blue route add blackhole 10.8.0.0/16\n\
        ip -n blue -6 rule add from 2001:db8::/32 table 9 priority 70\n\
        new=new/sos_commands/networking old=old/sos_commands/networking; mkdir -p $new $old captured\n\
        ip -d address > $new/ip_-d_address; ip route show table all > $new/ip_route_show_table_all; cp $new/* $old\n\
        for n in blue red; do\n\
        own=$new/namespaces/$n; mkdir -p $own; echo 'Active connections' > $own/ip_netns_exec_${n}_netstat_-W_-neopa\n\
        ip netns exec $n ip -d address show > $own/ip_netns_exec_${n}_ip_-d_address_show\n\
        ip netns exec $n ip route show table all > $own/ip_netns_exec_${n}_ip_route_show_table_all\n\
        ip netns exec $n ip -4 rule list > $own/ip_netns_exec_${n}_ip_-4_rule_list\n\
        ip netns exec $n ip -6 rule list > $own/ip_netns_exec_${n}_ip_-6_rule_list\n\
        cp $own/* $old; done\n\
        $N capture --all-netns -o captured/capture.json";
    let output = run(folder.path(), script)?;
    let captured = facts_of(&folder.path().join("captured"))?;
    for fact in
        ["link g0 netns = blue", "link g0 veth.peer = v0", "link r1 veth.peer = r0", "link v0 veth.peer = g0"]
    {
        if !captured.contains(fact) {
            return Err(format!("{fact} is not there: {captured:#?}\n{output}").into());
        }
    }
    for layout in ["new", "old"] {
        let archive =
            facts_below(&folder.path().join(layout), "").map_err(|error| format!("{error:?}\n{output}"))?;
        let wrong = differences(&archive, &captured);
        // A capture has the settings that forward packets as well.
        let wrong: Vec<String> = wrong.into_iter().filter(|line| !line.contains("sysctl")).collect();
        if !wrong.is_empty() {
            return Err(format!("{layout}: {}", wrong.join("\n")).into());
        }
    }
    Ok(())
}

fn capture_and_live_are_one() -> Result<(), Failed> {
    let folder = TempDir::new()?;
    let script = "$N capture -o capture.json; $N show --json capture.json > file; $N show --json live: > live\n\
        stat -c %a capture.json; cmp file live && echo same";
    let output = run(folder.path(), &format!("{}{script}", links()?))?;
    let whole = std::fs::read_to_string(folder.path().join("live"))?.contains("\"vxlan\"");
    let ends = output.ends_with("same\n") && output.contains("\n600\n");
    if ends && whole { Ok(()) } else { Err(output.into()) }
}

fn expect(output: &str, parts: &[&str]) -> Result<(), Failed> {
    let missing: Vec<&&str> = parts.iter().filter(|part| !output.contains(**part)).collect();
    if missing.is_empty() { Ok(()) } else { Err(format!("{missing:#?} in\n{output}").into()) }
}

/// A veth pair between namespaces is whole where both are captured.
fn namespaces() -> Result<(), Failed> {
    let folder = TempDir::new()?;
    let setup = "ip netns add blue; ip netns add gone; ip link add v0 type veth peer name g0 netns blue\n\
        ip link set v0 up; ip -n blue addr add 10.0.0.1/24 dev g0; ip -n blue link set g0 up\n\
        ip -n blue route add default via 10.0.0.2; ip -n blue route add blackhole 10.8.0.0/16\n";
    let script = "$N capture --all-netns -o all.json; $N show --json all.json\n\
        echo ==; $N show --diagnostics concise live:netns=blue\n\
        umount /run/netns/gone; echo ==; $N show live:netns=gone; echo $?\n\
        $N capture --netns missing; echo $?; $N capture --all-netns > left.json; echo $?";
    let output = run(folder.path(), &format!("{setup}{script}"))?;
    let parts: Vec<&str> = output.split("==\n").collect();
    let [all, one, gone] = parts[..] else { return Err(output.into()) };
    expect(
        all,
        &[
            "\"name\": \"g0\",\n      \"netns\": \"blue\"",
            "\"peer\": \"v0\"",
            "\"peer\": \"g0\"",
            "3 network namespaces",
        ],
    )?;
    expect(all, &["\"netns\": \"blue\",\n      \"dst\": \"10.8.0.0/16\""])?;
    expect(one, &["S051", "ipv4.addresses = [10.0.0.1/24]", "route dst 0.0.0.0/0 gateway 10.0.0.2"])?;
    if one.contains("netns") && one.contains("netns = blue") {
        return Err(format!("a namespace alone is a host of its own:\n{one}").into());
    }
    let expected = [
        "error: live:netns=gone: the network namespace `gone` is gone; only its name is left",
        "\n3\nerror: there is no network namespace `missing`",
        "there are blue, gone",
        "the capture lacks something: the network namespace `gone` is gone",
    ];
    expect(gone, &expected)?;
    if gone.ends_with("\n0\n") { Ok(()) } else { Err(gone.into()) }
}

/// Links that stand on another namespace than their own: by the capture, by the script that it gives, and by a plan.
fn made_elsewhere() -> Result<(), Failed> {
    let folder = TempDir::new()?;
    let links = "ip netns add A; ip netns add B; ip link add v0 type veth peer name v1\n\
        ip -n A link add v0 type veth peer name v1; ip -n B link add v0 type veth peer name v1\n\
        ip link add vx0 type vxlan id 5 dstport 4789 dev v0; ip link set vx0 netns A\n\
        ip link add link v0 name mv0 netns A type macvlan mode bridge\n\
        ip -n B link add link v0 name mv1 netns A type macvlan mode bridge\n\
        ip -n B link add vx1 netns A type vxlan id 7 dstport 4789 remote 192.0.2.7\n";
    std::fs::write(folder.path().join("links.sh"), links)?;
    let script = "sh links.sh; $N capture --all-netns -o is.json 2> /dev/null; $N show -f netlink is.json 2> /dev/null\n\
        $N convert --diagnostics concise -f iproute -t json links.sh > same.json\n\
        sed 's/-n B link add vx1/-n A link add vx1/; s/-n B link add link v0 name mv1/link add link v1 name mv1/' links.sh > links2.sh\n\
        $N convert --diagnostics concise -f iproute -t json links2.sh > other.json\n\
        plan() { $N convert --diagnostics concise --allow all -f json -t iproute --from-state \"$1\" \"$2\"; }\n\
        echo ==; plan is.json same.json; echo ==; plan is.json other.json | tee plan.sh; sh plan.sh\n\
        $N capture --all-netns -o is2.json 2> /dev/null; echo ==; plan is2.json other.json\n\
        echo ==; $N convert --diagnostics concise --allow all -f netlink -t iproute is.json > ensure.sh\n\
        ip -n A link del mv1; ip -n A link del vx1; ip -n A link del mv0; sh -x ensure.sh 2>&1 | grep '^+ ip .*link add'\n\
        sh ensure.sh; $N capture --all-netns -o is3.json 2> /dev/null; plan is3.json same.json";
    let output = run(folder.path(), script)?;
    let parts: Vec<&str> = output.split("==\n").collect();
    let [shown, same, other, then, ensured] = parts[..] else { return Err(output.into()) };
    let facts = [
        "link_netns = \n  vxlan.id = 5\n  vxlan.parent = v0",
        "link_netns = \n  macvlan.parent = v0",
        "link_netns = B\n  macvlan.parent = v0",
        "link_netns = B\n  vxlan.id = 7",
    ];
    expect(shown, &facts)?;
    let is_empty = "nothing to do";
    expect(same, &[is_empty])?;
    expect(
        other,
        &[
            "ip -n A link del dev mv1",
            "ip link add link v1 name mv1 netns A type macvlan mode bridge",
            "ip -n A link add name vx1 type vxlan id 7",
        ],
    )?;
    expect(then, &[is_empty])?;
    expect(
        ensured,
        &[
            "+ ip link add link v0 name mv0 netns A",
            "+ ip -n B link add link v0 name mv1 netns A",
            "+ ip -n B link add name vx1 netns A",
            is_empty,
        ],
    )
}

/// One end of a pair goes to another namespace: a plan makes the pair anew, and finds nothing more to do.
fn end_that_moves() -> Result<(), Failed> {
    let folder = TempDir::new()?;
    let script = "ip netns add A; ip link add v0 type veth peer name v1; ip addr add 192.0.2.1/24 dev v0; ip link set v0 up\n\
        echo 'ip netns add A; ip link add v0 type veth peer name v1 netns A; ip addr add 192.0.2.1/24 dev v0; ip link set v0 up' > want.sh\n\
        $N convert --diagnostics concise -f iproute -t json want.sh > want.json\n\
        plan() { $N capture --all-netns 2> /dev/null > $1; $N convert --diagnostics concise -f json -t iproute --from-state $1 want.json; }\n\
        plan before > plan.sh; sh plan.sh; ip -n A -o link show v1; echo ==; plan behind";
    let output = run(folder.path(), script)?;
    expect(&output, &["v1@if", "nothing to do"])
}

/// What an ordinary user may not see is told; the rest is there.
fn refusals() -> Result<(), Failed> {
    let folder = TempDir::new()?;
    // Copied by a process of its own: what this one has open for writing, the children of other tests inherit, and the
    // kernel runs no file that is open for writing (ETXTBSY).
    let script = "cp $N program; chmod 755 . program; ip netns add blue; ip link add v0 type veth peer name v1\n\
        as() { setpriv --reuid 65534 --regid 65534 --clear-groups \"$@\"; }\n\
        as ./program show live:netns=blue; echo $?; as ./program show --diagnostics concise live:; echo $?\n\
        $N capture -o twice.json; $N capture -o twice.json; echo $?; $N capture --force -o twice.json; echo $?\n\
        $N show live:blue; echo $?; $N show -f keyfile live:; echo $?; $N show --all -f ifcfg live:; echo $?";
    let output = run(folder.path(), script)?;
    let expected = [
        "the network namespace `blue` cannot be read: the kernel does not permit it\n  help: run as root",
        "veth.peer = v1",
        "error: `twice.json` is there already\n  help: name another file, or add `--force`\n5\n",
        "error: `live:blue` is no input",
        "error: `live:` is the kernel's state, and not of the format keyfile",
        "error: `--all` is for the kernel's state, and the input is ifcfg",
    ];
    expect(&output, &expected)?;
    let statuses: Vec<&str> = output.lines().filter(|line| line.len() == 1).collect();
    if statuses == ["3", "0", "5", "0", "2", "2", "2"] { Ok(()) } else { Err(output.into()) }
}

/// Set hardware addresses, locks of metrics, proxies, settings of the kernel: iproute2 prints none of them.
fn only_a_capture() -> Result<(), Failed> {
    let folder = TempDir::new()?;
    let setup = "for setting in accept_ra=1 autoconf=1 disable_ipv6=0 forwarding=0; do\n\
          echo ${setting#*=} > /proc/sys/net/ipv6/conf/default/${setting%=*}; done\n\
        ip link set lo up; ip link add br0 address 02:00:00:00:00:05 type bridge; ip link add v0 type veth peer name v1\n\
        ip link set br0 up; ip addr add 10.0.0.1/24 dev br0; ip neigh add proxy 10.0.0.8 dev br0\n\
        ip route add 10.6.0.0/16 via 10.0.0.2 mtu lock 1400; ip token set ::5/64 dev br0\n\
        echo 0 > /proc/sys/net/ipv6/conf/v0/accept_ra; echo 1 > /proc/sys/net/ipv6/conf/v1/disable_ipv6\n\
        echo 1 > /proc/sys/net/ipv4/ip_forward; echo 0 > /proc/sys/net/ipv4/conf/br0/forwarding\n";
    let output = run(folder.path(), &format!("{setup}{DUMP}$N capture -o capture.json"))?;
    let printed = facts_of(&folder.path().join("printed")).map_err(|error| format!("{error:?}\n{output}"))?;
    let wrong = differences(&printed, &captured(folder.path())?);
    let expected = [
        "+ kernel setting net.ipv4.ip_forward of the host key = net.ipv4.ip_forward",
        "+ kernel setting net.ipv4.ip_forward of the host value = 1",
        "+ link br0 ipv4.forwarding = 0",
        "+ link br0 ipv6.token = ::5",
        "+ link br0 mac = 02:00:00:00:00:05",
        "+ link v0 ipv6.accept_ra = 0",
        "+ link v1 ipv6.method = disabled",
        "+ neighbour 10.0.0.8 of br0 dst = 10.0.0.8",
        "+ neighbour 10.0.0.8 of br0 proxy = true",
        "+ route 10.6.0.0/16 of br0 lock_mtu = true",
    ];
    if wrong == expected { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// A dump that changes interrupt is taken again: what stands still is always there, once.
fn changes_meanwhile() -> Result<(), Failed> {
    let folder = TempDir::new()?;
    let setup = "for n in $(seq 150); do echo link add a$n type veth peer name b$n; done | ip -batch -\n\
        while :; do ip link add x0 type veth peer name x1; ip addr add 10.0.0.1/24 dev x0; ip link del x0; done &\n";
    let script = "for n in $(seq 30); do $N capture > now.json || exit; \
          echo $(grep -c '^{\"ifname\":\"[ab]' now.json); done; kill $!";
    let output = run(folder.path(), &format!("{setup}{script}"))?;
    let counts: Vec<&str> = output.lines().filter(|line| *line == "300").collect();
    if counts.len() == 30 { Ok(()) } else { Err(output.into()) }
}

/// A host with a bridge of its own, containers and guests: what belongs to a program is left out, and told.
fn links_of_programs() -> Result<(), Failed> {
    let folder = TempDir::new()?;
    let setup = "for bridge in br0 docker0 br-0123456789ab virbr0; do ip link add $bridge type bridge; done\n\
        ip link add veth1a2b3c4 type veth peer name inside; ip link set veth1a2b3c4 master docker0\n\
        ip tuntap add vnet0 mode tap; ip link set vnet0 master br0; ip tuntap add virbr0-nic mode tap\n\
        ip tuntap add tap0 mode tap; ip link set tap0 master br0\n\
        ip link set docker0 up; ip addr add 172.17.0.1/16 dev docker0; ip route add 10.9.0.0/16 via 172.17.0.9\n\
        unshare -n sleep 60 & sleep 0.3; ip link add pod0 type veth peer name eth0 netns $!\n";
    let script = "$N show --diagnostics concise live: | grep '^[a-z]'; $N show --diagnostics concise live:\n\
        echo ==; $N show --all --diagnostics concise live:; kill $!";
    let output = run(folder.path(), &format!("{setup}{script}"))?;
    let parts: Vec<&str> = output.split("==\n").collect();
    let [without, with] = parts[..] else { return Err(output.into()) };
    let told = [
        "left out: bridges of Docker (docker0, br-0123456789ab)",
        "left out: bridges of libvirt's networks (virbr0, virbr0-nic)",
        "left out: ends of veth pairs that lead into containers (veth1a2b3c4, pod0)",
        "left out: entries of links that are left out",
        "  tap0 (tun)\n",
        "\nbr0 (bridge)",
    ];
    expect(without, &told)?;
    let kept =
        ["docker0 (bridge)", "virbr0 (bridge)", "veth1a2b3c4 (veth)", "pod0 (veth)", "dst 10.9.0.0/16"];
    let wrongly: Vec<&&str> = kept.iter().filter(|part| without.contains(**part)).collect();
    if !wrongly.is_empty() || with.contains("S054") {
        return Err(format!("{wrongly:?}\n{output}").into());
    }
    expect(with, &kept)
}

/// ethtool as judge: a script of all that was captured makes another pair like the first, for which there is nothing to do then.
fn ethtool() -> Result<(), Failed> {
    let folder = TempDir::new()?;
    let script = "tell() { for dev in v0 v1; do for ask in -k -l -g -c; do ethtool $ask $dev; done; done 2>/dev/null; }\n\
        ip link add v0 type veth peer name v1; tell > fresh.told\n\
        ethtool -K v0 tso off gro on tx-gso-list off > /dev/null; ethtool -K v1 sg off rxvlan off > /dev/null; ethtool -L v0 rx 2\n\
        tell > first.told; $N capture -o capture.json 2> /dev/null; $N show --diagnostics concise capture.json 2>&1 | grep -o 'note.*ethtool.*'\n\
        $N convert -t iproute --all capture.json -o . > /dev/null 2>&1; ip link delete v0; sh netpivot-commands/network.sh > /dev/null\n\
        tell > second.told; cmp first.told second.told; cmp -s fresh.told first.told && echo nothing was set\n\
        for own in 'tso off' 'gro on tso on' 'tx-gso-list off lro off'; do\n\
        printf 'ethtool -K v0 %s\\n' \"$own\" > own.sh\n\
        $N convert -f iproute -t iproute --from-state capture.json own.sh 2>/dev/null | grep -e ^ethtool -e '^# nothing'; done\n";
    let output = run(folder.path(), script)?;
    let expected = [
        "note[S055] left out: what ethtool shows of links, of which the kernel does not tell what somebody set",
        "# nothing to do",
        "ethtool -K v0 tso on",
        "# nothing to do",
    ];
    let lines: Vec<&str> = output.lines().collect();
    let is_as_told = lines.len() == expected.len()
        && lines.iter().zip(expected).all(|(line, expected)| line.starts_with(expected));
    if is_as_told { Ok(()) } else { Err(output.into()) }
}
