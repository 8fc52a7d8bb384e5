//! Settings by a command.

use crate::interfaces::Job;
use crate::interfaces::address::conf6;
use crate::text::ip::kind;
use crate::text::shell::quote;
use netpivot_model::link::{Link, LinkId, LinkKind};
use netpivot_model::path::FieldPath;
use netpivot_model::value::{LinkRef, Value};
use netpivot_model::vocabulary::interfaces::Reader;

/// True where a command made the link with all its settings.
pub(super) fn is_kind_by_command(job: &Job<'_>, link: &Link, id: LinkId) -> bool {
    match &link.kind.value {
        LinkKind::Vxlan(_) | LinkKind::Vrf(_) | LinkKind::IpTunnel(_) | LinkKind::Dummy(_) => {
            !job.has_options(link)
        }
        LinkKind::Veth(_) => {
            job.reader == Reader::Ifupdown
                && crate::interfaces::order::makes_pair(job.network, &job.by_name, id)
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
            let by_name = crate::interfaces::kind::vlan_of_name(name, job.reader) == Some((parent, number));
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

/// A command that makes the setting on a link that is up.
pub(in crate::interfaces) fn command_for(
    link: &Link,
    name: &str,
    path: FieldPath,
    value: &Value,
) -> Option<String> {
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
