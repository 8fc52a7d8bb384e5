//! Addresses and kernel settings of an interface in the words of ip-address(8) and sysctl(8).

use super::entry::set_sysctl;
use crate::text::shell::quote;
use netpivot_model::ip::Address;

/// An address by a command, with all its attributes.
pub(crate) fn command(address: &Address, name: &str, v6: bool) -> String {
    let family = if v6 { "-6" } else { "-4" };
    let words = match address.peer {
        None => address.to_string(),
        Some(peer) => {
            // The length stands behind the peer (ip-address(8)).
            let text = Address { peer: None, ..address.clone() }.to_string();
            let rest = text.strip_prefix(&address.net.to_string()).unwrap_or_default();
            format!("{} peer {peer}/{}{rest}", address.net.addr(), address.net.prefix_len())
        }
    };
    format!("ip {family} address replace {words} dev {}", quote(name))
}

/// A setting of the interface's IPv6; a dot within its name is `/` there (sysctl.d(5)).
pub(crate) fn conf6(name: &str, key: &str, value: i64) -> String {
    set_sysctl(&key6(name, key), &value.to_string())
}

/// The key of a link's IPv6 setting, as sysctl(8) writes it.
pub(crate) fn key6(name: &str, key: &str) -> String {
    key_of("ipv6", name, key)
}

/// The key of a link's setting of a family.
pub(crate) fn key_of(family: &str, name: &str, key: &str) -> String {
    format!("net.{family}.conf.{}.{key}", name.replace('.', "/"))
}
