//! Settings of a bridge's ports.

use super::is;
use crate::interfaces::kind::first;
use crate::interfaces::stanza::Line;
use crate::interfaces::{Job, Sheet, codes, link_fact};
use crate::text::ip::kind;
use netpivot_model::bridge::BridgePort;
use netpivot_model::link::{Link, LinkId};
use netpivot_model::path::{FieldPath, Seen, walk};
use netpivot_model::vocabulary::interfaces::Reader;

const PATH_COST: &str = "bridge_port.path_cost";
const PRIORITY: &str = "bridge_port.priority";

impl<'n> Job<'n> {
    /// The option of bridge-utils for it, unless another port has taken it: of repeated ones only the first works.
    fn free_option(&self, path: FieldPath, sheet: &mut Sheet) -> Option<&'static str> {
        let mut options = [(PATH_COST, "bridge-pathcost"), (PRIORITY, "bridge-portprio")].into_iter();
        let (_, option) = options.find(|(of, _)| is(path, of))?;
        let is_taken = first(sheet).options.iter().any(|(key, _)| key == option);
        (self.reader == Reader::Ifupdown && !is_taken).then_some(option)
    }

    /// What a bridge's stanza says of a port: ifupdown and ifupdown-ng by commands, ifupdown2 by options in the
    /// port's own stanza, but for what it has none.
    pub(super) fn port(&mut self, port: LinkId, bridge: &Link, sheet: &mut Sheet) {
        let network: &'n netpivot_model::network::Network = self.network;
        let link = network.link(port);
        let Some(name) = link.name.as_ref().filter(|name| self.names.contains(&name.value)) else { return };
        if let Some(settings) = &link.bridge_port {
            self.port_settings(port, settings, bridge, &name.value, sheet);
        }
        let commands = self.port_vlan_commands(port, &name.value);
        first(sheet).up.extend(commands.into_iter().map(Line::from));
    }

    fn port_settings(
        &mut self,
        port: LinkId,
        settings: &BridgePort,
        bridge: &Link,
        name: &str,
        sheet: &mut Sheet,
    ) {
        walk(settings, FieldPath::new(["bridge_port", "", ""]), &mut |path, seen| {
            let Seen::Leaf(leaf) = seen else { return };
            let Some(value) = leaf.value() else { return };
            if !leaf.is_said() || is(path, "bridge_port.vlans") || is(path, "bridge_port.no_default_vlan") {
                return;
            }
            if let Some(option) = self.free_option(path, sheet) {
                first(sheet).option(option, format!("{name} {value}"));
                return;
            }
            match kind::set(bridge, name, path, &value) {
                Some(command) => first(sheet).up.push(command.into()),
                None => {
                    let text = format!("no command of ip(8) says `{path}`");
                    self.cx.cannot(link_fact(port, path), &codes::SETTING, text, None);
                }
            }
        });
    }
}
