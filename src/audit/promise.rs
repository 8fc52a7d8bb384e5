//! What one configuration promises of one device.

use super::kernel::{Kernel, space};
use super::{Finding, Place, place_at, place_of};
use crate::pipeline::Loaded;
use netpivot_model::check::Index;
use netpivot_model::codes::Code;
use netpivot_model::defaults::Silence;
use netpivot_model::dialect::{Dialect, IFCFG, IFCFG_INITSCRIPTS, IFCFG_SUSE, INTERFACES, KEYFILE};
use netpivot_model::facts::{self, effective};
use netpivot_model::ip::{IpConfig, IpMethod};
use netpivot_model::link::{Link, LinkId, PortType};
use netpivot_model::path::{FactPath, FieldPath, Subject};
use netpivot_model::shell::quote;
use netpivot_model::value::{LinkRef, Scalar, Value};

/// When a configuration starts a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// At boot.
    Boot,
    /// When the device appears.
    Hotplug,
    /// When somebody asks for it.
    ByHand,
    /// Never: its program is kept away from it.
    Unmanaged,
}

/// A configuration with its links by what they may be called.
pub(super) struct Config<'c> {
    pub loaded: &'c Loaded,
    pub index: Index<'c>,
}

impl<'c> Config<'c> {
    pub fn of(loaded: &'c Loaded) -> Self {
        Config { loaded, index: Index::of(&loaded.network) }
    }

    /// The device of a link: by its name, else by the card's own address.
    pub fn device(&self, id: LinkId, kernel: &Kernel<'_>) -> Option<String> {
        let link = self.loaded.network.link(id);
        if let Some(at) = &link.name {
            return Some(at.value.clone());
        }
        let mac = link.matches.as_ref()?.mac.as_ref()?.value.to_string();
        kernel.card(space(&link.netns), &mac).map(|id| kernel.name(id).to_owned())
    }

    /// The device that a reference leads to.
    pub fn target(&self, reference: &LinkRef, kernel: &Kernel<'_>) -> Option<String> {
        let found = self.index.find(reference).into_iter().find_map(|id| self.device(id, kernel));
        found.or_else(|| match reference {
            LinkRef::Name(name) => Some(name.clone()),
            LinkRef::Mac(mac) => kernel.card("", &mac.to_string()).map(|id| kernel.name(id).to_owned()),
            LinkRef::Uuid(_) => None,
        })
    }
}

/// What one configuration promises of one device.
pub(super) struct Promise<'c> {
    pub config: &'c Config<'c>,
    pub id: LinkId,
    /// The device's name.
    pub name: String,
    /// The device, where it is there.
    pub device: Option<LinkId>,
    pub start: Start,
}

impl<'c> Promise<'c> {
    pub fn of(config: &'c Config<'c>, id: LinkId, name: String, kernel: &Kernel<'_>) -> Self {
        let device = kernel.find(space(&config.loaded.network.link(id).netns), &name);
        Promise { config, id, name, device, start: start(config, id, 0) }
    }

    pub fn link(&self) -> &'c Link {
        self.config.loaded.network.link(self.id)
    }

    pub fn dialect(&self) -> Dialect {
        self.config.loaded.network.dialect_of(self.id)
    }

    pub fn space(&self) -> &'c str {
        space(&self.link().netns)
    }

    /// True where NetworkManager sets the link up.
    pub fn is_by_networkmanager(&self) -> bool {
        let dialect = self.dialect();
        dialect.format == KEYFILE
            || dialect.format == IFCFG && dialect != IFCFG_INITSCRIPTS && dialect != IFCFG_SUSE
    }

    pub fn is_by_interfaces(&self) -> bool {
        self.dialect().format == INTERFACES
    }

    /// What the configuration means at a path.
    pub fn meant(&self, path: FieldPath) -> Option<Value> {
        match effective(&self.config.loaded.network, self.id, path) {
            Silence::Value(value) => Some(value),
            Silence::Kernel | Silence::Daemon | Silence::Unknown => None,
        }
    }

    /// The method of a family.
    pub fn method(&self, v6: bool) -> Option<IpMethod> {
        let path = FieldPath::parse(if v6 { "ipv6.method" } else { "ipv4.method" });
        IpMethod::from_value(&self.meant(path)?).ok()
    }

    /// True where the configuration asks for an address by DHCP.
    pub fn asks_for_lease(&self, v6: bool) -> bool {
        match self.method(v6) {
            Some(IpMethod::Auto) => !v6,
            Some(IpMethod::Dhcp) => true,
            Some(
                IpMethod::Manual
                | IpMethod::LinkLocal
                | IpMethod::Shared
                | IpMethod::Disabled
                | IpMethod::Ignore,
            )
            | None => false,
        }
    }

    /// True where routers' advertisements, and the servers that they name, may be heard.
    pub fn listens(&self, v6: bool) -> bool {
        match self.method(v6) {
            Some(IpMethod::Disabled) => false,
            // It tells the kernel not to listen (accept_ra=0), and listens itself with `auto` only.
            Some(IpMethod::Manual | IpMethod::LinkLocal) => !self.is_by_networkmanager(),
            Some(IpMethod::Auto | IpMethod::Dhcp | IpMethod::Shared | IpMethod::Ignore) | None => true,
        }
    }

    pub fn ip(&self, v6: bool) -> Option<&'c IpConfig> {
        let link = self.link();
        if v6 { link.ipv6.as_deref() } else { link.ipv4.as_deref() }
    }

    /// Where a setting is said; none where silence means it.
    pub fn place(&self, field: FieldPath) -> Option<Place> {
        let path = FactPath { subject: Subject::Link(self.id), field };
        let (exact, _) = facts::places(&self.config.loaded.network, path);
        exact.first().map(|span| place_at(self.config.loaded, *span))
    }

    /// Where the link is said at all.
    pub fn own_place(&self) -> Option<Place> {
        let link = self.link();
        let named = link.name.as_ref().and_then(|at| place_of(self.config.loaded, &at.origin));
        named.or_else(|| {
            let path = FactPath { subject: Subject::Link(self.id), field: facts::ROOT };
            let (_, first) = facts::places(&self.config.loaded.network, path);
            first.map(|span| place_at(self.config.loaded, span))
        })
    }

    /// A finding about the device.
    pub fn finding(&self, code: &'static Code, what: impl Into<String>, help: impl Into<String>) -> Finding {
        let netns = Some(self.space()).filter(|space| !space.is_empty()).map(str::to_owned);
        Finding { link: Some(self.name.clone()), netns, ..Finding::new(code, what, help) }
    }

    /// The stanza that sets the link up: a port's is its bridge's (bridge-utils-interfaces(5), `bridge_ports`), and so is that of a
    /// port which only its controller's stanza names.
    fn stanza(&self) -> &str {
        let link = self.link();
        let Some(controller) = &link.controller else { return &self.name };
        let is_bridged = link.port_type.as_ref().is_some_and(|at| at.value == PortType::Bridge);
        match &controller.value {
            LinkRef::Name(name)
                if is_bridged || self.place(FieldPath::parse("controller")) == self.own_place() =>
            {
                name
            }
            LinkRef::Name(_) | LinkRef::Mac(_) | LinkRef::Uuid(_) => &self.name,
        }
    }

    /// How its program sets the link up again.
    pub fn restart(&self) -> String {
        let name = &self.name;
        if self.is_by_networkmanager() {
            let link = self.link();
            let id = link.id.as_ref().map_or(name.as_str(), |at| at.value.as_str());
            format!("`nmcli connection up {}` sets it up again, or change the profile", quote(id))
        } else if self.is_by_interfaces() {
            let name = self.stanza();
            format!("`ifdown {name} && ifup {name}` sets it up again, or change the stanza")
        } else if self.dialect() == IFCFG_SUSE {
            format!("`wicked ifreload {name}` sets it up again, or change the file")
        } else if self.dialect().format == IFCFG {
            format!("`ifdown {name}; ifup {name}` sets it up again, or change the file")
        } else {
            "set it up again, or change the configuration".to_owned()
        }
    }
}

/// Controllers stand on controllers only so often.
const MOST_LAYERS: u8 = 8;

fn start(config: &Config<'_>, id: LinkId, layer: u8) -> Start {
    let network = &config.loaded.network;
    let link = network.link(id);
    if link.managed.as_ref().is_some_and(|at| !at.value) {
        return Start::Unmanaged;
    }
    let starts = match effective(network, id, FieldPath::parse("autoconnect")) {
        Silence::Value(value) => value != Value::Bool(false),
        Silence::Kernel | Silence::Daemon | Silence::Unknown => true,
    };
    // A bridge or bond of ifupdown takes its ports, whether or not they have a stanza of their own.
    let is_taken = network.dialect_of(id).format == INTERFACES && link.autoconnect.is_none();
    let controller = link.controller.as_ref().filter(|_| is_taken && layer < MOST_LAYERS);
    if let Some(above) = controller.and_then(|at| config.index.find(&at.value).first().copied()) {
        return start(config, above, layer + 1);
    }
    if link.hotplug.as_ref().is_some_and(|at| at.value) {
        return Start::Hotplug;
    }
    if starts { Start::Boot } else { Start::ByHand }
}
