//! What a profile is called, when it starts, which device it is for (ifcfg.md 3.1), and what it is a port of.

use super::profile::{Profile, is_device, meant};
use super::{Job, Reader, SCRIPTS};
use netpivot_model::codes::ifcfg_output as codes;
use netpivot_model::link::{LinkKind, PortType};
use netpivot_model::path::FieldPath;
use netpivot_model::value::{LinkRef, MacSetting, Value, is_uuid};
use netpivot_model::vocabulary::ifcfg::derived;

impl Job<'_> {
    /// NAME, UUID, ONBOOT, hardware addresses and the MTU.
    pub(super) fn identity(&mut self, p: &mut Profile<'_>) {
        self.names(p);
        self.start(p);
        self.hardware(p);
        self.mtu(p);
        self.timeout(p);
    }

    /// ONBOOT, and NM_CONTROLLED where NetworkManager is to leave the device alone.
    pub(super) fn start(&mut self, p: &mut Profile<'_>) {
        if let Some(Value::Bool(on)) = meant(self, p.id, "autoconnect")
            && (p.link.autoconnect.is_some() || !Self::is_default(p, "autoconnect", &Value::Bool(on)))
        {
            p.file.flag("ONBOOT", on);
            p.done("autoconnect");
        }
        match p.link.hotplug.as_ref().map(|at| at.value) {
            // Both programs start a link when its device appears.
            Some(true) => p.done("hotplug"),
            Some(false) if !p.is_nm() => {
                p.file.flag("HOTPLUG", false);
                p.done("hotplug");
            }
            Some(false) | None => {}
        }
        if let Some(at) = &p.link.managed {
            p.done("managed");
            if !at.value {
                p.file.flag("NM_CONTROLLED", false);
            }
        }
    }

    /// NAME and UUID, where they are not what the reader makes of the file's name anyway.
    fn names(&mut self, p: &mut Profile<'_>) {
        match p.link.id.as_ref().map(|at| at.value.as_str()) {
            Some(id) if id == derived::id(&p.name, &p.link.kind.value) => p.done("id"),
            Some(id) if !id.is_empty() => {
                p.file.set("NAME", id);
                p.done("id");
            }
            Some(_) | None => self.added(p, "id", "id-of-the-file"),
        }
        let of_path = derived::uuid(&format!("{SCRIPTS}/ifcfg-{}", p.name));
        match p.link.uuid.as_ref().map(|at| at.value.as_str()) {
            Some(uuid) if uuid == of_path => p.done("uuid"),
            Some(uuid) if is_uuid(uuid) => {
                p.file.set("UUID", uuid);
                p.done("uuid");
            }
            Some(_) | None => {
                self.refused(p, "uuid", "takes UUIDs of the form 8-4-4-4-12 only");
                self.added(p, "uuid", "uuid-of-the-path");
            }
        }
    }

    fn hardware(&mut self, p: &mut Profile<'_>) {
        let length = if matches!(p.link.kind.value, LinkKind::Infiniband(_)) { 20 } else { 6 };
        if let Some(mac) = p.link.matches.as_ref().and_then(|m| m.mac.as_ref()) {
            if mac.value.bytes().len() == length {
                p.file.set("HWADDR", mac.value.to_string().to_uppercase());
                p.done("matches.mac");
            } else {
                self.refused(p, "matches.mac", &format!("takes addresses of {length} bytes here"));
            }
        }
        let Some(mac) = &p.link.mac else { return };
        if length == 20 {
            return self.unsaid(p, "mac", "ifcfg files cannot set the address of an InfiniBand link");
        }
        let text = match &mac.value {
            MacSetting::Address(mac) if mac.bytes().len() == 6 => mac.to_string().to_uppercase(),
            MacSetting::Address(_) => return self.refused(p, "mac", "takes addresses of six bytes"),
            MacSetting::Word(word) => {
                let wifi = matches!(p.link.kind.value, LinkKind::Wifi(_));
                if !p.is_nm() || *word == "stable-ssid" && !wifi {
                    return self.refused(p, "mac", &format!("does not know `MACADDR={word}` here"));
                }
                (*word).to_owned()
            }
        };
        p.file.set("MACADDR", text);
        p.done("mac");
    }

    fn mtu(&mut self, p: &mut Profile<'_>) {
        let Some(mtu) = p.link.mtu.as_ref().map(|at| at.value.get()) else { return };
        let wifi = matches!(p.link.kind.value, LinkKind::Wifi(_));
        let most = match (p.reader, wifi) {
            (Reader::NetworkManager, true) => 50_000,
            (Reader::NetworkManager, false) => 65_535,
            (Reader::Initscripts, _) => i64::from(u32::MAX),
        };
        if mtu > most {
            return self.refused(p, "mtu", &format!("takes an MTU of at most {most}"));
        }
        p.file.set("MTU", mtu.to_string());
        p.done("mtu");
    }

    /// DEVTIMEOUT, in seconds; NetworkManager takes decimals, too.
    fn timeout(&mut self, p: &mut Profile<'_>) {
        let nm = p.link.nm.as_ref().and_then(|nm| nm.wait_device_timeout.as_ref());
        let Some(ms) = nm.map(|at| at.value.get()).filter(|ms| *ms >= 0) else { return };
        let text = match (ms % 1000, p.reader) {
            (0, _) => (ms / 1000).to_string(),
            (rest, Reader::NetworkManager) => format!("{}.{rest:03}", ms / 1000),
            (_, Reader::Initscripts) => {
                return self.unsaid(
                    p,
                    "nm.wait_device_timeout",
                    "initscripts wait whole seconds for a device",
                );
            }
        };
        p.file.set("DEVTIMEOUT", text);
        p.done("nm.wait_device_timeout");
    }

    /// The keys that make the link a port.
    pub(super) fn controller(&mut self, p: &mut Profile<'_>) {
        if !p.is_nm() && self.ovs.role(p.id).is_some() {
            return;
        }
        let Some(controller) = &p.link.controller else {
            return self.unsaid(p, "port_type", "the link has no controller that a key could name");
        };
        let found = match &p.link.port_type {
            Some(at) => Some(at.value),
            None => self.port_type_of(p),
        };
        let Some(port) = found else {
            p.has_controller = false;
            let text = "nothing tells what the controller is, so no key can name it";
            return self.cannot(p, FieldPath::parse("controller"), &codes::SETTING, text, None);
        };
        let keys = match (port, p.reader) {
            (PortType::Bridge, _) => ("BRIDGE_UUID", "BRIDGE"),
            (PortType::Bond, _) => ("MASTER_UUID", "MASTER"),
            (PortType::Team, _) => ("TEAM_MASTER_UUID", "TEAM_MASTER"),
            (PortType::OvsPort, Reader::NetworkManager) => ("OVS_PORT_UUID", "OVS_PORT"),
            (PortType::Vrf, Reader::NetworkManager) => ("VRF_UUID", "VRF"),
            (PortType::OvsBridge, _) | (PortType::OvsPort | PortType::Vrf, Reader::Initscripts) => {
                p.has_controller = false;
                let text =
                    format!("{} knows no key for ports of the kind {}", p.reader.name(), port.as_str());
                self.cannot(p, FieldPath::parse("port_type"), &codes::SETTING, text.as_str(), None);
                return self.cannot(p, FieldPath::parse("controller"), &codes::SETTING, text, None);
            }
        };
        let (key, value) = match (&controller.value, p.reader) {
            (LinkRef::Uuid(uuid), Reader::NetworkManager) => (keys.0, uuid.clone()),
            (LinkRef::Uuid(uuid), Reader::Initscripts) => {
                (keys.1, self.name_of(uuid).unwrap_or_else(|| uuid.clone()))
            }
            (LinkRef::Name(name), _) => (keys.1, name.clone()),
            (LinkRef::Mac(mac), _) => (keys.1, mac.to_string()),
        };
        if value != controller.value.to_string() {
            let text = "initscripts name a controller by its device, which is written instead of the UUID";
            self.cannot(p, FieldPath::parse("controller"), &codes::SETTING, text, None);
        }
        p.file.set(key, value);
        if port == PortType::Bond {
            p.file.flag("SLAVE", true);
        }
        if port == PortType::Team {
            p.file.set("DEVICETYPE", "TeamPort");
        }
        p.done("controller");
        p.done("port_type");
        self.port_settings(p, port);
    }

    /// The name of the device of a profile.
    pub(super) fn name_of(&self, uuid: &str) -> Option<String> {
        let id = self.index.find(&LinkRef::Uuid(uuid.to_owned()), |_| true)?;
        let name = self.network.link(id).name.as_ref();
        name.map(|at| at.value.clone()).filter(|name| is_device(name))
    }

    /// What the controller of a port is, where only its name is said.
    fn port_type_of(&self, p: &Profile<'_>) -> Option<PortType> {
        let id = self.index.find(&p.link.controller.as_ref()?.value, |_| true)?;
        let word = self.network.link(id).kind.value.word();
        PortType::ALL.iter().copied().find(|port| port.as_str() == word)
    }
}
