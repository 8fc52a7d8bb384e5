//! Every recipe of the fixtures, run by a shell in a virtual machine, leaves the links, addresses, ports and routes that
//! our evaluation of it says; and so does `ifup -a` on the interfaces file that is made of it.

use crate::fixture::{Fixture, fixtures};
use crate::{host, hosts, kernel};
use libtest_mimic::{Failed, Trial};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

/// Written for the corners of the language, not to be run.
const NOT_RUN: &str = "recipe-corners";
/// The card of recipes that start from a host, with the address that its files give.
const CARD: &str = "ip link add eth0 type veth peer name cable; ip link set cable up; ip address add 10.5.0.196/24 dev eth0\n\
    ip link set eth0 up; ip route add default via 10.5.0.254\n";
/// Between the recipes' output.
const NEXT: &str = "=== recipe";

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let missing = || hosts::lab().is_none_or(|lab| !lab.is_file()).then(|| "../shared/lab/vm".to_owned());
    vec![
        host::case("recipes::of-the-kernel", missing(), || same(Way::Shell)),
        host::case("recipes::of-open-vswitch", missing(), || same(Way::OpenVswitch)),
        host::case("recipes::by-ifup", missing(), || same(Way::Ifup)),
        host::case("recipes::of-open-vswitch-by-ifup", missing(), || same(Way::IfupOpenVswitch)),
    ]
}

/// How the recipes are set up.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// A shell runs them, each in namespaces of its own.
    Shell,
    /// The same for those of Open vSwitch, whose database is one for the host.
    OpenVswitch,
    /// ifup sets up what they are converted to.
    Ifup,
    /// The same for those of Open vSwitch.
    IfupOpenVswitch,
}

fn same(way: Way) -> Result<(), Failed> {
    let ovs = matches!(way, Way::OpenVswitch | Way::IfupOpenVswitch);
    let is_wanted =
        |name: &str| name.starts_with("recipe-") && name != NOT_RUN && name.starts_with("recipe-ovs") == ovs;
    let recipes: Vec<Fixture> = fixtures().into_iter().filter(|fixture| is_wanted(&fixture.name)).collect();
    let dir = tempfile::tempdir()?;
    let mut all = String::new();
    if ovs {
        all.push_str("lab-start ovs >&2\n");
    }
    for recipe in &recipes {
        let text = match way {
            Way::Shell | Way::OpenVswitch => script(recipe, ovs)?,
            Way::Ifup | Way::IfupOpenVswitch => by_ifup(recipe, dir.path(), ovs)?,
        };
        std::fs::write(dir.path().join(&recipe.name), text)?;
        // Open vSwitch's datapath is one for the host; its recipes take each other's names, so each cleans up.
        let run = match way {
            Way::Shell | Way::Ifup => "unshare -n -m bash",
            Way::OpenVswitch => "bash",
            Way::IfupOpenVswitch => "unshare -m bash",
        };
        let _ = writeln!(all, "echo '{NEXT}'; {run} {}", recipe.name);
        if ovs {
            all.push_str("ovs-vsctl --if-exists del-br ovs-test; for n in $(ip netns list | cut -d' ' -f1); do ip netns del $n; done; sleep 1\n");
        }
    }
    std::fs::write(dir.path().join("all.sh"), all)?;
    let packages: &[&str] = match way {
        Way::Shell => &["bridge-utils"],
        Way::OpenVswitch => &["openvswitch-switch"],
        Way::Ifup => &["ifupdown", "bridge-utils", "ethtool"],
        Way::IfupOpenVswitch => &["ifupdown", "openvswitch-switch"],
    };
    let done = Command::new(hosts::lab().ok_or("the lab is there, or this case is skipped")?)
        .current_dir(dir.path())
        .args(packages.iter().flat_map(|package| ["--pkg", *package]))
        .args(["--pkg", "iptables", "--", "bash", "all.sh"])
        .output()?;
    let output = String::from_utf8_lossy(&done.stdout).into_owned();
    let parts: Vec<&str> = output.split(NEXT).skip(1).collect();
    if parts.len() != recipes.len() {
        return Err(format!("{} of {} recipes were run\n{output}", parts.len(), recipes.len()).into());
    }
    let mut wrong = String::new();
    for (recipe, part) in recipes.iter().zip(parts) {
        let theirs = kernel::read(part).facts;
        let ours = kernel::facts(&recipe.convert("iproute", "json").network);
        // ifup sets up what it starts, the local interface of a bridge, too, which these recipes leave down.
        let by_ifup = |fact: &&String| way == Way::IfupOpenVswitch && fact.contains(" link ovs-test up ");
        let theirs: BTreeSet<String> = theirs.iter().filter(|fact| !by_ifup(fact)).cloned().collect();
        let ours: BTreeSet<String> = ours.iter().filter(|fact| !by_ifup(fact)).cloned().collect();
        for fact in theirs.difference(&ours).filter(|fact| !fact.contains("link cable ")) {
            let _ = writeln!(wrong, "{}: only the kernel: {fact}", recipe.name);
        }
        for fact in ours.difference(&theirs) {
            let _ = writeln!(wrong, "{}: only we: {fact}", recipe.name);
        }
    }
    let errors = String::from_utf8_lossy(&done.stderr).into_owned();
    if wrong.is_empty() { Ok(()) } else { Err(format!("{wrong}\n{output}\n{errors}").into()) }
}

/// What lets ifup set up the interfaces file of a recipe, its card there but not set up.
fn by_ifup(recipe: &Fixture, dir: &Path, ovs: bool) -> Result<String, Failed> {
    let outcome = recipe.convert("iproute", "interfaces");
    let file = outcome.outputs.iter().find(|file| file.path == "/etc/network/interfaces");
    let file = file.ok_or_else(|| outcome.findings().join("\n"))?;
    let name = format!("{}.interfaces", recipe.name);
    std::fs::write(dir.join(&name), &file.text)?;
    let card = if file.text.contains("iface eth0 ") { CARD.lines().next().unwrap_or_default() } else { "" };
    let card = card.split("; ip address").next().unwrap_or_default();
    // The database of Open vSwitch is the host's, with its socket below /run.
    let (prelude, script) = if ovs {
        (
            "ip link set lo up\n",
            "/usr/share/openvswitch/scripts/ifupdown.sh /etc/network/if-pre-up.d/openvswitch",
        )
    } else {
        (kernel::PRELUDE, "/lib/bridge-utils/ifupdown.sh /etc/network/if-pre-up.d/bridge")
    };
    Ok(format!(
        "{prelude}{card}\nrm -rf /run/network; mkdir -p /run/network; mount -t sysfs none /sys; mount -t tmpfs none /etc/network; \
         for d in pre-up up down post-down; do mkdir -p /etc/network/if-$d.d; done\n\
         cp {name} /etc/network/interfaces\nln -s {script}\n\
         [ -e /usr/sbin/iptables ] || ln -sf xtables-nft-multi /usr/sbin/iptables\n\
         ifup -a >&2 || echo \"{}: ifup $?\" >&2\n{}",
        recipe.name,
        kernel::show()
    ))
}

/// The recipe as a shell gets it, without the prompts of a web page and what was printed between them.
fn script(recipe: &Fixture, ovs: bool) -> Result<String, Failed> {
    let folder = recipe.folder.join("iproute/netpivot-commands");
    let mut text = String::new();
    for name in host::names(&folder) {
        text.push_str(&std::fs::read_to_string(folder.join(name))?);
    }
    let typed: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("$ ")).collect();
    let typed = typed.into_iter().map(|line| line.strip_prefix("sudo ").unwrap_or(line)).collect::<Vec<_>>();
    let commands = if typed.is_empty() { text } else { typed.join("\n") + "\n" };
    let prelude = if ovs { "" } else { kernel::PRELUDE };
    let card = if commands.contains("dev eth0") { CARD } else { "" };
    Ok(format!("{prelude}{card}{{ {commands}\n}} >/dev/null\n{}", kernel::show()))
}
