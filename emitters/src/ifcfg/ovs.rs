//! Open vSwitch for initscripts (`ifup-ovs`, ifcfg.md 3.10): one file stands for several layers of its database.
//!
//! A bridge's file is that of its local interface, a port's that of its card or interface, a bond's that of the port.
//! ifup-ovs makes the layers around it and names them after it; identifiers of profiles are of no use to it.

use super::file::File;
use super::kinds::{NoFile, no_file};
use super::profile::{Profile, ROOT, meant};
use super::{Job, Reader};
use crate::Accounted;
use crate::ovs::{INTERFACE_TYPE, Made, Role, is_dpdk, is_plain, made, said_columns, set_command};
use netpivot_model::codes::ifcfg_output as codes;
use netpivot_model::facts::said_paths;
use netpivot_model::ip::IpMethod;
use netpivot_model::link::{LinkId, LinkKind};
use netpivot_model::ovs::OvsInterface;
use netpivot_model::path::{FactPath, FieldPath, Subject};
use netpivot_model::value::Value;

const STP: FieldPath = FieldPath::new(["ovs_bridge", "stp_enable", ""]);

/// Kinds of links that are there without Open vSwitch and that its ports may be.
pub(super) fn takes(kind: &LinkKind) -> bool {
    matches!(kind, LinkKind::Ethernet(_))
}

/// OVS_OPTIONS or OVS_EXTRA with what was left over of it: further columns before the first command, commands after
/// the last.
pub(super) fn joined(key: &str, old: &str, left: &str) -> String {
    let is_column = key == "OVS_OPTIONS" && left.split_whitespace().all(|word| word.contains('='));
    match (is_column, old.split_once(" -- ")) {
        (true, Some((columns, commands))) => format!("{columns} {left} -- {commands}"),
        (true, None) => format!("{old} {left}"),
        (false, _) => format!("{old} -- {left}"),
    }
}

impl Job<'_> {
    /// Writes the words of Open vSwitch into the file of a link that has a role; false where it has none.
    pub(super) fn ovs(&mut self, p: &mut Profile<'_>) -> Result<bool, NoFile> {
        let Some(role) = self.ovs.role(p.id).filter(|_| !p.is_nm()).cloned() else { return Ok(false) };
        let name = p.link.name.as_ref().map(|at| at.value.clone()).filter(|name| is_plain(name));
        let Some(name) = name else {
            return Err(no_file(
                "initscripts hand the names of Open vSwitch's layers to a shell, which this link has no fit name for",
            ));
        };
        let bridge = match &role {
            // A card of a bond, with a file of its own for what the bond's does not say.
            Role::Within(_) => {
                p.done("controller");
                p.done("port_type");
                return Ok(false);
            }
            Role::Member { bridge, .. } | Role::Bond { bridge, .. } => Some(bridge),
            Role::Local { .. } | Role::Bare => None,
        };
        if let Some(bridge) = bridge.filter(|bridge| !is_plain(bridge)) {
            return Err(no_file(format!(
                "`{bridge}` is no name of a bridge that initscripts could hand to ovs-vsctl(8)"
            )));
        }
        p.file.set("DEVICE", name.as_str());
        p.done("name");
        p.file.set("DEVICETYPE", "ovs");
        match &role {
            Role::Local { bridge, port } => {
                self.ovs_bridge(p, &name, *bridge, *port);
                if p.link.controller.is_none() {
                    self.same_anyway(p.id, &["controller"]);
                }
            }
            Role::Bare | Role::Within(_) => self.ovs_bridge(p, &name, p.id, None),
            Role::Member { port, .. } => self.ovs_member(p, &name, *port)?,
            Role::Bond { members, .. } => self.ovs_bond(p, members)?,
        }
        if let Some(bridge) = bridge {
            p.file.set("OVS_BRIDGE", bridge.as_str());
        }
        p.done("controller");
        p.done("port_type");
        Ok(true)
    }

    /// `TYPE=OVSBridge`: the bridge with its port and its local interface.
    fn ovs_bridge(&mut self, p: &mut Profile<'_>, name: &str, bridge: LinkId, port: Option<LinkId>) {
        let link = self.network.link(bridge);
        let netdev = matches!(&link.kind.value, LinkKind::OvsBridge(bridge)
            if bridge.datapath_type.as_ref().is_some_and(|at| at.value == "netdev"));
        p.file.set("TYPE", if netdev { "OVSUserBridge" } else { "OVSBridge" });
        let mut done = vec!["name"];
        if netdev {
            done.push("ovs_bridge.datapath_type");
        }
        let said =
            |value: &Value| link.leaf(STP).is_some_and(|leaf| leaf.is_said()) || *value == Value::Bool(true);
        if let Some(Value::Bool(on)) = meant(self, bridge, "ovs_bridge.stp_enable").filter(said) {
            p.file.flag("STP", on);
            done.push("ovs_bridge.stp_enable");
        }
        self.columns(&mut p.file, bridge, ("bridge", name), &mut done);
        if bridge == p.id {
            done.into_iter().for_each(|path| p.done(path));
            // ovs-vswitchd gives each bridge a local interface.
            self.cx.account(Accounted::AddedLink, "local-interface-of-a-bridge");
            return self.same_anyway(bridge, &["id", "uuid"]);
        }
        self.layer(p, bridge, &done);
        let mut done = vec![];
        if let Some(port) = port {
            self.port_name(p.id, port, name, &mut done);
            self.columns(&mut p.file, port, ("port", name), &mut done);
            self.layer(p, port, &done);
        } else {
            self.cx.account(Accounted::AddedLink, "port-of-an-interface");
        }
        let internal = FactPath { subject: Subject::Link(p.id), field: INTERFACE_TYPE };
        self.cx.added(internal, "local-interface-of-a-bridge");
        let mut done = vec!["ovs_interface.interface_type"];
        self.columns(&mut p.file, p.id, ("interface", name), &mut done);
        done.into_iter().for_each(|path| p.done(path));
    }

    /// A card or an interface, with the settings of its port.
    fn ovs_member(&mut self, p: &mut Profile<'_>, name: &str, port: LinkId) -> Result<(), NoFile> {
        let word = if let LinkKind::OvsInterface(interface) = &p.link.kind.value {
            self.interface(p, interface)?
        } else {
            "OVSPort"
        };
        p.file.set("TYPE", word);
        let mut done = vec![];
        self.port_name(p.id, port, name, &mut done);
        self.options(&mut p.file, port, &mut done);
        self.columns(&mut p.file, port, ("port", name), &mut done);
        self.layer(p, port, &done);
        let mut done = vec!["ovs_interface.interface_type"];
        self.columns(&mut p.file, p.id, ("interface", name), &mut done);
        done.into_iter().for_each(|path| p.done(path));
        Ok(())
    }

    /// The name of the port that an interface is in.
    fn port_name(&mut self, id: LinkId, port: LinkId, name: &str, done: &mut Vec<&'static str>) {
        if self.network.link(port).name.as_ref().is_none_or(|at| at.value == name) {
            return done.push("name");
        }
        let text = format!("initscripts name a port of Open vSwitch after its interface, `{name}`");
        let fact = FactPath { subject: Subject::Link(port), field: ROOT };
        self.cx.cannot(fact, &codes::SETTING, text, None);
        self.cx.account(Accounted::AddedLink, "port-of-an-interface");
        self.same_anyway(id, &["controller"]);
    }

    fn interface(&mut self, p: &mut Profile<'_>, interface: &OvsInterface) -> Result<&'static str, NoFile> {
        let others = "initscripts make internal, patch, tunnel and DPDK interfaces of Open vSwitch only";
        match made(interface).map_err(|why| no_file(why.unwrap_or(others)))? {
            Made::Internal => Ok("OVSIntPort"),
            Made::Dpdk => Ok("OVSDPDKPort"),
            Made::Patch(peer) => {
                p.file.set("OVS_PATCH_PEER", peer);
                p.done("ovs_interface.patch_peer");
                Ok("OVSPatchPort")
            }
            Made::Tunnel(kind, options) => {
                p.file.set("OVS_TUNNEL_TYPE", kind);
                if !options.is_empty() {
                    p.file.set("OVS_TUNNEL_OPTIONS", options);
                }
                p.done("ovs_interface.tunnel_options");
                Ok("OVSTunnel")
            }
        }
    }

    /// `TYPE=OVSBond`: the file is the port's, its cards are named in it.
    fn ovs_bond(&mut self, p: &mut Profile<'_>, members: &[LinkId]) -> Result<(), NoFile> {
        let network = self.network;
        let dpdk = members.iter().all(|id| is_dpdk(network.link(*id)));
        let names: Option<Vec<&str>> = members
            .iter()
            .map(|id| {
                network.link(*id).name.as_ref().map(|at| at.value.as_str()).filter(|name| is_plain(name))
            })
            .collect();
        let Some(names) = names else {
            return Err(no_file(
                "initscripts name the cards of a bond of Open vSwitch, and not every one has a fit name",
            ));
        };
        p.file.set("TYPE", if dpdk { "OVSDPDKBond" } else { "OVSBond" });
        p.file.set("BOND_IFACES", names.join(" "));
        let mut done = vec![];
        self.options(&mut p.file, p.id, &mut done);
        let name = p.link.label().to_owned();
        self.columns(&mut p.file, p.id, ("port", &name), &mut done);
        done.into_iter().for_each(|path| p.done(path));
        for member in members {
            if !self.has_own_file(*member) {
                self.layer(p, *member, &["name", "ovs_interface.interface_type"]);
            }
        }
        Ok(())
    }

    /// True for a card of a bond that says more than that it is one.
    pub(super) fn has_own_file(&self, member: LinkId) -> bool {
        let link = self.network.link(member);
        let known = ["name", "kind", "id", "uuid", "controller", "port_type", "autoconnect", "managed"];
        matches!(link.kind.value, LinkKind::Ethernet(_))
            && said_paths(link).into_iter().any(|path| {
                let off = link.leaf(path).and_then(|leaf| leaf.value()) == Some(Value::text("disabled"));
                let address = path.is_under("ipv4") || path.is_under("ipv6");
                !(known.iter().any(|name| path.is(name)) || address || off)
            })
    }

    /// OVS_OPTIONS: columns of the Port table.
    fn options(&mut self, file: &mut File, port: LinkId, done: &mut Vec<&'static str>) {
        let words: Vec<String> = said_columns(self.network.link(port), "ovs_port.", done);
        if !words.is_empty() {
            file.set("OVS_OPTIONS", words.join(" "));
        }
    }

    /// OVS_EXTRA: `set TABLE NAME COLUMN=VALUE …` for what no key says.
    fn columns(&mut self, file: &mut File, id: LinkId, row: (&str, &str), done: &mut Vec<&'static str>) {
        if let Some(command) = set_command(self.network.link(id), row, done) {
            let before = file.get("OVS_EXTRA").map_or_else(String::new, |old| format!("{old} -- "));
            file.set("OVS_EXTRA", before + &command);
        }
    }

    /// A layer without a file of its own: reasons for what the file of `p` does not say of it.
    fn layer(&mut self, p: &mut Profile<'_>, id: LinkId, done: &[&'static str]) {
        p.layers.push(id);
        self.same_anyway(id, &["id", "uuid"]);
        if self.network.link(id).name.is_none() {
            // It gets that of its interface.
            let fact = FactPath { subject: Subject::Link(id), field: FieldPath::parse("name") };
            self.cx.added(fact, "ovs-layers");
        }
        // Only the local interface of a bridge has addresses, whatever its other layers say.
        let methods = ["ipv4.method", "ipv6.method"];
        self.same_anyway(id, &methods);
        for path in said_paths(self.network.link(id)) {
            if methods.iter().any(|name| path.is(name)) {
                continue;
            }
            if path.is("kind") || done.iter().any(|name| FieldPath::parse(name) == path) {
                continue;
            }
            let text = format!(
                "the file of `{}` says all that initscripts know of this layer of Open vSwitch, and it has no word for `{path}`",
                p.link.label()
            );
            let fact = FactPath { subject: Subject::Link(id), field: path };
            self.cx.cannot(fact, &codes::SETTING, text, None);
        }
    }

    /// What only tells profiles apart: ifup-ovs goes by names.
    fn same_anyway(&mut self, id: LinkId, paths: &[&'static str]) {
        for path in paths {
            self.cx.otherwise(
                FactPath { subject: Subject::Link(id), field: FieldPath::parse(path) },
                "ovs-layers",
            );
        }
    }

    /// OVSBOOTPROTO: DHCP on a bridge or an internal port waits for the ports that lead to the server. False for other
    /// files.
    pub(super) fn ovs_dhcp(&mut self, p: &mut Profile<'_>, method: IpMethod) -> bool {
        let bridge = match self.ovs.role(p.id).filter(|_| p.reader == Reader::Initscripts) {
            Some(Role::Local { bridge, .. }) => {
                self.network.link(*bridge).name.as_ref().map(|at| at.value.clone())
            }
            Some(Role::Member { bridge, .. }) => Some(bridge.clone()),
            Some(Role::Bare | Role::Bond { .. } | Role::Within(_)) | None => None,
        };
        let Some(bridge) = bridge.filter(|_| method == IpMethod::Auto) else { return false };
        let cards: Vec<&str> = self
            .network
            .links()
            .filter(|(id, link)| match self.ovs.role(*id) {
                Some(Role::Member { bridge: of, .. }) => {
                    *of == bridge && matches!(link.kind.value, LinkKind::Ethernet(_))
                }
                Some(Role::Bond { bridge: of, .. }) => *of == bridge,
                Some(Role::Local { .. } | Role::Bare | Role::Within(_)) | None => false,
            })
            .filter_map(|(_, link)| link.name.as_ref().map(|at| at.value.as_str()))
            .collect();
        p.file.set("OVSBOOTPROTO", "dhcp");
        if !cards.is_empty() {
            p.file.set("OVSDHCPINTERFACES", cards.join(" "));
        }
        true
    }

    /// True for a layer that the file of another link says.
    pub(super) fn is_said_elsewhere(&self, id: LinkId) -> bool {
        let Some(Role::Within(main)) = self.ovs.role(id) else { return false };
        let by_scripts = self.reader == Reader::Initscripts || self.is_left_alone(*main);
        by_scripts && !self.has_own_file(id)
    }
}
