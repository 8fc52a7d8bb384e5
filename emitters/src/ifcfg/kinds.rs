//! The kind of a link: TYPE, DEVICE and the keys of VLANs, teams, InfiniBand, veth pairs and tap devices; bridges,
//! bonds and tunnels stand in modules of their own.

use super::profile::{Profile, is_device, meant};
use super::{Job, Reader};
use netpivot_model::codes::ifcfg_output as codes;
use netpivot_model::link::LinkKind;
use netpivot_model::path::FieldPath;
use netpivot_model::value::{LinkRef, Value};
use netpivot_model::virtual_link::TunMode;
use netpivot_model::vlan::Vlan;

/// Why there is no file, and what to do.
pub(super) type NoFile = (String, Option<String>);

pub(super) fn no_file(text: impl Into<String>) -> NoFile {
    (text.into(), Some("say it in the source, or convert it with `-t keyfile`".to_owned()))
}

impl Job<'_> {
    /// Writes TYPE, DEVICE and the kind's own keys.
    pub(super) fn kind(&mut self, p: &mut Profile<'_>) -> Result<(), NoFile> {
        let link = p.link;
        if let LinkKind::Unsupported(kind) = &link.kind.value {
            let word = kind.source_type.as_ref().map_or("", |at| at.value.as_str());
            p.file.set("TYPE", word);
            p.done("unsupported.source_type");
            if let Some(name) = &link.name {
                p.file.set("DEVICE", name.value.as_str());
            }
            for path in ["name", "id", "uuid"] {
                p.done(path);
            }
            return Ok(());
        }
        if self.ovs(p)? {
            return Ok(());
        }
        self.device(p)?;
        match &link.kind.value {
            LinkKind::Ethernet(_) => p.file.set("TYPE", "Ethernet"),
            LinkKind::Wifi(wifi) => {
                p.file.set("TYPE", "Wireless");
                let length = wifi.ssid_hex.as_ref().map_or(0, |at| at.value.len() / 2);
                let text = wifi.ssid_hex.as_ref().is_some_and(|at| is_text(&at.value));
                if !(1..=32).contains(&length) || !text && !p.is_nm() {
                    return Err(no_file(format!(
                        "{} makes no wireless link without an SSID that it can say",
                        p.reader.name()
                    )));
                }
            }
            LinkKind::Dummy(_) => p.file.set("TYPE", "dummy"),
            LinkKind::Bridge(_) => {
                p.file.set("TYPE", "Bridge");
                self.bridge(p);
            }
            LinkKind::Bond(bond) => {
                p.file.set("TYPE", "Bond");
                p.file.flag("BONDING_MASTER", true);
                self.bond(p, bond)?;
            }
            LinkKind::Team(_) => {
                p.file.set("DEVICETYPE", "Team");
                self.team(p, "team.config", "TEAM_CONFIG");
            }
            LinkKind::Vlan(vlan) => self.vlan(p, vlan)?,
            LinkKind::Infiniband(_) => self.infiniband(p)?,
            LinkKind::IpTunnel(tunnel) => self.tunnel(p, tunnel)?,
            LinkKind::Tun(tun) => {
                let mode = if link.name.as_ref().is_some_and(|at| at.value.starts_with("tun")) {
                    TunMode::Tun
                } else {
                    TunMode::Tap
                };
                if tun.mode.as_ref().is_some_and(|at| at.value != mode) {
                    return Err(no_file(
                        "initscripts make a tun device of a name that begins with `tun`, and a tap device of any other",
                    ));
                }
                if tun.mode.is_none() {
                    self.added(p, "tun.mode", "mode-of-the-name");
                }
                p.done("tun.mode");
                p.file.set("TYPE", "Tap");
                if let Some(owner) = tun.owner.as_ref().filter(|at| at.value.parse::<u32>().is_ok()) {
                    p.file.set("OWNER", owner.value.as_str());
                    p.done("tun.owner");
                }
            }
            LinkKind::Veth(veth) => match veth.peer.as_ref().map(|at| &at.value) {
                Some(LinkRef::Name(peer)) if is_device(peer) => {
                    p.file.set("TYPE", "Veth");
                    p.file.set("PEER", peer.as_str());
                    p.done("veth.peer");
                }
                Some(_) | None => {
                    return Err(no_file("initscripts make no veth pair without the name of its other end"));
                }
            },
            LinkKind::Macvlan(_)
            | LinkKind::Ipvlan(_)
            | LinkKind::Vxlan(_)
            | LinkKind::Geneve(_)
            | LinkKind::Vrf(_)
            | LinkKind::Wireguard(_)
            | LinkKind::Macsec(_)
            | LinkKind::Hsr(_)
            | LinkKind::OvsBridge(_)
            | LinkKind::OvsPort(_)
            | LinkKind::OvsInterface(_)
            // `lo` has no TYPE.
            | LinkKind::Loopback(_)
            | LinkKind::Generic(_)
            | LinkKind::Unsupported(_) => {}
        }
        Ok(())
    }

    /// DEVICE, without which bridges, bonds, teams and all that initscripts make do not exist.
    fn device(&mut self, p: &mut Profile<'_>) -> Result<(), NoFile> {
        let name = p.link.name.as_ref().map(|at| at.value.as_str()).filter(|name| is_device(name));
        if let Some(name) = name {
            p.file.set("DEVICE", name);
            p.done("name");
            return Ok(());
        }
        if p.link.name.is_some() {
            let text = format!("`DEVICE={}` is no name that the kernel would take", p.link.label());
            self.cannot(p, FieldPath::parse("name"), &codes::REFUSED, text, None);
        }
        let card = p.link.kind.value.is_hardware();
        let has_mac = p.link.matches.as_ref().is_some_and(|m| m.mac.is_some());
        let vlan = matches!(p.link.kind.value, LinkKind::Vlan(_));
        match p.reader {
            Reader::NetworkManager if card || vlan => Ok(()),
            Reader::Initscripts if card && has_mac => Ok(()),
            Reader::NetworkManager | Reader::Initscripts => Err(no_file(format!(
                "{} makes no link of the kind {} without DEVICE",
                p.reader.name(),
                p.link.kind.value.word()
            ))),
        }
    }

    /// teamd's configuration, which NetworkManager's reader refuses where it is no JSON object.
    pub(super) fn team(&mut self, p: &mut Profile<'_>, path: &'static str, key: &str) {
        let Some(text) = p.said(path).as_ref().and_then(|value| value.as_text().map(str::to_owned)) else {
            return;
        };
        if serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&text).is_ok() {
            p.file.set(key, text);
            p.done(path);
        } else {
            self.refused(p, path, "takes a JSON object only");
        }
    }

    fn vlan(&mut self, p: &mut Profile<'_>, vlan: &Vlan) -> Result<(), NoFile> {
        p.file.set("TYPE", "Vlan");
        p.file.flag("VLAN", true);
        let parent = match (vlan.parent.as_ref().map(|at| &at.value), p.reader) {
            (Some(LinkRef::Uuid(uuid)), Reader::Initscripts) => self.name_of(uuid),
            (Some(parent), _) => Some(parent.to_string()),
            (None, _) => None,
        };
        let Some(parent) = parent else {
            return Err(no_file(format!(
                "{} makes no VLAN without the name of the link below",
                p.reader.name()
            )));
        };
        let Some(id) = vlan.id.as_ref().map(|at| at.value.get()) else {
            return Err(no_file(format!("{} makes no VLAN without its id", p.reader.name())));
        };
        p.done("vlan.parent");
        p.done("vlan.id");
        p.file.set("PHYSDEV", parent.as_str());
        match p.reader {
            Reader::NetworkManager => p.file.set("VLAN_ID", id.to_string()),
            Reader::Initscripts => {
                p.file.set("VID", id.to_string());
                let device = p.device().unwrap_or_default().to_owned();
                if taken_apart(&device).is_some_and(|(below, number)| below != parent || number != id) {
                    return Err(no_file(format!(
                        "initscripts take id and parent of a VLAN from its name, and `{device}` is not VLAN {id} on `{parent}`"
                    )));
                }
                let numbered = device.strip_prefix("vlan").and_then(|text| text.parse::<i64>().ok());
                if numbered.is_some_and(|n| n != id) {
                    return Err(no_file(format!(
                        "initscripts take the id of a VLAN from its name, and `{device}` is not VLAN {id}"
                    )));
                }
                if vlan.parent.as_ref().is_some_and(|at| at.value.to_string() != parent) {
                    let text =
                        "initscripts name the link below by its device, which is written instead of the UUID";
                    self.cannot(p, FieldPath::parse("vlan.parent"), &codes::SETTING, text, None);
                }
            }
        }
        self.vlan_flags(p);
        self.vlan_maps(p, vlan);
        Ok(())
    }

    fn vlan_flags(&mut self, p: &mut Profile<'_>) {
        let flag = |job: &Self, path| match meant(job, p.id, path) {
            Some(Value::Bool(on)) => Some(on),
            Some(_) | None => None,
        };
        let (reorder, gvrp) = (flag(self, "vlan.reorder_hdr"), flag(self, "vlan.gvrp"));
        let (loose, mvrp) = (flag(self, "vlan.loose_binding"), flag(self, "vlan.mvrp"));
        let said_reorder =
            p.link.leaf(FieldPath::parse("vlan.reorder_hdr")).is_some_and(|leaf| leaf.is_said());
        if let Some(on) = reorder.filter(|on| said_reorder || !on) {
            p.file.flag("REORDER_HDR", on);
            p.done("vlan.reorder_hdr");
        }
        if let Some(on) = gvrp.filter(|on| *on || p.said("vlan.gvrp").is_some()) {
            p.file.flag("GVRP", on);
            p.done("vlan.gvrp");
        }
        if !p.is_nm() {
            return;
        }
        if let Some(on) = mvrp.filter(|on| *on || p.said("vlan.mvrp").is_some()) {
            p.file.flag("MVRP", on);
            p.done("vlan.mvrp");
        }
        let words: Vec<&str> =
            [(loose == Some(true), "LOOSE_BINDING"), (reorder == Some(false), "NO_REORDER_HDR")]
                .into_iter()
                .filter_map(|(set, word)| set.then_some(word))
                .collect();
        if !words.is_empty() {
            p.file.set("VLAN_FLAGS", words.join(","));
            p.done("vlan.loose_binding");
        }
        if let Some(protocol) = p.said("vlan.protocol") {
            p.file.set("VLAN_PROTOCOL", protocol.to_string());
            p.done("vlan.protocol");
        }
    }

    fn vlan_maps(&mut self, p: &mut Profile<'_>, vlan: &Vlan) {
        let separator = if p.is_nm() { "," } else { " " };
        let maps = [
            ("vlan.ingress_qos_map", "VLAN_INGRESS_PRIORITY_MAP", &vlan.ingress_qos_map),
            ("vlan.egress_qos_map", "VLAN_EGRESS_PRIORITY_MAP", &vlan.egress_qos_map),
        ];
        for (path, key, map) in maps {
            if map.items.is_empty() || !p.is_nm() && key.contains("INGRESS") {
                continue;
            }
            let items: Vec<&str> = map.values().map(String::as_str).collect();
            p.file.set(key, items.join(separator));
            p.done(path);
        }
    }

    fn infiniband(&mut self, p: &mut Profile<'_>) -> Result<(), NoFile> {
        p.file.set("TYPE", "InfiniBand");
        let LinkKind::Infiniband(settings) = &p.link.kind.value else { return Ok(()) };
        if let Some(Value::Text(mode)) = meant(self, p.id, "infiniband.transport_mode") {
            p.file.flag("CONNECTED_MODE", mode == "connected");
            p.done("infiniband.transport_mode");
        }
        let Some(key) = settings.p_key.as_ref().map(|at| at.value.get()).filter(|n| *n != -1) else {
            p.done("infiniband.p_key");
            return Ok(());
        };
        let parent = match (settings.parent.as_ref().map(|at| &at.value), p.reader) {
            (Some(LinkRef::Uuid(uuid)), _) => self.name_of(uuid),
            (Some(parent), _) => Some(parent.to_string()),
            (None, _) => None,
        };
        let Some(parent) = parent.filter(|_| key & 0x7fff != 0) else {
            return Err(no_file(
                "an InfiniBand partition needs the name of its parent and a key that is not reserved",
            ));
        };
        let name = format!("{parent}.{key:04x}");
        if p.device().is_some_and(|device| device != name) {
            let text = format!("an InfiniBand partition is called after its parent and key, `{name}`");
            self.cannot(p, FieldPath::parse("name"), &codes::SETTING, text, None);
        }
        p.file.flag("PKEY", true);
        p.file.set("PHYSDEV", parent);
        let exact = key & 0x8000 == 0;
        if exact && !p.is_nm() {
            return Err(no_file("initscripts' tools always set the membership bit of a partition key"));
        }
        p.file.set(if exact { "PKEY_ID_NM" } else { "PKEY_ID" }, format!("0x{key:04x}"));
        p.done("infiniband.p_key");
        p.done("infiniband.parent");
        Ok(())
    }
}

/// True for bytes in hexadecimal that are text.
fn is_text(hex: &str) -> bool {
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes: Option<Vec<u8>> = hex.as_bytes().chunks(2).map(byte).collect();
    bytes.is_some_and(|bytes| std::str::from_utf8(&bytes).is_ok_and(|text| !text.contains('\0')))
}

/// Parent and id that initscripts take from `eth0.7`.
fn taken_apart(device: &str) -> Option<(&str, i64)> {
    let (parent, digits) = device.rsplit_once('.')?;
    let number = (1..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    let radix = if digits.len() > 1 && digits.starts_with('0') { 8 } else { 10 };
    let vlan_first =
        parent.strip_prefix("vlan").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    if !number || parent.is_empty() || vlan_first {
        return None;
    }
    Some((parent, i64::from_str_radix(digits, radix).ok()?))
}
