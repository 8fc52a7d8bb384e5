//! The kernel as judge of evaluated commands: the same script, run by a shell in a fresh namespace and evaluated by
//! netpivot, is refused at the same lines and leaves the same links, addresses, ports and routes.
//!
//! Each script runs in a network and a mount namespace of its own, which end with its shell, so nothing is
//! left behind whatever happens.

use crate::host;
use libtest_mimic::{Failed, Trial};
use netpivot_model::dialect::{Dialect, NETLINK};
use netpivot_model::link::{Link, LinkKind, PortType};
use netpivot_model::network::Network;
use netpivot_parsers::tree::MemoryTree;
use netpivot_parsers::{Context, Input, Parser, iproute::Iproute};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::process::Command;

/// How many sequences are generated in each run.
const SEQUENCES: u64 = 120;

/// What stands before each script: namespaces by name of its own, and addresses as systemd sets hosts up.
pub const PRELUDE: &str = "mount -t tmpfs none /run && mkdir -p /run/netns\n\
    echo 1 > /proc/sys/net/ipv4/conf/all/promote_secondaries\nip link set lo up\n";
/// Between the script's own output and the state.
const MARK: &str = "=== state";

/// What is missing for these cases, if anything is.
pub fn missing() -> Option<String> {
    let probe =
        Command::new("unshare").args(["-n", "-m", "ip", "link", "add", "br0", "type", "bridge"]).output();
    let works = probe.is_ok_and(|done| done.status.success());
    (!works).then(|| "a kernel that lets this user make namespaces".to_owned())
}

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    vec![
        host::case("kernel::generated-sequences", missing(), generated),
        host::case("kernel::recipes", missing(), recipes),
    ]
}

/// What a script leaves behind, one line each, and the lines that were refused.
#[derive(Debug, Default, PartialEq)]
pub struct State {
    /// Positions of the lines that were refused.
    pub refused: BTreeSet<usize>,
    /// Links, addresses and routes.
    pub facts: BTreeSet<String>,
}

/// Recipes whose programs and links every kernel with bridges, veth and tun has.
fn recipes() -> Result<(), Failed> {
    let mut wrong = String::new();
    for name in ["recipe-namespaces", "recipe-namespaces-flawed", "recipe-tap"] {
        let path = host::repository().join("fixtures").join(name).join("iproute/netpivot-commands/recipe.sh");
        let text = std::fs::read_to_string(path)?;
        // Address translation and kernel settings are no links, addresses or routes, and their programs may be missing.
        let text = text.replace("\\\n", " ");
        let lines: Vec<&str> = text.lines().filter(|line| line.starts_with("ip ")).collect();
        differences(name, &lines, &mut wrong);
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.into()) }
}

fn generated() -> Result<(), Failed> {
    let mut wrong = String::new();
    for seed in 0..SEQUENCES {
        let script = sequence(seed);
        let lines: Vec<&str> = script.iter().map(String::as_str).collect();
        differences(&format!("sequence {seed}"), &lines, &mut wrong);
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.into()) }
}

fn differences(name: &str, lines: &[&str], wrong: &mut String) {
    let (kernel, ours) = (run(lines), evaluate(lines));
    if kernel == ours {
        return;
    }
    let _ = writeln!(wrong, "{name}:");
    for (n, line) in lines.iter().enumerate() {
        let mark = match (kernel.refused.contains(&n), ours.refused.contains(&n)) {
            (true, false) => "kernel refuses",
            (false, true) => "we refuse",
            (true, true) => "both refuse",
            (false, false) => "",
        };
        let _ = writeln!(wrong, "    {line}    {mark}");
    }
    kernel.facts.difference(&ours.facts).for_each(|fact| {
        let _ = writeln!(wrong, "  only the kernel: {fact}");
    });
    ours.facts.difference(&kernel.facts).for_each(|fact| {
        let _ = writeln!(wrong, "  only we: {fact}");
    });
}

/// Runs the lines in a shell and reads the state with `ip -j`.
fn run(lines: &[&str]) -> State {
    let mut script = PRELUDE.to_owned();
    for (n, line) in lines.iter().enumerate() {
        let _ = writeln!(script, "{line} >/dev/null 2>&1 || echo refused {n}");
    }
    script.push_str(&show());
    let done =
        Command::new("unshare").args(["-n", "-m", "sh", "-c", &script]).output().expect("unshare runs");
    read(&String::from_utf8_lossy(&done.stdout))
}

/// The commands that print the state of all namespaces.
pub fn show() -> String {
    format!(
        "show() {{ echo '{MARK}' $1; $2 ip -j address; echo; $2 ip -j route; echo; $2 ip -6 -j route; echo; }}\n\
         show host ''\nfor n in $(ip netns list | cut -d' ' -f1); do show $n \"ip netns exec $n\"; done\n"
    )
}

/// The state in what a script and [`show`] behind it have printed.
pub fn read(text: &str) -> State {
    let mut state = State::default();
    let mut parts = text.split(MARK);
    for line in parts.next().unwrap_or("").lines() {
        state.refused.extend(line.strip_prefix("refused ").and_then(|n| n.parse::<usize>().ok()));
    }
    for part in parts {
        let mut lines = part.lines();
        let space = lines.next().unwrap_or("").trim().to_owned();
        for line in lines.filter(|line| line.starts_with('[')) {
            let json: Value = serde_json::from_str(line).expect("ip prints JSON");
            for object in json.as_array().into_iter().flatten() {
                kernel_facts(&space, object, &mut state.facts);
            }
        }
    }
    state
}

fn text<'v>(object: &'v Value, key: &str) -> &'v str {
    object[key].as_str().unwrap_or("")
}

fn kernel_facts(space: &str, object: &Value, facts: &mut BTreeSet<String>) {
    if object["dst"].is_string() {
        let dst = text(object, "dst");
        let made = matches!(text(object, "protocol"), "kernel" | "ra")
            || dst.starts_with("fe80")
            || dst.starts_with("ff00");
        if !made {
            facts.insert(route(space, dst, text(object, "gateway"), text(object, "dev")));
        }
        return;
    }
    let name = text(object, "ifname");
    if matches!(name, "lo" | "ovs-system" | "") {
        return;
    }
    let up = object["flags"].as_array().is_some_and(|flags| flags.iter().any(|flag| flag == "UP"));
    // The datapath of Open vSwitch, which holds all its ports.
    let master = Some(text(object, "master")).filter(|master| *master != "ovs-system").unwrap_or("");
    facts.insert(format!("{space} link {name} up {up} controller {master}"));
    for address in object["addr_info"].as_array().into_iter().flatten() {
        let local = text(address, "local");
        if !local.starts_with("fe80") {
            facts.insert(format!("{space} address {local}/{} of {name}", address["prefixlen"]));
        }
    }
}

fn route(space: &str, dst: &str, gateway: &str, dev: &str) -> String {
    let dst = dst.trim_end_matches("/32").trim_end_matches("/128");
    format!("{space} route {dst} via {gateway} dev {dev}")
}

/// Evaluates the lines on a host without links.
fn evaluate(lines: &[&str]) -> State {
    let (network, refused) = network(lines);
    State { refused, facts: facts(&network) }
}

/// What the lines make of a host without links, and which of them the kernel refuses.
pub fn network(lines: &[&str]) -> (Network, BTreeSet<usize>) {
    let script = lines.iter().fold(String::new(), |all, line| all + line + "\n");
    let tree: MemoryTree = [("/netpivot-commands/script.sh", script.as_str())].into_iter().collect();
    // A state of the kernel is all that there is.
    let empty = Network { dialect: Dialect::of(NETLINK), ..Network::default() };
    let mut cx = Context::default();
    let input = Input { tree: &tree, dialect: None, version: None, state: Some(&empty) };
    let network = Iproute.parse(&input, &mut cx).unwrap_or_default();
    let mut refused = BTreeSet::new();
    for finding in cx.diagnostics.iter().filter(|d| matches!(d.code.id, "S501" | "P501")) {
        refused.extend(finding.labels.first().map(|span| cx.sources.line_column(*span).line - 1));
    }
    (network, refused)
}

/// The same facts of a network of ours.
pub fn facts(network: &Network) -> BTreeSet<String> {
    let mut facts = BTreeSet::new();
    for (_, link) in network.links() {
        our_facts(link, &mut facts);
    }
    for owned in &network.routes {
        let owner = owned.owner.map(|id| network.link(id));
        let netns = owner.and_then(|link| link.netns.as_ref()).or(owned.item.netns.as_ref());
        let space = netns.map_or("host", |at| at.value.as_str());
        let dst = owned.item.dst.as_ref().map_or_else(String::new, |at| at.value.to_string());
        let dst = if matches!(dst.as_str(), "0.0.0.0/0" | "::/0") { "default" } else { &dst };
        let gateway = owned.item.gateway.as_ref().map_or_else(String::new, |at| at.value.to_string());
        facts.insert(route(space, dst, &gateway, owner.map_or("", Link::label)));
    }
    facts
}

fn our_facts(link: &Link, facts: &mut BTreeSet<String>) {
    let (space, name) = (link.netns.as_ref().map_or("host", |at| at.value.as_str()), link.label());
    // The kernel has the interfaces of Open vSwitch only.
    if name == "lo" || matches!(link.kind.value, LinkKind::OvsBridge(_) | LinkKind::OvsPort(_)) {
        return;
    }
    // A card is the host's, and up unless a command says otherwise.
    let is_card = matches!(link.kind.value, LinkKind::Ethernet(_));
    let up = link.up.as_ref().map_or(is_card, |at| at.value);
    let of_ovs =
        link.port_type.as_ref().is_some_and(|at| matches!(at.value, PortType::OvsPort | PortType::OvsBridge));
    let controller = link.controller.as_ref().filter(|_| !of_ovs);
    let controller = controller.map_or_else(String::new, |at| at.value.to_string());
    facts.insert(format!("{space} link {name} up {up} controller {controller}"));
    for config in [&link.ipv4, &link.ipv6].into_iter().flatten() {
        for address in config.addresses.values() {
            facts.insert(format!("{space} address {} of {name}", address.net));
        }
    }
}

/// A small generator of pseudo-random numbers (splitmix64), so that a sequence is its seed.
pub struct Random(pub u64);

impl Random {
    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % n as u64).unwrap_or(0)
    }

    /// One of the list.
    pub fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

/// A sequence of commands over a few names, so that many of them meet, and many are invalid.
fn sequence(seed: u64) -> Vec<String> {
    const LINKS: [&str; 6] = ["br0", "br1", "va0", "vb0", "va1", "tap0"];
    const ADDRESSES: [&str; 6] =
        ["10.0.0.1/24", "10.0.0.2/24", "10.0.1.1/24", "10.9.0.1", "2001:db8::1/64", "2001:db8::2/64"];
    const NETS: [&str; 5] = ["10.0.0.0/24", "172.16.0.0/16", "default", "10.5.0.1/24", "192.0.2.7"];
    const GATEWAYS: [&str; 4] = ["10.0.0.254", "10.0.1.254", "10.0.0.1", "198.51.100.1"];
    let mut random = Random(seed);
    let mut lines: Vec<String> =
        ["ip link add br0 type bridge", "ip link add va0 type veth peer name vb0", "ip netns add n1"]
            .map(str::to_owned)
            .to_vec();
    for _ in 0..18 {
        let (link, other) = (random.of(&LINKS), random.of(&LINKS));
        let (address, net, gateway) = (random.of(&ADDRESSES), random.of(&NETS), random.of(&GATEWAYS));
        let netns = if random.below(5) == 0 { "-n n1 " } else { "" };
        lines.push(match random.below(18) {
            0 => format!("ip {netns}link add {link} type bridge"),
            1 => format!("ip link add {link} type veth peer name {other}"),
            2 => format!("ip tuntap add {link} mode tap"),
            3 | 4 => format!("ip {netns}link set {link} up"),
            5 => format!("ip {netns}link set dev {link} down"),
            6 => format!("ip link set {link} master {other}"),
            7 => format!("ip link set {link} nomaster"),
            8 => format!("ip link set {link} netns n1"),
            9 => format!("ip {netns}link del {link}"),
            10..=12 => format!("ip {netns}addr add {address} dev {link}"),
            13 => format!("ip addr del {address} dev {link}"),
            14 => format!("ip route add {net} via {gateway}"),
            15 => format!("ip route add {net} dev {link}"),
            16 => format!("ip route del {net}"),
            _ => format!("ip link set {link} name {other}"),
        });
    }
    lines
}
