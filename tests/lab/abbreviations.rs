//! ip(8) as judge of abbreviations: every beginning of every keyword of rules, routes and addresses, each with a value of
//! each keyword. What ip refuses is refused here; what it takes means here what it means there.

use crate::{host, kernel};
use libtest_mimic::{Failed, Trial};
use netpivot_parsers::tree::MemoryTree;
use netpivot_parsers::{Context, Input, Parser, iproute::Iproute};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::process::Command;

/// A keyword with a value.
type Keyword = (&'static str, &'static str);

/// `ip rule add from 10.0.0.0/8 … pref 55`.
const RULES: &[Keyword] = &[
    ("to", "1.2.3.5"),
    ("tos", "0x10"),
    ("dsfield", "0x10"),
    ("fwmark", "5"),
    ("realms", "3"),
    ("table", "101"),
    ("lookup", "102"),
    ("suppress_prefixlength", "0"),
    ("sup_pl", "0"),
    ("suppress_ifgroup", "3"),
    ("sup_group", "3"),
    ("dev", "eth0"),
    ("iif", "eth0"),
    ("oif", "eth0"),
    ("uidrange", "1-2"),
    ("ipproto", "tcp"),
    ("protocol", "static"),
    ("tun_id", "7"),
    ("goto", "32766"),
    ("not", ""),
    ("blackhole", ""),
    ("unreachable", ""),
    ("prohibit", ""),
    ("nop", ""),
    ("nat", ""),
    ("local", ""),
];

/// `ip route add … 10.9.0.0/16 dev eth0`, or behind that.
const ROUTES: &[Keyword] = &[
    ("via", "192.0.2.1"),
    ("src", "192.0.2.10"),
    ("tos", "0x10"),
    ("dsfield", "0x10"),
    ("metric", "7"),
    ("priority", "8"),
    ("preference", "9"),
    ("scope", "link"),
    ("mtu", "1400"),
    ("hoplimit", "9"),
    ("advmss", "1400"),
    ("reordering", "4"),
    ("rto_min", "20"),
    ("window", "1000"),
    ("cwnd", "10"),
    ("initcwnd", "11"),
    ("initrwnd", "12"),
    ("features", "ecn"),
    ("quickack", "1"),
    ("ssthresh", "9"),
    ("realms", "4"),
    ("protocol", "static"),
    ("table", "33"),
    ("oif", "eth0"),
    ("pref", "high"),
    ("fastopen_no_cookie", "1"),
];

/// `ip address add 192.0.2.77/24 … dev eth0`.
const ADDRESSES: &[Keyword] = &[
    ("broadcast", "192.0.2.255"),
    ("scope", "link"),
    ("label", "eth0:x"),
    ("metric", "8"),
    ("priority", "9"),
    ("preference", "10"),
    ("noprefixroute", ""),
    ("valid_lft", "1000"),
    ("preferred_lft", "500"),
];

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let rule = |words: &str| format!("ip rule add from 10.0.0.0/8 {words} pref 55");
    let route = |words: &str| format!("ip route add 10.9.0.0/16 dev eth0 {words}");
    let address = |words: &str| format!("ip address add 192.0.2.77/24 {words} dev eth0");
    vec![
        host::case("abbreviations::rules", kernel::missing(), move || judge(RULES, &rule)),
        host::case("abbreviations::routes", kernel::missing(), move || judge(ROUTES, &route)),
        host::case("abbreviations::addresses", kernel::missing(), move || judge(ADDRESSES, &address)),
    ]
}

fn judge(keywords: &[Keyword], command: &dyn Fn(&str) -> String) -> Result<(), Failed> {
    let full: Vec<String> =
        keywords.iter().map(|(word, value)| command(&format!("{word} {value}"))).collect();
    let mut all = full.clone();
    for (word, value) in keywords {
        for end in 1..word.len() {
            all.push(command(&format!("{} {value}", &word[..end])));
        }
    }
    let theirs: Vec<Option<String>> = asked(&all);
    let mut wrong = String::new();
    // What ip shows of the commands in full, by what is understood of them here.
    let mut known: HashMap<String, String> = HashMap::new();
    for (n, (line, shown)) in all.iter().zip(&theirs).enumerate() {
        match (understood(line), shown) {
            (None, None) => {}
            (Some(_), None) => _ = writeln!(wrong, "{line}: ip refuses it"),
            (None, Some(shown)) => _ = writeln!(wrong, "{line}: refused, and ip takes it: {shown}"),
            (Some(ours), Some(shown)) if n < full.len() => _ = known.insert(ours, shown.clone()),
            (Some(ours), Some(shown)) => match known.get(&ours) {
                Some(other) if other == shown => {}
                Some(other) => _ = writeln!(wrong, "{line}: ip shows\n  {shown}, and here it is\n  {other}"),
                // A value that only this abbreviation has; another keyword of the list tells what it is.
                None if theirs[..full.len()].contains(&Some(shown.clone())) => {
                    _ = writeln!(wrong, "{line}: ip shows {shown}, and here it is {ours}");
                }
                None => {}
            },
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.into()) }
}

/// What ip shows after each command alone; `None` where it refuses the command.
fn asked(lines: &[String]) -> Vec<Option<String>> {
    let mut script = kernel::PRELUDE.to_owned();
    script.push_str(
        "ip link add eth0 type veth peer name peer0\nip link set peer0 up\nip link set eth0 up\n\
         ip address add 192.0.2.10/24 dev eth0\n",
    );
    for line in lines {
        let _ = writeln!(
            script,
            "if {line} 2>/dev/null >&2; then echo \"took $(ip -d rule show pref 55) $(ip -d route show table all 10.9.0.0/16) \
             $(ip -o address show dev eth0 to 192.0.2.77)\" | tr '\\n' ' '; echo; else echo refused; fi\n\
             ip rule del pref 55 2>/dev/null; ip route flush table all 10.9.0.0/16; ip address del 192.0.2.77/24 dev eth0 2>/dev/null"
        );
    }
    let done =
        Command::new("unshare").args(["-n", "-m", "sh", "-c", &script]).output().expect("unshare runs");
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    let answers: Vec<&str> =
        text.lines().filter(|line| line.starts_with("took") || *line == "refused").collect();
    assert_eq!(answers.len(), lines.len(), "an answer to each command: {text}");
    answers.iter().map(|line| line.strip_prefix("took ").map(|shown| shown.trim().to_owned())).collect()
}

/// What is understood of a command, as a text to compare; `None` where it is refused.
fn understood(line: &str) -> Option<String> {
    let setup = "ip link set eth0 up\nip address add 192.0.2.10/24 dev eth0\n";
    let tree: MemoryTree = [("/netpivot-commands/s.sh", format!("{setup}{line}\n"))].into_iter().collect();
    let mut cx = Context::default();
    let input = Input { tree: &tree, dialect: None, version: None, state: None };
    let network = Iproute.parse(&input, &mut cx).expect("a network");
    let is_refused =
        cx.diagnostics.iter().any(|found| matches!(found.code.id, "P501" | "S501" | "H501" | "H502"));
    let config = &network.links[0].ipv4.as_ref()?.addresses;
    let addresses: Vec<String> = config.values().map(|address| format!("{address:?}")).collect();
    let said = |node: &dyn netpivot_model::reflect::Node| {
        let mut out = String::new();
        node.visit(&mut |name, field| {
            if let netpivot_model::reflect::FieldRef::Leaf(leaf) = field
                && let Some(value) = leaf.value()
            {
                let _ = write!(out, "{name}={value} ");
            }
        });
        out
    };
    let entries: Vec<String> = (network.rules.iter().map(|entry| said(&entry.item)))
        .chain(network.routes.iter().map(|entry| said(&entry.item)))
        .collect();
    (!is_refused).then(|| format!("{entries:?} {addresses:?}"))
}
