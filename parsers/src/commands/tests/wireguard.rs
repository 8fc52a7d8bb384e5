//! wg(8), by what the kernel of a virtual machine had in the end (wireguard-tools 1.0.20210914).

use super::*;

const A: &str = "48B9Gfk9DxuYj/QHRNTA/bFlVXd06aQK0Wr1VpgVbyY=";
const B: &str = "vhhy9BXJ/ooNH324Ud8PthtXcrGJxAXDMOtI1fzFSQw=";
const KEY: &str = "0MbNpybfM9BKgFw+v8d5IC8GrANF4fjk5bNp20ZlOH4=";

fn with_link(commands: &str) -> Ran {
    let commands = commands.replace("$A", A).replace("$B", B).replace("$K", KEY);
    fresh(&format!("ip link add wg0 type wireguard\n{commands}"))
}

#[test]
fn a_here_document_is_the_file() {
    let ran = with_link(
        "wg syncconf wg0 /dev/stdin <<'END'\n[Interface]\nPrivateKey = $K\nListenPort = 7\n\n[Peer]\nPublicKey = $A\n\
         AllowedIPs = 10.0.0.1/24, fd00::/64\nEndpoint = [2001:db8::1]:5\nEND\nip link set wg0 up\n",
    );
    ran.clean().has("link wg0 wireguard.private_key = <hidden>").has("link wg0 wireguard.listen_port = 7");
    ran.has("link wg0 wireguard.peers[0].allowed_ips = [10.0.0.1/24, fd00::/64]").has("link wg0 up = true");
    let within = with_link(
        "ip netns add x\nip -n x link add wg0 type wireguard\n\
         sudo ip netns exec x wg setconf wg0 /dev/stdin <<E || true\n[Interface]\nFwMark = off\nListenPort = 9\nE\n",
    );
    within.clean().has("link wg0 netns = x").has("link wg0 wireguard.listen_port = 9");
}

/// What is put in by a shell, and files that were not given, are left to it.
#[test]
fn unknown_files_stay() {
    for commands in [
        "wg setconf wg0 /etc/wireguard/wg0.conf\n",
        "wg set wg0 private-key /etc/wireguard/key peer $A\n",
        "wg setconf wg0 /dev/stdin <<END\n[Interface]\nPrivateKey = $(cat key)\nEND\n",
        "wg setconf wg0 <(wg-quick strip wg0)\n",
        "cat key | wg set wg0 private-key /dev/stdin\n",
        "wg setconf wg0 /dev/stdin\n",
    ] {
        let ran = with_link(commands);
        ran.finds("H501").lacks("peers").lacks("listen_port");
        assert_eq!(ran.left.len(), 1, "{commands}");
    }
    // Other programs read here-documents in their own way.
    assert_eq!(with_link("ip -batch - <<END\nlink set wg0 up\nEND\n").left.len(), 1);
}

#[test]
fn words_change_what_is_there() {
    let base = "wg set wg0 listen-port 7 fwmark 0x10 peer $A allowed-ips 10.0.0.0/8,10.1.2.3 endpoint 192.0.2.1:9 \
                persistent-keepalive 25 peer $B allowed-ips fd00::/64\n";
    let ran = with_link(base);
    ran.clean().has("link wg0 wireguard.fwmark = 16").has("link wg0 wireguard.listen_port = 7");
    ran.has("link wg0 wireguard.peers[0].allowed_ips = [10.0.0.0/8, 10.1.2.3/32]");
    ran.has("link wg0 wireguard.peers[0].endpoint = 192.0.2.1:9");
    let changed = with_link(&format!("{base}wg set wg0 peer $A persistent-keepalive off\n"));
    changed.has("link wg0 wireguard.peers[0].persistent_keepalive = 0");
    changed.has("link wg0 wireguard.peers[0].endpoint = 192.0.2.1:9");
    // A network is behind one peer.
    let moved = with_link(&format!("{base}wg set wg0 peer $B allowed-ips 10.9.9.9/8\n"));
    moved.has("link wg0 wireguard.peers[0].allowed_ips = [10.1.2.3/32]");
    moved.has("link wg0 wireguard.peers[1].allowed_ips = [10.9.9.9/8]");
    let empty = with_link(&format!("{base}wg set wg0 peer $A allowed-ips ''\n"));
    empty.lacks("peers[0].allowed_ips");
    let gone = with_link(&format!("{base}wg set wg0 peer $A remove fwmark 1\n"));
    gone.finds("P501 fwmark").has("link wg0 wireguard.peers[1].allowed_ips = [fd00::/64]");
    let gone = with_link(&format!("{base}wg set wg0 peer $A remove\n"));
    gone.has("link wg0 wireguard.peers[0].allowed_ips = [fd00::/64]").lacks("peers[1]");
}

#[test]
fn keys_come_from_files() {
    let key = "wg set wg0 private-key /dev/stdin <<E\n$K\nE\n";
    with_link(key).clean().has("link wg0 wireguard.private_key = <hidden>");
    with_link(&format!("{key}wg set wg0 private-key /dev/null\n")).lacks("private_key");
    with_link("wg set wg0 private-key /dev/stdin <<E\nshort\nE\n").finds("P501 short");
}

#[test]
fn files_replace_sync_or_add() {
    let base = "wg set wg0 listen-port 7 peer $A allowed-ips 10.0.0.0/8 endpoint 192.0.2.1:9 persistent-keepalive 5\n";
    let file = "[Peer]\nPublicKey = $A\nAllowedIPs = 10.1.0.0/16\n[Peer]\nPublicKey = $B\n";
    let run = |verb: &str, file: &str| with_link(&format!("{base}wg {verb} wg0 /dev/stdin <<E\n{file}E\n"));
    let set = run("setconf", file);
    set.clean().lacks("listen_port").lacks("endpoint").lacks("keepalive");
    set.has("link wg0 wireguard.peers[0].allowed_ips = [10.1.0.0/16]");
    let synced = run("syncconf", file);
    synced.clean().lacks("listen_port").has("link wg0 wireguard.peers[0].endpoint = 192.0.2.1:9");
    let added = run("addconf", file);
    added.clean().has("link wg0 wireguard.listen_port = 7");
    added.has("link wg0 wireguard.peers[0].persistent_keepalive = 5");
    added.has("link wg0 wireguard.peers[0].allowed_ips = [10.1.0.0/16]");
    for verb in ["setconf", "syncconf"] {
        run(verb, "[Interface]\nListenPort = 9\n").lacks("peers").has("link wg0 wireguard.listen_port = 9");
        run(verb, "[Interface]\nAddress = 10.0.0.1/24\n")
            .finds("P501 Address = 10.0.0.1/24")
            .has("link wg0 wireguard.listen_port = 7");
    }
}

#[test]
fn the_kernel_refuses_other_links() {
    fresh("wg set wg0 listen-port 7\n").finds("S501 wg0");
    fresh("ip link add d0 type dummy\nwg set d0 listen-port 7\n").finds("S501 d0");
    with_link("wg set wg0 listen-port\n").finds("P501");
    with_link("wg set wg0 peer abc\n").finds("P501 abc");
    // Of a host that nobody showed, no card is taken for one of WireGuard.
    assert_eq!(unknown("wg set eth0 listen-port 7\n").severity_of("S501"), Some(Severity::Loss));
}
