//! Controllers and their ports.

use super::{DeviceId, Kernel};
use crate::commands::fault::{Done, Fault};
use netpivot_model::link::{LinkKind, PortType};
use netpivot_model::rule::Family;
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::value::LinkRef;

impl Kernel {
    /// True where neighbours have hardware addresses (`dev->addr_len`).
    pub fn resolves_neighbors(&self, id: DeviceId) -> bool {
        let kind = &self.device(id).link.kind.value;
        self.device(id).is_present()
            && (!kind.is_layer_3() || matches!(kind, LinkKind::Loopback(_) | LinkKind::Vrf(_)))
            && !matches!(kind, LinkKind::Generic(_) | LinkKind::Unsupported(_))
    }

    /// Why the kernel takes no interface identifier for the link: a clause with the link as its subject.
    pub fn refuses_tokens(&self, id: DeviceId) -> Option<&'static str> {
        let device = self.device(id);
        let key = format!("net.ipv6.conf.{}.accept_ra", device.name);
        let said = device.link.ipv6.as_ref().and_then(|ipv6| Some(ipv6.accept_ra.as_ref()?.value.get()));
        let listens = match self.sysctl(device.space, &key) {
            Some(value) => value != "0",
            None => said != Some(0),
        };
        let kind = &device.link.kind.value;
        if matches!(kind, LinkKind::Loopback(_)) {
            Some("is the loopback device")
        } else if device.is_present() && !kind.finds_neighbors() {
            Some("finds no neighbours, and so takes no advertisements")
        } else {
            (!listens).then_some("takes no router advertisements (`accept_ra` is 0)")
        }
    }

    /// Plugs a link into a controller (`do_set_master()`); another one that holds it lets go first.
    pub fn enslave(&mut self, port: DeviceId, controller: DeviceId, span: Span) -> Done {
        if self.device(port).controller.as_ref().is_some_and(|(held, _)| *held == controller) {
            return Ok(());
        }
        let (name, device) = (self.device(controller).name.clone(), self.device(controller));
        let Some(kind) = device.link.kind.value.port_type() else {
            if !device.is_present() || self.is_of_any_kind(controller) {
                return Err(Fault::unknown(
                    span,
                    format!("nothing says whether `{name}` is a bond or a bridge"),
                )
                .intent("say in its stanza what it is: `bond-mode`, `bridge_ports`"));
            }
            return Err(Fault::kernel("Operation not supported", span, format!("`{name}` takes no ports"))
                .intent("name a bridge, bond, team or VRF"));
        };
        self.check_port(port, controller, kind, span)?;
        self.release(port);
        let device = self.device_mut(port);
        device.link.controller = Some(At::new(LinkRef::Name(name.to_string()), span));
        device.link.port_type = Some(At::new(kind, span));
        device.controller = Some((controller, Origin::at(span)));
        device.plugged = true;
        self.device_mut(controller).ports.insert(port);
        match kind {
            // bond_enslave() and team_port_add() open the port.
            PortType::Bond | PortType::Team => self.raise(port, Origin::derived("port-set-up", [span])),
            // "enslaving flaps the port": cycle_netdev().
            PortType::Vrf if self.device(port).up => {
                self.drop_routes(port, None, span);
                self.drop_addresses(port, Some(Family::V6));
                self.connect_all(port);
            }
            PortType::Vrf | PortType::Bridge | PortType::OvsBridge | PortType::OvsPort => {}
        }
        Ok(())
    }

    fn check_port(&self, port: DeviceId, controller: DeviceId, kind: PortType, span: Span) -> Done {
        let (device, above) = (self.device(port), self.device(controller));
        if port == controller {
            let errno = if kind == PortType::Bridge {
                "Too many levels of symbolic links"
            } else {
                "Operation not permitted"
            };
            return Err(Fault::kernel(errno, span, format!("`{}` cannot be its own port", device.name)));
        }
        match kind {
            PortType::Bridge => {
                if matches!(device.link.kind.value, LinkKind::Bridge(_)) {
                    return Err(Fault::kernel(
                        "Too many levels of symbolic links",
                        span,
                        format!("`{}` is a bridge itself", device.name),
                    )
                    .intent("join the two bridges by a veth pair"));
                }
                if device.link.kind.value.is_layer_3() {
                    return Err(Fault::kernel(
                        "Invalid argument",
                        span,
                        format!("`{}` carries no Ethernet frames, so no bridge takes it", device.name),
                    ));
                }
                if matches!(device.link.kind.value, LinkKind::Ipvlan(_)) {
                    return Err(Fault::kernel(
                        "Operation not supported",
                        span,
                        "an ipvlan cannot be a bridge's port",
                    ));
                }
            }
            PortType::Bond | PortType::Team => {
                if device.up && !device.opaque {
                    return Err(Fault::kernel(
                        "Operation not permitted",
                        span,
                        format!(
                            "`{}` is up, and a port must be down when it joins `{}`",
                            device.name, above.name
                        ),
                    )
                    .intent(format!("set it down first: `ip link set {} down`", device.name)));
                }
            }
            PortType::Vrf => {
                if matches!(device.link.kind.value, LinkKind::Loopback(_) | LinkKind::Vrf(_)) {
                    return Err(Fault::kernel(
                        "Operation not supported",
                        span,
                        format!("`{}` cannot join a VRF", device.name),
                    ));
                }
            }
            PortType::OvsBridge | PortType::OvsPort => {
                return Err(Fault::kernel(
                    "Operation not supported",
                    span,
                    format!("`{}` takes ports from `ovs-vsctl` only", above.name),
                )
                .intent(format!("write `ovs-vsctl add-port {} {}`", above.name, device.name)));
            }
        }
        Ok(())
    }

    /// Ties a port to a controller of Open vSwitch, whose references are written by the caller.
    pub fn plug(&mut self, port: DeviceId, controller: DeviceId, origin: Origin) {
        self.device_mut(port).controller = Some((controller, origin));
        self.device_mut(controller).ports.insert(port);
    }

    /// Takes a link out of its controller (`nomaster`); without one nothing happens.
    pub fn release(&mut self, port: DeviceId) {
        let device = self.device_mut(port);
        let Some((controller, origin)) = device.controller.take() else { return };
        let was_so = device.base.is_some() && !device.plugged;
        device.link.controller = None;
        let was = device.link.port_type.take();
        device.link.bridge_port = None;
        device.link.bond_port = None;
        device.plugged = false;
        let up = device.up;
        self.device_mut(controller).ports.swap_remove(&port);
        self.took |= was_so;
        let span = origin.span();
        if let (Some(PortType::Vrf), true, Some(span)) = (was.map(|at| at.value), up, span) {
            self.drop_routes(port, None, span);
            self.connect_all(port);
        }
    }
}
