//! What is there and differs in one setting from what a script wants is not taken for it, and a plan leaves what is wanted where
//! the kernel takes away more than was asked.

use crate::script::Run;
use crate::{host, kernel};
use libtest_mimic::{Failed, Trial};
use std::fmt::Write;
use std::process::Command;

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    vec![
        host::case("asked::by-every-setting", kernel::missing(), by_every_setting),
        host::case("asked::plans", kernel::missing(), plans),
        host::case("asked::teardown-without-permission", kernel::missing(), teardown_without_permission),
    ]
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_netpivot");

/// What both start from.
const BASE: &str = "ip link add d0 type bridge; ip link add d1 type bridge; ip link set d0 up; ip link set d1 up; \
                    ip addr add 192.0.2.1/24 dev d0; ip addr add 192.0.2.9/24 dev d0; ip -6 addr add 2001:db8::1/64 dev d0 nodad";

/// What there is, what the script is made of, the question to ip afterwards, and the words of a line of the answer, where `$` is its end.
///
/// Without a question the script stops: what a link has from its making it keeps.
const CASES: [(&str, &str, &str, &str); 34] = [
    // Routes.
    (
        "route add 10.9.0.0/16 via 192.0.2.2 mtu lock 1400",
        "route add 10.9.0.0/16 via 192.0.2.2 dev d0 mtu 1400",
        "route show",
        "10.9.0.0/16 via 192.0.2.2 dev d0 mtu 1400 ",
    ),
    (
        "route add 10.9.0.0/16 via 192.0.2.2 mtu 1400",
        "route add 10.9.0.0/16 via 192.0.2.2 dev d0",
        "route show",
        "10.9.0.0/16 via 192.0.2.2 dev d0 ",
    ),
    (
        "route add 10.9.0.0/16 via 192.0.2.2 src 192.0.2.9",
        "route add 10.9.0.0/16 via 192.0.2.2 dev d0",
        "route show",
        "10.9.0.0/16 via 192.0.2.2 dev d0 ",
    ),
    (
        "route add 10.9.0.0/16 via 192.0.2.2 realms 3",
        "route add 10.9.0.0/16 via 192.0.2.2 dev d0",
        "route show",
        "10.9.0.0/16 via 192.0.2.2 dev d0 ",
    ),
    (
        "route add 10.9.0.0/16 via 192.0.2.2",
        "route add 10.9.0.0/16 via 192.0.2.2 dev d0 onlink",
        "route show",
        "10.9.0.0/16 via 192.0.2.2 dev d0 onlink ",
    ),
    (
        "route add 10.9.0.0/16 via 192.0.2.2 onlink dev d0",
        "route add 10.9.0.0/16 via 192.0.2.2 dev d0",
        "route show",
        "10.9.0.0/16 via 192.0.2.2 dev d0 ",
    ),
    (
        "route add 10.9.0.0/16 via 192.0.2.2 metric 5",
        "route add 10.9.0.0/16 via 192.0.2.2 dev d0",
        "route show",
        "10.9.0.0/16 via 192.0.2.2 dev d0 ",
    ),
    (
        "route add 10.9.0.0/16 dev d0 scope global",
        "route add 10.9.0.0/16 dev d0",
        "route show",
        "10.9.0.0/16 dev d0 scope link ",
    ),
    (
        "route add 10.9.0.0/16 via 192.0.2.2 initcwnd 20",
        "route add 10.9.0.0/16 via 192.0.2.2 dev d0 initcwnd 10",
        "route show",
        "10.9.0.0/16 via 192.0.2.2 dev d0 initcwnd 10 ",
    ),
    (
        "route add 10.9.0.0/16 via 192.0.2.2 rto_min 1s",
        "route add 10.9.0.0/16 via 192.0.2.2 dev d0 rto_min 200ms",
        "route show",
        "10.9.0.0/16 via 192.0.2.2 dev d0 rto_min lock 200ms ",
    ),
    (
        "route add 10.9.0.0/16 via 192.0.2.2 proto static",
        "route add 10.9.0.0/16 via 192.0.2.2 dev d0",
        "route show",
        "10.9.0.0/16 via 192.0.2.2 dev d0 ",
    ),
    (
        "route add 10.9.0.0/16 nexthop via 192.0.2.2 nexthop via 192.0.2.3 weight 2",
        "route add 10.9.0.0/16 nexthop via 192.0.2.2 dev d0 nexthop via 192.0.2.3 dev d0",
        "route show",
        "nexthop via 192.0.2.3 dev d0 weight 1 ",
    ),
    (
        "route add 10.9.0.0/16 nexthop via 192.0.2.2 nexthop via 192.0.2.3 nexthop via 192.0.2.4",
        "route add 10.9.0.0/16 via 192.0.2.2 dev d0",
        "route show",
        "10.9.0.0/16 via 192.0.2.2 dev d0 ",
    ),
    (
        "route add blackhole 10.9.0.0/16",
        "route add unreachable 10.9.0.0/16",
        "route show",
        "unreachable 10.9.0.0/16 ",
    ),
    (
        "-6 route add 2001:db8:9::/48 via 2001:db8::2 pref high",
        "-6 route add 2001:db8:9::/48 via 2001:db8::2 dev d0",
        "-6 route show",
        "2001:db8:9::/48 via 2001:db8::2 dev d0 metric 1024 pref medium",
    ),
    // Rules. To the kernel a rule with more conditions of some kinds is the same (`rule_exists()` of net/core/fib_rules.c).
    (
        "rule add not from 10.0.0.0/8 table 100 priority 7",
        "rule add from 10.0.0.0/8 table 100 priority 7",
        "",
        "File exists",
    ),
    (
        "rule add from 10.0.0.0/8 table 100 priority 7",
        "rule add not from 10.0.0.0/8 table 100 priority 7",
        "",
        "File exists",
    ),
    (
        "rule add from 10.0.0.0/8 to 10.1.0.0/16 table 100 priority 7",
        "rule add from 10.0.0.0/8 table 100 priority 7",
        "",
        "File exists",
    ),
    (
        "rule add from 10.0.0.0/8 iif d0 table 100 priority 7",
        "rule add from 10.0.0.0/8 table 100 priority 7",
        "rule show",
        "7: from 10.0.0.0/8 lookup 100 ",
    ),
    (
        "rule add from 10.0.0.0/8 fwmark 1 table 100 priority 7",
        "rule add from 10.0.0.0/8 table 100 priority 7",
        "rule show",
        "7: from 10.0.0.0/8 lookup 100 ",
    ),
    (
        "rule add fwmark 1/0xff table 100 priority 7",
        "rule add fwmark 1 table 100 priority 7",
        "rule show",
        "7: from all fwmark 0x1 lookup 100 ",
    ),
    (
        "rule add table 100 priority 7 suppress_prefixlength 0",
        "rule add table 100 priority 7",
        "rule show",
        "7: from all lookup 100 ",
    ),
    (
        "rule add ipproto tcp dport 22 table 100 priority 7",
        "rule add ipproto tcp table 100 priority 7",
        "rule show",
        "7: from all ipproto tcp lookup 100 ",
    ),
    ("rule add realms 3 table 100 priority 7", "rule add table 100 priority 7", "", "File exists"),
    (
        "rule add from 10.0.0.0/8 blackhole priority 7",
        "rule add from 10.0.0.0/8 table main priority 7",
        "rule show",
        "7: from 10.0.0.0/8 lookup main ",
    ),
    // Addresses.
    (
        "addr add 198.51.100.1/24 dev d1 valid_lft 1000 preferred_lft 500",
        "addr add 198.51.100.1/24 dev d1",
        "addr show dev d1",
        "198.51.100.1/24 scope global d1 valid_lft forever preferred_lft forever",
    ),
    (
        "-6 addr add 2001:db8:1::1/64 dev d1 nodad preferred_lft 0",
        "-6 addr add 2001:db8:1::1/64 dev d1 nodad",
        "addr show dev d1",
        "2001:db8:1::1/64 scope global nodad valid_lft forever preferred_lft forever",
    ),
    (
        "-6 addr add 2001:db8:1::1/64 dev d1 nodad noprefixroute",
        "-6 addr add 2001:db8:1::1/64 dev d1 nodad",
        "addr show dev d1",
        "2001:db8:1::1/64 scope global nodad valid_lft",
    ),
    // Links.
    (
        "link add t0 type vxlan id 5 remote 192.0.2.7 dstport 4789",
        "link add t0 type vxlan id 5 remote 192.0.2.8 dstport 4789",
        "",
        "File exists",
    ),
    (
        "link add t0 type vxlan id 5 group 239.1.1.1 dev d0 dstport 4789",
        "link add t0 type vxlan id 5 group 239.1.1.1 dev d1 dstport 4789",
        "",
        "File exists",
    ),
    ("link add link d0 name t0 type macvlan", "link add link d1 name t0 type macvlan", "", "File exists"),
    ("tuntap add t0 mode tun", "tuntap add t0 mode tap", "", "ioctl"),
    (
        "link add t0 type veth peer name t1",
        "link add t0 type veth peer name t2 address 02:00:00:00:00:09",
        "",
        "File exists",
    ),
    ("link set d1 alias 'uplink b'", "link set d1 alias uplink", "link show d1", "alias uplink $"),
];

/// After the script, ip shows what it wants.
fn by_every_setting() -> Result<(), Failed> {
    let mut wrong = String::new();
    for (n, (there, wanted, question, words)) in CASES.iter().enumerate() {
        let dir = tempfile::tempdir()?;
        std::fs::write(dir.path().join("wanted.sh"), format!("ip {wanted}\n"))?;
        let script = format!(
            "set -e\n{}{BASE}\nip {there}\n'{}' convert -f iproute -t iproute --allow all wanted.sh > ensure.sh 2> notes\n\
             sh ensure.sh 2>&1 || echo stopped: $?\n{}",
            kernel::PRELUDE,
            PROGRAM,
            if question.is_empty() { String::new() } else { format!("ip -o {question}\n") }
        );
        let done = Command::new("unshare")
            .args(["-n", "-m", "bash", "-c", &script])
            .current_dir(dir.path())
            .output()?;
        let told = String::from_utf8_lossy(&done.stdout);
        let has = told.lines().any(|line| {
            let line: Vec<_> = line.split([' ', '\t', '\\']).filter(|word| !word.is_empty()).collect();
            format!("{} $", line.join(" ")).contains(words)
        });
        if !has || told.contains("stopped") != question.is_empty() {
            let errors = String::from_utf8_lossy(&done.stderr);
            let _ = writeln!(wrong, "{n}: {there}\n   {wanted}\n   lacks {words:?}:\n{told}{errors}");
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.into()) }
}

/// What there is, what is wanted, the question to ip, and the answer's lines, of which there may be no others.
const PLANS: [(&[&str], &[&str], &str, &[&str]); 13] = [
    // Of several routes to one destination the wanted ones stay, in their order.
    (
        &["route append 10.8.0.0/16 via 192.0.2.9", "route append 10.8.0.0/16 via 192.0.2.8"],
        &["route add 10.8.0.0/16 via 192.0.2.8 dev d0"],
        "route show root 10.0.0.0/8",
        &["10.8.0.0/16 via 192.0.2.8 dev d0"],
    ),
    (
        &["route append 10.8.0.0/16 via 192.0.2.9", "route append 10.8.0.0/16 via 192.0.2.8"],
        &["route add 10.8.0.0/16 via 192.0.2.8 dev d0", "route append 10.8.0.0/16 via 192.0.2.9 dev d0"],
        "route show root 10.0.0.0/8",
        &["10.8.0.0/16 via 192.0.2.8 dev d0", "10.8.0.0/16 via 192.0.2.9 dev d0"],
    ),
    (
        &["route append 10.8.0.0/16 via 192.0.2.9", "route append 10.8.0.0/16 via 192.0.2.8"],
        &["route add 10.8.0.0/16 via 192.0.2.7 dev d0"],
        "route show root 10.0.0.0/8",
        &["10.8.0.0/16 via 192.0.2.7 dev d0"],
    ),
    (&["token set ::42 dev d0"], &[], "token get dev d0", &["token :: dev d0"]),
    // Another label is another address: the secondary one and the routes go with the old one.
    (
        &[
            "addr add 198.51.100.1/24 dev d1 label d1:old",
            "addr add 198.51.100.2/24 dev d1",
            "route add 10.8.0.0/16 via 198.51.100.9",
            "route add 10.9.0.0/16 via 192.0.2.9 src 198.51.100.1",
        ],
        &[
            "addr add 198.51.100.2/24 dev d1",
            "addr add 198.51.100.1/24 dev d1 label d1:new",
            "route add 10.8.0.0/16 via 198.51.100.9 dev d1",
            "route add 10.9.0.0/16 via 192.0.2.9 dev d0 src 198.51.100.1",
        ],
        "route show root 10.0.0.0/8",
        &["10.8.0.0/16 via 198.51.100.9 dev d1", "10.9.0.0/16 via 192.0.2.9 dev d0 src 198.51.100.1"],
    ),
    (
        &["addr add 198.51.100.1/24 dev d1 label d1:old", "addr add 198.51.100.2/24 dev d1"],
        &["addr add 198.51.100.2/24 dev d1", "addr add 198.51.100.1/24 dev d1 label d1:new"],
        "-4 addr show dev d1",
        &[
            "3: d1 inet 198.51.100.1/24 scope global secondary d1:new valid_lft forever preferred_lft forever",
            "3: d1 inet 198.51.100.2/24 scope global d1 valid_lft forever preferred_lft forever",
        ],
    ),
    // The first address of a subnet is the source of what names none.
    (
        &[
            "addr add 198.51.100.1/24 dev d1",
            "addr add 198.51.100.2/24 dev d1",
            "addr add 198.51.100.3/24 dev d1",
        ],
        &["addr add 198.51.100.3/24 dev d1", "addr add 198.51.100.1/24 dev d1"],
        "-4 addr show dev d1",
        &[
            "3: d1 inet 198.51.100.1/24 scope global secondary d1 valid_lft forever preferred_lft forever",
            "3: d1 inet 198.51.100.3/24 scope global d1 valid_lft forever preferred_lft forever",
        ],
    ),
    // Of two rules that a deletion may mean the wanted one stays.
    (
        &[
            "rule add to 10.2.0.0/16 table 100 priority 7",
            "rule add from 10.0.0.0/8 to 10.1.0.0/16 table 100 priority 7",
            "rule add from 10.0.0.0/8 to 10.2.0.0/16 table 100 priority 7",
        ],
        &["rule add from 10.0.0.0/8 to 10.2.0.0/16 table 100 priority 7"],
        "rule show priority 7",
        &["7: from 10.0.0.0/8 to 10.2.0.0/16 lookup 100"],
    ),
    (
        &[
            "rule add from 10.0.0.0/8 table 100 priority 7",
            "rule add from 10.0.0.0/8 to 10.1.0.0/16 table 100 priority 7",
        ],
        &["rule add from 10.0.0.0/8 to 10.1.0.0/16 table 100 priority 7"],
        "rule show priority 7",
        &["7: from 10.0.0.0/8 to 10.1.0.0/16 lookup 100"],
    ),
    // One that says more is in the way of the wanted one.
    (
        &["rule add not from 10.0.0.0/8 table 100 priority 7"],
        &["rule add from 10.0.0.0/8 table 100 priority 7"],
        "rule show priority 7",
        &["7: from 10.0.0.0/8 lookup 100"],
    ),
    // A broadcast route is one of the table `local` by itself.
    (
        &["route add broadcast 10.6.255.255 dev d0"],
        &["route add broadcast 10.6.255.255 dev d0 table local"],
        "route show table local root 10.6.0.0/16",
        &["broadcast 10.6.255.255 dev d0 scope link"],
    ),
    // The kernel has a number where somebody named an owner.
    (
        &["tuntap add t0 mode tap user nobody"],
        &["tuntap add t0 mode tap user nobody"],
        "tuntap show dev t0",
        &["t0: tap persist user 65534"],
    ),
    // The source tells routes of IPv6 apart.
    (
        &[
            "-6 route add 2001:db8:9::/48 from 2001:db8::/64 via 2001:db8::2",
            "-6 route add 2001:db8:9::/48 via 2001:db8::3",
        ],
        &[
            "-6 route add 2001:db8:9::/48 via 2001:db8::3 dev d0",
            "-6 route add 2001:db8:9::/48 from 2001:db8:0:0::/64 via 2001:db8::4 dev d0",
        ],
        "-6 route show root 2001:db8:9::/48",
        &[
            "2001:db8:9::/48 from 2001:db8::/64 via 2001:db8::4 dev d0 metric 1024 pref medium",
            "2001:db8:9::/48 via 2001:db8::3 dev d0 metric 1024 pref medium",
        ],
    ),
];

/// After a plan that prunes, ip shows what is wanted, and another plan is empty.
fn plans() -> Result<(), Failed> {
    let mut wrong = String::new();
    for (n, (there, wanted, question, lines)) in PLANS.iter().enumerate() {
        let dir = tempfile::tempdir()?;
        let commands = |all: &[&str]| all.iter().map(|words| format!("ip {words}\n")).collect::<String>();
        let base = BASE.replace("; ", "\n") + "\n";
        std::fs::write(dir.path().join("wanted.sh"), base.clone() + &commands(wanted))?;
        let plan = format!(
            "'{PROGRAM}' convert -f json -t iproute --allow all --from-state live: --prune wanted.json 2> notes"
        );
        let script = format!(
            "set -e\n{}mount -t sysfs none /sys\nsysctl -q -w net.ipv4.conf.all.promote_secondaries=0\n{base}{}\
             '{PROGRAM}' convert -f iproute -t json wanted.sh > wanted.json 2> notes\n{plan} > plan.sh\ncat plan.sh\nsh plan.sh 2>&1\n\
             {plan} > again.sh\necho '=== shown'; ip -o {question}\necho '=== left'; grep -v '^#' again.sh | grep 'ip '\n",
            kernel::PRELUDE,
            commands(there),
        );
        let done = Command::new("unshare")
            .args(["-n", "-m", "bash", "-c", &script])
            .current_dir(dir.path())
            .output()?;
        let told = String::from_utf8_lossy(&done.stdout);
        let run = Run::of(&told);
        let words = |line: &str| {
            line.split([' ', '\t', '\\']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
        };
        let mut shown: Vec<String> = run.part("shown").lines().map(words).collect();
        shown.sort();
        if shown != *lines || !run.part("left").trim().is_empty() {
            let errors = String::from_utf8_lossy(&done.stderr);
            let _ = writeln!(wrong, "{n}: shown {shown:#?}\n{told}{errors}");
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.into()) }
}

/// A teardown that may take nothing away says so, and does not end well.
fn teardown_without_permission() -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    std::fs::write(dir.path().join("wanted.sh"), "ip link add t0 type bridge\n")?;
    let script = format!(
        "'{PROGRAM}' convert -f iproute -t iproute --script teardown wanted.sh > down.sh 2> notes; sh wanted.sh\n\
         setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set -all sh < down.sh 2>&1; echo \"status $?\"\n\
         ip -o link show dev t0; sh down.sh; echo \"status $?\"; ip -o link show dev t0\n"
    );
    let done =
        Command::new("unshare").args(["-n", "-m", "bash", "-c", &script]).current_dir(dir.path()).output()?;
    let told = String::from_utf8_lossy(&done.stdout);
    let lines: Vec<_> = told.lines().collect();
    match lines.as_slice() {
        [why, "status 1", there, "status 0"] if why.contains("CAP_NET_ADMIN") && there.contains("t0") => {
            Ok(())
        }
        _ => Err(format!("{told}{}", String::from_utf8_lossy(&done.stderr)).into()),
    }
}
