//! WireGuard on a kernel that has it: scripts and interfaces files that netpivot writes give a link its keys and peers, twice as
//! well as once; a plan changes them and is empty then; nothing is left when all is taken down.

use crate::{host, hosts};
use libtest_mimic::{Failed, Trial};
use std::process::Command;
use tempfile::TempDir;

const A: &str = "48B9Gfk9DxuYj/QHRNTA/bFlVXd06aQK0Wr1VpgVbyY=";
const B: &str = "vhhy9BXJ/ooNH324Ud8PthtXcrGJxAXDMOtI1fzFSQw=";
const KEY: &str = "0MbNpybfM9BKgFw+v8d5IC8GrANF4fjk5bNp20ZlOH4=";

/// What the machine runs. `after` has one peer less, and less of the other; then `before` comes back without the private key,
/// which stays as it is.
const STEPS: &str = "PATH=.:$PATH; cp program netpivot; mkdir -p /run/network
write() { name=$1; shift; netpivot convert --show-secrets -t iproute \"$@\" > $name 2> $name.told || cat $name.told; }
look() { echo \"=== $1\"; wg showconf wg0 2>&1; ip -4 route show dev wg0 2>&1; }
for mode in create ensure batch teardown; do write $mode.sh --script $mode before.nmconnection; done
for mode in create batch; do sh $mode.sh; look $mode; sh teardown.sh; done
sh ensure.sh; look ensure; sh ensure.sh; look again
netpivot capture -o state.json; netpivot capture > hidden.json
write same.sh --from-state state.json before.nmconnection; echo '=== same'; cat same.sh
write to.sh --from-state state.json after.nmconnection; sh to.sh; look after
netpivot capture -o after.json
write none.sh --from-state after.json after.nmconnection; echo '=== none'; cat none.sh
sed -i /private-key/d before.nmconnection; sed -i /^.wireguard-peer.vh/,/^$/d before.nmconnection
write keyless.sh --from-state after.json before.nmconnection; sh keyless.sh; look keyless
sh teardown.sh; look gone
netpivot convert --show-secrets -t interfaces -o out after.nmconnection --allow all > told 2>&1 || cat told
mkdir -p /etc/wireguard; cp out/etc/wireguard/wg0.conf /etc/wireguard/; cp out/etc/network/interfaces /etc/network/interfaces
ifup wg0; look ifup; stat -c %a out/etc/wireguard/wg0.conf; ifdown wg0; look ifdown
printf '%s\\n' 'ip netns add blue' 'ip -n blue link add wg0 type wireguard' 'ip netns exec blue wg set wg0 listen-port 7' > blue
write blue.sh blue; sh blue.sh; echo '=== blue'; ip netns exec blue wg showconf wg0
";

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let missing = hosts::lab().is_none_or(|lab| !lab.is_file()).then(|| "../shared/lab/vm".to_owned());
    vec![host::case("wireguard::set-up-changed-and-taken-down", missing, set_up)]
}

fn profile(peers: &str) -> String {
    format!(
        "[connection]\nid=wg0\ntype=wireguard\ninterface-name=wg0\n\n[wireguard]\nlisten-port=51820\nfwmark=7\nprivate-key={KEY}\n\n\
         {peers}[ipv4]\nmethod=manual\naddress1=10.8.0.1/24\n\n[ipv6]\nmethod=ignore\n"
    )
}

fn set_up() -> Result<(), Failed> {
    let folder = TempDir::new()?;
    let dir = folder.path();
    std::fs::copy(env!("CARGO_BIN_EXE_netpivot"), dir.join("program"))?;
    let before = profile(&format!(
        "[wireguard-peer.{A}]\nendpoint=192.0.2.9:51821\npreshared-key={KEY}\npreshared-key-flags=0\n\
         allowed-ips=10.8.0.0/24;10.9.0.1/16;\npersistent-keepalive=25\n\n[wireguard-peer.{B}]\nallowed-ips=fd00::/64;\n\n"
    ));
    let after =
        profile(&format!("[wireguard-peer.{A}]\nendpoint=192.0.2.9:51821\nallowed-ips=10.7.0.0/16;\n\n"));
    std::fs::write(dir.join("before.nmconnection"), before)?;
    std::fs::write(dir.join("after.nmconnection"), after)?;
    std::fs::write(dir.join("run.sh"), STEPS)?;
    let mut vm = Command::new(hosts::lab().ok_or("the lab is there, or this case is skipped")?);
    vm.current_dir(dir).args(["--timeout", "240", "--pkg", "wireguard-tools", "--pkg", "ifupdown"]);
    let done = vm.args(["--", "sh", "run.sh"]).output()?;
    let output = String::from_utf8_lossy(&done.stdout).into_owned();
    let all = format!("{output}{}", String::from_utf8_lossy(&done.stderr));
    let part = |name: &str| {
        let start = output.find(&format!("=== {name}\n"))?;
        output[start..].split_once('\n')?.1.split("=== ").next().map(str::to_owned)
    };
    let settings = format!("[Interface]\nListenPort = 51820\nFwMark = 0x7\nPrivateKey = {KEY}\n\n");
    let first = format!(
        "{settings}[Peer]\nPublicKey = {A}\nPresharedKey = {KEY}\nAllowedIPs = 10.8.0.0/24, 10.9.0.0/16\n\
         Endpoint = 192.0.2.9:51821\nPersistentKeepalive = 25\n\n[Peer]\nPublicKey = {B}\nAllowedIPs = fd00::/64\n"
    );
    let peer = format!("[Peer]\nPublicKey = {A}\nAllowedIPs = 10.7.0.0/16\nEndpoint = 192.0.2.9:51821\n");
    let connected = "10.8.0.0/24 proto kernel scope link src 10.8.0.1 \n";
    let with_route = |conf: &str, net: &str| {
        let route = format!("{net} scope link metric 50 \n");
        let mut routes = [connected.to_owned(), route];
        routes.sort();
        format!("{conf}{}", routes.concat())
    };
    let gone = "Unable to access interface: No such device\nCannot find device \"wg0\"\n";
    let second = with_route(&format!("{settings}{peer}"), "10.7.0.0/16");
    let mut wrong = Vec::new();
    let keyless = with_route(
        &format!(
            "{settings}[Peer]\nPublicKey = {A}\nPresharedKey = {KEY}\nAllowedIPs = 10.8.0.0/24, 10.9.0.0/16\n\
             Endpoint = 192.0.2.9:51821\nPersistentKeepalive = 25\n"
        ),
        "10.9.0.0/16",
    );
    for (name, wanted) in [
        ("create", &with_route(&first, "10.9.0.0/16")),
        ("batch", &with_route(&first, "10.9.0.0/16")),
        ("ensure", &with_route(&first, "10.9.0.0/16")),
        ("again", &with_route(&first, "10.9.0.0/16")),
        ("after", &second),
        ("keyless", &keyless),
        ("gone", &gone.to_owned()),
        ("ifup", &format!("{second}600\n")),
        ("ifdown", &gone.to_owned()),
        ("blue", &"[Interface]\nListenPort = 7\n".to_owned()),
    ] {
        let found = part(name).unwrap_or_default();
        let plain = |text: &str| {
            text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
        };
        if plain(&found) != plain(wanted) {
            wrong.push(format!("--- {name} has\n{found}\n--- and not\n{wanted}"));
        }
    }
    for name in ["same", "none"] {
        if !part(name).is_some_and(|text| text.contains("nothing to do")) {
            wrong.push(format!("--- the plan `{name}` has something to do"));
        }
    }
    let hidden = std::fs::read_to_string(dir.join("hidden.json"))?;
    if hidden.contains(KEY) {
        wrong.push("the capture shows a key".to_owned());
    }
    if wrong.is_empty() { Ok(()) } else { Err(format!("{}\n{all}", wrong.join("\n")).into()) }
}
