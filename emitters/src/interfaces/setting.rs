//! The settings of a link: by an option of the reader's, else by a command, else not at all.

mod command;
mod inet6;
mod option;
mod port;
mod special;

use super::kind::first;
use super::stanza::Stanza;
use super::{Job, ROOT, Sheet, codes, link_fact};
use crate::text::ip::setting::{command_for, forwarding};
use command::is_kind_by_command;
use netpivot_model::defaults::{self, Silence};
use netpivot_model::dialect::INTERFACES;
use netpivot_model::facts::effective;
use netpivot_model::ip::IpMethod;
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::network::EntryKind;
use netpivot_model::path::{FieldPath, Seen, walk_all};
use netpivot_model::value::Value;
use netpivot_model::vocabulary::interfaces::{Reader, option_for};

/// Settings that other modules write, or that need no word.
const ELSEWHERE: [&str; 33] = [
    "name",
    "kind",
    "autoconnect",
    "hotplug",
    "controller",
    "port_type",
    "id",
    "uuid",
    "managed",
    "nm.timestamp",
    "matches.mac",
    "eni.classes",
    "eni.no_auto_down",
    "eni.goes_down",
    "eni.no_scripts",
    "ipv4.method",
    "ipv4.addresses",
    "ipv4.gateway",
    "ipv4.route_metric",
    "ipv4.dns",
    "ipv4.dns_search",
    "ipv4.dns_options",
    "ipv6.method",
    "ipv6.addresses",
    "ipv6.gateway",
    "ipv6.route_metric",
    "ipv6.dns",
    "ipv6.dns_search",
    "ipv6.dns_options",
    "vlan.parent",
    "vlan.id",
    "ip_tunnel.parent",
    "unsupported.source_type",
];

/// What the other two programs lack; ifupdown's own lines stand elsewhere.
const ONLY_IFUPDOWN: [(&str, &str); 5] = [
    ("eni.alias_starts", "starts an alias with its interface"),
    ("eni.devices", "brings interfaces up under their own names only"),
    ("eni.logical", "brings interfaces up under their own names only"),
    ("eni.renamed_from", "gives interfaces no names"),
    ("eni.bridge_ports", "takes no pattern of ports"),
];

fn is(path: FieldPath, text: &'static str) -> bool {
    path == FieldPath::parse(text)
}

impl<'n> Job<'n> {
    /// Writes what the source says of the link, and what its silence means where the target's means something else.
    pub(super) fn settings(&mut self, id: LinkId, name: &str, sheet: &mut Sheet) {
        let network: &'n netpivot_model::network::Network = self.network;
        let link = network.link(id);
        let source = network.dialect_of(id);
        let target = self.reader.dialect();
        self.plug(id, name, sheet);
        self.port_vlan_options(id, sheet);
        let mut silent = defaults::paths(source, link);
        silent.extend(defaults::paths(target, link));
        // NetworkManager takes advertisements itself, or none; a stanza without a word leaves them to the kernel.
        silent.extend(["ipv6.accept_ra", "ipv6.autoconf"].map(FieldPath::parse));
        silent.sort_unstable();
        silent.dedup();
        silent.retain(|path| !link.leaf(*path).is_some_and(|leaf| leaf.is_said()));
        // What silence means stands where the setting would, so that the output read back gives itself again.
        walk_all(link, ROOT, &mut |path, seen| {
            let Seen::Leaf(leaf) = seen else { return };
            match leaf.value() {
                Some(value) if leaf.is_said() => self.setting_here(id, name, path, &value, sheet),
                Some(_) | None => {
                    if let Ok(n) = silent.binary_search(&path) {
                        self.silence(id, name, silent.remove(n), sheet);
                    }
                }
            }
        });
        for path in silent {
            self.silence(id, name, path, sheet);
        }
        self.vxlan_ends(id, sheet);
        if matches!(link.kind.value, LinkKind::Bridge(_)) {
            self.bridge_habits(id, link, sheet);
            self.lets_in(id, name);
            for port in self.ports.get(&id).cloned().unwrap_or_default() {
                self.port(port, link, sheet);
            }
        }
    }

    fn setting_here(&mut self, id: LinkId, name: &str, path: FieldPath, value: &Value, sheet: &mut Sheet) {
        if !self.is_elsewhere(path, self.network.link(id)) {
            self.setting(id, name, path, value, sheet);
            self.give_turn(id, path, &mut sheet.stanzas);
        }
    }

    /// Writes what the source's silence means where the target's means something else.
    fn silence(&mut self, id: LinkId, name: &str, path: FieldPath, sheet: &mut Sheet) {
        let link = self.network.link(id);
        if (is(path, "ipv6.accept_ra") && self.method(id, true) == Some(IpMethod::Disabled))
            || (is(path, "ipv6.autoconf") && self.takes_no_advertisements(id))
        {
            self.cx.otherwise(link_fact(id, path), "without-advertisements");
            return;
        }
        // ifupdown's static stanzas touch advertisements; addresses by commands leave them to the kernel.
        let is_left = self.reader == Reader::Ifupdown
            && (is(path, "ipv6.accept_ra") || is(path, "ipv6.autoconf"))
            && !sheet.stanzas.iter().any(|s| s.v6 && s.method != "manual");
        if let Silence::Value(value) = effective(self.network, id, path)
            && (is_left || defaults::of(self.reader.dialect(), path, link) != Silence::Value(value.clone()))
        {
            self.setting_here(id, name, path, &value, sheet);
        }
    }

    /// True where nothing is made of advertisements, whatever else is said of them.
    fn takes_no_advertisements(&self, id: LinkId) -> bool {
        effective(self.network, id, FieldPath::parse("ipv6.accept_ra")) == Silence::Value(Value::Int(0))
    }

    fn is_elsewhere(&self, path: FieldPath, link: &Link) -> bool {
        let parent_by_command = path.names().last() == Some("parent") && !self.has_options(link);
        ELSEWHERE.iter().any(|text| is(path, text) && *text != "ip_tunnel.parent")
            || parent_by_command
            || path.is_under("bridge_port")
            || path.names().any(|name| name == "peers")
    }

    /// What Debian's bridges do if nobody says otherwise, and other software does not.
    fn bridge_habits(&mut self, id: LinkId, link: &Link, sheet: &mut Sheet) {
        let stanza = first(sheet);
        let is_there = |stanza: &Stanza, key: &str| stanza.options.iter().any(|(k, _)| k == key);
        if !is_there(stanza, "bridge-stp") {
            let behind_ports =
                stanza.options.iter().position(|(key, _)| key == "bridge-ports").map_or(0, |n| n + 1);
            stanza.options.insert(behind_ports, ("bridge-stp".to_owned(), "off".to_owned()));
            self.cx.added(link_fact(id, FieldPath::parse("bridge.stp")), "stp-is-always-written");
        }
        let unsaid = link.eni.as_ref().is_none_or(|eni| eni.bridge_maxwait.is_none());
        let foreign = self.network.dialect_of(id).format != INTERFACES;
        if foreign && unsaid && !is_there(stanza, "bridge-maxwait") {
            // ifup would wait for twice the forward delay, which no other software does.
            stanza.option("bridge-maxwait", "0");
            self.cx.added(link_fact(id, FieldPath::parse("eni.bridge_maxwait")), "no-wait-for-ports");
        }
    }

    fn setting(&mut self, id: LinkId, name: &str, path: FieldPath, value: &Value, sheet: &mut Sheet) {
        let network: &'n netpivot_model::network::Network = self.network;
        let link = network.link(id);
        let is_made_by_ovs = matches!(link.kind.value, LinkKind::OvsInterface(_));
        if crate::ovs::is_column(path) || (is_made_by_ovs && is(path, "mtu")) {
            return;
        }
        if is_kind_by_command(self, link, id) && path.is_under(link.kind.value.field_name()) {
            return;
        }
        if link.is_addressless_port() && (path.is_under("ipv4") || path.is_under("ipv6")) {
            if !self.is_default(id, path, value) {
                let text = format!("`{path}` has no place: a port has no addresses of its own");
                self.cx.cannot(link_fact(id, path), &codes::SETTING, text, None);
            }
            return;
        }
        if let Some((_, why)) = ONLY_IFUPDOWN.iter().find(|(text, _)| is(path, text)) {
            let by_both = is(path, "eni.bridge_ports") && self.reader == Reader::Ifupdown2;
            if self.reader != Reader::Ifupdown && !by_both {
                let text = format!("{} {why}", self.reader.name());
                let help = crate::renames::cure(network.link(id), path);
                self.cx.cannot(link_fact(id, path), &codes::SETTING, text, help);
            }
            return;
        }
        if let Value::Map(entries) = value {
            for (entry, item) in entries {
                self.entry(id, name, path, (entry, item), sheet);
            }
            return;
        }
        if self.special(id, name, path, value, sheet) {
            return;
        }
        let command = command_for(link, name, path, value);
        let is_behind = self.turns.is_behind(id, self.ran.of_fact(network, link_fact(id, path)));
        if let Some(row) = option_for(path, self.reader).filter(|_| command.is_none() || !is_behind)
            && self.by_option(id, path, row, value, sheet)
        {
            return;
        }
        if let Some(command) = command {
            if let Some(key) = forwarding(name, path) {
                self.cx.otherwise(link_fact(id, path), "forwarding-by-the-kernel-setting");
                self.cx.added_entry(EntryKind::Sysctl, Some(id), key, "forwarding-by-the-kernel-setting");
            }
            if path.is_under("ethtool") {
                self.needs("ethtool");
            }
            let stanza = first(sheet);
            // Scripts of the add-on packages make these links, behind the stanza's own commands.
            let is_made_later =
                matches!(link.kind.value, LinkKind::Bridge(_) | LinkKind::Bond(_) | LinkKind::Vlan(_));
            if path.is_under("bond")
                || path.is_under("infiniband")
                || path.is_under("sriov")
                || ((is(path, "mtu") || is(path, "mac")) && !is_made_later)
            {
                // A bond's mode and its like are set before ports come; ifenslave takes a bond that is there.
                stanza.pre_up.push(command.into());
            } else {
                stanza.up.push(command.into());
            }
            return;
        }
        if !self.is_default(id, path, value) || self.does_otherwise(id, path, value) {
            let (text, help) = unsaid(self.reader, name, path);
            self.cx.cannot(link_fact(id, path), &codes::SETTING, text, help);
        } else {
            self.cx.otherwise(link_fact(id, path), "says-the-default");
        }
    }

    /// True where the source would do the same if it said nothing.
    fn is_default(&self, id: LinkId, path: FieldPath, value: &Value) -> bool {
        let silence = defaults::of(self.network.dialect_of(id), path, self.network.link(id));
        let unset =
            matches!(value, Value::Int(-1)) || matches!(value, Value::List(items) if items.is_empty());
        silence == Silence::Value(value.clone()) || (unset && !matches!(silence, Silence::Value(_)))
    }

    /// True where the reader's DHCP client, told nothing, is known to send something else.
    fn does_otherwise(&self, id: LinkId, path: FieldPath, value: &Value) -> bool {
        if !path.names().nth(1).is_some_and(|name| name.starts_with("dhcp_send_")) {
            return false;
        }
        match defaults::of(self.reader.dialect(), path, self.network.link(id)) {
            Silence::Value(other) => other != *value,
            Silence::Kernel | Silence::Daemon | Silence::Unknown => false,
        }
    }
}

/// What is said of a setting that no stanza can say, and the cure.
fn unsaid(reader: Reader, name: &str, path: FieldPath) -> (String, Option<String>) {
    let reader = reader.name();
    if is(path, "ipv4.ignore_auto_dns") || is(path, "ipv6.ignore_auto_dns") {
        let text = format!(
            "the clients that {reader} starts take the name servers that are offered to `{name}`; the source turns them down \
             (`{path}`)"
        );
        let help =
            "`supersede domain-name-servers …;` in dhclient.conf(5) names others for an interface".to_owned();
        return (text, Some(help));
    }
    (format!("neither an option of {reader} nor a command says `{path}`"), None)
}
