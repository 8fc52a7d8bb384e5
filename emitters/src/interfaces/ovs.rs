//! Open vSwitch: one stanza stands for several layers of its database (README.Debian of openvswitch-switch).
//!
//! A bridge's stanza is that of its local interface, a port's that of its card or interface, a bond's that of the port.
//! ifupdown-ng has no options of that kind; there commands of ovs-vsctl(8) take their place, each of a form that may be
//! said again.

use super::kind::first;
use super::stanza::{Stanza, bad_name};
use super::{Job, ROOT, Sheet, codes, link_fact};
use crate::Accounted;
use crate::ovs::{INTERFACE_TYPE, Made, Role, is_column, is_plain, made, said_columns, set_command, takes};
use netpivot_model::facts::said_paths;
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::network::EntryKind;
use netpivot_model::ovs::{OvsInterface, OvsInterfaceType as Type};
use netpivot_model::path::FieldPath;
use netpivot_model::vocabulary::interfaces::Reader;

/// What a stanza says to Open vSwitch.
#[derive(Default)]
struct Words {
    /// `ovs_type`.
    kind: &'static str,
    /// The bridge of a port.
    bridge: Option<String>,
    /// Cards of a bond.
    cards: Vec<String>,
    /// Columns of a port.
    columns: Vec<String>,
    /// `options:peer` of a patch.
    peer: Option<String>,
    /// Type and options of a tunnel.
    tunnel: Option<(&'static str, String)>,
    /// Further commands.
    extra: Vec<String>,
}

impl<'n> Job<'n> {
    /// True for a link that the stanza of another one says.
    pub(super) fn is_within(&self, id: LinkId) -> bool {
        match self.ovs.role(id) {
            Some(Role::Within(_)) => !takes(&self.network.link(id).kind.value),
            Some(Role::Member { .. } | Role::Bond { .. }) => self.is_without_device(id),
            Some(Role::Local { .. } | Role::Bare) | None => false,
        }
    }

    /// True for a port that ifupdown-ng could not set up: it ends each stanza with `ip link set up`, and of patches,
    /// tunnels and bonds the kernel knows nothing. The bridge's stanza makes them.
    fn is_without_device(&self, id: LinkId) -> bool {
        let kind = &self.network.link(id).kind.value;
        let interface = if let LinkKind::OvsInterface(interface) = kind {
            interface.interface_type.as_ref().map(|at| at.value)
        } else if matches!(kind, LinkKind::OvsPort(_)) {
            None
        } else {
            return false;
        };
        self.reader == Reader::IfupdownNg && interface != Some(Type::Internal)
    }

    /// True for a link that its stanza, or that of a bond, plugs into a bridge of Open vSwitch.
    pub(super) fn is_plugged_by_ovs(&self, id: LinkId) -> bool {
        self.ovs.role(id).is_some()
    }

    /// Writes what a link has to do with Open vSwitch, if anything.
    pub(super) fn open_vswitch(
        &mut self,
        id: LinkId,
        name: &str,
        sheet: &mut Sheet,
    ) -> Result<(), &'static str> {
        let network: &'n netpivot_model::network::Network = self.network;
        let link = network.link(id);
        let Some(role) = self.ovs.role(id).cloned() else {
            return if takes(&link.kind.value) {
                Ok(())
            } else {
                Err("its bridge, its port or its interface in Open vSwitch is not there")
            };
        };
        if let Role::Within(_) = role {
            self.finish(id, &[]);
            return Ok(());
        }
        let words = self.words(id, name, &role)?;
        if let (LinkKind::OvsInterface(_), Some(mtu), Reader::Ifupdown2) =
            (&link.kind.value, &link.mtu, self.reader)
        {
            first(sheet).option("ovs-mtu", mtu.value.get().to_string());
        }
        self.needs("openvswitch-switch");
        let ports = self.ports_of(name, &role);
        match self.reader {
            Reader::Ifupdown | Reader::Ifupdown2 => {
                let names: Vec<&str> = ports.iter().map(|id| network.link(*id).label()).collect();
                options(&words, &names.join(" "), first(sheet));
            }
            Reader::IfupdownNg => {
                if let Some(bridge) = &words.bridge {
                    self.joins_another_s(id, bridge, &role);
                }
                commands(words, name, first(sheet));
                for port in ports {
                    self.port_without_device(port, sheet);
                }
            }
        }
        Ok(())
    }

    /// The command that plugs a port into a bridge of which the source does not speak stays a command when it is read back.
    fn joins_another_s(&mut self, id: LinkId, bridge: &str, role: &Role) {
        const RULE: &str = "port-by-a-command";
        let mut bridges =
            self.network.links().filter(|(_, link)| matches!(link.kind.value, LinkKind::OvsBridge(_)));
        if bridges.any(|(_, link)| link.label() == bridge && bad_name(bridge, self.reader).is_none()) {
            return;
        }
        let layers = match role {
            Role::Member { port, .. } => vec![*port],
            Role::Bond { members, .. } => members.clone(),
            Role::Local { .. } | Role::Bare | Role::Within(_) => Vec::new(),
        };
        for layer in layers.into_iter().chain([id]) {
            // Read back it is no port, whose IPv6 ifupdown-ng would leave alone.
            let of_port = ["ipv4.method", "ipv6.method"];
            let own = ["kind", "controller", "port_type", "ovs_interface.interface_type"];
            for field in own.into_iter().chain(of_port) {
                self.cx.otherwise(link_fact(layer, FieldPath::parse(field)), RULE);
            }
        }
        self.cx.added_entry(EntryKind::Hook, Some(id), "", RULE);
    }

    fn port_without_device(&mut self, id: LinkId, sheet: &mut Sheet) {
        let Some(role) = self.ovs.role(id).cloned().filter(|_| self.is_without_device(id)) else { return };
        let name = self.network.link(id).label().to_owned();
        match self.words(id, &name, &role) {
            Ok(words) => commands(words, &name, first(sheet)),
            Err(why) => {
                let text = format!("`{name}` has no command: {why}");
                self.cx.cannot(link_fact(id, ROOT), &codes::KIND, text, None);
            }
        }
    }

    /// What is said of a link that has a role.
    fn words(&mut self, id: LinkId, name: &str, role: &Role) -> Result<Words, &'static str> {
        let network: &'n netpivot_model::network::Network = self.network;
        let link = network.link(id);
        if !is_plain(name) {
            return Err("scripts hand its name to ovs-vsctl(8), which takes plain words only");
        }
        let mut words = Words::default();
        let mut done = vec!["name", "ovs_interface.interface_type"];
        match role {
            Role::Within(_) => {}
            Role::Local { bridge, port } => {
                words.kind = "OVSBridge";
                self.layers_of_bridge(*bridge, *port, name, &mut words);
                if port.is_none() {
                    self.cx.account(Accounted::AddedLink, "port-of-an-interface");
                }
                if link.controller.is_none() {
                    self.cx.otherwise(link_fact(id, FieldPath::parse("controller")), "ovs-layers");
                }
                self.cx.added(link_fact(id, INTERFACE_TYPE), "local-interface-of-a-bridge");
            }
            Role::Bare => {
                words.kind = "OVSBridge";
                self.layers_of_bridge(id, None, name, &mut words);
                // ovs-vswitchd gives each bridge a port and an interface of its name.
                self.cx.account(Accounted::AddedLink, "local-interface-of-a-bridge");
            }
            Role::Member { port, bridge } => {
                words.bridge = Some(bridge.clone());
                self.layer_of_port(*port, name, &mut words);
                words.kind = if let LinkKind::OvsInterface(interface) = &link.kind.value {
                    interface_words(interface, &mut words, &mut done)?
                } else {
                    "OVSPort"
                };
            }
            Role::Bond { bridge, members } => {
                words.kind = "OVSBond";
                words.bridge = Some(bridge.clone());
                for member in members {
                    let card = network.link(*member);
                    let name = card.name.as_ref().map(|at| at.value.as_str()).filter(|name| is_plain(name));
                    if !takes(&card.kind.value) {
                        return Err("scripts make bonds of devices that are there, not of DPDK's");
                    }
                    words.cards.extend(name.map(str::to_owned));
                }
                words.columns = said_columns(link, "ovs_port.", &mut done);
                words.extra.extend(set_command(link, ("port", name), &mut done));
            }
        }
        if words.bridge.as_ref().is_some_and(|bridge| !is_plain(bridge)) {
            return Err("its bridge has a name that ovs-vsctl(8) does not take as a plain word");
        }
        if takes(&link.kind.value) || matches!(link.kind.value, LinkKind::OvsInterface(_)) {
            words.extra.extend(set_command(link, ("interface", name), &mut done));
        }
        // ovs-vswitchd sets the MTU of the interfaces that it makes: asked of it, it stays.
        if let (LinkKind::OvsInterface(_), Some(mtu)) = (&link.kind.value, &link.mtu) {
            done.push("mtu");
            if self.reader != Reader::Ifupdown2 {
                words.extra.push(format!("set interface {name} mtu_request={}", mtu.value.get()));
            }
        }
        self.finish(id, &done);
        Ok(words)
    }

    /// The bridge and its own port, in the stanza of its local interface.
    fn layers_of_bridge(&mut self, bridge: LinkId, port: Option<LinkId>, name: &str, words: &mut Words) {
        for (id, table) in [(Some(bridge), "bridge"), (port, "port")] {
            let Some(id) = id else { continue };
            let mut done = vec!["name"];
            words.extra.extend(set_command(self.network.link(id), (table, name), &mut done));
            self.finish(id, &done);
        }
    }

    /// The port of a card or interface, in the stanza of that.
    fn layer_of_port(&mut self, port: LinkId, name: &str, words: &mut Words) {
        let link = self.network.link(port);
        let mut done = vec![];
        if link.name.as_ref().is_none_or(|at| at.value == name) {
            done.push("name");
        } else {
            self.cx.account(Accounted::AddedLink, "port-of-an-interface");
        }
        words.columns = said_columns(link, "ovs_port.", &mut done);
        words.extra.extend(set_command(link, ("port", name), &mut done));
        self.finish(port, &done);
    }

    /// Gives reasons for what the stanza does not say of a layer. Profiles of the layers are told apart by UUID, stanzas by
    /// name.
    fn finish(&mut self, id: LinkId, done: &[&'static str]) {
        const NAMES: [&str; 4] = ["port_type", "id", "uuid", "managed"];
        const OF_THE_STANZA: [&str; 5] = ["autoconnect", "hotplug", "up", "ipv4.method", "ipv6.method"];
        let is_within = self.is_within(id);
        let same: Vec<&str> =
            NAMES.into_iter().chain(OF_THE_STANZA.into_iter().filter(|_| is_within)).collect();
        for path in &same {
            self.cx.otherwise(link_fact(id, FieldPath::parse(path)), "ovs-layers");
        }
        if is_within && self.network.link(id).name.is_none() {
            // It gets that of its interface.
            self.cx.added(link_fact(id, FieldPath::parse("name")), "ovs-layers");
        }
        let is_lost = |path: &FieldPath| {
            let is_any = |names: &[&str]| names.iter().any(|name| path.is(name));
            (is_within || is_column(*path))
                && !is_any(&same)
                && !is_any(done)
                && !is_any(&["kind", "controller"])
        };
        for path in said_paths(self.network.link(id)).into_iter().filter(is_lost) {
            let text = format!("no option of Open vSwitch's scripts says `{path}` of this layer");
            self.cx.cannot(link_fact(id, path), &codes::SETTING, text, None);
        }
    }

    /// The ports that come up with a bridge.
    fn ports_of(&self, name: &str, role: &Role) -> Vec<LinkId> {
        let bridge = match role {
            Role::Local { bridge, .. } => self.network.link(*bridge).label(),
            Role::Member { .. } | Role::Bond { .. } | Role::Within(_) => return Vec::new(),
            Role::Bare => name,
        };
        let is_port = |(id, link): &(LinkId, &Link)| match self.ovs.role(*id) {
            Some(Role::Member { bridge: of, .. } | Role::Bond { bridge: of, .. }) => {
                let here = link.netns.is_none() || matches!(link.kind.value, LinkKind::OvsInterface(_));
                of == bridge && here && link.name.is_some()
            }
            Some(Role::Local { .. } | Role::Bare | Role::Within(_)) | None => false,
        };
        self.network.links().filter(is_port).map(|(id, _)| id).collect()
    }

    /// The bridge whose stanza brings the link up (`allow-BRIDGE`).
    pub(super) fn bridge_that_starts(&self, id: LinkId) -> Option<String> {
        let (Some(Role::Member { bridge, .. } | Role::Bond { bridge, .. }), Reader::Ifupdown) =
            (self.ovs.role(id), self.reader)
        else {
            return None;
        };
        let is_bridge = |(other, link): &(LinkId, &Link)| {
            link.label() == bridge
                && bad_name(bridge, self.reader).is_none()
                && matches!(self.ovs.role(*other), Some(Role::Local { .. } | Role::Bare))
                && self.starts(*other)
        };
        self.network.links().find(is_bridge).map(|_| bridge.clone())
    }

    /// The stanza of an interface that Open vSwitch makes on the host and that then goes to a namespace.
    pub(super) fn sheet_of_internal_port(&mut self, id: LinkId) -> Option<Sheet> {
        let link = self.network.link(id);
        let is_port = matches!(link.kind.value, LinkKind::OvsInterface(_))
            && matches!(self.ovs.role(id), Some(Role::Member { .. }));
        let name = link.name.as_ref().map(|at| at.value.clone()).filter(|_| is_port)?;
        let mut sheet = Sheet { id: Some(id), ..Sheet::default() };
        sheet.stanzas.push(Stanza::new(&name, false, "manual"));
        if let Err(why) = self.open_vswitch(id, &name, &mut sheet) {
            let text = format!("`{name}` has no stanza: {why}");
            self.cx.cannot(link_fact(id, ROOT), &codes::KIND, text, None);
            return None;
        }
        self.names.insert(name);
        self.start(id, &mut sheet);
        Some(sheet)
    }
}

/// `ovs_type` of an interface that Open vSwitch makes.
fn interface_words(
    interface: &OvsInterface,
    words: &mut Words,
    done: &mut Vec<&'static str>,
) -> Result<&'static str, &'static str> {
    let others = "the scripts of openvswitch-switch make internal, patch and tunnel interfaces only";
    match made(interface).map_err(|why| why.unwrap_or(others))? {
        Made::Internal => Ok("OVSIntPort"),
        Made::Dpdk => Err(others),
        Made::Patch(peer) => {
            words.peer = Some(peer.to_owned());
            done.push("ovs_interface.patch_peer");
            Ok("OVSPatchPort")
        }
        Made::Tunnel(kind, options) => {
            words.tunnel = Some((kind, options));
            done.push("ovs_interface.tunnel_options");
            Ok("OVSTunnel")
        }
    }
}

/// The options of openvswitch-switch and of ifupdown2's add-on.
fn options(words: &Words, ports: &str, stanza: &mut Stanza) {
    let mut option = |key: &str, value: &str| {
        if !value.is_empty() {
            stanza.option(key, value);
        }
    };
    option("ovs_type", words.kind);
    option("ovs_bridge", words.bridge.as_deref().unwrap_or_default());
    option("ovs_ports", ports);
    option("ovs_bonds", &words.cards.join(" "));
    option("ovs_patch_peer", words.peer.as_deref().unwrap_or_default());
    if let Some((kind, options)) = &words.tunnel {
        option("ovs_tunnel_type", kind);
        option("ovs_tunnel_options", options);
    }
    option("ovs_options", &words.columns.join(" "));
    option("ovs_extra", &words.extra.join(" -- "));
}

/// The same as commands.
fn commands(words: Words, name: &str, stanza: &mut Stanza) {
    let Words { kind, bridge, cards, columns, peer, tunnel, extra } = words;
    let (up, down) = match bridge {
        None => (format!("--may-exist add-br {name}"), format!("del-br {name}")),
        Some(bridge) => {
            let verb = if kind == "OVSBond" { "add-bond" } else { "add-port" };
            let words: Vec<String> = std::iter::once(name.to_owned()).chain(cards).chain(columns).collect();
            (format!("--may-exist {verb} {bridge} {}", words.join(" ")), format!("del-port {bridge} {name}"))
        }
    };
    let columns = match (kind, peer, tunnel) {
        ("OVSIntPort", ..) => Some("type=internal".to_owned()),
        (_, Some(peer), _) => Some(format!("type=patch options:peer={peer}")),
        (_, _, Some((kind, options))) => Some(format!("type={kind} {options}").trim_end().to_owned()),
        (_, None, None) => None,
    };
    let set = columns.map(|columns| format!("set interface {name} {columns}"));
    let all: Vec<String> = std::iter::once(up).chain(set).chain(extra).collect();
    stanza.pre_up.push(format!("ovs-vsctl {}", all.join(" -- ")).into());
    stanza.post_down.push(format!("ovs-vsctl --if-exists {down}").into());
}
