//! The kernel as judge of scripts that netpivot writes: run in a fresh namespace, they leave the network that they were
//! written for; run again, they change nothing; taken down, nothing is left.

use crate::{fixture, host, kernel};
use kernel::Random;
use libtest_mimic::{Failed, Trial};
use netpivot_emitters::iproute::{Iproute, Mode};
use netpivot_emitters::text::shell::quote;
use netpivot_emitters::{EmitContext, Emitter};
use netpivot_model::compare::compare;
use netpivot_model::dialect::{Dialect, IPROUTE};
use netpivot_model::facts::subject_label;
use netpivot_model::link::LinkKind;
use netpivot_model::network::Network;
use netpivot_model::path::{FactPath, Subject};
use netpivot_model::reflect::{FieldRef, Node};
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

/// What stands before each script: namespaces, where links come up without waiting for each other (no duplicate address
/// detection), and a function of the shell that prints what the kernel has, under a name.
pub fn prelude(program: &str) -> String {
    format!(
        "{}mount -t sysfs none /sys; echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad\n\
         dump() {{ echo '{MARK}'$1; '{program}' capture --all-netns 2>/dev/null; echo '{MARK}'$1-end; }}\n",
        kernel::PRELUDE
    )
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_netpivot");

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    vec![
        host::case("script::generated", kernel::missing(), generated),
        host::case("script::fixtures", kernel::missing(), fixtures),
        host::case("script::hostile-names", kernel::missing(), hostile_names),
        host::case("script::plans", kernel::missing(), plans),
        host::case("script::confirmed-in-time-or-taken-back", kernel::missing(), confirmed),
    ]
}

/// What a run of all scripts of a network printed.
pub struct Run {
    parts: Vec<(String, String)>,
}

impl Run {
    /// What stands under the names in the text.
    pub fn of(text: &str) -> Self {
        let parts = text.split(MARK).skip(1).map(|part| {
            let (name, text) = part.split_once('\n').unwrap_or((part, ""));
            (name.to_owned(), text.to_owned())
        });
        Run { parts: parts.collect() }
    }

    /// What stands under that name.
    pub fn part(&self, name: &str) -> &str {
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
    let mut script = prelude(PROGRAM);
    if !cards.is_empty() {
        script.push_str("ip netns add cards\n");
    }
    for card in cards {
        let _ = writeln!(
            script,
            "ip link add name '{card}' type veth peer name '{card}' netns cards; ip -n cards link set dev '{card}' up"
        );
    }
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
    let run = in_namespace(&script, dir.path())?;
    let is_ours = |name: &String| {
        let rest = name.trim_start_matches('m').trim_end_matches(".sh");
        rest.bytes().all(|byte| byte.is_ascii_digit())
    };
    match host::names(dir.path()).into_iter().find(|name| !is_ours(name)) {
        Some(name) => Err(format!("a script wrote the file `{name}`").into()),
        None => Ok(run),
    }
}

/// Names and descriptions that a shell would run, or take for options or patterns, are names and nothing else.
fn hostile_names() -> Result<(), Failed> {
    const NAMES: [&str; 14] = [
        "$(>evil)", "`>evil`", ";>evil", "a|b", "&>evil", "a'b", "a\"b", "-n", "--", "#x", "*", "{a,b}",
        "a\\b", "!x~",
    ];
    let mut script = String::new();
    for (n, name) in (1..).zip(NAMES) {
        let name = quote(name);
        let alias = quote("$(touch evil); `touch evil` > evil | \"to  the 'core'\" \\ * #7 <&,>");
        let _ = writeln!(
            script,
            "ip link add name {name} type bridge\nip link set dev {name} alias {alias}\nip link set dev {name} mtu 1400\n\
             ip link add name v{n} type veth peer name w{n}\nip link set dev v{n} master {name}\n\
             ip link set dev {name} up\nip addr add 10.{n}.0.1/24 dev {name}\n\
             ip route add 172.{}.0.0/16 via 10.{n}.0.2 dev {name}\nip rule add pref {n} iif {name} table 7\n\
             ip neigh add 10.{n}.0.7 lladdr 02:00:00:00:00:07 dev {name} nud permanent",
            n + 100
        );
    }
    let lines: Vec<&str> = script.lines().collect();
    let (network, refused) = kernel::network(&lines);
    let mut wrong = String::new();
    if !refused.is_empty() || network.links.len() != 3 * NAMES.len() {
        let refused: Vec<_> = refused.iter().map(|line| lines[*line]).collect();
        let _ = writeln!(wrong, "refused: {refused:#?}");
    }
    judge("hostile names", &network, &[], &mut wrong)?;
    if wrong.is_empty() { Ok(()) } else { Err(wrong.into()) }
}

/// Runs a script of the shell in namespaces of its own, and gives what it printed.
fn in_namespace(script: &str, dir: &Path) -> Result<Run, Failed> {
    let done = Command::new("unshare").args(["-n", "-m", "bash", "-c", script]).current_dir(dir).output()?;
    Ok(Run::of(&String::from_utf8_lossy(&done.stdout)))
}

/// The network of a dump.
pub fn captured(run: &Run, name: &str) -> Network {
    let tree: MemoryTree = [("/netpivot-state/capture.json", run.part(name))].into_iter().collect();
    // The other end of a card of the test is in another namespace, as a container's is.
    let all = Some(netpivot_parsers::netlink::ALL);
    let input = Input { tree: &tree, dialect: all, version: None, state: None };
    netpivot_parsers::netlink::Netlink.parse(&input, &mut Context::default()).unwrap_or_default()
}

/// The network of a dump, with the cards that `like` has.
fn with_cards(run: &Run, name: &str, like: &Network) -> Network {
    let mut network = captured(run, name);
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

/// What the kernel fills in where nobody says it, or a capture leaves out because the kernel does it anyway.
fn is_of_another_world(what: &str) -> bool {
    let words = [
        "link lo",
        // A state says of addresses that nobody leases them.
        ".method is manual in the kernel, not nothing",
        " action is nothing",
        // What a daemon or the kernel writes into each route of a device.
        "protocol is nothing in the kernel, not static",
        "scope is nothing in the kernel, not 253",
        // Of next hops.
        "].dev is ",
        "].weight is nothing in the kernel, not 1",
        // A port has no addresses, whatever its IPv6 is.
        "ipv6.method is nothing in the kernel, not disabled",
        "ipv6.autoconf is nothing in the kernel, not true",
    ];
    words.iter().any(|word| what.contains(word))
}

/// The network as the kernel keeps it: what it ties to no link, and lists as it likes.
fn as_of_kernel(network: &Network) -> Network {
    let mut network = network.clone();
    network.disown();
    for route in &mut network.routes {
        route.item.table = route.item.table.take().filter(|at| at.value.get() != 254);
    }
    for link in &mut network.links {
        // What a driver begins with; `ethtool::` and `live::` are about it.
        link.ethtool = None;
        for config in [&mut link.ipv4, &mut link.ipv6].into_iter().flatten() {
            config.addresses.items.sort_by_key(|at| at.value.net);
            // It goes once the address is known to be nobody else's.
            config.addresses.items.iter_mut().for_each(|at| at.value.flags.optimistic = false);
            // Of the kernel's making, and of a hardware address that a bridge had before.
            config.addresses.items.retain(|at| !at.value.net.to_string().starts_with("fe80:"));
        }
    }
    network
}

/// True for what is in the namespace of the other ends of cards.
fn is_beside(network: &Network, path: Option<FactPath>) -> bool {
    let Some(path) = path else { return false };
    let space = match path.subject {
        Subject::Link(id) => network.link(id).netns.as_ref().map(|at| at.value.as_str()),
        Subject::Entry(kind, n) => {
            let mut space = None;
            network.visit_entries(kind, &mut |m, owner, node| {
                if m == n {
                    let own = owner.and_then(|id| network.link(id).netns.as_ref());
                    let said = ["netns", "name"].into_iter().find_map(|name| said(node, name));
                    space = said.or(own.map(|at| at.value.clone()));
                }
            });
            return space.is_some_and(|space| space == "cards");
        }
    };
    space == Some("cards")
}

fn said(node: &dyn Node, name: &str) -> Option<String> {
    match node.field(name)? {
        FieldRef::Leaf(leaf) => leaf.value().map(|value| value.to_string()),
        FieldRef::Node(_) | FieldRef::Nodes(_) | FieldRef::Variant(_) => None,
    }
}

/// What the kernel has and the network does not, or the other way round.
pub fn differences(network: &Network, kernel: &Network) -> Vec<String> {
    let (network, kernel) = (&as_of_kernel(network), &as_of_kernel(kernel));
    compare(network, kernel)
        .iter()
        .filter(|change| !is_beside(network, change.old_path) && !is_beside(kernel, change.new_path))
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

/// True for a setting that a card keeps, and for a router's: a script that goes leaves it one for whatever else needs one.
fn stays(text: &str) -> bool {
    if text.starts_with("kernel setting net.ipv4.ip_forward ") {
        return true;
    }
    ["ipv6.method", "ipv6.accept_ra", "ipv6.autoconf", "mtu", "mac"]
        .iter()
        .any(|field| text.contains(&format!(" {field} is ")))
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
        let kernel = with_cards(&run, &n.to_string(), network);
        found.extend(differences(network, &kernel).into_iter().map(|text| format!("after run {n}: {text}")));
    }
    let told = run.part("1-monitor").trim();
    if !told.is_empty() {
        found.push(format!("a second run changes: {told}"));
    }
    for n in [2, 4] {
        let left = with_cards(&run, &n.to_string(), network);
        let before = with_cards(&run, "before", network);
        let left = differences(&before, &left).into_iter().filter(|text| !stays(text));
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
            "{}sh create.sh\n\
             {plan} > plan.sh 2> told || echo FAILED\necho '=== told'; cat told\n\
             echo '=== run'; sh plan.sh 2>&1 || echo FAILED\necho '=== plan'; cat plan.sh\n\
             dump now\necho '=== rest'; {plan} 2>&1\n",
            prelude(PROGRAM)
        );
        let run = in_namespace(&script, dir.path())?;
        let mut found = differences(&networks[1], &with_cards(&run, "now", &networks[1]));
        if state == "live:" {
            // A pair that leads into a namespace of which the state says nothing may be a container's, with what is on its end there.
            found.retain(|text| !text.starts_with("link vc0 kind is veth") && !text.contains(" vd0 "));
        }
        // Of which the network says nothing, that stays as it was.
        found.retain(|text| {
            !(text.ends_with(", not nothing")
                && [" mtu is ", " mac is ", " promiscuous is ", ".tx_queue_length is "]
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

/// A host that its script cuts off is back after the time, one whose script fails or is interrupted is back at once, one whose
/// script hangs or was killed after the time and for good, and what is confirmed stays.
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
         slow() {{ sed '0,/^ip -4 address replace/s/^ip -4 address replace.*/&; sleep 4/' plan.sh > slow.sh; }}\n\
         see before; write cut.sh; slow; sh slow.sh 2> late; echo $? >> late; see late; sleep 3; see later; echo '=== ended'; cat late\n\
         sh slow.sh 2> broken & sleep 1; kill -TERM $!; wait $!; echo $? >> broken; see interrupted; echo '=== broken'; cat broken; sleep 2\n\
         sh slow.sh & sleep 1; kill -KILL $!; sh plan.sh && echo two at once; sleep 2; see killed\n\
         write cut.sh; sh plan.sh > told; see changed; sleep 3; see back\n\
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
        && ["late", "later", "interrupted", "killed"].iter().all(|name| without_log(&parts(name)) == before)
        && parts("ended").contains("took more than 2 seconds, was ended, and the old network is back")
        && parts("ended").ends_with("\n1")
        && parts("broken").contains("interrupted, and the old network is back")
        && parts("broken").ends_with("\n143")
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
