//! Rules, neighbours, forwarding entries and the VLANs of bridges (netlink-ip.md sections 2.1 and 5).

use super::observed::DeletedRule;
use super::route::set;
use super::snapshot::{FdbState, LinkState, NeighborState, RuleState, Seen, Snapshot, VlanEntry};
use super::{Reading, Why, words};
use foldhash::HashMap;
use netpivot_model::bridge::BridgeVlan;
use netpivot_model::codes::netlink as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::link::LinkKind;
use netpivot_model::neighbor::{self, FdbEntry, Neighbor};
use netpivot_model::network::{Network, Owned};
use netpivot_model::rule::{Rule, ip_protocol};
use netpivot_model::source::{At, Span};
use netpivot_model::value::Value;
use serde_json::Value as Json;
use std::net::IpAddr;

/// The rules that every kernel has: IPv4 local, main, default; IPv6 local, main (net/ipv4/fib_rules.c).
const BUILTIN: &[(u32, &str)] = &[(0, "local"), (32766, "main"), (32767, "default")];

/// The rule that leads into the tables of VRFs (FIB_RULE_PREF of drivers/net/vrf.c).
const VRF_RULE: u32 = 1000;

/// Settings of a rule that are printed by the model's names, and those that are numbers or truth values there.
const RULE_TEXTS: &[&str] = &["iif", "oif", "suppress_ifgroup", "tun_id", "protocol"];

impl Reading<'_> {
    pub(super) fn rules(&mut self, snapshot: &Snapshot, network: &mut Network) {
        let mut seen_before = Vec::new();
        for seen in &snapshot.rules {
            let state = &seen.item;
            let table = state.other.get("table").and_then(Json::as_str).unwrap_or("");
            let is_plain =
                state.src.as_deref() == Some("all") && state.dst.is_none() && state.other.len() <= 2;
            let protocol = state.other.get("protocol").and_then(Json::as_str).map(words::protocol_word);
            let by_kernel = protocol == Some("kernel");
            if let Some(what) = program(state).filter(|_| !self.keep.programs) {
                self.leave(what, seen.span);
                continue;
            }
            // The first VRF brings a rule, which is told as the kernel's with `-d` only (drivers/net/vrf.c).
            let is_vrf = state.priority == VRF_RULE && state.other.contains_key("l3mdev");
            if by_kernel || (is_plain && (is_vrf || BUILTIN.contains(&(state.priority, table)))) {
                self.leave("rules that the kernel makes", seen.span);
                seen_before.push((state.priority, table.to_owned()));
                continue;
            }
            // The built-in rules begin each family's list, so their second coming begins the IPv6 ones.
            let v6_list = seen_before.iter().filter(|(n, _)| *n == 0).count() > 1;
            if let Some(rule) = self.rule(seen, v6_list) {
                network.rules.push(Owned { owner: None, item: rule });
            }
        }
        self.deleted_rules(snapshot);
    }

    /// Tells of the kernel's rules that somebody deleted, in a capture, which has all of both families.
    fn deleted_rules(&mut self, snapshot: &Snapshot) {
        for (family, option) in [("inet", "-4"), ("inet6", "-6")] {
            let is_of_family = |seen: &&Seen<RuleState>| seen.item.family.as_deref() == Some(family);
            let rules = snapshot.rules.iter().filter(is_of_family);
            let Some(first) = rules.clone().next() else { continue };
            // IPv6 has no rule for the table `default` (net/ipv6/fib6_rules.c).
            for (priority, table) in &BUILTIN[..if family == "inet" { 3 } else { 2 }] {
                if rules.clone().any(|seen| seen.item.priority == *priority) {
                    continue;
                }
                self.makers.deleted_rules.push(DeletedRule {
                    netns: snapshot.name.as_ref().map_or_else(String::new, |at| at.item.clone()),
                    is_v6: option == "-6",
                    priority: *priority,
                    table,
                });
                let message = format!(
                    "somebody deleted the kernel's rule {priority} of `ip {option} rule`, which leads to the table `{table}`, and nothing says so"
                );
                let help = format!("delete it by hand again (`ip {option} rule del priority {priority}`)");
                let found = Diagnostic::new(&codes::MEANS_OTHERWISE, message).at(first.span);
                self.cx.report(found.help(help));
            }
        }
    }

    fn rule(&mut self, seen: &Seen<RuleState>, v6_list: bool) -> Option<Rule> {
        let (state, span) = (&seen.item, seen.span);
        let mut rule = Rule::default();
        let prefix = |address: &Option<String>, length: Option<u8>| {
            let address = address.as_deref().filter(|text| *text != "all")?;
            let most = if address.contains(':') { 128 } else { 32 };
            Some(format!("{address}/{}", length.unwrap_or(most)))
        };
        let (from, to) = (prefix(&state.src, state.srclen), prefix(&state.dst, state.dstlen));
        let is_v6 = match state.family.as_deref() {
            Some(family) => family == "inet6",
            None => {
                [&from, &to].into_iter().flatten().any(|net| net.contains(':'))
                    || (from.is_none() && to.is_none() && v6_list)
            }
        };
        set(&mut rule, "family", &Value::text(if is_v6 { "ipv6" } else { "ipv4" }), span);
        set(&mut rule, "priority", &Value::Int(state.priority.into()), span);
        for (name, net) in [("from", from), ("to", to)] {
            if let Some(net) = net {
                set(&mut rule, name, &Value::text(net), span);
            }
        }
        if state.inverted {
            set(&mut rule, "not", &Value::Bool(true), span);
        }
        for (key, json) in &state.other {
            if !self.rule_setting(&mut rule, key, json, state, span)? {
                let message = format!(
                    "the rule of priority {} has `{key}`, which has no place in the model; without it the rule would be for other \
                     traffic, so it is left out",
                    state.priority
                );
                let help = "set the rule up by other means";
                self.cx.report(Diagnostic::new(&codes::MEANS_OTHERWISE, message).at(span).help(help));
                return None;
            }
        }
        Some(rule)
    }

    /// One setting of a rule; `None` where the rule cannot be said without it, false where it is unknown.
    fn rule_setting(
        &mut self,
        rule: &mut Rule,
        key: &str,
        json: &Json,
        state: &RuleState,
        span: Span,
    ) -> Option<bool> {
        let text = || match json {
            Json::String(text) => Some(text.clone()),
            Json::Number(number) => Some(number.to_string()),
            Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => None,
        };
        let number = || {
            let text = text()?;
            match text.strip_prefix("0x") {
                Some(hex) => i64::from_str_radix(hex, 16).ok(),
                None => text.parse().ok(),
            }
        };
        let range = |start: &str, end: &str| {
            let of = |key: &str| state.other.get(key).and_then(Json::as_i64);
            Some(Value::text(format!("{}-{}", of(start)?, of(end)?)))
        };
        let (field, value) = match key {
            "goto" => {
                set(rule, "action", &Value::text("goto"), span);
                (key, number().map(Value::Int))
            }
            // No rule stands yet where the jump leads.
            "unresolved" => return Some(true),
            "table" => ("table", Some(Value::Int(self.table(&text()?, span)?.into()))),
            "fwmark" | "fwmask" => (key, number().map(Value::Int)),
            "suppress_prefixlength" | "suppress_prefixlen" => {
                ("suppress_prefixlength", number().map(Value::Int))
            }
            "tos" | "dsfield" => ("tos", text().and_then(|t| hex(&t)).map(Value::Int)),
            "ipproto" => ("ipproto", text().and_then(|t| ip_protocol(&t)).map(|n| Value::Int(n.into()))),
            "l3mdev" => ("l3mdev", Some(Value::Bool(true))),
            "action" => ("action", text().map(Value::text)),
            "sport" | "dport" => (key, text().map(Value::text)),
            "sport_start" => ("sport", range("sport_start", "sport_end")),
            "dport_start" => ("dport", range("dport_start", "dport_end")),
            "uid_start" => ("uidrange", range("uid_start", "uid_end")),
            // ip-rule(8) makes rules of protocol boot, and says so only with `-d`.
            "protocol" if matches!(json.as_str(), Some("boot" | "unspec" | "3" | "0")) => return Some(true),
            "nop" => ("action", Some(Value::text("nop"))),
            "sport_end" | "dport_end" | "uid_end" => return Some(true),
            "flow_to" => {
                let from = state.other.get("flow_from").and_then(Json::as_str);
                let realms = text().map(|to| from.map_or_else(|| to.clone(), |from| format!("{from}/{to}")));
                ("realms", realms.map(Value::text))
            }
            "flow_from" if state.other.contains_key("flow_to") => return Some(true),
            key if RULE_TEXTS.contains(&key) => (key, text().map(Value::text)),
            _ => return Some(false),
        };
        Some(value.is_some_and(|value| set(rule, field, &value, span)))
    }

    pub(super) fn neighbors(&mut self, snapshot: &Snapshot, network: &mut Network) {
        for Seen { item: state, span } in &snapshot.neighbors {
            let permanent = state.state.iter().any(|word| word == "PERMANENT");
            let noarp = is_set_noarp(state, snapshot);
            if !permanent && !noarp && !state.proxy {
                self.leave("neighbours that were learnt", *span);
                continue;
            }
            let mut entry = Neighbor::default();
            set(&mut entry, "dst", &Value::text(state.dst.clone()), *span);
            if let Some(lladdr) = &state.lladdr {
                set(&mut entry, "lladdr", &Value::text(lladdr.clone()), *span);
            }
            if noarp {
                set(&mut entry, "state", &Value::text(neighbor::NeighborState::Noarp.as_str()), *span);
            }
            if state.proxy {
                set(&mut entry, "proxy", &Value::Bool(true), *span);
            }
            if state.router {
                set(&mut entry, "router", &Value::Bool(true), *span);
            }
            if self.goes_with(&state.dev, *span) {
                continue;
            }
            let owner = self.ids.get(&state.dev).copied();
            if owner.is_none() {
                set(&mut entry, "dev", &Value::text(state.dev.clone()), *span);
            }
            if state.other.contains_key("extern_learn") {
                self.left.push((Why::Attribute("extern_learn".to_owned()), *span, None));
            }
            network.neighbors.push(Owned { owner, item: entry });
        }
    }

    pub(super) fn fdb(&mut self, snapshot: &Snapshot, network: &mut Network) {
        let links: HashMap<&str, &LinkState> =
            snapshot.links.iter().map(|seen| (seen.item.ifname.as_str(), &seen.item)).collect();
        for Seen { item: state, span } in &snapshot.fdb {
            // A link with another hardware address on top, such as a macvlan, makes its lower one listen for it.
            let is_of_upper = || {
                let is_on = |upper: &&&LinkState| upper.link.as_deref() == Some(state.ifname.as_str());
                let mut uppers = links.values().filter(is_on);
                uppers.any(|upper| upper.address.as_deref() == Some(state.mac.as_str()))
            };
            if is_own_entry(state, links.get(state.ifname.as_str()).copied())
                || is_of_upper()
                || (state.master.is_none() && self.elsewhere.addresses.contains(&state.mac))
                || is_of_each_vlan(state, snapshot)
            {
                self.leave("forwarding entries that the kernel makes or learnt", *span);
                continue;
            }
            if self.goes_with(&state.ifname, *span) {
                continue;
            }
            let mut entry = FdbEntry::default();
            let texts =
                [("lladdr", Some(&state.mac)), ("dst", state.dst.as_ref()), ("via", state.via.as_ref())];
            for (name, text) in texts {
                if let Some(text) = text {
                    set(&mut entry, name, &Value::text(text.clone()), *span);
                }
            }
            let numbers = [
                ("vlan", state.vlan.map(u32::from)),
                ("port", state.port.map(u32::from)),
                ("vni", state.vni),
            ];
            for (name, number) in numbers {
                if let Some(number) = number {
                    set(&mut entry, name, &Value::Int(number.into()), *span);
                }
            }
            if state.state == "static" {
                set(&mut entry, "state", &Value::text("static"), *span);
            }
            if state.flags.iter().any(|flag| flag == "sticky") {
                set(&mut entry, "flags", &Value::text("sticky"), *span);
            }
            if state.master.is_some() {
                set(&mut entry, "master", &Value::Bool(true), *span);
            }
            let owner = self.ids.get(&state.ifname).copied();
            if owner.is_none() {
                set(&mut entry, "dev", &Value::text(state.ifname.clone()), *span);
            }
            network.fdb.push(Owned { owner, item: entry });
        }
    }

    /// The VLANs of bridge ports and of bridges themselves. A bridge that does not filter keeps its lists
    /// without acting on them, and each port starts with the bridge's own VLAN.
    pub(super) fn vlans(&mut self, snapshot: &Snapshot, network: &mut Network) {
        for Seen { item: state, span } in &snapshot.vlans {
            if self.goes_with(&state.ifname, *span) {
                continue;
            }
            let Some(id) = self.ids.get(&state.ifname).copied() else {
                self.leave("VLANs of links that are not in the snapshot", *span);
                continue;
            };
            let bridge = match &network.link(id).controller {
                Some(at) => self.ids.get(&at.value.to_string()).copied(),
                None => Some(id),
            };
            let settings = bridge.and_then(|bridge| {
                if let LinkKind::Bridge(bridge) = &network.link(bridge).kind.value {
                    Some(bridge)
                } else {
                    None
                }
            });
            let filters = settings.and_then(|b| b.vlan_filtering.as_ref()).is_some_and(|at| at.value);
            let pvid = settings.and_then(|b| b.vlan_default_pvid.as_ref()).map_or(1, |at| at.value.get());
            let own = u16::try_from(pvid).ok().and_then(BridgeVlan::native);
            let Some(vlans) = ranges(&state.vlans).iter().map(vlan).collect::<Option<Vec<BridgeVlan>>>()
            else {
                self.leave("VLANs with numbers that there are not", *span);
                continue;
            };
            if !filters || (vlans.len() == 1 && vlans.first() == own.as_ref()) {
                self.leave("VLANs that a bridge gives each port by itself", *span);
                continue;
            }
            let is_out = !vlans.iter().any(|vlan| vlan.holds(pvid));
            let link = network.link_mut(id);
            let (list, out) =
                if let (LinkKind::Bridge(own), true) = (&mut link.kind.value, bridge == Some(id)) {
                    (&mut own.vlans, &mut own.no_default_vlan)
                } else {
                    let port = &mut **link.bridge_port.get_or_insert_default();
                    (&mut port.vlans, &mut port.no_default_vlan)
                };
            if is_out && pvid != 0 {
                *out = Some(At::new(true, *span));
            }
            // What a bridge gives each port by itself stands in no list.
            let vlans = vlans.into_iter().filter(|vlan| Some(*vlan) != own);
            vlans.for_each(|vlan| list.push(vlan, *span));
        }
    }
}

/// The program whose rule it is.
fn program(state: &RuleState) -> Option<&'static str> {
    let number = |key: &str| {
        let text = state.other.get(key)?.as_str()?;
        text.strip_prefix("0x").map_or_else(|| text.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok())
    };
    if (5210..=5270).contains(&state.priority) && number("fwmask") == Some(0x00ff_0000) {
        return Some("rules of Tailscale");
    }
    // wg-quick(8): `not fwmark 51820 table 51820`, and main without its default route.
    let marked = number("fwmark").filter(|mark| number("table") == Some(*mark));
    let is_main = state.other.get("table").and_then(Json::as_str) == Some("main");
    let short = state.other.get("suppress_prefixlen").and_then(Json::as_i64) == Some(0);
    let no_addresses = state.src.as_deref().is_none_or(|src| src == "all") && state.dst.is_none();
    let is_quick = (state.inverted && marked.is_some()) || (is_main && short);
    (is_quick && no_addresses && state.priority > 32_000).then_some("rules of wg-quick")
}

/// The entries with neighbours of the same flags as one; `bridge` prints ranges with `-c` only.
fn ranges(entries: &[VlanEntry]) -> Vec<VlanEntry> {
    let mut merged: Vec<VlanEntry> = Vec::with_capacity(entries.len());
    for entry in entries {
        match merged.last_mut() {
            Some(last)
                if last.flags == entry.flags
                    && !entry.flags.iter().any(|flag| flag == "PVID")
                    && last.end.unwrap_or(last.vlan).checked_add(1) == Some(entry.vlan) =>
            {
                last.end = Some(entry.end.unwrap_or(entry.vlan));
            }
            Some(_) | None => merged.push(entry.clone()),
        }
    }
    merged
}

fn vlan(entry: &VlanEntry) -> Option<BridgeVlan> {
    let has = |flag: &str| entry.flags.iter().any(|word| word == flag);
    let numbers = BridgeVlan::tagged(entry.vlan, entry.end.unwrap_or(entry.vlan))?;
    Some(BridgeVlan { is_pvid: has("PVID"), is_untagged: has("Egress Untagged"), ..numbers })
}

/// True for a neighbour without ARP that somebody set. The kernel makes such entries of its own of broadcast addresses and on
/// links that speak no ARP, with the link's own address or that of all (`arp_constructor()`, `ndisc_constructor()`).
fn is_set_noarp(state: &NeighborState, snapshot: &Snapshot) -> bool {
    let link = snapshot.links.iter().map(|seen| &seen.item).find(|link| link.ifname == state.dev);
    let is_own =
        |link: &LinkState| link.address == state.lladdr || link.link_type.as_deref() != Some("ether");
    let is_of_many =
        ["ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00"].contains(&state.lladdr.as_deref().unwrap_or_default());
    let is_multicast = state.dst.parse().is_ok_and(|ip: IpAddr| ip.is_multicast());
    state.state.iter().any(|word| word == "NOARP")
        && state.lladdr.is_some()
        && !is_of_many
        && !is_multicast
        && link.is_some_and(|link| !is_own(link))
}

/// True for an entry that the kernel made for a VLAN of its port beside one without a VLAN (`br_fdb_add()`).
fn is_of_each_vlan(state: &FdbState, snapshot: &Snapshot) -> bool {
    state.vlan.is_some()
        && snapshot.fdb.iter().map(|seen| &seen.item).any(|other| {
            other.vlan.is_none()
                && (&other.ifname, &other.mac, &other.master) == (&state.ifname, &state.mac, &state.master)
                && other.state == state.state
        })
}

/// Entries of own addresses and multicast groups, learnt ones, and a VXLAN's own default destination.
fn is_own_entry(state: &FdbState, link: Option<&LinkState>) -> bool {
    let own_address = link.and_then(|link| link.address.as_deref()) == Some(state.mac.as_str());
    // IPv6, IPv4, and the protocols of 802.1.
    let multicast = ["33:33:", "01:00:5e:", "01:80:c2:"].iter().any(|group| state.mac.starts_with(group));
    let default_remote = link
        .and_then(|link| link.linkinfo.as_ref())
        .and_then(|info| {
            ["remote", "remote6", "group", "group6"].iter().find_map(|key| info.info_data.get(*key))
        })
        .and_then(Json::as_str);
    let is_default =
        state.mac == "00:00:00:00:00:00" && state.dst.is_some() && default_remote == state.dst.as_deref();
    let configured = matches!(state.state.as_str(), "permanent" | "static");
    !configured
        || own_address
        || multicast
        || is_default
        || state.flags.iter().any(|flag| flag == "extern_learn")
}

fn hex(text: &str) -> Option<i64> {
    i64::from_str_radix(text.trim_start_matches("0x"), 16).ok()
}
