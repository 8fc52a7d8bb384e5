//! Entries beside links as commands: neighbours, forwarding entries, address translation, kernel settings.

use super::nft;
use crate::text::shell::quote;
use netpivot_model::nat::{Nat, NatAction, NatBackend};
use netpivot_model::neighbor::{FdbEntry, Neighbor, NeighborState};
use netpivot_model::reflect::Said;
use netpivot_model::rule::Family;
use netpivot_model::sysctl::Sysctl;
use std::fmt::{Display, Write as _};

/// What does something and what undoes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The command.
    pub up: String,
    /// The command that undoes it.
    pub down: String,
}

fn push(out: &mut String, word: &str, said: &Said<impl Display>) {
    if let Some(at) = said {
        let _ = write!(out, " {word} {}", quote(&at.value.to_string()));
    }
}

fn is_true(said: &Said<bool>) -> bool {
    said.as_ref().is_some_and(|at| at.value)
}

/// A static neighbour of `dev`.
#[must_use]
pub fn neighbor(entry: &Neighbor, dev: &str) -> Option<Pair> {
    let dst = entry.dst.as_ref()?.value;
    let dev = quote(entry.dev.as_ref().map_or(dev, |at| &at.value)).into_owned();
    if is_true(&entry.proxy) {
        return Some(Pair {
            up: format!("ip neigh replace proxy {dst} dev {dev}"),
            down: format!("ip neigh del proxy {dst} dev {dev}"),
        });
    }
    let mut up = format!("ip neigh replace {dst}");
    push(&mut up, "lladdr", &entry.lladdr);
    let _ = write!(up, " dev {dev}");
    let state = entry.state.as_ref().map_or(NeighborState::Permanent, |at| at.value);
    let _ = write!(up, " nud {}", state.as_str());
    if is_true(&entry.router) {
        up.push_str(" router");
    }
    Some(Pair { up, down: format!("ip neigh del {dst} dev {dev}") })
}

/// A forwarding entry of `dev`. `self` and `permanent` are what bridge(8) takes silence for.
#[must_use]
pub fn fdb(entry: &FdbEntry, dev: &str) -> Option<Pair> {
    let mac = entry.lladdr.as_ref()?.value;
    let dev = quote(entry.dev.as_ref().map_or(dev, |at| &at.value)).into_owned();
    let mut rest = format!("{mac} dev {dev}");
    if is_true(&entry.master) {
        rest.push_str(" master");
    }
    if let Some(at) = &entry.vlan {
        let _ = write!(rest, " vlan {}", at.value.get());
    }
    push(&mut rest, "dst", &entry.dst);
    if let Some(at) = &entry.vni {
        let _ = write!(rest, " vni {}", at.value.get());
    }
    if let Some(at) = &entry.port {
        let _ = write!(rest, " port {}", at.value.get());
    }
    push(&mut rest, "via", &entry.via);
    let state = entry.state.as_ref().filter(|at| at.value != NeighborState::Permanent);
    let state = state.map_or_else(String::new, |at| format!(" {}", at.value.as_str()));
    // Several remote ends share the all-zero address: `append` keeps the others.
    let verb = if entry.dst.is_some() { "append" } else { "replace" };
    let flags = entry.flags.as_ref().map_or_else(String::new, |at| format!(" {}", at.value));
    Some(Pair {
        up: format!("bridge fdb {verb} {rest}{state}{flags}"),
        down: format!("bridge fdb del {rest}"),
    })
}

/// A rule that changes addresses, for the firewall that holds it; `None` where it needs another chain than its action
/// has. Rules of nftables go by the numbers of their chains.
#[must_use]
pub fn nat(rule: &Nat, number: usize) -> Option<Pair> {
    let is_before_routing = match rule.action.as_ref()?.value {
        NatAction::Masquerade | NatAction::Snat => false,
        NatAction::Dnat | NatAction::Redirect => true,
        // Only where it comes in tells the chains apart.
        NatAction::Accept => rule.in_interface.is_some(),
    };
    match rule.backend.as_ref().map(|at| at.value) {
        Some(NatBackend::Nftables) => nft::rule(rule, number, is_before_routing),
        Some(NatBackend::Iptables) | None => iptables(rule, is_before_routing),
    }
}

fn iptables(rule: &Nat, is_before_routing: bool) -> Option<Pair> {
    let chain = if is_before_routing { "PREROUTING" } else { "POSTROUTING" };
    let v6 = rule.family.as_ref().is_some_and(|at| at.value == Family::V6);
    let program = if v6 { "ip6tables" } else { "iptables" };
    let mut rest = String::new();
    let not = |said: &Said<bool>| if is_true(said) { " !" } else { "" };
    rest.push_str(if rule.source.is_some() { not(&rule.not_source) } else { "" });
    push(&mut rest, "-s", &rule.source);
    rest.push_str(if rule.destination.is_some() { not(&rule.not_destination) } else { "" });
    push(&mut rest, "-d", &rule.destination);
    push(&mut rest, "-i", &rule.in_interface);
    rest.push_str(if rule.out_interface.is_some() { not(&rule.not_out_interface) } else { "" });
    push(&mut rest, "-o", &rule.out_interface);
    push(&mut rest, "-p", &rule.protocol);
    let ports = |said: &Said<String>| said.as_ref().map(|at| at.value.replace('-', ":"));
    for (word, value) in [("--sport", ports(&rule.source_port)), ("--dport", ports(&rule.destination_port))] {
        if let Some(value) = value {
            let _ = write!(rest, " {word} {}", quote(&value));
        }
    }
    for text in rule.matches.values() {
        let (not, text) = text.strip_prefix("! ").map_or(("", text.as_str()), |text| (" !", text));
        // The value is one word, whatever stands in it.
        let (option, value) = text.split_once(' ').unwrap_or((text, ""));
        let _ = write!(rest, "{not} {option} {}", quote(value));
    }
    let (target, to) = match rule.action.as_ref()?.value {
        NatAction::Masquerade => ("MASQUERADE", ""),
        NatAction::Snat => ("SNAT", "--to-source"),
        NatAction::Dnat => ("DNAT", "--to-destination"),
        NatAction::Redirect => ("REDIRECT", ""),
        NatAction::Accept => ("ACCEPT", ""),
    };
    let _ = write!(rest, " -j {target}");
    push(&mut rest, to, &rule.to);
    push(&mut rest, "--to-ports", &rule.to_ports);
    if is_true(&rule.random) {
        rest.push_str(" --random");
    }
    Some(Pair {
        up: format!("{program} -t nat -C {chain}{rest} 2>/dev/null || {program} -t nat -A {chain}{rest}"),
        down: format!("{program} -t nat -D {chain}{rest}"),
    })
}

/// A kernel setting.
#[must_use]
pub fn sysctl(setting: &Sysctl) -> Option<String> {
    let key = &setting.key.as_ref()?.value;
    let value = &setting.value.as_ref()?.value;
    Some(set_sysctl(key, value))
}

/// The command that gives a kernel setting a value. For sysctl(8) a key ends at the first `=`, so one that has it (of a link of
/// such a name) is written by its file.
pub(crate) fn set_sysctl(key: &str, value: &str) -> String {
    if !key.contains('=') {
        return format!("sysctl -q -w {}", quote(&format!("{key}={value}")));
    }
    let part = |part: &str| part.replace('/', ".");
    let path: Vec<String> = key.split('.').map(part).collect();
    format!("echo {} > {}", quote(value), quote(&format!("/proc/sys/{}", path.join("/"))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use netpivot_model::source::{At, Origin};

    fn at<T>(value: T) -> Said<T> {
        Some(At::new(value, Origin::default_value()))
    }

    #[test]
    fn masquerading_is_undone() {
        let rule = Nat {
            action: at(NatAction::Masquerade),
            source: at("192.168.1.0/24".parse().unwrap()),
            out_interface: at("eth0".to_owned()),
            ..Nat::default()
        };
        let pair = nat(&rule, 1).unwrap();
        let rule_there = "POSTROUTING -s 192.168.1.0/24 -o eth0 -j MASQUERADE";
        let up = format!("iptables -t nat -C {rule_there} 2>/dev/null || iptables -t nat -A {rule_there}");
        assert_eq!(pair.up, up);
        assert_eq!(pair.down, "iptables -t nat -D POSTROUTING -s 192.168.1.0/24 -o eth0 -j MASQUERADE");
        let pair =
            nat(&Nat { backend: at(NatBackend::Nftables), family: at(Family::V4), ..rule }, 3).unwrap();
        let chain = "ip netpivot postrouting-3";
        let up = format!(
            "nft 'add table ip netpivot ; add chain {chain} {{ type nat hook postrouting priority 100 ; }} ; \
             flush chain {chain} ; add rule {chain} ip saddr 192.168.1.0/24 oifname \"eth0\" masquerade'"
        );
        assert_eq!((pair.up, pair.down), (up, format!("nft delete chain {chain}")));
    }

    #[test]
    fn neighbours_name_their_device() {
        let entry = Neighbor {
            dst: at("192.0.2.9".parse().unwrap()),
            lladdr: at("52:54:00:00:00:09".parse().unwrap()),
            ..Neighbor::default()
        };
        let pair = neighbor(&entry, "eth0").unwrap();
        assert_eq!(pair.up, "ip neigh replace 192.0.2.9 lladdr 52:54:00:00:00:09 dev eth0 nud permanent");
    }
}
