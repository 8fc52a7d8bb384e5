//! Whole hosts in a virtual machine: a scenario written as an interfaces file and set up by `ifup -a`, and written as
//! keyfiles and set up by NetworkManager, leads to the same links, addresses, routes, rules and settings.
//!
//! Each setup is a boot of its own, of which nothing is left.

use crate::fixture::{Fixture, fixtures};
use crate::{host, state};
use libtest_mimic::{Failed, Trial};
use netpivot::audit::{self, lease::Leases};
use netpivot_emitters::OutputFile;
use netpivot_parsers::Context;
use netpivot_parsers::netlink::observed::observe;
use netpivot_parsers::tree::MemoryTree;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use tempfile::TempDir;

/// A daemon that sets a host up.
pub struct Daemon {
    /// The target that it reads.
    pub target: &'static str,
    /// Debian packages that the machine gets.
    pub packages: &'static [&'static str],
    /// Sets the host up from the tree in `tree/`, then prints the state.
    pub script: &'static str,
}

/// Starts NetworkManager and waits for its profiles. A bridge's ports may take the forward delay until it is up.
macro_rules! network_manager {
    () => {
        "profiles=/etc/NetworkManager/system-connections\n\
         lab-start udev dbus nm; wanted=$(ls $profiles | wc -l)\n\
         for second in $(seq 60); do\n\
           [ \"$(nmcli -t -f TYPE,STATE connection show --active | grep -v ^loopback | grep -c :activated)\" -ge $wanted ] && break\n\
           sleep 1\n\
         done\n\
         nmcli -t -f NAME,STATE connection show --active; sleep 2\n"
    };
}

/// The same as a script.
pub const NETWORK_MANAGER: &str = network_manager!();

pub const DAEMONS: [Daemon; 2] = [
    Daemon {
        target: "interfaces",
        packages: &["ifupdown", "ifenslave", "vlan", "bridge-utils", "ethtool"],
        script: "rm -rf /etc/network/interfaces /etc/network/interfaces.d; mkdir -p /run/network /etc/network\n\
            cp -r tree/. /; ifup -a || echo \"ifup: $?\"; sleep 3\n",
    },
    Daemon {
        target: "keyfile",
        packages: &["network-manager", "udev"],
        script: concat!(
            "rm -rf /etc/NetworkManager/system-connections /etc/network/interfaces*\n\
             cp -r tree/. /; chmod 600 /etc/NetworkManager/system-connections/*\n",
            network_manager!()
        ),
    },
];

/// Trees besides the first that say what it cannot: a port that is out of its bridge's default VLAN.
const MORE: [(&str, &str); 1] = [("vlan-aware-bridge", "interfaces")];

/// What differs on the way to the same, by host and tree: NetworkManager puts each port into the default VLAN, so there is
/// none; it sets the forward delay with STP only, and without STP ports forward at once.
const MEANS: [(&str, &str, &str); 3] = [
    ("vlan-aware-bridge", "interfaces", "link br0 vlan_default_pvid "),
    ("vlan-aware-bridge", "interfaces", "link br0 forward_delay "),
    ("bond-of-names", "interfaces", "link br100 forward_delay "),
];

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let missing = || (!lab().is_some_and(|lab| lab.is_file())).then(|| "../shared/lab/vm".to_owned());
    let hosts = fixtures().into_iter().filter(|fixture| fixture.scenario.lab.is_some());
    let cases = hosts.flat_map(|host| {
        let more =
            MORE.iter().filter(|(name, _)| *name == host.name).map(|(_, tree)| Some((*tree).to_owned()));
        let from: Vec<Option<String>> = [host.trees().first().cloned()].into_iter().chain(more).collect();
        let host = Arc::new(host);
        from.into_iter().enumerate().map(move |(n, from)| {
            let tree = from.clone().filter(|_| n > 0).map_or(String::new(), |tree| format!("/{tree}"));
            let host = Arc::clone(&host);
            host::case(format!("hosts::{}{tree}", host.name), missing(), move || same(&host, from.as_deref()))
        })
    });
    cases.collect()
}

/// The program that runs a command in a virtual machine.
pub fn lab() -> Option<PathBuf> {
    host::shared().map(|shared| shared.join("lab/vm"))
}

fn same(host: &Fixture, from: Option<&str>) -> Result<(), Failed> {
    let from = from.ok_or("a scenario has a tree")?;
    let mut states = Vec::new();
    for daemon in &DAEMONS {
        let (state, output) = set_up(host, from, daemon)?;
        if state.is_empty() {
            return Err(format!("{} left nothing behind:\n{output}", daemon.target).into());
        }
        states.push((state, output));
    }
    let [(a, first), (b, second)] = &states[..] else { return Err("two daemons".into()) };
    let is_told = |line: &&String| !means_same(host, from, line);
    let only = |a: &BTreeSet<String>, b: &BTreeSet<String>, who: &str| -> Vec<String> {
        a.difference(b).filter(is_told).map(|line| format!("only {who}: {line}")).collect()
    };
    let mut wrong = only(a, b, "ifup");
    wrong.extend(only(b, a, "NetworkManager"));
    if wrong.is_empty() {
        return Ok(());
    }
    Err(format!("{}\n--- ifup\n{first}\n--- NetworkManager\n{second}", wrong.join("\n")).into())
}

/// True for a line of the state that differs on the way to the same.
pub fn means_same(host: &Fixture, from: &str, line: &str) -> bool {
    MEANS.iter().any(|(name, tree, start)| host.name == *name && from == *tree && line.starts_with(start))
}

/// The state after a boot with the scenario's output for that daemon, and what the boot printed.
pub fn set_up(host: &Fixture, from: &str, daemon: &Daemon) -> Result<(BTreeSet<String>, String), Failed> {
    let outcome = host.convert(from, daemon.target);
    if outcome.outputs.is_empty() {
        return Err(outcome.findings().join("\n").into());
    }
    let nics = host.scenario.lab.unwrap_or(0);
    let (dir, output) = boot(&outcome.outputs, daemon.packages, nics, daemon.script)?;
    let state = state::read(&dir.path().join("state")).map_err(|e| format!("{e}\n{output}"))?;
    no_drift(&outcome.outputs, &dir.path().join("state"))
        .map_err(|e| format!("{}: {e}\n{output}", daemon.target))?;
    Ok((state, output))
}

/// An audit of the files against the state that their daemon made of them finds nothing.
fn no_drift(files: &[OutputFile], state: &Path) -> Result<(), String> {
    let named = files.iter().filter(|file| file.link_to.is_none());
    let tree: MemoryTree = named.map(|file| (file.path.as_str(), file.text.as_str())).collect();
    let mut there = MemoryTree::default();
    for (name, bytes) in host::files(state) {
        there.add(format!("/netpivot-state/{name}"), bytes);
    }
    let observed = observe(&there, &mut Context::default()).map_err(|fatal| fatal.message)?;
    let configs = audit::configuration(&tree, None).map_err(|failure| failure.message)?;
    let found = audit::audit(&configs, &Leases::default(), &observed).findings;
    let told: Vec<String> = found.iter().map(|found| format!("{} {}", found.code.id, found.what)).collect();
    if told.is_empty() { Ok(()) } else { Err(format!("an audit finds {}", told.join("; "))) }
}

/// Boots a machine with that many cards and these Debian packages, and runs a script beside the files, which stand in
/// `tree/`; then the state goes into `state/`. Gives the folder, and what was printed.
pub fn boot(
    files: &[OutputFile],
    packages: &[&str],
    nics: u32,
    script: &str,
) -> Result<(TempDir, String), Failed> {
    let dir = tempfile::tempdir()?;
    for file in files {
        let path = dir.path().join("tree").join(file.path.trim_start_matches('/'));
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("/")))?;
        match &file.link_to {
            Some(target) => std::os::unix::fs::symlink(target, &path)?,
            None => std::fs::write(path, &file.text)?,
        }
    }
    std::fs::create_dir(dir.path().join("state"))?;
    std::fs::write(dir.path().join("dump.sh"), state::DUMP)?;
    std::fs::write(dir.path().join("run.sh"), format!("{script}sh dump.sh state\n"))?;
    let mut vm = Command::new(lab().ok_or("the lab is there, or this case is skipped")?);
    vm.current_dir(dir.path()).args(["--timeout", "240", "--nics", &nics.to_string()]);
    for package in packages {
        vm.args(["--pkg", package]);
    }
    let done = vm.args(["--", "bash", "run.sh"]).output()?;
    let output =
        format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    Ok((dir, output))
}
