//! Drivers as judges of the calls of ethtool(8) that scripts make: they leave the settings that the source's own commands
//! leave, and a script that runs again sets none of them.

use crate::{host, hosts, kernel};
use libtest_mimic::{Failed, Trial};
use std::path::Path;
use std::process::Command;

const PROGRAM: &str = env!("CARGO_BIN_EXE_netpivot");
const MODES: [&str; 3] = ["create", "ensure", "batch"];

/// Ends of a pair, which have features and channels of their own, in two namespaces.
const PAIR: &str = "ip netns add red\n\
    ip link add v0 type veth peer name v1 netns red\n\
    ip link set v0 up\n\
    ip -n red link set v1 up\n\
    ethtool -L v0 rx 2 tx 2\n\
    ethtool -K v0 gro on tso off tx-gso-list off\n\
    ip netns exec red ethtool -K v1 rxvlan off\n\
    ip netns exec red ethtool -L v1 rx 2\n";

/// A card of a virtual machine, which has rings, coalescing and a speed as well. virtio_net takes `tx-frames` only before it is up.
const CARD: &str = "ethtool -G eth0 rx 128\n\
    ethtool -L eth0 combined 1\n\
    ethtool -C eth0 tx-frames 0 rx-usecs 0\n\
    ethtool -K eth0 tso off gro off\n\
    ethtool -s eth0 speed 1000 duplex full autoneg off\n\
    ip link set eth0 up\n";

/// `judge SCRIPT DEVICES`: what ethtool prints of the devices behind the script, and how a second run called it to set something.
const JUDGE: &str = "tell() { for dev in $1; do for ask in -k -l -g -c -s; do echo \"$dev $ask\"; \
      ethtool ${ask#-s} $dev || ip netns exec red ethtool ${ask#-s} $dev; done; done 2>/dev/null; }\n\
    judge() {\n\
      sh $1.sh || echo FAILED; tell \"$2\" > $1.told\n\
      printf '#!/bin/sh\\ncase $1 in -[KLGCAs]) echo \"$@\" >> %s/%s.called;; esac\\nexec %s \"$@\"\\n' \
        $PWD $1 $(command -v ethtool) > bin/ethtool; chmod +x bin/ethtool\n\
      PATH=$PWD/bin:$PATH sh ensure.sh || echo FAILED\n\
    }\n";

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let has_ethtool = Command::new("ethtool").arg("--version").output().is_ok();
    let missing = kernel::missing().or_else(|| (!has_ethtool).then(|| "ethtool".to_owned()));
    let lab = hosts::lab().is_none_or(|lab| !lab.is_file()).then(|| "../shared/lab/vm".to_owned());
    vec![
        host::case("ethtool::pair", missing.clone(), pair),
        host::case("ethtool::card", missing.or(lab), card),
    ]
}

/// Writes the source and its scripts into the folder.
fn write(source: &str, dir: &Path) -> Result<(), Failed> {
    std::fs::create_dir(dir.join("bin"))?;
    std::fs::write(dir.join("judge.sh"), JUDGE)?;
    std::fs::write(dir.join("source.sh"), source)?;
    for mode in MODES {
        let arguments = ["convert", "-f", "iproute", "-t", "iproute", "--script", mode, "source.sh"];
        let done = Command::new(PROGRAM).args(arguments).current_dir(dir).output()?;
        if !done.status.success() {
            return Err(String::from_utf8_lossy(&done.stderr).into_owned().into());
        }
        std::fs::write(dir.join(format!("{mode}.sh")), done.stdout)?;
    }
    Ok(())
}

/// Compares what stands in the folder behind all scripts; `sign` is what ethtool prints of the last setting.
fn compare(dir: &Path, sign: &str, output: &str) -> Result<(), Failed> {
    let told = |name: &str| std::fs::read_to_string(dir.join(format!("{name}.told"))).unwrap_or_default();
    let called = |name: &str| std::fs::read_to_string(dir.join(format!("{name}.called"))).unwrap_or_default();
    let source = told("source");
    let wrong: Vec<String> = MODES
        .iter()
        .filter(|mode| told(mode) != source || !called(mode).is_empty())
        .map(|mode| format!("{mode}:\n{}\nsets again: {}", told(mode), called(mode)))
        .collect();
    if wrong.is_empty() && source.contains(sign) && !output.contains("FAILED") {
        return Ok(());
    }
    Err(format!("source:\n{source}\n{}\n{output}", wrong.join("\n")).into())
}

fn run(mut command: Command) -> Result<String, Failed> {
    let done = command.output()?;
    Ok(String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned())
}

fn pair() -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    write(PAIR, dir.path())?;
    let mut output = String::new();
    for name in ["source", "create", "ensure", "batch"] {
        let mut command = Command::new("unshare");
        let script = format!("{}. ./judge.sh; judge {name} 'v0 v1'", kernel::PRELUDE);
        command.args(["-n", "-m", "sh", "-c", &script]).current_dir(dir.path());
        output.push_str(&run(command)?);
    }
    compare(dir.path(), "rx-vlan-offload: off", &output)
}

/// One machine for all scripts, with a card each that has the source's name while its script runs.
fn card() -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    write(CARD, dir.path())?;
    let each = "n=0; for name in source create ensure batch; do\n\
        if [ $n != 0 ]; then ip link set eth0 down; ip link set eth0 name done$n; ip link set eth$n down; ip link set eth$n name eth0; fi\n\
        judge $name eth0; n=$((n+1)); done\n";
    std::fs::write(dir.path().join("all.sh"), format!(". ./judge.sh\n{each}"))?;
    let mut command = Command::new(hosts::lab().ok_or("the lab is there, or this case is skipped")?);
    command.args(["--timeout", "240", "--nics", "4", "--", "sh", "all.sh"]).current_dir(dir.path());
    let output = run(command)?;
    compare(dir.path(), "Speed: 1000Mb/s", &output)
}
