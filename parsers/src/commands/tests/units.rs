//! What is evaluated as a whole or left as a whole: lines of hooks, lists of scripts.

use super::{Ran, hook, unknown};

impl Ran {
    /// It stays verbatim, and nothing of it is in the model.
    #[track_caller]
    fn stays(&self, lines: &[&str]) -> &Self {
        assert_eq!(self.left, lines, "{:?}", self.findings);
        self
    }
}

#[test]
fn a_line_that_only_a_shell_can_run_stays_whole() {
    for line in [
        "test -e /etc/foo || exit 1",
        "[ -x /usr/local/sbin/fw ] && /usr/local/sbin/fw start || true",
        "cd /opt/app && ./start",
        "/usr/local/bin/monitor \"eth0 is up\" &",
        "(sleep 5; /usr/local/bin/late) &",
        "umask 077; touch /run/x",
        "GW=10.0.0.6; /usr/bin/foo $GW",
        "ip link show eth7 | grep -q UP && /usr/bin/bar",
        "ping -c1 10.0.0.254 || /usr/bin/alarm",
        "[ -d /sys/class/net/eth7 ] && ip route add 10.52.0.0/16 dev eth7",
        "test -e /etc/foo && ip route add 10.55.0.0/16 via 10.0.0.5",
        "ip link add br7 type bridge && ip link set br7 up && /usr/bin/foo",
        "sysctl -w net.bridge.bridge-nf-call-iptables=0 || true",
        "ip link set eth0 mtu 9000; iptables -A FORWARD -j ACCEPT",
        "ip link set eth0 mtu 9000 && tc qdisc add dev eth0 root fq",
        "ip link show eth7 || ip route add 10.0.0.0/8 dev eth0",
        "ip link set eth0 mtu 9000 & ip link set eth0 promisc on",
        "for i in 1 2; do ip addr add 10.2.$i.1/24 dev eth0; done",
        "sleep 3",
        "arping -U -c 1 -I eth0 10.0.0.1",
        "modprobe dummy numdummies=2",
        "modprobe ip_conntrack_ftp",
        "exit 1",
    ] {
        let ran = hook(line);
        ran.stays(&[line]);
        assert_eq!(ran.facts.len(), 2, "{line}: {:?}", ran.facts);
        assert_eq!(ran.findings.len(), 1, "{line}: {:?}", ran.findings);
    }
}

#[test]
fn a_line_that_is_certain_is_lifted_whole() {
    hook("ip link set eth0 mtu 9000 && ip link set eth0 promisc on")
        .stays(&[])
        .has("link eth0 mtu = 9000")
        .has("link eth0 promiscuous = 1");
    hook("ip link set eth0 mtu 9000 || true").stays(&[]).has("link eth0 mtu = 9000");
    hook("MTU=9000; ip link set eth0 mtu $MTU").stays(&[]).has("link eth0 mtu = 9000");
    hook("ip link show br7 2>/dev/null || ip link add br7 type bridge")
        .stays(&[])
        .has("link br7 kind = bridge");
    hook("[ -d /sys/class/net/br7 ] || brctl addbr br7").stays(&[]).has("link br7 kind = bridge");
    hook("ip netns list | grep -q foo || ip netns add foo")
        .stays(&[])
        .has("namespace foo of the host name = foo");
    hook("[ 1 = 1 ] && ip link set eth0 mtu 9000").stays(&[]).has("link eth0 mtu = 9000");
    hook("[ 1 = 2 ] || exit 0; ip link set eth0 mtu 9000").stays(&[]).lacks("mtu");
    hook("modprobe 8021q").stays(&["modprobe 8021q"]);
    hook("iptables -t nat -C POSTROUTING -o eth0 -j MASQUERADE || iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE")
        .stays(&[]);
}

#[test]
fn what_comes_after_an_unevaluated_command_is_not_refused() {
    unknown("up_br() {\n  ip link add $1 type bridge\n}\nup_br br7\nip addr add 10.1.0.1/24 dev br7\n")
        .stays(&["up_br() { ip link add $1 type bridge; }; up_br br7; ip addr add 10.1.0.1/24 dev br7"]);
    unknown("for i in 1 2; do ip link add v$i type dummy; done\nip addr add 10.1.0.1/24 dev v1\n")
        .stays(&["for i in 1 2; do ip link add v$i type dummy; done; ip addr add 10.1.0.1/24 dev v1"]);
    // The gateway is on an address that the loop may have set.
    unknown("ip addr add 10.1.0.1/24 dev eth1\nfor i in 2 3; do ip addr add 10.$i.0.1/24 dev eth1; done\nip route add 10.9.0.0/16 via 10.2.0.9\n")
        .stays(&["for i in 2 3; do ip addr add 10.$i.0.1/24 dev eth1; done; ip route add 10.9.0.0/16 via 10.2.0.9"])
        .has("link eth1 ipv4.addresses = [10.1.0.1/24]");
    // What the command does not name may still be a card of the host.
    unknown("/usr/bin/foo\nip addr add 10.1.0.1/24 dev lan0\n")
        .stays(&["/usr/bin/foo"])
        .has("link lan0 ipv4.addresses = [10.1.0.1/24]");
}

#[test]
fn what_stays_of_a_script_brings_along_what_it_needs() {
    for (script, left) in [
        (
            "LAN=eth1\niptables -A FORWARD -i $LAN -j ACCEPT\n",
            "LAN=eth1; iptables -A FORWARD -i $LAN -j ACCEPT",
        ),
        (
            "GW=$(cat /etc/gw)\nip route add default via $GW\n",
            "GW=$(cat /etc/gw); ip route add default via $GW",
        ),
        (
            "ADDR=${ADDR:=10.0.0.1/8}\nip addr add $ADDR dev eth1\n",
            "ADDR=${ADDR:=10.0.0.1/8}; ip addr add $ADDR dev eth1",
        ),
        ("A='b c'\nB=$(x $A)\nfoo ${B}\n", "A='b c'; B=$(x $A); foo ${B}"),
        ("cd /opt/app\n./start\n", "cd /opt/app; ./start"),
        (
            "NETS=(10.1.0.0/16 10.2.0.0/16)\nfor n in \"${NETS[@]}\"; do\n ip route add $n dev eth1\ndone\n",
            "bash -c 'NETS=(10.1.0.0/16 10.2.0.0/16); for n in \"${NETS[@]}\"; do ip route add $n dev eth1; done'",
        ),
        ("cat > /etc/foo <<EOF\none\nEOF\n", "eval \"$(printf 'cat > /etc/foo <<EOF\\none\\nEOF')\""),
        (
            "ip -batch - <<EOF\nlink add br0 type bridge\nEOF\n",
            "eval \"$(printf 'ip -batch - <<EOF\\nlink add br0 type bridge\\nEOF')\"",
        ),
        ("if true; then\n  foo\nfi > /run/log 2>&1 &\n", "if true; then foo; fi > /run/log 2>&1 &"),
    ] {
        unknown(script).stays(&[left]);
    }
}

#[test]
fn what_filters_stays_with_its_table() {
    let script = "nft add table inet filter\nnft 'add chain inet filter forward { type filter hook forward priority 0; }'\n\
                  nft add rule inet filter forward accept\n";
    let ran = unknown(&format!("{script}nft add rule inet filter forward iif eth1 accept\n"));
    assert_eq!(
        ran.left.join("\n") + "\n",
        format!("{script}nft add rule inet filter forward iif eth1 accept\n")
    );
    ran.lacks("address translation").finds("H502 nft add table inet filter");
    let ran = unknown(
        "nft add table ip t\nnft 'add chain ip t post { type nat hook postrouting priority 100; }'\n\
         nft add rule ip t post oif eth0 accept\nnft add rule ip t post masquerade\n",
    );
    assert_eq!((ran.left.len(), ran.facts.iter().filter(|f| f.contains(" action = ")).count()), (0, 2));
}
