//! What happens to a link later: another name, up and down, MTU, a move to another namespace.

use super::{DeviceId, HOST, Kernel, SpaceId};
use crate::commands::fault::{Done, Fault};
use crate::text::iproute::Word;
use netpivot_model::codes::commands as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::link::LinkKind;
use netpivot_model::rule::Family;
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::Int;
use netpivot_model::vlan::Vlan;

impl Kernel {
    /// Sets a link up (`__dev_open()`); VLANs follow their parent (`vlan_device_event()`).
    pub fn set_up(&mut self, id: DeviceId, word: Word<'_>) -> Done {
        if let Some(lower) = self.device(id).below
            && self.needs_lower_up(id)
            && !self.device(lower).up
            && !self.device(lower).opaque
        {
            let name = &self.device(lower).name;
            return Err(Fault::kernel(
                "Network is down",
                word.span,
                format!("the link below, `{name}`, is down"),
            )
            .intent(format!("set `{name}` up first")));
        }
        self.raise(id, Origin::at(word.span));
        self.claim(id);
        Ok(())
    }

    /// What a stanza only names is set up by the one whose commands do it.
    pub(super) fn claim(&mut self, id: DeviceId) {
        let author = self.author;
        let device = self.device_mut(id);
        if device.bare && device.author.is_none() {
            device.author = author.filter(|author| *author != id);
        }
        self.note_start(id);
    }

    /// Notes a link with a configuration of its own that nothing starts, where the one whose commands run now starts by
    /// itself: of the two only the commands' share of it is there then.
    pub(super) fn note_start(&mut self, id: DeviceId) {
        let says = |said: &Option<At<bool>>| said.as_ref().is_some_and(|at| at.value);
        let Some(by) = self.author.filter(|by| *by != id) else { return };
        let (device, by) = (self.device(id), self.device(by));
        let waits = device.base.is_some()
            && !device.bare
            && !says(&device.link.autoconnect)
            && device.link.controller.is_none()
            && !matches!(device.link.kind.value, LinkKind::Loopback(_));
        if waits && (says(&by.link.autoconnect) || matches!(by.link.kind.value, LinkKind::Loopback(_))) {
            self.by_hand = Some(device.name.to_string());
        }
    }

    /// A VLAN follows its parent unless it is bound loosely.
    fn needs_lower_up(&self, id: DeviceId) -> bool {
        let loose = |vlan: &Vlan| vlan.loose_binding.as_ref().is_some_and(|at| at.value);
        matches!(&self.device(id).link.kind.value, LinkKind::Vlan(vlan) if !loose(vlan))
    }

    pub(super) fn raise(&mut self, id: DeviceId, origin: Origin) {
        let mut rising = vec![id];
        while let Some(id) = rising.pop() {
            let device = self.device_mut(id);
            let was = std::mem::replace(&mut device.up, true);
            device.link.up = Some(At::new(true, origin.clone()));
            if was {
                continue;
            }
            self.device_mut(id).up_since = self.next();
            self.connect_all(id);
            let above: Vec<DeviceId> = self.device(id).above.iter().copied().collect();
            rising.extend(above.into_iter().filter(|upper| self.needs_lower_up(*upper)));
        }
    }

    /// Sets a link down: its routes go, IPv6 addresses too (`fib_disable_ip()`, `addrconf_ifdown()`).
    pub fn set_down(&mut self, id: DeviceId, word: Word<'_>) {
        let mut falling = vec![id];
        while let Some(id) = falling.pop() {
            // A link that is down already sees no event, so nothing is dropped.
            if self.device(id).up || !self.device(id).is_present() {
                self.clear_up(id, word.span);
            }
            self.device_mut(id).link.up = Some(At::new(false, word.span));
            let above: Vec<DeviceId> = self.device(id).above.iter().copied().collect();
            falling.extend(
                above.into_iter().filter(|upper| self.device(*upper).up && self.needs_lower_up(*upper)),
            );
        }
    }

    /// The link is not up any more.
    pub(super) fn clear_up(&mut self, id: DeviceId, span: Span) {
        let device = self.device_mut(id);
        device.up = false;
        device.link.up = None;
        self.drop_routes(id, None, span);
        self.drop_addresses(id, Some(Family::V6));
    }

    /// IFLA_MTU (`dev_set_mtu_ext()`, `vlan_dev_change_mtu()`).
    pub fn set_mtu(&mut self, id: DeviceId, mtu: u32, span: Span) -> Done {
        self.note_start(id);
        let device = self.device(id);
        let refuse = |why: String| Err(Fault::kernel("Invalid argument", span, why));
        let kind = &device.link.kind.value;
        let least = if matches!(kind, LinkKind::Loopback(_) | LinkKind::Vlan(_)) { 0 } else { 68 };
        if mtu < least {
            return refuse(format!("{mtu} bytes are less than the link's least MTU of {least}"));
        }
        let sixteen_bit =
            matches!(kind, LinkKind::Veth(_) | LinkKind::Bridge(_) | LinkKind::Vlan(_) | LinkKind::Bond(_));
        let most = if sixteen_bit { 65535 } else { 0x7fff_ffff };
        if i64::from(mtu) > most {
            return refuse(format!("{mtu} bytes are more than the link's greatest MTU of {most}"));
        }
        if let (LinkKind::Vlan(_), Some(lower)) = (&device.link.kind.value, device.below)
            && i64::from(mtu) > self.device(lower).mtu()
            && !self.device(lower).opaque
        {
            return Err(Fault::kernel(
                "Numerical result out of range",
                span,
                format!(
                    "`{}` below carries {} bytes only",
                    self.device(lower).name,
                    self.device(lower).mtu()
                ),
            ));
        }
        const LEAST_IPV6: u32 = 1280;
        if mtu < LEAST_IPV6 {
            self.drop_routes(id, Some(Family::V6), span);
            self.drop_addresses(id, Some(Family::V6));
        }
        self.device_mut(id).link.mtu = Int::new(mtu.into()).map(|n| At::new(n, span));
        Ok(())
    }

    /// Moves a link to another namespace (`dev_change_net_namespace()`): it arrives down, without
    /// addresses, routes and controller.
    pub fn move_to(&mut self, id: DeviceId, space: SpaceId, span: Span) -> Done {
        let device = self.device(id);
        if device.space == space {
            return Ok(());
        }
        if device.stays() {
            return Err(Fault::kernel(
                "Invalid argument",
                span,
                format!("a link of the kind {} cannot leave its namespace", device.link.kind.value.word()),
            ));
        }
        if self.find(space, &device.name).is_some() {
            let there = self.space(space).name.as_ref().map_or("the host", |n| n.value.as_str());
            return Err(Fault::kernel(
                "File exists",
                span,
                format!("`{there}` has a link `{}` already", self.device(id).name),
            ));
        }
        self.note_moved(id, span);
        if !matches!(self.device(id).link.kind.value, LinkKind::OvsInterface(_)) {
            self.release(id);
        }
        self.flush_device(id, span);
        self.forget_entries(id);
        let name = self.space_name(space);
        let device = self.device_mut(id);
        device.up = false;
        device.opaque = false;
        device.moved = Some(span);
        device.link.up = None;
        device.link.netns = name.map(|name| At::new(name.value, span));
        device.link.ipv4 = None;
        device.link.ipv6 = None;
        let (old, moved) = (std::mem::replace(&mut device.space, space), device.name.clone());
        self.space_mut(old).names.remove(&moved);
        self.space_mut(old).departed.insert(moved.clone());
        self.space_mut(space).names.insert(moved, id);
        Ok(())
    }

    fn note_moved(&mut self, id: DeviceId, span: Span) {
        let device = self.device(id);
        if device.addresses.is_empty()
            && (device.controller.is_none() || matches!(device.link.kind.value, LinkKind::OvsInterface(_)))
        {
            return;
        }
        let mut finding = Diagnostic::new(
            &codes::MOVED,
            format!(
                "`{}` moves to another network namespace and leaves behind what was set before: addresses, routes and \
                 controller",
                device.name
            ),
        )
        .at(span)
        .help("set addresses and routes after the move");
        finding.labels.extend(device.addresses.values().filter_map(|entry| entry.at.origin.span()));
        finding.labels.extend(device.controller.as_ref().and_then(|(_, origin)| origin.span()));
        self.notes.push(finding);
    }

    /// True where the host may have links, namespaces and bridges of Open vSwitch that nobody here knows of.
    pub fn has_other_links(&self) -> bool {
        self.space(HOST).open
    }

    /// Where a link's rules of its own apply: the host's namespace in an unknown host may hold anything.
    pub fn is_unknown_territory(&self, space: SpaceId) -> bool {
        space == HOST && self.space(space).unknown
    }
}
