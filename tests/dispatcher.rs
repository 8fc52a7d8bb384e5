//! Scripts of NetworkManager's dispatcher: run by a shell as NetworkManager would run them, their commands do what they do
//! under ifup, and read back they are the same hooks.

use crate::conversion::{self, Outcome};
use libtest_mimic::{Failed, Trial};
use netpivot_parsers::tree::MemoryTree;
use std::process::Command;

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("dispatcher::commands-do-what-they-did", commands),
        Trial::test("dispatcher::scripts-whose-names-meet", names_that_meet),
        Trial::test("dispatcher::pre-up-comes-later", pre_up_comes_later),
        Trial::test("dispatcher::variables-of-ifup", variables),
        Trial::test("dispatcher::initscripts-call-by-the-device", initscripts),
        Trial::test("dispatcher::links-without-file", without_file),
    ]
}

fn to(target: &str, text: &str) -> Outcome {
    let tree: MemoryTree = [("/etc/network/interfaces", text)].into_iter().collect();
    let mut request = conversion::request(Some("interfaces:ifupdown"), target);
    request.with_dispatcher = true;
    conversion::run(&tree, &request)
}

/// What was lost, by code.
fn losses(done: &Outcome) -> Vec<&str> {
    let lost = done.diagnostics.iter().filter(|d| d.code.id == "H110" || d.message.contains("hook "));
    lost.map(|d| d.message.as_str()).collect()
}

fn script<'o>(done: &'o Outcome, path: &str) -> Result<&'o str, Failed> {
    let found = done.outputs.iter().find(|file| file.path.ends_with(path));
    Ok(&found.ok_or_else(|| format!("no {path}: {:?}", done.outputs))?.text)
}

/// Runs a script as NetworkManager calls it.
fn run(text: &str, arguments: [&str; 2]) -> Result<String, Failed> {
    let output = Command::new("sh").args(["-c", text, "script"]).args(arguments).output()?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// `echo` alone would be no hook.
const ALIAS: &str = "auto eth0 eth0:1\niface eth0 inet static\n\taddress 192.0.2.10/24\n\
     \tup cd / && /usr/bin/env echo in $(pwd)\n\
     \tup /usr/bin/env echo one $IFACE; [ -e /nowhere ] || exit 0\n\
     \tup umask 077; /usr/bin/env sh -c umask\n\
     iface eth0:1 inet static\n\taddress 192.0.2.11/24\n\tup /usr/bin/env echo two $IFACE\n\
     iface eth0 inet6 static\n\taddress 2001:db8::1/64\n\tup /usr/bin/env echo three $IFACE it\\'s; umask\n";

fn commands() -> Result<(), Failed> {
    let done = to("keyfile", ALIAS);
    assert_eq!(losses(&done), [""; 0]);
    let text = script(&done, "/90-netpivot-eth0")?;
    let said = run(&format!("cd /tmp; umask 022\n{text}"), ["eth0", "up"])?;
    // As `ifup -a` says it: each command has a shell of its own, and `$IFACE` of the alias is the alias.
    assert_eq!(said, "in /\none eth0\n0077\ntwo eth0:1\nthree eth0 it's\n0022\n", "{text}");
    assert_eq!(run(text, ["eth0", "down"])? + &run(text, ["eth1", "up"])?, "");
    Ok(())
}

fn names_that_meet() -> Result<(), Failed> {
    let done = to(
        "keyfile",
        "auto eth0 eth0-down\niface eth0 inet manual\n\tpost-down /usr/bin/one\niface eth0-down inet manual\n\tup /usr/bin/two\n",
    );
    assert_eq!(losses(&done), [""; 0]);
    assert!(script(&done, "/90-netpivot-eth0-down")?.contains("/usr/bin/one"));
    assert!(script(&done, "/90-netpivot-eth0-down_")?.contains("/usr/bin/two"));
    Ok(())
}

fn pre_up_comes_later() -> Result<(), Failed> {
    let text = "auto eth0\niface eth0 inet manual\n\tpre-up /usr/bin/fw\n\tup /usr/bin/fw\n";
    for target in ["keyfile", "ifcfg"] {
        let done = to(target, text);
        let later: Vec<&str> =
            done.diagnostics.iter().filter(|d| d.code.id == "H111").map(|d| d.message.as_str()).collect();
        assert!(matches!(later[..], [text] if text.starts_with("`/usr/bin/fw` runs later")), "{later:?}");
    }
    let same = to("ifcfg:initscripts", text);
    assert!(same.diagnostics.iter().all(|d| d.code.id != "H111"));
    Ok(())
}

fn variables() -> Result<(), Failed> {
    for name in ["MODE", "LOGICAL", "ADDRFAM", "METHOD", "PHASE", "VERBOSITY", "IF_MTU"] {
        let text =
            format!("auto eth0\niface eth0 inet manual\n\tmtu 1400\n\tup /usr/bin/foo \"${{{name}}}\"\n");
        let done = to("keyfile", &text);
        assert!(losses(&done).iter().any(|text| text.contains("which only ifupdown sets")), "{name}");
        assert!(done.outputs.iter().all(|file| !file.text.contains("/usr/bin/foo")), "{name}");
    }
    Ok(())
}

fn initscripts() -> Result<(), Failed> {
    let done = to("ifcfg:initscripts", ALIAS);
    assert!(matches!(losses(&done)[..], [text] if text.contains("`eth0:1` for ifup")), "{:?}", losses(&done));
    let text = script(&done, "/sbin/ifup-local")?;
    let said = run(&format!("cd /tmp; umask 022\n{text}"), ["eth0", ""])?;
    assert_eq!(said, "in /\none eth0\n0077\nthree eth0 it's\n0022\n", "{text}");
    Ok(())
}

/// Nobody starts a link that no file is for, so nobody would run its commands.
fn without_file() -> Result<(), Failed> {
    let text = "auto wg0\niface wg0 inet manual\n\tpre-up ip link add $IFACE type wireguard\n\tpre-up wg setconf $IFACE /w\n\
        auto eth0\niface eth0 inet static\n\taddress 192.0.2.10/24\n\tup /usr/bin/env true $IFACE\n";
    let done = to("ifcfg:initscripts", text);
    if let Some(failure) = &done.failure {
        return Err(failure.to_string().into());
    }
    assert_eq!(
        losses(&done),
        [
            "the pre-up command `wg setconf $IFACE /w` is not converted: `wg0` gets no file by which it would be started"
        ]
    );
    script(&done, "/ifup-local").map(|text| assert!(text.contains("'eth0')"), "{text}"))
}
