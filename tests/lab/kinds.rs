//! Every kind of link on a kernel that has them all: what a script of ip commands says comes back in a capture, said by
//! the script that netpivot was given, by the one that it writes, and by a plan from another network; run again, a script
//! changes nothing, and taken down, nothing is left.
//!
//! All networks share one boot, each in namespaces of its own.

use crate::script::{Run, captured, differences, prelude};
use crate::{host, hosts};
use libtest_mimic::{Failed, Trial};
use netpivot_emitters::text::ip::kind;
use netpivot_model::facts;
use netpivot_model::neighbor::{FdbEntry, Neighbor};
use netpivot_model::network::{EntryKind, Network};
use netpivot_model::path::Subject;
use netpivot_model::reflect::Node;
use netpivot_model::route::Route;
use netpivot_model::rule::Rule;
use netpivot_parsers::tree::MemoryTree;
use netpivot_parsers::{Context, Input, Parser};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// The networks, each behind a line `## NAME`.
const NETWORKS: &str = include_str!("networks.sh");

/// What no network has, and why.
const UNTRIED: &[(&str, &str)] = &[
    ("hsr.", "Debian's kernel is built without HSR"),
    ("route.dev", "the route is its link's"),
    ("neighbour.dev", "the neighbour is its link's"),
    ("forwarding entry.dev", "the entry is its link's"),
    ("rule.netns", "the rule is of the namespace of a link"),
    ("neighbour.netns", "the neighbour is in the namespace of its link"),
    ("forwarding entry.netns", "the entry is in the namespace of its link"),
    ("forwarding entry.nhid", "nothing holds next hops with numbers"),
    ("route.weight", "the kernel weighs next hops only"),
    ("rule.attributes", "words that nobody knows"),
];

/// What a capture says otherwise, and why.
const UNSEEN: &[(&str, &str)] = &[
    ("bond.active_port is ", "the bond chooses a port where nobody does"),
    (" mtu is 1400 in the kernel, not nothing", "a bond gives its ports its MTU"),
    (" mtu is 9000 in the kernel, not nothing", "a plan leaves the MTU that a device has"),
    (
        "attributes.tx_queue_length is 500 in the kernel, not nothing",
        "a plan leaves the queue that a device has",
    ),
    (" alias is to the   core", "a plan leaves the description that a device has"),
    (
        "d0 ipv4.addresses is [192.0.2.1/24 brd 192.0.2.255] in the kernel, not [192.0.2.1/24]",
        "a plan takes no address away for its usual broadcast address",
    ),
    ("d0 ipv6.accept_ra is 0 in the kernel, not nothing", "a plan leaves what has no one default"),
    ("d0 ipv6.autoconf is false in the kernel, not nothing", "a plan leaves what has no one default"),
    ("d0 ipv6.mtu is 1400 in the kernel, not nothing", "a plan leaves what has no one default"),
    (
        "bridge.ageing_time is 30000 in the kernel, not 12000",
        "a bridge whose topology changes tells of another time",
    ),
    (
        "link gnv0 link_netns is nothing in the kernel",
        "the kernel does not tell where the sockets of GENEVE are",
    ),
    ("link leased ipv", "an address that ends is taken for that of a lease"),
    ("route 10.17.0.0/16 of d0  is nothing", "a protocol without a name is taken for a program's"),
    ("rule number ", "the kernel numbers a rule that has no number"),
    (
        "kernel setting net.ipv4.ip_forward of the host  is key",
        "a script that goes leaves a router what it is, for whatever else needs one",
    ),
    ("kernel setting net.ipv4.conf.d0.rp_filter", "a capture reads of these what forwards packets only"),
    (" mac is ", "a plan leaves the hardware address that a device has"),
    (" promiscuous is ", "a plan leaves promiscuity that it is not asked for"),
];

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let missing = hosts::lab().is_none_or(|lab| !lab.is_file()).then(|| "../shared/lab/vm".to_owned());
    vec![
        host::case("kinds::each-row-is-tried", None, each_row_is_tried),
        host::case("kinds::script-and-capture", missing, script_and_capture),
    ]
}

/// A network by its name and the commands that make it.
struct Case {
    name: &'static str,
    script: String,
    network: Network,
}

fn cases() -> Result<Vec<Case>, Failed> {
    let parts = NETWORKS.split("## ").skip(1);
    parts
        .map(|part| {
            let (name, script) = part.split_once('\n').ok_or("a network has a name")?;
            Ok(Case { name, script: script.to_owned(), network: read(name, script)? })
        })
        .collect()
}

/// What netpivot understands of the commands, which must be all.
fn read(name: &str, script: &str) -> Result<Network, Failed> {
    let tree: MemoryTree = [("/netpivot-commands/script.sh", script)].into_iter().collect();
    let input = Input { tree: &tree, dialect: None, version: None, state: None };
    let mut cx = Context::default();
    let network = netpivot_parsers::iproute::Iproute.parse(&input, &mut cx).map_err(|e| format!("{e:?}"))?;
    // Two VRFs may have one address.
    let found = cx.diagnostics.iter().filter(|found| found.code.id != "S004");
    let found: Vec<&str> = found.map(|found| found.message.as_str()).collect();
    if network.hooks.is_empty() && found.is_empty() {
        Ok(network)
    } else {
        Err(format!("{name}: {}", found.join("\n")).into())
    }
}

/// What the networks say, by the paths of settings: `bond.mode`, `rule.oif`, `route.nexthops.weight`.
fn said(cases: &[Case]) -> BTreeSet<String> {
    let mut said = BTreeSet::new();
    for case in cases {
        for fact in facts::said(&case.network) {
            let field: String = fact.path.field.to_string();
            said.insert(match fact.path.subject {
                Subject::Link(_) => field,
                Subject::Entry(kind, _) => format!("{}.{field}", kind.word()),
            });
        }
    }
    let has_hops = |case: &Case| case.network.routes.iter().any(|route| !route.item.nexthops.is_empty());
    said.extend(cases.iter().any(has_hops).then(|| "route.nexthops".to_owned()));
    said
}

fn each_row_is_tried() -> Result<(), Failed> {
    let cases = cases()?;
    let said = said(&cases);
    let mut wanted: BTreeSet<String> = kind::settings().into_iter().map(str::to_owned).collect();
    let mut fields = |of: &str, node: &dyn Node| {
        node.visit(&mut |field, _| {
            wanted.insert(format!("{of}.{field}"));
        });
    };
    fields(EntryKind::Route.word(), &Route::default());
    fields(EntryKind::Rule.word(), &Rule::default());
    fields(EntryKind::Neighbor.word(), &Neighbor::default());
    fields(EntryKind::Fdb.word(), &FdbEntry::default());
    let is_untried = |path: &String| UNTRIED.iter().any(|(start, _)| path.starts_with(start));
    let missing: Vec<&String> = wanted.difference(&said).filter(|path| !is_untried(path)).collect();
    let tried: Vec<&String> = said.iter().filter(|path| is_untried(path)).collect();
    if missing.is_empty() && tried.is_empty() {
        return Ok(());
    }
    Err(format!("no network of tests/lab/networks.sh says {missing:?}; tried after all: {tried:?}").into())
}

/// Runs the commands of a network in a fresh namespace. In another, its script makes it, and changes nothing where it runs
/// again – which takes half a second for each step there, so that it is asked in the first five minutes only; a plan leads to the next network, whose script takes it down.
const ONE: &str = "cd $1\n\
    unshare -n -m bash -c '. ../prelude\n\
      echo === source-run; sh source.sh 2>&1 || echo FAILED; sleep 0.3; dump source' > out1 2>&1\n\
    unshare -n -m bash -c '. ../prelude\n\
      dump before\n\
      echo === batch-run; sh batch.sh 2>&1 || echo FAILED; settle\n\
      ip monitor link address route rule > monitor & sleep 0.5\n\
      echo === ensure-run; if [ $(cut -d. -f1 /proc/uptime) -gt 300 ]; then touch late\n\
      else sh ensure.sh 2>&1 || echo FAILED; fi; sleep 0.3; kill $!; wait $! 2>/dev/null\n\
      echo === ensure-monitor; cat monitor; dump batch\n\
      echo === plan; $PLAN > plan.sh || echo FAILED; cat plan.sh\n\
      echo === plan-run; sh plan.sh 2>&1 || echo FAILED; sleep 0.3; dump planned\n\
      sh next.sh > taken 2>&1; sleep 0.3; dump left' > out2 2>&1\n";

/// Waits until bridges with STP have set their ports forwarding and their topology has changed, and links have told of their
/// carrier.
const SETTLE: &str = "settle() {\n\
    for n in $(seq 60); do\n\
      { bridge link; ip -d link show type bridge; } | grep -qE 'state (listening|learning)|topology_change 1' || break\n\
      sleep 0.5\n\
    done\n\
    sleep 2\n}\n";

fn script_and_capture() -> Result<(), Failed> {
    let cases = cases()?;
    let folder = TempDir::new()?;
    let dir = folder.path();
    let mut wrong = String::new();
    for (n, case) in cases.iter().enumerate() {
        let own = dir.join(case.name);
        std::fs::create_dir(&own)?;
        std::fs::write(own.join("source.sh"), format!("set -e\n{}", case.script))?;
        let next = &cases[(n + 1) % cases.len()];
        std::fs::write(own.join("wanted.json"), netpivot_model::json::to_text(&next.network, true))?;
        for mode in ["ensure", "batch"] {
            write_script(&own, "source.sh", mode, &own.join(format!("{mode}.sh")), &mut wrong)?;
        }
        write_script(&own, "wanted.json", "teardown", &own.join("next.sh"), &mut wrong)?;
    }
    std::fs::copy(env!("CARGO_BIN_EXE_netpivot"), dir.join("netpivot"))?;
    std::fs::write(dir.join("prelude"), prelude("/dev/shm/netpivot") + SETTLE)?;
    std::fs::write(dir.join("one.sh"), ONE)?;
    let names: Vec<&str> = cases.iter().map(|case| case.name).collect();
    let plan = "/dev/shm/netpivot convert -f json -t iproute --diagnostics concise --allow all --prune --from-state live:all-netns wanted.json";
    let run = format!(
        "cp netpivot /dev/shm; export PLAN='{plan}'\necho {} | xargs -n 1 -P 4 sh one.sh\n",
        names.join(" ")
    );
    std::fs::write(dir.join("run.sh"), run)?;
    let mut vm = Command::new(hosts::lab().ok_or("the lab is there, or this case is skipped")?);
    vm.current_dir(dir).args(["--timeout", "600", "--smp", "2", "--mem", "1536", "--", "sh", "run.sh"]);
    let done = vm.output()?;
    if !done.status.success() {
        let _ = writeln!(wrong, "{}", String::from_utf8_lossy(&done.stderr));
    }
    for (n, case) in cases.iter().enumerate() {
        let own = dir.join(case.name);
        let printed = ["out1", "out2"].map(|file| std::fs::read_to_string(own.join(file)));
        let printed: String = printed.into_iter().flatten().collect();
        if own.join("late").exists() {
            eprintln!(
                "{}: not asked whether its script changes nothing in the end: the machine is too slow",
                case.name
            );
        }
        let found = judge(case, &cases[(n + 1) % cases.len()], &Run::of(&printed));
        if !found.is_empty() {
            let _ = writeln!(wrong, "{}:\n    {}", case.name, found.join("\n    "));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.into()) }
}

/// The script of that mode, which loses nothing.
fn write_script(
    folder: &Path,
    input: &str,
    mode: &str,
    output: &Path,
    wrong: &mut String,
) -> Result<(), Failed> {
    let format = if input.ends_with(".json") { "json" } else { "iproute" };
    let mut program = Command::new(env!("CARGO_BIN_EXE_netpivot"));
    program.current_dir(folder).args(["convert", "--diagnostics", "concise", "-f", format, "-t", "iproute"]);
    let done = program.args(["--script", mode, input]).output()?;
    if !done.status.success() {
        let told = String::from_utf8_lossy(&done.stderr);
        let _ = writeln!(wrong, "{}: {told}", folder.display());
    }
    Ok(std::fs::write(output, done.stdout)?)
}

/// What `ip monitor` told, without what a bridge tells of its ports, as it does whenever a timer of theirs ends
/// (`br_forward_delay_timer_expired()`).
fn without_timers(told: &str) -> String {
    let mut is_timer = false;
    let lines = told.lines().filter(|line| {
        if !line.starts_with(' ') {
            is_timer = line.contains(" master ") && line.contains(" state ") && !line.contains(" qdisc ");
        }
        !is_timer
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn judge(case: &Case, next: &Case, run: &Run) -> Vec<String> {
    let mut found = Vec::new();
    for part in ["source-run", "batch-run", "ensure-run", "ensure-monitor", "plan-run"] {
        let printed = without_timers(run.part(part));
        let printed = printed.trim();
        if !printed.is_empty() {
            found.push(format!("{part}: {printed}"));
        }
    }
    let mut judge = |part: &str, network: &Network| {
        let kernel = captured(run, part);
        let unseen = |text: &String| !UNSEEN.iter().any(|(what, _)| text.contains(what));
        let found_here = differences(network, &kernel).into_iter().filter(unseen);
        found.extend(found_here.map(|text| format!("{part}: {text}")));
    };
    judge("source", &case.network);
    judge("batch", &case.network);
    judge("left", &captured(run, "before"));
    judge("planned", &next.network);
    if !found.is_empty() {
        found.push(format!("the plan to {}:\n{}", next.name, run.part("plan")));
    }
    found
}
