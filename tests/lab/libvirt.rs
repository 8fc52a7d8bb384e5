//! Virtual networks in a virtual machine: libvirt starts a translated, a routed and an isolated one of our XML, and the
//! kernel has what the model says of them, and what `ifup -a` makes of the interfaces file and a shell of the script of the
//! same input.

use crate::conversion::{request, run};
use crate::{fixture, host, hosts, likeness};
use libtest_mimic::{Failed, Trial};
use netpivot_emitters::OutputFile;
use netpivot_parsers::tree::MemoryTree;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

const NETWORKS: [(&str, &str); 2] = [
    (
        "routed",
        "<network><name>routed</name><forward mode='route'/><bridge name='virbr1' stp='off' delay='4'/><mtu size='1400'/>\n\
         <ip address='192.168.100.1' netmask='255.255.255.128'/>\n\
         <ip family='ipv6' address='2001:db8:100::1' prefix='64'/>\n\
         <route address='10.9.0.0' prefix='16' gateway='192.168.100.2'/></network>",
    ),
    (
        "isolated",
        "<network><name>isolated</name><bridge name='virbr2'/><mac address='52:54:00:00:00:02'/>\n\
         <ip address='10.8.0.1' prefix='24'><dhcp><range start='10.8.0.10' end='10.8.0.20'/></dhcp></ip></network>",
    ),
];

/// Defines and starts what stands in `tree/`.
const BY_LIBVIRT: &str = "lab-start dbus libvirt; v='virsh -q -c network:///system'\n\
    for file in tree/etc/libvirt/qemu/networks/*.xml; do\n\
      $v net-define $file && $v net-start $(basename $file .xml)\n\
    done; sleep 2\n";

/// Runs the script twice: what is there stays as it is.
const BY_SCRIPT: &str =
    "sh tree/netpivot-commands/network.sh && sh tree/netpivot-commands/network.sh; sleep 2\n";

/// Unpacked, a package has no alternatives.
const IPTABLES: &str = "[ -e /usr/sbin/iptables ] || ln -sf xtables-nft-multi /usr/sbin/iptables\n";

/// What the other files of the state do not hold.
const BESIDE: &str = "sysctl -n net.ipv4.ip_forward net.ipv6.conf.all.forwarding > state/forwarding\n\
    for bridge in virbr0 virbr1 virbr2; do\n\
      for key in disable_ipv6 accept_ra autoconf; do sysctl net.ipv6.conf.$bridge.$key; done\n\
    done > state/ipv6 2>&1\n\
    iptables -t nat -S > state/nat\n";

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let missing = (!hosts::lab().is_some_and(|lab| lab.is_file())).then(|| "../shared/lab/vm".to_owned());
    vec![
        host::case("libvirt::starts-what-is-written", missing.clone(), same),
        host::case("libvirt::forgets-what-is-undone", missing, undone),
    ]
}

/// A bridge of its own, which libvirt makes an isolated network of.
const ISOLATED: &str =
    "auto br7\niface br7 inet static\n  address 10.8.0.1/24\n  bridge_ports none\n  bridge_stp on\n";

/// The machine has no systemd; its daemon is started by hand.
const SYSTEMCTL: &str = "systemctl() { case \"$*\" in\n\
      'is-active --quiet libvirtd') pidof libvirtd > /dev/null;;\n\
      'restart libvirtd') kill $(pidof libvirtd); while pidof libvirtd > /dev/null; do sleep 0.1; done; lab-start libvirt;;\n\
      *) false;;\n\
    esac; }\n";

/// The commands of a migration to libvirt start its network, those of the undo leave nothing of it. `--force`, since libvirt writes a
/// file anew that it is told of, with a UUID (`networkDefineXML()`).
fn undone() -> Result<(), Failed> {
    let file = OutputFile {
        path: "/etc/network/interfaces".to_owned(),
        mode: 0o644,
        text: ISOLATED.to_owned(),
        has_secrets: false,
        link_to: None,
        reads_as: None,
    };
    let root = tempfile::tempdir()?;
    std::fs::create_dir_all(root.path().join("etc/network"))?;
    std::fs::write(root.path().join("etc/network/interfaces"), ISOLATED)?;
    let netpivot = env!("CARGO_BIN_EXE_netpivot");
    let migrate = ["migrate", "-f", "interfaces", "-t", "libvirt", "--allow", "all"];
    let told = Command::new(netpivot)
        .args(migrate)
        .args(["--dry-run", "--json", "--root"])
        .arg(root.path())
        .output()?;
    let told: Value = serde_json::from_slice(&told.stdout)?;
    let lines = |key: &str| -> String {
        let lines = told[key].as_array().into_iter().flatten().filter_map(|one| one["shell"].as_str());
        lines.map(|line| format!("{line} || echo \"{key}: $?\"\n")).collect()
    };
    let script = format!(
        "lab-start dbus libvirt; export LIBVIRT_DEFAULT_URI=network:///system\n\
         rm -rf /etc/network /etc/libvirt/qemu/networks; cp -r tree/. /\n{SYSTEMCTL}\
         look() {{ virsh -q net-list --all; ip -br link show dev br7; }}\n\
         {netpivot} {} || echo migrate: $?\n{}look > state/up\n\
         {netpivot} migrate --undo --force || echo undo: $?\n{}look > state/undone 2>&1\n",
        migrate.join(" "),
        lines("commands"),
        lines("undo_commands")
    );
    let packages = ["libvirt-daemon", "libvirt-clients", "dnsmasq-base", "iptables"];
    let (dir, said) = hosts::boot(&[file], &packages, 0, &script)?;
    let read = |name: &str| std::fs::read_to_string(dir.path().join("state").join(name)).unwrap_or_default();
    let (up, undone) = (read("up"), read("undone"));
    let is_up =
        up.lines().any(|line| line.contains("br7") && line.contains("active")) && up.lines().count() == 2;
    let is_gone = undone.lines().count() == 1 && undone.contains("does not exist");
    if is_up && is_gone && !said.contains("commands: ") {
        return Ok(());
    }
    Err(format!("up:\n{up}\nundone:\n{undone}\n{script}\n{said}").into())
}

fn same() -> Result<(), Failed> {
    let mut tree: MemoryTree = fixture::fixture("libvirt-default").tree("libvirt");
    for (name, text) in NETWORKS {
        tree.add(format!("/etc/libvirt/qemu/networks/{name}.xml"), text);
        tree.add(format!("/etc/libvirt/qemu/networks/autostart/{name}.xml"), text);
    }
    let written = run(&tree, &request(Some("libvirt"), "libvirt"));
    let packages = ["libvirt-daemon", "libvirt-clients", "dnsmasq-base", "iptables"];
    let (libvirt, said) = hosts::boot(&written.outputs, &packages, 0, &format!("{BY_LIBVIRT}{BESIDE}"))?;
    let by_libvirt = state(libvirt.path(), &said)?;

    let mut wrong = unlike_model(&written.network, libvirt.path())?;
    let ifup = &hosts::IFUPDOWN;
    let mut outputs = String::new();
    for (name, target, packages, script) in
        [("ifup", "interfaces", ifup.packages, ifup.script), ("the script", "iproute", &[], BY_SCRIPT)]
    {
        let outcome = run(&tree, &request(Some("libvirt"), target));
        let packages = [packages, &["iptables"]].concat();
        let script = format!("{IPTABLES}{script}{BESIDE}");
        let (folder, output) = hosts::boot(&outcome.outputs, &packages, 0, &script)?;
        let others = state(folder.path(), &output)?;
        wrong.extend(by_libvirt.difference(&others).map(|line| format!("only libvirt, not {name}: {line}")));
        wrong.extend(others.difference(&by_libvirt).map(|line| format!("only {name}: {line}")));
        outputs.push_str(&format!("\n--- {name}\n{output}"));
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(format!("{}\n--- libvirt\n{said}{outputs}", wrong.join("\n")).into())
}

/// The state in lines. libvirt has a chain of its own, from which `RETURN` leads on to nothing.
fn state(folder: &Path, said: &str) -> Result<BTreeSet<String>, Failed> {
    let folder = folder.join("state");
    let mut lines = crate::state::read(&folder).map_err(|e| format!("{e}\n{said}"))?;
    if !lines.iter().any(|line| line.contains("virbr0")) {
        return Err(format!("there is no bridge\n{said}").into());
    }
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap_or_default();
    lines.insert(format!("forwarding {}", text("forwarding").replace('\n', " ")));
    let ipv6 = text("ipv6");
    // Where IPv6 is off, nothing is made of advertisements, however they are taken.
    let is_off = |line: &str| {
        let bridge = line.split('.').nth(3).unwrap_or_default();
        ipv6.contains(&format!("{bridge}.disable_ipv6 = 1")) && !line.contains("disable_ipv6")
    };
    lines.extend(ipv6.lines().filter(|line| !is_off(line)).map(|line| format!("sysctl {line}")));
    let rules = text("nat");
    let rules = rules.lines().filter(|line| line.contains(" -s "));
    lines.extend(rules.map(|line| {
        let line = line.replace("-A LIBVIRT_PRT", "-A POSTROUTING").replace("-j RETURN", "-j ACCEPT");
        format!("nat {line}")
    }));
    Ok(lines)
}

/// In what the kernel differs from the model.
fn unlike_model(ours: &netpivot_model::network::Network, folder: &Path) -> Result<Vec<String>, Failed> {
    let mut captured = MemoryTree::default();
    for name in ["address.json", "route4.json", "route6.json"] {
        captured.add(format!("/netpivot-state/{name}"), std::fs::read(folder.join("state").join(name))?);
    }
    // libvirt's bridges are those of a program.
    let theirs = run(&captured, &request(Some("netlink:all"), "json")).network;
    let links: Vec<Value> = serde_json::from_slice(&std::fs::read(folder.join("state/address.json"))?)?;
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let plain: BTreeMap<String, (String, String)> = links
        .iter()
        .map(|link| (text(&link["ifname"]), (text(&link["mtu"]), text(&link["address"]))))
        .collect();
    Ok(likeness::differences(ours, &theirs, &BTreeMap::new(), &plain, &[]))
}
