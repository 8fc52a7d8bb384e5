//! A controller's file lists its ports, with their settings beside them.

use super::Job;
use super::profile::Profile;
use foldhash::HashMap;
use netpivot_model::codes::ifcfg_output as codes;
use netpivot_model::link::{LinkId, PortType};
use netpivot_model::path::FieldPath;
use netpivot_model::value::{LinkRef, Value};

/// The ports that each link's file lists, and which links are listed.
pub(super) fn listed(job: &Job<'_>) -> (Vec<Vec<LinkId>>, Vec<bool>) {
    let count = job.network.links.len();
    let has_file = |id: LinkId| job.refused[id.0 as usize].is_none();
    let mut controllers: HashMap<&str, (LinkId, PortType)> = HashMap::default();
    for (id, link) in job.network.links().filter(|(id, _)| has_file(*id)) {
        let lists = |kind: &PortType| matches!(kind, PortType::Bridge | PortType::Bond | PortType::Team);
        if let (Some(name), Some(kind)) = (&link.name, link.kind.value.port_type().filter(lists)) {
            controllers.entry(&name.value).or_insert((id, kind));
        }
    }
    let (mut ports, mut is_listed) = (vec![Vec::new(); count], vec![false; count]);
    for (id, link) in job.network.links().filter(|(id, _)| has_file(*id)) {
        let Some(LinkRef::Name(name)) = link.controller.as_ref().map(|at| &at.value) else { continue };
        let Some((controller, kind)) = controllers.get(name.as_str()).filter(|(other, _)| *other != id)
        else {
            continue;
        };
        if link.port_type.as_ref().is_none_or(|at| at.value == *kind) {
            ports[controller.0 as usize].push(id);
            is_listed[id.0 as usize] = true;
        }
    }
    // In the order of their files, in which they come back.
    for list in &mut ports {
        list.sort_by_key(|id| job.network.link(*id).name.as_ref().map(|at| at.value.as_str()));
    }
    (ports, is_listed)
}

impl Job<'_> {
    /// The names of a link's ports.
    pub(super) fn port_names(&self, p: &Profile<'_>) -> Vec<String> {
        let ports = self.ports[p.id.0 as usize].iter();
        ports.filter_map(|id| self.network.link(*id).name.as_ref()).map(|at| at.value.clone()).collect()
    }

    /// What the file of a port says of its controller.
    pub(super) fn controller(&mut self, p: &mut Profile<'_>) {
        if !matches!(self.ovs[p.id.0 as usize], super::ovs::Role::None) {
            return self.layered();
        }
        let Some(controller) = &p.link.controller else {
            return self.unsaid(p, "port_type", "the link has no controller");
        };
        if self.is_listed[p.id.0 as usize] {
            p.done("controller");
            p.done("port_type");
            return self.port_settings(p);
        }
        match (&controller.value, p.link.port_type.as_ref().map(|at| at.value)) {
            (LinkRef::Name(name), Some(PortType::Bridge | PortType::Bond | PortType::Team) | None) => {
                self.set(p, FieldPath::parse("controller"), "MASTER_DEVICE", name.clone());
                self.unsaid(
                    p,
                    "port_type",
                    "only the controller's own file says what it is, and there is none",
                );
            }
            (_, _) => {
                for path in ["controller", "port_type"] {
                    self.unsaid(
                        p,
                        path,
                        "wicked knows ports of bridges, bonds and teams, which it tells by their names",
                    );
                }
            }
        }
    }

    /// The settings of a port that stand in the file of its controller.
    fn port_settings(&mut self, p: &mut Profile<'_>) {
        for path in ["bridge_port.priority", "bridge_port.path_cost", "team_port.config"] {
            if p.said(path).is_some() && !(path == "team_port.config" && self.lost_port_config(p)) {
                p.done(path);
            }
        }
    }

    /// BRIDGE_PORTS and the lists beside it.
    pub(super) fn bridge_ports(&mut self, p: &mut Profile<'_>) {
        let names = self.port_names(p);
        if names.is_empty() {
            return;
        }
        self.list(p, "BRIDGE_PORTS", &names);
        let lists = [
            ("bridge_port.priority", "BRIDGE_PORTPRIORITIES"),
            ("bridge_port.path_cost", "BRIDGE_PATHCOSTS"),
        ];
        for (path, key) in lists {
            let of = |id: &LinkId| {
                self.network.link(*id).leaf(FieldPath::parse(path)).and_then(|leaf| leaf.value())
            };
            let values: Vec<Option<Value>> = self.ports[p.id.0 as usize].iter().map(of).collect();
            if values.iter().any(Option::is_some) {
                let word =
                    |value: &Option<Value>| value.as_ref().map_or_else(|| "-".to_owned(), Value::to_string);
                let words: Vec<String> = values.iter().map(word).collect();
                self.list(p, key, &words);
            }
        }
    }

    /// A list that is longer than wicked reads is told with the link.
    fn list(&mut self, p: &mut Profile<'_>, key: &str, words: &[String]) {
        let text = words.join(" ");
        if super::text::is_sayable(key, &text) {
            p.sheet.set(key, text);
        } else {
            let why = format!("`{key}` is longer than a line that wicked reads");
            self.cannot(p, super::profile::ROOT, &codes::REFUSED, why);
        }
    }

    /// Keys of any suffix, one a port.
    pub(super) fn numbered_ports(&mut self, p: &mut Profile<'_>, stem: &str) {
        for (n, name) in self.port_names(p).into_iter().enumerate() {
            p.sheet.set(format!("{stem}_{n}"), name);
        }
    }
}
