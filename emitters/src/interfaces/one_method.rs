//! ifupdown2 has one method for all stanzas of an interface, and where that is DHCP it asks in every family that a
//! stanza names and leaves out the addresses (iface.py:squash, addons/dhcp.py, addons/address.py:_pre_up).

use super::gateway::default_route;
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

/// ifupdown2 takes the first `metric` for every gateway of the interface (addons/address.py), so that a gateway of IPv6
/// with another one is said by a command. True where there is one.
pub(super) fn one_metric(stanzas: &mut [Stanza]) -> bool {
    let metric = |stanza: &Stanza| stanza.options.iter().find(|(key, _)| key == "metric").cloned();
    let has_gateway = |stanza: &&mut Stanza| stanza.options.iter().any(|(key, _)| key == "gateway");
    let first = stanzas.iter_mut().find(|stanza| !stanza.v6 && has_gateway(stanza)).map(|s| metric(s));
    let other = stanzas.iter_mut().find(|stanza| stanza.v6 && has_gateway(stanza));
    let (Some(first), Some(other)) = (first, other) else { return false };
    if first == metric(other) {
        return false;
    }
    let (routes, options): (Vec<_>, Vec<_>) = std::mem::take(&mut other.options)
        .into_iter()
        .partition(|(key, _)| matches!(key.as_str(), "gateway" | "metric"));
    let said = |name: &str| routes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    if let Some(gateway) = said("gateway") {
        let command = default_route(gateway, is_near(gateway, &options), said("metric"), &other.name);
        other.up.push(command.into());
    }
    other.options = options;
    true
}

/// True where one of the addresses reaches the gateway.
fn is_near(gateway: &str, options: &[(String, String)]) -> bool {
    let Ok(gateway) = gateway.parse::<IpAddr>() else { return false };
    let addresses = options.iter().filter(|(key, _)| key == "address");
    addresses.filter_map(|(_, value)| value.parse::<IpNet>().ok()).any(|net| net.contains(&gateway))
}

fn by_commands(other: Stanza, first: &mut Stanza) {
    let Stanza { name, v6, method: _, foreign_family: _, options, pre_up, up, down, post_down } = other;
    let (ip, device) = (if v6 { "ip -6" } else { "ip -4" }, quote(&name));
    let metric = options.iter().find(|(key, _)| key == "metric");
    for (key, value) in &options {
        match key.as_str() {
            "address" => first.up.push(format!("{ip} address replace {value} dev {device}").into()),
            "gateway" => {
                let metric = metric.map(|(_, value)| value.as_str());
                first.up.push(default_route(value, is_near(value, &options), metric, &name).into());
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
