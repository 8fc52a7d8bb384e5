//! Router advertisements beside a method that does not speak of them: ifupdown's `inet6 dhcp` leaves them on (inet6.defn), and
//! DHCPv6 itself gives no default route.

use crate::EmitContext;
use netpivot_model::codes::keyfile as codes;
use netpivot_model::defaults::Silence;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::facts::effective;
use netpivot_model::ip::IpMethod;
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::network::Network;
use netpivot_model::path::{FactPath, FieldPath, Subject};
use netpivot_model::value::Value;

/// The kernel setting that makes a router of the host, for which `accept_ra` 1 means no.
const ROUTER: &str = "net.ipv6.conf.all.forwarding";

/// True where the kernel takes the advertisements that reach the link: `accept_ra` is 2, or 1 and nothing here forwards
/// (kernel, Documentation/networking/ip-sysctl.rst).
pub(crate) fn are_taken(network: &Network, id: LinkId) -> bool {
    match effective(network, id, FieldPath::parse("ipv6.accept_ra")) {
        Silence::Value(Value::Int(1)) => !forwards(network, id),
        Silence::Value(Value::Int(level)) => level > 1,
        Silence::Value(_) | Silence::Kernel | Silence::Daemon | Silence::Unknown => false,
    }
}

/// True where the kernel's own autoconfiguration goes on beside addresses: commands have added them, which set nothing else
/// (`addrconf_add_ifaddr()`), unlike the methods of every program.
pub(crate) fn are_the_kernels(network: &Network, id: LinkId) -> bool {
    let link = network.link(id);
    let by_commands = link.ipv6.as_ref().is_some_and(|config| {
        let is_left = match config.method.as_ref().map(|at| at.value) {
            Some(method) => method == IpMethod::Ignore,
            None => effective(network, id, FieldPath::parse("ipv6.method")) == Silence::Kernel,
        };
        is_left && !config.addresses.items.is_empty()
    });
    by_commands
        && !link.is_addressless_port()
        && !matches!(link.kind.value, LinkKind::Loopback(_))
        && effective(network, id, FieldPath::parse("ipv6.autoconf")) == Silence::Kernel
        && effective(network, id, FieldPath::parse("ipv6.accept_ra")) == Silence::Kernel
}

/// Says that NetworkManager, which takes both with the method `auto`, asks for a lease only where an advertisement says so.
pub(crate) fn report_lease(cx: &mut EmitContext, id: LinkId, link: &Link) {
    let text = format!(
        "`{}` asks for a DHCPv6 lease in any case; NetworkManager asks where a router advertisement says so",
        link.label()
    );
    let help = "see that the router's advertisements have the flag M (managed), which other hosts need, too; with \
                `ipv6.method=dhcp` NetworkManager asks always and takes no default route from them";
    let method = FactPath { subject: Subject::Link(id), field: FieldPath::parse("ipv6.method") };
    let mut finding = Diagnostic::new(&codes::LEASE, text).about(method).help(help);
    if let Some(at) = link.ipv6.as_ref().and_then(|config| config.method.as_ref()) {
        finding = finding.from(&at.origin);
    }
    cx.diagnostics.push(finding);
}

fn forwards(network: &Network, id: LinkId) -> bool {
    let link = network.link(id);
    let own = link.ipv6.as_ref().and_then(|config| config.forwarding.as_ref());
    let of_link = link.name.as_ref().map(|name| format!("net.ipv6.conf.{}.forwarding", name.value));
    own.is_some_and(|at| at.value.get() > 0)
        || network.sysctls.iter().map(|entry| &entry.item).any(|sysctl| {
            let key = sysctl.key.as_ref().map(|at| at.value.as_str());
            let is_on = sysctl.value.as_ref().is_some_and(|at| at.value != "0");
            let is_here =
                sysctl.netns.as_ref().map(|at| &at.value) == link.netns.as_ref().map(|at| &at.value);
            is_on && is_here && key.is_some_and(|key| key == ROUTER || of_link.as_deref() == Some(key))
        })
}
