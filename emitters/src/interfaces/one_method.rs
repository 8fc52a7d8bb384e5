//! ifupdown2 has one method for all stanzas of an interface, and where that is DHCP it asks in every family that a
//! stanza names and leaves out the addresses (iface.py:squash, addons/dhcp.py, addons/address.py:_pre_up).

use super::stanza::Stanza;
use crate::text::shell::quote;
use ipnet::IpNet;
use std::net::IpAddr;

/// The stanzas such that those of a family that asks no DHCP server say what they have by commands in one that does.
pub(super) fn one_method(stanzas: Vec<Stanza>) -> Vec<Stanza> {
    let (mut asking, others): (Vec<Stanza>, Vec<Stanza>) =
        stanzas.into_iter().partition(|stanza| stanza.method == "dhcp");
    let Some(first) = asking.first_mut() else { return others };
    for other in others {
        by_commands(other, first);
    }
    asking
}

/// True where one of the addresses reaches the gateway.
fn is_near(gateway: &str, options: &[(String, String)]) -> bool {
    let Ok(gateway) = gateway.parse::<IpAddr>() else { return false };
    let addresses = options.iter().filter(|(key, _)| key == "address");
    addresses.filter_map(|(_, value)| value.parse::<IpNet>().ok()).any(|net| net.contains(&gateway))
}

fn by_commands(other: Stanza, first: &mut Stanza) {
    let Stanza { name, v6, method: _, options, pre_up, up, down, post_down } = other;
    let (ip, device) = (if v6 { "ip -6" } else { "ip -4" }, quote(&name));
    let metric = options.iter().find(|(key, _)| key == "metric");
    let metric = metric.map_or(String::new(), |(_, value)| format!(" metric {value}"));
    for (key, value) in &options {
        match key.as_str() {
            "address" => first.up.push(format!("{ip} address replace {value} dev {device}")),
            "gateway" => {
                let near = if is_near(value, &options) { "" } else { " onlink" };
                first.up.push(format!("{ip} route replace default via {value} dev {device}{near}{metric}"));
            }
            "metric" => {}
            _ => first.option(key, value),
        }
    }
    first.pre_up.extend(pre_up);
    first.up.extend(up);
    first.down.extend(down);
    first.post_down.extend(post_down);
}
