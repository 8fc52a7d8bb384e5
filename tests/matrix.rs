//! `docs/matrix.md`: which format holds which setting, as the program shows it. The hosts of `fixtures/`, of `tests/crossings/` and a few with rare links are
//! written in every format and dialect, and each setting of the model by itself with some values. It counts as held where it is still there when
//! the output is read back by the format's own parser. `BLESS=1` rewrites the page.

use crate::conversion::Outcome;
use crate::fixture::fixtures;
use crate::{conversion, crossings, host};
use libtest_mimic::{Failed, Trial};
use netpivot::pipeline::Request;
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::network::{EntryKind, Network};
use netpivot_model::path::{FieldPath, Seen, Subject, grow_all, walk_all};
use netpivot_model::reflect::{FieldMut, FieldRef, Leaf, Node};
use netpivot_model::source::Origin;
use netpivot_model::value::Value;
use netpivot_model::vocabulary::names;
use netpivot_model::{facts, json};
use netpivot_parsers::tree::{MemoryTree, Tree};
use std::collections::{BTreeSet, HashSet};
use std::fmt::Write as _;

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    vec![Trial::test("matrix::page", page)]
}

/// The model itself.
const JSON: &str = "json";

/// A setting, by the list of its entry (nothing for links) and its path.
type Setting = (&'static str, String);

/// A format in one of its dialects.
#[derive(Default)]
struct Column {
    format: &'static str,
    spec: String,
    read: HashSet<Setting>,
    written: HashSet<Setting>,
}

impl Column {
    /// The column's head.
    fn title(&self) -> &str {
        self.spec.split_once(':').map_or(self.format, |(_, dialect)| dialect)
    }

    /// The cell of a setting.
    fn mark(&self, setting: &Setting) -> &'static str {
        match (self.read.contains(setting), self.written.contains(setting)) {
            (_, true) => "●",
            (true, false) => "○",
            (false, false) => "",
        }
    }
}

/// A column for each dialect that is written. JSON is the model itself and holds all of it.
fn columns() -> Vec<Column> {
    let mut columns = Vec::new();
    for info in netpivot_emitters::ALL.iter().map(|emitter| emitter.info()).filter(|info| info.name != JSON) {
        let dialects = info.dialects.iter().map(|(dialect, _)| format!("{}:{dialect}", info.name));
        let specs: Vec<String> = dialects.collect();
        let specs = if specs.is_empty() { vec![info.name.to_owned()] } else { specs };
        columns.extend(specs.into_iter().map(|spec| Column { format: info.name, spec, ..Column::default() }));
    }
    columns
}

const SCRIPT: &str = "/netpivot-commands/network.sh";
const PROFILE: &str = "/etc/NetworkManager/system-connections/x.nmconnection";

/// Hosts with what few have: format, file, text.
const RARE: &[(&str, &str, &str)] = &[
    (
        "iproute",
        SCRIPT,
        "ip link set eth0 up\nip addr add 192.0.2.1/24 dev eth0\n\
         ip link add vx0 type vxlan id 7 dev eth0 local 192.0.2.1 group 239.1.1.1 dstport 4789 srcport 32768 61000 ttl 4 tos 8 ageing 200 nolearning rsc l2miss l3miss proxy\nip link set vx0 up\n\
         ip link add vx1 type vxlan id 8 remote 192.0.2.9 local 192.0.2.1 dstport 4789\nip link set vx1 up\n\
         bridge fdb append 52:54:00:00:00:07 dev vx1 dst 192.0.2.10\n\
         ip link add gn0 type geneve id 9 remote 192.0.2.9 ttl 5 tos 4 dstport 6081\nip link set gn0 up\n\
         ip link add vrf0 type vrf table 70\nip link set vrf0 up\nip link add dm0 type dummy\nip link set dm0 master vrf0\nip link set dm0 up\n\
         ip link add ms0 link eth0 type macsec port 1 encrypt on\nip link set ms0 up\n\
         ip neigh add 192.0.2.77 lladdr 52:54:00:00:00:77 dev eth0 nud permanent\n",
    ),
    (
        "iproute",
        SCRIPT,
        "ip link add br0 type bridge vlan_filtering 1\nip link set eth0 master br0\nip link set eth0 up\nip link set br0 up\n\
         bridge vlan add dev eth0 vid 10 pvid untagged\nbridge vlan add dev eth0 vid 20-30\n\
         bridge fdb add 52:54:00:00:00:08 dev eth0 master static\n\
         bridge link set dev eth0 hairpin on guard on cost 4 priority 8 isolated on learning off flood off mcast_flood off root_block on\n\
         ip link add hsr0 type hsr slave1 eth1 slave2 eth2 supervision 45 version 1\nip link set eth1 up\nip link set eth2 up\nip link set hsr0 up\n",
    ),
    (
        "keyfile",
        PROFILE,
        "[connection]\nid=wg0\nuuid=f0123855-5f72-4b68-939e-ef4f1d038014\ntype=wireguard\ninterface-name=wg0\n\n\
         [wireguard]\nprivate-key=yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\nlisten-port=51820\nfwmark=7\nmtu=1400\n\n\
         [wireguard-peer.xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=]\nendpoint=192.0.2.9:51820\nallowed-ips=10.7.0.0/16;\npersistent-keepalive=25\n\
         preshared-key=yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\npreshared-key-flags=0\n\n[ipv4]\nmethod=manual\naddress1=10.7.0.1/24\n\n[ipv6]\nmethod=disabled\n",
    ),
];

fn page() -> Result<(), Failed> {
    let mut columns = columns();
    let mut hosts = Vec::new();
    for fixture in fixtures() {
        for tree in fixture.trees() {
            hosts.push(gather(
                &fixture.source(&tree),
                &fixture.tree(&tree),
                fixture.state(&tree).as_ref(),
                &mut columns,
            ));
        }
    }
    for (from, tree) in crossings::hosts() {
        hosts.push(gather(from, &tree, None, &mut columns));
    }
    for (from, path, text) in RARE {
        hosts.push(gather(from, &[(*path, *text)].into_iter().collect(), None, &mut columns));
    }
    hosts.sort_by_cached_key(|host| facts::said(host).len());
    try_each(&hosts, &mut columns);
    let now = render(&columns);
    let path = host::repository().join("docs/matrix.md");
    if std::env::var_os("BLESS").is_some_and(|value| value == "1") {
        std::fs::write(path, now)?;
        return Ok(());
    }
    let before = std::fs::read_to_string(path)?;
    if before == now {
        return Ok(());
    }
    let diff = similar::TextDiff::from_lines(&before, &now);
    Err(diff.unified_diff().header("docs/matrix.md", "now").to_string().into())
}

/// Writes a host in a format, and reads back what is there.
fn write(from: &str, tree: &MemoryTree, state: Option<&MemoryTree>, column: &mut Column) {
    let outputs = convert(from, tree, state, &column.spec).outputs;
    let output: MemoryTree = outputs.iter().map(|f| (f.path.as_str(), f.text.as_str())).collect();
    let back = conversion::run(&output, &conversion::request(Some(&column.spec), JSON));
    collect(&back.network, &mut column.written);
}

fn convert(from: &str, tree: &MemoryTree, state: Option<&MemoryTree>, to: &str) -> Outcome {
    let request = Request { host_interfaces: true, ..conversion::request(Some(from), to) };
    conversion::run_from_state(tree, &request, state.map(|tree| tree as &dyn Tree))
}

/// Reads a host, and writes it in every column.
fn gather(from: &str, tree: &MemoryTree, state: Option<&MemoryTree>, columns: &mut [Column]) -> Network {
    let source = convert(from, tree, state, JSON).network;
    for column in columns.iter_mut() {
        let is_its_dialect = !column.spec.contains(':') || column.title() == source.dialect.variant;
        if source.dialect.format == column.format && is_its_dialect {
            collect(&source, &mut column.read);
        }
        write(from, tree, state, column);
    }
    source
}

/// The setting at a path, with the groups on the way made.
fn leaf(node: &mut dyn Node, path: FieldPath) -> Option<&mut dyn Leaf> {
    let names: Vec<&'static str> = path.names().collect();
    let (last, groups) = names.split_last()?;
    let mut node = node;
    for name in groups {
        let is_of_kind = node.field(name).is_none();
        node = match node.field_mut(if is_of_kind { "kind" } else { name })? {
            FieldMut::Node(inner) => inner,
            FieldMut::Variant(kind) => kind.node_mut(),
            // The hosts have entries of repeated groups.
            FieldMut::Nodes(_) | FieldMut::Leaf(_) => return None,
        };
    }
    match node.field_mut(last)? {
        FieldMut::Leaf(leaf) => Some(leaf),
        FieldMut::Node(_) | FieldMut::Nodes(_) | FieldMut::Variant(_) => None,
    }
}

/// Values of all sorts, of which a setting takes those of its kind.
const VALUES: [&str; 10] = [
    "1",
    "7",
    "1500",
    "eth0",
    "52:54:00:00:00:01",
    "192.0.2.1",
    "192.0.2.1/24",
    "2001:db8::1",
    "2001:db8::1/64",
    "example",
];

/// So many values are tried of a setting.
const ENOUGH: usize = 8;

/// Values that the setting takes, among them each word of an enumeration.
fn values(leaf: &mut dyn Leaf) -> Vec<Value> {
    let mut texts: Vec<String> = Vec::new();
    if let Err(error) = leaf.set(&Value::text("?"), Origin::default_value()) {
        texts.extend(error.expected.split('`').skip(1).step_by(2).map(str::to_owned));
    }
    texts.extend(VALUES.iter().map(|text| (*text).to_owned()));
    let numbers = [0, 1, 7, 1500].map(Value::Int);
    let plain: Vec<Value> = texts.into_iter().map(Value::text).chain(numbers).collect();
    let lists = plain.iter().map(|value| Value::List(vec![value.clone()]));
    let maps = plain.iter().map(|value| Value::Map(vec![("example".to_owned(), value.clone())]));
    let bools = [true, false].map(Value::Bool);
    let mut taken = Vec::new();
    for value in bools.into_iter().chain(plain.iter().cloned()).chain(lists).chain(maps) {
        let is_taken = leaf.set(&value, Origin::default_value()).is_ok();
        // A number and its text are one value.
        if let Some(value) = leaf.value().filter(|value| is_taken && !taken.contains(value)) {
            taken.push(value);
        }
        if taken.len() == ENOUGH {
            break;
        }
    }
    taken
}

/// Gives one setting after the other some values, on the smallest host where it can stand, and writes that in the columns where no host has it.
fn try_each(hosts: &[Network], columns: &mut [Column]) {
    for (_, rows) in groups() {
        for (_, setting) in rows {
            let path = FieldPath::parse(setting.1.clone().leak());
            let Some((network, subject)) = base(hosts, &setting, path) else { continue };
            let mut host = network.clone();
            let Some(values) = leaf(node_mut(&mut host, subject), path).map(values) else { continue };
            for value in values {
                let open: Vec<&mut Column> =
                    columns.iter_mut().filter(|column| !column.written.contains(&setting)).collect();
                if open.is_empty() {
                    break;
                }
                let mut host = network.clone();
                let there = leaf(node_mut(&mut host, subject), path);
                if there.is_none_or(|leaf| leaf.set(&value, Origin::default_value()).is_err()) {
                    continue;
                }
                let tree: MemoryTree = [(json::PATH, json::to_text(&host, true))].into_iter().collect();
                for column in open {
                    write(JSON, &tree, None, column);
                }
            }
        }
    }
}

fn node_mut(network: &mut Network, subject: Subject) -> &mut dyn Node {
    match subject {
        Subject::Link(id) => network.link_mut(id),
        Subject::Entry(kind, n) => network.entry_mut(kind, n),
    }
}

/// A host where the setting can stand: on a link of the kind it belongs to, else on one that has settings of its group, else on a card.
fn base<'h>(hosts: &'h [Network], (list, _): &Setting, path: FieldPath) -> Option<(&'h Network, Subject)> {
    if let Some(kind) = EntryKind::ALL.iter().find(|kind| kind.list_name() == *list) {
        let has = |host: &&Network| {
            let mut found = false;
            host.visit_entries(*kind, &mut |_, _, _| found = true);
            found
        };
        return hosts.iter().find(has).map(|host| (host, Subject::Entry(*kind, 0)));
    }
    let group = path.names().next().filter(|_| path.names().count() > 1).unwrap_or_default();
    let of = |fits: &dyn Fn(&Link) -> bool| {
        hosts.iter().find_map(|host| {
            host.links().find(|(_, link)| fits(link)).map(|(id, _)| (host, Subject::Link(id)))
        })
    };
    let is_of_group = |link: &Link| link.kind.value.field_name() == group && !group.is_empty();
    of(&|link| is_of_group(link) && link.netns.is_none())
        .or_else(|| of(&is_of_group))
        .or_else(|| of(&|link| matches!(link.field(group), Some(FieldRef::Node(Some(_))))))
        .or_else(|| of(&|link| link.kind.value.word() == "ethernet"))
}

fn collect(network: &Network, into: &mut HashSet<Setting>) {
    into.extend(facts::said(network).into_iter().map(|fact| setting(fact.path.subject, fact.path.field)));
}

fn setting(subject: Subject, mut field: FieldPath) -> Setting {
    field.index = 0;
    let list = match subject {
        Subject::Link(_) => "",
        Subject::Entry(kind, _) => kind.list_name(),
    };
    (list, field.to_string())
}

/// A group of settings that makes a table: its heading, and each setting with its name.
type Group = (String, Vec<(String, Setting)>);

/// All settings of the model, in the order of declaration.
fn groups() -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut add = |subject: Subject, node: &dyn Node| {
        walk_all(node, FieldPath::new([""; 3]), &mut |path, _: Seen<'_>| {
            let setting = setting(subject, path);
            if !seen.insert(setting.clone()) {
                return;
            }
            let mut names: Vec<_> = path.names().collect();
            names.pop();
            let heading = match (subject, names.first()) {
                (Subject::Entry(kind, _), _) => format!("{} (`{}`)", capital(kind.word()), kind.list_name()),
                (Subject::Link(_), None) => "Every link".to_owned(),
                (Subject::Link(_), Some(group)) => format!("`{group}`"),
            };
            let name = names::of(subject, path).map(|named| named.name).unwrap_or_default();
            match groups.iter_mut().find(|(known, _)| *known == heading) {
                Some((_, rows)) => rows.push((name, setting)),
                None => groups.push((heading, vec![(name, setting)])),
            }
        });
    };
    for word in LinkKind::WORDS {
        let Some(kind) = LinkKind::of(word) else { continue };
        let mut link = Link::default();
        link.kind.value = kind;
        grow_all(&mut link);
        add(Subject::Link(LinkId(0)), &link);
    }
    let mut network = Network::default();
    for kind in EntryKind::ALL {
        grow_all(network.grow(*kind, None));
        add(Subject::Entry(*kind, 0), network.entry(*kind, 0));
    }
    groups
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

const HEAD: &str = "\
# Which format holds which setting

● written, and read back; ○ read only; blank: no value that was tried comes back. What a format cannot hold is told as a loss where a network
has it. A mark does not mean that every value can be said, or on every kind of link: the [pages of the formats](formats/) have the
limits. `json` is the model itself and holds all of it; what is read of the running kernel stands in
[formats/netlink.md](formats/netlink.md).

This page is generated by the program (`BLESS=1 cargo test --test suite -- matrix`): the hosts of the test suite are written in every format, and so is
each setting of the model with some values on the smallest host where it can stand. The path of a setting is its name in
`netpivot show --json`; `netpivot explain KEY` explains a key of a format.
";

fn render(columns: &[Column]) -> String {
    let groups = groups();
    let mut out = HEAD.to_owned();
    let cells = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let table_head = |out: &mut String, first: &[&str]| {
        let titles = first.iter().map(|title| (*title).to_owned());
        out.push_str(&cells(titles.chain(columns.iter().map(|c| c.title().to_owned())).collect()));
        let rulers = first.iter().map(|_| "---".to_owned());
        out.push_str(&cells(rulers.chain(columns.iter().map(|_| ":-:".to_owned())).collect()));
    };
    out.push_str("\n## In short\n\nSettings that a format holds, of those that the model has.\n\n");
    table_head(&mut out, &["group", "all"]);
    for (heading, rows) in &groups {
        let held = |c: &Column| rows.iter().filter(|(_, setting)| !c.mark(setting).is_empty()).count();
        let counts = columns.iter().map(|c| match held(c) {
            0 => String::new(),
            n => n.to_string(),
        });
        out.push_str(&cells([heading.clone(), rows.len().to_string()].into_iter().chain(counts).collect()));
    }
    for (heading, rows) in &groups {
        let _ = write!(out, "\n## {heading}\n\n");
        table_head(&mut out, &["setting", "path"]);
        for (name, setting) in rows {
            let marks = columns.iter().map(|column| column.mark(setting).to_owned());
            out.push_str(&cells(
                [name.clone(), format!("`{}`", setting.1)].into_iter().chain(marks).collect(),
            ));
        }
    }
    out
}
