//! One link becomes one profile.

use super::Job;
use super::file::File;
use crate::advertisements;
use crate::free_text;
use netpivot_model::bridge::forward_delay_with_stp;
use netpivot_model::codes::keyfile as codes;
use netpivot_model::defaults::{self, Silence};
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::dialect::KEYFILE;
use netpivot_model::facts::effective;
use netpivot_model::ip::LinkLocal4;
use netpivot_model::link::{Link, LinkId, LinkKind, PortType};
use netpivot_model::network::{EntryKind, Weight};
use netpivot_model::nm::Match;
use netpivot_model::path::{FactPath, FieldPath, Seen, Subject, walk};
use netpivot_model::reflect::Node;
use netpivot_model::secret::{HIDDEN, redact};
use netpivot_model::value::{LinkRef, Value};
use netpivot_model::vocabulary::keyfile as vocabulary;
use netpivot_model::vocabulary::keyfile::{Codec, Row, WIREGUARD_PEER, text};
use netpivot_model::wireguard::Peer;

/// The release that brought `link-local=fallback`.
const FALLBACK: u16 = 52;

const ROOT: FieldPath = FieldPath::new([""; 3]);

/// The namespace of the UUIDs that profiles get which have none: made once, for netpivot's keyfiles.
const NAMESPACE: uuid::Uuid = uuid::uuid!("6f2c1f1e-7d0a-5c43-9a55-3f1c8a1d9b20");

pub(super) fn link_fact(id: LinkId, field: FieldPath) -> FactPath {
    FactPath { subject: Subject::Link(id), field }
}

/// Settings that stand elsewhere than in a key of their own.
const ELSEWHERE: [&str; 4] = ["kind", "managed", "unsupported.source_type", "tc.replace"];

/// True for a speed without duplex, or the other way round (`nm-connection.c:_normalize_ethernet_link_neg()`).
fn is_half_of_speed(link: &Link, path: FieldPath) -> bool {
    let is_said = |path| link.leaf(FieldPath::parse(path)).is_some_and(|leaf| leaf.is_said());
    path.is("ethtool.speed") && !is_said("ethtool.duplex")
        || path.is("ethtool.duplex") && !is_said("ethtool.speed")
}

/// Names of the kernel's settings that stand for all devices or for those to come (`nm_utils_ifname_valid_kernel()`).
const NO_NAMES: [&str; 2] = ["all", "default"];

impl Job<'_> {
    /// Writes the profile of a link, or says why there is none. Where the device stays unmanaged, that is said
    /// elsewhere.
    pub(super) fn profile(&mut self, id: LinkId, stays_unmanaged: bool) {
        let link = self.network.link(id);
        let Some(type_word) = self.type_word(id) else { return };
        let mut file = File::default();
        self.leftovers(id, &mut file);
        groups(link, &mut file);
        self.said(id, &mut file);
        self.silent(id, &mut file);
        let profile_id = self.identity(id, &type_word, &mut file);
        self.flags(id, &mut file);
        self.peers(link, &mut file);
        if link.is_addressless_port() {
            self.port(id, &mut file);
        } else {
            for v6 in [false, true] {
                if !self.has_no_group(id, v6) {
                    self.ip(id, v6, &mut file);
                }
            }
        }
        self.beside(id, stays_unmanaged);
        let uuid = uuid_of(link);
        self.add_profile(&profile_id, &uuid, file);
    }

    /// True where a keyfile had no group of that family: a missing group means another `addr-gen-mode` than one
    /// without that key, so it stays missing.
    fn has_no_group(&self, id: LinkId, v6: bool) -> bool {
        let link = self.network.link(id);
        let config = if v6 { &link.ipv6 } else { &link.ipv4 };
        config.is_none() && self.network.dialect_of(id).format == KEYFILE
    }

    /// The word of `connection.type`; `None` where keyfiles have no such type.
    fn type_word(&mut self, id: LinkId) -> Option<String> {
        let link = self.network.link(id);
        if let LinkKind::Unsupported(kind) = &link.kind.value {
            let word = kind.source_type.as_ref().map_or("?", |at| at.value.as_str());
            if self.network.dialect_of(id).format == KEYFILE {
                return Some(word.to_owned());
            }
            let text = format!("keyfiles get no profile for a link of type `{word}`");
            let help = "configure it in the target by hand".to_owned();
            self.cx.cannot(link_fact(id, ROOT), &codes::SETTING, text, help);
            return None;
        }
        if self.is_of_tunnel(link) {
            let text = "NetworkManager's profiles of Open vSwitch have no type for tunnels";
            let help = "make the port with ovs-vsctl(8) on the host".to_owned();
            self.cx.cannot(link_fact(id, ROOT), &codes::SETTING, text, help);
            return None;
        }
        if let Some(name) = link.name.as_ref().filter(|at| NO_NAMES.contains(&at.value.as_str())) {
            let text = format!("NetworkManager refuses a profile for a device of the name `{}`", name.value);
            let help = "name the device".to_owned();
            self.cx.cannot(link_fact(id, ROOT), &codes::SETTING, text, help);
            return None;
        }
        let word = link.kind.value.word();
        if let Some(key) = self.missing(id) {
            let text =
                format!("NetworkManager refuses a profile of type {word} without `{key}`, so there is none");
            let help = "say it in the source".to_owned();
            self.cx.cannot(link_fact(id, ROOT), &codes::SETTING, text, help);
            return None;
        }
        if let Some(since) = vocabulary::kind_since(&link.kind.value).filter(|since| *since > self.minor) {
            let text = format!("NetworkManager knows profiles of type {word} since 1.{since} only");
            let help = format!("name the target's release: `-t keyfile@1.{since}`");
            self.cx.cannot(link_fact(id, ROOT), &codes::TOO_NEW, text, help);
            return None;
        }
        let is_wireless = link.name.as_ref().is_some_and(|at| at.value.starts_with("wl"));
        if is_wireless && matches!(link.kind.value, LinkKind::Ethernet(_)) {
            let text = format!(
                "`{}` has the name of a wireless card, for which this profile is not used",
                link.label()
            );
            let help = "say its network in the source (`wpa-ssid`), or let hostapd put it into the bridge";
            let found = Diagnostic::new(&codes::WIRELESS_NAME, text).about(link_fact(id, ROOT)).help(help);
            self.cx.diagnostics.push(found);
        }
        Some(word.to_owned())
    }

    /// True for a tunnel of Open vSwitch, and for its port.
    fn is_of_tunnel(&self, link: &Link) -> bool {
        let is_tunnel = |link: &Link| {
            let LinkKind::OvsInterface(interface) = &link.kind.value else { return false };
            interface.interface_type.as_ref().is_some_and(|at| at.value.is_tunnel())
        };
        let of_port = |other: &Link| match other.controller.as_ref().map(|at| &at.value) {
            Some(LinkRef::Uuid(uuid)) => link.uuid.as_ref().is_some_and(|at| at.value == *uuid),
            Some(LinkRef::Name(name)) => link.label() == name,
            Some(LinkRef::Mac(_)) | None => false,
        };
        let is_port = matches!(link.kind.value, LinkKind::OvsPort(_));
        is_tunnel(link)
            || (is_port && self.network.links.iter().any(|other| is_tunnel(other) && of_port(other)))
    }

    /// A setting that NetworkManager wants and the source does not have. What comes from a keyfile goes back as it is.
    fn missing(&self, id: LinkId) -> Option<&'static str> {
        let link = self.network.link(id);
        let own = self.network.dialect_of(id).format == KEYFILE;
        let unsaid =
            |path: &'static str| link.leaf(FieldPath::parse(path)).is_some_and(|leaf| !leaf.is_said());
        if link.wifi_security.as_ref().is_some_and(|security| security.key_mgmt.is_none()) && !own {
            return Some("key-mgmt");
        }
        let found = [
            ("ip_tunnel.mode", "mode"),
            ("ip_tunnel.remote", "remote"),
            ("veth.peer", "peer"),
            ("vrf.table", "table"),
            ("wifi.ssid_hex", "ssid"),
        ];
        found.into_iter().find(|(path, _)| !own && unsaid(path)).map(|(_, key)| key)
    }

    /// What the input says, where it differs from the property's default.
    fn said(&mut self, id: LinkId, file: &mut File) {
        let link = self.network.link(id);
        let port = link.is_addressless_port();
        walk(link, ROOT, &mut |path, seen| {
            let Seen::Leaf(leaf) = seen else { return };
            if !leaf.is_said() || path.names().any(|n| n == "peers") || self.is_metric_of_gateway(id, path) {
                return;
            }
            if path.is("ipv6.method")
                && (self.is_lease_by_advertisement(id) || advertisements::are_the_kernels(self.network, id))
            {
                return;
            }
            let Some(row) = vocabulary::row_for(path, &link.kind.value) else {
                if !ELSEWHERE.iter().any(|text| path.is(text)) {
                    self.no_key(id, path);
                }
                return;
            };
            let Some(value) = leaf.value() else { return };
            if is_half_of_speed(link, path) && self.network.dialect_of(id).format != KEYFILE {
                let text = format!(
                    "NetworkManager sets speed and duplex together or not at all: `{path}` stands alone"
                );
                let help = "say the other one as well".to_owned();
                return self.cx.cannot(link_fact(id, path), &codes::SETTING, text, help);
            }
            let default = match vocabulary::default_of_row(row, link) {
                Silence::Value(default) => default == value,
                Silence::Kernel | Silence::Daemon | Silence::Unknown => false,
            };
            if port && is_ip(row) {
                if !default {
                    self.lost_by_port(id, path);
                }
            } else if !default || row.explicit {
                self.write((id, path), row, &value, file);
            }
        });
    }

    /// What silence means in the source and not in a keyfile.
    fn silent(&mut self, id: LinkId, file: &mut File) {
        let link = self.network.link(id);
        for path in defaults::paths(self.network.dialect_of(id), link) {
            if link.leaf(path).is_none_or(|leaf| leaf.is_said()) && !is_method(path) {
                continue;
            }
            let Some(row) = vocabulary::row_for(path, &link.kind.value) else { continue };
            let default = vocabulary::default_of(path, link);
            // The methods of both families are always written, ports have no groups for them, and nothing asks a server
            // for addresses of `lo`.
            let asks_nobody = link.is_addressless_port() || matches!(link.kind.value, LinkKind::Loopback(_));
            let elsewhere = is_ip(row) && (is_method(path) || asks_nobody);
            match effective(self.network, id, path) {
                Silence::Value(value) if default != Silence::Value(value.clone()) && !elsewhere => {
                    self.write((id, path), row, &value, file);
                }
                Silence::Value(_) | Silence::Kernel | Silence::Daemon | Silence::Unknown => {}
            }
        }
        if matches!(link.kind.value, LinkKind::Bond(_)) {
            self.always(id, FieldPath::parse("bond.mode"), file);
        }
    }

    /// Writes a key that NetworkManager always writes: what the source does, else the property's default.
    pub(super) fn always(&mut self, id: LinkId, path: FieldPath, file: &mut File) {
        let link = self.network.link(id);
        if link.leaf(path).is_some_and(|leaf| leaf.is_said()) {
            return;
        }
        let Some(row) = vocabulary::row_for(path, &link.kind.value) else { return };
        let value = match effective(self.network, id, path) {
            Silence::Value(value) => value,
            Silence::Kernel | Silence::Daemon | Silence::Unknown => {
                let Silence::Value(value) = vocabulary::default_of(path, link) else { return };
                self.cx.added(link_fact(id, path), "networkmanager-always-writes-it");
                value
            }
        };
        self.write((id, path), row, &value, file);
    }

    /// What the kernel leaves of a forward delay that it does not take beside STP, and NetworkManager neither.
    fn delay_with_stp(&self, (id, path): (LinkId, FieldPath), value: &Value) -> Option<i64> {
        let Value::Int(delay) = value else { return None };
        let source = self.network.dialect_of(id);
        let speaks =
            effective(self.network, id, FieldPath::parse("bridge.stp")) == Silence::Value(Value::Bool(true));
        let left = forward_delay_with_stp(source, *delay);
        (path.is("bridge.forward_delay") && source.format != KEYFILE && speaks && left != *delay)
            .then_some(left)
    }

    fn write(&mut self, fact: (LinkId, FieldPath), row: &'static Row, value: &Value, file: &mut File) {
        if matches!(row.codec, Codec::Special | Codec::Flag(_)) {
            return;
        }
        if let Some(since) = row.since.filter(|since| *since > self.minor) {
            let setting = if row.codec.is_secret() || !value.is_public() {
                row.key.to_owned()
            } else {
                format!("{}={}", row.key, row.codec.write(value))
            };
            let text = format!("NetworkManager knows `{setting}` of [{}] since 1.{since} only", row.group);
            let help = format!("name the target's release: `-t keyfile@1.{since}`");
            return self.cx.cannot(link_fact(fact.0, fact.1), &codes::TOO_NEW, text, help);
        }
        if let (Codec::Seconds, Value::Int(time)) = (row.codec, value)
            && time % 100 != 0
        {
            let (whole, cents) = (time / 100, time % 100);
            let text = format!(
                "`{}` of [{}] is in whole seconds; {whole}.{cents:02} s becomes {} s",
                row.key,
                row.group,
                row.codec.write(value)
            );
            self.cx.cannot(link_fact(fact.0, fact.1), &codes::SETTING, text, None);
        }
        if let Some(left) = self.delay_with_stp(fact, value) {
            let text = format!(
                "NetworkManager takes a `forward-delay` of 2 to 30 s beside STP; {} s are left of {} s in the kernel",
                row.codec.write(&Value::Int(left)),
                row.codec.write(value)
            );
            self.cx.cannot(link_fact(fact.0, fact.1), &codes::SETTING, text, None);
            if vocabulary::default_of(fact.1, self.network.link(fact.0)) != Silence::Value(Value::Int(left)) {
                file.set(row, row.name_for(Some(self.minor)), row.codec.write(&Value::Int(left)));
            }
            return;
        }
        if row.group == "tun" && matches!(row.key, "owner" | "group") {
            let name = value.to_string();
            if name.parse::<u32>().is_err() {
                // `nm_setting_tun_verify()`: "invalid user ID".
                let text = format!(
                    "NetworkManager takes the number of a user or group, and no file read says that of `{name}`"
                );
                let help = format!("write the number that `getent` gives for `{name}` in its place");
                return self.cx.cannot(link_fact(fact.0, fact.1), &codes::SETTING, text, help);
            }
        }
        if self.needs_discovery(fact, value) {
            let text = "NetworkManager takes a fixed TTL only with path MTU discovery, so that stays on";
            return self.cx.cannot(link_fact(fact.0, fact.1), &codes::SETTING, text, None);
        }
        if row.key == "link-local"
            && *value == Value::text(LinkLocal4::Fallback.as_str())
            && self.minor < FALLBACK
        {
            let text = format!("NetworkManager knows `fallback` of link-local since 1.{FALLBACK} only");
            let help = format!("name the target's release: `-t keyfile@1.{FALLBACK}`");
            return self.cx.cannot(link_fact(fact.0, fact.1), &codes::TOO_NEW, text, help);
        }
        let Value::Map(entries) = value else {
            let text = self.text(row.codec, value, file);
            return file.set(row, row.name_for(Some(self.minor)), text);
        };
        for (name, item) in entries {
            if !row.takes(name) {
                let text = format!("NetworkManager knows no `{}{name}`", row.key);
                self.cx.cannot(link_fact(fact.0, fact.1), &codes::SETTING, text, None);
                continue;
            }
            let text = self.text(row.codec, item, file);
            file.set_named(row, format!("{}{}", row.key, text::encode_key(name)), text);
        }
    }

    /// A tunnel with a TTL of its own and without path MTU discovery (`nm-setting-ip-tunnel.c`).
    fn needs_discovery(&self, (id, path): (LinkId, FieldPath), value: &Value) -> bool {
        let LinkKind::IpTunnel(tunnel) = &self.network.link(id).kind.value else { return false };
        let off = path == FieldPath::parse("ip_tunnel.pmtudisc") && *value == Value::Bool(false);
        let own = self.network.dialect_of(id).format == KEYFILE;
        off && !own && tunnel.ttl.as_ref().is_some_and(|at| at.value.get() != 0)
    }

    /// The value's text; secrets only where they were asked for.
    fn text(&self, codec: Codec, value: &Value, file: &mut File) -> String {
        if codec.is_secret() || !value.is_public() {
            file.has_secrets = true;
            if !self.cx.reveal_secrets {
                return HIDDEN.to_owned();
            }
            return codec.write(value);
        }
        free_text(codec.write(value), self.cx.reveal_secrets, &mut file.has_secrets)
    }

    fn no_key(&mut self, id: LinkId, path: FieldPath) {
        let link = self.network.link(id);
        let text = format!("a profile of type {} has no key for `{path}`", link.kind.value.word());
        self.cx.cannot(link_fact(id, path), &codes::SETTING, text, crate::renames::cure(link, path));
    }

    fn lost_by_port(&mut self, id: LinkId, path: FieldPath) {
        let text = format!("`{path}` has no place: NetworkManager gives ports no addresses of their own");
        let help = "configure it on the controller".to_owned();
        self.cx.cannot(link_fact(id, path), &codes::SETTING, text, help);
    }

    /// `[connection]`: id, uuid, type. Gives the id.
    fn identity(&mut self, id: LinkId, type_word: &str, file: &mut File) -> String {
        let link = self.network.link(id);
        let row = |key| vocabulary::group("connection").and_then(|g| g.row(key)).expect("a row").0;
        file.set(row("type"), "type", text::escape(type_word));
        if link.uuid.is_none() {
            self.cx.added(link_fact(id, FieldPath::parse("uuid")), "uuid-from-name");
            file.set(row("uuid"), "uuid", uuid_of(link));
        }
        match &link.id {
            Some(at) => at.value.clone(),
            None => {
                let label = link.label().to_owned();
                self.cx.added(link_fact(id, FieldPath::parse("id")), "id-from-name");
                file.set(row("id"), "id", text::escape(&label));
                label
            }
        }
    }

    /// `vlan.flags`, which is always written.
    fn flags(&mut self, id: LinkId, file: &mut File) {
        let link = self.network.link(id);
        if !matches!(link.kind.value, LinkKind::Vlan(_)) {
            return;
        }
        let mut sum = 0;
        let mut first = None;
        for row in vocabulary::rows() {
            let Codec::Flag(bit) = row.codec else { continue };
            let said = effective(self.network, id, row.path);
            let default = vocabulary::default_of(row.path, link);
            if matches!(said, Silence::Unknown | Silence::Kernel) {
                self.cx.added(link_fact(id, row.path), "networkmanager-always-writes-it");
            }
            let known = |s: Silence| if let Silence::Value(Value::Bool(b)) = s { Some(b) } else { None };
            if known(said).or(known(default)) == Some(true) {
                sum += bit;
            }
            first.get_or_insert(row);
        }
        if let Some(row) = first {
            file.set(row, row.key, sum.to_string());
        }
    }

    fn peers(&mut self, link: &Link, file: &mut File) {
        let LinkKind::Wireguard(wireguard) = &link.kind.value else { return };
        for (n, peer) in (0u16..).zip(&wireguard.peers) {
            self.peer(n, peer, file);
        }
    }

    fn peer(&mut self, n: u16, peer: &Peer, file: &mut File) {
        let key = peer.public_key.as_ref().map_or("", |at| at.value.as_str());
        let name: String =
            key.chars().filter(|c| !c.is_control() && *c != '[' && *c != ']').take(100).collect();
        let group = format!("{WIREGUARD_PEER}{name}");
        let rows = vocabulary::rows().iter().filter(|row| row.group == WIREGUARD_PEER);
        for row in rows {
            let field = row.path.names().last().unwrap_or("");
            let value = match peer.field(field) {
                Some(netpivot_model::reflect::FieldRef::Leaf(leaf)) => leaf.value(),
                Some(_) | None => None,
            };
            // A missing flag means 4 for this one secret, so it is always said (keyfile.md 11.1).
            let value = match value {
                None if row.key == "preshared-key-flags" && peer.preshared_key.is_some() => {
                    Some(Value::Int(0))
                }
                other => other,
            };
            let value = value.map(|value| self.text(row.codec, &value, file));
            file.set_peer(row, n, &group, value);
        }
    }

    /// What a port needs besides its controller's name.
    fn port(&mut self, id: LinkId, file: &mut File) {
        let link = self.network.link(id);
        if link.port_type.is_none()
            && let Some(found) = self.port_type_of(link)
        {
            let path = FieldPath::parse("port_type");
            let row = vocabulary::row_for(path, &link.kind.value).expect("a row of every kind");
            file.set(row, row.name_for(Some(self.minor)), found.as_str().to_owned());
        }
        for n in self.routes[id.0 as usize].clone() {
            let text = "NetworkManager gives ports no routes of their own".to_owned();
            let fact = FactPath { subject: Subject::Entry(EntryKind::Route, n), field: ROOT };
            self.cx.cannot(fact, &codes::ROUTE, text, "move it to the controller".to_owned());
        }
        for n in self.rules[id.0 as usize].clone() {
            let text = "NetworkManager gives ports no policy rules of their own".to_owned();
            let fact = FactPath { subject: Subject::Entry(EntryKind::Rule, n), field: ROOT };
            self.cx.cannot(fact, &codes::RULE, text, "move it to the controller".to_owned());
        }
    }

    /// What the controller of a port is, where only its name is said.
    fn port_type_of(&self, link: &Link) -> Option<PortType> {
        let controller = &link.controller.as_ref()?.value;
        let is_it = |other: &&Link| match controller {
            LinkRef::Name(name) => other.name.as_ref().is_some_and(|at| at.value == *name),
            LinkRef::Uuid(uuid) => other.uuid.as_ref().is_some_and(|at| at.value == *uuid),
            LinkRef::Mac(_) => false,
        };
        let word = self.network.links.iter().find(is_it).map(|l| l.kind.value.word())?;
        PortType::ALL.iter().copied().find(|port| port.as_str() == word)
    }

    /// Puts back what came from a keyfile; the rest becomes comments.
    fn leftovers(&mut self, id: LinkId, file: &mut File) {
        let same_format = self.network.dialect_of(id).format == KEYFILE;
        for n in &self.leftovers[id.0 as usize] {
            let leftover = &self.network.leftovers[*n as usize];
            let hide = leftover.secret && !self.cx.reveal_secrets;
            // A key of [ethernet] beside [802-3-ethernet] had no effect; in the one group that is written it would have.
            let wakes = |section: &str| {
                leftover.weight == Weight::Idle
                    && section == self.network.link(id).kind.value.word()
                    && vocabulary::group(section).is_some_and(|group| group.row(&leftover.key).is_some())
            };
            match &leftover.section {
                Some(section) if same_format && !wakes(section) => {
                    file.has_secrets |= leftover.secret;
                    let value = if hide { HIDDEN } else { &leftover.value };
                    file.put_back(section, &leftover.key, value);
                }
                Some(_) | None => {
                    let value = if leftover.secret { HIDDEN.into() } else { redact(&leftover.value) };
                    if leftover.weight == Weight::Acts || !value.is_empty() || leftover.section.is_none() {
                        let place = self.cx.leftover_places.get(*n as usize).map_or("", String::as_str);
                        file.comment(&redact(&leftover.key), &value, place);
                    }
                }
            }
        }
    }
}

/// True for what ports have not.
fn is_ip(row: &Row) -> bool {
    matches!(row.group, "ipv4" | "ipv6" | "proxy")
}

fn is_method(path: FieldPath) -> bool {
    path.names().last() == Some("method")
}

/// The groups that NetworkManager writes even when they are empty.
fn groups(link: &Link, file: &mut File) {
    if !matches!(link.kind.value, LinkKind::Unsupported(_)) {
        file.open(link.kind.value.word());
    }
    let empty = link.matches.as_ref().is_some_and(|m| **m == Match::default());
    let carries = vocabulary::mtu_group(&link.kind.value) == "ethernet";
    if matches!(link.kind.value, LinkKind::Vlan(_) | LinkKind::Bridge(_)) || empty && carries {
        file.open("ethernet");
    }
    let port_groups = [
        (link.bridge_port.is_some(), "bridge-port"),
        (link.bond_port.is_some(), "bond-port"),
        (link.team_port.is_some(), "team-port"),
        (link.tc.as_ref().is_some_and(|tc| tc.replace.as_ref().is_some_and(|at| at.value)), "tc"),
    ];
    port_groups.iter().filter(|(there, _)| *there).for_each(|(_, name)| file.open(name));
    if !link.is_addressless_port() {
        file.open("proxy");
    }
}

/// The profile's UUID: said, else version 5 of the kind and the name.
fn uuid_of(link: &Link) -> String {
    match &link.uuid {
        Some(at) => at.value.clone(),
        None => {
            let seed = format!("{}/{}", link.kind.value.word(), link.label());
            uuid::Uuid::new_v5(&NAMESPACE, seed.as_bytes()).to_string()
        }
    }
}
