//! Open vSwitch by ovs-vsctl(8): each bridge and port with its columns in one transaction, so that no port carries for a moment what
//! it should not. A transaction that finds all as it is changes nothing (`ovsdb_idl_txn_write()` leaves out such columns).

use super::link::OF_PROFILES;
use super::script::{Section, Step, What};
use super::{Job, codes, link_fact};
use crate::Accounted;
use crate::index::Index;
use crate::order::{Place, place};
use crate::ovs::{INTERFACE_TYPE, Plan, Role, takes};
use crate::text::shell::quote;
use foldhash::{HashMap, HashSet};
use netpivot_model::facts::said_paths;
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::network::Network;
use netpivot_model::ovs::{OvsInterface, OvsInterfaceType};
use netpivot_model::path::FieldPath;
use netpivot_model::reflect::Map;
use netpivot_model::value::Value;
use netpivot_model::vocabulary::ovs::COLUMNS;
use std::collections::BTreeSet;

/// Columns of interfaces that Open vSwitch makes which are settings of other links as well, or have a key of their own in
/// files.
const OF_INTERFACES: [(&str, &str); 3] =
    [("type", "ovs_interface.interface_type"), ("options:peer", "ovs_interface.patch_peer"), ("mac", "mac")];

/// Columns that have to have a value (`vswitch.ovsschema`), and what it is where nobody says it. The others can be empty.
const REQUIRED: [(&str, &str); 6] = [
    ("stp_enable", "false"),
    ("rstp_enable", "false"),
    ("mcast_snooping_enable", "false"),
    ("datapath_type", "\"\""),
    ("bond_updelay", "0"),
    ("bond_downdelay", "0"),
];

/// The bridges and ports of Open vSwitch in a network.
pub(super) struct Switches {
    plan: Plan,
    /// The link whose row is the bridge of that name.
    bridges: HashMap<String, LinkId>,
    /// The ports of each bridge.
    ports: HashMap<String, Vec<LinkId>>,
}

impl Switches {
    /// True for the name of a bridge of which the source speaks.
    pub fn has_bridge(&self, name: &str) -> bool {
        self.plan.has_bridge(name)
    }

    pub fn of(network: &Network) -> Self {
        let plan = Plan::of(network, &Index::of(network), takes);
        let (mut bridges, mut ports) = (HashMap::default(), HashMap::<String, Vec<LinkId>>::default());
        for (id, link) in network.links() {
            match plan.role(id) {
                Some(Role::Local { .. } | Role::Bare) => {
                    bridges.entry(link.label().to_owned()).or_insert(id);
                }
                Some(Role::Member { bridge, .. } | Role::Bond { bridge, .. }) => {
                    ports.entry(bridge.clone()).or_default().push(id);
                }
                Some(Role::Within(_)) | None => {}
            }
        }
        Switches { plan, bridges, ports }
    }

    pub fn role(&self, id: LinkId) -> Option<&Role> {
        self.plan.role(id)
    }

    /// True for a layer that the row of another link says.
    pub fn is_within(&self, id: LinkId, link: &Link) -> bool {
        matches!(self.role(id), Some(Role::Within(_))) && !takes(&link.kind.value)
    }

    /// The links that stand before a link.
    pub fn below(&self, network: &Network, id: LinkId) -> Vec<LinkId> {
        let (bridge, members) = match self.role(id) {
            Some(Role::Member { bridge, .. }) => (bridge, &[][..]),
            Some(Role::Bond { bridge, members }) => (bridge, members.as_slice()),
            Some(Role::Within(main)) if !takes(&network.link(id).kind.value) => return vec![*main],
            Some(Role::Within(_) | Role::Local { .. } | Role::Bare) | None => return Vec::new(),
        };
        self.bridges.get(bridge).into_iter().chain(members).copied().collect()
    }

    /// The links that start with a link: layers with each other, ports with their bridge and the other way round.
    pub fn start_with(&self, network: &Network, id: LinkId) -> Vec<LinkId> {
        let mut out: Vec<LinkId> = self.plan.within(id).collect();
        match self.role(id) {
            Some(Role::Within(main)) => out.push(*main),
            Some(Role::Local { .. } | Role::Bare) => {
                out.extend(self.ports.get(network.link(id).label()).into_iter().flatten());
            }
            Some(Role::Member { .. } | Role::Bond { .. }) => out.extend(self.below(network, id)),
            None => {}
        }
        out
    }

    /// The bridges of which the source does not speak, made: how a script is read back that plugs ports into them.
    pub fn of_others(&self, network: &Network) -> Section {
        let own: HashSet<&str> = network.links().map(|(_, link)| link.label()).collect();
        let names: BTreeSet<&String> =
            self.ports.keys().filter(|name| !own.contains(name.as_str())).collect();
        let step = |name: &String| Step::new(What::Link, add_bridge(name)).of(name);
        Section { title: "bridges that are there", steps: names.into_iter().map(step).collect() }
    }

    /// The command that makes the row of a link, and the one that takes it away.
    fn row(&self, network: &Network, id: LinkId) -> Option<(String, String)> {
        let name = network.link(id).label();
        let del_port = |bridge| format!("ovs-vsctl --if-exists del-port {} {}", quote(bridge), quote(name));
        match self.role(id)? {
            Role::Local { .. } | Role::Bare => {
                Some((add_bridge(name), format!("ovs-vsctl --if-exists del-br {}", quote(name))))
            }
            Role::Member { bridge, .. } => {
                let up = format!("ovs-vsctl --may-exist add-port {} {}", quote(bridge), quote(name));
                Some((up, del_port(bridge)))
            }
            Role::Bond { bridge, members } => {
                let mut up = format!("ovs-vsctl --may-exist add-bond {} {}", quote(bridge), quote(name));
                for member in members {
                    up.push(' ');
                    up.push_str(&quote(network.link(*member).label()));
                }
                Some((up, del_port(bridge)))
            }
            Role::Within(_) => None,
        }
    }

    /// The rows of its tables that the command of a link speaks of.
    fn tables(&self, id: LinkId) -> Vec<(&'static str, LinkId)> {
        match self.role(id) {
            Some(Role::Local { bridge, port, .. }) => {
                [("bridge", Some(*bridge)), ("port", *port), ("interface", Some(id))]
                    .into_iter()
                    .filter_map(|(table, layer)| Some((table, layer?)))
                    .collect()
            }
            Some(Role::Bare) => vec![("bridge", id)],
            Some(Role::Member { port, .. }) => vec![("port", *port), ("interface", id)],
            Some(Role::Bond { members, .. }) => {
                [("port", id)].into_iter().chain(members.iter().map(|id| ("interface", *id))).collect()
            }
            Some(Role::Within(_)) | None => Vec::new(),
        }
    }

    /// Why ovs-vsctl(8) does not take the row.
    fn refuses(&self, network: &Network, id: LinkId) -> Option<&'static str> {
        let label = |id: &LinkId| network.link(*id).label();
        let (bridge, members) = match self.role(id)? {
            Role::Member { bridge, .. } => (Some(bridge.as_str()), &[][..]),
            Role::Bond { bridge, members } => (Some(bridge.as_str()), members.as_slice()),
            Role::Local { .. } | Role::Bare | Role::Within(_) => (None, &[][..]),
        };
        if members.iter().any(|id| label(id).contains('=')) {
            return Some("ovs-vsctl(8) takes a name with `=` for a column of the bond");
        }
        let mut names = members.iter().map(label).chain(bridge).chain([label(&id)]);
        names.any(|name| name == "--").then_some("`--` stands between commands of ovs-vsctl(8)")
    }
}

fn add_bridge(name: &str) -> String {
    format!("ovs-vsctl --may-exist add-br {}", quote(name))
}

/// The command that makes each bridge, and each interface that Open vSwitch makes.
pub(super) fn rows(network: &Network) -> HashMap<Place<'_>, String> {
    let switches = Switches::of(network);
    let rows = network.links().filter(|(_, link)| !takes(&link.kind.value)).filter_map(|(id, link)| {
        let is_bond = matches!(switches.role(id), Some(Role::Bond { .. }));
        Some((place(link)?, switches.row(network, id).filter(|_| !is_bond)?.0))
    });
    rows.collect()
}

/// True for a step that changes Open vSwitch's database.
pub(super) fn is_of_ovs(step: &Step) -> bool {
    step.up.starts_with("ovs-vsctl ")
}

/// True for a setting of a link that its row says.
pub(super) fn is_said_by_row(link: &Link, path: FieldPath) -> bool {
    let is_made = matches!(link.kind.value, LinkKind::OvsInterface(_));
    crate::ovs::is_column(path) || is_made && (path.is("mtu") || path.is("mac"))
}

/// A string in the words of ovsdb (`ovsdb_atom_from_string()`): what is more than letters, digits and few signs stands in quotes.
fn atom(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    serde_json::Value::from(text).to_string()
}

/// A column of a row with its value, and the command that takes that back.
struct Column {
    name: String,
    value: String,
    path: &'static str,
    reset: String,
}

/// The command that leaves a column as ovs-vswitchd has it where nobody says it.
fn reset(table: &str, row: &str, column: &str) -> String {
    match (REQUIRED.iter().find(|(name, _)| *name == column), column.split_once(':')) {
        (Some((_, usual)), _) => {
            format!("ovs-vsctl --if-exists set {table} {row} {}", quote(&format!("{column}={usual}")))
        }
        (None, Some((map, key))) => {
            format!("ovs-vsctl --if-exists remove {table} {row} {map} {}", quote(key))
        }
        (None, None) => format!("ovs-vsctl --if-exists clear {table} {row} {column}"),
    }
}

/// All columns that a link says of its row (a word of the shell) in that table.
fn columns(link: &Link, table: &str, row: &str) -> Vec<Column> {
    let group = format!("ovs_{table}.");
    let mut out = Vec::new();
    for (column, path) in OF_INTERFACES.iter().chain(COLUMNS).copied() {
        let path_of_link = FieldPath::parse(path);
        if !path.starts_with(&group) && (table != "interface" || !is_said_by_row(link, path_of_link)) {
            continue;
        }
        let value = link.leaf(path_of_link).filter(|leaf| leaf.is_said()).and_then(|leaf| leaf.value());
        let text = match value {
            Some(Value::List(items)) => {
                items.iter().map(|item| atom(&item.to_string())).collect::<Vec<_>>().join(",")
            }
            Some(value) => atom(&value.to_string()),
            None => continue,
        };
        out.push(Column { name: column.to_owned(), value: text, path, reset: reset(table, row, column) });
    }
    let none = Map::default();
    let options = if let LinkKind::OvsInterface(interface) = &link.kind.value {
        &interface.tunnel_options
    } else {
        &none
    };
    let maps = [
        ("options", "ovs_interface.tunnel_options", options),
        ("external_ids", "ovs_external_ids", &link.ovs_external_ids),
        ("other_config", "ovs_other_config", &link.ovs_other_config),
    ];
    for (map, path, items) in maps {
        out.extend(items.iter().map(|(key, at)| {
            let name = format!("{map}:{}", atom(key));
            Column { reset: reset(table, row, &name), name, value: atom(&at.value), path }
        }));
    }
    out
}

/// Whether the kernel has a device for an interface that Open vSwitch makes.
///
/// # Errors
/// Why no row can be written for it.
fn has_device(interface: &OvsInterface) -> Result<bool, &'static str> {
    match interface.interface_type.as_ref().map(|at| at.value) {
        Some(OvsInterfaceType::Internal) => Ok(true),
        Some(OvsInterfaceType::Patch) if interface.patch_peer.is_none() => {
            Err("a patch has two ends, and the other one is not said")
        }
        Some(OvsInterfaceType::System) => Err("it is a device that something else makes"),
        Some(_) => Ok(false),
        None => Err("nothing says what interface it is"),
    }
}

impl Job<'_> {
    /// Makes a bridge, or an interface of Open vSwitch. True where the kernel has a device for it, which takes more.
    pub(super) fn switch(&mut self, id: LinkId, link: &Link, name: &str, made: &mut Vec<Step>) -> bool {
        let has_device = match (&link.kind.value, self.ovs.role(id)) {
            (LinkKind::OvsInterface(interface), Some(Role::Local { .. } | Role::Member { .. })) => {
                has_device(interface)
            }
            (_, Some(Role::Bare)) => Ok(false),
            _ => Err("its bridge, its port or its interface is not there"),
        };
        match (has_device, self.ovs.refuses(self.network, id)) {
            (Ok(has_device), None) => {
                self.rows(id, link, What::Link, made);
                if let Some(space) = link.netns.as_ref().map(|at| quote(&at.value)).filter(|_| has_device) {
                    let path = FieldPath::parse("netns");
                    let dev = quote(name);
                    let step = Step::new(What::Setting(path), format!("ip link set dev {dev} netns {space}"));
                    let step = step.of(name).shows("", format!("ip -n {space} link show dev {dev}"));
                    made.push(step.goes_with_link(true));
                }
                if !has_device {
                    self.finish(id, &["ovs_interface.interface_type"]);
                }
                has_device
            }
            (Err(why), _) | (_, Some(why)) => {
                let text = format!("no command makes `{name}` in Open vSwitch: {why}");
                self.leave_out(id, &codes::KIND, &text, None);
                false
            }
        }
    }

    /// Plugs a link that is there into a bridge of Open vSwitch, or several as a bond.
    pub(super) fn plug_into_switch(&mut self, id: LinkId, link: &Link, name: &str, ports: &mut Vec<Step>) {
        if let Some(why) = self.ovs.refuses(self.network, id) {
            let text = format!("no command makes `{name}` a port of Open vSwitch: {why}");
            return self.cannot_plug(id, &text);
        }
        self.rows(id, link, What::Port, ports);
    }

    /// The step that makes the rows of a link, and those that plans change columns by.
    fn rows(&mut self, id: LinkId, link: &Link, what: What, out: &mut Vec<Step>) {
        let network = self.network;
        let Some((up, down)) = self.ovs.row(network, id) else { return };
        let name = network.link(id).label();
        let mut with = String::new();
        let mut columns_of = Vec::new();
        for (table, layer) in self.ovs.tables(id) {
            let link = if layer == id { link } else { network.link(layer) };
            // A row has the name of the command, but for the interfaces of a bond.
            let row = quote(if table == "interface" { link.label() } else { name });
            let mut columns = columns(link, table, &row);
            if matches!(self.ovs.role(id), Some(Role::Local { .. })) {
                // A bridge's own interface is internal.
                columns.retain(|column| column.path != "ovs_interface.interface_type");
            }
            let words: Vec<String> =
                columns.iter().map(|c| quote(&format!("{}={}", c.name, c.value)).into_owned()).collect();
            if !words.is_empty() {
                with.push_str(&format!(" -- set {table} {row} {}", words.join(" ")));
            }
            for (column, word) in columns.iter().zip(&words) {
                let step = Step::new(
                    What::Column(format!("{table} {row} {}", column.name)),
                    format!("ovs-vsctl set {table} {row} {word}"),
                );
                columns_of.push(step.of(name).down(column.reset.as_str()).goes_with_link(true).repeated());
            }
            if layer != id {
                self.layer(id, layer, name, &columns);
            }
        }
        self.place_in_bridge(id);
        out.push(Step { with, ..Step::new(what, up).of(name).down(down) });
        out.append(&mut columns_of);
    }

    /// What a bridge has by itself, and one that the source does not speak of.
    fn place_in_bridge(&mut self, id: LinkId) {
        match self.ovs.role(id) {
            // ovs-vswitchd gives each bridge a port and an interface of its name.
            Some(Role::Bare) => self.cx.account(Accounted::AddedLink, "local-interface-of-a-bridge"),
            Some(Role::Member { bridge, port }) if !self.ovs.has_bridge(bridge) => {
                let port = *port;
                self.cx.account(Accounted::AddedLink, "bridge-that-is-there");
                self.cx.otherwise(link_fact(port, FieldPath::parse("controller")), "bridge-that-is-there");
            }
            Some(Role::Bond { bridge, .. }) if !self.ovs.has_bridge(bridge) => {
                self.cx.account(Accounted::AddedLink, "bridge-that-is-there");
                self.cx.otherwise(link_fact(id, FieldPath::parse("controller")), "bridge-that-is-there");
            }
            Some(Role::Local { port, .. }) => {
                if port.is_none() {
                    self.cx.account(Accounted::AddedLink, "port-of-an-interface");
                }
                self.cx.added(link_fact(id, INTERFACE_TYPE), "local-interface-of-a-bridge");
            }
            Some(Role::Member { .. } | Role::Bond { .. } | Role::Within(_)) | None => {}
        }
        for field in ["controller", "port_type"] {
            self.cx.otherwise(link_fact(id, FieldPath::parse(field)), "ovs-layers");
        }
        self.told_apart(id);
    }

    /// Layers of one name are told apart by identifiers, which commands do not say and whoever reads them gives. A layer
    /// without a name gets that of its interface.
    fn told_apart(&mut self, id: LinkId) {
        for field in ["id", "uuid", "name"] {
            self.cx.added(link_fact(id, FieldPath::parse(field)), "ovs-layers");
        }
    }

    /// A layer that the row of the link `of` says.
    fn layer(&mut self, of: LinkId, layer: LinkId, name: &str, columns: &[Column]) {
        let link = self.network.link(layer);
        if takes(&link.kind.value) {
            return;
        }
        let mut done: Vec<&str> = columns.iter().map(|column| column.path).collect();
        if matches!(link.kind.value, LinkKind::OvsPort(_))
            && link.name.as_ref().is_some_and(|at| at.value != name)
        {
            let text = format!("ovs-vsctl(8) names a port after its interface, `{name}`");
            self.cx.cannot(link_fact(layer, FieldPath::parse("name")), &codes::SETTING, text, None);
            self.cx.account(Accounted::AddedLink, "port-of-an-interface");
            self.cx.otherwise(link_fact(of, FieldPath::parse("controller")), "ovs-layers");
        } else {
            done.push("name");
        }
        self.finish(layer, &done);
    }

    /// Gives reasons for what a row does not say of a link that is no device.
    pub(super) fn finish(&mut self, id: LinkId, done: &[&str]) {
        const ANYWAY: [&str; 6] = ["controller", "port_type", "up", "netns", "ipv4.method", "ipv6.method"];
        let network = self.network;
        let link = network.link(id);
        for path in said_paths(link) {
            let is_any = |names: &[&str]| names.iter().any(|name| path.is(name));
            if path.is("kind") || path.is("name") || is_any(done) || is_said_by_row(link, path) {
                continue;
            }
            if is_any(&OF_PROFILES) {
                if let Some(leaf) = link.leaf(path) {
                    self.profile(id, link, path, leaf);
                }
            } else if is_any(&ANYWAY) {
                self.cx.otherwise(link_fact(id, path), "ovs-layers");
            } else {
                let text = format!(
                    "`{}` is a row of Open vSwitch's and no device, and has no `{path}`",
                    link.label()
                );
                self.cx.cannot(link_fact(id, path), &codes::SETTING, text, None);
            }
        }
        self.told_apart(id);
        for field in ["ipv4.method", "ipv6.method", "up"] {
            self.cx.otherwise(link_fact(id, FieldPath::parse(field)), "ovs-layers");
        }
    }
}
