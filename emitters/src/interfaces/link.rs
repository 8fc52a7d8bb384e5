//! One link becomes the stanzas of one interface.

use super::kind::vlan_of_name;
use super::stanza::{Stanza, bad_name};
use super::{Job, ROOT, Sheet, codes, link_fact};
use crate::ovs::takes;
use crate::text::shell::quote;
use crate::{Accounted, OutputFile};
use foldhash::HashMap;
use netpivot_model::defaults::Silence;
use netpivot_model::dialect::{INTERFACES, IPROUTE, NETLINK};
use netpivot_model::facts::{effective, said_paths};
use netpivot_model::ip::{IpConfig, IpMethod};
use netpivot_model::link::{Link, LinkId, LinkKind, needs};
use netpivot_model::path::FieldPath;
use netpivot_model::reflect::FieldRef;
use netpivot_model::source::{At, Cause};
use netpivot_model::value::{LinkRef, Value};
use netpivot_model::vocabulary::interfaces::{OF_WIFI, Reader, infiniband_partition, is_infiniband};

/// True for what nothing but the start script of openvswitch-switch starts, by `allow-ovs`.
fn is_started_by_class(link: &Link) -> bool {
    let class = link.eni.iter().flat_map(|eni| &eni.classes.items).find(|class| class.value == "ovs");
    let started = link.autoconnect.as_ref();
    started.zip(class).is_some_and(|(started, class)| started.origin == class.origin)
}

impl<'n> Job<'n> {
    /// The stanzas of a link, or the reason why there are none.
    pub(super) fn sheet(&mut self, id: LinkId) -> Option<Sheet> {
        let network: &'n netpivot_model::network::Network = self.network;
        let link = network.link(id);
        if is_host_loopback(link) {
            // Its sheet is the first one.
            return None;
        }
        if self.is_within(id) || self.is_silent_end(id) || self.in_place.holds(id) {
            // The stanza of another link says it.
            return None;
        }
        let name = match self.name(id) {
            Ok(name) => name,
            Err(why) => {
                let text = format!("`{}` has no stanza: {why}", link.label());
                self.cx.cannot(link_fact(id, ROOT), &codes::NAME, text, None);
                self.lose_entries(id);
                return None;
            }
        };
        let mut sheet = Sheet { id: Some(id), ..Sheet::default() };
        sheet.stanzas = self.addresses(id, &name);
        let made = self.stands_on_stanza(id).and_then(|()| self.make(id, &name, &mut sheet));
        if let Err(why) = made.and_then(|()| self.open_vswitch(id, &name, &mut sheet)) {
            let text = format!("`{name}` has no stanza: {why}");
            let help = "set the link up by other means".to_owned();
            self.cx.cannot(link_fact(id, ROOT), &codes::KIND, text, help);
            self.lose_entries(id);
            self.without_stanza.insert(id);
            if !link.kind.value.is_hardware() {
                // Nothing of that name comes to be, which a list of ports could name.
                self.names.remove(&name);
            }
            return None;
        }
        self.start(id, &mut sheet);
        self.others_named(id);
        self.settings(id, &name, &mut sheet);
        self.kind_by_device(id, &sheet);
        self.entries(id, &name, &mut sheet);
        self.options_that_go_back(id, &mut sheet);
        self.identity(id);
        Some(sheet)
    }

    /// What stands on a link that the output does not make cannot be made either.
    fn stands_on_stanza(&self, id: LinkId) -> Result<(), &'static str> {
        let parent = match self.network.link(id).kind.value.node().field("parent") {
            Some(FieldRef::Leaf(leaf)) => leaf.value(),
            Some(FieldRef::Node(_) | FieldRef::Nodes(_) | FieldRef::Variant(_)) | None => None,
        };
        let below = parent.and_then(|name| self.by_name.get(name.to_string().as_str()));
        match below.filter(|below| self.without_stanza.contains(below)) {
            Some(below) if !self.network.link(*below).kind.value.is_hardware() => {
                Err("the link below it has none")
            }
            Some(_) | None => Ok(()),
        }
    }

    /// The stanza of `lo`, which ifup would add by itself, with what the source says of it.
    pub(super) fn loopback(&mut self) -> Sheet {
        let found = self.network.links().find(|(_, link)| is_host_loopback(link)).map(|(id, _)| id);
        let mut sheet = Sheet { id: found, starts: vec!["auto"], ..Sheet::default() };
        sheet.stanzas.push(Stanza::new("lo", false, "loopback"));
        self.names.insert("lo".to_owned());
        if let Some(id) = found {
            let mut more = self.addresses(id, "lo");
            self.names_of_loopback(id, &mut sheet.stanzas[0], &mut more);
            // Commands need no stanza of their own, whose method would set `lo` down.
            for stanza in more.iter_mut().filter(|stanza| stanza.method == "manual" && stanza.name == "lo") {
                sheet.stanzas[0].up.append(&mut stanza.up);
                sheet.stanzas[0].down.append(&mut stanza.down);
            }
            sheet.stanzas.extend(more.into_iter().filter(|s| !s.options.is_empty() || !s.up.is_empty()));
            self.cx.added(link_fact(id, FieldPath::parse("autoconnect")), "lo-is-always-up");
            self.settings(id, "lo", &mut sheet);
            self.entries(id, "lo", &mut sheet);
            self.options_that_go_back(id, &mut sheet);
            self.identity(id);
        }
        sheet
    }

    /// True where no option makes the veth pair: ifupdown has none, and ifupdown2 refuses the name of an end without stanza
    /// (`veth-peer-name`: `<interface>`, ifupdownmain.py:_keyword_interface).
    pub(super) fn makes_pair_by_command(&self, id: LinkId) -> bool {
        let network = self.network;
        let LinkKind::Veth(veth) = &network.link(id).kind.value else { return false };
        let peer = veth.peer.as_ref().map(|at| &at.value);
        let other = match peer {
            Some(LinkRef::Name(name)) => self.by_name.get(name.as_str()),
            Some(LinkRef::Mac(_) | LinkRef::Uuid(_)) | None => None,
        };
        let other = other.filter(|other| crate::order::names_peer(network.link(**other), network.link(id)));
        let has_stanza = |other: LinkId| network.link(other).netns.is_none() && !self.is_silent_end(other);
        match self.reader {
            Reader::Ifupdown => true,
            Reader::Ifupdown2 => peer.is_some() && !other.is_some_and(|other| has_stanza(*other)),
            // Its executor makes both ends on the host, where the other one may have the name of a card.
            Reader::IfupdownNg => self.space_of_other_end(id).is_some(),
        }
    }

    /// True for the end of a veth pair of which nothing is said but that it is one.
    fn is_silent_end(&self, id: LinkId) -> bool {
        let network = self.network;
        let link = network.link(id);
        let known = |path: &FieldPath| ["name", "kind", "veth.peer"].iter().any(|name| path.is(name));
        let is_end = matches!(link.kind.value, LinkKind::Veth(_))
            && !crate::order::makes_pair(network, &self.by_name, id)
            && network.dialect_of(id).format == INTERFACES;
        is_end && said_paths(link).iter().all(known) && self.owned.owns_nothing(id)
    }

    fn name(&mut self, id: LinkId) -> Result<String, String> {
        let link = self.network.link(id);
        let Some(name) = link.name.as_ref().map(|at| at.value.clone()) else {
            return Err("it names no interface, and stanzas go by the name alone".to_owned());
        };
        if let Some(why) = bad_name(&name, self.reader) {
            return Err(why.to_owned());
        }
        // link.defn: every name with a dot is a VLAN's, which ifup makes before anything else.
        let is_vlan = matches!(link.kind.value, LinkKind::Vlan(_) | LinkKind::Infiniband(_));
        let named_so = match self.reader {
            Reader::Ifupdown => name.contains('.'),
            Reader::Ifupdown2 | Reader::IfupdownNg => vlan_of_name(&name, self.reader).is_some(),
        };
        if named_so && !is_vlan {
            return Err(format!("{} makes a VLAN of such a name", self.reader.name()));
        }
        if takes(&link.kind.value) && self.ovs.has_bridge(&name) {
            return Err("Open vSwitch makes the interface of that name with its bridge".to_owned());
        }
        if !self.names.insert(name.clone()) {
            return Err("another profile of the same interface has it already".to_owned());
        }
        Ok(name)
    }

    /// True for a link that is up after the host has started.
    pub(super) fn starts(&self, id: LinkId) -> bool {
        match effective(self.network, id, FieldPath::parse("autoconnect")) {
            Silence::Value(Value::Bool(starts)) => starts,
            Silence::Value(_) | Silence::Kernel | Silence::Daemon | Silence::Unknown => {
                let is_state = [IPROUTE, NETLINK].contains(&self.network.dialect_of(id).format);
                is_state || self.network.link(id).autoconnect.is_none()
            }
        }
    }

    /// What ifupdown2 and ifupdown-ng bring up with the links that need it (`get_dependent_ifacenames()` of addons/*.py,
    /// `depend` of executor-scripts).
    pub(super) fn needed(&self) -> HashMap<LinkId, LinkId> {
        let mut needed = HashMap::default();
        if self.reader == Reader::Ifupdown {
            return needed;
        }
        let mut started: Vec<LinkId> = self.network.links().map(|(id, _)| id).collect();
        started.retain(|id| self.starts(*id));
        while let Some(by) = started.pop() {
            let link = self.network.link(by);
            let named = needs(link).filter_map(|setting| link.leaf(FieldPath::parse(setting))?.value());
            for lower in named.filter_map(|name| self.by_name.get(name.to_string().as_str()).copied()) {
                if !self.starts(lower) && !self.is_silent_end(lower) && !needed.contains_key(&lower) {
                    needed.insert(lower, by);
                    started.push(lower);
                }
            }
        }
        needed
    }

    /// ifdown leaves a card up that has no method but `manual`. That is said for one which the source takes down, by a command or
    /// by the method of an address for which the output needs one.
    fn goes_down(&mut self, id: LinkId, link: &Link, stanzas: &mut [Stanza]) {
        let field = FieldPath::parse("eni.goes_down");
        let is_said = link.eni.as_ref().and_then(|eni| eni.goes_down.as_ref()).is_some_and(|at| at.value);
        let addresses = [&link.ipv4, &link.ipv6].into_iter().flatten().flat_map(|ip| &ip.addresses.items);
        let is_by_method = link.kind.value.is_hardware()
            && addresses.into_iter().any(|at| self.ran.is_of_stanza(&at.origin));
        let is_manual = stanzas.iter().all(|stanza| stanza.method == "manual");
        match stanzas.first_mut() {
            Some(stanza) if is_manual && (is_said || is_by_method) => {
                stanza.down.push(format!("ip link set dev {} down", quote(&stanza.name)).into());
                self.cx.added(link_fact(id, field), "down-by-the-method");
            }
            // Every other method sets the interface down by itself (inet.defn).
            Some(_) | None if is_said => self.cx.otherwise(link_fact(id, field), "down-by-the-method"),
            Some(_) | None => {}
        }
    }

    /// True for a link with no addresses, routes or commands of its own.
    fn sets_up_nothing(&self, id: LinkId) -> bool {
        let link = self.network.link(id);
        let is_idle = |method: IpMethod| match method {
            IpMethod::Manual | IpMethod::Disabled | IpMethod::Ignore => true,
            IpMethod::Auto | IpMethod::Dhcp | IpMethod::LinkLocal | IpMethod::Shared => false,
        };
        let is_bare = |config: &IpConfig| {
            !config.addresses.is_said() && config.method.as_ref().is_none_or(|at| is_idle(at.value))
        };
        let mut configs = [&link.ipv4, &link.ipv6].into_iter().flatten();
        configs.all(|config| is_bare(config)) && self.owned.owns_nothing(id)
    }

    /// A link that no line starts.
    fn stays_down(&mut self, id: LinkId) {
        let fact = link_fact(id, FieldPath::parse("autoconnect"));
        if self.needed.contains_key(&id) && self.sets_up_nothing(id) {
            // What stands on it needs it up in any case.
            self.cx.otherwise(fact, "started-as-needed");
        } else if let Some(by) = self.needed.get(&id) {
            let by = self.network.link(*by).label();
            let text = format!("{} brings it up with `{by}`, which needs it", self.reader.name());
            let help = "nothing, if it may be up; else leave its addresses out".to_owned();
            self.cx.cannot(fact, &codes::SETTING, text, help);
        } else if self.reader == Reader::Ifupdown {
            // Without a line that starts it, a stanza may be for a device of another name.
            self.cx.added(link_fact(id, FieldPath::parse("eni.logical")), "stanza-that-nothing-starts");
        }
    }

    /// `auto`, `allow-hotplug` and other classes.
    pub(super) fn start(&mut self, id: LinkId, sheet: &mut Sheet) {
        let network = self.network;
        let link = network.link(id);
        let field = FieldPath::parse("autoconnect");
        if !matches!(effective(network, id, field), Silence::Value(Value::Bool(_))) {
            // What runs now, or is set up by a script at boot, is to come back at boot.
            self.cx.added(link_fact(id, field), "started-at-boot");
        }
        if let (Some(eni), Reader::Ifupdown) = (&link.eni, self.reader) {
            let start = |(alias, at): (&String, &At<String>)| {
                let word = match at.value.as_str() {
                    "auto" => Some("auto"),
                    "hotplug" => Some("allow-hotplug"),
                    _ => None,
                };
                (alias.clone(), word)
            };
            sheet.renamed_from = eni.renamed_from.as_ref().map(|at| at.value.clone());
            sheet.devices = eni.devices.values().cloned().collect();
            sheet.aliases = eni.alias_starts.iter().map(start).collect();
        }
        if self.reader == Reader::Ifupdown {
            self.goes_down(id, link, &mut sheet.stanzas);
        }
        if !self.starts(id) {
            self.stays_down(id);
            return;
        }
        let hotplug = link.hotplug.as_ref().is_some_and(|at| at.value);
        let bridge = self.bridge_that_starts(id);
        match self.reader {
            Reader::Ifupdown if bridge.is_some() && !hotplug => {}
            Reader::Ifupdown if is_started_by_class(link) => {}
            Reader::Ifupdown | Reader::Ifupdown2 if hotplug => sheet.starts.push("allow-hotplug"),
            Reader::IfupdownNg if hotplug => {
                let text = "ifupdown-ng starts nothing when its device appears; `auto` takes its place";
                self.cx.cannot(link_fact(id, FieldPath::parse("hotplug")), &codes::SETTING, text, None);
                sheet.starts.push("auto");
            }
            Reader::Ifupdown | Reader::Ifupdown2 | Reader::IfupdownNg => sheet.starts.push("auto"),
        }
        sheet.classes.extend(bridge);
        let Some(eni) = &link.eni else { return };
        if self.reader == Reader::IfupdownNg {
            let fact = link_fact(id, FieldPath::parse("eni.classes"));
            // The class is for the start script of openvswitch-switch, where `auto` would come too early.
            if eni.classes.values().all(|class| class == "ovs") {
                self.cx.otherwise(fact, "started-by-auto");
            } else {
                let text = "ifupdown-ng knows no classes of interfaces (`allow-…`)";
                self.cx.cannot(fact, &codes::SETTING, text, None);
            }
            return;
        }
        sheet.classes.extend(eni.classes.values().cloned());
        if self.reader == Reader::Ifupdown {
            let says =
                |said: &Option<netpivot_model::source::At<bool>>| said.as_ref().is_some_and(|at| at.value);
            sheet.starts.extend(says(&eni.no_auto_down).then_some("no-auto-down"));
            sheet.starts.extend(says(&eni.no_scripts).then_some("no-scripts"));
        }
    }

    /// A file names links that the source does not speak of.
    fn others_named(&mut self, id: LinkId) {
        let network = self.network;
        if crate::order::references(network, id).iter().any(|name| !self.by_name.contains_key(name.as_str()))
        {
            self.cx.account(Accounted::AddedLink, "link-that-another-names");
        }
    }

    /// A file tells InfiniBand from Ethernet by name and mode only, and wireless devices by the options of their network.
    fn kind_by_device(&mut self, id: LinkId, sheet: &Sheet) {
        let link = self.network.link(id);
        let is_called_infiniband = || {
            let name = link.name.as_ref().map_or("", |at| at.value.split('.').next().unwrap_or(""));
            is_infiniband(name)
        };
        let is_told = if let LinkKind::Infiniband(infiniband) = &link.kind.value {
            let partition = link.name.as_ref().and_then(|at| infiniband_partition(&at.value));
            let unsaid = [
                ("infiniband.parent", infiniband.parent.is_none()),
                ("infiniband.p_key", infiniband.p_key.is_none()),
            ];
            for (path, _) in unsaid.iter().filter(|(_, is_unsaid)| partition.is_some() && *is_unsaid) {
                self.cx.added(link_fact(id, FieldPath::parse(path)), "partition-by-name");
            }
            infiniband.transport_mode.is_some() || is_called_infiniband()
        } else if let LinkKind::Wifi(_) = &link.kind.value {
            let mut options = sheet.stanzas.iter().flat_map(|stanza| &stanza.options);
            options.any(|(key, _)| OF_WIFI.contains(&key.as_str()))
        } else if let LinkKind::Ethernet(_) = &link.kind.value {
            !is_called_infiniband()
        } else {
            true
        };
        if !is_told {
            self.cx.otherwise(link_fact(id, FieldPath::parse("kind")), "kind-by-the-device");
        }
    }

    /// What only NetworkManager knows a profile by, and the device that it is for.
    fn identity(&mut self, id: LinkId) {
        let network = self.network;
        let link = network.link(id);
        if network.dialect_of(id).format == INTERFACES {
            return;
        }
        for name in ["id", "uuid", "managed", "nm.timestamp"] {
            let path = FieldPath::parse(name);
            let Some(leaf) = link.leaf(path).filter(|leaf| leaf.is_said()) else { continue };
            let mut is_by_author = false;
            leaf.origins(&mut |origin| is_by_author |= origin.cause() == Cause::Said);
            if is_by_author {
                let text = format!("`{name}` of `{}` is for NetworkManager alone and goes", link.label());
                self.cx.cannot(link_fact(id, path), &codes::IDENTITY, text, None);
            } else {
                self.cx.otherwise(link_fact(id, path), "identity-that-nobody-gave");
            }
        }
        let Some(mac) = link.matches.as_ref().and_then(|m| m.mac.as_ref()) else { return };
        let name = link.name.as_ref().map_or("", |at| at.value.as_str());
        let text = format!(
            "the source ties `{name}` to the device with address {}; a stanza goes by the name alone",
            mac.value
        );
        let ether = matches!(link.kind.value, LinkKind::Ethernet(_));
        let help = if self.cx.with_link_files {
            let kind = if ether { "Type=ether\n" } else { "" };
            self.link_files.push(OutputFile {
                path: format!("/etc/systemd/network/10-{name}.link"),
                mode: 0o644,
                text: format!("[Match]\nMACAddress={}\n{kind}\n[Link]\nName={name}\n", mac.value),
                has_secrets: false,
                link_to: None,
                reads_as: None,
            });
            None
        } else {
            Some("use --with-link-files, which writes a .link file that names it".to_owned())
        };
        self.cx.cannot(link_fact(id, FieldPath::parse("matches.mac")), &codes::BY_NAME, text, help);
    }
}

/// True for the host's `lo`.
pub(super) fn is_host_loopback(link: &Link) -> bool {
    let is_lo = link.name.as_ref().is_some_and(|at| at.value == "lo") && link.netns.is_none();
    is_lo && matches!(link.kind.value, LinkKind::Loopback(_) | LinkKind::Ethernet(_))
}
