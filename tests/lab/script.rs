//! The kernel as judge of scripts that netpivot writes: run in a fresh namespace, they leave the network that they were
//! written for; run again, they change nothing; taken down, nothing is left.

use crate::{fixture, host, kernel};
use kernel::Random;
use libtest_mimic::{Failed, Trial};
use netpivot_emitters::iproute::{Iproute, Mode};
use netpivot_emitters::{EmitContext, Emitter};
use netpivot_model::compare::compare;
use netpivot_model::dialect::{Dialect, IPROUTE};
use netpivot_model::facts::subject_label;
use netpivot_model::link::LinkKind;
use netpivot_model::network::Network;
use netpivot_model::path::{FactPath, Subject};
use netpivot_parsers::tree::MemoryTree;
use netpivot_parsers::{Context, Input, Parser};
use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many networks are generated in each run.
const NETWORKS: u64 = 200;
/// How many pairs of networks are generated, for plans from one to the other.
const PAIRS: u64 = 60;

const MARK: &str = "=== ";

/// A function of the shell that prints what the kernel has, under a name.
const DUMP: &str = "dump() { echo '=== '$1-address; ip -j -d address; echo '=== '$1-route4; ip -j -d -4 route show table all\n\
         echo '=== '$1-route6; ip -j -d -6 route show table all; echo '=== '$1-rule4; ip -j -4 rule\n\
         echo '=== '$1-rule6; ip -j -6 rule; echo '=== '$1-neigh; ip -j neigh show nud permanent\n\
         echo '=== '$1-fdb; bridge -j fdb show\n\
         for n in $(ip netns list | cut -d' ' -f1 | grep -vx cards); do echo '=== '$1-in-$n; \
         ip -n $n -j address; ip -n $n -j route; ip -n $n -j -6 route; done; echo '=== '$1-end; }\n";

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    vec![
        host::case("script::generated", kernel::missing(), generated),
        host::case("script::fixtures", kernel::missing(), fixtures),
        host::case("script::plans", kernel::missing(), plans),
        host::case("script::confirmed-in-time-or-taken-back", kernel::missing(), confirmed),
    ]
}

/// What a run of all scripts of a network printed.
struct Run {
    parts: Vec<(String, String)>,
}

impl Run {
    fn part(&self, name: &str) -> &str {
        self.parts.iter().find(|(part, _)| part == name).map_or("", |(_, text)| text)
    }
}

/// The script of that mode.
fn written(network: &Network, mode: Mode) -> String {
    let mut cx = EmitContext {
        target: Dialect::of(IPROUTE),
        script: mode,
        reveal_secrets: true,
        ..EmitContext::default()
    };
    let mut files = Iproute.emit(network, &mut cx).files;
    files.pop().map(|file| file.text).unwrap_or_default()
}

/// Runs the scripts one after the other in fresh namespaces with these cards.
fn run(network: &Network, cards: &[String], modes: &[Mode]) -> Result<Run, Failed> {
    let dir = tempfile::tempdir()?;
    // Without duplicate address detection nothing happens by itself.
    let mut script = format!("{}echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad\n", kernel::PRELUDE);
    if !cards.is_empty() {
        script.push_str("ip netns add cards\n");
    }
    for card in cards {
        let _ = writeln!(
            script,
            "ip link add name '{card}' type veth peer name '{card}' netns cards; ip -n cards link set dev '{card}' up"
        );
    }
    script.push_str(DUMP);
    script.push_str("dump before\n");
    // Links tell of their carrier a while after they are up.
    let settle = if cards.is_empty() { "0.2" } else { "1" };
    for (n, mode) in modes.iter().enumerate() {
        let settle = if n == 1 { settle } else { "0" };
        let name = format!("{n}.sh");
        std::fs::write(dir.path().join(&name), written(network, *mode))?;
        // What the kernel tells of the run: `ip monitor` hears of links, addresses, routes, rules and neighbours.
        let _ = write!(
            script,
            "sleep {settle}; ip monitor link address route rule > m{n} & monitor=$!; sleep 0.1\n\
             echo '=== '{n}-run; sh {name} 2>&1 || echo FAILED\nsleep 0.1; kill $monitor; wait $monitor 2>/dev/null\n\
             echo '=== '{n}-monitor; cat m{n}\ndump {n}\n"
        );
    }
    in_namespace(&script, dir.path())
}

/// Runs a script of the shell in namespaces of its own, and gives what it printed.
fn in_namespace(script: &str, dir: &Path) -> Result<Run, Failed> {
    let done = Command::new("unshare").args(["-n", "-m", "bash", "-c", script]).current_dir(dir).output()?;
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    let parts = text.split(MARK).skip(1).map(|part| {
        let (name, text) = part.split_once('\n').unwrap_or((part, ""));
        (name.to_owned(), text.to_owned())
    });
    Ok(Run { parts: parts.collect() })
}

/// The network of a dump, of the host's own namespace.
fn captured(run: &Run, name: &str, like: &Network) -> Network {
    let files = ["address", "route4", "route6", "rule4", "rule6", "neigh", "fdb"];
    let tree: MemoryTree = files
        .iter()
        .map(|file| (format!("/netpivot-state/{file}.json"), run.part(&format!("{name}-{file}")).to_owned()))
        .filter(|(_, text)| !text.trim().is_empty())
        .collect::<Vec<_>>()
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    // The other end of a card of the test is in another namespace, as a container's is.
    let all = Some(netpivot_parsers::netlink::ALL);
    let input = Input { tree: &tree, dialect: all, version: None, state: None };
    let mut network =
        netpivot_parsers::netlink::Netlink.parse(&input, &mut Context::default()).unwrap_or_default();
    // The cards of a test are ends of veth pairs.
    let is_card = |name: &str| {
        like.links().any(|(_, link)| {
            let named = link.name.as_ref().is_some_and(|at| at.value == name);
            named && link.netns.is_none() && matches!(link.kind.value, LinkKind::Ethernet(_))
        })
    };
    let cards: Vec<_> = network
        .links()
        .filter(|(_, link)| link.name.as_ref().is_some_and(|at| is_card(&at.value)))
        .map(|(id, _)| id)
        .collect();
    for id in cards {
        network.link_mut(id).kind.value = LinkKind::of("ethernet").expect("a kind");
    }
    network
}

/// What the dump does not show: other namespaces, that a metric is locked; and what the kernel chooses itself.
fn is_of_another_world(what: &str) -> bool {
    let words = [
        "autoconnect",
        "mac ",
        "veth.peer",
        "link lo",
        "lock_mtu",
        "namespace ",
        "ipv6.method",
        "tun.owner is root",
        "tun.group is root",
        " action is nothing",
        "protocol is nothing in the kernel, not static",
        "scope is nothing in the kernel, not 253",
        "state is nothing in the kernel, not permanent",
        " dev is lo in the kernel",
        "].dev is ",
        "].weight is nothing in the kernel, not 1",
        // Kernel settings of IPv6 are no part of the dump.
        "ipv6.accept_ra",
        "ipv6.autoconf",
        "ipv6.mtu",
    ];
    words.iter().any(|word| what.contains(word))
}

/// What the kernel has and the network does not, or the other way round.
fn differences(network: &Network, kernel: &Network) -> Vec<String> {
    let in_netns = |network: &Network, path: Option<FactPath>| {
        let Some(path) = path else { return false };
        match path.subject {
            Subject::Link(id) => network.link(id).netns.is_some(),
            Subject::Entry(..) => subject_label(network, path.subject).contains(" in "),
        }
    };
    let as_of_host = |network: &Network| {
        let mut network = network.clone();
        network.disown();
        let spaces: Vec<_> =
            network.links().filter(|(_, link)| link.netns.is_some()).map(|(id, _)| id).collect();
        network.routes.retain(|route| !route.owner.is_some_and(|id| spaces.contains(&id)));
        for route in &mut network.routes {
            route.item.table = route.item.table.take().filter(|at| at.value.get() != 254);
        }
        // The kernel lists them as it likes.
        for link in &mut network.links {
            for config in [&mut link.ipv4, &mut link.ipv6].into_iter().flatten() {
                config.addresses.items.sort_by_key(|at| at.value.net);
                // Of the kernel's making, and of a hardware address that a bridge had before.
                config.addresses.items.retain(|at| !at.value.net.to_string().starts_with("fe80:"));
            }
        }
        network
    };
    let (network, kernel) = (&as_of_host(network), &as_of_host(kernel));
    compare(network, kernel)
        .iter()
        .filter(|change| !in_netns(network, change.old_path) && !in_netns(kernel, change.new_path))
        .map(|change| {
            let (side, path) = match (change.old_path, change.new_path) {
                (Some(path), _) => (network, Some(path)),
                (None, path) => (kernel, path),
            };
            let subject = path.map_or_else(String::new, |path| subject_label(side, path.subject));
            let field = path.map_or_else(String::new, |path| path.field.to_string());
            let text = |value: &Option<netpivot_model::value::Value>| {
                value.as_ref().map_or_else(|| "nothing".to_owned(), ToString::to_string)
            };
            format!("{subject} {field} is {} in the kernel, not {}", text(&change.new), text(&change.old))
        })
        .filter(|text| !is_of_another_world(text))
        .collect()
}

/// Judges one network: created, ensured, and taken down.
fn judge(name: &str, network: &Network, cards: &[String], wrong: &mut String) -> Result<(), Failed> {
    let run = run(
        network,
        cards,
        &[Mode::Create, Mode::Ensure, Mode::Teardown, Mode::Batch, Mode::Teardown, Mode::Ensure],
    )?;
    let mut found = Vec::new();
    for n in 0..6 {
        let printed = run.part(&format!("{n}-run"));
        if printed.contains("FAILED") || (!printed.trim().is_empty() && ![2, 4].contains(&n)) {
            found.push(format!("run {n}: {printed}"));
        }
    }
    for n in [0, 3, 5] {
        let kernel = captured(&run, &n.to_string(), network);
        found.extend(differences(network, &kernel).into_iter().map(|text| format!("after run {n}: {text}")));
    }
    let told = run.part("1-monitor").trim();
    if !told.is_empty() {
        found.push(format!("a second run changes: {told}"));
    }
    for n in [2, 4] {
        let left = captured(&run, &n.to_string(), network);
        let before = captured(&run, "before", network);
        let left = differences(&before, &left).into_iter().filter(|text| !text.contains(" mtu is "));
        found.extend(left.map(|text| format!("taken down, {text}")));
    }
    if !found.is_empty() {
        let _ = writeln!(wrong, "{name}:\n    {}", found.join("\n    "));
        let _ = writeln!(wrong, "{}", written(network, Mode::Ensure));
    }
    Ok(())
}

/// The network that a seed stands for.
fn network(seed: u64) -> Network {
    let lines = setup(seed);
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    kernel::network(&lines).0
}

/// Judges each seed, several at once: for the most part they wait for the kernel.
fn each(seeds: u64, judge: impl Fn(u64, &mut String) -> Result<(), Failed> + Sync) -> Result<(), Failed> {
    const WORKERS: usize = 8;
    const ENOUGH: usize = 400;
    let next = AtomicU64::new(0);
    let work = || {
        let mut wrong = String::new();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds || wrong.lines().count() > ENOUGH {
                return wrong;
            }
            if let Err(failed) = judge(seed, &mut wrong) {
                let _ = writeln!(wrong, "{seed}: {}", failed.message().unwrap_or_default());
            }
        }
    };
    let wrong: String = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS).map(|_| scope.spawn(work)).collect();
        workers.into_iter().map(|worker| worker.join().expect("a judge does not panic")).collect()
    });
    if wrong.is_empty() { Ok(()) } else { Err(wrong.into()) }
}

fn generated() -> Result<(), Failed> {
    each(NETWORKS, |seed, wrong| judge(&format!("network {seed}"), &network(seed), &[], wrong))
}

/// From a kernel in one state to another network: the commands of the plan, and no more, lead there; then nothing is left
/// to do.
fn plans() -> Result<(), Failed> {
    each(PAIRS, |seed, wrong| {
        let networks = [seed, seed + 10_007].map(network);
        let dir = tempfile::tempdir()?;
        std::fs::write(dir.path().join("create.sh"), written(&networks[0], Mode::Create))?;
        std::fs::write(dir.path().join("wanted.json"), netpivot_model::json::to_text(&networks[1], true))?;
        // Namespaces that the state does not show are asked.
        let state = if seed % 2 == 0 { "live:" } else { "live:all-netns" };
        let plan = format!(
            "'{}' convert -f json -t iproute --allow all --prune --from-state {state} wanted.json",
            env!("CARGO_BIN_EXE_netpivot")
        );
        let script = format!(
            "{}mount -t sysfs sysfs /sys; echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad\n{DUMP}sh create.sh\n\
             {plan} > plan.sh 2> told || echo FAILED\necho '=== told'; cat told\n\
             echo '=== run'; sh plan.sh 2>&1 || echo FAILED\necho '=== plan'; cat plan.sh\n\
             dump now\necho '=== rest'; {plan} 2>&1\n",
            kernel::PRELUDE
        );
        let run = in_namespace(&script, dir.path())?;
        let mut found = differences(&networks[1], &captured(&run, "now", &networks[1]));
        if state == "live:" {
            // A pair that leads into a namespace of which the state says nothing may be a container's.
            found.retain(|text| !text.starts_with("link vc0 kind is veth"));
        }
        // Of which the network says nothing, that stays as it was.
        found.retain(|text| {
            !(text.ends_with(", not nothing")
                && [" mtu is ", " promiscuous is ", ".tx_queue_length is "]
                    .iter()
                    .any(|what| text.contains(what)))
        });
        if run.part("run").contains("FAILED") {
            found.push(format!("the plan fails: {}", run.part("run")));
        }
        // What a namespace has that the state does not show is asked again each time.
        let is_command =
            |line: &str| ["ip ", "bridge ", "sysctl "].iter().any(|program| line.starts_with(program));
        if run.part("rest").lines().any(is_command) || !run.part("rest").contains("#!/bin/sh") {
            found.push(format!("after the plan there is left to do: {}", run.part("rest")));
        }
        if !found.is_empty() {
            let text = [&found.join("\n    "), run.part("told"), run.part("plan")].join("\n");
            let _ = writeln!(wrong, "from {seed} to {}:\n    {text}", seed + 10_007);
        }
        Ok(())
    })
}

/// A host that its script cuts off is back after the time, one whose script fails is back at once, and what is confirmed
/// stays.
fn confirmed() -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    let cut = "ip link add br0 type bridge\nip link set br0 up\nip link set eth0 master br0\nip addr flush dev eth0\n\
               ip addr add 198.51.100.9/24 dev br0\nip link set eth0 mtu 1400\n";
    std::fs::write(dir.path().join("cut.sh"), cut)?;
    let mtu = "ip link set eth0 mtu 1400\n";
    std::fs::write(dir.path().join("mtu.sh"), mtu)?;
    // A card that is one end of a pair is a card to a configuration, and its other end stays.
    let card = "iface eth2 inet static\n\taddress 10.1.0.2/24\n\tgateway 10.1.0.254\n\tup sysctl -w net.ipv4.conf.eth2.rp_filter=2\n";
    std::fs::write(dir.path().join("interfaces"), format!("auto eth2\n{card}"))?;
    // One end of the veth pair is the host's card, behind the other is who manages it.
    let script = format!(
        "{}mount -t sysfs sysfs /sys; ip netns add admin\n\
         ip link add eth0 type veth peer name far netns admin; ip addr add 192.0.2.1/24 dev eth0; ip link set eth0 up\n\
         ip -n admin addr add 192.0.2.2/24 dev far; ip -n admin link set far up; ip route add default via 192.0.2.2; sleep 1\n\
         see() {{ echo '=== '$1; ip -o link show dev eth0 | grep -o 'mtu [0-9]*'; ip -o -4 addr show; ip route; ip -o link show type bridge\n\
           timeout 1 ip netns exec admin bash -c 'exec 3<> /dev/tcp/192.0.2.1/9' 2>&1 | grep -q refused && echo reached || echo cut off; ls /run\n\
           sysctl net.ipv4.conf.eth2.rp_filter 2>/dev/null; }}\n\
         write() {{ '{}' convert -f iproute -t iproute --allow all --from-state live: --confirm-within 2 \"$1\" > plan.sh; }}\n\
         see before; write cut.sh; sh plan.sh > told; see changed; sleep 3; see back\n\
         write mtu.sh; sh plan.sh >/dev/null; rm /run/netpivot-unconfirmed; sleep 3; see stays\n\
         ip link set eth0 mtu 1500; write cut.sh; sed -i 's/^ip -4 address replace.*/&; false/' plan.sh; sh plan.sh 2>&1 && echo no failure; see failed\n\
         ip link add eth2 type veth peer name near; ip link set eth2 up; ip addr add 10.1.0.1/24 dev eth2; see base\n\
         '{}' convert -f interfaces -t iproute --allow all --from-state live: --prune --confirm-within 2 interfaces > plan.sh\n\
         sh plan.sh > /dev/null; see other; ip -o link show dev near; sleep 3; see again\n\
         echo '=== told'; cat told; echo '=== plan'; cat plan.sh\n",
        kernel::PRELUDE,
        env!("CARGO_BIN_EXE_netpivot"),
        env!("CARGO_BIN_EXE_netpivot")
    );
    let run = in_namespace(&script, dir.path())?;
    let parts = |name| run.part(name).trim().to_owned();
    let (before, back, failed) = (parts("before"), parts("back"), parts("failed"));
    let without_log = |text: &str| text.replace("netpivot-restored.log", "").trim().to_owned();
    let (changed, stays) = (parts("changed"), parts("stays"));
    let (base, other, again) = (parts("base"), parts("other"), parts("again"));
    let is_right = before.contains("reached")
        && changed.contains("cut off")
        && changed.contains("198.51.100.9/24")
        && without_log(&back) == before
        && stays.contains("mtu 1400")
        && stays.contains("reached")
        && without_log(&failed) == before
        && ["10.1.0.2/24", "default via 10.1.0.254", "rp_filter = 2", "near"]
            .iter()
            .all(|part| other.contains(part))
        && without_log(&again) == without_log(&base)
        && parts("told").contains("rm /run/netpivot-unconfirmed");
    if is_right {
        Ok(())
    } else {
        Err(run.parts.iter().map(|(name, text)| format!("{name}:\n{text}")).collect::<String>().into())
    }
}

/// Scenarios whose links this kernel has.
fn fixtures() -> Result<(), Failed> {
    let mut wrong = String::new();
    for fixture in fixture::fixtures() {
        let Some(from) = fixture.trees().first().cloned() else { continue };
        let outcome = fixture.convert_to(&from, "iproute");
        let Some(file) = outcome.outputs.first() else { continue };
        let text = file.reads_as.as_ref().unwrap_or(&file.text);
        let tree: MemoryTree = [("/netpivot-commands/script.sh", text.as_str())].into_iter().collect();
        let input = Input { tree: &tree, dialect: None, version: None, state: None };
        let mut cx = Context::default();
        let Ok(network) = netpivot_parsers::iproute::Iproute.parse(&input, &mut cx) else { continue };
        // Of a card only the machine itself has these, and ethtool may be missing.
        if text.contains("ethtool ") || text.contains("/sys/class/net") {
            continue;
        }
        if !network.hooks.is_empty()
            || !network.nat.is_empty()
            || !network.links().all(|(_, link)| is_here(&link.kind.value))
        {
            continue;
        }
        let cards = network.links().filter(|(_, link)| matches!(link.kind.value, LinkKind::Ethernet(_)));
        let cards: Vec<String> = cards.map(|(_, link)| link.label().to_owned()).collect();
        judge(&fixture.name, &network, &cards, &mut wrong)?;
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.into()) }
}

/// Kinds of links that a kernel without modules has.
fn is_here(kind: &LinkKind) -> bool {
    ["ethernet", "loopback", "bridge", "veth", "vxlan", "tun", "macvlan"].contains(&kind.word())
}

/// Commands that set up some network, valid for the most part.
fn setup(seed: u64) -> Vec<String> {
    let mut random = Random(seed ^ 0x5c41);
    let mut lines: Vec<String> = vec![
        "ip netns add n1".into(),
        "ip link add br0 type bridge".into(),
        "ip link add va0 type veth peer name vb0".into(),
        "ip link set va0 up".into(),
        "ip link set vb0 up".into(),
    ];
    let bridge = [
        "stp_state 1",
        "forward_delay 400",
        "hello_time 100",
        "max_age 1200",
        "ageing_time 12000",
        "priority 4096",
        "mcast_snooping 0",
        "mcast_querier 1",
        "group_fwd_mask 8",
        "mcast_hash_max 512",
        "mcast_last_member_count 3",
        "mcast_startup_query_count 4",
        "mcast_query_interval 6000",
        "mcast_igmp_version 3",
        "mcast_mld_version 2",
        "mcast_router 2",
        "mcast_query_use_ifaddr 1",
        "no_linklocal_learn 1",
        "mcast_membership_interval 20000",
        "mcast_querier_interval 20000",
        "mcast_query_response_interval 500",
        "mcast_startup_query_interval 2000",
        "mcast_last_member_interval 200",
        "group_address 01:80:c2:00:00:05",
    ];
    let port = [
        "priority 16",
        "cost 7",
        "hairpin on",
        "guard on",
        "root_block on",
        "fastleave on",
        "learning off",
        "flood off",
        "mcast_flood off",
        "bcast_flood off",
        "mcast_to_unicast on",
        "neigh_suppress on",
        "isolated on",
        "locked on",
        "proxy_arp on",
        "proxy_arp_wifi on",
        "mcast_router 2",
        "group_fwd_mask 16384",
        "vlan_tunnel on",
    ];
    for _ in 0..random.below(5) {
        lines.push(format!("ip link set dev br0 type bridge {}", random.of(&bridge)));
    }
    if random.below(2) == 0 {
        lines.push("ip link set dev va0 master br0".into());
        for _ in 0..random.below(4) {
            lines.push(format!("ip link set dev va0 type bridge_slave {}", random.of(&port)));
        }
    }
    lines.push("ip link set br0 up".into());
    if random.below(3) == 0 {
        lines.push("ip link add link vb0 name mv0 type macvlan mode bridge".into());
        lines.push("ip link set mv0 up".into());
    }
    if random.below(3) == 0 {
        let more = random.of(&[
            "",
            " nolearning",
            " ttl 64",
            " proxy",
            " ageing 120",
            " tos 0x10",
            " srcport 40000 50000",
        ]);
        lines.push(format!("ip link add vx0 type vxlan id 7 dstport 4789 local 10.0.0.1{more}"));
        if random.below(2) == 0 {
            lines.push("bridge fdb append 00:00:00:00:00:00 dev vx0 dst 10.0.0.9".into());
        }
    }
    if random.below(3) == 0 {
        lines.push(format!(
            "ip tuntap add dev tap0 mode {}",
            random.of(&["tap", "tun", "tap user root", "tap multi_queue", "tun pi group root"])
        ));
        lines.push("ip link set tap0 up".into());
    }
    if random.below(4) == 0 {
        lines.push("ip link add vc0 type veth peer name vd0 netns n1".into());
        lines.push("ip -n n1 link set vd0 up".into());
        lines.push("ip -n n1 addr add 10.7.0.2/24 dev vd0".into());
        lines.push("ip link set vc0 up".into());
        if random.below(2) == 0 {
            lines.push("ip -n n1 route add default via 10.7.0.1".into());
        }
    }
    for what in ["mtu 1400", "address 02:00:00:00:00:07", "txqueuelen 500", "promisc on", "mtu 9000"] {
        if random.below(6) == 0 {
            lines.push(format!("ip link set dev {} {what}", random.of(&["br0", "va0", "vb0"])));
        }
    }
    for address in [
        "10.0.0.1/24",
        "10.0.1.1/24 brd +",
        "10.0.2.1/24 label br0:2",
        "10.9.0.1/32",
        "10.8.0.1 peer 10.8.0.2/32",
        "2001:db8::1/64",
        "2001:db8:1::1/64 nodad",
        "10.3.0.1/24 noprefixroute",
        "10.4.0.1/24 metric 77",
        "2001:db8:5::1/64 preferred_lft 0",
    ] {
        if random.below(3) == 0 {
            lines.push(format!("ip addr add {address} dev br0"));
        }
    }
    lines.push("ip addr add 192.0.2.1/24 dev vb0".into());
    lines.push("ip addr add 2001:db8:9::1/64 dev vb0 nodad".into());
    for route in [
        "10.20.0.0/16 via 192.0.2.254",
        "10.21.0.0/16 via 192.0.2.254 metric 50",
        "10.22.0.0/16 dev vb0 table 100",
        "default via 192.0.2.254",
        "10.23.0.0/16 via 192.0.2.253 src 192.0.2.1",
        "blackhole 10.24.0.0/16",
        "unreachable 10.25.0.0/16 metric 9",
        "10.26.0.0/16 via 203.0.113.1 dev vb0 onlink",
        "prohibit 10.27.0.0/16 table 100",
        "10.28.0.0/16 via 192.0.2.254 mtu 1400",
        "10.29.0.0/16 via 192.0.2.254 mtu lock 1300 advmss 1000",
        "10.30.0.0/16 nexthop via 192.0.2.254 weight 2 nexthop via 192.0.2.253",
        "10.31.0.0/16 dev vb0 scope link proto static",
        "2001:db8:a::/48 via 2001:db8:9::2",
        "2001:db8:b::/48 via 2001:db8:9::2 metric 300",
        "throw 10.32.0.0/16 table 100",
        "10.33.0.0/16 via 192.0.2.254 tos 0x10",
        "10.34.0.0/16 via inet6 2001:db8:9::5 dev vb0",
        "blackhole 2001:db8:c::/48",
        "10.35.0.0/16 via 192.0.2.254 initcwnd 20 quickack 1",
        "2001:db8:d::/48 nexthop via 2001:db8:9::2 nexthop via 2001:db8:9::3",
    ] {
        if random.below(4) == 0 {
            let family = if route.contains("2001") && !route.contains("inet6") { "-6" } else { "-4" };
            lines.push(format!("ip {family} route add {route}"));
        }
    }
    for rule in [
        "pref 100 from 192.0.2.0/24 table 100",
        "pref 101 to 10.0.0.0/8 table 100",
        "pref 102 fwmark 0x5/0xff table 100",
        "pref 103 iif vb0 table 100",
        "pref 104 not from 10.0.0.0/24 table 100",
        "pref 105 ipproto tcp dport 80-90 table 100",
        "pref 106 from 10.5.0.0/16 blackhole",
        "pref 107 uidrange 1000-2000 table 100",
        "pref 108 table main suppress_prefixlength 0",
        "pref 109 from 10.6.0.0/16 prohibit",
        "pref 110 oif vb0 table 100",
        "pref 111 tos 0x10 table 100",
    ] {
        if random.below(5) == 0 {
            lines.push(format!("ip rule add {rule}"));
        }
    }
    if random.below(4) == 0 {
        lines.push("ip -6 rule add pref 200 from 2001:db8::/32 table 100".into());
    }
    if random.below(4) == 0 {
        lines.push("ip neigh add 192.0.2.77 lladdr 02:00:00:00:00:77 dev vb0 nud permanent".into());
    }
    lines
}
