//! Each option of a stanza: through the table of options to its setting, or to the code of its own.

use super::build::{Builder, Placed};
use super::codes;
use super::document::{Opt, Stanza};
use super::relation::Relation;
use netpivot_model::link::{LinkId, LinkKind};
use netpivot_model::network::{Owned, Weight};
use netpivot_model::path::FieldPath;
use netpivot_model::source::{At, Cause, Origin, Span};
use netpivot_model::sysctl::Sysctl;
use netpivot_model::value::{Int, LinkRef, Value};
use netpivot_model::vocabulary::interfaces::method::sets;
use netpivot_model::vocabulary::interfaces::{KEY_MGMT_OF_PSK, Place, Reader, Row, explain, lookup};

/// The number of a table, as a VRF has it.
type TableId = Int<1, 4_294_967_295>;
/// The rule that gives a VRF its table.
const COUNTED: &str = "next-free-table";

/// Where ifup stops.
#[derive(Debug, Clone, Copy)]
enum Break {
    /// At a gateway that the kernel refuses.
    Gateway,
    /// Before the stanza's first command, for want of an address.
    Address,
}

impl Builder<'_> {
    /// Reads all stanzas into their links.
    pub(super) fn stanzas(&mut self, placed: &mut [Placed]) {
        // Each name is an ifup of its own, that of an alias too.
        let mut broken: foldhash::HashMap<String, Break> = foldhash::HashMap::default();
        for entry in placed.iter_mut() {
            if let Some(at) = broken.get(&entry.stanza.name.text) {
                entry.unreached = true;
                self.unreached(entry, *at);
                continue;
            }
            if self.lacks_address(&entry.stanza) {
                entry.unreached = true;
                broken.insert(entry.stanza.name.text.clone(), Break::Address);
                self.no_address(&entry.stanza);
                continue;
            }
            self.method(entry.link, &entry.stanza);
            self.options(entry.link, &entry.stanza);
            self.addresses(entry.link, &entry.stanza);
            if !self.gateway(entry.link, &entry.stanza) && self.reader == Reader::Ifupdown {
                broken.insert(entry.stanza.name.text.clone(), Break::Gateway);
            }
            self.name_servers(entry.link, &entry.stanza);
        }
        self.key_managements(placed);
    }

    /// A wireless link with a pre-shared key and no `wpa-key-mgmt` uses it: wpa_supplicant allows WPA-PSK and WPA-EAP then
    /// (wpa_supplicant.conf(5), `key_mgmt`), and the second needs an identity. Keys of iwconfig(8) are those of WEP.
    fn key_managements(&mut self, placed: &[Placed]) {
        for Placed { stanza, link, .. } in placed {
            let link = self.network.link_mut(*link);
            if link.dot1x.is_some() || stanza.options.iter().any(|option| option.name == "wpa-key-mgmt") {
                continue;
            }
            let Some(security) = link.wifi_security.as_mut().filter(|security| security.key_mgmt.is_none())
            else {
                continue;
            };
            let wep = [&security.wep_key0, &security.wep_key1, &security.wep_key2, &security.wep_key3];
            let key = match (&security.psk, wep.into_iter().flatten().next()) {
                (Some(psk), _) => ("wpa-psk", KEY_MGMT_OF_PSK, &psk.origin),
                (None, Some(key)) => ("none", "key-management-of-wep", &key.origin),
                (None, None) => continue,
            };
            let (word, rule, origin) = key;
            let origin = Origin::derived(rule, origin.spans().to_vec());
            security.key_mgmt = Some(At::new(word.to_owned(), origin));
        }
    }

    /// ifup stops at the first command that fails (main.c).
    fn unreached(&mut self, entry: &Placed, at: Break) {
        let (code, place, help) = match at {
            Break::Gateway => (
                &codes::GATEWAY,
                "the gateway of the stanza before it, which the kernel refuses",
                "remove the second gateway",
            ),
            Break::Address => (
                &codes::MISSING,
                "the stanza before it, which has no address",
                "add an `address` line to that",
            ),
        };
        let message = format!("`{}` is never set up: ifup stops at {place}", entry.stanza.title());
        let mut note = super::finding(code, entry.stanza.span, message, help);
        note.labels.extend(entry.stanza.options.iter().map(|option| option.span));
        self.cx.report(note);
    }

    fn options(&mut self, link: LinkId, stanza: &Stanza) {
        let mut seen: foldhash::HashMap<&str, ()> = foldhash::HashMap::default();
        for option in &stanza.options {
            let Some((row, rest)) = lookup(&option.name, self.reader) else {
                self.unknown(option);
                continue;
            };
            let is_repeated = seen.insert(option.name.as_str(), ()).is_some();
            if is_repeated && self.reader == Reader::Ifupdown && !may_repeat(row) {
                let message = format!(
                    "`{}` stands twice in `{}`; ifupdown joins both values with a line break{}",
                    self.shown(option),
                    stanza.title(),
                    if row.name == "address" {
                        ", and only the first is used"
                    } else {
                        ", which no command takes"
                    }
                );
                let help = if row.name == "address" {
                    "write a stanza of its own for each address"
                } else {
                    "keep one of them; an inherited option cannot be overridden"
                };
                self.report(&codes::REPEATED, option.span, message, help);
                continue;
            }
            self.option(link, stanza, option, row, &rest);
        }
    }

    /// An option that the program in charge does not know. If another does, that is said.
    fn unknown(&mut self, option: &Opt) {
        let others: Vec<&str> = explain(&option.name).iter().flat_map(|row| row.readers.names()).collect();
        if let Some(other) = others.first() {
            let message = format!(
                "`{}` is an option of {other}, which {} does not read",
                self.shown(option),
                self.reader.name()
            );
            let help = format!("choose that program with `-f interfaces:{other}` if it is in charge");
            self.report(&codes::IDLE, option.span, message, &help);
        }
    }

    fn option(&mut self, link: LinkId, stanza: &Stanza, option: &Opt, row: &'static Row, rest: &str) {
        if self.is_open_end(link, option)
            || self.is_of_wired_port(link, option, row)
            || self.is_of_open_network(link, stanza, option, row)
        {
            return;
        }
        match row.place {
            Place::Own => self.own(link, stanza, option, row),
            Place::Extra => self.keep(link, stanza, option, Weight::Acts, row.doc()),
            // What a command asks ifup for is handed on to it.
            Place::Idle if self.reader == Reader::Ifupdown && is_asked_for(stanza, option) => {
                self.keep(link, stanza, option, Weight::Acts, row.doc());
            }
            Place::Idle => {
                let message = format!("`{}` has no effect: {}", self.shown(option), lower(row.doc()));
                self.report(&codes::IDLE, option.span, message, "remove the line");
            }
            Place::Sysctl(key) => self.sysctl(link, option, row, key),
            Place::Port(path) => self.port_option(link, stanza, option, row, path),
            Place::Entry(path, entry) => {
                let name = if entry.is_empty() { rest } else { entry };
                if let Some(value) = self.value(option, row) {
                    let map = Value::Map(vec![(name.to_owned(), value)].into_iter().collect());
                    self.set(link, option, FieldPath::parse(path), &map);
                }
            }
            Place::Link(_) | Place::Ip(_) => self.setting(link, stanza, option, row),
        }
    }

    /// `endpoint any`: the tunnel has no such end, as without the line (ip-tunnel(8)).
    fn is_open_end(&mut self, link: LinkId, option: &Opt) -> bool {
        let kind = &mut self.network.link_mut(link).kind;
        let is_any = matches!(option.name.as_str(), "endpoint" | "local") && option.value.text == "any";
        if !is_any || !matches!(kind.value, LinkKind::IpTunnel(_)) {
            return false;
        }
        kind.origin.merge(&Origin::at(option.span));
        true
    }

    /// The value by the row's codec; what it refuses is reported.
    pub(super) fn value(&mut self, option: &Opt, row: &Row) -> Option<Value> {
        match row.codec.read(&option.value.text) {
            Ok(value) => Some(value),
            Err(refused) => {
                self.refuse(option, refused.0);
                None
            }
        }
    }

    /// The option as a finding names it: with its value, unless that is secret.
    pub(super) fn shown(&self, option: &Opt) -> String {
        if self.cx.items[option.item].secret {
            return option.name.clone();
        }
        format!("{} {}", option.name, option.value.text).trim_end().to_owned()
    }

    pub(super) fn refuse(&mut self, option: &Opt, expected: &str) {
        let shown = if self.cx.items[option.item].secret { "the value" } else { &option.value.text };
        let message = format!("`{}` wants {expected}, and `{shown}` is none", option.name);
        let help = "correct the value";
        let span = option.span;
        self.report(&codes::VALUE, span, message, help);
    }

    fn setting(&mut self, link: LinkId, stanza: &Stanza, option: &Opt, row: &'static Row) {
        let v6 = stanza.family() == "inet6";
        let Some(mut path) = row.path(v6) else { return };
        if !sets(row.name, stanza.family(), stanza.method(), self.reader) {
            let shown = self.shown(option);
            let message = format!(
                "`{shown}` has no effect with the method `{}`, which does not set it",
                stanza.method()
            );
            let words = if row.name == "mtu" { "mtu" } else { "address" };
            let help = format!("write `pre-up ip link set dev $IFACE {words} …` instead");
            self.report(&codes::IDLE, option.span, message, &help);
            return;
        }
        if row.name == "mtu"
            && v6
            && self.reader == Reader::Ifupdown
            && self.has_room_for(link, &option.value.text)
        {
            path = FieldPath::parse("ipv6.mtu");
        }
        if row.name == "bridge-hw" && option.value.text.parse::<netpivot_model::value::Mac>().is_err() {
            self.bridge_hw(link, stanza, option);
            return;
        }
        if path == FieldPath::parse("ethtool.wol") {
            self.wake_on_lan(link, option, row, path);
            return;
        }
        if row.name == "ethernet-autoneg" && row.codec.read(&option.value.text).is_err() {
            self.keep(link, stanza, option, Weight::Acts, "Modes to advertise.");
            return;
        }
        if path.is_under("bond")
            && !matches!(self.network.link(link).kind.value, LinkKind::Bond(_))
            && let Some(bond) =
                stanza.options.iter().find(|o| super::kind::canonical(o, self.reader) == "bond-master")
        {
            self.for_bond.push((bond.value.text.clone(), option.clone()));
            return;
        }
        if path.is("bond.primary") && matches!(self.network.link(link).kind.value, LinkKind::Bond(_)) {
            self.primaries.push((link, option.clone()));
            return;
        }
        if let Some(value) = self.value(option, row) {
            self.set(link, option, path, &value);
        }
    }

    /// True for an MTU of IPv6 that the link has room for: the link's stays as it is then (inet6.defn).
    fn has_room_for(&self, link: LinkId, text: &str) -> bool {
        let link = self.network.link(link);
        let is_less = matches!(
            link.kind.value,
            LinkKind::IpTunnel(_)
                | LinkKind::Vxlan(_)
                | LinkKind::Geneve(_)
                | LinkKind::Wireguard(_)
                | LinkKind::Infiniband(_)
                | LinkKind::Loopback(_)
                | LinkKind::Unsupported(_)
        );
        let usual = (!is_less).then_some(1500);
        let there = link.mtu.as_ref().map(|at| at.value.get()).or(usual);
        text.parse().is_ok_and(|mtu: i64| there.is_some_and(|there| mtu <= there))
    }

    /// `g`, or `s` with a SecureOn password behind it.
    fn wake_on_lan(&mut self, link: LinkId, option: &Opt, row: &Row, path: FieldPath) {
        let words = option.value.words();
        let letters = words.first().map_or("", |(word, _)| *word).to_owned();
        let password = words.get(1).map(|(word, _)| (*word).to_owned());
        match row.codec.read(&letters) {
            Ok(value) => self.set(link, option, path, &value),
            Err(refused) => self.refuse(option, refused.0),
        }
        if let Some(password) = password {
            self.set(link, option, FieldPath::parse("ethtool.wol_password"), &Value::text(password));
        }
    }

    /// Sets a setting that no other stanza has set otherwise.
    pub(super) fn set(&mut self, link: LinkId, option: &Opt, path: FieldPath, value: &Value) {
        let origin = Origin::at(option.span);
        let Some(leaf) = self.network.link_mut(link).leaf_mut(path) else {
            let is_lo = matches!(self.network.link(link).kind.value, LinkKind::Loopback(_));
            if is_lo && path.is("vxlan.local") && self.reader == Reader::Ifupdown2 {
                self.relations.push(Relation::local_of_vxlans(link, option.clone()));
                return;
            }
            self.misplaced(link, option);
            return;
        };
        let is_map = matches!(value, Value::Map(_));
        let said = leaf.value().filter(|_| !is_map);
        if said.as_ref().is_some_and(|old| old.to_string() == value.to_string()) {
            let mut spans = Vec::new();
            leaf.origins(&mut |origin| spans.extend_from_slice(origin.spans()));
            spans.push(option.span);
            leaf.set(value, Origin::said(spans)).ok();
            return;
        }
        if said.is_some() {
            let mut spans = Vec::new();
            leaf.origins(&mut |origin| spans.extend_from_slice(origin.spans()));
            if self.repeated(option, &spans) {
                return;
            }
        }
        let Some(leaf) = self.network.link_mut(link).leaf_mut(path) else { return };
        if let Err(error) = leaf.set(value, origin) {
            self.refuse(option, &error.expected.clone());
        }
    }

    /// Another value for what was said at `before`; true where the first one counts.
    fn repeated(&mut self, option: &Opt, before: &[Span]) -> bool {
        let (idle, which) = match self.reader {
            // Its own options cannot be repeated; those of the scripts are set again with each stanza.
            Reader::Ifupdown => return false,
            // iface.py:get_attr_value_first.
            Reader::Ifupdown2 => (vec![option.span], "first"),
            // Each value becomes the same environment variable (lifecycle.c:build_environment).
            Reader::IfupdownNg => (before.to_vec(), "last"),
        };
        let message = format!(
            "`{}` has several values for one interface, of which {} takes the {which}",
            option.name,
            self.reader.name()
        );
        for span in &idle {
            self.report(&codes::IDLE, *span, message.clone(), "keep one of them");
        }
        self.reader == Reader::Ifupdown2
    }

    /// An option of another kind of link.
    pub(super) fn misplaced(&mut self, link: LinkId, option: &Opt) {
        if option.inherited {
            return;
        }
        let found = self.network.link(link);
        let message = format!(
            "`{}` has no effect on `{}`, which is of kind {}",
            self.shown(option),
            found.label(),
            found.kind.value.word()
        );
        self.report(&codes::IDLE, option.span, message, "move it to the stanza it belongs to, or remove it");
    }

    fn sysctl(&mut self, link: LinkId, option: &Opt, row: &Row, key: &str) {
        let Some(value) = self.value(option, row) else { return };
        let text = match value {
            Value::Bool(on) => u8::from(on).to_string(),
            Value::Int(_) | Value::Text(_) | Value::Secret(_) | Value::List(_) | Value::Map(_) => {
                value.to_string()
            }
        };
        // sysctl.d(5): a dot within a name is written `/`.
        let name = self.network.link(link).label().replace('.', "/");
        let item = Sysctl {
            netns: None,
            key: Some(At::new(key.replace('*', &name), option.span)),
            value: Some(At::new(text, option.span)),
        };
        self.network.sysctls.push(Owned { owner: Some(link), item });
    }

    /// Options with code of their own that stands here; those of addresses, gateways and name servers are read stanza
    /// by stanza.
    fn own(&mut self, link: LinkId, stanza: &Stanza, option: &Opt, row: &'static Row) {
        match row.name {
            "bridge-ports" => self.bridge_ports(link, option),
            "bridge-vids"
            | "bridge-pvid"
            | "bridge-access"
            | "bridge-allow-untagged"
            | "bridge-port-vids"
            | "bridge-port-pvids" => self.relations.push(Relation::vlans(link, row.name, option.clone())),
            "bond-slaves" | "bond-members" => self.bond_ports(link, option),
            "bond-master" => self.relations.push(Relation::member(link, option.clone(), "bond")),
            "vrf" | "vrf-member" => self.relations.push(Relation::member(link, option.clone(), "vrf")),
            "vrf-table" => self.vrf_table(link, option),
            "wpa-phase2" => self.inner_authentication(link, stanza, option),
            "tunnel-key" => {
                let value = Value::text(option.value.text.clone());
                self.set(link, option, FieldPath::parse("ip_tunnel.ikey"), &value);
                self.set(link, option, FieldPath::parse("ip_tunnel.okey"), &value);
            }
            "vxlan-remoteip" | "vxlan-peer-ips" => self.vxlan_remote(link, option),
            "link-down" => {
                if let Some(down) = netpivot_model::vocabulary::interfaces::codec::truth(&option.value.text) {
                    self.link(link).up = Some(At::new(!down, option.span));
                } else {
                    self.refuse(option, "`yes` or `no`");
                }
            }
            "disable-ipv6" => {
                match netpivot_model::vocabulary::interfaces::codec::truth(&option.value.text) {
                    Some(true) => {
                        let method = At::new(netpivot_model::ip::IpMethod::Disabled, option.span);
                        self.link(link).ipv6.get_or_insert_default().method = Some(method);
                    }
                    Some(false) => self.report(
                        &codes::IDLE,
                        option.span,
                        "IPv6 is on by default".to_owned(),
                        "remove the line",
                    ),
                    None => self.refuse(option, "`on` or `off`"),
                }
            }
            "use" | "requires" | "link-type" => self.executor(link, stanza, option, row),
            "wireless-mode" => {
                let mode = match option.value.text.to_ascii_lowercase().as_str() {
                    "ad-hoc" => "adhoc",
                    "master" => "ap",
                    _ => "infrastructure",
                };
                self.set(link, option, FieldPath::parse("wifi.mode"), &Value::text(mode));
            }
            name if name.starts_with("ovs-") => {
                self.relations.push(Relation::ovs(link, row.name, option.clone()))
            }
            // Hooks, addresses, gateways and name servers have their own readers; `inherit` was read before.
            _ => {}
        }
    }

    /// `use EXECUTOR`, `requires INTERFACES`, `link-type KIND` of ifupdown-ng and ifupdown2.
    fn executor(&mut self, link: LinkId, stanza: &Stanza, option: &Opt, row: &Row) {
        let (name, word) = (row.name, option.value.text.as_str());
        if name == "use" && stanza.method() == word {
            return;
        }
        if name == "requires" {
            let names = option.value.words();
            self.required.extend(names.iter().map(|(name, _)| (link, (*name).to_owned())));
            let is_controller =
                matches!(self.network.link(link).kind.value, LinkKind::Bridge(_) | LinkKind::Bond(_));
            let has_ports = stanza.options.iter().any(|o| {
                matches!(
                    super::kind::canonical(o, self.reader),
                    "bridge-ports" | "bond-members" | "bond-slaves"
                )
            });
            if is_controller && !has_ports && self.reader == Reader::IfupdownNg {
                // bridge and bond without a list of ports take what they require (executor-scripts/linux/bond).
                self.relations.push(Relation::ports(link, option.clone()));
            } else {
                let message = format!(
                    "`{}` is brought up first; other programs have an order of their own",
                    option.value.text
                );
                let note = super::finding(
                    &codes::IDLE,
                    option.span,
                    message,
                    "nothing, if it starts by itself, too",
                );
                self.cx.report(note.severity(netpivot_model::diagnostic::Severity::Note));
                self.keep(link, stanza, option, Weight::Idle, row.doc());
            }
            return;
        }
        let kind = &self.network.link(link).kind;
        if kind.origin.spans().first() == Some(&option.span) {
            return;
        }
        // executor-scripts/linux/wifi is chosen by the options of the network as well.
        let is_wifi = word == "wifi" && matches!(kind.value, LinkKind::Wifi(_));
        if is_wifi
            || matches!(
                word,
                "link"
                    | "loopback"
                    | "static"
                    | "bridge"
                    | "bond"
                    | "vlan"
                    | "vxlan"
                    | "vrf"
                    | "tunnel"
                    | "wireguard"
            )
        {
            let message = format!("`{name} {word}` says what the other options say already");
            let note = super::finding(&codes::IDLE, option.span, message, "nothing");
            self.cx.report(note.severity(netpivot_model::diagnostic::Severity::Note));
        } else {
            self.keep(link, stanza, option, Weight::Acts, row.doc());
        }
    }

    /// `auth=MSCHAPV2` and `autheap=TLS`, as wpa_supplicant.conf(5) has them; other words are kept.
    fn inner_authentication(&mut self, link: LinkId, stanza: &Stanza, option: &Opt) {
        const INNER: [(&str, &str); 2] = [("auth", "dot1x.phase2_auth"), ("autheap", "dot1x.phase2_autheap")];
        let words: Vec<&str> = option.value.text.trim_matches('"').split_ascii_whitespace().collect();
        let setting = |word: &&str| {
            let (key, value) = word.split_once('=')?;
            let path = INNER.iter().find(|(name, _)| *name == key).map(|(_, path)| *path)?;
            Some((path, Value::text(value.to_ascii_lowercase())))
        };
        match words.iter().map(setting).collect::<Option<Vec<_>>>() {
            Some(settings) => {
                for (path, value) in settings {
                    self.set(link, option, FieldPath::parse(path), &value);
                }
            }
            None => self.keep(
                link,
                stanza,
                option,
                Weight::Acts,
                "Handed to wpa_supplicant (wpa_supplicant.conf(5)).",
            ),
        }
    }

    /// `wpa-key-mgmt NONE` without WEP keys, without which wpa_supplicant joins secured networks only. NetworkManager's `none`
    /// means WEP; it knows an open network by the missing security.
    fn is_of_open_network(&mut self, link: LinkId, stanza: &Stanza, option: &Opt, row: &Row) -> bool {
        let is_key = |name: &str| {
            let name = name.replace('_', "-");
            name.starts_with("wpa-wep-key")
                || name.starts_with("wireless-key")
                || name.starts_with("wireless-enc")
        };
        let is_open = row.name == "wpa-key-mgmt"
            && option.value.text.eq_ignore_ascii_case("NONE")
            && !stanza.options.iter().any(|option| is_key(&option.name));
        if is_open {
            self.network.link_mut(link).kind.origin.merge(&option.span.into());
        }
        is_open
    }

    /// What wpa_supplicant needs to be told for 802.1X on a wired port, which the link's kind says by itself.
    fn is_of_wired_port(&mut self, link: LinkId, option: &Opt, row: &Row) -> bool {
        let wired = match (row.name, option.value.text.as_str()) {
            ("wpa-driver", "wired") => true,
            ("wpa-key-mgmt", word) => word.eq_ignore_ascii_case("IEEE8021X"),
            _ => false,
        };
        let is_wired = wired && matches!(self.network.link(link).kind.value, LinkKind::Ethernet(_));
        if is_wired {
            let message =
                format!("`{} {}` is what 802.1X on a wired port is", option.name, option.value.text);
            let note = super::finding(&codes::IDLE, option.span, message, "nothing");
            self.cx.report(note.severity(netpivot_model::diagnostic::Severity::Note));
        }
        is_wired
    }

    /// The table of a VRF; `auto` counts from 1001 on, past those that other VRFs name, before or after it
    /// (ifupdown2's addons/vrf.py: `user_reserved_vrf_table`).
    fn vrf_table(&mut self, link: LinkId, option: &Opt) {
        let counted = || Origin::derived(COUNTED, [option.span]);
        let (table, origin) = match option.value.text.as_str() {
            "auto" => (self.free_table(), counted()),
            text => (text.parse().ok().and_then(Int::new), Origin::at(option.span)),
        };
        let Some(table) = table else { return self.refuse(option, "the number of a table, or `auto`") };
        if matches!(origin.cause(), Cause::Derived(COUNTED)) {
            let name = self.network.link(link).label();
            let message =
                format!("the table of the VRF `{name}` is the first from 1001 on that no other has");
            let help = "name the table that it has on the host (`ip -d link show type vrf`)";
            self.report(&codes::COUNTED_TABLE, option.span, message, help);
        }
        let is_counted =
            |at: &At<TableId>| at.value == table && matches!(at.origin.cause(), Cause::Derived(COUNTED));
        let other = self.network.links().find_map(|(other, link)| {
            let LinkKind::Vrf(vrf) = &link.kind.value else { return None };
            vrf.table.as_ref().filter(|at| is_counted(at)).map(|at| (other, at.origin.clone()))
        });
        if let LinkKind::Vrf(vrf) = &mut self.link(link).kind.value {
            vrf.table = Some(At { value: table, origin });
        }
        if let (Some((other, origin)), Some(free)) = (other, self.free_table())
            && let LinkKind::Vrf(vrf) = &mut self.link(other).kind.value
        {
            vrf.table = Some(At { value: free, origin });
        }
    }

    /// The first table from 1001 on that no VRF has.
    fn free_table(&self) -> Option<TableId> {
        let taken = |n: &i64| {
            self.network.links.iter().any(|link| {
                let LinkKind::Vrf(vrf) = &link.kind.value else { return false };
                vrf.table.as_ref().is_some_and(|at| at.value.get() == *n)
            })
        };
        (1001..=1255).find(|n| !taken(n)).and_then(Int::new)
    }

    fn vxlan_remote(&mut self, link: LinkId, option: &Opt) {
        for (word, span) in option.value.words() {
            let Ok(remote) = word.parse::<std::net::IpAddr>() else {
                self.refuse(option, "IP addresses");
                return;
            };
            let entry = netpivot_model::neighbor::FdbEntry {
                lladdr: netpivot_model::value::Mac::new(&[0; 6]).map(|mac| At::new(mac, option.span)),
                dst: Some(At::new(remote, span)),
                ..netpivot_model::neighbor::FdbEntry::default()
            };
            self.network.fdb.push(Owned { owner: Some(link), item: entry });
        }
    }

    /// The name of a link as a reference.
    pub(super) fn reference(name: &str) -> LinkRef {
        LinkRef::Name(name.to_owned())
    }
}

/// True for an option that a command of its stanza asks for (ifup(8), `$IF_NETWORK`).
fn is_asked_for(stanza: &Stanza, option: &Opt) -> bool {
    let variable = format!("IF_{}", option.name.replace('-', "_").to_ascii_uppercase());
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    stanza.options.iter().any(|other| {
        let text = &other.value.text;
        text.match_indices(&variable).any(|(at, _)| {
            !text[..at].ends_with(is_word) && !text[at + variable.len()..].starts_with(is_word)
        })
    })
}

/// Options whose values ifupdown's scripts take as a list of lines.
fn may_repeat(row: &Row) -> bool {
    const LISTS: [&str; 7] = [
        "dns-nameserver",
        "dns-nameservers",
        "dns-search",
        "ovs-extra",
        "bridge-ports",
        "dns-options",
        "wpa-*",
    ];
    row.addon == "usercmds" || LISTS.contains(&row.name) || row.name.starts_with("wpa-")
}

/// A documentation line within a sentence.
fn lower(doc: &str) -> String {
    let mut chars = doc.trim_end_matches('.').chars();
    chars.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + chars.as_str())
}
