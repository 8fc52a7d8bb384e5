//! Open vSwitch (README.Debian of openvswitch-switch): bridge, port and interface are three layers of its database, of
//! which a stanza names one and implies the others.

use super::build::Builder;
use super::codes;
use super::document::Opt;
use crate::text::ovs::{Setting, commands, set_column};
use indexmap::IndexMap;
use netpivot_model::link::{Link, LinkId, LinkKind, PortType};
use netpivot_model::network::{Leftover, Weight};
use netpivot_model::ovs::OvsInterfaceType;
use netpivot_model::path::FieldPath;
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::{LinkRef, Scalar, Value};
use netpivot_model::vocabulary::interfaces::Reader;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The name of the rule that makes the layers.
const RULE: &str = "ovs-layers";

/// The options of one interface.
#[derive(Default)]
struct Options {
    by_name: BTreeMap<&'static str, Opt>,
    /// `ovs-extra` may be said again.
    extra: Vec<Opt>,
}

impl Options {
    fn get(&self, name: &str) -> Option<&Opt> {
        self.by_name.get(name)
    }
}

impl Builder<'_> {
    pub(super) fn open_vswitch(&mut self, options: Vec<(LinkId, &'static str, Opt)>) {
        let mut by_link: IndexMap<LinkId, Options> = IndexMap::new();
        for (link, name, option) in options {
            let own = by_link.entry(link).or_default();
            if name == "ovs-extra" {
                own.extra.push(option);
            } else {
                own.by_name.entry(name).or_insert(option);
            }
        }
        let is_bridge =
            |options: &Options| options.get("ovs-type").is_some_and(|o| o.value.text == "OVSBridge");
        let (bridges, others): (Vec<_>, Vec<_>) =
            by_link.into_iter().partition(|(_, options)| is_bridge(options));
        let mut made: BTreeMap<String, LinkRef> = BTreeMap::new();
        for (link, options) in &bridges {
            self.ovs_bridge(*link, options, &mut made);
        }
        let mut brought_up: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for (link, options) in &bridges {
            let names = options.get("ovs-ports").map(|option| self.port_names(option)).unwrap_or_default();
            let bridge =
                self.by_name.iter().find(|(_, id)| *id == link).map_or("", |(name, _)| name.as_str());
            brought_up.entry(bridge).or_default().extend(names.into_iter().map(|(name, _)| name));
        }
        let brought_up: BTreeMap<String, BTreeSet<String>> =
            brought_up.into_iter().map(|(bridge, ports)| (bridge.to_owned(), ports)).collect();
        for (link, options) in &others {
            self.ovs_port(*link, options, &made, &brought_up);
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
            self.bridge_options(bridge, option);
        }
        self.extra(&[bridge, port, link], options);
        self.started_by_openvswitch(&[link, bridge, port]);
    }

    /// ifupdown2 sets the words as columns of the bridge; ifupdown's script appends them to `add-br BRIDGE`, which takes the
    /// bridge below and the VLAN of a fake bridge.
    fn bridge_options(&mut self, bridge: LinkId, option: &Opt) {
        if self.reader == Reader::Ifupdown2 {
            return self.columns(bridge, option);
        }
        let all = commands(&option.value.text);
        let words = all.first().map_or("", String::as_str);
        if words.contains('=') {
            let name = self.network.link(bridge).label().to_owned();
            let message = format!(
                "`ovs-vsctl add-br {name} {words}` is refused, so there is no bridge: it takes no columns"
            );
            let help = format!("write `ovs_extra set bridge {name} {words}`");
            self.report(&codes::VALUE, option.span, message, &help);
        } else if !words.is_empty() {
            self.left(bridge, option, words, "bridge below, and VLAN of a fake bridge");
        }
        for command in all.iter().skip(1) {
            self.command(&[bridge], option, command);
        }
    }

    /// Bridges of the class `ovs` are brought up by the start script of openvswitch-switch.
    fn started_by_openvswitch(&mut self, links: &[LinkId]) {
        let Some(link) = links.first().map(|id| self.network.link(*id)) else { return };
        let class = link.eni.iter().flat_map(|eni| &eni.classes.items).find(|class| class.value == "ovs");
        let Some(origin) = class.map(|class| class.origin.clone()) else { return };
        if link.autoconnect.is_some() {
            return;
        }
        for id in links {
            self.link(*id).autoconnect = Some(At::new(true, origin.clone()));
        }
    }

    /// ovs_extra: commands with `--` between them. What the model has a place for is set in the layer, the rest is kept.
    fn extra(&mut self, layers: &[LinkId], options: &Options) {
        for option in &options.extra {
            for command in commands(&option.value.text) {
                self.command(layers, option, &command);
            }
        }
    }

    fn command(&mut self, layers: &[LinkId], option: &Opt, command: &str) {
        let Some(first) = layers.first().filter(|_| !command.is_empty()) else { return };
        // The scripts have the shell put in the name of the interface.
        let name = self.network.link(*first).label();
        let filled = command.replace("${IFACE}", name).replace("$IFACE", name);
        let setting = Setting::of(&filled);
        let fits =
            |setting: &Setting<'_>| layers.iter().copied().find(|id| setting.is_for(self.network.link(*id)));
        let beyond = match setting.as_ref().and_then(|setting| Some((setting, fits(setting)?))) {
            Some((setting, id)) => setting.apply(self.link(id), option.span),
            None => Some(command.to_owned()),
        };
        if let Some(beyond) = beyond {
            self.left(*first, option, &beyond, "the scripts hand it to ovs-vsctl(8)");
        }
    }

    fn left(&mut self, link: LinkId, option: &Opt, words: &str, meaning: &str) {
        // A layer has no stanza: its leftovers are those of the link that has one.
        let label = self.network.link(link).label();
        let owner = self.by_name.get(label).copied().unwrap_or(link);
        self.network.leftovers.push(Leftover {
            owner: Some(owner),
            section: None,
            key: option.name.clone(),
            value: words.to_owned(),
            secret: self.cx.items[option.item].secret,
            weight: Weight::Acts,
            meaning: meaning.to_owned(),
            origin: Origin::at(option.span),
        });
    }

    fn ovs_port(
        &mut self,
        link: LinkId,
        options: &Options,
        made: &BTreeMap<String, LinkRef>,
        brought_up: &BTreeMap<String, BTreeSet<String>>,
    ) {
        let Some(bridge) = options.get("ovs-bridge") else {
            for option in options.by_name.values().chain(&options.extra) {
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
            "OVSTunnel" => self.tunnel_type(options),
            _ => None,
        };
        if let Some(kind) = kind {
            let tunnel =
                options.get("ovs-tunnel-type").filter(|_| kind.is_tunnel()).map(|option| option.span);
            let spans = std::iter::once(span).chain(tunnel).collect();
            self.derive(link, "ovs_interface.interface_type", &Value::text(kind.as_str()), RULE, spans);
        }
        if let Some(peer) = options.get("ovs-patch-peer") {
            self.set(
                link,
                peer,
                FieldPath::parse("ovs_interface.patch_peer"),
                &Value::text(peer.value.text.clone()),
            );
        }
        if let Some(option) = options.get("ovs-tunnel-options") {
            self.columns(link, option);
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
        self.extra(&[link, port], options);
        let listed = brought_up.get(&bridge.value.text).is_some_and(|ports| {
            self.network.link(link).name.as_ref().is_some_and(|name| ports.contains(&name.value))
        });
        self.started_by_bridge(link, &bridge.value.text, listed);
        if link != port {
            self.link(port).autoconnect = self.network.link(link).autoconnect.clone();
        }
    }

    fn tunnel_type(&mut self, options: &Options) -> Option<OvsInterfaceType> {
        let option = options.get("ovs-tunnel-type")?;
        let kind = OvsInterfaceType::from_text(&option.value.text).ok().filter(|kind| kind.is_tunnel());
        if kind.is_none() {
            self.refuse(option, "a type of tunnel that Open vSwitch knows (gre, vxlan, geneve, …)");
        }
        kind
    }

    /// Ports of the class `BRIDGE` that the bridge lists come up with it, under ifupdown.
    fn started_by_bridge(&mut self, link: LinkId, bridge: &str, listed: bool) {
        let started = self.by_name.get(bridge).and_then(|id| self.network.link(*id).autoconnect.clone());
        let Some(eni) = self.link(link).eni.as_mut().filter(|_| listed) else { return };
        let Some(position) = eni.classes.items.iter().position(|class| class.value == bridge) else { return };
        if started.as_ref().is_none_or(|at| !at.value) {
            return;
        }
        let class = eni.classes.items.remove(position);
        let link = self.link(link);
        if link.eni.as_ref().is_some_and(|eni| **eni == netpivot_model::eni::EniOnly::default()) {
            link.eni = None;
        }
        match &mut link.autoconnect {
            Some(at) => at.origin.merge(&class.origin),
            None => {
                let spans =
                    class.origin.spans().iter().chain(started.iter().flat_map(|at| at.origin.spans()));
                let origin = Origin::derived("started-with-controller", spans.copied().collect::<Vec<_>>());
                link.autoconnect = Some(At::new(true, origin));
            }
        }
    }

    /// `tag=100 vlan_mode=access trunks=1,2 lacp=active bond_mode=…`: columns for ovs-vsctl(8), then further commands.
    fn columns(&mut self, target: LinkId, option: &Opt) {
        let all = commands(&option.value.text);
        let columns = all.first().map_or("", String::as_str).to_owned();
        let beyond: Vec<&str> = columns
            .split(' ')
            .filter(|word| !word.is_empty() && !set_column(word, self.link(target), option.span))
            .collect();
        if !beyond.is_empty() {
            self.left(target, option, &beyond.join(" "), "the scripts hand it to ovs-vsctl(8)");
        }
        for command in all.iter().skip(1) {
            self.command(&[target], option, command);
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
