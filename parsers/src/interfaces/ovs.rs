//! Open vSwitch (README.Debian of openvswitch-switch): bridge, port and interface are three layers of its database, of
//! which a stanza names one and implies the others.

use super::build::Builder;
use super::codes;
use super::document::Opt;
use indexmap::IndexMap;
use netpivot_model::link::{Link, LinkId, LinkKind, PortType};
use netpivot_model::ovs::OvsInterfaceType;
use netpivot_model::path::FieldPath;
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::{LinkRef, Value};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The name of the rule that makes the layers.
const RULE: &str = "ovs-layers";

/// The options of one stanza.
type Options = BTreeMap<&'static str, Opt>;

impl Builder<'_> {
    pub(super) fn open_vswitch(&mut self, options: Vec<(LinkId, &'static str, Opt)>) {
        let mut by_link: IndexMap<LinkId, Options> = IndexMap::new();
        for (link, name, option) in options {
            by_link.entry(link).or_default().entry(name).or_insert(option);
        }
        let is_bridge =
            |options: &Options| options.get("ovs-type").is_some_and(|o| o.value.text == "OVSBridge");
        let (bridges, others): (Vec<_>, Vec<_>) =
            by_link.into_iter().partition(|(_, options)| is_bridge(options));
        let mut made: BTreeMap<String, LinkRef> = BTreeMap::new();
        for (link, options) in &bridges {
            self.ovs_bridge(*link, options, &mut made);
        }
        for (link, options) in &others {
            self.ovs_port(*link, options, &made);
        }
        for (link, options) in &bridges {
            self.ovs_ports(*link, options);
        }
    }

    /// A layer beside `link`, with its name and a UUID that hangs on it.
    fn layer(&mut self, link: LinkId, kind: &str, span: Span) -> LinkId {
        let name = self.network.link(link).name.clone();
        let label = self.network.link(link).label().to_owned();
        let origin = || Origin::derived(RULE, [span]);
        let uuid = Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{label} {kind}").as_bytes()).to_string();
        let layer = Link {
            name,
            kind: At::new(LinkKind::of(kind).unwrap_or_else(|| LinkKind::Ethernet(Box::default())), origin()),
            id: Some(At::new(format!("{label} ({kind})"), origin())),
            uuid: Some(At::new(uuid, origin())),
            autoconnect: self.network.link(link).autoconnect.clone(),
            ..Link::default()
        };
        self.network.add_link(layer)
    }

    fn uuid(&self, link: LinkId) -> LinkRef {
        let link = self.network.link(link);
        link.uuid
            .as_ref()
            .map_or_else(|| LinkRef::Name(link.label().to_owned()), |at| LinkRef::Uuid(at.value.clone()))
    }

    fn join(&mut self, port: LinkId, controller: LinkRef, port_type: PortType, span: Span) {
        let link = self.link(port);
        link.controller = Some(At::new(controller, span));
        link.port_type = Some(At::new(port_type, Origin::derived(RULE, [span])));
    }

    /// A bridge has a port and an internal interface of its own name, which holds its addresses.
    fn ovs_bridge(&mut self, link: LinkId, options: &Options, made: &mut BTreeMap<String, LinkRef>) {
        let Some(kind) = options.get("ovs-type") else { return };
        let span = kind.span;
        self.derive(link, "ovs_interface.interface_type", &Value::text("internal"), RULE, vec![span]);
        let bridge = self.layer(link, "ovs-bridge", span);
        let port = self.layer(link, "ovs-port", span);
        let (bridge_ref, port_ref) = (self.uuid(bridge), self.uuid(port));
        made.insert(self.network.link(link).label().to_owned(), bridge_ref.clone());
        self.join(port, bridge_ref, PortType::OvsBridge, span);
        self.join(link, port_ref, PortType::OvsPort, span);
        if let Some(option) = options.get("ovs-options") {
            self.columns(bridge, option);
        }
    }

    fn ovs_port(&mut self, link: LinkId, options: &Options, made: &BTreeMap<String, LinkRef>) {
        let Some(bridge) = options.get("ovs-bridge") else {
            for option in options.values() {
                let message = format!("`{}` has no effect without `ovs_bridge`", option.name);
                self.report(&codes::MISSING, option.span, message, "name the bridge with `ovs_bridge`");
            }
            return;
        };
        let word = options.get("ovs-type").map_or("OVSPort", |option| option.value.text.as_str()).to_owned();
        let span = options.get("ovs-type").map_or(bridge.span, |option| option.span);
        let kind = match word.as_str() {
            "OVSIntPort" => Some(OvsInterfaceType::Internal),
            "OVSPatchPort" => Some(OvsInterfaceType::Patch),
            _ => None,
        };
        if let Some(kind) = kind {
            self.derive(link, "ovs_interface.interface_type", &Value::text(kind.as_str()), RULE, vec![span]);
        }
        if let Some(peer) = options.get("ovs-patch-peer") {
            self.set(
                link,
                peer,
                FieldPath::parse("ovs_interface.patch_peer"),
                &Value::text(peer.value.text.clone()),
            );
        }
        let is_bond = word == "OVSBond";
        let port = if is_bond { link } else { self.layer(link, "ovs-port", span) };
        let controller =
            made.get(&bridge.value.text).cloned().unwrap_or_else(|| LinkRef::Name(bridge.value.text.clone()));
        self.join(port, controller, PortType::OvsBridge, bridge.span);
        if is_bond {
            let name = Self::reference(self.network.link(link).label());
            for (member, at) in options.get("ovs-bonds").map(|o| self.port_names(o)).unwrap_or_default() {
                if let Some(member) = self.link_named(&member, at) {
                    self.join(member, name.clone(), PortType::OvsPort, at);
                }
            }
        } else {
            let port_ref = self.uuid(port);
            self.join(link, port_ref, PortType::OvsPort, bridge.span);
        }
        if let Some(option) = options.get("ovs-options") {
            self.columns(port, option);
        }
        self.started_by_bridge(&[link, port], &bridge.value.text);
    }

    /// `allow-BRIDGE` ports come up with their bridge.
    fn started_by_bridge(&mut self, links: &[LinkId], bridge: &str) {
        let started = self.by_name.get(bridge).and_then(|id| self.network.link(*id).autoconnect.clone());
        for link in links {
            if let (Some(started), None) = (&started, &self.network.link(*link).autoconnect) {
                let origin = Origin::derived("started-with-controller", started.origin.spans().to_vec());
                self.link(*link).autoconnect = Some(At::new(started.value, origin));
            }
        }
    }

    /// `tag=100 vlan_mode=access trunks=1,2 lacp=active bond_mode=…`: columns for ovs-vsctl(8).
    fn columns(&mut self, target: LinkId, option: &Opt) {
        for (word, span) in option.value.words() {
            let set = word.split_once('=').and_then(|(column, value)| {
                let prefix = self.network.link(target).kind.value.field_name();
                let names = [
                    "tag",
                    "vlan_mode",
                    "trunks",
                    "lacp",
                    "bond_mode",
                    "bond_updelay",
                    "bond_downdelay",
                    "fail_mode",
                    "mcast_snooping_enable",
                    "rstp_enable",
                    "stp_enable",
                    "datapath_type",
                ];
                let column = names.into_iter().find(|name| *name == column)?;
                let path = FieldPath::new([prefix, column, ""]);
                let value = value.trim_matches(['"', '[', ']']);
                let value = if column == "trunks" {
                    Value::List(value.split(',').map(|vlan| Value::text(vlan.to_owned())).collect())
                } else {
                    Value::text(value.to_owned())
                };
                self.link(target).leaf_mut(path)?.set(&value, Origin::at(span)).ok()
            });
            if set.is_none() {
                let message =
                    format!("`{word}` is a setting of Open vSwitch that the model has no place for");
                self.report(&codes::VALUE, span, message, "set it with ovs-vsctl(8) on the host");
            }
        }
    }

    /// Ports that the bridge lists: their own stanzas say what they are.
    fn ovs_ports(&mut self, bridge: LinkId, options: &Options) {
        let Some(option) = options.get("ovs-ports") else { return };
        let mut note = super::finding(
            &codes::IDLE,
            option.span,
            "the bridge brings these ports up; their own stanzas plug them in".to_owned(),
            "nothing",
        )
        .severity(netpivot_model::diagnostic::Severity::Note);
        for (name, span) in self.port_names(option) {
            if !self.by_name.contains_key(&name) {
                let label = self.network.link(bridge).label().to_owned();
                let message =
                    format!("`{name}` has no stanza with `ovs_bridge {label}`, so it is plugged in nowhere");
                self.report(&codes::UNDEFINED, span, message, "add its stanza");
            }
        }
        note.labels.truncate(1);
        self.cx.report(note);
    }
}
