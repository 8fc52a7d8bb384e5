//! What joins links: ports of bridges, bonds, VRFs and Open vSwitch. Done once all links are there, since the stanzas
//! come in any order.

use super::build::Builder;
use super::codes;
use super::document::Opt;
use foldhash::{HashMap, HashSet};
use netpivot_model::link::{Link, LinkId, LinkKind, PortType, needs};
use netpivot_model::path::FieldPath;
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::{IfName, LinkRef, Value};
use netpivot_model::virtual_link::Veth;
use netpivot_model::vocabulary::interfaces::{Reader, Row};

/// A relation in the making.
#[derive(Debug)]
pub(super) struct Relation {
    /// The link whose stanza says it.
    pub link: LinkId,
    pub option: Opt,
    what: What,
}

#[derive(Debug)]
enum What {
    /// The option lists the ports of the link.
    Ports,
    /// The option names the controller of the link.
    Member(&'static str),
    /// A setting of one port, by name.
    Setting { port: String, row: &'static Row, path: &'static str, value: String },
    /// A setting of all ports.
    All { row: &'static Row, path: &'static str },
    /// VLANs of bridge ports.
    Vlans(&'static str),
    /// Open vSwitch.
    Ovs(&'static str),
    /// The local address of all VXLANs that say none, which stands on `lo`.
    LocalOfVxlans,
}

/// The ports of each link with the place that says so, in order.
pub(super) type Ports = HashMap<LinkId, Vec<LinkId>>;

impl Relation {
    pub fn ports(link: LinkId, option: Opt) -> Self {
        Relation { link, option, what: What::Ports }
    }

    pub fn member(link: LinkId, option: Opt, kind: &'static str) -> Self {
        Relation { link, option, what: What::Member(kind) }
    }

    pub fn vlans(link: LinkId, name: &'static str, option: Opt) -> Self {
        Relation { link, option, what: What::Vlans(name) }
    }

    pub fn ovs(link: LinkId, name: &'static str, option: Opt) -> Self {
        Relation { link, option, what: What::Ovs(name) }
    }

    pub fn local_of_vxlans(link: LinkId, option: Opt) -> Self {
        Relation { link, option, what: What::LocalOfVxlans }
    }

    pub fn all_ports(link: LinkId, row: &'static Row, path: &'static str, option: Opt) -> Self {
        Relation { link, option, what: What::All { row, path } }
    }

    pub fn port_setting(
        link: LinkId,
        port: String,
        row: &'static Row,
        path: &'static str,
        value: String,
        option: Opt,
    ) -> Self {
        Relation { link, option, what: What::Setting { port, row, path, value } }
    }
}

impl Builder<'_> {
    /// `vxlan-local-tunnelip` of `lo` (addons/vxlan.py: `self._vxlan_local_tunnelip`).
    fn local_of_vxlans(&mut self, lo: LinkId, option: &Opt) {
        let Ok(local) = option.value.text.parse::<std::net::IpAddr>() else {
            return self.refuse(option, "an IP address");
        };
        let origin = Origin::derived("vxlan-local-of-lo", [option.span]);
        let mut is_used = false;
        for link in &mut self.network.links {
            if let LinkKind::Vxlan(vxlan) = &mut link.kind.value
                && vxlan.local.is_none()
            {
                vxlan.local = Some(At::new(local, origin.clone()));
                is_used = true;
            }
        }
        if !is_used {
            self.misplaced(lo, option);
        }
    }

    /// Joins the links.
    pub(super) fn relate(&mut self) {
        let with_stanzas = self.by_name.len();
        let relations = std::mem::take(&mut self.relations);
        let mut vlans = Vec::new();
        let mut layers = Vec::new();
        let mut settings = Vec::new();
        let mut listed = Vec::new();
        let mut members: HashSet<LinkId> = HashSet::default();
        for relation in relations {
            match relation.what {
                What::Ports => listed.extend(self.plug_all(relation.link, &relation.option)),
                What::Member(kind) => {
                    members.insert(relation.link);
                    self.member(relation.link, &relation.option, kind);
                }
                What::Vlans(name) => vlans.push((relation.link, name, relation.option)),
                What::LocalOfVxlans => self.local_of_vxlans(relation.link, &relation.option),
                What::Ovs(name) => layers.push((relation.link, name, relation.option)),
                What::Setting { .. } | What::All { .. } => settings.push(relation),
            }
        }
        self.primaries();
        self.copies_for_bonds();
        self.peers();
        self.open_vswitch(layers);
        let ports = self.all_ports();
        for relation in settings {
            self.port_setting(relation, &ports);
        }
        self.bridge_vlans(vlans, &ports);
        for port in listed {
            members.remove(&port);
        }
        self.start_ports(&members);
        self.start_lowers(with_stanzas);
    }

    fn all_ports(&self) -> Ports {
        let mut ports = Ports::default();
        for (id, link) in self.network.links() {
            let Some(controller) = &link.controller else { continue };
            if let Some(controller) = self.by_name.get(controller.value.to_string().as_str()) {
                ports.entry(*controller).or_default().push(id);
            }
        }
        ports
    }

    /// The link of that name; one is made where no stanza says anything of it.
    pub(super) fn link_named(&mut self, name: &str, span: Span) -> Option<LinkId> {
        if let Some(id) = self.by_name.get(name) {
            return Some(*id);
        }
        if name.parse::<IfName>().is_err() {
            self.report(
                &codes::NAME,
                span,
                format!("no interface can be called `{name}`"),
                "correct the name",
            );
            return None;
        }
        // bridge-utils makes a port `eth0.5` that is not there as the VLAN that its name says.
        let part = super::lines::Part::new(name, span);
        let stanza = super::document::Stanza::new(part, span, 0);
        let link = Link {
            name: Some(At::new(name.to_owned(), Origin::derived("named-as-port", [span]))),
            kind: super::kind::of(name, &[stanza], self.reader),
            ..Link::default()
        };
        let id = self.network.add_link(link);
        self.by_name.insert(name.to_owned(), id);
        Some(id)
    }

    /// The other end of a veth pair is made with it, whether a stanza speaks of it or not.
    fn peers(&mut self) {
        let ends: Vec<(String, String, Span)> = self
            .network
            .links
            .iter()
            .filter_map(|link| {
                let LinkKind::Veth(veth) = &link.kind.value else { return None };
                let peer = veth.peer.as_ref()?;
                let LinkRef::Name(name) = &peer.value else { return None };
                Some((link.name.as_ref()?.value.clone(), name.clone(), peer.origin.span()?))
            })
            .collect();
        for (own, peer, span) in ends {
            let Some(id) = self.link_named(&peer, span) else { continue };
            let link = self.link(id);
            if matches!(link.kind.value, LinkKind::Ethernet(_)) {
                let origin = || Origin::derived("end-of-a-pair", [span]);
                let veth = Veth { peer: Some(At::new(LinkRef::Name(own), origin())) };
                link.kind = At::new(LinkKind::Veth(Box::new(veth)), origin());
            }
        }
    }

    /// Plugs the ports of a list in, and gives them.
    fn plug_all(&mut self, controller: LinkId, option: &Opt) -> Vec<LinkId> {
        let port_type = self.network.link(controller).kind.value.port_type();
        let mut ports = Vec::new();
        for (name, span) in self.port_names(option) {
            // A range of ports shares one word; the line as a whole is then the place.
            let Some(port) = self.link_named(&name, span) else { continue };
            if let Some(port_type) = port_type {
                self.plug(port, controller, port_type, span);
            }
            ports.push(port);
        }
        ports
    }

    pub(super) fn plug(&mut self, port: LinkId, controller: LinkId, port_type: PortType, span: Span) {
        let name = self.network.link(controller).label().to_owned();
        let before = self.network.link(port).controller.clone();
        if let Some(before) = before {
            if before.value.to_string() == name {
                if let Some(at) = &mut self.link(port).controller {
                    at.origin.merge(&Origin::at(span));
                }
            } else {
                let label = self.network.link(port).label().to_owned();
                let message = format!(
                    "`{label}` is a port of `{}` already, so it cannot be one of `{name}`",
                    before.value
                );
                self.report(&codes::IDLE, span, message, "name it as port of one of the two");
            }
            return;
        }
        let link = self.link(port);
        link.controller = Some(At::new(Self::reference(&name), span));
        link.port_type = Some(At::new(port_type, Origin::derived("port-type-of-controller", [span])));
    }

    fn member(&mut self, link: LinkId, option: &Opt, kind: &'static str) {
        let name = option.value.text.clone();
        let controller = match self.by_name.get(&name) {
            Some(id) => *id,
            None => {
                // The check of references says that it is not there.
                let port_type = if kind == "bond" { PortType::Bond } else { PortType::Vrf };
                let link = self.link(link);
                link.controller = Some(At::new(Self::reference(&name), option.span));
                link.port_type =
                    Some(At::new(port_type, Origin::derived("port-type-of-controller", [option.span])));
                return;
            }
        };
        let port_type = if kind == "bond" { PortType::Bond } else { PortType::Vrf };
        self.plug(link, controller, port_type, option.span);
    }

    fn port_setting(&mut self, relation: Relation, ports: &Ports) {
        let Relation { link, option, what } = relation;
        match what {
            What::Setting { port, row, path, value } => {
                let target = self.by_name.get(&port).copied();
                let is_port = target.is_some_and(|id| ports.get(&link).is_some_and(|all| all.contains(&id)));
                let Some(target) = target.filter(|_| is_port) else {
                    let message = format!(
                        "`{}` says nothing: `{port}` is no port of `{}`",
                        self.shown(&option),
                        self.network.link(link).label()
                    );
                    self.report(&codes::IDLE, option.span, message, "correct the name of the port");
                    return;
                };
                match row.codec.read(&value) {
                    Ok(value) => self.set(target, &option, FieldPath::parse(path), &value),
                    Err(refused) => self.refuse(&option, refused.0),
                }
            }
            What::All { row, path } => {
                let Some(value) = self.value(&option, row) else { return };
                for port in ports.get(&link).into_iter().flatten() {
                    let said = self
                        .network
                        .link(*port)
                        .leaf(FieldPath::parse(path))
                        .is_some_and(|leaf| leaf.is_said());
                    if !said {
                        self.set(*port, &option, FieldPath::parse(path), &value);
                    }
                }
            }
            What::Ports | What::Member(_) | What::Vlans(_) | What::Ovs(_) | What::LocalOfVxlans => {}
        }
    }

    /// The scripts bring the ports that a controller lists up with it, so they start when it does. What names its bond
    /// itself starts by itself.
    fn start_ports(&mut self, members: &HashSet<LinkId>) {
        for n in 0..self.network.links.len() {
            let link = &self.network.links[n];
            if link.autoconnect.is_some() {
                continue;
            }
            let Some(controller) = &link.controller else { continue };
            let controller = self.by_name.get(controller.value.to_string().as_str());
            let started =
                controller.and_then(|id| self.network.link(*id).autoconnect.clone()).filter(|at| at.value);
            let by_list = link.port_type.as_ref().is_some_and(|at| at.value != PortType::Vrf)
                && !members.contains(&LinkId(u32::try_from(n).unwrap_or(u32::MAX)));
            if let Some(started) = started.filter(|_| by_list) {
                let origin = Origin::derived("started-with-controller", started.origin.spans().to_vec());
                self.network.links[n].autoconnect = Some(At::new(true, origin));
            }
        }
    }

    /// ifupdown2 and ifupdown-ng bring up what an interface needs (`get_dependent_ifacenames()` of addons/*.py and
    /// `_up_vrf_slave_without_master()`; `depend` of executor-scripts and `requires`), whether a line starts it or not, where it has a stanza: the first `with_stanzas` of the names.
    fn start_lowers(&mut self, with_stanzas: usize) {
        if self.reader == Reader::Ifupdown {
            return;
        }
        let mut started: Vec<LinkId> = self.network.links().map(|(id, _)| id).collect();
        started.retain(|id| self.network.link(*id).autoconnect.as_ref().is_some_and(|at| at.value));
        while let Some(id) = started.pop() {
            let link = self.network.link(id);
            let named = needs(link).filter_map(|setting| link.leaf(FieldPath::parse(setting))?.value());
            let mut lowers: Vec<String> = named.map(|value| value.to_string()).collect();
            lowers.extend(self.required.iter().filter(|(by, _)| *by == id).map(|(_, name)| name.clone()));
            let spans = link.autoconnect.as_ref().map(|at| at.origin.spans().to_vec()).unwrap_or_default();
            for name in lowers {
                let Some((place, _, lower)) = self.by_name.get_full(name.as_str()) else { continue };
                let lower = *lower;
                if place < with_stanzas && self.network.link(lower).autoconnect.is_none() {
                    let origin = Origin::derived("started-as-needed", spans.clone());
                    self.link(lower).autoconnect = Some(At::new(true, origin));
                    started.push(lower);
                }
            }
        }
    }

    /// Sets a setting by path where nothing is said.
    pub(super) fn derive(
        &mut self,
        link: LinkId,
        path: &'static str,
        value: &Value,
        rule: &'static str,
        spans: Vec<Span>,
    ) {
        if let Some(leaf) = self.link(link).leaf_mut(FieldPath::parse(path)) {
            leaf.set(value, Origin::derived(rule, spans)).ok();
        }
    }
}
