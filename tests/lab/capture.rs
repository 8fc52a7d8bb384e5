//! A capture on a kernel with all kinds of links: netlink, `ip -j` and the plain text say the same of bonds, VLANs, VRFs,
//! tunnels and a filtering bridge; WireGuard's keys come with the capture and are hidden where they are shown.

use crate::live::{DUMP, TEXT, differences, facts_of};
use crate::{host, hosts};
use libtest_mimic::{Failed, Trial};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// What the machine runs: the links, then the three views of them, then a key.
const STEPS: &str = "PATH=.:$PATH; cp program netpivot\n\
    netpivot capture -o capture.json\n\
    wg genkey > key; wg set wg0 private-key key listen-port 51820 fwmark 7 peer $(wg genkey | wg pubkey) \
      allowed-ips 10.8.0.0/24,fd00:8::/64 endpoint 192.0.2.9:51821 persistent-keepalive 25 preshared-key key\n\
    netpivot capture > hidden.json; netpivot capture -o keys.json\n\
    netpivot show hidden.json > hidden.txt 2>&1; netpivot show --show-secrets keys.json > keys.txt 2>&1\n";

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let missing = hosts::lab().is_none_or(|lab| !lab.is_file()).then(|| "../shared/lab/vm".to_owned());
    vec![host::case("capture::every-kind", missing, every_kind)]
}

/// The facts of the files whose names pass.
fn facts(folder: &Path, names: &[&str]) -> Result<BTreeSet<String>, Failed> {
    let only = TempDir::new()?;
    for name in names {
        let from = folder.join(name);
        let files = if from.is_dir() { host::names(&from) } else { vec![String::new()] };
        for file in files {
            let from = if file.is_empty() { from.clone() } else { from.join(&file) };
            let to = if file.is_empty() { (*name).to_owned() } else { file };
            std::fs::copy(from, only.path().join(to))?;
        }
    }
    facts_of(only.path())
}

fn every_kind() -> Result<(), Failed> {
    let folder = TempDir::new()?;
    let dir = folder.path();
    std::fs::copy(env!("CARGO_BIN_EXE_netpivot"), dir.join("program"))?;
    let links = std::fs::read_to_string(host::repository().join("tests/live/kinds.sh"))?;
    std::fs::write(dir.join("run.sh"), format!("{links}{DUMP}{TEXT}{STEPS}"))?;
    let mut vm = Command::new(hosts::lab().ok_or("the lab is there, or this case is skipped")?);
    vm.current_dir(dir).args(["--timeout", "240", "--pkg", "wireguard-tools", "--", "sh", "run.sh"]);
    let done = vm.output()?;
    let output = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    let printed = facts(dir, &["printed"]).map_err(|error| format!("{error:?}\n{output}"))?;
    for fact in [
        "link bt bond.primary = d1",
        "link i6a ip_tunnel.flow_label = 4660",
        "link d4 bridge_port.bpdu_guard = true",
    ] {
        if !printed.contains(fact) {
            return Err(format!("{fact} is not there:\n{output}").into());
        }
    }
    let mut wrong = differences(&printed, &facts(dir, &["capture.json"])?);
    wrong.extend(differences(&printed, &facts(dir, &["text"])?));
    if !wrong.is_empty() {
        return Err(wrong.join("\n").into());
    }
    let read = |name: &str| std::fs::read_to_string(dir.join(name));
    let key = read("key")?.trim().to_owned();
    let hidden = read("hidden.json")? + &read("hidden.txt")?;
    let shown = read("keys.txt")?;
    let told = ["the keys of `wg0` are hidden", "wireguard.listen_port = 51820", "10.8.0.0/24, fd00:8::/64"];
    let missing: Vec<&&str> = told.iter().filter(|part| !hidden.contains(**part)).collect();
    if !missing.is_empty() || hidden.contains(&key) || shown.matches(&key).count() != 2 {
        return Err(format!("{missing:?}\n{hidden}\n{shown}").into());
    }
    Ok(())
}
