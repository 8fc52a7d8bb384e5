//! What ip(8) and the kernel take and refuse, as measured in a namespace (iproute2 6.1, Linux 6.18).

use super::*;

const BASE: &str = "ip link add e0 type veth peer name e1\nip link set e0 up\nip link set e1 up\n";

fn after_base(script: &str) -> Ran {
    fresh(&format!("{BASE}{script}"))
}

#[test]
fn what_the_kernel_takes() {
    after_base("ip addr add 10.0.0.1/24 dev e0 label foo").clean();
    after_base("ip tuntap del tap7 mode tap").clean();
    let routes =
        "ip addr add 10.0.0.1/24 dev e0\nip route add 10.1.0.0/16 dev e0\nip route add 11.0.0.0/8 dev e0\n";
    let flushed = after_base(&format!("{routes}ip route flush root 10.0.0.0/8"));
    flushed.clean().has("route 11.0.0.0/8 of e0 dst = 11.0.0.0/8").lacks("10.1.0.0");
    after_base(&format!("{routes}ip route flush match 10.1.2.0/24")).clean().lacks("10.1.0.0");
    after_base("ip -6 route add blackhole 2001:db8::/48 dev e0").clean();
    after_base("ip neigh add proxy 10.0.0.11 dev e0").clean();
    after_base("ip rule add pref 101 goto 200").clean();
    after_base("ip link add x0 type vxlan id 42 dstport 4789\nip link add x1 type vxlan id 42 dstport 4790\nip link add x2 type vxlan id 43 dstport 4789")
        .clean();
    after_base("ip link add x0 type vxlan id 42\nip link del x0\nip link add x1 type vxlan id 42").clean();
    after_base("sysctl -w net.ipv4.ip_forward=1").clean();
}

#[test]
fn what_the_kernel_refuses() {
    for (script, finding) in [
        ("ip route add blackhole 10.9.0.0/16 dev e0", "S501"),
        ("ip route add unreachable 10.9.0.0/16 via 10.0.0.1", "S501"),
        ("ip -6 route add default via fe80::1", "S501"),
        (
            "ip link add x0 type vxlan id 42 dstport 4789\nip link add x1 type vxlan id 42 dstport 4789",
            "S501",
        ),
        (
            "ip link add x0 type vxlan id 42\nip link add x1 type vxlan id 42 dstport 8472 remote 10.0.0.9",
            "S501",
        ),
        ("ip link add x0 type vxlan id 42 group 239.1.1.1", "P501"),
        ("ip neigh add 10.0.0.9 dev e0", "S501"),
        ("ip neigh replace 10.0.0.9 dev e0 nud noarp", "S501"),
        ("ip rule add pref 100 goto 50", "S501"),
        ("ip rule add pref 100 goto 100", "S501"),
        ("ip rule add goto 200", "S501"),
        ("ip link set e0 name all", "S501"),
        ("sysctl -w net.ipv4.ip_forward = 1", "P501"),
        ("sysctl -w net.ipv4.ip_forward= 1", "P501"),
        ("ip tuntap del e0 mode tap", "S501"),
        ("ip addr add 10.0.0.1/24 dev e0 label foobarfoobarfoobar", "S501"),
    ] {
        let ran = after_base(script);
        ran.finds(finding);
        let refused = ran.findings.iter().filter(|f| ["S501", "P501"].contains(&&f[..4])).count();
        assert_eq!(refused, 1, "{script}: {:?}", ran.findings);
    }
}

#[test]
fn a_card_that_has_left_is_no_second_card() {
    let ran = unknown("ip netns add blue\nip link set eth0 netns blue\nip link set eth0 up\n");
    ran.finds("S501 eth0: the link is in the namespace of `blue`");
    assert_eq!(ran.network.links.len(), 1);
    let ran = unknown("ip link set eth0 name lan0\nip link set eth0 up\n");
    ran.finds("S501 eth0");
    assert_eq!(ran.network.links.len(), 1);
}

#[test]
fn the_kernel_s_own_rules_go_with_a_flush() {
    let rules = "ip rule add from 10.0.0.1 table 100 pref 5\nip rule add from 10.0.0.2 table 200 pref 6\n";
    let all = fresh(&format!("{rules}ip rule flush"));
    all.lacks("rule").finds("H502 flush: delete the rules");
    assert_eq!(all.left, ["ip rule flush"]);
    fresh(&format!("{rules}ip rule flush table 100"))
        .clean()
        .lacks("table = 100")
        .has("rule 6 of the host table = 200");
}

/// ip refuses a name that no rt_tables has; without those of the host nobody knows.
#[test]
fn a_name_that_only_the_host_knows_is_not_refused() {
    let cure = "give the host's files with `--root`, or write the number";
    for line in [
        "ip route add default via 192.0.2.1 dev eth0 table isp2",
        "ip rule add from 192.0.2.10 table isp2",
        "ip route add 10.0.0.0/8 via 192.0.2.1 dev eth0 proto mine",
    ] {
        let word = line.rsplit(' ').next().unwrap();
        let ran = hook(line);
        ran.finds(&format!("H501 {word}: {cure}")).lacks("192.0.2.1");
        assert_eq!(ran.left, [line]);
    }
    let script = "echo \"200 isp2\" >> /etc/iproute2/rt_tables\nip link add d0 type dummy\nip link set d0 up\n\
                  ip addr add 192.0.2.2/24 dev d0\nip route add default via 192.0.2.1 dev d0 table isp2\n\
                  ip rule add from 192.0.2.10 table isp2\n";
    unknown(script)
        .clean()
        .has("route 0.0.0.0/0 table 200 of d0 table = 200")
        .has("rule number 0 of d0 table = 200");
}

/// A VPN's tun0, a bridge of Open vSwitch, a namespace of another program: the host may have them.
#[test]
fn a_hook_that_needs_what_only_the_host_has_stays() {
    for line in [
        "ip route add 10.8.0.0/24 dev tun0",
        "ip link set eth0 master br7",
        "sysctl -w net.ipv4.conf.tun0.rp_filter=2",
        "ip link set tun0 mtu 1400 || true",
        "ip netns exec blue ip link set lo up",
        "ovs-vsctl add-port br-int eth0",
        "ovs-vsctl set Port bond7 tag=5",
        "route add -net 10.0.0.0/8 gw gwhost",
        "ifconfig eth0 myhost",
    ] {
        let ran = hook(line);
        ran.finds("H501");
        assert_eq!(ran.left, [line]);
    }
    // What takes away what may not be there, and says so, needs no hook.
    assert!(hook("ip link del tun0 2>/dev/null || true").left.is_empty());
    hook("route add defualt gw 192.0.2.1").finds("P501");
}

#[test]
fn a_script_tells_what_only_the_host_could_know_from_what_any_kernel_refuses() {
    use netpivot_model::diagnostic::Severity::{Error, Loss, Note};
    for (script, severity) in [
        ("ip link add br0 type bridge\nip link set veth3 master br0", Loss),
        ("ip link set tun0 mtu 1400 || true", Loss),
        ("ip -n blue link set lo up", Loss),
        ("ovs-vsctl add-port br-int eth0", Loss),
        ("ip link del tun0", Error),
        ("ip link del tun0 2>/dev/null", Note),
        ("ip netns add blue\nip -n blue link set veth3 up", Error),
        ("ip netns add blue\nip netns del blue\nip -n blue link set lo up", Error),
        ("ip link add br0 type bridge\nip link del br0\nip link set br0 up", Error),
        ("ip link add br0 type bridge\nip link add br0 type bridge", Error),
    ] {
        assert_eq!(unknown(script).severity_of("S501"), Some(severity), "{script}");
    }
    assert_eq!(fresh("ip link set veth3 up").severity_of("S501"), Some(Error));
}

/// Making it in the namespace would be another tunnel.
#[test]
fn a_tunnel_sends_from_where_it_was_made() {
    for kind in
        ["gre local 192.0.2.1 remote 192.0.2.2", "wireguard", "vxlan id 7 remote 192.0.2.2 dstport 4789"]
    {
        let make = format!("ip netns add blue\nip link add t0 type {kind}\n");
        unknown(&format!("{make}ip link set t0 netns blue\nip -n blue link set t0 up\n"))
            .clean()
            .has("link t0 netns = blue")
            .has("link t0 link_netns = ");
    }
    unknown("ip netns add blue\nip -n blue link add t0 type gre local 192.0.2.1\n")
        .clean()
        .has("link t0 netns = blue")
        .lacks("link t0 link_netns");
    unknown(
        "ip netns add blue\nip link add t0 type gre local 192.0.2.1 dev eth0\nip link set t0 netns blue\n",
    )
    .clean()
    .has("link t0 netns = blue")
    .has("link t0 link_netns = ");
}
