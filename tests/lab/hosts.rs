//! One network, several daemons: a scenario written for each of them and set up by it leads to the links, addresses, routes,
//! rules and settings that the `ip` script makes. What differs stands in `scenario.toml` (`[[unlike]]`) with its reason;
//! docs/daemons.md is made of it.
//!
//! Each setup is a boot of its own, of which nothing is left.

use crate::fixture::{self, Fixture, fixtures};
use crate::{conversion, host, state};
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
    /// What the table calls it.
    pub name: &'static str,
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

/// ifupdown(8).
pub const IFUPDOWN: Daemon = Daemon {
    name: fixture::DAEMONS[1],
    target: "interfaces",
    packages: &["ifupdown", "ifenslave", "vlan", "bridge-utils", "ethtool"],
    script: "rm -rf /etc/network/interfaces /etc/network/interfaces.d; mkdir -p /run/network /etc/network\n\
        cp -r tree/. /; ifup -a || echo \"ifup: $?\"; sleep 3\n",
};

/// NetworkManager(8) with its keyfiles.
pub const KEYFILES: Daemon = Daemon {
    name: fixture::DAEMONS[0],
    target: "keyfile",
    packages: &["network-manager", "udev"],
    script: concat!(
        "rm -rf /etc/NetworkManager/system-connections /etc/network/interfaces*\n\
         cp -r tree/. /; chmod 600 /etc/NetworkManager/system-connections/*\n",
        network_manager!()
    ),
};

/// ifupdown2, whose ifup(8) takes ifupdown's place.
const IFUPDOWN2: Daemon = Daemon {
    name: fixture::DAEMONS[2],
    target: "interfaces:ifupdown2",
    packages: &["ifupdown2", "bridge-utils", "ethtool"],
    script: "rm -rf /etc/network/interfaces /etc/network/interfaces.d; mkdir -p /run/network /etc/network\n\
        cp -r tree/. /; chmod 755 /usr/share/ifupdown2/__main__.py; ln -sf /usr/share/ifupdown2/__main__.py /usr/sbin/ifup\n\
        ifup -a || echo \"ifup: $?\"; sleep 3\n",
};

/// The script of ip(8) commands, run twice: what is there stays as it is.
const SCRIPT: Daemon = Daemon {
    name: "ip script",
    target: "iproute",
    packages: &["ethtool"],
    script: "for run in 1 2; do sh tree/netpivot-commands/network.sh || echo \"script: $?\"; done; sleep 3\n",
};

/// The daemons that are held against the script, which says everything itself.
const DAEMONS: [&Daemon; 3] = [&KEYFILES, &IFUPDOWN, &IFUPDOWN2];

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let missing = || (!lab().is_some_and(|lab| lab.is_file())).then(|| "../shared/lab/vm".to_owned());
    let hosts = fixtures().into_iter().filter(|fixture| fixture.scenario.lab.is_some());
    let cases = hosts.flat_map(|host| {
        let trees: Vec<String> = host.lab_trees().map(str::to_owned).collect();
        let host = Arc::new(host);
        trees.into_iter().enumerate().map(move |(n, from)| {
            let tree = if n == 0 { String::new() } else { format!("/{from}") };
            let host = Arc::clone(&host);
            host::case(format!("hosts::{}{tree}", host.name), missing(), move || same(&host, &from))
        })
    });
    cases.collect()
}

/// The program that runs a command in a virtual machine.
pub fn lab() -> Option<PathBuf> {
    host::shared().map(|shared| shared.join("lab/vm"))
}

fn same(host: &Fixture, from: &str) -> Result<(), Failed> {
    let (by_script, said) = set_up(host, from, &SCRIPT)?;
    if by_script.is_empty() {
        return Err(format!("the script left nothing behind:\n{said}").into());
    }
    let mut wrong = Vec::new();
    for daemon in DAEMONS {
        let (state, said) = set_up(host, from, daemon)?;
        let told = unlike(host, from, daemon);
        let is_told = |line: &String| told.iter().any(|start| line.starts_with(start));
        let differs: Vec<&String> = by_script.symmetric_difference(&state).collect();
        let before = wrong.len();
        wrong.extend(differs.iter().filter(|line| !is_told(line)).map(|line| {
            let who = if state.contains(*line) { daemon.name } else { SCRIPT.name };
            format!("{}: only {who}: {line}", daemon.name)
        }));
        let is_met = |start: &&String| !differs.iter().any(|line| line.starts_with(start.as_str()));
        wrong.extend(
            told.iter().filter(is_met).map(|start| format!("{}: told in vain: {start}", daemon.name)),
        );
        if wrong.len() > before {
            wrong.push(format!("--- {}\n{said}", daemon.name));
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(format!("{}\n--- {}\n{said}", wrong.join("\n"), SCRIPT.name).into())
}

/// How the lines begin in which a daemon's state differs from that of the script.
fn unlike(host: &Fixture, from: &str, daemon: &Daemon) -> Vec<String> {
    host.unlike(from, daemon.name).flat_map(|entry| entry.lines.all()).collect()
}

/// True for a line that one of two daemons may have and the other not.
pub fn means_same(host: &Fixture, from: &str, daemons: [&Daemon; 2], line: &str) -> bool {
    daemons.iter().any(|daemon| unlike(host, from, daemon).iter().any(|start| line.starts_with(start)))
}

/// The state after a boot with the scenario's output for that daemon, and what the boot printed.
pub fn set_up(host: &Fixture, from: &str, daemon: &Daemon) -> Result<(BTreeSet<String>, String), Failed> {
    let outcome = host.convert_to(from, daemon.target);
    if outcome.outputs.is_empty() {
        return Err(outcome.findings().join("\n").into());
    }
    let nics = host.scenario.lab.unwrap_or(0);
    let (dir, output) = boot(&outcome.outputs, daemon.packages, nics, daemon.script)?;
    let state = state::read(&dir.path().join("state")).map_err(|e| format!("{e}\n{output}"))?;
    // A script is run once and promises nothing.
    if daemon.target != SCRIPT.target {
        no_drift(&outcome.outputs, daemon, &dir.path().join("state"))
            .map_err(|e| format!("{}: {e}\n{output}", daemon.name))?;
    }
    Ok((state, output))
}

/// An audit of the files against the state that their daemon made of them finds nothing.
fn no_drift(files: &[OutputFile], daemon: &Daemon, state: &Path) -> Result<(), String> {
    let named = files.iter().filter(|file| file.link_to.is_none());
    let tree: MemoryTree = named.map(|file| (file.path.as_str(), file.text.as_str())).collect();
    let mut there = MemoryTree::default();
    for (name, bytes) in host::files(state) {
        there.add(format!("/netpivot-state/{name}"), bytes);
    }
    // The machine's root is this one's, and ip(8) prints names of owners.
    for accounts in ["/etc/passwd", "/etc/group"] {
        there.add(accounts, std::fs::read(accounts).unwrap_or_default());
    }
    let observed = observe(&there, &mut Context::default()).map_err(|fatal| fatal.message)?;
    let from = conversion::request(Some(daemon.target), "json").from;
    let configs = audit::configuration(&tree, from.as_ref()).map_err(|failure| failure.message)?;
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
