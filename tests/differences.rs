//! Comparing: a network is the same as itself, the same network in two formats differs in what is declared and in nothing
//! else, and a change in one of the two shows.

use crate::conversion;
use crate::declared::{Account, Differences};
use crate::fixture::{Fixture, fixture, fixtures};
use crate::host;
use crate::live;
use libtest_mimic::{Failed, Trial};
use netpivot::pipeline::difference::{Difference, is_whole};
use netpivot::pipeline::{Loaded, is_loss, load_from_state};
use netpivot_model::compare::Change;
use netpivot_model::facts;
use netpivot_model::link::{Link, LinkKind};
use netpivot_model::network::EntryKind;
use netpivot_model::path::{FieldPath, Subject, walk_mut};
use netpivot_model::reflect::Leaf;
use netpivot_model::source::Origin;
use netpivot_model::value::Value;
use netpivot_parsers::tree::{MemoryTree, Tree};

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let mut trials =
        vec![host::case("difference::the-running-kernel", live::missing(), from_the_running_kernel)];
    for fixture in fixtures() {
        let mut case = |what: String, run: fn(&Fixture, &str) -> Result<(), Failed>, tree: &str| {
            let (name, tree) = (fixture.name.clone(), tree.to_owned());
            let title = format!("difference/{name}/{what}");
            trials.push(Trial::test(title, move || run(&self::fixture(&name), &tree)));
        };
        let trees = fixture.trees();
        for tree in &trees {
            case(format!("{tree}-{tree}"), itself, tree);
        }
        for other in trees.iter().skip(1) {
            case(format!("{}-{other}", trees[0]), declared, other);
        }
    }
    for fixture in fixtures() {
        for to in FORMATS {
            let name = fixture.name.clone();
            let title = format!("difference/{name}/each-change-shows-as-{to}");
            trials.push(Trial::test(title, move || each_change_shows(&self::fixture(&name), to)));
        }
        for (from, to) in fixture.pairs().into_iter().filter(|(from, to)| from != to) {
            let name = fixture.name.clone();
            trials.push(Trial::test(format!("difference/{name}/{from}-to-{to}"), move || {
                as_converted(&self::fixture(&name), &from, &to)
            }));
        }
    }
    trials
}

/// Formats that each setting is changed in.
const FORMATS: [&str; 5] = ["keyfile", "interfaces", "ifcfg:initscripts", "ifcfg:suse", "iproute"];

/// A host that is configured by files, and its kernel: right after the start there is no difference, and what is changed by
/// hand is one, each with its place.
fn from_the_running_kernel() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("interfaces"), INTERFACES)?;
    // The other ends of cards are nobody's to see.
    let start = "unshare -n sleep 60 >/dev/null 2>&1 & other=$!\n\
        trap 'kill $other' EXIT\n\
        until [ \"$(readlink /proc/$other/ns/net)\" != \"$(readlink /proc/$$/ns/net)\" ]; do sleep 0.05; done\n\
        for n in 0 1; do\n\
        ip link add eth$n type veth peer name x$n && ip link set x$n netns $other\n\
        nsenter -t $other -n ip link set x$n up\n\
        done\n\
        $N convert -t iproute interfaces > start.sh 2> start.log && sh start.sh\n\
        echo started; $N diff interfaces live: 2> log; echo \"status $?\"\n";
    let change = "ip link set br0 type bridge stp_state 0\n\
        ip route del 10.0.0.0/8 via 192.0.2.1 metric 50\n\
        ip address add 203.0.113.1/32 dev br0\n\
        ip link set eth0 mtu 1400\n\
        ip rule del pref 100\n\
        ip link set eth1 down\n\
        $N diff interfaces live: 2> log; echo \"status $?\"\n";
    let said = live::run(folder.path(), &format!("{start}{change}"))?;
    let (before, after) = said.split_once("status 0\n").ok_or_else(|| said.clone())?;
    let lines = after.lines().filter(|line| line.starts_with("  ") && !line.starts_with("      "));
    let lines: Vec<&str> = lines.map(str::trim).collect();
    let expected = [
        "~ MTU: not said → 1400 bytes",
        "~ set up: yes → no",
        "- route 10.0.0.0/8: gateway 192.0.2.1, metric 50",
        "~ spanning tree: on → off",
        "~ IPv4 addresses: 198.51.100.1/24 → 198.51.100.1/24 brd 198.51.100.255, 203.0.113.1/32",
        "- rule 100: family ipv4, from 192.0.2.0/24, action table, table 7",
    ];
    let has_places = ["      interfaces:10\n", "interfaces:17 → default of netlink\n"];
    let is_told = lines == expected && has_places.iter().all(|place| after.contains(place));
    if before == "started\n" && is_told { Ok(()) } else { Err(said.into()) }
}

const INTERFACES: &str = "auto lo\niface lo inet loopback\n\n\
    auto eth0\niface eth0 inet manual\n\n\
    auto eth1\niface eth1 inet static\n\taddress 192.0.2.2/24\n\
    \tup ip route add 10.0.0.0/8 via 192.0.2.1 metric 50\n\
    \tup ip rule add from 192.0.2.0/24 table 7 pref 100\n\n\
    auto br0\niface br0 inet static\n\taddress 198.51.100.1/24\n\tbridge-ports eth0\n\
    \tbridge-stp on\n\tbridge-fd 4\n";

fn load(fixture: &Fixture, tree: &str) -> Result<Loaded, Failed> {
    let state = fixture.state(tree);
    let state = state.as_ref().map(|tree| tree as &dyn Tree);
    let from = conversion::request(Some(&fixture.source(tree)), "json").from;
    load_from_state(&fixture.tree(tree), from.as_ref(), state).map_err(|failure| failure.message.into())
}

/// The network of a scenario's first tree as that format has it.
fn converted(fixture: &Fixture, to: &str) -> Result<Loaded, Failed> {
    let made = fixture.convert(fixture.first(), to);
    let tree: MemoryTree = made.outputs.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect();
    let from = conversion::request(Some(to), "json").from;
    load_from_state(&tree, from.as_ref(), None).map_err(|failure| failure.message.into())
}

fn itself(fixture: &Fixture, tree: &str) -> Result<(), Failed> {
    let of = Difference::of(load(fixture, tree)?, load(fixture, tree)?);
    if of.is_empty() && of.unsayable.is_empty() { Ok(()) } else { Err(format!("{:?}", of.changes).into()) }
}

/// What a conversion made differs from its source in what it told as lost, and in what is declared.
fn as_converted(fixture: &Fixture, from: &str, to: &str) -> Result<(), Failed> {
    let made = fixture.convert(from, to);
    let tree: MemoryTree = made.outputs.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect();
    let as_target = fixture.request(from, to).to[0];
    let Ok(new) = load_from_state(&tree, Some(&as_target), None) else { return Ok(()) };
    let of = Difference::of(load(fixture, from)?, new);
    let mut account = Account::of(fixture, from, to);
    for finding in made.diagnostics.iter().filter(|finding| is_loss(finding)) {
        if let Some(path) = finding.path {
            let label = format!("{} {}", facts::subject_label(&made.network, path.subject), path.field);
            account.told(label.trim_end(), finding.code.id, &|| label.clone());
        }
    }
    let found = of.changes.iter().filter(|change| !is_optional(change) && !is_of_a_lone_link(change));
    for change in found {
        let fact = label(&of, change);
        // What goes with something that is lost stands among the differences.
        let of_tree = fixture.scenario.differences.iter().filter(|entry| entry.format == to);
        if of_tree.into_iter().any(|entry| host::matches(&entry.fact, &fact)) {
            continue;
        }
        account.lacks(&fact, false, &|| format!("{fact}: {:?} {:?}", change.old, change.new));
    }
    let wrong = account.undeclared();
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// What keyfiles and interfaces files have only where a conversion is asked for it: commands, servers, devices that are left
/// alone.
fn is_optional(change: &Change) -> bool {
    let path = change.old_path.or(change.new_path);
    path.is_some_and(|path| match path.subject {
        Subject::Entry(EntryKind::Hook | EntryKind::DhcpServer | EntryKind::DnsServer, _) => true,
        Subject::Entry(..) => false,
        Subject::Link(_) => path.field.is("managed"),
    })
}

fn declared(fixture: &Fixture, other: &str) -> Result<(), Failed> {
    let of = Difference::of(load(fixture, fixture.first())?, load(fixture, other)?);
    let mut differences = Differences::of(fixture, other);
    for change in of.changes.iter().filter(|change| !is_of_a_lone_link(change)) {
        let fact = label(&of, change);
        differences.differs(&fact, &|| format!("{fact}: {:?} {:?}", change.old, change.new));
    }
    let wrong = differences.undeclared();
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// A link that one tree alone has is declared as a whole.
fn is_of_a_lone_link(change: &Change) -> bool {
    match (change.old_path, change.new_path) {
        (Some(path), None) | (None, Some(path)) => {
            matches!(path.subject, Subject::Link(_)) && !is_whole(path)
        }
        (Some(_), Some(_)) | (None, None) => false,
    }
}

fn label(of: &Difference, change: &Change) -> String {
    let (network, path) = match (change.old_path, change.new_path) {
        (Some(path), _) => (&of.old.network, path),
        (None, Some(path)) => (&of.new.network, path),
        (None, None) => return "nothing".to_owned(),
    };
    format!("{} {}", facts::subject_label(network, path.subject), path.field).trim_end().to_owned()
}

/// What the kernel and scripts of its commands know nothing of.
const NOT_OF_THE_KERNEL: [&str; 4] =
    ["autoconnect", "eni.bridge_maxwait", "ipv4.dns_priority", "ipv6.dns_priority"];

/// What profiles are known by: made by rules where one of two formats does not have it.
const OF_PROFILES: [&str; 2] = ["id", "uuid"];

/// The other end of a pair has a name beside its peer's, which others than NetworkManager call a link of its own.
const OTHER_ENDS: [&str; 2] = ["name", "veth.peer"];

/// A port of Open vSwitch has the name of its interface for all but NetworkManager.
const OF_ROWS: [&str; 1] = ["name"];

/// Each setting of the links that the network in the other format says is changed, and each change shows.
fn each_change_shows(fixture: &Fixture, to: &str) -> Result<(), Failed> {
    let Ok(made) = converted(fixture, to) else { return Ok(()) };
    let old = load(fixture, fixture.first())?.network;
    let is_state = ["iproute", "netlink"].contains(&old.dialect.format);
    let is_unknown = |path: FieldPath, link: &Link| {
        let is = |names: &[&str]| names.iter().any(|name| path.is(name));
        is(&OF_PROFILES)
            || is_state && is(&NOT_OF_THE_KERNEL)
            || matches!(link.kind.value, LinkKind::Veth(_)) && is(&OTHER_ENDS)
            || matches!(link.kind.value, LinkKind::OvsPort(_)) && is(&OF_ROWS)
    };
    let mut wrong = Vec::new();
    // `lo` starts by itself on every host, whatever the files say.
    let links = (0..).zip(&made.network.links).filter(|(_, link)| link.label() != "lo");
    for (at, link) in links {
        for path in facts::said_paths(link) {
            let mut new = converted(fixture, to)?;
            let mut is_changed = false;
            let node: &mut Link = &mut new.network.links[at];
            walk_mut(node, facts::ROOT, &mut |other, leaf| {
                is_changed |= other == path && change(leaf);
            });
            if !is_changed || is_unknown(path, link) {
                continue;
            }
            if Difference::of(load(fixture, fixture.first())?, new).is_empty() {
                wrong.push(format!("{path} of {} changes unseen", link.label()));
            }
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// Changes a truth value, a number or the last digit of a text; false where there is nothing to change.
fn change(leaf: &mut dyn Leaf) -> bool {
    fn other(value: &Value) -> Option<Value> {
        match value {
            Value::Bool(on) => Some(Value::Bool(!on)),
            Value::Int(n) => Some(Value::Int(n + 1)),
            Value::Text(text) => {
                let at = text.rfind(|c: char| c.is_ascii_digit() && c != '9')?;
                let digit = text.as_bytes()[at] + 1;
                Some(Value::text(format!("{}{}{}", &text[..at], char::from(digit), &text[at + 1..])))
            }
            Value::List(items) => {
                let mut items = items.clone();
                *items.first_mut()? = other(items.first()?)?;
                Some(Value::List(items))
            }
            Value::Secret(_) | Value::Map(_) => None,
        }
    }
    let new = leaf.value().as_ref().and_then(other);
    new.is_some_and(|new| leaf.set(&new, Origin::default_value()).is_ok())
}
