//! Namespaces and links.

use super::order::Names;
use super::ovs::is_said_by_row;
use super::script::{Done, Mode, Section, Step, What};
use super::{Job, ROOT, codes, link_fact, netns, shown};
use crate::Accounted;
use crate::order::{by_place, has_idle_link_netns, is_layer, link_netns, place};
use crate::ovs::{Role, takes};
use crate::references::reference;
use crate::text::ip::address::{conf6, key6};
use crate::text::ip::kind;
use crate::text::ip::setting::{command_for, forwarding};
use crate::text::ip::spoken::spoken;
use crate::text::shell::quote;
use netpivot_model::defaults::Silence;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::dialect::{IPROUTE, NETLINK};
use netpivot_model::facts::effective;
use netpivot_model::link::{Link, LinkId, LinkKind, PARENTS, PortType};
use netpivot_model::network::EntryKind;
use netpivot_model::path::{FieldPath, Seen, walk};
use netpivot_model::reflect::Leaf;
use netpivot_model::source::Cause;
use netpivot_model::value::{LinkRef, Value};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Settings with commands of their own here.
pub(super) const ELSEWHERE: [&str; 21] = [
    "name",
    "kind",
    "netns",
    "link_netns",
    "up",
    "controller",
    "port_type",
    "matches.mac",
    "bridge.vlans",
    "bridge.no_default_vlan",
    "bridge_port.vlans",
    "bridge_port.no_default_vlan",
    "ipv4.method",
    "ipv6.method",
    "ipv4.addresses",
    "ipv6.addresses",
    "ipv4.gateway",
    "ipv6.gateway",
    "ipv6.accept_ra",
    "ipv6.autoconf",
    "ipv6.token",
];

/// What only a configuration that starts by itself has, or a program knows a profile by.
pub(super) const OF_PROFILES: [&str; 7] =
    ["id", "uuid", "autoconnect", "hotplug", "managed", "nm.timestamp", "eni.bridge_maxwait"];

/// Settings of how addresses are asked for, which mean nothing where none are.
const OF_LEASES: [&str; 2] = ["never_default", "may_fail"];

/// Settings of bonds that name a port, which has to be plugged in first.
const OF_PORTS: [&str; 2] = ["bond.primary", "bond.active_port"];

/// The parts of a script that links fill.
#[derive(Debug, Default)]
struct Parts {
    made: Vec<Step>,
    settings: Vec<Step>,
    ports: Vec<Step>,
    of_ports: Vec<Step>,
    vlans: Vec<Step>,
    up: Vec<Step>,
    /// What being set up would take back.
    behind_up: Vec<Step>,
    addresses: Vec<Step>,
}

impl Parts {
    fn len(&self) -> usize {
        let all = [
            &self.made,
            &self.settings,
            &self.ports,
            &self.of_ports,
            &self.vlans,
            &self.up,
            &self.behind_up,
            &self.addresses,
        ];
        all.iter().map(|steps| steps.len()).sum()
    }
}

impl Job<'_> {
    /// Every namespace that the source names.
    pub(super) fn namespaces(&mut self) -> Section {
        let declared = self.network.netns.iter().filter_map(|entry| entry.item.name.as_ref());
        let named = self.network.links.iter().filter_map(|link| link.netns.as_ref());
        let mut seen = BTreeSet::new();
        let names = declared.chain(named).map(|at| at.value.as_str()).filter(|name| seen.insert(*name));
        let step = |name: &str| {
            let space = quote(name);
            Step::new(What::Namespace(name.to_owned()), format!("ip netns add {space}"))
                .done(Done::Test(format!("-e {}", quote(&format!("/run/netns/{name}")))))
                .down(format!("ip netns del {space}"))
        };
        Section { title: "namespaces", steps: names.map(step).collect() }
    }

    /// All links, from below upwards.
    pub(super) fn links(&mut self, ids: &[LinkId], names: &Names<'_>) -> Vec<Section> {
        let network = self.network;
        let mut parts = Parts::default();
        let first = by_place(network);
        for id in ids {
            let link = network.link(*id);
            if self.ovs.is_within(*id, link) {
                continue;
            }
            if place(link).is_some_and(|place| first.get(&place) != Some(id)) && !is_layer(&link.kind.value) {
                let text =
                    format!("another profile of the device `{}` has its commands already", link.label());
                self.leave_out(*id, &codes::NAME, &text, Some("keep one profile of the device"));
                continue;
            }
            let Some(name) = link.name.as_ref().map(|at| at.value.as_str()) else {
                let text = format!("`{}` names no interface, so no command can", link.label());
                self.cx.cannot(link_fact(*id, ROOT), &codes::NAME, text, None);
                continue;
            };
            let link = spoken(network, *id, self.cx.target, |_| true);
            let before = (parts.len(), self.cx.reasons.len());
            self.link(*id, &link, name, names, &mut parts);
            if before == (parts.len(), self.cx.reasons.len()) {
                // A card that is left as it is: no command speaks of it.
                self.cx.otherwise(link_fact(*id, FieldPath::parse("kind")), "nothing-to-do");
            }
        }
        parts.ports.append(&mut parts.of_ports);
        parts.up.append(&mut parts.behind_up);
        let section = |title, steps| Section { title, steps };
        vec![
            section("links", parts.made),
            section("settings of links", parts.settings),
            section("ports", parts.ports),
            section("VLANs of bridges", parts.vlans),
            section("up", parts.up),
            section("addresses", parts.addresses),
        ]
    }

    fn link(&mut self, id: LinkId, link: &Link, name: &str, names: &Names<'_>, parts: &mut Parts) {
        if let (LinkKind::OvsPort(_), Some(Role::Bond { .. })) = (&link.kind.value, self.ovs.role(id)) {
            self.plug_into_switch(id, link, name, &mut parts.ports);
            return self.finish(id, &[]);
        }
        let Some(unsaid) = self.make(id, link, name, names, &mut parts.made) else { return };
        if crate::order::references(self.network, id)
            .iter()
            .any(|other| names.seen_from(link, other).is_none())
        {
            self.cx.account(Accounted::AddedLink, "link-that-another-names");
        }
        if link.mtu.is_none() && names.parent(link).is_some_and(|id| self.network.link(id).mtu.is_some()) {
            // The kernel gives it when the link is made, whoever makes it.
            self.cx.added(link_fact(id, FieldPath::parse("mtu")), "mtu-of-the-parent");
        }
        self.settings(id, link, name, &unsaid, parts);
        self.plug(id, link, name, names, &mut parts.ports);
        self.vlans(link, name, names, &mut parts.vlans);
        self.up(id, link, name, names, &mut parts.up);
        self.addresses(id, link, name, is_made(link), &mut parts.addresses);
    }

    /// Makes the link, or moves it where it belongs; what its making could not say. `None` where no command makes it.
    fn make(
        &mut self,
        id: LinkId,
        link: &Link,
        name: &str,
        names: &Names<'_>,
        made: &mut Vec<Step>,
    ) -> Option<Vec<FieldPath>> {
        if !takes(&link.kind.value) {
            return self.switch(id, link, name, made).then(Vec::new);
        }
        if self.is_host && matches!(link.kind.value, LinkKind::Unsupported(_)) {
            return Some(Vec::new());
        }
        let space = netns(link);
        let dev = quote(name);
        if !is_virtual(&link.kind.value) {
            if let (Some(space), false) = (space, matches!(link.kind.value, LinkKind::Loopback(_))) {
                let space = quote(space);
                made.push(
                    Step::new(What::Link, format!("ip link set dev {dev} netns {space}"))
                        .of(name)
                        .shows("", format!("ip -n {space} link show dev {dev}"))
                        .down(format!("ip -n {space} link set dev {dev} netns \"$$\"")),
                );
            }
            if self.words.contains(name) {
                // Before that command there may be none of the name.
                self.cx.otherwise(link_fact(id, FieldPath::parse("kind")), "made-by-a-command");
            }
            if matches!(link.kind.value, LinkKind::Wifi(_) | LinkKind::Infiniband(_)) {
                // Commands name a card by its name, whatever it is.
                self.cx.otherwise(link_fact(id, FieldPath::parse("kind")), "kind-by-the-device");
                self.cx.account(Accounted::AddedLink, "kind-by-the-device");
            }
            if matches!(link.kind.value, LinkKind::Loopback(_)) {
                // Every namespace has one, and it is up on each host.
                self.cx.otherwise(link_fact(id, FieldPath::parse("kind")), "loopback-of-the-kernel");
            }
            return Some(Vec::new());
        }
        if is_half(link) {
            self.pair_elsewhere(id, name);
            return Some(Vec::new());
        }
        let peer = names.peer(self.network, link);
        if names.maker(self.network, id).is_some_and(|maker| maker != id) {
            return Some(Vec::new());
        }
        if names.is_endless(id) {
            let text =
                format!("`{name}` stands on links that stand on each other, and none of them can be made");
            self.leave_out(id, &codes::KIND, &text, None);
            return None;
        }
        let mut bare = Cow::Borrowed(link);
        for path in OF_PORTS.map(FieldPath::parse) {
            if bare.leaf(path).is_some_and(|leaf| leaf.is_said()) {
                bare.to_mut().leaf_mut(path).into_iter().for_each(|leaf| leaf.clear());
            }
        }
        let is_unknown = |setting: &&'static str| {
            matches!(reference(link, setting), Some(LinkRef::Uuid(_) | LinkRef::Mac(_)))
        };
        if PARENTS.iter().any(is_unknown) {
            let text =
                format!("`{name}` stands on a link of which the source does not speak, and commands name it");
            self.leave_out(id, &codes::KIND, &text, Some("give the profile of that link as well"));
            return None;
        }
        let lacks = kind::lacks(link);
        let Some(add) = kind::add(&bare, name).filter(|_| lacks.is_none()) else {
            let word = link.kind.value.word();
            let text = match lacks {
                Some(why) => format!("no command makes `{name}`, which is of the kind {word}: {why}"),
                None => format!("no command of ip(8) makes `{name}`, which is of the kind {word}"),
            };
            self.leave_out(id, &codes::KIND, &text, None);
            return None;
        };
        if matches!(link.kind.value, LinkKind::Veth(_)) && peer.is_none() {
            self.cx.account(Accounted::AddedLink, "link-that-another-names");
        }
        let other =
            peer.and_then(|peer| netns(self.network.link(peer))).filter(|other| Some(*other) != space);
        let other = other.map_or_else(String::new, |other| format!(" netns {}", quote(other)));
        let parent = names.parent(link);
        let from = match (link_netns(link), parent) {
            (Some(from), _) => from,
            (None, Some(parent)) => netns(self.network.link(parent)),
            (None, None) => space,
        };
        if from != space {
            let Some(space) = space else {
                let text = format!(
                    "`{name}` stands on the namespace `{}`, and no command can name the host's own, to which it has to go",
                    from.unwrap_or("")
                );
                self.leave_out(id, &codes::KIND, &text, Some("make the link by other means"));
                return None;
            };
            if link_netns(link).is_none() {
                self.cx.added(link_fact(id, FieldPath::parse("link_netns")), "namespace-of-the-parent");
            }
            made.extend(made_elsewhere(link, (name, space), from, &add));
            return Some(add.unsaid);
        }
        let beside = peer.map(|peer| self.network.link(peer)).filter(|_| other.is_empty());
        let far_end = beside.filter(|peer| !is_left_alone(peer)).map(|peer| peer.label().to_owned());
        let below = kind::below(&link.kind.value).or(far_end);
        made.push(
            Step::new(What::Link, format!("{}{other}", add.add))
                .of(name)
                .done(shown::link(link, name, below.as_deref()))
                .down(add.delete)
                .within(space),
        );
        Some(add.unsaid)
    }

    /// One end of a pair whose other end is in a namespace that nobody showed: a script takes it as it is there.
    fn pair_elsewhere(&mut self, id: LinkId, name: &str) {
        self.cx.otherwise(link_fact(id, FieldPath::parse("kind")), "kind-by-the-device");
        self.cx.account(Accounted::AddedLink, "kind-by-the-device");
        let is_there = |state: &super::State| {
            state.all.links.iter().any(|link| link.name.as_ref().is_some_and(|at| at.value == name))
        };
        if !self.cx.state.as_ref().is_some_and(|state| is_there(state)) {
            let text = format!("`{name}` is one end of a pair, and nothing says what the other end is");
            let help = "capture with `--all-netns`, or make the pair before the script runs";
            let found = Diagnostic::new(&codes::KIND, text).about(link_fact(id, ROOT)).help(help);
            self.cx.diagnostics.push(found);
        }
    }

    fn settings(&mut self, id: LinkId, link: &Link, name: &str, unsaid: &[FieldPath], parts: &mut Parts) {
        let space = netns(link);
        walk(link, ROOT, &mut |path, seen| {
            let Seen::Leaf(leaf) = seen else { return };
            let Some(value) = leaf.value().filter(|_| leaf.is_said()) else { return };
            if path.is("link_netns") && has_idle_link_netns(link) {
                let text = format!("`{name}` stands on nothing that is in another namespace");
                return self.cx.cannot(link_fact(id, path), &codes::SETTING, text, None);
            }
            if ELSEWHERE.iter().any(|text| path.is(text)) {
                return;
            }
            let is_of_ovs = self.ovs.role(id).is_some();
            if path.is_under("ethtool")
                || path.is_under("wireguard")
                || is_of_ovs && is_said_by_row(link, path)
            {
                return;
            }
            if is_of_ovs && path.is("eni.classes") {
                // `allow-ovs`, `allow-BRIDGE`: how ifup finds it.
                self.cx.otherwise(link_fact(id, path), "script-of-the-moment");
                return;
            }
            if OF_PROFILES.iter().any(|text| path.is(text)) {
                self.profile(id, link, path, leaf);
                return;
            }
            if path.is("mac") && value == Value::text("preserve") {
                self.cx.otherwise(link_fact(id, path), "address-as-it-is");
                return;
            }
            if self.is_moot(id, path) {
                self.cx.otherwise(link_fact(id, path), "without-a-lease");
                return;
            }
            let by_making =
                is_made(link) && path.is_under(link.kind.value.field_name()) && !unsaid.contains(&path);
            if by_making && !changes_later(&link.kind.value) {
                return;
            }
            if let Some(why) = kind::refused(&link.kind.value, path) {
                let text = format!("`{path}` of `{name}` has no command: the kernel {why}");
                self.cx.cannot(link_fact(id, path), &codes::SETTING, text, None);
                return;
            }
            let Some(command) = command_for(link, name, path, &value) else {
                if !by_making {
                    let (text, help) = unsaid_setting(name, path);
                    self.cx.cannot(link_fact(id, path), &codes::SETTING, text, help);
                }
                return;
            };
            if let Some(key) = forwarding(name, path) {
                self.cx.otherwise(link_fact(id, path), "forwarding-by-the-kernel-setting");
                self.cx.added_entry(EntryKind::Sysctl, Some(id), key, "forwarding-by-the-kernel-setting");
            }
            let done = shown::setting(&command, name);
            let step = Step::new(What::Setting(path), command).of(name).done(done).within(space);
            let step = self.of_fact(link_fact(id, path), step);
            if !is_made(link) && !path.is_under("bridge_port") && !path.is_under("bond_port") {
                self.stays(id, name, path);
            }
            let of_port = path.is_under("bridge_port") || path.is_under("bond_port");
            if of_port || OF_PORTS.iter().any(|text| path.is(text)) {
                parts.of_ports.push(step);
            } else if path.is("mtu") {
                // What is made on this link takes its MTU then.
                parts.made.push(step);
            } else if path.is("ipv6.mtu") {
                // A link that comes up has the MTU of all packets for IPv6 as well (`addrconf_notify()`).
                parts.behind_up.push(step);
            } else if by_making {
                parts.settings.push(step.repeated());
            } else {
                parts.settings.push(step);
            }
        });
        self.ethtool(id, link, name, &mut parts.settings);
        self.wireguard(id, link, name, &mut parts.settings);
        self.ipv6(id, name, space, &mut parts.settings);
        self.token(id, link, name, &mut parts.settings);
        if let Some(mac) = link.matches.as_ref().and_then(|matches| matches.mac.as_ref()) {
            let text = format!(
                "the source ties `{name}` to the device with address {}; commands go by the name alone",
                mac.value
            );
            let help = format!("look that `ip link show {name}` prints that address before the script runs");
            self.cx.cannot(link_fact(id, FieldPath::parse("matches.mac")), &codes::BY_NAME, text, help);
        }
    }

    /// What only a configuration that starts by itself has; a name that its author gave is told.
    pub(super) fn profile(&mut self, id: LinkId, link: &Link, path: FieldPath, leaf: &dyn Leaf) {
        let mut is_by_author = false;
        leaf.origins(&mut |origin| is_by_author |= origin.cause() == Cause::Said);
        if is_by_author && (path.is("id") || path.is("uuid")) {
            let text = format!("`{path}` of `{}` is for NetworkManager alone and goes", link.label());
            self.cx.cannot(link_fact(id, path), &codes::IDENTITY, text, None);
        } else {
            self.cx.otherwise(link_fact(id, path), "script-of-the-moment");
        }
    }

    /// True for a setting of leases on a link that asks for none.
    fn is_moot(&self, id: LinkId, path: FieldPath) -> bool {
        let mut names = path.names();
        let (Some(family), Some(field), None) = (names.next(), names.next(), names.next()) else {
            return false;
        };
        let method = match family {
            "ipv4" => "ipv4.method",
            "ipv6" => "ipv6.method",
            _ => return false,
        };
        let asks = match effective(self.network, id, FieldPath::parse(method)) {
            Silence::Value(Value::Text(method)) => ["auto", "dhcp"].contains(&method.as_ref()),
            Silence::Value(_) | Silence::Kernel | Silence::Daemon | Silence::Unknown => true,
        };
        OF_LEASES.contains(&field) && !asks
    }

    /// Nothing takes back a setting of a device that was there before.
    pub(super) fn stays(&mut self, id: LinkId, name: &str, path: FieldPath) {
        if self.cx.script == Mode::Teardown {
            let text = format!("`{path}` of `{name}` stays as the network had it");
            let found =
                Diagnostic::new(&codes::STAYS, text).about(link_fact(id, path)).help("set it back by hand");
            self.cx.diagnostics.push(found);
        }
    }

    /// Router advertisements and IPv6 altogether, before the link is up.
    fn ipv6(&mut self, id: LinkId, name: &str, space: Option<&str>, out: &mut Vec<Step>) {
        let value = |field| effective(self.network, id, FieldPath::parse(field));
        let is_off = value("ipv6.method") == Silence::Value(Value::text("disabled"));
        let mut settings = Vec::new();
        if is_off {
            settings.push(("disable_ipv6", 1));
        } else {
            for (field, key) in [("ipv6.accept_ra", "accept_ra"), ("ipv6.autoconf", "autoconf")] {
                match value(field) {
                    Silence::Value(Value::Int(n)) => settings.push((key, n)),
                    Silence::Value(Value::Bool(b)) => settings.push((key, i64::from(b))),
                    Silence::Value(_) | Silence::Kernel | Silence::Daemon | Silence::Unknown => {}
                }
            }
        }
        if is_off {
            let key = key6(name, "disable_ipv6");
            self.cx.added_entry(EntryKind::Sysctl, Some(id), key, "ipv6-off-by-the-kernel");
        }
        if !settings.is_empty() && !is_made(self.network.link(id)) {
            self.stays(id, name, FieldPath::parse("ipv6.method"));
        }
        for (key, n) in settings {
            let path = format!("net.ipv6.conf.{}.{key}", name.replace('.', "/"));
            let what = What::Sysctl(path.clone());
            let step = Step::new(what, conf6(name, key, n)).of(name).done(Done::Holds(path, n.to_string()));
            out.push(step.within(space));
        }
        let asks = value("ipv6.method") == Silence::Value(Value::text("dhcp"));
        for field in ["ipv6.accept_ra", "ipv6.autoconf"].into_iter().chain((!asks).then_some("ipv6.method")) {
            self.cx.otherwise(link_fact(id, FieldPath::parse(field)), "ipv6-by-kernel-settings");
        }
    }

    /// The interface identifier, which the kernel takes where it takes advertisements (`inet6_set_iftoken()`).
    fn token(&mut self, id: LinkId, link: &Link, name: &str, out: &mut Vec<Step>) {
        let path = FieldPath::parse("ipv6.token");
        let Some(token) = link.ipv6.as_ref().and_then(|ipv6| ipv6.token.as_ref()) else { return };
        let value = |field| effective(self.network, id, FieldPath::parse(field));
        let is_off = value("ipv6.method") == Silence::Value(Value::text("disabled"))
            || value("ipv6.accept_ra") == Silence::Value(Value::Int(0));
        let address = token.value;
        if is_off || !link.kind.value.finds_neighbors() {
            let text = format!(
                "`{path}` of `{name}` has no command: the kernel takes none where no advertisements come"
            );
            self.cx.cannot(link_fact(id, path), &codes::SETTING, text, None);
            return;
        }
        let dev = quote(name);
        let step = Step::new(What::Setting(path), format!("ip token set {address} dev {dev}")).of(name);
        let step = step.shows(format!("token {}", shown::ipv6(address.0)), format!("ip token get dev {dev}"));
        if !is_made(link) {
            self.stays(id, name, path);
        }
        out.push(self.of_fact(link_fact(id, path), step.within(netns(link))));
    }

    /// Tells a link that no command plugs into its controller.
    pub(super) fn cannot_plug(&mut self, id: LinkId, text: &str) {
        for field in ["controller", "port_type"] {
            let fact = link_fact(id, FieldPath::parse(field));
            self.cx.cannot(fact, &codes::CONTROLLER, text.to_owned(), None);
        }
    }

    /// Plugs the link into its controller. A bond takes ports only that are down (`bond_enslave()`).
    fn plug(&mut self, id: LinkId, link: &Link, name: &str, names: &Names<'_>, out: &mut Vec<Step>) {
        let Some(controller) = link.controller.as_ref().map(|at| at.value.to_string()) else { return };
        match self.ovs.role(id) {
            Some(Role::Member { .. }) if takes(&link.kind.value) => {
                return self.plug_into_switch(id, link, name, out);
            }
            Some(_) => return,
            None => {}
        }
        if let Some(why) = self.no_controller(id, link, names) {
            let text = format!("`{name}` cannot be plugged into `{controller}`: {why}");
            return self.cannot_plug(id, &text);
        }
        let is_made = is_made(link);
        let space = netns(link);
        let dev = quote(name);
        let shown = format!("ip link show dev {dev}");
        let is_in = |step: Step| step.shows(format!("master {controller}"), shown.clone()).within(space);
        let is_of_bond = || {
            let controller = names.target(link, "controller").map(|id| &self.network.link(id).kind.value);
            controller.is_some_and(|kind| matches!(kind, LinkKind::Bond(_)))
        };
        if link.port_type.as_ref().map_or_else(is_of_bond, |at| at.value == PortType::Bond) {
            out.push(is_in(Step::new(What::Down, format!("ip link set dev {dev} down")).of(name)));
        }
        let master = format!("ip link set dev {dev} master {}", quote(&controller));
        let step = is_in(Step::new(What::Port, master).of(name));
        out.push(step.down(format!("ip link set dev {dev} nomaster")).goes_with_link(is_made));
    }

    /// Why no command plugs the link into its controller.
    fn no_controller(&self, id: LinkId, link: &Link, names: &Names<'_>) -> Option<&'static str> {
        let of_ovs = |at: &netpivot_model::source::At<PortType>| match at.value {
            PortType::OvsPort | PortType::OvsBridge => true,
            PortType::Bond | PortType::Bridge | PortType::Vrf | PortType::Team => false,
        };
        if link.port_type.as_ref().is_some_and(of_ovs) {
            return Some("its port or its bridge in Open vSwitch is not there");
        }
        let Some(controller) = names.target(link, "controller") else {
            return Some("no link of that name is made");
        };
        if kind::type_word(self.network.link(controller)).is_none() {
            return Some("no command of ip(8) makes it");
        }
        let mut above = Some(controller);
        for _ in 0..self.network.links.len() {
            match above {
                Some(other) if other == id => return Some("it is a port of this one in turn"),
                Some(other) => above = names.target(self.network.link(other), "controller"),
                None => break,
            }
        }
        None
    }

    fn vlans(&mut self, link: &Link, name: &str, names: &Names<'_>, out: &mut Vec<Step>) {
        let space = netns(link);
        if let Some(port) = &link.bridge_port {
            let controller = names.target(link, "controller").map(|id| &self.network.link(id).kind.value);
            let bridge = controller
                .and_then(|kind| if let LinkKind::Bridge(bridge) = kind { Some(bridge) } else { None });
            let pvid = bridge.and_then(|bridge| Some(bridge.vlan_default_pvid.as_ref()?.value.get()));
            if port.no_default_vlan.as_ref().is_some_and(|at| at.value) {
                out.push(no_vlan(name, pvid.unwrap_or(1), "").within(space));
            }
            for item in port.vlans.values() {
                out.push(vlan(name, &item.to_string(), "").within(space));
            }
        }
        if let LinkKind::Bridge(bridge) = &link.kind.value {
            if bridge.no_default_vlan.as_ref().is_some_and(|at| at.value) {
                let pvid = bridge.vlan_default_pvid.as_ref().map_or(1, |at| at.value.get());
                out.push(no_vlan(name, pvid, " self").within(space));
            }
            for item in bridge.vlans.values() {
                out.push(vlan(name, &item.to_string(), " self").within(space));
            }
        }
    }

    /// True for a link that is up once the network is set up.
    fn starts(&self, id: LinkId) -> bool {
        let link = self.network.link(id);
        let is_said = || link.up.as_ref().is_some_and(|at| at.value);
        let is_state = [IPROUTE, NETLINK].contains(&self.network.dialect_of(id).format);
        match effective(self.network, id, FieldPath::parse("autoconnect")) {
            Silence::Value(Value::Bool(starts)) if !is_state => {
                starts || link.controller.is_some() || is_said()
            }
            Silence::Value(_) | Silence::Kernel | Silence::Daemon | Silence::Unknown => is_said(),
        }
    }

    /// True for a VLAN that is set up with the link below (`vlan_device_event()`, NETDEV_UP).
    fn comes_up_with_parent(&self, link: &Link, names: &Names<'_>) -> bool {
        let LinkKind::Vlan(vlan) = &link.kind.value else { return false };
        let is_loose = vlan.loose_binding.as_ref().is_some_and(|at| at.value);
        !is_loose && names.target(link, "vlan.parent").is_some_and(|parent| self.starts(parent))
    }

    fn up(&mut self, id: LinkId, link: &Link, name: &str, names: &Names<'_>, out: &mut Vec<Step>) {
        let dev = quote(name);
        let is_there = format!("ip link show dev {dev}");
        // The host's own loopback device is up on every host.
        let is_loopback = matches!(link.kind.value, LinkKind::Loopback(_)) && link.netns.is_none();
        if !self.starts(id) || is_loopback {
            if self.comes_up_with_parent(link, names) {
                let down = Step::new(What::Up, format!("ip link set dev {dev} down")).of(name);
                out.push(down.done(Done::Lacks("UP".to_owned(), is_there)).within(netns(link)));
            }
            return;
        }
        self.cx.added(link_fact(id, FieldPath::parse("up")), "up-by-a-command");
        let step = Step::new(What::Up, format!("ip link set dev {dev} up")).of(name).shows("UP", is_there);
        let stays = is_made(link) || matches!(link.kind.value, LinkKind::Loopback(_));
        let step = step.down(format!("ip link set dev {dev} down")).goes_with_link(stays);
        out.push(step.within(netns(link)));
    }
}

/// Makes a link of the namespace `space` from where it has what it stands on.
fn made_elsewhere(
    link: &Link,
    (name, space): (&str, &str),
    from: Option<&str>,
    add: &kind::Made,
) -> Vec<Step> {
    let (dev, to) = (quote(name), quote(space));
    let step = |what, up: String| {
        let step = Step::new(what, up).of(name).within(Some(space)).from(from);
        step.shows("", format!("ip link show dev {dev}"))
    };
    match kind::add_within(link, add, &to) {
        Some(up) => vec![step(What::Link, up).down(add.delete.clone())],
        None => {
            let moved = format!("ip link set dev {dev} netns {to}");
            let moved = step(What::Setting(FieldPath::parse("netns")), moved).goes_with_link(true);
            vec![step(What::Link, add.add.clone()).down(add.delete.clone()), moved]
        }
    }
}

/// What to say of a setting without a command.
fn unsaid_setting(name: &str, path: FieldPath) -> (String, Option<String>) {
    let plain = format!("no command says `{path}` of `{name}`");
    match path.names().last().unwrap_or("") {
        "dns" | "dns_search" | "dns_options" => {
            (plain, Some("write it into /etc/resolv.conf, or tell the host's resolver".to_owned()))
        }
        "route_metric" => (
            format!("routes of `{name}` get `{path}`, but those of its addresses' subnets do not"),
            Some(format!("add `metric` to the addresses of `{name}` in the script")),
        ),
        _ => (plain, None),
    }
}

/// A VLAN of a port or a bridge, with its flags.
fn vlan(name: &str, item: &str, of: &str) -> Step {
    let dev = quote(name);
    let ids = item.split(' ').next().unwrap_or(item);
    Step::new(What::Vlan(ids.to_owned()), format!("bridge vlan add dev {dev} vid {item}{of}"))
        .of(name)
        .down(format!("bridge vlan del dev {dev} vid {ids}{of}"))
        .goes_with_link(true)
}

/// The deletion of a VLAN that the bridge puts its ports into, and itself.
fn no_vlan(name: &str, vid: i64, of: &str) -> Step {
    let dev = quote(name);
    let step = Step::new(What::Vlan(format!("no {vid}")), format!("bridge vlan del dev {dev} vid {vid}{of}"));
    let step = step
        .of(name)
        .down(format!("bridge vlan add dev {dev} vid {vid} pvid untagged{of}"))
        .goes_with_link(true);
    step.done(Done::Lacks(vid.to_string(), format!("bridge vlan show dev {dev} vid {vid}")))
}

/// True for a link that the script makes.
pub(super) fn is_made(link: &Link) -> bool {
    is_virtual(&link.kind.value) && !is_half(link)
}

/// One end of a pair of which nothing says what the other is.
fn is_half(link: &Link) -> bool {
    matches!(&link.kind.value, LinkKind::Veth(veth) if veth.peer.is_none())
}

/// True for a link that a command makes; cards and `lo` are there.
pub(super) fn is_virtual(kind: &LinkKind) -> bool {
    !kind.is_hardware() && !matches!(kind, LinkKind::Loopback(_))
}

/// True where a link that is there takes new settings of its kind; others are made anew.
pub(super) fn changes_later(kind: &LinkKind) -> bool {
    matches!(kind, LinkKind::Bridge(_) | LinkKind::Bond(_))
}

/// True where nothing but its making is said of a link: whoever does the rest may have moved it as well.
fn is_left_alone(link: &Link) -> bool {
    let made = Link {
        name: link.name.clone(),
        netns: link.netns.clone(),
        kind: link.kind.clone(),
        ..Link::default()
    };
    *link == made
}
