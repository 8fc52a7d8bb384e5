//! The settings of a link: by an option of the reader's, else by a command, else not at all.

use super::address::conf6;
use super::kind::first;
use super::stanza::{Stanza, refused, run_by_shell};
use super::{Job, ROOT, Sheet, codes, link_fact, sriov};
use crate::text::ip::kind;
use crate::text::shell::quote;
use netpivot_model::bridge::BridgePort;
use netpivot_model::defaults::{self, Silence};
use netpivot_model::dialect::INTERFACES;
use netpivot_model::ethtool::WOL_IGNORE;
use netpivot_model::facts::effective;
use netpivot_model::ip::{AddrGenMode, IpMethod};
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::path::{FieldPath, Seen, walk, walk_all};
use netpivot_model::secret::HIDDEN;
use netpivot_model::value::{LinkRef, MAC_WORDS, Value};
use netpivot_model::vocabulary::interfaces::Reader;
use netpivot_model::vocabulary::interfaces::method::sets;
use netpivot_model::vocabulary::interfaces::{Place, Row, option_for, option_for_entry};

/// Settings that other modules write, or that need no word.
const ELSEWHERE: [&str; 32] = [
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
const ONLY_IFUPDOWN: [(&str, &str); 4] = [
    ("eni.alias_starts", "starts an alias with its interface"),
    ("eni.devices", "brings interfaces up under their own names only"),
    ("eni.renamed_from", "gives interfaces no names"),
    ("eni.bridge_ports", "takes no pattern of ports"),
];

/// Words of NetworkManager's for identifiers that it makes; an option holds the identifier itself.
const CLIENT_ID_WORDS: [&str; 6] = ["mac", "perm-mac", "duid", "ipv6-duid", "stable", "none"];

/// A kernel setting of an interface's IPv6.
struct OfInet6 {
    path: &'static str,
    key: &'static str,
    /// Its option, and the methods of ifupdown that take it (inet6.defn).
    option: &'static str,
    methods: &'static [&'static str],
    /// Its option in ifupdown-ng, which knows no methods.
    option_of_ng: Option<&'static str>,
}

const OF_INET6: [OfInet6; 3] = [
    OfInet6 {
        path: "ipv6.accept_ra",
        key: "accept_ra",
        option: "accept_ra",
        methods: &["static", "dhcp", "auto"],
        option_of_ng: Some("ipv6-accept-ra"),
    },
    OfInet6 {
        path: "ipv6.autoconf",
        key: "autoconf",
        option: "autoconf",
        methods: &["static", "dhcp"],
        option_of_ng: Some("ipv6-autoconf"),
    },
    OfInet6 {
        path: "ipv6.ip6_privacy",
        key: "use_tempaddr",
        option: "privext",
        methods: &["auto", "static"],
        option_of_ng: None,
    },
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
        if super::ovs::is_column(path) || (is_made_by_ovs && is(path, "mtu")) {
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
                self.cx.cannot(link_fact(id, path), &codes::SETTING, text, None);
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
        if let Some(row) = option_for(path, self.reader)
            && self.by_option(id, path, row, value, sheet)
        {
            return;
        }
        if let Some(command) = command_for(link, name, path, value) {
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
                stanza.pre_up.push(command);
            } else {
                stanza.up.push(command);
            }
            return;
        }
        if !self.is_default(id, path, value) || self.does_otherwise(id, path, value) {
            let text = format!("neither an option of {} nor a command says `{path}`", self.reader.name());
            self.cx.cannot(link_fact(id, path), &codes::SETTING, text, None);
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

    /// Settings that are more than one option's value. True where nothing is left to do.
    fn special(&mut self, id: LinkId, name: &str, path: FieldPath, value: &Value, sheet: &mut Sheet) -> bool {
        let network: &'n netpivot_model::network::Network = self.network;
        let link = network.link(id);
        if is(path, "up") {
            if *value == Value::Bool(false) {
                if self.reader == Reader::Ifupdown2 {
                    first(sheet).option("link-down", "yes");
                } else {
                    first(sheet).up.push(format!("ip link set dev {} down", quote(name)));
                }
            }
            return true;
        }
        if is(path, "mtu") && *value == Value::Int(0) {
            self.cx.otherwise(link_fact(id, path), "says-the-default");
            return true;
        }
        if is(path, "dot1x.eap")
            && matches!(link.kind.value, LinkKind::Ethernet(_))
            && self.reader == Reader::Ifupdown
        {
            // wpa_supplicant would take the port for a wireless one with a key of its own.
            first(sheet).option("wpa-driver", "wired");
            first(sheet).option("wpa-key-mgmt", "IEEE8021X");
            return false;
        }
        if is(path, "dot1x.phase2_auth") || is(path, "dot1x.phase2_autheap") {
            return self.inner_authentication(path, value, sheet);
        }
        if is(path, "vrf.table") {
            first(sheet).option("vrf-table", value.to_string());
            return true;
        }
        if is(path, "vxlan.remote") {
            return self.vxlan_remote(value, sheet);
        }
        if is(path, "bridge.vlans") {
            return self.own_vlans(id, name, value, sheet);
        }
        if is(path, "ethtool.wol") && *value == Value::Int(WOL_IGNORE) {
            self.cx.otherwise(link_fact(id, path), "wake-on-lan-left-alone");
            return true;
        }
        if is(path, "ethtool.wol_password") && self.reader == Reader::Ifupdown {
            // The package's script takes it for the second word.
            let wol = first(sheet).options.iter_mut().find(|(key, _)| key == "ethernet-wol");
            return wol.map(|(_, text)| text.push_str(&format!(" {value}"))).is_some();
        }
        if is(path, "veth.peer") && self.reader == Reader::Ifupdown {
            return true;
        }
        if is(path, "bridge.mac_address") {
            if link.mac.is_none() {
                first(sheet).option("hwaddress", value.to_string());
            }
            self.cx.otherwise(link_fact(id, path), "bridge-address-by-hwaddress");
            self.cx.otherwise(link_fact(id, FieldPath::parse("mac")), "bridge-address-by-hwaddress");
            return true;
        }
        if is(path, "ipv4.dhcp_client_id") && CLIENT_ID_WORDS.contains(&value.to_string().as_str()) {
            let text =
                format!("no DHCP client of {} makes an identifier as `{value}` says", self.reader.name());
            let help = "the server may give another address; say the identifier itself (`client`)".to_owned();
            self.cx.cannot(link_fact(id, path), &codes::SETTING, text, help);
            return true;
        }
        if is(path, "mac") && MAC_WORDS.contains(&value.to_string().as_str()) {
            return self.address_word(id, path, &value.to_string());
        }
        if is(path, "ipv6.token")
            && self.reader == Reader::Ifupdown
            && !matches!(link.kind.value, LinkKind::Bridge(_))
        {
            let text =
                format!("bridge-utils sets `ipv6.token={value}` of bridges only, and nothing else does");
            let help = "add `up ip token set …` by hand, and see that it comes before the address".to_owned();
            self.cx.cannot(link_fact(id, path), &codes::SETTING, text, help);
            return true;
        }
        if self.is_ranked_so(id, path) {
            return true;
        }
        if is_without_gateway(link, path) {
            self.cx.otherwise(link_fact(id, path), "no-gateway-no-default-route");
            return true;
        }
        if is(path, "ipv6.addr_gen_mode") && value.to_string() == AddrGenMode::Eui64.as_str() {
            self.cx.otherwise(link_fact(id, path), "the-kernel-makes-eui64");
            return true;
        }
        if turns_down_a_lease(link, path) {
            self.cx.otherwise(link_fact(id, path), "no-lease-to-turn-down");
            return true;
        }
        if is(path, "eni.dad_attempts") && *value == Value::Int(0) && has_nodad(link) {
            self.cx.otherwise(link_fact(id, path), "nodad-of-the-addresses");
            return true;
        }
        if let Some(setting) = OF_INET6.iter().find(|setting| is(path, setting.path)) {
            return self.of_inet6(id, name, setting, value, sheet);
        }
        false
    }

    /// NetworkManager's words for a hardware address; false for `random`, which ifupdown knows as well.
    fn address_word(&mut self, id: LinkId, path: FieldPath, word: &str) -> bool {
        match word {
            // Nothing else sets the address of a device.
            "preserve" | "permanent" => {
                self.cx.otherwise(link_fact(id, path), "address-left-alone");
                true
            }
            "random" => false,
            _ => {
                let text = format!(
                    "{} makes no hardware address as `mac={word}` of NetworkManager does",
                    self.reader.name()
                );
                let help = "say the address itself (`hwaddress`)".to_owned();
                self.cx.cannot(link_fact(id, path), &codes::SETTING, text, help);
                true
            }
        }
    }

    /// `wpa-phase2` holds both words of the inner authentication; false where the reader has none.
    fn inner_authentication(&mut self, path: FieldPath, value: &Value, sheet: &mut Sheet) -> bool {
        if self.reader != Reader::Ifupdown {
            return false;
        }
        let key = if is(path, "dot1x.phase2_auth") { "auth" } else { "autheap" };
        let word = format!("{key}={}", value.to_string().to_ascii_uppercase());
        if refused(&word, self.reader).is_some() || word.contains(' ') {
            return false;
        }
        self.needs("wpasupplicant");
        let stanza = first(sheet);
        match stanza.options.iter_mut().find(|(name, _)| name == "wpa-phase2") {
            Some((_, text)) => *text = format!("{text} {word}"),
            None => stanza.option("wpa-phase2", word),
        }
        true
    }

    /// An option of some methods only; else a command.
    fn of_inet6(
        &mut self,
        id: LinkId,
        name: &str,
        setting: &OfInet6,
        value: &Value,
        sheet: &mut Sheet,
    ) -> bool {
        let fact = link_fact(id, FieldPath::parse(setting.path));
        if matches!(self.network.link(id).kind.value, LinkKind::Loopback(_)) {
            self.cx.otherwise(fact, "nobody-advertises-to-lo");
            return true;
        }
        let number = match value {
            Value::Bool(b) => i64::from(*b),
            Value::Int(n @ 0..) => *n,
            Value::Int(_) | Value::Text(_) | Value::List(_) | Value::Map(_) | Value::Secret(_) => {
                return false;
            }
        };
        let command = conf6(name, setting.key, number);
        let has_stanza = sheet.stanzas.iter().any(|s| s.v6);
        if !has_stanza && self.reader == Reader::Ifupdown2 && sheet.stanzas.iter().any(|s| s.method == "dhcp")
        {
            // It asks a DHCP server in each family that a stanza names (addons/dhcp.py).
            self.cx.added(link_fact(id, FieldPath::parse("ipv6.method")), "method-of-a-kernel-setting");
            self.early(id, first(sheet)).push(command);
            return true;
        }
        if !has_stanza {
            sheet.stanzas.push(Stanza::new(name, true, "manual"));
            self.cx.added(link_fact(id, FieldPath::parse("ipv6.method")), "stanza-of-a-kernel-setting");
        }
        let Some(stanza) = sheet.stanzas.iter_mut().find(|s| s.v6) else { return false };
        if self.early(id, stanza).contains(&command) {
            return true;
        }
        let option = match self.reader {
            Reader::Ifupdown if setting.methods.contains(&stanza.method) => Some(setting.option),
            Reader::IfupdownNg => setting.option_of_ng,
            Reader::Ifupdown | Reader::Ifupdown2 => None,
        };
        match option {
            Some(option) => stanza.option(option, number.to_string()),
            None => self.early(id, stanza).push(command),
        }
        true
    }

    /// False where the option's place is in a stanza that is not there, or its form does not hold the value.
    fn by_option(
        &mut self,
        id: LinkId,
        path: FieldPath,
        row: &Row,
        value: &Value,
        sheet: &mut Sheet,
    ) -> bool {
        let Some(text) = row.codec.write(value, self.reader) else { return false };
        let is_secret = row.codec.is_secret() || !value.is_public();
        if let Some(why) = refused(&text, self.reader) {
            self.cx.cannot(link_fact(id, path), &codes::VALUE, format!("`{path}`: {why}"), None);
            return true;
        }
        let core = row.is_core();
        let in_shell = core && self.reader == Reader::Ifupdown;
        if let Some(why) = in_shell.then(|| run_by_shell(&text, row.name == "description")).flatten() {
            self.cx.cannot(link_fact(id, path), &codes::VALUE, format!("`{path}`: {why}"), None);
            return true;
        }
        let stanza = match row.place {
            Place::Ip(_) => {
                sheet.stanzas.iter_mut().find(|s| s.method == "dhcp" && s.v6 == path.is_under("ipv6"))
            }
            Place::Link(_) if core && is_of_ipv6(path) => {
                let is_there = |s: &Stanza| s.options.iter().any(|(key, _)| key == row.name);
                sheet.stanzas.iter_mut().find(|s| s.v6 && takes(s, path) && !is_there(s))
            }
            Place::Link(_) if matches!(row.name, "mtu" | "hwaddress") => sheet.stanzas.iter_mut().find(|s| {
                // ifupdown's inet6 stanzas raise the MTU only.
                (!s.v6 || row.name != "mtu") && sets(row.name, s.family(), s.method, self.reader)
            }),
            Place::Link(_) | Place::Port(_) => sheet.stanzas.first_mut(),
            Place::Entry(..) | Place::Sysctl(_) | Place::Own | Place::Extra | Place::Idle => None,
        };
        let Some(stanza) = stanza else { return false };
        if is_secret {
            self.has_secrets = true;
        }
        let shown = if is_secret && !self.cx.reveal_secrets { HIDDEN.to_owned() } else { text };
        stanza.option(row.name, shown);
        self.needs(row.package);
        true
    }

    /// An entry of a map: an offload feature, a ring.
    fn entry(&mut self, id: LinkId, name: &str, path: FieldPath, entry: (&str, &Value), sheet: &mut Sheet) {
        let option = option_for_entry(path, entry.0, self.reader);
        let text = option.as_ref().and_then(|(row, _)| row.codec.write(entry.1, self.reader));
        if let (Some((row, key)), Some(text)) = (option, text)
            && refused(&text, self.reader).is_none()
        {
            first(sheet).option(key, text);
            self.needs(row.package);
            return;
        }
        if is(path, "sriov.vfs")
            && let Some(command) = sriov::function(name, entry.0, &entry.1.to_string())
        {
            first(sheet).pre_up.push(command);
            return;
        }
        let switch = if is(path, "ethtool.features") {
            "-K"
        } else if is(path, "ethtool.coalesce") {
            "-C"
        } else if is(path, "ethtool.ring") {
            "-G"
        } else if is(path, "ethtool.pause") {
            "-A"
        } else if is(path, "ethtool.channels") {
            "-L"
        } else {
            let text = format!("no option of {} says `{path}`", self.reader.name());
            return self.cx.cannot(link_fact(id, path), &codes::SETTING, text, None);
        };
        let value = match entry.1 {
            Value::Bool(b) => (if *b { "on" } else { "off" }).to_owned(),
            Value::Int(_) | Value::Text(_) | Value::List(_) | Value::Map(_) | Value::Secret(_) => {
                entry.1.to_string()
            }
        };
        self.needs("ethtool");
        let command = format!("ethtool {switch} {} {} {}", quote(name), quote(entry.0), quote(&value));
        first(sheet).up.push(command);
    }

    /// What a bridge's stanza says of a port: ifupdown and ifupdown-ng by commands, ifupdown2 by options in the
    /// port's own stanza, but for what it has none.
    fn port(&mut self, port: LinkId, bridge: &Link, sheet: &mut Sheet) {
        let network: &'n netpivot_model::network::Network = self.network;
        let link = network.link(port);
        let Some(name) = link.name.as_ref().filter(|name| self.names.contains(&name.value)) else { return };
        if let Some(settings) = &link.bridge_port {
            self.port_settings(port, settings, bridge, &name.value, sheet);
        }
        let commands = self.port_vlan_commands(port, &name.value);
        first(sheet).up.extend(commands);
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
            match kind::set(bridge, name, path, &value) {
                Some(command) => first(sheet).up.push(command),
                None => {
                    let text = format!("no command of ip(8) says `{path}`");
                    self.cx.cannot(link_fact(port, path), &codes::SETTING, text, None);
                }
            }
        });
    }
}

/// True where the link gets no default route anyway, so that it need not be kept from it.
fn is_without_gateway(link: &Link, path: FieldPath) -> bool {
    let config = match path {
        path if is(path, "ipv4.never_default") => &link.ipv4,
        path if is(path, "ipv6.never_default") => &link.ipv6,
        _ => return false,
    };
    config.as_ref().is_some_and(|config| {
        let is_manual = config.method.as_ref().is_some_and(|at| match at.value {
            IpMethod::Manual | IpMethod::Disabled | IpMethod::Ignore | IpMethod::LinkLocal => true,
            IpMethod::Auto | IpMethod::Dhcp | IpMethod::Shared => false,
        });
        is_manual && config.gateway.is_none()
    })
}

/// True where a command made the link with all its settings.
fn is_kind_by_command(job: &Job<'_>, link: &Link, id: LinkId) -> bool {
    match &link.kind.value {
        LinkKind::Vxlan(_) | LinkKind::Vrf(_) | LinkKind::IpTunnel(_) | LinkKind::Dummy(_) => {
            !job.has_options(link)
        }
        LinkKind::Veth(_) => {
            job.reader == Reader::Ifupdown && super::order::makes_pair(job.network, &job.by_name, id)
        }
        LinkKind::Tun(_)
        | LinkKind::Macvlan(_)
        | LinkKind::Ipvlan(_)
        | LinkKind::Geneve(_)
        | LinkKind::Hsr(_)
        | LinkKind::Wireguard(_) => true,
        LinkKind::Vlan(vlan) => {
            let name = link.name.as_ref().map_or("", |at| at.value.as_str());
            let number = vlan.id.as_ref().map_or(-1, |at| at.value.get());
            let parent = match vlan.parent.as_ref().map(|at| &at.value) {
                Some(LinkRef::Name(parent)) => parent.as_str(),
                Some(LinkRef::Mac(_) | LinkRef::Uuid(_)) | None => "",
            };
            let by_name = super::kind::vlan_of_name(name, job.reader) == Some((parent, number));
            let plain = vlan.protocol.as_ref().is_none_or(|at| at.value.as_str() == "802.1Q");
            job.reader == Reader::Ifupdown && !by_name && !(plain && name == format!("vlan{number}"))
        }
        LinkKind::Ethernet(_)
        | LinkKind::Wifi(_)
        | LinkKind::Infiniband(_)
        | LinkKind::Bridge(_)
        | LinkKind::Bond(_)
        | LinkKind::Team(_)
        | LinkKind::Macsec(_)
        | LinkKind::OvsBridge(_)
        | LinkKind::OvsPort(_)
        | LinkKind::OvsInterface(_)
        | LinkKind::Loopback(_)
        | LinkKind::Generic(_)
        | LinkKind::Unsupported(_) => false,
    }
}

/// True where an address says by itself that nobody looks for a duplicate.
fn has_nodad(link: &Link) -> bool {
    link.ipv6.as_ref().is_some_and(|config| config.addresses.values().any(|address| address.flags.nodad))
}

/// What a lease gives is turned down, and the method asks for none.
fn turns_down_a_lease(link: &Link, path: FieldPath) -> bool {
    let is_turned_down = ["ipv4.ignore_auto_dns", "ipv4.ignore_auto_routes"].iter().any(|text| path.is(text));
    let method = link.ipv4.as_ref().and_then(|config| config.method.as_ref());
    is_turned_down && method.is_some_and(|at| at.value != IpMethod::Auto)
}

/// Settings that ifupdown's inet6 methods take.
fn is_of_ipv6(path: FieldPath) -> bool {
    let six =
        ["dad_attempts", "dad_interval", "ll_attempts", "ll_interval", "stateless_dhcp6", "request_prefix"];
    path.is_under("ipv6")
        || (path.is_under("eni") && path.names().last().is_some_and(|name| six.contains(&name)))
}

/// True where the method of an inet6 stanza has the option (inet6.defn).
fn takes(stanza: &Stanza, path: FieldPath) -> bool {
    let methods: &[&str] = match path.names().last().unwrap_or("") {
        "dad_attempts" | "dad_interval" => &["static"],
        "ll_attempts" | "ll_interval" | "request_prefix" => &["auto", "dhcp"],
        "stateless_dhcp6" => &["auto"],
        _ => &["static", "dhcp", "auto"],
    };
    methods.contains(&stanza.method)
}

/// A command that makes the setting on a link that is up.
pub(super) fn command_for(link: &Link, name: &str, path: FieldPath, value: &Value) -> Option<String> {
    let dev = quote(name);
    let switch = |b: bool| if b { "on" } else { "off" };
    match (path.to_string().as_str(), value) {
        ("mtu", Value::Int(_)) => return Some(format!("ip link set dev {dev} mtu {value}")),
        ("mac", _) => return Some(format!("ip link set dev {dev} address {value}")),
        ("promiscuous", Value::Int(n @ (0 | 1))) => {
            return Some(format!("ip link set dev {dev} promisc {}", switch(*n == 1)));
        }
        ("attributes.tx_queue_length", Value::Int(n)) if *n >= 0 => {
            return Some(format!("ip link set dev {dev} txqueuelen {n}"));
        }
        ("ipv6.mtu", Value::Int(n)) if *n > 0 => return Some(conf6(name, "mtu", *n)),
        ("infiniband.transport_mode", Value::Text(mode)) => return Some(write(name, "mode", mode)),
        ("sriov.total_vfs", Value::Int(n)) => {
            return Some(write(name, "device/sriov_numvfs", &n.to_string()));
        }
        ("ethtool.speed", Value::Int(n)) if *n > 0 => return Some(format!("ethtool -s {dev} speed {n}")),
        ("ethtool.autoneg", Value::Bool(b)) => {
            return Some(format!("ethtool -s {dev} autoneg {}", switch(*b)));
        }
        _ => {}
    }
    if matches!(link.kind.value, LinkKind::Bond(_)) && path.is_under("bond") {
        return kind::set(link, name, path, value);
    }
    kind::set(link, name, path, value)
}

/// Into a file of the link's in sysfs.
fn write(name: &str, file: &str, value: &str) -> String {
    format!("echo {} > {}", quote(value), quote(&format!("/sys/class/net/{name}/{file}")))
}
