//! Scripts that may end before their last line. What dash and bash do was measured: both leave at `exit` and `exec`, and
//! under `-e` at a command that fails outside of `&&`, `||` and `!`; at `return` only dash leaves.

use super::{hook, unknown};

/// The places that S509 speaks of.
fn doubts(found: &[String]) -> Vec<&str> {
    found.iter().filter_map(|text| text.strip_prefix("S509 ")?.split(": ").next()).collect()
}

#[test]
fn a_test_that_may_end_the_script_is_told_and_no_hook() {
    for guard in [
        "grep -q foo /etc/bar && exit 0",
        "[ \"$(id -u)\" = 0 ] || exit 1",
        "[ -f /etc/x ] || exit 0",
        "which ip >/dev/null 2>&1 || { echo no ip >&2; exit 1; }",
        "if [ $(id -u) != 0 ]; then\n  echo root only\n  exit 1\nfi",
        "ip link show br7 >/dev/null 2>&1 && exit 0",
        "case $1 in\n  start) ;;\n  *) echo usage; exit 1 ;;\nesac",
        "return",
    ] {
        let ran = unknown(&format!("{guard}\nip link add br7 type bridge\n"));
        ran.has("link br7 kind = bridge");
        if !guard.starts_with("case") {
            assert_eq!(ran.left, [""; 0], "{guard}");
        }
        assert_eq!(doubts(&ran.findings), [guard], "{:?}", ran.findings);
        assert_eq!(
            doubts(&unknown(&format!("ip link add br7 type bridge\n{guard}\nexit 0\n")).findings),
            [""; 0]
        );
    }
    let ran = unknown(
        "die() {\n  echo \"$*\"\n  exit 1\n}\ngrep -q x /etc/y || die no\nip link add br7 type bridge\n",
    );
    assert_eq!((ran.left.len(), doubts(&ran.findings).as_slice()), (0, &["grep -q x /etc/y || die no"][..]));
}

#[test]
fn what_does_more_than_end_the_script_stays() {
    for (line, left) in [
        ("/usr/bin/setup || exit 1", "/usr/bin/setup || exit 1"),
        ("if x; then touch /run/y; exit 0; fi", "if x; then touch /run/y; exit 0; fi"),
        ("[ -x /usr/bin/foo ] && exec /usr/bin/foo", "[ -x /usr/bin/foo ] && exec /usr/bin/foo"),
    ] {
        let ran = unknown(&format!("{line}\nip link add br7 type bridge\n"));
        ran.has("link br7 kind = bridge");
        assert_eq!((ran.left.as_slice(), doubts(&ran.findings)), (&[left.to_owned()][..], vec![line]));
    }
    for line in ["(exit 0)", "f() { return 1; }\nf", "true | exit 0", "modprobe dummy || exit 1"] {
        let ran = unknown(&format!("{line}\nip link add br7 type bridge\n"));
        assert_eq!(doubts(&ran.findings), [""; 0], "{line}");
    }
}

#[test]
fn a_program_in_the_place_of_the_shell_is_the_last() {
    let ran = unknown("exec ip link add br0 type bridge\nip link add br7 type bridge\n");
    ran.has("link br0 kind = bridge").lacks("br7");
    let ran = unknown("exec /usr/bin/foo\nip link add br7 type bridge\n");
    ran.lacks("br7");
    assert_eq!(ran.left, ["exec /usr/bin/foo"]);
    hook("exec ip link set eth0 mtu 1400; ip link set eth0 up").has("link eth0 mtu = 1400").lacks("up");
    let ran = unknown("exec 2> /var/log/net\nip link add br7 type bridge\n/usr/bin/foo\n");
    ran.has("link br7 kind = bridge");
    assert_eq!(ran.left, ["exec 2> /var/log/net; /usr/bin/foo"]);
}

#[test]
fn under_e_a_test_may_end_the_script() {
    for first in ["set -e", "set -eu -o pipefail", "set -o errexit", "#!/bin/sh -e"] {
        let script = format!("{first}\n[ -f /etc/x ]\nip link add br7 type bridge\n");
        assert_eq!(doubts(&unknown(&script).findings), ["[ -f /etc/x ]"], "{first}");
        let forgiven = script.replace("/x ]", "/x ] || true");
        assert_eq!(doubts(&unknown(&forgiven).findings), [""; 0], "{first}");
        assert_eq!(doubts(&unknown(&script.replacen('\n', "\nset +e\n", 1)).findings), [""; 0]);
    }
    unknown("set -e\n[ 1 = 2 ]\nip link add br7 type bridge\n").lacks("br7");
    let twice = "ip link add br7 type bridge\nip link add br7 type bridge\nip link set br7 up\n";
    assert_eq!(doubts(&unknown(&format!("set -e\n{twice}")).findings), ["ip link add br7 type bridge"]);
    assert_eq!(doubts(&unknown(twice).findings), [""; 0]);
}

#[test]
fn a_line_that_may_end_before_its_last_command_stays_whole() {
    for line in [
        "grep -q foo /etc/bar && exit 0; ip link set eth0 mtu 1400",
        "[ -f /etc/x ] || exit 0; ip link set eth0 mtu 1400",
        "ip link show eth7 && exit 0; ip link set eth0 mtu 1400",
        "[ -f /etc/x ] && exit 0 || ip link set eth0 mtu 1400",
        "set -e; test -f /etc/x; ip link set eth0 mtu 1400",
        "return; ip link set eth0 mtu 1400",
    ] {
        let ran = hook(line);
        assert_eq!(ran.left, [line]);
        ran.lacks("mtu");
    }
    for line in ["ip link set eth0 mtu 1400; exit 0", "set -e; ip link set eth0 mtu 1400"] {
        let ran = hook(line);
        assert_eq!(ran.left, [""; 0], "{line}");
        ran.has("link eth0 mtu = 1400");
    }
    assert_eq!(hook("[ -f /etc/x ] || exit 0").left, [""; 0]);
}
