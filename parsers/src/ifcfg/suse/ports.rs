//! The ports that a controller's file lists (`__ni_suse_adjust_slaves`): each becomes a port of it, with a file of its own or
//! without, and loses its addresses.

use crate::Context;
use netpivot_model::bridge::BridgePort;
use netpivot_model::codes::{ifcfg as codes, ip as ip_codes, suse};
use netpivot_model::diagnostic::{Diagnostic, Severity};
use netpivot_model::ip::{IpConfig, IpMethod};
use netpivot_model::link::{Link, LinkId, LinkKind, PortType};
use netpivot_model::network::Network;
use netpivot_model::path::{FieldPath, walk};
use netpivot_model::reflect::Sub;
use netpivot_model::source::{At, Origin, Span};
use netpivot_model::team::TeamPort;
use netpivot_model::value::{IfName, LinkRef};

/// A port in its controller's file.
#[derive(Debug)]
pub(super) struct Port {
    /// The interface.
    pub(super) name: IfName,
    /// What it is a port of.
    pub(super) port_type: PortType,
    /// Where the controller lists it.
    pub(super) span: Span,
    /// Settings of a bridge's port.
    pub(super) bridge: BridgePort,
    /// Settings of a team's port.
    pub(super) team: Option<At<String>>,
}

impl Port {
    pub(super) fn new(name: IfName, port_type: PortType, span: Span) -> Self {
        Port { name, port_type, span, bridge: BridgePort::default(), team: None }
    }
}

/// Gives the ports of `controller` their controller. The links that had to be made are appended.
pub(super) fn attach(network: &mut Network, controller: LinkId, ports: Vec<Port>, cx: &mut Context) {
    for port in ports {
        let own = |id: LinkId, link: &Link| id != controller && is_device(link, port.name.as_str());
        let found = network.links().find(|(id, link)| own(*id, link)).map(|(id, _)| id);
        let id = found.unwrap_or_else(|| make(network, &port, cx));
        join(network, controller, id, port, cx);
    }
}

fn is_device(link: &Link, name: &str) -> bool {
    let layer = matches!(link.kind.value, LinkKind::OvsBridge(_) | LinkKind::OvsPort(_));
    !layer && link.name.as_ref().is_some_and(|at| at.value == name)
}

/// A port without a file starts when it appears (`__ni_suse_create_compat_slave`).
fn make(network: &mut Network, port: &Port, cx: &mut Context) -> LinkId {
    let origin = Origin::derived("port-without-file", [port.span]);
    cx.report(
        Diagnostic::new(
            &suse::PORT_MADE,
            format!("`{}` is listed as a port and has no file of its own; it gets a profile", port.name),
        )
        .at(port.span),
    );
    network.add_link(Link {
        name: Some(At::new(port.name.to_string(), port.span)),
        autoconnect: Some(At::new(true, origin.clone())),
        hotplug: Some(At::new(true, origin)),
        ..Link::default()
    })
}

fn join(network: &mut Network, controller: LinkId, id: LinkId, port: Port, cx: &mut Context) {
    let reference = reference(network.link(controller));
    if let Some(other) = network.link(id).controller.clone().filter(|at| at.value != reference) {
        cx.report(
            Diagnostic::new(
                &codes::SECOND_CONTROLLER,
                format!(
                    "`{}` cannot be a port of `{}`, because it is one of `{}` already",
                    port.name,
                    network.link(controller).label(),
                    other.value
                ),
            )
            .at(port.span)
            .from(&other.origin)
            .help("list the interface in one of the two"),
        );
        return;
    }
    let link = network.link_mut(id);
    let mut origin = Origin::at(port.span);
    if let Some(own) = &link.controller {
        origin.merge(&own.origin);
    }
    link.controller = Some(At { value: reference, origin });
    link.port_type = Some(At::new(port.port_type, port.span));
    if port.bridge != BridgePort::default() {
        link.bridge_port = Some(Box::new(port.bridge));
    }
    if port.team.is_some() {
        link.team_port = Some(Box::new(TeamPort { config: port.team }));
    }
    without_addresses(link, cx);
}

/// Layers of Open vSwitch share a name, so that the UUID tells them apart.
pub(super) fn reference(controller: &Link) -> LinkRef {
    let layer = matches!(controller.kind.value, LinkKind::OvsBridge(_) | LinkKind::OvsPort(_));
    let uuid = controller.uuid.as_ref().filter(|_| layer).map(|at| LinkRef::Uuid(at.value.clone()));
    let name = || controller.name.as_ref().map_or_else(String::new, |at| at.value.clone());
    uuid.unwrap_or_else(|| LinkRef::Name(name()))
}

/// wicked switches both families of a port off.
pub(super) fn without_addresses(link: &mut Link, cx: &mut Context) {
    if !link.is_addressless_port() {
        return;
    }
    let label = link.label().to_owned();
    let mut spans: Vec<Span> = Vec::new();
    let mut busy = false;
    for config in [&mut link.ipv4, &mut link.ipv6] {
        if let Some(old) = config.take() {
            busy |= has_addresses(&old);
            let off = old.method.as_ref().filter(|at| at.value == IpMethod::Disabled).cloned();
            walk(&*old, FieldPath::new([""; 3]), &mut |_, seen| {
                netpivot_model::facts::origins_of(&seen, &mut |origin| spans.extend(origin.spans()));
            });
            *config = keep(off);
        }
    }
    let kept: Vec<Span> = [&link.ipv4, &link.ipv6]
        .into_iter()
        .flatten()
        .filter_map(|config| config.method.as_ref())
        .flat_map(|at| at.origin.spans().to_vec())
        .collect();
    spans.retain(|span| !kept.contains(span));
    spans.sort_unstable();
    spans.dedup();
    if spans.is_empty() {
        return;
    }
    let message =
        format!("`{label}` is a port, which has no addresses of its own; these keys have no effect");
    let report = spans.into_iter().fold(Diagnostic::new(&ip_codes::PORT_IGNORES, message), Diagnostic::at);
    let report =
        report.help("set addresses in the file of the bridge, bond or team; here say `BOOTPROTO=none`");
    cx.report(if busy { report } else { report.severity(Severity::Note) });
}

fn has_addresses(config: &IpConfig) -> bool {
    let asks =
        config.method.as_ref().is_some_and(|at| !matches!(at.value, IpMethod::Disabled | IpMethod::Manual));
    asks || config.addresses.is_said() || config.gateway.is_some()
}

fn keep(off: Option<At<IpMethod>>) -> Sub<IpConfig> {
    off.map(|method| Box::new(IpConfig { method: Some(method), ..IpConfig::default() }))
}

/// A port for which its own file names the controller (MASTER_DEVICE); what it is a port of hangs on the other file.
pub(super) fn by_own_file(network: &mut Network, cx: &mut Context) {
    let kinds: Vec<(String, PortType)> = network
        .links
        .iter()
        .filter_map(|link| Some((link.name.as_ref()?.value.clone(), link.kind.value.port_type()?)))
        .collect();
    for link in &mut network.links {
        let Some(controller) = link.controller.clone().filter(|_| link.port_type.is_none()) else { continue };
        let named = controller.value.to_string();
        if let Some((_, port_type)) = kinds.iter().find(|(name, _)| *name == named) {
            link.port_type = Some(At::new(*port_type, controller.origin));
        }
        without_addresses(link, cx);
    }
}
