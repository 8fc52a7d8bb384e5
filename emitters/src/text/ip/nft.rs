//! Rules that change addresses, for nft(8).
//!
//! Each has a base chain of its own, which is emptied first, so that the command can be said again. nft takes all of its
//! words as one text and does it in one transaction.

use super::entry::Pair;
use netpivot_model::nat::{Nat, NatAction};
use netpivot_model::reflect::Said;
use netpivot_model::rule::Family;
use std::fmt::Write as _;

/// The table that holds the chains.
const TABLE: &str = "netpivot";

/// Plain words and numbers, which mean nothing to the shell or to nft(8) but themselves.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-.:/@[]".contains(c))
}

/// The command for a rule and what undoes it, in the chain of that number; `None` where nft has other words for it than
/// the rule.
pub(super) fn rule(rule: &Nat, number: usize, is_before_routing: bool) -> Option<Pair> {
    let (hook, priority) = if is_before_routing { ("prerouting", -100) } else { ("postrouting", 100) };
    let family = match rule.family.as_ref().map(|at| at.value) {
        Some(Family::V4) => "ip",
        Some(Family::V6) => "ip6",
        None => "inet",
    };
    let chain = format!("{family} {TABLE} {hook}-{number}");
    let words = words(rule)?;
    let base = format!("{{ type nat hook {hook} priority {priority} ; }}");
    Some(Pair {
        up: format!(
            "nft 'add table {family} {TABLE} ; add chain {chain} {base} ; flush chain {chain} ; add rule {chain}{words}'"
        ),
        down: format!("nft delete chain {chain}"),
    })
}

fn words(rule: &Nat) -> Option<String> {
    if rule.matches.is_said() {
        return None;
    }
    let is_true = |said: &Said<bool>| said.as_ref().is_some_and(|at| at.value);
    let not = |said: &Said<bool>| if is_true(said) { "!= " } else { "" };
    let mut out = String::new();
    for (side, net, negated) in
        [("saddr", &rule.source, &rule.not_source), ("daddr", &rule.destination, &rule.not_destination)]
    {
        let Some(at) = net else { continue };
        let family = if at.value.addr().is_ipv6() { "ip6" } else { "ip" };
        let _ = write!(out, " {family} {side} {}{}", not(negated), at.value);
    }
    let nobody = None;
    for (word, name, negated) in
        [("iifname", &rule.in_interface, &nobody), ("oifname", &rule.out_interface, &rule.not_out_interface)]
    {
        let Some(at) = name else { continue };
        let _ = write!(out, " {word} {}\"{}\"", not(negated), Some(&at.value).filter(|name| is_plain(name))?);
    }
    let ports = [("sport", &rule.source_port), ("dport", &rule.destination_port)];
    for (word, port) in ports.iter().filter_map(|(word, port)| Some((word, port.as_ref()?))) {
        let protocol =
            rule.protocol.as_ref().map(|at| at.value.as_str()).filter(|p| matches!(*p, "tcp" | "udp"))?;
        let _ = write!(out, " {protocol} {word} {}", Some(&port.value).filter(|port| is_plain(port))?);
    }
    if rule.protocol.is_some() && ports.iter().all(|(_, port)| port.is_none()) {
        return None;
    }
    let to = |said: &Said<String>| match said {
        Some(at) => Some(&at.value).filter(|to| is_plain(to)).cloned(),
        None => Some(String::new()),
    };
    match rule.action.as_ref()?.value {
        NatAction::Masquerade if rule.to.is_none() && rule.to_ports.is_none() => out.push_str(" masquerade"),
        NatAction::Redirect if rule.to.is_none() => {
            let _ = write!(out, " redirect to :{}", to(&rule.to_ports).filter(|ports| !ports.is_empty())?);
        }
        action @ (NatAction::Snat | NatAction::Dnat) if rule.to_ports.is_none() => {
            // Of a table for both families nft wants to know which one the address is of.
            let of = match (&rule.family, rule.to.as_ref()) {
                (None, Some(at)) if at.value.matches(':').count() > 1 => " ip6",
                (None, _) => " ip",
                (Some(_), _) => "",
            };
            let _ = write!(out, " {action}{of} to {}", to(&rule.to).filter(|to| !to.is_empty())?);
        }
        NatAction::Masquerade
        | NatAction::Redirect
        | NatAction::Snat
        | NatAction::Dnat
        | NatAction::Accept => {
            return None;
        }
    }
    if is_true(&rule.random) {
        out.push_str(" random");
    }
    Some(out)
}
