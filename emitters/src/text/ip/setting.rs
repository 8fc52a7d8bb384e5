//! Settings of a link that is there, by a command.

use super::address::{conf6, key_of};
use super::entry::set_sysctl;
use super::kind;
use crate::text::shell::quote;
use netpivot_model::ip::AddrGenMode;
use netpivot_model::link::Link;
use netpivot_model::path::FieldPath;
use netpivot_model::value::{Mac, Value};

/// A command that makes the setting on a link that is up.
pub(crate) fn command_for(link: &Link, name: &str, path: FieldPath, value: &Value) -> Option<String> {
    let dev = quote(name);
    let switch = |b: bool| if b { "on" } else { "off" };
    match (path.to_string().as_str(), value) {
        ("mtu", Value::Int(_)) => return Some(format!("ip link set dev {dev} mtu {value}")),
        // `random` and the like are words of NetworkManager's.
        ("mac", Value::Text(text)) => {
            let mac: Result<Mac, _> = text.parse();
            return mac.is_ok().then(|| format!("ip link set dev {dev} address {text}"));
        }
        ("alias", Value::Text(text)) => return Some(format!("ip link set dev {dev} alias {}", quote(text))),
        ("ipv6.addr_gen_mode", Value::Text(mode)) if mode == AddrGenMode::Eui64.as_str() => {
            return Some(format!("ip link set dev {dev} addrgenmode {mode}"));
        }
        ("promiscuous", Value::Int(n @ (0 | 1))) => {
            return Some(format!("ip link set dev {dev} promisc {}", switch(*n == 1)));
        }
        ("attributes.tx_queue_length", Value::Int(n)) if *n >= 0 => {
            return Some(format!("ip link set dev {dev} txqueuelen {n}"));
        }
        (_, Value::Int(n @ (0 | 1))) if forwarding(name, path).is_some() => {
            return Some(set_sysctl(&forwarding(name, path)?, &n.to_string()));
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
    kind::set(link, name, path, value)
}

/// The kernel setting that the forwarding of a family on a link is. Read back it is a setting of that name.
pub(crate) fn forwarding(name: &str, path: FieldPath) -> Option<String> {
    let family = ["ipv4", "ipv6"].into_iter().find(|family| path.is_under(family))?;
    path.names().eq([family, "forwarding"]).then(|| key_of(family, name, "forwarding"))
}

/// Into a file of the link's in sysfs.
fn write(name: &str, file: &str, value: &str) -> String {
    format!("echo {} > {}", quote(value), quote(&format!("/sys/class/net/{name}/{file}")))
}
