//! Hook lines and recipes, set up by a real `ifup -a` as they stand and as netpivot writes them: the host is the same.
//!
//! Each runs in namespaces of its own, with the ends of three cables for cards.

use crate::commands::PROGRAM;
use crate::host;
use libtest_mimic::{Failed, Trial};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

/// Lines of the stanza of `eth0`, `10.0.0.1/24`. Commands leave files in the folder `$D`, which is put in, since ifup
/// hands on no environment.
const LINES: &[&str] = &[
    "pre-up test -e /nowhere || touch $D/no",
    "pre-up [ -x $D/fw ] && $D/fw start || true",
    "up cd $D && touch here",
    "up umask 077; touch $D/x; stat -c %a $D/x > $D/mode",
    "up GW=10.0.0.6; echo $GW > $D/gw",
    "up ip link show eth7 2>/dev/null | grep -q UP && touch $D/bar; true",
    "up false || touch $D/alarm",
    "up [ -d /sys/class/net/eth7 ] && ip route add 10.52.0.0/16 dev eth7 || true",
    "up test -e /nowhere || ip route add 10.55.0.0/16 via 10.0.0.5",
    "up ip route add 10.51.0.0/16 via 10.77.0.5 || true",
    "up ip route add 10.51.0.0/16 via 10.0.0.5 || true",
    "up (sleep 0.1; touch $D/late) & touch $D/early",
    "up for i in 1 2; do ip addr add 10.2.$i.1/24 dev eth0; done",
    "up ip link set eth0 mtu 1400 && touch $D/mtu",
    "up ip route del default || true",
];

/// Scripts: what `sh` makes of one is what ifup makes of the output.
const RECIPES: &[&str] = &[
    "ip addr add 10.1.0.1/24 dev eth1\nip link set eth1 up\nfor i in 1 2; do\n  ip addr add 10.2.$i.1/24 dev eth1\ndone\nip route add 10.9.0.0/16 via 10.2.1.9\n",
    "up_br() {\n  ip link add $1 type bridge\n  ip link set $1 up\n}\nip link set eth1 up\nup_br br7\nip addr add 10.1.0.1/24 dev br7\n",
    "NAME=file\nDIR=$(echo $D)\nip link set eth1 up\ncat > $DIR/$NAME <<EOF\nit's 50% \\done\nEOF\n",
    "ip link set eth1 up\nip -batch - <<EOF\nlink add br0 type bridge\nlink set br0 up\nEOF\nip addr add 10.3.0.1/24 dev br0\n",
    "NETS=(10.1.0.0/16 10.2.0.0/16)\nip link set eth1 up\nfor net in \"${NETS[@]}\"; do\n  ip route add $net dev eth1\ndone\n",
];

/// Links that are made on the host and moved into a namespace. What is in `c1` afterwards counts, too.
const MOVES: &[&str] = &[
    "ip netns add c1\nip link set eth0 up\nip link add mac0 link eth0 type macvlan mode bridge\n\
     ip link set mac0 netns c1\nip -n c1 addr add 10.0.0.5/24 dev mac0\nip -n c1 link set mac0 up\n",
    "ip netns add c1\nip link set eth0 up\nip link add v0 type veth peer name v1\nip link set v0 up\n\
     ip link add link v0 name mb address 02:00:00:00:00:05 type macvlan mode private\nip link set mb netns c1\n\
     ip -n c1 link set mb name eth0\nip -n c1 addr add 10.0.0.6/24 dev eth0\nip -n c1 link set eth0 up\n",
    "ip netns add c1\nip link set eth1 up\nip link add v0 type veth peer name v1\nip link set v1 netns c1\n\
     ip link set v0 up\nip addr add 10.4.0.1/30 dev v0\nip -n c1 addr add 10.4.0.2/30 dev v1\nip -n c1 link set v1 up\n",
    "ip netns add c1\nip link set eth1 up\nip link add vx7 type vxlan id 7 remote 10.0.0.9 dstport 4789 dev eth1\n\
     ip link set vx7 netns c1\nip -n c1 link set vx7 up\n",
];

/// Files of which `ifup -a` starts a part and `ifup eth1=office` another.
const HOSTS: &[&str] = &[
    "auto /eth0=lan\niface lan inet static\n\taddress 10.0.0.1/24\n\tup ip route add 10.8.0.0/16 via 10.0.0.2 dev $IFACE\n\
     iface office inet static\n\taddress 10.4.4.4/24\n\tup ip route add 10.5.0.0/16 via 10.4.4.2\n\tup ip link set $IFACE mtu 1400\n",
    "auto eth0\niface eth0 inet static\n\taddress 10.0.0.1/24\n\tup ip -6 addr add 2001:db8::44/64 dev eth0\n\
     iface office inet manual\n\tup ip link set $IFACE up\n\tup ip -6 addr add 2001:db8:1::5/64 dev $IFACE\n",
    "auto /eth*\niface eth* inet manual\n\tup touch $D/up\niface office inet manual\n\tup touch $D/office\n",
];

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let can = |words: &[&str]| {
        Command::new(words[0]).args(&words[1..]).output().is_ok_and(|output| output.status.success())
    };
    let missing = if !can(&["unshare", "-n", "-m", "true"]) {
        Some("the right to make namespaces".to_owned())
    } else if !can(&["ifup", "--version"]) {
        Some("ifup".to_owned())
    } else {
        None
    };
    vec![
        host::case("hooks_run::lines-do-what-they-did", missing.clone(), lines),
        host::case("hooks_run::recipes-do-what-they-did", missing.clone(), || recipes(RECIPES)),
        host::case("hooks_run::devices-of-other-names", missing.clone(), hosts),
        host::case("hooks_run::links-move-from-the-host", missing, || recipes(MOVES)),
    ]
}

fn lines() -> Result<(), Failed> {
    each(LINES, |folder, line| {
        let text = format!(
            "auto eth0\niface eth0 inet static\n\taddress 10.0.0.1/24\n\t{line}\n\tup touch $D/next\n"
        );
        std::fs::write(folder.join("source"), within(folder, &text))?;
        let written = convert(folder, "interfaces")?;
        Ok((ifup("source"), written))
    })
}

fn hosts() -> Result<(), Failed> {
    let all = |file: &str| {
        let autoconf = "cat /proc/sys/net/ipv6/conf/eth[01]/autoconf | tee files/autoconf";
        format!("{{ {}; ifup --state-dir state -i {file} eth1=office; {autoconf}; }}", ifup(file))
    };
    each(HOSTS, |folder, text| {
        std::fs::write(folder.join("source"), within(folder, text))?;
        convert(folder, "interfaces:ifupdown")?;
        Ok((all("source"), all("out/etc/network/interfaces")))
    })
}

fn recipes(scripts: &[&str]) -> Result<(), Failed> {
    each(scripts, |folder, script| {
        std::fs::write(folder.join("source"), within(folder, script))?;
        let written = convert(folder, "iproute")?;
        Ok(("bash source".to_owned(), written))
    })
}

/// The text with the folder for the files of its commands.
fn within(folder: &Path, text: &str) -> String {
    text.replace("$D", &folder.join("files").to_string_lossy())
}

fn ifup(file: &str) -> String {
    format!("ifup -a --state-dir state -i {file}")
}

/// Converts the file `source`, and gives the command that sets up the output.
fn convert(folder: &Path, from: &str) -> Result<String, Failed> {
    let output = Command::new(PROGRAM)
        .args(["convert", "-f", from, "-t", "interfaces", "-o", "out", "--allow", "all", "source"])
        .current_dir(folder)
        .output()?;
    if output.status.code() != Some(0) {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    Ok(ifup("out/etc/network/interfaces"))
}

/// Compares what the two commands of each case leave behind.
fn each(
    cases: &[&str],
    commands: impl Fn(&Path, &str) -> Result<(String, String), Failed>,
) -> Result<(), Failed> {
    let mut different = String::new();
    for case in cases {
        let dir = tempfile::tempdir()?;
        let (before, after) = commands(dir.path(), case)?;
        let (before, after) = (left_by(dir.path(), &before)?, left_by(dir.path(), &after)?);
        if before != after {
            let diff = similar::TextDiff::from_lines(&before, &after);
            let _ = writeln!(different, "{case}\n{}", diff.unified_diff().header("source", "output"));
        }
    }
    if different.is_empty() { Ok(()) } else { Err(different.into()) }
}

/// The host after a command: addresses, routes, masters, and the files in `$D`.
fn left_by(folder: &Path, command: &str) -> Result<String, Failed> {
    let script = format!(
        "mount -t sysfs none /sys; mount -t tmpfs none /run; rm -rf files state; mkdir files state\n\
         for n in 0 1 2; do ip link add eth$n type veth peer name cable$n; ip link set cable$n up; done\n\
         ip link set lo up\n{command} > /dev/null 2> error; sleep 0.2\n\
         cat error >&2; cd files; for file in *; do [ -e $file ] && echo $file: $(cat $file); done\n\
         ip -br link | grep -v ^cable | sed 's/@[^ ]*//' | awk '{{print $1}}'\n\
         ip -o link | grep -v ': cable' | grep -o 'mtu [0-9]*\\|master [a-z0-9]*'\n\
         ip -o addr | grep -v 'cable\\|fe80' | awk '{{print $2, $3, $4}}' | sort\n\
         ip route show table all | grep -v 'cable\\|fe80\\|ff00\\|table local' | sort\n\
         ip netns | cut -d' ' -f1; ip -n c1 -d link 2>/dev/null | sed 's/^[0-9]*: \\([^@:]*\\).*</\\1 </; s/dev if[0-9]*//' | grep -o '^[a-z][^ ]* <\\|link-netnsid [0-9]*\\|mac[a-z]* *mode [a-z]*\\|vxlan id.* dstport [0-9]*\\|,UP\\|ether 02:00:00[0-9a-f:]*'\n\
         ip -n c1 -o addr 2>/dev/null | grep -v fe80 | awk '{{print $2, $3, $4}}' | sort\n"
    );
    let output =
        Command::new("unshare").args(["-n", "-m", "sh", "-c", &script]).current_dir(folder).output()?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
