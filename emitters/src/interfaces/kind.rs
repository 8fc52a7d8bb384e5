//! How a link comes to be: it is there, an option of its stanza makes it, or a command does.

use super::stanza::Stanza;
use super::{Job, Sheet, codes, link_fact};
use crate::order::makes_pair;
use crate::text::ip::kind;
use crate::text::ip::spoken::spoken;
use crate::text::shell::quote;
use netpivot_model::defaults::Silence;
use netpivot_model::dialect::INTERFACES;
use netpivot_model::facts::{effective, said_paths};
use netpivot_model::link::{Link, LinkId, LinkKind, PARENTS, PortType};
use netpivot_model::network::EntryKind;
use netpivot_model::path::FieldPath;
use netpivot_model::value::{LinkRef, Value};
use netpivot_model::vlan::Vlan;
use netpivot_model::vocabulary::interfaces::{Reader, option_for};

/// Why a link of a kind has no stanza.
const NO_TEAM: &str = "teams are made by teamd, which no reader of interfaces files starts";

/// Kinds that only this program knows: their word, a family of their own, and the method.
const KNOWN_BY_NAME: [(&str, Option<&str>, &str); 4] = [
    ("ppp", None, "ppp"),
    ("wvdial", None, "wvdial"),
    ("can", Some("can"), "static"),
    ("ipx", Some("ipx"), "static"),
];

impl<'n> Job<'n> {
    /// Lets the stanza make the link.
    pub(super) fn make(&mut self, id: LinkId, name: &str, sheet: &mut Sheet) -> Result<(), &'static str> {
        let network: &'n netpivot_model::network::Network = self.network;
        let link = network.link(id);
        if let Some(why) = kind::lacks(link) {
            return Err(why);
        }
        match &link.kind.value {
            LinkKind::Ethernet(_) | LinkKind::Loopback(_) | LinkKind::Infiniband(_) => {}
            LinkKind::Wifi(_) => return self.no_wifi(id).map_or(Ok(()), Err),
            LinkKind::Bridge(_) => self.bridge(id, sheet),
            LinkKind::Bond(_) => self.bond(id, name, sheet),
            LinkKind::Vlan(vlan) => return self.vlan(id, vlan, name, sheet),
            LinkKind::Vxlan(_) | LinkKind::Vrf(_) | LinkKind::IpTunnel(_) | LinkKind::Dummy(_)
                if self.has_options(link) =>
            {
                if matches!(link.kind.value, LinkKind::Dummy(_)) {
                    first(sheet).option("link-type", "dummy");
                }
            }
            LinkKind::Veth(_) if !makes_pair(network, &self.by_name, id) => {}
            LinkKind::Veth(_) if !self.makes_pair_by_command(id) => first(sheet).option("link-type", "veth"),
            LinkKind::Wireguard(wireguard) if self.reader == Reader::IfupdownNg && link.netns.is_none() => {
                self.wireguard(id, name, wireguard, sheet);
            }
            LinkKind::Vxlan(_)
            | LinkKind::Vrf(_)
            | LinkKind::IpTunnel(_)
            | LinkKind::Dummy(_)
            | LinkKind::Veth(_)
            | LinkKind::Tun(_)
            | LinkKind::Macvlan(_)
            | LinkKind::Ipvlan(_)
            | LinkKind::Geneve(_)
            | LinkKind::Hsr(_)
            | LinkKind::Wireguard(_) => return self.by_command(id, name, sheet),
            LinkKind::Team(_) => return Err(NO_TEAM),
            LinkKind::Macsec(_) => return Err("the key daemon of MACsec is none of ifup's"),
            LinkKind::OvsBridge(_) | LinkKind::OvsPort(_) | LinkKind::OvsInterface(_) => {}
            LinkKind::Generic(_) => return Err("only a device handler of NetworkManager makes it"),
            LinkKind::Unsupported(_) => return self.as_it_stood(id, name, sheet),
        }
        Ok(())
    }

    /// The stanza of a kind that only this program knows, as the source has it: `inet ppp`, `can static`. Its options come
    /// back with the others.
    fn as_it_stood(&self, id: LinkId, name: &str, sheet: &mut Sheet) -> Result<(), &'static str> {
        const NO_KIND: Result<(), &str> = Err("its kind is known by name only");
        let source = self.network.dialect_of(id);
        if source.format != INTERFACES || Reader::of(source) != self.reader {
            return NO_KIND;
        }
        let LinkKind::Unsupported(kind) = &self.network.link(id).kind.value else { return NO_KIND };
        let word = kind.source_type.as_ref().map_or("", |at| at.value.as_str());
        let found = KNOWN_BY_NAME.iter().find(|(known, ..)| *known == word);
        let Some((_, family, method)) = found else { return NO_KIND };
        let is_bare = |stanza: &Stanza| !stanza.v6 && stanza.method == "manual" && stanza.name == name;
        match sheet.stanzas.first_mut().filter(|stanza| is_bare(stanza)) {
            Some(first) => first.method = method,
            None => sheet.stanzas.insert(0, Stanza::new(name, false, method)),
        }
        sheet.stanzas[0].foreign_family = *family;
        Ok(())
    }

    /// False for a table that ifupdown2 leaves to others (addons/vrf.py: `vrf_table_id_start` and `…_end`).
    fn vrf_fits(&self, vrf: &netpivot_model::virtual_link::Vrf) -> bool {
        let tables = 1001..=5000;
        self.reader != Reader::Ifupdown2
            || vrf.table.as_ref().is_none_or(|table| tables.contains(&table.value.get()))
    }

    /// True where each said setting of the kind has an option.
    pub(super) fn has_options(&self, link: &Link) -> bool {
        if self.reader == Reader::Ifupdown {
            return false;
        }
        let kind = &link.kind.value;
        if let LinkKind::Vxlan(vxlan) = kind
            && !self.vxlan_fits(vxlan)
        {
            return false;
        }
        if let LinkKind::Vrf(vrf) = kind
            && !self.vrf_fits(vrf)
        {
            return false;
        }
        let root = FieldPath::new([kind.field_name(), "", ""]);
        let mut all = true;
        kind.node().visit(&mut |field, seen| {
            if let netpivot_model::reflect::FieldRef::Leaf(leaf) = seen
                && leaf.is_said()
            {
                let path = root.join(field);
                let is_table = path == FieldPath::parse("vrf.table");
                all &= is_table || option_for(path, self.reader).is_some();
            }
        });
        all
    }

    /// A link by `ip link add` before all else, and its end after all else.
    fn by_command(&mut self, id: LinkId, name: &str, sheet: &mut Sheet) -> Result<(), &'static str> {
        let network: &'n netpivot_model::network::Network = self.network;
        let own = network.link(id).kind.value.field_name();
        let link = spoken(network, id, self.reader.dialect(), |path| path.is_under(own));
        if let LinkKind::Veth(veth) = &link.kind.value
            && veth.peer.is_none()
        {
            return Err("it is one end of a pair, and nothing says what the other end is");
        }
        let mut made = kind::add(&link, name).ok_or("no command of ip(8) makes it")?;
        if let Some(space) = self.space_of_other_end(id) {
            made.add.push_str(&format!(" netns {}", quote(space)));
        }
        let kind = &network.link(id).kind.value;
        for path in made.unsaid.into_iter().filter(|_| !matches!(kind, LinkKind::Wireguard(_))) {
            let text = format!("`ip link add` cannot say `{path}`");
            self.cx.cannot(link_fact(id, path), &codes::SETTING, text, None);
        }
        first(sheet).made_before(&made.add, &made.delete);
        self.give_turn_of_making(id, first(sheet));
        self.stands_on_another_s(id);
        if let LinkKind::Wireguard(wireguard) = kind {
            let command = self.wireguard_by_command(id, name, wireguard, None);
            first(sheet).pre_up.extend(command.map(Into::into));
        }
        Ok(())
    }

    /// On a parent of which the source does not speak, a command that makes a link stays a command when it is read back.
    fn stands_on_another_s(&mut self, id: LinkId) {
        const RULE: &str = "made-by-a-command";
        let link = self.network.link(id);
        let mut parents =
            PARENTS.into_iter().filter_map(|setting| link.leaf(FieldPath::parse(setting))?.value());
        if parents.all(|name| self.by_name.contains_key(name.to_string().as_str())) {
            return;
        }
        let own = link.kind.value.field_name();
        for path in said_paths(link).into_iter().filter(|path| path.is_under(own)) {
            self.cx.otherwise(link_fact(id, path), RULE);
        }
        self.cx.otherwise(link_fact(id, FieldPath::parse("kind")), RULE);
        self.cx.added_entry(EntryKind::Hook, Some(id), "", RULE);
    }

    fn bridge(&mut self, id: LinkId, sheet: &mut Sheet) {
        self.needs("bridge-utils");
        let ports = self.port_names(id);
        let pattern = self.network.link(id).eni.as_ref().and_then(|eni| eni.bridge_ports.as_ref());
        let value = match pattern.filter(|_| self.reader != Reader::IfupdownNg) {
            Some(at) => at.value.clone(),
            None if ports.is_empty() => "none".to_owned(),
            None => ports.join(" "),
        };
        first(sheet).option("bridge-ports", value);
    }

    fn bond(&mut self, id: LinkId, name: &str, sheet: &mut Sheet) {
        self.needs("ifenslave");
        let ports = self.port_names(id);
        let reader = self.reader;
        let stanza = first(sheet);
        let option = if reader == Reader::IfupdownNg { "bond-members" } else { "bond-slaves" };
        match (ports.is_empty(), reader) {
            (false, _) => stanza.option(option, ports.join(" ")),
            (true, Reader::Ifupdown | Reader::Ifupdown2) => stanza.option(option, "none"),
            (true, Reader::IfupdownNg) => {
                let name = quote(name).into_owned();
                let add = format!("ip link add name {name} type bond");
                stanza.made_before(&add, &format!("ip link del dev {name}"));
                self.give_turn_of_making(id, first(sheet));
            }
        }
    }

    /// Names of the ports that have stanzas; the rest is told where it stands.
    fn port_names(&self, id: LinkId) -> Vec<String> {
        let ports = self.ports.get(&id).into_iter().flatten();
        let name = |port: &LinkId| self.network.link(*port).name.as_ref().map(|at| (*port, at.value.clone()));
        let stands = |(port, name): &(LinkId, String)| {
            let is_there =
                self.names.contains(name) || self.pending.contains(port) || self.in_place.holds(*port);
            is_there && !self.joins_by_hand(id, *port)
        };
        ports.filter_map(name).filter(stands).map(|(_, name)| name).collect()
    }

    /// True for a port that is started by hand, of a bridge that is not: the bridge must not wait for it, or start it.
    fn joins_by_hand(&self, bridge: LinkId, port: LinkId) -> bool {
        let is = |id: LinkId, field: &'static str| {
            effective(self.network, id, FieldPath::parse(field)) == Silence::Value(Value::Bool(true))
        };
        let link = self.network.link(port);
        matches!(self.network.link(bridge).kind.value, LinkKind::Bridge(_))
            && link.bridge_port.is_none()
            && is(bridge, "autoconnect")
            && !is(port, "autoconnect")
            && !is(port, "hotplug")
    }

    /// The name says parent and number, an option does, or a command.
    fn vlan(&mut self, id: LinkId, vlan: &Vlan, name: &str, sheet: &mut Sheet) -> Result<(), &'static str> {
        let link = self.network.link(id);
        let parent = match vlan.parent.as_ref().map(|at| &at.value) {
            Some(LinkRef::Name(parent)) => parent.as_str(),
            Some(LinkRef::Mac(_) | LinkRef::Uuid(_)) | None => return Err("its parent has no name"),
        };
        let Some(number) = vlan.id.as_ref().map(|at| at.value.get()) else {
            return Err("it has no number");
        };
        let tagged_by_name = vlan_of_name(name, self.reader) == Some((parent, number));
        let plain = vlan.protocol.as_ref().is_none_or(|at| at.value.as_str() == "802.1Q");
        match self.reader {
            Reader::Ifupdown if tagged_by_name && !plain => {
                Err("ifupdown makes an 802.1Q VLAN of its name before any command runs")
            }
            Reader::Ifupdown if tagged_by_name => Ok(()),
            Reader::Ifupdown if name.contains('.') => {
                Err("ifupdown makes another VLAN of its name before any command runs")
            }
            Reader::Ifupdown if plain && name == format!("vlan{number}") => {
                self.needs("vlan");
                first(sheet).option("vlan-raw-device", parent);
                Ok(())
            }
            Reader::Ifupdown => {
                let made = kind::add(link, name).ok_or("no command of ip(8) makes it")?;
                first(sheet).made_before(&made.add, &made.delete);
                self.give_turn_of_making(id, first(sheet));
                Ok(())
            }
            Reader::Ifupdown2 | Reader::IfupdownNg if tagged_by_name => Ok(()),
            Reader::Ifupdown2 | Reader::IfupdownNg => {
                first(sheet).option("vlan-raw-device", parent);
                first(sheet).option("vlan-id", number.to_string());
                Ok(())
            }
        }
    }

    /// What plugs a port in where its controller's stanza does not.
    pub(super) fn plug(&mut self, id: LinkId, name: &str, sheet: &mut Sheet) {
        let network: &'n netpivot_model::network::Network = self.network;
        let link = network.link(id);
        let Some(at) = link.controller.as_ref().filter(|_| !self.is_plugged_by_ovs(id)) else { return };
        let controller = at.value.to_string();
        let is_vrf = link.port_type.as_ref().is_some_and(|at| at.value == PortType::Vrf);
        if is_vrf {
            match self.reader {
                Reader::Ifupdown => {
                    let command = format!("ip link set dev {} master {}", quote(name), quote(&controller));
                    first(sheet).pre_up.push(command.into());
                    if !self.by_name.contains_key(controller.as_str()) {
                        // Read back it stays a command, as nothing tells what is there.
                        for field in ["controller", "port_type"] {
                            self.cx.otherwise(link_fact(id, FieldPath::parse(field)), "port-by-a-command");
                        }
                        self.cx.added_entry(EntryKind::Hook, Some(id), "", "port-by-a-command");
                    }
                }
                Reader::Ifupdown2 => first(sheet).option("vrf", controller),
                Reader::IfupdownNg => first(sheet).option("vrf-member", controller),
            }
            return;
        }
        let there = self
            .by_name
            .get(controller.as_str())
            .copied()
            .filter(|id| matches!(network.link(*id).kind.value, LinkKind::Bridge(_) | LinkKind::Bond(_)));
        if let Some(there) = there {
            if self.joins_by_hand(there, id) {
                let command = format!("ip link set dev {} master {}", quote(name), quote(&controller));
                first(sheet).up.push(command.into());
            }
            return;
        }
        let is_bond = link.port_type.as_ref().is_some_and(|at| at.value == PortType::Bond);
        if self.reader == Reader::Ifupdown && is_bond {
            self.needs("ifenslave");
            first(sheet).option("bond-master", controller);
            return;
        }
        let text =
            format!("`{name}` belongs to `{controller}`, which has no stanza that could name its ports");
        for field in ["controller", "port_type", "ipv4.method", "ipv6.method"] {
            let fact = link_fact(id, FieldPath::parse(field));
            self.cx.cannot(fact, &codes::SETTING, text.clone(), None);
        }
    }
}

/// The stanza that makes the link.
pub(super) fn first(sheet: &mut Sheet) -> &mut super::Stanza {
    if sheet.stanzas.is_empty() {
        sheet.stanzas.push(super::Stanza::default());
    }
    &mut sheet.stanzas[0]
}

/// Parent and number that a reader takes from a name: ifupdown from its first two parts (link.defn), the others
/// from the last dot.
pub(super) fn vlan_of_name(name: &str, reader: Reader) -> Option<(&str, i64)> {
    let (parent, number) = match reader {
        Reader::Ifupdown => {
            let (parent, rest) = name.split_once('.')?;
            (parent, rest.split('.').next()?)
        }
        Reader::Ifupdown2 | Reader::IfupdownNg => name.rsplit_once('.')?,
    };
    let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    (digits && !parent.is_empty()).then(|| number.parse().ok().map(|n| (parent, n)))?
}
